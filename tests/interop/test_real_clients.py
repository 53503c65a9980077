"""Real clients meet a server built on `ServerHandshake`."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from ws_handshake import SAME_ORIGIN, PerMessageDeflate, Response, ServerHandshake, State

from .clients import CLIENTS, TEXT, Dial, Seen
from .conftest import listening, opened, timed
from .frames import Messages, echo, events, wsproto
from .server import handle, linger

FRIEND = "https://friend.example"
EXTRA = b"\x00\xff" * 150_000
"""More than a stream reader buffers, so that a server that does not read it on resets."""


@pytest.fixture(params=CLIENTS, ids=lambda client: client.__name__)
def dial(request: pytest.FixtureRequest) -> Dial:
    found: Dial = request.param()
    return found


def echo_server(
    served: list[ServerHandshake] | None = None,
    *,
    host: str = "127.0.0.1",
    patience: float = 10,
    **options: Any,
) -> AbstractAsyncContextManager[int]:
    """The recipe of `server.py` on a free port; its handshakes are put into `served`."""
    options = {"origins": [FRIEND, None], "subprotocols": ["chat"], **options}

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        handshake = ServerHandshake(**options)
        if served is not None:
            served.append(handshake)
        await handle(reader, writer, handshake, echo, patience)

    return listening(connected, host)


@timed
@pytest.mark.parametrize(("subprotocols", "agreed"), [((), None), (("soap", "chat"), "chat")])
async def test_a_message_goes_there_and_back(
    dial: Dial, subprotocols: Sequence[str], agreed: str | None
) -> None:
    async with echo_server() as port:
        seen = await dial(f"ws://127.0.0.1:{port}/echo", subprotocols=subprotocols, origin=FRIEND)
    assert seen == Seen(101, agreed, text=TEXT)


@timed
async def test_a_compressed_message_goes_there_and_back(dial: Dial) -> None:
    served: list[ServerHandshake] = []
    async with echo_server(served, extensions=[PerMessageDeflate()]) as port:
        seen = await dial(f"ws://127.0.0.1:{port}/echo")
    (handshake,) = served
    assert handshake.request
    assert handshake.agreement
    offered = "Sec-WebSocket-Extensions" in handshake.request.headers
    assert [extension.name for extension in handshake.agreement.extensions] == (
        ["permessage-deflate"] if offered else []
    )
    assert seen.extensions.startswith("permessage-deflate") is offered
    assert seen.text == TEXT


@timed
async def test_over_ipv6(dial: Dial, ipv6_loopback: str) -> None:
    served: list[ServerHandshake] = []
    async with echo_server(served, host=ipv6_loopback, origins=[SAME_ORIGIN]) as port:
        seen = await dial(f"ws://[::1]:{port}/echo", origin=f"http://[::1]:{port}")
    assert seen == Seen(101, text=TEXT)
    (handshake,) = served
    assert handshake.request
    assert handshake.request.headers["Host"] == f"[::1]:{port}"


Spoil = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Fault:
    """What is wrong with a handshake, by the client's doing or by something on its way."""

    status: int
    path: str = "/echo"
    origin: str | None = None
    spoil: Spoil = bytes
    patience: float = 10


def swap(old: bytes, new: bytes, tail: bytes = b"") -> Spoil:
    def spoil(head: bytes) -> bytes:
        assert old in head
        return head.replace(old, new, 1) + tail

    return spoil


FAULTS = {
    "path": Fault(404, path="/elsewhere"),
    "origin": Fault(403, origin="https://foe.example"),
    "origin-malformed": Fault(400, origin="friend.example"),
    "origin-and-extra-bytes": Fault(
        403, origin="https://foe.example", spoil=swap(b"\r\n\r\n", b"\r\n\r\n", EXTRA)
    ),
    "upgrade-gone": Fault(426, spoil=swap(b"Upgrade: websocket\r\n", b"", EXTRA)),
    "upgrade-twice": Fault(400, spoil=swap(b": websocket\r\n", b": websocket, websocket\r\n")),
    "old-version": Fault(426, spoil=swap(b"-Version: 13\r\n", b"-Version: 8\r\n")),
    "old-http": Fault(426, spoil=swap(b" HTTP/1.1\r\n", b" HTTP/1.0\r\n")),
    "method": Fault(405, spoil=swap(b"GET ", b"POST ", EXTRA)),
    "syntax": Fault(400, spoil=swap(b"\r\n", b"\n", EXTRA)),
    "slow": Fault(408, spoil=lambda head: head[:40], patience=0.2),
}


@asynccontextmanager
async def relay(port: int, spoil: Spoil, answers: list[bytes]) -> AsyncIterator[int]:
    """Pass a client's head on to `port`, spoilt, and the answer back; a reset fails the test."""

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        async with opened(port) as (from_server, to_server):
            to_server.write(spoil(head))
            answers.append(await from_server.read())
            writer.write(answers[-1])

    async with listening(carry) as relay_port:
        yield relay_port


@timed
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_a_refusal_arrives(dial: Dial, fault: Fault) -> None:
    answers: list[bytes] = []
    async with (
        echo_server(patience=fault.patience) as port,
        relay(port, fault.spoil, answers) as relay_port,
    ):
        seen = await dial(f"ws://127.0.0.1:{relay_port}{fault.path}", origin=fault.origin)
    assert seen.status == fault.status
    (sent,) = map(Response.parse, answers)
    assert sent.status == fault.status
    assert sent.body
    assert seen.text in (None, sent.body.decode())


@timed
async def test_a_refusal_arrives_without_anything_between(dial: Dial) -> None:
    async with echo_server() as port:
        seen = await dial(f"ws://127.0.0.1:{port}/echo", origin="https://foe.example")
    assert seen.status == 403


def request_head() -> bytes:
    """A valid opening handshake, by wsproto."""
    client = wsproto.WSConnection(wsproto.ConnectionType.CLIENT)
    head: bytes = client.send(events.Request(host="127.0.0.1", target="/echo"))
    return head


def text_frame(text: str) -> bytes:
    """A client's frame, by wsproto."""
    client = wsproto.Connection(wsproto.ConnectionType.CLIENT)
    frame: bytes = client.send(events.TextMessage(text))
    return frame


@timed
async def test_a_frame_in_one_segment_with_the_head_is_handed_over() -> None:
    served: list[ServerHandshake] = []
    head, frame = request_head(), text_frame("early")
    async with echo_server(served) as port, opened(port) as (reader, writer):
        writer.write(head + frame)
        answer = await reader.readuntil(b"\r\n\r\n")
        assert Response.parse(answer).status == 101
        (handshake,) = served
        assert handshake.trailing_data == frame
        assert handshake.agreement
        messages = Messages("CLIENT", reader, writer, handshake.agreement, b"")
        assert await messages.receive() == "early"
        messages.send("late")
        assert await messages.receive() == "late"
        await messages.close()


@timed
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /elsewhere" + request_head()[9:] + EXTRA, 404),
        (
            request_head().replace(b": 13\r\n", b": 13\r\nOrigin: https://foe.example\r\n") + EXTRA,
            403,
        ),
        (EXTRA, 400),
    ],
    ids=["refused-by-the-application", "refused-by-the-library", "garbage"],
)
async def test_a_refused_client_reads_to_a_clean_end(sent: bytes, status: int) -> None:
    async with echo_server() as port, opened(port) as (reader, writer):
        writer.write(sent)
        answer = await reader.read()  # A reset would be a ConnectionResetError.
        assert Response.parse(answer).status == status


@timed
async def test_a_client_that_leaves_half_way_gets_no_answer() -> None:
    served: list[ServerHandshake] = []
    async with echo_server(served) as port, opened(port) as (reader, writer):
        writer.write(request_head()[:-1])
        writer.write_eof()
        assert await reader.read() == b""
    assert served[0].state is State.FAILED


@timed
async def test_a_refused_client_is_told_the_end_before_it_closes() -> None:
    left = asyncio.Event()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await linger(reader, writer, seconds=60)
        left.set()

    async with listening(connected) as port, opened(port) as (reader, writer):
        assert await reader.read() == b""
        assert not left.is_set()
        writer.close()
        await left.wait()


@timed
@pytest.mark.parametrize(("seconds", "size"), [(0.1, 1 << 20), (60, 1000)])
async def test_a_refused_client_that_stays_is_left(seconds: float, size: int) -> None:
    left = asyncio.Event()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await linger(reader, writer, seconds, size)
        left.set()

    async with listening(connected) as port, opened(port) as (_, writer):
        writer.write(b"x" * 1000)
        await left.wait()
