"""What was seen: plain, frozen data without tensors. Both processes import this module.

The worker fills these classes from live objects and sends them as JSON; the UI process reads them back with their types.
Standard library only, and Python 3.9: the worker runs inside the user's environment (so no `slots=True`).
"""

from __future__ import annotations

from tfwizard.facts.batch import BatchFacts, LogitsFacts, NanFacts, NanRow, StepFacts
from tfwizard.facts.calls import Argument, Call, Environment, ErrorFacts, Frame, Place
from tfwizard.facts.data import DataFacts, PaddingFacts, TensorFacts
from tfwizard.facts.heads import HeadsFacts
from tfwizard.facts.hyperparameters import Hyperparameter, HyperparametersFacts, SweepCurve, SweepFacts
from tfwizard.facts.labels import LabelsFacts
from tfwizard.facts.layers import LayersFacts
from tfwizard.facts.loop import LoopFacts
from tfwizard.facts.overfit import OverfitFacts
from tfwizard.facts.samples import Sample, SamplesFacts, Token
from tfwizard.facts.scan import ScanFacts
from tfwizard.facts.script import OUTCOMES, ColumnFacts, KerasObject, PipelineFacts, PipelinesFacts, ScriptFacts
from tfwizard.facts.text import TextFacts
from tfwizard.facts.training import TrainingFacts
from tfwizard.facts.whole import Facts

__all__ = [
    "OUTCOMES",
    "Argument",
    "BatchFacts",
    "Call",
    "ColumnFacts",
    "DataFacts",
    "Environment",
    "ErrorFacts",
    "Facts",
    "Frame",
    "HeadsFacts",
    "Hyperparameter",
    "HyperparametersFacts",
    "KerasObject",
    "LabelsFacts",
    "LayersFacts",
    "LogitsFacts",
    "LoopFacts",
    "NanFacts",
    "NanRow",
    "OverfitFacts",
    "PaddingFacts",
    "PipelineFacts",
    "PipelinesFacts",
    "Place",
    "Sample",
    "SamplesFacts",
    "ScanFacts",
    "ScriptFacts",
    "StepFacts",
    "SweepCurve",
    "SweepFacts",
    "TensorFacts",
    "TextFacts",
    "Token",
    "TrainingFacts",
]
