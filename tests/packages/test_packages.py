"""What is built and installed: the wheel, the source distribution, and the command in an environment of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from commands import TIMEOUT_S

from tfwizard import __version__

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "tfwizard"
NO_SOURCE = {"__pycache__"}

pytestmark = pytest.mark.environments


def outside() -> dict[str, str]:
    """Our environment without what leads to the environment of the developers."""
    return {
        name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME")
    }


def uv(*arguments: str, **environment: str) -> None:
    program = os.environ.get("UV") or shutil.which("uv")
    if program is None:
        pytest.skip("uv builds and installs, and it is not there")
    done = subprocess.run(
        [program, *arguments],
        cwd=ROOT,
        env={**outside(), **environment},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the source distribution, and the wheel that was built from that."""
    folder = tmp_path_factory.mktemp("dist")
    uv("build", "--quiet", "--out-dir", str(folder), str(ROOT))
    return folder


@dataclass(frozen=True)
class Installed:
    """The command as `uv tool install` leaves it."""

    program: Path
    environment: Path

    def run(self, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.program), *arguments], cwd=cwd, env=outside(), capture_output=True, text=True, timeout=TIMEOUT_S,
            stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("tools")
    [wheel] = built.glob("*.whl")
    uv(
        "tool", "install", "--quiet", "--python", sys.executable, str(wheel),
        UV_TOOL_DIR=str(folder / "tools"), UV_TOOL_BIN_DIR=str(folder / "bin"),
    )  # fmt: skip
    return Installed(folder / "bin" / "tfwizard", folder / "tools" / "tfwizard")


def ours(*kept: str) -> set[str]:
    """The files of the package in this folder, by their paths below it."""
    files = (path for path in PACKAGE.rglob("*") if path.is_file() and not NO_SOURCE & set(path.parts))
    return {path.relative_to(ROOT).as_posix() for path in files if path.suffix not in kept}


def test_the_wheel_holds_the_package_with_its_data_and_nothing_else(built: Path) -> None:
    [wheel] = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == ours(".po", ".pyc")
    # What no import would miss: a lesson with its checkpoint, the styles, French.
    assert {
        "tfwizard/lessons/mnli/checkpoint/tf_model.h5",
        "tfwizard/tui/app.tcss",
        "tfwizard/locale/fr/LC_MESSAGES/tfwizard.mo",
    } <= names


def test_the_source_distribution_holds_what_builds_and_tests_it(built: Path) -> None:
    [source] = built.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {one.partition("/")[0] for one in names} <= {
        "tfwizard", "tests", "screenshots", "README.md", "CHANGELOG.md", "pyproject.toml", ".gitignore", "PKG-INFO",
    }  # fmt: skip
    assert ours(".pyc") <= names
    assert {"tests/packages/test_packages.py", "CHANGELOG.md", "pyproject.toml"} <= names


def test_the_installed_command_needs_no_tensorflow(installed: Installed, tmp_path: Path) -> None:
    assert installed.run("--version", cwd=tmp_path).stdout.split()[-1] == __version__
    lessons = installed.run("demo", "--list", cwd=tmp_path)
    assert lessons.returncode == 0, lessons.stderr
    assert "mnli" in lessons.stdout
    french = installed.run("--help", "--lang", "fr", cwd=tmp_path)
    assert "Commandes :" in french.stdout
    doctor = installed.run("doctor", cwd=tmp_path)
    assert doctor.returncode == 1, doctor.stderr
    assert "ERROR tensorflow-missing" in doctor.stdout
    assert str(installed.environment) in doctor.stdout


@pytest.mark.tensorflow
def test_the_installed_command_examines_what_another_python_trains(installed: Installed, tmp_path: Path) -> None:
    """The other one is the developers', which has TensorFlow, and here no tfwizard of its own is taken from it."""
    (tmp_path / "train.py").write_text(
        "import numpy as np\nimport tensorflow as tf\n\n"
        "model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(3)])\n"
        'model.compile(optimizer=tf.keras.optimizers.Adam(0.01), loss="sparse_categorical_crossentropy")\n'
        'model.fit(np.eye(4, dtype="float32").repeat(8, 0), np.arange(4).repeat(8), epochs=1)\n'
    )
    sound = installed.run("doctor", "--python", sys.executable, cwd=tmp_path)
    assert sound.returncode == 0, sound.stdout
    done = installed.run("check", "--python", sys.executable, "--json", "train.py", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    document = json.loads(done.stdout)
    assert document["environment"]["tensorflow"]
    assert "num-labels-too-small" in {one["id"] for one in document["findings"]}
