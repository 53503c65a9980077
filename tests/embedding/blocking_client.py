"""A blocking client, with TLS and one time limit: python blocking_client.py URI [SECONDS]."""

import os
import socket
import ssl
import sys
import time

from ws_handshake import ClientHandshake, HandshakeError, UnexpectedStatus, WebSocketURI


def connect(uri: WebSocketURI, seconds: float) -> socket.socket:
    plain = socket.create_connection((uri.host, uri.port), seconds)  # so long for each address
    if not uri.secure:
        return plain
    return ssl.create_default_context().wrap_socket(plain, server_hostname=uri.host)


def read(connection: socket.socket, deadline: float) -> bytes:
    """The next bytes; none when the server is gone or the time is over for all of them together."""
    if (left := deadline - time.monotonic()) <= 0:
        return b""
    try:
        connection.settimeout(left)
        return connection.recv(65536)
    except OSError:
        return b""


def first_text(connection: socket.socket, data: bytes, deadline: float) -> bytes:
    """Stand where a framing library would be: take a short text frame, answer the Close frame."""
    text = b""
    while True:
        while len(data) < 2 or len(data) < 2 + data[1]:
            data += read(connection, deadline) or sys.exit("no Close frame came")
        if data[0] == 0x88:
            connection.sendall(b"\x88\x80" + os.urandom(4))  # what a client sends is masked
            return text
        text, data = text or data[2 : 2 + data[1]], data[2 + data[1] :]


def main(uri: str, seconds: str = "10") -> None:
    deadline = time.monotonic() + float(seconds)
    client = ClientHandshake(uri, subprotocols=["chat"])
    try:
        with connect(client.uri, float(seconds)) as connection:
            connection.sendall(client.request.to_bytes())
            while (agreement := client.receive_data(read(connection, deadline))) is None:
                pass
            print("subprotocol:", agreement.subprotocol)
            print("message:", repr(first_text(connection, client.trailing_data, deadline)))
    except UnexpectedStatus as refusal:
        sys.exit(f"{refusal}\n{refusal.response.body!r}")
    except (HandshakeError, OSError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
