"""What each line is for: all lines, in order, each with a purpose and its section."""

from __future__ import annotations

import hashlib

import pytest

from ws_handshake import (
    Extension,
    Headers,
    Request,
    Response,
    ServerHandshake,
    accept_key,
    build_request,
)
from ws_handshake.explain import explain_accept, explain_request, explain_response

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
UNKNOWN = "a field that the handshake does not use"


def full_request() -> Request:
    """A request with every field that `build_request` can write."""
    return build_request(
        "ws://example.com/chat",
        key=KEY,
        origin="https://example.com",
        subprotocols=["chat"],
        extensions=[Extension("x-test")],
    )


class Answers:
    name = "x-test"

    def answer(self, offer: Extension) -> Extension:
        return Extension("x-test")


def full_response() -> Response:
    """An answer with every field that `accept` can write."""
    server = ServerHandshake(origins=None, subprotocols=["chat"], extensions=[Answers()])
    server.receive_data(full_request().to_bytes())
    return Response.parse(server.accept())


@pytest.mark.parametrize("message", [full_request(), full_response()], ids=["request", "response"])
def test_the_lines_are_those_on_the_wire(message: Request | Response) -> None:
    explained = (
        explain_request(message) if isinstance(message, Request) else explain_response(message)
    )
    wire = "".join(f"{line}\r\n" for line, _ in explained)
    assert wire.encode("latin-1") == message.to_bytes()


@pytest.mark.parametrize("message", [full_request(), full_response()], ids=["request", "response"])
def test_every_field_that_the_library_writes_has_a_purpose(message: Request | Response) -> None:
    explained = (
        explain_request(message) if isinstance(message, Request) else explain_response(message)
    )
    purposes = [purpose for _, purpose in explained[:-1]]
    assert UNKNOWN not in purposes
    assert all("§" in purpose for purpose in purposes)
    assert len(set(purposes)) == len(purposes)


def test_the_names_of_fields_are_found_in_any_case() -> None:
    lines = explain_request(Request("/", [("UPGRADE", "websocket"), ("upgrade", "websocket")]))
    assert lines[1][1] == lines[2][1] != UNKNOWN


def test_a_field_that_the_handshake_does_not_use_is_called_that() -> None:
    lines = explain_request(Request("/", Headers({"Cookie": "a=b"})))
    assert lines[1] == ("Cookie: a=b", UNKNOWN)


def test_a_body_is_no_line() -> None:
    response = Response(101, {"Upgrade": "websocket"}, body=b"\r\nbody")
    assert [line for line, _ in explain_response(response)] == [
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "",
    ]


def test_the_steps_to_the_accept_value_are_those_of_the_rfc() -> None:
    """RFC 6455 §1.3 shows this key, the text and the hash."""
    values = [value for _, value in explain_accept(KEY)]
    text = "dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    digest = "b37a4f2cc0624f1690f64606cf385945b2bec4ea"
    assert values == [KEY, text, digest, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="]
    assert hashlib.sha1(text.encode()).hexdigest() == digest
    assert accept_key(KEY) == values[-1]
