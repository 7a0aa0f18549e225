import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(0)

with np.load("data/shapes.npz") as file:
    images = file["images"][..., None].astype("float32") / 255.0
    kinds = file["kinds"].astype("int64")

dataset = tf.data.Dataset.from_tensor_slices((images, kinds)).batch(32)

model = keras.Sequential(
    [
        keras.Input((12, 12, 1)),
        keras.layers.Conv2D(8, 3, activation="relu"),
        keras.layers.Flatten(),
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dense(4, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.001),
    loss=keras.losses.SparseCategoricalCrossentropy(),
    metrics=["accuracy"],
)
model.fit(dataset, epochs=5)
