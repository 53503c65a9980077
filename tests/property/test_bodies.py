"""The body of a refusal (RFC 9112 §6 and §7.1): as sent and within the limit, however it is cut."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from ws_handshake import ClientHandshake, Limits, UnexpectedStatus

from .strategies import URI, attempt, binary, bounded, cut, cuttings, mutated, tokens

HEAD = b"HTTP/1.1 403 Forbidden\r\n"


class Sent(NamedTuple):
    """A refusal as sent, what its body is, and whether it says itself where that ends."""

    wire: bytes
    body: bytes
    bounded: bool


bodies = binary(max_size=120)
limits = st.integers(0, 150).map(lambda body: Limits(body=body))


@st.composite
def chunked(draw: st.DrawFn) -> Sent:
    """A body in chunks of any size, with extensions, leading zeros and trailers."""
    body = draw(bodies)
    wire = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    sizes = draw(st.lists(st.integers(1, 40), min_size=1, max_size=5))
    extensions = st.sampled_from([b"", b"", b";a", b" ; a=b", b';a="\\"x;"'])
    for chunk in cut(body, sizes):
        digits = draw(st.sampled_from([b"%x", b"%X", b"%04x"])) % len(chunk)
        wire += digits + draw(extensions) + b"\r\n" + chunk + b"\r\n"
    wire += draw(st.sampled_from([b"0", b"000"])) + draw(extensions) + b"\r\n"
    for name in draw(st.lists(tokens, max_size=2)):
        wire += name.encode() + b": trailer\r\n"
    return Sent(wire + b"\r\n", body, True)


with_length = bodies.map(
    lambda body: Sent(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body, body, True)
)
until_close = bodies.map(lambda body: Sent(HEAD + b"\r\n" + body, body, False))
refusals = st.one_of(with_length, chunked(), until_close)


def refused(wire: bytes, sizes: list[int], limits: Limits) -> tuple[UnexpectedStatus, bytes]:
    """The error, and the bytes that were not needed for it; the peer closes behind the bytes."""
    client = ClientHandshake(URI, limits=limits)
    pieces = iter([*cut(wire, sizes), b""])
    result = None
    while result is None:
        result = attempt(lambda: client.receive_data(next(pieces)))
    assert isinstance(result, UnexpectedStatus)
    assert result.response.status == 403
    return result, client.trailing_data + b"".join(pieces)


@bounded(250)
@given(refusals, cuttings, limits)
def test_a_body_is_what_was_sent_or_its_beginning(
    sent: Sent, sizes: list[int], limits: Limits
) -> None:
    error, _ = refused(sent.wire, sizes, limits)
    assert error.response.body == sent.body[: limits.body]
    assert error.complete is (len(sent.body) <= limits.body)


@bounded(200)
@given(refusals, binary(max_size=10), cuttings, limits)
def test_what_stands_behind_a_body_is_not_in_it(
    sent: Sent, behind: bytes, sizes: list[int], limits: Limits
) -> None:
    if not sent.bounded:
        return
    error, rest = refused(sent.wire + behind, sizes, limits)
    assert error == refused(sent.wire, sizes, limits)[0]
    if error.complete:
        assert rest == behind


@bounded(200)
@given(refusals, st.floats(0, 1), cuttings, limits)
def test_a_body_that_is_cut_short_is_kept_as_far_as_it_came(
    sent: Sent, share: float, sizes: list[int], limits: Limits
) -> None:
    begin = sent.wire.index(b"\r\n\r\n") + 4
    end = begin + int((len(sent.wire) - begin) * share)
    error, _ = refused(sent.wire[:end], sizes, limits)
    assert sent.body[: limits.body].startswith(error.response.body)
    if sent.bounded and end < len(sent.wire):
        assert not error.complete


@bounded(250)
@given(mutated(st.one_of(with_length, chunked()).map(lambda sent: sent.wire)), cuttings, limits)
def test_any_cutting_of_any_body_gives_the_same(
    data: bytes, sizes: list[int], limits: Limits
) -> None:
    _, blank, body = data.partition(b"\r\n\r\n")
    for framing in (b"Transfer-Encoding: chunked", b"Content-Length: 20", b"X: until close"):
        wire = HEAD + framing + b"\r\n\r\n" + (body if blank else data)
        whole, rest = refused(wire, [len(wire)], limits)
        pieces, other_rest = refused(wire, sizes, limits)
        assert whole == pieces
        assert len(whole.response.body) <= limits.body
        if whole.complete:
            assert rest == other_rest
