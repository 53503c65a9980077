"""Errors: what they show, with what they compare, and how little they need."""

from __future__ import annotations

from unittest import mock

import pytest

from ws_handshake import (
    FAULTS,
    HandshakeError,
    InvalidHeader,
    InvalidRequest,
    InvalidResponse,
    LocalProtocolError,
    Request,
    Response,
    ServerHandshake,
    Violation,
    build_rejection,
    build_request,
    parse_version,
    validate_response,
)


@pytest.mark.parametrize("code", FAULTS)
def test_an_error_with_nothing_but_its_code_can_be_shown(code: str) -> None:
    error = HandshakeError(code=code)
    assert error.code == code
    assert str(error) == error.message
    assert error.message.isprintable()
    assert error.hint is None or error.hint.isprintable()
    assert error.violation.message == error.message
    assert (error.request, error.rejection) == (None, None)


@pytest.mark.parametrize("kind", [HandshakeError, InvalidRequest, InvalidResponse])
def test_an_error_needs_a_code_of_the_table(kind: type[HandshakeError]) -> None:
    with pytest.raises(ValueError, match="code"):
        kind("why")
    with pytest.raises(ValueError, match="no-such-code"):
        kind("why", code="no-such-code")


def test_a_hint_tells_an_empty_line_from_another_protocol() -> None:
    """RFC 9112 §2.2: some clients send CR LF behind an earlier message."""
    hints = []
    for data in (b"\r\nGET", b"\n", b"\x16\x03\x01", b"\0"):
        with pytest.raises(HandshakeError) as caught:
            Request.parse(data)
        assert caught.value.code == "not-http"
        hints.append(caught.value.hint)
    assert hints[0] == hints[1] != hints[2] == hints[3]
    assert "empty line" in str(hints[0])
    assert "TLS" in str(hints[2])


@pytest.mark.parametrize("code", ["http-version-too-old", "upgrade-missing", "connection-missing"])
def test_a_hint_about_a_request_needs_the_request(code: str) -> None:
    assert InvalidRequest(code=code).hint is None
    assert InvalidRequest(code=code, request=Request("/", {})).hint is not None


def test_a_hint_about_a_status_needs_the_response() -> None:
    assert InvalidResponse(code="status-unexpected").hint is None
    with pytest.raises(HandshakeError) as caught:
        validate_response(Response(404), build_request("ws://example.com/"))
    assert caught.value.hint is not None


def test_the_error_of_an_extension_says_what_the_extension_says() -> None:
    error = InvalidHeader("server_max_window_bits is {7}")
    assert error.code == "extension-refused"
    assert error.field == "Sec-WebSocket-Extensions"
    assert error.message == "the extension's answer is refused: server_max_window_bits is {7}"


def test_a_value_with_braces_is_no_format() -> None:
    with pytest.raises(InvalidHeader) as caught:
        parse_version("{detail}{0}{")
    assert "'{detail}{0}{'" in str(caught.value)


def test_errors_equal_only_errors_of_their_class() -> None:
    error = InvalidHeader("why")
    assert error == InvalidHeader("why")
    assert hash(error) == hash(InvalidHeader("why"))
    assert error != InvalidHeader("why not")
    assert error != HandshakeError("why", code="extension-refused")
    assert error != "the extension's answer is refused: why"
    assert error == mock.ANY  # which is asked, too
    assert hash(error) != hash(InvalidHeader("why not"))


def test_errors_differ_in_code_value_request_and_answer() -> None:
    def make(code: str = "host-malformed", value: str = "a", target: str = "/") -> HandshakeError:
        return InvalidHeader("why", code=code, value=value, request=Request(target, {}))

    assert make() == make()
    assert make() != make(code="key-malformed")
    assert make() != make(value="b")
    assert make() != make(target="/chat")
    assert make() != InvalidHeader(
        "why", code="host-malformed", value="a", request=Request("/", {}), answer=Response(400)
    )


def test_a_repr_shows_the_code_and_the_message() -> None:
    assert repr(InvalidHeader("why")) == (
        "InvalidHeader(code='extension-refused',"
        ' message="the extension\'s answer is refused: why")'
    )


def test_a_rejection_is_made_once() -> None:
    server = ServerHandshake(origins=None)
    with pytest.raises(HandshakeError) as caught:
        server.receive_data(b"\n")
    assert caught.value.rejection is not None
    assert caught.value.rejection is caught.value.rejection


def test_an_error_that_no_server_answers_cannot_be_built() -> None:
    for error in (
        InvalidHeader("why"),
        InvalidRequest(code="host-missing"),
        InvalidResponse(code="accept-missing", answer=Response(400)),
    ):
        with pytest.raises(ValueError, match="server"):
            build_rejection(error)


def test_the_value_is_cut_around_the_fault() -> None:
    error = InvalidHeader(
        "what is wrong", code="host-malformed", value="a" * 300 + "!" + "b" * 300, position=300
    )
    assert "!" in error.message
    assert "(601 characters)" in error.message
    assert len(error.message) < 200


def test_a_violation_needs_no_hint() -> None:
    violation = Violation("host-missing", "Host", "RFC 9112 §3.2", "Host is missing")
    assert violation.hint is None
    assert violation == Violation("host-missing", "Host", "RFC 9112 §3.2", "Host is missing", None)


def test_a_mistake_of_the_caller_is_no_handshake_error() -> None:
    server = ServerHandshake(origins=None)
    with pytest.raises(LocalProtocolError, match="READING") as caught:
        server.accept()
    assert isinstance(caught.value, RuntimeError)


def test_an_error_has_a_code_of_the_table() -> None:
    with pytest.raises(ValueError, match="needs a code"):
        InvalidRequest("why")
    with pytest.raises(ValueError, match="no-such-code"):
        InvalidHeader("why", code="no-such-code")
