"""Requests from WSGI, ASGI and `http.server`, and refusals back to ASGI."""

from __future__ import annotations

import email.message
import email.parser
import email.policy
import io
import string
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ws_handshake import (
    HandshakeError,
    Headers,
    InvalidMessage,
    Request,
    Response,
    build_rejection,
    validate_request,
)

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
FIELDS = [
    ("Host", "example.com"),
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade"),
    ("Sec-WebSocket-Key", KEY),
    ("Sec-WebSocket-Version", "13"),
]


def environ(**changes: object) -> dict[str, Any]:
    """A good environ but for the changes; None takes an entry away."""
    entries: dict[str, object] = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/chat",
        "QUERY_STRING": "room=1",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": "",
        "CONTENT_LENGTH": "",
        "wsgi.url_scheme": "http",
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in FIELDS},
    }
    return {key: value for key, value in (entries | changes).items() if value is not None}


def scope(*more: tuple[object, object], **changes: object) -> dict[str, Any]:
    """A good scope but for the changes and with more fields; None takes an entry away."""
    entries: dict[str, object] = {
        "type": "websocket",
        "http_version": "1.1",
        "path": "/chat",
        "raw_path": b"/chat",
        "query_string": b"room=1",
        "root_path": "",
        "headers": [*[(name.lower().encode(), value.encode()) for name, value in FIELDS], *more],
    }
    return {key: value for key, value in (entries | changes).items() if value is not None}


class Handler(BaseHTTPRequestHandler):
    """A handler that reads a request from memory."""

    protocol_version = "HTTP/1.1"

    def __init__(self, data: bytes) -> None:
        self.rfile = io.BytesIO(data)
        self.wfile = io.BytesIO()
        self.raw_requestline = self.rfile.readline()
        assert self.parse_request()


def head(*lines: str, first: str = "GET /chat?room=1 HTTP/1.1") -> bytes:
    fields = [f"{name}: {value}" for name, value in FIELDS]
    return "\r\n".join([first, *fields, *lines, "", ""]).encode("latin-1")


def refusal(door: Callable[[Any], Request], given: object) -> InvalidMessage:
    with pytest.raises(InvalidMessage) as caught:
        door(given)
    error = caught.value
    assert error.rejection is not None
    assert error.rejection.status == 400
    assert error.rejection.body.decode("ascii").startswith(f"{error.message}\n")
    assert error.message.isprintable() and error.message.isascii()
    return error


def of_environ(**changes: object) -> Request:
    return Request.from_wsgi(environ(**changes))


def of_scope(*more: tuple[object, object], **changes: object) -> Request:
    return Request.from_asgi(scope(*more, **changes))


def of_bytes(data: bytes) -> Request:
    return Request.from_http_server(Handler(data))


def code_of(request: Request) -> str:
    with pytest.raises(HandshakeError) as caught:
        validate_request(request, origins=None)
    return caught.value.code


# --- All doors ------------------------------------------------------------------------------------


@pytest.mark.parametrize("request_", [of_environ(), of_scope(), of_bytes(head())])
def test_a_good_handshake_passes(request_: Request) -> None:
    offer = validate_request(request_, origins=[None], hosts=["example.com"])
    assert (offer.path, offer.query, offer.key) == ("/chat", "room=1", KEY)
    assert request_ == Request.parse(request_.to_bytes())


@pytest.mark.parametrize(
    "version", ["HTTP/1.0", "HTTP/1.1", "HTTP/1.9", "HTTP/2", "HTTP/2.0", "HTTP/3"]
)
def test_the_http_version_is_kept(version: str) -> None:
    codes = {"HTTP/1.0": "http-version-too-old"}
    for request in (
        of_environ(SERVER_PROTOCOL=version),
        of_scope(http_version=version[5:]),
        of_scope(type="http", method="GET", http_version=version[5:]),
    ):
        assert request.version == version
        if version in ("HTTP/1.1", "HTTP/1.9"):
            validate_request(request, origins=None)
        else:
            assert code_of(request) == codes.get(version, "http-version-unsupported")


# --- WSGI -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "target"),
    [
        ({}, "/chat?room=1"),
        ({"QUERY_STRING": None}, "/chat"),
        ({"SCRIPT_NAME": "/app", "PATH_INFO": "/chat"}, "/app/chat?room=1"),
        ({"SCRIPT_NAME": "/app", "PATH_INFO": "", "QUERY_STRING": ""}, "/app"),
        ({"SCRIPT_NAME": None, "PATH_INFO": None, "QUERY_STRING": None}, "/"),
        ({"PATH_INFO": "/a b?c#d%\x00\r\n"}, "/a%20b%3Fc%23d%25%00%0D%0A?room=1"),
        ({"PATH_INFO": "/caf\xc3\xa9"}, "/caf%C3%A9?room=1"),
        ({"PATH_INFO": "http://[::1]:80/a"}, "http://[::1]:80/a?room=1"),
        ({"RAW_URI": "/%63hat?x"}, "/%63hat?x"),
        ({"REQUEST_URI": "http://example.com/chat"}, "http://example.com/chat"),
        ({"RAW_URI": "", "REQUEST_URI": "/%63hat"}, "/%63hat"),
    ],
)
def test_the_target_of_an_environ(changes: dict[str, object], target: str) -> None:
    assert of_environ(**changes).target == target


def test_a_decoded_path_is_encoded_where_no_uri_has_the_character() -> None:
    kept = f"{string.ascii_letters}{string.digits}-._~!$&'()*+,;=:@/[]"
    for character in map(chr, range(0x100)):
        target = of_environ(PATH_INFO=f"/{character}", QUERY_STRING="").target
        assert target == (f"/{character}" if character in kept else f"/%{ord(character):02X}")


@pytest.mark.parametrize(
    "changes",
    [
        {"PATH_INFO": "", "QUERY_STRING": "x"},
        {"PATH_INFO": "*"},
        {"PATH_INFO": "chat"},
        {"PATH_INFO": "chat", "SCRIPT_NAME": "/app"},
        {"QUERY_STRING": "a#b"},
        {"QUERY_STRING": "\xe9"},
        {"RAW_URI": "/a#b"},
    ],
)
def test_a_bad_target_of_an_environ_stays_bad(changes: dict[str, object]) -> None:
    assert code_of(of_environ(**changes)) == "target-malformed"


def test_the_smallest_environ() -> None:
    smallest = {"REQUEST_METHOD": "GET", "SERVER_PROTOCOL": "HTTP/1.1"}
    assert Request.from_wsgi(smallest) == Request("/", [])


def test_the_fields_of_an_environ() -> None:
    request = of_environ(CONTENT_LENGTH="0", CONTENT_TYPE="text/plain", HTTP_X__Y="1", HTTPS="on")
    assert dict(request.headers.items()) == {
        "Host": "example.com",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-Websocket-Key": KEY,
        "Sec-Websocket-Version": "13",
        "X--Y": "1",
        "Content-Type": "text/plain",
        "Content-Length": "0",
    }


def test_content_length_may_stand_in_an_environ_twice() -> None:
    assert of_environ(CONTENT_LENGTH="0", HTTP_CONTENT_LENGTH="0").headers.get_all(
        "content-length"
    ) == ("0",)
    differing = of_environ(CONTENT_LENGTH="0", HTTP_CONTENT_LENGTH="5")
    assert code_of(differing) == "content-length-repeated"


@pytest.mark.parametrize("joined", ["a,a", "a, a", "a,", ",a"])
def test_joined_lines_of_one_host_or_origin_are_two(joined: str) -> None:
    assert code_of(of_environ(HTTP_HOST=joined)) == "host-repeated"
    assert code_of(of_environ(HTTP_ORIGIN=joined.replace("a", "http://a"))) == "origin-repeated"


def test_joined_lines_of_a_list_stay_one_list() -> None:
    request = of_environ(HTTP_SEC_WEBSOCKET_PROTOCOL="chat,superchat")
    assert request.headers.get_all("Sec-WebSocket-Protocol") == ("chat,superchat",)
    assert validate_request(request, origins=None).subprotocols == ("chat", "superchat")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"REQUEST_METHOD": ""}, "not-http"),
        ({"REQUEST_METHOD": "G T"}, "request-line-malformed"),
        ({"REQUEST_METHOD": "G\xc9T"}, "request-line-malformed"),
        ({"REQUEST_METHOD": "GET\u20ac"}, "request-line-malformed"),
        ({"PATH_INFO": "/\ud800"}, "request-line-malformed"),
        ({"PATH_INFO": "/\u20ac"}, "request-line-malformed"),
        ({"QUERY_STRING": "a b"}, "request-line-malformed"),
        ({"QUERY_STRING": "\udcff"}, "request-line-malformed"),
        ({"QUERY_STRING": "\r\nX: y"}, "request-line-malformed"),
        ({"QUERY_STRING": " HTTP/1.1\r\nX: y"}, "control-character"),
        ({"RAW_URI": "/a\x00b"}, "control-character"),
        ({"SERVER_PROTOCOL": "HTTP/1.11"}, "request-line-malformed"),
        ({"SERVER_PROTOCOL": "HTTP/1.1\n"}, "bare-lf"),
        ({"SERVER_PROTOCOL": "INCLUDED"}, "request-line-malformed"),
        ({"HTTP_": "x"}, "field-name-malformed"),
        ({"HTTP_X Y": "x"}, "field-name-malformed"),
        ({"HTTP_X:Y": "x"}, "field-name-malformed"),
        ({"HTTP_X ": "x"}, "space-before-colon"),
        ({"HTTP_HO\u017fT": "x"}, "field-name-malformed"),
        ({"HTTP_\u017fEC_WEBSOCKET_KEY": KEY}, "field-name-malformed"),
        ({"HTTP_\xdf": "x"}, "field-name-malformed"),
        ({"HTTP_\u20ac": "x"}, "field-name-malformed"),
        ({"HTTP_X\r\nY": "x"}, "colon-missing"),
        ({"HTTP_X": "a\r\n b"}, "folded-line"),
        ({"HTTP_X": "a\r\nEvil: b"}, "control-character"),
        ({"HTTP_X": "a\r\n\r\nGET"}, "control-character"),
        ({"HTTP_X": "a\nEvil: b"}, "bare-lf"),
        ({"HTTP_X": "a\rb"}, "bare-cr"),
        ({"HTTP_X": "a\x00b"}, "control-character"),
        ({"HTTP_X": "\u20ac"}, "control-character"),
        ({"HTTP_X": "\ud800"}, "control-character"),
        ({"CONTENT_TYPE": "a\x7f"}, "control-character"),
        ({"CONTENT_LENGTH": "\x1f"}, "control-character"),
    ],
)
def test_what_an_environ_must_not_hold(changes: dict[str, object], code: str) -> None:
    changed = environ(**changes)
    error = refusal(Request.from_wsgi, changed)
    assert error.code == code


@pytest.mark.parametrize("missing", ["REQUEST_METHOD", "SERVER_PROTOCOL"])
def test_what_an_environ_must_hold(missing: str) -> None:
    with pytest.raises(ValueError, match=f"^{missing} is missing$"):
        of_environ(**{missing: None})


@pytest.mark.parametrize("wrong", [None, [], "GET", b"", 1])
def test_what_is_no_environ(wrong: Any) -> None:
    with pytest.raises(TypeError, match="a WSGI environ is a mapping"):
        Request.from_wsgi(wrong)


@pytest.mark.parametrize(
    "changes",
    [
        {key: b"x"}
        for key in (
            *("REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "SERVER_PROTOCOL"),
            *("RAW_URI", "REQUEST_URI", "CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_HOST", "HTTP_X"),
        )
    ],
)
def test_an_environ_holds_text(changes: dict[str, object]) -> None:
    (key,) = changes
    with pytest.raises(TypeError, match=f"^{key} is str, not bytes$"):
        of_environ(**changes)


def test_the_keys_of_an_environ_are_text() -> None:
    with pytest.raises(TypeError, match="keys of type str, not bytes"):
        Request.from_wsgi({**environ(), b"HTTP_X": "y"})  # type: ignore[dict-item]


# --- ASGI -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "target"),
    [
        ({}, "/chat?room=1"),
        ({"query_string": None}, "/chat"),
        ({"raw_path": b"/%63hat"}, "/%63hat?room=1"),
        ({"raw_path": b"/chat?room=1"}, "/chat?room=1"),
        ({"raw_path": b"/chat?x"}, "/chat?x?room=1"),
        ({"raw_path": None, "path": "", "root_path": "/app"}, "/app?room=1"),
        ({"raw_path": b"/chat", "root_path": "/app"}, "/chat?room=1"),
        ({"raw_path": b"", "query_string": b""}, "/"),
        ({"raw_path": None}, "/chat?room=1"),
        ({"raw_path": None, "path": "", "query_string": b""}, "/"),
        ({"raw_path": None, "path": "/caf\xe9 \u20ac"}, "/caf%C3%A9%20%E2%82%AC?room=1"),
        ({"raw_path": None, "path": "/app/chat", "root_path": "/app"}, "/app/chat?room=1"),
        ({"raw_path": None, "path": "/app", "root_path": "/app"}, "/app?room=1"),
        ({"raw_path": None, "path": "/chat", "root_path": "/app"}, "/app/chat?room=1"),
        ({"raw_path": None, "path": "/apples", "root_path": "/app"}, "/app/apples?room=1"),
        ({"raw_path": None, "path": "/app/chat", "root_path": "/app/"}, "/app/chat?room=1"),
        ({"raw_path": None, "path": "/chat", "root_path": "/"}, "/chat?room=1"),
        ({"raw_path": None, "path": "/chat", "root_path": "/X"}, "/X/chat?room=1"),
    ],
)
def test_the_target_of_a_scope(changes: dict[str, object], target: str) -> None:
    assert of_scope(**changes).target == target


@pytest.mark.parametrize(
    "changes",
    [
        {"raw_path": b"", "query_string": b"x"},
        {"raw_path": b"*"},
        {"raw_path": b"/caf\xc3\xa9"},
        {"raw_path": b"/a#b"},
        {"raw_path": None, "path": "chat"},
        {"raw_path": None, "path": "chat", "root_path": "/app"},
        {"query_string": b"a#b"},
    ],
)
def test_a_bad_target_of_a_scope_stays_bad(changes: dict[str, object]) -> None:
    assert code_of(of_scope(**changes)) == "target-malformed"


def test_the_smallest_scopes() -> None:
    smallest = {"type": "websocket", "path": "/", "headers": []}
    assert Request.from_asgi(smallest) == Request("/", [])
    smallest |= {"type": "http", "method": "PUT", "http_version": "1.0"}
    request = Request.from_asgi(smallest)
    assert request.to_bytes() == b"PUT / HTTP/1.0\r\n\r\n"


def test_the_fields_of_a_scope_keep_their_order_and_lines() -> None:
    request = of_scope((b"Cookie", b"a=\xff"), (b"cookie", b" b "), (b"x", b""))
    expected = [(name.lower(), value) for name, value in FIELDS]
    expected += [("Cookie", "a=\xff"), ("cookie", "b"), ("x", "")]
    assert list(request.headers.items()) == expected


def test_a_websocket_scope_is_a_get_over_http_1_1() -> None:
    request = of_scope(http_version=None, method=None)
    assert (request.method, request.version) == ("GET", "HTTP/1.1")


def test_subprotocols_may_stand_beside_the_fields() -> None:
    request = of_scope(subprotocols=["chat", "superchat"])
    assert list(request.headers.items())[-1] == ("sec-websocket-protocol", "chat, superchat")
    assert validate_request(request, origins=None).subprotocols == ("chat", "superchat")
    both = of_scope((b"Sec-WebSocket-Protocol", b"v2"), subprotocols=["chat"])
    assert validate_request(both, origins=None).subprotocols == ("v2",)
    assert "sec-websocket-protocol" not in of_scope(subprotocols=[]).headers
    assert "sec-websocket-protocol" not in of_scope(subprotocols=None).headers
    plain = of_scope(type="http", method="GET", subprotocols=["chat"])
    assert "sec-websocket-protocol" not in plain.headers
    with pytest.raises(TypeError):
        of_scope(subprotocols=[b"chat"])
    with pytest.raises(TypeError):
        of_scope(subprotocols="chat")
    assert refusal(Request.from_asgi, scope(subprotocols=["a\r\nb: c"])).code == "control-character"


def test_an_http_scope_has_its_method() -> None:
    request = of_scope(type="http", method="POST")
    assert request.method == "POST"
    assert code_of(request) == "method-not-get"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"type": "http", "method": "G T"}, "request-line-malformed"),
        ({"type": "http", "method": ""}, "not-http"),
        ({"raw_path": b"/a b"}, "request-line-malformed"),
        ({"raw_path": b"/\x00"}, "control-character"),
        ({"raw_path": None, "path": "/\udc80"}, "request-line-malformed"),
        ({"query_string": b" "}, "request-line-malformed"),
        ({"http_version": "2\r\nX: y"}, "request-line-malformed"),
        ({"http_version": ""}, "request-line-malformed"),
        ({"http_version": "h2"}, "request-line-malformed"),
        ({"headers": [(b"", b"x")]}, "field-name-malformed"),
        ({"headers": [(b":authority", b"x")]}, "field-name-malformed"),
        ({"headers": [(b"a", b"b"), (b"x", b"a\r\nb: c")]}, "control-character"),
        ({"headers": [(b"x", b"a\x0bb")]}, "control-character"),
        ({"headers": [(b"x\n", b"a")]}, "bare-lf"),
        ({"headers": [(b"x y", b"a")]}, "field-name-malformed"),
    ],
)
def test_what_a_scope_must_not_hold(changes: dict[str, object], code: str) -> None:
    assert refusal(Request.from_asgi, scope(**changes)).code == code


def test_a_refusal_names_line_and_field() -> None:
    error = refusal(Request.from_asgi, scope((b"x-room", b"a\x0b")))
    assert error.message == "line 7 (x-room) has the control character 0x0b at position 9"


def test_a_refusal_shows_no_secrets() -> None:
    secret = "s3cr3t"
    for given_ in (
        scope((b"cookie", b"s3cr3t\x00")),
        scope((b"authorization", b"s3cr3t\r\nx: y")),
        scope(query_string=b"token=s3cr3t x"),
    ):
        error = refusal(Request.from_asgi, given_)
        assert secret not in error.message + repr(error)
    error = refusal(Request.from_wsgi, environ(HTTP_COOKIE="s3cr3t\u20ac"))
    assert error.message == "line 7 (Cookie) has the character U+20AC, which is no byte's"


@pytest.mark.parametrize("missing", ["type", "headers", "path"])
def test_what_a_scope_must_hold(missing: str) -> None:
    with pytest.raises(ValueError, match=f"^{missing} is missing$"):
        of_scope(raw_path=None, **{missing: None})


@pytest.mark.parametrize("missing", ["method", "http_version"])
def test_what_an_http_scope_must_hold(missing: str) -> None:
    with pytest.raises(ValueError, match=f"^{missing} is missing$"):
        of_scope(**{"type": "http", "method": "GET", missing: None})


@pytest.mark.parametrize("kind", ["lifespan", "HTTP", ""])
def test_a_scope_of_another_type(kind: str) -> None:
    with pytest.raises(ValueError, match="of type http or websocket is expected"):
        of_scope(type=kind)
    with pytest.raises(ValueError, match="of type http or websocket is expected"):
        Response(400).to_asgi(scope(type=kind))


@pytest.mark.parametrize("wrong", [None, [], "http", b"", 1])
def test_what_is_no_scope(wrong: Any) -> None:
    with pytest.raises(TypeError, match="an ASGI scope is a mapping"):
        Request.from_asgi(wrong)
    with pytest.raises(TypeError, match="an ASGI scope is a mapping"):
        Response(400).to_asgi(wrong)


@pytest.mark.parametrize(
    "changes",
    [
        {"type": b"websocket"},
        {"http_version": 2},
        {"raw_path": "/"},
        {"raw_path": None, "path": b"/"},
        {"raw_path": None, "root_path": b"/"},
        {"query_string": "x"},
        {"headers": 1},
        {"headers": [("host", "x")]},
        {"headers": [(b"host", "x")]},
        {"headers": [b"ab"]},
        {"headers": [1]},
    ],
)
def test_the_types_in_a_scope(changes: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        of_scope(**changes)


def test_a_field_of_a_scope_is_a_pair() -> None:
    with pytest.raises(ValueError):
        of_scope(headers=[(b"a", b"b", b"c")])


# --- A refusal as ASGI messages -------------------------------------------------------------------

UPGRADE = build_rejection(426)


def test_a_refusal_of_an_http_scope() -> None:
    start, body = UPGRADE.to_asgi({"type": "http", "http_version": "1.1"})
    assert start == {
        "type": "http.response.start",
        "status": 426,
        "headers": [
            (b"upgrade", b"websocket"),
            (b"connection", b"Upgrade, close"),
            (b"content-length", b"21"),
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"x-content-type-options", b"nosniff"),
        ],
    }
    assert body == {
        "type": "http.response.body",
        "body": b"426 Upgrade Required\n",
        "more_body": False,
    }


def test_a_refusal_of_a_websocket_scope() -> None:
    extended = scope(extensions={"websocket.http.response": {}})
    start, body = Response(403, [("X", "\xff"), ("x", "2")], body=b"no").to_asgi(extended)
    assert start["type"] == "websocket.http.response.start"
    assert (start["status"], start["headers"]) == (403, [(b"x", b"\xff"), (b"x", b"2")])
    assert body == {"type": "websocket.http.response.body", "body": b"no", "more_body": False}


@pytest.mark.parametrize("extensions", [None, {}, {"websocket.other": {}}])
def test_a_server_without_the_extension_can_only_be_told_to_close(extensions: object) -> None:
    assert UPGRADE.to_asgi(scope(extensions=extensions)) == [{"type": "websocket.close"}]
    assert UPGRADE.to_asgi({**scope(), "extensions": None}) == [{"type": "websocket.close"}]


@pytest.mark.parametrize("scope_", [{"type": "http"}, {"type": "http", "http_version": "1.0"}])
def test_http_1_keeps_every_field(scope_: dict[str, Any]) -> None:
    """A scope that tells no version is one of HTTP/1.1."""
    start, _ = UPGRADE.to_asgi(scope_)
    assert len(start["headers"]) == len(UPGRADE.headers)


def test_the_least_final_status() -> None:
    start, _ = Response(200).to_asgi({"type": "http"})
    assert start == {"type": "http.response.start", "status": 200, "headers": []}


@pytest.mark.parametrize("version", ["2", "3", "10"])
def test_http_2_and_3_have_no_fields_of_the_connection(version: str) -> None:
    start, _ = UPGRADE.to_asgi({"type": "http", "http_version": version})
    names = [name for name, _ in start["headers"]]
    assert names == [b"content-length", b"content-type", b"x-content-type-options"]


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize("status", [100, 101, 199])
def test_a_handshake_is_not_accepted_in_this_way(kind: str, status: int) -> None:
    with pytest.raises(ValueError, match=r"websocket\.accept"):
        Response(status).to_asgi(scope(type=kind))


# --- http.server ----------------------------------------------------------------------------------


def test_the_request_line_is_the_one_that_came() -> None:
    handler = Handler(head(first="GET //other/chat HTTP/1.1"))
    assert handler.path == "/other/chat"
    assert Request.from_http_server(handler).target == "//other/chat"


def test_a_handler_without_its_request_line() -> None:
    handler: Any = SimpleNamespace(
        command="GET", path="/chat", request_version="HTTP/1.1", headers=Headers(FIELDS)
    )
    assert Request.from_http_server(handler) == Request("/chat", FIELDS)
    handler.raw_requestline = b""
    assert Request.from_http_server(handler) == Request("/chat", FIELDS)
    handler.path = ""
    refused = refusal(Request.from_http_server, handler)
    assert refused.message == f"the request line 'GET  HTTP/1.1' {NO_REQUEST_LINE}"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (head(first="GET  /chat HTTP/1.1"), "request-line-malformed"),
        (head(first="GET /chat HTTP/1.1 "), "request-line-malformed"),
        (head(first="GET\t/chat\tHTTP/1.1"), "request-line-malformed"),
        (head(first="GET /chat"), "request-line-malformed"),
        (head(first="GET /\x1b HTTP/1.1"), "control-character"),
        (head().replace(b"\r\n", b"\n", 1), "bare-lf"),
        (head("X: a", " b"), "folded-line"),
        (head("X: a", " "), "folded-line"),
        (head(" b", first="GET / HTTP/1.1\r\n folded: x"), "folded-line"),
        (head("no colon"), "colon-missing"),
        (head("X : y"), "space-before-colon"),
        (head("X y: z"), "field-name-malformed"),
        (head("X\xe9: z"), "field-name-malformed"),
        (head(": y"), "field-name-malformed"),
        (head("From me"), "colon-missing"),
        (head("From : me"), "space-before-colon"),
        (head("From : me", "X: y"), "field-name-malformed"),
        (head(first="GET / HTTP/1.1\r\nFrom : me"), "field-name-malformed"),
        (head("X: a\x00"), "control-character"),
        (head("X: a\r\rZ: c"), "bare-cr"),
        (head("X: a\rb"), "colon-missing"),
    ],
)
def test_what_a_handler_let_through(data: bytes, code: str) -> None:
    assert refusal(Request.from_http_server, Handler(data)).code == code


@pytest.mark.parametrize(
    "kind", ["multipart/mixed", "multipart/mixed; boundary=x", "message/rfc822"]
)
def test_a_content_type_is_no_fault(kind: str) -> None:
    request = of_bytes(head(f"Content-Type: {kind}"))
    assert validate_request(request, origins=None).headers["Content-Type"] == kind


HIDDEN = "Transfer-Encoding: chunked"


@pytest.mark.parametrize(
    ("kind", "hidden"),
    [
        ("message/rfc822", [HIDDEN]),
        ("message/rfc822", ["\r", "body"]),
        ("message/delivery-status", [HIDDEN]),
        ("multipart/mixed; boundary=x", [HIDDEN, "--x", "--x--"]),
        ("multipart/mixed; boundary=x", ["--x", HIDDEN]),
        ("multipart/mixed; boundary=x", ["--x"]),
    ],
)
def test_no_content_type_hides_what_was_dropped(kind: str, hidden: list[str]) -> None:
    """Of a message and of parts the parser makes further messages, and not text."""
    handler = Handler(head(f"Content-Type: {kind}", "X: a\r", *hidden))
    assert "Transfer-Encoding" not in handler.headers
    assert refusal(Request.from_http_server, handler).code == "bare-cr"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("From me", "colon-missing"),
        ("From ", "colon-missing"),
        ("no colon", "field-name-malformed"),  # which line it was, the parser does not keep
    ],
)
def test_no_content_type_hides_a_line_that_is_no_field(line: str, code: str) -> None:
    handler = Handler(head("Content-Type: message/rfc822", line))
    assert refusal(Request.from_http_server, handler).code == code


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no colon\r\nX: \u20ac\r\n\r\n", "line 2 has no colon"),
        (
            "X: y\r\nno colon\nX: \u20ac\r\n\r\n",
            "line 3 ends with a line feed alone; HTTP/1.1 ends lines with CR LF",
        ),
        ("X: y\r\nFrom me\r\n\u20ac\r\n", "line 3 has no colon"),
    ],
)
def test_only_the_first_line_that_was_dropped_is_judged(text: str, message: str) -> None:
    parsed: Any = email.parser.Parser().parsestr(text)
    error = refusal(Request.from_http_server, handler_of(headers=parsed))
    assert error.message == message


def test_lone_surrogates_behind_the_fields() -> None:
    message: Any = email.parser.Parser().parsestr("X: y\r\n\ud800\r\n\r\n")
    handler = SimpleNamespace(command="GET", path="/", request_version="HTTP/1.1", headers=message)
    assert refusal(Request.from_http_server, handler).message == "line 3 has no colon"

    class Message(email.message.Message):
        def get_payload(self, *args: object, **more: object) -> Any:
            return "\ud800".encode()  # as older Pythons do

    handler.headers = Message()
    assert refusal(Request.from_http_server, handler).message == "line 2 has no colon"


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        object(),
        SimpleNamespace(command="GET", path="/", request_version="HTTP/1.1"),
        SimpleNamespace(command=None, path="/", request_version="HTTP/1.1", headers={}),
        SimpleNamespace(command="GET", path="/", request_version=1.1, headers={}),
        SimpleNamespace(
            command="GET", path="/", request_version="HTTP/1.1", headers={}, raw_requestline="GET"
        ),
        SimpleNamespace(command="GET", path="/", request_version="HTTP/1.1", headers=1),
        SimpleNamespace(
            command="GET", path="/", request_version="HTTP/1.1", headers={"X": b"\x00"}
        ),
    ],
)
def test_what_is_no_handler(wrong: Any) -> None:
    with pytest.raises(TypeError):
        Request.from_http_server(wrong)


# --- Containers of fields -------------------------------------------------------------------------

TWICE = [("A", "1"), ("B", "2"), ("a", "3")]


class Lines:
    """Fields whose items are what `shown` says, and whose lines another method tells."""

    def __init__(self, method: str, shown: list[tuple[str, str]]) -> None:
        self.shown = shown
        setattr(self, method, self.lines)

    def items(self) -> list[tuple[str, str]]:
        return self.shown

    def lines(self, *names: str) -> list[Any]:
        if not names:
            return list(TWICE)
        return [value for name, value in TWICE if name.lower() == names[0].lower()]


@pytest.mark.parametrize("method", ["raw_items", "multi_items", "to_wsgi_list"])
def test_items_that_are_not_joined(method: str) -> None:
    assert list(Headers(Lines(method, [("A", "1, 3"), ("B", "2")])).items()) == TWICE


@pytest.mark.parametrize("method", ["getall", "getlist", "get_list", "get_all"])
def test_every_line_of_a_name(method: str) -> None:
    for lost in ([("A", "1"), ("B", "2")], [("a", "1, 3"), ("b", "2")]):
        fields = Headers(Lines(method, lost))
        assert fields.get_all("a") == ("1", "3")
        assert fields.get_all("b") == ("2",)
    assert list(Headers(Lines(method, TWICE)).items()) == TWICE
    with pytest.raises(TypeError):
        Headers(Lines(method, [(1, "a")]))  # type: ignore[list-item]


@pytest.mark.parametrize("policy", [email.policy.compat32, email.policy.HTTP])
def test_a_message_of_the_library_email(policy: Any) -> None:
    text = "Set-Cookie: a=1\r\nX: =?utf-8?q?b?=\r\nset-cookie: a=2\r\n\r\n"
    message: Any = email.parser.Parser(policy=policy).parsestr(text)
    assert list(Headers(message).items()) == [
        ("Set-Cookie", "a=1"),
        ("X", "=?utf-8?q?b?="),
        ("set-cookie", "a=2"),
    ]


def test_a_message_of_the_library_email_is_judged() -> None:
    message: Any = email.parser.Parser().parsestr("X: a\r\n b\r\n\r\n")
    with pytest.raises(ValueError, match="the value of X"):
        Headers(message)


# --- Whatever comes -------------------------------------------------------------------------------

CHARACTERS = st.sampled_from(" \r\n\x00\t:,/?#%_-aA1\x7f\x85\xa0\xff\u017f\u20ac\ud800\udcff")
TEXT = st.text(CHARACTERS | st.characters(), max_size=6)
# Those of hypothesis itself cannot be used with `python -bb`.
BYTES = st.text(st.characters(max_codepoint=255), max_size=4).map(
    lambda text: text.encode("latin-1")
)
ANYTHING = st.one_of(st.none(), st.integers(), TEXT, BYTES, st.lists(TEXT, max_size=2))


BOUNDED = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def outcome(door: Callable[[Any], Request], given_: object) -> Request | Exception:
    """What a door gives; all other errors are the test's."""
    try:
        return door(given_)
    except (InvalidMessage, TypeError, ValueError) as error:
        return error


def check(found: Request | Exception) -> None:
    """A request whose bytes say what the value says, or an error of the right kind."""
    if isinstance(found, InvalidMessage):
        assert found.message.isprintable()
        assert found.rejection is not None
        assert found.rejection.status == 400
    if not isinstance(found, Request):
        assert not isinstance(found, UnicodeError)
        return
    request = found
    data = request.to_bytes()
    assert data.count(b"\r\n") == len(request.headers) + 2
    assert data.count(b"\r") == data.count(b"\n") == len(request.headers) + 2
    assert b"\x00" not in data
    if request.version in ("HTTP/1.0", "HTTP/1.1"):
        assert Request.parse(data) == request


@BOUNDED
@given(
    st.dictionaries(st.sampled_from(sorted(environ())), TEXT | ANYTHING),
    st.dictionaries(TEXT.map("HTTP_".__add__) | TEXT, TEXT | ANYTHING, max_size=2),
)
def test_any_environ(changes: dict[str, object], more: dict[str, object]) -> None:
    check(outcome(Request.from_wsgi, {**environ(), **changes, **more}))


@BOUNDED
@given(
    st.dictionaries(st.sampled_from([*sorted(scope()), "method"]), TEXT | ANYTHING),
    st.lists(st.tuples(BYTES, BYTES) | ANYTHING, max_size=2),
    st.sampled_from(["http", "websocket"]),
)
def test_any_scope(changes: dict[str, object], more: list[Any], kind: str) -> None:
    given_ = {"type": kind, "method": "GET", **scope(*more), **changes}
    check(outcome(Request.from_asgi, given_))


@BOUNDED
@given(st.lists(TEXT, max_size=4), TEXT, TEXT)
def test_any_handler(lines: list[str], first: str, path: str) -> None:
    message: Any = email.parser.Parser().parsestr("\r\n".join([*lines, "", ""]))
    handler = SimpleNamespace(
        command="GET", path=f"/{path}", request_version="HTTP/1.1", headers=message
    )
    check(outcome(Request.from_http_server, handler))
    handler.raw_requestline = f"GET /{first} HTTP/1.1\r\n".encode("utf-8", "surrogatepass")
    check(outcome(Request.from_http_server, handler))


# --- What is said of wrong arguments and wrong messages -------------------------------------------


def handler_of(**parts: object) -> Any:
    usual = {"command": "GET", "path": "/", "request_version": "HTTP/1.1", "headers": {}}
    return SimpleNamespace(**usual | parts)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Request.from_wsgi([]),  # type: ignore[arg-type]
            "a WSGI environ is a mapping, not list",
        ),
        (
            lambda: Request.from_wsgi({**environ(), 1: "y"}),  # type: ignore[dict-item]
            "a WSGI environ has keys of type str, not int",
        ),
        (
            lambda: Request.from_asgi([]),  # type: ignore[arg-type]
            "an ASGI scope is a mapping, not list",
        ),
        (lambda: Request.from_asgi(scope(type=1)), "type is str, not int"),
        (lambda: Request.from_asgi(scope(http_version=2)), "http_version is str, not int"),
        (lambda: Request.from_asgi(scope(query_string="a")), "query_string is bytes, not str"),
        (lambda: Request.from_asgi(scope(raw_path="/")), "raw_path is bytes, not str"),
        (lambda: Request.from_asgi(scope(raw_path=None, path=b"/")), "path is str, not bytes"),
        (
            lambda: Request.from_asgi(scope(raw_path=None, root_path=b"/")),
            "root_path is str, not bytes",
        ),
        (
            lambda: Request.from_asgi(scope(headers=[("host", "x")])),
            "fields are pairs of bytes here, not str",
        ),
        (
            lambda: Request.from_asgi(scope(subprotocols="chat")),
            "subprotocols is a collection, not a lone str",
        ),
        (
            lambda: Request.from_asgi(scope(type="http", method=1)),
            "method is str, not int",
        ),
        (
            lambda: UPGRADE.to_asgi({"type": "http", "http_version": 2}),
            "http_version is str, not int",
        ),
        (
            lambda: Request.from_http_server(handler_of(headers={"X": b"y"})),
            "fields are pairs of str here, not bytes",
        ),
        (
            lambda: Request.from_http_server(handler_of(raw_requestline="GET")),
            "raw_requestline is bytes, not str",
        ),
        (
            lambda: Request.from_http_server(handler_of(path=None)),
            "a handler of http.server that has parsed a request is expected, not SimpleNamespace",
        ),
    ],
)
def test_an_argument_of_another_type_is_named(make: Any, message: str) -> None:
    with pytest.raises(TypeError) as caught:
        make()
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Request.from_asgi(scope(type="lifespan")),
            "an ASGI scope of type http or websocket is expected, not 'lifespan'",
        ),
        (
            lambda: Response(101).to_asgi(scope()),
            "a 101 is no final answer; a handshake is accepted with websocket.accept",
        ),
    ],
)
def test_a_value_that_cannot_be_is_named(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=r"handshake|scope") as caught:
        make()
    assert str(caught.value) == message


NO_REQUEST_LINE = "is not: method, one space, target, one space, HTTP version"
NO_NAME = "has a field name that is empty or no token"
LONE_CR = "has a carriage return without a line feed"


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        (
            environ(PATH_INFO="/\u20ac", QUERY_STRING=""),
            f"the request line 'GET /\\u20ac HTTP/1.1' {NO_REQUEST_LINE}",
        ),
        (
            environ(PATH_INFO="/a:b/\u20ac", QUERY_STRING=""),
            f"the request line 'GET /a:b/\\u20ac HTTP/1.1' {NO_REQUEST_LINE}",
        ),
        (
            environ(PATH_INFO="/\u20ac", QUERY_STRING="a", SERVER_PROTOCOL="HTTP/1.0"),
            f"the request line 'GET /\\u20ac?<redacted, 10 characters>' {NO_REQUEST_LINE}",
        ),
        (
            environ(PATH_INFO="/\u20ac", QUERY_STRING="\x00"),
            "line 1 has the control character 0x00 at position 7",
        ),
        (
            environ(REQUEST_METHOD="G T", QUERY_STRING=""),
            f"the request line 'G T /chat HTTP/1.1' {NO_REQUEST_LINE}",
        ),
        (environ(REQUEST_METHOD=""), "' ' cannot begin an HTTP/1.1 request"),
        (
            environ(QUERY_STRING="a b"),
            f"the request line 'GET /chat?<redacted, 12 characters>' {NO_REQUEST_LINE}",
        ),
        (
            environ(RAW_URI="/a\x00b"),
            "line 1 has the control character 0x00 at position 6",
        ),
        (
            environ(SERVER_PROTOCOL="HTTP/1.1\n"),
            "line 1 ends with a line feed alone; HTTP/1.1 ends lines with CR LF",
        ),
        (environ(HTTP_=""), f"line 7 {NO_NAME}"),
        (environ(**{"HTTP_X:Y": "z"}), f"line 7 (X) {NO_NAME}"),
        (environ(**{"HTTP_X\u20ac": "z"}), f"line 7 {NO_NAME}"),
        (
            environ(**{"HTTP_X ": "z"}),
            "line 7 has white space between the field name and the colon",
        ),
        (environ(**{"HTTP_X\r\nY": "z"}), "line 7 has no colon"),
        (
            environ(HTTP_X="a\r\n b"),
            "line 8 begins with white space: folded lines are obsolete and refused",
        ),
        (
            environ(HTTP_X="a\r\n\r\nGET"),
            "line 7 (X) has the control character 0x0d at position 4",
        ),
        (
            environ(HTTP_X="a" + "\r\nEvil: b" * 200),
            "line 7 (X) has the control character 0x0d at position 4",
        ),
        (
            environ(HTTP_X="a\nEvil: b"),
            "line 7 (X) ends with a line feed alone; HTTP/1.1 ends lines with CR LF",
        ),
        (environ(HTTP_X="a\rb"), f"line 7 {LONE_CR}"),
        (
            environ(HTTP_X=f"{'a' * 100_000}\x00"),
            "line 7 (X) has the control character 0x00 at position 100003",
        ),
        (
            {"REQUEST_METHOD": "GET", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_X": "\u20ac"},
            "line 2 (X) has the character U+20AC, which is no byte's",
        ),
        (
            environ(HTTP_X="a: b\ud800"),
            "line 7 (X) has the character U+D800, which is no byte's",
        ),
        (
            environ(CONTENT_LENGTH="\x1f"),
            "line 7 (Content-Length) has the control character 0x1f at position 16",
        ),
    ],
)
def test_what_is_said_of_an_environ(given_: dict[str, Any], message: str) -> None:
    assert refusal(Request.from_wsgi, given_).message == message


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        (
            scope(type="http", method="PUT", raw_path=None, path="/\udc80", query_string=b""),
            f"the request line 'PUT /\\udc80 HTTP/1.1' {NO_REQUEST_LINE}",
        ),
        (
            scope(raw_path=None, path="/\udc80", query_string=b"a", http_version="x"),
            f"the request line 'GET /\\udc80?<redacted, 8 characters>' {NO_REQUEST_LINE}",
        ),
        (
            scope(http_version="", query_string=b""),
            f"the request line 'GET /chat HTTP/' {NO_REQUEST_LINE}",
        ),
        (
            scope((b"x", b"\x0b")),
            "line 7 (x) has the control character 0x0b at position 3",
        ),
        (scope(headers=[(b"x", b"1"), (b":a", b"x")]), f"line 3 {NO_NAME}"),
        (scope(headers=[(b"x y", b"1"), (b":a", b"x")]), f"line 2 {NO_NAME}"),
        (
            scope(subprotocols=["chat", "a\x00"]),
            "line 7 (sec-websocket-protocol) has the control character 0x00 at position 31",
        ),
    ],
)
def test_what_is_said_of_a_scope(given_: dict[str, Any], message: str) -> None:
    assert refusal(Request.from_asgi, given_).message == message


PARTS = "Content-Type: multipart/mixed; boundary=x"
MESSAGE = "Content-Type: message/rfc822"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            head(first="GET  /chat HTTP/1.1"),
            f"the request line 'GET  /chat HTTP/1.1' {NO_REQUEST_LINE}",
        ),
        (
            head(first="GET /\x1b HTTP/1.1"),
            "line 1 has the control character 0x1b at position 5",
        ),
        (
            head("X: a", " b"),
            "line 8 begins with white space: folded lines are obsolete and refused",
        ),
        (
            head(" b", first="GET / HTTP/1.1\r\n folded: x"),
            "line 2 begins with white space: folded lines are obsolete and refused",
        ),
        (head("no colon"), "line 7 has no colon"),
        (head("no colon", "X: y"), "line 7 has no colon"),
        (head("X : y"), "line 7 has white space between the field name and the colon"),
        (head("X\xe9: z"), f"line 7 {NO_NAME}"),
        (head(": y"), f"line 2 to 7 {NO_NAME}"),
        (head("From me"), "line 7 has no colon"),
        (head("From : me"), "line 7 has white space between the field name and the colon"),
        (head("From : me", "X: y"), f"line 2 to 8 {NO_NAME}"),
        (head(first="GET / HTTP/1.1\r\nFrom : me"), f"line 2 {NO_NAME}"),
        (head("X: a\x00"), "line 7 (X) has the control character 0x00 at position 4"),
        (head("X: a\r\rZ: c"), f"line 7 {LONE_CR}"),
        (head("X: a\r", "b"), f"line 7 {LONE_CR}"),
        (head(MESSAGE, "X: a\r", HIDDEN), f"line 8 {LONE_CR}"),
        (head(MESSAGE, "X: a\r", "\r", "body"), f"line 8 {LONE_CR}"),
        (head(MESSAGE, "From me"), "line 8 has no colon"),
        (head(MESSAGE, "no colon"), f"line 2 to 8 {NO_NAME}"),
        (head("Content-Type: multipart/mixed", "X: a\r", "--x"), f"line 8 {LONE_CR}"),
        (head(PARTS, "X: a\r", "--x"), f"line 8 {LONE_CR}"),
        (head(PARTS, "X: a\r", HIDDEN, "--x", "--x--"), f"line 8 {LONE_CR}"),
    ],
)
def test_what_is_said_of_what_a_handler_let_through(data: bytes, message: str) -> None:
    assert refusal(Request.from_http_server, Handler(data)).message == message


def test_what_is_said_of_a_request_line_that_was_cut() -> None:
    handler = handler_of(raw_requestline=b"\x16\x03\x01")
    message = refusal(Request.from_http_server, handler).message
    assert message == "'\\x16' cannot begin an HTTP/1.1 request"
