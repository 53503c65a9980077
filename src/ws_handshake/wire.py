"""Bytes to the head of a message: limits, lines, and the first fault in the order of the bytes.

A head that arrives whole and is of the usual form is matched in one go. Any other is judged line by
line as it comes: each byte is looked at once, however the bytes were cut, and the fault that stands
first in them is named. What the quick way takes, the slow one takes too.
"""

from __future__ import annotations

from . import grammar
from .deciding import MOST_FIELDS, usual_fields
from .display import line_without_secrets
from .errors import IncompleteMessage, InvalidMessage
from .pattern import Pattern
from .value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    BytesLike = bytes | bytearray | memoryview
    # The three parts of the start line, followed, in a head of the usual form, by the values that
    # `DECIDING` names, which are then well-formed; and the text of the head.
    Head = tuple[tuple[Any, ...], str]

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

    __slots__ = (
        "any_head",
        "head",
        "malformed",
        "not_http",
        "nothing",
        "opening",
        "start",
        "too_long",
    )

    def __init__(
        self,
        start: str,
        usual_start: str,
        opening: tuple[str, ...],
        *,
        not_http: str,
        malformed: str,
        too_long: str,
        nothing: str,
    ) -> None:
        fields = usual_fields(colon=":", space=" ?+", end=r"\r\n", first_group=4)
        self.start = Pattern(rf"{start}\r\n")
        self.head = Pattern(rf"{usual_start}\r\n{fields}\r\n")
        self.any_head = Pattern(rf"{start}\r\n(?:{grammar.FIELD_LINE}\r\n)*+\r\n")
        # One pattern for each of the first bytes: what cannot begin a head is refused at once.
        self.opening = tuple([Pattern(letter) for letter in opening])
        self.not_http = not_http
        self.malformed = malformed
        self.too_long = too_long
        self.nothing = nothing


REQUEST = HeadFormat(
    grammar.REQUEST_LINE,
    rf"({grammar.TOKEN}) ({grammar.ORIGIN_FORM}) ({grammar.HTTP_VERSION})",
    (grammar.TCHAR,),
    not_http="not-http",
    malformed="request-line-malformed",
    too_long="request-line-too-long",
    nothing="nothing-received",
)
RESPONSE = HeadFormat(
    grammar.STATUS_LINE,
    # An interim response is counted together with what follows: not a matter for one pattern.
    rf"({grammar.HTTP_VERSION}) (101|[2-5][0-9][0-9]) ({grammar.REASON_PHRASE})",
    tuple("HTTP/"),
    not_http="not-http-response",
    malformed="status-line-malformed",
    too_long="status-line-too-long",
    nothing="nothing-answered",
)

_CR, _LF = b"\r\n"  # as numbers, which are found in bytes more quickly
_FIELD = Pattern(rf"{grammar.FIELD_LINE}\r\n")
_CONTROL = Pattern(grammar.CONTROL)
_NAME = Pattern(rf"({grammar.TOKEN}):")
_NAME_AND_SPACE = Pattern(rf"{grammar.TOKEN}[ \t]++:")


def as_bytes(data: BytesLike) -> bytes:
    """Any bytes-like object as bytes; `TypeError` for anything else, an int among them."""
    return data if type(data) is bytes else bytes(memoryview(data))


def checked_limits(limits: Limits) -> Limits:
    """A caller's limits; `TypeError` for anything else."""
    if type(limits) is not Limits:
        raise TypeError(f"limits is a Limits, not {type(limits).__name__}")
    return limits


def whole_head(form: HeadFormat, limits: Limits, data: bytes) -> tuple[Head, bytes] | None:
    """Read a head that is all there, of the usual form and within limits; None for any other.

    With the head comes what stands behind it.
    """
    # Found quickly from behind. If it is not the first blank line, the fields will not match.
    size = data.rfind(b"\r\n\r\n", 0, limits._head) + 4
    if size == 3:
        return None
    text = (data if size == len(data) else data[:size]).decode("latin-1")
    match = form.head.fullmatch(text)
    if (
        match is None
        or (len(text) > limits._request_line and text.index("\r") > limits._request_line)
        or (limits._fields < MOST_FIELDS and text.count("\n") > limits._fields + 2)
    ):
        return None
    return (match.groups(), text), data[size:]


def read_head(form: HeadFormat, limits: Limits, data: bytes) -> tuple[Head, bytes]:
    """Read the head that the data begin with; with it comes what stands behind it.

    Raises `InvalidMessage` for the first fault in the order of the bytes, `IncompleteMessage` where
    the head is cut.
    """
    found = whole_head(form, limits, data)
    if found is not None:
        return found
    reader = HeadReader(form, limits)
    head = reader.feed(data)
    if head is None:
        raise reader.incomplete()
    return head, reader.rest


class HeadReader:
    """Reads the head of a message from bytes as they come, or one head behind the other.

    `feed` returns a head when it is whole and None while it is not; `rest` is then what came
    behind it. What was refused stays refused: the reader is of no use after an error.
    """

    __slots__ = (
        "_begin",
        "_beyond",
        "_buffer",
        "_count",
        "_format",
        "_limits",
        "_line",
        "_number",
        "_room",
        "_whole",
    )

    def __init__(self, form: HeadFormat, limits: Limits) -> None:
        self._format = form
        self._limits = limits
        self._buffer = bytearray()  # never more than the limit for heads and one byte
        self._beyond = b""  # what came behind those bytes
        self._begin = 0  # where in the buffer the head begins
        self._line = 0  # where the line that is not yet read begins
        self._number = 1  # which line of the head that is
        self._count = 0  # fields, those of earlier heads included
        self._room = 0  # how many bytes may come, if no line ends in them, with nothing to judge
        self._whole = False  # whether the last thing read was the end of a head

    @property
    def rest(self) -> bytes:
        """What came behind the head, once that is whole."""
        return bytes(self._buffer[self._line :]) + self._beyond if self._whole else b""

    def feed(self, data: bytes) -> Head | None:
        """Take more bytes; with none, go on to the head behind the last one.

        Raises `InvalidMessage` for the first fault in the order of the bytes.
        """
        room = self._room - len(data)
        if room >= 0 and _LF not in data:
            buffer = self._buffer
            if _CR not in data:
                buffer += data
                self._room = room
                return None
            if data.find(b"\r") == len(data) - 1:
                buffer += data
                self._room = 0
                return None
        return self._read(data)

    def _read(self, data: bytes) -> Head | None:
        """Take more bytes, in which there may be something to judge."""
        buffer, limits = self._buffer, self._limits
        searched = self._line
        if not self._whole:
            # A CR at the end is looked at again, together with the byte behind it.
            searched = max(searched, len(buffer) - 1)
        self._whole = False
        room = limits._head + 1 - len(buffer)
        buffer += data[:room]
        self._beyond += data[room:]
        try:
            return self._read_lines(searched)
        except InvalidMessage:
            self._beyond = b""  # may be large, and is not looked at any more
            raise

    def _read_lines(self, searched: int) -> Head | None:
        """Read the lines that are whole, up to the end of the head."""
        buffer, limits = self._buffer, self._limits
        while True:
            end = buffer.find(b"\n", searched) + 1
            if end == 0:
                self._look_for_faults(searched, len(buffer))
                self._room = self._unjudged()
                return None
            if (
                self._number == 1
                or self._count >= limits._fields
                or end > limits._head
                or buffer.find(b"\r", searched, end - 2) >= 0
            ):
                self._look_for_faults(searched, end)
            line = buffer[self._line : end].decode("latin-1")
            self._line = searched = end
            if line == "\r\n":  # not the first line: such a one is refused at its first byte
                return self._take()
            self._judge(line)
            self._number += 1

    def _take(self) -> Head:
        """Take the head whose lines were judged one by one."""
        text = self._buffer[self._begin : self._line].decode("latin-1")
        self._begin = self._line
        self._number = 1
        self._whole = True
        self._room = -1  # not even no bytes: the next head may be there already
        # Once more as a whole: where two threads feed one reader, a refused line may be in it.
        match = self._format.head.fullmatch(text) or self._format.any_head.fullmatch(text)
        if match is None:
            raise InvalidMessage("1", code="field-name-malformed")
        return match.groups(), text

    def _unjudged(self) -> int:
        """How many bytes may come, if no line ends in them, with nothing to judge.

        0 where the next byte decides: behind a CR, at the beginning of a start line, and where
        a field would be one too many.
        """
        buffer, limits = self._buffer, self._limits
        length = len(buffer) - self._line
        if buffer.endswith(b"\r"):
            return 0
        room = limits._head - len(buffer)
        if self._number > 1:
            return room if length > 0 or self._count < limits._fields else 0
        if length < len(self._format.opening):
            return 0
        return min(room, limits._request_line - length)

    def _look_for_faults(self, searched: int, end: int) -> None:
        """Raise for the first fault before `end` that can be seen without reading the line.

        A limit is passed at the first byte over it, and a bare CR shows at the byte behind it.
        Where both fall on one byte, that byte is over the limit and no longer looked at.
        """
        buffer, start, limits = self._buffer, self._line, self._limits
        faults: list[tuple[int, str, str]] = []
        if self._number == 1 and searched < start + len(self._format.opening):
            for place, pattern in enumerate(self._format.opening[: end - start], start):
                if not pattern.match(chr(buffer[place])):
                    begin = buffer[start : place + 1].decode("latin-1")
                    faults.append((place, self._format.not_http, begin))
                    break
        if end > limits._head:
            faults.append((limits._head, "head-too-large", str(limits._head)))
        if self._number == 1:
            text = end
            if buffer.endswith(b"\n", start, end):
                text -= 1
            if buffer.endswith(b"\r", start, text):
                text -= 1
            if text - start > limits._request_line:
                place = start + limits._request_line
                faults.append((place, self._format.too_long, str(limits._request_line)))
        elif self._count == limits._fields and end > start and buffer[start] not in b" \t\r\n":
            faults.append((start, "too-many-fields", str(limits._fields)))
        carriage_return = buffer.find(b"\r", searched, end - 1)
        if carriage_return >= 0 and buffer[carriage_return + 1] != 0x0A:
            faults.append((carriage_return + 1, "bare-cr", str(self._number)))
        if faults:
            _, code, detail = min(faults, key=lambda fault: fault[0])
            if code == self._format.not_http:
                raise InvalidMessage(code=code, value=detail)
            raise InvalidMessage(detail, code=code)

    def _judge(self, line: str) -> None:
        """Judge a line that has come wholly; raises `InvalidMessage` where it is malformed."""
        if self._number == 1:
            if not self._format.start.fullmatch(line):
                raise self._fault_of(line)
        elif _FIELD.fullmatch(line):
            self._count += 1
        else:
            raise self._fault_of(line)

    def _fault_of(self, line: str) -> InvalidMessage:
        # Of a field line only the name is ever shown: a malformed one may still hold a secret.
        where = str(self._number)
        name = _NAME.match(line)
        if name is not None and self._number > 1:
            where = f"{self._number} ({name[1]})"
        if not line.endswith("\r\n"):
            return InvalidMessage(where, code="bare-lf")
        control = _CONTROL.search(line, 0, len(line) - 2)
        if control is not None:
            detail = f"{where} has the control character 0x{ord(control[0]):02x}"
            return InvalidMessage(
                f"{detail} at position {control.start()}", code="control-character"
            )
        if self._number == 1:
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

    def incomplete(self) -> IncompleteMessage:
        """Make the error for a message that ended here."""
        received = len(self._buffer)
        if received == 0:
            return IncompleteMessage(code=self._format.nothing)
        return IncompleteMessage(str(received), code="head-incomplete")
