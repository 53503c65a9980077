"""permessage-deflate with real peers: what they believe was agreed, and messages both ways.

Both sides compress for themselves here: the peers as they do, this side with zlib and nothing but
`DeflateParameters`, strictly. A peer that looks back further than was agreed, or into a message
that it should have forgotten, is noticed.
"""

import asyncio
import hashlib
import json
import os
import shutil
import struct
import zlib
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import pytest

from ws_handshake import (
    Agreement,
    ClientHandshake,
    DeflateParameters,
    Extension,
    PerMessageDeflate,
    ServerHandshake,
    UnexpectedStatus,
    parse_extensions,
)

from .client import connect
from .conftest import HERE, listening, missing, node, peer, timed
from .server import handle

NAME: Final = "permessage-deflate"
TEXT: Final = "".join(hashlib.sha256(bytes([n])).hexdigest() for n in range(47)) * 2
"""3 KB of noise, twice: worth compressing only for who looks back as far as that."""
MESSAGES: Final = [TEXT, TEXT, "안녕하세요, wörld " * 8]

Options = Mapping[str, Any]


class View(NamedTuple):
    """What one side believes was agreed; None where its API does not say."""

    server_no_context_takeover: bool | None = None
    client_no_context_takeover: bool | None = None
    server_max_window_bits: int | None = None
    client_max_window_bits: int | None = None

    def agrees_with(self, other: "View") -> bool:
        return all(
            here is None or there is None or here == there
            for here, there in zip(self, other, strict=True)
        )


def view(parameters: DeflateParameters) -> View:
    return View(*(getattr(parameters, name) for name in View._fields))


@dataclass(frozen=True)
class Case:
    """How each side is configured, and what both should end with."""

    client: Options
    server: Options
    expected: View


CASES: Final = {
    "defaults": Case({}, {}, View(False, False, 15, 15)),
    "client-asks-server-to-forget": Case(
        {"server_no_context_takeover": True}, {}, View(True, False, 15, 15)
    ),
    "server-forgets": Case({}, {"server_no_context_takeover": True}, View(True, False, 15, 15)),
    "client-forgets": Case({"client_no_context_takeover": True}, {}, View(False, True, 15, 15)),
    "server-asks-client-to-forget": Case(
        {}, {"client_no_context_takeover": True}, View(False, True, 15, 15)
    ),
    "client-limits-servers-window": Case(
        {"server_max_window_bits": 10}, {}, View(False, False, 10, 15)
    ),
    "server-limits-its-window": Case(
        {}, {"server_max_window_bits": 10}, View(False, False, 10, 15)
    ),
    "server-limits-its-window-further": Case(
        {"server_max_window_bits": 12}, {"server_max_window_bits": 10}, View(False, False, 10, 15)
    ),
    "client-limits-its-window": Case(
        {"client_max_window_bits": 11}, {}, View(False, False, 15, 11)
    ),
    "server-limits-clients-window": Case(
        {}, {"client_max_window_bits": 11}, View(False, False, 15, 11)
    ),
    "server-limits-clients-window-further": Case(
        {"client_max_window_bits": 13}, {"client_max_window_bits": 11}, View(False, False, 15, 11)
    ),
    "client-limits-its-window-further": Case(
        {"client_max_window_bits": 11}, {"client_max_window_bits": 13}, View(False, False, 15, 11)
    ),
    "client-asks-for-all": Case(
        {
            "server_no_context_takeover": True,
            "client_no_context_takeover": True,
            "server_max_window_bits": 10,
            "client_max_window_bits": 11,
        },
        {},
        View(True, True, 10, 11),
    ),
    "server-asks-for-all": Case(
        {},
        {
            "server_no_context_takeover": True,
            "client_no_context_takeover": True,
            "server_max_window_bits": 10,
            "client_max_window_bits": 11,
        },
        View(True, True, 10, 11),
    ),
    "both-ask": Case(
        {"server_no_context_takeover": True, "server_max_window_bits": 12},
        {"client_no_context_takeover": True, "client_max_window_bits": 9},
        View(True, True, 12, 9),
    ),
}


# --- frames ---------------------------------------------------------------------------------------

TAIL: Final = b"\x00\x00\xff\xff"
TEXT_FRAME: Final = 1
CLOSE_FRAME: Final = 8


class Deflated:
    """One side of an open connection, with zlib set up from nothing but `DeflateParameters`."""

    def __init__(
        self,
        parameters: DeflateParameters,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        trailing_data: bytes,
        *,
        is_client: bool,
    ) -> None:
        client = parameters.client_no_context_takeover, parameters.client_max_window_bits
        server = parameters.server_no_context_takeover, parameters.server_max_window_bits
        ours, theirs = (client, server) if is_client else (server, client)
        self._forgets, self._bits = ours
        self._peer_forgets, self._peer_bits = theirs
        self._compressor = zlib.compressobj(wbits=-self._bits)
        self._decompressor = zlib.decompressobj(wbits=-self._peer_bits)
        self._reader, self._writer = reader, writer
        self._unread = trailing_data
        self._is_client = is_client

    def send(self, text: str) -> None:
        data = self._compressor.compress(text.encode()) + self._compressor.flush(zlib.Z_SYNC_FLUSH)
        if self._forgets:
            self._compressor = zlib.compressobj(wbits=-self._bits)
        self._send_frame(0x40 | TEXT_FRAME, data.removesuffix(TAIL))

    async def receive(self) -> str | None:
        """The next message, which has to be compressed, or None when the peer says goodbye."""
        first, data = await self._receive_frame()
        if first & 0xF == CLOSE_FRAME:
            return None
        if first != 0x80 | 0x40 | TEXT_FRAME:
            raise ValueError(f"no text in one compressed frame: {first:#x}")
        text = self._decompressed(data + TAIL).decode()
        if self._peer_forgets:
            self._decompressor = zlib.decompressobj(wbits=-self._peer_bits)
        return text

    async def close(self) -> None:
        """Say goodbye, and wait for the peer's goodbye or its end."""
        self._send_frame(CLOSE_FRAME, struct.pack("!H", 1000))
        try:
            while await self.receive() is not None:
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass

    def say_goodbye(self) -> None:
        self._send_frame(CLOSE_FRAME, struct.pack("!H", 1000))

    def _decompressed(self, data: bytes) -> bytes:
        """A little at a time: only so does zlib look no further back than its window."""
        message = b""
        while data:
            message += self._decompressor.decompress(data, 32)
            data = self._decompressor.unconsumed_tail
        while piece := self._decompressor.decompress(b"", 32):
            message += piece
        return message

    def _send_frame(self, first: int, data: bytes) -> None:
        masked = 0x80 if self._is_client else 0
        if len(data) < 126:
            head = struct.pack("!BB", 0x80 | first, masked | len(data))
        else:
            head = struct.pack("!BBH", 0x80 | first, masked | 126, len(data))
        if self._is_client:
            mask = os.urandom(4)
            head, data = head + mask, xored(data, mask)
        self._writer.write(head + data)

    async def _receive_frame(self) -> tuple[int, bytes]:
        first, size = await self._read(2)
        masked, size = size & 0x80, size & 0x7F
        if size >= 126:
            size = int.from_bytes(await self._read(2 if size == 126 else 8))
        mask = await self._read(4) if masked else bytes(4)
        return first, xored(await self._read(size), mask)

    async def _read(self, size: int) -> bytes:
        data, self._unread = self._unread[:size], self._unread[size:]
        if len(data) < size:
            data += await self._reader.readexactly(size - len(data))
        return data


def xored(data: bytes, mask: bytes) -> bytes:
    return bytes(byte ^ mask[place % 4] for place, byte in enumerate(data))


# --- Node -----------------------------------------------------------------------------------------

NODE_CLIENT: Final = """
import WebSocket from 'ws';
const [url, options, messages] = process.argv.slice(1).map((word) => JSON.parse(word));
const perMessageDeflate = { ...options, threshold: 0 };
const socket = new WebSocket(url, { perMessageDeflate, handshakeTimeout: 10_000 });
const echoes = [];
socket.on('open', () => messages.forEach((text) => socket.send(text)));
socket.on('message', (data) => {
  if (echoes.push(data.toString()) < messages.length) return;
  const params = socket._extensions['permessage-deflate']?.params ?? null;
  console.log(JSON.stringify({ extensions: socket.extensions, params, echoes }));
  socket.close();
});
socket.on('error', (error) => {
  console.error(error);
  process.exitCode = 1;
});
"""

NODE_SERVER: Final = """
import { WebSocketServer } from 'ws';
const perMessageDeflate = { ...JSON.parse(process.argv[1]), threshold: 0 };
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate });
server.on('connection', (socket) => {
  const params = socket._extensions['permessage-deflate']?.params ?? null;
  console.log(JSON.stringify({ extensions: socket.extensions, params }));
  socket.on('message', (data) => socket.send(data.toString()));
});
server.on('listening', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit()).resume();
"""

NODE_OPTIONS: Final = {
    "server_no_context_takeover": "serverNoContextTakeover",
    "client_no_context_takeover": "clientNoContextTakeover",
    "server_max_window_bits": "serverMaxWindowBits",
    "client_max_window_bits": "clientMaxWindowBits",
}


@asynccontextmanager
async def running(script: str, *arguments: Any) -> AsyncIterator[Process]:
    """Node with a script that finds ws in this folder; the process ends with the block."""
    node()  # Skips or fails where something is missing.
    program = shutil.which("node") or missing("node is not installed")
    words = [json.dumps(argument) for argument in arguments]
    process = await asyncio.create_subprocess_exec(
        *(program, "--input-type=module", "-e", script, *words),
        stdin=PIPE,
        stdout=PIPE,
        cwd=HERE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def node_options(options: Options) -> dict[str, Any]:
    return {NODE_OPTIONS[name]: value for name, value in options.items()}


def node_view(seen: dict[str, Any]) -> View:
    """What Node's ws says of itself: publicly a name, inside the parameters it works with."""
    if seen["extensions"] != NAME:
        raise ValueError(f"Node's ws agreed on something else: {seen}")
    params = seen["params"]
    return View(
        params.get("server_no_context_takeover", False),
        params.get("client_no_context_takeover", False),
        params.get("server_max_window_bits", 15),
        params.get("client_max_window_bits", 15),
    )


# --- clients --------------------------------------------------------------------------------------

Seen = tuple[View, list[str]]
"""What a client believes was agreed, and the echoes that it received."""


@dataclass(frozen=True)
class Client:
    """A real client: says MESSAGES and waits for their echoes."""

    talk: Callable[[str, Options], Awaitable[Seen]]
    options: frozenset[str] = frozenset(View._fields)
    """What can be configured."""


async def websockets_client(url: str, options: Options) -> Seen:
    client = peer("websockets.asyncio.client")
    deflate = peer("websockets.extensions.permessage_deflate")
    factory = deflate.ClientPerMessageDeflateFactory(**options)
    echoes = []
    async with client.connect(
        url, compression=None, extensions=[factory], proxy=None
    ) as connection:
        (agreed,) = connection.protocol.extensions
        for text in MESSAGES:
            await connection.send(text)
            echoes.append(await connection.recv())
    believes = View(
        agreed.remote_no_context_takeover,
        agreed.local_no_context_takeover,
        agreed.remote_max_window_bits,
        agreed.local_max_window_bits,
    )
    return believes, echoes


async def aiohttp_client(url: str, options: Options) -> Seen:
    library = peer("aiohttp")
    bits = options.get("server_max_window_bits", 15)
    echoes = []
    async with (
        library.ClientSession() as session,
        session.ws_connect(url, compress=bits) as connection,
    ):
        for text in MESSAGES:
            await connection.send_str(text)
            echoes.append(await connection.receive_str())
        believes = View(
            client_no_context_takeover=connection.client_notakeover,
            client_max_window_bits=connection.compress,
        )
    return believes, echoes


async def node_client(url: str, options: Options) -> Seen:
    async with running(NODE_CLIENT, url, node_options(options), MESSAGES) as process:
        output, _ = await process.communicate()
        seen = json.loads(output)
        return node_view(seen), seen["echoes"]


CLIENTS: Final = {
    "websockets": Client(websockets_client),
    "aiohttp": Client(aiohttp_client, frozenset({"server_max_window_bits"})),
    "node-ws": Client(node_client),
}


def client_cases() -> list[Any]:
    """Each client with what it can be configured for."""
    return [
        pytest.param(client, case, id=f"{name}-{title}")
        for name, client in CLIENTS.items()
        for title, case in CASES.items()
        if case.client.keys() <= client.options
    ]


def test_every_client_is_tried_in_five_configurations() -> None:
    for client in CLIENTS.values():
        assert sum(case.client.keys() <= client.options for case in CASES.values()) >= 5


def accepted_offer(handshake: ServerHandshake, negotiator: PerMessageDeflate) -> Extension:
    """The first of the client's offers that the server takes."""
    assert handshake.request
    offers = parse_extensions(handshake.request.headers["Sec-WebSocket-Extensions"])
    return next(offer for offer in offers if offer.name == NAME and negotiator.answer(offer))


@timed
@pytest.mark.parametrize(("client", "case"), client_cases())
async def test_a_client_agrees_and_talks(client: Client, case: Case) -> None:
    negotiator = PerMessageDeflate(**case.server)
    agreed: list[DeflateParameters] = []
    heard: list[str] = []

    async def echo(
        handshake: ServerHandshake, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        assert handshake.agreement
        (answer,) = handshake.agreement.extensions
        offer = accepted_offer(handshake, negotiator)
        parameters = DeflateParameters.from_answer(answer, offer)
        agreed.append(parameters)
        messages = Deflated(parameters, reader, writer, handshake.trailing_data, is_client=False)
        while (text := await messages.receive()) is not None:
            heard.append(text)
            messages.send(text)
        messages.say_goodbye()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        handshake = ServerHandshake(origins=None, extensions=[negotiator])
        await handle(reader, writer, handshake, echo)

    async with listening(connected) as port:
        believes, echoes = await client.talk(f"ws://127.0.0.1:{port}/echo", case.client)
    (parameters,) = agreed
    assert view(parameters) == case.expected
    assert believes.agrees_with(case.expected), believes
    assert echoes == heard == MESSAGES


# --- servers --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Running:
    """A real server: an echo on a port, and what it believes once somebody has connected."""

    port: int
    believes: Callable[[], Awaitable[View]]


@dataclass(frozen=True)
class Server:
    serve: Callable[[Options], AbstractAsyncContextManager[Running]]
    options: frozenset[str] = frozenset(View._fields)
    """What can be configured."""
    takes: Callable[[Case], bool] = bool
    """Whether it takes an offer that it could take."""


@asynccontextmanager
async def websockets_server(options: Options) -> AsyncIterator[Running]:
    server = peer("websockets.asyncio.server")
    deflate = peer("websockets.extensions.permessage_deflate")
    seen: asyncio.Queue[View] = asyncio.Queue()

    async def echo(connection: Any) -> None:
        (agreed,) = connection.protocol.extensions
        seen.put_nowait(
            View(
                agreed.local_no_context_takeover,
                agreed.remote_no_context_takeover,
                agreed.local_max_window_bits,
                agreed.remote_max_window_bits,
            )
        )
        async for text in connection:
            await connection.send(text)

    factory = deflate.ServerPerMessageDeflateFactory(**options)
    async with server.serve(
        echo, "127.0.0.1", 0, compression=None, extensions=[factory]
    ) as listener:
        yield Running(listener.sockets[0].getsockname()[1], seen.get)


@asynccontextmanager
async def aiohttp_server(options: Options) -> AsyncIterator[Running]:
    web = peer("aiohttp.web")
    seen: asyncio.Queue[View] = asyncio.Queue()

    async def handler(request: Any) -> Any:
        connection = web.WebSocketResponse(compress=True)
        await connection.prepare(request)
        seen.put_nowait(View(server_max_window_bits=connection.compress))
        async for message in connection:
            await connection.send_str(message.data)
        return connection

    app = web.Application()
    app.router.add_get("/echo", handler)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield Running(runner.addresses[0][1], seen.get)
    finally:
        await runner.cleanup()


@asynccontextmanager
async def node_server(options: Options) -> AsyncIterator[Running]:
    async with running(NODE_SERVER, node_options(options)) as process:
        output = process.stdout
        assert output is not None

        async def believes() -> View:
            return node_view(json.loads(await output.readline()))

        yield Running(json.loads(await output.readline()), believes)


def node_takes(case: Case) -> bool:
    """Node's ws refuses a client that promises a smaller window than it is configured for."""
    ours, theirs = (side.get("client_max_window_bits", 0) for side in (case.client, case.server))
    return not 0 < ours < theirs


SERVERS: Final = {
    "websockets": Server(websockets_server),
    "aiohttp": Server(aiohttp_server, frozenset()),
    "node-ws": Server(node_server, takes=node_takes),
}


def server_cases(is_taken: bool) -> list[Any]:
    """Each server with what it can be configured for."""
    return [
        pytest.param(server, case, id=f"{name}-{title}")
        for name, server in SERVERS.items()
        for title, case in CASES.items()
        if case.server.keys() <= server.options and server.takes(case) is is_taken
    ]


def test_every_server_is_tried_in_five_configurations() -> None:
    for server in SERVERS.values():
        assert sum(case.server.keys() <= server.options for case in CASES.values()) >= 5


def parameters_of(agreement: Agreement, offer: Extension) -> DeflateParameters:
    (answer,) = agreement.extensions
    return DeflateParameters.from_answer(answer, offer)


@timed
@pytest.mark.parametrize(("server", "case"), server_cases(is_taken=True))
async def test_a_server_agrees_and_talks(server: Server, case: Case) -> None:
    negotiator = PerMessageDeflate(**case.client)
    async with server.serve(case.server) as running_server:
        uri = f"ws://127.0.0.1:{running_server.port}/echo"
        handshake = ClientHandshake(uri, extensions=[negotiator])
        async with connect(handshake) as (agreement, reader, writer):
            parameters = parameters_of(agreement, negotiator.offer())
            messages = Deflated(parameters, reader, writer, handshake.trailing_data, is_client=True)
            echoes = []
            for text in MESSAGES:
                messages.send(text)
                echoes.append(await messages.receive())
            believes = await running_server.believes()
            await messages.close()
    assert view(parameters) == case.expected
    assert believes.agrees_with(case.expected), believes
    assert echoes == MESSAGES


@timed
@pytest.mark.parametrize(("server", "case"), server_cases(is_taken=False))
async def test_a_server_may_refuse_what_it_could_take(server: Server, case: Case) -> None:
    async with server.serve(case.server) as running_server:
        uri = f"ws://127.0.0.1:{running_server.port}/echo"
        handshake = ClientHandshake(uri, extensions=[PerMessageDeflate(**case.client)])
        with pytest.raises(UnexpectedStatus) as caught:
            async with connect(handshake):
                pass
    assert caught.value.response.status == 400


@timed
@pytest.mark.parametrize("server", SERVERS.values(), ids=SERVERS)
async def test_a_server_takes_the_second_of_two_offers(server: Server) -> None:
    """None of them has a zlib that compresses with a window of 8."""
    offers = [PerMessageDeflate(server_max_window_bits=bits) for bits in (8, 10)]
    async with server.serve({}) as running_server:
        uri = f"ws://127.0.0.1:{running_server.port}/echo"
        handshake = ClientHandshake(uri, extensions=offers)
        async with connect(handshake) as (agreement, reader, writer):
            parameters = parameters_of(agreement, offers[1].offer())
            messages = Deflated(parameters, reader, writer, handshake.trailing_data, is_client=True)
            messages.send(TEXT)
            assert await messages.receive() == TEXT
            await messages.close()
    assert view(parameters).server_max_window_bits in (8, 10)
