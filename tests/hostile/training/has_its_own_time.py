"""A clock that jumps both ways, a batch of 200 MB, and its own print and json.dumps at the training call."""
import builtins
import itertools
import json
import time

import numpy as np
import tf_keras

ticks = itertools.count()
for name in ("time", "monotonic", "perf_counter"):
    setattr(time, name, lambda: next(ticks) * (-1) ** next(ticks) * 1e5)
labels = np.arange(8) % 2
points = np.random.default_rng(1).random((8, 12_500_000 // 2, 1), "float32") + labels.reshape(8, 1, 1)
model = tf_keras.Sequential([
    tf_keras.layers.GlobalAveragePooling1D(),
    tf_keras.layers.Dense(2, activation="softmax"),
])
model.compile(tf_keras.optimizers.SGD(1.0), "sparse_categorical_crossentropy")
builtins.print, json.dumps = None, None
model.fit(points, labels, batch_size=8)
