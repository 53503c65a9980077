"""What is told of a handshake, word for word: reports as text and as JSON."""

from __future__ import annotations

from typing import Any

import pytest

from ws_handshake import Extension, Response, report
from ws_handshake.causes import IN_LOCATION
from ws_handshake.diagnosis import Cause, Diagnosis, diagnose_request
from ws_handshake.errors import InvalidRequest, Violation
from ws_handshake.negotiation import Agreement
from ws_handshake.report import (
    Judged,
    Style,
    body_lines,
    headline,
    json_of_agreement,
    judge_all,
    lines_of_causes,
    lines_of_findings,
    lines_of_message,
)
from ws_handshake.transcript import REQUEST, RESPONSE, Message, read_transcript

from .running import ACCEPT, ANSWER, KEY, STRIPPED, VALID, Done, run


def check(data: bytes, *options: str) -> Done:
    return run("check", *options, stdin=data)


def judged(*data: bytes) -> Judged:
    """The last of these messages, judged."""
    return judge_all(read_transcript(b"".join(data)))[-1]


# --- Whole reports --------------------------------------------------------------------------------

# The texts of causes are pinned by the tests of the diagnosis; those that stand here are short.
OPENED = f"""\
The request:

   -> GET /chat HTTP/1.1
       a GET for this path, in HTTP/1.1: a handshake begins as plain HTTP (§4.1)
   -> Host: example.com
       the server's name and port, for servers with several names (RFC 9110 §7.2)
   -> Upgrade: websocket
       the protocol the client wants to switch to (RFC 6455 §4.1)
   -> Connection: Upgrade
       tells proxies that Upgrade is for the next hop (RFC 9110 §7.6.1)
   -> Sec-WebSocket-Key: {KEY}
       16 random bytes as base64; the answer must fit them (RFC 6455 §4.1)
   -> Sec-WebSocket-Version: 13
       the protocol's version; 13 is RFC 6455 (§4.1)
   ->
       the blank line that ends the head

A valid opening handshake.

The response:

   <- HTTP/1.1 101 Switching Protocols
       101: from the blank line on, this connection speaks WebSocket (§4.2.2)
   <- Upgrade: websocket
       confirms the protocol switched to (RFC 6455 §4.2.2)
   <- Connection: Upgrade
       confirms that the connection is upgraded (RFC 6455 §4.2.2)
   <- Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
       proves that a WebSocket server read the key (RFC 6455 §4.2.2)
   <-
       the blank line that ends the head

   behind the head stand 2 bytes of WebSocket frames

A valid answer to an opening handshake.
"""
TWICE = """\
note: the lines end with LF alone, as in pasted text: read as CR LF
note: the blank line that ends the head of the response was missing: added

The response:

   <- HTTP/1.1 101 Switching Protocols
       101: from the blank line on, this connection speaks WebSocket (§4.2.2)
   <- Upgrade: websocket
       confirms the protocol switched to (RFC 6455 §4.2.2)
   <- Connection: Upgrade
       confirms that the connection is upgraded (RFC 6455 §4.2.2)
   <- Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
       proves that a WebSocket server read the key (RFC 6455 §4.2.2)
   <- Sec-WebSocket-Protocol: x
       the one subprotocol the server selected (RFC 6455 §4.2.2)
   <- Sec-WebSocket-Protocol: y
       the one subprotocol the server selected (RFC 6455 §4.2.2)
    !! Sec-WebSocket-Protocol is there 2 times
   <-
       the blank line that ends the head

Not a valid answer to an opening handshake: 1 violation.
   response-subprotocol-repeated (RFC 6455 §11.3.4)
       Sec-WebSocket-Protocol is there 2 times

Cause:
   The server or a proxy writes Sec-WebSocket-Protocol more than once.
   - seen: Sec-WebSocket-Protocol is 'x, y' on 2 lines

   Fix, the server:

       Select one subprotocol, in one place.

   Fix, nginx:

       # remove the line: add_header Sec-WebSocket-Protocol
"""
REFUSED = """\
The response:

   <- HTTP/1.1 403 Forbidden
       the status: nothing but 101 opens a WebSocket (RFC 6455 §4.1)
    !! the server answered '403 Forbidden' instead of 101
   <- Server: x
       the program that answered: it tells which hop this was (RFC 9110 §10.2.4)
   <-
       the blank line that ends the head

   its body says:
       no

Not a valid answer to an opening handshake: 1 violation.
   status-unexpected (RFC 6455 §4.1)
       the server answered '403 Forbidden' instead of 101

Likely cause:
   The server refuses this client: by its Origin, by a Host that a proxy changed, or for want of
   rights.
   - seen: the status is 403
   - seen: Server is 'x'

   A proxy_set_header in a location of nginx cancels all those that stand around the location:
   repeat them in it.

   Fix, nginx, in this location { }:

       proxy_set_header Host $http_host;

   Fix, the server:

       Allow this origin, in full: https://example.com, with a port that is not 443.

   Fix, Vite:

       server: { proxy: { "/ws": { target: "http://127.0.0.1:8000", ws: true } } }
"""
READS = """\
note: no HTTP message was recognised in this text

check reads a request or a response: raw bytes, what curl -v, -i or --trace printed, a curl
command, the network panel of a browser with its headers or the HAR file that it saves, a log
with the headers or with the request line and the status, the error in which a browser, a server
or a library says what is wrong, and lines of nginx's error log or configuration.
"""
NO_FAULT = """\
note: the lines end with LF alone, as in pasted text: read as CR LF
note: read as the first line of a 101, without its fields: the upgrade was taken

Nothing in it tells of a fault. What really goes over the connection tells more: python -m
ws_handshake probe URL, and python -m ws_handshake serve in place of the server behind the
proxy.
"""
REPORTS = {
    "opened": (VALID + ANSWER + b"\x88\x00", 0, OPENED),
    "a field that is there twice": (
        ANSWER.replace(b"\r\n\r\n", b"\r\nSec-WebSocket-Protocol: x\r\n").replace(b"\r", b"")
        + b"Sec-WebSocket-Protocol: y",
        1,
        TWICE,
    ),
    "a refusal": (b"HTTP/1.1 403 Forbidden\r\nServer: x\r\n\r\nno", 1, REFUSED),
    "no message": (b"hello", 1, READS),
    "no fault": (b"HTTP/1.1 101 Switching Protocols\n", 1, NO_FAULT),
}


@pytest.mark.parametrize("name", REPORTS)
def test_the_whole_report(name: str) -> None:
    data, status, told = REPORTS[name]
    assert check(data) == (status, told, "")


def test_a_finding_without_a_cause_has_its_hint_once() -> None:
    found = judged(b"GET / HTTP/1.1\r\nX: y\r\n\r\n")
    hint = "a hint " * 14
    found.violations = [
        Violation("a-code", None, "RFC 1 §1", "a is wrong", hint),
        Violation("b-code", "X", "RFC 1 §2", "b is wrong", hint),
        Violation("c-code", "Y", "RFC 1 §3", "c is wrong", None),
        Violation("d-code", "Y", "RFC 1 §3", "d is wrong", "Another."),
    ]
    found.causes = []
    assert lines_of_findings(found, Style()) == [
        "Not a valid opening handshake: 4 violations.",
        "   a-code (RFC 1 §1)",
        "       a is wrong",
        "       " + "a hint " * 12 + "a",
        "       hint a hint",
        "   b-code (RFC 1 §2)",
        "       b is wrong",
        "   c-code (RFC 1 §3)",
        "       c is wrong",
        "   d-code (RFC 1 §3)",
        "       d is wrong",
        "       Another.",
    ]
    found.violations = found.violations[2:]
    found.causes = [Cause("e", "Why.", [], [], True)]
    assert lines_of_findings(found, Style())[0] == "Not a valid opening handshake: 2 violations."
    assert lines_of_findings(found, Style(colours=True))[-5:] == [
        "   \x1b[1md-code\x1b[0m (RFC 1 §3)",
        "       d is wrong",
        "",
        "\x1b[1mCause:\x1b[0m",
        "   Why.",
    ]


CAUSE = Cause(
    "a-code",
    "A proxy removed Upgrade.",
    ["Upgrade is missing", "X is '\x1b\xe9'"],
    [("the server", "one\n\n  two  \n"), ("a shell", "ls")],
    True,
)
TOLD = """\

Cause:
   A proxy removed Upgrade.
   - seen: Upgrade is missing
   - seen: X is '\\x1b\\xe9'

   Fix, the server:

       one

         two

   Fix, a shell:

       ls
"""
IN_NGINX = """\

Likely cause:
   Why.

   This location, for nginx, is the one that answers /ws

   A proxy_set_header in a location of nginx cancels all those that stand around the location:
   repeat them in it.

   Fix, nginx, in this location { }:

       proxy_set_header X y;
"""
WITHOUT_PATH = IN_NGINX.replace("   This location, for nginx, is the one that answers /ws\n\n", "")
REPEAT = IN_NGINX[IN_NGINX.index("   A proxy_set") : IN_NGINX.index("   Fix")]


def located(text: str) -> list[Cause]:
    return [Cause("a", "Why.", [], [(IN_LOCATION, text)], False)]


@pytest.mark.parametrize(
    ("causes", "path", "told"),
    [
        ([], "/ws", ""),
        ([CAUSE], "", TOLD),
        ([CAUSE], "/ws", TOLD),
        ([CAUSE, *located("proxy_set_header X y;")], "/ws", TOLD + IN_NGINX),
        (located("proxy_set_header X y;"), "/", WITHOUT_PATH),
        (located("proxy_set_header X y;"), "", WITHOUT_PATH),
        (located("proxy_set_header X y;"), "*ws", WITHOUT_PATH),
        (located("proxy_set_header X y;"), "/a", IN_NGINX.replace("answers /ws", "answers /a")),
        (
            located("proxy_http_version 1.1;"),
            "/ws",
            IN_NGINX.replace(REPEAT, "").replace("set_header X y", "http_version 1.1"),
        ),
    ],
)
def test_causes_are_told_with_evidence_and_fix(causes: list[Cause], path: str, told: str) -> None:
    assert "".join(f"{line}\n" for line in lines_of_causes(causes, Style(), path)) == told


def test_long_sentences_are_wrapped_and_words_are_not() -> None:
    causes = [Cause("a", "a long-word " * 12, ["x" * 100, "y z " * 30], [], True)]
    assert lines_of_causes(causes, Style()) == [
        "",
        "Cause:",
        "   " + "a long-word " * 7 + "a",
        "   long-word" + " a long-word" * 4,
        "   - seen:",
        "     " + "x" * 100,
        "   - seen: " + "y z " * 21 + "y",
        "     " + "z y " * 8 + "z",
    ]


def test_colours() -> None:
    found = judged(b"GET / HTTP/1.0\r\nX: y\r\n\r\n")
    assert lines_of_message(found, Style(colours=True))[:8] == [
        "   -> \x1b[31mGET / HTTP/1.0\x1b[0m",
        "       \x1b[2mmethod, target and HTTP version (RFC 9112 §3)\x1b[0m",
        "    !! \x1b[31mthe request is HTTP/1.0; a WebSocket handshake needs HTTP/1.1\x1b[0m",
        "   -> \x1b[1mX: y\x1b[0m",
        "       \x1b[2ma field that the handshake does not use\x1b[0m",
        "   ->",
        "       \x1b[2mthe blank line that ends the head\x1b[0m",
        "    !! \x1b[31mHost is missing\x1b[0m",
    ]
    assert lines_of_findings(found, Style(colours=True))[:2] == [
        "\x1b[31mNot a valid opening handshake: 6 violations.\x1b[0m",
        "   \x1b[1mhttp-version-too-old\x1b[0m (RFC 6455 §4.2.1)",
    ]
    assert lines_of_findings(judged(VALID), Style(colours=True)) == [
        "\x1b[32mA valid opening handshake.\x1b[0m"
    ]
    assert lines_of_causes(located("x"), Style(colours=True)) == [
        *("", "\x1b[1mLikely cause:\x1b[0m", "   Why.", ""),
        *("   \x1b[32mFix\x1b[0m, nginx, in this location { }:", "", "       x"),
    ]
    plain = Style()
    for style in (plain.bad, plain.good, plain.strong, plain.faint):
        assert style("text") == "text"


# --- Where a violation stands ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "places", "elsewhere"),
    [
        (
            (
                b"POST /#a HTTP/1.0\r\nHost: a\r\nhost: b\r\nUpgrade: x\r\nupgrade: websocket\r\n"
                b"Sec-WebSocket-Version: 1\r\n\r\n"
            ),
            {
                0: ["http-version-too-old", "method-not-get", "target-malformed"],
                2: ["host-repeated"],
                4: ["upgrade-repeated"],
                5: ["version-unsupported"],
            },
            ["connection-missing", "key-missing"],
        ),
        (b"GET /\r\n\r\n", {0: ["request-line-malformed"]}, []),
        (VALID.replace(b"/1.1", b"/2.0"), {0: ["http-version-unsupported"]}, []),
        (b"GET / HTTP/1.1\r\nhost : a\r\n\r\n", {}, ["space-before-colon"]),
        (b"", {}, ["nothing-received"]),
        (
            b"HTTP/1.0 101 x\r\n\r\n",
            {0: ["response-http-version"]},
            ["response-upgrade-missing", "response-connection-missing", "accept-missing"],
        ),
        (b"HTTP/1.1 404 x\r\n\r\n", {0: ["status-unexpected"]}, []),
        (b"HTTP/1.1 099 x\r\n\r\n", {0: ["status-line-malformed"]}, []),
        (
            b"HTTP/1.1 101 x\r\nUpgrade: a\r\nupgrade: b\r\n\r\n",
            {2: ["response-upgrade-repeated"]},
            ["response-connection-missing", "accept-missing"],
        ),
    ],
)
def test_a_violation_stands_at_its_line(
    message: bytes, places: dict[int, list[str]], elsewhere: list[str]
) -> None:
    kind = RESPONSE if message.startswith(b"HTTP") else REQUEST
    found = Judged(Message(kind, message))
    at = [[each.code for each in found.faults(index)] for index in range(len(found.lines))]
    assert {index: codes for index, codes in enumerate(at) if codes} == places
    assert [each.code for each in found.faults_elsewhere()] == elsewhere


def test_what_the_library_raised_is_added_once() -> None:
    message = Message(REQUEST, VALID)
    error = InvalidRequest(code="origin-not-allowed", value="https://b.example")
    found = Judged(message, error=error)
    assert (found.valid, [each.code for each in found.violations]) == (False, [error.code])
    assert found.violations == [error.violation]
    head = VALID.replace(b"Version: 13", b"Version: 12")
    again = InvalidRequest(code="version-unsupported", value="11")
    (violation,) = Judged(Message(REQUEST, head), error=again).violations
    assert violation.message != again.violation.message


# --- What an answer repeats -----------------------------------------------------------------------

MANY = "&".join(f"k{number:03}=v{number:04}" for number in range(150))
HIDDEN = [
    # What the request has behind the `?`, its fields, the answer's body, and how that is shown.
    ("sid=abc1&transport=polling", "", "abc1 sid=abc1 polling", "<redacted> <redacted> polling"),
    ("a=b1;c=d12,e=f345", "", "b1 a=b1 d12 f345", "b1 <redacted> <redacted> <redacted>"),
    ("abc=def=ghi", "", "ghi def=ghi abc", "ghi <redacted> abc"),
    ("t=a%20b%21", "", "a b! or a%20b%21 or a%20b", "<redacted> or <redacted> or a%20b"),
    ("t=%C3%A91", "", "no \xe91 here", "no <redacted> here"),
    ("t=%c3%A91", "", "no \xc3\xa91 here", "no <redacted> here"),
    ("t=%0dxyz", "", "xyz %0dxyz", "xyz <redacted>"),
    ("t=%0d%0A%0d%0A", "", "a\r\n\r\nb %0d%0A%0d%0A", "a\nb <redacted>"),
    ("t=%0Axyz", "", "a\nxyz %0Axyz", "a\nxyz <redacted>"),
    ("t=<x>y", "", "<x>y or &lt;x&gt;y", "<redacted> or <redacted>"),
    ("t=a%26b", "", "a&b or a&amp;b", "<redacted> or <redacted>"),
    # What pages, JSON and URLs make of it.
    ('t=a"b', "", 'a"b a&quot;b a\\"b a%22b', "<redacted> <redacted> <redacted> <redacted>"),
    ("t=a'b", "", "a'b a&#39;b a&#x27;b a%27b", "<redacted> <redacted> <redacted> <redacted>"),
    ("t=a\\b/c", "", "a\\\\b/c a\\\\b\\/c a%5Cb%2Fc", "<redacted> <redacted> <redacted>"),
    ("t=a~b._-c", "", "a~b._-c a%7Eb._-c", "<redacted> a%7Eb._-c"),
    ("t=a\"b'c", "", "a&quot;b&#39;c a&quot;b&#x27;c a&#34;b'c", "<redacted> <redacted> a&#34;b'c"),
    ("", "X-Api-Key: \xe91", "%C3%83%C2%A91", "<redacted>"),
    ("t=%C3%A91", "", "%C3%A91 %E91", "<redacted> %E91"),
    ("T=POLLING&x=True&y=null", "", "POLLING True null", "POLLING True null"),
    ("", "X-Api-Key: k3y", "no k3y", "no <redacted>"),
    ("", "X-Other: k3y", "no k3y", "no k3y"),
    ("", "Cookie: a=1234; b=5678", "1234 5678 a b", "<redacted> <redacted> a b"),
    (
        "",
        "Authorization: Basic bWU6cHcxMjM=",
        "me:pw123 pw123 me bWU6cHcxMjM= basic",
        "<redacted> <redacted> me <redacted> basic",
    ),
    ("", "Authorization: BASIC   bWU6cHcxMjM=", "me:pw123", "<redacted>"),
    ("", "Authorization: Basic bWU6cHc6MTIz", "pw:123 or 123", "<redacted> or 123"),
    ("", "Authorization: Basic bWVwdzEyMw==", "mepw123", "mepw123"),
    # Only so many are looked for, the longest ones.
    (MANY, "", "k149=v0149 v0096 v0097", "<redacted> <redacted> v0097"),
]


@pytest.mark.parametrize(("query", "field", "body", "shown"), HIDDEN)
def test_what_the_request_kept_secret_is_hidden_in_the_answer(
    query: str, field: str, body: str, shown: str
) -> None:
    request = VALID.replace(b"/chat", f"/chat?{query}".encode())
    if field:
        request = request[:-2] + f"{field}\r\n\r\n".encode()
    for head in (b"HTTP/1.1 404 No\r\n\r\n", b"HTTP/1.1 404\tNo\r\n\r\n"):  # also a malformed one
        found = judged(request, head, body.encode())
        assert "\n".join(body_lines(found)) == shown


def test_what_is_no_secret_stays_readable() -> None:
    answer = b"HTTP/1.1 404 No\r\n\r\nno /chat at example.com"
    assert body_lines(judged(VALID, answer)) == ["no /chat at example.com"]


def test_secrets_are_hidden_in_all_that_is_told_of_an_answer() -> None:
    request = VALID.replace(b"/chat", b"/chat?t=s3cr3t")
    answer = b"HTTP/1.1 101 s3cr3t\r\nUpgrade: s3cr3t\r\nConnection: s3cr3t\r\n\r\n"
    found = judged(request, answer)
    assert [line for line, _ in found.lines] == [
        "HTTP/1.1 101 <redacted>",
        "Upgrade: <redacted>",
        "Connection: <redacted>",
        "",
    ]
    assert [each.message for each in found.violations] == [
        "Upgrade in the 101 is '<redacted>'; it must be websocket and nothing else",
        "Connection in the 101 is '<redacted>', without upgrade",
        "Sec-WebSocket-Accept is missing from the 101",
    ]
    assert [each.evidence for each in found.causes] == [
        ("Upgrade is '<redacted>'",),
        ("Sec-WebSocket-Accept is missing",),
    ]
    assert headline(found) == "101 <redacted>"


# --- The rest of a message ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (b"one\n\n two \nthree", ["one", " two", "three"]),
        (b"1\n2\n3\n4\n5\n6\n7\n8", [*"12345678"]),
        (b"1\n2\n3\n4\n5\n6\n7\n8\n9", [*"12345678", "..."]),
        (b"\xff\xc3\xa9\x07", ["\\ufffd\\xe9\\x07"]),
        (b"\n" * 4095 + b"ab", ["a", "..."]),
        (b"\n" * 4095 + b"a", ["a"]),
    ],
)
def test_the_beginning_of_a_body(body: bytes, lines: list[str]) -> None:
    for head in (b"HTTP/1.1 404 No\r\n\r\n", b"HTTP/1.1 404 No\r\nX : y\r\n\r\n"):
        assert body_lines(Judged(Message(RESPONSE, head, body))) == lines


def test_what_a_long_body_repeats_is_hidden_in_its_first_64_kibibytes() -> None:
    key = "k" * 16384
    request = VALID[:-2] + f"X-Api-Key: {key}\r\n\r\n".encode()
    found = judged(request, b"HTTP/1.1 404 No\r\nX : y\r\n\r\n", f"{key * 4}X".encode())
    assert body_lines(found) == ["<redacted>" * 4, "..."]


def test_a_chunked_body_is_put_together_unless_a_tool_did_it() -> None:
    head = b"HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n"
    for body in (b"3\r\nabc\r\n0\r\n\r\n", b"abc", b"3\r\nabc\r\n5\r\n"):
        assert body_lines(Judged(Message(RESPONSE, head, body))) == ["abc"]
    long = Judged(Message(RESPONSE, head, b"abc" * 30000)).response
    assert long is not None
    assert (long.status, long.reason, long.version) == (404, "No", "HTTP/1.1")
    assert len(long.body) == 65536


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (b"HTTP/1.1 404 Not Found\r\n\r\n", "404 Not Found"),
        (b"HTTP/1.1 404\r\n\r\n", "404"),
        (b"HTTP/1.1 404 \r\n\r\n", "404"),
        (ANSWER, "101 Switching Protocols"),
        (b"SSH-2.0 a\r\n", "'SSH-2.0 a'"),
    ],
)
def test_a_response_in_two_words(message: bytes, told: str) -> None:
    assert headline(Judged(Message(RESPONSE, message))) == told


@pytest.mark.parametrize(("fields", "more"), [(147, 0), (148, 0), (149, 1), (350, 202)])
def test_a_long_head_is_cut(fields: int, more: int) -> None:
    found = judged(b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * fields + b"\r\n")
    lines = lines_of_message(found, Style())
    marks = [f"   ... and {more} more lines"] if more else []
    assert [line for line in lines if "..." in line] == marks
    assert sum(line.startswith("   ->") for line in lines) == min(fields + 2, 150)


def test_what_stands_behind_a_request() -> None:
    lines = lines_of_message(judged(VALID, b"abc"), Style())
    assert lines[-3:] == [
        "       the blank line that ends the head",
        "",
        "   behind the head stand 3 bytes, which are no part of a handshake",
    ]


# --- What is asked, and what was ------------------------------------------------------------------

WRONG = ANSWER.replace(ACCEPT.encode(), b"AAAAAAAAAAAAAAAAAAAAAAAAAAA=")


def codes_of(data: bytes) -> list[list[str]]:
    return [
        [each.code for each in message.violations] for message in judge_all(read_transcript(data))
    ]


def test_an_answer_is_judged_against_the_request_before_it() -> None:
    assert codes_of(VALID + WRONG + WRONG) == [[], ["accept-wrong"], ["accept-wrong"]]
    old = VALID.replace(b"Version: 13", b"Version: 12")
    assert codes_of(old + WRONG) == [["version-unsupported"], ["accept-wrong"]]
    asked, answered = ["\n".join(data.decode().split("\r\n")[1:-2]) for data in (VALID, WRONG)]
    panel = f"Request Headers\n{asked}\nResponse Headers\n{answered}\n"
    assert codes_of(panel.encode()) == [[], ["accept-wrong"]]
    # Fields that were not copied make no request: then nothing is known of the key.
    few = asked.replace("Upgrade: websocket\n", "")
    panel = f"Request Headers\n{few}\nResponse Headers\n{answered}\n"
    assert codes_of(panel.encode()) == [["upgrade-missing"], []]
    panel = f"Request Headers\n{asked}\nX: a\x0bb\nResponse Headers\n{answered}\n"
    assert codes_of(panel.encode()) == [["control-character"], []]


def test_a_request_alone_is_one_whole_one() -> None:
    assert Judged(Message(REQUEST, STRIPPED)).causes == list(diagnose_request(STRIPPED).causes)
    head = VALID.replace(b"Upgrade: websocket\r\n", b"")
    assert Judged(Message(REQUEST, head)).causes == list(diagnose_request(head).causes)


def test_the_body_of_a_refusal_tells_its_cause() -> None:
    head = b"HTTP/1.1 404 Not Found\r\n\r\n"
    found = Judged(Message(RESPONSE, head, b"Cannot GET /ws"))
    assert [cause.code for cause in found.causes] == ["express-saw-plain-http"]
    assert found.request is None
    old = Judged(Message(RESPONSE, b"HTTP/1.0 404 No\r\n\r\n")).response
    assert old is not None
    assert old.version == "HTTP/1.0"


LOG = 'INFO:     1.2.3.4:5 - "GET {} HTTP/1.0" 404 Not Found\n'


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (VALID, "/chat"),
        (VALID.replace(b"/chat", b"/a?b"), "/a"),
        (VALID.replace(b"/chat", b"/a|\x01"), ""),
        (VALID.replace(b"/chat", b"/a") + ANSWER, "/a"),
        (ANSWER, ""),
        (LOG.format("/a?b").encode(), "/a"),
        ((LOG.format("/a") + LOG.format("/b")).encode(), "/a"),
    ],
)
def test_the_path_that_was_asked_for(data: bytes, path: str) -> None:
    assert judged(data).path == path


# --- What is not known ----------------------------------------------------------------------------


def as_if_found(monkeypatch: pytest.MonkeyPatch, *causes: Cause) -> None:
    """Let every request have these causes."""
    found = Diagnosis((), causes)
    monkeypatch.setattr(report, "diagnose_request", lambda request: found)


def test_a_version_that_is_a_guess_is_no_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    fix = [
        (IN_LOCATION, "proxy_set_header X y;"),
        (IN_LOCATION, "# proxy_http_version 1.1;\nproxy_set_header X y;"),
        (IN_LOCATION, "proxy_set_header X y;\nproxy_http_version 1.1;"),
        (IN_LOCATION, "proxy_read_timeout 1h;"),
        ("nginx, elsewhere", "proxy_set_header X y;"),
    ]
    guessed = [
        (IN_LOCATION, "proxy_http_version 1.1;\nproxy_set_header X y;"),
        (IN_LOCATION, "proxy_http_version 1.1;\nproxy_set_header X y;"),
        *fix[2:],
    ]
    evidence = ["X is there", "the version is 'HTTP/1.1'"]
    as_if_found(
        monkeypatch,
        Cause("a", "Why.", evidence, fix, True),
        Cause("b", "Why.", evidence[:1], [], True),
        Cause("c", "Why.", evidence[:1], [], False),
    )
    message = Message(REQUEST, VALID)
    assert Judged(message, version_known=False).causes == [
        Cause("a", "Why.", evidence[:1], guessed, False),
        Cause("b", "Why.", evidence[:1], [], True),
        Cause("c", "Why.", evidence[:1], [], False),
    ]
    assert Judged(message).causes[0] == Cause("a", "Why.", evidence, fix, True)


def test_what_is_missing_in_some_fields_proves_little(monkeypatch: pytest.MonkeyPatch) -> None:
    as_if_found(
        monkeypatch,
        Cause("a", "Why.", ["Origin is missing", "Upgrade is 'a'"], [], True),
        Cause("b", "Why.", ["Upgrade is 'a'"], [], True),
        Cause("c", "Why.", ["Host is missing", "Upgrade is 'a'"], [], True),
    )
    some = Message(REQUEST, b"GET / HTTP/1.1\r\nUpgrade: a\r\n\r\n")
    assert Judged(some, whole=False).causes == [
        Cause("a", "Why.", ["Origin is missing", "Upgrade is 'a'"], [], False),
        Cause("b", "Why.", ["Upgrade is 'a'"], [], True),
        Cause("c", "Why.", ["Upgrade is 'a'"], [], True),  # Host was put in
    ]


def causes_of(text: str) -> list[tuple[str, bool, list[str]]]:
    """The causes of the last message in a text, without their fixes."""
    message = check(text.encode(), "--json").json["messages"][-1]
    return [(cause["code"], cause["sure"], cause["evidence"]) for cause in message["causes"]]


REMOVED = [
    *("Sec-WebSocket-Key is there", "Sec-WebSocket-Version is there", "Upgrade is missing"),
    "Connection is 'close'",
]
NOT_COPIED = [
    (
        "Connection: Upgrade\nUser-Agent: x\nSec-WebSocket-Version: 12\n",
        [("draft-version", True, ["Sec-WebSocket-Version is '12'"])],
    ),
    (
        "Connection: close\nUser-Agent: x\nSec-WebSocket-Version: 12\n",
        [
            ("draft-version", True, ["Sec-WebSocket-Version is '12'"]),
            ("connection-not-forwarded", False, ["Connection is 'close'"]),
        ],
    ),
    (
        "sec-websocket-version: 12\norigin: x\n",
        [
            ("draft-version", True, ["Sec-WebSocket-Version is '12'"]),
            ("origin-without-scheme", True, ["Origin is 'x'"]),
        ],
    ),
    (
        "Connection: close\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: x\n",
        [
            ("upgrade-removed-and-closed", False, REMOVED),
            ("key-is-no-base64", False, ["Sec-WebSocket-Key is 'x'"]),
        ],
    ),
    (
        f"Connection: close\nSec-WebSocket-Key: {KEY}\n",
        [("upgrade-removed-and-closed", False, [REMOVED[0], *REMOVED[2:]])],
    ),
    (
        "sec-websocket-accept: abc\n",
        [("accept-is-no-digest", False, ["Sec-WebSocket-Accept is 'abc'"])],
    ),
    ("Server: a\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\nConnection: close\n", []),
]


@pytest.mark.parametrize(("text", "causes"), NOT_COPIED)
def test_the_causes_of_some_fields(text: str, causes: list[Any]) -> None:
    assert causes_of(text) == causes


# --- JSON -----------------------------------------------------------------------------------------


def test_the_json_of_an_agreement() -> None:
    assert json_of_agreement(None) is None
    assert json_of_agreement(Agreement(None, (), Response(101, ()))) == {
        "subprotocol": None,
        "extensions": [],
    }
    token = "eyJhbGciOi.eyJzdWIi.c2ln"
    extensions = (Extension("x-a", (("b", "c"), ("d", None))), Extension("x-e"))
    assert json_of_agreement(Agreement(token, extensions, Response(101, ()))) == {
        "subprotocol": "<redacted, 24 characters>",
        "extensions": ["x-a; b=c; d", "x-e"],
    }


def test_the_json_of_a_refusal() -> None:
    refusal = b"HTTP/1.1 403 Forbidden\r\nServer: x\r\n\r\nno"
    assert check(refusal, "--json").json == {
        "form": 1,
        "command": "check",
        "valid": False,
        "notes": [],
        "messages": [
            {
                "kind": "response",
                "valid": False,
                "lines": [
                    {
                        "text": "HTTP/1.1 403 Forbidden",
                        "purpose": "the status: nothing but 101 opens a WebSocket (RFC 6455 §4.1)",
                        "violations": ["status-unexpected"],
                    },
                    {
                        "text": "Server: x",
                        "purpose": "the program that answered: it tells which hop this was"
                        " (RFC 9110 §10.2.4)",
                        "violations": [],
                    },
                    {
                        "text": "",
                        "purpose": "the blank line that ends the head",
                        "violations": [],
                    },
                ],
                "status": 403,
                "bytes_behind": 2,
                "violations": [
                    {
                        "code": "status-unexpected",
                        "field": None,
                        "section": "RFC 6455 §4.1",
                        "message": "the server answered '403 Forbidden' instead of 101",
                        "hint": "Origin or Host does not fit, or (FastAPI, Starlette) there is"
                        " no such WebSocket route.",
                    }
                ],
                "causes": [
                    {
                        "code": "forbidden",
                        "summary": "The server refuses this client: by its Origin, by a Host that"
                        " a proxy changed, or for want of rights.",
                        "sure": False,
                        "evidence": ["the status is 403", "Server is 'x'"],
                        "fix": [
                            {
                                "product": "nginx, in this location { }",
                                "text": "proxy_set_header Host $http_host;",
                            },
                            {
                                "product": "the server",
                                "text": "Allow this origin, in full: https://example.com, with a"
                                " port that is not 443.",
                            },
                            {
                                "product": "Vite",
                                "text": 'server: { proxy: { "/ws": { target:'
                                ' "http://127.0.0.1:8000", ws: true } } }',
                            },
                        ],
                    }
                ],
            }
        ],
        "causes": [],
    }
    assert check(VALID, "--json").json["valid"] is True


def test_lines_of_a_log_are_told_sure_ones_first() -> None:
    crit = '2026/11/20 10:00:00 [emerg] 1#1: unknown "connection_upgrade" variable'
    text = f"\x1b[31mInvalid Upgrade header\x1b[0m\nand more\n{crit}\n{crit}\n"
    causes = check(text.encode(), "--json").json["causes"]
    assert [(cause["code"], cause["sure"]) for cause in causes] == [
        ("nginx-map-missing", True),
        ("server-saw-other-upgrade", False),
    ]


def test_the_json_of_a_line_of_a_log() -> None:
    line = '2026/11/20 10:00:00 [emerg] 1#1: unknown "connection_upgrade" variable'
    told = check(line.encode(), "--json").json
    (cause,) = told.pop("causes")
    assert told == {
        "form": 1,
        "command": "check",
        "valid": False,
        "notes": ["read as a line of nginx's error log"],
        "messages": [],
    }
    assert [cause[name] for name in ("code", "sure", "evidence")] == [
        "nginx-map-missing",
        True,
        ["the line says 'unknown \"connection_upgrade\" variable'"],
    ]
