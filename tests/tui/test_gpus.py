"""The panel of the GPUs: what it shows at both sizes, and asking a process to stop."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pynvml
import pytest
from gpus import recorded
from gpus.recorded import GIB, Device, error
from textual.pilot import Pilot

from tfwizard.facts import ErrorFacts, Facts, GpuFacts, GpuProcess, GpusFacts, NanRow, TwinFacts
from tfwizard.gpus.nvml import read_gpus
from tfwizard.tui.gpus_app import GpusApp
from tfwizard.tui.screens import gpus as screen_of_gpus
from tfwizard.tui.screens.dialogs import Confirm
from tfwizard.tui.screens.nan import twin_lines
from tfwizard.tui.widgets.drawn import Drawn
from tfwizard.tui.widgets.gpu_panel import gpu_lines, looked_at

from .conftest import SIZES, Open
from .fakes import HOSTILE, FakeSession


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    recorded.install(put=monkeypatch.setattr, proc=tmp_path)
    return monkeypatch


def rows(app: GpusApp) -> list[str]:
    return [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]


async def until(pilot: Pilot[int], words: str) -> str:
    """Wait until these words stand on the screen; the screen as one line."""
    for _ in range(200):
        await pilot.pause()
        seen = " ".join(" ".join(rows(pilot.app)).split())  # type: ignore[arg-type]
        if words in seen or any(words in note.message for note in pilot.app._notifications):
            return seen
        await asyncio.sleep(0.05)
    raise AssertionError(f"no {words!r} in:\n" + "\n".join(rows(pilot.app)))  # type: ignore[arg-type]


@pytest.mark.parametrize("width", [57, 78, 138])
def test_every_width_shows_each_gpu_and_each_process(driver: pytest.MonkeyPatch, width: int) -> None:
    lines = [row.plain for row in gpu_lines(read_gpus(), width, recorded.TRAINING)]
    assert max(map(len, lines)) <= width
    shown = "\n".join(lines)
    for words in ("60.0 of 79.6 GiB  use 87 %  61 °C  412 W", "use N/A", "30.0 GiB", "3 d", "yours", "notebook: ", "daemon",
                  "tfwizard", "N/A", "in another container", "✗ lost: ", "old notebook"):  # fmt: skip
        assert words in shown
    assert f"▌    {recorded.TRAINING}" in shown


def test_no_gpu_is_one_line_that_says_why() -> None:
    [row] = gpu_lines(GpusFacts(why="no NVIDIA driver here"), 57)
    assert row.plain == "No GPU to look at: no NVIDIA driver here."


def test_the_page_of_a_stage_shows_the_look_that_matters(driver: pytest.MonkeyPatch) -> None:
    def shown(facts: Facts) -> str:
        return "\n".join(row.plain for row in looked_at(facts, 57))

    gpus = read_gpus()
    assert shown(Facts()) == ""
    assert shown(Facts(gpus=GpusFacts(why="no NVIDIA driver here"))) == "No GPU to look at: no NVIDIA driver here."
    assert shown(Facts(gpus=gpus)).startswith("The GPUs before the run\nGPU 0")
    assert "g shows them live" in shown(Facts(gpus=gpus))
    assert shown(Facts(gpus=gpus, gpus_at_failure=gpus)).startswith("The GPUs when it failed")


def test_a_gpu_in_pieces_and_one_whose_processes_are_not_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    recorded.install(recorded.CUT, put=monkeypatch.setattr, proc=tmp_path)
    shown = "\n".join(row.plain for row in gpu_lines(read_gpus(), 78))
    assert "GPU 0, MIG 3  NVIDIA A100-SXM4-40GB MIG 3g.20gb" in shown
    assert "no process holds memory" in shown
    silent = GpusFacts((GpuFacts(0, "X", processes_known=False), GpuFacts(1, "Y", memory=8 * GIB, used=6 * GIB)))
    shown = "\n".join(row.plain for row in gpu_lines(silent, 78))
    assert "does not say who holds it" in shown
    assert "held by processes that the driver does not show here" in shown
    assert "memory N/A  use N/A  N/A  N/A" in shown


def test_hostile_names_are_shown_as_text() -> None:
    process = GpuProcess(7, GIB, seen="here", owner=HOSTILE, command=HOSTILE)
    facts = GpusFacts((GpuFacts(0, HOSTILE, processes=(process,)), GpuFacts(1, lost=HOSTILE)))
    shown = "\n".join(row.plain for row in gpu_lines(facts, 200))
    assert "[/device:GPU:0] oom [bold]x[/bold]" in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "140x45"])
async def test_up_and_down_choose_a_process(driver: pytest.MonkeyPatch, size: tuple[int, int]) -> None:
    async with GpusApp().run_test(size=size) as pilot:
        seen = await until(pilot, "driver 580.95.05")
        assert "▌ 3100 30.0 GiB" in seen
        assert "Ask to stop" in seen
        await pilot.press("down")
        await until(pilot, "▌ 3200")
        await pilot.press("k")
        await until(pilot, "It belongs to daemon: only they may stop it.")
        await pilot.press("up", "up")
        await until(pilot, "▌ 3600")
        await pilot.press("q")
    assert pilot.app.return_code in (0, None)


async def test_more_gpus_than_rows_are_scrolled_to(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    idle = [Device(f"NVIDIA A100 number {n}", 40 * GIB) for n in range(10)]
    holding_one = Device("NVIDIA A100 number 10", 40 * GIB, 4 * GIB, compute={recorded.TRAINING: 4 * GIB})
    recorded.install(*idle, holding_one, put=monkeypatch.setattr, proc=tmp_path)
    async with GpusApp().run_test(size=(80, 24)) as pilot:
        assert "number 10" not in await until(pilot, "number 2")
        await pilot.press("down")
        await until(pilot, "▌ 3500")
        await pilot.press("pageup", "pageup", "pageup")
        await until(pilot, "number 0")


async def test_what_did_not_change_is_not_drawn_again(driver: pytest.MonkeyPatch) -> None:
    driver.setattr(screen_of_gpus, "LOOK_S", 0.05)
    async with GpusApp().run_test() as pilot:
        await until(pilot, "driver 580.95.05")
        readings, drawn = 0, 0

        def counted(stay: bool = False, real=read_gpus) -> GpusFacts:  # type: ignore[no-untyped-def]
            nonlocal readings
            readings += 1
            return real(stay)

        def refresh(*_: object, real=Drawn.refresh, **options: object) -> object:  # type: ignore[no-untyped-def]
            nonlocal drawn
            drawn += 1
            return real(*_, **options)

        driver.setattr("tfwizard.gpus.nvml.read_gpus", counted)
        driver.setattr(Drawn, "refresh", refresh)
        while readings < 4:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        assert drawn == 0
        driver.setattr(pynvml, "nvmlDeviceGetTemperature", lambda *_: 77)
        await until(pilot, "77 °C")
        assert drawn > 0


async def test_a_driver_that_goes_away_is_said(driver: pytest.MonkeyPatch) -> None:
    driver.setattr(screen_of_gpus, "LOOK_S", 0.05)
    async with GpusApp().run_test() as pilot:
        await until(pilot, "NVIDIA H100")
        driver.setattr(pynvml, "nvmlInit", lambda: (_ for _ in ()).throw(error("DRIVER_NOT_LOADED")))
        await until(pilot, "the NVIDIA driver is installed, but not loaded")
        await pilot.press("k")
        await until(pilot, "There is no process to ask.")


# --- asking to stop, with real processes --------------------------------------------------------------------------------


@pytest.fixture
def stubborn() -> Iterator[subprocess.Popen[str]]:
    """A process that does not mind SIGINT."""
    child = subprocess.Popen(["sh", "-c", "trap '' INT; echo ready; exec sleep 300"], stdout=subprocess.PIPE, text=True)
    assert child.stdout
    child.stdout.readline()
    yield child
    child.kill()
    child.communicate()


@pytest.fixture
def willing() -> Iterator[subprocess.Popen[str]]:
    child = subprocess.Popen(["sleep", "300"], stdout=subprocess.PIPE, text=True)
    yield child
    child.kill()
    child.communicate()


def holding(monkeypatch: pytest.MonkeyPatch, child: subprocess.Popen[str]) -> None:
    device = Device("NVIDIA H100 80GB HBM3", 80 * GIB, 30 * GIB, compute={child.pid: 30 * GIB})
    recorded.install(device, put=monkeypatch.setattr, proc=Path("/proc"))


async def test_a_process_ends_after_a_question_that_names_it(
    monkeypatch: pytest.MonkeyPatch, willing: subprocess.Popen[str]
) -> None:
    holding(monkeypatch, willing)
    async with GpusApp().run_test() as pilot:
        await until(pilot, f"▌ {willing.pid}" if willing.pid > 99999 else f"{willing.pid} 30.0 GiB")
        await pilot.press("k")
        seen = await until(pilot, f"Ask process {willing.pid} to stop?")
        assert "sleep 300" in seen
        assert "It holds 30.0 GiB, and has run for" in seen
        await pilot.press("escape")
        await asyncio.sleep(0.3)
        assert willing.poll() is None  # nothing without a yes
        await pilot.press("k", "y")
        await until(pilot, f"{willing.pid} has ended.")
        assert willing.wait(60) == -2


async def test_where_sigint_is_not_enough_sigterm_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, stubborn: subprocess.Popen[str]
) -> None:
    holding(monkeypatch, stubborn)
    monkeypatch.setattr(screen_of_gpus, "PATIENCE_S", 0.5)
    async with GpusApp().run_test() as pilot:
        await until(pilot, f"{stubborn.pid} 30.0 GiB")
        await pilot.press("k", "y")
        await until(pilot, f"Process {stubborn.pid} still runs. Ask it to end?")
        assert stubborn.poll() is None
        assert isinstance(pilot.app.screen, Confirm)
        await pilot.press("y")
        await until(pilot, f"{stubborn.pid} has ended.")
        assert stubborn.wait(60) == -15


# --- inside the wizard --------------------------------------------------------------------------------------------------


async def test_g_opens_the_panel_from_any_stage_and_goes_back(driver: pytest.MonkeyPatch, wizard: Open) -> None:
    async with wizard() as it:
        await it.press("4", "g")
        await until(it.pilot, "NVIDIA H100 80GB HBM3")
        assert "Fix" not in it.footer()  # the wizard's own keys mean nothing here
        place = it.app.place
        await it.press("escape")
        assert it.app.place == place
        assert "1 Run the script" in it.screen()


async def test_the_memory_stage_shows_the_gpus(driver: pytest.MonkeyPatch, wizard: Open) -> None:
    session = FakeSession()
    async with wizard((140, 60), session) as it:
        session.run_state.facts = replace(session.run_state.facts, gpus=read_gpus())
        await it.press("9")
        assert "The GPUs before the run GPU 0 NVIDIA H100 80GB HBM3" in it.flat()
        assert "g shows them live" in it.flat()


async def test_b_runs_one_batch_on_the_cpu_and_shows_what_it_says(wizard: Open) -> None:
    async with wizard() as it:
        await it.press("b")
        assert it.session.said[-1] == "cpu_twin"
        assert "The same batch on the CPU rows 1, 3: Received a label value of 2" in it.flat()


def test_the_cpu_that_says_nothing_is_said_too() -> None:
    def shown(facts: TwinFacts) -> str:
        return " ".join(" ".join(row.plain for row in twin_lines(facts, 78)).split())

    assert "it runs there, and every loss is finite" in shown(TwinFacts(of=4))
    assert "1 of 4 rows has no finite loss there either" in shown(TwinFacts((NanRow(2, "0"),), 4))
    assert "could not be run: No batch could be read." in shown(TwinFacts(why="No batch could be read."))
    assert "Matrix size-incompatible" in shown(TwinFacts(of=4, error=ErrorFacts("X", "m", "Matrix size-incompatible")))
