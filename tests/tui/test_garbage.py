"""When the wizard looks for old cyclic garbage: never under the person's fingers, and never too late."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from tfwizard.tui.garbage import LONGEST_S, REST_S, STILL_S, YOUNGER, Garbage


class Knot:
    """Holds itself: only a look finds it."""

    def __init__(self) -> None:
        self.self = self


@pytest.fixture
def garbage() -> Iterator[Garbage]:
    """One past its first looks, at the time 0, with much that is younger."""
    was_on = gc.isenabled()
    gc.disable()  # a look that nobody asked for must not decide
    it = Garbage()
    for at in range(Garbage.LASTING):
        it.look(at, 0.0)
    it.key_at = it._looked = 0.0
    try:
        yield it
    finally:
        it.release()
        gc.unfreeze()
        if was_on:
            gc.enable()


def old() -> weakref.ref[Knot]:
    """Garbage of the oldest generation; and as many looks at what is younger as make one at that due."""
    knot = Knot()
    ref = weakref.ref(knot)
    for _ in range(YOUNGER + 1):
        gc.collect(1)
    del knot
    assert ref() is not None
    return ref


def test_it_is_collected_once_no_key_has_come_for_a_moment(garbage: Garbage) -> None:
    ref = old()
    garbage.key_at = REST_S + 1
    garbage.look("run", REST_S + 1 + STILL_S / 2)
    assert ref() is not None
    garbage.look("run", REST_S + 1 + STILL_S + 0.1)
    assert ref() is None


def test_under_constant_keys_it_is_collected_in_the_end(garbage: Garbage) -> None:
    ref = old()
    at, collected = 0.0, None
    while collected is None and at < 2 * LONGEST_S:
        at += 0.25
        garbage.key_at = at
        garbage.look("run", at)
        collected = at if ref() is None else None
    assert collected is not None
    assert LONGEST_S < collected <= LONGEST_S + 0.5


def test_two_looks_are_apart(garbage: Garbage) -> None:
    garbage.key_at = -100.0
    old()
    garbage.look("run", REST_S + 1)
    ref = old()
    garbage.look("run", REST_S + 1 + REST_S / 2)
    assert ref() is not None
    garbage.look("run", 2 * (REST_S + 1))
    assert ref() is None


def test_where_little_is_young_nothing_is_looked_at(garbage: Garbage) -> None:
    gc.collect()
    knot = Knot()
    ref = weakref.ref(knot)
    del knot
    garbage.look("run", 1000.0)
    assert ref() is not None


def test_what_comes_later_is_never_put_where_none_looks_again(garbage: Garbage) -> None:
    """A long session ends and begins many runs: only the first of them bring modules that stay."""
    lasting = gc.get_freeze_count()
    for run in range(50):
        garbage.look(("running", run), 20.0 * run)
    assert gc.get_freeze_count() == lasting


def test_python_looks_by_itself_again_when_the_wizard_ends() -> None:
    before = gc.get_threshold()
    it = Garbage()
    assert gc.get_threshold()[2] > before[2]
    it.release()
    assert gc.get_threshold() == before
