"""Clients under test: `python clients.py NAME PORT` asks for every case, one after the other.

Each connects as its documentation shows, offers the subprotocol `chat`, reads until the connection
is closed, and goes on with the next case whatever came of this one.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import tempfile
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
REPOSITORY = HERE.parent.parent
PATIENCE = 6.0  # seconds for a case; the server is done earlier


def count(port: int) -> int:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{port}/cases", timeout=PATIENCE) as answer:
        return int(answer.read())


def cases(port: int) -> Iterator[str]:
    for number in range(1, count(port) + 1):
        yield f"ws://127.0.0.1:{port}/case/{number}"


async def each(port: int, once: Callable[[str], Awaitable[None]]) -> None:
    for url in cases(port):
        # Whatever a client makes of a case is judged by the server.
        with contextlib.suppress(Exception, asyncio.CancelledError):
            async with asyncio.timeout(PATIENCE):
                await once(url)


def websockets(port: int) -> None:
    from websockets.asyncio.client import connect

    async def once(url: str) -> None:
        async with connect(url, subprotocols=["chat"], proxy=None) as connection:
            async for _ in connection:
                pass

    asyncio.run(each(port, once))


def aiohttp(port: int) -> None:
    import aiohttp as library

    async def once(url: str) -> None:
        async with (
            library.ClientSession() as session,
            session.ws_connect(url, protocols=["chat"]) as connection,
        ):
            async for _ in connection:
                pass

    asyncio.run(each(port, once))


def tornado(port: int) -> None:
    from tornado.websocket import websocket_connect

    async def once(url: str) -> None:
        connection = await websocket_connect(url, subprotocols=["chat"], compression_options={})
        while await connection.read_message() is not None:
            pass

    asyncio.run(each(port, once))


def websocket_client(port: int) -> None:
    import websocket

    for url in cases(port):
        with contextlib.suppress(Exception):
            connection = websocket.create_connection(
                url, timeout=PATIENCE, subprotocols=["chat"], http_no_proxy=["127.0.0.1"]
            )
            try:
                while connection.recv():
                    pass
            finally:
                connection.close()


def ws_handshake(port: int) -> None:
    """This library with asyncio's streams, as README shows it."""
    from ws_handshake import ClientHandshake, PerMessageDeflate
    from ws_handshake.closing import close_frame, find_close

    async def once(url: str) -> None:
        import os

        client = ClientHandshake(url, subprotocols=["chat"], extensions=[PerMessageDeflate()])
        reader, writer = await asyncio.open_connection(client.uri.host, client.uri.port)
        with contextlib.closing(writer):
            writer.write(client.request.to_bytes())
            while client.receive_data(await reader.read(65536)) is None:
                pass
            data = client.trailing_data
            while find_close(data) is None and (more := await reader.read(65536)):
                data += more
            writer.write(close_frame(os.urandom))

    asyncio.run(each(port, once))


def chromium(port: int) -> None:
    """A page in headless Chromium, of the origin of the server itself."""
    sys.path.insert(0, str(REPOSITORY / "tests"))
    from embedding.chromium import chromium as browsers

    script = """
        const [url, patience, done] = arguments;
        const socket = new WebSocket(url, ['chat']);
        const timer = setTimeout(() => socket.close(), patience);
        socket.onclose = () => { clearTimeout(timer); done(); };
    """
    with tempfile.TemporaryDirectory() as folder, browsers(Path(folder)) as browser:
        browser.visit(f"http://127.0.0.1:{port}/")  # whatever it says: a page of a local address
        for url in cases(port):
            # A browser delays connections where most have failed, so every second one succeeds.
            for each_url in (url, f"ws://127.0.0.1:{port}/case/plain"):
                with contextlib.suppress(OSError):
                    browser.run(script, each_url, PATIENCE * 1000)


CLIENTS: dict[str, Callable[[int], Any]] = {
    "websockets": websockets,
    "aiohttp": aiohttp,
    "tornado": tornado,
    "websocket-client": websocket_client,
    "Chromium": chromium,
    "ws_handshake": ws_handshake,
}
NODE = "ws (Node)"


def command(name: str, port: int) -> list[str]:
    """What starts a client in a process of its own."""
    if name == NODE:
        return ["node", str(HERE / "client.mjs"), str(port)]
    return [sys.executable, str(HERE / "clients.py"), name, str(port)]


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    CLIENTS[sys.argv[1]](int(sys.argv[2]))
