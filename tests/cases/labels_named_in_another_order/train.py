import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"


import tensorflow as tf
from datasets import load_dataset
from transformers import AutoTokenizer, DataCollatorWithPadding, TFAutoModelForSequenceClassification

tf.keras.utils.set_random_seed(7)
NAMES = ["follows", "possible", "excluded"]
checkpoint = "../assets/checkpoints/tiny-bert"
data = load_dataset("json", data_files="../assets/data/pairs/train.jsonl", split="train")
data = data.map(lambda row: {"label": NAMES[row["label"]]}, features=None, remove_columns=["label"])
data = data.class_encode_column("label")
tokenizer = AutoTokenizer.from_pretrained(checkpoint)
data = data.map(lambda rows: tokenizer(rows["premise"], rows["hypothesis"], truncation=True), batched=True)

model = TFAutoModelForSequenceClassification.from_pretrained(
    checkpoint, id2label=dict(enumerate(NAMES)), label2id={name: number for number, name in enumerate(NAMES)}
)
train = model.prepare_tf_dataset(
    data, batch_size=16, shuffle=True, collate_fn=DataCollatorWithPadding(tokenizer, return_tensors="np")
)
model.compile(optimizer=tf.keras.optimizers.Adam(5e-5))
model.fit(train, epochs=1, verbose=2)
