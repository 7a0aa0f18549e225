"""Which Python runs the script."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tfwizard.runner.interpreter import NoInterpreter, find_interpreter


@pytest.mark.parametrize(
    "asked",
    ["~nobody-has-this-name/python", "x" * 5000, "no/such/python", "py\0thon", "."],
    ids=["of nobody", "too long", "missing", "no name", "a folder"],
)
def test_one_that_is_not_there_is_named(asked: str) -> None:
    with pytest.raises(NoInterpreter, match="there is no such interpreter"):
        find_interpreter(asked)


def test_a_home_and_a_folder_of_an_environment_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "env" / "bin" / "python"
    program.parent.mkdir(parents=True)
    program.symlink_to(sys.executable)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find_interpreter("~/env") == find_interpreter("~/env/bin/python") == str(program)
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "env"))
    assert find_interpreter(None) == str(program)
    monkeypatch.setenv("VIRTUAL_ENV", "x" * 5000)
    assert find_interpreter(None) == sys.executable
