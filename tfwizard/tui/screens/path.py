"""The way of one batch through the model: inputs, layers in order, logits, loss, and where it stops being finite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.cells import cell_len

from tfwizard.facts import Facts, LayerPassed, LayersFacts, NanFacts
from tfwizard.language import _, ngettext
from tfwizard.tui.lines import BAD, FAINT, GOOD, STRONG, WARN, Lines, blank, cell, clean, heading, line, wrapped
from tfwizard.tui.screens.scan import bad_values

#: So many steps of a kind beside each other are shown at either end; those between are counted.
AT_AN_END = 2
LONGEST_NAME = 28
FINE, FIRST, AFTER, MEANT = "fine", "first", "after", "meant"


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way: `state` is finite, the first that is not, one behind that, or infinity that may be meant."""

    name: str
    state: str
    words: str = ""


def path_lines(facts: Facts, width: int) -> Lines:
    """The steps in order, each with its sign; long runs that are alike are folded."""
    steps = steps_of(facts.layers, facts.nan)
    if len(steps) < 2:
        return []
    batch = facts.layers.path_batch if facts.layers else 0
    title = _("The way through the model") if not batch else _("The way of batch {n} through the model", n=batch + 1)
    room = min(LONGEST_NAME, width // 2, max(cell_len(step.name) for step in steps))
    lines: Lines = wrapped(heading(title), width)
    for state, group in groupby(steps, key=lambda step: step.state):
        run = list(group)
        hidden = len(run) - 2 * AT_AN_END
        head, tail = (run[:AT_AN_END], run[-AT_AN_END:]) if hidden > 1 else (run, [])
        for step in head:
            lines += step_lines(step, room, width)
        if tail:
            lines += wrapped(line((folded_words(state, hidden), FAINT)), width, 1, 2)
        for step in tail:
            lines += step_lines(step, room, width)
    return [*lines, blank()]


def step_lines(step: Step, room: int, width: int) -> Lines:
    """One step: its sign, its name, and what it gives in words."""
    sign, style = {FINE: ("✓", GOOD), FIRST: ("✗", BAD), AFTER: ("↓", WARN), MEANT: ("∞", FAINT)}[step.state]
    words = {FINE: _("finite"), FIRST: _("the first that is not finite"), AFTER: _("not finite either"),
             MEANT: _("infinite, which may be meant")}[step.state]  # fmt: skip
    weight = STRONG if step.state == FIRST else ""
    told = _("{what}: {values}", what=words, values=step.words) if step.words else words
    return wrapped(line((f"{sign} ", style), (cell(step.name, room), weight), "  ", (told, style)), width, 1, 4)


def folded_words(state: str, n: int) -> str:
    """What stands for steps that are alike."""
    if state == FINE:
        return ngettext("… {n} more layer, finite", "… {n} more layers, all finite", n)
    if state == MEANT:
        return ngettext("… {n} more layer with infinity", "… {n} more layers with infinity", n)
    return ngettext("… {n} more layer, not finite", "… {n} more layers, none of them finite", n)


def steps_of(layers: LayersFacts | None, nan: NanFacts | None) -> list[Step]:
    """Inputs, layers, logits, loss; what is not known is left out."""
    passed = layers.path if layers else ()
    states = layer_states(passed)
    broken = FIRST in states
    steps = [Step(_("inputs"), FINE if nan.inputs_finite else FIRST)] if nan else []
    broken_before = any(step.state == FIRST for step in steps)
    for each, state in zip(passed, states, strict=True):
        state = AFTER if state == FIRST and broken_before else state
        steps.append(Step(layer_name(each), state, values_words(each) if state != FINE else ""))
    broken = broken or broken_before
    # The layers are those of the batch that fails, which need not be the one that the losses are of.
    if nan and not (layers and layers.path_batch):
        steps.append(Step(_("logits"), FINE if nan.logits_finite else AFTER if broken else FIRST))
        broken = broken or not nan.logits_finite
        words = ngettext("{k} of {n} row", "{k} of {n} rows", nan.of, k=len(nan.rows)) if nan.rows else ""
        steps.append(Step(_("loss"), FINE if not nan.rows else AFTER if broken else FIRST, words))
    return steps


def layer_states(passed: Sequence[LayerPassed]) -> list[str]:
    """The first layer with NaN is where it begins; without any NaN, the first with infinity. Infinity before a NaN may be meant."""
    any_nan = any(each.nan for each in passed)
    states, begun = [], False
    for each in passed:
        bad = bool(each.nan) or (not any_nan and bool(each.infinite))
        if bad:
            states.append(AFTER if begun else FIRST)
            begun = True
        else:
            states.append(MEANT if each.infinite and not begun else AFTER if each.infinite else FINE)
    return states


def layer_name(each: LayerPassed) -> str:
    """Name and class, where the name does not say it already."""
    name, type = clean(each.layer), clean(each.type)
    return name if type.lower() in name.lower().replace("_", "") else f"{name} ({type})"


def values_words(each: LayerPassed) -> str:
    """How many of its numbers are not finite."""
    return bad_values(each.nan, each.infinite)
