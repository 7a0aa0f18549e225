"""The table of the keys: the palette has every action, the configuration can change each, none is one that others take."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tfwizard import language
from tfwizard.tui import keymap
from tfwizard.tui.config import Config, use_keys
from tfwizard.tui.keys import KEYS, STAGE_KEYS, bindings, commands, wrong_keys
from tfwizard.tui.lines import key, phrase

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
