"""Another number in a remedy, where the person wants it otherwise."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from tfwizard.findings import Remedy
from tfwizard.fixes.errors import CannotEdit
from tfwizard.language import _


def with_number(remedy: Remedy, text: str) -> Remedy:
    """The remedy with `text` for the number that it proposes, in its title and in its edits. Raises CannotEdit."""
    number = remedy.number
    if number is None:
        raise CannotEdit(_("“{title}” proposes no number that could be changed.", title=remedy.title))
    new = _checked(number.name, number.text, text.strip())
    # As a whole: the 3 of 3e-5, or of dense_3, is another thing.
    pattern = re.compile(rf"(?<![\w.]){re.escape(number.text)}(?![\w.])")

    def changed(value: Any) -> Any:
        if isinstance(value, str):
            return pattern.sub(new, value)
        return tuple(changed(part) for part in value) if isinstance(value, tuple) else value

    edits = tuple(
        dataclasses.replace(
            edit, **{field.name: changed(getattr(edit, field.name)) for field in dataclasses.fields(edit)}
        )
        for edit in remedy.edits
    )
    return dataclasses.replace(
        remedy, title=changed(remedy.title), edits=edits, number=dataclasses.replace(number, text=new)
    )


def _checked(name: str, old: str, new: str) -> str:
    """A positive number as Python writes it; a whole one where a whole one was proposed."""
    whole = old.isdecimal()
    try:
        if not new.isascii():
            raise ValueError  # Python's own numbers are: ٣ is a digit for int() alone
        value = int(new) if whole else float(new)
    except ValueError:
        raise CannotEdit(
            _("“{new}” is not a whole number. Write the {name} as {old} is written.", new=new, name=name, old=old)
            if whole
            else _("“{new}” is not a number. Write the {name} as {old} is written.", new=new, name=name, old=old)
        ) from None
    if not 0 < value < float("inf"):
        raise CannotEdit(
            _("The {name} has to be above 0, and finite. Write it as {old} is written.", name=name, old=old)
        )
    return new
