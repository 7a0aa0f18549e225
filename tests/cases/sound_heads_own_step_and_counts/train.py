import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"

import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(19)
rng = np.random.default_rng(19)
street = rng.normal(size=(1000, 5)).astype("float32")
accidents = rng.poisson(np.exp(0.8 + 0.4 * street[:, 0])).astype("float32")


class Counter(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = tf.keras.layers.Dense(16, activation="relu")
        self.drop = tf.keras.layers.Dropout(0.1)
        self.rate = tf.keras.layers.Dense(1, activation="softplus")

    def call(self, inputs, training=False):
        return tf.squeeze(self.rate(self.drop(self.hidden(inputs), training=training)), -1)

    def train_step(self, data):
        inputs, counts = data
        with tf.GradientTape() as tape:
            rate = self(inputs, training=True)
            loss = tf.reduce_mean(tf.nn.log_poisson_loss(counts, tf.math.log(rate + 1e-6)))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        return {"loss": loss}


counter = Counter()
counter.compile(optimizer=tf.keras.optimizers.Adam(3e-3))
counter.fit(street, accidents, batch_size=50, epochs=3, verbose=2)
