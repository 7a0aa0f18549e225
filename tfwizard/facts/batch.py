"""What the fresh model gives for one batch, and where it is not finite."""

from __future__ import annotations

from dataclasses import dataclass

from tfwizard.facts.calls import ErrorFacts


@dataclass(frozen=True)
class StepFacts:
    """The model's own train_step on `rows` rows of one batch: its gradients are computed, and none is applied.

    `error` beside a `gradient_norm` came after the gradients: out of a metric.
    """

    ran: bool
    loss: float | None = None
    gradient_norm: float | None = None
    error: ErrorFacts | None = None
    rows: int = 0


@dataclass(frozen=True)
class LogitsFacts:
    """The loss as compiled and on true logits, on the same batch: means over the rows whose label is a class.

    `is_logits` is true when the outputs cannot be probabilities; gradients are global norms over the trainable weights.
    `output` names the output of a model that has several. `squashed` is true when probabilities go through a softmax or
    sigmoid once more: Keras does not find the logits behind them.
    """

    loss_class: str
    from_logits: bool
    as_compiled: float
    on_logits: float
    gradient_as_compiled: float | None
    gradient_on_logits: float | None
    lowest: float
    highest: float
    row_sum_lowest: float
    row_sum_highest: float
    is_logits: bool
    output: str = ""
    squashed: bool = False


@dataclass(frozen=True)
class BatchFacts:
    """What the fresh model gives for one batch. Shape, classes and logits are those of the first output.

    `losses` has one value a row, NaN where it is NaN; `raised` marks rows whose loss TensorFlow refused to compute.
    `chance` is ln K. `how` says how the loss was computed.
    """

    output_shape: tuple[int, ...] = ()
    classes: int | None = None
    losses: tuple[float, ...] = ()
    raised: tuple[bool, ...] = ()
    labels: tuple[str, ...] = ()
    predictions: tuple[int | None, ...] = ()
    logits: tuple[tuple[float, ...], ...] = ()
    mean_loss: float | None = None
    chance: float | None = None
    how: str = ""
    loss_name: str = ""
    finite_logits: bool = True
    step: StepFacts | None = None
    from_logits: LogitsFacts | None = None
    error: ErrorFacts | None = None


@dataclass(frozen=True)
class NanRow:
    """One row whose loss is not a number. `why` is what TensorFlow said of this row alone, where it refused it."""

    row: int
    label: str
    why: str | None = None
    text: str = ""


@dataclass(frozen=True)
class NanFacts:
    """The rows without a finite loss, and what they share. `finite_rows_labels` has one label a row with a finite loss."""

    rows: tuple[NanRow, ...] = ()
    of: int = 0
    how: str = ""
    shared: tuple[str, ...] = ()
    inputs_finite: bool = True
    weights: tuple[str, ...] = ()
    logits_finite: bool = True
    finite_rows_labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class TwinFacts:
    """One batch again, on the CPU and by TensorFlow's plain operations, in a process that sees no GPU.

    `rows` are those without a finite loss there, out of `of`; where TensorFlow refuses one, it says why. `error` is what the
    model itself raises, `step` the model's own train_step. `why` says why there is none of this.
    """

    rows: tuple[NanRow, ...] = ()
    of: int = 0
    error: ErrorFacts | None = None
    step: StepFacts | None = None
    why: str = ""

    @property
    def said(self) -> tuple[str, ...]:
        """What the CPU says of this batch, each sentence once."""
        of_rows = [row.why for row in self.rows if row.why]
        errors = [one.useful for one in (self.error, self.step.error if self.step else None) if one is not None]
        return tuple(dict.fromkeys(of_rows or errors))  # the step fails of its rows
