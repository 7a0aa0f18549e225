"""What is installed, read from the packages' metadata and files: nothing of it is imported."""

from __future__ import annotations

import ast
import contextlib
import email.parser
import json
import os
import platform
import re
import sys
from importlib import metadata
from typing import Any, Iterable, Iterator

from tfwizard.facts import Distribution, TensorFlowBuild

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")
#: A line of a wheel's WHEEL file that says which interpreters it is for.
_TAG = re.compile(r"^Tag: (cp\d+)-(?!abi3)", re.MULTILINE)


def normal(name: str) -> str:
    """A package's name as packages are compared by it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def distributions() -> tuple[list[Distribution], list[Distribution]]:
    """The packages that an import finds, by name; and those of the same names that lie behind them in the search path."""
    found: dict[str, Distribution] = {}
    hidden: list[Distribution] = []
    for one in metadata.distributions():
        read = _read(one)
        if read is None:
            continue
        first = found.setdefault(read.name, read)
        if first is not read and (first.version, first.folder) != (read.version, read.folder):
            hidden.append(read)
    return [found[name] for name in sorted(found)], hidden


def _read(one: metadata.Distribution) -> Distribution | None:
    """A package by its metadata; None for what is left of one that was not removed properly."""
    try:
        text = one.read_text("METADATA") or one.read_text("PKG-INFO") or ""
        # The description behind the headers is long, and nobody wants it.
        headers = email.parser.HeaderParser().parsestr(re.split(r"\r?\n\r?\n", text, maxsplit=1)[0])
        name, version = headers["Name"], headers["Version"]
        if not name or not version:
            return None
        requires = headers.get_all("Requires-Dist") or one.requires or ()
        tags = tuple(sorted(set(_TAG.findall(one.read_text("WHEEL") or ""))))
        folder = str(one.locate_file(""))
        return Distribution(normal(name), version, tuple(requires), headers["Requires-Python"] or "", tags, folder)
    except Exception:  # foreign files: what cannot be read is not there
        return None


def needed_by(roots: Iterable[str], there: Iterable[Distribution]) -> list[Distribution]:
    """The packages of these names, and what they ask for, and so on: as far as that is installed."""
    by_name = {one.name: one for one in there}
    kept: dict[str, Distribution] = {}
    wanted = [normal(name) for name in roots]
    while wanted:
        one = by_name.get(wanted.pop())
        if one is None or one.name in kept:
            continue
        kept[one.name] = one
        wanted += [normal(named.group()) for line in one.requires if (named := _NAME.match(line.strip()))]
    return list(kept.values())


def markers() -> dict[str, str]:
    """What the conditions of requirements ask of an interpreter (PEP 508)."""
    implementation = sys.implementation.version
    level = implementation.releaselevel
    suffix = "" if level == "final" else f"{level[0]}{implementation.serial}"
    return {
        "implementation_name": sys.implementation.name,
        "implementation_version": f"{implementation.major}.{implementation.minor}.{implementation.micro}{suffix}",
        "os_name": os.name,
        "platform_machine": platform.machine(),
        "platform_release": platform.release(),
        "platform_system": platform.system(),
        "platform_version": platform.version(),
        "python_full_version": platform.python_version(),
        "platform_python_implementation": platform.python_implementation(),
        "python_version": ".".join(platform.python_version_tuple()[:2]),
        "sys_platform": sys.platform,
    }


def tensorflow_build(folders: Iterable[str]) -> TensorFlowBuild | None:
    """What the TensorFlow in the first of these folders that has one was built for. Its file is read, not run."""
    for folder in folders:
        path = os.path.join(folder, "tensorflow", "python", "platform", "build_info.py")
        with contextlib.suppress(OSError, SyntaxError, ValueError), open(path, encoding="utf-8") as file:
            said = dict(_pairs(ast.parse(file.read())))
            capabilities = said.get("cuda_compute_capabilities", ())
            return TensorFlowBuild(
                bool(said.get("is_cuda_build")),
                str(said.get("cuda_version", "")),
                str(said.get("cudnn_version", "")),
                tuple(str(one) for one in capabilities) if isinstance(capabilities, (list, tuple)) else (),
            )
    return None


def _pairs(tree: ast.Module) -> Iterator[tuple[str, Any]]:
    """The names and values in `build_info = OrderedDict([(name, value), …])`, or in a dict in its place."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(
            isinstance(one, ast.Name) and one.id == "build_info" for one in node.targets
        ):
            value = node.value.args[0] if isinstance(node.value, ast.Call) and node.value.args else node.value
            literal = ast.literal_eval(value)
            yield from literal.items() if isinstance(literal, dict) else literal


def keras_backend() -> str:
    """The backend that Keras 3's own configuration file names, "" where it names none."""
    home = os.environ.get("KERAS_HOME") or os.path.join(os.path.expanduser("~"), ".keras")
    with contextlib.suppress(OSError, ValueError), open(os.path.join(home, "keras.json"), encoding="utf-8") as file:
        said = json.load(file)
        return str(said.get("backend", "")) if isinstance(said, dict) else ""
    return ""
