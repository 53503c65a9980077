"""The client's request: the value and its bytes."""

from __future__ import annotations

import re

from . import grammar
from .display import shown_target, target_without_secrets
from .errors import InvalidMessage
from .headers import Headers
from .response import rejection
from .value import Value, checked
from .wire import REQUEST, HeadReader, Limits, as_bytes, write_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .headers import HeadersLike
    from .wire import BytesLike, Head

__all__ = ["Request"]

_METHOD = re.compile(grammar.TOKEN)
_TARGET = re.compile(rf"{grammar.FIELD_VCHAR}++")
_VERSION = re.compile(grammar.ANY_HTTP_VERSION)


class Request(Value):
    r"""A request: target, fields, method, HTTP version.

    Only what would break its first line is refused here (`ValueError`); whether it is an opening
    handshake is for `validate_request`. Its `repr` shows neither credentials nor the query.

    >>> Request("/chat", {"Host": "example.com"}).to_bytes()
    b'GET /chat HTTP/1.1\r\nHost: example.com\r\n\r\n'

    RFC 9112 §3.
    """

    __slots__ = ("_headers", "_method", "_target", "_version")
    __match_args__ = ("target", "headers", "method", "version")

    def __init__(
        self,
        target: str,
        headers: HeadersLike,
        method: str = "GET",
        version: str = "HTTP/1.1",
    ) -> None:
        if isinstance(target, str) and not _TARGET.fullmatch(target):
            raise ValueError(f"{shown_target(target)} is not a request target (RFC 9112 §3.2)")
        self._target = checked(target, _TARGET, "a request target")
        self._headers = headers if isinstance(headers, Headers) else Headers(headers)
        self._method = checked(method, _METHOD, "a method (RFC 9110 §9.1)")
        self._version = checked(version, _VERSION, "an HTTP version (RFC 9112 §2.3)")

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
        reader = HeadReader(REQUEST, limits)
        try:
            found = reader.feed(as_bytes(head))
            if reader.rest:
                raise InvalidMessage(str(len(reader.rest)), code="more-than-one-message")
        except InvalidMessage as error:
            error._found_in(None, rejection)
            raise
        if found is None:
            raise reader.incomplete()
        return cls._from_wire(found)

    @classmethod
    def _from_wire(cls, head: Head) -> Request:
        """Take parts that the grammar of a head has already judged."""
        self = cls.__new__(cls)
        (self._method, self._target, self._version), fields = head
        self._headers = Headers._from_wire(fields)
        return self

    @property
    def target(self) -> str:
        """The request target as sent (RFC 9112 §3.2)."""
        return self._target

    @property
    def headers(self) -> Headers:
        """The fields."""
        return self._headers

    @property
    def method(self) -> str:
        """The method, such as "GET" (RFC 9110 §9)."""
        return self._method

    @property
    def version(self) -> str:
        """The HTTP version, such as "HTTP/1.1" (RFC 9112 §2.3)."""
        return self._version

    def _show(self, name: str) -> str:
        if name == "target":
            return repr(target_without_secrets(self._target))
        return super()._show(name)

    def to_bytes(self) -> bytes:
        """The request as it stands on the wire: a head, since a handshake has no body."""
        lines = write_lines(self._headers.items())
        return f"{self._method} {self._target} {self._version}\r\n{lines}\r\n".encode("latin-1")
