"""The way of a fix: the change and why, tried on a copy, its verdict; then written, or undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tfwizard.casebook import Problem
from tfwizard.language import N_, _, ngettext
from tfwizard.plain.beginning import next_step, problem_sentence
from tfwizard.plain.menu import Choice, Home, Menu, back
from tfwizard.tui.lines import clean, clean_lines
from tfwizard.tui.pending import unwritten
from tfwizard.tui.screens.fix import chosen, first_sentence
from tfwizard.tui.screens.question import is_question
from tfwizard.tui.view import fixable, wanting, where_words

if TYPE_CHECKING:
    from tfwizard.plain.walk import Walk
    from tfwizard.session import Topic, Trial


class Fixing:
    """Fixes, one or all of them."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk

    # --- one ---------------------------------------------------------------------------------------------------------------

    def to_fix(self) -> Problem | None:
        """The problem that was spoken of last, if there is a change for it, else the first that has one."""
        session = self.walk.session
        current = session.casebook.problems.get(self.walk.current or "")
        if current is not None and current.status == "open":
            return current
        return next((one for one in wanting(session) if fixable(session, one)), next(iter(wanting(session)), None))

    async def one(self, _rest: str) -> None:
        """Show the change that mends a problem, and ask what to do with it."""
        problem = self.to_fix()
        if problem is None or not await self.walk.settle():
            return
        self.walk.current = problem.key
        if is_question(problem):
            self.walk.say(_("This is still a question: its fix comes with the answer."))
            await self.walk.problems.explain(problem.key)
            return
        await self.walk.flow.preview(problem.key)
        self._say_change()
        if self.walk.flow.can_try:
            await Menu(self.walk.console, lambda: _("This fix: what next?"), self._choices, self.walk.choices).loop()

    def _choices(self) -> list[Choice]:
        flow = self.walk.flow
        return [
            Choice(N_("try"), _("prove it on a copy; your file stays as it is"), self._try, "t", flow.can_try),
            Choice(N_("other"), _("another way to mend it"), self._other, "", flow.can_turn),
            Choice(N_("change"), _("another number than the proposed one"), self._change, "c", flow.can_change),
            Choice(N_("show"), _("the change once more"), self._show),
            Choice(N_("back"), _("back, nothing is changed"), back, "b"),
        ]

    def _say_change(self) -> None:
        """The problem, the reason, the ways, and the change as a diff."""
        walk, view = self.walk, self.walk.flow.view
        if view is None:
            return
        problem = walk.session.casebook.problems[view.key]
        walk.say("", problem_sentence(walk.session, problem), first_sentence(clean(view.finding.why)))
        if view.step == "by hand":
            walk.say(_("There is no safe edit: {why}", why=clean(view.message)))
            if view.finding.advice and clean(view.finding.advice) not in clean(view.message):
                walk.say(clean(view.finding.advice))
            if view.finding.where:
                walk.say(_("Edit {place} in your editor; then {run} runs it again.", place=where_words(view.finding.where),
                           run=_("run")))  # fmt: skip
            return
        way, ways = chosen(view), len(view.finding.remedies)
        if ways > 1:
            walk.say(_("Way {n} of {ways}: {title}.", n=view.remedy + 1, ways=ways, title=clean(way.title)))
        else:
            walk.say(_("The fix: {title}.", title=clean(way.title)))
        if way.consequence:
            walk.say(clean(way.consequence))
        if way.number:
            number = _("{name}: {value}.", name=clean(way.number.name), value=clean(way.number.text))
            usual = _(" Usual: {range}.", range=clean(way.number.usual)) if way.number.usual else ""
            walk.say(f"{number}{usual}")
        if view.preview:
            walk.say(_("The change: + is a new line, - one that goes."))
            walk.console.verbatim(clean_lines(view.preview.diff.rstrip("\n")))

    async def _show(self, _rest: str) -> None:
        self._say_change()

    async def _other(self, _rest: str) -> None:
        view = self.walk.flow.view
        if view is not None:
            await self.walk.flow.preview(view.key, view.remedy + 1)
            self._say_change()

    async def _change(self, rest: str) -> None:
        view = self.walk.flow.view
        if view is None or view.preview is None or view.preview.number is None:
            return
        name = clean(view.preview.number.name)
        text = rest or await self.walk.console.ask(
            _("{name}, instead of {number}?", name=name, number=clean(view.preview.number.text))
        )
        why = await self.walk.flow.use_number(text) if text else ""
        if why:
            self.walk.say(why)
        else:
            self._say_change()

    async def _try(self, _rest: str) -> None:
        walk = self.walk
        if self.is_outdated():
            return
        await walk.during(walk.flow.attempt())
        self._say_verdict()
        if not walk.flow.verified:
            return
        walk.current = None
        if walk.session.finishing:
            walk.say(_("The other stages are examined as well."))
            await walk.settle()
        view = walk.flow.view
        behind = walk.flow.appeared(view) if view else ()
        walk.say(*(_("Behind it stood: {title}", title=clean(title)) for title in behind), next_step(walk))
        raise Home

    def _say_verdict(self) -> None:
        view = self.walk.flow.view
        if view is None or view.step != "verdict":
            return
        if view.trial is None:
            self.walk.say(clean(view.message) or _("The trial did not end."))
            return
        self._say_trial(view.trial)
        self.walk.say(*(_("It came back: {title}", title=clean(title)) for title in view.regressed))
        if not view.trial.verified:
            self.walk.say(*(_("The run also showed: {title}", title=clean(title)) for title in view.appeared))

    def is_outdated(self) -> bool:
        """Whether a file changed on disk since the change was made; says so. A trial of it would prove nothing."""
        names = [path.name for path in self.walk.session.changed_on_disk() if path.exists()]
        if names:
            files = clean(", ".join(names))
            self.walk.say(_("{files} changed on disk: {run} runs it again first.", files=files, run=_("run")))
        return bool(names)

    # --- all ---------------------------------------------------------------------------------------------------------------

    async def all(self, _rest: str) -> None:
        """Mend one after the other, until one is not verified or none is left."""
        walk = self.walk
        if self.is_outdated() or not await walk.settle():
            return
        flow = walk.flow
        told = 0

        def seen() -> None:
            nonlocal told
            for trial in (flow.all or [])[told:]:
                told += 1
                self._say_trial(trial)

        trying = ""

        def heard(_topic: Topic) -> None:
            nonlocal trying
            title = flow.trying_title()
            if title and title != trying:
                walk.say(_("To be mended: {title}", title=clean(title)))
            trying = title

        before, flow.changed = flow.changed, seen
        end = walk.session.subscribe(heard)
        try:
            await walk.during(flow.fix_all())
        finally:
            flow.changed = before
            end()
        walk.current = flow.stopped_at
        await walk.where_now()

    def _say_trial(self, trial: Trial) -> None:
        title, why, seconds = clean(trial.preview.title), clean(trial.why), round(trial.seconds)
        if trial.verified:
            self.walk.say(_("VERIFIED in {n} s: {title}. {why}", n=seconds, title=title, why=why))
        else:
            self.walk.say(
                _("NOT VERIFIED in {n} s, so it was not kept: {title}. {why}", n=seconds, title=title, why=why)
            )

    # --- the files ---------------------------------------------------------------------------------------------------------

    async def write(self, _rest: str) -> None:
        """Ask, then write the proved edits."""
        count, files = unwritten(self.walk.session)
        if not count:
            self.walk.say(_("There is nothing to write."))
            return
        names = ", ".join(clean(name) for name in files)
        question = ngettext(
            "{n} proved edit goes into {files}. A backup is kept, and undo takes it back. Write?",
            "{n} proved edits go into {files}. A backup is kept, and undo takes them back. Write?",
            count,
            files=names,
        )
        if await self.walk.console.confirm(question) and self.write_now():
            self.walk.say(next_step(self.walk))

    def write_now(self) -> bool:
        """Write, and say which files."""
        try:
            paths = self.walk.session.write()
        except Exception as error:  # a file that changed meanwhile, a full disk: nothing was written, and why
            self.walk.say(_("Not written: {why}", why=clean(error)))
            return False
        self.walk.say(_("Written: {files}", files=", ".join(clean(path.name) for path in paths)))
        return True

    async def undo(self, _rest: str) -> None:
        """Take the last step back."""
        if not await self.walk.settle():
            return
        try:
            self.walk.say(clean(self.walk.session.undo()))
        except Exception as error:  # nothing to undo, or a file that changed since
            self.walk.say(clean(error))
