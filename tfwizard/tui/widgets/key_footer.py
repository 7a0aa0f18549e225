"""The keys that mean something now, in one line: a part for each, as Textual's footer has it, costs more than all the rest of a key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from tfwizard.language import _
from tfwizard.tui.keymap import named

#: What must be in sight in a narrow terminal as well.
WAYS_OUT = ("to_stage", "help", "quit", "close")
#: What a browser cannot do; whoever presses the key all the same is told what to do instead.
FOR_TERMINALS = ("edit",)


@dataclass(frozen=True, slots=True)
class FooterKey:
    """One key and what it does, in the person's language."""

    key: str
    display: str
    words: str
    action: str

    @property
    def width(self) -> int:
        """Cells: the key, a space between, the words, a space behind."""
        return cell_len(self.display) + cell_len(self.words) + 2


class KeyFooter(Widget):
    """As many keys as there is room for: a word that is cut helps nobody, and the help page has them all.

    What they do is a constant of the class that has them: it is translated here.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    KeyFooter { dock: bottom; height: 1; color: $footer-description-foreground; background: $footer-background; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.keys: tuple[FooterKey, ...] = ()

    def on_mount(self) -> None:
        """Hear of other keys."""
        self.screen.bindings_updated_signal.subscribe(self, self._look)
        self._look(self.screen)

    def on_resize(self) -> None:
        """Another width has room for others."""
        self._look(self.screen)

    def _look(self, screen: Screen[object]) -> None:
        if self.app.app_focus and self.is_attached and screen is self.screen:
            self.call_after_refresh(self._renew)

    def _renew(self) -> None:
        found: dict[str, FooterKey] = {}
        for one in self.screen.active_bindings.values():
            binding = one.binding
            if binding.show and one.enabled and not (self.app.is_web and binding.action in FOR_TERMINALS):
                display = named(self.app.get_key_display(binding))
                words = FooterKey(binding.key, display, _(binding.description), binding.action)
                found.setdefault(binding.action, words)
        keys = tuple(fitting(list(found.values()), self.size.width))
        if keys != self.keys:
            self.keys = keys
            self.refresh()

    def render(self) -> Content:
        """The keys, each with its words."""
        return Content(" ").join(
            Content.assemble((one.display, "$footer-key-foreground bold"), " ", one.words) for one in self.keys
        )

    async def on_click(self, event: events.Click) -> None:
        """A click on a key or its words is that key."""
        at = 0
        for one in self.keys:
            if at <= event.x < at + one.width - 1:
                self.app.simulate_key(one.key)
                return
            at += one.width


def fitting(keys: Sequence[FooterKey], width: int) -> list[FooterKey]:
    """The keys that fit into `width` cells, in their order: the ways out first, then from the left."""
    room = width + 1  # nothing needs to stand behind the last one
    chosen: set[int] = set()
    for at in sorted(range(len(keys)), key=lambda at: keys[at].action not in WAYS_OUT):
        if keys[at].width > room:
            if keys[at].action not in WAYS_OUT:
                break
            continue
        chosen.add(at)
        room -= keys[at].width
    return [one for at, one in enumerate(keys) if at in chosen]
