"""What the command line tells of a handshake: the same as text for people and as JSON.

Everything here is made from values and returns values; `__main__` prints it. Text is a list of
lines. JSON is dictionaries of `str`, numbers, lists and None whose form README describes: keys are
added when something new is told, and never renamed or taken away without another `FORM`.
"""

from __future__ import annotations

import textwrap
from binascii import a2b_base64

from .causes import (
    IN_LOCATION,
    VERSION_LINE,
    find_causes,
)
from .client import ClientHandshake
from .diagnosis import Cause, diagnose_request, diagnose_response
from .display import is_secret, shown, target_without_secrets
from .errors import HandshakeError, UnexpectedStatus, Violation
from .explain import (
    body_without_secrets,
    explain_head,
    field_name,
    visible,
    without_tokens,
)
from .log_lines import read_lines
from .nginx_config import CONFIG_CAUSES, Config
from .pattern import Pattern
from .request import Request
from .response import Response
from .transcript import (
    FRAGMENT,
    NO_STATUS,
    NO_VERSION,
    REQUEST,
    RESPONSE,
    Message,
    is_read,
    plain_text,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from .causes import Found
    from .log_lines import Read
    from .negotiation import Agreement
    from .transcript import Transcript

FORM = 1

_WIDTH = 96
_MOST_LINES = 150  # of a head
_MOST_BODY_LINES = 8
_MOST_SECRETS = 400  # the longest ones, so that a request of nothing else takes no long time
_SHORTEST_SECRET = 3  # characters; less is found by chance everywhere
_READS = (
    "check reads a request or a response: raw bytes, what curl -v, -i or --trace printed, a curl"
    " command, the network panel of a browser with its headers or the HAR file that it saves, a log"
    " with the headers or with the request line and the status, the error in which a browser, a"
    " server or a library says what is wrong, and lines of nginx's error log or configuration."
)
_REPEAT = (
    "A proxy_set_header in a location of nginx cancels all those that stand around the location:"
    " repeat them in it."
)
_NO_FAULT = (
    "Nothing in it tells of a fault. What really goes over the connection tells more:"
    " python -m ws_handshake probe URL, and python -m ws_handshake serve in place of the server"
    " behind the proxy."
)
# Parts of credentials and of queries that hide nothing, such as Socket.IO's transport=websocket.
_PUBLIC = frozenset(
    [
        *("basic", "bearer", "digest", "negotiate", "websocket", "polling", "upgrade"),
        *("connection", "server", "true", "false", "null"),
    ]
)
_BASIC = Pattern(r"basic ++([A-Za-z0-9+/]++={0,2})", ignore_case=True)
_RESERVED = Pattern(r"[^A-Za-z0-9\-._~]")  # RFC 3986 §2.3 tells what is not
_PERCENT = Pattern("%([0-9A-Fa-f]{2})")
_PARTS_OF_SECRETS = Pattern(r"[&;, ]++")
_AT_THE_START = (
    *("http-version", "method-", "target-", "request-line", "status-", "not-http"),
    "response-http-version",
)


class Judged:
    """One message, each of its lines explained, with all that is wrong with it and why."""

    __slots__ = (
        "_places",
        "_secrets",
        "causes",
        "kind",
        "lines",
        "path",
        "request",
        "response",
        "rest",
        "violations",
    )

    def __init__(
        self,
        message: Message,
        asked: Request | None = None,
        error: HandshakeError | None = None,
        *,
        version_known: bool = True,
        whole: bool = True,
    ) -> None:
        """Judge a response against the request that was `asked`, if there was one.

        `error` is what the library itself raised for this message, where it knows more than the
        bytes tell: which origins are allowed, for instance. Where the version of the request is
        not known, what the version needs is part of every fix. Of fields that are no whole
        request only those that are there count.
        """
        self.kind = message.kind
        self._secrets = () if asked is None else _secrets_of(asked)
        head = self.hidden(message.head.decode("latin-1")).encode("latin-1")
        self.lines = explain_head(head, of_response=message.kind == RESPONSE)
        self.rest = message.rest
        self.request: Request | None = None
        self.response: Response | None = None
        if message.kind == REQUEST:
            self.request = asked = _request(message.head)
            found = diagnose_request(message.head)
        else:
            self.response = _response(message)
            if asked is not None and not version_known and diagnose_request(asked).violations:
                asked = None  # fields were not copied: nothing to blame the client for
            found = diagnose_response(self.response or message.head, asked)
        known = read_lines(message.said.split("\n"))
        paths = [each.line.path for each in known]
        if asked is not None:
            paths = [target_without_secrets(asked.target).partition("?")[0]]
        self.path = visible("".join(paths[:1]))  # that was asked for
        violations = list(found.violations)
        if error is not None and error.code not in [each.code for each in violations]:
            violations.append(error.violation)
        self.violations: Sequence[Violation] = [
            Violation(each.code, each.field, each.section, self.hidden(each.message), each.hint)
            for each in violations
        ]
        causes = _causes_with_lines(known, found.causes)
        if not whole:
            causes = _causes_of_fields(message.head) if message.kind == REQUEST else _seen(causes)
        if not version_known:
            causes = map(_without_version, causes)
        self.causes: Sequence[Cause] = [
            Cause(each.code, each.summary, map(self.hidden, each.evidence), each.fix, each.sure)
            for each in causes
        ]
        self._places = [self._line_of(each) for each in violations]

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.violations

    def hidden(self, text: str) -> str:
        """Text without what the request kept secret: an answer may repeat any of it."""
        for secret in self._secrets:
            text = text.replace(secret, "<redacted>")
        return without_tokens(text)

    def faults(self, index: int) -> list[Violation]:
        """The violations that belong to one line."""
        return self._at(index)

    def faults_elsewhere(self) -> list[Violation]:
        """Those that belong to no line: what is missing, and what is wrong with the whole."""
        return self._at(None)

    def _at(self, place: int | None) -> list[Violation]:
        places = zip(self._places, self.violations, strict=True)
        return [violation for at, violation in places if at == place]

    def _line_of(self, violation: Violation) -> int | None:
        if violation.field is None:
            return 0 if violation.code.startswith(_AT_THE_START) else None
        name = violation.field.lower()
        lines = [index for index, (line, _) in enumerate(self.lines) if field_name(line) == name]
        return lines[-1] if lines else None


def judge_all(transcript: Transcript) -> list[Judged]:
    """Judge every message; a response against the request that stands before it."""
    judged: list[Judged] = []
    asked: Request | None = None
    version_known = NO_VERSION not in transcript.notes
    for message in transcript.messages:
        whole = (FRAGMENT if message.kind == REQUEST else NO_STATUS) not in transcript.notes
        judged.append(Judged(message, asked, version_known=version_known, whole=whole))
        if message.kind == REQUEST:
            asked = judged[-1].request
    return judged


def _causes_with_lines(known: Sequence[Read], causes: Iterable[Cause]) -> Iterable[Cause]:
    """The causes of a message, or better ones from the lines that it was put together from."""
    told = _causes([each.cause for each in known if each.cause])
    return _each_once(told if len(told) == len(known) > 0 else [*told, *causes])


def _seen(causes: Iterable[Cause]) -> list[Cause]:
    """The causes that do not rely on what is missing."""
    return [
        cause
        for cause in causes
        if not any(fact.endswith(" is missing") for fact in cause.evidence)
    ]


# What stands for fields that were not copied.
_GOOD = (
    ("Host", "localhost"),
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade"),
    ("Sec-WebSocket-Key", "AQIDBAUGBwgJCgsMDQ4PEA=="),
    ("Sec-WebSocket-Version", "13"),
)


def _causes_of_fields(head: bytes) -> list[Cause]:
    """The causes that some fields show, with those that nobody copied put in as good ones.

    Whoever copied the key copied all that belongs to it, and left out Host at most.
    """
    there = {field_name(line) for line in head.decode("latin-1").split("\r\n")[1:]}
    good = _GOOD[:1] if "sec-websocket-key" in there else _GOOD
    added = {name.lower(): value for name, value in good if name.lower() not in there}
    lines = "".join([f"{name}: {value}\r\n" for name, value in added.items()])
    found = []
    for cause in diagnose_request(head[:-2] + lines.encode("ascii") + b"\r\n").causes:
        evidence = [fact for fact in cause.evidence if fact.partition(" ")[0].lower() not in added]
        sure = cause.sure and not any(fact.endswith(" is missing") for fact in evidence)
        found.append(Cause(cause.code, cause.summary, evidence, cause.fix, sure))
    return found


def _written_as(text: str) -> Iterator[str]:
    """Text as pages, JSON and URLs write it."""
    page = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    yield page
    attribute = page.replace('"', "&quot;")
    yield attribute.replace("'", "&#39;")
    yield attribute.replace("'", "&#x27;")
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    yield quoted
    yield quoted.replace("/", "\\/")
    yield _RESERVED.sub(_percent_encoded, text)


def _percent_encoded(found: re.Match[str]) -> str:
    return "".join([f"%{byte:02X}" for byte in found[0].encode()])


def _without_version(cause: Cause) -> Cause:
    """A cause that does not rely on a version which is a guess."""
    evidence = [fact for fact in cause.evidence if not fact.startswith("the version is ")]
    sure = cause.sure and len(evidence) == len(cause.evidence)
    fix = [
        (product, _with_version_line(text) if product == IN_LOCATION else text)
        for product, text in cause.fix
    ]
    return Cause(cause.code, cause.summary, evidence, fix, sure)


def _with_version_line(text: str) -> str:
    """Lines for nginx that set the version, where they set fields."""
    lines = text.split("\n")
    if VERSION_LINE in lines or "proxy_set_header" not in text:
        return text
    # A comment may say that the version is there already, which nobody knows here.
    return "\n".join([VERSION_LINE, *[line for line in lines if VERSION_LINE not in line]])


def all_valid(messages: Sequence[Judged]) -> bool:
    """Whether there is a message, and nothing wrong with any."""
    return bool(messages) and all(judged.valid for judged in messages)


def _secrets_of(request: Request) -> tuple[str, ...]:
    """The values of secret fields and of the query, whole and in parts, the longest first."""
    hidden = [value for name, value in request.headers.items() if is_secret(name)]
    hidden.append(request.target.partition("?")[2])
    hidden += [text for value in hidden for text in _basic(value)]
    found = set(hidden)
    for text in hidden:
        for part in _PARTS_OF_SECRETS.split(text):
            found |= {part, part.partition("=")[2]}
    found |= {_PERCENT.sub(lambda byte: chr(int(byte[1], 16)), text) for text in found}
    found |= {form for text in found for form in _written_as(text)}
    # One that holds the ends of lines could take lines out of the head.
    found = {text for text in found if "\n" not in text}
    # A server that repeats one may have taken its bytes for latin-1.
    found |= {text.encode("utf-8").decode("latin-1") for text in found}
    known = [
        text for text in found if len(text) >= _SHORTEST_SECRET and text.lower() not in _PUBLIC
    ]
    return tuple(sorted(known, key=lambda text: (-len(text), text))[:_MOST_SECRETS])


def _basic(value: str) -> list[str]:
    """The user and password of Basic credentials, together and the password alone (RFC 7617)."""
    found = _BASIC.match(value)
    try:
        text = "" if found is None else a2b_base64(found[1]).decode("latin-1")
    except ValueError:
        return []
    return [text, text.partition(":")[2]] if ":" in text else []


def _request(head: bytes) -> Request | None:
    try:
        return Request.parse(head)
    except HandshakeError:
        return None


def _response(message: Message) -> Response | None:
    """A response as far as it is there: its body may be cut, or decoded by a tool."""
    try:
        if message.head[9:12] == b"101":
            return Response.parse(message.head)
        client = ClientHandshake("ws://localhost/")
        client.receive_data(message.head + message.rest)
        client.receive_data(b"")
    except UnexpectedStatus as error:
        answer = error.response
        body = answer.body or message.rest[: 1 << 16]
        return Response(answer.status, answer.headers, answer.reason, body, answer.version)
    except HandshakeError:
        pass
    return None


# --- Text -----------------------------------------------------------------------------------------


class Style:
    """Colours, where they are wanted."""

    __slots__ = ("_colours",)

    def __init__(self, colours: bool = False) -> None:
        self._colours = colours

    def _in(self, colour: str, text: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self._colours and text else text

    def bad(self, text: str) -> str:
        """What is wrong."""
        return self._in("31", text)

    def good(self, text: str) -> str:
        """What is as it should be."""
        return self._in("32", text)

    def strong(self, text: str) -> str:
        """What to read first."""
        return self._in("1", text)

    def faint(self, text: str) -> str:
        """What to read when needed."""
        return self._in("2", text)


def wrapped(text: str, indent: str, first: str | None = None) -> list[str]:
    """A sentence on as many lines as it needs, words kept whole."""
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def lines_of_message(judged: Judged, style: Style) -> list[str]:
    """A message line by line, each with what it is for and what is wrong with it."""
    arrow = "->" if judged.kind == REQUEST else "<-"
    text = []
    for index, (line, purpose) in enumerate(judged.lines[:_MOST_LINES]):
        faults = judged.faults(index)
        shown_line = style.bad(line) if faults else style.strong(line)
        text.append(f"   {arrow} {shown_line}".rstrip())
        text.append(f"       {style.faint(purpose)}")
        text += _marks(faults, style)
    left_out = len(judged.lines) - _MOST_LINES
    if left_out > 0:
        text.append(f"   ... and {left_out} more lines")
    text += _marks(judged.faults_elsewhere(), style)
    return text + _lines_of_rest(judged)


def _marks(violations: Iterable[Violation], style: Style) -> list[str]:
    return [f"    !! {style.bad(each.message)}" for each in violations]


def _lines_of_rest(judged: Judged) -> list[str]:
    if not judged.rest:
        return []
    size = f"{len(judged.rest)} bytes"
    if judged.kind == REQUEST:
        return ["", f"   behind the head stand {size}, which are no part of a handshake"]
    if judged.response is not None and judged.response.status == 101:
        return ["", f"   behind the head stand {size} of WebSocket frames"]
    return ["", "   its body says:", *[f"       {line}" for line in body_lines(judged)]]


def body_lines(judged: Judged) -> list[str]:
    """The beginning of a refusal's body, for people."""
    body = judged.rest if judged.response is None else judged.response.body
    text = judged.hidden(body[:65536].decode("latin-1")).encode("latin-1")
    lines = body_without_secrets(text[:4096].decode("utf-8", "replace"))
    lines = [visible(line) for line in lines]
    more = ["..."] if len(lines) > _MOST_BODY_LINES or len(body) > 4096 else []
    return lines[:_MOST_BODY_LINES] + more


def lines_of_findings(judged: Judged, style: Style) -> list[str]:
    """The verdict on a message: every violation, then every cause with its fix."""
    if judged.valid:
        return [style.good(f"A valid {_what(judged)}.")]
    count = len(judged.violations)
    kind = f"{count} violation{'s' if count > 1 else ''}"
    text = [style.bad(f"Not a valid {_what(judged)}: {kind}.")]
    told = set()
    for violation in judged.violations:
        text.append(f"   {style.strong(violation.code)} ({violation.section})")
        text += wrapped(violation.message, "       ")
        if violation.hint not in told and not judged.causes:
            text += wrapped(violation.hint or "", "       ")
            told.add(violation.hint)
    return text + lines_of_causes(judged.causes, style, judged.path)


def _what(judged: Judged) -> str:
    if judged.kind == REQUEST:
        return "opening handshake"
    return "answer to an opening handshake"


def lines_of_causes(causes: Iterable[Cause], style: Style, path: str = "") -> list[str]:
    """Causes with evidence and fix; what is to be pasted stands alone, with its own indentation.

    A configuration has many locations: the `path` that was asked for tells which is meant.
    """
    text: list[str] = []
    for cause in causes:
        text += ["", style.strong("Cause:" if cause.sure else "Likely cause:")]
        text += wrapped(cause.summary, "   ")
        for fact in cause.evidence:
            text += wrapped(f"seen: {visible(fact)}", "     ", "   - ")
        in_location = dict(cause.fix).get(IN_LOCATION, "")
        if in_location and len(path) > 1 and path.startswith("/"):
            text += [
                "",
                *wrapped(f"This location, for nginx, is the one that answers {path}", "   "),
            ]
        if "proxy_set_header" in in_location:
            text += ["", *wrapped(_REPEAT, "   ")]
        for product, fix in cause.fix:
            text += ["", f"   {style.good('Fix')}, {product}:", ""]
            text += [f"       {line}".rstrip() for line in fix.splitlines()]
    return text


def lines_of_check(
    transcript: Transcript, messages: Sequence[Judged], causes: Sequence[Cause], style: Style
) -> list[str]:
    """All that `check` prints; the causes are those that a text without messages tells."""
    text: list[str] = []
    for note in transcript.notes:
        text += wrapped(f"note: {note}", "")
    for judged in messages:
        if text:
            text.append("")
        text.append(style.strong(f"The {judged.kind}:"))
        text.append("")
        text += lines_of_message(judged, style)
        text.append("")
        text += lines_of_findings(judged, style)
    if not messages:
        told = _NO_FAULT if is_read(transcript.notes) else _READS
        text += lines_of_causes(causes, style) or ["", *wrapped(told, "")]
    return text


def headline(judged: Judged) -> str:
    """A response in two words: its status and reason; its beginning where it has none."""
    line = judged.lines[0][0]
    return shown(line) if judged.response is None else line.partition(" ")[2].rstrip()


# --- JSON -----------------------------------------------------------------------------------------


def json_of_message(judged: Judged) -> dict[str, Any]:
    """One message: its lines, its violations, its causes."""
    return {
        "kind": judged.kind,
        "valid": judged.valid,
        "lines": [
            {
                "text": line,
                "purpose": purpose,
                "violations": [each.code for each in judged.faults(index)],
            }
            for index, (line, purpose) in enumerate(judged.lines[:_MOST_LINES])
        ],
        "status": None if judged.response is None else judged.response.status,
        "bytes_behind": len(judged.rest),
        "violations": [json_of_violation(each) for each in judged.violations],
        "causes": [json_of_cause(each) for each in judged.causes],
    }


def json_of_violation(violation: Violation) -> dict[str, Any]:
    """A violation: the same names as the attributes of the value."""
    return {
        "code": violation.code,
        "field": violation.field,
        "section": violation.section,
        "message": violation.message,
        "hint": violation.hint,
    }


def json_of_cause(cause: Cause) -> dict[str, Any]:
    """A cause: the same names as the attributes of the value, a fix as an object."""
    return {
        "code": cause.code,
        "summary": cause.summary,
        "sure": cause.sure,
        "evidence": list(cause.evidence),
        "fix": [{"product": product, "text": text} for product, text in cause.fix],
    }


def json_of_agreement(agreement: Agreement | None) -> dict[str, Any] | None:
    """What both sides agreed on."""
    if agreement is None:
        return None
    return {
        "subprotocol": agreement.subprotocol and without_tokens(agreement.subprotocol),
        "extensions": [str(extension) for extension in agreement.extensions],
    }


def json_of_check(
    transcript: Transcript, messages: Sequence[Judged], causes: Sequence[Cause]
) -> dict[str, Any]:
    """All that `check --json` prints."""
    return {
        "form": FORM,
        "command": "check",
        "valid": all_valid(messages),
        "notes": list(transcript.notes),
        "messages": [json_of_message(judged) for judged in messages],
        "causes": [json_of_cause(cause) for cause in causes],
    }


# --- What lines of logs say, and what nginx is told -----------------------------------------------


def causes_in_text(data: bytes) -> list[Cause]:
    """What lines of logs, error messages or a configuration tell, where no message stands."""
    text = plain_text(data, {})
    found = [each.cause for each in read_lines(text.split("\n")) if each.cause]
    return _each_once(_causes(found or find_causes(CONFIG_CAUSES, Config(text))))


def _causes(found: Iterable[Found]) -> list[Cause]:
    return [Cause(row.code, row.summary, seen, fix, sure) for row, seen, fix, sure in found]


def _each_once(causes: Iterable[Cause]) -> list[Cause]:
    """The first of each code, sure ones first."""
    found: dict[str, Cause] = {}
    for cause in causes:
        found.setdefault(cause.code, cause)
    return sorted(found.values(), key=lambda cause: not cause.sure)
