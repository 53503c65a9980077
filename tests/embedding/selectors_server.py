"""A WebSocket server as one `selectors` loop, a generator for each client: `python FILE [PORT]`"""

import contextlib
import signal
import socket
import sys
import time
from collections.abc import Generator
from selectors import EVENT_READ, DefaultSelector

from ws_handshake import HandshakeError, ServerHandshake


def serve(sock: socket.socket) -> Generator[float]:
    """Wait for bytes with each `yield`, until a moment; when it is over, a TimeoutError comes."""
    server = ServerHandshake(["https://example.com", None], subprotocols=["chat"])
    offer, deadline = None, time.monotonic() + 5  # for the whole request, however slowly it comes
    with sock:
        try:
            while offer is None:
                yield deadline
                offer = server.receive_data(sock.recv(65536))
            reply = server.accept() + speak(server.trailing_data)
        except TimeoutError:
            reply = server.reject(408)
        except HandshakeError as error:
            reply = error.rejection.to_bytes() if error.rejection else b""  # b"": it is gone
        sock.sendall(reply)  # so little fits into the system's buffer, also if nobody reads it
        sock.shutdown(socket.SHUT_WR)
        yield deadline + 2
        while sock.recv(65536):  # closing over unread bytes would reset (RFC 9112 §9.6)
            yield deadline + 2


def speak(early: bytes) -> bytes:
    """A framing library takes over here; the first bytes that it reads are the `early` ones."""
    return b"\x81\x05hello" + b"\x88\x02\x03\xe8"  # a text frame, then Close with 1000


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit())
    socket.setdefaulttimeout(0)  # no socket blocks
    selector, port = DefaultSelector(), int(sys.argv[1]) if sys.argv[1:] else 0
    selector.register(listener := socket.create_server(("127.0.0.1", port)), EVENT_READ)
    print(f"ws://127.0.0.1:{listener.getsockname()[1]}/", flush=True)
    while True:
        ready, now = {key.fd for key, _ in selector.select(0.25)}, time.monotonic()
        for key in [each for each in selector.get_map().values() if each.data]:
            steps, deadline = key.data
            if key.fd in ready or deadline <= now:
                try:
                    deadline = steps.throw(TimeoutError()) if deadline <= now else next(steps)
                    selector.modify(key.fileobj, EVENT_READ, (steps, deadline))
                except (StopIteration, OSError):
                    selector.unregister(key.fileobj)
        with contextlib.suppress(OSError):  # nobody is there, or gone already
            sock, _ = listener.accept()
            selector.register(sock, EVENT_READ, (steps := serve(sock), next(steps)))
        time.sleep(0.1 if len(selector.get_map()) > 500 else 0)  # crowded: take few, end many
