"""Keys for editing by hand: the person's own editor at the line, and what changed on disk."""

from __future__ import annotations

import os
from pathlib import Path

from textual.app import SuspendNotSupported

from tfwizard.language import _, ngettext
from tfwizard.stages import STAGES
from tfwizard.tui import keymap
from tfwizard.tui.actions.fixing import Fixing
from tfwizard.tui.editor import find_editor, has_window, with_line
from tfwizard.tui.gather import line_in_sight
from tfwizard.tui.handover import run_in_terminal
from tfwizard.tui.lines import clean
from tfwizard.tui.pending import line_on_disk, place_to_edit, unwritten
from tfwizard.tui.screens.dialogs import Confirm
from tfwizard.tui.screens.number import Ask, hint_words


class Editing(Fixing):
    """By hand: another number, or the editor."""

    # --- another number --------------------------------------------------------------------------------------------------

    def action_change_number(self) -> None:
        """Ask for another number than the proposed one."""
        view = self.flow.view
        if view and view.preview and view.preview.number and self.flow.can_change and not self.is_trying:
            number = view.preview.number
            proposed = view.finding.remedies[view.remedy].number or number
            hint = hint_words(proposed.text, number.usual)
            self.push_screen(Ask(number.name, number.text, hint, self.flow.use_number))

    # --- the editor ------------------------------------------------------------------------------------------------------

    def action_edit(self) -> None:
        """Open the person's editor at the line of the problem on the screen."""
        if self.is_trying:
            words = _("A trial goes on: {x} stops it, then {e} opens the editor.")
            self.say(words.format(x=keymap.now("x"), e=keymap.now("e")))
            return
        if self.is_web:
            words = _(
                "A browser has no terminal to lend to an editor. Change {file} elsewhere; then {r} runs it again."
            )
            self.say(words.format(file=clean(self.to_edit()[0].name), r=keymap.now("r")))
            return
        try:
            command = find_editor(os.environ)
        except ValueError as error:
            self.say(clean(error), bad=True)
            return
        if not command:
            self.say(_("There is no nano and no vi here. Set $EDITOR to your editor."), bad=True)
            return
        path, at = self.to_edit()
        if path.name not in unwritten(self.session)[1]:
            self.open_editor(command, path, at)
            return

        def answered(answer: str | None) -> None:
            if answer == "e":
                self.open_editor(command, path, line_on_disk(self.session, path, at))
            elif answer == "w" and self.write_now():
                self.open_editor(command, path, at)

        self.push_screen(self.before_editing(path), answered)

    def before_editing(self, path: Path) -> Confirm:
        """What becomes of the edits that are proved but not on disk."""
        count = unwritten(self.session)[0]
        text = ngettext(
            "{n} proved edit is not written to {file} yet.",
            "{n} proved edits are not written to {file} yet.",
            count,
            file=path.name,
        )
        return Confirm(
            _("Edit {file}?", file=path.name),
            [text],
            [("w", _("write, then edit")), ("e", _("edit the file as it is on disk; a change there drops them"))],
        )

    def to_edit(self) -> tuple[Path, int]:
        """The file and the line that the keys mean: the problem's place, else the first mark of the script."""
        session = self.session
        problem = self.current()
        if problem and (place := place_to_edit(session, problem.key)):
            return place
        stage = STAGES[self.stage_at].id
        return session.script, line_in_sight(session, stage, None, session.script) or 1

    def open_editor(self, command: list[str], path: Path, at: int) -> None:
        """Hand the terminal over; the script goes on meanwhile."""
        whole = with_line(command, path, at)
        said = ""
        if has_window(command):
            said = _(
                "tfwizard waits until {editor} has closed {file}; ctrl+c ends that.",
                editor=Path(command[0]).name,
                file=path.name,
            )
        self.run_worker(self._edit(whole, said), group="edit", exclusive=True, exit_on_error=False)

    async def _edit(self, command: list[str], said: str) -> None:
        if self.signals is None:
            return
        try:
            wrong = await run_in_terminal(self, self.signals, command, said)
        except SuspendNotSupported:
            words = _("This terminal cannot be lent to an editor. Change the file elsewhere; then {r} runs it again.")
            wrong = words.format(r=keymap.now("r"))
        if wrong:
            self.say(clean(wrong), bad=True)
        self.look_at_disk()

    # --- the disk --------------------------------------------------------------------------------------------------------

    def look_at_disk(self) -> None:
        """See whether the script's files are still what the session read; costs a few stat calls."""
        try:
            changed = tuple(self.session.changed_on_disk())
        except OSError:  # a file server that is away for a moment: the next look tells
            return
        if changed != self.changed:
            self.changed = changed
            self.refresh_now()
