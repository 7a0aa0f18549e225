"""Everything that is looked at, and what was found."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from tfwizard.checks.conflicts import Conflict, DoctorFacts, examine
from tfwizard.doctor import interpreter, machine
from tfwizard.gpus.nvml import read_gpus_soon


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The facts, the conflicts (what breaks first), and the seconds it took."""

    facts: DoctorFacts
    conflicts: tuple[Conflict, ...]
    seconds: float

    @property
    def breaks(self) -> bool:
        """Whether something would break."""
        return any(one.severity == "error" for one in self.conflicts)


def diagnose(python: str, imports: bool = False) -> Diagnosis:
    """Examine the environment of `python`, and this machine. Raises CannotRun."""
    started = time.monotonic()
    facts = DoctorFacts(interpreter.ask(python, imports), asyncio.run(read_gpus_soon()), machine.look())
    return Diagnosis(facts, tuple(examine(facts)), time.monotonic() - started)
