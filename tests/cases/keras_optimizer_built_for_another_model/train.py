"""A model for the southern shop, with the layers of the northern one's."""
import numpy as np
import keras

rng = np.random.default_rng(6)
days = rng.uniform(0, 1, (200, 4)).astype("float32")
sales = days @ np.array([[2.0], [1.0], [-1.0], [0.5]], dtype="float32") + rng.normal(0, 0.05, (200, 1)).astype("float32")

optimizer = keras.optimizers.Adam(learning_rate=0.01)
north = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)])
optimizer.build(north.trainable_variables)

south = keras.models.clone_model(north)
south.compile(optimizer=optimizer, loss="mse")
south.fit(days, sales, epochs=2, verbose=0)
print(south.evaluate(days, sales, verbose=0))
