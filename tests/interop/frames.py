"""What comes after the handshake: text messages, framed and compressed by wsproto."""

import asyncio
from typing import Literal

from ws_handshake import Agreement, ServerHandshake

from .conftest import peer

wsproto = peer("wsproto")
events = peer("wsproto.events")


class Messages:
    """One side of an open connection; `trailing_data` is what the handshake left unread."""

    def __init__(
        self,
        side: Literal["CLIENT", "SERVER"],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        agreement: Agreement,
        trailing_data: bytes,
    ) -> None:
        extensions = []
        for extension in agreement.extensions:
            deflate = wsproto.extensions.PerMessageDeflate()
            deflate.finalize(str(extension))
            extensions.append(deflate)
        self._reader, self._writer = reader, writer
        self._connection = wsproto.Connection(
            wsproto.ConnectionType[side], extensions, trailing_data
        )

    def send(self, text: str) -> None:
        self._writer.write(self._connection.send(events.TextMessage(text)))

    async def receive(self) -> str | None:
        """The next message, or None when the peer has closed."""
        text = ""
        while True:
            for event in self._connection.events():
                if isinstance(event, events.CloseConnection):
                    if self._connection.state is wsproto.ConnectionState.REMOTE_CLOSING:
                        self._writer.write(self._connection.send(event.response()))
                    return None
                if isinstance(event, events.Ping):
                    self._writer.write(self._connection.send(event.response()))
                if isinstance(event, events.TextMessage):
                    text += str(event.data)
                    if event.message_finished:
                        return text
            self._connection.receive_data(await self._reader.read(65536) or None)

    async def close(self) -> None:
        """Say goodbye and wait for the peer's."""
        self._writer.write(self._connection.send(events.CloseConnection(code=1000)))
        while await self.receive() is not None:
            pass


async def echo(
    handshake: ServerHandshake, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Send every message back."""
    agreement = handshake.agreement
    assert agreement is not None
    messages = Messages("SERVER", reader, writer, agreement, handshake.trailing_data)
    while (text := await messages.receive()) is not None:
        messages.send(text)
