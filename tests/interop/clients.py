"""Real WebSocket clients, each behind the same function: say one thing, tell what came back."""

import asyncio
import json
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Protocol

from .conftest import node, peer

TEXT = "안녕하세요, wörld " * 8
"""Said by every client and server: long enough to be worth compressing."""


@dataclass(frozen=True)
class Seen:
    """What a client saw of the server."""

    status: int
    subprotocol: str | None = None
    extensions: str = ""
    text: str | None = None
    """The echo, or the body of a refusal (None if the client does not show it)."""


class Dial(Protocol):
    def __call__(
        self, url: str, *, subprotocols: Sequence[str] = (), origin: str | None = None
    ) -> Awaitable[Seen]: ...


def websockets() -> Dial:
    client = peer("websockets.asyncio.client")
    exceptions = peer("websockets.exceptions")

    async def dial(
        url: str, *, subprotocols: Sequence[str] = (), origin: str | None = None
    ) -> Seen:
        try:
            async with client.connect(
                url, subprotocols=subprotocols or None, origin=origin, proxy=None
            ) as connection:
                await connection.send(TEXT)
                text = await connection.recv()
                extensions = connection.response.headers.get("Sec-WebSocket-Extensions", "")
                return Seen(101, connection.subprotocol, extensions, text)
        except exceptions.InvalidStatus as error:
            return Seen(error.response.status_code, text=error.response.body.decode())

    return dial


def aiohttp() -> Dial:
    library = peer("aiohttp")

    async def dial(
        url: str, *, subprotocols: Sequence[str] = (), origin: str | None = None
    ) -> Seen:
        try:
            async with (
                library.ClientSession() as session,
                session.ws_connect(
                    url, protocols=subprotocols, origin=origin, compress=15
                ) as connection,
            ):
                await connection.send_str(TEXT)
                text = await connection.receive_str()
                extensions = "permessage-deflate" if connection.compress else ""
                return Seen(101, connection.protocol, extensions, text)
        except library.WSServerHandshakeError as error:
            return Seen(error.status)

    return dial


def websocket_client() -> Dial:
    library = peer("websocket")

    def talk(url: str, subprotocols: Sequence[str], origin: str | None) -> Seen:
        try:
            connection = library.create_connection(
                url,
                timeout=10,
                subprotocols=list(subprotocols),
                origin=origin,
                suppress_origin=origin is None,
                http_no_proxy=["127.0.0.1", "::1"],
            )
        except library.WebSocketBadStatusException as error:
            return Seen(error.status_code, text=error.resp_body.decode())
        try:
            connection.send(TEXT)
            return Seen(101, connection.getsubprotocol(), text=connection.recv())
        finally:
            connection.close()

    async def dial(
        url: str, *, subprotocols: Sequence[str] = (), origin: str | None = None
    ) -> Seen:
        return await asyncio.to_thread(talk, url, subprotocols, origin)

    return dial


def node_ws() -> Dial:
    run = node()

    async def dial(
        url: str, *, subprotocols: Sequence[str] = (), origin: str | None = None
    ) -> Seen:
        wish = {"subprotocols": list(subprotocols), "origin": origin, "text": TEXT}
        async with run("ws-client.mjs", url, wish) as process:
            output, _ = await process.communicate()
            return Seen(**json.loads(output))

    return dial


CLIENTS = (websockets, aiohttp, websocket_client, node_ws)
