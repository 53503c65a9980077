"""What the README shows of the command line is what it prints."""

from __future__ import annotations

import pytest

from .recordings import COMMANDS, README, record, says, shown

SAMPLE = """
<!-- recording: check -->
```console
$ cat a
one
two
$ python -m ws_handshake check a
...
```
<!-- end of recording -->
"""


def test_recordings_are_found() -> None:
    assert shown(SAMPLE) == {
        "check": [("cat a", "one\ntwo\n"), ("python -m ws_handshake check a", "...\n")]
    }


@pytest.mark.parametrize(
    ("want", "got", "same"),
    [
        ("look-up 0.1 ms\n", "look-up 12.3 ms\n", True),
        ("#1 from 127.0.0.1:50000\n", "#1 from 127.0.0.1:40000\n", True),
        ("Key: dGhlIHNhbXBsZSBub25jZQ==\n", "Key: AQIDBAUGBwgJCgsMDQ4PEA==\n", True),
        ("a\n...\nz\n", "a\nb\nc\nz\n", True),
        ("a\n...\nz\n", "a\nb\nc\n", False),
        ("to 127.0.0.1:8000\n", "to 127.0.0.1:8080\n", False),
        ("    a\n", "   a\n", False),
    ],
)
def test_what_may_differ_is_little(want: str, got: str, same: bool) -> None:
    assert says(want, got) is same


def test_the_readme_shows_what_the_commands_print() -> None:
    told = shown(README.read_text("utf-8"))
    printed = record()
    assert {name: [each.command for each in told[name]] for name in told} == COMMANDS
    for name, commands in printed.items():
        for want, got in zip(told[name], commands, strict=True):
            assert says(want.output, got.output), f"{name}: {got.output}"
