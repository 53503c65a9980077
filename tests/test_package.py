"""The root: what it loads at once, what later, and what it does not know."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import ws_handshake

LATER = ["ClientExtension", "ServerExtension"]


@pytest.mark.parametrize("name", LATER)
def test_a_name_that_is_loaded_later_is_one_of_the_package(name: str) -> None:
    assert name in dir(ws_handshake)
    assert name in ws_handshake.__all__
    assert getattr(ws_handshake, name).__name__ == name


def test_extensions_are_loaded_when_first_used() -> None:
    code = (
        "import sys, ws_handshake as package\n"
        "before = 'ws_handshake.extensions' in sys.modules\n"
        "package.ServerExtension\n"
        "print(before, 'ws_handshake.extensions' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.split() == ["False", "True"]


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'ws_handshake' has no attribute 'connect'"):
        ws_handshake.connect  # noqa: B018


def test_dir_is_sorted_and_complete() -> None:
    names = dir(ws_handshake)
    assert names == sorted(names)
    assert set(ws_handshake.__all__) <= set(names)


def test_the_version_is_that_of_the_project() -> None:
    project = (Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8")
    assert f'\nversion = "{ws_handshake.__version__}"\n' in project
