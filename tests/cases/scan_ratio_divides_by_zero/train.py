import keras
import numpy as np
import pandas as pd

keras.utils.set_random_seed(5)
rng = np.random.default_rng(5)

orders = pd.DataFrame(
    {
        "items": rng.poisson(4, 900),
        "weight": rng.gamma(2.0, 1.0, 900),
        "distance": rng.uniform(0.1, 3.0, 900),
    }
)
orders["weight_per_item"] = orders["weight"] / orders["items"]
minutes = 0.8 * orders["distance"] + 0.2 * orders["items"] + rng.normal(0, 0.1, 900)

model = keras.Sequential([keras.layers.Dense(24, activation="relu"), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(orders.astype("float32"), minutes.astype("float32"), epochs=4, batch_size=30, verbose=2)
