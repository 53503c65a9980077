"""Servers under test: `python servers.py NAME` prints a port and serves until it is killed.

Each is what its documentation shows: an echo that speaks the subprotocol `chat`, and otherwise its
defaults. README.md names what is set.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
REPOSITORY = HERE.parent.parent


def listener() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0), backlog=256)


def ready(port: int) -> None:
    print(port, flush=True)


async def for_ever() -> None:
    await asyncio.get_running_loop().create_future()


async def websockets() -> None:
    from websockets.asyncio.server import serve

    async def echo(connection: Any) -> None:
        async for text in connection:
            await connection.send(text)

    async with serve(echo, "127.0.0.1", 0, subprotocols=["chat"]) as server:
        ready(server.sockets[0].getsockname()[1])
        await for_ever()


async def aiohttp() -> None:
    from aiohttp import web

    async def handle(request: Any) -> Any:
        connection = web.WebSocketResponse(protocols=["chat"])
        await connection.prepare(request)
        async for message in connection:
            await connection.send_str(message.data)
        return connection

    app = web.Application()
    app.router.add_get("/{path:.*}", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    ready(runner.addresses[0][1])
    await for_ever()


async def tornado() -> None:
    from tornado.httpserver import HTTPServer
    from tornado.web import Application
    from tornado.websocket import WebSocketHandler

    class Echo(WebSocketHandler):  # type: ignore[misc] # its types are not installed everywhere
        def select_subprotocol(self, subprotocols: list[str]) -> str | None:
            return "chat" if "chat" in subprotocols else None

        def get_compression_options(self) -> dict[str, Any]:
            return {}

        def on_message(self, message: str | bytes) -> None:
            self.write_message(message)

    server = HTTPServer(Application([("/.*", Echo)]))
    with listener() as sock:
        sock.setblocking(False)
        server.add_socket(sock)
        ready(sock.getsockname()[1])
        await for_ever()


async def asgi(scope: Any, receive: Any, send: Any) -> None:
    """The application for uvicorn and hypercorn; plain requests get a 404."""
    if scope["type"] == "lifespan":
        while True:
            event = (await receive())["type"].rpartition(".")[2]
            await send({"type": f"lifespan.{event}.complete"})
    if scope["type"] == "http":
        fields = [(b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 404, "headers": fields})
        await send({"type": "http.response.body", "body": b""})
        return
    await receive()  # websocket.connect
    subprotocol = "chat" if "chat" in scope["subprotocols"] else None
    await send({"type": "websocket.accept", "subprotocol": subprotocol})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": message.get("text") or ""})


def uvicorn(implementation: str, http: str) -> Callable[[], Awaitable[None]]:
    async def serve() -> None:
        import uvicorn as library

        config = library.Config(
            asgi, ws=implementation, http=http, lifespan="off", log_level="critical"
        )
        with listener() as sock:
            ready(sock.getsockname()[1])
            await library.Server(config).serve(sockets=[sock])

    return serve


async def hypercorn() -> None:
    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    sock = listener()
    config = Config()
    config.bind = [f"fd://{sock.fileno()}"]
    config.errorlog = None
    ready(sock.getsockname()[1])
    await serve(asgi, config)


SERVERS: dict[str, Callable[[], Awaitable[None]]] = {
    "websockets": websockets,
    "aiohttp": aiohttp,
    "tornado": tornado,
    "uvicorn, websockets": uvicorn("websockets", "httptools"),
    "uvicorn, websockets-sansio": uvicorn("websockets-sansio", "httptools"),
    "uvicorn, wsproto": uvicorn("wsproto", "httptools"),
    "uvicorn, wsproto, h11": uvicorn("wsproto", "h11"),
    "hypercorn": hypercorn,
}
# Those that are programs of their own.
COMMANDS = {
    "ws (Node)": ["node", str(HERE / "server.mjs")],
    "ws_handshake": [
        sys.executable,
        str(REPOSITORY / "tests" / "embedding" / "asyncio_streams_server.py"),
    ],
}


def command(name: str) -> list[str]:
    """What starts a server in a process of its own."""
    return COMMANDS.get(name) or [sys.executable, str(HERE / "servers.py"), name]


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    asyncio.run(SERVERS[sys.argv[1]]())  # type: ignore[arg-type] # they are coroutines
