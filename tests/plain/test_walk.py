"""The walk in text on a fake session: every choice of the main menu, and what is said of a choice that is not possible."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tui.fakes import HOSTILE, FakeSession, learning_rate

from tfwizard import language
from tfwizard.explanations import explanation
from tfwizard.facts import GpusFacts
from tfwizard.stages import STAGES

from .person import CTRL_C, FOR_THE_EYE, Person, told


async def test_it_begins_with_what_is_wrong_how_sure_and_what_to_do() -> None:
    heard = (await told()).flat
    places = [
        heard.index(words)
        for words in (
            "held at Model.fit (train.py:16)",
            "4 problems are open.",
            "ERROR: The labels are inside the inputs, and compile was given a Keras loss, train.py:15.",
            "How sure: proved on this run's live objects; it is why the script fails.",
            "Next: fix (3) shows the change that mends “The labels are inside",
            "What next?",
        )
    ]
    assert places == sorted(places)


async def test_the_choices_are_listed_with_their_numbers_and_only_those_that_are_possible() -> None:
    heard = (await told("?")).after("What next? ?")
    assert "1 next: the next problem, explained" in heard
    assert "18 quit: leave; the session is kept" in heard
    assert "5 write" not in heard  # there is nothing to write
    assert "write is not possible now" in (await told("5")).flat


@pytest.mark.parametrize("answer", ["1", "next", "NEXT", "n", "ne"])
async def test_a_number_a_word_a_key_and_the_beginning_of_a_word_mean_the_same(answer: str) -> None:
    heard = (await told(answer)).flat
    assert "State: open. Stage: Inspect data. Where: train.py:15." in heard
    assert "Keras looks for labels beside the inputs." in heard


async def test_an_answer_that_is_none_of_the_choices_is_said_so() -> None:
    assert "“dance” is none of the choices; ? lists them." in (await told("dance")).flat
    assert "“99” is none of the choices" in (await told("99")).flat


async def test_next_goes_from_problem_to_problem_and_begins_anew() -> None:
    person = await told("next", "next", "next", "next", "next")
    spoken = [part.split(". State")[0].rsplit(": ", 1)[1] for part in person.flat.split("Stage: ")[:-1]]
    assert len(set(spoken[:4])) == 4
    assert spoken[4] == spoken[0]


async def test_problems_are_listed_filtered_and_explained_by_their_number() -> None:
    person = await told("problems", "warnings", "everything", "num_labels", "1", "why", "hand", "evidence")
    heard = person.after("Problem number, a filter, or back? warnings")
    assert heard.startswith(" 2 problems of 4 in all. 1 open, WARNING: Padding enters")
    heard = person.after("num_labels 1 problem of 4 in all.")
    assert "ERROR: The model has 2 classes, the labels go up to 2. State: open." in heard
    known = explanation("num-labels-too-small")
    assert known is not None
    for text in (known.why, known.by_hand):
        assert " ".join(text.split()) in heard
    assert "rows with label 2: 200." in heard
    assert "is none of the choices" in (await told("problems", "there is no such problem")).flat


async def test_the_change_is_shown_tried_and_its_verdict_said() -> None:
    session = FakeSession()
    person = await told("fix", "other", "show", "try", session=session)
    assert "Way 1 of 2: Drop the loss: the model has its own." in person.flat
    assert (
        '\n+model = TFAutoModelForSequenceClassification.from_pretrained("checkpoint",\nnum_labels=3)\n' in person.heard
    )
    assert "Way 2 of 2: Move the labels out of the inputs (label_cols)." in person.flat
    verdict = person.after("What next? try") if "What next? try" in person.flat else person.after("what next? try")
    assert "Trying the fix: running datasets.load_dataset." in verdict
    assert "VERIFIED in 3 s: Move the labels out of the inputs (label_cols). The problem is gone" in verdict
    assert "Behind it stood: Padding enters the model" in verdict
    assert "Next: fix (3) shows the change that mends “Padding" in verdict
    assert "try: labels-in-inputs-with-keras-loss 1" in session.said


async def test_a_fix_that_does_not_prove_itself_is_not_kept() -> None:
    session = FakeSession()
    session.verifies = False
    heard = (await told("fix", "try", "back", "write", session=session)).flat
    assert (
        "NOT VERIFIED in 3 s, so it was not kept: Drop the loss: the model has its own. The problem is still there."
        in heard
    )
    assert "write is not possible now" in heard


async def test_another_number_than_the_proposed_one() -> None:
    session = FakeSession()
    session._left = {one.key: one for one in [learning_rate()]}
    person = await told("fix", "change", "fast", "change", "2e-5", "try", session=session)
    assert "learning rate: 5e-5. Usual: 1e-5 to 1e-4." in person.flat
    assert "“fast” is not a number." in person.flat
    assert "The fix: Train with Adam(2e-5)." in person.flat
    assert "try: learning-rate-high 0 2e-5" in session.said


async def test_a_problem_without_a_safe_edit_says_what_to_do() -> None:
    person = await told("problems rate", "1", "fix", "back", "fix 1")
    assert "fix is not possible now" in person.flat
    assert "Use Adam(5e-5) instead of the string." in person.flat


async def test_fix_all_write_and_undo() -> None:
    session = FakeSession()
    person = await told("all", "write", "perhaps", "yes", session=session)
    assert person.flat.count("VERIFIED in 3 s") == 3
    assert person.flat.count("To be mended: The model has 2 classes, the labels go up to 2 Trying the fix") == 1
    assert "3 problems are proved fixed. 1 problem is open." in person.flat
    asked = person.after(
        "3 proved edits go into train.py. A backup is kept, and undo takes them back. Write? yes or no?"
    )
    assert "Answer yes or no." in asked
    assert "Written: train.py" in asked
    assert session.said[-1] == "write"
    assert "Undone: Give the model" in (await told("problems num_labels", "1", "fix", "try", "undo")).flat


async def test_fix_all_stops_at_a_fix_that_does_not_prove_itself() -> None:
    session = FakeSession()
    session.verifies = False
    assert (await told("all", session=session)).flat.count("NOT VERIFIED") == 1


async def test_no_to_a_question_changes_nothing() -> None:
    session = FakeSession()
    await told("fix", "try", "write", "no", session=session)
    assert "write" not in session.said


async def test_what_is_still_examined_behind_a_verdict_is_waited_for() -> None:
    session = FakeSession()
    session.examines_late = True
    person = Person(["fix", "try"], hears={"The other stages are examined as well.": lambda: None})
    person.hears["Examining: Overfit one batch, overfitting, 20 of 60."] = session.end_rest
    await person.walk(session)
    assert not session.finishing
    assert person.flat.index("20 of 60") < person.flat.index("Behind it stood")


async def test_waive_and_open_again() -> None:
    session = FakeSession()
    person = await told("next", "waive", "", "waive", "it is meant", "reopen", session=session)
    assert "Why is this no problem here?" in person.flat
    assert "Waived." in person.flat
    assert "Open again." in person.flat
    assert session.casebook.problems["labels-in-inputs-with-keras-loss"].status == "open"
    waived = await told("next", "waive it is meant", "back", "problems waived")
    assert "1 problem of 4 in all. 1 ERROR, waived: The labels are inside" in waived.flat


async def test_every_stage_has_its_state_and_its_evidence() -> None:
    person = await told("stages")
    for number, stage in enumerate(STAGES, 1):
        assert f"{number} {stage.title}: " in person.flat


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        (1, "It ran for 12.3 s and is held at Model.fit"),
        (2, "name input_ids, role input, shape (16,76), dtype int64, min 0, max 30521"),
        (3, "Sample 1 of 16. Label: 0, entailment. Loss of the fresh model: 0.66, chance is 0.6931. Text: sample 0"),
        (4, "row 1: label 2, predicted 1, loss refused"),
        (5, "scores (Log), the first that is not finite: 2 NaN"),
        (6, "class 1, model's name LABEL_1, data's name neutral, rows 199, all right"),
        (7, "rate 5e-05, first loss 1.1, last loss 0.6, lowest"),
        (8, "loss: 1.1 to 0.05882 in 60 steps"),
        (9, "part optimizer, bytes 531 MB, how measured, Adam: 2 per number"),
        (10, "watched: EarlyStopping watches val_acc, which is not logged"),
    ],
)
async def test_the_facts_of_a_stage_are_read_out(stage: int, words: str) -> None:
    heard = (await told(f"stages {stage}")).after(
        f"Stage {stage} of 11: {STAGES[stage - 1].title}. {STAGES[stage - 1].question}"
    )
    assert words in heard
    assert "State: " in heard


async def test_a_stage_leads_to_the_next_to_its_problem_and_to_its_test() -> None:
    session = FakeSession()
    person = await told(
        "stages", "8", "test", "forward", "test", "back", "back", "stages 6", "problem", session=session
    )
    assert "probe: overfit" in session.said
    assert "fit batch" in session.said
    assert "The model has 2 classes" in person.after("Stage 6 of 11")
    await told("stages 5", "cpu", session=session)
    assert "cpu_twin" in session.said


async def test_samples_are_read_one_by_one() -> None:
    heard = (await told("stages 3", "sample", "sample 16", "sample", "worst", "worst")).flat
    assert [part[:1] for part in heard.split("Sample ")[1:]] == ["1", "2", "1", "1", "2", "4"]
    assert "Loss of the fresh model: 0.81, chance is 0.6931." in heard
    assert "Loss of the fresh model: refused." in heard
    assert "Sample 16 of 16. Label: 1, neutral." in heard
    assert re.search(r"Tokens: \d+ tokens, 2 special, 1 unknown word, 56 of padding, masked\.", heard)


async def test_the_questions_on_the_samples() -> None:
    session = FakeSession()
    person = await told("answer", "y", "no", session=session)
    assert session.said[-2:] == ["answer: samples.readable True", "answer: samples.labels False"]
    assert "Do you agree with the labels? yes or no?" in person.flat
    await told("answer", "y", "n", "answer", "n", "y", session=session)  # another day, another answer
    assert session.said[-2:] == ["answer: samples.readable False", "answer: samples.labels True"]


@pytest.mark.parametrize("answers", [("oui", "non"), ("o", "n"), ("yes", "no"), ("y", "n")])
async def test_french_and_english_answers_mean_the_same_in_french(
    monkeypatch: pytest.MonkeyPatch, answers: tuple[str, str]
) -> None:
    class French(language.gettext.NullTranslations):
        def gettext(self, message: str) -> str:
            return {
                "yes": "oui",
                "no": "non",
                "answer": "répondre",
                "next": "suivant",
                "yes or no?": "oui ou non ?",
            }.get(message, message)

    monkeypatch.setattr(language._Chosen, "words", French())
    session = FakeSession()
    person = await told("répondre", *answers, "SUIVANT", session=session)
    assert session.said[-2:] == ["answer: samples.readable True", "answer: samples.labels False"]
    assert "Do you agree with the labels? oui ou non ?" in person.flat
    assert "State: open." in person.flat
    assert "Do you agree with the labels? oui ou non ?" in (await told("repondre", "oui")).flat


async def test_the_log_in_pages_and_searched() -> None:
    session = FakeSession()
    session.log.feed("out", "".join(f"line {n}\n" for n in range(40)).encode())
    person = await told("log", "older", "first", "", "search", "line 33", "last", "", "search nowhere", session=session)
    assert "Lines 34 to 48 of 48:" in person.flat
    assert "Lines 19 to 33 of 48:" in person.flat
    assert "Lines 16 to 30 of 48:" in person.flat
    assert "line 33 line 34" in person.after("Which text? line 33")
    assert "This is the end." in person.flat
    assert "No line holds “nowhere”." in person.flat
    assert "[/device:GPU:0] oom [bold]x[/bold]" in person.flat  # foreign text, without its escapes


async def test_the_script_is_read_with_what_its_lines_are_about() -> None:
    heard = (await told("script")).flat
    assert "14 model = TFAuto" in heard
    assert "(line 14: The model has 2 classes, the labels go up to 2)" in heard


async def test_run_again() -> None:
    session = FakeSession()
    await told("run", session=session)
    assert [text for text in session.said if text.startswith("run:")] == [
        "run: the wizard was opened",
        "run: asked by the person",
    ]


async def test_a_training_is_begun_after_a_question_and_followed() -> None:
    session = FakeSession()
    assert "train" not in (await told("train", "no", session=session) and session.said)
    person = Person(["train", "yes", "stages 10"])

    def end() -> None:
        assert session.following and session.following.training
        session.following.training = replace(
            session.following.training, over=True, ended="finished", message="The script ran to its end."
        )
        session.following.alive = False

    person.hears["epoch 2/3, step 40/100"] = end
    await person.walk(session)
    assert "It goes on when the wizard is closed." in person.flat
    assert "loss: 0.2588, (chance 1.099)" in person.flat
    assert "The script ran to its end." in person.flat
    assert "Stage 10 of 11" in person.flat


async def test_ctrl_c_on_a_training_asks_and_leaves_it_running() -> None:
    session = FakeSession()
    person = Person(["train", "yes", "no", "no", "quit", "leave"])
    person.hears["epoch 2/3, step 40/100"] = lambda: person.console.interrupt()
    await person.walk(session)
    assert "Stop the training? yes or no? no" in person.flat
    assert "Go on watching? yes or no? no" in person.flat
    assert "A training runs. It goes on without the wizard" in person.flat
    assert session.following is not None
    assert (session.following.stops, person.code) == (0, 1)


async def test_compare_is_refused_when_it_is_too_early() -> None:
    session = FakeSession()
    assert "An error is open: num-labels-too-small" in (await told("compare", session=session)).flat
    session.may_compare = True
    person = await told("compare", "learning_rate=1", "compare", "lr=1e-5,1e-3", session=session)
    assert "Two values or more are needed" in person.flat
    assert "compare: learning_rate=1e-5,1e-3" in session.said
    assert "learning_rate 1e-5, training 0.7367 ± 0.0033, held out 0.36 ± 0.01, right 90.0 % ± 0.0, best" in person.flat


async def test_the_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    async def none(*_: Any) -> GpusFacts:
        return GpusFacts(why="no NVIDIA driver here")

    monkeypatch.setattr("tfwizard.plain.gpus.read_gpus_soon", none)
    person = await told("gpus", "look", "stop 7", "back")
    assert person.flat.count("No GPU to look at: no NVIDIA driver here.") == 2
    assert "stop is not possible now" in person.flat


async def test_the_report_is_said_before_it_is_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    heard = (await told("report", "save html", "save", "json", "save word", "back")).after("What next? report")
    assert heard.index("Masked: nothing") < heard.index("## What happened") < heard.index("Saved: ")
    assert "The model has 2 classes, the labels go up to 2" in heard
    assert "“word” is none of markdown, html, json" in heard
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".html", ".json"]


async def test_the_last_stage_is_the_report() -> None:
    person = await told("stages 10", "forward", "back", "stages 11", "back")
    assert person.flat.count("The report: what next?") == 2


async def test_a_word_of_the_main_menu_is_understood_in_every_menu() -> None:
    session = FakeSession()
    await told("stages 2", "next", "run", session=session)
    assert session.said[-1] == "run: asked by the person"


# --- leaving ----------------------------------------------------------------------------------------------------------------


async def test_quit_gives_the_exit_code() -> None:
    assert (await told("quit")).code == 1
    session = FakeSession()
    session._left = {}
    assert (await told("quit", session=session)).code == 0


@pytest.mark.parametrize(
    ("answer", "code", "written"), [("write", 1, True), ("leave", 1, False), ("stay", None, False)]
)
async def test_edits_that_are_not_written_are_not_left_without_a_question(
    answer: str, code: int | None, written: bool
) -> None:
    session = FakeSession()
    person = await told("fix", "try", "quit", answer, session=session)
    assert "1 proved edit is not in your file yet: train.py." in person.flat
    assert (person.code, "write" in session.said) == (code, written)


async def test_no_more_answers_leave_without_writing() -> None:
    session = FakeSession()
    person = await told("fix", "try", session=session)
    assert (person.left, person.code) == (True, None)
    assert "write" not in session.said


async def test_ctrl_c_says_how_to_leave_and_twice_leaves() -> None:
    once = await told(CTRL_C, "quit")
    assert "quit (18) leaves. Ctrl+C once more leaves at once; the session is kept." in once.flat
    assert once.code == 1
    between = await told(CTRL_C, "?", CTRL_C, "quit")  # an answer between them: it is not twice
    assert between.code == 1
    twice = await told(CTRL_C, CTRL_C, "quit")
    assert (twice.left, twice.code) == (True, None)


async def test_ctrl_c_ends_a_run_and_comes_back_to_the_prompt() -> None:
    session = FakeSession(pause=0.05)
    person = Person(["run"])
    person.hears["The script runs: datasets.load_dataset, train.py:4."] = lambda: person.console.interrupt()
    await person.walk(session)
    assert "Stopping it. Ctrl+C once more leaves; the session is kept. Stopped." in person.flat
    assert person.flat.count("held at Model.fit") == 1  # that of the second run


async def test_ctrl_c_ends_a_trial_and_the_problem_is_open_again() -> None:
    session = FakeSession()
    person = Person(["fix", "try", "back"])
    session.pause = 0.05
    person.hears["Trying the fix: running"] = lambda: person.console.interrupt()
    await person.walk(session)
    assert "Stopped. Nothing was changed." in person.flat
    assert session.casebook.problems["labels-in-inputs-with-keras-loss"].status == "open"


# --- what goes wrong --------------------------------------------------------------------------------------------------------


async def test_a_lost_worker_is_named_and_the_script_can_be_run_again() -> None:
    session = FakeSession()
    session.lose_worker = True
    person = Person(["run", "next"])
    person.hears["killed by SIGKILL, likely out of memory"] = lambda: setattr(session, "lose_worker", False)
    await person.walk(session)
    assert "The worker is gone: killed by SIGKILL, likely out of memory run (11) runs the script again" in person.flat
    assert person.flat.count("killed by SIGKILL") == 1
    assert "4 problems are open." in person.flat


async def test_a_file_that_changed_on_disk_is_told_once() -> None:
    session = FakeSession()
    session.changed_files = [Path(__file__)]
    person = await told("?", "fix", "try", session=session)
    assert person.flat.count(f"{Path(__file__).name} changed on disk. run (11) runs the script again") == 1
    assert "changed on disk: run runs it again first." in person.flat


async def test_a_choice_that_fails_is_said_and_the_walk_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    session = FakeSession()
    monkeypatch.setattr(session, "waive", full)
    person = await told("next", "waive because", "next", session=session)
    assert "OSError: [Errno 28] No space left on device" in person.flat
    assert "State: open." in person.after("No space left")


async def test_a_session_that_was_resumed_is_not_run_unasked() -> None:
    session = FakeSession()
    await session.run("before")
    session.notice = "Resumed as it was at 10:11."
    session.said.clear()
    person = await Person(["quit"]).walk(session, start=False)
    assert "Resumed as it was at 10:11." in person.flat
    assert "4 problems are open." in person.flat
    assert session.said == []


async def test_foreign_text_brings_no_escape_and_no_markup_to_the_terminal() -> None:
    session = FakeSession()
    session._left = {
        key: replace(one, title=f"{one.title} {HOSTILE}", why=HOSTILE) for key, one in session._left.items()
    }
    answers = ["next", "fix", "back", "problems", "back", "log", "b", *(f"stages {n}" for n in range(1, 11))]
    for width in (24, 40, 80, 200):
        person = await told(*answers, session=session, width=width)
        assert HOSTILE.split()[0] in person.heard
        assert not FOR_THE_EYE.findall(person.heard)


async def edited(session: FakeSession, *answers: Any) -> Person:
    person = Person(list(answers))
    person.console.can_lend = True
    return await person.walk(session)


async def test_the_editor_is_opened_at_the_line_of_the_problem_and_a_change_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, editor = tmp_path / "seen", tmp_path / "vi"
    editor.write_text(f'#!/bin/sh\necho "$@" >> {seen}\n')
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(editor))
    session = FakeSession()
    await edited(session, "next", "next", "edit")
    path = str(session.script)
    assert seen.read_text().split() == ["+13", path]
    session = FakeSession()
    heard = (await edited(session, "fix", "try", "edit", "stay", "edit", "write", "quit")).flat
    assert "1 proved edit is not written to train.py yet." in heard
    assert "Written" in heard
    assert len(seen.read_text().splitlines()) == 2
    monkeypatch.setenv("VISUAL", str(tmp_path / "none"))
    assert "Set $EDITOR to an editor that there is." in (await edited(FakeSession(), "edit")).flat
    monkeypatch.setenv("VISUAL", "vi 'unclosed")
    assert "cannot be read" in (await edited(FakeSession(), "edit")).flat


async def test_without_a_terminal_no_editor_is_opened() -> None:
    assert "An editor needs a terminal, and here is none. Change train.py:15 elsewhere." in (await told("edit")).flat
