import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"

import tensorflow as tf
from datasets import load_dataset
from transformers import AutoTokenizer, DataCollatorForLanguageModeling, TFAutoModelForCausalLM

tf.keras.utils.set_random_seed(0)

recipes = load_dataset("json", data_files="data/recipes.jsonl", split="train")
tokenizer = AutoTokenizer.from_pretrained("checkpoint")


def encode(rows):
    return tokenizer(rows["text"], truncation=True)


encoded = recipes.map(encode, batched=True, remove_columns=["text"])

model = TFAutoModelForCausalLM.from_pretrained("checkpoint")
collator = DataCollatorForLanguageModeling(tokenizer, mlm=False, return_tensors="tf")
dataset = model.prepare_tf_dataset(encoded, batch_size=16, shuffle=True, collate_fn=collator)

model.compile(optimizer=tf.keras.optimizers.Adam(1e-3))
model.fit(dataset, epochs=3)
