"""A session without a worker: hand-written facts of a three-class DistilBERT script whose model has two classes."""

from __future__ import annotations

import asyncio
import difflib
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tfwizard.casebook import Casebook, StageState
from tfwizard.facts import (
    Argument,
    BadWeightFacts,
    BaselineFacts,
    BatchFacts,
    Call,
    ComparedRun,
    CompareFacts,
    CountsFacts,
    DataFacts,
    DeadFacts,
    DeviceFacts,
    Environment,
    EpochWatched,
    Facts,
    FirstNonFinite,
    HeadsFacts,
    Hyperparameter,
    HyperparametersFacts,
    IdsFacts,
    LabelsFacts,
    LastLayer,
    LayerPassed,
    LayersFacts,
    LengthFacts,
    LoopFacts,
    MemoryFacts,
    MemoryPart,
    MetricFacts,
    MonitorFacts,
    NanFacts,
    NanRow,
    NonFiniteFacts,
    OrderFacts,
    OutputBaseline,
    OutputFacts,
    OverfitFacts,
    OverlapFacts,
    PaddingFacts,
    Place,
    RatesFacts,
    RepeatFacts,
    Sample,
    SamplesFacts,
    ScaleFacts,
    ScanFacts,
    ScheduleFacts,
    ScriptFacts,
    SizeTried,
    StepFacts,
    StepsFacts,
    SweepCurve,
    SweepFacts,
    TapeFacts,
    TargetFacts,
    TensorFacts,
    TextFacts,
    Token,
    TokenizerFacts,
    TrainableFacts,
    TrainingFacts,
    TwinFacts,
    VariableFacts,
    WordsFacts,
)
from tfwizard.findings import Finding, Number, Remedy
from tfwizard.fixes.errors import CannotEdit
from tfwizard.language import _
from tfwizard.runner.log import Log
from tfwizard.session import PROBES, QUESTIONS, Preview, Progress, RunState, Training, Trial
from tfwizard.session.comparing import Setting
from tfwizard.source_edits import SetArgument
from tfwizard.sources import SourceFile
from tfwizard.stages import STAGES

SOURCE = """\
from datasets import load_dataset
from transformers import AutoTokenizer, TFAutoModelForSequenceClassification

raw = load_dataset("json", data_files={"train": "data/train.jsonl"})
tokenizer = AutoTokenizer.from_pretrained("checkpoint")


def preprocess(examples):
    return tokenizer(examples["premise"], examples["hypothesis"], truncation=True)


tokenized = raw.map(preprocess, batched=True)
train = tokenized["train"].to_tf_dataset(columns=["input_ids", "labels"], batch_size=16, shuffle=True)
model = TFAutoModelForSequenceClassification.from_pretrained("checkpoint")
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam")
model.fit(train)
"""
HOSTILE = "[/device:GPU:0] oom [bold]x[/bold] \x1b[2J\x1b[31m [@click=app.quit]y[/]"
NAN = math.nan
SCRIPT = Path("/tmp/lesson/train.py")


def place(line: int) -> Place:
    return Place(str(SCRIPT), line, text=SOURCE.splitlines()[line - 1])


def calls() -> list[Call]:
    names = [("datasets.load_dataset", 4), ("AutoTokenizer.from_pretrained", 5), ("Dataset.map", 12), ("Dataset.to_tf_dataset", 13),
             ("TFAutoModelForSequenceClassification.from_pretrained", 14), ("Model.compile", 15), ("Model.fit", 16)]  # fmt: skip
    return [
        Call(n, name, place(line), {"x": Argument("1", True)}, 0.1 * n if name != "Model.fit" else None)
        for n, (name, line) in enumerate(names)
    ]


def finding(
    id: str,
    stage: str,
    severity: str,
    title: str,
    line: int,
    why: str,
    remedies: tuple[Remedy, ...] = (),
    **more: object,
) -> Finding:
    return Finding(id, stage, severity, _(title), _(why), where=place(line), remedies=remedies, **more)  # type: ignore[arg-type]


def remedy(title: str, argument: str, value: str, consequence: str = "") -> Remedy:
    return Remedy(_(title), (SetArgument("from_pretrained", place(14), argument, value),), _(consequence))


def findings() -> list[Finding]:
    return [
        finding("labels-in-inputs-with-keras-loss", "data", "error", "The labels are inside the inputs, and compile was given a Keras loss", 15,
                "Keras looks for labels beside the inputs. There it finds none, so no gradient reaches the weights.",
                (remedy("Drop the loss: the model has its own", "loss", "None", "The loss is then computed on logits, as it should be."),
                 remedy("Move the labels out of the inputs (label_cols)", "label_cols", '["labels"]')),
                evidence={"label keys in inputs": ["labels"], "loss": "sparse_categorical_crossentropy"}, explains_failure=True),
        finding("attention-mask-missing", "data", "warning", "Padding enters the model without an attention mask", 13,
                "The model reads padding as words.", (remedy("Add attention_mask to columns", "columns", '["input_ids", "attention_mask"]'),),
                evidence={"padded positions": 412, "positions": 1216}),
        finding("num-labels-too-small", "labels", "error", "The model has 2 classes, the labels go up to 2", 14,
                "Label 2 has no output, so the loss of its rows is NaN, and NaN spreads into every weight.",
                (remedy("Give the model 3 classes: num_labels=3", "num_labels", "3", "The new head starts from random weights."),),
                evidence={"model classes": 2, "labels": [0, 1, 2], "rows with label 2": 200}),
        finding("learning-rate-high", "hyperparameters", "warning", "The learning rate 0.001 is 20 times what pretrained transformers take", 15,
                "A high rate destroys what the checkpoint knows.", (), advice="Use Adam(5e-5) instead of the string."),
    ]  # fmt: skip


def tokens(words: str, pad: int) -> tuple[Token, ...]:
    middle = tuple(Token(2000 + n, word, "word") for n, word in enumerate(words.split()))
    return (
        Token(101, "[CLS]", "special"),
        *middle,
        Token(100, "[UNK]", "unknown"),
        Token(102, "[SEP]", "special"),
        *(Token(0, "[PAD]", "padding", True),) * pad,
    )


def input_ids() -> tuple[tuple[str, ...], ...]:
    """Row n ends in 3·n pad ids."""
    return tuple(tuple(str(1000 + 76 * n + at if at < 76 - 3 * n else 0) for at in range(76)) for n in range(16))


def facts() -> Facts:
    labels = [0, 2, 1, 2, 1, 1, 2, 0, 0, 0, 1, 0, 1, 2, 2, 1]
    names = ("entailment", "neutral", "contradiction")
    losses = tuple(NAN if label == 2 else 0.66 + 0.01 * n for n, label in enumerate(labels))
    texts = [f"sample {n}: the old man was completely at ease, was he?" for n in range(16)]
    environment = Environment(
        "3.11.7",
        "/opt/venv/bin/python",
        "Linux",
        {"tensorflow": "2.21.0", "tf_keras": "2.21.0", "transformers": "4.54.1", "numpy": "2.1"},
    )
    return Facts(
        script=ScriptFacts("held_at_fit", str(SCRIPT), tuple(calls()), calls()[-1], environment=environment, seconds=12.3),
        data=DataFacts(
            "to_tf_dataset", "dict", 16, 38,
            (TensorFacts("input_ids", "input", (16, 76), "int64", 0, 30521, 3211.5, 300, preview=input_ids()),
             TensorFacts("labels", "input", (16,), "int64", 0, 2, 1.0, 3, label_like=True, preview=tuple((str(label),) for label in labels))),
            ("labels",), False, False, "sparse_categorical_crossentropy", True, PaddingFacts("input_ids", 0, 412, 1216, False, True, 0.37, tuple((0, 76 - 3 * n) for n in range(16))),
        ),
        samples=SamplesFacts(tuple(Sample(n, texts[n], tokens(texts[n], 76 - 20), {}, str(label), names[label]) for n, label in enumerate(labels)), "checkpoint", 16, 320),
        batch=BatchFacts(
            (16, 2), 2, losses, tuple(label == 2 for label in labels), tuple(map(str, labels)), tuple(n % 2 for n in range(16)),
            tuple((-0.05 + 0.001 * n, 0.06) for n in range(16)), NAN, math.log(2), _("one sample at a time"), "SparseCategoricalCrossentropy",
            True, StepFacts(True, NAN, NAN, None, 16),
        ),
        nan=NanFacts(tuple(NanRow(n, "2", "Received a label value of 2 which is outside the valid range of [0, 2)", texts[n]) for n, label in enumerate(labels) if label == 2),
                     16, "row by row", ("every one has label 2", "no other row has label 2"), True, (), True, tuple(str(label) for label in labels if label != 2)),
        labels=LabelsFacts("labels", "data/train.jsonl", "integers", {"0": 201, "1": 199, "2": 200}, 600, 600, True, 0, 2, 2, "config.num_labels",
                           {"0": "LABEL_0", "1": "LABEL_1"}, names),
        hyperparameters=HyperparametersFacts(
            (Hyperparameter("Adam", "learning_rate", "0.001", "string", "0.001", "1e-5 – 1e-4", place(15)),
             Hyperparameter("Adam", "epsilon", "1e-07", "default", "1e-07"),
             Hyperparameter("fit", "epochs", "1", "default", "1", "2 – 5", place(16)),
             Hyperparameter("to_tf_dataset", "batch_size", "16", "script", None, "8 – 64", place(13))),
            optimizer="Adam", learning_rate=0.001, loaded_from="checkpoint", transformer=True,
        ),
        rates=RatesFacts(SweepFacts((SweepCurve(1e-3, (1.1, 1.3, 1.2)), SweepCurve(5e-5, (1.1, 0.9, 0.6))), 20, 64, 5e-5)),
        overfit=OverfitFacts(tuple(1.1 / (1 + 0.3 * n) for n in range(60)), 0.001, 60, 16, 0.1, ("0", "1", "2"), (), 1.0, None, True, True, "checkpoint"),
        loop=LoopFacts((TapeFacts(place(15), 4, ("dense/bias",)),), updates=1, optimizers=1, applied=4),
        scan=ScanFacts(
            "tf.data.Dataset", 600, 38, True, counts=CountsFacts("integer", {"0": 201, "1": 199, "2": 200}, 3),
            order=OrderFacts(38, 16, 0.31, 1.04, 27), repeats=RepeatFacts(600, 588, 24, 38, 0), overlap=OverlapFacts(30, 100, True, 0.05),
            non_finite=(NonFiniteFacts("speed", "input", 7, 0, 3, (4, 90, 311)),),
            scale=ScaleFacts("dense", place(14), 0.0, 255.0, 121.4, 70.2, (), True, 20, (2.31, 2.29), (2.31, 1.12), 0.9, 0.1),
        ),
        text=TextFacts(TokenizerFacts("BertTokenizerFast", checkpoint="checkpoint", size=30522), ids=(IdsFacts("input_ids", 30521, 0, 76, 600, True, 30522),),
                       length=LengthFacts(76, 64, True, 12, 600), words=WordsFacts(600, 3840, 46, 0, True, "[UNK]", ("Zürich", "naïve"), unknown_lowered=0.001, tried=900)),
        heads=HeadsFacts((
            OutputFacts("topic", (16, 3), "float32", target=TargetFacts("topic", (16,), "int64", "class ids"), loss="SparseCategoricalCrossentropy",
                        last=LastLayer("Dense", 3, "softmax")),
            OutputFacts("price", (16, 1), "float32", target=TargetFacts("price", (16,), "float32", "real"), loss="MeanSquaredError", as_given=4.2, aligned=1.1,
                        last=LastLayer("Dense", 1, "linear"), metrics=(MetricFacts("accuracy", '"accuracy"', value=0.0, expected=0.62),)),
        )),
        layers=LayersFacts(
            TrainableFacts(12, 4), (*(VariableFacts(f"dense_{n}/kernel", f"dense_{n}", n, (8, 8), 10.0 ** (n - 5) * 2, 1.0) for n in range(5)),
                                    VariableFacts("out/kernel", "out", 5, (8, 3), None, 1.0)), dead=(DeadFacts("dense_1", "Dense", "relu", 64, 32, 16),),
            non_finite=FirstNonFinite("scores", "Dense", "Log", place(14), 0, (1, 3), 16, 2, 0, -0.5, 1.0),
            path=(*(LayerPassed(f"dense_{n}", "Dense", 0) for n in range(9)), LayerPassed("scores", "Log", 0, 2), LayerPassed("softmax", "Softmax", 0, 6)),
            bad_weights=(BadWeightFacts("scores/kernel", "scores", (10, 3), 3, 0, 1, (4,), True, place(14)),),
        ),
        memory=MemoryFacts(
            16, DeviceFacts("CPU", 25_276_502_016, 21_000_000_000, "main memory"),
            (MemoryPart("framework", 697_000_000, True), MemoryPart("parameters", 265_600_000, True, 66_400_000),
             MemoryPart("gradients", 265_600_000, False, 66_400_000), MemoryPart("optimizer", 531_200_000, True, 132_800_000),
             MemoryPart("batch", 20_000, True), MemoryPart("activations", 300_000_000, True)),
            2_059_420_000, (SizeTried(4, True, "", 1_840_000_000), SizeTried(8, True, "", 1_910_000_000), SizeTried(16, True, "", 2_059_420_000)),
            optimizer="Adam", length=76, function="to_tf_dataset", batch_where=place(13),
        ),
        training=TrainingFacts(
            schedule=ScheduleFacts("CosineDecay", 190, tuple((step, 0.0005 + 0.0005 * math.cos(math.pi * step / 189)) for step in range(0, 190, 9)), 171),
            steps=(StepsFacts("training", 38, 50, 5), StepsFacts("validation", 7, None)), logged=("accuracy", "loss", "val_loss"),
            monitors=(MonitorFacts("EarlyStopping", "val_acc", place(16), "val_loss"),), lacking={"evaluation": _("no validation batch could be read"), "checkpoints": _("no validation batch could be read")},
        ),
        baseline=BaselineFacts((OutputBaseline("", "training", "classes", 600, True, 0, 3, HOSTILE, 0.41, 1.0731, 1.0986, loss_name=_("the model's own loss"), loss=1.0731),), 1.0731),
    )  # fmt: skip


def compared(setting: Setting) -> CompareFacts:
    """Each value is worse than the one before, with three seeds that differ by little."""
    runs = tuple(
        ComparedRun(value, seed, (1.1, 0.8, 0.3 + 0.4 * n + 0.01 * seed), 0.35 + 0.4 * n + 0.01 * seed, 0.9 - 0.3 * n)
        for n, value in enumerate(setting.values)
        for seed in range(3)
    )
    return CompareFacts(
        setting.name, setting.values, (0, 1, 2), 60, 60, runs, 480, 128, _("the validation data"), 1.12, 0.34, setting.values[0],
        (_("the order of the rows"), "dropout"), (_("the initial weights ({why})", why=HOSTILE),), (HOSTILE,),
    )  # fmt: skip


class FakeSources:
    def __init__(self, script: Path) -> None:
        self.script = script
        self.steps: list[str] = []
        self.texts: dict[Path, str] = {script: SOURCE}

    def text(self, path: Path) -> str:
        return self.texts[path]

    def read(self, path: Path) -> SourceFile:
        return SourceFile(path, SOURCE.encode(), SOURCE, "utf-8")

    def diff(self) -> str:
        return "".join(
            difflib.unified_diff(SOURCE.splitlines(True), self.texts[self.script].splitlines(True), "a", "b")
        )

    def overlay(self) -> dict[str, str]:
        return {str(self.script): self.texts[self.script]} if self.steps else {}


@dataclass
class FakeStandby:
    status: str = "off"
    memory_mb: int | None = None
    why: str = ""


def learning_rate(number: str = "5e-5") -> Finding:
    """The learning rate with a fix whose number can be changed."""
    way = Remedy(
        f"Train with Adam({number})",
        (SetArgument("compile", place(15), "optimizer", f"Adam({number})"),),
        "The checkpoint's weights then move slowly enough to keep what they know.",
        Number("learning rate", number, "1e-5 to 1e-4"),
    )
    return replace(next(one for one in findings() if one.id == "learning-rate-high"), remedies=(way,))


class FakeFollowing:
    """A training in a process of its own, without that process."""

    def __init__(self) -> None:
        self.alive = True
        self.folder = Path("20261127-101112-watch-7")
        self.stops = 0
        self.document: dict[str, object] | None = None
        self.training: Training | None = live_training()

    def look(self) -> bool:
        return True

    def stop(self) -> None:
        self.stops += 1
        if self.training:
            self.training.stopping += 1

    def said(self) -> list[str]:
        return ["Run the script …", HOSTILE]

    def early(self) -> list[str]:
        return ["ERROR evaluation-fails: Evaluation fails on one batch"]

    def printed(self) -> list[str]:
        return ["Epoch 2/3", HOSTILE]


def live_training() -> Training:
    """The second of three epochs, one of them validated."""
    return Training(
        epoch=2, epochs=3, step=40, steps=100, loss=0.61, points=[(n, 1.1 / (1 + n / 40)) for n in range(0, 140, 10)],
        done=[EpochWatched(1, 100, 0.9, {"accuracy": 0.6}, {"loss": 0.8, "accuracy": 0.7}, 3.0)], rate=5e-5,
        samples_per_s=480.0, steps_per_s=30.0, waiting=0.41, eta_s=75.0, memory_mb=(812.0, 1630.0), chance=1.0986,
    )  # fmt: skip


class FakeSession:
    """The public API of Session; nothing runs. `gate` lets a test hold the run between two steps.

    With `examines_late` a verified trial leaves the rest of the stages to be examined until `end_rest` is called.
    """

    def __init__(self, script: Path = SCRIPT, pause: float = 0.0) -> None:
        self.script = script
        self.args: tuple[str, ...] = ()
        self.casebook = Casebook()
        self.sources = FakeSources(script)
        self.log = Log()
        self.run_state = RunState(0)
        self.facts_before = Facts()
        self.trial_state: RunState | None = None
        self.findings: dict[str, Finding] = {}
        self.worker = "none"
        self.not_kept = ""
        self.worker_message = ""
        self.not_kept = ""
        self.progress: Progress | None = None
        self.pause = pause
        self.gate = asyncio.Event()
        self.gate.set()
        self.said: list[str] = []
        self.verifies = True
        self.lose_worker = False
        self.standby = FakeStandby()
        self.notice = self.not_kept = ""
        self.changed_files: list[Path] = []
        self.examines_late = False
        self.may_compare = False
        self.following: FakeFollowing | None = None
        self._rest: asyncio.Event | None = None
        self._listeners: list[Callable[[str], None]] = []
        self._left = {one.key: one for one in findings()}
        self._facts = facts()

    def subscribe(self, listener: Callable[[str], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, topic: str) -> None:
        for listener in tuple(self._listeners):
            listener(topic)

    async def _step(self) -> None:
        await asyncio.sleep(self.pause)
        await self.gate.wait()

    async def run(self, why: str = "") -> RunState:
        self.said.append(f"run: {why}")
        self.run_state = RunState(self.casebook.start_run(why))
        self.worker, self.worker_message = "starting", ""
        self.casebook.stage_moved("script", "running")
        self.tell("worker")
        await self._step()
        self.worker = "running"
        for call in calls():
            self.run_state.calls.append(replace(call, seconds=None))
            self.log.feed("out", f"calling {call.name}\n".encode())
            self.tell("call")
            await self._step()
            self.run_state.calls[-1] = call
        self.log.feed("err", HOSTILE.encode() + b"\n")
        if self.lose_worker:
            self.worker, self.worker_message = (
                "lost",
                _("The worker is gone: {how}", how=_("killed by SIGKILL, likely out of memory")),
            )
            for stage in STAGES:
                self.casebook.stage_moved(stage.id, "blocked", _("The script's process is gone: run it again."))
            self.tell("worker")
            return self.run_state
        self.worker = "probing"
        await self._adopt()
        self.worker = "held"
        self.tell("worker")
        return self.run_state

    async def _adopt(self) -> None:
        state = self.run_state
        for stage in STAGES:
            self.casebook.stage_moved(stage.id, "running")
            if stage.id == "overfit":
                for step in range(1, 4):
                    self.progress = Progress(
                        "overfit", step * 20, 60, "overfitting", tuple(1.0 / (n + 1) for n in range(step * 2))
                    )
                    self.tell("progress")
                    await self._step()
                self.progress = None
            for section in {stage.section, *(probe[0] for probe in PROBES if probe[1] == stage.id)} - {""}:
                state.facts = replace(state.facts, **{section: getattr(self._facts, section)})
            self.casebook.stage_moved(stage.id, "passed")
            self.tell("facts")
            await self._step()
        self._judge()

    def _judge(self) -> None:
        self.run_state.findings = dict(self._left)
        self.findings.update(self._left)
        words = {
            one.key: {"id": one.id, "stage": one.stage, "severity": one.severity, "title": one.title}
            for one in self._left.values()
        }
        self.casebook.examined(words, {one.id for one in findings()})
        self.tell("casebook")

    async def train_apart(self) -> FakeFollowing:
        self.said.append("train")
        self.following = FakeFollowing()
        return self.following

    def look_at_training(self) -> bool:
        return self.following is not None

    async def probe(self, stage: str) -> None:
        self.said.append(f"probe: {stage}")
        self.tell("stage")

    def refuses_to_compare(self) -> str | None:
        return None if self.may_compare else "An error is open: num-labels-too-small (stage num_labels). Mend it first."

    async def compare(self, setting: Setting) -> CompareFacts:
        self.said.append(f"compare: {setting.name}={','.join(setting.values)}")
        self.worker = "probing"
        self.progress = Progress("train", 40, 180, f"{setting.name} {setting.values[0]}, seed 0", (1.1, 0.9, 0.7))
        self.tell("progress")
        await self._step()
        self.worker, self.progress = "held", None
        self.run_state.facts = replace(self.run_state.facts, compare=compared(setting))
        self.tell("facts")
        return compared(setting)

    async def cpu_twin(self) -> None:
        self.said.append("cpu_twin")
        rows = (NanRow(1, "2", "Received a label value of 2"), NanRow(3, "2", "Received a label value of 2"))
        self.run_state.facts = replace(self.run_state.facts, cpu_twin=TwinFacts(rows, 16))
        self.tell("facts")

    async def fit_batch(self) -> None:
        self.said.append("fit batch")
        self.tell("stage")

    async def stop_probe(self) -> None:
        self.said.append("stop")
        self.end_rest()

    @property
    def finishing(self) -> bool:
        return self._rest is not None

    async def rest(self) -> None:
        if self._rest is not None:
            await self._rest.wait()

    def end_rest(self) -> None:
        if self._rest is not None:
            self._rest.set()
            self._rest, self.worker, self.progress = None, "held", None
            self.tell("worker")

    def changed_on_disk(self) -> list[Path]:
        return list(self.changed_files)

    async def preview(self, key: str, remedy: int = 0, value: str | None = None) -> Preview:
        one = self.findings[key]
        if not one.remedies:
            raise CannotEdit(one.advice)
        chosen = one.remedies[remedy]
        before = self.sources.texts[self.script]
        after = before.replace(
            'from_pretrained("checkpoint")\nmodel.c', 'from_pretrained("checkpoint", num_labels=3)\nmodel.c'
        )
        number = chosen.number
        if number is not None:
            try:
                float(value or number.text)
            except ValueError:
                raise CannotEdit(f"“{value}” is not a number.") from None
            chosen = learning_rate(value or number.text).remedies[0]
            after = before.replace('optimizer="adam"', f"optimizer=Adam({value or number.text})")
        diff = "".join(
            difflib.unified_diff(before.splitlines(True), after.splitlines(True), "a/train.py", "b/train.py")
        )
        texts = {str(self.script): after}, {str(self.script): before}
        return Preview(key, chosen.title, chosen.consequence, diff, *texts, chosen.number)

    async def try_fix(self, key: str, remedy: int = 0, value: str | None = None) -> Trial:
        await self.rest()
        preview = await self.preview(key, remedy, value)
        self.said.append(f"try: {key} {remedy}" + (f" {value}" if value else ""))
        self.casebook.fix_applied(key, preview.title)
        self.trial_state = RunState(self.casebook.run + 1)
        self.tell("trial")
        try:
            for call in calls():
                self.trial_state.calls.append(call)
                self.tell("trial")
                await self._step()
        except asyncio.CancelledError:
            self.trial_state = None
            self.casebook.fix_withdrawn(key, "broken off")
            raise
        self.trial_state = None
        if not self.verifies:
            self.casebook.fix_withdrawn(key, "still there")
            self.tell("casebook")
            return Trial(key, preview, False, _("The problem is still there."), seconds=3)
        self._left.pop(key)
        self.sources.steps.append(preview.title)
        self.sources.texts.update({Path(name): text for name, text in preview.files.items()})
        self.run_state = RunState(self.casebook.start_run("tried"), calls(), self._facts)
        for stage in STAGES:
            self.casebook.stage_moved(stage.id, "passed")
        self._judge()
        if self.examines_late:
            self._rest = asyncio.Event()
            self.worker, self.progress = "probing", Progress("overfit", 20, 60, "overfitting")
            self.tell("worker")
        return Trial(
            key,
            preview,
            True,
            _("The problem is gone, and nothing came back."),
            appeared=("attention-mask-missing",),
            seconds=3,
        )

    def next_fixable(self, tried: set[str]) -> str | None:
        return next((key for key, one in self._left.items() if one.remedies and key not in tried), None)

    async def fix_all(self, on_trial: Callable[[Trial], None] | None = None) -> list[Trial]:
        trials = []
        while fixable := [key for key, one in self._left.items() if one.remedies]:
            trials.append(await self.try_fix(fixable[0]))
            if on_trial:
                on_trial(trials[-1])
            if not trials[-1].verified:
                break
        return trials

    def write(self) -> list[Path]:
        self.said.append("write")
        self.sources.steps.clear()
        self.tell("sources")
        return [self.script]

    def undo(self) -> str:
        self.said.append("undo")
        return f"Undone: {self.sources.steps.pop()}"

    def exit_code(self) -> int:
        return self.casebook.exit_code()

    def stage_state(self, stage: str) -> StageState:
        asked = [question for question, _ in QUESTIONS] if stage == "samples" and self.run_state.facts.samples else []
        return self.casebook.stage(stage, asked)

    def answer(self, question: str, yes: bool) -> None:
        self.said.append(f"answer: {question} {yes}")
        self.casebook.answer(question, yes)
        self.tell("casebook")

    def waive(self, key: str, reason: str) -> None:
        self.casebook.waive(key, reason)
        self.tell("casebook")

    def reopen(self, key: str) -> None:
        self.casebook.reopen(key)
        self.tell("casebook")

    async def close(self) -> None:
        self.said.append("close")
