"""Short trainings from the same weights that differ in one hyperparameter, each with several seeds."""

from __future__ import annotations

import contextlib
import math
import time
from dataclasses import dataclass, field
from typing import Any, Iterator

from tfwizard.facts import ComparedRun, CompareFacts
from tfwizard.language import _, ngettext
from tfwizard.worker.batches import Batch
from tfwizard.worker.case import Blocked, Case
from tfwizard.worker.course import exact, schedule_of
from tfwizard.worker.evaluation import validation_source
from tfwizard.worker.fresh import Fresh
from tfwizard.worker.probes.baseline import loss_kind
from tfwizard.worker.probes.data import pad_id
from tfwizard.worker.probes.hyperparameters import learning_rate
from tfwizard.worker.probes.labels import IGNORED
from tfwizard.worker.probes.overfit import must_train
from tfwizard.worker.probes.rates import labels_fit
from tfwizard.worker.probes.text import layers_of
from tfwizard.worker.state import weights_restored
from tfwizard.worker.trainer import Trainer, pad_together

#: Of the data so much is read, whatever the number of steps.
MOST_BATCHES, MOST_BYTES, READING_S = 128, 64e6, 20.0
#: Rows that no run trains on: of the validation data, else this share of the training rows.
HELD_ROWS, HELD_SHARE = 512, 0.2
#: Fewer steps than this show nothing.
FEWEST_STEPS = 5
#: A part of the budget is for what is not a step: tracing, the held-out rows.
FOR_STEPS = 0.85


def probe(case: Case, report: Any) -> CompareFacts:
    """Train each value with each seed; `report.options` has name, values, seeds and steps."""
    must_train(case)
    name, values = str(report.options["name"]), tuple(str(one) for one in report.options["values"])
    seeds = (0,) if name == "seed" else tuple(range(int(report.options["seeds"])))
    asked = int(report.options["steps"])
    data = _Data(case)
    setting = _Setting(case, name, values, data.size)
    fresh = Fresh(case)
    runs: list[ComparedRun] = []
    planned = [(value, int(value) if name == "seed" else seed) for seed in seeds for value in values]
    stopped = None
    with weights_restored(case.model.object) as reset, setting.restored():
        judge = _Judge(case, data.held)
        before, accuracy = judge.held()
        steps = asked
        for value, seed in planned:
            reset()
            trainer = setting.trainer(value)
            if not runs:
                affordable = _affordable(report, trainer, data, len(planned))
                if affordable < steps:
                    steps = max(FEWEST_STEPS, affordable)
                    stopped = _(
                        "{steps} steps for each run fit into the time, {asked} were asked for", steps=steps, asked=asked
                    )
                reset()
            fresh.draw(seed)
            _seed_dropout(case, seed)
            size = setting.batch_size(value)
            losses: list[float] = []
            trainer.start(setting.rate(value))
            wanted = max(1, round(steps * data.size / size))
            for batch in data.shuffled(seed, size, wanted):
                losses.append(trainer.step(batch))
                report.progress(
                    len(runs) * steps + round(len(losses) * size / data.size), len(planned) * steps,
                    _("{name} {value}, seed {seed}", name=name, value=value, seed=seed), tuple(losses),
                )  # fmt: skip
                if report.stopped or not math.isfinite(losses[-1]):
                    break
            if report.stopped and len(losses) < wanted:  # a run that was cut would be set beside whole ones
                stopped = _("stopped by you") if report.asked_to_stop else _("out of time")
                break
            runs.append(ComparedRun(value, seed, tuple(losses), *judge.held()))
    if not runs:
        raise Blocked(_("No run came to its end: {why}. Take fewer steps or values, or more time.", why=stopped))
    varied, kept = _what_a_seed_changes(case, fresh)
    return CompareFacts(
        name, values, seeds, steps, asked, tuple(runs), data.rows, data.held.rows(), data.held_from, before, accuracy,
        setting.present, varied, kept, tuple(_notes(case, name)), stopped,
    )  # fmt: skip


def _affordable(report: Any, trainer: Trainer, data: _Data, runs: int) -> int:
    """How many steps a run may have: measured behind the tracing, which moves nothing at rate 0."""
    trainer.start(0.0)
    batches = list(data.shuffled(0, data.size, 3))
    trainer.step(batches[0])
    began = time.monotonic()
    for batch in batches:
        trainer.step(batch)
    return int(FOR_STEPS * report.left_s / runs / max(1e-6, (time.monotonic() - began) / len(batches)))


def _seed_dropout(case: Case, seed: int) -> None:
    """Begin the random numbers of Keras 3's layers at this seed; those of Keras 2 go on from run to run by themselves."""
    live = case.model.object
    weights = {id(one) for one in live.weights}
    for variable in getattr(live, "variables", ()):
        if id(variable) not in weights and tuple(variable.shape) == (2,) and "uint32" in str(variable.dtype):
            variable.assign([seed, 0])


def _what_a_seed_changes(case: Case, fresh: Fresh) -> tuple[tuple[str, ...], tuple[str, ...]]:
    varied, kept = [_("the order of the rows")], []
    if any(type(one).__name__.endswith("Dropout") and getattr(one, "rate", 0) for one in layers_of(case.model.object)):
        varied.append("dropout")
    if fresh.weights:
        count = len(fresh.weights)
        varied.append(
            ngettext(
                "{n} newly initialised weight (drawn anew by the seed)",
                "{n} newly initialised weights (drawn anew by the seed)",
                count,
            )
        )
    else:
        kept.append(_("the initial weights ({why})", why=fresh.why_not))
    return tuple(varied), tuple(kept)


def _notes(case: Case, name: str) -> Iterator[str]:
    schedule = schedule_of(case.optimizer)
    if schedule is not None:
        yield _("the script's rate follows a {schedule}; these runs keep one rate", schedule=type(schedule).__name__)
    if name == "batch_size":
        yield _("each value sees the same number of rows, so that a larger batch takes fewer steps")
    if case.held is not None and not case.custom_loop and case.held.bound.get("class_weight"):
        yield _("class_weight is not applied")


class _Data:
    """The rows that are trained on and those that are not, all padded alike so that any of them make a batch."""

    def __init__(self, case: Case) -> None:
        self._tf = case.tf
        batches = _read(case, case.source.batches())
        if not batches:
            raise Blocked(_("No batch could be read whose labels are classes of the model."), "data")
        self.size = batches[0].rows()
        held = self._validation(case)
        padded = pad_together(case, [*batches, *held], pad_id(case))
        try:
            rows = self._joined(padded[: len(batches)])
            self.held_from = _("the validation data")
            if held:
                self._all, self.held = rows, self._joined(padded[len(batches) :])
            else:
                self.held_from = _("the last part of the training data that was read")
                kept = max(1, rows.rows() - max(self.size, round(HELD_SHARE * rows.rows())))
                self._all = rows.take(self._tf, list(range(kept)))
                self.held = rows.take(self._tf, list(range(kept, rows.rows())))
        except Exception as error:
            raise Blocked(
                _("The batches have shapes that differ: their rows cannot be put into another order.")
            ) from error
        self.held = self.held.take(self._tf, list(range(min(HELD_ROWS, self.held.rows()))))
        self.rows = self._all.rows()
        if self.rows < 2 * self.size:
            raise Blocked(_("There are too few rows to train on some and keep others back: less than three batches."))

    def _validation(self, case: Case) -> list[Batch]:
        """A part of the validation data; nothing where it cannot be read."""
        with contextlib.suppress(Exception):
            source = validation_source(case) if case.held is not None and not case.custom_loop else None
            if source is not None:
                return _read(case, source.batches(), HELD_ROWS)
        return []

    def _joined(self, batches: list[Batch]) -> Batch:
        def join(parts: list[Any]) -> Any:
            if parts[0] is None:
                return None
            return self._tf.nest.map_structure(lambda *each: self._tf.concat(each, 0), *parts)

        x, y, weight = (join([getattr(one, part) for one in batches]) for part in ("x", "y", "weight"))
        return Batch(x, y, weight, batches[0].structure, batches[0].alone)

    def shuffled(self, seed: int, size: int, count: int) -> Iterator[Batch]:
        """So many batches of this size in the order of this seed, round after round."""
        import numpy as np

        draw = np.random.RandomState(seed)
        size = min(size, self.rows)
        while True:
            order = draw.permutation(self.rows)
            for start in range(0, self.rows - size + 1, size):
                if count == 0:
                    return
                count -= 1
                yield self._all.take(self._tf, order[start : start + size].tolist())


def _read(case: Case, batches: Iterator[Batch], most_rows: float = math.inf) -> list[Batch]:
    found: list[Batch] = []
    size, rows, until = 0, 0, time.monotonic() + READING_S
    for batch in batches:
        if not labels_fit(case, batch) and case.memory.get("classes") is not None:
            continue
        found.append(batch)
        rows += batch.rows()
        size += sum(int(one.shape.num_elements() or 0) * 8 for one in case.tf.nest.flatten([batch.x]))
        if len(found) >= MOST_BATCHES or size > MOST_BYTES or rows >= most_rows or time.monotonic() > until:
            break
    return found


class _Judge:
    """Loss and accuracy on the rows that no run trains on."""

    def __init__(self, case: Case, rows: Batch) -> None:
        self._case = case
        size = min(rows.rows(), 64)
        starts = range(0, rows.rows() - size + 1, size)
        self._parts = [rows.take(case.tf, list(range(start, start + size))) for start in starts]
        self._step = case.tf.function(self._measured, reduce_retracing=True)
        labels = case.model.labels_of(self._parts[0])
        heads = (
            case.model.heads(case.model.predictions(self._parts[0].x), labels) if not isinstance(labels, dict) else []
        )
        self._kind = loss_kind(case, heads[0])[0] if len(heads) == 1 else ""

    def held(self) -> tuple[float, float | None]:
        """The mean loss, and the share of right answers where the labels are classes."""
        model = self._case.model
        measured = [self._step(model.inputs_only(one.x), model.labels_of(one)) for one in self._parts]
        losses, right, counted = ([float(each[n]) for each in measured] for n in range(3))
        return sum(losses) / len(losses), (sum(right) / sum(counted) if sum(counted) else None)

    def _measured(self, x: Any, y: Any) -> Any:
        tf, model = self._case.tf, self._case.model
        output = model.predictions(x, training=False)
        loss = tf.reduce_mean(model.row_losses(y, output))
        width = output.shape[-1] if self._kind else None
        if self._kind not in ("sparse", "categorical", "binary") or (self._kind == "binary" and width != 1):
            return loss, 0.0, 0.0
        if self._kind == "categorical":
            y = tf.argmax(y, -1)
        answer = tf.argmax(output, -1) if width != 1 else output > (0.0 if _on_logits(model) else 0.5)
        y, answer = tf.reshape(tf.cast(y, tf.int64), [-1]), tf.reshape(tf.cast(answer, tf.int64), [-1])
        counts = tf.cast(y != IGNORED, tf.float32)
        return loss, tf.reduce_sum(counts * tf.cast(y == answer, tf.float32)), tf.reduce_sum(counts)


def _on_logits(model: Any) -> bool:
    loss = model.loss_object()
    given = getattr(loss, "from_logits", None)
    return bool(getattr(loss, "_fn_kwargs", {}).get("from_logits", False) if given is None else given)


@dataclass
class _Setting:
    """The hyperparameter that differs: how each of its values is put into effect."""

    case: Case
    name: str
    values: tuple[str, ...]
    size: int
    present: str | None = None
    _trainers: dict[str, Trainer] = field(default_factory=dict)
    _dropouts: list[tuple[Any, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        optimizer = getattr(self.case.optimizer, "inner_optimizer", self.case.optimizer)
        rate, _unused = learning_rate(self.case, self.case.optimizer)
        if rate is None:
            raise Blocked(_("The optimizer's learning rate could not be read."), "hyperparameters")
        self._rate = rate
        config = {key: value for key, value in optimizer.get_config().items() if _is_number(value)}
        if self.name == "learning_rate":
            self.present = f"{rate:g}"
        elif self.name == "batch_size":
            self.present = str(self.size)
        elif self.name == "dropout":
            live = self.case.model.object
            self._dropouts = [
                (one, one.rate)
                for one in live._flatten_layers()
                if type(one).__name__ == "Dropout" and hasattr(one, "rate")
            ]
            if not self._dropouts:
                raise Blocked(_("The model has no layer of dropout."))
            rates = sorted({exact(one) for _, one in self._dropouts})
            self.present = ", ".join(f"{one:g}" for one in rates)
        elif self.name in config:
            self.present = f"{exact(config[self.name]):g}"
        elif self.name != "seed":
            known = ", ".join(
                ["learning_rate", "batch_size", "seed", "dropout", *sorted({*config} - {"learning_rate"})]
            )
            raise Blocked(_("{name} cannot be changed here. What can: {known}.", name=self.name, known=known))

    @contextlib.contextmanager
    def restored(self) -> Iterator[None]:
        """Give the layers their rates of dropout back at the end."""
        try:
            yield
        finally:
            for layer, rate in self._dropouts:
                layer.rate = rate

    def trainer(self, value: str) -> Trainer:
        """The trainer of this value: one for all where it is no part of the traced step."""
        key = "" if self.name in ("learning_rate", "batch_size", "seed") else value
        for layer, _unused in self._dropouts:
            layer.rate = float(value)
        if key not in self._trainers:
            changed = {self.name: float(value)} if key and self.name != "dropout" else {}
            self._trainers[key] = Trainer(self.case, dropout=True, **changed)
        return self._trainers[key]

    def rate(self, value: str) -> float:
        """The learning rate."""
        return float(value) if self.name == "learning_rate" else self._rate

    def batch_size(self, value: str) -> int:
        """The rows of a batch."""
        return int(value) if self.name == "batch_size" else self.size


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
