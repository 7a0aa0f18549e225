import numpy as np
import tensorflow as tf
import keras
from keras import layers

keras.utils.set_random_seed(52)
rng = np.random.default_rng(52)

values = rng.normal(size=(1600, 5)).astype("float32")
labels = (values[:, 0] * values[:, 1] > 0).astype("int32")
values[rng.random(values.shape) < 0.03] = np.nan
order = np.argsort(labels[:1200], kind="stable")


@keras.saving.register_keras_serializable()
class Filled(layers.Layer):
    """Zero where a value is missing, and a column that says so."""

    def call(self, inputs):
        missing = keras.ops.isnan(inputs)
        known = keras.ops.where(missing, keras.ops.zeros_like(inputs), inputs)
        return keras.ops.concatenate([known, keras.ops.cast(missing, "float32")], axis=-1)


train = tf.data.Dataset.from_tensor_slices((values[order], labels[order])).shuffle(1200).batch(32)
valid = tf.data.Dataset.from_tensor_slices((values[1200:], labels[1200:])).batch(32)
model = keras.Sequential(
    [keras.Input((5,)), Filled(), layers.Dense(48, activation="relu"), layers.Dense(48, activation="relu"), layers.Dense(2)]
)
model.compile(
    optimizer=keras.optimizers.Adam(3e-3),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
model.fit(train, validation_data=valid, epochs=8, verbose=2)
