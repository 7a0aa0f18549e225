"""All that one run of the script gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tfwizard.facts.baseline import BaselineFacts
    from tfwizard.facts.batch import BatchFacts, NanFacts, TwinFacts
    from tfwizard.facts.compare import CompareFacts
    from tfwizard.facts.data import DataFacts
    from tfwizard.facts.gpus import GpusFacts
    from tfwizard.facts.heads import HeadsFacts
    from tfwizard.facts.hyperparameters import HyperparametersFacts, RatesFacts
    from tfwizard.facts.labels import LabelsFacts
    from tfwizard.facts.layers import LayersFacts
    from tfwizard.facts.loop import LoopFacts
    from tfwizard.facts.memory import FittingFacts, MemoryFacts
    from tfwizard.facts.overfit import OverfitFacts
    from tfwizard.facts.samples import SamplesFacts
    from tfwizard.facts.scan import ScanFacts
    from tfwizard.facts.script import PipelinesFacts, ScriptFacts
    from tfwizard.facts.text import TextFacts
    from tfwizard.facts.training import TrainingFacts
    from tfwizard.facts.watch import WatchFacts


@dataclass(frozen=True)
class Facts:
    """All that one run of the script gave. A section is None until its probe has ended.

    The GPUs are looked at by the wizard itself: before the script runs, and again when something fails on one.
    """

    script: ScriptFacts | None = None
    gpus: GpusFacts | None = None
    gpus_at_failure: GpusFacts | None = None
    pipelines: PipelinesFacts | None = None
    data: DataFacts | None = None
    scan: ScanFacts | None = None
    samples: SamplesFacts | None = None
    text: TextFacts | None = None
    batch: BatchFacts | None = None
    heads: HeadsFacts | None = None
    layers: LayersFacts | None = None
    loop: LoopFacts | None = None
    nan: NanFacts | None = None
    cpu_twin: TwinFacts | None = None
    labels: LabelsFacts | None = None
    hyperparameters: HyperparametersFacts | None = None
    rates: RatesFacts | None = None
    training: TrainingFacts | None = None
    overfit: OverfitFacts | None = None
    baseline: BaselineFacts | None = None
    compare: CompareFacts | None = None
    watch: WatchFacts | None = None
    memory: MemoryFacts | None = None
    fitting: FittingFacts | None = None
