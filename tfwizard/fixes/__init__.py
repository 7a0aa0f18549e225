"""Edits as data to edited source: smallest diff, everything outside the edit byte for byte."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tfwizard.findings import AddListItem, Edit, InsertFirst, MoveListItem, RemoveArgument, ReplaceListItem, SetArgument
from tfwizard.fixes.errors import CannotEdit
from tfwizard.fixes.splice import Splice, moved_line, spliced

if TYPE_CHECKING:
    from tfwizard.fixes.script import Script

__all__ = ["CannotEdit", "apply"]


def apply(source: str, edits: Sequence[Edit], file: str) -> str:
    """The source of `file` with all the edits made; their lines count in `source`. Raises CannotEdit."""
    from tfwizard.fixes.script import Script

    result = source
    waiting = list(edits)
    while waiting:
        splices = _splices(Script(result), waiting.pop(0))
        waiting = [_moved(edit, result, splices) for edit in waiting]
        result = spliced(result, splices)
    if result == source:
        raise CannotEdit("The file already says this, so there is nothing to change.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(result, file, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        raise CannotEdit(f"The edited file would not be valid Python ({error}). Make the change by hand.") from error
    return result


def _splices(script: Script, edit: Edit) -> list[Splice]:
    # LibCST takes a while to import: only once there is something to edit.
    from tfwizard.fixes import insert_first, list_items, remove_argument, set_argument

    match edit:
        case SetArgument():
            return set_argument.set_argument(script, edit)
        case RemoveArgument():
            return remove_argument.remove_argument(script, edit)
        case InsertFirst():
            return insert_first.insert_first(script, edit)
        case ReplaceListItem():
            return list_items.replace_item(script, edit)
        case AddListItem():
            return list_items.add_item(script, edit)
        case MoveListItem():
            return list_items.move_item(script, edit)
        case _:
            raise CannotEdit("This kind of edit has to be made by hand so far.")


def _moved(edit: Edit, source: str, splices: Sequence[Splice]) -> Edit:
    return replace(edit, place=replace(edit.place, line=moved_line(edit.place.line, source, splices)))
