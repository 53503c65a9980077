"""Messages that are made to cost more than they weigh.

Each is made at 8 KiB and at 64 KiB and handed over whole, the limits raised so that none stops it.
A byte of the large one may cost no more than a byte of the small one: nothing is read again and
again, whatever it is made of. Beside each shape stands what must be found in it: the code of a
fault, or None where it is taken.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from itertools import count
from typing import NamedTuple

from goals import Goal
from samples import ANSWER, KEY, MINIMAL, URI
from slices import Peer

from ws_handshake import ClientHandshake, HandshakeError, Limits, ServerHandshake

SIZES = {"8 KiB": 8192, "64 KiB": 65536}
LIMITS = Limits(request_line=1 << 20, head=1 << 20, fields=1 << 20, body=1 << 20)


class Shape(NamedTuple):
    """A message, given its size, and the fault that is found in it."""

    made: Callable[[int], bytes]
    code: str | None


def filled(size: int, template: bytes, unit: bytes, between: bytes = b"") -> bytes:
    """The template with as many units in place of its * as fit; %d in a unit counts them."""
    begin, end = template.split(b"*")
    units: list[bytes] = []
    room = size - len(begin) - len(end)
    for number in count():
        one = unit % number if b"%d" in unit else unit
        room -= len(one) + len(between)
        if room < 0:
            break
        units.append(one)
    return begin + between.join(units) + end


def shape(
    lines: bytes, unit: bytes, code: str | None = None, between: bytes = b"", without: bytes = b""
) -> Shape:
    """The minimal request with these lines, perhaps in place of one of its own."""
    head = MINIMAL[:-2].replace(without + b"\r\n", b"", 1) if without else MINIMAL[:-2]
    template = head + lines + b"\r\n"
    return Shape(functools.partial(filled, template=template, unit=unit, between=between), code)


def answer(lines: bytes, unit: bytes, code: str | None = None) -> Shape:
    """The 101 with these lines."""
    return Shape(functools.partial(filled, template=ANSWER[:-2] + lines + b"\r\n", unit=unit), code)


def other_answer(template: bytes, unit: bytes, code: str | None = None) -> Shape:
    return Shape(functools.partial(filled, template=template, unit=unit), code)


def with_target(unit: bytes) -> Shape:
    template = MINIMAL.replace(b"/room1", b"/*")
    return Shape(functools.partial(filled, template=template, unit=unit), None)


HOST = b"Host: example.com:8000"
CONNECTION = b"Connection: Upgrade"
PROTOCOL = b"Sec-WebSocket-Protocol: chat"
KEY_LINE = b"Sec-WebSocket-Key: " + KEY.encode("ascii") + b"\r\n"

SERVER = {
    "commas": shape(b"Connection: Upgrade*\r\n", b",", without=CONNECTION),
    "commas and spaces": shape(b"Connection: Upgrade*\r\n", b" ,\t", without=CONNECTION),
    "nothing but commas": shape(
        b"Sec-WebSocket-Protocol: *\r\n", b",", "subprotocol-malformed", without=PROTOCOL
    ),
    "many connection options": shape(b"Connection: *\r\n", b"a", between=b", "),
    "many Upgrade elements": shape(b"Upgrade: *\r\n", b"a", "upgrade-repeated", between=b", "),
    "many subprotocols": shape(b"Sec-WebSocket-Protocol: *\r\n", b"p%d", between=b", "),
    "many offers": shape(b"Sec-WebSocket-Extensions: *\r\n", b"x%d; a=1", between=b", "),
    "many parameters": shape(b"Sec-WebSocket-Extensions: x; *\r\n", b"a%d", between=b"; "),
    "quotes": shape(b"Sec-WebSocket-Extensions: x; a=*\r\n", b'"', "extensions-malformed"),
    "an open quote": shape(b'Sec-WebSocket-Extensions: x; a="*\r\n', b"a", "extensions-malformed"),
    "backslashes": shape(
        b'Sec-WebSocket-Extensions: x; a="*"\r\n', b"\\\\", "extensions-malformed"
    ),
    "escaped letters": shape(b'Sec-WebSocket-Extensions: x; a="*"\r\n', b"\\a"),
    "spaces between words": shape(b"Cookie: a*b\r\n", b" "),
    "spaces before a value": shape(b"Cookie:*b\r\n", b" "),
    "spaces behind a value": shape(b"Cookie: b*\r\n", b" "),
    "colons in a value": shape(b"Cookie: *\r\n", b":"),
    "colons in Host": shape(b"Host: [*]\r\n", b":", "host-malformed", without=HOST),
    "nothing but colons": shape(b"*\r\n", b":", "field-name-malformed"),
    "dots in Host": shape(b"Host: a*\r\n", b".a", without=HOST),
    "dots in Origin": shape(b"Origin: http://a*\r\n", b".a"),
    "many short fields": shape(b"*", b"a:b\r\n"),
    "many different fields": shape(b"*", b"a%d:b\r\n"),
    "many repeated fields": shape(b"*", b"Connection: a\r\n"),
    "many keys": shape(b"*", KEY_LINE, "key-repeated"),
    "one long field": shape(b"Cookie: *\r\n", b"a"),
    "bytes beyond ASCII": shape(b"Cookie: *\r\n", b"\xff"),
    "a control character at the end": shape(b"Cookie: *\x01\r\n", b"a", "control-character"),
    "a long name": shape(b"*: b\r\n", b"a"),
    "a long name without a colon": shape(b"*\r\n", b"a", "colon-missing"),
    "zeros in Content-Length": shape(b"Content-Length: *\r\n", b"0"),
    "a long path": with_target(b"/a"),
    "a long query": with_target(b"?%20"),
    "blank lines behind": shape(b"\r\n*", b"\r\n"),
    "no end": shape(b"Cookie: *", b"a", "head-incomplete"),
}

CHUNKED = b"HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n*0\r\n\r\n"

CLIENT = {
    "interim answers": other_answer(b"*" + ANSWER, b"HTTP/1.1 100 \r\n\r\n"),
    "a long reason": other_answer(b"HTTP/1.1 101 *" + ANSWER[32:], b"a"),
    "commas in the answer": answer(b"Connection: *\r\n", b","),
    "many short fields in the answer": answer(b"*", b"a:b\r\n"),
    "one long field in the answer": answer(b"Set-Cookie: *\r\n", b"a"),
    "many accept values": answer(b"*", b"Sec-WebSocket-Accept: a\r\n", "accept-repeated"),
    "quotes in the answer": answer(
        b"Sec-WebSocket-Extensions: x; a=*\r\n", b'"', "extensions-malformed"
    ),
    "small chunks": other_answer(CHUNKED, b"1\r\na\r\n", "status-unexpected"),
    "a long chunk size": other_answer(
        CHUNKED.replace(b"*", b"*1\r\na\r\n"), b"0", "status-unexpected"
    ),
}


def as_server(head: bytes) -> str | None:
    """The code of the fault, once its rejection is written; None when the request is accepted."""
    handshake = ServerHandshake(origins=None, subprotocols=["chat"], limits=LIMITS)
    try:
        if handshake.receive_data(head) is None:
            handshake.receive_data(b"")
        handshake.accept()
    except HandshakeError as error:
        if error.rejection is not None:
            error.rejection.to_bytes()
        return error.code
    return None


def as_client(message: bytes) -> str | None:
    handshake = ClientHandshake(URI, key=KEY, subprotocols=["chat"], limits=LIMITS)
    try:
        if handshake.receive_data(message) is None:
            handshake.receive_data(b"")
    except HandshakeError as error:
        return error.code
    return None


def peers() -> list[Peer]:
    """Each shape in its sizes, one behind the other; the time of a byte."""
    found = []
    for read, shapes in ((as_server, SERVER), (as_client, CLIENT)):
        for name, (made, code) in shapes.items():
            for label, size in SIZES.items():
                message = made(size)
                found.append(
                    Peer(
                        f"{name}, {label}",
                        functools.partial(read, message),
                        functools.partial(is_same, code),
                        len(message),
                    )
                )
    return found


def is_same(expected: str | None, found: str | None) -> bool:
    return found == expected


NAMES = [*SERVER, *CLIENT]
GOALS = [Goal("hostile", f"{name}, 64 KiB", f"{name}, 8 KiB", most=1.3) for name in NAMES]
