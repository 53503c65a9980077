"""What a server answers to an opening handshake: RFC 6455 section 4.2, RFC 9112 sections 2 to 6.

Every case goes through ServerHandshake whole and byte by byte; a well-formed head also through
Request.parse, validate_request and request_violations.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

import ws_handshake
from ws_handshake import (
    Extension,
    HandshakeError,
    IncompleteMessage,
    InvalidHeader,
    InvalidMessage,
    InvalidRequest,
    Limits,
    LocalProtocolError,
    Offer,
    Request,
    Response,
    ServerHandshake,
    is_websocket_request,
    request_violations,
    validate_request,
)

from .checks import assert_well_formed
from .request_cases import (
    AMBIGUOUS,
    CASES,
    FIELDS,
    KEY,
    PAIRS,
    SAME_ORIGIN,
    SECRET,
    START,
    Accept,
    Ambiguous,
    Case,
    Pair,
    Policy,
    Reject,
    req,
)

Outcome = Offer | HandshakeError


def refusal(case: Case) -> Reject:
    assert isinstance(case.expected, Reject)
    return case.expected


ACCEPTED = [case for case in CASES if isinstance(case.expected, Accept)]
REFUSED = [case for case in CASES if isinstance(case.expected, Reject)]
SYNTAX = [case for case in REFUSED if refusal(case).syntax]
JUDGED = [case for case in REFUSED if not refusal(case).syntax]
FORBIDDEN = [case for case in REFUSED if refusal(case).status == 403]


def by_id(cases: list[Any]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.id)


def rules(policy: Policy) -> dict[str, Any]:
    """The keyword arguments `origins` and `hosts` of a case."""
    origins = policy.get("origins")
    if origins is not None and SAME_ORIGIN in origins:
        origins = [ws_handshake.SAME_ORIGIN if item is SAME_ORIGIN else item for item in origins]
    return {"origins": origins, "hosts": policy.get("hosts")}


def limits(policy: Policy) -> Limits:
    return Limits(**policy.get("limits", {}))


def handshake(policy: Policy) -> ServerHandshake:
    return ServerHandshake(**rules(policy), limits=limits(policy))


def whole(server: ServerHandshake, data: bytes) -> Outcome:
    try:
        offer = server.receive_data(data)
    except HandshakeError as error:
        return error
    assert offer is not None, "the head is whole"
    return offer


def cut(server: ServerHandshake, data: bytes) -> tuple[Outcome, int]:
    """Feed byte by byte: the outcome, and how many bytes it took."""
    for count in range(1, len(data) + 1):
        try:
            offer = server.receive_data(data[count - 1 : count])
        except HandshakeError as error:
            return error, count
        if offer is not None:
            return offer, count
    raise AssertionError("the head is whole")


def answer(error: HandshakeError, method: str = "GET") -> Response:
    """The refusal as a peer reads it, after the checks that hold for every refusal."""
    assert isinstance(error.rejection, Response)
    wire = error.rejection.to_bytes()
    assert wire.isascii()
    assert SECRET.encode() not in wire
    body = wire.partition(b"\r\n\r\n")[2].decode()
    if method == "HEAD":
        response = error.rejection
        assert body == ""
    else:
        response = Response.parse(wire)
        assert response == error.rejection
        assert response.headers.get_all("Content-Length") == (str(len(body)),)
        assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert 0 < len(body) < 4000
        assert all(char.isprintable() or char in "\r\n" for char in body)
        for text in (error.message, error.hint):
            assert text is None or not text.isascii() or text in body
    assert response.version == "HTTP/1.1"
    assert 400 <= response.status <= 599
    assert "Transfer-Encoding" not in response.headers
    if response.status == 426:
        assert response.headers.get_all("Upgrade") == ("websocket",)
        assert response.headers.get_all("Connection") == ("Upgrade, close",)
    else:
        assert response.headers.get_all("Connection") == ("close",)
    return response


def assert_refused(error: Outcome, expected: Reject, method: str = "GET") -> None:
    assert isinstance(error, HandshakeError), error
    response = answer(error, method)
    assert (response.status, error.field) == (expected.status, expected.field), str(error)
    for name, value in expected.sends:
        assert response.headers.get_all(name) == (value,)
    assert_well_formed(error)
    assert isinstance(error, InvalidMessage) is expected.syntax
    assert expected.syntax or isinstance(error, InvalidHeader | InvalidRequest)
    for text in (str(error), repr(error), str(error.hint), repr(error.request)):
        assert SECRET not in text


def method_of(data: bytes) -> str:
    return data.partition(b" ")[0].decode("latin-1")


def summary(outcome: Outcome) -> tuple[Any, ...]:
    if isinstance(outcome, HandshakeError):
        return type(outcome), outcome.code, outcome.field, outcome.section, str(outcome)
    return (outcome,)


def test_the_data_is_consistent() -> None:
    ids = [case.id for case in CASES] + [case.id for case in AMBIGUOUS]
    assert len(set(ids)) == len(ids)
    assert len({(case.data, repr(case.policy)) for case in CASES}) == len(CASES)
    for case in SYNTAX:
        assert refusal(case).field is None
        assert 0 < (refusal(case).at or 0) <= len(case.data)
    for case in ACCEPTED + JUDGED:
        assert case.data.index(b"\r\n\r\n") == len(case.data) - 4


@by_id(ACCEPTED)
def test_a_valid_request_is_offered(case: Case) -> None:
    expected = case.expected
    assert isinstance(expected, Accept)
    server = handshake(case.policy)
    offer = whole(server, case.data)
    assert isinstance(offer, Offer), str(offer)
    request = Request.parse(case.data, limits(case.policy))
    assert offer.request == server.request == request
    assert offer.headers == request.headers
    assert offer.target == request.target == case.data.split(b" ")[1].decode()
    assert offer.key == request.headers["Sec-WebSocket-Key"]
    assert server.trailing_data == b""
    for value in (offer, request, server):
        assert SECRET not in repr(value)
    if expected.subprotocols is not None:
        assert offer.subprotocols == expected.subprotocols
    if expected.extensions is not None:
        assert offer.extensions == tuple(Extension(*item) for item in expected.extensions)
    if expected.origin is not None or "Origin" not in request.headers:
        assert offer.origin == expected.origin
    if expected.path is not None:
        assert offer.path == expected.path
    if expected.query is not None:
        assert offer.query == expected.query

    assert validate_request(request, **rules(case.policy)) == offer
    assert request_violations(request, **rules(case.policy)) == []
    assert is_websocket_request(request) is True
    assert Request.parse(request.to_bytes(), limits(case.policy)) == request

    reply = server.accept()
    response = Response.parse(reply)
    digest = hashlib.sha1(f"{offer.key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest()
    assert (response.status, response.version) == (101, "HTTP/1.1")
    assert response.headers.get_all("Sec-WebSocket-Accept") == (base64.b64encode(digest).decode(),)
    assert [item.lower() for item in response.headers.get_all("Upgrade")] == ["websocket"]
    assert [item.lower() for item in response.headers.get_all("Connection")] == ["upgrade"]
    assert "Sec-WebSocket-Protocol" not in response.headers
    assert "Sec-WebSocket-Extensions" not in response.headers
    assert reply.endswith(b"\r\n\r\n") and reply.count(b"\r\n\r\n") == 1


@by_id(ACCEPTED)
def test_a_valid_request_is_offered_at_its_last_byte(case: Case) -> None:
    server = handshake(case.policy)
    outcome, count = cut(server, case.data)
    assert isinstance(outcome, Offer), str(outcome)
    assert count == len(case.data)
    assert outcome == whole(handshake(case.policy), case.data)
    assert server.trailing_data == b""


@by_id(ACCEPTED)
@pytest.mark.parametrize("trailing", [b"\r\n", b"\0", b"\x81\x85", req()], ids=repr)
def test_bytes_behind_the_head_are_kept(case: Case, trailing: bytes) -> None:
    server = handshake(case.policy)
    assert isinstance(whole(server, case.data + trailing), Offer)
    assert server.trailing_data == trailing
    with pytest.raises(InvalidMessage):
        Request.parse(case.data + trailing, limits(case.policy))


@by_id(REFUSED)
def test_a_bad_request_is_refused(case: Case) -> None:
    server = handshake(case.policy)
    error = whole(server, case.data)
    assert_refused(error, refusal(case), method_of(case.data))
    assert isinstance(error, HandshakeError)
    assert server.request == error.request
    with pytest.raises(LocalProtocolError):
        server.receive_data(b"x")
    with pytest.raises(LocalProtocolError):
        server.accept()


@by_id(REFUSED)
def test_a_bad_request_is_refused_at_the_right_byte(case: Case) -> None:
    error, count = cut(handshake(case.policy), case.data)
    assert_refused(error, refusal(case), method_of(case.data))
    assert count == (refusal(case).at or len(case.data))
    assert error == whole(handshake(case.policy), case.data)


@by_id(SYNTAX)
def test_a_malformed_head_is_refused_by_parse(case: Case) -> None:
    server = handshake(case.policy)
    error = whole(server, case.data)
    assert isinstance(error, HandshakeError) and error.request is None
    with pytest.raises(InvalidMessage) as caught:
        Request.parse(case.data, limits(case.policy))
    assert (caught.value.code, caught.value.field) == (error.code, error.field)


@by_id(SYNTAX)
def test_nothing_is_said_before_the_fault(case: Case) -> None:
    at = refusal(case).at or len(case.data)
    upto, last = case.data[: at - 1], case.data[at - 1 : at]
    server = handshake(case.policy)
    assert not upto or server.receive_data(upto) is None
    assert server.request is None
    with pytest.raises(InvalidMessage):
        server.receive_data(last)


@by_id(JUDGED)
def test_the_first_violation_is_the_error(case: Case) -> None:
    request = Request.parse(case.data, limits(case.policy))
    with pytest.raises(HandshakeError) as caught:
        validate_request(request, **rules(case.policy))
    error = caught.value
    assert_refused(error, refusal(case), method_of(case.data))
    assert error.request == request
    assert summary(error) == summary(whole(handshake(case.policy), case.data))
    violations = request_violations(request, **rules(case.policy))
    first = violations[0]
    for name in ("code", "field", "section", "message", "hint"):
        assert getattr(first, name) == getattr(error, name)
    for violation in violations:
        assert SECRET not in repr(violation)
    assert isinstance(is_websocket_request(request), bool)
    if "Upgrade" not in request.headers:
        assert is_websocket_request(request) is False


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.case.id)
def test_both_faults_are_reported_in_order(pair: Pair) -> None:
    request = Request.parse(pair.case.data)
    violations = request_violations(request, **rules(pair.case.policy))
    assert [item.field for item in violations] == [refusal(pair.case).field, pair.second.field]


@by_id(AMBIGUOUS)
def test_an_open_case_has_a_defensible_answer(case: Ambiguous) -> None:
    outcome = whole(handshake(case.policy), case.data)
    if isinstance(outcome, HandshakeError):
        response = answer(outcome, method_of(case.data))
        assert (response.status, outcome.field) in case.outcomes
    else:
        assert "accept" in case.outcomes
    assert cut(handshake(case.policy), case.data)[0] == outcome


@by_id(FORBIDDEN)
def test_a_403_does_not_list_what_is_allowed(case: Case) -> None:
    error = whole(handshake(case.policy), case.data)
    assert isinstance(error, HandshakeError) and error.rejection is not None
    shown = error.rejection.to_bytes().decode("latin-1").lower()
    sent = case.data.decode("latin-1").lower()
    for origin in case.policy["origins"]:
        if isinstance(origin, str) and origin is not SAME_ORIGIN and origin.lower() not in sent:
            assert origin.lower() not in shown


@pytest.mark.parametrize("size", [0, 1, 2, 10, len(START), len(START) + 1, len(req()) - 1])
def test_a_request_cut_short_is_incomplete(size: int) -> None:
    data = req()[:size]
    server = handshake({})
    assert not data or server.receive_data(data) is None
    with pytest.raises(IncompleteMessage) as caught:
        server.receive_data(b"")
    assert_well_formed(caught.value)
    assert caught.value.rejection is None, "nobody is there to read it"
    with pytest.raises(IncompleteMessage):
        Request.parse(data)
    with pytest.raises(LocalProtocolError):
        server.receive_data(req())


@pytest.mark.parametrize("convert", [bytes, bytearray, memoryview], ids=lambda kind: kind.__name__)
def test_any_bytes_like_object_is_taken(convert: Any) -> None:
    server = handshake({})
    assert server.receive_data(convert(START)) is None
    assert isinstance(server.receive_data(convert(FIELDS + b"\r\n")), Offer)


@pytest.mark.parametrize("data", ["GET", None, 1, [71]], ids=repr)
def test_anything_else_is_a_type_error(data: Any) -> None:
    server = handshake({})
    with pytest.raises(TypeError):
        server.receive_data(data)
    assert isinstance(server.receive_data(req()), Offer), "and changes nothing"


def test_a_caller_changing_its_buffer_changes_nothing() -> None:
    server = handshake({})
    buffer = bytearray(req())
    assert server.receive_data(memoryview(buffer)[:30]) is None
    buffer[:30] = bytes(30)
    offer = server.receive_data(buffer[30:])
    assert isinstance(offer, Offer) and offer.key == KEY


def test_origins_has_no_default() -> None:
    with pytest.raises(TypeError):
        ServerHandshake()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        validate_request(Request.parse(req()))  # type: ignore[call-arg]
