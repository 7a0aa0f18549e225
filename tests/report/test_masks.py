"""Secrets in text: found by their form, by their name, or because they are known; and nothing else is touched."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfwizard.report.masks import MASK, Known, mask, mask_arguments
from tfwizard.report.secret_names import secret_name

LETTERS = string.ascii_letters + string.digits
SECRETS = [
    "hf_AbCdEfGhIjKlMnOpQrStUvWxYz012345",
    "sk-proj-a1B2c3D4e5F6g7H8i9J0k1L2",
    "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "github_pat_11ABCDEFG0aBcDeFgHiJkL_mNoPqRsTuVwXyZ0123456789",
    "glpat-abcDEF123456ghiJKL78",
    "AKIAIOSFODNN7EXAMPLE",
    "AIzaSyA1234567890abcdefghijklmnopqrstuv",
    "xoxb-123456789012-abcdefABCDEF",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("around", ["{}", "got {} from there", "x='{}'", '"{}",', "(token={})", "+ login('{}')"])
def test_a_token_is_masked_by_its_form_wherever_it_stands(secret: str, around: str) -> None:
    for code in (False, True):
        masked = mask(around.format(secret), code=code)
        assert secret[-10:] not in masked.text
        assert sum(masked.counts.values()) == 1


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("postgresql://bob:hunter2@db/x", "postgresql://bob:***@db/x"),
        ("pip install https://8f14e45fceea167a5a36dedd4bea2543@host/simple", "pip install https://***@host/simple"),
        ("Authorization: Bearer abcDEF123456", "Authorization: Bearer ***"),
        ("{'Authorization': 'Basic dXNlcjpwYXNz'}", "{'Authorization': 'Basic ***'}"),
        ("curl -u x --password hunter2 --verbose", "curl -u x --password *** --verbose"),
        ("PASSWORD=hunter2 python train.py", "PASSWORD=*** python train.py"),
        ("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG", "AWS_SECRET_ACCESS_KEY=***"),
        ("Namespace(api_key='abc', epochs=3)", "Namespace(api_key='***', epochs=3)"),
        ('{"client_secret": "abc", "n": 1}', '{"client_secret": "***", "n": 1}'),
        ("password: hunter2", "password: ***"),
        ("GET /?access_token=abc&page=2", "GET /?access_token=***&page=2"),
        ("see https://host/?access_token=abc&page=2", "see https://host/?access_token=***&page=2"),
        ("https://host/c?sv=1&sig=abcD3fgh1jKlmn0pQrStUv%2B45", "https://host/c?sv=1&sig=***"),
        ('connect(dsn="host=x password=hunter2 dbname=y")', 'connect(dsn="host=x password=*** dbname=y")'),
        ("['curl', '--password', 'hunter2']", "['curl', '--password', '***']"),
        ("self.password = 'hunter2'", "self.password = '***'"),
        ('{\\"password\\": \\"hunter2\\"}', '{\\"password\\": \\"***\\"}'),
        ("PGPASSWORD=hunter2 psql", "PGPASSWORD=*** psql"),
        ("machine host login bob password hunter2", "machine host login bob password ***"),
        ("'a\\npassword=hunter2'", "'a\\npassword=***'"),
        ("'\\nhf_AbCdEfGhIjKlMnOpQrStUvWxYz012345\\n'", "'\\nhf_***\\n'"),
        ("https://hooks.slack.com/services/T00000000/B00000000/XXXX1234567890", "https://hooks.slack.com/services/***"),
        ("runs/hf_" + "AbCd" * 8 + "Ef_cache", "runs/hf_***_cache"),
    ],
)
def test_what_a_name_says_is_secret_is_masked(text: str, left: str) -> None:
    assert mask(text).text == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('+dsn = "host=x password=hunter2 dbname=y"', '+dsn = "host=x password=*** dbname=y"'),
        (" # the password: hunter2-9", " # the password: ***"),
        ("+    self.password = 'hunter2'", "+    self.password = '***'"),
        ('+run(["curl", "--password", "hunter2"])', '+run(["curl", "--password", "***"])'),
    ],
)
def test_so_it_is_in_a_piece_of_code(text: str, left: str) -> None:
    assert mask(text, code=True).text == left


def test_what_a_program_wrote_without_an_end_is_masked_whole_and_soon() -> None:
    assert mask(f"password={'a1' * 9000} z").text == "password=*** z"
    for code in (False, True):  # a search that looks at the rest for each name would take hours
        assert mask("token=" * 30_000, code=code).text == "token=" * 30_000


def test_a_private_key_is_masked_whole_also_where_its_end_is_cut_off() -> None:
    whole = "a\n-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA7bq\nq8fz+x/Y=\n-----END RSA PRIVATE KEY-----\nb"
    assert mask(whole).text == "a\n-----BEGIN RSA PRIVATE KEY----- ***\nb"
    cut = mask("-----BEGIN PRIVATE KEY-----\\nMIIEowIBAAKCAQEA7bqq8fz")
    assert "MIIE" not in cut.text
    assert mask(cut.text).text == cut.text


@pytest.mark.parametrize(
    "text",
    [
        "num_tokens=128", "max_tokens: 512", "token=[PAD]", "pad_token='[PAD]', eos_token='<|endoftext|>'", "tokenizer=BertTokenizerFast",
        'columns=["token", "label"]', "token_type_ids", "AutoTokenizer.from_pretrained('bert-base-uncased')", 'key="distilbert-base-uncased-v1"',
        "password_column='pw'", "wrong password: access denied", "password=None", "api_key=$API_KEY", "secret=<your secret>", "Password: ",
        "sk-learn-contrib-imbalanced-learning", "https://huggingface.co/bert-base-uncased", "https://user@host/path", "bearer authentication",
        "a basic classification example", "monkey=banana", "keyboard: qwerty", "loss=0.6931 - accuracy=0.5", "mysql://{user}:{password}@host",
        "sorted(rows, key=len)", "hf_hub_download('x')", "shape=(16, 76) dtype=int64", "[CLS] the token is a password [SEP]", "12:30:45 tokens/s: 120.5",
        "sha256:9f86d081884c7d659a2feaa0c55ad015", "checkpoint-1500/model.safetensors",
        'p.add_argument("--password", "-p", "--pass-word")', 'option("--api-key", "-k", "api_key")', "hf_TFBertForClassificationHead_v2",
    ],
)  # fmt: skip
def test_what_only_sounds_like_a_secret_stays(text: str) -> None:
    for code in (False, True):
        assert mask(text, code=code).text == text


@pytest.mark.parametrize(
    "name",
    ["password", "DB_PASSWORD", "clientSecret", "api_key", "API-KEY", "hfToken", "AWS_SECRET_ACCESS_KEY", "passphrase"],
)
def test_these_names_hold_a_secret(name: str) -> None:
    kind, must_look_like_one = secret_name(name)
    assert kind
    assert not must_look_like_one


@pytest.mark.parametrize(
    "name",
    [
        "tokenizer",
        "num_tokens",
        "max_token_length",
        "token_ids",
        "keys",
        "monkey",
        "password_field",
        "has_secret",
        "api_key_name",
        "compass",
        "",
    ],
)
def test_these_do_not(name: str) -> None:
    assert secret_name(name)[0] == ""


@given(
    st.text(alphabet=LETTERS, min_size=20, max_size=40).filter(lambda text: any(map(str.isdigit, text))),
    st.text(max_size=40),
    st.text(max_size=40),
)
def test_a_token_never_gets_through(secret: str, before: str, after: str) -> None:
    text = f"{before} hf_{secret} {after}"
    assert f"hf_{secret}" not in mask(text).text


@given(st.text(max_size=200))
def test_masking_twice_is_masking_once(text: str) -> None:
    once = mask(text).text
    assert mask(once).text == once


@given(
    st.lists(
        st.sampled_from(
            ["the", "token", "key", "loss", "0.5", "128", "password", "of", "=", ":", "tokens", "\n", "Epoch", "[PAD]"]
        ),
        max_size=20,
    )
)
def test_words_of_a_log_stay_as_they_are(words: list[str]) -> None:
    text = " ".join(words)
    masked = mask(text)
    # Behind a password's name and a sign, what follows may be one.
    assert masked.text == text or "password" in text


def test_known_secrets_are_masked_as_whole_words_and_counted() -> None:
    known = Known((("s3cr3t-value", "password"),), ("/home/ann",))
    masked = mask("s3cr3t-value, xs3cr3t-valuex, /home/ann/data and /home/anna", known)
    assert masked.text == "***, xs3cr3t-valuex, ~/data and /home/anna"
    assert masked.counts == {"password": 1, "home folder": 1}


def test_the_argument_behind_a_secret_flag_is_masked() -> None:
    arguments = [
        "--password",
        "hunter 2",
        "--token=hf_AbCdEfGhIjKlMnOpQrStUv12",
        "--num-tokens",
        "12",
        "--key",
        "labels",
        "--tokenizer",
        "bert",
        "--db-password=p(a)s, s&t",
    ]
    masked, counts = mask_arguments(arguments)
    assert masked == (
        "--password",
        MASK,
        "--token=hf_***",
        "--num-tokens",
        "12",
        "--key",
        "labels",
        "--tokenizer",
        "bert",
        "--db-password=***",
    )
    assert counts == {"password": 2, "token": 1}
