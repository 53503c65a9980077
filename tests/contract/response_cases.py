"""Responses to one fixed opening handshake, each with the verdict a client must reach.

The request is `GET /chat` on `ws://example.com` with the sample key of RFC 6455 section 1.3. The
"full" one offers the subprotocols chat and superchat and the extensions x-test and x-other; the
"plain" one offers neither. Each case breaks, or bends, one thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .checks import ACCEPT, OTHER_ACCEPT


@dataclass(frozen=True)
class Agrees:
    """The handshake succeeds; `trailing` is what follows the final head."""

    subprotocol: str | None = None
    extensions: tuple[str, ...] = ()
    trailing: bytes = b""


@dataclass(frozen=True)
class Fails:
    """The handshake fails with one of these error classes; `field` None is not compared."""

    errors: tuple[str, ...]
    field: str | None = None


@dataclass(frozen=True)
class Refuses:
    """UnexpectedStatus. None is not compared; `parse` is how Response.parse takes the bytes.

    `parse` is None (it takes them), the name of the error it raises, or "unsure".
    """

    status: int
    body: bytes | None = b""
    complete: bool | None = True
    parse: str | None = None


@dataclass(frozen=True)
class ResponseCase:
    """`closes`: the verdict needs receive_data(b"") (True), must not (False), may (None)."""

    name: str
    data: bytes
    expected: Agrees | Fails | Refuses
    request: str = "full"
    limits: Mapping[str, int] = field(default_factory=dict)
    closes: bool | None = False
    single: bool = True


SWITCHING = "HTTP/1.1 101 Switching Protocols"
UPGRADE = "Upgrade: websocket"
CONNECTION = "Connection: Upgrade"
ACCEPTED = f"Sec-WebSocket-Accept: {ACCEPT}"
CHAT = "Sec-WebSocket-Protocol: chat"
X_TEST = "Sec-WebSocket-Extensions: x-test"


def head(*lines: str) -> bytes:
    """A head of these lines, ended by CRLF and an empty line."""
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode("latin-1")


def opening(
    *extra: str,
    status: str = SWITCHING,
    upgrade: tuple[str, ...] = (UPGRADE,),
    connection: tuple[str, ...] = (CONNECTION,),
    accept: tuple[str, ...] = (ACCEPTED,),
) -> bytes:
    """The good answer, with some of its lines replaced and others added."""
    return head(status, *upgrade, *connection, *accept, *extra)


def refusal(
    body: bytes, *lines: str, status: str = "HTTP/1.1 403 Forbidden", length: bool = True
) -> bytes:
    """A refusal with a body, framed by Content-Length unless told otherwise."""
    framing = (f"Content-Length: {len(body)}",) if length else ()
    return head(status, *lines, *framing) + body


def chunked(body: bytes, *lines: str, status: str = "HTTP/1.1 403 Forbidden") -> bytes:
    """A refusal whose body is already written as chunks."""
    return head(status, *lines, "Transfer-Encoding: chunked") + body


SYNTAX = Fails(("InvalidMessage",))
CUT = Fails(("IncompleteMessage",))


def invalid(name: str) -> Fails:
    """Well-formed, but no valid answer."""
    return Fails(("InvalidResponse",), name)


def malformed(name: str) -> Fails:
    """A value that breaks its field's grammar."""
    return Fails(("InvalidHeader",), name)


def either(name: str) -> Fails:
    """Refused for this field; the class depends on whether one calls it grammar."""
    return Fails(("InvalidHeader", "InvalidResponse"), name)


GOOD = opening()
_Rows = Iterable[tuple[str, bytes, Agrees | Fails | Refuses]]


def _cases(rows: _Rows) -> list[ResponseCase]:
    return [ResponseCase(name, data, expected) for name, data, expected in rows]


# --- the answer that opens: RFC 6455 section 4.1, "Once the client's opening handshake" ----------

ACCEPTED_CASES = _cases(
    [
        ("good", GOOD, Agrees()),
        ("reason-empty", opening(status="HTTP/1.1 101 "), Agrees()),
        ("reason-empty-without-space", opening(status="HTTP/1.1 101"), Agrees()),
        ("reason-other", opening(status="HTTP/1.1 101 Web Socket Protocol Handshake"), Agrees()),
        ("reason-wrong", opening(status="HTTP/1.1 101 Not Found"), Agrees()),
        ("reason-obs-text", opening(status="HTTP/1.1 101 \xe9\xff\x80"), Agrees()),
        ("reason-tab", opening(status="HTTP/1.1 101 a\tb"), Agrees()),
        ("reason-digits", opening(status="HTTP/1.1 101 101"), Agrees()),
        ("upgrade-mixed-case", opening(upgrade=("Upgrade: WebSocket",)), Agrees()),
        ("upgrade-upper-case", opening(upgrade=("UPGRADE: WEBSOCKET",)), Agrees()),
        ("upgrade-empty-element-first", opening(upgrade=("Upgrade: , websocket",)), Agrees()),
        ("upgrade-empty-element-last", opening(upgrade=("Upgrade: websocket ,,",)), Agrees()),
        ("upgrade-outer-space", opening(upgrade=("Upgrade:\t websocket \t",)), Agrees()),
        ("upgrade-no-space", opening(upgrade=("Upgrade:websocket",)), Agrees()),
        ("connection-lower", opening(connection=("connection: upgrade",)), Agrees()),
        ("connection-upper", opening(connection=("CONNECTION: UPGRADE",)), Agrees()),
        ("connection-list", opening(connection=("Connection: keep-alive, Upgrade",)), Agrees()),
        ("connection-close-too", opening(connection=("Connection: Upgrade,close",)), Agrees()),
        ("connection-holes", opening(connection=("Connection: ,, upgrade ,",)), Agrees()),
        (
            "connection-two-lines",
            opening(connection=("Connection: upgrade", "Connection: close")),
            Agrees(),
        ),
        (
            "connection-second-line",
            opening(connection=("Connection: close", "Connection: upgrade")),
            Agrees(),
        ),
        ("connection-upgrade-twice", opening(connection=(CONNECTION, CONNECTION)), Agrees()),
        (
            "connection-names-another-field",
            opening("X-A: 1", connection=("Connection: upgrade, x-a, sec-websocket-accept",)),
            Agrees(),
        ),
        (
            "accept-other-name-case",
            opening(accept=(f"sec-websocket-ACCEPT: {ACCEPT}",)),
            Agrees(),
        ),
        ("accept-outer-space", opening(accept=(f"Sec-WebSocket-Accept:  {ACCEPT}\t ",)), Agrees()),
        (
            "order-of-fields-free",
            head(SWITCHING, ACCEPTED, "Date: x", CONNECTION, UPGRADE),
            Agrees(),
        ),
        ("subprotocol-first", opening(CHAT), Agrees("chat")),
        ("subprotocol-second", opening("Sec-WebSocket-Protocol: superchat"), Agrees("superchat")),
        ("subprotocol-name-case", opening("sec-websocket-protocol: chat"), Agrees("chat")),
        ("subprotocol-outer-space", opening("Sec-WebSocket-Protocol:  chat "), Agrees("chat")),
        ("subprotocol-none-chosen", opening(X_TEST), Agrees(None, ("x-test",))),
        ("extension-one", opening(X_TEST), Agrees(None, ("x-test",))),
        (
            "extension-two",
            opening("Sec-WebSocket-Extensions: x-test, x-other"),
            Agrees(None, ("x-test", "x-other")),
        ),
        (
            "extension-two-in-the-order-of-the-answer",
            opening("Sec-WebSocket-Extensions: x-other,x-test"),
            Agrees(None, ("x-other", "x-test")),
        ),
        (
            "extension-parameters",
            opening("Sec-WebSocket-Extensions: x-test; a; b=1;c=2"),
            Agrees(None, ("x-test; a; b=1; c=2",)),
        ),
        (
            "extension-quoted-value",
            opening('Sec-WebSocket-Extensions: x-test; a="b"'),
            Agrees(None, ("x-test; a=b",)),
        ),
        (
            "extension-quoted-pair",
            opening('Sec-WebSocket-Extensions: x-test; a="b\\c"'),
            Agrees(None, ("x-test; a=bc",)),
        ),
        (
            "extension-empty-elements",
            opening("Sec-WebSocket-Extensions: ,x-test,, x-other,"),
            Agrees(None, ("x-test", "x-other")),
        ),
        ("both", opening(CHAT, X_TEST), Agrees("chat", ("x-test",))),
        ("content-length-0", opening("Content-Length: 0"), Agrees()),
        (
            "content-length-5-counts-for-nothing",
            opening("Content-Length: 5") + b"hello",
            Agrees(trailing=b"hello"),
        ),
        ("content-length-5-and-nothing-behind", opening("Content-Length: 5"), Agrees()),
        ("content-length-bad", opening("Content-Length: many"), Agrees()),
        ("transfer-encoding", opening("Transfer-Encoding: chunked"), Agrees()),
        (
            "transfer-encoding-counts-for-nothing",
            opening("Transfer-Encoding: chunked") + b"0\r\n\r\n",
            Agrees(trailing=b"0\r\n\r\n"),
        ),
        ("version-field", opening("Sec-WebSocket-Version: 13"), Agrees()),
        ("origin-field", opening("Origin: http://localhost:3030"), Agrees()),
        ("unknown-fields", opening("X-A: 1", "X-A: 2", "X-B:", "X-C: \xff\ta"), Agrees()),
        ("cookies", opening("Set-Cookie: a=1", "Set-Cookie: b=2"), Agrees()),
        ("every-token-character", opening("!#$%&'*+-.^_`|~09AZaz: x"), Agrees()),
        ("frame-behind", GOOD + b"\x81\x05hello", Agrees(trailing=b"\x81\x05hello")),
        ("one-byte-behind", GOOD + b"\x00", Agrees(trailing=b"\x00")),
        ("line-ends-behind", GOOD + b"\r\n\r\n", Agrees(trailing=b"\r\n\r\n")),
        ("http-behind", GOOD + GOOD, Agrees(trailing=GOOD)),
    ]
)

PLAIN_CASES = [
    ResponseCase("plain", GOOD, Agrees(), "plain"),
    ResponseCase(
        "plain-subprotocol-unasked", opening(CHAT), invalid("Sec-WebSocket-Protocol"), "plain"
    ),
    ResponseCase(
        "plain-extension-unasked", opening(X_TEST), invalid("Sec-WebSocket-Extensions"), "plain"
    ),
]

# --- the answer that does not open ----------------------------------------------------------------

_ACCEPT = "Sec-WebSocket-Accept"
_PROTOCOL = "Sec-WebSocket-Protocol"
_EXTENSIONS = "Sec-WebSocket-Extensions"


def _upgrade(value: str) -> bytes:
    return opening(upgrade=(f"Upgrade: {value}",))


def _connection(value: str) -> bytes:
    return opening(connection=(f"Connection: {value}",))


def _accept(value: str) -> bytes:
    return opening(accept=(f"Sec-WebSocket-Accept: {value}",))


def _protocol(value: str) -> bytes:
    return opening(f"Sec-WebSocket-Protocol: {value}")


def _extensions(value: str) -> bytes:
    return opening(f"Sec-WebSocket-Extensions: {value}")


INVALID_CASES = _cases(
    [
        ("http10-101", opening(status="HTTP/1.0 101 Switching Protocols"), invalid("")),
        (
            "http12-101",
            opening(status="HTTP/1.2 101 Switching Protocols"),
            Fails(("InvalidMessage", "InvalidResponse")),
        ),
        (
            "http20-101",
            opening(status="HTTP/2.0 101 Switching Protocols"),
            Fails(("InvalidMessage", "InvalidResponse")),
        ),
        ("upgrade-missing", opening(upgrade=()), invalid("Upgrade")),
        ("upgrade-empty", _upgrade(""), either("Upgrade")),
        ("upgrade-only-commas", _upgrade(",,"), either("Upgrade")),
        ("upgrade-twice-in-one-line", _upgrade("websocket, websocket"), invalid("Upgrade")),
        ("upgrade-twice-other-case", _upgrade("websocket, WebSocket"), invalid("Upgrade")),
        ("upgrade-two-lines", opening(upgrade=(UPGRADE, UPGRADE)), invalid("Upgrade")),
        ("upgrade-another-too", _upgrade("websocket, h2c"), invalid("Upgrade")),
        (
            "upgrade-another-line-too",
            opening(upgrade=("Upgrade: h2c", UPGRADE)),
            invalid("Upgrade"),
        ),
        ("upgrade-another", _upgrade("h2c"), invalid("Upgrade")),
        ("upgrade-prefix", _upgrade("web"), invalid("Upgrade")),
        ("upgrade-longer", _upgrade("websockets"), invalid("Upgrade")),
        ("upgrade-version", _upgrade("websocket/13"), invalid("Upgrade")),
        ("upgrade-kelvin-sign-is-no-k", _upgrade("websoc\xe2\x84\xaaet"), malformed("Upgrade")),
        ("upgrade-two-words", _upgrade("web socket"), malformed("Upgrade")),
        ("upgrade-parameter", _upgrade("websocket;q=1"), malformed("Upgrade")),
        ("upgrade-quoted", _upgrade('"websocket"'), malformed("Upgrade")),
        ("upgrade-slash-last", _upgrade("websocket/"), malformed("Upgrade")),
        ("upgrade-two-slashes", _upgrade("websocket/1/3"), malformed("Upgrade")),
        ("connection-missing", opening(connection=()), invalid("Connection")),
        ("connection-empty", _connection(""), either("Connection")),
        ("connection-close", _connection("close"), invalid("Connection")),
        ("connection-keep-alive", _connection("keep-alive"), invalid("Connection")),
        ("connection-longer", _connection("upgraded, not-upgrade"), invalid("Connection")),
        ("connection-websocket", _connection("websocket"), invalid("Connection")),
        ("connection-parameter", _connection("upgrade;q=1"), malformed("Connection")),
        ("connection-semicolon-list", _connection("keep-alive; upgrade"), malformed("Connection")),
        ("connection-no-comma", _connection("keep-alive upgrade"), malformed("Connection")),
        ("connection-quoted", _connection('"upgrade"'), malformed("Connection")),
        (
            "connection-second-line-malformed",
            opening(connection=(CONNECTION, "Connection: @")),
            malformed("Connection"),
        ),
        (
            "connection-first-line-malformed",
            opening(connection=("Connection: a b", CONNECTION)),
            malformed("Connection"),
        ),
        ("accept-missing", opening(accept=()), invalid(_ACCEPT)),
        ("accept-of-another-key", _accept(OTHER_ACCEPT), invalid(_ACCEPT)),
        ("accept-lower-case", _accept(ACCEPT.lower()), invalid(_ACCEPT)),
        ("accept-repeated-equal", opening(accept=(ACCEPTED, ACCEPTED)), invalid(_ACCEPT)),
        (
            "accept-repeated-good-first",
            opening(accept=(ACCEPTED, f"Sec-WebSocket-Accept: {OTHER_ACCEPT}")),
            invalid(_ACCEPT),
        ),
        (
            "accept-repeated-good-last",
            opening(accept=(f"Sec-WebSocket-Accept: {OTHER_ACCEPT}", ACCEPTED)),
            invalid(_ACCEPT),
        ),
        ("accept-empty", _accept(""), either(_ACCEPT)),
        ("accept-is-the-key", _accept("dGhlIHNhbXBsZSBub25jZQ=="), either(_ACCEPT)),
        ("accept-without-padding", _accept(ACCEPT.rstrip("=")), either(_ACCEPT)),
        ("accept-more-padding", _accept(ACCEPT + "="), either(_ACCEPT)),
        ("accept-non-zero-pad-bits", _accept("s3pPLMBiTxaQ9kYGzzhZRbK+xOp="), either(_ACCEPT)),
        ("accept-url-safe-alphabet", _accept(ACCEPT.replace("+", "-")), either(_ACCEPT)),
        ("accept-inner-space", _accept(ACCEPT[:9] + " " + ACCEPT[9:]), either(_ACCEPT)),
        ("accept-list", _accept(f"{ACCEPT}, {ACCEPT}"), either(_ACCEPT)),
        ("accept-comma", _accept(f"{ACCEPT},"), either(_ACCEPT)),
        ("accept-quoted", _accept(f'"{ACCEPT}"'), either(_ACCEPT)),
        ("accept-no-base64", _accept("no, thanks!"), either(_ACCEPT)),
        ("accept-latin1", _accept(ACCEPT + "\xff"), either(_ACCEPT)),
        ("subprotocol-unoffered", _protocol("graphql-ws"), invalid(_PROTOCOL)),
        ("subprotocol-other-case", _protocol("Chat"), invalid(_PROTOCOL)),
        ("subprotocol-prefix", _protocol("cha"), invalid(_PROTOCOL)),
        ("subprotocol-longer", _protocol("chat2"), invalid(_PROTOCOL)),
        ("subprotocol-two", _protocol("chat, superchat"), either(_PROTOCOL)),
        ("subprotocol-same-twice", _protocol("chat, chat"), either(_PROTOCOL)),
        ("subprotocol-two-lines", opening(CHAT, CHAT), invalid(_PROTOCOL)),
        (
            "subprotocol-two-lines-differing",
            opening(CHAT, "Sec-WebSocket-Protocol: superchat"),
            invalid(_PROTOCOL),
        ),
        ("subprotocol-empty", _protocol(""), either(_PROTOCOL)),
        ("subprotocol-only-commas", _protocol(","), either(_PROTOCOL)),
        ("subprotocol-two-words", _protocol("chat superchat"), malformed(_PROTOCOL)),
        ("subprotocol-quoted", _protocol('"chat"'), malformed(_PROTOCOL)),
        ("subprotocol-semicolon", _protocol("chat;v=1"), malformed(_PROTOCOL)),
        ("subprotocol-latin1", _protocol("ch\xe4t"), malformed(_PROTOCOL)),
        ("extension-unoffered", _extensions("permessage-deflate"), invalid(_EXTENSIONS)),
        ("extension-unoffered-second", _extensions("x-test, x-none"), invalid(_EXTENSIONS)),
        ("extension-other-case", _extensions("X-Test"), invalid(_EXTENSIONS)),
        ("extension-longer", _extensions("x-test2"), invalid(_EXTENSIONS)),
        ("extension-one-name-twice", _extensions("x-test, x-test"), invalid(_EXTENSIONS)),
        (
            "extension-one-name-twice-other-parameters",
            _extensions("x-test; a=1, x-other, x-test; a=2"),
            invalid(_EXTENSIONS),
        ),
        (
            "extension-two-lines",
            opening(X_TEST, "Sec-WebSocket-Extensions: x-other"),
            invalid(_EXTENSIONS),
        ),
        ("extension-two-lines-equal", opening(X_TEST, X_TEST), invalid(_EXTENSIONS)),
        ("extension-empty", _extensions(""), either(_EXTENSIONS)),
        ("extension-only-commas", _extensions(", ,"), either(_EXTENSIONS)),
        ("extension-two-words", _extensions("x-test x-other"), malformed(_EXTENSIONS)),
        ("extension-no-name", _extensions("; a=1"), malformed(_EXTENSIONS)),
        ("extension-semicolon-last", _extensions("x-test;"), malformed(_EXTENSIONS)),
        ("extension-two-semicolons", _extensions("x-test;; a"), malformed(_EXTENSIONS)),
        ("extension-no-parameter-name", _extensions("x-test; =1"), malformed(_EXTENSIONS)),
        ("extension-no-value", _extensions("x-test; a="), malformed(_EXTENSIONS)),
        ("extension-value-no-token", _extensions("x-test; a=b/c"), malformed(_EXTENSIONS)),
        ("extension-quoted-no-token", _extensions('x-test; a="b c"'), malformed(_EXTENSIONS)),
        ("extension-quoted-comma", _extensions('x-test; a="b,c"'), malformed(_EXTENSIONS)),
        ("extension-quoted-nothing", _extensions('x-test; a=""'), malformed(_EXTENSIONS)),
        ("extension-quote-open", _extensions('x-test; a="b'), malformed(_EXTENSIONS)),
        ("extension-quote-open-escape", _extensions('x-test; a="b\\'), malformed(_EXTENSIONS)),
        ("extension-quote-then-more", _extensions('x-test; a="b"c'), malformed(_EXTENSIONS)),
        ("extension-quoted-name", _extensions('"x-test"'), malformed(_EXTENSIONS)),
        ("extension-assigned", _extensions("x-test=1"), malformed(_EXTENSIONS)),
    ]
)
# The fault of an HTTP/1.0 answer lies in no field.
INVALID_CASES[0] = ResponseCase("http10-101", INVALID_CASES[0].data, Fails(("InvalidResponse",)))

# --- not a response at all: RFC 9112 sections 2 to 5 ----------------------------------------------


def _status(line: str) -> bytes:
    return opening(status=line)


SYNTAX_CASES = _cases(
    [
        *(
            (f"begins-{name}", data, SYNTAX)
            for name, data in {
                "ssh": b"S",
                "tls-alert": b"\x15\x03\x01\x00\x02\x02\x46",
                "h2-settings": b"\x00\x00\x12\x04\x00\x00\x00\x00\x00",
                "frame": b"\x81\x05hello",
                "html": b"<",
                "lower-case": b"h",
                "space": b" ",
                "newline": b"\n",
                "empty-line": b"\r",
                "empty-line-then-good": b"\r\n" + GOOD,
                "utf8-mark": b"\xef",
                "second-letter": b"HX",
                "third-letter": b"HTX",
                "fourth-letter": b"HTTX",
                "https": b"HTTPS",
                "no-slash": b"HTTP ",
                "backslash": b"HTTP\\",
                "icy": b"I",
            }.items()
        ),
        ("version-lower-case", _status("http/1.1 101 Switching Protocols"), SYNTAX),
        ("version-missing", _status("HTTP/ 101 Switching Protocols"), SYNTAX),
        ("version-one-digit", _status("HTTP/1 101 Switching Protocols"), SYNTAX),
        ("version-three-digits", _status("HTTP/1.10 101 Switching Protocols"), SYNTAX),
        ("version-leading-zero", _status("HTTP/01.1 101 Switching Protocols"), SYNTAX),
        ("version-letters", _status("HTTP/a.b 101 Switching Protocols"), SYNTAX),
        ("version-superscript", _status("HTTP/\xb9.\xb9 101 Switching Protocols"), SYNTAX),
        ("version-space-inside", _status("HTTP/1. 1 101 Switching Protocols"), SYNTAX),
        ("status-missing", _status("HTTP/1.1"), SYNTAX),
        ("status-missing-but-space", _status("HTTP/1.1 "), SYNTAX),
        ("status-missing-but-reason", _status("HTTP/1.1 Switching Protocols"), SYNTAX),
        ("status-099", _status("HTTP/1.1 099 x"), SYNTAX),
        ("status-000", _status("HTTP/1.1 000 x"), SYNTAX),
        ("status-600", _status("HTTP/1.1 600 x"), SYNTAX),
        ("status-999", _status("HTTP/1.1 999 x"), SYNTAX),
        ("status-plus", _status("HTTP/1.1 +101 x"), SYNTAX),
        ("status-minus", _status("HTTP/1.1 -101 x"), SYNTAX),
        ("status-underscore", _status("HTTP/1.1 1_01 x"), SYNTAX),
        ("status-leading-zero", _status("HTTP/1.1 0101 x"), SYNTAX),
        ("status-two-digits", _status("HTTP/1.1 10 x"), SYNTAX),
        ("status-four-digits", _status("HTTP/1.1 1010 x"), SYNTAX),
        ("status-hexadecimal", _status("HTTP/1.1 0x65 x"), SYNTAX),
        ("status-decimal-point", _status("HTTP/1.1 101.0 x"), SYNTAX),
        ("status-exponent", _status("HTTP/1.1 1e2 x"), SYNTAX),
        ("status-superscript", _status("HTTP/1.1 \xb90\xb9 x"), SYNTAX),
        ("status-full-width", _status("HTTP/1.1 \xef\xbc\x91\xef\xbc\x90\xef\xbc\x91 x"), SYNTAX),
        ("status-glued-to-reason", _status("HTTP/1.1 101Switching"), SYNTAX),
        ("status-tab-after", _status("HTTP/1.1 101\tSwitching"), SYNTAX),
        ("status-tab-before", _status("HTTP/1.1\t101 Switching"), SYNTAX),
        ("status-two-spaces-before", _status("HTTP/1.1  101 Switching"), SYNTAX),
        ("status-comma", _status("HTTP/1.1 101, Switching"), SYNTAX),
        ("reason-nul", _status("HTTP/1.1 101 a\0b"), SYNTAX),
        ("reason-escape", _status("HTTP/1.1 101 a\x1bb"), SYNTAX),
        ("reason-delete", _status("HTTP/1.1 101 a\x7fb"), SYNTAX),
        ("reason-bare-cr", _status("HTTP/1.1 101 a\rb"), SYNTAX),
        ("reason-cr-twice", _status("HTTP/1.1 101 a\r"), SYNTAX),
        ("bare-lf-everywhere", GOOD.replace(b"\r\n", b"\n"), SYNTAX),
        ("bare-lf-after-status", GOOD.replace(b"\r\n", b"\n", 1), SYNTAX),
        ("bare-lf-at-the-end", GOOD[:-2] + b"\n", SYNTAX),
        ("bare-lf-in-value", opening("X: a\nb"), SYNTAX),
        ("bare-cr-in-value", opening("X: a\rb"), SYNTAX),
        ("bare-cr-everywhere", GOOD.replace(b"\r\n", b"\r"), SYNTAX),
        ("cr-before-crlf", opening("X: a\r"), SYNTAX),
        ("folded-space", opening("X: a", " b"), SYNTAX),
        ("folded-tab", opening("X: a", "\tb"), SYNTAX),
        ("folded-accept", opening(accept=("Sec-WebSocket-Accept:", f" {ACCEPT}")), SYNTAX),
        ("folded-nothing", opening("X: a", " "), SYNTAX),
        ("folded-first-line", head(SWITCHING, f" {UPGRADE}", CONNECTION, ACCEPTED), SYNTAX),
        ("folded-in-a-refusal", refusal(b"", "X: a", " b"), SYNTAX),
        ("no-colon", opening("X"), SYNTAX),
        ("no-colon-in-a-refusal", refusal(b"", "not a field"), SYNTAX),
        ("name-empty", opening(": a"), SYNTAX),
        ("name-space-before-colon", opening("X : a"), SYNTAX),
        ("name-tab-before-colon", opening("X\t: a"), SYNTAX),
        ("name-space-before-colon-upgrade", opening(upgrade=("Upgrade : websocket",)), SYNTAX),
        ("name-inner-space", opening("X Y: a"), SYNTAX),
        ("name-latin1", opening("\xe4: a"), SYNTAX),
        ("name-nul", opening("X\0: a"), SYNTAX),
        ("name-parenthesis", opening("X(1): a"), SYNTAX),
        ("name-slash", opening("X/Y: a"), SYNTAX),
        ("name-quote", opening('"X": a'), SYNTAX),
        ("value-nul", opening("X: a\0b"), SYNTAX),
        ("value-nul-only", opening("X: \0"), SYNTAX),
        ("value-backspace", opening("X: a\x08"), SYNTAX),
        ("value-vertical-tab", opening("X: a\x0bb"), SYNTAX),
        ("value-form-feed", opening("X: \x0c"), SYNTAX),
        ("value-escape", opening("X: \x1b[2J"), SYNTAX),
        ("value-delete", opening("X: \x7f"), SYNTAX),
        ("value-nul-in-a-refusal", refusal(b"", "X: \0"), SYNTAX),
    ]
)

# --- the peer closed too early --------------------------------------------------------------------

CUT_CASES = [
    ResponseCase(f"cut-{name}", data, CUT, closes=True, single=bool(data))
    for name, data in {
        "nothing": b"",
        "one-byte": b"H",
        "in-prefix": b"HTTP",
        "after-prefix": b"HTTP/",
        "in-status": b"HTTP/1.1 10",
        "after-status": b"HTTP/1.1 101",
        "before-lf": b"HTTP/1.1 101 Switching Protocols\r",
        "after-status-line": b"HTTP/1.1 101 Switching Protocols\r\n",
        "in-field-name": b"HTTP/1.1 101 Switching Protocols\r\nUpg",
        "in-field-value": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: web",
        "one-byte-missing": GOOD[:-1],
        "blank-line-missing": GOOD[:-2],
        "refusal-head": b"HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n",
    }.items()
]

# --- interim responses: RFC 9110 section 15.2 -----------------------------------------------------

CONTINUE = head("HTTP/1.1 100 Continue")
EARLY_HINTS = head("HTTP/1.1 103 Early Hints", "Link: </a.css>; rel=preload", "Link: </b.js>")
_INTERIM: list[tuple[str, bytes, Agrees | Fails | Refuses, bool]] = [
    ("100", CONTINUE + GOOD, Agrees(), False),
    ("102", head("HTTP/1.1 102 Processing") + GOOD, Agrees(), False),
    ("103", EARLY_HINTS + GOOD, Agrees(), False),
    ("199", head("HTTP/1.1 199 ") + GOOD, Agrees(), False),
    ("many", (CONTINUE + EARLY_HINTS) * 5 + GOOD, Agrees(), False),
    ("then-frame", CONTINUE + GOOD + b"\x81\x00", Agrees(trailing=b"\x81\x00"), False),
    ("then-subprotocol", CONTINUE + opening(CHAT), Agrees("chat"), False),
    (
        "fields-count-for-nothing",
        head("HTTP/1.1 103 x", UPGRADE, CONNECTION, CHAT, ACCEPTED) + GOOD,
        Agrees(),
        False,
    ),
    ("content-length-0", head("HTTP/1.1 100 x", "Content-Length: 0") + GOOD, Agrees(), False),
    ("has-no-body", head("HTTP/1.1 100 x", "Content-Length: 5") + GOOD, Agrees(), False),
    ("then-refusal", CONTINUE + refusal(b"no"), Refuses(403, b"no"), False),
    ("then-invalid", CONTINUE + opening(accept=()), invalid(_ACCEPT), False),
    (
        "does-not-lend-the-accept",
        head("HTTP/1.1 100 x", ACCEPTED) + opening(accept=()),
        invalid(_ACCEPT),
        False,
    ),
    ("malformed", head("HTTP/1.1 100 x", "X: a", " b") + GOOD, SYNTAX, False),
    ("malformed-field", head("HTTP/1.1 100 x", "X") + GOOD, SYNTAX, False),
    ("then-not-http", CONTINUE + b"\x81", SYNTAX, False),
    ("then-empty-line", CONTINUE + b"\r\n" + GOOD, SYNTAX, False),
    ("only", CONTINUE, CUT, True),
    ("then-cut", CONTINUE + GOOD[:-2], CUT, True),
]
INTERIM_CASES = [
    ResponseCase(f"interim-{name}", data, expected, closes=closes, single=False)
    for name, data, expected, closes in _INTERIM
]

# --- refusals: RFC 9112 section 6 -----------------------------------------------------------------

_UNTIL_CLOSE = head("HTTP/1.1 403 Forbidden")


def _length(value: str, body: bytes = b"hello") -> bytes:
    return head("HTTP/1.1 403 Forbidden", f"Content-Length: {value}") + body


REFUSAL_CASES = [
    *(
        ResponseCase(
            f"refusal-{status}",
            refusal(b"why", status=f"HTTP/1.1 {status} Reason"),
            Refuses(status, b"why"),
        )
        for status in (200, 201, 206, 299, 300, 301, 308, 400, 401, 402, 403, 404, 405, 407, 408)
    ),
    *(
        ResponseCase(
            f"refusal-{status}",
            refusal(b"why", status=f"HTTP/1.1 {status}"),
            Refuses(status, b"why"),
        )
        for status in (418, 421, 426, 429, 431, 451, 499, 500, 502, 503, 504, 505, 599)
    ),
    ResponseCase("refusal-reason-empty", refusal(b"", status="HTTP/1.1 404 "), Refuses(404, b"")),
    ResponseCase("refusal-length-0", refusal(b""), Refuses(403, b"")),
    ResponseCase(
        "refusal-body-is-bytes", refusal(bytes(range(256))), Refuses(403, bytes(range(256)))
    ),
    ResponseCase("refusal-body-looks-like-an-answer", refusal(GOOD), Refuses(403, GOOD)),
    ResponseCase(
        "refusal-body-stays-encoded",
        refusal(b"\x1f\x8b\x08", "Content-Encoding: gzip"),
        Refuses(403, b"\x1f\x8b\x08"),
    ),
    ResponseCase(
        "refusal-with-the-fields-of-an-answer",
        refusal(b"no", UPGRADE, CONNECTION, ACCEPTED, CHAT, X_TEST),
        Refuses(403, b"no"),
    ),
    ResponseCase(
        "refusal-with-malformed-fields",
        refusal(b"no", "Upgrade: a b", "Connection: @", "Sec-WebSocket-Accept: ?"),
        Refuses(403, b"no"),
    ),
    ResponseCase(
        "refusal-bytes-behind-the-length",
        _length("2", b"hello"),
        Refuses(403, b"he", parse="InvalidMessage"),
    ),
    ResponseCase("refusal-to-plain", refusal(b"no"), Refuses(403, b"no"), "plain"),
    # until the peer closes
    ResponseCase("refusal-until-close", _UNTIL_CLOSE + b"no", Refuses(403, b"no"), closes=True),
    ResponseCase("refusal-until-close-empty", _UNTIL_CLOSE, Refuses(403, b""), closes=True),
    ResponseCase(
        "refusal-http10-until-close",
        head("HTTP/1.0 404 Not Found") + b"no",
        Refuses(404, b"no"),
        closes=True,
    ),
    ResponseCase(
        "refusal-http10-length",
        refusal(b"no", status="HTTP/1.0 404 Not Found"),
        Refuses(404, b"no"),
    ),
    ResponseCase(
        "refusal-http10-length-cut",
        head("HTTP/1.0 404 Not Found", "Content-Length: 3") + b"no",
        Refuses(404, b"no", False, parse="IncompleteMessage"),
        closes=True,
    ),
    # no body whatever the fields say: RFC 9112 section 6.3, rule 1
    ResponseCase("refusal-204", head("HTTP/1.1 204 No Content"), Refuses(204, b"")),
    ResponseCase("refusal-304", head("HTTP/1.1 304 Not Modified"), Refuses(304, b"")),
    ResponseCase(
        "refusal-304-length", head("HTTP/1.1 304 x", "Content-Length: 5"), Refuses(304, b"")
    ),
    ResponseCase(
        "refusal-204-chunked", head("HTTP/1.1 204 x", "Transfer-Encoding: chunked"), Refuses(204)
    ),
    # cut
    ResponseCase(
        "refusal-cut",
        _length("6"),
        Refuses(403, b"hello", False, parse="IncompleteMessage"),
        closes=True,
    ),
    ResponseCase(
        "refusal-cut-before-the-body",
        _length("6", b""),
        Refuses(403, b"", False, parse="IncompleteMessage"),
        closes=True,
    ),
    # a Content-Length that is none
    *(
        ResponseCase(
            f"refusal-length-bad-{name}",
            _length(value),
            Refuses(403, None, False, parse="InvalidMessage"),
            closes=None,
        )
        for name, value in {
            "letters": "five",
            "empty": "",
            "plus": "+5",
            "minus": "-5",
            "minus-0": "-0",
            "underscore": "0_5",
            "hexadecimal": "0x5",
            "decimal-point": "5.0",
            "exponent": "5e0",
            "two-words": "5 5",
            "superscript": "\xb2",
            "full-width": "\xef\xbc\x95",
            "quoted": '"5"',
            "semicolon": "5;",
            "two-different": "5, 6",
            "comma-only": ",",
        }.items()
    ),
    ResponseCase(
        "refusal-length-bad-two-lines-differing",
        refusal(b"hello", "Content-Length: 4"),
        Refuses(403, None, False, parse="InvalidMessage"),
        closes=None,
    ),
    ResponseCase(
        "refusal-length-repeated-equal",
        refusal(b"hello", "Content-Length: 5"),
        Refuses(403, None, None, parse="unsure"),
        closes=None,
    ),
    ResponseCase(
        "refusal-length-of-30-digits",
        _length("9" * 30),
        Refuses(403, None, False, parse="unsure"),
        closes=None,
    ),
    ResponseCase(
        "refusal-length-of-5000-digits",  # more than int() converts
        _length("9" * 5000),
        Refuses(403, None, False, parse="unsure"),
        closes=None,
    ),
]

# --- refusals in chunks: RFC 9112 section 7.1 -----------------------------------------------------

_ENDS = b"0\r\n\r\n"
CHUNKED_CASES = [
    *(
        ResponseCase(f"chunked-{name}", chunked(data), Refuses(403, body))
        for name, data, body in [
            ("empty", _ENDS, b""),
            ("one", b"5\r\nhello\r\n" + _ENDS, b"hello"),
            ("two", b"5\r\nhello\r\n6\r\n world\r\n" + _ENDS, b"hello world"),
            ("hexadecimal-lower", b"a\r\n0123456789\r\n" + _ENDS, b"0123456789"),
            ("hexadecimal-upper", b"A\r\n0123456789\r\n" + _ENDS, b"0123456789"),
            ("hexadecimal-two-digits", b"10\r\n0123456789abcdef\r\n" + _ENDS, b"0123456789abcdef"),
            ("leading-zeros", b"005\r\nhello\r\n00\r\n\r\n", b"hello"),
            ("extension", b"5;a=b\r\nhello\r\n0;c\r\n\r\n", b"hello"),
            ("line-ends-inside", b"4\r\n\r\n\r\n\r\n" + _ENDS, b"\r\n\r\n"),
            ("last-chunk-inside", b"5\r\n0\r\n\r\n\r\n" + _ENDS, b"0\r\n\r\n"),
            ("trailer", b"5\r\nhello\r\n0\r\nX-Sum: 1\r\nX-B: 2\r\n\r\n", b"hello"),
        ]
    ),
    ResponseCase(
        "chunked-name-case",
        head("HTTP/1.1 403 x", "transfer-encoding: Chunked") + b"2\r\nno\r\n" + _ENDS,
        Refuses(403, b"no"),
    ),
    ResponseCase(
        "chunked-bytes-behind",
        chunked(b"2\r\nno\r\n" + _ENDS + b"HTTP/1.1 200 OK\r\n\r\n"),
        Refuses(403, b"no", parse="InvalidMessage"),
    ),
    ResponseCase(
        "chunked-and-gzip",
        head("HTTP/1.1 403 x", "Transfer-Encoding: gzip, chunked") + b"2\r\n\x1f\x8b\r\n" + _ENDS,
        Refuses(403, b"\x1f\x8b", None, parse="unsure"),
        closes=None,
    ),
    ResponseCase(
        "chunked-and-length",
        chunked(b"2\r\nno\r\n" + _ENDS, "Content-Length: 2"),
        Refuses(403, None, None, parse="unsure"),
        closes=None,
    ),
    ResponseCase(
        "chunked-http10",
        chunked(b"2\r\nno\r\n" + _ENDS, status="HTTP/1.0 403 Forbidden"),
        Refuses(403, None, None, parse="unsure"),
        closes=None,
    ),
    *(
        ResponseCase(
            f"chunked-cut-{name}",
            chunked(data),
            Refuses(403, body, False, parse="IncompleteMessage"),
            closes=True,
        )
        for name, data, body in [
            ("before-size", b"", b""),
            ("in-size-line", b"5\r", b""),
            ("before-data", b"5\r\n", b""),
            ("in-data", b"5\r\nhel", b"hel"),
            ("after-data", b"5\r\nhello", b"hello"),
            ("in-line-end", b"5\r\nhello\r", b"hello"),
            ("between", b"5\r\nhello\r\n", b"hello"),
            ("in-last-chunk", b"5\r\nhello\r\n0", b"hello"),
            ("after-last-chunk", b"5\r\nhello\r\n0\r\n", b"hello"),
            ("in-last-line-end", b"5\r\nhello\r\n0\r\n\r", b"hello"),
            ("in-trailer", b"5\r\nhello\r\n0\r\nX-Sum: 1\r\n", b"hello"),
        ]
    ),
    *(
        ResponseCase(
            f"chunked-bad-{name}",
            chunked(data),
            Refuses(403, body, False, parse="InvalidMessage"),
            closes=None,
        )
        for name, data, body in [
            ("size-letters", b"5\r\nhello\r\nxy\r\nhello\r\n" + _ENDS, b"hello"),
            ("size-missing", b"5\r\nhello\r\n\r\n" + _ENDS, b"hello"),
            ("size-only-extension", b"5\r\nhello\r\n;a\r\n" + _ENDS, b"hello"),
            ("size-plus", b"+5\r\nhello\r\n" + _ENDS, b""),
            ("size-minus", b"-5\r\nhello\r\n" + _ENDS, b""),
            ("size-minus-0", b"-0\r\n\r\n", b""),
            ("size-0x", b"0x5\r\nhello\r\n" + _ENDS, b""),
            ("size-underscore", b"0_5\r\nhello\r\n" + _ENDS, b""),
            ("size-space-first", b" 5\r\nhello\r\n" + _ENDS, b""),
            ("size-inner-space", b"0 5\r\nhello\r\n" + _ENDS, b""),
            ("size-full-width", b"\xef\xbc\x95\r\nhello\r\n" + _ENDS, b""),
            ("size-bare-lf", b"5\nhello\r\n" + _ENDS, b""),
            ("size-bare-cr", b"5\rhello\r\n" + _ENDS, b""),
            ("data-end-missing", b"5\r\nhello0\r\n\r\n", b"hello"),
            ("data-end-bare-lf", b"5\r\nhello\n" + _ENDS, b"hello"),
            ("data-end-any-two-bytes", b"5\r\nhelloXX" + _ENDS, b"hello"),
            ("data-longer-than-size", b"4\r\nhello\r\n" + _ENDS, b"hell"),
            ("extension-nul", b"5;a=\0\r\nhello\r\n" + _ENDS, b""),
        ]
    ),
]

# --- limits ---------------------------------------------------------------------------------------

_HEAD = len(GOOD)
_LINE = len(SWITCHING)
_OVER = Fails(("InvalidMessage",))
_BODY = b"12345678"


def _limited(
    name: str,
    data: bytes,
    expected: Agrees | Fails | Refuses,
    *,
    closes: bool | None = False,
    single: bool = True,
    **limits: int,
) -> ResponseCase:
    return ResponseCase(name, data, expected, limits=limits, closes=closes, single=single)


def _over(body: bytes = _BODY) -> Refuses:
    return Refuses(403, body, False, parse="InvalidMessage")


LIMIT_CASES = [
    _limited("limit-line-exact", GOOD, Agrees(), request_line=_LINE),
    _limited("limit-line-over", GOOD, _OVER, request_line=_LINE - 1),
    _limited("limit-line-over-unfinished", GOOD[:_LINE], _OVER, request_line=_LINE - 1),
    _limited("limit-line-refusal-over", refusal(b""), _OVER, request_line=21),
    _limited("limit-line-refusal-exact", refusal(b""), Refuses(403), request_line=22),
    _limited("limit-line-interim-over", CONTINUE + GOOD, _OVER, request_line=20, single=False),
    _limited("limit-line-default-exact", _status("HTTP/1.1 101 ".ljust(8192, "x")), Agrees()),
    _limited("limit-line-default-over", _status("HTTP/1.1 101 ".ljust(8193, "x")), _OVER),
    _limited("limit-head-exact", GOOD, Agrees(), head=_HEAD),
    _limited(
        "limit-head-exact-frame-behind",
        GOOD + b"\x81\x00",
        Agrees(None, (), b"\x81\x00"),
        head=_HEAD,
    ),
    _limited("limit-head-over", GOOD, _OVER, head=_HEAD - 1),
    _limited("limit-head-over-unfinished", GOOD[:-2], _OVER, head=_HEAD - 3),
    _limited(
        "limit-head-default-exact",
        opening("X: " + "a" * (65536 - _HEAD - 5)),
        Agrees(),
    ),
    _limited("limit-head-default-over", opening("X: " + "a" * (65536 - _HEAD - 4)), _OVER),
    _limited(
        "limit-head-with-interim-exact",
        CONTINUE + GOOD,
        Agrees(),
        head=_HEAD + len(CONTINUE),
        single=False,
    ),
    _limited(
        "limit-head-with-interim-over",
        CONTINUE + GOOD,
        _OVER,
        head=_HEAD + len(CONTINUE) - 1,
        single=False,
    ),
    _limited("limit-head-many-interims-over", CONTINUE * 3000, _OVER, closes=False, single=False),
    _limited("limit-fields-exact", GOOD, Agrees(), fields=3),
    _limited("limit-fields-over", GOOD, _OVER, fields=2),
    _limited("limit-fields-over-equal-names", opening("X: 1", "X: 2"), _OVER, fields=4),
    _limited("limit-fields-refusal-over", refusal(b"", "A: 1", "B: 2"), _OVER, fields=2),
    _limited("limit-fields-default-exact", opening(*(f"X-{n}: 1" for n in range(125))), Agrees()),
    _limited("limit-fields-default-over", opening(*(f"X-{n}: 1" for n in range(126))), _OVER),
    _limited(
        "limit-fields-with-interim-exact", EARLY_HINTS + GOOD, Agrees(), fields=5, single=False
    ),
    _limited("limit-fields-with-interim-over", EARLY_HINTS + GOOD, _OVER, fields=4, single=False),
    _limited("limit-body-length-exact", refusal(_BODY), Refuses(403, _BODY), body=8),
    _limited("limit-body-length-over", refusal(_BODY + b"9"), _over(), closes=None, body=8),
    _limited(
        "limit-body-length-over-and-cut",
        _length("9", b"123"),
        Refuses(403, None, False, parse="unsure"),
        closes=None,
        body=8,
    ),
    _limited(
        "limit-body-close-exact", _UNTIL_CLOSE + _BODY, Refuses(403, _BODY), closes=True, body=8
    ),
    _limited("limit-body-close-over", _UNTIL_CLOSE + _BODY + b"9", _over(), closes=None, body=8),
    _limited(
        "limit-body-chunks-exact",
        chunked(b"4\r\n1234\r\n4\r\n5678\r\n" + _ENDS),
        Refuses(403, _BODY),
        body=8,
    ),
    _limited(
        "limit-body-chunks-over",
        chunked(b"4\r\n1234\r\n5\r\n56789\r\n" + _ENDS),
        Refuses(403, None, False, parse="InvalidMessage"),
        closes=None,
        body=8,
    ),
    _limited(
        "limit-body-chunk-size-huge",
        chunked(b"FFFFFFFFFFFFFFFFFFFFFFFF\r\nhello"),
        Refuses(403, None, False, parse="unsure"),
        closes=None,
    ),
    _limited("limit-body-none-exact", refusal(b""), Refuses(403, b""), body=0),
    _limited("limit-body-none-over", refusal(b"1"), _over(b""), closes=None, body=0),
    _limited("limit-body-default-exact", refusal(b"x" * 65536), Refuses(403, b"x" * 65536)),
    _limited("limit-body-default-over", refusal(b"x" * 65537), _over(b"x" * 65536), closes=None),
    _limited(
        "limit-body-not-counted-with-the-head",
        refusal(b"x" * 500, status="HTTP/1.1 403"),
        Refuses(403, b"x" * 500),
        head=100,
    ),
    _limited(
        "limit-trailer-endless",
        chunked(b"2\r\nno\r\n0\r\n" + b"X-Sum: 1\r\n" * 20000),
        Refuses(403, b"no", False, parse="unsure"),
        closes=None,
    ),
    _limited(
        "limit-chunk-extension-endless",
        chunked(b"2;" + b"a" * 200000),
        Refuses(403, b"", False, parse="unsure"),
        closes=None,
    ),
]

CASES: list[ResponseCase] = [
    *ACCEPTED_CASES,
    *PLAIN_CASES,
    *INVALID_CASES,
    *SYNTAX_CASES,
    *CUT_CASES,
    *INTERIM_CASES,
    *REFUSAL_CASES,
    *CHUNKED_CASES,
    *LIMIT_CASES,
]
