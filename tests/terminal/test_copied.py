"""What is copied goes to the terminal by OSC 52, and into a file, as no terminal says whether it took it."""

from __future__ import annotations

import base64
import re
from pathlib import Path

from .conftest import Open


def test_a_problem_goes_to_the_clipboard_and_into_a_file(open_terminal: Open, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import json\n\njson.loads('[bold')\n")
    terminal = open_terminal(tmp_path, "run", "train.py", XDG_STATE_HOME=str(tmp_path / "state"))
    terminal.wait("JSONDecodeError", "1 problem")
    terminal.press("i", "k")
    terminal.wait("copied.txt as well")
    found = re.search(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)\x07", terminal.raw)
    assert found
    copied = base64.b64decode(found[1]).decode()
    assert "train.py:3" in copied
    kept = tmp_path / "state" / "tfwizard" / "copied.txt"
    assert kept.read_text().rstrip("\n") == copied.rstrip("\n")
    assert kept.stat().st_mode & 0o077 == 0
    terminal.press("q")
    assert terminal.end() == 1
