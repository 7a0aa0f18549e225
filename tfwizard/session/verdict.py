"""Whether an edit mended its problem: a pure judgement of two examinations, before and after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tfwizard.findings import Finding
from tfwizard.language import _
from tfwizard.stages import ORDER


@dataclass(frozen=True, slots=True)
class Before:
    """What stood before the edit, which is to mend the problem `key` with this `id` and `stage`.

    `passed` are the ids that were examined and not found; `resolved` the keys of problems that had been proved fixed;
    `known` the keys of all problems; `held` whether the script came to its training call;
    `failing` whether something that was found makes it fail.
    """

    key: str
    id: str
    stage: str
    passed: frozenset[str]
    resolved: frozenset[str]
    known: frozenset[str]
    held: bool
    failing: bool = False


@dataclass(frozen=True, slots=True)
class After:
    """What the run of the edited copy gave so far; with `final` nothing more comes.

    `decided` are the ids that are certain by now, found or not; `undecided` says for the others what is lacking.
    """

    findings: Mapping[str, Finding]
    decided: frozenset[str]
    undecided: Mapping[str, str]
    held: bool
    final: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement, and the keys that it hangs on."""

    verified: bool
    why: str
    regressions: tuple[str, ...] = ()
    appeared: tuple[str, ...] = ()


def judge(before: Before, after: After) -> Verdict | None:
    """The verdict on an edit; None while it is not certain yet.

    It counts when its own check passes and none fails that had passed before: neither a problem that had been resolved nor
    one that had never been there.
    """
    key, id, findings = before.key, before.id, after.findings
    appeared = tuple(one for one in findings if one not in before.known)
    if key in findings:
        return Verdict(False, _("The problem is still there."), (), appeared)
    back = tuple(sorted(one for one in findings if one in before.resolved))
    if back:
        return Verdict(False, _("It brings back what was resolved: {ids}.", ids=", ".join(back)), back, appeared)
    broken = tuple(one for one in appeared if _breaks(findings[one], before, after))
    if broken:
        return Verdict(
            False, _("It breaks what had passed: {title}.", title=findings[broken[0]].title), broken, appeared
        )
    if not after.final and not after.decided >= before.passed | {id}:
        return None
    if id not in after.decided:
        lacking = after.undecided.get(id, _("not examined"))
        return Verdict(
            False, _("The edited copy did not get far enough to prove it: {lacking}.", lacking=lacking), (), appeared
        )
    return Verdict(True, _("The problem is gone, and nothing that had passed fails."), (), appeared)


def _breaks(finding: Finding, before: Before, after: After) -> bool:
    if finding.id == "script-error":  # the next error behind the one that was mended is no fault of the edit
        return before.held and not (after.held and before.failing)
    if finding.id not in before.passed or finding.severity == "advice":
        return False
    # A warning of a later stage may have been hidden: a metric that counts masked labels says so once there are masks.
    return finding.severity == "error" or ORDER[finding.stage] <= ORDER[before.stage]
