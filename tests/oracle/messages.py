"""What the oracle and the library are compared on: requests, responses and field values.

Every field has good values and doubtful or bad ones; a message starts good, a few of its parts are
then exchanged, its bytes may be mutated, and its limits lie around its real sizes.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from hypothesis import strategies as st
from property.strategies import KEY, binary

from .head import Limits
from .request import SAME_ORIGIN, Hosts, Origins
from .response import Offered, accept_for

T = TypeVar("T")
Pairs = list[tuple[str, str]]

# --- small parts ----------------------------------------------------------------------------------


def pick(draw: st.DrawFn, choices: Sequence[T]) -> T:
    """One of them; quicker than a strategy of its own for each."""
    return choices[draw(st.integers(0, len(choices) - 1))]


def chance(draw: st.DrawFn, one_in: int) -> bool:
    """True once in so many times, and False in the simplest example.

    Not at the end of the range, which is drawn more often.
    """
    return draw(st.integers(1, one_in)) == max(2, one_in * 2 // 3)


_AROUND = ["", "", "", " ", "\t", " \t "]
_SPECIAL = [
    *"\t !\"#$%&'()*+,-./019:;<=>?@[\\]^_`{|}~aFz\0\x7f\x80\xa0\xe9\xff",
    *["::", ", ", "%41", "\x1f", "\x0b"],
]
_ACTIONS = ["insert", "insert", "remove", "replace", "repeat"]


def changed(draw: st.DrawFn, value: str) -> str:
    """The value with a character or two put in, taken out, exchanged or repeated."""
    for _ in range(draw(st.integers(1, 2))):
        at = draw(st.integers(0, len(value)))
        action = pick(draw, _ACTIONS)
        if action == "insert":
            value = value[:at] + pick(draw, _SPECIAL) + value[at:]
        elif action == "remove":
            value = value[:at] + value[at + 1 :]
        elif action == "replace":
            value = value[:at] + pick(draw, _SPECIAL) + value[at + 1 :]
        else:
            value = value[:at] + value[at : at + 3] * 2 + value[at + 3 :]
    return value


def either(draw: st.DrawFn, usual: Sequence[str], odd: Sequence[str], one_in: int) -> str:
    return pick(draw, odd if chance(draw, one_in) else usual)


# --- field values ---------------------------------------------------------------------------------

_HOSTS = ["example.com", "example.com:8080", "EXAMPLE.com", "example.com:", "127.0.0.1:80"]
_ODD_HOSTS = [
    *["", "[::1]", "[::1]:81", "[::ffff:192.0.2.1]", "[1:2:3:4:5:6:7:8]", "[1::8]:443", "[::]"],
    *["[1:2:3:4:5:6:7::8]", "[::g]", "[::12345]", "[1::2::3]", "[:::]", "[::1", "[]", "[::1]x"],
    *["[1:2:3:4:5::1.2.3.4]", "[::1.2.3.04]", "[::1.2.3.256]", "[1.2.3.4::]", "[127.0.0.1]"],
    *["[v1.a:b]", "[vF.~]", "[v.a]", "[fe80::1%25en0]", "::1", "a:0", "a:1", "a:65535", "a:65536"],
    *["a:0080", "a:99999999999999999999", "a:+80", "a:8_0", "a:80:80", ":80", ":", "user@a", "a/"],
    *["ex%61mple.com", "a%zz", "a%4", "a b", "a,b", "a..b", ".", "$!&'()*+;=", "a|b", "a_b~c-d"],
    *["\xe4.example", "a?", "a#", "a\\b", "example.com:80", "example.com:443", "evil.example"],
    *["a:8\xb2", "http://a", "example.com, example.com"],
]
_ORIGINS = ["https://example.com", "http://example.com:8080", "null", "https://EXAMPLE.com:443"]
_ODD_ORIGINS = [
    *["", "NULL", "null null", "https://example.com/", "https://example.com//", "https://a/b"],
    *["file://", "file:///", "app://x", "http://", "ws://", "chrome-extension://abc", "file://:80"],
    *["https:example.com", "https:/a", "https:///", "://a", "//a", "a", "1http://a", "a+b-c.1://h"],
    *["my_app://a", "https://a:", "https://a:0", "https://a:65536", "https://a:0443", "https://"],
    *["https://[::1]:1", "https://[::g]", "https://[v1.a]", "https://a b", "https://u@a", "*", "/"],
    *["https://a, https://b", "https://a https://b", "https://a?", "https://a#", "about:blank"],
    *["HTTPS://EXAMPLE.COM", "https://ex%61mple.com", "https://a%4", "https://\xe9", "http://::1"],
    *["https://example.com:80", "http://example.com", "ws://example.com:80", "https://evil"],
    *["https://example.com.", "http://[::1]", "http://127.0.0.1", "null/", "HTTP://A:80", "ws://"],
]
_NUMBERS = ["1", "5", "01", "", "-0", "+0", "0, 0", "0,", "0 0", "\xb2", "9" * 30, "0x0"]
VALUES: dict[str, tuple[list[str], list[str]]] = {
    "Host": (_HOSTS, _ODD_HOSTS),
    "Upgrade": (
        ["websocket", "WebSocket", ", websocket", "websocket,\t,"],
        [
            *["", ",", "h2c", "websocket/13", "websocket/", "websocket, websocket", "@", "a b"],
            *["websocket,WEBSOCKET", "websocket, http/1.1", "h2c,websocket", "websockets", "a/b/c"],
            *['"websocket"', "websocket;q=1", "websoc\xe2\x84\xaaet", "websocket, websocket, a"],
        ],
    ),
    "Connection": (
        ["Upgrade", "keep-alive, Upgrade", "upgrade", "close , UPGRADE", ",,Upgrade,"],
        [
            *["", ",", "close", "upgrades", "keep-alive Upgrade", "Upgrade;q=1", '"Upgrade"', "@"],
            *["upgrade/1", "Upgrade, @", "a=b, Upgrade", "websocket", "Upgr\xe4de", "up, grade"],
        ],
    ),
    "Sec-WebSocket-Key": (
        [KEY, "AQIDBAUGBwgJCgsMDQ4PEA==", "A" * 21 + "P==", "/" * 22 + "=="],
        [
            *["", "A" * 22, "A" * 22 + "=", "A" * 22 + "===", "A" * 24, "A" * 20, "A" * 23 + "="],
            *["A" * 26 + "==", "A" * 21 + "-==", "=" * 24, "==" + "A" * 22, f"{KEY}, {KEY}", "A"],
            *[f'"{KEY}"', "A" * 21 + "\xe9==", "A" * 10 + "=" + "A" * 11 + "==", f"{KEY}A", "=="],
        ],
    ),
    "Sec-WebSocket-Version": (
        ["13"],
        [
            *["8", "0", "7", "12", "14", "99", "100", "130", "199", "200", "249", "250", "255"],
            *["256", "260", "300", "1000", "013", "00", "08", "", "+13", "-13", "1_3", "13.0"],
            *["13, 13", "13, 8", "13,", "1 3", "\xb9\xb3", "0x0d", '"13"', "1" * 30],
        ],
    ),
    "Origin": (_ORIGINS, _ODD_ORIGINS),
    "Sec-WebSocket-Protocol": (
        ["chat", "chat, superchat", "superchat,chat", ", v1.json ,,", "Chat, chat"],
        ["", ",", "chat, chat", "chat,b,chat", "a b", "chat;a", '"chat"', "a/b", "ch\xe4t", "a:b"],
    ),
    "Sec-WebSocket-Extensions": (
        [
            *["x-test", "x-test; a=1; b", 'x-test; a="1" , x-other', "x-test ;\ta = b,,x-other"],
            *['x-test; a="b\\c"', "x-test, x-test; a"],
        ],
        [
            *["", ",", ";", "x;", "x; a=", "x; =a", "x;;a", "x a", "x=1", '"x"', 'x; "a"'],
            *['x; a="b', 'x; a="b c"', 'x; a=""', 'x; a="b"c', 'x; a="\\', 'x; a="\\"', "x; a=b=c"],
            *["x, ; a", "x;, y", "x; a b", "x/1", 'x; a="b,c", y', "\xe4", 'x; a="\xe4"', "x; a,;"],
        ],
    ),
    "Content-Length": (["0", "00"], _NUMBERS),
    "Transfer-Encoding": ([], ["chunked", "identity", "", "gzip, chunked"]),
    "X-Other": (["1", "", "a: b", "\xff\tc", "\x80"], ["\x0b", "\x7f"]),
}
_NEEDED = ["Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"]
_OPTIONAL = ["Origin", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "X-Other"]

_FAULTS = [0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 3, 6]
_CHANGES = ["lose", "spoil", "spoil", "spoil", "change", "change", "add", "repeat"]
_LINES = {"lose": 0, "spoil": 1, "change": 1, "add": 1, "repeat": 2}


def fields(
    draw: st.DrawFn,
    needed: Sequence[str],
    optional: Sequence[str],
    values: dict[str, tuple[list[str], list[str]]],
) -> Pairs:
    """The fields of a good message, with a few lost, spoilt, repeated, or behind others."""
    names = [*needed, *(name for name in optional if chance(draw, 2))]
    lines = [(name, pick(draw, values[name][0])) for name in names]
    for _ in range(pick(draw, _FAULTS)):
        name = pick(draw, list(values))
        good, odd = values[name]
        action = pick(draw, _CHANGES)
        value = pick(draw, [*odd, *good])
        if action == "change":
            value = changed(draw, value)
        if action != "add":
            lines = [line for line in lines if line[0] != name]
        for _ in range(_LINES[action]):
            lines.insert(draw(st.integers(0, len(lines))), (name, value))
    return lines


def written(draw: st.DrawFn, start_line: str, lines: Pairs) -> bytes:
    """The bytes of a message, in the case and with the white space that some may write."""
    text = start_line + "\r\n"
    odd = chance(draw, 3)
    for name, value in lines:
        if odd:
            name = pick(draw, [name, name, name.lower(), name.upper(), name.swapcase()])
            text += f"{name}:{pick(draw, _AROUND)}{value}{pick(draw, _AROUND)}\r\n"
        else:
            text += f"{name}: {value}\r\n"
    return (text + "\r\n").encode("latin-1")


_PIECES = [
    *(bytes([code]) for code in (0, 7, 9, 10, 13, 13, 32, 35, 44, 58, 61, 64, 127, 128, 255)),
    *[b"\r\n", b"\r\n\r\n", b"\r\n ", b"\r\n\t", b" :", b"X: 1\r\n", b"X\r\n", b": 1\r\n"],
    *[b"Content-Length: 3\r\n", b"Transfer-Encoding: chunked\r\n", b"HTTP/1.0", b"\x16\x03\x01"],
    *[b"HTTP/1.1 100 Continue\r\n\r\n", b"A" * 70],
]
_BYTE_ACTIONS = ["insert", "insert", "replace", "replace", "cut", "repeat", "end"]


def mutated(draw: st.DrawFn, data: bytes) -> bytes:
    """The bytes with a place or two cut out, filled in or written twice, or with an early end."""
    for _ in range(draw(st.integers(1, 2))):
        start = draw(st.integers(0, len(data)))
        stop = start + draw(st.integers(0, 12))
        action = pick(draw, _BYTE_ACTIONS)
        if action == "insert":
            data = data[:start] + pick(draw, _PIECES) + data[start:]
        elif action == "replace":
            data = data[:start] + pick(draw, _PIECES) + data[stop:]
        elif action == "cut":
            data = data[:start] + data[stop:]
        elif action == "repeat":
            data = data[:stop] + data[start:stop] + data[stop:]
        else:
            data = data[:start]
    return data


_BEHIND = [b"", b"", b"", b"\0", b"\r\n", b"\x81\x05hello", b"GET / HTTP/1.1\r\n"]
_ABOUT = [-9, -2, -1, -1, 0, 0, 1, 2]
_BODIES = [0, 1, 2, 3, 8, 40, 65536]


def limits_around(draw: st.DrawFn, data: bytes) -> Limits:
    """The usual limits, or some that lie around the real sizes of this message."""
    limits = Limits()
    if not chance(draw, 5):
        return limits
    head = data.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    lines = head.split(b"\r\n")
    sizes = {"request_line": len(lines[0]), "head": len(head), "fields": len(lines) - 3}
    for name, size in sizes.items():
        if chance(draw, 2):
            about = size + pick(draw, _ABOUT)
            size = draw(st.integers(0, max(0, size))) if chance(draw, 4) else about
            limits = limits._replace(**{name: max(0, size)})
    return limits._replace(body=pick(draw, _BODIES))


def piece_sizes(draw: st.DrawFn) -> list[int]:
    """Sizes of pieces, to be taken over and over: often single bytes."""
    if chance(draw, 2):
        return [1]
    return [draw(st.integers(1, 80)) for _ in range(draw(st.integers(1, 3)))]


# --- requests -------------------------------------------------------------------------------------

_TARGETS = ["/chat", "/", "/a?b=c", "//x/?", '/|^{}`"<>\\[]%zz', "http://example.com/chat?x"]
_ODD_TARGETS = [
    *["ws://example.com:8080", "WSS://example.com/", "http://example.com:80/", "https://a:443/"],
    *["ws://evil.example/", "ws://u@example.com/", "ws:///", "ws://", "ws://?x", "ws://[::1]/"],
    *["ws://[::1", "ws://example.com:x/", "ws://example.com?a/b", "ws://EXAMPLE.com:/", "ws:/a"],
    *["ftp://example.com/", "*", "chat", "example.com:80", "/#", "/a?b#c", "#", "?a", "\\", "%2F"],
    *["/\xe9", "/\x7f", "/\0", "", "/a b", "/a\tb", "ws://example.com\\x", "://a/", "a://b"],
    *["http://example.com:080/", "http://ex%61mple.com/", "ws://example.com:0/", "ws://a|b/"],
]
_OTHER_METHODS = ["HEAD", "POST", "get", "G", "GETX", "!#$%&'*+-.^_`|~"]
_BAD_METHODS = ["", "G@T", "G\xc9T", "\0", "GET:"]
_VERSIONS = ["HTTP/1.1", "HTTP/1.1", "HTTP/1.2", "HTTP/1.9"]
_OTHER_VERSIONS = ["HTTP/1.0", "HTTP/1.0", "HTTP/2.0", "HTTP/0.9", "HTTP/9.1"]
_BAD_VERSIONS = [
    *["HTTP/2", "HTTP/1.10", "http/1.1", "HTTP/1,1", "HTTP/1.\xb9", "HTTPS/1.1", "", "HTTP/1.1 "],
    *["HTTP/1.1 x", "\0", "HTTP/1.x", "HTTP/1", "HTTP/x.1", "HTTP/11.1", "HTTP\\1.1"],
]
_ODD_SPACES = ["  ", "\t", "", "\xa0", " \t"]


def request_line(draw: st.DrawFn) -> str:
    """Mostly a good one; sometimes several parts are odd, so that the order of faults shows."""
    one_in = 3 if chance(draw, 12) else 30
    parts = [
        either(draw, ["GET"], _OTHER_METHODS, one_in),
        either(draw, _TARGETS, _ODD_TARGETS, min(one_in, 8)),
        either(draw, _VERSIONS, _OTHER_VERSIONS, one_in),
    ]
    spaces = [" ", " "]
    if chance(draw, 20):
        at = draw(st.integers(0, 4))
        if at < 3:
            parts[at] = pick(draw, [_BAD_METHODS, _ODD_TARGETS, _BAD_VERSIONS][at])
        else:
            spaces[at - 3] = pick(draw, _ODD_SPACES)
    return parts[0] + spaces[0] + parts[1] + spaces[1] + parts[2]


_ORIGIN_POLICIES: list[Origins] = [
    *[None] * 5,
    [None, "https://example.com", "null", "http://example.com:8080"],
    [None, SAME_ORIGIN],
    [SAME_ORIGIN],
    [SAME_ORIGIN, "HTTPS://Example.COM:443"],
    ["https://example.com:443", "chrome-extension://abc", "http://[::1]:80"],
    ["http://example.com:8080", "null", "file://", None],
    [None],
    [],
]
_HOST_POLICIES: list[Hosts] = [
    *[None] * 6,
    ["EXAMPLE.com", "example.com:8080", "127.0.0.1:80", "[::1]:81"],
    ["example.com:", "example.com:08080"],
    [],
]


class SentRequest(NamedTuple):
    """A request, the server that it is sent to, and in which pieces it comes."""

    data: bytes
    origins: Origins
    hosts: Hosts
    limits: Limits
    sizes: list[int]


@st.composite
def sent_requests(draw: st.DrawFn) -> SentRequest:
    if chance(draw, 40):
        data = draw(binary(max_size=60))
    else:
        start_line = request_line(draw)
        data = written(draw, start_line, fields(draw, _NEEDED, _OPTIONAL, VALUES))
        data += pick(draw, _BEHIND)
        if chance(draw, 4):
            data = mutated(draw, data)
    return SentRequest(
        data,
        pick(draw, _ORIGIN_POLICIES),
        pick(draw, _HOST_POLICIES),
        limits_around(draw, data),
        piece_sizes(draw),
    )


# --- responses ------------------------------------------------------------------------------------

ACCEPT = accept_for(KEY)
_FRAMING = ["Content-Length", "Transfer-Encoding"]
RESPONSE_VALUES: dict[str, tuple[list[str], list[str]]] = {
    "Upgrade": VALUES["Upgrade"],
    "Connection": VALUES["Connection"],
    "Sec-WebSocket-Accept": (
        [ACCEPT],
        [
            *["", ACCEPT[:-1], ACCEPT[:-2] + "p=", ACCEPT.lower(), ACCEPT + "=", ACCEPT + ",", KEY],
            *[accept_for("x"), "A" * 27 + "=", "A" * 28, "A" * 26 + "==", f"{ACCEPT}, {ACCEPT}"],
            *[ACCEPT.replace("+", "-"), f'"{ACCEPT}"', "="],
        ],
    ),
    "Sec-WebSocket-Protocol": (
        ["chat", "superchat", ", chat,"],
        ["Chat", "cha", "other", "", ",", "chat, superchat", "chat, chat", "a b", "chat;a", '"a"'],
    ),
    "Sec-WebSocket-Extensions": (
        ["x-test", "x-test; a=1, x-other", 'x-other; b="c"', ",x-test"],
        [
            *["X-Test", "x-none", "x-test, x-test", "x-other,x-test; a, x-other", "x-test, x-none"],
            *["x-test, x-test, x-none", "", ",", ";", "x-test;", "x-test; a=", 'x-test; a="b c"'],
        ],
    ),
    "Content-Length": (["2", "0", "5", "0002"], [*_NUMBERS, "9", "40", "2, 2"]),
    "Transfer-Encoding": (
        ["chunked", "Chunked", "gzip, chunked", "chunked,"],
        [
            *["gzip", "identity", "chunked, gzip", "chunked, chunked", "", ",", "@", "@, chunked"],
            *["gzip chunked", "xchunked", "gzip;a=b, chunked", "chunked;a=b"],
            *['gzip ; a = "b, c" , chunked', "gzip;a, chunked"],
        ],
    ),
    "X-Other": VALUES["X-Other"],
    "Set-Cookie": (["sid=b3BlbnNlc2FtZQ=="], ["\0"]),
}
_ANSWERED = ["Upgrade", "Connection", "Sec-WebSocket-Accept"]
_ANSWERED_TOO = ["Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "X-Other", "Set-Cookie"]

_STATUS_LINES = ["HTTP/1.1 101 Switching Protocols", "HTTP/1.1 101 ", "HTTP/1.1 101"]
_ODD_STATUS_LINES = [
    *["HTTP/1.0 101 x", "HTTP/1.2 101 x", "HTTP/2.0 101 x", "HTTP/1.1 100 x", "HTTP/1.1 199"],
    *["HTTP/1.1 101 \xe9\ta b", "HTTP/1.1 101  x", "HTTP/1.1 1010", "HTTP/1.1 10", "HTTP/1.1 1_1"],
    *["HTTP/1.1 099 x", "HTTP/1.1 600 x", "HTTP/1.1  101 x", "HTTP/1.1 101\tx", "HTTP/1.1 101x"],
    *["HTTP/1.1", "HTTP/1.1 ", "HTTP/1 101 x", "HTTP/1.10 101", "http/1.1 101 x", "HTTPS/1.1 101"],
    *["ICY 200", "", "HTTP/1.1 101 a\0b", "HTTP/1.1 \xb90\xb9", "HTTP/x.1 101", "HTTP/1.1\t101"],
]
_REFUSALS = [
    *["HTTP/1.1 403 Forbidden", "HTTP/1.1 404 ", "HTTP/1.1 500", "HTTP/1.0 404 Not Found"],
    *["HTTP/1.1 200 OK", "HTTP/1.1 204 No Content", "HTTP/1.1 304 x", "HTTP/1.1 205 x"],
    *["HTTP/2.0 404 x", "HTTP/1.2 599", "HTTP/1.1 301 Moved", "HTTP/0.9 400 x"],
]
_CHUNKS = [
    *["2\r\nno\r\n", "2\r\nno\r\n", "003\r\nwhy\r\n", "a\r\n0123456789\r\n", "1;x=y\r\n!\r\n"],
    *['1 ; x ; y = "z\\" "\r\n!\r\n', "4\r\n\r\n\r\n\r\n"],
]
_ODD_CHUNKS = [
    *["2\nno\r\n", "2\r\nno\n", "2\r\nnoXX", "3\r\nno\r\n", "g\r\nno\r\n", "\r\n", "+2\r\nno\r\n"],
    *["2 \r\nno\r\n", "2;\r\nno\r\n", "2;;\r\nno\r\n", "2;@\r\nno\r\n", "2;a=\r\nno\r\n"],
    *["0x2\r\nno\r\n", '2;a="b\r\nno\r\n', "2;a=b c\r\nno\r\n", "2;a\0\r\nno\r\n"],
    *["2\rx\r\nno\r\n", "F" * 30 + "\r\n"],
]
_TRAILERS = ["0\r\n\r\n", "0\r\n\r\n", "00;x\r\n\r\n", "0\r\nX-Sum: 1\r\nX: \xff\r\n\r\n"]
_ODD_TRAILERS = [
    *["", "0\r\n", "0\r\nX\r\n\r\n", "0\r\n X: 1\r\n\r\n", "0\r\nX: 1\n\r\n"],
    *["0\r\nX : 1\r\n\r\n", "0\r\nX: 12345678901234567890\r\n\r\n", "0\r\n\n"],
]
_INTERIM = [
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 103\r\nLink: a\r\nLink: b\r\n\r\n",
    b"HTTP/1.1 199 x\r\nContent-Length: 5\r\n\r\n",
    b"HTTP/1.0 100 x\r\nUpgrade: websocket\r\n\r\n",
]


class SentResponse(NamedTuple):
    """A response, to what it answers, and in which pieces it comes."""

    data: bytes
    offered: Offered
    limits: Limits
    sizes: list[int]


def refusal(draw: st.DrawFn) -> bytes:
    """A refusal with a body that fits its fields, or nearly."""
    lines = fields(draw, [], ["X-Other", "Set-Cookie", *_FRAMING, "Connection"], RESPONSE_VALUES)
    head = written(draw, pick(draw, _REFUSALS), lines)
    if any(name == "Transfer-Encoding" for name, _ in lines) is not chance(draw, 8):
        body = ""
        for _ in range(draw(st.integers(0, 2))):
            body += either(draw, _CHUNKS, _ODD_CHUNKS, 5)
        body += either(draw, _TRAILERS, _ODD_TRAILERS, 5)
    else:
        body = pick(draw, ["no", "", "hello", "no", "n", "x" * 45, "\r\n\0\xff"])
    return head + body.encode("latin-1")


_OFFERED = [
    Offered((KEY,), ("chat", "superchat"), ("x-test", "x-other")),
    Offered((KEY,), ("chat", "superchat"), ("x-test", "x-other")),
    Offered((KEY,), ("chat", "Chat"), ("x-test",)),
    Offered((KEY,), (), ("x-test", "x-other"), refused=("x-other",)),
    Offered((KEY,), ("other",), ("x-other", "x-test"), reserved=(("x-other", 1), ("x-test", 1))),
    Offered((KEY,)),
]
_ODD_OFFERED = [Offered(()), Offered((KEY, KEY)), Offered(("x",)), Offered(("A" * 21 + "B==",))]


def some_response(draw: st.DrawFn) -> bytes:
    if chance(draw, 40):
        return draw(binary(max_size=60))
    if chance(draw, 3):
        data = refusal(draw)
    else:
        lines = fields(draw, _ANSWERED, _ANSWERED_TOO, RESPONSE_VALUES)
        data = written(draw, either(draw, _STATUS_LINES, _ODD_STATUS_LINES, 12), lines)
        data += pick(draw, _BEHIND)
    while chance(draw, 5):
        data = pick(draw, _INTERIM) + data
    return mutated(draw, data) if chance(draw, 4) else data


@st.composite
def sent_responses(draw: st.DrawFn) -> SentResponse:
    data = some_response(draw)
    return SentResponse(data, pick(draw, _OFFERED), limits_around(draw, data), piece_sizes(draw))


@st.composite
def answers_to_any(draw: st.DrawFn) -> SentResponse:
    """Answers to requests that no client of the library would send, with one key or without."""
    data = some_response(draw)
    offered = pick(draw, _ODD_OFFERED)
    if len(offered.keys) == 1 and not chance(draw, 3):
        data = data.replace(ACCEPT.encode(), accept_for(offered.keys[0]).encode())
    return SentResponse(data, offered, Limits(), [1])


# --- field values ---------------------------------------------------------------------------------

PARSED: dict[str, tuple[list[str], list[str]]] = {
    "parse_token_list": VALUES["Connection"],
    "parse_connection": VALUES["Connection"],
    "parse_upgrade": VALUES["Upgrade"],
    "parse_subprotocols": VALUES["Sec-WebSocket-Protocol"],
    "parse_extensions": VALUES["Sec-WebSocket-Extensions"],
    "parse_key": VALUES["Sec-WebSocket-Key"],
    "parse_version": VALUES["Sec-WebSocket-Version"],
    "parse_origin": VALUES["Origin"],
    "parse_host": VALUES["Host"],
    "parse_accept": RESPONSE_VALUES["Sec-WebSocket-Accept"],
}
_PARSERS = list(PARSED)
_HEXTETS = ["0", "a", "FfFf", "00", "0001", "12345", "g", "", "1.2.3.4", "255.0.0.1", "1.2.3.256"]
_OWS = ["", "", "", " ", "\t", " \t"]
_BETWEEN = [",", ",", ", ", " ,", ";", "; ", " ; ", "=", " = ", "/", " ", ",,"]
_WORDS = ["a", "b", "websocket", "!#$%&'*+-.^_`|~", "0", "\xe9", "(", "", '"a"', '"b\\c"']


def ipv6(draw: st.DrawFn) -> str:
    pieces = [pick(draw, _HEXTETS) if chance(draw, 6) else "1" for _ in range(9)]
    pieces = pieces[: draw(st.integers(1, 9))]
    if chance(draw, 3):
        pieces[-1] = "1.2.3.4"
    text = ":".join(pieces)
    if not chance(draw, 3):
        at = draw(st.integers(0, len(pieces)))
        text = ":".join(pieces[:at]) + "::" + ":".join(pieces[at:])
    return f"[{text}]"


def number(draw: st.DrawFn) -> str:
    return "0" * pick(draw, [0, 0, 0, 1, 9]) + str(draw(st.integers(0, 70000)))


@st.composite
def values(draw: st.DrawFn) -> tuple[str, str]:
    """The name of a parser, and what to give it."""
    parser = pick(draw, _PARSERS)
    good, odd = PARSED[parser]
    kind = draw(st.integers(0, 9))
    if kind < 4:
        return parser, changed(draw, pick(draw, [*good, *odd]))
    if kind < 6:
        return parser, pick(draw, [*good, *odd])
    if kind == 6:
        return parser, draw(st.text(st.characters(exclude_categories=()), max_size=20))
    if parser in ("parse_host", "parse_origin"):
        value = ipv6(draw) if chance(draw, 2) else pick(draw, good).rpartition("//")[2]
        value += ":" + number(draw) if chance(draw, 2) else ""
        scheme = pick(draw, ["https", "ws", "file", "a+b", "HTTP"])
        return parser, f"{scheme}://{value}" if parser == "parse_origin" else value
    if parser in ("parse_key", "parse_accept"):
        length = pick(draw, [15, 16, 16, 17, 19, 20, 20, 21])
        return parser, base64.b64encode(draw(binary(min_size=length, max_size=length))).decode()
    if parser == "parse_version":
        return parser, str(draw(st.integers(0, 300)))
    text = pick(draw, _OWS)
    for _ in range(draw(st.integers(1, 5))):
        text += pick(draw, _WORDS) + pick(draw, _BETWEEN)
    return parser, text + pick(draw, _WORDS) + pick(draw, _OWS)
