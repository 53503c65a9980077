"""The server's answer: the value, its bytes, its body, and how a refusal is put together."""

from __future__ import annotations

from . import grammar
from .body import BodyReader, has_no_body, is_chunked
from .display import line_without_secrets
from .errors import FAULTS, HandshakeError, InvalidMessage
from .headers import Headers, write_lines
from .pattern import Pattern
from .value import Value, checked
from .wire import RESPONSE, Limits, as_bytes, checked_limits, read_head

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from .headers import HeadersLike
    from .wire import BytesLike, Head

__all__ = ["Response", "build_rejection"]

# RFC 9110 §15 and the registry of status codes
_REASONS = {
    100: "Continue",
    101: "Switching Protocols",
    102: "Processing",
    103: "Early Hints",
    200: "OK",
    201: "Created",
    202: "Accepted",
    203: "Non-Authoritative Information",
    204: "No Content",
    205: "Reset Content",
    206: "Partial Content",
    207: "Multi-Status",
    208: "Already Reported",
    226: "IM Used",
    300: "Multiple Choices",
    301: "Moved Permanently",
    302: "Found",
    303: "See Other",
    304: "Not Modified",
    305: "Use Proxy",
    307: "Temporary Redirect",
    308: "Permanent Redirect",
    400: "Bad Request",
    401: "Unauthorized",
    402: "Payment Required",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    407: "Proxy Authentication Required",
    408: "Request Timeout",
    409: "Conflict",
    410: "Gone",
    411: "Length Required",
    412: "Precondition Failed",
    413: "Content Too Large",
    414: "URI Too Long",
    415: "Unsupported Media Type",
    416: "Range Not Satisfiable",
    417: "Expectation Failed",
    418: "I'm a Teapot",
    421: "Misdirected Request",
    422: "Unprocessable Content",
    423: "Locked",
    424: "Failed Dependency",
    425: "Too Early",
    426: "Upgrade Required",
    428: "Precondition Required",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    451: "Unavailable For Legal Reasons",
    500: "Internal Server Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
    505: "HTTP Version Not Supported",
    506: "Variant Also Negotiates",
    507: "Insufficient Storage",
    508: "Loop Detected",
    510: "Not Extended",
    511: "Network Authentication Required",
}

_REASON = Pattern(grammar.REASON_PHRASE)
_VERSION = Pattern(grammar.ANY_HTTP_VERSION)

_TEXT = (("Content-Type", "text/plain; charset=utf-8"), ("X-Content-Type-Options", "nosniff"))
_TEXT_LINES = write_lines(_TEXT)

# These say how the answer is framed and what was agreed: they are the library's to write.
_RESERVED = frozenset(
    [
        "connection",
        "content-length",
        "transfer-encoding",
        "upgrade",
        "sec-websocket-accept",
        "sec-websocket-protocol",
        "sec-websocket-extensions",
    ]
)


class Response(Value):
    r"""A response: status, fields, reason phrase, body, HTTP version.

    Only what would break its first line is refused here (`ValueError`); whether it answers an
    opening handshake is for `validate_response`. The default reason is the standard phrase.

    >>> Response(404, {"Content-Length": "0"}).to_bytes()
    b'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'

    RFC 9112 §4.
    """

    __slots__ = ("_body", "_head", "_headers", "_judged", "_known", "_status", "_written")
    __match_args__ = ("status", "headers", "reason", "body", "version")

    # The head as it stands on the wire, where it came or was written: then `_headers` is None
    # until somebody asks for it.
    _head: str
    _headers: Headers | None
    # The version, the status as text, the reason, and what `DECIDING` names as soon as it is known.
    _known: tuple[Any, ...]
    _judged: bool  # whether whatever has a grammar of its own is known to follow it
    _written: bool  # whether the library itself wrote the head

    def __init__(
        self,
        status: int,
        headers: HeadersLike = (),
        reason: str | None = None,
        body: BytesLike = b"",
        version: str = "HTTP/1.1",
    ) -> None:
        if not isinstance(status, int):
            raise TypeError(f"a status is an int, not {type(status).__name__}")
        if not 100 <= status <= 599:
            raise ValueError("a status is a number from 100 to 599")
        if reason is None:
            reason = _REASONS.get(status, "")
        self._status = int(status)
        self._headers = headers if type(headers) is Headers else Headers(headers)
        self._judged = self._written = False
        reason = checked(reason, _REASON, "a reason phrase (RFC 9112 §4)")
        self._body = as_bytes(body)
        version = checked(version, _VERSION, "an HTTP version (RFC 9112 §2.3)")
        self._known = (version, str(self._status), reason)

    @classmethod
    def parse(cls, data: BytesLike, limits: Limits = Limits()) -> Response:
        r"""Read exactly one response, head and body.

        The body's length comes from Transfer-Encoding, Content-Length or the end of the data;
        1xx, 204 and 304 have none. Raises `InvalidMessage` for what is malformed, over a limit or
        followed by more bytes, `IncompleteMessage` for what is cut, `TypeError` for no bytes.

        >>> Response.parse(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno").body
        b'no'

        RFC 9112 §4 and §6.
        """
        head, rest = read_head(RESPONSE, checked_limits(limits), as_bytes(data))
        response = cls._from_wire(head)
        body = BodyReader(response.status, response.headers, response.version, limits)
        body.feed(rest)
        body.close()
        if body.fault is not None:
            raise body.fault
        if body.rest:
            raise InvalidMessage(str(len(body.rest)), code="more-than-one-message")
        return response._with_body(body.body)

    @classmethod
    def _from_wire(cls, head: Head) -> Response:
        """Take parts that the grammar of a head has already judged."""
        self = cls.__new__(cls)
        self._known, self._head = head
        self._judged = len(self._known) > 3
        self._status = int(self._known[1])
        self._written = False
        self._headers = None
        self._body = b""
        return self

    @classmethod
    def _from_written(cls, status: int, reason: str, head: str, body: bytes = b"") -> Response:
        """Take a head that the library itself wrote; it says how long the body is."""
        self = cls.__new__(cls)
        self._status = status
        self._known = ("HTTP/1.1", str(status), reason)
        self._head = head
        self._headers = None
        self._body = body
        self._judged = False
        self._written = True
        return self

    def _deciding(self) -> tuple[Any, ...]:
        """The version, the status, the reason, and what `DECIDING` names."""
        parts = self._known
        if len(parts) == 3:
            parts = self._known = (*parts, *self.headers._deciding())
        return parts

    def _with_body(self, body: bytes) -> Response:
        return Response(self._status, self.headers, self.reason, body, self.version)

    @property
    def status(self) -> int:
        """The status code, 100 to 599 (RFC 9110 §15)."""
        return self._status

    @property
    def headers(self) -> Headers:
        """The fields."""
        headers = self._headers
        if headers is None:
            headers = self._headers = Headers._from_wire(self._head)
        return headers

    @property
    def reason(self) -> str:
        """The reason phrase; it may be empty (RFC 9112 §4)."""
        reason: str | None = self._known[2]
        return reason or ""

    @property
    def body(self) -> bytes:
        """The body, without any chunked coding."""
        return self._body

    @property
    def version(self) -> str:
        """The HTTP version, such as "HTTP/1.1" (RFC 9112 §2.3)."""
        version: str = self._known[0]
        return version

    def _show(self, name: str) -> str:
        if name == "reason":
            return repr(line_without_secrets(self.reason))
        if name == "body" and len(self._body) > 80:
            return f"{self._body[:80]!r}... ({len(self._body)} bytes)"
        return super()._show(name)

    def to_bytes(self) -> bytes:
        """The response as it stands on the wire, its body in one chunk if the fields say so."""
        if self._written:
            return self._head.encode("latin-1") + self._body
        # Not the properties, in whose place a subclass may put what nobody has checked.
        version, _, reason = self._known[:3]
        lines = write_lines(self.headers.items())
        head = f"{version} {self._status} {reason or ''}\r\n{lines}\r\n"
        return head.encode("latin-1") + self._framed_body()

    def to_asgi(self, scope: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The messages with which an ASGI application sends this answer, to be sent in order.

        For a scope of type "http": `http.response.start` and `http.response.body`. For one of type
        "websocket": `websocket.http.response.start` and `.body`, where the server has this
        extension. Where it has not, all that can be said is `websocket.close`, and the server
        answers 403 whatever this answer's status is. ASGI loses the reason phrase and the case of
        names; over HTTP/2 and HTTP/3 fields like Connection are left out.

        `ValueError` for a 1xx: a handshake is accepted with `websocket.accept`, whose fields the
        server writes. `TypeError` or `ValueError` for what is no such scope.

        >>> start, body = Response(403, {"Connection": "close"}, body=b"no").to_asgi(
        ...     {"type": "websocket", "extensions": {"websocket.http.response": {}}}
        ... )
        >>> start["type"], start["status"], start["headers"]
        ('websocket.http.response.start', 403, [(b'connection', b'close')])

        ASGI, HTTP & WebSocket message format 2.
        """
        from .doors import to_asgi

        return to_asgi(self, scope)

    def _framed_body(self) -> bytes:
        if has_no_body(self._status) or not is_chunked(self.headers):
            return self._body
        chunk = b"%x\r\n%b\r\n" % (len(self._body), self._body) if self._body else b""
        return chunk + b"0\r\n\r\n"


def checked_answer_fields(headers: HeadersLike) -> Headers:
    """The fields that a caller adds to an answer; `ValueError` for those it may not write."""
    fields = Headers(headers)
    for name in fields:
        if name.lower() in _RESERVED:
            raise ValueError(f"{name} is written by the library and cannot be given")
    return fields


def build_rejection(
    status_or_error: int | HandshakeError,
    *,
    headers: HeadersLike = (),
    body: BytesLike | str | None = None,
    reason: str | None = None,
) -> Response:
    r"""Build the answer that refuses a handshake: any 3xx, 4xx or 5xx.

    Given a `HandshakeError`, it is that error's own answer, to be dressed with more fields (Date,
    WWW-Authenticate, branding) or another body. The default body says what is wrong and how to
    mend it, as plain ASCII text; `body=b""` says nothing. A caller's Content-Type, Allow and the
    like take the place of the default ones.

    `ValueError` for another status, for an error that no server answers, and for fields that are
    the library's to write (Connection, Content-Length, Upgrade and their like).

    >>> rejection = build_rejection(404, headers={"Date": "Fri, 20 Nov 2026 10:00:00 GMT"})
    >>> rejection.reason, rejection.body, list(rejection.headers)[:2]
    ('Not Found', b'404 Not Found\n', ['Connection', 'Content-Length'])

    Send it, then close in a way that lets the client read it: shut down writing, read and discard
    until the peer closes or a short time is over, and only then close the socket. Closing while
    unread bytes wait resets the connection, and the client never sees the answer (RFC 9112 §9.6).

    RFC 6455 §4.2.2, RFC 9110 §15.
    """
    return rejection(status_or_error, headers=headers, body=body, reason=reason)


def rejection(
    status_or_error: int | HandshakeError,
    *,
    headers: HeadersLike = (),
    body: BytesLike | str | None = None,
    reason: str | None = None,
    to_head: bool = False,
) -> Response:
    """Do what `build_rejection` says; an answer to HEAD has no body (RFC 9110 §9.3.2)."""
    status: int | HandshakeError = status_or_error
    also: tuple[tuple[str, str], ...] = ()
    if isinstance(status_or_error, HandshakeError):
        error = status_or_error
        fault = error._fault
        if error._answer is None or fault.status is None:
            raise ValueError(f"no server answers this error: {error}")
        status, also = fault.status, fault.also
        to_head = to_head or (error._request is not None and error._request.method == "HEAD")
        if body is None:
            hint = error.hint
            body = f"{error.message}\n{hint}\n" if hint else f"{error.message}\n"
    if not isinstance(status, int):
        kind = type(status).__name__
        raise TypeError(f"a rejection is built from a status or a HandshakeError, not {kind}")
    status = int(status)  # a subclass may be shown as anything
    if not 300 <= status <= 599:
        raise ValueError("a handshake is refused with a status from 300 to 599")
    if status == 405:
        also = FAULTS["method-not-get"].also
    if reason is None:
        reason = _REASONS.get(status, "")
    else:
        reason = checked(reason, _REASON, "a reason phrase (RFC 9112 §4)")
    if body is None:
        body = f"{status} {_REASONS.get(status, '')}".rstrip() + "\n"
    content = body.encode() if isinstance(body, str) else as_bytes(body)
    if status == 304 or to_head:
        content, length = b"", ""
    else:
        length = f"Content-Length: {len(content)}\r\n"
    connection = "Connection: close\r\n"
    if status == 426:
        connection = "Upgrade: websocket\r\nConnection: Upgrade, close\r\n"
    text = _TEXT_LINES if content else ""
    own = ""
    if headers != ():
        # A caller's field takes the place of the default one.
        fields = checked_answer_fields(headers)
        also = tuple([field for field in also if field[0] not in fields])
        text = write_lines([field for field in _TEXT if field[0] not in fields]) if content else ""
        own = write_lines(fields.items())
    beside = write_lines(also) if also else ""
    head = f"HTTP/1.1 {status} {reason}\r\n{connection}{beside}{length}{text}{own}\r\n"
    return Response._from_written(status, reason, head, content)
