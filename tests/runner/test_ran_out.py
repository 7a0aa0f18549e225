"""A death counts as lack of memory only where the system or the process says so."""

from __future__ import annotations

import signal

import pytest

from tfwizard.runner import ran_out as module
from tfwizard.runner.ran_out import ran_out


@pytest.mark.parametrize(
    ("code", "printed", "words"),
    [
        (-signal.SIGABRT, ["what():  std::bad_alloc"], "SIGABRT after “std::bad_alloc”"),
        (-signal.SIGSEGV, ["x", "OOM when allocating tensor with shape[9]"], "SIGSEGV after “OOM when allocating”"),
        (-signal.SIGABRT, ["Check failed: a == b"], ""),
        (-signal.SIGKILL, ["MemoryError"], ""),  # someone's kill -9: the counter of the system says nothing
        (-signal.SIGTERM, ["std::bad_alloc"], ""),
        (1, ["MemoryError"], ""),
        (None, [], ""),
    ],
)
def test_what_a_death_says(code: int | None, printed: list[str], words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "kills", lambda: 3)
    monkeypatch.setattr(module.resource, "getrlimit", lambda _: (module.resource.RLIM_INFINITY,) * 2)
    assert ran_out(code, printed, 3) == words


def test_killer_of_the_system_is_known_by_its_counter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "kills", lambda: 4)
    assert ran_out(-signal.SIGKILL, [], 3) == "the system ended the process because memory ran out"


def test_crash_of_native_code_under_a_limit_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.resource, "getrlimit", lambda _: (4_000_000_000,) * 2)
    assert ran_out(-signal.SIGSEGV, [], 0) == "SIGSEGV under an address-space limit of 4 GB (ulimit -v)"
