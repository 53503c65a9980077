"""Judge an opening handshake: a catalogue of cases, and what decides whether an answer holds.

    cases       request_cases for servers, response_cases for clients; Case, Expected, select_cases
    servers     run_cases, or judge_reply for each answer; Result
    clients     judge_client; behind and closes_behind say what the server does then
    pytest      parametrize over the cases with ids=str, or over expect_failures
    hypothesis  ws_handshake.testing.strategies

Everything is pure: connections are yours, or those of `python -m ws_handshake conformance`.

>>> from ws_handshake import HandshakeError, ServerHandshake
>>> from ws_handshake.testing import run_cases
>>> def exchange(data):
...     server = ServerHandshake(origins=None, subprotocols=["chat"])
...     try:
...         return server.accept() if server.receive_data(data) else b""
...     except HandshakeError as error:
...         return error.rejection.to_bytes(), True
>>> [result for result in run_cases(exchange) if not result.passed]
[]
"""

from __future__ import annotations

from .cases import (
    ANY,
    LEVELS,
    REQUEST_GROUPS,
    RESPONSE_GROUPS,
    VERDICTS,
    Case,
    Expected,
    expect_failures,
    select_cases,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .clients import behind, closes_behind, judge_client
    from .judging import Result, judge_reply
    from .requests import request_cases
    from .responses import response_cases
    from .running import run_cases

# Loaded when first used: who tests a server needs no cases for clients.
_LATER = {
    "Result": "judging",
    "behind": "clients",
    "closes_behind": "clients",
    "judge_client": "clients",
    "judge_reply": "judging",
    "request_cases": "requests",
    "response_cases": "responses",
    "run_cases": "running",
}

__all__ = [
    "ANY",
    "LEVELS",
    "REQUEST_GROUPS",
    "RESPONSE_GROUPS",
    "VERDICTS",
    "Case",
    "Expected",
    "Result",
    "behind",
    "closes_behind",
    "expect_failures",
    "judge_client",
    "judge_reply",
    "request_cases",
    "response_cases",
    "run_cases",
    "select_cases",
]


def __getattr__(name: str) -> object:
    if name in _LATER:
        from importlib import import_module

        return getattr(import_module(f".{_LATER[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})
