"""What the command line tells of a handshake: the same as text for people and as JSON.

Everything here is made from values and returns values; `__main__` prints it. Text is a list of
lines. JSON is dictionaries of `str`, numbers, lists and None whose form README describes: keys are
added when something new is told, and never renamed or taken away without another `FORM`.
"""

from __future__ import annotations

import textwrap

from .client import ClientHandshake
from .diagnosis import diagnose_request, diagnose_response
from .display import shown
from .errors import HandshakeError, UnexpectedStatus
from .explain import explain_head, field_name, visible
from .request import Request
from .response import Response
from .transcript import REQUEST, RESPONSE, Message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from .diagnosis import Cause
    from .errors import Violation
    from .negotiation import Agreement
    from .transcript import Transcript

FORM = 1

_WIDTH = 96
_MOST_LINES = 150  # of a head
_MOST_BODY_LINES = 8
_AT_THE_START = (
    *("http-version", "method-", "target-", "request-line", "status-", "not-http"),
    "response-http-version",
)


class Judged:
    """One message, each of its lines explained, with all that is wrong with it and why."""

    __slots__ = ("_places", "causes", "kind", "lines", "request", "response", "rest", "violations")

    def __init__(
        self,
        message: Message,
        asked: Request | None = None,
        error: HandshakeError | None = None,
    ) -> None:
        """Judge a response against the request that was `asked`, if there was one.

        `error` is what the library itself raised for this message, where it knows more than the
        bytes tell: which origins are allowed, for instance.
        """
        self.kind = message.kind
        self.lines = explain_head(message.head, of_response=message.kind == RESPONSE)
        self.rest = message.rest
        self.request: Request | None = None
        self.response: Response | None = None
        if message.kind == REQUEST:
            self.request = _request(message.head)
            found = diagnose_request(message.head)
        else:
            self.response = _response(message)
            found = diagnose_response(self.response or message.head, asked)
        violations = list(found.violations)
        if error is not None and error.code not in [each.code for each in violations]:
            violations.append(error.violation)
        self.violations: Sequence[Violation] = violations
        self.causes: Sequence[Cause] = found.causes
        self._places = [self._line_of(each) for each in violations]

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.violations

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
    for message in transcript.messages:
        judged.append(Judged(message, asked))
        if message.kind == REQUEST:
            asked = judged[-1].request
    return judged


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
    lines = [line.rstrip() for line in body[:4096].decode("utf-8", "replace").split("\n")]
    lines = [visible(line) for line in lines if line.strip()]
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


def lines_of_check(transcript: Transcript, messages: Sequence[Judged], style: Style) -> list[str]:
    """All that `check` prints."""
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
        "subprotocol": agreement.subprotocol,
        "extensions": [str(extension) for extension in agreement.extensions],
    }


def json_of_check(transcript: Transcript, messages: Sequence[Judged]) -> dict[str, Any]:
    """All that `check --json` prints."""
    return {
        "form": FORM,
        "command": "check",
        "valid": all(judged.valid for judged in messages),
        "notes": list(transcript.notes),
        "messages": [json_of_message(judged) for judged in messages],
    }
