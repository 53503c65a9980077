"""What each request is diagnosed as: its causes, whether they are sure, and their evidence.

`request_cases.py` has a message for each cause; here are those at the edges of the rules.
"""

from __future__ import annotations

import pytest

from ws_handshake.diagnosis import diagnose_request

from .messages import KEY, OTHER_KEY, PLAIN, Changes, ask
from .request_cases import removed

CURL_KEY = "SGVsbG8sIHdvcmxkIQ=="
ELB: Changes = {"X-Forwarded-Port": "80", "X-Forwarded-Proto": "http"}

# Each line is a cause and whether it is sure, or begins with "- " and is evidence for it.
REPORTS: list[tuple[bytes, list[str]]] = [
    # ---- what came instead of HTTP/1.1
    (b"", ["probe-without-bytes, likely", "- not one byte came"]),
    (b"\x16\x03", ["tls-on-plain-port, sure", "- the first bytes are 16 03"]),
    (b"\x16\x02\x01\0", ["other-protocol, likely", "- the first bytes are 16 02 01 00"]),
    (
        b"PRI * HTTP/2.0\r\n\r\n",
        [
            "http2-on-http1-port, sure",
            "- the first line is 'PRI * HTTP/2.0'",
            "http2-request, sure",
            "- the version is 'HTTP/2.0'",
            "plain-request, likely",
            "- Upgrade is missing",
            "- Connection is missing",
            "- Sec-WebSocket-Key is missing",
            "target-is-no-path, likely",
            "- the first line is 'PRI * HTTP/2.0'",
        ],
    ),
    (b"PROXY TCP4 1.2.3.4", ["proxy-protocol, sure", "- the first line begins with 'PROXY '"]),
    (
        b"PROXY UDP4 1.2.3.4\r\n",
        [
            "no-version-in-request-line, sure",
            "- the first line is 'PROXY UDP4 1.2.3.4'",
            "- it names no HTTP version",
        ],
    ),
    (
        b"\r\n\r\n\0\r\nQUIT\n!",
        ["proxy-protocol, sure", "- the first 12 bytes are those of the PROXY protocol, version 2"],
    ),
    (b"\r\n\r\n\0\r\nQUIT", ["empty-line-first, sure", "- the first line is empty"]),
    (b"\x81\x80", ["frames-without-handshake, likely", "- the first bytes are 81 80"]),
    (b"\x82\xfe\1\2", ["frames-without-handshake, likely", "- the first bytes are 82 fe 01 02"]),
    (
        b"\x8a\x80\1\2\3\4",
        ["frames-without-handshake, likely", "- the first bytes are 8a 80 01 02"],
    ),
    (b"X\x80", ["head-cut, likely", "- the bytes end in the middle of a line"]),
    (b"\x81", ["other-protocol, likely", "- the first bytes are 81"]),
    (
        b"HTTP/1.1 426 Upgrade Required\r\n\r\n",
        ["response-sent-to-server, sure", "- the first line is 'HTTP/1.1 426 Upgrade Required'"],
    ),
    (
        b"GET / HTTP/1.1\r\nSSH-2.0: x\r\n",
        ["no-blank-line, sure", "- the last line is whole", "- no empty line follows it"],
    ),
    (
        ask(target="/" + "a" * 9000),
        ["target-too-long, sure", "- the first line has 9014 characters or more"],
    ),
    (
        ask({"Cookie": "a" * 32768, "X": "a" * 65536}),
        ["head-too-large, sure", "- the head is larger than 65536 bytes"],
    ),
    (
        ask({"Cookie": "a" * 32769, "X": "a" * 65536}),
        ["cookies-too-large, sure", "- Cookie has 32769 characters or more"],
    ),
    (ask({"Cookie": "a" * 9000, "Host": None}), ["no-host, sure", "- Host is missing"]),
    (ask({"X": ["1"] * 125}), ["head-too-large, sure", "- the head has more than 128 fields"]),
    (
        b"GET / HTTP/1.1\nHost: a\n\n",
        [
            "bare-line-feeds, sure",
            "- line 1 ends with a line feed alone; HTTP/1.1 ends lines with CR LF",
        ],
    ),
    (
        b"GET /a room HTTP/1.1\r\n\r\n",
        ["space-in-target, sure", "- the first line is 'GET /a room HTTP/1.1'"],
    ),
    (
        b"GET /caf\xe9 HTTP/1.1\r\n\r\n",
        [
            "raw-text-in-target, sure",
            "- the target has bytes beyond ASCII",
            "plain-request, likely",
            "- Upgrade is missing",
            "- Connection is missing",
            "- Sec-WebSocket-Key is missing",
        ],
    ),
    (b"GET / HTTP/1.1\r\nA\r\n\r\n", ["hand-written-http, likely", "- line 2 has no colon"]),
    (
        b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        [
            "hand-written-http, likely",
            "- line 2 has white space between the field name and the colon",
        ],
    ),
    (
        b"GET / HTTP/1.1\r\nA: \0\r\n\r\n",
        ["hand-written-http, likely", "- line 2 (A) has the control character 0x00 at position 3"],
    ),
    (
        b"GET / HTTP/1.1\r\nA: b\rc: d\r\n\r\n",
        ["hand-written-http, likely", "- line 2 has a carriage return without a line feed"],
    ),
    (
        b"GET / HTTP/1.1\r\n(a): b\r\n\r\n",
        ["hand-written-http, likely", "- line 2 has a field name that is empty or no token"],
    ),
    (
        b"GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n",
        [
            "hand-written-http, likely",
            "- line 3 begins with white space: folded lines are obsolete and refused",
        ],
    ),
    # ---- what the way to the server did to Upgrade
    (
        ask({"Upgrade": ["websocket", "websocket"]}),
        ["upgrade-on-two-lines, sure", "- Upgrade is 'websocket, websocket' on 2 lines"],
    ),
    (
        ask({"Upgrade": ["websocket", "h2c"]}),
        ["upgrade-names-others, sure", "- Upgrade is 'websocket, h2c' on 2 lines"],
    ),
    (
        ask({"Upgrade": "websocket, websocket"}),
        ["upgrade-twice-in-one-line, sure", "- Upgrade is 'websocket, websocket'"],
    ),
    (ask({"Upgrade": "h2c"}), ["h2c-upgrade, sure", "- Upgrade is 'h2c'"]),
    (
        ask({"Upgrade": "h2c, websocket"}),
        ["upgrade-names-others, sure", "- Upgrade is 'h2c, websocket'"],
    ),
    (
        ask({"Upgrade": "websocket/13"}),
        ["upgrade-with-version, sure", "- Upgrade is 'websocket/13'"],
    ),
    (
        ask({"Upgrade": "xwebsocket/13"}),
        ["upgrade-other-protocol, likely", "- Upgrade is 'xwebsocket/13'"],
    ),
    (ask({"Upgrade": "websockets"}), ["upgrade-misspelled, sure", "- Upgrade is 'websockets'"]),
    (
        ask({"Upgrade": ""}),
        [
            "upgrade-other-protocol, likely",
            "- Upgrade is ''",
            "upgrade-not-forwarded, likely",
            "- Sec-WebSocket-Key is there",
            "- Sec-WebSocket-Version is there",
            "- Upgrade is ''",
            "- Connection is 'Upgrade'",
        ],
    ),
    (
        ask({"Sec-WebSocket-Key": None, "Sec-WebSocket-Key1": "1"}),
        [
            "hixie-76-draft, sure",
            "- Sec-WebSocket-Key1 or Sec-WebSocket-Key2 is there",
            "key-removed, likely",
            "- Upgrade is 'websocket'",
            "- Sec-WebSocket-Key is missing",
            "- Sec-WebSocket-Version is there",
        ],
    ),
    (
        removed("Upgrade"),
        [
            "upgrade-not-forwarded, sure",
            "- Sec-WebSocket-Key is there",
            "- Sec-WebSocket-Version is there",
            "- Upgrade is missing",
            "- Connection is 'Upgrade'",
        ],
    ),
    (
        removed("Upgrade", {"User-Agent": "CURL/8.9"}),
        [
            "upgrade-not-forwarded, likely",
            "- Sec-WebSocket-Key is there",
            "- Sec-WebSocket-Version is there",
            "- Upgrade is missing",
            "- Connection is 'Upgrade'",
        ],
    ),
    (
        removed("Upgrade", {"Sec-WebSocket-Key": OTHER_KEY[:-2]}),
        [
            "key-without-padding, sure",
            "- Sec-WebSocket-Key is 'AQIDBAUGBwgJCgsMDQ4PEA'",
            "- with == behind it, it is 16 bytes",
            "upgrade-not-forwarded, likely",
            "- Sec-WebSocket-Key is there",
            "- Sec-WebSocket-Version is there",
            "- Upgrade is missing",
            "- Connection is 'Upgrade'",
        ],
    ),
    (
        removed("Upgrade", {"Sec-WebSocket-Key": "AAAA" * 6}),
        [
            "key-of-wrong-length, sure",
            "- Sec-WebSocket-Key is 'AAAAAAAAAAAAAAAAAAAAAAAA'",
            "- it decodes to 18 bytes",
            "upgrade-not-forwarded, likely",
            "- Sec-WebSocket-Key is there",
            "- Sec-WebSocket-Version is there",
            "- Upgrade is missing",
            "- Connection is 'Upgrade'",
        ],
    ),
    (
        removed("Upgrade", {"Sec-WebSocket-Key": None}),
        [
            "upgrade-not-forwarded, likely",
            "- Sec-WebSocket-Version is there",
            "- Upgrade is missing",
            "- Connection is 'Upgrade'",
        ],
    ),
    (
        removed("Upgrade", {"Sec-WebSocket-Version": None}),
        [
            "upgrade-not-forwarded, sure",
            "- Sec-WebSocket-Key is there",
            "- Upgrade is missing",
            "- Connection is 'Upgrade'",
        ],
    ),
    (
        removed("close", version="HTTP/1.0"),
        [
            "old-nginx-defaults, sure",
            "- Sec-WebSocket-Key is there",
            "- Sec-WebSocket-Version is there",
            "- Upgrade is missing",
            "- Connection is 'close'",
            "- the version is 'HTTP/1.0'",
        ],
    ),
    (
        removed("close, x", version="HTTP/1.0"),
        [
            "upgrade-removed-by-middlebox, sure",
            "- Sec-WebSocket-Key is there",
            "- Sec-WebSocket-Version is there",
            "- Upgrade is missing",
            "- Connection is 'close, x'",
        ],
    ),
    (
        removed(None, version="HTTP/1.0"),
        [
            "upgrade-and-connection-removed, sure",
            "- Sec-WebSocket-Key is there",
            "- Sec-WebSocket-Version is there",
            "- Upgrade is missing",
            "- Connection is missing",
            "- the version is 'HTTP/1.0'",
        ],
    ),
    (
        removed("close"),
        [
            "upgrade-removed-and-closed, sure",
            "- Sec-WebSocket-Key is there",
            "- Sec-WebSocket-Version is there",
            "- Upgrade is missing",
            "- Connection is 'close'",
            "- the version is 'HTTP/1.1'",
        ],
    ),
    (
        removed(""),
        [
            "upgrade-and-connection-removed, sure",
            "- Sec-WebSocket-Key is there",
            "- Sec-WebSocket-Version is there",
            "- Upgrade is missing",
            "- Connection is ''",
            "- the version is 'HTTP/1.1'",
        ],
    ),
    (
        removed("keep-alive", {"X-Forwarded-Server": "a", "X-Forwarded-Host": "b"}),
        [
            "apache-without-upgrade, likely",
            "- Sec-WebSocket-Key is there",
            "- Sec-WebSocket-Version is there",
            "- Upgrade is missing",
            "- X-Forwarded-Server is there",
        ],
    ),
    (
        removed("keep-alive", {"X-Varnish": "1"}),
        [
            "varnish-without-pipe, likely",
            "- Sec-WebSocket-Key is there",
            "- Sec-WebSocket-Version is there",
            "- Upgrade is missing",
            "- X-Varnish is there",
        ],
    ),
    (
        removed("keep-alive", ELB),
        [
            "classic-load-balancer, likely",
            "- Sec-WebSocket-Key is there",
            "- Sec-WebSocket-Version is there",
            "- Upgrade is missing",
            "- X-Forwarded-Port is there",
        ],
    ),
    (
        ask({**ELB, "Connection": "keep-alive"}),
        [
            "connection-not-forwarded, likely",
            "- Upgrade is 'websocket'",
            "- Connection is 'keep-alive'",
            "- the version is 'HTTP/1.1'",
        ],
    ),
    (
        ask({"Connection": None, "Sec-WebSocket-Key": None, "Sec-WebSocket-Version": None}),
        [
            "upgrade-added-to-all-requests, likely",
            "- Upgrade is 'websocket'",
            "- Connection is missing",
            "- Sec-WebSocket-Key is missing",
            "- Sec-WebSocket-Version is missing",
        ],
    ),
    (
        ask(version="HTTP/1.0"),
        [
            "http10-hop, sure",
            "- the version is 'HTTP/1.0'",
            "- Upgrade is 'websocket'",
            "- Connection is 'Upgrade'",
        ],
    ),
    (
        ask({**PLAIN, "Upgrade": "websocket", "Connection": "Upgrade"}, version="HTTP/1.0"),
        [
            "upgrade-added-to-all-requests, likely",
            "- Upgrade is 'websocket'",
            "- Connection is 'Upgrade'",
            "- Sec-WebSocket-Key is missing",
            "- Sec-WebSocket-Version is missing",
        ],
    ),
    # ---- what is no attempt at a WebSocket, or lost its key
    (
        ask({"Sec-WebSocket-Key": None, "X-Amz-Cf-Id": "x"}),
        [
            "cloudfront-drops-websocket-fields, sure",
            "- X-Amz-Cf-Id is there",
            "- Sec-WebSocket-Key is missing",
            "- Sec-WebSocket-Version is '13'",
        ],
    ),
    (
        ask({"Sec-WebSocket-Version": None, "X-Amz-Cf-Id": "x"}),
        [
            "cloudfront-drops-websocket-fields, sure",
            "- X-Amz-Cf-Id is there",
            "- Sec-WebSocket-Key is 'dGhlIHNhbXBsZSBub25jZQ=='",
            "- Sec-WebSocket-Version is missing",
            "version-left-out, sure",
            "- Sec-WebSocket-Version is missing",
        ],
    ),
    (
        ask({"Sec-WebSocket-Key": None, "Sec-WebSocket-Version": None, "X-Amz-Cf-Id": "x"}),
        [
            "cloudfront-drops-websocket-fields, sure",
            "- X-Amz-Cf-Id is there",
            "- Sec-WebSocket-Key is missing",
            "- Sec-WebSocket-Version is missing",
        ],
    ),
    (
        ask({"X-Amz-Cf-Id": "x", "Connection": None}),
        [
            "connection-not-forwarded, likely",
            "- Upgrade is 'websocket'",
            "- Connection is missing",
            "- the version is 'HTTP/1.1'",
        ],
    ),
    (
        ask({**PLAIN, "Connection": "upgrade"}),
        [
            "connection-added-to-all-requests, likely",
            "- Connection is 'upgrade'",
            "- Upgrade is missing",
            "- Sec-WebSocket-Key is missing",
        ],
    ),
    (
        ask({**PLAIN, "Connection": "upgrade", "User-Agent": "Mozilla/5.0"}),
        [
            "connection-added-to-all-requests, sure",
            "- Connection is 'upgrade'",
            "- Upgrade is missing",
            "- Sec-WebSocket-Key is missing",
        ],
    ),
    (
        ask({**PLAIN, "Connection": "upgrade"}, method="CONNECT", target="a:1"),
        ["used-as-forward-proxy, sure", "- the first line is 'CONNECT a:1 HTTP/1.1'"],
    ),
    (
        ask({**PLAIN, "Access-Control-Request-Method": "GET"}, method="OPTIONS"),
        [
            "cors-preflight, sure",
            "- the method is 'OPTIONS'",
            "- Access-Control-Request-Method is 'GET'",
        ],
    ),
    (
        ask({"Access-Control-Request-Method": "GET"}, method="OPTIONS"),
        [
            "method-changed, likely",
            "- the method is 'OPTIONS'",
            "- Sec-WebSocket-Key is there",
            "- Sec-WebSocket-Version is there",
        ],
    ),
    (
        ask(PLAIN, target="/socket.io/?EIO=4&transport=polling"),
        ["fallback-transport, likely", "- the query asks for the transport 'polling'"],
    ),
    (
        ask(PLAIN, target="/ws/info"),
        ["fallback-transport, likely", "- the path ends as SockJS asks: 'info'"],
    ),
    (
        ask(PLAIN, target="/hub/negotiate", method="POST"),
        ["fallback-transport, likely", "- the path ends as SignalR asks: 'negotiate'"],
    ),
    (
        ask({**PLAIN, "User-Agent": "kube-probe/1.29"}),
        [
            "health-check, likely",
            "- User-Agent is 'kube-probe/1.29'",
            "- Sec-WebSocket-Key is missing",
        ],
    ),
    (
        ask(PLAIN, target="/health"),
        ["health-check, likely", "- the path is '/health'", "- Sec-WebSocket-Key is missing"],
    ),
    (
        ask({**PLAIN, "Accept": "text/html,*/*"}),
        [
            "page-load, likely",
            "- Accept asks for text/html",
            "- Upgrade is missing",
            "- Sec-WebSocket-Key is missing",
        ],
    ),
    (
        ask({**PLAIN, "Sec-Fetch-Mode": "navigate"}),
        [
            "page-load, likely",
            "- Sec-Fetch-Mode is 'navigate'",
            "- Upgrade is missing",
            "- Sec-WebSocket-Key is missing",
        ],
    ),
    (
        ask({**PLAIN, "Connection": "close"}),
        [
            "plain-request, likely",
            "- Upgrade is missing",
            "- Connection is 'close'",
            "- Sec-WebSocket-Key is missing",
        ],
    ),
    # ---- the request line, Host and a body
    (ask(method="get"), ["method-in-lower-case, sure", "- the method is 'get'"]),
    (
        ask({"Sec-WebSocket-Version": None}, method="HEAD"),
        [
            "version-left-out, sure",
            "- Sec-WebSocket-Version is missing",
            "method-changed, likely",
            "- the method is 'HEAD'",
            "- Sec-WebSocket-Key is there",
        ],
    ),
    (ask(target="/#top"), ["fragment-in-target, sure", "- the target has a '#'"]),
    (ask(target="?room=1"), ["target-without-slash, sure", "- the target begins with '?'"]),
    (ask({"Host": "::1"}), ["ipv6-host-without-brackets, sure", "- Host is '::1'"]),
    (
        ask({"Host": "me:pw@example.com"}),
        ["credentials-in-host, sure", "- Host is '<redacted, 5 characters>@example.com'"],
    ),
    (ask({"Host": "example.com/chat"}), ["uri-as-host, sure", "- Host is 'example.com/chat'"]),
    (ask({"Host": ["a", "b"]}), ["host-on-two-lines, sure", "- Host is 'a, b' on 2 lines"]),
    (
        ask({"Host": "a"}, target="http://b/"),
        [
            "host-not-of-target, sure",
            "- Host is 'a'",
            "- the first line is 'GET http://b/ HTTP/1.1'",
        ],
    ),
    (ask({"Content-Length": "5"}), ["request-with-body, sure", "- Content-Length is '5'"]),
    (
        ask({"Content-Length": ["5", "5"]}),
        ["request-with-body, sure", "- Content-Length is '5, 5' on 2 lines"],
    ),
    (
        ask({"Content-Length": "5", "Transfer-Encoding": "chunked"}),
        ["request-with-body, sure", "- Transfer-Encoding is 'chunked'"],
    ),
    # ---- the fields of WebSocket
    (
        ask({"Sec-WebSocket-Version": "8"}),
        ["draft-version, sure", "- Sec-WebSocket-Version is '8'"],
    ),
    (
        ask({"Sec-WebSocket-Version": ["13", "13"]}),
        ["version-is-no-number, sure", "- Sec-WebSocket-Version is '13, 13' on 2 lines"],
    ),
    (
        ask({"Sec-WebSocket-Version": "x"}),
        ["version-is-no-number, sure", "- Sec-WebSocket-Version is 'x'"],
    ),
    (
        ask({"Sec-WebSocket-Version": "8", "Sec-WebSocket-Key": CURL_KEY}),
        [
            "draft-version, sure",
            "- Sec-WebSocket-Version is '8'",
            "curl-example-key, sure",
            "- Sec-WebSocket-Key is 'SGVsbG8sIHdvcmxkIQ=='",
            "- it decodes to 13 bytes: 'Hello, world!'",
        ],
    ),
    (
        ask({"Sec-WebSocket-Key": f"'{KEY}'"}),
        ["key-is-quoted, sure", "- Sec-WebSocket-Key is \"'dGhlIHNhbXBsZSBub25jZQ=='\""],
    ),
    (
        ask({"Sec-WebSocket-Key": f"X{KEY}"}),
        ["key-is-no-base64, likely", "- Sec-WebSocket-Key is 'XdGhlIHNhbXBsZSBub25jZQ=='"],
    ),
    (
        ask({"Sec-WebSocket-Key": "<key>"}),
        ["key-is-placeholder, sure", "- Sec-WebSocket-Key is '<key>'"],
    ),
    (
        ask({"Sec-WebSocket-Key": "0123456789abcdefABCDEF-012345678"}),
        ["key-in-hex, sure", "- Sec-WebSocket-Key is '0123456789abcdefABCDEF-012345678'"],
    ),
    (
        ask({"Sec-WebSocket-Key": "-_-_-_-_-_-_-_-_-_-_-w=="}),
        [
            "key-in-url-safe-base64, sure",
            "- Sec-WebSocket-Key is '-_-_-_-_-_-_-_-_-_-_-w=='",
            "- with + for - and / for _ it is 16 bytes",
        ],
    ),
    (
        ask({"Origin": "https://example.com/page?token=abc"}),
        [
            "origin-with-path, sure",
            "- Origin is 'https://example.com/page?<redacted, 9 characters>'",
        ],
    ),
    (
        ask({"Origin": "//example.com/page"}),
        ["origin-without-scheme, sure", "- Origin is '//example.com/page'"],
    ),
    (
        ask({"Origin": ["https://a", "https://a"]}),
        ["origin-on-two-lines, sure", "- Origin stands on 2 lines"],
    ),
    (
        ask({"Sec-WebSocket-Protocol": "bearer abc"}),
        [
            "token-as-subprotocol, likely",
            "- Sec-WebSocket-Protocol holds what looks like a token, 10 characters in all",
        ],
    ),
    (
        ask({"Sec-WebSocket-Protocol": "bearer, a b"}),
        ["subprotocol-is-no-token, sure", "- Sec-WebSocket-Protocol is 'bearer, a b'"],
    ),
    (
        ask({"Sec-WebSocket-Protocol": "chat, chat"}),
        ["subprotocol-offered-twice, sure", "- Sec-WebSocket-Protocol is 'chat, chat'"],
    ),
    (
        ask({"Sec-WebSocket-Protocol": ["chat", "chat"]}),
        ["subprotocol-offered-twice, sure", "- Sec-WebSocket-Protocol is 'chat, chat' on 2 lines"],
    ),
    (
        ask({"Sec-WebSocket-Extensions": "x; a="}),
        ["extensions-are-malformed, likely", "- Sec-WebSocket-Extensions is 'x; a='"],
    ),
    (
        ask({"Sec-WebSocket-Extensions": ["x; a=1", "y;"]}),
        [
            "extensions-are-malformed, likely",
            "- Sec-WebSocket-Extensions is 'x; a=1, y;' on 2 lines",
        ],
    ),
]

# The causes alone, or none; a question mark stands behind those that are only likely.
VERDICTS: list[tuple[bytes, str]] = [
    # ---- what came instead of HTTP/1.1
    (b"PRI * HTTP/2", "http2-on-http1-port"),
    (b"PRI * HTTP/1.1\r\n\r\n", "plain-request? target-is-no-path?"),
    (b"PROXY TCP6 ::1", "proxy-protocol"),
    (b"PROXY UNKNOWN\r\n", "proxy-protocol"),
    (b"\n" + ask(), "empty-line-first"),
    (b"\r\n" + ask(), "empty-line-first"),
    (b"\r\r" + ask(), "empty-line-first"),
    (b"\x88\x82\1\2\3\4", "frames-without-handshake?"),
    (b"\x89\x80\1\2\3\4", "frames-without-handshake?"),
    (b"\x81\x05hello", "other-protocol?"),
    (b"\x80\x80\1\2\3\4", "other-protocol?"),
    (b"HTTP/1.1", "response-sent-to-server"),
    (b"SSH-2.0-OpenSSH_9.2\r\n", "other-protocol?"),
    (b"EHLO example.com\r\n", "other-protocol?"),
    (b"HELO example.com\r\n", "other-protocol?"),
    (b"USER anonymous\r\n", "other-protocol?"),
    (b"STOMP\naccept-version:1.2\n\n\0", "other-protocol?"),
    (b"CONNECT\naccept-version:1.2\n\n\0", "other-protocol?"),
    (b"*1\r\n$4\r\nPING\r\n", "other-protocol?"),
    (b"*2\r\n$4\r\nECHO\r\n", "other-protocol?"),
    (b"*3\r\n$3\r\nSET\r\n", "other-protocol?"),
    (b"*4\r\n$3\r\nSET\r\n", "no-version-in-request-line"),
    (b"SSH- / HTTP/1.1\r\n\r\n", "plain-request?"),
    (ask({"Cookie": ["a" * 20000, "a" * 20000], "X": "a" * 65536}), "cookies-too-large"),
    (b"GET /a room HTTP/1.1\r\n", "space-in-target"),
    (b"GET /a room\r\n\r\n", "no-version-in-request-line"),
    (b"GET /a room HTTP/1.1", "head-cut?"),
    (b"GET /?a=b c HTTP/1.1\r\n\r\n", "space-in-target"),
    (b"G@T /a HTTP/1.1\r\n\r\n", "hand-written-http?"),
    (b"GET /chat\r\n\r\n", "no-version-in-request-line"),
    (b"GET /chat\r\n", "no-version-in-request-line"),
    (b"GET /caf\xe9 room HTTP/1.1\r\n\r\n", "space-in-target"),
    (b"GET /caf\xe9\r\n\r\n", "raw-text-in-target"),
    (b"GET /caf\xe9\r\n", "raw-text-in-target"),
    (b"GET /caf\xe9 HTTP/1.1\r\nX: 1", "head-cut?"),
    (b"GET / HTTP/1.1\r\n", "no-blank-line"),
    (b"GET / HTTP/1.1", "head-cut?"),
    # ---- what the way to the server did to Upgrade
    (ask({"Upgrade": ["websocket"] * 3}), "upgrade-on-two-lines"),
    (ask({"Upgrade": ["websocket, websocket", "h2c"]}), "upgrade-on-two-lines"),
    (ask({"Upgrade": "websocket, h2c, websocket"}), "upgrade-twice-in-one-line"),
    (ask({"Upgrade": "h2c, TLS/1.0"}), "h2c-upgrade"),
    (ask({"Upgrade": "TLS/1.0, websocket/13"}), "upgrade-with-version"),
    (ask({"Upgrade": "Web-Socket"}), "upgrade-misspelled"),
    (ask({"Upgrade": "web socket"}), "upgrade-misspelled"),
    (ask({"Upgrade": "web_socket"}), "upgrade-misspelled"),
    (ask({"Upgrade": "WS"}), "upgrade-misspelled"),
    (ask({"Upgrade": "TLS/1.0, wss"}), "upgrade-misspelled"),
    (ask({"Upgrade": "'websocket'"}), "upgrade-misspelled"),
    (ask({"Upgrade": '"websocket"'}), "upgrade-misspelled"),
    (ask({"Upgrade": '"ws"'}), "upgrade-misspelled"),
    (ask({"Upgrade": "Xwebsocket"}), "upgrade-other-protocol?"),
    (ask({"Upgrade": "TLS/1.0"}), "upgrade-other-protocol?"),
    (ask(version="HTTP/2"), "http2-request hand-written-http?"),
    (ask(version="HTTP/3.0"), "http2-request"),
    (ask(version="HTTP/4"), "hand-written-http?"),
    (ask(version="HTTP/2?token=abc"), "http2-request hand-written-http?"),
    (ask({**PLAIN, "Sec-WebSocket-Key2": "1"}), "hixie-76-draft"),
    (ask({**PLAIN, "Upgrade": "websocket", "Sec-WebSocket-Key2": "1"}), "hixie-76-draft"),
    (removed("keep-alive, Upgrade"), "upgrade-not-forwarded"),
    (removed("Upgrade", version="HTTP/1.0"), "upgrade-not-forwarded"),
    (removed("Upgrade", {"User-Agent": "Mozilla/5.0 curl/8.9"}), "upgrade-not-forwarded"),
    (removed("Upgrade", {"User-Agent": "python-requests/2.31"}), "upgrade-not-forwarded?"),
    (removed("Upgrade", {"User-Agent": "insomnia/9"}), "upgrade-not-forwarded?"),
    (removed("Upgrade", {"Sec-WebSocket-Key": KEY}), "upgrade-not-forwarded?"),
    (
        removed("Upgrade", {"Sec-WebSocket-Key": "x3JJHMbDL1EzLkh9GBhXDw=="}),
        "upgrade-not-forwarded?",
    ),
    (removed("keep-alive", version="HTTP/1.0"), "upgrade-removed-by-middlebox"),
    (removed("close, TE"), "upgrade-removed-by-middlebox"),
    (removed(None), "upgrade-and-connection-removed"),
    (removed("keep-alive"), "upgrade-removed-by-middlebox"),
    (removed("keep-alive", {"X-Forwarded-Server": "a"}), "upgrade-removed-by-middlebox"),
    (removed("keep-alive", {"X-Forwarded-Host": "b"}), "upgrade-removed-by-middlebox"),
    (
        removed(
            "keep-alive",
            {"X-Forwarded-Server": "a", "X-Forwarded-Host": "b", "X-Forwarded-Proto": "c"},
        ),
        "upgrade-removed-by-middlebox",
    ),
    (
        ask({"X-Forwarded-Server": "a", "X-Forwarded-Host": "b", "X-Varnish": "1", "Host": None}),
        "no-host",
    ),
    (removed("keep-alive", {**ELB, "X-Forwarded-Port": None}), "upgrade-removed-by-middlebox"),
    (removed("keep-alive", {**ELB, "X-Forwarded-Proto": None}), "upgrade-removed-by-middlebox"),
    (removed("keep-alive", {**ELB, "X-Amzn-Trace-Id": "1"}), "upgrade-removed-by-middlebox"),
    (removed("keep-alive", {**ELB, "X-Real-Ip": "1"}), "upgrade-removed-by-middlebox"),
    (removed("keep-alive", {**ELB, "X-Forwarded-Host": "1"}), "upgrade-removed-by-middlebox"),
    (removed("keep-alive", {**ELB, "X-Envoy-Internal": "1"}), "upgrade-removed-by-middlebox"),
    (removed("close", ELB), "upgrade-removed-and-closed"),
    (removed("keep-alive, TE", ELB), "upgrade-removed-by-middlebox"),
    (ask({"Connection": "close"}), "connection-not-forwarded?"),
    (ask({"Connection": "Keep-Alive"}, version="HTTP/1.0"), "connection-not-forwarded?"),
    (ask({"Connection": "keep-alive, UPGRADE", "Host": None}), "no-host"),
    (ask(version="HTTP/0.9"), ""),
    (
        removed("Upgrade", {"Sec-WebSocket-Key": [OTHER_KEY, OTHER_KEY]}),
        "key-on-two-lines upgrade-not-forwarded?",
    ),
    (ask({"Connection": "close"}, version="HTTP/1.0"), "connection-not-forwarded?"),
    (ask({"Upgrade": "h2c", "Connection": "close"}), "h2c-upgrade"),
    (ask({"Upgrade": "TLS/1.0"}, version="HTTP/1.0"), "upgrade-other-protocol?"),
    # ---- what is no attempt at a WebSocket, or lost its key
    (ask({**PLAIN, "X-Amz-Cf-Id": "x"}), "plain-request?"),
    (ask({"Sec-WebSocket-Key": None}), "key-removed?"),
    (ask({"Sec-WebSocket-Key": None, "Upgrade": "h2c"}), "h2c-upgrade"),
    (ask({"Sec-WebSocket-Version": None}), "version-left-out"),
    (
        ask({"Sec-WebSocket-Key": None, "Sec-WebSocket-Version": None}),
        "upgrade-added-to-all-requests?",
    ),
    (
        ask({"Sec-WebSocket-Key": None, "Sec-WebSocket-Version": None, "Upgrade": "h2c"}),
        "h2c-upgrade",
    ),
    (
        ask({**PLAIN, "Connection": "upgrade", "User-Agent": "x Mozilla/5.0"}),
        "connection-added-to-all-requests?",
    ),
    (
        ask({**PLAIN, "Connection": "upgrade", "Sec-Fetch-Mode": "x"}),
        "connection-added-to-all-requests",
    ),
    (ask({**PLAIN, "Upgrade": "h2c", "Connection": "upgrade"}), "h2c-upgrade"),
    (b"GET / HTTP/1.1\r\nConnection: upgrade\r\nA\r\n\r\n", "hand-written-http?"),
    (ask({**PLAIN, "Access-Control-Request-Method": "GET"}), "plain-request?"),
    (ask(PLAIN, method="OPTIONS"), "plain-request?"),
    (ask(PLAIN, target="/transport=polling"), "plain-request?"),
    (ask(PLAIN, target="/?a?transport=polling"), "fallback-transport?"),
    (ask(target="/?transport=polling", method="POST"), "method-changed?"),
    (ask(PLAIN, target="/sockjs/info?t=1"), "fallback-transport?"),
    (ask(PLAIN, target="/a/WebSocket/b/iframe.html"), "fallback-transport?"),
    (ask(PLAIN, target="/my-ws_a/iframe.html"), "fallback-transport?"),
    (ask(PLAIN, target="/websockets_x/info"), "fallback-transport?"),
    (ask(PLAIN, target="/ws"), "plain-request?"),
    (ask(PLAIN, target="/ws/infos"), "plain-request?"),
    (ask(PLAIN, target="/info?/ws/info"), "plain-request?"),
    (ask(PLAIN, target="/a/ws-info"), "plain-request?"),
    (ask(PLAIN, target="/news/info"), "plain-request?"),
    (ask(PLAIN, target="/hub/negotiate?negotiateVersion=1", method="POST"), "fallback-transport?"),
    (ask(PLAIN, target="/hub/negotiate"), "plain-request?"),
    (ask(PLAIN, target="/negotiate/hub", method="POST"), "plain-request?"),
    (ask(target="/ws/info", method="POST"), "method-changed?"),
    (ask({**PLAIN, "User-Agent": "Mozilla/5.0 (compatible; UptimeRobot/2.0)"}), "health-check?"),
    (ask({**PLAIN, "User-Agent": "Consul Health Check"}), "health-check?"),
    (ask({"User-Agent": "kube-probe/1.29", "Upgrade": None}), "upgrade-not-forwarded?"),
    (ask(PLAIN, target="/api/HEALTHZ/?a=b"), "health-check?"),
    (ask(PLAIN, target="/livez"), "health-check?"),
    (ask(PLAIN, target="/readyz"), "health-check?"),
    (ask(PLAIN, target="/ping//"), "health-check?"),
    (ask(PLAIN, target="/pingX"), "plain-request?"),
    (ask(PLAIN, target="/unhealthy"), "plain-request?"),
    (ask(PLAIN, target="/?/health"), "plain-request?"),
    (ask(target="/health", method="POST"), "method-changed?"),
    (ask({**PLAIN, "Accept": "TEXT/HTML"}), "page-load?"),
    (ask({**PLAIN, "Accept": "text/plain"}), "plain-request?"),
    (ask({**PLAIN, "Sec-Fetch-Mode": "CORS"}), "page-load?"),
    (ask({**PLAIN, "Sec-Fetch-Mode": "no-cors"}), "page-load?"),
    (ask({**PLAIN, "Sec-Fetch-Mode": "same-origin"}), "page-load?"),
    (ask({**PLAIN, "Sec-Fetch-Mode": "websocket"}), "plain-request?"),
    (ask({"Accept": "text/html", "Host": None}), "no-host"),
    (ask(PLAIN), "plain-request?"),
    (ask({**PLAIN, "Sec-WebSocket-Key1": "1"}), "hixie-76-draft"),
    (ask({**PLAIN, "Upgrade": ""}), "upgrade-other-protocol?"),
    (ask({**PLAIN, "Upgrade": ","}), "upgrade-other-protocol?"),
    # ---- the request line, Host and a body
    (ask(PLAIN, method="CONNECT", target="example.com:443"), "used-as-forward-proxy"),
    (ask(PLAIN, method="connect", target="example.com:443"), "plain-request? target-is-no-path?"),
    (ask(method="Get"), "method-in-lower-case"),
    (ask(PLAIN, method="gEt"), "method-in-lower-case plain-request?"),
    (ask({"Host": None}, method="GET"), "no-host"),
    (ask(method="POST"), "method-changed?"),
    (ask(PLAIN, method="POST"), "plain-request?"),
    (ask({"Host": None}, target="/a%23b"), "no-host"),
    (ask(target="?room=1#top"), "fragment-in-target"),
    (ask(target="chat?room=1"), "target-is-no-path?"),
    (ask(target="*"), "target-is-no-path?"),
    (ask(target="ftp://me:pw@a/"), "target-is-no-path?"),
    (ask(target="/a", method="CONNECT"), "used-as-forward-proxy"),
    (ask(target="a:1", method="CONNECT"), "used-as-forward-proxy"),
    (ask({"Host": "1:2"}), ""),
    (ask({"Host": "fe80::AbCd:1.2.3.4"}), "ipv6-host-without-brackets"),
    (ask({"Host": "::g"}), ""),
    (ask({"Host": "::X"}), ""),
    (ask({"Host": ":"}), ""),
    (ask({"Host": "::1", "Upgrade": None}), "ipv6-host-without-brackets upgrade-not-forwarded?"),
    (ask({"Host": "http://me:pw@a/?b"}), "credentials-in-host"),
    (ask({"Host": "http://example.com"}), "uri-as-host"),
    (ask({"Host": "a b"}), ""),
    (ask({"Host": None}), "no-host"),
    (ask({**PLAIN, "Host": None}), "plain-request?"),
    (ask({"Content-Length": "x"}), "request-with-body"),
    (ask({"Transfer-Encoding": "chunked"}), "request-with-body"),
    (ask({**PLAIN, "Content-Length": "5"}), "plain-request?"),
    (ask({"Content-Length": "0", "Upgrade": None}), "upgrade-not-forwarded?"),
    (b"GET /#a HTTP/1.1\r\nA\r\n\r\n", "hand-written-http?"),
    (b"GET ?a HTTP/1.1\r\nA\r\n\r\n", "hand-written-http?"),
    # ---- the fields of WebSocket
    (ask({"Sec-WebSocket-Version": None, "Upgrade": "h2c"}), "h2c-upgrade"),
    (ask({"Sec-WebSocket-Key": [KEY, KEY]}), "key-on-two-lines"),
    (ask({"Sec-WebSocket-Key": f'"{KEY}"'}), "key-is-quoted"),
    (ask({"Sec-WebSocket-Key": "{key}"}), "key-is-placeholder"),
    (ask({"Sec-WebSocket-Key": "$KEY"}), "key-is-placeholder"),
    (ask({"Sec-WebSocket-Key": "(key)"}), "key-is-placeholder"),
    (ask({"Sec-WebSocket-Key": "[key]"}), "key-is-placeholder"),
    (ask({"Sec-WebSocket-Key": "****"}), "key-is-placeholder"),
    (ask({"Sec-WebSocket-Key": "XXXX"}), "key-of-wrong-length"),
    (ask({"Sec-WebSocket-Key": "XX=XX"}), "key-is-no-base64?"),
    (ask({"Sec-WebSocket-Key": "0123456789abcdefABCDEF0123456789"}), "key-in-hex"),
    (ask({"Sec-WebSocket-Key": "0123456789abcdefABCDEF012345678"}), "key-is-no-base64?"),
    (ask({"Sec-WebSocket-Key": "0123456789abcdefABCDEF012345678g"}), "key-of-wrong-length"),
    (ask({"Sec-WebSocket-Key": "0123456789abcdefABCDEF012345678X"}), "key-of-wrong-length"),
    (ask({"Sec-WebSocket-Key": "-" * 21 + "A"}), "key-in-url-safe-base64"),
    (ask({"Sec-WebSocket-Key": "_" * 21 + "A="}), "key-in-url-safe-base64"),
    (ask({"Sec-WebSocket-Key": "_" * 20}), "key-is-no-base64?"),
    (ask({"Sec-WebSocket-Key": "-" * 24}), "key-is-no-base64?"),
    (ask({"Sec-WebSocket-Key": "-X" * 11}), "key-in-url-safe-base64"),
    (ask({"Sec-WebSocket-Key": KEY[:-2]}), "key-without-padding"),
    (ask({"Sec-WebSocket-Key": KEY[:-1]}), "key-without-padding"),
    (ask({"Sec-WebSocket-Key": KEY + "="}), "key-without-padding"),
    (ask({"Sec-WebSocket-Key": KEY[:-4]}), "key-of-wrong-length"),
    (ask({"Sec-WebSocket-Key": "QUJD"}), "key-of-wrong-length"),
    (ask({"Sec-WebSocket-Key": "ab"}), "key-is-no-base64?"),
    (ask({"Sec-WebSocket-Key": ""}), "key-is-no-base64?"),
    (ask({"Sec-WebSocket-Key": "\xe9" * 22}), "key-is-no-base64?"),
    (ask({"Origin": "https://example.com/"}), ""),
    (ask({"Origin": "example.com"}), "origin-without-scheme"),
    (ask({"Origin": "http://a b"}), ""),
    (ask({"Origin": "example.com?token=abc"}), "origin-without-scheme"),
    (ask({"Origin": ["https://a"] * 3}), "origin-on-two-lines"),
    (ask({"Origin": "https://a", "Host": None}), "no-host"),
    (ask({"Sec-WebSocket-Protocol": "a, BEARER abc"}), "token-as-subprotocol?"),
    (ask({"Sec-WebSocket-Protocol": "a" * 20 + "="}), "token-as-subprotocol?"),
    (ask({"Sec-WebSocket-Protocol": "a" * 19 + "="}), "subprotocol-is-no-token"),
    (ask({"Sec-WebSocket-Protocol": "chat," + "a" * 20 + "/"}), "token-as-subprotocol?"),
    (ask({"Sec-WebSocket-Protocol": "chat, " + "a" * 18 + "/"}), "subprotocol-is-no-token"),
    (ask({"Sec-WebSocket-Protocol": "a" * 30 + " b"}), "subprotocol-is-no-token"),
    (ask({"Sec-WebSocket-Protocol": "a" * 30, "Host": None}), "no-host"),
    (ask({"Sec-WebSocket-Protocol": ","}), "subprotocol-is-no-token"),
    (ask({"Origin": "https://example.com/?next=https://example.org"}), "origin-with-path"),
    (ask({"Sec-WebSocket-Protocol": "a=b," + "c" * 20}), "subprotocol-is-no-token"),
]


@pytest.mark.parametrize(("data", "report"), REPORTS, ids=[each[0] for _, each in REPORTS])
def test_a_request_is_reported_with_evidence(data: bytes, report: list[str]) -> None:
    found = []
    for cause in diagnose_request(data).causes:
        found.append(f"{cause.code}, {'sure' if cause.sure else 'likely'}")
        found += [f"- {each}" for each in cause.evidence]
    assert found == report


@pytest.mark.parametrize(("data", "verdict"), VERDICTS, ids=[each or "-" for _, each in VERDICTS])
def test_a_request_has_these_causes_alone(data: bytes, verdict: str) -> None:
    found = [f"{cause.code}{'' if cause.sure else '?'}" for cause in diagnose_request(data).causes]
    assert found == verdict.split()


@pytest.mark.parametrize(
    "changes",
    [
        {"Host": "::1"},
        {"Host": "me:pw@a"},
        {"Host": "a/b"},
        {"Sec-WebSocket-Key": "<key>"},
        {"Sec-WebSocket-Key": f"'{KEY}'"},
        {"Sec-WebSocket-Key": "0123456789abcdef0123456789abcdef"},
        {"Sec-WebSocket-Key": "-" * 21 + "A"},
        {"Sec-WebSocket-Key": KEY[:-2]},
        {"Sec-WebSocket-Key": "QUJD"},
        {"Sec-WebSocket-Version": None},
        {"Origin": "https://example.com/page"},
        {"Origin": "example.com"},
        {"Sec-WebSocket-Protocol": "Bearer abc"},
        {"Content-Length": "5"},
    ],
)
def test_a_fault_of_syntax_hides_what_is_wrong_with_fields(changes: Changes) -> None:
    def causes(data: bytes) -> list[str]:
        return [cause.code for cause in diagnose_request(data).causes]

    data = ask(changes)
    assert len(causes(data)) == 1
    assert causes(data[:-2] + b"no colon\r\n\r\n") == ["hand-written-http"]
