"""When the GPUs are looked at: before the script runs, and again when something fails that their memory can make fail."""

from __future__ import annotations

from pathlib import Path

import pynvml
import pytest
from gpus import recorded

from tfwizard.report.contract import report
from tfwizard.session import Session
from tfwizard.session.resume import resume

#: As TensorFlow's errors are: known by their classes.
FAILS = "class OpError(Exception): pass\nclass {name}(OpError): pass\nraise {name}('cublas: not initialized')\n"


async def looked(folder: Path, text: str) -> Session:
    script = folder / "train.py"
    script.write_text(text)
    session = Session(script, cwd=folder, folder=folder / "session")
    await session.run()
    await session.close()
    return session


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    proc = tmp_path / "proc"
    proc.mkdir()
    recorded.install(put=monkeypatch.setattr, proc=proc)
    return monkeypatch


async def test_an_error_of_the_gpu_has_it_looked_at_again(driver: pytest.MonkeyPatch, tmp_path: Path) -> None:
    session = await looked(tmp_path, FAILS.format(name="InternalError"))
    facts = session.run_state.facts
    assert facts.gpus and facts.gpus_at_failure
    assert [gpu.index for gpu in facts.gpus_at_failure.gpus] == [0, 1, 2]
    assert report(session, {}, 0.0)["environment"]["gpus"][0] == "GPU 0: NVIDIA H100 80GB HBM3, 19.6 of 79.6 GiB free"
    again = resume(tmp_path / "session")
    assert again.run_state.facts.gpus == facts.gpus
    assert again.run_state.facts.gpus_at_failure == facts.gpus_at_failure
    await again.close()


async def test_another_error_does_not(driver: pytest.MonkeyPatch, tmp_path: Path) -> None:
    session = await looked(tmp_path, FAILS.format(name="InvalidArgumentError"))
    assert session.run_state.facts.gpus
    assert session.run_state.facts.gpus_at_failure is None


async def test_without_a_gpu_there_is_nothing_to_look_at_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pynvml, "nvmlInit", lambda: (_ for _ in ()).throw(recorded.error("LIBRARY_NOT_FOUND")))
    session = await looked(tmp_path, FAILS.format(name="InternalError"))
    facts = session.run_state.facts
    assert facts.gpus
    assert facts.gpus.why == "no NVIDIA driver here"
    assert facts.gpus_at_failure is None
    assert report(session, {}, 0.0)["environment"]["gpus"] == []
