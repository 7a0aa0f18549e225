"""What a training loop of the user's own does: its tapes, the models and losses called under them, its batches."""

from __future__ import annotations

import functools
import inspect
import os
import sys
import zlib
from dataclasses import dataclass, field
from types import FrameType, ModuleType
from typing import Any, Callable

from tfwizard.facts import Place
from tfwizard.worker.places import is_user_file, place_in, place_of, user_frame

#: Bytes of variables that are read at a gradient call, to see later whether they moved.
MOST_BYTES = 400_000_000
#: Elementwise operations in which labels and predictions meet.
ELEMENTWISE = (
    "Sub",
    "SquaredDifference",
    "AddV2",
    "Add",
    "Mul",
    "RealDiv",
    "Div",
    "Maximum",
    "Minimum",
    "Xdivy",
    "Xlogy",
)

AUTOGRAPH = os.path.join("tensorflow", "python", "autograph")


@dataclass
class Operation:
    """One operation that ran (or was traced) while a tape of the user's recorded."""

    type: str
    inputs: tuple[Any, ...]
    outputs: tuple[Any, ...]
    place: Place | None
    names: tuple[str, ...] = ()


@dataclass
class Called:
    """One call of a model or of a loss under a tape."""

    object: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    result: Any = None
    place: Place | None = None


@dataclass
class Gradient:
    """The first call of `tape.gradient` on one line. `before` are checksums of the variables, None where too big."""

    place: Place | None
    target: Any
    sources: list[Any]
    results: list[Any]
    traced: bool
    operations: list[Operation]
    models: list[Called]
    losses: list[Called]
    before: list[int] | None
    calls: int = 1


@dataclass
class _Open:
    """A tape that records now."""

    operations: list[Operation] = field(default_factory=list)
    models: list[Called] = field(default_factory=list)
    losses: list[Called] = field(default_factory=list)
    recording: bool = False


class Tapes:
    """Everything that was seen of the user's own loops. `paused` asks whether to look away."""

    def __init__(self, paused: Callable[[], bool]) -> None:
        self.gradients: list[Gradient] = []
        #: The datasets that the user's code iterates; the one read last stands at the end.
        self.iterated: list[Any] = []
        #: What it gave last.
        self.element: Any = None
        #: What a tape that was seen before was asked for last.
        self.target: Any = None
        #: What was seen of a tape under which a loss failed, and what the traced functions around it were called with.
        self.failed: Gradient | None = None
        self.levels: list[list[Any]] = []
        self._paused = paused
        self._open: dict[int, _Open] = {}
        self._lines: dict[Any, Gradient] = {}
        self._seen: set[Any] = set()
        self._inside = False
        self._callback = self._note_operation

    # --- hooks ----------------------------------------------------------------------------------------------------------

    def watch_tapes(self, module: ModuleType) -> None:
        """Watch the tapes that the user's code opens."""
        cls = module.GradientTape
        enter, leave, gradient = cls.__enter__, cls.__exit__, cls.gradient

        @functools.wraps(enter)
        def entered(tape: Any) -> Any:
            result = enter(tape)
            if not self._paused() and _users(frame := _caller()):
                self._begin(tape, (frame.f_code, frame.f_lasti))
            return result

        @functools.wraps(leave)
        def left(tape: Any, *args: Any) -> Any:
            self._stop(tape)
            return leave(tape, *args)

        @functools.wraps(gradient)
        def asked(tape: Any, target: Any, sources: Any, *args: Any, **kwargs: Any) -> Any:
            frame = _caller()
            # The minimize of an optimizer may ask a tape that the user opened.
            if self._paused() or not (id(tape) in self._open or _users(frame)):
                return gradient(tape, target, sources, *args, **kwargs)
            self._stop(tape)
            line = (frame.f_code, frame.f_lasti)
            known = self._lines.get(line)
            if known is not None:
                known.calls += 1
                self.target = target
                return gradient(tape, target, sources, *args, **kwargs)
            place, flat = place_of_frame(frame), _flat(sources)
            before = _checksums(flat)
            results = gradient(tape, target, sources, *args, **kwargs)
            seen = self._open.pop(id(tape), None) or _Open()
            self._lines[line] = Gradient(
                place, target, flat, _flat(results), not _eager(), seen.operations, seen.models, seen.losses, before
            )
            self.gradients.append(self._lines[line])
            return results

        wrappers: tuple[Any, ...] = (entered, left, asked)
        for function in wrappers:
            function.autograph_info__ = {}
        cls.__enter__, cls.__exit__, cls.gradient = entered, left, asked

    def watch_calls(self, cls: type, kind: str) -> None:
        """Note the outermost calls of objects of `cls` under a tape of the user's: `kind` is "models" or "losses"."""
        original = cls.__call__

        @functools.wraps(original)
        def called(made: Any, *args: Any, **kwargs: Any) -> Any:
            recording = self._recording()
            if self._inside or not recording or self._paused():
                return original(made, *args, **kwargs)
            return self._outermost(kind, recording, Called(made, args, kwargs), lambda: original(made, *args, **kwargs))

        called.autograph_info__ = {}  # type: ignore[attr-defined]
        cls.__call__ = called  # type: ignore[method-assign]

    def watch_function(self, module: ModuleType, name: str) -> None:
        """Note the outermost calls of a loss that is a function, under all names that the module has for it."""
        original = getattr(module, name, None)
        if original is None:
            return

        @functools.wraps(original)
        def called(*args: Any, **kwargs: Any) -> Any:
            recording = self._recording()
            if self._inside or not recording or self._paused():
                return original(*args, **kwargs)
            return self._outermost(
                "losses", recording, Called(original, args, kwargs), lambda: original(*args, **kwargs)
            )

        called.autograph_info__ = {}  # type: ignore[attr-defined]
        for alias in [key for key, value in vars(module).items() if value is original]:
            setattr(module, alias, called)

    def _outermost(self, kind: str, recording: list[_Open], call: Called, original: Callable[[], Any]) -> Any:
        """Make a call and note it, also where a loss refuses what it is given."""
        self._inside = True
        call.place = _where()[1]
        for one in recording:
            getattr(one, kind).append(call)
        try:
            call.result = original()
        except Exception:
            if kind == "losses":
                models, losses = recording[-1].models, recording[-1].losses
                self.failed = Gradient(None, None, [], [], not _eager(), recording[-1].operations, models, losses, None)
                self.levels = traced_arguments()
            raise
        finally:
            self._inside = False
        return call.result

    def watch_datasets(self, module: ModuleType) -> None:
        """Note which dataset the user's code takes its batches from."""
        cls = module.DatasetV2
        original = cls.__iter__

        @functools.wraps(original)
        def iterated(dataset: Any) -> Any:
            if not self._paused() and user_frame() is not None:
                self._note(dataset)
            return original(dataset)

        iterated.autograph_info__ = {}  # type: ignore[attr-defined]
        cls.__iter__ = iterated

    def watch_iterators(self, module: ModuleType) -> None:
        """Note which of several iterators was read last."""
        cls = module.OwnedIterator
        for name in ("__next__", "get_next"):
            setattr(cls, name, self._reading(getattr(cls, name)))

    def _reading(self, original: Any) -> Any:
        @functools.wraps(original)
        def read(iterator: Any, *args: Any, **kwargs: Any) -> Any:
            if self._paused():
                return original(iterator, *args, **kwargs)
            self._note(getattr(iterator, "_dataset", None))
            element = self.element = original(iterator, *args, **kwargs)
            return element

        read.autograph_info__ = {}  # type: ignore[attr-defined]
        return read

    def _note(self, dataset: Any) -> None:
        if dataset is not None and not (self.iterated and self.iterated[-1] is dataset):
            self.iterated = [*[one for one in self.iterated if one is not dataset][-7:], dataset]

    def forget(self) -> None:
        """Record anew: a step that is traced twice counts as it is traced the second time."""
        self.gradients.clear()
        self._lines.clear()
        self._seen.clear()

    # --- one tape -------------------------------------------------------------------------------------------------------

    def _begin(self, tape: Any, line: Any) -> None:
        """Record under this tape, the first time that its line runs."""
        if line in self._seen:
            return
        self._seen.add(line)
        from tensorflow.python.framework import op_callbacks

        self._open[id(tape)] = _Open(recording=True)
        op_callbacks.add_op_callback(self._callback)  # one for all tapes: what one gives, the next would be given

    def _note_operation(
        self, kind: Any, inputs: Any, attrs: Any, outputs: Any, op_name: Any = None, graph: Any = None
    ) -> None:
        """Note one operation for each tape that records."""
        if self._paused():
            return
        name = kind.decode() if isinstance(kind, bytes) else str(kind)
        frame, place = _where()
        inputs = tuple(inputs)
        names = _names(frame, inputs) if name in ELEMENTWISE and _crossed(inputs) else ()
        operation = Operation(name, inputs, tuple(outputs), place, names)
        for one in self._recording():
            one.operations.append(operation)

    def _recording(self) -> list[_Open]:
        return [one for one in self._open.values() if one.recording]

    def _stop(self, tape: Any) -> None:
        """Let this tape record no more; with the last one goes the callback."""
        seen = self._open.get(id(tape))
        if seen is None or not seen.recording:
            return
        from tensorflow.python.framework import op_callbacks

        seen.recording = False
        if self._recording():
            return
        try:
            op_callbacks.remove_op_callback(self._callback)
        except KeyError:
            pass  # entered in another thread


# --- whose line ---------------------------------------------------------------------------------------------------------------


def _caller() -> FrameType:
    """Who called the wrapper that asks: the frame outside of it and of AutoGraph, which calls for the user's code."""
    frame = sys._getframe(2)
    while frame.f_back is not None and AUTOGRAPH in frame.f_code.co_filename:
        frame = frame.f_back
    return frame


def _users(frame: FrameType) -> bool:
    """Whether this frame is the user's code, or what AutoGraph made of it."""
    return is_user_file(frame.f_code.co_filename) or "__autograph_generated_file" in frame.f_code.co_filename


def _where() -> tuple[FrameType | None, Place | None]:
    """The innermost frame of the user's, converted by AutoGraph or not, and the line of the user's that it stands for."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and not _users(frame):
        frame = frame.f_back
    return frame, place_of_frame(frame) if frame is not None else None


def place_of_frame(frame: FrameType) -> Place | None:
    """The user's line that runs in `frame`, through AutoGraph's map where the code was converted."""
    if is_user_file(frame.f_code.co_filename):
        return place_in(frame)
    stacks: Any = sys.modules["tensorflow.python.util.tf_stack"]
    for mapper in reversed(list(getattr(stacks, "_source_mapper_stacks", {}).get(stacks._get_thread_key(), ()))):
        found = mapper.get_effective_source_map().get((frame.f_code.co_filename, frame.f_lineno))
        if found is not None:
            return place_of(found[0], found[1], found[2])
    return place_in(user_frame(frame))


def _names(frame: FrameType | None, inputs: tuple[Any, ...]) -> tuple[str, ...]:
    """The local names of these tensors, "" for one that has none."""
    scope = list(frame.f_locals.items()) if frame is not None else []
    return tuple(next((name for name, value in scope if value is tensor), "") for tensor in inputs)


def _crossed(inputs: tuple[Any, ...]) -> bool:
    """Whether these are (n,) and (n, 1), or the reverse: together they give (n, n)."""
    return len(inputs) == 2 and crossed(shape_of(inputs[0]), shape_of(inputs[1]))


def shape_of(tensor: Any) -> tuple[int | None, ...] | None:
    """The shape of a tensor, None where its rank is open."""
    shape = getattr(tensor, "shape", None)
    if shape is None or getattr(shape, "rank", 0) is None:
        return None
    return tuple(None if size is None else int(size) for size in shape)


def crossed(one: tuple[int | None, ...] | None, other: tuple[int | None, ...] | None) -> bool:
    """Whether two shapes are (n,) and (n, 1), in any order, with n over 1 or open."""
    if one is None or other is None or sorted((len(one), len(other))) != [1, 2]:
        return False
    flat, column = (one, other) if len(one) == 1 else (other, one)
    same = flat[0] == column[0] or flat[0] is None or column[0] is None
    return column[1] == 1 and same and flat[0] != 1 and column[0] != 1


def _eager() -> bool:
    tf: Any = sys.modules["tensorflow"]
    return bool(tf.executing_eagerly())


def _flat(value: Any) -> list[Any]:
    if hasattr(value, "values") and isinstance(value, dict):
        return [leaf for part in value.values() for leaf in _flat(part)]
    if isinstance(value, (list, tuple)):
        return [leaf for part in value for leaf in _flat(part)]
    return [value]


def _checksums(variables: list[Any]) -> list[int] | None:
    """A checksum of each variable's values, None where they cannot be read or are too big."""
    return checksums([one for one in variables if is_variable(one)])


def is_variable(value: Any) -> bool:
    """Whether this is a trainable variable of TensorFlow or Keras."""
    return hasattr(value, "assign") and hasattr(value, "numpy") and bool(getattr(value, "trainable", False))


def checksums(variables: list[Any]) -> list[int] | None:
    """A checksum of each variable's values, None where they cannot be read or are too big."""
    tf: Any = sys.modules["tensorflow"]
    total, found = 0, []
    try:
        with tf.init_scope():
            for variable in variables:
                values = variable.numpy()
                total += values.nbytes
                if total > MOST_BYTES:
                    return None
                found.append(zlib.crc32(values.tobytes()))
    except Exception:  # made inside of the function that is being traced, or spread over replicas
        return None
    return found


def is_tensor(value: Any) -> bool:
    """Whether this is a tensor or an array."""
    return hasattr(value, "shape") and hasattr(value, "dtype")


def traced_arguments() -> list[list[Any]]:
    """The tensors that each tf.function which is being traced now was called with, the innermost function first."""
    found: list[list[Any]] = []
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        local = frame.f_locals if frame.f_code.co_name == "__call__" else {}
        if "kwds" in local and frame.f_code.co_filename.endswith("polymorphic_function.py"):
            found.append(_flat_arguments(local.get("self"), local.get("args", ()), local["kwds"]))
        frame = frame.f_back
    return found


def _flat_arguments(function: Any, args: Any, kwargs: dict[str, Any]) -> list[Any]:
    tf: Any = sys.modules["tensorflow"]
    if kwargs:
        try:
            names = list(inspect.signature(function._python_function).parameters)
            kwargs = {name: kwargs[name] for name in sorted(kwargs, key=names.index)}
        except (TypeError, ValueError, AttributeError):
            return []
    return [one for one in tf.nest.flatten([list(args), list(kwargs.values())]) if is_tensor(one)]
