"""The findings as a JUnit report: one suite, one case for each stage without an open problem and for each finding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from tfwizard.foreign import storable
from tfwizard.report.spoken import failure, message, not_examined, open_findings


def as_junit(document: dict[str, Any]) -> str:
    """The report. An advice is a case that passes, with its text as output."""
    cases = list(_cases(document))
    count = {kind: sum(case.find(kind) is not None for case in cases) for kind in ("failure", "error", "skipped")}
    suites = Element("testsuites", name="tfwizard")
    suite = SubElement(
        suites, "testsuite", name="tfwizard", tests=str(len(cases)), failures=str(count["failure"]), errors=str(count["error"]),
        skipped=str(count["skipped"]), time=f"{document['seconds']['total']:.2f}",
    )  # fmt: skip
    suite.extend(cases)
    indent(suites)
    text: bytes = tostring(suites, encoding="utf-8", xml_declaration=True)
    return f"{text.decode('utf-8')}\n"


def _cases(document: dict[str, Any]) -> Iterator[Element]:
    script = document["script"]
    if why := failure(document):
        case = _case("examined", "tfwizard", script)
        SubElement(case, "error", message=storable(why), type=document["outcome"]).text = storable(why)
        yield case
    findings, blocked = open_findings(document), dict(not_examined(document))
    for stage in document["stages"]:
        own = [one for one in findings if one["stage"] == stage["id"]]
        for finding in own:
            yield _finding(finding, script)
        if stage["id"] in blocked:
            case = _case(stage["id"], stage["id"], script)
            SubElement(case, "skipped", message=blocked[stage["id"]])
            yield case
        elif not any(one["severity"] != "advice" for one in own):
            yield _case(stage["id"], stage["id"], script)


def _finding(finding: dict[str, Any], script: str) -> Element:
    where = finding["where"] or {}
    case = _case(finding["id"], finding["stage"], where.get("file", script), where.get("line"))
    text = message(finding)
    if where:
        text = f"{text}\n{storable(where['file'])}:{where['line']}"
    if finding["fix"]:
        text = f"{text}\n\n{storable(finding['fix']['diff'])}"
    if finding["severity"] == "advice":
        SubElement(case, "system-out").text = text
    else:
        SubElement(case, "failure", message=storable(finding["title"]), type=finding["severity"]).text = text
    return case


def _case(name: str, stage: str, file: str, line: int | None = None) -> Element:
    case = Element("testcase", name=storable(name), classname=f"tfwizard.{storable(stage)}", file=storable(file))
    if line:
        case.set("line", str(line))
    return case
