"""What each field's parser takes and refuses (RFC 6455 sections 4.1 and 9.1, RFC 9110, 6454)."""

from __future__ import annotations

from typing import Any

import pytest

import ws_handshake
from ws_handshake import Extension, InvalidHeader, format_extensions, parse_extensions

from .checks import assert_well_formed
from .field_cases import AMBIGUOUS, BAD, FIELD_OF, GOOD, REFUSED

LONG = 100_000


def parse(parser: str, value: Any) -> Any:
    return getattr(ws_handshake, parser)(value)


def plain(result: Any) -> Any:
    """The same without the library's types."""
    if isinstance(result, list) and all(isinstance(item, Extension) for item in result):
        return [(item.name, item.params) for item in result]
    return result


def assert_refused(parser: str, value: str) -> None:
    with pytest.raises(InvalidHeader) as caught:
        parse(parser, value)
    error = caught.value
    assert_well_formed(error)
    assert error.rejection is None
    assert error.request is None
    field = FIELD_OF[parser]
    assert field is None or error.field == field


def test_the_data_is_consistent() -> None:
    assert GOOD.keys() == BAD.keys() == FIELD_OF.keys()
    for parser in FIELD_OF:
        values = [value for value, _ in GOOD[parser]] + BAD[parser]
        values += [value for name, value, *_ in AMBIGUOUS if name == parser]
        assert len(set(values)) == len(values), parser


@pytest.mark.parametrize(
    ("parser", "value", "expected"),
    [(parser, value, expected) for parser, rows in GOOD.items() for value, expected in rows],
)
def test_a_good_value_is_parsed(parser: str, value: str, expected: Any) -> None:
    result = parse(parser, value)
    assert plain(result) == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize(
    ("parser", "value"), [(parser, value) for parser, values in BAD.items() for value in values]
)
def test_a_bad_value_is_refused(parser: str, value: str) -> None:
    assert_refused(parser, value)


@pytest.mark.parametrize(("parser", "value", "outcomes", "why"), AMBIGUOUS)
def test_an_open_value_has_a_defensible_answer(
    parser: str, value: str, outcomes: tuple[Any, ...], why: str
) -> None:
    try:
        result = plain(parse(parser, value))
    except InvalidHeader:
        result = REFUSED
    assert result in outcomes, why


@pytest.mark.parametrize("parser", FIELD_OF)
@pytest.mark.parametrize("value", [None, b"a", 13, ["a"], ("a",), object()], ids=repr)
def test_a_wrong_type_is_the_callers_fault(parser: str, value: Any) -> None:
    with pytest.raises(TypeError):
        parse(parser, value)


@pytest.mark.parametrize(("value", "expected"), GOOD["parse_extensions"])
def test_extensions_survive_a_round_trip(value: str, expected: Any) -> None:
    extensions = parse_extensions(value)
    assert parse_extensions(format_extensions(extensions)) == extensions
    assert [parse_extensions(str(item)) for item in extensions] == [[item] for item in extensions]


@pytest.mark.parametrize("parser", FIELD_OF)
@pytest.mark.parametrize(
    "value",
    [
        " " * LONG + "x y",
        "a" * LONG + " b",
        "a, " * LONG + "@",
        "a" + " " * LONG + "b",
        "a" + " \t" * LONG + ",\0",
        'a; b="' + "\\\\" * LONG,
        'a; b="' + 'c"; b="' * LONG,
        "a; b=" * LONG,
        "a" + ";b" * LONG + ";@",
        "a/b" * LONG,
        "[" + "1:" * LONG + "]",
        "[" + "::" * LONG,
        "a:" + "9" * LONG,
        "a." * LONG + "\0",
        "%41" * LONG + "%@",
        "https://" + "a." * LONG + "/",
        "https://" * LONG,
        "A" * LONG + "==@",
        "é" * LONG,
        "\0" * LONG,
    ],
    ids=lambda value: ascii(value[:12]),
)
def test_a_long_bad_value_is_refused_in_linear_time_and_shortly(parser: str, value: str) -> None:
    assert_refused(parser, value)
