"""The client's request: the value and its bytes."""

from __future__ import annotations

from . import grammar
from .deciding import DECIDING
from .display import shown_target, target_without_secrets
from .errors import InvalidMessage
from .headers import Headers, write_lines
from .pattern import Pattern
from .response import rejection
from .value import Value, checked
from .wire import REQUEST, Limits, as_bytes, checked_limits, read_head

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from http.server import BaseHTTPRequestHandler
    from typing import Any

    from .doors import Parts
    from .headers import HeadersLike, Lines
    from .wire import BytesLike, Head

__all__ = ["Request"]

_METHOD = Pattern(grammar.TOKEN)
_TARGET = Pattern(rf"{grammar.FIELD_VCHAR}++")
_VERSION = Pattern(grammar.ANY_HTTP_VERSION)
_ORIGIN_FORM = Pattern(grammar.ORIGIN_FORM)
_PLACES = {name: place for place, name in enumerate(DECIDING, start=3)}
_GET, _HTTP_1_1 = "GET", "HTTP/1.1"


class Request(Value):
    r"""A request: target, fields, method, HTTP version.

    Only what would break its first line is refused here (`ValueError`); whether it is an opening
    handshake is for `validate_request`. Its `repr` shows neither credentials nor the query.

    >>> Request("/chat", {"Host": "example.com"}).to_bytes()
    b'GET /chat HTTP/1.1\r\nHost: example.com\r\n\r\n'

    RFC 9112 §3.
    """

    __slots__ = ("_head", "_headers", "_judged", "_known", "_written")
    __match_args__ = ("target", "headers", "method", "version")

    # The head as it stands on the wire, where it came or was written: then `_headers` is None
    # until somebody asks for it.
    _head: str
    _headers: Headers | None
    # The method, the target, the version, and what `DECIDING` names as soon as it is known.
    _known: tuple[Any, ...]
    _judged: bool  # whether whatever has a grammar of its own is known to follow it
    _written: bool  # whether the library itself wrote the head

    def __init__(
        self,
        target: str,
        headers: HeadersLike,
        method: str = _GET,
        version: str = _HTTP_1_1,
    ) -> None:
        path = type(target) is str and _ORIGIN_FORM.fullmatch(target) is not None
        if not path:
            if isinstance(target, str) and not _TARGET.fullmatch(target):
                raise ValueError(f"{shown_target(target)} is not a request target (RFC 9112 §3.2)")
            target = checked(target, _TARGET, "a request target")
        if method is not _GET:
            method = checked(method, _METHOD, "a method (RFC 9110 §9.1)")
        if version is not _HTTP_1_1:
            version = checked(version, _VERSION, "an HTTP version (RFC 9112 §2.3)")
        fields = headers if type(headers) is Headers else Headers(headers)
        self._headers = fields
        self._judged = path and fields._decided is not None
        self._known = (method, target, version, *(fields._decided or ()))
        self._written = False

    @classmethod
    def parse(cls, head: BytesLike, limits: Limits = Limits()) -> Request:
        r"""Read exactly one request head.

        Raises `InvalidMessage`, with the answer a server should give, for what is malformed, over
        a limit or followed by more bytes; `IncompleteMessage` for what is cut; `TypeError` for no
        bytes.

        >>> Request.parse(b"GET /chat HTTP/1.1\r\nHost: example.com\r\n\r\n").target
        '/chat'

        RFC 9112 §2 to §5.
        """
        try:
            found, rest = read_head(REQUEST, checked_limits(limits), as_bytes(head))
            if rest:
                raise InvalidMessage(str(len(rest)), code="more-than-one-message")
        except InvalidMessage as error:
            error._found_in(None, rejection)
            raise
        return cls._from_wire(found)

    @classmethod
    def _from_wire(cls, head: Head, *, written: bool = False) -> Request:
        """Take a head that its grammar has already judged, or that the library itself wrote."""
        self = cls.__new__(cls)
        self._known, self._head = head
        self._judged = len(self._known) > 3
        self._headers = None
        self._written = written
        return self

    @classmethod
    def from_wsgi(cls, environ: Mapping[str, Any]) -> Request:
        """Take the request that a WSGI server has read.

        The target is RAW_URI or REQUEST_URI where the server tells it (gunicorn, uWSGI, werkzeug).
        Without them it is put together from SCRIPT_NAME, PATH_INFO, which are percent-decoded, and
        QUERY_STRING: which characters had been percent-encoded is then lost, and `#` and bytes
        beyond ASCII in a path pass for encoded ones. WSGI also loses the order of the fields, the
        case of their names, the difference between `_` and `-` in them, and that a field came on
        several lines, whose values are joined or dropped; a comma in Host or Origin is such a
        joint. Whatever lines or characters the server dropped is lost too, which with `wsgiref`
        and werkzeug is a lot. Limits of size are the server's.

        Raises `InvalidMessage`, with the answer to give, for what the client sent; `TypeError` or
        `ValueError` for what is no environ.

        >>> request = Request.from_wsgi({
        ...     "REQUEST_METHOD": "GET", "PATH_INFO": "/a b", "QUERY_STRING": "c=d",
        ...     "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_SEC_WEBSOCKET_VERSION": "13",
        ... })
        >>> request.target, request.headers.get("Sec-WebSocket-Version")
        ('/a%20b?c=d', '13')

        PEP 3333.
        """
        from .doors import from_wsgi

        return cls._through(from_wsgi, environ)

    @classmethod
    def from_asgi(cls, scope: Mapping[str, Any]) -> Request:
        """Take the request of an ASGI scope, of type "http" or "websocket".

        The target is `raw_path` and `query_string`; without `raw_path` it is put together from
        `path`, which is percent-decoded: which characters had been percent-encoded is then lost.
        `root_path` is put before a `path` that does not begin with it. ASGI also loses the case of
        names, and a "websocket" scope has no method: the server has judged that. Servers that read
        with h11 join folded lines and take a bare LF for the end of a line. uvicorn puts its
        own `root_path` before the target, calls every HTTP version of a "websocket" scope 1.1, and
        with wsproto drops extensions. Over HTTP/2 and HTTP/3 a WebSocket is opened in another way:
        `validate_request` then refuses with 505. Limits of size are the server's.

        Raises `InvalidMessage`, with the answer to give, for what the client sent; `TypeError` or
        `ValueError` for what is no such scope.

        >>> request = Request.from_asgi({
        ...     "type": "websocket", "http_version": "1.1", "path": "/caf\u00e9",
        ...     "query_string": b"a=b", "headers": [(b"host", b"example.com")],
        ... })
        >>> request.target, request.method, request.headers["Host"]
        ('/caf%C3%A9?a=b', 'GET', 'example.com')

        ASGI, HTTP & WebSocket message format 2.
        """
        from .doors import from_asgi

        return cls._through(from_asgi, scope)

    @classmethod
    def from_http_server(cls, handler: BaseHTTPRequestHandler) -> Request:
        r"""Take the request that a handler of `http.server` has parsed.

        The request line is read again from `raw_requestline`, since the handler splits it at any
        white space and shortens `//` at its beginning. The fields were read by a parser for mail:
        where a bare CR or LF ended a line, whether the head was whole when the client closed, and
        in newer Pythons a line folded right behind the colon, is lost. What else it let through is
        refused: folded lines, names that are none, and lines without a colon. Limits of size are
        the handler's.

        Raises `InvalidMessage`, with the answer to give, for what the client sent; `TypeError` for
        what is no handler, or has parsed no request.

        >>> import http.server, io
        >>> class Handler(http.server.BaseHTTPRequestHandler):
        ...     def __init__(self, data: bytes) -> None:
        ...         self.rfile = io.BytesIO(data)
        ...         self.raw_requestline = self.rfile.readline()
        ...         self.parse_request()
        >>> handler = Handler(b"GET //chat HTTP/1.1\r\nHost: example.com\r\n\r\n")
        >>> handler.path, Request.from_http_server(handler).target
        ('/chat', '//chat')

        RFC 9112 §3 and §5.
        """
        from .doors import from_http_server

        return cls._through(from_http_server, handler)

    @classmethod
    def _through(cls, door: Callable[[Any], Parts], given: object) -> Request:
        """Take what a door tells of a request, or say what is wrong with that as its bytes would.

        It is wrong only if another server let it through.
        """
        from .doors import first_fault

        try:
            method, target, version, fields = door(given)
            try:
                return Request(target, fields, method, version)
            except ValueError:
                raise first_fault(method, target, version, fields) from None
        except InvalidMessage as error:
            error._found_in(None, rejection)
            raise

    def _deciding(self) -> tuple[Any, ...]:
        """The method, the target, the version, and what `DECIDING` names."""
        parts = self._known
        if len(parts) == 3:
            parts = self._known = (*parts, *self.headers._deciding())
        return parts

    def _field(self, name: str) -> Lines:
        """One of the fields that `DECIDING` names: the value of its line, of its lines, or None."""
        value: Lines = self._deciding()[_PLACES[name]]
        return value

    @property
    def target(self) -> str:
        """The request target as sent (RFC 9112 §3.2)."""
        target: str = self._known[1]
        return target

    @property
    def headers(self) -> Headers:
        """The fields."""
        headers = self._headers
        if headers is None:
            headers = self._headers = Headers._from_wire(self._head)
        return headers

    @property
    def method(self) -> str:
        """The method, such as "GET" (RFC 9110 §9)."""
        method: str = self._known[0]
        return method

    @property
    def version(self) -> str:
        """The HTTP version, such as "HTTP/1.1" (RFC 9112 §2.3)."""
        version: str = self._known[2]
        return version

    def _show(self, name: str) -> str:
        if name == "target":
            return repr(target_without_secrets(self.target))
        return super()._show(name)

    def to_bytes(self) -> bytes:
        """The request as it stands on the wire: a head, since a handshake has no body."""
        if self._written:
            return self._head.encode("latin-1")
        # Not the properties, in whose place a subclass may put what nobody has checked.
        method, target, version = self._known[:3]
        lines = write_lines(self.headers.items())
        return f"{method} {target} {version}\r\n{lines}\r\n".encode("latin-1")
