"""How a row of the catalogue becomes a case: what it changes in the plain request, and what not."""

from typing import Any

import pytest

from ws_handshake import Extension, Headers
from ws_handshake.testing import ANY, Case, Expected
from ws_handshake.testing.tables import Aim, Table, cases_of

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
AIM = Aim("example.com", "/chat", None, None, Headers())
PLAIN = (
    b"GET /chat HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def made(change: Any, aim: Aim = AIM, *, verdict: str = "either", **more: Any) -> Case:
    """The case of a table with one row."""
    parts = {"prefix": "a", "field": "Upgrade"} | more
    level = parts.pop("level", "should")
    table = Table("key", verdict, level, "RFC 1", (("b", change, "So."),), **parts)
    (case,) = cases_of(table, aim)
    return case


UPGRADE = b"Upgrade: websocket\r\n"


@pytest.mark.parametrize(
    ("change", "data"),
    [
        ({}, PLAIN),
        ("h2c", PLAIN.replace(b"websocket", b"h2c")),
        (b"h2c\xff", PLAIN.replace(b"websocket", b"h2c\xff")),
        ("\xff", PLAIN.replace(b"websocket", b"\xff")),
        (None, PLAIN.replace(UPGRADE, b"")),
        ((), PLAIN.replace(UPGRADE, b"")),
        (("a", "", b"b"), PLAIN.replace(UPGRADE, b"Upgrade: a\r\nUpgrade: \r\nUpgrade: b\r\n")),
        ("{host}{HOST}", PLAIN.replace(b"websocket", b"example.comEXAMPLE.COM")),
        ("{target}{query}{key}", PLAIN.replace(b"websocket", f"/chat?{KEY}".encode())),
        (b"{host}", PLAIN.replace(b"websocket", b"{host}")),
        ("{4k}", PLAIN.replace(b"websocket", b"a" * 4_000)),
        ("{7k}", PLAIN.replace(b"websocket", b"a" * 7_000)),
        ("{20k}", PLAIN.replace(b"websocket", b"a" * 20_000)),
        (
            {"Upgrade": "a", "X-New": "b"},
            PLAIN[:-2].replace(b"websocket", b"a") + b"X-New: b\r\n\r\n",
        ),
        ({"line": "{target}"}, PLAIN.replace(b"GET /chat HTTP/1.1", b"/chat")),
        ({"line": b""}, PLAIN.replace(b"GET /chat HTTP/1.1", b"")),
        ({"first": "X"}, PLAIN.replace(b"Host", b"X\r\nHost")),
        ({"first": ("X", b"Y")}, PLAIN.replace(b"Host", b"X\r\nY\r\nHost")),
        ({"extra": "X: {host}"}, PLAIN[:-2] + b"X: example.com\r\n\r\n"),
        ({"extra": ("X", "Y")}, PLAIN[:-2] + b"X\r\nY\r\n\r\n"),
        (
            {"reversed": True, "first": "1", "extra": "2"},
            (
                b"GET /chat HTTP/1.1\r\n1\r\nSec-WebSocket-Version: 13\r\n"
                b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nConnection: Upgrade\r\n"
                b"Upgrade: websocket\r\nHost: example.com\r\n2\r\n\r\n"
            ),
        ),
        (
            {"names": "upper", "colon": " :", "extra": "x: y"},
            (
                b"GET /chat HTTP/1.1\r\nHOST :example.com\r\nUPGRADE :websocket\r\n"
                b"CONNECTION :Upgrade\r\nSEC-WEBSOCKET-KEY :dGhlIHNhbXBsZSBub25jZQ==\r\n"
                b"SEC-WEBSOCKET-VERSION :13\r\nx: y\r\n\r\n"
            ),
        ),
        ({"swap": (("\r\n", b"\n"), (b"{host}", "?"))}, PLAIN.replace(b"\r\n", b"\n")),
        (
            {"swap": (("{host}", b"\n"), ("\n", "\r"))},
            PLAIN.replace(b"example.com", b"\n").replace(b"\n", b"\r"),
        ),
        ({"behind": b"{host}"}, PLAIN + b"{host}"),
        ({"behind": "{host}", "before": "{target}"}, b"/chat" + PLAIN + b"example.com"),
        (
            {"swap": ((b"T", b"t"),), "before": b"T", "behind": b"T"},
            b"T" + PLAIN.replace(b"T", b"t") + b"T",
        ),
    ],
)
def test_what_a_row_changes(change: Any, data: bytes) -> None:
    assert made(change).data == data


def test_what_a_table_says_of_all_its_rows() -> None:
    rows = (("c", "x", "This."), ("d", {"cut": 1}, "That."))
    table = Table("limits", "reject", "must", "RFC 2", rows, prefix="b", field="Upgrade")
    first, second = cases_of(table, AIM)
    assert first == Case(
        *("b-c", "limits", PLAIN.replace(b"websocket", b"x"), "reject", "Upgrade", "RFC 2"),
        *("must", "This.", Expected(statuses=(3, 4, 5))),
    )
    assert second == Case(
        *("b-d", "limits", PLAIN, "reject", "Upgrade", "RFC 2", "must", "That."),
        *(Expected(statuses=(3, 4, 5)), tuple(bytes([octet]) for octet in PLAIN)),
    )
    assert made({}, field=None).field is None


@pytest.mark.parametrize(
    ("cut", "sizes"),
    [
        ((), [len(PLAIN)]),
        (100, [100, len(PLAIN) - 100]),
        (len(PLAIN), [len(PLAIN)]),
        ((b"GET", b"GET "), [3, 1, len(PLAIN) - 4]),
        ((b"GET ", b"GET", b"GET"), [3, 1, len(PLAIN) - 4]),
        ((b"\r\n",), [20, len(PLAIN) - 20]),
        ((b"\r\n\r",), [len(PLAIN) - 1, 1]),
    ],
)
def test_where_the_bytes_are_cut(cut: Any, sizes: list[int]) -> None:
    pieces = made({"cut": cut}).pieces
    assert [len(piece) for piece in pieces] == sizes
    assert b"".join(pieces) == PLAIN


# --- What is expected -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "more", "expected"),
    [
        ({}, {"verdict": "accept"}, {"statuses": (101,), "key": KEY}),
        ({}, {"verdict": "accept", "level": "security"}, {"statuses": (101,), "key": KEY}),
        ({}, {}, {"statuses": (101, 2, 3, 4, 5), "key": KEY, "silence": "closed"}),
        ({}, {"verdict": "reject"}, {"statuses": (3, 4, 5)}),
        (
            {},
            {"verdict": "reject", "level": "security"},
            {"statuses": (3, 4, 5), "silence": "closed"},
        ),
        (
            {},
            {"level": "security"},
            {"statuses": (101, 2, 3, 4, 5), "key": KEY, "silence": "closed"},
        ),
        (
            {},
            {"verdict": "reject", "statuses": (426,), "closes": True, "fields": (("Allow", None),)},
            {"statuses": (426,), "closes": True, "fields": (("Allow", None),)},
        ),
        (
            {},
            {"verdict": "reject", "level": "security", "silence": "open"},
            {"statuses": (3, 4, 5), "silence": "open"},
        ),
        # A server that cannot read HTTP need not write it.
        ("a\0", {"verdict": "reject"}, {"statuses": (3, 4, 5), "silence": "closed"}),
        ("a\x1f", {"verdict": "reject"}, {"statuses": (3, 4, 5), "silence": "closed"}),
        ("a\x7f", {"verdict": "accept"}, {"key": KEY, "silence": "closed"}),
        ("a\t\r\n\x80", {"verdict": "reject"}, {"statuses": (3, 4, 5)}),
        (
            "a\0",
            {"silence": "open"},
            {"statuses": (101, 2, 3, 4, 5), "key": KEY, "silence": "open"},
        ),
        ({"Sec-WebSocket-Key": " \tk\t "}, {"verdict": "accept"}, {"key": "k"}),
        ({"Sec-WebSocket-Key": "\xa0X "}, {"verdict": "accept"}, {"key": "\xa0X"}),
        ({"Sec-WebSocket-Key": b"\xe9"}, {"verdict": "accept"}, {"key": "\xe9"}),
        ({"Sec-WebSocket-Key": None}, {"verdict": "accept"}, {}),
        ({"Sec-WebSocket-Key": ("k", "k")}, {"verdict": "accept"}, {}),
        ({}, {"verdict": "accept", "subprotocol": None}, {"key": KEY, "subprotocol": None}),
        (
            {},
            {"verdict": "accept", "subprotocol": "{subprotocol}2"},
            {"key": KEY, "subprotocol": "chat2"},
        ),
        (
            {"Sec-WebSocket-Protocol": ("a, b", b"c", "{subprotocol}")},
            {"verdict": "accept"},
            {"key": KEY, "offered": ("a", "b", "c", "chat")},
        ),
        ({"Sec-WebSocket-Protocol": ("a", "b c")}, {"verdict": "accept"}, {"key": KEY}),
        (
            {"Sec-WebSocket-Extensions": ("a; b=1", "c")},
            {"verdict": "accept"},
            {"key": KEY, "extensions": (Extension("a", [("b", "1")]), Extension("c"))},
        ),
        ({"Sec-WebSocket-Extensions": "a;"}, {"verdict": "accept"}, {"key": KEY}),
    ],
)
def test_what_is_expected_of_the_answer(
    change: Any, more: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert made(change, **more).expected == Expected(**expected)
    assert Expected().subprotocol == ANY


# --- What the cases are aimed at ------------------------------------------------------------------


def aimed(text: str, **aim: Any) -> str:
    """A text of a row, with what stands in it for one aim."""
    parts = {"host": "h", "target": "/", "origin": None, "subprotocol": None, "headers": Headers()}
    return Aim(**parts | aim).filled(text)


@pytest.mark.parametrize(
    ("text", "aim", "filled"),
    [
        ("{host} {HOST}", {"host": "[::a]:80"}, "[::a]:80 [::A]:80"),
        ("{target}{query}", {"target": "/a"}, "/a?"),
        ("{target}{query}", {"target": "/a?b"}, "/a?b&"),
        ("{origin}", {}, "https://example.com"),
        ("{origin}", {"origin": "http://a"}, "http://a"),
        ("{origin without its end}", {}, "https://example.co"),
        ("{origin without its end}", {"origin": "http://a:80"}, "http://a:8"),
        ("{origin without a dot}", {}, "https://examplexcom"),
        ("{origin without a dot}", {"origin": "http://a.b.c"}, "http://axb.c"),
        ("{origin without a dot}", {"origin": "http://a"}, "http://ax"),
        ("{subprotocol}", {}, "chat"),
        ("{subprotocol}", {"subprotocol": "v2"}, "v2"),
        ("{key}", {}, KEY),
        ("{4k}", {}, "a" * 4_000),
        ("{7k}", {}, "a" * 7_000),
        ("{20k}", {}, "a" * 20_000),
        ("{1300k}", {}, "a" * 1_300_000),
        ("{100,000 fields}", {}, "\r\n".join(["X-Filler: a"] * 100_000)),
        ("{other} {} {host", {}, "{other} {} {host"),
    ],
)
def test_what_stands_for_the_aim(text: str, aim: dict[str, str], filled: str) -> None:
    assert aimed(text, **aim) == filled


def test_every_request_has_what_is_asked_for() -> None:
    aim = Aim(
        *("h:1", "/t", "https://o", "p"),
        Headers([("Cookie", "{host}"), ("X-A", "\xe9"), ("cookie", "b"), ("Cookie", "c")]),
    )
    assert made({}, aim).data == (
        b"GET /t HTTP/1.1\r\nHost: h:1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        b"Origin: https://o\r\nSec-WebSocket-Protocol: p\r\n"
        b"Cookie: {host}\r\nCookie: c\r\nX-A: \xe9\r\ncookie: b\r\n\r\n"
    )
    assert aim.pairs()[-5:] == [
        ("Sec-WebSocket-Protocol", "p"),
        *(("Cookie", b"{host}"), ("Cookie", b"c"), ("X-A", b"\xe9"), ("cookie", b"b")),
    ]


@pytest.mark.parametrize("name", ["Origin", "Sec-WebSocket-Protocol"])
def test_a_field_that_the_plain_request_has_not_stands_last(name: str) -> None:
    aim = Aim("h", "/", None, None, Headers({"X-A": "b"}))
    assert made({name: "c"}, aim).data.endswith(f"\r\nX-A: b\r\n{name}: c\r\n\r\n".encode())
