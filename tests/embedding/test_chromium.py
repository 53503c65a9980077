"""What a page in a real browser sees of the recipes, of their refusals, and of wrong answers."""

from __future__ import annotations

import http.server
import shutil
import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ws_handshake import (
    ClientHandshake,
    Request,
    Response,
    accept_key,
    build_request,
    response_violations,
)

from .chromium import Browser, chromium

HERE = Path(__file__).parent
WATCH = "watch(arguments[0], arguments[1]).then(arguments[2])"
RECIPES = ("http_server.py", "threaded_server.py", "asyncio_streams_server.py")

Seen = list[dict[str, Any]]
Reply = Callable[[Request], str]


@contextmanager
def serving(server: socketserver.TCPServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    with server:
        thread.start()
        try:
            yield server.socket.getsockname()[1]
        finally:
            server.shutdown()
            thread.join()


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write((HERE / "page.html").read_bytes())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(tmp_path_factory.mktemp("chromium")) as found:
        yield found


@pytest.fixture
def origin(browser: Browser) -> Iterator[str]:
    """The origin of the page that the browser shows."""
    with serving(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)) as port:
        origin = f"http://127.0.0.1:{port}"
        browser.visit(f"{origin}/")
        browser.console()
        yield origin


@contextmanager
def running(
    recipe: str, directory: Path, origin: str | None = None, *arguments: str
) -> Iterator[str]:
    """The URI of a recipe's copy; with an origin, its author has written that into it."""
    copy = Path(shutil.copy(HERE / recipe, directory))
    if origin is not None:
        text = copy.read_text("utf-8")
        assert text.count('"https://example.com"') == 1
        copy.write_text(text.replace("https://example.com", origin), "utf-8")
    process = subprocess.Popen(
        [sys.executable, copy.name, *arguments],
        cwd=directory,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


@contextmanager
def answering(reply: Reply) -> Iterator[str]:
    """A server that answers with this text, right or wrong."""

    class Answer(socketserver.StreamRequestHandler):
        timeout = 10

        def handle(self) -> None:
            head = b""
            while not head.endswith(b"\r\n\r\n") and (line := self.rfile.readline()):
                head += line
            self.wfile.write(reply(Request.parse(head)).encode())
            self.connection.shutdown(socket.SHUT_WR)
            while self.rfile.read(4096):
                pass

    with serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Answer)) as port:
        yield f"ws://127.0.0.1:{port}/"


def opening(request: Request, more: str = "") -> str:
    """A valid answer, and what makes it a wrong one."""
    key = accept_key(request.headers["Sec-WebSocket-Key"])
    return (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {key}\r\n{more}\r\n"
    )


def build_answer(status: int) -> str:
    return f"HTTP/1.1 {status} Other\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"


def opened(protocol: str) -> Seen:
    """What a page sees of the recipes: they greet and close."""
    seen = {"protocol": protocol}
    return [
        {"event": "open", "readyState": 1, **seen},
        {"event": "message", "readyState": 1, **seen, "data": "hello"},
        {"event": "close", "readyState": 3, **seen, "code": 1000, "reason": "", "wasClean": True},
    ]


# Of a refusal a page sees no more than that: neither its status nor its body.
FAILED = [
    {"event": "error", "readyState": 3, "protocol": ""},
    {
        "event": "close",
        "readyState": 3,
        "protocol": "",
        "code": 1006,
        "reason": "",
        "wasClean": False,
    },
]


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize(
    ("offered", "protocol"), [(["chat"], "chat"), (["soap", "chat"], "chat"), ([], "")]
)
def test_it_opens_with_the_subprotocol_that_the_server_chose(
    recipe: str, offered: list[str], protocol: str, browser: Browser, origin: str, tmp_path: Path
) -> None:
    with running(recipe, tmp_path, origin) as uri:
        assert browser.run(WATCH, uri, offered) == opened(protocol)
    assert browser.console() == []


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_page_of_a_foreign_origin_is_refused(
    recipe: str, browser: Browser, origin: str, tmp_path: Path
) -> None:
    with running(recipe, tmp_path) as uri:
        assert browser.run(WATCH, uri, ["chat"]) == FAILED
        (line,) = browser.console(1)
    assert "Unexpected response code: 403" in line


def test_none_chosen_though_offered_opens_for_the_library_and_fails_in_a_page(
    browser: Browser, origin: str, tmp_path: Path
) -> None:
    """RFC 6455 §4.2.2 leaves it to the client; browsers follow the WebSockets Standard, §3.2."""
    with running("http_server.py", tmp_path, origin) as uri:
        assert browser.run(WATCH, uri, ["soap"]) == FAILED
        (line,) = browser.console(1)
        assert "Sent non-empty 'Sec-WebSocket-Protocol' header but no response was received" in line
        client = ClientHandshake(uri, origin=origin, subprotocols=["soap"])
        with socket.create_connection((client.uri.host, client.uri.port), timeout=10) as server:
            server.sendall(client.request.to_bytes())
            while (agreement := client.receive_data(server.recv(4096))) is None:
                pass
        assert agreement.subprotocol is None


@pytest.mark.parametrize(
    ("more", "offered", "told"),
    [
        ("Sec-WebSocket-Protocol: superchat\r\n", ["chat"], "does not match any of sent values"),
        ("Sec-WebSocket-Protocol: Chat\r\n", ["chat"], "does not match any of sent values"),
        ("Sec-WebSocket-Protocol: chat\r\n", [], "must not include 'Sec-WebSocket-Protocol'"),
        ("Sec-WebSocket-Protocol: a, b\r\n", ["a", "b"], "must not appear more than once"),
        ("Sec-WebSocket-Extensions: x\r\n", [], "Found an unsupported extension 'x'"),
        ("Sec-WebSocket-Accept: x\r\n", [], "must not appear more than once"),
        ("Upgrade: websocket\r\n", [], "must not appear more than once"),
    ],
)
def test_a_wrong_answer_fails_in_a_page_as_in_the_library(
    more: str, offered: list[str], told: str, browser: Browser, origin: str
) -> None:
    with answering(lambda request: opening(request, more)) as uri:
        assert browser.run(WATCH, uri, offered) == FAILED
        (line,) = browser.console(1)
    assert told in line
    request = build_request(uri, subprotocols=offered)
    assert response_violations(Response.parse(opening(request, more).encode()), request)


def test_the_same_answer_without_a_fault_opens(browser: Browser, origin: str) -> None:
    with answering(opening) as uri:
        first, *_ = browser.run(WATCH, uri, [])
    assert first == {"event": "open", "readyState": 1, "protocol": ""}


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 426, 500])
def test_every_status_but_101_is_the_same_to_a_page(
    status: int, browser: Browser, origin: str
) -> None:
    with answering(lambda _: build_answer(status)) as uri:
        assert browser.run(WATCH, uri, []) == FAILED
        (line,) = browser.console(1)
    assert ("Authentication failed" if status == 401 else f"response code: {status}") in line


def test_a_page_and_a_websocket_on_one_port(browser: Browser, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with running("http_server.py", tmp_path, f"http://127.0.0.1:{port}", str(port)):
        browser.visit(f"http://127.0.0.1:{port}/")
        said = browser.run(
            "const [tell] = arguments;"
            "new WebSocket(`ws://${location.host}/`).onmessage = ({ data }) =>"
            " tell([document.body.textContent.trim(), data]);"
        )
    assert said == ["Hello", "hello"]
