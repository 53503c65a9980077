"""Rules that past security advisories teach: each test fails without the code that it names.

Rules R11 to R13 and R18 are about what is built on this library, and are tested there:
`rules/table.py` says where.
"""

from __future__ import annotations

import gc
import importlib
import pkgutil
import re
import sys
import time
import tracemalloc
import weakref
from collections.abc import Callable, Iterator
from functools import _lru_cache_wrapper
from types import ModuleType
from typing import Any, TypeVar

import pytest

import ws_handshake
from ws_handshake import (
    SAME_ORIGIN,
    Agreement,
    ClientHandshake,
    Extension,
    HandshakeError,
    Headers,
    IncompleteMessage,
    InvalidHeader,
    InvalidMessage,
    InvalidResponse,
    InvalidURI,
    Limits,
    LocalProtocolError,
    Offer,
    Request,
    Response,
    ServerHandshake,
    State,
    UnexpectedStatus,
    WebSocketURI,
    build_rejection,
    build_request,
    build_response,
    parse_uri,
    request_violations,
    validate_request,
    validate_response,
)
from ws_handshake.pattern import Pattern

T = TypeVar("T")

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
URI = "ws://example.com/chat"
SECRET = "opensesame"

GOOD = {
    "Host": "example.com",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": KEY,
    "Sec-WebSocket-Version": "13",
}
ANSWER = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": ACCEPT}


def request_bytes(
    *lines: str, start: str = "GET /chat HTTP/1.1", fields: dict[str, str] | None = None
) -> bytes:
    """A good request with lines behind its fields."""
    own = [f"{name}: {value}" for name, value in (GOOD if fields is None else fields).items()]
    return "".join([f"{line}\r\n" for line in (start, *own, *lines, "")]).encode("latin-1")


def response_bytes(
    *lines: str, start: str = "HTTP/1.1 101 x", fields: dict[str, str] | None = None
) -> bytes:
    """A good answer with lines behind its fields."""
    return request_bytes(*lines, start=start, fields=ANSWER if fields is None else fields)


def new_server(**arguments: Any) -> ServerHandshake:
    return ServerHandshake(**{"origins": None, **arguments})


def new_client(**arguments: Any) -> ClientHandshake:
    return ClientHandshake(URI, key=KEY, **arguments)


def refused(data: bytes, **arguments: Any) -> HandshakeError:
    """The error for a request, after the checks that hold for every refusal."""
    server = new_server(**arguments)
    with pytest.raises(HandshakeError) as caught:
        server.receive_data(data)
    assert server.state is State.REFUSED
    assert server.agreement is None
    with pytest.raises(LocalProtocolError):
        server.accept()
    rejection = caught.value.rejection
    assert rejection is not None
    assert 400 <= rejection.status <= 599
    return caught.value


def failed(data: bytes, **arguments: Any) -> HandshakeError:
    """The error for an answer."""
    client = new_client(**arguments)
    with pytest.raises(HandshakeError) as caught:
        client.receive_data(data)
    assert client.agreement is None
    assert client.state is not State.OPEN
    return caught.value


def outcome(action: Callable[[], T]) -> T | Exception:
    """A value, or what was raised instead."""
    try:
        return action()
    except Exception as error:  # noqa: BLE001
        return error


def one_by_one(
    handshake: ServerHandshake | ClientHandshake, data: bytes, most: int = 10**9
) -> tuple[HandshakeError, int]:
    """Feed bytes one by one until they are refused: the error, and how many were taken."""
    for count in range(1, min(len(data), most) + 1):
        try:
            assert handshake.receive_data(data[count - 1 : count]) is None
        except HandshakeError as error:
            return error, count
    raise AssertionError("nothing was refused")


def seconds(action: Callable[[], object]) -> float:
    """Of this process: other work on the machine does not count."""
    began = time.process_time()
    action()
    return time.process_time() - began


def assert_linear(
    action: Callable[[int], object], small: int = 8, most: int = 32, tries: int = 5
) -> None:
    """Eight times the size takes about eight times as long: `most` times is still taken for it."""
    ratios = []
    for _ in range(tries):
        short = min(seconds(lambda: action(small)) for _ in range(3))
        ratios.append(seconds(lambda: action(8 * small)) / max(short, 1e-4))
        if ratios[-1] < most:
            return
    raise AssertionError(f"8 times the size took {min(ratios):.0f} times as long")


def assert_quick(action: Callable[[], object]) -> None:
    """Far more time than linear work needs, far less than any backtracking takes."""
    assert min(seconds(action) for _ in range(2)) < 2


def modules() -> Iterator[ModuleType]:
    """Every module of the package."""
    for found in pkgutil.iter_modules(ws_handshake.__path__, "ws_handshake."):
        yield importlib.import_module(found.name)


# --- R1: linear work, everything capped -----------------------------------------------------------

KIB = 1024


def test_r01_a_head_in_single_bytes_takes_linear_time() -> None:
    # wire.HeadReader searches each byte once (CVE-2023-43669: re-parsed for each packet).
    def feed(kib: int) -> None:
        server = new_server(limits=Limits(head=1000 * KIB))
        data = request_bytes("X: " + "a" * (kib * KIB))
        for at in range(len(data)):
            server.receive_data(data[at : at + 1])
        assert server.state is State.OFFERED

    assert_linear(feed, small=64, most=16)  # searching again is quick: it shows late


@pytest.mark.parametrize("framing", ["Content-Length: 99999", "X: until close"])
def test_r01_a_body_in_single_bytes_takes_linear_time(framing: str) -> None:
    # body.BodyReader appends to one bytearray.
    def feed(kib: int) -> None:
        client = new_client(limits=Limits(body=100 * KIB))
        client.receive_data(f"HTTP/1.1 403 No\r\n{framing}\r\n\r\n".encode())
        for _ in range(kib * KIB):
            client.receive_data(b"a")

    assert_linear(feed)


@pytest.mark.parametrize("size", [1, 10**6])
def test_r01_a_body_in_tiny_chunks_takes_linear_time(size: int) -> None:
    # body.BodyReader goes through the data by position, without copying what is left of it.
    def feed(kib: int) -> None:
        client = new_client(limits=Limits(body=100 * KIB))
        data = b"HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n"
        data += b"1\r\na\r\n" * (kib * KIB // 4)
        for at in range(0, len(data), size):
            client.receive_data(data[at : at + size])

    assert_linear(feed)


def test_r01_many_fields_of_one_name_are_joined_in_linear_time() -> None:
    # Headers._lines collects the lines of a name before it joins them (CVE-2025-67725).
    def look(kib: int) -> None:
        headers = Headers([("Connection", "a" * 8)] * (kib * 128))
        assert len(headers["Connection"]) == 10 * kib * 128 - 2
        assert "upgrade" not in headers

    assert_linear(look)


def test_r01_interim_responses_are_skipped_in_linear_time() -> None:
    # HeadReader copies what came behind a head once, not for each interim head before it.
    heads, behind = b"HTTP/1.1 100\r\n\r\n" * 3000, bytes(4 * KIB * KIB)
    final = b"HTTP/1.1 101 x\r\n\r\n"

    def feed(data: bytes) -> None:
        with pytest.raises(InvalidResponse):
            new_client().receive_data(data)

    for _ in range(3):
        parts = seconds(lambda: feed(heads + final)) + seconds(lambda: feed(final + behind))
        whole = seconds(lambda: feed(heads + final + behind))
        if whole < 4 * parts + 0.1:
            return
    raise AssertionError(f"{whole:.2f} s for what takes {parts:.2f} s in two parts")


@pytest.mark.parametrize(
    ("limits", "data", "code", "status", "at"),
    [
        (Limits(request_line=100), b"GET /" + b"a" * 999, "request-line-too-long", 414, 101),
        (Limits(head=100), b"GET / HTTP/1.1\r\nX: " + b"a" * 999, "head-too-large", 431, 101),
        (Limits(head=100), b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 999, "head-too-large", 431, 101),
        (Limits(fields=5), b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 999, "too-many-fields", 431, 47),
    ],
)
@pytest.mark.parametrize("whole", [True, False])
def test_r01_a_limit_of_the_server_is_its_own_error_at_the_first_byte_over_it(
    limits: Limits, data: bytes, code: str, status: int, at: int, whole: bool
) -> None:
    # wire.HeadReader._look_for_faults; CVE-2024-37890: cut fields became a missing Upgrade;
    # CVE-2026-54277: limits bypassed by segmentation.
    server = new_server(limits=limits)
    if whole:
        with pytest.raises(InvalidMessage) as caught:
            server.receive_data(data)
        error: HandshakeError = caught.value
    else:
        error, count = one_by_one(server, data)
        assert count == at
    assert (type(error), error.code) == (InvalidMessage, code)
    assert error.rejection is not None
    assert error.rejection.status == status
    # No half of a header set is left behind.
    assert error.request is None
    assert server.request is None


@pytest.mark.parametrize(
    ("limits", "data", "code"),
    [
        (Limits(request_line=100), b"HTTP/1.1 101 " + b"a" * 999, "status-line-too-long"),
        (Limits(head=100), b"HTTP/1.1 101 x\r\nUpgrade: " + b"a" * 999, "head-too-large"),
        (Limits(head=100), b"HTTP/1.1 101 x\r\n" + b"X: a\r\n" * 999, "head-too-large"),
        (Limits(head=100), b"HTTP/1.1 103 x\r\nA: b\r\n\r\n" * 999, "head-too-large"),
        (Limits(fields=5), b"HTTP/1.1 101 x\r\n" + b"X: a\r\n" * 999, "too-many-fields"),
        (Limits(fields=5), b"HTTP/1.1 103 x\r\nA: b\r\n\r\n" * 999, "too-many-fields"),
    ],
)
def test_r01_a_limit_of_the_client_is_its_own_error(limits: Limits, data: bytes, code: str) -> None:
    # The same for answers (CVE-2026-54465: endless headers; CVE-2010-1766: a long Upgrade).
    assert failed(data, limits=limits).code == code
    error, count = one_by_one(new_client(limits=limits), data)
    assert error.code == code
    assert count <= 150


@pytest.mark.parametrize(
    "behind",
    [
        b"Content-Length: 99999999999999999999\r\n\r\n" + b"a" * 5000,
        b"X: until close\r\n\r\n" + b"a" * 5000,
        b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 5000,
        b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 5000,
        b"Transfer-Encoding: chunked\r\n\r\n1;" + b"a" * 5000,
        b"Transfer-Encoding: chunked\r\n\r\n" + b"1;abcdefghijklmnopqrstuv\r\na\r\n" * 5000,
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"X: a\r\n" * 5000,
        b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: " + b"a" * 5000,
    ],
    ids=lambda behind: ascii(behind[:45]),
)
def test_r01_a_body_ends_at_its_limit_whatever_its_framing(behind: bytes) -> None:
    # body.BodyReader counts the body, and chunk extensions and trailers (CVE-2026-22815).
    limits = Limits(request_line=200, head=500, body=100)
    error, count = one_by_one(new_client(limits=limits), b"HTTP/1.1 403 No\r\n" + behind)
    assert isinstance(error, UnexpectedStatus)
    assert not error.complete
    assert len(error.response.body) <= 100
    assert count < 5000


def feed_again_and_again(handshake: ServerHandshake | ClientHandshake, data: bytes) -> None:
    for _ in range(1000):
        handshake.receive_data(data)


def test_r01_no_more_is_kept_than_the_limits_allow() -> None:
    # wire.HeadReader._buffer stops growing at the limit, BodyReader._body at its own.
    limits = Limits(head=64 * KIB, body=64 * KIB)
    part = b"X: " + b"a" * 900 + b"\r\n"
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        server, client = new_server(limits=limits), new_client(limits=limits)
        server.receive_data(b"GET / HTTP/1.1\r\n")
        client.receive_data(b"HTTP/1.1 403 No\r\n\r\n")
        for handshake in (server, client):
            with pytest.raises(HandshakeError):
                feed_again_and_again(handshake, part)
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert peak < 6 * 64 * KIB


# --- R2: no pattern that can backtrack ------------------------------------------------------------


def patterns() -> Iterator[tuple[str, Pattern]]:
    """Every pattern that a module of the package holds, also inside its objects."""
    for module in modules():
        for name, thing in vars(module).items():
            held = [thing]
            if type(thing).__module__.startswith("ws_handshake."):
                held += [getattr(thing, slot, None) for slot in getattr(thing, "__slots__", ())]
            held += [each for group in held if isinstance(group, tuple) for each in group]
            for each in held:
                if isinstance(each, Pattern):
                    yield f"{module.__name__}.{name}", each


def repetitions(parsed: Any) -> Iterator[tuple[str, Any]]:
    """Each repetition in a parsed pattern: its kind and how often it repeats at most."""
    for operation, argument in parsed:
        if "REPEAT" in str(operation):
            yield str(operation), argument[1]
        yield from inner(argument)


def inner(argument: Any) -> Iterator[tuple[str, Any]]:
    if type(argument).__name__ == "SubPattern":
        yield from repetitions(argument)
    elif isinstance(argument, list | tuple):
        for each in argument:
            yield from inner(each)


def test_r02_every_repetition_is_possessive_or_short() -> None:
    # grammar: `++`, `*+`, `?+` everywhere; what is plain repeats a bounded number of times.
    parser = importlib.import_module("re._parser")
    found = dict(patterns())
    assert len(found) > 20
    for name, pattern in found.items():
        for kind, most in repetitions(parser.parse(pattern.source)):
            assert kind == "POSSESSIVE_REPEAT" or int(most) <= 63, (name, pattern.source)


LONG = 100_000
HOSTILE = [
    "a" + " " * LONG + "b",  # CVE-2021-32640: split(/ *, */)
    ", " * LONG + "@",
    "a," * LONG + "@",
    "a" + " \t," * LONG + " \t@",
    'a; b="' + "\\a" * LONG,  # CVE-2020-7662, CVE-2020-7663: an unclosed quoted string
    'a; b="' + "\\" * LONG,
    'a; b="c' + '"; b="c' * LONG,
    "a" + "; b" * LONG + "; @",
    "a; b = " + "c" * LONG + "@",
    "a/" * LONG,
    "a" * LONG + "/" + "b" * LONG + "/",
    "[" + ":" * LONG,
    "[" + "1:" * LONG + ":1]",
    "a:" + "0" * LONG + "@",
    "%41" * LONG + "%",
    "https://" + "a." * LONG + "@",
    "a+" * LONG + "://",
    "A" * LONG + "=" * LONG,
    "1" * LONG,
]
PARSERS = [
    "parse_token_list",
    "parse_connection",
    "parse_upgrade",
    "parse_subprotocols",
    "parse_extensions",
    "parse_key",
    "parse_accept",
    "parse_version",
    "parse_origin",
    "parse_host",
    "parse_uri",
]


@pytest.mark.parametrize("parser", PARSERS)
def test_r02_hostile_values_are_read_quickly(parser: str) -> None:
    # The possessive patterns of each parser in fields and uri.
    parse = getattr(ws_handshake, parser)

    def read_all() -> None:
        for value in HOSTILE:
            for text in (value, f"ws://{value}/", f"ws://a/{value}?{value}"):
                result = outcome(lambda: parse(text))  # noqa: B023
                if isinstance(result, Exception):
                    assert type(result) in (InvalidHeader, InvalidURI)
                    assert len(str(result)) < 2000

    assert_quick(read_all)


@pytest.mark.parametrize("field", [*GOOD, "Origin", "Sec-WebSocket-Protocol", "X"])
def test_r02_hostile_fields_are_judged_quickly(field: str) -> None:
    # The same in a request, and all that decides about one: hosts, origins, hints.
    requests = [
        Request(
            "/",
            [
                (name, value if name == field else good)
                for name, good in {**GOOD, field: ""}.items()
            ],
        )
        for value in HOSTILE
    ]

    def judge_all() -> None:
        for request in requests:
            request_violations(request, origins=[SAME_ORIGIN, None], hosts=["example.com"])
            ws_handshake.is_websocket_request(request)

    assert_quick(judge_all)


@pytest.mark.parametrize(
    "data",
    [
        b"GET " + b"/" * LONG,
        b"GET /" + b" " * LONG,
        b"a" * LONG,
        b"GET / HTTP/1.1\r\nX:" + b" " * LONG + b"\0\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"a " * LONG + b"\0\r\n\r\n",  # CVE-2020-5236
        b"GET / HTTP/1.1\r\nX: " + b"\t a" * LONG + b"\x7f\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"a" * LONG + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\na" + b" " * LONG + b":\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * LONG + b"@\r\n\r\n",
        b"GET http://" + b"a:" * LONG + b"@/ HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 101 " + b" " * LONG + b"\0\r\n\r\n",
        b"HTTP/1.1 403 x\r\nTransfer-Encoding: " + b"a, " * LONG + b"@\r\n\r\n",
        b"HTTP/1.1 403 x\r\nTransfer-Encoding: chunked\r\n\r\n1" + b" ;a=" * LONG + b"\r\n",
        b'HTTP/1.1 403 x\r\nTransfer-Encoding: chunked\r\n\r\n1;a="' + b"\\" * LONG + b"\r\n",
        b"HTTP/1.1 403 x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: " + b"a " * LONG + b"\0\r\n",
        b"HTTP/1.1 403 x\r\nContent-Length: " + b"0" * LONG + b"@\r\n\r\n",
        b"HTTP/1.1 403 x\r\nContent-Length: " + b"9" * LONG + b"\r\n\r\n",
    ],
    ids=lambda data: ascii(data[:60]),
)
def test_r02_hostile_messages_are_read_quickly(data: bytes) -> None:
    # The patterns of wire and body, with limits that let all of it through.
    limits = Limits(request_line=10**7, head=10**7, fields=10**7, body=10**7)

    def read() -> None:
        for handshake in (new_server(limits=limits), new_client(limits=limits)):
            for piece in (data, b""):
                result = outcome(lambda: handshake.receive_data(piece))  # noqa: B023
                assert result is None or isinstance(result, HandshakeError | LocalProtocolError)
                assert len(str(result)) < 2000

    assert_quick(read)


# --- R3: strict where peers disagree --------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("X: a\n", "bare-lf"),
        ("X: a\nY: b", "bare-lf"),
        ("X: a\rY: b", "bare-cr"),
        ("X: a\r", "bare-cr"),
        ("X: a\r\n b", "folded-line"),
        ("X: a\r\n\tb", "folded-line"),
        ("X : a", "space-before-colon"),
        ("X\t: a", "space-before-colon"),
        ("X: a\0", "control-character"),
        ("X\0: a", "control-character"),
        ("X: \x0b", "control-character"),
        ("X: \x7f", "control-character"),
        (": a", "field-name-malformed"),
        ("X\xe9: a", "field-name-malformed"),
        ("X", "colon-missing"),
    ],
    ids=ascii,
)
def test_r03_lines_that_peers_read_differently_are_refused(line: str, code: str) -> None:
    # wire._FIELD and HeadReader._fault_of, on both sides.
    assert refused(request_bytes(line)).code == code
    assert failed(response_bytes(line)).code == code


# int() takes all of these, isdigit() takes the last two.
ODD_NUMBERS = ["+1", "-0", "1_0", " 1", "0x1", "1.0", "\xb2", "1\xa0"]


@pytest.mark.parametrize("number", ODD_NUMBERS, ids=ascii)
def test_r03_only_ascii_digits_are_a_number(number: str) -> None:
    # The patterns _DIGITS, _VERSION, PORT, STATUS_LINE, CHUNK_SIZE and _CONTENT_LENGTH decide;
    # int() only converts (CVE-2023-47627, CVE-2022-24801).
    length = request_bytes(f"Content-Length: 0{number}")
    version = request_bytes(fields={**GOOD, "Sec-WebSocket-Version": f"1{number}"})
    port = request_bytes(fields={**GOOD, "Host": f"example.com:8{number}"})
    status = response_bytes(start=f"HTTP/1.1 1{number}")
    assert refused(length).code == "content-length-malformed"
    assert refused(version).code == "version-malformed"
    assert refused(port).code == "host-malformed"
    assert failed(status).code == "status-line-malformed"
    with pytest.raises(InvalidURI):
        parse_uri(f"ws://example.com:8{number}/")
    for framing in (
        f"Content-Length: 1{number}\r\n\r\n",
        f"Transfer-Encoding: chunked\r\n\r\n1{number}\r\n",
    ):
        error = failed(f"HTTP/1.1 403 x\r\n{framing}aaaaaaaaaaaaaaaaaaaa".encode("latin-1"))
        assert isinstance(error, UnexpectedStatus)
        assert not error.complete


@pytest.mark.parametrize("end", ["ab", "\n\n", "\r\r", "\n\r", "0\r", " \r"], ids=ascii)
def test_r03_a_chunk_ends_with_cr_lf_and_nothing_else(end: str) -> None:
    # body.BodyReader, at _CHUNK_END (CVE-2025-43859: any two bytes).
    data = f"HTTP/1.1 403 x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno{end}0\r\n\r\n"
    error = failed(data.encode())
    assert isinstance(error, UnexpectedStatus)
    assert (error.complete, error.response.body) == (False, b"no")


@pytest.mark.parametrize(
    "lines",
    [
        ["Content-Length: 2", "Content-Length: 2"],
        ["Content-Length: 2", "Content-Length: 3"],
        ["Content-Length: 2, 2"],
        ["Transfer-Encoding: chunked", "Transfer-Encoding: @"],
        ["Transfer-Encoding: chunked chunked"],
    ],
    ids=str,
)
def test_r03_a_body_whose_end_is_disputed_is_not_read(lines: list[str]) -> None:
    # body.BodyReader._find_length (CVE-2019-16792, CVE-2020-10108).
    error = failed(
        response_bytes(*lines, start="HTTP/1.1 403 x", fields={}) + b"2\r\nno\r\n0\r\n\r\n"
    )
    assert isinstance(error, UnexpectedStatus)
    assert (error.complete, error.response.body) == (False, b"")


# --- R4: no body ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lines",
    [
        ["Content-Length: 1"],
        ["content-length: 5"],
        ["Content-Length: 00001"],
        ["Content-Length: 99999999999999999999"],
        ["Content-Length: "],
        ["Content-Length: -1"],
        ["Content-Length: 0, 0"],
        ["Content-Length: 0", "Content-Length: 0"],
        ["Content-Length: 0", "Content-Length: 5"],
        ["Transfer-Encoding: chunked"],
        ["transfer-encoding: CHUNKED"],
        ["Transfer-Encoding: identity"],
        ["Transfer-Encoding: x"],
        ["Transfer-Encoding: "],
        ["Transfer-Encoding: chunked", "Content-Length: 0"],
    ],
    ids=str,
)
def test_r04_a_request_with_a_body_is_never_answered_with_101(lines: list[str]) -> None:
    # server._examine_no_body (CVE-2026-69243).
    error = refused(request_bytes(*lines) + b"GET /admin HTTP/1.1\r\n\r\n")
    assert error.rejection is not None
    assert error.rejection.status == 400
    with pytest.raises(HandshakeError):
        validate_request(
            Request("/", [*GOOD.items(), *[_pair(line) for line in lines]]), origins=None
        )


def _pair(line: str) -> tuple[str, str]:
    name, _, value = line.partition(": ")
    return name, value


def test_r04_a_content_length_of_zero_is_no_body() -> None:
    assert isinstance(new_server().receive_data(request_bytes("Content-Length: 0")), Offer)


# --- R5: after a failed upgrade, nothing ----------------------------------------------------------

PIPELINED = b"GET /admin HTTP/1.1\r\nHost: example.com\r\n\r\n"


def test_r05_every_refusal_closes_the_connection() -> None:
    # response.rejection writes Connection, and takes none from the caller.
    for status in range(300, 600):
        options = build_rejection(status).headers["Connection"].split(", ")
        assert options[-1] == "close"
    with pytest.raises(ValueError, match="Connection"):
        build_rejection(403, headers={"Connection": "keep-alive"})


@pytest.mark.parametrize("data", [b"G\0", request_bytes(fields={}), request_bytes("Upgrade: x")])
def test_r05_bytes_behind_a_refused_request_are_not_read(data: bytes) -> None:
    # ServerHandshake.receive_data takes one message; what is behind it is never parsed.
    server = new_server()
    with pytest.raises(HandshakeError):
        server.receive_data(data + PIPELINED)
    assert server.request is None or server.request.target == "/chat"
    for more in (PIPELINED, request_bytes(), b""):
        with pytest.raises(LocalProtocolError):
            server.receive_data(more)
    server.reject(400)
    with pytest.raises(LocalProtocolError):
        server.reject(400)


def test_r05_bytes_before_the_answer_are_kept_apart() -> None:
    # ServerHandshake.trailing_data (CVE-2026-2833: passed on before the upgrade was accepted).
    server = new_server()
    server.receive_data(request_bytes() + PIPELINED)
    assert server.trailing_data == PIPELINED
    with pytest.raises(LocalProtocolError):
        server.receive_data(PIPELINED)
    assert PIPELINED not in server.reject(403)


@pytest.mark.parametrize(
    "data",
    [
        response_bytes(start="HTTP/1.1 200 OK"),  # CVE-2019-17567
        response_bytes(start="HTTP/1.1 103 x"),
        response_bytes()[:-1],
        response_bytes(fields={**ANSWER, "Sec-WebSocket-Accept": KEY}),
        response_bytes(fields={**ANSWER, "Sec-WebSocket-Accept": ws_handshake.accept_key("x")}),
    ],
)
def test_r05_a_client_is_not_open_before_a_verified_101(data: bytes) -> None:
    # ClientHandshake returns an Agreement from validate_response only.
    client = new_client()
    for piece in (data, b""):
        try:
            assert client.receive_data(piece) is None
        except HandshakeError:
            break
    assert client.state in (State.FAILED, State.REFUSED)
    assert client.agreement is None
    with pytest.raises(LocalProtocolError):
        client.receive_data(response_bytes())


# --- R6: all requirements, whatever is claimed ----------------------------------------------------


@pytest.mark.parametrize("claimed", ["0", "7", "8", "13", "99", None])
@pytest.mark.parametrize(
    "missing",
    [*GOOD, "GET", "HTTP/1.1"],
)
def test_r06_one_requirement_less_is_no_offer(missing: str, claimed: str | None) -> None:
    # server._examine asks for everything, also of a version that it does not know
    # (GHSA-4mp9-239f-g9hg: version 7 without Connection and Upgrade).
    fields = {**GOOD, "Sec-WebSocket-Version": claimed}
    sent = {name: value for name, value in fields.items() if value is not None and name != missing}
    starts = {"GET": "POST /chat HTTP/1.1", "HTTP/1.1": "GET /chat HTTP/1.0"}
    error = refused(request_bytes(start=starts.get(missing, "GET /chat HTTP/1.1"), fields=sent))
    assert error.request is not None
    found = [violation.field for violation in request_violations(error.request)]
    assert (missing if missing in GOOD else None) in found


@pytest.mark.parametrize("claimed", ["0", "7", "8", "14", "99", "255"])
def test_r06_a_101_is_for_version_13_only(claimed: str) -> None:
    error = refused(request_bytes(fields={**GOOD, "Sec-WebSocket-Version": claimed}))
    assert error.rejection is not None
    assert error.rejection.headers["Sec-WebSocket-Version"] == "13"


@pytest.mark.parametrize("missing", ANSWER)
def test_r06_one_requirement_less_is_no_agreement(missing: str) -> None:
    # client._examine.
    fields = {name: value for name, value in ANSWER.items() if name != missing}
    assert isinstance(failed(response_bytes(fields=fields)), InvalidResponse)


# --- R7: what may come once -----------------------------------------------------------------------

ONCE = ["Host", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Origin", "Upgrade"]


@pytest.mark.parametrize("name", ONCE)
@pytest.mark.parametrize("second", ["same", "other", ""])
@pytest.mark.parametrize("change", [str, str.lower, str.upper])
def test_r07_a_singleton_of_a_request_on_two_lines_is_refused(
    name: str, second: str, change: Callable[[str], str]
) -> None:
    # server._report_number, and as_list for Upgrade (CVE-2026-34525: two Hosts).
    first = {**GOOD, "Origin": "https://example.com"}
    value = {"same": first[name], "other": "x", "": ""}[second]
    for lines in (
        [(name, first[name]), (change(name), value)],
        [(change(name), value), (name, first[name])],
    ):
        fields = [(each, given) for each, given in first.items() if each != name]
        request = Request("/", [*fields[:2], lines[0], *fields[2:], lines[1]])
        error = refused(request.to_bytes())
        assert error.field == name


@pytest.mark.parametrize(
    "name", ["Sec-WebSocket-Accept", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions"]
)
@pytest.mark.parametrize("second", ["same", "other"])
def test_r07_a_singleton_of_an_answer_on_two_lines_is_refused(name: str, second: str) -> None:
    # client._examine, where it counts the lines.
    value = {**ANSWER, "Sec-WebSocket-Protocol": "chat", "Sec-WebSocket-Extensions": "x"}[name]
    request = build_request(URI, key=KEY, subprotocols=["chat"], extensions=[Extension("x")])
    fields = [(each, given) for each, given in ANSWER.items() if each != name]
    for lines in ([value, value if second == "same" else "x"], ["x", value]):
        response = Response(101, [*fields, *[(name, each) for each in lines]])
        with pytest.raises(HandshakeError) as caught:
            validate_response(response, request)
        assert caught.value.field == name


# --- R8: what goes out is validated ---------------------------------------------------------------

BREAKS = ["\r\nX-Evil: 1", "\n", "\r", "\0", " HTTP/1.1\r\nX: 1\r\n\r\nGET /", "\ud800"]


@pytest.mark.parametrize("text", BREAKS, ids=ascii)
def test_r08_nothing_that_goes_out_can_break_a_line(text: str) -> None:
    # value.checked, Headers, Extension, WebSocketURI (CVE-2026-1527, GHSA-f9vr-g2g2-x9fg,
    # CVE-2025-67724, CVE-2023-49081, CVE-2019-12387, CVE-2020-26116, CVE-2020-7695).
    offer = validate_request(build_request(URI, subprotocols=["chat"]), origins=None)
    server = new_server()
    server.receive_data(request_bytes())
    builds: dict[str, Callable[[], object]] = {
        "target": lambda: Request(f"/{text}", {}),
        "method": lambda: Request("/", {}, method=f"GET{text}"),
        "version": lambda: Request("/", {}, version=f"HTTP/1.1{text}"),
        "response version": lambda: Response(403, version=f"HTTP/1.1{text}"),
        "reason": lambda: Response(403, reason=f"No{text}"),
        "rejection reason": lambda: build_rejection(403, reason=f"No{text}"),
        "name": lambda: Headers([(f"X{text}", "1")]),
        "value": lambda: Headers([("X", f"a{text}b")]),
        "cookie": lambda: server.accept(headers={"Set-Cookie": f"a={text}b"}),
        "redirect": lambda: server.reject(302, headers={"Location": f"/{text}x"}),
        "uri": lambda: build_request(f"ws://example.com/{text}x"),
        "uri host": lambda: build_request(f"ws://example.com{text}x/"),
        "uri value": lambda: WebSocketURI(False, "example.com", 80, f"/{text}"),
        "host": lambda: build_request(URI, host=f"example.com{text}"),
        "origin": lambda: build_request(URI, origin=f"https://example.com{text}"),
        "key": lambda: build_request(URI, key=f"{KEY}{text}"),
        "subprotocol": lambda: build_request(URI, subprotocols=[f"chat{text}"]),
        "selected": lambda: build_response(offer, subprotocol=f"chat{text}"),
        "extension": lambda: Extension(f"x{text}"),
        "parameter": lambda: Extension("x", [("a", f"1{text}")]),
        "server": lambda: new_server(subprotocols=[f"chat{text}"]),
        "field": lambda: build_request(URI, headers={"Cookie": f"a={text}b"}),
    }
    for where, build in builds.items():
        try:
            build()
        except ValueError:
            continue
        pytest.fail(f"{where} took {text!a}")


@pytest.mark.parametrize(
    "text", ["chat\r\nX-Evil: 1", "chat\r\n\r\n", "chat\0", "a b", ""], ids=ascii
)
def test_r08_an_offer_made_by_hand_cannot_break_the_answer(text: str) -> None:
    # The subprotocol is written into the 101: what made the offer does not matter there.
    request = build_request(URI, subprotocols=["chat"])
    with pytest.raises(ValueError, match="subprotocol"):
        build_response(Offer(request, ("chat", text)), subprotocol=text)


class Anything(str):
    """Text that says it equals whatever it is compared with, and is shown as something else."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = str.__hash__

    def __str__(self) -> str:
        return "chat"


def test_r08_text_that_claims_to_be_other_text_is_judged_as_what_it_is() -> None:
    text = Anything("x\r\nSet-Cookie: a=b")
    offer = validate_request(build_request(URI, subprotocols=["chat"]), origins=None)
    server = new_server(subprotocols=["chat"])
    server.receive_data(request_bytes("Sec-WebSocket-Protocol: chat"))
    builds: list[Callable[[], object]] = [
        lambda: build_response(offer, subprotocol=text),
        lambda: server.accept(subprotocol=text),
        lambda: new_server(subprotocols=["chat", text]),
        lambda: build_request(URI, subprotocols=[text]),
        lambda: build_request(URI, host=text),
        lambda: build_request(URI, origin=text),
        lambda: build_request(URI, key=text),
        lambda: build_request(URI, headers={"X": text}),
    ]
    for build in builds:
        with pytest.raises(ValueError, match=r"\\r\\n|control character"):
            build()
    assert server.accept(subprotocol="chat").endswith(b"\r\nSec-WebSocket-Protocol: chat\r\n\r\n")


def test_r08_a_subclass_cannot_put_other_text_into_the_first_line() -> None:
    class OtherRequest(Request):
        target = method = version = "x\r\nSet-Cookie: a=b"

    class OtherResponse(Response):
        reason = version = "x\r\nSet-Cookie: a=b"

    class OtherNumber(int):
        def __format__(self, spec: str) -> str:
            return "x\r\nSet-Cookie: a=b"

        __str__ = __repr__ = lambda self: "x\r\nSet-Cookie: a=b"

    assert OtherRequest("/", {"Host": "a"}).to_bytes() == b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    assert OtherResponse(403, {}).to_bytes() == b"HTTP/1.1 403 Forbidden\r\n\r\n"
    for refusal in (build_rejection(OtherNumber(403)), Response(OtherNumber(403), {}, body=b"")):
        assert b"Set-Cookie" not in refusal.to_bytes()


# --- R9: escaped and redacted ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"GET /\x1b]0;owned\x07 HTTP/1.1\r\n\r\n",  # CVE-2020-7694
        b"GET /\x9b2J HTTP/1.1\r\n\r\n",
        b"\x1b[2J",
        request_bytes(start="GET http://\x9b2J/ HTTP/1.1"),
        *[request_bytes(fields={**GOOD, name: "\x9b2J\xff\x85"}) for name in GOOD],
        request_bytes("Origin: \x9b2J"),
        request_bytes("Sec-WebSocket-Protocol: \x9b2J"),
        request_bytes("Sec-WebSocket-Extensions: \x9b2J"),
        request_bytes("Content-Length: \x9b2J"),
        request_bytes("X\x9b2J: a"),
    ],
    ids=ascii,
)
def test_r09_bytes_of_the_peer_are_escaped_wherever_they_are_shown(data: bytes) -> None:
    # display.shown.
    error = refused(data, hosts=["example.com"])
    assert error.rejection is not None
    for text in (str(error), repr(error), repr(error.violation), repr(error.request)):
        assert re.fullmatch(r"[ -~\xa1-\xff§]+", text)
        assert text.isprintable()
    assert re.fullmatch(rb"[ -~\r\n]+", error.rejection.to_bytes())


@pytest.mark.parametrize("name", ["Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie"])
def test_r09_credentials_are_redacted(name: str) -> None:
    # Headers.__repr__ and wire.HeadReader._fault_of (PYSEC-2022-179, GHSA-h2ph-vhm7-g4hp).
    for line in (
        f"{name}: {SECRET}",
        f"{name} : {SECRET}",
        f"{name}: {SECRET}\0",
        f"{name} {SECRET}",
    ):
        error = refused(request_bytes(line, "Upgrade: x", start=f"GET /?{SECRET} HTTP/1.1"))
        assert error.rejection is not None
        shown = f"{error}{error!r}{error.hint}{error.request!r}{error.rejection!r}"
        assert SECRET not in shown + error.rejection.to_bytes().decode("latin-1")


@pytest.mark.parametrize(
    "data",
    [
        request_bytes(start=f"{'A' * 8000} / HTTP/1.1"),
        request_bytes(start=f"GET {'a' * 8000} HTTP/1.1"),
        request_bytes(start=f"GET /{'#' * 8000} HTTP/1.1"),
        request_bytes(start=f"GET http://{'a' * 8000}/ HTTP/1.1"),
        request_bytes(start=f"GET / {'a' * 8000}"),
        request_bytes(f"{'a' * 50_000}: \0"),
        request_bytes(f"{'a' * 50_000}: a\n"),
        request_bytes(f"{'a' * 50_000} : a"),
        request_bytes(f"X: {'a' * 50_000}\0"),
        request_bytes(f"Origin: https://{'a' * 50_000}"),
        request_bytes(f"Content-Length: {'1' * 50_000}"),
        request_bytes(f"Transfer-Encoding: {'a' * 50_000}"),
        request_bytes(f"Sec-WebSocket-Protocol: {'a' * 50_000}, {'a' * 9}, {'a' * 9}"),
        request_bytes(f"Sec-WebSocket-Extensions: {'a' * 50_000}; @"),
        *[request_bytes(fields={**GOOD, name: "a" * 50_000}) for name in GOOD],
    ],
    ids=lambda data: f"{len(data)}-{data[-40:].decode('latin-1')!a}",
)
def test_r09_a_refusal_shows_a_long_value_cut(data: bytes) -> None:
    # display.shown: what a peer sends is neither logged nor sent back in full.
    error = refused(data, origins=[SAME_ORIGIN, None], hosts=["example.com"])
    assert error.rejection is not None
    assert len(str(error)) < 1000
    assert len(repr(error.violation)) < 2000
    assert len(error.rejection.to_bytes()) < 2000


# --- R10: who may connect is decided --------------------------------------------------------------


def test_r10_there_is_no_server_without_a_decision_about_origins() -> None:
    # `origins` is a keyword without a default (CVE-2019-13611, CVE-2025-24010, CVE-2026-59950).
    with pytest.raises(TypeError, match="origins"):
        ServerHandshake()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="origins"):
        validate_request(Request.parse(request_bytes()))  # type: ignore[call-arg]


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "https://example.com.evil.example",
        "https://evilexample.com",
        "https://example.co",
        "http://example.com",
        "https://example.com:8443",
        "null",
    ],
)
@pytest.mark.parametrize(
    "origins",
    [
        ["https://example.com"],
        [re.compile(r"https://example\.com")],
        [],
        [None],
        [SAME_ORIGIN],
    ],
    ids=str,
)
def test_r10_another_origin_is_refused_even_with_cookies(origin: str, origins: Any) -> None:
    # origins.OriginPolicy: whole comparison, `null` is nobody's own origin.
    if origins == [SAME_ORIGIN] and origin == "http://example.com":
        return  # a proxy may end TLS: the scheme is not compared there
    error = refused(request_bytes(f"Origin: {origin}", "Cookie: sid=1"), origins=origins)
    assert error.rejection is not None
    assert error.rejection.status == 403


def test_r10_hosts_stop_dns_rebinding() -> None:
    # origins.host_policy: with rebinding Origin and Host agree, and both are the attacker's.
    fields = {**GOOD, "Host": "evil.example"}
    data = request_bytes("Origin: http://evil.example", fields=fields)
    assert new_server(origins=[SAME_ORIGIN]).receive_data(data) is not None
    error = refused(data, origins=[SAME_ORIGIN], hosts=["localhost:8080", "127.0.0.1:8080"])
    assert error.rejection is not None
    assert error.rejection.status == 421


@pytest.mark.parametrize("mistake", ["https://example.com", re.compile("x"), SAME_ORIGIN, b"x"])
def test_r10_a_lone_origin_is_no_collection(mistake: Any) -> None:
    # origin_policy: "https://example.com" taken as a collection would be its letters.
    with pytest.raises(TypeError):
        ServerHandshake(origins=mistake)


# --- R14: names are only compared with known names ------------------------------------------------

# What a look-up in an object, and not in a dictionary of known names, would find.
INHERITED = [
    *["constructor", "__proto__", "toString", "hasOwnProperty", "prototype"],  # GHSA-5v72-xg48-5rpm
    *["__class__", "__init__", "__dict__", "__getattr__", "name", "answer", "items", "keys", "get"],
]


class Known:
    """Both sides of an extension that is asked for its own name only."""

    name = "x-known"

    def offer(self) -> Extension:
        return Extension(self.name)

    def answer(self, offer: Extension) -> Extension | None:
        assert offer.name == self.name
        return Extension(self.name)

    def confirm(self, answer: Extension, offer: Extension) -> None:
        assert answer.name == offer.name == self.name


@pytest.mark.parametrize("name", [*INHERITED, "X-Known", "x-known2"])
def test_r14_names_that_objects_have_are_names_like_others(name: str) -> None:
    # negotiation.answer_offers and first_supported compare with the configured names.
    offers = [
        f"Sec-WebSocket-Extensions: {name}; {name}={name}, x-known",
        f"Sec-WebSocket-Protocol: {name}, chat",
    ]
    server = new_server(extensions=[Known()], subprotocols=["chat"])
    offer = server.receive_data(request_bytes(*offers))
    assert offer is not None
    assert [each.name for each in offer.extensions] == [name, "x-known"]
    server.accept()
    assert server.agreement is not None
    assert server.agreement.subprotocol == "chat"
    assert server.agreement.extensions == (Extension("x-known"),)


@pytest.mark.parametrize("name", [*INHERITED, "X-Known", "x-known2", "permessage-deflate"])
def test_r14_an_answer_that_was_not_offered_fails(name: str) -> None:
    # client._examine_extensions and confirm_answers: what is not negotiated is not in use
    # (CVE-2026-59881).
    error = failed(response_bytes(f"Sec-WebSocket-Extensions: {name}"), extensions=[Known()])
    assert error.field == "Sec-WebSocket-Extensions"
    assert error.code == "extension-not-offered"
    response = Response(101, {**ANSWER, "Sec-WebSocket-Extensions": name})
    with pytest.raises(InvalidResponse):
        validate_response(response, build_request(URI, key=KEY, extensions=[Extension("x-known")]))
    error = failed(response_bytes(f"Sec-WebSocket-Protocol: {name}"), subprotocols=["chat"])
    assert error.code == "subprotocol-not-offered"


@pytest.mark.parametrize("name", INHERITED)
def test_r14_field_names_that_objects_have_are_names_like_others(name: str) -> None:
    # Headers._lines is a plain dictionary of the fields that came.
    request = Request.parse(request_bytes(f"{name}: 1"))
    assert request.headers[name] == "1"
    assert name not in Request.parse(request_bytes()).headers
    assert request_violations(request) == []


# --- R15: an abandoned handshake holds nothing ----------------------------------------------------


class Watched(ServerHandshake):
    """One that can be watched."""


class WatchedClient(ClientHandshake):
    """The same for a client."""


def abandoned(data: bytes) -> Iterator[weakref.ref[Any]]:
    """Handshakes of both sides that were fed and forgotten."""
    server, client = Watched(origins=["https://example.com"]), WatchedClient(URI, key=KEY)
    for handshake in (server, client):
        result = outcome(lambda: handshake.receive_data(data))  # noqa: B023
        if isinstance(result, HandshakeError) and result.rejection is not None:
            result.rejection.to_bytes()
        del result
        yield weakref.ref(handshake)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"G",
        b"HTTP/1.1 403 No\r\n\r\nhalf of a bod",
        request_bytes(),
        request_bytes("Origin: https://example.com"),
        request_bytes(fields={**GOOD, "Sec-WebSocket-Key": "bad"}),  # GHSA-9mqv-5hh9-4cgg
        response_bytes(),
        b"\0",
    ],
    ids=lambda data: ascii(data[:30]),
)
def test_r15_an_abandoned_handshake_is_gone(data: bytes) -> None:
    # No registry, no task: nothing but its caller holds a handshake.
    watched = list(abandoned(data))
    gc.collect()
    assert [reference() for reference in watched] == [None, None]


def test_r15_peers_fill_no_cache() -> None:
    # What the library remembers is what its caller configured, and that is capped.
    caches = [
        thing
        for module in modules()
        for thing in vars(module).values()
        if isinstance(thing, _lru_cache_wrapper)
    ]
    assert caches
    new_server(subprotocols=["chat"], origins=["https://example.com"], hosts=["example.com"])
    before = [cache.cache_info().currsize for cache in caches]
    for number in range(200):
        server = new_server(
            subprotocols=["chat"], origins=["https://example.com"], hosts=["example.com"]
        )
        # Each is judged as far as the field that is wrong: Host, Origin, a list, or none.
        lines = [f"Sec-WebSocket-Protocol: p{number}", f"Sec-WebSocket-Extensions: x{number}"]
        origin = "https://example.com" if number % 4 > 1 else f"https://{number}.example"
        host = "example.com" if number % 4 else f"{number}.a"
        wrong = [f"Sec-WebSocket-Extensions: {number};"] if number % 4 == 2 else []
        data = request_bytes(f"Origin: {origin}", *lines, *wrong, fields={**GOOD, "Host": host})
        result = outcome(lambda: server.receive_data(data))  # noqa: B023
        assert isinstance(result, Offer) is (number % 4 == 3)
        assert not isinstance(result, Offer) or server.accept()
    assert [cache.cache_info().currsize for cache in caches] == before
    assert all(cache.cache_info().maxsize for cache in caches)


# --- R16: host names have a length before they have an encoding -----------------------------------


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The lengths of all labels that were given to Python's IDNA code."""
    idna = importlib.import_module("encodings.idna")
    lengths: list[int] = []
    for name in ("nameprep", "ToASCII"):
        original = getattr(idna, name)

        def count(label: str, original: Callable[[str], T] = original) -> T:
            lengths.append(len(label))
            return original(label)

        monkeypatch.setattr(idna, name, count)
    return lengths


def test_r16_a_short_host_is_encoded(encoded: list[int]) -> None:
    assert parse_uri("ws://b\xfccher.example/").host == "xn--bcher-kva.example"
    assert encoded


@pytest.mark.parametrize("host", ["\xfc" * 254, "\xfc" * LONG, "\xfc." * LONG, "a" * LONG + "\xfc"])
def test_r16_a_long_host_never_reaches_idna(host: str, encoded: list[int]) -> None:
    # uri._to_ascii looks at the length first (CVE-2022-45061, CVE-2024-3651: quadratic).
    with pytest.raises(InvalidURI):
        parse_uri(f"wss://{host}:443/")
    assert encoded == []


def test_r16_a_long_host_from_the_peer_never_reaches_idna(encoded: list[int]) -> None:
    # The hint shows Location as text; only parse_uri would encode it, and it looks first.
    location = "wss://" + "\xfc" * 60_000 + "/"
    data = f"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: {location}\r\n\r\n"
    error = failed(data.encode("latin-1"))
    assert isinstance(error, UnexpectedStatus)
    assert error.hint is not None
    assert len(error.hint) < 1000
    with pytest.raises(InvalidURI):
        parse_uri(error.response.headers["Location"])
    host = "\xfc" * 60_000
    refused(request_bytes(fields={**GOOD, "Host": host}))
    refused(request_bytes(f"Origin: https://{host}"), origins=[SAME_ORIGIN])
    assert encoded == []


# --- R17: Connection removes nothing --------------------------------------------------------------

TRUSTED = ["X-Forwarded-Host: example.com", "X-Real-IP: 192.0.2.1", "Cookie: sid=1"]


@pytest.mark.parametrize("change", [str, str.lower, str.upper])
@pytest.mark.parametrize("order", [1, -1])
def test_r17_options_of_connection_remove_no_field(
    order: int, change: Callable[[str], str]
) -> None:
    # upgrade.examine_connection only searches (CVE-2024-45410, CVE-2021-32813, CVE-2026-29054).
    names = [line.partition(":")[0] for line in TRUSTED] + [*GOOD, "Origin", "close"]
    options = ", ".join([change(name) for name in (*names, "Upgrade")][::order])
    lines = [*TRUSTED, "Origin: https://example.com"]
    data = request_bytes(*lines, fields={**GOOD, "Connection": options})
    server = new_server(origins=["https://example.com"], hosts=["example.com"])
    offer = server.receive_data(data)
    assert offer is not None
    expected = [*{**GOOD, "Connection": options}.items(), *[_pair(line) for line in lines]]
    assert list(offer.headers.items()) == expected
    assert (offer.origin, offer.host, offer.key) == ("https://example.com", "example.com", KEY)


def test_r17_options_of_connection_add_no_upgrade() -> None:
    for options in ("X-Upgrade", "upgrade-insecure", "close", "keep-alive, websocket"):
        error = refused(request_bytes(fields={**GOOD, "Connection": options}))
        assert error.code == "connection-without-upgrade"


# --- R19: failures are typed ----------------------------------------------------------------------

BAD_HOSTS = [
    *["[", "]", "[]", "[::1", "::1]", "[::1]]", "[::1]a", "[v1]", "[v1.]", "[::1%25eth0]"],
    *["[::ffff:999.0.0.1]", "[1:2:3:4:5:6:7]", "[\xe9]", "\xe9[", ":", "a:", "a:b:c", "", "."],
    *["..", "\xad", "\xad.a", "a\u3002", "\u0660", "\ud800", "\u2024", "xn--", "xn--\xe9", "%"],
]


@pytest.mark.parametrize("host", BAD_HOSTS, ids=ascii)
def test_r19_a_bad_host_is_an_invalid_uri_or_an_invalid_header(host: str) -> None:
    # fields.parse_host and uri (CVE-2022-33124: an invalid IPv6 address).
    for uri in (f"ws://{host}", f"ws://{host}:80/", f"ws://{host}/?", f"wss:{host}"):
        result = outcome(lambda: parse_uri(uri))  # noqa: B023
        assert type(result) in (WebSocketURI, InvalidURI)
    made = outcome(lambda: WebSocketURI(False, host, 80, "/"))
    assert type(made) in (WebSocketURI, InvalidURI)
    parsed = outcome(lambda: ws_handshake.parse_host(host))
    assert type(parsed) in (tuple, InvalidHeader)


@pytest.mark.parametrize("parser", PARSERS)
def test_r19_every_parser_has_one_error(parser: str) -> None:
    parse = getattr(ws_handshake, parser)
    expected = InvalidURI if parser == "parse_uri" else InvalidHeader
    texts = ["", " ", ",", ";", "=", '"', "\\", "\0", "\r\n", "\ud800", "\U0010ffff", "\xb2", "-"]
    for text in [*texts, *[f"a{text}" for text in texts], *BAD_HOSTS]:
        result = outcome(lambda: parse(text))  # noqa: B023
        assert not isinstance(result, Exception) or type(result) is expected


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n:\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X:\r\n" * 200 + b"\r\n",  # CVE-2024-37890
        request_bytes("Sec-WebSocket-Extensions: ;"),
        request_bytes("Sec-WebSocket-Protocol: ,"),
        request_bytes(fields={**GOOD, "Sec-WebSocket-Key": "\xff"}),
        request_bytes(fields={**GOOD, "Upgrade": ""}),
        request_bytes(fields={**GOOD, "Host": "["}),
        request_bytes(start="GET http://[/ HTTP/1.1"),
        request_bytes(start="GET http:// HTTP/1.1"),
    ],
    ids=lambda data: ascii(data[:50]),
)
def test_r19_a_bad_request_is_a_handshake_error(data: bytes) -> None:
    refused(data, origins=[SAME_ORIGIN, None], hosts=["example.com"])


def test_r19_a_number_that_int_would_not_convert_is_no_value_error() -> None:
    # fields._number and body: int() refuses more than 4300 digits.
    zeros, nines = "0" * 5000, "9" * 5000
    assert ws_handshake.parse_host(f"a:{zeros}80") == ("a", 80)
    assert parse_uri(f"ws://a:{zeros}80/").port == 80
    refused(request_bytes(fields={**GOOD, "Host": f"a:{nines}"}))
    refused(request_bytes(f"Content-Length: {nines}"))
    refused(request_bytes(fields={**GOOD, "Sec-WebSocket-Version": nines}))
    for framing in (f"Content-Length: {nines}", f"Content-Length: {zeros}2"):
        error = failed(f"HTTP/1.1 403 x\r\n{framing}\r\n\r\nno".encode() + b"a" * 70_000)
        assert isinstance(error, UnexpectedStatus)


def test_r19_an_offer_of_what_is_none_is_the_callers_mistake() -> None:
    # A caller's mistake is a ValueError or TypeError, and no KeyError from inside.
    with pytest.raises((ValueError, TypeError)):
        build_response(Offer(Request("/", {"Host": "example.com"})))


def test_r19_a_peer_that_is_gone_is_an_incomplete_message() -> None:
    for handshake in (new_server(), new_client()):
        with pytest.raises(IncompleteMessage) as caught:
            handshake.receive_data(b"")
        assert caught.value.rejection is None


def test_r19_deep_or_long_lists_exhaust_no_stack() -> None:
    # The parsers loop, they do not call themselves.
    limits = Limits(head=10**7)
    count = sys.getrecursionlimit() * 3
    names = ", ".join([f"p{number}" for number in range(count)])
    extensions = ", ".join(["x" + "; a" * 10] * count)
    server = new_server(limits=limits, subprotocols=["none"], extensions=[Known()])
    offer = server.receive_data(
        request_bytes(f"Sec-WebSocket-Protocol: {names}", f"Sec-WebSocket-Extensions: {extensions}")
    )
    assert offer is not None
    assert len(offer.subprotocols) == len(offer.extensions) == count
    assert isinstance(new_client().receive_data(response_bytes()), Agreement)
    assert server.accept().startswith(b"HTTP/1.1 101 ")
