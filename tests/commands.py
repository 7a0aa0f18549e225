"""Our own commands, run as outside scripts run them."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Generous: the machine is shared.
TIMEOUT_S = 900


@dataclass(frozen=True)
class Ran:
    """A command of ours that ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(self.out)
        return loaded

    @property
    def open(self) -> dict[str, dict[str, Any]]:
        return {one["id"]: one for one in self.document["findings"] if one["status"] == "open"}

    @property
    def loud(self) -> set[str]:
        return {id for id, one in self.open.items() if one["severity"] != "advice"}


def tfwizard(*arguments: str, cwd: Path) -> Ran:
    """Run the real command, as outside scripts do."""
    done = subprocess.run(
        [sys.executable, "-m", "tfwizard", *arguments],
        cwd=cwd, capture_output=True, text=True, timeout=TIMEOUT_S, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr)
