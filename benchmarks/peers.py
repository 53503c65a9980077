"""How each peer does the work: a request's bytes in, an answer's bytes out, or the other way.

`c-parser` is a mark and no peer: httptools' C parser with an accept that checks nothing, the least
that a server could do. h11 and aiohttp's C parser are marks too: they parse and answer nothing.
tornado and picows know no handshake apart from a connection. They get one that is in memory, so
what they do for every connection is in their times, and for tornado some turns of the event loop.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import functools
import logging
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, NamedTuple

import aiohttp.base_protocol
import aiohttp.http_parser
import h11
import httptools
import picows
import picows.picows
import tornado.http1connection
import tornado.iostream
import tornado.web
import tornado.websocket
import websockets.client
import websockets.server
import websockets.uri
import wsproto
import wsproto.events
import wsproto.handshake
import wsproto.utilities
from samples import ANSWER, KEY, ORIGIN, URI, accept_value

import ws_handshake.client
from ws_handshake import ClientHandshake, HandshakeError, ServerHandshake, generate_key

Bytes = Callable[[bytes], Any]


class Site(NamedTuple):
    """What a server asks for: the origin that may connect, the subprotocol that it speaks."""

    origin: str | None = None
    subprotocol: str | None = None

    @property
    def origins(self) -> list[str] | None:
        return None if self.origin is None else [self.origin]

    @property
    def subprotocols(self) -> list[str]:
        return [] if self.subprotocol is None else [self.subprotocol]


# Servers: a site gives a function from the request's bytes to the answer's.


def ws_handshake_server(site: Site) -> Bytes:
    origins, subprotocols = site.origins, site.subprotocols

    def answer(head: bytes) -> bytes:
        server = ServerHandshake(origins=origins, subprotocols=subprotocols)
        server.receive_data(head)
        return server.accept()

    return answer


class ParsedByC:
    """What a server keeps of a request that httptools parses: the target and the fields."""

    def __init__(self) -> None:
        self.url = b""
        self.fields: dict[bytes, bytes] = {}

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.fields[name.lower()] = value


def accept_unchecked(request: ParsedByC, subprotocol: bool) -> bytes:
    httptools.parse_url(request.url)
    key = request.fields[b"sec-websocket-key"]
    answer = (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: %b\r\n"
    ) % accept_value(key)
    if subprotocol:
        offered = request.fields[b"sec-websocket-protocol"].split(b",")
        answer += b"Sec-WebSocket-Protocol: %b\r\n" % offered[0]
    return answer + b"\r\n"


def c_parser_server(site: Site) -> Bytes:
    subprotocol = site.subprotocol is not None

    def answer(head: bytes) -> bytes:
        request = ParsedByC()
        parser = httptools.HttpRequestParser(request)
        with contextlib.suppress(httptools.HttpParserUpgrade):
            parser.feed_data(head)
        return accept_unchecked(request, subprotocol)

    return answer


def websockets_server(site: Site) -> Bytes:
    origins, subprotocols = site.origins, site.subprotocols or None

    def answer(head: bytes) -> bytes:
        server = websockets.server.ServerProtocol(origins=origins, subprotocols=subprotocols)
        server.receive_data(head)
        return websockets_answer(server)

    return answer


def websockets_answer(server: Any) -> bytes:
    (request,) = server.events_received()
    server.send_response(server.accept(request))
    return b"".join(server.data_to_send())


def wsproto_server(site: Site) -> Bytes:
    subprotocol = site.subprotocol is not None

    def answer(head: bytes) -> bytes:
        server = wsproto.WSConnection(wsproto.ConnectionType.SERVER)
        server.receive_data(head)
        return wsproto_answer(server, subprotocol)

    return answer


def wsproto_answer(server: Any, subprotocol: bool) -> bytes:
    (request,) = server.events()
    chosen = request.subprotocols[0] if subprotocol else None
    return bytes(server.send(wsproto.events.AcceptConnection(subprotocol=chosen)))


def tornado_server(site: Site) -> Callable[[bytes], Coroutine[Any, Any, bytes]]:
    class Handler(tornado.websocket.WebSocketHandler):  # type: ignore[misc]
        def check_origin(self, origin: str) -> bool:
            return site.origin is None or origin == site.origin

        def select_subprotocol(self, subprotocols: list[str]) -> str | None:
            return site.subprotocol if site.subprotocol in subprotocols else None

    application = tornado.web.Application([(".*", Handler)], websocket_ping_interval=0)

    async def answer(head: bytes) -> bytes:
        stream = TornadoStream(head)
        connection = tornado.http1connection.HTTP1Connection(stream, is_client=False)
        await connection.read_response(application.start_request(None, connection))
        return await stream.answer  # the handler is a task of its own

    return answer


class TornadoStream:
    """As much of an IOStream as tornado needs to read a request and write the answer."""

    max_buffer_size = 65536

    def __init__(self, head: bytes) -> None:
        loop = asyncio.get_running_loop()
        self.head: asyncio.Future[bytes] = loop.create_future()
        self.head.set_result(head)
        self.answer: asyncio.Future[bytes] = loop.create_future()

    def read_until_regex(self, _regex: bytes, max_bytes: int) -> asyncio.Future[bytes]:
        return self.head

    def write(self, data: bytes) -> asyncio.Future[bytes]:
        self.answer.set_result(bytes(data))
        return self.answer

    def read_bytes(self, _number: int, partial: bool = False) -> None:
        raise tornado.iostream.StreamClosedError  # the client leaves once it has the answer

    def set_close_callback(self, callback: object) -> None:
        pass

    def set_nodelay(self, value: bool) -> None:
        pass

    def closed(self) -> bool:
        return False

    def close(self) -> None:
        pass


def picows_server(site: Site) -> Callable[[bytes], Coroutine[Any, Any, bytes]]:
    logger = logging.getLogger("picows.benchmark")
    fields = [("Sec-WebSocket-Protocol", name) for name in site.subprotocols]

    def listener(request: Any) -> Any:
        if site.origin is not None and request.headers.get("Origin") != site.origin:
            return None
        response = picows.WSUpgradeResponse.create_101_response(fields)
        return picows.WSUpgradeResponseWithListener(response, picows.WSListener())

    async def answer(head: bytes) -> bytes:
        # As ws_create_server makes them; without a time limit, since there is no clock.
        protocol = picows.picows.WSProtocol(
            *(None, None, False, listener, logger, True, None),
            *(False, 20, 20, picows.WSAutoPingStrategy.PING_WHEN_IDLE),
            *(True, 10 * 1024 * 1024, None, 16 * 1024),
        )
        transport = PicowsTransport()
        protocol.connection_made(transport)
        protocol.get_buffer(-1)[: len(head)] = head
        protocol.buffer_updated(len(head))
        return transport.written

    return answer


class NoSocket:
    """What picows asks of a socket while hands are shaken."""

    def setsockopt(self, *_: int) -> None:
        pass

    def getsockopt(self, *_: int) -> int:
        return 1

    def fileno(self) -> int:
        return 1 << 20


class PicowsTransport:
    """As much of an asyncio transport as picows needs to write the answer."""

    socket = NoSocket()

    def __init__(self) -> None:
        self.written = b""

    def get_extra_info(self, name: str) -> object:
        return self.socket if name == "socket" else None

    def get_write_buffer_size(self) -> int:
        return 0

    def write(self, data: bytes) -> None:
        self.written += bytes(data)


SERVERS: dict[str, Callable[[Site], Bytes]] = {
    "c-parser": c_parser_server,
    "ws_handshake": ws_handshake_server,
    "websockets": websockets_server,
    "wsproto": wsproto_server,
    "tornado": tornado_server,
    "picows": picows_server,
}


# Parsers, as marks.


def h11_parser(head: bytes) -> Any:
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(head)
    return connection.next_event()


class AiohttpParser:
    """aiohttp's C parser, which wants an event loop and a protocol to be there."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.protocol = aiohttp.base_protocol.BaseProtocol(self.loop)

    def __call__(self, head: bytes) -> Any:
        parser = aiohttp.http_parser.HttpRequestParser(self.protocol, self.loop, 65536)
        messages, _, _ = parser.feed_data(head)
        return messages[0][0]


# The same when the head comes byte by byte.


def ws_handshake_bytewise(pieces: Iterable[bytes]) -> bytes:
    server = ServerHandshake(origins=None, subprotocols=["chat"])
    for piece in pieces:
        server.receive_data(piece)
    return server.accept()


def websockets_bytewise(pieces: Iterable[bytes]) -> bytes:
    server = websockets.server.ServerProtocol(subprotocols=["chat"])
    for piece in pieces:
        server.receive_data(piece)
    return websockets_answer(server)


def wsproto_bytewise(pieces: Iterable[bytes]) -> bytes:
    server = wsproto.WSConnection(wsproto.ConnectionType.SERVER)
    for piece in pieces:
        server.receive_data(piece)
    return wsproto_answer(server, subprotocol=True)


def h11_bytewise(pieces: Iterable[bytes]) -> Any:
    connection = h11.Connection(h11.SERVER)
    event = h11.NEED_DATA
    for piece in pieces:
        connection.receive_data(piece)
        event = connection.next_event()
    return event


def c_parser_bytewise(pieces: Iterable[bytes]) -> bytes:
    request = ParsedByC()
    parser = httptools.HttpRequestParser(request)
    with contextlib.suppress(httptools.HttpParserUpgrade):
        for piece in pieces:
            parser.feed_data(piece)
    return accept_unchecked(request, subprotocol=True)


# Refusals, from the request's bytes to the answer's.


def ws_handshake_refusal(head: bytes) -> bytes:
    server = ServerHandshake(origins=[ORIGIN], subprotocols=["chat"])
    try:
        server.receive_data(head)
    except HandshakeError as error:
        return error.rejection.to_bytes() if error.rejection is not None else b""
    return b""


websockets_refusal = websockets_server(Site(ORIGIN, "chat"))


def wsproto_refusal(head: bytes) -> bytes:
    server = wsproto.WSConnection(wsproto.ConnectionType.SERVER)
    try:
        server.receive_data(head)
    except wsproto.utilities.RemoteProtocolError as error:
        return bytes(server.send(error.event_hint))
    return b""


# Clients: the request's bytes, and what was agreed on. All send the same key, so that one answer is
# right for everybody: each makes it from the same 16 bytes, and drawing them is left out.
NONCE = base64.b64decode(KEY)
vars(ws_handshake.client)["generate_key"] = functools.partial(generate_key, lambda size: NONCE)
websockets.client.generate_key = lambda: base64.b64encode(NONCE).decode()
wsproto.handshake.generate_nonce = lambda: base64.b64encode(NONCE)

Opened = tuple[bytes, str | None]


def ws_handshake_client() -> Opened:
    client = ClientHandshake(URI, origin=ORIGIN, subprotocols=["chat"])
    request = client.request.to_bytes()
    agreement = client.receive_data(ANSWER)
    return request, None if agreement is None else agreement.subprotocol


def websockets_client() -> Opened:
    client = websockets.client.ClientProtocol(
        websockets.uri.parse_uri(URI), origin=ORIGIN, subprotocols=["chat"]
    )
    client.send_request(client.connect())
    request = b"".join(client.data_to_send())
    client.receive_data(ANSWER)
    client.events_received()
    if client.handshake_exc is not None:
        raise client.handshake_exc
    return request, client.subprotocol


def wsproto_client() -> Opened:
    client = wsproto.WSConnection(wsproto.ConnectionType.CLIENT)
    request = client.send(
        wsproto.events.Request(
            host="example.com:8000",
            target="/room1",
            subprotocols=["chat"],
            extra_headers=[(b"Origin", ORIGIN.encode("ascii"))],
        )
    )
    client.receive_data(ANSWER)
    (accepted,) = client.events()
    return request, accepted.subprotocol
