"""What comes over the socket, read back with its types: what does not fit is refused, before anyone looks at it.

The script shares the worker's process, so any message may be a lie. Text that could act on a terminal is written out here, so
that it does nothing wherever it comes to be shown.
"""

from __future__ import annotations

import functools
import re
from typing import Any, TypeVar, get_args, get_type_hints

from tfwizard import protocol
from tfwizard.foreign import harmless
from tfwizard.language import _

T = TypeVar("T")

#: A text longer than this is cut: no error message and no row of data needs more.
LONGEST_TEXT = 50_000
#: So many parts of one list: what no screen could show in time.
MOST_PARTS = 10_000
#: So many lists in lists: the facts need ten.
DEEPEST = 64
#: A number of so many digits may be larger than any count of ours.
MANY_DIGITS = 19

#: How the answer to a request begins.
ANSWER = re.compile(rb'\{"kind":"(?:facts|broken)","request":(\d{1,9}),')
#: What the session's own records lack, with what stands for it.
ABSENT: dict[str, Any] = {"request": 0, "why": "", "by": ""}


@functools.cache
def fields() -> dict[str, dict[str, Any]]:
    """The fields of each kind of message, as protocol.py tells them. "gone" is the session's own word, in its records."""
    from tfwizard.facts import (
        BadStep,
        Call,
        Environment,
        EpochWatched,
        ErrorFacts,
        ScriptFacts,
    )  # not before the first paint

    return {
        "hello": {"protocol": int, "pid": int, "environment": Environment},
        "warm": {"unusable": str, "memory_mb": int | None, "homes": tuple[str, ...]},
        "call": {"call": Call},
        "returned": {"index": int, "seconds": float | None, "failed": bool},
        "outcome": {"facts": ScriptFacts},
        "gone": {"facts": ScriptFacts},
        "progress": {"stage": str, "done": int, "total": int, "label": str, "values": tuple[float, ...]},
        "facts": {"request": int, "stage": str, "facts": Any, "why": str, "by": str, "seconds": float},
        "training": {
            "fit": int, "epoch": int, "epochs": int, "step": int, "steps": int | None, "loss": float | None,
            "points": list[tuple[int, float]], "done": list[EpochWatched], "rate": float | None, "samples_per_s": float | None,
            "steps_per_s": float | None, "waiting": float | None, "eta_s": float | None, "memory_mb": tuple[float, float] | None,
            "seconds": float, "ended": str,
        },
        "astray": {},
        "alarm": {"bad": BadStep},
        "broken": {"request": int, "stage": str, "error": ErrorFacts, "seconds": float},
    }  # fmt: skip


def read_line(line: bytes, size: int) -> dict[str, Any]:
    """One line of a worker as a message. What is none becomes one of the kind "unusable": `request` is what it answers, or 0.

    Of a line of too many bytes, `size`, only the beginning is given.
    """
    try:
        if size > protocol.LONGEST_MESSAGE:
            raise ValueError(_("a message of {n} MB", n=size >> 20))
        return read_message(line)
    except ValueError as error:
        answers = ANSWER.match(line)
        return {"kind": "unusable", "why": harmless(str(error))[:200], "request": int(answers[1]) if answers else 0}


def read_message(line: bytes) -> dict[str, Any]:
    """One line as a message: its fields with their types, its facts as classes of tfwizard.facts. Raises ValueError."""
    return typed(_made_safe(protocol.decode(line.decode("utf-8", "replace"))))


def typed(message: dict[str, Any]) -> dict[str, Any]:
    """A message as it was decoded, its fields with their types; those that it should not have are left out."""
    from tfwizard.facts import OUTCOMES

    kind = message["kind"]
    if kind not in fields():
        raise ValueError(_("“{kind}” is no kind of message", kind=kind[:40]))
    read: dict[str, Any] = {"kind": kind}
    for name, hint in fields()[kind].items():
        if name not in message and name not in ABSENT:
            raise ValueError(_("“{kind}” without “{name}”", kind=kind, name=name))
        read[name] = read_facts(hint, message.get(name, ABSENT.get(name)))
    if kind == "facts" and read["facts"] is not None:
        read["facts"] = read_facts(section_type(read["stage"]), read["facts"])
    if kind in ("outcome", "gone") and read["facts"].outcome not in OUTCOMES:
        raise ValueError(_("“{outcome}” is no way for a script to end", outcome=read["facts"].outcome[:40]))
    return read


def read_facts(kind: type[T], value: Any) -> T:
    """`value` as a class of tfwizard.facts. Raises ValueError (msgspec.ValidationError) when it does not fit."""
    import msgspec  # not before the first paint

    try:
        return msgspec.convert(value, kind)
    except RecursionError:
        raise ValueError(_("lists in lists without end")) from None


@functools.cache
def section_type(section: str) -> type[Any]:
    """The class that one section of Facts holds. Raises ValueError for what is none."""
    hint = _sections().get(section)
    if hint is None:
        raise ValueError(_("“{name}” is nothing that is examined", name=section[:40]))
    kind: type[Any] = next(one for one in get_args(hint) if one is not type(None))
    return kind


@functools.cache
def _sections() -> dict[str, Any]:
    from tfwizard import facts

    return get_type_hints(facts.Facts, localns={name: getattr(facts, name) for name in facts.__all__})


def _made_safe(value: Any, depth: int = 0) -> Any:
    if isinstance(value, str):
        return harmless(value if len(value) <= LONGEST_TEXT else f"{value[:LONGEST_TEXT]}…")
    if isinstance(value, int) and abs(value) >= 1 << 63:
        raise ValueError(_("a number of more than {n} digits", n=MANY_DIGITS))
    if isinstance(value, (dict, list)) and len(value) > MOST_PARTS:
        raise ValueError(_("a list of {n} parts", n=len(value)))
    if depth > DEEPEST:
        raise ValueError(_("lists in lists without end"))
    if isinstance(value, dict):
        return {harmless(key[:LONGEST_TEXT]): _made_safe(part, depth + 1) for key, part in value.items()}
    if isinstance(value, list):
        return [_made_safe(part, depth + 1) for part in value]
    return value
