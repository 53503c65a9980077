"""What each line of a handshake is for, and how the accept value comes about, in words."""

from __future__ import annotations

from hashlib import sha1

from .key import GUID, accept_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .request import Request
    from .response import Response

_IN_REQUEST = {
    "host": "the server's name and port, for servers with several names (RFC 9110 §7.2)",
    "upgrade": "the protocol the client wants to switch to (RFC 6455 §4.1)",
    "connection": "tells proxies that Upgrade is for the next hop (RFC 9110 §7.6.1)",
    "sec-websocket-key": "16 random bytes as base64; the answer must fit them (RFC 6455 §4.1)",
    "sec-websocket-version": "the protocol's version; 13 is RFC 6455 (§4.1)",
    "sec-websocket-protocol": "subprotocols the client speaks, preferred first (RFC 6455 §1.9)",
    "sec-websocket-extensions": "extensions the client offers (RFC 6455 §9.1)",
    "origin": "the page that connects; the server decides whether it may (RFC 6455 §10.2)",
}

_IN_RESPONSE = {
    "upgrade": "confirms the protocol switched to (RFC 6455 §4.2.2)",
    "connection": "confirms that the connection is upgraded (RFC 6455 §4.2.2)",
    "sec-websocket-accept": "proves that a WebSocket server read the key (RFC 6455 §4.2.2)",
    "sec-websocket-protocol": "the one subprotocol the server selected (RFC 6455 §4.2.2)",
    "sec-websocket-extensions": "the extensions in use from now on (RFC 6455 §9.1)",
}

_START_OF_REQUEST = "a GET for this path, in HTTP/1.1: a handshake begins as plain HTTP (§4.1)"
_START_OF_RESPONSE = "101: from the blank line on, this connection speaks WebSocket (§4.2.2)"
_END = "the blank line that ends the head"


def explain_request(request: Request) -> list[tuple[str, str]]:
    """Each line of a request, as it stands on the wire, with what it is for."""
    return _explained(request.to_bytes(), _START_OF_REQUEST, _IN_REQUEST)


def explain_response(response: Response) -> list[tuple[str, str]]:
    """Each line of a response's head, as it stands on the wire, with what it is for."""
    return _explained(response.to_bytes(), _START_OF_RESPONSE, _IN_RESPONSE)


def explain_accept(key: str) -> list[tuple[str, str]]:
    """The steps from a key to its accept value, with their intermediate values.

    RFC 6455 §4.2.2, item 5.4.
    """
    text = key + GUID.decode("ascii")
    digest = sha1(text.encode("ascii"), usedforsecurity=False).hexdigest()
    return [
        ("the key as it stands in the field", key),
        ("with the GUID of RFC 6455 behind it", text),
        ("SHA-1 of that text, 20 bytes, in hexadecimal", digest),
        ("those 20 bytes as base64: Sec-WebSocket-Accept", accept_key(key)),
    ]


def _explained(message: bytes, start: str, fields: dict[str, str]) -> list[tuple[str, str]]:
    first, *rest = message.decode("latin-1").partition("\r\n\r\n")[0].split("\r\n")
    explained = [(first, start)]
    for line in rest:
        name = line.partition(":")[0].lower()
        explained.append((line, fields.get(name, "a field that the handshake does not use")))
    return [*explained, ("", _END)]
