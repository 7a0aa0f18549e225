"""Wine: which of four regions it is from, and its alcohol, from one network."""
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(3)
rng = np.random.default_rng(3)

region = rng.integers(0, 4, 960)
chemistry = (rng.normal(size=(4, 9))[region] * 1.4 + rng.normal(size=(960, 9))).astype("float32")
alcohol = (12 + chemistry[:, 0] - 0.5 * chemistry[:, 3]).astype("float32")[:, None]


def network():
    sample = tf.keras.Input((9,), name="chemistry")
    shared = tf.keras.layers.Dense(32, activation="relu")(sample)
    where_from = tf.keras.layers.Dense(4, activation="softmax", name="region")(shared)
    strength = tf.keras.layers.Dense(1, name="alcohol")(shared)
    return tf.keras.Model(sample, [where_from, strength])


wine = network()
wine.compile(
    optimizer=tf.keras.optimizers.Adam(2e-3),
    loss={"region": tf.keras.losses.CategoricalCrossentropy(), "alcohol": tf.keras.losses.Huber()},
    loss_weights={"region": 1.0, "alcohol": 0.2},
)
cellar = tf.data.Dataset.from_tensor_slices((chemistry, {"region": region, "alcohol": alcohol}))
wine.fit(cellar.shuffle(960, seed=3).batch(48), epochs=3, verbose=2)
