"""Patterns that are compiled when they are first used, so that importing the library is quick."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Callable
    from typing import Any

    Matcher = Callable[..., re.Match[str] | None]


class Pattern:
    """A regular expression; its methods are those of `re.Pattern`.

    Two threads may both compile it: they store methods that do the same.
    """

    __slots__ = ("findall", "fullmatch", "ignore_case", "match", "search", "source", "split", "sub")

    findall: Callable[..., list[Any]]
    fullmatch: Matcher
    match: Matcher
    search: Matcher
    split: Callable[..., list[Any]]
    sub: Callable[..., str]

    def __init__(self, source: str, *, ignore_case: bool = False) -> None:
        self.source = source
        self.ignore_case = ignore_case

    def __getattr__(self, name: str) -> Any:
        """Compile the expression: called as long as its methods are not there."""
        if name not in self.__slots__:
            raise AttributeError(name)
        import re
        import sys

        source = self.source if sys.version_info >= (3, 11, 5) else atomic(self.source)
        # Of the letters, only those of ASCII: else the Kelvin sign would be a k.
        compiled = re.compile(source, re.ASCII | re.IGNORECASE if self.ignore_case else 0)
        for method in ("findall", "fullmatch", "match", "search", "split", "sub"):
            setattr(self, method, getattr(compiled, method))
        return getattr(self, name)


def atomic(source: str) -> str:
    """The same expression with an atomic group for each possessive repeat of a group.

    Before CPython 3.11.5 such a repeat ends where its last round failed, and not where the last
    one that matched ended (https://github.com/python/cpython/issues/106052).

    >>> atomic(r"[ab]*+(?:c(d|[)])?+)++")
    '[ab]*+(?>(?:c(?>(d|[)])?))+)'
    """
    pieces: list[str] = []
    open_groups: list[int] = []
    position = 0
    while position < len(source):
        end = position + 1
        if source[position] == "\\":
            end += 1
        elif source[position] == "[":
            end = _end_of_class(source, position)
        elif source[position] == "(":
            open_groups.append(len(pieces))
        pieces.append(source[position:end])
        if source[position] == ")":
            start = open_groups.pop()
            repeat = _possessive_repeat(source, end)
            if repeat:
                pieces[start] = f"(?>{pieces[start]}"
                pieces.append(f"{repeat[:-1]})")
                end += len(repeat)
        position = end
    return "".join(pieces)


def _end_of_class(source: str, start: int) -> int:
    position = start + 1
    while source[position] != "]":
        position += 2 if source[position] == "\\" else 1
    return position + 1


def _possessive_repeat(source: str, position: int) -> str:
    """The possessive repeat that stands here, or nothing."""
    end = position + 1
    if source[position : position + 1] == "{":
        end = source.index("}", position) + 1
    elif source[position : position + 1] not in ("*", "+", "?"):
        return ""
    return source[position : end + 1] if source[end : end + 1] == "+" else ""
