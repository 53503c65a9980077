"""The comparison as a whole: which differences there are, how many, and the README's tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from .classes import CLASSES, REMAINS, classify
from .compare import (
    ANSWER,
    LATER,
    PARTS,
    REFUSED,
    SOONER,
    TAKES,
    Difference,
    differences,
    unsafe,
)
from .generate import requests
from .peers import PEERS, Peer, Reader, View, ours

README = Path(__file__).parent / "README.md"

# What the README's counts are made from.
SEED = 1
EXAMPLES = 20_000

_BEGIN = "<!-- made by python -m tests.differential --write -->\n"
_END = "<!-- end -->\n"


class Finding(NamedTuple):
    """A difference that fails the comparison, and why."""

    difference: Difference
    why: str

    def __str__(self) -> str:
        peer, kind, code, data, ours_, theirs = self.difference
        what = f"{kind} {code}" if code else kind
        return f"{peer}: {what}: {self.why}\n  {data!r}\n  ours:   {ours_}\n  theirs: {theirs}"


class Judged(NamedTuple):
    """What comes of some differences: how many of each class, and those that fail."""

    counts: Counter[str]
    remains: Counter[str]
    same: int
    new: list[Finding]


Sample = list[tuple[bytes, View]]


def sample(seed: int, examples: int, view: Reader = ours) -> Sample:
    """Requests, each with our view of it."""
    return [(data, view(data)) for data in requests(seed, examples)]


def judge(peer: Peer, theirs: Iterable[View], seen: Sample) -> Judged:
    """Compare one peer's views of the requests with ours."""
    result = Judged(Counter(), Counter(), 0, [])
    same = 0
    for (data, view), other in zip(seen, theirs, strict=True):
        found = differences(peer, data, view, other)
        same += not found
        for difference in found:
            names = classify(difference)
            result.counts.update(names)
            if len(names) != 1:
                why = f"belongs to {names}" if names else "belongs to no class"
                result.new.append(Finding(difference, why))
            if unsafe(difference):
                result.remains.update(names)
                if not set(names) <= set(REMAINS):
                    why = "we accept a request that is read in another way elsewhere"
                    result.new.append(Finding(difference, why))
    return result._replace(same=same)


class Comparison(NamedTuple):
    """All peers compared with us."""

    seed: int
    examples: int
    accepted: int
    judged: dict[str, Judged]
    missing: list[str]

    @property
    def new(self) -> list[Finding]:
        """What fails the comparison."""
        return [finding for judged in self.judged.values() for finding in judged.new]


def compare(seed: int, examples: int) -> Comparison:
    """Compare every peer that is there with us."""
    seen = sample(seed, examples)
    result = Comparison(seed, examples, sum(view.status == 101 for _, view in seen), {}, [])
    for peer in PEERS:
        reader = peer.reader()
        if isinstance(reader, str):
            result.missing.append(reader)
        else:
            theirs = (reader(data) for data, _ in seen)
            result.judged[peer.name] = judge(peer, theirs, seen)
    return result


# --- the README -----------------------------------------------------------------------------------


def _table(first: str, rows: dict[str, list[int]], result: Comparison) -> list[str]:
    """A table with a column for each peer; zero is left out."""
    lines = [
        f"| {' | '.join([first, *result.judged])} |",
        "| --- |" + " ---: |" * len(result.judged),
    ]
    for name, counts in rows.items():
        cells = [str(count or "") for count in counts]
        lines.append(f"| {' | '.join([name, *cells])} |")
    return lines


def tables(result: Comparison) -> str:
    """The README's tables, in Markdown."""
    peers = list(result.judged.values())
    remains = {name: [judged.remains[name] for judged in peers] for name in REMAINS}
    lines = [
        f"Seed {result.seed}, {result.examples} requests, of which we accept {result.accepted}.",
        "",
        *_table("requests", {"no difference": [judged.same for judged in peers]}, result),
        "",
        "### What remains",
        "",
        "Of the requests that we accept, so many are read in another way:",
        "",
        *_table("class", remains, result),
    ]
    groups = {
        "It takes what we refuse": [known for known in CLASSES if known.kind == TAKES],
        "It refuses what we take": [known for known in CLASSES if known.kind == REFUSED],
        "Both read a head, and something in it differs": [
            known for known in CLASSES if known.kind in PARTS
        ],
        "Both refuse, or one is not done yet": [
            known for known in CLASSES if known.kind in (ANSWER, LATER, SOONER)
        ],
    }
    for title, group in groups.items():
        rows = {known.name: [judged.counts[known.name] for judged in peers] for known in group}
        lines += ["", f"### {title}", "", *_table("class", rows, result), ""]
        lines += [f"- **{known.name}**: {known.why}" for known in group]
    return "\n".join(lines) + "\n"


def written_tables() -> str:
    """The tables that stand in the README."""
    return re.split(f"{re.escape(_BEGIN)}|{re.escape(_END)}", README.read_text("utf-8"))[1]


def readme_with(text: str, made: str) -> None:
    """Write the tables, and when and with what they were made."""
    before, _, rest = README.read_text("utf-8").partition(_BEGIN)
    after = rest.partition(_END)[2]
    versions = dict.fromkeys([f"{peer.package} {peer.version}" for peer in PEERS])
    after = re.sub(r"\AMade .*\n", "", after.lstrip("\n"))
    after = f"\nMade {made}: {', '.join(versions)}.\n{after}"
    README.write_text(f"{before}{_BEGIN}{text}{_END}{after}", "utf-8", newline="\n")
