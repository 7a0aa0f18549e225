"""Secrets in Python source: the literals that are given to what is named as a secret; what is left is still Python."""

from __future__ import annotations

import ast

import pytest

from tfwizard.report.source_masks import mask_source, secrets_in


@pytest.mark.parametrize(
    "line",
    [
        'password = "SECRET"', 'self.password: str = "SECRET"', 'login(token="SECRET-1x2y3z4w5v6u")', 'os.environ["MY_API_TOKEN"] = "SECRET"',
        'config = {"client_secret": "SECRET", "n": 1}', 'def f(user, password="SECRET"): pass', 'f = lambda *, api_key="SECRET": 1',
        'user, passwd = "me", "SECRET"', 'key = os.getenv("WANDB_API_KEY", "SECRET")', 'os.environ.setdefault("DB_PASSWORD", "SECRET")',
        'p.add_argument("--password", default="SECRET")', 'if password == "SECRET": pass', 'password = pw or "SECRET"', 'password = "SEC" "SECRET"',
        'secret = base64.b64decode("SECRET").decode()', 'api_key = f"SECRET{n}"', 'password = b"SECRET"', '(password := "SECRET")',
        '# the password: SECRET-9', 'dsn = "host=x password=SECRET dbname=y"', 'db = "mysql://me:SECRET@db/x"', 'login("SECRET1a2b3c4d5e6f7")',
        'passwords = ["SECRET", "SECRET"]', 'run(["psql", "--password", "SECRET"])', 'PGPASSWORD = "SECRET"',
        'passphrase: str = field(repr=False, default="SECRET")', 'password = os.environ.get("NAME", "SECRET")', 'DB_PASS = "SECRET"',
        'headers["Authorization"] = "token SECRET"',
        'get(url, auth=("me", "SECRET"))', 'smtp.login("me", "SECRET")', 'HTTPBasicAuth("me", "SECRET")', 'password = "$SECRET-9"', 'password = "%SECRET"',
    ],
)  # fmt: skip
def test_a_literal_that_is_a_secret_is_masked(line: str) -> None:
    masked = mask_source(f"import os\n{line}\nprint(1)\n")
    assert "SECRET" not in masked.text
    assert masked.counts
    ast.parse(masked.text)
    assert masked.text.splitlines()[::2] == ["import os", "print(1)"]


@pytest.mark.parametrize(
    "line",
    [
        "num_tokens = 128", 'token = "[PAD]"', 'columns = ["token", "password"]', 'df = df.rename(columns={"token": "tokens"})',
        'tokenizer = AutoTokenizer.from_pretrained("bert-base-uncased", token=True)', 'password = getpass("Password: ")',
        'password = os.environ["DB_PASSWORD"]', 'api_key = os.getenv("API_KEY")', 'tokenizer.add_special_tokens({"pad_token": "[PAD]"})',
        'vocabulary = {"password": 3, "secret": 4}', 'sorted(rows, key="label")', 'model.fit(x, y, token="input_ids")',
        'p.add_argument("--password", help="the password of the data base")', 'label_key = "labels"', 'first_pass = "forward"', 'password = ask("name", default=None)', 'pass_through = "yes"', 'user_pass_count = "3"',
         'login("name", True)', 'get(u, auth=("me", os.environ["PW"]))', 'password = "%s"', 'password = "$DB_PASSWORD"',
        'password = "%(pw)s"', 'password = ""', 'api_key = "<your key>"',
        'text = "the password is a secret: never tell it"', 'cfg = {"password": getpass("Password: "), "token": "input_ids"}',
    ],
)  # fmt: skip
def test_what_is_none_stays(line: str) -> None:
    assert mask_source(line + "\n").text == line + "\n"


def test_a_source_that_python_cannot_read_is_masked_all_the_same() -> None:
    assert mask_source('password = "hunter2"\nif (:\n').text == 'password = "***"\nif (:\n'


def test_characters_of_several_bytes_do_not_shift_what_is_masked() -> None:
    masked = mask_source('wörter = "äöü €"; password = "geheim-ß"; rest = "ü"\n')
    assert masked.text == 'wörter = "äöü €"; password = "***"; rest = "ü"\n'


def test_a_secret_of_the_source_is_looked_for_elsewhere_only_where_it_is_unmistakable() -> None:
    source = 'password = "x"\nsecret = "password"\napi_key = "kk-12ab34"\n'
    assert secrets_in(source) == (("kk-12ab34", "key"),)


def test_a_secret_of_several_lines_is_known_line_by_line() -> None:
    lines = [text for text, _kind in secrets_in('password = """kk-12ab34\nzz-98yx76"""\n')]
    assert lines[1:] == ["kk-12ab34", "zz-98yx76"]


def test_a_source_that_is_nested_too_deeply_for_python_is_masked_as_text() -> None:
    deep = f"x = {'-' * 100_000}1\n"
    assert mask_source(f'{deep}password = "hunter2"\n').text == f'{deep}password = "***"\n'
    assert secrets_in(deep) == ()


def test_a_secret_of_many_pieces_is_masked_in_each() -> None:
    pieces = " + ".join(['"ab"'] * 2500)
    assert mask_source(f"password = {pieces}\n").counts == {"password": 2500}
