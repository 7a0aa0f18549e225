"""Whether the network copes with the magnitude of its inputs: what enters its first weights, and two short trainings."""

from __future__ import annotations

import contextlib
import math
import time
from typing import Any, Callable, Iterable, Iterator

from tfwizard.facts import ScaleFacts
from tfwizard.language import _
from tfwizard.worker.batches import Batch, map_leaves
from tfwizard.worker.case import Blocked, Case
from tfwizard.worker.rows import Seen
from tfwizard.worker.state import weights_restored
from tfwizard.worker.trainer import Trainer, has_batch_statistics

#: Standardised values, one-hot ids, counts and bytes divided by 255 stay far below. Glorot's and He's initial weights
#: (Glorot & Bengio 2010, He et al. 2015) are made for inputs of variance 1; at 20 times that, sigmoids are saturated.
LARGE_VALUE, LARGE_SIZE = 50.0, 20.0
LOOKED_AT, STEPS, SECONDS, BATCH = 256, 60, 1.5, 32
#: Outputs within 1 % of the limits of a sigmoid or tanh pass less than 2 % of the gradient.
LIMIT = 0.01


def scale_facts(case: Case, report: Any, seen: Seen) -> ScaleFacts | None:
    """None where what enters the first weights is of moderate size, or where those weights are given and frozen."""
    import numpy as np

    if case.custom_loop or case.model.own_step:
        raise Blocked(_("The training step is the script's own: it may scale the inputs on the way to the model."))
    first = _first_weights(case, (seen.batch(case.tf, rows).x for rows in _pieces(case, seen)))
    if first is None:
        return None
    layer, entering, leaving = first
    values = entering.numpy().astype("float64")
    flat = values.reshape(-1, values.shape[-1])
    sizes = np.sqrt((flat**2).mean(axis=0))
    large = (np.abs(flat).max(axis=0) > LARGE_VALUE) & (sizes > LARGE_SIZE)
    if not large.any() or not layer.trainable_weights:
        return None
    scaled = _standardised(seen, case)
    if scaled is None:
        raise Blocked(_("The large values come from no single input of the model."))
    steps, raw, other = _trained(case, report, seen, scaled)
    saturated = _saturated(leaving)
    again = _first_weights(case, (_as_float(case.tf, seen, scaled, rows) for rows in _pieces(case, seen)))
    worst = np.argsort(-sizes)[:8].tolist() if values.ndim == 2 else []
    return ScaleFacts(
        str(layer.name), case.recorder.where_made(layer), float(flat.min()), float(flat.max()), float(flat.mean()),
        float(flat.std()),
        tuple((_title(case, n, flat.shape[1]), float(flat[:, n].mean()), float(flat[:, n].std())) for n in worst),
        _pixels(seen, flat), steps, raw, other, saturated, _saturated(again[2]) if again else 0.0,
    )  # fmt: skip


def _title(case: Case, number: int, width: int) -> str:
    x = case.held.bound.get("x") if case.held is not None else None
    names = tuple(str(name) for name in getattr(x, "columns", ()))
    return names[number] if len(names) == width else str(number)


def _pixels(seen: Seen, flat: Any) -> bool:
    """Whether the inputs are bytes of images, as they are in files."""
    images = any(part.ndim >= 3 or (part.ndim == 2 and part.shape[1] >= 64) for part in seen.inputs)
    return images and flat.min() >= 0 and 100 < flat.max() <= 255


class Enough(BaseException):
    """The rest of a forward pass is of no interest. No Exception: those are the script's to catch."""


@contextlib.contextmanager
def watched(
    layers: list[Any], enough: Callable[[list[list[Any]]], bool] = lambda _: False
) -> Iterator[list[list[Any]]]:
    """While this lasts, note each call of these layers in their order: layer, first input, output.

    The pass ends where there is `enough` behind a call.
    """
    notes: list[list[Any]] = []
    before = [(layer, vars(layer).get("call")) for layer in layers]

    def note(layer: Any) -> Any:
        original = layer.call

        def call(*args: Any, **kwargs: Any) -> Any:
            noted = [layer, args[0] if args else next(iter(kwargs.values()), None), None]
            notes.append(noted)  # before the call: a layer that fails is noted as well
            noted[2] = original(*args, **kwargs)
            if enough(notes):
                raise Enough
            return noted[2]

        return call

    try:
        for layer in layers:
            vars(layer)["call"] = note(layer)
        yield notes
    finally:
        for layer, own in before:
            vars(layer).pop("call", None)
            if own is not None:
                vars(layer)["call"] = own


def layers_of(live: Any) -> list[Any]:
    """Every layer of a model, nested ones too, without the model itself."""
    found = live._flatten_layers() if hasattr(live, "_flatten_layers") else live.layers
    return [layer for layer in found if layer is not live]


def _pieces(case: Case, seen: Seen) -> list[slice]:
    """The rows that are looked at, as many at a time as the script has in a batch."""
    there, size = min(LOOKED_AT, len(seen.inputs[0])), case.rows_at_once(LOOKED_AT)
    return [slice(low, min(low + size, there)) for low in range(0, there, size)]


def _first_weights(case: Case, pieces: Iterable[Any]) -> tuple[Any, Any, Any] | None:
    """The first layer that multiplies a float input by weights of its own, what enters it and what leaves it."""
    found: list[tuple[Any, Any, Any]] = []
    for x in pieces:
        with watched(layers_of(case.model.object), _reached) as notes, contextlib.suppress(Enough):
            case.model.forward(x)
        one = _first(notes)
        if one is None:
            return None
        found.append(one)
    if len(found) == 1:
        return found[0]
    layer, _entering, leaving = found[0]
    if all(_is_plain(one[2]) for one in found):  # a recurrent layer may give its states as well
        leaving = case.tf.concat([one[2] for one in found], 0)
    return layer, case.tf.concat([one[1] for one in found], 0), leaving


def _first(notes: list[list[Any]]) -> tuple[Any, Any, Any] | None:
    return next(((own, into, out) for own, into, out in notes if _multiplies(own) and _is_plain(into)), None)


def _reached(notes: list[list[Any]]) -> bool:
    """Whether the first of them has been called, and is done."""
    first = _first(notes)
    return first is not None and first[2] is not None


def _multiplies(layer: Any) -> bool:
    owner = getattr(layer, "cell", layer)
    own = getattr(owner, "_trainable_variables", None) or getattr(owner, "_trainable_weights", None) or ()
    return any(len(weight.shape) >= 2 for weight in own)


def _is_plain(tensor: Any) -> bool:
    kind = getattr(tensor, "dtype", None)
    return hasattr(tensor, "numpy") and len(tensor.shape) >= 2 and getattr(kind, "is_floating", False)


def _standardised(seen: Seen, case: Case) -> list[Any] | None:
    """The sample with its numbers at mean 0 and deviation 1: by column in a table, as a whole otherwise."""
    import numpy as np

    tables = any(hasattr(layer, "input_dim") and hasattr(layer, "output_dim") for layer in layers_of(case.model.object))
    scaled, changed = [], False
    for part in seen.inputs:
        # Integers may be ids that an embedding looks up; bytes are pixels.
        ids = tables and part.dtype.kind in "iu" and part.dtype.itemsize > 1
        if part.dtype.kind not in "fiu" or ids:
            scaled.append(part)
            continue
        values = part.astype("float64")
        axes = 0 if part.ndim <= 2 else None
        deviation = values.std(axis=axes)
        changed = changed or bool((np.sqrt((values**2).mean(axis=axes)) > LARGE_SIZE).any())
        scaled.append(((values - values.mean(axis=axes)) / np.where(deviation > 0, deviation, 1.0)).astype("float32"))
    return scaled if changed else None


def _saturated(leaving: Any) -> float:
    """The share of outputs at the limits, where they have limits: a sigmoid's 0 and 1, a tanh's -1 and 1."""
    import numpy as np

    if not _is_plain(leaving):
        return 0.0
    values = leaving.numpy().astype("float64")
    low, high = float(values.min()), float(values.max())
    if high > 1 or low < -1 or high < 1 - LIMIT:
        return 0.0
    sums = values.sum(axis=-1)
    if low >= 0 and np.allclose(sums, 1, atol=1e-3):
        return 0.0  # a softmax: sure, not saturated
    size = np.abs(values) if low < -LIMIT else np.maximum(values, 1 - values)
    return float((size > 1 - LIMIT).mean())


def _trained(case: Case, report: Any, seen: Seen, scaled: list[Any]) -> tuple[int, Any, Any]:
    """The same short training twice from the same weights: losses on raw and on standardised inputs."""
    tf, model = case.tf, case.model
    if seen.targets is None:
        raise Blocked(_("There is no label for a short training."))
    rate = _rate(case)
    pairs = _batches(case, seen)
    trainer = Trainer(case)
    results: list[tuple[float | None, float | None]] = []
    steps = STEPS
    with weights_restored(model.object) as reset:
        for parts in (seen.inputs, scaled):
            reset()
            trainer.start(rate)
            before = _loss(case, seen, parts)
            ends, done = math.inf, 0
            while done < steps and (parts is scaled or (time.monotonic() < ends and not report.stopped)):
                rows = pairs[done % len(pairs)]
                trainer.step(Batch(_as_float(tf, seen, parts, rows), tf.constant(seen.targets[rows])))
                done += 1
                ends = min(ends, time.monotonic() + SECONDS)  # the first step is traced, and does not count
            steps = done
            results.append((before, _loss(case, seen, parts)))
    return steps, results[0], results[1]


def _batches(case: Case, seen: Seen) -> list[Any]:
    import numpy as np

    rows = np.random.default_rng(0).permutation(len(seen.inputs[0]))[: STEPS * BATCH]
    return [rows[low : low + BATCH] for low in range(0, max(1, len(rows) - BATCH + 1), BATCH)]


def _as_float(tf: Any, seen: Seen, parts: list[Any], rows: Any) -> Any:
    assert seen.template is not None
    left = iter(parts)
    return map_leaves(lambda _: _tensor(tf, next(left)[rows]), seen.template.x)


def _tensor(tf: Any, array: Any) -> Any:
    return tf.constant(array.astype("float32") if array.dtype == "float64" or array.dtype == "uint8" else array)


def _loss(case: Case, seen: Seen, parts: list[Any]) -> float | None:
    import numpy as np

    training, losses = has_batch_statistics(case.model.object), []
    for rows in _pieces(case, seen):
        output = case.model.predictions(_as_float(case.tf, seen, parts, rows), training=training)
        losses.append(case.model.row_losses(case.tf.constant(seen.targets[rows]), output).numpy())
    loss = float(np.mean(np.concatenate(losses)))
    return loss if np.isfinite(loss) else None


def _rate(case: Case) -> float:
    """The learning rate of the first step."""
    given = case.model.object.optimizer.learning_rate
    given = given(0) if callable(given) and not hasattr(given, "numpy") else given
    rate = float(given.numpy() if hasattr(given, "numpy") else given)
    return rate or 1e-3
