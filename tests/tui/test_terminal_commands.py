"""`tfwizard keys`, `tfwizard debug-info` and `--theme`."""

from __future__ import annotations

import getpass
import os
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tfwizard.cli import main
from tfwizard.tui.config import VARIABLE, Config, use_keys
from tfwizard.tui.debug_info import home_hidden
from tfwizard.tui.keys import KEYS
from tfwizard.tui.themes import THEMES


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "config.toml"))
    return tmp_path / "config.toml"


def test_keys_lists_every_name_with_the_keys_that_it_has_now(config: Path) -> None:
    config.write_text('[keys]\nfix = "f9"\n')
    try:
        said = CliRunner().invoke(main, ["keys"])
    finally:
        use_keys(Config())
    assert said.exit_code == 0
    table, _between, _example = said.output.partition("\n\n")
    rows = {row.split()[0]: row for row in table.splitlines()}
    assert {key.id for key in KEYS if not key.shares} <= rows.keys()
    assert "f9" in rows["fix"]
    assert "config.toml" in said.output


def test_keys_says_what_is_wrong_with_the_file(config: Path) -> None:
    config.write_text('[keys]\nfix = "l"\n')
    said = CliRunner().invoke(main, ["keys"])
    assert said.exit_code == 2
    assert "keys.fix: l is the key of log as well" in said.output


def test_the_example_of_keys_is_a_configuration_that_can_be_used(config: Path) -> None:
    output = CliRunner().invoke(main, ["keys"]).output
    config.write_text(output[output.index("theme = ") :])
    assert CliRunner().invoke(main, ["keys"]).exit_code == 0
    use_keys(Config())


def test_debug_info_says_what_a_report_needs_and_no_name(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.7 50122 192.0.2.8 22")
    monkeypatch.setenv("TERM", "tmux-256color")
    config.write_text('theme = "pink"\n')
    said = CliRunner().invoke(main, ["debug-info"])
    assert said.exit_code == 0
    for name in (
        "tfwizard",
        "python",
        "system",
        "packages",
        "size",
        "colours",
        "encoding",
        "language",
        "variables",
        "config",
        "sessions",
    ):
        assert any(row.startswith(f"{name} ") for row in said.output.splitlines()), name
    assert "TERM=tmux-256color" in said.output
    assert "SSH_CONNECTION is set" in said.output
    assert "192.0.2.7" not in said.output
    assert "pink is none of" in said.output
    assert "\x1b" not in said.output


def test_the_home_folder_and_the_name_in_it_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", f"/home/{getpass.getuser()}x")
    assert home_hidden(f"/home/{getpass.getuser()}x/.venv/bin/python") == "~/.venv/bin/python"


@pytest.mark.parametrize("command", ["run", "resume", "demo", "watch", "gpus"])
def test_every_command_with_a_screen_takes_a_theme(command: str) -> None:
    option = next(one for one in main.commands[command].params if one.name == "theme")
    assert isinstance(option.type, click.Choice)
    assert list(option.type.choices) == list(THEMES)
    said = CliRunner().invoke(main, [command, "--theme", "pink"])
    assert said.exit_code == 2
    assert "pink" in said.output
    assert os.environ.get("TFWIZARD_THEME") != "pink"


def test_the_configuration_in_the_readme_can_be_used(config: Path) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    config.write_text(readme.split("```toml\n")[1].split("```")[0])
    assert CliRunner().invoke(main, ["keys"]).exit_code == 0
    use_keys(Config())
