"""What the strategies draw is as good, or as bad, as they say, and they draw enough of it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import Phase, given, settings
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


def some(strategy: st.SearchStrategy[T], number: int) -> list[T]:
    """So many draws, the same ones every time."""
    found: list[T] = []

    @settings(bounded(number), phases=[Phase.generate], derandomize=True, database=None)
    @given(strategy)
    def draw(value: T) -> None:
        found.append(value)

    draw()
    return found


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


@pytest.fixture(scope="module")
def drawn_requests() -> list[Request]:
    return some(requests(), 250)


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
    "upgrade": (lambda request: request.headers["Upgrade"], {"websocket", "WEBSOCKET"}),
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
def test_requests_vary(what: str, drawn_requests: list[Request]) -> None:
    found, every = VARIETY[what]
    assert {*map(found, drawn_requests)} == every


@pytest.mark.parametrize(
    ("what", "every"),
    [
        (lambda request: options(request), {"upgrade", "UPGRADE", "keep-alive", "X-0"}),
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
    ],
    ids=["options", "commas", "semicolons", "first-fields"],
)
def test_what_requests_are_made_of(
    what: Callable[[Request], list[str]], every: set[str], drawn_requests: list[Request]
) -> None:
    found = {re.sub("^x-.*", "x", part) for request in drawn_requests for part in what(request)}
    assert found == every


def test_the_lines_of_a_list_stay_together_and_in_order(drawn_requests: list[Request]) -> None:
    """A proxy may join them only so (RFC 9110 §5.3)."""
    for request in drawn_requests:
        names = [name for name in request.headers if name.lower().startswith("sec-websocket-p")]
        assert len({*names}) <= 1
    assert all(
        len({*elements(request, PROTOCOL)}) == len(elements(request, PROTOCOL))
        for request in drawn_requests
    )


def test_keys_differ(drawn_requests: list[Request]) -> None:
    assert len({request.headers["Sec-WebSocket-Key"] for request in drawn_requests}) > 50


@pytest.fixture(scope="module")
def drawn_agreements() -> list[Agreement]:
    return [validate_response(response, OFFERING) for response in some(responses(OFFERING), 150)]


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


@pytest.mark.parametrize(
    "wanted",
    [
        lambda agreement: agreement.subprotocol is None,
        lambda agreement: agreement.subprotocol == "superchat",
        lambda agreement: agreement.extensions == (),
        lambda agreement: [each.name for each in agreement.extensions] == ["x-a"],
        lambda agreement: len(agreement.extensions) == 2,
        lambda agreement: str(agreement.extensions) != str(sorted(map(str, agreement.extensions))),
        lambda agreement: ("client_max_window_bits", "9") in parameters(agreement),
        lambda agreement: ("server_no_context_takeover", None) in parameters(agreement),
        lambda agreement: "é" in agreement.response.reason,
        lambda agreement: agreement.response.reason == "",
    ],
)
def test_responses_vary(
    wanted: Callable[[Agreement], object], drawn_agreements: list[Agreement]
) -> None:
    assert any(map(wanted, drawn_agreements))


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


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("bare-lf", lambda data: data.endswith(b"\r\n\n")),
        ("bare-lf", lambda data: b"HTTP/1.1\n" in data),
        ("not-http", lambda data: data.startswith(b"\r\n")),
        ("not-http", lambda data: data.startswith(b"\x16\x03\x01")),
        ("folded-line", lambda data: re.search(rb"HTTP/1\.1\r\n[ \t]", data)),
        ("key-repeated", lambda data: len({*re.findall(rb"(?i)-key:[ \t]*(.*)\r", data)}) == 2),
        ("upgrade-repeated", lambda data: re.search(rb"websocket, websocket", data)),
        ("head-incomplete", lambda data: b"\r\n" in data and not data.endswith(b"\n")),
        ("host-differs", lambda data: b" ws://" in data),
    ],
)
def test_a_fault_comes_in_several_forms(code: str, wanted: Callable[[bytes], object]) -> None:
    assert any(wanted(data) for data, _ in some(broken_requests([code]), 300))


@pytest.mark.parametrize(
    "codes",
    [["accept-wrong"], ["origin-missing"], ["no-such-code"], [], ["host-missing", "x"]],
)
def test_what_no_bytes_can_have_is_refused(codes: list[str]) -> None:
    with pytest.raises(ValueError, match="no bytes alone have the fault"):
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
