"""What can be wrong with a handshake: the table of faults, and the errors that report them.

Every fault is one row: its code, the class of error that carries it, the status with which a
server answers it, the field at fault, the section of the RFC that the peer broke, fields that the
answer needs, a sentence and a hint. Rows a server answers stand in the order in which it looks:
the first fault in this order decides. Codes are stable: they are never renamed or reused.

A sentence may hold `{value}`, what the peer sent, escaped and cut, and `{detail}`, what the code
that found the fault adds. Both are put together only when somebody reads the message: refusing a
flood of bad requests must stay cheap.
"""

from __future__ import annotations

from .display import one_line, shown_at, shown_target, value_without_secrets
from .value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Self

    from .request import Request
    from .response import Response

    Hint = str | Callable[["HandshakeError"], str | None] | None
    Answer = Callable[["HandshakeError"], Response]

__all__ = [
    "FAULTS",
    "Fault",
    "HandshakeError",
    "IncompleteMessage",
    "InvalidHeader",
    "InvalidMessage",
    "InvalidRequest",
    "InvalidResponse",
    "InvalidURI",
    "LocalProtocolError",
    "UnexpectedStatus",
    "Violation",
]


class LocalProtocolError(RuntimeError):
    """The caller used a handshake object in a state that does not allow it.

    >>> from ws_handshake import ServerHandshake
    >>> try:
    ...     ServerHandshake(origins=None).accept()
    ... except LocalProtocolError as error:
    ...     print(error)
    the handshake is READING: no offer to accept
    """


class InvalidURI(ValueError):
    """The caller's URI is none that a WebSocket client can open (RFC 6455 §3).

    >>> from ws_handshake import parse_uri
    >>> try:
    ...     parse_uri("http://example.com/")
    ... except InvalidURI as error:
    ...     print(error)
    'http://example.com/' is no WebSocket URI: the scheme must be ws or wss
    """


class Violation(Value):
    """One thing that makes a message no valid opening handshake.

    `code` is a stable word from `FAULTS`, `field` the header at fault or None, `section` the place
    in the RFC, `message` one line about what is wrong, `hint` what usually causes it and what to
    change, or None. `request_violations` and `response_violations` list them.

    >>> from ws_handshake import Request, request_violations
    >>> first, *others = request_violations(Request("/", {"Upgrade": "websocket"}))
    >>> first.code, first.field, first.section, first.message
    ('host-missing', 'Host', 'RFC 9112 §3.2', 'Host is missing')
    """

    __slots__ = ("_code", "_field", "_hint", "_message", "_section")
    __match_args__ = ("code", "field", "section", "message", "hint")

    def __init__(
        self, code: str, field: str | None, section: str, message: str, hint: str | None = None
    ) -> None:
        self._code = code
        self._field = field
        self._section = section
        self._message = message
        self._hint = hint

    @property
    def code(self) -> str:
        """The stable word for this fault."""
        return self._code

    @property
    def field(self) -> str | None:
        """The header at fault, or None."""
        return self._field

    @property
    def section(self) -> str:
        """The section that was broken, such as "RFC 6455 §4.2.1"."""
        return self._section

    @property
    def message(self) -> str:
        """What is wrong, on one line."""
        return self._message

    @property
    def hint(self) -> str | None:
        """What usually causes it and what to change, or None."""
        return self._hint


class HandshakeError(Exception):
    """The peer sent something that makes the handshake fail.

    Raised as one of its subclasses. An extension that refuses what it was sent raises
    `InvalidHeader("why")`; everything else about an error comes from its row in `FAULTS`.

    >>> from ws_handshake import parse_version
    >>> try:
    ...     parse_version("thirteen")
    ... except HandshakeError as error:
    ...     error.code, error.field, error.section
    ('version-malformed', 'Sec-WebSocket-Version', 'RFC 6455 §4.3')
    """

    _default_code = ""

    def __init__(
        self,
        detail: str = "",
        *,
        code: str | None = None,
        value: str = "",
        position: int = 0,
        request: Request | None = None,
        answer: Answer | Response | None = None,
    ) -> None:
        row = FAULTS.get(code or self._default_code)
        if row is None:
            raise ValueError(
                f"{type(self).__name__} needs a code, one of those in FAULTS: {code!r}"
            )
        self._fault = row
        self._detail = detail
        self._value = value
        self._position = position
        self._request = request
        self._answer = answer

    def _found_in(self, request: Request | None, answer: Answer | None) -> Self:
        """Say where the fault was found and how a server answers it."""
        self._request = request
        self._answer = answer
        return self

    @property
    def code(self) -> str:
        """The stable word for this fault, a key of `FAULTS`."""
        return self._fault.code

    @property
    def field(self) -> str | None:
        """The header at fault, or None."""
        return self._fault.field

    @property
    def section(self) -> str:
        """The section that the peer broke, such as "RFC 6455 §4.2.1"."""
        return self._fault.section

    @property
    def message(self) -> str:
        """What is wrong, on one line; also what `str` gives."""
        value = shown_at(value_without_secrets(self._value), self._position)
        return self._fault.sentence.format(value=value, detail=one_line(self._detail))

    @property
    def hint(self) -> str | None:
        """What usually causes it and what to change, or None."""
        hint = self._fault.hint
        return hint(self) if callable(hint) else hint

    @property
    def request(self) -> Request | None:
        """The parsed request, where there is one."""
        return self._request

    @property
    def rejection(self) -> Response | None:
        """What a server should send; None on the client's side and when the peer is gone."""
        if callable(self._answer):
            self._answer = self._answer(self)
        return self._answer

    @property
    def violation(self) -> Violation:
        """The same as a value."""
        return Violation(self.code, self.field, self.section, self.message, self.hint)

    def __str__(self) -> str:
        return self.message

    def __repr__(self) -> str:
        return f"{type(self).__name__}(code={self.code!r}, message={self.message!r})"

    def _state(self) -> dict[str, object]:
        return {
            "detail": self._detail,
            "code": self.code,
            "value": self._value,
            "position": self._position,
            "request": self._request,
            "answer": self.rejection,
        }

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._state() == other._state()

    def __hash__(self) -> int:
        return hash((self.code, self._detail, self._value))

    def __reduce__(self) -> tuple[Callable[..., HandshakeError], tuple[object, ...]]:
        return _restored, (type(self), self._state())


def _restored(kind: type[HandshakeError], state: dict[str, Any]) -> HandshakeError:
    return kind(**state)


class InvalidMessage(HandshakeError):
    r"""No well-formed HTTP/1.1 message, or one over a limit (RFC 9112).

    >>> from ws_handshake import Request
    >>> try:
    ...     Request.parse(b"GET / HTTP/1.1\nHost: example.com\n\n")
    ... except InvalidMessage as error:
    ...     error.code, error.rejection.status
    ('bare-lf', 400)
    """


class IncompleteMessage(HandshakeError):
    r"""The peer closed, or the bytes ended, before the message was whole (RFC 9112 §8).

    >>> from ws_handshake import Request
    >>> try:
    ...     Request.parse(b"GET / HTTP/1.1\r\nHost: exam")
    ... except IncompleteMessage as error:
    ...     error.code, error.rejection
    ('head-incomplete', None)
    """


class InvalidHeader(HandshakeError):
    """A field is there but its value breaks the field's grammar (RFC 6455 §4.3, RFC 9110 §5).

    >>> from ws_handshake import parse_upgrade
    >>> try:
    ...     parse_upgrade("websocket; v=13")
    ... except InvalidHeader as error:
    ...     print(error)
    Upgrade is 'websocket; v=13': ';' at position 9, where a comma was expected
    """

    _default_code = "extension-refused"


class InvalidRequest(HandshakeError):
    """A well-formed HTTP request that is no valid opening handshake (RFC 6455 §4.2.1).

    >>> from ws_handshake import Request, validate_request
    >>> try:
    ...     validate_request(Request("/", {"Host": "example.com"}), origins=None)
    ... except InvalidRequest as error:
    ...     error.code, error.rejection.status
    ('upgrade-missing', 426)
    """


class InvalidResponse(HandshakeError):
    """A 101 that is no valid answer to the opening handshake (RFC 6455 §4.1).

    >>> from ws_handshake import Response, build_request, validate_response
    >>> try:
    ...     validate_response(Response(101), build_request("ws://example.com/"))
    ... except InvalidResponse as error:
    ...     error.code, error.rejection
    ('response-upgrade-missing', None)
    """


class UnexpectedStatus(HandshakeError):
    """The server answered with a final status other than 101.

    `response` is its answer, with as much of the body as came, was well-formed and fits the limit;
    `complete` says whether that is all of it.

    >>> from ws_handshake import Response, build_request, validate_response
    >>> try:
    ...     validate_response(Response(404, body=b"no such room"), build_request("ws://h/"))
    ... except UnexpectedStatus as error:
    ...     error.response.status, error.response.body, error.complete
    (404, b'no such room', True)

    RFC 6455 §4.1.
    """

    _default_code = "status-unexpected"

    def __init__(self, *args: str, response: Response, complete: bool = True, **more: Any) -> None:
        super().__init__(*args, **more)
        self._response = response
        self._complete = complete

    @property
    def response(self) -> Response:
        """The server's answer."""
        return self._response

    @property
    def complete(self) -> bool:
        """Whether the body of `response` is all that the server meant to send."""
        return self._complete

    def _state(self) -> dict[str, object]:
        return {**super()._state(), "response": self._response, "complete": self._complete}


class Fault:
    """A row of the table: all there is to know about one way to go wrong.

    `error` is the class of error, `status` what a server answers (None where only clients meet the
    fault), `also` the fields that answer needs beyond those that every refusal has.

    >>> row = FAULTS["version-unsupported"]
    >>> row.status, row.also, row.section
    (426, (('Sec-WebSocket-Version', '13'),), 'RFC 6455 §4.4')
    """

    __slots__ = ("also", "code", "error", "field", "hint", "section", "sentence", "status")

    def __init__(
        self,
        code: str,
        error: type[HandshakeError],
        status: int | None,
        field: str | None,
        section: str,
        also: tuple[tuple[str, str], ...],
        sentence: str,
        hint: Hint,
    ) -> None:
        self.code = code
        self.error = error
        self.status = status
        self.field = field
        self.section = section
        self.also = also
        self.sentence = sentence
        self.hint = hint


_CONNECTION_LINE = "proxy_set_header Connection $connection_upgrade;"
_MAP = "with map $http_upgrade $connection_upgrade { default upgrade; '' close; } in http."
_NO_CLIENT = "Without Sec-WebSocket-Key this is no WebSocket client"
_FIXED_WORDS = (
    f"{_NO_CLIENT}: a proxy adds Upgrade or Connection to every request. nginx, in this location:"
    f" proxy_set_header Upgrade $http_upgrade; {_CONNECTION_LINE} and no fixed words, {_MAP}"
)


def _hint_for_proxies(error: HandshakeError) -> str | None:
    """Tell a request that a proxy changed from one that never was a handshake.

    What is said first is what a proxy did, whichever fault stands first: with Sec-WebSocket-Key
    there and Upgrade gone, HTTP/1.0 is only a part of it.
    """
    request = error.request
    if request is None:
        return None
    upgrade = bool(_lines(request, "upgrade"))
    connection = ", ".join(_lines(request, "connection")).lower()
    lines = "proxy_http_version 1.1; " if request.version == "HTTP/1.0" else ""
    if not _lines(request, "sec-websocket-key"):
        if upgrade or "upgrade" in connection:
            return _FIXED_WORDS
        return (
            f"{_NO_CLIENT}: a page load, a health check or a plain GET. Open this address with a"
            " WebSocket client."
        )
    if not upgrade and "upgrade" in connection:
        return (
            "Sec-WebSocket-Key and Connection are there, so a proxy in front removed Upgrade."
            f" nginx, in this location: {lines}proxy_set_header Upgrade $http_upgrade;"
        )
    if not upgrade:
        defaults = ""
        if lines and connection == "close":
            defaults = "; HTTP/1.0 and Connection: close are the defaults of nginx before 1.29.7"
        return (
            f"Sec-WebSocket-Key is there, so a proxy in front removed Upgrade{defaults}. nginx, in"
            " this location: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;"
            f" {_CONNECTION_LINE} {_MAP}"
        )
    if "upgrade" not in connection:
        return (
            "Upgrade came through but Connection did not: a proxy in front forwards only one of"
            f" them. nginx, in this location: {lines}{_CONNECTION_LINE} {_MAP}"
        )
    if lines:
        return (
            "A proxy in front speaks HTTP/1.0 to this server. nginx, in this location:"
            " proxy_http_version 1.1;"
        )
    return None


def _lines(request: Request, name: str) -> tuple[str, ...]:
    """The lines of a field that decides, found without taking the others apart."""
    value = request._field(name)
    return (value,) if isinstance(value, str) else value or ()


def _hint_for_versions(error: HandshakeError) -> str | None:
    request = error.request
    if request is not None and not _lines(request, "sec-websocket-key"):
        return _hint_for_proxies(error)
    return "Send: Sec-WebSocket-Version: 13"


def _hint_for_missing_keys(error: HandshakeError) -> str | None:
    request = error.request
    if request is not None and not _lines(request, "sec-websocket-version"):
        return _hint_for_proxies(error)
    return (
        "A proxy dropped it, or the client was written by hand. A key is 16 random bytes as base64,"
        ' with curl: -H "Sec-WebSocket-Key: $(openssl rand -base64 16)".'
    )


def _hint_for_keys(error: HandshakeError) -> str:
    if error._value == "SGVsbG8sIHdvcmxkIQ==":
        return (
            "This is the key of a widely copied curl example: it has 13 bytes, and 16 are needed."
            ' With curl: -H "Sec-WebSocket-Key: $(openssl rand -base64 16)".'
        )
    return 'A key is 16 random bytes as base64. With curl: "$(openssl rand -base64 16)".'


def _hint_for_repeated_upgrade(error: HandshakeError) -> str:
    request = error.request
    lines = 0 if request is None else len(_lines(request, "upgrade"))
    who = "Two hops set it"
    if lines > 1:
        who = f"{lines} lines of it came: the last proxy sets it twice, or adds it to one that came"
    elif lines:
        who = "Two hops set it, and the last one joined them into one line"
    return (
        f"{who}. Set it in one place only; nginx: proxy_set_header Upgrade $http_upgrade; once in"
        " this location, and never with a fixed word as well."
    )


def _hint_for_origins(error: HandshakeError) -> str:
    request = error.request
    hosts = () if request is None else _lines(request, "host")
    if len(hosts) == 1 and error._value.partition("://")[2].startswith(f"{hosts[0]}:"):
        return (
            "Origin has a port and Host has none, so a proxy in front dropped it. nginx, in this"
            " location: proxy_set_header Host $http_host;"
        )
    return (
        "The server's owner decides which origins may. If it should be this one, add it to"
        " origins; with SAME_ORIGIN, check that the proxy keeps Host and its port."
    )


def _hint_for_beginnings(error: HandshakeError) -> str:
    if error._value in ("\r", "\n"):
        return "An empty line stands before the request, perhaps left over from an earlier one."
    return (
        "A TLS client on a plain port, HTTP/2 or another protocol. For wss, terminate TLS in front."
    )


_HINTS_FOR_STATUS = {
    200: "An ordinary page answered: a proxy removed Upgrade, or the path belongs to no WebSocket.",
    400: "The body often names the header at fault; a proxy may have changed Upgrade or Connection."
    " If it speaks of an HTTPS port, use wss.",
    401: "Credentials are missing or wrong: send Authorization, a cookie or a token.",
    403: "Origin or Host does not fit, or (FastAPI, Starlette) there is no such WebSocket route.",
    404: "The path is wrong, or a proxy removed Upgrade so that no WebSocket route matched.",
    405: "A proxy or client changed the method: a handshake is a GET.",
    426: "The server saw no Upgrade or another version: a proxy removed Upgrade and Connection."
    " nginx needs proxy_http_version 1.1; and proxy_set_header for both, in this location.",
    502: "The proxy could not reach the server, or it closed without an answer: is it running?",
    503: "The proxy has no server for this, or the server is overloaded.",
    504: "The server behind the proxy did not answer in time.",
    505: "The request reached the server as HTTP/1.0 or HTTP/2. nginx: proxy_http_version 1.1;",
}


def _hint_for_status(error: HandshakeError) -> str | None:
    if not isinstance(error, UnexpectedStatus):
        return None
    status = error.response.status
    location = error.response.headers.get("location")
    if 300 <= status < 400 and location is not None:
        return f"It redirects to {shown_target(location)}: connect there, with ws or wss."
    return _HINTS_FOR_STATUS.get(status)


_VERSION = (("Sec-WebSocket-Version", "13"),)
_BARE_HOST = (
    "Host is host or host:port and nothing else. An IPv6 address stands in brackets, as in"
    " [::1]:8080; credentials go into Authorization."
)
_TOKENS = "Names of subprotocols are tokens: letters, digits and !#$%&'*+-.^_`|~, no spaces."
_ADDED_TWICE = "A proxy adds what the server already sent: remove its rule, such as add_header."
_STRIPPED_ANSWER = (
    "A proxy removed it from the 101, or the server forgot it: RFC 6455 asks for Upgrade and"
    " Connection in the answer too."
)
_WIRE = "Something between the peers writes HTTP by hand: look at the bytes that it sends."

# fmt: off
_ROWS = (
    # ---- What a server answers. The first fault in this order decides, but faults of syntax and
    # ---- size (down to too-many-fields) count in the order in which they stand in the bytes.
    Fault("not-http", InvalidMessage, 400, None, "RFC 9112 §3", (),
          "{value} cannot begin an HTTP/1.1 request", _hint_for_beginnings),
    Fault("request-line-malformed", InvalidMessage, 400, None, "RFC 9112 §3", (),
          "the request line {value} is not: method, one space, target, one space, HTTP version",
          "Percent-encode spaces in the target. The version is HTTP/1.1, in upper case, and nothing"
          " stands behind it."),
    Fault("bare-cr", InvalidMessage, 400, None, "RFC 9112 §2.2", (),
          "line {detail} has a carriage return without a line feed", _WIRE),
    Fault("bare-lf", InvalidMessage, 400, None, "RFC 9112 §2.2", (),
          "line {detail} ends with a line feed alone; HTTP/1.1 ends lines with CR LF", _WIRE),
    Fault("control-character", InvalidMessage, 400, None, "RFC 9110 §5.5", (),
          "line {detail}", _WIRE),
    Fault("folded-line", InvalidMessage, 400, None, "RFC 9112 §5.2", (),
          "line {detail} begins with white space: folded lines are obsolete and refused",
          "Put each field on one line."),
    Fault("space-before-colon", InvalidMessage, 400, None, "RFC 9112 §5.1", (),
          "line {detail} has white space between the field name and the colon",
          "Remove the space: proxies disagree about what it means."),
    Fault("colon-missing", InvalidMessage, 400, None, "RFC 9112 §5", (),
          "line {detail} has no colon", "A field line is a name, a colon and a value."),
    Fault("field-name-malformed", InvalidMessage, 400, None, "RFC 9110 §5.1", (),
          "line {detail} has a field name that is empty or no token",
          "Names of fields are tokens: letters, digits and !#$%&'*+-.^_`|~."),
    Fault("request-line-too-long", InvalidMessage, 414, None, "RFC 9110 §15.5.15", (),
          "the request line is longer than {detail} bytes",
          "Shorten the target, or raise Limits(request_line=...)."),
    Fault("head-too-large", InvalidMessage, 431, None, "RFC 6585 §5", (),
          "the head is larger than {detail} bytes",
          "Large cookies are the usual cause: shrink them, or raise Limits(head=...)."),
    Fault("too-many-fields", InvalidMessage, 431, None, "RFC 6585 §5", (),
          "the head has more than {detail} fields",
          "Send fewer fields, or raise Limits(fields=...)."),
    Fault("more-than-one-message", InvalidMessage, 400, None, "RFC 9112 §2.1", (),
          "behind the message stand more bytes: {detail}",
          "Hand over one message; a handshake object keeps what follows in trailing_data."),
    Fault("http-version-unsupported", InvalidRequest, 505, None, "RFC 9110 §15.6.6", (),
          "the request is {value}; this handshake is for HTTP/1.1",
          "Let the proxy or client speak HTTP/1.1 here: over TLS, offer only http/1.1 in ALPN."),
    Fault("http-version-too-old", InvalidRequest, 426, None, "RFC 6455 §4.2.1", (),
          "the request is HTTP/1.0; a WebSocket handshake needs HTTP/1.1", _hint_for_proxies),
    Fault("method-not-get", InvalidRequest, 405, None, "RFC 6455 §4.2.1", (("Allow", "GET"),),
          "the method is {value}; a WebSocket handshake is a GET",
          "Send a GET, in upper case: methods are case-sensitive. Some proxies change the method."),
    Fault("target-malformed", InvalidRequest, 400, None, "RFC 9112 §3.2", (),
          "the target {value} is no path and no http, https, ws or wss URI: {detail}",
          "Send an absolute path, percent-encode what is not ASCII, leave out the fragment."),
    Fault("host-missing", InvalidRequest, 400, "Host", "RFC 9112 §3.2", (),
          "Host is missing", "HTTP/1.1 requires it. nginx: proxy_set_header Host $http_host;"),
    Fault("host-repeated", InvalidRequest, 400, "Host", "RFC 9112 §3.2", (),
          "Host is there {detail} times", "Set it in one place only."),
    Fault("host-malformed", InvalidHeader, 400, "Host", "RFC 9110 §7.2", (),
          "Host is {value}: {detail}", _BARE_HOST),
    Fault("host-differs", InvalidRequest, 400, "Host", "RFC 9112 §3.2.2", (),
          "Host is {value}, but the target names another host: {detail}",
          "A proxy that sends an absolute target sets Host to that target's host."),
    Fault("host-not-served", InvalidRequest, 421, "Host", "RFC 9110 §15.5.20", (),
          "Host {value} is not served here",
          "Use this server's own name and port. Behind nginx: proxy_set_header Host $http_host;"),
    Fault("transfer-encoding-present", InvalidRequest, 400, "Transfer-Encoding", "RFC 9110 §9.3.1",
          (), "Transfer-Encoding is {value}, but an opening handshake has no body",
          "Send no body with the handshake: it could hide a second request."),
    Fault("content-length-repeated", InvalidRequest, 400, "Content-Length", "RFC 9112 §6.3", (),
          "Content-Length is there {detail} times", "Leave it out: a handshake has no body."),
    Fault("content-length-malformed", InvalidHeader, 400, "Content-Length", "RFC 9110 §8.6", (),
          "Content-Length is {value}, which is no number",
          "Leave it out: a handshake has no body."),
    Fault("content-length-not-zero", InvalidRequest, 400, "Content-Length", "RFC 9110 §9.3.1", (),
          "Content-Length is {value}, but an opening handshake has no body",
          "Send no body with the handshake: it could hide a second request."),
    Fault("upgrade-missing", InvalidRequest, 426, "Upgrade", "RFC 6455 §4.2.1", (),
          "Upgrade is missing", _hint_for_proxies),
    Fault("upgrade-malformed", InvalidHeader, 400, "Upgrade", "RFC 9110 §7.8", (),
          "Upgrade is {value}: {detail}", "It must be exactly: websocket"),
    Fault("upgrade-repeated", InvalidRequest, 400, "Upgrade", "RFC 6455 §4.2.1", (),
          "Upgrade is {value}, {detail}; it must name websocket once",
          _hint_for_repeated_upgrade),
    Fault("upgrade-not-websocket", InvalidRequest, 400, "Upgrade", "RFC 6455 §4.2.1", (),
          "Upgrade is {value}; it must be websocket and nothing else",
          "Send exactly: Upgrade: websocket"),
    Fault("connection-missing", InvalidRequest, 400, "Connection", "RFC 6455 §4.2.1", (),
          "Connection is missing", _hint_for_proxies),
    Fault("connection-malformed", InvalidHeader, 400, "Connection", "RFC 9110 §7.6.1", (),
          "Connection is {value}: {detail}",
          "It is a list of tokens with Upgrade among them."),
    Fault("connection-without-upgrade", InvalidRequest, 400, "Connection", "RFC 6455 §4.2.1", (),
          "Connection is {value}, without upgrade", _hint_for_proxies),
    Fault("version-missing", InvalidRequest, 400, "Sec-WebSocket-Version", "RFC 6455 §4.2.1",
          _VERSION, "Sec-WebSocket-Version is missing", _hint_for_versions),
    Fault("version-repeated", InvalidRequest, 400, "Sec-WebSocket-Version", "RFC 6455 §11.3.5",
          _VERSION, "Sec-WebSocket-Version is there {detail} times",
          "Send it once: Sec-WebSocket-Version: 13"),
    Fault("version-malformed", InvalidHeader, 400, "Sec-WebSocket-Version", "RFC 6455 §4.3",
          _VERSION, "Sec-WebSocket-Version is {value}, no number from 0 to 255",
          "Send: Sec-WebSocket-Version: 13"),
    Fault("version-unsupported", InvalidRequest, 426, "Sec-WebSocket-Version", "RFC 6455 §4.4",
          _VERSION, "Sec-WebSocket-Version is {value}; this server speaks 13",
          "The client speaks a draft from before RFC 6455: update it."),
    Fault("key-missing", InvalidRequest, 400, "Sec-WebSocket-Key", "RFC 6455 §4.2.1", (),
          "Sec-WebSocket-Key is missing", _hint_for_missing_keys),
    Fault("key-repeated", InvalidRequest, 400, "Sec-WebSocket-Key", "RFC 6455 §11.3.1", (),
          "Sec-WebSocket-Key is there {detail} times", "Send one key."),
    Fault("key-malformed", InvalidHeader, 400, "Sec-WebSocket-Key", "RFC 6455 §4.2.1", (),
          "Sec-WebSocket-Key is {value}: {detail}", _hint_for_keys),
    Fault("origin-repeated", InvalidRequest, 400, "Origin", "RFC 6454 §7.3", (),
          "Origin is there {detail} times", "Send one origin."),
    Fault("origin-malformed", InvalidHeader, 400, "Origin", "RFC 6454 §7.1", (),
          "Origin is {value}: {detail}",
          "An origin is scheme://host or scheme://host:port without a path, or null."),
    Fault("origin-missing", InvalidRequest, 403, "Origin", "RFC 6455 §10.2", (),
          "Origin is missing, and this server requires one",
          "Browsers always send it. For other clients the server's owner can allow None."),
    Fault("origin-not-allowed", InvalidRequest, 403, "Origin", "RFC 6455 §10.2", (),
          "Origin {value} may not connect here", _hint_for_origins),
    Fault("subprotocol-malformed", InvalidHeader, 400, "Sec-WebSocket-Protocol",
          "RFC 6455 §11.3.4", (), "Sec-WebSocket-Protocol is {value}: {detail}", _TOKENS),
    Fault("subprotocol-repeated", InvalidHeader, 400, "Sec-WebSocket-Protocol",
          "RFC 6455 §4.1", (), "Sec-WebSocket-Protocol is {value}: {detail}",
          "Offer each subprotocol once."),
    Fault("extensions-malformed", InvalidHeader, 400, "Sec-WebSocket-Extensions",
          "RFC 6455 §9.1", (), "Sec-WebSocket-Extensions is {value}: {detail}",
          "An extension is a token and perhaps parameters: name; parameter=value, ..."),
    # ---- What only a parser without a message meets.
    Fault("token-list-malformed", InvalidHeader, None, None, "RFC 9110 §5.6.1", (),
          "the list of tokens is {value}: {detail}", None),
    # ---- What a client meets, in the order in which it looks.
    Fault("not-http-response", InvalidMessage, None, None, "RFC 9112 §4", (),
          "{value} cannot begin an HTTP/1.1 response",
          "The port speaks TLS (then use wss), HTTP/2, or something else than HTTP."),
    Fault("status-line-malformed", InvalidMessage, None, None, "RFC 9112 §4", (),
          "the status line {value} is not: HTTP version, space, status from 100 to 599, reason",
          _WIRE),
    Fault("status-line-too-long", InvalidMessage, None, None, "RFC 9112 §4", (),
          "the status line is longer than {detail} bytes", "Raise Limits(request_line=...)."),
    Fault("body-malformed", InvalidMessage, None, None, "RFC 9112 §6.3", (),
          "the body's length cannot be told: {detail}", _WIRE),
    Fault("body-too-large", InvalidMessage, None, None, "RFC 9112 §6.3", (),
          "the body is larger than {detail} bytes", "Raise Limits(body=...)."),
    Fault("nothing-received", IncompleteMessage, None, None, "RFC 9112 §8", (),
          "the peer closed without sending a byte",
          "A health check, a port scan, or a client that gave up."),
    Fault("nothing-answered", IncompleteMessage, None, None, "RFC 9112 §8", (),
          "the server closed without sending a byte",
          "The port is one for TLS (then use wss), or a server behind a proxy is down."),
    Fault("head-incomplete", IncompleteMessage, None, None, "RFC 9112 §8", (),
          "the message ended after {detail} bytes, before its head was whole",
          "The peer gave up or crashed, or a proxy cut the message."),
    Fault("body-incomplete", IncompleteMessage, None, None, "RFC 9112 §8", (),
          "the message ended after {detail} bytes of its body", None),
    Fault("status-unexpected", UnexpectedStatus, None, None, "RFC 6455 §4.1", (),
          "the server answered {value} instead of 101{detail}", _hint_for_status),
    Fault("response-http-version", InvalidResponse, None, None, "RFC 6455 §4.1", (),
          "the 101 is {value}; it must be HTTP/1.1",
          "The request reached the server as HTTP/1.0. nginx: proxy_http_version 1.1;"),
    Fault("response-upgrade-missing", InvalidResponse, None, "Upgrade", "RFC 6455 §4.1", (),
          "Upgrade is missing from the 101", _STRIPPED_ANSWER),
    Fault("response-upgrade-repeated", InvalidResponse, None, "Upgrade", "RFC 6455 §4.1", (),
          "Upgrade in the 101 is {value}, {detail}; it must name websocket once", _ADDED_TWICE),
    Fault("response-upgrade-not-websocket", InvalidResponse, None, "Upgrade", "RFC 6455 §4.1", (),
          "Upgrade in the 101 is {value}; it must be websocket and nothing else", None),
    Fault("response-connection-missing", InvalidResponse, None, "Connection", "RFC 6455 §4.1", (),
          "Connection is missing from the 101", _STRIPPED_ANSWER),
    Fault("response-connection-without-upgrade", InvalidResponse, None, "Connection",
          "RFC 6455 §4.1", (), "Connection in the 101 is {value}, without upgrade",
          _STRIPPED_ANSWER),
    Fault("accept-repeated", InvalidResponse, None, "Sec-WebSocket-Accept", "RFC 6455 §11.3.3", (),
          "Sec-WebSocket-Accept is there {detail} times", _ADDED_TWICE),
    Fault("response-subprotocol-repeated", InvalidResponse, None, "Sec-WebSocket-Protocol",
          "RFC 6455 §11.3.4", (), "Sec-WebSocket-Protocol is there {detail} times", _ADDED_TWICE),
    Fault("response-extensions-repeated", InvalidResponse, None, "Sec-WebSocket-Extensions",
          "RFC 6455 §11.3.2", (), "Sec-WebSocket-Extensions is there {detail} times",
          _ADDED_TWICE),
    Fault("accept-missing", InvalidResponse, None, "Sec-WebSocket-Accept", "RFC 6455 §4.1", (),
          "Sec-WebSocket-Accept is missing from the 101", "This is no WebSocket server's answer."),
    Fault("accept-unasked", InvalidResponse, None, "Sec-WebSocket-Accept", "RFC 6455 §4.1", (),
          "the request has no single Sec-WebSocket-Key that Sec-WebSocket-Accept could answer",
          "Make the request with build_request."),
    Fault("accept-malformed", InvalidHeader, None, "Sec-WebSocket-Accept", "RFC 6455 §4.3", (),
          "Sec-WebSocket-Accept is {value}: {detail}",
          "It is the base64 of a SHA-1 hash: 28 characters."),
    Fault("accept-wrong", InvalidResponse, None, "Sec-WebSocket-Accept", "RFC 6455 §4.1", (),
          "Sec-WebSocket-Accept is {value}; {detail} answers the key",
          "Something else than the key's text and the GUID was hashed, or a cache answered."),
    Fault("response-subprotocol-several", InvalidResponse, None, "Sec-WebSocket-Protocol",
          "RFC 6455 §4.2.2", (), "Sec-WebSocket-Protocol is {value}; a server selects only one",
          "The server must select one of the offered subprotocols, not send them all back."),
    Fault("subprotocol-not-offered", InvalidResponse, None, "Sec-WebSocket-Protocol",
          "RFC 6455 §4.1", (), "the server selected the subprotocol {value}, which was not offered",
          "Offer it with subprotocols=, in exactly this spelling, or fix the server's choice."),
    Fault("extension-not-offered", InvalidResponse, None, "Sec-WebSocket-Extensions",
          "RFC 6455 §4.1", (), "the server answered the extension {value}, which was not offered",
          None),
    Fault("extension-repeated", InvalidResponse, None, "Sec-WebSocket-Extensions",
          "RFC 6455 §9.1", (), "the server answered the extension {value} more than once", None),
    Fault("extension-refused", InvalidHeader, None, "Sec-WebSocket-Extensions",
          "RFC 6455 §9.1", (), "the extension's answer is refused: {detail}", None),
    Fault("extension-reserved-bits", InvalidResponse, None, "Sec-WebSocket-Extensions",
          "RFC 6455 §9.1", (), "the extension {value} needs a reserved bit that another one has",
          "Offer only one of the two."),
)
# fmt: on

FAULTS: dict[str, Fault] = {row.code: row for row in _ROWS}


def fault(code: str, detail: str = "", *, value: str = "") -> HandshakeError:
    """The error for a row of the table, of the class that the row names."""
    return FAULTS[code].error(detail, code=code, value=value)
