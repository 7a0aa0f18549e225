"""The view of a training that a process of its own keeps. To close it ends nothing."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from tfwizard.language import N_, _
from tfwizard.session.keeper import Following
from tfwizard.tui.config import config_path, read_config, theme_of, use_keys
from tfwizard.tui.lines import (
    BAD,
    FAINT,
    GOOD,
    OWN_KEY,
    STRONG,
    WARN,
    Lines,
    blank,
    clean,
    heading,
    line,
    phrase,
    wrapped,
)
from tfwizard.tui.part_keys import bindings_of, chosen_here, shown_here
from tfwizard.tui.screens.dialogs import Confirm
from tfwizard.tui.signals import Signals
from tfwizard.tui.terminal_app import TerminalApp
from tfwizard.tui.widgets.drawn import Drawn
from tfwizard.tui.widgets.key_footer import KeyFooter
from tfwizard.tui.widgets.live_training import LiveTraining, stop_question

#: At most four refreshes a second, whatever the training does.
TICK = 0.25
#: So many of the script's last lines are shown.
LAST_LINES = 5
#: What the view ends with when the person wants to see the findings in the wizard.
OPEN_WIZARD = 100


class WatchApp(TerminalApp):
    """One training, live; afterwards what was found."""

    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_of("watch"),
        Binding("q,escape", "quit", N_("Close the view"), key_display="q"),
        Binding("ctrl+z", "suspend_process", show=False),
    ]

    def __init__(self, following: Following, name: str) -> None:
        config = read_config(config_path())
        super().__init__(theme_of(config))
        use_keys(config)
        self.set_keymap(chosen_here())
        self.following = following
        self.name_of_script = name
        self.title = f"tfwizard watch {name}"

    def compose(self) -> ComposeResult:
        """State, training, what was found, what the script printed."""
        yield Drawn(self._status, id="status")
        with VerticalScroll(id="main"):
            yield Drawn(self._found, id="found")
            yield LiveTraining()
            yield Drawn(self._printed, id="printed")
        yield KeyFooter()

    def on_mount(self) -> None:
        """Begin to look."""
        self.signals = Signals(self._ended_by_signal)
        self.set_interval(TICK, self.look)
        self.query_one("#main").focus()
        self.show()

    def on_unmount(self) -> None:
        """Give the signals back."""
        self.signals.release()

    def look(self) -> None:
        """Show what is new, if anything is."""
        if self.following.look():
            self.show()

    def show(self) -> None:
        """Show the training as it stands."""
        if not self.screen_stack or not self.is_running:  # the view is closing: its parts go one by one
            return
        base = self.screen_stack[0]
        if not all(base.query(name) for name in ("#status", "#found", "#printed", "LiveTraining Curve")):
            return
        base.query_one(LiveTraining).show(self.following.training)
        for name, make in (("status", self._status), ("found", self._found), ("printed", self._printed)):
            base.query_one(f"#{name}", Drawn).show(make)
        self.refresh_bindings()

    # --- what stands where ---------------------------------------------------------------------------------------------------

    def _status(self, width: int) -> Lines:
        goes = _("the training goes on without this view") if self.following.alive else _("ended")
        told = line((self.name_of_script, STRONG), f"   {goes}   ", (self.following.folder.name, FAINT))
        return [told.truncate(width, ellipsis=True)]

    def _found(self, width: int) -> Lines:
        following, training = self.following, self.following.training
        if training is None:
            said = [*following.said()[-3:]]
            return [piece for text in said for piece in wrapped(line(clean(text)), width)]
        document = following.document
        if following.alive or document is None:
            if training.over and following.alive:
                return [line((_("Looking at the batch …"), FAINT))]
            return [piece for text in following.early() for piece in wrapped(line((clean(text), WARN)), width, 0, 2)]
        lines: Lines = []
        signs = {"error": ("✗ ", BAD), "warning": ("! ", WARN), "advice": ("i ", FAINT)}
        for one in document.get("findings", ()):
            lines += wrapped(line(signs.get(one["severity"], ("· ", "")), clean(one["title"])), width, 0, 2)
        if not lines:
            lines.append(line((_("✓ nothing was found"), GOOD)))
        return [
            *lines,
            *wrapped(
                phrase(_("{w} opens the wizard on what was found"), w=(shown_here("watch_wizard"), OWN_KEY)), width
            ),
            blank(),
        ]

    def _printed(self, width: int) -> Lines:
        shown = self.following.printed()[-LAST_LINES:]
        if not shown:
            return []
        return [
            blank(),
            heading(_("What the script printed last")),
            *(line((clean(text)[:width], FAINT)) for text in shown),
        ]

    # --- keys --------------------------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Which keys mean something now."""
        if action == "stop":
            return self.following.alive
        if action == "wizard":
            return not self.following.alive
        return True

    def action_stop(self) -> None:
        """Ask twice: to end after the step, then to end at once."""
        if self.following.alive and not isinstance(self.screen, Confirm):
            title, text, answer = stop_question(self.following.training)
            self.push_screen(Confirm(title, [text], [("y", answer)]), self._stop_answered)

    def _stop_answered(self, answer: str | None) -> None:
        if answer == "y":
            self.following.stop()

    def action_wizard(self) -> None:
        """Close the view; the wizard is opened on the session."""
        if not self.following.alive:
            self.exit(OPEN_WIZARD)

    async def action_quit(self) -> None:
        """Close the view."""
        self.exit(0)

    def action_help_quit(self) -> None:
        """What ctrl+c says."""
        words = _("q closes this view, and the training goes on. {x} stops it.", x=shown_here("watch_stop"))
        self.notify(words, markup=False, timeout=4)

    def _ended_by_signal(self, code: int) -> None:
        self.exit(code, return_code=code)


def run_view(following: Following, name: str) -> int:
    """Show the training until the person closes the view: OPEN_WIZARD, 0, or 128 + n for signal n."""
    app = WatchApp(following, name)
    found = app.run()
    return app.return_code or found or 0
