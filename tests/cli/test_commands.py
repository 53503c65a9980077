"""The commands as such: what they say of themselves, which arguments they take, how they end."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import re
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, Self

import pytest

from ws_handshake import (
    SAME_ORIGIN,
    HandshakeError,
    Request,
    ServerHandshake,
    __main__,
    accept_key,
    parse_uri,
)
from ws_handshake.__main__ import main
from ws_handshake.closing import close_frame
from ws_handshake.conformance import Patience
from ws_handshake.diagnosis import Cause
from ws_handshake.servers import StandIn
from ws_handshake.testing import request_cases

from .running import ANSWER, KEY, OPENS, PATIENCE, VALID, Done, run, talk

# --- Help -----------------------------------------------------------------------------------------

HELP = {
    "": """
usage: ws-handshake [-h] command ...

The WebSocket opening handshake (RFC 6455 section 4).

positional arguments:
  command
    check      judge a request or response that was captured or copied
    probe      open a WebSocket, over TCP or TLS, and tell all about it
    serve      listen in a server's place and tell what really arrives
    conformance
               judge how a server, or a client, does with handshakes good and
               bad
    demo       a client and a server shake hands in memory, explained line by
               line

options:
  -h, --help   show this help message and exit
""",
    "check": """
usage: ws-handshake check [-h] [--json] [file]

Judge a request or response that was captured or copied. Takes raw bytes, and
what curl -v and -i, a browser's network panel or a log make of them; several
messages are judged in order.

positional arguments:
  file        default: -, the standard input

options:
  -h, --help  show this help message and exit
  --json      print JSON, in a form that is stable
""",
    "probe": """
usage: ws-handshake probe [-h] [--json] [--compare URL] [--subprotocol NAME]
                          [--deflate] [--origin ORIGIN]
                          [--header 'NAME: VALUE']
                          [--resolve HOST:PORT:ADDRESS] [--insecure]
                          [--timeout SECONDS]
                          url

Open a WebSocket, over TCP or TLS, and tell all about it. With --compare it
does the same with a second URL and says who is to blame: give the address
that users have, and the server's own address behind the proxy.

positional arguments:
  url                   ws://... or wss://...

options:
  -h, --help            show this help message and exit
  --json                print JSON, in a form that is stable
  --compare URL         the server itself
  --subprotocol NAME    may be repeated
  --deflate             offer permessage-deflate
  --origin ORIGIN       the page that connects, as in https://example.com
  --header 'NAME: VALUE'
                        may be repeated
  --resolve HOST:PORT:ADDRESS
                        connect to this address instead; may be repeated
  --insecure            take any certificate
  --timeout SECONDS     for each step; 10
""",
    "serve": """
usage: ws-handshake serve [-h] [--json] [--host HOST] [--port PORT]
                          [--origin ORIGIN] [--subprotocol NAME]
                          [--timeout SECONDS]

Listen in a server's place and tell what really arrives. Let the proxy pass
requests on to it: each is printed and judged, answered as this library
answers, and an opened WebSocket is closed at once. Ctrl-C ends it.

options:
  -h, --help          show this help message and exit
  --json              print JSON, in a form that is stable
  --host HOST         where to listen; 127.0.0.1
  --port PORT         8000; 0 takes a free one
  --origin ORIGIN     an allowed origin, or 'same', or 'none' for clients that
                      send none; may be repeated; by default any
  --subprotocol NAME  may be repeated
  --timeout SECONDS   for a request; 10
""",
    "conformance": """
usage: ws-handshake conformance [-h] [--json] [--listen PORT] [--host HOST]
                                [--subprotocol NAME] [--origin ORIGIN]
                                [--header 'NAME: VALUE']
                                [--resolve HOST:PORT:ADDRESS] [--insecure]
                                [--only NAME] [--level {must,security,should}]
                                [--fail-on {must,security,should}]
                                [--junit FILE] [--parallel NUMBER]
                                [--timeout SECONDS]
                                [url]

Judge how a server, or a client, does with handshakes good and bad. Sends the
cases of ws_handshake.testing to the server at URL; with --listen, serves
those for clients, one a connection, to a client that asks for /case/1,
/case/2 and so on, and /cases tells how many there are. Ctrl-C ends it.

positional arguments:
  url                   the server: ws://... or wss://...

options:
  -h, --help            show this help message and exit
  --json                print JSON, in a form that is stable
  --listen PORT         for clients
  --host HOST           where to listen; 127.0.0.1
  --subprotocol NAME    one that the server speaks
  --origin ORIGIN       the page that connects, as in https://example.com
  --header 'NAME: VALUE'
                        may be repeated
  --resolve HOST:PORT:ADDRESS
                        connect to this address instead; may be repeated
  --insecure            take any certificate
  --only NAME           an id or a group; may repeat
  --level {must,security,should}
                        may be repeated
  --fail-on {must,security,should}
                        status 1 where a case of this level fails, or of one
                        before it in this list; must
  --junit FILE          write JUnit's XML, too
  --parallel NUMBER     connections at a time; 8
  --timeout SECONDS     for each case; 5
""",
    "demo": """
usage: ws-handshake demo [-h] [--json] [--step-by-step] [--key KEY]

A client and a server shake hands in memory, explained line by line.

options:
  -h, --help      show this help message and exit
  --json          print JSON, in a form that is stable
  --step-by-step  show how the key and its accept value are made, with every
                  value in between
  --key KEY       a Sec-WebSocket-Key; by default a new one
""",
}


@pytest.mark.parametrize("command", HELP)
def test_help(command: str) -> None:
    done = run(*([command] if command else []), "--help")
    assert (done.status, done.err) == (0, "")
    # Where a line ends is another thing in each version of Python.
    assert done.out.split() == HELP[command].split()


# --- Arguments ------------------------------------------------------------------------------------

NO_URL = "give the URL of a server, or --listen PORT for clients"
A_PORT = "a port is a number from 0 to 65535"
A_TIME = "argument --timeout: a time limit is more than 0 and at most 3600 seconds"
A_NUMBER = "argument --parallel: from 1 to 64 connections"
NO_ORIGIN = (
    "Origin is 'https://a/b': '/' at position 9, where scheme://host[:port] or null was expected"
)
A_PLACE = "argument --resolve: it is HOST:PORT:ADDRESS, as with curl"
# Where the arguments are taken, the URL is missed: nothing is sent in these tests.
WRONG = [
    ("conformance", NO_URL),
    ("conformance ws://a/ --listen 0", NO_URL),
    ("conformance --timeout 0.001 --parallel 1", NO_URL),
    ("conformance --timeout 3600 --parallel 64", NO_URL),
    ("conformance --timeout 0", A_TIME),
    ("conformance --timeout 3600.1", A_TIME),
    ("conformance --timeout nan", A_TIME),
    ("conformance --timeout x", A_TIME),
    ("conformance --parallel 0", A_NUMBER),
    ("conformance --parallel 65", A_NUMBER),
    ("conformance --parallel 007", A_NUMBER),
    ("conformance --parallel 640", A_NUMBER),
    ("conformance --parallel \u0661", A_NUMBER),
    ("conformance --parallel x", A_NUMBER),
    ("conformance --resolve a:0:b --resolve [::1]:65535:[::2]", NO_URL),
    ("conformance --resolve a:65536:b", f"argument --resolve: {A_PORT}"),
    ("conformance --resolve a:\u0661:b", A_PLACE),
    ("conformance --resolve a:x:b", A_PLACE),
    ("conformance --resolve :1:b", A_PLACE),
    ("conformance --resolve a:1:", A_PLACE),
    ("conformance --resolve a:1", A_PLACE),
    ("conformance --resolve [::1]", A_PLACE),
    ("conformance --listen 65536", f"argument --listen: {A_PORT}"),
    ("conformance --listen -1", f"argument --listen: {A_PORT}"),
    ("conformance --listen \u0661", f"argument --listen: {A_PORT}"),
    ("conformance --listen 0 --only nothing", "no case and no group is called 'nothing'"),
    ("conformance ws://a/ --only nothing", "no case and no group is called 'nothing'"),
    ("conformance ws://a/ --subprotocol a --subprotocol b/", "'b/' is not a subprotocol (a token)"),
    ("conformance http://a/", "argument url: a WebSocket's URL begins with ws://"),
    ("probe HTTPS://a/", "argument url: a WebSocket's URL begins with wss://"),
    (
        "probe ws://a/ --compare Http://b/",
        "argument --compare: a WebSocket's URL begins with ws://",
    ),
    (
        "probe ws://a/#b",
        (
            "argument url: 'ws://a/#<redacted, 1 characters>' is no WebSocket URI:"
            " a WebSocket URI has no fragment: leave out # or write %23"
        ),
    ),
    ("probe ws://a/ --header x", "--header is 'Name: value'"),
    ("probe ws://a/ --header a;b:c", "a field name is a token (RFC 9110 §5.1), which 'a;b' is not"),
    ("probe ws://a/ --subprotocol a/", "'a/' is not a subprotocol (a token)"),
    ("probe ws://a/ --origin https://a/b", f"origin: {NO_ORIGIN}"),
    ("probe ws://a/ --timeout 0", A_TIME),
    ("probe ws://a/ --resolve a:1", A_PLACE),
    ("serve --port 65536", f"argument --port: {A_PORT}"),
    ("serve --port x", f"argument --port: {A_PORT}"),
    ("serve --timeout 0", A_TIME),
    (
        "serve --origin https://a/b",
        f"origins: {NO_ORIGIN}; to allow every origin, pass origins=None",
    ),
    ("serve --subprotocol a/", "'a/' is not a subprotocol (a token)"),
]


def test_a_command_is_missed() -> None:
    done = run()
    assert (done.status, done.out) == (2, "")
    assert done.err.split("\n")[-2:] == [
        "ws-handshake: error: the following arguments are required: command",
        "",
    ]


@pytest.mark.parametrize(("command", "told"), WRONG)
def test_what_is_wrong_with_an_argument_is_told(command: str, told: str) -> None:
    name, *arguments = command.split()
    done = run(name, *arguments)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"usage: ws-handshake {name} ")
    assert done.err.splitlines()[-1] == f"ws-handshake {name}: error: {told}"


# What the arguments become: by default, and with all of them.
TAKEN: list[tuple[str, dict[str, Any]]] = [
    ("check", {"file": "-", "json": False}),
    ("check --json a", {"file": "a", "json": True}),
    (
        "probe ws://a/b",
        {
            "url": parse_uri("ws://a/b"),
            "compare": None,
            "json": False,
            "subprotocol": [],
            "deflate": False,
            "origin": None,
            "header": [],
            "resolve": [],
            "insecure": False,
            "timeout": 10.0,
        },
    ),
    (
        (
            "probe --json ws://a/b --compare wss://c/ --subprotocol d --subprotocol e --deflate"
            " --origin f --header g --header h --resolve I:1:Xj --resolve [::2]:65535:[::1]"
            " --insecure --timeout 3600"
        ),
        {
            "url": parse_uri("ws://a/b"),
            "compare": parse_uri("wss://c/"),
            "json": True,
            "subprotocol": ["d", "e"],
            "deflate": True,
            "origin": "f",
            "header": ["g", "h"],
            "resolve": [(("i", 1), "Xj"), (("::2", 65535), "::1")],
            "insecure": True,
            "timeout": 3600.0,
        },
    ),
    (
        "serve",
        {
            "host": "127.0.0.1",
            "port": 8000,
            "origin": None,
            "subprotocol": [],
            "timeout": 10.0,
            "json": False,
        },
    ),
    (
        (
            "serve --json --host a --port 65535 --origin same --origin none --origin b"
            " --subprotocol c --subprotocol d --timeout 0.5"
        ),
        {
            "host": "a",
            "port": 65535,
            "origin": [SAME_ORIGIN, None, "b"],
            "subprotocol": ["c", "d"],
            "timeout": 0.5,
            "json": True,
        },
    ),
    (
        "conformance",
        {
            "url": None,
            "port": None,
            "host": "127.0.0.1",
            "subprotocol": [],
            "origin": None,
            "header": [],
            "resolve": [],
            "insecure": False,
            "only": [],
            "level": [],
            "fail_on": "must",
            "junit": None,
            "parallel": 8,
            "timeout": 5.0,
            "deflate": False,
            "json": False,
        },
    ),
    (
        (
            "conformance --json ws://a/ --listen 1 --host b --subprotocol c --origin d --header e"
            " --header f --resolve g:2:h --resolve i:3:j --insecure --only k --only l --level must"
            " --level should --fail-on security --junit m --parallel 64 --timeout 1"
        ),
        {
            "url": parse_uri("ws://a/"),
            "port": 1,
            "host": "b",
            "subprotocol": ["c"],
            "origin": "d",
            "header": ["e", "f"],
            "resolve": [(("g", 2), "h"), (("i", 3), "j")],
            "insecure": True,
            "only": ["k", "l"],
            "level": ["must", "should"],
            "fail_on": "security",
            "junit": "m",
            "parallel": 64,
            "timeout": 1.0,
            "deflate": False,
            "json": True,
        },
    ),
    ("demo", {"step_by_step": False, "key": None, "json": False}),
    (
        f"demo --json --step-by-step --key {KEY}",
        {"step_by_step": True, "key": KEY, "json": True},
    ),
]


@pytest.mark.parametrize(("command", "taken"), TAKEN)
def test_what_the_arguments_become(
    command: str, taken: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    got: list[dict[str, Any]] = []

    def runs(options: argparse.Namespace) -> int:
        got.append(vars(options))
        return 7

    name, *arguments = command.split()
    monkeypatch.setattr(__main__, f"_{name}", runs)
    assert run(name, *arguments).status == 7
    (options,) = got
    assert options.pop("run") is runs
    assert options.pop("parser").prog == f"ws-handshake {name}"
    assert options.pop("command") == name
    assert options == taken


# --- check: where it reads ------------------------------------------------------------------------


def test_a_file_is_read_where_the_input_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "request"
    path.write_bytes(VALID)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", None)
        assert main(["check", str(path)]) == 0
    assert capsys.readouterr().err == ""


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    path = tmp_path / "missing"
    told = f"ws-handshake: {path}: No such file or directory\n"
    assert run("check", str(path)) == (2, "", told)


TOO_LARGE = "ws-handshake: the input is larger than 1048576 bytes: leave the rest out\n"


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="no /dev/zero")
def test_a_file_without_an_end_is_not_read_to_it() -> None:
    assert run("check", "/dev/zero") == (2, "", TOO_LARGE)


def test_an_input_without_an_end_is_not_read_to_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Typed:
        """What somebody types for ever."""

        @property
        def buffer(self) -> Typed:
            return self

        def isatty(self) -> bool:
            return True

        def read(self, size: int) -> bytes:
            return b"a" * size

    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", Typed())
        assert main(["check"]) == 2
    paste = "ws-handshake: paste a request or response, then end the input (Ctrl-D)\n"
    assert capsys.readouterr() == ("", paste + TOO_LARGE)


def test_lines_of_a_log_have_causes_where_no_message_stands() -> None:
    line = '2026/11/20 10:00:00 [emerg] 1#1: unknown "connection_upgrade" variable'
    for text, count in ((line, 1), (f"{line}\n\nHTTP/1.1 404 x\n\n", 0)):
        told = run("check", "--json", stdin=text.encode()).json
        assert [len(told["causes"]), len(told["messages"])] == [count, 1 - count]


# --- probe, in this process -----------------------------------------------------------------------

PROBED = """\
Probing ws://127.0.0.1:0/a?<redacted, 1 characters>

Not opened.

Cause:
   nothing listens at 127.0.0.1:0
   - seen: Connection refused

   Fix, general:

       Start the server, or correct the port. A server bound to 127.0.0.1 is reached from
       its own machine only: inside a container bind it to 0.0.0.0.

Times: look-up 0 ms, connect 0 ms.

"""
COMPARED = """\
Compared: no difference.

Verdict: the server itself is not reached (connection-refused), so the hop in between cannot
   reach it either: start or correct the server first, then look at what the first URL answers
   (connection-refused).
"""


@pytest.fixture(scope="module")
def nobody() -> int:
    """A port at which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def without_ports(text: str) -> str:
    return re.sub(r"127\.0\.0\.1:[0-9]+", "127.0.0.1:0", text)


def without_times(text: str) -> str:
    return re.sub(r"[0-9]+\.[0-9] ms", "0 ms", without_ports(text))


def test_a_probe_is_told(nobody: int) -> None:
    first, second = f"ws://127.0.0.1:{nobody}/a?b", f"ws://127.0.0.1:{nobody}/c"
    done = run("probe", first)
    assert (done.status, without_times(done.out), done.err) == (1, PROBED, "")
    done = run("probe", first, "--compare", second)
    again = PROBED.replace("/a?<redacted, 1 characters>", "/c")
    assert (done.status, without_times(done.out)) == (1, PROBED + again + COMPARED)
    told = run("probe", first, "--compare", second, "--json").json
    assert [probe["url"].rpartition("/")[2] for probe in told["probes"]] == [
        "a?<redacted, 1 characters>",
        "c",
    ]
    assert told["comparison"]["blame"] == "server"


def asked(port: int, *options: str) -> list[str]:
    """The lines of the request of a probe that finds nobody."""
    (probe,) = run("probe", f"ws://127.0.0.1:{port}/", "--json", *options).json["probes"]
    return [line["text"] for line in probe["request"]["lines"]]


def test_what_a_probe_asks(nobody: int) -> None:
    assert asked(nobody)[:3] == [
        "GET / HTTP/1.1",
        f"Host: 127.0.0.1:{nobody}",
        "Upgrade: websocket",
    ]
    assert len(asked(nobody)) == 7
    options = [
        *("--header", "X-A: \tXbX ", "--header", "HOST: h", "--header", "X-C:d:e"),
        *("--subprotocol", "a", "--subprotocol", "b", "--deflate", "--origin", "https://o"),
    ]
    assert asked(nobody, *options)[1:2] + asked(nobody, *options)[6:] == [
        "Host: h",
        "Origin: https://o",
        "Sec-WebSocket-Protocol: a, b",
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
        "X-A: XbX",
        "X-C: d:e",
        "",
    ]
    assert "Origin: https://p" in asked(nobody, "--header", "origin: https://p")


def test_how_a_probe_connects(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[tuple[str, float]] = []
    connects: list[tuple[Any, ...]] = []

    def looked_up(probe: Any, name: str, limit: float) -> list[str]:
        looked.append((name, limit))
        return ["an address"]

    def connected(probe: Any, addresses: list[str], limit: float, *, insecure: bool) -> None:
        connects.append((addresses, limit, insecure))
        probe.failure = Cause("nothing", "Nothing.", [], [], True)

    monkeypatch.setattr(__main__, "looked_up", looked_up)
    monkeypatch.setattr(__main__, "connected", connected)
    assert run("probe", "ws://A.example/").status == 1
    resolved = ["--resolve", "A.example:80:b", "--resolve", "a.example:81:c"]
    assert run("probe", "ws://A.example/", *resolved, "--timeout", "3", "--insecure").status == 1
    assert run("probe", "ws://a.example:82/", *resolved).status == 1
    assert looked == [("a.example", 10.0), ("b", 3.0), ("a.example", 10.0)]
    address = ["an address"]
    assert connects == [(address, 10.0, False), (address, 3.0, True), (address, 10.0, False)]


class Scripted:
    """A connection to a peer that says this piece by piece, and closes then."""

    def __init__(self, *said: Any, takes: int = 2) -> None:
        self.said = list(said)
        self.takes = takes  # messages, before it breaks
        self.sent: list[bytes] = []
        self.limits: list[float] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        pass

    def settimeout(self, seconds: float) -> None:
        self.limits.append(seconds)

    def sendall(self, data: bytes) -> None:
        if len(self.sent) >= self.takes:
            raise BrokenPipeError(32, "Broken pipe")
        self.sent.append(bytes(data))

    def recv(self, size: int) -> bytes:
        if not self.said:
            return b""
        piece = self.said.pop(0)
        if isinstance(piece, float):
            time.sleep(piece)
            raise TimeoutError("timed out")
        if b"{accept}" in piece:
            key = Request.parse(self.sent[0]).headers["sec-websocket-key"]
            piece = piece.replace(b"{accept}", accept_key(key).encode())
        said: bytes = piece
        return said


def probed(
    monkeypatch: pytest.MonkeyPatch, connection: Scripted, *arguments: str
) -> tuple[Any, list[tuple[int | None, bool]]]:
    """What is told of a probe over this connection, and how the goodbye was noted."""
    noted: list[tuple[int | None, bool]] = []

    def note(probe: Any, status: int | None, ended: bool) -> None:
        assert probe.agreement is not None
        noted.append((status, ended))

    with monkeypatch.context() as patch:
        patch.setattr(__main__, "looked_up", lambda probe, name, limit: ["an address"])
        patch.setattr(__main__, "connected", lambda *args, **options: connection)
        patch.setattr(__main__, "note_close", note)
        done = run("probe", "--json", *arguments)
    (probe,) = done.json["probes"]
    assert done.status == (0 if probe["opened"] else 1)
    return probe, noted


LONG = b"\x82\x7f" + b"\xff" * 8


@pytest.mark.parametrize(
    ("said", "takes", "noted"),
    [
        ([OPENS + b"\x88\x02\x03\xe9"], 2, (1001, False)),
        ([OPENS, b"\x81\x02hi\x88\x02", b"\x03\xe9"], 2, (1001, False)),
        ([OPENS + b"\x88", b"\x00"], 2, (1005, False)),
        ([OPENS], 2, (None, True)),
        ([OPENS, b"\x81\x02hi"], 2, (None, True)),
        ([OPENS, 0.06], 2, (None, False)),
        ([OPENS, LONG + bytes(65535 - 10)], 2, (None, True)),
        ([OPENS, LONG + bytes(65536 - 10)], 2, (None, False)),
        ([OPENS], 1, (None, True)),
        ([OPENS + b"\x88\x00"], 1, (1005, True)),
    ],
)
def test_how_the_goodbye_is_noted(
    said: list[Any], takes: int, noted: tuple[int | None, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = "0.05" if 0.06 in said else "10"
    connection = Scripted(*said, takes=takes)
    probe, told = probed(monkeypatch, connection, "ws://a/", "--timeout", limit)
    assert (probe["opened"], probe["failure"], told) == (True, None, [noted])
    assert 0 <= probe["times"]["handshake"] < PATIENCE
    assert connection.limits[0] == float(limit)
    assert min(float(limit), 2.0) in connection.limits[1:]
    assert [data[:2] for data in connection.sent] == [b"GE", b"\x88\x82"][:takes]


def test_an_answer_is_judged_against_what_was_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for said, arguments, code in (
        (ANSWER, [], "accept-wrong"),
        (OPENS[:-2] + EXTENSION, ["--deflate"], "extension-refused"),
    ):
        probe, _ = probed(monkeypatch, Scripted(said), "ws://a/", *arguments)
        assert [each["code"] for each in probe["response"]["violations"]] == [code]
        assert (probe["opened"], probe["failure"]) == (False, None)
    again = Scripted(b"HTTP/1.1 404 s3cr3t\r\n\r\n")
    probe, _ = probed(monkeypatch, again, "ws://a/?t=s3cr3t")
    assert probe["response"]["lines"][0]["text"] == "HTTP/1.1 404 <redacted>"


EXTENSION = b"Sec-WebSocket-Extensions: permessage-deflate; x=1\r\n\r\n"
VERDICT = """\
Verdict: the first URL opens; the second one does not (404 No): it is not the server that the
   first one leads to, or that server wants what only the hop in between adds, such as its Host
   or TLS.
"""


def test_the_second_url_is_compared_with_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    ends = [Scripted(OPENS + b"\x88\x00"), Scripted(b"HTTP/1.1 404 No\r\n\r\n")]
    monkeypatch.setattr(__main__, "looked_up", lambda probe, name, limit: ["an address"])
    monkeypatch.setattr(__main__, "connected", lambda *args, **options: ends.pop(0))
    done = run("probe", "ws://a/", "--compare", "ws://b/")
    assert done.status == 0
    assert done.out.endswith(VERDICT)


@pytest.mark.parametrize(
    ("url", "said", "takes", "summary", "evidence"),
    [
        ("ws://a/", [], 2, "without an answer", "the peer closed the connection"),
        ("wss://a/", [], 2, "without an answer", "the peer closed the connection"),
        ("ws://a/", [], 0, "without an answer", "the peer closed the connection"),
        ("ws://a/", [b"HTTP/1.1 1"], 2, "in the middle of", "the peer closed the connection"),
        ("ws://a/", [0.06], 2, "not a byte was answered in time", "timed out"),
        ("ws://a/", [b"HTTP/1.1 1", 0.06], 2, "no whole answer came in time", "timed out"),
    ],
)
def test_a_probe_that_gets_no_whole_answer(
    url: str,
    said: list[Any],
    takes: int,
    summary: str,
    evidence: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limit = "0.05" if 0.06 in said else "10"
    connection = Scripted(*said, takes=takes)
    probe, told = probed(monkeypatch, connection, url, "--timeout", limit)
    failure = probe["failure"]
    assert (summary in failure["summary"], failure["evidence"], told) == (True, [evidence], [])
    plain = url.startswith("ws:") and "time" not in summary
    assert ("If the port speaks TLS, use wss://" in failure["fix"][0]["text"]) == plain
    assert (probe["response"] is not None) == (said[:1] == [b"HTTP/1.1 1"])


# --- conformance, in this process -----------------------------------------------------------------

Answered = tuple[bytes, bool | None] | None
Answer = Callable[[bytes], Answered]


class Network:
    """What answers a run of `conformance`, and what that did; None is no connection."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.looked: list[tuple[str, float]] = []
        self.connects: list[tuple[str, Any, float, bool]] = []
        self.talks: list[tuple[bytes, float, float]] = []
        self.left: list[bytes] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        pass

    def looked_up(self, probe: Any, name: str, limit: float) -> list[str]:
        self.looked.append((name, limit))
        return ["an address"]

    def connected(self, probe: Any, addresses: Any, limit: float, *, insecure: bool) -> Any:
        self.connects.append((probe.uri.host, addresses, limit, insecure))
        if self.answer(b"") is not None:
            return self
        probe.failure = Cause("nobody", "nobody is there", [], [], True)
        return None

    def talked(
        self, connection: Any, pieces: list[bytes], limit: float, patience: Callable[[bytes], float]
    ) -> Answered:
        assert connection is self
        time.sleep(0.001)
        answered: Answered = self.answer(b"".join(pieces))
        assert answered is not None
        self.talks.append((b"".join(pieces), limit, patience(answered[0])))
        return answered

    def leave(self, connection: Any, frame: bytes) -> None:
        assert connection is self
        self.left.append(frame)


def examined(
    monkeypatch: pytest.MonkeyPatch, answer: Answer, *arguments: str
) -> tuple[Done, Network]:
    """Run `conformance` against these answers."""
    network = Network(answer)
    with monkeypatch.context() as patch:
        for name in ("looked_up", "connected", "talked", "leave"):
            patch.setattr(__main__, name, getattr(network, name))
        return run("conformance", "ws://A.example/chat?t=s3cr3t", *arguments), network


NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


def refuses(data: bytes) -> tuple[bytes, bool]:
    return NOT_FOUND, True


def good(data: bytes) -> tuple[bytes, bool | None]:
    """The answer of this library's server."""
    server = ServerHandshake(origins=None)
    try:
        offer = server.receive_data(data)
    except HandshakeError as error:
        return b"" if error.rejection is None else error.rejection.to_bytes(), True
    return (b"", True) if offer is None else (server.accept(), None)


WRONG_PATH = """\
note: the plain opening handshake fails already (answered 404 instead of 101): where that is not
the server's fault, give the path that it serves, and --origin, --subprotocol or --header as it
wants them

   group               must    security      should
   request-line         0/1           -           -
   upgrade              1/1           -           -
   all                  1/2           -           -

line-sample (must, RFC 6455 §4.2.1)
   The request of RFC 6455 §1.2 is a valid opening handshake.
   sent     the plain one
   came     HTTP/1.1 404 Not Found, then closed
   wrong    answered 404 instead of 101

2 cases: 1 passed, 1 failed (must 1, security 0, should 0).
"""
PLAIN = (
    "GET /chat?t=s3cr3t HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    f"Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n{{}}\r\n"
)
TWO = ("--only", "upgrade-missing", "--only", "line-sample", "--parallel", "1")


def test_a_server_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    done, network = examined(monkeypatch, refuses, *TWO)
    assert done == (1, WRONG_PATH, "")
    assert network.looked == [("a.example", 5.0)]
    assert network.connects == [("a.example", ["an address"], 5.0, False)] * 3
    plain = PLAIN.format("a.example", "")
    without = plain.replace("Upgrade: websocket\r\n", "")
    sent = [plain.encode(), plain.encode(), without.encode()]
    assert network.talks == [(data, 5.0, 0.0) for data in sent]
    assert network.left == []


def test_the_options_say_what_the_cases_are_made_of(monkeypatch: pytest.MonkeyPatch) -> None:
    options = [
        *("--header", "X-A: b", "--header", "Host: h", "--header", "X-C: d"),
        *("--origin", "https://o", "--subprotocol", "p", "--resolve", "a.example:80:r"),
        *("--timeout", "3", "--insecure", "--json"),
    ]
    done, network = examined(monkeypatch, refuses, *TWO, *options)
    assert network.looked == [("r", 3.0)]
    assert network.connects == [("a.example", ["an address"], 3.0, True)] * 3
    own = "Origin: https://o\r\nSec-WebSocket-Protocol: p\r\nX-A: b\r\nX-C: d\r\n"
    plain = PLAIN.format("h", own).encode()
    assert [data for data, _, _ in network.talks[:2]] == [plain, plain]
    told = done.json
    assert told["url"] == "ws://a.example/chat?<redacted, 8 characters>"
    assert (told["passed"], told["failure"], len(told["notes"])) == (False, None, 1)
    assert [(case["id"], case["passed"]) for case in told["cases"]] == [
        ("line-sample", False),
        ("upgrade-missing", True),
    ]
    assert [(case["bytes"], case["closed"]) for case in told["cases"]] == [
        (len(plain), True),
        (len(plain) - len(b"Upgrade: websocket\r\n"), True),
    ]
    assert all(0 < case["seconds"] < PATIENCE for case in told["cases"])
    plain_case, without_upgrade = request_cases(only=["line-sample", "upgrade-missing"])
    waits = [Patience(case)(NOT_FOUND) for case in (plain_case, plain_case, without_upgrade)]
    assert [wait for _, _, wait in network.talks] == waits


def test_a_good_server_is_left_with_a_close_frame(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "junit.xml"
    options = ["--only", "line-sample", "--only", "method-post", "--junit", str(file)]
    done, network = examined(monkeypatch, good, *options)
    assert (done.status, done.out.splitlines()[-1]) == (0, "2 cases: 2 passed.")
    assert "note:" not in done.out
    assert 'failures="0"' in file.read_text("utf-8")
    # The plain one goes out first, and is one of the cases.
    assert [frame[:2] for frame in network.left] == [b"\x88\x82"] * 2
    assert [frame[2:6] != bytes(4) for frame in network.left] == [True] * 2


def test_the_outcomes_have_the_order_of_the_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow_at_first(data: bytes) -> tuple[bytes, bool | None]:
        if data.startswith(b"POST"):
            time.sleep(0.05)
        return good(data)

    only = ["--only", "method-post", "--only", "method-put", "--only", "key-missing"]
    done, _network = examined(monkeypatch, slow_at_first, *only, "--json", "--parallel", "3")
    ids = [case["id"] for case in done.json["cases"]]
    assert ids == [case.id for case in request_cases() if case.id in only]
    assert len(ids) == 3


@pytest.mark.parametrize(("fail_on", "status"), [("must", 0), ("security", 0), ("should", 1)])
def test_the_status_is_that_of_the_level(
    fail_on: str, status: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def opens_for_tls(data: bytes) -> tuple[bytes, bool | None]:
        return (ANSWER, None) if data.startswith(b"\x16") else good(data)

    file = tmp_path / "junit.xml"
    options = ["--only", "line-tls", "--fail-on", fail_on, "--junit", str(file)]
    done, _ = examined(monkeypatch, opens_for_tls, *options)
    assert done.status == status
    assert done.out.splitlines()[-1] == (
        "1 cases: 0 passed, 1 failed (must 0, security 0, should 1)."
    )
    assert f'failures="{status}"' in file.read_text("utf-8")


def test_a_server_that_is_not_there_is_one_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "junit.xml"
    done, network = examined(monkeypatch, lambda data: None, *TWO, "--junit", str(file))
    told = "Cause:\n   nobody is there\n\nNo case was judged.\n"
    assert (done.status, done.out.lstrip("\n"), network.talks) == (1, told, [])
    assert "nobody is there" in file.read_text("utf-8")


def test_a_server_that_is_gone_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []

    def goes(data: bytes) -> tuple[bytes, bool | None] | None:
        asked.append(data)
        return None if len(asked) > 4 else good(data)

    options = ["--only", "key", "--parallel", "1", "--json"]
    done, _ = examined(monkeypatch, goes, *options)
    cases = done.json["cases"]
    assert (done.status, done.json["passed"], len(cases)) == (1, False, 9)
    assert [case["why"] for case in cases] == ["", *["no connection: nobody is there"] * 8]
    assert [case["passed"] for case in cases] == [True, *[False] * 8]
    assert done.json["failure"]["code"] == "server-gone"
    # It is no success, also where none of the cases counts.
    asked.clear()
    done, _ = examined(monkeypatch, goes, "--level", "should", "--parallel", "1", "--json")
    assert (done.status, done.json["counts"]["must"]["failed"]) == (1, 0)


@pytest.mark.parametrize("closed", [True, False])
def test_whether_a_server_closes_counts(closed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = NOT_FOUND.replace(b"404 Not Found", b"400 Bad Request")
    options = ["--only", "body-length-differs", "--json"]
    done, _ = examined(monkeypatch, lambda data: (bad, closed), *options)
    (case,) = done.json["cases"]
    assert (case["passed"], case["closed"]) == (closed, closed)


def test_what_the_server_repeats_of_the_request_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    again = NOT_FOUND.replace(b"Not Found", b"s3cr3t")
    for options in ([], ["--json"]):
        done, _ = examined(monkeypatch, lambda data: (again, True), *TWO, *options)
        assert "404 <redacted>" in done.out
        assert "s3cr3t" not in done.out


def test_a_report_that_cannot_be_written_is_told_before_anything_is_sent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = str(tmp_path / "missing" / "junit.xml")
    done, network = examined(monkeypatch, refuses, *TWO, "--junit", path)
    assert done == (2, "", f"ws-handshake: {path}: No such file or directory\n")
    assert network.looked == []


def test_a_name_that_is_not_known_is_one_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(probe: Any, name: str, limit: float) -> list[str]:
        probe.failure = Cause("unknown", f"{name} is not known", [], [], True)
        return []

    monkeypatch.setattr(__main__, "looked_up", unknown)
    for command in ("conformance", "probe"):
        done = run(command, "ws://a.example/")
        assert done.status == 1
        assert "Cause:\n   a.example is not known\n" in done.out


class Terminal(io.StringIO):
    """It shows what was written when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def isatty(self) -> bool:
        return True

    def flush(self) -> None:
        self.shown.append(self.getvalue())
        self.seek(0)
        self.truncate()


def test_progress_is_for_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file, None):
        network = Network(refuses)
        out = io.StringIO()
        with monkeypatch.context() as patch:
            for name in ("looked_up", "connected", "talked", "leave"):
                patch.setattr(__main__, name, getattr(network, name))
            patch.setattr(sys, "stderr", stream)
            patch.setattr(sys, "stdout", out)
            assert main(["conformance", "ws://A.example/chat?t=s3cr3t", *TWO]) == 1
        assert out.getvalue() == WRONG_PATH
    assert terminal.shown == ["\r1 of 2 cases, 1 failed", "\r2 of 2 cases, 1 failed", "\r\x1b[K"]
    assert terminal.getvalue() == file.getvalue() == ""


# --- Serving, in this process ---------------------------------------------------------------------

CLOSE = close_frame(lambda size: b"abcd"[:size])


class Reading(io.StringIO):
    """Reads what a server tells: starts a client when it listens, and ends it as Ctrl-C does."""

    def __init__(self, client: Callable[[int], object], until: str) -> None:
        super().__init__()
        self.client = client
        self.until = until
        self.begun = self.ended = False

    def flush(self) -> None:
        text = self.getvalue()
        if not self.begun:
            self.begun = True
            port = int(re.findall(r"[0-9]{4,5}", text)[0])
            self.thread = threading.Thread(target=self.client, args=[port])
            self.thread.start()
        if not self.ended and self.until in text:
            self.ended = True
            raise KeyboardInterrupt


def served(
    monkeypatch: pytest.MonkeyPatch,
    client: Callable[[int], object],
    until: str,
    *arguments: str,
) -> tuple[int, str]:
    """Let a command serve until it has told this: its status, and all that it told."""
    reading = Reading(client, until)
    timer = threading.Timer(PATIENCE, os.kill, [os.getpid(), signal.SIGINT])
    timer.start()
    try:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", reading)
            status = main(list(arguments))
    finally:
        timer.cancel()
    reading.thread.join(PATIENCE)
    return status, reading.getvalue()


def visits(*requests: bytes) -> Callable[[int], object]:
    """A client that sends each of these over a connection of its own."""

    def client(port: int) -> None:
        for request in requests:
            with contextlib.suppress(OSError):
                talk(port, request)

    return client


SERVED = f"""\
Listening at ws://127.0.0.1:0/ - Ctrl-C ends it.
#1 from 127.0.0.1:0

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

   behind the head stand 8 bytes, which are no part of a handshake

A valid opening handshake.

#1 answered: 101 Switching Protocols

#1 the client closed with 1000.
Stopped.
"""


def test_serving_is_told_until_ctrl_c(monkeypatch: pytest.MonkeyPatch) -> None:
    status, told = served(monkeypatch, visits(VALID + CLOSE), "closed", "serve", "--port", "0")
    assert (status, without_ports(told)) == (0, SERVED)


def test_serving_is_told_as_json_a_line_an_event(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ("serve", "--json", "--port", "0", "--host", "127.0.0.1")
    status, told = served(monkeypatch, visits(VALID + CLOSE), '"closed"', *arguments)
    assert status == 0
    events = [json.loads(line) for line in told.splitlines()]
    assert [list(event) for event in events] == [
        ["form", "command", "event", "host", "port"],
        ["form", "command", "event", "number", "peer", "request", "answer", "agreement"],
        ["form", "command", "event", "number", "close"],
        ["form", "command", "event"],
    ]
    assert [(event["form"], event["command"], event["event"]) for event in events] == [
        (1, "serve", event) for event in ("listening", "arrival", "closed", "stopped")
    ]


@pytest.mark.parametrize(
    ("options", "field", "status"),
    [
        ([], "Origin: https://any.example", 101),
        (["--origin", "https://a.example"], "Origin: https://a.example", 101),
        (["--origin", "https://a.example"], "Origin: https://b.example", 403),
        (["--origin", "https://a.example"], "X: y", 403),
        (["--origin", "https://a.example", "--origin", "none"], "X: y", 101),
        (["--origin", "same"], "Origin: http://example.com", 101),
        (["--origin", "same"], "Origin: http://b.example", 403),
        (["--subprotocol", "a", "--subprotocol", "b"], "Sec-WebSocket-Protocol: b", 101),
    ],
)
def test_serving_answers_as_the_options_say(
    options: list[str], field: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = VALID[:-2] + f"{field}\r\n\r\n".encode() + CLOSE
    arguments = ("serve", "--json", "--port", "0", *options)
    _, told = served(monkeypatch, visits(request), '"arrival"', *arguments)
    arrival = json.loads(told.splitlines()[1])
    assert arrival["answer"] == status
    agreed: dict[str, Any] = {
        "subprotocol": "b" if field.endswith(": b") else None,
        "extensions": [],
    }
    assert arrival["agreement"] == (agreed if status == 101 else None)


def test_serving_waits_as_long_as_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    half = visits(b"GET / HTTP/1.1\r\n")
    arguments = ("serve", "--port", "0", "--timeout", "0.05")
    _, told = served(monkeypatch, half, "answered", *arguments)
    assert "#1 answered: 408 Request Timeout\n" in told


def test_where_nobody_can_listen_it_is_told() -> None:
    done = run("serve", "--host", "192.0.2.1", "--port", "0")  # of nobody (RFC 5737)
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("ws-handshake: cannot listen at 192.0.2.1 port 0: ")
    assert "assign requested address" in done.err


@pytest.mark.parametrize("in_thread", [False, True])
def test_sigterm_ends_what_serves_as_ctrl_c_does(
    monkeypatch: pytest.MonkeyPatch, in_thread: bool
) -> None:
    """A thread other than the first gets no signals, and may serve all the same."""
    handlers: list[Any] = []

    def serve(_: StandIn) -> NoReturn:
        handlers.append(signal.getsignal(signal.SIGTERM))
        raise KeyboardInterrupt

    monkeypatch.setattr(StandIn, "run", serve)
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        done: list[Done] = []
        thread = threading.Thread(target=lambda: done.append(run("serve", "--port", "0")))
        if in_thread:
            thread.start()
            thread.join()
        else:
            thread.run()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert (done[0].status, done[0].out) == (0, "Stopped.\n")
    assert handlers == [signal.SIG_DFL if in_thread else signal.default_int_handler]


@pytest.mark.parametrize("host", ["\udcff", "a" * 300], ids=ascii)
def test_what_is_no_name_of_a_host_is_told(host: str) -> None:
    done = run("serve", "--host", host, "--port", "0")
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("ws-handshake: cannot listen at ")


def asking(case: str) -> bytes:
    return VALID.replace(b"/chat", b"/case/" + case.encode())


EXAMINED = """\
Listening at ws://127.0.0.1:0/ - Ctrl-C ends it.
There are 5 cases, /case/1 to /case/5.
#1 accept-missing (must, RFC 6455 §4.1)
   The field is missing.
   without  Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
   came     a Close frame
   wrong    it sent a frame: it took an answer that it must refuse

   group         must    security      should
   accept         0/1           -           -
   all            0/1           -           -

1 cases: 0 passed, 1 failed (must 1, security 0, should 0).
"""


def test_clients_are_judged_until_ctrl_c(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "junit.xml"
    arguments = ["conformance", "--listen", "0", "--only", "accept", "--junit", str(file)]
    arguments += ["--timeout", "0.3"]
    bad = visits(asking("accept-missing") + CLOSE)
    status, told = served(monkeypatch, bad, "wrong", *arguments)
    told = re.sub(
        r"are ([0-9]+) cases, /case/1 to /case/\1\.", "are 5 cases, /case/1 to /case/5.", told
    )
    assert (status, without_ports(told)) == (1, EXAMINED)
    assert 'failures="1"' in file.read_text("utf-8")
    fine = visits(asking("accept-missing"))
    status, told = served(monkeypatch, fine, '"result"', *arguments, "--json")
    assert status == 0
    assert json.loads(told.splitlines()[-1])["passed"] is True
    assert 'failures="0"' in file.read_text("utf-8")


def test_nothing_judged_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    status, told = served(monkeypatch, visits(), "cases", "conformance", "--listen", "0")
    assert status == 1
    assert told.endswith("\nNo case was judged.\n")


# --- How they end ---------------------------------------------------------------------------------


class Failing(io.StringIO):
    """An output that fails when it is flushed."""

    def __init__(self, error: BaseException, file: Any) -> None:
        super().__init__()
        self.error = error
        self.file = file

    def flush(self) -> None:
        raise self.error

    def fileno(self) -> int:
        number: int = self.file.fileno()
        return number


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (BrokenPipeError(32, "Broken pipe"), 1, ""),
        (
            OSError(28, "No space left on device"),
            1,
            "ws-handshake: the output cannot be written: No space left on device\n",
        ),
        (KeyboardInterrupt(), 130, ""),
    ],
    ids=repr,
)
def test_an_output_that_fails_ends_it(
    error: BaseException,
    status: int,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with tempfile.TemporaryFile() as file:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", Failing(error, file))
            assert main(["demo"]) == status
        # What is left goes nowhere, where the output cannot be written.
        file.write(b"rest")
        file.flush()
        assert (os.fstat(file.fileno()).st_size == 0) == (status == 1)
    assert capsys.readouterr().err == told


@pytest.mark.parametrize(
    ("stream", "arguments", "told"),
    [
        ("stdout", ["demo"], "ws-handshake: the output is closed\n"),
        ("stdout", ["check"], "ws-handshake: the output is closed\n"),
        ("stdin", ["check"], "ws-handshake: the input is closed\n"),
    ],
)
def test_what_the_shell_closed_is_told(
    stream: str,
    arguments: list[str],
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sys, stream, None)
        assert main(arguments) == 1
    assert capsys.readouterr() == ("", told)


def test_what_the_encoding_lacks_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii"))
        assert main(["demo"]) == 0
        assert b"RFC 6455 \\xa74.1" in written.getvalue()


def test_json_is_for_people_too() -> None:
    assert run("demo", "--json", "--key", KEY).out.startswith(
        '{\n  "form": 1,\n  "command": "demo",'
    )
