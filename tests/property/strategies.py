"""What the properties are tried with: good text, hostile text, messages and their mutations."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any, TypeAlias, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from ws_handshake import (
    SAME_ORIGIN,
    Extension,
    HandshakeError,
    Headers,
    Limits,
    Request,
    Response,
    WebSocketURI,
    accept_key,
)

from .wire import TCHARS

T = TypeVar("T")
Pairs: TypeAlias = list[tuple[str, str]]

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
URI = "ws://example.com/chat"


def mostly(usual: st.SearchStrategy[T], else_: st.SearchStrategy[T]) -> st.SearchStrategy[T]:
    """Usually the one, sometimes the other."""
    return st.sampled_from(range(10)).flatmap(lambda number: else_ if number == 5 else usual)


def bounded(examples: int) -> settings:
    """Settings for one property: so many examples, and no clock."""
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def binary(*, min_size: int = 0, max_size: int) -> st.SearchStrategy[bytes]:
    """Any bytes. Those of hypothesis itself cannot be used with `python -bb`."""
    text = st.text(st.characters(max_codepoint=255), min_size=min_size, max_size=max_size)
    return text.map(lambda text: text.encode("latin-1"))


# --- text -----------------------------------------------------------------------------------------

_TEXT_CHARS = "".join(map(chr, [0x09, *range(0x20, 0x7F), *range(0x80, 0x100)]))

tokens = st.text(TCHARS, min_size=1, max_size=10)
few_names = st.sampled_from(["chat", "Chat", "superchat", "v1.json", "x-test", "constructor"])
field_values = st.text(_TEXT_CHARS, max_size=15).map(lambda text: text.strip(" \t"))
reasons = st.none() | st.text(_TEXT_CHARS, max_size=15)
visible = st.text(_TEXT_CHARS.replace("\t", "").replace(" ", ""), min_size=1, max_size=30)
subprotocols = st.lists(tokens, unique=True, max_size=4)
own_names = tokens.map(lambda name: f"X-{name}")
keys = binary(min_size=16, max_size=16).map(lambda nonce: base64.b64encode(nonce).decode())

# Text that should break a line somewhere, if anything does; some of it is good text.
_BREAKING = [
    *'\r\n\0\t \x0b\x0c\x1b\x7f\x80\x85\xa0\xff:;,="\\/?#@[]%',
    "\r\n",
    "\r\n\r\n",
    "\r\nX-Evil: 1",
    "\u010d\u010a",  # their low bytes are CR and LF
    "\u2028",
    "\u212a",
    "\uff0f",
    "\ud800",
    "\udc0a",
    "\U0001f600",
    "a",
    "chat",
]
hostile_text = st.one_of(
    tokens,
    st.text(st.characters(exclude_categories=()), max_size=12),
    st.lists(st.sampled_from(_BREAKING) | tokens, max_size=4).map("".join),
)
hostile_headers = st.lists(
    st.tuples(own_names | hostile_text, field_values | hostile_text), max_size=3
)

# --- values ---------------------------------------------------------------------------------------

field_pairs = st.lists(st.tuples(own_names, field_values), max_size=5)
parameters = st.lists(st.tuples(tokens, st.none() | tokens), max_size=3).map(tuple)
extensions = st.builds(Extension, tokens, parameters)
limits = st.one_of(
    st.just(Limits()),
    st.integers(100, 400).map(lambda head: Limits(head=head)),
    mostly(
        st.just(Limits()),
        st.builds(
            Limits,
            request_line=st.integers(0, 60),
            head=st.integers(0, 300),
            fields=st.integers(0, 8),
            body=st.integers(0, 40),
        ),
    ),
)

_names = st.from_regex(r"[a-z0-9_\-]{1,8}(\.[a-z0-9_\-]{1,8}){0,2}\.?", fullmatch=True)
_addresses = st.ip_addresses().map(str)
hosts = _names | _addresses
_pchars = r"([A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-F]{2})*"
targets = st.from_regex(rf"/{_pchars}(\?({_pchars}|[?])*)?", fullmatch=True).filter(
    lambda target: len(target) < 200
)
ports = st.sampled_from([80, 443, 1, 65535]) | st.integers(1, 65535)
uris = st.builds(WebSocketURI, st.booleans(), hosts, ports, targets)
origins = st.builds(
    lambda scheme, uri: f"{scheme}://{uri.host_header}",
    st.sampled_from(["https", "http", "app", "chrome-extension"]),
    uris,
)

origin_policies: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        [],
        [None],
        [SAME_ORIGIN],
        ["https://example.com"],
        [re.compile(r"https://[a-z.]++"), None],
    ]
)
host_policies = st.sampled_from([None, ["example.com"], ["other.example:81", "example.com"]])

# --- messages that are good, or nearly ------------------------------------------------------------

# For each field of a handshake values that are good, doubtful and bad.
_REQUEST_VALUES: dict[str, list[str]] = {
    "Host": ["example.com", "EXAMPLE.com:80", "[::1]:81", "", "a b", "user@example.com", "a:0"],
    "Upgrade": ["websocket", "WebSocket", "websocket, websocket", "h2c", "websocket/13", "@", ""],
    "Connection": ["Upgrade", "keep-alive, upgrade", "close", "", "upgrade upgrade", ", Upgrade"],
    "Sec-WebSocket-Key": [KEY, KEY[:-1], "", "AAAAAAAAAAAAAAAAAAAAAB==", f"{KEY}, {KEY}", "\xff"],
    "Sec-WebSocket-Version": ["13", "8", "013", "256", "13, 8", "", "\xb2"],
    "Origin": ["https://example.com", "null", "https://EXAMPLE.com:443", "https://evil/x", ""],
    "Sec-WebSocket-Protocol": ["chat", "chat, superchat", "chat, chat", "", "a b", ",chat,,"],
    "Sec-WebSocket-Extensions": ["x-test", "x-test; a=1; b", 'x; a="b"', "x; a=", "", '"'],
    "Content-Length": ["0", "1", "00", "", "-1", "0, 0"],
    "Transfer-Encoding": ["chunked", "identity", ""],
    "Authorization": ["Basic b3BlbnNlc2FtZQ=="],
}
_RESPONSE_VALUES: dict[str, list[str]] = {
    "Upgrade": _REQUEST_VALUES["Upgrade"],
    "Connection": _REQUEST_VALUES["Connection"],
    "Sec-WebSocket-Accept": [accept_key(KEY), accept_key("x"), "", KEY, f"{accept_key(KEY)},"],
    "Sec-WebSocket-Protocol": ["chat", "superchat", "chat, superchat", "Chat", "", "a b"],
    "Sec-WebSocket-Extensions": ["x-test", "x-test; a=1", "x-test, x-test", "x-other", "", ";"],
    "Content-Length": ["0", "2", "9", "40", "x", "2, 2"],
    "Transfer-Encoding": ["chunked", "gzip, chunked", "gzip", "@"],
    "Set-Cookie": ["sid=b3BlbnNlc2FtZQ=="],
}
_GOOD_REQUEST = [
    (name, _REQUEST_VALUES[name][0])
    for name in ("Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version")
]
_GOOD_RESPONSE = [
    (name, _RESPONSE_VALUES[name][0]) for name in ("Upgrade", "Connection", "Sec-WebSocket-Accept")
]


@st.composite
def _changed_fields(
    draw: st.DrawFn, good: Pairs, values: dict[str, list[str]], most: int = 3
) -> Pairs:
    """The fields of a good handshake with a few replaced, added, repeated or left out."""
    fields = list(good)
    for _ in range(draw(st.integers(0, most))):
        name = draw(st.sampled_from(sorted(values)))
        value = draw(st.sampled_from(values[name]))
        at = draw(st.integers(0, len(fields)))
        action = draw(st.sampled_from(["add", "set", "set", "drop"]))
        if action != "add":
            fields = [field for field in fields if field[0] != name]
        if action != "drop":
            fields.insert(min(at, len(fields)), (name, value))
    return fields


odd_targets = st.sampled_from(
    ["http://example.com/", "wss://other.example?x", "*", "chat", "/#", "/|"]
)
requests = st.builds(
    Request,
    mostly(targets, odd_targets),
    _changed_fields(_GOOD_REQUEST, _REQUEST_VALUES).map(Headers),
    mostly(st.just("GET"), st.sampled_from(["HEAD", "POST", "get"])),
    mostly(st.just("HTTP/1.1"), st.sampled_from(["HTTP/1.2", "HTTP/1.0", "HTTP/2.0"])),
)
responses = st.builds(
    Response,
    st.sampled_from([101, 101, 101, 101, 200, 204, 302, 304, 404, 599]),
    _changed_fields(_GOOD_RESPONSE, _RESPONSE_VALUES).map(Headers),
    reasons,
    st.just(b""),
    mostly(st.just("HTTP/1.1"), st.just("HTTP/1.0")),
)
# Requests that offer something, to which a response may fit.
offering_requests = st.builds(
    lambda offers: Request("/chat", [*_GOOD_REQUEST, *offers]),
    _changed_fields(
        [("Sec-WebSocket-Protocol", "chat, superchat"), ("Sec-WebSocket-Extensions", "x-test")],
        {
            name: _REQUEST_VALUES[name]
            for name in ("Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "Sec-WebSocket-Key")
        },
        most=1,
    ),
)
good_requests = st.builds(Request, targets, st.just(Headers(_GOOD_REQUEST)))

# --- bytes ----------------------------------------------------------------------------------------

_PIECES = [
    *[bytes([code]) for code in (0, 7, 9, 10, 13, 32, 35, 44, 58, 61, 64, 127, 128, 255)],
    b"\r\n",
    b"\r\n\r\n",
    b"\r\n ",
    b" :",
    b"X: 1\r\n",
    b"Content-Length: 3\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Connection: close\r\n",
    b"HTTP/1.0",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"\x16\x03\x01",
    b"A" * 70,
]


@st.composite
def mutated(draw: st.DrawFn, messages: st.SearchStrategy[bytes]) -> bytes:
    """Bytes of a message with a few places cut out, filled in or written twice."""
    data = draw(messages)
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.sampled_from(range(len(data) + 1)))
        stop = min(len(data), start + draw(st.integers(0, 12)))
        piece = draw(st.sampled_from(_PIECES) | binary(max_size=3))
        action = draw(st.sampled_from(["insert", "replace", "cut", "repeat", "end"]))
        if action == "insert":
            data = data[:start] + piece + data[start:]
        elif action == "replace":
            data = data[:start] + piece + data[stop:]
        elif action == "cut":
            data = data[:start] + data[stop:]
        elif action == "repeat":
            data = data[:stop] + data[start:stop] + data[stop:]
        else:
            data = data[:start]
    return data


_behind = st.sampled_from(
    [b"", b"", b"\0", b"\r\n", b"\x81\x05hello", b"GET / HTTP/1.1\r\n\r\n", bytes(range(256)) * 2]
)
_interim = st.sampled_from(
    [b"", b"", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103\r\nA: b\r\n\r\n"]
)
_bodies = st.sampled_from(
    [b"", b"no", b"2\r\nno\r\n0\r\n\r\n", b"2;x=y\r\nno\r\n0\r\nT: 1\r\n\r\n!"]
)


def _joined(*parts: bytes) -> bytes:
    return b"".join(parts)


sent_requests = mostly(
    mutated(st.builds(_joined, requests.map(Request.to_bytes), _behind)), binary(max_size=80)
)
sent_responses = mostly(
    mutated(st.builds(_joined, _interim, responses.map(Response.to_bytes), _bodies, _behind)),
    binary(max_size=80),
)

cuttings = st.just([1]) | st.lists(st.integers(1, 60), min_size=1, max_size=6)


def cut(data: bytes, sizes: list[int]) -> Iterator[bytes]:
    """The bytes in pieces of these sizes, over and over."""
    start = 0
    for size in cycle(sizes):
        if start >= len(data):
            return
        yield data[start : start + size]
        start += size


def attempt(action: Callable[[], T]) -> T | HandshakeError:
    """What comes of it: a value, or what the peer did wrong."""
    try:
        return action()
    except HandshakeError as error:
        return error
