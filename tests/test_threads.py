"""Threads: values and functions are anybody's, a state object is one thread's.

With the shortest switch interval, threads change places within functions. Whoever hands one state
object to two threads gets no promise, but never a 101 for what no server may accept.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from contract.request_cases import req
from contract.response_cases import opening
from oracle import request as oracle
from property.strategies import KEY, URI, attempt

from ws_handshake import (
    SAME_ORIGIN,
    ClientHandshake,
    Extension,
    HandshakeError,
    Headers,
    InvalidMessage,
    Limits,
    LocalProtocolError,
    Offer,
    PerMessageDeflate,
    Request,
    Response,
    ServerHandshake,
    accept_key,
    build_rejection,
    build_request,
    build_response,
    diagnose_request,
    diagnose_response,
    format_extensions,
    is_websocket_request,
    parse_extensions,
    parse_host,
    parse_key,
    parse_origin,
    parse_uri,
    request_violations,
    response_violations,
    validate_request,
    validate_response,
)
from ws_handshake.pattern import Pattern
from ws_handshake.wire import REQUEST, HeadReader

THREADS = 8


@pytest.fixture(autouse=True)
def _threads_change_places_often() -> Iterator[None]:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def in_threads(action: Callable[[int], Any], threads: int = THREADS) -> list[Any]:
    """What comes of an action in each of several threads that begin at the same moment."""
    barrier = threading.Barrier(threads, timeout=30)

    def begin(number: int) -> Any:
        barrier.wait()
        return action(number)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(begin, range(threads)))


def told(result: object) -> object:
    """A result that compares: of an error, all that it says."""
    if isinstance(result, HandshakeError):
        return type(result), result.violation, result.rejection
    return result


# --- Functions and values -------------------------------------------------------------------------

HEADS = [
    req(),
    req(extra=["Origin: https://evil.example", "Sec-WebSocket-Protocol: chat, superchat"]),
    req(extra=["Origin: https://example.com", "Sec-WebSocket-Extensions: x; a=1, y"]),
    req(extra=["X: \xe9", "x: 2", "Transfer-Encoding: chunked", "Content-Length: 1"]),
    req(target="http://example.com/?a=b", extra=["Upgrade: h2c"]),
]
ANSWERS = [
    opening(),
    opening("Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Extensions: x, y"),
    b"HTTP/1.1 403 No\r\nServer: nginx\r\nContent-Length: 2\r\n\r\nno",
]
POLICY: dict[str, Any] = {"origins": [SAME_ORIGIN, None], "hosts": ["example.com"]}


def work(requests: list[Request], responses: list[Response]) -> list[object]:
    """Nearly all functions, on values that others use at the same time."""
    asked = build_request(URI, key=KEY, subprotocols=["chat"], extensions=[Extension("x")])
    results: list[object] = [asked.to_bytes(), accept_key(KEY), parse_key(KEY)]
    for request in requests:
        offer = attempt(partial(validate_request, request, **POLICY))
        results += [told(offer), repr(request), request.to_bytes(), hash(request)]
        results += [request_violations(request, **POLICY), is_websocket_request(request)]
        results += [list(request.headers.items()), "upgrade" in request.headers]
        results += [diagnose_request(request), request == Request.parse(request.to_bytes())]
        if isinstance(offer, Offer):
            results += [build_response(offer).to_bytes(), offer.extensions, offer.path]
        else:
            results += [build_rejection(offer, headers={"Date": "today"}).to_bytes()]
    for response in responses:
        results += [told(attempt(partial(validate_response, response, asked)))]
        results += [response_violations(response, asked), response.to_bytes(), repr(response)]
        results += [diagnose_response(response, asked), response.headers.get("connection")]
    results += [str(parse_uri("wss://b\xfccher.example:444/?\xe9")), parse_host("[::1]:80")]
    results += [parse_origin("https://example.com"), parse_extensions('x; a="b", y')]
    results += [format_extensions([PerMessageDeflate().offer()])]
    return results


def values() -> tuple[list[Request], list[Response]]:
    """The same values anew: what they find out when they are first asked is not known yet."""
    return list(map(Request.parse, HEADS)), list(map(Response.parse, ANSWERS))


def test_values_that_threads_share_are_the_same_for_all() -> None:
    expected = work(*values())
    for _ in range(12):
        shared = values()
        for results in in_threads(lambda number, shared=shared: work(*shared)):  # type: ignore[misc]
            assert results == expected


def test_headers_of_many_fields_are_indexed_once_or_alike() -> None:
    pairs = [(f"X-{number % 50}", str(number)) for number in range(200)]
    expected = [Headers(pairs).get_all(f"x-{number}") for number in range(50)]
    for _ in range(30):
        shared = Headers(pairs)
        for results in in_threads(
            lambda number, shared=shared: [  # type: ignore[misc]
                shared.get_all(f"x-{each}") for each in range(50)
            ]
        ):
            assert results == expected


def test_a_pattern_that_is_first_used_by_many_threads_is_compiled_alike() -> None:
    for number in range(100):
        pattern = Pattern(rf"(a{{{number}}})*+b")
        assert all(in_threads(lambda number, pattern=pattern: pattern.fullmatch("b")))  # type: ignore[misc]


FIRST_USE = """
import sys, threading
sys.setswitchinterval(1e-6)
results, barrier = [], threading.Barrier(8)
def run():
    barrier.wait()
    import ws_handshake
    client = ws_handshake.ClientHandshake(
        "ws://example.com/chat", key="dGhlIHNhbXBsZSBub25jZQ==",
        extensions=[ws_handshake.PerMessageDeflate()],
    )
    server = ws_handshake.ServerHandshake(
        origins=[None], extensions=[ws_handshake.PerMessageDeflate()]
    )
    server.receive_data(client.request.to_bytes())
    agreement = client.receive_data(server.accept())
    results.append((repr(agreement), ws_handshake.diagnose_request(b"GET / HTTP/1.1")))
threads = [threading.Thread(target=run) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert len(results) == 8, results
assert all(result == results[0] for result in results)
assert "permessage-deflate" in results[0][0]
print("alike")
"""


def test_the_first_use_of_all_by_many_threads_at_once() -> None:
    """Modules that are loaded, and patterns that are compiled, when they are first needed."""
    done = subprocess.run(
        [sys.executable, "-c", FIRST_USE], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout, done.stderr) == ("alike\n", "")


# --- A state object for each thread ---------------------------------------------------------------


def both_sides(number: int) -> list[object]:
    """Whole handshakes in pieces, each with its own objects."""
    results: list[object] = []
    for turn, head in enumerate(HEADS * 4):
        server = ServerHandshake(**POLICY, subprotocols=["chat"], extensions=[PerMessageDeflate()])
        size = 1 + (turn + number) % 7
        for at in range(0, len(head), size):
            result = attempt(partial(server.receive_data, head[at : at + size]))
            if result is not None:
                results += [told(result), server.state]
                break
        client = ClientHandshake(URI, key=KEY, subprotocols=["chat"])
        for answer in (ANSWERS[turn % 3], b""):
            agreement = attempt(partial(client.receive_data, answer))
            if agreement is not None:
                results += [told(agreement), client.trailing_data]
                break
    return results


def test_each_thread_with_its_own_objects_gets_what_one_alone_would() -> None:
    expected = [both_sides(number) for number in range(THREADS)]
    for _ in range(3):
        assert in_threads(both_sides) == expected


# --- Misuse ---------------------------------------------------------------------------------------

GOOD = req({"Sec-WebSocket-Key": "AQIDBAUGBwgJCgsMDQ4PEA=="}, extra=["Origin: https://example.com"])
BAD = [
    req(extra=["Origin: https://evil.example"]),
    req(extra=["Origin: https://example.com", "Transfer-Encoding: chunked"]),
    req(extra=["Origin: https://example.com", "Content-Length: 5"]),
    req(extra=["Origin: https://example.com", "X: a\rb"]),
    req(extra=["Origin: https://example.com", "X : a"]),
    req(extra=["Origin: https://example.com", "Host: other.example"]),
    req(target="/#a", extra=["Origin: https://example.com"]),
    req({"Sec-WebSocket-Key": "short"}, extra=["Origin: https://example.com"]),
    b"POST" + req(extra=["Origin: https://example.com"])[3:],
]
ORIGINS = ["https://example.com"]


def pieces_of(data: bytes, sizes: tuple[int, ...]) -> list[bytes]:
    pieces, at, turn = [], 0, 0
    while at < len(data):
        size = sizes[turn % len(sizes)]
        pieces.append(data[at : at + size])
        at, turn = at + size, turn + 1
    return pieces


def misused(feeds: list[list[bytes]]) -> list[tuple[list[Offer], list[bytes]]]:
    """Threads that feed one server and then accept: the offers that they saw, and the answers."""
    server = ServerHandshake(origins=ORIGINS)

    def use(number: int) -> tuple[list[Offer], list[bytes]]:
        offers: list[Offer] = []
        for piece in feeds[number]:
            try:
                offer = server.receive_data(piece)
            except Exception:  # noqa: BLE001 - nothing is promised
                break
            if offer is not None:
                offers.append(offer)
        try:
            return offers, [server.accept()]
        except Exception:  # noqa: BLE001
            return offers, []

    results: list[tuple[list[Offer], list[bytes]]] = in_threads(use, len(feeds))
    return results


SIZES = [(10_000,), (40,), (1,), (7, 90), (300, 1)]


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_a_server_in_two_threads_accepts_nothing_that_must_be_refused(
    sizes: tuple[int, ...],
) -> None:
    answered = 0
    for turn in range(180 if sizes[0] > 1 else 45):
        feeds = [pieces_of(GOOD, sizes), pieces_of(BAD[turn % len(BAD)], sizes)]
        results = misused(feeds)
        offers = [offer for seen, _ in results for offer in seen]
        replies = [reply for _, made in results for reply in made]
        answered += len(replies)
        for offer in offers:
            check(offer)
        for reply in replies:
            accepted = Response.parse(reply).headers["Sec-WebSocket-Accept"]
            assert accepted in [accept_key(offer.key) for offer in offers]
    assert answered or sizes[0] < 1000


def check(offer: Offer) -> None:
    """An offer is a request that anybody would accept who sees its bytes for the first time."""
    data = offer.request.to_bytes()
    again = validate_request(Request.parse(data), origins=ORIGINS)
    assert again == offer
    verdict = oracle.judge_request(data, origins=ORIGINS)
    assert isinstance(verdict, oracle.Accepted), data


def test_a_reader_that_refused_a_line_gives_no_head_with_it() -> None:
    """What two threads do to one, in turn: the one was refused, and the other feeds it the rest."""
    reader = HeadReader(REQUEST, Limits())
    with pytest.raises(InvalidMessage):
        reader.feed(req(extra=["X : a"])[:-2])
    with pytest.raises(InvalidMessage):
        reader.feed(b"\r\n")


def test_two_threads_that_answer_once_each_send_one_answer() -> None:
    """One accepts, one refuses: whoever loses is told, or both answers are whole heads."""
    for _ in range(150):
        server = ServerHandshake(origins=ORIGINS)
        server.receive_data(GOOD)

        def answer(number: int, server: ServerHandshake = server) -> bytes | None:
            try:
                return server.reject(403) if number else server.accept()
            except LocalProtocolError:
                return None

        accepted, refused = in_threads(answer, 2)
        assert accepted or refused
        for reply, status in ((accepted, 101), (refused, 403)):
            assert reply is None or Response.parse(reply).status == status


def test_a_client_in_two_threads_opens_with_nothing_but_the_accept_of_its_key() -> None:
    bad = [
        opening(accept=(f"Sec-WebSocket-Accept: {accept_key('x')}",)),
        opening("Sec-WebSocket-Protocol: other"),
        b"HTTP/1.1 403 No\r\n\r\n",
        opening("X: a\rb"),
        opening("X : a"),
    ]
    opened = 0
    for turn in range(250):
        client = ClientHandshake(URI, key=KEY)
        sizes = SIZES[turn // len(bad) % len(SIZES)]
        feeds = [pieces_of(opening(), sizes), pieces_of(bad[turn % len(bad)], sizes)]

        def use(
            number: int, client: ClientHandshake = client, feeds: list[list[bytes]] = feeds
        ) -> list[object]:
            found: list[object] = []
            for piece in feeds[number]:
                try:
                    found.append(client.receive_data(piece))
                except Exception:  # noqa: BLE001
                    break
            return [each for each in found if each is not None]

        for agreements in in_threads(use, 2):
            for agreement in agreements:
                opened += 1
                response = Response.parse(agreement.response.to_bytes())
                assert validate_response(response, client.request) == agreement
    assert opened
