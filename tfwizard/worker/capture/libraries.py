"""Which entry points of which libraries are watched: module by module, patched as each is imported."""

from __future__ import annotations

from types import ModuleType

from tfwizard.worker.capture.imports import Hook
from tfwizard.worker.capture.recorder import Gate, Recorder

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

    training = ("fit", "fit_generator", "train_on_batch")
    keras_2 = both(methods("Model", ("compile",)), methods("Model", training, at_training))
    found: dict[str, Hook] = {
        "datasets.load": functions("load_dataset", "load_from_disk"),
        "datasets.arrow_dataset": methods("Dataset", ("map", "to_tf_dataset")),
        "datasets.dataset_dict": methods("DatasetDict", ("map",)),
        "transformers.tokenization_utils_base": methods(
            "PreTrainedTokenizerBase", ("from_pretrained",), label="tokenizer"
        ),
        "transformers.models.auto.tokenization_auto": methods("AutoTokenizer", ("from_pretrained",)),
        "transformers.models.auto.auto_factory": methods(
            "_BaseAutoModelClass", ("from_pretrained", "from_config"), label="model"
        ),
        "transformers.modeling_tf_utils": both(
            methods("TFPreTrainedModel", ("from_pretrained",), label="model"),
            methods("TFPreTrainedModel", ("compile",), label="Model"),
            methods("TFPreTrainedModel", ("prepare_tf_dataset",), label="model"),
        ),
        "keras.src.trainers.trainer": methods("Trainer", ("compile",), label="Model"),
        "keras.src.backend.tensorflow.trainer": methods("TensorFlowTrainer", training, at_training, label="Model"),
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
    for module, cls in MADE.items():
        found[module] = both(found[module], made(cls)) if module in found else made(cls)
    return found
