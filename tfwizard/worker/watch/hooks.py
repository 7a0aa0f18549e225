"""Where a training call of Keras is watched: its step, its dataset, its epochs. All is as before when it ends."""

from __future__ import annotations

import contextlib
import functools
import inspect
import sys
from typing import Any, Callable, Iterator

from tfwizard.worker.model import keras_package


@contextlib.contextmanager
def batches_through(tf: Any, see: Callable[[Any], None], several: bool) -> Iterator[None]:
    """`see` is given each element that is taken out of an iterator of TensorFlow's, in the trace of a step as outside of one.

    Where one call takes `several` steps, Keras 3 takes the elements out of optionals. Where it takes one, its logs alone come out of
    one, at each step.
    """
    one = tf.data.Dataset.from_tensors(0)
    places = [(type(iter(one)), name) for name in ("__next__", "get_next")]
    if several:
        places.append((type(tf.experimental.Optional.from_value(tf.constant(0))), "get_value"))
    originals = [(owner, name, getattr(owner, name)) for owner, name in places]

    def seen(original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def taken(*args: Any, **kwargs: Any) -> Any:
            element = original(*args, **kwargs)
            see(element)
            return element

        return taken

    for owner, name, original in originals:
        setattr(owner, name, tf.autograph.experimental.do_not_convert(seen(original)))
    try:
        yield
    finally:
        for owner, name, original in originals:
            setattr(owner, name, original)


@contextlib.contextmanager
def step_through(model: Any, wrap: Callable[[Any], Any], is_known: Callable[[Any], bool]) -> Iterator[None]:
    """The function that takes one training step of this model is what `wrap` makes of it; one that is not known is made anew."""
    original = model.make_train_function
    can_be_forced = "force" in inspect.signature(original).parameters  # `fit` itself calls it without arguments
    made: list[tuple[Any, Any]] = []

    def make(force: bool = False) -> Any:
        function = (original(force=force) if can_be_forced else original()) or model.train_function
        if can_be_forced and not any(function in pair for pair in made) and not is_known(function):
            function = original(force=True) or model.train_function  # it may have been traced before it was watched
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


def without_callback(given: Any, ours: Any) -> None:
    """Take ours out of what `with_callback` gave: a CallbackList is the script's own, and may train once more."""
    inside = getattr(given, "callbacks", None)
    if isinstance(inside, list):
        inside[:] = [one for one in inside if one is not ours]
