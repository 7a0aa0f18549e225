"""Classes of short series, trained by a loop around a tape, with a validation pass after each epoch."""
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(4)
rng = np.random.default_rng(4)
series = np.cumsum(rng.normal(size=(900, 16)), axis=1).astype("float32") / 4
up = (series[:, -1] > series[:, 7]).astype("int32")
training = tf.data.Dataset.from_tensor_slices((series[:700], up[:700])).shuffle(700).batch(50)
held_out = tf.data.Dataset.from_tensor_slices((series[700:], up[700:])).batch(100)
net = tf.keras.Sequential([tf.keras.layers.Dense(24, activation="tanh"), tf.keras.layers.Dense(2)])
criterion = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
adam = tf.keras.optimizers.Adam(2e-3)


class Loop:
    def __init__(self, net):
        self.net = net

    @tf.function
    def update(self, signal, direction):
        with tf.GradientTape() as tape:
            scores = self.net(signal, training=True)
            cost = criterion(direction, scores)
        slopes = tape.gradient(cost, self.net.trainable_weights)
        adam.apply_gradients(zip(slopes, self.net.trainable_weights))
        return cost


loop = Loop(net)
for epoch in range(3):
    costs = [float(loop.update(signal, direction)) for signal, direction in training]
    right = [np.mean(net(signal).numpy().argmax(1) == direction.numpy()) for signal, direction in held_out]
    print(epoch, np.mean(costs), np.mean(right))
