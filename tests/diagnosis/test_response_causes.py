"""Answers, one by one: each cause that is found, with its evidence, and what is to be changed."""

from __future__ import annotations

import hashlib
from binascii import a2b_base64
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from ws_handshake import Request, request_violations, response_causes
from ws_handshake.causes import NGINX, OTHER_PROXIES, VARNISH
from ws_handshake.diagnosis import Cause, diagnose_response
from ws_handshake.facts import RequestFacts, ResponseFacts
from ws_handshake.response_causes import RESPONSE_CAUSES

from .messages import (
    ACCEPT,
    GUID,
    KEY,
    OTHER_KEY,
    REQUEST,
    Changes,
    accept,
    reply,
    switch,
)
from .response_cases import (
    CHALLENGE,
    CHAT,
    HTML,
    KEY_BYTES,
    LIST,
    LOGGED_IN,
    RIGHT,
    TEST,
    WANTED,
    made,
    moved,
    nginx_page,
    request,
    text,
)

BAD = request({"Upgrade": None})
TWO_KEYS = request({"Sec-WebSocket-Key": [KEY, KEY]})


def causes(data: bytes, asked: Request | None = REQUEST) -> tuple[Cause, ...]:
    return diagnose_response(data, asked).causes


# --- Which statuses have a cause ------------------------------------------------------------------

ALL = [
    *(200, 201, 202, 204, 299, 300, 301, 304, 308, 399, 400, 401, 402, 403, 404, 405, 406, 407),
    *(408, 409, 410, 411, 413, 414, 415, 417, 421, 422, 426, 428, 429, 430, 431, 432, 451, 463),
    *(464, 465, 498, 499, 500, 501, 502, 503, 504, 505, 506, 507, 510, 511, 512, 519, 520, 525),
    *(530, 531, 598, 599),
]
REFUSALS = "400 402 404 426 500 501"

# An answer of nothing but a status, in `ALL`.
BARE = {
    "plain-answer": "200 201 202 204 299",
    "redirect-without-location": "300 301 304 308 399",
    "bad-request": "400",
    "credentials-missing": "401",
    "payment-required": "402",
    "forbidden": "403",
    "path-not-found": "404 410",
    "method-refused": "405",
    "other-client-error": "406 409 411 413 415 417 422 428 430 432 451 463 465 498 499",
    "proxy-credentials-missing": "407",
    "request-timed-out": "408",
    "target-refused-as-too-long": "414",
    "host-not-served": "421",
    "server-saw-no-attempt": "426",
    "rate-limited": "429",
    "head-refused-as-too-large": "431",
    "target-group-not-http1": "464",
    "server-error": "500 501",
    "upstream-unreachable": "502",
    "no-server-available": "503",
    "upstream-silent": "504",
    "server-saw-http10": "505",
    "other-server-error": "506 507 510 512 519 531 598 599",
    "network-wants-login": "511",
    "cloudflare-cannot-reach-server": "520 525 530",
}
# These say that the server misses something: not where the request lacked it from the beginning.
ONLY_OF_GOOD_REQUESTS = [
    "plain-answer",
    "bad-request",
    "other-client-error",
    "server-saw-no-attempt",
    "server-saw-http10",
    "other-server-error",
]
# What a request that is at fault explains for sure, in `ALL`.
BLAMES = "400 405 411 414 417 426 431 505"


class Within(NamedTuple):
    """An answer that has the cause with these statuses and with none of the others."""

    code: str
    statuses: str
    body: str = ""
    fields: Changes | None = None
    reason: str = ""
    request: Request = REQUEST
    of_any_request: bool = True  # also where the request was no valid handshake


WITHIN = [
    Within("tunnel-answered", "200", reason="Connection established"),
    Within("sockjs-server", "200", "Welcome to SockJS!"),
    Within("page-answered", "200 201 202 204 299", "<html>"),
    Within("redirect-to-login", "300 301 304 308 399", fields={"Location": "/login"}),
    Within("redirect-to-slash", "300 301 304 308 399", fields={"Location": "/chat/"}),
    Within(
        "redirect-to-https", "300 301 304 308 399", fields={"Location": "https://example.com/chat"}
    ),
    Within(
        "redirect-to-host", "300 301 304 308 399", fields={"Location": "https://b.example/chat"}
    ),
    Within("redirected", "300 301 304 308 399", fields={"Location": "/x"}),
    Within(
        "http-on-https-port",
        " ".join(str(status) for status in ALL if 400 <= status <= 499),
        "The plain HTTP request was sent to HTTPS port",
    ),
    Within("head-refused-as-too-large", "400 413 431", "Request Header Fields Too Large"),
    Within(
        "server-saw-upgrade-twice", f"{REFUSALS} 505", "websocket, websocket", of_any_request=False
    ),
    Within("server-saw-http10", f"{REFUSALS} 505", "HTTP/1.0", of_any_request=False),
    Within("envoy-saw-http10", "426", fields={"Server": "envoy"}, of_any_request=False),
    Within("other-upgrade-required", "426", fields={"Upgrade": "h2c"}),
    Within(
        "connection-list-refused",
        REFUSALS,
        "No Connection header",
        request=LIST,
        of_any_request=False,
    ),
    Within("connection-list-refused", "400", request=LIST, of_any_request=False),
    Within("server-saw-no-upgrade", REFUSALS, "Missing Upgrade header", of_any_request=False),
    Within("server-saw-no-upgrade", "426", "Upgrade required", of_any_request=False),
    Within("server-saw-other-upgrade", REFUSALS, "Invalid Upgrade header", of_any_request=False),
    Within("server-saw-no-key", REFUSALS, "Missing Sec-WebSocket-Key", of_any_request=False),
    Within("version-refused", REFUSALS, "Sec-WebSocket-Version"),
    Within("version-refused", "400 426", fields={"Sec-WebSocket-Version": "8"}),
    Within("subprotocol-refused", REFUSALS, "subprotocol", request=CHAT),
    Within("subprotocol-required", REFUSALS, "subprotocol"),
    Within("socketio-server", "400", "Transport unknown"),
    Within("socketio-of-other-version", "400", "Unsupported protocol version"),
    Within("socketio-session-unknown", "400", "Session ID unknown"),
    Within("host-not-in-allowed-hosts", "400", "DisallowedHost"),
    Within("refused-by-haproxy", "400", "Your browser sent an invalid request"),
    Within("refused-by-nginx", "400", "<hr><center>nginx</center>"),
    Within(
        "aspnet-without-websocket",
        "400 404 500 501",
        fields={"Server": "Kestrel"},
        of_any_request=False,
    ),
    Within("wrong-path-at-ws", "400", "Bad Request", HTML),
    Within("credentials-refused", "401", request=LOGGED_IN),
    Within("cloudflare-challenge", "403 429 503", fields=CHALLENGE),
    Within("cloudflare-challenge", "403 429 503", "Just a moment...", {"CF-Ray": "1"}),
    Within("blocked-by-cloudflare", "403", fields={"CF-Ray": "1"}),
    Within("cloudflare-cannot-reach-server", "502 504 520 525 530", fields={"CF-Ray": "1"}),
    Within("refused-by-api-gateway", "403", '{"message": "Forbidden"}', {"x-amzn-RequestId": "1"}),
    Within("origin-refused", "403", "Origin is not allowed"),
    Within("origin-refused", "403", "Unknown origin"),
    Within("envoy-without-upgrade", "403", fields={"Server": "envoy"}),
    Within("closed-before-accept", "403", fields={"Server": "uvicorn"}),
    Within("blocked-by-akamai", "403", fields={"Server": "AkamaiGHost"}),
    Within("blocked-by-akamai", "403", "errors.edgesuite.net"),
    Within("denied-by-proxy", "403", "<hr><center>nginx</center>"),
    Within("denied-by-proxy", "403", "You don't have permission to access"),
    Within("asgi-saw-plain-http", "404", '{"detail":"Not Found"}', of_any_request=False),
    Within("express-saw-plain-http", "404", "Cannot GET /", of_any_request=False),
    Within("tomcat-saw-plain-http", "404", "HTTP Status 404"),
    Within("django-saw-plain-http", "404", "URLconf"),
    Within("no-location-for-path", "404", "<hr><center>nginx</center>"),
    Within(
        "haproxy-server-not-http1", "502", "The server returned an invalid or incomplete response"
    ),
]


@pytest.mark.parametrize("asked", [REQUEST, None])
def test_a_bare_status_has_one_cause(asked: Request | None) -> None:
    found = {status: [cause.code for cause in causes(reply(status), asked)] for status in ALL}
    assert found == {int(each): [code] for code in BARE for each in BARE[code].split()}


def test_a_request_at_fault_explains_a_bare_status_unless_it_has_a_cause_of_its_own() -> None:
    for code, statuses in BARE.items():
        for status in map(int, statuses.split()):
            found = {cause.code: cause.sure for cause in causes(reply(status), BAD)}
            assert found.pop("request-was-invalid") is (str(status) in BLAMES.split())
            assert list(found) == [code] * (code not in ONLY_OF_GOOD_REQUESTS)


@pytest.mark.parametrize("case", WITHIN, ids=lambda case: case.code)
def test_a_cause_is_found_with_its_statuses_only(case: Within) -> None:
    def found(asked: Request) -> list[int]:
        answers = {each: reply(each, case.body, case.fields, case.reason) for each in ALL}
        return [
            status
            for status, data in answers.items()
            if case.code in [cause.code for cause in causes(data, asked)]
        ]

    wanted = [int(each) for each in case.statuses.split()]
    assert found(case.request) == wanted
    fields = [field for field in case.request.headers.items() if field[0] != "Upgrade"]
    bad = found(Request(case.request.target, fields))
    assert set(wanted) <= set(bad) if case.of_any_request else not bad


# --- What is seen ---------------------------------------------------------------------------------


class Seen(NamedTuple):
    """An answer, and each of its causes with what was seen of it, in their order."""

    data: bytes
    found: tuple[str, ...]
    request: Request | None


def seen(data: bytes, *found: str, request: Request | None = REQUEST) -> Seen:
    return Seen(data, found, request)


# fmt: off
# Something else than an answer in HTTP/1.1, and an answer to a bad request.
BEGINNINGS = [
    seen(b"", "closed-without-answer, likely", "not one byte came"),
    seen(b"", "closed-without-answer, likely", "not one byte came", request=None),
    seen(b"\x15\x03\x01\0\x02", "tls-answered, sure", "the first bytes are 15 03 01 00"),
    seen(b"\x16\x03", "tls-answered, sure", "the first bytes are 16 03"),
    seen(b"\x16\x02\x01\0\x02", "other-protocol-answered, likely",
         "the first bytes are 16 02 01 00"),
    seen(b"HTTP/2 200 \r\n\r\n", "http2-answered, sure", "the first line is 'HTTP/2 200 '",
         "plain-answer, likely", "the status is 200"),
    seen(b"\0\0\x06\4\0\0\0\0\0", "http2-answered, sure",
         "the first bytes are an HTTP/2 frame of stream 0"),
    seen(b"\0\0\x08\7\0\0\0\0\0\0\0\0\1", "http2-answered, sure",
         "the first bytes are an HTTP/2 frame of stream 0"),
    seen(b"\0\0\x06\4\0\0\0\0", "other-protocol-answered, likely",
         "the first bytes are 00 00 06 04"),
    seen(b"\1\0\x06\4\0\0\0\0\0", "other-protocol-answered, likely",
         "the first bytes are 01 00 06 04"),
    seen(b"\0\0\x06\5\0\0\0\0\0", "other-protocol-answered, likely",
         "the first bytes are 00 00 06 05"),
    seen(b"\0\0\x06X\0\0\0\0\0", "other-protocol-answered, likely",
         "the first bytes are 00 00 06 58"),
    seen(b"\0\0\x06\4\0\1\0\0\0", "other-protocol-answered, likely",
         "the first bytes are 00 00 06 04"),
    seen(b"\0\0\x06\4\0\0\0\0\1", "other-protocol-answered, likely",
         "the first bytes are 00 00 06 04"),
    seen(b"\x81\x05hello", "frames-without-101, likely", "the first bytes are 81 05 68 65"),
    seen(b"\x82\x7f", "frames-without-101, likely", "the first bytes are 82 7f"),
    seen(b"\x88\x02\x03\xe8", "frames-without-101, likely", "the first bytes are 88 02 03 e8"),
    seen(b"\x89\x00", "frames-without-101, likely", "the first bytes are 89 00"),
    seen(b"\x8a\x00", "frames-without-101, likely", "the first bytes are 8a 00"),
    seen(b"\x83\x00", "other-protocol-answered, likely", "the first bytes are 83 00"),
    seen(b"X\x00", "other-protocol-answered, likely", "the first bytes are 58 00"),
    seen(b"\x81", "other-protocol-answered, likely", "the first bytes are 81"),
    seen(b"\x81\x80", "other-protocol-answered, likely", "the first bytes are 81 80"),
    seen(b"GET /chat HTTP/1.1\r\nHost: a\r\n\r\n", "request-echoed, sure",
         "the first line is 'GET /chat HTTP/1.1'"),
    seen(b"GET /chat HTTP/1.1 x\r\n\r\n", "other-protocol-answered, likely",
         "the first bytes are 47 45 54 20"),
    seen(b"GET  /chat HTTP/1.1\r\n\r\n", "other-protocol-answered, likely",
         "the first bytes are 47 45 54 20"),
    seen(b"GET /my chat HTTP/1.1\r\n\r\n", "other-protocol-answered, likely",
         "the first bytes are 47 45 54 20"),
    seen(b"GET /chat HTTP/2.0\r\n\r\n", "other-protocol-answered, likely",
         "the first bytes are 47 45 54 20"),
    seen(b"\r\n <!DOCTYPE html>\r\n", "answer-without-head, sure",
         "the first bytes are those of a document"),
    seen(b"<HTML>", "answer-without-head, sure", "the first bytes are those of a document"),
    seen(b'{"a": 1}', "answer-without-head, sure", "the first bytes are those of a document"),
    seen(b"[1]", "other-protocol-answered, likely", "the first bytes are 5b 31 5d"),
    seen(b"ok HTTP/1.1 200\r\n\r\n", "output-before-head, sure", "3 bytes stand before 'HTTP/1.'"),
    seen(b"a" * 4084 + b"HTTP/1.1 200\r\n\r\n", "output-before-head, sure",
         "4084 bytes stand before 'HTTP/1.'"),
    seen(b"a" * 4085 + b"HTTP/1.1 200\r\n\r\n", "other-protocol-answered, likely",
         "the first bytes are 61 61 61 61"),
    seen(b"220 mail ESMTP\r\n", "other-protocol-answered, likely",
         "the first bytes are 32 32 30 20"),
    seen(b"220 mail ESMTP\r\n\r\n", "other-protocol-answered, likely",
         "the first bytes are 32 32 30 20"),
    seen(b"HTTP/1.1 102 \r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n", "interim-response-only, likely",
         "a response 102 came", "a response 103 came"),
    seen(b"HTTP/1.1 103 Early Hints\r\n\r\n" + reply(404), "path-not-found, likely",
         "the status is 404"),
    seen(b"HTTP/1.1 103 Early Hints\r\n", "answer-cut, likely",
         "the bytes end before the empty line of the head"),
    seen(switch()[:-2], "answer-cut, likely", "the bytes end before the empty line of the head"),
    seen(reply(404)[:-2], "answer-cut, likely", "the bytes end before the empty line of the head"),
    seen(switch().replace(b"\r\n", b"\n"), "answer-with-bare-line-feeds, sure",
         "line 1 ends with a line feed alone; HTTP/1.1 ends lines with CR LF"),
    seen(switch({"X": "a" * 70000}), "answer-too-large, sure",
         "the head is larger than 65536 bytes"),
    seen(switch({f"X-{number}": "a" for number in range(300)}), "answer-too-large, sure",
         "the head has more than 128 fields"),
    seen(b"HTTP/1.1 200 " + b"a" * 9000 + b"\r\n\r\n", "answer-too-large, sure",
         "the status line is longer than 8192 bytes", "plain-answer, likely", "the status is 200"),
    seen(b"HTTP/1.1 2000 OK\r\n\r\n", "hand-written-answer, likely",
         ("the status line 'HTTP/1.1 2000 OK' is not: HTTP version, space, status from 100 "
          "to 599, reason")),
    seen(b"HTTP/1.1 600 OK\r\n\r\n", "hand-written-answer, likely",
         ("the status line 'HTTP/1.1 600 OK' is not: HTTP version, space, status from 100 "
          "to 599, reason")),
    seen(b"HTTP/1.1 200 OK\r\nA : b\r\n\r\n", "hand-written-answer, likely",
         "line 2 has white space between the field name and the colon", "plain-answer, likely",
         "the status is 200"),
    seen(b"HTTP/1.1 200 OK\r\nA\r\n\r\n", "hand-written-answer, likely", "line 2 has no colon",
         "plain-answer, likely", "the status is 200"),
    seen(b"HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n", "hand-written-answer, likely",
         "line 2 has a carriage return without a line feed", "plain-answer, likely",
         "the status is 200"),
    seen(b"HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n", "hand-written-answer, likely",
         "line 2 (A) has the control character 0x00 at position 4", "plain-answer, likely",
         "the status is 200"),
    seen(b"HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", "hand-written-answer, likely",
         "line 3 begins with white space: folded lines are obsolete and refused",
         "plain-answer, likely", "the status is 200"),
    seen(b"HTTP/1.1 200 OK\r\nA(: b\r\n\r\n", "hand-written-answer, likely",
         "line 2 has a field name that is empty or no token", "plain-answer, likely",
         "the status is 200"),
    seen(reply(426), "request-was-invalid, sure", "about the request: Upgrade is missing",
         request=BAD),
    seen(switch(), request=BAD),
    seen(switch({"Upgrade": None}), "request-was-invalid, sure",
         "about the request: Upgrade is missing", "upgrade-missing-in-101, sure",
         "the status is 101", "Upgrade is missing", "Connection is 'Upgrade'", request=BAD),
]
STATUSES = [
    # Redirects and pages.
    seen(reply(200, reason="Connection Established"), "tunnel-answered, sure",
         "the first line is 'HTTP/1.1 200 Connection Established'"),
    seen(reply(201, reason="Connection established"), "plain-answer, likely", "the status is 201"),
    seen(reply(200, "Welcome to SockJS!\n"), "sockjs-server, sure", "the status is 200",
         "the body says 'welcome to sockjs!'"),
    seen(reply(201, "Welcome to SockJS!\n"), "plain-answer, likely", "the status is 201"),
    seen(reply(200, "<html>", {"Server": "nginx"}), "page-answered, sure", "the status is 200",
         "the body is a page", "Server is 'nginx'"),
    seen(reply(200, "<html>", {"Server": "nginx"}), "request-was-invalid, likely",
         "about the request: Upgrade is missing", "page-answered, likely", "the status is 200",
         "the body is a page", "Server is 'nginx'", request=BAD),
    seen(reply(200, "<html>"), "page-answered, likely", "the status is 200", "the body is a page",
         request=None),
    seen(reply(299, "<html>"), "page-answered, likely", "the status is 299", "the body is a page"),
    seen(reply(404, "<html>"), "path-not-found, likely", "the status is 404"),
    seen(reply(200, "{}", {"Server": "Apache"}), "plain-answer, likely", "the status is 200",
         "Server is 'Apache'"),
    seen(moved("/login?next=opensesame#x"), "redirect-to-login, likely", "the status is 301",
         "Location is '/login?<redacted, 17 characters>'"),
    seen(moved("/accounts/login/"), "redirect-to-login, likely", "the status is 301",
         "Location is '/accounts/login/'"),
    seen(moved("/chat/login"), "redirect-to-login, likely", "the status is 301",
         "Location is '/chat/login'"),
    seen(moved("https://a/login"), "redirect-to-login, likely", "the status is 301",
         "Location is 'https://a/login'", request=None),
    seen(moved("https://sso.b.example/a"), "redirect-to-login, likely", "the status is 301",
         "Location is 'https://sso.b.example/a'"),
    seen(moved("https://login.example.com:8443/chat"), "redirect-to-login, likely",
         "the status is 301", "Location is 'https://login.example.com:8443/chat'"),
    seen(moved("https://example.com:8443/login"), "redirect-to-login, likely", "the status is 301",
         "Location is 'https://example.com:8443/login'"),
    seen(moved("https://example.com/login/x"), "redirected, likely", "the status is 301",
         "Location is 'https://example.com/login/x'", request=request({}, "/login/y")),
    seen(moved("https://example.com/sso/x"), "redirected, likely", "the status is 301",
         "Location is 'https://example.com/sso/x'", request=request({}, "/sso.php/y")),
    seen(moved("https://cas.example.com/x"), "redirected, likely", "the status is 301",
         "Location is 'https://cas.example.com/x'", request=request({"Host": "cas.example.com"})),
    seen(moved("https://cas.example.com/x"), "redirect-to-https, likely", "the status is 301",
         "Location is 'https://cas.example.com/x'", request=None),
    seen(moved("/wp-login.php"), "redirect-to-login, likely", "the status is 301",
         "Location is '/wp-login.php'"),
    seen(moved("/LogIn"), "redirect-to-login, likely", "the status is 301", "Location is '/LogIn'"),
    seen(moved("/login"), "redirect-to-login, likely", "the status is 301", "Location is '/login'",
         request=request({}, "/chat?next=/login")),
    seen(moved("/login/x"), "redirected, likely", "the status is 301", "Location is '/login/x'",
         request=request({}, "/login?a?b")),
    seen(moved("http://[::1]:8000/chat/"), "redirect-to-slash, sure", "the status is 301",
         "Location is 'http://[::1]:8000/chat/'", request=request({"Host": "[::1]"})),
    seen(moved("http://[::2]:8000/chat/"), "redirect-to-host, likely", "the status is 301",
         "Location is 'http://[::2]:8000/chat/'", request=request({"Host": "[::1]:8000"})),
    seen(moved("/chat/"), "redirect-to-slash, sure", "the status is 301", "Location is '/chat/'"),
    seen(moved("/chat/"), "redirect-to-slash, likely", "the status is 301", "Location is '/chat/'",
         request=None),
    seen(moved("/"), "redirected, likely", "the status is 301", "Location is '/'",
         request=request({}, "/")),
    seen(moved("/"), "redirected, likely", "the status is 301", "Location is '/'", request=None),
    seen(moved("/x/"), "redirect-to-slash, likely", "the status is 301", "Location is '/x/'",
         request=None),
    seen(moved("/chat/"), "redirect-to-slash, sure", "the status is 301", "Location is '/chat/'",
         request=request({}, "/chat?a=1")),
    seen(moved("/chat/?a=1"), "redirect-to-slash, sure", "the status is 301",
         "Location is '/chat/?<redacted, 3 characters>'"),
    seen(moved("/chat//"), "redirected, likely", "the status is 301", "Location is '/chat//'"),
    seen(moved("http://b.example/chat/"), "redirect-to-host, likely", "the status is 301",
         "Location is 'http://b.example/chat/'"),
    seen(moved("http://EXAMPLE.com/chat/"), "redirect-to-slash, sure", "the status is 301",
         "Location is 'http://EXAMPLE.com/chat/'"),
    seen(moved("http://example.com:8080/chat/"), "redirect-to-slash, sure", "the status is 301",
         "Location is 'http://example.com:8080/chat/'"),
    seen(moved("http://me:pw@example.com/chat/"), "redirect-to-slash, sure", "the status is 301",
         "Location is 'http://<redacted, 5 characters>@example.com/chat/'"),
    seen(moved("http://example.com/chat/"), "redirect-to-slash, sure", "the status is 301",
         "Location is 'http://example.com/chat/'", request=request({"Host": "Example.com:8080"})),
    seen(moved("https://example.com/chat"), "redirect-to-https, likely", "the status is 301",
         "Location is 'https://example.com/chat'"),
    seen(moved("HTTPS://example.com/chat"), "redirect-to-https, likely", "the status is 301",
         "Location is 'HTTPS://example.com/chat'"),
    seen(moved("wss://example.com/chat"), "redirect-to-https, likely", "the status is 301",
         "Location is 'wss://example.com/chat'"),
    seen(moved("http://example.com/chat"), "redirected, likely", "the status is 301",
         "Location is 'http://example.com/chat'"),
    seen(moved("https://example.com/chat/x"), "redirected, likely", "the status is 301",
         "Location is 'https://example.com/chat/x'"),
    seen(moved("https://example.com/"), "redirect-to-https, likely", "the status is 301",
         "Location is 'https://example.com/'", request=request({}, "/")),
    seen(moved("https://example.com"), "redirect-to-https, likely", "the status is 301",
         "Location is 'https://example.com'", request=request({}, "/")),
    seen(moved("https://example.com?a=b"), "redirect-to-https, likely", "the status is 301",
         "Location is 'https://example.com?<redacted, 3 characters>'", request=request({}, "/")),
    seen(moved("https://example.com"), "redirect-to-https, likely", "the status is 301",
         "Location is 'https://example.com'", request=None),
    seen(moved("https://b.example/chat"), "redirect-to-host, sure", "the status is 301",
         "Location is 'https://b.example/chat'"),
    seen(moved("https://b.example/chat"), "redirect-to-https, likely", "the status is 301",
         "Location is 'https://b.example/chat'", request=None),
    seen(moved("//b.example/chat"), "redirect-to-host, sure", "the status is 301",
         "Location is '//b.example/chat'"),
    seen(moved("//example.com/chat/"), "redirect-to-slash, sure", "the status is 301",
         "Location is '//example.com/chat/'"),
    seen(moved("/a//b"), "redirected, likely", "the status is 301", "Location is '/a//b'"),
    seen(moved("https://b.example/other"), "redirect-to-host, likely", "the status is 301",
         "Location is 'https://b.example/other'"),
    seen(moved(""), "redirected, likely", "the status is 301", "Location is ''"),
    seen(reply(302), "redirect-without-location, likely", "the status is 302",
         "Location is missing"),
    seen(reply(302, "", {"Server": "nginx"}), "redirect-without-location, likely",
         "the status is 302", "Location is missing"),
    seen(reply(302, "", {"location": ["/a", "/b"]}), "redirected, likely", "the status is 302",
         "Location is '/a, /b'"),
    # 400 and its like.
    seen(reply(400, "The plain HTTP request was sent to HTTPS port"), "http-on-https-port, sure",
         "the status is 400", "the body says 'the plain http request was sent to https port'"),
    seen(reply(431, "", {"Server": "nginx"}), "head-refused-as-too-large, sure",
         "the status is 431"),
    seen(reply(413, "Request Header Fields Too Large"), "head-refused-as-too-large, sure",
         "the status is 413", "the body says 'request header fields too large'"),
    seen(reply(400, "invalid Upgrade header: websocket, websocket"),
         "server-saw-upgrade-twice, sure", "the status is 400",
         "the body says 'websocket, websocket'"),
    seen(reply(400, "invalid Upgrade header: websocket,websocket"),
         "server-saw-upgrade-twice, sure", "the status is 400",
         "the body says 'websocket,websocket'"),
    seen(reply(400, "websocket websocket"), "bad-request, likely", "the status is 400"),
    seen(reply(505, "", {"Server": "Apache"}), "server-saw-http10, sure", "the status is 505",
         "Server is 'Apache'"),
    seen(reply(400, "Unsupported HTTP version"), "server-saw-http10, sure", "the status is 400",
         "the body says 'unsupported http version'"),
    seen(reply(400, "bad protocol version"), "server-saw-http10, sure", "the status is 400",
         "the body says 'bad protocol version'"),
    seen(reply(400, "http/1.0"), "server-saw-http10, sure", "the status is 400",
         "the body says 'http/1.0'"),
    seen(reply(400, "", None, "HTTP/1.0 is old"), "server-saw-http10, sure", "the status is 400",
         "the reason phrase says 'http/1.0'"),
    seen(reply(426, "", {"Server": "envoy"}), "envoy-saw-http10, likely", "the status is 426",
         "Server is 'envoy'"),
    seen(reply(426, "", {"Server": "nginx"}), "server-saw-no-attempt, likely", "the status is 426",
         "Server is 'nginx'"),
    seen(reply(426, "", {"Upgrade": "h2c", "Connection": "Upgrade"}),
         "other-upgrade-required, likely", "the status is 426", "Upgrade is 'h2c'"),
    seen(reply(426, "", {"Upgrade": "h2c, websocket"}), "server-saw-no-attempt, sure",
         "the status is 426"),
    seen(reply(426, "", {"Upgrade": ","}), "server-saw-no-attempt, likely", "the status is 426"),
    seen(reply(400, "no"), "connection-list-refused, likely", "the status is 400",
         "in the request Connection is 'keep-alive, Upgrade'", request=LIST),
    seen(reply(400, "No 'connection' in it"), "connection-list-refused, likely",
         "the status is 400", "in the request Connection is 'keep-alive, Upgrade'", request=LIST),
    seen(reply(404, 'the "connection" field'), "connection-list-refused, likely",
         "the status is 404", "in the request Connection is 'keep-alive, Upgrade'", request=LIST),
    seen(reply(404, "no connection"), "path-not-found, likely", "the status is 404", request=LIST),
    seen(reply(400, "upgrade"), "bad-request, likely", "the status is 400", request=LIST),
    seen(reply(400, "no"), "connection-list-refused, likely", "the status is 400",
         "in the request Connection is 'keep-alive, Upgrade' on 2 lines",
         request=request({"Connection": ["keep-alive", "Upgrade"]})),
    seen(reply(400, "missing Upgrade header"), "server-saw-no-upgrade, sure", "the status is 400",
         "the body says 'missing upgrade header'"),
    seen(reply(400, "", None, "Missing Upgrade Header"), "server-saw-no-upgrade, sure",
         "the status is 400", "the reason phrase says 'missing upgrade header'"),
    seen(reply(400, "missing Upgrade header"), "server-saw-no-upgrade, likely", "the status is 400",
         "the body says 'missing upgrade header'", request=None),
    seen(reply(400, "", None, "Missing Upgrade Header"), "server-saw-no-upgrade, likely",
         "the status is 400", "the reason phrase says 'missing upgrade header'", request=None),
    seen(reply(426, "Upgrade Required"), "server-saw-no-upgrade, likely", "the status is 426",
         "the body says 'upgrade required'"),
    seen(reply(426, "Upgrade Required"), "server-saw-no-upgrade, likely", "the status is 426",
         "the body says 'upgrade required'", request=None),
    seen(reply(426, "", None, "Upgrade Required"), "server-saw-no-attempt, likely",
         "the status is 426"),
    seen(reply(400, "Upgrade Required"), "bad-request, likely", "the status is 400"),
    seen(reply(400, "invalid Upgrade header"), "server-saw-other-upgrade, likely",
         "the status is 400", "the body says 'invalid upgrade header'"),
    seen(reply(400, "", None, "Invalid Upgrade header"), "server-saw-other-upgrade, likely",
         "the status is 400", "the reason phrase says 'invalid upgrade header'"),
    seen(reply(400, "missing Sec-WebSocket-Key"), "server-saw-no-key, sure", "the status is 400",
         "the body says 'missing sec-websocket-key'"),
    seen(reply(400, "", None, "Sec-WebSocket-Key is bad"), "server-saw-no-key, sure",
         "the status is 400", "the reason phrase says 'sec-websocket-key is '"),
    seen(reply(400, "Invalid Sec-WebSocket-Key"), "server-saw-no-key, likely", "the status is 400",
         "the body says 'invalid sec-websocket-key'", request=None),
    seen(reply(400, "", {"Sec-WebSocket-Version": "8"}), "version-refused, sure",
         "the status is 400", "Sec-WebSocket-Version is '8'"),
    seen(reply(400, "", {"Sec-WebSocket-Version": ["8", "7"]}), "version-refused, sure",
         "the status is 400", "Sec-WebSocket-Version is '8, 7' on 2 lines"),
    seen(reply(426, "", {"Sec-WebSocket-Version": "8, 13"}), "server-saw-no-attempt, likely",
         "the status is 426"),
    seen(reply(400, "Sec-WebSocket-Version?"), "version-refused, likely", "the status is 400",
         "the body says 'sec-websocket-version'"),
    seen(reply(400, "", None, "Sec-WebSocket-Version?"), "version-refused, likely",
         "the status is 400", "the reason phrase says 'sec-websocket-version'"),
    seen(reply(400, "unsupported subprotocol"), "subprotocol-refused, likely", "the status is 400",
         "the body says 'subprotocol'",
         "in the request Sec-WebSocket-Protocol is 'chat, superchat'", request=CHAT),
    seen(reply(400, "no"), "bad-request, likely", "the status is 400", request=CHAT),
    seen(reply(400, "unsupported subprotocol"), "subprotocol-required, likely", "the status is 400",
         "the body says 'subprotocol'"),
    seen(reply(400, "Missing subprotocol"), "subprotocol-required, sure", "the status is 400",
         "the body says 'missing subprotocol'"),
    seen(reply(400, "Missing subprotocol"), "subprotocol-required, likely", "the status is 400",
         "the body says 'missing subprotocol'", request=None),
    seen(reply(400, "No subprotocols supported"), "subprotocol-required, likely",
         "the status is 400", "the body says 'no subprotocols supported'"),
    seen(reply(400, "no subprotocol"), "subprotocol-required, likely", "the status is 400",
         "the body says 'subprotocol'", request=None),
    seen(reply(400, '"Transport unknown"'), "socketio-server, sure", "the status is 400",
         "the body says 'transport unknown'"),
    seen(reply(400, '"Unsupported protocol version"'), "socketio-of-other-version, likely",
         "the status is 400", "the body says 'unsupported protocol version'"),
    seen(reply(400, '"Session ID unknown"'), "socketio-session-unknown, likely",
         "the status is 400", "the body says 'session id unknown'"),
    seen(reply(400, "Invalid HTTP_HOST header: 'a'"), "host-not-in-allowed-hosts, likely",
         "the status is 400", "the body says 'invalid http_host header'"),
    seen(reply(400, "DisallowedHost at /"), "host-not-in-allowed-hosts, likely",
         "the status is 400", "the body says 'disallowedhost'"),
    seen(reply(400, "<h1>Bad Request (400)</h1>"), "host-not-in-allowed-hosts, likely",
         "the status is 400", "the body says '<h1>bad request (400)</h1>'"),
    seen(reply(400, "Your browser sent an invalid request."), "refused-by-haproxy, likely",
         "the status is 400", "the body says 'your browser sent an invalid request'"),
    seen(nginx_page(400), "refused-by-nginx, likely", "the status is 400",
         "nginx itself wrote the body"),
    seen(reply(400, "<hr><center>openresty</center>"), "refused-by-nginx, likely",
         "the status is 400", "nginx itself wrote the body"),
    seen(reply(400, "", {"Server": "Microsoft-IIS/10.0"}), "aspnet-without-websocket, likely",
         "the status is 400", "Server is 'Microsoft-IIS/10.0'"),
    seen(reply(400, "", {"Server": "Kestrel"}), "aspnet-without-websocket, likely",
         "the status is 400", "Server is 'Kestrel'"),
    seen(reply(400, "", {"Server": "a kestrel"}), "bad-request, likely", "the status is 400",
         "Server is 'a kestrel'"),
    seen(reply(400, "Bad Request", HTML), "wrong-path-at-ws, likely", "the status is 400",
         "the body says 'bad request'", "Content-Type is 'text/html'"),
    seen(reply(400, "bad request", HTML), "bad-request, likely", "the status is 400"),
    seen(reply(400, "Bad Request", {"Content-Type": "text/plain"}), "bad-request, likely",
         "the status is 400"),
    seen(reply(400, "", {"Server": "Apache"}), "bad-request, likely", "the status is 400",
         "Server is 'Apache'"),
    # Refusals of this client.
    seen(reply(401, "", {"Server": "nginx"}), "credentials-missing, sure", "the status is 401"),
    seen(reply(401, "", {"WWW-Authenticate": 'Bearer realm="opensesame"'}),
         "credentials-missing, sure", "the status is 401", "WWW-Authenticate asks for 'Bearer'"),
    seen(reply(401, "", {"WWW-Authenticate": "Negotiate"}), "credentials-missing, sure",
         "the status is 401", "WWW-Authenticate asks for 'Negotiate'"),
    seen(reply(401), "credentials-missing, likely", "the status is 401", request=None),
    seen(reply(401), "request-was-invalid, likely", "about the request: Upgrade is missing",
         "credentials-missing, likely", "the status is 401", request=BAD),
    seen(reply(401), "credentials-missing, likely", "the status is 401",
         request=request({}, "/chat?a")),
    seen(reply(401), "credentials-missing, likely", "the status is 401", request=CHAT),
    seen(reply(401, "", {"WWW-Authenticate": "Basic"}), "credentials-refused, sure",
         "the status is 401", "the request has credentials", "WWW-Authenticate asks for 'Basic'",
         request=LOGGED_IN),
    seen(reply(401), "credentials-refused, likely", "the status is 401",
         "the request has credentials", request=request({"Cookie": "a=b"})),
    seen(reply(401), "credentials-refused, likely", "the status is 401",
         "the request has credentials", request=request({"X-Api-Key": "a"})),
    seen(reply(401), "request-was-invalid, likely", "about the request: Upgrade is missing",
         "credentials-refused, likely", "the status is 401", "the request has credentials",
         request=request({"Authorization": "a", "Upgrade": None})),
    seen(reply(402, "", {"Server": "nginx"}), "payment-required, likely", "the status is 402",
         "Server is 'nginx'"),
    seen(reply(407), "proxy-credentials-missing, sure", "the status is 407"),
    seen(reply(403, "", CHALLENGE), "cloudflare-challenge, sure", "the status is 403",
         "cf-mitigated is 'challenge'"),
    seen(reply(429, "", {"CF-Mitigated": "Challenge"}), "cloudflare-challenge, sure",
         "the status is 429", "cf-mitigated is 'Challenge'"),
    seen(reply(403, "", {"cf-mitigated": "block", "CF-Ray": "1"}), "blocked-by-cloudflare, likely",
         "the status is 403", "Server is missing", "CF-Ray is '1'"),
    seen(reply(503, "Just a moment...", {"CF-Ray": "1"}), "cloudflare-challenge, sure",
         "the status is 503", "the body says 'just a moment...'"),
    seen(reply(429, "Just a moment...", {"Server": "cloudflare"}), "cloudflare-challenge, sure",
         "the status is 429", "the body says 'just a moment...'"),
    seen(reply(403, "Just a moment..."), "forbidden, likely", "the status is 403",
         "Origin is missing"),
    seen(reply(403, "", {"Server": "cloudflare"}), "blocked-by-cloudflare, likely",
         "the status is 403", "Server is 'cloudflare'", "CF-Ray is missing"),
    seen(reply(403, "", {"Server": "cloudflare-nginx"}), "forbidden, likely", "the status is 403",
         "Server is 'cloudflare-nginx'", "Origin is missing"),
    seen(reply(403, "", {"CF-Ray": "1"}), "blocked-by-cloudflare, likely", "the status is 403",
         "Server is missing", "CF-Ray is '1'"),
    seen(reply(403, '{"message":"Forbidden"}', {"x-amzn-ErrorType": "a"}),
         "refused-by-api-gateway, likely", "the status is 403",
         "the body says '{\"message\":\"forbidden\"}'"),
    seen(reply(403, '{"message": "Forbidden"}', {"x-amzn-RequestId": "a"}),
         "refused-by-api-gateway, likely", "the status is 403",
         "the body says '\"message\": \"forbidden\"'"),
    seen(reply(403, "Missing Authentication Token", {"x-amzn-RequestId": "a"}),
         "refused-by-api-gateway, likely", "the status is 403",
         "the body says 'authentication token'"),
    seen(reply(403, "no", {"x-amzn-RequestId": "a"}), "forbidden, likely", "the status is 403",
         "Origin is missing"),
    seen(reply(403, '{"message": "Forbidden"}'), "forbidden, likely", "the status is 403",
         "Origin is missing"),
    seen(reply(403, "Origin is not allowed"), "origin-refused, sure", "the status is 403",
         "the body says 'origin is not allowed'"),
    seen(reply(403, "Unknown Origin"), "origin-refused, likely", "the status is 403",
         "the body seems to say that the origin is refused"),
    seen(reply(403, "", {"Server": "envoy"}), "envoy-without-upgrade, likely", "the status is 403",
         "Server is 'envoy'", "the body is empty"),
    seen(reply(403, " \r\n", {"Server": "istio-envoy"}), "envoy-without-upgrade, likely",
         "the status is 403", "Server is 'istio-envoy'", "the body is empty"),
    seen(reply(403, "RBAC: access denied", {"Server": "envoy"}), "forbidden, likely",
         "the status is 403", "Server is 'envoy'", "Origin is missing"),
    seen(reply(403, "", {"Server": "uvicorn"}), "closed-before-accept, likely", "the status is 403",
         "Server is 'uvicorn'"),
    seen(reply(403, "", {"Server": "hypercorn-h11"}), "closed-before-accept, likely",
         "the status is 403", "Server is 'hypercorn-h11'"),
    seen(reply(403, "", {"Server": "Daphne"}), "closed-before-accept, likely", "the status is 403",
         "Server is 'Daphne'"),
    seen(reply(403, "", {"Server": "granian"}), "closed-before-accept, likely", "the status is 403",
         "Server is 'granian'"),
    seen(reply(403, "", {"Server": "a uvicorn"}), "forbidden, likely", "the status is 403",
         "Server is 'a uvicorn'", "Origin is missing"),
    seen(reply(403, "", {"Server": "AkamaiGHost"}), "blocked-by-akamai, likely",
         "the status is 403", "Server is 'AkamaiGHost'"),
    seen(reply(403, "https://errors.edgesuite.net/18"), "blocked-by-akamai, likely",
         "the status is 403", "the body says 'errors.edgesuite.net'"),
    seen(reply(403, "https://errors&#46;edgesuite&#46;net/18"), "blocked-by-akamai, likely",
         "the status is 403", "the body says 'errors&#46;edgesuite&#46;net'"),
    seen(nginx_page(403), "denied-by-proxy, likely", "the status is 403",
         "nginx itself wrote the body"),
    seen(reply(403, "You don't have permission to access this resource."),
         "denied-by-proxy, likely", "the status is 403",
         "the body says \"you don't have permission to access\""),
    seen(reply(403, "", {"Server": "nginx"}), "forbidden, likely", "the status is 403",
         "Server is 'nginx'", "Origin is missing"),
    seen(reply(403), "forbidden, likely", "the status is 403", "Origin is 'https://a.example'",
         request=request({"Origin": "https://a.example"})),
    seen(reply(403), "forbidden, likely", "the status is 403", request=None),
    # Paths.
    seen(reply(404, '{"detail":"Not Found"}'), "asgi-saw-plain-http, likely", "the status is 404",
         "the body says '{\"detail\":\"not found\"}'"),
    seen(reply(404, "Cannot GET /chat"), "express-saw-plain-http, sure", "the status is 404",
         "the body says 'cannot get /'"),
    seen(reply(404, "Cannot GET /chat"), "express-saw-plain-http, likely", "the status is 404",
         "the body says 'cannot get /'", request=None),
    seen(reply(404, "HTTP Status 404"), "tomcat-saw-plain-http, likely", "the status is 404",
         "the body says 'http status 404'"),
    seen(reply(404, '{"status":404,"error":"Not Found"}'), "tomcat-saw-plain-http, likely",
         "the status is 404", "the body says '\"error\":\"not found\"'"),
    seen(reply(404, "the URLconf"), "django-saw-plain-http, likely", "the status is 404",
         "the body says 'urlconf'"),
    seen(reply(404, "The requested resource was not found on this server."),
         "django-saw-plain-http, likely", "the status is 404",
         "the body says 'the requested resource was not found on this server.'"),
    seen(nginx_page(404), "no-location-for-path, sure", "the status is 404",
         "nginx itself wrote the body"),
    seen(nginx_page(404), "no-location-for-path, likely", "the status is 404",
         "nginx itself wrote the body", request=None),
    seen(reply(404, "", {"Server": "nginx"}), "path-not-found, likely", "the status is 404",
         "Server is 'nginx'"),
    seen(reply(410), "path-not-found, likely", "the status is 410"),
    seen(reply(405), "method-refused, likely", "the status is 405"),
    seen(reply(408), "request-timed-out, likely", "the status is 408"),
    seen(reply(421), "host-not-served, likely", "the status is 421"),
    seen(reply(426), "server-saw-no-attempt, likely", "the status is 426"),
    seen(reply(426, "", WANTED), "server-saw-no-attempt, sure", "the status is 426"),
    seen(reply(426, "", WANTED), "server-saw-no-attempt, likely", "the status is 426",
         request=None),
    seen(reply(426, "", {"Upgrade": "websocket", "Sec-WebSocket-Version": "13"}),
         "server-saw-no-attempt, likely", "the status is 426"),
    seen(reply(429), "rate-limited, sure", "the status is 429"),
    seen(reply(464), "target-group-not-http1, sure", "the status is 464"),
    # Servers and what stands before them.
    seen(reply(500, "Django can only handle ASGI/HTTP connections, not websocket."),
         "django-without-websocket-router, sure", "the status is 500",
         "the body says 'django can only handle asgi/http connections'"),
    seen(reply(500, "", {"Server": "nginx"}), "server-error, likely", "the status is 500",
         "Server is 'nginx'"),
    seen(reply(501), "server-error, likely", "the status is 501"),
    seen(reply(502, "The server returned an invalid or incomplete response."),
         "haproxy-server-not-http1, likely", "the status is 502",
         "the body says 'the server returned an invalid or incomplete response'"),
    seen(reply(502, "", {"Server": "cloudflare"}), "cloudflare-cannot-reach-server, likely",
         "the status is 502", "Server is 'cloudflare'"),
    seen(reply(504, "", {"CF-Ray": "1"}), "cloudflare-cannot-reach-server, likely",
         "the status is 504"),
    seen(reply(520), "cloudflare-cannot-reach-server, likely", "the status is 520"),
    seen(reply(530), "cloudflare-cannot-reach-server, likely", "the status is 530"),
    seen(reply(531), "other-server-error, likely", "the status is 531"),
    seen(reply(519), "other-server-error, likely", "the status is 519"),
    seen(nginx_page(502), "upstream-unreachable, likely", "the status is 502", "Server is 'nginx'"),
    seen(b"HTTP/1.1 502 \r\n: x\r\n\r\n", "hand-written-answer, likely",
         "line 2 has a field name that is empty or no token", "upstream-unreachable, likely",
         "the status is 502"),
    seen(reply(502, "", {"Server": "Varnish"}), "upstream-unreachable, likely", "the status is 502",
         "Server is 'Varnish'"),
    seen(reply(503, "", {"X-Varnish": "1"}), "no-server-available, likely", "the status is 503",
         "x-varnish is there"),
    seen(reply(503, "Guru Meditation"), "no-server-available, likely", "the status is 503",
         "the body says 'guru meditation'"),
    seen(reply(504, "", {"Server": "envoy"}), "upstream-silent, likely", "the status is 504",
         "Server is 'envoy'"),
    seen(reply(503, "", {"X-Envoy-Response-Flags": "UH"}), "no-server-available, likely",
         "the status is 503", "x-envoy-response-flags is there"),
    seen(reply(503, "upstream connect error or disconnect/reset before headers"),
         "no-server-available, likely", "the status is 503",
         "the body says 'upstream connect error or disconnect/reset'"),
    seen(reply(503, "no healthy upstream"), "no-server-available, likely", "the status is 503",
         "the body says 'no healthy upstream'"),
    seen(reply(502, "", {"Server": "Caddy"}), "upstream-unreachable, likely", "the status is 502",
         "Server is 'Caddy'"),
    seen(reply(504, "", {"Server": "awselb/2.0"}), "upstream-silent, likely", "the status is 504",
         "Server is 'awselb/2.0'"),
    seen(reply(503, "No server is available to handle this request."),
         "no-server-available, likely", "the status is 503",
         "the body says 'no server is available to handle this request'"),
    seen(reply(504, "The server didn't respond in time."), "upstream-silent, likely",
         "the status is 504", "the body says \"the server didn't respond in time\""),
    seen(reply(502, "", {"Server": "Apache"}), "upstream-unreachable, likely", "the status is 502",
         "Server is 'Apache'"),
    seen(reply(502, "The proxy server received an invalid response"),
         "upstream-unreachable, likely", "the status is 502",
         "the body says 'the proxy server received an invalid response'"),
    seen(reply(502, "The proxy server could not handle the request"),
         "upstream-unreachable, likely", "the status is 502",
         "the body says 'the proxy server could not handle'"),
    seen(reply(503), "no-server-available, likely", "the status is 503"),
    seen(reply(504, "", {"Server": "openresty"}), "upstream-silent, likely", "the status is 504",
         "Server is 'openresty'"),
    seen(reply(511), "network-wants-login, sure", "the status is 511"),
    seen(reply(409, "", {"Server": "nginx"}), "other-client-error, likely", "the status is 409",
         "Server is 'nginx'"),
    seen(reply(409), "request-was-invalid, likely", "about the request: Upgrade is missing",
         request=BAD),
    seen(reply(507, "", {"Server": "nginx"}), "other-server-error, likely", "the status is 507",
         "Server is 'nginx'"),
    seen(reply(507), "request-was-invalid, likely", "about the request: Upgrade is missing",
         request=BAD),
]
SWITCHES = [
    # Its version, Upgrade and Connection.
    seen(switch({"Upgrade": "h2c"}), "switched-to-other-protocol, sure", "Upgrade is 'h2c'"),
    seen(switch({"Upgrade": "h2c, WebSocket"}), "upgrade-names-others-in-101, sure",
         "Upgrade is 'h2c, WebSocket'"),
    seen(switch({"Upgrade": None}), "upgrade-missing-in-101, sure", "the status is 101",
         "Upgrade is missing", "Connection is 'Upgrade'"),
    seen(switch({"Upgrade": ""}), "upgrade-missing-in-101, sure", "the status is 101",
         "Upgrade is ''", "Connection is 'Upgrade'"),
    seen(switch({"Upgrade": None, "Connection": "close"}), "upgrade-missing-in-101, sure",
         "the status is 101", "Upgrade is missing", "Connection is 'close'"),
    seen(switch({"Upgrade": ["websocket", "websocket"]}), "upgrade-twice-in-101, sure",
         "Upgrade is 'websocket, websocket' on 2 lines", "Connection is 'Upgrade'"),
    seen(switch({"Upgrade": "websocket, websocket", "Connection": "close"}),
         "upgrade-twice-in-101, sure", "Upgrade is 'websocket, websocket'",
         "Connection is 'close'"),
    seen(switch({"Upgrade": "websocket, websocket"}), "upgrade-twice-in-101, sure",
         "Upgrade is 'websocket, websocket'", "Connection is 'Upgrade'"),
    seen(reply(426, "", {"Upgrade": "websocket, websocket"}), "server-saw-no-attempt, sure",
         "the status is 426"),
    seen(switch({"Connection": "close"}), "connection-missing-in-101, sure", "the status is 101",
         "Connection is 'close'"),
    seen(switch({"Connection": None}), "connection-missing-in-101, sure", "the status is 101",
         "Connection is missing"),
    seen(switch(start="HTTP/1.0 101 Switching"), "switched-over-http10, likely",
         "the status is 101", "the version is 'HTTP/1.0'"),
    seen(switch(start="HTTP/1.2 101 Switching"), "switched-over-other-version, sure",
         "the status is 101", "the version is 'HTTP/1.2'"),
    seen(switch(start="HTTP/2.0 101 Switching"), "switched-over-other-version, sure",
         "the status is 101", "the version is 'HTTP/2.0'"),
    seen(switch({"Connection": "close", "Sec-WebSocket-Accept": None}, start="HTTP/1.0 101 X"),
         "connection-missing-in-101, sure", "the status is 101", "Connection is 'close'",
         "no-accept-in-101, sure", "Sec-WebSocket-Accept is missing",
         "switched-over-http10, likely", "the status is 101", "the version is 'HTTP/1.0'"),
    # Sec-WebSocket-Accept.
    seen(switch({"Sec-WebSocket-Accept": None}), "no-accept-in-101, sure",
         "Sec-WebSocket-Accept is missing"),
    seen(switch({"Sec-WebSocket-Accept": ["a", "b"]}), "accept-on-two-lines, sure",
         "Sec-WebSocket-Accept is 'a, b' on 2 lines"),
    seen(switch({"Sec-WebSocket-Accept": [accept(KEY_BYTES), accept(KEY_BYTES)]}),
         "accept-on-two-lines, sure",
         ("Sec-WebSocket-Accept is 'AoUHQ/SIDx7UGoJfntmdDFhMbkw=, "
          "AoUHQ/SIDx7UGoJfntmdDFhMbkw=' on 2 lines")),
    seen(made(accept(a2b_base64(OTHER_KEY) + GUID)), "accept-of-decoded-key, sure",
         "Sec-WebSocket-Accept is 'bEfV+wz3VbH2dDULZ6tmAKA+vqk='",
         "it is the hash of the decoded key and the GUID"),
    seen(made(accept(a2b_base64(OTHER_KEY) + GUID)), request=None),
    seen(made(RIGHT.hexdigest()), "accept-in-hex, sure",
         "Sec-WebSocket-Accept is '0bfd27987841ced491191d42c0be937f8663c296'",
         "it is the right hash in hexadecimal"),
    seen(made(RIGHT.hexdigest().upper()), "accept-in-hex, sure",
         "Sec-WebSocket-Accept is '0BFD27987841CED491191D42C0BE937F8663C296'",
         "it is the right hash in hexadecimal"),
    seen(made(text(RIGHT.hexdigest().encode())), "accept-in-hex, sure",
         "Sec-WebSocket-Accept is 'MGJmZDI3OTg3ODQxY2VkNDkxMTkxZDQyYzBiZTkzN2Y4NjYzYzI5Ng=='",
         "it is base64 of the right hash in hexadecimal"),
    seen(made("0123456789abcdefABCDEF0123456789abcdef01"), "accept-in-hex, sure",
         "Sec-WebSocket-Accept is '0123456789abcdefABCDEF0123456789abcdef01'",
         "it has 40 hexadecimal digits"),
    seen(made("0123456789abcdefABCDEF0123456789abcdef0g"), "accept-is-no-digest, likely",
         "Sec-WebSocket-Accept is '0123456789abcdefABCDEF0123456789abcdef0g'"),
    seen(made("0123456789abcdefABCDEF0123456789abcdef0"), "accept-is-no-digest, likely",
         "Sec-WebSocket-Accept is '0123456789abcdefABCDEF0123456789abcdef0'"),
    seen(made("0123456789abcdefABCDEF0123456789abcdef011"), "accept-is-no-digest, likely",
         "Sec-WebSocket-Accept is '0123456789abcdefABCDEF0123456789abcdef011'"),
    seen(made("a" * 40), "accept-in-hex, sure",
         "Sec-WebSocket-Accept is 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'",
         "it has 40 hexadecimal digits", request=None),
    seen(made(ACCEPT.upper()), "accept-in-other-case, sure",
         "Sec-WebSocket-Accept is 'C/0NMHHBZTSRGR1CWL6TF4ZJWPY='",
         "the right value is 'C/0nmHhBztSRGR1CwL6Tf4ZjwpY='"),
    seen(made(ACCEPT.swapcase()), "accept-in-other-case, sure",
         "Sec-WebSocket-Accept is 'c/0NMhHbZTsrgr1cWl6tF4zJWPy='",
         "the right value is 'C/0nmHhBztSRGR1CwL6Tf4ZjwpY='"),
    seen(made(ACCEPT.rstrip("=")), "accept-in-other-base64, sure",
         "Sec-WebSocket-Accept is 'C/0nmHhBztSRGR1CwL6Tf4ZjwpY'",
         "the right value is 'C/0nmHhBztSRGR1CwL6Tf4ZjwpY='"),
    seen(made(f'"{ACCEPT}"'), "accept-in-other-base64, sure",
         "Sec-WebSocket-Accept is '\"C/0nmHhBztSRGR1CwL6Tf4ZjwpY=\"'",
         "the right value is 'C/0nmHhBztSRGR1CwL6Tf4ZjwpY='"),
    seen(made(f"'{ACCEPT}'"), "accept-in-other-base64, sure",
         "Sec-WebSocket-Accept is \"'C/0nmHhBztSRGR1CwL6Tf4ZjwpY='\"",
         "the right value is 'C/0nmHhBztSRGR1CwL6Tf4ZjwpY='"),
    seen(made(f"{ACCEPT}="), "accept-in-other-base64, sure",
         "Sec-WebSocket-Accept is 'C/0nmHhBztSRGR1CwL6Tf4ZjwpY=='",
         "the right value is 'C/0nmHhBztSRGR1CwL6Tf4ZjwpY='"),
    seen(made(accept(KEY_BYTES + GUID.lower())), "accept-with-wrong-guid, sure",
         "Sec-WebSocket-Accept is 'Te/ygyPnHaeYkWaMdUhAaxhmtM4='",
         "it is made with '258eafa5-e914-47da-95ca-c5ab0dc85b11'"),
    seen(made(accept(KEY_BYTES + GUID.replace(b"-", b""))), "accept-with-wrong-guid, sure",
         "Sec-WebSocket-Accept is 'V9Vz2hlNRhMk6zmpOAyfcASykqI='",
         "it is made with '258EAFA5E91447DA95CAC5AB0DC85B11'"),
    seen(made(accept(KEY_BYTES + b"{" + GUID + b"}")), "accept-with-wrong-guid, sure",
         "Sec-WebSocket-Accept is 'IyUFDVFnUYXGT5l1/lXRU5T5f/Q='",
         "it is made with '{258EAFA5-E914-47DA-95CA-C5AB0DC85B11}'"),
    seen(made(accept(KEY_BYTES + b'"' + GUID + b'"')), "accept-with-wrong-guid, sure",
         "Sec-WebSocket-Accept is 'OnMRmJIDf3AbmueeUP8TTq1lhvU='",
         "it is made with '\"258EAFA5-E914-47DA-95CA-C5AB0DC85B11\"'"),
    seen(made(accept(KEY_BYTES + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B1")),
         "accept-with-wrong-guid, sure", "Sec-WebSocket-Accept is '4XdTR/gVib/ffgjS4o+mfUQhKxo='",
         "it is made with '258EAFA5-E914-47DA-95CA-C5AB0DC85B1'"),
    seen(made(accept(KEY_BYTES)), "accept-without-guid, sure",
         "Sec-WebSocket-Accept is 'AoUHQ/SIDx7UGoJfntmdDFhMbkw='",
         "it is the hash of the key alone"),
    seen(made(accept(GUID)), "accept-without-key, sure",
         "Sec-WebSocket-Accept is 'Kfh9QIsMVZcl6xEPYxPHzW8SZ8w='",
         "it is the hash of the GUID alone"),
    seen(made(accept(GUID + KEY_BYTES)), "accept-with-guid-first, sure",
         "Sec-WebSocket-Accept is 'PJT5d6Tw5spbxg5Pvm6iqQ/7g88='",
         "it is the hash of the GUID and then the key"),
    seen(made(accept(KEY_BYTES + GUID + b"\r\n")), "accept-with-line-end, sure",
         "Sec-WebSocket-Accept is 'ZwEOHjqXw5tU7yAlAWi/IG20FtQ='",
         "it is the hash of a text with white space or a zero byte too many"),
    seen(made(accept(KEY_BYTES.lower() + GUID)), "accept-of-changed-key, sure",
         "Sec-WebSocket-Accept is 'HbF1hZZwhGA58bnNkDwYr0ftDyo='",
         "it answers the key in another letter case or without its ="),
    seen(made(accept(KEY_BYTES.upper() + GUID)), "accept-of-changed-key, sure",
         "Sec-WebSocket-Accept is 'rnnb4xAH270RsD85NqPNKVAKPFM='",
         "it answers the key in another letter case or without its ="),
    seen(made(accept(KEY_BYTES.rstrip(b"=") + GUID)), "accept-of-changed-key, sure",
         "Sec-WebSocket-Accept is 'MJgC9wa4q9VO2jQsVbrqAD42WC0='",
         "it answers the key in another letter case or without its ="),
    seen(made(accept(KEY.encode() + GUID)), "accept-of-sample-key, sure",
         "Sec-WebSocket-Accept is 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='",
         "it answers the key of RFC 6455's example"),
    seen(made(accept(KEY.encode() + GUID)), request=None),
    seen(made(hashlib.md5(KEY_BYTES + GUID).hexdigest()), "accept-by-other-hash, sure",
         "Sec-WebSocket-Accept is 'f711b8a3dfc3108d39dd2e8508b734db'", "it is a hash by md5"),
    seen(made(text(hashlib.md5(KEY_BYTES + GUID).digest())), "accept-by-other-hash, sure",
         "Sec-WebSocket-Accept is '9xG4o9/DEI053S6FCLc02w=='", "it is a hash by md5"),
    seen(made(hashlib.sha256(KEY_BYTES + GUID).hexdigest()), "accept-by-other-hash, sure",
         ("Sec-WebSocket-Accept is "
          "'601646ae7ff373f170bae3447eab555f2c20fca815c503fefef0e2111b0ea298'"),
         "it is a hash by sha256"),
    seen(made(text(hashlib.sha256(KEY_BYTES + GUID).digest())), "accept-by-other-hash, sure",
         "Sec-WebSocket-Accept is 'YBZGrn/zc/FwuuNEfqtVXywg/KgVxQP+/vDiERsOopg='",
         "it is a hash by sha256"),
    seen(made(OTHER_KEY), "accept-is-the-key, sure",
         "Sec-WebSocket-Accept is 'AQIDBAUGBwgJCgsMDQ4PEA=='", "it is the key itself"),
    seen(made(accept(b"x" + GUID)), "accept-of-another-key, likely",
         "Sec-WebSocket-Accept is 'JVxkmtKFjDcI/Pm/AGPEKSN6wT8='",
         "the right value is 'C/0nmHhBztSRGR1CwL6Tf4ZjwpY='"),
    seen(made(accept(KEY.encode() + GUID)), "request-was-invalid, sure",
         "about the request: Sec-WebSocket-Key is there 2 times",
         request=TWO_KEYS),
    seen(made(accept(GUID)), "request-was-invalid, sure",
         "about the request: Sec-WebSocket-Key is missing",
         request=request({"Sec-WebSocket-Key": None})),
    seen(made(RIGHT.hexdigest()), "request-was-invalid, sure",
         "about the request: Sec-WebSocket-Key is missing",
         request=request({"Sec-WebSocket-Key": None})),
    seen(made(accept(GUID)), "request-was-invalid, sure",
         "about the request: Sec-WebSocket-Key is there 2 times", request=TWO_KEYS),
    seen(made(accept(GUID).lower()), "request-was-invalid, sure",
         "about the request: Sec-WebSocket-Key is there 2 times", request=TWO_KEYS),
    seen(made("xxxx"), "request-was-invalid, sure",
         "about the request: Sec-WebSocket-Key is there 2 times", request=TWO_KEYS),
    seen(made(hashlib.sha1(GUID).hexdigest()), "request-was-invalid, sure",
         "about the request: Sec-WebSocket-Key is there 2 times", request=TWO_KEYS),
    seen(made(text(hashlib.sha1(GUID).hexdigest().encode())), "request-was-invalid, sure",
         "about the request: Sec-WebSocket-Key is there 2 times", request=TWO_KEYS),
    seen(made("=="), "accept-is-no-digest, likely", "Sec-WebSocket-Accept is '=='", request=None),
    seen(switch({"Sec-WebSocket-Accept": accept(KEY.encode() + GUID), "Upgrade": "h2c"}),
         "switched-to-other-protocol, sure", "Upgrade is 'h2c'",
         request=request({"Sec-WebSocket-Key": KEY})),
    seen(made(hashlib.md5(GUID).hexdigest()), "request-was-invalid, sure",
         "about the request: Sec-WebSocket-Key is there 2 times", request=TWO_KEYS),
    seen(made("abc"), "accept-is-no-digest, likely", "Sec-WebSocket-Accept is 'abc'"),
    seen(made(""), "accept-is-no-digest, likely", "Sec-WebSocket-Accept is ''"),
    seen(made("abc"), "request-was-invalid, sure",
         ("about the request: Sec-WebSocket-Key is 'no base64': ' ' at position 2, where a "
          "character of base64 was expected"),
         "accept-is-no-digest, likely", "Sec-WebSocket-Accept is 'abc'",
         request=request({"Sec-WebSocket-Key": "no base64"})),
    seen(made(accept(b"no base64")), "request-was-invalid, sure",
         ("about the request: Sec-WebSocket-Key is 'no base64': ' ' at position 2, where a "
          "character of base64 was expected"),
         "accept-without-guid, sure", "Sec-WebSocket-Accept is 'D+390/eX1+csXmUidc7sjU0xchc='",
         "it is the hash of the key alone", request=request({"Sec-WebSocket-Key": "no base64"})),
    seen(made(accept(b"abc=" + GUID)), "request-was-invalid, sure",
         ("about the request: Sec-WebSocket-Key is 'a': 1 characters, where the base64 form "
          "has 24, its padding included"),
         "accept-of-another-key, likely", "Sec-WebSocket-Accept is 'LefanBSsLPDGC/UC55a0y1hjAxA='",
         "the right value is 'FtgH8qqfEKHvZKEZYEWkYDhlXNY='",
         request=request({"Sec-WebSocket-Key": "a"})),
    seen(reply(404, "", {"Sec-WebSocket-Accept": OTHER_KEY}), "path-not-found, likely",
         "the status is 404"),
    # Subprotocol and extensions.
    seen(switch({"Sec-WebSocket-Protocol": ["chat", "chat"]}), "subprotocol-on-two-lines, sure",
         "Sec-WebSocket-Protocol is 'chat, chat' on 2 lines", request=CHAT),
    seen(switch({"Sec-WebSocket-Protocol": "chat, superchat"}), "all-subprotocols-sent-back, sure",
         "Sec-WebSocket-Protocol is 'chat, superchat'", request=CHAT),
    seen(switch({"Sec-WebSocket-Protocol": "chat"}), "subprotocol-unasked, sure",
         "Sec-WebSocket-Protocol is 'chat'", "in the request Sec-WebSocket-Protocol is missing"),
    seen(switch({"Sec-WebSocket-Protocol": "Chat"}), "subprotocol-in-other-case, sure",
         "Sec-WebSocket-Protocol is 'Chat'",
         "in the request Sec-WebSocket-Protocol is 'chat, superchat'", request=CHAT),
    seen(switch({"Sec-WebSocket-Protocol": "other"}), "other-subprotocol, sure",
         "Sec-WebSocket-Protocol is 'other'",
         "in the request Sec-WebSocket-Protocol is 'chat, superchat'", request=CHAT),
    seen(switch({"Sec-WebSocket-Protocol": "other"}), "other-subprotocol, sure",
         "Sec-WebSocket-Protocol is 'other'",
         "in the request Sec-WebSocket-Protocol is 'a, b' on 2 lines",
         request=request({"Sec-WebSocket-Protocol": ["a", "b"]})),
    seen(switch({"Sec-WebSocket-Extensions": ["x-test", "x-test"]}),
         "extensions-on-two-lines, sure", "Sec-WebSocket-Extensions is 'x-test, x-test' on 2 lines",
         request=TEST),
    seen(switch({"Sec-WebSocket-Extensions": "x-test"}), "extension-unasked, sure",
         "Sec-WebSocket-Extensions is 'x-test'",
         "in the request Sec-WebSocket-Extensions is missing"),
    seen(switch({"Sec-WebSocket-Extensions": "x-other"}), "other-extension, sure",
         "Sec-WebSocket-Extensions is 'x-other'", request=TEST),
    seen(switch({"Sec-WebSocket-Extensions": "x-test, x-test"}), "other-extension, sure",
         "Sec-WebSocket-Extensions is 'x-test, x-test'", request=TEST),
    seen(switch({"Sec-WebSocket-Extensions": "x y"}), "other-extension, sure",
         "Sec-WebSocket-Extensions is 'x y'", request=TEST),
    seen(switch({"Sec-WebSocket-Extensions": "x y"}), "other-extension, sure",
         "Sec-WebSocket-Extensions is 'x y'"),
]
# fmt: on


@pytest.mark.parametrize(
    "case",
    [*BEGINNINGS, *STATUSES, *SWITCHES],
    ids=lambda case: case.found[0] if case.found else "no cause",
)
def test_an_answer_has_these_causes_with_this_evidence(case: Seen) -> None:
    found = []
    for cause in causes(case.data, case.request):
        found += [f"{cause.code}, {'sure' if cause.sure else 'likely'}", *cause.evidence]
    assert tuple(found) == case.found


def test_the_evidence_of_every_row_is_a_list() -> None:
    for data, _, asked in [*BEGINNINGS, *STATUSES, *SWITCHES]:
        known = None
        if asked is not None:
            known = RequestFacts(asked.to_bytes(), request_violations(asked))
        facts = ResponseFacts(data, diagnose_response(data, asked).violations, known)
        for row in [row for group in RESPONSE_CAUSES for row in group]:
            assert isinstance(row.seen(facts), list), row.code


REFUSE_ORIGIN = [
    "Unknown origin",
    "invalid request origin",
    "<p>Bad origin</p>",
    '{"origin":"https://a.example","reason":"mismatch"}',
    "Origin (https://a.example): refused.",
    "cross-origin requests are denied",
    "Origin " + "x " * 11 + "denied",
    "origin at the web server denied",
    "of this origin denied",
    "rejected: an origin of the server",
    "The country of origin is known; this origin is not.",
    "The origin server is here; this origin is not.",
    "a crossorigin attribute; this origin is not.",
    "origin https://a.example\norigin denied",
    "a list of things:\norigin denied",
    "origin [denied]",
    "origin {denied}",
    "'origin' \"denied\"",
    "`origin`, denied",
]
NOT_ABOUT_ORIGIN = [
    "denied",
    "Unknown to the origin",
    "Origin " + "x " * 12 + "denied",
    "origin server denied",
    "origin web server denied",
    "country of origin denied",
    "original, denied",
    "the origin<br>is denied",
    "denied\norigin",
    "origin\ndenied",
    "unknown <b>origin</b>",
    "not origin",
    "denied, says its origin",
]


@pytest.mark.parametrize(
    ("body", "refused"),
    [*[(body, True) for body in REFUSE_ORIGIN], *[(body, False) for body in NOT_ABOUT_ORIGIN]],
)
def test_a_sentence_refuses_the_origin(body: str, refused: bool) -> None:
    [cause] = causes(reply(403, body))
    assert cause.code == ("origin-refused" if refused else "forbidden")
    assert not cause.sure


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r", b" ", b"\0"])
def test_what_was_hashed_too_many(end: bytes) -> None:
    for hashed in (KEY_BYTES + GUID + end, KEY_BYTES + end + GUID, end + KEY_BYTES + GUID):
        [cause] = causes(made(accept(hashed)))
        assert cause.code == "accept-with-line-end"


def test_a_right_value_in_another_form_of_base64() -> None:
    for number in range(64):
        key = text(bytes([number] * 16))
        right = accept(key.encode() + GUID)
        asked = request({"Sec-WebSocket-Key": key})
        for other in (right.replace("+", "-").replace("/", "_"), right[:-1]):
            if other != right:
                [cause] = causes(made(other), asked)
                assert cause.code == "accept-in-other-base64"
                assert cause.evidence[1] == f"the right value is '{right}'"


def test_hashes_are_asked_for_where_they_may_serve_no_security(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Builds of Python for FIPS refuse these for anything else."""

    def watched(make: Callable[..., Any]) -> Callable[..., Any]:
        def hashed(data: bytes, **options: Any) -> Any:
            assert options == {"usedforsecurity": False}
            return make(data, **options)

        return hashed

    for name in ("md5", "sha1", "sha256"):
        monkeypatch.setattr(response_causes, name, watched(getattr(hashlib, name)))
    [cause] = causes(made(hashlib.sha256(KEY_BYTES + GUID).hexdigest()))
    assert cause.code == "accept-by-other-hash"


# --- What to change -------------------------------------------------------------------------------

FOLLOW = "yourself: browsers follow no redirect here."
LOG_IN = ("the client", "Where that is a page to log in at: log in first.")
IN_TLS = [
    ("nginx, in this location { }", "proxy_set_header X-Forwarded-Proto $scheme;"),
    (
        "the server",
        "Trust X-Forwarded-Proto of the proxy, where the handshake was in wss already.",
    ),
]
FORWARD_VERSION = ("any proxy", "Forward Sec-WebSocket-Version as the client sent it.")
RUNNING = ("the server", "Is it running, at the address, port and scheme that the proxy has?")
UPSTREAM = [
    (
        "the server",
        "Is it running, at the address, port and scheme (proxy_pass) that the proxy has?",
    ),
    ("nginx, on the command line", "sudo tail -n 20 /var/log/nginx/error.log"),
    ("nginx before a server with TLS", "proxy_pass https://127.0.0.1:8443;"),
]
HEALTHY = ("a load balancer", "Let health checks ask for a path that answers 200.")
CADDY = [
    RUNNING,
    ("Caddy", "reverse_proxy 127.0.0.1:8000"),
    ("Caddy, on the command line", "sudo journalctl -u caddy -n 20"),
]
VARNISH_LINES = [RUNNING, VARNISH, ("Varnish, on the command line", "sudo varnishadm backend.list")]
APACHE = [
    RUNNING,
    *OTHER_PROXIES[:2],
    ("a shell", "sudo tail -n 20 /var/log/apache2/error.log"),
]
HAPROXY = [
    RUNNING,
    ("HAProxy", "server app 127.0.0.1:8000 check"),
    (
        "HAProxy, on the command line",
        "echo 'show servers state' | sudo socat stdio /run/haproxy/admin.sock",
    ),
]


def connect(where: str) -> tuple[str, str]:
    return "the client", f"Connect to {where} {FOLLOW}"


def location(path: str) -> tuple[str, str]:
    return "nginx", f"location {path} {{\n    proxy_pass http://127.0.0.1:8000;\n}}"


def for_path(path: str) -> list[tuple[str, str]]:
    return [
        location(path),
        ("nginx, on the command line", "sudo nginx -T | grep -nE '(server_name|location)'"),
        *NGINX,
        *OTHER_PROXIES,
    ]


class Changed(NamedTuple):
    """An answer, and what its first cause says to change."""

    data: bytes
    fix: list[tuple[str, str]]
    request: Request | None = REQUEST


CHANGED = [
    Changed(moved("/room?a=b#c"), [connect("the path '/room'"), LOG_IN]),
    Changed(moved("/chat"), [connect("the path '/chat'")]),
    Changed(moved("/chat/"), [connect("the path '/chat/'")]),
    Changed(moved("/room"), [connect("the path '/room'")], None),
    Changed(
        moved("https://me:pw@B.example:8443/room?a#b"),
        [connect("'wss://b.example:8443/room'"), LOG_IN],
    ),
    Changed(moved("/room?a?b#c#d"), [connect("the path '/room'"), LOG_IN]),
    Changed(moved("/room#c?d"), [connect("the path '/room'"), LOG_IN]),
    Changed(
        moved("https://a@me@b.example/room/x://y?c?d"),
        [connect("'wss://b.example/room/x://y'"), LOG_IN],
    ),
    Changed(moved("http://b.example"), [connect("'ws://b.example/'"), LOG_IN]),
    Changed(moved("http://b.example/chat"), [connect("'ws://b.example/chat'")]),
    Changed(moved("wss://b.example/chat/"), [connect("'wss://b.example/chat/'")]),
    Changed(moved("ws://b.example/chat/"), [connect("'ws://b.example/chat/'")]),
    Changed(moved("https://example.com/chat"), [connect("'wss://example.com/chat'"), *IN_TLS]),
    Changed(
        reply(400, "", {"Sec-WebSocket-Version": "8"}),
        [
            ("the server", "Update it to a library that speaks version 13 (RFC 6455)."),
            FORWARD_VERSION,
        ],
    ),
    Changed(reply(400, "Sec-WebSocket-Version"), [FORWARD_VERSION]),
    Changed(
        reply(400, "Sec-WebSocket-Version"),
        [("the client", "Sec-WebSocket-Version: 13"), FORWARD_VERSION],
        None,
    ),
    Changed(reply(502), UPSTREAM),
    Changed(reply(503), [*UPSTREAM, HEALTHY]),
    Changed(reply(504), [*UPSTREAM, ("nginx", "proxy_read_timeout 3600s;")]),
    Changed(reply(502, "", {"Server": "Caddy"}), CADDY),
    Changed(reply(503, "", {"Server": "Caddy"}), [*CADDY, HEALTHY]),
    Changed(reply(504, "", {"Server": "Caddy"}), CADDY),
    Changed(reply(502, "", {"X-Varnish": "1"}), VARNISH_LINES),
    Changed(reply(502, "Guru Meditation"), VARNISH_LINES),
    Changed(reply(502, "The proxy server could not handle the request"), APACHE),
    Changed(reply(502, "The server didn't respond in time."), HAPROXY),
    Changed(
        reply(200, "<html>"),
        [
            location("/chat"),
            *NGINX,
            *OTHER_PROXIES,
            ("Express", "Put the WebSocket server on the HTTP server, not behind app.get('*')."),
        ],
    ),
    Changed(nginx_page(404), for_path("/api/ws"), request({}, "/api/ws?a=b")),
    Changed(nginx_page(404), for_path("/ws"), request({}, "/")),
    Changed(nginx_page(404), for_path("/ws"), request({}, "//")),
    Changed(nginx_page(404), for_path("/X"), request({}, "/X")),
    Changed(nginx_page(404), for_path("/ws"), request({}, "/a{b}")),
    Changed(nginx_page(404), for_path("/" + "a" * 63), request({}, "/" + "a" * 63)),
    Changed(nginx_page(404), for_path("/ws"), request({}, "/" + "a" * 64)),
    Changed(nginx_page(404), for_path("/ws"), None),
]


@pytest.mark.parametrize("case", CHANGED)
def test_what_is_to_be_changed_depends_on_what_was_seen(case: Changed) -> None:
    assert list(causes(case.data, case.request)[0].fix) == case.fix


def test_no_fix_shows_a_secret_that_a_lost_line_end_brought_into_a_location() -> None:
    head = b"HTTP/1.1 302 \r\nLocation: https://b.example/x\rSet-Cookie: a=opensesame\r\n\r\n"
    found = causes(head)
    assert [cause.code for cause in found] == ["hand-written-answer", "redirect-to-host"]
    assert "opensesame" not in repr(found)
    assert "opensesame" not in repr(causes(head.replace(b"https://b.example", b"")))
