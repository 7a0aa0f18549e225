"""The themes by the names that the wizard gives them. No theme carries a meaning that words and signs do not carry as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tfwizard.language import N_

if TYPE_CHECKING:
    from textual.theme import Theme

#: Each name with Textual's name of the theme, and what it is for.
THEMES: dict[str, tuple[str, str]] = {
    "dark": ("textual-dark", N_("light text on a dark ground")),
    "light": ("textual-light", N_("dark text on a light ground")),
    "contrast": ("tfwizard-contrast", N_("high contrast: white on black, bright colours")),
    "ansi": ("ansi-dark", N_("the 16 colours of your terminal, on its own ground")),
}
#: The variable that names a theme, as --theme does.
VARIABLE = "TFWIZARD_THEME"
#: The only theme that emits no colour at all when NO_COLOR is set (measured).
COLOURLESS = "ansi-dark"


def textual_name(theme: str) -> str:
    """Textual's name of a theme of ours; the dark one where nothing is asked."""
    return THEMES.get(theme, THEMES["dark"])[0]


def contrast() -> Theme:
    """Bright colours on black: each has a contrast of 7:1 or more, which WCAG 2.2 asks of text at level AAA."""
    from textual.theme import Theme

    return Theme(
        name="tfwizard-contrast",
        primary="#6ab7ff",
        secondary="#9ad0ff",
        warning="#ffd000",
        error="#ff8a8a",
        success="#5dff7a",
        accent="#ffd000",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#000000",
        dark=True,
        text_alpha=1.0,
        variables={
            # The marked row keeps its coloured words: only a dark ground leaves them their contrast.
            "block-cursor-foreground": "#ffffff",
            "block-cursor-background": "#202060",
            "block-cursor-blurred-foreground": "#ffffff",
            "block-cursor-blurred-background": "#202060",
            "border": "#ffffff",
        },
    )
