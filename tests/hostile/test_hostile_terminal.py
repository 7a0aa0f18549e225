"""The real program in a real terminal, with a hostile script in it: keys are answered, and the terminal is given back."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from terminal.conftest import Terminal

from .place import Place

PATIENCE_S = 120.0
#: What the program may set, and has to take back: alternate screen, mouse, bracketed paste, focus.
MODES = ("1049", "1000", "1002", "1003", "1006", "1015", "2004", "1004")


@pytest.fixture
def terminal(place: Place) -> Iterator[list[Terminal]]:
    opened: list[Terminal] = []
    yield opened
    for one in opened:
        one.child.close(force=True)


def begin(place: Place, opened: list[Terminal]) -> Terminal:
    opened.append(Terminal(place.work, "run", "train.py", "--no-standby", **place.environment))
    return opened[-1]


def is_given_back(terminal: Terminal) -> None:
    """Each mode that was set is reset, the cursor is there, and nothing of the script's own was obeyed."""
    for mode in MODES:
        states = re.findall(rb"\x1b\[\?(?:\d+;)*%s(?:;\d+)*([hl])" % mode.encode(), terminal.raw)
        assert not states or states[-1] == b"l", f"mode {mode} stays set"
    assert re.findall(rb"\x1b\[\?25([hl])", terminal.raw)[-1] == b"h"
    assert b"]0;title" not in terminal.raw


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("floods", "ended without training"),
        ("closes_every_descriptor", "closed or broke its connection"),
        ("dies_and_leaves_a_daemon", "exit code 7"),
    ],
)
def test_the_wizard_stays_usable_and_runs_again(name: str, said: str, place: Place, terminal: list[Terminal]) -> None:
    place.put(name)
    wizard = begin(place, terminal)
    wizard.wait_until(lambda shown: said in re.sub(r"\s+", " ", shown), said, PATIENCE_S)
    wizard.press("l")
    wizard.press("\x1b")
    (place.work / "train.py").write_text("import json\n\njson.loads('[bold')\n")
    wizard.wait("changed on disk", patience=PATIENCE_S)
    wizard.press("r")
    wizard.wait("JSONDecodeError", "train.py:3", patience=PATIENCE_S)
    wizard.press("q")
    assert wizard.end() == 1
    is_given_back(wizard)
    place.is_left_clean(PATIENCE_S)


def test_a_script_that_refuses_every_signal_is_left_at_once(place: Place, terminal: list[Terminal]) -> None:
    script = place.work / place.put("ignores_every_signal")
    script.write_text(script.read_text().replace("while True:", "print('no signal', flush=True)\nwhile True:"))
    wizard = begin(place, terminal)
    wizard.wait("running", patience=PATIENCE_S)
    wizard.press("l")
    wizard.wait("no signal", patience=PATIENCE_S)
    wizard.press("\x1b", "q")
    wizard.end()
    is_given_back(wizard)
    place.is_left_clean(PATIENCE_S)
