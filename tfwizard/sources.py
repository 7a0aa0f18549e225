"""The user's files, the edits that are not written yet, and the one place that writes them."""

from __future__ import annotations

import difflib
import io
import os
import stat
import tempfile
import tokenize
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tfwizard.language import _

#: Bytes of a file of source; none is longer that anyone wrote.
LONGEST_SOURCE = 4 * 1024 * 1024


class CannotRead(Exception):
    """A file cannot be read as Python source. The message says why."""


class CannotWrite(Exception):
    """A file cannot be written. The message says why, and what to do. No file was changed."""


class ChangedOnDisk(Exception):
    """A file is no longer what was read or written last: it is left alone."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it is on disk: its bytes, and the text that they are in `encoding` (newlines as they are)."""

    path: Path
    data: bytes
    text: str
    encoding: str

    def encoded(self, text: str) -> bytes:
        """Another text for this file, in its encoding."""
        try:
            data = text.encode(self.encoding)
        except UnicodeEncodeError as error:
            character = text[error.start]
            raise CannotWrite(
                _(
                    "{name} is written in {encoding}, which has no “{character}”. Save it as UTF-8 first.",
                    name=self.path.name,
                    encoding=self.encoding,
                    character=character,
                )
            ) from error
        if text == self.text:
            return self.data
        if self.text.encode(self.encoding) != self.data:
            # Some encodings write one character in several ways: lines outside of the edit would change.
            raise CannotWrite(
                _(
                    "{name} cannot be written back in {encoding} as it was. Save it as UTF-8 first.",
                    name=self.path.name,
                    encoding=self.encoding,
                )
            )
        return data


@dataclass(frozen=True, slots=True)
class Step:
    """One staged change: the whole new text of each file it touches; which problem it mends, and in words how."""

    texts: dict[Path, str]
    key: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Write:
    """One write that can be undone: the steps it wrote, each file's bytes before and after, and where the former are kept."""

    steps: tuple[Step, ...]
    before: dict[Path, bytes]
    after: dict[Path, bytes]
    backups: dict[Path, Path]


Announce = Callable[[Write], None]


class Sources:
    """The files of a session. Reads each once, keeps edits in memory, writes only when told to."""

    def __init__(self, root_script: Path, backups: Path | None = None, cwd: Path | None = None) -> None:
        """`backups` is the folder for copies of what `write` replaces; without one nothing can be written.

        With `cwd`, where the script runs, only files below it, or below the script's folder, can be changed.
        """
        self.root = Path(os.path.abspath(root_script))
        self.backups = backups
        self._within = None if cwd is None else (self.root.parent, Path(cwd))
        self.steps: list[Step] = []
        self._files: dict[Path, SourceFile] = {}
        #: What was written and can be undone, the latest last.
        self.writes: list[Write] = []
        self._stamps: dict[Path, tuple[int, ...]] = {}

    # --- reading and staging ------------------------------------------------------------------------------------------

    def read(self, file: Path | str) -> SourceFile:
        """The file as it was read first, or as it was left by the last write or reload. Raises CannotRead."""
        path = self._key(file)
        if path not in self._files:
            self._files[path] = read_source(path)
        return self._files[path]

    def text(self, file: Path | str) -> str:
        """The text with the staged edits in it; what is on disk where there are none."""
        path = self._key(file)
        for step in reversed(self.steps):
            if path in step.texts:
                return step.texts[path]
        return self.read(path).text

    def overlay(self) -> dict[str, str]:
        """Absolute path to text, for every file whose staged text differs from the disk."""
        return {str(path): text for path, text in self._pending().items()}

    def stage(self, file: Path | str, new_text: str) -> None:
        """Add one changed file as a step. Raises CannotWrite where its encoding has no such character."""
        self.stage_all({str(file): new_text})

    def stage_all(self, texts: Mapping[str, str], key: str = "", title: str = "") -> Step:
        """Add the changes of one remedy, over several files, as a single step. Raises CannotWrite."""
        step = Step({self._key(file): text for file, text in texts.items()}, key, title)
        for path, text in step.texts.items():
            self._check_within(path)
            self.read(path).encoded(text)
        self.steps.append(step)
        return step

    def _check_within(self, path: Path) -> None:
        """Which file is at fault is the word of the script's own process: it does not get to name any file there is."""
        if self._within is None or path == self.root:
            return
        real = Path(os.path.realpath(path))
        if not any(real.is_relative_to(os.path.realpath(folder)) for folder in self._within):
            raise CannotWrite(
                _(
                    "{path} lies outside of {folder} and of the folder that tfwizard was started in. Start it in a folder that "
                    "holds both, or apply the diff by hand.",
                    path=path,
                    folder=self.root.parent,
                )
            )

    def unstage_last(self) -> None:
        """Drop the step that was staged last; nothing where there is none."""
        if self.steps:
            self.steps.pop()

    def changed_on_disk(self) -> list[Path]:
        """The files whose bytes are not those that were read or written last (deleted ones too).

        A file is only read where its status says that it may have changed, so this may be asked often.
        """
        changed = []
        for path, known in self._files.items():
            stamp = _stamp(path)
            if stamp is not None and self._stamps.get(path) == stamp:
                continue
            if _bytes_or_none(path) != known.data:
                changed.append(path)
            elif stamp is not None:
                self._stamps[path] = stamp
        return changed

    def reload(self, file: Path | str) -> list[Step]:
        """Read a file anew, or forget one that is gone. Steps from the first that touches it on are dropped and returned."""
        path = self._key(file)
        self._stamps.pop(path, None)
        try:
            self._files[path] = read_source(path)
        except CannotRead:  # whoever needs it will be told
            self._files.pop(path, None)
        first = next((i for i, step in enumerate(self.steps) if path in step.texts), len(self.steps))
        dropped = self.steps[first:]
        del self.steps[first:]
        return dropped

    # --- diffs --------------------------------------------------------------------------------------------------------

    def diff(self, relative_to: Path | None = None) -> str:
        """Everything staged against the disk, for `patch -p1` in the script's folder. `patch()` has the exact bytes."""
        return "".join(
            diff_between(_shown(known, known.data), _shown(known, known.encoded(text)), self._name(path, relative_to))
            for path, text in self._pending().items()
            for known in (self.read(path),)
        )

    def patch(self, relative_to: Path | None = None) -> bytes:
        """The same diff as bytes: it applies whatever the encoding of the files."""
        return b"".join(
            diff_between(
                known.data.decode("utf-8", "surrogateescape"),
                known.encoded(text).decode("utf-8", "surrogateescape"),
                self._name(path, relative_to),
            ).encode("utf-8", "surrogateescape")
            for path, text in self._pending().items()
            for known in (self.read(path),)
        )

    # --- writing ------------------------------------------------------------------------------------------------------

    def write(self, about_to: Announce = lambda write: None) -> list[Path]:
        """Write everything staged; all files or none. Raises ChangedOnDisk or CannotWrite.

        `about_to` is called once the backups are on the disk, before the first file is touched.
        """
        pending = self._pending()
        if not pending:
            self.steps.clear()
            return []
        before = {path: self.read(path).data for path in pending}
        after = {path: self.read(path).encoded(text) for path, text in pending.items()}
        if self.backups is None:
            raise CannotWrite(_("There is no folder for backups, so nothing is written."))
        check_writable(before)
        backups = {path: back_up(self.backups, path.name, data) for path, data in before.items()}
        write = Write(tuple(self.steps), before, after, backups)
        about_to(write)
        replace_all(before, after)
        self.wrote(write)
        return list(pending)

    def wrote(self, write: Write) -> None:
        """A write is on the disk: its steps are no longer pending, and it can be undone."""
        self.writes.append(write)
        self._know(write.after)
        del self.steps[: len(write.steps)]

    def undo_write(self, about_to: Announce = lambda write: None) -> list[Path]:
        """Put back, byte for byte, what the last write replaced, and stage its steps again. Raises as `write` does."""
        if not self.writes:
            return []
        last = self.writes[-1]
        check_writable(last.after)
        about_to(last)
        replace_all(last.after, last.before)
        self.unwrote()
        return list(last.before)

    def unwrote(self) -> None:
        """The last write was taken back on the disk."""
        last = self.writes.pop()
        self._know(last.before)
        # What was staged since the write was made on top of it.
        self.steps[:0] = last.steps

    def _pending(self) -> dict[Path, str]:
        touched = dict.fromkeys(path for step in self.steps for path in step.texts)
        return {path: text for path in touched if (text := self.text(path)) != self.read(path).text}

    def _know(self, contents: Mapping[Path, bytes]) -> None:
        for path, data in contents.items():
            self._files[path] = decoded(path, data)
            self._stamps.pop(path, None)

    def _key(self, file: Path | str) -> Path:
        # The path as the worker reports it; one file under two names (a link) is one file.
        path = Path(os.path.abspath(self.root.parent / file))
        real = os.path.realpath(path)
        return next((known for known in self._files if os.path.realpath(known) == real), path)

    def _name(self, path: Path, relative_to: Path | None) -> str:
        return Path(os.path.relpath(path, relative_to or self.root.parent)).as_posix()


# --- reading ----------------------------------------------------------------------------------------------------------


def read_source(path: Path) -> SourceFile:
    """A file from the disk. Raises CannotRead."""
    try:
        return decoded(path, _contents(path))
    except OSError as error:
        raise CannotRead(_("{name} cannot be read: {why}.", name=path.name, why=error.strerror or error)) from error


def _contents(path: Path) -> bytes:
    """The bytes of a file of source. Its name may come from the script's process: a device or a pipe would never end."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise CannotRead(_("{name} is no file of text.", name=path.name))
    with path.open("rb") as file:
        data = file.read(LONGEST_SOURCE + 1)
    if len(data) > LONGEST_SOURCE:
        raise CannotRead(_("{name} is too long for a script.", name=path.name))
    return data


def decoded(path: Path, data: bytes) -> SourceFile:
    """Bytes as Python source: the encoding from the byte order mark or the coding line (PEP 263), else UTF-8."""
    try:
        encoding, _first_lines = tokenize.detect_encoding(io.BytesIO(data).readline)
        return SourceFile(path, data, data.decode(encoding), encoding)
    except (SyntaxError, UnicodeDecodeError) as error:
        raise CannotRead(
            _("{name} is not text in the encoding that it names ({error}).", name=path.name, error=error)
        ) from error


def _stamp(path: Path) -> tuple[int, ...] | None:
    """What changes when a file is written, or replaced by another."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


def _bytes_or_none(path: Path) -> bytes | None:
    try:
        return _contents(path)
    except (OSError, CannotRead):
        return None


# --- diffs ------------------------------------------------------------------------------------------------------------


def diff_between(old: str, new: str, name: str) -> str:
    """A unified diff of two texts, "" where they are equal. Newlines stay as they are, CRLF too."""
    # `patch` takes a file name up to the tab, where a name has spaces.
    ending = "\t" if " " in name else ""
    lines = list(difflib.unified_diff(_lines(old), _lines(new), f"a/{name}", f"b/{name}", lineterm="\n"))
    lines[:2] = [line.rstrip("\n") + ending + "\n" for line in lines[:2]]
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str) -> list[str]:
    # Not splitlines(): for `patch` a line ends at \n alone, not at a form feed or U+2028.
    return [line + "\n" for line in text.split("\n")[:-1]] + [line for line in text.split("\n")[-1:] if line]


def _shown(known: SourceFile, data: bytes) -> str:
    # In UTF-8 a byte order mark is a character of the first line, which `patch` compares.
    return data.decode("utf-8" if known.encoding.startswith("utf-8") else known.encoding)


# --- writing ----------------------------------------------------------------------------------------------------------


def check_writable(contents: Mapping[Path, bytes]) -> None:
    """Raise ChangedOnDisk where a file does not hold these bytes, CannotWrite where it or its folder is read-only."""
    for path, data in contents.items():
        _check_unchanged(path, data)
        target = Path(os.path.realpath(path))
        if not target.stat().st_mode & 0o222 or not os.access(target, os.W_OK):
            raise CannotWrite(
                _(
                    "{name} is read-only. Allow writing (chmod u+w {target}), or apply the diff by hand.",
                    name=path.name,
                    target=target,
                )
            )
        if not os.access(target.parent, os.W_OK | os.X_OK):
            raise CannotWrite(
                _(
                    "The folder {folder} is read-only. Allow writing there, or apply the diff by hand.",
                    folder=target.parent,
                )
            )


def back_up(folder: Path, name: str, data: bytes) -> Path:
    """Keep bytes as `name.1`, `name.2`, … in the folder, never over another backup."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        counter = 1
        while True:
            try:
                with open(folder / f"{name}.{counter}", "xb", opener=_for_us) as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                return folder / f"{name}.{counter}"
            except FileExistsError:
                counter += 1
    except OSError as error:
        raise CannotWrite(
            _(
                "No backup can be made in {folder} ({why}), so nothing is written.",
                folder=folder,
                why=error.strerror or error,
            )
        ) from error


def _for_us(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def replace_all(before: Mapping[Path, bytes], after: Mapping[Path, bytes]) -> None:
    """Replace the contents of files, each atomically; put back those that were replaced when one fails."""
    replaced: list[Path] = []
    try:
        for path, data in after.items():
            _check_unchanged(path, before[path])
            _replace(path, data)
            replaced.append(path)
    except (OSError, ChangedOnDisk) as error:
        for path in replaced:
            with suppress(OSError):
                _replace(path, before[path])
        if isinstance(error, ChangedOnDisk):
            raise
        name = next(path.name for path in after if path not in replaced)
        raise CannotWrite(
            _("{name} cannot be written: {why}. No file was changed.", name=name, why=error.strerror or error)
        ) from error


def _check_unchanged(path: Path, data: bytes) -> None:
    if _bytes_or_none(path) != data:
        raise ChangedOnDisk(
            _(
                "{name} was changed or removed outside of tfwizard since it was read or written, so it is left alone.",
                name=path.name,
            )
        )


def _replace(path: Path, data: bytes) -> None:
    # Behind a symbolic link the target is replaced, so that the link stays one.
    target = Path(os.path.realpath(path))
    with _temporary(target, data) as temporary:
        os.replace(temporary, target)
    with suppress(OSError):
        _sync_folder(target.parent)


def temporary_prefix(target: Path) -> str:
    """With what the name of the file begins that becomes `target`: one that stayed behind is recognised by it."""
    return f".{target.name}.tfwizard-"


@contextmanager
def _temporary(target: Path, data: bytes) -> Iterator[str]:
    """A file beside the target with these bytes, on the disk, with the target's permissions; removed if still there."""
    status = target.stat()
    handle, name = tempfile.mkstemp(prefix=temporary_prefix(target), dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            # Only root may give a file away; for others it is theirs already.
            with suppress(OSError):
                os.fchown(file.fileno(), status.st_uid, status.st_gid)
            os.fchmod(file.fileno(), stat.S_IMODE(status.st_mode))
            os.fsync(file.fileno())
        yield name
    finally:
        with suppress(FileNotFoundError):
            os.unlink(name)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
