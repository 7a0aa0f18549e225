"""Secrets in text are masked: what has the form of one, what is named as one, and what is known to be one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from tfwizard.language import N_
from tfwizard.report.secret_names import KEY, PASSWORD, TOKEN, is_placeholder, looks_secret, secret_name

MASK = "***"
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


#: Secrets that are known by their form: kind, what must stand before (it stays), and the secret.
FORMS: tuple[tuple[str, str, str], ...] = (
    (TOKEN, r"(?<![A-Za-z0-9])(?:hf_|api_org_)", r"(?:(?=[A-Za-z]*[A-Z0-9])[A-Za-z0-9]{16,}|[a-z]{24,})(?![A-Za-z0-9_])"),
    (KEY, r"(?<![A-Za-z0-9_\-])sk-", r"(?=[A-Za-z_\-]*[0-9])[A-Za-z0-9_\-]{16,}"),
    (KEY, r"(?<![A-Za-z0-9])[sr]k_(?:live|test)_", r"[A-Za-z0-9]{10,}"),
    (TOKEN, r"(?<![A-Za-z0-9])(?:gh[pousr]_|github_pat_)", r"[A-Za-z0-9_]{20,}"),
    (TOKEN, r"(?<![A-Za-z0-9])(?:glpat-|dckr_pat_|npm_|pypi-|r8_|dop_v1_|xox[abeoprs]-)", r"[A-Za-z0-9_\-]{16,}"),
    (KEY, r"(?<![A-Za-z0-9])(?:AKIA|ASIA|AROA|AIDA)", r"[0-9A-Z]{16}(?![A-Za-z0-9])"),
    (KEY, r"(?<![A-Za-z0-9])AIza", r"[0-9A-Za-z_\-]{30,}"),
    (TOKEN, r"(?<![A-Za-z0-9])ya29\.", r"[0-9A-Za-z_\-]{20,}"),
    (TOKEN, r"(?<![A-Za-z0-9])eyJ", r"[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}(?:\.[A-Za-z0-9_\-]*)?"),
    (TOKEN, r"(?i:authorization)[\"']?\s*[:=,]\s*[\"']?(?i:basic|token)\s+", r"[A-Za-z0-9._~+/\-]{6,}=*"),
)  # fmt: skip
_FORMS = tuple((kind, re.compile(f"({before})({secret})")) for kind, before, secret in FORMS)
_PRIVATE_KEY = re.compile(
    r"(-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----)(?! \*\*\*)"
    r"(?:(?:(?!-----BEGIN)[\s\S]){0,20000}?-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|(?:\\[nr]|[A-Za-z0-9+/=\s]){20,})"
)
_BEARER = re.compile(r"((?i:\bbearer)\s+)([A-Za-z0-9._~+/\-]{8,}=*)")
_IN_ADDRESS = re.compile(r"(\b[a-zA-Z][a-zA-Z0-9+.\-]{0,20}+://)([^\s/@:\"'<>`]*+)(:?)([^\s/\"'<>`]*)@(?=[^\s\"'<>`]+)")
_VALUE = r"""(?P<value>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[^\s"'`,;&()\[\]{}<>|]+)"""
_NAME = r"(?P<name>(?<![\w.])[A-Za-z_][\w\-]*)"
_ASSIGNED = re.compile(
    _NAME + r"(?P<between>[\"']?\]?\s*(?::=|=>|=(?!=)|:(?!=))\s*)(?P<prefix>[rbufRBUF]{0,2}(?=[\"']))?" + _VALUE
)
_FLAG = re.compile(r"(?P<name>(?<!\S)--?[A-Za-z][\w\-]*)(?P<between>\s+)(?P<prefix>)" + _VALUE)


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
        text = given.sub(lambda found: _named(found, code, told), text)
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
            masked = mask(argument, known)
            counts += masked.counts
            found.append(masked.text)
        before = argument
    return tuple(found), counts


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


def _named(found: re.Match[str], code: bool, told: Callable[[str, str], str]) -> str:
    name, between, value = found["name"], found["between"], found["value"]
    kind, weak = secret_name(name)
    quote = value[0] if value[0] in "\"'" else ""
    inner = value[1:-1] if quote else value.rstrip(".")
    if not kind or MASK in inner or is_placeholder(inner) or (weak and not looks_secret(inner)):
        return found[0]
    if not (_begins_here(found, quote) if quote else _is_value(found, code)):
        return found[0]
    return told(
        kind, f"{name}{between}{found['prefix'] or ''}{quote}{MASK}{quote}{value[len(inner) :] if not quote else ''}"
    )


def _begins_here(found: re.Match[str], quote: str) -> bool:
    """Whether the quote begins a value, and does not end the text in which the name stands: `getpass("Password: ", …)`."""
    before = found.string[: found.start()].rpartition("\n")[2].replace(f"\\{quote}", "")
    return before.count(quote) % 2 == 0 or found["between"].startswith(quote)


def _is_value(found: re.Match[str], code: bool) -> bool:
    """Whether what stands without quotes behind a name is its value: in code it is an expression, in a sentence another word."""
    if code:
        return False
    value, between = found["value"], found["between"]
    after, before = found.string[found.end() :], found.string[: found.start()]
    if (
        value.casefold().strip("-_") in found["name"].casefold()
        or value.startswith("-")
        or after[:1] in ("(", "[", ".")
    ):
        return False
    if value.isidentifier() and value.islower() and after[:1] in (")", ",") and before.count("(") > before.count(")"):
        return False  # an argument in a line of code
    if ":" in between:  # a line of a configuration, and no sentence
        if len(value) >= 6 and any(one.isdigit() for one in value) and any(one.isalpha() for one in value):
            return True
        alone = after.partition("\n")[0].strip(" ,\"'}") == ""
        return alone and before.rpartition("\n")[2].strip(" -#\t\"'{") == ""
    return True
