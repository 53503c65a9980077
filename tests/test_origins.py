"""Who may connect (RFC 6455 §10.2): the smaller print of `origins` and `hosts`."""

from __future__ import annotations

import re
from typing import Any

import pytest
from contract.request_cases import Value, req

from ws_handshake import (
    SAME_ORIGIN,
    Request,
    ServerHandshake,
    request_violations,
    validate_request,
)


def request(**fields: Value) -> Request:
    return Request.parse(req(dict(fields)))


def violations(asked: Request, **policy: Any) -> list[str]:
    return [violation.code for violation in request_violations(asked, **policy)]


@pytest.mark.parametrize("host", ["server.example.com/", "", None, ["server.example.com"] * 2])
def test_no_origin_is_that_of_a_host_which_is_none(host: Value) -> None:
    codes = violations(
        request(Host=host, Origin="http://server.example.com"), origins=[SAME_ORIGIN]
    )
    assert len(codes) == 2
    assert codes[0].startswith("host-")
    assert codes[1] == "origin-not-allowed"


def test_a_pattern_may_allow_null_and_addresses() -> None:
    pattern = re.compile(r"null|http://\[::1\]:\d+")
    for origin in ("null", "http://[::1]:8080"):
        assert violations(request(Origin=origin), origins=[pattern]) == []


@pytest.mark.parametrize(
    "wrong", [re.compile(b"https://a"), b"https://a", 5, ["https://a"], True, object()]
)
def test_an_origin_of_another_type_is_a_type_error(wrong: Any) -> None:
    with pytest.raises(TypeError, match="an origin is a str, a pattern of str, SAME_ORIGIN or"):
        validate_request(request(), origins=[wrong])


@pytest.mark.parametrize("wrong", [5, object()])
def test_what_is_no_collection_is_a_type_error(wrong: Any) -> None:
    for arguments in ({"origins": wrong}, {"origins": None, "hosts": wrong}):
        with pytest.raises(TypeError, match="is a collection"):
            validate_request(request(), **arguments)


@pytest.mark.parametrize("wrong", ["*", "a", "https://a/", "https://*.a/", "https://me@a", ""])
def test_an_origin_that_is_none_is_a_value_error_with_advice(wrong: str) -> None:
    with pytest.raises(ValueError, match="origins=None"):
        validate_request(request(), origins=[wrong])


@pytest.mark.parametrize("wrong", ["*", "*.example.com", "a:*", "a b", "", "http://a"])
def test_a_host_that_cannot_be_served_is_a_value_error(wrong: str) -> None:
    with pytest.raises(ValueError, match="hosts"):
        validate_request(request(), origins=None, hosts=[wrong])


def test_no_origin_and_no_host_at_all_refuses_everybody() -> None:
    asked = request(Origin="https://a")
    assert violations(asked, origins=[], hosts=[]) == ["host-not-served", "origin-not-allowed"]
    assert violations(request(), origins=[]) == ["origin-missing"]


def test_bytes_are_no_text_also_when_an_equal_text_was_seen() -> None:
    ServerHandshake(origins=["https://seen.example"], subprotocols=["seen"])
    mistakes: list[dict[str, Any]] = [
        {"origins": [b"https://seen.example"]},
        {"subprotocols": [b"seen"]},
    ]
    for mistake in mistakes:
        with pytest.raises(TypeError):
            ServerHandshake(**{"origins": None, **mistake})
