"""Pure rules: from the facts of one run to findings. No TensorFlow, no files, no clock."""

from tfwizard.checks.rules import Examination, examine, ids

__all__ = ["Examination", "examine", "ids"]
