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
    assert list(told) == ["form", "command", "messages", "accept", "steps", "agreement"]
    assert (told["form"], told["command"]) == (1, "demo")
    request, response = told["messages"]
    assert (request["kind"], request["valid"]) == ("request", True)
    assert (response["kind"], response["valid"], response["status"]) == ("response", True, 101)
    lines = [line["text"] for line in response["lines"]]
    assert f"Sec-WebSocket-Accept: {told['accept'][-1]['value']}" in lines
    assert told["agreement"] == {"subprotocol": "chat", "extensions": []}


KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # that of RFC 6455 §1.3, which also has the values below
STEPS = f"""\
The client makes a key (RFC 6455 §4.1, item 7):

1. 16 random bytes, in hexadecimal
       7468652073616d706c65206e6f6e6365

2. those bytes as base64, 24 characters
       {KEY}

The server computes the accept value (RFC 6455 §4.2.2, item 5.4):

3. the key as it stands in the field
       {KEY}

4. with the GUID of RFC 6455 behind it
       {KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11

5. the bytes of that text, one a character, in hexadecimal
       6447686c49484e68625842735a5342756232356a5a513d3d3235384541464135
       2d453931342d343744412d393543412d433541423044433835423131

6. SHA-1 of that text, 20 bytes, in hexadecimal
       b37a4f2cc0624f1690f64606cf385945b2bec4ea

7. those 20 bytes as base64: Sec-WebSocket-Accept
       s3pPLMBiTxaQ9kYGzzhZRbK+xOo=

The client computes the same from the key that it sent. If the answer differs, the
connection fails (RFC 6455 §4.1, item 4 of what it checks in the response).
"""


def test_the_demo_step_by_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--step-by-step", "--key", KEY]) == 0
    assert capsys.readouterr() == (STEPS, "")


def test_each_demo_step_by_step_has_a_new_key(capsys: pytest.CaptureFixture[str]) -> None:
    keys = set()
    for _ in range(2):
        assert main(["demo", "--step-by-step"]) == 0
        printed = capsys.readouterr().out
        (key,) = re.findall(r"in the field\n +(\S+)\n", printed)
        assert printed.endswith(f"       {accept_key(key)}\n{STEPS[-160:]}")
        keys.add(key)
    assert len(keys) == 2


DEMO = f"""\
1. The client asks to switch from HTTP to WebSocket.

   -> GET /chat HTTP/1.1
       a GET for this path, in HTTP/1.1: a handshake begins as plain HTTP (§4.1)
   -> Host: server.example.com
       the server's name and port, for servers with several names (RFC 9110 §7.2)
   -> Upgrade: websocket
       the protocol the client wants to switch to (RFC 6455 §4.1)
   -> Connection: Upgrade
       tells proxies that Upgrade is for the next hop (RFC 9110 §7.6.1)
   -> Sec-WebSocket-Key: {KEY}
       16 random bytes as base64; the answer must fit them (RFC 6455 §4.1)
   -> Sec-WebSocket-Version: 13
       the protocol's version; 13 is RFC 6455 (§4.1)
   -> Origin: http://example.com
       the page that connects; the server decides whether it may (RFC 6455 §10.2)
   -> Sec-WebSocket-Protocol: chat, superchat
       subprotocols the client speaks, preferred first (RFC 6455 §1.9)
   ->
       the blank line that ends the head

2. The server checks the request and computes the accept value from the key.

   the key as it stands in the field
       {KEY}
   with the GUID of RFC 6455 behind it
       {KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11
   SHA-1 of that text, 20 bytes, in hexadecimal
       b37a4f2cc0624f1690f64606cf385945b2bec4ea
   those 20 bytes as base64: Sec-WebSocket-Accept
       s3pPLMBiTxaQ9kYGzzhZRbK+xOo=

3. The server agrees.

   <- HTTP/1.1 101 Switching Protocols
       101: from the blank line on, this connection speaks WebSocket (§4.2.2)
   <- Upgrade: websocket
       confirms the protocol switched to (RFC 6455 §4.2.2)
   <- Connection: Upgrade
       confirms that the connection is upgraded (RFC 6455 §4.2.2)
   <- Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
       proves that a WebSocket server read the key (RFC 6455 §4.2.2)
   <- Sec-WebSocket-Protocol: chat
       the one subprotocol the server selected (RFC 6455 §4.2.2)
   <-
       the blank line that ends the head

4. The client checks the answer: the connection is open.

   subprotocol chat: the first that the client offers and the
   server supports. Both sides now send WebSocket frames (RFC 6455 §5).
"""


def test_the_demo_with_a_key(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--key", KEY]) == 0
    assert capsys.readouterr() == (DEMO, "")


def test_the_demo_as_json_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--json", "--key", KEY]) == 0
    told = json.loads(capsys.readouterr().out)
    request, response = told["messages"]
    for arrow, message in (("->", request), ("<-", response)):
        lines = [
            (f"   {arrow} {each['text']}".rstrip(), each["purpose"]) for each in message["lines"]
        ]
        assert "".join(f"{line}\n       {what}\n" for line, what in lines) in DEMO
    accept = [(each["what"], each["value"]) for each in told["accept"]]
    assert [list(each) for each in told["accept"]] == [["what", "value"]] * 4
    assert "\n".join(f"   {what}\n       {value}" for what, value in accept) in DEMO


@pytest.mark.parametrize("more", [[], ["--step-by-step"]], ids=repr)
def test_the_steps_as_json(more: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--json", "--key", KEY, *more]) == 0
    steps = json.loads(capsys.readouterr().out)["steps"]
    assert [list(step) for step in steps] == [["name", "what", "value"]] * 7
    names = ["nonce", "base64", "key", "text", "bytes", "sha1", "accept"]
    assert [step["name"] for step in steps] == names
    for number, step in enumerate(steps, 1):
        assert f"\n{number}. {step['what']}\n" in STEPS
        assert step["value"] in STEPS.replace("\n       ", "")


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("", "Sec-WebSocket-Key is '': 0 characters, where the base64 form has 24"),
        ("AAAA", "Sec-WebSocket-Key is 'AAAA': 4 characters, where the base64 form has 24"),
        ("SGVsbG8sIHdvcmxkIQ==", "20 characters, where the base64 form has 24"),
        ("A" * 21 + "!==", "'!' at position 21, where a character of base64 was expected"),
        ("\x1b[2J%s", r"is '\x1b[2J%s': '\x1b' at position 0"),
        ("\ud55c\udcff", r"is '\ud55c\udcff': '\ud55c' at position 0"),
    ],
    ids=ascii,
)
def test_a_malformed_key_is_wrong_use(
    key: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["demo", "--step-by-step", "--key", key])
    assert caught.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("usage: ws-handshake demo ")
    error = printed.err.splitlines()[-1]
    assert error.startswith("ws-handshake demo: error: argument --key: Sec-WebSocket-Key is ")
    assert told in error
    assert error.endswith(". A key is 16 bytes as base64")


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
