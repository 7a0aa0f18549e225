"""Scripts that end before they train: each gets its line, its message in plain words, and the documented exit code."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import Ran, tfwizard

Check = Callable[..., Ran]


def test_a_syntax_error_is_shown_with_its_line(check: Check) -> None:
    ran = check("x = 1\ny = 2\nz = = 3\n")
    finding = ran.open["script-error"]
    assert ran.code == 1
    assert ran.document["outcome"] == "failed"
    assert finding["where"] == {"file": "train.py", "line": 3}
    assert "cannot read this line" in finding["why"]


def test_a_missing_package_is_named(check: Check) -> None:
    ran = check("import os\n\nimport surely_not_installed\n")
    finding = ran.open["script-error"]
    assert ran.code == 1
    assert finding["where"]["line"] == 3
    assert "surely_not_installed is not installed" in finding["why"]


def test_a_wrong_path_is_named(check: Check) -> None:
    ran = check("def read():\n    return open('no/such/data.csv')\n\n\nread()\n")
    finding = ran.open["script-error"]
    assert ran.code == 1
    assert finding["where"]["line"] == 2
    assert "no file no/such/data.csv" in finding["why"]
    assert finding["evidence"]["user_frames"][0].endswith("read()")


def test_the_frames_of_libraries_are_left_out(check: Check) -> None:
    finding = check("import json\n\njson.loads('{')\n").open["script-error"]
    assert finding["where"]["line"] == 3
    assert len(finding["evidence"]["user_frames"]) == 1


def test_a_script_that_asks_for_input_is_told_so(check: Check) -> None:
    assert "asks for input" in check("name = input('who? ')\n").open["script-error"]["why"]


@pytest.mark.parametrize("rehearsal", ["--rehearsal", "--no-rehearsal"])
def test_under_watch_it_is_said_as_well(tmp_path: Path, rehearsal: str) -> None:
    (tmp_path / "train.py").write_text("import surely_not_installed\n")
    ran = tfwizard("watch", "train.py", "--json", rehearsal, cwd=tmp_path)
    assert (ran.code, list(ran.open)) == (1, ["script-error"])


@pytest.mark.parametrize("text", ["print('hello')\n", "import sys\nsys.exit(0)\n"])
def test_a_script_without_training(check: Check, text: str) -> None:
    ran = check(text)
    assert set(ran.open) == {"no-training-call"}
    assert (ran.code, ran.document["outcome"]) == (1, "no_training")


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n", "died"),
        ("import os\nos._exit(7)\n", "died"),
        ("import time\ntime.sleep(600)\n", "timed_out"),
    ],
)
def test_a_process_that_is_gone_before_anything_was_captured(check: Check, text: str, outcome: str) -> None:
    ran = check(text, "--timeout", "5")
    assert (ran.code, ran.document["outcome"]) == (3, outcome)
    assert ran.document["findings"] == []
    assert ran.document["stages"][0]["status"] == "blocked"


def test_the_death_is_named(check: Check) -> None:
    why = check("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n").document["stages"][0]["why"]
    assert "SIGKILL" in why


def test_the_script_runs_as_plain_python_would(check: Check, tmp_path: Path) -> None:
    text = (
        "import json, os, sys\n"
        "import helper\n"
        "seen = [__name__, __file__, sys.argv, sys.path[0], os.getcwd(), helper.VALUE, __spec__ is None, sys.stdin.read()]\n"
        "json.dump(seen, open('seen.json', 'w'))\n"
    )
    (tmp_path / "helper.py").write_text("VALUE = 3\n")
    script = tmp_path / "train.py"
    script.write_text(text)
    plain = subprocess.run(
        [sys.executable, str(script), "--epochs", "2"], cwd=tmp_path, stdin=subprocess.DEVNULL, check=True
    )
    assert plain.returncode == 0
    expected = (tmp_path / "seen.json").read_text()
    assert tfwizard("check", str(script), "--json", "--", "--epochs", "2", cwd=tmp_path).code == 1
    assert (tmp_path / "seen.json").read_text() == expected


def test_stdout_is_the_document_alone(check: Check) -> None:
    ran = check("print('noise on stdout')\n")
    assert ran.document["schema"] == "tfwizard/1"
    assert "noise" not in ran.out


@pytest.mark.parametrize("command", ["check", "fix", "run"])
def test_wrong_usage_is_exit_code_2(command: str, tmp_path: Path) -> None:
    missing = tfwizard(command, "nothere.py", cwd=tmp_path)
    assert missing.code == 2
    assert "nothere.py" in missing.err
    (tmp_path / "train.py").write_text("pass\n")
    assert tfwizard(command, "train.py", "--python", "/no/such/python", cwd=tmp_path).code == 2


def test_run_without_a_terminal_behaves_as_check(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("print('hello')\n")
    ran = tfwizard("run", "train.py", cwd=tmp_path)
    assert ran.code == 1
    assert "no-training-call" in ran.out


def test_a_python_that_cannot_be_started_is_named_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("print('hello')\n")
    program = tmp_path / "python"
    program.write_text("no program at all")
    program.chmod(0o755)
    ran = tfwizard("check", "train.py", "--json", "--python", str(program), cwd=tmp_path)
    assert (ran.code, ran.document["outcome"]) == (3, "died")
    [why] = [stage["why"] for stage in ran.document["stages"] if stage["id"] == "script"]
    assert why == f"{program} could not be started: Exec format error"
