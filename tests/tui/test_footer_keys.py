"""Every key of the footer does what the footer says, and stands there when it means something."""

from __future__ import annotations

import pytest

from tfwizard.tui.keys import KEYS
from tfwizard.tui.lines import Content

from .conftest import Open, Wizard
from .fakes import FakeSession, learning_rate

#: By the id of the action: the keys that lead to where it means something, the key, and words that tell that it was done.
TRIED: dict[str, tuple[list[str], str, str]] = {
    "try": (["6", "f"], "t", "✓ VERIFIED"),
    "change": (["7", "f"], "c", "proposed 5e-5"),
    "fix": (["6"], "f", "Fix: Give the model 3 classes"),
    "explain": (["6"], "i", "Label 2 has no output"),
    "yes": (["3"], "y", "Question 2 of 2"),
    "no": (["3"], "n", "Question 2 of 2"),
    "next": (["6"], "n", "The labels are inside the inputs"),
    "jump": (["2"], "j", "Values"),
    "worst": (["3"], "j", "Sample"),
    "go_to": (["6", "i"], "j", "2 classes (config.num_labels)"),
    "train": (["0"], "m", "Let it train for real?"),
    "stop": (["6", "f", "HOLD", "t"], "x", "Stopped. Nothing was changed."),
    "write": (["6", "f", "t"], "w", "Write to disk?"),
    "compare": (["0"], "C", "One hyperparameter and its values"),
    "save_report": (["R"], "E", "Save the report as"),
    "run": (["2"], "r", "RUN"),
    "back": (["6", "i"], "escape", "2 classes (config.num_labels)"),
    "help": (["6"], "question_mark", "Keys here"),
    "quit": ([], "q", "CODE 1"),
    "problems": (["6"], "p", "4 open, 0 proved fixed"),
    "script": (["6"], "s", "14 ✗ model = TFAuto"),
    "log": (["6"], "l", "calling Dataset.map"),
}
#: It needs a real terminal: tests/terminal/test_editor.py.
ELSEWHERE = {"edit", "hint", "show_answer", "jump", "worst", "go_to"}


def test_the_table_has_every_key_of_the_footer() -> None:
    assert TRIED.keys() | ELSEWHERE == {key.id for key in KEYS if key.footer}


def in_footer(it: Wizard, name: str) -> bool:
    """Whether the key is offered; at 80 columns the last ones may have no room."""
    return any(
        active.binding.id == f"wizard.{name}" for active in it.app.screen.active_bindings.values() if active.enabled
    )


@pytest.mark.parametrize("name", TRIED)
async def test_a_key_of_the_footer(wizard: Open, name: str) -> None:
    way, key, words = TRIED[name]
    session = FakeSession()
    session.may_compare = True
    if name == "change":
        session._left["learning-rate-high"] = learning_rate()
    async with wizard(session=session) as it:
        for step in way:
            if step == "HOLD":
                it.session.gate.clear()
            else:
                await it.press(step)
        assert in_footer(it, name)
        runs = len([one for one in session.said if one.startswith("run")])
        await it.press(key)
        if words == "RUN":
            assert len([one for one in session.said if one.startswith("run")]) == runs + 1
        elif words.startswith("CODE"):
            assert it.app.return_value == int(words.split()[1])
        else:
            assert words in " ".join(it.screen().split()) or words in it.flat()


async def test_a_key_that_means_nothing_now_is_not_in_the_footer(wizard: Open) -> None:
    async with wizard() as it:
        await it.press("2")
        for name in ("try", "change", "yes", "no", "train", "stop", "write", "compare", "back"):
            assert not in_footer(it, name), name


@pytest.mark.parametrize("width", [50, 64, 80])
async def test_no_word_of_the_footer_is_cut(wizard: Open, width: int) -> None:
    async with wizard((width, 24)) as it:
        await it.press("6", "f", "t")
        labels = {key.label for key in KEYS}
        words = it.footer().split()
        assert words[0] == "f"
        assert {word for word in words if len(word) > 3} <= {
            part for label in labels for part in Content(label).plain.split()
        }
