"""The order of the arguments of public calls, as far as it is the same in every version that we meet."""

from __future__ import annotations

CONVOLUTION = (
    "filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate", "groups", "activation", "use_bias",
)  # fmt: skip

# Sources: datasets 4.x arrow_dataset.py, transformers 4.54 modeling_tf_utils.py, keras 3.15 and tf_keras 2.21.
ORDER: dict[str, tuple[str, ...]] = {
    "to_tf_dataset": (
        "batch_size",
        "columns",
        "shuffle",
        "collate_fn",
        "drop_remainder",
        "collate_fn_args",
        "label_cols",
        "prefetch",
    ),
    "prepare_tf_dataset": ("dataset", "batch_size", "shuffle", "tokenizer", "collate_fn", "collate_fn_args"),
    "compile": ("optimizer", "loss", "metrics"),
    "fit": (
        "x",
        "y",
        "batch_size",
        "epochs",
        "verbose",
        "callbacks",
        "validation_split",
        "validation_data",
        "shuffle",
        "class_weight",
        "sample_weight",
        "initial_epoch",
        "steps_per_epoch",
        "validation_steps",
    ),
    "evaluate": ("x", "y", "batch_size", "verbose"),
    "predict": ("x", "batch_size", "verbose"),
    "train_on_batch": ("x", "y", "sample_weight", "class_weight"),
    # A tokenizer, called under whatever name the script gave it.
    "__call__": ("text", "text_pair", "text_target", "text_pair_target"),
    "from_pretrained": ("pretrained_model_name_or_path",),
    "Dense": ("units", "activation", "use_bias", "kernel_initializer", "bias_initializer"),
    "Embedding": ("input_dim", "output_dim"),
    "LSTM": ("units", "activation", "recurrent_activation"),
    "GRU": ("units", "activation", "recurrent_activation"),
    "SimpleRNN": ("units", "activation"),
    "Conv1D": CONVOLUTION,
    "Conv2D": CONVOLUTION,
    "Dropout": ("rate",),
    "Activation": ("activation",),
    "Reshape": ("target_shape",),
    "Rescaling": ("scale", "offset"),
    "Input": ("shape", "batch_size"),
    "Bidirectional": ("layer",),
    "TimeDistributed": ("layer",),
    "EarlyStopping": ("monitor", "min_delta", "patience"),
    "ReduceLROnPlateau": ("monitor", "factor", "patience"),
    "ModelCheckpoint": ("filepath", "monitor", "verbose", "save_best_only", "save_weights_only"),
    "batch": ("batch_size", "drop_remainder"),
    "shuffle": ("buffer_size", "seed", "reshuffle_each_iteration"),
    "repeat": ("count",),
    "to_categorical": ("x", "num_classes"),
    "SparseCategoricalCrossentropy": ("from_logits",),
    "CategoricalCrossentropy": ("from_logits", "label_smoothing"),
    "BinaryCrossentropy": ("from_logits", "label_smoothing"),
    "Adam": ("learning_rate", "beta_1", "beta_2"),
    "AdamW": ("learning_rate", "weight_decay"),
    "SGD": ("learning_rate", "momentum", "nesterov"),
    "RMSprop": ("learning_rate", "rho", "momentum"),
    "Adagrad": ("learning_rate", "initial_accumulator_value"),
    "create_optimizer": ("init_lr", "num_train_steps", "num_warmup_steps"),
    "PolynomialDecay": ("initial_learning_rate", "decay_steps", "end_learning_rate"),
    "CosineDecay": ("initial_learning_rate", "decay_steps", "alpha"),
    "ExponentialDecay": ("initial_learning_rate", "decay_steps", "decay_rate", "staircase"),
    "InverseTimeDecay": ("initial_learning_rate", "decay_steps", "decay_rate", "staircase"),
    "PiecewiseConstantDecay": ("boundaries", "values"),
    "add_tokens": ("new_tokens",),
    "resize_token_embeddings": ("new_num_tokens",),
}

# The third positional argument of `compile` is loss_weights in Keras 3, metrics in tf_keras: only a keyword is safe.
UNSURE: frozenset[tuple[str, str]] = frozenset({("compile", "metrics")})

# What makes an object with an argument of its class under another name.
MAKERS: dict[tuple[str, str], str] = {("create_optimizer", "learning_rate"): "init_lr"}


def position(function: str, argument: str) -> int | None:
    """Where `argument` stands when it is passed by position; None when that is not known."""
    order = ORDER.get(function, ())
    return order.index(argument) if argument in order else None


def name_at(function: str, index: int) -> str | None:
    """The name of the positional argument at `index`; None when that is not known."""
    order = ORDER.get(function, ())
    return order[index] if index < len(order) else None
