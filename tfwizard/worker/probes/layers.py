"""Layer by layer: activations, gradients, and what is trainable."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import Any, Callable

from tfwizard.facts import (
    BadWeightFacts,
    DeadFacts,
    FirstNonFinite,
    IgnoredFacts,
    LayersFacts,
    TrainableFacts,
    VariableFacts,
)
from tfwizard.language import _
from tfwizard.worker.batches import leaves, map_leaves
from tfwizard.worker.broken import broken
from tfwizard.worker.case import Blocked, Case
from tfwizard.worker.course import steps_of
from tfwizard.worker.forward import FirstBad, Forward, Passed, finite, layers_watched, tensors, user_layer
from tfwizard.worker.last_layer import activation_of
from tfwizard.worker.probes.batch import cross_entropy, rehearse
from tfwizard.worker.probes.hyperparameters import loaded_from
from tfwizard.worker.refused import refused_facts
from tfwizard.worker.state import weights_restored
from tfwizard.worker.trainer import has_batch_statistics

SECONDS, MOST_BATCHES = 2.0, 64  # of the search for a batch whose outputs are not finite
DEAD_BATCHES = 4
MOST_TRIED = 24  # variables without a gradient that are moved one by one
CUT_TO_ZERO = ("relu", "relu6")


class _Work:
    """What the parts of this section share: the outcome of one forward pass, and the parts that failed."""

    def __init__(self, case: Case, report: Any) -> None:
        self.case, self.report = case, report
        self.facts: dict[str, Any] = {}
        self.lacking: dict[str, str] = {}
        self.order: dict[int, int] = {}
        self.lookups: set[int] = set()

    def part(self, name: str, work: Callable[[], Any]) -> None:
        """Compute one part; what fails is named in `lacking`, and the others go on."""
        if self.report.stopped:
            self.lacking[name] = _("there was no time left")
            return
        try:
            self.facts[name] = work()
        except Blocked as blocked:
            self.lacking[name] = blocked.why
        except Exception as error:  # the user's objects may raise anything
            self.lacking[name] = _("{error} while it was tried", error=type(error).__name__)


def probe(case: Case, report: Any) -> LayersFacts:
    """Each part by itself: what one lacks does not keep the others away."""
    work = _Work(case, report)
    if case.held is None:
        work.part("rejected", lambda: refused_facts(case, None))
    if case.has_model:
        work.part("bad_weights", lambda: _bad_weights(case))
        work.part("trainable", lambda: _trainable(case))
    if case.held is not None and not case.custom_loop:
        _of_training(work)
    return LayersFacts(**work.facts, lacking=work.lacking)


def _of_training(work: _Work) -> None:
    case = work.case
    try:
        error = _first_pass(work)
    except Blocked as blocked:  # no batch could be read
        work.lacking.update(dict.fromkeys(("rejected", "gradients", "dead", "non_finite", "ignored"), blocked.why))
        return
    if error is not None:
        work.part("rejected", lambda: refused_facts(case, error))
        for name in ("gradients", "dead", "non_finite", "ignored"):
            work.lacking[name] = _("the model does not run")
        return
    work.part("gradients", lambda: _gradients(work))
    work.part("zero_weights", lambda: _zero_weights(case))
    work.part("dead", lambda: _dead(work))
    work.part("non_finite", lambda: _non_finite(work))
    work.part("ignored", lambda: _ignored(work))
    work.part("chance", lambda: _chance(case))
    work.part("halves", lambda: _halves(work))
    work.part("loaded", lambda: case.load_call is not None or bool(loaded_from(case)))
    work.part("weighted", lambda: case.batch.weight is not None or case.training.bound.get("class_weight") is not None)


def _first_pass(work: _Work) -> BaseException | None:
    """Run the model once; note the order of its layers and those that look rows up by whole numbers."""
    case, batch = work.case, work.case.batch
    passed = Passed(case)

    def after(layer: Any, given: Any, output: Any) -> None:
        passed.leave(layer, given, output)
        if id(layer) not in work.order:
            work.order[id(layer)] = len(work.order)
        entering = [one for _, one in leaves(given[0]) if hasattr(one, "dtype")]
        if entering and all(getattr(one.dtype, "is_integer", False) for one in entering):
            work.lookups.add(id(layer))

    try:
        with layers_watched(case, passed.enter, after):
            case.model.predictions(batch.x)
    except Exception as error:
        return error
    finally:
        work.facts["path"] = tuple(passed.layers)
    return None


# --- weights -----------------------------------------------------------------------------------------------------------------


def name_of(variable: Any) -> str:
    """A variable's name with its layer's: its path in Keras 3."""
    return str(getattr(variable, "path", variable.name))


def _layers(live: Any) -> list[Any]:
    return list(live._flatten_layers())


def _owners(live: Any) -> dict[int, Any]:
    """The innermost layer that holds each variable, by the variable's id."""
    owners: dict[int, tuple[int, Any]] = {}
    for layer in _layers(live):
        weights = layer.weights  # gathered anew from all the layers inside at each call
        for variable in weights:
            if id(variable) not in owners or len(weights) < owners[id(variable)][0]:
                owners[id(variable)] = (len(weights), layer)
    return {key: layer for key, (_, layer) in owners.items()}


def _place(case: Case, layer: Any) -> Any:
    return case.recorder.where_made(layer) if layer is not None else None


def _bad_weights(case: Case) -> tuple[BadWeightFacts, ...]:
    import numpy as np

    found = []
    for variable in case.model.object.weights:
        value = variable.numpy()
        if value.dtype.kind != "f" and value.dtype.name != "bfloat16":
            continue
        value = value.astype("float64")
        nan, infinite = int(np.isnan(value).sum()), int(np.isinf(value).sum())
        if not nan and not (infinite and variable.trainable):  # an infinite constant may be a mask
            continue
        bad = ~np.isfinite(value)
        rows = np.flatnonzero(bad.reshape(len(bad), -1).any(axis=1)) if value.ndim else np.zeros((1,), int)
        layer = _owners(case.model.object).get(id(variable))
        found.append(
            BadWeightFacts(
                name_of(variable),
                getattr(layer, "name", ""),
                tuple(value.shape),
                nan,
                infinite,
                len(rows),
                tuple(rows[:8].tolist()),
                bool(variable.trainable),
                _place(case, layer),
            )
        )
    return tuple(found)


def _trainable(case: Case) -> TrainableFacts | None:
    live = case.model.object
    if not case.model.built:
        raise Blocked(_("The model has no weights yet."))
    layers = [layer for layer in getattr(live, "layers", []) if layer.weights]
    positions = [n - len(live.layers) for n, layer in enumerate(live.layers) if _can_train(layer)]
    changed = _changed(case)
    set_by = case.recorder.set_trainable
    frozen = [set_by[id(one)] for one in [*reversed(layers), live] if id(one) in set_by and not set_by[id(one)][1]]
    text = case.compile_call.facts.where.text if case.compile_call and case.compile_call.facts.where else ""
    name = text.split(".compile(")[0] if ".compile(" in text else ""
    return TrainableFacts(
        len(live.weights), len(live.trainable_variables), tuple(str(layer.name) for layer in layers),
        positions[-1] if positions else None, not live.trainable,
        name if all(part.isidentifier() for part in name.split(".")) else "", frozen[0][2] if frozen else None,
        tuple(str(layer.name) for layer, _ in changed), bool(changed) and changed[0][1],
        next((set_by[id(layer)][2] for layer, _ in changed if id(layer) in set_by), None),
    )  # fmt: skip


def _can_train(layer: Any) -> bool:
    """Whether it holds weights that training could move: not those that are moving statistics."""
    inner = [one for one in layer._flatten_layers() if one is not layer]
    own = list(getattr(layer, "_trainable_weights", None) or getattr(layer, "_trainable_variables", None) or [])
    return bool(own) or any(_can_train(one) for one in inner)


def _changed(case: Case) -> list[tuple[Any, bool]]:
    """Layers with weights whose flag is no longer the one that `compile` fixed, with what it is now.

    Keras 2 trains with the flags as they were at `compile`; Keras 3 reads them at the first training step. A model that was
    compiled later and shares the layer (a generator behind a frozen discriminator) is why they were changed: then it is meant.
    """
    live = case.model.object
    fixed = getattr(live, "_compiled_trainable_state", None)
    if not fixed or case.compile_call is None:
        return []
    later = [
        call.owner
        for call in case.recorder.named("Model.compile")
        if call.facts.index > case.compile_call.facts.index and call.owner is not live
    ]
    shared = {id(layer) for owner in later if owner is not None for layer in _layers(owner)}
    now = case.memory.get("trainable_now", {})
    return [
        (layer, now[id(layer)])
        for layer, flag in fixed.items()
        if now.get(id(layer), bool(flag)) != bool(flag) and id(layer) not in shared and _can_train_alone(layer)
    ]


def _can_train_alone(layer: Any) -> bool:
    return bool(getattr(layer, "_trainable_weights", None))


# --- gradients ---------------------------------------------------------------------------------------------------------------


def _gradients(work: _Work) -> tuple[VariableFacts, ...]:
    import numpy as np

    case = work.case
    tf, live = case.tf, case.model.object
    usable = _usable_rows(case)
    case.memory.pop("step", None)
    step = rehearse(case, usable)
    recorder = case.memory.pop("step", None)
    if step is None or recorder is None:
        raise Blocked(_("The model has no training step of its own."))
    if not recorder.pairs:
        if not live.trainable_variables:
            return ()
        raise Blocked(_("The model's own training step does not come to its gradients."))
    work.facts["rows"] = step.rows
    if recorder.reduced is not None and not hasattr(recorder._real, "inner_optimizer"):
        work.facts["loss"] = float(tf.reduce_mean(recorder.reduced))
    found, without = [], []
    owners = _owners(live)
    for gradient, variable in recorder.pairs:
        if variable is None:
            continue
        layer = owners.get(id(variable))
        lookup = type(gradient).__name__ == "IndexedSlices" or id(layer) in work.lookups
        norm = None
        if gradient is not None:
            values = gradient.values if type(gradient).__name__ == "IndexedSlices" else gradient
            norm = float(np.linalg.norm(values.numpy().astype("float64")))
        else:
            without.append(variable)
        found.append(
            (variable, VariableFacts(
                name_of(variable), getattr(layer, "name", ""), work.order.get(id(layer)), tuple(int(n) for n in variable.shape),
                norm, float(np.linalg.norm(variable.numpy().astype("float64"))), lookup, None, _place(case, layer),
            ))
        )  # fmt: skip
    moves = _moving(case, without) if without and len(without) < len(found) else {}
    return tuple(replace(one, moves_outputs=moves.get(id(variable))) for variable, one in found)


def _halves(work: _Work) -> tuple[float, float] | None:
    """The loss of the step on each half of its rows, where it is far above chance: a mean stays, a sum falls with the rows."""
    loss, chance, rows = work.facts.get("loss"), work.facts.get("chance"), work.facts.get("rows", 0)
    if loss is None or chance is None or loss < 2 * chance or rows < 4:
        return None
    usable = _usable_rows(work.case)[:rows]
    found = []
    for part in (usable[: rows // 2], usable[rows // 2 :]):
        rehearse(work.case, part)
        recorder = work.case.memory.pop("step", None)
        if recorder is None or recorder.reduced is None:
            return None
        found.append(float(work.case.tf.reduce_mean(recorder.reduced)))
    return found[0], found[1]


def _usable_rows(case: Case) -> list[int]:
    rows = list(range(case.batch.rows()))
    raised = case.memory.get("raised")
    return [row for row in rows if raised[row] is None] if raised and len(raised) == len(rows) else rows


def _moving(case: Case, variables: list[Any]) -> dict[int, bool]:
    """Which of these variables change the outputs: those lie on the way to the loss."""
    import numpy as np

    rng = np.random.default_rng(0)

    def outputs() -> list[Any]:
        return [one.numpy() for _, one in leaves(case.model.predictions(case.batch.x)) if hasattr(one, "numpy")]

    def differ(one: list[Any], other: list[Any]) -> bool:
        return any(a.shape != b.shape or not np.array_equal(a, b) for a, b in zip(one, other))

    base = outputs()
    if differ(base, outputs()):  # it draws random numbers
        return {}
    moves: dict[int, bool] = {}
    with weights_restored(case.model.object) as reset:
        for variable in variables[:MOST_TRIED]:
            value = variable.numpy()
            size = float(np.std(value)) or 1.0
            # Large steps: a rounding or an argmax does not see small ones.
            variable.assign((value + rng.normal(0, 3 * size, value.shape)).astype(value.dtype))
            moves[id(variable)] = differ(base, outputs())
            reset()
    return moves


def _zero_weights(case: Case) -> tuple[str, ...]:
    """Kernels that are all zero: behind them gradients are exactly zero in the first step, as meant."""
    import numpy as np

    return tuple(
        name_of(one)
        for one in case.model.object.trainable_variables
        if len(one.shape) >= 2 and not np.any(one.numpy().astype("float64"))
    )


# --- activations ---------------------------------------------------------------------------------------------------------------


def _dead(work: _Work) -> tuple[DeadFacts, ...]:
    """Layers with an activation that cuts to zero, of which all or nearly all units give zero for every sample."""
    import numpy as np

    case = work.case
    alive: dict[int, Any] = {}
    seen: dict[int, Any] = {}
    rows = 0

    def after(layer: Any, given: Any, output: Any) -> None:
        activation, _unused = activation_of(layer) if hasattr(layer, "get_weights") else ("", False)
        found = tensors(case.tf, output)
        if activation not in CUT_TO_ZERO or len(found) != 1 or len(found[0].shape) < 2:
            return
        values = found[0].numpy()
        now = (values > 0).any(axis=tuple(range(values.ndim - 1)))
        before = alive.get(id(layer))
        alive[id(layer)] = now if before is None or before.shape != now.shape else now | before
        seen[id(layer)] = (layer, activation)

    started = time.monotonic()
    for number, batch in enumerate(case.source.batches()):
        if number == DEAD_BATCHES or (number and time.monotonic() - started > SECONDS / 2):
            break
        with layers_watched(case, lambda *_: None, after):
            case.model.predictions(batch.x)
        if not seen:  # no layer of this model cuts to zero
            break
        rows += batch.rows()
    return tuple(
        DeadFacts(
            str(layer.name), type(layer).__name__, activation, int(alive[key].size), int((~alive[key]).sum()), rows,
            _place(case, layer),
        )
        for key, (layer, activation) in seen.items()
        if not np.all(alive[key])
    )  # fmt: skip


def _non_finite(work: _Work) -> FirstNonFinite | None:
    """The first batch with finite inputs and outputs that are not; and where that begins."""
    import numpy as np

    case, tf = work.case, work.case.tf
    if work.facts.get("bad_weights"):
        return None
    started = time.monotonic()
    count = case.source.count
    reach = min(MOST_BATCHES, steps_of(case).total or MOST_BATCHES)  # what the training never takes is no fault of it
    predictions = Forward(case, min(count, reach) if count is not None and count >= 0 else reach)
    for number, batch in enumerate(case.source.batches()):
        if number == reach or work.report.stopped or time.monotonic() - started > SECONDS:
            break
        x = case.model.inputs_only(batch.x)
        if not finite(tf, x):
            continue
        try:
            output = predictions(batch.x)
        except Exception as error:
            if number and (stuck := broken(case, number, error, batch)) is not None:
                work.facts["stuck"] = stuck
                return None
            raise
        training = False
        if finite(tf, output):
            if number or not work.facts.get("gradients") or _finite_step(work):
                continue
            training = True
        work.facts["outputs_finite"] = False
        with weights_restored(case.model.object):
            search = FirstBad(case)
            found = search.run(batch.x, training)
        if found is not None or not training:
            work.facts.update(path=tuple(search.passed.layers), path_batch=number)
        if found is None:
            if training:
                work.facts["outputs_finite"] = True
                continue
            return None
        layer, made = user_layer(case, found["stack"])
        held = case.held.facts.where if case.held else None
        place = found["place"] if found["place"] and found["place"] != held and _in_call(found, held) else None
        given = [one.astype("float64") for one in found["given"] if one.size]
        rows = sorted({row for one in tensors(tf, output) for row in _bad_rows(one)})
        inner = found["stack"][-1] if found["stack"] else None
        return FirstNonFinite(
            str(getattr(layer, "name", "")) if layer is not case.model.object else "", type(layer if layer is not None else inner).__name__,
            found["operation"], place or made, number, tuple(rows[:8]), batch.rows(), int(np.isnan(found["bad"]).sum()),
            int(np.isinf(found["bad"]).sum()), min((float(one.min()) for one in given), default=None),
            max((float(one.max()) for one in given), default=None),
        )  # fmt: skip
    return None


def _finite_step(work: _Work) -> bool:
    loss = work.facts.get("loss")
    return loss is None or math.isfinite(loss)


def _in_call(found: dict[str, Any], held: Any) -> bool:
    """Whether the user's line is inside of the model, rather than the line that trains it."""
    place = found["place"]
    return held is None or (place.file, place.line) != (held.file, held.line)


def _bad_rows(tensor: Any) -> list[int]:
    import numpy as np

    values = tensor.numpy().astype("float64")
    bad = ~np.isfinite(values)
    return np.flatnonzero(bad.reshape(len(bad), -1).any(axis=1)).tolist() if values.ndim else []


def _ignored(work: _Work) -> IgnoredFacts | None:
    """Inputs without influence: neither another order of the rows nor zeros change the predictions.

    Tried with the weights as they are and with noise added to them, since a head of zeros gives the same for everything.
    """
    import numpy as np

    case = work.case
    x, rows = case.model.inputs_only(case.batch.x), case.batch.rows()
    if rows < 2:
        raise Blocked(_("A batch of one sample cannot be shuffled."))
    names = [name for name, one in leaves(x) if _varies(one)]
    if not names:
        return None
    declared = len(leaves(getattr(case.model.object, "_inputs", None) or [])) == len(leaves(x))
    ignored = tuple(names) if not _depends(case, x, set(names)) else ()
    if not ignored and declared and len(names) > 1:
        ignored = tuple(name for name in names if not _depends(case, x, {name}))
    if not ignored:
        return None
    rng = np.random.default_rng(0)
    # With the moving statistics of a fresh model, signals may shrink from layer to layer below what float32 can add.
    training = has_batch_statistics(case.model.object)
    with weights_restored(case.model.object):
        for variable in case.model.object.trainable_variables:
            value = variable.numpy()
            variable.assign((value + rng.normal(0, 0.05 + 0.1 * float(np.std(value)), value.shape)).astype(value.dtype))
        still = tuple(name for name in ignored if not _depends(case, x, {name}, training))
        if set(ignored) == set(names) and _depends(case, x, set(names), training):
            still = ()
    return IgnoredFacts(still, len(still) == len(names), rows) if still else None


def _varies(tensor: Any) -> bool:
    import numpy as np

    values = tensor.numpy() if hasattr(tensor, "numpy") else None
    return (
        values is not None and getattr(values, "ndim", 0) > 0 and len(values) > 1 and bool(np.any(values != values[:1]))
    )


def _depends(case: Case, x: Any, names: set[str], training: bool = False) -> bool:
    """Whether the predictions change when these inputs are given in another order, or as zeros."""
    import numpy as np

    tf = case.tf
    keys = [name for name, _ in leaves(x)]

    def changed(change: Callable[[Any], Any]) -> Any:
        number = iter(keys)

        def one(tensor: Any) -> Any:
            return change(tensor) if next(number) in names else tensor

        return map_leaves(one, x)

    def predicted(given: Any) -> list[Any]:
        return [
            t.numpy()
            for _, t in leaves(case.model.predictions(given, training=training))
            if hasattr(t, "numpy") and t.dtype.is_floating
        ]

    def same(one: list[Any], other: list[Any]) -> bool:
        return all(
            a.shape == b.shape
            and np.allclose(a, b, rtol=0, atol=1e-6 * max(1e-6, float(np.abs(a).max())), equal_nan=False)
            for a, b in zip(one, other)
        )

    base = predicted(x)
    if not base or not same(base, predicted(changed(lambda one: tf.roll(one, 1, 0)))):
        return True
    zeroed = changed(lambda one: one if one.dtype == tf.string else tf.zeros_like(one))
    return not same(base, predicted(zeroed))


def _chance(case: Case) -> float | None:
    """The cross-entropy of a guess: ln K of the one output, ln 2 of a binary one."""
    loss = case.model.loss_object()
    kind = cross_entropy(loss) if loss is not None else None
    if kind is None or case.model.own_loss:
        return None
    output = case.model.forward(case.batch.x)
    width = int(output.shape[-1])
    if kind == "BinaryCrossentropy":
        return math.log(2)
    return math.log(width) if width > 1 else None
