"""A client and a server in memory, for tests without sockets: python -m pytest in_memory.py."""

import hmac

from ws_handshake import ClientHandshake, HandshakeError, ServerHandshake, UnexpectedStatus

URI, TOKEN = "ws://example.com/chat", {"Authorization": "Bearer of-the-test"}


def answer(server: ServerHandshake, data: bytes) -> bytes:
    """Decide as the server under test does: put yours in its place."""
    try:
        offer = server.receive_data(data)
    except HandshakeError as error:
        return error.rejection.to_bytes() if error.rejection else b""
    if offer is None:
        return b""
    sent, wanted = offer.headers.get("Authorization") or "", TOKEN["Authorization"]
    if not hmac.compare_digest(sent.encode(), wanted.encode()):
        return server.reject(401, headers={"WWW-Authenticate": "Bearer"})
    return server.accept() + b"\x81\x05hello"


def shake_hands(client: ClientHandshake, server: ServerHandshake, size: int = 65536) -> int:
    """Carry the bytes there and back, so many at a time, and tell the status."""
    there = client.request.to_bytes()
    back = b"".join([answer(server, there[at : at + size]) for at in range(0, len(there), size)])
    try:
        while (agreement := client.receive_data(back[:size])) is None:
            back = back[size:]
    except UnexpectedStatus as refusal:
        return refusal.response.status
    return agreement.response.status


def test_both_sides_agree_however_the_bytes_are_cut() -> None:
    for size in (1, 7, 65536):
        client = ClientHandshake(URI, subprotocols=["soap", "chat"], headers=TOKEN)
        server = ServerHandshake(origins=[None], subprotocols=["chat"])
        assert shake_hands(client, server, size) == 101
        assert client.agreement == server.agreement
        assert server.agreement is not None and server.agreement.subprotocol == "chat"


def test_the_first_frame_is_not_lost() -> None:
    client, server = ClientHandshake(URI, headers=TOKEN), ServerHandshake(origins=[None])
    assert shake_hands(client, server) == 101
    assert client.trailing_data == b"\x81\x05hello"


def test_the_page_of_a_stranger_is_refused() -> None:
    client = ClientHandshake(URI, origin="https://foe.example", headers=TOKEN)
    assert shake_hands(client, ServerHandshake(origins=["https://example.com"])) == 403


def test_nobody_comes_in_without_a_token() -> None:
    client = ClientHandshake(URI)
    assert shake_hands(client, ServerHandshake(origins=[None])) == 401
