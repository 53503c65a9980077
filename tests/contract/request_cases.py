"""Opening handshakes as data: the bytes, the policy, and what a strict server answers.

Nothing here imports the library: this is a reading of RFC 6455 section 4.2 (with RFC 9110, 9112,
3986 and 6454 behind it) that can be checked against any implementation.

One fault decides the answer. Faults of syntax and size count in the order of the bytes: a line
when its LF arrives, a bare CR at the byte behind it, a limit at the first byte over it. The rest
waits for the whole head and is judged in this order: version, method, target, Host, body, Upgrade,
Connection, Sec-WebSocket-Version, Sec-WebSocket-Key, Origin, subprotocols and extensions.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from types import MappingProxyType
from typing import Any, Final, NamedTuple

Line = str | bytes
Value = Line | None | list[Line]
Params = tuple[tuple[str, str | None], ...]
Policy = Mapping[str, Any]
"""Keyword arguments: origins, hosts, limits (a dict); `SAME_ORIGIN` stands for the library's."""

NO_POLICY: Final[Policy] = MappingProxyType({})
SAME_ORIGIN: Final = "the library's SAME_ORIGIN"


class Accept(NamedTuple):
    """A valid opening handshake; None leaves a value unchecked."""

    subprotocols: tuple[str, ...] | None = None
    extensions: tuple[tuple[str, Params], ...] | None = None
    origin: str | None = None
    path: str | None = None
    query: str | None = None


class Reject(NamedTuple):
    """A refusal: status, field at fault, and the fields that the answer must carry."""

    status: int
    field: str | None = None
    sends: tuple[tuple[str, str], ...] = ()
    syntax: bool = False
    """Not a well-formed head, or over a limit."""
    at: int | None = None
    """How many bytes it takes until the refusal; None for all of them."""


class Case(NamedTuple):
    id: str
    data: bytes
    expected: Accept | Reject
    policy: Policy = NO_POLICY


class Ambiguous(NamedTuple):
    """A request on which careful readers differ, and the answers that can be defended."""

    id: str
    data: bytes
    outcomes: tuple[str | tuple[int, str | None], ...]
    readings: str
    policy: Policy = NO_POLICY


class Pair(NamedTuple):
    """A request with two faults; the case expects the first, the second must be reported too."""

    case: Case
    second: Reject


KEY: Final = "dGhlIHNhbXBsZSBub25jZQ=="
OK: Final = Accept()
UPGRADE: Final = (("Upgrade", "websocket"), ("Connection", "Upgrade, close"))
VERSION: Final = (("Sec-WebSocket-Version", "13"),)
SECRET: Final = "s3cr3t"
"""Must appear in no message and no answer."""

BASE: Final[dict[str, Value]] = {
    "Host": "server.example.com",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": KEY,
    "Sec-WebSocket-Version": "13",
}


def octets(text: Line) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1")


def req(
    fields: Mapping[str, Value] | None = None,
    *,
    method: Line = "GET",
    target: Line = "/chat",
    http: Line = "HTTP/1.1",
    extra: Iterable[Line] = (),
) -> bytes:
    """A good request but for `fields` (None drops one, a list gives several lines)."""
    lines = [b" ".join(map(octets, (method, target, http)))]
    for name, value in (BASE | dict(fields or {})).items():
        values = value if isinstance(value, list) else [] if value is None else [value]
        lines += [octets(name) + b": " + octets(item) for item in values]
    return b"\r\n".join([*lines, *map(octets, extra), b"", b""])


START: Final = b"GET /chat HTTP/1.1\r\n"
FIELDS: Final = req()[len(START) : -2]
GOOD: Final = START + FIELDS
END: Final = b"\r\n"

CASES: list[Case] = []
AMBIGUOUS: list[Ambiguous] = []
PAIRS: list[Pair] = []


def good(id: str, data: bytes, expected: Accept = OK, **policy: Any) -> None:
    CASES.append(Case(id, data, expected, policy))


def bad(
    id: str,
    data: bytes,
    status: int,
    field: str | None = None,
    sends: tuple[tuple[str, str], ...] = (),
    **policy: Any,
) -> None:
    sends += UPGRADE if status == 426 else ()
    sends += VERSION if field == "Sec-WebSocket-Version" else ()
    CASES.append(Case(id, data, Reject(status, field, sends), policy))


def goods(prefix: str, field: str, values: Mapping[str, Value]) -> None:
    for name, value in values.items():
        good(f"{prefix}-{name}", req({field: value}))


def bads(prefix: str, field: str, values: Mapping[str, Value]) -> None:
    for name, value in values.items():
        bad(f"{prefix}-{name}", req({field: value}), 400, field)


def broken(id: str, upto: bytes, rest: bytes = b"", status: int = 400, **limits: int) -> None:
    """A fault of syntax or size, which shows at the last byte of `upto`."""
    policy = {"limits": limits} if limits else {}
    CASES.append(Case(id, upto + rest, Reject(status, syntax=True, at=len(upto)), policy))


def unsure(
    id: str,
    data: bytes,
    outcomes: Sequence[str | tuple[int, str | None]],
    readings: str,
    **policy: Any,
) -> None:
    AMBIGUOUS.append(Ambiguous(id, data, tuple(outcomes), readings, policy))


# --- Good requests ---------------------------------------------------------------------------

good("rfc-sample", req(), Accept((), (), None, "/chat", ""))
good(
    "rfc-sample-full",
    req(
        {
            "Origin": "http://example.com",
            "Sec-WebSocket-Protocol": "chat, superchat",
            "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
        }
    ),
    Accept(
        ("chat", "superchat"),
        (("permessage-deflate", (("client_max_window_bits", None),)),),
        "http://example.com",
        "/chat",
        "",
    ),
)
good("lower-case-names", START + FIELDS.lower().replace(KEY.lower().encode(), KEY.encode()) + END)
good(
    "upper-case-names",
    START
    + b"\r\n".join(
        name.upper() + b":" + value
        for name, _, value in (line.partition(b":") for line in FIELDS.splitlines())
    )
    + END
    + END,
)
good("repeated-unknown-field", req(extra=["X-A: 1", "X-A: 1", "x-a: 2"]))
good("no-space-after-colon", GOOD.replace(b": ", b":") + END)
good("tabs-around-values", GOOD.replace(b": ", b":\t \t") + END)
good("outer-space", req({"Host": "server.example.com \t ", "Upgrade": "\t websocket\t"}))
good("outer-space-key", req({"Sec-WebSocket-Key": f" \t{KEY} \t", "Sec-WebSocket-Version": "13 "}))
good("empty-unknown-value", req(extra=["X-Empty:"]))
good("blank-unknown-value", req(extra=["X-Blank: \t "]))
good("tab-inside-value", req(extra=["X-Tab: a\tb"]))
good("obs-text", req(extra=[b"X-Latin: \x80\x85\xa0\xe9\xff"]))
good("utf8-value", req(extra=["X-Utf8: é☃".encode()]))
good("next-line-is-no-line-end", req(extra=[b"X-Nel: a\x85Transfer-Encoding: chunked"]))
good("all-token-characters-in-name", req(extra=["!#$%&'*+-.^_`|~09azAZ: x"]))
good("colons-in-value", req(extra=["X: a: b: c"]))
good("expect-ignored", req(extra=["Expect: 100-continue"]))
good("te-and-trailer-ignored", req(extra=["TE: trailers", "Trailer: X-Sum"]))
good("repeated-cookie", req(extra=["Cookie: a=1", "Cookie: b=2"]))
good(
    "repeated-authorization", req(extra=["Authorization: Basic eA==", "Authorization: Basic eQ=="])
)
good("old-client-keys-ignored", req(extra=["Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5"]))
good("accept-in-request-ignored", req(extra=["Sec-WebSocket-Accept: x"]))
good("forwarded-host-ignored", req(extra=["X-Forwarded-Host: evil.example, [", "Forwarded: ;"]))
good(
    "node-like",
    b"GET / HTTP/1.1\r\nconnection: upgrade\r\nupgrade: websocket\r\nhost: localhost:3000\r\n"
    b"sec-websocket-key: " + KEY.encode() + b"\r\nsec-websocket-version: 13\r\n\r\n",
    Accept(path="/"),
)

# --- Syntax: the first byte ------------------------------------------------------------------
# What cannot begin a request is refused at once (RFC 9112 section 3: method = token).

for name, first in {
    "cr": b"\r",
    "lf": b"\n",
    "space": b" ",
    "tab": b"\t",
    "nul": b"\0",
    "tls": b"\x16",
    "del": b"\x7f",
    "latin": b"\xc9",
    "bom": b"\xef",
    "slash": b"/",
    "colon": b":",
    "quote": b'"',
    "at": b"@",
    "brace": b"{",
    "comma": b",",
}.items():
    broken(f"first-byte-{name}", first, req())
broken("empty-line-before", b"\r", b"\n" + req())
broken("two-empty-lines-only", b"\r", b"\n\r\n")
broken("tls-client-hello", b"\x16", b"\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
broken("proxy-protocol-2", b"\r", b"\n\r\n\0\r\nQUIT\n")

# --- Syntax: the request line (RFC 9112 section 3) -------------------------------------------

for name, line in {
    "method-only": b"GET",
    "http-0.9-simple": b"GET /chat",
    "simple-with-space": b"GET /chat ",
    "no-target": b"GET HTTP/1.1",
    "empty-target": b"GET  HTTP/1.1",
    "four-parts": b"GET /chat room HTTP/1.1",
    "something-behind": b"GET /chat HTTP/1.1 x",
    "two-spaces-before-target": b"GET  /chat HTTP/1.1",
    "two-spaces-before-version": b"GET /chat  HTTP/1.1",
    "trailing-space": b"GET /chat HTTP/1.1 ",
    "trailing-tab": b"GET /chat HTTP/1.1\t",
    "tabs-for-spaces": b"GET\t/chat\tHTTP/1.1",
    "tab-before-version": b"GET /chat\tHTTP/1.1",
    "nbsp-for-space": b"GET /chat\xa0HTTP/1.1",
    "method-at": b"G@T /chat HTTP/1.1",
    "method-colon": b"GET: /chat HTTP/1.1",
    "method-paren": b"G(E)T /chat HTTP/1.1",
    "method-latin": b"G\xc9T /chat HTTP/1.1",
    "method-control": b"G\x01T /chat HTTP/1.1",
    "method-is-a-field": b"Host: server.example.com",
    "a-response": b"HTTP/1.1 101 Switching Protocols",
    "target-nul": b"GET /ch\0at HTTP/1.1",
    "target-escape": b"GET /ch\x1bat HTTP/1.1",
    "target-del": b"GET /ch\x7fat HTTP/1.1",
    "target-form-feed": b"GET /ch\x0cat HTTP/1.1",
    "version-1": b"GET /chat HTTP/1",
    "version-2-without-minor": b"GET /chat HTTP/2",
    "version-1.": b"GET /chat HTTP/1.",
    "version-.1": b"GET /chat HTTP/.1",
    "version-1.10": b"GET /chat HTTP/1.10",
    "version-1.01": b"GET /chat HTTP/1.01",
    "version-01.1": b"GET /chat HTTP/01.1",
    "version-11.1": b"GET /chat HTTP/11.1",
    "version-1.1.1": b"GET /chat HTTP/1.1.1",
    "version-1,1": b"GET /chat HTTP/1,1",
    "version-plus": b"GET /chat HTTP/+1.1",
    "version-minus": b"GET /chat HTTP/1.-1",
    "version-underscore": b"GET /chat HTTP/1_1",
    "version-letter": b"GET /chat HTTP/1.x",
    "version-no-slash": b"GET /chat HTTP1.1",
    "version-none": b"GET /chat HTTP/",
    "version-lower-case": b"GET /chat http/1.1",
    "version-mixed-case": b"GET /chat Http/1.1",
    "version-other-name": b"GET /chat HTTPS/1.1",
    "version-other-protocol": b"GET /chat ICY/1.1",
    "version-superscript": b"GET /chat HTTP/1.\xb9",
    "version-superscript-major": b"GET /chat HTTP/\xb2.0",
    "version-fullwidth": "GET /chat HTTP/１.１".encode(),
    "version-arabic": "GET /chat HTTP/١.١".encode(),
}.items():
    broken(f"line-{name}", line + b"\r\n", FIELDS + END)
broken("line-nul-behind", b"GET /chat HTTP/1.1\0\r\n", FIELDS + END)
broken("line-secret", b"GET /chat?token=s3cr3t HTTP/1.1 x\r\n", FIELDS + END)
broken("line-not-whole-head-needed", b"GET\r\n")

# --- Syntax: line ends (RFC 9112 section 2.2, taken strictly) --------------------------------

broken("lf-request-line", b"GET /chat HTTP/1.1\n", FIELDS + END)
broken("lf-first-field", START + b"Host: server.example.com\n", END)
broken("lf-last-field", GOOD[:-2] + b"\n", END)
broken("lf-blank-line", GOOD + b"\n")
broken("lf-everywhere", b"GET /chat HTTP/1.1\n", (FIELDS + END).replace(b"\r\n", b"\n"))
broken("lf-in-method", b"G\n", b"ET /chat HTTP/1.1\r\n" + FIELDS + END)
broken("lf-in-value", START + b"X: a\n", b"b\r\n" + FIELDS + END)
broken("lf-then-cr", START + b"X: a\n", b"\r" + FIELDS + END)
broken("cr-request-line", b"GET /chat HTTP/1.1\rH", b"ost: x\r\n\r\n")
broken("cr-cr-lf-request-line", b"GET /chat HTTP/1.1\r\r", b"\n" + FIELDS + END)
broken("cr-in-method", b"GE\rT", b" /chat HTTP/1.1\r\n" + FIELDS + END)
broken("cr-in-target", b"GET /ch\ra", b"t HTTP/1.1\r\n" + FIELDS + END)
broken("cr-in-name", START + b"Ho\rs", b"t: x\r\n\r\n")
broken("cr-in-value", START + b"X: a\rb", b"\r\n" + FIELDS + END)
broken("cr-smuggles-field", START + b"X: a\rT", b"ransfer-Encoding: chunked\r\n" + FIELDS + END)
broken("cr-cr-lf-field", START + b"X: a\r\r", b"\n" + FIELDS + END)
broken("cr-ends-value", START + b"X: a\r ", b"\r\n" + FIELDS + END)
broken("cr-blank-line", GOOD + b"\rX", b": y\r\n\r\n")
broken("cr-cr-blank-line", GOOD + b"\r\r", b"\n")
broken("cr-everywhere", b"GET /chat HTTP/1.1\rH", FIELDS.replace(b"\n", b"")[1:] + b"\r")
broken("cr-before-the-nul-counts", START + b"X: a\rb", b"\0\r\n" + FIELDS + END)
broken("cr-behind-a-control", START + b"X: \0a\rb", b"\r\n" + FIELDS + END)

# --- Syntax: field lines (RFC 9112 section 5, RFC 9110 section 5.5) --------------------------

for name, line in {
    "no-colon": b"Host",
    "no-colon-with-space": b"Host server.example.com",
    "empty-name": b": value",
    "only-a-colon": b":",
    "space-before-colon": b"X : y",
    "tab-before-colon": b"X\t: y",
    "space-in-name": b"X Y: z",
    "secret-space-before-colon": b"Authorization : Bearer s3cr3t",
    "name-paren": b"X(1): y",
    "name-quote": b'"X": y',
    "name-slash": b"X/1: y",
    "name-at": b"X@Y: z",
    "name-latin": b"X\xe9: y",
    "name-nbsp": b"X\xa0: y",
    "name-utf8": "Hóst: y".encode(),
    "name-nul": b"X\0: y",
    "name-del": b"X\x7f: y",
    "name-comma": b"X,Y: z",
    "name-brackets": b"[X]: y",
    "name-braces": b"{X}: y",
    "name-equals": b"X=1: y",
    "value-nul": b"X: a\0b",
    "value-soh": b"X: \x01",
    "value-bell": b"X: a\x07",
    "value-backspace": b"X: \x08a",
    "value-vertical-tab": b"X: a\x0bb",
    "value-form-feed": b"X: a\x0c",
    "value-escape": b"X: \x1b[31m",
    "value-file-separator": b"X: a\x1cb",
    "value-unit-separator": b"X: a\x1f",
    "value-del": b"X: a\x7fb",
    "secret-cookie-nul": b"Cookie: id=s3cr3t\0",
    "folded-space": b" folded",
    "folded-tab": b"\tfolded",
    "folded-blank": b" ",
    "folded-field": b" X: y",
    "http-2-pseudo-field": b":path: /chat",
}.items():
    broken(f"field-{name}", GOOD + line + b"\r\n", END)
broken("field-folded-first-line", START + b" X: y\r\n", FIELDS + END)
broken("field-folded-tab-first-line", START + b"\tX: y\r\n", FIELDS + END)
broken("field-space-first-name", START + b" Host: server.example.com\r\n", END)
broken("field-folded-upgrade", START + b"Upgrade:\r\n websocket\r\n", FIELDS + END)
broken("field-folded-secret", GOOD + b"Authorization: Bearer\r\n s3cr3t\r\n", END)
broken("field-second-request-line", START + START, FIELDS + END)
broken("host-nul", START + b"Host: a\0b\r\n", END)
broken("upgrade-space-before-colon", START + b"Upgrade : websocket\r\n", FIELDS + END)
broken("transfer-encoding-space", GOOD + b"Transfer-Encoding : chunked\r\n", END)

# --- Limits: the request line, without CRLF --------------------------------------------------

LINE = START[:-2]
N = len(LINE)
good("request-line-one-below", req(), limits={"request_line": N + 1})
good("request-line-at-limit", req(), limits={"request_line": N})
broken("request-line-one-over", LINE, END + FIELDS + END, 414, request_line=N - 1)
broken("request-line-two-over", LINE[:-1], LINE[-1:] + END + FIELDS + END, 414, request_line=N - 2)
broken(
    "request-line-limit-of-one", b"GE", b"T /chat HTTP/1.1\r\n" + FIELDS + END, 414, request_line=1
)
broken("request-line-without-end", LINE[:11], LINE[11:], 414, request_line=10)
broken(
    "request-line-over-with-control",
    b"GET /\0\0\0\0\0\0",
    b" HTTP/1.1\r\n\r\n",
    414,
    request_line=10,
)
broken("request-line-over-with-spaces", b"GET        ", b"/\r\n\r\n", 414, request_line=10)
broken("request-line-control-within", b"GET /\0\r\n", FIELDS + END, 400, request_line=10)
broken("request-line-lf-before-over", b"GET / HT\n", b"x" * 99, 400, request_line=10)
broken("request-line-cr-before-over", b"GET / H\rT", b"x" * 99, 400, request_line=10)
broken("request-line-over-before-cr", b"GET / HTTP/", b"\rx\r\n\r\n", 414, request_line=10)
broken("request-line-first-byte-first", b"\0", b"GET / HTTP/1.1\r\n\r\n", 400, request_line=1)
broken(
    "request-line-over-and-post", b"POST /chat HTTP/2.0", END + FIELDS + END, 414, request_line=18
)

PAD = 8192 - len("GET / HTTP/1.1")
good("request-line-default-below", req(target="/" + "a" * (PAD - 1)))
good("request-line-default-at", req(target="/" + "a" * PAD), Accept(path="/" + "a" * PAD))
broken(
    "request-line-default-over",
    b"GET /" + b"a" * (PAD + 1) + b" HTTP/1.1",
    END + FIELDS + END,
    414,
)
broken("request-line-default-method", b"A" * 8193, b" / HTTP/1.1\r\n" + FIELDS + END, 414)
broken("request-line-default-endless", b"GET /" + b"a" * 8188, b"a" * 9000, 414)

# --- Limits: the head, with its blank line ---------------------------------------------------

H = len(req())
good("head-one-below", req(), limits={"head": H + 1})
good("head-at-limit", req(), limits={"head": H})
broken("head-one-over", req(), b"", 431, head=H - 1)
broken("head-two-over", req()[:-1], b"\n", 431, head=H - 2)
broken("head-last-line-over", req()[:-3], b"\n\r\n", 431, head=H - 4)
broken("head-inside-request-line", START[:11], req()[11:], 431, head=10)
broken(
    "head-at-request-line-end",
    req()[: len(START) + 1],
    req()[len(START) + 1 :],
    431,
    head=len(START),
)
broken("head-before-request-line", START[:11], req()[11:], 431, head=10, request_line=12)
broken("head-behind-request-line", START[:11], req()[11:], 414, head=12, request_line=10)
broken("head-over-before-bad-line-ends", START + b"no colo", b"n\r\n\r\n", 431, head=len(START) + 6)
broken("head-over-with-nul", START + b"X: \0abc", b"\r\n\r\n", 431, head=len(START) + 6)
broken("head-over-in-fold", START + b" folded", b"\r\n\r\n", 431, head=len(START) + 6)
broken(
    "bad-line-ends-before-head-over", START + b"bad\r\n", b"X: y\r\n\r\n", 400, head=len(START) + 6
)
broken("lf-before-head-over", START + b"X: y\n", b"X: y\r\n\r\n", 400, head=len(START) + 6)
broken("cr-before-head-over", START + b"X: y\rz", b"X: y\r\n\r\n", 400, head=len(START) + 6)
broken("bad-request-line-before-head-over", b"GET /\r\n", FIELDS + END, 400, head=8)
broken("head-over-and-http2", START.replace(b"1.1", b"2.0") + b"X: abcd", FIELDS, 431, head=26)

FILL = 65536 - len(req(extra=["X: "]))
good("head-default-below", req(extra=["X: " + "a" * (FILL - 1)]))
good("head-default-at", req(extra=["X: " + "a" * FILL]))
broken("head-default-over", req(extra=["X: " + "a" * (FILL + 1)]), b"", 431)
broken("head-default-endless", (GOOD + b"X: " + b"a" * 65536)[:65537], b"a" * 999, 431)
broken("head-default-endless-name", (GOOD + b"a" * 65536)[:65537], b"a" * 999, 431)

# --- Limits: the number of fields ------------------------------------------------------------

good("fields-one-below", req(), limits={"fields": 6})
good("fields-at-limit", req(), limits={"fields": 5})
LAST = GOOD.rindex(b"Sec-WebSocket-Version")
broken("fields-one-over", GOOD[: LAST + 1], GOOD[LAST + 1 :] + END, 431, fields=4)
broken("fields-limit-of-one", START + b"Host: x\r\nU", b"pgrade: websocket\r\n\r\n", 431, fields=1)
broken("fields-over-with-bad-line", GOOD + b"b", b"ad\r\n\r\n", 431, fields=5)
broken("fields-bad-line-at-limit", GOOD + b"bad\r\n", b"X: y\r\n\r\n", 400, fields=6)
broken("fields-bad-line-before-over", START + b"bad\r\n", FIELDS + END, 400, fields=2)
broken(
    "fields-over-and-http10",
    START.replace(b"1.1", b"1.0") + b"A: b\r\nC",
    b": d\r\n\r\n",
    431,
    fields=1,
)
good("fields-default-below", req(extra=["X: y"] * 122))
good("fields-default-at", req(extra=["X: y"] * 123))
broken("fields-default-over", GOOD + b"X: y\r\n" * 123 + b"X", b": y\r\n\r\n", 431)
broken(
    "fields-default-over-new-names",
    START + b"".join(b"X-%d: y\r\n" % i for i in range(128)) + b"H",
    b"ost: x\r\n\r\n",
    431,
)

# --- HTTP version (RFC 9110 section 2.5, RFC 6455 section 4.2.1) -----------------------------

for minor in range(2, 10):
    good(f"http-1.{minor}", req(http=f"HTTP/1.{minor}"))
for version in ("0.0", "0.1", "0.9", "2.0", "2.1", "3.0", "9.9"):
    bad(f"http-{version}", req(http=f"HTTP/{version}"), 505)
bad("http-1.0", req(http="HTTP/1.0"), 426)
bad("http-1.0-bare", b"GET / HTTP/1.0\r\n\r\n", 426)
bad("http-1.0-keep-alive", req({"Connection": "Upgrade, keep-alive"}, http="HTTP/1.0"), 426)
bad("http-1.0-nginx", req({"Upgrade": None, "Connection": "close"}, http="HTTP/1.0"), 426)
bad("http-1.0-post", req(method="POST", http="HTTP/1.0"), 426)
bad("http-1.0-head", req(method="HEAD", http="HTTP/1.0"), 426)
bad("http-2-preface", b"PRI * HTTP/2.0\r\n\r\n", 505)
bad("http-2-head", req(method="HEAD", http="HTTP/2.0"), 505)

# --- Method ----------------------------------------------------------------------------------

for method in ("POST", "PUT", "HEAD", "OPTIONS", "DELETE", "PATCH", "TRACE", "PRI", "get", "Get"):
    bad(f"method-{method}", req(method=method), 405, None, (("Allow", "GET"),))
for method in ("GETX", "XGET", "G", "GE", "GET-", "!#$%&'*+-.^_`|~", "101"):
    bad(f"method-{method}", req(method=method), 405, None, (("Allow", "GET"),))
bad(
    "connect-authority",
    req(method="CONNECT", target="server.example.com:80"),
    405,
    None,
    (("Allow", "GET"),),
)
bad("options-asterisk", req(method="OPTIONS", target="*"), 405, None, (("Allow", "GET"),))
bad("post-with-body", req({"Content-Length": "2"}, method="POST"), 405, None, (("Allow", "GET"),))
bad(
    "post-secret",
    req(method="POST", target="/?s3cr3t", extra=["Cookie: s3cr3t"]),
    405,
    None,
    (("Allow", "GET"),),
)

# --- Target (RFC 9112 section 3.2) -----------------------------------------------------------

for name, (target, path, query) in {
    "root": ("/", "/", ""),
    "query": ("/chat?a=b", "/chat", "a=b"),
    "secret-query": ("/chat?token=s3cr3t", "/chat", "token=s3cr3t"),
    "empty-query": ("/chat?", "/chat", ""),
    "root-query": ("/?a", "/", "a"),
    "question-in-query": ("/a?b?c", "/a", "b?c"),
    "slash-in-query": ("/a?/b//c", "/a", "/b//c"),
    "double-slash": ("//evil.example/chat", "//evil.example/chat", ""),
    "triple-slash": ("///", "///", ""),
    "dot-segments": ("/a/../b/./c", "/a/../b/./c", ""),
    "percent": ("/%41%2F%zz%?%", "/%41%2F%zz%", "%"),
    "unescaped": ("/|^{}`\"<>\\[]", "/|^{}`\"<>\\[]", ""),
    "unescaped-query": ("/?|^{}`\"<>\\[]", "/", "|^{}`\"<>\\[]"),
    "uri-in-path": ("/http://other.example/", "/http://other.example/", ""),
    "semicolon": ("/a;b=c,d@e:f!$&'()*+~_-.", "/a;b=c,d@e:f!$&'()*+~_-.", ""),
    "absolute-ws": ("ws://server.example.com/chat", "/chat", ""),
    "absolute-wss": ("wss://server.example.com/chat?a=b", "/chat", "a=b"),
    "absolute-http": ("http://server.example.com/", "/", ""),
    "absolute-https": ("https://server.example.com/a/b?c?d", "/a/b", "c?d"),
    "absolute-upper-scheme": ("HTTP://server.example.com/", "/", ""),
    "absolute-upper-ws": ("WsS://server.example.com/x", "/x", ""),
    "absolute-upper-host": ("http://SERVER.example.COM/", "/", ""),
    "absolute-empty-query": ("http://server.example.com/a?", "/a", ""),
    "absolute-unescaped": ("http://server.example.com/|{}^?`", "/|{}^", "`"),
    "absolute-double-slash": ("http://server.example.com//x//y", "//x//y", ""),
    "absolute-at-in-path": ("http://server.example.com/@evil.example", "/@evil.example", ""),
}.items():  # fmt: skip
    good(f"target-{name}", req(target=target), Accept(path=path, query=query))
for name, target in {
    "asterisk": "*",
    "authority": "server.example.com:80",
    "host-only": "server.example.com",
    "relative": "chat",
    "dot": "./chat",
    "query-only": "?a=b",
    "fragment": "/chat#room",
    "fragment-in-query": "/chat?a#b",
    "fragment-empty": "/chat#",
    "fragment-only": "#",
    "percent-first": "%2Fchat",
    "backslash": "\\chat",
    "ftp": "ftp://server.example.com/chat",
    "file": "file:///chat",
    "wsx": "wsx://server.example.com/chat",
    "one-slash": "ws:/server.example.com/chat",
    "no-slash": "ws:server.example.com",
    "scheme-relative-without-slash": "://server.example.com/",
    "mailto": "mailto:a@server.example.com",
    "absolute-fragment": "ws://server.example.com/chat#room",
    "absolute-fragment-no-path": "ws://server.example.com#room",
}.items():
    bad(f"target-{name}", req(target=target), 400)
bad("target-ftp-in-upper-case", req({"Host": None}, target="FTP://server.example.com/"), 400)

# --- Host (RFC 9110 section 7.2, RFC 3986 section 3.2.2) -------------------------------------

goods(
    "host",
    "Host",
    {
        "name": "example.com",
        "one-label": "localhost",
        "upper": "EXAMPLE.com",
        "port": "example.com:8080",
        "port-1": "example.com:1",
        "port-65535": "example.com:65535",
        "port-empty": "example.com:",
        "trailing-dot": "example.com.",
        "trailing-dot-port": "example.com.:80",
        "underscore": "a_b.example.com",
        "hyphen": "-a-.example.com",
        "punycode": "xn--bcher-kva.example",
        "digits": "1234",
        "ipv4": "127.0.0.1",
        "ipv4-port": "127.0.0.1:9000",
        "ipv4-like": "256.256.256.256",
        "ipv6": "[::1]",
        "ipv6-port": "[::1]:8080",
        "ipv6-port-empty": "[::1]:",
        "ipv6-any": "[::]",
        "ipv6-full": "[2001:db8:85A3:0:0:8a2e:370:7334]",
        "ipv6-v4": "[::ffff:192.0.2.1]:80",
        "ipv6-seven-and-gap": "[1:2:3:4:5:6:7::]",
        "percent": "ex%61mple.com",
        "long": "a" * 200 + ".example",
    },
)
bads(
    "host",
    "Host",
    {
        "missing": None,
        "empty": "",
        "blank": " \t ",
        "twice": ["server.example.com", "server.example.com"],
        "twice-different": ["server.example.com", "other.example.com"],
        "twice-empty": ["server.example.com", ""],
        "list": "server.example.com, server.example.com",
        "port-only": ":80",
        "colon": ":",
        "port-0": "example.com:0",
        "port-65536": "example.com:65536",
        "port-99999999999": "example.com:99999999999",
        "port-letters": "example.com:http",
        "port-plus": "example.com:+80",
        "port-minus": "example.com:-80",
        "port-underscore": "example.com:8_0",
        "port-space": "example.com: 80",
        "port-hex": "example.com:0x50",
        "port-superscript": b"example.com:8\xb2",
        "port-fullwidth": "example.com:８０".encode(),
        "port-twice": "example.com:80:80",
        "two-colons": "example.com::80",
        "userinfo": "user@example.com",
        "userinfo-password": "user:pass@example.com",
        "userinfo-empty": "@example.com",
        "scheme": "http://example.com",
        "slash": "example.com/",
        "path": "example.com/chat",
        "query": "example.com?a",
        "fragment": "example.com#a",
        "backslash": "example.com\\a",
        "space": "exa mple.com",
        "tab": "exa\tmple.com",
        "nbsp-before": b"\xa0server.example.com",
        "nel-behind": b"server.example.com\x85",
        "latin": b"ex\xe4mple.com",
        "utf8": "exämple.com".encode(),
        "quote": '"example.com"',
        "less-than": "<example.com>",
        "caret": "example^.com",
        "pipe": "a|b",
        "braces": "{host}",
        "percent-bad": "ex%6zmple.com",
        "percent-cut": "example.com%4",
        "ipv6-bare": "::1",
        "ipv6-bare-full": "2001:db8::1",
        "ipv6-unclosed": "[::1",
        "ipv6-unopened": "::1]",
        "ipv6-empty": "[]",
        "ipv6-behind": "[::1]x",
        "ipv6-port-without-colon": "[::1]80",
        "ipv6-before": "x[::1]",
        "ipv6-twice": "[::1][::1]",
        "ipv6-nested": "[[::1]]",
        "ipv6-letter": "[::g]",
        "ipv6-five-digits": "[::12345]",
        "ipv6-seven": "[1:2:3:4:5:6:7]",
        "ipv6-nine": "[1:2:3:4:5:6:7:8:9]",
        "ipv6-eight-and-gap": "[1:2:3:4::5:6:7:8]",
        "ipv6-two-gaps": "[1::2::3]",
        "ipv6-three-colons": "[:::1]",
        "ipv6-v4-short": "[::1.2.3]",
        "ipv6-v4-first": "[1.2.3.4::]",
        "ipv6-v4-octet": "[::1.2.3.256]",
        "ipv6-v4-zeros": "[::01.2.3.4]",
        "ipv6-zone": "[fe80::1%eth0]",
        "ipv6-space": "[ ::1]",
        "ipv6-prefix": "[::1/64]",
        "ipv4-in-brackets": "[127.0.0.1]",
        "name-in-brackets": "[example.com]",
        "ipv6-port-65536": "[::1]:65536",
    },
)

# An absolute target names the host as well (RFC 9112 section 3.2.2).
good("absolute-port", req({"Host": "example.com:8080"}, target="ws://example.com:8080/"))
good(
    "absolute-ipv6",
    req(
        {"Host": "[::1]:8080"},
        target="http://[::1]:8080/",
    ),
)
good("absolute-host-case", req({"Host": "Example.COM"}, target="http://example.com/"))
for name, target, host in (
    ("other-name", "ws://other.example.com/chat", "server.example.com"),
    ("longer-name", "ws://server.example.com.evil.example/", "server.example.com"),
    ("other-port", "ws://server.example.com:8080/", "server.example.com:8081"),
    ("port-against-none", "ws://server.example.com:8080/", "server.example.com"),
    ("none-against-port", "ws://server.example.com/", "server.example.com:8080"),
    ("https-port-80", "https://server.example.com/", "server.example.com:80"),
    ("http-port-443", "http://server.example.com/", "server.example.com:443"),
    ("host-missing", "ws://server.example.com/", None),
    ("host-empty", "ws://server.example.com/", ""),
    ("name-in-query", "ws://other.example.com/?server.example.com", "server.example.com"),
    ("name-in-query-no-path", "ws://other.example.com?server.example.com", "server.example.com"),
):
    bad(f"absolute-{name}", req({"Host": host}, target=target), 400, "Host")

# `hosts` lists what the server serves; anything else is misdirected (RFC 9110 section 15.5.20).
HOSTS = ["example.com", "example.com:8080", "[::1]:9000"]
good("hosts-name", req({"Host": "example.com"}), hosts=HOSTS)
good("hosts-case", req({"Host": "EXAMPLE.Com"}), hosts=HOSTS)
good("hosts-case-of-policy", req({"Host": "example.com"}), hosts=["EXAMPLE.COM"])
good("hosts-port", req({"Host": "example.com:8080"}), hosts=HOSTS)
good("hosts-ipv6", req({"Host": "[::1]:9000"}), hosts=HOSTS)
good("hosts-absolute", req({"Host": "example.com"}, target="ws://example.com/"), hosts=HOSTS)
good("hosts-tuple", req({"Host": "example.com"}), hosts=("example.com",))
good("hosts-set", req({"Host": "example.com"}), hosts=frozenset({"example.com"}))
for host in (
    "evil.example",
    "example.com.evil.example",
    "sub.example.com",
    "xample.com",
    "example.co",
    "example.com:8081",
    "[::1]",
    "[::1]:9001",
    "localhost",
):
    bad(f"hosts-{host}", req({"Host": host}), 421, "Host", hosts=HOSTS)
bad(
    "hosts-absolute-foreign",
    req({"Host": "a.example"}, target="ws://a.example/"),
    421,
    "Host",
    hosts=HOSTS,
)
bad("hosts-missing", req({"Host": None}), 400, "Host", hosts=HOSTS)
bad("hosts-malformed", req({"Host": "::1"}), 400, "Host", hosts=HOSTS)
bad("hosts-twice", req({"Host": ["example.com", "evil.example"]}), 400, "Host", hosts=HOSTS)

# --- A body (RFC 9112 section 6): never with an upgrade --------------------------------------

good("length-0", req({"Content-Length": "0"}))
good("length-00", req({"Content-Length": "00"}))
good("length-0-outer-space", req({"Content-Length": "\t0 "}))
bads(
    "length",
    "Content-Length",
    {
        "1": "1",
        "5": "5",
        "01": "01",
        "huge": "9" * 40,
        "plus": "+0",
        "minus": "-0",
        "empty": "",
        "blank": " ",
        "hex": "0x0",
        "decimal": "0.0",
        "underscore": "0_0",
        "letters": "zero",
        "list": "0, 0",
        "list-tight": "0,0",
        "list-empty-element": "0,",
        "list-empty-first": ",0",
        "inner-space": "0 0",
        "semicolon": "0;",
    },
)
bad("length-superscript", req({"Content-Length": b"\xb2"}), 400, "Content-Length")
bad("length-arabic-0", req({"Content-Length": "٠".encode()}), 400, "Content-Length")
bad("length-nbsp", req({"Content-Length": b"0\xa0"}), 400, "Content-Length")
bad("length-twice", req({"Content-Length": ["0", "0"]}), 400, "Content-Length")
bad("length-twice-different", req({"Content-Length": ["0", "5"]}), 400, "Content-Length")
bad("length-twice-empty", req({"Content-Length": ["0", ""]}), 400, "Content-Length")
bads(
    "coding",
    "Transfer-Encoding",
    {
        "chunked": "chunked",
        "identity": "identity",
        "gzip": "gzip, chunked",
        "empty": "",
        "malformed": "@",
        "upper": "CHUNKED",
    },
)
bad("coding-twice", req({"Transfer-Encoding": ["chunked", "chunked"]}), 400, "Transfer-Encoding")
bad("coding-lower-case-name", req(extra=["transfer-encoding: chunked"]), 400, "Transfer-Encoding")
bad(
    "coding-with-length-0",
    req({"Transfer-Encoding": "chunked", "Content-Length": "0"}),
    400,
    "Transfer-Encoding",
)

# --- Upgrade (RFC 6455 section 4.2.1 item 3, RFC 9110 section 7.8) ---------------------------

goods(
    "upgrade",
    "Upgrade",
    {
        "mixed-case": "WebSocket",
        "upper-case": "WEBSOCKET",
        "odd-case": "wEbSoCkEt",
        "empty-behind": "websocket,",
        "empty-before": ", websocket",
        "empties": ", ,\t,websocket , ,,",
    },
)
bad("upgrade-missing", req({"Upgrade": None}), 426, "Upgrade")
bad("upgrade-missing-plain-get", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", 426, "Upgrade")
bad(
    "upgrade-missing-but-connection",
    b"GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\n\r\n",
    426,
    "Upgrade",
)
bad("upgrade-misspelt-name", req({"Upgrade": None, "Upgrades": "websocket"}), 426, "Upgrade")
bads(
    "upgrade",
    "Upgrade",
    {
        "empty": "",
        "blank": " ",
        "comma": ",",
        "commas": ", ,",
        "twice-in-list": "websocket, websocket",
        "twice-tight": "websocket,WebSocket",
        "twice-in-lines": ["websocket", "websocket"],
        "lines-differ": ["websocket", "h2c"],
        "lines-one-empty": ["websocket", ""],
        "lines-empty-first": ["", "websocket"],
        "lines-one-comma": ["websocket", ","],
        "with-http": "websocket, http/1.1",
        "behind-http": "HTTP/1.1, websocket",
        "with-h2c": "h2c, websocket",
        "version": "websocket/13",
        "version-empty": "websocket/",
        "other": "h2c",
        "tls": "TLS/1.0",
        "longer": "websockets",
        "shorter": "websocke",
        "prefixed": "xwebsocket",
        "parameter": "websocket;q=1",
        "quoted": '"websocket"',
        "spaced": "web socket",
        "space-separated": "websocket websocket",
        "malformed-behind": "websocket, @",
        "semicolon": "websocket; websocket",
        "nbsp": b"websocket\xa0",
        "nel": b"\x85websocket",
        "long-s": "webſocket".encode(),
        "kelvin": "websoc\u212aet".encode(),
        "latin": b"w\xe9bsocket",
    },
)

# --- Connection (RFC 6455 section 4.2.1 item 4, RFC 9110 section 7.6.1) ----------------------

goods(
    "connection",
    "Connection",
    {
        "lower": "upgrade",
        "upper": "UPGRADE",
        "firefox-like": "keep-alive, Upgrade",
        "tight": "keep-alive,Upgrade",
        "spaced": "keep-alive \t,\t Upgrade",
        "first": "Upgrade, keep-alive",
        "with-close": "close, Upgrade",
        "with-unknown": "foo, Upgrade, X-Forwarded-Host",
        "twice": "Upgrade, upgrade",
        "empties": ",, Upgrade,\t,",
        "lines": ["keep-alive", "Upgrade"],
        "lines-twice": ["Upgrade", "Upgrade"],
        "lines-empty-first": ["", "Upgrade"],
        "lines-empty-last": ["Upgrade", ""],
        "lines-empty-between": ["keep-alive", "", "Upgrade"],
        "lines-commas": [",", "Upgrade,", ", ,"],
        "names-our-fields": "Upgrade, Sec-WebSocket-Key, Host",
        "odd-tokens": "!#$%&'*+-.^_`|~, upgrade",
    },
)
bads(
    "connection",
    "Connection",
    {
        "missing": None,
        "empty": "",
        "comma": ",",
        "close": "close",
        "keep-alive": "keep-alive",
        "longer": "upgrades",
        "prefixed": "xupgrade",
        "hyphenated": "keep-alive-upgrade",
        "space-separated": "keep-alive Upgrade",
        "semicolon-separated": "keep-alive; Upgrade",
        "quoted": '"Upgrade"',
        "parameter": "Upgrade;q=1",
        "value": "upgrade=1",
        "slash": "upgrade/1",
        "websocket": "websocket",
        "malformed-behind": "Upgrade, @",
        "malformed-before": "a b, Upgrade",
        "malformed-line": ["Upgrade", "@"],
        "malformed-first-line": ["a=b", "Upgrade"],
        "malformed-third-line": ["Upgrade", "keep-alive", '"close"'],
        "lines-without": ["keep-alive", "close"],
        "split-token": ["up", "grade"],
        "nbsp": b"Upgrade\xa0",
        "nbsp-in-list": b"keep-alive,\xa0Upgrade",
        "nel": b"\x85Upgrade",
        "latin": b"Upgr\xe4de",
        "non-breaking-other": b"Upgrade, \xff",
    },
)

# --- Sec-WebSocket-Version (RFC 6455 section 4.3, 4.4) ---------------------------------------

for number in (0, 1, 4, 7, 8, 9, 12, 14, 25, 99, 100, 113, 130, 131, 199, 200, 249, 250, 254, 255):
    bad(
        f"version-{number}",
        req({"Sec-WebSocket-Version": str(number)}),
        426,
        "Sec-WebSocket-Version",
    )
bads(
    "version",
    "Sec-WebSocket-Version",
    {
        "missing": None,
        "empty": "",
        "blank": "\t",
        "256": "256",
        "260": "260",
        "300": "300",
        "999": "999",
        "1300": "1300",
        "huge": "1" * 5000,
        "013": "013",
        "0013": "0013",
        "00": "00",
        "08": "08",
        "plus": "+13",
        "minus": "-13",
        "minus-0": "-0",
        "underscore": "1_3",
        "inner-space": "1 3",
        "hex": "0x0d",
        "hex-digit": "d",
        "decimal": "13.0",
        "decimal-empty": "13.",
        "exponent": "13e0",
        "quoted": '"13"',
        "name": "hybi-13",
        "list": "13, 8",
        "list-8-first": "8, 13",
        "list-same": "13, 13",
        "list-tight": "13,13",
        "list-empty": "13,",
        "list-empty-first": ",13",
        "parameter": "13;q=1",
        "lines-same": ["13", "13"],
        "lines-differ": ["13", "8"],
        "lines-other-first": ["8", "13"],
        "lines-empty": ["13", ""],
        "superscript": b"1\xb3",
        "nbsp": b"13\xa0",
        "nel": b"13\x85",
        "fullwidth": "１３".encode(),
        "arabic": "١٣".encode(),
        "circled": "⑬".encode(),
    },
)
good("version-13-outer-space", req({"Sec-WebSocket-Version": " \t13\t "}))
bad(
    "hixie-76",
    b"GET /demo HTTP/1.1\r\nHost: example.com\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key2: 12998 5 Y3 1  .P00\r\nSec-WebSocket-Protocol: sample\r\n"
    b"Upgrade: WebSocket\r\nSec-WebSocket-Key1: 4 @1  46546xW%0l 1 5\r\n"
    b"Origin: http://example.com\r\n\r\n",
    400,
    "Sec-WebSocket-Version",
)

# --- Sec-WebSocket-Key (RFC 6455 section 4.1 item 7, RFC 4648 section 4) ---------------------

goods(
    "key",
    "Sec-WebSocket-Key",
    {
        "zeros": "A" * 22 + "==",
        "ones": "/" * 21 + "w==",
        "plus-and-slash": "+/" * 10 + "+w==",
        "pad-bits": "A" * 21 + "B==",
        "pad-bits-all": "A" * 21 + "P==",
        "pad-bits-high": "/" * 22 + "==",
    },
)
bads(
    "key",
    "Sec-WebSocket-Key",
    {
        "missing": None,
        "empty": "",
        "blank": " ",
        "one": "A",
        "padding-only": "==",
        "15-bytes": "A" * 20,
        "14-bytes": "A" * 19 + "=",
        "17-bytes": "A" * 23 + "=",
        "18-bytes": "A" * 24,
        "12-bytes": "A" * 16,
        "32-bytes": "A" * 43 + "=",
        "no-padding": "A" * 22,
        "one-pad": "A" * 22 + "=",
        "three-pads": "A" * 22 + "===",
        "four-pads": "A" * 22 + "====",
        "pads-first": "==" + "A" * 22,
        "pad-inside": "A" * 11 + "=" + "A" * 10 + "==",
        "early-pads": "A" * 20 + "====",
        "too-long": "A" * 22 + "==" + "A",
        "longer-by-group": "A" * 26 + "==",
        "url-safe-dash": "A" * 20 + "-A==",
        "url-safe-underscore": "_" * 22 + "==",
        "inner-space": "A" * 11 + " " + "A" * 11 + "==",
        "inner-tab": "A" * 11 + "\t" + "A" * 11 + "==",
        "space-before-pad": "A" * 22 + " ==",
        "quoted": f'"{KEY}"',
        "comma": f"{KEY},",
        "list": f"{KEY}, {KEY}",
        "punctuation": "A" * 21 + "!==",
        "hex": "00112233445566778899aabbccddeeff",
        "hidden-junk": "A" * 22 + "!==",
        "latin": b"A" * 21 + b"\xe9==",
        "nbsp": KEY.encode() + b"\xa0",
        "fullwidth": "Ａ".encode() + b"A" * 21 + b"==",
        "lines-same": [KEY, KEY],
        "lines-differ": [KEY, "A" * 22 + "=="],
        "lines-empty": [KEY, ""],
        "huge": "A" * 5000,
    },
)

# --- Origin (RFC 6454 section 7, RFC 6455 section 4.2.1 item 7) ------------------------------

for name, value in {
    "https": "https://example.com",
    "http-port": "http://example.com:8080",
    "upper": "HTTPS://EXAMPLE.COM",
    "null": "null",
    "localhost": "http://localhost:3000",
    "ipv4": "http://127.0.0.1",
    "ipv6": "http://[::1]",
    "ipv6-port": "http://[2001:DB8::1]:65535",
    "default-port": "https://example.com:443",
    "chrome": "chrome-extension://abcdefghijklmnop",
    "firefox": "moz-extension://0a1b2c3d-0000-4000-8000-000000000000",
    "scheme-characters": "a+b-c.1://host",
    "trailing-dot": "https://example.com.",
    "underscore": "https://a_b.example.com",
    "punycode": "https://xn--bcher-kva.example",
    "percent": "https://ex%61mple.com",
}.items():
    good(f"origin-{name}", req({"Origin": value}), Accept(origin=value))
good(
    "origin-outer-space",
    req({"Origin": "\t https://example.com \t"}),
    Accept(origin="https://example.com"),
)
# Go's x/net client sends a slash behind its origin; a policy refuses it, see below.
good("origin-slash", req({"Origin": "http://localhost/"}), Accept(origin="http://localhost/"))
bads(
    "origin",
    "Origin",
    {
        "empty": "",
        "blank": " ",
        "twice": ["https://example.com", "https://example.com"],
        "twice-different": ["https://example.com", "https://evil.example"],
        "twice-null": ["null", "null"],
        "twice-empty": ["https://example.com", ""],
        "list": "https://example.com, https://example.com",
        "list-tight": "https://example.com,https://example.com",
        "path": "https://example.com/chat",
        "query": "https://example.com?a",
        "fragment": "https://example.com#a",
        "no-scheme": "example.com",
        "no-scheme-port": "example.com:443",
        "scheme-relative": "//example.com",
        "empty-scheme": "://example.com",
        "one-slash": "https:/example.com",
        "three-slashes": "https:///example.com",
        "no-slashes": "https:example.com",
        "no-colon": "https//example.com",
        "backslashes": "https:\\\\example.com",
        "scheme-digit-first": "1http://example.com",
        "scheme-plus-first": "+http://example.com",
        "scheme-underscore": "my_app://example.com",
        "scheme-space": "ht tp://example.com",
        "scheme-latin": b"h\xe9ttp://example.com",
        "userinfo": "https://user@example.com",
        "userinfo-password": "https://user:pass@example.com",
        "port-letters": "https://example.com:https",
        "port-0": "https://example.com:0",
        "port-65536": "https://example.com:65536",
        "port-minus": "https://example.com:-1",
        "port-plus": "https://example.com:+1",
        "port-superscript": b"https://example.com:8\xb2",
        "port-twice": "https://example.com:1:2",
        "ipv6-bare": "https://::1",
        "ipv6-unclosed": "https://[::1",
        "ipv6-bad": "https://[::g]",
        "ipv6-zone": "https://[fe80::1%eth0]",
        "ipv6-behind": "https://[::1]x",
        "space": "https://exa mple.com",
        "null-upper": "NULL",
        "null-mixed": "Null",
        "null-twice": "null null",
        "null-longer": "nullx",
        "undefined": "undefined",
        "asterisk": "*",
        "blank-page": "about:blank",
        "blob": "blob:https://example.com",
        "data": "data:,",
        "latin": b"https://ex\xe4mple.com",
        "utf8": "https://exämple.com".encode(),
        "nbsp": b"https://example.com\xa0",
        "quoted": '"https://example.com"',
        "angle": "<https://example.com>",
        "percent-bad": "https://ex%zzmple.com",
    },
)

# --- Origin against a policy (RFC 6455 section 10.2) -----------------------------------------

ONE = ["https://example.com"]
APP = ["https://app.example.com:8443"]
PATTERN = [re.compile(r"https://[a-z]+\.example\.com")]
ANY = [re.compile(".*")]
ORIGINS: list[tuple[str, str | None, str | None, list[Any], bool]] = [
    # id, Origin, Host, origins, allowed
    ("listed", "https://example.com", None, ONE, True),
    ("listed-upper", "HTTPS://EXAMPLE.COM", None, ONE, True),
    ("listed-default-port", "https://example.com:443", None, ONE, True),
    ("listed-with-default-port", "https://example.com", None, ["https://example.com:443"], True),
    ("listed-http-port-80", "http://a.example:80", None, ["http://a.example"], True),
    ("listed-ws-port-80", "ws://a.example:80", None, ["ws://a.example"], True),
    ("listed-upper-policy", "https://example.com", None, ["HTTPS://Example.COM"], True),
    ("listed-second", "https://b.example", None, ["https://a.example", "https://b.example"], True),
    ("listed-port", "https://app.example.com:8443", None, APP, True),
    ("listed-ipv6", "http://[::1]:3000", None, ["http://[::1]:3000"], True),
    ("listed-extension", "chrome-extension://abc", None, ["chrome-extension://abc"], True),
    ("other-scheme", "http://example.com", None, ONE, False),
    ("other-port", "https://example.com:8443", None, ONE, False),
    ("http-default-on-https", "https://example.com:80", None, ONE, False),
    ("port-missing", "https://app.example.com", None, APP, False),
    ("suffix", "https://example.com.evil.example", None, ONE, False),
    ("prefix", "https://evil-example.com", None, ONE, False),
    ("subdomain", "https://www.example.com", None, ONE, False),
    ("shorter", "https://example.co", None, ONE, False),
    ("trailing-dot", "https://example.com.", None, ONE, False),
    ("star-host", "https://*.example.com", None, ONE, False),
    ("null", "null", None, ONE, False),
    ("missing", None, None, ONE, False),
    ("dot-is-no-wildcard", "https://exampleXcom", None, ONE, False),
    ("empty-collection", "https://example.com", None, [], False),
    ("empty-collection-missing", None, None, [], False),
    ("none-missing", None, None, [None], True),
    ("none-and-listed", "https://example.com", None, [None, *ONE], True),
    ("none-and-missing", None, None, [*ONE, None], True),
    ("none-but-present", "https://example.com", None, [None], False),
    ("none-but-null", "null", None, [None], False),
    ("none-but-foreign", "https://evil.example", None, [*ONE, None], False),
    ("pattern", "https://app.example.com", None, PATTERN, True),
    ("pattern-with-others", "https://app.example.com", None, [None, *ONE, *PATTERN], True),
    ("pattern-any", "https://whatever.example:1234", None, ANY, True),
    ("pattern-prefix-only", "https://app.example.com.evil", None, PATTERN, False),
    ("pattern-port-behind", "https://app.example.com:8443", None, PATTERN, False),
    ("pattern-suffix-only", "xhttps://app.example.com", None, PATTERN, False),
    ("pattern-missing", None, None, ANY, False),
    ("pattern-alternatives", "https://ab", None, [re.compile("https://a|https://ab")], True),
    ("pattern-inside", "https://example.com", None, [re.compile("example")], False),
    ("same", "https://example.com", "example.com", [SAME_ORIGIN], True),
    ("same-http", "http://example.com", "example.com", [SAME_ORIGIN], True),
    ("same-case", "https://EXAMPLE.com", "example.COM", [SAME_ORIGIN], True),
    ("same-port", "http://example.com:8080", "example.com:8080", [SAME_ORIGIN], True),
    ("same-host-default-https", "https://example.com", "example.com:443", [SAME_ORIGIN], True),
    ("same-host-default-http", "http://example.com", "example.com:80", [SAME_ORIGIN], True),
    ("same-origin-default-https", "https://example.com:443", "example.com", [SAME_ORIGIN], True),
    ("same-origin-default-http", "http://example.com:80", "example.com", [SAME_ORIGIN], True),
    ("same-host-empty-port", "https://example.com", "example.com:", [SAME_ORIGIN], True),
    ("same-ipv6", "http://[::1]:8080", "[::1]:8080", [SAME_ORIGIN], True),
    ("same-ipv6-default", "http://[::1]", "[::1]:80", [SAME_ORIGIN], True),
    ("same-ipv4", "http://127.0.0.1", "127.0.0.1", [SAME_ORIGIN], True),
    ("same-and-none", None, "example.com", [SAME_ORIGIN, None], True),
    ("same-or-listed", "https://example.com", "api.example.com", [SAME_ORIGIN, *ONE], True),
    ("same-other-host", "https://evil.example", "example.com", [SAME_ORIGIN], False),
    ("same-subdomain", "https://www.example.com", "example.com", [SAME_ORIGIN], False),
    ("same-suffix", "https://example.com.evil.example", "example.com", [SAME_ORIGIN], False),
    ("same-port-dropped", "http://example.com:8080", "example.com", [SAME_ORIGIN], False),
    ("same-port-added", "http://example.com", "example.com:8080", [SAME_ORIGIN], False),
    ("same-https-on-80", "https://example.com", "example.com:80", [SAME_ORIGIN], False),
    ("same-http-on-443", "http://example.com", "example.com:443", [SAME_ORIGIN], False),
    ("same-http-443-host-none", "http://example.com:443", "example.com", [SAME_ORIGIN], False),
    ("same-null", "null", "example.com", [SAME_ORIGIN], False),
    ("same-null-host", "null", "null", [SAME_ORIGIN], False),
    ("same-missing", None, "example.com", [SAME_ORIGIN], False),
]  # fmt: skip
for name, origin_value, host_value, origins, allowed in ORIGINS:
    data = req({"Origin": origin_value, "Host": host_value or "server.example.com"})
    if allowed:
        good(f"policy-{name}", data, Accept(origin=origin_value), origins=origins)
    else:
        bad(f"policy-{name}", data, 403, "Origin", origins=origins)
bad("policy-malformed-any", req({"Origin": "https://example.com/"}), 400, "Origin", origins=ANY)
bad("policy-malformed-listed", req({"Origin": "*"}), 400, "Origin", origins=ONE)
bad("policy-twice-listed", req({"Origin": [*ONE, *ONE]}), 400, "Origin", origins=ONE)
bad("policy-twice-null", req({"Origin": ["null", "null"]}), 400, "Origin", origins=[None])
bad(
    "policy-forbidden-secret",
    req({"Origin": "https://a.example"}, target="/?s3cr3t"),
    403,
    "Origin",
    origins=ONE,
)
good("policy-tuple", req({"Origin": "https://example.com"}), origins=tuple(ONE))
good("policy-frozenset", req({"Origin": "https://example.com"}), origins=frozenset(ONE))

# --- Sec-WebSocket-Protocol (RFC 6455 section 4.1 item 10) -----------------------------------

PROTOCOLS: dict[str, tuple[Value, tuple[str, ...]]] = {
    "one": ("chat", ("chat",)),
    "two": ("chat, superchat", ("chat", "superchat")),
    "tight": ("chat,superchat", ("chat", "superchat")),
    "order-kept": ("z, a, m", ("z", "a", "m")),
    "case-kept": ("Chat, chat, CHAT", ("Chat", "chat", "CHAT")),
    "dotted": ("graphql-ws, v1.stomp.org", ("graphql-ws", "v1.stomp.org")),
    "odd": ("!#$%&'*+-.^_`|~09", ("!#$%&'*+-.^_`|~09",)),
    "empty-first": (", chat", ("chat",)),
    "empty-last": ("chat,", ("chat",)),
    "empty-between": ("chat,,superchat", ("chat", "superchat")),
    "empties": (", ,a\t,\t, b , ,", ("a", "b")),
    "lines": (["chat", "superchat"], ("chat", "superchat")),
    "lines-and-list": (["a, b", "c"], ("a", "b", "c")),
    "lines-empty-first": (["", "chat"], ("chat",)),
    "lines-empty-last": (["chat", ""], ("chat",)),
    "lines-comma": (["chat", ",", "b,"], ("chat", "b")),
}
for name, (sent, expected) in PROTOCOLS.items():
    good(f"protocol-{name}", req({"Sec-WebSocket-Protocol": sent}), Accept(expected))
bads(
    "protocol",
    "Sec-WebSocket-Protocol",
    {
        "empty": "",
        "blank": " ",
        "comma": ",",
        "commas": ", ,",
        "twice": "chat, chat",
        "twice-apart": "chat, superchat, chat",
        "twice-lines": ["chat", "chat"],
        "lines-empty": ["", ""],
        "space": "chat superchat",
        "semicolon": "chat; superchat",
        "parameter": "chat;q=1",
        "slash": "chat/1",
        "at": "a@b",
        "quoted": '"chat"',
        "colon": "soap:1",
        "brackets": "[chat]",
        "equals": "a=b",
        "malformed-behind": "chat, b c",
        "malformed-line": ["chat", "b c"],
        "latin": b"ch\xe4t",
        "utf8": "chát".encode(),
        "nbsp": b"chat,\xa0superchat",
    },
)

# --- Sec-WebSocket-Extensions (RFC 6455 section 9.1) -----------------------------------------

EXTENSIONS: list[tuple[str, Value, tuple[tuple[str, Params], ...]]] = [
    ("one", "foo", (("foo", ()),)),
    ("two", "foo, bar", (("foo", ()), ("bar", ()))),
    ("same-name-twice", "foo, foo; a", (("foo", ()), ("foo", (("a", None),)))),
    ("flag", "foo; a", (("foo", (("a", None),)),)),
    ("value", "foo; a=b", (("foo", (("a", "b"),)),)),
    ("values", "foo; a=1; b; c=3", (("foo", (("a", "1"), ("b", None), ("c", "3"))),)),
    ("repeated-parameter", "foo; a=1; a=2", (("foo", (("a", "1"), ("a", "2"))),)),
    ("case-kept", "FOO; Bar=Baz", (("FOO", (("Bar", "Baz"),)),)),
    ("quoted", 'foo; a="b"', (("foo", (("a", "b"),)),)),
    ("quoted-pair", r'foo; a="b\a\r"', (("foo", (("a", "bar"),)),)),
    ("quoted-then-more", 'foo; a="b"; c, bar', (("foo", (("a", "b"), ("c", None))), ("bar", ()))),
    ("single-quotes", "foo; a='b'", (("foo", (("a", "'b'"),)),)),
    ("tight", "foo;a=1;b,bar;c", (("foo", (("a", "1"), ("b", None))), ("bar", (("c", None),)))),
    ("loose", "foo ; a = 1 ;\tb\t, bar", (("foo", (("a", "1"), ("b", None))), ("bar", ()))),
    ("loose-quoted", 'foo ;a = "1" ;b', (("foo", (("a", "1"), ("b", None))),)),
    ("empty-first", ", foo", (("foo", ()),)),
    ("empty-last", "foo; a=1,", (("foo", (("a", "1"),)),)),
    ("empty-between", "foo,, ,bar", (("foo", ()), ("bar", ()))),
    ("lines", ["foo", "bar; a"], (("foo", ()), ("bar", (("a", None),)))),
    ("lines-some-empty", ["", "foo", ""], (("foo", ()),)),
    ("constructor", "constructor; __proto__=1", (("constructor", (("__proto__", "1"),)),)),
    ("deflate", "permessage-deflate", (("permessage-deflate", ()),)),
    (
        "deflate-out-of-range",
        "permessage-deflate; server_max_window_bits=99",
        (("permessage-deflate", (("server_max_window_bits", "99"),)),),
    ),
    (
        "deflate-unknown-parameter",
        "permessage-deflate; x",
        (("permessage-deflate", (("x", None),)),),
    ),
    (
        "deflate-fallbacks",
        "permessage-deflate; server_max_window_bits=10, permessage-deflate",
        (
            ("permessage-deflate", (("server_max_window_bits", "10"),)),
            ("permessage-deflate", ()),
        ),
    ),
    ("safari", "x-webkit-deflate-frame", (("x-webkit-deflate-frame", ()),)),
]
for name, sent, offered in EXTENSIONS:
    good(f"extensions-{name}", req({"Sec-WebSocket-Extensions": sent}), Accept(extensions=offered))
bads(
    "extensions",
    "Sec-WebSocket-Extensions",
    {
        "empty": "",
        "blank": "\t",
        "comma": ",",
        "commas": ", ,",
        "lines-empty": ["", ""],
        "semicolon": ";",
        "no-name": "; a",
        "no-name-second": "foo, ; a",
        "trailing-semicolon": "foo;",
        "trailing-semicolon-space": "foo; ",
        "two-semicolons": "foo;;a",
        "semicolon-comma": "foo;, bar",
        "value-empty": "foo; a=",
        "value-empty-then-more": "foo; a=; b",
        "name-empty": "foo; =b",
        "two-equals": "foo; a==b",
        "three-parts": "foo; a=b=c",
        "equals-on-name": "foo=bar",
        "space-separated": "foo bar",
        "space-in-value": "foo; a=b c",
        "quoted-name": '"foo"',
        "quoted-parameter": 'foo; "a"',
        "quoted-empty": 'foo; a=""',
        "quoted-space": 'foo; a="b c"',
        "quoted-comma": 'foo; a="b,c"',
        "quoted-semicolon": 'foo; a="b;c"',
        "quoted-quote": r'foo; a="b\"c"',
        "quoted-backslash": r'foo; a="b\\c"',
        "quoted-latin": b'foo; a="b\xe9"',
        "quoted-tab": 'foo; a="b\tc"',
        "unclosed": 'foo; a="b',
        "unclosed-escape": 'foo; a="b\\',
        "unclosed-escaped-quote": r'foo; a="b\"',
        "only-a-quote": 'foo; a="',
        "unopened": 'foo; a=b"',
        "behind-quoted": 'foo; a="b"c',
        "before-quoted": 'foo; a=c"b"',
        "quote-over-lines": ['foo; a="b', 'c"'],
        "slash": "foo/1",
        "at": "f@o",
        "latin": b"f\xf6o",
        "nbsp": b"foo;\xa0a",
        "malformed-second": "foo, b r",
        "malformed-line": ["foo", "b r"],
    },
)

# --- Two faults: the earlier row decides -----------------------------------------------------


class Fault(NamedTuple):
    row: int
    id: str
    changes: dict[str, Any]
    expected: Reject


ALLOW = (("Allow", "GET"),)
POLICY = {"origins": ["https://example.com"], "hosts": ["server.example.com"]}
NICE: dict[str, Value] = {"Origin": "https://example.com"}
FAULTS = [
    Fault(1, "http-2.0", {"http": "HTTP/2.0"}, Reject(505)),
    Fault(1, "http-1.0", {"http": "HTTP/1.0"}, Reject(426, None, UPGRADE)),
    Fault(2, "post", {"method": "POST"}, Reject(405, None, ALLOW)),
    Fault(3, "asterisk", {"target": "*"}, Reject(400)),
    Fault(3, "fragment", {"target": "/#"}, Reject(400)),
    Fault(4, "no-host", {"Host": None}, Reject(400, "Host")),
    Fault(4, "bad-host", {"Host": "::1"}, Reject(400, "Host")),
    Fault(4, "foreign-host", {"Host": "evil.example"}, Reject(421, "Host")),
    Fault(5, "chunked", {"Transfer-Encoding": "chunked"}, Reject(400, "Transfer-Encoding")),
    Fault(5, "length", {"Content-Length": "5"}, Reject(400, "Content-Length")),
    Fault(6, "no-upgrade", {"Upgrade": None}, Reject(426, "Upgrade", UPGRADE)),
    Fault(6, "bad-upgrade", {"Upgrade": "websocket, websocket"}, Reject(400, "Upgrade")),
    Fault(7, "no-connection", {"Connection": None}, Reject(400, "Connection")),
    Fault(7, "bad-connection", {"Connection": "@, Upgrade"}, Reject(400, "Connection")),
    Fault(
        8,
        "no-version",
        {"Sec-WebSocket-Version": None},
        Reject(400, "Sec-WebSocket-Version", VERSION),
    ),
    Fault(
        8,
        "version-8",
        {"Sec-WebSocket-Version": "8"},
        Reject(426, "Sec-WebSocket-Version", VERSION + UPGRADE),
    ),
    Fault(9, "no-key", {"Sec-WebSocket-Key": None}, Reject(400, "Sec-WebSocket-Key")),
    Fault(9, "short-key", {"Sec-WebSocket-Key": "AAAA"}, Reject(400, "Sec-WebSocket-Key")),
    Fault(10, "bad-origin", {"Origin": "*"}, Reject(400, "Origin")),
    Fault(10, "foreign-origin", {"Origin": "https://evil.example"}, Reject(403, "Origin")),
    Fault(10, "no-origin", {"Origin": None}, Reject(403, "Origin")),
    Fault(
        11,
        "protocol-twice",
        {"Sec-WebSocket-Protocol": "a, a"},
        Reject(400, "Sec-WebSocket-Protocol"),
    ),
    Fault(
        11,
        "bad-extensions",
        {"Sec-WebSocket-Extensions": "a;"},
        Reject(400, "Sec-WebSocket-Extensions"),
    ),
]


def faulty(*faults: Fault) -> bytes:
    changes = {key: value for fault in faults for key, value in fault.changes.items()}
    line = {key: changes.pop(key) for key in ("method", "target", "http") if key in changes}
    return req(NICE | changes, **line)


for one, two in combinations(FAULTS, 2):
    if one.row < two.row:
        case = Case(f"both-{one.id}-and-{two.id}", faulty(one, two), one.expected, POLICY)
        CASES.append(case)
        PAIRS.append(Pair(case, two.expected))
for fault in FAULTS:
    CASES.append(Case(f"only-{fault.id}", faulty(fault), fault.expected, POLICY))
    head = faulty(fault)[:-2]
    broken(f"syntax-behind-{fault.id}", head + b"bad\r\n", END)
good("no-fault-with-policy", req(NICE), Accept(origin="https://example.com"), **POLICY)

# --- Honestly open ---------------------------------------------------------------------------

TARGET_OR_HOST = ((400, None), (400, "Host"))
unsure(
    "absolute-userinfo",
    req(target="ws://user@server.example.com/"),
    (*TARGET_OR_HOST, "accept"),
    "RFC 3986 allows userinfo in an authority; RFC 9110 section 4.2.4 says to treat it as an error,"
    " which is the target's fault or one of Host differing from the authority.",
)
unsure(
    "absolute-empty-host",
    req(target="http:///chat"),
    TARGET_OR_HOST,
    "An http URI without a host is invalid (RFC 9110 section 4.2.1), or names another host.",
)
unsure(
    "absolute-bad-port",
    req(target="ws://server.example.com:x/"),
    TARGET_OR_HOST,
    "A malformed authority makes it no absolute-form, or an authority that Host cannot equal.",
)
unsure(
    "absolute-bad-port-and-no-host",
    req({"Host": None}, target="ws://[::1/"),
    TARGET_OR_HOST,
    "As before, with the order of the rows showing it.",
)
unsure(
    "absolute-no-path",
    req(target="ws://server.example.com"),
    ("accept",),
    'The path may be "" as sent or "/" (RFC 9110 section 4.2.3), hence no path is expected here.',
)
unsure(
    "absolute-query-no-path",
    req(target="ws://server.example.com?a=b"),
    ("accept",),
    "As before, with a query.",
)
unsure(
    "absolute-default-port",
    req(target="http://server.example.com:80/"),
    ("accept", (400, "Host")),
    "RFC 9112 section 3.2 wants Host identical to the authority; RFC 9110 section 4.2.3 makes a"
    " default port equal to none.",
)
unsure(
    "absolute-host-default-port",
    req({"Host": "server.example.com:443"}, target="wss://server.example.com/"),
    ("accept", (400, "Host")),
    "The same with the port in Host.",
)
unsure(
    "absolute-empty-port",
    req(target="http://server.example.com:/"),
    ("accept", (400, "Host")),
    "An empty port equals none after normalisation (RFC 3986 section 6.2.3).",
)
unsure(
    "absolute-differs-and-foreign",
    req({"Host": "a.example"}, target="ws://b.example/"),
    ((400, "Host"), (421, "Host")),
    "One row holds both faults.",
    hosts=["example.com"],
)
for name, line in {"latin": b"/caf\xe9", "utf8": "/café".encode()}.items():
    unsure(
        f"target-{name}",
        req(target=line),
        ((400, None),),
        "Refused for certain; but as a bad request line when its LF arrives, or as a bad target.",
    )
for name, line in {
    "method": b"POST /\xe9 HTTP/1.1\r\n",
    "version": b"GET /\xe9 HTTP/1.0\r\n",
}.items():
    unsure(
        f"latin-target-and-{name}",
        line + FIELDS + END,
        ((400, None), (405, None) if name == "method" else (426, None)),
        "A byte beyond ASCII in the target may be a bad request line or a bad target.",
    )
unsure(
    "coding-and-length",
    req({"Transfer-Encoding": "chunked", "Content-Length": "5"}),
    ((400, "Transfer-Encoding"), (400, "Content-Length")),
    "One row holds both faults.",
)
unsure(
    "protocol-and-extensions",
    req({"Sec-WebSocket-Protocol": "a, a", "Sec-WebSocket-Extensions": ";"}),
    ((400, "Sec-WebSocket-Protocol"), (400, "Sec-WebSocket-Extensions")),
    "One row holds both faults.",
)
for name, host, readings in (
    ("comma", "a.example,b.example", "A comma may stand in a reg-name, or it is a list of two."),
    (
        "sub-delims",
        "$!&'()*+;=~",
        "RFC 3986 allows sub-delims in a reg-name; no DNS name has them.",
    ),
    ("empty-label", "a..example", "RFC 3986 allows it; no DNS name has an empty label."),
    ("dot", ".", "As before."),
    ("port-leading-zero", "example.com:0080", "port = *DIGIT, or a number in its only spelling."),
    ("port-many-zeros", "example.com:000000000080", "As before, longer."),
    ("ipv-future", "[v1.a:b]", "RFC 3986 has IPvFuture; nobody uses it."),
    ("ipv6-zone-escaped", "[fe80::1%25eth0]", "RFC 6874 has zones in URIs; RFC 3986 has not."),
):
    unsure(f"host-{name}", req({"Host": host}), ("accept", (400, "Host")), readings)
for name, host, readings in (
    ("empty-port", "example.com:", "An empty port equals none, or values are compared as sent."),
    ("default-port", "example.com:80", "A default port equals none, if the scheme were known."),
    ("ipv6-spelling", "[0:0:0:0:0:0:0:1]", "The same address, or another spelling."),
    ("trailing-dot", "example.com.", "The same DNS name, or another host."),
):
    unsure(
        f"hosts-{name}",
        req({"Host": host}),
        ("accept", (421, "Host")),
        readings,
        hosts=["example.com", "[::1]"],
    )
for name, origin, readings in (
    ("list-of-two", "https://a.example https://b.example", "RFC 6454 section 7.1 has a list."),
    ("empty-host", "file://", "RFC 3986 allows an empty reg-name; some browsers sent it."),
    ("empty-host-https", "https://", "As before, for a scheme that needs a host."),
    ("port-empty", "https://example.com:", "port = *DIGIT in RFC 3986."),
    ("port-leading-zero", "https://example.com:0443", "port = *DIGIT in RFC 3986."),
    ("ipv-future", "https://[v1.a:b]", "RFC 3986 has IPvFuture; nobody uses it."),
    ("comma", "https://a.example,b.example", "A comma may stand in a reg-name."),
):
    unsure(f"origin-{name}", req({"Origin": origin}), ("accept", (400, "Origin")), readings)
for name, origin, origins, readings in (
    ("pattern-upper", "HTTPS://APP.EXAMPLE.COM", PATTERN, "Matched as sent, or in lower case."),
    (
        "pattern-default-port",
        "https://app.example.com:443",
        PATTERN,
        "Matched as sent, or normalised.",
    ),
    ("pattern-null", "null", ANY, "A pattern may match the word null, or null is never matched."),
):
    unsure(
        f"policy-{name}",
        req({"Origin": origin}),
        ("accept", (403, "Origin")),
        readings,
        origins=origins,
    )
unsure(
    "policy-same-unknown-scheme",
    req({"Origin": "app://server.example.com"}),
    ("accept", (403, "Origin")),
    "A scheme without a default port: two missing ports are equal, or never the same origin.",
    origins=[SAME_ORIGIN],
)
SYNTAX_OR_LINE = ((400, None), (414, None))
SYNTAX_OR_HEAD = ((400, None), (431, None))
unsure(
    "limit-line-then-bare-cr",
    LINE + b"\rX",
    SYNTAX_OR_LINE,
    "The byte behind the CR shows a bare CR and a line over its limit at once.",
    limits={"request_line": N},
)
unsure(
    "limit-line-then-bare-lf",
    LINE + b"\n",
    SYNTAX_OR_LINE,
    "The LF ends a line at its limit, or is the first byte over it.",
    limits={"request_line": N},
)
unsure(
    "limit-line-and-head",
    req(),
    ((414, None), (431, None)),
    "One byte is over both limits.",
    limits={"request_line": 10, "head": 10},
)
unsure(
    "limit-head-at-lf-of-bad-line",
    START + b"bad\r\n\r\n",
    SYNTAX_OR_HEAD,
    "The LF shows a bad line and is the first byte over the head's limit.",
    limits={"head": len(START) + 4},
)
unsure(
    "limit-head-behind-cr",
    START + b"X: a\rb\r\n\r\n",
    SYNTAX_OR_HEAD,
    "The byte behind the CR shows a bare CR and is the first over the head's limit.",
    limits={"head": len(START) + 5},
)
unsure(
    "limit-fields-then-fold",
    GOOD + b" folded\r\n\r\n",
    SYNTAX_OR_HEAD,
    "A folded line is no further field, or its first byte begins one too many.",
    limits={"fields": 5},
)
unsure(
    "limit-fields-then-bare-lf",
    GOOD + b"\n",
    SYNTAX_OR_HEAD,
    "A bare LF is a malformed blank line, or the first byte of one field too many.",
    limits={"fields": 5},
)
