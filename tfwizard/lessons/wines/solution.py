import numpy as np
from tensorflow import keras

keras.utils.set_random_seed(0)

table = np.loadtxt("data/wines.csv", delimiter=",", skiprows=1, dtype="float32")
measures, growers = table[:, :4], table[:, 4].astype("int64")
measures = (measures - measures.mean(axis=0)) / measures.std(axis=0)

model = keras.Sequential(
    [
        keras.Input((4,)),
        keras.layers.Dense(32, activation="tanh"),
        keras.layers.Dense(3, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01),
    loss=keras.losses.SparseCategoricalCrossentropy(),
    metrics=["accuracy"],
)
model.fit(measures, growers, batch_size=32, epochs=15, validation_split=0.2)
