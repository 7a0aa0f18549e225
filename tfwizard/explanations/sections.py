"""The headings of the course's chapter on debugging a training pipeline."""

from __future__ import annotations

from tfwizard.language import N_

PIPELINE = N_("Debugging the training pipeline")
DATA = N_("Check your data")
MODEL = N_("Check your model")
HYPERPARAMETERS = N_("Check your hyperparameters")
OUT_OF_MEMORY = N_("Dealing with out-of-memory errors")
HUNGRY = N_("Hungry Hungry TensorFlow")
DATA_AGAIN = N_("Check your data (again!)")
OVERFIT = N_("Overfit your model on one batch")
BASELINE = N_("Don't tune anything until you have a first baseline")
