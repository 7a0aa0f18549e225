"""A remedy made into new texts of the user's files."""

from __future__ import annotations

from pathlib import Path

from tfwizard.findings import Remedy
from tfwizard.fixes import CannotEdit, apply
from tfwizard.language import _
from tfwizard.source_edits import Edit
from tfwizard.sources import CannotRead, Sources


def plan(sources: Sources, remedy: Remedy) -> dict[str, str]:
    """File to new text for every file that the remedy changes; nothing is staged. Raises CannotEdit."""
    if not remedy.edits:
        raise CannotEdit(_("There is no automatic change for this. Follow the advice of the finding by hand."))
    by_file: dict[str, list[Edit]] = {}
    for edit in remedy.edits:
        by_file.setdefault(edit.place.file, []).append(edit)
    try:
        return {file: apply(sources.text(Path(file)), edits, file) for file, edits in by_file.items()}
    except CannotRead as error:
        raise CannotEdit(str(error)) from error
