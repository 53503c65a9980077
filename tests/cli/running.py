"""What the tests of the command line share: running it, serving it, and answering it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import queue
import signal
import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from ws_handshake import Request, accept_key
from ws_handshake.__main__ import main

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = accept_key(KEY)
FIELDS = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\n"
    f"Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n"
)
VALID = f"GET /chat HTTP/1.1\r\nHost: example.com\r\n{FIELDS}\r\n".encode()
STRIPPED = (
    "GET /chat HTTP/1.0\r\nHost: 127.0.0.1:8000\r\nConnection: close\r\n"
    f"Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n"
).encode()
ANSWER = (
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    f"Sec-WebSocket-Accept: {ACCEPT}\r\n\r\n"
).encode()
PATIENCE = 20.0  # seconds after which a test has failed


class Done(NamedTuple):
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def run(*arguments: str, stdin: bytes = b"") -> Done:
    """Run a command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            status = main(list(arguments))
        except SystemExit as ended:
            status = int(str(ended.code))
    return Done(status, out.getvalue(), err.getvalue())


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "ws_handshake", *arguments]


def spawn(*arguments: str, stdin: bytes = b"", **environment: str) -> Done:
    """Run a command in a process of its own."""
    done = subprocess.run(
        command(*arguments),
        input=stdin,
        capture_output=True,
        check=False,
        timeout=PATIENCE,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
    )
    return Done(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


class Serving:
    """A `serve` that runs: its port, and what it prints, read as it comes: a full pipe stops it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self.first = self.line()
        where = self.first.partition("/ ")[0].rstrip("}\n")
        self.port = int(where.rpartition(":")[2])

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self._lines.put(line)
        self._lines.put("")

    def line(self) -> str:
        return self._lines.get(timeout=PATIENCE)

    def until(self, text: str) -> str:
        """What is printed up to a line with this text, and that line."""
        lines: list[str] = []
        while not lines or text not in lines[-1]:
            lines.append(self.line())
            if not lines[-1]:
                raise AssertionError(f"no {text!r} in {lines}")
        return "".join(lines)

    def interrupt(self, expected: int = 0, by: int = signal.SIGINT) -> str:
        """Press Ctrl-C, and return the rest of what it prints; it ends with this status."""
        self.process.send_signal(by)
        rest = "".join(iter(self.line, ""))
        self._reader.join(PATIENCE)
        status = self.process.wait(PATIENCE)
        errors = "" if self.process.stderr is None else self.process.stderr.read()
        if status != expected or errors:
            raise AssertionError(f"status {status}: {errors}")
        return rest


def serving(*arguments: str) -> contextlib.AbstractContextManager[Serving]:
    """Let a `serve` run at a free port; whatever happens, it ends."""
    return started("serve", "--port", "0", *arguments)


@contextlib.contextmanager
def started(*arguments: str) -> Iterator[Serving]:
    """Let a command run that tells first where it listens; whatever happens, it ends."""
    process = subprocess.Popen(
        command(*arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    timer = threading.Timer(15 * PATIENCE, process.kill)
    timer.start()
    try:
        served = Serving(process)
        yield served
        if process.poll() is None:
            served.interrupt()
    finally:
        timer.cancel()
        with process:  # waits for it and closes the pipes
            process.kill()


Handler = Callable[[socket.socket], None]


@contextlib.contextmanager
def listening(handle: Handler) -> Iterator[int]:
    """Answer every connection to the port that this gives, one after the other."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(PATIENCE)

    def run_server() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return  # the test is over
            with connection:
                connection.settimeout(PATIENCE)
                with contextlib.suppress(OSError):
                    handle(connection)

    thread = threading.Thread(target=run_server)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        # Closing alone does not end a thread that waits in accept.
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(PATIENCE)


def head_of(connection: socket.socket) -> bytes:
    """A request's head as it arrives."""
    data = b""
    while b"\r\n\r\n" not in data:
        received = connection.recv(65536)
        if not received:
            break
        data += received
    return data


def answers(answer: bytes, *, wait: bool = True) -> Handler:
    """Send this to every request, with the accept value put in for `{accept}`."""

    def handle(connection: socket.socket) -> None:
        request = Request.parse(head_of(connection))
        accept = accept_key(request.headers["sec-websocket-key"]).encode()
        connection.sendall(answer.replace(b"{accept}", accept))
        while wait and connection.recv(65536):
            pass

    return handle


@contextlib.contextmanager
def answering(answer: Callable[[bytes], tuple[bytes, bool]]) -> Iterator[int]:
    """Answer every client, all at the same time, as soon as it says no more; gives the port.

    `answer` gives the bytes, and whether the server closes behind them.
    """

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError):
                reply, closes = answer(all_of(self.request))
                self.request.sendall(reply)
                if closes:
                    self.request.shutdown(socket.SHUT_WR)
                self.request.settimeout(PATIENCE)
                while self.request.recv(65536):
                    pass

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        request_queue_size = 64

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.02])
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join(PATIENCE)


def all_of(connection: socket.socket) -> bytes:
    """What a client sends before it waits."""
    data = b""
    with contextlib.suppress(TimeoutError):
        while True:
            connection.settimeout(0.1 if b"\r\n\r\n" in data else 1)
            received = connection.recv(65536)
            if not received:
                break
            data += received
    return data


OPENS = ANSWER.replace(ACCEPT.encode(), b"{accept}")


def talk(port: int, data: bytes) -> bytes:
    """Send bytes, and read until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(data)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
        return received


def through(port: int) -> Handler:
    """A proxy without WebSocket settings, as an old nginx: HTTP/1.0, Upgrade left out."""

    def handle(connection: socket.socket) -> None:
        _, *lines = head_of(connection).decode().split("\r\n")
        kept = [
            line
            for line in lines
            if not line.lower().startswith(("upgrade:", "connection:", "host:"))
        ]
        start = ["GET /chat HTTP/1.0", f"Host: 127.0.0.1:{port}", "Connection: close"]
        connection.sendall(talk(port, "\r\n".join([*start, *kept]).encode()))

    return handle
