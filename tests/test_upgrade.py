"""The switch of protocols (RFC 9110 §7.8): who wants it."""

from __future__ import annotations

from typing import Any

import pytest

from ws_handshake import Request, Response, is_websocket_request


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
        ("h2c,websocket", True),
        ("h2c\t, \tWEBSOCKET ,", True),
        ("websocket;q=1", False),
        ("websocket/13", False),
        ("websockets", False),
        ("web socket", False),
        ("web\u017focket".encode().decode("latin-1"), False),
    ],
)
def test_one_element_says_it_exactly(value: str, wanted: bool) -> None:
    assert is_websocket_request(Request("/", {"Upgrade": value})) is wanted


def test_any_line_may_say_it() -> None:
    request = Request("/", [("Upgrade", "h2c"), ("upgrade", "websocket")])
    assert is_websocket_request(request) is True
