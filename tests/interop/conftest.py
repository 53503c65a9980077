"""What the interoperability tests share: finding the peers, time limits, listening, Node."""

import asyncio
import functools
import importlib
import json
import os
import shutil
import socket
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from pathlib import Path
from typing import Any, NoReturn, ParamSpec

import pytest

HERE = Path(__file__).parent

P = ParamSpec("P")
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]
Node = Callable[..., AbstractAsyncContextManager[Process]]


def missing(reason: str) -> NoReturn:
    """A peer is not there: a developer's test is skipped, on CI it fails."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason, allow_module_level=True)


def peer(module: str) -> Any:
    """Import a peer's module."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        missing(f"{module}: {error}; python -m pip install -e '.[interop]'")


def node() -> Node:
    """What runs a script of this folder under Node, and ends the process afterwards."""
    program = shutil.which("node")
    if program is None:
        missing("node is not installed")
    if not (HERE / "node_modules" / "ws").is_dir():
        missing("Node's ws is not installed; npm ci --prefix tests/interop")

    @asynccontextmanager
    async def run(script: str, *arguments: Any) -> AsyncIterator[Process]:
        words = [json.dumps(argument) for argument in arguments]
        process = await asyncio.create_subprocess_exec(
            program, str(HERE / script), *words, stdin=PIPE, stdout=PIPE
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    return run


def timed(test: Callable[P, Awaitable[None]]) -> Callable[P, None]:
    """Run an asynchronous test, for at most 15 seconds."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        async def bounded() -> None:
            async with asyncio.timeout(15):
                await test(*args, **kwargs)

        asyncio.run(bounded())

    return run


@asynccontextmanager
async def listening(handler: Handler, host: str = "127.0.0.1") -> AsyncIterator[int]:
    """Serve on a free port. Leaving waits for all connections; their errors are the test's."""
    async with asyncio.TaskGroup() as connections:

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with closing(writer):
                await handler(reader, writer)

        def start(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connections.create_task(serve(reader, writer))

        server = await asyncio.start_server(start, host, 0)
        port: int = server.sockets[0].getsockname()[1]
        try:
            yield port
        finally:
            server.close()


@asynccontextmanager
async def opened(port: int) -> AsyncIterator[Streams]:
    """A plain connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with closing(writer):
        yield reader, writer


@pytest.fixture
def ipv6_loopback() -> str:
    """The address ::1, where the machine has it."""
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return "::1"
    except OSError as error:
        pytest.skip(f"no IPv6 loopback on this machine: {error}")
