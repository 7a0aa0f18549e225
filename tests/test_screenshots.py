"""The pictures are those of the wizard as it is now: their names, the stages, the headings and the keys on them."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest
from language.extraction import extract, sources

from tfwizard.stages import KEYS as STAGE_KEYS
from tfwizard.stages import STAGES
from tfwizard.tui.keys import KEYS
from tfwizard.tui.part_keys import PARTS
from tfwizard.tui.widgets.stage_list import short_title

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "screenshots"
SVG = "{http://www.w3.org/2000/svg}"
#: The width of a character, in the units of the pictures.
CELL = 12.2
MOST_BYTES = 1_500_000
AGAIN = "python screenshots/make.py makes them anew"


def load(name: str) -> ModuleType:
    """A script of the folder of the pictures."""
    spec = importlib.util.spec_from_file_location(f"pictures_{name}", FOLDER / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


make, animate = load("make"), load("animate")
PAGES = (*make.STAGE_PICTURES, *make.PAGES)


@dataclass(frozen=True)
class Piece:
    """Text of one style, where it stands."""

    row: float
    column: int
    text: str
    bold: bool


@cache
def pieces(name: str) -> tuple[Piece, ...]:
    """The text of a picture, row by row."""
    root = ElementTree.fromstring((FOLDER / f"{name}.svg").read_text(encoding="utf-8"))
    style = "".join(one.text or "" for one in root.iter(f"{SVG}style"))
    bold = {found[1] for found in re.finditer(r"\.([\w-]+) {[^}]*font-weight: bold[^}]*}", style)}
    found = [
        Piece(float(one.get("y", 0)), round(float(one.get("x", 0)) / CELL), one.text.replace("\xa0", " "), one.get("class") in bold)
        for one in root.iter(f"{SVG}text")
        if one.text and one.text.strip() and one.get("clip-path")
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.row, one.column)))


def test_every_picture_is_in_the_readme_and_every_one_named_there_exists() -> None:
    named = set(re.findall(r"screenshots/([\w-]+)\.svg", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert named == {path.stem for path in FOLDER.glob("*.svg")} == set(make.PICTURES), AGAIN


@pytest.mark.parametrize("name", PAGES)
def test_the_stages_beside_a_page_are_those_of_now(name: str) -> None:
    left = [one.text.strip(" ▌") for one in pieces(name) if one.column < 20]
    wanted = [f"{STAGE_KEYS[stage.id]} {short_title(stage.id, stage.title)}" for stage in STAGES]
    assert [text for text in left if re.match(r"[\dR] ", text)][: len(STAGES)] == wanted, AGAIN


@pytest.mark.parametrize(("name", "stage"), zip(make.STAGE_PICTURES, STAGES, strict=True))
def test_the_page_of_a_stage_bears_its_title(name: str, stage: object) -> None:
    assert any(one.bold and one.column > 20 and one.text.strip() == stage.title for one in pieces(name)), AGAIN  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", PAGES)
def test_a_heading_is_one_that_the_code_has(name: str) -> None:
    assert headings(name) - messages() == set(), AGAIN


def test_pictures_have_headings() -> None:
    assert {"Calls", "Environment", "Run the script"} <= headings(make.STAGE_PICTURES[0])


def headings(name: str) -> set[str]:
    """What is bold at the left of the page and is no sign, no name and no sentence."""
    at = min(one.column for one in pieces(name) if one.bold and one.column > 20)
    found = {one.text.strip() for one in pieces(name) if one.bold and 0 <= one.column - at < 3}
    return {text for text in found if re.fullmatch(r"[A-Z][a-z]+( [a-z]+)*", text)}


@cache
def messages() -> set[str]:
    """Every message of the code."""
    return {text for one in extract().files for text in ((one,) if isinstance(one, str) else one)}


@pytest.mark.parametrize("name", PAGES)
def test_the_keys_below_a_page_are_those_of_now(name: str) -> None:
    last = max(one.row for one in pieces(name))
    text = "".join(f"{one.text.strip()} " for one in pieces(name) if one.row == last)
    for words in sorted(footer_words(), key=len, reverse=True):
        text = re.sub(rf"(?<!\S)\S+ {re.escape(words)}(?= )", "", text)
    assert not text.strip(), AGAIN


def footer_words() -> set[str]:
    """What the footers may say: of the wizard's keys, and of the bindings of its parts."""
    found = {key.label for key in (*KEYS, *chain(*PARTS.values())) if key.footer}
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Binding" and len(node.args) > 2:
                found |= {
                    one.value
                    for one in ast.walk(node.args[2])
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                }
    return found


# --- the walk -----------------------------------------------------------------------------------------------------------------


def test_the_walk_has_its_frames_one_after_the_other_and_is_small() -> None:
    text = (FOLDER / f"{make.WALK}.svg").read_text(encoding="utf-8")
    frames = re.findall(r'<g class="f f(\d+)">', text)
    assert len(frames) > 9
    assert frames == [str(n) for n in range(len(frames))]
    assert all(f"@keyframes f{n}" in text for n in frames)
    assert len(text.encode()) < MOST_BYTES


def test_at_every_moment_one_frame_is_visible() -> None:
    svg = '<svg class="rich-terminal" viewBox="0 0 100 50" xmlns="http://www.w3.org/2000/svg"><text>{}</text></svg>'
    made = animate.animated([animate.Frame(svg.format(n), f"<{n}>", 1.0 + n) for n in range(4)])
    ElementTree.fromstring(made)
    assert "&lt;3&gt;" in made
    times = [float(one) for one in re.findall(r"(?:\{|\})([\d.]+)%\{visibility:visible", made)]
    assert times == [0.0, 10.0, 30.0, 60.0]
    gone = [float(one) for one in re.findall(r"([\d.]+)%,100%\{visibility:hidden", made)]
    assert gone == times[1:]
