"""The two Close frames of the WebSocket protocol that the command line says goodbye with.

Frames are no part of this library; these are here so that a probe and a stand-in server leave
the connection as the protocol wants it, and can tell whether the peer did too.

RFC 6455 §5.2, §5.5.1 and §7.1.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_FIN_CLOSE = 0x88
_OPCODE = 0x0F
_MASKED = 0x80
_NORMAL = (1000).to_bytes(2, "big")
_CLOSE = 0x8


def close_frame(urandom: Callable[[int], bytes] | None = None) -> bytes:
    r"""A Close frame with status 1000; a client's is masked, and needs randomness for it.

    >>> close_frame()
    b'\x88\x02\x03\xe8'

    RFC 6455 §5.5.1 and §5.3.
    """
    if urandom is None:
        return bytes([_FIN_CLOSE, len(_NORMAL)]) + _NORMAL
    mask = urandom(4)
    return bytes([_FIN_CLOSE, _MASKED | len(_NORMAL)]) + mask + _unmasked(_NORMAL, mask)


def find_close(data: bytes) -> int | None:
    r"""The status in the first Close frame among the frames in `data`; None if there is none yet.

    A Close frame without a status has 1005 (RFC 6455 §7.1.5).

    >>> find_close(b"\x81\x02hi\x88\x02\x03\xe8")
    1000
    """
    at = 0
    while len(data) >= at + 2:
        first, second = data[at], data[at + 1]
        size, masked = second & 0x7F, second & _MASKED
        at += 2
        if size > 125:
            long = 2 if size == 126 else 8
            size = int.from_bytes(data[at : at + long], "big")
            at += long
        mask = data[at : at + 4] if masked else bytes(4)
        at += 4 if masked else 0
        payload = data[at : at + size]
        if len(payload) < size:
            return None
        if first & _OPCODE == _CLOSE:
            return int.from_bytes(_unmasked(payload[:2], mask), "big") if size >= 2 else 1005
        at += size
    return None


def _unmasked(payload: bytes, mask: bytes) -> bytes:
    return bytes([byte ^ mask[index % 4] for index, byte in enumerate(payload)])
