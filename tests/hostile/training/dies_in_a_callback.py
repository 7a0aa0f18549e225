"""The process is gone in the middle of the training, and leaves another."""
import os
import subprocess

import numpy as np
import tf_keras


class Leaves(tf_keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        if batch == 3:
            subprocess.Popen(["sleep", "3600"], start_new_session=True)
            os._exit(0)


model = tf_keras.Sequential([tf_keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(np.random.rand(64, 3), np.random.rand(64, 1), batch_size=8, callbacks=[Leaves()])
