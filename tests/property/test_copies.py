"""Values and errors compare, copy and pickle, with every protocol of pickle."""

from __future__ import annotations

import copy
import pickle
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ws_handshake import (
    Agreement,
    ClientHandshake,
    HandshakeError,
    Headers,
    InvalidURI,
    Limits,
    LocalProtocolError,
    Offer,
    Request,
    Response,
    ServerHandshake,
    UnexpectedStatus,
    Violation,
    build_response,
    parse_uri,
    request_violations,
    response_violations,
    validate_request,
    validate_response,
)

from .strategies import (
    KEY,
    URI,
    T,
    attempt,
    binary,
    bounded,
    extensions,
    field_pairs,
    good_requests,
    hostile_text,
    offering_requests,
    requests,
    responses,
    sent_requests,
    sent_responses,
    uris,
)

protocols = st.integers(0, pickle.HIGHEST_PROTOCOL)

# The parts of each type, by which two of them are told apart.
_PARTS = {
    Headers: ["fields"],
    Request: ["target", "headers", "method", "version"],
    Response: ["status", "headers", "reason", "body", "version"],
    Offer: [
        "request",
        "headers",
        "target",
        "path",
        "query",
        "host",
        "origin",
        "key",
        "subprotocols",
        "extensions",
    ],
    Agreement: ["subprotocol", "extensions", "response"],
    Violation: ["code", "field", "section", "message", "hint"],
    Limits: ["request_line", "head", "fields", "body"],
}


def twins(value: T, protocol: int) -> list[T]:
    return [
        copy.copy(value),
        copy.deepcopy(value),
        copy.deepcopy([value])[0],
        pickle.loads(pickle.dumps(value, protocol)),
    ]


def check_value(value: Any, protocol: int) -> None:
    for twin in twins(value, protocol):
        assert type(twin) is type(value)
        assert twin == value
        assert twin == value
        assert hash(twin) == hash(value)
        assert repr(twin) == repr(value)
        assert str(twin) == str(value)
        for part in _PARTS.get(type(value), []):
            assert getattr(twin, part) == getattr(value, part)


def check_error(error: HandshakeError, protocol: int) -> None:
    for twin in twins(error, protocol):
        assert type(twin) is type(error)
        assert twin == error
        assert hash(twin) == hash(error)
        assert repr(twin) == repr(error)
        assert twin.violation == error.violation
        assert (twin.request, twin.rejection) == (error.request, error.rejection)
        if isinstance(error, UnexpectedStatus):
            assert isinstance(twin, UnexpectedStatus)
            assert (twin.response, twin.complete) == (error.response, error.complete)
        # What was copied can be copied: it is no weaker than the original.
        assert pickle.loads(pickle.dumps(twin, protocol)) == error


agreements = st.builds(
    lambda request: validate_response(
        build_response(validate_request(request, origins=None)), request
    ),
    good_requests,
)
values: st.SearchStrategy[Any] = st.one_of(
    field_pairs.map(Headers),
    requests,
    responses,
    st.builds(Response, st.integers(100, 599), field_pairs, body=binary(max_size=200)),
    uris,
    extensions,
    agreements,
    good_requests.map(lambda request: validate_request(request, origins=None)),
    st.builds(Limits, st.integers(0), st.integers(0), st.integers(0), st.integers(0)),
    requests.map(request_violations).filter(bool).map(lambda violations: violations[-1]),
)


@bounded(250)
@given(values, protocols)
def test_every_value(value: Any, protocol: int) -> None:
    check_value(value, protocol)


@bounded(200)
@given(sent_requests, protocols)
def test_whatever_a_server_makes_of_bytes(data: bytes, protocol: int) -> None:
    server = ServerHandshake(origins=[None])
    result = attempt(lambda: server.receive_data(data or b""))
    if isinstance(result, HandshakeError):
        check_error(result, protocol)
    elif result is not None:
        check_value(result, protocol)
        server.accept()
        check_value(server.agreement, protocol)


@bounded(200)
@given(sent_responses, protocols)
def test_whatever_a_client_makes_of_bytes(data: bytes, protocol: int) -> None:
    client = ClientHandshake(URI, key=KEY, subprotocols=["chat"])
    result = attempt(lambda: client.receive_data(data))
    if result is None:
        result = attempt(lambda: client.receive_data(b""))
    if isinstance(result, HandshakeError):
        check_error(result, protocol)
    else:
        check_value(result, protocol)


@bounded(100)
@given(responses, offering_requests, protocols)
def test_every_violation_of_a_response(response: Response, request: Request, protocol: int) -> None:
    for violation in response_violations(response, request):
        check_value(violation, protocol)


@bounded(100)
@given(sent_requests)
def test_two_errors_about_the_same_bytes_are_equal(data: bytes) -> None:
    first, second = [attempt(lambda: Request.parse(data)) for _ in range(2)]
    assert first == second
    assert hash(first) == hash(second)


@bounded(100)
@given(hostile_text, protocols)
def test_the_callers_errors_keep_their_type_and_text(text: str, protocol: int) -> None:
    error: Exception = LocalProtocolError(text)
    try:
        parse_uri(f"ws://{text}#")
    except InvalidURI as caught:
        error = caught
    for twin in twins(error, protocol):
        assert type(twin) is type(error)
        assert twin.args == error.args
        assert str(twin) == str(error)
