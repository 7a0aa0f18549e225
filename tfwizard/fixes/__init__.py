"""Edits as data to edited source: smallest diff, everything outside the edit byte for byte."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tfwizard.facts import Place
from tfwizard.fixes.errors import CannotEdit
from tfwizard.fixes.splice import Splice, moved_column, moved_line, spliced
from tfwizard.language import _
from tfwizard.source_edits import (
    AddListItem,
    ChainMethod,
    CopyArgument,
    CopyStatement,
    Edit,
    InsertAfter,
    InsertBefore,
    InsertFirst,
    InsertLayer,
    MoveListItem,
    MoveToImport,
    RemoveArgument,
    RemoveDevices,
    RemoveListItem,
    RenameArgument,
    ReplaceImport,
    ReplaceListItem,
    ReplaceName,
    SetArgument,
    WrapArgument,
)

if TYPE_CHECKING:
    from tfwizard.fixes.script import Script

__all__ = ["CannotEdit", "apply"]

#: The byte order mark that some editors begin a file with.
MARK = "\ufeff"


def apply(source: str, edits: Sequence[Edit], file: str) -> str:
    """The source of `file` with all the edits made; their lines count in `source`. Raises CannotEdit."""
    from tfwizard.fixes.script import Script

    if source.startswith(MARK):  # Python counts neither lines nor columns with it
        return MARK + apply(source.removeprefix(MARK), edits, file)
    result = source
    waiting = list(edits)
    while waiting:
        splices = _splices(Script(result), waiting.pop(0))
        waiting = [_moved(edit, result, splices) for edit in waiting]
        result = spliced(result, splices)
    if result == source:
        raise CannotEdit(_("The file already says this, so there is nothing to change."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(result, file, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        raise CannotEdit(
            _("The edited file would not be valid Python ({error}). Make the change by hand.", error=error)
        ) from error
    return result


def _splices(script: Script, edit: Edit) -> list[Splice]:
    # LibCST takes a while to import: only once there is something to edit.
    from tfwizard.fixes import (
        arguments,
        chain,
        device_settings,
        insert_first,
        layers,
        list_items,
        names_read,
        remove_argument,
        set_argument,
        statements,
        wrap,
    )

    match edit:
        case SetArgument():
            return set_argument.set_argument(script, edit)
        case RemoveArgument():
            return remove_argument.remove_argument(script, edit)
        case RenameArgument():
            return arguments.rename(script, edit)
        case CopyArgument():
            return arguments.copy(script, edit)
        case WrapArgument():
            return wrap.wrap_argument(script, edit)
        case ChainMethod():
            return chain.chain_method(script, edit)
        case InsertFirst():
            return insert_first.insert_first(script, edit)
        case InsertAfter():
            return statements.insert_after(script, edit)
        case InsertBefore():
            return statements.insert_before(script, edit)
        case CopyStatement():
            return statements.copy_statement(script, edit)
        case MoveToImport():
            return device_settings.move(script, edit)
        case RemoveDevices():
            return device_settings.remove(script, edit)
        case InsertLayer():
            return layers.insert_layer(script, edit)
        case ReplaceName():
            return names_read.replace_name(script, edit)
        case ReplaceImport():
            return names_read.replace_import(script, edit)
        case ReplaceListItem():
            return list_items.replace_item(script, edit)
        case AddListItem():
            return list_items.add_item(script, edit)
        case MoveListItem():
            return list_items.move_item(script, edit)
        case RemoveListItem():
            return list_items.remove_item(script, edit)


def _moved(edit: Edit, source: str, splices: Sequence[Splice]) -> Edit:
    if isinstance(edit, CopyStatement):
        edit = replace(edit, before=_moved_place(edit.before, source, splices))
    return replace(edit, place=_moved_place(edit.place, source, splices))


def _moved_place(place: Place, source: str, splices: Sequence[Splice]) -> Place:
    line = moved_line(place.line, source, splices)
    return replace(place, line=line, column=moved_column(place.line, place.column, source, splices))
