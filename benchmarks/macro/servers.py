"""The servers. Each accepts a WebSocket with a subprotocol, and waits until the client leaves.

    python -m macro.servers NAME

prints its port, then for each line on its standard input the CPU time that it has used, until that
is closed. All listen on loopback with asyncio's own event loop and negotiate no compression. picows
brings its own transports and, like aiohttp's parser, C.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

from samples import ORIGIN

from ws_handshake import HandshakeError, ServerHandshake

HOST = "127.0.0.1"
BACKLOG = 1024  # as many may knock at once; more than the clients that do


class Handshake(asyncio.Protocol):
    """The opening handshake of one connection; whoever speaks frames gets it afterwards."""

    TIMEOUT = 10.0
    LINGER = 2.0

    def __init__(self, opened: Callable[[], asyncio.BaseProtocol]) -> None:
        self.opened = opened
        self.handshake = ServerHandshake(origins=[ORIGIN], subprotocols=["chat"])
        self.refused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.timer = asyncio.get_running_loop().call_later(self.TIMEOUT, self.time_out)

    def connection_lost(self, exc: Exception | None) -> None:
        self.timer.cancel()

    def time_out(self) -> None:
        self.refuse(self.handshake.reject(408))

    def data_received(self, data: bytes) -> None:
        if self.refused:
            return
        try:
            offer = self.handshake.receive_data(data)
        except HandshakeError as error:
            self.refuse(b"" if error.rejection is None else error.rejection.to_bytes())
            return
        if offer is not None:
            self.timer.cancel()
            self.transport.write(self.handshake.accept())
            protocol = self.opened()
            protocol.connection_made(self.transport)
            self.transport.set_protocol(protocol)
            if self.handshake.trailing_data and isinstance(protocol, asyncio.Protocol):
                protocol.data_received(self.handshake.trailing_data)

    def refuse(self, rejection: bytes) -> None:
        """Send it; close when the client does, or a little later."""
        self.refused = True
        self.timer.cancel()
        self.transport.write(rejection)
        self.transport.write_eof()
        self.timer = asyncio.get_running_loop().call_later(self.LINGER, self.transport.close)


async def ws_handshake_server() -> int:
    server = await asyncio.get_running_loop().create_server(
        lambda: Handshake(asyncio.Protocol), HOST, 0, backlog=BACKLOG
    )
    return port_of(server)


async def websockets_server() -> int:
    import websockets.asyncio.server

    async def handler(connection: Any) -> None:
        await connection.wait_closed()

    server = await websockets.asyncio.server.serve(
        handler,
        HOST,
        0,
        origins=[ORIGIN],
        subprotocols=["chat"],
        compression=None,
        backlog=BACKLOG,
    )
    return port_of(server)


async def aiohttp_server() -> int:
    import aiohttp.web

    async def handler(request: Any) -> Any:
        if request.headers.get("Origin") != ORIGIN:
            raise aiohttp.web.HTTPForbidden
        response = aiohttp.web.WebSocketResponse(protocols=["chat"], compress=False)
        await response.prepare(request)
        async for _ in response:
            pass
        return response

    application = aiohttp.web.Application()
    application.router.add_get("/{path:.*}", handler)
    runner = aiohttp.web.AppRunner(application, access_log=None)
    await runner.setup()
    site = aiohttp.web.TCPSite(runner, HOST, 0, backlog=BACKLOG)
    await site.start()
    return int(runner.addresses[0][1])


async def picows_server() -> int:
    import picows

    fields = [("Sec-WebSocket-Protocol", "chat")]

    def listener(request: Any) -> Any:
        if request.headers.get("Origin") != ORIGIN:
            return None
        response = picows.WSUpgradeResponse.create_101_response(fields)
        return picows.WSUpgradeResponseWithListener(response, picows.WSListener())

    server = await picows.ws_create_server(listener, HOST, 0, backlog=BACKLOG)
    return port_of(server)


def port_of(server: Any) -> int:
    return int(server.sockets[0].getsockname()[1])


SERVERS: dict[str, Callable[[], Awaitable[int]]] = {
    "ws_handshake": ws_handshake_server,
    "websockets": websockets_server,
    "aiohttp": aiohttp_server,
    "picows": picows_server,
}


async def main() -> None:
    print(await SERVERS[sys.argv[1]](), flush=True)
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(time.process_time(), flush=True)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
