"""The response as a value, and how a refusal is put together (RFC 9110 §15)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest

from ws_handshake import (
    FAULTS,
    ClientHandshake,
    HandshakeError,
    Headers,
    InvalidMessage,
    Response,
    build_rejection,
    response,
)


def test_a_repr_shows_the_beginning_of_a_long_body() -> None:
    assert "body=b'" + "x" * 80 + "'," in repr(Response(403, body=b"x" * 80))
    shown = repr(Response(403, body=b"x" * 81))
    assert "body=b'" + "x" * 80 + "'... (81 bytes)," in shown
    assert len(repr(Response(403, body=b"\0" * 100_000))) < 500


@pytest.mark.parametrize("wrong", ["403", None, 403.0, ValueError("no")], ids=repr)
def test_a_rejection_of_something_else_is_a_type_error(wrong: Any) -> None:
    with pytest.raises(TypeError, match="HandshakeError"):
        build_rejection(wrong)


def test_a_status_of_another_kind_of_int_is_taken_as_a_number() -> None:
    class Status(int):
        def __str__(self) -> str:
            return "no number"

    assert Response(Status(404)).to_bytes() == b"HTTP/1.1 404 Not Found\r\n\r\n"
    assert build_rejection(Status(404)).status == 404


@pytest.mark.parametrize("wrong", ["Allow", "allow", "ALLOW"])
def test_a_caller_may_allow_more_than_get(wrong: str) -> None:
    answer = build_rejection(405, headers={wrong: "GET, HEAD"})
    assert answer.headers.get_all("Allow") == ("GET, HEAD",)
    assert build_rejection(405).headers["Allow"] == "GET"


# RFC 9110 §15 and the registry behind it have other words than Python 3.11.
RENAMED = {
    413: "Content Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    418: "I'm a Teapot",
    422: "Unprocessable Content",
}


@pytest.mark.parametrize("status", list(HTTPStatus), ids=lambda status: str(status.value))
def test_a_standard_status_has_its_phrase(status: HTTPStatus) -> None:
    assert Response(status).reason == RENAMED.get(status, status.phrase)


def test_a_status_without_a_phrase_has_none() -> None:
    answer = build_rejection(499)
    assert answer.reason == ""
    assert answer.body == b"499\n"
    assert answer.to_bytes().startswith(b"HTTP/1.1 499 \r\n")


def test_a_body_of_text_is_utf8() -> None:
    answer = build_rejection(403, body="nicht für dich\n")
    assert answer.body == "nicht für dich\n".encode()
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Length"] == "16"


def test_a_304_has_neither_body_nor_length() -> None:
    answer = build_rejection(304, body=b"never sent")
    assert answer.body == b""
    assert list(answer.headers) == ["Connection"]


@pytest.mark.parametrize("status", [100, 101, 299, 300, 599])
def test_a_status_is_a_number_from_100_to_599(status: int) -> None:
    assert Response(status).status == status
    for wrong in (99, 600, -100):
        with pytest.raises(ValueError, match=r"^a status is a number from 100 to 599$"):
            Response(wrong)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"status": "200"}, "a status is an int, not str"),
        ({"reason": b"OK"}, "a reason phrase (RFC 9112 §4) is a str, not bytes"),
        ({"version": 1.1}, "an HTTP version (RFC 9112 §2.3) is a str, not float"),
    ],
    ids=repr,
)
def test_a_part_of_another_type_is_named(parts: Any, message: str) -> None:
    with pytest.raises(TypeError) as caught:
        Response(**{"status": 200, **parts})
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"reason": "a\r\nb"}, "'a\\r\\nb' is not a reason phrase (RFC 9112 §4)"),
        ({"version": "HTTP 1.1"}, "'HTTP 1.1' is not an HTTP version (RFC 9112 §2.3)"),
    ],
    ids=repr,
)
def test_a_part_that_breaks_the_first_line_is_shown(parts: Any, message: str) -> None:
    with pytest.raises(ValueError, match="is not") as caught:
        Response(200, **parts)
    assert str(caught.value) == message


@pytest.mark.parametrize("status", [300, 400, 599])
def test_a_handshake_is_refused_with_300_to_599(status: int) -> None:
    assert build_rejection(status).status == status
    for wrong in (299, 600, 101):
        with pytest.raises(
            ValueError, match=r"^a handshake is refused with a status from 300 to 599$"
        ):
            build_rejection(wrong)


def test_a_rejection_in_other_words() -> None:
    assert build_rejection(404, reason="Gone fishing", body=b"").to_bytes() == (
        b"HTTP/1.1 404 Gone fishing\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    )
    with pytest.raises(ValueError, match=r"^'\\n' is not a reason phrase \(RFC 9112 §4\)$"):
        build_rejection(404, reason="\n")
    wrong: Any = 404
    with pytest.raises(TypeError, match=r"^a reason phrase \(RFC 9112 §4\) is a str, not int$"):
        build_rejection(404, reason=wrong)


def test_a_callers_fields_take_the_place_of_the_default_ones() -> None:
    answer = build_rejection(404, headers={"content-type": "text/html", "X-A": "b"}, body="<p>")
    assert answer.headers.items() == (
        ("Connection", "close"),
        ("Content-Length", "3"),
        ("X-Content-Type-Options", "nosniff"),
        ("content-type", "text/html"),
        ("X-A", "b"),
    )
    answer = build_rejection(404, headers={"X-A": "b"}, body=b"")
    assert answer.headers.items() == (
        ("Connection", "close"),
        ("Content-Length", "0"),
        ("X-A", "b"),
    )


def test_an_answer_that_upgrades_says_to_what() -> None:
    answer = build_rejection(426)
    assert answer.headers.items()[:3] == (
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade, close"),
        ("Content-Length", "21"),
    )
    assert answer.body == b"426 Upgrade Required\n"


def test_a_rejection_is_not_written_again(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = build_rejection(404, headers={"Date": "today"})
    expected = Response(404, answer.headers, body=answer.body).to_bytes()
    assert (answer.status, answer.reason, answer.version) == (404, "Not Found", "HTTP/1.1")
    monkeypatch.delattr(response, "write_lines")
    assert answer.to_bytes() == expected


def test_the_fields_are_taken_apart_once() -> None:
    for answer in (Response.parse(b"HTTP/1.1 404 No\r\nA: b\r\n\r\n"), build_rejection(404)):
        assert answer.headers is answer.headers
        assert answer._deciding() is answer._deciding()


def test_what_follows_a_response_is_counted() -> None:
    with pytest.raises(InvalidMessage) as caught:
        Response.parse(b"HTTP/1.1 404 No\r\nContent-Length: 1\r\n\r\nabcd")
    assert caught.value.code == "more-than-one-message"
    assert "3" in caught.value.message


@pytest.mark.parametrize(
    ("status", "fields", "body", "written"),
    [
        (200, {"Transfer-Encoding": "chunked"}, b"abc", b"3\r\nabc\r\n0\r\n\r\n"),
        (200, {"Transfer-Encoding": "chunked"}, b"", b"0\r\n\r\n"),
        (200, {"Transfer-Encoding": "gzip"}, b"abc", b"abc"),
        (204, {"Transfer-Encoding": "chunked"}, b"", b""),
        (304, {"Transfer-Encoding": "chunked"}, b"", b""),
    ],
)
def test_a_body_is_framed_as_the_fields_say(
    status: int, fields: dict[str, str], body: bytes, written: bytes
) -> None:
    assert Response(status, fields, body=body).to_bytes().partition(b"\r\n\r\n")[2] == written


def test_a_status_without_a_reason_is_written_with_an_empty_one() -> None:
    """RFC 9112 §4: the space behind the status stays."""
    for line in (b"HTTP/1.1 404", b"HTTP/1.1 101"):
        answer = Response.parse(line + b"\r\nContent-Length: 0\r\n\r\n")
        assert answer.reason == ""
        assert answer.to_bytes() == line + b" \r\nContent-Length: 0\r\n\r\n"
    client = ClientHandshake("ws://example.com/", key="dGhlIHNhbXBsZSBub25jZQ==")
    fields = (
        b"\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
    )
    agreement = client.receive_data(b"HTTP/1.1 101" + fields)
    assert agreement is not None
    assert agreement.response.to_bytes() == b"HTTP/1.1 101 " + fields


def test_headers_are_kept_as_they_are() -> None:
    fields = Headers({"A": "b"})
    assert Response(200, fields).headers is fields


def test_what_is_known_of_an_answer_is_what_its_bytes_say() -> None:
    made = Response(404, {"Upgrade": "h2c", "Content-Length": "0"})
    for answer in (made, build_rejection(404), build_rejection(426)):
        assert answer._deciding() == Response.parse(answer.to_bytes())._deciding()


def test_a_repr_shows_its_parts_and_no_secret() -> None:
    assert repr(Response(404, {"A": "b"}, "Cookie: abc", b"no")) == (
        "Response(status=404, headers=Headers([('A', 'b')]), reason="
        "'Cookie<redacted, 5 characters>', body=b'no', version='HTTP/1.1')"
    )


@pytest.mark.parametrize("code", [code for code, row in FAULTS.items() if row.status is not None])
def test_a_rejection_says_what_is_wrong_and_how_to_mend_it(code: str) -> None:
    error = HandshakeError(code=code, answer=Response(400))
    told = [error.message, error.hint] if error.hint else [error.message]
    answer = build_rejection(error)
    assert answer.body.decode("ascii").splitlines() == told
    assert answer.status == FAULTS[code].status
    assert answer.headers["Content-Length"] == str(len(answer.body))
    assert build_rejection(error, body="no").body == b"no"
