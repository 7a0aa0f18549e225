"""The panel of the GPUs in a real terminal: it is silent while nothing changes, and gives the terminal back."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from .conftest import Open

TESTS = Path(__file__).resolve().parents[1]
STAND_IN = (
    f"import sys\nsys.path += [{str(TESTS)!r}, {str(TESTS.parent)!r}]\nfrom gpus import recorded\nfrom pathlib import Path\n"
    "recorded.install(proc=Path(__file__).parent / 'proc')\n"
)


def test_nothing_is_sent_while_nothing_changes(open_terminal: Open, tmp_path: Path) -> None:
    (tmp_path / "proc").mkdir()
    (tmp_path / "sitecustomize.py").write_text(STAND_IN)
    terminal = open_terminal(tmp_path, "gpus", PYTHONPATH=str(tmp_path))
    shown = terminal.wait("NVIDIA A100-SXM4-40GB", "✗ lost", "Ask to stop", patience=60)
    assert "▌    3100  30.0 GiB" in shown
    terminal.read(2)
    before = len(terminal.raw)
    terminal.read(4)
    assert len(terminal.raw) == before
    terminal.press("q")
    assert terminal.end() == 0


def test_a_signal_ends_it_and_gives_the_terminal_back(open_terminal: Open, tmp_path: Path) -> None:
    terminal = open_terminal(tmp_path, "gpus")
    terminal.wait("GPUs", patience=60)
    terminal.read(1)
    os.kill(terminal.child.pid, signal.SIGTERM)
    assert terminal.end() == 143
    assert b"\x1b[?1049l" in terminal.raw  # the alternate screen is left
