"""Bytes to the head of a message: limits, lines, and the first fault in the order of the bytes.

A head that arrives whole is matched in one go. Any other, and any that the pattern refuses, is read
line by line: each byte is looked at once, however the bytes were cut, and the fault that stands
first in them is named. What the quick way takes, the slow one takes too.
"""

from __future__ import annotations

import re

from . import grammar
from .display import line_without_secrets
from .errors import IncompleteMessage, InvalidMessage
from .value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    BytesLike = bytes | bytearray | memoryview
    # The three parts of the start line, and the fields.
    Head = tuple[tuple[Any, ...], list[tuple[str, str]]]

__all__ = ["Limits"]


class Limits(Value):
    """How much of a message is taken before it is refused.

    `request_line`: the bytes of a request line or status line, without CRLF. `head`: the bytes of
    a head with its blank line. `fields`: how many fields a head may have. `body`: the bytes of a
    refusal's body. A limit is the largest size taken; what a client skips as interim responses
    counts with the head that follows.

    >>> Limits(head=16384)
    Limits(request_line=8192, head=16384, fields=128, body=65536)

    RFC 9112 §3 asks for request lines of 8000 bytes at least; Node takes heads of 16 KiB, aiohttp
    lines of 8190 bytes, and nginx answers 414 and 400 from 8 KiB a line on.
    """

    __slots__ = ("_body", "_fields", "_head", "_request_line")
    __match_args__ = ("request_line", "head", "fields", "body")

    def __init__(
        self, request_line: int = 8192, head: int = 65536, fields: int = 128, body: int = 65536
    ) -> None:
        for name, limit in zip(
            self.__match_args__, (request_line, head, fields, body), strict=True
        ):
            if not isinstance(limit, int):
                raise TypeError(f"the limit {name} is an int, not {type(limit).__name__}")
            if limit < 0:
                raise ValueError(f"the limit {name} cannot be negative")
        self._request_line = request_line
        self._head = head
        self._fields = fields
        self._body = body

    @property
    def request_line(self) -> int:
        """The longest request line or status line, in bytes without CRLF."""
        return self._request_line

    @property
    def head(self) -> int:
        """The largest head, in bytes with its blank line."""
        return self._head

    @property
    def fields(self) -> int:
        """The most fields that a head may have."""
        return self._fields

    @property
    def body(self) -> int:
        """The most bytes of a refusal's body that are kept."""
        return self._body


class HeadFormat:
    """What sets the head of a request apart from that of a response."""

    __slots__ = ("begin", "malformed", "not_http", "nothing", "opening", "start", "too_long")

    def __init__(
        self,
        start: str,
        opening: tuple[str, ...],
        *,
        not_http: str,
        malformed: str,
        too_long: str,
        nothing: str,
        condition: str = "",
    ) -> None:
        self.start = re.compile(start)
        self.begin = re.compile(rf"{condition}{start}\r\n")
        # One pattern for each of the first bytes: what cannot begin a head is refused at once.
        self.opening = tuple([re.compile(letter) for letter in opening])
        self.not_http = not_http
        self.malformed = malformed
        self.too_long = too_long
        self.nothing = nothing


REQUEST = HeadFormat(
    grammar.REQUEST_LINE,
    (grammar.TCHAR,),
    not_http="not-http",
    malformed="request-line-malformed",
    too_long="request-line-too-long",
    nothing="nothing-received",
)
RESPONSE = HeadFormat(
    grammar.STATUS_LINE,
    tuple("HTTP/"),
    not_http="not-http-response",
    malformed="status-line-malformed",
    too_long="status-line-too-long",
    nothing="nothing-answered",
    # An interim response is counted together with what follows: not a matter for one pattern.
    condition=r"(?!HTTP/[0-9]\.[0-9] 1(?!01))",
)

# Finds the field lines of a well-formed head one after the other. What is no field line is taken
# with all that follows it, as a last pair without a name. So is a rarity that is left to the
# reading by lines: white space behind a value.
_FIELDS = re.compile(
    rf"({grammar.TOKEN}):{grammar.OWS}({grammar.FIELD_CONTENT}*+)(?<![ \t])\r\n|[\x00-\xff]++"
)
_WRITTEN = re.compile(r"([^:]++): ([^\r]*+)\r\n")
_FIELD = re.compile(rf"({grammar.TOKEN}):{grammar.OWS}({grammar.FIELD_VALUE}){grammar.OWS}\r\n")
_CONTROL = re.compile(grammar.CONTROL)
_NAME = re.compile(rf"({grammar.TOKEN}):")
_NAME_AND_SPACE = re.compile(rf"{grammar.TOKEN}[ \t]++:")


def as_bytes(data: BytesLike) -> bytes:
    """Any bytes-like object as bytes; `TypeError` for anything else, an int among them."""
    return data if type(data) is bytes else bytes(memoryview(data))


def write_lines(fields: Iterable[tuple[str, str]]) -> str:
    """The field lines of a head, from fields that are known to be well-formed."""
    return "".join([f"{name}: {value}\r\n" for name, value in fields])


def read_lines(lines: str) -> list[tuple[str, str]]:
    """The fields in lines that `write_lines` made."""
    return _WRITTEN.findall(lines)


class HeadReader:
    """Reads the head of a message from bytes as they come, or one head behind the other.

    `feed` returns a head when it is whole and None while it is not; `rest` is then what came
    behind it. What was refused stays refused: the reader is of no use after an error.
    """

    __slots__ = ("_format", "_limits", "_lines", "_rest")

    def __init__(self, head: HeadFormat, limits: Limits) -> None:
        if type(limits) is not Limits:
            raise TypeError(f"limits is a Limits, not {type(limits).__name__}")
        self._format = head
        self._limits = limits
        self._lines: _LineReader | None = None
        self._rest = b""

    @property
    def rest(self) -> bytes:
        """What came behind the head, once that is whole."""
        return self._rest if self._lines is None else self._lines.rest

    def feed(self, data: bytes) -> Head | None:
        """Take more bytes; with none, go on to the head behind the last one.

        Raises `InvalidMessage` for the first fault in the order of the bytes.
        """
        lines = self._lines
        if lines is None:
            head = self._match(data)
            if head is not None:
                return head
            lines = self._lines = _LineReader(self._format, self._limits)
        return lines.feed(data)

    def _match(self, data: bytes) -> Head | None:
        """Read a head that is all there, well-formed and within limits; None for any other."""
        # Found quickly from behind. If it is not the first blank line, the fields will not match.
        end = data.rfind(b"\r\n\r\n", 0, self._limits.head)
        if end < 0:
            return None
        text = data[: end + 2].decode("latin-1")
        begin = self._format.begin.match(text)
        if begin is None:
            return None
        first = begin.end()
        fields = _FIELDS.findall(text, first)
        limits = self._limits
        if (
            (fields and not fields[-1][0])
            or len(fields) > limits.fields
            or first > limits.request_line + 2
        ):
            return None
        self._rest = data[end + 4 :]
        return begin.groups(), fields

    def incomplete(self) -> IncompleteMessage:
        """Make the error for a message that ended here."""
        received = 0 if self._lines is None else self._lines.received
        if received == 0:
            return IncompleteMessage(code=self._format.nothing)
        return IncompleteMessage(str(received), code="head-incomplete")


class _LineReader:
    """Reads a head line by line and looks at each byte once, however the bytes were cut."""

    __slots__ = (
        "_beyond",
        "_buffer",
        "_count",
        "_fields",
        "_format",
        "_limits",
        "_line",
        "_number",
        "_searched",
        "_start",
        "_whole",
    )

    def __init__(self, head: HeadFormat, limits: Limits) -> None:
        self._format = head
        self._limits = limits
        self._buffer = bytearray()  # never more than the limit for heads and one byte
        self._beyond = b""  # what came behind those bytes
        self._line = 0  # where the line that is not yet read begins
        self._searched = 0  # how far that line was searched for its end
        self._number = 1  # which line of the message that is
        self._count = 0  # fields, those of earlier heads included
        self._start: tuple[Any, ...] | None = None
        self._fields: list[tuple[str, str]] = []
        self._whole = False  # whether the last thing read was the end of a head

    @property
    def rest(self) -> bytes:
        """What came behind the head, once that is whole."""
        return bytes(self._buffer[self._line :]) + self._beyond if self._whole else b""

    @property
    def received(self) -> int:
        """How many bytes came so far."""
        return len(self._buffer) + len(self._beyond)

    def feed(self, data: bytes) -> Head | None:
        """Do what `HeadReader.feed` says."""
        self._whole = False
        room = self._limits.head + 1 - len(self._buffer)
        self._buffer += data[:room]
        self._beyond += data[room:]
        while True:
            line_feed = self._buffer.find(b"\n", self._searched)
            end = line_feed + 1 if line_feed >= 0 else len(self._buffer)
            self._look_for_faults(end)
            if line_feed < 0:
                # A CR at the end is looked at again, together with the byte behind it.
                self._searched = max(self._line, end - 1)
                return None
            line = self._buffer[self._line : end].decode("latin-1")
            self._line = self._searched = end
            if line == "\r\n" and self._start is not None:
                head = self._start, self._fields
                self._start, self._fields, self._number = None, [], 1
                self._whole = True
                return head
            self._read_line(line)
            self._number += 1

    def _look_for_faults(self, end: int) -> None:
        """Raise for the first fault before `end` that can be seen without reading the line.

        A limit is passed at the first byte over it, and a bare CR shows at the byte behind it.
        Where both fall on one byte, that byte is over the limit and no longer looked at.
        """
        buffer, start, limits = self._buffer, self._line, self._limits
        faults: list[tuple[int, str, str]] = []
        if self._start is None and self._searched < start + len(self._format.opening):
            for place, pattern in enumerate(self._format.opening[: end - start], start):
                if not pattern.match(chr(buffer[place])):
                    begin = buffer[start : place + 1].decode("latin-1")
                    faults.append((place, self._format.not_http, begin))
                    break
        if end > limits.head:
            faults.append((limits.head, "head-too-large", str(limits.head)))
        if self._start is None:
            text = end
            if buffer.endswith(b"\n", start, end):
                text -= 1
            if buffer.endswith(b"\r", start, text):
                text -= 1
            if text - start > limits.request_line:
                place = start + limits.request_line
                faults.append((place, self._format.too_long, str(limits.request_line)))
        elif self._count == limits.fields and end > start and buffer[start] not in b" \t\r\n":
            faults.append((start, "too-many-fields", str(limits.fields)))
        carriage_return = buffer.find(b"\r", self._searched, end - 1)
        if carriage_return >= 0 and buffer[carriage_return + 1] != 0x0A:
            faults.append((carriage_return + 1, "bare-cr", str(self._number)))
        if faults:
            _, code, detail = min(faults, key=lambda fault: fault[0])
            if code == self._format.not_http:
                raise InvalidMessage(code=code, value=detail)
            raise InvalidMessage(detail, code=code)

    def _read_line(self, line: str) -> None:
        """Read a line that has come wholly; raises `InvalidMessage` where it is malformed."""
        if self._start is None:
            match = self._format.start.fullmatch(line, 0, len(line) - 2)
            if match is not None and line.endswith("\r\n"):
                self._start = match.groups()
                return
        else:
            match = _FIELD.fullmatch(line)
            if match is not None:
                self._fields.append((match[1], match[2]))
                self._count += 1
                return
        raise self._fault_of(line)

    def _fault_of(self, line: str) -> InvalidMessage:
        # Of a field line only the name is ever shown: a malformed one may still hold a secret.
        where = str(self._number)
        name = _NAME.match(line)
        if name is not None and self._start is not None:
            where = f"{self._number} ({name[1]})"
        if not line.endswith("\r\n"):
            return InvalidMessage(where, code="bare-lf")
        control = _CONTROL.search(line, 0, len(line) - 2)
        if control is not None:
            detail = f"{where} has the control character 0x{ord(control[0]):02x}"
            return InvalidMessage(
                f"{detail} at position {control.start()}", code="control-character"
            )
        if self._start is None:
            return InvalidMessage(
                code=self._format.malformed, value=line_without_secrets(line[:-2])
            )
        if line[0] in " \t":
            return InvalidMessage(where, code="folded-line")
        if _NAME_AND_SPACE.match(line):
            return InvalidMessage(where, code="space-before-colon")
        if ":" not in line:
            return InvalidMessage(where, code="colon-missing")
        return InvalidMessage(where, code="field-name-malformed")
