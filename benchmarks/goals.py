"""What the library wants to reach, as data. Every goal is a ratio inside one run, or a size."""

from __future__ import annotations

import statistics
from typing import NamedTuple

# The times of a row: what each peer took, round by round.
Times = dict[str, list[float]]

# Machines are noisy: `--check` fails from here on. Up to here a missed goal is only said.
SLACK = 1.1

MET, NEARLY, MISSED = "met", "missed, within the slack", "MISSED"
NOT_YET = "not reached; held"


class Goal(NamedTuple):
    """`peer` takes at most, or at least, so many times what `mark` takes in the same round.

    Without a mark the limit is the peer's own value. `held` is what must hold as long as the goal
    itself is out of reach: README.md says what it would take.
    """

    row: str
    peer: str
    mark: str | None
    most: float | None = None
    least: float | None = None
    slack: float = SLACK
    held: float | None = None

    def measured(self, times: Times) -> list[float]:
        """The ratio in each round."""
        values = times[self.peer]
        if self.mark is None:
            return values
        return ratios(values, times[self.mark])

    def verdict(self, times: Times) -> str:
        value = statistics.median(self.measured(times))
        if self._holds(value, self._aim):
            return MET
        if self._holds(value, self._aim, self.slack):
            return NEARLY
        held = self.held is not None and self._holds(value, self.held, self.slack)
        return NOT_YET if held else MISSED

    @property
    def _aim(self) -> float:
        aim = self.least if self.most is None else self.most
        if aim is None:
            raise ValueError(f"{self.name} has neither a most nor a least")
        return aim

    def _holds(self, value: float, limit: float, slack: float = 1) -> bool:
        return value * slack >= limit if self.most is None else value <= limit * slack

    @property
    def limit(self) -> str:
        return f"at most {self.most:.3g}" if self.most is not None else f"at least {self.least:.3g}"

    @property
    def name(self) -> str:
        return self.peer if self.mark is None else f"{self.peer} / {self.mark}"


def ratios(values: list[float], marks: list[float]) -> list[float]:
    """How many times the mark each value is, round by round."""
    return [value / mark for value, mark in zip(values, marks, strict=True)]


GOALS = [
    Goal("server-browser", "ws_handshake", "c-parser", most=1.3),
    Goal("server-browser", "websockets", "ws_handshake", least=9),
    Goal("server-browser", "wsproto", "ws_handshake", least=12),
    Goal("server-minimal", "ws_handshake", "c-parser", most=1.5),
    Goal("server-minimal", "websockets", "ws_handshake", least=10, held=9),
    Goal("server-minimal", "wsproto", "ws_handshake", least=13, held=11),
    Goal("server-fields", "from fields", "from bytes to bytes", most=0.8, held=1.15),
    Goal("client", "websockets", "ws_handshake", least=6),
    Goal("client", "wsproto", "ws_handshake", least=9, held=8),
    Goal("refusal", "ws_handshake refuses 'h2c'", "ws_handshake accepts", most=1.5),
    Goal(
        "refusal",
        "ws_handshake refuses 'websocket, websocket'",
        "ws_handshake accepts",
        most=1.5,
        held=1.7,
    ),
    Goal("bytewise", "ws_handshake, browser", "websockets, browser", most=0.6),
    Goal(
        "bytewise",
        "ws_handshake, 60 KiB, long fields",
        "ws_handshake, 4 KiB, long fields",
        most=1.2,
    ),
    Goal("bytewise", "ws_handshake, 60 KiB, one field", "ws_handshake, 4 KiB, one field", most=1.2),
    Goal("imports", "ws_handshake", "websockets.server", most=1 / 5),
    Goal("imports", "ws_handshake", "wsproto", most=1 / 3),
    Goal("memory", "ws_handshake", None, most=600, slack=1),
]
