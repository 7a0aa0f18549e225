import keras
import numpy as np
import tensorflow as tf
from keras import layers

keras.utils.set_random_seed(7)
rng = np.random.default_rng(7)

x = rng.normal(size=(512, 8)).astype("float32")
y = (x[:, 0] * 2 + x[:, 1] > 0).astype("int32")
batch, epochs = 32, 6
steps = 400 // batch

train = tf.data.Dataset.from_tensor_slices((x[:400], y[:400])).shuffle(400, seed=7).repeat().batch(batch)
held_out = tf.data.Dataset.from_tensor_slices((x[400:], y[400:])).batch(batch)

rate = keras.optimizers.schedules.CosineDecay(1e-2, steps * epochs, alpha=0.01)
model = keras.Sequential([layers.Input((8,)), layers.Dense(16, activation="relu"), layers.Dense(1)])
model.compile(
    keras.optimizers.SGD(rate, momentum=0.9),
    loss=keras.losses.BinaryCrossentropy(from_logits=True),
    metrics=[keras.metrics.BinaryAccuracy(name="right", threshold=0.0)],
)
model.fit(
    train,
    steps_per_epoch=steps,
    epochs=epochs,
    validation_data=held_out,
    callbacks=[
        keras.callbacks.EarlyStopping("val_right", mode="max", patience=3),
        keras.callbacks.ModelCheckpoint("best.keras", monitor="val_right", mode="max", save_best_only=True),
    ],
    verbose=2,
)
