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
    from typing import Any

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
        lines = write_lines(self.headers.items())
        return f"{self.method} {self.target} {self.version}\r\n{lines}\r\n".encode("latin-1")
