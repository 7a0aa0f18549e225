"""Whether a name says that its value is a secret, and whether a value looks like one."""

from __future__ import annotations

import re

from tfwizard.language import N_

TOKEN, KEY, PASSWORD = N_("token"), N_("key"), N_("password")

#: A name with one of these words holds a secret, whatever that looks like.
WORDS = {
    "password": PASSWORD, "passwords": PASSWORD, "passwd": PASSWORD, "passphrase": PASSWORD, "secret": PASSWORD, "secrets": PASSWORD,
    "credential": PASSWORD, "credentials": PASSWORD, "apikey": KEY, "apikeys": KEY, "authtoken": TOKEN, "accesstoken": TOKEN,
    "apitoken": TOKEN, "secretkey": KEY, "accesskey": KEY, "privatekey": KEY,
}  # fmt: skip
#: So does one that has these two beside each other.
PAIRS = {
    **dict.fromkeys(("api", "access", "secret", "private", "account", "auth", "signing", "encryption", "license", "wandb"), ("key", KEY)),
}  # fmt: skip
TOKENS_OF = frozenset({
    "api", "access", "auth", "bearer", "refresh", "session", "hf", "hub", "huggingface", "github", "gh", "gitlab", "slack", "bot",
    "sas", "id", "login", "oauth", "security", "user", "service", "personal", "deploy", "private", "secret", "kaggle", "wandb", "neptune",
})  # fmt: skip
#: What one logs in to, or as: beside it a short word for a password is one.
PASSWORDS_OF = frozenset({
    "db", "database", "sql", "mysql", "pg", "postgres", "redis", "mongo", "smtp", "mail", "email", "ftp", "ssh", "user", "admin", "root",
    "login", "http", "proxy", "my",
})  # fmt: skip
#: With these alone the value must look like a secret too: a token is a piece of text, and a key a name, in most scripts.
WEAK = {"token": TOKEN, "key": KEY, "auth": TOKEN, "authorization": TOKEN, "bearer": TOKEN, "cookie": TOKEN, "dsn": TOKEN, "sas": TOKEN,
        "signature": KEY, "sig": KEY, "pwd": PASSWORD, "pass": PASSWORD, "pw": PASSWORD, "passcode": PASSWORD}  # fmt: skip
#: A name that ends so says something about a secret, and does not hold it.
ABOUT = frozenset({
    "column", "columns", "field", "fields", "name", "names", "id", "ids", "len", "length", "lengths", "size", "count", "num", "type",
    "types", "path", "file", "dir", "folder", "url", "uri", "env", "var", "index", "idx", "label", "labels", "class", "policy", "prompt",
    "regex", "pattern", "hint", "help", "min", "max", "dim", "error", "message", "required", "strength", "tokenizer", "model", "dataset",
})  # fmt: skip
BEFORE = frozenset({"num", "n", "is", "has", "max", "min", "len", "total", "no", "with", "without", "missing"})

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_PLACEHOLDER = re.compile(
    r"""^(?:[*x.•_\-]{3,}|<.*>|\{.*\}|\$(?:[{(].*|[A-Z_][A-Z0-9_]*|[a-z_]+)|%(?:[sdrfi(](?!\w).*|\(.*|\w+%)|\[.*\]|None|True|False|null|true|false|your\W.*|your_.*)$""",
    re.DOTALL,
)
_PIECES = re.compile(r"[-_.~]")


def secret_name(name: str) -> tuple[str, bool]:
    """The kind of secret that a name says it holds, "" where it says none; and whether its value must look like one too."""
    words = [part.lower() for part in _PARTS.findall(name)]
    if not words or words[-1] in ABOUT or words[0] in BEFORE:
        return "", False
    for word in words:
        if kind := WORDS.get(word) or _grown_together(word):
            return kind, False
    for before, word in zip(words, words[1:], strict=False):
        if before in PAIRS and word.rstrip("s") == PAIRS[before][0]:
            return PAIRS[before][1], False
        if before in TOKENS_OF and word == "token":
            return TOKEN, False
        if before in PASSWORDS_OF and word in ("pass", "pwd", "pw"):
            return PASSWORD, False
    return WEAK.get(words[-1], ""), True


def _grown_together(word: str) -> str:
    """The kind of secret that a word says it holds which is written as one: PGPASSWORD, hftoken, signingkey."""
    for end, kind in (("password", PASSWORD), ("passwd", PASSWORD), ("passphrase", PASSWORD)):
        if word.endswith(end):
            return kind
    for end, kind, befores in (("token", TOKEN, TOKENS_OF), ("key", KEY, PAIRS)):
        if word.removesuffix(end) in befores and word.endswith(end):
            return kind
    return ""


def is_placeholder(value: str) -> bool:
    """Whether a value stands for a secret that is somewhere else, or for none."""
    return not value.strip() or bool(_PLACEHOLDER.match(value.strip()))


def looks_secret(value: str) -> bool:
    """Whether a value looks made by a machine to be guessed by nobody: a long piece of letters and digits without a word in it."""
    if (
        not re.fullmatch(r"[A-Za-z0-9_\-+/=.~:%]{12,}", value)
        or value.count("/") > 2
        or value.startswith(("/", ".", "~"))
    ):
        return False
    return any(_random(piece) for piece in _PIECES.split(value))


def _random(piece: str) -> bool:
    digits = sum(character.isdigit() for character in piece)
    letters = sum(character.isalpha() for character in piece)
    mixed = any(one.isupper() for one in piece[1:]) and any(one.islower() for one in piece)
    return (len(piece) >= 12 and digits >= 2 and letters >= 2) or (len(piece) >= 24 and mixed and "/" not in piece)


def worth_looking_for(value: str) -> bool:
    """Whether a secret is so much its own that it is masked wherever else it stands: `x` and `password` are not."""
    plain = value.isalpha() and (value.islower() or value.istitle() or value.isupper())
    return len(value) >= (12 if plain else 6) and not is_placeholder(value) and len(set(value)) > 2
