"""Secrets that stand in Python source: the literals that are given to what is named as one."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from collections import Counter
from collections.abc import Iterator

from tfwizard.report.masks import MASK, Known, Masked, mask
from tfwizard.report.secret_names import TOKEN, is_placeholder, looks_secret, secret_name, worth_looking_for

#: What gives a text back that it was given: `b64decode("…")` is as much a secret as its argument.
PASS_ON = frozenset({"str", "bytes", "b64decode", "b64encode", "SecretStr", "Secret", "fromhex", "unhexlify", "encode", "decode", "strip",
                     "quote", "quote_plus"})  # fmt: skip
#: What is given a secret without naming it.
LOGINS = frozenset({"login", "authenticate", "set_token", "set_access_token", "save_token", "set_api_key"})

Span = tuple[int, int]
#: Without one of these no name in a text has a value.
_NAMES_SOMETHING = re.compile(r"[=:]|-\w")


def mask_source(source: str, known: Known = Known()) -> Masked:  # noqa: B008
    """Python source without its secrets; it stays Python. What cannot be parsed is masked as text."""
    found = {(start, end): kind for start, end, kind in _literals(source)}
    changes = [(span, '"***"', Counter([kind])) for span, kind in found.items()]
    for span in _words(source):
        if _NAMES_SOMETHING.search(source, *span) and not any(
            start <= span[0] and span[1] <= end for start, end in found
        ):
            inner = mask(source[slice(*span)], known)
            if inner.text != source[slice(*span)]:
                changes.append((span, inner.text, inner.counts))
    counts: Counter[str] = Counter()
    for (start, end), text, each in sorted(changes, key=lambda one: one[0], reverse=True):
        source = source[:start] + text + source[end:]
        counts += each
    rest = mask(source, known, code=True, named=parsed(source) is None)
    return Masked(rest.text, counts + rest.counts)


def secrets_in(source: str) -> tuple[tuple[str, str], ...]:
    """The secrets of a source that are masked wherever else they stand, each with its kind."""
    found = {}
    for start, end, kind in _literals(source):
        try:
            value = ast.literal_eval(source[start:end])
        except (ValueError, SyntaxError):
            continue
        text = _as_text(value)
        # A diff and a traceback have one line of it at a time.
        for one in dict.fromkeys((text, *(line.strip() for line in text.splitlines()))):
            if worth_looking_for(one):
                found[one] = kind
    return tuple(found.items())


def _literals(source: str) -> Iterator[tuple[int, int, str]]:
    """Begin, end and kind of every literal that is a secret by its name."""
    tree = parsed(source)
    if tree is None:
        return
    offsets = _Offsets(source)
    for name, value in _named(tree):
        kind, weak = secret_name(name)
        for literal in _texts(value) if kind else ():
            text = _as_text(literal.value) if isinstance(literal, ast.Constant) else ""
            if isinstance(literal, ast.JoinedStr):
                if weak or not any(isinstance(one, ast.Constant) and str(one.value).strip() for one in literal.values):
                    continue
            elif MASK in text or is_placeholder(text) or (weak and not looks_secret(text)):
                continue
            yield *offsets.of(literal), kind
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and _last(call.func) in LOGINS:
            for one in call.args[:1]:
                if isinstance(one, ast.Constant) and isinstance(one.value, str) and looks_secret(one.value):
                    yield *offsets.of(one), TOKEN


def _as_text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def parsed(source: str) -> ast.Module | None:
    """The source as Python reads it, without its warnings; None where it cannot."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # the last two: nested too deeply
        return None


def _named(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Names and what they are given: by an assignment, an argument, a default, a key, a comparison."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign():
                for target in node.targets:
                    yield from _targets(target, node.value)
            case ast.AnnAssign(value=ast.expr() as value) | ast.NamedExpr(value=value) | ast.AugAssign(value=value):
                yield from _targets(node.target, value)
            case ast.keyword(arg=str(name)):
                yield name, node.value
                if name == "auth" and isinstance(node.value, ast.Tuple):  # (user, password)
                    yield from (("password", one) for one in node.value.elts[1:2])
            case ast.arguments():
                given = [*node.posonlyargs, *node.args]
                yield from ((one.arg, value) for one, value in zip(given[::-1], node.defaults[::-1], strict=False))
                yield from (
                    (one.arg, value) for one, value in zip(node.kwonlyargs, node.kw_defaults, strict=True) if value
                )
            case ast.Dict():
                yield from ((_text(key), value) for key, value in zip(node.keys, node.values, strict=True) if key)
            case ast.Compare():
                sides = [node.left, *node.comparators]
                yield from ((_name(one), other) for one in sides for other in sides if one is not other)
            case ast.Call():
                yield from _of_call(node)
            case ast.List() | ast.Tuple():
                yield from _of_command(node.elts)


def _of_call(call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """`setdefault("API_KEY", "…")`, `getenv("API_KEY", "…")`, `add_argument("--password", default="…")`, `smtp.login("me", "…")`."""
    if _last(call.func) == "login" or _last(call.func).endswith(("BasicAuth", "DigestAuth")):  # (user, password)
        yield from (("password", one) for one in call.args[1:2])
    first = _text(call.args[0]) if call.args else ""
    if not first or " " in first:
        return
    if _last(call.func) in ("setdefault", "getenv", "get", "putenv", "setenv", "set", "put", "setattr"):
        yield from ((first, one) for one in call.args[1:2])
    flags = [text for one in call.args if (text := _text(one)).startswith("-")]
    if _last(call.func) in ("add_argument", "option", "argument"):
        yield from ((flag, one.value) for flag in flags for one in call.keywords if one.arg in ("default", "const"))


def _of_command(parts: list[ast.expr]) -> Iterator[tuple[str, ast.expr]]:
    """`["curl", "--password", "…"]`: a command, as `subprocess` and `parse_args` take it."""
    for flag, value in zip(parts, parts[1:], strict=False):
        if _text(flag).startswith("-") and not _text(value).startswith("-"):
            yield _text(flag), value


def _targets(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List)):
        for one, part in zip(target.elts, value.elts, strict=False):
            yield from _targets(one, part)
    else:
        yield _name(target), value


def _name(node: ast.expr) -> str:
    """The name of what is assigned to: the last part of it."""
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return node.attr
        case ast.Subscript():
            return _text(node.slice)
        case ast.Call(args=[first, *_]) if _last(node.func) in ("getenv", "get"):
            return _text(first)
    return ""


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _last(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _texts(node: ast.expr) -> Iterator[ast.Constant | ast.JoinedStr]:
    """The literals that become the value of an expression: not those that it looks something up by."""
    match node:
        case ast.Constant(value=str() | bytes()) | ast.JoinedStr():
            yield node
        case ast.BinOp():
            parts: list[ast.expr] = []  # a sum of many is nested as deeply as it is long
            left: ast.expr = node
            while isinstance(left, ast.BinOp):
                parts.append(left.right)
                left = left.left
            yield from (text for one in (left, *parts) for text in _texts(one))
        case ast.BoolOp():
            yield from (text for one in node.values for text in _texts(one))
        case ast.IfExp():
            yield from (*_texts(node.body), *_texts(node.orelse))
        case ast.Tuple() | ast.List() | ast.Set():
            yield from (text for one in node.elts for text in _texts(one))
        case ast.Call(args=[_, default, *_]) if _last(node.func) in ("getenv", "get", "pop", "setdefault"):
            yield from _texts(default)
        case ast.Call(keywords=[_, *_]) if _last(node.func) not in PASS_ON:  # field(default="…")
            yield from (text for one in node.keywords if one.arg == "default" for text in _texts(one.value))
        case ast.Call() if _last(node.func) in PASS_ON:
            inner = [node.func.value] if isinstance(node.func, ast.Attribute) else []
            yield from (text for one in [*inner, *node.args[:1]] for text in _texts(one))


def _words(source: str) -> Iterator[Span]:
    """The comments and the other literals: text in which a secret may stand as people write it down."""
    offsets = _Offsets(source)
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT or (token.type == tokenize.STRING and len(token.string) > 2):
                yield offsets.at(token.start), offsets.at(token.end)
    except (tokenize.TokenError, IndentationError, SyntaxError):
        return


class _Offsets:
    """Lines and columns as places in the text. `ast` counts columns in bytes, `tokenize` in characters."""

    def __init__(self, source: str) -> None:
        self.lines = io.StringIO(source).readlines()
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line))

    def of(self, node: ast.expr) -> Span:
        """Where an expression begins and ends."""
        assert node.end_lineno is not None and node.end_col_offset is not None
        return self._byte(node.lineno, node.col_offset), self._byte(node.end_lineno, node.end_col_offset)

    def _byte(self, line: int, column: int) -> int:
        text = self.lines[line - 1].encode()[:column].decode("utf-8", "replace")
        return self.starts[line - 1] + len(text)

    def at(self, place: tuple[int, int]) -> int:
        """A line and a column in characters."""
        return min(self.starts[min(place[0] - 1, len(self.starts) - 1)] + place[1], self.starts[-1])
