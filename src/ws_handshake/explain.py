"""What each line of a handshake is for, and how the accept value comes about, in words."""

from __future__ import annotations

from hashlib import sha1

from .display import (
    SECRET_FIELDS,
    line_without_secrets,
    redacted,
    target_without_secrets,
)
from .key import GUID, accept_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .request import Request
    from .response import Response

    Explained = list[tuple[str, str]]

_CREDENTIALS = "credentials, shown nowhere; the handshake does not use them"
_BY_A_PROXY = "added by a proxy: the request came through one"
_OF_A_BODY = "tells of a body; an opening handshake has none (RFC 9110 §9.3.1)"

_IN_REQUEST = {
    "host": "the server's name and port, for servers with several names (RFC 9110 §7.2)",
    "upgrade": "the protocol the client wants to switch to (RFC 6455 §4.1)",
    "connection": "tells proxies that Upgrade is for the next hop (RFC 9110 §7.6.1)",
    "sec-websocket-key": "16 random bytes as base64; the answer must fit them (RFC 6455 §4.1)",
    "sec-websocket-version": "the protocol's version; 13 is RFC 6455 (§4.1)",
    "sec-websocket-protocol": "subprotocols the client speaks, preferred first (RFC 6455 §1.9)",
    "sec-websocket-extensions": "extensions the client offers (RFC 6455 §9.1)",
    "origin": "the page that connects; the server decides whether it may (RFC 6455 §10.2)",
    "authorization": _CREDENTIALS,
    "proxy-authorization": _CREDENTIALS,
    "cookie": _CREDENTIALS,
    "content-length": _OF_A_BODY,
    "transfer-encoding": _OF_A_BODY,
    "forwarded": _BY_A_PROXY,
    "via": _BY_A_PROXY,
    "x-forwarded-for": _BY_A_PROXY,
    "x-forwarded-host": _BY_A_PROXY,
    "x-forwarded-proto": _BY_A_PROXY,
    "x-real-ip": _BY_A_PROXY,
}

_IN_RESPONSE = {
    "upgrade": "confirms the protocol switched to (RFC 6455 §4.2.2)",
    "connection": "confirms that the connection is upgraded (RFC 6455 §4.2.2)",
    "sec-websocket-accept": "proves that a WebSocket server read the key (RFC 6455 §4.2.2)",
    "sec-websocket-protocol": "the one subprotocol the server selected (RFC 6455 §4.2.2)",
    "sec-websocket-extensions": "the extensions in use from now on (RFC 6455 §9.1)",
}
_IN_REFUSAL = {
    "upgrade": "what the server would switch to (RFC 9110 §7.8)",
    "connection": "whether the connection stays open after this (RFC 9112 §9)",
    "content-length": "the length of the body that says more (RFC 9110 §8.6)",
    "location": "where to ask instead; WebSocket clients seldom do (RFC 9110 §10.2.2)",
    "sec-websocket-version": "the versions the server speaks (RFC 6455 §4.4)",
    "www-authenticate": "the credentials that the server wants (RFC 9110 §11.6.1)",
    "server": "the program that answered: it tells which hop this was (RFC 9110 §10.2.4)",
    "set-cookie": _CREDENTIALS,
}

_START_OF_REQUEST = "a GET for this path, in HTTP/1.1: a handshake begins as plain HTTP (§4.1)"
_OTHER_START_OF_REQUEST = "method, target and HTTP version (RFC 9112 §3)"
_START_OF_RESPONSE = "101: from the blank line on, this connection speaks WebSocket (§4.2.2)"
_START_OF_REFUSAL = "the status: nothing but 101 opens a WebSocket (RFC 6455 §4.1)"
_UNUSED = "a field that the handshake does not use"
_END = "the blank line that ends the head"
_LONGEST = 400  # characters of a line


def explain_request(request: Request) -> Explained:
    """Each line of a request, as it stands on the wire, with what it is for."""
    return explain_head(request.to_bytes(), of_response=False)


def explain_response(response: Response) -> Explained:
    """Each line of a response's head, as it stands on the wire, with what it is for."""
    return explain_head(response.to_bytes(), of_response=True)


def explain_head(message: bytes, *, of_response: bool) -> Explained:
    """Each line of a head, well-formed or not, with what it is for.

    What is secret is left out, and what is no printable ASCII is escaped.
    """
    head, blank, _ = message.decode("latin-1").partition("\r\n\r\n")
    first, *rest = head.split("\r\n")
    if not of_response:
        switches = first.startswith("GET ") and first.endswith(" HTTP/1.1")
        start = _START_OF_REQUEST if switches else _OTHER_START_OF_REQUEST
        purposes = _IN_REQUEST
    else:
        switches = first[9:12] == "101"
        start = _START_OF_RESPONSE if switches else _START_OF_REFUSAL
        purposes = _IN_RESPONSE if switches else _IN_REFUSAL
    explained = [(visible(_shown_start(first)), start)]
    name = ""
    for line in rest:
        # A folded line goes on with the value of the line above it.
        name = name if line.startswith((" ", "\t")) else field_name(line)
        explained.append((_shown_line(name, line), purposes.get(name, _UNUSED)))
    return [*explained, ("", _END)] if blank else explained


def explain_accept(key: str) -> Explained:
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


def field_name(line: str) -> str:
    """The name of a field line in lower case; also where a space stands before the colon."""
    return line.partition(":")[0].rstrip(" \t").lower()


def visible(text: str) -> str:
    """The text on one line of printable ASCII, cut where it is very long."""
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}... ({len(text)} characters)"
    return text if text.isascii() and text.isprintable() else ascii(text)[1:-1]


def _shown_start(line: str) -> str:
    before, space, version = line.rpartition(" ")
    method, _, target = before.partition(" ")
    if space and target.isprintable() and " " not in target and version.startswith("HTTP/"):
        return f"{method} {target_without_secrets(target)} {version}"
    return line_without_secrets(line)


def _shown_line(name: str, line: str) -> str:
    written, colon, value = line.partition(":")
    value = value.strip(" \t")
    if name in SECRET_FIELDS:
        hidden = value if colon else line.strip(" \t")
        return visible(f"{written}: {redacted(hidden)}" if colon else redacted(hidden))
    if not colon or not line.isprintable():
        # A lost line end may have brought another field into this one.
        return visible(line_without_secrets(line))
    if name in ("location", "referer"):
        return visible(f"{written}: {target_without_secrets(value)}")
    return visible(line)
