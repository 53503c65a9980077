"""The key a client sends and the accept value that proves the server understood it.

The client makes 16 random bytes and sends them as base64. The server appends a fixed GUID to that
text, hashes it with SHA-1, and answers the hash as base64. Neither step keeps a secret: it shows
that the answer comes from a WebSocket server, now, and not from a cache or from a server that
speaks something else (RFC 6455 §1.3 and §11.3.1).
"""

from __future__ import annotations

import os
from binascii import b2a_base64
from functools import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    import hashlib
    from collections.abc import Callable

__all__ = ["accept_key", "generate_key"]

# The same for everybody and for ever (RFC 6455 §1.3 and §4.2.2, item 5.4).
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def generate_key(urandom: Callable[[int], bytes] = os.urandom) -> str:
    """Make a new Sec-WebSocket-Key: 16 random bytes as base64, 24 characters.

    `urandom` takes a number of bytes and returns that many; `ValueError` if it returns another
    number.

    >>> generate_key(lambda size: bytes(range(1, size + 1)))
    'AQIDBAUGBwgJCgsMDQ4PEA=='

    RFC 6455 §4.1, item 7 of the request's requirements.
    """
    nonce = urandom(16)
    if len(nonce) != 16:
        raise ValueError(f"the random source returned {len(nonce)} bytes instead of 16")
    return b2a_base64(nonce, newline=False).decode("ascii")


def accept_key(key: str) -> str:
    """Compute the Sec-WebSocket-Accept that answers a Sec-WebSocket-Key.

    The key is taken as the text that stands in the field, neither decoded nor judged: `parse_key`
    does that. `TypeError` for what is no `str`, `ValueError` for text beyond latin-1.

    >>> accept_key("dGhlIHNhbXBsZSBub25jZQ==")
    's3pPLMBiTxaQ9kYGzzhZRbK+xOo='

    RFC 6455 §4.2.2, item 5.4.
    """
    if not isinstance(key, str):
        raise TypeError(f"a key is a str, not {type(key).__name__}")
    # The GUID behind the key, then SHA-1: it is what the RFC says. Nothing here depends on its
    # security (§10.8), so FIPS builds may allow it.
    digest = _sha1()(key.encode("latin-1") + GUID, usedforsecurity=False).digest()
    # Then base64 of these 20 bytes.
    return b2a_base64(digest, newline=False).decode("ascii")


@lru_cache(maxsize=1)
def _sha1() -> Callable[..., hashlib._Hash]:
    # It comes with a large library: who only imports this package does not wait for that.
    from hashlib import sha1

    return sha1
