"""The connections of the command line: to a server step by step, a talk with it, and the loop.

Where time matters it is the test's: nothing here waits for longer than an instant.
"""

from __future__ import annotations

import contextlib
import queue
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from ws_handshake import network, parse_uri
from ws_handshake.network import (
    Loop,
    Peer,
    at_once,
    connected,
    leave,
    listening,
    looked_up,
    pause,
    received,
    shown_address,
    side_by_side,
    talked,
    why,
)
from ws_handshake.probing import Probe
from ws_handshake.report import Judged
from ws_handshake.transcript import REQUEST, Message

from .running import VALID

PATIENCE = 5.0  # seconds after which a test has failed
REFUSED = ConnectionRefusedError(111, "Connection refused")


def probe(url: str = "ws://a.example:8000/") -> Probe:
    return Probe(parse_uri(url), Judged(Message(REQUEST, VALID)))


class Clock:
    """In place of the module `time`."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(network, "time", made)
    return made


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Both ends of a TCP connection."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname(), timeout=PATIENCE) as ours,
    ):
        theirs, _ = listener.accept()
        with theirs:
            theirs.settimeout(PATIENCE)
            yield ours, theirs


class Odd:
    """A socket of which some methods are others."""

    def __init__(self, real: socket.socket, **methods: Callable[..., Any]) -> None:
        self.real = real
        self.methods = methods

    def __getattr__(self, name: str) -> Any:
        return self.methods.get(name) or getattr(self.real, name)


def script(*outcomes: Any) -> Callable[..., Any]:
    """A method that gives one outcome after the other; errors are raised."""
    left = list(outcomes)

    def method(*arguments: Any) -> Any:
        outcome = left.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return method


# --- Words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (REFUSED, "Connection refused"),
        (TimeoutError("timed out"), "timed out"),
        (UnicodeError("label\x1b"), r"label\x1b"),
        (OSError(1, "odd\n"), r"odd\n"),
        (OSError(1, ""), "[Errno 1] "),
    ],
)
def test_what_an_error_says(error: Exception, text: str) -> None:
    assert why(error) == text


def test_addresses_are_shown_as_in_a_url() -> None:
    assert shown_address(("127.0.0.1", 80)) == "127.0.0.1:80"
    assert shown_address(("::1", 80, 0, 0)) == "[::1]:80"


@pytest.mark.parametrize(
    ("count", "seconds"), [(0, 0.02), (1, 0.02), (50, 0.02), (100, 0.01), (1000, 0.001)]
)
def test_many_pieces_have_shorter_pauses(count: int, seconds: float) -> None:
    assert pause([b"a"] * count) == seconds


def test_pieces_go_out_at_once(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, _ = pair
    assert not ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    at_once(ours)
    assert ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


# --- Looking up -----------------------------------------------------------------------------------


ADDRESS = (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("192.0.2.1", 8000))


def test_a_name_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def found(*arguments: Any, **keywords: Any) -> list[Any]:
        asked.append((arguments, keywords, threading.current_thread().daemon))
        time.sleep(0.01)
        return [ADDRESS, ADDRESS]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    one = probe()
    assert looked_up(one, "b.example", PATIENCE) == [ADDRESS, ADDRESS]
    # A look-up that never ends must not keep the process from ending.
    assert asked == [(("b.example", 8000), {"type": socket.SOCK_STREAM}, True)]
    assert one.failure is None
    assert one.times["lookup"] is not None
    assert 0.01 <= one.times["lookup"] < PATIENCE


@pytest.mark.parametrize("error", [socket.gaierror(-2, "not known"), UnicodeError("not known")])
def test_a_name_that_is_not_known(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: script(error)())
    one = probe()
    assert looked_up(one, "b.example", PATIENCE) == []
    assert one.failure is not None
    assert (one.failure.code, one.failure.evidence) == ("name-not-found", ("not known",))
    assert "'b.example'" in one.failure.summary


def test_a_look_up_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def slow(*_: Any, **__: Any) -> list[Any]:
        over.wait(2)
        return [ADDRESS]

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    one = probe()
    assert looked_up(one, "b.example", 0.050) == []
    over.set()
    assert one.failure is not None
    assert one.failure.evidence == ("no answer within 0.05 s",)


# --- Connecting -----------------------------------------------------------------------------------


class Sockets:
    """In place of `socket.socket`: what each connecting brings, and what it costs."""

    def __init__(self, clock: Clock, outcomes: list[tuple[float, OSError | None]]) -> None:
        self.clock = clock
        self.outcomes = outcomes
        self.families = {socket.AF_INET, socket.AF_INET6}
        self.made: list[Any] = []

    def __call__(self, *arguments: Any) -> Any:
        if arguments[0] not in self.families:
            raise OSError(97, "Address family not supported by protocol")
        self.made.append(FakeSocket(self, arguments))
        return self.made[-1]


class FakeSocket:
    closed = False
    address: Any = None

    def __init__(self, sockets: Sockets, arguments: Any) -> None:
        self.sockets = sockets
        self.arguments = arguments
        self.timeouts: list[float] = []

    def settimeout(self, seconds: float) -> None:
        self.timeouts.append(seconds)

    def connect(self, address: Any) -> None:
        self.address = address
        seconds, error = self.sockets.outcomes.pop(0)
        self.sockets.clock.now += seconds
        if error is not None:
            raise error

    def close(self) -> None:
        self.closed = True


A, B, C = (
    (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 1)),
    (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::2", 2, 0, 0)),
    (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.3", 3)),
)
UNREACHABLE = OSError(101, "Network is unreachable")
TIMED_OUT = TimeoutError("timed out")


def connecting(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, *outcomes: tuple[float, OSError | None]
) -> Sockets:
    clock.now = 100.0
    made = Sockets(clock, list(outcomes))
    monkeypatch.setattr(socket, "socket", made)
    return made


def test_the_first_address_that_takes_a_connection(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    sockets = connecting(monkeypatch, clock, (1.0, REFUSED), (6.0, TIMED_OUT), (0.25, None))
    one = probe()
    found: Any = connected(one, [A, B, C], 7.5, insecure=False)
    assert found is sockets.made[2]
    assert [each.arguments for each in sockets.made] == [each[:3] for each in (A, B, C)]
    assert [each.address for each in sockets.made] == [each[4] for each in (A, B, C)]
    assert [each.timeouts for each in sockets.made] == [[7.5], [6.5], [0.5]]
    assert [each.closed for each in sockets.made] == [True, True, False]
    assert (one.address, one.failure) == ("192.0.2.3:3", None)
    assert one.times == {"lookup": None, "connect": 7.25, "tls": None, "handshake": None}


@pytest.mark.parametrize(
    ("last", "code", "evidence"),
    [
        (REFUSED, "connection-refused", "Connection refused"),
        (TIMED_OUT, "connection-timed-out", "timed out"),
        (UNREACHABLE, "connection-failed", "Network is unreachable"),
    ],
)
def test_where_no_address_takes_one_the_last_error_is_told(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, last: OSError, code: str, evidence: str
) -> None:
    connecting(monkeypatch, clock, (0.5, UNREACHABLE), (0.5, OSError(5, "second")), (2.0, last))
    one = probe("wss://a.example/")
    one.address = "192.0.2.9:9"
    assert connected(one, [A, C, B], 10.0, insecure=False) is None
    assert one.failure is not None
    assert (one.failure.code, one.failure.evidence) == (code, (evidence,))
    assert one.failure.summary.endswith("[::2]:2")
    assert one.address is None
    assert (one.times["connect"], one.times["tls"]) == (3.0, None)


def test_an_address_of_a_family_that_the_system_does_not_know_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    sockets = connecting(monkeypatch, clock, (1.0, None))
    sockets.families = {socket.AF_INET}
    one = probe()
    found: Any = connected(one, [B, A], 7.5, insecure=False)
    assert (found, one.address, one.failure) == (sockets.made[0], "192.0.2.1:1", None)
    assert connected(one, [B, B], 7.5, insecure=False) is None
    assert one.failure is not None
    assert (one.failure.code, one.failure.evidence) == (
        "connection-failed",
        ("Address family not supported by protocol",),
    )


def test_no_address_is_tried_when_the_time_is_over(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    sockets = connecting(monkeypatch, clock, (3.0, REFUSED), (0.0, None))
    one = probe()
    assert connected(one, [A, B], 3.0, insecure=False) is None
    assert len(sockets.made) == 1
    assert one.failure is not None
    assert one.failure.code == "connection-refused"
    assert connected(one, [A, B], 0.0, insecure=False) is None
    assert len(sockets.made) == 1
    assert (one.failure.code, one.failure.evidence) == ("connection-timed-out", ("timed out",))


class Context:
    """In place of a TLS context."""

    check_hostname: Any = True
    verify_mode: Any = ssl.CERT_REQUIRED
    protocols: Any = None
    wrapped: Any = None

    def __init__(self, clock: Clock, outcome: Any) -> None:
        self.clock = clock
        self.outcome = outcome

    def set_alpn_protocols(self, protocols: list[str]) -> None:
        self.protocols = protocols

    def wrap_socket(self, connection: Any, **keywords: Any) -> Any:
        self.wrapped = (connection, keywords)
        self.clock.now += 0.5
        if isinstance(self.outcome, OSError):
            raise self.outcome
        return self.outcome


class Secured:
    def version(self) -> str:
        return "TLSv1.3"


def securing(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, outcome: Any, *, insecure: bool
) -> tuple[Probe, Any, Context, Any]:
    """A probe with TLS, what came of it, the context, and the connection below."""
    sockets = connecting(monkeypatch, clock, (1.0, None))
    context = Context(clock, outcome)
    monkeypatch.setattr(ssl, "create_default_context", lambda: context)
    one = probe("wss://a.example/")
    found = connected(one, [A], 10.0, insecure=insecure)
    return one, found, context, sockets.made[0]


def test_tls_is_for_http_1(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    secured = Secured()
    one, found, context, connection = securing(monkeypatch, clock, secured, insecure=False)
    assert found is secured
    assert context.protocols == ["http/1.1"]
    assert (context.check_hostname, context.verify_mode) == (True, ssl.CERT_REQUIRED)
    assert context.wrapped == (connection, {"server_hostname": "a.example"})
    assert (connection.timeouts, connection.closed) == ([10.0, 10.0], False)
    assert (one.tls, one.times["connect"], one.times["tls"]) == ("TLSv1.3", 1.0, 0.5)
    assert one.failure is None


def test_tls_in_spite_of_the_certificate(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    _, _, context, _ = securing(monkeypatch, clock, Secured(), insecure=True)
    assert context.check_hostname is False
    assert context.verify_mode is ssl.CERT_NONE


def tls_error(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, "odd")
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("error", "code", "evidence"),
    [
        (ssl.SSLCertVerificationError(1, "odd"), "certificate-not-trusted", "odd"),
        (TIMED_OUT, "tls-timed-out", "timed out"),
        (tls_error("WRONG_VERSION_NUMBER"), "tls-not-spoken", "odd"),
        (tls_error("RECORD_LAYER_FAILURE"), "tls-not-spoken", "odd"),
        (tls_error("HTTP_REQUEST"), "tls-not-spoken", "odd"),
        (tls_error("TLSV1_ALERT_INTERNAL_ERROR"), "tls-failed", "odd"),
        (ConnectionResetError(104, "reset"), "tls-failed", "reset"),
    ],
)
def test_tls_that_fails(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, error: OSError, code: str, evidence: str
) -> None:
    one, found, _, connection = securing(monkeypatch, clock, error, insecure=False)
    assert found is None
    assert connection.closed
    assert one.failure is not None
    assert (one.failure.code, one.failure.evidence) == (code, (evidence,))
    assert ("'a.example'" in one.failure.summary) is (code == "certificate-not-trusted")
    assert (one.tls, one.times["tls"]) == (None, 0.5)


# --- Reading --------------------------------------------------------------------------------------


class Reading:
    """A connection that is read from."""

    timeout: float | None = None
    size = 0

    def __init__(self, outcome: bytes | OSError) -> None:
        self.outcome = outcome

    def settimeout(self, seconds: float) -> None:
        self.timeout = seconds

    def recv(self, size: int) -> bytes:
        self.size = size
        if isinstance(self.outcome, OSError):
            raise self.outcome
        return self.outcome


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (b"HTTP", (b"HTTP", "")),
        (b"", (b"", "the peer closed the connection")),
        (ConnectionResetError(104, "reset"), (b"", "reset")),
        (TIMED_OUT, (b"", "timed out")),
    ],
)
def test_the_next_bytes_or_why_there_are_none(
    clock: Clock, outcome: bytes | OSError, expected: tuple[bytes, str]
) -> None:
    clock.now = 3.0
    connection: Any = Reading(outcome)
    assert received(connection, 7.0) == expected
    assert (connection.timeout, connection.size) == (4.0, 65536)


def test_nothing_is_read_when_the_time_is_over(clock: Clock) -> None:
    clock.now = 3.0
    connection: Any = Reading(b"HTTP")
    assert received(connection, 3.0) == (b"", "timed out")
    assert connection.size == 0
    assert received(connection, 3.5) == (b"HTTP", "")


# --- A talk ---------------------------------------------------------------------------------------


Pair = tuple[socket.socket, socket.socket]
INFINITE = float("inf")


def patient(seconds: float = INFINITE) -> tuple[list[bytes], Callable[[bytes], float]]:
    """What was asked about, and whoever has so much patience."""
    asked: list[bytes] = []

    def patience(came: bytes) -> float:
        asked.append(came)
        return seconds

    return asked, patience


@contextlib.contextmanager
def closing_behind(theirs: socket.socket, data: bytes) -> Iterator[None]:
    """A peer that reads this, and closes then."""

    def peer() -> None:
        read = b""
        while len(read) < len(data) and (more := theirs.recv(100)):
            read += more
        assert read == data
        theirs.shutdown(socket.SHUT_WR)

    thread = threading.Thread(target=peer)
    thread.start()
    yield
    thread.join()


def test_a_talk_that_ends_with_the_answer(pair: Pair, clock: Clock) -> None:
    ours, theirs = pair
    theirs.sendall(b"HTTP/1.1 404 ")
    asked, patience = patient(0.0)
    assert talked(ours, [b"GET"], PATIENCE, patience) == (b"HTTP/1.1 404 ", None)
    assert asked == [b"HTTP/1.1 404 "]
    assert theirs.recv(100) == b"GET"
    assert ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    assert not ours.getblocking()


def test_a_talk_without_time(pair: Pair, clock: Clock) -> None:
    ours, theirs = pair
    theirs.sendall(b"HTTP")
    assert talked(ours, [b"GET"], 0.0, patient()[1]) == (b"", False)


def test_a_talk_that_the_peer_ends(pair: Pair) -> None:
    ours, theirs = pair
    asked, patience = patient()

    def peer() -> None:
        theirs.recv(100)
        theirs.sendall(b"one")
        time.sleep(0.05)
        theirs.sendall(b"two")
        theirs.shutdown(socket.SHUT_WR)

    thread = threading.Thread(target=peer)
    thread.start()
    assert talked(ours, [b"GET"], PATIENCE, patience) == (b"onetwo", True)
    thread.join()
    assert asked[0] == b"one"
    assert b"".join(asked) == b"onetwo"


def test_a_talk_that_the_time_ends(pair: Pair) -> None:
    ours, _ = pair
    began = time.monotonic()
    assert talked(ours, [b"GET"], 0.05, patient()[1]) == (b"", False)
    assert 0.05 <= time.monotonic() - began < 2


def test_a_talk_that_patience_ends(pair: Pair) -> None:
    ours, theirs = pair
    theirs.sendall(b"HTTP")
    began = time.monotonic()
    assert talked(ours, [], 5.0, patient(0.05)[1]) == (b"HTTP", False)
    assert 0.05 <= time.monotonic() - began < 2
    theirs.sendall(b"HTTP")
    assert talked(ours, [], 0.05, patient(5.0)[1]) == (b"HTTP", False)
    assert time.monotonic() - began < 2


def test_pieces_go_out_one_after_the_other(pair: Pair) -> None:
    ours, theirs = pair
    sent: list[tuple[float, bytes]] = []

    def send(data: bytes) -> int:
        sent.append((time.monotonic(), bytes(data)))
        return ours.send(data)

    connection: Any = Odd(ours, send=send)
    with closing_behind(theirs, b"abc"):
        assert talked(connection, [b"a", b"b", b"c"], PATIENCE, patient()[1]) == (b"", True)
    assert [data for _, data in sent] == [b"a", b"b", b"c"]
    times = [at for at, _ in sent]
    assert times[1] - times[0] >= 0.02
    assert times[2] - times[1] >= 0.02


def test_a_talk_does_not_run_in_circles(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[float | None] = []

    class Selector(selectors.DefaultSelector):
        def select(self, timeout: float | None = None) -> Any:
            rounds.append(timeout)
            return super().select(timeout)

    monkeypatch.setattr(selectors, "DefaultSelector", Selector)
    ours, _ = pair
    assert talked(ours, [b"a", b"b"], 0.1, patient()[1]) == (b"", False)
    assert len(rounds) <= 6
    assert all(timeout is not None and 0.0 <= timeout <= 0.1 for timeout in rounds)
    rounds.clear()
    assert talked(ours, [bytes(1 << 24), b"b"], 0.1, patient()[1]) == (b"", False)
    assert len(rounds) <= 100


def test_an_answer_that_is_too_long_is_not_read_to_its_end(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "_MOST_BYTES", 100)
    ours, theirs = pair
    asked, patience = patient()
    theirs.sendall(b"x" * 100)
    assert talked(ours, [], 0.05, patience) == (b"x" * 100, False)
    assert asked == [b"x" * 100]
    theirs.sendall(b"x" * 101)
    # Nobody waited for the end.
    assert talked(ours, [], PATIENCE, patience) == (b"x" * 101, None)
    assert asked == [b"x" * 100]


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([b"a", b"b", BlockingIOError(), b""], (b"ab", True)),
        ([b"a", ssl.SSLWantReadError(), b""], (b"a", True)),
        ([ssl.SSLWantWriteError(), b"a", b"", b""], (b"a", True)),
        ([BlockingIOError(), b"a", b"", b""], (b"a", True)),
        ([b""], (b"", True)),
        ([ConnectionResetError(104, "reset")], (b"", True)),
        ([b"a", ConnectionResetError(104, "reset"), b""], (b"a", True)),
    ],
)
def test_what_is_there_is_read_at_once(
    pair: Pair, outcomes: Sequence[Any], expected: tuple[bytes, bool | None]
) -> None:
    ours, theirs = pair
    theirs.sendall(b"there is something to read")
    # Nothing is sent: there are no outcomes for that.
    connection: Any = Odd(ours, recv=script(*outcomes), send=script())
    asked, patience = patient()
    assert talked(connection, [], PATIENCE, patience) == expected
    assert asked == ([expected[0]] if expected[0] else [])


def test_what_is_there_is_read_as_far_as_an_answer_may_go(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "_MOST_BYTES", 100)
    ours, theirs = pair
    theirs.sendall(b"there is something to read")
    for pieces in ([b"x" * 60, b"x" * 60], [b"x" * 50, b"x" * 50, b"x"]):
        connection: Any = Odd(ours, recv=script(*pieces))
        asked, patience = patient()
        assert talked(connection, [], PATIENCE, patience) == (b"".join(pieces), None)
        assert asked == []


def test_what_a_peer_said_before_it_took_no_more_is_read(pair: Pair) -> None:
    ours, theirs = pair
    send = script(BlockingIOError(), 2, ConnectionResetError(104, "reset"))
    connection: Any = Odd(ours, send=send)
    # Nothing more is sent then: the script has no more outcomes.
    assert talked(connection, [b"abcd", b"ef"], 0.1, patient()[1]) == (b"", False)
    theirs.sendall(b"HTTP")
    connection = Odd(ours, send=script(ConnectionResetError(104, "reset")))
    assert talked(connection, [b"gh", b"ij"], PATIENCE, patient(0.0)[1]) == (b"HTTP", None)


def test_what_is_left_of_a_piece_is_sent_first(pair: Pair) -> None:
    ours, theirs = pair
    sent: list[bytes] = []

    def send(data: bytes) -> int:
        sent.append(bytes(data))
        return ours.send(data[:2])

    connection: Any = Odd(ours, send=send)
    with closing_behind(theirs, b"abcdef"):
        assert talked(connection, [b"abcd", b"ef"], PATIENCE, patient()[1]) == (b"", True)
    assert sent == [b"abcd", b"cd", b"ef"]


def test_what_is_left_of_a_piece_is_sent_first_however_long_it_takes(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Late(Clock):
        def monotonic(self) -> float:
            return time.monotonic() + self.now

    clock = Late()
    monkeypatch.setattr(network, "time", clock)
    ours, theirs = pair

    def patience(_: bytes) -> float:
        clock.now += 1.0
        return INFINITE

    theirs.sendall(b"HTTP")
    connection: Any = Odd(ours, send=lambda data: ours.send(data[:2]))
    with closing_behind(theirs, b"abcdef"):
        assert talked(connection, [b"abcd", b"ef"], PATIENCE, patience) == (b"HTTP", True)


def test_a_goodbye_is_sent_and_not_waited_for(pair: Pair) -> None:
    ours, theirs = pair
    leave(ours, b"bye")
    assert theirs.recv(100) == b"bye"
    gone: Any = Odd(ours, send=script(BrokenPipeError(32, "Broken pipe")))
    leave(gone, b"bye")


# --- Side by side ---------------------------------------------------------------------------------


class Impatient:
    """A queue from which one does not wait for ever."""

    def __init__(self) -> None:
        self.queue: queue.Queue[Any] = queue.Queue()
        self.put = self.queue.put

    def get(self) -> Any:
        return self.queue.get(timeout=PATIENCE)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "SimpleQueue", Impatient)


@pytest.mark.usefixtures("impatient")
def test_one_worker_does_the_jobs_in_order() -> None:
    assert list(side_by_side(lambda job: job * 2, [3, 1, 2], 1)) == [6, 2, 4]
    assert list(side_by_side(lambda job: job, [], 3)) == []


@pytest.mark.usefixtures("impatient")
def test_so_many_jobs_are_done_at_one_time() -> None:
    together = threading.Barrier(3)
    daemons: list[bool] = []

    def work(job: int) -> int:
        together.wait(PATIENCE)
        # A job that never ends must not keep the process from ending.
        daemons.append(threading.current_thread().daemon)
        return job

    assert sorted(side_by_side(work, range(9), 3)) == list(range(9))
    assert daemons == [True] * 9


@pytest.mark.usefixtures("impatient")
def test_the_error_of_a_job_is_raised_behind_the_results_before() -> None:
    begun: list[int] = []

    def work(job: int) -> int:
        begun.append(job)
        if job == 2:
            raise ValueError(job)
        return job

    results = side_by_side(work, [1, 2, 3], 1)
    assert next(results) == 1
    with pytest.raises(ValueError, match="2"):
        next(results)
    assert begun == [1, 2]


# --- For clients ----------------------------------------------------------------------------------


def test_listening(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(
        socket, "create_server", lambda *arguments, **keywords: asked.append((arguments, keywords))
    )
    listening("127.0.0.1", 1)
    listening("::1", 2)
    assert asked == [
        ((("127.0.0.1", 1),), {"family": socket.AF_INET, "backlog": 256}),
        ((("::1", 2),), {"family": socket.AF_INET6, "backlog": 256}),
    ]


class Ended(Exception):
    """Ends the loop."""


class Client(Peer):
    """It notes what happens to it."""

    __slots__ = ()

    def note(self, *what: Any) -> None:
        self.loop.notes.append((self.number, *what))  # type: ignore[attr-defined]

    def take(self, data: bytes) -> None:
        self.note("take", data)
        if not data:
            self.drop()

    def sent(self) -> None:
        self.note("sent")

    def expire(self) -> None:
        self.note("expire")
        self.deadline = INFINITE


class Serving(Loop):
    """A loop that runs for as many rounds as a test wants."""

    def __init__(self, listener: socket.socket) -> None:
        super().__init__(listener)
        self.rounds = 0
        self.timeouts: list[float] = []
        self.notes: list[Any] = []
        self.met: list[Client] = []

    def meet(self, number: int, connection: socket.socket, address: str) -> Peer:
        one = Client(self, number, connection, address)
        one.deadline = INFINITE
        self.met.append(one)
        self.notes.append((number, "met", address))
        return one

    def run(self, rounds: int = 10) -> list[Any]:
        """What happens in so many rounds."""
        self.notes = []
        self.rounds = rounds
        with pytest.raises(Ended):
            self.serve()
        return self.notes


@contextlib.contextmanager
def serving(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, listener: Any = None
) -> Iterator[Serving]:
    """A loop that does not wait: where nothing is ready, the clock of the test goes on."""

    class Selector(selectors.DefaultSelector):
        def select(self, timeout: float | None = None) -> Any:
            if not made.rounds:
                raise Ended
            made.rounds -= 1
            if timeout is None:
                raise TypeError("it would wait for ever")
            made.timeouts.append(timeout)
            ready = super().select(0.002)
            if not ready:
                clock.now += timeout
            return ready

    monkeypatch.setattr(selectors, "DefaultSelector", Selector)
    with listener or listening("127.0.0.1", 0) as listener:
        made = Serving(listener)
        yield made
        made.close()


def connect(loop: Serving) -> socket.socket:
    connection = socket.create_connection(loop.where, timeout=PATIENCE)
    connection.settimeout(0.5)
    return connection


def name(connection: socket.socket) -> str:
    return "{}:{}".format(*connection.getsockname())


def test_clients_are_met_and_read(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    with serving(monkeypatch, clock) as loop, connect(loop) as one:
        assert loop.where[0] == "127.0.0.1"
        assert loop.run(1) == [(1, "met", name(one))]
        assert clock.now == 0.0
        with connect(loop) as two:
            one.sendall(b"a")
            two.sendall(b"b")
            notes = loop.run()
            assert sorted(notes[:2]) == [(1, "take", b"a"), (2, "met", name(two))]
            assert notes[2:] == [(2, "take", b"b")]
            assert not any(each.socket.getblocking() for each in loop.met)
        assert loop.run() == [(2, "take", b"")]
        one.sendall(b"c")
        assert loop.run() == [(1, "take", b"c")]


def test_what_is_to_be_sent_is_sent_before_more_is_read(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    with serving(monkeypatch, clock) as loop, connect(loop) as one:
        loop.run(1)
        (client,) = loop.met
        sent: list[bytes] = []

        def send(data: bytes) -> int:
            sent.append(bytes(data))
            if len(sent) == 2:
                raise BlockingIOError
            return client.socket.real.send(data[:2])  # type: ignore[attr-defined, no-any-return]

        client.socket = Odd(client.socket, send=send)  # type: ignore[assignment]
        one.sendall(b"x")
        client.send(b"abcde")
        assert loop.run(4) == [(1, "sent")]
        assert sent == [b"abcde", b"cde", b"cde", b"e"]
        assert one.recv(100) == b"abcde"
        assert loop.run() == [(1, "take", b"x")]
        assert client.output == b""
        # Nothing is ready then, so that the time goes on.
        assert clock.now > 0.0


def test_a_client_that_cannot_be_read_is_like_one_that_closed(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    with serving(monkeypatch, clock) as loop, connect(loop) as one:
        loop.run(1)
        (client,) = loop.met
        recv = script(BlockingIOError(), ConnectionResetError(104, "reset"))
        client.socket = Odd(client.socket, recv=recv)  # type: ignore[assignment]
        one.sendall(b"x")
        assert loop.run(1) == []
        assert loop.run() == [(1, "take", b"")]


def test_a_client_that_takes_nothing_is_like_one_that_closed(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    with serving(monkeypatch, clock) as loop, connect(loop):
        loop.run(1)
        (client,) = loop.met
        send = script(BrokenPipeError(32, "Broken pipe"))
        client.socket = Odd(client.socket, send=send)  # type: ignore[assignment]
        client.send(b"abc")
        assert loop.run() == [(1, "take", b"")]
        assert client.output == b""


def test_as_much_is_read_at_once(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    with serving(monkeypatch, clock) as loop, connect(loop) as one:
        loop.run(1)
        (client,) = loop.met
        sizes: list[int] = []

        def recv(size: int) -> bytes:
            sizes.append(size)
            return client.socket.real.recv(size)  # type: ignore[attr-defined, no-any-return]

        client.socket = Odd(client.socket, recv=recv)  # type: ignore[assignment]
        one.sendall(b"x")
        assert loop.run() == [(1, "take", b"x")]
        assert sizes == [65536]


def test_the_time_of_a_client(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    with serving(monkeypatch, clock) as loop, connect(loop), connect(loop):
        loop.run(2)
        one, two = loop.met
        clock.now = 5.0
        one.wait(0.3)
        two.wait(0.4)
        assert (one.deadline, two.deadline) == (5.3, 5.4)
        loop.timeouts.clear()
        assert loop.run(1) == []
        assert loop.run(1) == [(1, "expire")]
        assert loop.run(1) == [(2, "expire")]
        assert loop.run(1) == []
        assert [round(each, 6) for each in loop.timeouts] == [0.25, 0.05, 0.1, 0.25]
        one.deadline = clock.now - 1
        loop.timeouts.clear()
        assert loop.run(1) == [(1, "expire")]
        assert loop.timeouts == [0.0]


def test_a_client_expires_at_its_deadline(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    with serving(monkeypatch, clock) as loop, connect(loop):
        loop.run(1)
        (one,) = loop.met
        one.wait(0.25)
        assert loop.run(1) == [(1, "expire")]
        assert clock.now == 0.25


def test_nobody_waits_where_there_are_no_clients(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    with serving(monkeypatch, clock) as loop:
        assert loop.run(2) == []
        assert loop.timeouts == [0.25, 0.25]


def test_no_more_clients_than_there_is_room_for(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    listener = listening("127.0.0.1", 0)
    monkeypatch.setattr(network, "_MOST_CONNECTIONS", 2)
    with serving(monkeypatch, clock, listener) as loop, contextlib.ExitStack() as stack:
        clients = [stack.enter_context(connect(loop)) for _ in range(4)]
        assert [note[:2] for note in loop.run()] == [(1, "met"), (2, "met")]
        clients[0].sendall(b"a")
        assert loop.run() == [(1, "take", b"a")]
        clients[1].close()
        assert loop.run() == [(2, "take", b""), (3, "met", name(clients[2]))]


class Full(socket.socket):
    """A listener with which nobody can be accepted, as when no file descriptors are left."""

    asked = 0

    def accept(self) -> Any:
        self.asked += 1
        if self.asked < 3:
            raise OSError(24, "Too many open files")
        return super().accept()


def test_where_nobody_can_be_accepted_it_waits(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    listener = Full(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    with serving(monkeypatch, clock, listener) as loop, connect(loop) as one:
        clock.now = 1.0
        assert loop.run(1) == []
        assert loop._paused == 1.1
        assert (listener.asked, loop.run(1), listener.asked) == (1, [], 1)
        assert clock.now == 1.25
        assert loop.run(1) == []
        assert listener.asked == 2
        clock.now = 1.35
        assert loop.run(1) == [(1, "met", name(one))]


def test_at_the_end_everything_is_let_go(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    with serving(monkeypatch, clock) as loop, connect(loop) as one, connect(loop) as two:
        loop.run(2)
        loop.close()
        assert [each.socket.fileno() for each in loop.met] == [-1, -1]
        assert one.recv(1) == two.recv(1) == b""
        with pytest.raises((ValueError, RuntimeError, KeyError)):
            loop.watch(loop.met[0], selectors.EVENT_WRITE)


def test_a_client_that_was_let_go_is_forgotten(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    with serving(monkeypatch, clock) as loop, connect(loop) as one:
        loop.run(1)
        (client,) = loop.met
        with connect(loop) as two:
            client.drop()
            assert client.socket.fileno() == -1
            assert one.recv(1) == b""
            # It may have the file descriptor of the one before.
            assert loop.run() == [(2, "met", name(two))]
            two.sendall(b"a")
            assert loop.run() == [(2, "take", b"a")]


def test_a_half_closed_connection(pair: Pair) -> None:
    ours, theirs = pair
    with listening("127.0.0.1", 0) as listener:
        loop = Loop(listener)
        peer = Peer(loop, 1, ours, "192.0.2.1:2")
        assert (peer.number, peer.address) == (1, "192.0.2.1:2")
        assert (peer.output, peer.deadline) == (b"", 0.0)
        assert peer.half_close() is True
        assert theirs.recv(1) == b""
        theirs.sendall(b"x")
        assert ours.recv(1) == b"x"
        peer.socket = Odd(ours, shutdown=script(OSError(107, "gone")))  # type: ignore[assignment]
        assert peer.half_close() is False
        loop.close()


def test_what_a_server_of_the_command_line_must_do_is_left_open() -> None:
    with listening("127.0.0.1", 0) as listener:
        loop = Loop(listener)
        assert not listener.getblocking()
        peer = Peer(loop, 1, listener, "")
        for missing in (
            lambda: loop.meet(1, listener, ""),
            lambda: peer.take(b""),
            peer.sent,
            peer.expire,
        ):
            with pytest.raises(NotImplementedError):
                missing()
        loop.close()
