"""The interpreter and the library versions, without importing any of them."""

from __future__ import annotations

import platform
import sys
from importlib import metadata

from tfwizard.facts import Environment

PACKAGES = (
    "tensorflow",
    "tf-keras",
    "keras",
    "transformers",
    "datasets",
    "tokenizers",
    "safetensors",
    "numpy",
    "pyarrow",
    "protobuf",
)


def environment() -> Environment:
    """The environment of this process."""
    versions = {name: version for name in PACKAGES if (version := _version(name))}
    return Environment(platform.python_version(), sys.executable, platform.platform(), versions)


def _version(name: str) -> str | None:
    for candidate in (name, f"{name}-cpu", f"{name}-intel") if name == "tensorflow" else (name,):
        try:
            return metadata.version(candidate)
        except metadata.PackageNotFoundError:
            continue
    return None
