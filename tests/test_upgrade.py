"""The switch of protocols (RFC 9110 §7.8): who wants it."""

from __future__ import annotations

from typing import Any

import pytest

from ws_handshake import HandshakeError, Request, Response, is_websocket_request
from ws_handshake.upgrade import examine_connection, examine_upgrade


@pytest.mark.parametrize(
    "other", [None, b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", {"Upgrade": "websocket"}]
)
def test_what_is_no_request_wants_no_websocket(other: Any) -> None:
    assert is_websocket_request(other) is False
    response: Any = Response(101, {"Upgrade": "websocket"})
    assert is_websocket_request(response) is False


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("WebSocket", True),
        ("h2c,websocket", True),
        ("h2c\t, \tWEBSOCKET ,", True),
        ("websocket;q=1", False),
        ("websocket/13", False),
        ("websockets", False),
        ("xwebsocket", False),
        ("web socket", False),
        ("web\u017focket".encode().decode("latin-1"), False),
    ],
)
def test_one_element_says_it_exactly(value: str, wanted: bool) -> None:
    assert is_websocket_request(Request("/", {"Upgrade": value})) is wanted


def test_nothing_of_it_may_be_left_out() -> None:
    for place in range(len("websocket")):
        shorter = "websocket"[:place] + "websocket"[place + 1 :]
        assert is_websocket_request(Request("/", {"Upgrade": shorter})) is False


def test_any_line_may_say_it() -> None:
    request = Request("/", [("Upgrade", "h2c"), ("upgrade", "websocket")])
    assert is_websocket_request(request) is True


@pytest.mark.parametrize(
    ("value", "side", "codes"),
    [
        ("websocket", "", []),
        ("WebSocket", "response-", []),
        (",websocket,", "", []),
        (None, "", ["upgrade-missing"]),
        (None, "response-", ["response-upgrade-missing"]),
        ("websocket/13", "", ["upgrade-not-websocket"]),
        ("", "", ["upgrade-not-websocket"]),
        ("h2c", "response-", ["response-upgrade-not-websocket"]),
        ("h2c, websocket", "", ["upgrade-not-websocket"]),
        ("websocket, h2c", "", ["upgrade-not-websocket"]),
        ("websocket, Websocket", "", ["upgrade-repeated"]),
        ("websocket, h2c, websocket", "response-", ["response-upgrade-repeated"]),
        (("websocket", "websocket"), "", ["upgrade-repeated"]),
        (("websocket", ""), "response-", ["response-upgrade-repeated"]),
        (("h2c", "h2c"), "", ["upgrade-repeated"]),
        ("web socket", "", ["upgrade-malformed"]),
        (("websocket", "@"), "response-", ["upgrade-malformed"]),
    ],
)
def test_upgrade_names_websocket_once(value: Any, side: str, codes: list[str]) -> None:
    faults: list[HandshakeError] = []
    examine_upgrade(value, faults.append, side)
    assert [each.code for each in faults] == codes


@pytest.mark.parametrize(
    ("value", "side", "codes"),
    [
        ("Upgrade", "", []),
        ("keep-alive, UPGRADE", "response-", []),
        (("keep-alive", "upgrade"), "", []),
        (None, "", ["connection-missing"]),
        (None, "response-", ["response-connection-missing"]),
        ("", "", ["connection-without-upgrade"]),
        ("close", "response-", ["response-connection-without-upgrade"]),
        ("upgrades, x-upgrade", "", ["connection-without-upgrade"]),
        ("upgrade; x", "", ["connection-malformed"]),
        (("upgrade", "@"), "response-", ["connection-malformed"]),
    ],
)
def test_connection_has_upgrade(value: Any, side: str, codes: list[str]) -> None:
    faults: list[HandshakeError] = []
    examine_connection(value, faults.append, side)
    assert [each.code for each in faults] == codes
