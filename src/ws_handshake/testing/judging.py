"""Whether an answer to a case is what it should be.

The answer is read as a strict client reads it: by `ClientHandshake`, which has sent the same key,
subprotocols and extensions.
"""

from __future__ import annotations

from ws_handshake.client import ClientHandshake
from ws_handshake.deflate import PerMessageDeflate
from ws_handshake.errors import HandshakeError, InvalidHeader, UnexpectedStatus
from ws_handshake.fields import parse_token_list
from ws_handshake.value import Value

from .cases import ANY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ws_handshake.fields import Extension
    from ws_handshake.negotiation import Agreement
    from ws_handshake.response import Response

    from .cases import Case, Expected

__all__ = ["Result", "judge_reply"]

_DEFLATE = PerMessageDeflate()
_SWITCHED = "answered 101 to a handshake that must be refused"


class Result(Value):
    r"""How a case went: the case, whether it passed, and why not (an empty text where it passed).

    >>> from ws_handshake.testing import judge_reply, request_cases
    >>> (case,) = request_cases(only=["upgrade-missing"])
    >>> judge_reply(case, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", True).passed
    True
    >>> judge_reply(case, b"HTTP/1.1 101 Switching Protocols\r\n\r\n").why
    'answered 101 to a handshake that must be refused'
    """

    __slots__ = ("_case", "_passed", "_why")
    __match_args__ = ("case", "passed", "why")

    def __init__(self, case: Case, passed: bool, why: str = "") -> None:
        self._case = case
        self._passed = passed
        self._why = why

    @property
    def case(self) -> Case:
        """The case."""
        return self._case

    @property
    def passed(self) -> bool:
        """Whether the peer did what it should."""
        return self._passed

    @property
    def why(self) -> str:
        """What it did wrong, in a few words; empty where it passed."""
        return self._why


class _AsSent:
    """An extension as the case offers it; only the parameters of permessage-deflate are judged."""

    __slots__ = ("_offer", "name")

    def __init__(self, offer: Extension) -> None:
        self.name = offer.name
        self._offer = offer

    def offer(self) -> Extension:
        return self._offer

    def confirm(self, answer: Extension, offer: Extension) -> None:
        if self.name == _DEFLATE.name:
            _DEFLATE.confirm(answer, offer)


def judge_reply(case: Case, reply: bytes, closed: bool | None = None) -> Result:
    """Judge what a server sent back: its `reply`, and whether it `closed`, None if nobody looked.

    `closed=False` says that the connection stayed open for as long as one was willing to wait.
    Never raises, whatever the reply is.
    """
    why = _complaint(case, reply, closed)
    return Result(case, not why, why)


def _complaint(case: Case, reply: bytes, closed: bool | None) -> str:
    """What is wrong with a reply, or an empty text."""
    expected = case.expected
    if not reply:
        return _about_silence(expected, closed)
    client = ClientHandshake(
        "ws://case.invalid/",
        key=expected.key,
        subprotocols=dict.fromkeys(expected.offered),
        extensions=[_AsSent(offer) for offer in expected.extensions],
    )
    try:
        agreement = client.receive_data(reply)
        if agreement is None:
            agreement = client.receive_data(b"")  # nothing more comes
    except UnexpectedStatus as refusal:
        return _about_refusal(expected, refusal.response, client.trailing_data, closed)
    except HandshakeError as error:
        if reply[8:13] == b" 101 " and not expected.allows(101):
            return _SWITCHED
        return f"the answer is not valid: {error}"
    if not expected.allows(101):
        return _SWITCHED
    return _about_agreement(expected, agreement) if agreement else ""


def _about_agreement(expected: Expected, agreement: Agreement) -> str:
    if expected.subprotocol not in (ANY, agreement.subprotocol):
        return f"chose the subprotocol {agreement.subprotocol}, not {expected.subprotocol}"
    return _about_fields(expected, agreement.response)


def _about_silence(expected: Expected, closed: bool | None) -> str:
    if expected.silence == "never":
        return "closed without an answer" if closed else "did not answer"
    if expected.silence == "closed" and closed is False:
        return "neither answered nor closed"
    return ""


def _about_refusal(expected: Expected, refusal: Response, rest: bytes, closed: bool | None) -> str:
    status = refusal.status
    if not expected.allows(status):
        return f"answered {status} instead of {_in_words(expected.statuses)}"
    why = _about_fields(expected, refusal)
    if why:
        return why
    options = _elements(refusal.headers.get("Connection"))
    if expected.closes and closed is False and "close" not in options:
        return f"answered {status} and did not close the connection"
    if expected.answers == 1 and rest.startswith(b"HTTP/"):
        return "answered twice: it took a part of the body for a request"
    return ""


def _about_fields(expected: Expected, answer: Response) -> str:
    status, headers = answer.status, answer.headers
    needed = [*expected.fields, *[(name, None) for of, name in expected.beside if of == status]]
    for name, value in needed:
        if name not in headers:
            return f"answered {status} without {name}"
        if value is not None and value not in _elements(headers[name]):
            return f"answered {status} with a {name} that does not name {value}"
    for name in expected.without:
        if name in headers:
            return f"answered {status} with {name}"
    return ""


def _in_words(statuses: tuple[int, ...]) -> str:
    words = [f"{status}xx" if status < 10 else str(status) for status in statuses]
    return " or ".join([", ".join(words[:-1]), words[-1]] if words[2:] else words)


def _elements(value: str | None) -> list[str]:
    """The elements of a list, in lower case; none where it is malformed."""
    try:
        return [element.lower() for element in parse_token_list(value or "")]
    except InvalidHeader:
        return []
