"""What pipelines read: workflow commands, SARIF and JUnit, from the same document as --json."""

from __future__ import annotations

import json
import math
import posixpath
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from commands import tfwizard
from hypothesis import given
from hypothesis import strategies as st
from tui.fakes import HOSTILE, FakeSession

from tfwizard.report.contract import plain, report
from tfwizard.report.formats import rendered
from tfwizard.report.sarif import sarif_document
from tfwizard.sources import diff_between
from tfwizard.stages import STAGES

#: What may stand in each object of SARIF 2.1.0 that we write, by its name in the specification; with "!" what has to.
SARIF: dict[str, dict[str, str]] = {
    "sarifLog": {"$schema": "text", "version!": "text", "runs!": "[run]"},
    "run": {"tool!": "tool", "invocations": "[invocation]", "columnKind": "text", "results": "[result]"},
    "tool": {"driver!": "toolComponent"},
    "toolComponent": {"name!": "text", "version": "text", "semanticVersion": "text", "rules": "[reportingDescriptor]"},
    "reportingDescriptor": {
        "id!": "text", "name": "text", "shortDescription": "multiformatMessageString", "fullDescription": "multiformatMessageString",
        "help": "multiformatMessageString", "defaultConfiguration": "reportingConfiguration", "properties": "bag",
    },
    "multiformatMessageString": {"text!": "text", "markdown": "text"},
    "reportingConfiguration": {"level": "level"},
    "invocation": {"executionSuccessful!": "bool", "toolExecutionNotifications": "[notification]"},
    "notification": {"message!": "message", "level": "level"},
    "message": {"text!": "text"},
    "result": {
        "ruleId": "text", "ruleIndex": "number", "level": "level", "message!": "message", "locations": "[location]", "fixes": "[fix]",
        "properties": "bag",
    },
    "location": {"physicalLocation": "physicalLocation"},
    "physicalLocation": {"artifactLocation": "artifactLocation", "region": "region"},
    "artifactLocation": {"uri": "uri", "uriBaseId": "text"},
    "region": {"startLine": "number", "startColumn": "number", "endLine": "number", "endColumn": "number"},
    "fix": {"description": "message", "artifactChanges!": "[artifactChange]"},
    "artifactChange": {"artifactLocation!": "artifactLocation", "replacements!": "[replacement]"},
    "replacement": {"deletedRegion!": "region", "insertedContent": "artifactContent"},
    "artifactContent": {"text": "text"},
}  # fmt: skip
PLAIN = {
    "text": lambda value: isinstance(value, str) and value.encode("utf-8") is not None,
    "bool": lambda value: isinstance(value, bool),
    "number": lambda value: isinstance(value, int) and value >= 0,
    "level": lambda value: value in ("none", "note", "warning", "error"),
    "uri": lambda value: re.fullmatch(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+", value) is not None,
    "bag": lambda value: isinstance(value, dict),
}


def holds(value: Any, kind: str, at: str = "$") -> None:
    """The value is what the specification calls this."""
    if kind.startswith("["):
        assert isinstance(value, list), at
        for index, one in enumerate(value):
            holds(one, kind[1:-1], f"{at}[{index}]")
    elif kind in PLAIN:
        assert PLAIN[kind](value), (at, value)
    else:
        known = {name.rstrip("!"): of for name, of in SARIF[kind].items()}
        assert set(value) <= set(known), at
        assert {name[:-1] for name in SARIF[kind] if name.endswith("!")} <= set(value), at
        for name, one in value.items():
            holds(one, known[name], f"{at}.{name}")


@pytest.fixture
async def document() -> dict[str, Any]:
    """A session with findings of every severity, and fixes."""
    session = FakeSession()
    await session.run()
    diffs = {}
    for problem in session.casebook.open():
        if session.findings[problem.key].remedies:
            diffs[problem.key] = (await session.preview(problem.key)).diff
    return report(session, diffs, 1.0)  # type: ignore[arg-type]


def finding(**changed: Any) -> dict[str, Any]:
    return {
        "id": "num-labels-too-small", "stage": "labels", "severity": "error", "status": "open", "regression": False, "title": "2 classes, 3 labels",
        "why": "So it is.", "evidence": {}, "where": {"file": "train.py", "line": 3}, "advice": "", "fix": None, **changed,
    }  # fmt: skip


def document_of(
    *findings: dict[str, Any], outcome: str = "held_at_fit", script: str = "train.py", **why: str
) -> dict[str, Any]:
    stages = [
        {"id": stage.id, "status": "blocked" if stage.id in why else "passed", "why": why.get(stage.id, "")}
        for stage in STAGES
    ]
    return {
        "schema": "tfwizard/1", "script": script, "outcome": outcome, "environment": {"python": "3.11"}, "stages": stages,
        "findings": list(findings), "seconds": {"total": 2.0, "script": 1.0, "probes": 1.0},
    }  # fmt: skip


#: Text as a script may have it: in a message, a name, a path.
NASTY = f"a: b, c % d\r\nnext :: ::error::\x00{HOSTILE}\x1b[31m \ud800 \ufffe <b>&amp;</b> ]]>"


def unescaped(text: str) -> str:
    for code, character in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(code, character)
    return text


# --- GitHub -------------------------------------------------------------------------------------------------------------------


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """The workflow commands in a text, read as the runner reads them."""
    found = []
    for line in text.splitlines():
        matched = re.fullmatch(r"::(\w+)(?: ([^:]*))?::(.*)", line)
        assert matched, line
        pairs = dict(pair.split("=", 1) for pair in (matched[2] or "").split(",") if pair)
        found.append((matched[1], {key: unescaped(value) for key, value in pairs.items()}, unescaped(matched[3])))
    return found


async def test_github_says_each_open_finding_at_its_line(document: dict[str, Any]) -> None:
    said = commands(rendered(document, "github"))
    names = {"error": "error", "warning": "warning", "advice": "notice"}
    wanted = [one for one in document["findings"] if one["status"] == "open"]
    for one, (command, at, text) in zip(wanted, said, strict=False):
        assert (command, at["title"]) == (names[one["severity"]], f"tfwizard {one['id']}")
        assert at.get("line") == (str(one["where"]["line"]) if one["where"] else None)
        assert text.splitlines()[0] == one["title"].replace("\x1b", "�")
    blocked = [one for one in document["stages"] if one["status"] == "blocked"]
    assert len(said) == len(wanted) + len(blocked)


def test_github_escapes_what_would_be_read_as_its_own() -> None:
    [(command, at, text)] = commands(
        rendered(document_of(finding(title=NASTY, where={"file": "a,b:c%.py", "line": 7})), "github")
    )
    assert (command, at["file"], at["line"]) == ("error", "a,b:c%.py", "7")
    assert text.startswith("a: b, c % d\nnext :: ::error::�")
    assert "\x1b" not in text


@pytest.mark.parametrize("outcome", ["died", "timed_out"])
def test_nothing_examined_is_an_error_in_every_format(outcome: str) -> None:
    nothing = document_of(outcome=outcome, data="the script has not begun")
    assert [one[0] for one in commands(rendered(nothing, "github"))] == ["error", "notice"]
    assert sarif_document(nothing)["runs"][0]["invocations"][0]["executionSuccessful"] is False
    suite = ElementTree.fromstring(rendered(nothing, "junit").encode())[0]
    assert (suite.get("errors"), suite.get("failures"), suite.get("skipped")) == ("1", "0", "1")


# --- SARIF --------------------------------------------------------------------------------------------------------------------


async def test_sarif_has_what_the_specification_asks_for(document: dict[str, Any]) -> None:
    log = json.loads(rendered(document, "sarif"))
    holds(log, "sarifLog")
    [run] = log["runs"]
    assert log["version"] == "2.1.0"
    wanted = [one for one in document["findings"] if one["status"] == "open"]
    assert [one["ruleId"] for one in run["results"]] == [one["id"] for one in wanted]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert rules[result["ruleIndex"]]["help"]["text"]
    assert any("fixes" in result for result in run["results"])


def test_sarif_takes_whatever_a_script_says() -> None:
    evidence = {"loss": math.nan, NASTY: [math.inf, {"x": NASTY}]}
    nasty = finding(
        title=NASTY, why=NASTY, evidence=evidence, where={"file": "dir with space/ü%.py", "line": 0}, id=f"other{NASTY}"
    )
    log = json.loads(rendered(plain(document_of(nasty)), "sarif"))
    [result] = log["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert (unquote(place["artifactLocation"]["uri"]), place["artifactLocation"]["uriBaseId"]) == (
        "dir with space/ü%.py",
        "%SRCROOT%",
    )
    assert place["region"]["startLine"] == 1
    assert result["properties"]["evidence"]["loss"] == "nan"
    assert "\x1b" not in json.dumps(log, ensure_ascii=False)


def test_a_file_elsewhere_has_a_whole_address() -> None:
    [result] = sarif_document(document_of(finding(where={"file": "/srv/a b.py", "line": 2})))["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "file:///srv/a%20b.py"}


def applied(old: str, replacements: list[dict[str, Any]]) -> str:
    """A text with replacements of whole lines, as an editor makes them: the last one first."""
    lines = old.split("\n")
    for one in reversed(replacements):
        region = one["deletedRegion"]
        assert (region["startColumn"], region["endColumn"]) == (1, 1)
        lines[region["startLine"] - 1 : region["endLine"] - 1] = one["insertedContent"]["text"].split("\n")[:-1]
    return "\n".join(lines)


TEXT = st.lists(st.sampled_from(["a", "b", "", "-- x", "++ y", "+++ b/z", "@@ -1 +1 @@", "é"]), max_size=12).map(
    lambda lines: "".join(f"{line}\n" for line in lines)
)


@given(TEXT, TEXT, TEXT, st.sampled_from(["train.py", "sub/dir/train.py"]))
def test_a_fix_as_replacements_gives_the_fixed_text(old: str, new: str, other: str, script: str) -> None:
    diff = diff_between(old, new, "train.py") + diff_between(other, new, "my module.py")
    one = finding(fix={"title": "Mend it", "diff": diff}) if diff else finding()
    [result] = sarif_document(document_of(one, script=script))["runs"][0]["results"]
    changes = {
        unquote(change["artifactLocation"]["uri"]): change["replacements"]
        for change in (result["fixes"][0]["artifactChanges"] if diff else ())
    }
    for name, before in (("train.py", old), ("my module.py", other)):
        assert applied(before, changes.get(posixpath.join(posixpath.dirname(script), name), [])) == new


def test_a_fix_that_is_no_matter_of_whole_lines_is_left_out() -> None:
    diff = diff_between("a\nb", "a\nc", "train.py")
    [result] = sarif_document(document_of(finding(fix={"title": "Mend it", "diff": diff})))["runs"][0]["results"]
    assert "fixes" not in result
    assert "Mend it" in result["message"]["text"]


# --- JUnit --------------------------------------------------------------------------------------------------------------------


async def test_junit_counts_what_it_holds(document: dict[str, Any]) -> None:
    suites = ElementTree.fromstring(rendered(document, "junit").encode())
    [suite] = suites
    cases = list(suite)
    loud = [one["id"] for one in document["findings"] if one["status"] == "open" and one["severity"] != "advice"]
    assert sorted(case.get("name", "") for case in cases if case.find("failure") is not None) == sorted(loud)
    assert (suite.get("tests"), suite.get("failures")) == (str(len(cases)), str(len(loud)))
    blocked = [one["id"] for one in document["stages"] if one["status"] == "blocked"]
    assert [case.get("name") for case in cases if case.find("skipped") is not None] == blocked
    assert {case.get("classname") for case in cases} == {f"tfwizard.{stage.id}" for stage in STAGES}
    assert all(sum(case.find(kind) is not None for kind in ("failure", "error", "skipped")) <= 1 for case in cases)


def test_junit_is_xml_whatever_a_script_says() -> None:
    nasty = finding(title=NASTY, why=NASTY, where={"file": NASTY, "line": 3}, fix={"title": NASTY, "diff": NASTY})
    advice = finding(severity="advice", stage="data", advice=NASTY)
    text = rendered(document_of(nasty, advice, script=NASTY, nan=NASTY), "junit")
    suite = ElementTree.fromstring(text.encode("utf-8"))[0]
    assert (suite.get("failures"), suite.get("skipped")) == ("1", "1")
    failed = next(case for case in suite if case.find("failure") is not None)
    assert failed.find("failure").get("message", "").startswith("a: b, c % d\nnext")  # type: ignore[union-attr]
    assert "<b>&amp;</b> ]]>" in (failed.findtext("failure") or "")
    told = next(case for case in suite if case.find("system-out") is not None)
    assert told.find("failure") is None


# --- the command --------------------------------------------------------------------------------------------------------------


def test_the_command_prints_data_alone_and_keeps_its_exit_code(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("print('on stdout')\nraise ValueError('50 %: no\\nway')\n")
    done = tfwizard("check", "train.py", "--format", "github", cwd=tmp_path)
    assert done.code == 1
    [first, *rest] = commands(done.out)
    assert first[:2] == ("error", {"title": "tfwizard script-error", "file": "train.py", "line": "2"})
    assert "50 %: no" in first[2]
    assert {one[0] for one in rest} <= {"notice"}
    wrong = tfwizard("check", "train.py", "--format", "sarif", "--json", cwd=tmp_path)
    assert (wrong.code, wrong.out) == (2, "")
    assert "two formats" in wrong.err


def test_a_file_without_a_line_has_none() -> None:
    document = document_of(finding(where={"file": "train.py", "line": 0}))
    [(_name, properties, _text)] = commands(rendered(document, "github"))
    assert "line" not in properties
    suites = ElementTree.fromstring(rendered(document, "junit"))
    assert all(case.get("line") is None for case in suites.iter("testcase"))


def test_a_name_with_half_a_character_can_be_printed() -> None:
    assert json.loads(rendered(plain({"counts": {"caf\udce9": 1}}), "json").encode()) == {"counts": {"caf?": 1}}


SECRET = """\
password = "kR7-winter-Blau"
raise ValueError(f"the server refused {password} of hf_AbCdEfGhIjKlMnOpQrStUvWxYz01234567")
"""


@pytest.mark.parametrize("form", ["github", "sarif", "junit"])
def test_what_a_pipeline_shows_to_others_has_no_secret_in_it(tmp_path: Path, form: str) -> None:
    (tmp_path / "train.py").write_text(SECRET)
    ran = tfwizard("check", "train.py", "--format", form, cwd=tmp_path)
    assert ran.code == 1, ran.err
    assert "the server refused *** of hf_***" in ran.out
    assert "kR7-winter" not in ran.out
    assert "AbCdEfGh" not in ran.out
    assert "train.py" in ran.out
