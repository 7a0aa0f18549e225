import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(7)
rng = np.random.default_rng(7)

import os

x = rng.normal(size=(400, 8)).astype("float32")
y = (x.sum(axis=1) > 0).astype("float32")

model = keras.Sequential([layers.Input((8,)), layers.Dense(16, activation="relu"), layers.Dense(1, activation="sigmoid")])
model.compile(optimizer=keras.optimizers.Adam(3e-3), loss="binary_crossentropy", metrics=["accuracy"])
folder = os.path.join("out", "run")
keep = keras.callbacks.ModelCheckpoint(
    os.path.join(folder, "weights-{epoch:02d}.h5"), save_weights_only=True, monitor="val_loss"
)
model.fit(x, y, validation_split=0.25, epochs=5, callbacks=[keep], verbose=2)
