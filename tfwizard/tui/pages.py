"""Which page shows which stage. A stage without one gets the plain page."""

from __future__ import annotations

from tfwizard.tui.screens.batch import BatchPage
from tfwizard.tui.screens.data import DataPage
from tfwizard.tui.screens.hyperparameters import HyperparametersPage
from tfwizard.tui.screens.labels import LabelsPage
from tfwizard.tui.screens.memory import MemoryPage
from tfwizard.tui.screens.nan import NanPage
from tfwizard.tui.screens.overfit import OverfitPage
from tfwizard.tui.screens.page import StagePage
from tfwizard.tui.screens.report import ReportPage
from tfwizard.tui.screens.samples import SamplesPage
from tfwizard.tui.screens.script import ScriptPage
from tfwizard.tui.screens.train import TrainPage

PAGES: dict[str, type[StagePage]] = {
    "script": ScriptPage,
    "data": DataPage,
    "samples": SamplesPage,
    "batch": BatchPage,
    "nan": NanPage,
    "labels": LabelsPage,
    "hyperparameters": HyperparametersPage,
    "overfit": OverfitPage,
    "memory": MemoryPage,
    "train": TrainPage,
    "report": ReportPage,
}
