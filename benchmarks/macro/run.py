"""Measures the servers in turn: handshakes per second, and the CPU time that each takes.

The server has one core and the client another, where the system lets them be chosen.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Self

from goals import Goal, Times

from macro.servers import SERVERS

FOLDER = Path(__file__).parent.parent
CLIENTS = (50, 500)
SECONDS = 10.0  # the most that one load takes


def core(number: int) -> Callable[[], None] | None:
    """What a new process is to call so that it stays on that core, where a system knows cores."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    cores = sorted(os.sched_getaffinity(0))
    return partial(os.sched_setaffinity, 0, {cores[number % len(cores)]})


class Server:
    """A server process, from start to end."""

    def __init__(self, name: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "macro.servers", name],
            cwd=FOLDER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=core(0),
        )
        self.port = int(self.line())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def cpu(self) -> float:
        """The CPU time that it has used so far."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return float(self.line())


def load(port: int, clients: int, total: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "macro.load", str(port), str(clients), str(total)]
    done = subprocess.run(
        [*command, str(SECONDS)],
        cwd=FOLDER,
        check=True,
        stdout=subprocess.PIPE,
        timeout=SECONDS + 10,
        preexec_fn=core(1),
    )
    outcome: dict[str, Any] = json.loads(done.stdout)
    return outcome


def measured(rounds: int, total: int) -> Times:
    times: Times = {}
    errors = 0
    for _ in range(rounds):
        for name in SERVERS:
            with Server(name) as server:
                errors += load(server.port, 10, 100)["errors"]
                for clients in CLIENTS:
                    before = server.cpu()
                    outcome = load(server.port, clients, total)
                    used = server.cpu() - before
                    errors += outcome["errors"]
                    for what, seconds in (
                        ("time", outcome["seconds"]),
                        ("CPU", used),
                        ("client's CPU", outcome["cpu"]),
                    ):
                        key = f"{name}, {clients} clients: {what}"
                        times.setdefault(key, []).append(seconds / max(1, outcome["handshakes"]))
    times["errors"] = [errors]
    return times


GOALS = [Goal("macro", "errors", None, most=0)]
