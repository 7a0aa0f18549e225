"""The keys of the wizard. None of them is one that tmux, screen or a terminal takes for itself."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from tfwizard.language import _
from tfwizard.stages import STAGES

KEYS: list[BindingType] = [
    Binding("t", "try_fix", "Try", id="wizard.try"),
    Binding("c", "change_number", "Change", id="wizard.change"),
    Binding("f", "fix", "Fix", id="wizard.fix"),
    Binding("i,enter", "explain", "Why", id="wizard.explain", key_display="i"),
    Binding("y", "answer(True)", "Yes", id="wizard.yes"),
    Binding("n", "answer(False)", "No", id="wizard.no"),
    Binding("n", "next_problem", "Next", id="wizard.next"),
    Binding("j", "jump('data')", "Values", id="wizard.values"),
    Binding("j", "jump('samples')", "Worst", id="wizard.worst"),
    Binding("m", "train", "Train", id="wizard.train"),
    Binding("x", "stop", "Stop", id="wizard.stop"),
    Binding("w", "write", "Write", id="wizard.write"),
    Binding("e", "edit", "Edit", id="wizard.edit"),
    Binding("C", "compare", "Compare", id="wizard.compare"),
    Binding("r", "run_again", "Run", id="wizard.run"),
    Binding("escape", "to_stage", "Back", id="wizard.back"),
    Binding("question_mark,f1", "help", "Help", key_display="?", id="wizard.help"),
    Binding("q", "quit", "Quit", id="wizard.quit"),
    # The footer shows what fits: the views are named on the help page as well.
    Binding("p", "panel('problems')", "Problems", id="wizard.problems"),
    Binding("s", "panel('source')", "Script", id="wizard.script"),
    Binding("l", "panel('log')", "Log", id="wizard.log"),
    Binding("b", "cpu_twin", "On the CPU", show=False, id="wizard.cpu_twin"),
    Binding("g", "gpus", "GPUs", show=False, id="wizard.gpus"),
    Binding("u", "undo", "Undo", show=False, id="wizard.undo"),
    Binding("v", "waive", "Waive", show=False, id="wizard.waive"),
    Binding("a", "ask_again", "Answer again", show=False, id="wizard.ask_again"),
    Binding("o", "probe_again", "Test again", show=False, id="wizard.probe"),
    Binding("F", "fix_all", "Fix all", show=False, id="wizard.fix_all"),
    Binding("left", "turn(-1)", show=False),
    Binding("right", "turn(1)", show=False),
    Binding("up", "step(-1)", show=False),
    Binding("down", "step(1)", show=False),
    Binding("pageup", "scroll_page(-1)", show=False),
    Binding("pagedown", "scroll_page(1)", show=False),
    *(Binding(str(position % 10), f"stage({position - 1})", show=False) for position, _stage in enumerate(STAGES, 1)),
]


def help_rows() -> list[tuple[str, str]]:
    """Every key and what it does."""
    return [
        ("1 – 9, 0, ↑ ↓", _("go to a stage")),
        ("pgup, pgdn", _("scroll the page; tab goes from part to part, then ↑ ↓ scroll")),
        ("n", _("next problem, explained")),
        ("i, enter", _("why: explain the problem")),
        ("f", _("fix the problem: shows the change first")),
        ("t", _("try the change shown, on a copy, in a fresh worker")),
        ("c", _("change the number that the fix proposes (a learning rate, say)")),
        ("← →", _("another way to fix it; on Decode samples: another sample")),
        ("j", _("on Inspect data: into the values; on Decode samples: to the worst loss")),
        ("F", _("fix all: one after the other, each proved, until one is not")),
        ("w", _("write the proved edits to your files (asks first, keeps a backup)")),
        ("u", _("undo the last edit or the last write")),
        ("v", _("waive a problem, with your reason; v again takes it back")),
        ("y, n, a", _("on Decode samples: yes, no, answer again")),
        ("p, s, l", _("problems, script, log; esc goes back")),
        ("space, end, /", _("in the log: pause, follow the end, search (then n, N)")),
        ("b", _("one batch again on the CPU, which says in words what a GPU answers with NaN")),
        ("g", _("the GPUs, and who holds their memory")),
        ("e", _("edit by hand: your $EDITOR at the line; a trial must have ended")),
        ("r", _("run again, also after a change on disk or a lost worker")),
        ("o", _("test again the stage on the screen (the overfit test, say); on Memory: which size fits")),
        ("C", _("on Train and compare: short trainings that differ in one hyperparameter")),
        ("m", _("on Train and compare: let the script train for real, under watch")),
        ("x", _("stop the test or the trial that runs; what it has is kept")),
        ("ctrl+p", _("every command by name")),
        ("q, ctrl+q", _("quit; asks if edits are not written")),
    ]


def commands() -> list[tuple[str, str, str]]:
    """What the command palette offers beside the stages: title, help, action."""
    return [
        (_("Next problem"), _("Explain the next open problem"), "next_problem"),
        (_("Explain"), _("Why this is a problem, with its evidence"), "explain"),
        (_("Fix"), _("Show the change that mends the problem"), "fix"),
        (_("Try the fix"), _("Run a copy with the change in a fresh worker"), "try_fix"),
        (_("Change the number"), _("Another number than the one that the fix proposes"), "change_number"),
        (_("Fix all"), _("Mend one problem after the other, each proved"), "fix_all"),
        (_("Write"), _("Write the proved edits to your files"), "write"),
        (_("Undo"), _("Take back the last edit or the last write"), "undo"),
        (_("Waive"), _("Say why this is no problem here"), "waive"),
        (_("Answer yes"), _("Answer the question of Decode samples"), "answer(True)"),
        (_("Answer no"), _("Answer the question of Decode samples"), "answer(False)"),
        (_("Answer again"), _("Ask the questions of Decode samples again"), "ask_again"),
        (_("Values of the batch"), _("Into the table, to scroll through it by the arrows"), "jump('data')"),
        (_("Worst sample"), _("The sample with the highest loss, then the next ones"), "jump('samples')"),
        (_("Problems"), _("Every problem with its state"), "panel('problems')"),
        (_("Script"), _("The script with the lines concerned"), "panel('source')"),
        (_("Log"), _("What the script printed"), "panel('log')"),
        (_("Search the log"), _("Go from match to match in what the script printed"), "search_log"),
        (_("GPUs"), _("Who holds the memory of the GPUs"), "gpus"),
        (_("Edit"), _("Open your editor at the line of the problem"), "edit"),
        (_("Run again"), _("Run the script again in a fresh worker"), "run_again"),
        (_("Test again"), _("Examine the stage on the screen again"), "probe_again"),
        (_("Compare"), _("Short trainings that differ in one hyperparameter"), "compare"),
        (_("One batch on the CPU"), _("The same batch in a process that sees no GPU"), "cpu_twin"),
        (_("Train"), _("Let the script train for real, under watch"), "train"),
        (_("Stop"), _("Stop the test or the trial that runs"), "stop"),
        (_("Back"), _("Back to the stage"), "to_stage"),
        (_("Keys"), _("Every key and sign"), "help"),
        (_("Quit the wizard"), _("Asks first if edits are not written"), "quit"),
    ]
