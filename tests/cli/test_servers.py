"""What the servers of the command line do with a client, step by step and with a clock of the test.

No loop runs here: a test says what arrives, that something is sent, or that the time is over.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

import pytest

from ws_handshake import network, servers
from ws_handshake.closing import close_frame
from ws_handshake.conformance import Outcome, json_of_outcome, lines_of_result, lines_of_sum
from ws_handshake.network import Peer
from ws_handshake.report import Judged, Style, json_of_message, lines_of_findings, lines_of_message
from ws_handshake.request import Request
from ws_handshake.servers import Examiner, StandIn, as_message
from ws_handshake.testing import judge_client, response_cases

from .running import ANSWER, STRIPPED, VALID

CLOSE = close_frame()
MASKED = close_frame(os.urandom)
ADDRESS = "192.0.2.7:5"
LIMIT = 20.0


class Ended(Exception):
    """The loop would begin here."""


class Noted:
    """In place of the loop: what peers wait for, and which of them are forgotten."""

    watched: list[int]
    forgotten: int

    def serve(self) -> NoReturn:
        raise Ended

    def watch(self, peer: Peer, event: int) -> None:
        self.watched.append(event)

    def forget(self, peer: Peer) -> None:
        self.forgotten += 1


class NotedStandIn(Noted, StandIn):
    pass


class NotedExaminer(Noted, Examiner):
    pass


class Clock:
    """In place of the module `time`."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


class Scene:
    """A server, one of its peers, the other end of its connection, and what was told."""

    def __init__(self, clock: Clock, theirs: socket.socket) -> None:
        self.clock = clock
        self.theirs = theirs
        self.events: list[dict[str, Any]] = []
        self.lines: list[str] = []
        self.server: Any = None
        self.peer: Any = None

    def begin(self, server: Any, ours: socket.socket) -> None:
        """A client has connected."""
        self.server = server
        server.watched = []
        server.forgotten = 0
        self.peer = server.meet(7, ours, ADDRESS)

    def tell(self, event: dict[str, Any], lines: Iterable[str]) -> None:
        self.events.append(event)
        self.lines += lines

    def told(self) -> list[dict[str, Any]]:
        """What was told since the last time."""
        events, self.events = self.events, []
        return events

    @property
    def left(self) -> float:
        """The seconds that the peer still has; the next thing happens a second later."""
        left = round(self.peer.deadline - self.clock.now, 6)
        self.clock.now += 1.0
        return float(left)

    def ended(self) -> bool:
        """Whether the server said that it sends no more."""
        try:
            return self.theirs.recv(1) == b""
        except BlockingIOError:
            return False

    @property
    def dropped(self) -> bool:
        return (self.server.forgotten, self.peer.socket.fileno()) == (1, -1)

    def go(self) -> bytes:
        """Let the peer send what it wants to send; these bytes."""
        assert self.server.watched.pop() == selectors.EVENT_WRITE
        assert not self.server.watched
        data, self.peer.output = bytes(self.peer.output), b""
        self.peer.sent()
        return data


@contextlib.contextmanager
def scene(kind: Any, *arguments: Any, style: Style | None = None) -> Iterator[Scene]:
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(network, "time", clock)
        patch.setattr(servers, "time", clock)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            theirs = socket.create_connection(listener.getsockname())
            ours, _ = listener.accept()
            theirs.setblocking(False)
            made = Scene(clock, theirs)
            server = kind(listener, made.tell, style or Style(), LIMIT, *arguments)
            with ours, theirs:
                made.begin(server, ours)
                try:
                    yield made
                finally:
                    server.close()


def stand_in(
    origins: Any = None, subprotocols: Iterable[str] = (), style: Style | None = None
) -> contextlib.AbstractContextManager[Scene]:
    return scene(NotedStandIn, origins, subprotocols, style=style)


def examiner(*ids: str) -> contextlib.AbstractContextManager[Scene]:
    return scene(NotedExaminer, ids)


# --- In a server's place --------------------------------------------------------------------------


def arrival(data: bytes, answer: int | None, agreement: Any = None, **others: Any) -> Any:
    """What is told of a request."""
    return {
        "event": "arrival",
        "number": 7,
        "peer": ADDRESS,
        "request": json_of_message(Judged(as_message(data), **others)),
        "answer": answer,
        "agreement": agreement,
    }


OPENED: dict[str, Any] = {"subprotocol": None, "extensions": []}


def closed(status: int | None) -> dict[str, Any]:
    return {"event": "closed", "number": 7, "close": status}


def test_what_is_told_at_first() -> None:
    with stand_in() as one:
        host, port = one.server.where
        with pytest.raises(Ended):
            one.server.run()
        assert one.told() == [{"event": "listening", "host": "127.0.0.1", "port": port}]
        assert one.lines == [f"Listening at ws://{host}:{port}/ - Ctrl-C ends it."]


def test_a_client_that_opens_and_closes() -> None:
    with stand_in() as one:
        assert (one.left, one.dropped) == (LIMIT, False)
        one.peer.take(VALID)
        assert one.told() == [arrival(VALID, 101, OPENED)]
        judged = Judged(as_message(VALID))
        assert one.lines == [
            f"#7 from {ADDRESS}",
            "",
            *lines_of_message(judged, Style()),
            "",
            *lines_of_findings(judged, Style()),
            "",
            "#7 answered: 101 Switching Protocols",
            "",
        ]
        assert one.left == LIMIT
        assert one.go() == ANSWER + b"\x88\x02\x03\xe8"
        assert (one.left, one.ended(), one.told()) == (2.0, False, [])
        one.peer.take(MASKED[:4])
        assert (one.dropped, one.told()) == (False, [])
        one.peer.take(MASKED[4:])
        assert (one.dropped, one.told()) == (True, [closed(1000)])
        assert one.lines[-1] == "#7 the client closed with 1000."


def test_the_colours_of_a_stand_in() -> None:
    with stand_in(style=Style(True)) as one:
        one.peer.take(STRIPPED)
        judged = Judged(as_message(STRIPPED))
        message = lines_of_message(judged, Style(True))
        assert one.lines[:-3] == [
            f"\x1b[1m#7 from {ADDRESS}\x1b[0m",
            "",
            *message,
            "",
            *lines_of_findings(judged, Style(True)),
        ]


def test_a_close_frame_that_came_with_the_request() -> None:
    with stand_in() as one:
        one.peer.take(VALID[:50])
        assert (one.told(), one.server.watched) == ([], [])
        one.peer.take(VALID[50:] + MASKED)
        assert one.told() == [arrival(VALID + MASKED, 101, OPENED)]
        assert one.go() == ANSWER + b"\x88\x02\x03\xe8"
        assert (one.dropped, one.told()) == (True, [closed(1000)])


def test_frames_before_the_close_frame_are_passed_over() -> None:
    with stand_in() as one:
        one.peer.take(VALID + b"\x81\x80abcd")
        one.go()
        one.told()
        one.peer.take(b"\x88\x80abcd")
        assert one.told() == [closed(1005)]


def test_a_client_that_opens_and_says_no_goodbye() -> None:
    for end in ("close", "time"):
        with stand_in() as one:
            one.peer.take(VALID)
            one.go()
            one.told()
            if end == "close":
                one.peer.take(b"")
            else:
                one.peer.expire()
            assert (one.dropped, one.told()) == (True, [closed(None)])
            assert one.lines[-1] == "#7 the client closed without a Close frame."


def test_a_client_that_talks_on() -> None:
    endless = b"\x82\x7f" + b"\xff" * 8
    with stand_in() as one:
        one.peer.take(VALID)
        one.go()
        one.told()
        one.peer.take(endless + bytes(65526))
        assert (one.dropped, one.told()) == (False, [])
        one.peer.take(b"\0")
        assert (one.dropped, one.told()) == (True, [closed(None)])


def test_a_client_that_is_refused() -> None:
    with stand_in() as one:
        one.peer.take(STRIPPED)
        (event,) = one.told()
        assert (event["answer"], event["agreement"]) == (426, None)
        assert event["request"]["valid"] is False
        assert one.lines[-2:] == ["#7 answered: 426 Upgrade Required", ""]
        assert one.left == LIMIT
        assert one.go().startswith(b"HTTP/1.1 426 Upgrade Required\r\n")
        assert (one.left, one.ended(), one.dropped) == (1.0, True, False)
        one.peer.take(bytes(65537))
        assert (one.told(), one.dropped) == ([], False)
        one.peer.take(b"")
        assert (one.told(), one.dropped) == ([], True)


def test_what_the_library_refuses_is_judged_as_it_says() -> None:
    foreign = VALID[:-2] + b"Origin: https://b.example\r\n\r\n"
    with stand_in(origins=["https://a.example"]) as one:
        one.peer.take(foreign)
        (event,) = one.told()
    assert event["answer"] == 403
    assert [each["code"] for each in event["request"]["violations"]] == ["origin-not-allowed"]


def test_a_client_that_is_refused_and_stays() -> None:
    with stand_in() as one:
        one.peer.take(STRIPPED)
        one.go()
        one.told()
        one.peer.expire()
        assert (one.told(), one.dropped) == ([], True)


def test_a_client_that_is_gone_behind_a_refusal() -> None:
    class Gone(socket.socket):
        def shutdown(self, how: int) -> None:
            raise OSError(107, "Transport endpoint is not connected")

    with stand_in() as one:
        one.peer.take(STRIPPED)
        one.peer.socket = Gone(fileno=one.peer.socket.detach())
        one.told()
        one.go()
        assert (one.told(), one.dropped) == ([], True)


def test_half_a_request_when_the_time_is_over() -> None:
    with stand_in() as one:
        one.peer.take(b"GET /chat HTTP/1.1\r\n")
        one.peer.expire()
        (event,) = one.told()
        assert (event["answer"], event["number"]) == (408, 7)
        assert one.lines[-2] == "#7 answered: 408 Request Timeout"
        assert one.go().startswith(b"HTTP/1.1 408 Request Timeout\r\n")
        assert (one.left, one.ended()) == (1.0, True)


@pytest.mark.parametrize("data", [b"", b"GET /chat HTTP/1.1\r\n"])
def test_a_client_that_goes_before_its_request_is_whole(data: bytes) -> None:
    with stand_in() as one:
        if data:
            one.peer.take(data)
        one.peer.take(b"")
        (event,) = one.told()
        assert (event["answer"], event["agreement"]) == (None, None)
        assert (one.dropped, one.server.watched) == (True, [])
        assert one.lines[:2] == [f"#7 from {ADDRESS}", ""]
        assert one.lines[2].startswith("   -> GET" if data else "Not a valid opening handshake")
        assert one.lines[-3:] == ["", "#7 answered: nothing: the client is gone", ""]


def test_the_subprotocol_that_was_selected() -> None:
    offered = VALID[:-2] + b"Sec-WebSocket-Protocol: v2, chat\r\n\r\n"
    with stand_in(subprotocols=["chat"]) as one:
        one.peer.take(offered)
        assert one.told() == [arrival(offered, 101, {"subprotocol": "chat", "extensions": []})]
        assert one.lines[-2:] == ["#7 answered: 101 Switching Protocols, subprotocol chat", ""]
        assert b"\r\nSec-WebSocket-Protocol: chat\r\n" in one.go()


def test_a_request_is_the_head_and_what_stands_behind() -> None:
    for data, head, rest in (
        (b"a\r\n\r\nb\r\n\r\nc", b"a\r\n\r\n", b"b\r\n\r\nc"),
        (b"a\r\nb", b"a\r\nb", b""),
        (b"", b"", b""),
    ):
        message = as_message(data)
        assert (message.kind, message.head, message.rest) == ("request", head, rest)


# --- For clients under test -----------------------------------------------------------------------


ALL = [case.id for case in response_cases()]


def asking(path: str) -> bytes:
    return VALID.replace(b"/chat", path.encode())


def cases_of(data: bytes) -> dict[str, Any]:
    """The cases for this request."""
    return {case.id: case for case in response_cases(Request.parse(data))}


def outcome(
    data: bytes, name: str, then: bytes, closed: bool | None, seconds: float = 0.0
) -> Outcome:
    """What comes of a case to which the client did this."""
    cases = cases_of(data)
    result = judge_client(cases[name], then, bool(closed))
    return Outcome(result, cases["plain"].data, then, closed, seconds)


def result(expected: Outcome, violations: Iterable[str] = ()) -> dict[str, Any]:
    return {
        "event": "result",
        "number": 7,
        "peer": ADDRESS,
        "request": list(violations),
        **json_of_outcome(expected, str),
    }


def test_what_an_examiner_tells_at_first_and_at_last() -> None:
    with examiner("plain", "accept-missing") as one:
        host, port = one.server.where
        with pytest.raises(Ended):
            one.server.run()
        assert one.told() == [{"event": "listening", "cases": 2, "host": "127.0.0.1", "port": port}]
        assert one.lines == [
            f"Listening at ws://{host}:{port}/ - Ctrl-C ends it.",
            "There are 2 cases, /case/1 to /case/2.",
        ]
        one.lines.clear()
        one.server.tell_end(passed=True)
        none = {"passed": 0, "failed": 0}
        assert one.told() == [
            {
                "event": "stopped",
                "passed": True,
                "counts": {"must": none, "security": none, "should": none},
            }
        ]
        assert one.lines == lines_of_sum([], Style())


def test_what_an_examiner_sends_goes_out_at_once() -> None:
    with examiner(*ALL) as one:
        assert one.peer.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_client_that_opens_passes() -> None:
    data = asking("/case/plain")
    plain = cases_of(data)["plain"].data
    with examiner("accept-missing", "plain") as one:
        assert one.left == LIMIT
        one.peer.take(data[:20])
        assert (one.server.watched, one.dropped) == ([], False)
        one.peer.take(data[20:])
        assert one.left == LIMIT
        assert one.go() == plain
        assert one.left == 0.02
        one.peer.expire()
        assert one.left == LIMIT
        assert one.go() == CLOSE
        assert (one.left, one.ended(), one.told()) == (LIMIT / 2, False, [])
        one.peer.take(MASKED[:3])
        assert (one.left, one.dropped) == (0.5, False)
        one.peer.take(MASKED[3:])
        expected = outcome(data, "plain", MASKED, None, 5.0)
        assert expected.result.passed
        assert (one.told(), one.dropped) == ([result(expected)], True)
        assert one.lines == lines_of_result(7, expected, [], Style(), str)
        (kept,) = one.server.results
        assert json_of_outcome(kept, str) == json_of_outcome(expected, str)
        one.lines.clear()
        one.server.tell_end(passed=False)
        assert one.lines == lines_of_sum([expected], Style())
        (event,) = one.told()
        assert event["passed"] is False
        assert event["counts"]["must"] == {"passed": 1, "failed": 0}


@pytest.mark.parametrize(
    ("path", "name"),
    [("/case/1", "accept-missing"), ("/case/2?x=1", "plain"), ("/case/plain?/case/1", "plain")],
)
def test_the_case_is_the_one_that_the_path_names(path: str, name: str) -> None:
    data = asking(path)
    with examiner("accept-missing", "plain") as one:
        one.peer.take(data)
        assert one.go() == cases_of(data)[name].data


def test_the_results_stand_in_the_order_of_the_cases() -> None:
    with examiner("plain", "accept-missing", "accept-empty") as one:
        for name in ("accept-empty", "plain"):
            data = asking(f"/case/{name}")
            one.server.outcomes[name] = outcome(data, name, MASKED, None)
        assert [each.case.id for each in one.server.results] == ["plain", "accept-empty"]


def to_the_end(one: Scene, data: bytes) -> bytes:
    """Let all of the case be sent."""
    one.peer.take(data)
    sent = one.go()
    while one.peer.pieces:
        one.peer.expire()
        sent += one.go()
    return sent


@pytest.mark.parametrize(
    ("name", "then", "closed"),
    [
        ("plain", b"", True),
        ("accept-missing", b"", True),
        ("accept-missing", b"\x81\x82\0\0\0\0hi", True),
        ("refused-404", b"GET / HTTP/1.1\r\n\r\n", True),
    ],
)
def test_a_client_that_closes_is_judged_at_once(name: str, then: bytes, closed: bool) -> None:
    data = asking(f"/case/{name}")
    with examiner(*ALL) as one:
        to_the_end(one, data)
        if then:
            one.peer.take(then)
            assert (one.left, one.told()) == (0.5, [])
        one.peer.take(b"")
        expected = outcome(data, name, then, closed, 1.0 if then else 0.0)
        assert (one.told(), one.dropped) == ([result(expected)], True)


def test_a_client_that_does_nothing_sees_that_no_more_comes() -> None:
    data = asking("/case/accept-missing")
    with examiner(*ALL) as one:
        to_the_end(one, data)
        assert (one.left, one.ended()) == (LIMIT / 2, False)
        one.peer.expire()
        assert (one.left, one.ended(), one.told()) == (LIMIT / 2, True, [])
        one.peer.expire()
        expected = outcome(data, "accept-missing", b"", False, 2.0)
        assert expected.result.why.startswith("it did not close: ")
        assert (one.told(), one.dropped) == ([result(expected)], True)


def test_a_client_that_sends_something_and_stays() -> None:
    data = asking("/case/plain")
    with examiner(*ALL) as one:
        to_the_end(one, data)
        one.peer.take(b"\x81\x82\0\0\0\0hi")
        assert (one.left, one.told()) == (0.5, [])
        one.peer.expire()
        expected = outcome(data, "plain", b"\x81\x82\0\0\0\0hi", False, 1.0)
        assert (one.told(), one.dropped, one.ended()) == ([result(expected)], True, True)


def test_a_client_that_never_ends_gets_no_more_time() -> None:
    data = asking("/case/plain")
    with examiner(*ALL) as one:
        to_the_end(one, data)
        one.peer.take(b"\x81\x82\0\0\0\0hi")
        end = one.peer.deadline
        for _ in range(3):
            one.clock.now += 0.1
            one.peer.take(b"\x81\x82\0\0\0\0hi")
            assert (one.peer.deadline, one.told()) == (end, [])


def test_a_client_that_sends_more_than_is_kept() -> None:
    data = asking("/case/plain")
    begin = b"\x82\xff" + b"\x7f" * 12
    with examiner(*ALL) as one:
        to_the_end(one, data)
        one.peer.take(begin + bytes(65536 - len(begin)))
        assert one.told() == []
        one.peer.take(b"\0")
        then = begin + bytes(65537 - len(begin))
        assert one.told() == [result(outcome(data, "plain", then, None))]


def test_what_came_before_the_answer_counts() -> None:
    data = asking("/case/accept-missing")
    expected = outcome(data, "accept-missing", MASKED, None)
    with examiner(*ALL) as one:
        one.peer.take(data + MASKED)
        one.go()
        assert one.told() == []
        one.peer.expire()
        one.go()
        assert (one.told(), one.dropped) == ([result(expected)], True)
    with examiner(*ALL) as one:
        one.peer.take(data)
        one.go()
        one.peer.take(MASKED[:2])
        assert one.left == 0.02
        one.peer.take(MASKED[2:])
        expected.seconds = 1.0
        assert (one.told(), one.dropped) == ([result(expected)], True)


def test_what_came_before_the_answer_and_is_not_whole_is_waited_for() -> None:
    data = asking("/case/accept-missing")
    with examiner(*ALL) as one:
        one.peer.take(data + MASKED[:3])
        one.go()
        one.peer.expire()
        one.go()
        assert (one.left, one.told()) == (0.5, [])


def test_the_pieces_of_a_case_go_out_one_after_the_other() -> None:
    data = asking("/case/pieces-in-a-value")
    case = cases_of(data)["pieces-in-a-value"]
    with examiner(*ALL) as one:
        one.peer.take(data)
        assert one.go() == case.pieces[0]
        assert one.left == 0.02
        one.peer.expire()
        assert one.go() == case.pieces[1]
        one.peer.expire()
        assert one.go() == CLOSE
        assert one.left == LIMIT / 2


def test_a_client_that_says_something_between_two_pieces_gets_the_next() -> None:
    data = asking("/case/pieces-in-a-value")
    case = cases_of(data)["pieces-in-a-value"]
    with examiner(*ALL) as one:
        one.peer.take(data)
        assert one.go() == case.pieces[0]
        one.peer.take(b"\x81\x82\0\0\0\0hi")
        one.peer.expire()
        assert (one.go(), one.told()) == (case.pieces[1], [])


def test_many_pieces_take_a_second() -> None:
    data = asking("/case/pieces-byte-by-byte")
    count = len(cases_of(data)["pieces-byte-by-byte"].pieces)
    with examiner(*ALL) as one:
        one.peer.take(data)
        assert one.go() == b"H"
        assert one.left == round(1.0 / count, 6)


def test_a_piece_that_is_not_taken_ends_with_the_time() -> None:
    data = asking("/case/plain")
    with examiner(*ALL) as one:
        one.peer.take(data)
        assert (one.peer.output != b"", one.left) == (True, LIMIT)
        one.peer.expire()
        assert one.told() == [result(outcome(data, "plain", b"", False, 1.0))]
        assert one.dropped


def test_behind_a_head_that_is_not_whole_the_server_closes_its_side() -> None:
    data = asking("/case/cut-in-a-field")
    with examiner(*ALL) as one:
        one.peer.take(data)
        assert one.go() == cases_of(data)["cut-in-a-field"].data
        assert (one.left, one.ended(), one.told()) == (LIMIT / 2, True, [])
        one.peer.take(b"")
        assert one.told() == [result(outcome(data, "cut-in-a-field", b"", True, 1.0))]


def test_a_case_that_sends_nothing() -> None:
    data = asking("/case/begins-like-nothing")
    with examiner(*ALL) as one:
        one.peer.take(data)
        assert (one.left, one.ended(), one.server.watched) == (LIMIT / 2, True, [])
        one.peer.expire()
        assert one.told() == [result(outcome(data, "begins-like-nothing", b"", False, 1.0))]


def test_a_client_that_is_gone_when_its_end_would_be_told() -> None:
    class Gone(socket.socket):
        def shutdown(self, how: int) -> None:
            raise OSError(107, "Transport endpoint is not connected")

    for data, told in (
        (asking("/case/cut-in-a-field"), 1),
        (asking("/case/none"), 0),
    ):
        with examiner(*ALL) as one:
            one.peer.take(data)
            one.peer.socket = Gone(fileno=one.peer.socket.detach())
            one.told()
            one.go()
            events = one.told()
            assert (len(events), one.dropped) == (told, True)
            assert all(event["closed"] for event in events)


def test_a_clients_own_request_is_judged_and_its_secrets_are_hidden() -> None:
    data = asking("/case/accept-missing?token=s3cr3ttoken").replace(b"Version: 13", b"Version: 8")
    with examiner(*ALL) as one:
        to_the_end(one, data)
        one.peer.take(b"GET /?token=s3cr3ttoken HTTP/1.1\r\n\r\n")
        one.peer.take(b"")
        (event,) = one.told()
    assert event["request"] == ["version-unsupported"]
    assert one.lines[-1] == "   its own request is not valid: version-unsupported"
    assert event["answer"].startswith("GET /?")
    assert "s3cr3ttoken" not in repr((event, one.lines))


def answered(status: int) -> dict[str, Any]:
    return {"event": "answered", "number": 7, "peer": ADDRESS, "status": status}


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GET /cases HTTP/1.1\r\nHost: a\r\n\r\n", 200),
        (b"GET /cases?x=1 HTTP/1.1\r\nHost: a\r\n\r\n", 200),
        (asking("/cases"), 200),
        (b"GET /case/1 HTTP/1.1\r\nHost: a\r\n\r\n", 426),
        (asking("/case/none"), 404),
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", 404),
        (b"\0\r\n\r\n", 400),
    ],
)
def test_what_asks_for_no_case_is_answered(data: bytes, status: int) -> None:
    with examiner(*ALL) as one:
        assert one.left == LIMIT
        one.peer.take(data)
        assert one.told() == [answered(status)]
        assert one.lines == [f"#7 from {ADDRESS} was answered {status}"]
        assert one.left == LIMIT
        answer = one.go()
        assert answer.startswith(b"HTTP/1.1 %d " % status)
        if status == 200:
            assert answer.endswith(b"\r\n\r\n%d\n" % len(ALL))
        elif status == 404:
            assert b"There are %d cases, " % len(ALL) in answer
        assert (one.left, one.ended(), one.dropped) == (1.0, True, False)
        one.peer.take(b"more")
        assert one.dropped is False
        one.peer.take(b"")
        assert (one.told(), one.dropped) == ([], True)


def test_a_client_that_is_answered_and_stays() -> None:
    with examiner(*ALL) as one:
        one.peer.take(asking("/case/none"))
        one.go()
        one.told()
        one.peer.expire()
        assert (one.told(), one.dropped) == ([], True)


def test_a_client_that_asks_too_slowly() -> None:
    with examiner(*ALL) as one:
        one.peer.take(b"GET ")
        one.peer.expire()
        assert one.told() == [answered(408)]
        assert one.go().startswith(b"HTTP/1.1 408 ")
        assert (one.left, one.ended()) == (1.0, True)


@pytest.mark.parametrize("data", [b"", b"GET /case/1 HT"])
def test_a_client_that_goes_before_it_has_asked(data: bytes) -> None:
    with examiner(*ALL) as one:
        if data:
            one.peer.take(data)
        one.peer.take(b"")
        assert (one.told(), one.server.watched, one.dropped) == ([], [], True)
