"""A client process: so many clients at once connect, shake hands and leave.

    python -m macro.load PORT CLIENTS TOTAL SECONDS

prints how many handshakes there were, how many of them went wrong, how long it all took and the CPU
time that this process used. It has no event loop, so that the servers and not the client are what
takes the time.
"""

from __future__ import annotations

import errno
import json
import selectors
import socket
import sys
import time

from samples import ACCEPT, BROWSER


class Load:
    """Keeps so many connections busy until enough hands are shaken or the time is over."""

    def __init__(self, port: int, clients: int, total: int) -> None:
        self.address = ("127.0.0.1", port)
        self.clients = clients
        self.to_start = total
        self.done = 0
        self.errors = 0
        self.selector = selectors.DefaultSelector()
        self.received: dict[socket.socket, bytes] = {}

    def run(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        for _ in range(min(self.clients, self.to_start)):
            self.connect()
        while self.received and time.monotonic() < deadline:
            for key, events in self.selector.select(timeout=1):
                connection = key.fileobj
                assert isinstance(connection, socket.socket)
                try:
                    if events & selectors.EVENT_WRITE:
                        self.send(connection)
                    else:
                        self.receive(connection)
                except OSError:
                    self.leave(connection, well=False)
        self.errors += len(self.received)  # who is still waiting when the time is over
        for connection in self.received:
            connection.close()

    def connect(self) -> None:
        self.to_start -= 1
        connection = socket.socket()
        connection.setblocking(False)
        if connection.connect_ex(self.address) not in (0, errno.EINPROGRESS):
            self.errors += 1
            connection.close()
            return
        self.received[connection] = b""
        self.selector.register(connection, selectors.EVENT_WRITE)

    def send(self, connection: socket.socket) -> None:
        if connection.send(BROWSER) != len(BROWSER):
            raise OSError("the request does not fit into the socket's buffer")
        self.selector.modify(connection, selectors.EVENT_READ)

    def receive(self, connection: socket.socket) -> None:
        data = connection.recv(4096)
        answer = self.received[connection] = self.received[connection] + data
        if not data:
            self.leave(connection, well=False)
        elif b"\r\n\r\n" in answer:
            well = answer.startswith(b"HTTP/1.1 101 ") and ACCEPT in answer
            self.leave(connection, well)

    def leave(self, connection: socket.socket, well: bool) -> None:
        self.selector.unregister(connection)
        del self.received[connection]
        connection.close()
        self.done += 1
        self.errors += not well
        if self.to_start:
            self.connect()


def main() -> None:
    port, clients, total, seconds = sys.argv[1:]
    load = Load(int(port), int(clients), int(total))
    begin, used = time.perf_counter(), time.process_time()
    load.run(float(seconds))
    outcome = {
        "handshakes": load.done,
        "errors": load.errors,
        "seconds": time.perf_counter() - begin,
        "cpu": time.process_time() - used,
    }
    json.dump(outcome, sys.stdout)


if __name__ == "__main__":
    main()
