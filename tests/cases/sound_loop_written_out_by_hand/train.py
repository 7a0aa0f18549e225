"""Linear regression by plain gradient descent, written out by hand."""
import numpy as np
import tensorflow as tf

rng = np.random.default_rng(2)
x = rng.normal(size=(256, 3)).astype("float32")
y = (x @ np.array([1.0, -2.0, 0.5], "float32") + 0.3).astype("float32")
model = tf.keras.Sequential([tf.keras.Input((3,)), tf.keras.layers.Dense(1)])
for step in range(60):
    rows = rng.integers(0, 256, 32)
    with tf.GradientTape() as tape:
        error = tf.squeeze(model(x[rows]), -1) - y[rows]
        loss = tf.reduce_mean(error**2)
    for variable, slope in zip(model.trainable_variables, tape.gradient(loss, model.trainable_variables)):
        variable.assign_sub(0.1 * slope)
print(float(loss))
