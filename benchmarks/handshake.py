"""A browser's request in, the bytes of a 101 with a subprotocol out: one function a peer.

Everybody gets the same bytes and is checked once before it is timed. Run `compare.py` to have the
peers measured in turn and compared; run this file for pyperf's own options on all of them.

`c-parser` is a mark, not a peer: httptools' C parser with an accept that checks nothing, the least
that a server could do.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
from collections.abc import Callable

import httptools
import pyperf
import websockets.http11
import websockets.server
import websockets.typing
import wsproto
import wsproto.events

from ws_handshake import ServerHandshake

ORIGIN = "https://app.example.com"

# What Chromium sends, with a subprotocol.
REQUEST = (
    b"GET /api/ws HTTP/1.1\r\n"
    b"Host: localhost:33405\r\n"
    b"Connection: Upgrade\r\n"
    b"Pragma: no-cache\r\n"
    b"Cache-Control: no-cache\r\n"
    b"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    b"HeadlessChrome/156.0.0.0 Safari/537.36\r\n"
    b"Upgrade: websocket\r\n"
    b"Origin: https://app.example.com\r\n"
    b"Sec-WebSocket-Version: 13\r\n"
    b"Accept-Encoding: gzip, deflate, br, zstd\r\n"
    b"Accept-Language: en-US,en;q=0.9\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
    b"Sec-WebSocket-Protocol: chat\r\n"
    b"\r\n"
)


def ws_handshake_server() -> bytes:
    server = ServerHandshake(origins=[ORIGIN], subprotocols=["chat"])
    server.receive_data(REQUEST)
    return server.accept()


class Fields:
    """What a server keeps of a request that httptools parses: the target and the fields."""

    def __init__(self) -> None:
        self.url = b""
        self.fields: dict[bytes, bytes] = {}

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.fields[name.lower()] = value


def c_parser() -> bytes:
    request = Fields()
    parser = httptools.HttpRequestParser(request)
    with contextlib.suppress(httptools.HttpParserUpgrade):
        parser.feed_data(REQUEST)
    httptools.parse_url(request.url)
    key = request.fields[b"sec-websocket-key"]
    digest = hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: %b\r\nSec-WebSocket-Protocol: %b\r\n\r\n"
    ) % (base64.b64encode(digest), request.fields[b"sec-websocket-protocol"].split(b",")[0])


def websockets_server() -> bytes:
    server = websockets.server.ServerProtocol(
        origins=[websockets.typing.Origin(ORIGIN)],
        subprotocols=[websockets.typing.Subprotocol("chat")],
    )
    server.receive_data(REQUEST)
    (request,) = server.events_received()
    if not isinstance(request, websockets.http11.Request):
        raise TypeError(request)
    server.send_response(server.accept(request))
    return b"".join(server.data_to_send())


def wsproto_server() -> bytes:
    server = wsproto.WSConnection(wsproto.ConnectionType.SERVER)
    server.receive_data(REQUEST)
    (request,) = server.events()
    if not isinstance(request, wsproto.events.Request):
        raise TypeError(request)
    accept = wsproto.events.AcceptConnection(subprotocol=request.subprotocols[0])
    return bytes(server.send(accept))


def sha1_and_base64() -> bytes:
    """What nobody can avoid."""
    key = b"dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    return base64.b64encode(hashlib.sha1(key).digest())


PEERS: dict[str, Callable[[], bytes]] = {
    "c-parser": c_parser,
    "ws_handshake": ws_handshake_server,
    "websockets": websockets_server,
    "wsproto": wsproto_server,
    "sha1+base64": sha1_and_base64,
}


def check() -> None:
    """Every peer accepts, with the right value and the subprotocol."""
    for name, peer in PEERS.items():
        answer = peer()
        if b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" not in answer:
            raise ValueError(f"{name} does not accept: {answer!r}")
        if name != "sha1+base64" and b"chat" not in answer:
            raise ValueError(f"{name} does not select the subprotocol: {answer!r}")


if __name__ == "__main__":
    check()
    runner = pyperf.Runner()
    for name, peer in PEERS.items():
        runner.bench_func(name, peer)
