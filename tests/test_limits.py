"""Limits: just below, at and above each, on both sides, however the bytes are cut.

RFC 9112 §3 and RFC 6585 §5. A limit is the largest size taken, and the first byte over it is
refused when it arrives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import pytest
from contract.request_cases import START, req
from contract.response_cases import CONTINUE, EARLY_HINTS, SWITCHING, chunked, head, opening
from contract.test_responses import new_client

from ws_handshake import (
    ClientHandshake,
    HandshakeError,
    InvalidMessage,
    Limits,
    Request,
    Response,
    ServerHandshake,
    UnexpectedStatus,
)

LIMITS = Limits(request_line=300, head=1000, fields=12, body=50)
Handshake = ServerHandshake | ClientHandshake


def server() -> ServerHandshake:
    return ServerHandshake(origins=None, limits=LIMITS)


def client() -> ClientHandshake:
    return new_client(limits=LIMITS)


def feed(handshake: Handshake, data: bytes) -> tuple[HandshakeError | None, int]:
    """Give it the bytes one by one: what it raised, and how many bytes that took."""
    for count in range(1, len(data) + 1):
        try:
            result = handshake.receive_data(data[count - 1 : count])
        except HandshakeError as error:
            return error, count
        if result is not None:
            return None, count
    raise AssertionError("the head is whole")


def feed_whole(handshake: Handshake, data: bytes) -> HandshakeError | None:
    try:
        assert handshake.receive_data(data) is not None
    except HandshakeError as error:
        return error
    return None


# --- A message of exactly the size that is wanted -------------------------------------------------


def long_request_line(size: int) -> bytes:
    return req(target="/".ljust(size - len("GET  HTTP/1.1"), "a"))


def long_status_line(size: int) -> bytes:
    return opening(status=SWITCHING.ljust(size, "!"))


def large_request(size: int) -> bytes:
    return req(extra=["A: " + "b" * (size - len(req()) - len("A: \r\n"))])


def large_response(size: int) -> bytes:
    return opening("A: " + "b" * (size - len(opening()) - len("A: \r\n")))


def many_fields(size: int) -> bytes:
    return req(extra=["A: b"] * (size - 5))


def many_fields_in_response(size: int) -> bytes:
    return opening(*["A: b"] * (size - 3))


class Case(NamedTuple):
    """A limit, one side of the handshake, and the fault that this side names."""

    limit: str
    new: Callable[[], Handshake]
    message: Callable[[int], bytes]
    code: str

    @property
    def largest(self) -> int:
        size: int = getattr(LIMITS, self.limit)
        return size


CASES = {
    "server-request-line": Case("request_line", server, long_request_line, "request-line-too-long"),
    "server-head": Case("head", server, large_request, "head-too-large"),
    "server-fields": Case("fields", server, many_fields, "too-many-fields"),
    "client-status-line": Case("request_line", client, long_status_line, "status-line-too-long"),
    "client-head": Case("head", client, large_response, "head-too-large"),
    "client-fields": Case("fields", client, many_fields_in_response, "too-many-fields"),
}
each_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def measure(limit: str, data: bytes) -> int:
    first, *fields = data.removesuffix(b"\r\n\r\n").split(b"\r\n")
    return {"request_line": len(first), "head": len(data), "fields": len(fields)}[limit]


@each_case
def test_the_messages_here_have_the_sizes_they_should(case: Case) -> None:
    for size in (case.largest - 1, case.largest, case.largest + 1):
        assert measure(case.limit, case.message(size)) == size


@each_case
@pytest.mark.parametrize("below", [1, 0])
def test_a_message_up_to_the_limit_is_taken(case: Case, below: int) -> None:
    data = case.message(case.largest - below)
    assert feed_whole(case.new(), data) is None
    assert feed(case.new(), data) == (None, len(data))


@each_case
@pytest.mark.parametrize("above", [1, 2, 30])
def test_a_message_over_the_limit_is_refused(case: Case, above: int) -> None:
    data = case.message(case.largest + above)
    error = feed_whole(case.new(), data)
    assert isinstance(error, InvalidMessage)
    assert error.code == case.code
    assert str(case.largest) in error.message
    assert f"Limits({case.limit}=...)" in str(error.hint)
    assert feed(case.new(), data)[0] == error


@each_case
def test_the_first_byte_over_the_limit_is_refused(case: Case) -> None:
    data = case.message(case.largest + 1)
    _, count = feed(case.new(), data)
    if case.limit == "fields":
        assert count == data.rindex(b"A: b") + 1, "a field counts when its name begins"
    else:
        assert count == case.largest + 1


@each_case
def test_a_message_that_never_ends_is_refused_at_the_same_byte(case: Case) -> None:
    data = case.message(case.largest + 1)
    _, count = feed(case.new(), data)
    endless = data[:count] + b"a" * 100_000
    error = feed_whole(case.new(), endless)
    assert error is not None
    assert error.code == case.code
    assert feed(case.new(), endless) == (error, count)


@each_case
def test_what_follows_the_head_does_not_count(case: Case) -> None:
    handshake = case.new()
    behind = b"A: b\r\n" * 1000
    assert feed_whole(handshake, case.message(case.largest) + behind) is None
    assert handshake.trailing_data == behind


@pytest.mark.parametrize("name", ["server-request-line", "server-head", "server-fields"])
def test_request_parse_has_the_same_limits(name: str) -> None:
    case = CASES[name]
    assert Request.parse(case.message(case.largest), LIMITS)
    with pytest.raises(InvalidMessage) as caught:
        Request.parse(case.message(case.largest + 1), LIMITS)
    assert caught.value.code == case.code


@pytest.mark.parametrize("name", ["client-status-line", "client-head", "client-fields"])
def test_response_parse_has_the_same_limits(name: str) -> None:
    case = CASES[name]
    assert Response.parse(case.message(case.largest), LIMITS)
    with pytest.raises(InvalidMessage) as caught:
        Response.parse(case.message(case.largest + 1), LIMITS)
    assert caught.value.code == case.code


def test_a_bare_line_feed_before_the_limit_is_the_fault() -> None:
    for case in CASES.values():
        data = case.message(case.largest + 1)
        first_line = data.index(b"\r\n")
        error = feed_whole(case.new(), b"%b\n%b" % (data[: min(first_line, 40)], data))
        assert error is not None
        assert error.code == "bare-lf"


# --- The body of a refusal ------------------------------------------------------------------------


def with_length(size: int) -> bytes:
    return head("HTTP/1.1 403 Forbidden", f"Content-Length: {size}") + b"x" * size


def until_close(size: int) -> bytes:
    return head("HTTP/1.1 403 Forbidden") + b"x" * size


def in_one_chunk(size: int) -> bytes:
    return chunked(b"%x\r\n%b\r\n0\r\n\r\n" % (size, b"x" * size))


def in_small_chunks(size: int) -> bytes:
    return chunked(b"1;ext\r\nx\r\n" * size + b"0\r\nX-Sum: 1\r\n\r\n")


BODIES = [with_length, until_close, in_one_chunk, in_small_chunks]


def feed_and_close(handshake: Handshake, pieces: Iterable[bytes]) -> None:
    for piece in pieces:
        handshake.receive_data(piece)
    handshake.receive_data(b"")


def refused(pieces: list[bytes]) -> UnexpectedStatus:
    with pytest.raises(UnexpectedStatus) as caught:
        feed_and_close(client(), pieces)
    return caught.value


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("size", [49, 50, 51, 100])
def test_a_body_is_kept_up_to_the_limit(body: Callable[[int], bytes], size: int) -> None:
    data = body(size)
    error = refused([data])
    assert error == refused([data[at : at + 1] for at in range(len(data))])
    assert error.response.body == b"x" * min(size, 50)
    assert error.complete is (size <= 50)


@pytest.mark.parametrize("body", BODIES)
def test_parse_refuses_a_body_over_the_limit(body: Callable[[int], bytes]) -> None:
    assert len(Response.parse(body(50), LIMITS).body) == 50
    with pytest.raises(InvalidMessage) as caught:
        Response.parse(body(51), LIMITS)
    assert caught.value.code == "body-too-large"
    assert "50" in caught.value.message
    assert "Limits(body=...)" in str(caught.value.hint)


def pieces(data: bytes) -> list[bytes]:
    return [data[at : at + 1] for at in range(len(data))]


def test_a_chunk_over_the_limit_is_refused_when_its_size_is_known() -> None:
    handshake = client()
    full = chunked(b"32\r\n" + b"x" * 50 + b"\r\n")
    assert handshake.receive_data(full + b"1\r") is None
    with pytest.raises(UnexpectedStatus) as caught:
        handshake.receive_data(b"\n")
    assert (len(caught.value.response.body), caught.value.complete) == (50, False)


@pytest.mark.parametrize("length", [8, 9])
def test_trailers_have_the_limit_of_a_head(length: int) -> None:
    """With the blank line behind them, as in a head (RFC 9112 §7.1.2)."""
    data = b"A: 34567\r\n" * 99 + b"A: ".ljust(length - 2, b"b") + b"\r\n\r\n"
    assert len(data) - LIMITS.head == length - 8
    assert refused(pieces(chunked(b"0\r\n" + data))).complete is (length == 8)


def test_chunk_extensions_without_end_are_refused() -> None:
    """None is kept, so only their sum can grow; RFC 9112 §7.1.1 asks for a limit."""
    chunk = b"1;%b\r\nx\r\n" % (b"a" * 100)
    assert refused([chunked(chunk * 10 + b"0\r\n\r\n")]).complete
    assert not refused([chunked(chunk * 12 + b"0\r\n\r\n")]).complete


@pytest.mark.parametrize(("size", "complete"), [(299, True), (300, True), (301, False)])
def test_a_line_between_chunks_has_the_limit_of_a_start_line(size: int, complete: bool) -> None:
    for line in (b"1;".ljust(size, b"a") + b"\r\nx\r\n0", b"0\r\n" + b"A: ".ljust(size, b"a")):
        data = chunked(line + b"\r\n\r\n")
        assert refused([data]).complete is complete
        assert refused(pieces(data)).complete is complete


# --- Interim responses (RFC 9110 §15.2) -----------------------------------------------------------


@pytest.mark.parametrize("interim", [CONTINUE, EARLY_HINTS, CONTINUE + EARLY_HINTS])
@pytest.mark.parametrize("step", [1, 10_000], ids=["byte by byte", "whole"])
def test_interim_heads_and_fields_count_with_the_final_ones(interim: bytes, step: int) -> None:
    data = interim + head("HTTP/1.1 204 No Content", "A: b")
    pieces = [data[at : at + step] for at in range(0, len(data), step)]
    fields = data.count(b": ")
    with pytest.raises(UnexpectedStatus):
        feed_and_close(new_client(limits=Limits(head=len(data), fields=fields)), pieces)
    with pytest.raises(InvalidMessage) as caught:
        feed_and_close(new_client(limits=Limits(head=len(data) - 1)), pieces)
    assert caught.value.code == "head-too-large"
    with pytest.raises(InvalidMessage) as caught:
        feed_and_close(new_client(limits=Limits(fields=fields - 1)), pieces)
    assert caught.value.code == "too-many-fields"


def test_status_lines_do_not_count_together() -> None:
    longest = len("HTTP/1.1 101 Switching Protocols")
    limits = Limits(request_line=longest)
    assert new_client(limits=limits).receive_data(CONTINUE + EARLY_HINTS + opening())
    with pytest.raises(InvalidMessage) as caught:
        new_client(limits=limits).receive_data(head("HTTP/1.1 103".ljust(longest + 1)) + opening())
    assert caught.value.code == "status-line-too-long"


def test_interim_responses_without_end_are_refused() -> None:
    enough = LIMITS.head // len(CONTINUE)
    handshake = client()
    for _ in range(enough):
        assert handshake.receive_data(CONTINUE) is None
    with pytest.raises(InvalidMessage) as caught:
        handshake.receive_data(CONTINUE)
    assert caught.value.code == "head-too-large"


@pytest.mark.parametrize("limit", ["head", "fields"])
@pytest.mark.parametrize("over", [-1, 0, 1])
@pytest.mark.parametrize("step", [1, 10_000], ids=["byte by byte", "whole"])
def test_interim_responses_and_the_final_one_fill_one_limit(
    limit: str, over: int, step: int
) -> None:
    """The final head is below, at and above what the interim ones have left of the limit."""
    interim = EARLY_HINTS + CONTINUE + EARLY_HINTS
    final = opening("A: b")
    both = {"head": len(interim + final), "fields": (interim + final).count(b": ")}[limit]
    data = interim + final
    handshake = new_client(limits=Limits(**{limit: both - over}))
    error = None
    for at in range(0, len(data), step):
        try:
            handshake.receive_data(data[at : at + step])
        except InvalidMessage as caught:
            error = caught
            break
    assert (error is not None) is (over > 0)
    assert (handshake.agreement is not None) is (over <= 0)
    if error is not None:
        assert error.code == {"head": "head-too-large", "fields": "too-many-fields"}[limit]


# --- Limits that nobody has set, and large ones ---------------------------------------------------


@pytest.mark.parametrize("limits", [Limits(), Limits(9000, 100_000, 200, 100_000)], ids=str)
@pytest.mark.parametrize("over", [-1, 0, 1])
@each_case
def test_the_usual_limits_and_larger_ones_hold_as_well(
    case: Case, over: int, limits: Limits
) -> None:
    """Those are the ones within which a head of the usual form is read in one go."""
    size: int = getattr(limits, case.limit) + over
    data = case.message(size)
    assert measure(case.limit, data) == size
    parse = Request.parse if case.new is server else Response.parse
    for step in (1000, len(data)):
        handshake: Handshake = new_client(limits=limits)
        if case.new is server:
            handshake = ServerHandshake(origins=None, limits=limits)
        found: HandshakeError | None = None
        try:
            for at in range(0, len(data), step):
                handshake.receive_data(data[at : at + step])
        except HandshakeError as error:
            found = error
        assert (found is not None) is (over > 0)
        assert found is None or found.code == case.code
    if over > 0:
        with pytest.raises(InvalidMessage) as caught:
            parse(data, limits)
        assert caught.value.code == case.code
    else:
        assert parse(data, limits)


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("over", [-1, 0, 1])
@pytest.mark.parametrize("limit", [0, 1, 65_536])
def test_a_body_below_at_and_above_any_limit(
    body: Callable[[int], bytes], over: int, limit: int
) -> None:
    size = max(0, limit + over)
    data = body(size)
    # A trailer and the chunks' extensions count like a head.
    limits = Limits() if limit > 1 else Limits(body=limit)
    for step in (len(data), 1000):
        handshake = new_client(limits=limits if body is not in_small_chunks else raised(limits))
        with pytest.raises(UnexpectedStatus) as caught:
            feed_and_close(handshake, [data[at : at + step] for at in range(0, len(data), step)])
        assert len(caught.value.response.body) == min(size, limit)
        assert caught.value.complete is (size <= limit)


def raised(limits: Limits) -> Limits:
    """The same for bodies, and enough for what stands between chunks."""
    return Limits(head=10**7, body=limits.body)


@pytest.mark.parametrize("length", [-1, 0, 1])
def test_chunk_extensions_fill_the_limit_of_a_head(length: int) -> None:
    """What a chunk's line has beyond 18 bytes counts, and the line that ends the trailers."""
    lines = [b"1;".ljust(98, b"a") + b"\r\nx\r\n"] * 12  # 82 bytes of extra in each
    rest = LIMITS.head + length - 82 * 12 - len("\r\n")
    lines.append(b"1;".ljust(16 + rest, b"a") + b"\r\nx\r\n")
    data = chunked(b"".join(lines) + b"0\r\n\r\n")
    assert refused([data]).complete is (length <= 0)
    assert refused(pieces(data)).complete is (length <= 0)


# --- Limits as values -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["request_line", "head", "fields", "body"])
def test_a_limit_cannot_be_negative(name: str) -> None:
    assert getattr(Limits(**{name: 0}), name) == 0
    with pytest.raises(ValueError, match=f"limit {name} "):
        Limits(**{name: -1})


def test_a_limit_of_nothing_takes_nothing() -> None:
    for limits, code in (
        (Limits(request_line=0), "request-line-too-long"),
        (Limits(head=0), "head-too-large"),
    ):
        error, count = feed(ServerHandshake(origins=None, limits=limits), req())
        assert error is not None
        assert (error.code, count) == (code, 1)
    error, count = feed(ServerHandshake(origins=None, limits=Limits(fields=0)), req())
    assert error is not None
    assert (error.code, count) == ("too-many-fields", len(START) + 1)
    assert Request.parse(b"GET / HTTP/1.1\r\n\r\n", Limits(fields=0))
