"""A report without its secrets: every text in it is masked, wherever it came from, and what was masked is counted."""

from __future__ import annotations

import dataclasses
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tfwizard.report.contents import Masked, Report
from tfwizard.report.masks import Known, known_from, mask, mask_arguments
from tfwizard.report.secret_names import is_placeholder, looks_secret, secret_name, worth_looking_for
from tfwizard.report.source_masks import mask_source, secrets_in

#: The parts whose texts are Python, or pieces of it.
CODE = frozenset({"reproduction", "diff", "settings"})


def hidden(report: Report, environ: Mapping[str, str]) -> Report:
    """The report without its secrets. Those of the environment, the command and the sources are masked in every part."""
    hiding = _Hiding(_known(report.command, report.sources.values(), environ, _homes()))
    parts = {one.name: hiding.part(one.name, getattr(report, one.name)) for one in dataclasses.fields(report)}
    return replace(report, **{**parts, "masked": hiding.told()})


def hidden_findings(
    document: dict[str, Any], command: Sequence[str], sources: Iterable[str], environ: Mapping[str, str]
) -> dict[str, Any]:
    """The contract's document without the secrets in its findings and stages, for what others may read. Paths stay as they are."""
    hiding = _Hiding(_known(command, sources, environ, ()))
    parts = {name: hiding.texts(name, document[name]) for name in ("findings", "stages")}
    return {**document, **parts}


def _known(command: Sequence[str], sources: Iterable[str], environ: Mapping[str, str], homes: tuple[str, ...]) -> Known:
    of_environment = {value: kind for value, kind in known_from(environ.items()) if worth_looking_for(value)}
    flags = [(one.partition("=")[0], one.partition("=")[2]) for one in command if "=" in one]
    flags += [(before, one) for before, one in zip(command, command[1:], strict=False) if before.startswith("-")]
    of_command = {value: kind for value, kind in known_from(flags) if worth_looking_for(value)}
    of_sources = {value: kind for text in sources for value, kind in secrets_in(text)}
    return Known(tuple({**of_sources, **of_command, **of_environment}.items()), homes)


def _homes() -> tuple[str, ...]:
    home = os.path.expanduser("~")
    return tuple(dict.fromkeys(one for one in (home, str(Path(home).resolve())) if one not in ("~", "/", "")))


class _Hiding:
    """Masks part after part, and counts."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.counts: Counter[tuple[str, str]] = Counter()

    def told(self) -> tuple[Masked, ...]:
        """What was masked, in the order in which it was met."""
        return tuple(Masked(kind, where, count) for (kind, where), count in self.counts.items())

    def part(self, where: str, value: Any) -> Any:
        """One field of the report, masked."""
        if where == "command":
            found, counts = mask_arguments(value, self.known)
            self._count(where, counts)
            return found
        if where == "sources":
            return {self._text(where, name): self._source(where, text) for name, text in value.items()}
        if where == "reproduction" and value is not None:
            return replace(value, code=self._source(where, value.code), data=self._text(where, value.data))
        return self._within(where, "", value)

    def texts(self, where: str, value: Any) -> Any:
        """Plain JSON data with every text in it masked. The names of its fields are ours, and say nothing of what is in them."""
        if isinstance(value, str):
            return self._text(where, value)
        if isinstance(value, Mapping):
            return {key: self.texts(where, part) for key, part in value.items()}
        return [self.texts(where, part) for part in value] if isinstance(value, (list, tuple)) else value

    def _within(self, where: str, name: str, value: Any) -> Any:
        """A value below a name, which may say that it is a secret."""
        if isinstance(value, str):
            return self._named(where, name, value)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            # What a program calls "name" names the value that stands beside it.
            named = str(getattr(value, "name", ""))
            each = {
                one.name: (named if one.name == "value" else one.name, getattr(value, one.name))
                for one in dataclasses.fields(value)
            }
            return replace(
                value, **{field: self._within(where, called, part) for field, (called, part) in each.items()}
            )
        if isinstance(value, Mapping):
            return {self._text(where, str(key)): self._within(where, str(key), part) for key, part in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)(self._within(where, name, part) for part in value)
        return value

    def _named(self, where: str, name: str, value: str) -> str:
        kind, weak = secret_name(name)
        inner = value.strip("\"'")
        if kind and not is_placeholder(inner) and inner != "(set)" and (not weak or looks_secret(inner)):
            self.counts[kind, where] += 1
            return "***"
        return self._text(where, value)

    def _text(self, where: str, text: str) -> str:
        masked = mask(text, self.known, code=where in CODE)
        self._count(where, masked.counts)
        return masked.text

    def _source(self, where: str, text: str) -> str:
        masked = mask_source(text, self.known)
        self._count(where, masked.counts)
        return masked.text

    def _count(self, where: str, counts: Counter[str]) -> None:
        for kind, count in counts.items():
            self.counts[kind, where] += count
