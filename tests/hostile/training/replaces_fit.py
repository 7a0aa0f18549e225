"""A fit that trains nothing, in the place of Keras' own."""
import numpy as np
import tf_keras

tf_keras.Model.fit = lambda *arguments, **settings: None
model = tf_keras.Sequential([tf_keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(np.ones((4, 2)), np.ones((4, 1)))
