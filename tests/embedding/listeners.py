"""Real WebSocket clients for the recipes of servers: they listen until the server closes."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from interop.conftest import node, peer


@dataclass(frozen=True)
class Heard:
    """What a client got: of a refusal only the status."""

    status: int
    subprotocol: str | None = None
    text: str | None = None
    code: int | None = None
    """The status of the server's Close frame."""


class Listen(Protocol):
    def __call__(
        self,
        url: str,
        subprotocols: Sequence[str],
        headers: Mapping[str, str],
        trusted: Path | None,
    ) -> Awaitable[Heard]: ...


def trusting(trusted: Path | None) -> ssl.SSLContext | None:
    return None if trusted is None else ssl.create_default_context(cafile=trusted)


def websockets() -> Listen:
    client = peer("websockets.asyncio.client")
    exceptions = peer("websockets.exceptions")

    async def listen(
        url: str, subprotocols: Sequence[str], headers: Mapping[str, str], trusted: Path | None
    ) -> Heard:
        try:
            async with client.connect(
                url,
                subprotocols=subprotocols or None,
                additional_headers=headers,
                ssl=trusting(trusted),
                proxy=None,
            ) as connection:
                text = await connection.recv()
                await connection.wait_closed()
                return Heard(101, connection.subprotocol, text, connection.close_code)
        except exceptions.InvalidStatus as error:
            return Heard(error.response.status_code)

    return listen


def aiohttp() -> Listen:
    library = peer("aiohttp")

    async def listen(
        url: str, subprotocols: Sequence[str], headers: Mapping[str, str], trusted: Path | None
    ) -> Heard:
        try:
            async with (
                library.ClientSession() as session,
                session.ws_connect(
                    url, protocols=subprotocols, headers=headers, ssl=trusting(trusted) or True
                ) as connection,
            ):
                text = await connection.receive_str()
                last = await connection.receive()
                assert last.type is library.WSMsgType.CLOSE
                return Heard(101, connection.protocol, text, last.data)
        except library.WSServerHandshakeError as error:
            return Heard(error.status)
        finally:
            await asyncio.sleep(0.1 if trusted else 0)  # it does not wait for the end of TLS

    return listen


def websocket_client() -> Listen:
    library = peer("websocket")

    def talk(
        url: str, subprotocols: Sequence[str], headers: Mapping[str, str], trusted: Path | None
    ) -> Heard:
        try:
            connection = library.create_connection(
                url,
                timeout=10,
                subprotocols=list(subprotocols),
                header=dict(headers),
                suppress_origin=True,
                sslopt=None if trusted is None else {"ca_certs": str(trusted)},
                http_no_proxy=["127.0.0.1"],
            )
        except library.WebSocketBadStatusException as error:
            return Heard(error.status_code)
        try:
            text = connection.recv()
            opcode, data = connection.recv_data(control_frame=True)  # it answers a Close itself
            assert opcode == library.ABNF.OPCODE_CLOSE
            assert connection.sock.recv(1) == b""
            return Heard(101, connection.getsubprotocol(), text, int.from_bytes(data[:2]))
        finally:
            connection.shutdown()

    async def listen(
        url: str, subprotocols: Sequence[str], headers: Mapping[str, str], trusted: Path | None
    ) -> Heard:
        return await asyncio.to_thread(talk, url, subprotocols, headers, trusted)

    return listen


def node_ws() -> Listen:
    run = node()

    async def listen(
        url: str, subprotocols: Sequence[str], headers: Mapping[str, str], trusted: Path | None
    ) -> Heard:
        wish = {
            "subprotocols": list(subprotocols),
            "headers": dict(headers),
            "trusted": None if trusted is None else str(trusted),
        }
        async with run("../embedding/listener.mjs", url, wish) as process:
            output, _ = await process.communicate()
            return Heard(**json.loads(output))

    return listen


LISTENERS = (websockets, aiohttp, websocket_client, node_ws)
