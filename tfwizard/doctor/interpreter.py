"""The user's interpreter, asked once what is installed beside it."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from typing import IO

from tfwizard import protocol
from tfwizard.checks.conflicts.tensorflow import OLDEST
from tfwizard.facts import Imported, InstalledFacts
from tfwizard.language import _
from tfwizard.reading import read_facts
from tfwizard.runner.process import LAUNCH, death_in_words

#: What is tried where imports are asked for, in this order.
MODULES = ("numpy", "tensorflow", "tf_keras", "keras", "transformers", "datasets")
#: Reading metadata takes under a second on a disk; a folder over the network may be slow. An import takes up to half a minute.
LOOK_S, EACH_IMPORT_S = 60.0, 180.0


class CannotRun(Exception):
    """The interpreter gives no answer; the message says why, and what to do."""


def ask(python: str, imports: bool = False) -> InstalledFacts:
    """What is installed beside `python`; with `imports`, also whether it really imports, each in turn in one process.

    Raises CannotRun.
    """
    facts = _asked(python, ())
    if not imports:
        return facts
    names = {one.name for one in facts.distributions}
    wanted = [name for name in MODULES if name in ("numpy", "tensorflow") or name.replace("_", "-") in names]
    return _asked(python, wanted)


def _asked(python: str, modules: Sequence[str]) -> InstalledFacts:
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as printed:
        code, late = _run(python, modules, said, printed)
        said.seek(0)
        messages = [protocol.decode(line) for line in said if line.endswith(b"\n")]
        printed.seek(0)
        tail = printed.read().decode("utf-8", "replace").strip().splitlines()[-1:]
    facts: InstalledFacts | None = None
    imports: list[Imported] = []
    begun = ""
    gpus: int | None = None
    for message in messages:
        if message["kind"] == "installed":
            facts = read_facts(InstalledFacts, message["facts"])
        elif message["kind"] == "importing":
            begun = message["module"]
        elif message["kind"] == "imported":
            imports.append(read_facts(Imported, message["facts"]))
            begun = ""
        elif message["kind"] == "gpus":
            gpus = message["count"]
    if facts is None:
        raise CannotRun(_why(python, code, late, tail))
    if begun:
        died = (
            _("no end within {seconds:.0f} s", seconds=EACH_IMPORT_S * len(modules))
            if late
            else death_in_words(code) or ""
        )
        imports.append(Imported(begun, 0.0, died))
    return replace(facts, imports=tuple(imports), tensorflow_gpus=gpus)


def _run(python: str, modules: Sequence[str], said: IO[bytes], printed: IO[bytes]) -> tuple[int, bool]:
    """Run the worker's part to its end: its exit code, and whether it had to be ended since it took too long."""
    fd = said.fileno()
    try:
        child = subprocess.Popen(
            [python, str(LAUNCH), str(fd), "doctor", *modules],
            stdin=subprocess.DEVNULL, stdout=printed, stderr=printed, pass_fds=(fd,), start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        raise CannotRun(_("{python} cannot be run: {error}.", python=python, error=error.strerror or error)) from None
    try:
        return child.wait(EACH_IMPORT_S * len(modules) if modules else LOOK_S), False
    except subprocess.TimeoutExpired:
        return 0, True
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _why(python: str, code: int, late: bool, tail: Sequence[str]) -> str:
    """Why an interpreter said nothing."""
    if late:
        return _("{python} gave no answer within {seconds:.0f} s.", python=python, seconds=LOOK_S)
    version = _version(python)
    if version is None:
        return _("{python} is no Python. Give the path of one, such as .venv/bin/python.", python=python)
    if version < OLDEST:
        return _(
            "{python} is Python {version}; tfwizard needs Python {oldest} or later there.",
            python=python, version=".".join(map(str, version)), oldest=".".join(map(str, OLDEST)),
        )  # fmt: skip
    ended = death_in_words(code) if code else ""
    return _("{python} gave no answer: {why}.", python=python, why=(tail[0] if tail else ended) or ended)


def _version(python: str) -> tuple[int, ...] | None:
    """The first two numbers of an interpreter's version; None where it is none."""
    try:
        done = subprocess.run(
            [python, "-c", "import sys; print('%d %d' % sys.version_info[:2])"],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=LOOK_S, check=True,
        )  # fmt: skip
        return tuple(int(one) for one in done.stdout.split())
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
