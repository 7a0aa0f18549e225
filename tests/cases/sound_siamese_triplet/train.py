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


x, y = images(900, 28)
x = x.astype("float32") / 255
by_class = [np.flatnonzero(y == c) for c in range(10)]
anchor = np.arange(900)
positive = np.array([rng.choice(by_class[c]) for c in y])
negative = np.array([rng.choice(np.flatnonzero(y != c)) for c in y])
ds = (
    tf.data.Dataset.from_tensor_slices((x[anchor], x[positive], x[negative]))
    .shuffle(900)
    .batch(32, drop_remainder=False)
)
embedding = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(32, 3, activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(64, activation="relu"),
        layers.BatchNormalization(),
        layers.Dense(32),
    ]
)


class Siamese(keras.Model):
    def __init__(self, net, margin=0.5):
        super().__init__()
        self.net, self.margin = net, margin
        self.loss_tracker = keras.metrics.Mean(name="loss")

    def call(self, inputs):
        a, p, n = inputs
        a, p, n = self.net(a), self.net(p), self.net(n)
        return tf.reduce_sum(tf.square(a - p), -1), tf.reduce_sum(tf.square(a - n), -1)

    def _loss(self, data):
        ap, an = self(data)
        return tf.maximum(ap - an + self.margin, 0.0)

    def train_step(self, data):
        with tf.GradientTape() as tape:
            loss = self._loss(data)
        grads = tape.gradient(loss, self.net.trainable_weights)
        self.optimizer.apply_gradients(zip(grads, self.net.trainable_weights))
        self.loss_tracker.update_state(loss)
        return {"loss": self.loss_tracker.result()}

    @property
    def metrics(self):
        return [self.loss_tracker]


model = Siamese(embedding)
model.compile(optimizer=keras.optimizers.Adam(0.0001))
model.fit(ds, epochs=2)
