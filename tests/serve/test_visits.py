"""One visitor's session: it outlives the page, is taken up again when it has ended, and nobody else sees it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

from .conftest import Serve, Visitor, exists, gone, lesson

Visitors = Callable[[], Visitor]


async def test_a_page_comes_back_to_the_same_wizard(serve: Serve, visitors: Visitors, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(
        "import json, os\n\nours = {'TEXTUAL_DRIVER', 'COLUMNS', 'ROWS', 'TERM_PROGRAM_VERSION', 'TFWIZARD_SEAT'}\n"
        "print('seen:', sorted(ours & set(os.environ)))\njson.loads('[bold')\n"
    )
    served, visitor = serve(tmp_path, "train.py"), visitors()
    await visitor.sit_down(served)
    await visitor.wait("JSONDecodeError", "1 problem")
    wizard = served.family[0]
    await visitor.press("l")
    await visitor.wait("seen: []")  # the script's environment is that of the server

    # The window is closed; later another one, of another size, shows what stood there.
    await visitor.leave()
    await visitor.connect(served, columns=100, rows=30)
    shown = await visitor.wait("seen:", "Quit")
    assert "train.py" in shown.splitlines()[0]
    assert "Quit" in shown.splitlines()[-1]
    await visitor.send("resize", {"width": 60, "height": 20})
    visitor.screen.resize(20, 60)
    await visitor.wait_until(lambda shown: "Quit" in shown.splitlines()[19], "smaller screen")
    assert served.family[0] == wizard

    # A second window of the same browser takes the seat over, and the first one is told.
    second = Visitor(visitor.session)
    await second.connect(served)
    await visitor.wait_told("taken")
    await second.wait("seen:")
    assert served.family[0] == wizard
    for junk in ("stdin", "resize", "download", "\x00"):
        await second.send(junk, {"width": "x"})
    await second.press("\x1a")
    await second.wait("Behind a browser")
    await second.press("e")
    await second.wait("A browser has no terminal")

    # It is left, and opened again: as it was.
    await second.press("q")
    await second.wait_told("ended")
    assert gone([wizard])
    await second.connect(served)
    await second.wait("Resumed", "JSONDecodeError")
    assert served.end(signal.SIGINT) == 0


async def test_everything_ends_with_the_server(serve: Serve, visitors: Visitors, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import time\n\nprint('begun', flush=True)\ntime.sleep(9999)\n")
    for number in (signal.SIGHUP, signal.SIGKILL):
        served, visitor = serve(tmp_path, "train.py"), visitors()
        await visitor.sit_down(served)
        await visitor.press("l")
        await visitor.wait("begun")
        family = served.family
        assert len(family) >= 2  # the wizard and its worker
        assert served.end(number) == (0 if number == signal.SIGHUP else -signal.SIGKILL)
        assert gone(family)


async def test_two_seats_do_not_see_each_other(serve: Serve, visitors: Visitors, tmp_path: Path) -> None:
    shelf = lesson(tmp_path)
    (tmp_path / "shelf" / "letters" / "train.py").write_text(
        "import json, os\n\nprint('threads', os.environ['OMP_NUM_THREADS'], os.environ['TFWIZARD_SEAT'])\n"
        "print('in', *os.getcwd().split('/')[-2:])\njson.loads('[bold')\n"
    )
    served = serve(tmp_path, "--lessons", str(shelf), "--lesson", "letters", "--seats", "2")
    one, two = visitors(), visitors()
    await one.sit_down(served, 1)
    await two.sit_down(served, 2)
    assert (await one.get(served.page(2)))[0] == 403
    assert (await two.get(f"{served.page(1)}files/page.css"))[0] == 403
    page = (await one.get(served.page(1)))[1]
    assert "Read &lt;letters&gt; &amp; more." in page
    threads = max(1, len(os.sched_getaffinity(0)) // 2)
    for visitor, seat in ((one, 1), (two, 2)):
        await visitor.wait("JSONDecodeError")
        await visitor.press("l")
        await visitor.wait(f"threads {threads} {seat}", f"in seat-{seat} lesson")
    first = served.family[0]
    await one.press("q")
    await one.wait_told("ended")
    assert gone([first])
    await two.press("\x1b", "l")
    await two.wait("in seat-2 lesson")
    (tmp_path / "tfwizard-seats" / "seat-2" / "lesson" / "train.py").write_text("import json\n\njson.loads('{}')\n")
    await two.wait("changed on disk")
    served.end()

    # Another day: the seats are taken up as they were left, and a third one is added.
    served = serve(tmp_path, "--lessons", str(shelf), "--lesson", "letters", "--seats", "3")
    assert "[bold" in (tmp_path / "tfwizard-seats" / "seat-1" / "lesson" / "train.py").read_text()
    assert "{}" in (tmp_path / "tfwizard-seats" / "seat-2" / "lesson" / "train.py").read_text()
    again = visitors()
    await again.sit_down(served, 2)
    await again.wait("Resumed")


async def test_a_seat_is_bounded_in_memory_and_in_time_without_a_visitor(
    serve: Serve, visitors: Visitors, tmp_path: Path
) -> None:
    shelf = lesson(tmp_path, script="print('small', len(bytearray(2**28)))\nbytearray(2**32)\n")
    served = serve(tmp_path, "--lessons", str(shelf), "--lesson", "letters", "--memory", "1", "--idle", "0.1")
    visitor = visitors()
    await visitor.sit_down(served)
    await visitor.wait("An allocation failed", "train.py:2")
    wizard = served.family[0]
    assert "No key was pressed" in await visitor.wait_told("ended")
    assert not exists(wizard)
    await visitor.connect(served)
    await visitor.wait("Resumed", "An allocation failed")


async def test_a_wizard_that_cannot_begin_says_why_in_the_page(
    serve: Serve, visitors: Visitors, tmp_path: Path
) -> None:
    served = serve(tmp_path, "--lessons", str(lesson(tmp_path)), "--lesson", "letters")
    session = tmp_path / "tfwizard-seats" / "seat-1" / "sessions" / "lesson"
    session.mkdir(parents=True)
    (session / "journal.jsonl").write_text("no journal\n")
    visitor = visitors()
    await visitor.sit_down(served)
    assert "The journal is damaged" in await visitor.wait_told("ended")
    assert "Seat 1: " in served.errors.read_text()
