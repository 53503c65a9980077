"""The body of a refusal: where it ends, and no more of it than the limit.

A client that was refused wants to see why. What it reads is another machine's page, so nothing in
it may make the client wait, grow or fail: `BodyReader` never raises. It keeps what is well-formed
and fits, and says in `fault` why that is not all.
"""

from __future__ import annotations

from . import grammar
from .errors import HandshakeError, IncompleteMessage, InvalidHeader, InvalidMessage
from .fields import transfer_codings
from .pattern import Pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .headers import Headers
    from .wire import Limits

_CHUNK_SIZE = Pattern(rf"{grammar.CHUNK_SIZE}\r\n")
_TRAILER = Pattern(rf"{grammar.FIELD_LINE}\r\n")
_CONTENT_LENGTH = Pattern(r"0*+([0-9]*+)")

# What the reader expects next. A body without chunks is all data.
_DATA, _CHUNK_SIZE_LINE, _CHUNK_END, _TRAILER_LINE = range(4)


def is_chunked(headers: Headers) -> bool:
    """Whether the last transfer coding is chunked, so that the body says itself where it ends."""
    codings = headers.get("transfer-encoding")
    return codings is not None and _last_coding(codings) == "chunked"


def _last_coding(codings: str) -> str | None:
    """The last of the transfer codings; None where they are malformed or chunked comes twice.

    RFC 9112 §6.1; chunked has no parameters (§7.1).
    """
    try:
        found = transfer_codings(codings)
    except InvalidHeader:
        return None
    chunked = [parameters for name, parameters in found if name == "chunked"]
    return found[-1][0] if found and chunked in ([], [""]) else None


def has_no_body(status: int) -> bool:
    """Whether responses with this status end with their head (RFC 9112 §6.3)."""
    return status < 200 or status in (204, 304)


class BodyReader:
    """Takes the bytes behind a response's head until it is `done`.

    Then `body` is what was kept, `fault` None or why that is not the whole body, and `rest` what
    came behind a whole one.
    """

    __slots__ = (
        "_body",
        "_chunked",
        "_expected",
        "_extra",
        "_left",
        "_limits",
        "_line",
        "_until_close",
        "done",
        "fault",
        "rest",
    )

    def __init__(self, status: int, headers: Headers, version: str, limits: Limits) -> None:
        self._limits = limits
        self._body = bytearray()
        self._line = bytearray()  # of a line in the chunked coding, what came so far
        self._extra = 0  # bytes of chunk extensions and trailers
        self._left = 0  # bytes of the body or chunk that are still to come
        self._chunked = False
        self._until_close = False
        self._expected = _DATA
        self.done = False
        self.fault: HandshakeError | None = None
        self.rest = b""
        self._find_length(status, headers, version)

    @property
    def body(self) -> bytes:
        """The body as far as it came, was well-formed and fits the limit."""
        return bytes(self._body)

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        position = 0
        while position < len(data) and not self.done:
            if self._expected == _DATA:
                position = self._read_data(data, position)
            else:
                position = self._read_line(data, position)
        if self.fault is None:
            self.rest += data[position:]

    def close(self) -> None:
        """The peer closed, or the caller will not wait any longer."""
        if not self.done:
            self.done = True
            if not self._until_close:
                self.fault = IncompleteMessage(str(len(self._body)), code="body-incomplete")

    def _find_length(self, status: int, headers: Headers, version: str) -> None:
        """Decide how the body ends (RFC 9112 §6.3)."""
        codings = headers.get("transfer-encoding")
        lengths = headers.get_all("content-length")
        if has_no_body(status):
            self.done = True
        elif codings is not None:
            last = _last_coding(codings)
            if version == "HTTP/1.0" or last is None:
                self._malformed("Transfer-Encoding is malformed or not to be trusted here")
            elif last == "chunked":
                self._chunked = True
                self._expected = _CHUNK_SIZE_LINE
            else:
                self._until_close = True
        elif not lengths:
            self._until_close = True
        else:
            match = _CONTENT_LENGTH.fullmatch(lengths[0])
            if len(lengths) > 1 or not lengths[0] or match is None:
                self._malformed("Content-Length is repeated or no number")
            else:
                # A length of 19 digits is over any limit; longer ones are not even converted.
                self._expect_data(int(match[1][:19] or "0"))

    def _expect_data(self, size: int) -> None:
        self._expected = _DATA
        self._left = size
        if size == 0:
            self.done = True
        elif len(self._body) >= self._limits.body:
            self._too_large()

    def _read_data(self, data: bytes, position: int) -> int:
        room = self._limits.body - len(self._body)
        wanted = room if self._until_close else min(self._left, room)
        taken = data[position : position + wanted]
        self._body += taken
        position += len(taken)
        if self._until_close:
            if position < len(data):
                self._too_large()
            return position
        self._left -= len(taken)
        if self._left == 0:
            if self._chunked:
                self._expected = _CHUNK_END
            else:
                self.done = True
        elif len(taken) == room:
            self._too_large()
        return position

    def _read_line(self, data: bytes, position: int) -> int:
        """Collect a line of the chunked coding, up to its LF, and act on it."""
        longest = 2 if self._expected == _CHUNK_END else self._limits.request_line + 2
        end = data.find(b"\n", position) + 1 or len(data)
        end = min(end, position + longest - len(self._line))
        self._line += data[position:end]
        if self._line.endswith(b"\n") or len(self._line) == longest:
            line = self._line.decode("latin-1")
            self._line.clear()
            self._read_whole_line(line)
        return end

    def _read_whole_line(self, line: str) -> None:
        # A chunk size of 16 digits is no extra, a trailer is.
        self._extra += len(line) if self._expected == _TRAILER_LINE else max(0, len(line) - 18)
        if self._expected == _CHUNK_END:
            self._expected = _CHUNK_SIZE_LINE
            if line != "\r\n":
                self._malformed("a chunk does not end with CR LF where its size says")
        elif self._extra > self._limits.head:
            self._malformed("chunk extensions and trailers are larger than Limits.head")
        elif self._expected == _CHUNK_SIZE_LINE:
            size = _CHUNK_SIZE.fullmatch(line)
            if size is None:
                self._malformed("a chunk size is malformed or too long")
            elif size[1].strip("0"):
                self._expect_data(int(size[1], 16))
            else:
                self._expected = _TRAILER_LINE
        elif line == "\r\n":
            self.done = True
        elif not _TRAILER.fullmatch(line):
            self._malformed("a trailer is malformed or too long")

    def _malformed(self, detail: str) -> None:
        self.done = True
        self.fault = InvalidMessage(detail, code="body-malformed")

    def _too_large(self) -> None:
        self.done = True
        self.fault = InvalidMessage(str(self._limits.body), code="body-too-large")
