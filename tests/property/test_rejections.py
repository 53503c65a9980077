"""Every refusal is one well-formed answer that reads back as what it was, and never a 101."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ws_handshake import (
    HandshakeError,
    Limits,
    Request,
    Response,
    ServerHandshake,
    build_rejection,
    validate_request,
)

from .strategies import (
    attempt,
    binary,
    bounded,
    field_pairs,
    hostile_headers,
    hostile_text,
    reasons,
    requests,
)
from .wire import one_response

statuses = st.integers(300, 599) | st.sampled_from([304, 405, 426])
bodies = st.none() | binary(max_size=60) | st.text(max_size=20)
hostile_bodies = bodies | hostile_text


def check(response: Response, status: int, given_fields: int, *, to_head: bool = False) -> None:
    """One head that holds the caller's fields and the library's, and reads back."""
    wire = response.to_bytes()
    message = one_response(wire, status)
    names = [name.lower() for name, _ in message.fields]
    assert names.count("connection") == 1
    assert not {"transfer-encoding", "sec-websocket-accept"} & set(names)
    assert message.fields[-given_fields:] == list(response.headers.items())[-given_fields:]
    values = dict(zip(names, [value for _, value in message.fields], strict=True))
    if status == 426:
        assert values["connection"] == "Upgrade, close"
        assert values["upgrade"] == "websocket"
    else:
        assert values["connection"] == "close"
        assert "upgrade" not in values
    if status == 304 or to_head:
        assert message.body == b""
        assert "content-length" not in values
    else:
        assert values["content-length"] == str(len(message.body))
    assert Response.parse(wire, Limits(body=len(wire))) == response


@bounded(200)
@given(statuses, field_pairs, bodies, reasons)
def test_any_refusing_status_with_good_arguments(
    status: int, headers: Any, body: bytes | str | None, reason: str | None
) -> None:
    response = build_rejection(status, headers=headers, body=body, reason=reason)
    check(response, status, len(headers))
    if not headers and reason is None and not body:
        assert response.to_bytes().isascii()


@bounded(250)
@given(statuses, hostile_headers, hostile_bodies, st.none() | hostile_text)
def test_hostile_arguments_are_refused_or_harmless(
    status: int, headers: Any, body: bytes | str | None, reason: str | None
) -> None:
    try:
        response = build_rejection(status, headers=headers, body=body, reason=reason)
    except ValueError:
        return
    check(response, status, len(headers))


@bounded(100)
@given(st.integers(-1000, 10_000).filter(lambda status: not 300 <= status <= 599))
def test_any_other_status_is_a_value_error(status: int) -> None:
    for refuse in (build_rejection, ServerHandshake(origins=None).reject):
        with pytest.raises(ValueError, match="300 to 599"):
            refuse(status)


@bounded(200)
@given(requests, hostile_headers, hostile_bodies, st.none() | hostile_text)
def test_an_errors_own_answer_in_hostile_dress(
    request: Request, headers: Any, body: bytes | str | None, reason: str | None
) -> None:
    error = attempt(lambda: validate_request(request, origins=[]))
    assert isinstance(error, HandshakeError)
    own = error.rejection
    assert own is not None
    assert own.to_bytes().isascii()
    to_head = request.method == "HEAD"
    check(own, own.status, len(own.headers), to_head=to_head)
    try:
        dressed = build_rejection(error, headers=headers, body=body, reason=reason)
    except ValueError:
        return
    check(dressed, own.status, len(headers), to_head=to_head)


@bounded(200)
@given(st.none() | requests, statuses, hostile_headers, hostile_bodies, st.none() | hostile_text)
def test_a_server_rejects_like_build_rejection(
    request: Request | None, status: int, headers: Any, body: bytes | str | None, reason: str | None
) -> None:
    server = ServerHandshake(origins=None)
    if request is not None:
        attempt(lambda: server.receive_data(request.to_bytes()))
    state = server.state
    try:
        wire = server.reject(status, headers=headers, body=body, reason=reason)
    except ValueError:
        assert server.state is state
        return
    expected = build_rejection(status, headers=headers, body=body, reason=reason)
    if request is None or request.method != "HEAD":
        assert wire == expected.to_bytes()
    else:
        assert one_response(wire, status).body == b""
