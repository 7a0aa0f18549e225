"""How a conflict's rule is declared, and how all of them are applied."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable

from tfwizard.checks.conflicts.conflict import Conflict, DoctorFacts
from tfwizard.language import _

Rule = Callable[[DoctorFacts], Iterable[Conflict]]

#: In the order in which conflicts are shown among those that are equally severe.
MODULES = ("tensorflow", "libraries", "packages", "variables", "imports", "gpus", "machine")
SEVERITIES = ("error", "warning", "advice")

_REGISTRY: dict[str, Rule] = {}


def conflict(id: str) -> Callable[[Rule], Rule]:
    """Declare the rule for one id."""

    def declare(rule: Rule) -> Rule:
        _REGISTRY[id] = rule
        return rule

    return declare


def ids() -> frozenset[str]:
    """The ids of every conflict that some rule can find."""
    _read()
    return frozenset(_REGISTRY)


def examine(facts: DoctorFacts) -> list[Conflict]:
    """Every conflict, what breaks first."""
    _read()
    found: list[Conflict] = []
    for id, rule in _REGISTRY.items():
        try:
            found += rule(facts)
        except Exception as error:  # one rule's mistake must not hide what the others found
            why = _("this rule failed: {kind}: {error}", kind=type(error).__name__, error=error)
            found.append(Conflict(id, "advice", _("{id} could not be examined", id=id), why))
    return sorted(found, key=lambda one: SEVERITIES.index(one.severity))


def _read() -> None:
    for module in MODULES:
        importlib.import_module(f"tfwizard.checks.conflicts.{module}")
