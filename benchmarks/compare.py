"""Measure the rows, print how everybody compares and which goals are met.

python benchmarks/compare.py                          everything: some four minutes
python benchmarks/compare.py --quick --only client    a first look: three seconds
python benchmarks/compare.py --check                  exit 1 when a goal is missed by far
python benchmarks/compare.py --json results.json      keep the times, for pyperf's commands
python benchmarks/compare.py --write                  put it into README.md and chart.svg here
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import chart
import hostile
import imports
import memory
import pyperf
import report
from goals import GOALS, MISSED, Times
from macro import run as macro
from rows import ROWS

ALL_GOALS = [*GOALS, *hostile.GOALS, *macro.GOALS]


class Effort(NamedTuple):
    """How much is measured: processes a row, rounds in each, how long each peer's slice is."""

    processes: int = 3
    rounds: int = 12
    seconds: float = 0.02


QUICK = Effort(processes=1, rounds=5, seconds=0.01)


class Section(NamedTuple):
    """Something that is measured and shown as one table."""

    title: str
    measured: Callable[[Effort], Times]
    table: Callable[[Times], list[str]]


def measured_by_workers(row: str, effort: Effort) -> Times:
    """The row's times from several processes: each has its own memory layout and hash seed."""
    times: Times = {}
    worker = Path(__file__).with_name("worker.py")
    for _ in range(effort.processes):
        done = subprocess.run(
            [sys.executable, str(worker), row, str(effort.rounds), str(effort.seconds)],
            check=True,
            stdout=subprocess.PIPE,
        )
        for peer, values in json.loads(done.stdout).items():
            times.setdefault(peer, []).extend(values)
    return times


def sections() -> dict[str, Section]:
    found = {
        name: Section(
            row.title,
            partial(measured_by_workers, name),
            partial(report.side_by_side, row.mark, row.unit),
        )
        for name, row in ROWS.items()
    }
    found["hostile"] = Section(
        ROWS["hostile"].title,
        # Twice as many shapes as anybody has peers, and only two of them are compared.
        lambda effort: measured_by_workers("hostile", effort._replace(seconds=effort.seconds / 2)),
        report.hostile_table,
    )
    found["imports"] = Section(
        "Importing, over an empty interpreter",
        lambda effort: imports.measured(effort.processes * effort.rounds),
        partial(report.side_by_side, "ws_handshake", "ms"),
    )
    found["memory"] = Section(
        "Memory of a pending handshake that holds 60 bytes of a head",
        lambda effort: memory.measured(),
        partial(report.side_by_side, "ws_handshake", "bytes"),
    )
    found["macro"] = Section(
        "Whole servers on loopback, one core each: clients connect, shake hands and leave",
        lambda effort: macro.measured(effort.processes, 200 * effort.rounds),
        report.macro_table,
    )
    return found


def saved(results: dict[str, Times], file: str) -> None:
    """Write the times as pyperf does, for its commands (`stats`, `hist`, `compare_to`)."""
    benchmarks = []
    for row, times in results.items():
        for peer, values in times.items():
            unit = "byte" if row == "memory" else "second"
            metadata = {"name": f"{row}: {peer}", "unit": unit}
            if all(values):  # pyperf knows no zero: that there were no errors
                benchmarks.append(pyperf.Benchmark([pyperf.Run(values, metadata=metadata)]))
    pyperf.BenchmarkSuite(benchmarks).dump(file, replace=True)


def main() -> int:
    known = sections()
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--only", action="append", choices=known, metavar="ROW", help=", ".join(known)
    )
    parser.add_argument("--quick", action="store_true", help="few rounds, for a first look")
    parser.add_argument("--rounds", type=int, help="how many rounds each process measures")
    parser.add_argument("--check", action="store_true", help="exit 1 when a goal is missed by far")
    parser.add_argument("--json", metavar="FILE", help="keep the times, for pyperf's commands")
    parser.add_argument("--write", action="store_true", help="update README.md and chart.svg here")
    options = parser.parse_args()
    if options.write and options.only:
        parser.error("--write needs all rows")
    effort = QUICK if options.quick else Effort()
    if options.rounds:
        effort = effort._replace(rounds=options.rounds)

    results: dict[str, Times] = {}
    tables: list[str] = []
    machine = report.machine()
    print(machine, flush=True)
    for name in options.only or known:
        results[name] = known[name].measured(effort)
        lines = [f"### {known[name].title}", "", *known[name].table(results[name])]
        tables += ["", *lines]
        print("", *lines, sep="\n", flush=True)

    judged = [goal for goal in ALL_GOALS if goal.row in results]
    verdicts = ["### Goals", "", *report.goal_table(judged, results)]
    print("", *verdicts, sep="\n")
    if options.json:
        saved(results, options.json)
    if options.write:
        report.write("\n".join([machine, "", *verdicts, *tables]))
        chart.write(results["server-browser"])

    missed = [goal for goal in judged if goal.verdict(results[goal.row]) == MISSED]
    for goal in missed:
        print(f"missed: {goal.row}: {goal.name} {goal.limit}", file=sys.stderr)
    return 1 if options.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
