"""Each field's parser: where its error points, and what `Extension` takes."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from ws_handshake import (
    Extension,
    InvalidHeader,
    fields,
    format_extensions,
    parse_accept,
    parse_connection,
    parse_extensions,
    parse_host,
    parse_key,
    parse_origin,
    parse_subprotocols,
    parse_token_list,
    parse_upgrade,
    parse_version,
)
from ws_handshake.fields import checked_subprotocols


@pytest.mark.parametrize(
    ("parser", "value", "found", "expected"),
    [
        (parse_connection, "a b", "' ' at position 1", "comma"),
        (parse_connection, "@", "'@' at position 0", "token"),
        (parse_connection, "a, \xe9", "'\\xe9' at position 3", "token"),
        (parse_upgrade, "websocket/", "'/' at position 9", "comma"),
        (parse_upgrade, "a, /1", "'/' at position 3", "protocol"),
        (parse_upgrade, "a/b/c", "'/' at position 3", "comma"),
        (parse_upgrade, "a/b c", "' ' at position 3", "comma"),
        (parse_extensions, "a; b=", "the end at position 5", "token"),
        (parse_extensions, 'a; b="c d"', "'\"' at position 5", "token"),
        (parse_extensions, "a b", "' ' at position 1", "a comma"),
        (parse_extensions, "a, ;b", "';' at position 3", "extension"),
        (parse_extensions, ", ,", "Sec-WebSocket-Extensions is ', ,'", ": it names no extension"),
        (parse_subprotocols, "a, b, a", "position 6", "before"),
        (parse_subprotocols, "a,a,a", "position 2", "before"),
        (parse_key, "dGhlIHNhbXBsZSBub25jZQ!=", "'!' at position 22", "base64"),
        (parse_key, "dGhl=HNhbXBsZSBub25jZQ==", "'=' at position 4", "base64"),
        (parse_key, "dGhlIHNhbXBsZSBub25jZQ", "22 characters", "24"),
        (parse_key, "", "0 characters", "24"),
        (parse_accept, "A" * 24 + "==", "26 characters", "28"),
        (parse_host, "", "the end at position 0", "host[:port]"),
        (parse_host, "a b", "' ' at position 1", "where host[:port] was expected"),
        (parse_host, "a:0", "'0' at position 2", "port from 1 to 65535"),
        (parse_host, "a:65536", "'6' at position 2", "port from 1 to 65535"),
        (parse_host, "a:8o", "'o' at position 3", "host[:port]"),
        (parse_host, "::1", "':' at position 0", "host[:port]"),
        (parse_host, "[::1", "'[' at position 0", "host[:port]"),
        (parse_connection, "a=b", "'=' at position 1", "a comma"),
        (parse_origin, "example.com", "'e' at position 0", "scheme://host[:port] or null"),
        (parse_origin, "https//a", "'h' at position 0", "scheme://host[:port] or null"),
        (parse_origin, "https:/a", "'h' at position 0", "scheme://host[:port] or null"),
        (parse_origin, "https://a[::1]", "'[' at position 9", "scheme://host[:port] or null"),
        (parse_origin, "https://a/", "'/' at position 9", "scheme://host[:port] or null"),
        (parse_origin, "https://a:0", "'0' at position 10", "port from 1 to 65535"),
        (parse_origin, "https://", "https", "empty"),
        (parse_origin, "NULL", "'N' at position 0", "scheme://host[:port] or null"),
    ],
)
def test_an_error_points_at_the_first_wrong_character(
    parser: Any, value: str, found: str, expected: str
) -> None:
    with pytest.raises(InvalidHeader) as caught:
        parser(value)
    assert found in str(caught.value)
    assert expected in str(caught.value)


@pytest.mark.parametrize("parser", [parse_subprotocols, parse_extensions])
@pytest.mark.parametrize("value", ["", ",", ", \t,"])
def test_an_empty_list_is_told_so(parser: Any, value: str) -> None:
    with pytest.raises(InvalidHeader, match="it names no"):
        parser(value)


@pytest.mark.parametrize("value", ["me:opensesame@a", "a?opensesame", "a/opensesame@b"])
def test_credentials_and_queries_are_not_shown(value: str) -> None:
    for parser, prefix in ((parse_host, ""), (parse_origin, "https://")):
        with pytest.raises(InvalidHeader) as caught:
            parser(prefix + value)
        assert "opensesame" not in f"{caught.value!s}{caught.value!r}{caught.value.violation!r}"


def test_an_error_far_in_a_long_value_shows_that_place() -> None:
    with pytest.raises(InvalidHeader) as caught:
        parse_connection("a, " * 1000 + "@, b")
    assert "@, b'" in str(caught.value)
    assert "'@' at position 3000" in str(caught.value)


@pytest.mark.parametrize(
    ("parser", "value", "shown"),
    [
        (parse_subprotocols, ", ".join([*map(str, range(99)), "zz", "zz"]), "zz, zz'..."),
        (parse_extensions, "a, " * 99 + "zz; b=@", "zz; b=@'..."),
        (parse_key, "A" * 200 + "zz@", "zz@'..."),
        (parse_accept, "A" * 200 + "zz@", "zz@'..."),
        (parse_host, "a" * 200 + "zz b", "zz b'..."),
        (parse_origin, "https://" + "a" * 200 + "zz b", "zz b'..."),
    ],
)
def test_the_place_of_an_error_is_shown(parser: Any, value: str, shown: str) -> None:
    with pytest.raises(InvalidHeader, match=re.escape(shown)):
        parser(value)


@pytest.mark.parametrize("value", ["file://", "app://", "about://"])
def test_a_host_may_be_empty_in_a_scheme_without_one(value: str) -> None:
    """RFC 6454 §7.1 with RFC 8089: pages from files have no host."""
    assert parse_origin(value) == value


def test_a_port_of_many_zeros_is_the_number_behind_them() -> None:
    assert parse_host("a:" + "0" * 6000 + "80") == ("a", 80)


@pytest.mark.parametrize(
    "pair", ["ab", b"ab", ("a",), ("a", "b", "c"), (), None, 1, {"a": "b"}, {"a", "b"}]
)
def test_a_parameter_is_a_pair(pair: Any) -> None:
    with pytest.raises(TypeError, match="pair"):
        Extension("x", [pair])


def test_a_pair_may_be_a_list() -> None:
    parameters: Any = [["a", None], ["b", "1"]]
    assert Extension("x", parameters) == Extension("x", (("a", None), ("b", "1")))


@pytest.mark.parametrize("pair", [("a", 1), (1, "a"), ("a", b"1"), (None, None)])
def test_a_parameter_is_made_of_str(pair: Any) -> None:
    with pytest.raises(TypeError, match="parameter"):
        Extension("x", [pair])


def test_a_repr_without_parameters_has_none() -> None:
    assert repr(Extension("x")) == "Extension('x')"
    assert repr(Extension("x", [("y", None)])) == "Extension('x', (('y', None),))"


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("dGhlIHNhbXBsZSBub25jZQ== ", "' ' at position 24"),
        ("dGhlIHNhbXBsZS=ub25jZQ==", "'=' at position 14"),
        ("dGhlIHNhbXBsZSBub25jZQ=", "23 characters, where the base64 form has 24"),
        ("dGhlIHNhbXBsZSBub25jZQA=", "another number of ="),
        ("dGhlIHNhbXBsZSBub25jZ===", "another number of ="),
    ],
)
def test_what_is_no_base64_of_a_key_is_told_where_it_stands(key: str, told: str) -> None:
    with pytest.raises(InvalidHeader, match=told):
        parse_key(key)


def test_base64_is_wrong_where_a_stranger_or_an_early_padding_stands() -> None:
    for character in map(chr, range(0x100)):
        with pytest.raises(InvalidHeader) as caught:
            parse_key(f"A{character}")
        base64 = character.isascii() and (character.isalnum() or character in "+/")
        stranger = "2 characters" if base64 or character == "=" else f"{character!a} at position 1"
        assert stranger in str(caught.value)
        with pytest.raises(InvalidHeader) as caught:
            parse_key(f"A=={character}")
        if base64:
            told = "'=' at position 1"
        else:
            told = "4 characters" if character == "=" else f"{character!a} at position 3"
        assert told in str(caught.value)


def test_a_version_is_a_number_from_0_to_255() -> None:
    taken = []
    for size in range(4):
        for characters in product("/0123456789:", repeat=size):
            with contextlib.suppress(InvalidHeader):
                taken.append(parse_version("".join(characters)))
    assert taken == [*range(256)]


class Unhashable(str):
    """A text that no cache can keep."""

    __slots__ = ()

    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize("collect", [list, tuple])
def test_subprotocols_that_cannot_be_hashed_are_judged_as_well(
    collect: Callable[[list[Any]], Any],
) -> None:
    assert checked_subprotocols(collect([Unhashable("chat")])) == ("chat",)
    with pytest.raises(ValueError, match="subprotocol"):
        checked_subprotocols(collect([Unhashable("a\r\nb")]))
    with pytest.raises(TypeError, match="subprotocols holds str, not list"):
        checked_subprotocols(collect([[]]))


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        (["chat", "superchat"], 1),
        (["a" * 24], 1),
        (["a" * 25], 0),
        ([str(number) for number in range(16)], 1),
        ([str(number) for number in range(17)], 0),
    ],
    ids=str,
)
def test_long_and_many_subprotocols_are_not_kept(names: list[str], kept: int) -> None:
    fields._kept_tokens.cache_clear()
    for _ in range(2):
        assert checked_subprotocols(names) == checked_subprotocols(tuple(names)) == tuple(names)
    assert fields._kept_tokens.cache_info().currsize == kept


def test_usual_values_are_not_looked_at_element_by_element(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(fields, "_elements")
    assert parse_token_list("a, b") == ["a", "b"]
    assert parse_connection("keep-alive,Upgrade") == ["keep-alive", "Upgrade"]
    assert parse_upgrade("websocket, h2c") == ["websocket", "h2c"]
    for parser in (parse_subprotocols, fields.named_subprotocols):
        assert parser("chat") == ["chat"]
        assert parser("chat , superchat") == ["chat", "superchat"]
    assert fields.named_subprotocols("a, a") == ["a", "a"]
    fields.check_extensions("x; y=1 , z")


def test_usual_values_are_not_taken_apart_to_be_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("parse_key", "parse_host", "parse_extensions", "split_origin"):
        monkeypatch.delattr(fields, name)
    fields.check_key("dGhlIHNhbXBsZSBub25jZQ==")
    fields.check_host("example.com:80")
    fields.check_extensions("x")
    assert parse_origin("null") == "null"
    for origin in ("http://example.com", "https://example.com:80"):
        assert parse_origin(origin) == origin


@pytest.mark.parametrize(
    ("make", "given", "message"),
    [
        (parse_origin, 1, "an origin is a str, not int"),
        (Extension, 1, "an extension's name (a token) is a str, not int"),
        (lambda given: Extension("x", given), "a", "params is a collection, not a lone str"),
        (lambda given: Extension("x", given), 1, "params is a collection, not int"),
        (
            lambda given: Extension("x", given),
            ["ab"],
            "a parameter is a pair of name and value, not str",
        ),
        (
            lambda given: Extension("x", given),
            [(1, "a")],
            "a parameter's name (a token) is a str, not int",
        ),
        (
            lambda given: Extension("x", given),
            [("a", 1)],
            "a parameter's value (a token) is a str, not int",
        ),
        (format_extensions, "x", "extensions is a collection, not a lone str"),
        (format_extensions, ["x"], "extensions holds Extension, not str"),
        (checked_subprotocols, "chat", "subprotocols is a collection, not a lone str"),
        (checked_subprotocols, [1], "subprotocols holds str, not int"),
        (checked_subprotocols, (1,), "subprotocols holds str, not int"),
        (fields.distinct_tokens, 1, "a subprotocol (a token) is a str, not int"),
    ],
)
def test_an_argument_of_another_type_is_named(make: Any, given: Any, message: str) -> None:
    with pytest.raises(TypeError) as caught:
        make(given)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("make", "given", "message"),
    [
        (Extension, "a b", "'a b' is not an extension's name (a token)"),
        (
            lambda given: Extension("x", [(given, None)]),
            "a b",
            "'a b' is not a parameter's name (a token)",
        ),
        (
            lambda given: Extension("x", [("a", given)]),
            "a b",
            "'a b' is not a parameter's value (a token)",
        ),
        (checked_subprotocols, ["a b"], "'a b' is not a subprotocol (a token)"),
        (checked_subprotocols, ["a", "b", "a"], "a subprotocol is named twice"),
    ],
)
def test_a_text_that_is_no_token_is_shown(make: Any, given: Any, message: str) -> None:
    with pytest.raises(ValueError, match=r"token|twice") as caught:
        make(given)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("parser", "value", "message"),
    [
        (parse_token_list, "a b", "' ' at position 1, where a comma was expected"),
        (parse_token_list, "a, @", "'@' at position 3, where a token was expected"),
        (parse_upgrade, "@", "'@' at position 0, where a protocol was expected"),
        (parse_subprotocols, "@", "'@' at position 0, where a token was expected"),
        (parse_subprotocols, ",", "it names no subprotocol"),
        (parse_subprotocols, "a, b,b", "the one at position 5 stands there before"),
        (parse_extensions, ",", "it names no extension"),
        (
            parse_extensions,
            "@",
            "'@' at position 0, where an extension or parameter was expected",
        ),
        (
            parse_extensions,
            "a; b = @",
            "'@' at position 7, where a token, quoted or not, was expected",
        ),
        (parse_extensions, "a =", "the end at position 3, where a token, quoted or not, was"),
        (parse_extensions, ", =", "'=' at position 2, where an extension or parameter was"),
        (fields.transfer_codings, "@", "'@' at position 0, where a transfer coding was expected"),
        (fields.transfer_codings, "a b=c", "' ' at position 1, where a comma was expected"),
        (parse_key, "@", "'@' at position 0, where a character of base64 was expected"),
        (parse_host, "a@", "it names a user or a query, which do not belong there"),
        (parse_origin, "https://", "the host is empty"),
    ],
)
def test_an_error_says_what_was_expected(parser: Any, value: str, message: str) -> None:
    with pytest.raises(InvalidHeader) as caught:
        parser(value)
    assert message in caught.value.message


@pytest.mark.parametrize(
    ("parser", "value", "code"),
    [
        (parse_token_list, "@", "token-list-malformed"),
        (parse_connection, "@", "connection-malformed"),
        (parse_upgrade, "@", "upgrade-malformed"),
        (parse_subprotocols, "@", "subprotocol-malformed"),
        (parse_subprotocols, "", "subprotocol-malformed"),
        (parse_subprotocols, "a,a", "subprotocol-repeated"),
        (parse_extensions, "@", "extensions-malformed"),
        (parse_extensions, "", "extensions-malformed"),
        (fields.transfer_codings, "@", "token-list-malformed"),
        (parse_key, "@", "key-malformed"),
        (parse_key, "A", "key-malformed"),
        (parse_accept, "@", "accept-malformed"),
        (parse_version, "+13", "version-malformed"),
        (parse_host, "@", "host-malformed"),
        (parse_host, " ", "host-malformed"),
        (parse_origin, "@", "origin-malformed"),
        (parse_origin, "https://", "origin-malformed"),
        (parse_origin, " ", "origin-malformed"),
    ],
)
def test_an_error_has_the_code_of_its_field(parser: Any, value: str, code: str) -> None:
    with pytest.raises(InvalidHeader) as caught:
        parser(value)
    assert caught.value.code == code


def test_a_single_subprotocol_is_not_looked_at_as_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(fields, "_TOKEN_LIST")
    for parser in (parse_subprotocols, fields.named_subprotocols):
        assert parser("chat") == ["chat"]


@pytest.mark.parametrize(
    ("parser", "value", "expected"),
    [
        (parse_token_list, ", a,,b ,\t", ["a", "b"]),
        (parse_connection, ",a,,b", ["a", "b"]),
        (parse_upgrade, ", a/1,,b", ["a/1", "b"]),
        (parse_subprotocols, ", a,,b", ["a", "b"]),
        (fields.named_subprotocols, ", a,,b, a", ["a", "b", "a"]),
        (parse_extensions, ", a,,b; c", [Extension("a"), Extension("b", [("c", None)])]),
        (fields.transfer_codings, ", A;b=c,,D", [("a", ";b=c"), ("d", "")]),
        (fields.transfer_codings, "a;b=c;d=e", [("a", ";b=c;d=e")]),
    ],
)
def test_empty_elements_are_skipped(parser: Any, value: str, expected: Any) -> None:
    assert parser(value) == expected


@pytest.mark.parametrize(
    ("value", "params"),
    [
        ("x; a; b", [("a", None), ("b", None)]),
        ("x;a=b;c=d", [("a", "b"), ("c", "d")]),
        ("x ;a = b\t;\tc\t=\td ; e", [("a", "b"), ("c", "d"), ("e", None)]),
        ('x; a="b"; c = "d"\t;e="f"', [("a", "b"), ("c", "d"), ("e", "f")]),
        ('x; a="\\b\\c"', [("a", "bc")]),
    ],
)
def test_parameters_are_taken_apart(value: str, params: list[tuple[str, str | None]]) -> None:
    assert parse_extensions(value) == [Extension("x", params)]
