"""Whoever started the server gives a new URL in its terminal, to who lost the window or came with another machine."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest

from .conftest import SCRIPT, Visitor

URL = re.compile(rb"http://127\.0\.0\.1:\d+/1/\?token=[\w-]+")


@pytest.mark.terminal
async def test_enter_gives_a_new_url_and_the_old_visitor_is_out(
    visitors: Callable[[], Visitor], tmp_path: Path
) -> None:
    (tmp_path / "train.py").write_text(SCRIPT)
    terminal = pexpect.spawn(
        sys.executable, ["-m", "tfwizard", "serve", "train.py", "--port", "0"], cwd=str(tmp_path), timeout=120,
        env={**os.environ, "TFWIZARD_CONFIG": os.devnull}, dimensions=(24, 200),
    )  # fmt: skip
    try:
        terminal.expect(URL)
        first = terminal.match.group().decode()
        page = first.partition("?")[0]
        terminal.expect(rb"ctrl\+c ends")
        one, two = visitors(), visitors()
        assert (await one.get(first))[0] == 200
        assert (await one.get(page))[0] == 200
        terminal.sendline("7")
        terminal.expect("The number of a seat and Enter")
        terminal.sendline("")
        terminal.expect(URL)
        second = terminal.match.group().decode()
        assert second != first
        assert (await one.get(page))[0] == 403
        assert (await two.get(first))[0] == 403
        assert (await two.get(second))[0] == 200
        assert (await two.get(page))[0] == 200
        terminal.sendcontrol("c")
        terminal.expect(pexpect.EOF)
        terminal.close()
        assert terminal.exitstatus == 0
    finally:
        terminal.close(force=True)
