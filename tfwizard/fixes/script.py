"""A parsed source file: its nodes, where they stand in the text, and what its names are bound to."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from typing import TypeVar, cast

import libcst as cst
from libcst.metadata import (
    Assignment,
    ByteSpanPositionProvider,
    MetadataWrapper,
    ParentNodeProvider,
    Scope,
    ScopeProvider,
)

from tfwizard.facts import Place
from tfwizard.fixes.errors import CannotEdit
from tfwizard.fixes.splice import NEWLINE, line_end, line_offset
from tfwizard.language import _

Node = TypeVar("Node", bound=cst.CSTNode)


class Script:
    """A source text with its tree. Offsets count characters."""

    def __init__(self, source: str) -> None:
        """Raises CannotEdit where the source is not valid Python."""
        try:
            module = cst.parse_module(source)
        except cst.ParserSyntaxError as error:
            raise CannotEdit(
                _(
                    "The file is not valid Python (line {line}: {error}). Correct that line first.",
                    line=error.raw_line,
                    error=error.message,
                )
            ) from error
        if module.code != source:
            # Seen with form feeds and a byte order mark; positions in the tree would be off.
            raise CannotEdit(
                _("The file holds control characters (a form feed, perhaps). Remove them, or edit by hand.")
            )
        wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
        self.source = source
        self.module = wrapper.module
        self.newline = module.default_newline
        self._spans = wrapper.resolve(ByteSpanPositionProvider)
        self._scopes = wrapper.resolve(ScopeProvider)
        self._parents = cast(Mapping[cst.CSTNode, cst.CSTNode], wrapper.resolve(ParentNodeProvider))
        #: What stands behind a value, for `origins`: the same is asked again and again.
        self.contents: dict[cst.BaseExpression, cst.BaseExpression] = {}
        #: The statements that give an attribute a value, by the attribute as it is written.
        self.stored: dict[str, list[cst.Assign | cst.AnnAssign]] = {}
        self._kinds: dict[type, list[cst.CSTNode]] = {}
        #: Where lines begin, and the bytes that are no first byte of a character: spans count bytes.
        self._lines = [match.end() for match in NEWLINE.finditer(source)]
        self._more = [] if source.isascii() else [n for n, byte in enumerate(source.encode()) if byte & 0xC0 == 0x80]

    def span(self, node: cst.CSTNode) -> tuple[int, int]:
        """Start and end of a node, its own parentheses included."""
        span = self._spans[node]
        start, end = span.start, span.start + span.length
        if isinstance(node, cst.BaseExpression) and node.lpar:
            start = self._spans[node.lpar[0]].start
            last = self._spans[node.rpar[-1]]
            end = last.start + last.length
        return self._characters(start), self._characters(end)

    def inner_span(self, node: cst.CSTNode) -> tuple[int, int]:
        """Start and end of a node without the parentheses around it."""
        span = self._spans[node]
        return self._characters(span.start), self._characters(span.start + span.length)

    def text(self, node: cst.CSTNode) -> str:
        """The node as it is written."""
        start, end = self.span(node)
        return self.source[start:end]

    def line(self, node: cst.CSTNode) -> int:
        """The line on which a node begins, from 1."""
        return self.line_at(self.span(node)[0])

    def line_at(self, offset: int) -> int:
        """The line that holds an offset, from 1."""
        return bisect_right(self._lines, offset) + 1

    def offset(self, place: Place) -> int | None:
        """The offset of a place's column, which counts bytes; None where the column is not known or not in the line."""
        if place.column is None:
            return None
        start = line_offset(self.source, place.line)
        line = self.source[start : line_end(self.source, start)].encode("utf-8")
        if place.column >= len(line):
            return None
        return start + len(line[: place.column].decode("utf-8", "ignore"))

    def nodes(self, root: cst.CSTNode | None = None) -> Iterator[cst.CSTNode]:
        """Every node below `root`, in the order of the text."""
        waiting: list[cst.CSTNode] = [root or self.module]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))

    def every(self, kind: type[Node]) -> list[Node]:
        """Every node of exactly this kind in the file, in the order of the text."""
        if not self._kinds:
            for node in self.nodes():
                self._kinds.setdefault(type(node), []).append(node)
        return cast(list[Node], self._kinds.get(kind, []))

    def calls(self) -> list[cst.Call]:
        """Every call in the file."""
        return self.every(cst.Call)

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The node around this one."""
        return self._parents.get(node)

    def scope(self, node: cst.CSTNode) -> Scope:
        """The scope that a node is evaluated in: the nearest one known."""
        current: cst.CSTNode | None = node
        while current is not None:
            scope = self._scopes.get(current)
            if scope is not None:
                return scope
            current = self._parents.get(current)
        raise CannotEdit(_("This call stands where names cannot be followed. Make the change by hand."))

    def assignments(self, name: cst.Name) -> list[Assignment]:
        """Everything in the file that binds the variable which `name` reads."""
        return [found for found in self.scope(name)[name.value] if isinstance(found, Assignment)]

    def definition(self, name: cst.Name) -> cst.Assign | cst.AnnAssign | None:
        """The statement `name = value` when it is the only one in the file that binds the variable."""
        bound = self.assignments(name)
        if len(bound) != 1:
            return None
        target = self._parents.get(bound[0].node)
        if isinstance(target, cst.AnnAssign) and target.target is bound[0].node and target.value is not None:
            return target
        statement = self._parents.get(target) if isinstance(target, cst.AssignTarget) else None
        if isinstance(statement, cst.Assign) and len(statement.targets) == 1:
            return statement
        return None

    def uses(self, name: cst.Name) -> list[cst.CSTNode]:
        """Every place that reads the variable which `name` reads."""
        return [access.node for found in self.assignments(name) for access in found.references]

    def _characters(self, offset: int) -> int:
        return offset - bisect_left(self._more, offset)


def called_name(call: cst.Call) -> str | None:
    """The last name of the called thing: "fit" for `model.fit(…)`."""
    match call.func:
        case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)):
            return name
    return None
