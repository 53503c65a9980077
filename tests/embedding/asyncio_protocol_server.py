"""A WebSocket server as an asyncio Protocol, a timer for each client: `python FILE [PORT]`"""

import asyncio
import contextlib
import signal
import sys
from typing import cast

from ws_handshake import HandshakeError, ServerHandshake, State


class Handshake(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.server = ServerHandshake(["https://example.com", None], subprotocols=["chat"])
        loop = asyncio.get_running_loop()
        self.timer = loop.call_later(5, lambda: self.end(self.server.reject(408)))

    def data_received(self, data: bytes) -> None:
        if self.server.state is not State.READING:
            return  # answered: what still comes is discarded
        try:
            offer = self.server.receive_data(data)
        except HandshakeError as error:
            self.end(error.rejection.to_bytes() if error.rejection else b"")
        else:
            if offer is not None and offer.path == "/":
                self.transport.write(self.server.accept())
                self.end(speak(self.server.trailing_data))
            elif offer is not None:
                self.end(self.server.reject(404))

    def end(self, last: bytes) -> None:
        """Stop writing, read on: closing over unread bytes would reset (RFC 9112 §9.6)."""
        self.timer.cancel()
        self.transport.write(last)
        self.transport.write_eof()
        self.timer = asyncio.get_running_loop().call_later(2, self.transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        self.timer.cancel()


def speak(early: bytes) -> bytes:
    """A framing library takes over here (`transport.set_protocol`), and reads `early` first."""
    return b"\x81\x05hello" + b"\x88\x02\x03\xe8"  # a text frame, then Close with 1000


async def main(port: int = 0) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    with contextlib.closing(await loop.create_server(Handshake, "127.0.0.1", port)) as server:
        print(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/", flush=True)
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
