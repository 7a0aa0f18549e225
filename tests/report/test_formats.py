"""A report in its three formats: all that maintainers ask, in their order; foreign text breaks nothing; secrets are nowhere."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tui.fakes import HOSTILE, SCRIPT, FakeSession, findings

from tfwizard.facts import (
    Environment,
    EpochWatched,
    ErrorFacts,
    FitWatched,
    Frame,
    GpuFacts,
    GpuProcess,
    GpusFacts,
    Place,
    SweepCurve,
    WatchFacts,
)
from tfwizard.report.contents import Report
from tfwizard.report.document import as_json
from tfwizard.report.gather import gather
from tfwizard.report.hiding import hidden
from tfwizard.report.html import html
from tfwizard.report.markdown import markdown
from tfwizard.report.saving import save, written
from tfwizard.session import RunState
from tfwizard.session.learner import LearnersSession
from tfwizard.session.teaching import Teaching

SECRET = "s3cr3t-Valu3"
FENCE = "a ``` b | c <script>alert(1)</script> </details> &amp; \x1b[31m"


async def examined(**more: object) -> FakeSession:
    session = FakeSession()
    await session.run()
    session.run_state.facts = replace(session.run_state.facts, **more)
    return session


def failing() -> ErrorFacts:
    frames = (
        Frame(Place(str(SCRIPT), 16, "<module>", "model.fit(train)"), True),
        Frame(Place("/opt/venv/lib/python3.11/site-packages/keras/src/trainer.py", 7, "fit", "raise e"), False),
    )
    return ErrorFacts(
        "ValueError", f"the password={SECRET} of {FENCE}", f"the password={SECRET}", frames[0].place, frames
    )


class Page(HTMLParser):
    """Its tags, what they refer to, and whether every one is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.refers: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.refers += [value or "" for name, value in attrs if name in ("href", "src", "xlink:href", "action")]
        assert not any(name.startswith("on") for name, _value in attrs)
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


async def test_what_maintainers_ask_first_comes_first() -> None:
    text = markdown(gather(await examined(), {}))
    titles = re.findall(r"^## (.*)$", text, re.M)
    assert titles[:4] == ["What happened", "What was expected", "Environment", "Code to reproduce it"]
    assert "Found" not in titles
    for words in ("tensorflow: `2.21.0`", "python: `3.11.7`", "python train.py", "2 contradiction | 200 | 33 %", "input_ids | input | (16,76)",
                  "model classes: `2`", "from_pretrained", "rng.integers(0, 3, (16,))", "refused", "chance | 0.6931"):  # fmt: skip
        assert words in text


async def test_the_traceback_is_that_of_the_script_and_its_secret_is_masked() -> None:
    session = await examined()
    script = session.run_state.facts.script
    assert script is not None
    session.run_state.facts = replace(
        session.run_state.facts, script=replace(script, outcome="failed", error=failing())
    )
    report = gather(session, {})
    [failure] = report.failures
    assert failure.traceback.splitlines()[:3] == [
        "Traceback (most recent call last):",
        '  File "train.py", line 16, in <module>',
        "    model.fit(train)",
    ]
    assert 'File "site-packages/keras/src/trainer.py", line 7' in failure.traceback
    for text in (markdown(report), html(report), as_json(report)):
        assert SECRET not in text
    assert markdown(report).startswith("# ValueError: the password=")
    titles = re.findall(r"^## (.*)$", markdown(report), re.M)
    assert titles[4] == "Full traceback"


async def test_foreign_text_breaks_no_format() -> None:
    session = await examined()
    script = session.run_state.facts.script
    assert script is not None
    labels = session.run_state.facts.labels
    assert labels is not None
    session.run_state.facts = replace(
        session.run_state.facts,
        script=replace(script, outcome="failed", error=failing()),
        labels=replace(labels, dataset_names=(HOSTILE, FENCE, "c")),
    )
    session.log.feed("out", (FENCE + "\n" + HOSTILE + "\n").encode())
    report = gather(session, {})
    page = Page(html(report))
    assert page.open == []
    assert "script" not in page.tags
    assert {one[:1] for one in page.refers} == {"#"}
    assert not re.search(r"url\(|@import|http-equiv=\"refresh", html(report))
    for drawing in re.findall(r"<svg.*?</svg>", html(report), re.S):
        ElementTree.fromstring(drawing)
    text = markdown(report)
    assert "\x1b" not in text + html(report)
    assert "````text" in text  # the fence is longer than any in the text
    fences = re.findall(r"^(`{3,})\w*$", text, re.M)
    assert len(fences) % 2 == 0
    assert fences[::2] == fences[1::2]
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in tables if "contradiction" in line or "a \\`" in line} == {4}


async def test_curves_have_axes_levels_and_a_mark_where_they_stop_being_numbers() -> None:
    losses = tuple((step, 1.1 if step < 70 else math.nan) for step in range(0, 90, 3))
    fit = FitWatched(
        "Model.fit",
        "nan",
        90,
        (EpochWatched(1, 30, 1.0, {}, {"loss": 1.05}), EpochWatched(2, 30, 0.6, {}, {"loss": 0.9})),
        3,
        losses,
    )
    report = gather(await examined(watch=WatchFacts((fit,))), {})
    assert [one.id for one in report.curves] == ["overfit", "learning_rates", "training"]
    drawn = re.findall(r"<svg.*?</svg>", html(report), re.S)
    assert len(drawn) == 4  # the labels too
    for words in (
        ">step<",
        ">loss<",
        "chance 0.6931",
        "target 0.1",
        "rate 0.001",
        "no number at 72",
        "validation loss",
        "2 contradiction",
    ):
        assert any(words in one for one in drawn), words
    assert "| training loss | 1.1 | 1.1 | NaN | 87 |" in markdown(report)
    assert '"nan"' in as_json(report)


async def test_a_curve_without_a_point_or_without_a_number_breaks_nothing() -> None:
    session = await examined()
    test = session.run_state.facts.overfit
    assert test is not None
    retried = (SweepCurve(1e-4, ()), SweepCurve(1e-5, (math.nan, math.nan)))
    session.run_state.facts = replace(
        session.run_state.facts, overfit=replace(test, losses=(2.0, 2.0), retried=retried)
    )
    report = gather(session, {})
    assert "| rate 1e-05 | NaN | NaN | NaN | 2 |" in markdown(report)
    assert "0.0001" not in markdown(report).split("learned by heart")[1].split("##")[0]
    assert "<svg" in html(report)


async def test_the_document_is_json_whatever_the_numbers_and_keeps_its_names() -> None:
    found = json.loads(as_json(gather(await examined(), {})), parse_constant=pytest.fail)
    assert found["schema"] == "tfwizard-report/1"
    assert {"title", "script", "command", "outcome", "summary", "environment", "failures", "reproduction", "settings", "model", "batch", "sample",
            "labels", "fresh", "curves", "findings", "lacking", "gpus", "sources", "diff", "output", "masked"} <= found.keys()  # fmt: skip
    assert {one["id"] for one in found["findings"]} == {one.id for one in findings()}
    assert found["fresh"]["rows"][1]["loss"] is None
    assert found["fresh"]["mean_loss"] == "nan"


async def test_a_secret_of_the_environment_or_the_command_is_masked_wherever_it_stands() -> None:
    session = await examined()
    session.args = ("--api-key", "kk-12ab34cd", "--epochs", "3")
    session.log.feed("out", f"given {SECRET} and kk-12ab34cd, {Path.home()}/data, num_tokens=128\n".encode())
    script = session.run_state.facts.script
    assert script is not None
    environment = Environment(
        "3.11.7", "/usr/bin/python", "Linux", {}, {"TF_DETERMINISTIC_OPS": "1", "HF_TOKEN": "(set)"}
    )
    session.run_state.facts = replace(session.run_state.facts, script=replace(script, environment=environment))
    report = gather(session, {"MY_SECRET": SECRET, "PWD": "/work", "TERM": "xterm"})
    assert report.command == ("python", "train.py", "--api-key", "***", "--epochs", "3")
    assert report.output.splitlines()[-1] == "given *** and ***, ~/data, num_tokens=128"
    assert {(one.kind, one.where) for one in report.masked} >= {
        ("password", "output"),
        ("key", "command"),
        ("home folder", "output"),
    }
    assert "TF_DETERMINISTIC_OPS: `1`" in markdown(report)
    assert "HF_TOKEN: `(set)`" in markdown(report)
    assert "- key: 2 times, in the command, the output" in markdown(report)


async def test_of_other_peoples_processes_only_the_program_is_told() -> None:
    process = GpuProcess(7, 2**30, command="/usr/bin/python /home/ann/private.py --token x", owner="ann", seen="here")
    report = gather(
        await examined(gpus=GpusFacts((GpuFacts(0, "H100", memory=80 * 2**30, used=2**30, processes=(process,)),))), {}
    )
    text = markdown(report)
    assert "| python | 1.0 GiB | somebody else's |" in text
    assert "private.py" not in as_json(report)
    assert '"ann"' not in as_json(report)


async def test_while_learning_the_report_holds_questions() -> None:
    session = await examined()
    learner = LearnersSession(session, Teaching(session.casebook.note, ()))  # type: ignore[arg-type]
    report = gather(learner, {})  # type: ignore[arg-type]
    for text in (markdown(report), html(report), as_json(report)):
        for one in findings():
            told = [one.id, one.title, one.why, one.advice, *(way.title for way in one.remedies)]
            assert not [answer for answer in told if answer and (answer in text or answer in text.replace("\\", ""))]
    assert {one.id for one in report.findings} == {"question"}
    assert report.curves[0].lines[0].points  # what was measured stays


def test_a_script_that_was_never_run_has_a_report_too() -> None:
    report = gather(FakeSession(), {})  # type: ignore[arg-type]
    assert isinstance(report, Report)
    assert "train.py has not been run yet." in markdown(report)
    assert "from datasets import load_dataset" in html(report)


async def test_while_the_script_runs_the_report_says_so() -> None:
    session = FakeSession()
    session.run_state = RunState(session.casebook.start_run())
    assert "train.py runs, and has not come to its training call yet." in markdown(gather(session, {}))  # type: ignore[arg-type]


@pytest.mark.parametrize("outcome", ["died", "timed_out", "no_training", "finished"])
async def test_the_summary_says_how_it_ended(outcome: str) -> None:
    session = await examined()
    script = session.run_state.facts.script
    assert script is not None
    session.run_state.facts = replace(
        session.run_state.facts, script=replace(script, outcome=outcome, held=None, death="killed by SIGKILL")
    )
    words = {
        "died": "killed by SIGKILL",
        "timed_out": "no training call",
        "no_training": "without training",
        "finished": "to its end",
    }
    assert words[outcome] in gather(session, {}).summary


async def test_a_command_is_shown_as_a_shell_takes_it_whatever_bytes_are_in_it(tmp_path: Path) -> None:
    session = await examined()
    session.args = ("a b", "it's", "--x=3", "", "one\n\n# two", "--password=p(a)s")
    session.script = session.script.with_name("caf\udce9.py")
    report = gather(session, {})
    command = next(line for line in markdown(report).splitlines() if "--x=3" in line)
    assert """.py 'a b' 'it'"'"'s' --x=3 '' 'one  # two' --password=***`""" in command
    for form in ("markdown", "html", "json"):
        save(written(report, form), tmp_path / form)
        assert "caf" in (tmp_path / form).read_text(encoding="utf-8")


async def test_an_issue_made_of_a_report_calls_nobody() -> None:
    report = replace(gather(await examined(), {}), summary="@tf.function failed: #12 of a@b costs $5 &lt; $6")
    text = markdown(report)
    assert "@\u200btf.function failed: #\u200b12 of a@b costs \\$5 \\&lt; \\$6" in text


async def test_a_home_folder_is_in_no_name_of_a_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    report = replace(gather(await examined(), {}), sources={"/home/ann/lib/model.py": "x = 1\n"})
    assert list(hidden(report, {}).sources) == ["~/lib/model.py"]
