"""Requests to compare readers with: good ones, ones changed in known places, and damaged ones.

A request is kept in pieces, so that a change can be put where parsers are known to disagree: in
one field, between two pieces, at the end of one line. A seed gives the same bytes on every Python:
only `random` and `getrandbits` are drawn from, which Python promises to keep.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias, TypeVar

T = TypeVar("T")

KEY = b"dGhlIHNhbXBsZSBub25jZQ=="

# --- requests as clients and proxies send them ----------------------------------------------------

_SHAPES = [
    # A browser.
    """GET /chat?room=1 HTTP/1.1
Host: example.com
Connection: Upgrade
Pragma: no-cache
Cache-Control: no-cache
User-Agent: Mozilla/5.0 (X11; Linux x86_64)
Upgrade: websocket
Origin: https://example.com
Sec-WebSocket-Version: 13
Accept-Encoding: gzip, deflate, br, zstd
Accept-Language: en-GB,en;q=0.9
Cookie: sid=b3BlbnNlc2FtZQ; theme=dark
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits
Sec-WebSocket-Protocol: chat, superchat""",
    # An older browser.
    """GET / HTTP/1.1
Host: 127.0.0.1:8080
User-Agent: Mozilla/5.0
Accept: */*
Sec-WebSocket-Version: 13
Origin: null
Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==
Connection: keep-alive, Upgrade
Upgrade: websocket""",
    # The smallest.
    """GET / HTTP/1.1
Host: example.com
Upgrade: websocket
Connection: Upgrade
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
Sec-WebSocket-Version: 13""",
    # All names in lower case.
    """GET /ws HTTP/1.1
host: [::1]:9000
connection: upgrade
upgrade: websocket
sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==
sec-websocket-version: 13
sec-websocket-extensions: permessage-deflate; server_max_window_bits=10, x-test""",
    # A client that says that it sends no body, and the name of the protocol in capitals.
    """GET /a/b%20c?x=%7B%7D&y HTTP/1.1
Connection: Upgrade
Content-Length: 0
Host: www.example.com:443
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
Sec-WebSocket-Version: 13
Upgrade: WebSocket
User-Agent: Java-http-client/21.0.1""",
    # Behind a proxy, which wrote the first fields.
    """GET /app/socket HTTP/1.1
Upgrade: websocket
Connection: upgrade
Host: backend
X-Real-IP: 192.0.2.7
X-Forwarded-For: 192.0.2.7, 198.51.100.1
X-Forwarded-Proto: https
Origin: https://example.com
Authorization: Basic b3BlbnNlc2FtZQ==
Sec-WebSocket-Protocol: graphql-transport-ws
Sec-WebSocket-Version: 13
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==""",
    # To a proxy: the target names the host as well.
    """GET http://example.com:80/chat?x HTTP/1.1
Host: example.com
Proxy-Connection: keep-alive
Upgrade: websocket
Connection: Upgrade
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
Sec-WebSocket-Version: 13""",
    # No handshake at all.
    """GET /health HTTP/1.1
Host: example.com
User-Agent: curl/8.5.0
Accept: */*""",
]

Line: TypeAlias = list[bytes]  # name, what stands before the value, value, line end


class Draft:
    """A request in pieces."""

    def __init__(self, shape: str) -> None:
        first, *fields = shape.encode("ascii").split(b"\n")
        method, target, version = first.split(b" ")
        self.before = b""
        self.first: Line = [method, b" ", target, b" ", version, b"\r\n"]
        self.lines: list[Line] = []
        for field in fields:
            name, _, value = field.partition(b": ")
            self.lines.append([name, b": ", value, b"\r\n"])
        self.blank = b"\r\n"
        self.behind = b""

    def to_bytes(self) -> bytes:
        """The pieces put together."""
        pieces = [self.before, *self.first]
        for line in self.lines:
            pieces += line
        return b"".join([*pieces, self.blank, self.behind])


# --- drawing --------------------------------------------------------------------------------------


class Draw(random.Random):
    """Choices that come out the same in every version of Python."""

    def below(self, limit: int) -> int:
        """A number from 0 on, below this one."""
        return self.getrandbits(32) % limit

    def one_of(self, items: Sequence[T]) -> T:
        """One of these."""
        return items[self.below(len(items))]

    def happens(self, percent: int) -> bool:
        """True in so many of 100 cases."""
        return self.below(100) < percent


# --- what a field may hold ------------------------------------------------------------------------

_VALUES: dict[bytes, list[bytes]] = {
    b"Host": [
        b"example.com",
        b"EXAMPLE.com",
        b"example.com:80",
        b"example.com:",
        b"example.com:08080",
        b"example.com:0",
        b"example.com:65536",
        b"example.com:+80",
        b"example.com, example.com",
        b"example.com/",
        b"example.com#x",
        b"example.com:80:80",
        b"user@example.com",
        b"a b",
        b"a\tb",
        b"",
        b"*",
        b".",
        b"a..b",
        b"-",
        b"_x.example",
        b"xn--bcher-kva.example",
        b"xn--a",
        b"b\xfccher.example",
        b"b\xc3\xbccher.example",
        b"%65xample.com",
        b"%zz",
        b"[::1]",
        b"[::1]:80",
        b"::1",
        b"[::1",
        b"[fe80::1%25en0]",
        b"[v1.x]",
        b"127.1",
        b"a" * 64 + b".example",
        b"http://example.com",
        b'"example.com"',
        b"www.example.com:443",
        b"other.example",
    ],
    b"Upgrade": [
        b"websocket",
        b"WebSocket",
        b"WEBSOCKET",
        b"websocket, websocket",
        b"websocket,",
        b", websocket",
        b"h2c",
        b"websocket, h2c",
        b"h2c, websocket",
        b"websocket/13",
        b"websoc\xe2\x84\xaaet",
        b"websoc\xaaet",
        b'"websocket"',
        b"tcp",
        b"",
        b"@",
    ],
    b"Connection": [
        b"Upgrade",
        b"upgrade",
        b"keep-alive, Upgrade",
        b"Upgrade, close",
        b"close",
        b"keep-alive",
        b"Upgrade,",
        b",, upgrade",
        b"upgrade upgrade",
        b"Upgrade; x",
        b"upgrade\xa0",
        b"Upgrade,@",
        b"notupgrade",
        b"",
    ],
    b"Sec-WebSocket-Key": [
        KEY,
        b"AAAAAAAAAAAAAAAAAAAAAB==",
        KEY[:-1],
        KEY[:-2],
        KEY + b"=",
        KEY + b", " + KEY,
        b"dGhlIHNhbXBs ZSBub25jZQ==",
        b"dGhlIHNhbXBsZSBub25jZQ==\xa0",
        b"_-hlIHNhbXBsZSBub25jZQ==",
        b"dGhlIHNhbXBsZQ==",
        b"dGhlIHNhbXBsZSBub25jZQ=\xb2",
        b"",
    ],
    b"Sec-WebSocket-Version": [
        b"13",
        b"013",
        b"+13",
        b"13, 8",
        b"8",
        b"0",
        b"256",
        b"1_3",
        b"13.0",
        b"\xb9\xb3",
        b"",
    ],
    b"Origin": [
        b"https://example.com",
        b"https://example.com/",
        b"https://example.com:443",
        b"null",
        b"example.com",
        b"https://a https://b",
        b"file://",
        b"https://",
        b"",
    ],
    b"Sec-WebSocket-Protocol": [
        b"chat",
        b"chat, superchat",
        b"chat,,superchat,",
        b"chat, chat",
        b"chat superchat",
        b"a/b",
        b'"chat"',
        b",",
        b"",
    ],
    b"Sec-WebSocket-Extensions": [
        b"permessage-deflate",
        b"permessage-deflate; client_max_window_bits",
        b'permessage-deflate; server_max_window_bits="10"',
        b"permessage-deflate; server_max_window_bits=99",
        b"x ; a = 1,, y",
        b'x; a="b"',
        b'x; a="b c"',
        b'x; a="b, c"',
        b'x; a="b',
        b"x; a=",
        b"x;",
        b"x; a=1; a=2",
        b",",
        b"",
    ],
    b"Content-Length": [
        b"0",
        b"00",
        b"5",
        b"+0",
        b"-0",
        b"0, 0",
        b"0,5",
        b"5, 5",
        b"0x0",
        b"0 0",
        b"0_0",
        b"\xb2",
        b"18446744073709551616",
        b"99999999999999999999999999999",
        b"",
    ],
    b"Transfer-Encoding": [
        b"chunked",
        b"Chunked",
        b"identity",
        b"gzip, chunked",
        b"chunked, identity",
        b"chunked, chunked",
        b"xchunked",
        b"chunked;x",
        b"\x0bchunked",
        b",chunked",
        b'"chunked"',
        b"",
    ],
    b"Expect": [b"100-continue", b"other"],
    b"X-Note": [b"", b"a", b"a:b", b"\x80\xff", b"\xc3\xbc", b'"a\\"b"', b"a\x01b", b"a\x00b"],
    b"Proxy-Connection": [b"Upgrade"],
    b"Keep-Alive": [b"timeout=5"],
    b"Sec-WebSocket-Key1": [b"4 @1  46546xW%0l 1 5"],
    b"Content-Encoding": [b"gzip"],
    b"Content-Type": [b"text/plain"],
    b"User-Agent": [b"x"],
    b"HTTP2-Settings": [b"AAMAAABkAAQAAP__"],
}
_NAMES = list(_VALUES)

_METHODS = [b"get", b"Get", b"HEAD", b"POST", b"OPTIONS", b"CONNECT", b"PRI", b"QUERY", b"M-SEARCH"]
_ODD_METHODS = [b"G@T", b"GET\t", b"", b"(", b"\xffGET", b"X", b"GETGET", b"GE\x00T", b"_"]
_TARGETS = [
    b"/",
    b"/chat",
    b"//",
    b"//example.com/chat",
    b"/a?b?c",
    b"/a#b",
    b"/?#",
    b"/a%2fb%",
    b"/%00",
    b'/|^{}`<>"\\',
    b"/../x/./y",
    b"/caf\xe9",
    b"/caf\xc3\xa9",
    b"/a b",
    b"/a\tb",
    b"/a\x00b",
    b"/a\x7fb",
    b"/a\x0bb",
    b"/http://x/",
    b"*",
    b"",
    b"chat",
    b"?x",
    b"example.com:80",
    b"http://example.com",
    b"http://example.com/",
    b"http://example.com?x",
    b"http://example.com:80/x",
    b"http://example.com:/x",
    b"http://example.com:8080/x",
    b"HTTP://EXAMPLE.COM/x",
    b"https://example.com/x",
    b"https://example.com:443/x",
    b"ws://example.com/x",
    b"wss://example.com/x?y",
    b"http://other.example/x",
    b"http://user@example.com/x",
    b"http://user:secret@example.com/x",
    b"http://example.com#x",
    b"http://example.com\\x",
    b"http:///x",
    b"http:x",
    b"http://",
    b"http://[::1]/x",
    b"http://[::1]:9000/x",
    b"http://[::1/x",
    b"http://example.com:99999/x",
    b"http://example.com//x",
    b"http://example.com/x?y=http://z/?a",
    b"http://%65xample.com/",
    b"http://xn--bcher-kva.example/",
    b"ftp://example.com/",
    b"javascript:x",
]
_VERSIONS = [
    b"HTTP/1.0",
    b"HTTP/1.2",
    b"HTTP/1.9",
    b"HTTP/0.9",
    b"HTTP/2.0",
    b"HTTP/2",
    b"HTTP/3.0",
    b"HTTP/1",
    b"HTTP/01.1",
    b"HTTP/1.01",
    b"HTTP/1.10",
    b"HTTP/1.\xb9",
    b"http/1.1",
    b"Http/1.1",
    b"HTTPS/1.1",
    b"HTTP 1.1",
    b"RTSP/1.0",
    b"ICE/1.0",
    b"HTTP/1.1 ",
    b"HTTP/1.1 x",
    b"HTTP/+1.1",
    b"HTTP/1,1",
    b"",
]
_SPACES = [b"", b"  ", b"\t", b" \t", b"\x0b", b"\x0c", b"\xa0", b"\r", b"\x00", b"   "]
_ENDS = [
    b"\n",
    b"\r",
    b"\r\r\n",
    b"\n\r",
    b"\r\n\n",
    b" \r\n",
    b"\t \r\n",
    b"\x00\r\n",
    b"\x0b\r\n",
    b"\x0c\r\n",
    b"\x85",
    b"\r\n ",
    b"\r\n\t",
    b"\r\n \r\n",
    b"\r\nfolded\r\n",
    b"",
]
_BEFORE_VALUE = [
    b":",
    b":\t",
    b":  \t ",
    b" : ",
    b"\t: ",
    b" ",
    b"",
    b":\r\n ",
    b":\n ",
    b": :",
    b":\x0b",
    b":\x00",
    b":\xa0",
    b"=",
    b";: ",
]
_ODD_NAMES = [
    b"",
    b" Host",
    b"\tHost",
    b"Host\x00",
    b"Ho st",
    b"H\xf6st",
    b"Host\xa0",
    b"(x)",
    b"x@y",
    b'"x"',
    b"\x01x",
    b"{x}",
    b"x/y",
    b"-",
    b"!#$%&'*+-.^_`|~09aZ",
    b"Content_Length",
    b"Transfer-Encoding\x0b",
    b"Content-Length\x00",
    b"Transfer\xadEncoding",
]
_BEFORE = [
    b"\r\n",
    b"\r\n\r\n",
    b"\n",
    b"\r",
    b" ",
    b"\t",
    b"\x00",
    b"\xef\xbb\xbf",
    b"\r\n ",
    b"\n\n",
    b" \r\n",
    b"\x16\x03\x01\x00\xa5",
]
_BLANKS = [
    b"\n",
    b"\r",
    b"\r\r\n",
    b" \r\n",
    b"\t\r\n",
    b"\r\n\n",
    b"\n\r\n",
    b"",
    b"\x00\r\n",
    b":\r\n",
]
_BEHIND = [
    b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58",
    b"hello",
    b"\r\n",
    b"\n",
    b"\0",
    b"GET /second HTTP/1.1\r\nHost: example.com\r\n\r\n",
    b"GET /second HTTP/1.1\nHost: other.example\n\n",
    b"5\r\nhello\r\n0\r\n\r\n",
    b"0\r\n\r\n",
    b"0\r\nTrailer: x\r\n\r\nGET / HTTP/1.1\r\n\r\n",
    b"5;x=y\nhello0\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    bytes(range(256)),
]

# --- changes --------------------------------------------------------------------------------------


def _set(draw: Draw, draft: Draft) -> None:
    """Give a field another value, or add it."""
    name = draw.one_of(_NAMES)
    value = draw.one_of(_VALUES[name])
    for line in draft.lines:
        if line[0].lower() == name.lower():
            line[2] = value
            return
    draft.lines.insert(draw.below(len(draft.lines) + 1), [name, b": ", value, b"\r\n"])


def _add(draw: Draw, draft: Draft) -> None:
    """Add a field, perhaps a second time."""
    name = draw.one_of(_NAMES)
    line = [_in_some_case(draw, name), b": ", draw.one_of(_VALUES[name]), b"\r\n"]
    draft.lines.insert(draw.below(len(draft.lines) + 1), line)


def _repeat(draw: Draw, draft: Draft) -> None:
    if draft.lines:
        line = draw.one_of(draft.lines)
        draft.lines.insert(draw.below(len(draft.lines) + 1), list(line))


def _drop(draw: Draw, draft: Draft) -> None:
    if draft.lines:
        del draft.lines[draw.below(len(draft.lines))]


def _case(draw: Draw, draft: Draft) -> None:
    for line in draft.lines:
        line[0] = _in_some_case(draw, line[0])


def _in_some_case(draw: Draw, name: bytes) -> bytes:
    return draw.one_of([name, name, name.lower(), name.upper(), name.swapcase()])


def _name(draw: Draw, draft: Draft) -> None:
    if draft.lines:
        draw.one_of(draft.lines)[0] = draw.one_of(_ODD_NAMES)


def _before_value(draw: Draw, draft: Draft) -> None:
    if draft.lines:
        draw.one_of(draft.lines)[1] = draw.one_of(_BEFORE_VALUE)


def _end(draw: Draw, draft: Draft) -> None:
    draw.one_of([draft.first, *draft.lines])[-1] = draw.one_of(_ENDS)


def _bare_line_feeds(draw: Draw, draft: Draft) -> None:
    """Some or all lines end in a bare LF."""
    share = draw.one_of([20, 100])
    for line in [draft.first, *draft.lines]:
        if draw.happens(share):
            line[-1] = b"\n"
    if draw.happens(share):
        draft.blank = b"\n"


def _method(draw: Draw, draft: Draft) -> None:
    draft.first[0] = draw.one_of(_METHODS if draw.happens(70) else _ODD_METHODS)


def _target(draw: Draw, draft: Draft) -> None:
    draft.first[2] = draw.one_of(_TARGETS)


_SCHEMES = [
    (b"http", b"80"),
    (b"ws", b"80"),
    (b"HTTP", b"80"),
    (b"https", b"443"),
    (b"wss", b"443"),
]
_HOSTS = [
    b"example.com",
    b"example.com.",
    b"192.0.2.1",
    b"[::1]",
    b"[0:0:0:0:0:0:0:1]",
    b"[2001:DB8::A]",
    b"[::ffff:192.0.2.1]",
    b"[v1.x]",
    b"%65xample.com",
    b"xn--bcher-kva.example",
    b"a_b.example",
    b"a..b",
    b"a;b",
    b"127.1",
    b"0x7f.1",
]
_PATHS = [
    b"",
    b"/",
    b"/chat",
    b"?x",
    b"/?x?y",
    b"//x",
    b"/:80",
    b"/@x",
    b"/a%2Fb",
    b"/../x",
    b"/\\x",
    b"\\x",
]


def _both_hosts(draw: Draw, draft: Draft) -> None:
    """The target and Host name the same host, each in its own way, or nearly the same."""
    scheme, port = draw.one_of(_SCHEMES)
    host = draw.one_of(_HOSTS)
    names = []
    for _ in range(2):
        name = draw.one_of([host, host, host.upper(), host.lower()])
        if host.startswith(b"xn--"):  # Pythons differ in whether they decode it in capitals
            name = host
        names.append(name + draw.one_of([b"", b"", b":" + port, b":", b":0" + port, b":8080"]))
    draft.first[2] = scheme + b"://" + names[0] + draw.one_of(_PATHS)
    for line in draft.lines:
        if line[0].lower() == b"host":
            line[2] = names[1]


def _host(draw: Draw, draft: Draft) -> None:
    for line in draft.lines:
        if line[0].lower() == b"host":
            line[2] = draw.one_of(_VALUES[b"Host"])


def _version(draw: Draw, draft: Draft) -> None:
    draft.first[4] = draw.one_of(_VERSIONS)


def _spaces(draw: Draw, draft: Draft) -> None:
    draft.first[draw.one_of([1, 3])] = draw.one_of(_SPACES)


def _in_front(draw: Draw, draft: Draft) -> None:
    draft.before = draw.one_of(_BEFORE)


def _blank(draw: Draw, draft: Draft) -> None:
    draft.blank = draw.one_of(_BLANKS)


def _behind(draw: Draw, draft: Draft) -> None:
    draft.behind = draw.one_of(_BEHIND)


def _body(draw: Draw, draft: Draft) -> None:
    """Frame a body in one way or another, or in two that contradict each other."""
    framings = [
        [(b"Content-Length", b"5")],
        [(b"Content-Length", b"0"), (b"Content-Length", b"5")],
        [(b"Content-Length", b"0"), (b"Content-Length", b"0")],
        [(b"Content-Length", b"5"), (b"Content-Length", b"5")],
        [(b"Transfer-Encoding", b"chunked")],
        [(b"Transfer-Encoding", b"chunked"), (b"Content-Length", b"5")],
        [(b"Content-Length", b"0"), (b"Transfer-Encoding", b"chunked")],
        [(b"Transfer-Encoding", b"chunked"), (b"Transfer-Encoding", b"identity")],
        [(b"Transfer-Encoding", b"gzip"), (b"Transfer-Encoding", b"chunked")],
    ]
    for name, value in draw.one_of(framings):
        line = [_in_some_case(draw, name), b": ", value, b"\r\n"]
        draft.lines.insert(draw.below(len(draft.lines) + 1), line)
    draft.behind = draw.one_of(_BEHIND)


def _large(draw: Draw, draft: Draft) -> None:
    """Come near a limit for lines, heads or the number of fields."""
    size = draw.one_of([8100, 8180, 8190, 8193, 9000, 65000, 66000])
    kind = draw.below(3)
    if kind == 0:
        draft.first[2] += b"a" * size
    elif kind == 1:
        draft.lines.append([b"X-Large", b": ", b"a" * size, b"\r\n"])
    else:
        for _ in range(draw.one_of([100, 118, 127, 130])):
            draft.lines.append([b"X", b": ", b"", b"\r\n"])


_CHANGES: list[tuple[int, Callable[[Draw, Draft], None]]] = [
    (24, _set),
    (12, _add),
    (6, _repeat),
    (6, _drop),
    (4, _case),
    (5, _name),
    (6, _before_value),
    (8, _end),
    (3, _bare_line_feeds),
    (5, _method),
    (10, _target),
    (6, _both_hosts),
    (5, _host),
    (5, _version),
    (4, _spaces),
    (3, _in_front),
    (4, _blank),
    (10, _behind),
    (7, _body),
    (1, _large),
]
_WEIGHTED = [change for weight, change in _CHANGES for _ in range(weight)]

_BYTES = [b"\r", b"\n", b"\r\n", b"\0", b" ", b"\t", b":", b",", b"\x0b", b"\x7f", b"\x80", b"\xff"]


def _damaged(draw: Draw, data: bytes) -> bytes:
    """The bytes with a few of them inserted, replaced, cut out, written twice or cut off."""
    at = draw.below(len(data) + 1)
    to = min(len(data), at + draw.below(6))
    piece = draw.one_of(_BYTES) if draw.happens(75) else bytes([draw.below(256)])
    kind = draw.below(9)
    if kind < 3:
        return data[:at] + piece + data[at:]
    if kind < 6:
        return data[:at] + piece + data[at + 1 :]
    if kind == 6:
        return data[:at] + data[to:]
    if kind == 7:
        return data[:to] + data[at:to] + data[to:]
    return data[: at + 1]


def request(draw: Draw) -> bytes:
    """One request."""
    draft = Draft(draw.one_of(_SHAPES))
    for _ in range(draw.one_of([0, 1, 1, 1, 1, 2, 2, 3])):
        draw.one_of(_WEIGHTED)(draw, draft)
    data = draft.to_bytes()
    if draw.happens(25):
        for _ in range(1 + draw.below(2)):
            data = _damaged(draw, data)
    return data


def requests(seed: int, count: int) -> Iterator[bytes]:
    """So many requests, the same for the same seed; fewer are the beginning of more."""
    draw = Draw(seed)
    for _ in range(count):
        yield request(draw)
