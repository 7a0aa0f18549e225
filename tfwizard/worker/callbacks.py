"""Callbacks, rehearsed on one batch: what an epoch logs, what is watched, what can be saved."""

from __future__ import annotations

import copy
import difflib
import errno
import linecache
import os
import re
import string
import tempfile
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import CodeType
from typing import Any, Iterator

from tfwizard.facts import ErrorFacts, MonitorFacts, SavingFacts
from tfwizard.language import _
from tfwizard.worker.case import Blocked, Case
from tfwizard.worker.errors import error_facts
from tfwizard.worker.model import keras_package
from tfwizard.worker.places import is_user_file, place_of
from tfwizard.worker.reach import methods_of
from tfwizard.worker.state import weights_restored

WATCHERS = ("EarlyStopping", "ReduceLROnPlateau", "ModelCheckpoint")
#: Models up to this size are saved once, to a temporary file.
MOST_BYTES = 50e6
#: Endings of files that people give to checkpoints.
ENDINGS = (".weights.h5", ".h5", ".hdf5", ".keras", ".ckpt", ".tf", ".model", ".hdf", ".pb", ".weights")


@dataclass
class Logs:
    """The names that one epoch logs. `open` when a callback of the user's may add names that cannot be known."""

    names: set[str] = field(default_factory=set)
    said: set[str] = field(default_factory=set)
    open: bool = False


def callbacks_of(case: Case) -> list[Any]:
    """The callbacks given to the held `fit`."""
    given = case.training.bound.get("callbacks")
    if given is None:
        return []
    inner = getattr(given, "callbacks", given)
    return list(inner) if isinstance(inner, (list, tuple)) else [inner]


def _is(callback: Any, *names: str) -> bool:
    return any(
        base.__name__ in names and base.__module__.split(".")[0] in ("keras", "tf_keras")
        for base in type(callback).__mro__
    )


def has_own_code(callback: Any) -> bool:
    """Whether the user wrote a method of this callback, beside what makes it. Such code is run contained, or not at all."""
    return any(method.__name__ != "__init__" for method in methods_of(type(callback)))


# --- what an epoch logs --------------------------------------------------------------------------------------------------


class _NoSteps:
    """Stands in for the optimizer of a train_step that the user wrote: nothing moves."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def minimize(self, *_: Any, **__: Any) -> None:
        """As Keras 2 calls it."""

    apply = apply_gradients = minimize

    def scale_loss(self, loss: Any) -> Any:
        """As Keras 3 calls it before the gradients."""
        return loss


@contextmanager
def metrics_reset(live: Any) -> Iterator[None]:
    """Begin the model's metrics anew at the end."""
    try:
        yield
    finally:
        for metric in getattr(live, "metrics", ()):
            getattr(metric, "reset_state", lambda: None)()


def logged(case: Case) -> Logs:
    """The names in the logs at the end of an epoch: a step on one batch gives them."""
    live, bound = case.model.object, case.training.bound
    batch = case.batch
    logs = Logs()
    with metrics_reset(live), weights_restored(live):
        try:
            tested = set(live.test_step(batch.element()))
            trained = tested
            if case.model.own_step:
                # A step of the user's own may have several optimizers: a generator's and a discriminator's.
                optimizers = {name: one for name, one in vars(live).items() if hasattr(one, "apply_gradients")}
                optimizers["optimizer"] = live.optimizer
                try:
                    for name, one in optimizers.items():
                        setattr(live, name, _NoSteps(one))
                    trained = set(live.train_step(batch.element()))
                finally:
                    for name, one in optimizers.items():
                        setattr(live, name, one)
        except Exception as error:
            raise Blocked(_("A step on one batch fails; what is logged is not known."), "batch") from error
    logs.names |= trained
    if bound.get("validation_data") is not None or bound.get("validation_split"):
        logs.names |= {f"val_{name}" for name in tested}
    for callback in callbacks_of(case):
        if _is(callback, "ReduceLROnPlateau", "LearningRateScheduler"):
            logs.names |= {"lr", "learning_rate"}
        elif type(callback).__module__.split(".")[0] not in ("keras", "tf_keras") or own_functions(callback):
            said, writes = words_of(callback)
            logs.said |= said
            logs.open |= writes
    return logs


def own_functions(callback: Any) -> list[Any]:
    """Functions of the user's inside a callback of Keras: LambdaCallback has such."""
    return [
        one
        for one in vars(callback).values()
        if is_user_file(getattr(getattr(one, "__code__", None), "co_filename", "<"))
    ]


def words_of(callback: Any) -> tuple[set[str], bool]:
    """The strings in the callback's code, and whether that code writes into a dict at all."""
    classes = [
        base
        for base in type(callback).__mro__
        if base.__module__.split(".")[0] not in ("keras", "tf_keras", "builtins")
    ]
    functions = [one for cls in classes for one in vars(cls).values()] + own_functions(callback)
    codes = [one.__code__ for one in functions if hasattr(one, "__code__")]
    words: set[str] = set()
    writes = False
    while codes:
        code = codes.pop()
        codes += [one for one in code.co_consts if isinstance(one, CodeType)]
        words |= {one for one in code.co_consts if isinstance(one, str)}
        writes = writes or ("logs" in code.co_varnames and ("update" in code.co_names or _stores(code)))
    return words, writes


def _stores(code: CodeType) -> bool:
    import dis

    return any(one.opname == "STORE_SUBSCR" for one in dis.get_instructions(code))


# --- what is watched -----------------------------------------------------------------------------------------------------


def monitors(case: Case, logs: Logs) -> tuple[MonitorFacts, ...]:
    """The callbacks that watch a name which will not be logged."""
    found = []
    for callback in callbacks_of(case):
        name = getattr(callback, "monitor", None)
        if not isinstance(name, str) or not _is(callback, *WATCHERS) or name in logs.names:
            continue
        if _is(callback, "ModelCheckpoint") and not callback.save_best_only:
            continue
        if name in logs.said or name.replace("val_", "", 1) in logs.said or logs.open:
            continue
        found.append(
            MonitorFacts(
                type(callback).__name__, name, case.recorder.where_made(callback), _nearest(name, logs.names, callback),
                _raises(case, callback, logs),
            )
        )  # fmt: skip
    return tuple(found)


def _nearest(name: str, names: set[str], callback: Any) -> str | None:
    """The name that was meant: the same metric where there is one, else the loss for a callback that wants a small value."""
    usable = sorted(names - {"lr", "learning_rate"})
    core = name[4:] if name.startswith("val_") else name
    same_side = [one for one in usable if one.startswith("val_") == name.startswith("val_")]
    for side in (same_side, usable):
        cores = {one[4:] if one.startswith("val_") else one: one for one in side}
        if core in cores:
            return cores[core]
        inside = [one for one in cores if one != "loss" and (core in one or one in core)]
        near = difflib.get_close_matches(core, [one for one in cores if one != "loss"], 1, 0.6)
        if inside or near:
            return cores[min(inside, key=len) if inside else near[0]]
    if getattr(callback, "mode", "auto") == "max":
        return None
    return next((one for one in ("val_loss", "loss") if one in names), None)


def _raises(case: Case, callback: Any, logs: Logs) -> ErrorFacts | None:
    """What a copy of the callback raises at the end of an epoch that logs these names."""
    if has_own_code(callback):
        return None
    tried = copy.copy(callback)
    values = dict.fromkeys(sorted(logs.names), 0.5)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tried.set_model(case.model.object)
            if _is(tried, "ModelCheckpoint"):
                getattr(tried, "_set_monitor_op", lambda: None)()
            else:
                tried.on_train_begin({})
                tried.on_epoch_end(0, values)
    except Exception as error:
        return error_facts(error)
    return None


# --- what is saved -------------------------------------------------------------------------------------------------------


def unsaved(case: Case, logs: Logs) -> tuple[SavingFacts, ...]:
    """The checkpoint callbacks that fail when they save, tried on a temporary folder."""
    found = []
    for callback in callbacks_of(case):
        if not _is(callback, "ModelCheckpoint") or has_own_code(callback) or _too_big(case, callback):
            continue
        path = str(callback.filepath)
        error = _save(case, callback, path, logs)
        if error is None:
            continue
        argument, value = "", ""
        for argument, value in _alternatives(callback, path, logs):
            changed = copy.copy(callback)
            if argument == "save_weights_only":
                changed.save_weights_only = True
            if _save(case, changed, value if argument == "filepath" else path, logs) is None:
                break
        else:
            argument = ""
        where = case.recorder.where_made(callback)
        found.append(
            SavingFacts(
                type(callback).__name__, path, error_facts(error), bool(callback.save_weights_only), where,
                argument or None, value, _literal(where, path),
            )
        )  # fmt: skip
    return tuple(found)


#: Callbacks of Keras that write, the attribute with their path, and the hook in which they first do.
WRITERS = {
    "CSVLogger": ("filename", "on_train_begin"),
    "TensorBoard": ("log_dir", "on_train_begin"),
    "BackupAndRestore": ("backup_dir", "on_epoch_end"),
    "ModelCheckpoint": ("filepath", "on_epoch_end"),
}


def unwritable(case: Case) -> tuple[SavingFacts, ...]:
    """The callbacks of Keras whose path cannot be written to: nothing is tried, the folders are looked at."""
    found = []
    for callback in callbacks_of(case):
        for name, (attribute, hook) in WRITERS.items():
            given = getattr(callback, attribute, None)
            if not _is(callback, name) or not isinstance(given, (str, os.PathLike)) or "://" in str(given):
                continue
            path = str(given)
            if name == "TensorBoard" and (no_board := _no_board(case)) is not None:
                where = case.recorder.where_made(callback)
                found.append(SavingFacts(name, path, error_facts(no_board), where=where, hook="on_epoch_end"))
                continue
            # Keras makes the folders of the others.
            folder = missing_folder(path, makes=name != "CSVLogger")
            if folder and "{" not in folder:
                code = errno.ENOENT if not os.path.exists(folder) else errno.EACCES
                code = errno.ENOTDIR if os.path.isfile(folder) else code
                error = error_facts(OSError(code, os.strerror(code), folder))
                where = case.recorder.where_made(callback)
                found.append(SavingFacts(name, path, error, where=where, hook=hook, folder=folder))
    return tuple(found)


def _no_board(case: Case) -> Exception | None:
    """What this TensorFlow raises when a summary is written: it needs the tensorboard package."""
    try:
        case.tf.summary.scalar("tfwizard", 0.0, step=0)  # without a writer nothing is written
    except Exception as error:
        return error
    return None


def missing_folder(path: str, makes: bool = False) -> str:
    """The folder that a path needs and that is not there, or cannot be written to; "" where all is well.

    With `makes` the folders of the path are made when it is written to: the first that is there counts.
    """
    folder = os.path.dirname(os.path.abspath(path))
    while makes and not os.path.exists(folder):
        folder = os.path.dirname(folder)
    return "" if os.path.isdir(folder) and os.access(folder, os.W_OK) else folder


def _too_big(case: Case, callback: Any) -> bool:
    """Whether saving would take long: a big model, or tf_keras' folder format, which traces every function."""
    if sum(4 * size_of(weight) for weight in case.model.object.weights) > MOST_BYTES:
        return True
    ending = os.path.splitext(str(callback.filepath))[1]
    return (
        keras_package(callback) == "tf_keras"
        and not callback.save_weights_only
        and ending not in (".h5", ".hdf5", ".keras")
    )


def size_of(weight: Any) -> int:
    """The number of values in a weight."""
    size = 1
    for one in weight.shape:
        size *= int(one)
    return size


def _save(case: Case, callback: Any, path: str, logs: Logs) -> Exception | None:
    tried = copy.copy(callback)
    tried.monitor, tried.save_best_only, tried.save_freq, tried.verbose = "loss", False, "epoch", 0
    folder = os.path.dirname(path)
    with tempfile.TemporaryDirectory() as own, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        missing = bool(folder) and "{" not in folder and not os.path.isdir(folder)
        tried.filepath = os.path.join(own, *(["missing"] if missing else []), os.path.basename(path))
        try:
            tried.set_model(case.model.object)
            tried.on_epoch_begin(0, {})
            tried.on_epoch_end(0, dict.fromkeys(sorted({*logs.names, *logs.said}), 0.5))
        except Exception as error:
            return error
    return None


def _alternatives(callback: Any, path: str, logs: Logs) -> Iterator[tuple[str, str]]:
    """Other arguments that may save: right names in the path, weights alone, another ending."""
    renamed = path
    for _unused, name, *_rest in string.Formatter().parse(path):
        if name and name not in {*logs.names, "epoch", "batch"}:
            renamed = re.sub(
                r"\{" + re.escape(name) + r"(?=[:}])", "{" + (_nearest(name, logs.names, callback) or name), renamed
            )
    if renamed != path:
        yield "filepath", renamed
    yield "filepath", _with_ending(path, bool(callback.save_weights_only))
    if not callback.save_weights_only:
        yield "save_weights_only", "True"


def _with_ending(path: str, weights_only: bool) -> str:
    ending = next((one for one in ENDINGS if path.endswith(one)), "")
    return path[: len(path) - len(ending)] + (".weights.h5" if weights_only else ".keras")


def _literal(where: Any, path: str) -> bool:
    """Whether the path stands in the source as a string of its own, not put together."""
    text = "".join(linecache.getlines(where.file)) if where is not None else ""
    return any(quote + path + quote in text and "f" + quote + path + quote not in text for quote in ("'", '"'))


def refused(case: Case) -> tuple[SavingFacts, ...]:
    """A checkpoint callback that could not even be made with this path, and can be with another one."""
    trace = case.error.__traceback__ if case.error is not None else None
    where = None
    while trace is not None:
        frame = trace.tb_frame
        if is_user_file(frame.f_code.co_filename):
            where = place_of(frame.f_code.co_filename, trace.tb_lineno, frame.f_code.co_name)
        made: Any = frame.f_locals.get("self")
        path: Any = frame.f_locals.get("filepath")
        if frame.f_code.co_name == "__init__" and path is not None and _is(made, "ModelCheckpoint"):
            weights_only = bool(frame.f_locals.get("save_weights_only"))
            fixed = _with_ending(str(path), weights_only)
            try:
                type(made)(fixed, save_weights_only=weights_only)
            except Exception:
                return ()
            place = case.recorder.where_made(made) or where
            assert case.error is not None
            return (
                SavingFacts(
                    type(made).__name__, str(path), error_facts(case.error), weights_only, place, "filepath", fixed,
                    _literal(place, str(path)), False,
                ),
            )  # fmt: skip
        trace = trace.tb_next
    return ()
