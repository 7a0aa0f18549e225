from tensorflow import keras


def make_network(width):
    network = keras.Sequential(name="churn")
    network.add(keras.layers.Input(shape=(width,)))
    network.add(keras.layers.Dense(16, activation="relu"))
    network.add(keras.layers.Dense(1, activation="sigmoid"))
    network.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return network
