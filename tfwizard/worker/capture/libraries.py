"""Which entry points of which libraries are watched: module by module, patched as each is imported."""

from __future__ import annotations

from types import ModuleType

from tfwizard.worker.capture.devices import device_hooks
from tfwizard.worker.capture.imports import Hook
from tfwizard.worker.capture.recorder import TRAINING, Gate, Recorder

KERAS_2_MODELS = ("tf_keras.src.engine.training", "keras.src.engine.training", "keras.engine.training")
KERAS_2_OPTIMIZERS = (
    "tf_keras.src.optimizers.optimizer",
    "tf_keras.src.optimizers.legacy.optimizer_v2",
    "keras.src.optimizers.optimizer",
    "keras.src.optimizers.legacy.optimizer_v2",
    "keras.optimizers.optimizer_experimental.optimizer",
    "keras.optimizers.optimizer_v2.optimizer_v2",
    "keras.optimizer_v2.optimizer_v2",
)


#: Classes whose objects the user's code makes by the dozen: no captured call each, only where each was made.
MADE = {
    "keras.src.layers.layer": "Layer",
    "keras.src.metrics.metric": "Metric",
    "keras.src.losses.loss": "Loss",
    "keras.src.callbacks.callback": "Callback",
    "tf_keras.src.engine.base_layer": "Layer",
    "tf_keras.src.metrics.base_metric": "Metric",
    "tf_keras.src.losses": "Loss",
    "tf_keras.src.callbacks": "Callback",
    # Keras 2 inside TensorFlow 2.12 to 2.15
    "keras.src.engine.base_layer": "Layer",
    "keras.src.metrics.base_metric": "Metric",
    "keras.src.losses": "Loss",
    "keras.src.callbacks": "Callback",
    "keras.engine.base_layer": "Layer",
    "keras.metrics.base_metric": "Metric",
    "keras.losses": "Loss",
    "keras.callbacks": "Callback",
}


#: Where Keras compares what a layer is given with what it asks for.
INPUT_SPECS = (
    "keras.src.layers.input_spec",
    "tf_keras.src.engine.input_spec",
    "keras.src.engine.input_spec",
    "keras.engine.input_spec",
)


#: transformers' collators, whose arguments a fix may have to change.
COLLATORS = (
    "DataCollatorWithPadding",
    "DataCollatorForTokenClassification",
    "DataCollatorForSeq2Seq",
    "DataCollatorForLanguageModeling",
)


#: Steps of a tf.data pipeline whose arguments decide on order and number of the batches.
OPERATIONS = ("batch", "padded_batch", "shuffle", "repeat", "filter", "take", "skip")


#: Learning-rate schedules: each class has an `__init__` of its own.
SCHEDULE_MODULES = (
    "keras.src.optimizers.schedules.learning_rate_schedule",
    "tf_keras.src.optimizers.schedules.learning_rate_schedule",
    "keras.optimizers.schedules.learning_rate_schedule",
    "keras.optimizer_v2.learning_rate_schedule",
    "transformers.optimization_tf",
)
SCHEDULES = (
    "ExponentialDecay",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
    "InverseTimeDecay",
    "CosineDecay",
    "CosineDecayRestarts",
    "WarmUp",
)


def hooks(recorder: Recorder, at_training: Gate, at_update: Gate) -> dict[str, Hook]:
    """The hook of each watched module.

    `at_training` is called before a training call (`fit`, `train_on_batch`), `at_update` before a custom loop applies
    gradients.
    """

    def methods(owner: str, names: tuple[str, ...], gate: Gate | None = None, label: str | None = None) -> Hook:
        def hook(module: ModuleType) -> None:
            cls = getattr(module, owner, None)
            for name in names:
                if cls is not None:
                    recorder.patch(cls, name, f"{label or owner}.{name}", gate)

        return hook

    def made(cls: str) -> Hook:
        def hook(module: ModuleType) -> None:
            found = getattr(module, cls, None)
            # A package may only hand on the class of another module, which is watched itself.
            if isinstance(found, type) and found.__module__ == module.__name__:
                recorder.note_making(found)

        return hook

    def trainable(module: ModuleType) -> None:
        if (layer := getattr(module, "Layer", None)) is not None and layer.__module__ == module.__name__:
            recorder.note_trainable(layer)

    def rejections(module: ModuleType) -> None:
        if hasattr(module, "assert_input_compatibility"):
            recorder.note_rejections(module)

    def functions(*names: str) -> Hook:
        def hook(module: ModuleType) -> None:
            for name in names:
                recorder.patch(module, name, name)

        return hook

    def both(*several: Hook) -> Hook:
        def hook(module: ModuleType) -> None:
            for one in several:
                one(module)

        return hook

    def tokenizing(module: ModuleType) -> None:
        for name in ("__call__", "encode", "encode_plus", "batch_encode_plus", "pad"):
            recorder.patch_by_line(module.PreTrainedTokenizerBase, name, f"tokenizer.{name}")

    keras_2 = both(methods("Model", ("compile",)), methods("Model", TRAINING, at_training))
    found: dict[str, Hook] = {
        "datasets.load": functions("load_dataset", "load_from_disk"),
        "datasets.arrow_dataset": methods("Dataset", ("map", "to_tf_dataset")),
        "datasets.dataset_dict": methods("DatasetDict", ("map",)),
        "tensorflow.python.data.ops.dataset_ops": methods("DatasetV2", OPERATIONS, label="tf.data.Dataset"),
        "transformers.tokenization_utils_base": both(
            methods("PreTrainedTokenizerBase", ("from_pretrained",), label="tokenizer"), tokenizing
        ),
        "transformers.models.auto.tokenization_auto": methods("AutoTokenizer", ("from_pretrained",)),
        "transformers.models.auto.configuration_auto": methods("AutoConfig", ("from_pretrained",), label="config"),
        "transformers.configuration_utils": both(
            methods("PretrainedConfig", ("from_pretrained",), label="config"), made("PretrainedConfig")
        ),
        "transformers.data.data_collator": both(*(made(cls) for cls in COLLATORS)),
        "transformers.models.auto.auto_factory": methods(
            "_BaseAutoModelClass", ("from_pretrained", "from_config"), label="model"
        ),
        "transformers.modeling_tf_utils": both(
            methods("TFPreTrainedModel", ("from_pretrained",), label="model"),
            methods("TFPreTrainedModel", ("compile",), label="Model"),
            methods("TFPreTrainedModel", ("prepare_tf_dataset",), label="model"),
        ),
        "keras.src.trainers.trainer": methods("Trainer", ("compile",), label="Model"),
        "keras.src.backend.tensorflow.trainer": methods("TensorFlowTrainer", TRAINING, at_training, label="Model"),
        "keras.src.optimizers.base_optimizer": both(
            methods("BaseOptimizer", ("__init__",), label="optimizer"),
            methods("BaseOptimizer", ("apply", "apply_gradients"), at_update, label="optimizer"),
        ),
    }
    found.update(dict.fromkeys(KERAS_2_MODELS, keras_2))
    update = both(
        methods("_BaseOptimizer", ("__init__",), label="optimizer"),
        methods("OptimizerV2", ("__init__",), label="optimizer"),
        methods("_BaseOptimizer", ("apply_gradients",), at_update, label="optimizer"),
        methods("Optimizer", ("apply_gradients",), at_update, label="optimizer"),
        methods("OptimizerV2", ("apply_gradients",), at_update, label="optimizer"),
    )
    found.update(dict.fromkeys(KERAS_2_OPTIMIZERS, update))
    for module in SCHEDULE_MODULES:
        found[module] = both(
            *(methods(cls, ("__init__",), label="schedule") for cls in SCHEDULES), functions("create_optimizer")
        )
    found["tensorflow.python.eager.polymorphic_function.eager_function_run"] = functions("run_functions_eagerly")
    for module, cls in MADE.items():
        found[module] = both(found[module], made(cls)) if module in found else made(cls)
    for module, cls in MADE.items():
        if cls == "Layer":
            found[module] = both(found[module], trainable)
    found.update(dict.fromkeys(INPUT_SPECS, rejections))
    _add_loops(found, recorder)
    found.update(device_hooks(recorder))
    return found


#: Where models and losses are called under a tape of the user's own.
CALLED = {
    "keras.src.models.model": ("Model", "models"),
    **dict.fromkeys(KERAS_2_MODELS, ("Model", "models")),
    "keras.src.losses.loss": ("Loss", "losses"),
    "tf_keras.src.losses": ("Loss", "losses"),
    "keras.src.losses": ("Loss", "losses"),
    "keras.losses": ("Loss", "losses"),
}


#: Losses that are functions: those of Keras, and those of TensorFlow.
LOSS_FUNCTIONS = (
    "sparse_categorical_crossentropy", "categorical_crossentropy", "binary_crossentropy", "mean_squared_error",
    "mean_absolute_error", "huber", "poisson",
)  # fmt: skip
LOSSES_OF_TENSORFLOW = {
    "tensorflow.python.ops.nn_ops": (
        "sparse_softmax_cross_entropy_with_logits_v2",
        "softmax_cross_entropy_with_logits_v2",
    ),
    "tensorflow.python.ops.nn_impl": ("sigmoid_cross_entropy_with_logits_v2",),
}
LOSS_MODULES = ("keras.src.losses.losses", "tf_keras.src.losses", "keras.src.losses", "keras.losses")


def _add_loops(found: dict[str, Hook], recorder: Recorder) -> None:
    """Watch what a training loop of the user's own is made of, behind what is watched already."""

    def calls(owner: str, kind: str) -> Hook:
        def hook(module: ModuleType) -> None:
            cls = getattr(module, owner, None)
            if isinstance(cls, type) and cls.__module__ == module.__name__:
                recorder.tapes.watch_calls(cls, kind)

        return hook

    loops: dict[str, Hook] = {
        "tensorflow.python.eager.backprop": recorder.tapes.watch_tapes,
        "tensorflow.python.data.ops.dataset_ops": recorder.tapes.watch_datasets,
        "tensorflow.python.data.ops.iterator_ops": recorder.tapes.watch_iterators,
        **{module: calls(owner, kind) for module, (owner, kind) in CALLED.items()},
    }

    def losses(*names: str) -> Hook:
        def hook(module: ModuleType) -> None:
            for name in names:
                if getattr(getattr(module, name, None), "__module__", "") == module.__name__:
                    recorder.tapes.watch_function(module, name)

        return hook

    for module, names in {**LOSSES_OF_TENSORFLOW, **dict.fromkeys(LOSS_MODULES, LOSS_FUNCTIONS)}.items():
        loops[module] = _after(loops[module], losses(*names)) if module in loops else losses(*names)
    for module, hook in loops.items():
        found[module] = _after(found[module], hook) if module in found else hook


def _after(first: Hook, then: Hook) -> Hook:
    def hook(module: ModuleType) -> None:
        first(module)
        then(module)

    return hook
