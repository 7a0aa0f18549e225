"""README, CHANGELOG, --help and the messages agree with the commands, the exit codes, the documents and each other."""

from __future__ import annotations

import ast
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from language.extraction import extract, sources
from tui.fakes import FakeSession

import tfwizard
from tfwizard.casebook import StageStatus, Status
from tfwizard.cli import main
from tfwizard.commands.examining import FORMATS
from tfwizard.commands.exit_codes import Exit
from tfwizard.facts import OUTCOMES
from tfwizard.report.contract import report
from tfwizard.stages import STAGES

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "tfwizard"
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
#: What is written about other programs' options.
OF_OTHERS = ("uv ", "pytest", "python -m", "docker", "pip ")
#: Read in the user's process, or by the libraries there.
OF_THE_LIBRARIES = ("worker/", "lessons/", "facts/")
#: What sessions and lessons are called in examples.
FILES = ("train.py",)


def fenced(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def spans(text: str) -> list[str]:
    """What stands between single backquotes, outside of fenced blocks."""
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    return [" ".join(span.split()) for span in re.findall(r"(?<!`)`([^`]+)`(?!`)", prose)]


def invocations(text: str) -> Iterator[str]:
    """Every `tfwizard …` that somebody may type."""
    for block in fenced(text, "sh"):
        for line in block.splitlines():
            for part in re.split(r"&&|\|", line.partition(" #")[0]):
                if part.strip().startswith("tfwizard"):
                    yield part.partition(" > ")[0].strip()
    yield from (span for span in spans(text) if span.startswith("tfwizard "))


def options_of(command: click.Command) -> set[str]:
    """Not by `get_params`: it keeps the words of --help in the language that is spoken at that moment."""
    own = {name for one in command.params for name in (*one.opts, *one.secondary_opts) if name.startswith("-")}
    return {*own, "-h", "--help"}


EVERY_OPTION = {name for command in (main, *main.commands.values()) for name in options_of(command)}
DOCUMENTS = {
    "README.md": README,
    "CHANGELOG.md": CHANGELOG,
    "CHECKLIST.md": (ROOT / "tests/terminal/CHECKLIST.md").read_text("utf-8"),
}
#: Each message for people, with the files that say it.
MESSAGES = {text: files for key, files in extract().files.items() for text in ([key] if isinstance(key, str) else key)}


# --- commands and options -----------------------------------------------------------------------------------------------------


def test_every_command_is_in_the_readme() -> None:
    named = {one.split()[1] for one in invocations(README) if len(one.split()) > 1}
    assert set(main.commands) <= named
    assert set(main.commands) <= {word for one in invocations(CHANGELOG) for word in one.split()[1:2]}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_command_and_option_of_the_documents_is_one(name: str) -> None:
    wrong = []
    for one in invocations(DOCUMENTS[name]):
        words = re.split(r"[\s\[\]]+", re.split(r"\s\[?-- ", one)[0])[1:]
        command = main.commands.get(words[0]) if words and not words[0].startswith("-") else main
        if command is None:
            wrong.append(one)
            continue
        known = options_of(command)
        wrong += [f"{one}: {word}" for word in words if word.startswith("--") and word.partition("=")[0] not in known]
    for paragraph in re.split(r"\n\s*\n", DOCUMENTS[name]):
        if any(other in paragraph for other in OF_OTHERS):
            continue  # an option there may be theirs
        for span in spans(paragraph):
            wrong += [
                span for word in span.split() if re.match(r"--\w", word) and word.partition("=")[0] not in EVERY_OPTION
            ]
    assert wrong == []


def test_every_command_and_option_of_the_messages_is_one() -> None:
    wrong = []
    for text in MESSAGES:
        for name, rest in re.findall(r"`tfwizard ([\w-]+)([^`]*)`", text):
            known = options_of(main.commands[name]) if name in main.commands else set()
            wrong += [text for word in rest.split() if word.startswith("--") and word.partition("=")[0] not in known]
            wrong += [text] * (name not in main.commands)
        if not any(other in text for other in OF_OTHERS):
            wrong += [text for word in re.findall(r"(?<![\w-])--[a-z][\w-]*", text) if word not in EVERY_OPTION]
    assert wrong == []


@pytest.mark.parametrize(
    "line", sorted({one for one in invocations(README) if not re.search(r"[\[\]…]|\b[A-Z]{3,}\b", one)})
)
def test_what_the_readme_has_one_type_can_be_typed(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read as the command line reads it, and not run."""
    monkeypatch.chdir(tmp_path)
    for file in FILES:
        (tmp_path / file).touch()
    words = shlex.split(line)[1:]
    context = main.make_context("tfwizard", words)
    name, command, rest = main.resolve_command(context, [*context._protected_args, *context.args])
    assert name and command
    command.make_context(name, rest, parent=context)


def test_the_pages_of_help_say_what_each_option_is_for() -> None:
    for name, command in main.commands.items():
        assert command.help and command.help.strip().endswith("."), name
        silent = [
            one.opts for one in command.params if isinstance(one, click.Option) and not one.hidden and not one.help
        ]
        assert silent == [], name


# --- exit codes, documents ----------------------------------------------------------------------------------------------------


def test_the_readme_has_the_exit_codes() -> None:
    rows = re.findall(r"^\| (\d+) \| .+ \|$", README, re.MULTILINE)
    assert [int(row) for row in rows] == [int(code) for code in Exit]


def examples() -> dict[str, dict[str, Any]]:
    """The documents of the README by their schemas."""
    return {one["schema"]: one for one in map(json.loads, fenced(README, "json"))}


def same_keys(example: Any, real: Any, at: str) -> None:
    """Objects of one kind have the same keys; of a list the first stands for all, and what is null or empty says nothing."""
    if isinstance(example, dict) and isinstance(real, dict) and real:
        assert list(example) == list(real), at
        for name, value in example.items():
            if name not in FREE:
                same_keys(value, real[name], f"{at}.{name}")
    elif isinstance(example, list) and isinstance(real, list) and example and real:
        same_keys(example[0], real[0], f"{at}[0]")
    elif example not in (None, []) and real not in (None, []):
        assert type(example) in (type(real), *((int, float) if isinstance(real, (int, float)) else ())), at


#: Objects whose keys are data.
FREE = ("environment", "evidence", "libraries", "installed", "variables")


async def test_the_readmes_example_is_the_contract() -> None:
    session = FakeSession()
    await session.run()
    [key, *_] = [problem.key for problem in session.casebook.open() if session.findings[problem.key].remedies]
    document = report(session, {key: (await session.preview(key)).diff}, 1.0)  # type: ignore[arg-type]
    document["findings"] = [one for one in document["findings"] if one["fix"] and one["where"]]
    assert document["findings"]
    document.pop("memory", None)  # there where the stage measured it
    same_keys(examples()["tfwizard/1"], document, "$")


def test_the_readmes_example_is_what_doctor_prints() -> None:
    from doctor.test_conflicts import environment, package

    from tfwizard.checks.conflicts import examine
    from tfwizard.doctor import Diagnosis
    from tfwizard.facts import Imported, SharedLibrary
    from tfwizard.report.doctor import doctor_document

    facts = environment(
        "tf-keras", package("pip", "25"), imports=(Imported("numpy"),), cuda_libraries=(SharedLibrary("libcudnn.so.9"),)
    )
    same_keys(examples()["tfwizard-doctor/1"], doctor_document(Diagnosis(facts, tuple(examine(facts)), 0.5)), "$")


def test_every_schema_is_in_the_readme() -> None:
    schemas = {
        name
        for path in sources()
        for name in re.findall(r"^SCHEMA = \"(tfwizard[\w/-]*)\"", path.read_text("utf-8"), re.MULTILINE)
    }
    assert schemas
    assert [name for name in sorted(schemas) if name not in README] == []


@pytest.mark.parametrize(
    "words",
    [OUTCOMES, FORMATS, Status.__args__, StageStatus.__args__],
    ids=["outcomes", "formats", "statuses", "stage statuses"],
)  # type: ignore[attr-defined]
def test_the_words_of_the_documents_are_in_the_readme(words: tuple[str, ...]) -> None:
    said = set(spans(README))
    assert [word for word in words if word not in said and word != "questions"] == []  # nobody is there to ask


def test_every_stage_is_in_the_readme() -> None:
    rows = re.findall(r"^\| \d+ ([^|]+) \| ([^|]+) \|", README, re.MULTILINE)
    assert rows == [(stage.title, stage.question) for stage in STAGES]
    assert [stage.id for stage in STAGES if stage.id not in spans(README)] == []


# --- environment variables ----------------------------------------------------------------------------------------------------


def variables(path: Path) -> Iterator[str]:
    """The environment variables that a module asks for by name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        asked: ast.expr | None = None
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("get", "getenv")
            and node.args
        ):
            asked = node.args[0] if "environ" in ast.unparse(node.func) or node.func.attr == "getenv" else None
        elif isinstance(node, ast.Subscript) and "environ" in ast.unparse(node.value):
            asked = node.slice
        elif isinstance(node, ast.Compare) and "environ" in ast.unparse(node.comparators[0]):
            asked = node.left
        elif isinstance(node, ast.Constant) and re.fullmatch(r"TFWIZARD_[A-Z_]+", str(node.value)):
            asked = node
        if isinstance(asked, ast.Constant) and re.fullmatch(r"[A-Z][A-Z0-9_]+", str(asked.value)):
            yield str(asked.value)


def test_every_environment_variable_is_in_the_readme() -> None:
    ours = [
        path
        for path in sources()
        if not path.relative_to(PACKAGE).as_posix().startswith(OF_THE_LIBRARIES) or path.parent.name == "lessons"
    ]
    asked = {name for path in ours for name in variables(path)}
    assert {"TFWIZARD_LANG", "NO_COLOR", "VIRTUAL_ENV"} <= asked
    assert [name for name in sorted(asked) if f"`{name}`" not in README and f"{name}=" not in README] == []
    assert set(re.findall(r"`(TFWIZARD_[A-Z_]+)", README)) <= asked


# --- the package --------------------------------------------------------------------------------------------------------------


def test_the_readmes_layout_is_the_packages() -> None:
    layout = README[README.index("How it is built, in the order of the data") :]
    named = {part for word in spans(layout) for part in word.split("/")}
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")} | {"locale"}
    assert sorted(folders - named) == []
    there = {path.stem for path in PACKAGE.rglob("*.py")} | {path.name for path in PACKAGE.rglob("*") if path.is_dir()}
    assert sorted(named - there - {"tfwizard"}) == []


def test_the_files_that_the_readme_links_to_are_there() -> None:
    links = [target for target in re.findall(r"\]\(([^)#\s]+)\)", README + CHANGELOG) if "://" not in target]
    assert links
    assert [target for target in links if not (ROOT / target).exists()] == []
    headings = {
        re.sub(r"[^\w -]", "", line.lstrip("# ")).strip().lower().replace(" ", "-")
        for line in README.splitlines()
        if line.startswith("#")
    }
    assert [target for target in re.findall(r"\]\(#([^)]+)\)", README) if target not in headings] == []


def test_the_changelog_knows_this_version() -> None:
    versions = re.findall(r"^## \[([^\]]+)\]", CHANGELOG, re.MULTILINE)
    assert tfwizard.__version__ in versions
    assert set(re.findall(r"^### (.+)$", CHANGELOG, re.MULTILINE)) <= {
        "Added",
        "Changed",
        "Deprecated",
        "Removed",
        "Fixed",
        "Security",
    }
