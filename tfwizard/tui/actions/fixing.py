"""Keys for the fixes: preview, try, write, undo."""

from __future__ import annotations

from tfwizard.language import _, ngettext
from tfwizard.stages import ORDER
from tfwizard.tui import keymap
from tfwizard.tui.actions.comparing import Comparing
from tfwizard.tui.lines import clean
from tfwizard.tui.pending import unwritten
from tfwizard.tui.screens.dialogs import Confirm


class Fixing(Comparing):
    """The way of a fix."""

    def action_fix(self) -> None:
        """Show the change that mends the problem."""
        problem = self.to_fix()
        if problem is None:
            words = _("There is no problem left with a fix of its own. {i} explains what to do by hand.")
            self.say(words.format(i=keymap.now("i")))
        elif self.is_trying:
            self.go("fix-all" if self.flow.all is not None else "fix")
        else:
            self.navigated = True
            self.selected = problem.key
            self.stage_at = ORDER.get(problem.stage, self.stage_at)
            self.run_worker(self.flow.preview(problem.key), group="preview", exclusive=True, exit_on_error=False)
            self.go("fix")

    def action_remedy(self, step: int) -> None:
        """Another way to mend it."""
        view = self.flow.view
        if view and self.flow.can_turn:
            self.run_worker(
                self.flow.preview(view.key, view.remedy + step), group="preview", exclusive=True, exit_on_error=False
            )

    def action_try_fix(self) -> None:
        """Try the change on the screen."""
        if self.script_runs or self.is_trying:
            self.say(_("Wait until the run has ended; then {t} tries it.", t=keymap.now("t")))
        elif self.flow.can_try and not self.is_outdated():
            self.flow.all = None
            self.run_worker(self._attempt(), group="trial", exclusive=True, exit_on_error=False)

    async def _attempt(self) -> None:
        await self._guard(self.flow.attempt())
        self.wait_for_rest()

    def wait_for_rest(self) -> None:
        """What is still examined behind a verdict goes on by itself; what goes wrong there is said."""
        if self.session.finishing and not any(one.group == "rest" and not one.is_finished for one in self.workers):
            self.run_worker(self._guard(self.session.rest()), group="rest", exit_on_error=False)

    def is_outdated(self) -> bool:
        """Whether the change was made on a text that is no longer on disk; says so. A trial of it would prove nothing."""
        self.look_at_disk()
        names = [path.name for path in self.changed if path.exists()]  # one that is gone would be missed for ever
        if names:
            words = _("{files} changed on disk: {r} runs it again first.")
            self.say(words.format(files=clean(", ".join(names)), r=keymap.now("r")))
        return bool(names)

    def action_fix_all(self) -> None:
        """Mend one problem after the other."""
        if self.script_runs or self.is_trying:
            self.say(_("Wait until the run has ended."))
            return
        if self.is_outdated():
            return
        self.navigated = True
        self.flow.all = []
        self.run_worker(self._fix_all(), group="trial", exclusive=True, exit_on_error=False)
        self.go("fix-all")

    async def _fix_all(self) -> None:
        await self._guard(self.flow.fix_all())
        self.wait_for_rest()

    def action_write(self) -> None:
        """Ask, then write the proved edits."""
        count, files = unwritten(self.session)
        if not count:
            self.say(_("There is nothing to write."))
            return
        steps = ngettext("{n} proved edit goes into:", "{n} proved edits go into:", count)
        dialog = Confirm(
            _("Write to disk?"),
            [steps, *(f"  {name}" for name in files), _("A backup is kept; {u} takes it back.", u=keymap.now("u"))],
            [("y", _("write"))],
        )

        def answered(answer: str | None) -> None:
            if answer == "y":
                self.write_now()

        self.push_screen(dialog, answered)

    def write_now(self) -> bool:
        """Write, and say which files."""
        if self.is_trying:
            self.say(_("Wait until the trial has ended: its edit is not proved yet."))
            return False
        try:
            paths = self.session.write()
        except Exception as error:  # a file that changed meanwhile, a full disk: nothing was written, and why
            self.say(_("Not written: {why}", why=clean(error)), bad=True)
            return False
        self.say(_("Written: {files}", files=", ".join(path.name for path in paths)))
        self.refresh_now()
        return True

    def action_undo(self) -> None:
        """Take the last step back."""
        if self.session.finishing:  # its run would prove something of a text that is gone
            words = _("The run of this edit is still examined; {x} stops the test that goes on, then {u} undoes it.")
            self.say(words.format(x=keymap.now("x"), u=keymap.now("u")))
            return
        self.attempt(lambda: self.say(clean(self.session.undo())))
        self.look_at_disk()
