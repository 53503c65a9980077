"""The judge of answers: it finds what is planted, nothing else, and never fails itself."""

from fnmatch import fnmatchcase

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from property.strategies import binary

from ws_handshake import Extension, accept_key
from ws_handshake.testing import (
    Case,
    Expected,
    Result,
    judge_reply,
    request_cases,
    run_cases,
)

from .planted import KEY, PLANTED, Planted, good

CASES = request_cases()
ACCEPT = accept_key(KEY.decode()).encode()
BAD = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
GOOD = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: " + ACCEPT + b"\r\n\r\n"
)


def case(verdict: str = "reject", **expected: object) -> Case:
    statuses = {"accept": (101,), "reject": (3, 4, 5), "either": (101, 4, 5)}[verdict]
    parts = {"statuses": statuses, "key": KEY.decode()} | expected
    return Case("a-case", "key", b"", verdict, None, "", "must", "", Expected(**parts))  # type: ignore[arg-type]


def failed(exchange: object) -> list[Case]:
    return [result.case for result in run_cases(exchange, CASES) if not result.passed]  # type: ignore[arg-type]


# --- Servers --------------------------------------------------------------------------------------


def test_a_good_server_passes() -> None:
    assert failed(good) == []


@pytest.mark.parametrize("planted", PLANTED, ids=[planted.fault for planted in PLANTED])
def test_a_planted_fault_is_reported_and_nothing_else(planted: Planted) -> None:
    reported = failed(planted.server)
    for pattern in planted.reported:
        assert any(fnmatchcase(each.id, pattern) for each in reported), pattern
    for each in reported:
        assert any(fnmatchcase(each.id, pattern) for pattern in planted.reported), each.id
    if planted.reported == ("*",):  # a fault of the 101 itself
        assert all(each.expected.allows(101) for each in reported)
        assert {each.id for each in CASES if each.verdict == "accept"} > {"line-sample"}


def test_twenty_faults_and_more_are_planted_and_weigh_something() -> None:
    assert len({planted.fault for planted in PLANTED}) == len(PLANTED) >= 20
    heavy = [each.id for each in CASES if each.level != "should"]
    for planted in PLANTED:
        assert any(fnmatchcase(each, pattern) for each in heavy for pattern in planted.reported)


def test_a_server_that_accepts_everything() -> None:
    wrong = failed(lambda data: GOOD)
    assert {each.id for each in wrong} >= {each.id for each in CASES if each.verdict == "reject"}
    assert "line-sample" not in {each.id for each in wrong}


def test_a_server_that_refuses_everything() -> None:
    wrong = failed(lambda data: (BAD, True))
    accepted = {each.id for each in CASES if each.verdict == "accept"}
    assert {each.id for each in wrong if each.verdict != "reject"} == accepted | {"limit-line-414"}
    # What a refusal must say beside its status.
    assert all(
        each.expected.fields or each.expected.statuses == (426,)
        for each in wrong
        if each.verdict == "reject"
    )


def test_a_server_that_only_closes() -> None:
    wrong = {each.id for each in failed(lambda data: (b"", True))}
    assert wrong == {each.id for each in CASES if each.expected.silence == "never"}
    assert {"line-sample", "key-missing", "host-missing", "version-8"} <= wrong


def test_a_server_that_does_nothing() -> None:
    wrong = {each.id for each in failed(lambda data: (b"", False))}
    assert wrong == {each.id for each in CASES if each.expected.silence != "open"}


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x88\x02\x03\xe8",
        b"SSH-2.0-OpenSSH\r\n",
        b"<html></html>",
        b"HTTP/1.1 101",
        b"HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 400 Bad Request\nContent-Length: 0\n\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"\0" * 70_000,
    ],
)
def test_a_server_that_answers_garbage(garbage: bytes) -> None:
    assert failed(lambda data: (garbage, True)) == list(CASES)


# --- Sentences ------------------------------------------------------------------------------------

VERSION = (("Sec-WebSocket-Version", "13"),)
ANSWERS: list[tuple[Case, bytes, bool | None, str]] = [
    (case(), BAD, True, ""),
    (case(), BAD, None, ""),
    (case(), BAD, False, ""),
    (case(), b"HTTP/1.1 100 Continue\r\n\r\n" + BAD, True, ""),
    (case(), BAD.replace(b"HTTP/1.1", b"HTTP/1.0"), True, ""),
    (case(), BAD.replace(b": 0", b": 50"), True, ""),
    (case(), b"", True, "closed without an answer"),
    (case(), b"", False, "did not answer"),
    (case(), b"", None, "did not answer"),
    (case(silence="closed"), b"", True, ""),
    (case(silence="closed"), b"", None, ""),
    (case(silence="closed"), b"", False, "neither answered nor closed"),
    (case(silence="open"), b"", False, ""),
    (case(), GOOD, None, "answered 101 to a handshake that must be refused"),
    (case(), GOOD[:40] + b"\r\n\r\n", None, "answered 101 to a handshake that must be refused"),
    (
        case(),
        b"<html></html>",
        None,
        "the answer is not valid: '<' cannot begin an HTTP/1.1 response",
    ),
    (case(statuses=(400,)), BAD.replace(b"400", b"403"), None, "answered 403 instead of 400"),
    (
        case(statuses=(414, 4)),
        BAD.replace(b"400", b"500"),
        None,
        "answered 500 instead of 414 or 4xx",
    ),
    (
        case(statuses=(2, 3, 414)),
        BAD,
        None,
        "answered 400 instead of 2xx, 3xx or 414",
    ),
    (case(fields=VERSION), BAD, None, "answered 400 without Sec-WebSocket-Version"),
    (case(fields=VERSION), BAD[:-2] + b"sec-websocket-version: 8, 13\r\n\r\n", None, ""),
    (
        case(fields=VERSION),
        BAD[:-2] + b"Sec-WebSocket-Version: 8, 130\r\n\r\n",
        None,
        "answered 400 with a Sec-WebSocket-Version that does not name 13",
    ),
    (
        case(fields=VERSION),
        BAD[:-2] + b"Sec-WebSocket-Version: 13 8\r\n\r\n",
        None,
        "answered 400 with a Sec-WebSocket-Version that does not name 13",
    ),
    (case(fields=(("Allow", None),)), BAD[:-2] + b"Allow:\r\n\r\n", None, ""),
    (case(beside=((426, "Upgrade"),)), BAD, None, ""),
    (case(beside=((400, "Upgrade"),)), BAD, None, "answered 400 without Upgrade"),
    (case(without=("Content-Length",)), BAD, None, "answered 400 with Content-Length"),
    (case(without=("Upgrade",)), BAD, None, ""),
    (case(closes=True), BAD, True, ""),
    (case(closes=True), BAD, None, ""),
    (case(closes=True), BAD, False, "answered 400 and did not close the connection"),
    (case(closes=True), BAD[:-2] + b"Connection: Close\r\n\r\n", False, ""),
    (case(answers=1), BAD, True, ""),
    (case(answers=1), BAD + b"HTTP", True, ""),
    (case(answers=1), BAD * 2, True, "answered twice: it took a part of the body for a request"),
    (case(), BAD * 2, True, ""),
    (case("accept"), GOOD, None, ""),
    (case("accept"), GOOD + b"\x81\x02hi", True, ""),
    (case("accept"), BAD, None, "answered 400 instead of 101"),
    (case("either"), GOOD, None, ""),
    (case("either"), BAD, None, ""),
    (case("accept", without=("Upgrade",)), GOOD, None, "answered 101 with Upgrade"),
]


@pytest.mark.parametrize(("judged", "reply", "closed", "why"), ANSWERS)
def test_what_is_wrong_is_said(judged: Case, reply: bytes, closed: bool | None, why: str) -> None:
    assert judge_reply(judged, reply, closed) == Result(judged, not why, why)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ((b"101 Switching", b"200 Switching"), "answered 200 instead of 101"),
        ((b"HTTP/1.1", b"HTTP/1.0"), "HTTP/1.0"),
        ((b"Upgrade: websocket\r\n", b""), "Upgrade"),
        ((b"Connection: Upgrade\r\n", b"Connection: close\r\n"), "Connection"),
        ((ACCEPT, ACCEPT.swapcase()), "Sec-WebSocket-Accept"),
        ((b"\r\n\r\n", b"\r\nSec-WebSocket-Protocol: other\r\n\r\n"), "'other'"),
        ((b"\r\n\r\n", b"\r\nSec-WebSocket-Protocol: chat, superchat\r\n\r\n"), "chat, superchat"),
        ((b"\r\n\r\n", b"\r\nSec-WebSocket-Extensions: x-other\r\n\r\n"), "x-other"),
        ((b"\r\n\r\n", b"\n\r\n"), "LF"),
        ((b"\r\n\r\n", b"\r\n"), "head"),
    ],
)
def test_a_101_is_read_as_a_client_reads_it(change: tuple[bytes, bytes], said: str) -> None:
    offers = {"offered": ("chat", "superchat", "chat"), "extensions": (Extension("x-kit"),)}
    result = judge_reply(case("accept", **offers), GOOD.replace(*change))
    assert not result.passed
    assert said in result.why


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("x-kit; a=1", ""),
        ("permessage-deflate; server_max_window_bits=10", ""),
        ("permessage-deflate; server_max_window_bits=9, x-kit", ""),
        ("permessage-deflate", "server_max_window_bits was offered"),
        ("permessage-deflate; server_max_window_bits=11", "more than the 10"),
        ("permessage-deflate; server_max_window_bits=99", "no number from 8 to 15"),
        ("x-kit, x-kit", "x-kit"),
        ("X-Kit", "X-Kit"),
    ],
)
def test_of_the_extensions_only_those_of_the_rfc_are_judged(answer: str, why: str) -> None:
    bits = Extension("permessage-deflate", [("server_max_window_bits", "10")])
    line = b"Sec-WebSocket-Extensions: " + answer.encode() + b"\r\n\r\n"
    result = judge_reply(case("accept", extensions=(bits, Extension("x-kit"))), GOOD[:-2] + line)
    assert result.passed == (not why)
    assert why in result.why


@pytest.mark.parametrize(
    ("subprotocol", "answered", "why"),
    [
        ("(any)", None, ""),
        ("(any)", b"chat", ""),
        ("chat", b"chat", ""),
        ("chat", None, "chose the subprotocol None, not chat"),
        ("chat", b"x-kit", "chose the subprotocol x-kit, not chat"),
        (None, None, ""),
        (None, b"chat", "chose the subprotocol chat, not None"),
    ],
)
def test_the_subprotocol_that_must_be_chosen(
    subprotocol: str | None, answered: bytes | None, why: str
) -> None:
    line = b"" if answered is None else b"Sec-WebSocket-Protocol: " + answered + b"\r\n"
    judged = case("accept", subprotocol=subprotocol, offered=("x-kit", "chat"))
    assert judge_reply(judged, GOOD[:-2] + line + b"\r\n").why == why


def test_a_value_of_a_result() -> None:
    result = Result(case(), passed=False, why="no")
    assert (result.passed, result.why) == (False, "no")
    assert result == Result(case(), False, "no") != Result(case(), True)
    assert Result(case(), True).why == ""


# --- Whatever comes -------------------------------------------------------------------------------

HEADS = st.sampled_from([GOOD, BAD, GOOD * 2, BAD + GOOD, b"HTTP/1.1 1", b""])


@given(
    judged=st.sampled_from(CASES),
    head=HEADS,
    cut=st.integers(0, 200),
    rest=binary(max_size=60),
    closed=st.sampled_from([True, False, None]),
)
@example(judged=CASES[0], head=b"HTTP/1.1 " + b"9" * 5000, cut=200, rest=b"", closed=None)
def test_no_reply_raises(
    judged: Case, head: bytes, cut: int, rest: bytes, closed: bool | None
) -> None:
    result = judge_reply(judged, head[:cut] + rest + head[cut:], closed)
    assert result.case is judged
    assert result.passed == (result.why == "")
