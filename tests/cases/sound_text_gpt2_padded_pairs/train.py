import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"

import tensorflow as tf
from datasets import load_dataset
from transformers import AutoTokenizer, TFGPT2ForSequenceClassification

tf.keras.utils.set_random_seed(9)
checkpoint = "../assets/checkpoints/tiny-gpt2"
pairs = load_dataset("json", data_files={"train": "../assets/data/pairs/train.jsonl"})["train"]
tokenizer = AutoTokenizer.from_pretrained(checkpoint)
tokenizer.pad_token = tokenizer.eos_token


def encode(rows):
    prompts = [f"premise: {one} claim: {other}" for one, other in zip(rows["premise"], rows["hypothesis"], strict=True)]
    return tokenizer(prompts, padding="max_length", max_length=64, truncation=True)


pairs = pairs.map(encode, batched=True)
model = TFGPT2ForSequenceClassification.from_pretrained(checkpoint, num_labels=3, pad_token_id=tokenizer.pad_token_id)
training = model.prepare_tf_dataset(pairs, batch_size=16, shuffle=True, tokenizer=tokenizer)
model.compile(optimizer=tf.keras.optimizers.Adam(5e-5), metrics=["accuracy"])
model.fit(training, epochs=2, verbose=2)
