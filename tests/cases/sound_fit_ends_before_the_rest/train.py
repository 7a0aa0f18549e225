"""Next reading of a tide gauge: a stateful network of 20 rows a batch, and ten such batches; half a batch is left over."""

from pathlib import Path

import numpy as np
import tensorflow as tf
import tf_keras

rng = np.random.default_rng(18)
tide = rng.normal(size=(210, 8, 1)).astype("float32")
after = (0.6 * tide[:, -1] + 0.2 * tide[:, -2]).astype("float32")
gauge = tf.data.Dataset.from_tensor_slices((tide, after)).batch(20)
model = tf_keras.Sequential([
    tf_keras.layers.LSTM(12, stateful=True, batch_input_shape=(20, 8, 1)), tf_keras.layers.Dense(1),
])
model.compile(optimizer=tf_keras.optimizers.Adam(1e-3), loss=tf_keras.losses.MeanSquaredError())
model.fit(gauge, steps_per_epoch=10, epochs=1, shuffle=False, verbose=2)
Path("done.txt").write_text("ok")
