"""The way of a fix through the session: preview, try, verdict. Holds what the fix page shows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from tfwizard.casebook import Problem
from tfwizard.findings import Finding
from tfwizard.language import _
from tfwizard.session.teaching import QUESTION
from tfwizard.stages import BY_ID
from tfwizard.tui.gather import examined_words
from tfwizard.tui.lines import clean
from tfwizard.tui.standby import ready_words

if TYPE_CHECKING:
    from tfwizard.session import Preview, Session, Trial

Step = Literal["loading", "preview", "by hand", "trying", "verdict"]


@dataclass(frozen=True, slots=True)
class FixView:
    """Where the fix of one problem stands. `doing` says what the trial does now; `message` why there is no edit.

    `rest` is what is still examined behind a verdict, `standby` how ready the next trial is, in full and shorter.
    """

    key: str
    finding: Finding
    remedy: int = 0
    step: Step = "loading"
    preview: Preview | None = None
    trial: Trial | None = None
    message: str = ""
    doing: str = ""
    appeared: tuple[str, ...] = ()
    regressed: tuple[str, ...] = ()
    standby: tuple[str, ...] = ()
    rest: str = ""


class FixFlow:
    """The fix on the screen. `changed` is called after each step."""

    def __init__(self, session: Session, changed: Callable[[], None]) -> None:
        self.session = session
        self.changed = changed
        self.view: FixView | None = None
        self.all: list[Trial] | None = None
        #: The person's own numbers, by problem and remedy: they are there again when one comes back to it.
        self.numbers: dict[tuple[str, int], str] = {}
        self._known: frozenset[str] = frozenset()
        self._run = 0

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
    def can_change(self) -> bool:
        """Whether the change on the screen has a number that the person may want otherwise."""
        return self.can_try and self.view is not None and bool(self.view.preview and self.view.preview.number)

    @property
    def verified(self) -> bool:
        """Whether the fix on the screen is proved."""
        return self.view is not None and self.view.trial is not None and self.view.trial.verified

    def shown(self, now: str) -> FixView | None:
        """What the fix page shows; `now` is what the trial does."""
        if self.view is None:
            return None
        rest = examined_words(self.session) if self.session.finishing and self.verified else ""
        return replace(
            self.view, doing=now, standby=ready_words(self.session), rest=rest, appeared=self.appeared(self.view)
        )

    def appeared(self, view: FixView) -> tuple[str, ...]:
        """The titles of what stood behind the problem. They grow while the rest of the stages is examined."""
        if view.trial is None:
            return ()
        if view.trial.verified and self.session.run_state.number == self._run:
            late = [key for key in self.session.casebook.problems if key not in self._known]
            return tuple(self.title(key) for key in dict.fromkeys([*view.trial.appeared, *late]))
        return view.appeared

    async def preview(self, key: str, remedy: int = 0) -> None:
        """Show what the remedy would change."""
        finding = self.session.findings[key]
        if finding.id == QUESTION:
            message = _("this is still a question: its fix comes with the answer.")
            self._set(FixView(key, finding, step="by hand", message=message))
            return
        if not finding.remedies:
            self._set(FixView(key, finding, step="by hand", message=_("this one needs a person.")))
            return
        remedy %= len(finding.remedies)
        self._set(FixView(key, finding, remedy))
        try:
            preview = await self.session.preview(key, remedy, self.numbers.get((key, remedy)))
        except Exception as error:  # every reason not to edit ends in words on the screen
            self._set(FixView(key, finding, remedy, "by hand", message=clean(error)))
            return
        if self.view and (self.view.key, self.view.remedy) == (key, remedy):
            self._set(replace(self.view, step="preview", preview=preview))

    async def use_number(self, text: str) -> str:
        """Show the change with the person's own number. Returns why that cannot be, "" where it can."""
        view = self.view
        if view is None or not self.can_change:
            return _("There is no change on the screen.")
        try:
            preview = await self.session.preview(view.key, view.remedy, text)
        except Exception as error:
            return clean(error)
        self.numbers[view.key, view.remedy] = text
        if self.view and (self.view.key, self.view.remedy) == (view.key, view.remedy) and self.can_change:
            self._set(replace(self.view, step="preview", preview=preview, trial=None, message=""))
        return ""

    async def attempt(self) -> None:
        """Try the remedy on the screen; the verdict stays with it."""
        if self.view is None:
            return
        trying = self.view = replace(self.view, step="trying", trial=None, message="", appeared=(), regressed=())
        self.changed()
        try:
            await self.session.rest()  # what that finds is not what this trial uncovers
            known = frozenset(self.session.casebook.problems)
            trial = await self.session.try_fix(trying.key, trying.remedy, self.numbers.get((trying.key, trying.remedy)))
        except asyncio.CancelledError:
            self._set(replace(trying, step="verdict", message=_("Stopped. Nothing was changed.")))
            raise
        except Exception as error:  # a worker that died is a verdict too
            self._set(replace(trying, step="verdict", message=clean(error)))
            return
        self._known, self._run = known, self.session.run_state.number
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

    @property
    def stopped_at(self) -> str | None:
        """The problem at which fix all stopped, because its fix was not verified."""
        return self.all[-1].key if self.all and not self.all[-1].verified else None

    def trying_title(self) -> str:
        """The title of the problem whose fix is on trial now."""
        if self.session.trial_state is None:
            return ""
        problems = self.session.casebook.problems.values()
        return next((problem.title for problem in problems if problem.status == "fix applied"), "")

    def title(self, key: str) -> str:
        """The title of a problem."""
        known: Problem | Finding | None = self.session.casebook.problems.get(key) or self.session.findings.get(key)
        return known.title if known else key

    def _set(self, view: FixView) -> None:
        self.view = view
        self.changed()


def doing(session: Session) -> str:
    """What the trial does now: the stage that it examines, or the call that the script is in."""
    run = session.trial_state
    if run is None:
        if session.finishing:
            return _("first the last run is examined to its end: {what}", what=examined_words(session))
        return _("starting")
    for stage, state in run.stages.items():
        if state.status == "running" and stage != "script":
            return _("examining: {title}", title=_(BY_ID[stage].title))
    return _("running {call}", call=run.calls[-1].name) if run.calls else _("starting the script")
