"""Scripts that train on several replicas: the same findings as on one device, and nothing waits for another worker."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import Ran, tfwizard

from tfwizard.session import Session

Check = Callable[..., Ran]

MIRRORED = """tf.config.set_logical_device_configuration(
    tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * 2)
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])"""
WORKERS = "strategy = tf.distribute.MultiWorkerMirroredStrategy()"

SCRIPT = """import numpy as np
import tensorflow as tf
import {keras} as keras

{strategy}
rng = np.random.default_rng(0)
shots = rng.normal(size=(256, 8)).astype("float32")
zones = (shots[:, 0] > 0).astype("int64") + (shots[:, 1] > 0.5)
keras.utils.set_random_seed(0)
with strategy.scope():
    model = keras.Sequential([
        keras.layers.Dense(24, activation="relu"),
        keras.layers.BatchNormalization(),
        keras.layers.Dense({classes}),
    ])
    model.compile(
        optimizer=keras.optimizers.{optimizer}(learning_rate={rate}),
        loss={loss},
        metrics=["accuracy"],
    )
{fit}
"""
DATASET = "tf.data.Dataset.from_tensor_slices((shots, zones)).shuffle(256).batch(33)"
FIT = f"model.fit({DATASET}, epochs=2)"
IN_SCOPE = f"with strategy.scope():\n    model.fit({DATASET}, epochs=2)"
LOGITS = "keras.losses.SparseCategoricalCrossentropy(from_logits=True)"


def script(keras: str, **changed: str) -> str:
    return SCRIPT.format(**{"keras": keras, "strategy": MIRRORED, "classes": "3", "optimizer": "Adam", "rate": "1e-2",
                            "loss": LOGITS, "fit": FIT, **changed})  # fmt: skip


def whole(ran: Ran) -> bool:
    return not [one for one in ran.document["stages"] if "could not be examined" in one["why"]]


@pytest.mark.parametrize(
    ("keras", "changed", "loud"),
    [
        ("keras", {"fit": IN_SCOPE}, set()),
        ("tf_keras", {"fit": IN_SCOPE, "optimizer": "legacy.Adam"}, set()),
        ("tf_keras", {"loss": '"sparse_categorical_crossentropy"'}, {"from-logits-mismatch"}),
        ("keras", {"classes": "2"}, {"num-labels-too-small"}),
        ("tf_keras", {"rate": "10.0"}, {"learning-rate-too-high"}),
    ],
)
def test_mirrored_replicas_give_the_findings_of_one_device(
    check: Check, keras: str, changed: dict[str, str], loud: set[str]
) -> None:
    ran = check(script(keras, **changed))
    assert ran.document["outcome"] == "held_at_fit"
    assert ran.loud == loud
    assert whole(ran)


def test_a_fix_is_verified_on_mirrored_replicas(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(script("keras", classes="2"))
    ran = tfwizard("fix", "train.py", "--json", cwd=tmp_path)
    assert [(one["id"], one["status"]) for one in ran.document["findings"]] == [("num-labels-too-small", "resolved")]
    assert ran.code == 0


async def test_the_share_of_each_replica_and_a_step_of_the_model_are_known(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(script("tf_keras"))
    session = Session(tmp_path / "train.py")
    try:
        await session.run()
        facts = session.run_state.facts
        assert facts.data is not None
        assert facts.batch is not None
        assert (facts.data.rows, facts.data.replicas, facts.data.per_replica) == (33, 2, 17)
        assert facts.batch.step is not None
        assert facts.batch.step.error is None
        assert facts.batch.step.gradient_norm
    finally:
        await session.close()


@pytest.mark.parametrize(
    ("keras", "classes", "loud"), [("tf_keras", "2", {"num-labels-too-small"}), ("tf_keras", "3", set())]
)
def test_the_chief_of_two_workers_is_examined_by_itself(
    check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keras: str, classes: str, loud: set[str]
) -> None:
    text = script(keras, strategy=WORKERS, classes=classes)
    sockets = [socket.create_server(("localhost", 0)) for _ in range(2)]
    cluster = {"worker": [f"localhost:{one.getsockname()[1]}" for one in sockets]}
    for one in sockets:
        one.close()
    (tmp_path / "other.py").write_text(text)
    task = {"cluster": cluster, "task": {"type": "worker", "index": 1}}
    other = subprocess.Popen(
        [sys.executable, "other.py"], cwd=tmp_path, env={**os.environ, "TF_CONFIG": json.dumps(task)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        monkeypatch.setenv("TF_CONFIG", json.dumps({**task, "task": {"type": "worker", "index": 0}}))
        ran = check(text)
        assert ran.document["outcome"] == "held_at_fit"
        assert ran.loud == loud
        assert whole(ran)
    finally:
        other.kill()
        other.wait()
