"""The training step as the script would run it, with optimizers of our own in the place of the script's."""

from __future__ import annotations

import contextlib
from typing import Any, Callable, Iterator

from tfwizard.worker.batches import Batch, leaves, map_leaves
from tfwizard.worker.case import Case
from tfwizard.worker.probes.batch import states_restored
from tfwizard.worker.state import weights_restored
from tfwizard.worker.trainer import Trainer, build, clone_optimizer, graph_of, variables_of

Step = Callable[[Batch], Any]


@contextlib.contextmanager
def training_step(case: Case) -> Iterator[tuple[Step, list[Any]]]:
    """A function that trains on a batch, forward, backward and update, and the variables of the optimizers.

    It is compiled once, for any number of rows. In the end weights, metrics and the script's optimizers are as before.
    """
    with weights_restored(case.model.object), states_restored(case):
        if case.custom_loop:
            trainer = Trainer(case)
            trainer.build()
            yield trainer.step, trainer.slots
            return
        live = case.model.object
        own = {name: value for name, value in vars(live).items() if hasattr(value, "apply_gradients")}
        own["optimizer"] = live.optimizer
        clones = {name: clone_optimizer(value) for name, value in own.items()}
        build(clones["optimizer"], live.trainable_variables)
        try:
            for name, clone in clones.items():
                setattr(live, name, clone)
            yield _compiled(case, live), [one for clone in clones.values() for one in variables_of(clone)]
        finally:
            for name, value in own.items():
                setattr(live, name, value)


def _compiled(case: Case, live: Any) -> Step:
    if getattr(live, "run_eagerly", False):
        return lambda batch: live.train_step(batch.element())
    tf = case.tf
    made: list[Any] = []

    def run(batch: Batch) -> None:
        element = batch.element()
        if not made:
            spec = map_leaves(lambda one: tf.TensorSpec((None, *one.shape[1:]), one.dtype), element)
            jit = case.model.jit or None
            made.append(graph_of(tf, live.train_step, (), input_signature=[spec], jit_compile=jit))
        made[0](element)

    return run


def bytes_of(variables: Any) -> int:
    """What these tensors or variables hold."""
    return sum(_size(one) for _, one in leaves(list(variables)))


def _size(one: Any) -> int:
    shape = getattr(one, "shape", None)
    if shape is None or not hasattr(one, "dtype"):
        return 0
    count = 1
    for size in shape:
        count *= int(size or 0)
    return count * width_of(one)


def width_of(one: Any) -> int:
    """The bytes of one number; Keras 3 names its types by strings."""
    size = getattr(one.dtype, "size", None)
    return int(size) if size else _WIDTHS.get(str(one.dtype), 4)


_WIDTHS = {"float16": 2, "bfloat16": 2, "float64": 8, "int64": 8, "uint64": 8, "int8": 1, "uint8": 1, "bool": 1,
           "int16": 2, "uint16": 2}  # fmt: skip
