"""A WebSocket server on trio, with a page for members: `TOKEN=... python FILE [PORT]`"""

import contextlib
import hmac
import os
import signal
import sys

import trio

from ws_handshake import HandshakeError, ServerHandshake, State

TOKEN = os.environ.get("TOKEN") or os.urandom(16).hex()  # unless it is set, nobody knows it


async def answer(server: ServerHandshake, stream: trio.SocketStream) -> bytes:
    try:
        with trio.fail_after(5):  # seconds for the whole request, however slowly it comes
            while (offer := server.receive_data(await stream.receive_some())) is None:
                pass
    except trio.TooSlowError:
        return server.reject(408)
    except HandshakeError as error:
        return error.rejection.to_bytes() if error.rejection else b""  # b"": the client is gone
    scheme, _, token = (offer.headers.get("Authorization") or "").partition(" ")
    member = scheme.lower() == "bearer" and hmac.compare_digest(token.encode(), TOKEN.encode())
    if offer.path == "/members" and not member:
        return server.reject(401, headers={"WWW-Authenticate": "Bearer"})
    return server.accept() if offer.path in ("/", "/members") else server.reject(404)


async def speak(stream: trio.SocketStream, early: bytes) -> None:
    """A framing library takes over here; the first bytes that it reads are the `early` ones."""
    await stream.send_all(b"\x81\x05hello" + b"\x88\x02\x03\xe8")  # a text frame, then Close


async def handle(stream: trio.SocketStream) -> None:
    server = ServerHandshake(["https://example.com", None], subprotocols=["chat"])
    with contextlib.suppress(trio.BrokenResourceError):  # the client is gone
        await stream.send_all(await answer(server, stream))
        if server.state is State.OPEN:
            await speak(stream, server.trailing_data)
        await stream.send_eof()
        with trio.move_on_after(2):  # closing over unread bytes would reset (RFC 9112 §9.6)
            while await stream.receive_some():
                pass


async def main(port: int) -> None:
    listeners = await trio.open_tcp_listeners(port, host="127.0.0.1")
    with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(trio.serve_listeners, handle, listeners)
            print(f"ws://127.0.0.1:{listeners[0].socket.getsockname()[1]}/", flush=True)
            await anext(signals)
            nursery.cancel_scope.cancel()


if __name__ == "__main__":
    trio.run(main, int(sys.argv[1]) if sys.argv[1:] else 0)
