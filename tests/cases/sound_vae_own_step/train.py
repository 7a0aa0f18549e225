import numpy as np
import tensorflow as tf
import keras
from keras import layers

rng = np.random.default_rng(0)


def images(n, size=28, channels=1, classes=10, scale=255):
    y = rng.integers(0, classes, n)
    x = rng.normal(0.15, 0.1, (n, size, size, channels))
    rows = np.random.default_rng(5).integers(2, size - 6, (classes, 2))
    for i, label in enumerate(y):
        r, c = rows[label] + rng.integers(-1, 2, 2)
        x[i, r : r + 5, c : c + 5] += 0.7 + 0.1 * label / classes
    return (np.clip(x, 0, 1) * scale).astype("uint8" if scale == 255 else "float32"), y


x, _ = images(1000, 28)
x = x.astype("float32") / 255


class Sampling(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(1337)

    def call(self, inputs):
        mean, log_var = inputs
        eps = keras.random.normal(shape=keras.ops.shape(mean), seed=self.seed_generator)
        return mean + keras.ops.exp(0.5 * log_var) * eps


inp = keras.Input((28, 28, 1))
z = layers.Conv2D(32, 3, activation="relu", strides=2, padding="same")(inp)
z = layers.Conv2D(64, 3, activation="relu", strides=2, padding="same")(z)
z = layers.Flatten()(z)
z = layers.Dense(16, activation="relu")(z)
mean = layers.Dense(2, name="z_mean")(z)
log_var = layers.Dense(2, name="z_log_var")(z)
encoder = keras.Model(inp, [mean, log_var, Sampling()([mean, log_var])])
lat = keras.Input((2,))
z = layers.Dense(7 * 7 * 64, activation="relu")(lat)
z = layers.Reshape((7, 7, 64))(z)
z = layers.Conv2DTranspose(64, 3, activation="relu", strides=2, padding="same")(z)
z = layers.Conv2DTranspose(32, 3, activation="relu", strides=2, padding="same")(z)
decoder = keras.Model(lat, layers.Conv2DTranspose(1, 3, activation="sigmoid", padding="same")(z))


class VAE(keras.Model):
    def __init__(self, encoder, decoder, **kwargs):
        super().__init__(**kwargs)
        self.encoder, self.decoder = encoder, decoder
        self.total = keras.metrics.Mean(name="loss")

    @property
    def metrics(self):
        return [self.total]

    def train_step(self, data):
        with tf.GradientTape() as tape:
            mean, log_var, z = self.encoder(data)
            rec = self.decoder(z)
            rl = tf.reduce_mean(tf.reduce_sum(keras.losses.binary_crossentropy(data, rec), axis=(1, 2)))
            kl = -0.5 * (1 + log_var - tf.square(mean) - tf.exp(log_var))
            total = rl + tf.reduce_mean(tf.reduce_sum(kl, axis=1))
        grads = tape.gradient(total, self.trainable_weights)
        self.optimizer.apply_gradients(zip(grads, self.trainable_weights))
        self.total.update_state(total)
        return {"loss": self.total.result()}


vae = VAE(encoder, decoder)
vae.compile(optimizer=keras.optimizers.Adam())
vae.fit(x, epochs=2, batch_size=128)
