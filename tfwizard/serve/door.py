"""Who is let in: a token that is good once, the cookie that it is exchanged for, and the names that requests may come by."""

from __future__ import annotations

import hmac
import ipaddress
import secrets
import socket
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
#: Addresses that stand for every address of this machine.
EVERYWHERE = frozenset({"0.0.0.0", "::"})


class Door:
    """The way to one seat. Its token opens it once; from then on only the cookie does that the first visitor got."""

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(32)
        self.cookie = ""
        # Cookies know no ports: two servers on one machine would take each other's, had both the same name for it.
        self.cookie_name = f"tfwizard-{secrets.token_hex(4)}"

    def enter(self, token: str) -> bool:
        """Spend the token: whether it was the right one, and the first time."""
        if self.cookie or not _same(token, self.token):
            return False
        self.cookie = secrets.token_urlsafe(32)
        return True

    def knows(self, cookie: str) -> bool:
        """Whether this is the visitor who has the seat."""
        return bool(self.cookie) and _same(cookie, self.cookie)

    def renew(self) -> None:
        """Another token; whoever has the seat loses it."""
        self.token, self.cookie = secrets.token_urlsafe(32), ""


def _same(one: str, other: str) -> bool:
    # In a time that tells nothing; as bytes, for it refuses text that is not ASCII.
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode())


@dataclass(frozen=True)
class Names:
    """The names under which the server is asked for. Any other is a page of somebody else's that reaches for this machine.

    The port may be any: a tunnel has its own. `public` is the address of a proxy in front, if there is one.
    """

    host: str
    public: SplitResult | None = None
    _ours: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        ours = LOOPBACK | {self.host.lower()}
        if self.host in EVERYWHERE:
            ours |= {socket.gethostname().lower(), socket.getfqdn().lower()}
        if self.public is not None and self.public.hostname:
            ours |= {self.public.hostname}
        object.__setattr__(self, "_ours", ours)

    def is_host(self, header: str) -> bool:
        """Whether a request with this Host header is meant for us: a name that was bent to our address is not."""
        name = _name(f"//{header}")
        return name in self._ours or (self.host in EVERYWHERE and _is_address(name))

    def is_origin(self, origin: str, host: str) -> bool:
        """Whether the page that asks (Origin header) is one of ours, asked for under this Host header."""
        if self.public is not None and origin == f"{self.public.scheme}://{self.public.netloc}":
            return True
        return origin in (f"http://{host}", f"https://{host}")


def _name(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
