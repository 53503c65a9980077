"""Where the body of a refusal ends (RFC 9112 §6.3 and §7.1), and that reading it never fails."""

from __future__ import annotations

import pytest
from contract.response_cases import chunked, head

from ws_handshake import (
    ClientHandshake,
    HandshakeError,
    Headers,
    Limits,
    Response,
    UnexpectedStatus,
)
from ws_handshake.body import BodyReader, is_chunked

REFUSED = "HTTP/1.1 403 Forbidden"


def refused(data: bytes) -> UnexpectedStatus:
    """What a client makes of these bytes and the close behind them."""
    client = ClientHandshake("ws://example.com/")
    with pytest.raises(UnexpectedStatus) as caught:
        _ = client.receive_data(data) or client.receive_data(b"")
    return caught.value


def fault(data: bytes) -> str:
    """The code of the error that parsing these bytes raises."""
    with pytest.raises(HandshakeError) as caught:
        Response.parse(data)
    return caught.value.code


@pytest.mark.parametrize(
    ("codings", "expected"),
    [
        ([], False),
        (["chunked"], True),
        (["CHUNKED"], True),
        (["gzip, chunked"], True),
        (["gzip", "chunked"], True),
        (["gzip ,\tchunked"], True),
        (["chunked, gzip"], False),
        (["gzip"], False),
        (["xchunked"], False),
        (["chunked;q=1"], False),
    ],
)
def test_a_body_is_chunked_if_that_coding_comes_last(codings: list[str], expected: bool) -> None:
    assert is_chunked(Headers([("Transfer-Encoding", coding) for coding in codings])) is expected


@pytest.mark.parametrize("codings", ["gzip", "chunked, gzip", "identity"])
def test_a_body_in_another_coding_ends_with_the_connection(codings: str) -> None:
    data = head(REFUSED, f"Transfer-Encoding: {codings}", "Content-Length: 1") + b"as it came"
    error = refused(data)
    assert (error.response.body, error.complete) == (b"as it came", True)
    assert Response.parse(data).body == b"as it came"


@pytest.mark.parametrize(
    "lines",
    [
        ("HTTP/1.0 403 Forbidden", "Transfer-Encoding: chunked"),
        (REFUSED, "Transfer-Encoding:"),
        (REFUSED, "Transfer-Encoding: chunked, chunked"),
        (REFUSED, "Transfer-Encoding: chunked; q=1"),
        (REFUSED, "Content-Length:"),
        (REFUSED, "Content-Length: 1, 1"),
        (REFUSED, "Content-Length: +1"),
        (REFUSED, "Content-Length: 1/"),
        (REFUSED, "Content-Length: 1:"),
        (REFUSED, "Content-Length: 1", "Content-Length: 1"),
    ],
)
def test_a_length_that_is_not_to_be_trusted_gives_no_body(lines: tuple[str, ...]) -> None:
    data = head(*lines) + b"1\r\nx\r\n0\r\n\r\n"
    error = refused(data)
    assert (error.response.body, error.complete) == (b"", False)
    assert fault(data) == "body-malformed"


@pytest.mark.parametrize("digits", [19, 20, 5000])
def test_a_length_beyond_all_limits_is_too_large_and_not_converted(digits: int) -> None:
    data = head(REFUSED, f"Content-Length: {'9' * digits}") + b"begin"
    error = refused(data)
    assert (error.response.body, error.complete) == (b"begin", False)
    assert fault(data + b"x" * 65536) == "body-too-large"


def test_leading_zeros_of_a_length_do_not_count() -> None:
    for length, body in (("2", b"no"), ("10", b"ten bytes.")):
        data = head(REFUSED, f"Content-Length: {'0' * 6000}{length}") + body
        assert Response.parse(data).body == body


@pytest.mark.parametrize("size", [2**63, 2**64 - 1, 2**64, 2**64 + 1, 2**80])
def test_a_huge_chunk_that_is_cut_is_not_complete(size: int) -> None:
    data = chunked(b"%x\r\nbegin" % size)
    error = refused(data)
    assert (error.response.body, error.complete) == (b"begin", False)
    assert fault(data) == "body-incomplete"


@pytest.mark.parametrize(
    "chunks",
    [
        b"\r\n",
        b"-1\r\nx\r\n",
        b"0x1\r\nx\r\n",
        b" 1\r\nx\r\n",
        b"1\nx\r\n",
        b"1;\r\nx\r\n",
        b"1\r\nxy\r\n",
        b"1\r\nx\n",
        b"0\r\nno trailer\r\n\r\n",
        b"0\r\n: no name\r\n\r\n",
        b"0\r\nA: \0\r\n\r\n",
        b"0\r\n\n",
    ],
)
def test_malformed_chunks_end_the_body(chunks: bytes) -> None:
    data = chunked(b"2\r\nok\r\n" + chunks)
    error = refused(data)
    assert error.response.body.startswith(b"ok")
    assert not error.complete
    assert fault(data) == "body-malformed"


@pytest.mark.parametrize("chunks", [b"1\r\nxy\r", b"1\r\nx\ry", b"1\r\nxyz"])
def test_a_chunk_that_does_not_end_where_its_size_says_is_noticed_at_once(chunks: bytes) -> None:
    client = ClientHandshake("ws://example.com/")
    with pytest.raises(UnexpectedStatus) as caught:
        client.receive_data(chunked(chunks))
    assert (caught.value.response.body, caught.value.complete) == (b"x", False)


def test_a_trailer_is_read_and_dropped() -> None:
    response = Response.parse(chunked(b"2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n"))
    assert response.body == b"ok"
    assert "X-Sum" not in response.headers


def test_a_chunk_extension_is_read_and_dropped() -> None:
    assert Response.parse(chunked(b'2;a;b=c ; d="e;f"\r\nok\r\n00;g\r\n\r\n')).body == b"ok"


@pytest.mark.parametrize("size", [b"10", b"1A", b"0aF", b"100"])
def test_a_chunk_size_is_hexadecimal(size: bytes) -> None:
    body = b"x" * int(size, 16)
    assert Response.parse(chunked(b"%b\r\n%b\r\n0\r\n\r\n" % (size, body))).body == body


@pytest.mark.parametrize(
    ("chunks", "extra"),
    [
        # A chunk size of 16 digits and its line end are no extra, the empty line at the end is.
        (b"2;%b\r\nok\r\n0\r\n\r\n", 4 - 18 + 2),
        (b"0\r\nA:%b\r\n\r\n", 4 + 2),
        (b"0\r\nA:%b\r\nA:\r\n\r\n", 4 + 4 + 2),
    ],
)
@pytest.mark.parametrize("over", [0, 1])
def test_extensions_and_trailers_fit_the_limit_of_a_head(
    chunks: bytes, extra: int, over: int
) -> None:
    chunked = Headers({"Transfer-Encoding": "chunked"})
    reader = BodyReader(403, chunked, "HTTP/1.1", Limits(head=100))
    reader.feed(chunks % (b"a" * (100 - extra + over)))
    assert reader.done
    assert (reader.fault is None) is (over == 0)


@pytest.mark.parametrize("body", [b"", b"no"])
def test_a_chunked_response_parses_back(body: bytes) -> None:
    size = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
    response = Response.parse(chunked(size + b"0\r\n\r\n"))
    assert response.body == body
    assert Response.parse(response.to_bytes()) == response


def test_what_comes_behind_a_body_is_kept_and_never_read() -> None:
    reader = BodyReader(403, Headers({"Content-Length": "2"}), "HTTP/1.1", Limits())
    reader.feed(b"no, ")
    reader.feed(b"never")
    reader.close()
    assert reader.done
    assert (reader.body, reader.fault, reader.rest) == (b"no", None, b", never")


def test_what_comes_behind_a_fault_is_dropped() -> None:
    reader = BodyReader(403, Headers({"Transfer-Encoding": "chunked"}), "HTTP/1.1", Limits())
    reader.feed(b"?\r\nmore")
    reader.feed(b"and more")
    assert reader.done
    assert reader.fault is not None
    assert (reader.body, reader.rest) == (b"", b"")


@pytest.mark.parametrize("status", [100, 199, 204, 304])
def test_some_statuses_never_have_a_body(status: int) -> None:
    reader = BodyReader(status, Headers({"Content-Length": "5"}), "HTTP/1.1", Limits())
    assert reader.done
    assert reader.fault is None


CHUNKED = [("Transfer-Encoding", "chunked")]
SMALL = Limits(request_line=18, head=24, body=8)


@pytest.mark.parametrize(
    ("status", "fields", "data", "body", "told", "rest", "done"),
    [
        (403, [("Content-Length", "3")], b"abcrest", b"abc", "", b"rest", True),
        (
            403,
            [("Content-Length", "3")],
            b"ab",
            b"ab",
            "the message ended after 2 bytes of its body",
            b"",
            False,
        ),
        (403, [("Content-Length", "0")], b"rest", b"", "", b"rest", True),
        (403, [("Content-Length", "000")], b"", b"", "", b"", True),
        (403, [("Content-Length", "8")], b"abcdefghrest", b"abcdefgh", "", b"rest", True),
        (
            403,
            [("Content-Length", "9")],
            b"abcdefgh",
            b"abcdefgh",
            "the body is larger than 8 bytes",
            b"",
            True,
        ),
        (
            403,
            [("Content-Length", "9")],
            b"abcdefghi",
            b"abcdefgh",
            "the body is larger than 8 bytes",
            b"",
            True,
        ),
        (
            403,
            [("Content-Length", "9")],
            b"abc",
            b"abc",
            "the message ended after 3 bytes of its body",
            b"",
            False,
        ),
        (403, [], b"abc", b"abc", "", b"", False),
        (403, [], b"", b"", "", b"", False),
        (403, [], b"abcdefgh", b"abcdefgh", "", b"", False),
        (403, [], b"abcdefghi", b"abcdefgh", "the body is larger than 8 bytes", b"", True),
        (204, [("Content-Length", "3")], b"rest", b"", "", b"rest", True),
        (304, CHUNKED, b"rest", b"", "", b"rest", True),
        (199, [], b"rest", b"", "", b"rest", True),
        (200, [], b"abc", b"abc", "", b"", False),
        (205, [], b"abc", b"abc", "", b"", False),
        (403, CHUNKED, b"3\r\nabc\r\n0\r\n\r\nrest", b"abc", "", b"rest", True),
        (403, CHUNKED, b"0\r\n\r\n", b"", "", b"", True),
        (403, CHUNKED, b"000\r\n\r\nrest", b"", "", b"rest", True),
        (403, CHUNKED, b"3\r\nabc\r\n0\r\nA: b\r\n\r\nrest", b"abc", "", b"rest", True),
        (403, CHUNKED, b"3\r\nabc\r\n02\r\nde\r\n0\r\n\r\n", b"abcde", "", b"", True),
        (403, CHUNKED, b"a\r\n", b"", "the message ended after 0 bytes of its body", b"", False),
        (403, CHUNKED, b"a\r\nabcdefgh", b"abcdefgh", "the body is larger than 8 bytes", b"", True),
        (
            403,
            CHUNKED,
            b"a\r\nabcdefghi",
            b"abcdefgh",
            "the body is larger than 8 bytes",
            b"",
            True,
        ),
        (403, CHUNKED, b"8\r\nabcdefgh\r\n0\r\n\r\n", b"abcdefgh", "", b"", True),
        (403, CHUNKED, b"4\r\nabcd\r\n4\r\nefgh\r\n0\r\n\r\n", b"abcdefgh", "", b"", True),
        (
            403,
            CHUNKED,
            b"8\r\nabcdefgh\r\n1\r\ni\r\n",
            b"abcdefgh",
            "the body is larger than 8 bytes",
            b"",
            True,
        ),
        (
            403,
            CHUNKED,
            b"3\r\nabc",
            b"abc",
            "the message ended after 3 bytes of its body",
            b"",
            False,
        ),
        (
            403,
            CHUNKED,
            b"3\r\nabcX",
            b"abc",
            "the message ended after 3 bytes of its body",
            b"",
            False,
        ),
        (
            403,
            CHUNKED,
            b"3\r\nabc\rX",
            b"abc",
            "a chunk does not end with CR LF where its size says",
            b"",
            True,
        ),
        (
            403,
            CHUNKED,
            b"3\r\nabc\n0",
            b"abc",
            "a chunk does not end with CR LF where its size says",
            b"",
            True,
        ),
        (403, CHUNKED, b"3;a=b\r\nabc\r\n0;c\r\n\r\n", b"abc", "", b"", True),
        (403, CHUNKED, b"x\r\n", b"", "a chunk size is malformed or too long", b"", True),
        (403, CHUNKED, b"3\n", b"", "a chunk size is malformed or too long", b"", True),
        (403, CHUNKED, b"\r\n", b"", "a chunk size is malformed or too long", b"", True),
        (403, CHUNKED, b"3;a=bbbbbbbbbbbbbb\r\nabc\r\n0\r\n\r\n", b"abc", "", b"", True),
        (
            403,
            CHUNKED,
            b"3;a=bbbbbbbbbbbbbbb\r\nabc",
            b"",
            "a chunk size is malformed or too long",
            b"",
            True,
        ),
        (
            403,
            CHUNKED,
            b"0000000000000000000\r\n",
            b"",
            "a chunk size is malformed or too long",
            b"",
            True,
        ),
        (403, CHUNKED, b"000000000000000003\r\nabc\r\n0\r\n\r\n", b"abc", "", b"", True),
        (403, CHUNKED, b"0\r\nA\r\n", b"", "a trailer is malformed or too long", b"", True),
        (403, CHUNKED, b"0\r\nA: b\n", b"", "a trailer is malformed or too long", b"", True),
        (
            403,
            CHUNKED,
            b"0\r\nA: bbbbbbbbbbbbbbbb\r\r\n",
            b"",
            "a trailer is malformed or too long",
            b"",
            True,
        ),
        (403, CHUNKED, b"0\r\nA: bbbbbbbbbbbbb\r\n\r\nrest", b"", "", b"rest", True),
        (
            403,
            CHUNKED,
            b"0\r\nA: bbbbbbbbbbbbbbbbbb",
            b"",
            "a trailer is malformed or too long",
            b"",
            True,
        ),
        (
            403,
            CHUNKED,
            b"0\r\n" + b"A: bcdef\r\n" * 3 + b"\r\n",
            b"",
            "chunk extensions and trailers are larger than Limits.head",
            b"",
            True,
        ),
        (403, CHUNKED, b"0\r\n" + b"A: bcdef\r\n" * 2 + b"\r\n", b"", "", b"", True),
        (
            403,
            CHUNKED,
            b"1;a=bcd\r\na\r\n1;a=bcd\r\na\r\n1;a=bcd\r\na\r\n1;a=bcd\r\na\r\n",
            b"aaaa",
            "the message ended after 4 bytes of its body",
            b"",
            False,
        ),
        (
            403,
            CHUNKED,
            b"0\r\n" + b"A: bcdef\r\n" * 2 + b"A: b\r\n\r\n",
            b"",
            "chunk extensions and trailers are larger than Limits.head",
            b"",
            True,
        ),
        (
            403,
            CHUNKED,
            b"0\r\n" + b"A: bcdef\r\n" * 2 + b"A:\r\n\r\n",
            b"",
            "chunk extensions and trailers are larger than Limits.head",
            b"",
            True,
        ),
        (403, CHUNKED, b"0\r\nA: bcdef\r\nA: bcdefgh\r\n\r\n", b"", "", b"", True),
        (
            403,
            CHUNKED,
            b"0\r\nA: bcdef\r\nA: bcdefghi\r\n\r\n",
            b"",
            "chunk extensions and trailers are larger than Limits.head",
            b"",
            True,
        ),
        (
            403,
            [("Content-Length", "x")],
            b"abc",
            b"",
            "Content-Length is repeated or no number",
            b"",
            True,
        ),
        (
            403,
            [("Transfer-Encoding", "a b")],
            b"abc",
            b"",
            "Transfer-Encoding is malformed or not to be trusted here",
            b"",
            True,
        ),
        (
            403,
            CHUNKED,
            b"8\r\nabcdefgh\r\n1\r\n",
            b"abcdefgh",
            "the body is larger than 8 bytes",
            b"",
            True,
        ),
    ],
)
def test_any_cut_gives_the_same_body(
    status: int,
    fields: list[tuple[str, str]],
    data: bytes,
    body: bytes,
    told: str,
    rest: bytes,
    done: bool,
) -> None:
    """Under small limits; `done` says whether it was over before the peer closed."""
    for first in range(len(data) + 1):
        for second in range(first, len(data) + 1):
            reader = BodyReader(status, Headers(fields), "HTTP/1.1", SMALL)
            for piece in (data[:first], data[first:second], data[second:]):
                reader.feed(piece)
            assert reader.done is done
            reader.close()
            assert reader.done
            assert (reader.body, reader.rest) == (body, rest)
            assert (
                str(reader.fault or "").removeprefix("the body's length cannot be told: ") == told
            )
            reader.close()
            assert (reader.body, reader.rest) == (body, rest)
