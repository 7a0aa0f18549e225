"""What the samples say, and whether the labels agree."""

from __future__ import annotations

from tfwizard.explanations.explanation import Explanation
from tfwizard.explanations.sections import DATA_AGAIN
from tfwizard.language import N_

EXPLANATIONS: dict[str, Explanation] = {
    "conflicting-labels": Explanation(
        N_("Would everybody give the same answer if they were shown the same sample?"),
        (
            N_("Sort the samples by their inputs, and look at neighbours."),
            N_("Take a few samples whose inputs are alike, and read the answers that stand beside them."),
        ),
        N_(
            "The same inputs can carry different labels: two people judged them, rows and labels were joined wrongly, "
            "or the inputs leave out what the label depends on. A model gives one answer to one input, so it is wrong "
            "on some of these samples whatever it learns, and the loss cannot fall below a certain value. That looks "
            "like a model that is too weak."
        ),
        "from collections import defaultdict\n"
        "seen = defaultdict(set)\n"
        "for inputs, labels in train_dataset.take(200):\n"
        "    for row, label in zip(inputs.numpy(), labels.numpy()):\n"
        "        seen[row.tobytes()].add(label.tobytes())\n"
        "several = sum(len(found) > 1 for found in seen.values())\n"
        'print(several, "of", len(seen), "inputs have more than one label")',
        DATA_AGAIN,
    ),
    "labels-imbalanced": Explanation(
        N_("How often would somebody be right who gives the same answer to everything?"),
        (
            N_("Count how often each label occurs in the whole training set."),
            N_(
                "Divide the largest of these counts by their sum, and set the result beside the accuracy that the "
                "training shows."
            ),
        ),
        N_(
            "Where nearly all samples have one label, a model that gives it to everything is nearly always right. The "
            "loss falls to a low value at once and the accuracy looks splendid, while the other classes are never "
            "predicted. The loss counts every sample alike, so that little pushes the model any further."
        ),
        "import numpy as np\n"
        "labels = []\n"
        "for batch in train_dataset:\n"
        '    part = batch["labels"] if isinstance(batch, dict) else batch[1]\n'
        "    labels.extend(np.ravel(part))\n"
        "values, counts = np.unique(labels, return_counts=True)\n"
        "print(dict(zip(values.tolist(), (counts / counts.sum()).tolist())))",
        DATA_AGAIN,
    ),
    "labels-unrelated-to-inputs": Explanation(
        N_("Could you tell the label of a sample from its inputs alone?"),
        (
            N_("Look at five samples without their labels, and write down what you would answer."),
            N_(
                "Compare that with the labels beside them. Then follow one sample back to its file: which answer does "
                "it have there?"
            ),
        ),
        N_(
            "Inputs and labels can lose each other: one of the two was sorted, shuffled or filtered and the other was "
            "not, or a join matched the wrong rows. A model with enough weights learns the training set by heart all "
            "the same, so that its loss falls and all looks well; on samples that it has not seen it only guesses. The "
            "libraries see no more than that there are as many labels as inputs."
        ),
        "batch = next(iter(train_dataset))\n"
        "text = isinstance(batch, dict)\n"
        'inputs = batch["input_ids"] if text else batch[0]\n'
        'labels = batch["labels"] if text else batch[1]\n'
        "for row, label in list(zip(inputs.numpy(), labels.numpy()))[:5]:\n"
        "    print(label, tokenizer.decode(row) if text else row)",
        DATA_AGAIN,
    ),
    "unknown-tokens": Explanation(
        N_("What is left of a text when it has been through the tokenizer?"),
        (
            N_("Decode the ids of the first samples back into text, and read them aloud."),
            N_(
                "One piece keeps coming back where words should stand. Compare your texts with the tokenizer's own "
                "list of words: the language, the spelling, the letters."
            ),
        ),
        N_(
            "A tokenizer knows the pieces in its own vocabulary. What cannot be built from them becomes one special "
            "token, such as [UNK], and all such words look the same to the model. A vocabulary of another language, of "
            "another kind of text, or without capital letters can turn whole sentences into it. The ids are valid, and "
            "the model learns from what little is left."
        ),
        "batch = next(iter(train_dataset))\n"
        'ids = (batch[0] if isinstance(batch, tuple) else batch)["input_ids"].numpy()\n'
        "print(tokenizer.decode(ids[0]))\n"
        "print(tokenizer.unk_token, (ids == tokenizer.unk_token_id).mean())",
        DATA_AGAIN,
    ),
    "empty-texts": Explanation(
        N_("What do the shortest samples say?"),
        (
            N_("Sort the samples by their number of tokens, and decode the first ten."),
            N_(
                "Look at the same rows as they were before they were cleaned. What did each step of the cleaning take "
                "away?"
            ),
        ),
        N_(
            "A cleaning step that removes links, digits or foreign letters can remove the whole of a text. The "
            "tokenizer still gives the row its first and last special token, so that it looks like any other. All such "
            "samples are the same to the model, whatever their labels, and it can only learn which of these labels is "
            "the most frequent."
        ),
        "special = set(tokenizer.all_special_ids)\n"
        'rows = tokenized_datasets["train"]["input_ids"]\n'
        "empty = sum(special.issuperset(row) for row in rows)\n"
        'print(empty, "of", len(rows), "samples hold special tokens alone")',
        DATA_AGAIN,
    ),
    "text-column-unused": Explanation(
        N_("Read one decoded sample: is it enough for you to give the right answer?"),
        (
            N_("Put the decoded text beside the row of the dataset that it was made from."),
            N_("What do you learn from that row that the decoded text does not say?"),
        ),
        N_(
            "Some tasks have two texts: a premise and a hypothesis, or a question and a paragraph. The tokenizer takes "
            "the second as another argument, and without it makes perfectly valid ids of the first one alone. The "
            "model then has to guess what it cannot see, and the loss stays close to chance. No library knows on which "
            "columns a label depends."
        ),
        'print(raw_datasets["train"][0])\nprint(tokenizer.decode(tokenized_datasets["train"][0]["input_ids"]))',
        DATA_AGAIN,
    ),
    "samples-rejected": Explanation(
        N_("Do you agree with the labels of the samples that you read?"),
        (
            N_("Read some more: is it one kind of sample that is wrong, or one label?"),
            N_(
                "Take a sample that is wrong, and follow it back to its file, step by step. After which step is it "
                "wrong for the first time?"
            ),
        ),
        N_(
            "You answered that texts or labels are wrong. A model learns what it is shown, and no setting makes up for "
            "wrong answers in the data. No program can judge that for you, and that is why you were asked."
        ),
        "batch = next(iter(train_dataset))\n"
        'rows, labels = batch["input_ids"].numpy(), batch["labels"].numpy()\n'
        "for ids, label in zip(rows[:5], labels):\n"
        "    print(label, tokenizer.decode(ids))",
        DATA_AGAIN,
    ),
}
