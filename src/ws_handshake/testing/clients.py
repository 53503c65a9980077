"""Whether a client took or refused an answer, seen from what it did next."""

from __future__ import annotations

from ws_handshake import grammar
from ws_handshake.pattern import Pattern
from ws_handshake.wire import as_bytes

from .judging import Result
from .responses import CLOSE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ws_handshake.wire import BytesLike

    from .cases import Case

__all__ = ["behind", "closes_behind", "judge_client"]

_REQUEST = Pattern(rf"{grammar.TOKEN} [!-~]")
_INTERIM = Pattern(r"HTTP/1\.[0-9] 1(?!01)[0-9]{2} ")
_EMPTY_LINE = "\r\n\r\n"
_CONTROLS = (0x88, 0x89, 0x8A)  # Close, Ping and Pong are never fragmented (RFC 6455 §5.5)


def behind(case: Case) -> bytes:
    r"""What the server sends behind the answer of a case, so that an open client shows itself.

    A Close frame: whoever opened must answer it, and to everybody else it says nothing. Nothing
    where the answer itself ends with one, or where nobody can take its head for whole.

    >>> from ws_handshake.testing import response_cases
    >>> cases = response_cases(only=["plain", "trailing-close", "cut-in-a-field"])
    >>> [behind(case) for case in cases]
    [b'\x88\x02\x03\xe8', b'', b'']

    RFC 6455 §5.5.1.
    """
    whole = b"\n\r\n" in case.data or b"\n\n" in case.data
    return CLOSE if whole and not case.data.endswith(CLOSE) else b""


def closes_behind(case: Case) -> bool:
    r"""Whether the server then closes its side: by a strict reading no final head is whole.

    Without that, a client may go on waiting for the rest, and nothing can be seen. Elsewhere the
    server keeps its side open until it has seen what the client does.

    >>> from ws_handshake.testing import response_cases
    >>> cases = response_cases(only=["plain", "bare-lf-everywhere", "cut-in-a-field"])
    >>> [closes_behind(case) for case in cases]
    [False, True, True]

    RFC 9112 §2.1.
    """
    text, start = case.data.decode("latin-1"), 0
    end = text.find(_EMPTY_LINE)
    while end >= 0 and _INTERIM.match(text, start):
        start = end + len(_EMPTY_LINE)
        end = text.find(_EMPTY_LINE, start)
    return end < 0


def judge_client(case: Case, sent_after: BytesLike, closed: bool) -> Result:
    r"""Judge a client by what it did after the answer of a case.

    `sent_after` is what it sent once the answer and what is `behind` it were on their way, without
    the TLS layer if there is one; `closed`, whether it closed before the time that it was given was
    over. Let it read until it is closed itself: then a client that opened answers the Close frame.

    A client *opened* if it sent a frame, masked as a client's frames are, or if it neither sent
    anything nor closed. It *refused* if it closed and sent no frame. A TLS alert is a way to close;
    another HTTP request is a sign of refusal, too: a redirect or another try.

    - A case to accept passes if the client opened; one that ends with a Close frame passes only if
      the client sent a frame, since otherwise it lost what stood behind the head.
    - A case to reject passes if the client refused. Behind another final status than 101 it need
      not close, and may send another request, since HTTP goes on there (RFC 6455 §4.1); behind a
      101 it must do neither (RFC 6455 §7.1.7, RFC 9110 §7.8).
    - Either will do where the RFCs leave it open, but no frame without a mask (RFC 6455 §5.1) and
      nothing that is neither a frame nor HTTP.

    Pure, and never raises for what was sent; `TypeError` for what is no bytes.

    >>> from ws_handshake.testing import response_cases
    >>> wrong, = response_cases(only=["accept-missing"])
    >>> judge_client(wrong, b"", True).passed
    True
    >>> print(judge_client(wrong, b"\x88\x82\0\0\0\0\x03\xe8", True).why)
    it sent a frame: it took an answer that it must refuse

    RFC 6455 §4.1.
    """
    why = _fault(case, as_bytes(sent_after), closed)
    return Result(case, not why, why)


def _fault(case: Case, sent: bytes, closed: bool) -> str:
    """What the client did wrong, or nothing."""
    frame = _is_frame(sent)
    request = _REQUEST.match(sent.decode("latin-1")) is not None
    alert = sent.startswith(b"\x15\x03")  # of TLS, before it closes
    closed = closed or alert
    if sent and not (frame or request or alert):
        return "it sent what is neither a frame nor HTTP"
    if case.verdict == "reject":
        return _fault_in_refusing(case, frame, request, closed)
    if frame and not sent[1] & 0x80:
        return "it sent a frame without a mask"
    if case.verdict == "either" or frame:
        return ""
    if request:
        return "it sent another request: it refused a valid answer"
    if closed:
        return "it closed and sent no frame: it refused a valid answer"
    if case.data.endswith(CLOSE):
        return "it did not answer the Close frame that came with the head"
    return ""


def _fault_in_refusing(case: Case, frame: bool, request: bool, closed: bool) -> str:
    if frame:
        return "it sent a frame: it took an answer that it must refuse"
    if case.group == "status":
        return ""
    if request:
        return "it sent another request on a connection that it must close"
    if not closed:
        return "it did not close: it took an answer that it must refuse, or waits for ever"
    return ""


def _is_frame(sent: bytes) -> bool:
    """Whether this begins like the first frame of a side: data or control, masked or not."""
    if len(sent) < 2:
        return False
    if sent[0] in _CONTROLS:
        return sent[1] & 0x7F < 126
    # A text or binary frame, of which reserved bits are an extension's. In ASCII, where a request
    # would be, the mask decides.
    return sent[0] & 0x0F in (1, 2) and (sent[0] >= 0x80 or sent[1] >= 0x80)
