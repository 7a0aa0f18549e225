"""Facts as a worker would send them, made by hand: a sound DistilBERT run, to be bent one way a test."""

from __future__ import annotations

import math
from dataclasses import replace

from tfwizard.facts import (
    BatchFacts,
    Call,
    CheckpointFacts,
    ColumnFacts,
    DataFacts,
    DeviceFacts,
    Environment,
    ErrorFacts,
    Facts,
    Frame,
    GpusFacts,
    HeadsFacts,
    HyperparametersFacts,
    IdsFacts,
    KerasObject,
    LabelsFacts,
    LayersFacts,
    LengthFacts,
    LogitsFacts,
    LoopFacts,
    MemoryFacts,
    MemoryPart,
    NanFacts,
    OutputFacts,
    OverfitFacts,
    PaddingFacts,
    PadFacts,
    PipelineFacts,
    PipelinesFacts,
    Place,
    RatesFacts,
    ScanFacts,
    ScriptFacts,
    SizeTried,
    StepFacts,
    StepsFacts,
    SweepCurve,
    SweepFacts,
    TargetFacts,
    TextFacts,
    TokenizerFacts,
    TokenizingFacts,
    TrainableFacts,
    TrainingFacts,
    VariableFacts,
    WordsFacts,
)

PACKAGES = {"tensorflow": "2.21.0", "tf-keras": "2.21.0", "keras": "3.15.1", "transformers": "4.54.1"}


def at(line: int) -> Place:
    return Place("/home/u/train.py", line, "<module>", f"line {line}")


LOAD = Call(1, "model.from_pretrained", at(20))
COMPILE = Call(2, "Model.compile", at(22))
FIT = Call(3, "Model.fit", at(24))

PIPELINE = PipelineFacts(
    Call(0, "Dataset.to_tf_dataset", at(12)),
    columns=("input_ids", "attention_mask", "label"),
    dataset_columns=(
        ColumnFacts("text", "string"),
        ColumnFacts("label", "int64"),
        ColumnFacts("input_ids", "list", 7, 21),
        ColumnFacts("attention_mask", "list", 7, 21),
    ),
    available=("text", "label", "input_ids", "attention_mask", "labels"),
    collator="DataCollatorWithPadding",
    pads=True,
    rows=900,
    batch_size=16,
    shuffle=True,
    tokenizers=("tok",),
    feeds_training=True,
)

TOKENIZING = TokenizingFacts(Call(1, "tokenizer.__call__", at(8)), "tok")
TEXT = TextFacts(
    TokenizerFacts(
        "BertTokenizerFast", Call(0, "AutoTokenizer.from_pretrained", at(5)), ("tok",), "tiny-bert", 445, 445, "[PAD]",
        lower_case=True,
    ),
    (TOKENIZING,),
    PadFacts(),
    (IdsFacts("input_ids", 440, 0, 40, 600, True, 445, True, "TFBertForSequenceClassification"),),
    LengthFacts(40, 64, False, 0, 600),
    WordsFacts(600, 12_000, 60, 0, True, "[UNK]"),
    checkpoint=CheckpointFacts("tiny-bert", LOAD, "bert", "bert"),
)  # fmt: skip

SOUND = Facts(
    script=ScriptFacts(
        "held_at_fit",
        "/home/u/train.py",
        (PIPELINE.call, LOAD, COMPILE, FIT),
        FIT,
        environment=Environment("3.11", packages=PACKAGES),
    ),
    gpus=GpusFacts(why="no NVIDIA driver here"),
    pipelines=PipelinesFacts(
        (PIPELINE,),
        "tf_keras",
        "TFDistilBertForSequenceClassification",
        (KerasObject("optimizer", "Adam", "tf_keras"),),
        COMPILE,
        LOAD,
    ),
    data=DataFacts(
        "tf.data.Dataset",
        "dict of inputs, no separate labels",
        16,
        57,
        (),
        ("labels",),
        False,
        True,
        "the model's own loss",
        False,
        PaddingFacts("input_ids", 0, 60, 336, True, True),
    ),
    scan=ScanFacts("tf.data.Dataset", 900, 57, True),
    batch=BatchFacts((16, 3), 3, (1.1,) * 16, (False,) * 16, ("0",) * 16, mean_loss=1.1, chance=math.log(3)),
    heads=HeadsFacts(
        (
            OutputFacts(
                "",
                (16, 3),
                "float32",
                -0.4,
                0.6,
                target=TargetFacts("", (16,), "int64", "class ids", 0, 2, 3, seen=900, whole=True),
                loss="the model's own loss",
                loss_kind="internal",
                from_logits=True,
            ),
        ),
        "tf_keras",
        True,
    ),
    text=TEXT,
    layers=LayersFacts(
        TrainableFacts(4, 4, ("encoder", "classifier"), -1),
        tuple(VariableFacts(f"l{n}/kernel", f"l{n}", n, (8, 8), 0.1, 1.0) for n in range(4)),
        loss=1.1,
        rows=16,
        chance=math.log(3),
    ),
    loop=LoopFacts(),
    nan=NanFacts((), 16),
    labels=LabelsFacts(
        "label",
        "Arrow",
        "integer",
        {"0": 300, "1": 300, "2": 300},
        900,
        900,
        True,
        0,
        2,
        3,
        "config.num_labels",
        integer_type=True,
        shape=(16,),
        reads_classes=True,
    ),
    hyperparameters=HyperparametersFacts((), "Adam", at(21), 5e-5, None, "checkpoint", True),
    rates=RatesFacts(),
    memory=MemoryFacts(
        16,
        DeviceFacts("CPU", 16_000_000_000, 12_000_000_000, "main memory"),
        (
            MemoryPart("framework", 700_000_000, True),
            MemoryPart("parameters", 265_600_000, True, 66_400_000),
            MemoryPart("gradients", 265_600_000, False, 66_400_000),
            MemoryPart("optimizer", 531_200_000, True, 132_800_000),
            MemoryPart("batch", 20_000, True),
            MemoryPart("activations", 300_000_000, True),
        ),
        2_062_420_000,
        (SizeTried(8, True, "", 1_900_000_000), SizeTried(16, True, "", 2_062_420_000)),
        optimizer="Adam",
        length=128,
        function="to_tf_dataset",
        batch_where=at(13),
    ),
    overfit=OverfitFacts((1.1, 0.5, 0.05), 5e-5, 60, 16, labels=("0", "1", "2"), loaded_from="checkpoint"),
    training=TrainingFacts(
        steps=(StepsFacts("training", 57, None, 3),),
        logged=("accuracy", "loss", "val_accuracy", "val_loss"),
        keras="tf_keras",
    ),
)


def with_pipeline(**changes: object) -> Facts:
    assert SOUND.pipelines
    return replace(SOUND, pipelines=replace(SOUND.pipelines, pipelines=(replace(PIPELINE, **changes),)))  # type: ignore[arg-type]


def failed(message: str = "boom", **changes: object) -> Facts:
    """The script stopped with an exception before it trained."""
    error = ErrorFacts("ValueError", message, message, at(12), (Frame(at(12), True),))
    script = ScriptFacts(
        "failed", "/home/u/train.py", (PIPELINE.call,), error=error, environment=Environment("3.11", packages=PACKAGES)
    )
    return Facts(script=replace(script, **changes), pipelines=PipelinesFacts())  # type: ignore[arg-type]


def curve(rate: float, *losses: float) -> SweepCurve:
    return SweepCurve(rate, losses)


def sweep(*curves: SweepCurve) -> SweepFacts:
    return SweepFacts(curves, 30, 64, curves[0].rate)


def logits(**changes: object) -> LogitsFacts:
    facts = LogitsFacts("SparseCategoricalCrossentropy", False, 5.1, 1.1, 0.0, 1.3, -2.0, 2.5, -1.0, 1.4, True)
    return replace(facts, **changes)  # type: ignore[arg-type]


def step(**changes: object) -> StepFacts:
    return replace(StepFacts(True, 1.1, 2.0, None, 16), **changes)  # type: ignore[arg-type]
