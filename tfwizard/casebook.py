"""The state machine: which problems are open, fixed and proved fixed. The only code that changes a state.

Every transition is an event; the state is what replaying the events gives. A `Journal` keeps them on disk.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Literal

from tfwizard.language import _
from tfwizard.sealed import sealed, unsealed
from tfwizard.stages import BY_ID, ORDER, STAGES

Status = Literal["open", "fix applied", "resolved", "waived"]
StageStatus = Literal["waiting", "running", "blocked", "problems", "questions", "passed"]

MOVES: dict[str, dict[str, frozenset[str]]] = {
    # event: {status before: statuses after}; "" stands for a problem that is not known yet
    "found": {
        "": frozenset({"open"}),
        "open": frozenset({"open"}),
        "fix applied": frozenset({"open"}),
        "resolved": frozenset({"open"}),
        "waived": frozenset({"waived"}),
    },
    "gone": {
        "open": frozenset({"resolved"}),
        "fix applied": frozenset({"resolved"}),
        "waived": frozenset({"resolved"}),
    },
    "fix applied": {"open": frozenset({"fix applied"})},
    "fix withdrawn": {"fix applied": frozenset({"open"}), "resolved": frozenset({"open"})},
    "waived": {"open": frozenset({"waived"})},
    "reopened": {"waived": frozenset({"open"})},
}


class IllegalTransition(Exception):
    """An event that the problem's present status does not allow."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the journal. `detail` is plain JSON data that depends on `kind`."""

    kind: str
    key: str = ""
    run: int = 0
    detail: Mapping[str, object] = field(default_factory=dict)
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding over all the runs. `regression` is true when it came back after it had been resolved."""

    key: str
    id: str
    stage: str
    severity: str
    title: str
    status: Status = "open"
    regression: bool = False
    reason: str = ""
    first_run: int = 0
    last_run: int = 0


@dataclass(frozen=True, slots=True)
class StageState:
    """Where one stage stands, and why it is blocked if it is."""

    status: StageStatus
    why: str = ""


class Casebook:
    """The problems of one session, and how far the stages of its present run got.

    Raises IllegalTransition for an event that the present status does not allow.
    """

    def __init__(self, journal: Journal | None = None) -> None:
        self.problems: dict[str, Problem] = {}
        self.run = 0
        self.answers: dict[str, bool] = {}
        self._progress: dict[str, StageState] = {}
        self._journal = journal

    @classmethod
    def replay(cls, events: Iterable[Event], journal: Journal | None = None) -> Casebook:
        """The casebook that `events` lead to; later events go to `journal`."""
        casebook = cls()
        for event in events:
            casebook._apply(event)
        casebook._journal = journal
        return casebook

    # --- what happened -----------------------------------------------------------------------------------------------

    def start_run(self, why: str = "") -> int:
        """A new run of the script begins; its stages wait again."""
        self._record(Event("run started", run=self.run + 1, detail={"why": why}))
        return self.run

    def stage_moved(self, stage: str, status: StageStatus, why: str = "") -> None:
        """A stage of this run began, was blocked, or ended ("passed": its findings and questions decide the rest)."""
        self._record(Event("stage", key=stage, run=self.run, detail={"status": status, "why": why}))

    def examined(self, found: Mapping[str, Mapping[str, object]], decided: Iterable[str]) -> None:
        """Evidence of a run: the findings by key, and the ids that this run was able to decide.

        A known problem whose id was decided and that was not found again is resolved. One whose id could not be decided
        stays as it is: a script that stopped earlier proves nothing.
        """
        able = set(decided)
        for key, facts in found.items():
            if self._is_news(key, facts):
                self._record(Event("found", key=key, run=self.run, detail=facts))
        for problem in list(self.problems.values()):
            if problem.key not in found and problem.id in able and problem.status in MOVES["gone"]:
                self._record(Event("gone", key=problem.key, run=self.run))

    def _is_news(self, key: str, facts: Mapping[str, object]) -> bool:
        """A stage's end judges the whole run anew; what is known already needs no event."""
        known = self.problems.get(key)
        if known is None or known.status in ("fix applied", "resolved") or known.last_run != self.run:
            return True
        return any(getattr(known, name) != facts.get(name) for name in ("severity", "title"))

    def fix_applied(self, key: str, title: str = "") -> None:
        """A source edit for the problem stands, not yet proved."""
        self._record(Event("fix applied", key=key, run=self.run, detail={"fix": title}))

    def fix_withdrawn(self, key: str, why: str = "") -> None:
        """The edit was taken back: the problem is open again."""
        self._record(Event("fix withdrawn", key=key, run=self.run, detail={"why": why}))

    def waive(self, key: str, reason: str) -> None:
        """The person says why this is no problem here. Raises ValueError without a reason."""
        if not reason.strip():
            raise ValueError("A waiver needs a reason.")
        self._record(Event("waived", key=key, run=self.run, detail={"reason": reason.strip()}))

    def reopen(self, key: str) -> None:
        """The person takes a waiver back."""
        self._record(Event("reopened", key=key, run=self.run))

    def answer(self, question: str, yes: bool) -> None:
        """The person answered one of the questions that no program can decide."""
        self._record(Event("answered", key=question, run=self.run, detail={"yes": yes}))

    @property
    def not_kept(self) -> str:
        """Why the events are no longer kept on the disk, "" where they are."""
        return self._journal.failed if self._journal else ""

    def retitle(self, titles: Mapping[str, str]) -> None:
        """Give known problems, by key, other words for the same (those of another language): no state moves, nothing is kept."""
        for key, title in titles.items():
            if key in self.problems:
                self.problems[key] = replace(self.problems[key], title=title)

    def note(self, kind: str, **detail: object) -> None:
        """Something to remember that moves no state: a file written, a worker that died."""
        self._record(Event(kind, run=self.run, detail=detail))

    # --- what follows from it ------------------------------------------------------------------------------------------

    def open(self) -> list[Problem]:
        """The problems that are open or fixed without proof, in the order of the stages, errors first within one."""
        return [p for p in self.ordered() if p.status in ("open", "fix applied")]

    def ordered(self) -> list[Problem]:
        """Every problem, in the order of the stages, errors before warnings before advice."""
        weight = {"error": 0, "warning": 1, "advice": 2}
        return sorted(self.problems.values(), key=lambda p: (ORDER.get(p.stage, 99), weight.get(p.severity, 3), p.key))

    def stage(self, stage: str, questions: Iterable[str] = ()) -> StageState:
        """The status of a stage, derived from how far it got, its problems and its unanswered `questions`."""
        if not BY_ID[stage].section:  # there is something to gather as soon as the script has come to its end
            ran = self._progress.get(STAGES[0].id, StageState("waiting"))
            return StageState("waiting" if ran.status in ("waiting", "running") else "passed")
        state = self._progress.get(stage, StageState("waiting"))
        if state.status in ("waiting", "running"):
            return state
        mine = [p for p in self.open() if p.stage == stage and p.severity != "advice"]
        if mine:
            return StageState("problems", state.why)
        if state.status == "blocked":
            return state
        if any(question not in self.answers for question in questions):
            return StageState("questions")
        return StageState("passed", state.why)

    @property
    def progress(self) -> dict[str, StageState]:
        """How far each stage of the present run got, its problems and questions left aside."""
        return dict(self._progress)

    def exit_code(self) -> int:
        """0 when nothing is open, advice aside; 1 otherwise."""
        return int(any(p.severity != "advice" for p in self.open()))

    # --- the machine ----------------------------------------------------------------------------------------------------

    def _record(self, event: Event) -> None:
        event = replace(event, at=time.time())
        self._check(event)
        if self._journal:
            self._journal.append(event)  # on disk before anyone can see the new state
        self._apply(event)

    def _check(self, event: Event) -> None:
        if event.kind in MOVES:
            before = self.problems[event.key].status if event.key in self.problems else ""
            if before not in MOVES[event.kind]:
                raise IllegalTransition(
                    f"{event.key}: {event.kind!r} is not possible while it is {before or 'unknown'!r}"
                )
        if event.kind == "stage" and event.key not in BY_ID:
            raise IllegalTransition(f"no stage is called {event.key!r}")

    def _apply(self, event: Event) -> None:
        self._check(event)
        match event.kind:
            case "run started":
                self.run, self._progress = event.run, {}
            case "stage":
                self._progress[event.key] = StageState(event.detail["status"], str(event.detail.get("why", "")))  # type: ignore[arg-type]
            case "answered":
                self.answers[event.key] = bool(event.detail["yes"])
            case "found":
                self.problems[event.key] = self._found(event)
            case kind if kind in MOVES:
                problem = self.problems[event.key]
                [after] = MOVES[kind][problem.status]
                reason = str(event.detail.get("reason", "")) if kind == "waived" else problem.reason
                regression = problem.regression and after != "resolved"
                self.problems[event.key] = replace(problem, status=after, reason=reason, regression=regression)  # type: ignore[arg-type]

    def _found(self, event: Event) -> Problem:
        id, stage, severity, title = (str(event.detail.get(name, "")) for name in ("id", "stage", "severity", "title"))
        known = self.problems.get(event.key)
        if known is None:
            return Problem(event.key, id, stage, severity, title, first_run=event.run, last_run=event.run)
        [after] = MOVES["found"][known.status]
        return replace(
            known,
            severity=severity,
            title=title,
            status=after,  # type: ignore[arg-type]
            regression=known.regression or known.status == "resolved",
            last_run=event.run,
        )


class Journal:
    """The events on disk, one JSON line each, written before the screen shows them.

    A last line that was torn by a crash is left out when reading. While `sealed` is set, lines are sealed. Where an event cannot
    be written (a full disk), `failed` says why; no later one is written then, for it would tell of what is not there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sealed = False
        self.failed = ""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._mend()
        # Unbuffered: of what could not be written nothing may come later.
        self._file: BinaryIO = os.fdopen(
            os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab", buffering=0
        )

    def append(self, event: Event) -> None:
        """Write one event and wait until the disk has it."""
        if self.failed:
            return
        row = {"kind": event.kind, "key": event.key, "run": event.run, "detail": dict(event.detail), "at": event.at}
        # Text of the script's may hold halves of characters that UTF-8 has no bytes for.
        line = json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
        rest = memoryview(sealed(line) if self.sealed else line)
        before = os.fstat(self._file.fileno()).st_size
        try:
            while rest:  # a disk that is nearly full takes a part
                rest = rest[self._file.write(rest) :]
            os.fsync(self._file.fileno())
        except OSError as error:
            self.failed = str(error.strerror or error)
            with contextlib.suppress(OSError):
                os.ftruncate(self._file.fileno(), before)

    def close(self) -> None:
        """Give the file back."""
        self._file.close()

    def _mend(self) -> None:
        """Cut off a torn last line, or the next event would be glued to it."""
        if self.path.exists():
            data = self.path.read_bytes()
            if data and not data.endswith(b"\n"):
                os.truncate(self.path, data.rfind(b"\n") + 1)


def read_journal(path: Path) -> Iterator[Event]:
    """The events of a journal, oldest first. A torn last line is left out; any other broken line raises ValueError."""
    *lines, _torn = path.read_bytes().split(b"\n")  # also one that lacks its end alone: `Journal` cuts that off
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        try:
            row = json.loads(unsealed(line))
            yield Event(row["kind"], row["key"], row["run"], row["detail"], row["at"])
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(_("{path}, line {line}: not an event of tfwizard", path=path, line=number)) from error
