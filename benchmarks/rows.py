"""The rows: what is measured side by side, and what everybody's result must be.

    python benchmarks/rows.py --only server-browser

lets pyperf measure the peers of a row one after the other, with all of its own options (`-o`,
`--profile`, `--tracemalloc`, ...). To compare them, run `compare.py`: it measures them in turn.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import inspect
from collections.abc import Callable
from typing import Any

import hostile
import peers
import pyperf
from peers import SERVERS, Site
from samples import (
    ACCEPT,
    BROWSER,
    FIELDS,
    KEY,
    MINIMAL,
    ORIGIN,
    OTHER_UPGRADE,
    UPGRADE_TWICE,
    accept_value,
    captures,
    padded,
)
from slices import Peer, Row, Work, check, timed

from ws_handshake import Headers, Request, Response, build_response, validate_request


def accepted(answer: bytes) -> bool:
    return answer.startswith(b"HTTP/1.1 101 ") and ACCEPT in answer and b": chat\r\n" in answer


def refused(answer: bytes) -> bool:
    return answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 426 "))


def servers(head: bytes, site: Site) -> list[Peer]:
    found = [
        Peer(name, functools.partial(server(site), head), accepted)
        for name, server in SERVERS.items()
    ]
    found.append(
        Peer(
            "h11, parsing",
            functools.partial(peers.h11_parser, head),
            lambda event: (b"sec-websocket-key", KEY.encode()) in list(event.headers),
        )
    )
    found.append(
        Peer(
            "aiohttp, parsing",
            functools.partial(peers.AiohttpParser(), head),
            lambda message: message.headers["Sec-WebSocket-Key"] == KEY,
        )
    )
    found.append(
        # What nobody can avoid.
        Peer(
            "sha1 and base64",
            functools.partial(accept_value, KEY.encode("ascii")),
            lambda value: value == ACCEPT,
        )
    )
    return found


def recorded() -> list[Peer]:
    """All recorded requests one after the other, without asking for an origin or a subprotocol."""
    recordings = captures()
    heads = [recording.head for recording in recordings]
    accepts = [accept_value(recording.key.encode("ascii")) for recording in recordings]

    def right(answers: list[bytes]) -> bool:
        return all(
            answer.startswith(b"HTTP/1.1 101 ") and accept in answer
            for answer, accept in zip(answers, accepts, strict=True)
        )

    def every(server: Callable[[bytes], Any]) -> Work:
        async def one_after_the_other() -> list[bytes]:
            return [await server(head) for head in heads]

        if inspect.iscoroutinefunction(server):
            return one_after_the_other
        return lambda: [server(head) for head in heads]

    return [
        Peer(name, every(server(Site())), right, len(heads)) for name, server in SERVERS.items()
    ]


def parsed_fields() -> list[Peer]:
    """A server that has parsed HTTP itself asks whether the fields are an opening handshake."""

    def from_fields() -> Response:
        request = Request("/api/ws/room/1", Headers(FIELDS))
        offer = validate_request(request, origins=[ORIGIN])
        return build_response(offer, subprotocol="chat")

    def to_bytes() -> bytes:
        return from_fields().to_bytes()

    from_bytes = peers.ws_handshake_server(Site(ORIGIN, "chat"))
    return [
        Peer("from bytes to bytes", functools.partial(from_bytes, BROWSER), accepted),
        Peer("from fields", from_fields, lambda response: accepted(response.to_bytes())),
        Peer("from fields to bytes", to_bytes, accepted),
    ]


def clients() -> list[Peer]:
    def right(opened: peers.Opened) -> bool:
        request, subprotocol = opened
        return (
            request.startswith(b"GET /room1 HTTP/1.1\r\n")
            and request.endswith(b"\r\n\r\n")
            and f": {KEY}\r\n".encode() in request
            and b"\r\nOrigin: https://app.example.com\r\n" in request
            and b"\r\nHost: example.com:8000\r\n" in request
            and subprotocol == "chat"
        )

    return [
        Peer("ws_handshake", peers.ws_handshake_client, right),
        Peer("websockets", peers.websockets_client, right),
        Peer("wsproto", peers.wsproto_client, right),
    ]


def refusals() -> list[Peer]:
    accept = peers.ws_handshake_server(Site(ORIGIN, "chat"))
    found = [Peer("ws_handshake accepts", functools.partial(accept, BROWSER), accepted)]
    for name, refuse in (
        ("ws_handshake", peers.ws_handshake_refusal),
        ("websockets", peers.websockets_refusal),
        ("wsproto", peers.wsproto_refusal),
    ):
        for value, head in (("h2c", OTHER_UPGRADE), ("websocket, websocket", UPGRADE_TWICE)):
            work = functools.partial(refuse, head)
            found.append(Peer(f"{name} refuses {value!r}", work, refused))
    return found


def bytewise() -> list[Peer]:
    """The time per byte when each comes alone."""
    heads = {"browser": BROWSER}
    for size, kib in ((4096, "4 KiB"), (61440, "60 KiB")):
        heads[f"{kib}, long fields"] = padded(size, 1000)
        heads[f"{kib}, one field"] = padded(size, size)
    found = [
        Peer(
            f"ws_handshake, {name}",
            functools.partial(peers.ws_handshake_bytewise, single_bytes(head)),
            accepted,
            len(head),
        )
        for name, head in heads.items()
    ]
    pieces = single_bytes(BROWSER)
    for name, work in (
        ("websockets", peers.websockets_bytewise),
        ("wsproto", peers.wsproto_bytewise),
        ("c-parser", peers.c_parser_bytewise),
    ):
        found.append(
            Peer(f"{name}, browser", functools.partial(work, pieces), accepted, len(pieces))
        )
    return found


def single_bytes(head: bytes) -> list[bytes]:
    return [bytes([byte]) for byte in head]


ROWS = {
    "server-browser": Row(
        "Server: a browser's request (540 bytes) in, the 101 with a subprotocol out",
        "ws_handshake",
        "µs",
        functools.partial(servers, BROWSER, Site(ORIGIN, "chat")),
    ),
    "server-minimal": Row(
        "Server: a minimal request (190 bytes) in, the 101 with a subprotocol out",
        "ws_handshake",
        "µs",
        functools.partial(servers, MINIMAL, Site(None, "chat")),
    ),
    "server-captures": Row(
        "Server: twelve recorded requests in, a 101 for each out; for one of them",
        "ws_handshake",
        "µs",
        recorded,
    ),
    "server-fields": Row(
        "Server: from twelve parsed fields to the 101", "from bytes to bytes", "µs", parsed_fields
    ),
    "client": Row(
        "Client: the request's bytes made, the 101 checked", "ws_handshake", "µs", clients
    ),
    "refusal": Row(
        "Server: a wrong Upgrade in, the refusal out", "ws_handshake accepts", "µs", refusals
    ),
    "bytewise": Row(
        "Server: a head that comes byte by byte; for one byte",
        "ws_handshake, browser",
        "ns",
        bytewise,
    ),
    # Without a mark: each shape is compared with itself.
    "hostile": Row("Hostile messages handed over whole; for one byte", "", "ns", hostile.peers),
}


def main() -> None:
    def pass_on(command: list[str], options: argparse.Namespace) -> None:
        command.extend(["--only", options.only])

    runner = pyperf.Runner(add_cmdline_args=pass_on)
    runner.argparser.add_argument("--only", choices=ROWS, default="server-browser", help="the row")
    found = ROWS[runner.parse_args().only].peers()
    asyncio.run(check(found))
    for peer in found:

        def time_function(loops: int, peer: Peer = peer) -> float:
            return asyncio.run(timed(peer.work, loops))

        runner.bench_time_func(peer.name, time_function, inner_loops=peer.per)


if __name__ == "__main__":
    main()
