import numpy as np
import tensorflow as tf
from tensorflow.keras import layers, models


def examples():
    rng = np.random.default_rng(12)
    for _ in range(320):
        level = rng.integers(0, 3)
        yield rng.normal(level, 0.5, (24,)).astype("float32"), np.int32(level)


signature = (tf.TensorSpec((24,), tf.float32), tf.TensorSpec((), tf.int32))
dataset = tf.data.Dataset.from_generator(examples, output_signature=signature).shuffle(320).cache()

model = models.Sequential([layers.Input((24,)), layers.Dense(16, activation="relu"), layers.Dense(3, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
model.fit(dataset, epochs=2, verbose=2)
