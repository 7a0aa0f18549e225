"""Whoever has neither the token nor its cookie gets 403, whatever is asked for."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from urllib.parse import urljoin, urlsplit

import aiohttp
import pytest

from .conftest import PATIENCE_S, SCRIPT, Served, Visitor, origin

Visitors = Callable[[], Visitor]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    (folder / "train.py").write_text(SCRIPT)
    one = Served(folder, "train.py")
    yield one
    one.end()


async def connects(visitor: Visitor, page: str, **headers: str) -> int:
    """The status that a connection is answered with."""
    try:
        async with visitor.session.ws_connect(f"{page.replace('http', 'ws', 1)}ws", headers=headers):
            return 101
    except aiohttp.WSServerHandshakeError as error:
        return error.status


@pytest.mark.parametrize(
    "path", ["", "ws", "files/textual.js", "files/page.css", "download/key", "nothing", "..", "../2/", "../favicon.ico"]
)
async def test_nothing_without_the_token(served: Served, visitors: Visitors, path: str) -> None:
    status, text = await visitors().get(urljoin(served.page(), path))
    assert status == 403
    assert "tfwizard serve" in text


async def test_what_only_looks_does_not_spend_the_token(served: Served, visitors: Visitors) -> None:
    visitor = visitors()
    async with visitor.session.head(served.url()) as answer:
        assert answer.status == 403
    for headers in ({"Sec-Purpose": "prefetch;prerender"}, {"Host": "evil.example"}):
        assert (await visitor.get(served.url(), headers=headers))[0] == 403
    assert (await visitor.get(served.page(), params={"token": "guessed"}))[0] == 403
    assert served.process.poll() is None
    assert not served.family


async def test_the_token_is_good_once_and_its_cookie_from_then_on(served: Served, visitors: Visitors) -> None:
    visitor, other = visitors(), visitors()
    async with visitor.session.get(served.url()) as answer:
        assert answer.status == 200
        cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert (await other.get(served.url()))[0] == 403  # spent
    page = served.page()
    assert (await visitor.get(page))[0] == 200
    assert (await visitor.get(served.url()))[0] == 200  # who has the seat may open the URL again
    assert (await visitor.get(f"{page}files/textual.js"))[0] == 200
    assert (await visitor.get(f"{page}files/nothing"))[0] == 404
    assert (await visitor.get(page, headers={"Host": "evil.example"}))[0] == 403
    # A page of somebody else's makes the browser connect, with its cookie.
    assert await connects(visitor, page) == 403
    assert await connects(visitor, page, Origin="https://evil.example") == 403
    assert await connects(visitor, page, Origin="http://127.0.0.1:1") == 403
    assert await connects(visitor, page, Origin=origin(page), Host="evil.example") == 403
    assert await connects(other, page, Origin=origin(page)) == 403
    name, _, value = cookie.partition(";")[0].partition("=")
    assert await connects(other, page, Origin=origin(page), Cookie=f"{name}={value[:-1]}") == 403
    assert await connects(visitor, page, Origin=origin(page)) == 101


async def test_a_page_reaches_for_nothing_but_its_server(served: Served, visitors: Visitors) -> None:
    """Offline it works as well, and no word of it leaves."""
    visitor = visitors()
    other = Served(served.folder, "train.py")
    try:
        await visitor.get(other.url())
        async with visitor.session.get(other.page()) as answer:
            text, policy = await answer.text(), answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "http:" not in policy.replace("http://", "http:") and "https:" not in policy
        links = re.findall(r'(?:src|href)="([^"]*)"', text)
        assert "files/textual.js" in links
        for link in links:
            assert link == "data:," or (await visitor.get(urljoin(other.page(), link)))[0] == 200, link
        css = (await visitor.get(f"{other.page()}files/page.css"))[1]
        fonts = re.findall(r'url\("([^"]+)"\)', css)
        assert fonts
        for font in fonts:
            async with visitor.session.get(f"{other.page()}files/{font}") as answer:
                assert answer.status == 200
    finally:
        other.end()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"403"),
        (b"CONNECT elsewhere:1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"403"),
        (b"GET /1/ HTTP/1.1\r\n\r\n", b"400"),
        (b"\x16\x03\x01\x00\xf4\x01\x00\x00\xf0\x03\x03\r\n\r\n", b"400"),  # how TLS begins
    ],
)
async def test_who_sends_anything_else_fills_no_terminal(served: Served, sent: bytes, status: bytes) -> None:
    page = urlsplit(served.page())
    reader, writer = await asyncio.open_connection(page.hostname, page.port)
    writer.write(sent)
    assert (await asyncio.wait_for(reader.readline(), PATIENCE_S)).split()[1] == status
    writer.close()
    assert "Traceback" not in served.errors.read_text()
