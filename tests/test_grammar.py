"""The productions of the handshake, against what the RFCs list and Python's own ipaddress."""

from __future__ import annotations

import ipaddress
import string
from itertools import product

import pytest

from ws_handshake import grammar
from ws_handshake.pattern import Pattern

ALPHANUMERIC = string.ascii_letters + string.digits
VISIBLE = "".join(map(chr, range(0x21, 0x7F)))
OBSOLETE = "".join(map(chr, range(0x80, 0x100)))
TCHAR = "!#$%&'*+-.^_`|~" + ALPHANUMERIC
CONTROL = "".join(map(chr, [*range(9), *range(0x0A, 0x20), 0x7F]))


def matches(name: str, text: str) -> bool:
    return Pattern(getattr(grammar, name)).fullmatch(text) is not None


@pytest.mark.parametrize(
    ("name", "before", "characters", "behind"),
    [
        ("TCHAR", "", TCHAR, ""),
        ("TOKEN", "a", TCHAR, "a"),
        ("OWS", " \t", " \t", " \t"),
        ("FIELD_VCHAR", "", VISIBLE + OBSOLETE, ""),
        ("FIELD_CONTENT", "", "\t " + VISIBLE + OBSOLETE, ""),
        ("FIELD_VALUE", "a", "\t " + VISIBLE + OBSOLETE, "a"),
        ("FIELD_VALUE", "", VISIBLE + OBSOLETE, ""),
        ("CONTROL", "", CONTROL, ""),
        ("HTTP_VERSION", "HTTP/1.", string.digits, ""),
        ("HTTP_VERSION", "HTTP/", string.digits, ".1"),
        ("ANY_HTTP_VERSION", "HTTP/", string.digits, ""),
        ("ANY_HTTP_VERSION", "HTTP/1.", string.digits, ""),
        ("REQUEST_LINE", "GET /", VISIBLE + OBSOLETE, " HTTP/1.1"),
        ("REQUEST_LINE", "G", TCHAR, "T / HTTP/1.1"),
        ("REASON_PHRASE", "a", "\t " + VISIBLE + OBSOLETE, "a"),
        ("STATUS_LINE", "HTTP/1.1 ", "12345", "00"),
        ("STATUS_LINE", "HTTP/1.1 1", string.digits, "0 x"),
        ("STATUS_LINE", "HTTP/1.1 10", string.digits, ""),
        ("TARGET_CHAR", "", VISIBLE.replace("#", ""), ""),
        ("ORIGIN_FORM", "/a", VISIBLE.replace("#", ""), "b"),
        ("REG_NAME", "a", ALPHANUMERIC + "-._~!$&'()*+,;=", "a"),
        ("REG_NAME", "%", string.hexdigits, "0"),
        ("REG_NAME", "a%A", string.hexdigits, "b"),
        ("IPV6ADDRESS", "::", string.hexdigits, ""),
        ("IPV6ADDRESS", "::a", string.hexdigits + ":", "a"),
        ("IPVFUTURE", "", "vV", "1.a"),
        ("IPVFUTURE", "v0", string.hexdigits + ".", ".a"),
        ("IPVFUTURE", "v1.a", ALPHANUMERIC + "-._~!$&'()*+,;=:", "a"),
        ("SCHEME", "", string.ascii_letters, ""),
        ("SCHEME", "a", ALPHANUMERIC + "+-.", "a"),
        ("USUAL_HOST", "a", ALPHANUMERIC + "-._:", "1"),
        ("KEY", "A" * 21, ALPHANUMERIC + "+/", "=="),
        ("ACCEPT", "A" * 26, ALPHANUMERIC + "+/", "="),
        ("QUOTED_TOKEN", '"a', TCHAR + "\\", 'a"'),
        ("QUOTED_TOKEN", '"\\', TCHAR, '"'),
        ("QUOTED_STRING", '"', "\t !" + VISIBLE.replace('"', "").replace("\\", "") + OBSOLETE, '"'),
        ("QUOTED_STRING", '"\\', "\t " + VISIBLE + OBSOLETE, '"'),
        ("CHUNK_SIZE", "0", string.hexdigits, ""),
    ],
)
def test_exactly_these_characters_may_stand_there(
    name: str, before: str, characters: str, behind: str
) -> None:
    found = {each for each in map(chr, range(0x3000)) if matches(name, before + each + behind)}
    assert found == set(characters)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("TOKEN", ["a", "a" * 99], ["", "a b"]),
        ("OWS", ["", " \t "], ["a"]),
        ("FIELD_VALUE", ["", "a", "a \tb  c", "a bc de"], [" ", " a", "a ", "a b "]),
        ("FIELD_LINE", ["a:", "a:b", "a: \tb ", "a:  "], ["", ":b", "a", "a :b", "a b:c"]),
        (
            "HTTP_VERSION",
            ["HTTP/1.1"],
            ["", "HTTP/1", "HTTP/1.", "HTTP/11", "http/1.1", "HTTP/1.10"],
        ),
        (
            "ANY_HTTP_VERSION",
            ["HTTP/2", "HTTP/1.1"],
            ["HTTP/", "HTTP/1.", "HTTP/11", "HTTP1", "HTTP/1.1.1"],
        ),
        (
            "REQUEST_LINE",
            ["GET / HTTP/1.1", "a b HTTP/0.9"],
            [
                "GET  / HTTP/1.1",
                "GET /  HTTP/1.1",
                " / HTTP/1.1",
                "GET  HTTP/1.1",
                "GET / HTTP/1.1 ",
                "GET/ HTTP/1.1",
            ],
        ),
        ("REASON_PHRASE", ["", "a", " a b ", "a" * 99], ["\0"]),
        (
            "STATUS_LINE",
            ["HTTP/1.1 101", "HTTP/1.1 101 ", "HTTP/1.0 599 a b"],
            [
                "HTTP/1.1 99",
                "HTTP/1.1 1000",
                "HTTP/1.1  101",
                "HTTP/1.1 101a",
                "HTTP/1.1",
                "HTTP/1 101",
            ],
        ),
        ("ORIGIN_FORM", ["/", "//", "/a?b?c"], ["", "a", "*", "/#"]),
        ("SCHEME", ["a", "ws+x-1.0"], ["", "1a", "+"]),
        ("REG_NAME", ["a", "a.b", "%00%ff"], ["", "%", "%0", "%0g", "a%1"]),
        ("IPVFUTURE", ["v1.a", "Vff.a:b"], ["v.a", "v1.", "v1", "1.a", "v1a"]),
        (
            "KEY",
            ["A" * 22 + "=="],
            ["A" * 21 + "==", "A" * 23 + "==", "A" * 22 + "=", "A" * 22 + "==="],
        ),
        ("ACCEPT", ["A" * 27 + "="], ["A" * 26 + "=", "A" * 28 + "=", "A" * 27, "A" * 27 + "=="]),
        (
            "QUOTED_TOKEN",
            ['"a"', '"\\a\\b"', '"ab"'],
            ['""', '"a', 'a"', '"a\\"', '"\\\\"', '"\\\\a"', "a"],
        ),
        (
            "EXTENSION_PARAM",
            ["a", "a=b", 'a = "b"', "a\t=\tb"],
            ["", "=b", "a=", "a==b", "a=b=c", "a b", 'a"b"', 'a=""'],
        ),
        ("EXTENSION_PARAMS", ["", ";a", " ; a=b\t;c"], [";", "a", ";;a", ";a;"]),
        ("EXTENSION", ["a", "a;b", "a ; b=c; d"], ["", ";a", "a b", "a;"]),
        ("EXTENSION_LIST", ["a", "a,b", "a ,\tb;c=d , e"], ["", ",", "a,", ",a", "a,,b", "a b"]),
        ("TOKEN_LIST", ["a", "a,b", "a ,\tb , c"], ["", ",", "a,", ",a", "a,,b", "a b"]),
        ("QUOTED_STRING", ['""', '"a b"', '"\\""'], ["", '"', 'a"', '"""', '"\\"', "a"]),
        (
            "TRANSFER_PARAMETER",
            ["a=b", 'a = ""', "a\t=\tb"],
            ["a", "=b", "a=", "a b", 'a""', "a=b;c"],
        ),
        (
            "CHUNK_EXT",
            ["", ";a", ' ; a = "b" ;c=d'],
            [";", "a", ";a=", ";;a", ";a b", ';a"b"', ";a=b=c", ";a=b c"],
        ),
        ("CHUNK_SIZE", ["0", "fF09", "1;a", '1 ;a="b"'], ["", ";a", "g", "0x1", "1 ", "-1"]),
        (
            "USUAL_HOST",
            ["a", "a:1", "A-b_c.1:65535"],
            ["", "a:", ":1", "a:0", "a:65536", "a:1:1", "[::1]"],
        ),
        (
            "HOST",
            ["a", "a:", "a:1", "%20", "[::1]", "[::1]:80", "[v1.a]:80", "[::1]:", "1.2.3.4"],
            ["", ":", ":1", "[]", "[::1", "::1", "[a]", "a:0", "a:b", "[::1]1", "[::1]:0", "a:1:1"],
        ),
    ],
)
def test_what_a_production_takes(name: str, good: list[str], bad: list[str]) -> None:
    assert [text for text in good if not matches(name, text)] == []
    assert [text for text in bad if matches(name, text)] == []


def test_a_port_is_a_number_from_1_to_65535() -> None:
    port = Pattern(grammar.PORT)
    ports = [number for number in range(66000) if port.fullmatch(str(number))]
    assert ports == list(range(1, 65536))
    for text in ("080", "0" * 99 + "1", "00065535"):
        assert port.fullmatch(text), text
    for text in ("", "0", "00", "065536", "100000", "655350", "1a", "-1", "+1", "1_0", "\u0661"):
        assert not port.fullmatch(text), text
    for text in ("12345", "60000", "65000", "65500", "65530"):
        for size, other in product(range(1, 6), "/:"):
            for place in range(size):
                assert not port.fullmatch(text[:place] + other + text[place + 1 : size])


def test_a_port_is_never_a_part_of_a_number() -> None:
    port = Pattern(grammar.PORT)
    for text in ("100000", "655360", "999999"):
        assert not port.match(text), text
    for text in ("80/", "80:", "80a"):
        found = port.match(text)
        assert found is not None
        assert found[0] == "80"


def is_address(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return "%" not in text


@pytest.mark.parametrize("last", ["", "1.2.3.4"])
@pytest.mark.parametrize("group", ["0", "fFfF", "12345", "g", "09af"])
def test_an_ipv6_address_is_what_ipaddress_takes(group: str, last: str) -> None:
    texts = set()
    for before in range(10):
        for behind in range(10):
            tail = [group] * behind + ([last] if last else [])
            texts |= {":".join([group] * before) + gap + ":".join(tail) for gap in (":", "::", "")}
    texts |= {text + end for text in list(texts) for end in (":", "::")} | {
        "::",
        ":",
        ":::",
        "1::2::3",
    }
    wrong = [text for text in texts if matches("IPV6ADDRESS", text) != is_address(text)]
    assert wrong == []


@pytest.mark.parametrize("other", ["", "fFfF", "12345", "123456789", "1.2.3.4", "1:2"])
def test_one_group_of_an_ipv6_address_may_be_of_another_form(other: str) -> None:
    texts = set()
    for before, behind in product(range(9), repeat=2):
        for place in range(before + behind):
            groups = ["1"] * (before + behind)
            groups[place] = other
            first, rest = ":".join(groups[:before]), ":".join(groups[before:])
            texts |= {f"{first}:{rest}", f"{first}::{rest}"}
    wrong = [text for text in texts if matches("IPV6ADDRESS", text) != is_address(text)]
    assert wrong == []


def test_an_octet_is_a_number_from_0_to_255() -> None:
    octets = ["".join(each) for size in range(4) for each in product("/0123456789:", repeat=size)]
    for octet in [*octets, "1000", "-1", "1a"]:
        for text in (f"::{octet}.2.3.4", f"::1.2.3.{octet}", f"::1.{octet}.3.4"):
            assert matches("IPV6ADDRESS", text) == is_address(text), text
    for text in ("::1.2.3", "::1.2.3.4.5", "::1,2.3.4", "1.2.3.4"):
        assert not matches("IPV6ADDRESS", text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("TOKEN", "a"),
        ("FIELD_LINE", "a:"),
        ("HTTP_VERSION", "HTTP/1.1"),
        ("ANY_HTTP_VERSION", "HTTP/2"),
        ("REQUEST_LINE", "a b HTTP/1.1"),
        ("STATUS_LINE", "HTTP/1.1 101"),
        ("ORIGIN_FORM", "/"),
        ("IPVFUTURE", "v1.a"),
        ("HOST", "[::]"),
        ("HOST", "[v1.a]"),
        ("KEY", "A" * 22 + "=="),
        ("ACCEPT", "A" * 27 + "="),
        ("QUOTED_TOKEN", '"a"'),
        ("QUOTED_STRING", '""'),
        ("TRANSFER_PARAMETER", "a=b"),
    ],
)
def test_nothing_of_it_may_be_left_out(name: str, text: str) -> None:
    assert matches(name, text)
    shorter = [text[:place] + text[place + 1 :] for place in range(len(text))]
    assert [each for each in shorter if matches(name, each)] == []
