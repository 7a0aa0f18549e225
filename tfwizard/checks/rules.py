"""How a rule is declared, and how all of them are applied to the facts of a run."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from tfwizard.facts import Facts
from tfwizard.findings import Finding
from tfwizard.language import _

Rule = Callable[[Facts, Sequence[Finding]], Iterable[Finding]]

#: One module a stage; the order is the order of the walk.
MODULES = (
    "script", "environment", "gpus", "loop", "data", "scan", "text", "heads", "metrics", "layers", "nan", "labels", "hyperparameters", "training",
    "overfit", "memory", "watch",
)  # fmt: skip


class Undecided(Exception):
    """A rule has not seen enough to say yes or no; the message says what it lacks."""


@dataclass(frozen=True, slots=True)
class Check:
    """One row of the catalogue. `needs` are the sections of the facts without which it cannot decide.

    A `fallback` rule is for what no other finding explains: it runs last and is shown what was found. `explained_by` are
    the ids of causes whose symptom this is: beside one of them it is that finding's evidence, and no second finding.
    """

    id: str
    needs: tuple[str, ...]
    rule: Rule
    fallback: bool = False
    explained_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Examination:
    """The findings of one run; the ids that it could decide; and for the others, what was lacking."""

    findings: tuple[Finding, ...] = ()
    decided: frozenset[str] = frozenset()
    undecided: dict[str, str] = field(default_factory=dict)

    @property
    def passed(self) -> frozenset[str]:
        """The ids that were examined and not found. A fallback keeps silent beside other findings: that is no proof."""
        found = {finding.id for finding in self.findings}
        return frozenset(id for id in self.decided - found if not _REGISTRY[id].fallback)


_REGISTRY: dict[str, Check] = {}


def check(
    id: str, *needs: str, explained_by: tuple[str, ...] = ()
) -> Callable[[Callable[[Facts], Iterable[Finding]]], Callable[[Facts], Iterable[Finding]]]:
    """Declare a rule for one id of the catalogue."""

    def declare(rule: Callable[[Facts], Iterable[Finding]]) -> Callable[[Facts], Iterable[Finding]]:
        _REGISTRY[id] = Check(id, needs, lambda facts, found: rule(facts), explained_by=explained_by)
        return rule

    return declare


def fallback(id: str, *needs: str, explained_by: tuple[str, ...] = ()) -> Callable[[Rule], Rule]:
    """Declare a rule for what is left when the others have spoken."""

    def declare(rule: Rule) -> Rule:
        _REGISTRY[id] = Check(id, needs, rule, True, explained_by)
        return rule

    return declare


def ids() -> frozenset[str]:
    """The ids of every fault that some rule can find."""
    _read()
    return frozenset(_REGISTRY)


def _read() -> None:
    for module in MODULES:
        importlib.import_module(f"tfwizard.checks.{module}")


def examine(facts: Facts, more_to_come: bool = False) -> Examination:
    """Apply every rule whose facts are there.

    With `more_to_come`, sections that are still None may yet be filled: what one of them could explain is held back.
    """
    _read()
    found: list[Finding] = []
    decided: set[str] = set()
    undecided: dict[str, str] = {}
    for one in sorted(_REGISTRY.values(), key=lambda one: one.fallback):
        missing = [name for name in one.needs if getattr(facts, name) is None]
        if missing:
            undecided[one.id] = _("not examined yet: {missing}", missing=", ".join(missing))
            continue
        try:
            found.extend(one.rule(facts, tuple(found)))
            decided.add(one.id)
        except Undecided as why:
            undecided[one.id] = str(why)
        except Exception as error:  # one rule's mistake must not end the session, nor hide what the others found
            undecided[one.id] = _("this rule failed: {kind}: {error}", kind=type(error).__name__, error=error)
    if more_to_come:
        early = {
            one.id for one in _REGISTRY.values() if one.fallback or not undecided.keys().isdisjoint(one.explained_by)
        }
        for finding in found:
            if finding.id in early:  # whether it is there is not certain yet
                decided.discard(finding.id)
                undecided[finding.id] = _("what is still to be examined may explain it")
        found = [finding for finding in found if finding.id not in early]
    kept, symptoms = _causes(found)
    for id in symptoms:  # the cause hides whether there is more behind the symptom
        decided.discard(id)
        undecided[id] = _("explained by {cause}", cause=symptoms[id])
    return Examination(tuple(kept), frozenset(decided), undecided)


def _causes(found: Sequence[Finding]) -> tuple[list[Finding], dict[str, str]]:
    """The findings that no other one explains, with their symptoms as evidence; and each symptom's cause.

    Advice explains nothing. A cause that is itself the symptom of another still explains: its own cause stands.
    """
    loud = [finding.id for finding in found if finding.severity != "advice"]
    cause_of = {
        finding.id: next((id for id in _REGISTRY[finding.id].explained_by if id in loud and id != finding.id), None)
        for finding in found
    }
    symptoms: dict[str, str] = {}
    for id, cause in cause_of.items():
        seen = {id}
        while cause is not None and cause_of.get(cause) is not None and cause not in seen:
            seen.add(cause)
            cause = cause_of[cause]
        if cause is not None and cause not in seen:
            symptoms[id] = cause
    kept = []
    for finding in found:
        if finding.id in symptoms:
            continue
        explained = [one.title for one in found if symptoms.get(one.id) == finding.id]
        kept.append(replace(finding, evidence={**finding.evidence, "explains": explained}) if explained else finding)
    return kept, symptoms
