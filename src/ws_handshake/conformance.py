"""What `conformance` tells of a peer under test: as a table, as JSON and as JUnit's XML.

`__main__` carries the cases of `ws_handshake.testing` to the peer and notes here how each went;
everything here is made from these notes alone.
"""

from __future__ import annotations

from .client import ClientHandshake
from .diagnosis import Cause
from .errors import HandshakeError, UnexpectedStatus
from .explain import visible
from .report import FORM, Style, json_of_cause, lines_of_causes, wrapped
from .response import Response, build_rejection
from .state import READING
from .testing import LEVELS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from .testing import Case, Result

    Hide = Callable[[str], str]

PLAIN_REQUEST = "line-sample"  # the cases that the others are compared with
PLAIN_ANSWER = "plain"

_MOST_LINES = 6  # that differ, of what was sent
_LONGEST = 160  # characters of a line
_KEPT = 4096  # bytes of what a peer sent: more than is told of it
_GONE = (
    "Look into its log: one of these may have brought it down. To send them again, one after the\n"
    "other: --parallel 1 {only}"
)
_MOST_LOST = 8  # cases in a row that find nobody to connect to
_LINGER = 1.0  # seconds to wait for the server to close, or to answer twice
_FRAMES = {0x81: "text", 0x82: "binary", 0x88: "Close", 0x89: "Ping", 0x8A: "Pong"}
_ENDS = {True: ", then closed", False: ", and stayed open", None: ""}
_NO_COLOURS = Style()
_XML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


class Outcome:
    """How one case went: its result, what the peer sent, whether it closed, and how long it took.

    Of what it sent only the beginning is kept, since there are hundreds of cases.

    `closed` is None where nobody waited for that; `plain` is what the case is compared with;
    `failure` is why there was no connection, if there was none.
    """

    __slots__ = ("answer", "closed", "failure", "plain", "result", "seconds")

    def __init__(
        self,
        result: Result,
        plain: bytes,
        answer: bytes = b"",
        closed: bool | None = None,
        seconds: float = 0.0,
        failure: Cause | None = None,
    ) -> None:
        self.result = result
        self.plain = plain
        self.answer = answer[:_KEPT]
        self.closed = closed
        self.seconds = seconds
        self.failure = failure

    @property
    def case(self) -> Case:
        """The case."""
        return self.result.case


def chosen(cases: Sequence[Case], only: Iterable[str], levels: Iterable[str]) -> tuple[Case, ...]:
    """The cases with these ids or of these groups, and of these levels; no words mean all.

    `ValueError` for a word that is neither.
    """
    only, levels = set(only), set(levels)
    unknown = only - {case.id for case in cases} - {case.group for case in cases}
    if unknown:
        raise ValueError(f"no case and no group is called {', '.join(map(repr, sorted(unknown)))}")
    return tuple(
        [
            case
            for case in cases
            if (not only or case.id in only or case.group in only)
            and (not levels or case.level in levels)
        ]
    )


def failed(outcomes: Iterable[Outcome], fail_on: str = LEVELS[-1]) -> list[Outcome]:
    """Those that failed and weigh as much as this level, or more."""
    count = LEVELS.index(fail_on) + 1
    return [
        each for each in outcomes if not each.result.passed and each.case.level in LEVELS[:count]
    ]


def not_plain(result: Result) -> str:
    """What is to be said where even the plain opening handshake is not taken."""
    return (
        f"the plain opening handshake fails already ({visible(result.why)}): where that is not the"
        " server's fault, give the path that it serves, and --origin, --subprotocol or --header as"
        " it wants them"
    )


def gone(outcomes: Sequence[Outcome]) -> Cause | None:
    """Why there is no use in going on, if so many cases in a row found nobody to connect to."""
    last = outcomes[-_MOST_LOST:]
    if len(last) < _MOST_LOST or not all(each.failure for each in last):
        return None
    reached = [each.case.id for each in outcomes if each.failure is None][-_MOST_LOST:]
    return Cause(
        "server-gone",
        "the server takes no more connections, so that other cases could not be sent",
        [f"the last cases that it got were {', '.join(reached)}"],
        [("general", _GONE.format(only=" ".join([f"--only {name}" for name in reached])))],
        sure=False,
    )


# --- What a client under test asks for ------------------------------------------------------------


def asked_case(path: str, ids: Sequence[str]) -> str | None:
    """The id of the case that `/case/N` or `/case/ID` asks for; None for anything else."""
    start, _, name = path.partition("/case/")
    if start:
        return None
    if name in ids:
        return name
    # Four digits are enough, and no number then is too long to be converted.
    if not (name.isascii() and name.isdecimal() and len(name) <= 4):
        return None
    number = int(name)
    return ids[number - 1] if 0 < number <= len(ids) else None


def count_of_cases(ids: Sequence[str]) -> Response:
    """The answer to `/cases`: how many there are, also for a page of any origin."""
    body = b"%d\n" % len(ids)
    fields = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "Access-Control-Allow-Origin": "*",
        "Connection": "close",
    }
    return Response(200, fields, body=body)


def no_such_case(ids: Sequence[str]) -> Response:
    """The answer to whoever asks for something else."""
    count = len(ids)
    return build_rejection(
        404,
        body=f"There are {count} cases, /case/1 to /case/{count} or /case/ID, for WebSocket"
        " clients. /cases tells how many.\n",
    )


# --- What was sent, and what came -----------------------------------------------------------------


class Patience:
    r"""For how many seconds to read on: none where no more can change the result of a case.

    It is asked about each piece of the answer, as it comes.

    >>> from ws_handshake.testing import request_cases
    >>> case, = request_cases(only=["upgrade-missing"])
    >>> patience = Patience(case)
    >>> patience(b"HTTP/1.1 204 No"), patience(b" Content\r\n\r\n")
    (inf, 0.0)
    """

    __slots__ = ("_case", "_client")

    def __init__(self, case: Case) -> None:
        self._case = case
        self._client = ClientHandshake("ws://case.invalid/")

    def __call__(self, data: bytes) -> float:
        """Take the next piece; infinite where the time that there was stays."""
        expected = self._case.expected
        if self._client.state is READING:
            try:
                self._client.receive_data(data)
            except UnexpectedStatus:
                return _LINGER if expected.closes or expected.answers is not None else 0.0
            except HandshakeError:
                return 0.0  # a 101 that answers another key than this client's; or it is no HTTP
        return float("inf")


def changes(data: bytes, plain: bytes) -> tuple[list[str], list[str]]:
    r"""The lines of a message that the plain one does not have, and those that it lacks.

    Lines are without their end where it is CR LF.

    >>> changes(b"GET / HTTP/1.1\r\nHost: a\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    (['Host: a\n'], ['Host: a'])
    """
    lacking = _lines(plain)
    more = []
    for line in _lines(data):
        if line in lacking:
            lacking.remove(line)
        else:
            more.append(line)
    return more, lacking


def _lines(data: bytes) -> list[str]:
    *lines, last = data.decode("latin-1").split("\n")
    return [f"{line}\n".removesuffix("\r\n") for line in lines] + ([last] if last else [])


def _shown(line: str, hide: Hide) -> str:
    """A line without secrets, escaped, and cut where it is long."""
    more = f"... ({len(line)} bytes)" if len(line) > _LONGEST else ""
    return f"{visible(hide(line)[:_LONGEST])}{more}"


def _what_was_sent(outcome: Outcome, hide: Hide) -> list[tuple[str, str]]:
    """What distinguishes a case from the plain one."""
    case = outcome.case
    more, lacking = changes(case.data, outcome.plain)
    told = [("sent", _shown(line, hide) or "(an empty line)") for line in more[:_MOST_LINES]]
    if len(more) > _MOST_LINES:
        told.append(("", f"... and {len(more) - _MOST_LINES} more lines"))
    names = {line.partition(":")[0].lower() for line in more}
    told += [
        ("without", _shown(line, hide) or "(the empty line)")
        for line in lacking
        if line.partition(":")[0].lower() not in names
    ]
    if not told:
        order = "" if case.data == outcome.plain else ", its lines in another order"
        told.append(("sent", f"the plain one{order}"))
    if len(case.pieces) > 1:
        told.append(("", f"in {len(case.pieces)} pieces"))
    return told


def _why(outcome: Outcome, hide: Hide) -> str:
    return visible(hide(outcome.result.why))


def _first_line(outcome: Outcome, hide: Hide) -> str | None:
    """The first line of what came, or which frame it begins with."""
    start = outcome.answer[:2]
    if len(start) == 2 and start[0] in _FRAMES:
        return f"a {_FRAMES[start[0]]} frame"
    lines = _lines(outcome.answer)
    return _shown(lines[0], hide) if lines else None


def _what_came(outcome: Outcome, hide: Hide) -> str:
    """What came, in short, and how it ended."""
    told = _first_line(outcome, hide)
    end = _ENDS[outcome.closed]
    return f"{'nothing' if told is None else told}{end}"


# --- Text -----------------------------------------------------------------------------------------


def progress(done: int, total: int, failures: int) -> str:
    """One line for a terminal, that the next one is written over."""
    return f"\r{done} of {total} cases, {failures} failed"


def lines_of_table(outcomes: Sequence[Outcome], style: Style) -> list[str]:
    """How many of the cases passed, a row for each group and a column for each level."""
    groups = list(dict.fromkeys([each.case.group for each in outcomes]))
    width = max([len("group"), *map(len, groups)])
    text = [style.strong(f"   {'group':<{width}}" + "".join([f"{level:>12}" for level in LEVELS]))]
    for name in [*groups, "all"]:
        row = [each for each in outcomes if name in ("all", each.case.group)]
        cells = "".join([_cell(row, level, style) for level in LEVELS])
        text.append(f"   {name:<{width}}{cells}")
    return text


def _cell(outcomes: Sequence[Outcome], level: str, style: Style) -> str:
    here = [each for each in outcomes if each.case.level == level]
    passed = len(here) - len(failed(here))
    text = f"{f'{passed}/{len(here)}' if here else '-':>12}"
    return text if passed == len(here) else style.bad(text)


def lines_of_failure(outcome: Outcome, style: Style, hide: Hide) -> list[str]:
    """A case that failed: the sentence that is broken, what was sent, what came, what is wrong."""
    case = outcome.case
    text = [f"{style.strong(case.id)} ({case.level}, {case.section})", *wrapped(case.reason, "   ")]
    before = ""
    for name, line in _what_was_sent(outcome, hide):
        text.append(f"   {name if name != before else '':<8} {line}")
        before = name
    text.append(f"   {'came':<8} {_what_came(outcome, hide)}")
    text.append(f"   {style.bad(f'wrong    {_why(outcome, hide)}')}")
    return text


def lines_of_run(
    outcomes: Sequence[Outcome],
    notes: Iterable[str],
    failure: Cause | None,
    style: Style,
    hide: Hide,
) -> list[str]:
    """All that is told of a run: the table, every failing case, and the sum."""
    text: list[str] = []
    for note in notes:
        text += [*wrapped(f"note: {hide(note)}", ""), ""]
    if outcomes:
        text += lines_of_table(outcomes, style)
    for each in failed(outcomes):
        text += ["", *lines_of_failure(each, style, hide)]
    if failure is not None:
        text += lines_of_causes([failure], style)
    return [*text, "", summary(outcomes, style)]


def summary(outcomes: Sequence[Outcome], style: Style) -> str:
    """How many passed and failed, on one line."""
    failures = failed(outcomes)
    if not outcomes:
        return style.bad("No case was judged.")
    told = f"{len(outcomes)} cases: {len(outcomes) - len(failures)} passed"
    if not failures:
        return style.good(f"{told}.")
    counts = [f"{level} {_count(failures, level)}" for level in LEVELS]
    return style.bad(f"{told}, {len(failures)} failed ({', '.join(counts)}).")


def _count(outcomes: Iterable[Outcome], level: str) -> int:
    return sum([each.case.level == level for each in outcomes])


def lines_of_result(
    number: int, outcome: Outcome, violations: Sequence[str], style: Style, hide: Hide
) -> list[str]:
    """How a client did, as it is told at once: a line where it passed, all about it where not.

    `violations` are those of its own request.
    """
    if outcome.result.passed:
        text = [f"#{number} {outcome.case.id}: {style.good('passed')}"]
    else:
        first, *rest = lines_of_failure(outcome, style, hide)
        text = [f"#{number} {first}", *rest]
    if violations:
        text.append(f"   its own request is not valid: {', '.join(violations)}")
    return text


def lines_of_sum(outcomes: Sequence[Outcome], style: Style) -> list[str]:
    """What is told at the end, when the failures were told before."""
    table = lines_of_table(outcomes, style) if outcomes else []
    return ["", *table, "", summary(outcomes, style)]


# --- JSON -----------------------------------------------------------------------------------------


def json_of_outcome(outcome: Outcome, hide: Hide) -> dict[str, Any]:
    """One case and how it went."""
    case = outcome.case
    more, lacking = changes(case.data, outcome.plain)
    return {
        "id": case.id,
        "group": case.group,
        "level": case.level,
        "verdict": case.verdict,
        "field": case.field,
        "section": case.section,
        "reason": case.reason,
        "passed": outcome.result.passed,
        "why": _why(outcome, hide),
        "sent": [_shown(line, hide) for line in more[:_MOST_LINES]],
        "without": [_shown(line, hide) for line in lacking],
        "bytes": len(case.data),
        "pieces": len(case.pieces),
        "answer": _first_line(outcome, hide),
        "closed": outcome.closed,
        "seconds": round(outcome.seconds, 6),
    }


def json_of_counts(outcomes: Sequence[Outcome]) -> dict[str, dict[str, int]]:
    """How many passed and failed, for each level."""
    failures = failed(outcomes)
    return {
        level: {
            "passed": _count(outcomes, level) - _count(failures, level),
            "failed": _count(failures, level),
        }
        for level in LEVELS
    }


def json_of_run(
    url: str,
    outcomes: Sequence[Outcome],
    notes: Iterable[str],
    failure: Cause | None,
    hide: Hide,
    *,
    passed: bool,
) -> dict[str, Any]:
    """All that `conformance URL --json` prints."""
    return {
        "form": FORM,
        "command": "conformance",
        "url": url,
        "passed": passed,
        "failure": None if failure is None else json_of_cause(failure),
        "notes": [hide(note) for note in notes],
        "counts": json_of_counts(outcomes),
        "cases": [json_of_outcome(each, hide) for each in outcomes],
    }


# --- JUnit ----------------------------------------------------------------------------------------


def junit(outcomes: Sequence[Outcome], failure: Cause | None, fail_on: str, hide: Hide) -> str:
    """The form of XML that continuous integration reads: a testcase for each case.

    What fails without weighing enough is a skipped testcase, with the same words; what kept the
    cases from being sent is an error.
    """
    failures = failed(outcomes, fail_on)
    skipped = len(failed(outcomes)) - len(failures)
    errors = 0 if failure is None else 1
    counts = f'tests="{len(outcomes) + errors}" failures="{len(failures)}" errors="{errors}"'
    text = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuite name="ws_handshake conformance" {counts} skipped="{skipped}">',
    ]
    for each in outcomes:
        case = each.case
        start = (
            f'  <testcase classname="conformance.{_xml(case.group)}" name="{_xml(case.id)}"'
            f' time="{each.seconds:.3f}"'
        )
        if each.result.passed:
            text.append(f"{start}/>")
            continue
        why = _xml(f"{case.level}: {_why(each, hide)}")
        if each not in failures:
            text += [f"{start}>", f'    <skipped message="{why}"/>', "  </testcase>"]
            continue
        _, *lines = lines_of_failure(each, _NO_COLOURS, hide)
        more = _xml("\n".join([case.section, *lines]))
        text += [
            f"{start}>",
            f'    <failure type="{case.level}" message="{why}">{more}</failure>',
            "  </testcase>",
        ]
    if failure is not None:
        text += [
            '  <testcase classname="conformance" name="connection">',
            f'    <error type="{_xml(failure.code)}" message="{_xml(failure.summary)}"/>',
            "  </testcase>",
        ]
    return "\n".join([*text, "</testsuite>", ""])


def _xml(text: str) -> str:
    """Text of printable characters, as it stands in XML."""
    return "".join([_XML.get(character, character) for character in text])
