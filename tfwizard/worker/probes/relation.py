"""Whether the inputs say anything about the labels: simple probes, then the user's own model, on rows kept aside."""

from __future__ import annotations

import time
from typing import Any

from tfwizard.facts import RelationFacts
from tfwizard.language import _
from tfwizard.worker.case import Blocked, Case
from tfwizard.worker.rows import Seen
from tfwizard.worker.state import weights_restored
from tfwizard.worker.trainer import has_batch_statistics

#: Fewer rows cannot tell a weak relation from none: at 250 held-out rows, two classes and 3 deviations it is 60 % right.
FEWEST, MOST = 500, 2000
#: A probe that stands out by so much (p < 0.01, one-sided) has seen something, and no stronger probe is needed.
STANDS_OUT = 2.33
HIDDEN, IDS, CELLS, NEIGHBOURS, RIDGE = 400, 512, 8, 15, 10.0
BATCH, SECONDS, STEPS, RATE = 32, 3.0, 1500, 3e-3


def relation_facts(case: Case, report: Any, seen: Seen, ids: Any) -> RelationFacts | None:
    """None where a row has no label of its own to be told. The user's model is only asked where simple probes fail."""
    import numpy as np

    if seen.targets is None or len(seen.targets) < FEWEST:
        return None
    goal, kind = _goal(seen, ids)
    if goal is None or not goal.std(axis=0).any():
        return None
    order = np.random.default_rng(0).permutation(len(goal))[:MOST]
    half = len(order) // 2
    fit, test = order[:half], order[half:]
    probes: dict[str, float] = {}
    features = _features(seen, order)
    if features is None:
        return None
    for name, scores in _scores(features, goal[fit], half):
        probes[name] = round(float(stands_out(scores, goal[test])), 2)
        if probes[name] > STANDS_OUT:
            return RelationFacts(len(order), kind, probes)
    steps, fitted, unseen = _own_model(case, report, seen, goal, fit, test)
    return RelationFacts(len(order), kind, probes, fitted, unseen, steps)


def _goal(seen: Seen, ids: Any) -> tuple[Any, str]:
    """What is to be told, one row a sample: classes as 0 and 1, numbers as they are."""
    import numpy as np

    labels = seen.targets
    if ids is not None:
        flat = labels.argmax(axis=1) if labels.ndim == 2 and labels.shape[1] > 1 else labels.ravel()
        values, classes = np.unique(flat.astype("int64"), return_inverse=True)
        return np.eye(len(values))[classes.ravel()], "classes"
    if labels.dtype.kind == "f" and labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.dtype.kind != "f" or labels.ndim != 1 or not np.isfinite(labels).all():
        return None, ""
    # Ranks: one far value must not decide.
    return (np.argsort(np.argsort(labels)) / len(labels)).reshape(-1, 1), "numbers"


def stands_out(scores: Any, goal: Any) -> float:
    """By how many standard deviations the scores agree better with the labels than with permuted ones.

    Mean and variance over all permutations of the sum of products have a closed form (as in Mantel's test).
    """
    import numpy as np

    scores, goal = scores - scores.mean(axis=0), goal - goal.mean(axis=0)
    variance = float(((scores.T @ scores) * (goal.T @ goal)).sum()) / (len(goal) - 1)
    return float((scores * goal).sum() / np.sqrt(variance)) if variance > 1e-12 else 0.0


def _features(seen: Seen, rows: Any) -> Any:
    """The inputs of some rows as one table of moderate width, standardised; None where they are nothing to compute with."""
    import numpy as np

    columns = [_table(part[rows]) for part in seen.inputs if part.dtype.kind in "fiub"]
    table = np.concatenate(columns, axis=1) if columns else np.empty((len(rows), 0))
    deviation = table.std(axis=0) if table.size else np.empty(0)
    table = table[:, deviation > 0]
    if not table.shape[1]:
        return None
    return np.clip((table - table.mean(axis=0)) / table.std(axis=0), -8, 8)


def _table(part: Any) -> Any:
    import numpy as np

    rows = len(part)
    flat = part.reshape(rows, -1)
    if part.dtype.kind in "ib" and part.dtype.itemsize > 1 and part.ndim == 2 and part.shape[1] > 1 and _ids(flat):
        bag = np.zeros((rows, IDS))
        np.add.at(bag, (np.repeat(np.arange(rows), flat.shape[1]), flat.ravel().astype("int64") % IDS), 1.0)
        return np.log1p(bag)
    if part.dtype.kind in "ib" and flat.shape[1] == 1 and len(np.unique(flat)) <= 50:
        values, codes = np.unique(flat, return_inverse=True)
        return np.eye(len(values))[codes.ravel()]
    if flat.shape[1] <= 256:
        return flat.astype("float64")
    return np.concatenate([_pooled(part), _mixed(flat)], axis=1)


def _ids(flat: Any) -> bool:
    """Whether integers look like ids of a vocabulary: none is negative and there are many of them."""
    return bool(flat.min() >= 0 and flat.max() > 20)


def _pooled(part: Any) -> Any:
    """Means over a coarse grid of an image or a series, and its deviation as a whole."""
    import numpy as np

    values = part.astype("float64")
    rows = len(values)
    if values.ndim == 2:
        values = values[:, :, None]
    channels = values.shape[-1] if values.ndim > 2 and values.shape[-1] <= 64 else 1
    grid = values if channels == values.shape[-1] else values[..., None]
    for axis in range(1, grid.ndim - 1):
        size = grid.shape[axis]
        edges = np.unique(np.linspace(0, size, min(size, CELLS) + 1).astype(int)[:-1])
        counts = np.diff([*edges.tolist(), size])
        shape = [1] * grid.ndim
        shape[axis] = len(counts)
        grid = np.add.reduceat(grid, edges, axis=axis) / counts.reshape(shape)
    over = tuple(range(1, values.ndim - 1)) or (1,)
    return np.concatenate([grid.reshape(rows, -1)[:, :1024], values.std(axis=over).reshape(rows, -1)], axis=1)


def _mixed(flat: Any) -> Any:
    """Random sums of all values."""
    import numpy as np

    factors = np.random.default_rng(1).normal(size=(flat.shape[1], 128)) / np.sqrt(flat.shape[1])
    return flat.astype("float64") @ factors


def _scores(features: Any, goal: Any, half: int) -> Any:
    """What each probe, fitted on the first half, gives for the second: weakest first."""
    import numpy as np

    known, unknown = features[:half], features[half:]
    yield "linear", _ridge(known, goal, unknown)
    for power, name in ((1.0, "random ReLU features"), (0.3, "random ReLU features, narrow")):
        draw = np.random.default_rng(2)
        weights = draw.normal(size=(features.shape[1], HIDDEN)) / features.shape[1] ** 0.5
        offsets = draw.normal(size=HIDDEN) * power
        yield name, _ridge(np.maximum(known @ weights + offsets, 0), goal, np.maximum(unknown @ weights + offsets, 0))
    if features.shape[1] <= 40:
        yield "products of pairs", _ridge(_products(known), goal, _products(unknown))
    yield "nearest neighbours", _neighbours(known, goal, unknown)


def _products(table: Any) -> Any:
    import numpy as np

    first, second = np.triu_indices(table.shape[1])
    return np.concatenate([table, table[:, first] * table[:, second]], axis=1)


def _ridge(known: Any, goal: Any, unknown: Any) -> Any:
    """Ridge regression, in the smaller of the two spaces."""
    import numpy as np

    mean = known.mean(axis=0)
    known, unknown, goal = known - mean, unknown - mean, goal - goal.mean(axis=0)
    if known.shape[1] <= len(known):
        weights = np.linalg.solve(known.T @ known + RIDGE * np.eye(known.shape[1]), known.T @ goal)
        return unknown @ weights
    inner = np.linalg.solve(known @ known.T + RIDGE * np.eye(len(known)), goal)
    return (unknown @ known.T) @ inner


def _neighbours(known: Any, goal: Any, unknown: Any) -> Any:
    import numpy as np

    distances = (known**2).sum(axis=1)[None, :] - 2 * unknown @ known.T
    nearest = np.argpartition(distances, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
    return goal[nearest].mean(axis=1)


# --- the user's own model -------------------------------------------------------------------------------------------------


def _own_model(
    case: Case, report: Any, seen: Seen, goal: Any, fit: Any, test: Any
) -> tuple[int, float | None, float | None]:
    """Train the user's model on one half with an optimizer of our own; how it does on that half and on the other."""
    import numpy as np

    if case.custom_loop or case.model.own_step:
        raise Blocked(_("The training step is the script's own."))
    tf, model = case.tf, case.model
    keras = model.keras
    optimizer = keras.optimizers.Adam(RATE)
    training = has_batch_statistics(model.object)
    variables = model.object.trainable_variables

    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(model.row_losses(y, model.predictions(x, training=training)))
        gradients = tape.gradient(loss, variables)
        optimizer.apply_gradients([(g, v) for g, v in zip(gradients, variables) if g is not None])
        return loss

    learn = tf.function(step, reduce_retracing=True)
    draw = np.random.default_rng(3)
    ends, done = time.monotonic() + min(SECONDS, max(0.0, report.left_s - 0.5)), 0
    with weights_restored(model.object):
        while done < STEPS and not report.stopped and (done < 2 or time.monotonic() < ends):
            batch = seen.batch(tf, draw.choice(fit, min(BATCH, len(fit)), replace=False))
            if not np.isfinite(float(learn(batch.x, batch.y))):
                raise Blocked(_("The loss of the user's model is not finite."))
            done += 1
        fitted = _agrees(case, seen, goal, fit)
        unseen = _agrees(case, seen, goal, test)
    return done, fitted, unseen


def _agrees(case: Case, seen: Seen, goal: Any, rows: Any) -> float | None:
    """How well the model's outputs agree with the labels, in deviations; None where they cannot be compared."""
    import numpy as np

    size = case.rows_at_once(256)
    parts = [
        case.model.forward(seen.batch(case.tf, rows[low : low + size]).x).numpy() for low in range(0, len(rows), size)
    ]
    output = np.concatenate(parts).astype("float64")
    if output.ndim != 2 or not np.isfinite(output).all():
        return None
    wanted = goal[rows]
    if output.shape[1] == 1:
        wanted = wanted[:, -1:]
    elif output.shape[1] != wanted.shape[1]:
        return None
    output = output - output.max(axis=1, keepdims=True) if output.shape[1] > 1 else output
    return round(stands_out(np.clip(output, -30, 30), wanted), 2)
