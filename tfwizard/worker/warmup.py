"""What a standby worker does while it waits: the imports with which the script begins."""

from __future__ import annotations

import importlib.util
import os
import sys
import sysconfig
from typing import Any, Sequence

from tfwizard.language import _
from tfwizard.worker.resident import resident

#: Where the modules of the interpreter and of packages lie (names of sysconfig).
HOMES = ("stdlib", "platstdlib", "purelib", "platlib")


def warm_up(statements: Sequence[str]) -> str:
    """Execute the statements in their order, up to the first import of a module that is the user's own.

    Returns why this process must not be used for the script, "" where it may. An import that failed is one such reason:
    some packages cannot be imported a second time.
    """
    scope: dict[str, Any] = {"__name__": "__main__"}
    for statement in statements:
        try:
            if not all(is_library(root) for root in _roots(statement)):
                break
            exec(statement, scope)
        except BaseException as error:
            return f"{statement}: {type(error).__name__}: {error}"
    return _("its imports already take the GPU") if has_initialised_devices() and _sees_gpu() else ""


def _roots(statement: str) -> list[str]:
    import ast

    node = ast.parse(statement).body[0]
    if isinstance(node, ast.ImportFrom):
        return [str(node.module).split(".")[0]]
    return [alias.name.split(".")[0] for alias in node.names] if isinstance(node, ast.Import) else []


def is_library(root: str) -> bool:
    """Whether a module belongs to the interpreter or its site-packages, and not to the user."""
    try:
        spec = importlib.util.find_spec(root)
    except (ImportError, ValueError):
        return False
    if spec is None:
        return False
    if spec.origin in ("built-in", "frozen"):
        return True
    places = [os.path.realpath(place) for place in (spec.origin, *(spec.submodule_search_locations or ())) if place]
    homes = [os.path.realpath(home) + os.sep for home in {sysconfig.get_path(name) for name in HOMES} if home]
    return bool(places) and all(any(place.startswith(home) for home in homes) for place in places)


def packages_in() -> list[str]:
    """The folders that packages are installed to: they change when one is installed or removed."""
    found = {sysconfig.get_path(name) for name in ("purelib", "platlib")}
    return sorted(home for home in found if home and os.path.isdir(home))


def has_initialised_devices() -> bool:
    """Whether TensorFlow has set up its devices: on a machine with a GPU that takes all of its memory."""
    context: Any = getattr(sys.modules.get("tensorflow.python.eager.context"), "_context", None)
    return bool(getattr(context, "_initialized", False))


def _sees_gpu() -> bool:
    try:
        return bool(sys.modules["tensorflow"].config.list_physical_devices("GPU"))
    except Exception:  # whatever it cannot say, the run itself must be able to
        return True


def resident_mb() -> int | None:
    """The resident memory of this process, in MB; None where the system does not say."""
    now = resident()
    return now.all // 1_000_000 if now else None
