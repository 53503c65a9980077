"""Whatever a peer sends, and however it is cut: None, a value or a HandshakeError."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from hypothesis import given

from ws_handshake import (
    Agreement,
    ClientHandshake,
    Extension,
    HandshakeError,
    IncompleteMessage,
    InvalidMessage,
    Limits,
    Offer,
    Request,
    Response,
    ServerHandshake,
    State,
    UnexpectedStatus,
)

from .strategies import (
    KEY,
    URI,
    attempt,
    binary,
    bounded,
    cut,
    cuttings,
    host_policies,
    limits,
    origin_policies,
    sent_requests,
    sent_responses,
)
from .wire import one_response

CLOSED = b""


class Outcome(NamedTuple):
    """What a handshake said, and the bytes that it had no use for."""

    result: Offer | Agreement | HandshakeError
    request: Request | None
    trailing: bytes
    unread: bytes


def served(pieces: Iterable[bytes], limits: Limits, origins: Any, hosts: Any) -> Outcome:
    """Feed a server, then close; assert what holds in every state."""
    server = ServerHandshake(origins=origins, hosts=hosts, subprotocols=["chat"], limits=limits)
    left = iter([*pieces, CLOSED])
    result: Offer | HandshakeError | None = None
    while result is None:
        assert (server.state, server.trailing_data) == (State.READING, b"")
        result = attempt(lambda: server.receive_data(next(left)))
    assert server.agreement is None
    if isinstance(result, Offer):
        assert server.state is State.OFFERED
        assert result.request == server.request
    else:
        gone = isinstance(result, IncompleteMessage)
        assert server.state is (State.FAILED if gone else State.REFUSED)
        assert result.request == server.request
    return Outcome(result, server.request, server.trailing_data, b"".join(left))


def answered(pieces: Iterable[bytes], limits: Limits) -> Outcome:
    """Feed a client, then close; assert what holds in every state."""
    client = ClientHandshake(
        URI, key=KEY, subprotocols=["chat", "superchat"], extensions=[Asks()], limits=limits
    )
    left = iter([*pieces, CLOSED])
    result: Agreement | HandshakeError | None = None
    while result is None:
        assert (client.state, client.trailing_data) == (State.READING, b"")
        result = attempt(lambda: client.receive_data(next(left)))
    if isinstance(result, Agreement):
        assert client.state is State.OPEN
        assert client.agreement == result
    else:
        refused = isinstance(result, UnexpectedStatus)
        assert client.state is (State.REFUSED if refused else State.FAILED)
        assert client.agreement is None
    return Outcome(result, None, client.trailing_data, b"".join(left))


class Asks:
    """A ClientExtension that takes every answer."""

    name = "x-test"

    def offer(self) -> Extension:
        return Extension(self.name)

    def confirm(self, answer: object, offer: object) -> None:
        pass


def assert_readable(error: HandshakeError) -> None:
    """All that is shown stands on one line and is short."""
    for text in (str(error), repr(error), error.hint or "-", repr(error.violation)):
        assert text.isprintable()
        assert 0 < len(text) < 2000


def same(first: Outcome, second: Outcome) -> None:
    """Two cuttings of the same bytes: the same in all that a caller can see."""
    assert type(first.result) is type(second.result)
    assert first.result == second.result
    assert first.request == second.request
    if isinstance(first.result, HandshakeError):
        assert isinstance(second.result, HandshakeError)
        assert first.result.code == second.result.code
        assert str(first.result) == str(second.result)
        assert first.result.hint == second.result.hint
        assert first.result.rejection == second.result.rejection


@bounded(250)
@given(sent_requests, limits, origin_policies, host_policies)
def test_a_server_gives_an_offer_or_an_error(
    data: bytes, limits: Limits, origins: Any, hosts: Any
) -> None:
    result = served([data] if data else [], limits, origins, hosts).result
    assert isinstance(result, Offer | HandshakeError)


@bounded(250)
@given(sent_requests, limits, origin_policies, host_policies)
def test_every_error_of_a_server_has_a_refusal_unless_the_peer_is_gone(
    data: bytes, limits: Limits, origins: Any, hosts: Any
) -> None:
    error = served([data] if data else [], limits, origins, hosts).result
    if isinstance(error, Offer):
        return
    assert isinstance(error, HandshakeError)
    if isinstance(error, IncompleteMessage):
        assert error.rejection is None
        return
    rejection = error.rejection
    assert rejection is not None
    assert 400 <= rejection.status <= 599
    wire = rejection.to_bytes()
    assert wire.isascii()
    fields = {name.lower(): value for name, value in one_response(wire, rejection.status).fields}
    assert fields["connection"].split(", ")[-1] == "close"
    assert "sec-websocket-accept" not in fields
    assert Response.parse(wire) == rejection


@bounded(250)
@given(sent_requests, limits, origin_policies, host_policies)
def test_the_text_of_a_servers_error_is_printable_and_short(
    data: bytes, limits: Limits, origins: Any, hosts: Any
) -> None:
    error = served([data] if data else [], limits, origins, hosts).result
    if isinstance(error, HandshakeError):
        assert_readable(error)


@bounded(250)
@given(sent_requests, cuttings, limits, origin_policies, host_policies)
def test_any_cutting_of_a_request_gives_the_same(
    data: bytes, sizes: list[int], limits: Limits, origins: Any, hosts: Any
) -> None:
    whole = served([data] if data else [], limits, origins, hosts)
    pieces = served(cut(data, sizes), limits, origins, hosts)
    same(whole, pieces)
    if isinstance(whole.result, InvalidMessage | IncompleteMessage):
        assert whole.trailing == pieces.trailing == b""
    else:  # the head was whole
        assert whole.trailing + whole.unread == pieces.trailing + pieces.unread
        assert data.endswith(whole.trailing)


@bounded(200)
@given(sent_requests, limits)
def test_parsing_a_request_agrees_with_the_server(data: bytes, limits: Limits) -> None:
    outcome = served([data] if data else [], limits, None, None)
    parsed = attempt(lambda: Request.parse(data, limits))
    if isinstance(parsed, Request):
        assert (outcome.request, outcome.trailing) == (parsed, b"")
    elif parsed.code == "more-than-one-message":
        assert outcome.request is not None
        assert outcome.trailing
    else:
        assert outcome.result == parsed


@bounded(250)
@given(sent_responses, limits)
def test_a_client_gives_an_agreement_or_an_error(data: bytes, limits: Limits) -> None:
    result = answered([data] if data else [], limits).result
    assert isinstance(result, Agreement | HandshakeError)
    if isinstance(result, HandshakeError):
        assert result.rejection is None
        assert_readable(result)


@bounded(300)
@given(sent_responses, cuttings, limits)
def test_any_cutting_of_a_response_gives_the_same(
    data: bytes, sizes: list[int], limits: Limits
) -> None:
    whole = answered([data] if data else [], limits)
    pieces = answered(cut(data, sizes), limits)
    same(whole, pieces)
    result = whole.result
    if isinstance(result, Agreement) or (isinstance(result, UnexpectedStatus) and result.complete):
        assert whole.trailing + whole.unread == pieces.trailing + pieces.unread
        assert data.endswith(whole.trailing)
    else:
        assert whole.trailing == pieces.trailing == b""


@bounded(200)
@given(sent_responses, limits)
def test_parsing_a_response_agrees_with_the_client(data: bytes, limits: Limits) -> None:
    result = answered([data] if data else [], limits).result
    parsed = attempt(lambda: Response.parse(data, limits))
    if isinstance(parsed, HandshakeError):
        assert isinstance(parsed, InvalidMessage | IncompleteMessage)
    elif isinstance(result, UnexpectedStatus):
        assert (result.response, result.complete) == (parsed, True)
    elif isinstance(result, Agreement):
        assert result.response == parsed


@bounded(150)
@given(binary(max_size=200), limits)
def test_parsing_any_bytes_gives_a_value_or_an_invalid_or_incomplete_message(
    data: bytes, limits: Limits
) -> None:
    for kind in (Request, Response):
        parsed = attempt(lambda kind=kind: kind.parse(data, limits))  # type: ignore[misc]
        assert isinstance(parsed, kind | InvalidMessage | IncompleteMessage)
