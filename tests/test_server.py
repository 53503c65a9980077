"""The server's side (RFC 6455 §4.2): wrong arguments, targets, and what a fault's details say."""

from __future__ import annotations

from typing import Any

import pytest
from contract.request_cases import Value, req

from ws_handshake import (
    HandshakeError,
    Offer,
    Request,
    Response,
    ServerHandshake,
    build_response,
    request_violations,
    server,
    validate_request,
)

REQUEST = Request.parse(req())


def error_for(fields: dict[str, Value] | None = None, **line: str) -> HandshakeError:
    with pytest.raises(HandshakeError) as caught:
        validate_request(Request.parse(req(fields, **line)), origins=None)
    return caught.value


@pytest.mark.parametrize("wrong", [None, req(), "GET / HTTP/1.1", Response(101)], ids=repr)
def test_a_request_of_another_type_is_a_type_error(wrong: Any) -> None:
    with pytest.raises(TypeError, match="Request"):
        validate_request(wrong, origins=None)
    with pytest.raises(TypeError, match="Request"):
        request_violations(wrong)


def test_an_offer_of_another_type_is_a_type_error() -> None:
    wrong: Any = REQUEST
    with pytest.raises(TypeError, match="Offer"):
        build_response(wrong)


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("/", "/", ""),
        ("/chat?", "/chat", ""),
        ("/chat?a?b", "/chat", "a?b"),
        ("//other/chat", "//other/chat", ""),
        ("http://server.example.com", "/", ""),
        ("http://server.example.com?", "/", ""),
        ("https://server.example.com/", "/", ""),
        ("ws://server.example.com/a/?b?c/d", "/a/", "b?c/d"),
        ("http://server.example.com?a=b", "/", "a=b"),
        ("WSS://server.example.com:443/a/b?c", "/a/b", "c"),
    ],
)
def test_an_offer_splits_both_forms_of_a_target(target: str, path: str, query: str) -> None:
    fields: dict[str, Value] = {"Host": "server.example.com:443"} if "443" in target else {}
    offer = validate_request(Request.parse(req(fields, target=target)), origins=None)
    assert (offer.target, offer.path, offer.query) == (target, path, query)


@pytest.mark.parametrize(
    ("target", "detail"),
    [
        ("chat", "scheme"),
        ("*", "scheme"),
        ("ftp://server.example.com/", "scheme"),
        ("httpss://server.example.com/", "scheme"),
        ("wsss://server.example.com/", "scheme"),
        ("ws//server.example.com/", "scheme"),
        ("ws:/server.example.com/", "scheme"),
        ("/a#b", "'#' at position 2"),
        ("/\xe9", "'\\xe9' at position 1"),
        ("/\xff", "'\\xff' at position 1"),
        ("http://server.example.com/#", "'#' at position 26"),
        ("/?token=opensesame\xe9", "query"),
        ("http:///chat", "host[:port]"),
        ("ws://me:opensesame@server.example.com/", "host[:port]"),
        ("ws://server.example.com:0/", "host[:port]"),
    ],
)
def test_a_malformed_target_is_explained(target: str, detail: str) -> None:
    error = error_for(target=target)
    assert error.code == "target-malformed"
    assert detail in error.message
    assert "opensesame" not in error.message


@pytest.mark.parametrize("scheme", ["http", "https", "ws", "wss"])
def test_nothing_of_a_scheme_may_be_left_out(scheme: str) -> None:
    shorter = {scheme[:place] + scheme[place + 1 :] for place in range(len(scheme))}
    for each in shorter - {"http", "ws"}:
        assert error_for(target=f"{each}://server.example.com/").code == "target-malformed"


@pytest.mark.parametrize(
    ("target", "host", "same"),
    [
        ("http://a/", "a", True),
        ("http://a/", "a:80", True),
        ("http://a:80/", "A:", True),
        ("wss://a:443/", "a", True),
        ("https://[::1]/", "[::1]:443", True),
        ("http://a/", "a:443", False),
        ("wss://a/", "a:80", False),
        ("ws://a:8080/", "a", False),
        ("ws://b/", "a", False),
    ],
)
def test_the_hosts_of_target_and_host_are_compared_with_their_ports(
    target: str, host: str, same: bool
) -> None:
    request = Request.parse(req({"Host": host}, target=target))
    codes = [violation.code for violation in request_violations(request)]
    assert codes == ([] if same else ["host-differs"])


def test_a_malformed_target_differs_from_no_host() -> None:
    request = Request.parse(req({"Host": "a"}, target="http://b:0/"))
    assert [each.code for each in request_violations(request)] == ["target-malformed"]


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize(
    "name", ["Host", "Sec-WebSocket-Version", "Sec-WebSocket-Key", "Origin", "Content-Length"]
)
def test_a_repeated_field_is_counted(name: str, count: int) -> None:
    values: list[str | bytes] = ["0"] * count
    assert error_for({name: values}).message == f"{name} is there {count} times"


def test_the_way_in_which_upgrade_repeats_is_told() -> None:
    assert "on one line" in error_for({"Upgrade": "websocket, websocket"}).message
    assert "on 3 lines" in error_for({"Upgrade": ["websocket", "", "h2c"]}).message


@pytest.mark.parametrize("version", ["0", "8", "12", "14", "130", "255"])
def test_another_version_is_refused_and_ours_named(version: str) -> None:
    error = error_for({"Sec-WebSocket-Version": version})
    assert error.code == "version-unsupported"
    assert error.rejection is not None
    assert error.rejection.headers["Sec-WebSocket-Version"] == "13"


def test_an_origin_that_decides_nothing_may_end_in_a_slash() -> None:
    """Go's x/net client sends it so."""
    request = Request.parse(req({"Origin": "https://example.com/"}))
    assert validate_request(request, origins=None).origin == "https://example.com/"
    for value in ("https://example.com//", "/", "https://example.com/chat"):
        assert error_for({"Origin": value}).code == "origin-malformed"


def test_an_offer_made_by_hand_reads_its_request() -> None:
    offer = Offer(Request("/?a", {"Host": "b", "Sec-WebSocket-Key": "c"}))
    assert (offer.path, offer.query, offer.host, offer.key) == ("/", "a", "b", "c")
    assert (offer.origin, offer.subprotocols, offer.extensions) == (None, (), ())


@pytest.mark.parametrize("wrong", [None, req(), {"Host": "a"}], ids=repr)
def test_an_offer_is_made_of_a_request(wrong: Any) -> None:
    with pytest.raises(TypeError, match="Request"):
        Offer(wrong)


@pytest.mark.parametrize("count", [0, 2])
def test_an_offer_without_a_single_key_cannot_be_made(count: int) -> None:
    """RFC 6455 §4.2.2, item 5.4: there is nothing to make the accept value of."""
    keys = [("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")] * count
    with pytest.raises(ValueError, match="Sec-WebSocket-Key"):
        Offer(Request("/", keys))


@pytest.mark.parametrize("name", ["chat\r\nA: b", "a b", ""])
def test_an_offer_made_by_hand_cannot_split_the_response(name: str) -> None:
    with pytest.raises(ValueError, match="subprotocol"):
        Offer(REQUEST, (name,))


def test_there_is_no_agreement_before_accept() -> None:
    server = ServerHandshake(origins=None, subprotocols=["chat"])
    assert server.agreement is None
    server.receive_data(req({"Sec-WebSocket-Protocol": "chat"}))
    assert server.agreement is None
    reply = server.accept(headers={"Date": "today"})
    assert server.agreement is not None
    assert server.agreement == server.agreement
    assert server.agreement.response == Response.parse(reply)


def test_a_usual_handshake_is_judged_while_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """No rule is looked at a second time: that is what makes a handshake quick."""

    def twice(*_: object) -> None:
        raise AssertionError

    for name in (
        *("_examine_request_line", "_examine_host", "_examine_no_body", "examine_upgrade"),
        *("examine_connection", "_examine_version", "_examine_key", "_examine_origin"),
        *("_examine_subprotocols", "_examine_extensions"),
    ):
        monkeypatch.setattr(server, name, twice)
    data = (
        b"GET /chat HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: https://example.com\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: chat\r\n"
        b"Sec-WebSocket-Extensions: x\r\n\r\n"
    )
    offer = ServerHandshake(origins=["https://example.com"]).receive_data(data)
    assert offer is not None
    assert offer.subprotocols == ("chat",)


def test_an_offer_has_one_key() -> None:
    with pytest.raises(ValueError, match=r"^an offer has one Sec-WebSocket-Key: use validate_req"):
        Offer(Request("/", {}))
    key = "dGhlIHNhbXBsZSBub25jZQ=="
    with pytest.raises(ValueError, match=r"^an offer has one"):
        Offer(Request("/", [("Sec-WebSocket-Key", key), ("sec-websocket-key", key)]))
    assert Offer(Request("/", {"sec-websocket-key": key}), ["chat"]).key == key


def test_a_violation_has_the_hint_that_the_request_gives() -> None:
    asked = Request.parse(req({"Upgrade": None}))
    (violation,) = request_violations(asked)
    with pytest.raises(HandshakeError) as caught:
        validate_request(asked, origins=None)
    assert violation.hint == caught.value.hint is not None
    assert violation == caught.value.violation


@pytest.mark.parametrize("minor", range(1, 10))
def test_a_higher_minor_version_is_as_good(minor: int) -> None:
    """RFC 6455 §4.2.1, item 1: HTTP/1.1 or higher."""
    request = Request.parse(req(http=f"HTTP/1.{minor}"))
    assert validate_request(request, origins=None).request.version == f"HTTP/1.{minor}"


@pytest.mark.parametrize(
    ("version", "code"),
    [
        ("HTTP/1.0", "http-version-too-old"),
        *[(f"HTTP/{each}", "http-version-unsupported") for each in ("0.9", "1", "2", "2.0", "3")],
    ],
)
def test_another_http_version_is_refused(version: str, code: str) -> None:
    request = Request("/", Request.parse(req()).headers, version=version)
    (violation,) = request_violations(request)
    assert violation.code == code
    assert (f"'{version}'" in violation.message) is (code == "http-version-unsupported")


@pytest.mark.parametrize("length", ["0", "000"])
def test_a_body_of_no_bytes_is_no_body(length: str) -> None:
    request = Request.parse(req({"Content-Length": length}))
    assert validate_request(request, origins=None).headers["Content-Length"] == length


@pytest.mark.parametrize(
    ("length", "code"),
    [
        *[(length, "content-length-not-zero") for length in ("1", "9", "10", "09", "900")],
        *[(length, "content-length-malformed") for length in ("", "/", ":", "0/", "0:", "+0")],
    ],
)
def test_a_handshake_has_no_body(length: str, code: str) -> None:
    assert error_for({"Content-Length": length}).code == code


@pytest.mark.parametrize("wrong", ["chat", None, [b"chat"]], ids=repr)
def test_the_subprotocols_of_an_offer_are_named_where_they_are_wrong(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"^subprotocols "):
        Offer(REQUEST, wrong)


def test_a_head_in_one_piece_needs_no_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(server, "HeadReader")
    assert ServerHandshake(origins=None).receive_data(REQUEST.to_bytes()) is not None


def test_without_extensions_of_its_own_a_server_reads_no_offers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = ServerHandshake(origins=None)
    asked.receive_data(req({"Sec-WebSocket-Extensions": "x"}))
    monkeypatch.delattr(server, "parse_extensions")
    assert b"Sec-WebSocket-Extensions" not in asked.accept()


def test_the_answer_to_head_has_no_body_whatever_it_says() -> None:
    asked = ServerHandshake(origins=None)
    with pytest.raises(HandshakeError):
        asked.receive_data(req(method="HEAD"))
    assert asked.reject(503, body="later").endswith(b"\r\nConnection: close\r\n\r\n")


def test_the_answer_to_head_has_no_body_whatever_error_it_is_made_of() -> None:
    asked = ServerHandshake(origins=None)
    with pytest.raises(HandshakeError):
        asked.receive_data(req(method="HEAD"))
    assert asked.reject(error_for({"Host": None})).endswith(b"\r\nConnection: close\r\n\r\n")
