"""How far the script gets."""

from __future__ import annotations

from tfwizard.explanations.explanation import Explanation
from tfwizard.explanations.sections import DATA, PIPELINE
from tfwizard.language import N_

EXPLANATIONS: dict[str, Explanation] = {
    "column-not-found": Explanation(
        N_(
            "What are the columns called in the dataset that reaches the failing line, and which ones does your script "
            "ask for?"
        ),
        (
            N_("Print the features of the dataset just before that line, and read their names."),
            N_(
                "Compare each name that you wrote with that list, letter by letter. Does each of them have its match "
                "there?"
            ),
        ),
        N_(
            "A call that turns a dataset into batches can only hand on what the dataset holds, or what its collator "
            "makes (the function that puts samples together to a batch). Tutorials often write “labels” where the file "
            "says “label”, since some versions of the library and some collators rename that column by themselves. The "
            "name is looked up only when the call runs, so nothing complains before."
        ),
        'print(tokenized_datasets["train"].column_names)\nprint(tokenized_datasets["train"].features)',
        DATA,
    ),
    "no-collator": Explanation(
        N_("How many tokens does each of the first ten samples have?"),
        (
            N_("Print the number of input ids of a hundred samples: the smallest, and the largest."),
            N_(
                "TensorFlow keeps a batch as one rectangle of numbers. What would have to become of the short rows in "
                "it?"
            ),
        ),
        N_(
            "Texts differ in length, and a batch is a rectangle of numbers: all of its rows must be equally long. "
            "Filling up the short ones, which is called padding, is the work of a collator, the function that puts "
            "samples together to a batch; without one the rows are only stacked. A tokenizer does not pad unless it is "
            "asked to. So the error comes late, when the first batch is built, and speaks of arrays and shapes."
        ),
        'rows = tokenized_datasets["train"][:100]["input_ids"]\n'
        "lengths = [len(ids) for ids in rows]\n"
        'print("from", min(lengths), "to", max(lengths), "tokens")',
        DATA,
    ),
    "no-training-call": Explanation(
        N_("What was the last thing that your script did before it ended?"),
        (
            N_("Put a print in front of the line that does the main work, and run again. Is it shown?"),
            N_(
                "Go through the script from the top: is each condition on the way true, and is each function that is "
                "defined also called?"
            ),
        ),
        N_(
            "A script that ends without an error looks like one that has done its work. Often the training stands in a "
            "function that nobody calls, behind a condition such as an option of the command line, or in a loop over "
            "something that is empty. Python sees nothing wrong in that: code that is never reached cannot fail."
        ),
        "import sys\n"
        'print("options given:", sys.argv[1:])\n'
        "# Right in front of model.fit:\n"
        'print("the training starts here", flush=True)',
    ),
    "script-error": Explanation(
        N_("Which line of your own file does the error come from, and what are the values on that line?"),
        (
            N_(
                "Read the traceback from its end upwards, to the first line that is in your own file; skip those of "
                "the libraries."
            ),
            N_(
                "Print the type and the shape of each value on that line, just before it. Which one is not what you "
                "expected?"
            ),
        ),
        N_(
            "An error is raised where a value is used, which is often deep inside a library and far from the line "
            "where it went wrong. Keras adds a long list of call arguments behind its message; the sentence that helps "
            "stands just before that list. No rule of this program explains this error, so the line and the values on "
            "it are the best trace."
        ),
        "import tensorflow as tf\n"
        "batch = next(iter(train_dataset))\n"
        "print(tf.nest.map_structure(lambda part: (part.dtype, part.shape), batch))\n"
        "model.summary()",
        PIPELINE,
    ),
}
