"""The line that says the next step: at each place it names a key that does it."""

from __future__ import annotations

import pytest

from tfwizard.tui.guide import Guide, guide_line

from .conftest import Open


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (Guide("starting", runs=True), "Your script runs up to its training call"),
        (Guide("probing", runs=True), "Your script is examined"),
        (Guide("held", tries=True, place="fix", step="trying"), "x stops it"),
        (
            Guide("held", place="stage-data", left=2, fixable=True, sure="failure"),
            "This is why it fails: f shows the fix",
        ),
        (Guide("held", place="stage-data", left=2, fixable=True, sure="proved"), "Proved on your run: f shows the fix"),
        (Guide("held", place="stage-data", left=2), "i says why, and what to do by hand"),
        (Guide("held", place="problem", left=2, fixable=True), "f shows the change"),
        (Guide("held", place="problem", left=2), "e opens your editor"),
        (Guide("held", place="problems", left=2), "enter explains a problem"),
        (Guide("held", place="fix", step="preview", left=2), "t tries this change on a copy"),
        (Guide("held", place="fix", step="by hand", left=2), "e opens your editor"),
        (Guide("held", place="fix", step="verdict", left=2), "Nothing was kept"),
        (
            Guide("held", place="fix", step="verdict", proved=True, left=1, fixable=True),
            "f goes on with the next: 1 is open",
        ),
        (Guide("held", place="fix", step="verdict", proved=True, left=2), "i goes on with the next: 2 are open"),
        (
            Guide("held", place="fix", step="verdict", proved=True, unwritten=3, file="train.py"),
            "w writes what was proved into train.py",
        ),
        (Guide("held", place="stage-samples", asks=True, left=1), "y yes, n no"),
        (Guide("held", place="stage-data", asks_at="3"), "Press 3"),
        (Guide("held", place="stage-train"), "m lets it train"),
        (Guide("held", place="stage-train", trains=True), "x stops it"),
        (Guide("held", place="stage-train", trains=True, outlives=False), "it ends when you quit with q"),
        (Guide("held", place="stage-data"), "q quits"),
        (Guide("lost", place="stage-data", left=1), "r runs the script again"),
        (Guide("none", place="stage-data"), "r runs the script"),
        (Guide("held", place="problem", left=2, edits=False), "Change the file elsewhere; then r runs it again"),
        (Guide("held", place="stage-data", left=2, edits=False), "i says why, and what to do by hand"),
        (Guide("held", place="fix", step="by hand", left=2, edits=False), "then r runs it again"),
        (Guide("held", place="fix", step="verdict", left=2, edits=False), "shows another way"),
        (Guide("held", place="stage-data", question=True, left=2, edits=False), "h gives a hint, A the answer"),
    ],
)
def test_the_next_step_is_named_with_its_key(at: Guide, words: str) -> None:
    line = guide_line(at).plain
    assert words in line
    assert len(line) <= 156  # two lines at 80 columns


async def test_who_follows_the_line_alone_gets_to_the_end(wizard: Open) -> None:
    """Each time the first key that the line names is pressed, until everything is written, and the line says how to quit."""
    async with wizard() as it:
        pressed = []
        for _ in range(40):
            line = it.app.query_one("#guide").plain
            if "q quits" in line or "editor" in line:
                break
            key = next(
                word
                for word in line.replace(":", " ").replace(",", " ").split()
                if word in "ftwyirn0123456789" and len(word) == 1
            )
            pressed.append(key)
            await it.press(key)
            if "Write to disk?" in it.screen():
                await it.press("y")
        assert pressed.count("t") == 3
        assert it.session.said.count("try: num-labels-too-small 0") == 1
        # What is left has no fix of its own: the line says where that is told, and that the editor is the way.
        assert "editor" in line
