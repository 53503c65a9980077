"""The doors behind uvicorn, and fields from the containers of websockets, aiohttp and werkzeug."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest

from ws_handshake import (
    HandshakeError,
    Headers,
    Request,
    Response,
    build_rejection,
    build_request,
    validate_request,
)

from .conftest import opened, peer, timed

TWICE = [("Cookie", "a=1"), ("X", "2"), ("cookie", "b=2")]

# --- Containers of fields -------------------------------------------------------------------------


def containers() -> list[tuple[str, Any]]:
    multidict, werkzeug = peer("multidict"), peer("werkzeug.datastructures")
    ours = multidict.CIMultiDict(TWICE)
    return [
        ("websockets.Headers", peer("websockets.datastructures").Headers(TWICE)),
        ("multidict.CIMultiDict", ours),
        ("multidict.CIMultiDictProxy", multidict.CIMultiDictProxy(ours)),
        ("multidict.MultiDict", multidict.MultiDict(TWICE)),
        ("werkzeug.Headers", werkzeug.Headers(TWICE)),
    ]


@pytest.mark.parametrize("place", range(5))
def test_containers_keep_every_line(place: int) -> None:
    name, container = containers()[place]
    assert list(Headers(container).items()) == TWICE, name


def test_a_multidict_of_werkzeug_keeps_every_value() -> None:
    werkzeug = peer("werkzeug.datastructures")
    container = werkzeug.MultiDict([("A", "1"), ("B", "2"), ("A", "3")])
    assert list(Headers(container).items()) == [("A", "1"), ("A", "3"), ("B", "2")]
    combined = werkzeug.CombinedMultiDict([container, werkzeug.MultiDict([("B", "4")])])
    assert Headers(combined).get_all("b") == ("2", "4")


def test_the_fields_of_an_environ_in_werkzeug() -> None:
    environ = {"HTTP_HOST": "a", "HTTP_X_Y": "1,2", "CONTENT_TYPE": "b", "CONTENT_LENGTH": ""}
    headers = Headers(peer("werkzeug.datastructures").EnvironHeaders(environ))
    assert set(headers.items()) == {("Host", "a"), ("X-Y", "1,2"), ("Content-Type", "b")}


@pytest.mark.parametrize("value", ["a\x00", "\u20ac", "a\x0bb"])
def test_what_containers_let_through_is_refused(value: str) -> None:
    multidict = peer("multidict")
    with pytest.raises(ValueError, match="the value of X"):
        Headers(multidict.CIMultiDict({"X": value}))


# --- uvicorn --------------------------------------------------------------------------------------

GOOD = build_request("ws://example.com/a%20b?c=%64", subprotocols=["chat"]).to_bytes()


class Application:
    """Says what the scope tells, and refuses with whatever that gives."""

    def __init__(self, refusal: Response | None = None) -> None:
        self.refusal = refusal
        self.scope: dict[str, Any] = {}
        self.request: Request | None = None
        self.verdict = ""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scope = scope
        if scope["type"] == "websocket":
            await receive()  # websocket.connect
        answer = self.refusal or build_rejection(418)
        try:
            self.request = Request.from_asgi(scope)
            validate_request(self.request, origins=None)
            self.verdict = "ok"
        except HandshakeError as error:
            self.verdict = error.code
            answer = build_rejection(error)
        for message in answer.to_asgi(scope):
            await send(message)


@contextlib.asynccontextmanager
async def uvicorn(application: Application, http: str, ws: str) -> AsyncIterator[int]:
    library = peer("uvicorn")
    config = library.Config(
        application, http=http, ws=ws, lifespan="off", log_config=None, root_path="/app"
    )
    server = library.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:  # Connections wait in its queue.
        running = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            await running


async def answer(port: int, data: bytes) -> Response:
    """What comes back; the server closes, or the answer says how long it is."""
    async with opened(port) as (reader, writer):
        writer.write(data)
        head = await reader.readuntil(b"\r\n\r\n")
        _, _, rest = head.lower().partition(b"content-length: ")
        length = int(rest.partition(b"\r\n")[0] or b"0")
        return Response.parse(head + await reader.readexactly(length))


BOTH = pytest.mark.parametrize("http", ["h11", "httptools"])
EACH = pytest.mark.parametrize("ws", ["websockets-sansio", "wsproto", "none"])


@BOTH
@EACH
@timed
async def test_a_good_handshake(http: str, ws: str) -> None:
    application = Application()
    async with uvicorn(application, http, ws) as port:
        response = await answer(port, GOOD)
    assert application.verdict == "ok"
    assert application.scope["type"] == ("http" if ws == "none" else "websocket")
    request = application.request
    assert request is not None
    # uvicorn puts its root_path before the path that came.
    assert request.target == "/app/a%20b?c=%64"
    sent = Request.parse(GOOD)
    # wsproto has taken the subprotocols out of the fields, and uvicorn tells them beside.
    assert list(request.headers) == [name.lower() for name in sent.headers]
    assert request.headers == sent.headers
    assert response.status == 418
    assert response.body == b"418 I'm a Teapot\n"


CHANGES = [
    (b"Host: example.com\r\n", b"", "host-missing"),
    (b"Upgrade: websocket", b"Upgrade: websocket, websocket", "upgrade-repeated"),
    (b"Connection: Upgrade", b"Connection: close", "connection-without-upgrade"),
    (b"Version: 13", b"Version: 8", "version-unsupported"),
    (b"Sec-WebSocket-Version: 13\r\n", b"", "version-missing"),
    (b"HTTP/1.1", b"HTTP/1.0", "http-version-too-old"),
    (b"GET", b"POST", "method-not-get"),
    (b"/a%20b", b"*", "target-malformed"),
    (b"Protocol: chat", b"Protocol: chat, chat", "subprotocol-repeated"),
    (b"Upgrade: websocket\r\n", b"", "upgrade-missing"),
]


@BOTH
@pytest.mark.parametrize(("old", "new", "code"), CHANGES, ids=[code for _, _, code in CHANGES])
@timed
async def test_a_bad_handshake_on_an_http_scope(
    http: str, old: bytes, new: bytes, code: str
) -> None:
    """What the bytes would be told, unless the server has told it already."""
    application = Application()
    data = GOOD.replace(old, new)
    async with uvicorn(application, http, "none") as port:
        response = await answer(port, data)
    if not application.scope:
        assert response.status == 400  # h11 wants a Host
        assert (http, code) == ("h11", "host-missing")
        return
    if code == "target-malformed":  # root_path has made it a path
        assert application.request is not None
        assert application.request.target == "/app*?c=%64"
        return
    assert application.verdict == code
    if code in ("upgrade-missing", "version-unsupported", "http-version-too-old"):
        assert response.status == 426
        assert response.headers["Upgrade"] == "websocket"
        options = response.headers["Connection"].lower().split(", ")
        assert {"upgrade", "close"} <= set(options)
    if code.startswith("version"):
        assert response.headers["Sec-WebSocket-Version"] == "13"


@pytest.mark.parametrize("http", ["h11", "httptools"])
@timed
async def test_a_server_without_the_extension_answers_403(http: str) -> None:
    class Old(Application):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await super().__call__({**scope, "extensions": {}}, receive, send)

    application = Old(build_rejection(426))
    async with uvicorn(application, http, "websockets-sansio") as port:
        response = await answer(port, GOOD)
    assert response.status == 403


@BOTH
@EACH
@timed
async def test_a_dressed_refusal_arrives_whole(http: str, ws: str) -> None:
    refusal = build_rejection(
        401, headers=[("WWW-Authenticate", "Bearer"), ("Set-Cookie", "a"), ("Set-Cookie", "b")]
    )
    application = Application(refusal)
    async with uvicorn(application, http, ws) as port:
        response = await answer(port, GOOD)
    assert (response.status, response.body) == (401, refusal.body)
    assert response.headers.get_all("set-cookie") == ("a", "b")
    assert response.headers["WWW-Authenticate"] == "Bearer"
