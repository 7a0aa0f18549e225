"""What is read of a training that another process keeps, without one."""

from __future__ import annotations

from pathlib import Path

from tfwizard.session.keeper import Following


def test_lines_that_a_program_ends_as_a_terminal_does_are_shown(tmp_path: Path) -> None:
    (tmp_path / "script.log").write_bytes(b"first\r\n10%\r20%\r\nlast\r\n\r\n")
    assert Following(tmp_path).printed() == ["first", "20%", "last"]
