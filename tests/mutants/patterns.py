"""Changes the patterns, which stand outside of functions: grammar.py and each module's own.

A pattern is put together from text, so a changed production is put into every pattern that holds
its text. Changed are only the pieces that stand in the line itself: an element of a class is left
out, its bounds are moved, a repeat gets another bound, an alternative is left out, a character
becomes optional.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from mutants.making import PACKAGE, Mutant

TOKENS = re.compile(
    r"(?P<escape>\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\.)"
    r"|(?P<class>\[\^?\]?(?:\\.|[^\]\\])*\])"
    r"|(?P<repeat>(?:[*+?]|\{[0-9]*,?[0-9]*\})\+?)"
    r"|(?P<open>\(\?(?:[:>=!]|<[=!])|\((?!\?)|\(\?\([0-9]+\))"
    r"|(?P<close>\))|(?P<bar>\|)|(?P<character>.)",
    re.DOTALL,
)
_ONE = r"\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\.|[^\\]"
ELEMENT = re.compile(rf"({_ONE})(?:-({_ONE}))?")
_CHARACTERS = "".join(map(chr, range(0x10000)))


class Change(NamedTuple):
    """A production or a pattern, before and after."""

    before: str
    after: str
    patterns: list[Any]  # where it stands
    grammar: bool  # whether it is one of grammar.py


def number(character: str) -> int:
    if character[:2] in ("\\x", "\\u"):
        return int(f"0x{character[2:]}", 0)
    if character[0] == "\\":
        return {"t": 9, "r": 13, "n": 10}.get(character[1], ord(character[1]))
    return ord(character)


def characters(text: str) -> frozenset[str]:
    """What a class holds."""
    try:
        return frozenset(re.findall(text, _CHARACTERS))
    except re.error:
        return frozenset()


def changed_classes(text: str) -> Iterator[str]:
    """The class with one change that makes it hold other characters."""
    held = characters(text)
    return (each for each in _changed_classes(text) if characters(each) != held)


def _changed_classes(text: str) -> Iterator[str]:
    begin = "[^" if text.startswith("[^") else "["
    elements = [match.group() for match in ELEMENT.finditer(text[len(begin) : -1])]
    for place, element in enumerate(elements):
        before, behind = "".join(elements[:place]), "".join(elements[place + 1 :])
        if before or behind:
            yield f"{begin}{before}{behind}]"
        match = ELEMENT.fullmatch(element)
        if match is None or match[2] is None:
            continue
        first, last = number(match[1]), number(match[2])
        for low, high in (
            (first + 1, last),
            (first, last - 1),
            (first - 1, last),
            (first, last + 1),
        ):
            if low >= 0:
                bounds = f"\\u{low:04x}-\\u{high:04x}"
                yield f"{begin}{before}{bounds}{behind}]"


def changed_repeats(text: str) -> Iterator[str]:
    kind, possessive = (text[:-1], "+") if len(text) > 1 and text[-1] == "+" else (text, "")
    if kind[0] != "{":
        yield from {
            "*": ["+" + possessive, "?" + possessive],
            "+": ["*" + possessive, ""],
            "?": ["", "*" + possessive],
        }[kind]
        return
    low, comma, high = kind[1:-1].partition(",")
    if not comma:
        for size in (int(low) - 1, int(low) + 1):
            yield f"{{{size}}}{possessive}"
        return
    for change in (-1, 1):
        if int(low or 0) + change >= 0:
            yield f"{{{int(low or 0) + change},{high}}}{possessive}"
        if high:
            yield f"{{{low},{int(high) + change}}}{possessive}"


def changed(text: str) -> Iterator[str]:
    """Every change to one piece of a pattern."""
    tokens = [(match.lastgroup, match.group()) for match in TOKENS.finditer(text)]
    for place, (kind, token) in enumerate(tokens):
        before = "".join(each for _, each in tokens[:place])
        behind = "".join(each for _, each in tokens[place + 1 :])
        following = tokens[place + 1][0] if place + 1 < len(tokens) else None
        if kind == "class":
            for other in changed_classes(token):
                yield before + other + behind
        elif kind == "repeat":
            for other in changed_repeats(token):
                yield before + other + behind
        elif kind == "bar":
            yield f"{before}|(?!){behind}"
        elif kind == "open" and token in ("(", "(?:") and _has_alternatives(tokens[place + 1 :]):
            yield f"{before}{token}(?!){behind}"
        elif kind in ("escape", "character") and following != "repeat":
            # What is possessive is never given back: of two alike, none can be left out.
            if tokens[place + 1 : place + 2] == [(kind, token)]:
                continue
            yield f"{before}{token}?+{behind}"


def _has_alternatives(tokens: list[tuple[str | None, str]]) -> bool:
    depth = 0
    for kind, _ in tokens:
        depth += (kind == "open") - (kind == "close")
        if depth < 0:
            return False
        if depth == 0 and kind == "bar":
            return True
    return False


def pieces(node: ast.expr, names: dict[str, Any]) -> list[tuple[bool, str]] | None:
    """The text of a string in its pieces, and whether each stands in the line itself."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [(True, node.value)]
    if isinstance(node, ast.JoinedStr):
        found: list[tuple[bool, str]] = []
        for part in node.values:
            if isinstance(part, ast.Constant):
                found.append((True, str(part.value)))
            elif isinstance(part, ast.FormattedValue):
                found.append((False, str(eval(ast.unparse(part.value), names))))
        return found
    return None


def strings(module: str, tree: ast.Module) -> Iterator[tuple[str, int, ast.expr]]:
    """The productions of grammar.py, or the texts of a module's patterns."""
    for statement in tree.body:
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
            continue
        name, value = statement.targets[0].id, statement.value
        if module == "grammar":
            yield name, statement.lineno, value
        elif isinstance(value, ast.Call) and ast.unparse(value.func) == "Pattern":
            yield name, statement.lineno, value.args[0]


def all_patterns(modules: Iterable[str]) -> list[Any]:
    from ws_handshake import wire
    from ws_handshake.pattern import Pattern

    found: list[Any] = []
    for module in modules:
        found += vars(importlib.import_module(f"{PACKAGE}.{module}")).values()
    for form in (wire.REQUEST, wire.RESPONSE):
        found += [form.start, form.head, form.any_head, *form.opening]
    unique = {id(each): each for each in found if isinstance(each, Pattern)}
    return list(unique.values())


def make_pattern_mutants(source: Path, modules: list[str]) -> dict[Mutant, Change]:
    """Every change to a pattern that compiles, with the patterns that it is to be put into."""
    patterns = all_patterns(modules)
    mutants: dict[Mutant, Change] = {}
    for module in ["grammar", *modules]:
        tree = ast.parse((source / PACKAGE / f"{module}.py").read_text("utf-8"))
        names = vars(importlib.import_module(f"{PACKAGE}.{module}"))
        for name, _, node in strings(module, tree):
            parts = pieces(node, names)
            if parts is None:
                continue
            whole = "".join(text for _, text in parts)
            where = [each for each in patterns if whole in each.source]
            if module != "grammar":
                where = [names[name]]
            count = 0
            for place, (own, text) in enumerate(parts):
                if not own:
                    continue
                before = "".join(each for _, each in parts[:place])
                behind = "".join(each for _, each in parts[place + 1 :])
                in_class = name.startswith("TCHARS")  # the elements of a class
                others = (
                    [each[1:-1] for each in changed_classes(f"[{text}]")]
                    if in_class
                    else changed(text)
                )
                for other in others:
                    after = before + other + behind
                    try:
                        for each in where:
                            re.compile(each.source.replace(whole, after))
                    except re.error:
                        continue
                    count += 1
                    mutant = Mutant(
                        f"{PACKAGE}.patterns.{module}.{name}_{count}",
                        f"{module}.{name}",
                        text,
                        other,
                    )
                    if where and mutant not in mutants:
                        mutants[mutant] = Change(whole, after, where, module == "grammar")
    return mutants


def put_in(change: Change) -> None:
    """Change the patterns of this process, and the productions that tests compile."""
    from ws_handshake import grammar

    for name, text in list(vars(grammar).items()):
        if isinstance(text, str) and name.isupper() and change.grammar:
            setattr(grammar, name, text.replace(change.before, change.after))
    for pattern in change.patterns:
        pattern.source = pattern.source.replace(change.before, change.after)
        for method in ("findall", "fullmatch", "match", "search", "split", "sub"):
            if method in type(pattern).__slots__:
                try:
                    delattr(pattern, method)
                except AttributeError:
                    break
