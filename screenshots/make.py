"""Makes the pictures of this folder from the real app on the real lesson: `uv run python screenshots/make.py`.

It walks through the lesson as a person would, with the same keys; three to five minutes on two cores.
"""

from __future__ import annotations

import asyncio
import getpass
import os
import socket
import sys
import tempfile
from pathlib import Path

from textual.pilot import Pilot

from tfwizard.lessons.shelf import copy_lesson, find_lesson
from tfwizard.session import Session
from tfwizard.tui.app import WizardApp

HERE = Path(__file__).resolve().parent
SIZE = (100, 32)
WIDE = (140, 40)
PATIENCE_S = 300


async def settle(app: WizardApp, pilot: Pilot[int]) -> None:
    """Wait until nothing runs, and the screen shows it."""
    await pilot.pause(1.0)
    for _ in range(int(PATIENCE_S / 0.5)):
        if not (app.script_runs or app.is_trying or app.session.finishing or app.session.standby.status == "warming"):
            break
        await pilot.pause(0.5)
    await pilot.pause(1.0)


def save(app: WizardApp, name: str) -> None:
    """One picture, without the names of the machine that it was taken on."""
    path = HERE / f"{name}.svg"
    svg = app.export_screenshot()
    for private, shown in (
        (sys.executable, ".venv/bin/python"),
        (f"{getpass.getuser()}@{socket.gethostname()}", "you@gpu"),
    ):
        # As many characters as before: the columns behind them must stay where they are.
        svg = svg.replace(private, shown[: len(private)] + "&#160;" * (len(private) - len(shown)))
    path.write_text(svg, encoding="utf-8")
    print(f"screenshots/{name}.svg")


async def fix(app: WizardApp, pilot: Pilot[int], times: int) -> None:
    """Try the next fix, as often."""
    for _ in range(times):
        await pilot.press("f")
        await settle(app, pilot)
        await pilot.press("t")
        await settle(app, pilot)


async def stage(app: WizardApp, pilot: Pilot[int], number: int, name: str) -> None:
    """Go to a stage and take its picture."""
    await pilot.press(str(number % 10))
    await pilot.pause(1.0)
    save(app, f"{number}-{name}")


async def walk(folder: Path) -> None:
    """The lesson, from its first error to a script that is proved to train."""
    session = Session(folder / "train.py", folder=folder.parent / "session", standby=True)
    app = WizardApp(session)
    async with app.run_test(size=SIZE) as pilot:
        await settle(app, pilot)
        await stage(app, pilot, 1, "script")
        await fix(app, pilot, 1)
        save(app, "fix-verified")
        await fix(app, pilot, 2)  # the collator, and one Keras: from here a batch can be read
        for number, name in ((2, "data"), (3, "samples"), (4, "batch"), (5, "nan"), (6, "labels")):
            await stage(app, pilot, number, name)
        await pilot.press("p")
        await pilot.pause(1.0)
        save(app, "problems")
        await fix(app, pilot, 3)  # the mask, the loss, num_labels: from here a sweep proves something
        await stage(app, pilot, 7, "hyperparameters")
        await pilot.press("f")
        await settle(app, pilot)
        save(app, "fix-preview")
        await pilot.resize_terminal(*WIDE)
        await pilot.pause(1.0)
        save(app, "fix-side-by-side")
        await pilot.resize_terminal(*SIZE)
        await pilot.press("t")
        await settle(app, pilot)
        await stage(app, pilot, 8, "overfit")
        await stage(app, pilot, 9, "memory")
        await stage(app, pilot, 10, "train")


def main() -> None:
    """Take all the pictures."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ.pop("NO_COLOR", None)
    with tempfile.TemporaryDirectory() as scratch:
        folder, _ = copy_lesson(find_lesson("mnli"), Path(scratch) / "tfwizard-demo")
        os.chdir(folder)
        asyncio.run(walk(folder))


if __name__ == "__main__":
    main()
