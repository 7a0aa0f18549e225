import keras
import numpy as np
from keras.layers import GRU, Bidirectional, Dense, Input

rng = np.random.default_rng(5)
walks = np.cumsum(rng.normal(size=(900, 24, 2)), axis=1).astype("float32") / 5
homeward = (np.abs(walks[:, -1]).sum(axis=1) < np.abs(walks[:, 12]).sum(axis=1)).astype("float32")

steps = Input((24, 2))
memory = Bidirectional(GRU(12, return_sequences=True))(steps)
answer = Dense(1, activation="sigmoid")(Dense(8, activation="relu")(memory))
model = keras.Model(steps, answer)
model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.RMSprop(1e-3), metrics=["accuracy"])
model.fit(walks, homeward, batch_size=30, epochs=2, validation_split=0.1, verbose=2)
