"""One debugging session: drives workers through the stages and keeps what they found. Every command uses this package."""

from tfwizard.session.plain import (
    PROBES,
    QUESTIONS,
    Preview,
    Progress,
    RunState,
    SessionError,
    Topic,
    Trial,
    WorkerStatus,
)
from tfwizard.session.session import Session
from tfwizard.session.training import Training

__all__ = [
    "PROBES",
    "QUESTIONS",
    "Preview",
    "Progress",
    "RunState",
    "Session",
    "SessionError",
    "Topic",
    "Training",
    "Trial",
    "WorkerStatus",
]
