"""Patterns that are compiled when they are first used."""

from __future__ import annotations

import importlib
import re
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ws_handshake
from ws_handshake.pattern import Pattern, atomic


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
    with pytest.raises(AttributeError, match=r"^finditer$"):
        Pattern("a").finditer  # noqa: B018


@pytest.mark.parametrize(
    ("version", "source"),
    [
        ((3, 11, 4), "(?>(?:ab)*)"),
        ((3, 11, 5), "(?:ab)*+"),
        ((3, 12, 0), "(?:ab)*+"),
    ],
)
def test_the_form_depends_on_the_version_of_python(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int], source: str
) -> None:
    compiled: list[str] = []

    def compile_and_keep(source: str, flags: int = 0) -> re.Pattern[str]:
        compiled.append(source)
        return re.compile(source, flags)

    module = types.SimpleNamespace(**{**vars(re), "compile": compile_and_keep})
    monkeypatch.setitem(sys.modules, "re", module)
    monkeypatch.setattr(sys, "version_info", version)
    assert Pattern("(?:ab)*+").fullmatch("abab")
    assert compiled == [source]


@pytest.mark.parametrize(
    ("possessive", "other"),
    [
        (r"(?:ab)*+", r"(?>(?:ab)*)"),
        (r"(?:ab){2,3}+c", r"(?>(?:ab){2,3})c"),
        (r"(?:ab){2}+c{3}", r"(?>(?:ab){2})c{3}"),
        (r"(?:ab)c+", r"(?:ab)c+"),
        (r"(?:a(b)?+)++", r"(?>(?:a(?>(b)?))+)"),
        (r"(?:ab)*", r"(?:ab)*"),
        (r"(?:ab){2}c+", r"(?:ab){2}c+"),
        (r"(?:ab)", r"(?:ab)"),
        (r"a*+[b)]++", r"a*+[b)]++"),
        (r"(?:[)]a)?+", r"(?>(?:[)]a)?)"),
        (r"(?:[\])]a)?+", r"(?>(?:[\])]a)?)"),
        (r"(?:[a\])]a)?+", r"(?>(?:[a\])]a)?)"),
        (r"(?:\)a)?+\(", r"(?>(?:\)a)?)\("),
    ],
)
def test_possessive_repeats_of_groups_become_atomic_groups(possessive: str, other: str) -> None:
    assert atomic(possessive) == other


def patterns() -> dict[str, str]:
    """Every pattern that a module of the library holds, also inside its objects."""
    found: dict[str, str] = {}
    root = Path(ws_handshake.__file__).parent
    for path in root.rglob("*.py"):
        inside = ".".join(path.relative_to(root).with_suffix("").parts)
        if inside == "__main__":
            continue
        module = importlib.import_module(f"ws_handshake.{inside}")
        for name, thing in vars(module).items():
            slots = getattr(type(thing), "__slots__", ())
            held = [thing, *[getattr(thing, slot, None) for slot in slots if slot != "sub"]]
            for each in held if not isinstance(thing, Pattern) else [thing]:
                if isinstance(each, Pattern):
                    found[f"{inside}.{name}.{len(found)}"] = each.source
    return found


PATTERNS = patterns()
PARSER: Any = importlib.import_module("re._parser")


def possessive_groups(parsed: Any) -> Iterator[object]:
    """What repeats possessively and is more than one character."""
    for operation, argument in parsed:
        if str(operation) == "POSSESSIVE_REPEAT":
            (inner, *others) = argument[2]
            if others or str(inner[0]) not in ("IN", "LITERAL", "NOT_LITERAL", "ANY"):
                yield argument
        for each in argument if isinstance(argument, (tuple, list)) else [argument]:
            for part in each if isinstance(each, list) else [each]:
                if isinstance(part, PARSER.SubPattern):
                    yield from possessive_groups(part)


def test_the_patterns_are_found() -> None:
    assert len(PATTERNS) > 40
    assert [name for name, source in PATTERNS.items() if [*possessive_groups(PARSER.parse(source))]]


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_no_atomic_form_repeats_a_group_possessively(name: str) -> None:
    assert [*possessive_groups(PARSER.parse(atomic(PATTERNS[name])))] == []


SAMPLES = [
    "",
    *[
        "a",
        "a, b",
        "a,, b",
        " a",
        "a ",
        "x; y=1, z",
        'x; y="1"',
        "x;",
        "x; y=",
        "websocket/",
        "%",
        "a%",
    ],
    *[
        "example.com:80",
        "[::1]:8080",
        "a:65536",
        "https://a:1",
        "ws://a/b?c",
        "/%41?",
        "/%",
        "HTTP/1.1",
    ],
    "GET / HTTP/1.1\r\nHost: a\r\nX: y \r\nUpgrade: websocket\r\n\r\n",
    "HTTP/1.1 101 OK\r\nUpgrade: websocket \r\nConnection: Upgrade\r\n\r\n",
    "Host\na\nUpgrade\nwebsocket\n",
]


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_the_atomic_form_matches_the_same(name: str) -> None:
    """Where possessive repeats of groups work: from CPython 3.11.5 on."""
    if sys.version_info < (3, 11, 5):
        pytest.skip("the other form does not work here")
    usual, other = re.compile(PATTERNS[name]), re.compile(atomic(PATTERNS[name]))
    for text in SAMPLES:
        for one, two in (
            (usual.match(text), other.match(text)),
            (usual.search(text), other.search(text)),
        ):
            assert (one and (one.span(), one.groups())) == (two and (two.span(), two.groups()))
