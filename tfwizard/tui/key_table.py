"""The keys as plain text, for `tfwizard keys`: what a configuration is written with."""

from __future__ import annotations

from tfwizard.language import _
from tfwizard.tui import keymap
from tfwizard.tui.config import Config, use_keys
from tfwizard.tui.keymap import all_shown
from tfwizard.tui.keys import KEYS, keys_of
from tfwizard.tui.part_keys import PARTS


def key_table(config: Config) -> str:
    """One line an action: its name, its keys as they are now, what it does."""
    use_keys(config)
    rows = [(_("name"), _("keys"), _("what it does"))]
    rows += [(key.id, all_shown(keys_of(key)), _(key.about)) for key in KEYS if not key.shares]
    parts = (key for keys in PARTS.values() for key in keys)
    rows += [(key.id, all_shown(keymap.chosen().get(key.id, key.keys)), _(key.about)) for key in parts]
    first, second = (max(len(row[column]) for row in rows) for column in (0, 1))
    return "\n".join(f"{name:<{first}}  {keys:<{second}}  {about}" for name, keys, about in rows)


def example(file: str) -> str:
    """How a key is changed."""
    words = _("Other keys are written into {file}, and a theme (dark, light, contrast, ansi):", file=file)
    return f'{words}\n\ntheme = "dark"\n\n[keys]\nfix = "f5"\nlog = "f7,ctrl+t"'
