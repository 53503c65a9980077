"""Messages in bytes, good but for what a test changes."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import TypeAlias

from ws_handshake import Request

Changes: TypeAlias = Mapping[str, "str | list[str] | None"]

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
OTHER_KEY = "AQIDBAUGBwgJCgsMDQ4PEA=="
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
GOOD: Changes = {
    "Host": "example.com",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": KEY,
    "Sec-WebSocket-Version": "13",
}
STRIPPED: Changes = {"Upgrade": None, "Connection": None}
PLAIN: Changes = {**STRIPPED, "Sec-WebSocket-Key": None, "Sec-WebSocket-Version": None}


def head(start: str, fields: Changes) -> bytes:
    lines = [start]
    for name, value in fields.items():
        if value is not None:
            lines += [f"{name}: {each}" for each in ([value] if isinstance(value, str) else value)]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1")


def ask(
    changes: Changes | None = None,
    *,
    target: str = "/chat",
    method: str = "GET",
    version: str = "HTTP/1.1",
) -> bytes:
    """A good request but for what is given; None leaves a field out."""
    return head(f"{method} {target} {version}", {**GOOD, **(changes or {})})


def accept(text: bytes) -> str:
    """Base64 of the SHA-1 hash of a text."""
    return base64.b64encode(hashlib.sha1(text).digest()).decode()


# A key that is not the one of RFC 6455, so that its accept value is told from the example's.
REQUEST = Request.parse(ask({"Sec-WebSocket-Key": OTHER_KEY}))
ACCEPT = accept(OTHER_KEY.encode() + GUID)
ANSWER: Changes = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Accept": ACCEPT,
}


def switch(changes: Changes | None = None, *, start: str = "HTTP/1.1 101 Switching") -> bytes:
    """A good 101 to `REQUEST` but for what is given."""
    return head(start, {**ANSWER, **(changes or {})})


def reply(status: int, body: str = "", fields: Changes | None = None, reason: str = "") -> bytes:
    """An answer with another status."""
    return head(f"HTTP/1.1 {status} {reason}", fields or {}) + body.encode("latin-1")
