"""Class weights as scikit-learn computes them."""

import numpy as np


def balanced(labels):
    names, counts = np.unique(labels, return_counts=True)
    return {str(name): float(len(labels) / (len(names) * count)) for name, count in zip(names, counts)}
