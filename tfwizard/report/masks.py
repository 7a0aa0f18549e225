"""Secrets in text are masked: what has the form of one, what is named as one, and what is known to be one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from tfwizard.language import N_
from tfwizard.report.secret_names import KEY, PASSWORD, TOKEN, is_placeholder, looks_secret, secret_name

MASK = "***"
#: So many characters of a value, and of a line before one, are looked at in one piece: what a program wrote has no end.
LONGEST_VALUE, LONGEST_LINE = 5000, 2000
PRIVATE_KEY, HOME = N_("private key"), N_("home folder")


@dataclass(frozen=True, slots=True)
class Known:
    """What is to be masked wherever it stands: secrets with their kind, and the person's home folders, which bear a name."""

    secrets: tuple[tuple[str, str], ...] = ()
    homes: tuple[str, ...] = ()


@dataclass(slots=True)
class Masked:
    """A text without its secrets; `counts` has how many of each kind were masked."""

    text: str
    counts: Counter[str] = field(default_factory=Counter)


#: Where a word begins, also behind what `repr` and addresses write for a character: "\\n", "%20".
_ALONE = r"(?:(?<![A-Za-z0-9])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2}))"
#: Secrets that are known by their form: kind, what must stand before (it stays), and the secret.
FORMS: tuple[tuple[str, str, str], ...] = (
    (TOKEN, _ALONE + r"(?:hf_|api_org_)", r"(?:[A-Za-z0-9]{34}|(?=[A-Za-z]*[A-Z0-9])[A-Za-z0-9]{16,}(?!_)|[a-z]{24,}(?!_))(?![A-Za-z0-9])"),
    (KEY, r"(?:(?<![A-Za-z0-9_\-])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2}))sk-", r"(?=[A-Za-z_\-]*[0-9])[A-Za-z0-9_\-]{16,}"),
    (KEY, _ALONE + r"[sr]k_(?:live|test)_", r"[A-Za-z0-9]{10,}"),
    (TOKEN, _ALONE + r"(?:gh[pousr]_|github_pat_)", r"[A-Za-z0-9_]{20,}"),
    (TOKEN, _ALONE + r"(?:glpat-|dckr_pat_|npm_|pypi-|r8_|dop_v1_|xox[abeoprs]-)", r"[A-Za-z0-9_\-]{16,}"),
    (KEY, _ALONE + r"(?:gsk_|xai-|nvapi-|lsv2_(?:pt|sk)_)", r"(?=[A-Za-z_\-]*[0-9])[A-Za-z0-9_\-]{24,}"),
    (KEY, _ALONE + r"SG\.", r"[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,}"),
    (KEY, _ALONE + r"(?:AKIA|ASIA|AROA|AIDA)", r"[0-9A-Z]{16}(?![A-Za-z0-9])"),
    (KEY, _ALONE + r"AIza", r"[0-9A-Za-z_\-]{30,}"),
    (TOKEN, _ALONE + r"ya29\.", r"[0-9A-Za-z_\-]{20,}"),
    (TOKEN, _ALONE + r"eyJ", r"[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}(?:\.[A-Za-z0-9_\-]*)?"),
    (TOKEN, r"(?i:authorization)[\"']?\]?\s*[:=,]\s*[\"']?(?i:basic|token)\s+", r"[A-Za-z0-9._~+/\-]{6,}=*"),
    (TOKEN, r"hooks\.slack\.com/services/", r"[A-Za-z0-9/]{20,}"),
    (TOKEN, r"discord(?:app)?\.com/api/webhooks/\d+/", r"[A-Za-z0-9_\-]{20,}"),
    (TOKEN, r"api\.telegram\.org/bot", r"\d+:[A-Za-z0-9_\-]{20,}"),
    (KEY, r"\bwandb\s+login\s+(?:--relogin\s+)?", r"[0-9a-f]{40}\b"),
    (PASSWORD, r"\bmachine\s+\S+\s+login\s+\S+\s+(?:account\s+\S+\s+)?password\s+", r"[^\s*]\S*"),  # ~/.netrc
)  # fmt: skip
_FORMS = tuple((kind, re.compile(f"({before})({secret})")) for kind, before, secret in FORMS)
_PRIVATE_KEY = re.compile(
    r"(-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----)(?! \*\*\*)"
    r"(?:(?:(?!-----BEGIN)[\s\S]){0,20000}?-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|(?:\\[nr]|[A-Za-z0-9+/=\s]){20,})"
)
_BEARER = re.compile(r"((?i:\bbearer)\s+)([A-Za-z0-9._~+/\-]{8,}=*)")
_IN_ADDRESS = re.compile(r"(\b[a-zA-Z][a-zA-Z0-9+.\-]{0,20}+://)([^\s/@:\"'<>`]*+)(:?)([^\s/\"'<>`]*)@(?=[^\s\"'<>`]+)")
_BARE = r"""[^\s"'`,;&()\[\]{}<>|\\]"""
#: With its quotes where it has some: three, those of a text within a text (\"), or one.
_VALUE = re.compile(
    r"""\"{3}[\s\S]{0,5000}?\"{3}|'{3}[\s\S]{0,5000}?'{3}|\\+"[^"\\\n]*\\+"|\\+'[^'\\\n]*\\+'"""
    r"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'"""
    rf"""|(?:{_BARE}|\\(?!["'\s])){_BARE}{{0,4999}}(?:\\(?!["'\s]){_BARE}{{0,5000}}){{0,50}}"""
)
_QUOTES = re.compile(r"""\\*(?:\"{3}|'{3}|["'])|""")
_NAME = r"(?P<name>(?:(?<![\w\\])|(?<=\\[nrt]))[A-Za-z_][\w\-]{0,200})"
_ASSIGNED = re.compile(
    _NAME + r"(?P<between>(?:\\*[\"'])?\]?\s*(?::=|=>|=(?!=)|:(?!=|//))\s*)(?P<prefix>[rbufRBUF]{1,2}(?=[\"']))?"
)
_FLAG = re.compile(
    r"""(?P<name>(?<![^\s"'\[(,])--?[A-Za-z][\w\-]{0,200})(?P<between>\s+|["'],\s*(?=["']))(?P<prefix>)"""
)


def mask(text: str, known: Known = Known(), code: bool = False, named: bool = True) -> Masked:  # noqa: B008
    """`text` without its secrets. In code only what stands in quotes can be the value of a name.

    Without `named` only what has the form of a secret is masked, and what is known: who parsed the text knows the names.
    """
    counts: Counter[str] = Counter()

    def told(kind: str, masked: str) -> str:
        counts[kind] += 1
        return masked

    text = _PRIVATE_KEY.sub(lambda found: told(PRIVATE_KEY, f"{found[1]} {MASK}"), text)
    for secret, kind in sorted(known.secrets, key=lambda one: -len(one[0])):
        if secret in text:
            alone = re.compile(rf"(?<![A-Za-z0-9_]){re.escape(secret)}(?![A-Za-z0-9_])")
            text = alone.sub(lambda found, kind=kind: told(kind, MASK), text)  # type: ignore[misc]
    text = _IN_ADDRESS.sub(lambda found: _address(found, told), text)
    for kind, form in _FORMS:
        text = form.sub(lambda found, kind=kind: told(kind, f"{found[1]}{MASK}"), text)  # type: ignore[misc]
    text = _BEARER.sub(lambda found: told(TOKEN, found[1] + MASK) if _shuffled(found[2]) else found[0], text)
    for given in (_ASSIGNED, _FLAG) if named else ():
        text = _with_values_masked(text, given, code, told)
    for home in known.homes:
        if len(home) > 1 and home in text:
            text = re.sub(rf"(?<![\w.~]){re.escape(home)}(?![\w.\-])", lambda _found: told(HOME, "~"), text)
    return Masked(text, counts)


def mask_arguments(arguments: Sequence[str], known: Known = Known()) -> tuple[tuple[str, ...], Counter[str]]:  # noqa: B008
    """The arguments of a command: what follows the name of a secret is masked as well."""
    counts: Counter[str] = Counter()
    found: list[str] = []
    before = ""
    for argument in arguments:
        kind, weak = secret_name(before) if before.startswith("-") and "=" not in before else ("", False)
        if (
            kind
            and not argument.startswith("-")
            and not is_placeholder(argument)
            and (not weak or looks_secret(argument))
        ):
            counts[kind] += 1
            found.append(MASK)
        else:
            masked = _argument(argument, known)
            counts += masked.counts
            found.append(masked.text)
        before = argument
    return tuple(found), counts


def _argument(argument: str, known: Known) -> Masked:
    """One argument without its secrets. Where its name says that it holds a secret, that is all behind the sign."""
    name, sign, value = argument.partition("=")
    kind, weak = secret_name(name) if sign and not re.search(r"\s", name) else ("", False)
    if kind and not weak and not is_placeholder(value):
        return Masked(f"{name}={MASK}", Counter([kind]))
    return mask(argument, known)


def known_from(names: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The secrets among names with their values (an environment's, say), each with its kind."""
    found = {}
    for name, value in names:
        kind, weak = secret_name(name)
        if kind and not is_placeholder(value) and (not weak or looks_secret(value)):
            found[value] = kind
    return tuple(found.items())


def _shuffled(value: str) -> bool:
    """Whether it is no word of a sentence."""
    return any(one.isdigit() for one in value) or (not value.islower() and not value.istitle()) or len(value) >= 24


def _address(found: re.Match[str], told: Callable[[str, str], str]) -> str:
    scheme, user, colon, password = found.groups()
    if colon and password and not is_placeholder(password):
        return told(PASSWORD, f"{scheme}{user}:{MASK}@")
    if not colon and looks_secret(user):
        return told(TOKEN, f"{scheme}{MASK}@")
    return found[0]


def _with_values_masked(text: str, given: re.Pattern[str], code: bool, told: Callable[[str, str], str]) -> str:
    """Every value behind the name of a secret masked. What follows another name is looked at in turn: it may hold such a name."""
    parts, done, at = [], 0, 0
    while found := given.search(text, at):
        at = found.end()
        kind, weak = secret_name(found["name"])
        if not kind or (code and text[at : at + 1] not in "\"'\\" and not _in_words(found)):
            continue  # in code what has no quotes is an expression
        value = _VALUE.match(text, at)
        if value is None:
            continue
        start, end = _within(value)
        inner = text[start:end] if start > at else text[at:end].rstrip(".")
        if MASK in inner or is_placeholder(inner) or (weak and not looks_secret(inner[:200])):
            continue
        if "," in found["between"] and _names_it_again(found["name"], inner):
            continue
        if _begins_here(found, text[at:start]) if start > at else _is_value(found, inner, value.end()):
            parts += [text[done:start], told(kind, MASK)]
            done = at = start + len(inner)
            while len(inner) >= LONGEST_VALUE and (value := _VALUE.match(text, at)):
                done, at, inner = value.end(), value.end(), value[0]
    return "".join(parts) + text[done:]


def _within(value: re.Match[str]) -> tuple[int, int]:
    """Begin and end of what stands within the quotes of a value."""
    quotes = _QUOTES.match(value[0])
    width = len(quotes[0]) if quotes else 0
    return value.start() + width, value.end() - width


def _begins_here(found: re.Match[str], quote: str) -> bool:
    """Whether the quote begins a value, and does not end the text in which the name stands: `getpass("Password: ", …)`."""
    if found["between"].startswith(quote):
        return True
    return _line_before(found).replace(f"\\{quote}", "").count(quote) % 2 == 0


def _names_it_again(flag: str, other: str) -> bool:
    """Whether what stands beside a flag is how its option is declared: `option("--api-key", "-k", "api_key")`."""
    return other.startswith("-") or other.replace("_", "-").casefold() in flag.casefold()


def _line_before(found: re.Match[str]) -> str:
    """What stands before a name in its line, as far as anybody writes a line by hand."""
    first = max(0, found.start() - LONGEST_LINE)
    return found.string[max(first, found.string.rfind("\n", first, found.start()) + 1) : found.start()]


def _in_words(found: re.Match[str]) -> bool:
    """Whether a place in code is within quotes, or in a comment."""
    before = _line_before(found)
    return "#" in before or any(before.replace(f"\\{quote}", "").count(quote) % 2 for quote in "\"'")


def _is_value(found: re.Match[str], value: str, end: int) -> bool:
    """Whether what stands without quotes behind a name is its value: in a sentence it is another word."""
    before = _line_before(found)
    between, after = found["between"], found.string[end : end + 1]
    if value.casefold().strip("-_") in found["name"].casefold() or value.startswith("-") or after in ("(", "[", "."):
        return False
    if value.isidentifier() and value.islower() and after in (")", ","):
        text = found.string[: found.start()]
        if text.count("(") > text.count(")"):
            return False  # an argument in a line of code
    if ":" in between:  # a line of a configuration, and no sentence
        if len(value) >= 6 and any(one.isdigit() for one in value) and any(one.isalpha() for one in value):
            return True
        return found.string[end:].partition("\n")[0].strip(" ,\"'}") == "" and before.strip(" -#\t\"'{") == ""
    return True
