"""A finding: a fault that the evidence proves, and the source edits that would mend it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tfwizard.facts import Place

Severity = Literal["error", "warning", "advice"]
Evidence = dict[str, object]


# --- source edits: what to change, as data; fixes/ knows how --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SetArgument:
    """Give `argument` of the call `function` at `place` the expression `value`, adding it if it is absent.

    `imports` are statements that `value` needs, such as "from transformers import DataCollatorWithPadding".
    """

    function: str
    place: Place
    argument: str
    value: str
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoveArgument:
    """Take `argument` out of the call `function` at `place`."""

    function: str
    place: Place
    argument: str


@dataclass(frozen=True, slots=True)
class ReplaceListItem:
    """In `argument` of every call of `function` in the file that has the string `old`, write `new` instead."""

    function: str
    place: Place
    argument: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class AddListItem:
    """In `argument` of every call of `function` in the file whose list holds `beside`, add `item` behind `beside`."""

    function: str
    place: Place
    argument: str
    beside: str
    item: str


@dataclass(frozen=True, slots=True)
class MoveListItem:
    """Take the string `item` out of `argument` and put it into `to_argument`, in every call of `function` that has it."""

    function: str
    place: Place
    argument: str
    item: str
    to_argument: str


@dataclass(frozen=True, slots=True)
class InsertFirst:
    """Put `statements` before the first import that is not `from __future__` (behind docstring and comments)."""

    place: Place
    statements: tuple[str, ...]


Edit = SetArgument | RemoveArgument | ReplaceListItem | AddListItem | MoveListItem | InsertFirst


@dataclass(frozen=True, slots=True)
class Remedy:
    """One way to mend a finding. `consequence` is one sentence on what it changes for the training."""

    title: str
    edits: tuple[Edit, ...]
    consequence: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault. `id` is out of the catalogue; `subject` tells two faults with one id apart (a column's name, say).

    `why` is a sentence or two for a beginner; `evidence` is plain JSON data; `advice` says what to do where no safe
    edit exists. The first of `remedies` is the one proposed.
    """

    id: str
    stage: str
    severity: Severity
    title: str
    why: str
    evidence: Evidence = field(default_factory=dict)
    where: Place | None = None
    subject: str = ""
    remedies: tuple[Remedy, ...] = ()
    advice: str = ""
    explains_failure: bool = False

    @property
    def key(self) -> str:
        """What identifies the finding from one run to the next: its cause, never its line."""
        return f"{self.id}:{self.subject}" if self.subject else self.id
