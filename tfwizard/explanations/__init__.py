"""What a beginner is told of a fault: why it happens, and the Python that shows it by hand. By its id; one module a stage."""

from tfwizard.explanations.explanation import Explanation
from tfwizard.explanations.shelf import explanation

__all__ = ["Explanation", "explanation"]
