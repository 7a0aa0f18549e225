"""A session of several runs in a real terminal leaves nothing behind; `python -m tests.benchmarks.long` has a hundred of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.long import MOST_MB, long_session

pytestmark = pytest.mark.terminal
RUNS = 3


def test_runs_lines_and_live_updates_leave_no_descriptor_thread_or_file(tmp_path: Path) -> None:
    found = long_session(tmp_path, runs=RUNS, lines=50_001, updates=300)
    first, last = found.samples[0], found.samples[-1]
    assert last.descriptors == first.descriptors
    assert last.threads == first.threads
    assert last.temporary == first.temporary
    records = [path for path in last.files if path not in first.files]
    assert sorted(Path(path).name for path in records) == [f"{number:04}.jsonl" for number in range(2, RUNS + 1)]
    assert found.left == ()
    assert max(one.mb for one in found.samples) < MOST_MB
    assert last.mb - first.mb < 30
    [log] = [Path(path) for path in last.files if path.endswith("script.log")]
    lines = log.read_bytes().count(b"\n")
    assert lines >= 50_001
