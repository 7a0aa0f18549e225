"""What a piece of the user's code can reach: whether it may be run in rehearsal, as far as reading it tells."""

from __future__ import annotations

import contextlib
import copy
import dis
import inspect
import io
import logging
import sys
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any, Iterator

from tfwizard.worker.places import is_user_file

#: Modules whose writing can be taken elsewhere, or that do not write. Whatever else is reached may send or store anything.
KNOWN = frozenset((
    "builtins", "__future__", "abc", "collections", "copy", "csv", "dataclasses", "datetime", "enum", "functools",
    "gc", "io", "itertools", "json", "logging", "math", "operator", "os", "posixpath", "genericpath", "pathlib",
    "pickle", "random", "re", "statistics", "string", "sys", "time", "types", "typing", "warnings", "numpy", "pandas",
    "scipy", "sklearn", "matplotlib", "tensorflow", "keras", "tf_keras", "transformers", "seqeval", "tqdm",
))  # fmt: skip
#: Names of what writes or sends out of sight of Python, in those modules.
OUTSIDE = frozenset((
    "gfile", "write_file", "save_model", "saved_model", "Checkpoint", "CheckpointManager", "SummaryWriter",
    "create_file_writer", "TFRecordWriter", "export_saved_model", "push_to_hub", "PushToHubCallback", "to_parquet",
    "to_feather", "to_hdf", "to_sql", "exec", "eval", "__import__", "input", "_exit", "abort", "kill", "memmap",
    "tofile",
))  # fmt: skip
#: How deep the objects are followed.
DEEPEST = 4
#: Of a container, so many values are looked at.
MOST_PARTS = 100


def reach_of(callback: Any) -> Reach:
    """What a callback's own code can reach: its class's methods, what it holds, and the globals that these name."""
    reading = _Reading()
    why = reading.first([*vars(callback).values(), *methods_of(type(callback))], 0)
    return Reach(why, [vars(callback), *reading.changeable])


class Reach:
    """`why` the code may act on the outside, None where all that it reaches is known; and what it could change in memory."""

    def __init__(self, why: str | None, changeable: list[Any]) -> None:
        self.why, self._changeable = why, changeable

    @contextlib.contextmanager
    def restored(self) -> Iterator[None]:
        """Give lists, dicts, sets and the attributes of objects their content back at the end."""
        before = [copy.copy(one) for one in self._changeable]
        try:
            yield
        finally:
            for one, old in zip(self._changeable, before):
                one.clear()
                one.extend(old) if isinstance(one, list) else one.update(old)


def methods_of(cls: type) -> list[FunctionType]:
    """The methods that the user wrote."""
    found = [
        inspect.unwrap(getattr(one, "__func__", one))
        for each in cls.__mro__
        for one in vars(each).values()
        if callable(getattr(one, "__func__", one))
    ]
    return [one for one in found if isinstance(one, FunctionType) and is_user_file(one.__code__.co_filename)]


class _Reading:
    def __init__(self) -> None:
        self._seen: set[int] = set()
        self.changeable: list[Any] = []

    def object(self, value: Any, depth: int) -> str | None:
        if id(value) in self._seen or isinstance(value, (str, bytes, int, float, complex, type(None))):
            return None
        self._seen.add(id(value))
        if isinstance(value, ModuleType):
            root = value.__name__.split(".")[0]
            return None if root in KNOWN else f"it uses {root}"
        if isinstance(value, MethodType):
            return self.object(value.__self__, depth) or self.object(value.__func__, depth)
        if isinstance(value, FunctionType) and is_user_file(value.__code__.co_filename):
            return self._function(value, depth)
        if isinstance(value, BuiltinFunctionType):
            return self.object(value.__self__, depth) if value.__self__ is not None else None
        if isinstance(value, (list, tuple, set, frozenset, dict)):
            if isinstance(value, (list, dict, set)):
                self.changeable.append(value)
            parts = list(value.values()) if isinstance(value, dict) else list(value)
            return self.first(parts[:MOST_PARTS], depth + 1)
        return self._instance(value, depth)

    def _instance(self, value: Any, depth: int) -> str | None:
        cls = value if isinstance(value, type) else type(value)
        if isinstance(value, logging.Logger):
            handlers = list(value.handlers)
            while value is not None and value.propagate and (value := value.parent) is not None:
                handlers += value.handlers
            # absl's and Keras' own handlers write to stderr.
            return (
                "it logs to a file"
                if any(
                    isinstance(one, logging.FileHandler) or type(one).__module__ == "logging.handlers"
                    for one in handlers
                )
                else None
            )
        if isinstance(value, io.IOBase):
            return None if value in (sys.stdout, sys.stderr) or not value.writable() else "it writes to an open file"
        if cls.__module__ == "_csv" or cls.__name__ in OUTSIDE or cls.__name__.endswith("SummaryWriter"):
            return f"it writes through a {cls.__name__}"
        own = getattr(sys.modules.get(cls.__module__), "__file__", None)
        if own is not None and is_user_file(own):
            if depth > DEEPEST:
                return "it reaches far"
            held = []
            if not isinstance(value, type) and hasattr(value, "__dict__"):
                held = list(vars(value).values())
                if not any(base.__module__.split(".")[0] in ("keras", "tf_keras") for base in cls.__mro__):
                    self.changeable.append(vars(value))
            return self.first([*held, *methods_of(cls)], depth + 1)
        root = cls.__module__.split(".")[0]
        return None if root in KNOWN else f"it uses {root}"

    def _function(self, function: FunctionType, depth: int) -> str | None:
        if depth > DEEPEST:
            return "it reaches far"
        cells = [cell.cell_contents for cell in function.__closure__ or () if _filled(cell)]
        reached: list[Any] = [*cells, *(function.__defaults__ or ())]
        for code in codes_in(function.__code__):
            if wrong := OUTSIDE.intersection(code.co_names):
                return f"it uses {min(wrong)}"
            for one in dis.get_instructions(code):
                if one.opname == "STORE_GLOBAL":  # what is bound anew cannot be put back
                    return f"it sets the global name {one.argval}"
                if one.opname == "IMPORT_NAME" and str(one.argval).split(".")[0] not in KNOWN:
                    return f"it uses {one.argval}"
            reached += [function.__globals__[name] for name in code.co_names if name in function.__globals__]
        return self.first(reached, depth + 1)

    def first(self, values: list[Any], depth: int) -> str | None:
        return next((why for one in values if (why := self.object(one, depth)) is not None), None)


def _filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:  # a name that is bound later
        return False


def codes_in(code: CodeType) -> Iterator[CodeType]:
    """A function's code, and that of the functions within it."""
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from codes_in(one)
