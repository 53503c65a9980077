"""How long an import takes, over an empty interpreter.

New interpreters are started in turn; in each round the time of one that imports nothing is taken
off the times of those that import.
"""

from __future__ import annotations

import subprocess
import sys

import pyperf
from goals import Times

MODULES = ("ws_handshake", "websockets.server", "wsproto", "h11")


def started(statement: str) -> float:
    """The time that an interpreter takes from its start to its end."""
    begin = pyperf.perf_counter()
    subprocess.run([sys.executable, "-I", "-c", statement], check=True)
    return float(pyperf.perf_counter() - begin)


def measured(rounds: int) -> Times:
    for module in MODULES:  # so that all are compiled, and on the machine's mind
        started(f"import {module}")
    times: Times = {module: [] for module in MODULES}
    for _ in range(rounds):
        empty = started("pass")
        for module in MODULES:
            times[module].append(started(f"import {module}") - empty)
    return times
