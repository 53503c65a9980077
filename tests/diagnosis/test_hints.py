"""What the body of a refusal tells the people who run the proxy in front.

A browser's network panel shows the answer of the server: it should be enough to mend the proxy.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from ws_handshake import HandshakeError, Request, ServerHandshake, validate_request

from .messages import GOOD, PLAIN, STRIPPED, Changes, ask

VERSION = "proxy_http_version 1.1;"
UPGRADE = "proxy_set_header Upgrade $http_upgrade;"
CONNECTION = "proxy_set_header Connection $connection_upgrade;"
MAP = "map $http_upgrade $connection_upgrade { default upgrade; '' close; }"
OLD: Changes = {"Upgrade": None, "Connection": "close"}


def refused(data: bytes) -> HandshakeError:
    server = ServerHandshake(origins=None)
    with pytest.raises(HandshakeError) as caught:
        server.receive_data(data)
    return caught.value


def body(data: bytes) -> str:
    """The text that the client is sent."""
    rejection = refused(data).rejection
    assert rejection is not None
    return rejection.body.decode("ascii")


def test_a_key_without_upgrade_names_the_proxy_and_its_three_lines() -> None:
    text = body(ask(STRIPPED))
    assert text.startswith("Upgrade is missing\n")
    assert "a proxy in front removed Upgrade" in text
    for line in (VERSION, UPGRADE, CONNECTION, MAP, "in this location"):
        assert line in text


def test_http_1_0_as_the_first_fault_still_names_the_proxy() -> None:
    error = refused(ask(OLD, version="HTTP/1.0"))
    assert error.code == "http-version-too-old"
    assert error.rejection is not None
    assert error.rejection.status == 426
    text = error.rejection.body.decode("ascii")
    assert "a proxy in front removed Upgrade" in text
    assert "defaults of nginx before 1.29.7" in text
    for line in (VERSION, UPGRADE, CONNECTION, MAP):
        assert line in text


def test_the_defaults_of_nginx_are_named_only_where_they_were_seen() -> None:
    for data in (ask(OLD), ask(STRIPPED, version="HTTP/1.0"), ask(STRIPPED)):
        assert "1.29.7" not in body(data)


@pytest.mark.parametrize("connection", ["close", None])
def test_upgrade_without_connection(connection: str | None) -> None:
    text = body(ask({"Connection": connection}))
    assert "Connection did not" in text
    assert CONNECTION in text
    assert MAP in text
    assert UPGRADE not in text
    assert VERSION not in text
    assert VERSION in body(ask({"Connection": connection}, version="HTTP/1.0"))


def test_a_plain_request_with_a_fixed_connection() -> None:
    text = body(ask({**PLAIN, "Connection": "upgrade"}))
    assert "adds Upgrade or Connection to every request" in text
    assert "no fixed words" in text
    assert "no WebSocket client" in text


def test_connection_without_upgrade_but_with_a_key() -> None:
    text = body(ask({"Upgrade": None}))
    assert "removed Upgrade" in text
    assert UPGRADE in text
    assert CONNECTION not in text
    assert VERSION not in text
    assert VERSION in body(ask({"Upgrade": None}, version="HTTP/1.0"))


def test_a_complete_request_in_http_1_0() -> None:
    text = body(ask(version="HTTP/1.0"))
    assert VERSION in text
    assert UPGRADE not in text


def test_upgrade_twice_says_how() -> None:
    on_lines = body(ask({"Upgrade": ["websocket", "websocket"]}))
    assert "on 2 lines" in on_lines
    assert "2 lines of it came" in on_lines
    in_one = body(ask({"Upgrade": "websocket, websocket"}))
    assert "on one line" in in_one
    assert "joined them" in in_one
    assert UPGRADE in on_lines
    assert UPGRADE in in_one


def test_upgrade_and_connection_without_a_key() -> None:
    text = body(ask({"Sec-WebSocket-Key": None, "Sec-WebSocket-Version": None}))
    assert text.startswith("Sec-WebSocket-Version is missing\n")
    assert "to every request" in text
    assert "no fixed words" in text
    request = Request.parse(ask({"Sec-WebSocket-Key": None, "Sec-WebSocket-Version": None}))
    with pytest.raises(HandshakeError) as caught:
        validate_request(request, origins=None)
    assert caught.value.code == "version-missing"


def test_a_key_or_a_version_alone_that_is_missing() -> None:
    assert "openssl rand" in body(ask({"Sec-WebSocket-Key": None}))
    assert "Send: Sec-WebSocket-Version: 13" in body(ask({"Sec-WebSocket-Version": None}))


def test_a_browser_is_told_that_it_is_none_of_the_clients() -> None:
    text = body(ask(PLAIN))
    assert "no WebSocket client" in text
    assert "proxy" not in text


def test_the_key_of_the_curl_example_is_known() -> None:
    text = body(ask({"Sec-WebSocket-Key": "SGVsbG8sIHdvcmxkIQ=="}))
    assert "13 bytes" in text
    assert "openssl rand -base64 16" in text
    assert "13 bytes" not in body(ask({"Sec-WebSocket-Key": "abc"}))


def test_a_dropped_port_is_seen() -> None:
    origin = "https://example.com:8443"
    for host, dropped in (("example.com", True), ("example.org", False), ("example.com:1", False)):
        request = Request.parse(ask({"Host": host, "Origin": origin}))
        with pytest.raises(HandshakeError) as caught:
            validate_request(request, origins=["https://other.example"])
        assert caught.value.code == "origin-not-allowed"
        assert ("proxy_set_header Host $http_host;" in str(caught.value.hint)) is dropped


def test_the_answer_goes_on_the_wire_as_it_is() -> None:
    for changes in (STRIPPED, OLD, PLAIN, {"Connection": "close"}, {"Upgrade": ["websocket"] * 3}):
        for version in ("HTTP/1.0", "HTTP/1.1"):
            text = body(ask(changes, version=version))
            assert text.count("\n") == 2
            assert text.replace("\n", "").isprintable()
            assert len(text) < 700


def test_refusing_loads_no_diagnosis() -> None:
    code = """
import sys
from ws_handshake import HandshakeError, ServerHandshake
try:
    ServerHandshake(origins=None).receive_data(b"GET / HTTP/1.0\\r\\n\\r\\n")
except HandshakeError as error:
    error.rejection.to_bytes(), error.hint, str(error)
print(*[name for name in sys.modules if name.startswith("ws_handshake")])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "ws_handshake.errors" in loaded
    for name in ("diagnosis", "causes", "request_causes", "response_causes", "facts"):
        assert f"ws_handshake.{name}" not in loaded


def test_a_good_request_has_nothing_to_be_told() -> None:
    assert ServerHandshake(origins=None).receive_data(ask(GOOD)) is not None
