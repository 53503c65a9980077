"""A reader of HTTP heads that shares nothing with the library: it splits and compares bytes."""

from __future__ import annotations

from typing import NamedTuple

TCHARS = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_NAME = frozenset(TCHARS.encode())
_TEXT = frozenset([0x09, *range(0x20, 0x7F), *range(0x80, 0x100)])


class Message(NamedTuple):
    """A message in parts, the body as it stands on the wire."""

    start: str
    fields: list[tuple[str, str]]
    body: bytes


def one_message(wire: bytes) -> Message:
    """Take apart what must be one well-formed head and perhaps a body."""
    head, blank, body = wire.partition(b"\r\n\r\n")
    assert blank, "no blank line"
    start, *lines = head.split(b"\r\n")
    assert start
    assert _TEXT.issuperset(start)
    assert b"\t" not in start[:9]
    fields = []
    for line in lines:
        name, colon, value = line.partition(b": ")
        assert colon, repr(line)
        assert name, repr(line)
        assert _NAME.issuperset(name), repr(line)
        assert _TEXT.issuperset(value), repr(line)
        assert value == value.strip(b" \t"), repr(line)
        fields.append((name.decode("ascii"), value.decode("latin-1")))
    return Message(start.decode("latin-1"), fields, body)


def one_request(wire: bytes) -> Message:
    """The same for a request without a body: method, target and version, nothing else."""
    message = one_message(wire)
    method, target, version = message.start.split(" ")
    assert _NAME.issuperset(method.encode("latin-1"))
    assert method
    assert target
    assert version.startswith("HTTP/")
    assert len(version) <= 8
    assert message.body == b""
    return message


def one_response(wire: bytes, status: int) -> Message:
    """The same for a response with this status."""
    message = one_message(wire)
    version, code, _ = message.start.split(" ", 2)
    assert version.startswith("HTTP/")
    assert len(version) <= 8
    assert code == str(status)
    return message
