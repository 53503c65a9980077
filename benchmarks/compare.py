"""Measure the peers of `handshake.py` in turn, round after round, and print how they compare.

Machines drift, so a time says little and a ratio within one round says much: each line has the
median of the rounds' ratios, with the smallest and the largest.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import pyperf

# What the C parser with an unchecked accept takes, ws_handshake may take so many times.
LIMIT = 2.6


def measure(rounds: int) -> dict[str, list[float]]:
    """The mean time of each peer in each round, in seconds."""
    here = Path(__file__).parent
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            result = Path(folder) / f"{number}.json"
            command = [sys.executable, str(here / "handshake.py"), "--quiet", "-o", str(result)]
            command += ["-p", "2", "-w", "1", "-n", "3"]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            for benchmark in pyperf.BenchmarkSuite.load(str(result)).get_benchmarks():
                times.setdefault(benchmark.get_name(), []).append(benchmark.median())
            print(f"round {number + 1} of {rounds}", file=sys.stderr)
    return times


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--check", action="store_true", help="exit 1 when the limit is missed")
    options = parser.parse_args()
    times = measure(options.rounds)
    base = times["c-parser"]
    names = ("httptools", "websockets", "wsproto")
    peers = ", ".join([f"{name} {version(name)}" for name in names])
    print(f"CPython {platform.python_version()}, {platform.machine()}; {peers}\n")
    print("| peer | µs, median | times the C parser |")
    print("| --- | ---: | ---: |")
    for name, values in times.items():
        ratios = [value / least for value, least in zip(values, base, strict=True)]
        spread = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        print(f"| {name} | {statistics.median(values) * 1e6:.2f} | {spread} |")
    ours = statistics.median(
        [value / least for value, least in zip(times["ws_handshake"], base, strict=True)]
    )
    if options.check and ours > LIMIT:
        print(f"\nws_handshake takes {ours:.2f} times the C parser, more than {LIMIT}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
