"""`conformance`: real servers and clients are judged, and nothing that they do brings it down."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from property.strategies import binary, bounded, mostly, sent_requests
from testing.planted import PLANTED, good

from ws_handshake import ClientHandshake, HandshakeError, PerMessageDeflate, Response
from ws_handshake.closing import close_frame
from ws_handshake.conformance import (
    Outcome,
    Patience,
    asked_case,
    changes,
    chosen,
    gone,
    lines_of_table,
    progress,
)
from ws_handshake.diagnosis import Cause
from ws_handshake.report import Style
from ws_handshake.servers import Examiner
from ws_handshake.testing import LEVELS, Result, judge_reply, request_cases, response_cases

from .running import (
    PATIENCE,
    VALID,
    Done,
    Serving,
    answering,
    command,
    listening,
    run,
    started,
    talk,
)

EXAMPLE = Path(__file__).parent.parent / "embedding" / "asyncio_streams_server.py"
CLOSE = close_frame(os.urandom)
REFUSAL = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
ANSWERS = response_cases()


def planted(fault: str) -> Any:
    return next(each for each in PLANTED if each.fault == fault)


def judge(port: int, *options: str) -> Done:
    return run("conformance", f"ws://127.0.0.1:{port}/chat", *options)


# --- A server -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def example() -> Iterator[str]:
    """The URL of a server that README shows."""
    with subprocess.Popen(
        [sys.executable, "-W", "error", str(EXAMPLE)], stdout=subprocess.PIPE, encoding="ascii"
    ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def test_this_librarys_own_server_passes(example: str, tmp_path: Path) -> None:
    file = tmp_path / "junit.xml"
    options = ["--origin", "https://example.com", "--subprotocol", "chat", "--parallel", "16"]
    done = run("conformance", example, *options, "--json", "--junit", str(file))
    assert (done.status, done.err) == (0, "")
    told = done.json
    assert told["passed"]
    assert {level: told["counts"][level]["failed"] for level in LEVELS} == dict.fromkeys(LEVELS, 0)
    expected = request_cases(origin="https://example.com", subprotocol="chat")
    assert [case["id"] for case in told["cases"]] == [case.id for case in expected]
    suite = ET.parse(file).getroot()
    assert [case.get("name") for case in suite] == [case.id for case in expected]
    assert {case.get("classname") for case in suite} == {
        f"conformance.{case.group}" for case in expected
    }
    assert (suite.get("tests"), suite.get("failures")) == (str(len(expected)), "0")


def test_a_table_and_a_sum(example: str) -> None:
    done = run("conformance", example, "--only", "method", "--only", "key-missing")
    count = sum(case.group == "method" for case in request_cases())
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines() == [
        "   group         must    security      should",
        f"   method       {count:>2}/{count}           -           -",
        "   key            1/1           -           -",
        f"   all          {count + 1:>2}/{count + 1}           -           -",
        "",
        f"{count + 1} cases: {count + 1} passed.",
    ]


def test_a_planted_fault_is_told_with_what_was_sent_what_came_and_which_sentence() -> None:
    with answering(planted("HTTP/1.0 is taken").server) as port:
        done = judge(port, "--only", "version", "--level", "must")
    assert done.status == 1
    text = done.out.split("\n\n")
    (case,) = request_cases(only=["http-1.0"])
    assert text[1].splitlines() == [
        f"http-1.0 (must, {case.section})",
        f"   {case.reason}",
        "   sent     GET /chat HTTP/1.0",
        "   without  GET /chat HTTP/1.1",
        "   came     HTTP/1.1 101 Switching Protocols",
        "   wrong    answered 101 to a handshake that must be refused",
    ]
    assert text[2].startswith("http-1.0-keep-alive (must, ")
    assert text[3].endswith(" 2 failed (must 2, security 0, should 0).\n")


@pytest.mark.parametrize(
    ("fault", "group"),
    [
        ("any method", "method"),
        ("the first of several Hosts", "host"),
        ("405 without Allow", "method"),
        ("a 101 with a length", "body"),
        ("the first of several keys", "segmentation"),
    ],
)
def test_planted_faults_are_reported_and_nothing_else(
    fault: str, group: str, tmp_path: Path
) -> None:
    one = planted(fault)
    file = tmp_path / "junit.xml"
    with answering(one.server) as port:
        done = judge(port, "--only", group, "--subprotocol", "chat", "--json", "--junit", str(file))
    assert done.status == 1
    cases = done.json["cases"]
    reported = {case["id"] for case in cases if not case["passed"]}
    assert reported
    for name in reported:
        assert any(fnmatchcase(name, pattern) for pattern in one.reported), name
    suite = ET.parse(file).getroot()
    assert len(suite) == len(cases)
    assert {case.get("name") for case in suite if case.find("failure") is not None} == reported


def test_what_is_only_should_does_not_fail_unless_it_is_asked_to(tmp_path: Path) -> None:
    def only_minor_1(data: bytes) -> tuple[bytes, bool]:
        first = data.partition(b"\r\n")[0]
        newer = first.endswith((b"HTTP/1.2", b"HTTP/1.9"))
        return (REFUSAL, True) if newer else good(data)

    file = tmp_path / "junit.xml"
    with answering(only_minor_1) as port:
        done = judge(port, "--only", "http-1.2", "--junit", str(file))
        assert (done.status, "(must 0, security 0, should 1)" in done.out) == (0, True)
        (case,) = ET.parse(file).getroot()
        skipped = case.find("skipped")
        assert skipped is not None
        assert skipped.get("message") == "should: answered 404 instead of 101"
        for least, status in (("must", 0), ("security", 0), ("should", 1)):
            done = judge(port, "--only", "http-1.2", "--fail-on", least, "--json")
            assert (done.status, done.json["passed"]) == (status, not status)


def test_the_form_of_the_json(example: str) -> None:
    done = run("conformance", f"{example}?token=of-the-test", "--only", "cut-cr-lf", "--json")
    told = done.json
    (case,) = told.pop("cases")
    assert case.pop("seconds") > 0
    assert case.pop("bytes") > 150
    assert told == {
        "form": 1,
        "command": "conformance",
        "url": f"{example}?<redacted, 17 characters>",
        "passed": True,
        "failure": None,
        "notes": [],
        "counts": {
            "must": {"passed": 1, "failed": 0},
            "security": {"passed": 0, "failed": 0},
            "should": {"passed": 0, "failed": 0},
        },
    }
    (catalogued,) = request_cases(only=["cut-cr-lf"])
    assert case == {
        "id": "cut-cr-lf",
        "group": "segmentation",
        "level": catalogued.level,
        "verdict": "accept",
        "field": None,
        "section": catalogued.section,
        "reason": catalogued.reason,
        "passed": True,
        "why": "",
        "sent": [],
        "without": [],
        "pieces": 2,
        "answer": "HTTP/1.1 101 Switching Protocols",
        "closed": None,
    }


def test_pieces_arrive_one_after_the_other() -> None:
    seen: list[bytes] = []

    def note(connection: socket.socket) -> None:
        data = b""
        while b"\r\n\r\n" not in data:
            seen.append(connection.recv(65536))
            data += seen[-1]
        connection.sendall(good(data)[0])
        connection.recv(100)

    with listening(note) as port:
        assert judge(port, "--only", "cut-blank-line-apart", "--parallel", "1").status == 0
    (case,) = request_cases(only=["cut-blank-line-apart"], host=f"127.0.0.1:{port}")
    assert tuple(seen[1:]) == case.pieces  # the plain one goes first


# --- Servers that are not there, or not well ------------------------------------------------------


def failure(done: Done) -> str:
    assert (done.status, done.err) == (1, "")
    return str(done.json["failure"]["code"])


def test_no_server_is_one_error_and_no_failing_case(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    done = judge(port, "--json")
    assert failure(done) == "connection-refused"
    assert done.json["cases"] == []
    file = tmp_path / "junit.xml"
    done = judge(port, "--junit", str(file))
    assert done.status == 1
    assert f"nothing listens at 127.0.0.1:{port}" in done.out
    assert done.out.endswith("No case was judged.\n")
    suite = ET.parse(file).getroot()
    assert (suite.get("tests"), suite.get("errors")) == ("1", "1")
    assert suite.find("testcase/error") is not None


def test_no_name_is_one_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert failure(run("conformance", "ws://no.such.example/", "--json")) == "name-not-found"


def test_no_tls_is_one_error() -> None:
    with listening(lambda connection: connection.sendall(REFUSAL)) as port:
        url = f"wss://127.0.0.1:{port}/"
        assert failure(run("conformance", url, "--insecure", "--json")) == "tls-not-spoken"


def test_of_many_lines_the_first_are_shown() -> None:
    with answering(lambda data: (REFUSAL, True)) as port:
        done = judge(port, "--only", "limit-fields-50")
    assert "   sent     X-Filler: a\n            X-Filler: a\n" in done.out
    assert "            ... and 44 more lines\n   came     HTTP/1.1 404 Not Found\n" in done.out


def test_a_wrong_path_is_noted() -> None:
    with answering(lambda data: (REFUSAL, True)) as port:
        done = judge(port, "--only", "upgrade-missing", "--only", "line-sample")
    assert done.status == 1
    assert done.out.startswith("note: the plain opening handshake fails already (answered 404 ")
    assert "   sent     the plain one\n   came     HTTP/1.1 404 Not Found\n" in done.out
    assert "2 cases: 1 passed, 1 failed" in done.out


def test_a_server_that_does_not_survive_a_case_is_told() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", FRAGILE], stdout=subprocess.PIPE, encoding="ascii"
    )
    with process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            done = judge(port, "--only", "method", "--only", "key", "--parallel", "1", "--json")
        finally:
            process.kill()
    assert failure(done) == "server-gone"
    lost = [case for case in done.json["cases"] if case["why"].startswith("no connection: ")]
    assert len(lost) == 8
    last = done.json["cases"][-9]["id"]
    assert done.json["failure"]["evidence"][0].endswith(last)
    assert f"--only {last}" in done.json["failure"]["fix"][0]["text"]


FRAGILE = r"""
import socket
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    connection, _ = listener.accept()
    with connection:
        if connection.recv(65536).startswith(b"HEAD "):
            break
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
"""


def test_a_few_that_find_nobody_are_no_reason_to_stop() -> None:
    case, nobody = request_cases()[0], Cause("connection-refused", "a", [], [], True)
    fine, lost = Outcome(Result(case, True), b""), Outcome(Result(case, False), b"", failure=nobody)
    assert gone([]) is gone([lost] * 7) is gone([fine, *[lost] * 7]) is None
    assert gone([*[lost] * 5, fine, *[lost] * 5]) is None
    assert gone([lost] * 8) is not None


def test_a_silent_server_is_not_waited_for_too_long() -> None:
    def silent(data: bytes) -> tuple[bytes, bool]:
        return b"", False

    began = time.monotonic()
    with answering(silent) as port:
        done = judge(port, "--only", "upgrade", "--timeout", "0.2", "--parallel", "64", "--json")
    assert time.monotonic() - began < PATIENCE / 2
    told = {case["why"] for case in done.json["cases"]}
    assert told <= {"did not answer", "neither answered nor closed"}
    assert {case["closed"] for case in done.json["cases"]} == {False}


def test_a_server_that_closes_at_once_is_told() -> None:
    def resets(connection: socket.socket) -> None:
        connection.recv(1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")

    for server in (resets, lambda connection: None):
        with listening(server) as port:
            done = judge(port, "--only", "key-missing", "--only", "limit-line-endless", "--json")
        assert done.json["cases"][-1]["why"] == "closed without an answer"
        assert {case["closed"] for case in done.json["cases"]} == {True}
        assert {case["answer"] for case in done.json["cases"]} == {None}


def test_an_answer_before_the_request_is_whole_is_read() -> None:
    """It sends its refusal, and reads nothing of the rest."""

    def refuses(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 414 URI Too Long\r\nContent-Length: 0\r\n\r\n")
        connection.settimeout(0.3)
        with contextlib.suppress(TimeoutError):
            time.sleep(0.3)

    with listening(refuses) as port:
        done = judge(port, "--only", "limit-line-endless", "--json")
    assert done.status == 0, done.json["cases"]
    assert done.json["cases"][0]["answer"] == "HTTP/1.1 414 URI Too Long"


def test_whether_it_closes_is_looked_at_where_it_matters() -> None:
    def open_behind(data: bytes) -> tuple[bytes, bool]:
        first = b"Content-Length: x" in data or b"Content-Length: 0\r\nContent-Length" in data
        bad = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
        return (bad, False) if first else good(data)

    with answering(open_behind) as port:
        done = judge(port, "--only", "body-length-differs", "--json")
    (case,) = done.json["cases"]
    assert (case["closed"], case["why"]) == (False, "answered 400 and did not close the connection")


def test_no_secret_is_shown() -> None:
    secret = "b3BlbnNlc2FtZQ"

    def repeats(data: bytes) -> tuple[bytes, bool]:
        first = data.partition(b"\r\n")[0]
        return b"HTTP/1.1 404 " + first + b" " + secret.encode() + b"\r\n\r\n", True

    for form in ([], ["--json"]):
        with answering(repeats) as port:
            done = run(
                *("conformance", f"ws://127.0.0.1:{port}/chat?token={secret}", "--only", "target"),
                *(
                    "--only",
                    "syntax-names-upper-case",
                    "--header",
                    f"Authorization: Basic {secret}",
                ),
                *form,
            )
        assert done.status == 1
        assert secret not in done.out
        assert "redacted" in done.out


def test_fields_and_host_go_along() -> None:
    seen: list[bytes] = []

    def note(data: bytes) -> tuple[bytes, bool]:
        seen.append(data)
        return good(data)

    options = ["--header", "X-Key: a", "--header", "Host: b.example", "--header", "x-key: b"]
    with answering(note) as port:
        assert judge(port, *options, "--only", "syntax-names-upper-case").status == 0
    assert b"\r\nHost: b.example\r\n" in seen[0]
    assert b"\r\nX-Key: a\r\nx-key: b\r\n" in seen[0]
    assert b"\r\nX-KEY: a\r\nX-KEY: b\r\n" in seen[1]


@bounded(40)
@given(mostly(st.sampled_from(ANSWERS).map(lambda case: case.data[:5000]), binary(max_size=80)))
def test_any_bytes_are_judged(hostile: Hostile, answer: bytes) -> None:
    hostile.answer = answer
    done = run(
        "conformance",
        f"ws://127.0.0.1:{hostile.port}/",
        *("--only", "key-missing", "--only", "line-sample", "--timeout", "0.2", "--json"),
    )
    assert done.status in (0, 1)
    assert len(done.json["cases"]) == 2
    assert done.out.isascii()


class Hostile:
    """A server that sends the same bytes to everybody, and closes."""

    port = 0
    answer = b""

    def handle(self, connection: socket.socket) -> None:
        connection.sendall(self.answer)


@pytest.fixture(scope="module")
def hostile() -> Iterator[Hostile]:
    server = Hostile()
    with listening(server.handle) as port:
        server.port = port
        yield server


def test_an_endless_answer_is_not_read_to_its_end() -> None:
    def endless(connection: socket.socket) -> None:
        while True:
            connection.sendall(b"HTTP/1.1 100 Continue\r\nX: " + b"a" * 60000)

    with listening(endless) as port:
        done = judge(port, "--only", "line-sample", "--json")
    (case,) = done.json["cases"]
    assert case["why"].startswith("the answer is not valid")


def test_a_drip_ends_with_the_time() -> None:
    def drips(connection: socket.socket) -> None:
        while True:
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            time.sleep(0.05)

    began = time.monotonic()
    with listening(drips) as port:
        done = judge(port, "--only", "line-sample", "--timeout", "0.4", "--json")
    assert not done.json["passed"]
    assert time.monotonic() - began < PATIENCE / 2


# --- How it is used -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["ws://a/", "--listen", "0"],
        ["http://a/"],
        ["ws://a/", "--only", "no-such-case"],
        ["--listen", "0", "--only", "no-such-case"],
        ["ws://a/", "--level", "may"],
        ["ws://a/", "--fail-on", "never"],
        ["ws://a/", "--header", "Upgrade: h2c"],
        ["ws://a/", "--header", "sec-websocket-extensions: x"],
        ["ws://a/", "--header", "none"],
        ["ws://a/", "--origin", "https://a/path"],
        ["ws://a/", "--subprotocol", "a b"],
        *[["ws://a/", "--parallel", number] for number in ("0", "65", "x", "-1", "\u0661", "007")],
    ],
    ids=repr,
)
def test_wrong_use_is_status_2(arguments: list[str]) -> None:
    done = run("conformance", *arguments)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("usage: ws-handshake conformance")


def test_a_file_that_cannot_be_written_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    done = run("conformance", "ws://127.0.0.1:9/", "--junit", str(tmp_path / "no" / "file"))
    assert (done.status, done.out) == (2, "")
    assert done.err.endswith("No such file or directory\n")


def test_a_reader_that_had_enough_ends_it_quietly() -> None:
    with (
        answering(good) as port,
        subprocess.Popen(
            command("conformance", f"ws://127.0.0.1:{port}/", "--only", "method"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process,
    ):
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.wait(PATIENCE) == 1
        assert process.stderr.read() == b""


def test_ctrl_c_ends_a_run_at_once() -> None:
    asked = threading.Event()

    def silent(data: bytes) -> tuple[bytes, bool]:
        asked.set()
        return b"", False

    with (
        answering(silent) as port,
        subprocess.Popen(
            command("conformance", f"ws://127.0.0.1:{port}/", "--timeout", "3600"),
            stderr=subprocess.PIPE,
        ) as process,
    ):
        assert process.stderr is not None
        assert asked.wait(PATIENCE)
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 130
        assert process.stderr.read() == b""


def test_progress_is_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    with answering(good) as port:
        assert judge(port, "--only", "method-post").err == ""
        terminal = Terminal()
        monkeypatch.setattr(contextlib, "redirect_stderr", lambda _: contextlib.nullcontext())
        monkeypatch.setattr(sys, "stderr", terminal)
        assert judge(port, "--only", "method-post").status == 0
    assert terminal.getvalue() == f"{progress(1, 1, 0)}\r\x1b[K"
    assert progress(12, 690, 3) == "\r12 of 690 cases, 3 failed"


def test_colours_are_for_what_is_bad_or_good() -> None:
    case = request_cases()[0]
    fine, bad = Outcome(Result(case, True), b""), Outcome(Result(case, False, "no"), b"")
    for outcomes, code in (([fine], "\x1b[31m"), ([bad], "\x1b[32m")):
        assert code not in "".join(lines_of_table(outcomes, Style(True)))
    assert "\x1b[31m" in "".join(lines_of_table([fine, bad], Style(True)))
    assert "\x1b" not in "".join(lines_of_table([fine, bad], Style()))


def test_cases_are_chosen_by_id_group_and_level() -> None:
    cases = request_cases()
    assert chosen(cases, [], []) == cases
    only = chosen(cases, ["origin", "key-missing"], [])
    assert {case.group for case in only} == {"origin", "key"}
    assert chosen(only, [], ["should"]) == tuple(c for c in only if c.level == "should")
    with pytest.raises(ValueError, match="no case and no group is called 'a', 'b'"):
        chosen(cases, ["b", "origin", "a"], [])


def test_what_differs_from_the_plain_one() -> None:
    plain = b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: b\r\n\r\n"
    assert changes(plain, plain) == ([], [])
    assert changes(plain.replace(b"Host: a\r\n", b"Host: a\r\n" * 2), plain) == (["Host: a"], [])
    assert changes(plain.replace(b"\r\n", b"\r"), plain) == (
        ["GET / HTTP/1.1\rHost: a\rUpgrade: b\r\r"],
        ["GET / HTTP/1.1", "Host: a", "Upgrade: b", ""],
    )
    assert changes(b"", plain) == ([], ["GET / HTTP/1.1", "Host: a", "Upgrade: b", ""])
    assert changes(plain + b"\x88\n", plain) == (["\x88\n"], [])


def test_patience() -> None:
    usual, closing = request_cases(only=["method-post", "body-length-differs"])
    if usual.expected.closes:
        usual, closing = closing, usual
    for answer, seconds in (
        (b"HTTP/1.1 404 Not", float("inf")),
        (b"HTTP/1.1 100 Continue\r\n\r\n", float("inf")),
        (REFUSAL, 0),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", 0),
        (b"SSH-2.0-OpenSSH\r\n", 0),
    ):
        assert Patience(usual)(answer) == seconds
    assert 0 < Patience(closing)(REFUSAL) < float("inf")


def test_patience_sees_each_byte_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tiny pieces take no more work than a whole answer; what is behind it changes nothing."""
    seen = []
    original = ClientHandshake.receive_data

    def receive_data(self: ClientHandshake, data: bytes) -> object:
        seen.append(data)
        return original(self, data)

    monkeypatch.setattr(ClientHandshake, "receive_data", receive_data)
    patience = Patience(request_cases(only=["upgrade-missing"])[0])
    waits = [patience(bytes([byte])) for byte in REFUSAL]
    assert {*waits[:-1]} == {float("inf")}
    assert waits[-1] == 0
    assert [patience(b"more"), patience(b"")] == [float("inf"), float("inf")]
    assert b"".join(seen) == REFUSAL


def test_of_what_a_peer_sent_the_beginning_is_kept() -> None:
    result = judge_reply(request_cases(only=["upgrade-missing"])[0], REFUSAL + bytes(1 << 20), True)
    assert len(Outcome(result, b"", REFUSAL + bytes(1 << 20)).answer) == 4096


# --- A client -------------------------------------------------------------------------------------


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)


def this_library(connection: socket.socket, port: int, path: str) -> None:
    """Open, answer the Close frame if that goes well, and hang up."""
    client = ClientHandshake(
        f"ws://127.0.0.1:{port}{path}",
        subprotocols=["chat", "superchat"],
        extensions=[PerMessageDeflate()],
    )
    connection.sendall(client.request.to_bytes())
    try:
        while client.receive_data(connection.recv(65536)) is None:
            pass
    except (HandshakeError, OSError):
        return
    connection.sendall(CLOSE)
    connection.recv(100)


def believes_everything(connection: socket.socket, port: int, path: str) -> None:
    """Open as soon as there is an empty line."""
    connection.sendall(VALID.replace(b"/chat", path.encode()))
    received = b""
    while b"\r\n\r\n" not in received and (data := connection.recv(65536)):
        received += data
    connection.sendall(CLOSE)
    with contextlib.suppress(OSError):
        connection.recv(100)


@contextlib.contextmanager
def examining(*options: str) -> Iterator[Serving]:
    with started("conformance", "--listen", "0", *options) as served:
        yield served
        if served.process.poll() is None:
            served.process.kill()
            served.process.wait(PATIENCE)


def go_through(
    served: Serving, numbers: range, client: Callable[[socket.socket, int, str], None]
) -> None:
    for number in numbers:
        with connect(served.port) as connection:
            client(connection, served.port, f"/case/{number}")


def test_this_librarys_own_client_passes(tmp_path: Path) -> None:
    file = tmp_path / "junit.xml"
    with examining("--junit", str(file)) as served:
        assert (
            served.line() == f"There are {len(ANSWERS)} cases, /case/1 to /case/{len(ANSWERS)}.\n"
        )
        answer = Response.parse(talk(served.port, b"GET /cases HTTP/1.1\r\nHost: a\r\n\r\n"))
        assert (answer.status, answer.body) == (200, b"%d\n" % len(ANSWERS))
        go_through(served, range(1, len(ANSWERS) + 1), this_library)
        served.until(f" {ANSWERS[-1].id}: passed")
        rest = served.interrupt(by=signal.SIGTERM)  # as a script ends it
    assert rest.endswith(f"\n{len(ANSWERS)} cases: {len(ANSWERS)} passed.\n")
    suite = ET.parse(file).getroot()
    assert [case.get("name") for case in suite] == [case.id for case in ANSWERS]


def test_a_client_that_believes_everything_is_told_so() -> None:
    cases = [case for case in ANSWERS if case.group == "accept"]
    with examining("--only", "accept") as served:
        served.line()
        go_through(served, range(1, len(cases) + 1), believes_everything)
        told = served.until(f" {cases[-1].id}") + served.until("   wrong  ")
        rest = served.interrupt(expected=1)
    bad = [case for case in cases if case.verdict == "reject"]
    took = "   wrong    it sent a frame: it took an answer that it must refuse\n"
    assert told.count(took) == len(bad)
    assert "accept-missing (must, RFC 6455 §4.1)\n" in told
    assert "   without  Sec-WebSocket-Accept: " in told
    assert f"{len(bad)} failed (must {len(bad)}, " in rest


def test_nothing_judged_is_no_success() -> None:
    with examining() as served:
        served.line()
        assert served.interrupt(expected=1) == "\n\nNo case was judged.\n"


def test_the_form_of_the_json_about_clients() -> None:
    with examining("--json", "--only", "accept-missing", "--only", "plain") as served:
        assert json.loads(served.first) == {
            "form": 1,
            "command": "conformance",
            "event": "listening",
            "cases": 2,
            "host": "127.0.0.1",
            "port": served.port,
        }
        assert talk(served.port, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").startswith(b"HTTP/1.1 404 ")
        event = json.loads(served.line())
        assert event.pop("peer").startswith("127.0.0.1:")
        assert event == {
            "form": 1,
            "command": "conformance",
            "event": "answered",
            "number": 1,
            "status": 404,
        }
        with connect(served.port) as connection:
            peer = "{}:{}".format(*connection.getsockname())
            believes_everything(connection, served.port, "/case/accept-missing")
        result = json.loads(served.line())
        assert 0 < result.pop("seconds") < PATIENCE
        assert result.pop("bytes") > 50
        assert result.pop("reason")
        without = result.pop("without")
        assert len(without) == 1
        assert without[0].startswith("Sec-WebSocket-Accept: ")
        assert result == {
            "form": 1,
            "command": "conformance",
            "event": "result",
            "number": 2,
            "peer": peer,
            "request": [],
            "id": "accept-missing",
            "group": "accept",
            "level": "must",
            "verdict": "reject",
            "field": "Sec-WebSocket-Accept",
            "section": "RFC 6455 §4.1",
            "passed": False,
            "why": "it sent a frame: it took an answer that it must refuse",
            "sent": [],
            "pieces": 1,
            "answer": "a Close frame",
            "closed": None,
        }
        served.process.send_signal(signal.SIGINT)
        assert json.loads(served.line()) == {
            "form": 1,
            "command": "conformance",
            "event": "stopped",
            "passed": False,
            "counts": {
                "must": {"passed": 0, "failed": 1},
                "security": {"passed": 0, "failed": 0},
                "should": {"passed": 0, "failed": 0},
            },
        }


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/case/1", "a"),
        ("/case/3", "c"),
        ("/case/c", "c"),
        ("/case/01", "a"),
        ("/case/0", None),
        ("/case/4", None),
        ("/case/-1", None),
        ("/case/\u0661", None),
        ("/case/99999999999999999999", None),
        ("/case/", None),
        ("/case", None),
        ("/x/case/1", None),
        ("http://a/case/1", None),
        ("", None),
    ],
)
def test_what_a_client_asks_for(path: str, name: str | None) -> None:
    assert asked_case(path, ["a", "b", "c"]) == name


@pytest.fixture(scope="module")
def examiner() -> Iterator[Serving]:
    """One that many tests talk to; none of them may bring it down."""
    with examining("--timeout", "0.6") as served:
        served.line()
        yield served
        assert "Traceback" not in served.interrupt(expected=1)


def status(port: int, data: bytes) -> int:
    return int(talk(port, data)[9:12])


def test_what_asks_for_no_case_is_answered(examiner: Serving) -> None:
    fields = b" HTTP/1.1\r\nHost: a\r\n\r\n"
    assert status(examiner.port, b"GET /case/1" + fields) == 426
    examiner.until(" was answered 426\n")
    assert status(examiner.port, b"GET /cases?x=1" + fields) == 200
    examiner.until(" was answered 200\n")
    assert status(examiner.port, VALID) == 404
    examiner.until(" was answered 404\n")
    assert status(examiner.port, b"\0" * 1000) == 400
    examiner.until(" was answered 400\n")
    assert status(examiner.port, b"GET ") == 408
    examiner.until(" was answered 408\n")


def test_a_client_that_is_refused_and_stays_is_let_go(examiner: Serving) -> None:
    with connect(examiner.port) as connection:
        connection.sendall(VALID)
        assert connection.recv(12) == b"HTTP/1.1 404"
        connection.sendall(b"more")
        began = time.monotonic()
        with contextlib.suppress(OSError):
            while connection.recv(65536):
                pass
        with contextlib.suppress(OSError):
            while True:
                connection.sendall(b"more")
                time.sleep(0.05)
        assert time.monotonic() - began < PATIENCE / 2
    examiner.until(" was answered 404\n")


def test_a_client_that_is_gone_is_no_case(examiner: Serving) -> None:
    for data in (b"", b"GET /case/1 HT"):
        with connect(examiner.port) as connection:
            connection.sendall(data)
    talk(examiner.port, b"GET /cases HTTP/1.1\r\nHost: a\r\n\r\n")
    assert len(examiner.until(" was answered 200").splitlines()) == 1


def case_request(name: str) -> bytes:
    return VALID.replace(b"/chat", b"/case/" + name.encode())


def ask(port: int, name: str, then: bytes | None, *, close: bool) -> None:
    """Ask for a case, wait for its answer, send this, and close or wait to be closed."""
    with connect(port) as connection:
        connection.sendall(case_request(name))
        connection.recv(65536)
        if then is not None:
            connection.sendall(then)
        if not close and then is None:
            time.sleep(1.2)  # longer than the server waits
        elif not close:
            with contextlib.suppress(OSError):
                while connection.recv(65536):
                    pass


@pytest.mark.parametrize(
    ("name", "then", "close", "told"),
    [
        ("plain", CLOSE, True, "passed"),
        ("plain", None, False, "passed"),  # open, and not reading
        ("plain", None, True, "it closed and sent no frame: it refused a valid answer"),
        ("plain", b"\x81\x82\0\0\0\0hi", False, "passed"),
        ("plain", b"\x81\x02hi", False, "it sent a frame without a mask"),
        ("plain", b"\x82\xfe\xff\xff\0\0\0\0" + bytes(70000), False, "passed"),
        ("accept-missing", None, True, "passed"),
        ("accept-missing", CLOSE, True, "it sent a frame"),
        ("accept-missing", None, False, "it did not close"),
        ("begins-like-nothing", None, True, "passed"),
        ("cut-in-a-field", None, False, "it did not close"),
        ("refused-404", None, False, "passed"),
        ("pieces-byte-by-byte", CLOSE, False, "passed"),
        ("accept-missing", b"GET /case/1 HTTP/1.1\r\n\r\n", True, "it sent another request"),
        ("plain", b"garbage", True, "it sent what is neither a frame nor HTTP"),
    ],
)
def test_clients_are_judged_by_what_they_do(
    examiner: Serving, name: str, then: bytes | None, close: bool, told: str
) -> None:
    ask(examiner.port, name, then, close=close)
    text = examiner.until("passed" if told == "passed" else "   wrong    ")
    assert f" {name}" in text
    assert told in text


def test_a_frame_before_the_answer_counts(examiner: Serving) -> None:
    with connect(examiner.port) as connection:
        connection.sendall(case_request("accept-missing") + CLOSE)
        connection.recv(65536)
    assert "it sent a frame" in examiner.until("   wrong    ")


def test_a_clients_own_request_is_judged_too(examiner: Serving) -> None:
    with connect(examiner.port) as connection:
        connection.sendall(case_request("accept-missing").replace(b"Version: 13", b"Version: 8"))
        connection.recv(65536)
    told = examiner.until("   its own request is not valid: version-unsupported\n")
    assert told.endswith(": passed\n   its own request is not valid: version-unsupported\n")


def test_a_reset_is_like_an_end(examiner: Serving) -> None:
    with connect(examiner.port) as connection:
        connection.sendall(case_request("accept-missing"))
        connection.recv(65536)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    assert examiner.until(" accept-missing").endswith(": passed\n")


def test_many_at_once_and_slow_ones(examiner: Serving) -> None:
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(connect(examiner.port)) for _ in range(60)]
        for connection in slow:
            connection.sendall(case_request("plain")[:30])
        ask(examiner.port, "plain", CLOSE, close=False)
        assert examiner.until(" plain: passed")
        for connection in slow:
            with contextlib.suppress(OSError):
                connection.sendall(case_request("plain")[30:] + CLOSE)
                connection.recv(65536)
    for _ in slow:
        examiner.until("#")


@bounded(40)
@given(mostly(sent_requests, binary(max_size=80)))
def test_any_bytes_get_an_answer_or_an_end(examiner: Serving, data: bytes) -> None:
    with connect(examiner.port) as connection:
        connection.sendall(data.replace(b" /", b" /case/1?", 1))
        connection.shutdown(socket.SHUT_WR)
        with contextlib.suppress(OSError):
            while connection.recv(65536):
                pass


# --- What is hard to bring about from outside -----------------------------------------------------


class Ended(Exception):
    """Ends the loop of a server in a test."""


@contextlib.contextmanager
def in_this_process() -> Iterator[tuple[Examiner, int, list[dict[str, Any]]]]:
    """An examiner in this process, its port, and what it tells."""
    told: list[dict[str, Any]] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ids = [case.id for case in ANSWERS]
        made = Examiner(listener, lambda event, _: told.append(event), Style(), 0.3, ids)
        try:
            yield made, listener.getsockname()[1], told
        finally:
            made.close()


def run_for(made: Examiner, seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    end = time.monotonic() + seconds
    select = made._selector.select

    def bounded_select(timeout: float | None = None) -> Any:
        if time.monotonic() >= end:
            raise Ended
        return select(min(timeout or 0, 0.02))

    with monkeypatch.context() as patch:
        patch.setattr(made._selector, "select", bounded_select)
        with pytest.raises(Ended):
            made.serve()


def test_an_answer_that_is_not_taken_ends_with_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def __init__(self, real: socket.socket) -> None:
            self.real = real

        def send(self, data: bytes) -> int:
            raise BlockingIOError

        def __getattr__(self, name: str) -> Any:
            return getattr(self.real, name)

    with in_this_process() as (made, port, told), connect(port) as connection:
        run_for(made, 0.05, monkeypatch)
        (one,) = made._peers
        one.socket = Full(one.socket)  # type: ignore[assignment]
        connection.sendall(case_request("plain"))
        run_for(made, 0.6, monkeypatch)
        assert not made._peers
    assert [event["closed"] for event in told] == [False]


def test_a_client_that_is_gone_when_nothing_more_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone:
        def __init__(self, real: socket.socket) -> None:
            self.real = real

        def shutdown(self, how: int) -> None:
            raise OSError(107, "Transport endpoint is not connected")

        def __getattr__(self, name: str) -> Any:
            return getattr(self.real, name)

    for data in (case_request("begins-like-nothing"), VALID):
        with in_this_process() as (made, port, _), connect(port) as connection:
            run_for(made, 0.05, monkeypatch)
            (one,) = made._peers
            one.socket = Gone(one.socket)  # type: ignore[assignment]
            connection.sendall(data)
            run_for(made, 0.1, monkeypatch)
            assert not made._peers
