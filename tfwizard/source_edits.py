"""What to change in a source, as data: a remedy names such edits, and `fixes` knows how each is made."""

from __future__ import annotations

from dataclasses import dataclass

from tfwizard.facts import Place


@dataclass(frozen=True, slots=True)
class SetArgument:
    """Give `argument` of the call `function` at `place` the expression `value`, adding it if it is absent.

    `imports` are statements that `value` needs, such as "from transformers import DataCollatorWithPadding".
    """

    function: str
    place: Place
    argument: str
    value: str
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoveArgument:
    """Take `argument` out of the call `function` at `place`."""

    function: str
    place: Place
    argument: str


@dataclass(frozen=True, slots=True)
class ReplaceListItem:
    """In `argument` of every call of `function` in the file that has the string `old`, write `new` instead."""

    function: str
    place: Place
    argument: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class AddListItem:
    """In `argument` of every call of `function` in the file whose list holds `beside`, add `item` behind `beside`."""

    function: str
    place: Place
    argument: str
    beside: str
    item: str


@dataclass(frozen=True, slots=True)
class MoveListItem:
    """Take the string `item` out of `argument` and put it into `to_argument`, in every call of `function` that has it."""

    function: str
    place: Place
    argument: str
    item: str
    to_argument: str


@dataclass(frozen=True, slots=True)
class InsertFirst:
    """Put `statements` before the first import that is not `from __future__` (behind docstring and comments)."""

    place: Place
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InsertAfter:
    """Put `statements` behind the statement at `place`, in its block.

    "{target}" in a statement stands for the name that the statement at `place` assigns: `tokenizer = …`.
    """

    place: Place
    statements: tuple[str, ...]
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InsertBefore:
    """Put `statements` before the statement at `place`, in its block."""

    place: Place
    statements: tuple[str, ...]
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CopyStatement:
    """Repeat the statement at `place` (a compile call, say) before the statement at `before`."""

    place: Place
    before: Place


@dataclass(frozen=True, slots=True)
class MoveToImport:
    """Move the statement at `place`, which configures devices, right behind the import that it uses.

    The loop, condition or `try` around it goes with it, and the lines that only list devices for it. Nothing else does:
    where it stands among other work, there is no safe move.
    """

    place: Place


@dataclass(frozen=True, slots=True)
class RemoveDevices:
    """Take the statement at `place`, which configures devices, out, with what only belongs to it as in MoveToImport."""

    place: Place


@dataclass(frozen=True, slots=True)
class RenameArgument:
    """Write `new=` for `argument=` in the call `function` at `place`."""

    function: str
    place: Place
    argument: str
    new: str


@dataclass(frozen=True, slots=True)
class WrapArgument:
    """Give `argument` of the call `function` at `place` the expression `template`, in which "{}" is what stands there now.

    For instance "{} - 1", or "{}.map(lambda x, y: (x, y - 1))". A name, call or attribute goes in as it is, anything
    else in parentheses where it needs them.
    """

    function: str
    place: Place
    argument: str
    template: str
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChainMethod:
    """Put the method call `call` ("shuffle(1000)") before the method `function` ("batch") in the chain at `place`."""

    function: str
    place: Place
    call: str


@dataclass(frozen=True, slots=True)
class CopyArgument:
    """Give `argument` the expression of `source` in the call `function` at `place`, with the string `old` in it as `new`.

    `tokenizer(rows["premise"])` with source "text", argument "text_pair", "premise" and "hypothesis" becomes
    `tokenizer(rows["premise"], rows["hypothesis"])`: by position where the next position is the argument's.
    """

    function: str
    place: Place
    source: str
    argument: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class RemoveListItem:
    """Take the string `item` out of `argument` of every call of `function` in the file that has it."""

    function: str
    place: Place
    argument: str
    item: str


@dataclass(frozen=True, slots=True)
class InsertLayer:
    """Put the layer `layer` ("Flatten()") before the layer that is made at `place`.

    In a list of layers, as an `.add(…)` of its own, or around the input of a functional call, as the source has it.
    `layer` is written as its neighbour is: `layers.Flatten()` beside `layers.Dense(3)`; `imports` are for a bare name.
    """

    place: Place
    layer: str
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReplaceName:
    """In the statement at `place`, write `new` for the name `old` (dotted names match by their last part).

    `new` may be any expression. Only names that are read are replaced, never the targets of an assignment.
    """

    place: Place
    old: str
    new: str
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReplaceImport:
    """Import `name` from `package` instead of where the file at `place` imports it from now."""

    place: Place
    name: str
    package: str


Edit = (
    SetArgument | RemoveArgument | ReplaceListItem | AddListItem | MoveListItem | InsertFirst | InsertAfter | InsertBefore
    | CopyStatement | RenameArgument | WrapArgument | ChainMethod | CopyArgument | RemoveListItem | InsertLayer | ReplaceName
    | ReplaceImport | MoveToImport | RemoveDevices
)  # fmt: skip
