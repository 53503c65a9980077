"""A WebSocket server over TLS: `python FILE cert.pem key.pem [PORT]`. Files to try it with:

    openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -addext keyUsage=digitalSignature,keyCertSign
"""

import asyncio
import contextlib
import signal
import ssl
import sys

from ws_handshake import HandshakeError, ServerHandshake, State


async def answer(server: ServerHandshake, reader: asyncio.StreamReader) -> bytes:
    try:
        async with asyncio.timeout(5):  # seconds for the whole request, however slowly it comes
            while (offer := server.receive_data(await reader.read(4096))) is None:
                pass
    except TimeoutError:
        return server.reject(408)
    except HandshakeError as error:
        return error.rejection.to_bytes() if error.rejection else b""  # b"": the client is gone
    return server.accept() if offer.path == "/" else server.reject(404)


async def speak(writer: asyncio.StreamWriter, early: bytes) -> None:
    """A framing library takes over here; the first bytes that it reads are the `early` ones."""
    writer.write(b"\x81\x05hello" + b"\x88\x02\x03\xe8")  # a text frame, then Close with 1000


async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    server = ServerHandshake(["https://example.com", None], subprotocols=["chat"])
    # Left early when the client is gone, the time is over, or the server ends.
    with contextlib.closing(writer), contextlib.suppress(OSError, asyncio.CancelledError):
        writer.write(await answer(server, reader))
        if server.state is State.OPEN:
            await speak(writer, server.trailing_data)
        async with asyncio.timeout(2):  # asyncio cannot half-close TLS: let the client be first
            while await reader.read(65536):
                pass


async def main(certificate: str, key: str, port: str = "0") -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    server = await asyncio.start_server(
        handle, "127.0.0.1", int(port), ssl=context, ssl_handshake_timeout=5, ssl_shutdown_timeout=2
    )
    print(f"wss://127.0.0.1:{server.sockets[0].getsockname()[1]}/", flush=True)
    await stop.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
