"""What values have in common, seen at a value made for the purpose."""

from __future__ import annotations

import copy
import pickle
from typing import Any
from unittest import mock

import pytest

from ws_handshake.pattern import Pattern
from ws_handshake.value import Value, checked, checked_collection, plain


class Point(Value):
    __slots__ = ("_x", "_y")
    __match_args__ = ("x", "y")

    def __init__(self, x: object, y: object) -> None:
        self._x = x
        self._y = y

    @property
    def x(self) -> object:
        return self._x

    @property
    def y(self) -> object:
        return self._y


class Place(Point):
    __slots__ = ()


def test_a_value_equals_by_its_parts() -> None:
    assert Point(1, 2) == Point(1, 2)
    assert Point(1, 2) != Point(2, 1)
    assert len({Point(1, 2), Point(1, 2), Point(2, 1)}) == 2


def test_a_value_of_another_type_is_another() -> None:
    assert Point(1, 2) != Place(1, 2)
    assert Place(1, 2) != Point(1, 2)
    assert Point(1, 2) != (1, 2)
    assert Point(1, 2) == mock.ANY  # which is asked, too
    assert hash(Point(1, 2)) != hash(Place(1, 2))


def test_a_value_hashes_only_where_its_parts_do() -> None:
    with pytest.raises(TypeError):
        hash(Point(1, []))


def test_a_value_shows_the_call_that_makes_it() -> None:
    assert repr(Point(1, "a")) == "Point(x=1, y='a')"
    assert repr(Place(None, b"")) == "Place(x=None, y=b'')"


def test_a_value_is_its_own_copy() -> None:
    point = Point(1, [2])
    assert copy.copy(point) is point
    assert copy.deepcopy(point) is point


def test_a_value_pickles_by_its_constructor() -> None:
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(Point(1, "a"), protocol)) == Point(1, "a")


def test_a_value_has_no_room_for_more() -> None:
    point: Any = Point(1, 2)
    with pytest.raises(AttributeError):
        point.z = 3
    with pytest.raises(AttributeError):
        point.x = 3


def test_a_value_matches_by_position() -> None:
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)


def test_checked_text_is_handed_back() -> None:
    pattern = Pattern("[a-z]++")
    assert checked("chat", pattern, "a word") == "chat"
    with pytest.raises(ValueError, match=r"'chat\\n'.* a word"):
        checked("chat\n", pattern, "a word")
    with pytest.raises(TypeError, match="a word"):
        checked(b"chat", pattern, "a word")  # type: ignore[arg-type]


def test_a_text_of_a_subclass_becomes_an_exact_str() -> None:
    """Else an f-string would write what the subclass makes of itself."""

    class Name(str):
        __slots__ = ()

        def __format__(self, _: str) -> str:
            return "a\r\nb"

    for text in (plain(Name("chat")), checked(Name("chat"), Pattern("[a-z]++"), "a word")):
        assert type(text) is str
        assert f"{text}" == "chat"
    assert plain("chat") == "chat"


def test_a_checked_collection_is_a_tuple() -> None:
    assert checked_collection(iter(["a", "b"]), str, "names") == ("a", "b")
    for lone in ("ab", b"ab"):
        with pytest.raises(TypeError, match="names"):
            checked_collection(lone, str, "names")
    with pytest.raises(TypeError, match="names"):
        checked_collection(["a", 1], str, "names")
