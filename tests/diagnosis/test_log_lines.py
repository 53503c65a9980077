"""Lines of logs and error messages: for each row one that has it, and a neighbour that has not."""

from __future__ import annotations

import re
from importlib import util
from typing import Any, NamedTuple

import pytest

from ws_handshake.causes import Row
from ws_handshake.log_lines import (
    LINE_CAUSES,
    MOST_LINES,
    NOT_TOLD,
    SOURCES,
    Line,
    read_line,
    read_lines,
)
from ws_handshake.nginx_config import CONFIG_CAUSES
from ws_handshake.request_causes import REQUEST_CAUSES
from ws_handshake.response_causes import RESPONSE_CAUSES


class LineCase(NamedTuple):
    code: str
    line: str
    neighbour: str
    sure: bool = False
    status: int = 0


def failed(reason: str) -> str:
    """What Chrome writes into its console."""
    return (
        "WebSocket connection to 'wss://a/ws?token=b3BlbnNlc2FtZQ' failed: Error during WebSocket"
        f" handshake: {reason}"
    )


def logged(request: str, status: int, more: str = "") -> str:
    """A line of nginx's access log."""
    return f'192.0.2.7 - - [20/Nov/2026:10:00:00 +0000] "{request}" {status} 153 "-" "x"{more}'


def nginx(says: str) -> str:
    """A line of nginx's error log."""
    return (
        f"2026/11/20 10:00:00 [error] 7#7: *1 {says}, client: 192.0.2.7, server: a, request:"
        ' "GET /ws?token=b3BlbnNlc2FtZQ HTTP/1.1", upstream:'
        ' "http://127.0.0.1:8000/ws?token=b3BlbnNlc2FtZQ", host: "a"'
    )


HTTP_10 = "GET /ws?token=b3BlbnNlc2FtZQ HTTP/1.0"
HTTP_11 = "GET /ws?token=b3BlbnNlc2FtZQ HTTP/1.1"
TIMED_OUT = "upstream timed out (110: Connection timed out) while"
REQUIRED = "websocket: the client is not using the websocket protocol: 'upgrade' token not found"

CASES = [
    # ---- nginx
    LineCase(
        "nginx-map-missing",
        'nginx: [emerg] unknown "connection_upgrade" variable',
        'nginx: [emerg] unknown "other" variable',
        sure=True,
    ),
    LineCase(
        "certificate-not-trusted",
        "Error: self-signed certificate",
        "a self-signed certificate was made for localhost",
        sure=True,
    ),
    LineCase(
        "certificate-not-trusted",
        "tls: failed to verify certificate: x509: certificate signed by unknown authority",
        "x509: 3 roots loaded",
        sure=True,
    ),
    LineCase(
        "closed-without-answer",
        "curl: (52) Empty reply from server",
        "curl: (22) The requested URL returned error",
    ),
    LineCase(
        "client-read-no-http",
        "curl: (1) Received HTTP/0.9 when not allowed",
        "curl: (1) Unsupported protocol",
    ),
    LineCase(
        "no-location-for-path",
        nginx('open() "/usr/share/nginx/html/ws" failed (2: No such file or directory)'),
        nginx('open() "/usr/share/nginx/html/ws" failed (13: Permission denied)'),
    ),
    LineCase(
        "nginx-map-misplaced",
        'nginx: [emerg] "map" directive is not allowed here in /etc/nginx/conf.d/a.conf:3',
        'nginx: [emerg] "server" directive is not allowed here in /etc/nginx/conf.d/a.conf:3',
        sure=True,
    ),
    LineCase(
        "nginx-name-unknown",
        'nginx: [emerg] host not found in upstream "app" in /etc/nginx/conf.d/a.conf:3',
        'nginx: [emerg] host not found in resolver "app" in /etc/nginx/conf.d/a.conf:3',
        sure=True,
    ),
    LineCase(
        "nginx-name-unknown",
        nginx("app could not be resolved (3: Host not found)"),
        "app could not be resolved",
        sure=True,
    ),
    LineCase(
        "nginx-may-not-connect",
        nginx("connect() to 127.0.0.1:8000 failed (13: Permission denied) while connecting"),
        'open() "/srv/a" failed (13: Permission denied)',
        sure=True,
    ),
    LineCase(
        "nginx-upstream-refused",
        nginx("connect() failed (111: Connection refused) while connecting to upstream"),
        nginx("recv() failed (111: Connection refused) while resolving"),
        sure=True,
    ),
    LineCase(
        "nginx-upstream-refused",
        nginx("connect() to unix:/run/a.sock failed (2: No such file or directory)"),
        'open() "/srv/a" failed (2: No such file or directory)',
        sure=True,
    ),
    LineCase(
        "nginx-upstream-unreachable",
        nginx(f"{TIMED_OUT} connecting to upstream"),
        nginx(f"{TIMED_OUT} reading response header from upstream"),
        sure=True,
    ),
    LineCase(
        "nginx-upstream-unreachable",
        nginx("connect() failed (113: No route to host) while connecting to upstream"),
        nginx("connect() failed (111: Connection refused) while connecting to upstream"),
        sure=True,
    ),
    LineCase(
        "nginx-no-live-upstream",
        nginx("no live upstreams while connecting to upstream"),
        nginx("live upstreams"),
        sure=True,
    ),
    LineCase(
        "nginx-idle-timeout",
        nginx(f"{TIMED_OUT} proxying upgraded connection"),
        nginx(f"{TIMED_OUT} reading response header from upstream"),
        sure=True,
    ),
    LineCase(
        "nginx-upstream-silent",
        nginx(f"{TIMED_OUT} reading response header from upstream"),
        nginx(f"{TIMED_OUT} proxying upgraded connection"),
    ),
    LineCase(
        "nginx-upstream-has-no-tls",
        nginx(
            "SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number)"
            " while SSL handshaking to upstream"
        ),
        "[crit] SSL_do_handshake() failed while SSL handshaking",
        sure=True,
    ),
    LineCase(
        "nginx-upstream-closed",
        nginx("upstream prematurely closed connection while reading response header"),
        nginx("client prematurely closed connection"),
        sure=True,
    ),
    LineCase(
        "nginx-upstream-closed",
        nginx(
            "recv() failed (104: Connection reset by peer) while reading response header from"
            " upstream"
        ),
        nginx("recv() failed (104: Connection reset by peer) while waiting for request"),
        sure=True,
    ),
    LineCase(
        "nginx-upstream-is-no-http",
        nginx("upstream sent no valid HTTP/1.0 header while reading response header"),
        nginx("upstream sent too big header while reading response header"),
        sure=True,
    ),
    # ---- ASGI
    LineCase(
        "uvicorn-without-websockets",
        "WARNING:  No supported WebSocket library detected. Please use \"pip install 'uvicorn",
        "WARNING:  Unsupported upgrade request.",
        sure=True,
    ),
    LineCase(
        "uvicorn-ignored-upgrade",
        "WARNING:  Unsupported upgrade request.",
        "WARNING:  Invalid HTTP request received.",
    ),
    LineCase(
        "closed-before-accept",
        'INFO:     192.0.2.7:5 - "WebSocket /ws?token=b3BlbnNlc2FtZQ" 403',
        'INFO:     192.0.2.7:5 - "WebSocket /ws?token=b3BlbnNlc2FtZQ" [accepted]',
        status=403,
    ),
    LineCase(
        "closed-before-accept",
        "INFO:     connection rejected (403 Forbidden)",
        "INFO:     connection rejected (404 Not Found)",
        status=403,
    ),
    LineCase(
        "django-without-websocket-router",
        "ValueError: Django can only handle ASGI/HTTP connections, not websocket.",
        "ValueError: Django can only handle it.",
        sure=True,
    ),
    LineCase(
        "channels-route-missing",
        "ValueError: No route found for path 'ws/chat/'.",
        "ValueError: no path",
        sure=True,
    ),
    # ---- what servers and clients say of a handshake
    LineCase(
        "curl-example-key",
        "invalid Sec-WebSocket-Key header: SGVsbG8sIHdvcmxkIQ==",
        "invalid Sec-WebSocket-Key header: dGhlIHNhbXBsZSBub25jZQ==",
        sure=True,
    ),
    LineCase(
        "server-saw-upgrade-twice",
        "invalid Upgrade header: websocket, websocket",
        "invalid Upgrade header: websocket, h2c",
    ),
    LineCase(
        "upgrade-missing-in-101",
        failed("'Upgrade' header is missing"),
        failed("'Connection' header is missing"),
        sure=True,
    ),
    LineCase(
        "upgrade-missing-in-101",
        "aiohttp.WSServerHandshakeError: 101, message='Invalid upgrade header'",
        "aiohttp.WSServerHandshakeError: 400, message='Invalid upgrade header'",
        sure=True,
    ),
    LineCase(
        "connection-missing-in-101",
        failed("'Connection' header value must contain 'Upgrade'"),
        failed("'Upgrade' header is missing"),
        sure=True,
    ),
    LineCase(
        "connection-missing-in-101",
        "Error: Unexpected server response: 101",
        "Error: Unexpected server response: 200",
    ),
    LineCase(
        "switched-to-other-protocol",
        failed("'Upgrade' header value is not 'WebSocket': h2c"),
        failed("'Upgrade' header is missing"),
        sure=True,
    ),
    LineCase(
        "upgrade-twice-in-101",
        failed("'Upgrade' header must not appear more than once in a response"),
        failed("'Upgrade' header is missing"),
        sure=True,
    ),
    LineCase(
        "no-accept-in-101",
        failed("'Sec-WebSocket-Accept' header is missing"),
        failed("Incorrect 'Sec-WebSocket-Accept' header value"),
        sure=True,
    ),
    LineCase(
        "accept-on-two-lines",
        failed("'Sec-WebSocket-Accept' header must not appear more than once in a response"),
        failed("'Sec-WebSocket-Accept' header is missing"),
        sure=True,
    ),
    LineCase(
        "accept-of-another-key",
        failed("Incorrect 'Sec-WebSocket-Accept' header value"),
        failed("'Sec-WebSocket-Accept' header is missing"),
    ),
    LineCase(
        "subprotocol-not-selected",
        failed("Sent non-empty 'Sec-WebSocket-Protocol' header but no response was received"),
        failed("Response must not include 'Sec-WebSocket-Protocol' header if not present"),
        sure=True,
    ),
    LineCase(
        "subprotocol-unasked",
        failed("Response must not include 'Sec-WebSocket-Protocol' header if not present"),
        failed("Sent non-empty 'Sec-WebSocket-Protocol' header but no response was received"),
        sure=True,
    ),
    LineCase(
        "other-subprotocol",
        failed(
            "'Sec-WebSocket-Protocol' header value 'a' in response does not match any of sent"
            " values"
        ),
        failed("Sent non-empty 'Sec-WebSocket-Protocol' header but no response was received"),
        sure=True,
    ),
    LineCase(
        "subprotocol-on-two-lines",
        failed("'Sec-WebSocket-Protocol' header must not appear more than once in a response"),
        failed("'Sec-WebSocket-Extensions' header must not appear more than once in a response"),
        sure=True,
    ),
    LineCase(
        "extensions-on-two-lines",
        failed("'Sec-WebSocket-Extensions' header must not appear more than once in a response"),
        failed("'Sec-WebSocket-Protocol' header must not appear more than once in a response"),
        sure=True,
    ),
    LineCase(
        "extension-lost-on-the-way",
        "RangeError: Invalid WebSocket frame: RSV1 must be clear",
        "RangeError: Invalid WebSocket frame: FIN must be set",
    ),
    LineCase(
        "origin-refused",
        "WARNING:tornado:Cross origin websockets not allowed",
        "Access-Control-Allow-Origin is missing",
        sure=True,
    ),
    LineCase(
        "upgrade-handled-twice",
        "Error: server.handleUpgrade() was called more than once with the same socket",
        "Error: server.handleUpgrade() was called",
        sure=True,
    ),
    LineCase("refused-by-haproxy", "fe fe/<NOSRV> -1/-1/-1 400 <BADREQ> PR--", "fe fe/a 400 PR--"),
    LineCase(
        "server-saw-no-upgrade",
        "Handshake failed due to invalid Upgrade header: null",
        "Handshake failed due to invalid Upgrade header: h2c",
    ),
    LineCase(
        "server-saw-no-upgrade",
        "invalid Connection header: close. You cannot access a WebSocket server directly",
        "invalid Host header",
    ),
    LineCase("server-saw-no-upgrade", f"{REQUIRED} in 'Connection' header", "upgrade in it"),
    LineCase("server-saw-other-upgrade", "Invalid Upgrade header", "Invalid header", sure=False),
    LineCase("server-saw-no-key", "Handshake error: None", "Handshake error: a"),
    LineCase(
        "version-refused", "Missing header, 'Sec-WebSocket-Version'", "Missing header, 'Host'"
    ),
    LineCase("upgrade-missing-in-101", "Invalid WebSocket Header", "Invalid header"),
    LineCase("cloudflare-challenge", "cf-mitigated: challenge", "cf-ray: 1", sure=True),
    LineCase(
        "http-on-https-port",
        "<center>The plain HTTP request was sent to HTTPS port</center>",
        "<center>The plain HTTP request was sent</center>",
        sure=True,
    ),
    LineCase(
        "head-too-large",
        "websockets.exceptions.SecurityError: expected no more than 128 headers",
        "websockets.exceptions.SecurityError: expected no more",
        sure=True,
    ),
    LineCase(
        "django-saw-plain-http",
        f'[20/Nov/2026 10:00:00] "{HTTP_11}" 404 2178',
        f'[20/Nov/2026 10:00:00] "{HTTP_11}" 400 2178',
        status=404,
    ),
    # ---- browsers
    LineCase(
        "mixed-content",
        "Mixed Content: The page at 'https://a/' was loaded over HTTPS, but attempted to connect to"
        " the insecure WebSocket endpoint 'ws://a/'. This request has been blocked",
        "Mixed Content: The page at 'https://a/' was loaded over HTTPS, but requested an insecure"
        " image 'http://a/'",
        sure=True,
    ),
    LineCase(
        "blocked-by-content-security-policy",
        "Refused to connect to 'wss://a/' because it violates the following Content Security"
        " Policy directive: \"connect-src 'self'\"",
        "Refused to load 'https://a/' because it violates the following Content Security Policy",
        sure=True,
    ),
    LineCase(
        "blocked-by-content-security-policy",
        "Content-Security-Policy: The page\xe2\x80\x99s settings blocked the loading of a resource"
        " (connect-src) at wss://a/ws because it violates the following directive",
        "Content-Security-Policy: (Report-Only policy) The page\xe2\x80\x99s settings would block"
        " the loading of a resource (connect-src) at wss://a/ws",
        sure=True,
    ),
    LineCase(
        "blocked-by-content-security-policy",
        "Refused to connect to 'ws://a/' because it violates the Content Security Policy",
        "[Report Only] Refused to connect to 'ws://a/' because it violates the Content Security"
        " Policy",
        sure=True,
    ),
    LineCase(
        "closed-before-established",
        "WebSocket connection to 'wss://a/' failed: WebSocket is closed before the connection is"
        " established.",
        "WebSocket is already in CLOSING or CLOSED state.",
    ),
    LineCase(
        "answer-timed-out",
        "WebSocket connection to 'wss://a/' failed: WebSocket opening handshake timed out",
        "TimeoutError: the database timed out",
    ),
    LineCase(
        "credentials-missing",
        "WebSocket connection to 'wss://a/' failed: HTTP Authentication failed; no valid"
        " credentials available",
        "HTTP Authentication succeeded",
    ),
    # ---- access logs
    LineCase(
        "upgrade-twice-in-one-line",
        logged(HTTP_11, 400, ' upgrade="websocket, websocket" connection="upgrade"'),
        logged(HTTP_11, 400, ' upgrade="websocket" connection="upgrade"'),
        sure=True,
        status=400,
    ),
    LineCase(
        "upgrade-missing-in-log",
        logged(HTTP_11, 404, ' upgrade="-" connection="close"'),
        logged(HTTP_11, 404, ' upgrade="websocket" connection="Upgrade"'),
        status=404,
    ),
    LineCase(
        "sockjs-fell-back",
        "GET https://api.example/ws-stomp/iframe.html 404 (Not Found)",
        "GET https://api.example/ws-stomp/iframe.html 200",
        status=404,
    ),
    LineCase(
        "sockjs-fell-back",
        logged("GET /ws/123/abcdefgh/xhr_streaming?t=1 HTTP/1.1", 404),
        logged("GET /ws/123/abcdefgh/websocket HTTP/1.1", 404),
        status=404,
    ),
    LineCase(
        "sockjs-fell-back",
        "GET https://a/ws/iframe-1.0.3.html 403",
        "GET https://a/iframes 403",
        status=403,
    ),
    LineCase(
        "sockjs-fell-back",
        "Woops! Lost connection to https://api.example/ws-stomp",
        "Lost connection to the database",
    ),
    LineCase(
        "logged-as-http10",
        f'INFO:     192.0.2.7:5 - "{HTTP_10}" 404 Not Found',
        f'INFO:     192.0.2.7:5 - "{HTTP_11}" 404 Not Found',
        status=404,
    ),
    LineCase("logged-as-http10", logged(HTTP_10, 400), logged(HTTP_10, 101), status=400),
    LineCase(
        "asgi-saw-plain-http",
        f'INFO:     192.0.2.7:5 - "{HTTP_11}" 404 Not Found',
        f'INFO:     192.0.2.7:5 - "{HTTP_11}" 403 Forbidden',
        status=404,
    ),
    LineCase(
        "asgi-saw-plain-http",
        f"INFO:     ('192.0.2.7', 5) - \"{HTTP_11}\" 404",
        logged(HTTP_11, 404),
        status=404,
    ),
    LineCase(
        "express-saw-plain-http",
        "GET /api/ws 404 1.123 ms - 144",
        "GET /api/ws 400 1.123 ms - 144",
        status=404,
    ),
    LineCase("django-saw-plain-http", "Not Found: /ws/chat/", "Not Found: the room"),
    LineCase("django-saw-plain-http", "WARNING [x] Not Found: /ws/chat/", "404: /ws/chat/"),
    LineCase("opened-in-log", logged(HTTP_11, 101), logged(HTTP_11, 200)),
    LineCase("client-gave-up", logged(HTTP_11, 499), logged(HTTP_11, 498)),
    # ---- connections
    LineCase(
        "http2-on-http1-port",
        logged("PRI * HTTP/2.0", 400),
        logged("GET / HTTP/2.0", 400),
        sure=True,
        status=400,
    ),
    LineCase(
        "tls-on-plain-port",
        logged("\\x16\\x03\\x01\\x02\\x00\\x01", 400),
        logged("\\x03\\x00\\x00\\x2f", 400),
        sure=True,
    ),
    LineCase(
        "tls-on-plain-port",
        failed("net::ERR_SSL_PROTOCOL_ERROR"),
        failed("net::ERR_FAILED"),
    ),
    LineCase(
        "probe-without-bytes",
        "EOFError: connection closed while reading HTTP request line",
        "EOFError: connection closed",
    ),
    LineCase(
        "server-read-no-http",
        "websockets.exceptions.InvalidMessage: did not receive a valid HTTP request",
        "websockets.exceptions.InvalidMessage: did not receive a valid HTTP response",
    ),
    LineCase(
        "client-read-no-http",
        "websockets.exceptions.InvalidMessage: did not receive a valid HTTP response",
        "websockets.exceptions.InvalidMessage: did not receive a valid HTTP request",
    ),
    LineCase(
        "connection-refused",
        failed("net::ERR_CONNECTION_REFUSED"),
        failed("net::ERR_CONNECTION_RESET"),
        sure=True,
    ),
    LineCase(
        "connection-timed-out",
        "Error: connect ETIMEDOUT 192.0.2.1:443",
        "TimeoutError: the database timed out",
    ),
    LineCase(
        "name-not-found",
        "Error: getaddrinfo ENOTFOUND sync.example.com",
        "Error: getaddrinfo",
        sure=True,
    ),
    LineCase(
        "certificate-not-trusted",
        "ssl.SSLCertVerificationError: certificate verify failed: self-signed certificate",
        "ssl.SSLError: handshake failed",
        sure=True,
    ),
    LineCase("closed-without-answer", "Error: socket hang up", "Error: hang on"),
    LineCase(
        "closed-without-answer",
        failed("Connection closed before receiving a handshake response"),
        failed("Unexpected response code: 400"),
    ),
    # ---- what does not tell
    LineCase(
        "reason-not-told",
        "Firefox can\xe2\x80\x99t establish a connection to the server at wss://a/ws.",
        "Firefox can't play this video.",
    ),
    LineCase("reason-not-told", failed(""), failed("Unexpected response code: 400")),
    LineCase("reason-not-told", "dial: websocket: bad handshake", "dial: bad handshake"),
]
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
ROWS = [*[row for _, rows in SOURCES for row in rows], *NOT_TOLD]


@each_case
def test_a_line_has_its_cause(case: LineCase) -> None:
    read = read_line(case.line)
    assert read is not None
    assert read.cause is not None
    row, evidence, fix, sure = read.cause
    assert (row.code, sure, read.status) == (case.code, case.sure, case.status)
    assert evidence
    assert fix
    for text in (*evidence, read.source, *[part for pair in fix for part in pair]):
        assert text.isascii()
        assert text.replace("\n", "").isprintable()
        assert "b3BlbnNlc2FtZQ" not in text
        assert "..." not in text


@each_case
def test_the_neighbour_of_a_line_has_not(case: LineCase) -> None:
    read = read_line(case.neighbour)
    assert (
        read is None
        or read.cause is None
        or ((read.cause[0].code, read.cause[3]) != (case.code, case.sure))
    )


def test_each_row_has_a_case() -> None:
    assert {row.code for row in ROWS} == {case.code for case in CASES}


def test_each_new_code_is_for_one_cause() -> None:
    groups = (*REQUEST_CAUSES, *RESPONSE_CAUSES, *CONFIG_CAUSES)
    others = {row.code for group in groups for row in group}
    codes = [row.code for row in LINE_CAUSES]
    assert len(set(codes)) == len(codes)
    assert others.isdisjoint(codes)
    assert {row.code for row in ROWS} - others == set(codes)


@pytest.mark.parametrize("row", LINE_CAUSES, ids=lambda row: row.code)
def test_a_row_is_short_plain_text(row: Row) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row.code)
    assert row.summary.isascii()
    assert row.summary.isprintable()
    assert row.summary[-1] == "."
    assert 20 < len(row.summary) <= 250


STATUSES = [
    (failed("Unexpected response code: 400"), 400),
    ("Error: Unexpected server response: 502", 502),
    ("websockets.exceptions.InvalidStatus: server rejected WebSocket connection: HTTP 404", 404),
    ("aiohttp.WSServerHandshakeError: 400, message='Invalid response status'", 400),
    ("java.net.ProtocolException: Expected HTTP 101 response but was '404 Not Found'", 404),
    ("The HTTP response from the server [404] did not permit the HTTP upgrade", 404),
    ("The server returned status code '404' when status code '101' was expected.", 404),
    ("HTTP error: 404 Not Found", 404),
    ("curl: (22) Refused WebSockets upgrade: 404", 404),
    ("WARNING:tornado.access:404 GET /ws (127.0.0.1) 0.5ms", 404),
    ("WebSocket connection failed (404 Not Found)", 404),
    ("HTTP 502 Bad Gateway", 502),
    ("404 Not Found", 404),
    ('{"request":"GET /ws","status":400,"time":1}', 400),
    ("GET https://a/ws net::ERR_ABORTED 404 (Not Found)", 404),
    (logged(HTTP_11, 404), 404),
    ('127.0.0.1 [20/Nov/2026:10:00:00 +0000] "GET /a b HTTP/1.1" 400 198', 400),
]


@pytest.mark.parametrize(("line", "status"), STATUSES)
def test_a_status_is_read_and_names_no_cause(line: str, status: int) -> None:
    read = read_line(line)
    assert read is not None
    assert (read.status, read.cause) == (status, None)


UPSTREAM = "upstream is 'http://127.0.0.1:8000/ws?<redacted, 20 characters>'"
ASKED = "the log says 'GET /ws?<redacted, 20 characters> HTTP/1.1'"
EVIDENCE = [
    ("Error: Socket Hang Up", ["the line says 'socket hang up'"]),
    (
        nginx("connect() to 127.0.0.1:8000 failed (13: Permission denied)"),
        ["the line says 'connect() to, (13: permission denied)'", UPSTREAM],
    ),
    (
        'nginx: [emerg] unknown "connection_upgrade" variable',
        ["the line says 'unknown \"connection_upgrade\" variable'"],
    ),
    (
        'INFO:     192.0.2.7:5 - "WebSocket /ws" 403',
        ["the log says 'WebSocket' and 403"],
    ),
    (
        "INFO:     connection rejected (403 Forbidden)",
        ["the line says 'connection rejected (403'"],
    ),
    (
        logged("GET /ws?token=b3BlbnNlc2FtZQ HTTP/1.0", 400),
        ["the log says 'GET /ws?<redacted, 20 characters> HTTP/1.0' 400"],
    ),
    (
        f'INFO:     192.0.2.7:5 - "{HTTP_11}" 404 Not Found',
        [f"{ASKED} 404", "uvicorn logs a WebSocket as 'WebSocket', and this one as 'GET'"],
    ),
    (
        "GET /api/ws 404 1.123 ms - 144",
        ["the log has the form of morgan, for Express", "the status is 404"],
    ),
    (
        f'[20/Nov/2026 10:00:00] "{HTTP_11}" 404 2178',
        [f"{ASKED} 404", "the line has the form of Django's runserver"],
    ),
    ("Not Found: /ws/chat/", ["the line says 'not found: /'"]),
    (
        logged(HTTP_11, 400, ' upgrade="websocket, WebSocket" connection="upgrade"'),
        [f"{ASKED} 400", "upgrade= names websocket twice"],
    ),
    *[
        (
            logged(HTTP_11, 404, f' upgrade="{value}" connection="close"'),
            [f"{ASKED} 404", "upgrade= has nothing behind it"],
        )
        for value in ("-", "")
    ],
    (
        "GET https://a.example/ws/iframe.html 404",
        ["the path is one that SockJS asks when its WebSocket failed"],
    ),
    (
        "GET https://a.example/ws/iframe.html was asked",
        ["the path is one that SockJS asks when its WebSocket failed"],
    ),
    (
        "GET https://a.example/ws/iframe.html 400",
        ["the path is one that SockJS asks when its WebSocket failed"],
    ),
    ("Oops! Lost connection to https://a", ["the line says 'oops! lost connection to'"]),
    (logged(HTTP_11, 101), [f"{ASKED} 101"]),
    (logged(HTTP_11, 499), [f"{ASKED} 499"]),
    (
        "Refused to connect to 'ws://a/' because of the Content Security Policy",
        ["the line says 'refused to connect, ws://, content security policy'"],
    ),
    (
        "Mixed Content: an insecure endpoint 'ws://a/'",
        ["the line says 'mixed content, ws://'"],
    ),
    ("dial: websocket: bad handshake", ["the line says 'websocket: bad handshake'"]),
]


@pytest.mark.parametrize(("line", "evidence"), EVIDENCE)
def test_the_evidence_is_what_the_line_says(line: str, evidence: list[str]) -> None:
    read = read_line(line)
    assert read is not None
    assert read.cause is not None
    assert list(read.cause[1]) == evidence


@pytest.mark.parametrize(
    ("line", "code"),
    [
        # Not a GET, not opened with HTTP/1.0, not the form of morgan or of Django's runserver.
        (logged("POST /ws HTTP/1.0", 400), None),
        (logged("GET /ws HTTP/1.0", 101), "opened-in-log"),
        ("error: GET /api/ws 404", None),
        (f'x [20/Nov/2026 10:00:00] "{HTTP_11}" 404 2178', None),
        ('[20/Nov/2026 10:00:00] "WebSocket /ws" 404 2178', None),
        # Not the status, or not the request, that the cause has.
        ('INFO:     192.0.2.7:5 - "WebSocket /ws" 404', None),
        ('INFO:     192.0.2.7:5 - "GET /ws HTTP/1.1" 403', None),
        ('INFO:     192.0.2.7:5 - "WebSocket /ws" 404 Not Found', None),
        ("GET https://a.example/ws/iframe.html 399", None),
        (logged(HTTP_11, 404, ' upgrade="websocket"'), None),
        (logged(HTTP_11, 101, ' upgrade="-"'), "opened-in-log"),
        (logged(HTTP_11, 101, ' upgrade=""'), "opened-in-log"),
        ('the status 400 for x, upgrade="websocket, websocket"', "server-saw-upgrade-twice"),
        ('"GET /ws HTTP/1.1" is what the log has, upgrade="-"', None),
        ('"GET /a b HTTP/1.1" 101 0', None),
        ("FileNot Found: /ws/chat/", None),
        (
            (
                "Content-Security-Policy: The page's settings (report-only) blocked the loading of"
                " a resource at wss://a/ws"
            ),
            None,
        ),
        ("HTTP response status: 101", None),
        ("HTTP response status: 499", None),
    ],
)
def test_lines_that_are_near_to_another_cause(line: str, code: str | None) -> None:
    read = read_line(line)
    cause = None if read is None else read.cause
    assert (None if cause is None else cause[0].code) == code


SAID = "an error message: it tells the status of the answer and nothing else of it"
LOGGED = "a line of an access log: it tells the status, and nothing of what was forwarded"


@pytest.mark.parametrize(
    ("line", "source", "status"),
    [
        (nginx("no live upstreams"), "a line of nginx's error log", 0),
        ("WARNING:  Unsupported upgrade request.", "a line of an ASGI server's log", 0),
        (logged(HTTP_11, 101), "a line of an access log", 0),
        (logged(HTTP_11, 499), "a line of an access log", 0),
        (
            "Error: Unexpected server response: 101",
            "a sentence of a WebSocket server or client about a handshake",
            0,
        ),
        ("opening handshake timed out", "a sentence of a browser or client", 0),
        ("Error: socket hang up", "a sentence about the connection", 0),
        (logged(HTTP_11, 200), LOGGED, 200),
        (logged(HTTP_11, 498), LOGGED, 498),
        ('"GET /a b HTTP/1.1" 400 198', LOGGED, 400),
        ("HTTP error: 200 OK", SAID, 200),
        ("HTTP error: 404 Not Found", SAID, 404),
        ("websocket: bad handshake", "an error message that does not tell the reason", 0),
    ],
)
def test_who_wrote_a_line(line: str, source: str, status: int) -> None:
    read = read_line(line)
    assert read is not None
    assert (read.source, read.status, read.line.text) == (source, status, line)


@pytest.mark.parametrize(
    ("text", "asked", "path", "version", "status"),
    [
        (
            logged("GET /ws/a?token=b3BlbnNlc2FtZQ?x HTTP/1.1", 404),
            "GET /ws/a?<redacted, 22 characters> HTTP/1.1",
            "/ws/a",
            "HTTP/1.1",
            404,
        ),
        ('"PRI * HTTP/2" 400', "PRI * HTTP/2", "*", "HTTP/2", 400),
        ('"GET /a b HTTP/1.1" 400 198', "", "", "", 400),
        ("GET https://a.example/ws 403", "", "", "", 403),
        ("404 Not Found", "", "", "", 404),
        ("hello", "", "", "", 0),
    ],
)
def test_what_is_read_in_a_line_whoever_wrote_it(
    text: str, asked: str, path: str, version: str, status: int
) -> None:
    line = Line(f"  {text}\n")
    assert (line.text, line.lowered) == (text, text.lower())
    assert (line.request, line.path, line.version, line.status) == (asked, path, version, status)


def test_a_line_is_read_as_far_as_4096_characters() -> None:
    assert len(Line("x" * 5000).text) == 4096
    assert read_line("x" * 4083 + "404 Not Found") is None
    assert read_line("x" * 4083 + "socket hang up") is None
    assert read_line("x" * 4082 + "socket hang up") is not None


def test_the_table_is_the_same_when_it_is_made_anew() -> None:
    """The rows are made while the module is imported: here it is, so to say, once more."""
    spec = util.find_spec("ws_handshake.log_lines")
    assert spec is not None
    assert spec.loader is not None
    anew: Any = util.module_from_spec(spec)
    spec.loader.exec_module(anew)
    for case in CASES:
        for line in (case.line, case.neighbour):
            expected, found = read_line(line), anew.read_line(line)
            assert (expected is None) is (found is None)
            if expected is not None and found is not None:
                assert _told(found) == _told(expected)
    for line, evidence in EVIDENCE:
        assert list(anew.read_line(line).cause[1]) == evidence


def _told(read: Any) -> tuple[object, ...]:
    if read.cause is None:
        return (read.source,)
    row, evidence, fix, sure = read.cause
    return (read.source, row.code, row.summary, evidence, fix, sure)


@pytest.mark.parametrize(
    "line",
    ["", "hello", "took 404 ms", "port 4040", "404 not there", "HTTP error: 4040", "got 200"],
)
def test_other_lines_are_not_known(line: str) -> None:
    assert read_line(line) is None


def test_lines_are_read_in_order_and_not_without_end() -> None:
    known = ["Error: socket hang up", "dial: websocket: bad handshake"]
    found = read_lines(["", " " * 20, "hello, world", *known])
    assert [each.line.text for each in found] == known
    assert read_lines([""] * MOST_LINES + known) == []
    assert len(read_lines([""] * (MOST_LINES - 1) + known)) == 1


def test_what_is_known_a_thousand_times_is_enough() -> None:
    assert len(read_lines(["<badreq>"] * 999)) == 999
    assert len(read_lines(["<badreq>"] * 1001)) == 1000


def test_what_is_too_short_is_no_line() -> None:
    assert [read.cause is None for read in read_lines(["<badreq>"])] == [False]
    assert read_lines(["<badreq"]) == []
