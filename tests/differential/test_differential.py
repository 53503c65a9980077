"""The same bytes through this library and other projects' parsers: no difference is a surprise.

`WS_HANDSHAKE_EXAMPLES` and `WS_HANDSHAKE_SEED` choose other requests than those of the README.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import cache

import pytest
from interop.conftest import missing

from ws_handshake import FAULTS

from .classes import CLASSES, REMAINS
from .compare import unsafe
from .generate import Draw, requests
from .peers import PEERS, Peer, Reader, View, ours
from .report import (
    EXAMPLES,
    README,
    SEED,
    Comparison,
    Finding,
    Judged,
    Sample,
    judge,
    sample,
    tables,
    written_tables,
)

COUNT = int(os.environ.get("WS_HANDSHAKE_EXAMPLES", EXAMPLES))
CHOSEN_SEED = int(os.environ.get("WS_HANDSHAKE_SEED", SEED))

SOME = 2000  # are enough to notice a mistake with

by_peer = pytest.mark.parametrize("peer", PEERS, ids=[peer.name for peer in PEERS])


def reader_of(peer: Peer) -> Reader:
    """The peer's reader; without it the test is skipped, or fails on CI."""
    reader = peer.reader()
    if isinstance(reader, str):
        missing(reader)
    return reader


@cache
def seen() -> Sample:
    """The requests, each with our view of it."""
    return sample(CHOSEN_SEED, COUNT)


@cache
def judged(peer: Peer) -> Judged:
    """The comparison with one peer."""
    read = reader_of(peer)
    return judge(peer, (read(data) for data, _ in seen()), seen())


@cache
def some_views(peer: Peer) -> list[View]:
    """What a peer makes of the first of the README's requests."""
    read = reader_of(peer)
    return [read(data) for data in requests(SEED, SOME)]


def listed(findings: list[Finding]) -> str:
    """A few findings in full; the shortest requests tell most."""
    shortest = sorted(findings, key=lambda finding: len(finding.difference.data))
    return "\n".join([f"{len(findings)} found", *map(str, shortest[:5])])


# --- the comparison -------------------------------------------------------------------------------


@by_peer
def test_every_difference_has_one_known_cause(peer: Peer) -> None:
    new = judged(peer).new
    assert not new, listed(new)


@by_peer
def test_what_we_accept_a_peer_reads_in_the_same_way(peer: Peer) -> None:
    """But for what the README says remains: white space, an empty path, a decoded Host."""
    assert set(judged(peer).remains) <= set(REMAINS)


def test_the_readme_has_these_counts() -> None:
    if (CHOSEN_SEED, COUNT) != (SEED, EXAMPLES):
        pytest.skip("other requests were chosen than those of the README")
    results = {peer.name: judged(peer) for peer in PEERS}
    accepted = sum(view.status == 101 for _, view in seen())
    expected = tables(Comparison(SEED, EXAMPLES, accepted, results, []))
    assert written_tables() == expected, "run python -m tests.differential --write"


# --- the README, without peers --------------------------------------------------------------------


def test_the_readme_has_each_class_with_its_reason() -> None:
    text = written_tables()
    for known in CLASSES:
        assert f"- **{known.name}**: {known.why}\n" in text


def test_the_readme_has_no_class_that_is_never_met() -> None:
    rows = re.findall(r"^\| ([^|]+) \|(.*)\|$", written_tables(), re.MULTILINE)
    met = {name for name, cells in rows if re.search(r"[0-9]", cells)}
    assert {known.name for known in CLASSES} <= met


def test_the_readme_names_the_versions() -> None:
    text = README.read_text("utf-8")
    for peer in PEERS:
        assert f"{peer.package} {peer.version}" in text


def test_names_of_classes_are_unique() -> None:
    names = [known.name for known in CLASSES]
    assert len(set(names)) == len(names)
    assert set(REMAINS) <= set(names)


# --- the requests, without peers ------------------------------------------------------------------


def test_a_seed_always_gives_the_same_requests() -> None:
    assert list(requests(7, 50)) == list(requests(7, 100))[:50]
    assert list(requests(7, 50)) != list(requests(8, 50))
    # What is drawn from is what Python promises to keep from version to version.
    assert [Draw(1).below(1000), Draw(2).below(1000)] == [37, 923]


def test_the_requests_meet_every_fault_of_a_request() -> None:
    """Those that need a list of origins or hosts, or a second message, are met elsewhere."""
    elsewhere = {
        "more-than-one-message",
        "host-not-served",
        "origin-missing",
        "origin-not-allowed",
        "head-too-large",
    }
    views = [ours(data) for data in requests(SEED, 4000)]
    met = {code for view in views for code in view.faults}
    assert {code for code, fault in FAULTS.items() if fault.status is not None} - elsewhere <= met
    assert sum(view.status == 101 for view in views) > 800


# --- that the comparison would notice -------------------------------------------------------------


def without(pattern: bytes, by: bytes = b"") -> Callable[[bytes], bytes]:
    """Replace all that matches."""
    return lambda data: re.sub(pattern, by, data)


# What a reader that forgave these faults would see: the bytes as if they were not there.
LENIENT = {
    "a bare LF ends a line": without(rb"(?<!\r)\n", b"\r\n"),
    "a bare CR ends a line": without(rb"\r(?!\n)", b"\r\n"),
    "folded lines are joined": without(rb"\r\n[ \t]+", b" "),
    "controls are skipped": without(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"),
    "an empty line in front is skipped": without(rb"\A[\r\n]+"),
    "space before the colon is skipped": without(rb"(?<=[A-Za-z0-9])[ \t]+:", b":"),
    "the last Host counts": without(rb"(?i)\r\nhost:[^\r\n]*(?=(?s:.)*\r\nhost:)"),
    "Content-Length is ignored": without(rb"(?i)\r\ncontent-length:[^\r\n]*"),
    "Transfer-Encoding is ignored": without(rb"(?i)\r\ntransfer-encoding:[^\r\n]*"),
    "a fragment is dropped": without(rb"(?<=[ /?b])#[^ ]*(?= HTTP)"),
    "userinfo is dropped": without(rb"//[a-z:]+@", b"//"),
    "spaces in the request line are one": without(rb"\A([A-Z]+) +([^ \r]+) +", rb"\1 \2 "),
    "any method is GET": without(rb"(?i)\Aget ", b"GET "),
}
# And what a reader would see that made other mistakes with requests that we accept.
MISREAD: dict[str, Callable[[View], View]] = {
    "the head ends a byte early": lambda view: view._replace(end=(view.end or 0) - 1),
    "the query belongs to the path": lambda view: view._replace(path=view.target, query=""),
    "the target is decoded": lambda view: view._replace(
        target=(view.target or "").replace("%20", " ")
    ),
    "Host has no port": lambda view: view._replace(
        host=tuple([host.rpartition(":")[0] or host for host in view.host or ()])
    ),
    "there is a body": lambda view: view._replace(body="5"),
    "the first field is lost": lambda view: view._replace(fields=(view.fields or ())[1:]),
}


def forgiving(change: Callable[[bytes], bytes]) -> Reader:
    """Us, if we read bytes as if they were changed so."""

    def read(data: bytes) -> View:
        changed = change(data)
        view = ours(changed or b"\0")
        return view if view.end is None else view._replace(end=view.end + len(data) - len(changed))

    return read


def misreading(change: Callable[[View], View]) -> Reader:
    """Us, if we made this of what we accept."""

    def read(data: bytes) -> View:
        view = ours(data)
        return change(view) if view.status == 101 else view

    return read


ALTERED = {name: forgiving(change) for name, change in LENIENT.items()}
ALTERED |= {name: misreading(change) for name, change in MISREAD.items()}

# With these we would also accept what a peer reads in another way, and not only differ.
DANGEROUS = {"the last Host counts", "Content-Length is ignored", "Transfer-Encoding is ignored"}
DANGEROUS |= set(MISREAD) - {"the first field is lost"}


@pytest.mark.parametrize("name", ALTERED)
def test_a_mistake_of_ours_would_be_noticed(name: str) -> None:
    views = {peer: some_views(peer) for peer in PEERS}
    altered = sample(SEED, SOME, ALTERED[name])
    new = [finding for peer in PEERS for finding in judge(peer, views[peer], altered).new]
    assert new
    assert name not in DANGEROUS or any(unsafe(finding.difference) for finding in new)
