"""Layer by layer: gradients as bars, what is frozen or dead, and the first layer that is not finite."""

from __future__ import annotations

import math

from textual.content import Content

from tfwizard.facts import BadWeightFacts, FirstNonFinite, LayersFacts, TrainableFacts, VariableFacts
from tfwizard.language import _, ngettext
from tfwizard.tui.lines import (
    BAD,
    FAINT,
    STRONG,
    WARN,
    Lines,
    bar,
    blank,
    cell,
    clean,
    cut,
    facts_list,
    heading,
    line,
    number,
    wrapped,
)
from tfwizard.tui.screens.scan import bad_values
from tfwizard.tui.view import where_words

#: So many layers at either end are shown; what lies between is counted.
MOST_AT_AN_END = 12
LONGEST_NAME = 24


def layers_lines(facts: LayersFacts, width: int) -> Lines:
    """What moves and what does not, then the gradient of each layer, first to last."""
    lines = facts_list(state_rows(facts), width)
    lines += gradient_lines(facts.gradients, width)
    return [blank(), heading(_("Layers")), *lines] if lines else []


def state_rows(facts: LayersFacts) -> list[tuple[str, str]]:
    """Trainable, dead, ignored, refused; only what is there."""
    rows = [(_("trainable"), trainable_words(facts.trainable))] if facts.trainable else []
    for dead in facts.dead:
        words = ngettext("{layer}: {n} of {units} units is 0 for all {rows} rows",
                         "{layer}: {n} of {units} units are 0 for all {rows} rows",
                         dead.dead, layer=clean(dead.layer), units=dead.units, rows=dead.rows)  # fmt: skip
        rows.append((_("dead"), words))
    if facts.ignored:
        names = ", ".join(clean(name) for name in facts.ignored.names)
        rows.append((_("ignored"), _("predictions do not depend on {names}", names=names)))
    if facts.zero_weights:
        rows.append((_("all zero"), ", ".join(clean(name) for name in facts.zero_weights)))
    if facts.rejected:
        given = str(facts.rejected.given).replace(" ", "")
        words = _("✗ {layer} cannot take {given}", layer=clean(facts.rejected.layer), given=given)
        if facts.rejected.expected:
            shape = str(facts.rejected.expected).replace(" ", "").replace("-1", "?")
            words = _("✗ {layer} cannot take {given}, it expects {shape}", layer=clean(facts.rejected.layer), given=given,
                      shape=shape)  # fmt: skip
        rows.append((_("refused"), words))
    return rows


def trainable_words(facts: TrainableFacts) -> str:
    """How many weights may move."""
    if facts.frozen_model:
        return _("none: the model itself is frozen")
    frozen = facts.variables - facts.trainable
    if frozen:
        words = ngettext("{k} of {n} weight, {frozen} frozen", "{k} of {n} weights, {frozen} frozen", facts.variables,
                         k=facts.trainable, frozen=frozen)  # fmt: skip
    else:
        words = ngettext("{k} of {n} weight", "{k} of {n} weights", facts.variables, k=facts.trainable)
    if not facts.changed:
        return words
    names = ", ".join(clean(name) for name in facts.changed)
    return _("{trainable}; changed after compile, without effect: {names}", trainable=words, names=names)


def gradient_lines(gradients: tuple[VariableFacts, ...], width: int) -> Lines:
    """A bar a layer on a logarithmic scale, the largest and the smallest in words."""
    norms = layer_norms(gradients)
    positive = [norm for norm in norms.values() if norm and math.isfinite(norm)]
    if not norms:
        return []
    scale = _("gradient norm")
    if positive:
        low, high = short(min(positive)), short(max(positive))
        scale = _("gradient norm, first layer to last: {low} … {high}, log scale", low=low, high=high)
    room = min(LONGEST_NAME, max(len(clean(name)) for name in norms))
    size = max(4, min(40, width - room - 14))
    drawn = [norm_line(name, norm, positive, room, size) for name, norm in norms.items()]
    hidden = len(drawn) - 2 * MOST_AT_AN_END
    if hidden > 1:
        between = ngettext("… {n} layer between", "… {n} layers between", hidden)
        drawn = [*drawn[:MOST_AT_AN_END], line("  ", (between, FAINT)), *drawn[-MOST_AT_AN_END:]]
    return [*wrapped(line((scale, FAINT)), width, 1), *drawn]


def norm_line(name: str, norm: float | None, positive: list[float], room: int, size: int) -> Content:
    """The gradient of one layer: at least one eighth of a cell for the smallest, all of `size` for the largest."""
    start = f" {cell(clean(name) or '–', room)}  "
    if norm is None:
        return line(start, (f"{_('none'):>8}", WARN))
    if not norm or not math.isfinite(norm):
        return line(start, (f"{number(norm):>8}", WARN if norm == 0 else BAD))
    # Below one decade in all, the scale still spans one: equal layers look equal.
    top = math.log10(max(positive))
    span = max(1.0, top - math.log10(min(positive)))
    drawn = bar(1.0 + (math.log10(norm) - top) / span * 0.95, 1.0, size)
    return line(start, (f"{short(norm):>8}", STRONG), "  ", drawn)


def short(value: float) -> str:
    """A norm in two digits."""
    return number(float(f"{value:.2g}"))


def layer_norms(gradients: tuple[VariableFacts, ...]) -> dict[str, float | None]:
    """The gradient norm of each layer over its variables, in the order of the forward pass; None where none has any."""
    norms: dict[str, float | None] = {}
    for each in sorted(gradients, key=lambda one: math.inf if one.order is None else one.order):
        before = norms.setdefault(each.layer, None)
        if each.norm is not None:
            norms[each.layer] = math.hypot(before or 0.0, each.norm)
    return norms


def origin_lines(facts: LayersFacts, width: int) -> Lines:
    """The first operation whose result is not finite, and the weights that hold NaN."""
    rows: list[tuple[str, str]] = []
    if facts.non_finite:
        rows.append((_("first"), first_words(facts.non_finite)))
        if facts.non_finite.where:
            # The names take a third at most: so much of the code fits into one line.
            code = cut(clean(facts.non_finite.where.text), width - width // 3 - 3)
            rows.append((where_words(facts.non_finite.where), code))
    rows += [(_("weights"), weight_words(each)) for each in facts.bad_weights]
    return [heading(_("First layer that is not finite")), *facts_list(rows, width), blank()] if rows else []


def first_words(facts: FirstNonFinite) -> str:
    """Layer, operation, rows, and what went in."""
    layer = f"{clean(facts.layer)} ({clean(facts.type)})" if facts.layer else _("the model's own code")
    parts = [_("✗ {operation} in {layer}", operation=clean(facts.operation), layer=layer)]
    parts.append(ngettext("{k} of {n} row", "{k} of {n} rows", facts.of, k=len(facts.rows)))
    if facts.lowest is not None or facts.highest is not None:
        span = _("given {low} to {high}", low=number(facts.lowest), high=number(facts.highest))
        parts.append(span)
    return " · ".join(parts)


def weight_words(facts: BadWeightFacts) -> str:
    """One variable that is not finite before any step."""
    words = ngettext(
        "✗ {name}: {values} in {rows} of {n} row",
        "✗ {name}: {values} in {rows} of {n} rows",
        facts.shape[0] if facts.shape else 1,
        name=clean(facts.variable),
        values=bad_values(facts.nan, facts.infinite),
        rows=facts.bad_rows,
    )
    return f"{words} ({where_words(facts.where)})" if facts.where else words
