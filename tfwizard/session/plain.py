"""What a session gives to those who show it: plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tfwizard.casebook import StageState
from tfwizard.facts import Call, Environment, Facts
from tfwizard.findings import Finding, Number
from tfwizard.language import N_

Topic = Literal["call", "stage", "facts", "casebook", "worker", "progress", "trial", "sources", "standby", "training"]
WorkerStatus = Literal["none", "starting", "running", "held", "probing", "training", "ended", "lost"]

#: The questions of the `samples` stage that no program can answer (id, text).
QUESTIONS: tuple[tuple[str, str], ...] = (
    ("samples.readable", N_("Is the decoded data readable, and is it what the task needs?")),
    ("samples.labels", N_("Do you agree with the labels?")),
)

#: How the two kinds of finding that are no mere advice are announced.
LOUD = {"error": N_("ERROR"), "warning": N_("WARNING")}

#: What is said of a problem that is not open, by its status.
STATUS = {"fix applied": N_("fix applied"), "resolved": N_("resolved"), "waived": N_("waived")}

#: Probes in the order in which they run, with the stage that each belongs to and its time budget in seconds.
PROBES: tuple[tuple[str, str, float], ...] = (
    ("pipelines", "script", 30.0),
    ("loop", "script", 30.0),
    ("data", "data", 60.0),
    ("scan", "data", 15.0),
    ("samples", "samples", 20.0),
    ("text", "samples", 20.0),
    ("batch", "batch", 60.0),
    ("heads", "batch", 30.0),
    ("layers", "batch", 30.0),
    ("nan", "nan", 30.0),
    ("labels", "labels", 6.0),
    ("hyperparameters", "hyperparameters", 20.0),
    ("training", "train", 30.0),
    ("rates", "hyperparameters", 40.0),
    ("overfit", "overfit", 40.0),
    ("baseline", "train", 10.0),
    ("memory", "memory", 60.0),
)


#: What is computed before a training is let run under watch: what could end it late, and what it is judged against.
REHEARSED = ("pipelines", "loop", "data", "batch", "labels", "hyperparameters", "training")


class SessionError(Exception):
    """Something that was asked for is not possible now; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the probe that runs now is: `values` are the losses so far, where it has any."""

    stage: str
    done: int
    total: int
    label: str = ""
    values: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """A remedy applied to the source, not yet tried: `diff` is unified, against the text as it stands in the session.

    `before` and `files` are the whole texts of the files that it changes, without and with it. `number` is what may be
    changed in it: `Session.preview` takes another one.
    """

    key: str
    title: str
    consequence: str
    diff: str
    files: dict[str, str]
    before: dict[str, str] = field(default_factory=dict)
    number: Number | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """The verdict on one remedy after a run of the edited copy.

    `verified` when the problem is gone and nothing that had passed fails; `regressions` are the keys of what does;
    `appeared` are the keys of problems that this run saw for the first time (often hidden by the one that was mended).
    """

    key: str
    preview: Preview
    verified: bool
    why: str
    regressions: tuple[str, ...] = ()
    appeared: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(slots=True)
class RunState:
    """What one run of the script gave so far. A new run gets a new object; the old one stays as it was.

    `decided` are the ids that are certain, `passed` those of them that were not found; `lacking` says why a section has no
    facts.
    """

    number: int
    calls: list[Call] = field(default_factory=list)
    facts: Facts = field(default_factory=Facts)
    findings: dict[str, Finding] = field(default_factory=dict)
    stages: dict[str, StageState] = field(default_factory=dict)
    decided: frozenset[str] = frozenset()
    passed: frozenset[str] = frozenset()
    undecided: dict[str, str] = field(default_factory=dict)
    environment: Environment = field(default_factory=Environment)
    seconds: dict[str, float] = field(default_factory=dict)
    lacking: dict[str, str] = field(default_factory=dict)


def words(finding: Finding) -> dict[str, object]:
    """What the casebook keeps of a finding."""
    where = {"file": finding.where.file, "line": finding.where.line} if finding.where else None
    return {
        "id": finding.id,
        "stage": finding.stage,
        "severity": finding.severity,
        "title": finding.title,
        "where": where,
        "evidence": finding.evidence,
    }
