"""The catalogue for clients: answers to an opening handshake that a client takes or refuses.

An answer fits one request: its accept value, and what it may choose of that request's offers. So
the cases are made for the request that was really sent; their ids, and how many there are, never
depend on it. The plain answer names the first subprotocol that was offered, since browsers refuse
an answer that names none of those that they asked for.

Where a malformed line is at level "security", the RFCs let a recipient mend it, or do not say; but
two recipients that mend it in two ways read two messages (RFC 9112 §11.1).
"""

from __future__ import annotations

from binascii import b2a_base64
from hashlib import sha1, sha256

from ws_handshake.deflate import PerMessageDeflate
from ws_handshake.errors import InvalidHeader
from ws_handshake.fields import named_subprotocols, parse_extensions, parse_key
from ws_handshake.key import GUID, accept_key
from ws_handshake.pattern import Pattern
from ws_handshake.request import Request

from .cases import Case, select_cases

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeVar

    from ws_handshake.fields import Extension

    T = TypeVar("T")
    Kind = tuple[str, str]  # verdict and level
    Row = tuple[str, bytes, Kind, str, str]  # which, data, kind, section, reason

__all__ = ["CLOSE", "response_cases"]

CLOSE = b"\x88\x02\x03\xe8"  # a Close frame with status 1000, as servers send it (RFC 6455 §5.5.1)

_KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # of RFC 6455 §1.3
_OTHER_KEY = "AQIDBAUGBwgJCgsMDQ4PEA=="
_SAMPLE = Request(
    "/chat",
    {
        "Host": "server.example.com",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": _KEY,
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Protocol": "chat, superchat",
        "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
    },
)

_MUST_TAKE, _TAKE = ("accept", "must"), ("accept", "should")
_MUST_REFUSE, _SAFER = ("reject", "must"), ("reject", "security")
_OPEN = ("either", "should")

_DEFLATE = "permessage-deflate"
_SWITCHING = "HTTP/1.1 101 Switching Protocols"
_UPGRADE = "Upgrade: websocket"
_CONNECTION = "Connection: Upgrade"
_HUGE = 512 * 1024  # bytes: twice what the most patient browser takes
_NUMBER = Pattern(r"=([0-9]++)")


def response_cases(
    request: Request | None = None,
    *,
    groups: Iterable[str] | None = None,
    levels: Iterable[str] | None = None,
    only: Iterable[str] | None = None,
) -> tuple[Case, ...]:
    r"""The answers that a client must take, must refuse or may do either with.

    They answer `request`, which is what the client really sent; without one, a sample with the key
    of RFC 6455 §1.3 that offers the subprotocols chat and superchat and permessage-deflate with
    client_max_window_bits. `groups`, `levels` and `only` choose as in `select_cases`. `TypeError`
    for what is no `Request`.

    >>> from ws_handshake import ClientHandshake, HandshakeError
    >>> client = ClientHandshake("ws://example.com/chat")
    >>> case, = response_cases(client.request, only=["accept-of-another-key"])
    >>> case.verdict, case.level, case.section
    ('reject', 'must', 'RFC 6455 §4.1')
    >>> try:
    ...     client.receive_data(case.data)
    ... except HandshakeError as error:
    ...     error.code
    'accept-wrong'

    RFC 6455 §4.1.
    """
    if request is None:
        request = _SAMPLE
    if not isinstance(request, Request):
        raise TypeError(f"a Request is expected, not {type(request).__name__}")
    answers = _Answers(request)
    cases: list[Case] = []
    for make in _GROUPS:
        cases += make(answers)
    return select_cases(cases, groups=groups, levels=levels, only=only)


class _Answers:
    """What the answers to one request are made of."""

    __slots__ = ("accept", "key", "nonce", "offers", "protocols")

    def __init__(self, request: Request) -> None:
        # A client that sends no key, or a malformed one, gets answers all the same.
        self.key = request.headers.get("Sec-WebSocket-Key") or _KEY
        self.nonce = parse_key(_well_formed(self.key, parse_key))
        self.accept = accept_key(self.key)
        self.protocols = _offered(request, "Sec-WebSocket-Protocol", named_subprotocols)
        self.offers = [
            each
            for each in _offered(request, "Sec-WebSocket-Extensions", parse_extensions)
            if each.name == _DEFLATE
        ]

    def opening(
        self,
        *extra: str,
        status: str = _SWITCHING,
        upgrade: tuple[str, ...] = (_UPGRADE,),
        connection: tuple[str, ...] = (_CONNECTION,),
        accept: tuple[str, ...] | None = None,
        protocol: bool = True,
    ) -> bytes:
        """The plain answer, with some of its lines replaced and others added."""
        if accept is None:
            accept = (f"Sec-WebSocket-Accept: {self.accept}",)
        protocols = (f"Sec-WebSocket-Protocol: {self.protocols[0]}",) if self.protocols else ()
        return _head(
            *(status, *upgrade, *connection, *accept, *(protocols if protocol else ()), *extra)
        )

    def deflate(
        self,
        server_fresh: bool = False,
        client_fresh: bool = False,
        server_bits: int | None = None,
        client_bits: int | None = None,
    ) -> Extension | None:
        """The answer of a server configured like this; None where the client offers no deflate."""
        server = PerMessageDeflate(server_fresh, client_fresh, server_bits, client_bits)
        answers = map(server.answer, self.offers)
        return next((each for each in answers if each is not None), None)

    def agreeing(self, answer: Extension | None, form: Callable[[str], str] = str) -> bytes:
        """The plain answer, with permessage-deflate where the client offers it."""
        if answer is None:
            return self.opening()
        return self.opening(f"Sec-WebSocket-Extensions: {form(str(answer))}")


def _well_formed(key: str, parse: Callable[[str], object]) -> str:
    try:
        parse(key)
    except InvalidHeader:
        return _KEY
    return key


def _offered(request: Request, name: str, parse: Callable[[str], list[T]]) -> list[T]:
    """What the request offers in a list; nothing where it is malformed."""
    value = request.headers.get(name)
    try:
        return [] if value is None else parse(value)
    except InvalidHeader:
        return []


def _head(*lines: str, end: str = "\r\n") -> bytes:
    return "".join([f"{line}{end}" for line in (*lines, "")]).encode("latin-1")


def _cases(group: str, field: str | None, rows: Iterable[Row]) -> list[Case]:
    # Rows say why in short: the sentence gets its capital letter and its full stop here.
    return [
        Case(which, group, data, verdict, field, section, level, f"{why[0].upper()}{why[1:]}.")
        for which, data, (verdict, level), section, why in rows
    ]


# --- The status line: RFC 9112 §4 -----------------------------------------------------------------


def _status_line(a: _Answers) -> list[Case]:
    def opening(line: str) -> bytes:
        return a.opening(status=line)

    grammar_section = "RFC 9112 §4"
    ignored = "a client should ignore what a reason phrase says"
    digits = "a status is three digits, and this status is not 101"
    spaces = "RFC 9112 §4 lets a recipient take other white space and warns of split responses"
    rows: list[Row] = [
        ("plain", a.opening(), _MUST_TAKE, "RFC 6455 §4.1", "this is a valid answer"),
        *(
            (f"reason-{name}", opening(f"HTTP/1.1 101 {reason}"), kind, grammar_section, why)
            for name, reason, kind, why in (
                ("empty", "", _MUST_TAKE, "the reason phrase may be empty"),
                ("tab", "Switching\tProtocols", _MUST_TAKE, "a tab may stand in a reason phrase"),
                ("other", "Web Socket Protocol Handshake", _TAKE, ignored),
                ("of-another-status", "Not Found", _TAKE, ignored),
                ("digits", "404", _TAKE, ignored),
                ("obs-text", "Changement termin\xe9", _TAKE, f"{ignored}, of any bytes"),
            )
        ),
        (
            "reason-and-space-missing",
            opening("HTTP/1.1 101"),
            _OPEN,
            grammar_section,
            "a server must send the space; whether a client insists is left open",
        ),
        (
            "reason-nul",
            opening("HTTP/1.1 101 Switching\0Protocols"),
            _SAFER,
            grammar_section,
            "NUL cannot stand in a reason phrase, and ends a string for some readers",
        ),
        (
            "reason-escape",
            opening("HTTP/1.1 101 \x1b[2J"),
            _SAFER,
            "CVE-2020-7694",
            "a control character in a reason phrase reaches terminals and logs",
        ),
        (
            "reason-delete",
            opening("HTTP/1.1 101 Switching\x7fProtocols"),
            _SAFER,
            grammar_section,
            "no control character but tab may stand in a reason phrase",
        ),
        (
            "reason-bare-cr",
            opening("HTTP/1.1 101 Switching\rProtocols"),
            _SAFER,
            "RFC 9112 §2.2",
            "a bare CR makes the element invalid, or must be replaced before it is read",
        ),
        *(
            (f"status-{name}", opening(f"HTTP/1.1 {status} Text"), _MUST_REFUSE, section, why)
            for name, status, section, why in (
                ("plus", "+101", grammar_section, digits),
                ("minus", "-101", grammar_section, digits),
                ("underscore", "1_01", grammar_section, digits),
                ("leading-zero", "0101", grammar_section, digits),
                ("two-digits", "10", grammar_section, digits),
                ("four-digits", "1010", grammar_section, digits),
                ("hexadecimal", "0x65", grammar_section, digits),
                ("decimal-point", "101.0", grammar_section, digits),
                ("superscript", "\xb90\xb9", grammar_section, "only ASCII digits are digits"),
                ("full-width", "\xef\xbc\x91\xef\xbc\x90\xef\xbc\x91", grammar_section, digits),
                ("comma", "101,", grammar_section, digits),
                ("exponent", "1e2", grammar_section, digits),
                ("letters", "OK", grammar_section, digits),
            )
        ),
        (
            "status-missing",
            opening("HTTP/1.1"),
            _MUST_REFUSE,
            grammar_section,
            "a status line has a status",
        ),
        (
            "status-empty",
            opening("HTTP/1.1 "),
            _MUST_REFUSE,
            grammar_section,
            "a status line has a status",
        ),
        (
            "status-glued-to-the-reason",
            opening("HTTP/1.1 101Switching Protocols"),
            _MUST_REFUSE,
            grammar_section,
            digits,
        ),
        (
            "status-two-spaces-before",
            opening("HTTP/1.1  101 Switching Protocols"),
            _SAFER,
            grammar_section,
            spaces,
        ),
        (
            "status-tab-before",
            opening("HTTP/1.1\t101 Switching Protocols"),
            _SAFER,
            grammar_section,
            spaces,
        ),
        (
            "status-tab-behind",
            opening("HTTP/1.1 101\tSwitching Protocols"),
            _SAFER,
            grammar_section,
            spaces,
        ),
        (
            "status-line-behind-a-space",
            opening(" HTTP/1.1 101 Switching Protocols"),
            _SAFER,
            grammar_section,
            spaces,
        ),
        (
            "status-line-behind-an-empty-line",
            b"\r\n" + a.opening(),
            _SAFER,
            "RFC 9112 §2.1",
            "a response begins with its status line; only servers skip an empty line (§2.2)",
        ),
        (
            "status-line-behind-a-lone-lf",
            b"\n" + a.opening(),
            _SAFER,
            "RFC 9112 §2.1",
            "a response begins with its status line; only servers skip an empty line (§2.2)",
        ),
        (
            "status-line-behind-a-byte-order-mark",
            b"\xef\xbb\xbf" + a.opening(),
            _MUST_REFUSE,
            "RFC 9112 §2.3",
            "a version begins with HTTP, not with a byte order mark",
        ),
        *(
            (f"begins-like-{name}", data, _MUST_REFUSE, section, why)
            for name, data, section, why in (
                ("nothing", b"", "RFC 9112 §8", "the server closed without an answer"),
                ("ssh", b"SSH-2.0-OpenSSH_9.6\r\n", grammar_section, "this is SSH"),
                (
                    "a-tls-alert",
                    b"\x15\x03\x03\x00\x02\x02\x46",
                    grammar_section,
                    "this is TLS, where the client spoke plain text",
                ),
                (
                    "http2",
                    b"\x00\x00\x12\x04\x00\x00\x00\x00\x00",
                    grammar_section,
                    "this is the SETTINGS frame of an HTTP/2 server (RFC 9113 §3.4)",
                ),
                (
                    "http09",
                    b"<html><body>hello</body></html>",
                    grammar_section,
                    "this is a page without a status line, as HTTP/0.9 sent it",
                ),
                ("smtp", b"220 mail.example.com ESMTP\r\n", grammar_section, "this is SMTP"),
                (
                    "a-frame",
                    b"\x81\x05hello",
                    "RFC 6455 §4.1",
                    "frames come behind the answer, not in its place",
                ),
            )
        ),
    ]
    return _cases("status-line", None, rows)


# --- The HTTP version: RFC 9112 §2.3 --------------------------------------------------------------


def _version(a: _Answers) -> list[Case]:
    def opening(version: str) -> bytes:
        return a.opening(status=f"{version} 101 Switching Protocols")

    section, why = "RFC 9112 §2.3", "a version is HTTP/ in capitals, a digit, a dot and a digit"
    rows: list[Row] = [
        (
            "version-1.0",
            opening("HTTP/1.0"),
            _SAFER,
            "RFC 9110 §15.2",
            "HTTP/1.0 has no 101, and a hop that speaks it passes Upgrade on without a word",
        ),
        (
            "version-1.2",
            opening("HTTP/1.2"),
            _OPEN,
            "RFC 9110 §2.5",
            "a later minor version should be read as 1.1; RFC 6455 §4.2.2 only shows HTTP/1.1",
        ),
        (
            "version-2.0",
            opening("HTTP/2.0"),
            _MUST_REFUSE,
            "RFC 9113 §8.6",
            "HTTP/2 has neither status lines nor 101",
        ),
        (
            "version-0.9",
            opening("HTTP/0.9"),
            _MUST_REFUSE,
            "RFC 9110 §2.5",
            "this is another major version, which has no status line",
        ),
        *(
            (f"version-{name}", opening(version), _MUST_REFUSE, section, why)
            for name, version in (
                ("lower-case", "http/1.1"),
                ("mixed-case", "Http/1.1"),
                ("one-digit", "HTTP/1"),
                ("three-digits", "HTTP/1.10"),
                ("leading-zero", "HTTP/01.1"),
                ("missing", "HTTP/"),
                ("letters", "HTTP/x.y"),
                ("superscript", "HTTP/\xb9.\xb9"),
                ("comma", "HTTP/1,1"),
                ("space-inside", "HTTP/1. 1"),
                ("space-before-the-slash", "HTTP /1.1"),
                ("https", "HTTPS/1.1"),
                ("another-protocol", "ICY/1.1"),
                ("backslash", "HTTP\\1.1"),
            )
        ),
    ]
    return _cases("version", None, rows)


# --- Another status than 101: RFC 6455 §4.1, item 1 -----------------------------------------------


def _status(a: _Answers) -> list[Case]:
    section = "RFC 6455 §4.1"
    why = "any status but 101 is for HTTP to handle; no WebSocket is open"

    def refusal(status: str, *lines: str, body: bytes = b"") -> bytes:
        return _head(f"HTTP/1.1 {status}", *lines, f"Content-Length: {len(body)}") + body

    fields = (_UPGRADE, _CONNECTION, f"Sec-WebSocket-Accept: {a.accept}")
    refused = {
        "200": refusal("200 OK", "Content-Type: text/plain", body=b"hello"),
        "201": refusal("201 Created"),
        "204": _head("HTTP/1.1 204 No Content"),
        "206": refusal("206 Partial Content", "Content-Range: bytes 0-1/9", body=b"he"),
        "301": refusal("301 Moved Permanently", "Location: /elsewhere"),
        "302": refusal("302 Found", "Location: /elsewhere"),
        "304": _head("HTTP/1.1 304 Not Modified"),
        "307": refusal("307 Temporary Redirect", "Location: /elsewhere"),
        "308": refusal("308 Permanent Redirect", "Location: /elsewhere"),
        "400": refusal("400 Bad Request", "Connection: close", body=b"no"),
        "401": refusal("401 Unauthorized", 'WWW-Authenticate: Basic realm="chat"'),
        "403": refusal("403 Forbidden", "Connection: close"),
        "404": refusal("404 Not Found", body=b"not here"),
        "407": refusal(
            "407 Proxy Authentication Required", 'Proxy-Authenticate: Basic realm="hop"'
        ),
        "426": refusal(
            "426 Upgrade Required",
            *("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 8, 7"),
        ),
        "429": refusal("429 Too Many Requests", "Retry-After: 120"),
        "500": refusal("500 Internal Server Error"),
        "502": refusal("502 Bad Gateway", "Content-Type: text/html", body=b"<html>"),
        "503": refusal("503 Service Unavailable", "Retry-After: 120"),
        "599": refusal("599 "),
        "in-http-1.0": b"HTTP/1.0 404 Not Found\r\n\r\nnot here",
        "in-chunks": _head("HTTP/1.1 403 Forbidden", "Transfer-Encoding: chunked")
        + b"2\r\nno\r\n0\r\n\r\n",
        "until-the-server-closes": _head("HTTP/1.1 403 Forbidden", "Connection: close") + b"no",
    }
    also: list[Row] = [
        *(
            (
                f"refused-{status}",
                a.opening(status=f"HTTP/1.1 {status} Text"),
                _MUST_REFUSE,
                "RFC 9110 §15",
                "a status outside of 100 to 599 counts as a 5xx, and not as 101",
            )
            for status in ("000", "099", "600", "999")
        ),
        (
            "refused-403-behind-an-interim-response",
            _head("HTTP/1.1 100 Continue") + refusal("403 Forbidden"),
            _MUST_REFUSE,
            section,
            "the final status decides",
        ),
        (
            "refused-200-with-the-fields-of-a-101",
            refusal("200 OK", *fields),
            _MUST_REFUSE,
            section,
            "the status decides, whatever the fields say",
        ),
        (
            "refused-400-with-the-fields-of-a-101",
            refusal("400 Bad Request", *fields),
            _MUST_REFUSE,
            section,
            "the status decides, whatever the fields say",
        ),
        (
            "refused-200-then-101",
            refusal("200 OK") + a.opening(),
            _MUST_REFUSE,
            section,
            "the first final response answers the request; nobody asked for the second",
        ),
        (
            "refused-404-with-a-101-as-its-body",
            refusal("404 Not Found", body=a.opening()),
            _MUST_REFUSE,
            section,
            "the body of a refusal may hold anything and opens nothing",
        ),
    ]
    rows: list[Row] = [
        (f"refused-{name}", data, _MUST_REFUSE, section, why) for name, data in refused.items()
    ]
    return _cases("status", None, [*rows, *also])


# --- Field lines: RFC 9112 §5, RFC 9110 §5 --------------------------------------------------------


def _syntax(a: _Answers) -> list[Case]:
    opening = a.opening
    accept = f"Sec-WebSocket-Accept: {a.accept}"
    value, lines, name = "RFC 9110 §5.5", "RFC 9112 §5", "RFC 9110 §5.1"
    whitespace = "such white space has led to holes in how responses are handled (RFC 9112 §5.1)"
    unknown = "unknown fields should be ignored"
    injected = "only CR LF ends a line, so there is no Sec-WebSocket-Accept"
    folded = "a user agent may read it as one line; to whom does not, it is another field"
    rows: list[Row] = [
        (
            "names-lower-case",
            a.opening(
                upgrade=("upgrade: websocket",),
                connection=("connection: Upgrade",),
                accept=(f"sec-websocket-accept: {a.accept}",),
            ),
            _MUST_TAKE,
            name,
            "names of fields have no letter case",
        ),
        (
            "names-upper-case",
            a.opening(
                upgrade=("UPGRADE: websocket",),
                connection=("CONNECTION: Upgrade",),
                accept=(f"SEC-WEBSOCKET-ACCEPT: {a.accept}",),
            ),
            _MUST_TAKE,
            name,
            "names of fields have no letter case",
        ),
        (
            "fields-in-another-order",
            _head(
                *(_SWITCHING, "Date: Fri, 20 Nov 2026 10:00:00 GMT"),
                *(f"Sec-WebSocket-Protocol: {each}" for each in a.protocols[:1]),
                *(accept, _CONNECTION, _UPGRADE),
            ),
            _MUST_TAKE,
            "RFC 9110 §5.3",
            "the order of fields with different names means nothing",
        ),
        *(
            (f"fields-{which}", opening(*extra), kind, section, why)
            for which, extra, kind, section, why in (
                ("empty-value", ("X-Empty:",), _MUST_TAKE, value, "a value may be empty"),
                ("no-space", ("X-Close:by",), _MUST_TAKE, lines, "no space need follow the colon"),
                (
                    "outer-white-space",
                    ("X-Wide: \t a \t ",),
                    *(_MUST_TAKE, lines, "white space around a value is no part of it"),
                ),
                ("tab-inside", ("X-Tab: a\tb",), _MUST_TAKE, value, "a value may have a tab"),
                ("obs-text", ("X-Name: Zo\xeb\xff",), _TAKE, value, "0x80 to 0xFF are opaque data"),
                ("unknown", ("X-One: 1", "X-Two: 2"), _TAKE, name, unknown),
                ("unknown-repeated", ("X-One: 1", "X-One: 1"), _TAKE, name, unknown),
                ("every-token-character", ("!#$%&'*+-.^_`|~09AZaz: x",), _TAKE, name, unknown),
                (
                    "of-a-server",
                    ("Date: Fri, 20 Nov 2026 10:00:00 GMT", "Server: x/1", "Via: 1.1 hop"),
                    *(_TAKE, name, "fields that mean nothing to the handshake are ignored"),
                ),
                (
                    "cookies",
                    ("Set-Cookie: a=1", "Set-Cookie: b=2; Path=/, c"),
                    *(_TAKE, "RFC 6455 §4.1", "a server may set cookies in its answer"),
                ),
            )
        ),
        (
            "fields-of-a-request",
            opening("Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {a.key}"),
            _TAKE,
            name,
            "fields that mean nothing in a 101 are ignored",
        ),
        ("space-before-colon", opening("X-One : 1"), _SAFER, "RFC 9112 §5.1", whitespace),
        ("tab-before-colon", opening("X-One\t: 1"), _SAFER, "RFC 9112 §5.1", whitespace),
        (
            "space-before-colon-of-the-accept",
            opening(accept=(f"Sec-WebSocket-Accept : {a.accept}",)),
            _SAFER,
            "RFC 9112 §5.1",
            whitespace,
        ),
        (
            "space-before-colon-of-upgrade",
            opening(upgrade=("Upgrade : websocket",)),
            _SAFER,
            "RFC 9112 §5.1",
            whitespace,
        ),
        ("folded-line", opening("X-One: 1", " 2"), _SAFER, "RFC 9112 §5.2", folded),
        ("folded-line-with-a-tab", opening("X-One: 1", "\t2"), _SAFER, "RFC 9112 §5.2", folded),
        ("folded-blank", opening("X-One: 1", " "), _SAFER, "RFC 9112 §5.2", folded),
        (
            "folded-accept",
            opening(accept=("Sec-WebSocket-Accept:", f" {a.accept}")),
            _SAFER,
            "RFC 9112 §5.2",
            folded,
        ),
        (
            "folded-interim-response",
            _head("HTTP/1.1 103 Early Hints", "Link: </a.css>;", " rel=preload") + opening(),
            _SAFER,
            "RFC 9112 §5.2",
            folded,
        ),
        (
            "folded-first-line",
            _head(_SWITCHING, f" {_UPGRADE}", _CONNECTION, accept),
            _MUST_REFUSE,
            "RFC 9112 §2.2",
            "before the first field such a line is refused or dropped: there is no Upgrade",
        ),
        *(
            (f"name-{which}", opening(line), _SAFER, section, why)
            for which, line, section, why in (
                ("without-colon", "X-One", lines, "a line without a colon is no field"),
                ("empty", ": 1", name, "a name has one character at least"),
                ("space-inside", "X One: 1", name, "a space cannot stand in a name"),
                ("obs-text", "X-\xd6ne: 1", name, "only ASCII stands in a name"),
                ("nul", "X-\0ne: 1", name, "NUL cannot stand in a name"),
                ("parenthesis", "X(One): 1", name, "a delimiter cannot stand in a name"),
                ("slash", "X/One: 1", name, "a delimiter cannot stand in a name"),
            )
        ),
        *(
            (f"value-{which}", opening(line), _SAFER, section, why)
            for which, line, section, why in (
                ("nul", "X-One: a\0b", value, "NUL is dangerous: refused, or replaced by a space"),
                ("bell", "X-One: a\x07b", value, "no control character but tab may stand in it"),
                ("escape", "X-One: \x1b[2J", "CVE-2020-7694", "terminals and logs obey an escape"),
                ("delete", "X-One: a\x7fb", value, "no control character but tab may stand in it"),
                ("form-feed", "X-One: a\x0c", value, "only space and tab are white space"),
                (
                    "backspace",
                    "X-One: \x08a",
                    value,
                    "no control character but tab may stand in it",
                ),
            )
        ),
        (
            "value-nul-behind-the-accept",
            opening(accept=(f"{accept}\0",)),
            _SAFER,
            value,
            "NUL is dangerous: some readers end the value there",
        ),
        *(
            (f"value-{which}", data, _MUST_REFUSE, section, why)
            for which, data, section, why in (
                (
                    "nul-in-the-accept",
                    opening(accept=(f"{accept[:30]}\0{accept[30:]}",)),
                    value,
                    "refused or replaced by a space, it is another value",
                ),
                (
                    "nul-in-upgrade",
                    opening(upgrade=("Upgrade: web\0socket",)),
                    value,
                    "refused or replaced by a space, the value is not websocket",
                ),
                (
                    "fold-in-the-accept",
                    opening(accept=(accept[:30], f" {accept[30:]}")),
                    "RFC 9112 §5.2",
                    "refused or replaced by spaces, it is another value",
                ),
                (
                    "fold-before-upgrade",
                    opening(upgrade=("X-One: a", f" {_UPGRADE}")),
                    "RFC 9112 §5.2",
                    "refused or replaced by spaces, it belongs to the line before: no Upgrade",
                ),
                (
                    "vertical-tab-around-websocket",
                    opening(upgrade=("Upgrade: \x0bwebsocket\x0c",)),
                    "RFC 9110 §5.6.3",
                    "only space and tab are white space, so the value is not websocket",
                ),
                (
                    "no-break-space-behind-websocket",
                    opening(upgrade=("Upgrade: websocket\xa0",)),
                    "RFC 9110 §5.6.3",
                    "only space and tab are white space, so the value is not websocket",
                ),
                (
                    "no-break-space-behind-the-accept",
                    opening(accept=(f"{accept}\xa0",)),
                    "RFC 9110 §5.6.3",
                    "only space and tab are white space, so this is another value",
                ),
                (
                    "unit-separator-before-upgrade",
                    opening(connection=("Connection: \x1fUpgrade",)),
                    "RFC 9110 §5.6.3",
                    "only space and tab are white space, so the token is not Upgrade",
                ),
                (
                    "next-line-before-the-accept",
                    opening(accept=(f"X-One: a\x85{accept}",)),
                    "RFC 9112 §2.2",
                    injected,
                ),
                (
                    "file-separator-before-the-accept",
                    opening(accept=(f"X-One: a\x1c{accept}",)),
                    "RFC 9112 §2.2",
                    injected,
                ),
            )
        ),
    ]
    return _cases("syntax", None, rows)


# --- Line ends: RFC 9112 §2.2 ---------------------------------------------------------------------


def _line_ends(a: _Answers) -> list[Case]:
    good, section = a.opening(), "RFC 9112 §2.2"
    accept = f"Sec-WebSocket-Accept: {a.accept}"
    lone_lf = "a recipient may take a lone LF; where another does not, responses are split"
    rows: list[Row] = [
        ("bare-lf-everywhere", good.replace(b"\r\n", b"\n"), _SAFER, section, lone_lf),
        ("bare-lf-behind-the-status", good.replace(b"\r\n", b"\n", 1), _SAFER, section, lone_lf),
        ("bare-lf-at-the-end", good[:-2] + b"\n", _SAFER, section, lone_lf),
        (
            "bare-lf-before-the-accept",
            a.opening(accept=(f"X-One: a\n{accept}",)),
            _SAFER,
            section,
            "who may write a value could so write a field: the accept stands behind a lone LF",
        ),
        (
            "bare-lf-in-a-value",
            a.opening("X-One: a\nb"),
            _MUST_REFUSE,
            "RFC 9110 §5.5",
            "as part of the value LF is refused, and as a line end it leaves a line with no colon",
        ),
        (
            "bare-cr-everywhere",
            good.replace(b"\r\n", b"\r"),
            _MUST_REFUSE,
            section,
            "CR alone never ends a line, so this head is not whole",
        ),
        (
            "bare-cr-before-the-accept",
            a.opening(accept=(f"X-One: a\r{accept}",)),
            _MUST_REFUSE,
            section,
            "CR alone never ends a line, so there is no Sec-WebSocket-Accept",
        ),
        (
            "bare-cr-in-upgrade",
            a.opening(upgrade=("Upgrade: web\rsocket",)),
            _MUST_REFUSE,
            section,
            "refused or replaced by a space, the value is not websocket",
        ),
        (
            "bare-cr-in-a-value",
            a.opening("X-One: a\rb"),
            _SAFER,
            section,
            "a bare CR makes the element invalid, or must be replaced before it is read",
        ),
        (
            "two-cr-before-lf",
            a.opening("X-One: a\r"),
            _SAFER,
            section,
            "the first CR is a bare one",
        ),
        (
            "lf-cr-everywhere",
            good.replace(b"\r\n", b"\n\r"),
            _MUST_REFUSE,
            section,
            "a lone LF may end a line, but then each name begins with a bare CR: no Upgrade",
        ),
    ]
    return _cases("line-ends", None, rows)


# --- How much: no RFC has a number ----------------------------------------------------------------


def _limits(a: _Answers) -> list[Case]:
    field = "X-Many: 1"
    many = "\r\n".join([field] * (_HUGE // len(field)))
    bounded = "who reads without a limit can be made to fill the memory"
    advisory, ordinary = "CVE-2026-54465", "RFC 9110 §5.4"
    rows: list[Row] = [
        (
            "limit-fifty-fields",
            a.opening(*[field] * 50),
            _TAKE,
            ordinary,
            "proxies add fields: fifty are not many",
        ),
        (
            "limit-cookie-of-4096-bytes",
            a.opening(f"Set-Cookie: a={'b' * 4094}"),
            _TAKE,
            "RFC 6265 §6.1",
            "cookies have up to 4096 bytes",
        ),
        (
            "limit-reason-of-1000-bytes",
            a.opening(status=f"HTTP/1.1 101 {'a' * 1000}"),
            _OPEN,
            ordinary,
            "no RFC says how long a reason phrase may be",
        ),
        (
            "limit-huge-value",
            a.opening(f"X-Long: {'a' * _HUGE}"),
            _SAFER,
            advisory,
            bounded,
        ),
        (
            "limit-huge-name",
            a.opening(f"X-{'a' * _HUGE}: 1"),
            _SAFER,
            advisory,
            bounded,
        ),
        (
            "limit-huge-reason",
            a.opening(status=f"HTTP/1.1 101 {'a' * _HUGE}"),
            _SAFER,
            advisory,
            bounded,
        ),
        ("limit-huge-number-of-fields", a.opening(many), _SAFER, advisory, bounded),
    ]
    return _cases("limits", None, rows)


# --- A 101 has no body: RFC 9112 §6.3 -------------------------------------------------------------


def _body(a: _Answers) -> list[Case]:
    why = "no server may send it in a 101, which has no body whatever it says; refusing is as good"
    rows: list[Row] = [
        (which, a.opening(*lines), _OPEN, section, why)
        for which, lines, section in (
            ("body-length-0", ("Content-Length: 0",), "RFC 9110 §8.6"),
            ("body-length-5", ("Content-Length: 5",), "RFC 9110 §8.6"),
            ("body-length-malformed", ("Content-Length: many",), "RFC 9110 §8.6"),
            ("body-chunked", ("Transfer-Encoding: chunked",), "RFC 9112 §6.1"),
            (
                "body-chunked-and-length",
                ("Transfer-Encoding: chunked", "Content-Length: 5"),
                "RFC 9112 §6.1",
            ),
        )
    ]
    rows.append(
        (
            "body-type",
            a.opening("Content-Type: text/plain"),
            _TAKE,
            "RFC 9110 §8.3",
            "the type of a body that is not there means nothing",
        )
    )
    return _cases("body", None, rows)


# --- Interim responses: RFC 9110 §15.2 ------------------------------------------------------------


def _interim(a: _Answers) -> list[Case]:
    good, section = a.opening(), "RFC 9110 §15.2"
    proceed = _head("HTTP/1.1 100 Continue")
    hints = _head("HTTP/1.1 103 Early Hints", "Link: </a.css>; rel=preload", "Link: </b.js>")
    skipped = "a client must read 1xx responses that come before the final one"
    accept = f"Sec-WebSocket-Accept: {a.accept}"
    rows: list[Row] = [
        ("interim-100", proceed + good, _MUST_TAKE, section, skipped),
        (
            "interim-102",
            _head("HTTP/1.1 102 Processing") + good,
            _MUST_TAKE,
            section,
            skipped,
        ),
        ("interim-103", hints + good, _MUST_TAKE, section, skipped),
        (
            "interim-unknown",
            _head("HTTP/1.1 199 Nobody Knows") + good,
            _MUST_TAKE,
            section,
            "an unknown 1xx is read as one",
        ),
        (
            "interim-malformed",
            _head("HTTP/1.1 100 Continue", "X-One") + good,
            _SAFER,
            "RFC 9112 §5",
            "a line without a colon is no field, also in an interim response",
        ),
        (
            "interim-then-an-empty-line",
            proceed + b"\r\n" + good,
            _SAFER,
            "RFC 9112 §2.1",
            "a response begins with its status line; only servers skip an empty line (§2.2)",
        ),
        ("interim-two", proceed + hints + good, _MUST_TAKE, section, skipped),
        ("interim-ten", (proceed + hints) * 5 + good, _MUST_TAKE, section, skipped),
        (
            "interim-with-fields-of-its-own",
            _head(
                *("HTTP/1.1 103 Early Hints", "Upgrade: h2c", "Sec-WebSocket-Accept: AAAA"),
                "Sec-WebSocket-Protocol: x-none",
            )
            + good,
            _MUST_TAKE,
            section,
            "what an interim response says is not said by the final one",
        ),
        (
            "interim-with-length",
            _head("HTTP/1.1 100 Continue", "Content-Length: 5") + good,
            _TAKE,
            "RFC 9112 §6.3",
            "a 1xx ends with its empty line, whatever its fields say",
        ),
        (
            "interim-lends-no-accept",
            _head("HTTP/1.1 103 Early Hints", accept) + a.opening(accept=()),
            _MUST_REFUSE,
            "RFC 6455 §4.1",
            "the 101 itself has no Sec-WebSocket-Accept",
        ),
        (
            "interim-then-a-wrong-accept",
            proceed + a.opening(accept=("Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=",)),
            _MUST_REFUSE,
            "RFC 6455 §4.1",
            "the final response is judged as if it came alone",
        ),
        (
            "interim-with-all-fields",
            _head("HTTP/1.1 100 Continue", _UPGRADE, _CONNECTION, accept),
            _MUST_REFUSE,
            "RFC 6455 §4.1",
            "100 is not 101, whatever its fields say",
        ),
        (
            "interim-then-a-frame",
            proceed + b"\x81\x05hello",
            _MUST_REFUSE,
            "RFC 6455 §4.1",
            "there is no final response",
        ),
        (
            "interim-101-of-another-protocol",
            _head(_SWITCHING, "Upgrade: h2c", _CONNECTION) + good,
            _MUST_REFUSE,
            "RFC 9110 §15.2.2",
            "a 101 switches at its empty line: what follows is no second answer",
        ),
        (
            "interim-flood",
            proceed * (_HUGE // len(proceed)) + good,
            _SAFER,
            "CVE-2026-54465",
            "who skips interim responses without a limit never comes to an end",
        ),
        (
            "interim-flood-of-fields",
            hints * (_HUGE // len(hints)) + good,
            _SAFER,
            "CVE-2026-54465",
            "who skips interim responses without a limit never comes to an end",
        ),
    ]
    return _cases("interim", None, rows)


# --- Upgrade: RFC 6455 §4.1, item 2 ---------------------------------------------------------------


def _upgrade(a: _Answers) -> list[Case]:
    section = "RFC 6455 §4.1"
    other = "the value is not websocket"

    def with_value(value: str) -> bytes:
        return a.opening(upgrade=(f"Upgrade: {value}",))

    rows: list[Row] = [
        ("upgrade-missing", a.opening(upgrade=()), _MUST_REFUSE, section, "upgrade is missing"),
        *(
            (f"upgrade-{which}", with_value(value), _MUST_TAKE, section, "it has no letter case")
            for which, value in (
                ("capitals", "WebSocket"),
                ("upper-case", "WEBSOCKET"),
            )
        ),
        (
            "upgrade-outer-white-space",
            with_value("\t websocket \t"),
            _MUST_TAKE,
            "RFC 9112 §5",
            "white space around a value is no part of it",
        ),
        *(
            (f"upgrade-{which}", with_value(value), _MUST_REFUSE, section, other)
            for which, value in (
                ("empty", ""),
                ("only-commas", ",,"),
                ("another", "h2c"),
                ("prefix", "web"),
                ("longer", "websockets"),
                ("version", "websocket/13"),
                ("twice-in-one-line", "websocket, websocket"),
                ("list-first", "websocket, h2c"),
                ("list-last", "h2c, websocket"),
                ("two-words", "web socket"),
                ("parameter", "websocket; q=1"),
                ("quoted", '"websocket"'),
                ("kelvin-sign", "websoc\xe2\x84\xaaet"),
                ("long-s", "web\xc5\xbfocket"),
                ("slash-last", "websocket/"),
                ("two-slashes", "websocket/1/3"),
            )
        ),
        (
            "upgrade-two-lines",
            a.opening(upgrade=(_UPGRADE, _UPGRADE)),
            _MUST_REFUSE,
            "RFC 9110 §5.3",
            "two lines are one list, whose value is not websocket: a proxy added one",
        ),
        (
            "upgrade-two-lines-differing",
            a.opening(upgrade=("Upgrade: h2c", _UPGRADE)),
            _MUST_REFUSE,
            "RFC 9110 §5.3",
            "two lines are one list, whose value is not websocket",
        ),
        (
            "upgrade-empty-element",
            with_value(", websocket"),
            _OPEN,
            "RFC 9110 §5.6.1.2",
            "a list's empty elements are ignored, but RFC 6455 compares the whole value",
        ),
    ]
    return _cases("upgrade", "Upgrade", rows)


# --- Connection: RFC 6455 §4.1, item 3 ------------------------------------------------------------


def _connection(a: _Answers) -> list[Case]:
    section = "RFC 6455 §4.1"
    found, lacking = "the token upgrade is among its options", "no option is the token upgrade"

    def with_value(value: str) -> bytes:
        return a.opening(connection=(f"Connection: {value}",))

    rows: list[Row] = [
        (
            "connection-missing",
            a.opening(connection=()),
            _MUST_REFUSE,
            section,
            "connection is missing",
        ),
        *(
            (f"connection-{which}", with_value(value), _MUST_TAKE, section, found)
            for which, value in (
                ("lower-case", "upgrade"),
                ("upper-case", "UPGRADE"),
                ("list", "keep-alive, Upgrade"),
                ("list-first", "Upgrade,keep-alive"),
                ("twice", "Upgrade, upgrade"),
                ("with-another-field", "Upgrade, X-One, Sec-WebSocket-Accept"),
            )
        ),
        (
            "connection-two-lines",
            a.opening(connection=("Connection: keep-alive", _CONNECTION)),
            _MUST_TAKE,
            "RFC 9110 §5.3",
            "two lines are one list",
        ),
        (
            "connection-empty-elements",
            with_value(", Upgrade ,,"),
            _MUST_TAKE,
            "RFC 9110 §5.6.1.2",
            "a recipient must ignore a list's empty elements",
        ),
        (
            "connection-close-too",
            with_value("close, Upgrade"),
            _OPEN,
            "RFC 9112 §9.6",
            "close and Upgrade contradict each other; RFC 6455 only looks for the token",
        ),
        (
            "connection-a-malformed-option-too",
            with_value("Upgrade, @"),
            _MUST_REFUSE,
            "RFC 9110 §7.6.1",
            "the token is there, but this is no list of options, and so no valid answer",
        ),
        (
            "connection-a-malformed-line-too",
            a.opening(connection=("Connection: a b", _CONNECTION)),
            _MUST_REFUSE,
            "RFC 9110 §7.6.1",
            "two lines are one list, and this is no list of options: no valid answer",
        ),
        (
            "connection-split-over-lines",
            a.opening(connection=("Connection: Up", "Connection: grade")),
            _MUST_REFUSE,
            "RFC 9110 §5.3",
            "between two lines of a list stands a comma: no option is the token upgrade",
        ),
        *(
            (f"connection-{which}", with_value(value), _MUST_REFUSE, section, lacking)
            for which, value in (
                ("empty", ""),
                ("keep-alive", "keep-alive"),
                ("close", "close"),
                ("websocket", "websocket"),
                ("longer", "upgraded, not-upgrade"),
                ("prefix", "up"),
                ("two-words", "keep-alive Upgrade"),
                ("semicolons", "keep-alive; Upgrade"),
                ("parameter", "Upgrade; q=1"),
                ("assigned", "Upgrade=1"),
                ("quoted", '"Upgrade"'),
            )
        ),
    ]
    return _cases("connection", "Connection", rows)


# --- Sec-WebSocket-Accept: RFC 6455 §4.1, item 4 --------------------------------------------------


def _accept(a: _Answers) -> list[Case]:
    good, name, section = a.accept, "Sec-WebSocket-Accept", "RFC 6455 §4.1"
    key, other = a.key.encode("latin-1"), _OTHER_KEY if a.key != _OTHER_KEY else _KEY
    hashed = sha1(key + GUID, usedforsecurity=False)

    def base64_sha1(data: bytes) -> str:
        return _base64(sha1(data, usedforsecurity=False).digest())

    def with_value(value: str) -> bytes:
        return a.opening(accept=(f"{name}: {value}",))

    wrong = {
        "empty": ("", "the value is empty"),
        "of-another-key": (accept_key(other), "it answers another key"),
        "of-the-decoded-key": (
            accept_key(a.nonce.decode("latin-1")),
            "the key is hashed as text, not decoded",
        ),
        "of-the-key-alone": (base64_sha1(key), "the GUID is missing from what was hashed"),
        "of-the-guid-alone": (base64_sha1(GUID), "the key is missing from what was hashed"),
        "of-the-guid-in-lower-case": (base64_sha1(key + GUID.lower()), "the GUID is in capitals"),
        "of-the-guid-first": (base64_sha1(GUID + key), "the key comes before the GUID"),
        "of-the-key-with-a-line-end": (base64_sha1(key + b"\r\n" + GUID), "no line end is hashed"),
        "of-the-quoted-key": (accept_key(f'"{a.key}"'), "no quotes are hashed"),
        "of-the-key-in-lower-case": (base64_sha1(key.swapcase() + GUID), "the key has letter case"),
        "is-the-key": (a.key, "the key was sent back"),
        "is-a-sha-256": (_base64(sha256(key + GUID).digest()), "the hash is SHA-1"),
        "hexadecimal": (hashed.hexdigest(), "the hash is written as base64"),
        "base64-of-hexadecimal": (
            _base64(hashed.hexdigest().encode("ascii")),
            "the 20 bytes of the hash are encoded, not their digits",
        ),
        "lower-case": (
            good.lower() if good != good.lower() else good.upper(),
            "it has letter case",
        ),
        "case-swapped": (good.swapcase(), "it has letter case"),
        "first-character-only": (good[:1], "most of the value is missing"),
        "without-its-padding": (good[:-1], "the padding is missing"),
        "with-more-padding": (f"{good}=", "there is a character too many"),
        "pad-bits": (_other_pad_bits(good), "it is another text, though it decodes to the hash"),
        "url-safe": (_url_safe(good), "- and _ are no characters of base64 (RFC 4648 §4)"),
        "inner-space": (f"{good[:9]} {good[9:]}", "white space is ignored around it, not within"),
        "trailing-text": (f"{good} ok", "there is more than the value"),
        "leading-text": (f"sha1 {good}", "there is more than the value"),
        "comma-behind": (f"{good},", "there is more than the value"),
        "semicolon-behind": (f"{good}; v=13", "there is more than the value"),
        "twice-in-one-line": (f"{good}, {good}", "there is more than the value"),
        "quoted": (f'"{good}"', "quotes are no part of it"),
        "beside-a-wrong-one": (f"{accept_key(other)}, {good}", "there is more than the value"),
        "obs-text": (f"{good}\xff", "there is more than the value"),
        "no-base64": ("no, thanks!", "it is no base64"),
    }
    once = "RFC 6455 §11.3.3"
    rows: list[Row] = [
        (
            "accept-outer-white-space",
            with_value(f" \t{good}\t "),
            _MUST_TAKE,
            section,
            "white space around it is ignored",
        ),
        (
            "accept-no-space",
            a.opening(accept=(f"{name}:{good}",)),
            _MUST_TAKE,
            "RFC 9112 §5",
            "the space behind the colon is optional",
        ),
        ("accept-missing", a.opening(accept=()), _MUST_REFUSE, section, "the field is missing"),
        *(
            (f"accept-{which}", with_value(value), _MUST_REFUSE, section, why)
            for which, (value, why) in wrong.items()
        ),
        *(
            (
                f"accept-{which}",
                a.opening(accept=values),
                _MUST_REFUSE,
                once,
                "an answer has it once",
            )
            for which, values in (
                ("two-lines-equal", (f"{name}: {good}",) * 2),
                ("two-lines-good-first", (f"{name}: {good}", f"{name}: {accept_key(other)}")),
                ("two-lines-good-last", (f"{name}: {accept_key(other)}", f"{name}: {good}")),
            )
        ),
        (
            "accept-under-another-name",
            a.opening(accept=(f"Sec-WebSocket-Accept-Key: {good}", f"X-{name}: {good}")),
            _MUST_REFUSE,
            section,
            "Sec-WebSocket-Accept is missing",
        ),
    ]
    return _cases("accept", name, rows)


def _base64(data: bytes) -> str:
    return b2a_base64(data, newline=False).decode("ascii")


def _other_pad_bits(accept: str) -> str:
    """The same 20 bytes with other bits behind them: the last character has two, which are 0."""
    return f"{accept[:26]}{chr(ord(accept[26]) + 1)}="


def _url_safe(accept: str) -> str:
    changed = accept.replace("+", "-").replace("/", "_")
    return changed if changed != accept else f"-{accept[1:]}"


# --- Sec-WebSocket-Protocol: RFC 6455 §4.1, item 6 ------------------------------------------------


def _subprotocols(a: _Answers) -> list[Case]:
    name, section, offered = "Sec-WebSocket-Protocol", "RFC 6455 §4.1", a.protocols
    first = offered[0] if offered else "chat"
    second = offered[-1] if len(offered) > 1 else f"{first}2"

    def lines(*values: str) -> bytes:
        return a.opening(*[f"{name}: {value}" for value in values], protocol=False)

    def unoffered(candidate: str) -> str:
        return candidate if candidate not in offered else unoffered(f"{candidate}x")

    def chosen(*values: str) -> bytes:
        return lines(*values) if offered else a.opening()

    taken = "it is one of the subprotocols that were offered, if any was"
    stranger, one = "it was not offered", "an answer names one subprotocol, a token"
    rows: list[Row] = [
        (
            "subprotocol-name-lower-case",
            lines().replace(b"\r\n\r\n", b"\r\nsec-websocket-protocol: %b\r\n\r\n" % first.encode())
            if offered
            else a.opening(),
            _MUST_TAKE,
            "RFC 9110 §5.1",
            "names of fields have no letter case",
        ),
        ("subprotocol-last", chosen(*offered[-1:]), _MUST_TAKE, section, taken),
        ("subprotocol-outer-white-space", chosen(f" \t{first}\t "), _MUST_TAKE, section, taken),
        (
            "subprotocol-none",
            lines(),
            _OPEN if offered else _MUST_TAKE,
            "RFC 6455 §4.2.2",
            "a server need not choose any, but browsers that offered some refuse that",
        ),
        *(
            (f"subprotocol-{which}", lines(unoffered(value)), _MUST_REFUSE, section, stranger)
            for which, value in (
                ("unoffered", "x-unoffered"),
                ("other-case", first.swapcase()),
                ("prefix", first[:-1] or "x"),
                ("longer", f"{first}.v2"),
            )
        ),
        *(
            (f"subprotocol-{which}", lines(value), _MUST_REFUSE, "RFC 6455 §4.3", one)
            for which, value in (
                ("empty", ""),
                ("only-commas", ",,"),
                ("two", f"{first}, {second}"),
                ("same-twice", f"{first}, {first}"),
                ("two-words", f"{first} {second}"),
                ("quoted", f'"{first}"'),
                ("parameter", f"{first}; v=1"),
                ("obs-text", f"{first}\xff"),
                ("slash", f"{first}/1"),
            )
        ),
        (
            "subprotocol-comma-behind",
            chosen(f"{first},"),
            _OPEN,
            "RFC 6455 §4.3",
            "one token with an empty element beside it; in an answer it is no list",
        ),
        *(
            (
                f"subprotocol-{which}",
                lines(*values),
                _MUST_REFUSE,
                "RFC 6455 §11.3.4",
                "in an answer the field comes once",
            )
            for which, values in (
                ("two-lines-equal", (first, first)),
                ("two-lines-differing", (first, second)),
            )
        ),
    ]
    return _cases("subprotocols", name, rows)


# --- Sec-WebSocket-Extensions: RFC 6455 §4.1, item 5, and §9.1 ------------------------------------


def _extensions(a: _Answers) -> list[Case]:
    name = "Sec-WebSocket-Extensions"

    def lines(*values: str) -> bytes:
        return a.opening(*[f"{name}: {value}" for value in values])

    answer = a.deflate()
    deflate = _DEFLATE if answer is None else str(answer)
    offered, listed, once = "RFC 6455 §4.1", "RFC 6455 §9.1", "RFC 6455 §11.3.2"
    malformed = "what breaks the grammar of this field must make the client fail"
    rows: list[Row] = [
        (
            "extension-unoffered",
            lines("x-unoffered"),
            _MUST_REFUSE,
            offered,
            "it was not offered",
        ),
        (
            "extension-unoffered-second",
            lines(f"{deflate}, x-unoffered"),
            _MUST_REFUSE,
            offered,
            "the second one was not offered",
        ),
        (
            "extension-longer",
            lines("permessage-deflate2"),
            _MUST_REFUSE,
            offered,
            "it was not offered",
        ),
        (
            "extension-other-case",
            lines("Permessage-Deflate"),
            _OPEN if a.offers else _MUST_REFUSE,
            offered,
            "no RFC says whether names of extensions have letter case",
        ),
        (
            "extension-twice",
            lines(f"{deflate}, {deflate}"),
            _MUST_REFUSE,
            "RFC 7692 §5",
            "two compressing extensions need the same reserved bit",
        ),
        (
            "extension-two-lines",
            lines(deflate, deflate),
            _MUST_REFUSE,
            once,
            "in an answer the field comes once",
        ),
        (
            "extension-empty-elements",
            a.agreeing(answer, lambda text: f",{text} ,"),
            _MUST_TAKE,
            "RFC 9110 §5.6.1.2",
            "a recipient must ignore a list's empty elements",
        ),
        (
            "extension-outer-white-space",
            a.agreeing(answer, lambda text: f" \t{text}\t "),
            _MUST_TAKE,
            "RFC 9112 §5",
            "white space around a value is no part of it",
        ),
        *(
            (f"extension-{which}", lines(value), _MUST_REFUSE, listed, malformed)
            for which, value in (
                ("empty", ""),
                ("only-commas", ", ,"),
                ("two-words", f"{_DEFLATE} x-other"),
                ("no-name", "; server_no_context_takeover"),
                ("semicolon-last", f"{_DEFLATE};"),
                ("two-semicolons", f"{_DEFLATE};; server_no_context_takeover"),
                ("no-parameter-name", f"{_DEFLATE}; =10"),
                ("no-parameter-value", f"{_DEFLATE}; server_max_window_bits="),
                ("value-no-token", f"{_DEFLATE}; server_max_window_bits=1/0"),
                ("quoted-no-token", f'{_DEFLATE}; server_max_window_bits="1 0"'),
                ("quoted-comma", f'{_DEFLATE}; server_max_window_bits="10,11"'),
                ("quoted-nothing", f'{_DEFLATE}; server_max_window_bits=""'),
                ("quote-open", f'{_DEFLATE}; server_max_window_bits="10'),
                ("quote-then-more", f'{_DEFLATE}; server_max_window_bits="1"0'),
                ("quoted-name", f'"{_DEFLATE}"'),
                ("quote-open-escape", f'{_DEFLATE}; server_max_window_bits="10\\'),
                ("two-equals", f"{_DEFLATE}; server_max_window_bits==10"),
                ("assigned", f"{_DEFLATE}=1"),
                ("obs-text", f"{_DEFLATE}\xff"),
            )
        ),
    ]
    return _cases("extensions", name, rows)


# --- permessage-deflate: RFC 7692 §7.1 ------------------------------------------------------------


def _permessage_deflate(a: _Answers) -> list[Case]:
    name = "Sec-WebSocket-Extensions"

    def line(value: str) -> bytes:
        return a.opening(f"{name}: {_DEFLATE}; {value}")

    def quoted(text: str) -> str:
        return _NUMBER.sub(r'="\1"', text)

    simple, limited = a.deflate(), a.deflate(server_bits=10)
    bare = a.opening(f"{name}: {_DEFLATE}")
    fresh, window = "RFC 7692 §7.1.1", "RFC 7692 §7.1.2"
    valid = "this answers the offer, if permessage-deflate was offered"
    limits_client = any(
        any(name == "client_max_window_bits" for name, _ in each.params) for each in a.offers
    )
    asks_nothing = str(simple) == _DEFLATE
    rows: list[Row] = [
        (
            "deflate-without-parameters",
            bare,
            _MUST_TAKE if asks_nothing else _MUST_REFUSE,
            "RFC 7692 §7.1",
            "it may stand alone if it was offered and the offer asks nothing of the server",
        ),
        (
            "deflate-server-no-context-takeover",
            a.agreeing(a.deflate(server_fresh=True)),
            _MUST_TAKE,
            f"{fresh}.1",
            "a server may say so unasked",
        ),
        (
            "deflate-client-no-context-takeover",
            a.agreeing(a.deflate(client_fresh=True)),
            _MUST_TAKE,
            f"{fresh}.2",
            "a server may ask for it unasked",
        ),
        (
            "deflate-no-context-takeover",
            a.agreeing(a.deflate(server_fresh=True, client_fresh=True)),
            _MUST_TAKE,
            fresh,
            valid,
        ),
        (
            "deflate-server-window",
            a.agreeing(limited),
            _MUST_TAKE,
            f"{window}.1",
            "a server may limit its own window unasked",
        ),
        (
            "deflate-server-window-15",
            a.agreeing(a.deflate(server_bits=15)),
            _MUST_TAKE,
            f"{window}.1",
            "a server may say what is the default",
        ),
        (
            "deflate-server-window-quoted",
            a.agreeing(limited, quoted),
            _MUST_TAKE,
            "RFC 6455 §9.1",
            "a parameter's value may be quoted, and then is a token when it is unquoted",
        ),
        (
            "deflate-server-window-8",
            a.agreeing(a.deflate(server_bits=8)),
            _OPEN,
            window,
            "8 is a valid number, but not every codec can have it",
        ),
        (
            "deflate-client-window",
            line("client_max_window_bits=10"),
            _MUST_TAKE if limits_client and asks_nothing else _MUST_REFUSE,
            f"{window}.2",
            "a server may limit the client's window only if the client offers that",
        ),
        (
            "deflate-client-window-8",
            a.agreeing(a.deflate(client_bits=8)),
            _OPEN,
            window,
            "8 is a valid number, but zlib cannot compress with it",
        ),
        (
            "deflate-every-parameter",
            a.agreeing(a.deflate(True, True, 12, 12)),
            _MUST_TAKE,
            "RFC 7692 §7.1",
            valid,
        ),
        (
            "deflate-no-space",
            a.agreeing(a.deflate(True, True, 12), lambda text: text.replace("; ", ";")),
            _MUST_TAKE,
            "RFC 6455 §9.1",
            "the space behind a semicolon is optional",
        ),
        (
            "deflate-space-around-semicolon",
            a.agreeing(a.deflate(server_fresh=True), lambda text: text.replace("; ", " \t;\t ")),
            _MUST_TAKE,
            "RFC 6455 §9.1",
            "white space may stand around a semicolon (RFC 2616 §2.1, implied *LWS)",
        ),
        (
            "deflate-space-around-equals",
            a.agreeing(limited, lambda text: text.replace("=", " = ")),
            _MUST_TAKE,
            "RFC 6455 §9.1",
            "white space may stand around an equals sign (RFC 2616 §2.1, implied *LWS)",
        ),
        *(
            (f"deflate-{which}", line(value), _MUST_REFUSE, section, why)
            for which, value, section, why in (
                *(
                    (
                        f"server-window-{which}",
                        f"server_max_window_bits={bits}",
                        f"{window}.1",
                        "the value is a number from 8 to 15 without leading zeros",
                    )
                    for which, bits in (
                        ("0", "0"),
                        ("7", "7"),
                        ("16", "16"),
                        ("100", "100"),
                        ("leading-zero", "08"),
                        ("plus", "+10"),
                        ("minus", "-10"),
                        ("underscore", "1_0"),
                        ("decimal-point", "10.0"),
                        ("hexadecimal", "0xa"),
                        ("word", "ten"),
                    )
                ),
                (
                    "server-window-without-value",
                    "server_max_window_bits",
                    f"{window}.1",
                    "in an answer it has a value",
                ),
                (
                    "client-window-without-value",
                    "client_max_window_bits",
                    f"{window}.2",
                    "in an answer it has a value",
                ),
                (
                    "client-window-7",
                    "client_max_window_bits=7",
                    f"{window}.2",
                    "the value is a number from 8 to 15",
                ),
                (
                    "client-window-16",
                    "client_max_window_bits=16",
                    f"{window}.2",
                    "the value is a number from 8 to 15",
                ),
                (
                    "client-window-leading-zero",
                    "client_max_window_bits=09",
                    f"{window}.2",
                    "the value has no leading zeros",
                ),
                (
                    "server-no-context-takeover-with-value",
                    "server_no_context_takeover=1",
                    f"{fresh}.1",
                    "it has no value",
                ),
                (
                    "client-no-context-takeover-with-value",
                    "client_no_context_takeover=true",
                    f"{fresh}.2",
                    "it has no value",
                ),
                (
                    "unknown-parameter",
                    "x-unknown",
                    "RFC 7692 §7.1",
                    "an unknown parameter must make the client fail",
                ),
                (
                    "unknown-parameter-with-value",
                    "max_window_bits=10",
                    "RFC 7692 §7.1",
                    "an unknown parameter must make the client fail",
                ),
                (
                    "parameter-twice",
                    "server_no_context_takeover; server_no_context_takeover",
                    "RFC 7692 §7.1",
                    "a parameter comes once",
                ),
                (
                    "parameter-twice-differing",
                    "server_max_window_bits=10; server_max_window_bits=11",
                    "RFC 7692 §7.1",
                    "a parameter comes once",
                ),
            )
        ),
    ]
    return _cases("permessage-deflate", name, rows)


# --- What comes behind, and how it comes ----------------------------------------------------------


def _trailing(a: _Answers) -> list[Case]:
    good, section = a.opening(), "RFC 9110 §15.2.2"
    kept = "what follows the empty line is WebSocket already: a frame lost there is never answered"
    rows: list[Row] = [
        ("trailing-close", good + CLOSE, _MUST_TAKE, section, kept),
        ("trailing-text-and-close", good + b"\x81\x05hello" + CLOSE, _MUST_TAKE, section, kept),
        (
            "trailing-text-of-2000-bytes-and-close",
            good + b"\x81\x7e\x07\xd0" + b"a" * 2000 + CLOSE,
            _MUST_TAKE,
            section,
            kept,
        ),
        (
            "trailing-text-like-an-answer-and-close",
            good + b"\x81\x11HTTP/1.1 200 OK\r\n" + CLOSE,
            _MUST_TAKE,
            section,
            kept,
        ),
        (
            "trailing-close-behind-an-interim-response",
            _head("HTTP/1.1 100 Continue") + good + CLOSE,
            _MUST_TAKE,
            section,
            kept,
        ),
        (
            "trailing-close-behind-a-wrong-accept",
            a.opening(accept=("Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=",)) + CLOSE,
            _MUST_REFUSE,
            "RFC 6455 §4.1",
            "a frame behind an answer makes that no better",
        ),
    ]
    return _cases("trailing", None, rows)


def _segmentation(a: _Answers) -> list[Case]:
    good, hints = a.opening(), _head("HTTP/1.1 103 Early Hints", "Link: </a.css>; rel=preload")
    wrong = a.opening(accept=("Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=",))

    def cut(data: bytes, *places: int) -> tuple[bytes, ...]:
        bounds = zip([0, *places], [*places, len(data)], strict=True)
        return tuple([data[start:stop] for start, stop in bounds])

    stream = "TCP has no borders between messages: any cutting of the bytes means the same."
    pieces: dict[str, tuple[bytes, ...]] = {
        "byte-by-byte": tuple([good[i : i + 1] for i in range(len(good))]),
        "in-the-status-line": cut(good, 5),
        "before-the-status": cut(good, 9),
        "between-cr-and-lf": cut(good, good.index(b"\n")),
        "in-a-field-name": cut(good, good.index(b"Sec-WebSocket-Accept") + 7),
        "in-a-value": cut(good, good.index(b"websocket\r\n") + 3),
        "before-the-empty-line": cut(good, len(good) - 2),
        "in-the-empty-line": cut(good, len(good) - 1),
        "frame-in-a-piece-of-its-own": cut(good + CLOSE, len(good)),
        "frame-cut": cut(good + CLOSE, len(good) + 1),
        "frame-with-the-empty-line": cut(good + CLOSE, len(good) - 2),
        "interim-and-answer-together": cut(hints + good, len(hints) // 2),
        "interim-cut-at-its-end": cut(hints + good, len(hints) - 1),
    }
    rows = [
        Case(
            *(f"pieces-{which}", "segmentation", b"".join(parts), "accept", None),
            *("RFC 9112 §2.2", "must", stream),
            pieces=parts,
        )
        for which, parts in pieces.items()
    ]
    rows.append(
        Case(
            *("pieces-of-a-wrong-accept", "segmentation", wrong, "reject", None),
            *("RFC 9112 §2.2", "must", stream),
            pieces=tuple([wrong[i : i + 1] for i in range(len(wrong))]),
        )
    )
    not_whole = "the server closed before the head was whole, so there is no answer"
    whole = [
        ("in-the-status", good[:11]),
        ("behind-the-status", good[:12]),
        ("behind-the-status-line", good[: good.index(b"\n") + 1]),
        ("in-a-field", good[: good.index(b"websocket\r\n") + 3]),
        ("before-the-empty-line", good[:-2]),
        ("in-the-empty-line", good[:-1]),
        ("behind-an-interim-response", hints),
        ("in-the-head-of-a-refusal", b"HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n"),
    ]
    cuts: list[Row] = [
        (f"cut-{which}", data, _MUST_REFUSE, "RFC 9112 §8", not_whole) for which, data in whole
    ]
    return [*rows, *_cases("segmentation", None, cuts)]


_GROUPS = (
    *(_status_line, _version, _status, _syntax, _line_ends, _limits, _body, _interim),
    *(_upgrade, _connection, _accept, _subprotocols, _extensions, _permessage_deflate),
    *(_trailing, _segmentation),
)
