"""One picture of a screen as text, with what the tests ask of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from textual.app import App
from textual.command import CommandPalette
from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget

from tfwizard.tui.lines import fit
from tfwizard.tui.widgets.drawn import Drawn
from tfwizard.tui.widgets.key_footer import KeyFooter

#: The parts that the wizard is made of, where a screen has them.
PANES = (
    "#main",
    "#side-problems",
    "#side-source",
    "#stages",
    ".dialog",
    "#banner",
    "#status",
    "GpusScreen VerticalScroll",
)


@dataclass(frozen=True)
class Shot:
    """A screen: its rows, the text of each of its parts as one line of words, and what of it is not to be read in whole."""

    name: str
    size: tuple[int, int]
    rows: tuple[str, ...]
    panes: dict[str, str] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """As it is kept: without the spaces at the ends of the rows."""
        return "\n".join(row.rstrip() for row in self.rows).rstrip("\n") + "\n"


def take(app: App[int], name: str) -> Shot:
    """What the app shows now."""
    screen = app.screen
    rows = tuple(strip.text for strip in screen._compositor.render_strips())
    shown = visible(app.screen)
    panes = {
        selector: words(rows, widget.region)
        for selector in PANES
        for widget in shown
        if widget.region.area and (widget.id == selector[1:] if selector[0] == "#" else selector == ".dialog" and widget.has_class("dialog"))
    }  # fmt: skip
    below = visible(app.screen_stack[0]) if len(app.screen_stack) > 1 else []
    footers = [one for one in (*shown, *below) if isinstance(one, KeyFooter)]
    keys = tuple(f"{one.display} {one.words}" for footer in footers for one in footer.keys)
    return Shot(name, (app.size.width, app.size.height), rows, panes, keys, tuple(cut_off(shown)))


def visible(screen: Screen[object]) -> list[Widget]:
    """Every widget of a screen that has a place on it."""
    return [
        widget
        for widget in screen.walk_children(Widget)
        if widget.is_on_screen and widget.display and widget.region.area
    ]


def words(rows: tuple[str, ...], region: Region) -> str:
    """The text of a part, wrapped lines joined."""
    pieces = [row[region.x : region.right] for row in rows[max(0, region.y) : region.bottom]]
    return " ".join(re.sub(r"[│┃║▌╭╮╰╯─]", " ", " ".join(pieces)).split())


def cut_off(widgets: list[Widget]) -> list[str]:
    """What is wider than its place, and does not say so by …."""
    found = []
    for widget in widgets:
        if isinstance(widget, Drawn):
            width = widget.content_size.width
            wide = [line.plain for line in fit(widget._make(width), width) if line.cell_length > width]
            found += [f"{widget!r}: {text}" for text in wide]
        parent = widget.parent
        if not isinstance(parent, Widget) or isinstance(widget.screen, CommandPalette):
            continue  # the palette is Textual's own
        if not parent.allow_vertical_scroll and widget.region.bottom > parent.region.bottom:
            found.append(f"{widget!r} goes on below {parent!r}")
        if not parent.allow_horizontal_scroll and widget.region.right > parent.region.right:
            found.append(f"{widget!r} goes on at the right of {parent!r}")
    return found
