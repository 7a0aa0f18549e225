import numpy as np
from tensorflow import keras

keras.utils.set_random_seed(0)

table = np.loadtxt("data/flowers.csv", delimiter=",", skiprows=1, dtype="float32")
sizes = table[:, :4]
sizes = (sizes - sizes.mean(axis=0)) / sizes.std(axis=0)
kinds = table[:, 4].astype("int64")

model = keras.Sequential(
    [
        keras.Input((4,)),
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(3),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(sizes, kinds, batch_size=32, epochs=10, validation_split=0.2)
