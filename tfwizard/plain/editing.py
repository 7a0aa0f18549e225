"""By hand: the person's own editor at the line, in the terminal that the wizard lends it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from tfwizard.language import N_, _, ngettext
from tfwizard.plain.leaving import one_of
from tfwizard.tui.editor import find_editor, with_line
from tfwizard.tui.handover import run_program, terminal_kept
from tfwizard.tui.lines import clean
from tfwizard.tui.pending import line_on_disk, place_to_edit, unwritten
from tfwizard.tui.view import wanting

if TYPE_CHECKING:
    from tfwizard.plain.walk import Walk


class Editing:
    """The choice that opens the editor."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk

    async def edit(self, _rest: str) -> None:
        """Open the editor at the line of the problem that was spoken of last."""
        walk, session = self.walk, self.walk.session
        path, line = self.place()
        where = f"{clean(path.name)}:{line}"
        try:
            command = find_editor(os.environ)
        except ValueError as error:
            walk.say(clean(error))
            return
        if not walk.console.can_lend:
            walk.say(_("An editor needs a terminal, and here is none. Change {where} elsewhere.", where=where))
        elif not command:
            walk.say(_("There is no nano and no vi here. Set $EDITOR to your editor."))
        elif path.name not in unwritten(session)[1]:
            await self._open(command, path, line)
        else:
            chosen = await self._before(path)
            if chosen == "write" and walk.fixing.write_now():
                await self._open(command, path, line)
            elif chosen == "edit":
                await self._open(command, path, line_on_disk(session, path, line))

    def place(self) -> tuple[Path, int]:
        """The file and the line that are meant: those of the problem spoken of last, else of the first open one."""
        session = self.walk.session
        keys = [self.walk.current, *(one.key for one in wanting(session))]
        places = (place_to_edit(session, key) for key in keys if key is not None)
        return next((place for place in places if place is not None), (session.script, 1))

    async def _before(self, path: Path) -> str:
        """What becomes of the edits that are proved but not on disk."""
        count = unwritten(self.walk.session)[0]
        self.walk.say(
            ngettext(
                "{n} proved edit is not written to {file} yet.",
                "{n} proved edits are not written to {file} yet.",
                count,
                file=clean(path.name),
            )
        )
        return await one_of(self.walk, [
            ("write", _("write, then edit")),
            (N_("edit"), _("edit the file as it is on disk; a change there drops them")),
            ("stay", _("stay here")),
        ])  # fmt: skip

    async def _open(self, command: list[str], path: Path, line: int) -> None:
        with terminal_kept(), self.walk.console.lent():
            wrong = await run_program(with_line(command, path, line))
        if wrong:
            self.walk.say(clean(wrong))
