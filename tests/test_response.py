"""The response as a value, and how a refusal is put together (RFC 9110 §15)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest

from ws_handshake import Response, build_rejection


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
