"""The colours that really leave the program: none with NO_COLOR, sixteen with `--theme ansi`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import Open

SGR = re.compile(rb"\x1b\[([0-9;:]*)m")
SCRIPT = "import json\n\njson.loads('[bold')\n"
#: 39 and 49 ask for the terminal's own colours; attributes such as bold (1), dim (2) and reverse (7) are no colours.
OWN = {39, 49}
SIXTEEN = {*range(30, 38), *range(40, 48), *range(90, 98), *range(100, 108)}


def colours(raw: bytes) -> Iterator[tuple[int, ...]]:
    """Every colour that was set: (31,) from the sixteen, (38, 5, 160) and (38, 2, 186, 60, 91) from larger palettes."""
    for found in SGR.finditer(raw):
        numbers = [int(one or 0) for one in re.split(rb"[;:]", found[1])]
        while numbers:
            first = numbers.pop(0)
            if first in (38, 48):
                length = {5: 2, 2: 4}[numbers[0]]
                yield (first, *numbers[:length])
                numbers = numbers[length:]
            elif first in SIXTEEN:
                yield (first,)
            else:
                assert first < 30 or first in OWN, f"an unknown attribute: {found[0]!r}"


def walk(open_terminal: Open, folder: Path, *arguments: str, **environment: str) -> bytes:
    """Through pages, panels and dialogs; everything that was sent to the terminal."""
    (folder / "train.py").write_text(SCRIPT)
    terminal = open_terminal(folder, "run", *arguments, "train.py", **environment)
    terminal.wait("JSONDecodeError", "1 problem")
    for key in ("i", "?", "\x1b", "p", "s", "l", "2", "0", ":", "\x1b", "\x03"):
        terminal.press(key)
    terminal.press("q")
    assert terminal.end() == 1
    return terminal.raw


@pytest.mark.parametrize("way", ["variable", "option", "over a theme"])
def test_no_color_sends_no_colour_at_all(open_terminal: Open, tmp_path: Path, way: str) -> None:
    options = {"variable": (), "option": ("--no-color",), "over a theme": ("--theme", "light")}[way]
    environment = {} if way == "option" else {"NO_COLOR": "1"}
    raw = walk(open_terminal, tmp_path, *options, COLORTERM="truecolor", **environment)
    assert list(colours(raw)) == []
    assert b"\x1b[1m" in raw or b"\x1b[1;" in raw  # bold is no colour, and stays


def test_the_ansi_theme_sends_the_sixteen_colours_alone(open_terminal: Open, tmp_path: Path) -> None:
    sent = set(colours(walk(open_terminal, tmp_path, "--theme", "ansi", COLORTERM="truecolor")))
    assert sent
    assert sent <= {(one,) for one in SIXTEEN}


def test_an_empty_no_color_asks_for_nothing(open_terminal: Open, tmp_path: Path) -> None:
    assert list(colours(walk(open_terminal, tmp_path, NO_COLOR="")))
