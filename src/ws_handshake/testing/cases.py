"""What a case of the catalogue is: bytes, what must come of them, and the sentence that says so."""

from __future__ import annotations

from ws_handshake.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, Final

    from ws_handshake.fields import Extension

__all__ = [
    "ANY",
    "LEVELS",
    "REQUEST_GROUPS",
    "RESPONSE_GROUPS",
    "VERDICTS",
    "Case",
    "Expected",
    "expect_failures",
    "select_cases",
]

REQUEST_GROUPS: Final = (
    "request-line",
    "version",
    "method",
    "target",
    "host",
    "syntax",
    "line-ends",
    "limits",
    "body",
    "upgrade",
    "connection",
    "websocket-version",
    "key",
    "origin",
    "subprotocols",
    "extensions",
    "permessage-deflate",
    "trailing",
    "segmentation",
)
RESPONSE_GROUPS: Final = (
    "status-line",
    "version",
    "status",
    "syntax",
    "line-ends",
    "limits",
    "body",
    "interim",
    "upgrade",
    "connection",
    "accept",
    "subprotocols",
    "extensions",
    "permessage-deflate",
    "trailing",
    "segmentation",
)
VERDICTS: Final = ("accept", "reject", "either")
LEVELS: Final = ("must", "security", "should")
ANY: Final = "(any)"  # whichever subprotocol; as no token has parentheses, none is named so


class Expected(Value):
    """What is checked of the answer to a case.

    `statuses`: the final statuses that will do; a single digit stands for its class (RFC 9110 §15),
    so that 4 is any of 400 to 499. `fields`: what the answer must carry, each a name and a value,
    None for any value; of a list, the value is one element. `beside`: the same where a status
    demands it, each a status and a name. `without`: the fields that it must not carry. `key`: the
    Sec-WebSocket-Key that a 101 must answer. `offered` and `extensions`: the subprotocols and the
    extensions that a 101 may choose from. `subprotocol`: the one that it must choose, None for
    none, `ANY` for whichever was offered or none. `silence`: "never" where there must be an answer,
    "closed" where closing without one will do, "open" where the peer may as well go on waiting,
    since by its reading the head is not whole yet. `closes`: True where the connection must not be
    used any further, None where that is open. `answers`: how many final answers may come at most,
    None where that is not counted.

    >>> Expected(statuses=(4, 505)).allows(426), Expected(statuses=(4, 505)).allows(500)
    (True, False)
    """

    __slots__ = (
        "_answers",
        "_beside",
        "_closes",
        "_extensions",
        "_fields",
        "_key",
        "_offered",
        "_silence",
        "_statuses",
        "_subprotocol",
        "_without",
    )
    __match_args__ = (
        "statuses",
        "fields",
        "beside",
        "without",
        "key",
        "offered",
        "extensions",
        "subprotocol",
        "silence",
        "closes",
        "answers",
    )

    def __init__(
        self,
        statuses: tuple[int, ...] = (101,),
        fields: tuple[tuple[str, str | None], ...] = (),
        beside: tuple[tuple[int, str], ...] = (),
        without: tuple[str, ...] = (),
        key: str | None = None,
        offered: tuple[str, ...] = (),
        extensions: tuple[Extension, ...] = (),
        subprotocol: str | None = ANY,
        silence: str = "never",
        closes: bool | None = None,
        answers: int | None = None,
    ) -> None:
        self._statuses = statuses
        self._fields = fields
        self._beside = beside
        self._without = without
        self._key = key
        self._offered = offered
        self._extensions = extensions
        self._subprotocol = subprotocol
        self._silence = silence
        self._closes = closes
        self._answers = answers

    @property
    def statuses(self) -> tuple[int, ...]:
        """The final statuses that will do; a single digit stands for its class."""
        return self._statuses

    @property
    def fields(self) -> tuple[tuple[str, str | None], ...]:
        """The fields that the answer must carry; None for any value."""
        return self._fields

    @property
    def beside(self) -> tuple[tuple[int, str], ...]:
        """The fields that come with a status, where that status is answered."""
        return self._beside

    @property
    def without(self) -> tuple[str, ...]:
        """The fields that the answer must not carry."""
        return self._without

    @property
    def key(self) -> str | None:
        """The Sec-WebSocket-Key that a 101 must answer."""
        return self._key

    @property
    def offered(self) -> tuple[str, ...]:
        """The subprotocols that a 101 may choose from."""
        return self._offered

    @property
    def extensions(self) -> tuple[Extension, ...]:
        """The extensions that a 101 may choose from."""
        return self._extensions

    @property
    def subprotocol(self) -> str | None:
        """The subprotocol that a 101 must choose, None for none, or `ANY`."""
        return self._subprotocol

    @property
    def silence(self) -> str:
        """Whether there may be no answer: "never", "closed" or "open"."""
        return self._silence

    @property
    def closes(self) -> bool | None:
        """Whether the connection must be closed behind the answer."""
        return self._closes

    @property
    def answers(self) -> int | None:
        """How many final answers may come at most; None where that is not checked."""
        return self._answers

    def allows(self, status: int) -> bool:
        """Whether this final status will do."""
        return status in self._statuses or status // 100 in self._statuses


_NOTHING_SAID = Expected()


class Case(Value):
    """One opening handshake, or one answer to it, and what must come of it.

    `str(case)` is its id, so that pytest can name tests by it; ids are never renamed. `data` is
    everything that is sent, `pieces` the same bytes as they are to be sent one after the other.
    `verdict` is "accept", "reject" or, where the RFCs leave it open, "either". `level` says how
    much that weighs: "must" where an RFC says MUST or its grammar has no such message, "security"
    where an advisory or a smuggled request teaches it, though an RFC may let it pass, which the
    reason says then, "should" for all else. `section` is where that is written, `reason` says it in
    one sentence, `field` is the header concerned, or None.

    >>> from ws_handshake.testing import request_cases
    >>> case = request_cases(only=["upgrade-two-lines"])[0]
    >>> str(case), case.group, case.field
    ('upgrade-two-lines', 'upgrade', 'Upgrade')
    """

    __slots__ = (
        "_data",
        "_expected",
        "_field",
        "_group",
        "_id",
        "_level",
        "_pieces",
        "_reason",
        "_section",
        "_verdict",
    )
    __match_args__ = (
        "id",
        "group",
        "data",
        "verdict",
        "field",
        "section",
        "level",
        "reason",
        "expected",
        "pieces",
    )

    def __init__(
        self,
        id: str,  # noqa: A002 - the attribute's name
        group: str,
        data: bytes,
        verdict: str,
        field: str | None,
        section: str,
        level: str,
        reason: str,
        expected: Expected = _NOTHING_SAID,
        pieces: tuple[bytes, ...] = (),
    ) -> None:
        self._id = id
        self._group = group
        self._data = data
        self._verdict = verdict
        self._field = field
        self._section = section
        self._level = level
        self._reason = reason
        self._expected = expected
        self._pieces = pieces or (data,)

    @property
    def id(self) -> str:
        """A stable name, such as "upgrade-two-lines"."""
        return self._id

    @property
    def group(self) -> str:
        """What it is about: one of `REQUEST_GROUPS` or `RESPONSE_GROUPS`."""
        return self._group

    @property
    def data(self) -> bytes:
        """Everything that is sent."""
        return self._data

    @property
    def verdict(self) -> str:
        """What must come of it: "accept", "reject" or "either"."""
        return self._verdict

    @property
    def field(self) -> str | None:
        """The header concerned."""
        return self._field

    @property
    def section(self) -> str:
        """Where it is written: a section of an RFC, or an advisory."""
        return self._section

    @property
    def level(self) -> str:
        """How much it weighs: "must", "security" or "should"."""
        return self._level

    @property
    def reason(self) -> str:
        """Why, in one sentence."""
        return self._reason

    @property
    def expected(self) -> Expected:
        """What is checked of the answer."""
        return self._expected

    @property
    def pieces(self) -> tuple[bytes, ...]:
        """The data as it is to be sent, one piece after the other."""
        return self._pieces

    def __str__(self) -> str:
        return self._id


def select_cases(
    cases: Iterable[Case],
    *,
    groups: Iterable[str] | None = None,
    levels: Iterable[str] | None = None,
    only: Iterable[str] | None = None,
) -> tuple[Case, ...]:
    """Those cases that are of these groups and levels and have these ids; None means all.

    `ValueError` for a word that no case can have, so that a misspelt one does not select nothing;
    `TypeError` for a lone `str`.
    """
    cases = tuple(cases)
    wanted = (
        (groups, "group", {*REQUEST_GROUPS, *RESPONSE_GROUPS}),
        (levels, "level", set(LEVELS)),
        (only, "id", {case.id for case in cases}),
    )
    for words, name, known in wanted:
        if words is not None:
            chosen = _checked_words(words, name, known)
            cases = tuple([case for case in cases if getattr(case, name) in chosen])
    return cases


def _checked_words(words: Iterable[str], name: str, known: set[str]) -> set[str]:
    if isinstance(words, (str, bytes)):
        raise TypeError(f"a collection of {name}s is expected, not a lone {type(words).__name__}")
    chosen = set(words)
    unknown = sorted(chosen - known)
    if unknown:
        raise ValueError(f"no case has the {name} {', '.join(map(repr, unknown))}")
    return chosen


def expect_failures(cases: Iterable[Case], reasons: Mapping[str, str]) -> list[Any]:
    """The cases as parameters of pytest; those with a reason, by id, are expected to fail.

    Such a test is an xfail that must fail: when the peer has been repaired, pytest says that the
    reason can go. `ValueError` for an id that no case has. Needs pytest.
    """
    import pytest

    cases = tuple(cases)
    _checked_words(reasons, "id", {case.id for case in cases})
    return [
        pytest.param(
            case,
            id=case.id,
            marks=[pytest.mark.xfail(reason=reasons[case.id], strict=True)]
            if case.id in reasons
            else [],
        )
        for case in cases
    ]
