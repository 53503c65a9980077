"""The lines of a message's head, byte by byte: RFC 9112 sections 2 to 5, taken strictly."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from . import grammar

CR, LF = "\r", "\n"
CTL = "".join(
    char for char in grammar.characters(0x00, 0x1F) + "\x7f" if char not in grammar.HTAB + CR + LF
)


class Limits(NamedTuple):
    """The largest sizes that are taken."""

    request_line: int = 8192
    head: int = 65536
    fields: int = 128
    body: int = 65536


class Fault(NamedTuple):
    """What is wrong, and how many bytes it takes to see it."""

    code: str
    at: int


class Head(NamedTuple):
    """A head that is well-formed: its first line, its fields and where it ends."""

    start_line: str
    fields: list[tuple[str, str]]
    end: int

    def values(self, name: str) -> list[str]:
        """The values of all lines of this field."""
        return [value for other, value in self.fields if grammar.lower(other) == name]


class StartLine(NamedTuple):
    """What differs between requests and responses."""

    can_begin: Callable[[str], bool]
    is_one: Callable[[str], bool]
    cannot_begin: str
    malformed: str
    too_long: str


def field_line_fault(line: str) -> str | None:
    """field-line = field-name ":" OWS field-value OWS, without obs-fold."""
    if any(char in CTL for char in line):
        return "control-character"
    if line[0] in grammar.OWS:
        return "folded-line"
    name, colon, _ = line.partition(":")
    if not colon:
        return "colon-missing"
    if grammar.is_(grammar.token, name):
        return None
    if grammar.is_(grammar.token, name.rstrip(grammar.OWS)):
        return "space-before-colon"
    return "field-name-malformed"


def field_of(line: str) -> tuple[str, str]:
    """The field of a well-formed line, without the white space around its value."""
    name, _, value = line.partition(":")
    return name, value.strip(grammar.OWS)


def start_line_fault(line: str, kind: StartLine) -> str | None:
    if any(char in CTL for char in line):
        return "control-character"
    return None if kind.is_one(line) else kind.malformed


def read_head(
    data: bytes, begin: int, kind: StartLine, limits: Limits, earlier: tuple[int, int] = (0, 0)
) -> Head | Fault | None:
    """Read the head that begins here: the head, its first fault, or None while it is not whole.

    `earlier` are the bytes and fields of heads before this one that count together with it.

    A byte over a limit is not looked at: should it also end a bad line, the limit is the fault.
    Only what cannot begin a message at all goes before.
    """
    bytes_before, fields_before = earlier
    lines: list[str] = []
    line = ""  # the present one as far as it has come, with a CR that may belong to its end
    fields = fields_before
    for at in range(begin, len(data)):
        char = chr(data[at])
        if not lines and not kind.can_begin(line + char):
            return Fault(kind.cannot_begin, at + 1)
        if bytes_before + at + 1 - begin > limits.head:
            return Fault("head-too-large", at + 1)
        if char != LF:
            behind_cr = line.endswith(CR)
            line += char
            content = len(line) if behind_cr or char != CR else len(line) - 1
            if not lines and content > limits.request_line:
                return Fault(kind.too_long, at + 1)
            if behind_cr:
                return Fault("bare-cr", at + 1)
            if lines and len(line) == 1 and char not in CR + grammar.OWS:
                fields += 1
                if fields > limits.fields:
                    return Fault("too-many-fields", at + 1)
            continue
        if not line.endswith(CR):
            return Fault("bare-lf", at + 1)
        line = line[:-1]
        if lines and not line:
            return Head(lines[0], [field_of(field) for field in lines[1:]], at + 1)
        fault = field_line_fault(line) if lines else start_line_fault(line, kind)
        if fault is not None:
            return Fault(fault, at + 1)
        lines.append(line)
        line = ""
    return None


def http_version(text: str) -> bool:
    """HTTP-version = HTTP-name "/" DIGIT "." DIGIT; HTTP-name = %s"HTTP"."""
    return (
        len(text) == len("HTTP/1.1")
        and text.startswith("HTTP/")
        and text[5] in grammar.DIGIT
        and text[6] == "."
        and text[7] in grammar.DIGIT
    )
