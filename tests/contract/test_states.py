"""ServerHandshake and ClientHandshake: what may be called when, and what each call leaves behind.

RFC 6455 sections 4.1 and 4.2 in the order in which they happen; extensions as in section 9.1.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from ws_handshake import (
    NEGOTIATE,
    SAME_ORIGIN,
    Agreement,
    ClientHandshake,
    Extension,
    HandshakeError,
    Headers,
    IncompleteMessage,
    InvalidHeader,
    InvalidMessage,
    InvalidRequest,
    InvalidResponse,
    InvalidURI,
    Limits,
    LocalProtocolError,
    Offer,
    Request,
    Response,
    ServerHandshake,
    State,
    UnexpectedStatus,
    WebSocketURI,
    build_rejection,
    build_request,
    parse_extensions,
    parse_uri,
    validate_request,
)

from .checks import ACCEPT, KEY, assert_well_formed

URI = "ws://example.com/chat"
EXTENSIONS = "Sec-WebSocket-Extensions"
FRAME = b"\x81\x85\x00\x00\x00\x00hello"


def request_bytes(
    *lines: str, extensions: str | None = None, protocols: str | None = None, start: str = "GET"
) -> bytes:
    """A valid opening handshake with some fields added."""
    fields = [
        f"{start} /chat HTTP/1.1",
        "Host: example.com",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {KEY}",
        "Sec-WebSocket-Version: 13",
        *lines,
    ]
    if extensions is not None:
        fields.append(f"{EXTENSIONS}: {extensions}")
    if protocols is not None:
        fields.append(f"Sec-WebSocket-Protocol: {protocols}")
    return "".join(f"{line}\r\n" for line in (*fields, "")).encode("latin-1")


def response_bytes(*lines: str) -> bytes:
    """The good answer with some fields added."""
    fields = [
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Accept: {ACCEPT}",
        *lines,
    ]
    return "".join(f"{line}\r\n" for line in (*fields, "")).encode("latin-1")


GOOD_REQUEST = request_bytes()
GOOD_RESPONSE = response_bytes()
BAD_SYNTAX = b"GET / HTTP/1.1\r\nHost : example.com\r\n"
HEALTH_CHECK = b"GET /health HTTP/1.1\r\nHost: example.com\r\n\r\n"
REFUSAL = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"


def new_server(**arguments: Any) -> ServerHandshake:
    return ServerHandshake(**{"origins": None, **arguments})


def new_client(**arguments: Any) -> ClientHandshake:
    return ClientHandshake(URI, key=KEY, **arguments)


def state_of(handshake: ServerHandshake | ClientHandshake) -> State:
    """The state now; a type checker would take the attribute for unchanged."""
    return handshake.state


def offered(data: bytes = GOOD_REQUEST, **arguments: Any) -> ServerHandshake:
    server = new_server(**arguments)
    assert isinstance(server.receive_data(data), Offer)
    return server


def failed(data: bytes, **arguments: Any) -> tuple[ServerHandshake, HandshakeError]:
    server = new_server(**arguments)
    with pytest.raises(HandshakeError) as caught:
        server.receive_data(data)
    assert_well_formed(caught.value)
    return server, caught.value


# --- the server from READING to OPEN --------------------------------------------------------------


def test_a_server_starts_reading() -> None:
    server = new_server()
    assert server.state is State.READING
    assert server.request is None
    assert server.trailing_data == b""


def test_states_have_these_names() -> None:
    assert {state.name for state in State} == {"READING", "OFFERED", "OPEN", "REFUSED", "FAILED"}


def test_a_server_opens() -> None:
    server = new_server(subprotocols=("chat",))
    data = request_bytes(protocols="superchat, chat")
    assert server.receive_data(data[:-1]) is None
    assert state_of(server) is State.READING
    offer = server.receive_data(data[-1:])
    assert isinstance(offer, Offer)
    assert state_of(server) is State.OFFERED
    assert server.request == offer.request == Request.parse(data)
    assert offer == validate_request(Request.parse(data), origins=None)
    reply = server.accept()
    assert isinstance(reply, bytes)
    assert server.state is State.OPEN
    response = Response.parse(reply)
    assert response.status == 101
    assert response.headers["Sec-WebSocket-Accept"] == ACCEPT
    assert response.headers["Sec-WebSocket-Protocol"] == "chat"
    assert isinstance(server.agreement, Agreement)
    assert server.agreement.subprotocol == "chat"
    assert server.agreement.extensions == ()
    assert server.agreement.response == response
    assert server.request == offer.request


def test_both_sides_report_one_agreement() -> None:
    client = ClientHandshake(
        URI, subprotocols=["b", "a"], extensions=[Asks("x-test", (("a", "1"),))]
    )
    server = new_server(subprotocols=["a", "b"], extensions=[Answers("x-test")])
    assert server.receive_data(client.request.to_bytes()) is not None
    agreement = client.receive_data(server.accept(headers=[("Server", "x")]))
    assert agreement == server.agreement
    assert agreement is not None and agreement.subprotocol == "b"
    assert agreement.extensions == (Extension("x-test", (("a", "1"),)),)


def test_accept_adds_fields() -> None:
    server = offered()
    reply = server.accept(headers=[("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
    assert Response.parse(reply).headers.get_all("Set-Cookie") == ("a=1", "b=2")


# --- the server: subprotocols ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("protocols", "configured", "arguments", "chosen"),
    [
        ("a, b", ("b", "a"), {}, "a"),
        ("a, b", ("b", "a"), {"subprotocol": NEGOTIATE}, "a"),
        ("a, b", ("b",), {}, "b"),
        ("a, b", ("c",), {}, None),
        ("a, b", (), {}, None),
        (None, ("a",), {}, None),
        ("a, b", ("a",), {"subprotocol": None}, None),
        ("a, b", ("a",), {"subprotocol": "b"}, "b"),
        ("a, b", (), {"subprotocol": "b"}, "b"),
        ("A", ("a",), {}, None),
    ],
)
def test_accept_chooses_a_subprotocol(
    protocols: str | None, configured: Any, arguments: Any, chosen: str | None
) -> None:
    server = offered(request_bytes(protocols=protocols), subprotocols=configured)
    response = Response.parse(server.accept(**arguments))
    assert server.agreement is not None and server.agreement.subprotocol == chosen
    assert response.headers.get("Sec-WebSocket-Protocol") == chosen


# --- the server: a caller's mistake changes nothing -----------------------------------------------

MISTAKES = [
    ({"subprotocol": "none"}, ValueError),
    ({"subprotocol": "Chat"}, ValueError),
    ({"subprotocol": ""}, ValueError),
    ({"subprotocol": "chat\r\nX: 1"}, ValueError),
    ({"subprotocol": 5}, TypeError),
    ({"subprotocol": ["chat"]}, TypeError),
    ({"extensions": "x-test"}, TypeError),
    ({"extensions": 5}, TypeError),
    ({"headers": [("X", "a\r\nb")]}, ValueError),
    ({"headers": [("X Y", "a")]}, ValueError),
    ({"headers": [("Upgrade", "h2c")]}, ValueError),
    ({"headers": [("content-length", "0")]}, ValueError),
    ({"headers": [("Sec-WebSocket-Protocol", "chat")]}, ValueError),
    ({"headers": "X: 1"}, TypeError),
    ({"headers": 5}, TypeError),
    ({"headers": [("X", 5)]}, TypeError),
]


@pytest.mark.parametrize(("arguments", "kind"), MISTAKES, ids=str)
def test_a_mistake_in_accept_changes_nothing(arguments: Any, kind: type[Exception]) -> None:
    data = request_bytes(protocols="chat", extensions="x-test")
    server = offered(data + FRAME)
    with pytest.raises(kind):
        server.accept(**arguments)
    assert server.state is State.OFFERED
    assert server.trailing_data == FRAME
    assert Response.parse(server.accept()).status == 101


@pytest.mark.parametrize(("arguments", "kind"), MISTAKES[:5], ids=str)
def test_a_mistake_in_accept_can_be_followed_by_reject(
    arguments: Any, kind: type[Exception]
) -> None:
    server = offered(request_bytes(protocols="chat"))
    with pytest.raises(kind):
        server.accept(**arguments)
    assert Response.parse(server.reject(500)).status == 500
    assert server.state is State.REFUSED


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ((200,), ValueError),
        ((101,), ValueError),
        ((600,), ValueError),
        (("403",), TypeError),
        ((None,), TypeError),
    ],
)
def test_a_mistake_in_reject_changes_nothing(arguments: Any, kind: type[Exception]) -> None:
    server = offered()
    with pytest.raises(kind):
        server.reject(*arguments)
    with pytest.raises(ValueError):
        server.reject(403, headers=[("X", "a\r\nb")])
    assert server.state is State.OFFERED
    assert Response.parse(server.accept()).status == 101


# --- the server: refusing -------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", b"G", GOOD_REQUEST[:-1], GOOD_REQUEST], ids=len)
def test_reject_at_any_time_before_accept(data: bytes) -> None:
    server = new_server()
    if data:
        server.receive_data(data)
    reply = server.reject(408)
    assert reply == build_rejection(408).to_bytes()
    assert server.state is State.REFUSED
    assert server.request == (Request.parse(data) if data == GOOD_REQUEST else None)


def test_reject_is_like_build_rejection() -> None:
    arguments: Any = {"headers": [("Location", "/login")], "body": b"moved", "reason": "Away"}
    assert offered().reject(302, **arguments) == build_rejection(302, **arguments).to_bytes()


@pytest.mark.parametrize("first", ["reject", "accept"])
@pytest.mark.parametrize("second", ["reject", "accept", "receive_data", "close"])
def test_nothing_follows_an_answer(first: str, second: str) -> None:
    server = offered()
    actions: dict[str, Callable[[], object]] = {
        "reject": lambda: server.reject(403),
        "accept": lambda: server.accept(),
        "receive_data": lambda: server.receive_data(b"x"),
        "close": lambda: server.receive_data(b""),
    }
    actions[first]()
    state = server.state
    with pytest.raises(LocalProtocolError):
        actions[second]()
    assert server.state is state


def test_nothing_is_read_after_a_refusal_while_reading() -> None:
    server = new_server()
    server.reject(408)
    for data in (GOOD_REQUEST, b""):
        with pytest.raises(LocalProtocolError):
            server.receive_data(data)
    with pytest.raises(LocalProtocolError):
        server.accept()
    with pytest.raises(LocalProtocolError):
        server.reject(408)


def test_accept_before_an_offer_is_a_mistake() -> None:
    server = new_server()
    with pytest.raises(LocalProtocolError):
        server.accept()
    assert server.receive_data(GOOD_REQUEST[:20]) is None
    with pytest.raises(LocalProtocolError):
        server.accept()
    assert server.state is State.READING
    assert server.receive_data(GOOD_REQUEST[20:]) is not None


@pytest.mark.parametrize("data", [b"x", b"", GOOD_REQUEST])
def test_an_offer_comes_once(data: bytes) -> None:
    server = offered()
    with pytest.raises(LocalProtocolError):
        server.receive_data(data)
    assert server.state is State.OFFERED
    assert server.trailing_data == b""
    assert Response.parse(server.accept()).status == 101


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        (BAD_SYNTAX, InvalidMessage, 400),
        (HEALTH_CHECK, InvalidRequest, 426),
        (request_bytes(start="POST"), InvalidRequest, 405),
        (request_bytes("Sec-WebSocket-Version: 13"), InvalidRequest, 400),
        (request_bytes(protocols="a b"), InvalidHeader, 400),
        (b"\x16\x03\x01", InvalidMessage, 400),
    ],
)
def test_a_faulty_request_is_refused(data: bytes, kind: type[HandshakeError], status: int) -> None:
    server, error = failed(data)
    assert type(error) is kind
    assert server.state is State.REFUSED
    assert error.rejection is not None
    assert error.rejection.status == status
    assert error.rejection.headers["Connection"].split(", ")[-1] == "close"
    assert Response.parse(error.rejection.to_bytes()) == error.rejection
    for more in (b"x", b""):
        with pytest.raises(LocalProtocolError):
            server.receive_data(more)
    with pytest.raises(LocalProtocolError):
        server.accept()


def test_an_error_can_be_dressed_once() -> None:
    server, error = failed(HEALTH_CHECK)
    reply = server.reject(error, headers=[("Date", "today")])
    assert reply == build_rejection(error, headers=[("Date", "today")]).to_bytes()
    response = Response.parse(reply)
    assert response.status == 426
    assert response.headers["Date"] == "today"
    assert response.headers["Upgrade"] == "websocket"
    assert response.headers.get_all("Connection") == ("Upgrade, close",)
    assert server.state is State.REFUSED
    with pytest.raises(LocalProtocolError):
        server.reject(error)


def test_an_error_can_be_answered_otherwise() -> None:
    server, _ = failed(HEALTH_CHECK)
    assert server.request is not None and server.request.target == "/health"
    assert Response.parse(server.reject(503, body=b"busy")).body == b"busy"
    with pytest.raises(LocalProtocolError):
        server.reject(503)


def test_a_request_that_failed_stays_to_be_seen() -> None:
    server, error = failed(HEALTH_CHECK)
    assert server.request == error.request == Request.parse(HEALTH_CHECK)


def test_a_request_that_was_rejected_stays_to_be_seen() -> None:
    server = offered()
    server.reject(403)
    assert server.request == Request.parse(GOOD_REQUEST)


def test_what_could_not_be_parsed_is_no_request() -> None:
    server, error = failed(BAD_SYNTAX)
    assert server.request is None
    assert error.request is None
    assert error.rejection is not None


@pytest.mark.parametrize("data", [b"", b"G", GOOD_REQUEST[:-1], b"GET / HTTP/1.1\r\nHost : a"])
def test_a_peer_that_closed_gets_no_rejection(data: bytes) -> None:
    server = new_server()
    if data:
        assert server.receive_data(data) is None
    with pytest.raises(IncompleteMessage) as caught:
        server.receive_data(b"")
    assert caught.value.rejection is None
    assert_well_formed(caught.value)
    assert server.state is State.FAILED
    for more in (b"x", b""):
        with pytest.raises(LocalProtocolError):
            server.receive_data(more)
    with pytest.raises(LocalProtocolError):
        server.accept()


def test_reject_after_waiting_long_enough() -> None:
    server = new_server()
    assert server.receive_data(b"GET /") is None
    with pytest.raises(IncompleteMessage):
        server.receive_data(b"")
    assert Response.parse(server.reject(408)).status == 408
    with pytest.raises(LocalProtocolError):
        server.reject(408)


# --- the server: bytes ----------------------------------------------------------------------------


@pytest.mark.parametrize("behind", [b"", b"\x00", FRAME, b"\r\n", GOOD_REQUEST])
def test_bytes_behind_the_head_are_kept_however_they_are_cut(behind: bytes) -> None:
    data = GOOD_REQUEST + behind
    for cut in range(1, len(data) + 1):
        server = new_server()
        first = server.receive_data(data[:cut])
        if cut < len(GOOD_REQUEST):
            assert first is None and server.trailing_data == b""
            assert server.receive_data(data[cut:]) is not None
            assert server.trailing_data == behind
        else:
            assert first is not None
            assert server.trailing_data == data[len(GOOD_REQUEST) : cut]
        server.accept()
        assert isinstance(server.trailing_data, bytes)


def test_bytes_behind_the_head_stay_after_accept_and_reject() -> None:
    for answer in ("accept", "reject"):
        server = offered(GOOD_REQUEST + FRAME)
        server.accept() if answer == "accept" else server.reject(403)
        assert server.trailing_data == FRAME


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_any_bytes_like_object_is_read(kind: Any) -> None:
    server, client = new_server(), new_client()
    assert server.receive_data(kind(GOOD_REQUEST[:9])) is None
    assert server.receive_data(kind(GOOD_REQUEST[9:] + FRAME)) is not None
    assert server.trailing_data == FRAME and isinstance(server.trailing_data, bytes)
    assert client.receive_data(kind(GOOD_RESPONSE[:9])) is None
    assert client.receive_data(kind(GOOD_RESPONSE[9:] + FRAME)) is not None
    assert client.trailing_data == FRAME and isinstance(client.trailing_data, bytes)


def test_a_buffer_may_be_used_again() -> None:
    server, buffer = new_server(), bytearray(1)
    for byte in GOOD_REQUEST[:-1]:
        buffer[0] = byte
        assert server.receive_data(buffer) is None
    buffer[0] = GOOD_REQUEST[-1]
    assert server.receive_data(buffer) is not None
    assert server.request == Request.parse(GOOD_REQUEST)


@pytest.mark.parametrize("kind", [bytearray, memoryview])
def test_an_empty_buffer_is_the_peers_close(kind: Any) -> None:
    for handshake in (new_server(), new_client()):
        with pytest.raises(IncompleteMessage):
            handshake.receive_data(kind(b""))


@pytest.mark.parametrize("wrong", ["GET / HTTP/1.1", "", 5, 0, None, [71], 1.5])
def test_what_is_no_bytes_is_a_type_error_and_changes_nothing(wrong: Any) -> None:
    server, client = new_server(), new_client()
    for handshake, good in ((server, GOOD_REQUEST), (client, GOOD_RESPONSE)):
        assert handshake.receive_data(good[:20]) is None
        with pytest.raises(TypeError):
            handshake.receive_data(wrong)
        assert handshake.state is State.READING
        assert handshake.receive_data(good[20:]) is not None


def test_reading_is_linear_in_the_bytes() -> None:
    data = request_bytes("X: " + "a" * 65000)
    assert len(data) < 65536
    server = new_server()
    began = time.perf_counter()
    for at in range(len(data) - 1):
        assert server.receive_data(data[at : at + 1]) is None
    assert server.receive_data(data[-1:]) is not None
    assert time.perf_counter() - began < 5


def test_limits_are_kept() -> None:
    exact = Limits(request_line=len("GET /chat HTTP/1.1"), head=len(GOOD_REQUEST), fields=5, body=0)
    assert offered(limits=exact).state is State.OFFERED
    for limits, status in (
        (Limits(request_line=len("GET /chat HTTP/1.1") - 1), 414),
        (Limits(head=len(GOOD_REQUEST) - 1), 431),
        (Limits(fields=4), 431),
    ):
        _, error = failed(GOOD_REQUEST, limits=limits)
        assert type(error) is InvalidMessage
        assert error.rejection is not None and error.rejection.status == status


# --- the server: who may connect ------------------------------------------------------------------


def test_origins_have_no_default() -> None:
    with pytest.raises(TypeError):
        ServerHandshake()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        validate_request(build_request(URI))  # type: ignore[call-arg]


@pytest.mark.parametrize("wrong", ["https://example.com", b"https://example.com", 5, [5], [b"x"]])
def test_origins_are_a_collection(wrong: Any) -> None:
    with pytest.raises(TypeError):
        ServerHandshake(origins=wrong)
    with pytest.raises(TypeError):
        validate_request(build_request(URI), origins=wrong)


@pytest.mark.parametrize(
    "arguments",
    [
        {"hosts": "example.com"},
        {"hosts": 5},
        {"hosts": [5]},
        {"subprotocols": "chat"},
        {"subprotocols": 5},
        {"subprotocols": [5]},
        {"extensions": "x-test"},
        {"extensions": 5},
        {"limits": 5},
    ],
    ids=str,
)
def test_a_server_refuses_other_types(arguments: Any) -> None:
    with pytest.raises(TypeError):
        new_server(**arguments)


@pytest.mark.parametrize(
    ("origin", "origins", "allowed"),
    [
        ("https://example.com", ["https://example.com"], True),
        ("HTTPS://EXAMPLE.com", ["https://example.com"], True),
        ("https://example.com:443", ["https://example.com"], True),
        ("https://example.com", ["https://Example.com:443"], True),
        ("https://example.com:444", ["https://example.com"], False),
        ("http://example.com", ["https://example.com"], False),
        ("https://example.com.evil.example", ["https://example.com"], False),
        ("https://sub.example.com", ["https://example.com"], False),
        ("https://example.com", [], False),
        ("https://example.com", [None], False),
        ("https://a.example", [re.compile(r"https://[a-z]\.example")], True),
        ("https://a.example.evil", [re.compile(r"https://[a-z]\.example")], False),
        ("http://example.com", [SAME_ORIGIN], True),
        ("https://example.com:443", [SAME_ORIGIN], True),
        ("https://other.example", [SAME_ORIGIN], False),
        ("null", [SAME_ORIGIN], False),
        ("null", ["https://example.com", SAME_ORIGIN, None], False),
        ("null", ["null"], True),
        ("https://evil.example", None, True),
        (None, ["https://example.com"], False),
        (None, [SAME_ORIGIN], False),
        (None, ["https://example.com", None], True),
        (None, None, True),
    ],
)
def test_origins(origin: str | None, origins: Any, allowed: bool) -> None:
    data = request_bytes(*([] if origin is None else [f"Origin: {origin}"]))
    if allowed:
        assert offered(data, origins=origins).state is State.OFFERED
        return
    server, error = failed(data, origins=origins)
    assert type(error) is InvalidRequest and error.field == "Origin"
    assert error.rejection is not None and error.rejection.status == 403
    assert server.state is State.REFUSED


# --- the server: extensions -----------------------------------------------------------------------


@dataclass(frozen=True)
class Answers:
    """A ServerExtension that answers an offer with its own parameters, or declines."""

    name: str
    declines: bool = False
    only: str | None = None
    params: tuple[tuple[str, str | None], ...] | None = None

    def answer(self, offer: Extension) -> Extension | None:
        assert offer.name == self.name
        if self.declines or (self.only and self.only not in dict(offer.params)):
            return None
        return Extension(self.name, offer.params if self.params is None else self.params)


@dataclass(frozen=True)
class AnswersWithBits(Answers):
    """The same, using reserved bits of the frame header."""

    reserved_bits: frozenset[int] = frozenset({1})


def negotiated(offers: str | None, *configured: Any, **arguments: Any) -> list[str]:
    server = offered(request_bytes(extensions=offers), extensions=configured)
    response = Response.parse(server.accept(**arguments))
    assert server.agreement is not None
    agreed = server.agreement.extensions
    answer = response.headers.get(EXTENSIONS)
    assert parse_extensions(answer) == list(agreed) if answer is not None else agreed == ()
    return [str(extension) for extension in agreed]


def test_an_offered_extension_is_answered() -> None:
    assert negotiated("x-test; a=1", Answers("x-test")) == ["x-test; a=1"]


def test_an_answer_may_differ_from_the_offer() -> None:
    assert negotiated("x-test; a", Answers("x-test", params=(("b", "2"),))) == ["x-test; b=2"]


@pytest.mark.parametrize("offer", [None, "x-other", "X-Test", "x-tes"])
def test_an_unoffered_extension_is_not_answered(offer: str | None) -> None:
    assert negotiated(offer, Answers("x-test")) == []


def test_without_negotiators_nothing_is_answered() -> None:
    assert negotiated("x-test, permessage-deflate") == []


def test_accept_may_choose_no_extension() -> None:
    assert negotiated("x-test", Answers("x-test"), extensions=()) == []


def test_accept_may_say_negotiate() -> None:
    assert negotiated("x-test", Answers("x-test"), extensions=NEGOTIATE) == ["x-test"]


def test_a_declined_extension_is_left_out() -> None:
    answers = negotiated("x-test, x-other", Answers("x-test", declines=True), Answers("x-other"))
    assert answers == ["x-other"]


def test_the_second_offer_of_a_name_is_a_fallback() -> None:
    assert negotiated("x-test; a, x-test; b", Answers("x-test", only="b")) == ["x-test; b"]


def test_the_first_offer_of_a_name_is_preferred() -> None:
    assert negotiated("x-test; a, x-test; b", Answers("x-test")) == ["x-test; a"]


def test_the_second_negotiator_of_a_name_is_a_fallback() -> None:
    declining = Answers("x-test", declines=True)
    assert negotiated("x-test; a", declining, Answers("x-test")) == ["x-test; a"]


def test_one_name_is_answered_once() -> None:
    answers = negotiated("x-test; a, x-test; b", Answers("x-test"), Answers("x-test"))
    assert answers == ["x-test; a"]


def test_two_names_are_both_answered() -> None:
    answers = negotiated("x-test, x-other", Answers("x-test"), Answers("x-other"))
    assert sorted(answers) == ["x-other", "x-test"]


def test_offers_on_two_lines_count_as_one_list() -> None:
    data = request_bytes(f"{EXTENSIONS}: x-test; a", extensions="x-test; b")
    server = offered(data, extensions=[Answers("x-test", only="b")])
    server.accept()
    assert server.agreement is not None
    assert server.agreement.extensions == (Extension("x-test", (("b", None),)),)


def test_two_extensions_never_share_a_reserved_bit() -> None:
    answers = negotiated("x-test, x-other", AnswersWithBits("x-test"), AnswersWithBits("x-other"))
    assert len(answers) == 1


def test_two_extensions_with_bits_of_their_own_are_both_answered() -> None:
    other = AnswersWithBits("x-other", reserved_bits=frozenset({2, 3}))
    answers = negotiated("x-test, x-other", AnswersWithBits("x-test"), other)
    assert sorted(answers) == ["x-other", "x-test"]


def test_a_declining_extension_takes_no_bit() -> None:
    answers = negotiated(
        "x-test, x-other", AnswersWithBits("x-test", declines=True), AnswersWithBits("x-other")
    )
    assert answers == ["x-other"]


def test_an_unknown_extension_is_ignored_but_a_malformed_one_is_not() -> None:
    assert negotiated("constructor, __proto__, toString", Answers("x-test")) == []
    _, error = failed(request_bytes(extensions="x-test; a=b c"))
    assert type(error) is InvalidHeader and error.field == EXTENSIONS


# --- the client -----------------------------------------------------------------------------------


def test_a_client_knows_where_to_connect_and_what_to_send() -> None:
    client = ClientHandshake(
        "wss://example.com/chat?x=1",
        key=KEY,
        origin="https://example.com",
        subprotocols=["chat"],
        extensions=[Asks("x-test", (("a", "1"),)), Asks("x-test")],
        headers=[("Cookie", "a=b")],
    )
    assert client.state is State.READING
    assert client.uri == parse_uri("wss://example.com/chat?x=1")
    assert client.trailing_data == b""
    assert client.request == build_request(
        "wss://example.com/chat?x=1",
        key=KEY,
        origin="https://example.com",
        subprotocols=["chat"],
        extensions=[Extension("x-test", (("a", "1"),)), Extension("x-test")],
        headers=[("Cookie", "a=b")],
    )


def test_a_client_takes_a_uri_value_and_a_host() -> None:
    uri = WebSocketURI(False, "127.0.0.1", 8080, "/chat")
    client = ClientHandshake(uri, host="example.com")
    assert client.uri == uri
    assert client.request.headers["Host"] == "example.com"


def test_every_client_draws_its_own_key() -> None:
    first, second = ClientHandshake(URI), ClientHandshake(URI)
    assert first.request != second.request
    assert first.request == first.request
    with pytest.raises(InvalidResponse):
        first.receive_data(GOOD_RESPONSE)


def test_a_client_opens() -> None:
    client = new_client(subprotocols=["chat"])
    answer = response_bytes("Sec-WebSocket-Protocol: chat")
    assert client.receive_data(answer[:-1]) is None
    assert state_of(client) is State.READING
    agreement = client.receive_data(answer[-1:])
    assert isinstance(agreement, Agreement)
    assert agreement.subprotocol == "chat"
    assert agreement.response == Response.parse(answer)
    assert client.state is State.OPEN
    for more in (b"x", b""):
        with pytest.raises(LocalProtocolError):
            client.receive_data(more)
    assert client.state is State.OPEN


@pytest.mark.parametrize(
    ("data", "kind", "state"),
    [
        (REFUSAL, UnexpectedStatus, State.REFUSED),
        (b"HTTP/1.1 204 x\r\n\r\n", UnexpectedStatus, State.REFUSED),
        (b"SSH-2.0", InvalidMessage, State.FAILED),
        (response_bytes("X"), InvalidMessage, State.FAILED),
        (response_bytes(f"Sec-WebSocket-Accept: {ACCEPT}"), InvalidResponse, State.FAILED),
        (response_bytes("Connection: @"), InvalidHeader, State.FAILED),
    ],
)
def test_a_client_fails(data: bytes, kind: type[HandshakeError], state: State) -> None:
    client = new_client()
    with pytest.raises(kind) as caught:
        client.receive_data(data)
    assert type(caught.value) is kind
    assert caught.value.rejection is None
    assert client.state is state
    for more in (GOOD_RESPONSE, b""):
        with pytest.raises(LocalProtocolError):
            client.receive_data(more)
    assert client.state is state


def test_a_client_whose_peer_closed_has_failed() -> None:
    client = new_client()
    assert client.receive_data(GOOD_RESPONSE[:-1]) is None
    with pytest.raises(IncompleteMessage):
        client.receive_data(b"")
    assert client.state is State.FAILED


def test_a_client_whose_peer_closed_inside_a_body_is_refused() -> None:
    client = new_client()
    assert client.receive_data(REFUSAL[:-1]) is None
    with pytest.raises(UnexpectedStatus):
        client.receive_data(b"")
    assert client.state is State.REFUSED


@pytest.mark.parametrize("behind", [b"", b"\x00", FRAME, b"\r\n", GOOD_RESPONSE])
def test_the_first_frames_are_kept_however_they_are_cut(behind: bytes) -> None:
    data = GOOD_RESPONSE + behind
    for cut in range(1, len(data) + 1):
        client = new_client()
        if client.receive_data(data[:cut]) is None:
            assert client.trailing_data == b""
            assert client.receive_data(data[cut:]) is not None
            assert client.trailing_data == behind
        else:
            assert client.trailing_data == data[len(GOOD_RESPONSE) : cut]


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ({"uri": "http://example.com/"}, InvalidURI),
        ({"uri": b"ws://example.com/"}, TypeError),
        ({"uri": None}, TypeError),
        ({"key": "short"}, ValueError),
        ({"key": 5}, TypeError),
        ({"host": "a\r\nb"}, ValueError),
        ({"origin": "a\r\nb"}, ValueError),
        ({"subprotocols": ["a b"]}, ValueError),
        ({"subprotocols": ["a", "a"]}, ValueError),
        ({"subprotocols": "chat"}, TypeError),
        ({"subprotocols": [5]}, TypeError),
        ({"extensions": "x-test"}, TypeError),
        ({"extensions": 5}, TypeError),
        ({"headers": [("Upgrade", "h2c")]}, ValueError),
        ({"headers": [("X", "a\nb")]}, ValueError),
        ({"headers": "X: 1"}, TypeError),
        ({"limits": 5}, TypeError),
    ],
    ids=str,
)
def test_a_client_refuses_mistakes(arguments: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        ClientHandshake(**{"uri": URI, **arguments})


# --- the client: extensions -----------------------------------------------------------------------


@dataclass(frozen=True)
class Asks:
    """A ClientExtension that agrees to every answer, or only to one with a given parameter."""

    name: str
    params: tuple[tuple[str, str | None], ...] = ()
    only: str | None = None

    def offer(self) -> Extension:
        return Extension(self.name, self.params)

    def confirm(self, answer: Extension, offer: Extension) -> None:
        assert answer.name == self.name
        assert offer.name == self.name
        if self.only and self.only not in dict(answer.params):
            parse_extensions("=")  # raises InvalidHeader


@dataclass(frozen=True)
class AsksWithBits(Asks):
    """The same, using reserved bits of the frame header."""

    reserved_bits: frozenset[int] = frozenset({1})


def confirmed(answer: str | None, *configured: Any) -> list[str]:
    client = new_client(extensions=configured)
    lines = [] if answer is None else [f"{EXTENSIONS}: {answer}"]
    agreement = client.receive_data(response_bytes(*lines))
    assert agreement is not None and client.state is State.OPEN
    return [str(extension) for extension in agreement.extensions]


def unconfirmed(answer: str, *configured: Any) -> HandshakeError:
    client = new_client(extensions=configured)
    with pytest.raises(HandshakeError) as caught:
        client.receive_data(response_bytes(f"{EXTENSIONS}: {answer}"))
    assert client.state is State.FAILED
    assert caught.value.rejection is None
    return caught.value


def test_an_answered_extension_is_confirmed() -> None:
    assert confirmed("x-test; a=1", Asks("x-test")) == ["x-test; a=1"]
    assert confirmed("x-test; a=1", Asks("x-test", only="a")) == ["x-test; a=1"]


def test_no_answer_needs_no_confirmation() -> None:
    assert confirmed(None, Asks("x-test", only="a")) == []


def test_an_unconfirmed_answer_fails() -> None:
    error = unconfirmed("x-test", Asks("x-test", only="a"))
    assert type(error) is InvalidHeader


def test_confirm_sees_the_answer_and_the_offer() -> None:
    seen: list[tuple[Extension, Extension]] = []

    class Spy(Asks):
        def confirm(self, answer: Extension, offer: Extension) -> None:
            seen.append((answer, offer))

    confirmed('x-test; a="1"; b', Spy("x-test", (("c", None),)))
    assert seen == [
        (Extension("x-test", (("a", "1"), ("b", None))), Extension("x-test", (("c", None),)))
    ]


@pytest.mark.parametrize("answer", ["x-other", "X-Test", "x-test, x-other"])
def test_an_unoffered_answer_fails(answer: str) -> None:
    error = unconfirmed(answer, Asks("x-test"))
    assert type(error) is InvalidResponse and error.field == EXTENSIONS


@pytest.mark.parametrize("answer", ["x-test, x-test", "x-test; a, x-test; b"])
def test_one_name_answered_twice_fails(answer: str) -> None:
    error = unconfirmed(answer, Asks("x-test"), Asks("x-test", (("a", None),)))
    assert type(error) is InvalidResponse and error.field == EXTENSIONS


@pytest.mark.parametrize("order", [1, -1])
def test_fallbacks_of_one_name_are_all_asked_to_confirm(order: int) -> None:
    first, second = Asks("x-test", (("a", None),), "a"), Asks("x-test", (("b", None),), "b")
    configured = [first, second][::order]
    assert confirmed("x-test; a", *configured) == ["x-test; a"]
    assert confirmed("x-test; b", *configured) == ["x-test; b"]
    assert type(unconfirmed("x-test; c", *configured)) is InvalidHeader


def test_answers_keep_their_order() -> None:
    assert confirmed("y, x", Asks("x"), Asks("y")) == ["y", "x"]


def test_two_answers_that_share_a_reserved_bit_fail() -> None:
    error = unconfirmed("x, y", AsksWithBits("x"), AsksWithBits("y"))
    assert error.field == EXTENSIONS


def test_two_answers_with_bits_of_their_own_are_fine() -> None:
    other = AsksWithBits("y", reserved_bits=frozenset({2}))
    assert confirmed("x, y", AsksWithBits("x"), other) == ["x", "y"]


def test_one_answer_of_two_that_share_a_reserved_bit_is_fine() -> None:
    assert confirmed("y", AsksWithBits("x"), AsksWithBits("y")) == ["y"]


def test_headers_from_any_form_reach_the_wire() -> None:
    client = new_client(headers=Headers([("X-A", "1")]))
    assert client.request.to_bytes().endswith(b"\r\nX-A: 1\r\n\r\n")
