"""`serve`: a stand-in server that tells what arrives, and that nothing brings down."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from property.strategies import binary, bounded, mostly, sent_requests

from ws_handshake import ClientHandshake, Response
from ws_handshake.closing import close_frame, find_close
from ws_handshake.report import Style
from ws_handshake.servers import StandIn

from .running import PATIENCE, STRIPPED, VALID, Serving, command, run, serving, talk

CLOSE = close_frame(os.urandom)


@pytest.fixture(scope="module")
def server() -> Iterator[Serving]:
    """One that many tests talk to; none of them may bring it down."""
    with serving("--timeout", "1", "--subprotocol", "chat") as served:
        yield served
        rest = served.interrupt()
        assert "Traceback" not in rest
        assert rest.endswith("Stopped.\n")


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)


def read_to_the_end(connection: socket.socket) -> bytes:
    received = b""
    while chunk := connection.recv(65536):
        received += chunk
    return received


# --- What it tells --------------------------------------------------------------------------------


def test_the_first_line_tells_where_it_listens() -> None:
    with serving() as served:
        assert served.first == f"Listening at ws://127.0.0.1:{served.port}/ - Ctrl-C ends it.\n"
        assert served.port > 0


def test_it_tells_what_arrived_what_is_wrong_and_what_it_answered(server: Serving) -> None:
    answer = Response.parse(talk(server.port, STRIPPED))
    assert answer.status == 426
    told = server.until(" answered: ")
    assert "   -> GET /chat HTTP/1.0\n" in told
    assert "    !! Connection is 'close', without upgrade\n" in told
    assert "Not a valid opening handshake: 3 violations.\n" in told
    assert "proxy_set_header Upgrade $http_upgrade;\n" in told
    assert told.endswith(" answered: 426 Upgrade Required\n")


def test_it_opens_and_closes_as_the_protocol_wants_it(server: Serving) -> None:
    client = ClientHandshake("ws://127.0.0.1/chat", subprotocols=["other", "chat"])
    with connect(server.port) as connection:
        connection.sendall(client.request.to_bytes())
        received = b""
        while find_close(client.trailing_data + received) is None:
            data = connection.recv(65536)
            assert data
            if client.agreement is None:
                client.receive_data(data)
            else:
                received += data
        assert client.agreement is not None
        assert client.agreement.subprotocol == "chat"
        assert find_close(client.trailing_data + received) == 1000
        connection.sendall(b"\x81\x80abcd")
        connection.sendall(CLOSE)
        assert connection.recv(1) == b"", "the server closes first"
    told = server.until(" the client closed ")
    assert "A valid opening handshake.\n" in told
    assert " answered: 101 Switching Protocols, subprotocol chat\n" in told
    assert told.endswith("closed with 1000.\n")


@pytest.mark.parametrize("early", [CLOSE, b"\x88\x80abcd"])
def test_a_client_in_a_hurry(server: Serving, early: bytes) -> None:
    assert talk(server.port, VALID + early).startswith(b"HTTP/1.1 101 ")
    told = server.until(" the client closed ")
    assert "bytes, which are no part of a handshake" in told
    assert told.endswith(("closed with 1000.\n", "closed with 1005.\n"))


def test_a_client_that_says_no_goodbye(server: Serving) -> None:
    with connect(server.port) as connection:
        connection.sendall(VALID)
        assert connection.recv(100)
        connection.shutdown(socket.SHUT_WR)
    assert server.until(" the client closed ").endswith("closed without a Close frame.\n")


def test_a_client_that_stays_is_left(server: Serving) -> None:
    with connect(server.port) as connection:
        connection.sendall(VALID)
        began = time.monotonic()
        assert read_to_the_end(connection).startswith(b"HTTP/1.1 101 ")
        assert time.monotonic() - began < PATIENCE / 2
    server.until(" the client closed without a Close frame.")


def test_a_client_that_talks_on_is_left(server: Serving) -> None:
    with connect(server.port) as connection:
        connection.sendall(VALID)
        with contextlib.suppress(OSError):
            connection.sendall(b"\x82\x7f" + b"\xff" * 200000)
            read_to_the_end(connection)
    server.until(" the client closed without a Close frame.")


def test_plain_requests_are_answered_as_the_library_answers(server: Serving) -> None:
    answer = talk(server.port, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\n")
    server.until(" answered: 426 Upgrade Required")
    head = talk(server.port, b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 405 ")
    assert head.endswith(b"\r\n\r\n")
    server.until(" answered: 405 Method Not Allowed")


def test_a_refused_client_sees_the_answer_whatever_it_sent_more(server: Serving) -> None:
    answer = talk(server.port, STRIPPED + b"x" * 1000)
    assert answer.startswith(b"HTTP/1.1 426 ")
    server.until(" answered: ")
    with connect(server.port) as connection:
        connection.sendall(STRIPPED)
        while not connection.recv(65536):
            pass
        for _ in range(3):
            connection.sendall(b"x" * 10)
            time.sleep(0.05)
        # It ends also where the client does not.
        began = time.monotonic()
        read_to_the_end(connection)
        assert time.monotonic() - began < PATIENCE / 2
    server.until(" answered: ")


def test_half_a_request_is_answered_when_the_time_is_over(server: Serving) -> None:
    answer = talk(server.port, b"GET /chat HTTP/1.1\r\nHost: a\r\n")
    assert answer.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    told = server.until(" answered: ")
    assert "head-incomplete" in told
    assert "   -> Host: a\n" in told


@pytest.mark.parametrize("data", [b"", b"GET /chat HTT"])
def test_a_client_that_is_gone_is_told(server: Serving, data: bytes) -> None:
    with connect(server.port) as connection:
        connection.sendall(data)
    told = server.until(" answered: ")
    assert ("nothing-received" if not data else "head-incomplete") in told
    assert told.endswith(" answered: nothing: the client is gone\n")


def reset(connection: socket.socket) -> None:
    """Close so that the peer sees a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    connection.close()


def test_a_reset_is_like_an_end(server: Serving) -> None:
    with connect(server.port) as connection:
        connection.sendall(b"GET ")
        time.sleep(0.1)
        reset(connection)
    assert "the client is gone" in server.until(" answered: ")
    with connect(server.port) as connection:
        connection.sendall(VALID)
        assert connection.recv(100)
        reset(connection)
    server.until(" the client closed without a Close frame.")


def test_what_is_secret_is_not_shown(server: Serving) -> None:
    secret = "b3BlbnNlc2FtZQ"
    fields = f"Authorization: Basic {secret}\r\nCookie: sid={secret}\r\nReferer: http://a/?{secret}"
    talk(
        server.port,
        f"GET /chat?token={secret} HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\n".encode(),
    )
    told = server.until(" answered: ")
    assert secret not in told
    assert told.count("redacted") >= 4


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03" + bytes(500),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"\r\n\r\n",
        b"\0" * 100000,
        b"GET /" + b"a" * 100000,
        b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 100000,
        b"GET / HTTP/1.1\r\nX: " + b"\x1b[2J" * 10000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nCookie: " + b"x" * 70000,
    ],
    ids=lambda data: repr(data[:20]),
)
def test_hostile_bytes_are_answered(server: Serving, data: bytes) -> None:
    with connect(server.port) as connection, contextlib.suppress(OSError):
        connection.sendall(data)
        assert connection.recv(12)[:9] == b"HTTP/1.1 "
    told = server.until(" answered: ")
    assert told.replace("\n", "").replace("§", "").isprintable()
    assert len(told) < 200000


def test_the_port_is_free_again_for_the_next() -> None:
    with serving() as served:
        talk(served.port, STRIPPED)
        port = served.port
    with serving("--port", str(port)) as served:
        assert served.port == port


# --- Options --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("allowed", "origin", "status"),
    [
        ([], "https://any.example", 101),
        (["https://a.example"], "https://a.example", 101),
        (["https://a.example"], "https://b.example", 403),
        (["https://a.example"], None, 403),
        (["https://a.example", "none"], None, 101),
        (["same"], "http://example.com", 101),
        (["same"], "http://other.example", 403),
    ],
)
def test_origins_are_allowed_as_the_library_does(
    allowed: list[str], origin: str | None, status: int
) -> None:
    options = [word for each in allowed for word in ("--origin", each)]
    field = b"" if origin is None else f"Origin: {origin}\r\n".encode()
    with serving("--json", *options) as served:
        with connect(served.port) as connection:
            connection.sendall(VALID[:-2] + field + b"\r\n")
            assert int(connection.recv(100)[9:12]) == status
        arrival = json.loads(served.until('"arrival"'))
    assert arrival["answer"] == status
    codes = [violation["code"] for violation in arrival["request"]["violations"]]
    missing = "origin-missing" if origin is None else "origin-not-allowed"
    assert codes == ([] if status == 101 else [missing])


def test_the_form_of_the_json() -> None:
    with serving("--json", "--subprotocol", "chat") as served:
        listening = json.loads(served.first)
        assert listening == {
            "form": 1,
            "command": "serve",
            "event": "listening",
            "host": "127.0.0.1",
            "port": served.port,
        }
        offered = VALID[:-2] + b"Sec-WebSocket-Protocol: chat\r\n\r\n"
        with connect(served.port) as connection:
            peer = "{}:{}".format(*connection.getsockname())
            connection.sendall(offered + CLOSE)
            read_to_the_end(connection)
        arrival = json.loads(served.line())
        assert json.loads(served.line()) == {
            "form": 1,
            "command": "serve",
            "event": "closed",
            "number": 1,
            "close": 1000,
        }
        request = arrival.pop("request")
        assert (request["kind"], request["valid"], request["bytes_behind"]) == ("request", True, 8)
        assert arrival == {
            "form": 1,
            "command": "serve",
            "event": "arrival",
            "number": 1,
            "peer": peer,
            "answer": 101,
            "agreement": {"subprotocol": "chat", "extensions": []},
        }
        with connect(served.port):
            pass
        gone = json.loads(served.line())
        assert (gone["number"], gone["answer"], gone["agreement"]) == (2, None, None)
        assert json.loads(served.interrupt()) == {
            "form": 1,
            "command": "serve",
            "event": "stopped",
        }


@pytest.mark.parametrize(
    "arguments",
    [
        ["--port", "65536"],
        ["--port", "-1"],
        ["--port", "\u0661"],
        ["--port", "http"],
        ["--timeout", "-1"],
        ["--origin", "https://a/path"],
        ["--subprotocol", "a b"],
        ["file"],
    ],
    ids=repr,
)
def test_wrong_use_is_status_2(arguments: list[str]) -> None:
    done = run("serve", *arguments)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("usage: ws-handshake")


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        done = run("serve", "--port", str(other.getsockname()[1]))
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("ws-handshake: cannot listen at 127.0.0.1 port ")


def test_ipv6() -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 here")
    with serving("--host", "::1") as served:
        assert served.first.startswith(f"Listening at ws://[::1]:{served.port}/ ")
        with socket.create_connection(("::1", served.port), timeout=PATIENCE) as connection:
            connection.sendall(STRIPPED)
            assert read_to_the_end(connection).startswith(b"HTTP/1.1 426 ")
        assert " from [::1]:" in served.until(" from ")


# --- Many, and the end ----------------------------------------------------------------------------


def test_many_at_once() -> None:
    with serving("--json") as served:
        with contextlib.ExitStack() as stack:
            slow = [stack.enter_context(connect(served.port)) for _ in range(100)]
            for connection in slow:
                connection.sendall(VALID[:40])
            # Those who wait hold nobody up.
            assert talk(served.port, STRIPPED).startswith(b"HTTP/1.1 426 ")
            for connection in slow:
                connection.sendall(VALID[40:] + CLOSE)
            for connection in slow:
                assert read_to_the_end(connection).startswith(b"HTTP/1.1 101 ")
        events = [json.loads(served.line()) for _ in range(201)]
    assert sum(event["event"] == "arrival" for event in events) == 101
    assert sum(event.get("close") == 1000 for event in events) == 100


def test_ctrl_c_ends_it_with_status_0_also_with_clients_connected() -> None:
    with serving() as served, connect(served.port) as connection:
        connection.sendall(b"GET ")
        time.sleep(0.1)
        assert served.interrupt() == "Stopped.\n"
        with contextlib.suppress(OSError):
            assert connection.recv(100) == b""


@pytest.mark.parametrize("number", range(10))
def test_ctrl_c_at_any_time_ends_it_with_status_0(number: int) -> None:
    with serving("--timeout", "0.1") as served:
        for _ in range(5):
            with connect(served.port) as connection:
                connection.sendall(VALID + CLOSE)
        time.sleep(number * 0.005)
        assert served.interrupt().endswith("Stopped.\n")


def test_a_reader_that_had_enough_ends_it_quietly() -> None:
    process = subprocess.Popen(
        command("serve", "--port", "0"), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        assert process.stderr is not None
        port = int(process.stdout.readline().partition(b"/ ")[0].rpartition(b":")[2])
        process.stdout.close()
        with contextlib.suppress(OSError):
            talk(port, STRIPPED)
        assert process.wait(PATIENCE) == 1
        assert process.stderr.read() == b""
    finally:
        process.kill()
        process.wait()
        assert process.stderr is not None
        process.stderr.close()


# --- What is hard to bring about from outside -----------------------------------------------------


class Ended(Exception):
    """Ends the loop of a server in a test."""


@contextlib.contextmanager
def stand_in() -> Iterator[tuple[Any, int]]:
    """A stand-in in this process; `run_for` lets it work."""
    listener = socket.create_server(("127.0.0.1", 0))
    made = StandIn(listener, lambda event, lines: None, Style(), 0.2, None, [])
    try:
        yield made, listener.getsockname()[1]
    finally:
        made.close()
        listener.close()


def run_for(made: Any, seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    end = time.monotonic() + seconds
    select = made._selector.select

    def bounded_select(timeout: float) -> Any:
        if time.monotonic() >= end:
            raise Ended
        return select(min(timeout, 0.02))

    with monkeypatch.context() as patch:
        patch.setattr(made._selector, "select", bounded_select)
        with pytest.raises(Ended):
            made.run()


class Wrapped:
    """A socket of which a test replaces a method."""

    def __init__(self, real: socket.socket) -> None:
        self.real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


def test_sending_in_parts_and_failing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Narrow(Wrapped):
        """It takes few bytes at a time, blocks, then fails."""

        sent = b""
        calls = 0

        def send(self, data: bytes) -> int:
            self.calls += 1
            if self.calls == 2:
                raise BlockingIOError
            if self.calls > 3:
                raise ConnectionResetError
            self.sent += data[:10]
            return 10

    with stand_in() as (made, port), connect(port) as connection:
        run_for(made, 0.05, monkeypatch)
        (one,) = made._peers
        one.socket = narrow = Narrow(one.socket)
        connection.sendall(STRIPPED)
        run_for(made, 0.1, monkeypatch)
        assert narrow.sent == b"HTTP/1.1 426 Upgrade"
        assert not made._peers


def test_an_answer_that_is_not_read_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(Wrapped):
        def send(self, data: bytes) -> int:
            raise BlockingIOError

    with stand_in() as (made, port), connect(port) as connection:
        run_for(made, 0.05, monkeypatch)
        (one,) = made._peers
        one.socket = Full(one.socket)
        connection.sendall(STRIPPED)
        run_for(made, 0.5, monkeypatch)
        assert not made._peers


def test_a_client_that_is_gone_before_the_end_of_the_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Gone(Wrapped):
        def shutdown(self, how: int) -> None:
            raise OSError(107, "Transport endpoint is not connected")

    with stand_in() as (made, port), connect(port) as connection:
        run_for(made, 0.05, monkeypatch)
        (one,) = made._peers
        one.socket = Gone(one.socket)
        connection.sendall(STRIPPED)
        run_for(made, 0.1, monkeypatch)
        assert not made._peers


@bounded(60)
@given(mostly(sent_requests, binary(max_size=80)))
def test_any_bytes_get_an_answer_or_an_end(server: Serving, data: bytes) -> None:
    with connect(server.port) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        answer = read_to_the_end(connection)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 ")
    server.until(" answered: ")
    if answer.startswith(b"HTTP/1.1 101 "):
        server.until(" the client closed ")
