"""Text on its way to the model: tokens, ids, padding."""

from __future__ import annotations

from tfwizard.explanations.explanation import Explanation
from tfwizard.explanations.sections import DATA
from tfwizard.language import N_

EXPLANATIONS: dict[str, Explanation] = {
    "attention-mask-missing": Explanation(
        N_("How does the model know which ids of a row are words, and which only fill it up?"),
        (
            N_("Print one short sample as it enters the model. What stands at its end?"),
            N_(
                "List the keys of a batch, and the keys that the tokenizer gives for one text. Was something lost "
                "between the two?"
            ),
        ),
        N_(
            "Short texts are filled up, so that all rows of a batch are equally long. The attention mask says which "
            "positions are real; without one, transformers' models take all of them for text. The training runs and "
            "the loss falls, but what the model makes of a text depends on how much padding happens to stand behind "
            "it. To the library the padding is one more token, and so nothing complains."
        ),
        "batch = next(iter(train_dataset))\n"
        "inputs = batch[0] if isinstance(batch, tuple) else batch\n"
        "print(list(inputs))\n"
        'padding = inputs["input_ids"].numpy() == tokenizer.pad_token_id\n'
        'print("share of padding:", padding.mean())',
        DATA,
    ),
    "pad-token-missing": Explanation(
        N_("How does this tokenizer make two texts equally long?"),
        (
            N_("Print the tokenizer's special tokens. What is each of them for, and which one do you miss?"),
            N_(
                "Ask both the tokenizer and the model's config which id stands for “nothing more comes here”. Do both "
                "have an answer, and the same one?"
            ),
        ),
        N_(
            "Models such as GPT-2 were trained on text without gaps, and so have no token for padding. To put texts of "
            "different lengths into one batch the tokenizer needs one, and a classifier that reads the last word of a "
            "text needs to know its id to find that word. The tokenizer refuses when it has none; a model that is not "
            "told the id stops at the first batch, or reads the wrong position without a word."
        ),
        'print("the tokenizer:", tokenizer.pad_token, tokenizer.pad_token_id)\n'
        'print("the model:", model.config.pad_token_id)',
        DATA,
    ),
    "token-id-out-of-range": Explanation(
        N_("What is the largest id in the inputs, and how many rows has the table that it is looked up in?"),
        (
            N_("An embedding is a table with one row for each token. Print the shape of its weights."),
            N_(
                "Rows are counted from 0. Compare the last row with the largest id of the whole training set: where "
                "does each of the two numbers come from?"
            ),
        ),
        N_(
            "An embedding is a table with one row for each token, and an id is the number of a row. Where the "
            "tokenizer belongs to another checkpoint than the model, where tokens were added to it, or where ids are "
            "counted from 1, some ids have no row. On a CPU TensorFlow stops with a message about indices. On a GPU it "
            "reads zeros and goes on, so that some words say nothing at all."
        ),
        "batch = next(iter(train_dataset))\n"
        "inputs = batch[0] if isinstance(batch, tuple) else batch\n"
        'ids = inputs["input_ids"] if isinstance(inputs, dict) else inputs\n'
        'print("largest id:", ids.numpy().max())\n'
        "for weight in model.weights:\n"
        '    if "embedding" in getattr(weight, "path", weight.name):\n'
        '        print(getattr(weight, "path", weight.name), weight.shape)',
        DATA,
    ),
    "sequence-too-long": Explanation(
        N_("How many tokens has the longest sample, and how many can the model take?"),
        (
            N_("Measure the samples before any batch is made of them."),
            N_(
                "A transformer has a vector for each place in a text, up to a last place. Find that number in the "
                "model's config or in its layers."
            ),
        ),
        N_(
            "A transformer has learned a vector for each position in a text, and has only so many of them. A longer "
            "text asks for positions that do not exist. The tokenizer prints a warning and hands the whole row on all "
            "the same. TensorFlow then stops inside an embedding on a CPU, and reads zeros there on a GPU."
        ),
        'lengths = [len(ids) for ids in tokenized_datasets["train"]["input_ids"]]\n'
        'print("longest sample:", max(lengths))\n'
        'print("positions:", model.config.max_position_embeddings)',
        DATA,
    ),
    "unexpected-input": Explanation(
        N_("What does a batch hold besides the ids, and who put it there?"),
        (
            N_("Print the keys of one batch."),
            N_("Compare each key with the arguments of the model's call. Which one finds no place there?"),
        ),
        N_(
            "The keys of a batch are handed to the model as arguments, each under its own name. Tokenizers differ in "
            "what they give: that of BERT also gives token_type_ids, for which DistilBERT has no argument. A key "
            "without a place stops the first step, with a message about an unexpected argument."
        ),
        "import inspect\n"
        "batch = next(iter(train_dataset))\n"
        "inputs = batch[0] if isinstance(batch, tuple) else batch\n"
        'print("a batch holds", list(inputs))\n'
        'print("the model takes", list(inspect.signature(model.call).parameters))',
        DATA,
    ),
    "text-not-tokenized": Explanation(
        N_("Of which type are the values that enter the first layer?"),
        (
            N_("Print the dtype of each part of one batch."),
            N_("A network multiplies and adds. Can that be done with these values as they are?"),
        ),
        N_(
            "A network computes with numbers alone. Text has to be cut into pieces first and each piece be replaced by "
            "a number, by a tokenizer or by a layer such as TextVectorization. A dataset carries text without "
            "complaint, so that the mistake shows only in the first layer, in a message about shapes, types or "
            "unpacking that does not speak of text."
        ),
        "import tensorflow as tf\n"
        "for part in tf.nest.flatten(next(iter(train_dataset))):\n"
        "    print(part.dtype, part.shape)",
        DATA,
    ),
}
