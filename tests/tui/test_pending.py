"""Where a line of the session's text stands in the file on disk."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from tfwizard.sources import Sources
from tfwizard.tui.pending import line_on_disk

DISK = "import a\nx = 1\ny = 2\nz = 3\n"
EDITED = "import os\nos.environ['A'] = '1'\nimport a\nx = 1\ny = 20\nz = 3\n"


@pytest.mark.parametrize(("line", "text"), [(3, "import a"), (4, "x = 1"), (5, "y = 2"), (6, "z = 3"), (1, "import a")])
def test_edits_above_are_counted_off(tmp_path: Path, line: int, text: str) -> None:
    script = tmp_path / "train.py"
    script.write_text(DISK)
    sources = Sources(script)
    sources.stage(script, EDITED)
    session = SimpleNamespace(sources=sources)
    assert DISK.splitlines()[line_on_disk(session, script, line) - 1] == text  # type: ignore[arg-type]


def test_a_file_that_is_gone_keeps_its_line(tmp_path: Path) -> None:
    session = SimpleNamespace(sources=Sources(tmp_path / "train.py"))
    assert line_on_disk(session, tmp_path / "train.py", 7) == 7  # type: ignore[arg-type]
