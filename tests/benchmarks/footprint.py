"""What the wizard takes of the memory while a lesson is held, and of the disk."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import tfwizard
from tests.benchmarks.row import Asked, Part, Row, status_of
from tests.benchmarks.start import LESSON
from tests.benchmarks.terminal import Terminal
from tfwizard.stages import STAGES

MEMORY_MB, WHEEL_MB = 120.0, 5.0
#: Every page: the stages by their numbers, each to its end, then the panels, the problem, its fix, and help.
PAGES = (*(str(number % 10) for number, _stage in enumerate(STAGES, 1)), "p", "s", "l", "i", "f", "C", "?")
END, BACK = "\x1b[F", "\x1b"


def memory(folder: Path, _asked: Asked) -> Iterator[Row]:
    """The wizard's own process, with the lesson held and every page visited; its worker and the standby are the user's stack."""
    lesson = folder / "lesson"
    shutil.copytree(LESSON, lesson)
    terminal = Terminal(lesson, ("run", "train.py"), (140, 45))
    try:
        terminal.wait("1 problem")
        terminal.quiet(3.0)
        for key in PAGES:
            for one in (key, END, BACK):
                terminal.press(one)
                terminal.quiet(0.5)
        used = status_of(terminal.pid)
    finally:
        terminal.close()
    yield Row(
        "memory of the wizard, a lesson held, all pages seen",
        used["VmRSS"] / 1e6,
        "MB",
        MEMORY_MB,
        note=f"at most {used['VmHWM'] / 1e6:.0f}",
    )


def wheel(folder: Path, _asked: Asked) -> Iterator[Row]:
    """What `pip install` fetches."""
    root = Path(tfwizard.__file__).parent.parent
    subprocess.run(["uv", "build", "--wheel", "--quiet", "--out-dir", str(folder)], cwd=root, check=True)
    [built] = folder.glob("*.whl")
    yield Row("the wheel", built.stat().st_size / 1e6, "MB", WHEEL_MB)


PARTS = (
    Part("ui-memory", "the memory of the wizard's own process", 2, memory),
    Part("wheel", "the size of the wheel", 0.2, wheel),
)
