"""The edits of a session: staged in memory, written on request. Each step is an event, so that `resume` finds it again."""

from __future__ import annotations

import glob
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tfwizard.casebook import Casebook, Event
from tfwizard.language import _
from tfwizard.sources import (
    CannotRead,
    CannotWrite,
    ChangedOnDisk,
    Sources,
    Step,
    Write,
    decoded,
    replace_all,
    temporary_prefix,
)


class Edits:
    """Every change of `sources` that has to outlive the process goes through here."""

    def __init__(self, sources: Sources, casebook: Casebook) -> None:
        self.sources, self._casebook = sources, casebook

    def stage(self, key: str, title: str, files: Mapping[str, str]) -> None:
        """One remedy's edit, on top of the others."""
        step = self.sources.stage_all(files, key, title)
        base = {str(path): _digest(self.sources.read(path).data) for path in step.texts}
        texts = {str(path): text for path, text in step.texts.items()}
        self._casebook.note("edit staged", problem=key, title=title, texts=texts, base=base)

    def drop_last(self, why: str) -> str:
        """Take the last unwritten edit back: its problem is open again. Returns the edit's title."""
        step = self.sources.steps[-1]
        self.sources.unstage_last()
        self._dropped(step, why)
        return step.title

    def reread(self) -> list[Path]:
        """Take in what changed on disk; edits that were made on the old text are dropped. Returns the changed files."""
        changed = self.sources.changed_on_disk()
        for path in changed:
            for step in reversed(self.sources.reload(path)):
                self._dropped(step, _("{file} changed on disk", file=path.name))
            self._casebook.note("changed on disk", file=str(path))
        return changed

    def write(self) -> list[Path]:
        """Write what is pending to the user's files. Raises ChangedOnDisk or CannotWrite."""
        if not self.sources.steps:
            return []
        with self._or_broken_off():
            written = self.sources.write(self._announce)
        self._casebook.note("written", files=[str(path) for path in written])
        return written

    def _announce(self, write: Write) -> None:
        """Put a write into the journal before it is done: nothing is written that could not be taken back later."""
        self._casebook.note("writing", **_told(write))
        if why := self._casebook.not_kept:
            raise CannotWrite(_("The session cannot be kept ({why}), so that the write could not be undone.", why=why))

    def undo_write(self) -> list[Path]:
        """Take the last write back, byte for byte; its edits are pending again. Raises as `write` does."""
        try:
            with self._or_broken_off():
                files = self.sources.undo_write(lambda write: self._casebook.note("unwriting", **_told(write)))
        except ChangedOnDisk as why:
            kept = ", ".join(str(backup) for backup in self.sources.writes[-1].backups.values())
            raise ChangedOnDisk(_("{why} The text before that write is kept in {kept}.", why=why, kept=kept)) from None
        if files:
            self._casebook.note("write undone", files=[str(path) for path in files])
        return files

    @contextmanager
    def _or_broken_off(self) -> Iterator[None]:
        try:
            yield
        except (ChangedOnDisk, CannotWrite) as why:
            self._casebook.note("write broken off", why=str(why))
            raise

    def _dropped(self, step: Step, why: str) -> None:
        self._casebook.note("edit dropped", problem=step.key, title=step.title, why=why)
        problem = self._casebook.problems.get(step.key)
        if problem is not None and problem.status in ("fix applied", "resolved"):
            self._casebook.fix_withdrawn(step.key, why)

    # --- from the journal ----------------------------------------------------------------------------------------------

    def restore(self, events: Iterable[Event]) -> None:
        """Stage again what the events of an earlier process staged, and finish or take back what it did not finish.

        The process may have ended at any moment: within a trial, or between two files of one write.
        """
        on_disk: dict[str, str] = {}  # what each file held when the events end, as digests
        broken_off: tuple[str, Mapping[str, Any]] | None = None
        for event in events:
            match event.kind:
                case "edit staged":
                    self.sources.steps.append(_step(event.detail))
                    on_disk.update(event.detail["base"])  # type: ignore[call-overload]
                case "edit dropped":
                    self.sources.unstage_last()
                case "writing" | "unwriting":
                    broken_off = event.kind, event.detail
                case "written" | "write undone":
                    self._replay(event.kind, broken_off[1] if broken_off else None, on_disk)
                    broken_off = None
                case "write broken off":
                    broken_off = None
        if broken_off is not None:
            self._end_write(*broken_off, on_disk)
        self._drop_unproved()
        self._drop_outdated(on_disk)

    def _replay(self, kind: str, told: Mapping[str, Any] | None, on_disk: dict[str, str]) -> None:
        """What was written can be undone, as long as its backups are there."""
        if told is None:  # there was nothing to write
            self.sources.steps.clear()
        elif kind == "written":
            try:
                self.sources.wrote(_write(told, self.sources.steps))
            except (OSError, CannotRead):
                del self.sources.steps[: told["steps"]]
            on_disk.update({name: file["after"] for name, file in told["files"].items()})
        elif self.sources.writes:
            self.sources.unwrote()
            on_disk.update({name: file["before"] for name, file in told["files"].items()})

    def _end_write(self, kind: str, told: Mapping[str, Any], on_disk: dict[str, str]) -> None:
        """A write, or its undoing, that the end of the process cut in two: all of its files, or none."""
        try:
            steps = self.sources.steps if kind == "writing" else self.sources.writes[-1].steps
            write = _write(told, steps)
        except (OSError, CannotRead, IndexError):
            self._casebook.note("write broken off", why="a backup is missing")
            return
        for path in write.before:
            target = Path(os.path.realpath(path))  # behind a link that is what was to be replaced
            for leftover in target.parent.glob(f"{glob.escape(temporary_prefix(target))}*"):
                with suppress(OSError):
                    leftover.unlink()
        now = {path: _read(path) for path in write.before}
        goal = write.after if kind == "writing" else write.before
        start = write.before if kind == "writing" else write.after
        if all(now[path] == data for path, data in goal.items()):
            ended = "written" if kind == "writing" else "write undone"
            self._replay(ended, told, on_disk)
            self._casebook.note(ended, files=[str(path) for path in goal])
            return
        halfway = {path: data for path, data in goal.items() if now[path] == data and data != start[path]}
        replace_all(halfway, {path: start[path] for path in halfway})
        self._casebook.note("write broken off", files=[str(path) for path in halfway])

    def _drop_unproved(self) -> None:
        """An edit whose trial had no verdict yet proves nothing."""
        while (steps := self.sources.steps) and self._status(steps[-1].key) == "fix applied":
            self.drop_last(_("the wizard ended during the trial"))
        for problem in list(self._casebook.problems.values()):
            if problem.status == "fix applied":
                self._casebook.fix_withdrawn(problem.key, _("the wizard ended during the trial"))

    def _drop_outdated(self, on_disk: Mapping[str, str]) -> None:
        """Edits of a text that is no longer on the disk."""
        for at, step in enumerate(self.sources.steps):
            for path in step.texts:
                with suppress(CannotRead):
                    self.sources.read(
                        path
                    )  # known from here on: a later change is noticed, and nothing is written over it
            outdated = [path for path in step.texts if _digest(_read(path)) != on_disk.get(str(path))]
            if outdated:
                while len(self.sources.steps) > at:
                    self.drop_last(_("{file} changed on disk", file=outdated[0].name))
                return

    def _status(self, key: str) -> str:
        problem = self._casebook.problems.get(key)
        return problem.status if problem is not None else ""


def _told(write: Write) -> dict[str, Any]:
    return {
        "steps": len(write.steps),
        "files": {
            str(path): {
                "backup": str(write.backups[path]),
                "before": _digest(data),
                "after": _digest(write.after[path]),
            }
            for path, data in write.before.items()
        },
    }


def _step(detail: Mapping[str, Any]) -> Step:
    texts = {Path(path): text for path, text in detail["texts"].items()}
    return Step(texts, detail["problem"], detail["title"])


def _write(told: Mapping[str, Any], steps: Iterable[Step]) -> Write:
    """The write that the journal tells of. Raises OSError or CannotRead where a backup is gone or is another."""
    mine = tuple(steps)[: told["steps"]]
    before, after, backups = {}, {}, {}
    for name, file in told["files"].items():
        path = Path(name)
        backups[path] = Path(file["backup"])
        before[path] = backups[path].read_bytes()
        text = next(step.texts[path] for step in reversed(mine) if path in step.texts)
        after[path] = decoded(path, before[path]).encoded(text)
        if _digest(after[path]) != file["after"]:
            raise CannotRead(_("the backup of {file} is not what was written over", file=path.name))
    return Write(mine, before, after, backups)


def _digest(data: bytes | None) -> str:
    return hashlib.sha256(data).hexdigest() if data is not None else ""


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
