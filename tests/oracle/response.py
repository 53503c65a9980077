"""What a client makes of an answer: RFC 6455 section 4.1, from the status line to the extensions.

A verdict is about bytes after which the server closes.
"""

from __future__ import annotations

import base64
import hashlib
from typing import NamedTuple

from . import grammar, head
from .grammar import Malformed, Reader
from .head import CR, LF, Fault, Head, Limits, StartLine


class Offered(NamedTuple):
    """What the request had that the answer depends on."""

    keys: tuple[str, ...]
    """The values of its Sec-WebSocket-Key lines: one, if it is a valid request."""
    subprotocols: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    """The names of its extensions."""
    refused: tuple[str, ...] = ()
    """Of these, the ones whose negotiator refuses every answer."""
    reserved: tuple[tuple[str, int], ...] = ()
    """Of these, the ones that use a reserved bit of a frame, and which."""


class Opened(NamedTuple):
    """The answer that opens, and where its head ends."""

    subprotocol: str | None
    extensions: tuple[grammar.Extension, ...]
    at: int


class Unexpected(NamedTuple):
    """A final status other than 101."""

    status: int
    body: bytes
    complete: bool
    at: int | None
    """Where a complete body ends, if it says so itself and does not wait for the close."""


class Failed(NamedTuple):
    """No HTTP, or a 101 that is no valid answer."""

    field: str | None
    code: str
    at: int
    whole: bool


class Incomplete(NamedTuple):
    code: str


Verdict = Opened | Unexpected | Failed | Incomplete


class Wrong(Exception):
    """A 101 that is no valid answer."""

    def __init__(self, field: str | None, code: str) -> None:
        super().__init__(code)
        self.field = field
        self.code = code


# --- RFC 9112 section 4 ---------------------------------------------------------------------------


def status_line(line: str) -> bool:
    """status-line = HTTP-version SP status-code SP [ reason-phrase ], or without the last SP.

    status-code = 3DIGIT, from 100 to 599; reason-phrase = 1*( HTAB / SP / VCHAR / obs-text ).
    """
    version, status, behind = line[:8], line[9:12], line[12:]
    return (
        head.http_version(version)
        and line[8:9] == grammar.SP
        and len(status) == 3
        and all(char in grammar.DIGIT for char in status)
        and status[0] in "12345"
        and behind[:1] in ("", grammar.SP)
        and all(char in grammar.FIELD_CONTENT for char in behind)
    )


def can_begin(text: str) -> bool:
    return "HTTP/".startswith(text[:5])


START_LINE = StartLine(
    can_begin, status_line, "not-http-response", "status-line-malformed", "status-line-too-long"
)


def final_head(data: bytes, limits: Limits) -> tuple[Head | Fault | None, int]:
    """The head behind all interim responses, or what hinders it, and where it begins.

    The interim heads count together with it.
    """
    begin, fields = 0, 0
    while True:
        message = head.read_head(data, begin, START_LINE, limits, earlier=(begin, fields))
        if not isinstance(message, Head) or not 100 <= status_of(message) <= 199:
            return message, begin
        if status_of(message) == 101:
            return message, begin
        begin, fields = message.end, fields + len(message.fields)


def status_of(message: Head) -> int:
    return int(message.start_line[9:12])


def judge_response(data: bytes, offered: Offered, limits: Limits | None = None) -> Verdict:
    limits = limits or Limits()
    message, _ = final_head(data, limits)
    if message is None:
        return Incomplete("head-incomplete" if data else "nothing-answered")
    if isinstance(message, Fault):
        return Failed(None, message.code, message.at, whole=False)
    if status_of(message) != 101:
        return read_refusal(data, message, limits)
    try:
        return judge_switch(message, offered)
    except Wrong as wrong:
        return Failed(wrong.field, wrong.code, message.end, whole=True)


# --- RFC 6455 section 4.1, "Once the client's opening handshake has been sent" --------------------


def judge_switch(message: Head, offered: Offered) -> Opened:
    if message.start_line[:8] != "HTTP/1.1":
        raise Wrong(None, "response-http-version")
    judge_upgrade(message.values("upgrade"))
    judge_connection(message.values("connection"))
    for name, word in (
        ("Sec-WebSocket-Accept", "accept"),
        ("Sec-WebSocket-Protocol", "response-subprotocol"),
        ("Sec-WebSocket-Extensions", "response-extensions"),
    ):
        if len(message.values(grammar.lower(name))) > 1:
            raise Wrong(name, f"{word}-repeated")
    judge_accept(message.values("sec-websocket-accept"), offered.keys)
    subprotocol = judge_subprotocol(message.values("sec-websocket-protocol"), offered.subprotocols)
    extensions = judge_extensions(message.values("sec-websocket-extensions"), offered)
    return Opened(subprotocol, tuple(extensions), message.end)


def judge_upgrade(values: list[str]) -> None:
    field = "Upgrade"
    if not values:
        raise Wrong(field, "response-upgrade-missing")
    try:
        elements = grammar.parse_upgrade(", ".join(values))
    except Malformed:
        raise Wrong(field, "upgrade-malformed") from None
    names = [grammar.lower(element) for element in elements]
    if len(values) > 1 or names.count("websocket") > 1:
        raise Wrong(field, "response-upgrade-repeated")
    if names != ["websocket"]:
        raise Wrong(field, "response-upgrade-not-websocket")


def judge_connection(values: list[str]) -> None:
    field = "Connection"
    if not values:
        raise Wrong(field, "response-connection-missing")
    try:
        options = grammar.parse_connection(", ".join(values))
    except Malformed:
        raise Wrong(field, "connection-malformed") from None
    if "upgrade" not in [grammar.lower(option) for option in options]:
        raise Wrong(field, "response-connection-without-upgrade")


def accept_for(key: str) -> str:
    """The base64 of the SHA-1 of the key with the GUID of section 1.3 behind it."""
    text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    return base64.b64encode(hashlib.sha1(text.encode("latin-1")).digest()).decode("ascii")


def judge_accept(values: list[str], keys: tuple[str, ...]) -> None:
    field = "Sec-WebSocket-Accept"
    if not values:
        raise Wrong(field, "accept-missing")
    if len(keys) != 1:
        raise Wrong(field, "accept-unasked")
    try:
        grammar.parse_accept(values[0])
    except Malformed:
        raise Wrong(field, "accept-malformed") from None
    if values[0] != accept_for(keys[0]):
        raise Wrong(field, "accept-wrong")


def judge_subprotocol(values: list[str], offered: tuple[str, ...]) -> str | None:
    field = "Sec-WebSocket-Protocol"
    if not values:
        return None
    try:
        names = grammar.parse_token_list(values[0])
    except Malformed:
        names = []
    if not names:
        raise Wrong(field, "subprotocol-malformed")
    if len(names) > 1:
        raise Wrong(field, "response-subprotocol-several")
    if names[0] not in offered:
        raise Wrong(field, "subprotocol-not-offered")
    return names[0]


def judge_extensions(values: list[str], offered: Offered) -> list[grammar.Extension]:
    """Only offered ones, none twice, none that its negotiator refuses, no two with the same bit."""
    field = "Sec-WebSocket-Extensions"
    if not values:
        return []
    try:
        extensions = grammar.parse_extensions(values[0])
    except Malformed:
        raise Wrong(field, "extensions-malformed") from None
    names: list[str] = []
    for name, _ in extensions:
        if name not in offered.extensions:
            raise Wrong(field, "extension-not-offered")
        if name in names:
            raise Wrong(field, "extension-repeated")
        names.append(name)
    if any(name in offered.refused for name in names):
        raise Wrong(field, "extension-refused")
    bits = [bit for name, bit in offered.reserved if name in names]
    if len(set(bits)) < len(bits):
        raise Wrong(field, "extension-reserved-bits")
    return extensions


# --- RFC 9112 sections 6 and 7: the body of a refusal ---------------------------------------------


class BadBody(Exception):
    """The body breaks its framing, or ends too early."""


def read_refusal(data: bytes, message: Head, limits: Limits) -> Unexpected:
    """Section 6.3, rule by rule; rules 2 and 7 are about other requests than ours."""
    status = status_of(message)
    rest = data[message.end :]
    codings = message.values("transfer-encoding")
    lengths = message.values("content-length")

    if status in (204, 304):  # rule 1
        return Unexpected(status, b"", True, message.end)
    if codings:  # rules 3 and 4
        try:
            names = transfer_codings(", ".join(codings), message.start_line[:8])
        except Malformed:
            return Unexpected(status, b"", False, None)
        if names[-1] == "chunked":
            body, end = read_chunks(rest, limits)
            if end is None or len(body) > limits.body:
                return Unexpected(status, body[: limits.body], False, None)
            return Unexpected(status, body, True, message.end + end)
    elif lengths:  # rules 5 and 6
        digits = lengths[0]
        if len(lengths) > 1 or not digits or any(char not in grammar.DIGIT for char in digits):
            return Unexpected(status, b"", False, None)
        length = grammar.number(digits, max(len(rest), limits.body))
        complete = length <= len(rest) and length <= limits.body
        body = rest[: min(length, limits.body)]
        return Unexpected(status, body, complete, message.end + length if complete else None)
    return Unexpected(status, rest[: limits.body], len(rest) <= limits.body, None)  # rule 8


def transfer_codings(value: str, version: str) -> list[str]:
    """#transfer-coding, of which at most one is chunked; HTTP/1.0 has none (section 6.1)."""
    names = grammar.whole(lambda reader: grammar.list_of(transfer_coding, reader), value)
    if not names or names.count("chunked") > 1 or version == "HTTP/1.0":
        raise Malformed
    return names


def transfer_coding(reader: Reader) -> str:
    """transfer-coding = token *( OWS ";" OWS transfer-parameter ).

    transfer-parameter = token BWS "=" BWS ( token / quoted-string )

    chunked has no parameters (section 7.1).
    """
    name = grammar.lower(grammar.token(reader))
    while grammar.behind_ows(reader, ";"):
        grammar.token(reader)
        if not grammar.behind_ows(reader, "=") or name == "chunked":
            raise Malformed
        token_or_quoted_string(reader)
    return name


def token_or_quoted_string(reader: Reader) -> None:
    if reader.next() == grammar.DQUOTE:
        grammar.quoted_string(reader)
    else:
        grammar.token(reader)


def read_chunks(data: bytes, limits: Limits) -> tuple[bytes, int | None]:
    """The content as far as it came, and where chunked-body ends if all is well.

    chunked-body = *chunk last-chunk trailer-section CRLF; chunk = chunk-size [ chunk-ext ] CRLF
    chunk-data CRLF. A line may be as long as a status line, and the trailer as a head.
    """
    body = b""
    at = 0
    try:
        while True:
            line, at = read_line(data, at, limits)
            size = grammar.whole(chunk_size, line)
            if size == 0:
                break
            body += data[at : at + size]
            at += size
            if data[at : at + 2] != b"\r\n":
                raise BadBody
            at += 2
        begin = at
        while True:
            line, at = read_line(data, at, limits)
            if at - begin > limits.head:
                raise BadBody
            if not line:
                return body, at
            if head.field_line_fault(line) is not None:
                raise BadBody
    except (BadBody, Malformed):
        return body, None


def read_line(data: bytes, at: int, limits: Limits) -> tuple[str, int]:
    """The line that begins here, without its CRLF, and where the next one begins."""
    end = data.find(b"\r\n", at)
    line = data[at : max(end, at)].decode("latin-1")
    if end < 0 or len(line) > limits.request_line or CR in line or LF in line:
        raise BadBody
    return line, end + 2


def chunk_size(reader: Reader) -> int:
    """chunk-size [ chunk-ext ]; chunk-size = 1*HEXDIG.

    chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )
    """
    digits = reader.run(grammar.HEXDIG)
    if not digits:
        raise Malformed
    while grammar.behind_ows(reader, ";"):
        grammar.token(reader)
        if grammar.behind_ows(reader, "="):
            token_or_quoted_string(reader)
    return int(digits, 16)
