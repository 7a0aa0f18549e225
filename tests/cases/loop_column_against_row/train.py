"""House prices, in an eager loop over slices of arrays: the output is a column, the prices are a row."""
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(9)
rng = np.random.default_rng(9)
houses = rng.uniform(0, 1, size=(640, 4)).astype("float32")
price = (2 * houses[:, 0] + houses[:, 1] - houses[:, 2]).astype("float32")
regressor = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(16, "relu"), tf.keras.layers.Dense(1)])
opt = tf.keras.optimizers.Adam(3e-3)

for epoch in range(4):
    for start in range(0, 640, 64):
        rows = slice(start, start + 64)
        with tf.GradientTape() as tape:
            estimate = regressor(houses[rows], training=True)
            cost = tf.reduce_mean(tf.abs(estimate - price[rows]))
        grads = tape.gradient(cost, regressor.trainable_variables)
        opt.apply_gradients(zip(grads, regressor.trainable_variables))
    print(epoch, float(cost))
