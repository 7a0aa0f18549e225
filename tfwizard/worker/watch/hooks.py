"""Where a training call of Keras is watched: its step, its dataset, its epochs. All is as before when it ends."""

from __future__ import annotations

import contextlib
import sys
from typing import Any, Callable, Iterator

from tfwizard.worker.model import keras_package

Through = Callable[[Any], Any]


@contextlib.contextmanager
def dataset_through(model: Any, through: Through) -> Iterator[None]:
    """The first dataset that `fit` of this model takes its batches from goes through `through`; the others are as they are."""
    owner, method, attribute = _home_of_data(model)
    original = getattr(owner, method, None)
    if original is None:
        yield
        return
    given: list[Any] = []

    def made(made_object: Any, *args: Any, **kwargs: Any) -> Any:
        result = original(made_object, *args, **kwargs)
        if not given:  # those that follow are for validation
            given.append(made_object)
            setattr(made_object, attribute, through(getattr(made_object, attribute)))
        return result

    setattr(owner, method, made)
    try:
        yield
    finally:
        setattr(owner, method, original)


def _home_of_data(model: Any) -> tuple[Any, str, str]:
    """The class that makes the iterators of `fit`, its method that does, and the attribute that holds the dataset."""
    if keras_package(model) == "keras" and (home := sys.modules.get("keras.src.backend.tensorflow.trainer")):
        return getattr(home, "TFEpochIterator", None), "__init__", "_distributed_dataset"
    for name in ("tf_keras.src.engine", "keras.src.engine", "keras.engine"):
        if name.startswith(keras_package(model) or "?") and (home := sys.modules.get(f"{name}.data_adapter")):
            handler = getattr(home, "DataHandler", None)
            return handler, "_configure_dataset_and_inferred_steps", "_dataset"
    return None, "", ""


@contextlib.contextmanager
def step_through(model: Any, wrap: Callable[[Any], Any]) -> Iterator[None]:
    """The function that takes one training step of this model is what `wrap` makes of it."""
    original = model.make_train_function
    made: list[tuple[Any, Any]] = []

    def make(force: bool = False) -> Any:
        function = original(force) or model.train_function
        if not any(function is one for one, _ in made):
            made.append((wrap(function), function))
        model.train_function = next(wrapped for wrapped, inner in made if function in (wrapped, inner))
        return model.train_function

    model.__dict__["make_train_function"] = make  # past the tracking of attributes
    try:
        yield
    finally:
        del model.__dict__["make_train_function"]
        for wrapped, function in made:
            if model.train_function is wrapped:
                model.train_function = function


def callback_of(model: Any, **hooks: Callable[..., None]) -> Any:
    """A callback of the model's own Keras that hears of epochs alone: one that heard of steps would cost at each."""
    keras: Any = sys.modules[str(keras_package(model))]
    made = type("Watch", (keras.callbacks.Callback,), {name: staticmethod(hook) for name, hook in hooks.items()})()
    made._supports_tf_logs = True  # Keras 2 turns all logs into arrays for a callback without it
    return made


def with_callback(given: Any, ours: Any) -> Any:
    """The callbacks of the script and ours behind them; the script's own list stays as it is."""
    if given is None:
        return [ours]
    if hasattr(given, "append") and not isinstance(given, list):  # a CallbackList
        given.append(ours)
        return given
    return [*given, ours] if isinstance(given, (list, tuple)) else [given, ours]
