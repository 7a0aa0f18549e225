import numpy as np
import tensorflow as tf
from tensorflow import keras

try:
    for gpu in tf.config.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(gpu, True)
    pair = [tf.config.LogicalDeviceConfiguration(), tf.config.LogicalDeviceConfiguration()]
    tf.config.set_logical_device_configuration(tf.config.list_physical_devices("CPU")[0], pair)
    logical = tf.config.list_logical_devices("CPU")
    print(len(logical), "devices")
    # a second time, as a helper that is imported might do: refused, and nothing is lost
    tf.config.set_logical_device_configuration(tf.config.list_physical_devices("CPU")[0], pair[:1])
except RuntimeError as error:
    print("devices stay as they are:", error)

rng = np.random.default_rng(6)
features = rng.normal(size=(300, 7)).astype("float32")
prices = features @ rng.normal(size=(7, 1)).astype("float32") + 2

model = keras.Sequential([keras.Input((7,)), keras.layers.Dense(24, activation="relu"), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.Adam(3e-3), loss="mse")
model.fit(features, prices, batch_size=20, epochs=3)
