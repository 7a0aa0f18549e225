import numpy as np
import tensorflow as tf
from tensorflow import keras


def make_data():
    rng = np.random.default_rng(9)
    y = rng.integers(0, 3, 360)
    x = rng.normal(size=(360, 7)).astype("float32")
    x[:, 0] += 2 * y
    return tf.data.Dataset.from_tensor_slices((x, y)).shuffle(360).batch(30)


net = keras.Sequential([
    keras.Input((7,)),
    keras.layers.Dense(16, activation="relu", kernel_regularizer=keras.regularizers.L2(1e-4)),
    keras.layers.Dropout(0.1),
    keras.layers.Dense(3),
])
loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
adam = keras.optimizers.Adam(5e-3)


@tf.function
def step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_of(y, net(x, training=True)) + tf.add_n(net.losses)
    gradients = tape.gradient(loss, net.trainable_variables)
    gradients, _ = tf.clip_by_global_norm(gradients, 1.0)
    adam.apply_gradients(zip(gradients, net.trainable_variables))
    return loss


for epoch in range(3):
    losses = [float(step(x, y)) for x, y in make_data()]
    print("epoch", epoch, "loss", np.mean(losses))
