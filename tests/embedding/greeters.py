"""Real WebSocket servers on a free port for the recipes of clients: a greeting, then Close.

They speak the subprotocol `chat`. `/members` wants the token, `/moved` leads there.
"""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from interop.conftest import node, peer

TOKEN = "of-the-test"
GREETING = "hello"

Refusal = tuple[int, dict[str, str], str]
Greet = Callable[..., AbstractAsyncContextManager[int]]

MOVED: Refusal = (307, {"Location": "/members"}, "Over there.\n")
STRANGER: Refusal = (401, {"WWW-Authenticate": "Bearer"}, "Members only, please.\n")


def refusal(path: str, headers: Mapping[str, str]) -> Refusal | None:
    if path == "/moved":
        return MOVED
    if path == "/members" and headers.get("Authorization") != f"Bearer {TOKEN}":
        return STRANGER
    return None


def websockets() -> Greet:
    server = peer("websockets.asyncio.server")

    def decide(connection: Any, request: Any) -> Any:
        found = refusal(request.path, request.headers)
        if found is None:
            return None
        status, headers, body = found
        response = connection.respond(status, body)
        response.headers.update(headers)
        return response

    async def greet(connection: Any) -> None:
        await connection.send(GREETING)

    @asynccontextmanager
    async def serve(tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
        async with server.serve(
            greet,
            "127.0.0.1",
            0,
            process_request=decide,
            select_subprotocol=lambda _, offered: "chat" if "chat" in offered else None,
            ssl=tls,
        ) as running:
            yield running.sockets[0].getsockname()[1]

    return serve


def aiohttp() -> Greet:
    web = peer("aiohttp.web")

    async def handle(request: Any) -> Any:
        found = refusal(request.path, request.headers)
        if found is not None:
            status, headers, body = found
            return web.Response(status=status, headers=headers, text=body)
        connection = web.WebSocketResponse(protocols=["chat"])
        await connection.prepare(request)
        await connection.send_str(GREETING)
        await connection.close()
        return connection

    @asynccontextmanager
    async def serve(tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
        app = web.Application()
        app.router.add_get("/{path:.*}", handle)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
            yield runner.addresses[0][1]
        finally:
            await runner.cleanup()

    return serve


async def asgi(scope: Any, receive: Any, send: Any) -> None:
    """The application for uvicorn."""
    await receive()  # websocket.connect
    headers = {name.decode().title(): value.decode() for name, value in scope["headers"]}
    found = refusal(scope["path"], headers)
    if found is not None:
        status, more, body = found
        fields = [(name.lower().encode(), value.encode()) for name, value in more.items()]
        await send({"type": "websocket.http.response.start", "status": status, "headers": fields})
        await send({"type": "websocket.http.response.body", "body": body.encode()})
        return
    subprotocol = "chat" if "chat" in scope["subprotocols"] else None
    await send({"type": "websocket.accept", "subprotocol": subprotocol})
    await send({"type": "websocket.send", "text": GREETING})
    await send({"type": "websocket.close", "code": 1000})
    await receive()  # websocket.disconnect


def uvicorn() -> Greet:
    library = peer("uvicorn")
    peer("wsproto")

    @asynccontextmanager
    async def serve() -> AsyncIterator[int]:
        config = library.Config(asgi, http="h11", ws="wsproto", lifespan="off", log_config=None)
        server = library.Server(config)
        with socket.create_server(("127.0.0.1", 0)) as listener:  # Connections wait in its queue.
            running = asyncio.create_task(server.serve(sockets=[listener]))
            try:
                yield listener.getsockname()[1]
            finally:
                server.should_exit = True
                await running

    return serve


def node_ws() -> Greet:
    run = node()

    @asynccontextmanager
    async def serve() -> AsyncIterator[int]:
        wish = {"greeting": GREETING, "token": TOKEN, "moved": MOVED, "stranger": STRANGER}
        async with run("../embedding/greeter.mjs", wish) as process:
            assert process.stdout is not None
            yield json.loads(await process.stdout.readline())

    return serve


GREETERS = (websockets, aiohttp, uvicorn, node_ws)
WITH_TLS = (websockets, aiohttp)
