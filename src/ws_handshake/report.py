"""What the command line tells of a handshake: the same as text for people and as JSON.

Everything here is made from values and returns values; `__main__` prints it. Text is a list of
lines. JSON is dictionaries of `str`, numbers, lists and None whose form README describes: keys are
added when something new is told, and never renamed or taken away without another `FORM`.
"""

from __future__ import annotations

import textwrap

from .causes import (
    CONNECTION_LINE,
    IN_LOCATION,
    NGINX_LOCATION,
    NGINX_MAP,
    NGINX_RELOAD,
    SERVER,
    UPGRADE_LINE,
    VERSION_LINE,
)
from .client import ClientHandshake
from .diagnosis import Cause, diagnose_request, diagnose_response
from .display import shown, shown_target
from .errors import HandshakeError, UnexpectedStatus, Violation
from .explain import (
    body_without_secrets,
    explain_head,
    field_name,
    is_secret,
    visible,
    without_tokens,
)
from .pattern import Pattern
from .request import Request
from .response import Response
from .transcript import NO_VERSION, REQUEST, RESPONSE, Message, plain_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from .negotiation import Agreement
    from .transcript import Transcript

FORM = 1

_WIDTH = 96
_MOST_LINES = 150  # of a head
_MOST_BODY_LINES = 8
_MOST_SECRETS = 200  # the longest ones, so that a request of nothing else takes no long time
_SHORTEST_SECRET = 3  # characters; less is found by chance everywhere
_READS = (
    "check reads a request or a response: raw bytes, what curl -v or curl -i printed, a curl"
    " command, the network panel of a browser with its headers, a log with the headers or with the"
    " request line and the status, or the error in which a WebSocket client names the status."
)
# Parts of credentials and of queries that hide nothing, such as Socket.IO's transport=websocket.
_PUBLIC = frozenset(
    [
        *("basic", "bearer", "digest", "negotiate", "websocket", "polling", "upgrade"),
        *("connection", "server", "true", "false", "null"),
    ]
)
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
    ) -> None:
        """Judge a response against the request that was `asked`, if there was one.

        `error` is what the library itself raised for this message, where it knows more than the
        bytes tell: which origins are allowed, for instance. Where the version of the request is
        not known, what the version needs is part of every fix.
        """
        self.kind = message.kind
        self._secrets = () if asked is None else _secrets_of(asked)
        head = self.hidden(message.head.decode("latin-1")).encode("latin-1")
        self.lines = explain_head(head, of_response=message.kind == RESPONSE)
        self.rest = message.rest
        self.request: Request | None = None
        self.response: Response | None = None
        if message.kind == REQUEST:
            self.request = _request(message.head)
            found = diagnose_request(message.head)
        else:
            self.response = _response(message)
            if asked is not None and not version_known and diagnose_request(asked).violations:
                asked = None  # fields were not copied: nothing to blame the client for
            found = diagnose_response(self.response or message.head, asked)
        violations = list(found.violations)
        if error is not None and error.code not in [each.code for each in violations]:
            violations.append(error.violation)
        self.violations: Sequence[Violation] = [
            Violation(each.code, each.field, each.section, self.hidden(each.message), each.hint)
            for each in violations
        ]
        causes = found.causes if version_known else map(_without_version, found.causes)
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
        lines = [
            index
            for index, (line, _) in enumerate(self.lines)
            if index and field_name(line) == name
        ]
        return lines[-1] if lines else None


def judge_all(transcript: Transcript) -> list[Judged]:
    """Judge every message; a response against the request that stands before it."""
    judged: list[Judged] = []
    asked: Request | None = None
    version_known = NO_VERSION not in transcript.notes
    for message in transcript.messages:
        judged.append(Judged(message, asked, version_known=version_known))
        if message.kind == REQUEST:
            asked = judged[-1].request
    return judged


def _in_html(text: str) -> str:
    """Text as a page shows it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


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
    hidden = [value for name, value in request.headers.items() if is_secret(name.lower())]
    hidden.append(request.target.partition("?")[2])
    found = set(hidden)
    for text in hidden:
        for part in _PARTS_OF_SECRETS.split(text):
            found |= {part, part.partition("=")[2]}
    found |= {_PERCENT.sub(lambda byte: chr(int(byte[1], 16)), text) for text in found}
    found |= {_in_html(text) for text in found}
    secrets = {text.encode("utf-8").decode("latin-1") for text in found if text.isprintable()}
    known = [
        text for text in secrets if len(text) >= _SHORTEST_SECRET and text.lower() not in _PUBLIC
    ]
    return tuple(sorted(known, key=lambda text: (-len(text), text))[:_MOST_SECRETS])


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
    return text + lines_of_causes(judged.causes, style)


def _what(judged: Judged) -> str:
    if judged.kind == REQUEST:
        return "opening handshake"
    return "answer to an opening handshake"


def lines_of_causes(causes: Iterable[Cause], style: Style) -> list[str]:
    """Causes with evidence and fix; what is to be pasted stands alone, with its own indentation."""
    text: list[str] = []
    for cause in causes:
        text += ["", style.strong("Cause:" if cause.sure else "Likely cause:")]
        text += wrapped(cause.summary, "   ")
        for fact in cause.evidence:
            text += wrapped(f"seen: {visible(fact)}", "     ", "   - ")
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
        text += lines_of_causes(causes, style) or ["", *wrapped(_READS, "")]
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


# --- What nginx says, and what it is told ---------------------------------------------------------

_UPSTREAM = Pattern(r"upstream: \"([^\"]++)\"")
_COMMENT = Pattern(r"#[^\n]*+")
_SETS = {
    VERSION_LINE: Pattern(r"proxy_http_version[ \t]++1\.1[ \t]*+;"),
    UPGRADE_LINE: Pattern(r"proxy_set_header[ \t]++Upgrade[ \t]", ignore_case=True),
    CONNECTION_LINE: Pattern(r"proxy_set_header[ \t]++Connection[ \t]", ignore_case=True),
}
# What stands in the error log, then code, summary, and what to change where.
_ERRORS = (
    (
        ('unknown "connection_upgrade" variable',),
        "nginx-map-missing",
        "nginx does not start: $connection_upgrade is used, and no map in http { } defines it.",
        (NGINX_MAP, NGINX_RELOAD),
    ),
    (
        ("connect() failed (111",),
        "nginx-upstream-refused",
        "Nothing listens at the address that proxy_pass names.",
        (
            (SERVER, "Start it, and let it listen at the address and port of proxy_pass."),
            (IN_LOCATION, "proxy_pass http://127.0.0.1:8000;  # where the server listens"),
        ),
    ),
    (
        ("upstream timed out", "while proxying upgraded"),
        "nginx-idle-timeout",
        "The WebSocket was open; nothing came over it for as long as proxy_read_timeout allows.",
        ((IN_LOCATION, "proxy_read_timeout 1h;"), (SERVER, "Send a Ping every 30 seconds.")),
    ),
    (
        ("upstream timed out", "while connecting"),
        "nginx-upstream-unreachable",
        "The address that proxy_pass names cannot be reached: nothing answered in time.",
        (
            (SERVER, "Open its port in the firewall between nginx and it."),
            (IN_LOCATION, "proxy_pass http://127.0.0.1:8000;  # where the server listens"),
        ),
    ),
    (
        ("upstream timed out",),
        "nginx-upstream-silent",
        "The server did not answer in time. It may wait for a WebSocket whose Upgrade was removed.",
        (NGINX_MAP, NGINX_LOCATION, NGINX_RELOAD),
    ),
    (
        ("upstream prematurely closed connection",),
        "nginx-upstream-closed",
        "The server closed the connection without an answer: it failed, or it expects TLS here.",
        ((SERVER, "Look into its log; where it speaks TLS, use proxy_pass https://."),),
    ),
)


def causes_in_text(data: bytes) -> list[Cause]:
    """What lines of nginx's error log or of its configuration tell, where no message stands."""
    text = plain_text(data, {})
    found: list[Cause] = []
    for line in text.split("\n"):
        for words, code, summary, fix in _ERRORS:
            if not all(word in line for word in words):
                continue
            if code not in [cause.code for cause in found]:
                upstream = _UPSTREAM.search(line)
                where = [] if upstream is None else [f"upstream is {shown_target(upstream[1])}"]
                sure = code != "nginx-upstream-silent"
                seen = f"the log says {shown(', '.join(words))}"
                found.append(Cause(code, summary, [seen, *where], fix, sure))
            break
    return found or _causes_in_configuration(_COMMENT.sub("", text))


def _causes_in_configuration(text: str) -> list[Cause]:
    """A location that passes requests on without the lines for WebSocket."""
    if "proxy_pass " not in text or ";" not in text:
        return []
    missing = [line for line, pattern in _SETS.items() if pattern.search(text) is None]
    if not missing:
        return []
    fix = [NGINX_LOCATION, NGINX_RELOAD]
    if CONNECTION_LINE in missing or ("$connection_upgrade" in text and "map " not in text):
        fix.insert(0, NGINX_MAP)
    return [
        Cause(
            "nginx-lines-missing",
            "This configuration passes requests on without the lines for WebSocket.",
            ["proxy_pass is there", *[f"{line} is missing" for line in missing]],
            fix,
            sure=False,
        )
    ]
