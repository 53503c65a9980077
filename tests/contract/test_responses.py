"""What a client makes of an answer: RFC 6455 section 4.1, RFC 9112 sections 2 to 7.

Every case goes through ClientHandshake whole, byte by byte and in any two pieces; where the bytes
are one whole message, also through Response.parse, validate_response and response_violations.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest

from ws_handshake import (
    Agreement,
    ClientHandshake,
    Extension,
    HandshakeError,
    Headers,
    IncompleteMessage,
    InvalidMessage,
    InvalidResponse,
    Limits,
    LocalProtocolError,
    Request,
    Response,
    State,
    UnexpectedStatus,
    accept_key,
    build_request,
    response_violations,
    validate_response,
)

from .checks import ACCEPT, KEY, OTHER_ACCEPT, OTHER_KEY, assert_well_formed
from .response_cases import (
    ACCEPTED,
    CASES,
    CHAT,
    CONNECTION,
    CONTINUE,
    GOOD,
    UPGRADE,
    Agrees,
    Fails,
    Refuses,
    ResponseCase,
    chunked,
    head,
    opening,
    refusal,
)


@dataclass(frozen=True)
class Named:
    """A ClientExtension that offers its bare name and agrees to every answer."""

    name: str

    def offer(self) -> Extension:
        return Extension(self.name)

    def confirm(self, answer: Extension, offer: Extension) -> None:
        assert answer.name == offer.name == self.name


URI = "ws://example.com/chat"
OFFERS: dict[str, dict[str, tuple[str, ...]]] = {
    "full": {"subprotocols": ("chat", "superchat"), "extensions": ("x-test", "x-other")},
    "plain": {"subprotocols": (), "extensions": ()},
}
REQUESTS = {
    name: build_request(
        URI,
        key=KEY,
        subprotocols=offer["subprotocols"],
        extensions=[Extension(extension) for extension in offer["extensions"]],
    )
    for name, offer in OFFERS.items()
}
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def new_client(request: str = "full", limits: Limits | None = None) -> ClientHandshake:
    offer = OFFERS[request]
    return ClientHandshake(
        URI,
        key=KEY,
        subprotocols=offer["subprotocols"],
        extensions=[Named(name) for name in offer["extensions"]],
        limits=limits or Limits(),
    )


@dataclass(frozen=True)
class Verdict:
    """What a client said, whether the peer's close was needed for it, and the bytes behind."""

    result: Agreement | HandshakeError
    needed_close: bool = False
    trailing: bytes = b""


def judge(case: ResponseCase, pieces: list[bytes]) -> Verdict:
    """Feed the pieces until there is a verdict, then, if there is none, the peer's close."""
    client = new_client(case.request, Limits(**case.limits))
    for number, piece in enumerate(pieces):
        try:
            agreement = client.receive_data(piece)
        except HandshakeError as error:
            refused = isinstance(error, UnexpectedStatus)
            assert client.state is (State.REFUSED if refused else State.FAILED)
            return Verdict(error)
        if agreement is not None:
            assert client.state is State.OPEN
            unread = b"".join(pieces[number + 1 :])
            return Verdict(agreement, trailing=bytes(client.trailing_data) + unread)
        assert client.state is State.READING
    with pytest.raises(HandshakeError) as caught:
        client.receive_data(b"")
    return Verdict(caught.value, needed_close=True)


def assert_expected(case: ResponseCase, verdict: Verdict) -> None:
    result, expected = verdict.result, case.expected
    match expected:
        case Agrees():
            assert isinstance(result, Agreement), result
            assert result.subprotocol == expected.subprotocol
            assert tuple(map(str, result.extensions)) == expected.extensions
            assert result.response.status == 101
            assert verdict.trailing == expected.trailing
        case Fails():
            assert isinstance(result, HandshakeError)
            assert type(result).__name__ in expected.errors, repr(result)
            if expected.field is not None:
                assert result.field == expected.field
        case Refuses():
            assert type(result) is UnexpectedStatus, repr(result)
            assert result.response.status == expected.status
            assert expected.body in (None, result.response.body)
            assert expected.complete in (None, result.complete)
            assert len(result.response.body) <= Limits(**case.limits).body
    if isinstance(result, HandshakeError):
        assert result.rejection is None
        assert_well_formed(result)
    if case.closes is not None:
        assert verdict.needed_close is case.closes


@each_case
def test_whole(case: ResponseCase) -> None:
    assert_expected(case, judge(case, [case.data] if case.data else []))


@each_case
def test_byte_by_byte(case: ResponseCase) -> None:
    pieces = [case.data[at : at + 1] for at in range(len(case.data))]
    verdict = judge(case, pieces)
    assert_expected(case, verdict)
    assert verdict == judge(case, [case.data] if case.data else [])


@pytest.mark.parametrize(
    "case", [case for case in CASES if 1 < len(case.data) < 400], ids=lambda case: case.name
)
def test_any_two_pieces(case: ResponseCase) -> None:
    whole = judge(case, [case.data])
    for cut in range(1, len(case.data)):
        assert judge(case, [case.data[:cut], case.data[cut:]]) == whole, cut


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.single], ids=lambda case: case.name
)
def test_parsed_and_validated(case: ResponseCase) -> None:
    request, expected = REQUESTS[case.request], case.expected
    limits = Limits(**case.limits)
    match expected:
        case Agrees():
            message = case.data[: len(case.data) - len(expected.trailing)]
            response = Response.parse(message, limits)
            agreement = validate_response(response, request)
            assert agreement == judge(case, [case.data]).result
            assert agreement.response == response
            assert response_violations(response, request) == []
            if expected.trailing:
                with pytest.raises(InvalidMessage):
                    Response.parse(case.data, limits)
        case Fails():
            with pytest.raises(HandshakeError) as caught:
                response = Response.parse(case.data, limits)
                validate_response(response, request)
            error = caught.value
            assert type(error).__name__ in expected.errors
            assert error.rejection is None
            if type(error) in (InvalidMessage, IncompleteMessage):
                return
            if expected.field is not None:
                assert error.field == expected.field
            assert_first_violation(response, request, error)
        case Refuses() if expected.parse is None:
            response = Response.parse(case.data, limits)
            assert response.status == expected.status
            assert response.body == expected.body
            with pytest.raises(UnexpectedStatus) as refused:
                validate_response(response, request)
            assert refused.value.response == response
            assert_first_violation(response, request, refused.value)
        case Refuses() if expected.parse != "unsure":
            with pytest.raises(HandshakeError) as caught:
                Response.parse(case.data, limits)
            assert type(caught.value).__name__ == expected.parse


def assert_first_violation(response: Response, request: Request, error: HandshakeError) -> None:
    first = response_violations(response, request)[0]
    assert (first.code, first.field, first.section, first.hint) == (
        error.code,
        error.field,
        error.section,
        error.hint,
    )
    assert first.message in str(error)


# --- what a refusal shows -------------------------------------------------------------------------


def refused_with(data: bytes) -> UnexpectedStatus:
    with pytest.raises(UnexpectedStatus) as caught:
        new_client().receive_data(data)
    return caught.value


def test_a_refusal_carries_the_whole_response() -> None:
    data = refusal(b"moved", "Location: https://example.com/", status="HTTP/1.0 301 Gone There")
    response = refused_with(data).response
    assert response.status == 301
    assert response.reason == "Gone There"
    assert response.version == "HTTP/1.0"
    assert response.headers["location"] == "https://example.com/"
    assert response.body == b"moved"


def test_interim_fields_do_not_reach_the_final_response() -> None:
    data = head("HTTP/1.1 103 Early Hints", "Link: </a>") + refusal(b"", "X: 1")
    assert refused_with(data).response.headers == Headers([("X", "1"), ("Content-Length", "0")])


def test_trailer_fields_do_not_reach_the_response() -> None:
    response = refused_with(chunked(b"2\r\nno\r\n0\r\nX-Sum: 1\r\n\r\n")).response
    assert "X-Sum" not in response.headers


def test_a_refusal_hides_cookies_and_shows_no_control_character() -> None:
    data = refusal(b"\x1b[2J\r\nevil", "Set-Cookie: sid=opensesame", status="HTTP/1.1 403 \x9b2J")
    error = refused_with(data)
    for text in (str(error), repr(error), error.hint or "", repr(error.response)):
        assert "opensesame" not in text
        assert text.isprintable() or text == ""


def test_an_agreement_shows_the_answer() -> None:
    agreement = new_client().receive_data(opening(CHAT, "X-Served-By: a", "X-Served-By: b"))
    assert agreement is not None
    assert agreement.response.headers.get_all("x-served-by") == ("a", "b")
    assert agreement.response.reason == "Switching Protocols"
    assert agreement.response.body == b""


def test_extension_parameters_reach_the_agreement_as_values() -> None:
    data = opening('Sec-WebSocket-Extensions: x-other; a; b="1", x-test')
    agreement = new_client().receive_data(data)
    assert agreement is not None
    assert agreement.extensions == (
        Extension("x-other", (("a", None), ("b", "1"))),
        Extension("x-test"),
    )


# --- the moment of the verdict --------------------------------------------------------------------


@pytest.mark.parametrize("at", range(5))
def test_what_cannot_begin_http_is_refused_at_that_byte(at: int) -> None:
    client = new_client()
    for byte in b"HTTP/"[:at]:
        assert client.receive_data(bytes([byte])) is None
    with pytest.raises(InvalidMessage):
        client.receive_data(b"#")


def test_an_agreement_needs_no_byte_after_the_blank_line() -> None:
    client = new_client()
    assert client.receive_data(GOOD[:-1]) is None
    assert client.receive_data(GOOD[-1:]) is not None
    assert client.trailing_data == b""


def test_a_head_limit_is_hit_by_the_first_byte_over_it() -> None:
    client = new_client(limits=Limits(head=100))
    assert client.receive_data(GOOD[:100]) is None
    with pytest.raises(InvalidMessage):
        client.receive_data(GOOD[100:101])


def test_a_status_line_limit_is_hit_by_the_first_byte_over_it() -> None:
    client = new_client(limits=Limits(request_line=20))
    assert client.receive_data(GOOD[:20]) is None
    with pytest.raises(InvalidMessage):
        client.receive_data(GOOD[20:21])


def test_a_faulty_line_is_refused_when_its_lf_arrives() -> None:
    client = new_client()
    assert client.receive_data(b"HTTP/1.1 101 x\r\nX\r") is None
    with pytest.raises(InvalidMessage):
        client.receive_data(b"\n")


def test_a_bare_cr_is_refused_at_the_byte_behind_it() -> None:
    client = new_client()
    assert client.receive_data(b"HTTP/1.1 101 x\r\nX: a\r") is None
    with pytest.raises(InvalidMessage):
        client.receive_data(b"b")


def test_a_wrong_field_waits_for_the_whole_head() -> None:
    data = opening(accept=(f"Sec-WebSocket-Accept: {OTHER_ACCEPT}",))
    client = new_client()
    assert client.receive_data(data[:-1]) is None
    with pytest.raises(InvalidResponse):
        client.receive_data(data[-1:])


def test_a_refusal_with_a_length_is_raised_with_its_last_byte() -> None:
    data = refusal(b"why")
    client = new_client()
    assert client.receive_data(data[:-1]) is None
    with pytest.raises(UnexpectedStatus):
        client.receive_data(data[-1:])


def test_the_caller_may_stop_waiting_for_a_body() -> None:
    client = new_client()
    assert client.receive_data(head("HTTP/1.1 403 x", "Content-Length: 9") + b"part") is None
    with pytest.raises(UnexpectedStatus) as caught:
        client.receive_data(b"")
    assert (caught.value.response.body, caught.value.complete) == (b"part", False)


def test_reading_is_linear_in_the_bytes() -> None:
    data = opening("X: " + "a" * 65000)
    assert len(data) < 65536
    client = new_client()
    began = time.perf_counter()
    for at in range(len(data) - 1):
        assert client.receive_data(data[at : at + 1]) is None
    assert client.receive_data(data[-1:]) is not None
    assert time.perf_counter() - began < 5


def test_many_interim_responses_end_at_the_head_limit() -> None:
    client = new_client()
    with pytest.raises(InvalidMessage):
        for _ in range(65536):
            assert client.receive_data(CONTINUE) is None


def test_nothing_is_read_after_a_verdict() -> None:
    client = new_client()
    client.receive_data(GOOD + b"\x81\x00")
    with pytest.raises(LocalProtocolError):
        client.receive_data(b"\x81\x00")
    assert client.trailing_data == b"\x81\x00"


# --- Response.parse takes one message -------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        GOOD + b"\x81\x00",
        GOOD + GOOD,
        CONTINUE + GOOD,
        refusal(b"no") + b"!",
        refusal(b"no") + GOOD,
        head("HTTP/1.1 304 Not Modified") + b"body",
        chunked(b"0\r\n\r\n") + b"\r\n",
    ],
)
def test_parse_refuses_more_than_one_message(data: bytes) -> None:
    with pytest.raises(InvalidMessage):
        Response.parse(data)


@pytest.mark.parametrize("size", range(len(GOOD)))
def test_parse_refuses_less_than_a_head(size: int) -> None:
    with pytest.raises(IncompleteMessage):
        Response.parse(GOOD[:size])


def test_parse_takes_any_bytes_like_object() -> None:
    assert Response.parse(bytearray(GOOD)) == Response.parse(memoryview(GOOD))


def test_parse_joins_chunks() -> None:
    assert Response.parse(chunked(b"1\r\na\r\n1\r\nb\r\n0\r\n\r\n")).body == b"ab"


# --- validate_response against the request --------------------------------------------------------


def request_with(*lines: str) -> Request:
    fields = [line.split(": ", 1) for line in lines]
    return Request("/chat", Headers([("Host", "example.com"), *((n, v) for n, v in fields)]))


@pytest.mark.parametrize("key", [KEY, OTHER_KEY, "abc", "dGhlIHNhbXBsZSBub25j"])
def test_the_accept_is_that_of_the_text_of_the_key(key: str) -> None:
    response = Response.parse(opening(accept=(f"Sec-WebSocket-Accept: {accept_key(key)}",)))
    assert validate_response(response, request_with(f"Sec-WebSocket-Key: {key}")).response


@pytest.mark.parametrize(
    "lines",
    [(), (f"Sec-WebSocket-Key: {KEY}",) * 2, (f"Sec-WebSocket-Key: {OTHER_KEY}",)],
    ids=["none", "two", "another"],
)
def test_no_accept_fits_a_request_without_its_single_key(lines: tuple[str, ...]) -> None:
    with pytest.raises(InvalidResponse) as caught:
        validate_response(Response.parse(GOOD), request_with(*lines))
    assert caught.value.field == "Sec-WebSocket-Accept"


def test_offers_on_several_lines_count_as_one_list() -> None:
    request = request_with(
        f"Sec-WebSocket-Key: {KEY}",
        "Sec-WebSocket-Protocol: superchat",
        "Sec-WebSocket-Protocol: chat",
        "Sec-WebSocket-Extensions: x-other",
        "Sec-WebSocket-Extensions: x-test; a=1",
    )
    response = Response.parse(opening(CHAT, "Sec-WebSocket-Extensions: x-test"))
    agreement = validate_response(response, request)
    assert agreement.subprotocol == "chat"
    assert agreement.extensions == (Extension("x-test"),)


def test_response_violations_lists_every_fault() -> None:
    response = Response.parse(head("HTTP/1.1 101 x", "Sec-WebSocket-Protocol: none"))
    fields = [violation.field for violation in response_violations(response, REQUESTS["full"])]
    assert set(fields) >= {
        "Upgrade",
        "Connection",
        "Sec-WebSocket-Accept",
        "Sec-WebSocket-Protocol",
    }


def test_a_built_response_validates_like_a_parsed_one() -> None:
    response = Response(
        101,
        Headers(
            [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", ACCEPT)]
        ),
    )
    assert validate_response(response, REQUESTS["full"]).subprotocol is None
    assert response == Response.parse(
        head("HTTP/1.1 101 Switching Protocols", UPGRADE, CONNECTION, ACCEPTED)
    )


@pytest.mark.parametrize("arguments", [(b"", None), (None, None), (GOOD, REQUESTS["full"])])
def test_validating_something_else_is_a_type_error(arguments: tuple[object, object]) -> None:
    with pytest.raises(TypeError):
        validate_response(*arguments)  # type: ignore[arg-type]
