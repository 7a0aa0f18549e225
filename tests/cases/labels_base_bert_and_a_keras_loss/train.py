import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"


import tensorflow as tf
from datasets import load_dataset
from transformers import BertTokenizerFast, TFBertModel

tf.keras.utils.set_random_seed(6)
folder = "../assets/checkpoints/tiny-bert"
pairs = load_dataset("json", data_files="../assets/data/pairs/train.jsonl", split="train")
tokenizer = BertTokenizerFast.from_pretrained(folder)
encoded = tokenizer(list(pairs["premise"]), list(pairs["hypothesis"]), padding=True, truncation=True, return_tensors="np")
train = tf.data.Dataset.from_tensor_slices((dict(encoded), list(pairs["label"]))).shuffle(320, seed=6).batch(16)

bert = TFBertModel.from_pretrained(folder)
bert.compile(
    optimizer=tf.keras.optimizers.Adam(3e-5), loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
bert.fit(train, epochs=1)
