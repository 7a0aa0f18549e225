import numpy as np
import tensorflow as tf
import keras

keras.mixed_precision.set_global_policy("mixed_bfloat16")


class Denoiser(keras.Model):
    def __init__(self):
        super().__init__()
        self.encode = keras.layers.Dense(32, activation="relu")
        self.decode = keras.layers.Dense(10, dtype="float32")
        self.seen = keras.metrics.Mean(name="loss")

    def call(self, x):
        return self.decode(self.encode(x))

    def train_step(self, clean):
        noisy = clean + tf.random.normal(tf.shape(clean), stddev=0.1)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(self(noisy, training=True) - clean))
        self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
        self.seen.update_state(loss)
        return {"loss": self.seen.result()}

    @property
    def metrics(self):
        return [self.seen]


rng = np.random.default_rng(2)
signals = (rng.normal(size=(640, 3)) @ rng.normal(size=(3, 10)) / 2).astype("float32")
data = tf.data.Dataset.from_tensor_slices(signals).shuffle(640).batch(32).prefetch(2)
rate = keras.optimizers.schedules.ExponentialDecay(3e-3, decay_steps=20, decay_rate=0.97)
model = Denoiser()
model.compile(optimizer=keras.optimizers.Adam(rate))
model.fit(data, epochs=4, verbose=2)
