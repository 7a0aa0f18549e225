import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"


from datasets import load_dataset
from keras.optimizers import Adam
from transformers import AutoTokenizer, DataCollatorWithPadding, TFAutoModelForSequenceClassification

checkpoint = "../assets/checkpoints/tiny-distilbert"
data = load_dataset("json", data_files="../assets/data/reviews/train.jsonl", split="train")
tokenizer = AutoTokenizer.from_pretrained(checkpoint)
data = data.map(lambda rows: tokenizer(rows["text"], truncation=True), batched=True)
model = TFAutoModelForSequenceClassification.from_pretrained(checkpoint)
train = model.prepare_tf_dataset(
    data, batch_size=16, shuffle=True, collate_fn=DataCollatorWithPadding(tokenizer, return_tensors="np")
)
optimizer = Adam(learning_rate=5e-5)
model.compile(optimizer=optimizer)
model.fit(train, epochs=1)
