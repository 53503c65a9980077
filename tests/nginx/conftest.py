"""Finds nginx. It is started by the tests alone, in a directory of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from interop.conftest import missing

from .running import BINARY, Nginx, version_of


def pytest_report_header() -> str:
    if BINARY is None:
        return "nginx: not installed"
    return f"nginx: {'.'.join(map(str, version_of(BINARY)))}, {BINARY}"


@pytest.fixture
def nginx(tmp_path: Path) -> Nginx:
    if BINARY is None:
        missing("nginx is not installed; apt-get install nginx-light")
    return Nginx(BINARY, tmp_path)
