"""Ids, tokenizer and checkpoint: what a language model is given and what it can take."""

from __future__ import annotations

import ast
import contextlib
import linecache
import sys
import time
from typing import Any, Callable, Iterator

from tfwizard.facts import (
    CheckpointFacts,
    ErrorFacts,
    IdsFacts,
    LengthFacts,
    PadFacts,
    Place,
    StringsFacts,
    TextFacts,
    TokenizerFacts,
    TokenizingFacts,
    UnexpectedFacts,
    WordsFacts,
)
from tfwizard.language import _
from tfwizard.worker.batches import leaves
from tfwizard.worker.capture.recorder import LiveCall
from tfwizard.worker.case import Blocked, Case
from tfwizard.worker.errors import error_facts
from tfwizard.worker.probes.pipelines import arrow_column, arrow_dataset
from tfwizard.worker.probes.unused_text import unused_columns

#: How long the batches of the training set are read, and how many at most.
READING_S, MOST_BATCHES = 2.0, 400
#: Samples that are tokenized again in lower case.
LOWERED = 50
#: Keras layers that take text.
TEXT_LAYERS = ("TextVectorization", "StringLookup", "Hashing", "HashedCrossing", "KerasLayer", "IntegerLookup")
#: What tf.data does to a dataset without changing its elements.
HANDING_ON = ("shuffle", "prefetch", "take", "skip", "repeat", "cache", "options", "shard", "assert", "concatenate")


def probe(case: Case, report: Any) -> TextFacts:
    """Each fact by itself: what one of them lacks, the others may have."""
    replayed = _replayed(case)
    calls = [call for call in case.recorder.calls if call.facts.name.startswith("tokenizer.") and _tokenizes(call)]
    calls += replayed
    tokenizer = tokenizer_of(case, calls)
    if case.held is None and tokenizer is None:
        raise Blocked(_("The script ended before it trained, and has made no tokenizer."), "script")
    tokenizing = tuple(_call_facts(call) for call in calls)
    notes: list[str] = []

    def attempt(name: str, work: Callable[[], Any], otherwise: Any = None) -> Any:
        if report.stopped:
            return otherwise
        try:
            return work()
        except Blocked:
            return otherwise
        except Exception as error:  # odd objects of the user's: this fact is not known
            notes.append(f"{name}: {type(error).__name__}: {error}"[:200])
            return otherwise

    strings = attempt("strings", lambda: _strings(case))
    read = attempt("ids", lambda: _Reader(case, tokenizer, calls, report).read()) if strings is None else None
    ids, words = read or ((), None)
    return TextFacts(
        attempt("tokenizer", lambda: _tokenizer_facts(case, tokenizer)),
        tokenizing,
        attempt("padding", lambda: _pad_facts(case, tokenizer, calls)),
        ids,
        attempt("lengths", lambda: _length_facts(case, ids)),
        attempt("words", lambda: _lowered(tokenizer, calls, words), words),
        attempt("columns", lambda: tuple(unused_columns(case, tokenizer, calls, tokenizing)), ()),
        attempt("keys", lambda: _unexpected(case)),
        strings,
        attempt("checkpoint", lambda: _checkpoint(case)),
        tuple(notes),
    )


# --- the tokenizer and its calls ------------------------------------------------------------------------------------------


def _tokenizes(call: LiveCall) -> bool:
    return call.facts.name != "tokenizer.from_pretrained"


def tokenizer_of(case: Case, calls: list[LiveCall]) -> Any:
    """The tokenizer that made the ids: the last one that was called, else the last one that was loaded."""
    called = [call.owner for call in calls if call.owner is not None]
    return called[-1] if called else case.tokenizer()


def _replayed(case: Case) -> list[LiveCall]:
    """Tokenizer calls inside `map` that this process did not see: datasets had the result in its cache, or forked.

    The function is run once more, on two rows.
    """
    recorder = case.recorder
    seen = [call for call in recorder.calls if call.facts.name.startswith("tokenizer.") and _tokenizes(call)]
    if any(call.facts.name != "tokenizer.pad" for call in seen):  # collators pad, whatever map did
        return []
    if not any(call.facts.name.endswith("from_pretrained") for call in recorder.calls):
        return []
    known = len(recorder.calls)
    for call in recorder.named("Dataset.map", "DatasetDict.map"):
        rows = _first_split(call.owner)
        function = call.bound.get("function")
        if rows is None or function is None or len(rows) == 0:
            continue
        columns = call.bound.get("input_columns")
        part = rows[:2] if call.bound.get("batched") else rows[0]
        given = [part[name] for name in ([columns] if isinstance(columns, str) else columns)] if columns else [part]
        with contextlib.suppress(Exception), _listening(case):
            function(*given, **(call.bound.get("fn_kwargs") or {}))
    return recorder.calls[known:] and [recorder.calls.pop() for _ in range(len(recorder.calls) - known)][::-1]


@contextlib.contextmanager
def _listening(case: Case) -> Iterator[None]:
    """Record for a moment, without telling anyone: the held call may be inside a recorded one."""
    recorder = case.recorder
    tell = recorder._listener
    recorder.paused, recorder._listener = False, lambda kind, call: None
    try:
        yield
    finally:
        recorder.paused, recorder._listener = True, tell


def _first_split(data: Any) -> Any:
    """A dataset itself, or the training split (else the first) of a DatasetDict."""
    if hasattr(data, "items") and hasattr(data, "values"):
        return data.get("train") or next(iter(data.values()), None)
    return data


def _call_facts(call: LiveCall) -> TokenizingFacts:
    padding = call.bound.get("padding")
    pads = call.facts.name == "tokenizer.pad" or (bool(padding) and str(padding) != "do_not_pad")
    return TokenizingFacts(call.facts, callee(call.facts.where), bool(call.extra.get("direct", True)), pads)


def callee(where: Place | None) -> str | None:
    """The last name of the function that is called at a place of the source: "tokenizer" for `self.tokenizer(…)`."""
    if where is None:
        return None
    calls = [node for node in ast.walk(_tree(where.file)) if isinstance(node, ast.Call) and node.lineno == where.line]
    exact = [node for node in calls if node.col_offset == where.column] or calls[:1]
    for node in exact[:1]:
        if isinstance(node.func, ast.Attribute):
            return node.func.attr
        if isinstance(node.func, ast.Name):
            return node.func.id
    return None


def _tree(file: str) -> ast.AST:
    try:
        return ast.parse("".join(linecache.getlines(file)))
    except SyntaxError:
        return ast.Module([], [])


def _tokenizer_facts(case: Case, tokenizer: Any) -> TokenizerFacts | None:
    if tokenizer is None:
        return None
    loads = case.recorder.named("AutoTokenizer.from_pretrained", "tokenizer.from_pretrained")
    loaded = next((call for call in reversed(loads) if call.result is tokenizer), None)
    special = dict(getattr(tokenizer, "special_tokens_map", {}))
    checkpoint = loaded.bound.get("pretrained_model_name_or_path") if loaded else None
    return TokenizerFacts(
        type(tokenizer).__name__,
        loaded.facts if loaded else None,
        tuple(name for name, value in vars(sys.modules["__main__"]).items() if value is tokenizer),
        str(checkpoint or getattr(tokenizer, "name_or_path", "")),
        len(tokenizer),
        getattr(tokenizer, "vocab_size", None),
        special.get("pad_token"),
        special.get("eos_token"),
        getattr(tokenizer, "do_lower_case", None),
    )


# --- padding --------------------------------------------------------------------------------------------------------------


def _pad_facts(case: Case, tokenizer: Any, calls: list[LiveCall]) -> PadFacts | None:
    if tokenizer is None:
        return None
    lacks = dict(getattr(tokenizer, "special_tokens_map", {})).get("pad_token") is None
    failed = (
        next((call for call in calls if call.error is not None and _call_facts(call).pads), None) if lacks else None
    )
    if failed is None:
        failed = next((call for call in _collating(case) if _lacks_pad(call)), None)
    has_id, fails, effect = True, False, None
    if case.has_model and case.model.transformers:
        has_id = getattr(case.model.config, "pad_token_id", None) is not None
        if not has_id and case.held is not None and not lacks:
            fails, effect = _with_pad_id(case, int(tokenizer.pad_token_id))
    return PadFacts((failed or calls[0]).facts if failed else None, fails, effect, has_id, tuple(_model_lines(case)))


def _collating(case: Case) -> list[LiveCall]:
    """The pipeline calls that failed."""
    calls = case.recorder.named("Dataset.to_tf_dataset", "model.prepare_tf_dataset")
    return [call for call in calls if call.error is not None]


def _lacks_pad(call: LiveCall) -> bool:
    """Whether this call was to pad with a tokenizer that has no pad token."""
    for given in (call.bound.get("tokenizer"), getattr(call.bound.get("collate_fn"), "tokenizer", None)):
        if given is not None and dict(getattr(given, "special_tokens_map", {})).get("pad_token") is None:
            return True
    return False


def _with_pad_id(case: Case, pad_id: int) -> tuple[bool, float | None]:
    """Whether the model fails on this batch without a pad id and runs with one; the largest change of a logit by it."""
    import numpy as np

    batch, model = case.batch, case.model
    if batch.rows() < 2:
        return False, None
    x = batch.x
    if model.internal_loss and batch.y is not None and hasattr(x, "items"):
        x = {**x, "labels": batch.y}

    def run() -> Any:
        output = model.object(x, training=False) if model.internal_loss else model.outputs(x)
        return output.logits.numpy() if hasattr(output, "logits") else None

    config = model.config
    try:
        without, failed = run(), False
    except Exception:
        without, failed = None, True
    try:
        config.pad_token_id = pad_id
        given = run()
    except Exception:
        return False, None
    finally:
        config.pad_token_id = None
    if failed or without is None or given is None:
        return failed, None
    return False, float(np.nanmax(np.abs(without - given)))


def _model_lines(case: Case) -> Iterator[Place]:
    """Where the script loads its transformers models into a name, reached or not."""
    file = getattr(sys.modules["__main__"], "__file__", "")
    for node in ast.walk(_tree(file)):
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)):
            continue
        function = node.value.func
        if not (isinstance(function, ast.Attribute) and function.attr in ("from_pretrained", "from_config")):
            continue
        owner: Any = sys.modules["__main__"]
        for part in ast.unparse(function.value).split("."):
            owner = getattr(owner, part, None)
        bases = [base.__name__ for base in getattr(owner, "__mro__", ())]
        if "TFPreTrainedModel" in bases or ("_BaseAutoModelClass" in bases and bases[0].startswith("TF")):
            yield Place(file, node.lineno, "<module>", linecache.getline(file, node.lineno).strip())


# --- ids ------------------------------------------------------------------------------------------------------------------


class _Seen:
    """What is read of one input: the ids of all samples that were looked at."""

    def __init__(self, specials: Any, unknown: int | None) -> None:
        self.specials = specials
        self.unknown_id = unknown
        self.minimum = self.maximum = None  # type: Any
        self.longest = self.rows = self.words = self.unknown = self.empty = 0
        self.lengths: dict[int, int] = {}
        self.empty_rows: list[int] = []
        self.worst: tuple[float, Any] = (0.0, None)

    def add(self, flat: Any, lengths: Any) -> None:
        """Ids one after another, and how many of them each sample has."""
        import numpy as np

        if len(lengths) == 0:
            return
        start = self.rows
        self.rows += len(lengths)
        self.longest = max(self.longest, int(lengths.max()))
        for length, count in zip(*(part.tolist() for part in np.unique(lengths, return_counts=True))):
            self.lengths[length] = self.lengths.get(length, 0) + count
        if flat.size == 0:
            return
        self.minimum = int(flat.min()) if self.minimum is None else min(self.minimum, int(flat.min()))
        self.maximum = int(flat.max()) if self.maximum is None else max(self.maximum, int(flat.max()))
        if self.specials is None:
            return
        word = ~np.isin(flat, self.specials)
        ends = np.cumsum(lengths)
        per_row = np.diff(np.concatenate([[0], np.concatenate([[0], np.cumsum(word)])[ends]]))
        self.words += int(word.sum())
        self.empty += int((per_row == 0).sum())
        self.empty_rows += [start + int(row) for row in np.flatnonzero(per_row == 0)[:5]]
        if self.unknown_id is not None:
            is_unknown = flat == self.unknown_id
            self.unknown += int(is_unknown.sum())
            unknown = np.diff(np.concatenate([[0], np.concatenate([[0], np.cumsum(is_unknown)])[ends]]))
            share = unknown / np.maximum(per_row, 1)
            worst = int(share.argmax())
            if share[worst] > self.worst[0]:
                self.worst = (float(share[worst]), flat[ends[worst] - lengths[worst] : ends[worst]])


class _Reader:
    """Reads the ids of the whole training set, as far as time allows."""

    def __init__(self, case: Case, tokenizer: Any, calls: list[LiveCall], report: Any) -> None:
        self.case = case
        self.tokenizer = tokenizer
        self.calls = calls
        self.report = report
        self.specials, self.unknown = _special_ids(tokenizer)

    def read(self) -> tuple[tuple[IdsFacts, ...], WordsFacts | None]:
        """Facts on each embedding's ids, and on the words."""
        case = self.case
        live = _transformer(case)
        seen, whole = self._token_ids(live)
        found: list[IdsFacts] = []
        if live is not None and seen is not None and seen.maximum is not None:
            found.append(self._facts("input_ids", seen, whole, table_size(live), True, type(live).__name__))
        elif live is None and case.held is not None:
            found = list(self._of_keras())
        return tuple(found), self._words(seen, whole) if seen is not None else None

    def _facts(
        self, name: str, seen: _Seen, whole: bool, size: int | None, transformer: bool, layer: str, made: Any = None
    ) -> IdsFacts:
        where = self.case.recorder.where_made(made) if made is not None else None
        return IdsFacts(
            name, seen.maximum, seen.minimum, seen.longest, seen.rows, whole, size, transformer, layer, where
        )

    def _words(self, seen: _Seen, whole: bool) -> WordsFacts | None:
        if self.tokenizer is None or seen.specials is None:
            return None
        token = dict(self.tokenizer.special_tokens_map).get("unk_token") or ""
        worst = seen.worst[1]
        examples = (self.tokenizer.decode(worst.tolist())[:200],) if worst is not None else ()
        return WordsFacts(
            seen.rows, seen.words, seen.unknown, seen.empty, whole, str(token), examples, tuple(seen.empty_rows[:5])
        )

    # --- a tokenizer's ids ---

    def _token_ids(self, live: Any) -> tuple[_Seen | None, bool]:
        if self.tokenizer is None and live is None:
            return None, False
        seen = _Seen(self.specials, self.unknown)
        if self._from_arrow(seen):
            return seen, True
        if self.case.held is None or self.case.custom_loop:
            for call in self.calls:  # nothing trains: what the tokenizer gave is all there is
                self._add(seen, _get(call.result, "input_ids"))
            return (seen, False) if seen.rows else (None, False)
        whole = self._from_batches({"input_ids": seen})["input_ids"]
        return (seen, whole) if seen.rows else (None, False)

    def _from_arrow(self, seen: _Seen) -> bool:
        import numpy as np
        import pyarrow.compute as pc

        case = self.case
        call = None
        if case.held is None or case.custom_loop:
            made = case.recorder.named("Dataset.to_tf_dataset", "model.prepare_tf_dataset")
            call = made[-1] if made else None
        elif case.source.pipeline is not None and _handed_on(case.held.bound.get("x"), case.source.pipeline.result):
            call = case.source.pipeline
        dataset = arrow_dataset(call) if call is not None else None
        if dataset is None or "input_ids" not in getattr(dataset, "column_names", ()):
            return False
        column = arrow_column(dataset, "input_ids")
        lengths = pc.list_value_length(column).to_numpy()
        flat = pc.list_flatten(column).to_numpy()
        if flat.dtype.kind not in "iu" or lengths.dtype.kind == "f":  # lists of lists, or missing rows
            return False
        seen.add(flat, lengths.astype(np.int64))
        return True

    def _from_batches(self, wanted: dict[str, _Seen]) -> dict[str, bool]:
        """Read batch after batch; true for the inputs of which every row was read."""
        case, started = self.case, time.monotonic()
        arrays = {key: value for key, value in _inputs(case).items() if key in wanted}
        for key, value in arrays.items():
            self._add(wanted[key], value)
        rest = {key: seen for key, seen in wanted.items() if key not in arrays}
        done = dict.fromkeys(arrays, True)
        if not rest:
            return done
        complete = True
        for number, batch in enumerate(case.source.batches()):
            if number >= MOST_BATCHES or time.monotonic() - started > READING_S or self.report.stopped:
                complete = False
                break
            parts = dict(leaves(batch.x))
            for key, seen in rest.items():
                self._add(seen, parts.get(key, parts.get("") if key == "input_ids" else None))
        endless = case.source.count == -1
        return {**done, **dict.fromkeys(rest, complete and not endless)}

    def _add(self, seen: _Seen, value: Any) -> None:
        import numpy as np

        if value is None:
            return
        if isinstance(value, list):
            rows = value if value and isinstance(value[0], (list, tuple)) else [value]
            flat = np.asarray([one for row in rows for one in row])
            if flat.dtype.kind in "iu":
                seen.add(flat, np.asarray([len(row) for row in rows]))
            return
        array = np.asarray(value.numpy() if hasattr(value, "numpy") else value)
        if array.dtype.kind == "f" and np.array_equal(array, np.floor(array)):
            array = array.astype(np.int64)  # Keras casts ids of a float type too
        if array.dtype.kind not in "iu" or array.ndim == 0:
            return
        rows = array.reshape(array.shape[0], -1) if array.ndim < 3 else array.reshape(-1, array.shape[-1])
        seen.add(rows.ravel().astype(np.int64), np.full(rows.shape[0], rows.shape[1]))

    # --- embeddings of a plain Keras model ---

    def _of_keras(self) -> Iterator[IdsFacts]:
        import numpy as np

        case = self.case
        layers = [layer for layer in layers_of(case.model.object) if _is_embedding(layer)]
        if not layers:
            return
        given = _ids_given(case, layers, case.batch.x)
        parts = {name: np.asarray(tensor.numpy()) for name, tensor in leaves(case.batch.x)}
        named: dict[int, str] = {}
        seen: dict[str, _Seen] = {}
        for layer in layers:
            for ids in given.get(id(layer), ()):
                name = next((name for name, part in parts.items() if _same(part, ids)), None)
                if name is not None:
                    named[id(layer)] = name
                    seen.setdefault(name, _Seen(None, None))
        complete = self._from_batches(seen) if seen else {}
        for layer in layers:
            name = named.get(id(layer))
            if name is not None and seen[name].maximum is not None:
                yield self._facts(
                    name, seen[name], complete[name], int(layer.input_dim), False, type(layer).__name__, layer
                )
            elif given.get(id(layer)):
                inner = _Seen(None, None)
                for ids in given[id(layer)]:
                    self._add(inner, ids)
                if inner.maximum is not None:
                    yield IdsFacts(
                        "", inner.maximum, inner.minimum, inner.longest, inner.rows, False, int(layer.input_dim), False,
                        type(layer).__name__, case.recorder.where_made(layer), all(_counts(ids) for ids in given[id(layer)]),
                    )  # fmt: skip


def _special_ids(tokenizer: Any) -> tuple[Any, int | None]:
    """The ids that are no words of a text, and the id of an unknown word (None where no token stands for that alone)."""
    if tokenizer is None:
        return None, None
    import numpy as np

    special = set(tokenizer.all_special_ids)
    names = dict(tokenizer.special_tokens_map)
    unknown = tokenizer.convert_tokens_to_ids(names["unk_token"]) if "unk_token" in names else None
    others = {value for key, value in names.items() if key != "unk_token" and isinstance(value, str)}
    if names.get("unk_token") in others:  # GPT-2 has one token for all of them
        unknown = None
    return np.asarray(sorted(special - {unknown}), dtype=np.int64), unknown


def _get(result: Any, key: str) -> Any:
    return result.get(key) if hasattr(result, "get") else None


def _handed_on(dataset: Any, made: Any) -> bool:
    """Whether `dataset` gives what `made` gives: only its order or number of elements may differ."""
    for _unused in range(12):
        if dataset is made:
            return True
        kind = type(dataset).__name__.lower()
        inputs = dataset._inputs() if hasattr(dataset, "_inputs") else []
        if len(inputs) != 1 or not any(word in kind for word in HANDING_ON):
            return False
        dataset = inputs[0]
    return False


def _inputs(case: Case) -> dict[str, Any]:
    """The whole input arrays that the training call was given, by name; empty for datasets and generators."""
    if case.source.kind != "arrays" or case.held is None:
        return {}
    return {name or "input_ids": value for name, value in leaves(case.held.bound.get("x")) if hasattr(value, "shape")}


def _transformer(case: Case) -> Any:
    """The transformers model that trains: itself, or inside of a Keras model."""
    if not case.has_model:
        return None
    if case.model.transformers:
        return case.model.object
    for layer in layers_of(case.model.object):
        if any(base.__name__ == "TFPreTrainedModel" for base in type(layer).__mro__):
            return layer
    return None


def layers_of(live: Any) -> list[Any]:
    """Every layer of a model, nested ones too."""
    flatten = getattr(live, "_flatten_layers", None)
    if flatten is None:
        return list(getattr(live, "layers", ()))
    return [layer for layer in flatten() if layer is not live]


def table_size(live: Any) -> int | None:
    """The number of rows of a transformers model's word embedding."""
    try:
        layer = live.get_input_embeddings()
        for name in ("weight", "embeddings"):
            table = getattr(layer, name, None)
            if table is not None and len(getattr(table, "shape", ())) == 2:
                return int(table.shape[0])
    except Exception:  # some models have none, or are not built
        pass
    size = getattr(live.config, "vocab_size", None)
    return int(size) if size else None


def _is_embedding(layer: Any) -> bool:
    return any(
        base.__name__ == "Embedding" and base.__module__.split(".")[0] in ("keras", "tf_keras")
        for base in type(layer).__mro__
    ) and isinstance(getattr(layer, "input_dim", None), int)


def _ids_given(case: Case, layers: list[Any], x: Any) -> dict[int, list[Any]]:
    """The ids that each embedding is called with for one batch. They are noted before an impossible one raises."""
    given: dict[int, list[Any]] = {}

    def noting(layer: Any, call: Any) -> Any:
        def noted(inputs: Any, *args: Any, **kwargs: Any) -> Any:
            if hasattr(inputs, "numpy"):
                given.setdefault(id(layer), []).append(inputs.numpy())
            return call(inputs, *args, **kwargs)

        return noted

    try:
        for layer in layers:
            # Past Keras' own __setattr__, which would track it.
            object.__setattr__(layer, "call", noting(layer, layer.call))
        with contextlib.suppress(Exception):
            case.model.forward(x)
    finally:
        for layer in layers:
            vars(layer).pop("call", None)
    return given


def _same(part: Any, ids: Any) -> bool:
    import numpy as np

    return part.dtype.kind in "iuf" and part.size == ids.size and bool(np.array_equal(part.ravel(), ids.ravel()))


def _counts(ids: Any) -> bool:
    """Whether they are 0, 1, 2, … along the last axis."""
    import numpy as np

    return ids.ndim > 0 and ids.shape[-1] > 1 and bool((ids == np.arange(ids.shape[-1])).all())


# --- lengths --------------------------------------------------------------------------------------------------------------


def _length_facts(case: Case, ids: tuple[IdsFacts, ...]) -> LengthFacts | None:
    live = _transformer(case)
    mine = next((one for one in ids if one.transformer), None)
    limit = getattr(live.config, "max_position_embeddings", None) if live is not None else None
    if mine is None or not isinstance(limit, int) or limit <= 1:
        return None
    # RoBERTa counts positions from behind the pad id.
    offset = (getattr(live.config, "pad_token_id", None) or 0) + 1 if _counts_from_padding(live) else 0
    if mine.longest <= limit - offset:
        return LengthFacts(mine.longest, limit - offset, False, 0, mine.rows)
    size = mine.size or 2
    if _takes(case, live, mine.longest, size) is not False:
        return None
    positions = next((one for one in (limit, limit - offset) if _takes(case, live, one, size)), None)
    if positions is None or mine.longest <= positions:
        return None
    return LengthFacts(mine.longest, positions, True, 0, mine.rows)


def _counts_from_padding(live: Any) -> bool:
    try:
        return hasattr(live.get_input_embeddings(), "padding_idx")
    except Exception:
        return False


def _takes(case: Case, live: Any, length: int, size: int) -> bool:
    """Whether the model runs on one sample of this length. On the CPU: a GPU reads zeros behind the end of a table."""
    tf = case.tf
    with tf.device("/CPU:0"):
        inputs = {"input_ids": tf.fill([1, length], size - 1), "attention_mask": tf.ones([1, length], tf.int32)}
        try:
            live(inputs, training=False)
        except Exception:
            return False
    return True


# --- words ----------------------------------------------------------------------------------------------------------------


def _lowered(tokenizer: Any, calls: list[LiveCall], words: WordsFacts | None) -> WordsFacts | None:
    """The same facts, with the share of unknown words that lower-cased texts would have."""
    if words is None or not words.unknown or tokenizer is None:
        return words
    texts = [text for call in calls for text in _texts(call.bound.get("text"))][:LOWERED]
    if not texts:
        return words
    specials, unknown = _special_ids(tokenizer)
    special = set(specials.tolist())
    found = tokenizer([text.lower() for text in texts], add_special_tokens=False)["input_ids"]
    ids = [one for row in found for one in row if one not in special]
    share = sum(one == unknown for one in ids) / len(ids) if ids else None
    return WordsFacts(
        words.rows, words.words, words.unknown, words.empty, words.whole, words.unknown_token,
        words.examples, words.empty_rows, share, len(ids),
    )  # fmt: skip


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [one for one in value[:LOWERED] if isinstance(one, str)] if isinstance(value, (list, tuple)) else []


# --- what the model is given ----------------------------------------------------------------------------------------------


def _unexpected(case: Case) -> UnexpectedFacts | None:
    model, x = case.model, case.batch.x
    if case.custom_loop or not hasattr(x, "items"):
        return None
    takes = model.call_arguments if model.transformers else model._input_names()
    inputs = model.inputs_only(x)
    extra = tuple(key for key in inputs if key not in takes)
    if not takes or not extra or len(extra) == len(inputs):
        return None
    try:
        model.forward(inputs)
        return None
    except Exception as error:
        raised: ErrorFacts = error_facts(error)
    try:
        model.forward({key: value for key, value in inputs.items() if key not in extra})
        runs = True
    except Exception:
        runs = False
    return UnexpectedFacts(extra, tuple(takes)[:20], raised, runs)


def _strings(case: Case) -> StringsFacts | None:
    held = case.training.bound.get("x")
    if isinstance(held, (list, tuple)) and held and all(isinstance(one, str) for one in held[:20]):
        return StringsFacts(("x",), held[0][:80], _takes_text(case), True)
    texts = [(name or "inputs", tensor) for name, tensor in leaves(case.batch.x) if tensor.dtype == case.tf.string]
    if not texts:
        return None
    value = texts[0][1].numpy().ravel()
    example = value[0].decode("utf-8", "replace")[:80] if value.size else ""
    try:
        case.model.forward(case.batch.x)
        fails = False
    except Exception:
        fails = True
    return StringsFacts(tuple(name for name, _ in texts), example, _takes_text(case), fails)


def _takes_text(case: Case) -> bool:
    live = case.model.object
    if case.model.transformers:
        return False
    if any("string" in str(getattr(one, "dtype", "")) for one in getattr(live, "inputs", None) or ()):
        return True
    return any(base.__name__ in TEXT_LAYERS for layer in layers_of(live) for base in type(layer).__mro__)


# --- the checkpoint -------------------------------------------------------------------------------------------------------


def _checkpoint(case: Case) -> CheckpointFacts | None:
    """Whether the encoder's weights came out of the checkpoint. Loaded once more, but only where there is a reason."""
    call = case.load_call
    if call is None or not case.has_model or not case.model.transformers:
        return None
    name = call.bound.get("pretrained_model_name_or_path")
    live = case.model.object
    if not isinstance(name, str) and not hasattr(name, "__fspath__"):
        return None
    local = {key: value for key, value in call.bound.items() if key in ("cache_dir", "revision", "subfolder", "token")}
    stored, _unused = type(live.config).get_config_dict(str(name), local_files_only=True, **local)
    # The class's own: an instance takes over what the file says.
    types = str(stored.get("model_type", "")), str(type(live.config).model_type)
    layers = [stored.get(key) for key in ("num_hidden_layers", "n_layers", "n_layer", "num_layers") if key in stored]
    doubtful = (
        types[0] != types[1]
        or bool(call.bound.get("ignore_mismatched_sizes"))
        or (bool(layers) and getattr(live.config, "num_hidden_layers", layers[0]) != layers[0])
    )
    facts = CheckpointFacts(str(name), call.facts, *types)
    if not doubtful:
        return facts
    again, info = type(live).from_pretrained(
        str(name), config=live.config, output_loading_info=True, local_files_only=True,
        ignore_mismatched_sizes=True, **local,
    )  # fmt: skip
    absent = {str(key) for key in info["missing_keys"]} | {str(key[0]) for key in info["mismatched_keys"]}
    encoder = getattr(again, again.base_model_prefix, again)
    weights = {weight.name: int(weight.shape.num_elements() or 0) for weight in encoder.weights}
    share, lost = _lost(weights, absent, again.base_model_prefix)
    return CheckpointFacts(facts.name, facts.call, *types, share, tuple(lost[:5]))


def _lost(weights: dict[str, int], missing: set[str], prefix: str) -> tuple[float | None, list[str]]:
    """The share of the encoder's numbers that are missing, and which weights these are.

    A TensorFlow checkpoint names a missing weight, or a layer of which nothing is there; a PyTorch one has names of its own.
    """
    if not weights:
        return None, []
    dotted = [key for key in missing if "." in key and "/" not in key]
    if dotted:
        own = sorted(key for key in dotted if key.startswith(f"{prefix}."))
        return min(1.0, len(own) / len(weights)), own
    keys = {key.split(":")[0] for key in missing}
    lost = []
    for name in weights:
        path = name.split(":")[0]
        if any(f"/{path}".endswith(f"/{key}") if "/" in key else key in path.split("/") for key in keys):
            lost.append(name)
    return sum(weights[name] for name in lost) / max(sum(weights.values()), 1), lost
