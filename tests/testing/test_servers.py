"""Servers of other makers: the kit finds nothing wrong with a right one, and each planted fault."""

from fnmatch import fnmatchcase

import pytest

from ws_handshake.testing import request_cases, run_cases

from .servers import SERVERS

CASES = request_cases(levels=["must", "security"])
FAULTS = [(server, fault) for server, one in SERVERS.items() for fault in one.faults]


def reported(server: str, *faults: str) -> set[str]:
    answer, on = SERVERS[server].answer, frozenset(faults)
    results = run_cases(lambda data: answer(data, on), CASES)
    return {result.case.id for result in results if not result.passed}


def fits(case: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(case, pattern) for pattern in patterns)


def test_twenty_faults_are_planted() -> None:
    assert len(FAULTS) == len({fault for _, fault in FAULTS}) == 20


@pytest.mark.parametrize("server", SERVERS)
def test_a_right_server_fails_nothing_that_it_must(server: str) -> None:
    assert reported(server) == set()


@pytest.mark.parametrize(("server", "fault"), FAULTS)
def test_a_fault_alone_is_reported_and_nothing_else(server: str, fault: str) -> None:
    patterns = SERVERS[server].faults[fault]
    found = reported(server, fault)
    assert [case for case in found if not fits(case, patterns)] == []
    assert [one for one in patterns if not any(fits(case, (one,)) for case in found)] == []


@pytest.mark.parametrize("server", SERVERS)
def test_all_faults_together_are_reported_and_nothing_else(server: str) -> None:
    found = reported(server, *SERVERS[server].faults)
    for patterns in SERVERS[server].faults.values():
        assert any(fits(case, patterns) for case in found), patterns
    every = tuple(one for patterns in SERVERS[server].faults.values() for one in patterns)
    assert [case for case in found if not fits(case, every)] == []
