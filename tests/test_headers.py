"""The multimap's smaller doors: its parts as tuples, and what they refuse."""

from __future__ import annotations

from typing import Any

import pytest

from ws_handshake import Headers

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


def test_a_field_of_three_parts_is_a_value_error() -> None:
    fields: Any = [("a", "b", "c")]
    with pytest.raises(ValueError):
        Headers(fields)
