"""The codes of faults are a promise: each is met, and each error is what its row says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from contract.field_cases import BAD
from contract.request_cases import CASES as REQUEST_CASES
from contract.request_cases import START, Value, req
from contract.response_cases import ACCEPTED, CONNECTION, SWITCHING, UPGRADE, head, opening
from contract.response_cases import CASES as RESPONSE_CASES
from contract.test_requests import handshake
from contract.test_responses import judge

import ws_handshake
from ws_handshake import (
    FAULTS,
    ClientHandshake,
    Extension,
    HandshakeError,
    InvalidHeader,
    Limits,
    Request,
    Response,
    ServerHandshake,
    UnexpectedStatus,
    build_request,
    parse_token_list,
    request_violations,
    validate_response,
)

# Stable for ever: a code may be added here, never renamed, removed or given another meaning.
CODES = [
    "accept-malformed",
    "accept-missing",
    "accept-repeated",
    "accept-unasked",
    "accept-wrong",
    "bare-cr",
    "bare-lf",
    "body-incomplete",
    "body-malformed",
    "body-too-large",
    "colon-missing",
    "connection-malformed",
    "connection-missing",
    "connection-without-upgrade",
    "content-length-malformed",
    "content-length-not-zero",
    "content-length-repeated",
    "control-character",
    "extension-not-offered",
    "extension-refused",
    "extension-repeated",
    "extension-reserved-bits",
    "extensions-malformed",
    "field-name-malformed",
    "folded-line",
    "head-incomplete",
    "head-too-large",
    "host-differs",
    "host-malformed",
    "host-missing",
    "host-not-served",
    "host-repeated",
    "http-version-too-old",
    "http-version-unsupported",
    "key-malformed",
    "key-missing",
    "key-repeated",
    "method-not-get",
    "more-than-one-message",
    "not-http",
    "not-http-response",
    "nothing-answered",
    "nothing-received",
    "origin-malformed",
    "origin-missing",
    "origin-not-allowed",
    "origin-repeated",
    "request-line-malformed",
    "request-line-too-long",
    "response-connection-missing",
    "response-connection-without-upgrade",
    "response-extensions-repeated",
    "response-http-version",
    "response-subprotocol-repeated",
    "response-subprotocol-several",
    "response-upgrade-missing",
    "response-upgrade-not-websocket",
    "response-upgrade-repeated",
    "space-before-colon",
    "status-line-malformed",
    "status-line-too-long",
    "status-unexpected",
    "subprotocol-malformed",
    "subprotocol-not-offered",
    "subprotocol-repeated",
    "target-malformed",
    "token-list-malformed",
    "too-many-fields",
    "transfer-encoding-present",
    "upgrade-malformed",
    "upgrade-missing",
    "upgrade-not-websocket",
    "upgrade-repeated",
    "version-malformed",
    "version-missing",
    "version-repeated",
    "version-unsupported",
]

LIMITS = Limits(request_line=100, head=1000, fields=9, body=10)
ORIGIN = "https://example.com"


def ask(fields: dict[str, Value] | None = None, **line: str) -> bytes:
    """A good request but for what is given."""
    return req({"Origin": ORIGIN} | (fields or {}), **line)


# What a server is sent; it allows one origin and serves one host.
SERVED: dict[str, bytes] = {
    "not-http": b"\x16\x03\x01",
    "request-line-malformed": b"GET /chat\r\n",
    "bare-cr": START + b"A: b\rc",
    "bare-lf": START + b"A: b\n",
    "control-character": START + b"A: \0\r\n",
    "folded-line": START + b"A: b\r\n c\r\n",
    "space-before-colon": START + b"A : b\r\n",
    "colon-missing": START + b"A b\r\n",
    "field-name-malformed": START + b": b\r\n",
    "request-line-too-long": b"GET /" + b"a" * 100,
    "head-too-large": START + b"A: " + b"b" * 1000,
    "too-many-fields": START + b"A: b\r\n" * 10,
    "http-version-unsupported": ask(http="HTTP/2.0"),
    "http-version-too-old": ask(http="HTTP/1.0"),
    "method-not-get": ask(method="POST"),
    "target-malformed": ask(target="chat"),
    "host-missing": ask({"Host": None}),
    "host-repeated": ask({"Host": ["server.example.com", "server.example.com"]}),
    "host-malformed": ask({"Host": "server.example.com/"}),
    "host-differs": ask(target="ws://other.example/chat"),
    "host-not-served": ask({"Host": "other.example"}),
    "transfer-encoding-present": ask({"Transfer-Encoding": "chunked"}),
    "content-length-repeated": ask({"Content-Length": ["0", "0"]}),
    "content-length-malformed": ask({"Content-Length": "+0"}),
    "content-length-not-zero": ask({"Content-Length": "1"}),
    "upgrade-missing": ask({"Upgrade": None}),
    "upgrade-malformed": ask({"Upgrade": "web socket"}),
    "upgrade-repeated": ask({"Upgrade": "websocket, websocket"}),
    "upgrade-not-websocket": ask({"Upgrade": "h2c"}),
    "connection-missing": ask({"Connection": None}),
    "connection-malformed": ask({"Connection": "Upgrade; now"}),
    "connection-without-upgrade": ask({"Connection": "keep-alive"}),
    "version-missing": ask({"Sec-WebSocket-Version": None}),
    "version-repeated": ask({"Sec-WebSocket-Version": ["13", "13"]}),
    "version-malformed": ask({"Sec-WebSocket-Version": "013"}),
    "version-unsupported": ask({"Sec-WebSocket-Version": "8"}),
    "key-missing": ask({"Sec-WebSocket-Key": None}),
    "key-repeated": ask({"Sec-WebSocket-Key": ["A" * 22 + "=="] * 2}),
    "key-malformed": ask({"Sec-WebSocket-Key": "AAAA"}),
    "origin-repeated": ask({"Origin": [ORIGIN, ORIGIN]}),
    "origin-malformed": ask({"Origin": "example.com"}),
    "origin-missing": ask({"Origin": None}),
    "origin-not-allowed": ask({"Origin": "https://other.example"}),
    "subprotocol-malformed": ask({"Sec-WebSocket-Protocol": "a b"}),
    "subprotocol-repeated": ask({"Sec-WebSocket-Protocol": "a, a"}),
    "extensions-malformed": ask({"Sec-WebSocket-Extensions": "a; b="}),
}

# What a client is sent; behind it the server closes.
RECEIVED: dict[str, bytes] = {
    "not-http-response": b"SSH-2.0",
    "status-line-malformed": b"HTTP/1.1 600 OK\r\n",
    "status-line-too-long": b"HTTP/1.1 200 " + b"a" * 100,
    "nothing-answered": b"",
    "head-incomplete": b"HTTP/1.1 101 Switching Protocols\r\n",
    "status-unexpected": head("HTTP/1.1 403 Forbidden"),
    "response-http-version": opening(status="HTTP/1.0 101 Switching Protocols"),
    "response-upgrade-missing": opening(upgrade=()),
    "response-upgrade-repeated": opening(upgrade=(UPGRADE, UPGRADE)),
    "response-upgrade-not-websocket": opening(upgrade=("Upgrade: h2c",)),
    "response-connection-missing": opening(connection=()),
    "response-connection-without-upgrade": opening(connection=("Connection: close",)),
    "accept-repeated": opening(ACCEPTED),
    "response-subprotocol-repeated": opening(*["Sec-WebSocket-Protocol: chat"] * 2),
    "response-extensions-repeated": opening(*["Sec-WebSocket-Extensions: x-test"] * 2),
    "accept-missing": opening(accept=()),
    "accept-malformed": opening(accept=("Sec-WebSocket-Accept: AAAA",)),
    "accept-wrong": opening(accept=(f"Sec-WebSocket-Accept: {'A' * 27}=",)),
    "response-subprotocol-several": opening("Sec-WebSocket-Protocol: chat, superchat"),
    "subprotocol-not-offered": opening("Sec-WebSocket-Protocol: Chat"),
    "extension-not-offered": opening("Sec-WebSocket-Extensions: x-new"),
    "extension-repeated": opening("Sec-WebSocket-Extensions: x-test, x-test"),
    "extension-refused": opening("Sec-WebSocket-Extensions: x-strict"),
    "extension-reserved-bits": opening("Sec-WebSocket-Extensions: x-test, x-other"),
}

# What the other functions meet; the first two are a server's matter, too.
CALLED: dict[str, Callable[[], object]] = {
    "nothing-received": lambda: Request.parse(b""),
    "more-than-one-message": lambda: Request.parse(req() + b"GET"),
    "token-list-malformed": lambda: parse_token_list("a b"),
    "body-malformed": lambda: Response.parse(head("HTTP/1.1 403 x", "Content-Length: -1")),
    "body-too-large": lambda: Response.parse(head("HTTP/1.1 403 x") + b"x" * 11, LIMITS),
    "body-incomplete": lambda: Response.parse(head("HTTP/1.1 403 x", "Content-Length: 1")),
    "accept-unasked": lambda: validate_response(Response.parse(opening()), Request("/", {})),
}


class Negotiator:
    """An extension that uses RSV1 and, if it is x-strict, refuses every answer."""

    reserved_bits = frozenset(["RSV1"])

    def __init__(self, name: str) -> None:
        self.name = name

    def offer(self) -> Extension:
        return Extension(self.name)

    def confirm(self, answer: Extension, offer: Extension) -> None:
        if answer.name == "x-strict":
            raise InvalidHeader("x-strict is never content")


def serve(data: bytes, limits: Limits = LIMITS) -> None:
    ServerHandshake(origins=[ORIGIN], hosts=["server.example.com"], limits=limits).receive_data(
        data
    )


def receive(data: bytes, limits: Limits = LIMITS) -> None:
    client = ClientHandshake(
        "ws://server.example.com/chat",
        key="dGhlIHNhbXBsZSBub25jZQ==",
        subprotocols=["chat", "superchat"],
        extensions=[Negotiator(name) for name in ("x-test", "x-other", "x-strict")],
        limits=limits,
    )
    if not data or client.receive_data(data) is None:
        client.receive_data(b"")


def caught(action: Callable[..., object], *arguments: Any) -> HandshakeError:
    with pytest.raises(HandshakeError) as raised:
        action(*arguments)
    return raised.value


def assert_as_its_row_says(error: HandshakeError) -> None:
    row = FAULTS[error.code]
    assert type(error) is row.error
    assert (error.field, error.section) == (row.field, row.section)


def assert_answered_as_its_row_says(error: HandshakeError) -> None:
    assert_as_its_row_says(error)
    row = FAULTS[error.code]
    assert error.rejection is not None
    assert error.rejection.status == row.status
    for name, value in row.also:
        assert error.rejection.headers.get_all(name) == (value,)


def assert_readable(error: HandshakeError) -> None:
    """One line of ASCII that fits a log, and a hint of a few sentences."""
    assert error.message.isascii()
    assert error.message.isprintable()
    assert 0 < len(error.message) <= 600
    if error.hint is not None:
        assert error.hint.isascii()
        assert error.hint.isprintable()
        assert 0 < len(error.hint) <= 600
        assert len(re.findall(r"[.!?](?:\s|\Z)", error.hint)) <= 3


# --- The table ------------------------------------------------------------------------------------


def test_codes_are_never_renamed_or_removed() -> None:
    assert sorted(CODES) == CODES
    assert sorted(FAULTS) == CODES
    assert [row.code for row in FAULTS.values()] == list(FAULTS)


@pytest.mark.parametrize("code", FAULTS)
def test_a_row_is_complete(code: str) -> None:
    row = FAULTS[code]
    assert re.fullmatch(r"[a-z]+(?:-[a-z]+)+", code)
    assert issubclass(row.error, HandshakeError)
    assert row.error is not HandshakeError
    assert row.status is None or 400 <= row.status <= 599
    assert row.field is None or re.fullmatch(r"(?:[A-Z][A-Za-z]*)(?:-[A-Z][A-Za-z]*)*", row.field)
    assert re.fullmatch(r"RFC \d{4} §\d+(?:\.\d+)*", row.section)
    assert re.fullmatch(r"[ -~]+", row.sentence)
    assert row.sentence == row.sentence.strip().rstrip(".")


def test_a_code_that_names_a_field_is_about_that_field() -> None:
    fields: dict[str, str | None] = {
        "host": "Host",
        "transfer-encoding": "Transfer-Encoding",
        "content-length": "Content-Length",
        "upgrade": "Upgrade",
        "connection": "Connection",
        "version": "Sec-WebSocket-Version",
        "key": "Sec-WebSocket-Key",
        "accept": "Sec-WebSocket-Accept",
        "origin": "Origin",
        "subprotocol": "Sec-WebSocket-Protocol",
        "extension": "Sec-WebSocket-Extensions",
        "extensions": "Sec-WebSocket-Extensions",
    }
    for code, row in FAULTS.items():
        about = code.removeprefix("response-")
        named = [field for name, field in fields.items() if about.startswith(f"{name}-")]
        assert (named or [None]) == [row.field], code


# --- Every code is met ----------------------------------------------------------------------------


def test_every_code_has_an_input() -> None:
    assert sorted([*SERVED, *RECEIVED, *CALLED]) == CODES


@pytest.mark.parametrize("code", SERVED)
def test_a_server_meets(code: str) -> None:
    error = caught(serve, SERVED[code])
    assert error.code == code
    assert_answered_as_its_row_says(error)
    assert_readable(error)


@pytest.mark.parametrize("code", RECEIVED)
def test_a_client_meets(code: str) -> None:
    error = caught(receive, RECEIVED[code])
    assert error.code == code
    assert_as_its_row_says(error)
    assert_readable(error)
    assert error.rejection is None


@pytest.mark.parametrize("code", CALLED)
def test_a_function_meets(code: str) -> None:
    error = caught(CALLED[code])
    assert error.code == code
    assert_as_its_row_says(error)
    assert_readable(error)


def test_a_row_has_a_status_if_and_only_if_a_server_answers_it() -> None:
    answered = {code for code, row in FAULTS.items() if row.status is not None}
    assert answered == {*SERVED, "more-than-one-message"}
    assert_answered_as_its_row_says(caught(CALLED["more-than-one-message"]))


# --- No other code, class, field, section or status is met ----------------------------------------


def test_every_refused_request_is_answered_as_its_row_says() -> None:
    met = set()
    for case in REQUEST_CASES:
        try:
            handshake(case.policy).receive_data(case.data)
        except HandshakeError as error:
            assert_answered_as_its_row_says(error)
            assert_readable(error)
            met.add(error.code)
    assert met == set(SERVED)


def test_every_refused_response_fails_as_its_row_says() -> None:
    met = set()
    for case in RESPONSE_CASES:
        error = judge(case, [case.data] if case.data else []).result
        if isinstance(error, HandshakeError):
            assert_as_its_row_says(error)
            assert_readable(error)
            met.add(error.code)
    assert {code for code in RECEIVED if not code.startswith("extension-re")} <= met


def test_every_refused_value_fails_as_its_row_says() -> None:
    met = set()
    for parser, values in BAD.items():
        for value in values:
            error = caught(getattr(ws_handshake, parser), value)
            assert_as_its_row_says(error)
            assert isinstance(error, InvalidHeader)
            met.add(error.code)
    assert met == {
        "token-list-malformed",
        "connection-malformed",
        "upgrade-malformed",
        "subprotocol-malformed",
        "subprotocol-repeated",
        "extensions-malformed",
        "key-malformed",
        "version-malformed",
        "origin-malformed",
        "host-malformed",
    }


# --- Messages and hints stay short, however much was sent -----------------------------------------

MANY = 7000  # bytes that fit the limits


def huge() -> Iterator[str]:
    """Values that are far too long: a good form, a bad one, and bytes that are escaped."""
    yield "a" * MANY
    yield "1" * MANY
    yield "\xe9" * MANY
    yield "a" * MANY + "\xff"
    yield "a, " * (MANY // 3) + "a"
    yield f"https://{'a' * MANY}"
    yield f"{'a' * MANY}@{'b' * 200}"
    yield "A" * MANY + "=="


def huge_requests() -> Iterator[bytes]:
    for value in huge():
        for name in (
            "Host",
            "Transfer-Encoding",
            "Content-Length",
            "Upgrade",
            "Connection",
            "Sec-WebSocket-Version",
            "Sec-WebSocket-Key",
            "Origin",
            "Sec-WebSocket-Protocol",
            "Sec-WebSocket-Extensions",
        ):
            yield ask({name: value})
        yield ask(target=f"/{value}")
        yield ask(target=f"ws://{value}/")
        yield ask(target=value)
    yield ask(method="A" * MANY)
    yield START + b"A" * MANY + b": b\r\n" * 200
    for line in (
        b": \0\r\n",
        b": b\n",
        b": b\rc",
        b" : b\r\n",
        b"\r\n",
        b"(: b\r\n",
        b"\xe9: b\r\n",
    ):
        yield START + b"A" * MANY + line
        yield b"A" * MANY + line


def huge_responses() -> Iterator[bytes]:
    for value in huge():
        yield head(f"HTTP/1.1 403 {value}", f"Location: {value}")
        yield head(f"HTTP/1.1 302 {value}", f"Location: {value}")
        yield head(f"HTTP/1.1 {value}")
        yield head(SWITCHING, f"Upgrade: {value}", CONNECTION, ACCEPTED)
        yield head(SWITCHING, UPGRADE, f"Connection: {value}", ACCEPTED)
        yield head(SWITCHING, UPGRADE, CONNECTION, f"Sec-WebSocket-Accept: {value}")
        yield opening(f"Sec-WebSocket-Protocol: {value}")
        yield opening(f"Sec-WebSocket-Extensions: {value}")


def refusals(action: Callable[..., object], inputs: Iterable[bytes]) -> Iterator[HandshakeError]:
    for data in inputs:
        try:
            action(data, Limits())
        except HandshakeError as error:
            yield error


@pytest.mark.parametrize(
    ("action", "inputs"),
    [(serve, huge_requests), (receive, huge_responses)],
    ids=["server", "client"],
)
def test_a_huge_value_is_cut_in_message_hint_and_answer(
    action: Callable[..., object], inputs: Callable[[], Iterator[bytes]]
) -> None:
    errors = list(refusals(action, inputs()))
    assert {error.code: len(error.message) for error in errors if len(error.message) > 600} == {}
    for error in errors:
        assert_readable(error)
        assert error.rejection is None or len(error.rejection.to_bytes()) < 2000


@pytest.mark.parametrize("parser", BAD)
def test_a_parser_cuts_a_huge_value(parser: str) -> None:
    for value in ("\xe9" * 100_000, "a" * 100_000 + "\xe9", "a, " * 40_000 + "\xe9"):
        assert_readable(caught(getattr(ws_handshake, parser), value))


# --- Hints ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["http-version-too-old", "upgrade-missing", "connection-missing"])
def test_a_hint_about_proxies_fits_what_the_request_still_has(code: str) -> None:
    changes: dict[str, tuple[dict[str, Value], str]] = {
        "http-version-too-old": ({}, "HTTP/1.0"),
        "upgrade-missing": ({"Upgrade": None}, "HTTP/1.1"),
        "connection-missing": ({"Connection": None}, "HTTP/1.1"),
    }
    fields, http = changes[code]
    says = {
        "http-version-too-old": "proxy_http_version 1.1",
        "upgrade-missing": "proxy_set_header Upgrade $http_upgrade",
        "connection-missing": "proxy_set_header Connection $connection_upgrade",
    }
    by_proxy = caught(serve, ask(fields, http=http))
    assert by_proxy.code == code
    assert says[code] in str(by_proxy.hint)
    by_browser = caught(serve, ask(fields | {"Sec-WebSocket-Key": None}, http=http))
    assert by_browser.code == code
    assert "no WebSocket client" in str(by_browser.hint)
    assert_readable(by_proxy)
    assert_readable(by_browser)


def test_a_hint_about_proxies_is_silent_where_nothing_was_dropped() -> None:
    error = caught(serve, ask({"Connection": "keep-alive, Upgrade2"}))
    assert (error.code, error.hint) == ("connection-without-upgrade", None)


@pytest.mark.parametrize("status", range(200, 600))
def test_a_hint_about_a_status_is_short(status: int) -> None:
    request = build_request("ws://example.com/")
    for headers in ({}, {"Location": "https://example.com/login?token=opensesame"}):
        error = caught(validate_response, Response(status, headers), request)
        assert isinstance(error, UnexpectedStatus)
        assert_readable(error)
        assert "opensesame" not in str(error.hint)
        redirects = 300 <= status < 400 and bool(headers)
        assert ("https://example.com/login" in str(error.hint)) is redirects


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 405, 426, 502, 503, 504, 505])
def test_a_status_that_users_meet_has_a_hint(status: int) -> None:
    error = caught(validate_response, Response(status), build_request("ws://example.com/"))
    assert error.hint


def test_each_violation_tells_what_its_error_tells() -> None:
    for code, data in SERVED.items():
        if not data.endswith(b"\r\n\r\n"):
            continue
        request = Request.parse(data)
        first = request_violations(request, origins=[ORIGIN], hosts=["server.example.com"])[0]
        assert first == caught(serve, data).violation
        assert first.code == code


def test_the_inputs_here_are_good_but_for_their_fault() -> None:
    serve(ask())
    client = ClientHandshake("ws://server.example.com/", key="dGhlIHNhbXBsZSBub25jZQ==")
    assert client.receive_data(opening())
