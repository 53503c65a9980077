"""A WebSocket server with threads and blocking sockets: `python FILE [PORT]`"""

import contextlib
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator

from ws_handshake import HandshakeError, ServerHandshake, State


def received(connection: socket.socket, seconds: float) -> Iterator[bytes]:
    """All that comes within these seconds; a socket's own time limit begins anew with each call."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        connection.settimeout(left)
        yield connection.recv(65536)
    raise TimeoutError


def answer(server: ServerHandshake, connection: socket.socket) -> bytes:
    try:
        offer = next(filter(None, map(server.receive_data, received(connection, 5))))
    except TimeoutError:
        return server.reject(408)
    except HandshakeError as error:
        return error.rejection.to_bytes() if error.rejection else b""  # b"": the client is gone
    return server.accept() if offer.path == "/" else server.reject(404)


def speak(connection: socket.socket, early: bytes) -> None:
    """A framing library takes over here; the first bytes that it reads are the `early` ones."""
    connection.sendall(b"\x81\x05hello" + b"\x88\x02\x03\xe8")  # a text frame, then Close with 1000


def handle(connection: socket.socket) -> None:
    server = ServerHandshake(["https://example.com", None], subprotocols=["chat"])
    with contextlib.suppress(OSError), connection:  # the client may be gone, or too slow
        connection.sendall(answer(server, connection))
        if server.state is State.OPEN:
            speak(connection, server.trailing_data)
        connection.shutdown(socket.SHUT_WR)
        all(received(connection, 2))  # until b"": closing over unread bytes would reset


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit())
    listener = socket.create_server(("127.0.0.1", int(sys.argv[1]) if sys.argv[1:] else 0))
    print(f"ws://127.0.0.1:{listener.getsockname()[1]}/", flush=True)
    while True:
        while threading.active_count() > 100:
            time.sleep(0.05)  # crowded: the next clients wait in the system's queue
        with contextlib.suppress(OSError):  # the client may be gone already
            threading.Thread(target=handle, args=[listener.accept()[0]], daemon=True).start()
