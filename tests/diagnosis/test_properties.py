"""Whatever the bytes: a diagnosis, with the violations that others find, and without a secret."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from property.strategies import (
    attempt,
    binary,
    bounded,
    mutated,
    offering_requests,
    requests,
    responses,
    sent_requests,
    sent_responses,
)

from ws_handshake import (
    ClientHandshake,
    HandshakeError,
    Request,
    Response,
    ServerHandshake,
    UnexpectedStatus,
    request_violations,
    response_violations,
)
from ws_handshake.diagnosis import Diagnosis, diagnose_request, diagnose_response

from .messages import PLAIN, REQUEST, ask, reply, switch
from .request_cases import CASES as REQUEST_CASES
from .response_cases import CASES as RESPONSE_CASES

CAPTURES = Path(__file__).parents[1] / "captures"
RECORDED = [path.read_bytes() for path in sorted(CAPTURES.glob("*.http"))]
SECRET = "opensesame"

recordings = mutated(st.sampled_from(RECORDED))
CASES = [case.data for case in REQUEST_CASES] + [case.data for case in RESPONSE_CASES]

known = mutated(st.sampled_from(CASES))
anything = st.one_of(recordings, known, sent_requests, sent_responses, binary(max_size=300))


def check(diagnosis: Diagnosis) -> None:
    """What holds for every diagnosis."""
    codes = [cause.code for cause in diagnosis.causes]
    assert len(set(codes)) == len(codes)
    assert diagnosis.violations or not codes
    order = [cause.sure for cause in diagnosis.causes]
    assert order == sorted(order, reverse=True)
    for cause in diagnosis.causes:
        assert cause.evidence
        assert cause.fix
        for text in (cause.summary, *cause.evidence, *[text for _, text in cause.fix]):
            assert text.isascii()
            assert text.replace("\n", "").isprintable()
            assert len(text) < 600


@bounded(400)
@given(anything)
def test_any_bytes_are_diagnosed_as_a_request(data: bytes) -> None:
    diagnosis = diagnose_request(data)
    check(diagnosis)
    server = ServerHandshake(origins=None)
    met = attempt(lambda: server.receive_data(data) or server.receive_data(b""))
    if isinstance(met, HandshakeError):
        assert diagnosis.violations[0] == met.violation
    else:
        assert diagnosis == Diagnosis(())


@bounded(400)
@given(anything, st.none() | requests | st.just(REQUEST))
def test_any_bytes_are_diagnosed_as_a_response(data: bytes, request: Request | None) -> None:
    check(diagnose_response(data, request))


@bounded(200)
@given(sent_responses)
def test_a_response_has_the_violation_that_a_client_meets(data: bytes) -> None:
    client = ClientHandshake("ws://example.com/chat", subprotocols=["chat"])
    diagnosis = diagnose_response(data, client.request)
    met = attempt(lambda: client.receive_data(data) or client.receive_data(b""))
    if isinstance(met, UnexpectedStatus):
        assert diagnosis.violations == (met.violation,)
    elif isinstance(met, HandshakeError):
        assert diagnosis.violations[0].code == met.code
    else:
        assert diagnosis == Diagnosis(())


@bounded(200)
@given(requests)
def test_any_request_has_the_violations_that_a_server_finds(request: Request) -> None:
    diagnosis = diagnose_request(request)
    check(diagnosis)
    assert diagnosis.violations == tuple(request_violations(request))


@bounded(200)
@given(responses, offering_requests)
def test_any_response_has_the_violations_that_a_client_finds(
    response: Response, request: Request
) -> None:
    diagnosis = diagnose_response(response, request)
    check(diagnosis)
    assert diagnosis.violations == tuple(response_violations(response, request))
    check(diagnose_response(response))


@bounded(200)
@given(
    st.sampled_from([case.data for case in REQUEST_CASES]),
    st.sampled_from(["Authorization", "Cookie", "Proxy-Authorization", "Set-Cookie", "X"]),
    st.integers(0, 400),
    st.sampled_from(["\r\n{}: {}\r\n", "{}: {}", "?{1}", " {0}:{1}", "\n{}:{}\n", "me:{1}@"]),
)
def test_no_secret_of_a_request_is_shown(data: bytes, name: str, at: int, form: str) -> None:
    """The secret stands in a field that is one, or in a query, wherever that ended up."""
    if name == "X" and not form.startswith("?"):
        return
    text = form.format(name, SECRET).encode()
    data = data[:at] + text + data[at:]
    if form.startswith(("?", "me:")) and at > data.find(b" HTTP/") > 0:
        return
    for diagnosis in (diagnose_request(data), diagnose_response(data)):
        for cause in diagnosis.causes:
            assert SECRET not in repr(cause)


@pytest.mark.parametrize("case", RESPONSE_CASES, ids=lambda case: case.code)
def test_no_secret_of_an_answer_is_shown(case: tuple[str, bytes]) -> None:
    data = case[1]
    first, rest = data.find(b"\r\n") + 2, data.find(b"\r\n\r\n") + 2
    for field in (b"Set-Cookie: ", b"Cookie: ", b"authorization: "):
        for place in (first, rest):
            secret = data[:place] + field + SECRET.encode() + b"\r\n" + data[place:]
            for cause in diagnose_response(secret, REQUEST).causes:
                assert SECRET not in repr(cause)
    request = Request.parse(
        ask({"Cookie": SECRET, "Authorization": SECRET}, target=f"/chat?token={SECRET}")
    )
    for cause in diagnose_response(data, request).causes:
        assert SECRET not in repr(cause)
    for location in (f"/login?a={SECRET}", f"https://me:{SECRET}@b/c?d={SECRET}#{SECRET}"):
        for cause in diagnose_response(reply(302, SECRET, {"Location": location}), REQUEST).causes:
            assert SECRET not in repr(cause)


def test_a_token_in_a_query_or_a_subprotocol_is_not_shown() -> None:
    token = f"{SECRET}.{'a' * 30}="
    for data in (
        ask({"Sec-WebSocket-Protocol": f"Bearer {token}"}),
        ask({"Sec-WebSocket-Protocol": token}),
        ask(PLAIN, target=f"/healthz?token={token}"),
        ask(PLAIN, target=f"/ws/info?token={token}"),
        ask(PLAIN, target=f"/socket.io/?transport=polling&token={token}"),
        ask(target=f"/a b?token={token}"),
        ask(target=f"/?{token * 300}"),
        ask(target=f"ftp://me:{token}@host/"),
        f"GET /chat?{token}\r\n\r\n".encode(),
    ):
        causes = diagnose_request(data).causes
        assert causes
        for cause in causes:
            assert SECRET not in repr(cause)


def test_the_work_is_linear_and_bounded() -> None:
    """Each of these has many of what is looked at; a slow way would take minutes."""
    huge = [
        ask({"Upgrade": "websocket," * 7000}),
        ask({"Connection": ["a"] * 120, "X": ["b"] * 7000}),
        ask()[:-2] + b"a:\n" * 500_000,
        b"\n" * 2_000_000,
        b"HTTP/1.1 100 \r\n\r\n" * 200_000,
        b"HTTP/1.1 100 \r\n\r\n" * 3000 + switch(),
        reply(404, "cannot get " * 200_000),
        reply(403, "origin " * 300_000),
        reply(403, "origin\n" * 300_000),
        switch({"Sec-WebSocket-Accept": "a" * 60_000}),
        ask({"Sec-WebSocket-Key": "a" * 60_000}),
        ask({"Host": ":" * 60_000}),
    ]
    start = time.process_time()
    for data in huge:
        diagnose_request(data)
        diagnose_response(data, REQUEST)
    assert time.process_time() - start < 20
