"""Each script in scripts/ tries to hang, crash, garble or fool the wizard: it says what happened, and nothing stays behind.

More of the kind: input() and sys.exit(0) before training, SIGKILL, an exit code of its own and a long sleep in
session/test_scripts_that_fail_early.py; a worker killed in a probe in real/test_real_death.py; a wizard killed in trials and
after a write in terminal/test_killed.py; markup on the screens in tui/test_wizard.py; folders and files that cannot be written
in test_sources.py. What needs TensorFlow is in test_hostile_training.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from commands import Ran

from .place import SCRIPTS, Place


@dataclass(frozen=True)
class Row:
    """What `check --json` says of a script: its outcome and exit code, the one open finding, and what decides it.

    `of` is a part of the finding's evidence or, where nothing was captured, words of the stage on how it ended.
    """

    outcome: str
    code: int
    finding: str = ""
    of: str | tuple[str, object] = ""
    timeout: int = 60


def failed(error: str) -> Row:
    return Row("failed", 1, "script-error", ("type", error))


NO_TRAINING = Row("no_training", 1, "no-training-call", ("exit_code", 0))
TABLE = {
    "loops_forever": Row("timed_out", 3, of="within 2 s", timeout=2),
    "leaves_without_a_word": Row("died", 3, of="exit code 0"),
    "segfaults": Row("died", 3, of="SIGSEGV"),
    "is_terminated_with_its_group": Row("died", 3, of="SIGTERM"),
    "takes_all_memory": Row("failed", 1, "out-of-memory", ("batch_size", 0)),
    "floods": NO_TRAINING,
    "leaves_a_daemon": NO_TRAINING,
    "dies_and_leaves_a_daemon": Row("died", 3, of="exit code 7"),
    "parent_goes_child_stays": Row("died", 3, of="exit code 0"),
    "forks": NO_TRAINING,
    "ignores_every_signal": Row("timed_out", 3, of="within 2 s", timeout=2),
    "stops_itself": Row("timed_out", 3, of="within 2 s", timeout=2),
    "never_ends": NO_TRAINING,
    "replaces_the_library": failed("ZeroDivisionError"),
    "empties_the_modules": failed("ZeroDivisionError"),
    "replaces_the_streams": failed("ZeroDivisionError"),
    "writes_on_every_descriptor": failed("ZeroDivisionError"),
    "closes_every_descriptor": Row("died", 3, of="closed or broke its connection"),
    "limits_itself": failed("OSError"),
    "recurses": failed("RecursionError"),
    "raises_what_cannot_be_read": failed("Odd"),
    "raises_escapes": failed("Loud"),
    "removes_its_folder": failed("ZeroDivisionError"),
}


def test_every_script_has_its_row() -> None:
    assert set(TABLE) == {path.stem for path in SCRIPTS.glob("*.py")}


@pytest.mark.parametrize("name", TABLE)
def test_what_happened_is_said_and_nothing_stays_behind(name: str, place: Place) -> None:
    row = TABLE[name]
    ran = place.run("check", place.put(name), "--json", "--timeout", str(row.timeout))
    place.is_left_clean()
    assert (ran.document["outcome"], ran.code) == (row.outcome, row.code)
    assert list(ran.open) == ([row.finding] if row.finding else [])
    if isinstance(row.of, str):
        assert row.of in ran.document["stages"][0]["why"]
    else:
        key, value = row.of
        assert ran.open[row.finding]["evidence"][key] == value
    says_no_more_than(ran)


def says_no_more_than(ran: Ran) -> None:
    """Nothing of ours failed on the way, and nothing of the script's reaches the terminal."""
    assert "Traceback" not in ran.err
    assert not re.search(r"[^\n\x20-\x7e\xa0-\uffff]", ran.err)
    assert "title" not in ran.err


def test_text_of_the_scripts_own_moves_no_cursor(place: Place) -> None:
    ran = place.run("check", place.put("raises_escapes"))
    assert ran.code == 1
    assert "Loud" in ran.out
    assert not re.search(r"[^\n\x20-\x7e\xa0-\uffff]", ran.out)
    says_no_more_than(ran)
