"""Why a handshake failed: causes with their evidence and their fix, from the bytes alone.

The violations are those that servers and clients find; the causes are read from the same bytes by
two tables, and never change a verdict. Loaded when first used: no refusal needs it.
"""

from __future__ import annotations

from .causes import find_causes
from .client import ClientHandshake, response_violations
from .errors import HandshakeError, IncompleteMessage, InvalidMessage, UnexpectedStatus
from .facts import RequestFacts, ResponseFacts
from .request import Request
from .request_causes import REQUEST_CAUSES
from .response import Response
from .response_causes import RESPONSE_CAUSES
from .server import ServerHandshake, request_violations
from .value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from .causes import Row
    from .errors import Violation
    from .facts import Facts
    from .wire import BytesLike

__all__ = ["Cause", "Diagnosis", "diagnose_request", "diagnose_response"]

_KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # that of RFC 6455's example


class Cause(Value):
    r"""What led to a fault, with the facts that show it and what to change.

    `code` is a stable word, `summary` one or two sentences, `evidence` a tuple of the facts seen,
    `fix` a tuple of pairs: a product, or whose turn it is, and the text for it, ready to paste, on
    one line or several. `sure` tells a cause that the facts prove from one that is only likely.

    For nginx, what belongs into the `http` block and what belongs into the location that passes
    the request on are two pairs: "nginx, in http { }" and "nginx, in this location { }". Their
    lines take the place of lines there that set the same thing.

    >>> cause = diagnose_request(b"\x16\x03\x01").causes[0]
    >>> cause.code, cause.sure, cause.evidence
    ('tls-on-plain-port', True, ('the first bytes are 16 03 01',))

    RFC 6455 §4, and what proxies do to Upgrade and Connection (RFC 9110 §7.6.1).
    """

    __slots__ = ("_code", "_evidence", "_fix", "_summary", "_sure")
    __match_args__ = ("code", "summary", "evidence", "fix", "sure")

    def __init__(
        self,
        code: str,
        summary: str,
        evidence: Iterable[str],
        fix: Iterable[tuple[str, str]],
        sure: bool,
    ) -> None:
        self._code = code
        self._summary = summary
        self._evidence = tuple(evidence)
        self._fix = tuple(fix)
        self._sure = sure

    @property
    def code(self) -> str:
        """The stable word for this cause."""
        return self._code

    @property
    def summary(self) -> str:
        """What happened, in a sentence."""
        return self._summary

    @property
    def evidence(self) -> tuple[str, ...]:
        """The facts seen that point to it."""
        return self._evidence

    @property
    def fix(self) -> tuple[tuple[str, str], ...]:
        """Pairs of a product and what to change there, ready to paste."""
        return self._fix

    @property
    def sure(self) -> bool:
        """Whether the facts leave no other explanation; otherwise it is only likely."""
        return self._sure


class Diagnosis(Value):
    """What is wrong with a message, and why.

    `violations` is a tuple of all that the server or client finds, the deciding one first; a
    fault of HTTP's syntax hides all others. `causes` is a tuple too: sure ones first, special ones
    before general ones.

    >>> diagnosis = diagnose_request(b"")
    >>> [violation.code for violation in diagnosis.violations]
    ['nothing-received']
    >>> [cause.code for cause in diagnosis.causes]
    ['probe-without-bytes']

    RFC 6455 §4.
    """

    __slots__ = ("_causes", "_violations")
    __match_args__ = ("violations", "causes")

    def __init__(self, violations: Iterable[Violation], causes: Iterable[Cause] = ()) -> None:
        self._violations = tuple(violations)
        self._causes = tuple(causes)

    @property
    def violations(self) -> tuple[Violation, ...]:
        """The same as `request_violations` and `response_violations` give."""
        return self._violations

    @property
    def causes(self) -> tuple[Cause, ...]:
        """The causes, best first."""
        return self._causes


def diagnose_request(data: BytesLike | Request) -> Diagnosis:
    r"""Say why a request, as it reached the server, is no valid opening handshake.

    Takes a `Request`, or the bytes from the first one on: all of them, some of them or none, HTTP
    or not, with or without what followed. Nothing that a peer could send makes it raise. A request
    without a violation has no cause.

    >>> diagnosis = diagnose_request(
    ...     b"GET /chat HTTP/1.0\r\nHost: example.com\r\nConnection: close\r\n"
    ...     b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ... )
    >>> [violation.code for violation in diagnosis.violations]
    ['http-version-too-old', 'upgrade-missing', 'connection-without-upgrade']
    >>> cause = diagnosis.causes[0]
    >>> cause.code, cause.sure
    ('old-nginx-defaults', True)
    >>> print(dict(cause.fix)["nginx, in this location { }"])
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $connection_upgrade;

    RFC 6455 §4.2.1.
    """
    if isinstance(data, Request):
        violations = request_violations(data)
        data = data.to_bytes()
    else:
        data = bytes(memoryview(data))
        violations = _violations_of_request(data)
    return _diagnosis(REQUEST_CAUSES, violations, RequestFacts(data, violations))


def diagnose_response(data: BytesLike | Response, request: Request | None = None) -> Diagnosis:
    r"""Say why a response, as it reached the client, is no valid answer to a handshake.

    Takes a `Response`, or the bytes from the first one on, and the request that was sent: without
    it, what depends on it (the accept value, what was offered) is not judged. Nothing that a peer
    could send makes it raise. A valid answer has no cause.

    >>> diagnosis = diagnose_response(b'HTTP/1.1 404 Not Found\r\n\r\n{"detail":"Not Found"}')
    >>> diagnosis.causes[0].code
    'asgi-saw-plain-http'

    RFC 6455 §4.1.
    """
    if request is not None and not isinstance(request, Request):
        raise TypeError(f"a Request is expected, not {type(request).__name__}")
    if isinstance(data, Response):
        violations = _violations_of_answer(data, request)
        data = data.to_bytes()
    else:
        data = bytes(memoryview(data))
        violations = _violations_of_response(data, request)
    asked = None
    if request is not None:
        asked = RequestFacts(request.to_bytes(), request_violations(request))
    return _diagnosis(RESPONSE_CAUSES, violations, ResponseFacts(data, violations, asked))


def _diagnosis(
    groups: tuple[tuple[Row, ...], ...], violations: list[Violation], facts: Facts
) -> Diagnosis:
    if not violations:
        return Diagnosis(())
    # What is missing from a head that was cut proves nothing: only its beginning can be judged.
    found = find_causes(groups if facts.whole else groups[:1], facts)
    causes = [
        Cause(row.code, row.summary, evidence, fix, sure) for row, evidence, fix, sure in found
    ]
    return Diagnosis(violations, causes)


def _violations_of_request(data: bytes) -> list[Violation]:
    """What a server finds; a fault of syntax hides all others."""
    server = ServerHandshake(origins=None)
    try:
        if server.receive_data(data) is None:
            server.receive_data(b"")
    except HandshakeError as error:
        if server.request is None:
            return [error.violation]
    return [] if server.request is None else request_violations(server.request)


def _violations_of_response(data: bytes, request: Request | None) -> list[Violation]:
    """What a client finds; a fault of syntax hides all others."""
    client = ClientHandshake("ws://localhost/")
    try:
        client.receive_data(data)
        client.receive_data(b"")
    except (UnexpectedStatus, InvalidMessage, IncompleteMessage) as error:
        return [error.violation]
    except HandshakeError:
        pass
    # A 101 with a whole head. This client finds its accept value wrong: the request was another.
    return _violations_of_answer(_final_head(data), request)


def _final_head(data: bytes) -> Response:
    """The head of the final response, from bytes that a client could read."""
    heads = (Response.parse(head + b"\r\n\r\n") for head in data.split(b"\r\n\r\n"))
    return next(response for response in heads if response.status == 101)


def _violations_of_answer(response: Response, request: Request | None) -> list[Violation]:
    if request is not None:
        return response_violations(response, request)
    # Against a request that offered what the answer selects; its key was another one.
    offers = [
        (name, value)
        for name, value in response.headers.items()
        if name.lower() in ("sec-websocket-protocol", "sec-websocket-extensions")
    ]
    asked = Request("/", [("Sec-WebSocket-Key", _KEY), *offers])
    found = response_violations(response, asked)
    return [violation for violation in found if violation.code != "accept-wrong"]
