"""A process that measures one row for `compare.py` and prints the times as JSON."""

from __future__ import annotations

import asyncio
import json
import sys

from rows import ROWS
from slices import measured


def main() -> None:
    row, rounds, seconds = sys.argv[1:]
    times = asyncio.run(measured(ROWS[row].peers(), int(rounds), float(seconds)))
    json.dump(times, sys.stdout)


if __name__ == "__main__":
    main()
