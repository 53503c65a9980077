"""Bytes to a head (RFC 9112 §2 to §5): what a fault of syntax says, and what it never shows."""

from __future__ import annotations

import array
from typing import Any

import pytest

from ws_handshake import (
    HandshakeError,
    IncompleteMessage,
    InvalidMessage,
    Limits,
    Request,
    Response,
    ServerHandshake,
)
from ws_handshake.headers import Headers, write_lines
from ws_handshake.wire import REQUEST, RESPONSE, HeadReader, as_bytes, read_head

START = b"GET / HTTP/1.1\r\n"


def fault(data: bytes) -> HandshakeError:
    with pytest.raises(HandshakeError) as caught:
        Request.parse(data)
    return caught.value


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (START + b"A: b\rc", "line 2 has a carriage return without a line feed"),
        (START + b"A: b\r\nB: c\n", "line 3 (B) ends with a line feed alone"),
        (b"GET / HTTP/1.1\n", "line 1 ends with a line feed alone"),
        (b"G\0T / HTTP/1.1\r\n", "line 1 has the control character 0x00 at position 1"),
        (START + b"A: b\x7f\r\n", "line 2 (A) has the control character 0x7f at position 4"),
        (START + b"\0: b\r\n", "line 2 has the control character 0x00 at position 0"),
        (START + b"A: b\r\n\tc\r\n", "line 3 begins with white space"),
        (START + b"A \t: b\r\n", "line 2 has white space between the field name and the colon"),
        (START + b"A\r\n", "line 2 has no colon"),
        (START + b"\xe9: b\r\n", "line 2 has a field name that is empty or no token"),
        (START + b": b\r\n", "line 2 has a field name that is empty or no token"),
        (b"\x16", "'\\x16' cannot begin an HTTP/1.1 request"),
        (START + b"\r\nGET", ": 3"),
        (START, "the message ended after 16 bytes, before its head was whole"),
        (b"", "the peer closed without sending a byte"),
    ],
)
def test_a_fault_names_its_line(data: bytes, message: str) -> None:
    assert message in str(fault(data))


@pytest.mark.parametrize("name", ["Authorization", "PROXY-AUTHORIZATION", "cookie", "Set-Cookie"])
@pytest.mark.parametrize("separator", [": ", " : ", ":", " ", ";"])
def test_a_secret_is_not_shown_where_the_request_line_was_lost(name: str, separator: str) -> None:
    error = fault(f"{name}{separator}opensesame\r\n".encode())
    assert error.code == "request-line-malformed"
    assert f"'{name}<redacted, " in error.message
    assert error.rejection is not None
    for text in (str(error), repr(error), str(error.hint), repr(error.rejection)):
        assert "opensesame" not in text


@pytest.mark.parametrize(
    "line",
    [
        b"Cookie: opensesame\0",
        b"Cookie: opensesame\n",
        b"Cookie : opensesame",
        b" Cookie: opensesame",
        b"Cookie opensesame",
        b"Cookie\0: opensesame",
        b"C\xf6okie: opensesame",
        b"Cookie: a\ropensesame",
    ],
)
def test_of_a_malformed_field_no_value_is_shown(line: bytes) -> None:
    error = fault(START + line + b"\r\n")
    assert isinstance(error, InvalidMessage)
    assert error.rejection is not None
    assert "opensesame" not in f"{error!s}{error!r}{error.hint}{error.rejection!r}"


@pytest.mark.parametrize("line", [b"GET /?opensesame", b"GET ws://me:opensesame@a/ HTTP/1.1 x"])
def test_of_a_malformed_request_line_no_query_and_no_user_is_shown(line: bytes) -> None:
    error = fault(line + b"\r\n")
    assert error.code == "request-line-malformed"
    assert "opensesame" not in f"{error!s}{error.rejection!r}"


def test_any_bytes_like_object_becomes_bytes() -> None:
    assert as_bytes(START) is START
    for other in (bytearray(b"abc"), memoryview(b"abc"), memoryview(b"aXbXcX")[::2]):
        assert as_bytes(other) == b"abc"
        assert type(as_bytes(other)) is bytes
    numbers: Any = array.array("H", [1, 2])
    assert as_bytes(numbers) == numbers.tobytes()


@pytest.mark.parametrize("wrong", ["GET", 3, None, [1], object()], ids=repr)
def test_what_is_no_bytes_like_object_is_a_type_error(wrong: Any) -> None:
    with pytest.raises(TypeError):
        as_bytes(wrong)


def test_lines_are_read_back_as_written() -> None:
    fields = (("A", "b: c"), ("A", ""), ("D", "\xe9\t,"))
    for written in (fields, ()):
        assert Headers._from_wire(f"HTTP/1.1 200\r\n{write_lines(written)}").items() == written


@pytest.mark.parametrize("behind", [b"", b"\r\n\r\n", b"A: b\r\n\r\n", b"\n\r\n\r\nGET"])
def test_a_head_ends_at_its_first_blank_line(behind: bytes) -> None:
    data = START + b"A: b\r\n\r\n" + behind
    reader = HeadReader(REQUEST, Limits())
    head = reader.feed(data)
    assert head is not None
    for (parts, text), rest in ((head, reader.rest), read_head(REQUEST, Limits(), data)):
        assert (parts[:3], text) == (("GET", "/", "HTTP/1.1"), "GET / HTTP/1.1\r\nA: b\r\n\r\n")
        assert rest == behind


def test_nothing_is_behind_a_head_that_is_not_whole() -> None:
    reader = HeadReader(RESPONSE, Limits())
    assert reader.rest == b""
    assert reader.feed(b"HTTP/1.1 100\r\n") is None
    assert reader.rest == b""
    assert reader.feed(b"\r\nHTTP/1.1") is not None
    assert reader.rest == b"HTTP/1.1"
    assert reader.feed(b" 200") is None
    assert reader.rest == b""
    assert reader.feed(b"\r\n\r\n\x81") is not None
    assert reader.rest == b"\x81"


def test_one_head_is_read_behind_the_other() -> None:
    first, second = b"HTTP/1.1 100 \r\nA: b\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n"
    for cut in range(len(first + second)):
        reader = HeadReader(RESPONSE, Limits())
        found = [reader.feed(piece) for piece in ((first + second)[:cut], (first + second)[cut:])]
        heads = [head for head in found if head is not None]
        while (head := reader.feed(b"")) is not None:
            heads.append(head)
        assert [(parts[:3], text) for parts, text in heads] == [
            (("HTTP/1.1", "100", ""), "HTTP/1.1 100 \r\nA: b\r\n\r\n"),
            (("HTTP/1.1", "200", "OK"), "HTTP/1.1 200 OK\r\n\r\n"),
        ]


def test_how_much_came_is_told_when_the_peer_closes() -> None:
    server = ServerHandshake(origins=None)
    server.receive_data(START[:10])
    server.receive_data(START[10:])
    with pytest.raises(IncompleteMessage, match="ended after 16 bytes"):
        server.receive_data(b"")


def test_a_field_with_white_space_behind_its_value_is_read_alike() -> None:
    for space in (b"", b" ", b"\t \t"):
        request = Request.parse(
            START + b"A:" + space + b"b c" + space + b"\r\nD:" + space + b"\r\n\r\n"
        )
        assert request.headers.items() == (("A", "b c"), ("D", ""))
    assert Response.parse(b"HTTP/1.1 204\r\nA: b \r\n\r\n").headers["a"] == "b"
