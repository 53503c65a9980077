"""The multimap's smaller doors: its parts as tuples, and what they refuse."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any
from unittest import mock

import pytest

from ws_handshake import Headers, Request

FIELDS = (("Host", "a"), ("X-A", "1"), ("x-a", "2"))


def test_the_parts_are_tuples_in_wire_order() -> None:
    headers = Headers(FIELDS)
    assert headers.fields == headers.items() == FIELDS
    assert headers.keys() == tuple(headers) == ("Host", "X-A", "x-a")
    assert headers.values() == ("a", "1", "2")


def test_a_mapping_made_of_headers_keeps_the_last_of_each_spelling() -> None:
    assert dict(Headers([*FIELDS, ("X-A", "3")]).items()) == {"Host": "a", "X-A": "3", "x-a": "2"}


@pytest.mark.parametrize("name", [None, b"host", 5, ("host",)], ids=repr)
def test_looking_up_what_is_no_str_is_a_type_error(name: Any) -> None:
    headers = Headers(FIELDS)
    for lookup in (headers.get, headers.get_all, headers.__getitem__):
        with pytest.raises(TypeError, match="str"):
            lookup(name)
    assert name not in headers


def test_a_name_that_only_looks_like_ascii_is_not_found() -> None:
    """Lower-casing would make a k of the Kelvin sign, U+212A."""
    headers = Headers({"Sec-WebSocket-Key": "x", "Cookie": "a=b"})
    assert "sec-websocket-\u212aey" not in headers
    assert headers.get("coo\u212aie") is None
    assert headers.get_all("\u017fec-websocket-key") == ()


def test_a_set_cookie_that_repeats_gives_its_first_line() -> None:
    headers = Headers([("Set-Cookie", "a=1"), ("set-cookie", "b=2")])
    assert headers["SET-COOKIE"] == headers.get("Set-Cookie") == "a=1"
    assert headers.get_all("set-cookie") == ("a=1", "b=2")


def test_an_index_is_made_once_and_again_for_another_value() -> None:
    headers = Headers(FIELDS)
    assert headers.get_all("x-a") == headers.get_all("X-A") == ("1", "2")
    assert Headers(headers).get_all("x-a") == ("1", "2")
    assert headers == Headers(headers)


def test_headers_compare_with_headers_only() -> None:
    assert Headers(FIELDS) != FIELDS
    assert Headers([]) != {}
    assert Headers([]) != []
    assert Headers([]) == mock.ANY  # which is asked, too


@pytest.mark.parametrize(
    "fields", [[("a", "b", "c")], [("a", "b", "c"), ("d",)], [("a",), ("b", "c", "d")]]
)
def test_a_field_of_another_number_of_parts_is_a_value_error(fields: Any) -> None:
    with pytest.raises(ValueError):
        Headers(fields)


@pytest.mark.parametrize("pair", [("A", "b\nC\nd"), ("A\nb\nC", "d"), ("A\nb", "")])
def test_no_line_feed_makes_two_fields_of_one(pair: tuple[str, str]) -> None:
    """Fields of the usual form are judged as one text, with a line feed behind each part."""
    with pytest.raises(ValueError):
        Headers([pair])


def test_what_is_missing_is_named() -> None:
    with pytest.raises(KeyError) as caught:
        Headers(FIELDS)["X-B"]
    assert caught.value.args == ("X-B",)


def test_only_spaces_and_tabs_around_a_value_are_dropped() -> None:
    """`str.strip` would also take a no-break space and a next line, which are obs-text."""
    pairs: list[Any] = [("X-A", " \t\xa0Xa\x85X\t "), [b"X-A", b" \xa0Xa\x85X"]]
    for pair in pairs:
        assert Headers([pair])["X-A"] == "\xa0Xa\x85X"
    request = Request.parse(b"GET / HTTP/1.1\r\nX-A: \t\xa0Xa\x85X \r\nX-B:Xb\r\n\r\n")
    assert request.headers.values() == ("\xa0Xa\x85X", "Xb")
    assert Headers({"X-A": "XaX"}).values() == ("XaX",)


def test_headers_of_other_values_hash_differently() -> None:
    assert hash(Headers({"a": "1"})) == hash(Headers({"A": "1"})) != hash(Headers({"a": "2"}))


def test_nothing_is_done_twice() -> None:
    """What was judged or taken apart once is kept, and fields of the usual form are neither."""
    headers = Headers({"Host": "a"})
    assert headers._fields is None
    assert headers._deciding() is headers._decided
    assert headers.fields is headers.fields
    assert headers._lines() is headers._lines()
    assert Headers(headers).fields is headers.fields
    assert Headers(headers)._decided is headers._decided


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("a", "headers are pairs or a mapping, not str"),
        (b"a", "headers are pairs or a mapping, not bytes"),
        (bytearray(b"a"), "headers are pairs or a mapping, not bytearray"),
        (["ab"], "a field is a pair of name and value, not str"),
        ([b"ab"], "a field is a pair of name and value, not bytes"),
        ([1], "a field is a pair of name and value, not int"),
        ([("a", 1)], "names and values of fields are str or bytes, not int"),
        ([(None, "a")], "names and values of fields are str or bytes, not NoneType"),
    ],
    ids=repr,
)
def test_fields_of_another_type_are_named(given: Any, message: str) -> None:
    with pytest.raises(TypeError) as caught:
        Headers(given)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        (("a b", "c"), "a field name is a token (RFC 9110 §5.1), which 'a b' is not"),
        (
            ("Cookie: opensesame", "c"),
            (
                "a field name is a token (RFC 9110 §5.1), which"
                " 'Cookie<redacted, 12 characters>' is not"
            ),
        ),
        (
            ("A" * 90, "b\n"),
            (
                f"the value of {'A' * 80} has a character that no field value can hold: a control"
                " character, a line break or one beyond latin-1 (RFC 9110 §5.5)"
            ),
        ),
    ],
    ids=repr,
)
def test_a_field_that_cannot_be_is_explained(pair: tuple[str, str], message: str) -> None:
    with pytest.raises(ValueError, match="RFC 9110") as caught:
        Headers([pair])
    assert str(caught.value) == message


def test_a_lookup_of_another_type_is_named() -> None:
    wrong: Any = b"a"
    with pytest.raises(TypeError, match=r"^a field is looked up by a str, not bytes$"):
        Headers().get(wrong)


def test_headers_of_headers_share_their_fields() -> None:
    first = Headers(FIELDS)
    assert first.fields == FIELDS
    again = Headers(first)
    assert again.fields is first.fields
    assert again._deciding() == first._deciding()
    usual = Headers({"Host": "a"})
    assert Headers(usual)._decided is usual._decided is not None


def test_bytes_are_latin_1_and_a_value_loses_its_white_space() -> None:
    assert Headers([(b"A", b" \t\xe9 \t")]).fields == (("A", "\xe9"),)
    assert Headers([("A", "  b  c  ")]).fields == (("A", "b  c"),)
    assert Headers([["A", "b"]]).fields == (("A", "b"),)  # type: ignore[list-item]


def test_the_fields_of_a_head_may_be_empty() -> None:
    head = b"GET / HTTP/1.1\r\nA:\r\nB: \t\r\nC:d:\r\nE: f g \t\r\n\r\n"
    fields = (("A", ""), ("B", ""), ("C", "d:"), ("E", "f g"))
    assert Request.parse(head).headers.items() == fields


def test_a_repr_hides_what_is_secret() -> None:
    assert repr(Headers([("Cookie", "abc"), ("Location", "/?abc"), ("Referer", "/?ab")])) == (
        "Headers([('Cookie', <redacted, 3 characters>), ('Location', '/?<redacted, 3 characters>'),"
        " ('Referer', '/?<redacted, 2 characters>')])"
    )
    assert repr(Headers([("Host", "me:abc@a:80"), ("Origin", "https://a/?abc")])) == (
        "Headers([('Host', '<redacted, 6 characters>@a:80'),"
        " ('Origin', 'https://a/?<redacted, 3 characters>')])"
    )
    usual = [("Host", "a.example:80"), ("Origin", "https://a.example"), ("Origin", "null")]
    assert repr(Headers(usual)) == f"Headers({usual})"


def test_a_mapping_of_another_type_is_one() -> None:
    fields = MappingProxyType({"Host": "example.com", "X": "1"})
    assert Headers(fields).items() == (("Host", "example.com"), ("X", "1"))


def test_a_default_stands_for_what_is_missing() -> None:
    assert Headers().get("Host", "a") == "a"
    assert Headers({"Host": "b"}).get("Host", "a") == "b"
    assert Headers().get("Host") is None


def test_only_the_values_of_uri_fields_have_a_query() -> None:
    assert repr(Headers({"X": "/?abc"})) == "Headers([('X', '/?abc')])"
