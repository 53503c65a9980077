"""Measures several pieces of work in turn, a few hundredths of a second each, round after round.

Machines drift and have other things to do: a time says little there, but two that were taken next
to each other have the same luck. So everybody gets a slice in each round, and only times of one
round are set in relation. Where the system counts CPU time finely, that is the clock: then what
other processes take away in the middle of a slice is nobody's.
"""

from __future__ import annotations

import gc
import inspect
import time
from collections.abc import Callable
from itertools import repeat
from typing import Any, NamedTuple

import pyperf

FINE = time.get_clock_info("thread_time").resolution < 1e-6
clock: Callable[[], float] = time.thread_time if FINE else pyperf.perf_counter

Work = Callable[[], Any]  # or a coroutine function


class Peer(NamedTuple):
    """Some work, how its result is judged, and for how many operations a call counts."""

    name: str
    work: Work
    right: Callable[[Any], bool]
    per: int = 1


class Row(NamedTuple):
    """Peers that do the same work, measured side by side; `mark` is what they are compared with."""

    title: str
    mark: str
    unit: str
    peers: Callable[[], list[Peer]]


async def check(peers: list[Peer]) -> None:
    """Everybody's result is right before anybody is timed."""
    for peer in peers:
        result = peer.work()
        if inspect.isawaitable(result):
            result = await result
        if not peer.right(result):
            raise ValueError(f"{peer.name} gives a wrong result: {result!r}")


async def timed(work: Work, loops: int) -> float:
    """How many seconds it takes to do it so many times."""
    if inspect.iscoroutinefunction(work):
        begin = clock()
        for _ in repeat(None, loops):
            await work()
        return clock() - begin
    begin = clock()
    for _ in repeat(None, loops):
        work()
    return clock() - begin


async def calibrated(work: Work, seconds: float) -> int:
    """How often it is to be done to take about so long."""
    loops = 1
    while (taken := await timed(work, loops)) < seconds / 4:
        loops *= 2
    return max(1, round(loops * seconds / taken))


async def measured(peers: list[Peer], rounds: int, seconds: float) -> dict[str, list[float]]:
    """The time that each peer takes for an operation, in each round."""
    await check(peers)
    loops = [await calibrated(peer.work, seconds) for peer in peers]
    # What was imported and built so far lives on: the collector need not go through it again.
    gc.collect()
    gc.freeze()
    times: dict[str, list[float]] = {peer.name: [] for peer in peers}
    for _ in range(rounds):
        for peer, number in zip(peers, loops, strict=True):
            times[peer.name].append(await timed(peer.work, number) / number / peer.per)
    return times
