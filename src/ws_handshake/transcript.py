r"""Undo what tools do to a handshake on its way into a file or a paste.

A message is read as it stands where it is the bytes of the wire. Anything else is text: line ends
are LF alone, curl puts `> ` and `< ` in front of each line, a log its time, a browser shows the
fields without the request line. All of that is undone, and `Transcript.notes` says what was: the
bytes that come out are judged, not the ones that went in.

Each line is looked at once, so the cost is linear in the text.
"""

from __future__ import annotations

from .display import line_without_secrets, shown
from .har import URL, exchanges, is_har
from .log_lines import MOST_LINES, read_lines
from .nginx_config import is_config
from .pattern import Pattern
from .response import Response
from .value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

REQUEST = "request"
RESPONSE = "response"

_LONGEST_PREFIX = 256  # characters that a log may put in front of a line
_MOST_MESSAGES = 50  # of one text; interim responses count
_TOO_MANY = f"only the first {_MOST_MESSAGES} messages were looked at"
_LF = "the lines end with LF alone, as in pasted text: read as CR LF"
_BEFORE = "what stands before the first message was left out"
FRAGMENT = "these are some fields of a request, perhaps not all: what is missing proves little"
NO_STATUS = "the status is not in this text: 101 is a guess, and fields may be missing here"
NO_VERSION = "the HTTP version is not in this text: HTTP/1.1 is a guess"
_NOTHING = "no HTTP message was recognised in this text"
_READ_AS = "read as "
_TCHAR = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]"

_METHODS = "GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|PRI"
_METHOD = Pattern(rf"(?:(?<=[ \t>|\"'`:\]])|^)(?:{_METHODS}) ")
_VERSION = Pattern(r"HTTP/[0-9](?:\.[0-9])?+")
_STATUS = Pattern(r"(?:(?<=[ \t><|\"'`:\]])|^)HTTP/[0-9](?:\.[0-9])?+ [1-5][0-9][0-9](?![0-9])")
_SHORT_VERSION = Pattern(r"(HTTP/[0-9])(?![0-9.])")  # HTTP/2 as curl writes it
_BEGINS_LIKE_A_REQUEST = Pattern(rf"{_TCHAR}++ ")
_FIELD = Pattern(rf"{_TCHAR}++[ \t]*+:")
_TOKEN = Pattern(rf"{_TCHAR}++")
_CONTENT_LENGTH = Pattern(r"\r\ncontent-length:[ \t]*+([0-9]{1,8})[ \t]*+\r\n", ignore_case=True)

# The headers of IP and TCP, as tcpdump -A shows them in front of a packet's first line.
_IN_PACKET = Pattern(rf"(?:{_METHODS}) [!-~]++ HTTP/[0-9]|HTTP/[0-9]\.[0-9] [1-5][0-9][0-9] ")
_PACKET_SUMMARY = Pattern(r"[0-9:. \-]++IP6? ")

_DIGITS = str.maketrans("123456789", "000000000")
_COLOURS = Pattern("\x1b\\[[0-9;]*+[A-Za-z]")
_ESCAPE = Pattern(r"\\(?:x([0-9A-Fa-f]{2})|(.))")
_ESCAPED = {"r": "\r", "n": "\n", "t": "\t"}
# What curl says of itself between the lines of a message and of its body.
_CURL_NOTES = ("* ", "{ [", "} [", "> ", "< ")


class Message(Value):
    """One message: its kind, its head with the blank line (where it came), what stands behind.

    `said` are the lines of a log or of an error message that tell of it, where nothing else does.
    """

    __slots__ = ("_head", "_kind", "_rest", "_said")
    __match_args__ = ("kind", "head", "rest", "said")

    def __init__(self, kind: str, head: bytes, rest: bytes = b"", said: str = "") -> None:
        self._kind = kind
        self._head = head
        self._rest = rest
        self._said = said

    @property
    def kind(self) -> str:
        """What it is: "request" or "response"."""
        return self._kind

    @property
    def head(self) -> bytes:
        """The head; all there is where it has no end."""
        return self._head

    @property
    def rest(self) -> bytes:
        """The body of a refusal; frames behind a 101; what should not stand behind a request."""
        return self._rest

    @property
    def said(self) -> str:
        """The lines that it was put together from; nothing for one that stood there itself."""
        return self._said


class Transcript(Value):
    """The messages of a text in order, and what was undone to get them."""

    __slots__ = ("_messages", "_notes")
    __match_args__ = ("messages", "notes")

    def __init__(self, messages: Iterable[Message], notes: Iterable[str] = ()) -> None:
        self._messages = tuple(messages)
        self._notes = tuple(notes)

    @property
    def messages(self) -> tuple[Message, ...]:
        """The messages; none where a text has no trace of any."""
        return self._messages

    @property
    def notes(self) -> tuple[str, ...]:
        """What was undone or left out, for people."""
        return self._notes


def read_transcript(data: bytes) -> Transcript:
    r"""Find the messages in bytes of any kind.

    >>> pasted = b"> GET /chat HTTP/1.1\n> Host: example.com\n>\n< HTTP/1.1 404 Not Found\n<\n"
    >>> [message.head for message in read_transcript(pasted).messages]
    [b'GET /chat HTTP/1.1\r\nHost: example.com\r\n\r\n', b'HTTP/1.1 404 Not Found\r\n\r\n']
    """
    notes: dict[str, None] = {}  # a set that keeps its order
    if _is_wire(data):
        return Transcript(split_wire(data, notes), notes)
    if not data or _is_binary(data):
        return Transcript([_as_it_stands(data)])
    text = plain_text(data, notes)
    if is_har(text):
        return _transcript(_from_har(text, notes), notes)
    lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    lines = _without_packets(lines, notes)
    messages = (
        _from_trace(lines, notes)
        or _from_websocket_client(lines, notes)
        or _from_escapes(lines, notes)
        or _with_command(_from_lines(lines, "\r\n" in text, notes), lines, notes)
        or _from_fields(lines, notes)
        or _from_what_others_say(lines, notes)
    )
    if not messages and not is_read(notes) and is_config(text):
        notes.setdefault(f"{_READ_AS}a configuration of nginx")
    return _transcript(messages, notes)


def is_read(notes: Iterable[str]) -> bool:
    """Whether these notes say what the text is, where no message stands in it."""
    return any(note.startswith(_READ_AS) for note in notes)


def _transcript(messages: list[Message], notes: dict[str, None]) -> Transcript:
    if not messages and not is_read(notes):
        notes.setdefault(_NOTHING)
    return Transcript(messages, notes)


# --- Bytes of the wire ----------------------------------------------------------------------------


def split_wire(data: bytes, notes: dict[str, None] | None = None) -> list[Message]:
    """Take bytes of the wire apart: request, response, interim responses, what stands behind."""
    notes = {} if notes is None else notes
    messages: list[Message] = []
    for _ in range(_MOST_MESSAGES):
        kind = RESPONSE if data.startswith(b"HTTP/") else REQUEST
        head, blank, rest = data.partition(b"\r\n\r\n")
        head = _with_long_version(head, kind, notes) + blank
        body = b""
        if kind == RESPONSE:
            status = head[9:12]
            if status.startswith(b"1") and status != b"101" and rest:
                notes.setdefault(f"an interim response was skipped: {shown(_first_line(head))}")
                data = rest
                continue
            if status != b"101":
                body, rest = _body(head, rest)
        if not _is_wire(rest):
            messages.append(Message(kind, head, body + rest))
            return messages
        messages.append(Message(kind, head, body))
        data = rest
    notes.setdefault(_TOO_MANY)
    return messages or [_as_it_stands(data)]


def final_response(data: bytes) -> Message:
    """What a server sent, taken as one response whatever it is; interim ones are left out."""
    if data.startswith(b"HTTP/"):
        return split_wire(data)[0]
    head, blank, rest = data.partition(b"\r\n\r\n")
    return Message(RESPONSE, head + blank, rest)


def _is_wire(data: bytes) -> bool:
    """Whether this begins with a start line that nothing was done to."""
    line, end, _ = data[:65536].partition(b"\n")
    if not end or not line.endswith(b"\r"):
        return False
    text = line[:-1].decode("latin-1")
    start = _start(text)
    if start is not None:
        return start.prefix == ""
    if _end_of_packet(text):
        return False
    # A malformed one begins with a word at least; the lines of logs have quotes or escapes in it.
    before, version, _ = text.partition(" HTTP/")
    begins = bool(version) and _BEGINS_LIKE_A_REQUEST.match(text) is not None
    quoted = '"' in before or "'" in before or "\\r\\n" in text
    return text.startswith("HTTP/") or (begins and not quoted)


def _is_binary(data: bytes) -> bool:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    return any(byte < 0x20 and byte not in b"\t\n\r\x1b" for byte in data[:64])


def _as_it_stands(data: bytes) -> Message:
    """What nothing is known about; the first bytes may tell that a server sent it."""
    # A TLS alert, or the SETTINGS that an HTTP/2 server begins with.
    answer = data.startswith((b"HTTP/", b"\x15\x03")) or data[3:9] == b"\x04\0\0\0\0\0"
    return Message(RESPONSE if answer else REQUEST, data)


def _with_long_version(head: bytes, kind: str, notes: dict[str, None]) -> bytes:
    """Write HTTP/2 as HTTP/2.0, so that the head can be read and the version be named."""
    line, end, rest = head.decode("latin-1").partition("\r\n")
    if kind == RESPONSE:
        long = _SHORT_VERSION.sub(r"\1.0", line, count=1)
    else:
        before, space, version = line.rpartition(" ")
        long = before + space + _SHORT_VERSION.sub(r"\1.0", version, count=1)
    if long != line:
        notes.setdefault("this is HTTP/2 or HTTP/3, shown by a tool as if it were HTTP/1.1")
    return (long + end + rest).encode("latin-1")


def _body(head: bytes, rest: bytes) -> tuple[bytes, bytes]:
    """The body of a refusal as long as it says it is, and what stands behind that."""
    length = _CONTENT_LENGTH.search(head.decode("latin-1"))
    size = len(rest) if length is None else int(length[1])
    return rest[:size], rest[size:]


def _first_line(head: bytes) -> str:
    return line_without_secrets(head.partition(b"\r\n")[0].decode("latin-1"))


# --- Text -----------------------------------------------------------------------------------------


class _Start(Value):
    """Where a start line stands in a line of text."""

    __slots__ = ("kind", "prefix", "text")

    def __init__(self, kind: str, prefix: str, text: str) -> None:
        self.kind = kind
        self.prefix = prefix
        self.text = text


def _start(line: str) -> _Start | None:
    """Find a request line or a status line, behind whatever a tool put in front of it."""
    found = _METHOD.search(line, 0, _LONGEST_PREFIX)
    if found is not None:
        text = line[found.start() :].rstrip(" \t\"'`")
        _, space, version = text[found.end() - found.start() :].rpartition(" ")
        if space and _VERSION.fullmatch(version):
            return _Start(REQUEST, line[: found.start()], text)
        return None
    found = _STATUS.search(line, 0, _LONGEST_PREFIX)
    if found is not None:
        return _Start(RESPONSE, line[: found.start()], line[found.start() :])
    return None


def plain_text(data: bytes, notes: dict[str, None]) -> str:
    """Bytes as text of latin-1, one character a byte, without marks and colours."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        notes.setdefault("the text was UTF-16, as PowerShell writes it")
        data = data.decode("utf-16", "replace").encode("utf-8")
    text = data.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    plain = _COLOURS.sub("", text)
    if plain != text:
        notes.setdefault("the colours of a terminal were taken out")
    return plain


def _without_packets(lines: list[str], notes: dict[str, None]) -> list[str]:
    """Lines without what tcpdump -A shows of a packet's own headers."""
    ends = [_end_of_packet(line) for line in lines]
    if not any(ends):
        return lines
    notes.setdefault("the packets' own headers were taken off, as tcpdump shows them")
    return [
        line[end:] for line, end in zip(lines, ends, strict=True) if not _PACKET_SUMMARY.match(line)
    ]


def _end_of_packet(line: str) -> int:
    """Where a start line stands behind the headers of IP and TCP; 0 where none does."""
    if not line.startswith(("E.", "`.")):
        return 0
    found = _IN_PACKET.search(line)
    return 0 if found is None or found.start() > _LONGEST_PREFIX else found.start()


# The parts of curl --trace and --trace-ascii: which way it went, its size, what stands where.
_TRACED = Pattern(r"(?:[0-9:.]++ )?(<=|=>) (?:Recv|Send) (header|data), ([0-9]{1,8}) bytes")
_TRACE_SAYS = Pattern(r"(?:[0-9:.]++ )?(?:== Info: |<= Recv |=> Send )")
_AT_PLACE = Pattern(r"([0-9a-f]{4,8}): ?+")
_HEX = Pattern(r"(?:[0-9a-f]{2} ){1,16}+")


def _from_trace(lines: list[str], notes: dict[str, None]) -> list[Message]:
    """Messages that curl wrote into a file with --trace or --trace-ascii."""
    runs: list[tuple[str, list[bytes]]] = []  # what went one way until something went the other
    way, size, place = "", 0, 0
    for line in [*lines, "== Info: "]:
        at = _AT_PLACE.match(line) if way else None
        if at is not None:
            # The two bytes of a line end are all that is not shown.
            pieces = [b"\r\n"] if int(at[1], 16) == place + 2 else []
            pieces.append(_traced(line[at.end() :]))
            place += sum(map(len, pieces))
            runs[-1][1].extend(pieces)
        elif _TRACE_SAYS.match(line) is not None:
            if way and size == place + 2:
                runs[-1][1].append(b"\r\n")
            begin = _TRACED.match(line)
            way, size, place = ("", 0, 0) if begin is None else (begin[1], int(begin[3]), 0)
            if way and (not runs or runs[-1][0] != way):
                runs.append((way, []))
    messages: list[Message] = []
    for _, pieces in runs[:_MOST_MESSAGES]:
        messages += split_wire(b"".join(pieces), notes)
        if len(messages) >= _MOST_MESSAGES:
            notes.setdefault(_TOO_MANY)
            break
    if messages:
        notes.setdefault("what curl --trace puts around the bytes was taken off")
    return messages


def _traced(text: str) -> bytes:
    """The bytes of a line, from 16 of them in hexadecimal or from the text itself."""
    found = _HEX.match(text)
    if found is not None and not text[found.end() : 48].strip(" "):
        return bytes.fromhex(found[0])
    return text.encode("latin-1")


def _from_har(text: str, notes: dict[str, None]) -> list[Message]:
    """Messages that a browser saved in a HAR file."""
    messages = []
    for each in exchanges(text):
        notes.setdefault("read as a HAR file: the WebSockets in it, and nothing else")
        if each.request:
            messages.append(Message(REQUEST, each.request.encode("latin-1")))
        else:
            notes.setdefault("the file lacks the fields that the browser sent")
        if each.answer:
            head, body = each.answer.encode("latin-1"), each.body.encode("latin-1")
            messages.append(Message(RESPONSE, head, body))
        elif each.error:
            notes.setdefault("the browser got no answer; it says why")
            messages.append(Message(RESPONSE, b"", said=each.error))
        else:
            notes.setdefault("of the answer there is too little to judge it")
    return messages


# What websocket-client says of a refusal: status, fields and body, as Python writes them.
_REFUSED = Pattern(r"Handshake status ([2-5][0-9][0-9]) ?+([^{]*+)")
_PARTS = " -+-+- "
_ITEM = Pattern(r"'([^']++)': (?:'([^']*+)'|\"([^\"]*+)\")")


def _from_websocket_client(lines: list[str], notes: dict[str, None]) -> list[Message]:
    """The answer in an error of Python's websocket-client."""
    for line in lines:
        said, parts, rest = line.partition(_PARTS)
        found = _REFUSED.search(said) if parts else None
        if found is not None:
            notes.setdefault("read as an error of websocket-client: status, fields and body")
            items, _, text = rest.partition(_PARTS)
            fields = [(name, one or other) for name, one, other in _ITEM.findall(items)]
            head = _put_together(RESPONSE, f"HTTP/1.1 {found[1]} {found[2].strip()}", fields).head
            body = text.partition("b")[2].strip()
            body = _ESCAPE.sub(_unescaped, body[1:].rpartition(body[:1] or "'")[0])
            return [Message(RESPONSE, head, body.encode("latin-1"))]
    return []


def _from_escapes(lines: list[str], notes: dict[str, None]) -> list[Message]:
    r"""Messages that a log shows on one line, with \r\n written out."""
    messages = []
    for line in lines:
        if "\\r\\n" in line:
            found = _start(line.partition("\\r\\n")[0])
            if found is not None:
                text = line[len(found.prefix) :]
                quote = found.prefix[-1:]
                if quote and quote in "\"'`":
                    text = text.rpartition(quote)[0] or text
                wire = _ESCAPE.sub(_unescaped, text).encode("latin-1")
                messages += split_wire(wire, notes)
                if len(messages) >= _MOST_MESSAGES:
                    notes.setdefault(_TOO_MANY)
                    break
    if messages:
        notes.setdefault("line ends and other characters were written out, as in \\r\\n: put back")
    return messages


def _unescaped(escape: re.Match[str]) -> str:
    if escape[1] is not None:
        return chr(int(escape[1], 16))
    return _ESCAPED.get(escape[2], escape[2])


class _Open:
    """A message while its lines are gathered."""

    __slots__ = (
        "body",
        "in_head",
        "interrupted",
        "kind",
        "lines",
        "prefix",
        "quote",
        "shape",
    )

    def __init__(self, start: _Start) -> None:
        self.kind = start.kind
        # nginx's debug log puts a quote before the first line only.
        self.quote = start.prefix if start.prefix in ('"', "'", "`") else ""
        self.prefix = "" if self.quote else start.prefix
        self.shape = self.prefix.translate(_DIGITS)
        self.lines = [start.text]
        self.body: list[str] = []
        self.in_head = True
        self.interrupted = False  # lines of something else stand in between

    def content(self, line: str) -> str | None:
        """The line without the prefix; None if it has another. A digit stands for any: times."""
        if line[: len(self.prefix)].translate(_DIGITS) == self.shape:
            return line[len(self.prefix) :]
        bare = line.rstrip(" \t")
        return "" if bare.translate(_DIGITS) == self.shape.rstrip(" \t") else None

    def message(self) -> Message:
        head = "\r\n".join(self.lines) + "\r\n\r\n"
        rest = "\n".join(self.body).strip("\r\n")
        rest = rest.removesuffix(self.quote).rstrip("\r\n")
        return Message(self.kind, head.encode("latin-1"), rest.encode("latin-1"))


def _from_lines(lines: list[str], crlf: bool, notes: dict[str, None]) -> list[Message]:
    """Messages that stand in the text line by line, perhaps each behind a prefix."""
    found: list[_Open] = []
    current: _Open | None = None
    before = False
    for line in lines:
        if current is not None and current.in_head and _is_of_head(current, line):
            continue
        start = _start(line)
        if start is not None:
            if len(found) == _MOST_MESSAGES:
                notes.setdefault(_TOO_MANY)
                break
            current = _Open(start)
            found.append(current)
        elif current is None:
            before = before or bool(line.strip())
        elif not current.in_head and _may_be_body(current, line):
            current.body.append(line)
    if found:
        if not crlf:
            notes.setdefault(_LF)
        if before:
            notes.setdefault(_BEFORE)
    return [_finished(each, notes) for each in found if not _is_status_alone(each, notes)]


def _is_status_alone(found: _Open, notes: dict[str, None]) -> bool:
    """Whether this is but the first line of a 101: what it lacks stands somewhere else."""
    alone = found.in_head and len(found.lines) == 1 and found.lines[0][9:12] == "101"
    if alone and found.kind == RESPONSE:
        notes.setdefault(
            f"{_READ_AS}the first line of a 101, without its fields: the upgrade was taken"
        )
        return True
    return False


def _with_command(found: list[Message], lines: list[str], notes: dict[str, None]) -> list[Message]:
    """Put the curl command that a lone answer was got with in front of it."""
    if not found or any(message.kind == REQUEST for message in found):
        return found
    command: list[str] = []
    for line in lines:
        if command or line.lstrip("$ ").startswith("curl "):
            command.append(line)
            if not line.rstrip().endswith("\\"):
                break
    if not command:
        return found
    told: dict[str, None] = {}
    asked = _from_fields(command, told)
    # A key that the shell makes cannot be known.
    if any(b": $" in message.head or b": `" in message.head for message in asked):
        return found
    notes.pop(_BEFORE, None)
    notes.update(told)
    return [*asked, *found]


def _is_of_head(current: _Open, line: str) -> bool:
    """Take a line that belongs to the head; False for one that does not."""
    content = current.content(line)
    if content is None:
        if line == current.lines[-1]:
            return True  # curl -iv shows each line of the answer twice
        if line.strip():
            current.interrupted = True
        return False
    if not content.strip(" \t"):
        current.in_head = False
    elif _FIELD.match(content):
        current.lines.append(content)
    elif _start(line) is not None:
        return False
    elif not current.interrupted:
        current.lines.append(content)
    return True


def _may_be_body(current: _Open, line: str) -> bool:
    """A body has no prefix with curl; in a log there is no telling what belongs to it."""
    if current.prefix.strip() == "":
        return True
    return current.prefix.strip() == "<" and not line.startswith(_CURL_NOTES)


def _finished(found: _Open, notes: dict[str, None]) -> Message:
    prefix = found.prefix
    if prefix.strip():
        notes.setdefault(f"the prefix {shown(line_without_secrets(prefix))} was taken off")
    elif prefix:
        notes.setdefault("the indentation was taken off")
    if found.in_head:
        notes.setdefault(
            f"the blank line that ends the head of the {found.kind} was missing: added"
        )
    message = found.message()
    return Message(message.kind, _with_long_version(message.head, found.kind, notes), message.rest)


# --- Lists of fields ------------------------------------------------------------------------------

_OF_REQUESTS = frozenset(
    [
        *(":authority", ":method", ":path", ":scheme", ":protocol", "host", "origin"),
        *("user-agent", "accept-encoding", "accept-language", "cookie", "referer"),
        *("sec-websocket-key", "x-forwarded-for", "x-real-ip"),
    ]
)
_OF_RESPONSES = frozenset(
    [
        *(":status", "sec-websocket-accept", "server", "date", "set-cookie", "location"),
        *("content-length", "content-type", "www-authenticate"),
    ]
)
_OF_HANDSHAKES = frozenset(
    [
        *(":authority", ":status", "host", "upgrade", "connection", "sec-websocket-key"),
        *("sec-websocket-version", "sec-websocket-accept", "sec-websocket-protocol"),
        *("sec-websocket-extensions", "request url", "status code"),
    ]
)
# Names that may stand alone on a line, with the value on the next one.
_ALONE = (
    _OF_REQUESTS
    | _OF_RESPONSES
    | _OF_HANDSHAKES
    | {
        *("accept", "cache-control", "pragma", "via", "vary", "age", "request method"),
        *("remote address", "referrer policy"),
    }
)
# What Chromium calls its parts in Korean, as the bytes of UTF-8 that the text is read as.
_KOREAN = {
    korean.encode("utf-8").decode("latin-1"): english
    for korean, english in {
        "일반": "General",
        "요청 URL": "Request URL",
        "요청 메서드": "Request Method",
        "요청 방법": "Request Method",
        "상태 코드": "Status Code",
        "원격 주소": "Remote Address",
        "리퍼러 정책": "Referrer Policy",
        "응답 헤더": "Response Headers",
        "요청 헤더": "Request Headers",
        "임시 헤더가 표시됨": "Provisional headers are shown",
    }.items()
}
_METHOD_ALONE = Pattern(_METHODS)
_STATUS_DIGITS = Pattern("[1-5][0-9][0-9]")
_REASON = Pattern("[A-Z][A-Za-z' -]*+")
_STATUS_ALONE = Pattern(r"([1-5][0-9][0-9])(?: ([ -~]*+))?+")
_WORDS = Pattern(r"[^:/\"'{}]++")
_WORD = Pattern(r"\$?'([^']*+)'|\"([^\"]*+)\"|([^ \t\n\"']++)")  # of a shell
_QUOTED = Pattern(r"'[^']*+'|\"[^\"]*+\"")
_BETWEEN = Pattern(r"(?<=[\"']),[ ]?+(?=[\"'A-Za-z])")


class _Fields:
    """What a list of fields tells of a request and of a response."""

    __slots__ = ("method", "names", "requests", "responses", "status", "url", "version")

    def __init__(self) -> None:
        self.requests: list[tuple[str, str]] = []
        self.responses: list[tuple[str, str]] = []
        self.names: set[str] = set()
        self.url = ""
        self.method = ""
        self.status = ""
        self.version = ""

    def add(self, title: str, pairs: list[tuple[str, str]]) -> None:
        """Take the pairs below a title: of a request, of a response, or of neither."""
        names = {name.lower() for name, _ in pairs}
        self.names |= names
        answers = "response" in title.lower() or (
            names.isdisjoint(_OF_REQUESTS) and not names.isdisjoint(_OF_RESPONSES)
        )
        for name, value in pairs:
            known = name.lower() in _ALONE or "-" in name or name.startswith(":")
            if name.lower() in ("status", ":status"):
                self.status = value
            elif name == "Version" and _VERSION.fullmatch(value):
                self.version = value
            elif known and " " not in name:
                (self.responses if answers else self.requests).append((name, value))
            # What else a browser tells has a name in the user's language, but values to go by.
            elif URL.fullmatch(value):
                self.url = self.url or value
            elif _METHOD_ALONE.fullmatch(value):
                self.method = self.method or value
            elif _STATUS_ALONE.fullmatch(value):
                self.status = self.status or value
            elif _TOKEN.fullmatch(name):
                (self.responses if answers else self.requests).append((name, value))


def _from_fields(lines: list[str], notes: dict[str, None]) -> list[Message]:
    """The panel of a browser, headers that a program logged, or the -H of a curl command."""
    command = any(line.lstrip("$ ").startswith("curl ") for line in lines)
    lines = _of_command("\n".join(lines)) if command else _of_firefox(lines)
    fields = _Fields()
    title, pairs = "", list[tuple[str, str]]()
    for name, value in _pairs(lines, notes):
        if name:
            pairs.append((name, value))
        else:
            fields.add(title, pairs)
            title, pairs = value, []
    fields.add(title, pairs)
    if fields.names.isdisjoint(_OF_HANDSHAKES):
        return []
    messages = []
    # A URL alone tells nothing of the fields that were sent with it, save in a command.
    if fields.requests or (command and fields.url):
        messages.append(_request_of(fields, notes))
        if not fields.url and fields.names.isdisjoint(("host", ":authority")):
            notes.setdefault(FRAGMENT)
        if (
            not command
            and not fields.version
            and messages[0].head.partition(b"\r\n")[0].endswith(b" HTTP/1.1")
        ):
            notes.setdefault(NO_VERSION)
    if fields.responses or fields.status:
        messages += _response_of(fields, notes)
    return messages


def _of_firefox(lines: list[str]) -> list[str]:
    """The lines of a panel where a value stands below its name, or right behind it.

    Firefox writes the status on three lines, and the method and the URL without a name.
    """
    found: list[str] = []
    lines = [line.strip() for line in lines]
    for at, line in enumerate(lines):
        after = lines[at + 1] if at + 1 < len(lines) else ""
        if line == "Status" and _STATUS_DIGITS.fullmatch(after):
            reason = lines[at + 2] if at + 2 < len(lines) else ""
            found.append(f"Status Code: {after} {reason if _REASON.fullmatch(reason) else ''}")
        elif line.startswith("VersionHTTP/"):
            found.append(f"Version: {line.removeprefix('Version')}")
        elif _METHOD_ALONE.fullmatch(line) and URL.fullmatch(after):
            found += [f"Request Method: {line}", f"Request URL: {after}"]
        else:
            found.append(line)
    return found


def _of_command(text: str) -> list[str]:
    """The fields, the URL and the method of a curl command, each on a line."""
    found = []
    option = ""
    for single, double, bare in _WORD.findall(text.replace("\\\n", " ")):
        word = single or double or bare
        if option in ("-H", "--header"):
            found.append(word)
        elif option in ("-X", "--request"):
            found.append(f"Request Method: {word}")
        elif URL.match(word):
            found.append(f"Request URL: {word}")
        option = word
    return found


def _pairs(lines: list[str], notes: dict[str, None]) -> Iterator[tuple[str, str]]:
    """Names with their values; a pair without a name for a title."""
    pending = ""
    for line in _single_lines(lines):
        if pending:
            yield pending, line
            pending = ""
            continue
        pseudo = line.startswith(":")
        name, _, value = line[pseudo:].partition(":")
        name = (":" if pseudo else "") + name.strip("\"' ")
        value = value.strip()
        if value and not value.startswith("//") and _WORDS.fullmatch(name[pseudo:]):
            # JavaScript says so of a field that is not there.
            if value != "undefined":
                yield name, _unquoted(value)
        elif name.lower() in _ALONE or (not value and "-" in name and _TOKEN.fullmatch(name)):
            pending = name
        elif line.startswith("Provisional headers are shown"):
            notes.setdefault(
                "the browser shows only some of the fields here: it never got an answer"
            )
        else:
            yield "", line


def _single_lines(lines: list[str]) -> Iterator[str]:
    """Lines without what encloses them; an object on one line becomes a line a field."""
    for line in lines:
        parts = [line]
        if line.lstrip().startswith("{"):
            parts = _BETWEEN.split(line.strip().strip("{}"))
        for part in parts:
            text = part.strip().rstrip(",")
            if text.endswith(("'}", "' }", '"}', '" }')):
                text = text[:-1].rstrip()
            if text:
                name, colon, value = text.partition(":")
                yield _KOREAN.get(name.strip(" "), name) + colon + value


def _unquoted(value: str) -> str:
    """A value without the quotes around it; a list of quoted strings has more of them."""
    return value[1:-1] if _QUOTED.fullmatch(value) else value


def _request_of(known: _Fields, notes: dict[str, None]) -> Message:
    pseudo = {name: value for name, value in known.requests if name.startswith(":")}
    fields = [(name, value) for name, value in known.requests if not name.startswith(":")]
    parts = URL.fullmatch(known.url)
    host, target = ("", "/") if parts is None else (parts[1].rpartition("@")[2], parts[2])
    if not target.startswith("/"):
        target = f"/{target}"
    version = "HTTP/1.1"
    if pseudo:
        version = "HTTP/2.0"
        notes.setdefault("fields that begin with a colon are those of HTTP/2 or HTTP/3")
    method = pseudo.get(":method", known.method or "GET")
    target = pseudo.get(":path", target)
    host = pseudo.get(":authority", host)
    if host and not any(name.lower() == "host" for name, _ in fields):
        fields.insert(0, ("Host", host))
    notes.setdefault("the request line was not there: put in front, with what is known of it")
    return _put_together(REQUEST, f"{method} {target} {version}", fields)


def _response_of(known: _Fields, notes: dict[str, None]) -> list[Message]:
    status, fields = known.status, known.responses
    if not status and any(name.lower() == "sec-websocket-accept" for name, _ in fields):
        status = "101 Switching Protocols"
        notes.setdefault(NO_STATUS)
    if not status or (status.startswith("101") and not fields):
        notes.setdefault("of the answer there is too little to judge it")
        return []
    notes.setdefault("the status line was not there: put in front, with what is known of it")
    return [_put_together(RESPONSE, f"HTTP/1.1 {status}", fields)]


def _put_together(kind: str, start: str, fields: list[tuple[str, str]]) -> Message:
    lines = [start, *[f"{name}: {value}" for name, value in fields]]
    return Message(kind, ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))


# --- Errors and access logs -----------------------------------------------------------------------


def _from_what_others_say(lines: list[str], notes: dict[str, None]) -> list[Message]:
    """The answer's status from an error message or from a line of an access log."""
    known = read_lines(lines)
    if len(lines) > MOST_LINES:
        notes.setdefault(f"only the first {MOST_LINES} lines were looked at")
    for each in known:
        notes.setdefault(f"{_READ_AS}{each.source}")
    # One that says why tells most; and what went well is not what somebody looks for.
    told = sorted(
        (each for each in known if each.status),
        key=lambda each: (each.cause is None, each.status < 300),
    )
    if not told:
        return []
    status = told[0].status
    notes.setdefault("the answer is put together: only its status is known")
    head = f"HTTP/1.1 {status} {Response(status).reason}\r\n\r\n".encode("ascii")
    said = [each.line.text for each in known if each is told[0] or each.cause is not None]
    return [Message(RESPONSE, head, said="\n".join(said))]
