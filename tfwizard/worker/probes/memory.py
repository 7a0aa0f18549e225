"""What a training step takes of the memory: some are run, with batches of growing size, and the peak is read."""

from __future__ import annotations

import contextlib
import itertools
import math
import time
from dataclasses import dataclass, replace
from typing import Any, Iterator

from tfwizard.facts import DeviceFacts, MemoryFacts, MemoryPart, SizeTried
from tfwizard.facts.memory import OUT_OF_TIME
from tfwizard.language import _
from tfwizard.worker.batch_call import batch_call
from tfwizard.worker.batches import Batch, leaves, without_pandas
from tfwizard.worker.case import Blocked, Case
from tfwizard.worker.errors import error_facts
from tfwizard.worker.gauge import Gauge
from tfwizard.worker.largest_tensor import largest_tensor
from tfwizard.worker.probes.rates import labels_fit
from tfwizard.worker.real_steps import of_size, train
from tfwizard.worker.rehearsal import refusal
from tfwizard.worker.resident import device_of, resident, settle
from tfwizard.worker.training_step import bytes_of, training_step, width_of

#: Batches among which the longest is looked for, and the seconds for that.
LOOKED_AT, LOOKED_AT_S = 16, 3.0
#: Of what is free: a step that would take more is not tried here, where it could end the process.
SAFE = 0.7
#: Steps with the script's own batch, and the seconds after which no more are run. Operations run side by side, so that the
#: peak differs by up to a quarter from one step to the next.
STEPS, STEPS_S = 4, 8.0
#: Steps of a size that is tried for good.
STEPS_TRIED = 4
#: Larger batches than this gain nothing on small models, and learn less from an epoch (Keskar et al. 2017).
USUAL_BATCH = 256
#: Batches that Keras has ready beside the one in work, where it makes them of arrays (measured, Keras 3.15).
READY = 10


@dataclass
class _Measured:
    """What a step with so many rows added to what the process held before it, in bytes."""

    rows: int
    added: int


def probe(case: Case, report: Any) -> MemoryFacts:
    """Run the training step with parts of the batch, then with all of it where that is safe."""
    if case.compile_call is None and (case.loop is None or case.held is None):
        raise Blocked(_("The script has not come to a training call yet."), "script")
    if case.loop is not None and (why := case.loop.why_not_repeated(case.optimizer)):
        raise Blocked(why)
    if rows := int(report.options.get("batch", 0)):
        return _tried(case, rows)
    device, (function, where) = device_of(case.tf), batch_call(case)
    rows = case.batch.rows()
    facts = MemoryFacts(rows, device, optimizer=_name(case), function=function, batch_where=where)
    exhausted = bool(case.memory.get("exhausted"))
    if exhausted:
        facts = replace(facts, largest=_largest(case), untried=_("the model alone does not fit with this batch"))
    elif not case.model.own_step:  # a step of the user's own alone knows what it does with its labels
        if case.memory.get("computable") is False:
            raise Blocked(_("The loss of this batch cannot be computed."), "batch")
        if hasattr(case.model.labels_of(case.batch), "dtype") and not labels_fit(case, case.batch):
            raise Blocked(
                _("The batch has labels that are no class of the model: its loss cannot be computed."), "labels"
            )
    batch = case.batch if exhausted else _longest(case)
    try:
        return _measure(case, report, replace(facts, length=_length(batch)), batch)
    except Exception:
        # The step runs as a graph here for the first time, as it does in fit: what fails there fails in both.
        if (raised := refusal(case)) is None:
            raise
        return replace(facts, refused=raised)


def _tried(case: Case, rows: int) -> MemoryFacts:
    """Some real steps with so many rows, in a process that may die of them."""
    settle()
    function, where = batch_call(case)
    try:
        train(case, rows, STEPS_TRIED)
    except Exception as error:  # where memory is short, native libraries fail in ways of their own
        raised = error_facts(error)
        seen = SizeTried(rows, False, f"{raised.type}: {raised.useful}", lacked=raised.lacks_memory)
    else:
        now = resident()
        seen = SizeTried(rows, True, "", now.peak if now else None)
    return MemoryFacts(
        rows, device_of(case.tf), steps=(seen,), optimizer=_name(case), function=function, batch_where=where
    )


def _measure(case: Case, report: Any, facts: MemoryFacts, batch: Batch) -> MemoryFacts:
    tf, device, rows = case.tf, facts.device, facts.rows
    measured: list[_Measured] = []
    untried, error = facts.untried, None
    gauge = Gauge(case, device)
    with training_step(case) as (step, slots), _data_running(case):
        for size in _sizes(rows, bool(untried)):
            foreseen = _foreseen(measured, size)
            if foreseen is not None and device.free is not None and foreseen > SAFE * device.free:
                untried = untried or _("it would take more than is free now")
                break
            if report.stopped:
                untried = untried or OUT_OF_TIME
                break
            part = batch if size == rows else of_size(tf, batch, size)
            try:
                started = time.monotonic()
                for _unused in range(STEPS if size == rows else 1):
                    step(part)
                    if time.monotonic() - started > STEPS_S:
                        break
            except (MemoryError, tf.errors.ResourceExhaustedError) as raised:
                untried, error = _("an allocation failed"), error_facts(raised)
                break
            measured.append(_Measured(size, gauge.added()))
            report.progress(len(measured), 3, _("a step with {n} samples", n=size))
        held, added = gauge.held() + _arrays(case, batch), _foreseen(measured, rows)
        facts = replace(
            facts, untried=untried, error=error,
            steps=tuple(SizeTried(one.rows, True, "", held + one.added) for one in measured),
        )  # fmt: skip
        if added is None:
            return facts
        parts = _parts(case, slots, batch, held, added, not untried)
        return replace(
            facts, peak=held + added, parts=parts, fitting=_fitting(measured, rows, device) if untried else None
        )


@contextlib.contextmanager
def _data_running(case: Case) -> Iterator[None]:
    """The script's pipeline as it is while it trains: its shuffle and prefetch buffers filled."""
    if case.source.kind != "tf.data.Dataset":
        yield
        return
    batches = case.source.batches()
    next(batches, None)
    yield
    del batches


def _arrays(case: Case, batch: Batch) -> int:
    """What `fit` makes of arrays: a copy of them, and some batches that are ready."""
    if case.source.kind != "arrays":
        return 0
    given = [without_pandas(case.training.bound.get(name)) for name in ("x", "y", "sample_weight")]
    return sum(int(getattr(one, "nbytes", 0)) for part in given for _, one in leaves(part)) + READY * _bytes(batch)


def _bytes(batch: Batch) -> int:
    return bytes_of([one for part in (batch.x, batch.y, batch.weight) for _, one in leaves(part)])


def _sizes(rows: int, exhausted: bool) -> list[int]:
    """A quarter and half of the batch tell how the need grows; where the whole one is hopeless, some small ones do."""
    if exhausted:
        return [size for size in (1, 2, 4, 8, 16, 32, 64, 128) if size <= rows // 2]
    return sorted({max(1, rows // 4), max(1, rows // 2), rows})


def _foreseen(measured: list[_Measured], rows: int) -> int | None:
    """What a step with so many rows will add, by how the last two that were measured differ. At least linear."""
    if not measured:
        return None
    last = measured[-1]
    if last.rows >= rows:
        return last.added
    if len(measured) == 1:
        return int(last.added * rows / last.rows)
    earlier = measured[-2]
    slope = (last.added - earlier.added) / (last.rows - earlier.rows)
    if len(measured) > 2:  # the slope may grow itself
        before = measured[-3]
        first = (earlier.added - before.added) / (earlier.rows - before.rows)
        if first > 0 and slope > 1.5 * first:
            power = math.log(slope / first) / math.log(last.rows / earlier.rows)
            slope *= (rows / last.rows) ** power
    return int(last.added + slope * (rows - last.rows))


def _fitting(measured: list[_Measured], rows: int, device: DeviceFacts) -> int | None:
    """The largest half, quarter, … of the batch of a usual size that should fit into what is free; None where none should."""
    size = rows // 2
    while size and (size > USUAL_BATCH or (_foreseen(measured, size) or 0) > SAFE * (device.free or 0)):
        size //= 2
    return size or None


def _parts(case: Case, slots: list[Any], batch: Batch, held: int, added: int, measured: bool) -> tuple[MemoryPart, ...]:
    live = case.model.object
    weights, trained = bytes_of(live.weights), bytes_of(live.trainable_variables)
    width = width_of(live.weights[0]) if live.weights else 4
    slot_bytes, batch_bytes = bytes_of(slots), _bytes(batch)
    framework = max(0, held - weights)
    rest = max(0, held + added - framework - weights - trained - slot_bytes - batch_bytes)
    return (
        MemoryPart("framework", framework, True),
        MemoryPart("parameters", weights, True, weights // width, width),
        MemoryPart("gradients", min(trained, max(0, added - slot_bytes - batch_bytes)), False, trained // width, width),
        MemoryPart("optimizer", slot_bytes, True, slot_bytes // width, width),
        MemoryPart("batch", batch_bytes, True),
        MemoryPart("activations", rest, measured),
    )  # fmt: skip


def _longest(case: Case) -> Batch:
    """The batch of the most numbers among the first ones: where each is padded to its own length, it decides."""
    started, best = time.monotonic(), case.batch
    for candidate in itertools.islice(case.source.batches(), LOOKED_AT):
        if candidate.rows() == best.rows() and _numbers(candidate) > _numbers(best):
            best = candidate
        if time.monotonic() - started > LOOKED_AT_S:
            break
    return best


def _numbers(batch: Batch) -> int:
    return bytes_of([one for _, one in leaves(batch.x)])


def _length(batch: Batch) -> int | None:
    """The number of positions, where the inputs are sequences of whole numbers."""
    found = [one.shape[1] for _, one in leaves(batch.x) if len(one.shape) == 2 and one.dtype.is_integer]
    return max((int(size) for size in found), default=None)


def _largest(case: Case) -> Any:
    try:
        return largest_tensor(case)
    except Exception:  # a model that cannot be traced runs all the same
        return None


def _name(case: Case) -> str:
    optimizer = case.optimizer
    return type(getattr(optimizer, "inner_optimizer", optimizer)).__name__ if optimizer is not None else ""
