import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable("stars")
class Neighbourhood(keras.layers.Layer):
    """Each sample becomes the mean of the others in its batch, the near ones above all."""

    def call(self, points):
        between = ops.expand_dims(points, 1) - ops.expand_dims(points, 0)
        nearness = ops.softmax(-ops.sum(ops.square(between), axis=-1), axis=-1)
        return ops.matmul(nearness, points)


rng = np.random.default_rng(31)
kinds = rng.integers(0, 3, 65536)
stars = rng.normal(size=(65536, 8)).astype("float32") + 2 * np.eye(3, 8, dtype="float32")[kinds]

inputs = keras.Input((8,))
hidden = keras.layers.Dense(256, activation="relu")(inputs)
hidden = Neighbourhood()(hidden)
model = keras.Model(inputs, keras.layers.Dense(3)(hidden))
model.compile(
    optimizer=keras.optimizers.Adam(1e-3),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
model.fit(stars, kinds, batch_size=len(stars), epochs=20)
