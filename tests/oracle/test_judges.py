"""The oracle is right, and a wrong one would be found.

It is compared with what people wrote down by hand: the samples of RFC 6455, the recordings of real
peers and the cases of tests/contract. Then one rule of it at a time is altered, and the random
messages must find a difference to the library.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from contract import field_cases, request_cases, response_cases, test_captures, test_responses
from contract.request_cases import Policy
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from . import grammar, head, request, response
from .grammar import Malformed, Reader
from .head import Fault, Head, Limits, StartLine
from .messages import sent_requests, sent_responses, values
from .request import Accepted, Incomplete, Refused, Wrong, judge_request
from .response import Failed, Offered, Opened, Unexpected, judge_response
from .test_oracle import check_request, check_response, check_value

FOLDER = Path(__file__).parent
ORACLE = ["grammar", "head", "request", "response"]

# --- the samples of RFC 6455 sections 1.2 and 1.3 -------------------------------------------------

SAMPLE_REQUEST = (
    b"GET /chat HTTP/1.1\r\n"
    b"Host: server.example.com\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"Origin: http://example.com\r\n"
    b"Sec-WebSocket-Protocol: chat, superchat\r\n"
    b"Sec-WebSocket-Version: 13\r\n\r\n"
)
SAMPLE_RESPONSE = (
    b"HTTP/1.1 101 Switching Protocols\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
    b"Sec-WebSocket-Protocol: chat\r\n\r\n"
)
KEY = "dGhlIHNhbXBsZSBub25jZQ=="


def test_the_sample_request_is_accepted() -> None:
    end = len(SAMPLE_REQUEST)
    assert judge_request(SAMPLE_REQUEST + b"\x81", origins=["http://example.com"]) == Accepted(
        subprotocols=("chat", "superchat"),
        extensions=(),
        key=KEY,
        origin="http://example.com",
        host="server.example.com",
        target="/chat",
        path="/chat",
        query="",
        at=end,
    )
    for stop in range(end):
        code = "head-incomplete" if stop else "nothing-received"
        assert judge_request(SAMPLE_REQUEST[:stop], origins=None) == Incomplete(code)
    assert judge_request(SAMPLE_REQUEST, origins=[None]) == Refused(
        403, "Origin", "origin-not-allowed", end, whole=True
    )


def test_the_sample_response_opens() -> None:
    offered = Offered((KEY,), ("chat", "superchat"))
    end = len(SAMPLE_RESPONSE)
    assert judge_response(SAMPLE_RESPONSE + b"\0", offered) == Opened("chat", (), end)
    assert judge_response(SAMPLE_RESPONSE, Offered((KEY,))) == Failed(
        "Sec-WebSocket-Protocol", "subprotocol-not-offered", end, whole=True
    )
    for stop in range(end):
        code = "head-incomplete" if stop else "nothing-answered"
        assert judge_response(SAMPLE_RESPONSE[:stop], offered) == response.Incomplete(code)


# --- the recordings of tests/captures -------------------------------------------------------------


@test_captures.named(test_captures.REQUESTS)
def test_recorded_requests(entry: dict[str, Any]) -> None:
    first, _ = test_captures.split(entry)
    verdict = judge_request(test_captures.read(entry), origins=None)
    expected = entry["expect"]
    if test_captures.is_taken(entry):
        assert isinstance(verdict, Accepted)
        assert verdict.at == len(first)
        assert list(verdict.subprotocols) == expected["subprotocols"]
        assert (verdict.key, verdict.origin) == (expected["key"], expected["origin"])
        assert (verdict.host, verdict.target) == (expected["host"], expected["target"])
    else:
        fault = next(code for code in test_captures.FAULTS if code in entry["fault_codes"])
        field, status = test_captures.FAULTS[fault]
        assert isinstance(verdict, Refused)
        assert (verdict.field, verdict.status, verdict.at) == (field, status, len(first))


def offered_by(data: bytes) -> Offered:
    message = head.read_head(data, 0, request.START_LINE, Limits())
    assert isinstance(message, Head)
    extensions = request.judge_extensions(message.values("sec-websocket-extensions"))
    return Offered(
        tuple(message.values("sec-websocket-key")),
        tuple(request.judge_subprotocols(message.values("sec-websocket-protocol"))),
        tuple(name for name, _ in extensions),
    )


@test_captures.named([entry for entry in test_captures.RESPONSES if entry["request_valid"]])
def test_recorded_responses(entry: dict[str, Any]) -> None:
    data, expected = test_captures.read(entry), entry["expect"]
    offered = offered_by(test_captures.read(test_captures.BY_NAME[entry["request"]]))
    verdict = judge_response(data, offered)
    if test_captures.is_taken(entry):
        assert isinstance(verdict, Opened)
        assert [verdict.subprotocol] == (expected["subprotocols"] or [None])
        assert len(data) - verdict.at == expected["bytes_after_head"]
    else:
        assert isinstance(verdict, Unexpected)
        assert (verdict.status, verdict.complete) == (expected["status"], True)


# --- the cases of tests/contract ------------------------------------------------------------------


def policy_of(policy: Policy) -> dict[str, Any] | None:
    """The policy in the oracle's terms, or None for patterns, which it does not know."""
    origins = policy.get("origins")
    if origins is not None:
        same = request_cases.SAME_ORIGIN
        origins = [request.SAME_ORIGIN if item is same else item for item in origins]
        if any(hasattr(item, "fullmatch") for item in origins):
            return None
    limits = Limits(**policy.get("limits", {}))
    return {"origins": origins, "hosts": policy.get("hosts"), "limits": limits}


def known(cases: list[Any]) -> list[tuple[Any, dict[str, Any]]]:
    """The cases whose policy the oracle knows, each with this policy."""
    policies = [(case, policy_of(case.policy)) for case in cases]
    return [(case, policy) for case, policy in policies if policy is not None]


def test_written_requests() -> None:
    for case, policy in known(request_cases.CASES):
        verdict = judge_request(case.data, **policy)
        expected = case.expected
        if isinstance(expected, request_cases.Reject):
            assert isinstance(verdict, Refused), case.id
            assert (verdict.status, verdict.field) == (expected.status, expected.field), case.id
            assert verdict.whole is not expected.syntax, case.id
            assert verdict.at == (expected.at or len(case.data)), case.id
        else:
            assert isinstance(verdict, Accepted), case.id
            assert expected.subprotocols in (None, verdict.subprotocols), case.id
            assert expected.extensions in (None, verdict.extensions), case.id
            assert expected.path in (None, verdict.path), case.id
            assert verdict.at == len(case.data), case.id


def test_open_requests() -> None:
    for case, policy in known(request_cases.AMBIGUOUS):
        verdict = judge_request(case.data, **policy)
        said = (verdict.status, verdict.field) if isinstance(verdict, Refused) else "accept"
        assert said in case.outcomes, case.id


def test_written_responses() -> None:
    for case in response_cases.CASES:
        offer = test_responses.OFFERS[case.request]
        offered = Offered((KEY,), offer["subprotocols"], offer["extensions"])
        verdict = judge_response(case.data, offered, Limits(**case.limits))
        expected = case.expected
        if isinstance(expected, response_cases.Agrees):
            assert isinstance(verdict, Opened), case.name
            assert verdict.subprotocol == expected.subprotocol, case.name
            assert case.data[verdict.at :] == expected.trailing, case.name
        elif isinstance(expected, response_cases.Refuses):
            assert isinstance(verdict, Unexpected), case.name
            assert verdict.status == expected.status, case.name
            assert expected.body in (None, verdict.body), case.name
            assert expected.complete in (None, verdict.complete), case.name
        elif isinstance(verdict, Failed):
            assert expected.field in (None, verdict.field), case.name
        else:
            assert isinstance(verdict, response.Incomplete), case.name


@pytest.mark.parametrize("parser", field_cases.GOOD)
def test_written_values(parser: str) -> None:
    parse = getattr(grammar, parser)
    for value, expected in field_cases.GOOD[parser]:
        assert parse(value) == expected, value
    for value in field_cases.BAD[parser]:
        with pytest.raises(Malformed):
            parse(value)


# --- an altered rule is found ---------------------------------------------------------------------


def differ(check: Callable[[Any], object], sent: st.SearchStrategy[Any]) -> bool:
    """Whether so many random messages show the library and the oracle to differ."""

    @settings(
        max_examples=3000,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(sent)
    def compare(message: Any) -> None:
        check(message)

    try:
        compare()
    except AssertionError:
        return True
    return False


def more_of(name: str) -> Callable[..., Head | Fault | None]:
    """`read_head` with one more of this limit."""
    read_head = head.read_head

    def altered(
        data: bytes, begin: int, kind: StartLine, limits: Limits, earlier: tuple[int, int] = (0, 0)
    ) -> Head | Fault | None:
        larger = limits._replace(**{name: getattr(limits, name) + 1})
        return read_head(data, begin, kind, larger, earlier)

    return altered


def no_empty_elements(element: Callable[[Reader], Any], reader: Reader) -> list[Any]:
    elements = [] if reader.at_end() else [element(reader)]
    while not reader.at_end():
        if not grammar.behind_ows(reader, ","):
            raise Malformed
        elements.append(element(reader))
    return elements


def the_method_first(version: str, method: str) -> None:
    if method != "GET":
        raise Wrong(405, None, "method-not-get")
    version_and_method(version, method)


def any_port(reader: Reader) -> int | None:
    return int("0" + reader.run(grammar.DIGIT)) or None if reader.take(":") else None


def any_length(value: str) -> bytes:
    return grammar.whole(grammar.base64_value_non_empty, value)


def its_own_port(origin: str) -> tuple[str, str, int | None]:
    return grammar.whole(grammar.serialized_origin, origin)


def the_first_of_several(values: list[str], offered: tuple[str, ...]) -> str | None:
    return subprotocol([value.partition(",")[0] for value in values], offered)


def never_too_large(data: bytes, message: Head, limits: Limits) -> Unexpected:
    return refusal(data, message, Limits())


version_and_method = request.judge_version_and_method
subprotocol = response.judge_subprotocol
refusal = response.read_refusal
REQUESTS = (check_request, sent_requests())
RESPONSES = (check_response, sent_responses())
VALUES = (lambda sent: check_value(*sent), values())
ALTERED: dict[str, tuple[Any, str, Any, tuple[Any, Any]]] = {
    "~ is no tchar": (grammar, "TCHAR", grammar.TCHAR.replace("~", ""), VALUES),
    "lists have no empty elements": (grammar, "list_of", no_empty_elements, VALUES),
    "a port may be any number": (grammar, "optional_port", any_port, VALUES),
    "a key may be of any length": (grammar, "parse_key", any_length, VALUES),
    "DEL is no control character": (head, "CTL", head.CTL.replace("\x7f", ""), REQUESTS),
    "a head may be a byte larger": (head, "read_head", more_of("head"), REQUESTS),
    "there may be a field more": (head, "read_head", more_of("fields"), REQUESTS),
    "the method is judged first": (
        request,
        "judge_version_and_method",
        the_method_first,
        REQUESTS,
    ),
    "a default port is not left out": (request, "comparable", its_own_port, REQUESTS),
    "an answer may list subprotocols": (
        response,
        "judge_subprotocol",
        the_first_of_several,
        RESPONSES,
    ),
    "bodies have no limit": (response, "read_refusal", never_too_large, RESPONSES),
}


@pytest.mark.parametrize("name", ALTERED)
def test_an_altered_rule_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, attribute, altered, comparison = ALTERED[name]
    monkeypatch.setattr(module, attribute, altered)
    assert differ(*comparison)


# --- it stands on its own -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ORACLE)
def test_the_oracle_shares_nothing_with_the_library(name: str) -> None:
    tree = ast.parse((FOLDER / f"{name}.py").read_text("utf-8"))
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            imported.add(str(node.module))
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 1
            imported |= {str(node.module)} if node.module else {item.name for item in node.names}
        elif isinstance(node, ast.Name):
            assert node.id not in ("__import__", "eval", "exec", "compile")
    assert imported <= {"__future__", "base64", "collections.abc", "hashlib", "typing", *ORACLE}
    assert imported <= sys.stdlib_module_names | {"collections.abc", *ORACLE}
