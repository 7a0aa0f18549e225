"""The messages between the two processes: one JSON object a line, over a socket of their own.

Standard library only, and Python 3.9: the worker uses it too. Python's `json` keeps NaN and infinity, which must cross.

The first line from the UI is no message but a mark. It stands before each message of the worker: what the script writes on the
socket lacks it, and is passed over.

UI to worker
    warm    script, argv, statements, language       import ahead what this script begins with, then wait
    start   script, argv, overlay (path -> text), language
                                                     run this
    probe   request, stage, budget_s, options        compute the facts of one stage
    stop                                             end the running probe early, keep what it has
    go_on   watch                                    let the held training call run, to the end of the script; with `watch`,
                                                     under watch
    stop_training                                    let the training that is watched end after its step; the script goes on
    end                                              leave now; the script goes no further
Worker to UI
    hello     protocol, pid, environment
    warm      unusable, memory_mb, homes: the imports are done; why this process must not be used, "" where it may; what
              the waiting takes; the folders that packages are installed to
    call      call (facts.Call, as it begins)
    returned  index, seconds, failed
    outcome   facts (facts.ScriptFacts): the script is held, failed or finished; the worker serves probes now
    astray    a process that the script forked off was about to train, and has been ended
    progress  stage, done, total, label, values
    facts     request, stage, facts (None when the stage does not apply), why, by, seconds
    training  fit, epoch, epochs, step, steps, loss, points, done, rate, samples_per_s, steps_per_s, waiting, eta_s, memory_mb,
              seconds, ended: four times a second at most
    alarm     bad (facts.BadStep): the training rests at a step that is not finite; the worker serves probes now
    broken    request, stage, error: the probe itself failed
Worker to `doctor`, which sends nothing
    installed  facts (facts.InstalledFacts)
    importing  module: it is tried next
    imported   facts (facts.Imported)
    gpus       count: how many TensorFlow sees, null where it was not imported
"""

from __future__ import annotations

import dataclasses
import json
from typing import Any

VERSION = 1

#: A line longer than this is no message of ours: the longest that real scripts gave is a hundredth of it.
LONGEST_MESSAGE = 4 * 1024 * 1024
#: So many calls of a script are told.
MOST_CALLS = 2000


def encode(kind: str, **body: Any) -> bytes:
    """One message as a line; dataclasses become objects."""
    return json.dumps({"kind": kind, **body}, default=_plain, separators=(",", ":")).encode() + b"\n"


def decode(line: bytes | str) -> dict[str, Any]:
    """The message in one line. Raises ValueError for anything else than an object with a kind."""
    try:
        message = json.loads(line)
    except RecursionError:
        raise ValueError("nested too deep") from None
    if not isinstance(message, dict) or not isinstance(message.get("kind"), str):
        raise ValueError("not a message")
    return message


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if hasattr(value, "item"):  # a NumPy scalar that slipped through
        return value.item()
    return str(value)
