"""What an answer without a look at the inputs gets: the mark that any training has to beat."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class OutputBaseline:
    """The labels of one output, and the best constant answer to them.

    `kind` is "classes", "several classes" (0 or 1 for each) or "numbers". `rows` counts labels, those that are masked left
    out; `whole` is whether all were seen. For classes: the commonest one and its share, the entropy of their frequencies in
    nats and ln of their number. For numbers: their mean and variance. `loss` is what the best constant answer gets under the
    loss as compiled, None where that is not known.
    """

    output: str
    source: str
    kind: str
    rows: int
    whole: bool
    masked: int = 0
    classes: int | None = None
    majority: str | None = None
    share: float | None = None
    entropy: float | None = None
    uniform: float | None = None
    mean: float | None = None
    variance: float | None = None
    loss_name: str = ""
    loss: float | None = None


@dataclass(frozen=True)
class BaselineFacts:
    """The baseline of each output, for the training data and for the validation data where that could be read.

    `loss` is that of the whole model: the losses of its outputs with their weights; the one for the validation data counts
    where it is there.
    """

    outputs: tuple[OutputBaseline, ...] = ()
    loss: float | None = None
    validation_loss: float | None = None
