import numpy as np
import tensorflow as tf
from tensorflow import keras

tf.random.set_seed(4)
weights = tf.random.normal((9, 1))

# two logical devices, so that the pipeline can be tried without a cluster
cpus = tf.config.list_physical_devices("CPU")
tf.config.set_logical_device_configuration(
    cpus[0],
    [tf.config.LogicalDeviceConfiguration(), tf.config.LogicalDeviceConfiguration()],
)

rng = np.random.default_rng(4)
features = rng.normal(size=(360, 9)).astype("float32")
yields = features @ weights.numpy() + rng.normal(scale=0.1, size=(360, 1)).astype("float32")

model = keras.Sequential([keras.Input((9,)), keras.layers.Dense(24, activation="relu"), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.Adam(3e-3), loss="mse")
model.fit(features, yields, batch_size=24, epochs=3)
