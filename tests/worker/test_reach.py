"""Whether a callback's code may be run in rehearsal, as far as reading it tells."""

from __future__ import annotations

import csv
import io
import json
import logging
import smtplib
import socket
import types
from pathlib import Path

import pytest

from tfwizard.worker.reach import reach_of

HISTORY: list[float] = []
COUNT = 0
CONNECTION = types.SimpleNamespace(send=print)


class Plain:
    def __init__(self) -> None:
        self.best, self.seen = 1e9, {"losses": [1.0]}

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        HISTORY.append(logs["loss"])
        self.seen["losses"].append(logs["loss"])
        self.best = min(self.best, helper(logs))
        with open("history.json", "w") as file:
            json.dump(HISTORY, file)


def helper(logs: dict[str, float]) -> float:
    return logs["loss"]


class Mails:
    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        tell(logs)


def tell(logs: dict[str, float]) -> None:
    smtplib.SMTP("localhost").sendmail("a", "b", str(logs))


class Counts:
    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        global COUNT
        COUNT = epoch


class Imports:
    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        import urllib.request

        urllib.request.urlopen("http://localhost")


class Keeps:
    def __init__(self, held: object) -> None:
        self.held = held

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        self.held.write(str(logs))  # type: ignore[attr-defined]


class Closure:
    def __init__(self, held: object) -> None:
        self.on_epoch_end = lambda epoch, logs: held.send(b"x")  # type: ignore[attr-defined]


def test_known_libraries_and_files_are_contained_and_changes_are_put_back() -> None:
    callback = Plain()
    reach = reach_of(callback)
    assert reach.why is None
    with reach.restored():
        HISTORY.append(1.0)
        callback.best = 0.0
        callback.seen["losses"].append(5.0)  # type: ignore[index]
        callback.new = 1  # type: ignore[attr-defined]
    assert HISTORY == []
    assert vars(callback) == {"best": 1e9, "seen": {"losses": [1.0]}}


def test_what_sends_is_not_run() -> None:
    assert reach_of(Mails()).why == "it uses smtplib"
    assert reach_of(Imports()).why == "it uses urllib.request"
    assert reach_of(Counts()).why == "it sets the global name COUNT"
    with socket.socket() as one:
        assert reach_of(Closure(one)).why == "it uses socket"


def test_what_writes_to_what_is_open_already_is_not_run(tmp_path: Path) -> None:
    with (tmp_path / "log.txt").open("w") as file:
        assert reach_of(Keeps(file)).why == "it writes to an open file"
        assert reach_of(Keeps([file])).why == "it writes to an open file"
        assert "writer" in (reach_of(Keeps(csv.writer(file))).why or "")
    assert reach_of(Keeps(io.StringIO("text"))).why == "it writes to an open file"


@pytest.mark.parametrize("to_file", [True, False])
def test_a_logger_counts_by_its_handlers(tmp_path: Path, to_file: bool) -> None:
    log = logging.Logger("training")
    log.addHandler(logging.FileHandler(tmp_path / "a.log", delay=True) if to_file else logging.StreamHandler())
    assert reach_of(Keeps(log)).why == ("it logs to a file" if to_file else None)
