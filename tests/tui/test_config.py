"""The configuration: what it says is used, and what it says wrongly is named, never a crash."""

from __future__ import annotations

from pathlib import Path

import pytest

from tfwizard.tui.config import VARIABLE, Config, config_path, read_config, wrong_words

from .conftest import Open


def read(folder: Path, text: str) -> Config:
    path = folder / "config.toml"
    path.write_text(text)
    return read_config(path)


def test_theme_and_keys_are_read(tmp_path: Path) -> None:
    config = read(tmp_path, 'theme = "light"\n[keys]\nfix = "z"\nlog = "F6, ctrl+t"\n')
    assert (config.theme, config.keys, config.wrong) == ("light", {"fix": "z", "log": "f6,ctrl+t"}, ())


def test_no_file_is_fine_and_the_variable_names_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "mine.toml"))
    assert config_path() == tmp_path / "mine.toml"
    assert read_config(config_path()) == Config(tmp_path / "mine.toml")
    monkeypatch.setenv(VARIABLE, "~nobody-of-this-name/mine.toml")
    assert read_config(config_path()).wrong == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("theme = ", "it is no TOML"),
        ('theme = "pink"', "theme: pink is none of dark, light, contrast, ansi"),
        ('theme = ["dark"]', "theme: ['dark'] is none of dark, light, contrast, ansi"),
        ('colour = "x"', "colour: there is no such setting"),
        ('keys = "f"', "keys: it is a section"),
        ("[keys]\nfix = 3", 'keys.fix: a key stands in quotes, such as "f"'),
        ('[keys]\nfxi = "z"', "keys.fxi: there is no such action; did you mean fix?"),
        ('[keys]\nfix = "l"', "keys.fix: l is the key of log as well"),
    ],
)
def test_what_is_wrong_is_said_with_the_file_and_the_way_out(tmp_path: Path, text: str, words: str) -> None:
    said = wrong_words(read(tmp_path, text))
    assert words in said
    assert "config.toml" in said
    assert "`tfwizard keys` shows what there is" in said


def test_the_good_entries_of_a_bad_file_are_used(tmp_path: Path) -> None:
    config = read(tmp_path, 'theme = "light"\n[keys]\nfix = "l"\nundo = "z"\n')
    assert (config.theme, config.keys) == ("light", {"undo": "z"})


def test_a_file_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    (tmp_path / "config.toml").mkdir()
    assert "it cannot be read" in wrong_words(read_config(tmp_path / "config.toml"))
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    assert "it cannot be read" in wrong_words(read_config(tmp_path / "bytes.toml"))


async def test_a_bad_file_is_told_until_one_goes_somewhere(wizard: Open, tmp_path: Path) -> None:
    config = read(tmp_path, '[keys]\nfix = "[bold]"\n')
    async with wizard(config=config) as it:
        assert "“[bold]” is no key" in " ".join(it.screen().split())
        await it.press("2")
        assert "is no key" not in it.screen()
