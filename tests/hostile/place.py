"""Where one hostile script runs: folders of its own, and a mark by which all its processes are known."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import TIMEOUT_S, Ran

SCRIPTS = Path(__file__).parent / "scripts"
MARK = "TFWIZARD_TEST_MARK"
#: The program as it is installed: `python -m tfwizard` would look for modules in the script's folder.
PROGRAM = str(Path(sys.executable).parent / "tfwizard")


class Place:
    """A folder for the script, one for temporary files, and one for sessions."""

    def __init__(self, root: Path) -> None:
        self.work, self.temporary, self.state = root / "work", root / "tmp", root / "state"
        for folder in (self.work, self.temporary, self.state):
            folder.mkdir()
        self.mark = uuid.uuid4().hex
        self.environment = {MARK: self.mark, "TMPDIR": str(self.temporary), "XDG_STATE_HOME": str(self.state)}

    def put(self, name: str) -> str:
        """Copy one of the scripts here, as train.py."""
        (self.work / "train.py").write_bytes((SCRIPTS / f"{name}.py").read_bytes())
        return "train.py"

    def run(self, *arguments: str, before: Callable[[], Any] | None = None, **environment: str) -> Ran:
        """Run the program as a person would in the script's folder; `before` is called in its process."""
        done = subprocess.run(
            [PROGRAM, *arguments], cwd=self.work, env={**os.environ, **self.environment, **environment},
            capture_output=True, timeout=TIMEOUT_S, stdin=subprocess.DEVNULL, check=False, preexec_fn=before,
        )  # fmt: skip
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def processes(self) -> dict[int, str]:
        """What runs of all that was begun here: whoever's child it is, in whatever session."""
        found = {}
        for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
            try:
                environ = Path(f"/proc/{pid}/environ").read_bytes()
                state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
                if f"{MARK}={self.mark}".encode() in environ.split(b"\0") and state not in "ZX":
                    found[pid] = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue  # gone meanwhile
        return found

    def is_left_clean(self, patience_s: float = 0.0) -> None:
        """No process of it is there, no temporary file, and nobody else can read what is kept."""
        end = time.monotonic() + patience_s
        while (left := self.processes()) and time.monotonic() < end:
            time.sleep(0.1)
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        assert left == {}
        assert list(self.temporary.rglob("*")) == []
        assert dict(open_to_others(self.state)) == {}


def open_to_others(folder: Path) -> Iterator[tuple[str, str]]:
    """The files and folders below this one that someone else could look into, with their modes."""
    for path in folder.rglob("*"):
        if (mode := path.stat().st_mode) & 0o077:
            yield str(path), oct(mode)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)
