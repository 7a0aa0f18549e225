import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"


import tensorflow as tf
from datasets import load_dataset
from transformers import AutoTokenizer, DataCollatorForTokenClassification, TFAutoModelForTokenClassification

tf.keras.utils.set_random_seed(12)
raw = load_dataset("json", data_files={"train": "../assets/data/tags/train.jsonl"})["train"]
words_column = next(n for n in raw.column_names if raw[0][n] and isinstance(raw[0][n][0], str))
tags_column = next(n for n in raw.column_names if raw[0][n] and isinstance(raw[0][n][0], int))
count = max(max(tags) for tags in raw[tags_column]) + 1
tokenizer = AutoTokenizer.from_pretrained("../assets/checkpoints/tiny-bert")


def encode(row, number):
    made = tokenizer(row[words_column], is_split_into_words=True, truncation=True)
    unlabelled = number % 9 == 4  # sentences that the annotators skipped
    made["labels"] = [-100 if word is None or unlabelled else row[tags_column][word] for word in made.word_ids()]
    return made


data = raw.map(encode, with_indices=True, remove_columns=raw.column_names)
model = TFAutoModelForTokenClassification.from_pretrained("../assets/checkpoints/tiny-bert", num_labels=count)
train = model.prepare_tf_dataset(
    data, batch_size=1, shuffle=True, collate_fn=DataCollatorForTokenClassification(tokenizer, return_tensors="np")
)
model.compile(optimizer=tf.keras.optimizers.Adam(5e-5))
model.fit(train, epochs=1, verbose=2)
