"""Errors: what they show, with what they compare, and how little they need."""

from __future__ import annotations

import pickle
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
    UnexpectedStatus,
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


UPGRADE_LINE = "proxy_set_header Upgrade $http_upgrade;"
CONNECTION_LINE = "proxy_set_header Connection $connection_upgrade;"
MAP = "with map $http_upgrade $connection_upgrade { default upgrade; '' close; } in http."
NO_CLIENT = "Without Sec-WebSocket-Key this is no WebSocket client: "
FIXED_WORDS = (
    f"{NO_CLIENT}a proxy adds Upgrade or Connection to every request. nginx, in this location:"
    f" {UPGRADE_LINE} {CONNECTION_LINE} and no fixed words, {MAP}"
)
A_PAGE = (
    f"{NO_CLIENT}a page load, a health check or a plain GET. Open this address with a WebSocket"
    " client."
)
NO_UPGRADE = "Sec-WebSocket-Key is there, so a proxy in front removed Upgrade"
ALL_THREE = (
    f". nginx, in this location: proxy_http_version 1.1; {UPGRADE_LINE} {CONNECTION_LINE} {MAP}"
)
DEFAULTS = "; HTTP/1.0 and Connection: close are the defaults of nginx before 1.29.7"
ONLY_CONNECTION = (
    "Sec-WebSocket-Key and Connection are there, so a proxy in front removed Upgrade. nginx, in"
    " this location: "
)
ONLY_UPGRADE = (
    "Upgrade came through but Connection did not: a proxy in front forwards only one of them."
    " nginx, in this location: "
)
HTTP_1_0 = (
    "A proxy in front speaks HTTP/1.0 to this server. nginx, in this location: proxy_http_version"
    " 1.1;"
)
ONE, TEN = "HTTP/1.1", "HTTP/1.0"
KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="


@pytest.mark.parametrize(
    ("version", "lines", "hint"),
    [
        (ONE, [], A_PAGE),
        (TEN, ["Connection: close"], A_PAGE),
        (ONE, ["Upgrade: websocket"], FIXED_WORDS),
        (ONE, ["Connection: keep-alive, Upgrade"], FIXED_WORDS),
        (TEN, ["Connection: upgrade", "Upgrade: websocket"], FIXED_WORDS),
        (ONE, [KEY], f"{NO_UPGRADE}{ALL_THREE}"),
        (ONE, [KEY, "Connection: close"], f"{NO_UPGRADE}{ALL_THREE}"),
        (TEN, [KEY, "Connection: Close"], f"{NO_UPGRADE}{DEFAULTS}{ALL_THREE}"),
        (TEN, [KEY, "Connection: close, x"], f"{NO_UPGRADE}{ALL_THREE}"),
        (TEN, [KEY, "Connection: close", "Connection: x"], f"{NO_UPGRADE}{ALL_THREE}"),
        (TEN, [KEY], f"{NO_UPGRADE}{ALL_THREE}"),
        (ONE, [KEY, "Connection: Upgrade"], f"{ONLY_CONNECTION}{UPGRADE_LINE}"),
        (
            TEN,
            [KEY, "Connection: Upgrade"],
            f"{ONLY_CONNECTION}proxy_http_version 1.1; {UPGRADE_LINE}",
        ),
        (ONE, [KEY, "Upgrade: websocket"], f"{ONLY_UPGRADE}{CONNECTION_LINE} {MAP}"),
        (
            TEN,
            [KEY, "Upgrade: websocket", "Connection: close"],
            f"{ONLY_UPGRADE}proxy_http_version 1.1; {CONNECTION_LINE} {MAP}",
        ),
        (TEN, [KEY, "Upgrade: websocket", "Connection: Upgrade"], HTTP_1_0),
        (ONE, [KEY, "Upgrade: websocket", "Connection: Upgrade"], None),
    ],
)
def test_a_hint_tells_what_a_proxy_removed(version: str, lines: list[str], hint: str) -> None:
    head = "\r\n".join([f"GET / {version}", "Host: example.com", *lines, "", ""])
    request = Request.parse(head.encode())
    codes = ["http-version-too-old", "upgrade-missing", "connection-missing"]
    if KEY not in lines:
        codes += ["key-missing", "version-missing"]  # whatever stands first
    for code in codes:
        assert InvalidRequest(code=code, request=request).hint == hint


def test_a_hint_about_a_key_knows_what_came_with_it() -> None:
    by_hand = (
        "A proxy dropped it, or the client was written by hand. A key is 16 random bytes as base64,"
        ' with curl: -H "Sec-WebSocket-Key: $(openssl rand -base64 16)".'
    )
    client = Request("/", {"Sec-WebSocket-Version": "13"})
    assert InvalidRequest(code="key-missing").hint == by_hand
    assert InvalidRequest(code="key-missing", request=client).hint == by_hand
    assert InvalidRequest(code="key-missing", request=Request("/", {})).hint == A_PAGE
    assert InvalidRequest(code="version-missing").hint == "Send: Sec-WebSocket-Version: 13"


@pytest.mark.parametrize(
    ("headers", "who"),
    [
        (None, "Two hops set it"),
        ([], "Two hops set it"),
        (
            [("Upgrade", "websocket, websocket")],
            "Two hops set it, and the last one joined them into one line",
        ),
        (
            [("Upgrade", "websocket"), ("Upgrade", "websocket")],
            "2 lines of it came: the last proxy sets it twice, or adds it to one that came",
        ),
    ],
)
def test_a_hint_counts_the_lines_of_a_repeated_upgrade(
    headers: list[tuple[str, str]] | None, who: str
) -> None:
    request = None if headers is None else Request("/", headers)
    assert InvalidHeader(code="upgrade-repeated", request=request).hint == (
        f"{who}. Set it in one place only; nginx: {UPGRADE_LINE} once in this location, and never"
        " with a fixed word as well."
    )


@pytest.mark.parametrize(
    ("origin", "hosts", "dropped"),
    [
        ("http://example.com:8080", ["example.com"], True),
        ("http://example.com:8080", ["example.com:8080"], False),
        ("http://example.com", ["example.com"], False),
        ("http://example.com:8080", ["example.org"], False),
        ("http://example.com:8080", ["example.com", "example.com"], False),
        ("http://example.com:8080", [], False),
        ("http://:8080", [], False),
        ("http://a://example.com:8080", ["example.com"], False),
        ("http://example.com:8080", None, False),
    ],
)
def test_a_hint_about_an_origin_knows_that_a_port_was_dropped(
    origin: str, hosts: list[str] | None, dropped: bool
) -> None:
    request = None if hosts is None else Request("/", [("Host", host) for host in hosts])
    error = InvalidRequest(code="origin-not-allowed", value=origin, request=request)
    assert error.hint == (
        "Origin has a port and Host has none, so a proxy in front dropped it. nginx, in this"
        " location: proxy_set_header Host $http_host;"
        if dropped
        else "The server's owner decides which origins may. If it should be this one, add it to"
        " origins; with SAME_ORIGIN, check that the proxy keeps Host and its port."
    )


@pytest.mark.parametrize(
    ("status", "redirects"),
    [(299, False), (300, True), (301, True), (399, True), (400, False)],
)
def test_a_hint_tells_where_a_redirect_leads(status: int, redirects: bool) -> None:
    response = Response(status, {"Location": "/there?token=abc"})
    hint = UnexpectedStatus(response=response).hint
    where = "It redirects to '/there?<redacted, 9 characters>': connect there, with ws or wss."
    assert (hint == where) is redirects
    assert UnexpectedStatus(response=Response(status)).hint != where


def test_a_status_says_whether_its_body_is_whole_also_when_it_was_pickled() -> None:
    response = Response(404, body=b"no such room")
    whole = UnexpectedStatus(response=response)
    cut = UnexpectedStatus(", and no more", response=response, complete=False)
    assert (whole.complete, cut.complete) == (True, False)
    for error in (whole, cut):
        again = pickle.loads(pickle.dumps(error))
        assert again == error
        assert (again.message, again.response, again.complete) == (
            error.message,
            response,
            error.complete,
        )
    assert whole != UnexpectedStatus(response=response, complete=False)
    assert whole != UnexpectedStatus(response=Response(404))


def test_what_an_error_does_not_say_is_empty() -> None:
    with pytest.raises(InvalidResponse) as caught:
        validate_response(Response(101), build_request("ws://example.com/"))
    assert caught.value == InvalidResponse(code=caught.value.code)
    assert caught.value == InvalidResponse("", code=caught.value.code, value="", position=0)


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


def test_an_error_is_a_violation_too() -> None:
    error = InvalidRequest(code="upgrade-missing", request=Request("/", {}))
    violation = error.violation
    for name in ("code", "field", "section", "message", "hint"):
        assert getattr(violation, name) == getattr(error, name)
    assert violation == Violation(
        "upgrade-missing", "Upgrade", "RFC 6455 §4.2.1", "Upgrade is missing", A_PAGE
    )
    assert violation != Violation(
        "upgrade-missing", None, "RFC 6455 §4.2.1", "Upgrade is missing", A_PAGE
    )
    assert violation != Violation("upgrade-missing", "Upgrade", "", "Upgrade is missing", A_PAGE)


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
    with pytest.raises(ValueError, match=r"^InvalidRequest needs a code, one of those in FAULTS"):
        InvalidRequest("why")
    with pytest.raises(ValueError, match="no-such-code"):
        InvalidHeader("why", code="no-such-code")
