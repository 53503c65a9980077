"""The request as a value: what its parts may be, and how one is read (RFC 9112 §3)."""

from __future__ import annotations

from typing import Any

import pytest
from contract.request_cases import req

from ws_handshake import HandshakeError, Headers, InvalidMessage, Limits, Request, request

SAMPLE = req()


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"target": b"/"}, "a request target is a str, not bytes"),
        ({"target": None}, "a request target is a str, not NoneType"),
        ({"method": b"GET"}, "a method (RFC 9110 §9.1) is a str, not bytes"),
        ({"method": None}, "a method (RFC 9110 §9.1) is a str, not NoneType"),
        ({"version": 1.1}, "an HTTP version (RFC 9112 §2.3) is a str, not float"),
    ],
    ids=repr,
)
def test_a_part_of_another_type_is_named(parts: Any, message: str) -> None:
    with pytest.raises(TypeError) as caught:
        Request(**{"target": "/", "headers": {}, **parts})
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"target": "/a b"}, "'/a b' is not a request target (RFC 9112 §3.2)"),
        (
            {"target": "/ ?token=opensesame"},
            "'/ ?<redacted, 16 characters>' is not a request target (RFC 9112 §3.2)",
        ),
        ({"target": ""}, "'' is not a request target (RFC 9112 §3.2)"),
        ({"method": "GE T"}, "'GE T' is not a method (RFC 9110 §9.1)"),
        ({"version": "HTTP 1.1"}, "'HTTP 1.1' is not an HTTP version (RFC 9112 §2.3)"),
    ],
    ids=repr,
)
def test_a_part_that_breaks_the_first_line_is_shown(parts: Any, message: str) -> None:
    with pytest.raises(ValueError, match="is not") as caught:
        Request(**{"target": "/", "headers": {}, **parts})
    assert str(caught.value) == message


def test_parts_that_equal_the_usual_ones_are_judged_as_well() -> None:
    class Text(str):
        __slots__ = ()

        def __str__(self) -> str:
            return "another"

        def __format__(self, spec: str) -> str:
            return "another"

    made = Request(Text("/"), {}, Text("GET"), Text("HTTP/1.1"))
    assert made.to_bytes() == b"GET / HTTP/1.1\r\n\r\n"
    assert {type(part) for part in (made.target, made.method, made.version)} == {str}


def test_what_follows_a_head_is_counted() -> None:
    with pytest.raises(InvalidMessage) as caught:
        Request.parse(SAMPLE + b"abc")
    assert caught.value.code == "more-than-one-message"
    assert "3" in caught.value.message
    assert caught.value.request is None
    assert caught.value.rejection is not None
    assert caught.value.rejection.status == 400


def test_limits_bound_what_is_read() -> None:
    assert Request.parse(SAMPLE, Limits(head=len(SAMPLE))).target == "/chat"
    with pytest.raises(HandshakeError) as caught:
        Request.parse(SAMPLE, Limits(head=len(SAMPLE) - 1))
    assert caught.value.code == "head-too-large"
    wrongs: list[tuple[Any, str]] = [(None, "NoneType"), (8192, "int")]
    for wrong, kind in wrongs:
        with pytest.raises(TypeError, match=f"^limits is a Limits, not {kind}$"):
            Request.parse(SAMPLE, wrong)


def test_the_fields_are_taken_apart_once() -> None:
    read = Request.parse(SAMPLE)
    assert read.headers is read.headers
    assert read._deciding() is read._deciding()
    fields = Headers({"Host": "a"})
    assert Request("/", fields).headers is fields


def test_what_came_is_written_alike_and_what_was_built_is_kept() -> None:
    assert Request.parse(SAMPLE).to_bytes() == SAMPLE
    spaced = SAMPLE.replace(b"Host: ", b"Host:\t ")
    assert Request.parse(spaced).to_bytes() == SAMPLE
    assert Request._from_wire((("GET", "/", "HTTP/1.1"), "kept"), written=True).to_bytes() == (
        b"kept"
    )


@pytest.mark.parametrize(
    ("target", "usual"), [("/chat", True), ("/a?b", True), ("http://a/", False), ("*", False)]
)
def test_only_a_path_with_usual_fields_is_known_to_be_well_formed(target: str, usual: bool) -> None:
    fields = Headers({"Host": "example.com"})
    assert Request(target, fields)._judged is usual
    assert Request(target, {"Host": "@"})._judged is False


def test_a_path_is_judged_by_one_pattern(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(request, "checked")
    assert Request("/chat", {}).method == "GET"


def test_a_repr_shows_no_query() -> None:
    assert repr(Request("/?token=opensesame", {})) == (
        "Request(target='/?<redacted, 16 characters>', headers=Headers([]), method='GET',"
        " version='HTTP/1.1')"
    )


def test_what_usual_fields_decide_is_known_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Headers, "_deciding")
    assert "example.com" in Request("/", {"Host": "example.com"})._deciding()
