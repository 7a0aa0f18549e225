"""Will it rain? The loss compares rounded probabilities with the truth."""
import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(6)
rng = np.random.default_rng(6)
weather = rng.normal(size=(600, 5)).astype("float32")
rain = (weather[:, 0] - weather[:, 3] > 0).astype("float32")[:, None]
days = tf.data.Dataset.from_tensor_slices((weather, rain)).shuffle(600).batch(40)
forecaster = tf.keras.Sequential([tf.keras.Input((5,)), tf.keras.layers.Dense(12, "relu"), tf.keras.layers.Dense(1, "sigmoid")])
opt = tf.keras.optimizers.RMSprop(1e-3)


@tf.function
def learn(w, r):
    with tf.GradientTape() as recording:
        chance = forecaster(w, training=True)
        wrong = tf.reduce_mean(tf.square(r - tf.round(chance)))
    g = recording.gradient(wrong, forecaster.trainable_variables)
    opt.apply_gradients(zip(g, forecaster.trainable_variables))
    return wrong


for epoch in range(3):
    for w, r in days:
        wrong = learn(w, r)
    print(epoch, float(wrong))
