"""Where two views of the same bytes differ, and which differences matter most."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .peers import HEAD, REFUSES, WAITS, Peer, View

# What kinds of difference there are.
TAKES = "takes"  # the peer takes what we refuse with `code`
REFUSED = "refuses"  # the peer refuses what we take
ANSWER = "answer"  # both refuse, with other statuses
SOONER = "sooner"  # the peer has decided, and we wait for more
LATER = "later"  # the peer waits for more, and we have decided

# Both read a head, but read this part of it in two ways.
PARTS = (
    "method",
    "target",
    "version",
    "host",
    "fields",
    "body",
    "end",
    "path",
    "query",
    "authority",
    "subprotocols",
)

# Two readers that differ in these can be played off against each other: what one takes for the
# body, another takes for the next request; what one routes to a host, another routes elsewhere.
UNSAFE = frozenset(["target", "host", "body", "end", "path", "query", "authority"])

# The faults that an HTTP parser also has an opinion on. That a request is a handshake is no matter
# for a parser: the other faults count where a peer is a server.
MESSAGE_FAULTS = frozenset(
    [
        "http-version-unsupported",
        "target-malformed",
        "host-missing",
        "host-repeated",
        "host-malformed",
        "host-differs",
        "transfer-encoding-present",
        "content-length-repeated",
        "content-length-malformed",
        "content-length-not-zero",
    ]
)


class Difference(NamedTuple):
    """One way in which a peer differs from us about these bytes."""

    peer: str
    kind: str
    code: str | None  # our fault, where the peer takes what we refuse
    data: bytes
    ours: View
    theirs: View


def unequal_parts(ours: View, theirs: View) -> Iterator[str]:
    """The parts that both tell and tell differently."""
    for part in PARTS:
        one, other = getattr(ours, part), getattr(theirs, part)
        if one is not None and other is not None and one != other:
            yield part


def _kinds(ours: View, theirs: View, server: bool) -> Iterator[tuple[str, str | None]]:
    if theirs.outcome == WAITS:
        if ours.outcome != WAITS:
            yield LATER, None
        return
    if ours.outcome == WAITS:
        yield SOONER, None
        return
    if server:
        faults = list(ours.faults)
        taken = theirs.status == 101
    else:
        faults = [code for code in ours.faults if ours.outcome == REFUSES or code in MESSAGE_FAULTS]
        taken = theirs.outcome == HEAD
    if taken:
        for code in faults:
            yield TAKES, code
    elif not faults:
        yield REFUSED, None
    elif server and ours.status != theirs.status:
        yield ANSWER, None
    if ours.outcome == theirs.outcome == HEAD:
        for part in unequal_parts(ours, theirs):
            yield part, None


def differences(peer: Peer, data: bytes, ours: View, theirs: View) -> list[Difference]:
    """All the ways in which these two views differ."""
    return [
        Difference(peer.name, kind, code, data, ours, theirs)
        for kind, code in _kinds(ours, theirs, peer.server)
    ]


def unsafe(difference: Difference) -> bool:
    """Whether we accept a request that the peer also reads, but reads in another way.

    That the peer still waits for the end of the head is such a way.
    """
    return difference.ours.status == 101 and (difference.kind in UNSAFE or difference.kind == LATER)
