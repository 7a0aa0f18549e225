"""What stands between the data and the model: columns, collators, and objects of the two Kerases."""

from __future__ import annotations

from typing import Any, Iterator

from tfwizard.facts import ColumnFacts, KerasObject, PipelineFacts, PipelinesFacts
from tfwizard.worker.capture.recorder import LiveCall
from tfwizard.worker.case import Case
from tfwizard.worker.model import keras_package

#: Frames of a failure that are searched, and what a Keras object may be given that the other Keras does not know.
FRAMES = 40
PARTS = {"Layer", "KerasTensor", "Optimizer", "Metric", "Callback"}
#: Rows given to a collator to learn what it makes of them: `_get_output_signature` of datasets does as much.
TRIED_ROWS = 4
#: Rows that are picked at a time.
PICKED = 1 << 18


def probe(case: Case, report: Any) -> PipelinesFacts:
    """Facts on every captured pipeline, and on the Keras objects that were handed to the model."""
    feeding = case.source.pipeline if case.held is not None and not case.custom_loop else None
    calls = case.recorder.named("Dataset.to_tf_dataset", "model.prepare_tf_dataset")
    compile_call, load_call = case.compile_call, case.load_call
    model = case.model if case.has_model else None
    return PipelinesFacts(
        tuple(_pipeline(call, call is feeding) for call in calls),
        keras_package(model.object) if model else None,
        type(model.object).__name__ if model else None,
        tuple(_objects(case, compile_call, case.held)),
        compile_call.facts if compile_call else None,
        load_call.facts if load_call else None,
        mixed_in(case, case.error) if case.error is not None else (),
    )


def arrow_dataset(call: LiveCall) -> Any:
    """The Arrow dataset of a pipeline call."""
    return call.bound.get("dataset") if call.facts.name == "model.prepare_tf_dataset" else call.owner


def names(value: Any) -> tuple[str, ...]:
    """Column names as the argument gives them: None, one string, or a list."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(str(name) for name in value)


def _pipeline(call: LiveCall, feeds_training: bool) -> PipelineFacts:
    dataset = arrow_dataset(call)
    wanted = (*names(call.bound.get("columns")), *names(call.bound.get("label_cols")))
    columns = tuple(_column(dataset, name) for name in getattr(dataset, "column_names", ()))
    collator = call.bound.get("collate_fn")
    if call.facts.name == "model.prepare_tf_dataset":
        pads = call.bound.get("tokenizer") is not None or collator is not None
        available: tuple[str, ...] | None = tuple(column.name for column in columns)
    else:
        pads = collator is not None
        available = _available(dataset, collator, call.bound.get("collate_fn_args") or {}, wanted)
    return PipelineFacts(
        call.facts,
        names(call.bound.get("columns")),
        names(call.bound.get("label_cols")),
        columns,
        available,
        type(collator).__name__ if collator is not None else None,
        pads,
        len(dataset) if hasattr(dataset, "__len__") else None,
        call.bound.get("batch_size"),
        bool(call.bound.get("shuffle")),
        call.tokenizers,
        feeds_training,
        call.error is not None,
    )


def _column(dataset: Any, name: str) -> ColumnFacts:
    kind = str(dataset.features[name])
    lengths = list_lengths(dataset, name)
    return ColumnFacts(name, kind[:80], *(lengths or (None, None)))


def list_lengths(dataset: Any, name: str) -> tuple[int, int] | None:
    """The shortest and longest list of a column over every row, or None when it holds no lists."""
    column = arrow_column(dataset, name)
    import pyarrow as pa
    import pyarrow.compute as pc

    if not (pa.types.is_list(column.type) or pa.types.is_large_list(column.type)) or len(column) == 0:
        return None
    span = pc.min_max(pc.list_value_length(column)).as_py()
    return (int(span["min"]), int(span["max"])) if span["min"] is not None else None


def arrow_column(dataset: Any, name: str) -> Any:
    """One column as Arrow data, with the dataset's selection of rows applied."""
    column = dataset.data.column(name)
    chosen = getattr(dataset, "_indices", None)
    return column if chosen is None else column.take(chosen.column(0))


def arrow_pieces(dataset: Any, name: str) -> Iterator[Any]:
    """The same column, one Arrow array after the other: where rows were selected or shuffled it is never made as a whole."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column, chosen = dataset.data.column(name), getattr(dataset, "_indices", None)
    if chosen is None:
        yield from column.chunks
        return
    if pa.types.is_integer(column.type) and len(column):  # in as few bytes as will do: rows are picked from one array
        span = pc.min_max(column).as_py()
        smaller = (pa.int8(), pa.int16(), pa.int32())
        fits = (
            one
            for one in smaller
            if -(2 ** (one.bit_width - 1)) <= (span["min"] or 0) and (span["max"] or 0) < 2 ** (one.bit_width - 1)
        )
        column = column.cast(next(fits, column.type))
    whole = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    for rows in chosen.column(0).chunks:
        for start in range(0, len(rows), PICKED):
            yield whole.take(rows[start : start + PICKED])


def _available(
    dataset: Any, collator: Any, arguments: dict[str, Any], wanted: tuple[str, ...]
) -> tuple[str, ...] | None:
    """The names in a batch: what the collator makes of a few rows that hold the wanted columns and the likely labels."""
    present = tuple(dataset.column_names)
    if collator is None:
        return present
    keep = [name for name in present if name in wanted or name in ("label", "labels", "label_ids")]
    try:
        rows = dataset.remove_columns([name for name in present if name not in keep]) if keep else dataset
        made = collator([rows[row] for row in range(min(TRIED_ROWS, len(rows)))], **arguments)
        return tuple(dict.fromkeys((*present, *(str(name) for name in made))))
    except Exception:  # a collator that cannot do it will say so in the script itself
        return None


def _objects(case: Case, compile_call: LiveCall | None, held: LiveCall | None) -> list[KerasObject]:
    """The Keras objects among the arguments of `compile` and of the training call."""
    found: list[KerasObject] = []
    given = [
        (compile_call, "optimizer"),
        (compile_call, "loss"),
        (compile_call, "metrics"),
        (compile_call, "weighted_metrics"),
        (held, "callbacks"),
    ]
    for call, argument in given:
        for role, value in _flat(call.bound.get(argument) if call else None, argument):
            package = keras_package(value)
            if package is not None:
                found.append(_keras_object(case, role, value, package))
    return found


def _keras_object(case: Case, role: str, value: Any, package: str) -> KerasObject:
    made = [call.facts.where for call in case.recorder.named("optimizer.__init__") if call.owner is value]
    where = made[0] if made else case.recorder.where_made(value)
    return KerasObject(role, type(value).__name__, package, type(value).__module__, where)


def mixed_in(case: Case, error: BaseException) -> tuple[KerasObject, ...]:
    """An object of one Keras and what it was given of the other, in the innermost frame of the failure that has both."""
    frames = []
    trace = error.__traceback__
    while trace is not None:
        frames.append(trace.tb_frame)
        trace = trace.tb_next
    for frame in reversed(frames[-FRAMES:]):
        owner = frame.f_locals.get("self")
        package = keras_package(owner) if owner is not None else None
        code = frame.f_code
        taken = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 4) + bool(code.co_flags & 8)
        for name in code.co_varnames[1:taken] if package is not None else ():
            for _, value in _flat(frame.f_locals.get(name), name):
                other = keras_package(value)
                if other not in (None, package) and PARTS & {base.__name__ for base in type(value).__mro__}:
                    return (
                        _keras_object(case, "called", owner, str(package)), _keras_object(case, _part(value), value, str(other))
                    )  # fmt: skip
    return ()


def _part(value: Any) -> str:
    bases = [base.__name__ for base in type(value).__mro__]
    return next((part.lower() for part in bases if part in PARTS), "")


def _flat(value: Any, role: str) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [pair for key, part in value.items() for pair in _flat(part, f"{role}[{key!r}]")]
    if isinstance(value, (list, tuple)):
        return [pair for number, part in enumerate(value) for pair in _flat(part, f"{role}[{number}]")]
    return [(role, value)]
