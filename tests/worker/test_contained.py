"""Code under rehearsal changes nothing outside, and sees what it wrote as if it had."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tfwizard.worker.contained import Elsewhere, Halted, contained, saving


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("log.csv").write_text("epoch\n")
    return tmp_path


def tree(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() if path.is_file() else "/" for path in folder.rglob("*")}


def test_what_is_written_can_be_read_and_is_not_there_afterwards(folder: Path) -> None:
    before = tree(folder)
    with contained(20) as elsewhere:
        os.makedirs("out/deep", exist_ok=True)
        os.makedirs("out/deep", exist_ok=True)
        assert Path("out/deep").is_dir()
        with open("out/deep/a.json", "w") as file:
            json.dump({"loss": 1}, file)
        assert json.loads(Path("out/deep/a.json").read_text()) == {"loss": 1}
        with open("log.csv", "a") as file:
            file.write("1\n")
        assert Path("log.csv").read_text() == "epoch\n1\n"
        Path("log.csv").write_text("gone")
        print("not on the screen")
        assert elsewhere.written == ""
    assert tree(folder) == before
    assert open is elsewhere.open
    assert os.mkdir is elsewhere.mkdir


def test_a_folder_that_is_missing_fails_as_it_would(folder: Path) -> None:
    with contained(20) as elsewhere:
        with pytest.raises(FileNotFoundError):
            Path("no/such/file.txt").write_text("")
        assert elsewhere.written == "no/such/file.txt"
        with pytest.raises(FileNotFoundError):
            os.mkdir("no/such")
        with pytest.raises(NotADirectoryError):
            Path("log.csv/file.txt").write_text("")
        with pytest.raises(IsADirectoryError):
            Path(".").write_text("")
        with pytest.raises(FileExistsError):
            os.makedirs(".")
        with pytest.raises(FileExistsError):
            Path("log.csv").open("x").close()
    assert list(tree(folder)) == ["log.csv"]


@pytest.mark.parametrize(
    "act",
    [
        lambda: os.remove("log.csv"),
        lambda: os.rename("log.csv", "b"),
        lambda: os.chmod("log.csv", 0o600),
        lambda: os.close(os.open("new", os.O_CREAT | os.O_WRONLY)),
        lambda: shutil.rmtree("."),
        lambda: shutil.copy("log.csv", "b"),
        lambda: Path("log.csv").unlink(),
        lambda: os.symlink("log.csv", "link"),
        lambda: subprocess.run([sys.executable, "-c", "open('new', 'w')"]),
        lambda: os.system("touch new"),
        lambda: __import__("socket").create_connection(("127.0.0.1", 9), timeout=1),
    ],
)
def test_what_acts_on_the_outside_is_halted(folder: Path, act: object) -> None:
    def in_rehearsal() -> None:
        with contained(20), contextlib.suppress(Exception):  # the code's own `except` must not keep it
            act()  # type: ignore[operator]

    before = tree(folder)
    with pytest.raises(Halted):
        in_rehearsal()
    assert tree(folder) == before


def test_what_takes_too_long_is_halted() -> None:
    with pytest.raises(Halted, match="too long"), contained(0.2):
        time.sleep(60)


class Model:
    def save(self, filepath: str) -> None:
        with open(filepath, "w") as file:
            file.write("model")

    def save_pretrained(self, save_directory: str, push_to_hub: bool = False) -> None:
        os.makedirs(save_directory, exist_ok=True)
        Path(save_directory, "config.json").write_text("{}")


def test_a_model_saves_elsewhere(folder: Path) -> None:
    model, real = Model(), Model.save
    with contained(20) as elsewhere, saving(model, elsewhere, too_big=False):
        model.save("model.keras")
        assert Path("model.keras").read_text() == "model"
        os.makedirs("new/deep")
        model.save("new/deep/model.keras")
        model.save_pretrained("new/one")
        with pytest.raises(FileNotFoundError):
            model.save(filepath="missing/model.keras")
        assert elsewhere.written == "missing/model.keras"
    assert Model.save is real
    assert list(tree(folder)) == ["log.csv"]


def test_a_big_model_and_a_push_are_not_saved() -> None:
    for save in (lambda: Model().save("m"), lambda: Model().save_pretrained("m", push_to_hub=True)):
        with pytest.raises(Halted), contained(20) as elsewhere, saving(Model(), elsewhere, too_big=True):
            save()


def test_a_path_has_its_copy_below_the_root(tmp_path: Path) -> None:
    elsewhere = Elsewhere(str(tmp_path))
    assert elsewhere.copy_of("/data/x") == f"{elsewhere.root}/data/x"
    assert elsewhere.copy_of(elsewhere.copy_of("/data/x")) == elsewhere.copy_of("/data/x")
