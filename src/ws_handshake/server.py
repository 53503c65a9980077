"""The server's side of the opening handshake, in the order of RFC 6455 §4.2.

    examine     §4.2.1  read the client's opening handshake: every rule, in the order of FAULTS
    accept      §4.2.2  send the server's opening handshake: the 101 (`build_response`)
    refuse      §4.2.2  or an HTTP answer that says what is wrong (`build_rejection`)

`validate_request` and `request_violations` are two doors to one examination, so they cannot
disagree. `ServerHandshake` only collects bytes and calls the functions here.
"""

from __future__ import annotations

from . import grammar
from .display import shown, target_without_secrets
from .errors import (
    HandshakeError,
    InvalidHeader,
    LocalProtocolError,
    Violation,
    fault,
)
from .fields import (
    DEFAULT_PORTS,
    Extension,
    check_extensions,
    check_host,
    check_key,
    checked_subprotocols,
    distinct_tokens,
    format_extensions,
    parse_extensions,
    parse_origin,
    parse_subprotocols,
    parse_version,
)
from .headers import Headers, joined, write_lines
from .key import accept_key
from .negotiation import Agreement, answer_offers, checked_negotiators, first_supported
from .origins import OriginPolicy, comparable_host, host_policy, origin_policy
from .pattern import Pattern
from .request import Request
from .response import Response, checked_answer_fields, rejection
from .state import FAILED, NEGOTIATE, OFFERED, OPEN, READING, REFUSED, Negotiate, State
from .upgrade import examine_connection, examine_upgrade, refuse
from .value import Value, checked_collection, plain
from .wire import REQUEST, HeadReader, Limits, as_bytes, checked_limits, whole_head

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from .extensions import ServerExtension
    from .headers import HeadersLike, Lines
    from .origins import AllowedOrigin, Hosts
    from .upgrade import Report
    from .wire import BytesLike

__all__ = [
    "Offer",
    "ServerHandshake",
    "build_response",
    "request_violations",
    "validate_request",
]

_ORIGIN_FORM = Pattern(grammar.ORIGIN_FORM)
_ABSOLUTE_FORM = Pattern(r"(https?|wss?)://([^/?]*+)(.*+)", ignore_case=True)
_NO_TARGET_CHAR = Pattern(rf"(?!{grammar.TARGET_CHAR})[\x00-\xff]")
_DIGITS = Pattern(r"[0-9]++")
_ZERO = Pattern(r"0++")


class Offer(Value):
    """What a client's valid opening handshake offers.

    Made by `validate_request` and `ServerHandshake.receive_data`: a request that passed every
    rule.

    >>> from ws_handshake import build_request
    >>> request = build_request("ws://example.com/chat?room=1", subprotocols=["chat"])
    >>> offer = validate_request(request, origins=[None])
    >>> offer.host, offer.path, offer.query, offer.origin, offer.subprotocols
    ('example.com', '/chat', 'room=1', None, ('chat',))

    RFC 6455 §4.2.1.
    """

    __slots__ = ("_key", "_request", "_subprotocols")
    __match_args__ = ("request", "subprotocols")

    def __init__(self, request: Request, subprotocols: Iterable[str] = ()) -> None:
        keys = _checked_request(request).headers.get_all("sec-websocket-key")
        if len(keys) != 1:
            raise ValueError("an offer has one Sec-WebSocket-Key: use validate_request to get one")
        self._request = request
        names = checked_collection(subprotocols, str, "subprotocols")
        self._subprotocols = distinct_tokens(*names)
        self._key = keys[0]

    @classmethod
    def _from_valid(cls, request: Request, subprotocols: tuple[str, ...], key: str) -> Offer:
        """Take a request that was examined."""
        self = cls.__new__(cls)
        self._request = request
        self._subprotocols = subprotocols
        self._key = key
        return self

    @property
    def request(self) -> Request:
        """The request."""
        return self._request

    @property
    def headers(self) -> Headers:
        """The request's fields."""
        return self._request.headers

    @property
    def target(self) -> str:
        """The request target as sent."""
        return self._request.target

    @property
    def path(self) -> str:
        """The target's path, not decoded; "/" where an absolute target has none."""
        return _split_target(self.target)[0]

    @property
    def query(self) -> str:
        """The target's query, not decoded; "" where it has none."""
        return _split_target(self.target)[1]

    @property
    def host(self) -> str:
        """The value of Host: host, or host:port."""
        return self.headers["Host"]

    @property
    def origin(self) -> str | None:
        """The value of Origin, or None: browsers send it, other clients need not."""
        return self.headers.get("Origin")

    @property
    def key(self) -> str:
        """The value of Sec-WebSocket-Key."""
        return self._key

    @property
    def subprotocols(self) -> tuple[str, ...]:
        """The subprotocols that the client speaks, the one it prefers first."""
        return self._subprotocols

    @property
    def extensions(self) -> tuple[Extension, ...]:
        """The extensions that the client offers, in its order."""
        value = self._request._field("sec-websocket-extensions")
        return () if value is None else tuple(parse_extensions(joined(value)))


def validate_request(
    request: Request,
    *,
    origins: Iterable[AllowedOrigin] | None,
    hosts: Iterable[str] | None = None,
) -> Offer:
    r"""Check a client's opening handshake and return what it offers.

    `origins` says who may connect and has no default: a collection of origins as `str`, compiled
    patterns (matched whole), `SAME_ORIGIN`, and None for a request without Origin; None in place
    of the collection checks nothing. `hosts` are the `host[:port]` values that this server serves.

    Raises the first fault in the order of `FAULTS` as `InvalidRequest` or `InvalidHeader`, with
    the answer to send in `rejection`; `TypeError` or `ValueError` for wrong arguments.

    >>> request = Request.parse(
    ...     b"GET /chat HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\n"
    ...     b"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    ...     b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: chat, superchat\r\n\r\n"
    ... )
    >>> validate_request(request, origins=[None]).subprotocols
    ('chat', 'superchat')

    RFC 6455 §4.2.1 and §10.2.
    """
    policies = origin_policy(origins), host_policy(hosts)
    try:
        return _examine(_checked_request(request), *policies, refuse)
    except HandshakeError as error:
        error._found_in(request, rejection)
        raise


def request_violations(
    request: Request,
    *,
    origins: Iterable[AllowedOrigin] | None = None,
    hosts: Iterable[str] | None = None,
) -> list[Violation]:
    """List everything that makes this no valid opening handshake, the deciding fault first.

    Arguments as for `validate_request`, but here nothing given checks no origin; `TypeError` or
    `ValueError` for wrong ones.

    >>> [violation.code for violation in request_violations(Request("/", {"Host": "example.com"}))]
    ['upgrade-missing', 'connection-missing', 'version-missing', 'key-missing']

    RFC 6455 §4.2.1.
    """
    violations: list[Violation] = []

    def report(error: HandshakeError) -> None:
        violations.append(error._found_in(request, None).violation)

    _examine(_checked_request(request), origin_policy(origins), host_policy(hosts), report)
    return violations


def _checked_request(request: Request) -> Request:
    if not isinstance(request, Request):
        raise TypeError(f"a Request is expected, not {type(request).__name__}")
    return request


def _examine(
    request: Request, origins: OriginPolicy | None, hosts: Hosts | None, report: Report
) -> Offer:
    """Look at a request rule by rule, in the order of FAULTS, and report what is wrong.

    The items are those of RFC 6455 §4.2.1. What it returns is an offer only if nothing was
    reported.
    """
    (
        method,
        target,
        http_version,
        key,
        version,
        extensions,
        subprotocols,
        _,
        host,
        upgrade,
        connection,
        length,
        codings,
        origin,
    ) = request._deciding()
    # In a head of the usual form, whatever has a grammar of its own was judged while it was read.
    judged = request._judged
    # Item 1: a GET for a path, in HTTP/1.1
    if not judged or http_version != "HTTP/1.1" or method != "GET":
        _examine_request_line(method, target, http_version, report)
    # Item 2: Host
    if not judged or host is None or hosts is not None:
        _examine_host(target, host, hosts, report)
    if codings is not None or length is not None:
        _examine_no_body(codings, length, report)
    # Items 3 and 4: Upgrade and Connection
    if upgrade != "websocket":
        examine_upgrade(upgrade, report)
    if connection != "Upgrade":
        examine_connection(connection, report)
    # Items 6 and 5: Sec-WebSocket-Version, which says how to read all else, and Sec-WebSocket-Key
    if version != "13":
        _examine_version(version, report)
    if not judged or key is None:
        _examine_key(key, report)
    # Item 7: Origin
    if origins is None or origin not in origins.exact:
        _examine_origin(origin, host, origins, report)
    # Items 8 and 9: Sec-WebSocket-Protocol and Sec-WebSocket-Extensions
    offered: tuple[str, ...] = ()
    if judged and subprotocols is not None and "," not in subprotocols:
        offered = (subprotocols,)
    elif subprotocols is not None:
        offered = _examine_subprotocols(subprotocols, report)
    if not judged and extensions is not None:
        _examine_extensions(extensions, report)
    return Offer._from_valid(request, offered, key)


def _examine_request_line(method: str, target: str, version: str, report: Report) -> None:
    """§4.2.1, item 1: an HTTP/1.1 or higher GET request, with a target.

    Higher means 1.2 to 1.9: HTTP/2 and HTTP/3 open WebSockets in another way (RFC 8441, 9220).
    """
    if version == "HTTP/1.0":
        report(fault("http-version-too-old"))
    elif not version.startswith("HTTP/1."):
        report(fault("http-version-unsupported", value=version))
    if method != "GET":
        report(fault("method-not-get", value=method))
    if not _ORIGIN_FORM.fullmatch(target):
        detail = _fault_of_target(target)
        if detail is not None:
            report(fault("target-malformed", detail, value=target_without_secrets(target)))


def _fault_of_target(target: str) -> str | None:
    """What is wrong with a target that is no path; None for a good absolute one."""
    stranger = _NO_TARGET_CHAR.search(target)
    if stranger is not None:
        if "?" in target[: stranger.start()]:  # nothing of a query is shown
            return "a character in its query cannot stand there"
        return f"{stranger[0]!a} at position {stranger.start()} cannot stand in it"
    absolute = _ABSOLUTE_FORM.fullmatch(target)
    if absolute is None:
        return "it begins with neither / nor such a scheme"
    try:
        comparable_host(absolute[2])
    except InvalidHeader:
        return "what follows // is no host[:port]"
    return None


def _split_target(target: str) -> tuple[str, str]:
    """The path and the query of a target in either form."""
    absolute = _ABSOLUTE_FORM.fullmatch(target)
    if absolute is not None:
        target = absolute[3] if absolute[3].startswith("/") else f"/{absolute[3]}"
    path, _, query = target.partition("?")
    return path, query


def _examine_host(target: str, value: Lines, hosts: Hosts | None, report: Report) -> None:
    """§4.2.1, item 2: Host. It comes once, and an absolute target names the same host.

    RFC 9112 §3.2 and §3.2.2; whether the host is served here, RFC 9110 §7.4.
    """
    if not isinstance(value, str):
        _report_number(value, "host", report)
        return
    try:
        check_host(value)
    except InvalidHeader as error:
        report(error)
        return
    if not target.startswith("/"):
        other = _other_host(target, comparable_host(value))
        if other is not None:
            report(fault("host-differs", other, value=value))
    if hosts is not None and comparable_host(value) not in hosts:
        report(fault("host-not-served", value=value))


def _other_host(target: str, host: tuple[str, int | None]) -> str | None:
    """The host that an absolute target names, if it is another than Host's."""
    absolute = _ABSOLUTE_FORM.fullmatch(target)
    if absolute is None or _fault_of_target(target) is not None:
        return None
    default = DEFAULT_PORTS[absolute[1].lower()]
    name, port = comparable_host(absolute[2])
    same = (name, port or default) == (host[0], host[1] or default)
    return None if same else absolute[2]


def _examine_no_body(codings: Lines, length: Lines, report: Report) -> None:
    """A handshake has no body: one could hide a request behind it (RFC 9110 §9.3.1)."""
    if codings is not None:
        report(fault("transfer-encoding-present", value=joined(codings)))
    if length is None:
        return
    if not isinstance(length, str):
        report(fault("content-length-repeated", str(len(length))))
    elif not _DIGITS.fullmatch(length):
        report(fault("content-length-malformed", value=length))
    elif not _ZERO.fullmatch(length):
        report(fault("content-length-not-zero", value=length))


def _examine_version(value: Lines, report: Report) -> None:
    """§4.2.1, item 6: Sec-WebSocket-Version, with a value of 13."""
    if not isinstance(value, str):
        _report_number(value, "version", report)
        return
    try:
        parse_version(value)
    except InvalidHeader as error:
        report(error)
    else:
        # A number, and only "13" is 13: that was let through before.
        report(fault("version-unsupported", value=value))


def _examine_key(value: Lines, report: Report) -> None:
    """§4.2.1, item 5: Sec-WebSocket-Key, base64 of 16 bytes."""
    if not isinstance(value, str):
        _report_number(value, "key", report)
        return
    try:
        check_key(value)
    except InvalidHeader as error:
        report(error)


def _examine_origin(
    value: Lines, host: Lines, origins: OriginPolicy | None, report: Report
) -> None:
    """§4.2.1, item 7, and §10.2: Origin, and whether it may connect."""
    if value is None:
        if origins is not None:
            report(fault("origin-missing"))
        return
    if not isinstance(value, str):
        _report_number(value, "origin", report)
        return
    try:
        if origins is None:
            # Go's x/net client sends a slash behind its origin. Where Origin decides nothing,
            # that is no reason to refuse it.
            parse_origin(value.removesuffix("/"))
        elif not origins.allows(value, host if isinstance(host, str) else None):
            report(fault("origin-not-allowed", value=value))
    except InvalidHeader as error:
        report(error)


def _examine_subprotocols(value: str | tuple[str, ...], report: Report) -> tuple[str, ...]:
    """§4.2.1, item 8: Sec-WebSocket-Protocol, a list over all its lines."""
    try:
        return tuple(parse_subprotocols(joined(value)))
    except InvalidHeader as error:
        report(error)
        return ()


def _examine_extensions(value: str | tuple[str, ...], report: Report) -> None:
    """§4.2.1, item 9: Sec-WebSocket-Extensions, a list over all its lines."""
    try:
        check_extensions(joined(value))
    except InvalidHeader as error:
        report(error)


def _report_number(lines: tuple[str, ...] | None, name: str, report: Report) -> None:
    """A field that must come once is missing, or comes more often."""
    if lines is None:
        report(fault(f"{name}-missing"))
    else:
        report(fault(f"{name}-repeated", str(len(lines))))


def build_response(
    offer: Offer,
    *,
    subprotocol: str | None = None,
    extensions: Iterable[Extension] = (),
    headers: HeadersLike = (),
) -> Response:
    """Build the 101 that accepts an offer.

    `ValueError` for a subprotocol or extension that was not offered, for one extension twice, and
    for fields that are the library's to write; `TypeError` for other types.

    >>> from ws_handshake import build_request
    >>> request = build_request("ws://example.com/", key="dGhlIHNhbXBsZSBub25jZQ==")
    >>> response = build_response(validate_request(request, origins=[None]))
    >>> response.status, response.headers["Sec-WebSocket-Accept"]
    (101, 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=')

    RFC 6455 §4.2.2, item 5.
    """
    if not isinstance(offer, Offer):
        raise TypeError(f"an Offer is expected, not {type(offer).__name__}")
    subprotocol = _checked_subprotocol(offer, subprotocol)
    chosen = () if extensions == () else _checked_extensions(offer, extensions)
    return _switching_protocols(_answer_head(offer, subprotocol, chosen, headers))


def _checked_subprotocol(offer: Offer, subprotocol: str | None) -> str | None:
    if subprotocol is None:
        return None
    if not isinstance(subprotocol, str):
        raise TypeError(f"a subprotocol is a str, not {type(subprotocol).__name__}")
    # Compared as text: a subclass of str may call itself equal to anything.
    subprotocol = plain(subprotocol)
    if subprotocol not in offer._subprotocols:
        raise ValueError(f"the client did not offer the subprotocol {shown(subprotocol)}")
    return subprotocol


def _checked_extensions(offer: Offer, extensions: Iterable[Extension]) -> tuple[Extension, ...]:
    chosen = checked_collection(extensions, Extension, "extensions")
    if chosen:
        offered = {extension.name for extension in offer.extensions}
        answered: set[str] = set()
        for extension in chosen:
            if extension.name not in offered:
                raise ValueError(f"the client did not offer the extension {extension.name}")
            if extension.name in answered:
                raise ValueError(f"the extension {extension.name} is answered twice")
            answered.add(extension.name)
    return chosen


def _switching_protocols(head: str) -> Response:
    return Response._from_written(101, "Switching Protocols", head)


def _answer_head(
    offer: Offer,
    subprotocol: str | None,
    extensions: tuple[Extension, ...],
    headers: HeadersLike,
) -> str:
    """Write the 101, from what is known to be offered.

    §4.2.2, item 5: first its items 1 to 4, then 5 and 6, the subprotocol and the extensions, where
    there are any.
    """
    lines = ""
    if subprotocol is not None:
        lines = f"Sec-WebSocket-Protocol: {subprotocol}\r\n"
    if extensions:
        lines += f"Sec-WebSocket-Extensions: {format_extensions(extensions)}\r\n"
    if headers != ():
        lines += write_lines(checked_answer_fields(headers).items())
    return (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {accept_key(offer._key)}\r\n{lines}\r\n"
    )


class ServerHandshake:
    r"""One opening handshake on the server's side.

    Give it the bytes that arrive until it returns an `Offer`, look at the offer, and `accept` or
    `reject` it; send what these return. It opens no socket and reads no clock: when your timer
    fires, `reject(408)`.

    >>> client_says = (
    ...     b"GET /chat HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\n"
    ...     b"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    ...     b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: chat\r\n\r\n"
    ... )
    >>> server = ServerHandshake(origins=[None], subprotocols=["chat"])
    >>> offer = server.receive_data(client_says)
    >>> offer.path, offer.subprotocols
    ('/chat', ('chat',))
    >>> server.accept().startswith(b"HTTP/1.1 101 ")
    True
    >>> server.agreement.subprotocol
    'chat'

    Arguments: `origins` and `hosts` as for `validate_request`; the `subprotocols` this server
    speaks; `extensions`, negotiators as `ServerExtension` describes; `limits`.

    RFC 6455 §4.2.
    """

    __slots__ = (
        "_agreed",
        "_answered",
        "_extensions",
        "_hosts",
        "_limits",
        "_offer",
        "_origins",
        "_reader",
        "_request",
        "_state",
        "_subprotocols",
        "_trailing_data",
    )

    def __init__(
        self,
        origins: Iterable[AllowedOrigin] | None,
        hosts: Iterable[str] | None = None,
        subprotocols: Iterable[str] = (),
        extensions: Iterable[ServerExtension] = (),
        limits: Limits = Limits(),
    ) -> None:
        self._origins = origin_policy(origins)
        self._hosts = None if hosts is None else host_policy(hosts)
        self._subprotocols = checked_subprotocols(subprotocols)
        self._extensions = () if extensions == () else checked_negotiators(extensions, "answer")
        self._limits = checked_limits(limits)
        self._reader: HeadReader | None = None  # only for a head that does not come in one piece
        self._state = READING
        self._request: Request | None = None
        self._offer: Offer | None = None
        # What `agreement` is made of: most servers only want the bytes.
        self._agreed: tuple[str | None, tuple[Extension, ...], str] | None = None
        self._answered = False
        self._trailing_data = b""

    @property
    def state(self) -> State:
        """READING, OFFERED, OPEN, REFUSED or FAILED."""
        return self._state

    @property
    def request(self) -> Request | None:
        """The parsed request as soon as there is one, also after a refusal."""
        return self._request

    @property
    def agreement(self) -> Agreement | None:
        """What was agreed, from `accept` on."""
        if self._agreed is None:
            return None
        subprotocol, extensions, head = self._agreed
        return Agreement(subprotocol, extensions, _switching_protocols(head))

    @property
    def trailing_data(self) -> bytes:
        """What came behind the request's head, untouched.

        A client should not send any before it has the 101, but some do: after `accept` these are
        its first WebSocket bytes, after `reject` they are to be discarded.
        """
        return self._trailing_data

    def receive_data(self, data: BytesLike) -> Offer | None:
        """Take bytes from the client; with b"", it closed or you will not wait any longer.

        Returns None until the request's head is whole, then the offer. Raises a `HandshakeError`
        for anything else than a valid opening handshake: send the bytes of its `rejection`, or
        dress that answer with `reject(error, headers=...)`. When the client is gone it is an
        `IncompleteMessage` without a rejection. `LocalProtocolError` after an offer or an error,
        `TypeError` for what is no bytes.
        """
        if self._state is not READING:
            raise LocalProtocolError(f"the handshake is {self._state.name}: no more data")
        if type(data) is not bytes:
            data = as_bytes(data)
        reader = self._reader
        if not data:
            self._state = FAILED
            raise (reader or HeadReader(REQUEST, self._limits)).incomplete()
        try:
            if reader is None:
                found = whole_head(REQUEST, self._limits, data)
                if found is None:
                    reader = self._reader = HeadReader(REQUEST, self._limits)
                else:
                    head, self._trailing_data = found
            if reader is not None:
                more = reader.feed(data)
                if more is None:
                    return None
                head, self._trailing_data = more, reader.rest
                self._reader = None  # with what it has kept
            self._request = request = Request._from_wire(head)
            self._offer = offer = _examine(request, self._origins, self._hosts, refuse)
        except HandshakeError as error:
            self._state = REFUSED
            error._found_in(self._request, rejection)
            raise
        self._state = OFFERED
        return offer

    def accept(
        self,
        subprotocol: str | Negotiate | None = NEGOTIATE,
        extensions: Iterable[Extension] | Negotiate | None = NEGOTIATE,
        headers: HeadersLike = (),
    ) -> bytes:
        """Accept the offer: returns the bytes of the 101 to send.

        By default the subprotocol and the extensions are negotiated; None and () choose none.
        `ValueError` and `TypeError` as for `build_response`, and then nothing has changed: call
        again, or reject. `LocalProtocolError` unless an offer is waiting.

        RFC 6455 §4.2.2.
        """
        offer = self._offer
        if self._state is not OFFERED or offer is None:
            raise LocalProtocolError(f"the handshake is {self._state.name}: no offer to accept")
        if subprotocol is NEGOTIATE:
            subprotocol = first_supported(offer.subprotocols, self._subprotocols)
        else:
            subprotocol = _checked_subprotocol(offer, subprotocol)
        if extensions is NEGOTIATE:
            # Most servers have no extensions; then the offers need not be read.
            own = self._extensions
            extensions = answer_offers(own, offer.extensions) if own else None
        chosen = _checked_extensions(offer, extensions) if extensions is not None else ()
        head = _answer_head(offer, subprotocol, chosen, headers)
        self._agreed = subprotocol, chosen, head
        self._state = OPEN
        return head.encode("latin-1")

    def reject(
        self,
        status_or_error: int | HandshakeError,
        *,
        headers: HeadersLike = (),
        body: BytesLike | str | None = None,
        reason: str | None = None,
    ) -> bytes:
        """Refuse the handshake: returns the bytes to send, as `build_rejection` makes them.

        At any time before `accept`, once: with 408 when your timer fires, 401 or 404 after a look
        at the offer, or with the error that `receive_data` raised, to add fields to its answer.
        `LocalProtocolError` after `accept` or another `reject`.

        Then close so that the client can read the answer: shut down writing, read and discard
        until the client closes or a short time is over, and only then close the socket. Closing
        while unread bytes wait resets the connection (RFC 9112 §9.6).

        RFC 6455 §4.2.1, and §4.2.2, items 2 to 4.
        """
        if self._state is OPEN or self._answered:
            raise LocalProtocolError("the handshake has been answered already")
        to_head = self._request is not None and self._request.method == "HEAD"
        response = rejection(
            status_or_error, headers=headers, body=body, reason=reason, to_head=to_head
        )
        self._answered = True
        self._state = REFUSED
        return response.to_bytes()
