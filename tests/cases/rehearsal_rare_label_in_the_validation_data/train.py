import numpy as np
import tensorflow as tf
import tf_keras

tf_keras.utils.set_random_seed(23)
rng = np.random.default_rng(23)


def ships(count):
    kinds = rng.integers(0, 3, count)
    return rng.normal(size=(count, 6)).astype("float32") + 2 * np.eye(3, 6, dtype="float32")[kinds], kinds


hulls, kinds = ships(450)
other_hulls, other_kinds = ships(150)
other_kinds[130] = 3  # a submarine: there was none when the model was made
train = tf.data.Dataset.from_tensor_slices((hulls, kinds)).shuffle(450).batch(30)
valid = tf.data.Dataset.from_tensor_slices((other_hulls, other_kinds)).batch(30)

model = tf_keras.Sequential([tf_keras.layers.Dense(20, activation="relu", input_shape=(6,)), tf_keras.layers.Dense(3)])
model.compile(
    optimizer=tf_keras.optimizers.Adam(1e-2),
    loss=tf_keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
model.fit(train, validation_data=valid, epochs=5, verbose=2)
