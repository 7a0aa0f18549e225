"""The ways in which a script can pass one argument of a call, each as a program that runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Call:
    """A call with one argument that the edits are about: `name=value`, behind `others`."""

    function: str
    name: str
    value: str
    others: str
    by_position: str | None = None

    @property
    def last(self) -> str:
        """The last part of the function's name."""
        return self.function.rpartition(".")[2]


def programs(call: Call) -> Iterator[tuple[str, str]]:
    """Name and source of every way; the call meant is the first one that runs."""
    f, a, v, kw = call.function, call.name, call.value, call.others
    given, read = f"{f}({kw}, {a}={v})", f"{f}({kw}, {a}=value)"
    yield "keyword", f"{given}\n"
    yield "keyword in front", f"{f}({a}={v}, {kw})\n"
    if call.by_position is not None:
        yield "position", f"{f}({call.by_position}, {v})\n"
        yield "star", f"row = ({call.by_position}, {v})\n{f}(*row)\n"
        yield "star behind", f"{f}({call.by_position}, *[{v}])\n"
    yield "lines", f"{f}(\n    {kw},\n    {a}={v},  # why\n)\n"
    yield "tabs, commas in front", f"{f}(\n\t{kw}\n\t, {a} = ({v})\n\t)\n"
    yield "backslash", f"x = \\\n  {f}({kw}, \\\n  {a}={v})\n"
    yield "semicolons", f"a = 1; {given}; b = 2\n"
    yield "one line", f"if __name__ == '__main__': {given}\n"
    yield "non-ASCII text in front", f"é = 'ü€'; {given}  # é\n"
    yield "with", f"import contextlib\nwith contextlib.nullcontext():\n\t{given}\n"
    yield "constant", f"value = {v}\n{read}\n"
    yield "constant of a function", f"value = {v}\ndef go():\n    return {read}\ngo()\n"
    yield "constant read elsewhere", f"value = {v}\nother = [value]\n{read}\n"
    yield "constant of a constant", f"first = {v}\nvalue: object = first\n{read}\n"
    yield "two calls", f"value = {v}\n{read}\n{read}\n"
    yield "unpacked row", f"n, value = 1, {v}\n{read}\n"
    yield (
        "closure",
        f"def outer():\n    value = {v}\n    def inner():\n        return {read}\n    return inner\nouter()()\n",
    )
    yield "parameter", f"def go(value):\n    {read}\ngo({v})\n"
    yield "keyword parameter", f"def go(*, value=None):\n    {read}\ngo(value={v})\n"
    yield "default", f"def go(value={v}):\n    {read}\ngo(); go()\n"
    yield "decorated", f"def d(f): return f\n@d\ndef go(value={v}):\n    return {read}\ngo()\n"
    yield (
        "attribute",
        f"class T:\n    def __init__(self, value={v}):\n        self.value = value\n    def go(self):\n        {f}({kw}, {a}=self.value)\nT().go()\n",
    )
    yield "class attribute", f"class Config:\n    VALUE = {v}\n{f}({kw}, {a}=Config.VALUE)\n"
    yield "entry", f"cfg = {{'value': {v}, 'n': 1}}\n{f}({kw}, {a}=cfg['value'])\n"
    yield "entry by get", f"cfg = dict(value={v})\n{f}({kw}, {a}=cfg.get('value'))\n"
    yield "entry of an entry", f"cfg = {{'a': {{'value': {v}}}}}\n{f}({kw}, {a}=cfg['a']['value'])\n"
    yield "entry put in later", f"cfg = {{'value': None}}\ncfg.update(value={v})\n{f}({kw}, {a}=cfg['value'])\n"
    yield (
        "option",
        f"import argparse\np = argparse.ArgumentParser()\np.add_argument('--value', default={v})\nargs = p.parse_args([])\n{f}({kw}, {a}=args.value)\n",
    )
    yield "unpacked dict", f"kw = {{'q': 1, '{a}': {v}, 'r': 2}}\n{f}({kw}, **kw)\n"
    yield "unpacked call of dict", f"kw = dict({a}={v}, q=1)\n{f}({kw}, **kw)\n"
    yield "unpacked literal", f"{f}({kw}, **{{'{a}': {v}}})\n"
    yield "unpacked, stored", f"kw = {{}}\nkw['{a}'] = {v}\n{f}({kw}, **kw)\n"
    yield "unpacked, updated", f"kw = {{}}\nkw.update({a}={v})\n{f}({kw}, **kw)\n"
    yield "unpacked parameter", f"def go(**kw):\n    {f}({kw}, **kw)\ngo({a}={v})\n"
    yield "unpacked entry", f"cfg = {{'call': {{'{a}': {v}}}}}\n{f}({kw}, **cfg['call'])\n"
    yield "unpacked attribute", f"class C:\n    CALL = {{'{a}': {v}}}\n{f}({kw}, **C.CALL)\n"
    yield "unpacked twice", f"base = {{'{a}': {v}}}\nkw = {{**base, 'q': 1}}\n{f}({kw}, **kw)\n"
    yield "unpacked result", f"def make(): return {{'{a}': {v}}}\n{f}({kw}, **make())\n"
    yield "partial", f"from functools import partial\ngo = partial({f}, {kw}, {a}={v})\ngo()\n"
    yield "partial, the rest", f"from functools import partial\ngo = partial({f}, {kw})\ngo({a}={v})\n"
    yield "under another name", f"go = {f}\ngo({kw}, {a}={v})\n"
    yield "lambda", f"go = lambda: {given}\ngo()\n"
    yield "loop", f"for value in [{v}]:\n    {read}\n"
    yield "named within", f"{f}({kw}, {a}=(value := {v}))\nassert value\n"
    yield "condition", f"{f}({kw}, {a}={v} if True else None)\n"
    yield "computed", f"def value(): return {v}\n{f}({kw}, {a}=value())\n"
