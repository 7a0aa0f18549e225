"""The person's configuration: a theme and keys, in one TOML file. What cannot be used is said, and the usual is taken."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tfwizard.language import _, joined
from tfwizard.tui import keymap, themes
from tfwizard.tui.keys import KEYS, wrong_keys
from tfwizard.tui.part_keys import PART_OF, wrong_here
from tfwizard.tui.themes import THEMES

#: The variable that names another file.
VARIABLE = "TFWIZARD_CONFIG"
SECTIONS = ("theme", "keys")


@dataclass(frozen=True, slots=True)
class Config:
    """`keys` are by the id of their action; `wrong` says in sentences what could not be used."""

    path: Path | None = None
    theme: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()


def config_path() -> Path:
    """Where the file is, or would be."""
    if named := os.environ.get(VARIABLE):
        return Path(os.path.expanduser(named))  # a person who is not there stays as they are written
    import platformdirs

    return platformdirs.user_config_path("tfwizard") / "config.toml"


def read_config(path: Path) -> Config:
    """What the file says. Never raises: a file that cannot be read counts as none, and that is said."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Config(path)
    except (OSError, UnicodeDecodeError) as error:
        return Config(path, wrong=(_("it cannot be read: {why}", why=error),))
    import tomllib

    try:
        return of_table(path, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        return Config(path, wrong=(_("it is no TOML: {why}", why=error),))


def of_table(path: Path, table: Mapping[str, object]) -> Config:
    """The configuration in a table as TOML gives it; each entry that cannot be used is dropped, and named."""
    wrong = []
    for name in table:
        if name not in SECTIONS:
            meant = keymap.did_you_mean(name, SECTIONS) or "theme, [keys]"
            wrong.append(_("{name}: there is no such setting; there is {others}", name=name, others=meant))
    theme = table.get("theme", "")
    if theme not in ["", *THEMES]:  # a list has no hash
        wrong.append(_("theme: {theme} is none of {themes}", theme=theme, themes=", ".join(THEMES)))
        theme = ""
    keys: dict[str, str] = {}
    section = table.get("keys", {})
    if not isinstance(section, Mapping):
        wrong.append(_('keys: it is a section: [keys], and below it lines such as fix = "f"'))
        section = {}
    for name, value in section.items():
        if isinstance(value, str):
            keys[name] = value
        else:
            wrong.append(_('keys.{name}: a key stands in quotes, such as "f"', name=name))
    # A key that is refused leaves its action with the usual one, which may then meet another choice.
    while refused := wrong_keys({name: text for name, text in keys.items() if name not in PART_OF}) | wrong_here(
        {name: text for name, text in keys.items() if name in PART_OF}
    ):
        wrong += [f"keys.{name}: {why}" for name, why in refused.items()]
        keys = {name: text for name, text in keys.items() if name not in refused}
    return Config(path, str(theme), {name: ",".join(keymap.parts(text)) for name, text in keys.items()}, tuple(wrong))


def theme_of(config: Config) -> str:
    """The theme: that of --theme or its variable, else that of the file, else the usual one ("")."""
    asked = os.environ.get(themes.VARIABLE, "")
    return asked if asked in THEMES else config.theme


def use_keys(config: Config) -> None:
    """Bind and show these keys from here on."""
    keymap.choose(config.keys, {key.id: key.keys for key in KEYS if not key.shares})


def wrong_words(config: Config) -> str:
    """What is wrong with the file, and the way out; "" where it is fine."""
    if not config.wrong:
        return ""
    return _(
        "{file}: {what}. The usual is taken in its place; `tfwizard keys` shows what there is.",
        file=config.path,
        what=joined(*config.wrong),
    )
