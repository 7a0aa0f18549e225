from __future__ import annotations

import difflib
from collections.abc import Callable

import pytest

from tfwizard.facts import Place
from tfwizard.fixes import apply
from tfwizard.source_edits import Edit

Apply = Callable[..., str]


@pytest.fixture
def at() -> Callable[[str, str], Place]:
    """The place of the first line that holds a text."""

    def place(source: str, text: str) -> Place:
        return Place("train.py", source[: source.index(text)].count("\n") + 1)

    return place


@pytest.fixture
def edited() -> Apply:
    """Apply edits, and check what holds for every edit: it compiles, and keeps newlines and tabs as they are."""

    def run(source: str, *edits: Edit) -> str:
        result = apply(source, edits, "train.py")
        compile(result, "train.py", "exec")
        assert ("\r\n" in source) == ("\r\n" in result)
        if "\r\n" in source:
            assert result.count("\n") == result.count("\r\n")
        assert source.endswith(("\n", "\r")) == result.endswith(("\n", "\r"))
        return result

    return run


@pytest.fixture
def change() -> Callable[[str, str], tuple[list[str], list[str]]]:
    """The lines that went and the lines that came."""

    def lines(before: str, after: str) -> tuple[list[str], list[str]]:
        diff = list(difflib.ndiff(before.splitlines(), after.splitlines()))
        return [line[2:] for line in diff if line[0] == "-"], [line[2:] for line in diff if line[0] == "+"]

    return lines
