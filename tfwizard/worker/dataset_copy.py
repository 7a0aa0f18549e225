"""A copy of a tf.data.Dataset that shares no state with the original."""

from __future__ import annotations

from typing import Any

from tfwizard.language import _

#: Which input of an operation is the handle of its seed generator. Each new iterator advances that generator, so an
#: iterator of ours would change the order that the script's own training sees.
SEED_GENERATORS = {"ShuffleDatasetV2": 2, "ShuffleDatasetV3": 4, "ShuffleAndRepeatDatasetV2": 5, "RandomDatasetV2": 2}
#: Reading these would fill the script's cache, or leave a half-written cache file that its training then stumbles over.
CACHES = ("CacheDataset", "CacheDatasetV2")


def copy_of(dataset: Any, tf: Any, notes: list[str]) -> Any:
    """A dataset with the same elements, shuffles of its own, and no cache; the original, with a note, if that fails."""
    try:
        from tensorflow.python.data.ops.dataset_ops import _VariantDataset

        graph = tf.compat.v1.GraphDef.FromString(dataset._as_serialized_graph().numpy())
        _give_own_state(graph)
        variant = tf.raw_ops.DatasetFromGraph(graph_def=graph.SerializeToString())
        return _VariantDataset(variant, dataset.element_spec)
    except Exception as error:
        notes.append(
            _("Read from the script's own dataset, which cannot be copied ({error}).", error=type(error).__name__)
        )
        return dataset


def _give_own_state(graph: Any) -> None:
    """Replace the handles of seed generators by new ones, and lead around caches. `graph` is changed in place."""
    nodes = {node.name: node for node in graph.node}
    around: dict[str, str] = {}
    for node in graph.node:
        if node.op in SEED_GENERATORS:
            handle = nodes[node.input[SEED_GENERATORS[node.op]].split(":")[0]]
            # The kernel makes a generator of its own, from the seeds, where this handle leads nowhere.
            handle.op = "DummySeedGenerator"
            handle.attr.clear()
            del handle.input[:]
        elif node.op in CACHES:
            around[node.name] = node.input[0]
    for node in graph.node:
        for position, name in enumerate(node.input):
            while name.split(":")[0] in around:
                name = around[name.split(":")[0]]
            node.input[position] = name
