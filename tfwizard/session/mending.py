"""The way of a fix: previewed, tried on a copy in a fresh worker, judged, kept or dropped."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable

from tfwizard.casebook import Problem, StageState, StageStatus
from tfwizard.language import _
from tfwizard.runner.opening import opening
from tfwizard.session.examiner import Examined
from tfwizard.session.plain import STATUS, Preview, RunState, SessionError, Topic, Trial, words
from tfwizard.session.runs import examine_state
from tfwizard.session.verdict import After, Before, Verdict, judge
from tfwizard.session.watching import Watching
from tfwizard.sources import CannotWrite, diff_between

AFTER_TRIAL: tuple[Topic, ...] = ("trial", "casebook", "facts", "stage", "sources")


class Mending(Watching):
    """Fixes one after the other, each proved before it counts."""

    async def preview(self, key: str, remedy: int = 0, value: str | None = None) -> Preview:
        """The edit for a problem, as a diff; `value` is for the number that it proposes.

        Raises tfwizard.fixes.CannotEdit with what to do by hand.
        """
        preview = await self._parsed(self._preview, key, remedy, value)
        self.get_ready(preview)
        return preview

    def _preview(self, key: str, remedy: int, value: str | None) -> Preview:
        from tfwizard.fixes import CannotEdit
        from tfwizard.fixes.number import with_number
        from tfwizard.fixes.plan import plan

        finding = self.findings[key]
        if remedy >= len(finding.remedies):
            raise CannotEdit(finding.advice or _("There is no safe edit for this problem."))
        chosen = finding.remedies[remedy]
        if value is not None:
            chosen = with_number(chosen, value)
        files = plan(self.sources, chosen)
        before = {name: self.sources.text(name) for name in files}
        folder = self.script.parent
        diff = "".join(diff_between(before[name], text, os.path.relpath(name, folder)) for name, text in files.items())
        return Preview(key, chosen.title, chosen.consequence, diff, files, before, chosen.number)

    async def try_fix(self, key: str, remedy: int = 0, value: str | None = None) -> Trial:
        """Apply a remedy to a copy, run it in a fresh worker, judge. Kept (not written to disk) only if verified.

        Returns with the verdict; the rest of a verified copy's run is examined after it (`finishing`, `rest`).
        """
        await self._busy.acquire()
        try:
            trial, run = await self._try(await self.preview(key, remedy, value))
        except BaseException:
            self._busy.release()
            raise
        if run is None:
            self._busy.release()
            self.get_ready()
        else:
            self._rest = asyncio.create_task(self._finish(run))
        for topic in AFTER_TRIAL:
            self._tell(topic)
        return trial

    async def _try(self, preview: Preview) -> tuple[Trial, Examined | None]:
        started = time.monotonic()
        key = preview.key
        problem = self.casebook.problems[key]
        if problem.status != "open":
            raise SessionError(
                _("{id} is {status}: there is nothing to try.", id=problem.id, status=_(STATUS[problem.status]))
            )
        if changed := self.sources.changed_on_disk():
            names = ", ".join(path.name for path in changed)
            raise SessionError(_("{names} changed on disk since it was read: run the script again first.", names=names))
        self.casebook.fix_applied(key, preview.title)
        try:
            self.edits.stage(key, preview.title, preview.files)
        except CannotWrite as why:  # the file's encoding has no such character
            self.casebook.fix_withdrawn(key, str(why))
            raise SessionError(str(why)) from None
        self._tell("casebook")
        before = self._before(problem)
        moves: list[tuple[str, StageStatus, str]] = []
        state = RunState(self.casebook.run + 1)
        self.trial_state = state
        self._tell("trial")

        def moved(stage: str, status: StageStatus, why: str) -> None:
            moves.append((stage, status, why))
            state.stages[stage] = StageState(status, why)
            self._tell("trial")

        run = Examined(state, self._new_record("trial"), moved)
        try:
            verdict = await self._verdict(before, run)
        except BaseException:
            run.record.drop()
            self.edits.drop_last(_("the trial was broken off"))
            self.trial_state = None
            await self._examiner.end(_("The trial was broken off; run the script again."))
            raise
        seconds = time.monotonic() - started
        trial = Trial(key, preview, verdict.verified, verdict.why, verdict.regressions, verdict.appeared, seconds)
        self.trial_state = None
        if trial.verified:
            self._adopt(run, moves, preview)
            return trial, run
        run.record.drop()
        self.findings.update({one: state.findings[one] for one in verdict.regressions})
        self.edits.drop_last(trial.why)
        # What it holds is the edited copy: examining that further would tell of another script.
        await self._examiner.end(_("The edited copy was dropped; run the script again to go on examining."))
        return trial, None

    def _before(self, problem: Problem) -> Before:
        state = self.run_state
        script = state.facts.script
        return Before(
            problem.key,
            problem.id,
            problem.stage,
            state.passed,
            frozenset(one.key for one in self.casebook.problems.values() if one.status == "resolved"),
            frozenset(self.casebook.problems),
            script is not None and script.outcome == "held_at_fit",
            any(one.explains_failure for one in state.findings.values()),
        )

    async def _verdict(self, before: Before, run: Examined) -> Verdict:
        """Examine the edited copy until it is certain whether it is mended."""
        await self._script(run)
        while True:
            final = not run.waiting
            if final and before.id == "out-of-memory":
                await self._search_smaller(run)
            examine_state(run.state, final)
            script = run.state.facts.script
            held = script is not None and script.outcome == "held_at_fit"
            after = After(run.state.findings, run.state.decided, run.state.undecided, held, final)
            if (verdict := judge(before, after)) is not None:
                return verdict
            await self._examiner.section(run)
            self._tell("trial")

    def _adopt(self, run: Examined, moves: list[tuple[str, StageStatus, str]], preview: Preview) -> None:
        """The edited copy is the script from now on: its run is a run of the session."""
        state = run.state
        run.record.becomes(self.folder / "runs" / f"{self.casebook.run + 1:04}.jsonl")
        state.number = self.casebook.start_run(_("tried: {title}", title=preview.title))
        run.moved = self._stage_in_casebook
        self.show_run(state)
        self.findings.update(state.findings)
        # Of what is decided so far only this problem is resolved: the others wait for the end of the run.
        id = self.casebook.problems[preview.key].id
        self.casebook.examined({key: words(finding) for key, finding in state.findings.items()}, {id})
        for stage, status, why in moves:
            if status != "running":  # every section that began has ended by now
                self.casebook.stage_moved(stage, status, why)

    async def _finish(self, run: Examined) -> None:
        """Examine the rest of a verified copy."""
        try:
            await self._sections(run)
        finally:
            run.record.close()
            self._rest = None
            self._busy.release()
            self.get_ready()
            for topic in AFTER_TRIAL:
                self._tell(topic)

    @property
    def finishing(self) -> bool:
        """Whether the rest of a verified copy's run is still being examined."""
        return self._rest is not None

    async def rest(self) -> None:
        """Wait until the rest of a verified copy's run is examined."""
        if self._rest is not None:
            await asyncio.shield(self._rest)

    async def fix_all(self, on_trial: Callable[[Trial], None] | None = None) -> list[Trial]:
        """Mend one problem after the other until none with a remedy is left, stopping at the first not verified."""
        return await mend_all(self, on_trial)

    def next_fixable(self, tried: set[str]) -> str | None:
        """The first open problem that has a remedy and is not in `tried`."""
        ready = (one.key for one in self.casebook.ordered() if one.status == "open" and one.key not in tried)
        return next((key for key in ready if key in self.run_state.findings and self.findings[key].remedies), None)

    # --- the standby worker ----------------------------------------------------------------------------------------------

    def get_ready(self, preview: Preview | None = None) -> None:
        """Have a worker import ahead what the next trial will: that of `preview`, else of the next fix."""
        if self.standby.status == "off" or self._busy.locked():
            return  # while a run is examined its measurements need the machine
        task = asyncio.create_task(self._prepare(preview))
        self._getting_ready.add(task)
        task.add_done_callback(self._getting_ready.discard)

    async def _prepare(self, preview: Preview | None) -> None:
        from tfwizard.fixes import CannotEdit

        text = self._script_text()
        if preview is None and (key := self.next_fixable(set())) is not None:
            with contextlib.suppress(CannotEdit):
                preview = await self._parsed(self._preview, key, 0, None)
        if preview is not None:
            text = next((new for name, new in preview.files.items() if self._is_script(name)), text)
        begins = await self._parsed(opening, text)
        if not self._busy.locked():
            await self.standby.prepare(begins)

    def _is_script(self, name: str) -> bool:
        return os.path.realpath(self.script.parent / name) == os.path.realpath(self.script)


async def mend_all(session: Mending, on_trial: Callable[[Trial], None] | None) -> list[Trial]:
    """Try the next fix that the session has to give, until it has none or one is not verified.

    One that is back is tried once more: two that bring each other back would have no end.
    """
    trials: list[Trial] = []
    proved: set[str] = set()
    back: set[str] = set()
    while (key := session.next_fixable(back)) is not None:
        if key in proved:
            back.add(key)
        trials.append(await session.try_fix(key))
        proved.add(key)
        if on_trial:
            on_trial(trials[-1])
        if not trials[-1].verified:
            break
        await session.rest()
    return trials
