"""How a rule is declared, and how all of them are applied to the facts of a run."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from tfwizard.facts import Facts
from tfwizard.findings import Finding

Rule = Callable[[Facts, Sequence[Finding]], Iterable[Finding]]

#: One module a stage; the order is the order of the walk.
MODULES = ("script", "data", "nan", "labels", "hyperparameters", "overfit")


class Undecided(Exception):
    """A rule has not seen enough to say yes or no; the message says what it lacks."""


@dataclass(frozen=True, slots=True)
class Check:
    """One row of the catalogue. `needs` are the sections of the facts without which it cannot decide.

    A `fallback` rule is for what no other finding explains: it runs last and is shown what was found.
    """

    id: str
    needs: tuple[str, ...]
    rule: Rule
    fallback: bool = False


@dataclass(frozen=True, slots=True)
class Examination:
    """The findings of one run; the ids that it could decide; and for the others, what was lacking."""

    findings: tuple[Finding, ...] = ()
    decided: frozenset[str] = frozenset()
    undecided: dict[str, str] = field(default_factory=dict)


_REGISTRY: dict[str, Check] = {}


def check(
    id: str, *needs: str
) -> Callable[[Callable[[Facts], Iterable[Finding]]], Callable[[Facts], Iterable[Finding]]]:
    """Declare a rule for one id of the catalogue."""

    def declare(rule: Callable[[Facts], Iterable[Finding]]) -> Callable[[Facts], Iterable[Finding]]:
        _REGISTRY[id] = Check(id, needs, lambda facts, found: rule(facts))
        return rule

    return declare


def fallback(id: str, *needs: str) -> Callable[[Rule], Rule]:
    """Declare a rule for what is left when the others have spoken."""

    def declare(rule: Rule) -> Rule:
        _REGISTRY[id] = Check(id, needs, rule, fallback=True)
        return rule

    return declare


def examine(facts: Facts) -> Examination:
    """Apply every rule whose facts are there."""
    for module in MODULES:
        importlib.import_module(f"tfwizard.checks.{module}")
    found: list[Finding] = []
    decided: set[str] = set()
    undecided: dict[str, str] = {}
    for one in sorted(_REGISTRY.values(), key=lambda one: one.fallback):
        missing = [name for name in one.needs if getattr(facts, name) is None]
        if missing:
            undecided[one.id] = f"not examined yet: {', '.join(missing)}"
            continue
        try:
            found.extend(one.rule(facts, tuple(found)))
            decided.add(one.id)
        except Undecided as why:
            undecided[one.id] = str(why)
    return Examination(tuple(found), frozenset(decided), undecided)
