"""What a server answers, row by row: the first fault in this order decides (RFC 6455 §4.2)."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import NamedTuple

import pytest
from contract.request_cases import Value, req

from ws_handshake import (
    FAULTS,
    HandshakeError,
    Request,
    Response,
    ServerHandshake,
    build_rejection,
    request_violations,
)


class Row(NamedTuple):
    """A fault as users read it, its codes with the status of each, and what is also sent."""

    fault: str
    statuses: Mapping[str, int]
    also: tuple[tuple[str, str], ...] = ()


SYNTAX = [
    Row(
        "not HTTP/1.1 syntax",
        {
            "not-http": 400,
            "request-line-malformed": 400,
            "bare-cr": 400,
            "bare-lf": 400,
            "control-character": 400,
            "folded-line": 400,
            "space-before-colon": 400,
            "colon-missing": 400,
            "field-name-malformed": 400,
        },
    ),
    Row(
        "request line over its limit, head or field count over theirs",
        {"request-line-too-long": 414, "head-too-large": 431, "too-many-fields": 431},
    ),
    Row("more than one message, where one is asked for", {"more-than-one-message": 400}),
]
JUDGED = [
    Row(
        "another major HTTP version, or HTTP/1.0",
        {"http-version-unsupported": 505, "http-version-too-old": 426},
    ),
    Row("method not GET", {"method-not-get": 405}, (("Allow", "GET"),)),
    Row("target neither a path nor http, https, ws or wss", {"target-malformed": 400}),
    Row(
        "Host missing, repeated, malformed, other than the target's or not served",
        {
            "host-missing": 400,
            "host-repeated": 400,
            "host-malformed": 400,
            "host-differs": 400,
            "host-not-served": 421,
        },
    ),
    Row(
        "a body",
        {
            "transfer-encoding-present": 400,
            "content-length-repeated": 400,
            "content-length-malformed": 400,
            "content-length-not-zero": 400,
        },
    ),
    Row("no Upgrade", {"upgrade-missing": 426}),
    Row(
        "Upgrade not exactly one websocket",
        {"upgrade-malformed": 400, "upgrade-repeated": 400, "upgrade-not-websocket": 400},
    ),
    Row(
        "Connection malformed, or without upgrade",
        {
            "connection-missing": 400,
            "connection-malformed": 400,
            "connection-without-upgrade": 400,
        },
    ),
    Row(
        "Sec-WebSocket-Version missing, repeated, malformed or not 13",
        {
            "version-missing": 400,
            "version-repeated": 400,
            "version-malformed": 400,
            "version-unsupported": 426,
        },
        (("Sec-WebSocket-Version", "13"),),
    ),
    Row(
        "Sec-WebSocket-Key missing, repeated or malformed",
        {"key-missing": 400, "key-repeated": 400, "key-malformed": 400},
    ),
    Row(
        "Origin repeated, malformed or not allowed",
        {
            "origin-repeated": 400,
            "origin-malformed": 400,
            "origin-missing": 403,
            "origin-not-allowed": 403,
        },
    ),
    Row(
        "Sec-WebSocket-Protocol or -Extensions malformed",
        {"subprotocol-malformed": 400, "subprotocol-repeated": 400, "extensions-malformed": 400},
    ),
]
ROWS = [*SYNTAX, *JUDGED]

ORIGIN = "https://example.com"
HOST = "server.example.com"
KEY = "dGhlIHNhbXBsZSBub25jZQ=="

# For each code of JUDGED what to change in a good request: its first line or its fields.
CHANGES: dict[str, tuple[str, Value]] = {
    "http-version-unsupported": ("http", "HTTP/3.0"),
    "http-version-too-old": ("http", "HTTP/1.0"),
    "method-not-get": ("method", "OPTIONS"),
    "target-malformed": ("target", "*"),
    "host-missing": ("Host", None),
    "host-repeated": ("Host", [HOST, HOST]),
    "host-malformed": ("Host", "a b"),
    "host-differs": ("target", "https://other.example/"),
    "host-not-served": ("Host", "other.example"),
    "transfer-encoding-present": ("Transfer-Encoding", "identity"),
    "content-length-repeated": ("Content-Length", ["0", "0"]),
    "content-length-malformed": ("Content-Length", "0, 0"),
    "content-length-not-zero": ("Content-Length", "10"),
    "upgrade-missing": ("Upgrade", None),
    "upgrade-malformed": ("Upgrade", "websocket;"),
    "upgrade-repeated": ("Upgrade", ["websocket", "websocket"]),
    "upgrade-not-websocket": ("Upgrade", "websocket, h2c"),
    "connection-missing": ("Connection", None),
    "connection-malformed": ("Connection", ["Upgrade", "@"]),
    "connection-without-upgrade": ("Connection", "close"),
    "version-missing": ("Sec-WebSocket-Version", None),
    "version-repeated": ("Sec-WebSocket-Version", ["13", "8"]),
    "version-malformed": ("Sec-WebSocket-Version", "13, 8"),
    "version-unsupported": ("Sec-WebSocket-Version", "0"),
    "key-missing": ("Sec-WebSocket-Key", None),
    "key-repeated": ("Sec-WebSocket-Key", [KEY, KEY]),
    "key-malformed": ("Sec-WebSocket-Key", KEY[:-1]),
    "origin-repeated": ("Origin", [ORIGIN, ORIGIN]),
    "origin-malformed": ("Origin", "*"),
    "origin-missing": ("Origin", None),
    "origin-not-allowed": ("Origin", "null"),
    "subprotocol-malformed": ("Sec-WebSocket-Protocol", ","),
    "subprotocol-repeated": ("Sec-WebSocket-Protocol", ["chat", "chat"]),
    "extensions-malformed": ("Sec-WebSocket-Extensions", "x; y=("),
}
ROW_OF = {code: row for row in ROWS for code in row.statuses}


def faulty(*codes: str) -> bytes:
    """A good request but for the faults with these codes."""
    changes = dict([CHANGES[code] for code in codes])
    line = {
        name: str(changes.pop(name)) for name in ("http", "method", "target") if name in changes
    }
    return req({"Origin": ORIGIN} | changes, **line)


def refused(data: bytes) -> HandshakeError:
    with pytest.raises(HandshakeError) as caught:
        ServerHandshake(origins=[ORIGIN], hosts=[HOST]).receive_data(data)
    return caught.value


def assert_answered(data: bytes, code: str) -> None:
    error = refused(data)
    assert error.code == code
    answer = error.rejection
    assert isinstance(answer, Response)
    row = ROW_OF[code]
    assert answer.status == row.statuses[code]
    also = dict(row.also)
    for name in ("Allow", "Sec-WebSocket-Version"):
        assert answer.headers.get(name) == also.get(name)
    upgrade = answer.status == 426
    assert answer.headers.get("Upgrade") == ("websocket" if upgrade else None)
    assert answer.headers.get("Connection") == ("Upgrade, close" if upgrade else "close")
    assert build_rejection(error) == answer


def test_the_table_of_faults_has_these_rows_in_this_order() -> None:
    rows = [row for row in FAULTS.values() if row.status is not None]
    begin = 0
    for expected in ROWS:
        end = begin + len(expected.statuses)
        found = {row.code: row.status for row in rows[begin:end]}
        assert found == expected.statuses, expected.fault
        assert {row.also for row in rows[begin:end]} == {expected.also}, expected.fault
        begin = end
    assert begin == len(rows), "no row is left"


def test_the_rows_that_no_server_answers_stand_behind_all_others() -> None:
    answered = [row.status is not None for row in FAULTS.values()]
    assert answered == sorted(answered, reverse=True)
    assert all(row.also == () for row in FAULTS.values() if row.status is None)


def test_every_code_that_waits_for_the_whole_head_has_a_change() -> None:
    assert list(CHANGES) == [code for row in JUDGED for code in row.statuses]


@pytest.mark.parametrize("code", CHANGES)
def test_one_fault_is_answered_as_its_row_says(code: str) -> None:
    assert_answered(faulty(code), code)


def in_later_rows(first: str) -> list[str]:
    """The codes of later rows that can go with this one: they change something else."""
    codes = list(CHANGES)
    return [
        second
        for second in codes[codes.index(first) :]
        if ROW_OF[first] is not ROW_OF[second] and CHANGES[first][0] != CHANGES[second][0]
    ]


@pytest.mark.parametrize("first", CHANGES)
def test_of_two_faults_the_one_in_the_earlier_row_is_answered(first: str) -> None:
    for second in in_later_rows(first):
        data = faulty(first, second)
        assert_answered(data, first)
        found = request_violations(Request.parse(data), origins=[ORIGIN], hosts=[HOST])
        assert [violation.code for violation in found] == [first, second]


def test_every_two_rows_are_compared_but_two_about_the_same_field() -> None:
    compared = {
        (ROW_OF[first].fault, ROW_OF[second].fault)
        for first in CHANGES
        for second in in_later_rows(first)
    }
    left = {(one.fault, two.fault) for one, two in combinations(JUDGED, 2)} - compared
    assert left == {("no Upgrade", "Upgrade not exactly one websocket")}


def test_a_request_with_a_fault_in_every_row_lists_them_all_in_order() -> None:
    codes = [
        "http-version-too-old",
        "method-not-get",
        "target-malformed",
        "host-not-served",
        "transfer-encoding-present",
        "content-length-not-zero",
        "upgrade-not-websocket",
        "connection-without-upgrade",
        "version-unsupported",
        "key-malformed",
        "origin-not-allowed",
        "subprotocol-malformed",
        "extensions-malformed",
    ]
    assert_answered(faulty(*codes), codes[0])
    found = request_violations(Request.parse(faulty(*codes)), origins=[ORIGIN], hosts=[HOST])
    assert [violation.code for violation in found] == codes


def test_a_fault_of_syntax_is_answered_before_all_that_waits_for_the_head() -> None:
    for code in CHANGES:
        assert refused(faulty(code)[:-2] + b"A : b\r\n\r\n").code == "space-before-colon"
