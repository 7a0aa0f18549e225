"""How the source uses the language: rules that a reader of it would otherwise have to remember."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from .extraction import ONE, ROOT, TWO, sources

#: What shows its text to a person, by the name of the function or class that is called.
SHOWN = frozenset({
    "echo", "notify", "say", "line", "paragraph", "heading", "Finding", "Undecided", "Blocked", "Confirm", "Reason", "Remedy",
    "UsageError", "SessionError", "CannotEdit", "CannotWrite", "ChangedOnDisk", "CannotRead", "CannotResume", "InUse", "NoLesson",
    "NoInterpreter", "NoTraining", "Conflict", "CannotRun", "Refused", "BadSetting", "CannotStop", "SystemCommand",
})  # fmt: skip
#: What is no text for people: kinds that are compared, events of the journal, styles.
KINDS = frozenset({
    "class ids", "weighted pairs", "nearest neighbours", "products of pairs", "integral float", "main memory", "write undone",
    "hint given", "answer asked", "answer shown", "with hints", "fix applied", "bold reverse", "a hidden token", "the next token",
    "one class a token", "one class a sample", "one choice a sample",
    "Traceback (most recent call last):",
})  # fmt: skip
#: Commands, source code, markup, and styles of the screens.
CODE = re.compile(
    r"\$|\s*<[a-z/!]|((uv |\{\} -m )?pip (un)?install|tfwizard|import|export|unset) \S|\{\}\.map\(lambda|\{name: value for|\s*(\.-wide )?[A-Z]\w+( \w+)? \{"
)
#: Why a function of the user's is not run: nobody is told, that it was not run is enough.
UNTOLD = frozenset({"tfwizard/worker/reach.py"})
#: Two words beside each other: a sentence, or a piece of one.
SENTENCE = re.compile(r"[A-Za-z’']{2,} [A-Za-z’']{2,}")


@cache
def trees() -> dict[str, ast.Module]:
    """Every module of the source."""
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in sources()}


@pytest.fixture(autouse=True, scope="module")
def forgotten() -> Iterator[None]:
    """So many objects cost every collection of garbage of all the other tests."""
    yield
    trees.cache_clear()


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def calls(tree: ast.AST, names: tuple[str, ...]) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node


def fields(text: str) -> set[str]:
    return {re.split(r"[.\[]", name)[0] for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def wrong_values(tree: ast.AST) -> Iterator[int]:
    """Where a message names other values than it is given."""
    for call in calls(tree, ("_", "ngettext")):
        plural = call.func.id == "ngettext"  # type: ignore[attr-defined]
        given = {one.arg for one in call.keywords} | ({"n"} if plural else set())
        if None in given or not (plural or call.keywords):
            continue
        texts = [one.value for one in call.args[: 1 + plural] if isinstance(one, ast.Constant)]
        named = [fields(text) for text in texts]
        if any(not one <= given for one in named) or (named and not given - {"n"} <= set().union(*named)):
            yield call.lineno


def too_early(tree: ast.Module) -> Iterator[int]:
    """Where a message is translated when its module is imported, before the language is known."""

    def outside(node: ast.AST) -> Iterator[ast.AST]:
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                yield child
                yield from outside(child)

    for node in outside(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext"):
            yield node.lineno


def shadowed(tree: ast.AST) -> Iterator[int]:
    """Where a function that says something uses `_` for a value that it does not need."""
    comprehensions = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
    for function in functions(tree):
        own = {
            id(x)
            for one in ast.walk(function)
            if isinstance(one, comprehensions)
            for g in one.generators
            for x in ast.walk(g.target)
        }
        stored = [
            one
            for one in ast.walk(function)
            if isinstance(one, ast.Name) and one.id == "_" and isinstance(one.ctx, ast.Store)
        ]
        if any(calls(function, ("_",))) and (bad := [one for one in stored if id(one) not in own]):
            yield bad[0].lineno


def unwrapped(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The sentences that are shown, given back or kept as they are."""
    for node in ast.walk(tree):
        values: list[ast.expr] = []
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            values = [*node.args, *(one.value for one in node.keywords)] if name in SHOWN else []
        elif (
            isinstance(node, (ast.Return, ast.Yield, ast.Assign, ast.AnnAssign, ast.AugAssign))
            and node.value is not None
        ):
            values = [node.value]
        for value in values:
            for line, text in sentences(value):
                if text not in KINDS and not CODE.match(text):
                    yield line, text


def sentences(node: ast.AST) -> Iterator[tuple[int, str]]:
    """The literals that become the value of an expression: not those that it compares, looks up or passes on."""
    match node:
        case ast.Constant(value=str(text)):
            if SENTENCE.search(text):
                yield node.lineno, text
        case ast.JoinedStr(values=parts):
            text = "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in parts)
            if SENTENCE.search(text):
                yield node.lineno, text
            for part in parts:
                if isinstance(part, ast.FormattedValue):
                    yield from sentences(part.value)
        case ast.IfExp(body=body, orelse=orelse):
            yield from sentences(body)
            yield from sentences(orelse)
        case ast.BoolOp(values=parts) | ast.Dict(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from sentences(part)
        case ast.BinOp(left=left, right=right):
            yield from sentences(left)
            yield from sentences(right)
        case ast.Starred(value=value):
            yield from sentences(value)


def places(rule: object) -> list[str]:
    return [f"{name}:{one}" for name, tree in trees().items() for one in rule(tree)]  # type: ignore[operator]


def test_every_message_is_given_the_values_that_it_names() -> None:
    assert places(wrong_values) == []


def test_nothing_is_translated_before_the_language_is_known() -> None:
    assert places(too_early) == []


def test_no_function_that_says_something_hides_the_language() -> None:
    assert places(shadowed) == []


def test_no_sentence_reaches_a_person_untranslated() -> None:
    said = {name: tree for name, tree in trees().items() if name not in UNTOLD}
    assert [f"{name}:{line}: {text}" for name, tree in said.items() for line, text in unwrapped(tree)] == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (wrong_values, '_("{a} is {b}", a=1)'),
        (wrong_values, '_("{a}", a=1, b=2)'),
        (wrong_values, 'ngettext("{n} of {all}", "{n} of {all}", 1)'),
        (too_early, 'WORDS = {"a": _("one two")}'),
        (too_early, 'class A:\n    words = _("one two")'),
        (shadowed, 'def f():\n    for _ in "ab":\n        pass\n    return _("one two")'),
        (unwrapped, 'echo("No terminal here")'),
        (unwrapped, 'raise SessionError(f"{name} is gone for good")'),
        (unwrapped, 'def f():\n    return {"a": "one two"}'),
        (unwrapped, 'why = "it is too late" if late else ""'),
        (unwrapped, 'paragraph("all is well" if good else _("not so well"), width)'),
    ],
)
def test_the_rules_find_what_they_are_for(rule: object, text: str) -> None:
    assert list(rule(ast.parse(text)))  # type: ignore[operator]


def test_the_rules_leave_the_rest_alone() -> None:
    text = """
WORDS = N_("one two")
def f(rows):
    pairs = [one for one, _ in rows]
    echo(_("{a} is {b}", a=1, b=2) if mode == "all of it" else table["one two"])
    return ngettext("{n} row of {all}", "{n} rows of {all}", 1, all=2)
"""
    tree = ast.parse(text)
    assert not [one for rule in (wrong_values, too_early, shadowed, unwrapped) for one in rule(tree)]
    assert Path(ROOT, "tfwizard").is_dir() and {*ONE, *TWO} == {"_", "N_", "ngettext", "NN_"}
