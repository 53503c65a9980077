"""The client's side (RFC 6455 §4.1): wrong arguments, odd requests, and what the object shows."""

from __future__ import annotations

from typing import Any

import pytest
from contract.checks import KEY
from contract.response_cases import head, opening

from ws_handshake import (
    ClientHandshake,
    HandshakeError,
    Limits,
    Request,
    Response,
    State,
    UnexpectedStatus,
    WebSocketURI,
    build_request,
    client,
    response_violations,
    validate_response,
)

URI = "ws://example.com/chat"
REQUEST = build_request(URI, key=KEY)
OPENING = Response.parse(opening())


def new_client() -> ClientHandshake:
    return ClientHandshake(URI, key=KEY)


@pytest.mark.parametrize("wrong", [None, b"HTTP/1.1 101 x\r\n\r\n", 101, REQUEST], ids=repr)
def test_a_response_of_another_type_is_a_type_error(wrong: Any) -> None:
    for judge in (validate_response, response_violations):
        with pytest.raises(TypeError, match="Response"):
            judge(wrong, REQUEST)


@pytest.mark.parametrize("wrong", [None, REQUEST.to_bytes(), URI, OPENING], ids=repr)
def test_a_request_of_another_type_is_a_type_error(wrong: Any) -> None:
    for judge in (validate_response, response_violations):
        with pytest.raises(TypeError, match="Request"):
            judge(OPENING, wrong)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("Sec-WebSocket-Protocol", "chat", "subprotocol-not-offered"),
        ("Sec-WebSocket-Extensions", "x-test", "extension-not-offered"),
    ],
)
@pytest.mark.parametrize("offered", ["chat x-test", "@", "chat;, x-test=", ""])
def test_a_malformed_offer_offers_nothing(field: str, value: str, code: str, offered: str) -> None:
    request = Request("/", [*REQUEST.headers.items(), (field, offered)])
    answer = Response(101, [*OPENING.headers.items(), (field, value)])
    assert [violation.code for violation in response_violations(answer, request)] == [code]


def test_an_offer_on_several_lines_is_one_list() -> None:
    lines = [("Sec-WebSocket-Protocol", "chat"), ("Sec-WebSocket-Protocol", "superchat")]
    request = Request("/", [*REQUEST.headers.items(), *lines])
    answer = Response(101, [*OPENING.headers.items(), lines[1]])
    assert validate_response(answer, request).subprotocol == "superchat"


def test_the_violations_of_an_answer_are_listed_in_the_order_of_the_section() -> None:
    """RFC 6455 §4.1, items 1 to 6, fields that may come once before their values."""
    answer = Response.parse(
        opening(
            "Sec-WebSocket-Extensions: x-new, x-new",
            "Sec-WebSocket-Protocol: a",
            "Sec-WebSocket-Protocol: b",
            status="HTTP/1.0 101 x",
            upgrade=("Upgrade: h2c",),
            connection=("Connection: close",),
            accept=("Sec-WebSocket-Accept: AAAA",),
        )
    )
    assert [violation.code for violation in response_violations(answer, REQUEST)] == [
        "response-http-version",
        "response-upgrade-not-websocket",
        "response-connection-without-upgrade",
        "response-subprotocol-repeated",
        "accept-malformed",
        "extension-not-offered",
        "extension-not-offered",
    ]
    with pytest.raises(HandshakeError) as caught:
        validate_response(answer, REQUEST)
    assert caught.value.code == "response-http-version"


def test_another_status_is_the_only_violation() -> None:
    answer = Response(404, {"Upgrade": "h2c"})
    assert [each.code for each in response_violations(answer, REQUEST)] == ["status-unexpected"]


def test_a_client_shows_its_agreement_from_then_on() -> None:
    client = new_client()
    assert client.agreement is None
    agreement = client.receive_data(opening())
    assert agreement is not None
    assert client.agreement is agreement


def test_a_client_that_was_refused_has_no_agreement() -> None:
    client = new_client()
    with pytest.raises(UnexpectedStatus) as caught:
        client.receive_data(head("HTTP/1.1 403 Forbidden", "Content-Length: 2") + b"no!")
    assert (client.agreement, client.state) == (None, State.REFUSED)
    assert caught.value.response.body == b"no"
    assert client.trailing_data == b"!"


def test_a_message_names_the_status_with_its_reason() -> None:
    for line, shown in (("403 Get lost", "'403 Get lost'"), ("403 ", "'403'")):
        with pytest.raises(UnexpectedStatus, match=shown):
            new_client().receive_data(head(f"HTTP/1.1 {line}", "Content-Length: 0"))


@pytest.mark.parametrize("wrong", [None, 8192, {"head": 1}], ids=repr)
def test_limits_of_another_type_are_a_type_error(wrong: Any) -> None:
    with pytest.raises(TypeError, match="Limits"):
        ClientHandshake(URI, limits=wrong)
    with pytest.raises(TypeError, match="Limits"):
        Response.parse(opening(), wrong)
    assert Response.parse(opening(), Limits()) == OPENING


def test_a_uri_value_is_kept_as_it_is() -> None:
    uri = WebSocketURI(True, "example.com", 8443, "/")
    client = ClientHandshake(uri)
    assert client.uri is uri
    assert client.request.headers["Host"] == "example.com:8443"


@pytest.mark.parametrize("name", ["Host", "origin", "EXPECT", "Trailer"])
def test_a_field_that_the_arguments_write_says_so(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        build_request(URI, headers={name: "x"})


@pytest.mark.parametrize(
    ("argument", "value"),
    [("key", "AAAA"), ("host", "a b"), ("origin", "https://example.com/")],
)
def test_an_argument_that_its_field_cannot_hold_is_named(argument: str, value: str) -> None:
    arguments: dict[str, Any] = {argument: value}
    with pytest.raises(ValueError, match=argument):
        build_request(URI, **arguments)
    arguments = {argument: value.encode()}
    with pytest.raises(TypeError, match=argument):
        build_request(URI, **arguments)


def test_a_usual_answer_is_judged_while_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """No rule is looked at a second time: that is what makes a handshake quick."""

    def twice(*_: object, **__: object) -> None:
        raise AssertionError

    for name in (
        *("examine_upgrade", "examine_connection", "_examine_number", "_examine_accept"),
        *("_examine_subprotocol", "_examine_extensions"),
    ):
        monkeypatch.setattr(client, name, twice)
    asking = ClientHandshake(
        "ws://example.com/", key="dGhlIHNhbXBsZSBub25jZQ==", subprotocols=["chat"]
    )
    agreement = asking.receive_data(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
        b"Sec-WebSocket-Protocol: chat\r\n\r\n"
    )
    assert agreement is not None
    assert agreement.subprotocol == "chat"
