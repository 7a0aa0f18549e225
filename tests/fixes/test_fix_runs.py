"""Edits proved by running: the place is taken from the frame, as the worker does, and the call gets what is meant."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from fixes.passing import Call, programs

from tfwizard.facts import Place
from tfwizard.fixes import CannotEdit, apply
from tfwizard.source_edits import (
    AddListItem,
    Edit,
    MoveListItem,
    RemoveArgument,
    RemoveListItem,
    RenameArgument,
    ReplaceListItem,
    SetArgument,
    WrapArgument,
)

FILE = "train.py"
ORDER = {
    "compile": ("optimizer", "loss"), "fit": ("x", "y"), "to_tf_dataset": ("batch_size", "columns"),
    "Dense": ("units", "activation"),
}  # fmt: skip
COMPILE = Call("m.compile", "loss", '"mse"', 'optimizer="adam"', '"adam"')
COLUMNS = Call("m.to_tf_dataset", "columns", '["ids", "labels"]', "batch_size=8", "8")
ROW = Call("m.to_tf_dataset", "columns", '("ids", "labels", "z")', "batch_size=8", "8")
LABELS = Call("m.fit", "y", "[1, 2]", "x=[0]", "[0]")
LAYER = Call("Dense", "activation", '"relu"', "units=3", "3")

Given = dict[str, Any]
Meant = Callable[[Given], Given]
EDITS: list[tuple[Call, Callable[[Place], Edit], Meant]] = [
    (COMPILE, lambda at: SetArgument("compile", at, "loss", '"new"'), lambda was: {**was, "loss": "new"}),
    (COMPILE, lambda at: SetArgument("compile", at, "jit_compile", "True"), lambda was: {**was, "jit_compile": True}),
    (COMPILE, lambda at: RemoveArgument("compile", at, "loss"), lambda was: _without(was, "loss")),
    (COMPILE, lambda at: RenameArgument("compile", at, "loss", "losses"), lambda was: {**_without(was, "loss"), "losses": "mse"}),
    (LABELS, lambda at: WrapArgument("fit", at, "y", "{} + [9]"), lambda was: {**was, "y": [1, 2, 9]}),
    (LAYER, lambda at: RemoveArgument("Dense", at, "activation"), lambda was: _without(was, "activation")),
    (LAYER, lambda at: SetArgument("Dense", at, "activation", '"tanh"'), lambda was: {**was, "activation": "tanh"}),
    *(
        (call, edit, meant)
        for call in (COLUMNS, ROW)
        for edit, meant in (
            (lambda at: ReplaceListItem("to_tf_dataset", at, "columns", "labels", "label"), lambda was: _columns(was, "labels", "label")),
            (lambda at: RemoveListItem("to_tf_dataset", at, "columns", "labels"), lambda was: _columns(was, "labels")),
            (lambda at: AddListItem("to_tf_dataset", at, "columns", "ids", "mask"), lambda was: _columns(was, "", "mask")),
            (lambda at: MoveListItem("to_tf_dataset", at, "columns", "labels", "label_cols"), lambda was: {**_columns(was, "labels"), "label_cols": "labels"}),
        )
    ),
]  # fmt: skip
#: Where the value is out of sight, or cannot go without something else: the refusal says what to do.
REFUSED = {
    ("RenameArgument", way) for way in ("position", "star", "star behind", "unpacked, updated", "unpacked result")
} | {
    ("RemoveArgument", way) for way in ("star", "star behind", "unpacked, stored", "named within")
} | {
    (kind, "unpacked result")
    for kind in ("WrapArgument", "ReplaceListItem", "RemoveListItem", "AddListItem", "MoveListItem")
}  # fmt: skip


def _without(was: Given, name: str) -> Given:
    return {key: value for key, value in was.items() if key != name}


def _columns(was: Given, gone: str, *new: str) -> Given:
    return {**was, "columns": [*(name for name in was["columns"] if name != gone), *new]}


class Recorder:
    """Stands for a model, a dataset and a layer: keeps what each call is given, and where it begins."""

    def __init__(self) -> None:
        self.calls: list[tuple[Place, Given]] = []

    def __getattr__(self, function: str) -> Callable[..., Recorder]:
        def called(*args: Any, **kwargs: Any) -> Recorder:
            frame = sys._getframe(1)
            positions = list(frame.f_code.co_positions())[frame.f_lasti // 2]
            column = positions[2] if positions[0] == frame.f_lineno else None
            given = {**dict(zip(ORDER[function], args, strict=False)), **kwargs}
            self.calls.append((Place(FILE, frame.f_lineno, column=column), given))
            return self

        return called


def ran(source: str) -> list[tuple[Place, Given]]:
    """The calls of a program, in order."""
    recorder = Recorder()
    names = {"__name__": "__main__", "m": recorder, "Dense": recorder.Dense}
    exec(compile(source, FILE, "exec", dont_inherit=True), names)
    return recorder.calls


def plain(given: Given) -> Given:
    """What was given, with lists in one order and of one kind."""
    return {
        key: sorted(value, key=str) if isinstance(value, list | tuple) else value
        for key, value in given.items()
        if value is not None
    }  # fmt: skip


@pytest.mark.parametrize(
    ("call", "edit", "meant"), EDITS, ids=[f"{type(edit(Place(FILE, 1))).__name__}-{n}" for n, (_, edit, _) in enumerate(EDITS)]
)  # fmt: skip
def test_the_call_gets_what_is_meant(call: Call, edit: Callable[[Place], Edit], meant: Meant) -> None:
    for way, source in programs(call):
        before = ran(source)
        one = edit(before[0][0])
        if (type(one).__name__, way) in REFUSED:
            with pytest.raises(CannotEdit, match=r"[.]$"):
                apply(source, [one], FILE)
            continue
        edited = apply(source, [one], FILE)
        after = ran(edited)
        assert len(after) == len(before), edited
        assert plain(after[0][1]) == plain(meant(before[0][1])), edited
