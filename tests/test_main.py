"""The command line as such, and `demo` (RFC 6455 §1.2 in practice); tests/cli has the others."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import subprocess
import sys

import pytest

from ws_handshake import accept_key
from ws_handshake.__main__ import main

FIELDS_OF_THE_REQUEST = [
    "Host",
    "Upgrade",
    "Connection",
    "Sec-WebSocket-Key",
    "Sec-WebSocket-Version",
    "Origin",
    "Sec-WebSocket-Protocol",
]
FIELDS_OF_THE_RESPONSE = ["Upgrade", "Connection", "Sec-WebSocket-Accept", "Sec-WebSocket-Protocol"]


def run(*arguments: str, encoding: str = "utf-8") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "ws_handshake", *arguments],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )


@pytest.fixture
def demo(capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["demo"]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    return printed.out


def lines_behind(arrow: str, text: str) -> list[str]:
    """What stands behind an arrow, in order."""
    return re.findall(rf"^   {arrow} ?(.*)$", text, re.MULTILINE)


def test_the_demo_shows_the_whole_request(demo: str) -> None:
    first, *fields, last = lines_behind("->", demo)
    assert first == "GET /chat HTTP/1.1"
    assert [line.partition(": ")[0] for line in fields] == FIELDS_OF_THE_REQUEST
    assert last == ""


def test_the_demo_shows_the_whole_response(demo: str) -> None:
    first, *fields, last = lines_behind("<-", demo)
    assert first == "HTTP/1.1 101 Switching Protocols"
    assert [line.partition(": ")[0] for line in fields] == FIELDS_OF_THE_RESPONSE
    assert last == ""


def test_the_demo_explains_each_line_in_the_line_below(demo: str) -> None:
    lines = demo.splitlines()
    explained = [
        lines[number + 1] for number, line in enumerate(lines) if re.match("   (->|<-)", line)
    ]
    assert len(explained) == len(FIELDS_OF_THE_REQUEST) + len(FIELDS_OF_THE_RESPONSE) + 4
    assert all(re.fullmatch(r" {7}\S.*", line) for line in explained)
    assert demo.count("§") > 10


def test_the_demo_computes_the_accept_value_of_its_key(demo: str) -> None:
    (key,) = re.findall(r"-> Sec-WebSocket-Key: (\S+)", demo)
    (accept,) = re.findall(r"<- Sec-WebSocket-Accept: (\S+)", demo)
    assert accept == accept_key(key)
    assert f"       {key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11\n" in demo
    assert f"Sec-WebSocket-Accept\n       {accept}\n" in demo


def test_the_demo_tells_what_was_agreed(demo: str) -> None:
    assert "<- Sec-WebSocket-Protocol: chat\n" in demo
    assert "subprotocol chat:" in demo


def test_each_demo_has_a_new_key(demo: str) -> None:
    stdout = io.StringIO()
    with contextlib.redirect_stdout(stdout):
        assert main(["demo"]) == 0
    assert stdout.getvalue() != demo
    assert len(stdout.getvalue()) == len(demo)


def test_the_module_runs_the_demo() -> None:
    done = run("demo")
    assert (done.returncode, done.stderr) == (0, b"")
    text = done.stdout.decode("utf-8")
    assert lines_behind("<-", text)[0] == "HTTP/1.1 101 Switching Protocols"


def test_where_only_ascii_can_be_written_it_is() -> None:
    done = run("demo", encoding="ascii")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.isascii()
    assert b"RFC 6455 \\xa74.1" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [[], ["dem"], ["demo", "now"], ["--demo"], ["demo", "--fast"], ["check", "a", "b"]],
    ids=repr,
)
def test_wrong_use_is_status_2_and_tells_the_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("usage: ws-handshake")
    assert run(*arguments).returncode == 2


def test_help_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    printed = capsys.readouterr().out
    assert all(f"\n    {name} " in printed for name in ("check", "probe", "serve", "demo"))


@pytest.mark.parametrize("name", ["check", "probe", "serve", "demo"])
def test_every_command_has_help_and_json(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([name, "--help"])
    assert caught.value.code == 0
    assert "--json" in capsys.readouterr().out


def test_the_demo_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told) == ["form", "command", "messages", "accept", "agreement"]
    assert (told["form"], told["command"]) == (1, "demo")
    request, response = told["messages"]
    assert (request["kind"], request["valid"]) == ("request", True)
    assert (response["kind"], response["valid"], response["status"]) == ("response", True, 101)
    lines = [line["text"] for line in response["lines"]]
    assert f"Sec-WebSocket-Accept: {told['accept'][-1]['value']}" in lines
    assert told["agreement"] == {"subprotocol": "chat", "extensions": []}


def test_without_arguments_those_of_the_process_count(
    demo: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["ws-handshake", "demo"])
    assert main() == 0
    assert len(capsys.readouterr().out) == len(demo)


def test_a_reader_that_had_enough_ends_it_quietly() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "ws_handshake", "demo"],
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.skipif(os.name != "posix", reason="a shell's redirections")
@pytest.mark.parametrize(
    ("redirection", "told"),
    [
        ("check <&-", "the input is closed"),
        ("demo >&-", "the output is closed"),
        pytest.param(
            "demo >/dev/full",
            "the output cannot be written: ",
            marks=pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full"),
        ),
    ],
)
def test_what_cannot_be_read_or_written_is_one_line(redirection: str, told: str) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$0" -m ws_handshake {redirection}', sys.executable],
        capture_output=True,
        check=False,
        timeout=20,
    )
    error = done.stderr.decode()
    assert done.returncode == 1
    assert error.startswith(f"ws-handshake: {told}")
    assert error.count("\n") == 1
