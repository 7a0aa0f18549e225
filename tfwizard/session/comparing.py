"""Comparing values of one hyperparameter: what is asked for, and when that is refused."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tfwizard.language import _, ngettext
from tfwizard.session.examiner import Examined
from tfwizard.session.mending import Mending
from tfwizard.session.plain import SessionError
from tfwizard.stages import BY_ID

if TYPE_CHECKING:
    from tfwizard.casebook import Casebook
    from tfwizard.facts import CompareFacts, Facts, OverfitFacts

SEEDS, STEPS, BUDGET_S = 3, 60, 300.0
#: Names that people write for the same thing.
SHORT = {"lr": "learning_rate", "rate": "learning_rate", "batch": "batch_size", "seeds": "seed"}
WHOLE = ("batch_size", "seed")
#: A model whose weights are random need not learn a batch by heart: half of the loss shows that it learns at all.
LEARNS = 0.5


class BadSetting(ValueError):
    """What was asked for cannot be compared; the message says why and how to write it."""


class Refused(SessionError):
    """Comparing is too early; the message says why, and what to do first."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One hyperparameter and the values to compare, as they were written."""

    name: str
    values: tuple[str, ...]


def read_settings(texts: Sequence[str]) -> Setting:
    """`learning_rate=1e-5,5e-5` as a Setting. Raises BadSetting."""
    if len(texts) != 1:
        given = ", ".join(text.split("=")[0] for text in texts)
        raise BadSetting(
            _(
                "{count} hyperparameters were given ({given}). Change one at a time: where two change at once, nothing says "
                "which of them made the difference.",
                count=len(texts),
                given=given,
            )
        )
    name, equals, rest = texts[0].partition("=")
    name = SHORT.get(name.strip(), name.strip())
    values = tuple(value.strip() for value in rest.split(",") if value.strip())
    if not equals or not re.fullmatch(r"[A-Za-z_]\w*", name):
        raise BadSetting(_("Write NAME=VALUE,VALUE: for example learning_rate=1e-5,5e-5,1e-3"))
    if name == "optimizer":
        raise BadSetting(
            _(
                "Each optimizer needs a learning rate of its own, so that two things would differ. Compare learning_rate."
            )
        )
    if len(set(values)) < 2:
        raise BadSetting(_("Two values or more are needed: {name}=A,B", name=name))
    for value in values:
        _check(name, value)
    if len({float(value) for value in values}) < len(values):
        raise BadSetting(_("The same value is given twice."))
    return Setting(name, values)


def _check(name: str, value: str) -> None:
    try:
        number = float(value)
    except ValueError:
        raise BadSetting(_("{value} is no number.", value=value)) from None
    if not math.isfinite(number) or number < 0 or (name in ("learning_rate", "batch_size") and number == 0):
        raise BadSetting(_("{name}={value} cannot be: a number above 0 is needed.", name=name, value=value))
    if name in WHOLE and not re.fullmatch(r"\d+", value):
        raise BadSetting(_("{name}={value} cannot be: a whole number is needed.", name=name, value=value))
    if name == "dropout" and number >= 1:
        raise BadSetting(_("dropout={value} cannot be: a number below 1 is needed.", value=value))


class Comparing(Mending):
    """Short trainings beside each other, on the objects that the worker holds."""

    def refuses_to_compare(self) -> str | None:
        """Why a comparison is too early now, and what to do; None where it may begin."""
        return why_too_early(self.casebook, self.run_state.facts, self.run_state.lacking)

    async def compare(
        self, setting: Setting, seeds: int = SEEDS, steps: int = STEPS, budget_s: float = BUDGET_S
    ) -> CompareFacts:
        """Train a little with each value and each seed, from the same weights; `stop_probe` ends it with what it has.

        Raises Refused where it is too early, SessionError where it is not possible.
        """
        async with self._busy:
            if not self._examiner.alive:
                raise SessionError(_("The worker is gone: run the script again first."))
            if why := self.refuses_to_compare():
                raise Refused(why)
            self.run_state.facts = replace(self.run_state.facts, compare=None)
            self.run_state.lacking.pop("compare", None)
            with self._record(f"{self.run_state.number:04}", again=True) as record:
                run = Examined(self.run_state, record, self._stage_in_casebook, [("compare", "train", budget_s)])
                run.options = {"name": setting.name, "values": setting.values, "seeds": seeds, "steps": steps}
                await self._sections(run)
            found = self.run_state.facts.compare
            if found is None:
                raise SessionError(self.run_state.lacking.get("compare", self._examiner.message))
            return found


def why_too_early(casebook: Casebook, facts: Facts, lacking: dict[str, str]) -> str | None:
    """No tuning before all works, one batch is learned, and it is known what a constant answer gets."""
    errors = [problem for problem in casebook.open() if problem.severity == "error"]
    if errors:
        first = errors[0]
        stage = _(BY_ID[first.stage].title)
        if len(errors) == 1:
            return _(
                "An error is open: {id} (stage {stage}). Mend it first: tuning cannot repair what is wrong.",
                id=first.id,
                stage=stage,
            )
        return ngettext(
            "An error is open: {id} and {n} more (stage {stage}). Mend it first: tuning cannot repair what is wrong.",
            "An error is open: {id} and {n} more (stage {stage}). Mend it first: tuning cannot repair what is wrong.",
            len(errors) - 1,
            id=first.id,
            stage=stage,
        )
    if facts.script is None or facts.script.outcome != "held_at_fit":
        return _("The script has not come to a training call: there is nothing to tune yet.")
    if (why := _overfit_fails(facts.overfit, lacking.get("overfit", ""))) is not None:
        return why
    if facts.baseline is None:
        why = _sentence(lacking.get("baseline") or _("it was not computed"))
        return _("There is no trivial baseline to compare with: {why} Without one a loss says nothing.", why=why)
    return None


def _overfit_fails(test: OverfitFacts | None, lacking: str) -> str | None:
    stage = _("stage {title}", title=_(BY_ID["overfit"].title))
    if test is None:
        return _(
            "The overfit test has not run ({stage}): {why} A model that cannot learn one batch has nothing to tune.",
            stage=stage,
            why=_sentence(lacking or _("run it first.")),
        )
    curves = [test.losses, *(curve.losses for curve in test.retried)]
    if any(_lowest(curve) < max(test.target, 0.1 * curve[0]) for curve in curves if curve):
        return None
    if test.loaded_from is None and any(_lowest(curve) < LEARNS * curve[0] for curve in curves if curve):
        return None  # random weights need not learn by heart in so few steps: that it learns is enough
    if test.stopped is not None:
        return _(
            "The overfit test was not finished ({why}): let it run to its end ({stage}).",
            why=test.stopped,
            stage=stage,
        )
    if not test.classification:
        return None  # noise in the targets cannot be learned by heart
    first, last = (test.losses[0], test.losses[-1]) if test.losses else (math.nan, math.nan)
    return _(
        "The overfit test has not passed ({stage}): one batch is not learned, the loss goes from {first:.3g} to {last:.3g}. "
        "No value of a hyperparameter tells anything before that.",
        stage=stage,
        first=first,
        last=last,
    )


def _sentence(text: str) -> str:
    """With its end: what a stage lacks may be a probe's sentence, or the first line of an error."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _lowest(losses: Sequence[float]) -> float:
    return min((loss for loss in losses if math.isfinite(loss)), default=math.inf)
