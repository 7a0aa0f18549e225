"""The tables of faults and of conflicts in the README, read from the rules themselves.

`python -m tests.checks.table` prints them, `python -m tests.checks.table README.md` writes them between the marks there.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tfwizard import checks
from tfwizard.checks.conflicts.registry import MODULES as OF_CONFLICTS
from tfwizard.checks.rules import MODULES
from tfwizard.stages import STAGES

SEVERITIES = ("error", "warning", "advice")
MARKS = {
    "faults": ("<!-- faults: python -m tests.checks.table README.md -->", "<!-- /faults -->"),
    "conflicts": ("<!-- conflicts: python -m tests.checks.table README.md -->", "<!-- /conflicts -->"),
}
#: Where `remedies` stands among the fields of a Finding.
REMEDIES = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One fault: what its rule gives, and by what it decides."""

    id: str
    stage: str
    severities: tuple[str, ...]
    fix: bool
    decides: str

    def __str__(self) -> str:
        return f"| `{self.id}` | {self.stage} | {' or '.join(self.severities)} | {'yes' if self.fix else ''} | {self.decides} |"


def rows() -> list[Row]:
    """One row for every declared rule, in the order of the walk."""
    order = [stage.id for stage in STAGES]
    found = [row for module in MODULES for row in _rows_of(Path(checks.__path__[0]) / f"{module}.py")]
    return sorted(found, key=lambda row: order.index(row.stage))


def table() -> str:
    """The table as Markdown."""
    head = "| id | stage | severity | fix | what decides |\n|---|---|---|---|---|\n"
    return head + "".join(f"{row}\n" for row in rows())


def conflicts() -> str:
    """The table of what `doctor` finds, as Markdown; what breaks first."""
    found = [
        row for module in OF_CONFLICTS for row in _conflicts_of(Path(checks.__path__[0]) / "conflicts" / f"{module}.py")
    ]
    found.sort(key=lambda row: SEVERITIES.index(row.severities[0]))
    head = "| id | severity | what decides |\n|---|---|---|\n"
    return head + "".join(f"| `{row.id}` | {' or '.join(row.severities)} | {row.decides} |\n" for row in found)


def with_tables(text: str) -> str:
    """A text with the tables between their marks."""
    for name, made in (("faults", table()), ("conflicts", conflicts())):
        begin, end = MARKS[name]
        pattern = re.compile(re.escape(begin) + r"\n.*?" + re.escape(end), re.DOTALL)
        text = pattern.sub(lambda _, begin=begin, end=end, made=made: f"{begin}\n{made}{end}", text)  # type: ignore[misc]
    return text


def _conflicts_of(path: Path) -> Iterator[Row]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    made: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) == "Conflict":
            said = {one.value for one in ast.walk(node.args[1]) if isinstance(one, ast.Constant)}
            made.setdefault(_string(node.args[0]), set()).update(said & set(SEVERITIES))
    for rule in tree.body:
        for id in _declared(rule, ("conflict",)):
            assert isinstance(rule, ast.FunctionDef)
            decides = (ast.get_docstring(rule) or "").split("\n")[0]
            yield Row(
                id, "", tuple(one for one in SEVERITIES if one in made.get(id, ())), False, decides.replace("|", "\\|")
            )


def _rows_of(path: Path) -> Iterator[Row]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    made: dict[str, list[ast.Call]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) == "Finding":
            made.setdefault(_string(node.args[0]), []).append(node)
    for rule in tree.body:
        for id in _declared(rule):
            yield _row(id, rule, made.get(id, []))


def _declared(rule: ast.stmt, decorators_of_ours: tuple[str, ...] = ("check", "fallback")) -> list[str]:
    decorators = rule.decorator_list if isinstance(rule, ast.FunctionDef) else []
    return [
        _string(one.args[0])
        for one in decorators
        if isinstance(one, ast.Call) and _name(one.func) in decorators_of_ours
    ]


def _row(id: str, rule: ast.stmt, made: list[ast.Call]) -> Row:
    assert isinstance(rule, ast.FunctionDef)
    said = {node.value for one in made for node in ast.walk(one.args[2]) if isinstance(node, ast.Constant)}
    stages = {_string(one.args[1]) for one in made}
    decides = (ast.get_docstring(rule) or "").split("\n")[0]
    if len(stages) != 1 or not decides:
        raise ValueError(f"{id}: its rule does not say its one stage, or has no docstring")
    severities = tuple(one for one in SEVERITIES if one in said)
    return Row(id, stages.pop(), severities, any(_offers_a_fix(one) for one in made), decides.replace("|", "\\|"))


def _offers_a_fix(made: ast.Call) -> bool:
    given = [*made.args[REMEDIES : REMEDIES + 1], *(one.value for one in made.keywords if one.arg == "remedies")]
    return any(not isinstance(one, ast.Tuple) or bool(one.elts) for one in given)


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _string(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ""


if __name__ == "__main__":
    for name in sys.argv[1:]:
        Path(name).write_text(with_tables(Path(name).read_text(encoding="utf-8")), encoding="utf-8")
    if not sys.argv[1:]:
        sys.stdout.write(f"{table()}\n{conflicts()}")
