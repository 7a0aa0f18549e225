"""Ways of writing for ids, tokenizer and checkpoint."""

from __future__ import annotations

from dataclasses import replace

from checks.plain_facts import LOAD, PIPELINE, SOUND, TEXT, TOKENIZING, at
from fixes.ways.model import Fault, Way

from tfwizard.facts import (
    Argument,
    ColumnTextFacts,
    Facts,
    IdsFacts,
    LengthFacts,
    PadFacts,
    UnexpectedFacts,
)

TOKENIZER, WORDS, IDS = TEXT.tokenizer, TEXT.words, TEXT.ids[0]
assert TOKENIZER and WORDS and SOUND.pipelines
GPT = replace(TOKENIZER, type="GPT2TokenizerFast", pad_token=None, eos_token="<|endoftext|>")


def judged(**changes: object) -> Facts:
    return replace(SOUND, text=replace(TEXT, **changes))  # type: ignore[arg-type]


def from_checkpoint(facts: Facts) -> Facts:
    load = replace(LOAD, arguments={"pretrained_model_name_or_path": Argument("'tiny-bert'", True, "str")})
    assert facts.pipelines
    return replace(facts, pipelines=replace(facts.pipelines, load_call=load))


def no_pad_token() -> Facts:
    facts = judged(tokenizer=GPT, pad=PadFacts(GPT.loaded, model_has_pad_id=False))
    return facts


def added_tokens() -> Facts:
    return from_checkpoint(judged(tokenizer=replace(TOKENIZER, size=447), ids=(replace(IDS, maximum=446),)))


def another_checkpoint() -> Facts:
    other = replace(TOKENIZER, checkpoint="big", size=900, own=900)
    return from_checkpoint(judged(tokenizer=other, ids=(replace(IDS, maximum=812),)))


def few_rows() -> Facts:
    ids = IdsFacts("inputs", 57, 0, 40, 320, True, 57, False, "Embedding", at(18))
    return judged(ids=(ids,), tokenizer=None, calls=(), words=None, length=None)


def few_positions() -> Facts:
    ids = IdsFacts("", 27, 0, 28, 32, False, 16, False, "Embedding", at(18), positions=True)
    return judged(ids=(ids,), length=None, words=None)


def unexpected_column() -> Facts:
    assert SOUND.pipelines
    pipeline = replace(PIPELINE, columns=(*PIPELINE.columns, "length"))
    facts = judged(unexpected=UnexpectedFacts(("length",), ("input_ids",), None, True))
    return replace(facts, pipelines=replace(SOUND.pipelines, pipelines=(pipeline,)))


UNEXPECTED = UnexpectedFacts(("token_type_ids",), ("input_ids",), None, True)
CASED = {
    "tokenizer": replace(TOKENIZER, lower_case=False),
    "words": replace(WORDS, unknown=9000, unknown_lowered=0.0, tried=300),
}
PAIR = ColumnTextFacts("premise", "hypothesis", 600, "label", 0.01, 0.35, 0.02, call=TOKENIZING)
PAD, TELL = "tok.pad_token = tok.eos_token\n", "model.config.pad_token_id = tok.pad_token_id\n"
CUT = ", truncation=True, max_length=64"

FAULTS = (
    Fault(
        "pad-token-missing", no_pad_token,
        (
            Way("tok = «tokenizer»AutoTokenizer.from_pretrained(NAME)\nmodel = «load»TFAutoModel.from_pretrained(NAME)\n",
                (("AutoTokenizer.from_pretrained(NAME)\n", f"AutoTokenizer.from_pretrained(NAME)\n{PAD}"),
                 ("TFAutoModel.from_pretrained(NAME)\n", f"TFAutoModel.from_pretrained(NAME)\n{TELL}"))),
            Way("def tokenizer():\n\treturn «tokenizer»AutoTokenizer.from_pretrained(  # é\n\t\t'gpt2',\n\t)\n\n\nclass Run:\n\tdef load(self):\n"
                "\t\tself.model = «load»TFAutoModel.from_pretrained('gpt2')\n",
                (("return AutoTokenizer", "loaded = AutoTokenizer"),
                 ("\t)\n", "\t)\n\tloaded.pad_token = loaded.eos_token\n\treturn loaded\n"),
                 ("pretrained('gpt2')\n", f"pretrained('gpt2')\n\t\tself.{TELL}")), crlf=True),
            Way("import os; tok = «tokenizer»T.from_pretrained(N); model = «load»M.from_pretrained(N)\n",
                (("= T.from_pretrained(N)", f"= T.from_pretrained(N); {PAD.strip()}"), ("= M.from_pretrained(N)", f"= M.from_pretrained(N); {TELL.strip()}"))),
            Way("parts = {'tok': «tokenizer»T.from_pretrained(N), 'model': «load»M.from_pretrained(N)}\n", refused="name of its own"),
        ),
    ),
    Fault(
        "pad-token-missing", no_pad_token, remedy=1,
        ways=(
            Way("tok = wrap(«tokenizer»T.from_pretrained(N))\nmodels = [«load»M.from_pretrained(N)]\n",
                (("T.from_pretrained(N)", "T.from_pretrained(N, pad_token='<|endoftext|>')"),
                 ("M.from_pretrained(N)", "M.from_pretrained(N, pad_token_id=tok.pad_token_id)"))),
        ),
    ),
    Fault(
        "token-id-out-of-range", few_rows,
        (
            Way("m = Sequential([«layer»layers.Embedding(57, 8), layers.Embedding(57, 8)])\n", (("[layers.Embedding(57", "[layers.Embedding(58"),)),
            Way("VOCABULARY = 57  # é\n\n\ndef build():\n\tx = «layer»Embedding(input_dim=VOCABULARY, output_dim=8)(ids)\n", (("= 57", "= 58"),), crlf=True),
            Way("sizes = {'rows': 57, 'width': 8}\nlayer = «layer»Embedding(sizes['rows'],\n                  sizes['width'])\n", (("'rows': 57", "'rows': 58"),)),
            Way("ROWS = len(words)\nother = Embedding(ROWS, 4)\nlayer = «layer»Embedding(ROWS, 8)\n", (("Embedding(ROWS, 8)", "Embedding(58, 8)"),)),
        ),
    ),
    Fault(
        "token-id-out-of-range", added_tokens,
        (Way("with s.scope():\n    model = «load»M.from_pretrained(\n        'x',\n    )\n",
             (("    )\n", "    )\n    model.resize_token_embeddings(len(tok))\n"),)),),
    ),
    Fault(
        "token-id-out-of-range", another_checkpoint,
        (Way("p.add_argument('--tokenizer', default='big')\nargs = p.parse_args()\ntok = «tokenizer»T.from_pretrained(args.tokenizer, use_fast=True)\nmodel = «load»M.from_pretrained('tiny-bert')\n",
             (("default='big'", "default='tiny-bert'"),)),),
    ),
    Fault(
        "sequence-too-long", lambda: judged(length=LengthFacts(110, 64, True, 0, 600)),
        (
            Way("enc = ds.map(lambda rows: «tokenize»tok(rows['text']), batched=True)\n", (("tok(rows['text'])", f"tok(rows['text']{CUT})"),)),
            Way("def encode(rows):\n\treturn «tokenize»tok(\n\t\trows['text'],  # é\n\t\tmax_length=512,\n\t\ttruncation=False,\n\t)\n",
                (("max_length=512", "max_length=64"), ("truncation=False", "truncation=True")), crlf=True),
            Way("options = {'padding': True, 'max_length': 512}\nenc = «tokenize»tok(texts, **options)\n",
                (("'max_length': 512", "'max_length': 64"), ("**options)", "**options, truncation=True)"))),
            Way("def encode(rows, **how):\n    return «tokenize»tok(rows['text'], **how)\n",
                (("], **how", '], **{**how, "truncation": True, "max_length": 64}'),)),
        ),
    ),
    Fault(
        "sequence-too-long", few_positions,
        (Way("class Positions(Layer):\n    def __init__(self, length, **kw):\n        super().__init__(**kw)\n        self.table = «layer»Embedding(length, 8)\n\n\nlayer = Positions(16)\n",
             (("Positions(16)", "Positions(28)"),)),),
    ),
    Fault(
        "unexpected-input", lambda: judged(unexpected=UNEXPECTED),
        (
            Way("enc = «tokenize»tok(texts, padding=True)\n", (("padding=True", "padding=True, return_token_type_ids=False"),)),
            Way("f = functools.partial(tok, truncation=True, return_token_type_ids=True)\nenc = «tokenize»f(texts)\n",
                (("ids=True", "ids=False"),)),
            Way("def encode(rows):\n\treturn «tokenize»tok(rows['text'],  # é\n\t           truncation=True)\n",
                (("truncation=True)", "truncation=True,\n\t           return_token_type_ids=False)"),), crlf=True),
        ),
    ),
    Fault(
        "unexpected-input", unexpected_column,
        (
            Way("a = «pipeline»ds.to_tf_dataset(columns=tok.model_input_names + ['length'])\nb = val.to_tf_dataset(columns=['length', 'input_ids'])\n",
                (("tok.model_input_names + ['length']", "tok.model_input_names"), ("['length', 'input_ids']", "['input_ids']"))),
        ),
    ),
    Fault(
        "unknown-tokens", lambda: judged(**CASED),
        (
            Way("tok = «tokenizer»BertTokenizer.from_pretrained('x', do_lower_case=False)\n", (("False", "True"),)),
            Way("def load():\n\treturn «tokenizer»BertTokenizer.from_pretrained(\n\t\t'x'  # é\n\t)\n", (("'x'  #", "'x', do_lower_case=True  #"),), crlf=True),
            Way("LOWER = False\nprint('lower:', LOWER)\ntok = «tokenizer»(T if a else U).from_pretrained('x', do_lower_case=LOWER); m = M.from_pretrained('x')\n",
                (("LOWER = False", "LOWER = True"),)),
        ),
    ),
    Fault(
        "text-column-unused", lambda: judged(unused=(PAIR,)),
        (
            Way("enc = ds.map(lambda r: «tokenize»tok(r['premise'], truncation=True))\n", (("r['premise'],", "r['premise'], r['hypothesis'],"),)),
            Way("def encode(rows):\n\treturn «tokenize»tok(\n\t\ttext=rows['premise'],  # é\n\t\ttruncation=True,\n\t)\n",
                (("# é\n", "# é\n\t\ttext_pair=rows['hypothesis'],\n"),), crlf=True),
            Way("texts = [row['premise'].lower() for row in rows]\nenc = «tokenize»tok(texts, padding=True)\n",
                (("tok(texts,", "tok(texts, [row['hypothesis'].lower() for row in rows],"),)),
            Way("enc = «tokenize»tok(df.premise.tolist(), None, padding=True)\n", (("None", "df.hypothesis.tolist()"),)),
            Way("def encode(texts):\n    return «tokenize»tok(texts)\n\n\na, b = encode(x), encode(y)\n", refused="by hand"),
        ),
    ),
)  # fmt: skip
