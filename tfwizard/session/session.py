"""One debugging session: what was found, what was edited, and what is asked of the worker.

Screens read its attributes and call its methods; they are told by `subscribe` that something changed.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from pathlib import Path
from typing import Any

from tfwizard.findings import Finding
from tfwizard.language import _
from tfwizard.session.comparing import Comparing
from tfwizard.session.plain import QUESTIONS, SessionError, words

#: A run that is cut off by the end of its session has so long to say so.
LAST_WORDS_S = 5.0


class Session(Comparing):
    """One script under the wizard.

    Attributes that screens read: `script`, `run_state` (facts and findings shown), `trial_state` (a fix being tried, or
    None), `casebook`, `sources`, `log`, `worker` (status), `worker_message` (plain words on the worker's end, if it
    ended), `progress`, `findings` (the last known Finding of every problem, by key, also resolved ones), `standby`,
    `finishing` (a verdict is out, and the rest of its run is still being examined), `notice` (to be said at the beginning).

    Without `folder` the session leaves nothing behind; a folder with a journal in it is taken up by `resume`. With
    `standby`, a second worker gets ready for the next trial. Raises NoInterpreter for a `python` that cannot be run, and
    InUse where another process has the folder.
    """

    # --- the user's files ----------------------------------------------------------------------------------------------

    def write(self) -> list[Path]:
        """Write the pending edits to the user's files (atomic, with backups). Raises ChangedOnDisk, CannotWrite, SessionError."""
        if self.trial_state is not None:
            raise SessionError(_("A fix is on trial, and not proved yet: wait until it has ended, or stop it."))
        written = self.edits.write()
        self._tell("sources")
        return written

    def undo(self) -> str:
        """Take the last step back: the last pending edit, or the last write. Returns what was undone, in words.

        Raises SessionError where there is nothing to undo, or the last edit's run is still being examined: the end of that
        would prove something of a text that is gone.
        """
        if self.finishing or self.trial_state is not None:
            raise SessionError(_("A run of this edit is still being examined: wait until it has ended, or stop it."))
        if self.sources.steps:
            title = self.edits.drop_last(_("undone by you"))
            done = _("Undone: {title}. Run again to see where the script stands.", title=title)
        else:
            files = self.edits.undo_write()
            if not files:
                raise SessionError(_("There is nothing to undo."))
            done = _(
                "Restored {files} as before the last write; its edits are kept, unwritten.",
                files=", ".join(path.name for path in files),
            )
        self._tell("sources")
        self._tell("casebook")
        return done

    def changed_on_disk(self) -> list[Path]:
        """The script's files that are not what was read or written last. Cheap: may be asked once a second."""
        return self.sources.changed_on_disk()

    # --- the person ----------------------------------------------------------------------------------------------------

    def answer(self, question: str, yes: bool) -> None:
        """Answer one of QUESTIONS; "no" opens the problem `samples-rejected`."""
        self.casebook.answer(question, yes)
        finding = rejected(question)
        if not yes:
            self.findings[finding.key] = finding
            self.casebook.examined({finding.key: words(finding)}, ())
        elif finding.key in self.casebook.problems:
            others = {
                one.key: words(self.findings[one.key])
                for one in self.casebook.open()
                if one.id == finding.id and one.key != finding.key
            }
            self.casebook.examined(others, {finding.id})
        self._tell("casebook")
        self._tell("stage")

    def waive(self, key: str, reason: str) -> None:
        """Set a problem aside with a reason. Raises ValueError without one."""
        self.casebook.waive(key, reason)
        self._tell("casebook")

    def reopen(self, key: str) -> None:
        """Take a waiver back."""
        self.casebook.reopen(key)
        self._tell("casebook")

    def resumed(self, notice: str) -> None:
        """The session goes on from its folder: what is there is shown, and a worker may get ready."""
        self.notice = notice
        self._know_files(self.run_state)
        self._examiner.say("ended", _("The wizard was closed; run the script again to go on examining."))

    # --- the end -----------------------------------------------------------------------------------------------------------

    async def close(self) -> None:
        """End the workers and close the journal."""
        self._closing = True
        self.standby.status = "off"  # what ends below must not have another one made
        if self._searching is not None:
            self._searching.stop()
        # What runs in a throw-away worker ends with it, and with that whoever waits for it.
        tasks: list[asyncio.Task[Any]] = [*self._getting_ready, *(one for one in (self._rest, self._on_cpu) if one)]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(self._examiner.close(), self.standby.close())
        # A run that nobody stopped has lost its worker, and writes so: the journal is there until it has.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._busy.acquire(), LAST_WORDS_S)
        self._parser.shutdown(wait=False, cancel_futures=True)
        self.log.close()
        self._journal.close()
        self._lock.release()
        if self._temporary:
            shutil.rmtree(self.folder, ignore_errors=True)


def rejected(question: str) -> Finding:
    """The problem that the answer "no" to one of QUESTIONS opens."""
    return Finding(
        "samples-rejected", "samples", "error", _("You answered that the samples or their labels are wrong"),
        _("A model can only learn what the data says. Nothing that comes later can repair it."),
        {"question": _(dict(QUESTIONS)[question])}, None, question, (),
        _("Look at where the text and the labels come from, and in which order they are read."),
    )  # fmt: skip
