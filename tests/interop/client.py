"""A WebSocket client's handshake over asyncio streams, up to the point where frames begin."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ws_handshake import Agreement, ClientHandshake

Opened = tuple[Agreement, asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def connect(handshake: ClientHandshake, patience: float = 10) -> AsyncIterator[Opened]:
    """Open a connection; its first bytes may already be in `handshake.trailing_data`.

    A server that refuses is an `UnexpectedStatus`, with its answer in `response`.
    """
    uri = handshake.uri
    deadline = asyncio.get_running_loop().time() + patience
    async with asyncio.timeout_at(deadline):
        reader, writer = await asyncio.open_connection(uri.host, uri.port, ssl=uri.secure)
    try:
        writer.write(handshake.request.to_bytes())
        agreement = None
        while agreement is None:
            agreement = handshake.receive_data(await read(reader, deadline))
        yield agreement, reader, writer
    finally:
        writer.close()


async def read(reader: asyncio.StreamReader, deadline: float) -> bytes:
    """The next bytes; none when the peer has closed or reset, or when the time is over."""
    try:
        async with asyncio.timeout_at(deadline):
            return await reader.read(65536)
    except (TimeoutError, ConnectionError):
        return b""
