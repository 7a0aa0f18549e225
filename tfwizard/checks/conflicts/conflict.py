"""A conflict, and what the rules read."""

from __future__ import annotations

from dataclasses import dataclass, field

from tfwizard.facts import GpusFacts, InstalledFacts, MachineFacts
from tfwizard.findings import Evidence, Severity


@dataclass(frozen=True, slots=True)
class DoctorFacts:
    """The environment that trains, the GPUs, and the machine and terminal that tfwizard works on."""

    installed: InstalledFacts
    gpus: GpusFacts
    machine: MachineFacts


@dataclass(frozen=True, slots=True)
class Conflict:
    """One conflict. An error breaks something, a warning may, an advice does not.

    `install` and `remove` are packages as pip takes them: what to install, and what to remove before. `advice` says what to do
    beside, or in the place of that. `variables` are environment variables that mend it: their values, None for one that is not to be
    set. `subject` tells two conflicts with one id apart.
    """

    id: str
    severity: Severity
    title: str
    why: str
    evidence: Evidence = field(default_factory=dict)
    install: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    advice: str = ""
    variables: tuple[tuple[str, str | None], ...] = ()
    subject: str = ""

    def commands(self, install: str = "pip install", uninstall: str = "pip uninstall -y") -> list[str]:
        """What to type, one command after the other, where pip is called like this."""
        shell = [f"unset {name}" if value is None else f"export {name}={value}" for name, value in self.variables]
        both = ((uninstall, self.remove), (install, self.install))
        return [
            *(f"{verb} {' '.join(_quoted(one) for one in packages)}" for verb, packages in both if packages),
            *shell,
        ]


def _quoted(package: str) -> str:
    return f"'{package}'" if set(package) & set("<>=![]~*") and not package.startswith("--") else package
