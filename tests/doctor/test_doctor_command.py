"""`tfwizard doctor` as a person or a pipeline runs it, on real interpreters."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from commands import TIMEOUT_S

from .environments import make, put, sound


def doctor(*options: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tfwizard", "doctor", *options], env={**os.environ, **variables},
        cwd=cwd, capture_output=True, text=True, timeout=TIMEOUT_S, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip


def document(*options: str, cwd: Path, code: int, **variables: str) -> dict[str, Any]:
    done = doctor("--json", *options, cwd=cwd, **variables)
    assert (done.returncode, done.stderr) == (code, ""), done.stdout
    loaded: dict[str, Any] = json.loads(done.stdout)
    assert loaded["schema"] == "tfwizard-doctor/1"
    assert loaded["breaks"] is (code == 1)
    return loaded


def ids(of: dict[str, Any]) -> set[str]:
    return {one["id"] for one in of["findings"]}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return make(tmp_path / "environment")


@pytest.fixture
def python(tmp_path: Path) -> str:
    return str(tmp_path / "environment" / "bin" / "python")


def test_what_a_library_says_does_not_steer_the_terminal() -> None:
    from tfwizard.report.doctor import as_text

    document = {
        "python": {"version": "3.11.7", "executable": "python"}, "libraries": {}, "tensorflow": None, "variables": {}, "folders": {},
        "gpus": {"seen": [], "why": "none", "driver": None, "seen_by_tensorflow": None},
        "imports": [{"module": "numpy", "error": "ImportError: \x1b[31mno\x1b]0;title\x07\x00", "seconds": 0.1}],
        "terminal": {"term": "xterm", "columns": None, "lines": None, "encoding": "utf-8", "colours": "", "multiplexer": ""},
        "findings": [], "breaks": False, "seconds": 0.1,
    }  # fmt: skip
    text = as_text(document)
    assert "ImportError: no" in text
    assert not {"\x1b", "\x07", "\x00"} & set(text)


def test_an_empty_environment_lacks_tensorflow(site: Path, python: str, tmp_path: Path) -> None:
    french = doctor("--python", python, "--lang", "fr", cwd=tmp_path)
    assert re.search(r"ERREUR tensorflow-missing : TensorFlow n'est pas\s+installé", french.stdout)
    assert "Quelque chose casserait" in french.stdout
    done = doctor("--python", python, cwd=tmp_path)
    assert done.returncode == 1
    assert "ERROR tensorflow-missing" in done.stdout
    assert f"uv pip install --python {python} 'tensorflow==2.21.*'" in done.stdout


def test_packages_that_fit_each_other(site: Path, python: str, tmp_path: Path) -> None:
    sound(site)
    found = document("--python", python, cwd=tmp_path, code=0)
    assert found["findings"] == []
    assert found["libraries"]["transformers"] == "4.54.1"
    assert found["python"]["executable"] == python
    # The folder of the environment does as well, also where a program has its name, and what is printed says the same.
    (tmp_path / "ls").symlink_to(tmp_path / "environment")
    done = doctor("--python", "ls", cwd=tmp_path)
    assert done.returncode == 0
    assert "tf-keras 2.21.0" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("Nothing would break here (")


def test_what_is_installed_later_contradicts_the_rest(site: Path, python: str, tmp_path: Path) -> None:
    sound(site)
    shutil.rmtree(site / "protobuf-7.36.2.dist-info")
    put(site, "protobuf", "4.25.3")
    put(site, "tokenizers_", "9")  # another package, whatever its name looks like
    put(site, "tensorflow-cpu", "2.19.0", tag="cp27-cp27m-linux_x86_64")
    found = document("--python", python, cwd=tmp_path, code=1)
    assert ids(found) == {"incompatible-versions", "tensorflow-twice", "made-for-another-python"}
    by_id = {one["id"]: one for one in found["findings"]}
    assert by_id["incompatible-versions"]["commands"] == [f"{python} -m pip install 'protobuf<8.0.0,>=6.31.1'"]
    assert by_id["incompatible-versions"]["evidence"]["installed"] == "4.25.3"


def test_leftovers_and_strange_files_are_no_obstacle(site: Path, python: str, tmp_path: Path) -> None:
    sound(site)
    (site / "-umpy-1.0.dist-info").mkdir()
    (site / "empty-1.0.dist-info").mkdir()
    (site / "numpy-1.26.4.dist-info").mkdir()
    (site / "numpy-1.26.4.dist-info" / "METADATA").write_bytes(b"Name: NumPy\nVersion: 1.26.4\n\n\xff\xfe")
    (site / "odd-1.0.dist-info").mkdir()
    (site / "odd-1.0.dist-info" / "METADATA").write_text(
        "Name: odd\nVersion: not a version\nRequires-Dist: numpy ><= 3\n"
    )
    build = site / "tensorflow" / "python" / "platform"
    build.mkdir(parents=True)
    (build / "build_info.py").write_text("import os\nos.abort()\nbuild_info = {'is_cuda_build': False}\n")
    found = document("--python", python, cwd=tmp_path, code=0)
    assert ids(found) <= {"installed-twice"}
    assert found["tensorflow"]["cuda"] is False


def test_variables_of_the_environment(site: Path, python: str, tmp_path: Path) -> None:
    sound(site)
    variables = {"USE_TF": "0", "KERAS_BACKEND": "torch", "TF_USE_LEGACY_KERAS": "no"}
    found = document("--python", python, cwd=tmp_path, code=1, **variables)
    assert ids(found) == {"tensorflow-switched-off", "keras-backend", "legacy-keras-refused"}
    assert found["variables"].items() >= variables.items()
    secrets = {"HF_TOKEN": "hf_once", "TF_VAR_db_password": "hf_twice", "TF_my_password": "hf_thrice"}
    assert "hf_" not in doctor("--python", python, "--json", cwd=tmp_path, **secrets).stdout


def test_an_import_is_tried_and_its_failure_told(site: Path, python: str, tmp_path: Path) -> None:
    sound(site)
    (site / "numpy.py").write_text("print('on stdout')\n")
    (site / "tensorflow.py").write_text("raise OSError('one\\ntwo')\n")
    (site / "transformers.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n")
    for name in ("keras", "tf_keras"):
        (site / f"{name}.py").write_text("")
    done = doctor("--python", python, "--import", "--json", cwd=tmp_path)
    assert done.returncode == 1
    imports = {one["module"]: one["error"] for one in json.loads(done.stdout)["imports"]}
    assert imports["tensorflow"] == "OSError: one"
    assert "SIGSEGV" in imports["transformers"]
    assert imports["numpy"] == imports["keras"] == imports["tf_keras"] == ""
    failed = {one["evidence"]["module"] for one in json.loads(done.stdout)["findings"] if one["id"] == "import-fails"}
    assert failed == {"tensorflow", "transformers"}


def test_the_folder_of_the_sessions_is_tried(site: Path, python: str, tmp_path: Path) -> None:
    sound(site)
    (tmp_path / "file").write_text("no folder")
    found = document("--python", python, cwd=tmp_path, code=1, XDG_STATE_HOME=str(tmp_path / "file"))
    assert ids(found) == {"folder-not-writable"}
    assert not (tmp_path / "file" / "tfwizard").exists()


@pytest.mark.parametrize(("text", "why"), [("#!/bin/sh\necho hello\n", "is no Python"), ("\0\0\0", "cannot be run")])
def test_what_is_no_python(tmp_path: Path, text: str, why: str) -> None:
    other = tmp_path / "other"
    other.write_text(text)
    other.chmod(0o755)
    done = doctor("--python", str(other), cwd=tmp_path)
    assert (done.returncode, done.stdout) == (3, "")
    assert why in done.stderr and "Traceback" not in done.stderr


def test_no_such_python_is_wrong_usage(tmp_path: Path) -> None:
    done = doctor("--python", "nowhere/python", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "no such interpreter" in done.stderr


def test_our_own_environment_is_sound_and_nothing_is_imported(tmp_path: Path) -> None:
    """The developer's environment has TensorFlow: it is sound by the rules, and so fast that it was not imported."""
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (hooks / "sitecustomize.py").write_text(
        "import sys, importlib.abc\n"
        "class Refuse(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name in ('tensorflow', 'numpy', 'keras', 'transformers'): raise SystemExit(f'{name} is imported')\n"
        "sys.meta_path.insert(0, Refuse())\n"
    )
    found = document(cwd=tmp_path, code=0, PYTHONPATH=str(hooks))
    assert found["findings"] == []
    assert found["tensorflow"]["cuda_version"]
