"""Stage 1: how far the script gets, call by call, and the error that it ends with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tfwizard.language import _, ngettext
from tfwizard.tui.lines import (
    BAD,
    FAINT,
    GOOD,
    STRONG,
    Lines,
    blank,
    clean,
    cut,
    facts_list,
    heading,
    line,
    paragraph,
    wrapped,
)
from tfwizard.tui.screens.page import StagePage
from tfwizard.tui.view import View, where_words

if TYPE_CHECKING:
    from tfwizard.facts import Call, ErrorFacts, Frame, GpusFacts, LoopFacts, ScriptFacts

MAIN_PACKAGES = ("tensorflow", "tf_keras", "keras", "transformers", "datasets", "numpy")


class ScriptPage(StagePage):
    """The run of the script."""

    def evidence(self, view: View, width: int) -> Lines:
        """The end if there is one, the calls, the environment."""
        facts = view.facts.script
        lines: Lines = []
        if facts:
            lines += outcome_lines(facts, width)
            if facts.error:
                lines += error_lines(facts.error, width)
            lines += loop_lines(view.facts.loop, facts.held, width)
            lines.append(blank())
        lines += calls_lines(facts.calls if facts else view.calls, facts.held if facts else None, width)
        if facts:
            lines += environment_lines(facts, view.facts.gpus, width)
        return lines


def outcome_lines(facts: ScriptFacts, width: int) -> Lines:
    """How the run ended."""
    seconds = f"{facts.seconds:.1f}"
    held = facts.held
    text = {
        "held_at_fit": _("It ran for {s} s and is held at {call}, before anything was trained."),
        "finished": _("It ran to its end in {s} s."),
        "failed": _("It failed after {s} s."),
        "no_training": _("It ended after {s} s without training anything."),
        "timed_out": _("It was stopped: no training call within {s} s."),
        "died": _("Its process ended after {s} s: {death}."),
    }.get(facts.outcome, facts.outcome)
    call = f"{clean(held.name)} ({where_words(held.where)})" if held else _("its training call")
    lines = paragraph(text.format(s=seconds, call=call, death=clean(facts.death or facts.exit_code)), width)
    if facts.read_stdin:
        lines += paragraph(_("It waited for keyboard input; under the wizard there is none."), width)
    if facts.custom_loop:
        lines += paragraph(_("It trains in a loop of its own, without fit."), width)
    return lines


def loop_lines(loop: LoopFacts | None, held: Call | None, width: int) -> Lines:
    """Where a loop of the user's own takes its gradients, and where it applies them."""
    lines: Lines = []
    for tape in loop.gradients if loop else ():
        taken = where_words(tape.where) or "–"
        if held and held.where and "apply" in held.name:
            words = _("Gradients taken at {line}, applied at {applied}", line=taken, applied=where_words(held.where))
        else:
            words = _("Gradients taken at {line}", line=taken)
        if tape.missing:
            words = ngettext("{taken}: {k} of {n} variable without one", "{taken}: {k} of {n} variables without one",
                             tape.sources, taken=words, k=len(tape.missing))  # fmt: skip
        lines += paragraph(words, width)
    return lines


def error_lines(error: ErrorFacts, width: int) -> Lines:
    """The exception: its useful line first, then the frames of the user's own files; libraries are folded."""
    lines = [blank(), *wrapped(line((clean(error.type), BAD), ": ", clean(error.useful or error.message)), width, 0, 2)]
    hidden = 0
    for frame in error.frames:
        if not frame.user:
            hidden += 1
            continue
        lines += folded(hidden) + frame_lines(frame, width)
        hidden = 0
    return lines + folded(hidden)


def folded(count: int) -> Lines:
    """What stands for `count` frames of libraries."""
    if not count:
        return []
    return [line("  ", (ngettext("… {n} library frame", "… {n} library frames", count), FAINT))]


def frame_lines(frame: Frame, width: int) -> Lines:
    """One frame of the user's code."""
    place = frame.place
    return wrapped(line("  ", (f"{where_words(place)}", STRONG), "  ", clean(place.text)), width, 0, 4)


def calls_lines(calls: tuple[Call, ...], held: Call | None, width: int) -> Lines:
    """The captured calls in order, each with its sign, line and time."""
    if not calls:
        return [line((_("No call of TensorFlow, Keras or Hugging Face libraries yet."), FAINT))]
    lines = [heading(_("Calls"))]
    for call in calls:
        lines.append(call_line(call, call == held or (held is not None and call.index == held.index), width))
    return lines


def call_line(call: Call, held: bool, width: int) -> Content:
    """One call: ✓ returned, ✗ failed, ▶ running, ⊘ held."""
    if held:
        sign, style, time = "⊘", STRONG, _("held")
    elif call.failed:
        sign, style, time = "✗", BAD, _("failed")
    elif call.seconds is None:
        sign, style, time = "▶", STRONG, _("running")
    else:
        sign, style, time = "✓", GOOD, f"{call.seconds:.2f} s"
    where = where_words(call.where)
    name = cut(clean(call.name), max(10, width - len(where) - len(time) - 7))
    gap = " " * max(1, width - len(name) - len(where) - len(time) - 5)
    return line((f"{sign} ", style), name, gap, (where, FAINT), "  ", time)


def environment_lines(facts: ScriptFacts, gpus: GpusFacts | None, width: int) -> Lines:
    """The interpreter and the libraries that decide how things behave."""
    environment = facts.environment
    if not environment.python:
        return []
    packages = "  ".join(
        f"{name} {environment.packages[name]}" for name in MAIN_PACKAGES if name in environment.packages
    )
    rows = [
        ("python", f"{environment.python}  {environment.executable}"),
        (_("packages"), packages),
        (_("GPUs"), ", ".join(str(gpu) for gpu in gpus.gpus) or gpus.why if gpus else _("not looked at")),
    ]
    return [blank(), heading(_("Environment")), *facts_list([(name, clean(value)) for name, value in rows], width)]
