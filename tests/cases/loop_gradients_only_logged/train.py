"""A small network for a sine, whose gradients are written into a log and used for nothing else."""
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(3)
angle = np.linspace(-3, 3, 400, dtype="float32")[:, None]
wave = np.sin(angle)
net = tf.keras.Sequential([tf.keras.Input((1,)), tf.keras.layers.Dense(16, activation="tanh"), tf.keras.layers.Dense(1)])
opt = tf.keras.optimizers.SGD(0.05)
mse = tf.keras.losses.MeanSquaredError()


@tf.function
def one_step(a, w):
    with tf.GradientTape() as tape:
        cost = mse(w, net(a))
    return cost, tf.linalg.global_norm(tape.gradient(cost, net.trainable_variables))


for epoch in range(20):
    cost, norm = one_step(tf.constant(angle), tf.constant(wave))
    print(epoch, float(cost), float(norm))
