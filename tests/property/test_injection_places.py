"""Every parameter that takes text, found by introspection, tried with text that breaks lines.

Each is a `ValueError` or a `TypeError`, or leaves one well-formed head with as many fields as
without that text: read by `wire`, by the oracle, and by h11 where that is installed.

RFC 9112 §11.1 and §11.2 (response splitting, request smuggling).
"""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import Message
from types import SimpleNamespace
from typing import Any, TypeAlias

import pytest
from hypothesis import given
from oracle import head as oracle_head
from oracle import request as oracle_request
from oracle import response as oracle_response

import ws_handshake
from ws_handshake import (
    ClientHandshake,
    Extension,
    HandshakeError,
    Headers,
    InvalidHeader,
    InvalidMessage,
    InvalidRequest,
    Offer,
    PerMessageDeflate,
    Request,
    Response,
    ServerHandshake,
    UnexpectedStatus,
    WebSocketURI,
    accept_key,
    build_rejection,
    build_request,
    build_response,
    format_extensions,
    validate_request,
)

from .strategies import KEY, URI, attempt, bounded, hostile_text
from .wire import one_request, one_response

# A head, and how many fields it has; or a list of several attempts.
Head: TypeAlias = tuple[bytes, int]
Build: TypeAlias = Callable[[str], Head]

_URIS = [
    "{}",
    "{}://example.com/",
    "ws://{}/",
    "ws://a{}b/",
    "ws://example.com:{}/",
    "ws://example.com:80{}/",
    "ws://[::1{}]/",
    "ws://example.com/{}",
    "ws://example.com/?a{}b",
    "wss://example.com{}",
    "{}ws://example.com/",
]
_OFFER = validate_request(
    build_request(URI, key=KEY, subprotocols=["chat"], extensions=[Extension("x")]), origins=None
)


@dataclass
class Negotiator:
    """Both sides of an extension whose parts a caller has chosen badly."""

    name: str
    made: Extension

    def offer(self) -> Extension:
        return self.made

    def answer(self, offer: Extension) -> Extension:
        return self.made

    def confirm(self, answer: Extension, offer: Extension) -> None:
        pass


def negotiator(text: str) -> Negotiator:
    """The text as the name; what such an object makes cannot be anything but an `Extension`."""
    made = Extension("x")
    return Negotiator(text, made)


# --- What comes of a value ------------------------------------------------------------------------


def sent(request: Request, fields: int) -> Head:
    return request.to_bytes(), fields


def answered(response: Response, fields: int) -> Head:
    return response.to_bytes(), fields


def served(**arguments: Any) -> Head:
    """What a server with these arguments says to a good request."""
    server = ServerHandshake(**{"origins": None, **arguments})
    error = attempt(lambda: server.receive_data(_OFFER.request.to_bytes()))
    if isinstance(error, HandshakeError):
        assert error.rejection is not None
        return answered(error.rejection, len(error.rejection.headers))
    wire = server.accept()
    assert server.agreement is not None
    return wire, len(server.agreement.response.headers)


def offered() -> ServerHandshake:
    server = ServerHandshake(origins=None)
    server.receive_data(_OFFER.request.to_bytes())
    return server


def refused(error: HandshakeError) -> Head:
    """An error that a caller made; it has an answer only where a request was found wrong."""
    found = error._found_in(_OFFER.request, build_rejection_later)
    rejection = build_rejection(found)
    return answered(rejection, len(rejection.headers))


def build_rejection_later(error: HandshakeError) -> Response:
    return build_rejection(400)


def with_uri(text: str, use: Callable[[str], Request]) -> Iterator[Build]:
    for form in _URIS:
        yield lambda text, form=form: sent(use(form.format(text)), 5)  # type: ignore[misc]


def header_forms(use: Callable[[Any], Head]) -> list[Build]:
    """All ways to give a field: the text in its name and in its value, as pairs and a mapping."""
    return [
        lambda text: use([(text, "1")]),
        lambda text: use([(f"X{text}", "1")]),
        lambda text: use([("X", text)]),
        lambda text: use([("X", f"a{text}b")]),
        lambda text: use({"X": text}),
        lambda text: use({f"X{text}": "1"}),
        lambda text: use([(b"X", f"a{text}b".encode("utf-8", "surrogatepass"))]),
        lambda text: use([(f"X{text}".encode("utf-8", "surrogatepass"), b"1")]),
        lambda text: use(Headers([("X", text)])),
    ]


def around(use: Callable[[str], Head], good: str) -> list[Build]:
    """The text alone, and behind, before and within good text."""
    half = len(good) // 2
    return [
        use,
        lambda text: use(good + text),
        lambda text: use(text + good),
        lambda text: use(good[:half] + text + good[half:]),
    ]


def uri_forms(use: Callable[[str], Request]) -> list[Build]:
    return list(with_uri("", use))


def extension_forms(use: Callable[[Extension], Head]) -> list[Build]:
    return [
        lambda text: use(Extension(text)),
        lambda text: use(Extension("x", [(text, None)])),
        lambda text: use(Extension("x", [("a", text)])),
        lambda text: use(Extension("x", [("a", f"b{text}c")])),
    ]


def built(**arguments: Any) -> Head:
    request = build_request(URI, **{"key": KEY, **arguments})
    return sent(request, 5 + len(arguments.keys() - {"key", "host"}))


def opened(**arguments: Any) -> Head:
    client = ClientHandshake(URI, **{"key": KEY, **arguments})
    return sent(client.request, 5 + len(arguments.keys() - {"key", "host"}))


def answering(**arguments: Any) -> Head:
    more = len(arguments)
    return answered(build_response(_OFFER, **arguments), 3 + more)


def accepting(**arguments: Any) -> Head:
    more = len(arguments)
    wire = offered().accept(**{"subprotocol": None, "extensions": None, **arguments})
    return wire, 3 + more


def refusing(**arguments: Any) -> Head:
    more = len(arguments.get("headers", ()))
    plain = build_rejection(403, body=arguments.get("body"))
    return answered(build_rejection(403, **arguments), len(plain.headers) + more)


def rejecting(**arguments: Any) -> Head:
    more = len(arguments.get("headers", ()))
    plain = build_rejection(403, body=arguments.get("body"))
    return offered().reject(403, **arguments), len(plain.headers) + more


def from_wsgi(**entries: str) -> Head:
    environ = {
        "REQUEST_METHOD": "GET",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "PATH_INFO": "/chat",
        "HTTP_HOST": "a",
        "CONTENT_TYPE": "b",
        **entries,
    }
    request = Request.from_wsgi(environ)
    return sent(request, sum(key.startswith("HTTP_") for key in environ) + 1)


def from_asgi(**entries: Any) -> Head:
    scope = {
        "type": "http",
        "method": "GET",
        "http_version": "1.1",
        "path": "/chat",
        "query_string": b"",
        "headers": [(b"host", b"a")],
        **entries,
    }
    request = Request.from_asgi(scope)
    return sent(request, len(scope["headers"]))


def from_http_server(headers: list[tuple[str, str]] | None = None, **parts: Any) -> Head:
    message = Message()
    fields = [("Host", "a"), *(headers or [])]
    for name, value in fields:
        message[name] = value
    handler: Any = SimpleNamespace(
        **{"command": "GET", "path": "/", "request_version": "HTTP/1.1", **parts}, headers=message
    )
    return sent(Request.from_http_server(handler), len(fields))


def raw(text: str) -> bytes:
    """A caller's bytes, whatever the text: a server that decodes them gives latin-1."""
    return text.encode("utf-8", "surrogatepass")


DOORS: dict[str, list[Build]] = {
    "Request.from_wsgi.environ": [
        lambda text: from_wsgi(REQUEST_METHOD=text),
        lambda text: from_wsgi(SERVER_PROTOCOL=text),
        lambda text: from_wsgi(PATH_INFO=f"/{text}"),
        lambda text: from_wsgi(SCRIPT_NAME=text),
        lambda text: from_wsgi(QUERY_STRING=text),
        lambda text: from_wsgi(RAW_URI=f"/{text}"),
        lambda text: from_wsgi(REQUEST_URI=f"/{text}"),
        lambda text: from_wsgi(HTTP_X=text),
        lambda text: from_wsgi(**{f"HTTP_X{text}": "1"}),
        lambda text: from_wsgi(CONTENT_TYPE=f"a{text}"),
    ],
    "Request.from_asgi.scope": [
        lambda text: from_asgi(method=text),
        lambda text: from_asgi(http_version=text),
        lambda text: from_asgi(http_version=f"1.1{text}", type="websocket"),
        lambda text: from_asgi(path=f"/{text}"),
        lambda text: from_asgi(path="/", root_path=text),
        lambda text: from_asgi(query_string=raw(text)),
        lambda text: from_asgi(raw_path=b"/" + raw(text)),
        lambda text: from_asgi(headers=[(b"host", b"a"), (b"x", raw(text))]),
        lambda text: from_asgi(headers=[(b"host", b"a"), (b"x" + raw(text), b"1")]),
    ],
    "Request.from_http_server.handler": [
        lambda text: from_http_server(command=f"GET{text}"),
        lambda text: from_http_server(path=f"/{text}"),
        lambda text: from_http_server(request_version=f"HTTP/1.1{text}"),
        lambda text: from_http_server(raw_requestline=b"GET /%b HTTP/1.1\r\n" % raw(text)),
        lambda text: from_http_server([("X", text)]),
        lambda text: from_http_server([(f"X{text}", "1")]),
    ],
}

PLACES: dict[str, list[Build]] = {
    **DOORS,
    "Extension.name": extension_forms(lambda it: built(extensions=[it])),
    "Extension.params": extension_forms(lambda it: built(extensions=[it, Extension("y")])),
    "WebSocketURI.host": around(
        lambda text: sent(build_request(WebSocketURI(False, text, 81, "/")), 5), "example.com"
    ),
    "WebSocketURI.target": around(
        lambda text: sent(build_request(WebSocketURI(True, "a", 81, text)), 5), "/chat?a=b"
    ),
    "Headers.fields": header_forms(lambda it: sent(Request("/", Headers(it)), 1)),
    "Request.target": around(lambda text: sent(Request(text, {"Host": "a"}), 1), "/chat?a"),
    "Request.headers": header_forms(lambda it: sent(Request("/", it), 1)),
    "Request.method": around(lambda text: sent(Request("/", {"Host": "a"}, text), 1), "GET"),
    "Request.version": around(
        lambda text: sent(Request("/", {"Host": "a"}, "GET", text), 1), "HTTP/1.1"
    ),
    "Response.headers": header_forms(lambda it: answered(Response(403, it), 1)),
    "Response.reason": around(lambda text: answered(Response(403, {}, text), 0), "Forbidden"),
    "Response.version": around(lambda text: answered(Response(403, version=text), 0), "HTTP/1.1"),
    "Offer.subprotocols": around(
        lambda text: answered(build_response(Offer(_OFFER.request, [text]), subprotocol=text), 4),
        "chat",
    ),
    "accept_key.key": around(
        lambda text: answered(Response(101, {"Sec-WebSocket-Accept": accept_key(text)}), 1), KEY
    ),
    "format_extensions.extensions": extension_forms(
        lambda it: sent(Request("/", {"X": format_extensions([it, it])}), 1)
    ),
    "build_request.uri": uri_forms(lambda text: build_request(text, key=KEY)),
    "build_request.key": around(lambda text: built(key=text), KEY),
    "build_request.host": around(lambda text: built(host=text), "example.com:80"),
    "build_request.origin": around(lambda text: built(origin=text), "https://example.com"),
    "build_request.subprotocols": around(lambda text: built(subprotocols=["a", text]), "chat"),
    "build_request.extensions": extension_forms(lambda it: built(extensions=[it])),
    "build_request.headers": header_forms(lambda it: built(headers=it)),
    "ClientHandshake.uri": uri_forms(lambda text: ClientHandshake(text, key=KEY).request),
    "ClientHandshake.key": around(lambda text: opened(key=text), KEY),
    "ClientHandshake.host": around(lambda text: opened(host=text), "example.com:80"),
    "ClientHandshake.origin": around(lambda text: opened(origin=text), "https://example.com"),
    "ClientHandshake.subprotocols": around(lambda text: opened(subprotocols=["a", text]), "chat"),
    "ClientHandshake.extensions": [
        *around(lambda text: opened(extensions=[negotiator(text)]), "x"),
        *extension_forms(lambda it: opened(extensions=[Negotiator(it.name, it)])),
    ],
    "ClientHandshake.headers": header_forms(lambda it: opened(headers=it)),
    "build_response.subprotocol": around(lambda text: answering(subprotocol=text), "chat"),
    "build_response.extensions": extension_forms(lambda it: answering(extensions=[it])),
    "build_response.headers": header_forms(lambda it: answering(headers=it)),
    "ServerHandshake.origins": around(lambda text: served(origins=[text]), "https://example.com"),
    "ServerHandshake.hosts": around(lambda text: served(hosts=[text]), "example.com"),
    "ServerHandshake.subprotocols": around(
        lambda text: served(subprotocols=[text, "chat"]), "chat"
    ),
    "ServerHandshake.extensions": [
        *around(lambda text: served(extensions=[negotiator(text)]), "x"),
        *extension_forms(lambda it: served(extensions=[Negotiator("x", it)])),
    ],
    "ServerHandshake.accept.subprotocol": around(lambda text: accepting(subprotocol=text), "chat"),
    "ServerHandshake.accept.extensions": extension_forms(lambda it: accepting(extensions=[it])),
    "ServerHandshake.accept.headers": header_forms(lambda it: accepting(headers=it)),
    "build_rejection.status_or_error": [
        lambda text: refused(InvalidHeader(text)),
        lambda text: refused(InvalidRequest(text, code="host-differs", value=text)),
    ],
    "build_rejection.headers": header_forms(lambda it: refusing(headers=it)),
    "build_rejection.body": around(lambda text: refusing(body=text), "No.\r\n"),
    "build_rejection.reason": around(lambda text: refusing(reason=text), "No"),
    "ServerHandshake.reject.status_or_error": [
        lambda text: (
            offered().reject(refused_error(text)),
            len(build_rejection(refused_error(text)).headers),
        ),
    ],
    "ServerHandshake.reject.headers": header_forms(lambda it: rejecting(headers=it)),
    "ServerHandshake.reject.body": around(lambda text: rejecting(body=text), "No.\r\n"),
    "ServerHandshake.reject.reason": around(lambda text: rejecting(reason=text), "No"),
}


def refused_error(text: str) -> HandshakeError:
    error = InvalidRequest(text, code="host-differs", value=text)
    return error._found_in(_OFFER.request, build_rejection_later)


# Text that reaches no head: it is looked up, judged, or shown to people, which
# `test_redaction.py` and `test_display.py` are about.
_PARSERS = [name for name in ws_handshake.__all__ if name.startswith("parse_")]
READ_ONLY: dict[str, Callable[[str], object]] = {
    **{
        f"{name}.{'uri' if name == 'parse_uri' else 'value'}": getattr(ws_handshake, name)
        for name in _PARSERS
    },
    "Response.to_asgi.scope": lambda text: Response(403, {"X": "1"}).to_asgi(
        {"type": "http", "http_version": text}
    ),
    "Headers.get.name": lambda text: Headers({"X": "1"}).get(text),
    "Headers.get.default": lambda text: Headers().get("x", text),
    "Headers.get_all.name": lambda text: Headers({"X": "1"}).get_all(text),
    "select_subprotocol.offered": lambda text: ws_handshake.select_subprotocol([text], ["a"]),
    "select_subprotocol.supported": lambda text: ws_handshake.select_subprotocol(["a"], [text]),
    "request_violations.origins": lambda text: ws_handshake.request_violations(
        _OFFER.request, origins=[text]
    ),
    "request_violations.hosts": lambda text: ws_handshake.request_violations(
        _OFFER.request, hosts=[text]
    ),
    "validate_request.origins": lambda text: validate_request(_OFFER.request, origins=[text]),
    "validate_request.hosts": lambda text: validate_request(
        _OFFER.request, origins=None, hosts=[text]
    ),
    "Agreement.subprotocol": lambda text: ws_handshake.Agreement(text, (), Response(101)),
    "Agreement.extensions": lambda text: ws_handshake.Agreement(
        None, (Extension(text),), Response(101)
    ),
    "DeflateParameters.from_answer.answer": lambda text: ws_handshake.DeflateParameters.from_answer(
        Extension("permessage-deflate", [(text, text)])
    ),
    "DeflateParameters.from_answer.offer": lambda text: ws_handshake.DeflateParameters.from_answer(
        Extension("permessage-deflate"), Extension("permessage-deflate", [(text, text)])
    ),
    "PerMessageDeflate.answer.offer": lambda text: PerMessageDeflate().answer(
        Extension("permessage-deflate", [(text, text)])
    ),
    "PerMessageDeflate.confirm.answer": lambda text: PerMessageDeflate().confirm(
        Extension("permessage-deflate", [(text, text)]), PerMessageDeflate().offer()
    ),
    "PerMessageDeflate.confirm.offer": lambda text: PerMessageDeflate().confirm(
        Extension("permessage-deflate"), Extension("permessage-deflate", [(text, text)])
    ),
}
_SHOWN_ONLY = {"Cause", "Diagnosis", "Fault", "HandshakeError", "UnexpectedStatus", "Violation"}

# What holds no text, or text that was checked when it was made.
_NO_TEXT = re.compile(
    r"(bool|int|None|BytesLike|Limits|Negotiate|Offer|Request|Response"
    r"|Callable\[\[int\], bytes\]| \| )+"
)


def parameters() -> Iterator[str]:
    """Each parameter of everything public that could hold text, as OWNER.PARAMETER."""
    for name in ws_handshake.__all__:
        thing = getattr(ws_handshake, name)
        if name in _SHOWN_ONLY or getattr(thing, "_is_protocol", False):
            continue
        if inspect.isclass(thing):
            if isinstance(vars(thing).get("__init__"), type(parameters)):
                yield from of_function(name, thing)
            for method, function in vars(thing).items():
                function = getattr(function, "__func__", function)
                if not method.startswith("_") and inspect.isfunction(function):
                    yield from of_function(f"{name}.{method}", function)
        elif inspect.isfunction(thing):
            yield from of_function(name, thing)


def of_function(owner: str, function: Callable[..., object]) -> Iterator[str]:
    for parameter in inspect.signature(function).parameters.values():
        annotation = str(parameter.annotation)
        if parameter.name not in ("self", "cls") and not _NO_TEXT.fullmatch(annotation):
            yield f"{owner}.{parameter.name}"


def test_every_parameter_that_takes_text_is_tried() -> None:
    assert set(parameters()) == PLACES.keys() | READ_ONLY.keys()


# --- Readers of heads -----------------------------------------------------------------------------


def read_by_wire(wire: bytes) -> int:
    if wire.startswith(b"HTTP/"):
        return len(one_response(wire, int(wire[9:12])).fields)
    return len(one_request(wire).fields)


def read_by_the_oracle(wire: bytes) -> int:
    is_response = wire.startswith(b"HTTP/")
    # The doors let the version of HTTP/2 through, in the way that ASGI has it.
    wire = re.sub(rb"\A([^\r\n]++)(?<= HTTP/[0-9])\r\n", rb"\1.0\r\n", wire)
    form = oracle_response.START_LINE if is_response else oracle_request.START_LINE
    limits = oracle_head.Limits(10**6, 10**6, 10**6)
    head = oracle_head.read_head(wire, 0, form, limits)
    assert isinstance(head, oracle_head.Head), (head, wire)
    assert head.end == wire.index(b"\r\n\r\n") + 4
    return len(head.fields)


def read_by_h11(wire: bytes) -> int:
    h11 = pytest.importorskip("h11", reason="h11 is not installed: see `make interop`")
    if wire.startswith(b"HTTP/"):
        connection = h11.Connection(h11.CLIENT)
        upgrade = [("Host", "a"), ("Upgrade", "websocket"), ("Connection", "Upgrade")]
        connection.send(h11.Request(method="GET", target="/", headers=upgrade))
        connection.send(h11.EndOfMessage())
    else:
        connection = h11.Connection(h11.SERVER)
        # h11 asks for Host, reads only ASCII targets, and HTTP/1.1 at most.
        if not wire.partition(b"\r\n")[0].isascii():
            return read_by_wire(wire)
        if b"\r\nhost: " not in wire.lower():
            wire = wire.replace(b"\r\n", b"\r\nHost: a\r\n", 1)
            return _read_by_h11(h11, connection, wire) - 1
    return _read_by_h11(h11, connection, wire)


def _read_by_h11(h11: Any, connection: Any, wire: bytes) -> int:
    connection.receive_data(wire)
    event = connection.next_event()
    assert isinstance(event, h11.Request | h11.Response | h11.InformationalResponse), event
    switched = isinstance(event, h11.InformationalResponse)
    if isinstance(event, h11.Request):
        assert isinstance(connection.next_event(), h11.EndOfMessage)
        assert connection.trailing_data == (b"", False)
    elif not switched:
        connection.receive_data(b"")
        while not isinstance(body := connection.next_event(), h11.EndOfMessage):
            assert isinstance(body, h11.Data), body
    return len(event.headers)


READERS = [read_by_wire, read_by_the_oracle, read_by_h11]

# Each control character, what splits a line elsewhere, lone surrogates, what no byte can hold,
# and characters whose low byte is CR or LF.
CHARACTERS = [
    *map(chr, [*range(0x20), 0x7F, 0x80, 0x85, 0x9B, 0xA0, 0xFF]),
    *["\u010a", "\u010d", "\u0100", "\u2028", "\u212a", "\uff0f", "\ud800", "\udc0a", "\U0001f600"],
    *["\r\n", "\r\n\r\n", "\r\nX-Evil: 1", " HTTP/1.1\r\nX: 1\r\n\r\nGET /", ", ", '"', ";", "="],
]


def check(place: str, text: str, readers: list[Callable[[bytes], int]]) -> None:
    for build in PLACES[place]:
        try:
            wire, fields = build(text)
        except (ValueError, TypeError):
            continue
        except InvalidMessage:  # a door refuses what no server should have let through
            assert place in DOORS
            continue
        for read in readers:
            assert read(wire) == fields, (place, text, wire)


@pytest.mark.parametrize("reader", READERS)
def test_each_character_in_each_place_breaks_no_head(reader: Callable[[bytes], int]) -> None:
    for place in PLACES:
        for text in CHARACTERS:
            check(place, text, [reader])


def test_every_place_takes_good_text() -> None:
    """Else nothing would be tried above."""
    good = ["x", "chat", "", "/chat", "HTTP/1.1", "example.com", URI, KEY, "https://example.com"]
    for place, builds in PLACES.items():
        taken = 0
        for text in good:
            for build in builds:
                try:
                    build(text)
                except (ValueError, InvalidMessage):
                    continue
                taken += 1
        assert taken, place


@bounded(120)
@given(hostile_text)
def test_any_text_in_every_place_breaks_no_head(text: str) -> None:
    for place in PLACES:
        check(place, text, [read_by_wire, read_by_the_oracle])


@pytest.mark.parametrize("place", READ_ONLY)
def test_text_that_is_only_read_raises_nothing_else(place: str) -> None:
    for text in CHARACTERS:
        for value in (text, f"chat{text}", f"https://example.com{text}"):
            try:
                READ_ONLY[place](value)
            except (ValueError, TypeError, HandshakeError):
                continue
            assert value.isprintable() or not place.startswith("parse_")


def test_an_error_with_any_text_is_shown_on_one_line() -> None:
    for text in CHARACTERS:
        for error in (
            InvalidHeader(f"a{text}b"),
            InvalidRequest(f"a{text}b", code="host-differs", value=f"a{text}b"),
            UnexpectedStatus(f"a{text}b", value=text, response=Response(403)),
        ):
            assert str(error).isprintable()
            assert repr(error).isprintable()


def test_the_modules_have_no_builder_that_is_not_public() -> None:
    """A name of `__all__` in a module that users import, and that the root does not have."""
    for name in ("client", "server", "response", "request", "headers", "uri", "key", "fields"):
        module = importlib.import_module(f"ws_handshake.{name}")
        assert set(module.__all__) <= set(ws_handshake.__all__)
