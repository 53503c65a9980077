"""A WebSocket server's handshake over asyncio streams, up to the point where frames begin."""

import asyncio
from collections.abc import Awaitable, Callable

from ws_handshake import HandshakeError, ServerHandshake, State

Talk = Callable[[ServerHandshake, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def handle(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    handshake: ServerHandshake,
    talk: Talk,
    patience: float = 10,
) -> None:
    """Serve one connection: `talk` gets it once it is open, and begins with `trailing_data`."""
    try:
        writer.write(await answer(reader, handshake, patience))
        if handshake.state is State.OPEN:
            await talk(handshake, reader, writer)
        else:
            await linger(reader, writer)
    except ConnectionError:
        pass  # The peer is gone: nobody is left to be told.
    finally:
        writer.close()


async def answer(
    reader: asyncio.StreamReader, handshake: ServerHandshake, patience: float
) -> bytes:
    """Read the opening handshake and decide; nothing (`b""`) for a peer that left half-way."""
    try:
        async with asyncio.timeout(patience):
            while (offer := handshake.receive_data(await reader.read(65536))) is None:
                pass
    except TimeoutError:
        return handshake.reject(408)
    except HandshakeError as error:
        return error.rejection.to_bytes() if error.rejection else b""
    return handshake.accept() if offer.path == "/echo" else handshake.reject(404)


async def linger(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    seconds: float = 2,
    size: int = 1 << 20,
) -> None:
    """End a refused connection so that the peer can read why, within `seconds` and `size`.

    Closing while there are unread bytes resets the connection, and a reset can destroy the answer
    before the peer has read it: stop writing, read on, close last. RFC 9112 §9.6.
    """
    if writer.can_write_eof():  # TLS cannot.
        writer.write_eof()
    try:
        async with asyncio.timeout(seconds):
            while size > 0 and (data := await reader.read(65536)):
                size -= len(data)
    except TimeoutError:
        pass
