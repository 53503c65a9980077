"""What a probe's notes mean: where it ended, what differs, and who is to blame."""

from __future__ import annotations

import pytest

from ws_handshake import Agreement, Request, Response, parse_uri
from ws_handshake.diagnosis import Cause
from ws_handshake.probing import (
    Probe,
    connect_failed,
    differences,
    handshake_failed,
    held_back,
    json_of_probe,
    lines_of_comparison,
    lines_of_probe,
    lookup_failed,
    note_close,
    tls_failed,
    verdict,
)
from ws_handshake.report import Judged, Style
from ws_handshake.transcript import REQUEST, Message, final_response

from .running import ANSWER, VALID

REFUSED = connect_failed("127.0.0.1:1", "Connection refused", refused=True, timed_out=False)


def probe(answer: bytes | None, failure: Cause | None = None, address: str | None = None) -> Probe:
    """A probe that got this answer from this address."""
    made = Probe(parse_uri("ws://example.com/chat"), Judged(Message(REQUEST, VALID)))
    made.failure = failure
    made.address = address
    if answer is not None:
        made.response = Judged(final_response(answer), Request.parse(VALID))
        if made.response.valid and made.response.response is not None:
            made.agreement = Agreement(
                made.response.response.headers.get("sec-websocket-protocol"),
                (),
                made.response.response,
            )
    return made


def status(number: int, **fields: str) -> bytes:
    return Response(number, fields).to_bytes()


OPEN = probe(ANSWER)
CHANGED = ANSWER.replace(b"\r\n\r\n", b"\r\nUpgrade: websocket\r\n\r\n")


@pytest.mark.parametrize(
    ("first", "second", "blame", "words"),
    [
        (OPEN, OPEN, "nobody", "nobody is to blame"),
        (probe(status(426)), OPEN, "hop", "removed or changed Upgrade and Connection"),
        (probe(status(404)), OPEN, "hop", "404 Not Found"),
        (probe(status(502)), OPEN, "hop", "does not reach the server"),
        (probe(status(301, Location="wss://a/")), OPEN, "hop", "redirects"),
        (probe(status(403)), OPEN, "hop", "changes Origin, Host or the credentials"),
        (probe(CHANGED), OPEN, "hop", "changes the 101"),
        (probe(status(418)), OPEN, "hop", "the hop in between is to blame"),
        (probe(None, REFUSED), OPEN, "network", "connection-refused"),
        (probe(None, REFUSED), OPEN, "network", "was not reached"),
        (probe(b"SSH-2.0", address="127.0.0.1:1"), OPEN, "hop", "SSH-2.0"),
        (probe(None, address="127.0.0.1:1"), OPEN, "hop", "holds the 101 back"),
        (OPEN, probe(status(400)), "server", "what only the hop in between adds"),
        (probe(status(502)), probe(None, REFUSED), "server", "is not reached"),
        (probe(None, REFUSED), probe(status(404)), "both", "is not even reached"),
        (probe(status(404)), probe(status(404)), "server", "the same answer (404 Not Found)"),
        (probe(status(404)), probe(status(401)), "both", "mend the server first"),
        (probe(None), probe(None), "server", "no answer"),
    ],
)
def test_who_is_to_blame(first: Probe, second: Probe, blame: str, words: str) -> None:
    found, sentence = verdict(first, second)
    assert found == blame
    assert words in sentence


def test_two_that_open_may_still_agree_on_something_else() -> None:
    other = probe(ANSWER)
    assert other.response is not None
    assert other.response.response is not None
    other.agreement = Agreement("chat", (), other.response.response)
    assert verdict(OPEN, other)[0] == "hop"
    assert verdict(other, other)[0] == "nobody"


def test_what_differs_is_told_in_rows() -> None:
    assert differences(OPEN, OPEN) == []
    refused = probe(
        b"HTTP/1.1 426 Upgrade Required\r\nServer: x\r\nDate: now\r\nUpgrade: websocket\r\n"
        b"Server: y\r\nContent-Length: 0\r\n\r\n"
    )
    assert differences(refused, OPEN)[:5] == [
        ("opened", "no", "yes"),
        ("answer", "426 Upgrade Required", "101 Switching Protocols"),
        ("Server", "x, y", ""),
        ("Connection", "", "Upgrade"),
        ("violations", "status-unexpected", ""),
    ]
    rows = differences(probe(None, REFUSED), OPEN)
    assert ("answer", "connection-refused", "101 Switching Protocols") in rows
    assert rows[-1] == ("causes", "connection-refused", "")


def test_the_table_is_aligned_and_long_values_are_cut() -> None:
    long = probe(status(400, Server="x" * 100))
    text = lines_of_comparison(long, OPEN, Style())
    assert text[0] == "Compared:"
    columns = {
        line.index(word) for line in text[1:3] for word in ("second URL", "yes") if word in line
    }
    assert len(columns) == 1
    assert any("x" * 41 + "..." in line for line in text)
    assert lines_of_comparison(OPEN, OPEN, Style())[0] == "Compared: no difference."
    assert "ws_handshake serve" in "\n".join(text)
    assert "ws_handshake serve" not in "\n".join(lines_of_comparison(OPEN, OPEN, Style()))


@pytest.mark.parametrize(
    ("cause", "code", "sure"),
    [
        (lookup_failed("no.example", "not known"), "name-not-found", True),
        (REFUSED, "connection-refused", True),
        (connect_failed("a:1", "", False, True), "connection-timed-out", False),
        (connect_failed("a:1", "no route", False, False), "connection-failed", True),
        (tls_failed("a", "x", "certificate"), "certificate-not-trusted", True),
        (tls_failed("a", "x", "plain"), "tls-not-spoken", True),
        (tls_failed("a", "x", "timed-out"), "tls-timed-out", False),
        (tls_failed("a", "x", "other"), "tls-failed", False),
        (handshake_failed("x", False, True, 0), "answer-timed-out", False),
        (handshake_failed("x", False, True, 9), "answer-timed-out", False),
        (handshake_failed("x", True, False, 0), "connection-closed", False),
        (handshake_failed("x", False, False, 9), "connection-closed", False),
        (held_back(60.0), "answer-held-back", False),
    ],
)
def test_each_end_of_a_probe_has_a_cause(cause: Cause, code: str, sure: bool) -> None:
    assert (cause.code, cause.sure) == (code, sure)
    assert cause.summary
    assert cause.fix
    assert all(cause.evidence)


def test_a_plain_connection_that_closes_may_have_met_tls() -> None:
    assert "wss://" in handshake_failed("x", False, False, 0).fix[0][1]
    assert "wss://" not in handshake_failed("x", True, False, 0).fix[0][1]


@pytest.mark.parametrize(
    ("seconds", "close", "ended", "odd"),
    [(60.0, None, True, True), (60.0, 1000, False, False), (0.1, None, True, False)],
)
def test_a_101_that_came_late_and_ended_at_once_is_odd(
    seconds: float, close: int | None, ended: bool, odd: bool
) -> None:
    late = probe(ANSWER)
    late.times["handshake"] = seconds
    note_close(late, close, ended)
    assert late.close == close
    assert [cause.code for cause in late.causes] == (["answer-held-back"] if odd else [])
    assert ("a proxy held the 101 back" in "\n".join(lines_of_probe(late, Style()))) is odd


def test_a_probe_that_went_nowhere_shows_no_request() -> None:
    text = "\n".join(lines_of_probe(probe(None, REFUSED), Style()))
    assert "->" not in text
    assert "Not opened." in text
    assert text.endswith("Times: none taken.")


def test_the_form_of_the_json() -> None:
    told = json_of_probe(probe(None, REFUSED))
    assert told.pop("request")["kind"] == "request"
    assert told == {
        "url": "ws://example.com/chat",
        "opened": False,
        "address": None,
        "tls": None,
        "times": {"lookup": None, "connect": None, "tls": None, "handshake": None},
        "response": None,
        "agreement": None,
        "close": None,
        "failure": {
            "code": "connection-refused",
            "summary": "nothing listens at 127.0.0.1:1",
            "sure": True,
            "evidence": ["Connection refused"],
            "fix": [{"product": "general", "text": REFUSED.fix[0][1]}],
        },
    }
