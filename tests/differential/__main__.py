"""Compare, and print the tables of the README; `--write` puts them there.

python -m tests.differential --write
"""

from __future__ import annotations

import argparse
import datetime as dt
import platform
import sys

from .report import EXAMPLES, SEED, compare, readme_with, tables


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.differential", description=__doc__)
    parser.add_argument("--examples", type=int, default=EXAMPLES, metavar="N")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--write", action="store_true", help="into the README")
    options = parser.parse_args()
    result = compare(options.seed, options.examples)
    for reason in result.missing:
        print(reason, file=sys.stderr)
    for found in result.new:
        print(found, file=sys.stderr)
    text = tables(result)
    print(text)
    if result.missing or result.new:
        return 1
    if options.write:
        made = f"{dt.datetime.now(dt.UTC).date()}, CPython {platform.python_version()}"
        readme_with(text, made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
