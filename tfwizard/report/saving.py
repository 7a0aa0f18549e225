"""A report in the format that is asked for, and on the disk: whole or not at all, and never over another file by chance."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tfwizard.language import _
from tfwizard.report.contents import Report


class CannotSave(Exception):
    """The file cannot be written; the message says why, and what to do. Nothing was changed."""


def _markdown(report: Report) -> str:
    from tfwizard.report.markdown import markdown

    return markdown(report)


def _html(report: Report) -> str:
    from tfwizard.report.html import html

    return html(report)


def _json(report: Report) -> str:
    from tfwizard.report.document import as_json

    return as_json(report)


#: The formats by their names, with the ending of their files.
FORMATS: dict[str, tuple[str, Callable[[Report], str]]] = {
    "markdown": (".md", _markdown),
    "html": (".html", _html),
    "json": (".json", _json),
}


def written(report: Report, name: str) -> str:
    """The report in the format of this name."""
    # Names of files and arguments may hold bytes that are no text: what is written is UTF-8.
    return FORMATS[name][1](report).encode("utf-8", "replace").decode("utf-8")


def format_of(path: Path | None) -> str:
    """The format that the ending of a file asks for; Markdown where it asks for none."""
    ending = path.suffix.lower() if path else ""
    return next(
        (name for name, (own, _write) in FORMATS.items() if ending in (own, own.replace("html", "htm"))), "markdown"
    )


def free_name(folder: Path, script: str, name: str) -> Path:
    """A name for the report in this folder that no file has: `train-report-20261127-1915.md`."""
    stem, ending = f"{Path(script).stem}-report-{time.strftime('%Y%m%d-%H%M')}", FORMATS[name][0]
    paths = (folder / f"{stem}{f'-{number}' if number > 1 else ''}{ending}" for number in range(1, 10_000))
    return next(path for path in paths if not os.path.lexists(path))


def refuses(path: Path, force: bool) -> str:
    """Why a file cannot become the report, "" where it can."""
    if path.is_dir():
        return _("{file} is a folder.", file=path)
    if os.path.lexists(path) and not force:
        return _("{file} is there already. --force writes over it; another --output leaves it alone.", file=path)
    if not path.parent.is_dir():
        return _("The folder {folder} is not there.", folder=path.parent)
    return ""


def save(text: str, path: Path, force: bool = False) -> None:
    """Write the whole text, or nothing. Raises CannotSave."""
    if why := refuses(path, force):
        raise CannotSave(why)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
                os.fchmod(file.fileno(), 0o666 & ~_umask())
            _put(Path(name), Path(os.path.realpath(path)) if force else path, force)
        finally:
            Path(name).unlink(missing_ok=True)
    except FileExistsError:
        raise CannotSave(refuses(path, force)) from None
    except OSError as error:
        raise CannotSave(_("{file} cannot be written: {why}.", file=path, why=error.strerror or error)) from error


def _put(made: Path, path: Path, force: bool) -> None:
    """Give the file its name; without `force` only where no other has come to have it meanwhile."""
    if force:
        os.replace(made, path)
    else:
        try:
            os.link(made, path)
        except FileExistsError:
            raise
        except OSError:  # a file system without links: each says so in its own way
            if os.path.lexists(path):
                raise FileExistsError from None
            os.rename(made, path)


def _umask() -> int:
    """What the person takes from the permissions of new files."""
    now = os.umask(0o077)
    os.umask(now)
    return now
