"""A client built on `ClientHandshake` meets real servers."""

import asyncio
from collections.abc import Sequence

import pytest

from ws_handshake import ClientHandshake, IncompleteMessage, PerMessageDeflate, UnexpectedStatus

from .client import connect
from .clients import TEXT
from .conftest import listening, timed
from .frames import Messages, events, wsproto
from .servers import REFUSALS, SERVERS, Serve


@pytest.fixture(params=SERVERS, ids=lambda server: server.__name__)
def serve(request: pytest.FixtureRequest) -> Serve:
    found: Serve = request.param()
    return found


@timed
@pytest.mark.parametrize(("subprotocols", "agreed"), [((), None), (("soap", "chat"), "chat")])
async def test_a_message_goes_there_and_back(
    serve: Serve, subprotocols: Sequence[str], agreed: str | None
) -> None:
    async with serve() as port:
        handshake = ClientHandshake(f"ws://127.0.0.1:{port}/echo", subprotocols=subprotocols)
        async with connect(handshake) as (agreement, reader, writer):
            assert agreement.subprotocol == agreed
            assert agreement.extensions == ()
            messages = Messages("CLIENT", reader, writer, agreement, handshake.trailing_data)
            messages.send(TEXT)
            assert await messages.receive() == TEXT
            await messages.close()


@timed
async def test_a_compressed_message_goes_there_and_back(serve: Serve) -> None:
    async with serve() as port:
        handshake = ClientHandshake(f"ws://127.0.0.1:{port}/echo", extensions=[PerMessageDeflate()])
        async with connect(handshake) as (agreement, reader, writer):
            assert [extension.name for extension in agreement.extensions] == ["permessage-deflate"]
            messages = Messages("CLIENT", reader, writer, agreement, handshake.trailing_data)
            messages.send(TEXT)
            assert await messages.receive() == TEXT
            await messages.close()


@timed
@pytest.mark.parametrize("path", REFUSALS)
async def test_a_refusal_is_reported(serve: Serve, path: str) -> None:
    status, headers, body = REFUSALS[path]
    async with serve() as port:
        with pytest.raises(UnexpectedStatus) as caught:
            async with connect(ClientHandshake(f"ws://127.0.0.1:{port}{path}")):
                pass
    response = caught.value.response
    assert response.status == status
    assert {name: response.headers[name] for name in headers} == headers
    assert response.body == body.encode()
    assert caught.value.complete


async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A server, by wsproto, that sends its first message in one segment with the 101."""
    server = wsproto.WSConnection(wsproto.ConnectionType.SERVER)
    server.receive_data(await reader.readuntil(b"\r\n\r\n"))
    assert isinstance(next(server.events()), events.Request)
    head = server.send(events.AcceptConnection())
    writer.write(head + server.send(events.TextMessage("first")))
    server.receive_data(await reader.read(65536))
    assert next(server.events()).data == "second"


async def meet_greeter(uri: str) -> None:
    handshake = ClientHandshake(uri)
    async with connect(handshake) as (agreement, reader, writer):
        assert handshake.trailing_data == b"\x81\x05first"
        messages = Messages("CLIENT", reader, writer, agreement, handshake.trailing_data)
        assert await messages.receive() == "first"
        messages.send("second")
        assert await reader.read() == b""


@timed
async def test_a_frame_in_one_segment_with_the_101_is_handed_over() -> None:
    async with listening(greet) as port:
        await meet_greeter(f"ws://127.0.0.1:{port}/")


@timed
async def test_over_ipv6(ipv6_loopback: str) -> None:
    async with listening(greet, ipv6_loopback) as port:
        await meet_greeter(f"ws://[{ipv6_loopback}]:{port}/")


@timed
@pytest.mark.parametrize("closes", [True, False])
async def test_a_refusal_cut_short_is_reported(closes: bool) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 100\r\n\r\nMembers only")
        if not closes:
            await reader.read()  # Until the client gives up.

    async with listening(refuse) as port:
        with pytest.raises(UnexpectedStatus) as caught:
            async with connect(
                ClientHandshake(f"ws://127.0.0.1:{port}/"), patience=10 if closes else 0.2
            ):
                pass
    assert caught.value.response.status == 403
    assert caught.value.response.body == b"Members only"
    assert not caught.value.complete


@timed
async def test_a_silent_server_is_left() -> None:
    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with listening(wait) as port:
        with pytest.raises(IncompleteMessage):
            async with connect(ClientHandshake(f"ws://127.0.0.1:{port}/"), patience=0.1):
                pass
