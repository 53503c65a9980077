"""A WebSocket server on asyncio streams, with a page for members: `TOKEN=... python FILE [PORT]`"""

import asyncio
import contextlib
import hmac
import os
import signal
import sys

from ws_handshake import HandshakeError, ServerHandshake, State

TOKEN = os.environ.get("TOKEN") or os.urandom(16).hex()  # unless it is set, nobody knows it


async def answer(server: ServerHandshake, reader: asyncio.StreamReader) -> bytes:
    try:
        async with asyncio.timeout(5):  # seconds for the whole request, however slowly it comes
            while (offer := server.receive_data(await reader.read(4096))) is None:
                pass
    except TimeoutError:
        return server.reject(408)
    except HandshakeError as error:
        return error.rejection.to_bytes() if error.rejection else b""  # b"": the client is gone
    scheme, _, token = (offer.headers.get("Authorization") or "").partition(" ")
    member = scheme.lower() == "bearer" and hmac.compare_digest(token.encode(), TOKEN.encode())
    if offer.path == "/members" and not member:
        return server.reject(401, headers={"WWW-Authenticate": "Bearer"})
    return server.accept() if offer.path in ("/", "/members") else server.reject(404)


async def speak(writer: asyncio.StreamWriter, early: bytes) -> None:
    """A framing library takes over here; the first bytes that it reads are the `early` ones."""
    writer.write(b"\x81\x05hello" + b"\x88\x02\x03\xe8")  # a text frame, then Close with 1000
    await writer.drain()


async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    server = ServerHandshake(["https://example.com", None], subprotocols=["chat"])
    # Left early when the client is gone, the time is over, or the server ends.
    with contextlib.closing(writer), contextlib.suppress(OSError, asyncio.CancelledError):
        writer.write(await answer(server, reader))
        if server.state is State.OPEN:
            await speak(writer, server.trailing_data)
        writer.write_eof()  # and read on: closing over unread bytes would reset (RFC 9112 §9.6)
        async with asyncio.timeout(2):
            while await reader.read(65536):
                pass


async def main(port: int = 0) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    with contextlib.closing(await asyncio.start_server(handle, "127.0.0.1", port)) as server:
        print(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/", flush=True)
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
