"""The server between the pages and the seats. Whoever has no seat gets 403, whatever is asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from urllib.parse import quote

from aiohttp import web

from tfwizard.serve import pages
from tfwizard.serve.door import Names
from tfwizard.serve.seat import Seat, size_of

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
#: How often a connection is asked whether it is still there, in seconds.
HEARTBEAT_S = 15.0
LONGEST_MESSAGE = 256 * 1024


class SeatsServer:
    """Serves each seat below its number. `prefix` is the path of a proxy in front, `secure` whether that speaks TLS."""

    def __init__(self, seats: Sequence[Seat], names: Names, prefix: str = "", secure: bool = False) -> None:
        self._seats: Mapping[str, Seat] = {str(seat.number): seat for seat in seats}
        self._names, self._prefix, self._secure = names, prefix, secure

    def app(self) -> web.Application:
        """The application for aiohttp."""

        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self._guard(request, handler)

        app = web.Application(middlewares=[guard])
        app.add_routes([
            web.get("/{seat}/", self._page),
            web.get("/{seat}/ws", self._socket),
            web.get("/{seat}/files/{name}", self._file),
            web.get("/{seat}/download/{key}", self._download),
        ])  # fmt: skip
        app.on_response_prepare.append(self._seal)
        return app

    async def _seal(self, request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(pages.HEADERS)
        response.headers["Server"] = "tfwizard"

    # --- who is let in ---------------------------------------------------------------------------------------------------

    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        host = request.headers.get("Host", "")
        seat = self._seats.get(request.path.removeprefix("/").partition("/")[0])
        if seat is None or not self._names.is_host(host):
            return _refused()
        if seat.door.knows(request.cookies.get(seat.door.cookie_name, "")):
            try:
                return await handler(request)
            except web.HTTPException as answer:  # no such page: as an answer, so that it is sealed too
                return web.Response(status=answer.status, text=answer.reason)
        if request.method == "GET" and request.path == f"/{seat.number}/" and not _looks_ahead(request):
            return self._enter(seat, request)
        return _refused()

    def _enter(self, seat: Seat, request: web.Request) -> web.Response:
        """The first visit: the token for a cookie."""
        if not seat.door.enter(request.query.get("token", "")):
            return _refused()
        response = web.Response(text=pages.entered(), content_type="text/html")
        response.set_cookie(
            seat.door.cookie_name, seat.door.cookie, path=f"{self._prefix}/{seat.number}/", httponly=True,
            samesite="Strict", secure=self._secure,
        )  # fmt: skip
        return response

    # --- what a visitor gets ---------------------------------------------------------------------------------------------

    async def _page(self, request: web.Request) -> web.StreamResponse:
        return web.Response(text=pages.page(self._seat(request)), content_type="text/html")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        path = pages.FILES.get(request.match_info["name"])
        return web.FileResponse(path) if path is not None else web.Response(status=404)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if not self._names.is_origin(request.headers.get("Origin", ""), request.headers.get("Host", "")):
            return _refused()
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_S, max_msg_size=LONGEST_MESSAGE)
        await socket.prepare(request)
        await self._seat(request).visit(socket, size_of(request.query.get("width"), request.query.get("height")))
        return socket

    async def _download(self, request: web.Request) -> web.StreamResponse:
        downloads, key = self._seat(request).downloads, request.match_info["key"]
        try:
            file = await downloads.get_download_metadata(key)
        except KeyError:
            return web.Response(status=404)
        name = quote(file.file_name, safe="")
        response = web.StreamResponse(
            headers={
                "Content-Type": "application/octet-stream",
                "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            }
        )
        await response.prepare(request)
        async for piece in downloads.download(key):
            await response.write(piece)
        await response.write_eof()
        return response

    def _seat(self, request: web.Request) -> Seat:
        return self._seats[request.match_info["seat"]]


def _refused() -> web.Response:
    return web.Response(status=403, text=f"403\n\n{pages.refused()}\n")


def _looks_ahead(request: web.Request) -> bool:
    """Whether nobody has come: a browser fetches what it thinks somebody will open."""
    return "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
