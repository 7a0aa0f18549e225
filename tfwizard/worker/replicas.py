"""Scripts that train on several replicas (tf.distribute): probes work on the first replica alone."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any, Iterator

if TYPE_CHECKING:
    from tfwizard.worker.case import Case


#: Where TensorFlow keeps its default strategy; in the second one up to 2.12.
HOMES = ("tensorflow.python.distribute.distribute_lib", "tensorflow.python.distribute.distribution_strategy_context")


def _distribution() -> Any:
    """TensorFlow's module of the current and the default strategy, None where there is none."""
    homes = (sys.modules.get(name) for name in HOMES)
    return next((home for home in homes if hasattr(home, "_get_default_strategy")), None)


def strategy_of(case: Case) -> Any:
    """The strategy that the script trains with; None where it trains on one device, as without a strategy."""
    distribute = _distribution()
    if distribute is None or case.tf is None:
        return None
    if "strategy" not in case.memory:
        owner = case.held.owner if case.held is not None and not case.custom_loop else None
        found = getattr(owner, "distribute_strategy", None)
        if found is None or found is distribute._get_default_strategy():
            found = distribute.get_strategy()  # the one in whose scope the script is held
        case.memory["strategy"] = None if found is distribute._get_default_strategy() else found
    return case.memory["strategy"]


def several_workers(strategy: Any) -> bool:
    """Whether other processes take part: what is made or reduced in its scope then waits for them."""
    return bool(getattr(strategy.extended, "_in_multi_worker_mode", lambda: False)())


@contextlib.contextmanager
def building(case: Case) -> Iterator[None]:
    """Make variables where the training call would make them: for all replicas, unless another process has to join in."""
    strategy = strategy_of(case)
    if strategy is None or several_workers(strategy):
        yield
    else:
        with strategy.scope():
            yield


@contextlib.contextmanager
def first_replica(case: Case) -> Iterator[None]:
    """Read and write the variables of the first replica alone, as a model that is saved without its strategy does.

    Steps of our own then need no strategy, what an optimizer or a metric adds up stays on this replica, and nothing waits
    for other processes.
    """
    if strategy_of(case) is None:
        yield
        return
    from tensorflow.python.saved_model import save_context, save_options

    # Keras 2's older optimizers ask whether a variable was made without a strategy before they make its slots.
    alone = _distribution()._get_default_strategy().extended
    alone.variable_created_in_scope = lambda variable: True
    try:
        with save_context.save_context(save_options.SaveOptions()):  # its policy is to keep no replicas
            yield
    finally:
        del alone.variable_created_in_scope
