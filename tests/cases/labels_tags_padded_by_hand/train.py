import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"


import tensorflow as tf
from datasets import load_dataset
from transformers import AutoTokenizer, TFAutoModelForTokenClassification

tf.keras.utils.set_random_seed(8)
LENGTH = 40
raw = load_dataset("json", data_files={"train": "../assets/data/tags/train.jsonl"})["train"]
words_column = next(n for n in raw.column_names if raw[0][n] and isinstance(raw[0][n][0], str))
tags_column = next(n for n in raw.column_names if raw[0][n] and isinstance(raw[0][n][0], int))
tokenizer = AutoTokenizer.from_pretrained("../assets/checkpoints/tiny-bert")


def encode(row):
    made = tokenizer(row[words_column], is_split_into_words=True, padding="max_length", max_length=LENGTH, truncation=True)
    tags = [0 if word is None else row[tags_column][word] for word in made.word_ids()]
    made["labels"] = tags
    return made


data = raw.map(encode, remove_columns=raw.column_names)
count = max(max(tags) for tags in data["labels"]) + 1
train = data.to_tf_dataset(
    columns=["input_ids", "attention_mask", "token_type_ids"], label_cols="labels", batch_size=8, shuffle=True
)
model = TFAutoModelForTokenClassification.from_pretrained("../assets/checkpoints/tiny-bert", num_labels=count)
model.compile(optimizer=tf.keras.optimizers.Adam(learning_rate=1e-4))
model.fit(train, epochs=1, verbose=2)
