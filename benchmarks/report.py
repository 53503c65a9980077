"""Turns times into tables: what stands on the screen and in README.md."""

from __future__ import annotations

import datetime as dt
import platform
import statistics
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

import hostile
import pyperf
from goals import MET, Goal, Times, ratios
from macro import run as macro
from macro.servers import SERVERS

HERE = Path(__file__).parent
PEERS = ("httptools", "websockets", "wsproto", "h11", "aiohttp", "tornado", "picows", "pyperf")
BEGIN, END = "<!-- results: made by compare.py -->", "<!-- end of results -->"
FACTORS = {"ns": 1e9, "µs": 1e6, "ms": 1e3, "bytes": 1.0}
DIGITS = {"ns": 0, "µs": 2, "ms": 1, "bytes": 0}


def table(head: Iterable[str], lines: Iterable[Iterable[str]]) -> list[str]:
    """A table in Markdown; the first column is text, the others are numbers."""
    columns = list(head)
    rule = ["---", *["---:"] * (len(columns) - 1)]
    return [f"| {' | '.join(cells)} |" for cells in (columns, rule, *lines)]


def value(seconds: float, unit: str) -> str:
    return f"{seconds * FACTORS[unit]:,.{DIGITS[unit]}f}"


def spread(values: list[float]) -> str:
    """The median, with the middle half of the values: what lies beyond is the machine's doing."""
    if len(values) < 2:
        return f"{values[0]:.2f}"
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return f"{middle:.2f} ({low:.2f} to {high:.2f})"


def side_by_side(mark: str, unit: str, times: Times) -> list[str]:
    """Everybody's time, and how many times the mark's it is."""
    return table(
        ["", f"{unit}, median", f"times {mark} (middle half)"],
        [
            [
                f"**{name}**" if name == mark else name,
                value(statistics.median(values), unit),
                "1" if name == mark else spread(ratios(values, times[mark])),
            ]
            for name, values in times.items()
        ],
    )


def hostile_table(times: Times) -> list[str]:
    small, large = hostile.SIZES
    lines = []
    for name in hostile.NAMES:
        few, many = times[f"{name}, {small}"], times[f"{name}, {large}"]
        lines.append(
            [
                name,
                value(statistics.median(few), "ns"),
                value(statistics.median(many), "ns"),
                spread(ratios(many, few)),
            ]
        )
    return table(["shape", f"ns a byte at {small}", f"at {large}", "ratio (middle half)"], lines)


def macro_table(times: Times) -> list[str]:
    lines = []
    for clients in macro.CLIENTS:
        mark = times[f"ws_handshake, {clients} clients: CPU"]
        for server in SERVERS:
            key = f"{server}, {clients} clients"
            used = times[f"{key}: CPU"]
            lines.append(
                [
                    f"{key}",
                    f"{1 / statistics.median(times[f'{key}: time']):,.0f}",
                    value(statistics.median(used), "µs"),
                    "1" if used is mark else spread(ratios(used, mark)),
                    value(statistics.median(times[f"{key}: client's CPU"]), "µs"),
                ]
            )
    head = ["", "handshakes a second", "µs CPU each", "times ws_handshake", "client's µs CPU each"]
    return [*table(head, lines), "", f"Errors: {times['errors'][0]:.0f}."]


def goal_table(judged: list[Goal], results: dict[str, Times]) -> list[str]:
    """Every goal with its verdict; the shapes that are no worse than they may be in one line."""
    lines = []
    shapes = [goal for goal in judged if goal.row == "hostile"]
    if shapes:
        worst = max(shapes, key=lambda goal: statistics.median(goal.measured(results["hostile"])))
        judged = [goal for goal in judged if goal not in shapes]
        judged += [
            goal for goal in shapes if goal is worst or goal.verdict(results["hostile"]) != MET
        ]
    for goal in judged:
        measured = goal.measured(results[goal.row])
        shown = spread(measured) if goal.mark is not None else f"{statistics.median(measured):.0f}"
        name = f"{goal.name} (of {len(shapes)} shapes)" if goal.row == "hostile" else goal.name
        lines.append([f"{goal.row}: {name}", goal.limit, shown, goal.verdict(results[goal.row])])
    return table(["goal", "limit", "measured (middle half)", "verdict"], lines)


def machine() -> str:
    """When, with what and on what it was measured."""
    metadata = pyperf.Run([1.0], metadata={"name": "machine"}).get_metadata()
    peers = ", ".join([f"{name} {version(name)}" for name in PEERS])
    kind = f"{metadata.get('cpu_model_name', platform.machine())}, {metadata['cpu_count']} cores"
    today = dt.datetime.now(dt.UTC).date()
    return (
        f"{today}, {platform.python_implementation()} {platform.python_version()}, "
        f"{platform.system()} {platform.machine()}, {kind}; "
        f"ws_handshake {version('ws_handshake')}, {peers}."
    )


def write(results: str) -> None:
    """Put the results between the marks in README.md."""
    readme = HERE / "README.md"
    text = readme.read_text("utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{readme} has no marks for the results")
    readme.write_text(f"{before}{begin}\n{results}\n{end}{after}", "utf-8")
