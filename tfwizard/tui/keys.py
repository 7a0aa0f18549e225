"""The keys of the wizard, as one table: bindings, footer, help, palette and the configuration are made of it.

None of them is one that tmux, screen or a terminal takes for itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual.binding import Binding

from tfwizard.language import N_, _
from tfwizard.stages import KEYS as stage_keys
from tfwizard.stages import STAGES
from tfwizard.tui import keymap


@dataclass(frozen=True, slots=True)
class Key:
    """One action. `id` is its name in the configuration, `keys` are those it has without one, separated by commas.

    `label` stands in the footer where `footer` is true, `title` in the command palette, `about` there and on the help page.
    `shares` is the action whose keys this one has too, as the two mean something at different times.
    """

    id: str
    keys: str
    action: str
    label: str
    title: str
    about: str
    footer: bool = False
    shares: str = ""


#: In the order of the footer, which shows what fits.
KEYS: tuple[Key, ...] = (
    Key("try", "t", "try_fix", N_("Try"), N_("Try the fix"), N_("try the change shown, on a copy, in a fresh worker"), True),
    Key("change", "c", "change_number", N_("Change"), N_("Change the number"),
        N_("change the number that the fix proposes (a learning rate, say)"), True),
    Key("fix", "f", "fix", N_("Fix"), N_("Fix"), N_("fix the problem: shows the change first"), True),
    Key("explain", "i,enter", "explain", N_("Why"), N_("Explain"), N_("why: the problem with its evidence"), True),
    Key("hint", "h", "hint", N_("Hint"), N_("Hint"), N_("while learning: the next hint for the question"), True),
    Key("show_answer", "A", "show_answer", N_("Answer"), N_("Answer"), N_("while learning: the answer; it is asked for twice"), True),
    Key("yes", "y", "answer(True)", N_("Yes"), N_("Answer yes"), N_("on Decode samples: yes"), True),
    Key("no", "n", "answer(False)", N_("No"), N_("Answer no"), N_("on Decode samples: no"), True, "next"),
    Key("next", "n", "next_problem", N_("Next"), N_("Next problem"), N_("next problem, explained"), True),
    Key("jump", "j", "jump('data')", N_("Values"), N_("Values of the batch"),
        N_("on Inspect data: into the table of values, to scroll through it by the arrows"), True),
    Key("worst", "j", "jump('samples')", N_("Worst"), N_("Worst sample"),
        N_("on Decode samples: the sample with the highest loss, then the next ones"), True, "jump"),
    Key("go_to", "j", "go_to", N_("Go to"), N_("Go to the stage of the problem"),
        N_("from a problem to its stage; the script then shows its line"), True, "jump"),
    Key("train", "m", "train", N_("Train"), N_("Train"),
        N_("on Train and compare: let the script train for real, under watch"), True),
    Key("stop", "x", "stop", N_("Stop"), N_("Stop"), N_("stop the test or the trial that runs; what it has is kept"), True),
    Key("save_report", "E", "save_report", N_("Save"), N_("Save the report"),
        N_("on Ask for help: save the report as Markdown, HTML or JSON; asks which"), True),
    Key("write", "w", "write", N_("Write"), N_("Write"),
        N_("write the proved edits to your files (asks first, keeps a backup)"), True),
    Key("edit", "e", "edit", N_("Edit"), N_("Edit"), N_("edit by hand: your $EDITOR at the line; a trial must have ended"), True),
    Key("compare", "C", "compare", N_("Compare"), N_("Compare"),
        N_("on Train and compare: short trainings that differ in one hyperparameter"), True),
    Key("run", "r", "run_again", N_("Run"), N_("Run again"), N_("run again, also after a change on disk or a lost worker"), True),
    Key("back", "escape", "to_stage", N_("Back"), N_("Back"), N_("back to the stage"), True),
    Key("help", "question_mark,f1", "help", N_("Help"), N_("Help"),
        N_("help for what you look at; on a problem, what it means, for beginners"), True),
    Key("quit", "q", "quit", N_("Quit"), N_("Quit the wizard"), N_("quit; asks if edits are not written"), True),
    Key("problems", "p", "panel('problems')", N_("Problems"), N_("Problems"), N_("every problem with its state; / filters them"), True),
    Key("script", "s", "panel('source')", N_("Script"), N_("Script"), N_("the script with the lines concerned"), True),
    Key("log", "l", "panel('log')", N_("Log"), N_("Log"), N_("what the script printed; / searches it, space holds it still"), True),
    Key("search_log", "L", "search_log", N_("Search"), N_("Search the log"), N_("into the log and its search")),
    Key("palette", "colon,ctrl+p", "command_palette", N_("Commands"), N_("Commands"), N_("every command by name")),
    Key("copy", "k", "copy", N_("Copy"), N_("Copy"),
        N_("copy what you look at: the change, the Python of an explanation, or the problem as text")),
    Key("fix_all", "F", "fix_all", N_("Fix all"), N_("Fix all"), N_("fix all: one after the other, each proved, until one is not")),
    Key("undo", "u", "undo", N_("Undo"), N_("Undo"), N_("undo the last edit or the last write")),
    Key("waive", "v", "waive", N_("Waive"), N_("Waive"), N_("waive a problem, with your reason; the same key takes it back")),
    Key("ask_again", "a", "ask_again", N_("Answer again"), N_("Answer again"), N_("on Decode samples: answer again")),
    Key("probe", "o", "probe_again", N_("Test again"), N_("Test again"),
        N_("test again the stage on the screen (the overfit test, say); on Memory: which size fits")),
    Key("cpu_twin", "b", "cpu_twin", N_("On the CPU"), N_("One batch on the CPU"),
        N_("one batch again on the CPU, which says in words what a GPU answers with NaN")),
    Key("gpus", "g", "gpus", N_("GPUs"), N_("GPUs"), N_("the GPUs, and who holds their memory")),
    Key("summary", "S", "summary", N_("Summary"), N_("Summary"),
        N_("while learning: what was found alone, with hints, or shown")),
    Key("left", "left", "turn(-1)", N_("Left"), N_("Left"), N_("another way to fix it; on Decode samples: the sample before")),
    Key("right", "right", "turn(1)", N_("Right"), N_("Right"), N_("another way to fix it; on Decode samples: the sample after")),
    Key("stage_before", "up", "step(-1)", N_("Up"), N_("Stage before"), N_("the stage before")),
    Key("stage_after", "down", "step(1)", N_("Down"), N_("Stage after"), N_("the stage after")),
    Key("page_up", "pageup", "scroll_page(-1)", N_("Page up"), N_("Page up"), N_("scroll the page up, wherever the focus is")),
    Key("page_down", "pagedown", "scroll_page(1)", N_("Page down"), N_("Page down"),
        N_("scroll the page down, wherever the focus is")),
    Key("suspend", "ctrl+z", "suspend_process", N_("Suspend"), N_("Suspend"), N_("back to the shell for a while; fg returns")),
)  # fmt: skip

#: The keys 1 to 9, 0 and R go to the stages, as the list of the stages shows; they stay.
STAGE_KEYS = tuple((stage_keys[stage.id], f"stage({position})") for position, stage in enumerate(STAGES))
#: What Textual has besides, on these keys: nothing else may take them.
FIXED = {
    "ctrl+c": N_("it says how to quit"),
    "ctrl+q": N_("it quits"),
    "tab": N_("it goes from part to part"),
}


def keys_of(key: Key) -> str:
    """The keys that the action has now, separated by commas."""
    return keymap.chosen().get(key.shares or key.id, key.keys)


def bindings() -> list[Binding]:
    """The bindings with the keys that were chosen. The footer translates their labels."""
    made = [
        Binding(
            keys_of(key), key.action, key.label, show=key.footer, id=f"wizard.{key.id}",
            key_display=keymap.first_shown(keys_of(key)),
        )
        for key in KEYS
    ]  # fmt: skip
    return made + [Binding(digit, action, show=False) for digit, action in STAGE_KEYS]


def commands() -> list[tuple[str, str, str]]:
    """What the command palette offers beside the stages: title, help, action."""
    return [(_(key.title), _(key.about), key.action) for key in KEYS if key.id != "palette"]


def wrong_keys(asked: Mapping[str, str]) -> dict[str, str]:
    """Why a choice of keys cannot be, by the id of the action; what is fine is not in it."""
    known = {key.id: key for key in KEYS if not key.shares}
    taken = {digit: _("a stage has it") for digit, _action in STAGE_KEYS}
    taken |= {name: _(what) for name, what in FIXED.items()}
    owner: dict[str, set[str]] = {}
    for key in known.values():
        for one in keymap.parts(asked.get(key.id, key.keys)):
            owner.setdefault(keymap.shown(one), set()).add(key.id)
    wrong: dict[str, str] = {}
    for name, text in asked.items():
        if name not in known:
            meant = keymap.did_you_mean(name, known)
            wrong[name] = (
                _("there is no such action; did you mean {name}?", name=meant)
                if meant
                else _("there is no such action")
            )
            continue
        each = [keymap.shown(one) for one in keymap.parts(text)]
        if not each:
            wrong[name] = _(
                "“{text}” is no key: keys are single characters, and names such as f5, ctrl+t or pageup", text=text
            )
        for one in each:
            others = owner[one] - {name}
            if one in taken:
                wrong[name] = _("{key} cannot be had: {why}", key=one, why=taken[one])
            elif others:
                wrong[name] = _("{key} is the key of {other} as well", key=one, other=", ".join(sorted(others)))
    return wrong
