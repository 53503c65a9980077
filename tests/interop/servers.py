"""Real WebSocket servers on a free port: an echo under every path but those of REFUSALS.

All of them speak the subprotocol `chat`, to clients that offer it, and permessage-deflate.
"""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from .conftest import node, peer

Serve = Callable[[], AbstractAsyncContextManager[int]]

REFUSALS: dict[str, tuple[int, dict[str, str], str]] = {
    "/members": (403, {"X-Reason": "members only"}, "Members only, please.\n"),
    "/nowhere": (404, {"X-Reason": "no such room"}, "There is no such room.\n"),
    "/moved": (302, {"Location": "/echo"}, "Moved to /echo.\n"),
}


def websockets() -> Serve:
    server = peer("websockets.asyncio.server")

    def refuse(connection: Any, request: Any) -> Any:
        if request.path not in REFUSALS:
            return None
        status, headers, body = REFUSALS[request.path]
        response = connection.respond(status, body)
        response.headers.update(headers)
        return response

    async def echo(connection: Any) -> None:
        async for text in connection:
            await connection.send(text)

    @asynccontextmanager
    async def serve() -> AsyncIterator[int]:
        async with server.serve(
            echo,
            "127.0.0.1",
            0,
            process_request=refuse,
            select_subprotocol=lambda _, offered: "chat" if "chat" in offered else None,
        ) as running:
            yield running.sockets[0].getsockname()[1]

    return serve


def aiohttp() -> Serve:
    web = peer("aiohttp.web")

    async def handle(request: Any) -> Any:
        if request.path in REFUSALS:
            status, headers, body = REFUSALS[request.path]
            return web.Response(status=status, headers=headers, text=body)
        connection = web.WebSocketResponse(protocols=["chat"])
        await connection.prepare(request)
        async for message in connection:
            await connection.send_str(message.data)
        return connection

    @asynccontextmanager
    async def serve() -> AsyncIterator[int]:
        app = web.Application()
        app.router.add_get("/{path}", handle)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield runner.addresses[0][1]
        finally:
            await runner.cleanup()

    return serve


async def asgi_echo(scope: Any, receive: Any, send: Any) -> None:
    """The application for uvicorn."""
    await receive()  # websocket.connect
    if scope["path"] in REFUSALS:
        status, headers, body = REFUSALS[scope["path"]]
        fields = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        start = {"type": "websocket.http.response.start", "status": status, "headers": fields}
        await send(start)
        await send({"type": "websocket.http.response.body", "body": body.encode()})
        return
    subprotocol = "chat" if "chat" in scope["subprotocols"] else None
    await send({"type": "websocket.accept", "subprotocol": subprotocol})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": message["text"]})


def uvicorn(implementation: str) -> Serve:
    library = peer("uvicorn")
    peer("websockets" if implementation.startswith("websockets") else implementation)

    @asynccontextmanager
    async def serve() -> AsyncIterator[int]:
        config = library.Config(
            asgi_echo, http="h11", ws=implementation, lifespan="off", log_config=None
        )
        server = library.Server(config)
        with socket.create_server(("127.0.0.1", 0)) as listener:  # Connections wait in its queue.
            running = asyncio.create_task(server.serve(sockets=[listener]))
            try:
                yield listener.getsockname()[1]
            finally:
                server.should_exit = True
                await running

    return serve


def uvicorn_websockets() -> Serve:
    return uvicorn("websockets-sansio")


def uvicorn_wsproto() -> Serve:
    return uvicorn("wsproto")


def node_ws() -> Serve:
    run = node()

    @asynccontextmanager
    async def serve() -> AsyncIterator[int]:
        async with run("ws-server.mjs", REFUSALS) as process:
            assert process.stdout is not None
            yield json.loads(await process.stdout.readline())

    return serve


SERVERS = (websockets, aiohttp, uvicorn_websockets, uvicorn_wsproto, node_ws)
