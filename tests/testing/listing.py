"""The catalogue written down: every case, with its bytes, its words and what it expects.

    python tests/testing/listing.py           # how the catalogue differs from the files
    python tests/testing/listing.py --write   # write the files anew

Other projects name cases by their ids and rely on what these are, so a change to a case is to be
seen as one, in the listing's own lines. `[Host]` and its like stand for lines of the plain request
or answer, `[plain]` for all of it, `'a' * 4000` for text that repeats.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from itertools import groupby, takewhile
from pathlib import Path

from ws_handshake import Request
from ws_handshake.testing import Case, Expected, request_cases, response_cases

HERE = Path(__file__).parent

REPEATED = re.compile(rb"(.{1,100}?)\1{19}", re.DOTALL)
AGAIN = re.compile(r"(.{9,100}?)\1{19,}")
LINE = re.compile(rb"[^\n]*\n|[^\n]+")
LONG = 600  # bytes; only there repetitions are looked for


class Plain:
    """The plain request or answer, whose lines have names in the listing."""

    def __init__(self, case: Case) -> None:
        first, *fields, end = LINE.findall(case.data)
        self.case = case
        self.lines = [first, *fields, end]
        self.names = ["first", *[line.partition(b":")[0].decode() for line in fields], "end"]

    def written(self, data: bytes) -> str:
        """The bytes as words of the listing."""
        words: list[str] = []
        place = 0
        while len(data) - place > LONG and (match := REPEATED.search(data, place)):
            unit, end = match[1], match.end()
            for step in (unit * 1000, unit):
                while data.startswith(step, end):
                    end += len(step)
            words += self.words(data[place : match.start()])
            words.append(f"{unit!r} * {(end - match.start()) // len(unit)}"[1:])
            place = end
        return " ".join([*words, *self.words(data[place:])])

    def words(self, data: bytes) -> Iterator[str]:
        """A word for each line; one word for lines of the plain message that follow each other."""
        lines = LINE.findall(data)
        while lines:
            if lines[0] not in self.lines:
                yield repr(lines.pop(0))[1:]
                continue
            start = self.lines.index(lines[0])
            pairs = zip(lines, self.lines[start:], strict=False)
            number = len([*takewhile(lambda pair: pair[0] == pair[1], pairs)])
            names = self.names[start : start + number]
            ends = dict.fromkeys([names[0], names[-1]])
            yield "[plain]" if names == self.names else f"[{' to '.join(ends)}]"
            del lines[:number]

    def entry(self, case: Case) -> list[str]:
        """The lines about one case."""
        return [
            "; ".join([case.group, case.verdict, case.level, case.field or "-", case.section]),
            case.reason,
            self.written(case.data) or "no bytes",
            *self.pieces(case),
            *self.expected(case),
        ]

    def pieces(self, case: Case) -> Iterator[str]:
        if len(case.pieces) == len(case.data) > 1:
            yield "each byte alone"
        elif len(case.pieces) != 1:
            sizes = [(size, len([*same])) for size, same in groupby(map(len, case.pieces))]
            words = [f"{size} * {number}" if number > 1 else str(size) for size, number in sizes]
            yield f"pieces of {', '.join(words)} bytes"

    def expected(self, case: Case) -> Iterator[str]:
        """What is expected that is not expected of every case."""
        usual = {name: getattr(Expected(), name) for name in Expected.__match_args__}
        usual["key"] = None if case.verdict == "reject" else self.case.expected.key
        usual["offered"] = self.case.expected.offered
        found = {name: getattr(case.expected, name) for name in usual}
        words = [f"{name}={found[name]!r}" for name in usual if found[name] != usual[name]]
        if words:
            yield f"expected: {AGAIN.sub(times, ', '.join(words))}"


def times(match: re.Match[str]) -> str:
    """A text that repeats, written once."""
    return f"({match[1]}) * {len(match[0]) // len(match[1])}"


def entries(cases: tuple[Case, ...]) -> dict[str, list[str]]:
    """The lines about each case of a catalogue, whose first case is the plain message."""
    plain = Plain(cases[0])
    return {case.id: plain.entry(case) for case in cases}


def offering(subprotocols: str, extensions: str) -> Request:
    """A request that offers these; its key is malformed, and gets answers all the same."""
    fields = {"Sec-WebSocket-Protocol": subprotocols, "Sec-WebSocket-Extensions": extensions}
    return Request("/", {"Sec-WebSocket-Key": "no key", **fields})


# The parts of each listing. Behind the first of them stands only what differs from that one.
PARTS: dict[str, dict[str, Callable[[], tuple[Case, ...]]]] = {
    "catalogue_requests.txt": {
        "by default": request_cases,
        "another host and target, an origin, a subprotocol, more fields": lambda: request_cases(
            host="localhost:8000",
            target="/ws?room=1",
            origin="https://app.example.com",
            subprotocol="superchat",
            headers=[("X-Token", "{host}"), ("X-Token", "\xe9")],
        ),
    },
    "catalogue_responses.txt": {
        "to the sample, which offers chat, superchat and permessage-deflate": response_cases,
        "to a request with another key that offers nothing": lambda: response_cases(
            Request("/", {"Sec-WebSocket-Key": "AQIDBAUGBwgJCgsMDQ4PEA=="})
        ),
        "to a request that offers more and demands more": lambda: response_cases(
            offering(
                "x, y, z",
                "permessage-deflate; client_max_window_bits; server_no_context_takeover;"
                " server_max_window_bits=9",
            )
        ),
        "to a request whose window has no limit": lambda: response_cases(
            offering("x", "x-other, permessage-deflate; no-such, permessage-deflate")
        ),
    },
}


def listing(name: str, title: str) -> str:
    """One part, as it stands in the file of that name."""
    makers = PARTS[name]
    first = next(iter(makers))
    blocks = [f"--- {title} ---"]
    known = {} if title == first else entries(makers[first]())
    for id_, lines in entries(makers[title]()).items():
        other = known.get(id_, [])
        if lines != other:
            fewer = ["fewer lines"] if len(lines) < len(other) else []
            blocks.append("\n".join([id_, *[line for line in lines if line not in other], *fewer]))
    return "\n\n".join(blocks) + "\n"


def kept(name: str) -> dict[str, str]:
    """The parts that a file holds."""
    parts = re.split("^--- (.+) ---$", (HERE / name).read_text("utf-8"), flags=re.MULTILINE)
    return {
        title: f"--- {title} ---{text.rstrip()}\n"
        for title, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def differences(before: str, now: str) -> list[str]:
    """What a part of a listing has that another has not, in words."""
    old, new = (
        {block.partition("\n")[0]: block.split("\n")[1:] for block in text.rstrip().split("\n\n")}
        for text in (before, now)
    )
    said = [f"{name}: gone" for name in old if name not in new]
    said += [f"{name}: new" for name in new if name not in old]
    for name in [name for name in new if old.get(name, new[name]) != new[name]]:
        lines = [f"  was {line}" for line in old[name] if line not in new[name]]
        lines += [f"  is  {line}" for line in new[name] if line not in old[name]]
        said.append("\n".join([f"{name}:", *(lines or ["  its lines are in another order"])]))
    if not said and before != now:
        said.append("the order of the cases")
    return said


if __name__ == "__main__":
    for file, titles in PARTS.items():
        made = [listing(file, title) for title in titles]
        if sys.argv[1:] == ["--write"]:
            (HERE / file).write_text("\n".join(made), "utf-8", newline="\n")
        for title, text in zip(titles, made, strict=True):
            for said in differences(kept(file).get(title, ""), text):
                print(f"{file}, {title}: {said}")
