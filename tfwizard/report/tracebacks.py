"""Exceptions as Python prints them, without what is ours in them, and without where this machine keeps its libraries."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import tfwizard
from tfwizard.facts import ErrorFacts, Facts, Frame
from tfwizard.foreign import clean, tidy
from tfwizard.report.contents import Failure, Lines

#: Of a longer traceback (a recursion) the beginning and the end.
FIRST, LAST = 20, 40
_OURS = str(Path(tfwizard.__file__).parent) + os.sep


def failures(facts: Facts, folder: Path) -> tuple[Failure, ...]:
    """What failed, in the order of the stages: each exception once."""
    found: dict[tuple[str, str], Failure] = {}
    for stage, error in _errors(facts):
        if error is not None:
            found.setdefault((error.type, error.useful), _failure(stage, error, folder))
    return tuple(found.values())


def _errors(facts: Facts) -> Iterator[tuple[str, ErrorFacts | None]]:
    yield "script", facts.script.error if facts.script else None
    yield "data", facts.data.error if facts.data else None
    yield "data", facts.data.refusal if facts.data else None
    yield "batch", facts.batch.error if facts.batch else None
    yield "batch", facts.batch.step.error if facts.batch and facts.batch.step else None
    yield "overfit", facts.overfit.error if facts.overfit else None
    yield "memory", facts.memory.error if facts.memory else None
    evaluation = facts.training.evaluation if facts.training else None
    yield "train", evaluation.error if evaluation else None
    for saving in facts.training.checkpoints if facts.training else ():
        yield "train", saving.error


def _failure(stage: str, error: ErrorFacts, folder: Path) -> Failure:
    where = Lines(shown_file(error.where.file, folder), error.where.line) if error.where else None
    return Failure(
        stage, error.type, tidy(error.message), clean(error.useful), tidy(traceback_text(error, folder)), where
    )


def traceback_text(error: ErrorFacts, folder: Path) -> str:
    """The traceback as text; `folder` is the script's."""
    frames = [frame for frame in error.frames if not frame.place.file.startswith(_OURS)]
    lines = ["Traceback (most recent call last):"] if frames else []
    left_out = len(frames) - FIRST - LAST
    for at, frame in enumerate(frames):
        if left_out > 0 and at == FIRST:
            lines.append(f"  ... {left_out} ...")
        if left_out <= 0 or not FIRST <= at < FIRST + left_out:
            lines += _frame_lines(frame, folder)
    if not frames and error.where is not None:  # a syntax error has no frame of its own
        lines += _frame_lines(Frame(error.where, True), folder)
    return "\n".join([*lines, f"{error.type}: {error.message}" if error.message else error.type])


def _frame_lines(frame: Frame, folder: Path) -> list[str]:
    place = frame.place
    head = f'  File "{shown_file(place.file, folder)}", line {place.line}, in {place.function}'
    return [head, f"    {place.text}"] if place.text else [head]


def shown_file(file: str, folder: Path) -> str:
    """A file of the person's as from the script's folder, one of a library as from where libraries are."""
    for libraries in ("site-packages", "dist-packages"):
        _before, found, after = file.rpartition(f"{os.sep}{libraries}{os.sep}")
        if found:
            return f"{libraries}/{after}"
    try:
        relative = os.path.relpath(file, folder)
    except ValueError:
        return file
    return file if relative.startswith("..") else relative
