"""`check`: a message as it was captured or copied, judged."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from contract.test_captures import ENTRIES, FOLDER, is_taken
from hypothesis import given
from hypothesis import strategies as st
from property.strategies import binary, bounded, sent_requests, sent_responses

from ws_handshake import __main__, report
from ws_handshake.diagnosis import Diagnosis, diagnose_request

from .running import ACCEPT, ANSWER, KEY, STRIPPED, VALID, run, spawn

LARGEST = 1 << 20


def check(data: bytes, *options: str) -> Any:
    return run("check", *options, stdin=data)


def codes(data: bytes) -> list[list[str]]:
    """The codes of the violations of each message."""
    return [
        [violation["code"] for violation in message["violations"]]
        for message in check(data, "--json").json["messages"]
    ]


# --- What is told ---------------------------------------------------------------------------------


def test_a_valid_request_is_status_0_and_each_line_is_explained() -> None:
    done = check(VALID)
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == "The request:"
    assert lines[2] == "   -> GET /chat HTTP/1.1"
    assert [line for line in lines if line.startswith("   ->")][1:] == [
        "   -> Host: example.com",
        "   -> Upgrade: websocket",
        "   -> Connection: Upgrade",
        f"   -> Sec-WebSocket-Key: {KEY}",
        "   -> Sec-WebSocket-Version: 13",
        "   ->",
    ]
    assert lines[-1] == "A valid opening handshake."
    assert "!!" not in done.out


def test_what_is_wrong_stands_at_its_line_and_once_more_with_its_section() -> None:
    done = check(STRIPPED)
    assert done.status == 1
    lines = done.out.splitlines()
    at = lines.index("   -> Connection: close")
    assert lines[at + 2] == "    !! Connection is 'close', without upgrade"
    at = lines.index("   -> GET /chat HTTP/1.0")
    assert lines[at + 2].startswith("    !! the request is HTTP/1.0")
    end = lines.index("   ->")
    assert lines[end + 2] == "    !! Upgrade is missing"
    assert "Not a valid opening handshake: 3 violations." in lines
    assert "   upgrade-missing (RFC 6455 §4.2.1)" in lines


def test_every_cause_has_its_evidence_and_a_fix_to_be_copied() -> None:
    done = check(STRIPPED)
    causes = diagnose_request(STRIPPED).causes
    assert causes
    for cause in causes:
        assert cause.summary.split(" ")[0] in done.out
        for _, text in cause.fix:
            block = "".join([f"       {line}".rstrip() + "\n" for line in text.splitlines()])
            assert f":\n\n{block}\n" in f"{done.out}\n"


def test_where_no_cause_is_known_the_hints_are_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found = diagnose_request(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").violations
    monkeypatch.setattr(report, "diagnose_request", lambda head: Diagnosis(found, ()))
    done = check(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert "Cause" not in done.out
    assert done.out.count("Without Sec-WebSocket-Key this is no WebSocket client") == 1


def test_a_response_is_judged_against_the_request_before_it() -> None:
    done = check(VALID + ANSWER)
    assert done.status == 0
    assert "A valid opening handshake." in done.out
    assert "A valid answer to an opening handshake." in done.out
    other = ANSWER.replace(ACCEPT.encode(), b"AAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    assert codes(VALID + other) == [[], ["accept-wrong"]]
    assert codes(other) == [[]], "without the request nobody knows the key"
    assert codes(VALID + ANSWER.replace(b"\r\n\r\n", b"\r\nSec-WebSocket-Protocol: x\r\n\r\n")) == [
        [],
        ["subprotocol-not-offered"],
    ]


def test_a_request_that_cannot_be_parsed_answers_no_response() -> None:
    assert codes(b"GET / HTTP/1.1\r\nHost : a\r\n\r\n" + ANSWER) == [["space-before-colon"], []]


def test_the_body_of_a_refusal_is_quoted() -> None:
    head = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 400\r\n\r\n"
    done = check(head + b"<h1>no</h1>\n\n\x1b[31m\xc3\xa9\n" + b"line\n" * 20)
    assert done.status == 1
    told = done.out.partition("   its body says:\n")[2].splitlines()
    assert told[:3] == ["       <h1>no</h1>", "       \\x1b[31m\\xe9", "       line"]
    assert told[8] == "       ..."
    chunked = b"HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert "       as curl shows it\n" in check(chunked + b"as curl shows it").out
    assert "       as it is\n" in check(chunked + b"8\r\nas it is\r\n0\r\n\r\n").out


def test_what_stands_behind_a_head_is_told() -> None:
    done = check(VALID + b"\x81\x80abcd")
    assert done.status == 0
    assert "behind the head stand 6 bytes, which are no part of a handshake" in done.out
    done = check(ANSWER + b"\x88\x00")
    assert "behind the head stand 2 bytes of WebSocket frames" in done.out
    broken = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade : x\r\n\r\n\x88\x00"
    assert "   its body says:" in check(broken).out


def test_notes_come_first() -> None:
    done = check(VALID.replace(b"\r\n", b"\n"))
    assert done.out.startswith("note: the lines end with LF alone")
    assert done.status == 0


def test_a_head_of_many_lines_is_cut() -> None:
    done = check(b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 1000 + b"\r\n")
    assert "   ... and 852 more lines\n" in done.out
    assert (
        len(
            check(b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 1000, "--json").json["messages"][0]["lines"]
        )
        == 150
    )


def test_nothing_at_all_is_judged_too() -> None:
    assert codes(b"") == [["nothing-received"]]
    assert check(b"").status == 1


NO_MESSAGES = [
    "2026/11/20 10:00:00 [crit] 1#1: *1 SSL_do_handshake() failed",
    "404 not there",
    "Firefox can't play this video.",
    "INFO app started\nERROR something failed",
]


@pytest.mark.parametrize("text", NO_MESSAGES)
def test_text_without_any_message_has_no_cause(text: str) -> None:
    done = check(text.encode())
    assert (done.status, done.err) == (1, "")
    assert done.out.startswith("note: no HTTP message was recognised in this text\n\ncheck reads ")
    assert "ause:" not in done.out
    told = check(text.encode(), "--json").json
    assert (told["valid"], told["messages"]) == (False, [])


LOGGED = '2026/11/20 10:00:00 [error] 7#7: *1 {}, request: "GET /ws HTTP/1.1", {}'
UPSTREAM = 'upstream: "http://127.0.0.1:8000/ws?token=b3BlbnNlc2FtZQ", host: "a"'
BARE = "location /ws {\n    proxy_pass http://127.0.0.1:8000;\n    # proxy_http_version 1.1;\n}\n"
NGINX_SAYS = [
    (
        '[emerg] 1#1: unknown "connection_upgrade" variable',
        "nginx-map-missing",
        "map $http_upgrade",
    ),
    (
        LOGGED.format("connect() failed (111: Connection refused) while connecting", UPSTREAM),
        "nginx-upstream-refused",
        "proxy_pass http://127.0.0.1:8000;",
    ),
    (
        LOGGED.format("upstream timed out (110: Timed out) while connecting", UPSTREAM),
        "nginx-upstream-unreachable",
        "firewall",
    ),
    (
        LOGGED.format("upstream timed out (110: Timed out) while reading response", UPSTREAM),
        "nginx-upstream-silent",
        "proxy_set_header Upgrade $http_upgrade;",
    ),
    (
        LOGGED.format("upstream timed out (110: Timed out) while proxying upgraded", UPSTREAM),
        "nginx-idle-timeout",
        "proxy_read_timeout",
    ),
    (
        LOGGED.format("upstream prematurely closed connection while reading", UPSTREAM),
        "nginx-upstream-closed",
        "Look into its log",
    ),
    (BARE, "nginx-lines-missing", "proxy_set_header Upgrade $http_upgrade;"),
    (
        BARE.replace("# ", "").replace("}", "proxy_set_header Connection upgrade;\n}"),
        "nginx-lines-missing",
        "proxy_set_header Upgrade $http_upgrade;",
    ),
]


@pytest.mark.parametrize(("text", "code", "fix"), NGINX_SAYS)
def test_what_nginx_says_has_a_cause(text: str, code: str, fix: str) -> None:
    done = check(f"{text}\n{text}".encode())
    told = check(f"{text}\n{text}".encode(), "--json")
    assert (done.status, told.status) == (1, 1)
    assert [cause["code"] for cause in told.json["causes"]] == [code]
    assert told.json["messages"] == []
    assert fix in done.out
    assert "b3BlbnNlc2FtZQ" not in done.out + told.out
    assert "check reads" not in done.out


def test_a_configuration_with_all_the_lines_is_left_alone() -> None:
    lines = (
        "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;"
        " proxy_set_header Connection $connection_upgrade;"
    )
    text = f"location /ws {{ proxy_pass http://127.0.0.1:8000; {lines} }}"
    assert check(text.encode(), "--json").json["causes"] == []
    done = check(text.encode())
    assert done.out.startswith(
        "note: read as a configuration of nginx\n\nNothing in it tells of a fault."
    )


def test_it_says_that_one_field_set_in_a_location_cancels_the_others() -> None:
    said = "A proxy_set_header in a location of nginx cancels all those that stand around"
    refused = b"HTTP/1.1 {} x\r\n\r\n"
    assert said in check(refused.replace(b"{}", b"403")).out
    assert said not in check(refused.replace(b"{}", b"414")).out


FEW = "note: these are some fields of a request, perhaps not all: what is missing proves little"


@pytest.mark.parametrize(
    ("fields", "causes"),
    [
        ("Connection: keep-alive\nConnection: close\n", ["connection-not-forwarded?"]),
        ("Upgrade: websocket, websocket\n", ["upgrade-twice-in-one-line"]),
        ("Sec-WebSocket-Protocol: chat, superchat\n", []),
        (
            (
                "Upgrade: undefined\nConnection: close\nSec-WebSocket-Version: 13\n"
                "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\n"
            ),
            ["upgrade-removed-and-closed?"],
        ),
    ],
)
def test_what_nobody_copied_is_not_blamed(fields: str, causes: list[str]) -> None:
    done = check(fields.encode())
    [message] = check(fields.encode(), "--json").json["messages"]
    told = [cause["code"] + ("" if cause["sure"] else "?") for cause in message["causes"]]
    assert (done.status, told) == (1, causes)
    assert FEW in done.out
    assert "seen: Host" not in done.out
    assert "answers /" not in done.out


def test_fields_of_an_answer_are_not_all_of_them() -> None:
    told = check(b"sec-websocket-accept: abc\n", "--json").json
    assert [cause["code"] for cause in told["messages"][0]["causes"]] == ["accept-is-no-digest"]
    assert "101 is a guess" in " ".join(told["notes"])


def test_lines_say_more_than_a_status_does() -> None:
    def told(text: str) -> list[str]:
        [message] = check(text.encode(), "--json").json["messages"]
        return [cause["code"] for cause in message["causes"]]

    refused = 'INFO:     127.0.0.1:5 - "WebSocket /ws" 403\n'
    assert told(refused) == ["closed-before-accept"]
    assert told(f"{refused}Error: socket hang up\n") == [
        "closed-before-accept",
        "closed-without-answer",
    ]
    assert told("HTTP 502 Bad Gateway\nError: socket hang up\n") == [
        "closed-without-answer",
        "upstream-unreachable",
    ]


def test_the_path_of_a_log_names_the_location() -> None:
    done = check(b'INFO:     1.2.3.4:5 - "GET /api/ws?token=b3BlbnNlc2FtZQ HTTP/1.0" 404 Not Found')
    assert "seen: the log says 'GET /api/ws?<redacted, 20 characters> HTTP/1.0' 404" in done.out
    assert "This location, for nginx, is the one that answers /api/ws\n" in done.out


def test_many_lines_are_cut_and_it_is_said() -> None:
    done = check(b"hello, world\n" * 20_001)
    assert "note: only the first 20000 lines were looked at" in done.out


@pytest.mark.parametrize("connection", ["Upgrade", "close"])
def test_a_version_that_was_guessed_is_not_relied_on(connection: str) -> None:
    text = f"host: a\nconnection: {connection}\nsec-websocket-key: {KEY}\n"
    done = check(f"{text}sec-websocket-version: 13\n".encode())
    assert "note: the HTTP version is not in this text: HTTP/1.1 is a guess" in done.out
    assert "\n       proxy_http_version 1.1;\n       proxy_set_header Upgrade" in done.out
    assert "# proxy_http_version" not in done.out
    assert "the version is" not in done.out


def test_who_asked_is_not_blamed_for_fields_that_nobody_copied() -> None:
    text = b"General\nRequest URL: wss://a/ws\nRequest Method: GET\nStatus Code: 400 Bad Request\n"
    assert "request-was-invalid" not in check(text, "--json").out
    text += b"Server: nginx\nRequest Headers\nProvisional headers are shown\nHost: a\n"
    assert "request-was-invalid" not in check(text, "--json").out
    assert len(check(text, "--json").json["messages"]) == 2


@pytest.mark.parametrize(
    "data",
    [b"\x16\x03\x01\x02\0\x01\0", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x15\x03\x01\0\x02"],
)
def test_other_protocols_are_told(data: bytes) -> None:
    done = check(data)
    assert done.status == 1
    assert "\nCause:" in done.out or "\nLikely cause:" in done.out


# --- Where it comes from --------------------------------------------------------------------------


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "request.http"
    path.write_bytes(VALID)
    assert run("check", str(path)).out == check(VALID).out == check(VALID, "-").out


def test_a_file_that_cannot_be_read_is_wrong_use(tmp_path: Path) -> None:
    for path in (tmp_path / "missing", tmp_path):
        done = run("check", str(path))
        assert (done.status, done.out) == (2, "")
        assert done.err.startswith("ws-handshake: ")
        assert done.err.count("\n") == 1


def test_the_size_is_limited(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(b"a" * LARGEST)
    assert run("check", str(path)).status == 1
    path.write_bytes(b"a" * (LARGEST + 1))
    for done in (run("check", str(path)), check(b"a" * (LARGEST + 1))):
        assert (done.status, done.out) == (2, "")
        assert "larger than 1048576 bytes" in done.err


def test_who_pastes_is_told_how_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    class Typed(io.TextIOWrapper):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(io, "TextIOWrapper", Typed)
    done = check(VALID)
    assert done.status == 0
    assert "Ctrl-D" in done.err


def test_an_interrupt_ends_it_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(data: bytes) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(__main__, "read_transcript", interrupted)
    assert check(VALID) == (130, "", "")


# --- JSON -----------------------------------------------------------------------------------------


def test_the_form_of_the_json() -> None:
    assert check(b"GET /chat?t=1 HTTP/1.1\nHost: a\n", "--json").json == {
        "form": 1,
        "command": "check",
        "valid": False,
        "notes": [
            "the lines end with LF alone, as in pasted text: read as CR LF",
            "the blank line that ends the head of the request was missing: added",
        ],
        "messages": [
            {
                "kind": "request",
                "valid": False,
                "status": None,
                "lines": [
                    {
                        "text": "GET /chat?<redacted, 3 characters> HTTP/1.1",
                        "purpose": "a GET for this path, in HTTP/1.1:"
                        " a handshake begins as plain HTTP (§4.1)",
                        "violations": [],
                    },
                    {
                        "text": "Host: a",
                        "purpose": "the server's name and port,"
                        " for servers with several names (RFC 9110 §7.2)",
                        "violations": [],
                    },
                    {
                        "text": "",
                        "purpose": "the blank line that ends the head",
                        "violations": [],
                    },
                ],
                "bytes_behind": 0,
                "violations": [
                    {
                        "code": violation.code,
                        "field": violation.field,
                        "section": violation.section,
                        "message": violation.message,
                        "hint": violation.hint,
                    }
                    for violation in diagnose_request(
                        b"GET /chat?t=1 HTTP/1.1\r\nHost: a\r\n\r\n"
                    ).violations
                ],
                "causes": [
                    {
                        "code": cause.code,
                        "summary": cause.summary,
                        "sure": cause.sure,
                        "evidence": list(cause.evidence),
                        "fix": [{"product": product, "text": text} for product, text in cause.fix],
                    }
                    for cause in diagnose_request(
                        b"GET /chat?t=1 HTTP/1.1\r\nHost: a\r\n\r\n"
                    ).causes
                ],
            }
        ],
        "causes": [],
    }


def test_the_json_names_the_violations_of_a_line_and_the_status() -> None:
    done = check(b"HTTP/1.1 404 Not Found\r\n\r\n", "--json")
    (message,) = done.json["messages"]
    assert (done.status, message["status"], message["valid"]) == (1, 404, False)
    assert message["lines"][0]["violations"] == ["status-unexpected"]
    assert done.out.isascii()


# --- Secrets and control characters ---------------------------------------------------------------

SECRETS = [
    b"GET /chat?token=b3BlbnNlc2FtZQ HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /chat?token=b3BlbnNlc2FtZQ HTTP/1.0 \r\nHost: a\r\n\r\n",
    b"GET ws://me:b3BlbnNlc2FtZQ@example.com/ HTTP/1.1\r\nHost: a\r\n\r\n",
    VALID.replace(b"\r\n\r\n", b"\r\nAuthorization: Basic b3BlbnNlc2FtZQ\r\n\r\n"),
    VALID.replace(b"\r\n\r\n", b"\r\nAuthorization : Basic b3BlbnNlc2FtZQ\r\n\r\n"),
    VALID.replace(b"\r\n\r\n", b"\r\nCookie: a=b;\r\n c=b3BlbnNlc2FtZQ\r\n\r\n"),
    VALID.replace(b"\r\n\r\n", b"\r\nX: y\rCookie: b3BlbnNlc2FtZQ\r\n\r\n"),
    VALID.replace(b"\r\n\r\n", b"\r\nCookie b3BlbnNlc2FtZQ\r\n\r\n"),
    VALID.replace(b"\r\n\r\n", b"\r\nReferer: https://a/?b3BlbnNlc2FtZQ\r\n\r\n"),
    b"HTTP/1.1 302 Found\r\nLocation: wss://a/?b3BlbnNlc2FtZQ\r\n\r\n",
    b"HTTP/1.1 404 Set-Cookie: b3BlbnNlc2FtZQ\r\nSet-Cookie: b3BlbnNlc2FtZQ\r\n\r\n",
    b"> Cookie: b3BlbnNlc2FtZQ GET / HTTP/1.1\n> Host: a\n",
    VALID.replace(b"\r\n\r\n", b"\r\nCF-Access-Client-Secret: b3BlbnNlc2FtZQ\r\n\r\n"),
    VALID.replace(b"\r\n\r\n", b"\r\nSec-WebSocket-Protocol: Bearer b3BlbnNlc2FtZQ==\r\n\r\n"),
]


@pytest.mark.parametrize("data", SECRETS)
@pytest.mark.parametrize("options", [(), ("--json",)], ids=["text", "json"])
def test_what_is_secret_is_not_shown(data: bytes, options: tuple[str, ...]) -> None:
    done = check(data, *options)
    assert "b3BlbnNlc2FtZQ" not in done.out + done.err
    assert "redacted" in done.out


def echo(body: str) -> bytes:
    """A refusal with this body, to a request with secrets."""
    request = VALID.replace(b"/chat", b"/chat?sid=s3cr3tsid&transport=websocket").replace(
        b"\r\n\r\n", b"\r\nX-Api-Key: s3cr3tkey\r\nAuthorization: Bearer s3cr3tbearer\r\n\r\n"
    )
    head = "HTTP/1.1 404 Not s3cr3tbearer\r\nX-Echo: s3cr3tkey\r\n"
    return request + f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()


BODIES = [
    "Authorization: Bearer s3cr3tother",
    "<dt>Cookie</dt>\n<dd>s3cr3tother</dd>",
    '{"cookie": "a=s3cr3tother"}',
    '{"x-api-key": "s3cr3tother"}',
    "no route for /chat?s3cr3tother",
    "no route for https://me:s3cr3tother@a/",
    "your sid is s3cr3tsid, your key s3cr3tkey, your token s3cr3tbearer",
    "token eyJs3cr3tother.eyJs3cr3tother.s3cr3tother",
    "x" * 4090 + " s3cr3tbearer",
    "/in?a=%3Fs3cr3tother &amp; next=%2Fchat%3Fs3cr3tother",
]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("options", [(), ("--json",)], ids=["text", "json"])
def test_a_body_that_repeats_the_request_gives_nothing_away(
    body: str, options: tuple[str, ...]
) -> None:
    done = check(echo(body), *options)
    assert "s3cr3t" not in done.out + done.err
    assert "Upgrade: websocket" in done.out


@pytest.mark.parametrize(
    ("credentials", "body"),
    [
        ("Basic bWU6czNjcjN0cGFzcw==", "no access for me:s3cr3tpass"),
        ("basic  bWU6czNjcjN0cGFzcw==", "the password s3cr3tpass is wrong"),
        ("Basic czNjcjN0", "no czNjcjN0"),
        ("Basic czNjcjN0s", "no czNjcjN0s"),
    ],
)
def test_basic_credentials_are_hidden_decoded_too(credentials: str, body: str) -> None:
    request = VALID.replace(b"\r\n\r\n", f"\r\nAuthorization: {credentials}\r\n\r\n".encode())
    refusal = f"HTTP/1.1 401 Unauthorized\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    done = check(request + refusal.encode())
    assert "s3cr3t" not in done.out
    assert "czNjcjN0" not in done.out
    assert "<redacted>" in done.out


@pytest.mark.parametrize(
    "text",
    [
        'INFO:     1.2.3.4:5 - "GET /ws?token=b3BlbnNlc2FtZQ HTTP/1.0" 404 Not Found',
        'INFO:     1.2.3.4:5 - "WebSocket /ws?token=b3BlbnNlc2FtZQ" 403',
        "WebSocket connection to 'wss://a/ws?token=b3BlbnNlc2FtZQ' failed: Error",
        "aiohttp.WSServerHandshakeError: 400, message='no', url='wss://a/?b3BlbnNlc2FtZQ'",
        (
            "Handshake status 302 Found -+-+- {'set-cookie': 'a=b3BlbnNlc2FtZQ', 'location':"
            " 'https://a/?b3BlbnNlc2FtZQ'} -+-+- b'Cookie: b3BlbnNlc2FtZQ'"
        ),
        (
            "=> Send header, 10 bytes (0xa)\n0000: GET /?b3BlbnNlc2FtZQ HTTP/1.1\n"
            "0030: Cookie: b3BlbnNlc2FtZQ\n"
        ),
    ],
)
@pytest.mark.parametrize("options", [(), ("--json",)], ids=["text", "json"])
def test_no_line_of_a_log_gives_a_secret_away(text: str, options: tuple[str, ...]) -> None:
    done = check(text.encode(), *options)
    assert "b3BlbnNlc2FtZQ" not in done.out + done.err
    assert "recognised" not in done.out


def test_a_page_that_asks_for_credentials_stays_readable() -> None:
    done = check(b"HTTP/1.1 401 Unauthorized\r\n\r\n<h1>401 Authorization Required</h1>")
    assert "<h1>401 Authorization Required</h1>" in done.out


def test_no_control_character_of_the_peer_is_printed() -> None:
    evil = b"GET /\x1b[2J HTTP/1.1\r\nX: \x07\x1b]0;x\x07\r\n\r\n"
    for data in (evil, evil.replace(b"\r\n", b"\n"), b"\x1b]0;hello\x07", b"\x80\xff\x00" + evil):
        for options in ((), ("--json",)):
            assert check(data, *options).out.replace("\n", "").replace("§", "").isprintable()


# --- Colours and encodings ------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def on_a_terminal(monkeypatch: pytest.MonkeyPatch, **environment: str) -> str:
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(STRIPPED)))
    assert __main__.main(["check"]) == 1
    return terminal.getvalue()


def test_colours_are_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = check(STRIPPED).out
    assert "\x1b" not in plain
    coloured = on_a_terminal(monkeypatch)
    assert "\x1b[31m" in coloured
    for code in ("0", "1", "2", "31", "32"):
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured == plain


def test_no_colour_where_none_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    for environment in ({"NO_COLOR": "1"}, {"NO_COLOR": "0"}, {"TERM": "dumb"}):
        assert "\x1b" not in on_a_terminal(monkeypatch, **environment)
    assert "\x1b" in on_a_terminal(monkeypatch, NO_COLOR="")  # no-color.org: not empty


def test_it_works_where_only_ascii_can_be_written() -> None:
    done = spawn("check", stdin=STRIPPED, PYTHONIOENCODING="ascii", LC_ALL="C", PYTHONUTF8="0")
    assert (done.status, done.err) == (1, "")
    assert done.out.isascii()
    assert done.out.replace("\\xa7", "§") == check(STRIPPED).out


# --- What is on the wire of others ----------------------------------------------------------------


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["file"])
def test_captures_are_judged_as_they_are_by_the_library(entry: dict[str, Any]) -> None:
    data = (FOLDER / entry["file"]).read_bytes()
    done = run("check", str(FOLDER / entry["file"]), "--json")
    message = done.json["messages"][0]
    assert message["kind"] == entry["kind"]
    # Whether a key was asked for cannot be told from the answer alone.
    valid = is_taken(entry) or entry["fault_codes"] == ["accept-unasked"]
    assert (done.status, message["valid"]) == (int(not valid), valid)
    head = data.partition(b"\r\n\r\n")[0]
    arrow = b"> " if entry["kind"] == "request" else b"< "
    for pasted in (
        head.replace(b"\r\n", b"\n"),
        b"\n".join([arrow + line for line in [*head.split(b"\r\n"), b""]]),
    ):
        again = check(pasted, "--json").json["messages"][0]
        assert again["lines"] == message["lines"]
        assert again["violations"] == message["violations"]


# --- The stories of people who were lost ----------------------------------------------------------

GUIDE = """GET /api/ws HTTP/1.1
Host: sync.example.com
Upgrade: websocket, websocket
Connection: Upgrade
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
Sec-WebSocket-Version: 13
"""
STORIES = {
    "Upgrade written twice": (GUIDE, "proxy_set_header Upgrade $http_upgrade;"),
    "what ws says": ("Invalid Upgrade header", "proxy_set_header Upgrade $http_upgrade;"),
    "it works locally, 404 on the server": (
        (
            "WebSocket connection to 'wss://example.com/api/game/ws/1/me' failed: Error during"
            " WebSocket handshake: Unexpected response code: 404"
        ),
        "proxy_set_header Upgrade $http_upgrade;",
    ),
    "200 instead of 101": (
        (
            "Request URL\nwss://sync.example.com/api/ws\nStatus Code\n200 OK\nResponse Headers\n"
            "Server\nnginx/1.22.1\nContent-Type\ntext/html\n"
        ),
        "proxy_set_header Connection $connection_upgrade;",
    ),
    "what an old nginx passes on": (STRIPPED.decode(), "proxy_http_version 1.1;"),
    "only Host and X- fields are forwarded": (
        (
            "GET /ws-stomp/1/x/websocket HTTP/1.0\nHost: api.example.com\nX-Real-IP: 203.0.113.7\n"
            "X-Forwarded-For: 203.0.113.7\nConnection: close\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\nSec-WebSocket-Version: 13\n"
        ),
        "proxy_http_version 1.1;",
    ),
    "the browser's words of the incident report": (
        "WebSocket is closed before the connection is established",
        "proxy_set_header Upgrade $http_upgrade;",
    ),
    "the log of FastAPI behind nginx": (
        'INFO:     10.0.0.1:5 - "GET /api/game/ws/1/me HTTP/1.0" 404 Not Found',
        "proxy_http_version 1.1;",
    ),
    "the configuration of the incident report": (
        (
            "location /api {\n    proxy_pass http://localhost:8080;\n"
            "    proxy_set_header Host $host;\n    proxy_set_header X-Real-IP $remote_addr;\n}\n"
        ),
        "proxy_set_header Upgrade $http_upgrade;",
    ),
    "the error of the nginx guide": (
        (
            "websocket._exceptions.WebSocketBadStatusException: Handshake status 404 Not Found"
            " -+-+- {'server': 'nginx/1.18.0', 'x-powered-by': 'Express'} -+-+-"
            " b'<pre>Cannot GET /api/ws</pre>'"
        ),
        "proxy_set_header Connection $connection_upgrade;",
    ),
    "the words of STOMP over SockJS": (
        "Woops! Lost connection to https://api.example/ws-stomp",
        "proxy_set_header Upgrade $http_upgrade;",
    ),
    "a request of SockJS": (
        "GET https://api.example/ws-stomp/iframe.html 404 (Not Found)",
        "proxy_set_header Upgrade $http_upgrade;",
    ),
    "the log of Spring": (
        "Handshake failed due to invalid Upgrade header: null",
        "proxy_set_header Upgrade $http_upgrade;",
    ),
    "uvicorn without its library": (
        "WARNING:  No supported WebSocket library detected.",
        "pip install 'uvicorn[standard]'",
    ),
    "502 in the header guide": ("HTTP 502 Bad Gateway", "Is it running"),
    "400 in the header guide": ("HTTP 400 Bad Request", "proxy_set_header Upgrade $http_upgrade;"),
    "the key of a well-known example": (
        (
            'curl -i -N -H "Connection: Upgrade" -H "Upgrade: websocket"'
            ' -H "Sec-WebSocket-Version: 13" -H "Sec-WebSocket-Key: SGVsbG8sIHdvcmxkIQ=="'
            " http://localhost:3030/api/ws"
        ),
        "openssl rand -base64 16",
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_one_command_finds_the_fix(story: str) -> None:
    text, fix = STORIES[story]
    done = check(text.encode())
    assert done.status == 1
    assert fix in done.out


# --- Anything at all ------------------------------------------------------------------------------


@bounded(200)
@given(
    st.one_of(
        binary(max_size=200),
        sent_requests,
        sent_responses,
        st.tuples(sent_requests, sent_responses).map(b"".join),
        sent_requests.map(lambda data: data.replace(b"\r\n", b"\n> ")),
    )
)
def test_any_bytes_give_an_answer(data: bytes) -> None:
    done = check(data)
    told = check(data, "--json")
    assert done.status == told.status == int(not told.json["valid"])
    assert done.err == told.err == ""
    assert done.out.replace("\n", "").isprintable()
    known = "no HTTP message was recognised" in done.out or "note: read as" in done.out
    assert json.loads(told.out)["messages"] or known
