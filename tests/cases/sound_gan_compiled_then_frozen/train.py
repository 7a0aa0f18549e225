import numpy as np
import tensorflow as tf
import tf_keras as keras
from tf_keras import layers

rng = np.random.default_rng(0)
data = np.tanh(rng.normal(size=(800, 2)) @ rng.normal(size=(2, 16))).astype("float32")
D = keras.Sequential(
    [layers.Dense(32, input_dim=16), layers.LeakyReLU(0.2), layers.Dropout(0.3), layers.Dense(1, activation="sigmoid")]
)
D.compile(loss="binary_crossentropy", optimizer=keras.optimizers.Adam(2e-4, 0.5), metrics=["accuracy"])
G = keras.Sequential(
    [
        layers.Dense(32, input_dim=8),
        layers.LeakyReLU(0.2),
        layers.BatchNormalization(momentum=0.8),
        layers.Dense(16, activation="tanh"),
    ]
)
D.trainable = False
z = keras.Input((8,))
combined = keras.Model(z, D(G(z)))
combined.compile(loss="binary_crossentropy", optimizer=keras.optimizers.Adam(2e-4, 0.5))
valid, fake = np.ones((32, 1)), np.zeros((32, 1))
for epoch in range(20):
    real = data[rng.integers(0, 800, 32)]
    made = G.predict(rng.normal(size=(32, 8)), verbose=0)
    d1 = D.train_on_batch(real, valid)
    d2 = D.train_on_batch(made, fake)
    g = combined.train_on_batch(rng.normal(size=(32, 8)), valid)
