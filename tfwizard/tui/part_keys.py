"""The keys of parts that have keys of their own while they have the focus, and of the views that stand alone.

They go before those of the wizard then, so a key may be here and there. The answers of a question stay as they are: each
question names its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from textual.binding import Binding

from tfwizard.language import N_, _
from tfwizard.tui import keymap
from tfwizard.tui.keys import FIXED, Key

PARTS: dict[str, tuple[Key, ...]] = {
    "log": (
        Key("log_search", "slash", "search", N_("Search"), "", N_("search the log"), True),
        Key("log_next", "n", "match(1)", N_("Next match"), "", N_("the next line with the text"), True),
        Key("log_before", "N", "match(-1)", N_("Match before"), "", N_("the line before with the text"), True),
        Key("log_pause", "space", "pause", N_("Pause"), "", N_("hold the log still, or follow it again"), True),
        Key("log_follow", "end", "follow", N_("Follow"), "", N_("follow the end of the log")),
        Key("log_end_search", "escape", "end_search", N_("End the search"), "", N_("end the search, and stay there"), True),
    ),
    "table": (
        Key("table_next_key", "greater_than_sign", "tensor(1)", N_("Next key"), "", N_("the next key of the batch"), True),
        Key("table_key_before", "less_than_sign", "tensor(-1)", N_("Key before"), "", N_("the key of the batch before"), True),
        Key("table_not_finite", "j", "not_finite", N_("Next NaN"), "", N_("the next value that is not finite"), True),
        Key("table_up", "up", "move(-1, 0)", "", "", N_("the row above")),
        Key("table_down", "down", "move(1, 0)", "", "", N_("the row below")),
        Key("table_left", "left", "move(0, -1)", "", "", N_("the position before")),
        Key("table_right", "right", "move(0, 1)", "", "", N_("the position after")),
        Key("table_page_up", "pageup", "page(-1)", "", "", N_("a screen of rows up")),
        Key("table_page_down", "pagedown", "page(1)", "", "", N_("a screen of rows down")),
        Key("table_first", "home", "edge(0)", "", "", N_("the first position of the row")),
        Key("table_last", "end", "edge(-1)", "", "", N_("the last position of the row")),
    ),
    "problems": (
        Key("problems_filter", "slash", "search", N_("Filter"), "", N_("filter the problems by words"), True),
        Key("problems_left", "left", "choose(-1)", "", "", N_("show the problems of the state or severity before")),
        Key("problems_right", "right", "choose(1)", "", "", N_("show the problems of the next state or severity")),
    ),
    "gpus": (
        Key("gpus_stop", "k", "stop", N_("Ask to stop"), "", N_("on the GPUs: ask the marked process to stop"), True),
    ),
    "watch": (
        Key("watch_stop", "x", "stop", N_("Stop the training"), "", N_("in the view of a training: stop it"), True),
        Key("watch_wizard", "w", "wizard", N_("Open in the wizard"), "",
            N_("in the view of a training that has ended: open the wizard"), True),
    ),
}  # fmt: skip
#: What a part needs for itself, as it is written on the screen.
KEPT: dict[str, frozenset[str]] = {
    "problems": frozenset({"↑", "↓", "enter", "space", "esc"}),
    "gpus": frozenset({"↑", "↓", "pgup", "pgdn", "esc", "q", "g"}),
    "watch": frozenset({"q", "esc", "↑", "↓"}),
}
PART_OF = {key.id: part for part, keys in PARTS.items() for key in keys}


def bindings_of(part: str, first: str = "") -> list[Binding]:
    """The bindings of a part, under ids by which an app's keymap replaces their keys; `first` goes before all others."""
    return [
        Binding(
            key.keys, key.action, key.label, show=key.footer, tooltip=key.about, id=key.id, priority=key.id == first,
            key_display=keymap.first_shown(key.keys),
        )
        for key in PARTS[part]
    ]  # fmt: skip


def shown_here(name: str) -> str:
    """The key of an action of a part as it is now, as it is written on the screen."""
    usual = next(key.keys for key in PARTS[PART_OF[name]] if key.id == name)
    return keymap.named(keymap.first_shown(keymap.chosen().get(name, usual)))


def chosen_here() -> dict[str, str]:
    """The keys that the person chose for actions of parts, by the id of the action."""
    return {name: keys for name, keys in keymap.chosen().items() if name in PART_OF}


def wrong_here(asked: Mapping[str, str]) -> dict[str, str]:
    """Why a choice of keys for the actions of parts cannot be, by the id of the action; what is fine is not in it."""
    usual = {key.id: key.keys for keys in PARTS.values() for key in keys}
    wrong: dict[str, str] = {}
    for name, text in asked.items():
        each = {keymap.shown(one) for one in keymap.parts(text)}
        if not each:
            wrong[name] = _(
                "“{text}” is no key: keys are single characters, and names such as f5, ctrl+t or pageup", text=text
            )
        for other, part in PART_OF.items():
            taken = {keymap.shown(one) for one in keymap.parts(asked.get(other, usual[other]))}
            if part == PART_OF[name] and other != name and (both := each & taken):
                wrong[name] = _("{key} is the key of {other} as well", key=min(both), other=other)
        if kept := each & KEPT.get(PART_OF[name], frozenset()):
            wrong[name] = _("{key} cannot be had: {why}", key=min(kept), why=_("this part of the screen needs it"))
        if fixed := each & set(FIXED):
            wrong[name] = _("{key} cannot be had: {why}", key=min(fixed), why=_(FIXED[min(fixed)]))
    return wrong
