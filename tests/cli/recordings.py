"""What the README shows of the command line, made anew: `python -m cli.recordings` in tests/.

A recording is a block of the README behind a marker, with commands and what they printed. In it
the server listens at port 8000 and a proxy without WebSocket settings at 8080; here both take
free ports. What is another at each run (ports, keys, times) is made equal before comparing, and
`...` stands for what is left out.
"""

from __future__ import annotations

import contextlib
import doctest
import os
import re
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from testing.planted import PLANTED

from ws_handshake.closing import close_frame

from .running import VALID, answering, listening, run, serving, started, talk, through

README = Path(__file__).parent.parent.parent / "README.md"
BLOCK = re.compile(
    r"<!-- recording: ([a-z]+) -->\n```console\n(.*?)^```\n<!-- end of recording -->",
    re.MULTILINE | re.DOTALL,
)
PROGRAM = "python -m ws_handshake "
SERVER, PROXY = 8000, 8080

PASTED = """\
> GET /chat HTTP/1.0
> Host: 127.0.0.1:8000
> Connection: close
> Sec-WebSocket-Version: 13
> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
>
"""
COMMANDS = {
    "check": ["cat pasted.txt", f"{PROGRAM}check pasted.txt"],
    "probe": [f"{PROGRAM}probe ws://127.0.0.1:{PROXY}/chat --compare ws://127.0.0.1:{SERVER}/chat"],
    "serve": [f"{PROGRAM}serve --port {SERVER}"],
    "conformance": [
        f"{PROGRAM}conformance ws://127.0.0.1:{SERVER}/chat --only version --only method"
    ],
    "listen": [f"{PROGRAM}conformance --listen {SERVER} --only accept"],
}


FAULT = "HTTP/1.0 is taken"
CLOSE = close_frame(os.urandom)


def asking(name: str) -> bytes:
    """The request of a client that asks for a case."""
    return VALID.replace(b"/chat", b"/case/" + name.encode())


class Shown(NamedTuple):
    """A command of a recording and what it printed."""

    command: str
    output: str


def shown(markdown: str) -> dict[str, list[Shown]]:
    """The recordings in a text."""
    found: dict[str, list[Shown]] = {}
    for name, block in BLOCK.findall(markdown):
        _, *parts = re.split(r"^\$ ", block, flags=re.MULTILINE)
        found[name] = [Shown(*part.split("\n", 1)) for part in parts]
    return found


@contextlib.contextmanager
def _in_folder() -> Iterator[None]:
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


def record() -> dict[str, list[Shown]]:
    """Run the commands again."""
    with _in_folder():
        Path("pasted.txt").write_text(PASTED, encoding="ascii")
        checked = run(*shlex.split(COMMANDS["check"][1].removeprefix(PROGRAM)))
    with serving() as server, listening(through(server.port)) as proxy:
        ports = {str(SERVER): str(server.port), str(PROXY): str(proxy)}
        line = COMMANDS["probe"][0].removeprefix(PROGRAM)
        for usual, port in ports.items():
            line = line.replace(f":{usual}/", f":{port}/")
        probed = run(*shlex.split(line)).out
        # The probe may be done before the server has seen how it left.
        served = server.first + server.until("the client closed with") + server.interrupt()
        for usual, port in ports.items():
            probed, served = [re.sub(rf":{port}\b", f":{usual}", text) for text in (probed, served)]
    with answering(next(each.server for each in PLANTED if each.fault == FAULT)) as free:
        line = COMMANDS["conformance"][0].removeprefix(PROGRAM).replace(f"{SERVER}", f"{free}")
        judged = run(*shlex.split(line)).out.replace(f":{free}", f":{SERVER}")
    line = COMMANDS["listen"][0].removeprefix(PROGRAM).replace(f"{SERVER}", "0")
    with started(*shlex.split(line)) as examiner:
        for name in "accept-no-space", "accept-missing":
            talk(examiner.port, asking(name) + CLOSE)
        listened = examiner.first + examiner.until("   wrong ") + examiner.interrupt(expected=1)
        listened = re.sub(rf":{examiner.port}\b", f":{SERVER}", listened)
    return {
        "check": [
            Shown(COMMANDS["check"][0], PASTED),
            Shown(COMMANDS["check"][1], checked.out),
        ],
        "probe": [Shown(COMMANDS["probe"][0], probed)],
        "serve": [Shown(COMMANDS["serve"][0], served)],
        "conformance": [Shown(COMMANDS["conformance"][0], judged)],
        "listen": [Shown(COMMANDS["listen"][0], listened)],
    }


def says(want: str, got: str) -> bool:
    """Whether one output is the other, but for what is another at each run."""
    for pattern, name in (
        (r"[A-Za-z0-9+/]{22}==", "<key>"),
        (r"[A-Za-z0-9+/]{27}=", "<accept>"),
        (r"[0-9]+\.[0-9] ms", "<time>"),
        (r"(from 127\.0\.0\.1):[0-9]+", r"\1:<port>"),
    ):
        want, got = re.sub(pattern, name, want), re.sub(pattern, name, got)
    return doctest.OutputChecker().check_output(want, got, doctest.ELLIPSIS)


if __name__ == "__main__":
    for name, commands in record().items():
        print(f"<!-- recording: {name} -->\n```console")
        for command in commands:
            print(f"$ {command.command}\n{command.output}", end="")
        print("```\n<!-- end of recording -->\n")
