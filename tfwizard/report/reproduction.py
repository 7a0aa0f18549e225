"""The part of a script that one of its statements depends on, and a made-up batch like the real one."""

from __future__ import annotations

import ast
import builtins
import math
from collections.abc import Iterator

from tfwizard.facts import DataFacts, TensorFacts
from tfwizard.report.contents import Reproduction
from tfwizard.report.source_masks import parsed

#: Packages whose imports have effects: which Keras is `tf.keras` hangs on their order.
STACK = frozenset(
    {
        "tensorflow",
        "keras",
        "tf_keras",
        "transformers",
        "datasets",
        "jax",
        "torch",
        "keras_nlp",
        "keras_hub",
        "keras_cv",
    }
)
#: Functions that only show something, or end the program.
SHOW = frozenset(
    {"print", "display", "pprint", "exit", "quit", "summary", "info", "debug", "warning", "plot", "show", "savefig"}
)
#: Methods that give something new, and leave what they are called on as it is.
GIVE_NEW = frozenset({
    "to_tf_dataset", "prepare_tf_dataset", "map", "batch", "padded_batch", "shuffle", "select", "take", "skip", "prefetch", "filter",
    "repeat", "cache", "train_test_split", "rename_column", "remove_columns", "with_format", "copy", "reshape", "astype", "mean", "std",
    "sum", "max", "min", "argmax", "numpy", "get", "keys", "values", "items", "split", "join", "format", "to_numpy", "tolist", "flatten",
    "from_pretrained", "evaluate", "predict", "count_params", "get_weights", "element_spec", "as_numpy_iterator", "unique", "head",
})  # fmt: skip
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
#: What has been reached is often a whole script: with less left out, the script itself is as good.
LEAST_LEFT_OUT = 0.1


def cut(source: str, line: int) -> Reproduction | None:
    """The lines that the statement at `line` depends on, where that is less than the script; None where nothing can be cut.

    A statement stays when it makes, or may change, something that is needed further on. What a program does by other ways (files,
    settings of other modules) is not seen.
    """
    tree = parsed(source)
    target = _at(tree, line) if tree else None
    if tree is None or target is None:
        return None
    kept = {id(target), *map(id, _Slice(tree.body[: tree.body.index(target)], target).kept)}
    lines = source.splitlines()
    code: list[str] = []
    last = 0
    for statement in [one for one in tree.body if id(one) in kept]:
        if code and _first(statement) > last + 1:
            code.append("")
        code += lines[max(_first(statement), last + 1) - 1 : _last(statement)]  # two may share a line
        last = max(last, _last(statement))
    written = sum(bool(text.strip()) and not text.strip().startswith("#") for text in lines)
    left_out = written - sum(bool(text.strip()) and not text.strip().startswith("#") for text in code)
    text = "\n".join(code) + "\n"
    return Reproduction(text, left_out, "") if left_out >= max(1, LEAST_LEFT_OUT * written) and parsed(text) else None


def _at(tree: ast.Module, line: int) -> ast.stmt | None:
    """The statement of the module that stands at a line; where that defines something, the first one that uses it."""
    found = next((one for one in tree.body if _first(one) <= line <= _last(one)), None)
    if not isinstance(found, DEFINITIONS):
        return found
    names = {found.name}
    while grown := {one.name for one in tree.body if isinstance(one, DEFINITIONS) and _read(one) & names} - names:
        names |= grown
    return next((one for one in tree.body if not isinstance(one, DEFINITIONS) and _read(one) & names), None)


def _first(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(one.lineno for one in decorators)])


def _last(statement: ast.stmt) -> int:
    return statement.end_lineno or statement.lineno


class _Slice:
    """The statements `before` another one that it depends on: `kept`. What one of them reads is needed in turn."""

    def __init__(self, before: list[ast.stmt], target: ast.stmt) -> None:
        self.modules = _modules(before)
        self.functions: dict[str, list[ast.AST]] = {}
        for node in (node for statement in before for node in ast.walk(statement)):
            if isinstance(node, DEFINITIONS):
                self.functions.setdefault(node.name, []).append(node)
        self.needed = _read(target)
        self.kept: list[ast.stmt] = []
        left = before[::-1]
        while grown := next((one for one in left if self._is_needed(one)), None):
            self.kept.append(grown)
            self.needed |= _read(grown)
            left.remove(grown)

    def _is_needed(self, statement: ast.stmt) -> bool:
        bound = _bound(statement)
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            module = statement.names[0].name if isinstance(statement, ast.Import) else statement.module or ""
            return bool(bound & self.needed) or module.split(".")[0] in STACK or module == "__future__"
        if isinstance(statement, DEFINITIONS):
            return bool(bound & self.needed)
        if bound & self.needed or "environ" in _names(statement):
            return True
        calls = _calls(statement)
        if isinstance(statement, (ast.Assign, ast.AnnAssign)):  # of what is not needed itself
            calls = [call for call in calls if not _gives_new(call, self.modules)]
        return any(self._changes(call, frozenset()) for call in calls) or self._stores(statement)

    def _stores(self, node: ast.AST) -> bool:
        return any(_root(target) in self.needed for target in _stored(node))

    def _changes(self, call: ast.Call, within: frozenset[str]) -> bool:
        """Whether a call may change something that is needed: it is a method of that, is given it, or runs a function that does so."""
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in SHOW and name not in self.functions:
            return False
        parts = [*call.args, *(each.value for each in call.keywords)]
        given = {node.id for one in parts for node in ast.walk(one) if isinstance(node, ast.Name)}
        if _root(call.func) in self.needed or given & self.needed:
            return True
        return name not in within and any(
            self._body_changes(one, within | {name}) for one in self.functions.get(name, ())
        )

    def _body_changes(self, function: ast.AST, within: frozenset[str]) -> bool:
        declared = {name for node in ast.walk(function) if isinstance(node, ast.Global) for name in node.names}
        return (
            bool(declared & self.needed)
            or self._stores(function)
            or any(self._changes(one, within) for one in _calls(function))
        )


def _calls(node: ast.AST) -> list[ast.Call]:
    return [one for one in ast.walk(node) if isinstance(one, ast.Call)]


def _gives_new(call: ast.Call, modules: set[str]) -> bool:
    """Whether a call is known to change nothing: a function of a library, or of Python, or such a method."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr in GIVE_NEW or _root(call.func) in modules
    return getattr(call.func, "id", "") in modules or hasattr(builtins, getattr(call.func, "id", ""))


def _modules(statements: list[ast.stmt]) -> set[str]:
    """The names that are imported."""
    imports = [one for one in statements if isinstance(one, (ast.Import, ast.ImportFrom))]
    return {name for one in imports for name in _bound(one)}


def _root(node: ast.expr) -> str:
    """The name that a chain of attributes, items and calls begins with."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call, ast.Starred)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _stored(statement: ast.AST) -> Iterator[ast.expr]:
    """The attributes and items that a statement assigns to."""
    for node in ast.walk(statement):
        if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, (ast.Store, ast.Del)):
            yield node


def _bound(statement: ast.stmt) -> set[str]:
    """The names that a statement gives a value at the level of the module."""
    if isinstance(statement, DEFINITIONS):
        return {statement.name}
    found: set[str] = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
            found.add(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
            found |= _any_name(node)
        elif isinstance(node, DEFINITIONS):
            found.add(node.name)
    return found


def _any_name(node: ast.Import | ast.ImportFrom) -> set[str]:
    """`from x import *` may give any name."""
    return {"*"} if any(alias.name == "*" for alias in node.names) else set()


def _names(statement: ast.stmt) -> set[str]:
    return {
        node.attr if isinstance(node, ast.Attribute) else node.id
        for node in ast.walk(statement)
        if isinstance(node, (ast.Attribute, ast.Name))
    }


def _read(statement: ast.stmt) -> set[str]:
    """The names that a statement reads, in the functions and classes that it defines too."""
    return {
        node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    } | {"*"}


# --- a batch like the real one ------------------------------------------------------------------------------------------------


def made_up(facts: DataFacts | None) -> str:
    """Python that makes arrays of the shapes, types and ranges of the batch that was seen; "" where none was."""
    inputs = [one for one in facts.tensors if one.role == "input"] if facts else []
    labels = [one for one in facts.tensors if one.role == "label"] if facts else []
    if not inputs or any(_array(one) is None for one in [*inputs, *labels]):
        return ""
    lines = ["import numpy as np", "", "rng = np.random.default_rng(0)"]
    for name, tensors in (("x", inputs), ("y", labels)):
        if len(tensors) == 1 and not (name == "x" and facts and "dict" in facts.structure):
            lines.append(f"{name} = {_array(tensors[0])}")
        elif tensors:
            lines += [f"{name} = {{", *(f"    {one.name!r}: {_array(one)}," for one in tensors), "}"]
    return "\n".join(lines) + "\n"


def _array(tensor: TensorFacts) -> str | None:
    """One array in numpy's words; None for what is no number."""
    low, high = tensor.minimum, tensor.maximum
    if tensor.dtype == "bool":
        return f"rng.random({tensor.shape}) < 0.5"
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return None
    if tensor.dtype.startswith(("int", "uint")):
        return f'rng.integers({int(low)}, {int(high) + 1}, {tensor.shape}).astype("{tensor.dtype}")'
    if tensor.dtype.startswith(("float", "bfloat")):
        dtype = "float32" if tensor.dtype == "bfloat16" else tensor.dtype
        return f'rng.uniform({low:.6g}, {high:.6g}, {tensor.shape}).astype("{dtype}")'
    return None
