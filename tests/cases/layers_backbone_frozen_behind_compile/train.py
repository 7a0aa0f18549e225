import numpy as np
import tf_keras as keras

keras.utils.set_random_seed(3)
rng = np.random.default_rng(3)
x = rng.normal(size=(800, 12)).astype("float32")
y = x[:, :1] * 2 - x[:, 1:2]
model = keras.Sequential(
    [keras.layers.Dense(32, activation="tanh", input_shape=(12,)), keras.layers.Dense(16, activation="tanh"), keras.layers.Dense(1)]
)
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse")
model.layers[0].trainable = False
model.fit(x, y, batch_size=32, epochs=2, verbose=2)
