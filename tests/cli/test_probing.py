"""What a probe's notes mean: where it ended, what differs, and who is to blame."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ws_handshake import Agreement, Extension, Request, Response, parse_uri
from ws_handshake.diagnosis import Cause
from ws_handshake.probing import (
    Probe,
    connect_failed,
    differences,
    handshake_failed,
    held_back,
    json_of_probe,
    json_of_probes,
    lines_of_comparison,
    lines_of_probe,
    lookup_failed,
    note_close,
    tls_failed,
    verdict,
)
from ws_handshake.report import (
    Judged,
    Style,
    json_of_agreement,
    json_of_message,
    lines_of_causes,
    lines_of_findings,
    lines_of_message,
)
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


REFUSES = probe(b"HTTP/1.1 418 \r\nContent-Length: 0\r\n\r\n")
UNREACHED = probe(None, REFUSED)
UNREADABLE = probe(b"SSH-2.0", address="127.0.0.1:1")
ANSWERS_101 = "the server itself answers 101, through the first URL it is "
STRIPS = (
    "the hop in between removed or changed Upgrade and Connection, or sends the request to another"
    " path or server"
)
FAR = "the hop in between does not reach the server: its address, port or scheme is wrong"
REDIRECTS = "the hop in between redirects: use the URL that its Location names"
REFUSES_IT = (
    "the hop in between refuses, or it changes Origin, Host or the credentials so that the server"
    " does"
)
OTHER = "the hop in between is to blame"


@pytest.mark.parametrize(
    ("number", "answer", "why"),
    [
        *[
            (200, "200 OK", STRIPS),
            (400, "400 Bad Request", STRIPS),
            (404, "404 Not Found", STRIPS),
        ],
        *[(426, "426 Upgrade Required", STRIPS), (500, "500 Internal Server Error", STRIPS)],
        *[(501, "501 Not Implemented", STRIPS), (505, "505 HTTP Version Not Supported", STRIPS)],
        *[(502, "502 Bad Gateway", FAR), (503, "503 Service Unavailable", FAR)],
        *[(504, "504 Gateway Timeout", FAR), (300, "300 Multiple Choices", REDIRECTS)],
        *[(308, "308 Permanent Redirect", REDIRECTS), (399, "399", REDIRECTS)],
        *[(401, "401 Unauthorized", REFUSES_IT), (403, "403 Forbidden", REFUSES_IT)],
        *[(407, "407 Proxy Authentication Required", REFUSES_IT)],
        *[(299, "299", OTHER), (418, "418", OTHER), (402, "402 Payment Required", OTHER)],
    ],
)
def test_a_hop_is_blamed_by_its_status(number: int, answer: str, why: str) -> None:
    line = f"HTTP/1.1 {answer}{'' if ' ' in answer else ' '}\r\n"
    refused = probe(f"{line}Content-Length: 0\r\n\r\n".encode())
    assert verdict(refused, OPEN) == ("hop", f"{ANSWERS_101}{answer}: {why}")


@pytest.mark.parametrize(
    ("first", "second", "blame", "sentence"),
    [
        (OPEN, OPEN, "nobody", "both open, and both agree on the same: nobody is to blame"),
        (
            probe(CHANGED),
            OPEN,
            "hop",
            f"{ANSWERS_101}101 Switching Protocols: the hop in between changes the 101",
        ),
        (
            UNREACHED,
            OPEN,
            "network",
            (
                "the server itself answers 101; what stands in front of it was not reached"
                " (connection-refused)"
            ),
        ),
        (
            UNREADABLE,
            OPEN,
            "hop",
            (
                "the server itself answers 101; what the first URL leads to was reached and gave no"
                " answer that could be read ('SSH-2.0'): it speaks something else, or it asked for"
                " no upgrade itself and holds the 101 back"
            ),
        ),
        (
            OPEN,
            REFUSES,
            "server",
            (
                "the first URL opens; the second one does not (418): it is not the server that the"
                " first one leads to, or that server wants what only the hop in between adds, such"
                " as its Host or TLS"
            ),
        ),
        (
            REFUSES,
            UNREACHED,
            "server",
            (
                "the server itself is not reached (connection-refused), so the hop in between"
                " cannot reach it either: start or correct the server first, then look at what the"
                " first URL answers (418)"
            ),
        ),
        (
            UNREACHED,
            REFUSES,
            "both",
            (
                "the server itself refuses (418), and the first URL is not even reached"
                " (connection-refused): two faults, the server's first"
            ),
        ),
        (
            REFUSES,
            REFUSES,
            "server",
            (
                "the server itself gives the same answer (418): it or the request is to blame, not"
                " the hop in between"
            ),
        ),
        (
            REFUSES,
            probe(status(404)),
            "both",
            (
                "neither opens: the server itself says 404 Not Found, through the first URL it is"
                " 418; mend the server first, then compare again"
            ),
        ),
        (
            probe(None),
            probe(None),
            "server",
            (
                "the server itself is not reached (no answer), so the hop in between cannot reach"
                " it either: start or correct the server first, then look at what the first URL"
                " answers (no answer)"
            ),
        ),
    ],
)
def test_the_sentences_about_who_is_to_blame(
    first: Probe, second: Probe, blame: str, sentence: str
) -> None:
    assert verdict(first, second) == (blame, sentence)


def test_two_that_open_may_still_agree_on_something_else() -> None:
    other = probe(ANSWER)
    assert other.response is not None
    assert other.response.response is not None
    other.agreement = Agreement("chat", (), other.response.response)
    assert verdict(OPEN, other) == (
        "hop",
        (
            "both open, but not on the same: the hop in between changes Sec-WebSocket-Protocol or"
            " Sec-WebSocket-Extensions"
        ),
    )
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


REFUSAL = b"HTTP/1.1 426 Upgrade Required\r\nServer: %s\r\n\r\n"


def test_what_differs_where_one_has_no_answer() -> None:
    assert differences(UNREACHED, OPEN) == [
        ("opened", "no", "yes"),
        ("answer", "connection-refused", "101 Switching Protocols"),
        ("Upgrade", "", "websocket"),
        ("Connection", "", "Upgrade"),
        ("causes", "connection-refused", ""),
    ]
    assert differences(OPEN, UNREADABLE) == [
        ("opened", "yes", "no"),
        ("answer", "101 Switching Protocols", "'SSH-2.0'"),
        ("Upgrade", "websocket", ""),
        ("Connection", "Upgrade", ""),
        ("violations", "", "not-http-response"),
        ("causes", "", "other-protocol-answered"),
    ]
    other = b"HTTP/1.1 101 Moved\r\nLocation: wss://b.example:8000/\r\n\r\n"
    assert differences(UNREACHED, probe(other, REFUSED)) == [
        ("answer", "connection-refused", "101 Moved"),
        ("Location", "", "wss://b.example:8000/"),
        (
            "violations",
            "",
            "response-upgrade-missing, response-connection-missing, accept-missing",
        ),
        (
            "causes",
            "connection-refused",
            "connection-refused, upgrade-missing-in-101, no-accept-in-101",
        ),
    ]


def test_the_comparison_whole() -> None:
    refused = probe(REFUSAL % b"a, b")
    assert lines_of_comparison(refused, OPEN, Style()) == [
        "Compared:",
        "               first URL              second URL",
        "   opened      no                     yes",
        "   answer      426 Upgrade Required   101 Switching Protocols",
        "   Server      a, b                   -",
        "   Upgrade     -                      websocket",
        "   Connection  -                      Upgrade",
        "   violations  status-unexpected      -",
        "   causes      server-saw-no-attempt  -",
        "",
        (
            "Verdict: the server itself answers 101, through the first URL it is 426 Upgrade"
            " Required: the"
        ),
        (
            "   hop in between removed or changed Upgrade and Connection, or sends the request to"
            " another"
        ),
        "   path or server.",
        (
            "To see what really arrives at the server, let `python -m ws_handshake serve` listen in"
            " its place"
        ),
        "   and probe the first URL again.",
    ]
    assert lines_of_comparison(OPEN, OPEN, Style(True)) == [
        "\x1b[1mCompared: no difference.\x1b[0m",
        "",
        "Verdict: both open, and both agree on the same: nobody is to blame.",
    ]
    assert lines_of_comparison(refused, OPEN, Style(True))[0] == "\x1b[1mCompared:\x1b[0m"


@pytest.mark.parametrize(
    ("value", "cell"), [("x" * 44, "x" * 44), ("x" * 45, "x" * 41 + "..."), ("", "-")]
)
def test_a_cell_of_the_table_is_44_characters_wide(value: str, cell: str) -> None:
    text = lines_of_comparison(probe(REFUSAL % value.encode()), probe(REFUSAL % b"y"), Style())
    width = max(len("first URL"), len(cell))
    assert text[1:4] == [
        f"{'':11}{'first URL':<{width}}  second URL",
        f"   Server  {cell:<{width}}  y",
        "",
    ]


def test_fields_are_compared_whatever_their_letters_and_some_are_not() -> None:
    first = probe(REFUSAL % b"a\r\nDATE: x\r\nContent-Length: 0\r\nsec-websocket-accept: y\r\nX: z")
    second = probe(REFUSAL.replace(b"Server", b"SERVER") % b"b\r\nx: z\r\nVia: c")
    assert differences(first, second)[:2] == [("Server", "a", "b"), ("Via", "", "c")]
    assert differences(second, first)[:2] == [("SERVER", "b", "a"), ("Via", "c", "")]


@pytest.mark.parametrize(
    ("made", "code", "sure"),
    [
        (lambda: lookup_failed("no.example", "not known"), "name-not-found", True),
        (lambda: connect_failed("a:1", "no", True, False), "connection-refused", True),
        (lambda: connect_failed("a:1", "", False, True), "connection-timed-out", False),
        (lambda: connect_failed("a:1", "no route", False, False), "connection-failed", True),
        (lambda: tls_failed("a", "x", "certificate"), "certificate-not-trusted", True),
        (lambda: tls_failed("a", "x", "plain"), "tls-not-spoken", True),
        (lambda: tls_failed("a", "x", "timed-out"), "tls-timed-out", False),
        (lambda: tls_failed("a", "x", "other"), "tls-failed", False),
        (lambda: handshake_failed("x", False, True, 0), "answer-timed-out", False),
        (lambda: handshake_failed("x", False, True, 9), "answer-timed-out", False),
        (lambda: handshake_failed("x", True, False, 0), "connection-closed", False),
        (lambda: handshake_failed("x", False, False, 9), "connection-closed", False),
        (lambda: held_back(60.0), "answer-held-back", False),
    ],
)
def test_each_end_of_a_probe_has_a_cause(made: Callable[[], Cause], code: str, sure: bool) -> None:
    cause = made()
    assert cause.code == code
    assert cause.sure is sure
    assert cause.summary
    assert cause.fix
    assert all(cause.evidence)


RESTART = (
    "Start the server, or correct the port. A server bound to 127.0.0.1 is reached from\n"
    "its own machine only: inside a container bind it to 0.0.0.0."
)
BACK = (
    "The server or a proxy holds the request or the answer back. Behind a proxy that\n"
    "removes Upgrade a server may wait for a WebSocket that never comes: probe the server\n"
    "itself as well, with --compare."
)
LOG = "The server or its proxy gave up: look into its log."


@pytest.mark.parametrize(
    ("made", "summary", "evidence", "fix"),
    [
        (
            lambda: lookup_failed("no.\x1b", "not known"),
            "the name 'no.\\x1b' has no address as seen from this machine",
            "not known",
            (
                "Check the spelling, DNS and VPN. A container's name works only inside its own"
                " network.\nTo try an address without DNS: --resolve HOST:PORT:ADDRESS"
            ),
        ),
        (
            lambda: connect_failed("127.0.0.1:1", "Connection refused", True, False),
            "nothing listens at 127.0.0.1:1",
            "Connection refused",
            RESTART,
        ),
        (
            lambda: connect_failed("a:1", "refused", True, True),
            "nothing listens at a:1",
            "refused",
            RESTART,
        ),
        (
            lambda: connect_failed("a:1", "", False, True),
            "no answer at all from a:1",
            "",
            (
                "A firewall or security group drops the packets, or the address is wrong: open"
                " the\nport there, or correct the address."
            ),
        ),
        (
            lambda: connect_failed("a:1", "no route", False, False),
            "no connection to a:1",
            "no route",
            "Check the address, the network and the firewalls on the way.",
        ),
        (
            lambda: tls_failed("a\x1b", "x", "certificate"),
            (
                "the certificate of 'a\\x1b' is not accepted: expired, for another name, or signed"
                " by nobody known here"
            ),
            "x",
            "Install a valid certificate with its whole chain. To probe in spite of it: --insecure",
        ),
        (
            lambda: tls_failed("a", "x", "plain"),
            "this port does not speak TLS",
            "x",
            "Use ws:// here, or the port at which TLS is terminated.",
        ),
        (
            lambda: tls_failed("a", "x", "timed-out"),
            "the TLS handshake got no answer in time",
            "x",
            "The port probably expects something else than TLS: try ws://, or another port.",
        ),
        (
            lambda: tls_failed("a", "x", "other"),
            "the TLS handshake failed",
            "x",
            (
                "Look into the log of whatever terminates TLS here; it may ask for a client"
                " certificate\nor for a version of TLS that this machine does not speak."
            ),
        ),
        (
            lambda: handshake_failed("x", False, True, 0),
            "not a byte was answered in time",
            "x",
            BACK,
        ),
        (lambda: handshake_failed("x", True, True, 1), "no whole answer came in time", "x", BACK),
        (
            lambda: handshake_failed("x", True, False, 0),
            "the connection was closed without an answer",
            "x",
            LOG,
        ),
        (
            lambda: handshake_failed("x", False, False, 1),
            "the connection was closed in the middle of the answer",
            "x",
            f"{LOG} If the port speaks TLS, use wss://",
        ),
        (
            lambda: held_back(60.04),
            "a proxy held the 101 back until it gave up: it does not treat this as an upgrade",
            "the 101 came after 60.0 s, and then the connection was closed",
            (
                "An outer proxy removes Upgrade while an inner one adds it: pass Upgrade and"
                " Connection\non in every proxy."
            ),
        ),
    ],
)
def test_the_words_for_each_end(
    made: Callable[[], Cause], summary: str, evidence: str, fix: str
) -> None:
    cause = made()
    assert cause.summary == summary
    assert cause.evidence == ((evidence,) if evidence else ())
    assert cause.fix == (("general", fix),)


def test_a_plain_connection_that_closes_may_have_met_tls() -> None:
    assert "wss://" in handshake_failed("x", False, False, 0).fix[0][1]
    assert "wss://" not in handshake_failed("x", True, False, 0).fix[0][1]


@pytest.mark.parametrize(
    ("seconds", "close", "ended", "odd"),
    [
        (60.0, None, True, True),
        (5.0, None, True, True),
        (4.99, None, True, False),
        (60.0, 1000, False, False),
        (60.0, 1000, True, False),
        (60.0, None, False, False),
        (0.1, None, True, False),
        (None, None, True, False),
    ],
)
def test_a_101_that_came_late_and_ended_at_once_is_odd(
    seconds: float | None, close: int | None, ended: bool, odd: bool
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


def opened() -> Probe:
    """A probe over TLS that went well."""
    made = probe(ANSWER, address="127.0.0.1:443")
    assert made.response is not None
    assert made.response.response is not None
    made.tls = "TLSv1.3"
    made.agreement = Agreement(
        "chat",
        (Extension("permessage-deflate"), Extension("x", [("y", "1")])),
        made.response.response,
    )
    made.times.update(lookup=0.001, connect=0.00204, tls=0.0123456789, handshake=1.5)
    made.close = 1000
    return made


def test_all_that_is_told_of_a_probe_that_opened() -> None:
    made = opened()
    assert made.response is not None
    begin = [
        "Probing ws://example.com/chat",
        "   connected to 127.0.0.1:443, TLSv1.3",
        "",
        *lines_of_message(made.request, Style()),
        "",
        *lines_of_message(made.response, Style()),
        "",
        "Opened: a WebSocket.",
    ]
    times = [
        "",
        "Times: look-up 1.0 ms, connect 2.0 ms, TLS 12.3 ms, handshake 1500.0 ms.",
    ]
    assert lines_of_probe(made, Style()) == [
        *begin,
        "   subprotocol: chat",
        "   extensions: permessage-deflate, x; y=1",
        "   closed with: 1000",
        *times,
    ]
    assert made.agreement is not None
    made.agreement = Agreement(None, (), made.agreement.response)
    made.close = None
    assert lines_of_probe(made, Style()) == [
        *begin,
        "   subprotocol: none",
        "   extensions: none",
        "   closed with: nothing (our Close frame was not answered)",
        *times,
    ]
    made.failure = held_back(60.0)
    told = lines_of_causes([made.failure], Style())
    assert lines_of_probe(made, Style())[-len(told) - 2 : -2] == told
    colours = lines_of_probe(made, Style(True))
    assert colours[0] == "\x1b[1mProbing ws://example.com/chat\x1b[0m"
    assert "\x1b[32mOpened: a WebSocket.\x1b[0m" in colours


def test_all_that_is_told_of_a_probe_that_was_refused() -> None:
    made = probe(status(426), address="[::1]:1")
    made.uri = parse_uri("ws://example.com/chat?token=b3BlbnNlc2FtZQ")
    assert made.response is not None
    for style in (Style(), Style(True)):
        assert lines_of_probe(made, style) == [
            style.strong("Probing ws://example.com/chat?<redacted, 20 characters>"),
            "   connected to [::1]:1",
            "",
            *lines_of_message(made.request, style),
            "",
            *lines_of_message(made.response, style),
            "",
            *lines_of_findings(made.response, style),
            "",
            "Times: none taken.",
        ]


def test_all_that_is_told_of_a_probe_without_an_answer() -> None:
    for style in (Style(), Style(True)):
        assert lines_of_probe(probe(None, REFUSED), style) == [
            style.strong("Probing ws://example.com/chat"),
            "",
            style.bad("Not opened."),
            *lines_of_causes([REFUSED], style),
            "",
            "Times: none taken.",
        ]
    sent = probe(None, REFUSED)
    sent.times["handshake"] = 0.5
    assert lines_of_probe(sent, Style()) == [
        "Probing ws://example.com/chat",
        "",
        *lines_of_message(sent.request, Style()),
        "",
        "Not opened.",
        *lines_of_causes([REFUSED], Style()),
        "",
        "Times: handshake 500.0 ms.",
    ]


def test_a_probe_that_has_just_begun() -> None:
    made = Probe(parse_uri("ws://example.com/chat"), Judged(Message(REQUEST, VALID)))
    assert json_of_probe(made) == {
        "url": "ws://example.com/chat",
        "opened": False,
        "address": None,
        "tls": None,
        "times": {"lookup": None, "connect": None, "tls": None, "handshake": None},
        "request": json_of_message(made.request),
        "response": None,
        "agreement": None,
        "close": None,
        "failure": None,
    }
    assert made.causes == []


def test_the_json_of_a_probe_that_opened() -> None:
    made = opened()
    assert made.response is not None
    made.uri = parse_uri("ws://example.com/chat?token=b3BlbnNlc2FtZQ")
    assert json_of_probe(made) == {
        "url": "ws://example.com/chat?<redacted, 20 characters>",
        "opened": True,
        "address": "127.0.0.1:443",
        "tls": "TLSv1.3",
        "times": {"lookup": 0.001, "connect": 0.00204, "tls": 0.012346, "handshake": 1.5},
        "request": json_of_message(made.request),
        "response": json_of_message(made.response),
        "agreement": json_of_agreement(made.agreement),
        "close": 1000,
        "failure": None,
    }


def test_the_json_of_one_probe_and_of_two() -> None:
    refused = probe(REFUSAL % b"a")
    assert json_of_probes([OPEN]) == {
        "form": 1,
        "command": "probe",
        "opened": True,
        "probes": [json_of_probe(OPEN)],
        "comparison": None,
    }
    assert json_of_probes([refused, OPEN]) == {
        "form": 1,
        "command": "probe",
        "opened": False,
        "probes": [json_of_probe(refused), json_of_probe(OPEN)],
        "comparison": {
            "differences": [
                {"what": "opened", "first": "no", "second": "yes"},
                {
                    "what": "answer",
                    "first": "426 Upgrade Required",
                    "second": "101 Switching Protocols",
                },
                {"what": "Server", "first": "a", "second": ""},
                {"what": "Upgrade", "first": "", "second": "websocket"},
                {"what": "Connection", "first": "", "second": "Upgrade"},
                {"what": "violations", "first": "status-unexpected", "second": ""},
                {"what": "causes", "first": "server-saw-no-attempt", "second": ""},
            ],
            "blame": "hop",
            "verdict": f"{ANSWERS_101}426 Upgrade Required: {STRIPS}",
        },
    }


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
