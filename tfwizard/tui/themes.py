"""The themes by the names that the wizard gives them. No theme carries a meaning that words and signs do not carry as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tfwizard.language import N_

if TYPE_CHECKING:
    from textual.theme import Theme

#: Each name with Textual's name of the theme, and what it is for.
THEMES: dict[str, tuple[str, str]] = {
    "dark": ("tfwizard-dark", N_("light text on a dark ground")),
    "light": ("tfwizard-light", N_("dark text on a light ground")),
    "contrast": ("tfwizard-contrast", N_("high contrast: white on black, bright colours")),
    "ansi": ("tfwizard-ansi", N_("the 16 colours of your terminal, on its own ground")),
}
#: The variable that names a theme, as --theme does.
VARIABLE = "TFWIZARD_THEME"
#: The only theme that emits no colour at all when NO_COLOR is set (measured).
COLOURLESS = "tfwizard-ansi"
#: The curves of a plot, first to last. Of the terminal's own colours, its blue is the one that many show too dark to see.
CURVES: dict[str, tuple[str | int, ...]] = {
    "tfwizard-dark": ("#5fb0f0", "#7ad97a", "#ff7a9a", "#ffd75f", "#ff9f50", "#c79bff"),
    "tfwizard-light": ("#005a9e", "#1f6e38", "#a8224a", "#725400", "#9a4700", "#6a1b9a"),
    "tfwizard-contrast": ("#6ab7ff", "#5dff7a", "#ff8a8a", "#ffd000", "#ffa040", "#d0b0ff"),
    "tfwizard-ansi": (6, 2, 1, 3, 5, 4),
}

#: What stands in an empty field says what to type there: it is read as any other text.
HINTS = {"text-disabled": "auto 65%"}
#: A variable of ours: the line between two parts of the screen. It is seen, and fainter than text.
LINE = "line"


def textual_name(theme: str) -> str:
    """Textual's name of a theme of ours; the dark one where nothing is asked."""
    return THEMES.get(theme, THEMES["dark"])[0]


def all_themes() -> tuple[Theme, ...]:
    """The themes as Textual takes them."""
    return dark(), light(), contrast(), ansi()


def dark() -> Theme:
    """Textual's own, but for the marked row: it keeps its coloured words, which its ground has to leave legible."""
    from textual.theme import BUILTIN_THEMES

    variables = {**_marked("#ffffff", "#15293f"), **HINTS, LINE: "#6a6a6a", "scrollbar": "#4a7ba6"}
    return _like(BUILTIN_THEMES["textual-dark"], "tfwizard-dark", variables)


def light() -> Theme:
    """Dark text on a light ground: each colour has a contrast of 4.5:1 or more, which WCAG 2.2 asks of text at level AA."""
    from textual.theme import Theme

    return Theme(
        name="tfwizard-light",
        primary="#004578",
        secondary="#005a9e",
        warning="#a85f00",
        error="#ba3c5b",
        success="#2a8a4a",
        accent="#a85f00",
        foreground="#141414",
        background="#f4f4f4",
        surface="#ececec",
        panel="#e2e2e2",
        dark=False,
        variables={
            "footer-key-foreground": "#005a9e",
            "border": "#005a9e",
            **_marked("#141414", "#c9e0f5"),
            **HINTS,
            LINE: "#8a8a8a",
            "scrollbar": "#5b7c96",
        },
    )


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
            "border": "#ffffff",
            "text-disabled": "auto 80%",
            "scrollbar": "#9ad0ff",
            LINE: "#8a8a8a",
            **_marked("#ffffff", "#202060"),
        },
    )


def ansi() -> Theme:
    """The terminal's own colours. What is marked is underlined: that is legible on any ground, and seen where no colour is."""
    from textual.theme import BUILTIN_THEMES

    own = "ansi_default"
    underlined = {
        "block-cursor-text-style": "underline",
        "block-cursor-blurred-text-style": "underline",
        "input-cursor-background": own,
        "input-cursor-foreground": own,
        "input-cursor-text-style": "reverse",
        "ansi-background": own,  # of the short messages
        "ansi-foreground": own,
    }
    return _like(BUILTIN_THEMES["ansi-dark"], "tfwizard-ansi", {**_marked(own, own), **underlined, LINE: own})


def _marked(text: str, ground: str) -> dict[str, str]:
    """The colours of the marked row of a list, with and without the focus."""
    return {
        f"block-cursor-{state}{part}": colour
        for state in ("", "blurred-")
        for part, colour in (("foreground", text), ("background", ground))
    }


def _like(theme: Theme, name: str, variables: dict[str, str]) -> Theme:
    from dataclasses import replace

    return replace(theme, name=name, variables={**theme.variables, **variables})
