"""What was seen: plain, frozen data without tensors. Both processes import this module.

The worker fills these classes from live objects and sends them as JSON; the UI process reads them back with their types.
Standard library only, and Python 3.9: the worker runs inside the user's environment (so no `slots=True`).
A module of it is read when the first of its classes is asked for: the first paint needs hardly any of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tfwizard.facts.baseline import BaselineFacts, OutputBaseline
    from tfwizard.facts.batch import BatchFacts, LogitsFacts, NanFacts, NanRow, StepFacts, TwinFacts
    from tfwizard.facts.calls import Argument, Call, Environment, ErrorFacts, Frame, Place
    from tfwizard.facts.compare import ComparedRun, CompareFacts
    from tfwizard.facts.data import BrokenBatch, DataFacts, PaddingFacts, TensorFacts
    from tfwizard.facts.gpus import GpuFacts, GpuProcess, GpusFacts
    from tfwizard.facts.heads import (
        ClassWeights,
        FitLabels,
        HeadsFacts,
        LastLayer,
        MetricFacts,
        OutputFacts,
        TargetFacts,
    )
    from tfwizard.facts.hyperparameters import Hyperparameter, HyperparametersFacts, RatesFacts, SweepCurve, SweepFacts
    from tfwizard.facts.installed import (
        TENSORFLOWS,
        Distribution,
        Imported,
        InstalledFacts,
        SharedLibrary,
        TensorFlowBuild,
    )
    from tfwizard.facts.labels import CopiedLabels, HeadFacts, InvalidLabels, LabelsFacts, MaskedLabels, PaddedLabels
    from tfwizard.facts.layers import (
        BadWeightFacts,
        DeadFacts,
        FirstNonFinite,
        IgnoredFacts,
        LayerPassed,
        LayersFacts,
        RejectedFacts,
        TrainableFacts,
        VariableFacts,
    )
    from tfwizard.facts.loop import BroadcastFacts, CutFacts, LoopFacts, LossCall, TapeFacts
    from tfwizard.facts.machine import FolderFacts, MachineFacts, TerminalFacts
    from tfwizard.facts.memory import DeviceFacts, FittingFacts, MemoryFacts, MemoryPart, SizeTried, TensorNeed
    from tfwizard.facts.overfit import OverfitFacts
    from tfwizard.facts.samples import Sample, SamplesFacts, Token
    from tfwizard.facts.scan import (
        ConflictFacts,
        CountsFacts,
        EmptyFacts,
        NonFiniteFacts,
        OrderFacts,
        OverlapFacts,
        RelationFacts,
        RepeatFacts,
        ScaleFacts,
        ScanFacts,
        SwappedFacts,
        ThirdPartFacts,
    )
    from tfwizard.facts.script import (
        OUTCOMES,
        CheckpointFile,
        ColumnFacts,
        KerasObject,
        LateSetting,
        LibrariesFacts,
        PipelineFacts,
        PipelinesFacts,
        ScriptFacts,
    )
    from tfwizard.facts.text import (
        CheckpointFacts,
        ColumnTextFacts,
        IdsFacts,
        LengthFacts,
        PadFacts,
        StringsFacts,
        TextFacts,
        TokenizerFacts,
        TokenizingFacts,
        UnexpectedFacts,
        WordsFacts,
    )
    from tfwizard.facts.training import (
        ArgumentFacts,
        EagerFacts,
        EvaluationFacts,
        MonitorFacts,
        ReuseFacts,
        SavingFacts,
        ScheduleFacts,
        StepsFacts,
        TrainingFacts,
    )
    from tfwizard.facts.watch import BadInput, BadStep, EpochWatched, FitWatched, PredictedFacts, WatchFacts
    from tfwizard.facts.whole import Facts

#: The module of each class.
_MODULES = {
    "baseline": ("BaselineFacts", "OutputBaseline"),
    "batch": ("BatchFacts", "LogitsFacts", "NanFacts", "NanRow", "StepFacts", "TwinFacts"),
    "calls": ("Argument", "Call", "Environment", "ErrorFacts", "Frame", "Place"),
    "compare": ("ComparedRun", "CompareFacts"),
    "data": ("BrokenBatch", "DataFacts", "PaddingFacts", "TensorFacts"),
    "gpus": ("GpuFacts", "GpuProcess", "GpusFacts"),
    "heads": ("ClassWeights", "FitLabels", "HeadsFacts", "LastLayer", "MetricFacts", "OutputFacts", "TargetFacts"),
    "hyperparameters": ("Hyperparameter", "HyperparametersFacts", "RatesFacts", "SweepCurve", "SweepFacts"),
    "installed": ("TENSORFLOWS", "Distribution", "Imported", "InstalledFacts", "SharedLibrary", "TensorFlowBuild"),
    "labels": ("CopiedLabels", "HeadFacts", "InvalidLabels", "LabelsFacts", "MaskedLabels", "PaddedLabels"),
    "layers": (
        "BadWeightFacts",
        "DeadFacts",
        "FirstNonFinite",
        "IgnoredFacts",
        "LayerPassed",
        "LayersFacts",
        "RejectedFacts",
        "TrainableFacts",
        "VariableFacts",
    ),
    "loop": ("BroadcastFacts", "CutFacts", "LoopFacts", "LossCall", "TapeFacts"),
    "machine": ("FolderFacts", "MachineFacts", "TerminalFacts"),
    "memory": ("DeviceFacts", "FittingFacts", "MemoryFacts", "MemoryPart", "SizeTried", "TensorNeed"),
    "overfit": ("OverfitFacts",),
    "samples": ("Sample", "SamplesFacts", "Token"),
    "scan": (
        "ConflictFacts",
        "CountsFacts",
        "EmptyFacts",
        "NonFiniteFacts",
        "OrderFacts",
        "OverlapFacts",
        "RelationFacts",
        "RepeatFacts",
        "ScaleFacts",
        "ScanFacts",
        "SwappedFacts",
        "ThirdPartFacts",
    ),
    "script": (
        "OUTCOMES",
        "CheckpointFile",
        "ColumnFacts",
        "KerasObject",
        "LateSetting",
        "LibrariesFacts",
        "PipelineFacts",
        "PipelinesFacts",
        "ScriptFacts",
    ),
    "text": (
        "CheckpointFacts",
        "ColumnTextFacts",
        "IdsFacts",
        "LengthFacts",
        "PadFacts",
        "StringsFacts",
        "TextFacts",
        "TokenizerFacts",
        "TokenizingFacts",
        "UnexpectedFacts",
        "WordsFacts",
    ),
    "training": (
        "ArgumentFacts",
        "EagerFacts",
        "EvaluationFacts",
        "MonitorFacts",
        "ReuseFacts",
        "SavingFacts",
        "ScheduleFacts",
        "StepsFacts",
        "TrainingFacts",
    ),
    "watch": ("BadInput", "BadStep", "EpochWatched", "FitWatched", "PredictedFacts", "WatchFacts"),
    "whole": ("Facts",),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}

if not TYPE_CHECKING:  # it would take any name for one of ours

    def __getattr__(name: str) -> Any:
        """The class of this name, out of its module."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        return found


__all__ = [
    "OUTCOMES",
    "TENSORFLOWS",
    "Argument",
    "ArgumentFacts",
    "BadInput",
    "BadStep",
    "BadWeightFacts",
    "BaselineFacts",
    "BatchFacts",
    "BroadcastFacts",
    "BrokenBatch",
    "Call",
    "CheckpointFacts",
    "CheckpointFile",
    "ClassWeights",
    "ColumnFacts",
    "ColumnTextFacts",
    "CompareFacts",
    "ComparedRun",
    "ConflictFacts",
    "CopiedLabels",
    "CountsFacts",
    "CutFacts",
    "DataFacts",
    "DeadFacts",
    "DeviceFacts",
    "Distribution",
    "EagerFacts",
    "EmptyFacts",
    "Environment",
    "EpochWatched",
    "ErrorFacts",
    "EvaluationFacts",
    "Facts",
    "FirstNonFinite",
    "FitLabels",
    "FitWatched",
    "FittingFacts",
    "FolderFacts",
    "Frame",
    "GpuFacts",
    "GpuProcess",
    "GpusFacts",
    "HeadFacts",
    "HeadsFacts",
    "Hyperparameter",
    "HyperparametersFacts",
    "IdsFacts",
    "IgnoredFacts",
    "Imported",
    "InstalledFacts",
    "InvalidLabels",
    "KerasObject",
    "LabelsFacts",
    "LastLayer",
    "LateSetting",
    "LayerPassed",
    "LayersFacts",
    "LengthFacts",
    "LibrariesFacts",
    "LogitsFacts",
    "LoopFacts",
    "LossCall",
    "MachineFacts",
    "MaskedLabels",
    "MemoryFacts",
    "MemoryPart",
    "MetricFacts",
    "MonitorFacts",
    "NanFacts",
    "NanRow",
    "NonFiniteFacts",
    "OrderFacts",
    "OutputBaseline",
    "OutputFacts",
    "OverfitFacts",
    "OverlapFacts",
    "PadFacts",
    "PaddedLabels",
    "PaddingFacts",
    "PipelineFacts",
    "PipelinesFacts",
    "Place",
    "PredictedFacts",
    "RatesFacts",
    "RejectedFacts",
    "RelationFacts",
    "RepeatFacts",
    "ReuseFacts",
    "Sample",
    "SamplesFacts",
    "SavingFacts",
    "ScaleFacts",
    "ScanFacts",
    "ScheduleFacts",
    "ScriptFacts",
    "SharedLibrary",
    "SizeTried",
    "StepFacts",
    "StepsFacts",
    "StringsFacts",
    "SwappedFacts",
    "SweepCurve",
    "SweepFacts",
    "TapeFacts",
    "TargetFacts",
    "TensorFacts",
    "TensorFlowBuild",
    "TensorNeed",
    "TerminalFacts",
    "TextFacts",
    "ThirdPartFacts",
    "Token",
    "TokenizerFacts",
    "TokenizingFacts",
    "TrainableFacts",
    "TrainingFacts",
    "TwinFacts",
    "UnexpectedFacts",
    "VariableFacts",
    "WatchFacts",
    "WordsFacts",
]
