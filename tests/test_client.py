"""The client's side (RFC 6455 §4.1): wrong arguments, odd requests, and what the object shows."""

from __future__ import annotations

from typing import Any

import pytest
from contract.checks import KEY
from contract.response_cases import head, opening

from ws_handshake import (
    ClientHandshake,
    Extension,
    HandshakeError,
    Limits,
    Request,
    Response,
    State,
    UnexpectedStatus,
    WebSocketURI,
    build_request,
    client,
    request,
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


@pytest.mark.parametrize("argument", ["host", "origin"])
@pytest.mark.parametrize("wrong", [["a"], {"a": "b"}, b"a", 1], ids=repr)
def test_an_argument_of_another_type_is_named(argument: str, wrong: Any) -> None:
    with pytest.raises(TypeError, match=f"^{argument} is a str, not {type(wrong).__name__}$"):
        build_request(URI, **{argument: wrong})


@pytest.mark.parametrize("none", [(), [], {}], ids=repr)
def test_no_extensions_are_no_field(none: Any) -> None:
    assert "Sec-WebSocket-Extensions" not in build_request(URI, extensions=none).headers


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("/chat", 1),
        ("/" + 255 * "a", 1),
        ("/" + 256 * "a", 0),
        ("/?token=opensesame", 0),
        ("/?" + 256 * "a", 0),
    ],
    ids=lambda value: str(value)[:20],
)
def test_of_a_target_with_a_query_or_a_long_one_nothing_is_kept(target: str, kept: int) -> None:
    client._kept_parts.cache_clear()
    for _ in range(2):
        assert build_request(f"ws://example.com{target}").target == target
    info = client._kept_parts.cache_info()
    assert (info.currsize, info.hits) == (kept, kept)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"subprotocols": ["a" * 24]}, 1),
        ({"subprotocols": ["a" * 25]}, 0),  # perhaps a token, for want of an Authorization
        ({"subprotocols": ["bearer", "eyJhbGciOiJIUzI1NiJ9.e30."]}, 0),
        ({"subprotocols": [str(number) for number in range(16)]}, 1),
        ({"subprotocols": [str(number) for number in range(17)]}, 0),
        ({"host": "example.com", "origin": "https://" + 489 * "a"}, 1),
        ({"host": "example.com", "origin": "https://" + 490 * "a"}, 0),
        ({"host": "a" * 600}, 0),
        ({"extensions": [Extension("a" * 600)]}, 0),
    ],
    ids=lambda value: str(value)[:40],
)
def test_of_what_is_long_or_perhaps_a_token_nothing_is_kept(
    said: dict[str, Any], kept: int
) -> None:
    client._kept_parts.cache_clear()
    one, other = (build_request(URI, key=KEY, **said) for _ in range(2))
    assert one == other
    info = client._kept_parts.cache_info()
    assert (info.currsize, info.hits) == (kept, kept)


def test_what_is_kept_is_what_was_said() -> None:
    class Caseless(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            return self.lower() == str(other).lower()

        def __hash__(self) -> int:
            return hash(self.lower())

    for host, name in (("Example.com", "Chat"), ("EXAMPLE.com", "CHAT")):
        request = build_request(URI, host=Caseless(host), subprotocols=[Caseless(name)])
        assert request.headers["Host"] == host
        assert request.headers["Sec-WebSocket-Protocol"] == name


@pytest.mark.parametrize("headers", [(), {"User-Agent": "a"}], ids=repr)
def test_what_is_known_of_a_built_request_is_what_its_bytes_say(headers: Any) -> None:
    extensions = [Extension("x-a", (("b", "1"),))]
    built = build_request(
        URI,
        origin="http://a.example",
        subprotocols=["a", "b"],
        extensions=extensions,
        headers=headers,
    )
    assert built._deciding() == Request.parse(built.to_bytes())._deciding()


@pytest.mark.parametrize("headers", [(), {"User-Agent": "a"}], ids=repr)
def test_a_built_request_is_not_written_again(
    headers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = build_request(URI, headers=headers)
    expected = Request(built.target, built.headers).to_bytes()
    monkeypatch.delattr(request, "write_lines")
    assert built.to_bytes() == expected


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("a, b", "response-subprotocol-several"),
        ("c", "subprotocol-not-offered"),
        ("A", "subprotocol-not-offered"),
        ("a", ""),
        ("b", ""),
    ],
)
def test_an_answer_of_the_usual_form_names_one_subprotocol_that_was_offered(
    answer: str, code: str
) -> None:
    asking = ClientHandshake(URI, key=KEY, subprotocols=["a", "b"])
    data = opening(f"Sec-WebSocket-Protocol: {answer}")
    if code:
        with pytest.raises(HandshakeError) as caught:
            asking.receive_data(data)
        assert caught.value.code == code
    else:
        agreement = asking.receive_data(data)
        assert agreement is not None
        assert agreement.subprotocol == answer


@pytest.mark.parametrize("value", ["a@", "@", "a b"])
def test_a_malformed_subprotocol_is_none_even_where_it_was_offered(value: str) -> None:
    asked = Request("/", [*REQUEST.headers.items(), ("Sec-WebSocket-Protocol", value)])
    answer = Response(101, [*OPENING.headers.items(), ("Sec-WebSocket-Protocol", value)])
    codes = [violation.code for violation in response_violations(answer, asked)]
    assert codes == ["subprotocol-malformed"]


@pytest.mark.parametrize("asked", [REQUEST, Request("/", {})], ids=["with key", "without"])
def test_of_an_accept_value_on_two_lines_only_that_is_said(asked: Request) -> None:
    accept = ("Sec-WebSocket-Accept", OPENING.headers["Sec-WebSocket-Accept"])
    answer = Response(101, [*OPENING.headers.items(), accept])
    codes = [violation.code for violation in response_violations(answer, asked)]
    assert codes == ["accept-repeated"]


INTERIM = b"HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n"


@pytest.mark.parametrize("size", [1, 7, len(INTERIM), 10_000])
@pytest.mark.parametrize("count", [0, 1, 2])
def test_interim_responses_are_skipped_however_they_are_cut(count: int, size: int) -> None:
    asking = new_client()
    data = count * INTERIM + opening()
    agreements = [asking.receive_data(data[at : at + size]) for at in range(0, len(data), size)]
    assert agreements[:-1] == [None] * (len(agreements) - 1)
    assert agreements[-1] is not None
    assert agreements[-1].response.status == 101
    assert asking.state is State.OPEN


@pytest.mark.parametrize("size", [1, 20, 10_000])
def test_the_body_of_a_refusal_is_read_however_it_is_cut(size: int) -> None:
    asking = new_client()
    data = INTERIM + head("HTTP/1.1 403 Forbidden", "Content-Length: 5") + b"hello"
    with pytest.raises(UnexpectedStatus) as caught:
        for at in range(0, len(data), size):
            assert asking.receive_data(data[at : at + size]) is None
    assert (caught.value.response.body, caught.value.complete) == (b"hello", True)
    assert at + size >= len(data)


def test_an_answer_in_one_piece_needs_no_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(client, "HeadReader")
    assert new_client().receive_data(opening()) is not None


def test_an_answer_behind_the_beginning_of_another_is_none() -> None:
    asking = new_client()
    assert asking.receive_data(b"HTTP/1.1 200 OK\r\nA: b\r\n") is None
    with pytest.raises(HandshakeError):
        asking.receive_data(opening())
    assert asking.state is State.FAILED
