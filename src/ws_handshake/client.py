"""The client's side of the opening handshake, in the order of RFC 6455 §4.1.

    build       §4.1  the client's requirements for its request, items 1 to 12
    examine     §4.1  what it must check in the server's answer, items 1 to 6

`validate_response` and `response_violations` are two doors to one examination, so they cannot
disagree. `ClientHandshake` only collects bytes and calls the functions here.
"""

from __future__ import annotations

from functools import lru_cache

from .body import BodyReader
from .display import line_without_secrets
from .errors import (
    HandshakeError,
    InvalidHeader,
    LocalProtocolError,
    UnexpectedStatus,
    Violation,
    fault,
)
from .fields import (
    Extension,
    check_key,
    checked_subprotocols,
    format_extensions,
    may_keep_names,
    named_subprotocols,
    parse_accept,
    parse_extensions,
    parse_host,
    parse_origin,
)
from .headers import Headers, joined, write_lines
from .key import accept_key, generate_key
from .negotiation import Agreement, confirm_answers, make_offers
from .request import Request
from .response import Response
from .state import FAILED, OPEN, READING, REFUSED, State
from .upgrade import examine_connection, examine_upgrade, refuse
from .uri import WebSocketURI, may_be_kept, parse_uri
from .value import plain
from .wire import RESPONSE, HeadReader, Limits, as_bytes, checked_limits, whole_head

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeVar

    from .extensions import ClientExtension
    from .headers import HeadersLike, Lines
    from .upgrade import Report
    from .wire import BytesLike, Head

    T = TypeVar("T")

__all__ = ["ClientHandshake", "build_request", "response_violations", "validate_response"]

# Written by `build_request` from its arguments, or out of place in a request without a body.
_RESERVED = frozenset(
    [
        "host",
        "upgrade",
        "connection",
        "sec-websocket-key",
        "sec-websocket-version",
        "origin",
        "sec-websocket-protocol",
        "sec-websocket-extensions",
        "content-length",
        "transfer-encoding",
        "expect",
        "trailer",
    ]
)


def build_request(
    uri: str | WebSocketURI,
    *,
    key: str | None = None,
    host: str | None = None,
    origin: str | None = None,
    subprotocols: Iterable[str] = (),
    extensions: Iterable[Extension] = (),
    headers: HeadersLike = (),
) -> Request:
    """Build a client's opening handshake.

    `key` is made anew where it is not given; `host` overrides the URI's in Host; `headers` are
    further fields, credentials for instance. `InvalidURI` for the URI, `ValueError` for whatever
    its field cannot hold and for fields that the arguments already write, `TypeError` for other
    types.

    >>> request = build_request("ws://example.com/chat", subprotocols=["chat"])
    >>> request.target, list(request.headers)[-2:]
    ('/chat', ['Sec-WebSocket-Version', 'Sec-WebSocket-Protocol'])

    RFC 6455 §4.1, items 1 to 12 of the request's requirements.
    """
    where = _checked_uri(uri)
    host = where.host_header if host is None else _checked_str("host", host)
    if origin is not None:
        origin = _checked_str("origin", origin)
    key = generate_key() if key is None else _checked("key", key, check_key)
    offers = None if extensions == () else format_extensions(extensions) or None
    names = checked_subprotocols(subprotocols)
    keep = (
        may_be_kept(where.target)
        and may_keep_names(names)
        and len(f"{host}{origin}{offers}") <= _LONGEST_KEPT
    )
    parts = _kept_parts if keep else _constant_parts
    before, behind, first, last = parts(where.target, host, origin, offers, names)
    if headers == ():
        return Request._from_wire(
            ((*first, key, *last), f"{before}{key}{behind}\r\n"), written=True
        )
    own = Headers(headers)
    for name in own:
        if name.lower() in _RESERVED:
            raise ValueError(f"{name} is written from the other arguments and cannot be given")
    lines = write_lines(own.items())
    return Request._from_wire((first, f"{before}{key}{behind}{lines}\r\n"), written=True)


def _constant_parts(
    target: str,
    host: str,
    origin: str | None,
    offers: str | None,
    subprotocols: tuple[str, ...],
) -> tuple[str, str, tuple[str, ...], tuple[str | None, ...]]:
    """What stands before and behind the key, as text and as `Request._deciding` tells it.

    RFC 6455 §4.1, items 2 to 6 of the request's requirements before the key (item 7), and behind it
    items 9, 8, 10 and 11: the version, and what is optional.
    """
    host = _checked("host", host, parse_host)
    names = ", ".join(subprotocols) or None
    behind = "\r\nSec-WebSocket-Version: 13\r\n"
    if origin is not None:
        origin = _checked("origin", origin, parse_origin)
        behind += f"Origin: {origin}\r\n"
    if names is not None:
        behind += f"Sec-WebSocket-Protocol: {names}\r\n"
    if offers is not None:
        behind += f"Sec-WebSocket-Extensions: {offers}\r\n"
    before = (
        f"GET {target} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: "
    )
    return (
        before,
        behind,
        ("GET", target, "HTTP/1.1"),
        ("13", offers, names, None, host, "websocket", "Upgrade", None, None, origin),
    )


# A client connects to few places, and often to the same: only the key is another each time.
_kept_parts = lru_cache(maxsize=16)(_constant_parts)
_LONGEST_KEPT = 512  # characters of what is no target and no subprotocol


def _checked_uri(uri: str | WebSocketURI) -> WebSocketURI:
    if type(uri) is WebSocketURI:
        return uri
    if isinstance(uri, WebSocketURI):  # a subclass may say what no URI can hold
        return WebSocketURI(uri.secure, uri.host, uri.port, uri.target)
    return parse_uri(uri)


def _checked_str(name: str, value: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} is a str, not {type(value).__name__}")
    return plain(value)


def _checked(name: str, value: str, parse: Callable[[str], object]) -> str:
    value = _checked_str(name, value)
    try:
        parse(value)
    except InvalidHeader as error:
        raise ValueError(f"{name}: {error}") from None
    return value


def validate_response(response: Response, request: Request) -> Agreement:
    """Check the server's answer to a request and return what was agreed.

    Raises `UnexpectedStatus` for any status but 101, otherwise the first fault in the order of
    `FAULTS`, as `InvalidResponse` or `InvalidHeader`; `TypeError` for other types. Of extensions
    only the names are judged: `ClientHandshake` also has their parameters confirmed.

    >>> request = build_request("ws://example.com/", key="dGhlIHNhbXBsZSBub25jZQ==")
    >>> accept = {"Sec-WebSocket-Accept": "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="}
    >>> upgrade = {"Upgrade": "websocket", "Connection": "Upgrade"}
    >>> print(validate_response(Response(101, upgrade | accept), request).subprotocol)
    None

    RFC 6455 §4.1, items 1 to 6 of the response's requirements.
    """
    _check_types(response, request)
    return _examine(response, request, refuse)


def response_violations(response: Response, request: Request) -> list[Violation]:
    """List everything that makes this no valid answer, the deciding fault first.

    An answer with another status than 101 has that one violation. `TypeError` for other types.

    >>> request = build_request("ws://example.com/")
    >>> [violation.field for violation in response_violations(Response(101), request)]
    ['Upgrade', 'Connection', 'Sec-WebSocket-Accept']

    RFC 6455 §4.1, items 1 to 6 of the response's requirements.
    """
    _check_types(response, request)
    violations: list[Violation] = []
    try:
        _examine(response, request, lambda error: violations.append(error.violation))
    except UnexpectedStatus as error:
        violations.append(error.violation)
    return violations


def _check_types(response: Response, request: Request) -> None:
    if not isinstance(response, Response):
        raise TypeError(f"a Response is expected, not {type(response).__name__}")
    if not isinstance(request, Request):
        raise TypeError(f"a Request is expected, not {type(request).__name__}")


def _examine(response: Response, request: Request, report: Report) -> Agreement:
    """Look at an answer rule by rule, in the order of FAULTS, and report what is wrong.

    The items are those of what RFC 6455 §4.1 lets a client check in the response. The agreement
    that this returns is one only if nothing was reported. Another status than 101 is raised and not
    reported: such an answer follows HTTP's rules and not these.
    """
    # Item 1: the status is 101; HTTP/1.1, since no earlier version can switch protocols.
    if response.status != 101:
        raise _unexpected_status(response)
    (version, _, _, _, _, extensions, protocol, accept, _, upgrade, connection, _, _, _) = (
        response._deciding()
    )
    if version != "HTTP/1.1":
        report(fault("response-http-version", value=version))
    # Items 2 and 3: Upgrade and Connection
    if upgrade != "websocket":
        examine_upgrade(upgrade, report, side="response-")
    if connection != "Upgrade":
        examine_connection(connection, report, side="response-")
    # Each of the fields below comes at most once in a 101 (§11.3.2 to §11.3.4). A head of the usual
    # form was judged for that, and for each field's grammar, while it was read.
    judged = response._judged
    if not judged:
        _examine_number(accept, "accept-repeated", report)
        _examine_number(protocol, "response-subprotocol-repeated", report)
        _examine_number(extensions, "response-extensions-repeated", report)
    _, _, _, key, _, offers, offered, _, _, _, _, _, _, _ = request._deciding()
    # Item 4: Sec-WebSocket-Accept
    if type(key) is not str or accept != accept_key(key):
        _examine_accept(accept, key, report)
    # Items 6 and 5: Sec-WebSocket-Protocol and Sec-WebSocket-Extensions
    subprotocol: str | None = None
    if judged and protocol is not None and protocol == offered and "," not in protocol:
        subprotocol = protocol
    elif isinstance(protocol, str):
        subprotocol = _examine_subprotocol(protocol, offered, report)
    agreed: tuple[Extension, ...] = ()
    if isinstance(extensions, str):
        agreed = _examine_extensions(extensions, offers, report)
    return Agreement(subprotocol, agreed, response)


def _unexpected_status(
    response: Response, body_fault: HandshakeError | None = None
) -> UnexpectedStatus:
    line = f"{response.status} {line_without_secrets(response.reason)}".rstrip()
    detail = "" if body_fault is None else f"; its body is not whole: {body_fault.message}"
    return UnexpectedStatus(detail, value=line, response=response, complete=body_fault is None)


def _examine_number(lines: Lines, code: str, report: Report) -> None:
    if isinstance(lines, tuple):
        report(fault(code, str(len(lines))))


def _examine_accept(accept: Lines, key: Lines, report: Report) -> None:
    """Say why Sec-WebSocket-Accept does not answer the key that was sent."""
    if isinstance(accept, tuple):
        return  # what comes twice answers nothing, and was reported
    if accept is None:
        report(fault("accept-missing"))
    elif type(key) is not str:
        report(fault("accept-unasked"))
    else:
        try:
            parse_accept(accept)
        except InvalidHeader as error:
            report(error)
        else:
            report(fault("accept-wrong", accept_key(key), value=accept))


def _examine_subprotocol(value: str, offered: Lines, report: Report) -> str | None:
    """Item 6: one subprotocol, and one that was offered, in exactly its spelling."""
    try:
        names = named_subprotocols(value)
    except InvalidHeader as error:
        report(error)
        return None
    if len(names) > 1:
        report(fault("response-subprotocol-several", value=value))
    elif names[0] != offered and names[0] not in _offered(offered, named_subprotocols):
        report(fault("subprotocol-not-offered", value=names[0]))
    return names[0]


def _examine_extensions(value: str, offers: Lines, report: Report) -> tuple[Extension, ...]:
    """Item 5: only extensions that were offered.

    Each of them once: of two answers nobody could say which one is in use (§9.1).
    """
    try:
        extensions = parse_extensions(value)
    except InvalidHeader as error:
        report(error)
        return ()
    offered = {offer.name for offer in _offered(offers, parse_extensions)}
    answered: set[str] = set()
    for extension in extensions:
        if extension.name not in offered:
            report(fault("extension-not-offered", value=extension.name))
        elif extension.name in answered:
            report(fault("extension-repeated", value=extension.name))
        answered.add(extension.name)
    return tuple(extensions)


def _offered(value: Lines, parse: Callable[[str], list[T]]) -> list[T]:
    """What our own request offered in a list; nothing where it is malformed."""
    try:
        return [] if value is None else parse(joined(value))
    except InvalidHeader:
        return []


class ClientHandshake:
    r"""One opening handshake on the client's side.

    Connect to `uri.host` and `uri.port` (with TLS if `uri.secure`), send `request.to_bytes()`, and
    give it the bytes that arrive until it returns an `Agreement`.

    >>> client = ClientHandshake("ws://example.com/chat", key="dGhlIHNhbXBsZSBub25jZQ==")
    >>> client.request.to_bytes().startswith(b"GET /chat HTTP/1.1\r\nHost: example.com\r\n")
    True
    >>> agreement = client.receive_data(
    ...     b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    ...     b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n\x81\x02hi"
    ... )
    >>> agreement.response.status, client.trailing_data
    (101, b'\x81\x02hi')

    Arguments as for `build_request`, but `extensions` are negotiators as `ClientExtension`
    describes; `limits` bound what the server may send.

    RFC 6455 §4.1.
    """

    __slots__ = (
        "_agreement",
        "_body",
        "_limits",
        "_offers",
        "_reader",
        "_refusal",
        "_request",
        "_state",
        "_trailing_data",
        "_uri",
    )

    def __init__(
        self,
        uri: str | WebSocketURI,
        key: str | None = None,
        host: str | None = None,
        origin: str | None = None,
        subprotocols: Iterable[str] = (),
        extensions: Iterable[ClientExtension] = (),
        headers: HeadersLike = (),
        limits: Limits = Limits(),
    ) -> None:
        self._uri = _checked_uri(uri)
        self._offers = [] if extensions == () else make_offers(extensions)
        self._request = build_request(
            self._uri,
            key=key,
            host=host,
            origin=origin,
            subprotocols=subprotocols,
            extensions=tuple([offer for _, offer in self._offers]) if self._offers else (),
            headers=headers,
        )
        self._limits = checked_limits(limits)
        self._reader: HeadReader | None = None  # only for a head that does not come in one piece
        self._refusal: Response | None = None
        self._body: BodyReader | None = None
        self._agreement: Agreement | None = None
        self._trailing_data = b""
        self._state = READING

    @property
    def uri(self) -> WebSocketURI:
        """Where to connect."""
        return self._uri

    @property
    def request(self) -> Request:
        """What to send."""
        return self._request

    @property
    def state(self) -> State:
        """READING, OPEN, REFUSED or FAILED."""
        return self._state

    @property
    def agreement(self) -> Agreement | None:
        """What was agreed, once it is."""
        return self._agreement

    @property
    def trailing_data(self) -> bytes:
        """The first WebSocket bytes, where they came with the 101; behind a refusal, the rest."""
        return self._trailing_data

    def receive_data(self, data: BytesLike) -> Agreement | None:
        """Take bytes from the server; with b"", it closed or you will not wait any longer.

        Returns None until the final response is whole, then the agreement. Interim responses are
        skipped. Raises `UnexpectedStatus` for a refusal, with as much of its body as there is;
        `InvalidMessage`, `InvalidHeader` or `InvalidResponse` for what is no valid answer;
        `IncompleteMessage` for an answer whose head is cut. After an agreement or an error,
        `LocalProtocolError`; `TypeError` for what is no bytes.

        Send no frame before it has returned an agreement.
        """
        if self._state is not READING:
            raise LocalProtocolError(f"the handshake is {self._state.name}: no more data")
        if type(data) is not bytes:
            data = as_bytes(data)
        try:
            self._agreement = self._receive(data)
        except Exception as error:
            # Also where an extension's code failed: the 101 is consumed, there is no way on.
            self._state = REFUSED if isinstance(error, UnexpectedStatus) else FAILED
            raise
        if self._agreement is not None:
            self._state = OPEN
        return self._agreement

    def _receive(self, data: bytes) -> Agreement | None:
        if self._body is None:
            found = None
            if self._reader is None:
                found = whole_head(RESPONSE, self._limits, data)
            if found is None:
                found = self._read_head(data)
                if found is None:
                    return None
            head, rest = found
            response = Response._from_wire(head)
            if response.status == 101:
                agreement = _examine(response, self._request, refuse)
                if agreement.extensions:
                    confirm_answers(self._offers, agreement.extensions)
                self._trailing_data = rest
                return agreement
            self._refusal = response
            self._body = BodyReader(
                response.status, response.headers, response.version, self._limits
            )
            self._body.feed(rest)
        elif data:
            self._body.feed(data)
        else:
            self._body.close()
        self._refuse_if_over(self._body)
        return None

    def _read_head(self, data: bytes) -> tuple[Head, bytes] | None:
        """Read on in the head of the final response, skipping interim ones; None for "not yet".

        With it comes what stands behind it.
        """
        reader = self._reader
        if reader is None:
            reader = self._reader = HeadReader(RESPONSE, self._limits)
        if not data:
            raise reader.incomplete()
        head = reader.feed(data)
        while head is not None:
            status = head[0][1]
            if status == "101" or not status.startswith("1"):
                rest = reader.rest
                self._reader = None  # with what it has kept
                return head, rest
            head = reader.feed(b"")
        return None

    def _refuse_if_over(self, body: BodyReader) -> None:
        """Raise `UnexpectedStatus` once the body of the refusal is over."""
        if body.done and self._refusal is not None:
            self._trailing_data = body.rest
            refusal = self._refusal._with_body(body.body)
            raise _unexpected_status(refusal, body.fault) from body.fault
