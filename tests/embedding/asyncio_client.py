"""An asyncio client with TLS, redirects and a token: [TOKEN=...] python asyncio_client.py URI."""

import os
import re
import sys
from asyncio import StreamReader, StreamWriter, open_connection, run, wait_for
from urllib.parse import urljoin

import ws_handshake as ws


def redirected(
    refusal: ws.UnexpectedStatus, asked: ws.WebSocketURI, sent: ws.Headers, followed: int
) -> tuple[ws.WebSocketURI, ws.Headers]:
    """Decide where to go on and which fields go along; raise the refusal, or InvalidURI, if not."""
    answer, to = refusal.response, refusal.response.headers.get("Location") or ""
    if answer.status not in (301, 302, 303, 307, 308) or followed >= 5 or not to.isascii():
        raise refusal
    if re.fullmatch(r'(?![^/?]*:|//(/|\?|$))[!"$-Z^-~]+', to):  # relative, and not made to mislead
        to = urljoin(str(asked), to)
    uri = ws.parse_uri(re.sub(r"(?i)^http(?=s?:)", "ws", to))
    if asked.secure and not uri.secure:
        raise ws.InvalidURI("Location leads from wss to ws")
    here, there = (asked.secure, asked.host, asked.port), (uri.secure, uri.host, uri.port)
    return uri, sent if here == there else ws.Headers()  # any may be a secret, such as X-Api-Key


async def first_text(data: bytes, reader: StreamReader, writer: StreamWriter) -> bytes:
    """Stand where a framing library would be: take a short text frame, answer the Close frame."""
    text = b""
    while True:
        while len(data) < 2 or len(data) < 2 + data[1]:
            data += await reader.readexactly(1)
        if data[0] == 0x88:
            writer.write(b"\x88\x80" + os.urandom(4))  # what a client sends is masked
            return text
        text, data = text or data[2 : 2 + data[1]], data[2 + data[1] :]


async def main(uri: ws.WebSocketURI, fields: ws.Headers, followed: int = 0) -> None:
    client = ws.ClientHandshake(uri, subprotocols=["chat"], headers=fields)
    reader, writer = await open_connection(uri.host, uri.port, ssl=uri.secure)
    try:
        writer.write(client.request.to_bytes())
        while (agreement := client.receive_data(await reader.read(65536))) is None:
            pass
        print("subprotocol:", agreement.subprotocol)
        print("message:", repr(await first_text(client.trailing_data, reader, writer)))
    except ws.UnexpectedStatus as refusal:
        await main(*redirected(refusal, uri, fields, followed), followed + 1)
    finally:
        writer.transport.abort()  # all is said; close() would wait for TLS to end


if __name__ == "__main__":
    fields = ws.Headers({"Authorization": f"Bearer {t}"} if (t := os.getenv("TOKEN")) else ())
    try:
        run(wait_for(main(ws.parse_uri(sys.argv[1]), fields), 10))
    except (ws.HandshakeError, ws.InvalidURI, OSError, EOFError) as error:
        sys.exit(f"{error!r}\n{getattr(error, 'response', '')}")
