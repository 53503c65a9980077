"""What each line of a handshake is for, and how the accept value comes about, in words."""

from __future__ import annotations

from binascii import a2b_base64
from hashlib import sha1

from .display import (
    is_secret,
    line_without_secrets,
    redacted,
    target_without_secrets,
    value_without_secrets,
)
from .key import GUID, accept_key, generate_key
from .pattern import Pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re

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
_OTHER_PAD_BITS = "; unused bits at its end are set, and the text counts"
_LONGEST = 400  # characters of a line

_TARGETS = frozenset(["host", "origin", "location", "referer"])
_SECRET_IN_BODY = Pattern(
    "authorization|cookie|x-api-key|x-auth-token|x-amz-security-token", ignore_case=True
)
_TAG = Pattern("<[^<>]*+>")
_WORD = Pattern(r"[^ \t<>\"]++")
_QUERY = Pattern(r"\?|%3F|&#63;|&#x3F;", ignore_case=True)
_BOOLEAN = Pattern(r"\?[01][;,]?+")  # of RFC 9651, as in Sec-Fetch-User: ?1
_JSON_WEB_TOKEN = Pattern(r"eyJ[A-Za-z0-9_\-]{6}[A-Za-z0-9_.\-]*+")
# What stands behind such a word, as in the list of subprotocols `bearer, 0123456789abcdef0123`.
_NAMED_TOKEN = Pattern(
    r"((?:bearer|token|jwt)[ ,:=]++)([A-Za-z0-9+/=_.\-]{16,}+)", ignore_case=True
)


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


def explain_steps(key: str) -> list[tuple[str, str, str]]:
    """Each step from a client's 16 bytes to the accept value: its name, what it is, the value.

    The key is one that `parse_key` takes. Bytes are shown in hexadecimal.

    RFC 6455 §4.1, item 7, and §4.2.2, item 5.4.
    """
    nonce = a2b_base64(key)
    usual = generate_key(lambda _: nonce)
    (in_field, _), (with_guid, text), (hashed, digest), (encoded, accept) = explain_accept(key)
    return [
        ("nonce", "16 random bytes, in hexadecimal", nonce.hex()),
        ("base64", "those bytes as base64, 24 characters", usual),
        ("key", in_field if key == usual else f"{in_field}{_OTHER_PAD_BITS}", key),
        ("text", with_guid, text),
        (
            "bytes",
            "the bytes of that text, one a character, in hexadecimal",
            text.encode("ascii").hex(),
        ),
        ("sha1", hashed, digest),
        ("accept", encoded, accept),
    ]


def field_name(line: str) -> str:
    """The name of a field line in lower case; also where a space stands before the colon."""
    return line.partition(":")[0].rstrip(" \t").lower()


def visible(text: str) -> str:
    """The text on one line of printable ASCII, cut where it is very long."""
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}... ({len(text)} characters)"
    return text if text.isascii() and text.isprintable() else ascii(text)[1:-1]


def without_secrets(text: str) -> str:
    """Any text of a peer without queries, userinfo in URLs, JSON Web Tokens, named credentials."""
    return without_tokens(_WORD.sub(_word_without_secrets, value_without_secrets(text)))


def without_tokens(text: str) -> str:
    """Text without tokens, which some clients send as a subprotocol."""
    text = _JSON_WEB_TOKEN.sub(lambda token: redacted(token[0]), text)
    return _NAMED_TOKEN.sub(lambda found: found[1] + redacted(found[2]), text)


def body_without_secrets(body: str) -> list[str]:
    """The lines of a body that are not blank; a page may show the request that it refuses."""
    lines = []
    hidden = False
    for line in body.split("\n"):
        line = line.rstrip()
        if not line:
            continue
        if hidden:
            # The value of the name that stood alone on the line before.
            lines.append(redacted(line))
            hidden = False
            continue
        name = _SECRET_IN_BODY.search(line)
        if name is not None and not line[name.end() :].startswith(" Required"):
            value = line[name.end() :]
            hidden = not any(map(str.isalnum, _TAG.sub("", value)))
            line = line[: name.end()] + redacted(value)
        lines.append(without_secrets(line))
    return lines


def _word_without_secrets(found: re.Match[str]) -> str:
    word = found[0]
    if _BOOLEAN.fullmatch(word):
        return word
    if "//" in word:
        word = target_without_secrets(word) if word[-1:] not in "?#" else word
    query = _QUERY.search(word)
    if query is None or query.end() == len(word):
        return word
    hidden = word[query.end() :]
    return word if hidden.startswith("<redacted") else word[: query.end()] + redacted(hidden)


def _shown_start(line: str) -> str:
    before, space, version = line.rpartition(" ")
    method, _, target = before.partition(" ")
    if space and target.isprintable() and " " not in target and version.startswith("HTTP/"):
        return f"{method} {target_without_secrets(target)} {version}"
    return line_without_secrets(line)


def _shown_line(name: str, line: str) -> str:
    written, colon, value = line.partition(":")
    value = value.strip(" \t")
    # A space in front may be a mistake, and the line no folded one but a field of its own.
    if is_secret(name) or is_secret(field_name(line.lstrip(" \t"))):
        hidden = value if colon else line.strip(" \t")
        return visible(f"{written}: {redacted(hidden)}" if colon else redacted(hidden))
    if not colon or not line.isprintable():
        # A lost line end may have brought another field into this one.
        return visible(without_tokens(line_without_secrets(line)))
    if " " in written:
        # No field's name; what was lost may have brought one into the line.
        return visible(without_secrets(line))
    if name in _TARGETS:
        return visible(without_tokens(f"{written}: {target_without_secrets(value)}"))
    return visible(f"{written}:{without_secrets(line[len(written) + 1 :])}")
