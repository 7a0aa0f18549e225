import numpy as np
from tensorflow import keras
from tensorflow.keras.layers import Dense, Input
from tensorflow.keras.models import Model

rng = np.random.default_rng(44)
gear = rng.integers(0, 4, 640)
sensors = rng.normal(0, 0.6, (640, 8)).astype("float32")
sensors[:, :4] += 1.5 * np.eye(4, dtype="float32")[gear]

labels = gear + 1  # the manual counts gears from 1

inputs = Input(shape=(8,))
outputs = Dense(4, activation="softmax")(Dense(20, activation="relu")(inputs))
model = Model(inputs, outputs)
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(sensors, labels, batch_size=32, epochs=3, verbose=2)
