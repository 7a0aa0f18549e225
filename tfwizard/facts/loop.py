"""A training loop of the user's own: its tape, its loss, its updates."""

from __future__ import annotations

from dataclasses import dataclass

from tfwizard.facts.calls import Place


@dataclass(frozen=True)
class CutFacts:
    """An operation between the variables and the loss that has no derivative ("ArgMax"), and the user's line of it."""

    operation: str
    where: Place | None = None


@dataclass(frozen=True)
class TapeFacts:
    """One line of the user's code that asks a tape for gradients, at its first call.

    `sources` is the number of trainable variables that were asked for, `missing` names those whose gradient was None.
    `cuts` are the operations on the way to the loss that have no derivative. `connected` is whether any operation under
    the tape leads from variables to the loss at all. `calls` counts the calls (of a traced line: 1, and `traced`).
    `moved` is whether any of these variables has another value now than at the first call; None where it was not read.
    """

    where: Place | None
    sources: int = 0
    missing: tuple[str, ...] = ()
    cuts: tuple[CutFacts, ...] = ()
    connected: bool = True
    calls: int = 1
    traced: bool = False
    moved: bool | None = None


@dataclass(frozen=True)
class BroadcastFacts:
    """An elementwise operation of labels (rows,) and predictions (rows, 1), or the reverse: its result is rows by rows.

    `shape` is that of the predictions, `other` that of the labels; None stands for a size that is open while traced. The
    names are those of local variables that hold the two, "" where there is none.
    """

    operation: str
    shape: tuple[int | None, ...]
    other: tuple[int | None, ...]
    where: Place | None = None
    name: str = ""
    other_name: str = ""


@dataclass(frozen=True)
class LossCall:
    """The one loss of Keras or TensorFlow that is given what the model gives, and the line of that call.

    `name` is that of its class or function as the user writes it, `made` the line that gave it its arguments: that of the
    object, or the call itself where it is a function.
    """

    name: str
    where: Place | None = None
    made: Place | None = None


@dataclass(frozen=True)
class LoopFacts:
    """A training loop of the user's own: its tape, its loss, its updates.

    `updates` counts the calls that apply gradients, the held one among them; `optimizers` is the number of optimizers
    that the script made. `applied` is the number of variables in the held call, None where there is none to be read.
    """

    gradients: tuple[TapeFacts, ...] = ()
    broadcasts: tuple[BroadcastFacts, ...] = ()
    updates: int = 0
    optimizers: int = 0
    applied: int | None = None
    loss: LossCall | None = None
