"""Each cause is found in its messages, and not in their neighbours."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator
from typing import Any

import pytest

from ws_handshake import Request, Response, request_violations, response_violations
from ws_handshake.causes import (
    IN_HTTP,
    IN_LOCATION,
    SHELL,
    Row,
    find_causes,
    if_found,
    if_nothing,
    if_status,
    if_told,
)
from ws_handshake.diagnosis import Cause, Diagnosis, diagnose_request, diagnose_response
from ws_handshake.errors import Violation
from ws_handshake.facts import Facts, ResponseFacts
from ws_handshake.request_causes import REQUEST_CAUSES
from ws_handshake.response_causes import RESPONSE_CAUSES

from .messages import REQUEST, STRIPPED, Changes, ask, reply, switch
from .request_cases import CASES as REQUEST_CASES
from .request_cases import RequestCase
from .response_cases import CASES as RESPONSE_CASES
from .response_cases import ResponseCase

each_request = pytest.mark.parametrize("case", REQUEST_CASES, ids=lambda case: case.code)
each_response = pytest.mark.parametrize("case", RESPONSE_CASES, ids=lambda case: case.code)


def codes(diagnosis: Diagnosis) -> list[str]:
    return [cause.code for cause in diagnosis.causes]


@each_request
def test_a_request_has_its_cause(case: RequestCase) -> None:
    found = codes(diagnose_request(case.data))
    assert case.code in found
    assert found[0] == case.code or not case.first


@each_request
def test_the_neighbour_of_a_request_has_not(case: RequestCase) -> None:
    assert case.code not in codes(diagnose_request(case.neighbour))


@each_response
def test_a_response_has_its_cause(case: ResponseCase) -> None:
    found = codes(diagnose_response(case.data, case.request))
    assert case.code in found
    assert found[0] == case.code or not case.first


@each_response
def test_the_neighbour_of_a_response_has_not(case: ResponseCase) -> None:
    request = case.request if case.other_request is None else case.other_request
    assert case.code not in codes(diagnose_response(case.neighbour, request))


@each_request
def test_a_cause_of_a_request_is_as_sure_as_it_is_listed(case: RequestCase) -> None:
    sure = {cause.code: cause.sure for cause in diagnose_request(case.data).causes}
    wanted = case.code not in LIKELY if case.sure is None else case.sure
    assert sure[case.code] is wanted


@each_response
def test_a_cause_of_a_response_is_as_sure_as_it_is_listed(case: ResponseCase) -> None:
    sure = {cause.code: cause.sure for cause in diagnose_response(case.data, case.request).causes}
    wanted = case.code not in LIKELY if case.sure is None else case.sure
    assert sure[case.code] is wanted


def test_what_is_sure_at_times_has_a_case_of_both() -> None:
    seen = {(case.code, case.sure is not False) for case in REQUEST_CASES}
    seen |= {(case.code, case.sure is not False) for case in RESPONSE_CASES}
    for row in ROWS:
        if callable(row.sure):
            assert {(row.code, True), (row.code, False)} <= seen


@pytest.mark.parametrize(
    ("location", "may_be_login"),
    [
        ("https://www.example.com/chat", False),
        ("/chat/", False),
        ("https://accounts.example/start", True),
    ],
)
def test_a_redirect_to_another_path_may_be_one_to_log_in(location: str, may_be_login: bool) -> None:
    [cause] = diagnose_response(reply(302, "", {"Location": location}), REQUEST).causes
    assert ("log in first" in str(cause.fix)) is may_be_login


# --- The table ------------------------------------------------------------------------------------

# Stable for ever: a code may be added here, never renamed, removed or given another meaning.
REQUEST_CODES = [
    "apache-without-upgrade",
    "bare-line-feeds",
    "classic-load-balancer",
    "cloudfront-drops-websocket-fields",
    "connection-added-to-all-requests",
    "connection-not-forwarded",
    "cookies-too-large",
    "cors-preflight",
    "credentials-in-host",
    "curl-example-key",
    "draft-version",
    "empty-line-first",
    "extensions-are-malformed",
    "fallback-transport",
    "fragment-in-target",
    "frames-without-handshake",
    "h2c-upgrade",
    "hand-written-http",
    "head-cut",
    "head-too-large",
    "health-check",
    "hixie-76-draft",
    "host-not-of-target",
    "host-on-two-lines",
    "http10-hop",
    "http2-on-http1-port",
    "http2-request",
    "ipv6-host-without-brackets",
    "key-in-hex",
    "key-in-url-safe-base64",
    "key-is-no-base64",
    "key-is-placeholder",
    "key-is-quoted",
    "key-of-wrong-length",
    "key-on-two-lines",
    "key-removed",
    "key-without-padding",
    "method-changed",
    "method-in-lower-case",
    "no-blank-line",
    "no-host",
    "no-version-in-request-line",
    "old-nginx-defaults",
    "origin-on-two-lines",
    "origin-with-path",
    "origin-without-scheme",
    "other-protocol",
    "page-load",
    "plain-request",
    "probe-without-bytes",
    "proxy-protocol",
    "raw-text-in-target",
    "request-with-body",
    "response-sent-to-server",
    "space-in-target",
    "subprotocol-is-no-token",
    "subprotocol-offered-twice",
    "target-is-no-path",
    "target-too-long",
    "target-without-slash",
    "tls-on-plain-port",
    "token-as-subprotocol",
    "upgrade-added-to-all-requests",
    "upgrade-and-connection-removed",
    "upgrade-misspelled",
    "upgrade-names-others",
    "upgrade-not-forwarded",
    "upgrade-on-two-lines",
    "upgrade-other-protocol",
    "upgrade-removed-and-closed",
    "upgrade-removed-by-middlebox",
    "upgrade-twice-in-one-line",
    "upgrade-with-version",
    "uri-as-host",
    "used-as-forward-proxy",
    "varnish-without-pipe",
    "version-is-no-number",
    "version-left-out",
]

RESPONSE_CODES = [
    "accept-by-other-hash",
    "accept-in-hex",
    "accept-in-other-base64",
    "accept-in-other-case",
    "accept-is-no-digest",
    "accept-is-the-key",
    "accept-of-another-key",
    "accept-of-changed-key",
    "accept-of-decoded-key",
    "accept-of-sample-key",
    "accept-on-two-lines",
    "accept-with-guid-first",
    "accept-with-line-end",
    "accept-with-wrong-guid",
    "accept-without-guid",
    "accept-without-key",
    "all-subprotocols-sent-back",
    "answer-cut",
    "answer-too-large",
    "answer-with-bare-line-feeds",
    "answer-without-head",
    "asgi-saw-plain-http",
    "aspnet-without-websocket",
    "bad-request",
    "blocked-by-akamai",
    "blocked-by-cloudflare",
    "closed-before-accept",
    "closed-without-answer",
    "cloudflare-cannot-reach-server",
    "cloudflare-challenge",
    "connection-list-refused",
    "connection-missing-in-101",
    "credentials-missing",
    "credentials-refused",
    "denied-by-proxy",
    "django-saw-plain-http",
    "django-without-websocket-router",
    "envoy-saw-http10",
    "envoy-without-upgrade",
    "express-saw-plain-http",
    "extension-unasked",
    "extensions-on-two-lines",
    "forbidden",
    "frames-without-101",
    "hand-written-answer",
    "haproxy-server-not-http1",
    "head-refused-as-too-large",
    "host-not-in-allowed-hosts",
    "host-not-served",
    "http-on-https-port",
    "http2-answered",
    "interim-response-only",
    "method-refused",
    "network-wants-login",
    "no-accept-in-101",
    "no-location-for-path",
    "no-server-available",
    "origin-refused",
    "other-client-error",
    "other-extension",
    "other-protocol-answered",
    "other-server-error",
    "other-subprotocol",
    "other-upgrade-required",
    "output-before-head",
    "page-answered",
    "path-not-found",
    "payment-required",
    "plain-answer",
    "proxy-credentials-missing",
    "rate-limited",
    "redirect-to-host",
    "redirect-to-https",
    "redirect-to-login",
    "redirect-to-slash",
    "redirect-without-location",
    "redirected",
    "refused-by-api-gateway",
    "refused-by-haproxy",
    "refused-by-nginx",
    "request-echoed",
    "request-timed-out",
    "request-was-invalid",
    "server-error",
    "server-saw-http10",
    "server-saw-no-attempt",
    "server-saw-no-key",
    "server-saw-no-upgrade",
    "server-saw-other-upgrade",
    "server-saw-upgrade-twice",
    "socketio-of-other-version",
    "socketio-server",
    "socketio-session-unknown",
    "sockjs-server",
    "subprotocol-in-other-case",
    "subprotocol-on-two-lines",
    "subprotocol-refused",
    "subprotocol-required",
    "subprotocol-unasked",
    "switched-over-http10",
    "switched-over-other-version",
    "switched-to-other-protocol",
    "target-group-not-http1",
    "target-refused-as-too-long",
    "tls-answered",
    "tomcat-saw-plain-http",
    "tunnel-answered",
    "upgrade-missing-in-101",
    "upgrade-names-others-in-101",
    "upgrade-twice-in-101",
    "upstream-silent",
    "upstream-unreachable",
    "version-refused",
    "wrong-path-at-ws",
]

# What the facts do not prove. All others are sure, but for the cases that say otherwise.
LIKELY = frozenset(
    [
        "accept-is-no-digest",
        "accept-of-another-key",
        "answer-cut",
        "apache-without-upgrade",
        "asgi-saw-plain-http",
        "aspnet-without-websocket",
        "bad-request",
        "blocked-by-akamai",
        "blocked-by-cloudflare",
        "classic-load-balancer",
        "closed-before-accept",
        "closed-without-answer",
        "cloudflare-cannot-reach-server",
        "connection-list-refused",
        "connection-not-forwarded",
        "denied-by-proxy",
        "django-saw-plain-http",
        "envoy-saw-http10",
        "envoy-without-upgrade",
        "extensions-are-malformed",
        "fallback-transport",
        "forbidden",
        "frames-without-101",
        "frames-without-handshake",
        "hand-written-answer",
        "hand-written-http",
        "haproxy-server-not-http1",
        "head-cut",
        "health-check",
        "host-not-in-allowed-hosts",
        "host-not-served",
        "interim-response-only",
        "key-is-no-base64",
        "key-removed",
        "method-changed",
        "method-refused",
        "no-server-available",
        "other-client-error",
        "other-protocol",
        "other-protocol-answered",
        "other-server-error",
        "other-upgrade-required",
        "page-load",
        "path-not-found",
        "payment-required",
        "plain-answer",
        "plain-request",
        "probe-without-bytes",
        "redirect-to-https",
        "redirect-to-login",
        "redirect-without-location",
        "redirected",
        "refused-by-api-gateway",
        "refused-by-haproxy",
        "refused-by-nginx",
        "request-timed-out",
        "server-error",
        "server-saw-other-upgrade",
        "socketio-of-other-version",
        "socketio-session-unknown",
        "subprotocol-refused",
        "switched-over-http10",
        "target-is-no-path",
        "token-as-subprotocol",
        "tomcat-saw-plain-http",
        "upgrade-added-to-all-requests",
        "upgrade-other-protocol",
        "upstream-silent",
        "upstream-unreachable",
        "varnish-without-pipe",
        "wrong-path-at-ws",
    ]
)

ROWS = [row for group in (*REQUEST_CAUSES, *RESPONSE_CAUSES) for row in group]
each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.code)


def codes_of(groups: tuple[tuple[Row, ...], ...]) -> list[str]:
    return sorted(row.code for group in groups for row in group)


def test_the_codes_are_these() -> None:
    assert codes_of(REQUEST_CAUSES) == REQUEST_CODES
    assert codes_of(RESPONSE_CAUSES) == RESPONSE_CODES


def test_each_code_is_for_one_cause() -> None:
    assert len({row.code for row in ROWS}) == len(ROWS)


def test_each_cause_has_a_case() -> None:
    assert {case.code for case in REQUEST_CASES} == set(REQUEST_CODES)
    assert {case.code for case in RESPONSE_CASES} == set(RESPONSE_CODES)


@each_row
def test_a_row_is_short_plain_text(row: Row) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row.code)
    assert row.summary.isascii()
    assert row.summary.isprintable()
    assert row.summary[-1] == "."
    assert 20 < len(row.summary) <= 250


# --- How rows are tried ---------------------------------------------------------------------------


def row(code: str, *evidence: str, sure: Any = False, fix: Any = ()) -> Row:
    return Row(code, lambda facts: list(evidence), f"{code}.", fix, sure=sure)


def test_the_first_row_of_each_group_that_fits_counts() -> None:
    likely, sure, hidden = row("b", "1", "2"), row("d", "3", sure=True), row("e", "4", sure=True)
    groups = [(row("a"), likely, row("c", "x")), (), (sure, hidden), (row("f"),)]
    assert find_causes(groups, None) == [
        (sure, ("3",), (), True),
        (likely, ("1", "2"), (), False),
    ]
    assert find_causes([], None) == []


def test_sure_causes_keep_their_order_and_likely_ones_too() -> None:
    rows = [row(code, "x", sure=code.isupper()) for code in "aBcD"]
    found = find_causes([(each,) for each in rows], None)
    assert [cause.code for cause, *_ in found] == ["B", "D", "a", "c"]


def test_a_fix_and_sureness_may_depend_on_what_was_seen() -> None:
    def fix(facts: str) -> tuple[tuple[str, str], ...]:
        return (("nginx", facts),)

    cause = row("a", "x", fix=fix, sure=str.isupper)
    for facts in ("ab", "AB"):
        found = (cause, ("x",), (("nginx", facts),), facts.isupper())
        assert find_causes([(cause,)], facts) == [found]
    assert (cause.code, cause.summary) == ("a", "a.")


def test_what_violations_and_statuses_know_is_evidence() -> None:
    violations = [
        Violation("host-repeated", "Host", "RFC 9112 §3.2", "Host is there 2 times"),
        Violation("key-missing", "Sec-WebSocket-Key", "RFC 6455 §4.1", "the key is missing"),
    ]
    facts = Facts(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", violations)
    assert if_found("Host", "host-missing", "host-repeated")(facts) == ["Host is 'a, b' on 2 lines"]
    assert if_found("Host", "host-missing")(facts) == []
    assert if_told("x", "key-missing")(facts) == ["Host is there 2 times", "the key is missing"]
    assert if_told("key-malformed")(facts) == []
    assert if_nothing(facts) == []
    assert if_nothing(Facts(b"", [])) == ["not one byte came"]
    answer = ResponseFacts(b"HTTP/1.1 404\r\nServer: x\r\n\r\n", [], None)
    assert if_status(400, 404)(answer) == ["the status is 404", "Server is 'x'"]
    assert if_status(400, 405)(answer) == []


def every_cause() -> Iterator[tuple[str, Cause]]:
    for asked in REQUEST_CASES:
        for data in (asked.data, asked.neighbour):
            for cause in diagnose_request(data).causes:
                yield asked.code, cause
    for answered in RESPONSE_CASES:
        for data in (answered.data, answered.neighbour):
            for request in (answered.request, answered.other_request):
                for cause in diagnose_response(data, request).causes:
                    yield answered.code, cause


def test_every_cause_has_evidence_and_a_fix_in_ascii() -> None:
    for code, cause in every_cause():
        assert cause.evidence, code
        for text in cause.evidence:
            assert text.isascii(), code
            assert text.isprintable(), code
            assert len(text) < 400, code
        assert cause.fix, code
        assert len(set(cause.fix)) == len(cause.fix), code
        for product, text in cause.fix:
            assert product.isascii(), code
            assert product.isprintable(), code
            assert text.isascii(), code
            assert text.replace("\n", "").isprintable(), code
            assert text == text.strip(), code
            assert "..." not in text, code


def test_sure_causes_stand_first() -> None:
    for case in REQUEST_CASES:
        order = [cause.sure for cause in diagnose_request(case.data).causes]
        assert order == sorted(order, reverse=True)


def test_causes_of_several_kinds_are_all_found() -> None:
    data = ask({"Connection": "close", "Sec-WebSocket-Key": "SGVsbG8sIHdvcmxkIQ=="}, method="POST")
    assert codes(diagnose_request(data)) == [
        "curl-example-key",
        "connection-not-forwarded",
        "method-changed",
    ]


def test_what_is_missing_from_a_cut_head_proves_nothing() -> None:
    data = b"GET / HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    assert codes(diagnose_request(data)) == ["no-blank-line"]
    assert codes(diagnose_request(data + b"\r\n")) == [
        "upgrade-and-connection-removed",
    ]


# --- The doors ------------------------------------------------------------------------------------


def test_a_diagnosis_of_a_value_is_that_of_its_bytes() -> None:
    request = Request.parse(ask(STRIPPED))
    assert diagnose_request(request) == diagnose_request(request.to_bytes())
    for data in (reply(404, "{}", {"Content-Length": "2"}), switch({"Upgrade": None})):
        response = Response.parse(data)
        assert diagnose_response(response, REQUEST) == diagnose_response(data, REQUEST)
        assert diagnose_response(response) == diagnose_response(data)


def test_violations_are_those_of_the_other_functions() -> None:
    request = Request.parse(ask({"Connection": "close", "Sec-WebSocket-Version": "8"}))
    assert diagnose_request(request).violations == tuple(request_violations(request))
    response = Response.parse(switch({"Connection": "close", "Sec-WebSocket-Accept": "x"}))
    violations = tuple(response_violations(response, REQUEST))
    assert diagnose_response(response, REQUEST).violations == violations


def test_what_follows_a_handshake_does_not_matter() -> None:
    assert diagnose_request(ask() + b"\x81\x85\1\2\3\4hello") == Diagnosis(())
    assert diagnose_response(switch() + b"\x81\x05hello", REQUEST) == Diagnosis(())


def test_interim_responses_are_skipped() -> None:
    interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n"
    assert diagnose_response(interim + switch(), REQUEST) == Diagnosis(())
    found = diagnose_response(interim + switch({"Upgrade": None}), REQUEST)
    assert codes(found) == ["upgrade-missing-in-101"]
    many = interim * 10 + reply(404)
    assert diagnose_response(many).violations[0].code == "status-unexpected"


def test_without_a_request_only_the_answer_is_judged() -> None:
    offered = {"Sec-WebSocket-Protocol": "chat", "Sec-WebSocket-Extensions": "x-test"}
    assert diagnose_response(switch(offered)) == Diagnosis(())
    assert diagnose_response(Response.parse(switch(offered))) == Diagnosis(())
    assert diagnose_response(switch(), None) == Diagnosis(())


def test_bytes_may_come_in_any_bytes_like_object() -> None:
    for kind in (bytearray, memoryview):
        assert codes(diagnose_request(kind(b"\x16\x03\x01"))) == ["tls-on-plain-port"]
        assert codes(diagnose_response(kind(b"\x15\x03\x01"))) == ["tls-answered"]


@pytest.mark.parametrize("data", ["GET / HTTP/1.1", None, 5])
def test_another_type_is_a_type_error(data: Any) -> None:
    with pytest.raises(TypeError):
        diagnose_request(data)
    with pytest.raises(TypeError):
        diagnose_response(data)
    with pytest.raises(TypeError, match="Request"):
        diagnose_response(b"", [data])  # type: ignore[arg-type]


def test_a_cause_and_a_diagnosis_are_values() -> None:
    diagnosis = diagnose_request(ask(STRIPPED))
    (cause,) = diagnosis.causes
    assert cause == Cause(cause.code, cause.summary, cause.evidence, cause.fix, cause.sure)
    assert diagnosis == Diagnosis(list(diagnosis.violations), [cause])
    assert pickle.loads(pickle.dumps(diagnosis)) == diagnosis
    assert hash(diagnosis) == hash(diagnose_request(ask(STRIPPED)))
    assert eval(repr(cause), {"Cause": Cause}) == cause
    with pytest.raises(AttributeError):
        cause.code = "x"  # type: ignore[misc]


# --- nginx ----------------------------------------------------------------------------------------


def lines(changes: Changes, version: str = "HTTP/1.1") -> dict[str, str]:
    """The fix of the first cause."""
    return dict(diagnose_request(ask(changes, version=version)).causes[0].fix)


def test_the_lines_for_nginx_are_those_that_are_missing() -> None:
    version = "proxy_http_version 1.1;"
    upgrade = "proxy_set_header Upgrade $http_upgrade;"
    connection = "proxy_set_header Connection $connection_upgrade;"
    old = lines({"Upgrade": None, "Connection": "close"}, "HTTP/1.0")
    assert old[IN_LOCATION].split("\n") == [version, upgrade, connection]
    assert "map $http_upgrade $connection_upgrade {" in old[IN_HTTP]
    new = lines(STRIPPED)
    assert new[IN_LOCATION].split("\n") == [f"# {version} is in force already", upgrade, connection]
    assert new[IN_HTTP] == old[IN_HTTP]
    only_connection = lines({"Upgrade": None})
    assert only_connection[IN_LOCATION].split("\n")[1:] == [upgrade]
    assert IN_HTTP not in only_connection
    only_upgrade = lines({"Connection": "close"}, "HTTP/1.0")
    assert only_upgrade[IN_LOCATION].split("\n") == [version, connection]
    assert only_upgrade[IN_HTTP] == old[IN_HTTP]
    assert lines({}, "HTTP/1.0")[IN_LOCATION] == version


@pytest.mark.parametrize(
    ("status", "body", "fields", "product"),
    [
        (502, "", {"Server": "Caddy"}, "Caddy"),
        (504, "", {"Server": "awselb/2.0"}, "AWS Application Load Balancer"),
        (503, "", {"Server": "istio-envoy"}, "Envoy"),
        (503, "no healthy upstream", {}, "Envoy"),
        (503, "<h1>Error 503 Backend fetch failed</h1>", {"X-Varnish": "1"}, "Varnish, in its VCL"),
        (503, "<p>No server is available to handle this request.", {}, "HAProxy"),
        (502, "The proxy server received an invalid response", {"Server": "x"}, "a shell"),
        (502, "<hr><center>nginx/1.22.1</center>", {"Server": "nginx"}, SHELL),
        (504, "", {}, SHELL),
    ],
)
def test_a_proxy_without_an_answer_gets_its_own_fix(
    status: int, body: str, fields: Changes, product: str
) -> None:
    (cause,) = diagnose_response(reply(status, body, fields), REQUEST).causes
    products = [name for name, _ in cause.fix]
    assert product in products
    assert (SHELL in products) == (product == SHELL)
    assert len(cause.evidence) == 1 + bool(fields or body)


def test_the_location_is_that_of_the_path() -> None:
    page = "<hr><center>nginx</center>"
    for target, path in [("/api/ws?a=b", "/api/ws"), ("/a{b}", "/ws"), ("/", "/ws")]:
        request = Request.parse(ask(target=target))
        (cause,) = diagnose_response(reply(404, page), request).causes
        assert cause.fix[0][1].startswith(f"location {path} {{")


def test_a_redirect_says_where_to_connect() -> None:
    location = "https://me:pw@example.com/chat?token=opensesame#x"
    (cause,) = diagnose_response(reply(301, "", {"Location": location}), REQUEST).causes
    assert "'wss://example.com/chat'" in cause.fix[0][1]
    (cause,) = diagnose_response(reply(301, "", {"Location": "/room?a=b"}), REQUEST).causes
    assert "the path '/room'" in cause.fix[0][1]
    (cause,) = diagnose_response(reply(301, "", {"Location": "http://www.example.com"})).causes
    assert "'ws://www.example.com/'" in cause.fix[0][1]
