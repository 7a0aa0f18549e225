"""What contradicts itself in an environment, without a script: rules from what is installed to conflicts.

The rules on the libraries are here once: `tfwizard doctor` applies them to what is installed, and the rules of the stage `script`
to an import or a call that failed.
"""

from tfwizard.checks.conflicts.conflict import Conflict, DoctorFacts
from tfwizard.checks.conflicts.registry import examine, ids

__all__ = ["Conflict", "DoctorFacts", "examine", "ids"]
