"""Whether a client took or refused an answer: clients with planted faults, and any bytes at all."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from property.strategies import binary, bounded

from ws_handshake import HandshakeError
from ws_handshake.testing import Case, judge_client, response_cases
from ws_handshake.testing.clients import behind, closes_behind
from ws_handshake.testing.responses import CLOSE

from .test_catalogue_responses import SAMPLE, client

MASKED_CLOSE = b"\x88\x82\0\0\0\0\x03\xe8"
REQUEST = b"GET /elsewhere HTTP/1.1\r\nHost: server.example.com\r\n\r\n"
ALERT = b"\x15\x03\x03\x00\x02\x02\x28"
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


def one(name: str) -> Case:
    (case,) = response_cases(only=[name])
    return case


# --- What a client did, and what that means ------------------------------------------------------

VALID, INVALID, REFUSAL = one("plain"), one("accept-missing"), one("refused-401")
EITHER, BEHIND = one("body-length-5"), one("trailing-close")
DONE = {
    "answers-with-close": (MASKED_CLOSE, True),
    "sends-text": (b"\x81\x85\0\0\0\0hello", False),
    "sends-compressed-text": (b"\xc1\x83\0\0\0\0\xca\x48\x00", False),
    "sends-a-fragment": (b"\x01\x81\0\0\0\0h", False),
    "sends-a-compressed-fragment": (b"\x41\x81\0\0\0\0h", False),
    "sends-binary": (b"\x82\x85\0\0\0\0hello", False),
    "sends-an-empty-fragment": (b"\x01\x80\0\0\0\0", False),
    "begins-a-frame": (b"\x81\x85", True),
    "sends-pong": (b"\x8a\x80\0\0\0\0", False),
    "stays-open": (b"", False),
    "closes": (b"", True),
    "closes-with-a-tls-alert": (ALERT, True),
    "sends-a-tls-alert": (ALERT, False),
    "sends-a-request": (REQUEST, False),
    "sends-a-request-and-closes": (REQUEST, True),
    "sends-a-request-like-a-frame": (b"BREW /pot HTTP/1.1\r\n\r\n", True),
    "sends-a-frame-without-mask": (CLOSE, True),
    "sends-text-without-mask": (b"\x81\x05hello", False),
    "sends-one-byte": (b"\x88", True),
    "sends-nul": (b"\0\0\0\0", True),
    "sends-a-continuation": (b"\x80\x80\0\0\0\0", False),
    "sends-a-long-close": (b"\x88\xfe\0\x7e", False),
    "sends-an-endless-close": (b"\x88\xff", False),
    "sends-an-unknown-kind": (b"\x83\x85\0\0\0\0hello", False),
    "sends-a-fragment-without-mask": (b"\x01\x01h", False),
}
OPENED = set(list(DONE)[:9])
CLOSED = {"closes", "closes-with-a-tls-alert", "sends-a-tls-alert"}
ASKED = {"sends-a-request", "sends-a-request-and-closes", "sends-a-request-like-a-frame"}


@pytest.mark.parametrize(
    ("case", "passing"),
    [
        (VALID, OPENED | {"stays-open"}),
        (BEHIND, OPENED),
        (INVALID, CLOSED),
        (REFUSAL, CLOSED | ASKED | {"stays-open"}),
        (EITHER, OPENED | CLOSED | ASKED | {"stays-open"}),
    ],
    ids=str,
)
def test_what_a_client_does_is_right_for_some_cases(case: Case, passing: set[str]) -> None:
    results = {name: judge_client(case, *done) for name, done in DONE.items()}
    assert {name for name, result in results.items() if result.passed} == passing
    for result in results.values():
        assert result.case is case
        assert bool(result.why) is not result.passed
        assert "\n" not in result.why


@pytest.mark.parametrize(
    ("case", "done", "why"),
    [
        (INVALID, "sends-text", "it sent a frame: it took an answer that it must refuse"),
        (INVALID, "sends-text-without-mask", "it sent a frame"),
        (INVALID, "stays-open", "it did not close"),
        (INVALID, "sends-a-request", "it sent another request on a connection"),
        (INVALID, "sends-nul", "it sent what is neither a frame nor HTTP"),
        (VALID, "closes", "it closed and sent no frame: it refused a valid answer"),
        (VALID, "sends-a-request", "it sent another request: it refused a valid answer"),
        (VALID, "sends-text-without-mask", "it sent a frame without a mask"),
        (BEHIND, "stays-open", "it did not answer the Close frame that came with the head"),
    ],
)
def test_a_failure_says_why(case: Case, done: str, why: str) -> None:
    assert judge_client(case, *DONE[done]).why.startswith(why)


def test_any_bytes_like_object_will_do() -> None:
    assert judge_client(VALID, bytearray(MASKED_CLOSE), True).passed
    assert judge_client(VALID, memoryview(MASKED_CLOSE), True).passed
    with pytest.raises(TypeError):
        judge_client(VALID, "text", True)  # type: ignore[arg-type]


@pytest.mark.parametrize("case", SAMPLE, ids=str)
def test_what_comes_behind_an_answer(case: Case) -> None:
    """A Close frame, once, if anybody can have read a whole head; else the server closes."""
    sent = case.data + behind(case)
    assert sent.endswith(CLOSE) is (re.search(rb"\n(\r\n|\n)", case.data) is not None)
    assert not sent.endswith(CLOSE + CLOSE)


def test_the_server_closes_only_where_a_client_may_wait() -> None:
    closing = {case.id for case in SAMPLE if closes_behind(case)}
    others = {name for name in closing if not name.startswith(("cut-", "begins-like-"))}
    assert others == {
        *("bare-lf-everywhere", "bare-lf-at-the-end", "bare-cr-everywhere", "lf-cr-everywhere"),
        *("interim-with-all-fields", "interim-then-a-frame"),
    }
    assert {f"cut-{name}" for name in ("in-a-field", "behind-an-interim-response")} <= closing
    assert "begins-like-http09" in closing


INTERIM_HEAD = b"HTTP/1.1 100 Continue\r\n\r\n"


@pytest.mark.parametrize(
    ("data", "closes"),
    [
        (b"", True),
        (b"\r\n\r\n", False),
        (INTERIM_HEAD, True),
        (INTERIM_HEAD * 2, True),
        (INTERIM_HEAD + INTERIM_HEAD[:-2], True),
        (INTERIM_HEAD + b"HTTP/1.1 101 Switching Protocols\r\n\r\n", False),
        (INTERIM_HEAD + b"HTTP/1.1 101 Switching Protocols\r\n", True),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\n" + INTERIM_HEAD[:-2], False),
    ],
)
def test_only_a_final_head_keeps_the_server_from_closing(data: bytes, closes: bool) -> None:
    case = Case("a-b", "interim", data, "either", None, "RFC 9110 §15.2", "should", "Why.")
    assert closes_behind(case) is closes


@bounded(300)
@given(st.sampled_from(SAMPLE), binary(max_size=40), st.booleans())
@example(VALID, b"\x88", False)
@example(INVALID, b"G", False)
def test_arbitrary_bytes_never_raise(case: Case, sent: bytes, closed: bool) -> None:
    result = judge_client(case, sent, closed)
    assert result.passed is (result.why == "")
    assert result == judge_client(case, sent, closed)


# --- Whole clients --------------------------------------------------------------------------------


class Client(NamedTuple):
    """A client that does what this library does, but for what it is given.

    `reads` turns the bytes into those that it believes to have read, which is where a lenient
    parser goes wrong; `opened` and `refused` are what it does then.
    """

    reads: Callable[[bytes], bytes] = lambda data: data
    opened: tuple[bytes, bool] = (MASKED_CLOSE, True)
    refused: tuple[bytes, bool] = (b"", True)
    loses_what_is_behind: bool = False
    reads_once: bool = False

    def meet(self, case: Case) -> tuple[bytes, bool]:
        handshake = client()
        pieces = case.pieces[:1] if self.reads_once else case.pieces
        try:
            for piece in (self.reads(b"".join([*pieces, b""])), behind(case)):
                if piece and handshake.receive_data(piece) is not None:
                    # It answers the Close frame that it gets, with the head or in a piece behind.
                    got_close = behind(case) or not self.loses_what_is_behind
                    return self.opened if got_close else (b"", False)
            handshake.receive_data(b"")
        except HandshakeError:
            return self.refused
        return (b"", False)

    def failures(self) -> set[str]:
        results = [judge_client(case, *self.meet(case)) for case in SAMPLE]
        return {result.case.id for result in results if not result.passed}


def ids(*, verdict: str | None = None, **fields: str) -> set[str]:
    return {
        case.id
        for case in SAMPLE
        if verdict in (None, case.verdict)
        and all(getattr(case, name) == value for name, value in fields.items())
    }


def test_a_right_client_passes_every_case() -> None:
    assert Client().failures() == set()


def test_a_client_that_takes_everything_fails_what_it_must_refuse() -> None:
    results = [judge_client(case, MASKED_CLOSE, True) for case in SAMPLE]
    failed = {result.case.id for result in results if not result.passed}
    assert failed == ids(verdict="reject")


def test_a_client_that_refuses_everything_fails_what_it_must_take() -> None:
    results = [judge_client(case, b"", True) for case in SAMPLE]
    failed = {result.case.id for result in results if not result.passed}
    assert failed == ids(verdict="accept")


def status_by_int(data: bytes) -> bytes:
    """The mistake: int() for the status."""

    def number(match: re.Match[bytes]) -> bytes:
        try:
            return b"HTTP/1.1 %03d" % int(match[1])
        except ValueError:
            return match[0]

    return re.sub(rb"\AHTTP/1\.1 (\S+)", number, data)


def sub(pattern: str, new: str, *, first: bool = False) -> Callable[[bytes], bytes]:
    """The mistake: to read one text as another."""
    compiled = re.compile(pattern.encode("latin-1"))
    return lambda data: compiled.sub(new.encode("latin-1"), data, count=1 if first else 0)


def any_line(name: str, value: str = r"[^\r\n]*", *, to: str) -> Callable[[bytes], bytes]:
    """The mistake: to take many values of a field for a good one."""
    return sub(rf"\r\n{name}: ?{value}(?=\r\n)", rf"\r\n{name}: {to}")


def own(name: str, value: str) -> Callable[[bytes], bytes]:
    """The mistake: not to look at a field."""

    def read(data: bytes) -> bytes:
        data = re.sub(rb"(?i)\r\n%b *:[^\r\n]*" % name.encode(), b"", data)
        line = rf"\r\n{name}: {value}\r\n".encode()
        return re.sub(rb"(HTTP/1\.1 101[^\r\n]*)\r\n", rb"\1" + line, data)

    return read


def strip_everything(data: bytes) -> bytes:
    """The mistake: str.strip() for values."""
    return re.sub(
        rb"(\r\n[\w-]+):([^\r\n]*)",
        lambda match: match[1] + b": " + match[2].decode("latin-1").strip().encode("latin-1"),
        data,
    )


def split_lines(data: bytes) -> bytes:
    """The mistake: str.splitlines()."""
    head, end, rest = data.partition(b"\r\n\r\n")
    return b"\r\n".join(line.encode("latin-1") for line in head.decode("latin-1").splitlines()) + (
        end + rest
    )


def no_interim(data: bytes) -> bytes:
    """The mistake: to take the first response for the last one."""
    return re.sub(rb"\AHTTP/1\.1 1(?!01)\d\d", b"HTTP/1.1 500", data)


def names_with_case(data: bytes) -> bytes:
    """The mistake: to look for fields in one letter case only."""
    return re.sub(
        rb"\r\n(sec-websocket-[a-z]+|upgrade|UPGRADE|SEC-WEBSOCKET-ACCEPT):", b"\r\nX:", data
    )


INTERIM = {
    *ids(group="interim", verdict="accept"),
    *("pieces-interim-and-answer-together", "pieces-interim-cut-at-its-end"),
    "trailing-close-behind-an-interim-response",
}
MALFORMED_PARAMETERS = {
    f"extension-{name}"
    for name in (
        *("no-parameter-name", "no-parameter-value", "value-no-token", "quoted-no-token"),
        *("quoted-nothing", "quote-open", "quote-then-more", "semicolon-last", "two-semicolons"),
        *("two-words", "quote-open-escape", "two-equals"),
    )
}

PLANTED: dict[str, tuple[Client, set[str]]] = {
    "status-by-int": (
        Client(status_by_int),
        {"status-plus", "status-underscore", "status-leading-zero"},
    ),
    "200-is-fine": (
        Client(sub(r"\AHTTP/1\.1 200 OK", "HTTP/1.1 101 OK")),
        {"refused-200-with-the-fields-of-a-101"},
    ),
    "version-unchecked": (
        Client(sub(r"\AHTTP/[0-9]\.[0-9] ", "HTTP/1.1 ")),
        {"version-0.9", "version-1.0", "version-2.0"},
    ),
    "version-in-any-case": (
        Client(sub(r"\A[Hh][Tt][Tt][Pp]/", "HTTP/")),
        {"version-lower-case", "version-mixed-case"},
    ),
    "reason-required": (
        Client(sub(r"\AHTTP/1\.1 101 ?\r\n", "HTTP/1.1 500\r\n")),
        {"reason-empty"},
    ),
    "lone-lf": (
        Client(sub(r"(?<!\r)\n", "\r\n")),
        {
            *("bare-lf-everywhere", "bare-lf-behind-the-status", "bare-lf-at-the-end"),
            "bare-lf-before-the-accept",
        },
    ),
    "lone-cr": (
        Client(sub(r"\r(?!\n)", "\r\n")),
        {
            *("bare-cr-everywhere", "bare-cr-before-the-accept", "two-cr-before-lf"),
            "cut-in-the-empty-line",
        },
    ),
    "space-before-colon": (
        Client(sub(r"(\r\n[\w-]+)[ \t]+:", r"\1:")),
        {
            *("space-before-colon", "space-before-colon-of-the-accept", "tab-before-colon"),
            "space-before-colon-of-upgrade",
        },
    ),
    "strips-everything": (
        Client(strip_everything),
        {
            "value-no-break-space-behind-the-accept",
            "value-no-break-space-behind-websocket",
            "value-unit-separator-before-upgrade",
            "value-vertical-tab-around-websocket",
            "value-form-feed",
        },
    ),
    "splits-lines": (
        Client(split_lines),
        {
            *("bare-cr-before-the-accept", "two-cr-before-lf", "bare-lf-before-the-accept"),
            *("bare-lf-behind-the-status", "value-file-separator-before-the-accept"),
            *("value-next-line-before-the-accept", "value-form-feed"),
        },
    ),
    "no-interim": (Client(no_interim), INTERIM),
    "names-with-case": (Client(names_with_case), {"names-lower-case", "names-upper-case"}),
    "upgrade-unchecked": (
        Client(own("Upgrade", "websocket")),
        {
            *ids(group="upgrade", verdict="reject"),
            *("value-no-break-space-behind-websocket", "value-vertical-tab-around-websocket"),
            *("value-nul-in-upgrade", "space-before-colon-of-upgrade"),
        },
    ),
    "upgrade-with-case": (
        Client(sub(r"\r\nUpgrade: (WebSocket|WEBSOCKET)", r"\r\nUpgrade: x")),
        {"upgrade-capitals", "upgrade-upper-case"},
    ),
    "upgrade-contains": (
        Client(any_line("Upgrade", r"[^\r\n\0]*websocket[^\r\n\0]*", to="websocket")),
        {
            *("upgrade-list-first", "upgrade-list-last", "upgrade-longer", "upgrade-parameter"),
            *("upgrade-quoted", "upgrade-slash-last", "upgrade-two-slashes", "upgrade-version"),
            *("upgrade-twice-in-one-line", "value-no-break-space-behind-websocket"),
            "value-vertical-tab-around-websocket",
        },
    ),
    "connection-unchecked": (
        Client(own("Connection", "Upgrade")),
        {
            *ids(group="connection", verdict="reject"),
            "value-unit-separator-before-upgrade",
        },
    ),
    "connection-contains": (
        Client(any_line("Connection", r"[^\r\n]*[Uu]pgrade[^\r\n]*", to="Upgrade")),
        {
            *("connection-assigned", "connection-longer", "connection-parameter"),
            *("connection-quoted", "connection-semicolons", "connection-two-words"),
            "connection-a-malformed-option-too",
            "value-unit-separator-before-upgrade",
        },
    ),
    "connection-is-no-list": (
        Client(any_line("Connection", r"[^\r\n]*,[^\r\n]*", to="x")),
        {
            *("connection-list", "connection-list-first", "connection-twice"),
            *("connection-with-another-field", "connection-empty-elements"),
        },
    ),
    "accept-unchecked": (
        Client(own("Sec-WebSocket-Accept", ACCEPT)),
        {
            *ids(group="accept", verdict="reject"),
            *("value-nul-in-the-accept", "value-nul-behind-the-accept"),
            *("value-no-break-space-behind-the-accept", "value-next-line-before-the-accept"),
            *("space-before-colon-of-the-accept", "interim-lends-no-accept"),
            "interim-then-a-wrong-accept",
            *("trailing-close-behind-a-wrong-accept", "pieces-of-a-wrong-accept"),
        },
    ),
    "accept-in-any-case": (
        Client(any_line("Sec-WebSocket-Accept", f"(?i:{re.escape(ACCEPT)})", to=ACCEPT)),
        {"accept-lower-case", "accept-case-swapped"},
    ),
    "accept-begins": (
        Client(any_line("Sec-WebSocket-Accept", rf"{re.escape(ACCEPT)}[^\r\n]*", to=ACCEPT)),
        {
            *("accept-comma-behind", "accept-obs-text", "accept-semicolon-behind"),
            *("accept-trailing-text", "accept-twice-in-one-line", "accept-with-more-padding"),
            *("value-no-break-space-behind-the-accept", "value-nul-behind-the-accept"),
        },
    ),
    "accept-the-last-counts": (
        Client(sub(r"\r\nSec-WebSocket-Accept: [^\r\n]*(\r\nSec-WebSocket-Accept:)", r"\1")),
        {"accept-two-lines-equal", "accept-two-lines-good-last"},
    ),
    "subprotocol-unchecked": (
        Client(any_line("Sec-WebSocket-Protocol", to="chat")),
        ids(group="subprotocols", verdict="reject")
        - {"subprotocol-two-lines-equal", "subprotocol-two-lines-differing"},
    ),
    "subprotocol-in-any-case": (
        Client(any_line("Sec-WebSocket-Protocol", "CHAT", to="chat")),
        {"subprotocol-other-case"},
    ),
    "extensions-unchecked": (
        Client(sub(r"\r\nSec-WebSocket-Extensions: ?[^\r\n]*", "")),
        ids(group="extensions", verdict="reject")
        | ids(group="permessage-deflate", verdict="reject"),
    ),
    "deflate-unchecked": (
        Client(
            sub(r"(\r\nSec-WebSocket-Extensions: permessage-deflate)[; ][^,\r\n]*(?=\r\n)", r"\1")
        ),
        ids(group="permessage-deflate", verdict="reject") | MALFORMED_PARAMETERS,
    ),
    "loses-what-is-behind": (
        Client(loses_what_is_behind=True),
        {case.id for case in SAMPLE if case.verdict == "accept" and case.data.endswith(CLOSE)},
    ),
    "reads-once": (
        Client(reads_once=True),
        {case.id for case in SAMPLE if case.verdict == "accept" and len(case.pieces) > 1}
        - {"pieces-frame-in-a-piece-of-its-own", "pieces-frame-cut"},
    ),
    "never-closes": (Client(refused=(b"", False)), ids(verdict="reject") - ids(group="status")),
    "asks-again": (Client(refused=(REQUEST, False)), ids(verdict="reject") - ids(group="status")),
    "frames-after-a-refusal": (Client(refused=(MASKED_CLOSE, True)), ids(verdict="reject")),
    "no-mask": (
        Client(opened=(CLOSE, True)),
        {case.id for case in SAMPLE if Client().meet(case) == (MASKED_CLOSE, True)},
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_reported_and_nothing_else(name: str) -> None:
    faulty, expected = PLANTED[name]
    assert faulty.failures() == expected
    assert expected
