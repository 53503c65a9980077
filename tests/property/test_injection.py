"""Text that a caller passes on breaks no line: it is a ValueError, or one well-formed head.

RFC 9112 §11.1 (response splitting). The heads are read by `wire`, not by the library.
"""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ws_handshake import (
    ClientHandshake,
    Extension,
    HandshakeError,
    Headers,
    Offer,
    Request,
    Response,
    ServerHandshake,
    WebSocketURI,
    accept_key,
    build_request,
    build_response,
    format_extensions,
    parse_extensions,
    parse_host,
    parse_uri,
    validate_request,
)

from .strategies import KEY, URI, attempt, binary, bounded, hostile_headers, hostile_text
from .wire import one_request, one_response

# The good values around the hostile one, of which each example has one.
_REQUEST: dict[str, Any] = {
    "key": KEY,
    "host": "example.com",
    "origin": "https://example.com",
    "subprotocols": ["chat", "superchat"],
    "headers": [("X-A", "1")],
}
_URIS = [
    "{}",
    "{}://example.com/",
    "ws://{}/",
    "ws://example.com:{}/",
    "ws://a.{}.b:80/chat",
    "ws://[{}]/",
    "ws://example.com/{}",
    "ws://example.com/?{}",
    "wss://example.com{}",
]
_PLACES = ["key", "host", "origin", "subprotocols", "name", "value", "mapping", "bytes"]


def with_text(place: str, text: str) -> dict[str, Any]:
    """Arguments for a request, with the text in one place."""
    changed: dict[str, Any] = {
        "key": {"key": text},
        "host": {"host": text},
        "origin": {"origin": text},
        "subprotocols": {"subprotocols": ["chat", text]},
        "name": {"headers": [(text, "1")]},
        "value": {"headers": [("X-A", text)]},
        "mapping": {"headers": {"X-A": text}},
        "bytes": {"headers": [(b"X-A", text.encode("utf-8", "surrogatepass"))]},
    }
    return {**_REQUEST, **changed[place]}


def assert_nine_fields(request: Request) -> None:
    """What `_REQUEST` makes, whatever text stands in it: no field more and none less."""
    message = one_request(request.to_bytes())
    assert len(message.fields) == 9 - ("Sec-WebSocket-Extensions" not in request.headers)
    names = [name.lower() for name, _ in message.fields[:5]]
    assert names[:3] == ["host", "upgrade", "connection"]
    assert names[3:] == ["sec-websocket-key", "sec-websocket-version"]


@bounded(300)
@given(st.sampled_from(_PLACES), hostile_text)
def test_in_the_arguments_of_a_request(place: str, text: str) -> None:
    arguments = with_text(place, text)
    try:
        request = build_request(URI, **arguments)
    except ValueError:
        return
    assert_nine_fields(request)
    assert ClientHandshake(URI, **arguments).request == request
    assert Request.parse(request.to_bytes()) == request


@bounded(200)
@given(
    st.sampled_from(_URIS),
    hostile_text,
)
def test_in_a_uri(form: str, text: str) -> None:
    try:
        uri = parse_uri(form.format(text))
    except ValueError:
        return
    request = build_request(uri, **{**_REQUEST, "host": None})
    assert_nine_fields(request)
    assert str(uri).isascii()
    assert parse_uri(str(uri)) == uri


@bounded(200)
@given(st.sampled_from(["host", "target"]), hostile_text)
def test_in_the_parts_of_a_uri(part: str, text: str) -> None:
    parts: dict[str, Any] = {"host": "example.com", "target": "/chat"}
    for value in (text, parts[part] + text):
        try:
            uri = WebSocketURI(True, port=81, **{**parts, part: value})
        except ValueError:
            continue
        assert_nine_fields(build_request(uri, **{**_REQUEST, "host": None}))
        assert parse_uri(str(uri)) == uri
        assert parse_host(uri.host_header) == (uri.host, 81)


@bounded(200)
@given(st.sampled_from(["name", "parameter", "value"]), hostile_text)
def test_in_an_extension(part: str, text: str) -> None:
    name, parameter, value = [
        text if each == part else "x" for each in ("name", "parameter", "value")
    ]
    try:
        extension = Extension(name, [(parameter, value), ("y", None)])
    except ValueError:
        return
    assert_nine_fields(build_request(URI, **_REQUEST, extensions=[extension]))
    assert parse_extensions(format_extensions([extension, extension])) == [extension, extension]


@bounded(250)
@given(st.sampled_from(["target", "method", "version", "name", "value"]), hostile_text)
def test_in_a_request(part: str, text: str) -> None:
    parts = {"target": "/chat", "method": "GET", "version": "HTTP/1.1", "name": "X", "value": "1"}
    parts[part] = text
    name, value = parts.pop("name"), parts.pop("value")
    try:
        request = Request(headers=[("Host", "a"), (name, value)], **parts)
    except ValueError:
        return
    assert len(one_request(request.to_bytes()).fields) == 2


@bounded(250)
@given(st.sampled_from(["reason", "version", "name", "value"]), hostile_text, binary(max_size=9))
def test_in_a_response(part: str, text: str, body: bytes) -> None:
    parts = {"reason": "No", "version": "HTTP/1.1", "name": "X", "value": "1"}
    parts[part] = text
    name, value = parts.pop("name"), parts.pop("value")
    try:
        response = Response(403, [("Server", "a"), (name, value)], body=body, **parts)
    except ValueError:
        return
    message = one_response(response.to_bytes(), 403)
    assert len(message.fields) == 2
    assert message.body.replace(b"\r\n0\r\n\r\n", b"").endswith(body)


_OFFER = validate_request(
    build_request(URI, key=KEY, subprotocols=["chat"], extensions=[Extension("x")]), origins=None
)


@bounded(250)
@given(hostile_text, hostile_headers)
def test_in_the_answer_to_an_offer(subprotocol: str, headers: Any) -> None:
    server = ServerHandshake(origins=None)
    server.receive_data(_OFFER.request.to_bytes())
    try:
        response = build_response(_OFFER, subprotocol=subprotocol, headers=headers)
    except ValueError:
        pass
    else:
        assert subprotocol == "chat"
    try:
        response = build_response(_OFFER, subprotocol="chat", headers=headers)
    except ValueError:
        return
    wire = response.to_bytes()
    assert wire == server.accept("chat", headers=headers)
    message = one_response(wire, 101)
    assert len(message.fields) == 4 + len(headers)
    assert message.body == b""


@bounded(200)
@given(hostile_text)
def test_in_an_offer_that_the_caller_made(subprotocol: str) -> None:
    try:
        offer = Offer(_OFFER.request, ("chat", subprotocol))
        wire = build_response(offer, subprotocol=subprotocol).to_bytes()
    except ValueError:
        return
    message = one_response(wire, 101)
    assert len(message.fields) == 4
    assert message.body == b""


@bounded(150)
@given(hostile_text)
def test_in_what_a_server_supports(text: str) -> None:
    arguments: list[dict[str, Any]] = [
        {"subprotocols": [text]},
        {"origins": [text]},
        {"hosts": [text]},
    ]
    for changed in arguments:
        try:
            server = ServerHandshake(**{"origins": None, **changed})
        except ValueError:
            continue
        result = attempt(lambda: server.receive_data(_OFFER.request.to_bytes()))  # noqa: B023
        if isinstance(result, HandshakeError):
            assert result.rejection is not None
            one_response(result.rejection.to_bytes(), result.rejection.status)
        else:
            one_response(server.accept(), 101)


@bounded(150)
@given(hostile_text)
def test_in_a_key(text: str) -> None:
    try:
        accept = accept_key(text)
    except ValueError:
        return
    assert one_response(Response(101, {"A": accept}).to_bytes(), 101).fields == [("A", accept)]


@bounded(200)
@given(hostile_headers)
def test_in_headers(pairs: Any) -> None:
    try:
        headers = Headers(pairs)
    except ValueError:
        return
    message = one_request(Request("/", headers).to_bytes())
    assert message.fields == list(headers.items())
    assert [name for name, _ in message.fields] == [name for name, _ in pairs]
