"""Makes the pictures of this folder from the real app on a real lesson: `uv run python screenshots/make.py`.

It walks through the lesson as a person would, with the same keys; five minutes or so on two quiet cores. `walk.svg` is made
of what it saw on its way. The panel of the GPUs is shown with a driver that is made up: most machines have no GPU.
"""

from __future__ import annotations

import argparse
import asyncio
import getpass
import os
import platform
import socket
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

from animate import Frame, animated  # noqa: E402
from textual.pilot import Pilot  # noqa: E402

from tests.gpus import recorded  # noqa: E402
from tfwizard.language import use  # noqa: E402
from tfwizard.lessons.shelf import copy_lesson, find_lesson  # noqa: E402
from tfwizard.session import Session  # noqa: E402
from tfwizard.stages import KEYS, STAGES  # noqa: E402
from tfwizard.tui.app import WizardApp  # noqa: E402

SIZE = (100, 32)
WIDE = (140, 40)
PATIENCE_S = 600
#: The pictures in the order in which they are taken: the stages by number, then what stands over them.
STAGE_PICTURES = tuple(f"{number}-{stage.id}" for number, stage in enumerate(STAGES, 1))
PAGES = (
    "problem",
    "fix-preview",
    "fix-side-by-side",
    "fix-verified",
    "fix-all",
    "problems",
    "source",
    "log",
    "train-live",
)
DIALOGS = ("explained", "help", "palette", "gpus", "write", "quit")
WALK = "walk"
PICTURES = (*STAGE_PICTURES, *PAGES, *DIALOGS, WALK)


class Camera:
    """The app, the keys that are pressed, and the pictures that are taken."""

    def __init__(self, app: WizardApp, pilot: Pilot[int]) -> None:
        self.app, self.pilot = app, pilot
        self.frames: list[Frame] = []

    async def settle(self) -> None:
        """Wait until nothing runs, and the screen shows it."""
        app = self.app
        await self.pilot.pause(1.0)
        for _ in range(int(PATIENCE_S / 0.5)):
            warming = app.session.standby.status == "warming"
            if not (app.script_runs or app.is_trying or app.session.finishing or warming):
                break
            await self.pilot.pause(0.5)
        await self.pilot.pause(1.0)

    async def press(self, *keys: str) -> None:
        """Keys, one after the other, and time to draw."""
        for key in keys:
            await self.pilot.press(key)
            await self.pilot.pause(0.5)

    def svg(self) -> str:
        """The screen, without the names of the machine that it was taken on."""
        svg = self.app.export_screenshot()
        for private, shown in (
            (sys.executable, ".venv/bin/python"),
            (platform.platform(), "Linux-6.8.0-x86_64-with-glibc2.39"),
            (f"{getpass.getuser()}@{socket.gethostname().split('.')[0]}", "you@gpu"),
            (str(self.app.session.log.path), "/home/you/script.log"),
        ):
            # As many characters as before: the columns behind them must stay where they are.
            svg = svg.replace(private, shown[: len(private)] + "&#160;" * (len(private) - len(shown)))
        return svg

    def picture(self, name: str) -> None:
        """One picture of this folder."""
        (HERE / f"{name}.svg").write_text(self.svg(), encoding="utf-8")
        print(f"screenshots/{name}.svg", flush=True)

    def frame(self, caption: str, seconds: float = 4.0) -> None:
        """One picture of the walk."""
        self.frames.append(Frame(self.svg(), caption, seconds))

    async def stages(self, *numbers: int) -> None:
        """Go to these stages, and take their pictures."""
        for number in numbers:
            await self.press(KEYS[STAGES[number - 1].id])
            self.picture(STAGE_PICTURES[number - 1])

    async def fix(self, times: int) -> None:
        """Try the next fix, as often."""
        for _ in range(times):
            await self.press("f")
            await self.settle()
            await self.press("t")
            await self.settle()

    async def larger(self, name: str) -> None:
        """The same where the terminal is wide."""
        await self.pilot.resize_terminal(*WIDE)
        await self.pilot.pause(1.0)
        self.picture(name)
        await self.pilot.resize_terminal(*SIZE)
        await self.pilot.pause(1.0)


async def first_fault(it: Camera) -> None:
    """The script fails: where, why, and the first fix."""
    it.frame("tfwizard demo: the script runs, up to its first training call", 3)
    await it.settle()
    await it.stages(1)
    it.frame("it fails, and the wizard says where")
    await it.press("i")
    it.picture("problem")
    it.frame("i: why")
    await it.press("question_mark")
    it.picture("explained")
    it.frame("?: explained to who never saw this, and how to see it by hand")
    await it.press("escape", "f")
    await it.settle()
    it.frame("f: the change, before anything is done")
    await it.press("t")
    await it.settle()
    it.picture("fix-verified")
    it.frame("t: tried on a copy, in a fresh process: proved, or not kept")


async def the_batch(it: Camera) -> None:
    """From here a batch can be read: what it is, and what the fresh model makes of it."""
    await it.fix(2)
    await it.stages(2, 3, 4, 5, 6)
    for key, caption in (
        ("2", "what really enters the model"),
        ("4", "one batch through the fresh model"),
        ("5", "which samples have no finite loss, and what they share"),
    ):
        await it.press(key)
        it.frame(f"{key}: {caption}")
    await it.press("p")
    it.picture("problems")
    it.frame("p: every problem with its state")


async def the_rest(it: Camera) -> None:
    """The learning rate with its number, then all that is left."""
    await it.fix(3)  # the mask, the loss, num_labels: from here a sweep proves something
    await it.stages(7)
    await it.press("f")
    await it.settle()
    it.picture("fix-preview")
    await it.larger("fix-side-by-side")
    await it.press("escape", "F")
    await it.settle()
    it.picture("fix-all")
    it.frame("F: one after the other, each proved")
    await it.stages(8, 9, 10, 11)
    await it.press("8")
    it.frame("8: the model learns one batch by heart, so it can learn")
    await it.press("1", "s")
    it.picture("source")
    await it.press("l")
    it.picture("log")


async def dialogs(it: Camera) -> None:
    """What stands over the pages."""
    await it.press("1", "question_mark")
    it.picture("help")
    await it.press("escape", "ctrl+p")
    await it.pilot.pause(2.0)
    it.picture("palette")
    # From here on the driver is made up, for this picture alone: everything before it is of the machine as it is.
    recorded.install(proc=Path(tempfile.mkdtemp(dir=os.environ["XDG_STATE_HOME"])))
    await it.press("escape", "g")
    await it.pilot.pause(2.0)
    it.picture("gpus")
    await it.press("escape", "q")
    it.picture("quit")
    await it.press("escape", "w")
    it.picture("write")
    it.frame("w: only now your file is written, with a backup")
    await it.press("y")


async def the_training(it: Camera) -> None:
    """Let it train, look at it, and stop it."""
    await it.press("0", "m", "y")
    for _ in range(PATIENCE_S):
        training = it.app.session.following.training if it.app.session.following else None
        if training is not None and len(training.points) > 3:
            break
        await it.pilot.pause(1.0)
    await it.pilot.pause(1.5)
    it.picture("train-live")
    it.frame("0, m: the real training, under watch", 6)
    await it.press("x", "y", "x", "y")
    for _ in range(PATIENCE_S):
        if not it.app.trains:
            break
        await it.pilot.pause(1.0)


async def walk(folder: Path) -> None:
    """The lesson, from its first error to a script that is proved to train."""
    session = Session(folder / "train.py", folder=folder.parent / "session", standby=True)
    app = WizardApp(session)
    async with app.run_test(size=SIZE) as pilot:
        it = Camera(app, pilot)
        await pilot.pause(2.0)
        for part in (first_fault, the_batch, the_rest, dialogs, the_training):
            await part(it)
    (HERE / f"{WALK}.svg").write_text(animated(it.frames), encoding="utf-8")
    print(f"screenshots/{WALK}.svg, {len(it.frames)} frames")


def main() -> None:
    """Take all the pictures."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    os.environ.update(HF_HUB_OFFLINE="1", TFWIZARD_LANG="en")
    os.environ.pop("NO_COLOR", None)
    use("en")
    for old in HERE.glob("*.svg"):
        if old.stem not in PICTURES:
            old.unlink()
    with tempfile.TemporaryDirectory() as scratch:
        folder, _ = copy_lesson(find_lesson("mnli"), Path(scratch) / "tfwizard-demo")
        os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(dir=scratch)
        os.chdir(folder)
        asyncio.run(walk(folder))


if __name__ == "__main__":
    main()
