"""Keys, requests, responses and rejections as they are built: RFC 6455 sections 4.1 and 4.2.2.

Nothing a caller passes may break a line: a CR, LF or NUL, a lone surrogate or a character beyond
latin-1 is a ValueError, a value of another type a TypeError.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any

import pytest

from ws_handshake import (
    Extension,
    HandshakeError,
    Headers,
    InvalidURI,
    Offer,
    Request,
    Response,
    WebSocketURI,
    accept_key,
    build_rejection,
    build_request,
    build_response,
    format_extensions,
    generate_key,
    is_websocket_request,
    parse_extensions,
    parse_key,
    parse_uri,
    request_violations,
    select_subprotocol,
    validate_request,
    validate_response,
)

from .checks import ACCEPT, KEY, OTHER_ACCEPT, OTHER_KEY

URI = "ws://example.com/chat"
INJECTIONS = [
    "a\rb",
    "a\nb",
    "a\r\nX-Evil: 1",
    "a\r\n\r\n",
    "\r\n",
    "a\0",
    "a\x1bb",
    "a\x7f",
    "a\ud800",
    "\udc0db",
    "a\u010db",  # its low byte is CR
    "\u2028",
    "a\uff0d\uff0ab",
    "\U0001f600",
]
each_injection = pytest.mark.parametrize("text", INJECTIONS, ids=ascii)


def new_offer(
    subprotocols: tuple[str, ...] = ("chat", "superchat"),
    extensions: tuple[str, ...] = ("x-test", "x-other"),
) -> Offer:
    request = build_request(
        URI, key=KEY, subprotocols=subprotocols, extensions=[Extension(name) for name in extensions]
    )
    return validate_request(request, origins=None)


def error_for(data: bytes) -> HandshakeError:
    with pytest.raises(HandshakeError) as caught:
        validate_request(Request.parse(data), origins=None)
    return caught.value


# --- keys -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "accept"), [(KEY, ACCEPT), (OTHER_KEY, OTHER_ACCEPT)])
def test_accept_key(key: str, accept: str) -> None:
    assert accept_key(key) == accept


@pytest.mark.parametrize("wrong", [KEY.encode(), None, 5])
def test_accept_key_of_another_type_is_a_type_error(wrong: Any) -> None:
    with pytest.raises(TypeError):
        accept_key(wrong)


@pytest.mark.parametrize("text", ["\u0100", "\ud800"], ids=ascii)
def test_accept_key_of_what_no_header_can_hold_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):
        accept_key(text)


def test_generate_key_is_base64_of_the_16_bytes_it_asks_for() -> None:
    asked = []

    def urandom(size: int) -> bytes:
        asked.append(size)
        return bytes(range(size))

    assert generate_key(urandom) == generate_key(urandom=urandom)
    assert asked == [16, 16]
    assert generate_key(urandom) == base64.b64encode(bytes(range(16))).decode()
    assert generate_key(bytes) == OTHER_KEY


def test_generate_key_is_another_every_time() -> None:
    keys = {generate_key() for _ in range(100)}
    assert len(keys) == 100
    assert all(len(key) == 24 and len(parse_key(key)) == 16 for key in keys)


# --- build_request --------------------------------------------------------------------------------


def test_a_request_has_its_fields_in_order() -> None:
    request = build_request(
        "wss://example.com:8443/chat?x=1",
        key=KEY,
        origin="https://example.com",
        subprotocols=["superchat", "chat"],
        extensions=[Extension("x-test", (("a", None), ("b", "1"))), Extension("x-test")],
        headers=[("X-B", "2"), ("Authorization", "Bearer x"), ("x-b", "3")],
    )
    assert request.to_bytes().decode() == (
        "GET /chat?x=1 HTTP/1.1\r\n"
        "Host: example.com:8443\r\n"
        "Upgrade: websocket\r\n"
        "Connection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {KEY}\r\n"
        "Sec-WebSocket-Version: 13\r\n"
        "Origin: https://example.com\r\n"
        "Sec-WebSocket-Protocol: superchat, chat\r\n"
        "Sec-WebSocket-Extensions: x-test; a; b=1, x-test\r\n"
        "X-B: 2\r\n"
        "Authorization: Bearer x\r\n"
        "x-b: 3\r\n"
        "\r\n"
    )


def test_a_bare_request_has_five_fields() -> None:
    request = build_request(URI, key=KEY)
    assert list(request.headers) == [
        "Host",
        "Upgrade",
        "Connection",
        "Sec-WebSocket-Key",
        "Sec-WebSocket-Version",
    ]
    assert (request.method, request.target, request.version) == ("GET", "/chat", "HTTP/1.1")


def test_a_request_of_a_uri_value() -> None:
    assert build_request(parse_uri(URI), key=KEY) == build_request(URI, key=KEY)


def test_a_request_draws_a_new_key_each_time() -> None:
    keys = {build_request(URI).headers["Sec-WebSocket-Key"] for _ in range(20)}
    assert len(keys) == 20
    assert all(len(parse_key(key)) == 16 for key in keys)


@pytest.mark.parametrize(
    ("uri", "host"),
    [
        ("ws://example.com/", "example.com"),
        ("ws://EXAMPLE.com:80/", "example.com"),
        ("ws://example.com:443/", "example.com:443"),
        ("wss://example.com:443/", "example.com"),
        ("wss://[::1]/", "[::1]"),
        ("wss://[::1]:8080/", "[::1]:8080"),
        ("ws://b\xfccher.example/", "xn--bcher-kva.example"),
    ],
)
def test_host_comes_from_the_uri(uri: str, host: str) -> None:
    assert build_request(uri).headers["Host"] == host


@pytest.mark.parametrize("host", ["other.example", "other.example:81", "[::1]:81"])
def test_host_may_be_given(host: str) -> None:
    headers = build_request(URI, host=host).headers
    assert headers.get_all("Host") == (host,)
    assert next(iter(headers)) == "Host"


@pytest.mark.parametrize("origin", ["https://example.com", "http://localhost:3030", "null"])
def test_origin_may_be_given(origin: str) -> None:
    assert build_request(URI, origin=origin).headers["Origin"] == origin


@pytest.mark.parametrize(
    "headers",
    [
        [("X-A", "1"), ("X-B", "2")],
        (("X-A", "1"), ("X-B", "2")),
        {"X-A": "1", "X-B": "2"},
        Headers([("X-A", "1"), ("X-B", "2")]),
        [(b"X-A", b"1"), (b"X-B", b"2")],
    ],
    ids=lambda headers: type(headers).__name__,
)
def test_headers_in_every_form_come_last(headers: Any) -> None:
    items = list(build_request(URI, headers=headers).headers.items())
    assert items[-2:] == [("X-A", "1"), ("X-B", "2")]


@pytest.mark.parametrize("kind", [list, tuple, iter], ids=["list", "tuple", "iterator"])
def test_subprotocols_and_extensions_in_every_form(kind: Callable[[Any], Any]) -> None:
    request = build_request(
        URI, subprotocols=kind(["b", "a"]), extensions=kind([Extension("y"), Extension("x")])
    )
    assert request.headers["Sec-WebSocket-Protocol"] == "b, a"
    assert request.headers["Sec-WebSocket-Extensions"] == "y, x"


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"origin": "https://example.com"},
        {"subprotocols": ["a", "b"]},
        {"extensions": [Extension("x", (("a", "1"),)), Extension("x")]},
        {"headers": [("Cookie", "a=b")]},
    ],
)
def test_a_built_request_has_no_violation_and_parses_back(arguments: dict[str, Any]) -> None:
    request = build_request(URI, **arguments)
    assert request_violations(request) == []
    assert Request.parse(request.to_bytes()) == request


REQUEST_FIELDS = [
    "Host",
    "Upgrade",
    "Connection",
    "Sec-WebSocket-Key",
    "Sec-WebSocket-Version",
    "Origin",
    "Sec-WebSocket-Protocol",
    "Sec-WebSocket-Extensions",
]


@pytest.mark.parametrize(
    "name", [*REQUEST_FIELDS, "Content-Length", "Transfer-Encoding", "Expect", "Trailer"]
)
@pytest.mark.parametrize("change", [str, str.lower, str.upper])
def test_a_request_refuses_fields_of_its_own(name: str, change: Callable[[str], str]) -> None:
    with pytest.raises(ValueError):
        build_request(
            URI,
            origin="https://example.com",
            subprotocols=["chat"],
            extensions=[Extension("x-test")],
            headers=[("X", "1"), (change(name), "0")],
        )


@pytest.mark.parametrize(
    "key",
    [
        "",
        "abc",
        KEY[:-1],
        KEY + "=",
        " " + KEY,
        KEY + " ",
        "dGhlIHNhbXBsZSBub25j",
        "dGhlIHNhbXBsZSBub25jZTE=",
        KEY.replace("d", "-", 1),
        *INJECTIONS,
        KEY + "\r\n",
        KEY + "\n",
    ],
    ids=ascii,
)
def test_a_request_refuses_a_key_that_is_none(key: str) -> None:
    with pytest.raises(ValueError):
        build_request(URI, key=key)


@each_injection
def test_a_request_refuses_injections(text: str) -> None:
    mistakes: list[dict[str, Any]] = [
        {"host": text},
        {"host": f"example.com{text}"},
        {"origin": text},
        {"origin": f"https://example.com{text}"},
        {"subprotocols": [text]},
        {"subprotocols": ["chat", text]},
        {"headers": [("X", text)]},
        {"headers": [(text, "1")]},
        {"headers": {"X": text}},
    ]
    for arguments in mistakes:
        with pytest.raises(ValueError):
            build_request(URI, **arguments)
    builds: list[Callable[[], Request]] = [
        lambda: build_request(URI, extensions=[Extension(text)]),
        lambda: build_request(URI, extensions=[Extension("x", ((text, None),))]),
        lambda: build_request(URI, extensions=[Extension("x", (("a", text),))]),
        lambda: build_request(WebSocketURI(False, text, 80, "/")),
        lambda: build_request(WebSocketURI(False, f"example.com{text}", 80, "/")),
        lambda: build_request(WebSocketURI(False, "example.com", 80, f"/{text}")),
    ]
    for build in builds:
        with pytest.raises(ValueError):
            build()


@pytest.mark.parametrize("text", ["a\rb", "a\nb", "a\r\nX: 1", "a\0", "a\x1b", "a\x7f", "a\ud800"])
def test_a_request_refuses_a_uri_with_injections(text: str) -> None:
    for uri in (f"ws://{text}/", f"ws://example.com/{text}", f"ws://example.com/?{text}", text):
        with pytest.raises(InvalidURI):
            build_request(uri)


@pytest.mark.parametrize(
    "host", ["a b", "a/b", "user@a", "a?b", "a#b", "http://a", "a:b", "a:80:80", "::1", "[::1"]
)
def test_a_request_refuses_a_host_that_is_none(host: str) -> None:
    with pytest.raises(ValueError):
        build_request(URI, host=host)


@pytest.mark.parametrize("name", ["", "a b", "a,b", "a;b", '"a"', "a/b", "\xe4", "a=b"])
def test_a_request_refuses_a_subprotocol_that_is_no_token(name: str) -> None:
    with pytest.raises(ValueError):
        build_request(URI, subprotocols=["chat", name])


def test_a_request_refuses_one_subprotocol_twice() -> None:
    with pytest.raises(ValueError):
        build_request(URI, subprotocols=["chat", "superchat", "chat"])


def test_subprotocols_differ_in_case() -> None:
    request = build_request(URI, subprotocols=["chat", "Chat"])
    assert request.headers["Sec-WebSocket-Protocol"] == "chat, Chat"


@pytest.mark.parametrize(
    "arguments",
    [
        {"uri": None},
        {"uri": b"ws://example.com/"},
        {"uri": 5},
        {"key": 5},
        {"key": KEY.encode()},
        {"host": 5},
        {"host": b"example.com"},
        {"origin": 5},
        {"origin": ["https://example.com"]},
        {"subprotocols": "chat"},
        {"subprotocols": b"chat"},
        {"subprotocols": 5},
        {"subprotocols": [5]},
        {"subprotocols": [None]},
        {"subprotocols": [b"chat"]},
        {"extensions": "x-test"},
        {"extensions": ["x-test"]},
        {"extensions": [("x-test", ())]},
        {"extensions": Extension("x-test")},
        {"extensions": 5},
        {"headers": "X: 1"},
        {"headers": 5},
        {"headers": [("X", 1)]},
        {"headers": [(1, "X")]},
        {"headers": [("X", None)]},
    ],
    ids=str,
)
def test_a_request_refuses_other_types(arguments: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        build_request(**{"uri": URI, **arguments})


def test_a_request_takes_all_but_the_uri_by_name() -> None:
    with pytest.raises(TypeError):
        build_request(URI, KEY)  # type: ignore[call-arg]


# --- build_response -------------------------------------------------------------------------------


def test_a_bare_response() -> None:
    response = build_response(new_offer())
    assert (response.status, response.reason) == (101, "Switching Protocols")
    assert response.version == "HTTP/1.1"
    assert response.body == b""
    assert response.headers["Upgrade"] == "websocket"
    assert response.headers["Connection"] == "Upgrade"
    assert response.headers["Sec-WebSocket-Accept"] == ACCEPT
    assert len(response.headers) == 3


def test_a_full_response() -> None:
    response = build_response(
        new_offer(),
        subprotocol="superchat",
        extensions=[Extension("x-other", (("a", "1"),)), Extension("x-test")],
        headers=[("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("Server", "x")],
    )
    headers = response.headers
    assert headers["Sec-WebSocket-Protocol"] == "superchat"
    assert headers["Sec-WebSocket-Extensions"] == "x-other; a=1, x-test"
    assert headers.get_all("Set-Cookie") == ("a=1", "b=2")
    assert list(headers.items())[-3:] == [
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        ("Server", "x"),
    ]
    assert "Content-Length" not in headers and "Transfer-Encoding" not in headers


@pytest.mark.parametrize("subprotocol", [None, "chat", "superchat"])
@pytest.mark.parametrize("names", [(), ("x-test",), ("x-other", "x-test")])
def test_both_sides_report_one_agreement(subprotocol: str | None, names: tuple[str, ...]) -> None:
    offer = new_offer()
    extensions = tuple(Extension(name) for name in names)
    response = build_response(offer, subprotocol=subprotocol, extensions=extensions)
    agreement = validate_response(Response.parse(response.to_bytes()), offer.request)
    assert (agreement.subprotocol, agreement.extensions) == (subprotocol, extensions)


def test_the_accept_is_that_of_a_key_with_non_zero_pad_bits() -> None:
    key = "dGhlIHNhbXBsZSBub25jZR=="
    fields = [(n, key if n == "Sec-WebSocket-Key" else v) for n, v in new_offer().headers.items()]
    offer = validate_request(Request("/", Headers(fields)), origins=None)
    accept = build_response(offer).headers["Sec-WebSocket-Accept"]
    assert accept == accept_key(key) == "Zgw8jYXtqX5qJr7MJ1Q/MqzeSRI="


@pytest.mark.parametrize("name", ["none", "Chat", "cha", "chat, superchat", "", *INJECTIONS])
def test_a_response_refuses_an_unoffered_subprotocol(name: str) -> None:
    with pytest.raises(ValueError):
        build_response(new_offer(), subprotocol=name)


def test_a_response_refuses_any_subprotocol_where_none_was_offered() -> None:
    with pytest.raises(ValueError):
        build_response(new_offer(subprotocols=()), subprotocol="chat")


@pytest.mark.parametrize("name", ["none", "X-Test", "x-tes"])
def test_a_response_refuses_an_unoffered_extension(name: str) -> None:
    with pytest.raises(ValueError):
        build_response(new_offer(), extensions=[Extension("x-test"), Extension(name)])


def test_a_response_refuses_one_extension_twice() -> None:
    with pytest.raises(ValueError):
        build_response(new_offer(), extensions=[Extension("x-test"), Extension("x-test")])


RESPONSE_FIELDS = [
    "Connection",
    "Content-Length",
    "Transfer-Encoding",
    "Upgrade",
    "Sec-WebSocket-Accept",
    "Sec-WebSocket-Protocol",
    "Sec-WebSocket-Extensions",
]


@pytest.mark.parametrize("name", RESPONSE_FIELDS)
@pytest.mark.parametrize("change", [str, str.lower, str.upper])
def test_responses_refuse_fields_of_their_own(name: str, change: Callable[[str], str]) -> None:
    headers = [("X", "1"), (change(name), "0")]
    with pytest.raises(ValueError):
        build_response(new_offer(), headers=headers)
    for status in (301, 404, 426):
        with pytest.raises(ValueError):
            build_rejection(status, headers=headers)


@each_injection
def test_responses_refuse_injections(text: str) -> None:
    for headers in ([("X", text)], [(text, "1")], {"X": text}, [("Set-Cookie", f"a={text}")]):
        with pytest.raises(ValueError):
            build_response(new_offer(), headers=headers)
        with pytest.raises(ValueError):
            build_rejection(403, headers=headers)
    for reason in (text, f"Not {text}"):
        with pytest.raises(ValueError):
            build_rejection(403, reason=reason)


@pytest.mark.parametrize(
    "arguments",
    [
        {"offer": None},
        {"offer": build_request(URI)},
        {"subprotocol": 5},
        {"subprotocol": b"chat"},
        {"subprotocol": ["chat"]},
        {"extensions": "x-test"},
        {"extensions": ["x-test"]},
        {"extensions": Extension("x-test")},
        {"extensions": 5},
        {"headers": "X: 1"},
        {"headers": 5},
        {"headers": [("X", 1)]},
    ],
    ids=str,
)
def test_a_response_refuses_other_types(arguments: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        build_response(**{"offer": new_offer(), **arguments})


# --- build_rejection ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "status", [300, 301, 308, 400, 401, 403, 404, 408, 418, 499, 500, 503, 599]
)
def test_a_rejection_of_any_refusing_status(status: int) -> None:
    response = build_rejection(status)
    headers = response.headers
    assert response.status == status
    assert response.version == "HTTP/1.1"
    assert headers["Content-Length"] == str(len(response.body))
    assert headers.get_all("Connection") == ("close",)
    assert Response.parse(response.to_bytes()) == response
    assert "Sec-WebSocket-Accept" not in headers
    if response.body:
        assert response.body.isascii()
        assert headers["Content-Type"] == "text/plain; charset=utf-8"
        assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("status", [0, 1, 99, 100, 101, 200, 204, 299, 600, 1000, -403])
def test_a_rejection_refuses_any_other_status(status: int) -> None:
    with pytest.raises(ValueError):
        build_rejection(status)


@pytest.mark.parametrize("wrong", ["403", None, 403.0, b"403", ValueError("no"), Response])
def test_a_rejection_refuses_a_status_of_another_type(wrong: Any) -> None:
    with pytest.raises(TypeError):
        build_rejection(wrong)


def test_a_rejection_has_the_standard_reason_or_the_callers() -> None:
    assert build_rejection(404).reason == "Not Found"
    assert build_rejection(404, reason="Gone Fishing").reason == "Gone Fishing"


def test_a_rejection_takes_the_callers_body_and_fields() -> None:
    response = build_rejection(
        302,
        headers=[("Location", "/login"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")],
        body=b"moved",
    )
    assert response.headers["Location"] == "/login"
    assert response.headers.get_all("Set-Cookie") == ("a=1", "b=2")
    assert response.body == b"moved"
    assert response.headers["Content-Length"] == "5"


def test_a_rejection_keeps_the_callers_content_type() -> None:
    response = build_rejection(
        404, headers=[("content-type", "text/html")], body="<p>caf\xe9</p>".encode()
    )
    assert response.headers.get_all("Content-Type") == ("text/html",)
    assert response.body == b"<p>caf\xc3\xa9</p>"


def test_an_empty_body_says_nothing() -> None:
    response = build_rejection(403, body=b"")
    assert response.body == b""
    assert response.headers["Content-Length"] == "0"


def test_a_304_has_no_body() -> None:
    assert build_rejection(304).body == b""


def test_every_426_says_what_to_upgrade_to() -> None:
    stripped = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    for response in (
        build_rejection(426),
        build_rejection(426, body=b""),
        build_rejection(error_for(stripped)),
        error_for(stripped).rejection,
    ):
        assert response is not None and response.status == 426
        assert response.headers.get_all("Upgrade") == ("websocket",)
        assert response.headers.get_all("Connection") == ("Upgrade, close",)


def test_no_other_rejection_names_an_upgrade() -> None:
    assert "Upgrade" not in build_rejection(400).headers


POST = b"POST / HTTP/1.1\r\nHost: a\r\n\r\n"


def test_an_errors_own_answer_stays_what_it_is() -> None:
    error = error_for(POST)
    assert build_rejection(error) == error.rejection
    assert error.rejection is not None and error.rejection.status == 405


def test_an_errors_own_answer_can_be_dressed() -> None:
    error = error_for(POST)
    date = "Fri, 20 Nov 2026 09:39:26 GMT"
    dressed = build_rejection(error, headers=[("Date", date)], reason="No", body=b"no")
    assert dressed.status == 405
    assert dressed.reason == "No"
    assert dressed.body == b"no"
    assert dressed.headers["Content-Length"] == "2"
    assert dressed.headers["Allow"] == "GET"
    assert dressed.headers["Date"] == date
    assert dressed.headers.get_all("Connection") == ("close",)


def test_an_errors_own_answer_can_be_silenced() -> None:
    silent = build_rejection(error_for(POST), body=b"")
    assert silent.body == b""
    assert silent.headers["Content-Length"] == "0"
    assert silent.headers["Allow"] == "GET"


def test_an_errors_own_answer_explains_itself() -> None:
    error = error_for(POST)
    assert error.rejection is not None
    headers, body = error.rejection.headers, error.rejection.body
    assert body and body.isascii() and len(body) < 2000
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Length"] == str(len(body))


def test_the_answer_to_head_has_no_body() -> None:
    error = error_for(b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
    for response in (error.rejection, build_rejection(error)):
        assert response is not None and response.status == 405
        assert response.body == b""
        assert "Content-Length" not in response.headers
        assert response.headers["Allow"] == "GET"
        assert response.headers.get_all("Connection") == ("close",)


def test_a_rejection_names_no_allowed_origin() -> None:
    request = build_request(URI, origin="https://evil.example")
    with pytest.raises(HandshakeError) as caught:
        validate_request(request, origins=["https://intranet.example"])
    error = caught.value
    assert error.rejection is not None and error.rejection.status == 403
    assert b"intranet" not in error.rejection.to_bytes()


@pytest.mark.parametrize(
    "arguments",
    [
        {"headers": "X: 1"},
        {"headers": 5},
        {"headers": [("X", 1)]},
        {"body": 5},
        {"body": ["no"]},
        {"reason": 5},
        {"reason": b"No"},
    ],
    ids=str,
)
def test_a_rejection_refuses_other_types(arguments: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        build_rejection(403, **arguments)


# --- select_subprotocol ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("offered", "supported", "selected"),
    [
        (["chat", "superchat"], ["superchat", "chat"], "chat"),
        (["superchat", "chat"], ["superchat", "chat"], "superchat"),
        (["a", "b", "c"], ["c", "b"], "b"),
        (("a",), ("a",), "a"),
        (["chat"], {"chat", "other"}, "chat"),
        (["Chat"], ["chat"], None),
        (["chat"], ["chatter"], None),
        (["chat"], [], None),
        ([], ["chat"], None),
        ([], [], None),
    ],
)
def test_select_subprotocol(offered: Any, supported: Any, selected: str | None) -> None:
    assert select_subprotocol(offered, supported) == selected


@pytest.mark.parametrize("arguments", [("chat", ["chat"]), (["chat"], "chat"), (5, []), ([], 5)])
def test_select_subprotocol_refuses_other_types(arguments: tuple[Any, Any]) -> None:
    with pytest.raises(TypeError):
        select_subprotocol(*arguments)


# --- format_extensions ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("extensions", "text"),
    [
        ([Extension("x")], "x"),
        ([Extension("x"), Extension("y")], "x, y"),
        ((Extension("x", (("a", None), ("b", "1"))), Extension("x")), "x; a; b=1, x"),
    ],
)
def test_format_extensions(extensions: Any, text: str) -> None:
    assert format_extensions(extensions) == text
    assert parse_extensions(text) == list(extensions)


@pytest.mark.parametrize("wrong", ["x-test", ["x-test"], Extension("x-test"), 5, None, [None]])
def test_format_extensions_refuses_other_types(wrong: Any) -> None:
    with pytest.raises(TypeError):
        format_extensions(wrong)


# --- is_websocket_request -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["websocket"], True),
        (["WebSocket"], True),
        (["WEBSOCKET"], True),
        (["h2c, websocket"], True),
        (["websocket, h2c"], True),
        (["websocket, websocket"], True),
        (["websocket", "websocket"], True),
        (["h2c", "WebSocket"], True),
        ([", ,websocket"], True),
        ([], False),
        ([""], False),
        ([","], False),
        (["h2c"], False),
        (["websockets"], False),
        (["web, socket"], False),
        (["not-websocket"], False),
        (["websoc\xe2\x84\xaaet"], False),
    ],
)
def test_is_websocket_request(values: list[str], expected: bool) -> None:
    fields = [("Host", "a"), *(("upgrade", value) for value in values)]
    for method, version in (("GET", "HTTP/1.1"), ("POST", "HTTP/1.1"), ("GET", "HTTP/1.0")):
        request = Request("/", Headers(fields), method, version)
        assert is_websocket_request(request) is expected


@pytest.mark.parametrize("value", ['"', "@", "a b", "websocket/", "=", "\xff", '"websocket', "/1"])
def test_is_websocket_request_never_raises(value: str) -> None:
    assert is_websocket_request(Request("/", Headers([("Upgrade", value)]))) in (True, False)


def test_is_websocket_request_looks_at_nothing_else() -> None:
    fields = [(n, v) for n, v in build_request(URI).headers.items() if n != "Upgrade"]
    assert is_websocket_request(Request("/", Headers(fields))) is False
    assert is_websocket_request(build_request(URI)) is True
    assert (
        is_websocket_request(Request("*", Headers([("Upgrade", "websocket")]), "OPTIONS")) is True
    )


# --- names ----------------------------------------------------------------------------------------


def test_a_rejection_shows_no_control_character_of_the_peer() -> None:
    data = b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: web\xff\x9b2Jsocket\r\n\r\n"
    error = error_for(data)
    assert error.rejection is not None
    text = error.rejection.body.decode("ascii")
    assert re.fullmatch(r"[\x20-\x7e\n\r]+", text)
