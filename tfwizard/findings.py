"""A finding: a fault that the evidence proves, and the remedies that would mend it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tfwizard.facts import Place
    from tfwizard.source_edits import Edit

Severity = Literal["error", "warning", "advice"]
Evidence = dict[str, object]


@dataclass(frozen=True, slots=True)
class Number:
    """A number that a remedy proposes and a person may want otherwise. `text` is how the remedy's edits write it.

    `usual` is the usual range in words, "" where there is none.
    """

    name: str
    text: str
    usual: str = ""


@dataclass(frozen=True, slots=True)
class Remedy:
    """One way to mend a finding. `consequence` is one sentence on what it changes for the training.

    `number` is what may be changed in it before it is tried.
    """

    title: str
    edits: tuple[Edit, ...]
    consequence: str = ""
    number: Number | None = None


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
