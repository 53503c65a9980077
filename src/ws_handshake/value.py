"""What every value of this library has in common.

A value is immutable, compares by its parts, hashes where its parts do, pickles, and shows itself
as the call that makes it. Subclasses name their parts in `__match_args__`, in the order of their
constructor, keep each part in a private slot and show it through a property without a setter.
That is as immutable as Python gets without paying for it at each construction.
"""

from __future__ import annotations

from .display import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self, TypeVar

    from .pattern import Pattern

    T = TypeVar("T")


class Value:
    """An immutable thing that equals any other of its type with equal parts."""

    __slots__ = ()
    __match_args__: tuple[str, ...] = ()

    def _parts(self) -> tuple[object, ...]:
        return tuple([getattr(self, name) for name in self.__match_args__])

    def _show(self, name: str) -> str:
        """One part as `repr` shows it; overridden where a part may hold a secret."""
        return repr(getattr(self, name))

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash((type(self).__name__, self._parts()))

    def __repr__(self) -> str:
        parts = ", ".join([f"{name}={self._show(name)}" for name in self.__match_args__])
        return f"{type(self).__name__}({parts})"

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        return type(self), self._parts()


def checked(text: str, pattern: Pattern, what: str) -> str:
    """Hand back a caller's text that matches wholly; `TypeError` or `ValueError` for any other."""
    if not isinstance(text, str):
        raise TypeError(f"{what} is a str, not {type(text).__name__}")
    if not pattern.fullmatch(text):
        raise ValueError(f"{shown(text)} is not {what}")
    return plain(text)


def plain(text: str) -> str:
    """The same text as an exact `str`.

    What was checked is written later with an f-string, and a subclass may format itself as
    something else: members of a `str` enumeration do.
    """
    return text if type(text) is str else str.__str__(text)


def checked_collection(values: Iterable[T], kind: type[T], what: str) -> tuple[T, ...]:
    """A caller's collection as a tuple; `TypeError` for a lone `str` and for wrong elements."""
    if isinstance(values, (str, bytes)):
        raise TypeError(f"{what} is a collection, not a lone {type(values).__name__}")
    if not hasattr(values, "__iter__"):
        raise TypeError(f"{what} is a collection, not {type(values).__name__}")
    collected = tuple(values)
    for value in collected:
        if not isinstance(value, kind):
            raise TypeError(f"{what} holds {kind.__name__}, not {type(value).__name__}")
    return collected
