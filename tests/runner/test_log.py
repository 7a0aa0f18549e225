"""The log: progress bars on several lines are as many live lines, and only what they leave behind is a line of the log."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tfwizard.runner.log import Log

NESTED = """
import sys
from tqdm import tqdm
print("before", file=sys.stderr)
for epoch in tqdm(range(3), desc="epochs", mininterval=0, ascii=True, leave={leave}):
    for batch in tqdm(range(20), desc=f"epoch {{epoch}}", mininterval=0, ascii=True, leave={leave}):
        pass
print("after", file=sys.stderr)
"""


def texts(log: Log) -> list[str]:
    return [line.text.rstrip() for line in log.lines]


@pytest.mark.parametrize("size", [1, 7, 100_000])
@pytest.mark.parametrize("leave", [True, False])
def test_nested_bars_are_live_lines_and_no_flood(leave: bool, size: int) -> None:
    pytest.importorskip("tqdm")
    code = NESTED.format(leave=leave)
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=120, check=True).stderr
    log, most, seen = Log(), 0, set()
    for at in range(0, len(printed), size):
        log.feed("err", printed[at : at + size])
        most = max(most, len(log.unfinished))
        seen |= {each.text.split(":")[0] for each in log.unfinished}
    log.end("err")
    assert texts(log)[0] == "before"
    assert texts(log)[-1] == "after"
    assert log.total == len(log.lines)
    assert not log.unfinished
    bars = [text for text in texts(log) if "%|" in text]
    if leave:
        assert [text.split(":")[0] for text in bars] == ["epoch 0", "epoch 1", "epoch 2", "epochs"]
        assert all("100%|" in text for text in bars)
    else:
        assert bars == []
    if size == 1:
        assert most == 2
        assert {"epochs", "epoch 0", "epoch 1", "epoch 2"} <= seen


def test_what_goes_up_writes_over_the_lines_above() -> None:
    log = Log()
    log.feed("out", b"first\nsecond\nthird\n\x1b[2A\x1b[2Ksecond again\nthird again")
    assert texts(log) == ["first"]
    assert [each.text for each in log.unfinished] == ["second again", "third again"]
    log.feed("err", b"an aside\n")
    log.feed("out", b"\nfourth\n")
    assert texts(log) == ["first", "an aside", "second again", "third again", "fourth"]
    log.feed("out", b"\x1b[99Aup")  # no further than to what is kept
    assert log.total == len(log.lines)


def test_a_bar_that_another_stream_speaks_into_takes_nothing_of_it_back() -> None:
    log = Log()
    log.feed("err", b"bar 1\n")
    log.feed("out", b"a line\n")
    log.feed("err", b"bar 2\x1b[A\rbar 1 again")
    assert "a line" in texts(log)
    assert [each.text for each in log.unfinished] == ["bar 1 again"]


def test_the_end_of_an_earlier_session_is_recalled_as_it_was_shown(tmp_path: Path) -> None:
    path = tmp_path / "script.log"
    path.write_bytes(b"one\nouter 0\n\rinner 1\x1b[A\router 1\n\rinner 2\x1b[A\router 2\n\nlast\ntorn")
    log = Log(path)
    log.recall()
    log.close()
    assert texts(log) == ["one", "outer 2", "inner 2", "last"]


@pytest.mark.parametrize("torn", ["é".encode()[:1], b"\x1b["])
def test_what_a_killed_script_broke_off_in_does_not_begin_the_next_ones_output(torn: bytes) -> None:
    log = Log()
    log.feed("out", b"half" + torn)
    log.end("out")
    log.feed("out", b"Hello\n")
    assert texts(log)[-1] == "Hello"
