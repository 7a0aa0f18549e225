"""An environment examined without a script: the user's interpreter is asked, the machine is measured, the conflicts are found."""

from tfwizard.doctor.diagnosis import Diagnosis, diagnose
from tfwizard.doctor.interpreter import CannotRun

__all__ = ["CannotRun", "Diagnosis", "diagnose"]
