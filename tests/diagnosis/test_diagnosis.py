"""A diagnosis in all its parts: violations, causes, evidence and fixes, word for word."""

from __future__ import annotations

from typing import Any

import pytest

from ws_handshake import Response
from ws_handshake.diagnosis import Cause, Diagnosis, diagnose_request, diagnose_response

from .messages import REQUEST, ask, reply, switch


def codes(diagnosis: Diagnosis) -> list[str]:
    return [cause.code for cause in diagnosis.causes]


def violations(diagnosis: Diagnosis) -> list[str]:
    return [violation.code for violation in diagnosis.violations]


def test_a_request_is_diagnosed_word_for_word() -> None:
    changes = {"Origin": "example.com", "Sec-WebSocket-Protocol": "Bearer abc"}
    diagnosis = diagnose_request(ask(changes))
    assert violations(diagnosis) == ["origin-malformed", "subprotocol-malformed"]
    assert diagnosis.causes == (
        Cause(
            code="origin-without-scheme",
            summary="The client sends a name as Origin; an origin begins with its scheme.",
            evidence=["Origin is 'example.com'"],
            fix=[("the client", "Origin: https://example.com")],
            sure=True,
        ),
        Cause(
            code="token-as-subprotocol",
            summary="An access token is sent as a subprotocol, with characters that a subprotocol"
            " cannot have.",
            evidence=["Sec-WebSocket-Protocol holds what looks like a token, 10 characters in all"],
            fix=[
                ("JavaScript", 'new WebSocket(url, ["v1.chat", encodeURIComponent(token)])'),
                (
                    "the client",
                    "Send it in a cookie, as a one-time ticket, or base64url without = at the end.",
                ),
            ],
            sure=False,
        ),
    )


def test_a_response_is_diagnosed_word_for_word() -> None:
    diagnosis = diagnose_response(switch({"Sec-WebSocket-Accept": ["abc", "def"]}), REQUEST)
    assert violations(diagnosis) == ["accept-repeated"]
    assert diagnosis.causes == (
        Cause(
            code="accept-on-two-lines",
            summary="A proxy or the server writes Sec-WebSocket-Accept more than once.",
            evidence=["Sec-WebSocket-Accept is 'abc, def' on 2 lines"],
            fix=[
                ("any proxy", "Add no Sec-WebSocket-Accept."),
                ("the server", "Write the answer in one place only."),
            ],
            sure=True,
        ),
    )


def test_a_cause_and_a_diagnosis_show_all_their_parts() -> None:
    cause = Cause("a-b", "Why.", iter(["one", "two"]), iter([("nginx", "x;")]), sure=True)
    assert (cause.code, cause.summary, cause.sure) == ("a-b", "Why.", True)
    assert (cause.evidence, cause.fix) == (("one", "two"), (("nginx", "x;"),))
    assert repr(cause) == (
        "Cause(code='a-b', summary='Why.', evidence=('one', 'two'), fix=(('nginx', 'x;'),),"
        " sure=True)"
    )
    violation = diagnose_request(b"").violations[0]
    diagnosis = Diagnosis(iter([violation]), iter([cause]))
    assert (diagnosis.violations, diagnosis.causes) == ((violation,), (cause,))
    assert Diagnosis([violation]).causes == ()
    assert repr(Diagnosis([])) == "Diagnosis(violations=(), causes=())"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Sec-WebSocket-Key1", "4 @1  46546xW%0l 1 5"),  # of a draft that this client speaks, too
        ("X-Amz-Cf-Id", "a"),
        ("X-Varnish", "1"),
        ("User-Agent", "kube-probe/1.29"),
    ],
)
def test_a_good_handshake_has_no_cause_whatever_it_carries(name: str, value: str) -> None:
    assert diagnose_request(ask({name: value})) == Diagnosis(())
    assert diagnose_response(switch({name: value}), REQUEST) == Diagnosis(())


# Each of them, with an empty line behind it, would have a cause that is about its fields.
@pytest.mark.parametrize(
    "fields",
    [
        {"Upgrade": "h2c"},
        {"Upgrade": None},
        {"Sec-WebSocket-Key": None, "Sec-WebSocket-Version": None},
        {"Host": ["a", "b"]},
        {"Sec-WebSocket-Version": "8"},
    ],
)
def test_the_fields_of_a_cut_request_prove_nothing(fields: dict[str, Any]) -> None:
    assert codes(diagnose_request(ask(fields)[:-2])) == ["no-blank-line"]
    assert codes(diagnose_request(ask(fields)[:-3])) == ["head-cut"]
    assert codes(diagnose_request(ask(fields)))[0] not in ("no-blank-line", "head-cut")


def test_the_fields_of_a_cut_response_prove_nothing() -> None:
    data = switch({"Upgrade": "websocket, websocket"})
    assert codes(diagnose_response(data[:-2], REQUEST)) == ["answer-cut"]
    assert codes(diagnose_response(data, REQUEST)) == ["upgrade-twice-in-101"]
    data = reply(404, fields={"Server": "nginx"})
    assert codes(diagnose_response(data[:-2], REQUEST)) == ["answer-cut"]
    assert codes(diagnose_response(data, REQUEST)) == ["path-not-found"]


def test_an_answer_is_judged_against_the_request_where_it_is_known() -> None:
    changes = {
        "Sec-WebSocket-Accept": "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",  # of another key
        "Sec-WebSocket-Protocol": "chat",
        "Sec-WebSocket-Extensions": "x-test",
    }
    data = switch({**changes, "Connection": "close"})
    for answer in (data, Response.parse(data)):
        assert violations(diagnose_response(answer, REQUEST)) == [
            "response-connection-without-upgrade",
            "accept-wrong",
            "subprotocol-not-offered",
            "extension-not-offered",
        ]
        assert violations(diagnose_response(answer)) == ["response-connection-without-upgrade"]
    data = switch(changes)
    for answer in (data, Response.parse(data)):
        assert diagnose_response(answer) == Diagnosis(())


@pytest.mark.parametrize(
    ("accept", "code"), [(None, "accept-missing"), ("QUJD", "accept-malformed")]
)
def test_an_accept_value_needs_its_form_without_a_request_too(
    accept: str | None, code: str
) -> None:
    data = switch({"Sec-WebSocket-Accept": accept})
    assert violations(diagnose_response(data)) == [code]


def test_an_interim_response_before_a_refused_101_is_passed_over() -> None:
    data = b"HTTP/1.1 103\r\nUpgrade: h2c\r\n\r\n" + switch({"Upgrade": None}) + b"\x81\x02hi\r\n"
    for tail in (b"", b"\r\n\r\n", b"\r\n\r\nHTTP/1.1 101 x\r\n\r\n"):
        diagnosis = diagnose_response(data + tail, REQUEST)
        assert violations(diagnosis) == ["response-upgrade-missing"]
        assert codes(diagnosis) == ["upgrade-missing-in-101"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "nothing-answered"),
        (b"HTTP/1.1 101 x\r\n", "head-incomplete"),
        (b"HTTP/1.1 101 x\r\nA\r\n\r\n", "colon-missing"),
        (b"HTTP/1.1 404 x\r\nContent-Length: 5\r\n\r\nab", "status-unexpected"),
        (b"HTTP/1.1 100 x\r\n\r\n", "head-incomplete"),
        (b"HTTP/1.1 100 x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "status-unexpected"),
        (b"x", "not-http-response"),
    ],
)
def test_a_fault_of_an_answer_hides_all_others(data: bytes, code: str) -> None:
    assert violations(diagnose_response(data)) == [code]
    assert violations(diagnose_response(data, REQUEST)) == [code]


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (b"", ["nothing-received"]),
        (b"GET / HTTP/1.1\r\n", ["head-incomplete"]),
        (b"GET / HTTP/1.1\r\nA\r\n\r\n", ["colon-missing"]),
        (ask({"Upgrade": "h2c", "Host": None}), ["host-missing", "upgrade-not-websocket"]),
        (ask() + ask(), []),
    ],
)
def test_a_fault_of_the_syntax_of_a_request_hides_all_others(data: bytes, codes: list[str]) -> None:
    assert violations(diagnose_request(data)) == codes


@pytest.mark.parametrize("request_", [b"GET / HTTP/1.1\r\n\r\n", Response(101)])
def test_what_is_no_request_is_named_in_the_error(request_: Any) -> None:
    expected = f"^a Request is expected, not {type(request_).__name__}$"
    with pytest.raises(TypeError, match=expected):
        diagnose_response(switch(), request_)
