"""What can be seen in a message, good or bad: the facts that a diagnosis is made from.

The parsers of this library refuse what is malformed and say no more about it. Here the same bytes
are read leniently, since a diagnosis is asked for exactly where they were refused: lines may end
in a line feed alone, the end may be missing, and what is no field is passed over. Nothing that is
decided here lets a handshake through.
"""

from __future__ import annotations

from .display import line_without_secrets, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from .errors import Violation

LOOKED_AT = 65536  # bytes: a head that is taken is never larger, and work stays bounded

# A page says what it is in its first lines.
_PAGE_BEGINS = ("<!doctype html", "<html")

_MOST_INTERIM = 8  # more responses than these are not skipped: work stays linear


class Facts:
    """A message read leniently: its first line, its fields and what comes behind them."""

    __slots__ = ("body", "codes", "data", "fields", "messages", "start", "text", "whole")

    def __init__(self, data: bytes, violations: Iterable[Violation]) -> None:
        self.data = data[:LOOKED_AT]
        self.text = self.data.decode("latin-1")
        found = tuple(violations)
        self.codes = frozenset([violation.code for violation in found])
        self.messages = tuple([violation.message for violation in found])
        self._read(self.text.lstrip("\r\n"))

    def _read(self, text: str) -> None:
        lines = text.split("\n")
        self.start = lines[0].removesuffix("\r")
        self.fields: list[tuple[str, str]] = []
        self.whole = False
        self.body = ""
        last = len(lines) - 1
        for number, line in enumerate(lines[1:], 1):
            # What follows the last line feed is no whole line: it may be the begin of a huge one.
            if line in ("", "\r") and number < last:
                self.whole = True
                self.body = "\n".join(lines[number + 1 :])
                return
            name, colon, value = line.partition(":")
            if colon:
                self.fields.append((name.strip(" \t").lower(), value.strip(" \t\r")))

    def get_all(self, name: str) -> list[str]:
        """The values of a field, one for each of its lines."""
        name = name.lower()
        return [value for known, value in self.fields if known == name]

    def get(self, name: str) -> str:
        """The values of a field as one list; nothing where it is missing."""
        return ", ".join(self.get_all(name))

    def elements(self, name: str) -> list[str]:
        """The elements of a list over all its lines, in lower case."""
        elements = [each.strip(" \t").lower() for each in self.get(name).split(",")]
        return [each for each in elements if each]

    def has(self, *names: str) -> bool:
        """Whether one of these fields is there."""
        return any(self.get_all(name) for name in names)

    def about(self, *names: str) -> list[str]:
        """Evidence: what these fields say, or that they are missing."""
        found = []
        for name in names:
            values = self.get_all(name)
            if not values:
                found.append(f"{name} is missing")
                continue
            value = shown(line_without_secrets(", ".join(values)))
            lines = f" on {len(values)} lines" if len(values) > 1 else ""
            found.append(f"{name} is {value}{lines}")
        return found

    def first_line(self) -> list[str]:
        """Evidence: the first line, without its secrets."""
        return [f"the first line is {shown(line_without_secrets(self.start))}"]

    def first_bytes(self) -> list[str]:
        """Evidence: the first bytes, of something that is no HTTP."""
        return [f"the first bytes are {self.data[:4].hex(' ')}"]


class RequestFacts(Facts):
    """What can be seen in a request."""

    __slots__ = ("connection", "keys", "marks", "method", "target", "upgrade", "version")

    def __init__(self, data: bytes, violations: Iterable[Violation]) -> None:
        super().__init__(data, violations)
        self.method, _, rest = self.start.partition(" ")
        target, _, version = rest.rpartition(" ")
        numbered = version.startswith("HTTP/")
        self.target = target if numbered else rest
        self.version = version if numbered else ""
        self.upgrade = self.elements("upgrade")
        self.connection = self.elements("connection")
        self.keys = self.get_all("sec-websocket-key")
        # The fields that only a WebSocket client sends, and that no proxy removes by itself.
        self.marks = [
            name for name in ("Sec-WebSocket-Key", "Sec-WebSocket-Version") if self.has(name)
        ]

    @property
    def key(self) -> str:
        """The one key, or nothing."""
        return self.keys[0] if len(self.keys) == 1 else ""

    @property
    def is_attempt(self) -> bool:
        """Whether a WebSocket client sent it, whatever became of it on the way."""
        return bool(self.marks)

    @property
    def asks_for_websocket(self) -> bool:
        """Whether Upgrade names websocket, perhaps among others."""
        return "websocket" in self.upgrade

    def marked(self) -> list[str]:
        """Evidence: the fields that show a WebSocket client."""
        return [f"{name} is there" for name in self.marks]


class ResponseFacts(Facts):
    """What can be seen in a response, and in the request that it answers, where that is known.

    `request_faults` are the messages of what is wrong with the request itself.
    """

    __slots__ = (
        "interim",
        "lowered",
        "reason",
        "request",
        "request_faults",
        "server",
        "status",
        "version",
    )

    def __init__(
        self,
        data: bytes,
        violations: Iterable[Violation],
        request: RequestFacts | None,
    ) -> None:
        super().__init__(data, violations)
        self.request = request
        self.request_faults = () if request is None else request.messages
        self.interim: list[int] = []
        self._read_status()
        while (
            self.whole
            and 100 <= self.status <= 199
            and self.status != 101
            and len(self.interim) < _MOST_INTERIM
        ):
            self.interim.append(self.status)
            self._read(self.body)
            self._read_status()
        self.server = self.get("server").lower()
        self.lowered = self.body.lower()

    def _read_status(self) -> None:
        version, _, rest = self.start.partition(" ")
        digits, _, self.reason = rest.partition(" ")
        self.version = version
        numbered = version.startswith("HTTP/") and len(digits) == 3
        self.status = int(digits) if numbered and digits.isascii() and digits.isdigit() else 0

    @property
    def good_request(self) -> bool:
        """Whether the client, as far as is known, sent a valid handshake."""
        return not self.request_faults

    @property
    def sent_good_request(self) -> bool:
        """Whether the request is known and is a valid handshake: what came else is a hop's work."""
        return self.request is not None and not self.request_faults

    @property
    def is_page(self) -> bool:
        """Whether the body is made for a browser."""
        begin = self.lowered[:256]
        return "html" in self.get("content-type").lower() or any(
            mark in begin for mark in _PAGE_BEGINS
        )

    @property
    def is_nginx_page(self) -> bool:
        """Whether nginx itself wrote the body, and no server behind it."""
        return "<hr><center>nginx" in self.lowered or "<hr><center>openresty" in self.lowered

    def answered(self) -> list[str]:
        """Evidence: the status."""
        return [f"the status is {self.status}"]

    def by_server(self) -> list[str]:
        """Evidence: who says to have answered."""
        return self.about("Server") if self.has("Server") else []

    def says(self, *phrases: str) -> list[str]:
        """Evidence: the first of these phrases that is in the body.

        Only the phrase is shown: the rest of a body may repeat what the client sent, secrets too.
        """
        for phrase in phrases:
            if phrase in self.lowered:
                return [*self.answered(), f"the body says {shown(phrase)}"]
        return []

    def tells(self, *phrases: str) -> list[str]:
        """The same, from the reason phrase where the body has none of them."""
        found = self.says(*phrases)
        reason = self.reason.lower()
        for phrase in phrases:
            if not found and phrase in reason:
                found = [*self.answered(), f"the reason phrase says {shown(phrase)}"]
        return found
