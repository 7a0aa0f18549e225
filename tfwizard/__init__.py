"""tfwizard: step through a failing TensorFlow training script until every problem is proved fixed."""

__version__ = "0.1.0"
