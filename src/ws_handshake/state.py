"""The states in which a handshake object can be."""

from __future__ import annotations

import enum

__all__ = ["NEGOTIATE", "State"]


class State(enum.Enum):
    """Where a handshake stands; a client is never OFFERED.

    READING: waiting for bytes. OFFERED: a valid request is waiting to be accepted or rejected.
    OPEN: agreed, the connection now speaks WebSocket. REFUSED: the server said no. FAILED: the
    peer broke off or did not keep to the protocol.

    >>> from ws_handshake import ServerHandshake
    >>> server = ServerHandshake(origins=None)
    >>> server.state
    <State.READING: 'READING'>
    >>> server.reject(503).startswith(b"HTTP/1.1 503 "), server.state
    (True, <State.REFUSED: 'REFUSED'>)
    """

    READING = "READING"
    OFFERED = "OFFERED"
    OPEN = "OPEN"
    REFUSED = "REFUSED"
    FAILED = "FAILED"


# Looking a member up in its class takes longer than all else that a state costs.
READING, OFFERED, OPEN, REFUSED, FAILED = State


class Negotiate(enum.Enum):
    """The type of `NEGOTIATE`."""

    NEGOTIATE = "NEGOTIATE"

    def __repr__(self) -> str:
        return self.value


NEGOTIATE = Negotiate.NEGOTIATE
"""In `accept`: choose from what the client offers and the server supports."""
