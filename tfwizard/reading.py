"""Facts as they come over the socket, read back with their types: what does not fit is refused."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar, get_args, get_type_hints

from tfwizard import facts
from tfwizard.facts import Call, Facts

T = TypeVar("T")


def read_facts(kind: type[T], value: Any) -> T:
    """`value` as a class of tfwizard.facts. Raises ValueError (msgspec.ValidationError) when it does not fit."""
    import msgspec  # not before the first paint

    return msgspec.convert(value, kind)


def read_call(value: Any) -> Call:
    """One captured call."""
    return read_facts(Call, value)


def section_type(section: str) -> type[Any]:
    """The class that one section of Facts holds."""
    kind: type[Any] = next(one for one in get_args(_sections()[section]) if one is not type(None))
    return kind


@cache
def _sections() -> dict[str, Any]:
    return get_type_hints(Facts, localns={name: getattr(facts, name) for name in facts.__all__})
