"""A WebSocket server with threads and blocking sockets: `python FILE [PORT]`"""

import contextlib
import signal
import socket
import sys
import threading
import time

from ws_handshake import HandshakeError, ServerHandshake, State


def receive(connection: socket.socket, deadline: float) -> bytes:
    """The next bytes before a moment; a socket's own time limit begins anew with each call."""
    if (left := deadline - time.monotonic()) <= 0:
        raise TimeoutError
    connection.settimeout(left)
    return connection.recv(65536)


def answer(server: ServerHandshake, connection: socket.socket) -> bytes:
    deadline = time.monotonic() + 5  # for the whole request, however slowly it comes
    try:
        while (offer := server.receive_data(receive(connection, deadline))) is None:
            pass
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
        deadline = time.monotonic() + 2
        while receive(connection, deadline):  # closing over unread bytes would reset
            pass


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
