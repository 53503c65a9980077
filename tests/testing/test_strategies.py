"""What the strategies draw is as good, or as bad, as they say, and they draw enough of it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st
from property.strategies import bounded

import ws_handshake
from ws_handshake import (
    FAULTS,
    SAME_ORIGIN,
    Agreement,
    HandshakeError,
    Headers,
    InvalidMessage,
    Limits,
    PerMessageDeflate,
    Request,
    Response,
    ServerHandshake,
    build_request,
    parse_origin,
    request_violations,
    response_violations,
    validate_request,
    validate_response,
)
from ws_handshake.testing.strategies import (
    broken_requests,
    headers,
    origins,
    requests,
    responses,
    subprotocols,
)

T = TypeVar("T")

# Refused only by a server that was told which origins and hosts are its own.
POLICY = {"host-not-served", "origin-missing", "origin-not-allowed"}
CODES = {code for code, fault in FAULTS.items() if fault.status is not None} - POLICY
CODES |= {"nothing-received", "head-incomplete"}


MOST_BATCHES = 16


class Draws(Generic[T]):
    """What a strategy draws, in batches.

    Which values come depends also on the version of hypothesis and on the modules that are loaded,
    so what is looked for may need more than one batch.
    """

    def __init__(self, strategy: st.SearchStrategy[T], size: int) -> None:
        self._strategy = strategy
        self._size = size
        self._batches: list[list[T]] = []

    def batch(self, number: int = 0) -> list[T]:
        """One of them; each is drawn once."""
        while len(self._batches) <= number:
            self._batches.append(some(self._strategy, self._size, len(self._batches)))
        return self._batches[number]

    def seen(self, what: Callable[[T], Iterable[Any]], every: set[Any]) -> set[Any]:
        """What is there, until it is all that is looked for, or would have been there long ago."""
        found: set[Any] = set()
        for number in range(MOST_BATCHES):
            for value in self.batch(number):
                found |= {*what(value)}
            if found >= every:
                break
        return found


def some(strategy: st.SearchStrategy[T], size: int, number: int = 0) -> list[T]:
    """So many draws."""
    found: list[T] = []

    @seed(number)
    @settings(bounded(size), phases=[Phase.generate], database=None)
    @given(strategy)
    def draw(value: T) -> None:
        found.append(value)

    draw()
    return found


def one(what: Callable[[T], Any]) -> Callable[[T], list[Any]]:
    return lambda value: [what(value)]


# --- Good ones ------------------------------------------------------------------------------------


@bounded(60)
@given(requests())
def test_a_request_is_a_valid_opening_handshake(request: Request) -> None:
    assert request_violations(request) == []
    assert Request.parse(request.to_bytes()) == request
    server = ServerHandshake(origins=None)
    assert server.receive_data(request.to_bytes()) == validate_request(request, origins=None)


@bounded(60)
@given(st.data())
def test_a_response_is_a_valid_answer_to_its_request(data: st.DataObject) -> None:
    request = data.draw(requests())
    response = data.draw(responses(request))
    assert response_violations(response, request) == []
    assert Response.parse(response.to_bytes()) == response
    offer = validate_request(request, origins=None)
    offered = [each for each in offer.extensions if each.name == "permessage-deflate"]
    for answer in validate_response(response, request).extensions:
        if answer.name == "permessage-deflate":
            assert confirmed_by_any(offered, answer)
        else:
            assert answer in offer.extensions


def confirmed_by_any(offers: list[Any], answer: Any) -> bool:
    for offer in offers:
        try:
            PerMessageDeflate().confirm(answer, offer)
        except HandshakeError:
            continue
        return True
    return False


@bounded(40)
@given(headers(), subprotocols(), origins())
def test_parts_fit_into_a_request(fields: Headers, names: tuple[str, ...], origin: str) -> None:
    request = build_request("ws://h/", subprotocols=names, headers=fields, origin=origin)
    assert request_violations(request) == []
    assert validate_request(request, origins=None).subprotocols == names
    assert parse_origin(origin) == origin
    assert all(name.lower().startswith("x-") for name in fields)


@pytest.mark.parametrize(
    ("strategy", "what", "every"),
    [
        (
            origins,
            lambda origin: origin.partition("://")[0],
            {"null", "https", "http", "app", "chrome-extension"},
        ),
        (subprotocols, len, {0, 1, 2, 3, 4}),
        (headers, len, {0, 1, 2, 3, 4}),
        (headers, lambda fields: any(name.startswith("X-") for name in fields), {True, False}),
        (headers, lambda fields: any(name.startswith("x-") for name in fields), {True, False}),
    ],
    ids=["origins", "subprotocols", "headers", "capitals", "small-letters"],
)
def test_parts_vary(
    strategy: Callable[[], st.SearchStrategy[Any]], what: Callable[[Any], Any], every: set[Any]
) -> None:
    assert Draws(strategy(), 100).seen(one(what), every) == every


@pytest.fixture(scope="module")
def drawn_requests() -> Draws[Request]:
    return Draws(requests(), 200)


def lines(request: Request, name: str) -> tuple[str, ...]:
    return request.headers.get_all(name)


def elements(request: Request, name: str) -> list[str]:
    """The elements of a list, whose elements have no comma here."""
    return re.findall(r"[^ \t,][^,]*(?<![ \t])", ",".join(lines(request, name)))


def options(request: Request) -> list[str]:
    return elements(request, "Connection")


def separators(request: Request, name: str, pattern: str) -> list[str]:
    return [found for line in lines(request, name) for found in re.findall(pattern, line)]


def fillers(request: Request) -> list[str]:
    return [name for name in request.headers if name[:2] in ("x-", "X-")]


def name_of(request: Request, field: str) -> str:
    (name,) = [name for name in request.headers if name.lower() == field]
    return name


PROTOCOL, EXTENSIONS = "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions"

# What differs between requests: all that is drawn of it, and nothing else.
VARIETY: dict[str, tuple[Callable[[Request], Any], set[Any]]] = {
    "target": (
        lambda request: re.sub("(?s)(?<!:)/.*", "/", request.target.partition("://")[0]),
        {"/", "http", "https", "ws", "wss", "HTTP"},
    ),
    "query": (lambda request: "?" in request.target, {True, False}),
    "method": (lambda request: request.method, {"GET"}),
    "version": (lambda request: request.version, {"HTTP/1.1"}),
    "names": (lambda request: name_of(request, "host"), {"Host", "host", "HOST", "hOST"}),
    "upgrade": (
        lambda request: request.headers["Upgrade"],
        {"websocket", "WEBSOCKET", "Websocket"},
    ),
    "connection-lines": (lambda request: len(lines(request, "Connection")), {1, 2}),
    "connection-number": (lambda request: len(options(request)), {1, 2, 3}),
    "connection-place": (
        lambda request: [*map(str.lower, options(request))].index("upgrade") > 0,
        {True, False},
    ),
    "websocket-version": (lambda request: lines(request, "Sec-WebSocket-Version"), {("13",)}),
    "origin": (
        lambda request: lines(request, "Origin")[:1] in ((), ("null",)),
        {True, False},
    ),
    "origins": (lambda request: len(lines(request, "Origin")), {0, 1}),
    "subprotocol-lines": (lambda request: len(lines(request, PROTOCOL)), {0, 1, 2}),
    "subprotocol-number": (lambda request: len(elements(request, PROTOCOL)), {0, 1, 2, 3, 4}),
    "two-subprotocols-lines": (
        lambda request: len(elements(request, PROTOCOL)) == 2 and len(lines(request, PROTOCOL)),
        {False, 1, 2},
    ),
    "one-subprotocol-then-more": (
        lambda request: (
            len(elements(request, PROTOCOL)) > 2 and "," not in lines(request, PROTOCOL)[0]
        ),
        {False, True},
    ),
    "extension-lines": (lambda request: len(lines(request, EXTENSIONS)), {0, 1, 2}),
    "extension-number": (lambda request: len(elements(request, EXTENSIONS)), {0, 1, 2, 3}),
    "content-length": (lambda request: lines(request, "Content-Length"), {(), ("0",)}),
    "fillers": (lambda request: len(fillers(request)), {0, 1, 2, 3, 4}),
    "host": (lambda request: request.headers["Host"].startswith("["), {True, False}),
    "obs-text": (
        lambda request: any(value > "\x7f" for value in request.headers.values()),
        {True, False},
    ),
}


@pytest.mark.parametrize("what", VARIETY)
def test_requests_vary(what: str, drawn_requests: Draws[Request]) -> None:
    found, every = VARIETY[what]
    assert drawn_requests.seen(one(found), every) == every


@pytest.mark.parametrize(
    ("what", "every"),
    [
        (lambda request: options(request), {"upgrade", "UPGRADE", "Upgrade", "keep-alive", "X-0"}),
        (lambda request: separators(request, "Connection", "[, \t]+"), {", ", ",", " ,\t", ",,"}),
        (
            lambda request: separators(request, EXTENSIONS, '[ ;]*;[ ;]*|="?'),
            {"; ", ";", " ; ", "=", '="'},
        ),
        (
            lambda request: [next(iter(request.headers)).lower()],
            {
                *("host", "upgrade", "connection", "origin", "sec-websocket-key"),
                *("sec-websocket-version", "sec-websocket-extensions", "sec-websocket-protocol"),
                *("content-length", "x"),
            },
        ),
        (
            lambda request: [
                name
                for name in request.headers
                if "Host" in [*request.headers] and name not in fillers(request)
            ],
            {
                *(
                    "Host",
                    "Upgrade",
                    "Connection",
                    "Origin",
                    "Content-Length",
                    PROTOCOL,
                    EXTENSIONS,
                ),
                *("Sec-WebSocket-Key", "Sec-WebSocket-Version"),
            },
        ),
    ],
    ids=["options", "commas", "semicolons", "first-fields", "names"],
)
def test_what_requests_are_made_of(
    what: Callable[[Request], list[str]], every: set[str], drawn_requests: Draws[Request]
) -> None:
    def parts(request: Request) -> list[str]:
        return [re.sub("^x-.*", "x", part) for part in what(request)]

    assert drawn_requests.seen(parts, every) == every


def test_keys_differ(drawn_requests: Draws[Request]) -> None:
    assert len({request.headers["Sec-WebSocket-Key"] for request in drawn_requests.batch()}) > 50


@pytest.fixture(scope="module")
def drawn_agreements() -> Draws[Agreement]:
    agreements = responses(OFFERING).map(lambda response: validate_response(response, OFFERING))
    return Draws(agreements, 120)


OFFERING = Request(
    "/",
    {
        "Host": "h",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Protocol": "chat, superchat",
        "Sec-WebSocket-Extensions": (
            "permessage-deflate; server_max_window_bits=8, x-a; b=c,"
            " permessage-deflate; client_max_window_bits, permessage-deflate; unknown"
        ),
    },
)


def parameters(agreement: Agreement) -> list[tuple[str, str | None]]:
    return [parameter for each in agreement.extensions for parameter in each.params]


FRESH, WINDOW = "no_context_takeover", "max_window_bits"
ANSWERS: dict[str, tuple[Callable[[Agreement], Iterable[Any]], set[Any]]] = {
    "subprotocol": (lambda agreement: [agreement.subprotocol], {None, "chat", "superchat"}),
    "extensions": (
        lambda agreement: (
            [len(agreement.extensions)] + [each.name for each in agreement.extensions]
        ),
        {0, 1, 2, "x-", "permessage-deflate"},
    ),
    "first-extension": (
        lambda agreement: [each.name for each in agreement.extensions[:1]],
        {"x-", "permessage-deflate"},
    ),
    "parameters": (
        parameters,
        {
            *(("b", "c"), (f"server_{FRESH}", None), (f"client_{FRESH}", None)),
            *((f"server_{WINDOW}", "9"), (f"server_{WINDOW}", "15")),
            *((f"client_{WINDOW}", "9"), (f"client_{WINDOW}", "15")),
        },
    ),
    "status": (lambda agreement: [agreement.response.status], {101}),
    "reason": (
        lambda agreement: [agreement.response.reason],
        {"", "Switching Protocols", "Web Socket Protocol Handshake", "d\xe9j\xe0 vu"},
    ),
    "upgrade": (
        lambda agreement: [agreement.response.headers["Upgrade"]],
        {"websocket", "WEBSOCKET", "Websocket"},
    ),
    "connection": (
        lambda agreement: re.findall("[^, \t]+", agreement.response.headers["Connection"]),
        {"upgrade", "UPGRADE", "Upgrade", "keep-alive", "X-0"},
    ),
    "names": (
        lambda agreement: [name for name in agreement.response.headers if name[1] in "pP"],
        {"Upgrade", "upgrade", "UPGRADE", "uPGRADE"},
    ),
    "spelling": (
        lambda agreement: [
            name
            for name in agreement.response.headers
            if "Upgrade" in [*agreement.response.headers] and name[:2] not in ("x-", "X-")
        ],
        {"Upgrade", "Connection", "Sec-WebSocket-Accept", PROTOCOL, EXTENSIONS},
    ),
    "first-field": (
        lambda agreement: [
            name
            for name in map(str.lower, [*agreement.response.headers][:1])
            if not name.startswith("x-")
        ],
        {
            *("upgrade", "connection", "sec-websocket-accept"),
            *("sec-websocket-extensions", "sec-websocket-protocol"),
        },
    ),
    "extension-commas": (
        lambda agreement: re.findall(
            "[, ]*,[ \t,]*", agreement.response.headers.get(EXTENSIONS) or ""
        ),
        {", "},
    ),
}


@pytest.mark.parametrize("what", ANSWERS)
def test_responses_vary(what: str, drawn_agreements: Draws[Agreement]) -> None:
    found, every = ANSWERS[what]

    def parts(agreement: Agreement) -> list[Any]:
        return [
            re.sub("^x-.*", "x-", each) if isinstance(each, str) else each
            for each in found(agreement)
        ]

    assert drawn_agreements.seen(parts, every) == every


def test_a_bad_request_has_no_valid_answer() -> None:
    with pytest.raises(ValueError, match="no valid answer: Host is missing"):
        responses(Request("/", {}))


# --- Broken ones ----------------------------------------------------------------------------------


def fault_of(data: bytes) -> str | None:
    """The code that the pure functions report first."""
    try:
        validate_request(Request.parse(data), origins=None)
    except HandshakeError as error:
        return error.code
    return None


@pytest.mark.parametrize("code", sorted(CODES))
def test_each_fault_can_be_drawn_and_is_the_one_that_is_named(code: str) -> None:
    """Also by a server, which reads on where something stands behind the head."""

    @bounded(8)
    @given(broken_requests([code]))
    def check(broken: tuple[bytes, str]) -> None:
        data, named = broken
        assert named == code
        assert fault_of(data) == code
        server = ServerHandshake(origins=None)
        if code == "more-than-one-message":
            assert server.receive_data(data) is not None
            assert server.trailing_data != b""
            return
        with pytest.raises(HandshakeError) as caught:
            server.receive_data(data)
            server.receive_data(b"")
        assert caught.value.code == code

    check()


def test_without_a_choice_any_fault_is_drawn() -> None:
    seen = {code for _, code in some(broken_requests(), 300)}
    assert seen <= CODES
    assert len(seen) > len(CODES) // 4


@pytest.fixture(scope="module")
def broken() -> Callable[[str], Draws[str]]:
    """What is drawn with one fault, as text."""
    return cache(lambda code: Draws(broken_requests([code]).map(text_of), 80))


def text_of(drawn: tuple[bytes, str]) -> str:
    data, _ = drawn
    return data.decode("latin-1")


def first_line(data: str) -> str:
    return data.partition("\r\n")[0]


def host(data: str) -> tuple[str, ...]:
    """The values of Host."""
    return (*re.findall(r"(?i)\r\nhost:[ \t]*([^\r]*?)(?=\r)", data),)


def comes_first(pattern: str) -> Callable[[str], bool]:
    """Whether such a line is the first field."""
    return lambda data: re.match(rf"[^\r\n]*\r\n{pattern}", data) is not None


STRANGE = re.compile(
    "\r\n(?!(?i:host|upgrade|connection|origin|sec-websocket-[a-z]+|content-length|x-[^:]*):)[^:]*:"
)
FORMS: list[tuple[str, Callable[[str], Any], set[Any]]] = [
    ("method-not-get", lambda data: data.split()[0], {"POST", "HEAD", "get", "CONNECT", "G"}),
    (
        "http-version-unsupported",
        lambda data: first_line(data).split()[-1],
        {"HTTP/2.0", "HTTP/3.0", "HTTP/0.9"},
    ),
    ("http-version-too-old", lambda data: first_line(data).split()[-1], {"HTTP/1.0"}),
    (
        "http-version-too-old",
        lambda data: re.findall(r"(?i)\r\nhost:([ \t]*)", data)[0],
        {"", " ", "  ", "\t"},
    ),
    (
        "request-line-malformed",
        first_line,
        {
            *("GET /chat", "GET  /chat HTTP/1.1", "GET /chat HTTP/1.1 ", "GET /chat http/1.1"),
            *("GET /chat HTTP/1", "GET\t/chat HTTP/1.1", "GET /a b HTTP/1.1", "G:T / HTTP/1.1"),
            "HTTP/1.1 101 Switching Protocols",
        },
    ),
    ("host-malformed", comes_first("[Hh][Oo][Ss][Tt]:"), {True, False}),
    ("host-missing", host, {()}),
    (
        "host-repeated",
        host,
        {
            *(("example.com",) * 2, ("other.example",) * 2),
            *(("example.com", "other.example"), ("other.example", "example.com")),
        },
    ),
    (
        "host-differs",
        lambda data: data.split()[1],
        {"ws://other.example/", "HTTP://example.com:81?x", "ws://[::2]/"},
    ),
    ("host-differs", host, {("example.com",), ("[::1]",), ("other.example:8080",)}),
    (
        "host-malformed",
        host,
        {
            *(("",), ("a b",), ("user@example.com",), ("example.com:0",), ("example.com:65536",)),
            *(("::1",), ("[::1",), ("example.com/",), ("http://example.com",), ("a,\xe9",)),
        },
    ),
    (
        "not-http",
        lambda data: data.partition("GET ")[0],
        {
            *("\x16\x03\x01\x02\0", "\r\n", "\n", " ", "\0", "(", ":", "@"),
            *("\x81\x85", "\xef"),
        },
    ),
    ("bare-lf", lambda data: "\n" in first_line(data), {True, False}),
    ("bare-lf", lambda data: data.endswith("\r\n\n"), {True, False}),
    ("folded-line", comes_first("[ \t]"), {True, False}),
    ("colon-missing", comes_first("(X-Odd|GET)"), {True, False}),
    (
        "more-than-one-message",
        lambda data: data.partition("\r\n\r\n")[2],
        {"\0", "\r\n", "GET / HTTP/1.1\r\n\r\n", "\x81\x85\0\0\0\0hello"},
    ),
    ("head-incomplete", lambda data: len(data) > 1, {True, False}),
    ("head-incomplete", lambda data: "\r\n" in data, {True, False}),
    ("nothing-received", len, {0}),
    ("head-incomplete", lambda data: bool(STRANGE.search(data)), {False}),
    ("request-line-too-long", lambda data: data.split()[1][:2].strip("a"), {"/"}),
    ("too-many-fields", lambda data: "X-Many:1" in re.sub(":[ \t]*", ":", data), {True}),
    ("host-differs", lambda data: re.findall("(?i)\r\n(host):", data)[0], {"Host"}),
]


@pytest.mark.parametrize(
    ("code", "form", "every"), FORMS, ids=[f"{code}-{i}" for i, (code, *_) in enumerate(FORMS)]
)
def test_a_fault_comes_in_several_forms(
    code: str,
    form: Callable[[str], Any],
    every: set[Any],
    broken: Callable[[str], Draws[str]],
) -> None:
    assert broken(code).seen(one(form), every) == every


@pytest.mark.parametrize(
    ("code", "fault", "mended"),
    [
        ("request-line-malformed", r"\A[^\r]*", "GET / HTTP/1.1"),
        ("method-not-get", r"\A[A-Za-z]*", "GET"),
        ("http-version-too-old", r"HTTP/1.0", "HTTP/1.1"),
        ("not-http", r"\A(?s:.*?)(?=GET )", ""),
        ("bare-lf", r"(?<!\r)\n", "\r\n"),
        ("space-before-colon", r"\r\n(X-Odd|Host)[ \t]:[^\r]*", ""),
        ("too-many-fields", r"\r\nX-Many:[^\r]*", ""),
        ("head-too-large", r"\r\nX-Large:[^\r]*", ""),
    ],
)
def test_but_for_one_fault_the_request_is_valid(
    code: str, fault: str, mended: str, broken: Callable[[str], Draws[str]]
) -> None:
    for data in broken(code).batch():
        request = Request.parse(re.sub(fault, mended, data).encode("latin-1"))
        assert request_violations(request) == []


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("request-line-too-long", lambda data: len(data.split()[1]) - Limits().request_line),
        (
            "head-too-large",
            lambda data: len(re.findall("X-Large:[ \t]*(a+)", data)[0]) - Limits().head + 1,
        ),
        ("too-many-fields", lambda data: data.count("\r\nX-Many:") - Limits().fields + 1),
    ],
)
def test_a_limit_is_passed_by_a_little(
    code: str, number: Callable[[str], int], broken: Callable[[str], Draws[str]]
) -> None:
    assert broken(code).seen(one(number), {1, 2, 10}) == {1, 2, 10}


@pytest.mark.parametrize(
    ("codes", "named"),
    [
        (["accept-wrong"], "'accept-wrong'"),
        (["origin-missing"], "'origin-missing'"),
        ([], ""),
        (["x", "host-missing", "a"], "'a', 'x'"),
    ],
)
def test_what_no_bytes_can_have_is_refused(codes: list[str], named: str) -> None:
    with pytest.raises(ValueError, match=f"^no bytes alone have the fault {named}$"):
        broken_requests(codes)


def test_a_policy_is_no_fault_of_the_bytes() -> None:
    """What is left out here is met only with policies, which bytes cannot carry."""
    request = build_request("ws://h/")
    found = request_violations(request, origins=[SAME_ORIGIN], hosts=["other"])
    assert {violation.code for violation in found} == POLICY - {"origin-not-allowed"}
    assert not issubclass(FAULTS["host-not-served"].error, InvalidMessage)


# --- hypothesis is needed here and nowhere else ---------------------------------------------------


def test_only_this_module_needs_hypothesis() -> None:
    code = """
import sys
sys.path.insert(0, sys.argv[1])
sys.modules["hypothesis"] = None  # as if it were not installed
from ws_handshake.testing import *
from ws_handshake import testing
assert testing.response_cases()
try:
    from ws_handshake.testing import strategies
except ModuleNotFoundError as error:
    print(error.name)
"""
    source = Path(ws_handshake.__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, str(source)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["hypothesis"]
