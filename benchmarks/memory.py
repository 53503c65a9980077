"""How many bytes a pending handshake holds that was given the first 60 bytes of a head."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import h11
import httptools
import websockets.server
import wsproto
from goals import Times
from peers import ParsedByC
from samples import BROWSER, ORIGIN

from ws_handshake import ServerHandshake

NUMBER = 1000
PARTIAL = BROWSER[:60]
ORIGINS = [ORIGIN]
SUBPROTOCOLS = ["chat"]


def ws_handshake_pending(data: bytes) -> object:
    server = ServerHandshake(origins=ORIGINS, subprotocols=SUBPROTOCOLS)
    server.receive_data(data)
    return server


def websockets_pending(data: bytes) -> object:
    server = websockets.server.ServerProtocol(origins=ORIGINS, subprotocols=SUBPROTOCOLS)
    server.receive_data(data)
    return server


def wsproto_pending(data: bytes) -> object:
    server = wsproto.WSConnection(wsproto.ConnectionType.SERVER)
    server.receive_data(data)
    return server


def h11_pending(data: bytes) -> object:
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(data)
    connection.next_event()
    return connection


def c_parser_pending(data: bytes) -> object:
    parser = httptools.HttpRequestParser(ParsedByC())
    parser.feed_data(data)
    return parser


PENDING: dict[str, Callable[[bytes], object]] = {
    "c-parser": c_parser_pending,
    "ws_handshake": ws_handshake_pending,
    "websockets": websockets_pending,
    "wsproto": wsproto_pending,
    "h11": h11_pending,
}


def held(pending: Callable[[bytes], object]) -> float:
    """What Python allocates for one, of many. Data that is kept counts, and so does a copy."""
    everybody: list[object] = [None] * NUMBER
    pending(PARTIAL)
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for number in range(NUMBER):
        everybody[number] = pending(bytes(bytearray(PARTIAL)))
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (after - before) / NUMBER


def measured() -> Times:
    return {name: [held(pending)] for name, pending in PENDING.items()}
