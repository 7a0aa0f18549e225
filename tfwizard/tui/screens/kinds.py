"""The words that the facts have for what a tensor is and what labels are, in the person's language."""

from __future__ import annotations

from tfwizard.language import N_, _
from tfwizard.tui.lines import clean

ROLES = {"input": N_("input"), "label": N_("label"), "sample weight": N_("sample weight")}
KINDS = {
    "integer": N_("integers"),
    "float": N_("numbers"),
    "text": N_("text"),
    "missing": N_("missing"),
    "class ids": N_("class ids"),
    "binary": N_("0 and 1"),
    "signs": N_("-1 and 1"),
    "one-hot": N_("one-hot"),
    "soft": N_("probabilities"),
    "multi-hot": N_("multi-hot"),
    "real": N_("real numbers"),
    "other": N_("of another kind"),
}


def role_words(role: str) -> str:
    """What a tensor is for."""
    return _(ROLES[role]) if role in ROLES else clean(role)


def kind_words(kind: str) -> str:
    """How labels are written."""
    return _(KINDS[kind]) if kind in KINDS else clean(kind)
