"""The servers of the command line: one in a server's place, and one that examines clients.

What they tell is printed by `__main__`; how they listen is in `network`.
"""

from __future__ import annotations

import time

from .closing import close_frame, find_close
from .conformance import (
    PLAIN_ANSWER,
    Outcome,
    asked_case,
    count_of_cases,
    json_of_counts,
    json_of_outcome,
    lines_of_result,
    lines_of_sum,
    no_such_case,
)
from .errors import HandshakeError
from .explain import without_tokens
from .network import FEW_BYTES, Loop, Peer, at_once, pause, shown_address
from .report import (
    Judged,
    json_of_agreement,
    json_of_message,
    lines_of_findings,
    lines_of_message,
)
from .response import build_rejection
from .server import ServerHandshake, request_violations
from .testing import behind, closes_behind, judge_client, response_cases
from .transcript import REQUEST, Message
from .upgrade import is_websocket_request

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, NoReturn

    from .report import Style
    from .request import Request
    from .response import Response
    from .testing import Case

    # What is told twice: as JSON, and as lines of text.
    Tell = Callable[[dict[str, Any], Iterable[str]], None]

_MORE = 0.5  # seconds for the rest of what a client has begun to send
_GOODBYE = 2.0  # seconds to wait for a client's Close frame
_LINGER = 1.0  # seconds to wait for a refused client to read the answer and close


def as_message(data: bytes) -> Message:
    """A request as far as it came, whatever its bytes look like."""
    head, blank, rest = data.partition(b"\r\n\r\n")
    return Message(REQUEST, head + blank, rest)


class Server(Loop):
    """A server that tells what happens."""

    def __init__(self, listener: socket.socket, tell: Tell, style: Style, limit: float) -> None:
        super().__init__(listener)
        self.tell = tell
        self.style = style
        self.limit = limit

    def greeting(self) -> tuple[dict[str, Any], list[str]]:
        """What is told at first."""
        host, port = self.where
        return (
            {"event": "listening", "host": host, "port": port},
            [f"Listening at ws://{shown_address((host, port))}/ - Ctrl-C ends it."],
        )

    def run(self) -> NoReturn:
        """Serve for ever."""
        self.tell(*self.greeting())
        self.serve()


# --- In a server's place --------------------------------------------------------------------------


class StandIn(Server):
    """A server that tells what arrives."""

    def __init__(
        self,
        listener: socket.socket,
        tell: Tell,
        style: Style,
        limit: float,
        origins: Any,
        subprotocols: Iterable[str],
    ) -> None:
        super().__init__(listener, tell, style, limit)
        self.origins = origins
        self.subprotocols = subprotocols

    def meet(self, number: int, connection: socket.socket, address: str) -> Peer:
        """Make what serves a client that has connected."""
        return _Visitor(self, number, connection, address)


class _Visitor(Peer):
    """One client of the stand-in, and how far it is."""

    __slots__ = ("accepted", "answered", "handshake", "received", "stand_in")

    def __init__(
        self, stand_in: StandIn, number: int, connection: socket.socket, address: str
    ) -> None:
        super().__init__(stand_in, number, connection, address)
        self.stand_in = stand_in
        self.handshake = ServerHandshake(stand_in.origins, subprotocols=stand_in.subprotocols)
        self.received = bytearray()
        self.answered = False
        self.accepted = False
        self.wait(stand_in.limit)

    def take(self, data: bytes) -> None:
        """Take bytes of the request, or of what comes behind it."""
        if not self.answered:
            self._read(data)
        elif not data:
            self._finish(None)
        elif self.accepted:
            self.received += data
            self._look_for_close()

    def _read(self, data: bytes) -> None:
        """Take bytes of the request and answer as soon as the library does."""
        self.received += data
        try:
            if self.handshake.receive_data(data) is None:
                return
        except HandshakeError as error:
            rejection = None if error.rejection is None else error.rejection.to_bytes()
            self._tell_arrival(error, rejection)
            if rejection is None:
                self.drop()
            else:
                self._answer(rejection)
            return
        self.accepted = True
        answer = self.handshake.accept()
        self._tell_arrival(None, answer)
        self._answer(answer + close_frame())

    def _answer(self, answer: bytes) -> None:
        self.answered = True
        self.wait(self.stand_in.limit)
        self.send(answer)

    def sent(self) -> None:
        """Behind the answer wait for the client to close."""
        if self.accepted:
            self.wait(_GOODBYE)
            self.received[:] = self.handshake.trailing_data
            self._look_for_close()
        elif self.half_close():
            self.wait(_LINGER)
        else:
            self._finish(None)

    def expire(self) -> None:
        """The time is over: for the request, for the answer, or for the goodbye."""
        if self.answered:
            self._finish(None)
            return
        answer = self.handshake.reject(408)
        self._tell_arrival(None, answer)
        self._answer(answer)

    def _look_for_close(self) -> None:
        status = find_close(bytes(self.received))
        if status is not None or len(self.received) > FEW_BYTES:
            self._finish(status)

    def _finish(self, status: int | None) -> None:
        """Tell how an opened WebSocket was closed, and let go of it."""
        if self.accepted:
            how = "without a Close frame" if status is None else f"with {status}"
            self.stand_in.tell(
                {"event": "closed", "number": self.number, "close": status},
                [f"#{self.number} the client closed {how}."],
            )
        self.drop()

    def _tell_arrival(self, error: HandshakeError | None, answer: bytes | None) -> None:
        """Print what arrived, what is wrong with it and what is answered."""
        style = self.stand_in.style
        judged = Judged(as_message(bytes(self.received)), error=error)
        status = None if answer is None else answer[9 : answer.index(b"\r\n")].decode("latin-1")
        lines = [style.strong(f"#{self.number} from {self.address}"), ""]
        if self.received:
            lines += [*lines_of_message(judged, style), ""]
        lines += lines_of_findings(judged, style)
        told = "nothing: the client is gone" if status is None else status
        agreement = self.handshake.agreement
        if agreement is not None and agreement.subprotocol is not None:
            told += f", subprotocol {without_tokens(agreement.subprotocol)}"
        self.stand_in.tell(
            {
                "event": "arrival",
                "number": self.number,
                "peer": self.address,
                "request": json_of_message(judged),
                "answer": None if status is None else int(status[:3]),
                "agreement": json_of_agreement(agreement),
            },
            [*lines, "", f"#{self.number} answered: {told}", ""],
        )


# --- For clients under test -----------------------------------------------------------------------


class Examiner(Server):
    """A server that gives each client the answer that it asks for, and judges what it does."""

    def __init__(
        self,
        listener: socket.socket,
        tell: Tell,
        style: Style,
        limit: float,
        ids: Sequence[str],
    ) -> None:
        super().__init__(listener, tell, style, limit)
        self.ids = ids
        self.outcomes: dict[str, Outcome] = {}

    @property
    def results(self) -> list[Outcome]:
        """The last outcome of each case that was asked for, in their order."""
        return [self.outcomes[name] for name in self.ids if name in self.outcomes]

    def meet(self, number: int, connection: socket.socket, address: str) -> Peer:
        """Make what serves a client that has connected."""
        at_once(connection)
        return _Examinee(self, number, connection, address)

    def greeting(self) -> tuple[dict[str, Any], list[str]]:
        """What is told at first."""
        event, lines = super().greeting()
        count = len(self.ids)
        return (
            {"event": "listening", "cases": count, **event},
            [*lines, f"There are {count} cases, /case/1 to /case/{count}."],
        )

    def tell_end(self, *, passed: bool) -> None:
        """Tell how all of it went."""
        results = self.results
        self.tell(
            {"event": "stopped", "passed": passed, "counts": json_of_counts(results)},
            lines_of_sum(results, self.style),
        )


class _Examinee(Peer):
    """One client under test, and how far it is: at most one case a connection."""

    __slots__ = (
        *("answered", "case", "ending", "examiner", "handshake", "hide"),
        *("pieces", "plain", "since", "then", "violations"),
    )

    def __init__(
        self, examiner: Examiner, number: int, connection: socket.socket, address: str
    ) -> None:
        super().__init__(examiner, number, connection, address)
        self.examiner = examiner
        self.handshake = ServerHandshake(None)
        self.answered = False
        self.case: Case | None = None
        self.pieces: list[bytes] = []
        self.then = bytearray()  # what the client sends once the answer is on its way
        self.ending = False  # whether it was told that nothing more comes
        self.wait(examiner.limit)

    def take(self, data: bytes) -> None:
        """Take bytes of the request, or of what the client does next."""
        if self.case is not None:
            self._watch(self.case, data)
        elif not self.answered:
            self._read(data)
        elif not data:
            self.drop()

    def _read(self, data: bytes) -> None:
        rejection: Response | None = None
        try:
            if self.handshake.receive_data(data) is None:
                return
        except HandshakeError as error:
            rejection = error.rejection
        request, ids = self.handshake.request, self.examiner.ids
        if request is not None:
            path = request.target.partition("?")[0]
            name = asked_case(path, ids)
            if name is not None and is_websocket_request(request):
                self._begin(request, name)
                return
            if path == "/cases":
                rejection = count_of_cases(ids)
            elif name is None:
                rejection = no_such_case(ids)
        if rejection is None:
            self.drop()  # it is gone
        else:
            self._answer(rejection)

    def _answer(self, answer: Response) -> None:
        """Answer what asks for no case."""
        self.answered = True
        self.examiner.tell(
            {
                "event": "answered",
                "number": self.number,
                "peer": self.address,
                "status": answer.status,
            },
            [f"#{self.number} from {self.address} was answered {answer.status}"],
        )
        self.wait(self.examiner.limit)
        self.send(answer.to_bytes())

    def _begin(self, request: Request, name: str) -> None:
        cases = {each.id: each for each in response_cases(request, only=[name, PLAIN_ANSWER])}
        self.case = cases[name]
        self.plain = cases[PLAIN_ANSWER].data
        self.violations = [each.code for each in request_violations(request)]
        self.hide = Judged(as_message(request.to_bytes()), request).hidden
        self.since = time.monotonic()
        self.then += self.handshake.trailing_data
        self.pieces = [piece for piece in (*self.case.pieces, behind(self.case)) if piece]
        self._go_on(self.case)

    def _go_on(self, case: Case) -> None:
        """Send the next piece; behind the last one the client shows what it makes of it."""
        limit = self.examiner.limit
        if self.pieces:
            self.wait(limit)
            self.send(self.pieces.pop(0))
        elif closes_behind(case):
            self._end()
        else:
            self.wait(limit / 2)
            if self.then:
                self._look(case)

    def sent(self) -> None:
        """A piece is on its way, or all of an answer."""
        if self.case is None:
            self._end()
        elif self.pieces:
            self.wait(pause(self.case.pieces))
        else:
            self._go_on(self.case)

    def _end(self) -> None:
        """Say that nothing more comes, and give the client the time to notice."""
        self.ending = True
        if self.half_close():
            self.wait(_LINGER if self.case is None else self.examiner.limit / 2)
        else:
            self.take(b"")

    def _watch(self, case: Case, data: bytes) -> None:
        self.then += data
        if not data:
            self._judge(case, closed=True)
        else:
            self._look(case)

    def _look(self, case: Case) -> None:
        """Judge at once where what came is whole, or too much."""
        if find_close(bytes(self.then)) is not None or len(self.then) > FEW_BYTES:
            self._judge(case, closed=None)
        elif not self.pieces:
            self.ending = True  # it has shown itself: what belongs to that comes at once
            self.deadline = min(self.deadline, time.monotonic() + _MORE)

    def expire(self) -> None:
        """The time is over: for the request, for a piece, for the answer, for what comes then."""
        if self.case is None:
            if self.answered:
                self.drop()
            else:
                self._answer(build_rejection(408))
        elif self.output or self.ending:
            self._judge(self.case, closed=False)
        elif self.pieces:
            self._go_on(self.case)
        else:
            # A client that waits for more of the head, or of a body, sees now that none comes.
            self._end()

    def _judge(self, case: Case, *, closed: bool | None) -> None:
        """Tell how it did; `closed` is None where nobody waited for that."""
        then = bytes(self.then)
        result = judge_client(case, then, bool(closed))
        seconds = time.monotonic() - self.since
        outcome = Outcome(result, self.plain, then, closed, seconds)
        self.examiner.outcomes[case.id] = outcome
        self.examiner.tell(
            {
                "event": "result",
                "number": self.number,
                "peer": self.address,
                "request": self.violations,
                **json_of_outcome(outcome, self.hide),
            },
            lines_of_result(self.number, outcome, self.violations, self.examiner.style, self.hide),
        )
        self.drop()
