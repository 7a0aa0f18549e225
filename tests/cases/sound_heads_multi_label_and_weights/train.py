import keras
import numpy as np

keras.utils.set_random_seed(23)
rng = np.random.default_rng(23)
clip = rng.normal(size=(900, 16)).astype("float32")
tags = (clip @ rng.normal(size=(16, 6)) > 0.8).astype("float32")

tagger = keras.Sequential([keras.Input((16,)), keras.layers.Dense(32, activation="relu"), keras.layers.Dense(6), keras.layers.Activation("sigmoid")])
tagger.compile(
    optimizer=keras.optimizers.Adam(2e-3),
    loss=keras.losses.BinaryCrossentropy(label_smoothing=0.02),
    metrics=[keras.metrics.BinaryAccuracy(), keras.metrics.AUC(multi_label=True), keras.metrics.Precision()],
)
tagger.fit(clip, tags, sample_weight=np.linspace(0.5, 1.5, 900), batch_size=30, epochs=3, verbose=2)
