"""One case: a script with a fault, or a sound one, and what tfwizard has to say of it.

A case is a folder with train.py (and what it needs) and expect.json:
  must    ids that `check` has to find
  may     ids that it may find too; any other error or warning is a false alarm
  fixed   ids that `fix` has to end as resolved
  why     the fault, and what is seen when the script is run
A sound script has an empty "must".
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commands import tfwizard

HERE = Path(__file__).resolve().parent
#: Not part of a case: outside of it nobody may know what is wrong.
HIDDEN = ("expect.json", "__pycache__")


@dataclass(frozen=True)
class Result:
    """How one case went. `false` are errors and warnings that nobody expected."""

    name: str
    seconds: float
    said: tuple[str, ...]
    missed: tuple[str, ...] = ()
    false: tuple[str, ...] = ()
    not_fixed: tuple[str, ...] = ()
    failed: str = ""

    @property
    def right(self) -> bool:
        return not (self.missed or self.false or self.not_fixed or self.failed)

    def __str__(self) -> str:
        parts = [f"{label}: {', '.join(ids)}" for label, ids in (
            ("missed", self.missed), ("false alarm", self.false), ("not fixed", self.not_fixed), ("said", self.said),
        ) if ids]  # fmt: skip
        parts += [self.failed] if self.failed else []
        return f"{'ok  ' if self.right else 'FAIL'} {self.name:42} {self.seconds:6.1f} s  {'; '.join(parts)}"


def names() -> list[str]:
    """All the cases."""
    return sorted(path.parent.name for path in HERE.glob("*/expect.json"))


def expected(name: str) -> dict[str, Any]:
    """What expect.json says."""
    loaded: dict[str, Any] = json.loads((HERE / name / "expect.json").read_text(encoding="utf-8"))
    return loaded


def examine(name: str, fix: bool = False) -> Result:
    """Run `check` on a copy of the case, and `fix` where it is asked for and expected to work."""
    expect, started = expected(name), time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / name
        shutil.copytree(HERE / name, folder, ignore=shutil.ignore_patterns(*HIDDEN))
        if "../assets" in (folder / "train.py").read_text(encoding="utf-8"):
            (Path(scratch) / "assets").symlink_to(assets())
        ran = tfwizard("check", "train.py", "--json", cwd=folder)
        try:
            said, loud = tuple(ran.open), ran.loud
        except ValueError:
            last = [*ran.err.strip().splitlines(), "it printed nothing"][-1]
            return Result(name, time.monotonic() - started, (), failed=f"exit {ran.code}, no JSON: {last}")
        missed = tuple(id for id in expect["must"] if id not in said)
        false = tuple(sorted(loud - set(expect["must"]) - set(expect["may"])))
        left = tuple(_not_fixed(folder, expect["fixed"])) if fix and expect["fixed"] else ()
    return Result(name, time.monotonic() - started, said, missed, false, left)


def _not_fixed(folder: Path, wanted: Sequence[str]) -> Iterator[str]:
    ran = tfwizard("fix", "train.py", "--json", cwd=folder)
    try:
        ended = {one["id"]: one["status"] for one in ran.document["findings"]}
    except ValueError:
        ended = {}
    return (id for id in wanted if ended.get(id) != "resolved")


_making = threading.Lock()


def assets() -> Path:
    """The data and the checkpoints that cases share, made once a process."""
    with _making:
        return _made_assets()


@functools.cache
def _made_assets() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="tfwizard-assets-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    subprocess.run([sys.executable, HERE / "make_assets.py", folder], check=True, stdout=subprocess.DEVNULL)
    return folder


def no_hub() -> None:
    """No case may reach for a hub."""
    os.environ["HF_HUB_OFFLINE"] = "1"
