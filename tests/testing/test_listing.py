"""The catalogue is what is written down: ids, bytes, verdicts, weights, sections and reasons."""

import pytest

from ws_handshake.testing import Case, Expected

from .listing import PARTS, Plain, differences, kept, listing


@pytest.mark.parametrize(
    ("name", "title"), [(name, title) for name, parts in PARTS.items() for title in parts]
)
def test_the_catalogue_is_what_is_written_down(name: str, title: str) -> None:
    """Where a change is meant, `python tests/testing/listing.py --write` writes it down."""
    changed = differences(kept(name)[title], listing(name, title))
    if changed:
        pytest.fail("\n".join([f"{name}, {title}:", *changed]), pytrace=False)


@pytest.mark.parametrize("name", PARTS)
def test_every_part_is_kept(name: str) -> None:
    assert list(kept(name)) == list(PARTS[name])


PLAIN = b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (PLAIN, "[plain]"),
        (PLAIN + b"\x88\x80", r"[plain] '\x88\x80'"),
        (PLAIN[:-2], "[first to Upgrade]"),
        (b"GET / HTTP/1.0" + PLAIN[14:], r"'GET / HTTP/1.0\r\n' [Host to end]"),
        (PLAIN.replace(b"a\r", b"a\n\r"), r"[first] 'Host: a\n' [end] [Upgrade to end]"),
        (PLAIN[:-2] + PLAIN[16:], "[first to Upgrade] [Host to end]"),
        (b"\r\n\r\n\n", r"[end] [end] '\n'"),
        (b"a" * 700 + PLAIN, r"'a' * 700 [plain]"),
        (b"X: 1\r\n" * 200 + b"\r\n", r"'X: 1\r\n' * 200 [end]"),
        (b"", ""),
    ],
)
def test_bytes_are_written_by_what_is_not_plain(data: bytes, words: str) -> None:
    assert " ".join([Plain(case(PLAIN)).written(data)]) == words


def case(data: bytes, verdict: str = "accept", **parts: object) -> Case:
    expected = Expected(**{"key": "k"} | parts)  # type: ignore[arg-type]
    return Case("a-b", "key", data, verdict, None, "RFC 1 §2", "must", "Why.", expected)


def test_what_a_case_is_stands_in_five_lines_at_most() -> None:
    plain = Plain(case(PLAIN))
    assert plain.entry(case(PLAIN)) == [
        "key; accept; must; -; RFC 1 §2",
        "Why.",
        "[plain]",
    ]
    cut = Case(
        *("a", "host", b"abcdef", "reject", "Host", "RFC 9", "should", "Because."),
        *(Expected((4,), key="k", closes=True), (b"a", b"b", b"c", b"def")),
    )
    assert plain.entry(cut) == [
        "host; reject; should; Host; RFC 9",
        "Because.",
        "'abcdef'",
        "pieces of 1 * 3, 3 bytes",
        "expected: statuses=(4,), key='k', closes=True",
    ]


LISTING = """\
--- by default ---

a-b
key; accept; must
Why.

c
key; reject; must
So.
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("", "", []),
        ("c\n", "d\n", ["c: gone", "d: new"]),
        (
            "key; accept; must\n",
            "key; accept; should\n",
            ["a-b:\n  was key; accept; must\n  is  key; accept; should"],
        ),
        ("\nSo.", "", ["c:\n  was So."]),
        ("So.", "So.\nmore", ["c:\n  is  more"]),
        (
            "key; accept; must\nWhy.",
            "Why.\nkey; accept; must",
            ["a-b:\n  its lines are in another order"],
        ),
    ],
)
def test_a_difference_is_said_in_words(old: str, new: str, said: list[str]) -> None:
    assert differences(LISTING, LISTING.replace(old, new)) == said


def test_the_order_of_the_cases_is_a_difference() -> None:
    title, *cases = LISTING.strip().split("\n\n")
    other = "\n\n".join([title, *reversed(cases)])
    assert differences(LISTING, other) == ["the order of the cases"]
