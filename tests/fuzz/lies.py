"""Messages that lie: made out of the types of the facts, and out of real messages that were changed in places."""

from __future__ import annotations

import dataclasses
import functools
import json
import types
from collections.abc import Callable
from random import Random
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from tfwizard import facts
from tfwizard.facts import OUTCOMES, BadStep, Call, Environment, EpochWatched, ErrorFacts, Facts, ScriptFacts
from tfwizard.session.plain import PROBES
from tfwizard.stages import STAGES

INTEGERS = (0, 1, -1, 2, 3, 7, 64, -7, 10**4, 2**31, -(2**31), 2**63 - 1, -(2**63), 2**64, 10**30, -(10**30))
FLOATS = (0.0, 1.0, -1.0, 0.5, -0.0, 1e-300, 1e300, -1e300, 5e-324, 1e9, 0.1, float("nan"), float("inf"), -float("inf"))
TEXTS = (
    "", " ", "a", "label", "input_ids", "train.py", "0", "-1", "nan", "1e999", "{name}", "{0!r:>{width}}", "%s%n", "\x00",
    "[bold]x[/bold]", "[/]", "[@click=app.quit]go[/]", "[/tmp/x.py]", "$text-error", "\x1b[2J\x1b[31mred", "\x1b]0;title\x07",
    "\x1b]52;c;ZXZpbA==\x07", "\x9b31m", "\x1bP+q\x1b\\", "\x07\x08\x7f", "a\rb", "a\nb\n\nc", "\t", "\x85\u2028\u2029\x0b\x0c",
    "\u202eexe.yp\u202c", "\u2066x\u2069", "\u200f", "\ud800", "a\udcffb", "\udfff\ud800", "e\u0301" * 40, "\U0001f468\u200d\U0001f469",
    "字" * 60, "א" * 50, "x" * 300, "../../../etc/passwd", "/etc/passwd", "/dev/zero", "~/.ssh/id_rsa", "..", "a/../../b",
    "-c:!id", "$(id)", "`id`", "; rm -rf x", "'\"\\", "\\u001b[31m", "\\", "\U000e0041", "\ufeff", "\u00a0", "\u3000", "·→…",
)  # fmt: skip
#: What fits no type of ours, or only some.
WRONG: tuple[Callable[[], Any], ...] = (
    lambda: None, lambda: True, lambda: 0, lambda: -1, lambda: 10**30, lambda: 10**400, lambda: 1.5, lambda: float("nan"), lambda: "x",
    lambda: [], lambda: {}, lambda: [[]], lambda: [None], lambda: {"": None}, lambda: {"kind": "facts"}, lambda: "\x1b[31m",
    lambda: "\ud800", lambda: nested(80), lambda: DEEP, lambda: "y" * 100_000,
)  # fmt: skip
#: Stands for lists in lists, ten thousand deep: too deep for what makes a message.
DEEP = "<deep>"
SECTIONS = tuple(field.name for field in dataclasses.fields(Facts))


def nested(depth: int) -> Any:
    """A list in a list, so many times."""
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


class Liar:
    """Makes values, facts and messages up. The same `random` gives the same lies."""

    def __init__(self, random: Random) -> None:
        self.random = random

    # --- by type ----------------------------------------------------------------------------------------------------------

    def value(self, hint: Any, depth: int = 0) -> Any:
        """Plain JSON data of this type: often at the edge of what the type allows."""
        pick, origin, arguments = self.random, get_origin(hint), get_args(hint)
        if dataclasses.is_dataclass(hint):
            return self.facts(hint, depth)
        if origin in (Union, types.UnionType):
            others = [one for one in arguments if one is not type(None)]
            if len(others) < len(arguments) and (pick.random() < 0.3 or depth > 6):
                return None
            return self.value(pick.choice(others), depth)
        if origin is Literal:
            return pick.choice(arguments)
        if origin is dict:
            return {self.text(): self.value(arguments[1], depth + 1) for _ in range(self.count(depth))}
        if origin is tuple and arguments[-1] is not Ellipsis:
            return [self.value(one, depth + 1) for one in arguments]
        if origin in (tuple, list, set, frozenset):
            return [self.value(arguments[0], depth + 1) for _ in range(self.count(depth))]
        if hint is bool:
            return pick.random() < 0.5
        if hint is int:
            return pick.choice(INTEGERS) if pick.random() < 0.6 else pick.randint(-3, 20)
        if hint is float:
            return pick.choice(FLOATS) if pick.random() < 0.6 else pick.uniform(-3, 20)
        if hint is str:
            return self.text()
        return None

    def facts(self, kind: Any, depth: int = 0) -> dict[str, Any]:
        """The fields of a dataclass; some of those that have a default are left out."""
        hints = _hints(kind)
        return {
            field.name: self.value(hints[field.name], depth + 1)
            for field in dataclasses.fields(kind)
            if _is_needed(field) or self.random.random() < 0.8
        }

    def text(self) -> str:
        """Often a hostile one, at times two of them."""
        first = self.random.choice(TEXTS)
        return first if self.random.random() < 0.8 else first + self.random.choice(TEXTS)

    def count(self, depth: int) -> int:
        """How many parts something has: mostly few, also none."""
        few = (0,) if depth > 8 else (0, 1, 1, 2) if depth > 3 else (0, 1, 1, 2, 3, 5, 17)
        return self.random.choice(few)

    def section(self, name: str) -> Any:
        """The facts of one section."""
        hint = _hints(Facts)[name]
        return self.facts(next(one for one in get_args(hint) if one is not type(None)))

    # --- by change --------------------------------------------------------------------------------------------------------

    def changed(self, data: Any, times: int = 3) -> Any:
        """Real data with a few of its values, keys or parts replaced, removed or doubled."""
        data = json.loads(json.dumps(data))
        for _ in range(self.random.randint(1, times)):
            spots = list(_spots(data))
            if spots:
                self._change(*self.random.choice(spots))
        return data

    def _change(self, holder: Any, key: Any) -> None:
        pick, old = self.random, holder[key]
        way = pick.random()
        if way < 0.15:
            del holder[key]
        elif way < 0.3 and isinstance(holder, list):
            holder.extend([old] * pick.choice((1, 5)))
        elif way < 0.3:
            holder[self.text()] = old
        elif way < 0.8 and isinstance(old, (bool, int, float, str)):  # of its own type
            holder[key] = self.value(type(old))
        elif way < 0.9 and isinstance(old, (list, dict)):
            holder[key] = type(old)()
        else:
            holder[key] = pick.choice(WRONG)()

    # --- messages -----------------------------------------------------------------------------------------------------------

    def message(self) -> dict[str, Any]:
        """A message of some kind, with the fields that its kind has."""
        make = self.random.choice(tuple(MESSAGES.values()))
        message = make(self)
        return self.changed(message, 2) if self.random.random() < 0.4 else message

    def of_kind(self, kind: str) -> dict[str, Any]:
        """A message of this kind."""
        return MESSAGES[kind](self)

    def section_message(self, section: str) -> dict[str, Any]:
        """The facts of this section."""
        return {**MESSAGES["facts"](self), "stage": section, "facts": self.section(section)}

    @staticmethod
    def true_line(message: Any) -> bytes:
        """A message as it should be."""
        return json.dumps(message).encode() + b"\n"

    def line(self, message: Any) -> bytes:
        """A message as bytes: whole, or torn, glued, in another encoding."""
        data = json.dumps(message, ensure_ascii=self.random.random() < 0.7).encode("utf-8", "surrogatepass")
        data = data.replace(b'"<deep>"', b"[" * 10_000 + b"]" * 10_000)
        way = self.random.random()
        if way < 0.7 or not data:
            return data + b"\n"
        at = self.random.randrange(len(data))
        if way < 0.8:
            return data[:at] + b"\n"
        if way < 0.9:
            return data[:at] + bytes([self.random.randrange(256)]) + data[at:] + b"\n"
        return data + self.random.choice((data, b"\x00", b"\r", b"]" * 50, b"[" * 5000, b"\xff\xfe", b",{}")) + b"\n"


@functools.cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind, localns={name: getattr(facts, name) for name in facts.__all__})


def _is_needed(field: Any) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _spots(data: Any, depth: int = 0) -> Any:
    """Every place in some data at which there is a value: what holds it, and under which key."""
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in list(parts):
        yield data, key
        if depth < 40:
            yield from _spots(value, depth + 1)


def _training(it: Liar) -> dict[str, Any]:
    number, maybe = it.value(float), it.value
    return {
        "kind": "training", "fit": it.value(int), "epoch": it.value(int), "epochs": it.value(int), "step": it.value(int),
        "steps": maybe(int | None), "loss": maybe(float | None),
        "points": [[it.value(int), it.value(float)] for _ in range(it.count(0))],
        "done": [it.facts(EpochWatched) for _ in range(it.count(2))], "rate": maybe(float | None),
        "samples_per_s": maybe(float | None), "steps_per_s": maybe(float | None), "waiting": maybe(float | None),
        "eta_s": maybe(float | None), "memory_mb": it.random.choice((None, [1.0, 2.0], [number, number])), "seconds": it.value(float),
        "ended": it.random.choice(("running", "finished", "stopped", "nan", "failed", it.text())),
    }  # fmt: skip


def _facts(it: Liar) -> dict[str, Any]:
    section = it.random.choice(SECTIONS)
    return {
        "kind": "facts", "request": it.random.choice((1, 2, 3, -1, 10**9)), "stage": section,
        "facts": None if it.random.random() < 0.1 else it.section(section),
        "why": it.text(), "by": it.random.choice(("", "data", "script", it.text())), "seconds": it.value(float),
    }  # fmt: skip


def _outcome(it: Liar) -> dict[str, Any]:
    facts = it.facts(ScriptFacts)
    if it.random.random() < 0.7:
        facts["outcome"] = it.random.choice(OUTCOMES)
    return {"kind": "outcome", "facts": facts}


#: Every kind of message that a worker sends.
MESSAGES: dict[str, Callable[[Liar], dict[str, Any]]] = {
    "hello": lambda it: {"kind": "hello", "protocol": it.value(int), "pid": it.value(int), "environment": it.facts(Environment)},
    "warm": lambda it: {"kind": "warm", "unusable": it.text(), "memory_mb": it.value(int), "homes": it.value(tuple[str, ...])},
    "call": lambda it: {"kind": "call", "call": it.facts(Call)},
    "returned": lambda it: {"kind": "returned", "index": it.value(int), "seconds": it.value(float), "failed": it.value(bool)},
    "outcome": _outcome,
    "progress": lambda it: {"kind": "progress", "stage": it.random.choice((*(one.id for one in STAGES), it.text())), "done": it.value(int),
                            "total": it.value(int), "label": it.text(), "values": it.value(tuple[float, ...])},
    "facts": _facts,
    "training": _training,
    "alarm": lambda it: {"kind": "alarm", "bad": it.facts(BadStep)},
    "broken": lambda it: {"kind": "broken", "request": it.random.choice((1, 2, 3, -1)), "stage": it.random.choice([probe[0] for probe in PROBES]),
                          "error": it.facts(ErrorFacts), "seconds": it.value(float)},
    "?": lambda it: {"kind": it.text()},
}  # fmt: skip
