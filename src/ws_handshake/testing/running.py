"""The cases for servers against whatever can send bytes and bring back an answer."""

from __future__ import annotations

from ws_handshake.wire import as_bytes

from .judging import Result, judge_reply
from .requests import request_cases

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .cases import Case

    Exchange = Callable[[bytes], bytes | tuple[bytes, bool | None]]

__all__ = ["run_cases"]


def run_cases(exchange: Exchange, cases: Iterable[Case] | None = None) -> list[Result]:
    r"""Send each case with `exchange(data)` and judge the answers; by default `request_cases()`.

    `exchange` opens a connection of its own for each call, sends the data, and returns the bytes of
    the answer, or these and whether the server closed (None where it did not look). An exception
    that it raises is that case's failure. A case that is to be sent in pieces is given whole.

    >>> results = run_cases(lambda data: b"HTTP/1.1 404 Not Found\r\n\r\n")
    >>> [result.case.id for result in results if not result.passed][:2]
    ['line-sample', 'http-1.2']
    """
    return [_run(exchange, case) for case in (request_cases() if cases is None else cases)]


def _run(exchange: Exchange, case: Case) -> Result:
    try:
        answer = exchange(case.data)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is this case's result
        return Result(case, False, f"the exchange raised {type(error).__name__}: {error}")
    reply, closed = answer if isinstance(answer, tuple) else (answer, None)
    return judge_reply(case, as_bytes(reply), closed)
