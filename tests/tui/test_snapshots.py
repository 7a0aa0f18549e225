"""Every screen as text, at two sizes and in both languages: as it was last looked at, and fit to be read.

`python -m pytest tests/tui/test_snapshots.py --update-snapshots` writes them anew; the difference is for a person to read.
"""

from __future__ import annotations

import asyncio
import difflib
import functools
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from language.catalogue import read
from language.extraction import extract
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from tfwizard.tui.lines import line
from tfwizard.tui.widgets.drawn import Drawn

from .conftest import SIZES
from .shots import Shot, take
from .walk import every_screen

FOLDER = Path(__file__).parent / "snapshots"
LANGUAGES = ("en", "fr")
EACH = pytest.mark.parametrize(
    ("size", "language"), [(size, language) for size in SIZES for language in LANGUAGES],
    ids=[f"{width}x{height}-{language}" for width, height in SIZES for language in LANGUAGES],
)  # fmt: skip


@functools.cache
def shots(size: tuple[int, int], language: str) -> dict[str, Shot]:
    return asyncio.run(every_screen(size, language))


@EACH
def test_every_screen_is_as_it_was(size: tuple[int, int], language: str, request: pytest.FixtureRequest) -> None:
    folder = FOLDER / f"{size[0]}x{size[1]}-{language}"
    seen = {f"{name}.txt": shot.text for name, shot in shots(size, language).items()}
    if request.config.getoption("--update-snapshots", default=False):
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.glob("*.txt"):
            path.unlink()
        for name, text in seen.items():
            (folder / name).write_text(text, encoding="utf-8")
    kept = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.txt")}
    assert sorted(seen) == sorted(kept), "--update-snapshots writes them anew"
    changes = [difference(name, kept[name], text) for name, text in seen.items() if kept[name] != text]
    assert not changes, "\n".join(changes) + "\n--update-snapshots writes them anew"


def difference(name: str, kept: str, seen: str) -> str:
    return "\n".join(difflib.unified_diff(kept.splitlines(), seen.splitlines(), name, "now", lineterm="", n=1))


# --- every one of them can be read --------------------------------------------------------------------------------------------


@EACH
def test_nothing_is_wider_than_its_place(size: tuple[int, int], language: str) -> None:
    found = {name: shot.cut for name, shot in shots(size, language).items() if shot.cut}
    wide = [name for name, shot in shots(size, language).items() if any(len(row) > shot.size[0] for row in shot.rows)]
    assert not found, found
    assert not wide, wide


async def test_what_is_cut_is_found() -> None:
    class Cut(App[int]):
        CSS = "Vertical { height: 3; } Static { width: 200; height: 1; }"

        def compose(self) -> ComposeResult:
            with Vertical():
                yield Drawn(lambda _width: [line(f"line {n}") for n in range(6)])
            yield Static("wide")

    async with Cut().run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert len(take(pilot.app, "cut").cut) == 2


@EACH
def test_no_part_is_empty(size: tuple[int, int], language: str) -> None:
    empty = [
        (name, pane) for name, shot in shots(size, language).items() for pane, text in shot.panes.items() if not text
    ]
    assert not empty, empty


@EACH
def test_the_last_line_names_a_key(size: tuple[int, int], language: str) -> None:
    for name, shot in shots(size, language).items():
        last = shot.rows[-1]
        if name == "too-small":
            assert re.search(r"\bq\b", " ".join(shot.rows)), name
        else:
            assert any(key in last for key in shot.keys), f"{name}: {last!r}"


# --- French is French ---------------------------------------------------------------------------------------------------------


def patterns(messages: Iterable[str]) -> list[tuple[str, str, re.Pattern[str]]]:
    """The messages of three words or more, the longest first, each with what must be in a text that has it: its longest piece.

    In the pattern the places of its values stand for anything short.
    """
    found = []
    for text in sorted(messages, key=len, reverse=True):
        if len(re.findall(r"[A-Za-z]{2,}", re.sub(r"{\w*}", "", text))) >= 3:
            pattern = re.escape(" ".join(text.split()))
            piece = max(re.split(r"{\w*}", " ".join(text.split())), key=len)
            found.append((text, piece, re.compile(re.sub(r"\\{\w*\\}", r".{1,60}?", pattern))))
    return found


def pairs() -> list[tuple[str, str]]:
    """Every text of the source with what it is in French, "" where that is not known yet."""
    known = {
        text: words
        for one in read()
        for text, words in (
            [(one.id, one.string)] if isinstance(one.id, str) else zip(one.id, one.string, strict=False)
        )
    }
    texts = [text for one in extract().files for text in ((one,) if isinstance(one, str) else one)]
    return [(text, known.get(text, "")) for text in texts]


def short_messages() -> set[str]:
    """What is said otherwise in French, and is a word or two: it is looked for as a whole line or a whole key alone."""
    return {
        one.id
        for one in read()
        if isinstance(one.id, str) and one.string and one.string != one.id and " " not in one.id.strip()
    }


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "140x45"])
def test_no_english_is_left_in_french(size: tuple[int, int]) -> None:
    left = []
    otherwise = patterns(text for text, words in pairs() if words and words != text)
    alike = patterns(text for text, words in pairs() if not words or words == text)
    short = short_messages()
    for name, shot in shots(size, "fr").items():
        english = shots(size, "en").get(name)
        for pane, text in shot.panes.items():
            for _message, piece, pattern in alike:  # a part of such a message may be a message that is known
                text = pattern.sub(" ", text) if piece in text else text
            left += [
                f"{name} {pane}: {message}"
                for message, piece, pattern in otherwise
                if piece in text and pattern.search(text)
            ]
        rows = {row.strip() for row in english.rows} & {row.strip() for row in shot.rows} if english else set()
        left += [f"{name}: {row}" for row in rows if row in short]
        left += [f"{name}: key {key}" for key in shot.keys if key.split(" ", 1)[1] in short]
    assert not left, "\n".join(left)


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "140x45"])
def test_both_languages_have_the_same_screens(size: tuple[int, int]) -> None:
    assert english_alone(size) == set()


def english_alone(size: tuple[int, int]) -> set[str]:
    """Screens of one language; what is below a page may fit in the other."""
    names = set(shots(size, "en")) ^ set(shots(size, "fr"))
    return {name for name in names if not name.endswith("-below")}
