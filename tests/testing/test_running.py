"""Running the cases: what the exchange returns is judged, and what it raises is not lost."""

from collections.abc import Callable

import pytest

from ws_handshake import testing
from ws_handshake.testing import Result, judge_reply, request_cases, run_cases

from .planted import good

BAD = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
FEW = request_cases(only=["line-sample", "key-missing", "http-1.0"])


def test_all_cases_are_run_by_default() -> None:
    results = run_cases(good)
    assert [result.case for result in results] == list(request_cases())
    assert all(result.passed for result in results)


def test_the_data_is_given_whole_and_once() -> None:
    seen: list[bytes] = []

    def exchange(data: bytes) -> bytes:
        seen.append(data)
        return BAD

    cases = request_cases(groups=["segmentation"])
    assert len(run_cases(exchange, iter(cases))) == len(cases)
    assert seen == [case.data for case in cases]


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_any_bytes_will_do(kind: Callable[[bytes], bytes]) -> None:
    judged = [judge_reply(case, BAD) for case in FEW]
    assert run_cases(lambda data: kind(BAD), FEW) == judged
    assert run_cases(lambda data: (kind(BAD), None), FEW) == judged


def test_the_close_is_judged_too() -> None:
    (case,) = request_cases(only=["body-gzip"])
    for closed, why in (
        (True, ""),
        (None, ""),
        (False, "answered 400 and did not close the connection"),
    ):
        assert run_cases(lambda data, closed=closed: (BAD, closed), [case]) == [  # type: ignore[misc]
            Result(case, not why, why)
        ]


def test_an_exchange_that_raises_fails_its_case() -> None:
    def exchange(data: bytes) -> bytes:
        if b"HTTP/1.0" in data:
            raise ConnectionResetError("reset by peer")
        return good(data)[0]

    (old,) = [case for case in FEW if case.id == "http-1.0"]
    why = "the exchange raised ConnectionResetError: reset by peer"
    assert run_cases(exchange, FEW) == [
        Result(old, False, why) if case is old else Result(case, True) for case in FEW
    ]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_who_wants_to_stop_is_let_go(stop: type[BaseException]) -> None:
    def exchange(data: bytes) -> bytes:
        raise stop

    with pytest.raises(stop):
        run_cases(exchange, FEW)


@pytest.mark.parametrize("answer", [None, "HTTP/1.1 400 Bad Request", 5, ("x", True)])
def test_what_is_no_answer_is_the_callers_fault(answer: object) -> None:
    with pytest.raises(TypeError):
        run_cases(lambda data: answer, FEW)  # type: ignore[arg-type, return-value]


def test_the_kit_shows_what_it_has() -> None:
    assert set(testing.__all__) <= set(dir(testing))
    assert testing.run_cases is run_cases
    with pytest.raises(
        AttributeError, match=r"^module 'ws_handshake\.testing' has no attribute 'x'$"
    ):
        testing.x  # noqa: B018
