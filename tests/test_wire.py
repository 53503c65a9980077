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
    wire,
)
from ws_handshake.deciding import DECIDING
from ws_handshake.headers import Headers, write_lines
from ws_handshake.wire import (
    REQUEST,
    RESPONSE,
    HeadFormat,
    HeadReader,
    as_bytes,
    read_head,
    whole_head,
)

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
        (START + b"A b\r\n", "line 2 has no colon"),
        (START + b"A b:\r\n", "line 2 has a field name that is empty or no token"),
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


def test_a_name_with_a_colon_is_no_token() -> None:
    """Only servers that hand on names and values can tell of one."""
    scope = {"type": "websocket", "path": "/", "headers": [(b"a:b", b"c")]}
    with pytest.raises(InvalidMessage, match=r"line 2 \(a\) has a field name that is .* no token"):
        Request.from_asgi(scope)


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


def test_the_limits_are_these_where_none_are_given() -> None:
    assert repr(Limits()) == "Limits(request_line=8192, head=65536, fields=128, body=65536)"


LINE = b"GET / HTTP/1.1\r\n"
USUAL = LINE + b"Host: h\r\nX-A: b\r\n\r\n"


@pytest.mark.parametrize(
    ("data", "limits"),
    [
        (USUAL, Limits()),
        (USUAL + b"rest", Limits()),
        (USUAL, Limits(head=len(USUAL))),
        (USUAL + b"rest", Limits(head=len(USUAL))),
        (USUAL, Limits(request_line=len(LINE) - 2)),
        (USUAL, Limits(fields=2)),
        (LINE + b"\r\n", Limits(fields=0)),
        (LINE + b"\r\n", Limits(request_line=len(LINE) - 2, head=len(LINE) + 2)),
        (LINE + b"a:\r\n" * 128 + b"\r\n", Limits()),
    ],
)
def test_a_head_of_the_usual_form_is_read_in_one_go(data: bytes, limits: Limits) -> None:
    found = whole_head(REQUEST, limits, data)
    assert found is not None
    (parts, text), rest = found
    assert parts[:3] == ("GET", "/", "HTTP/1.1")
    assert len(parts) == 3 + len(DECIDING)
    assert text.encode("latin-1") + rest == data
    assert rest in (b"", b"rest")
    reader = HeadReader(REQUEST, limits)
    assert (reader.feed(data), reader.rest) == found


@pytest.mark.parametrize(
    ("data", "limits"),
    [
        (b"", Limits()),
        (b"\r\n\r\n", Limits()),
        (LINE, Limits()),
        (USUAL[:-1], Limits()),
        (USUAL + USUAL, Limits()),
        (USUAL + b"\r\n\r\n", Limits()),
        (USUAL, Limits(head=len(USUAL) - 1)),
        (USUAL, Limits(request_line=len(LINE) - 3)),
        (LINE + b"\r\n", Limits(request_line=len(LINE) - 3)),
        (LINE + b"\r\n", Limits(head=len(LINE) + 1)),
        (USUAL, Limits(fields=1)),
        (USUAL, Limits(fields=0)),
        (LINE + b"a:\r\n" * 128 + b"\r\n", Limits(fields=127)),
        (LINE + b"a:\r\n" * 129 + b"\r\n", Limits()),
        (LINE + b"Host: h\r\nHost: h\r\n\r\n", Limits()),
    ],
)
def test_any_other_is_read_line_by_line(data: bytes, limits: Limits) -> None:
    assert whole_head(REQUEST, limits, data) is None


def test_a_format_is_made_of_its_lines_and_codes() -> None:
    form = HeadFormat(
        "(a) (b) (c)",
        "(a) (b) (C)",
        ("a", "[ ]"),
        not_http="not-http",
        malformed="request-line-malformed",
        too_long="request-line-too-long",
        nothing="nothing-received",
    )
    head = "a b C\r\nHost:h\r\nUpgrade: x\r\nX-A:  y \r\n\r\n"
    found = whole_head(form, Limits(), head.encode())
    assert found is not None
    assert found[0][0][:3] == ("a", "b", "C")
    assert dict(zip(DECIDING, found[0][0][3:], strict=True))["host"] == "h"
    assert dict(zip(DECIDING, found[0][0][3:], strict=True))["upgrade"] == "x"
    assert read_head(form, Limits(), b"a b c\r\n\r\nrest") == (
        (("a", "b", "c"), "a b c\r\n\r\n"),
        b"rest",
    )
    for data, limits, code in (
        (b"ab", Limits(), "not-http"),
        (b"a d\r\n", Limits(), "request-line-malformed"),
        (b"a bc", Limits(request_line=3), "request-line-too-long"),
        (b"", Limits(), "nothing-received"),
    ):
        with pytest.raises(HandshakeError) as caught:
            read_head(form, limits, data)
        assert caught.value.code == code


@pytest.mark.parametrize("name", ["request_line", "head", "fields", "body"])
def test_a_limit_may_be_nothing(name: str) -> None:
    assert getattr(Limits(**{name: 0}), name) == 0


SMALL = Limits(request_line=20, head=60, fields=2)


def event(pieces: list[bytes]) -> tuple[int, object, bytes]:
    """What comes of bytes under small limits, in which piece, and what is then left of it."""
    reader = HeadReader(REQUEST, SMALL)
    for number, piece in enumerate(pieces):
        try:
            head = reader.feed(piece)
        except InvalidMessage as error:
            return number, str(error), b""
        if head is not None:
            return number, head, reader.rest
        assert reader.rest == b""
    return len(pieces), str(reader.incomplete()), b""


@pytest.mark.parametrize(
    "data",
    [
        USUAL + b"rest",
        LINE + b"\r\n\r\n",
        LINE + b"A: b\r\nC:\r\n\r\n",
        LINE + b"A: b\rc\r\n\r\n",
        LINE + b"A: b\rc\n\r\n",
        LINE + b"A: \r\r\n\r\n",
        LINE + b"A: b\r\n\r\rmore",
        LINE + b"A: b\n\r\n",
        LINE + b"A: b\0\r\n\r\n",
        LINE + b"A: b\r\n c\r\n\r\n",
        LINE + b"A b\r\n\r\n",
        LINE + b"A: b\r\nC: d\r\nE: f\r\n\r\n",
        LINE + b"A: b\r\nC: d\r\n\te\r\n\r\n",
        LINE + b"A: b\r\nC: d\r\n\r\r",
        LINE + b"A: " + b"b" * 37 + b"\r\n\r\n",
        LINE + b"A: " + b"b" * 38 + b"\r\n\r\n",
        LINE + b"A: " + b"b" * 42 + b"\r\n\r\n",
        LINE + b"A: " + b"b" * 41 + b"\r\rb",
        b"GET /234567 HTTP/1.1\r\n\r\n",
        b"GET /2345678 HTTP/1.1\r\n\r\n",
        b"GET /2345678 HTTP/1.\r\r\n",
        b"GET /23456789012345678901234567890",
        b"GET /\r HTTP/1.1\r\n",
        b"GET / HTTP/1.1\n\r\n",
        b"GET  / HTTP/1.1\r\n\r\n",
        b"\r\nGET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nA: b\r",
    ],
)
def test_any_cut_gives_the_same_at_the_same_byte(data: bytes) -> None:
    place, outcome, _ = event([data[at : at + 1] for at in range(len(data))])
    for first in range(len(data) + 1):
        for second in range(first, len(data) + 1):
            pieces = [data[:first], data[first:second], data[second:]]
            ends = [first, second, len(data)]
            number = next((n for n, end in enumerate(ends) if place < end), 3)
            left = data[place + 1 : ends[number]] if number < 3 else b""
            told = event(pieces)
            assert told[:2] == (number, outcome), pieces
            assert told[2] == (left if isinstance(outcome, tuple) else b"")


def test_one_head_behind_the_other_is_read_with_no_more_bytes() -> None:
    interim = b"HTTP/1.1 103 x\r\nA: b\r\n\r\n"
    final = b"HTTP/1.1 101 y\r\n\r\n"
    for data in (interim + interim + final + b"more", interim + final):
        reader = HeadReader(RESPONSE, Limits())
        texts = []
        head = reader.feed(data)
        while head is not None:
            texts.append(head[1].encode())
            rest = reader.rest
            head = reader.feed(b"") if head[0][1] == "103" else None
        assert b"".join(texts) + rest == data
        assert texts[-1] == final
    reader = HeadReader(RESPONSE, Limits(fields=1))
    assert reader.feed(interim) is not None
    assert reader.feed(b"") is None
    with pytest.raises(InvalidMessage, match="more than 1 fields"):
        reader.feed(interim)
    reader = HeadReader(RESPONSE, Limits(head=len(interim) + len(final)))
    assert reader.feed(interim + final + b"more") is not None
    assert reader.feed(b"") is not None
    assert reader.rest == b"more"
    reader = HeadReader(RESPONSE, Limits(head=len(interim) + len(final) - 1))
    assert reader.feed(interim + final) is not None
    with pytest.raises(InvalidMessage, match="larger than"):
        reader.feed(b"")


def test_a_usual_head_needs_no_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(wire, "HeadReader")
    assert read_head(REQUEST, Limits(), USUAL + b"rest")[1] == b"rest"


def test_bytes_with_nothing_to_judge_are_only_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = Limits(head=100)
    reader = HeadReader(REQUEST, limits)
    reader.feed(LINE + b"A: ")
    full = HeadReader(REQUEST, limits)
    full.feed(LINE + b"A: ")
    with monkeypatch.context() as patch:
        patch.delattr(HeadReader, "_read")
        assert reader.feed(b"b" * 10) is None
        assert reader.feed(b"bb\r") is None
        assert full.feed(b"b" * (100 - len(LINE) - 3)) is None
    assert reader.feed(b"\n\r\n") is not None
    with pytest.raises(InvalidMessage, match="larger than 100"):
        full.feed(b"b")


def test_what_was_looked_at_is_not_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[int] = []
    look = HeadReader._look_for_faults

    def watched(self: HeadReader, searched: int, end: int) -> None:
        begun.append(searched)
        look(self, searched, end)

    monkeypatch.setattr(HeadReader, "_look_for_faults", watched)
    reader = HeadReader(REQUEST, Limits(fields=1))
    for piece in (b"G", b"ET / HTTP/1.", b"1\r", b"\n", b"A: b\r", b"\n", b"\r", b"\n"):
        reader.feed(piece)
    assert reader.rest == b""
    assert begun == sorted(begun)
    assert len(LINE) - 2 in begun


@pytest.mark.parametrize("first", [0, 1, len(USUAL) - 1, len(USUAL)])
def test_no_more_is_kept_for_the_head_than_its_limit_and_a_byte(first: int) -> None:
    reader = HeadReader(REQUEST, Limits(head=len(USUAL)))
    data = USUAL + b"x" * 1000
    reader.feed(data[:first])
    if first < len(USUAL):
        assert reader.feed(data[first:]) is not None
        assert len(reader._buffer) == len(USUAL) + 1
        assert reader.rest == b"x" * 1000


def test_nothing_beyond_the_limit_is_kept_behind_a_fault() -> None:
    reader = HeadReader(REQUEST, Limits(head=20))
    with pytest.raises(HandshakeError):
        reader.feed(START + 100 * b"a")
    assert reader._beyond == b""


def test_a_head_is_judged_once_more_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where two threads feed one reader, a line that was refused may be in it."""
    monkeypatch.setattr(HeadReader, "_judge", lambda *_: None)
    with pytest.raises(HandshakeError) as caught:
        HeadReader(REQUEST, Limits()).feed(START + b"a b\r\n\r\n")
    assert caught.value == InvalidMessage("1", code="field-name-malformed")


FIELD = b"A: b\r\n"


@pytest.mark.parametrize(
    ("form", "data", "room"),
    [
        (REQUEST, b"G", 19),
        (REQUEST, b"GET", 17),
        (REQUEST, START[:-1], 0),
        (REQUEST, START, 44),
        (REQUEST, START + b"A", 43),
        (REQUEST, START + FIELD, 38),
        (REQUEST, START + FIELD + b"A: ", 35),
        (REQUEST, START + 2 * FIELD, 0),
        (REQUEST, START + 2 * FIELD + b" ", 31),
        (REQUEST, START + 2 * FIELD + b"  ", 30),
        (REQUEST, START + 2 * FIELD + b"\r", 0),
        (RESPONSE, b"H", 0),
        (RESPONSE, b"HTTP", 0),
        (RESPONSE, b"HTTP/", 15),
    ],
)
def test_what_may_come_unjudged(form: wire.HeadFormat, data: bytes, room: int) -> None:
    reader = HeadReader(form, SMALL)
    assert reader.feed(data) is None
    assert reader._room == room


def test_a_head_behind_another_has_the_same_limits_from_its_own_beginning() -> None:
    interim = b"HTTP/1.1 103 Early Hints\r\n\r\n"
    reader = HeadReader(RESPONSE, Limits(request_line=24))
    assert reader.feed(interim + interim) is not None
    head = reader.feed(b"")
    assert head is not None
    assert head[1].encode() == interim
    with pytest.raises(HandshakeError) as caught:
        reader.feed(b"HX")
    assert caught.value.code == "not-http-response"
    assert "'HX'" in caught.value.message
    reader = HeadReader(RESPONSE, Limits(request_line=24))
    assert reader.feed(interim) is not None
    with pytest.raises(HandshakeError) as caught:
        reader.feed(b"HTTP/1.1 103 Early Hints a")
    assert caught.value.code == "status-line-too-long"
    assert "24" in caught.value.message


@pytest.mark.parametrize(
    ("place", "code"), [(7, "bare-cr"), (8, "bare-cr"), (9, "request-line-too-long")]
)
def test_a_limit_and_a_bare_cr_count_in_the_order_of_the_bytes(place: int, code: str) -> None:
    """Where both fall on one byte, that byte is over the limit and no longer looked at."""
    line = b"GET /aaaaaaaaaaaaaaa"
    with pytest.raises(HandshakeError) as caught:
        HeadReader(REQUEST, Limits(request_line=10)).feed(line[:place] + b"\r" + line[place:])
    assert caught.value.code == code


@pytest.mark.parametrize("first", [b"A", b"X", b"!", b":"])
def test_one_field_too_many_shows_at_its_first_byte(first: bytes) -> None:
    reader = HeadReader(REQUEST, SMALL)
    assert reader.feed(START + 2 * FIELD) is None
    with pytest.raises(HandshakeError) as caught:
        reader.feed(first)
    assert caught.value.code == "too-many-fields"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"A: b\n", InvalidMessage("1", code="bare-lf")),
        (START + b"A: b\n", InvalidMessage("2 (A)", code="bare-lf")),
        (
            b"A: b\0\r\n",
            InvalidMessage(
                "1 has the control character 0x00 at position 4", code="control-character"
            ),
        ),
        (
            START + b"A: b\x7f\r\n",
            InvalidMessage(
                "2 (A) has the control character 0x7f at position 4", code="control-character"
            ),
        ),
        (START + b" A: b\r\n", InvalidMessage("2", code="folded-line")),
        (START + b"\tA: b\r\n", InvalidMessage("2", code="folded-line")),
        (START + b"A : b\r\n", InvalidMessage("2", code="space-before-colon")),
        (START + b"A\t: b\r\n", InvalidMessage("2", code="space-before-colon")),
        (START + b"A\r\n", InvalidMessage("2", code="colon-missing")),
        (START + b"X\r\n", InvalidMessage("2", code="colon-missing")),
        (START + b"@: b\r\n", InvalidMessage("2", code="field-name-malformed")),
        (b"GET /\r\n", InvalidMessage(code="request-line-malformed", value="GET /")),
    ],
    ids=repr,
)
def test_a_malformed_line_is_told_exactly(data: bytes, expected: InvalidMessage) -> None:
    with pytest.raises(InvalidMessage) as caught:
        HeadReader(REQUEST, Limits()).feed(data)
    assert caught.value == expected
