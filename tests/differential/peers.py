"""What each reader makes of the same bytes, in one form that can be compared.

The peers are other projects' parsers and handshakes, called without sockets and through what they
publish. They are optional: a peer that is not installed has no view.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any, NamedTuple, TypeAlias

from ws_handshake import HandshakeError, ServerHandshake, parse_host, request_violations

HEAD = "head"  # a whole head was read
WAITS = "waits"  # it wants more bytes
REFUSES = "refuses"

NO_BODY = "none"
CHUNKED = "chunked"
TUNNEL = "tunnel"  # all that follows, as after CONNECT

Lines: TypeAlias = list[tuple[str, str]]
Fields: TypeAlias = tuple[tuple[str, str], ...]
Authority: TypeAlias = tuple[str, int]


class View(NamedTuple):
    """A request as one reader sees it; None is what it does not say.

    `faults` has what a refusal is called: for us the codes of all violations, the deciding one
    first, for a peer its error. `host` has the values of all Host lines, `fields` the other lines
    with their names in lower case; `end` is the number of bytes in the head; `body` is `NO_BODY`,
    `CHUNKED`, `TUNNEL` or a Content-Length. `path`, `query` and `authority` are the parts of the
    target, of an absolute one in the case of `authority`. A server, which is more than a parser,
    also reads the `subprotocols` and answers with a `status`.
    """

    outcome: str
    faults: tuple[str, ...] = ()
    method: str | None = None
    target: str | None = None
    version: str | None = None
    host: tuple[str, ...] | None = None
    fields: Fields | None = None
    end: int | None = None
    body: str | None = None
    path: str | None = None
    query: str | None = None
    authority: Authority | None = None
    subprotocols: tuple[str, ...] | None = None
    status: int | None = None


Reader: TypeAlias = Callable[[bytes], View]


def _view(
    method: str, target: str, version: str, lines: Lines, end: int, body: str | None = None
) -> View:
    """The view of a whole head, its Host taken out of the lines."""
    hosts = tuple([value for name, value in lines if name == "host"])
    fields = tuple([line for line in lines if line[0] != "host"])
    return View(HEAD, (), method, target, version, hosts, fields, end, body)


_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


def ours(data: bytes) -> View:
    """What this library makes of it."""
    server = ServerHandshake(origins=None)
    offer, status = None, None
    faults: tuple[str, ...] = ()
    try:
        offer = server.receive_data(data)
    except HandshakeError as error:
        faults = (error.code,)
        status = None if error.rejection is None else error.rejection.status
    request = server.request
    if request is None:
        return View(REFUSES if faults else WAITS, faults, status=status)
    view = _view(
        request.method,
        request.target,
        request.version,
        [(name.lower(), value) for name, value in request.headers.items()],
        len(data) - len(server.trailing_data),
    )
    violations = tuple([violation.code for violation in request_violations(request)])
    view = view._replace(faults=violations, status=status)
    if offer is None:
        return view
    view = view._replace(
        body=NO_BODY,
        path=offer.path,
        query=offer.query,
        subprotocols=offer.subprotocols,
        status=101,
    )
    if offer.target.startswith("/"):
        return view
    host, port = parse_host(offer.host)
    scheme = offer.target.partition(":")[0].lower()
    return view._replace(authority=(host.strip("[]").lower(), port or _DEFAULT_PORTS[scheme]))


# --- what the peers have in common ----------------------------------------------------------------


def _text(value: bytes | bytearray) -> str:
    return value.decode("latin-1")


def _raw(value: str) -> str:
    """What aiohttp decoded as UTF-8, as one character a byte again."""
    return value.encode("utf-8", "surrogateescape").decode("latin-1")


def _refusal(error: BaseException) -> View:
    name = type(error).__name__
    text = " ".join(str(getattr(error, "message", "") or error).split())
    return View(REFUSES, (f"{name}: {text}",))


def _decoded(pairs: Any) -> Lines:
    return [(_text(name).lower(), _text(value)) for name, value in pairs]


def _framed(lines: Lines) -> str:
    """How long a body is by its fields, for a reader that found that there is one."""
    names = dict(lines)
    return CHUNKED if "transfer-encoding" in names else names.get("content-length", TUNNEL)


# No head ends anywhere but behind a CR or LF.
_lines = re.compile(rb"[^\r\n]*+[\r\n]|[^\r\n]++").findall


# --- h11 ------------------------------------------------------------------------------------------


def _h11() -> Reader:
    h11: Any = importlib.import_module("h11")

    def read(data: bytes) -> View:
        connection = h11.Connection(h11.SERVER)
        connection.receive_data(data)
        try:
            event = connection.next_event()
        except h11.RemoteProtocolError as error:
            return _refusal(error)
        if not isinstance(event, h11.Request):
            return View(WAITS)
        rest = connection.trailing_data[0]
        lines = _decoded(event.headers)
        try:
            following: Any = connection.next_event()
        except h11.RemoteProtocolError:
            following = None
        no_body = isinstance(following, h11.EndOfMessage) and connection.trailing_data[0] == rest
        return _view(
            _text(event.method),
            _text(event.target),
            f"HTTP/{_text(event.http_version)}",
            lines,
            len(data) - len(rest),
            NO_BODY if no_body else _framed(lines),
        )

    return read


# --- websockets -----------------------------------------------------------------------------------


def _websockets_request(data: bytes) -> tuple[Any, View]:
    from websockets.http11 import Request
    from websockets.streams import StreamReader

    reader = StreamReader()
    reader.feed_data(data)
    parsing = Request.parse(reader.read_line)
    try:
        next(parsing)
    except StopIteration as whole:
        request = whole.value
    except Exception as error:  # noqa: BLE001 - it publishes several, with no common base
        return None, _refusal(error)
    else:
        return None, View(WAITS)
    return request, _view(
        request.method,
        request.path,
        request.protocol,
        [(name.lower(), value) for name, value in request.headers.raw_items()],
        len(data) - len(reader.buffer),
        NO_BODY,
    )


def _websockets() -> Reader:
    importlib.import_module("websockets.http11")
    return lambda data: _websockets_request(data)[1]


def _websockets_server() -> Reader:
    import logging

    from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
    from websockets.server import ServerProtocol

    # It logs what it answers with 500; here that is a result like another.
    silent = logging.Logger("silent", logging.CRITICAL)

    def read(data: bytes) -> View:
        request, view = _websockets_request(data)
        offered: list[str] = []
        protocol = ServerProtocol(
            # Without an extension of its own it does not read what is offered.
            extensions=[ServerPerMessageDeflateFactory()],
            select_subprotocol=lambda _, subprotocols: offered.extend(subprotocols),
            logger=silent,
        )
        if request is not None:
            response = protocol.accept(request)
            error = protocol.handshake_exc
            return view._replace(
                status=response.status_code,
                faults=() if error is None else _refusal(error).faults,
                subprotocols=tuple(offered) if error is None else None,
            )
        if view.outcome == REFUSES:
            protocol.receive_data(data)
            answer = b"".join(protocol.data_to_send())
            # What is no HTTP request gets no answer.
            return view._replace(status=int(answer.split(b" ")[1]) if answer else None)
        return view

    return read


# --- wsproto --------------------------------------------------------------------------------------


def _wsproto_server() -> Reader:
    from wsproto import ConnectionType, WSConnection
    from wsproto.events import AcceptConnection, Request
    from wsproto.extensions import PerMessageDeflate
    from wsproto.utilities import LocalProtocolError, RemoteProtocolError

    def read(data: bytes) -> View:
        connection = WSConnection(ConnectionType.SERVER)
        try:
            connection.receive_data(data)
            request = next(connection.events(), None)
            if request is None:
                return View(WAITS)
            assert isinstance(request, Request)
            answer = connection.send(AcceptConnection(extensions=[PerMessageDeflate()]))
        except RemoteProtocolError as error:
            hint: Any = error.event_hint
            return _refusal(error)._replace(status=hint.status_code)
        except (LocalProtocolError, ValueError, IndexError) as error:
            return _refusal(error)
        # The other fields, as h11 reads them, it does not keep together.
        return View(
            HEAD,
            target=request.target,
            host=(request.host,),
            subprotocols=tuple(request.subprotocols),
            status=int(answer.split(b" ")[1]),
        )

    return read


# --- aiohttp --------------------------------------------------------------------------------------


class _NoLoop:
    """What aiohttp's parsers ask an event loop for, when nothing is awaited."""

    def get_debug(self) -> bool:
        return False


def _aiohttp(name: str) -> Reader:
    from aiohttp import http_parser
    from aiohttp.base_protocol import BaseProtocol
    from aiohttp.streams import EMPTY_PAYLOAD

    parser_class: Any = getattr(http_parser, name)
    loop: Any = _NoLoop()

    def parser() -> Any:
        return parser_class(BaseProtocol(loop), loop, 2**16)

    def view(message: Any, payload: Any, end: int) -> View:
        lines = _decoded(message.raw_headers)
        major, minor = message.version
        url = message.url
        authority = None
        if url.absolute and url.port is not None:
            authority = ((url.raw_host or "").lower(), url.port)
        return _view(
            message.method,
            _raw(message.path),
            f"HTTP/{major}.{minor}",
            lines,
            end,
            NO_BODY if payload is EMPTY_PAYLOAD else _framed(lines),
        )._replace(path=_raw(url.raw_path), query=_raw(url.raw_query_string), authority=authority)

    def read(data: bytes) -> View:
        # After an upgrade it hands back what it did not read, so the end of the head is known.
        try:
            messages, upgraded, rest = parser().feed_data(data)
        except Exception:  # noqa: BLE001 - whatever it was: it may be behind the head
            upgraded = False
        if upgraded and messages and messages[0][1] is EMPTY_PAYLOAD:
            message, payload = messages[0]
            return view(message, payload, len(data) - len(rest))
        # Otherwise it reads on into a body or another request: give it the bytes line by line.
        by_lines = parser()
        end = 0
        for line in _lines(data):
            end += len(line)
            try:
                messages, upgraded, rest = by_lines.feed_data(line)
            except Exception as error:  # noqa: BLE001 - yarl's and its own have no common base
                return _refusal(error)
            if messages:
                message, payload = messages[0]
                return view(message, payload, end - len(rest))
        return View(WAITS)

    return read


# --- httptools ------------------------------------------------------------------------------------


def _httptools() -> Reader:
    import httptools

    class Seen:
        """What the parser calls."""

        def __init__(self) -> None:
            self.target = b""
            self.fields: list[tuple[bytes, bytes]] = []
            self.head = self.message = False

        def on_url(self, url: bytes) -> None:
            self.target += url

        def on_header(self, name: bytes, value: bytes) -> None:
            if not self.head:
                self.fields.append((name, value))

        def on_headers_complete(self) -> None:
            self.head = True

        def on_message_complete(self) -> None:
            self.message = True

    def view(parser: Any, seen: Seen, end: int, method: bytes, version: str) -> View:
        lines = _decoded(seen.fields)
        result = _view(
            _text(method),
            _text(seen.target),
            f"HTTP/{version}",
            lines,
            end,
            NO_BODY if seen.message else _framed(lines),
        )
        try:
            url = httptools.parse_url(seen.target)
        except httptools.HttpParserInvalidURLError:
            return result
        authority = None
        if url.host is not None:
            scheme = _text(url.schema or b"http").lower()
            authority = (_text(url.host).lower(), url.port or _DEFAULT_PORTS.get(scheme, 0))
        return result._replace(
            path=_text(url.path or b""), query=_text(url.query or b""), authority=authority
        )

    def read(data: bytes) -> View:
        seen = Seen()
        parser: Any = httptools.HttpRequestParser(seen)
        end = 0
        for line in _lines(data):
            try:
                parser.feed_data(line)
            except httptools.HttpParserUpgrade as upgrade:
                end += upgrade.args[0]
            except httptools.HttpParserError as error:
                if not seen.head:
                    return _refusal(error)
                end += len(line)
            else:
                end += len(line)
            if seen.head:
                return view(parser, seen, end, parser.get_method(), parser.get_http_version())
        return View(WAITS)

    return read


# --- all of them ----------------------------------------------------------------------------------


class Peer(NamedTuple):
    """A reader of another project: the package it comes in, in the version compared with."""

    name: str
    package: str
    version: str
    load: Callable[[], Reader]
    server: bool = False

    def reader(self) -> Reader | str:
        """The reader, or what is missing."""
        wanted = f"{self.package}=={self.version}"
        try:
            found = version(self.package)
            if found != self.version:
                return f"{wanted} is compared with, {found} is installed"
            return self.load()
        except PackageNotFoundError:
            return f"{self.package} is not installed; python -m pip install {wanted}"
        except (ImportError, AttributeError) as error:  # the latter: aiohttp without its C parser
            return f"{self.name}: {error}; python -m pip install {wanted}"


PEERS = [
    Peer("h11", "h11", "0.16.0", _h11),
    Peer("websockets", "websockets", "17.4", _websockets),
    Peer("aiohttp, C", "aiohttp", "3.14.5", lambda: _aiohttp("HttpRequestParserC")),
    Peer("aiohttp, Python", "aiohttp", "3.14.5", lambda: _aiohttp("HttpRequestParserPy")),
    Peer("httptools", "httptools", "0.9.0", _httptools),
    Peer("websockets server", "websockets", "17.4", _websockets_server, server=True),
    Peer("wsproto server", "wsproto", "1.3.2", _wsproto_server, server=True),
]
