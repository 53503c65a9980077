"""Tells at the end of a run how many examples were compared."""

from __future__ import annotations

import pytest

from . import tally


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if tally.seen:
        terminalreporter.section("examples compared with the oracle")
        for line in tally.lines():
            terminalreporter.write_line(line)
