"""The seed's last listing: the model is loaded again, and num_labels=3 is forgotten. And an edit that would break what trains."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from cases.scoring import HERE
from commands import tfwizard
from scripts import MAKE_TICKETS, TICKETS

from tfwizard.session import Session

MENDED = (
    TICKETS.replace('"labels"]', '"attention_mask", "label"]')
    .replace("shuffle=True,", 'shuffle=True,\n        collate_fn=transformers.DataCollatorWithPadding(words, return_tensors="tf"),')
    .replace('router.compile("adam", "sparse_categorical_crossentropy")', 'router.compile("adam")')
    .replace('Classification.from_pretrained("encoder")', 'Classification.from_pretrained("encoder", num_labels=5)')
)  # fmt: skip


@pytest.fixture(scope="module")
def tickets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five classes, other columns, other texts, another checkpoint."""
    import subprocess
    import sys

    folder = tmp_path_factory.mktemp("tickets")
    subprocess.run([sys.executable, "-c", MAKE_TICKETS], cwd=folder, check=True, capture_output=True)
    return folder


def test_the_same_faults_in_another_script_have_its_own_numbers_and_lines(tickets: Path) -> None:
    (tickets / "train.py").write_text(TICKETS)
    first = tfwizard("check", "train.py", "--json", "--", "--batch", "16", cwd=tickets).open["column-not-found"]
    assert first["where"]["line"] == 16
    assert first["evidence"]["available"] == ["body", "label", "input_ids", "token_type_ids", "attention_mask"]

    mended_once = TICKETS.replace('"labels"]', '"label"]').replace("shuffle=True,", "shuffle=True, collate_fn=collate,")
    mended_once = mended_once.replace(
        "    stream =", '    collate = transformers.DataCollatorWithPadding(words, return_tensors="tf")\n    stream ='
    )
    (tickets / "train.py").write_text(mended_once)
    found = tfwizard("check", "train.py", "--json", cwd=tickets).open
    assert {
        "labels-in-inputs-with-keras-loss",
        "attention-mask-missing",
        "num-labels-too-small",
        "from-logits-mismatch",
    } <= set(found)
    labels = found["num-labels-too-small"]
    assert labels["evidence"]["classes"] == 2
    assert labels["evidence"]["largest_label"] == 4
    assert sum(labels["evidence"]["counts"].values()) == 400
    assert labels["where"]["line"] == 22
    assert "num_labels=5" in labels["fix"]["diff"]


def test_fix_with_write_writes_the_verified_edit_and_keeps_a_backup(tickets: Path) -> None:
    script = tickets / "train.py"
    script.write_text(MENDED.replace(", num_labels=5", "").replace('"adam"', "transformers.AdamWeightDecay(5e-5)"))
    before = script.read_bytes()
    ran = tfwizard("fix", "train.py", "--json", "--write", cwd=tickets)
    assert ran.code == 0, ran.err
    assert [(one["id"], one["status"]) for one in ran.document["findings"]] == [("num-labels-too-small", "resolved")]
    assert "num_labels=5" in script.read_text()
    backups = list(Path(os.environ["XDG_STATE_HOME"]).rglob("train.py.1"))
    assert before in [one.read_bytes() for one in backups]


async def test_a_later_edit_that_drops_num_labels_is_a_regression(
    tickets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tickets)
    script = tickets / "train.py"
    script.write_text(MENDED.replace(", num_labels=5", ""))
    session = Session(script)
    try:
        await session.run()
        assert session.casebook.problems["num-labels-too-small"].status == "open"
        script.write_text(MENDED)
        await session.run()
        assert session.casebook.problems["num-labels-too-small"].status == "resolved"
        script.write_text(MENDED.replace(", num_labels=5", ""))
        await session.run()
        problem = session.casebook.problems["num-labels-too-small"]
        assert (problem.status, problem.regression) == ("open", True)
        where = session.findings["num-labels-too-small"].where
        assert where is not None
        assert "from_pretrained" in script.read_text().splitlines()[where.line - 1]
    finally:
        await session.close()


async def test_a_graph_is_not_given_to_a_model_that_trains_eagerly_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(HERE / "sound_graph_if_under_eager" / "train.py", "train.py")
    session = Session(tmp_path / "train.py")
    try:
        await session.run()
        assert set(session.findings) == {"eager-left-on"}
        assert not session.run_state.lacking  # neither the sweep nor the overfit test asks for a graph
        trial = await session.try_fix("eager-left-on")
        assert (trial.verified, trial.regressions) == (False, ("script-error",))
        where = session.findings["script-error"].where
        assert where is not None
        assert where.text == "if tf.reduce_mean(loud) > 0.5:"
    finally:
        await session.close()
