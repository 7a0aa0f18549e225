import keras
import numpy as np

keras.utils.set_random_seed(21)
rng = np.random.default_rng(21)
signals = rng.normal(size=(480, 7)).astype("float32")
faulty = (signals[:, 0] - signals[:, 4] > 0).astype("int64")


class KeepBest(keras.callbacks.Callback):
    """Remember the weights of the best epoch."""

    def __init__(self):
        super().__init__()
        self.best, self.weights = np.inf, None

    def on_epoch_end(self, epoch, logs=None):
        if logs["val_loss"] < self.best:
            self.best, self.weights = logs["val_loss"], self.model.get_weights()

    def on_train_end(self, logs=None):
        self.model.set_weights(self.weights)


model = keras.Sequential([keras.Input((7,)), keras.layers.Dense(24, activation="relu"), keras.layers.Dense(2)])
model.compile(
    optimizer=keras.optimizers.Adam(5e-3),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
model.fit(signals, faulty, batch_size=24, epochs=8, callbacks=[KeepBest()], verbose=2)
