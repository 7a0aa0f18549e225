"""The way of a fix through the session: preview, try, verdict. Holds what the fix page shows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from tfwizard.casebook import Problem
from tfwizard.stages import BY_ID
from tfwizard.tui.lines import clean
from tfwizard.tui.screens.fix import FixView
from tfwizard.tui.words import _

if TYPE_CHECKING:
    from tfwizard.session import Session, Trial


class FixFlow:
    """The fix on the screen. `changed` is called after each step."""

    def __init__(self, session: Session, changed: Callable[[], None]) -> None:
        self.session = session
        self.changed = changed
        self.view: FixView | None = None
        self.all: list[Trial] | None = None

    @property
    def can_try(self) -> bool:
        """Whether there is a change to try."""
        view = self.view
        return (
            view is not None
            and view.preview is not None
            and (view.step == "preview" or (view.step == "verdict" and not self.verified))
        )

    @property
    def can_turn(self) -> bool:
        """Whether another remedy can be chosen."""
        return (
            self.view is not None
            and len(self.view.finding.remedies) > 1
            and self.view.step != "trying"
            and not self.verified
        )

    @property
    def verified(self) -> bool:
        """Whether the fix on the screen is proved."""
        return self.view is not None and self.view.trial is not None and self.view.trial.verified

    def shown(self, now: str) -> FixView | None:
        """What the fix page shows; `now` is what the trial does."""
        return replace(self.view, doing=now) if self.view else None

    async def preview(self, key: str, remedy: int = 0) -> None:
        """Show what the remedy would change."""
        finding = self.session.findings[key]
        if not finding.remedies:
            self._set(FixView(key, finding, step="by hand", message=_("this one needs a person.")))
            return
        remedy %= len(finding.remedies)
        self._set(FixView(key, finding, remedy))
        try:
            preview = await self.session.preview(key, remedy)
        except Exception as error:  # every reason not to edit ends in words on the screen
            self._set(FixView(key, finding, remedy, "by hand", message=clean(error)))
            return
        if self.view and (self.view.key, self.view.remedy) == (key, remedy):
            self._set(replace(self.view, step="preview", preview=preview))

    async def attempt(self) -> None:
        """Try the remedy on the screen; the verdict stays with it."""
        if self.view is None:
            return
        trying = self.view = replace(self.view, step="trying", trial=None, message="", appeared=(), regressed=())
        self.changed()
        try:
            trial = await self.session.try_fix(trying.key, trying.remedy)
        except asyncio.CancelledError:
            self._set(replace(trying, step="verdict", message=_("Stopped. Nothing was changed.")))
            raise
        except Exception as error:  # a worker that died is a verdict too
            self._set(replace(trying, step="verdict", message=clean(error)))
            return
        titles = (tuple(self.title(key) for key in trial.appeared), tuple(self.title(key) for key in trial.regressions))
        self._set(replace(trying, step="verdict", trial=trial, appeared=titles[0], regressed=titles[1]))

    async def fix_all(self) -> None:
        """Mend one after the other; the trials so far are in `all`."""
        self.all = []
        trials = self.all
        self.changed()

        def seen(trial: Trial) -> None:
            trials.append(trial)
            self.changed()

        await self.session.fix_all(seen)
        self.changed()

    def title(self, key: str) -> str:
        """The title of a problem."""
        problem: Problem | None = self.session.casebook.problems.get(key)
        return problem.title if problem else key

    def _set(self, view: FixView) -> None:
        self.view = view
        self.changed()


def doing(session: Session) -> str:
    """What the trial does now: the stage that it examines, or the call that the script is in."""
    run = session.trial_state
    if run is None:
        return _("starting")
    for stage, state in run.stages.items():
        if state.status == "running" and stage != "script":
            return _("examining: {title}").format(title=BY_ID[stage].title)
    return _("running {call}").format(call=run.calls[-1].name) if run.calls else _("starting the script")
