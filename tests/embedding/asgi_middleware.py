"""An ASGI middleware that refuses bad handshakes, and an application behind it.

uvicorn asgi_middleware:app
hypercorn asgi_middleware:app
"""

from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any

from ws_handshake import (
    HandshakeError,
    Request,
    build_rejection,
    select_subprotocol,
    validate_request,
)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]


class Handshakes:
    """Lets an application see only opening handshakes that are valid and from these origins."""

    def __init__(self, application: Application, origins: Collection[str | None]) -> None:
        self.application = application
        self.origins = origins

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            try:
                validate_request(Request.from_asgi(scope), origins=self.origins)
            except HandshakeError as error:
                await receive()  # websocket.connect
                for message in build_rejection(error).to_asgi(scope):
                    await send(message)
                return
        await self.application(scope, receive, send)


async def greet(scope: Message, receive: Receive, send: Send) -> None:
    """An application. The server that runs it writes the 101 and speaks the frames."""
    if scope["type"] == "websocket":
        await receive()  # websocket.connect
        if scope["path"] == "/":
            subprotocol = select_subprotocol(scope["subprotocols"], ["chat"])
            await send({"type": "websocket.accept", "subprotocol": subprotocol})
            await send({"type": "websocket.send", "text": "hello"})
        await send({"type": "websocket.close", "code": 1000})  # a 403 where nothing was accepted
    elif scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"Hello\n"})


app = Handshakes(greet, origins=["https://example.com", None])
