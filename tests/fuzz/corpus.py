"""The kept inputs: a text file a target, in which each line is an input as Python writes bytes."""

from __future__ import annotations

import ast
from pathlib import Path

FOLDER = Path(__file__).parent / "corpus"


def path_of(target: str) -> Path:
    return FOLDER / f"{target}.txt"


def read(target: str) -> list[bytes]:
    """The inputs of a target, in order."""
    lines = path_of(target).read_text("ascii").splitlines()
    inputs = [ast.literal_eval(line) for line in lines]
    assert all(isinstance(data, bytes) for data in inputs)
    return inputs


def write(target: str, inputs: list[bytes]) -> None:
    """Keep these inputs, the short ones first."""
    lines = [repr(data) for data in sorted(set(inputs), key=lambda data: (len(data), data))]
    path_of(target).write_text("".join(f"{line}\n" for line in lines), "ascii")
