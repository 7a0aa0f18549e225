"""Where the loader of this machine finds the libraries of CUDA that a TensorFlow loads by name."""

from __future__ import annotations

import ctypes
import glob
import os
from typing import Iterable, Iterator

from tfwizard.facts import SharedLibrary, TensorFlowBuild


def cuda_libraries(build: TensorFlowBuild, folders: Iterable[str]) -> Iterator[SharedLibrary]:
    """The libraries that this build asks for, looked for as TensorFlow does: LD_LIBRARY_PATH, its own packages, the system."""
    own = [one for folder in folders for one in glob.glob(os.path.join(glob.escape(folder), "nvidia", "*", "lib"))]
    first = [one for one in os.environ.get("LD_LIBRARY_PATH", "").split(":") if one]
    for name in names(build):
        ahead, packaged = _in(first, name), _in(own, name)
        yield SharedLibrary(name, ahead or packaged or _of_the_system(name), packaged if ahead and packaged else "")


def names(build: TensorFlowBuild) -> list[str]:
    """The names under which the loader is asked for them; none where the build does not tell its versions."""
    cuda, cudnn = build.cuda_version.split(".")[0], build.cudnn_version.split(".")[0]
    found = [f"libcudart.so.{cuda}", f"libcublas.so.{cuda}"] if cuda.isdigit() else []
    return [*found, f"libcudnn.so.{cudnn}"] if cudnn.isdigit() else found


def _in(folders: Iterable[str], name: str) -> str:
    """The file itself, whose name says its whole version where the link's does not."""
    paths = (os.path.join(folder, name) for folder in folders)
    return next((os.path.realpath(path) for path in paths if os.path.exists(path)), "")


def _of_the_system(name: str) -> str:
    try:
        ctypes.CDLL(name)
    except OSError:
        return ""
    return name
