"""Who may connect (RFC 6455 §10.2): the smaller print of `origins` and `hosts`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from contract.request_cases import Value, req

from ws_handshake import (
    SAME_ORIGIN,
    InvalidHeader,
    Request,
    ServerHandshake,
    request_violations,
    validate_request,
)
from ws_handshake.origins import comparable_host, host_policy, origin_policy


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


@pytest.mark.parametrize(
    ("allowed", "origin", "host", "may"),
    [
        (["https://a.example"], "https://a.example", "b.example", True),
        (["https://a.example"], "HTTPS://A.Example:443", "b.example", True),
        (["HTTPS://A.Example:0443"], "https://a.example", "b.example", True),
        (["https://a.example:8443"], "https://a.example", "b.example", False),
        (["https://a.example"], "https://a.example:80", "b.example", False),
        (["http://a.example"], "http://a.example:80", "b.example", True),
        (["https://a.example"], "http://a.example", "a.example", False),
        (["x://a.example"], "x://a.example:80", "a.example", False),
        (["http://[::1]"], "http://[::1]:80", "b.example", True),
        (["http://[::1]:81"], "http://[::1]:81", "b.example", True),
        (["http://[v1.a:b]"], "http://[V1.A:B]:80", "b.example", True),
        (["null"], "null", "b.example", True),
        ([None], "null", "b.example", False),
        ([None], "https://a.example", "b.example", False),
        ([], "https://a.example", "a.example", False),
        ([re.compile("https://[a-z]+[.]example")], "https://A.example:443", "b.example", True),
        ([re.compile("https://[a-z]+[.]example")], "https://a.example.net", "b.example", False),
        ([re.compile("https://a[.]example:81")], "https://a.example:81", "b.example", True),
        ([re.compile(r"http://\[v1[.]a:b\]")], "http://[v1.a:b]", "b.example", True),
        ([SAME_ORIGIN], "https://a.example", "a.example", True),
        ([SAME_ORIGIN], "https://a.example", "A.example:443", True),
        ([SAME_ORIGIN], "https://A.example:443", "a.example", True),
        ([SAME_ORIGIN], "https://a.example:444", "a.example:444", True),
        ([SAME_ORIGIN], "https://a.example:444", "a.example", False),
        ([SAME_ORIGIN], "https://a.example", "a.example:444", False),
        ([SAME_ORIGIN], "https://a.example", "a.example:80", False),
        ([SAME_ORIGIN], "http://a.example", "a.example:80", True),
        ([SAME_ORIGIN], "http://a.example", "a.example:", True),
        ([SAME_ORIGIN], "https://a.example:80", "a.example", False),
        ([SAME_ORIGIN], "https://b.example", "a.example", False),
        ([SAME_ORIGIN], "http://[::1]:81", "[::1]:81", True),
        ([SAME_ORIGIN], "null", "null", False),
        ([SAME_ORIGIN], "x://a.example", "a.example", False),
        ([SAME_ORIGIN], "x://a.example:1", "a.example:1", False),
        ([SAME_ORIGIN], "https://a.example", "a b", False),
        ([SAME_ORIGIN], "https://a.example", None, False),
        (["https://b.example", SAME_ORIGIN], "https://b.example", "a.example", True),
        (["https://b.example", SAME_ORIGIN], "https://a.example", "a.example", True),
    ],
)
def test_who_may_connect(allowed: list[Any], origin: str, host: str | None, may: bool) -> None:
    for collected in (allowed, tuple(allowed), iter(allowed), Origins(allowed)):
        policy = origin_policy(collected)
        assert policy is not None
        assert policy.allows(origin, host) is may
        assert (None in policy.exact) is (None in allowed)


class Origins:
    """A collection of the caller's own."""

    def __init__(self, origins: list[Any]) -> None:
        self.origins = origins

    def __iter__(self) -> Iterator[Any]:
        return iter(self.origins)


def test_a_policy_is_made_once() -> None:
    assert origin_policy(None) is None
    assert origin_policy(["https://once.example"]) is origin_policy(["https://once.example"])
    assert host_policy(["once.example"]) is host_policy(["once.example"])


def test_an_origin_that_is_none_is_no_matter_of_policy() -> None:
    policy = origin_policy([re.compile(".*")])
    assert policy is not None
    with pytest.raises(InvalidHeader):
        policy.allows("a.example", "a.example")


def test_hosts_compare_in_lower_case() -> None:
    policy = host_policy(["A.example:080", "[::A]:", "a.example"])
    assert policy == frozenset([("a.example", 80), ("::a", None), ("a.example", None)])
    assert host_policy(None) is None
    assert comparable_host("A.Example:") == ("a.example", None)


def test_the_same_origin_shows_its_name() -> None:
    assert repr(SAME_ORIGIN) == "SAME_ORIGIN"
