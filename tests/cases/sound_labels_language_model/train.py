import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"


import tensorflow as tf
from datasets import load_dataset
from transformers import AutoTokenizer, DataCollatorForLanguageModeling, TFAutoModelForCausalLM

tf.keras.utils.set_random_seed(2)
checkpoint = "../assets/checkpoints/tiny-gpt2"
data = load_dataset("json", data_files="../assets/data/reviews/train.jsonl", split="train")
tokenizer = AutoTokenizer.from_pretrained(checkpoint)
tokenizer.pad_token = tokenizer.eos_token
data = data.map(
    lambda rows: tokenizer(rows["text"], truncation=True, max_length=48), batched=True, remove_columns=data.column_names
)
model = TFAutoModelForCausalLM.from_pretrained(checkpoint, pad_token_id=tokenizer.pad_token_id)
train = model.prepare_tf_dataset(
    data, batch_size=16, shuffle=True, collate_fn=DataCollatorForLanguageModeling(tokenizer, mlm=False, return_tensors="np")
)
model.compile(optimizer=tf.keras.optimizers.Adam(1e-4))
model.fit(train, epochs=1, verbose=2)
