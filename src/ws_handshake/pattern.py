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

        # Of the letters, only those of ASCII: else the Kelvin sign would be a k.
        compiled = re.compile(self.source, re.ASCII | re.IGNORECASE if self.ignore_case else 0)
        for method in ("findall", "fullmatch", "match", "search", "split", "sub"):
            setattr(self, method, getattr(compiled, method))
        return getattr(self, name)
