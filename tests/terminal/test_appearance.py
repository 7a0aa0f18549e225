"""What a person sees in a real terminal, whatever its size, the script's name and their configuration."""

from __future__ import annotations

import getpass
import socket
from pathlib import Path

from .conftest import Open

SCRIPT = "import json\n\njson.loads('[bold')\n"


def test_user_and_host_are_shown(open_terminal: Open, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT)
    terminal = open_terminal(tmp_path, "run", "train.py", size=(120, 30))
    terminal.wait(f"{getpass.getuser()}@{socket.gethostname().split('.')[0]}", "1 problem")
    terminal.press("q")
    assert terminal.end() == 1


def test_a_real_window_is_resized_without_loss(open_terminal: Open, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT)
    terminal = open_terminal(tmp_path, "run", "train.py")
    terminal.wait("JSONDecodeError", "1 problem")
    terminal.press("i")
    for columns, rows in ((50, 20), (200, 60), (120, 30)):
        terminal.resize(columns, rows)
        shown = terminal.wait("JSONDecodeError", "1 problem", "Quit")
        assert all(len(row) <= columns for row in shown.split("\n"))
    terminal.resize(40, 10)
    terminal.wait("enlarge")
    terminal.resize(80, 24)
    terminal.wait("JSONDecodeError", "1 problem", "Quit")
    terminal.press("q")
    assert terminal.end() == 1


def test_a_script_named_like_markup_is_shown_as_it_is(open_terminal: Open, tmp_path: Path) -> None:
    name = "[bold red]x[reset] \x1b[31m.py"
    (tmp_path / name).write_text("raise ValueError('[reverse]y[/reverse] \\x1b[2J [@click=app.quit]z[/]')\n")
    terminal = open_terminal(tmp_path, "run", name, size=(120, 30))
    terminal.wait("[bold red]x[reset]", "[reverse]y[/reverse]", "[@click=app.quit]z[/]", "1 problem")
    for key in ("i", "?", "\x1b", "s", "l", "p"):
        terminal.press(key)
    assert b"\x1b[2J" not in terminal.raw[200:]  # what the script said did not clear the screen
    terminal.press("q")
    assert terminal.end() == 1


def test_a_bad_configuration_is_told_and_the_wizard_runs(open_terminal: Open, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT)
    (tmp_path / "config.toml").write_text('[keys]\nfix = "l"\nlog = "f7"\nundo = \n')
    terminal = open_terminal(tmp_path, "run", "train.py", TFWIZARD_CONFIG=str(tmp_path / "config.toml"))
    terminal.wait("it is no TOML", "1 problem")
    terminal.press("l")
    terminal.wait("Log")
    terminal.press("q")
    assert terminal.end() == 1
