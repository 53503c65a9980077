"""The doors behind real servers: what they say of the same bytes as `ServerHandshake`.

Every request of the catalogue goes over a socket to `http.server` and to `wsgiref`, both of the
standard library. A door may be stricter than the bytes only in words. It lets through what the
bytes would not only where its server lost the fact, and those losses are listed here.
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, NamedTuple
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import pytest

from ws_handshake import (
    HandshakeError,
    Headers,
    InvalidMessage,
    Limits,
    Request,
    Response,
    ServerHandshake,
    build_rejection,
    validate_request,
)

from .checks import assert_well_formed
from .request_cases import CASES, NO_POLICY, PAIRS, Policy, req
from .test_requests import rules

NO_LIMITS = Limits(10**6, 10**6, 10**6)
REQUESTS = {case.id: case for case in [*CASES, *[pair.case for pair in PAIRS]]}
SERVED = "the server answered without asking the application"
OK, CUT = "ok", "cut"


# --- The servers ----------------------------------------------------------------------------------


class Judge:
    """What the application sees: one policy at a time, and the verdict it came to."""

    policy: Policy = NO_POLICY
    verdict = SERVED

    def answer(self, door: Callable[[Any], Request], given: Any) -> Response:
        try:
            request = door(given)
            validate_request(request, **rules(self.policy))
        except HandshakeError as error:
            assert_well_formed(error)
            self.verdict = error.code
            return build_rejection(error)
        except BaseException as error:
            self.verdict = repr(error)
            raise
        self.verdict = OK
        return build_rejection(418)


class Running(NamedTuple):
    judge: Judge
    port: int

    def verdict(self, data: bytes, policy: Policy) -> tuple[str, bytes]:
        """What the application found, and the answer."""
        self.judge.policy, self.judge.verdict = policy, SERVED
        answer = b""
        with (
            socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection,
            contextlib.suppress(ConnectionError),  # refused before all of it was read
        ):
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            while chunk := connection.recv(65536):
                answer += chunk
        return self.judge.verdict, answer


@contextlib.contextmanager
def serving(server: HTTPServer, judge: Judge) -> Iterator[Running]:
    # Handling happens in one thread, and the answer is there when the verdict is.
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield Running(judge, server.server_address[1])
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def http_server() -> Iterator[Running]:
    judge = Judge()

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            answer = judge.answer(Request.from_http_server, self)
            self.wfile.write(answer.to_bytes())
            self.close_connection = True

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self.handle_any
            raise AttributeError(name)

        def log_message(self, *args: object) -> None:
            pass

    Handler.protocol_version = "HTTP/1.1"
    with serving(HTTPServer(("127.0.0.1", 0), Handler), judge) as running:
        yield running


@pytest.fixture(scope="module")
def wsgi_server() -> Iterator[Running]:
    judge = Judge()

    class Handler(WSGIRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        answer = judge.answer(Request.from_wsgi, environ)
        # PEP 3333 leaves Connection and Upgrade to the server.
        fields = [
            each for each in answer.headers.items() if each[0] not in ("Connection", "Upgrade")
        ]
        start_response(f"{answer.status} {answer.reason}", fields)
        return [answer.body]

    server = WSGIServer(("127.0.0.1", 0), Handler)
    server.set_app(application)
    with serving(server, judge) as running:
        yield running


# --- The comparison -------------------------------------------------------------------------------


def bytes_verdict(data: bytes, policy: Policy) -> str:
    server = ServerHandshake(**rules(policy), limits=NO_LIMITS)
    try:
        return CUT if server.receive_data(data) is None else OK
    except HandshakeError as error:
        return error.code


def differences(running: Running) -> dict[str, list[str]]:
    """By what the bytes say: the cases that a door takes although the bytes are wrong."""
    found: dict[str, list[str]] = {}
    for case in REQUESTS.values():
        if case.data.count(b"\n") > 99:  # http.server takes no more fields
            continue
        expected = bytes_verdict(case.data, case.policy)
        verdict, answer = running.verdict(case.data, case.policy)
        if expected == OK:
            assert verdict == OK, case.id
            assert b" 418 " in answer, case.id
        elif verdict == OK:
            found.setdefault(expected, []).append(case.id)
        elif verdict != SERVED:
            assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+|\.[0-9])*", verdict), (case.id, verdict)
    return found


def test_what_http_server_loses(http_server: Running) -> None:
    """Only which line end a line had: its parser takes a bare LF for one."""
    found = differences(http_server)
    assert set(found) <= {"bare-lf"}
    assert set(found["bare-lf"]) == {"lf-last-field", "lf-blank-line"}


# What WSGI or wsgiref lost before the application was asked.
LOST = {
    "bare-cr": "http.server takes a bare CR for a line end",
    "bare-lf": "and a bare LF",
    "not-http": "white space before the method is skipped",
    "request-line-malformed": "the request line is split at any white space",
    "control-character": "white space in Python's sense is dropped, and what is in a path decoded",
    "colon-missing": "the fields end at a line that is none",
    "field-name-malformed": "the fields end there, or it is no entry of the environ",
    "space-before-colon": "the fields end there",
    "folded-line": "a fold of white space only, or before the first field, is dropped",
    "target-malformed": "a path is decoded: a # or a byte beyond ASCII may have been encoded",
    "content-length-repeated": "only the first line is kept",
    "content-length-malformed": "an empty value is an absent one",
    "host-malformed": "no-break spaces around a value are dropped",
    "upgrade-malformed": "the same",
    "connection-malformed": "the same",
    "version-malformed": "the same",
    "key-malformed": "the same",
    "origin-malformed": "the same",
    "upgrade-repeated": "an empty line joined to another is an empty element of a list",
}


def test_what_wsgiref_loses(wsgi_server: Running) -> None:
    found = differences(wsgi_server)
    assert set(found) == set(LOST)
    for code in ("host", "upgrade", "connection", "version", "key", "origin"):
        assert all("-nbsp" in case or "-nel" in case for case in found[f"{code}-malformed"])


CODES = {
    "http-version-too-old": req(http="HTTP/1.0"),
    "method-not-get": req(method="PUT"),
    "target-malformed": req(target="*"),
    "host-missing": req({"Host": None}),
    "host-repeated": req({"Host": ["a", "a"]}),
    "host-malformed": req({"Host": "a b"}),
    "transfer-encoding-present": req({"Transfer-Encoding": "chunked"}),
    "content-length-not-zero": req({"Content-Length": "1"}),
    "upgrade-missing": req({"Upgrade": None}),
    "upgrade-repeated": req({"Upgrade": ["websocket", "websocket"]}),
    "upgrade-not-websocket": req({"Upgrade": "websocket/13"}),
    "connection-without-upgrade": req({"Connection": "keep-alive"}),
    "version-unsupported": req({"Sec-WebSocket-Version": "8"}),
    "key-missing": req({"Sec-WebSocket-Key": None}),
    "key-malformed": req({"Sec-WebSocket-Key": "x"}),
    "origin-repeated": req({"Origin": ["http://a", "http://a"]}),
    "subprotocol-repeated": req({"Sec-WebSocket-Protocol": ["a", "a"]}),
    "extensions-malformed": req({"Sec-WebSocket-Extensions": "a;"}),
}


@pytest.mark.parametrize("server", ["http_server", "wsgi_server"])
@pytest.mark.parametrize("code", CODES)
def test_the_same_code(server: str, code: str, request: pytest.FixtureRequest) -> None:
    running: Running = request.getfixturevalue(server)
    assert bytes_verdict(CODES[code], {}) == code
    verdict, answer = running.verdict(CODES[code], {})
    assert verdict == code
    assert answer.startswith(b"HTTP/1.")


@pytest.mark.parametrize("server", ["http_server", "wsgi_server"])
def test_a_good_request_is_whole(server: str, request: pytest.FixtureRequest) -> None:
    running: Running = request.getfixturevalue(server)
    policy = {"origins": [None], "hosts": ["server.example.com"]}
    assert running.verdict(req(), policy)[0] == OK


# --- HTTP/2 and HTTP/3 at the ASGI door -----------------------------------------------------------


@pytest.mark.parametrize("version", ["2", "3", "2.0"])
def test_another_http_is_505(version: str) -> None:
    fields = Request.parse(req()).headers.items()
    request = Request.from_asgi(
        {
            "type": "websocket",
            "http_version": version,
            "path": "/chat",
            "raw_path": b"/chat",
            "query_string": b"",
            "headers": [(name.lower().encode(), value.encode()) for name, value in fields],
        }
    )
    with pytest.raises(HandshakeError) as caught:
        validate_request(request, origins=None)
    assert caught.value.rejection is not None
    assert caught.value.rejection.status == 505


# --- Hostile parts --------------------------------------------------------------------------------

HOSTILE = ["\r\nX: y", "\r", "\n", "\x00", " ", "\u20ac", "\ud800", "\r\n\r\nGET / HTTP/1.1"]


@pytest.mark.parametrize("hostile", HOSTILE, ids=ascii)
@pytest.mark.parametrize(
    "key", ["REQUEST_METHOD", "QUERY_STRING", "SERVER_PROTOCOL", "RAW_URI", "HTTP_X", "name"]
)
def test_nothing_is_injected_through_an_environ(key: str, hostile: str) -> None:
    environ = {"REQUEST_METHOD": "GET", "SERVER_PROTOCOL": "HTTP/1.1", "PATH_INFO": "/"}
    if key == "name":
        environ[f"HTTP_A{hostile}B"] = "x"
    else:
        environ[key] = f"{environ.get(key, '/a')}{hostile}b"
    if (key, hostile) == ("HTTP_X", " "):
        assert Request.from_wsgi(environ).headers["X"] == "/a b"
        return
    with pytest.raises(InvalidMessage) as caught:
        Request.from_wsgi(environ)
    assert_well_formed(caught.value)


# --- Headers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"A": "1", "B": "2"},
        [("A", "1"), ("B", "2")],
        ((b"A", b"1"), ("B", b"2")),
        iter([["A", "1"], ["B", "2"]]),
        Headers({"A": "1", "B": "2"}),
    ],
)
def test_headers_are_made_of(fields: Any) -> None:
    assert list(Headers(fields).items()) == [("A", "1"), ("B", "2")]
