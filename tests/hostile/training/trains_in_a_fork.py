"""Another process reaches the training call, and would write its checkpoint."""
import multiprocessing


def train():
    import numpy as np
    import tf_keras

    model = tf_keras.Sequential([tf_keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(np.ones((4, 2)), np.ones((4, 1)), verbose=0)
    model.save_weights("trained.weights.h5")


process = multiprocessing.get_context("fork").Process(target=train)
process.start()
process.join()
