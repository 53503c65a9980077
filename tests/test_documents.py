"""What is written runs: docstrings name their section, examples and the README do what they say."""

from __future__ import annotations

import doctest
import importlib
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import ws_handshake

SOURCE = Path(ws_handshake.__file__).parent
README = Path(__file__).parent.parent / "README.md"
MODULES = sorted(
    ".".join(("ws_handshake", *path.relative_to(SOURCE).with_suffix("").parts)).removesuffix(
        ".__init__"
    )
    for path in SOURCE.rglob("*.py")
)
SECTION = r"RFC \d{4}"

# They stand for no rule of the RFCs: they are about this library.
WITHOUT_SECTION = {
    "FAULTS",
    "NEGOTIATE",
    "SAME_ORIGIN",
    "Fault",
    "LocalProtocolError",
    "State",
}

# A value has no docstring of its own at run time; the module that makes it says what it is.
WITHOUT_EXAMPLE = {"FAULTS", "NEGOTIATE", "SAME_ORIGIN"}


# --- Docstrings -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted({*ws_handshake.__all__} - WITHOUT_SECTION))
def test_a_public_name_says_which_rfc_it_is_about(name: str) -> None:
    assert re.search(SECTION, inspect.getdoc(getattr(ws_handshake, name)) or "")


@pytest.mark.parametrize("name", ws_handshake.__all__)
def test_a_public_name_and_its_members_are_documented(name: str) -> None:
    thing = getattr(ws_handshake, name)
    if not callable(thing):
        thing = type(thing)
    assert inspect.getdoc(thing)
    members = vars(thing).items() if inspect.isclass(thing) else []
    for member, value in members:
        if not member.startswith("_") and (callable(value) or isinstance(value, property)):
            assert inspect.getdoc(value), f"{name}.{member}"


@pytest.mark.parametrize("name", ws_handshake.__all__)
def test_a_public_name_has_an_example_that_runs(name: str) -> None:
    """Or it is listed with the reason why it has none; what got one leaves the list."""
    thing = getattr(ws_handshake, name)
    documented = inspect.isclass(thing) or inspect.isfunction(thing)
    examples = doctest.DocTestParser().get_examples(inspect.getdoc(thing) or "")
    assert (documented and bool(examples)) == (name not in WITHOUT_EXAMPLE)


@pytest.mark.parametrize("module", MODULES)
def test_no_docstring_has_a_line_end_of_an_example_in_it(module: str) -> None:
    r"""Without an r before the quotes, the \r\n of an example would be one."""
    for test in doctest.DocTestFinder().find(importlib.import_module(module)):
        assert "\r" not in (test.docstring or ""), test.name


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of_a_module_run(module: str) -> None:
    assert doctest.testmod(importlib.import_module(module)).failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [
        test.name
        for module in MODULES
        for test in finder.find(importlib.import_module(module))
        if test.examples
    ]
    assert len(found) > 20


# --- README ---------------------------------------------------------------------------------------


class Block(NamedTuple):
    """A block of code: its info string, the number of its first line, and its text."""

    info: str
    line: int
    text: str


def blocks(markdown: str) -> list[Block]:
    """The fenced blocks of a text (CommonMark, as far as we use it: three backticks)."""
    found = []
    for match in re.finditer(r"^```([^\n`]*)\n(.*?)^```$", markdown, re.MULTILINE | re.DOTALL):
        line = markdown.count("\n", 0, match.start(2)) + 1
        found.append(Block(match[1].strip(), line, match[2]))
    return found


def run(block: Block, namespace: dict[str, Any]) -> None:
    """Execute a block, its asserts included, so that a traceback shows the line of the README."""
    text = "\n" * (block.line - 1) + block.text
    exec(compile(text, README, "exec", dont_inherit=True, optimize=0), namespace)


def demos(markdown: str) -> list[tuple[list[str], str]]:
    """What a text says that the demo prints, each with the options that it is run with."""
    found = []
    for block in blocks(markdown):
        command, _, output = block.text.partition("\n")
        match = re.fullmatch(
            r"\$ (?:\S*python3? -m ws_handshake|ws-handshake) demo((?: \S+)*)", command
        )
        if block.info == "console" and match:
            found.append((match[1].split(), output))
    return found


def demo(*options: str) -> str:
    """What the demo prints."""
    done = subprocess.run(
        [sys.executable, "-m", "ws_handshake", "demo", *options],
        capture_output=True,
        check=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    return done.stdout


def says(want: str, got: str) -> bool:
    """Whether one output is the other, with `...` for what is left out; a key is a new one."""
    for pattern, name in (
        (r"[A-Za-z0-9+/]{22}==", "<key>"),
        (r"[A-Za-z0-9+/]{27}=", "<accept>"),
        (r"[0-9a-f]{40}", "<digest>"),
    ):
        want, got = re.sub(pattern, name, want), re.sub(pattern, name, got)
    return doctest.OutputChecker().check_output(want, got, doctest.ELLIPSIS)


SAMPLE = """Text with `code`.

```python
one = 1
```

```console
$ python -m ws_handshake demo
1. The client asks
...
```
```console
$ ws-handshake demo --key AAAA
wrong
```
```python
assert one == 2
```
"""


def test_blocks_are_found() -> None:
    first, second, third, fourth = blocks(SAMPLE)
    assert first == ("python", 4, "one = 1\n")
    assert (second.info, second.line) == ("console", 8)
    assert (third.info, third.line) == ("console", 13)
    assert fourth == ("python", 17, "assert one == 2\n")
    assert demos(SAMPLE) == [
        ([], "1. The client asks\n...\n"),
        (["--key", "AAAA"], "wrong\n"),
    ]


def test_a_wrong_block_fails() -> None:
    first, *_, last = blocks(SAMPLE)
    namespace: dict[str, Any] = {}
    run(first, namespace)
    with pytest.raises(AssertionError) as caught:
        run(last, namespace)
    assert caught.traceback[-1].lineno == 16  # counted from 0


def test_a_wrong_output_is_noticed() -> None:
    assert says("key: dGhlIHNhbXBsZSBub25jZQ==\n", "key: AQIDBAUGBwgJCgsMDQ4PEA==\n")
    assert says("a\n...\nz\n", "a\nb\nc\nz\n")
    assert not says("key: dGhlIHNhbXBsZSBub25jZQ==\n", "key: dGhlIHNhbXBsZSBub25j\n")
    assert not says("a\n...\ny\n", "a\nb\nc\nz\n")


def test_the_python_blocks_of_the_readme_run() -> None:
    """In order and in one namespace: a later block may use what an earlier one defined."""
    namespace: dict[str, Any] = {"__name__": "readme"}
    text = README.read_text("utf-8")
    for block in blocks(text):
        if block.info == "python":
            run(block, namespace)
    assert text.count("\n```") == 2 * len(blocks(text))


def test_the_readme_shows_what_the_demo_prints() -> None:
    for options, shown in demos(README.read_text("utf-8")):
        assert says(shown, demo(*options))
    printed = demo()
    assert says("1. The client asks...\n2. The server checks...\n3. The server agrees...", printed)


def test_the_readme_links_to_files_that_exist() -> None:
    for target in re.findall(r"\]\(([^)#]+)", README.read_text("utf-8")):
        assert "://" in target or (README.parent / target).exists(), target
