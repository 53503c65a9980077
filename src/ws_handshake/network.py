"""Connections for the command line: the only module that opens sockets.

`__main__` says what is sent, and what becomes of what comes; here is how it gets there and back,
never for longer than a time limit: to a server step by step (look-up, connect, TLS), a talk with
it, and a loop that serves many clients in one thread.
"""

from __future__ import annotations

import contextlib
import queue
import selectors
import socket
import ssl
import threading
import time

from .explain import visible
from .probing import connect_failed, lookup_failed, tls_failed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any, NoReturn, TypeVar

    from .probing import Probe

    T = TypeVar("T")
    U = TypeVar("U")

    # What `socket.getaddrinfo` gives.
    Address = tuple[int, int, int, str, Any]

FEW_BYTES = 65536  # that are read at once, or kept of what comes behind a handshake

_MOST_CONNECTIONS = 256  # of a loop at one time; more wait in the queue of the system
_MOST_BYTES = 1 << 20  # of an answer
_BETWEEN = 0.02  # seconds between two pieces: long enough to arrive on their own
_ALL_BETWEEN = 1.0  # seconds, where there are many pieces
_PAUSE = 0.1  # seconds without accepting anybody, when that failed
# How OpenSSL calls an answer that is no TLS, in its versions.
_NOT_TLS = frozenset(["WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST"])
_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


def why(error: Exception) -> str:
    """What the system says about an error, on one line."""
    return visible(getattr(error, "strerror", None) or str(error))


def shown_address(address: Any) -> str:
    """Host and port as they stand in a URL."""
    host, port, *_ = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def at_once(connection: socket.socket) -> None:
    """Let every piece go out as it is, and not wait for the next (RFC 1122 §4.2.3.4)."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def pause(pieces: Sequence[bytes]) -> float:
    """The seconds between two of these pieces."""
    return min(_BETWEEN, _ALL_BETWEEN / max(1, len(pieces)))


# --- To a server ----------------------------------------------------------------------------------


def looked_up(probe: Probe, name: str, limit: float) -> list[Address]:
    """The addresses of a name; none if that fails, which is noted."""
    found: list[Address] = []
    failed: list[str] = []

    def look_up() -> None:
        try:
            found.extend(socket.getaddrinfo(name, probe.uri.port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            failed.append(why(error))

    began = time.monotonic()
    # The system's look-up knows no time limit, so it runs beside.
    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(limit)
    probe.times["lookup"] = time.monotonic() - began
    if not found:
        reason = failed[0] if failed else f"no answer within {limit:g} s"
        probe.failure = lookup_failed(name, reason)
    return list(found)


def connected(
    probe: Probe, addresses: list[Address], limit: float, *, insecure: bool
) -> socket.socket | None:
    """A connection to the first address that takes one, with TLS where the URL says so."""
    connection = _connected(probe, addresses, limit)
    if connection is None or not probe.uri.secure:
        return connection
    return _secured(probe, connection, limit, insecure)


def _connected(probe: Probe, addresses: list[Address], limit: float) -> socket.socket | None:
    began = time.monotonic()
    error: OSError = TimeoutError("timed out")
    for family, kind, protocol, _, address in addresses:
        left = began + limit - time.monotonic()
        if left <= 0:
            break
        try:
            connection = socket.socket(family, kind, protocol)
        except OSError as failed:  # the system knows no such addresses: it has no IPv6, perhaps
            error = failed
            continue
        connection.settimeout(left)
        try:
            connection.connect(address)
        except OSError as failed:
            connection.close()
            error = failed
            probe.address = None
            continue
        probe.address = shown_address(address)
        probe.times["connect"] = time.monotonic() - began
        return connection
    probe.times["connect"] = time.monotonic() - began
    probe.failure = connect_failed(
        shown_address(addresses[-1][4]),
        why(error),
        refused=isinstance(error, ConnectionRefusedError),
        timed_out=isinstance(error, TimeoutError),
    )
    return None


def _secured(
    probe: Probe, connection: socket.socket, limit: float, insecure: bool
) -> ssl.SSLSocket | None:
    """The connection with TLS, for HTTP/1.1: HTTP/2 opens WebSockets in another way."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    if insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    began = time.monotonic()
    connection.settimeout(limit)
    try:
        secured = context.wrap_socket(connection, server_hostname=probe.uri.host)
    except OSError as error:
        connection.close()
        kind = "other"
        if isinstance(error, ssl.SSLCertVerificationError):
            kind = "certificate"
        elif isinstance(error, TimeoutError):
            kind = "timed-out"
        elif isinstance(error, ssl.SSLError) and error.reason in _NOT_TLS:
            kind = "plain"
        probe.failure = tls_failed(probe.uri.host, why(error), kind)
        return None
    finally:
        probe.times["tls"] = time.monotonic() - began
    probe.tls = secured.version()
    return secured


def received(connection: socket.socket, deadline: float) -> tuple[bytes, str]:
    """The next bytes; none, and why, at the end of the connection or of the time."""
    left = deadline - time.monotonic()
    if left <= 0:
        return b"", "timed out"
    try:
        connection.settimeout(left)
        data = connection.recv(FEW_BYTES)
    except OSError as error:
        return b"", why(error)
    return data, "" if data else "the peer closed the connection"


def talked(
    connection: socket.socket,
    pieces: Sequence[bytes],
    limit: float,
    patience: Callable[[bytes], float],
) -> tuple[bytes, bool | None]:
    """Send the pieces one after the other, and read at the same time.

    A peer may answer, and close, before it has everything. `patience` says of any bytes that came
    for how many seconds to read on at most. Given is what came, and whether the peer closed: None
    where nobody waited for that.
    """
    connection.settimeout(0)
    at_once(connection)
    answer = bytearray()
    left = list(pieces)
    between = pause(pieces)
    output = b""
    now = time.monotonic()
    deadline, begin = now + limit, now
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_READ)
        while (now := time.monotonic()) < deadline:
            if not output and left and now >= begin:
                output = left.pop(0)
            events = selectors.EVENT_READ | (selectors.EVENT_WRITE if output else 0)
            selector.modify(connection, events)
            until = begin if left and not output else deadline
            if not selector.select(max(0.0, min(until, deadline) - now)):
                continue
            if output:
                try:
                    output = output[connection.send(output) :]
                except _NOT_NOW:
                    pass
                except OSError:  # it does not want more; what it said may still be there
                    output, left = b"", []
                begin = time.monotonic() + between
            data = _read(connection)
            if data is not None:
                answer += data
            if data is None or len(answer) > _MOST_BYTES:
                return bytes(answer), True if data is None else None
            if data:
                seconds = patience(data)
                if seconds <= 0:
                    return bytes(answer), None
                deadline = min(deadline, time.monotonic() + seconds)
    return bytes(answer), False


def _read(connection: socket.socket) -> bytes | None:
    """What is there, nothing at the moment, or None at the end; TLS may hold more than it shows."""
    data = b""
    try:
        while chunk := connection.recv(FEW_BYTES):
            data += chunk
            if len(data) > _MOST_BYTES:
                break
        else:
            return data or None
    except _NOT_NOW:
        pass
    except OSError:  # reset, which says as little as the end
        return data or None
    return data


def leave(connection: socket.socket, goodbye: bytes) -> None:
    """Say goodbye, without waiting to hear the same."""
    with contextlib.suppress(OSError):  # it is gone
        connection.send(goodbye)


def side_by_side(work: Callable[[T], U], jobs: Iterable[T], workers: int) -> Iterator[U]:
    """The results of the jobs as they are done, so many at one time; a job's error is raised."""
    todo = iter(jobs)
    lock = threading.Lock()
    done: queue.SimpleQueue[tuple[bool, Any]] = queue.SimpleQueue()

    def run() -> None:
        while True:
            with lock:
                job = next(todo, None)
            if job is None:
                done.put((False, None))
                return
            try:
                done.put((True, work(job)))
            except Exception as error:  # noqa: BLE001 - it is raised where the results are read
                done.put((False, error))
                return

    for _ in range(workers):
        threading.Thread(target=run, daemon=True).start()
    while workers:
        is_result, result = done.get()
        if is_result:
            yield result
        elif result is not None:
            raise result
        else:
            workers -= 1


# --- For clients ----------------------------------------------------------------------------------


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens; `OSError` where none can, `UnicodeError` for what is no name."""
    host.encode("idna")  # as the socket would, which would then stay open
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=_MOST_CONNECTIONS)


class Peer:
    """A client of a `Loop`: what is still to be sent to it, and how long it has time."""

    __slots__ = ("address", "deadline", "loop", "number", "output", "socket")

    def __init__(self, loop: Loop, number: int, connection: socket.socket, address: str) -> None:
        self.loop = loop
        self.number = number
        self.socket = connection
        self.address = address
        self.output = b""
        self.deadline = 0.0

    def take(self, data: bytes) -> None:
        """It sent this; nothing means that it closed or is gone."""
        raise NotImplementedError

    def sent(self) -> None:
        """All that was to be sent is on its way."""
        raise NotImplementedError

    def expire(self) -> None:
        """Its time is over."""
        raise NotImplementedError

    def wait(self, seconds: float) -> None:
        """Give it so much time from now on."""
        self.deadline = time.monotonic() + seconds

    def send(self, data: bytes) -> None:
        """Send this; until it is on its way nothing is read."""
        self.output = data
        self.loop.watch(self, selectors.EVENT_WRITE)

    def half_close(self) -> bool:
        """Say that nothing more will be sent; whether it is still there to be told.

        Closing at once would reset the connection, and the client never see the answer.
        """
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            return False
        return True

    def drop(self) -> None:
        """Let go of it."""
        self.loop.forget(self)
        self.socket.close()


class Loop:
    """Serves many clients in one thread, so that what it prints stays in one piece."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._selector = selectors.DefaultSelector()
        self._peers: set[Peer] = set()
        self._accepted = 0
        self._listening = False
        self._paused = 0.0  # until when nobody is accepted
        listener.setblocking(False)

    @property
    def where(self) -> tuple[str, int]:
        """The host and port at which it listens."""
        host, port, *_ = self._listener.getsockname()
        return host, port

    def meet(self, number: int, connection: socket.socket, address: str) -> Peer:
        """Make what serves a client that has connected."""
        raise NotImplementedError

    def serve(self) -> NoReturn:
        """Serve for ever."""
        while True:
            room = len(self._peers) < _MOST_CONNECTIONS
            self._listen(room and time.monotonic() >= self._paused)
            # Never for ever: where a signal does not end the waiting, the next round sees it.
            for key, _ in self._selector.select(self._patience()):
                if key.data is None:
                    self._accept()
                else:
                    self._go_on(key.data)
            now = time.monotonic()
            for peer in [each for each in self._peers if each.deadline <= now]:
                peer.expire()

    def watch(self, peer: Peer, event: int) -> None:
        """Wait until this can be done."""
        self._selector.modify(peer.socket, event, peer)

    def forget(self, peer: Peer) -> None:
        """Wait for nothing more of it."""
        self._selector.unregister(peer.socket)
        self._peers.discard(peer)

    def close(self) -> None:
        """Let go of everything; an interrupt may have come between any two lines above."""
        self._selector.close()
        for peer in self._peers:
            peer.socket.close()

    def _patience(self) -> float:
        now = time.monotonic()
        return max(0.0, min([0.25, *[peer.deadline - now for peer in self._peers]]))

    def _listen(self, wanted: bool) -> None:
        if wanted and not self._listening:
            self._selector.register(self._listener, selectors.EVENT_READ)
        elif self._listening and not wanted:
            self._selector.unregister(self._listener)
        self._listening = wanted

    def _accept(self) -> None:
        try:
            accepted, address = self._listener.accept()
        except OSError:
            # The client is gone again, or this process has no more file descriptors: for these,
            # trying again at once would be a busy loop.
            self._paused = time.monotonic() + _PAUSE
            return
        accepted.setblocking(False)
        self._accepted += 1
        peer = self.meet(self._accepted, accepted, shown_address(address))
        self._peers.add(peer)
        self._selector.register(accepted, selectors.EVENT_READ, peer)

    def _go_on(self, peer: Peer) -> None:
        """Read or write, whichever the client waits for."""
        try:
            if peer.output:
                peer.output = peer.output[peer.socket.send(peer.output) :]
                if not peer.output:
                    self.watch(peer, selectors.EVENT_READ)
                    peer.sent()
                return
            data = peer.socket.recv(FEW_BYTES)
        except BlockingIOError:
            return
        except OSError:  # reset, which says as little as the end
            data = b""
            peer.output = b""
        peer.take(data)
