"""Patterns that are compiled when they are first used."""

from __future__ import annotations

import re

import pytest

from ws_handshake.pattern import Pattern


def test_a_pattern_is_compiled_when_it_is_first_used(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    original = re.compile

    def compile_and_count(source: str, flags: int = 0) -> re.Pattern[str]:
        compiled.append(source)
        return original(source, flags)

    monkeypatch.setattr(re, "compile", compile_and_count)
    pattern = Pattern("(a)b++")
    assert compiled == []
    assert pattern.fullmatch("abb")
    assert not pattern.fullmatch("abc")
    assert pattern.findall("ab abb") == ["a", "a"]
    assert compiled == ["(a)b++"]


def test_its_methods_are_those_of_a_compiled_pattern() -> None:
    pattern = Pattern("a|b")
    match = pattern.match("xb", 1)
    assert match is not None
    assert match[0] == "b"
    found = pattern.search("xxa")
    assert found is not None
    assert found.start() == 2
    assert pattern.split("1a2b3") == ["1", "2", "3"]
    assert pattern.sub("-", "1a2b3") == "1-2-3"


def test_letter_case_is_ignored_in_ascii_only() -> None:
    pattern = Pattern("k", ignore_case=True)
    assert pattern.fullmatch("K")
    assert not pattern.fullmatch("\u212a")  # the Kelvin sign


def test_it_has_no_other_attributes() -> None:
    with pytest.raises(AttributeError):
        Pattern("a").finditer  # noqa: B018
