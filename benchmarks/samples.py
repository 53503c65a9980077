"""The bytes that everybody is given."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import NamedTuple

ORIGIN = "https://app.example.com"
URI = "ws://example.com:8000/room1"
KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

# What Chromium sends, with a subprotocol: 540 bytes.
BROWSER = (
    b"GET /api/ws/room/1 HTTP/1.1\r\n"
    b"Host: example.com:80\r\n"
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

# The least that a client can send, with a subprotocol: 190 bytes.
MINIMAL = (
    b"GET /room1 HTTP/1.1\r\n"
    b"Host: example.com:8000\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"Sec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Protocol: chat\r\n"
    b"\r\n"
)

ANSWER = (
    b"HTTP/1.1 101 Switching Protocols\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
    b"Sec-WebSocket-Protocol: chat\r\n"
    b"\r\n"
)

# What a proxy that sets Upgrade a second time makes of the request, and another protocol.
UPGRADE_TWICE = BROWSER.replace(b"Upgrade: websocket\r\n", b"Upgrade: websocket, websocket\r\n")
OTHER_UPGRADE = BROWSER.replace(b"Upgrade: websocket\r\n", b"Upgrade: h2c\r\n")

# The browser's fields as a server that parses HTTP itself has them: twelve.
FIELDS = [
    (name, value)
    for name, _, value in (
        line.partition(": ") for line in BROWSER.decode("ascii").split("\r\n")[1:-2]
    )
    if name != "Pragma"
]

# Real heads, one of each kind of client: browsers, languages, tools, and behind a proxy.
CAPTURES = (
    "client-chromium-default.http",
    "client-chromium-upper.http",
    "client-firefox-protocols.http",
    "client-node-ws-protocols.http",
    "client-node-undici-default.http",
    "client-go-gorilla-default.http",
    "client-java-http-default.http",
    "client-okhttp-default.http",
    "client-curl-globoff.http",
    "client-aiohttp-origin.http",
    "client-websockets-asyncio-protocols.http",
    "nginx-correct-valid-full-upstream.http",
)


class Capture(NamedTuple):
    """A recorded request, and the key that stands in it."""

    head: bytes
    key: str


def accept_value(key: bytes) -> bytes:
    """What Sec-WebSocket-Accept must be (RFC 6455 §4.2.2), by nobody's library."""
    digest = hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
    return base64.b64encode(digest)


def captures() -> list[Capture]:
    """The recorded requests, all of them valid."""
    folder = Path(__file__).parent.parent / "tests" / "captures"
    manifest = {row["file"]: row for row in json.loads((folder / "manifest.json").read_bytes())}
    return [
        Capture((folder / name).read_bytes(), manifest[name]["expect"]["key"]) for name in CAPTURES
    ]


def padded(size: int, width: int) -> bytes:
    """The minimal request with Cookie fields of about `width` bytes, `size` bytes in all."""
    head = MINIMAL[:-2]
    while (room := size - 2 - len(head)) > 0:
        take = room if room < 2 * width else width
        head += b"Cookie: %b\r\n" % (b"a" * (take - len(b"Cookie: \r\n")))
    return head + b"\r\n"
