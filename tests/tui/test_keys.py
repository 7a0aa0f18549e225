"""The table of the keys: the palette has every action, the configuration can change each, none is one that others take."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from tfwizard import language
from tfwizard.findings import Finding
from tfwizard.tui import keymap
from tfwizard.tui.config import Config, use_keys
from tfwizard.tui.gather import says_of
from tfwizard.tui.keys import KEYS, STAGE_KEYS, bindings, commands, wrong_keys
from tfwizard.tui.lines import Lines, key, phrase
from tfwizard.tui.screens.explained import closing
from tfwizard.tui.screens.fix_all import end_lines
from tfwizard.tui.screens.number import Ask
from tfwizard.tui.screens.problem import remedies_lines
from tfwizard.tui.widgets.status_line import Status, worker_words

from .conftest import Open

#: tmux takes ctrl+b and GNU screen ctrl+a for themselves; the line discipline ctrl+s, ctrl+q, ctrl+z, ctrl+c, ctrl+d and ctrl+\\;
#: ctrl+p begins what docker leaves a container by; these four are other keys: ctrl+i tab, ctrl+m enter, ctrl+h backspace, ctrl+[ esc.
TAKEN = {f"ctrl+{letter}" for letter in "abscdqzpimh"} | {"ctrl+backslash", "ctrl+left_square_bracket"}


@pytest.fixture(autouse=True)
def _usual_keys() -> Iterator[None]:
    yield
    use_keys(Config())


def test_every_action_is_in_the_palette_by_name() -> None:
    offered = {action for _title, _about, action in commands()} | {action for _key, action in STAGE_KEYS}
    bound = {binding.action for binding in bindings()}
    assert bound - offered == {"command_palette"}
    assert all(title and about for title, about, _action in commands())


def test_no_action_needs_a_key_that_tmux_screen_or_the_terminal_takes() -> None:
    for one in KEYS:
        if one.id != "suspend":  # ctrl+z does what it does in every other program
            assert set(one.keys.split(",")) - TAKEN, one.id


def test_each_id_is_there_once_and_names_no_key_of_another() -> None:
    assert len({one.id for one in KEYS}) == len(KEYS)
    assert wrong_keys({one.id: one.keys for one in KEYS if not one.shares}) == {}


def test_a_key_that_was_chosen_is_bound_shown_and_named_in_sentences() -> None:
    use_keys(Config(keys={"fix": "f5,X", "next": "N"}))
    made = {(binding.id, binding.key) for binding in bindings()}
    assert ("wizard.fix", "f5,X") in made
    assert ("wizard.no", "N") in made  # it has the keys of `next`
    assert next(one.key_display for one in bindings() if one.id == "wizard.fix") == "f5"
    assert phrase("{f} shows the fix, {i} says why", f=key("f"), i=key("i")).plain == "f5 shows the fix, i says why"


@pytest.mark.parametrize(
    ("asked", "name", "words"),
    [
        ({"fxi": "z"}, "fxi", "did you mean fix?"),
        ({"zzz": "z"}, "zzz", "no such action"),
        ({"fix": "l"}, "fix", "l is the key of log as well"),
        ({"fix": "hyper+x"}, "fix", "is no key"),
        ({"fix": ""}, "fix", "is no key"),
        ({"fix": "1"}, "fix", "a stage has it"),
        ({"fix": "ctrl+c"}, "fix", "how to quit"),
        ({"no": "z"}, "no", "no such action"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_with_the_reason(asked: dict[str, str], name: str, words: str) -> None:
    assert words in wrong_keys(asked)[name]


def test_two_actions_may_change_their_keys_with_each_other() -> None:
    assert wrong_keys({"fix": "l", "log": "f"}) == {}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("f", ["f"]),
        ("F5", ["f5"]),
        ("ctrl+t, ?", ["ctrl+t", "?"]),
        ("+", ["+"]),
        ("question_mark", ["question_mark"]),
        ("f,,x", []),
        ("two", []),
    ],
)
def test_keys_are_read_as_a_person_writes_them(text: str, parts: list[str]) -> None:
    assert keymap.parts(text) == parts


async def test_the_chosen_key_works_and_the_usual_one_does_not(wizard: Open) -> None:
    async with wizard((140, 45), config=Config(keys={"log": "f6", "help": "h"})) as it:
        await it.press("l")
        assert it.app.place != "log"
        await it.press("f6")
        assert it.app.place == "log"
        assert "h Help" in it.footer()
        assert "f6 Log" in it.footer()


async def test_the_footer_speaks_the_language_that_was_chosen_last(
    wizard: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Shouting(language.gettext.NullTranslations):
        def gettext(self, message: str) -> str:
            return message if "{" in message else message.upper()

    monkeypatch.setattr(language._Chosen, "words", Shouting())
    async with wizard() as it:
        assert "? HELP q QUIT" in it.footer()
    monkeypatch.undo()
    async with wizard() as it:
        assert "? Help q Quit" in it.footer()


async def test_what_the_wizard_says_names_the_keys_that_were_chosen(wizard: Open) -> None:
    chosen = {"stop": "f4", "run": "f5", "undo": "f6", "next": "f7", "try": "f8", "quit": "f9", "explain": "f10"}
    async with wizard((80, 24), config=Config(keys=chosen)) as it:
        it.app.say_it_runs()
        it.session._rest = asyncio.Event()  # a run that is still examined
        it.app.action_undo()
        it.session._rest = None
        await it.settle()
        assert [" ".join(one.message.split()) for one in it.app._notifications] == [
            "Something is running already; f4 stops a test or a trial.",
            "The run of this edit is still examined; f4 stops the test that goes on, then f6 undoes it.",
        ]
        it.session.worker = "none"
        assert "as it was, f5 runs it" in says_of(it.session, "")
        assert worker_words(Status("train.py", "lost")) == "✗ WORKER LOST, f5 restarts"
        assert words(end_lines(2, 80)) == "2 problems are still open: f7 explains the next."
        bare = Finding("x", "data", "error", "A title", "why")
        assert "then press f5 to run again" in words(remedies_lines(bare, 80))
        assert words(it.app._tiny_lines(80)).endswith("f9 quits.")


async def test_a_page_over_the_screen_names_its_own_keys_whatever_was_chosen(wizard: Open) -> None:
    async with wizard(config=Config(keys={"back": "f9", "explain": "f10", "stage_after": "J"})) as it:
        assert words(closing(80)) == "esc goes back, ↓ scrolls."
        await it.app.push_screen(Ask("number", "1", "", lambda _text: asyncio.sleep(0, "")))
        await it.pilot.pause()
        assert "enter shows the change with it   esc back" in it.screen()
        await it.press("escape")
        assert len(it.app.screen_stack) == 1


def words(lines: Lines) -> str:
    return " ".join(" ".join(line.plain for line in lines).split())
