"""How many examples there are to be, and how many there were."""

from __future__ import annotations

import os
from collections import Counter

from ws_handshake import FAULTS

EXAMPLES = int(os.environ.get("WS_HANDSHAKE_EXAMPLES", "1200"))
"""Of all tests of this folder together; each takes its share."""

MANY = 20_000
"""With so many every code of an error should be met."""

seen: Counter[tuple[str, str]] = Counter()
"""What was compared, by what it was (a request, ...) and what the oracle said."""

codes: set[str] = set()
"""The codes of all errors that the library raised."""


def share(percent: int) -> int:
    return max(1, EXAMPLES * percent // 100)


def count(what: str, verdict: str) -> None:
    seen[what, verdict] += 1


def lines() -> list[str]:
    """One line for everything that was compared, and one that adds them up."""
    result = []
    for what in sorted({what for what, _ in seen}):
        verdicts = {verdict: number for (other, verdict), number in seen.items() if other == what}
        parts = ", ".join(f"{number} {verdict}" for verdict, number in sorted(verdicts.items()))
        result.append(f"{sum(verdicts.values())} {what}: {parts}")
    result.append(f"{sum(seen.values())} examples in all, {len(codes)} different codes of errors")
    if EXAMPLES >= MANY:
        result.append(f"codes never met: {', '.join(sorted(FAULTS.keys() - codes)) or 'none'}")
    return result
