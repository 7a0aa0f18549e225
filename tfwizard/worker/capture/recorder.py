"""Wraps public entry points and keeps the live objects of each call that the user's code makes."""

from __future__ import annotations

import functools
import inspect
import sys
import threading
import time
from dataclasses import dataclass, field, replace
from types import FrameType
from typing import Any, Callable

from tfwizard.facts import Argument, Call, Place
from tfwizard.language import _
from tfwizard.worker.capture.tapes import Tapes
from tfwizard.worker.places import place_in, user_frame

Listener = Callable[[str, Call], None]
Gate = Callable[["LiveCall"], None]
#: The training calls of a model.
TRAINING = ("fit", "fit_generator", "train_on_batch")
#: How often a thread that may not train now looks whether it may.
WAIT_S = 0.1


@dataclass
class LiveCall:
    """A captured call with its objects: `bound` holds every argument, `explicit` the names that the user wrote."""

    facts: Call
    bound: dict[str, Any]
    explicit: frozenset[str]
    tokenizers: tuple[str, ...] = ()
    result: Any = None
    error: BaseException | None = None
    #: Makes the call instead of the caller, where it is set: given the original, and its arguments.
    around: Callable[[Callable[..., Any], tuple[Any, ...], dict[str, Any]], Any] | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    #: Its objects are let go when it ends.
    passing: bool = False

    @property
    def owner(self) -> Any:
        """The object whose method was called."""
        return next(iter(self.bound.values()), None)


@dataclass
class Rejection:
    """An input that a layer of Keras refused: what it asks for (its `InputSpec`), the shapes it got, and the user's line."""

    spec: Any
    shapes: list[tuple[int | None, ...]]
    layer: str
    place: Place | None
    error: BaseException


class Recorder:
    """The captured calls of one run, in order. Library code that calls an entry point itself is not recorded."""

    def __init__(self, listener: Listener) -> None:
        self.calls: list[LiveCall] = []
        #: Objects that the user's code made (layers, metrics, callbacks, …) and where; kept by id, with the object itself.
        self.made: dict[int, tuple[Any, Place]] = {}
        #: Inputs that layers refused, and the lines that set `trainable` of a layer: by the layer's id.
        self.rejected: list[Rejection] = []
        self.set_trainable: dict[int, tuple[Any, bool, Place]] = {}
        #: The line at which TensorFlow set up its devices, once it has; None too where a library's import made it.
        self.devices_set_up: Place | None = None
        self.paused = False
        #: While the script trains under watch it may train many models on many data: of a call that begins now the facts are kept alone.
        self.passing = False
        #: While the script is held (or over), the ids of the threads that work for the wizard: no other one begins to train.
        self.at_work: set[int] = set()
        #: Makes the calls that a loop trains with, where one is watched: given the original, and its arguments.
        self.stepping: Callable[[Callable[..., Any], tuple[Any, ...], dict[str, Any]], Any] | None = None
        self.tapes = Tapes(lambda: self.paused)
        self._listener = listener
        self._inside = threading.local()
        self._lines: set[Any] = set()

    def named(self, *names: str) -> list[LiveCall]:
        """The calls of these entry points that have their objects, oldest first."""
        return [call for call in self.calls if call.facts.name in names and not call.passing]

    def patch(self, owner: Any, attribute: str, name: str, gate: Gate | None = None) -> None:
        """Replace `owner.attribute` by a wrapper that records; `gate` is called before the original."""
        # From the class dictionaries: reading the attribute would already bind a classmethod.
        homes = owner.__mro__ if isinstance(owner, type) else (owner,)
        raw = next((home.__dict__[attribute] for home in homes if attribute in home.__dict__), None)
        if raw is None or raw is object.__init__:
            return
        if isinstance(raw, classmethod):
            setattr(owner, attribute, classmethod(self.wrap(raw.__func__, name, gate)))
        elif callable(raw):
            setattr(owner, attribute, self.wrap(raw, name, gate))

    def patch_by_line(self, cls: type, attribute: str, name: str) -> None:
        """Record `cls.attribute` once a line of the user's code, and when it fails: for what runs thousands of times.

        Calls from within a recorded call count too: what the user's function does inside `map` is the user's.
        """
        original = cls.__dict__.get(attribute)
        if original is None:
            return
        signature = _signature(original)

        @functools.wraps(original)
        def recorded(*args: Any, **kwargs: Any) -> Any:
            if self.paused or getattr(self._inside, "by_line", False) or (frame := user_frame()) is None:
                return original(*args, **kwargs)
            line, call = (frame.f_code, frame.f_lasti, name), None
            if line not in self._lines:
                self._lines.add(line)
                call = self._begin_by_line(name, signature, frame, args, kwargs)
            self._inside.by_line = True
            try:
                result = original(*args, **kwargs)
                if call is not None:
                    call.result = result
                return result
            except BaseException as error:
                if call is None:
                    call = self._begin_by_line(name, signature, frame, args, kwargs)
                call.error = error
                raise
            finally:
                self._inside.by_line = False
                if call is not None:
                    self._end(call)

        recorded.autograph_info__ = {}  # type: ignore[attr-defined]
        setattr(cls, attribute, recorded)

    def _begin_by_line(self, name: str, signature: Any, frame: FrameType, args: Any, kwargs: Any) -> LiveCall:
        call = self._begin(name, signature, frame, args, kwargs)
        # Wrapper, then this: the caller is two frames further out. A library between is a partial or a collator.
        call.extra["direct"] = sys._getframe(2) is frame
        call.extra["tables"] = _tables(frame)
        return call

    def note_making(self, cls: type) -> None:
        """From now on, note where the user's code makes objects of `cls` and of its subclasses."""
        original = cls.__init__  # type: ignore[misc]

        @functools.wraps(original)
        def noted(made: Any, *args: Any, **kwargs: Any) -> None:
            if not (self.paused or self.passing or getattr(self._inside, "busy", False) or id(made) in self.made):
                frame = user_frame()
                # The __init__ of a class of the user's own is no place where such an object is made.
                while frame is not None and any(value is made for value in list(frame.f_locals.values())[:1]):
                    frame = user_frame(frame.f_back) if frame.f_back else None
                if frame is not None and (place := place_in(frame)) is not None:
                    self.made[id(made)] = (made, place)
            original(made, *args, **kwargs)

        # Keras 3 makes a layer's config from this, by getfullargspec, which does not look behind a wrapper.
        noted.__signature__ = inspect.signature(original)  # type: ignore[attr-defined]
        cls.__init__ = noted  # type: ignore[misc]

    def note_rejections(self, module: Any) -> None:
        """From now on, keep what `module.assert_input_compatibility` refuses, also while the recorder is paused."""
        original = module.assert_input_compatibility

        @functools.wraps(original)
        def asserted(input_spec: Any, inputs: Any, layer_name: str) -> Any:
            try:
                return original(input_spec, inputs, layer_name)
            except (ValueError, TypeError) as error:
                self.rejected.append(Rejection(input_spec, _shapes(inputs), layer_name, place_in(user_frame()), error))
                raise

        asserted.autograph_info__ = {}  # type: ignore[attr-defined]
        module.assert_input_compatibility = asserted

    def note_trainable(self, cls: Any) -> None:
        """From now on, keep the user's line that last set `trainable` of each layer."""
        given = cls.__dict__.get("trainable")
        if not isinstance(given, property) or given.fset is None:
            return
        setter = given.fset

        def noted(layer: Any, value: Any) -> None:
            if not self.paused and (frame := user_frame()) is not None and (place := place_in(frame)) is not None:
                self.set_trainable[id(layer)] = (layer, bool(value), place)
            setter(layer, value)

        cls.trainable = given.setter(noted)

    def where_made(self, made: Any) -> Place | None:
        """The user's line that made this object, None where a library (or a string) did."""
        return self.made[id(made)][1] if id(made) in self.made else None

    def wrap(self, original: Callable[..., Any], name: str, gate: Gate | None = None) -> Callable[..., Any]:
        """`original`, recorded under `name`."""
        signature, trains = _signature(original), name.rsplit(".", 1)[-1] in TRAINING

        @functools.wraps(original)
        def recorded(*args: Any, **kwargs: Any) -> Any:
            while trains and self.at_work and threading.get_ident() not in self.at_work:
                time.sleep(WAIT_S)
            if self.paused or getattr(self._inside, "busy", False):
                return original(*args, **kwargs)
            if self.stepping is not None and gate is not None:
                return self._step(original, args, kwargs)
            if (frame := user_frame()) is None:
                return original(*args, **kwargs)
            call = self._begin(name, signature, frame, args, kwargs)
            self._inside.busy = True
            try:
                if gate is not None:
                    gate(call)
                call.result = (
                    call.around(original, args, kwargs) if call.around is not None else original(*args, **kwargs)
                )
                return call.result
            except BaseException as error:
                call.error = error
                raise
            finally:
                self._inside.busy = False
                self._end(call)

        # AutoGraph would otherwise convert this wrapper when it meets it inside a tf.function.
        recorded.autograph_info__ = {}  # type: ignore[attr-defined]
        return recorded

    def _step(self, original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """One step of a loop that is watched: thousands of them are no captured calls."""
        assert self.stepping is not None
        self._inside.busy = True
        try:
            return self.stepping(original, args, kwargs)
        finally:
            self._inside.busy = False

    def _begin(
        self,
        name: str,
        signature: inspect.Signature | None,
        frame: FrameType,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> LiveCall:
        bound, explicit = _bind(signature, args, kwargs)
        shown = {
            key: Argument(short(value), key in explicit, type(value).__name__) for key, value in list(bound.items())[1:]
        }
        facts = Call(len(self.calls), name, place_in(frame), shown)
        call = LiveCall(
            facts, bound, explicit, _tokenizers(frame), extra={"started": time.monotonic()}, passing=self.passing
        )
        self.calls.append(call)
        self._listener("call", facts)
        return call

    def _end(self, call: LiveCall) -> None:
        seconds = time.monotonic() - call.extra["started"]
        call.facts = replace(call.facts, seconds=round(seconds, 3), failed=call.error is not None)
        self._listener("returned", call.facts)
        if call.passing:
            call.bound, call.result, call.error, call.around, call.extra = {}, None, None, None, {}


def _signature(function: Callable[..., Any]) -> inspect.Signature | None:
    try:
        return inspect.signature(function)
    except (TypeError, ValueError):
        return None


def _bind(
    signature: inspect.Signature | None, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[dict[str, Any], frozenset[str]]:
    """Every argument by name, defaults included, and the names that were written down (also those inside **kwargs)."""
    if signature is None:
        return {**{f"argument {n}": value for n, value in enumerate(args)}, **kwargs}, frozenset(kwargs)
    unknown: dict[str, Any] = {}
    try:
        bound = signature.bind(*args, **kwargs)
    except TypeError:  # the call is wrong; the original will say so itself
        unknown = {name: value for name, value in kwargs.items() if name not in signature.parameters}
        try:
            bound = signature.bind(*args, **{name: value for name, value in kwargs.items() if name not in unknown})
        except TypeError:
            return {**{f"argument {n}": value for n, value in enumerate(args)}, **kwargs}, frozenset(kwargs)
    explicit = set(bound.arguments)
    bound.apply_defaults()
    flat: dict[str, Any] = {}
    for name, value in bound.arguments.items():
        if signature.parameters[name].kind is inspect.Parameter.VAR_KEYWORD:
            flat.update(value)
            explicit.update(value)
            explicit.discard(name)
        else:
            flat[name] = value
    flat.update(unknown)
    return flat, frozenset({*explicit, *unknown})


def _shapes(inputs: Any) -> list[tuple[int | None, ...]]:
    """The shapes of the tensors in the inputs of a layer, None for a size that is not known yet."""
    if hasattr(inputs, "values"):
        inputs = list(inputs.values())
    found = []
    for one in inputs if isinstance(inputs, (list, tuple)) else [inputs]:
        try:
            found.append(tuple(None if size is None else int(size) for size in one.shape))
        except (AttributeError, TypeError, ValueError):  # no tensor, or one of unknown rank
            continue
    return found


def _tokenizers(frame: FrameType) -> tuple[str, ...]:
    """The names by which the calling code can reach a tokenizer, the innermost scope first."""
    scope = {**frame.f_globals, **frame.f_locals} if frame.f_locals is not frame.f_globals else frame.f_globals
    return tuple(name for name, value in list(scope.items()) if _is_tokenizer(value))


def _is_tokenizer(value: Any) -> bool:
    return any(base.__name__ == "PreTrainedTokenizerBase" for base in type(value).__mro__[1:])


def _tables(frame: FrameType) -> dict[str, Any]:
    """The tables of columns that the calling code can see by name: data frames and datasets."""
    scope = {**frame.f_globals, **frame.f_locals} if frame.f_locals is not frame.f_globals else frame.f_globals
    return {
        name: value
        for name, value in list(scope.items())
        if type(value).__name__ in ("DataFrame", "Dataset", "DatasetDict")
    }


def short(value: Any, limit: int = 120) -> str:
    """A value in a few characters. Never the repr of a big object: that may be slow, huge, or raise."""
    try:
        return _short(value, limit)
    except Exception:  # the script's own objects may answer the plainest question with any exception
        return type(value).__name__


def _short(value: Any, limit: int) -> str:
    if value is None or isinstance(value, (bool, int, float, complex)):
        return repr(value)
    if isinstance(value, (str, bytes)):
        text = repr(value[:limit])
        return text if len(value) <= limit else text[:-1] + "…" + text[-1]
    if (
        isinstance(value, (list, tuple))
        and len(value) <= 12
        and all(isinstance(item, (str, int, float, bool)) for item in value)
    ):
        return repr(value)[:limit]
    shape = getattr(value, "shape", None)
    kind = type(value).__name__
    if callable(value) and hasattr(value, "__name__"):
        return str(value.__name__)
    if shape is not None:
        return f"{kind}{tuple(shape) if isinstance(shape, tuple) else ''}"
    if isinstance(value, (list, tuple, dict, set)):
        return _("{type} of {n}", type=kind, n=len(value))
    return kind
