"""With what a script begins: the imports that a standby worker can do before the script starts."""

from __future__ import annotations

import ast
import sys

#: Calls of these between two imports change nothing that an import could see.
HARMLESS = frozenset({"warnings", "logging", "random", "time"})
HARMLESS_NODES = (
    ast.Constant,
    ast.Name,
    ast.Tuple,
    ast.List,
    ast.Set,
    ast.Dict,
    ast.UnaryOp,
    ast.BinOp,
    ast.JoinedStr,
    ast.FormattedValue,
    ast.expr_context,
    ast.operator,
    ast.unaryop,
)


def opening(text: str) -> tuple[str, ...]:
    """The imports with which a script begins, and the environment variables that it sets between them, in its order.

    It ends before the first statement that could matter to an import that follows. Which Keras `tf.keras` is, for
    instance, is decided by the first that asks for it, so the order of all that could ask has to stay. Names are
    written anew (`ast.unparse`), so that comments and layout do not count. Nothing for a text that is not valid Python.
    """
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # the last two: nested too deeply
        return ()
    steps: list[str] = []
    for statement in body:
        if _is_import(statement) or _sets_environment(statement):
            steps.append(ast.unparse(statement))
        elif not _is_harmless(statement):
            break
    last = max((n for n, step in enumerate(steps, 1) if _is_heavy(step)), default=0)
    return tuple(steps[:last])


def _is_import(node: ast.stmt) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.level == 0 and node.module != "__future__" and all(alias.name != "*" for alias in node.names)
    return isinstance(node, ast.Import)


def _is_heavy(step: str) -> bool:
    """Whether a step is worth a worker: an import from outside of the standard library."""
    node = ast.parse(step).body[0]
    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
    names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
    return any(name.split(".")[0] not in sys.stdlib_module_names for name in names)


def _sets_environment(node: ast.stmt) -> bool:
    """`os.environ["NAME"] = "text"`, or the same by setdefault."""
    match node:
        case ast.Assign(
            targets=[ast.Subscript(value=ast.Attribute(value=ast.Name(id="os"), attr="environ"), slice=ast.Constant())],
            value=ast.Constant(value=str()),
        ):
            return True
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(value=ast.Attribute(value=ast.Name(id="os"), attr="environ"), attr="setdefault"),
                args=[ast.Constant(value=str()), ast.Constant(value=str())],
                keywords=[],
            )
        ):
            return True
    return False


def _is_harmless(node: ast.stmt) -> bool:
    match node:
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return True
        case ast.ImportFrom(module="__future__"):
            return True
        case ast.Expr(value=ast.Call(func=function, args=args, keywords=keywords)):
            return _root(function) in HARMLESS and all(
                _is_plain(value) for value in (*args, *(one.value for one in keywords))
            )
        case ast.Assign(targets=targets, value=value):
            return all(isinstance(target, (ast.Name, ast.Tuple)) and _is_plain(target) for target in targets) and (
                _is_plain(value)
            )
        case ast.AnnAssign(target=ast.Name(), value=value):
            return value is None or _is_plain(value)
        case (
            ast.FunctionDef(args=arguments, decorator_list=[]) | ast.AsyncFunctionDef(args=arguments, decorator_list=[])
        ):
            defaults = [one for one in (*arguments.defaults, *arguments.kw_defaults) if one is not None]
            return all(_is_plain(one) for one in defaults) and not _has_annotations(arguments, node)
    return False


def _has_annotations(arguments: ast.arguments, node: ast.AST) -> bool:
    # An annotation such as tf.keras.Model is evaluated where the function is defined.
    everyone = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg)
    annotations = [one.annotation for one in everyone if one is not None and one.annotation is not None]
    returns = getattr(node, "returns", None)
    return not all(_is_plain(one) for one in (*annotations, *([returns] if returns is not None else [])))


def _is_plain(node: ast.AST) -> bool:
    return all(isinstance(part, HARMLESS_NODES) for part in ast.walk(node))


def _root(node: ast.expr) -> str | None:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None
