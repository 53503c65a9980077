"""What a handshake may cost: bytes that are held, objects that stay, work for each byte.

Nothing here looks at a clock. Memory is what an object holds, counted through everything that it
refers to; work is the number of lines of the library that run, one for each round of a loop, and of
the bytes and characters that it hands to a pattern or searches in a buffer.
"""

from __future__ import annotations

import contextlib
import gc
import pickle
import sys
import types
from collections import Counter
from collections.abc import Callable, Iterator
from functools import _lru_cache_wrapper, partial
from typing import Any

import pytest
from property.strategies import attempt
from test_security_rules import (
    GOOD,
    KEY,
    URI,
    modules,
    new_client,
    new_server,
    patterns,
    request_bytes,
    response_bytes,
)

from ws_handshake import (
    ClientHandshake,
    HandshakeError,
    Headers,
    Limits,
    Request,
    Response,
    ServerHandshake,
    body,
    diagnose_request,
    diagnose_response,
    parse_extensions,
    parse_token_list,
    parse_uri,
    request_violations,
    wire,
)

Handshake = ServerHandshake | ClientHandshake

# --- What a slow peer makes us hold ---------------------------------------------------------------

# Where a walk through what an object holds ends: what all objects share.
_SHARED = (type, types.FunctionType, types.ModuleType, types.BuiltinFunctionType, property)


def size_of(thing: object) -> int:
    """The bytes of an object and of everything that only it holds."""
    shared = {id(value) for module in modules() for value in vars(module).values()}
    seen: set[int] = set()
    waiting = [thing]
    size = 0
    while waiting:
        each = waiting.pop()
        if id(each) in seen or id(each) in shared or isinstance(each, _SHARED):
            continue
        seen.add(id(each))
        size += sys.getsizeof(each)
        waiting += gc.get_referents(each)
    return size


HEAD = 10_000
LIMITS = Limits(request_line=8000, head=HEAD, fields=100, body=HEAD)
CONSTANT = 4000  # the objects themselves
CASES: dict[str, tuple[Callable[[], Handshake], bytes, bytes]] = {
    # A side, how its message begins, and what comes again and again.
    "request line": (lambda: new_server(limits=LIMITS), b"GET /", b"a"),
    "field": (lambda: new_server(limits=LIMITS), b"GET / HTTP/1.1\r\nX: ", b"a"),
    "fields": (
        lambda: new_server(limits=LIMITS),
        b"GET / HTTP/1.1\r\n",
        b"X: " + b"a" * 90 + b"\r\n",
    ),
    "small fields": (lambda: new_server(limits=LIMITS), b"GET / HTTP/1.1\r\n", b"X:\r\n"),
    "status line": (lambda: new_client(limits=LIMITS), b"HTTP/1.1 101 ", b"a"),
    "field of an answer": (lambda: new_client(limits=LIMITS), b"HTTP/1.1 101 x\r\nX: ", b"a"),
    "interim responses": (lambda: new_client(limits=LIMITS), b"", b"HTTP/1.1 103\r\nA: b\r\n\r\n"),
    "chunk extensions": (
        lambda: new_client(limits=LIMITS),
        b"HTTP/1.1 403 x\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"1;abcdefghijklmnopqrstuvwxyz\r\na\r\n",
    ),
    "a chunk size": (
        lambda: new_client(limits=LIMITS),
        b"HTTP/1.1 403 x\r\nTransfer-Encoding: chunked\r\n\r\n1;",
        b"a",
    ),
    "trailers": (
        lambda: new_client(limits=LIMITS),
        b"HTTP/1.1 403 x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
        b"X: " + b"a" * 90 + b"\r\n",
    ),
}
BODIES = {
    "until close": (b"HTTP/1.1 403 x\r\n\r\n", b"a"),
    "length": (b"HTTP/1.1 403 x\r\nContent-Length: 99999999\r\n\r\n", b"a"),
    "chunks": (b"HTTP/1.1 403 x\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
}


def held_at_most(handshake: Handshake, begin: bytes, again: bytes) -> int:
    """The most that it ever holds while the peer sends byte after byte until it is refused."""
    most = 0
    data = begin + again * (8 * HEAD // len(again))
    for at in range(len(data)):
        try:
            assert handshake.receive_data(data[at : at + 1]) is None
        except HandshakeError as error:
            return max(most, size_of(handshake), size_of(error.request))
        if at % 199 == 0:
            most = max(most, size_of(handshake))
    raise AssertionError("nothing was refused")


def room(size: int) -> int:
    """What a bytearray that grows byte by byte takes for so many: Python gives an eighth more."""
    return size + size // 8 + 64


@pytest.mark.parametrize("case", CASES)
def test_a_slow_peer_makes_us_hold_its_head_and_no_more(case: str) -> None:
    # R1, R15: nothing is kept twice, and nothing beside the head.
    new, begin, again = CASES[case]
    nothing = size_of(new())
    held = held_at_most(new(), begin, again)
    assert held < nothing + room(HEAD) + CONSTANT


@pytest.mark.parametrize("case", BODIES)
def test_a_slow_refusal_makes_us_hold_its_body_and_no_more(case: str) -> None:
    handshake = new_client(limits=LIMITS)
    nothing = size_of(new_client(limits=LIMITS))
    held = held_at_most(handshake, *BODIES[case])
    assert held < nothing + room(HEAD) + CONSTANT


def test_more_than_the_limit_in_one_piece_is_let_go() -> None:
    """What was handed over at once is the caller's; of it no more is kept than of slow bytes."""
    for handshake, data in (
        (new_server(limits=LIMITS), b"GET / HTTP/1.1\r\nX: " + b"a" * 1_000_000),
        (new_client(limits=LIMITS), b"HTTP/1.1 403 x\r\n\r\n" + b"a" * 1_000_000),
    ):
        nothing = size_of(handshake)
        with pytest.raises(HandshakeError):
            handshake.receive_data(data)
        assert size_of(handshake) < nothing + 2 * room(HEAD) + CONSTANT


# --- What stays when handshakes are abandoned -----------------------------------------------------

MANY = 10_000
ABANDONED = [
    b"",
    b"G",
    b"GET /chat HTTP/1.1\r\nHost: a",
    request_bytes(),
    request_bytes("Origin: https://{0}.example", "Sec-WebSocket-Protocol: p{0}"),
    request_bytes(fields={**GOOD, "Host": "{0}.example", "X-{0}": "{0}"}),
    request_bytes(fields={**GOOD, "Sec-WebSocket-Key": "bad{0}"}),
    request_bytes("Sec-WebSocket-Extensions: x{0}; a={0}"),
    response_bytes(),
    response_bytes("Sec-WebSocket-Protocol: p{0}"),
    b"HTTP/1.1 403 No\r\nX-{0}: {0}\r\n\r\nhalf of a bod",
    b"HTTP/1.1 302 Found\r\nLocation: ws://{0}.example/?{0}\r\nContent-Length: 0\r\n\r\n",
    b"\0",
]


def abandon(number: int) -> None:
    """Begin a handshake on either side, hand it what one peer sends, and forget it."""
    data = ABANDONED[number % len(ABANDONED)].replace(b"{0}", b"%d" % number)
    for handshake in (
        ServerHandshake(origins=["https://example.com"], hosts=["example.com"]),
        ClientHandshake(URI, key=KEY, subprotocols=["chat"]),
    ):
        for piece in (data[:20], data[20:]):
            result = attempt(partial(handshake.receive_data, piece)) if piece else None
            refused = isinstance(result, HandshakeError) and str(result.rejection)
            del result  # an error holds the frames that it came through, this one among them
            if refused:
                break
    diagnose_request(data) if number % 100 == 0 else None
    diagnose_response(data) if number % 100 == 0 else None


def ours() -> Counter[str]:
    """How many objects of the library's types there are."""
    found = (type(each) for each in gc.get_objects())
    return Counter(kind.__name__ for kind in found if kind.__module__.startswith("ws_handshake."))


def containers() -> dict[str, int]:
    """The sizes of all that a module or a class of the library could collect something in."""
    places: dict[str, object] = {}
    for module in modules():
        for name, value in vars(module).items():
            places[f"{module.__name__}.{name}"] = value
            if isinstance(value, type) and value.__module__ == module.__name__:
                places |= {
                    f"{module.__name__}.{name}.{key}": held for key, held in vars(value).items()
                }
    kinds = (dict, list, set, bytearray)
    return {
        name: len(value)
        for name, value in places.items()
        if isinstance(value, kinds) and not name.endswith("__")
    }


def caches() -> dict[str, Any]:
    return {
        f"{module.__name__}.{name}": thing
        for module in modules()
        for name, thing in vars(module).items()
        if isinstance(thing, _lru_cache_wrapper) and thing.__module__ == module.__name__
    }


def test_ten_thousand_abandoned_handshakes_leave_nothing_behind() -> None:
    # R15. Before, all is loaded and each cache has what the caller configured.
    assert list(modules())
    for number in range(2 * len(ABANDONED)):
        abandon(number)
    gc.collect()
    before = ours(), containers(), {name: each.cache_info() for name, each in caches().items()}
    blocks = [0, 0]
    for half in (0, 1):
        for number in range(MANY // 2):
            abandon(number)
        gc.collect()
        blocks[half] = sys.getallocatedblocks()
    assert not ours() - before[0]
    assert containers() == before[1]
    for name, each in caches().items():
        assert each.cache_info().currsize == before[2][name].currsize, name
    # A tool that watches this run may keep something the first time.
    assert blocks[1] - blocks[0] < MANY // 20, "blocks of memory are left"


def test_nothing_needs_the_collector_of_cycles() -> None:
    """A handshake that is let go is gone at once, also with its error, and with it the request."""
    assert list(modules())
    abandon(0)
    gc.collect()
    before = ours()
    gc.disable()
    try:
        for number in range(200):
            abandon(number)
        left = ours() - before
    finally:
        gc.enable()
    assert not left


def test_every_cache_is_small() -> None:
    assert caches()
    for each in caches().values():
        assert each.cache_parameters()["maxsize"] is not None
        assert each.cache_parameters()["maxsize"] <= 64


def test_no_cache_takes_what_a_peer_sent() -> None:
    """A redirect that is read, an offer that is sent to another process."""
    for cache in caches().values():
        cache.cache_clear()
    parse_uri(URI)
    assert new_server().receive_data(request_bytes()) is not None
    before = {name: each.cache_info().currsize for name, each in caches().items()}
    for number in range(100):
        parse_uri(f"ws://{number}.example/?token={number}")
        data = request_bytes(f"Sec-WebSocket-Protocol: p{number}, q{number}")
        offer = new_server().receive_data(data)
        assert pickle.loads(pickle.dumps(offer)) == offer
    for name, each in caches().items():
        assert each.cache_info().currsize <= before[name], name


# --- Work for each byte ---------------------------------------------------------------------------


class Work:
    """Counts what the library does while it is active."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lines = 0
        self.characters = 0
        for _, pattern in list(patterns()):
            for method in ("findall", "fullmatch", "match", "search", "split", "sub"):
                monkeypatch.setattr(pattern, method, self._counted(getattr(pattern, method)))
        for module in (wire, body):
            monkeypatch.setattr(module, "bytearray", self._buffer(), raising=False)

    def _counted(self, method: Callable[..., Any]) -> Callable[..., Any]:
        name = method.__name__

        def call(*arguments: Any, **more: Any) -> Any:
            found = method(*arguments, **more)
            numbers = [each for each in arguments if type(each) is int]
            text = next(each for each in reversed(arguments) if isinstance(each, str))
            begin, end = (*numbers, len(text))[:2] if numbers else (0, len(text))
            if name in ("match", "search") and found is not None:
                end = found.end()
            self.characters += end - begin
            return found

        return call

    def _buffer(self) -> type[bytearray]:
        work = self

        class Counting(bytearray):
            """Counts the bytes that are searched, taken out or put in."""

            def find(self, sub: Any, start: Any = 0, end: Any = None) -> int:
                found = super().find(sub, start, len(self) if end is None else end)
                stop = found if found >= 0 else len(self) if end is None else end
                work.characters += max(0, stop - start)
                return found

            def __getitem__(self, index: Any) -> Any:
                taken = super().__getitem__(index)
                work.characters += len(taken) if isinstance(index, slice) else 1
                return taken

            def __iadd__(self, more: Any) -> Any:  # type: ignore[misc]
                work.characters += len(more)
                return super().__iadd__(more)

            def decode(self, *arguments: Any, **more: Any) -> str:
                work.characters += len(self)
                return super().decode(*arguments, **more)

        return Counting

    def _trace(self, frame: types.FrameType, event: str, argument: object) -> Any:
        if not frame.f_globals.get("__name__", "").startswith("ws_handshake"):
            return None
        self.lines += event == "line"
        return self._trace

    @contextlib.contextmanager
    def counting(self) -> Iterator[None]:
        self.lines = self.characters = 0
        earlier = sys.gettrace()
        sys.settrace(self._trace)
        try:
            yield
        finally:
            sys.settrace(earlier)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    return Work(monkeypatch)


LARGE = Limits(request_line=10**7, head=10**7, fields=10**7, body=10**7)


def fed(handshake: Handshake, data: bytes, size: int = 1) -> None:
    try:
        for at in range(0, len(data), size):
            handshake.receive_data(data[at : at + size])
        handshake.receive_data(b"")
    except HandshakeError as error:
        str(error)
    except RuntimeError:
        pass  # it was whole before


def to_server(data: bytes, size: int = 1) -> None:
    fed(new_server(limits=LARGE), data, size)


def to_client(data: bytes, size: int = 1) -> None:
    fed(new_client(limits=LARGE, subprotocols=["chat"]), data, size)


CHUNKED = b"HTTP/1.1 403 x\r\nTransfer-Encoding: chunked\r\n\r\n"
REFUSED = b"HTTP/1.1 403 x\r\n\r\n"
WHOLE = 10**9
# What is done with a number n, and how large n is at first.
LINEAR: dict[str, tuple[int, Callable[[int], object]]] = {
    "a long field in single bytes": (
        2000,
        lambda n: to_server(request_bytes("X: " + "a" * n)),
    ),
    "a long field at once": (2000, lambda n: to_server(request_bytes("X: " + "a" * n), WHOLE)),
    "a long request line": (2000, lambda n: to_server(b"GET /" + b"a" * n + b" HTTP/1.1\r\n")),
    "fields in single bytes": (200, lambda n: to_server(request_bytes(*["X: abc"] * n))),
    "fields in pieces": (200, lambda n: to_server(request_bytes(*["X: abc"] * n), 7)),
    "fields at once": (200, lambda n: to_server(request_bytes(*["X: abc"] * n), WHOLE)),
    "bare CRs": (2000, lambda n: to_server(b"GET / HTTP/1.1\r\nX: " + b"a\r" * n)),
    "an answer in single bytes": (2000, lambda n: to_client(response_bytes("X: " + "a" * n))),
    "interim responses": (
        100,
        lambda n: to_client(b"HTTP/1.1 103\r\nA: b\r\n\r\n" * n + response_bytes()),
    ),
    "interim responses at once": (
        100,
        lambda n: to_client(b"HTTP/1.1 103\r\nA: b\r\n\r\n" * n + response_bytes(), WHOLE),
    ),
    "a body until the close": (2000, lambda n: to_client(REFUSED + b"a" * n)),
    "a body of chunks": (300, lambda n: to_client(CHUNKED + b"1\r\na\r\n" * n)),
    "a body of chunks at once": (300, lambda n: to_client(CHUNKED + b"1\r\na\r\n" * n, WHOLE)),
    "chunk extensions": (300, lambda n: to_client(CHUNKED + b"1;a=b\r\na\r\n" * n)),
    "trailers": (200, lambda n: to_client(CHUNKED + b"0\r\n" + b"X: abc\r\n" * n)),
    "options of Connection": (
        1000,
        lambda n: to_server(request_bytes("Connection: " + "a, " * n), WHOLE),
    ),
    "subprotocols": (
        300,
        lambda n: to_server(
            request_bytes("Sec-WebSocket-Protocol: " + ", ".join(map(str, range(n)))), WHOLE
        ),
    ),
    "extensions": (
        300,
        lambda n: to_server(request_bytes("Sec-WebSocket-Extensions: " + "x; a=1, " * n), WHOLE),
    ),
    "parameters": (300, lambda n: parse_extensions("x" + '; a="b"' * n)),
    "a list": (1000, lambda n: parse_token_list("a, " * n)),
    "lines of one field": (
        500,
        lambda n: Headers([("Connection", "a")] * n)["connection"],
    ),
    "violations": (
        300,
        lambda n: request_violations(
            Request("/", [*GOOD.items(), *[(f"X-{each}", "a") for each in range(n)]])
        ),
    ),
    "a request written": (
        300,
        lambda n: Request("/", [(f"X-{each}", "a\xe9") for each in range(n)]).to_bytes(),
    ),
    "an answer read": (
        300,
        lambda n: Response.parse(response_bytes(*["X: \xe9"] * n), LARGE).to_bytes(),
    ),
}


@pytest.mark.parametrize("case", LINEAR)
def test_twice_as_much_is_twice_the_work(case: str, work: Work) -> None:
    # R1. Once before counting, so that what is done once only is done.
    n, action = LINEAR[case]
    action(3)
    counts = []
    for size in (n, 2 * n):
        with work.counting():
            action(size)
        counts.append((work.lines, work.characters))
    (lines, characters), (more_lines, more_characters) = counts
    assert lines + characters > n / 8
    assert more_lines <= 2.1 * lines + 100
    assert more_characters <= 2.1 * characters + 100


def test_quadratic_work_is_noticed(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for a reader that searches its buffer from the beginning again and again."""

    def read_again(self: Any, data: bytes) -> None:
        self._buffer += data
        self._buffer.find(b"\r\n\r\n")

    monkeypatch.setattr(wire.HeadReader, "feed", read_again)
    with pytest.raises(AssertionError):
        test_twice_as_much_is_twice_the_work("a long field in single bytes", work)
