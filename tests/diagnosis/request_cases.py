"""For each cause of a bad request a message that has it, and a neighbour that has not.

The neighbour differs in one thing; it may be good, or have another cause.
"""

from __future__ import annotations

from typing import NamedTuple

from .messages import KEY, OTHER_KEY, PLAIN, STRIPPED, Changes, ask


class RequestCase(NamedTuple):
    code: str
    data: bytes
    neighbour: bytes
    first: bool = True
    sure: bool | None = None  # where that depends on what was seen


LONG = "a" * 9000
PROXY_2 = b"\r\n\r\n\0\r\nQUIT\n!\x11\0\x0c"
OLD = {"Upgrade": None, "Connection": "close"}
CLOSED = OLD
JWT = "eyJhbGciOiJIUzI1NiJ9eyJzdWIiOiIxIn0="
HTML = {**PLAIN, "Accept": "text/html,*/*"}
DECODED_10 = "MDEyMzQ1Njc4OQ=="


def removed(connection: str | None, changes: Changes | None = None, **others: str) -> bytes:
    """A request of a client, with a random key, whose Upgrade is gone."""
    fields = {"Upgrade": None, "Connection": connection, "Sec-WebSocket-Key": OTHER_KEY}
    return ask({**fields, **(changes or {})}, **others)


def _good(data: bytes) -> bytes:
    return data + ask()


CASES = [
    # ---- what came instead of HTTP/1.1
    RequestCase("probe-without-bytes", b"", b"G"),
    RequestCase("tls-on-plain-port", b"\x16\x03\x01\x02\0\x01\0", b"\x15\x03\x01\x02\0\x01\0"),
    RequestCase("http2-on-http1-port", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", ask(target="*")),
    RequestCase(
        "proxy-protocol", _good(b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n"), ask(method="PROXY")
    ),
    RequestCase("proxy-protocol", _good(PROXY_2), _good(b"\r\n\r\n")),
    RequestCase("empty-line-first", _good(b"\r\n"), _good(b"")),
    RequestCase("frames-without-handshake", b"\x81\x85\1\2\3\4hello", b"\x81\x05hello"),
    RequestCase("response-sent-to-server", b"HTTP/1.1 200 OK\r\n\r\n", ask()),
    RequestCase("other-protocol", b"\x03\0\0\x2f", b"GET"),
    RequestCase("other-protocol", b"SSH-2.0-OpenSSH_9\r\n", b"SSH / HTTP/1.1\r\n\r\n"),
    RequestCase("target-too-long", ask(target=f"/?{LONG}"), ask(target="/?a")),
    RequestCase("cookies-too-large", ask({"Cookie": LONG * 8}), ask({"Cookie": LONG})),
    RequestCase("head-too-large", ask({"X": LONG * 8}), ask({"Cookie": LONG * 8})),
    RequestCase(
        "head-too-large",
        ask({"Cookie": LONG, "X": LONG * 8}),
        ask({"Cookie": LONG * 8, "X": LONG}),
    ),
    RequestCase("head-too-large", ask({"X": ["1"] * 200}), ask({"X": ["1"] * 100})),
    RequestCase("bare-line-feeds", ask().replace(b"\r\n", b"\n"), ask()),
    RequestCase("space-in-target", ask(target="/a room"), ask(target="/a%20room")),
    RequestCase("raw-text-in-target", ask(target="/caf\xe9"), ask(target="/caf%C3%A9")),
    RequestCase("no-version-in-request-line", b"GET /chat\r\n\r\n", ask()),
    RequestCase("no-blank-line", ask()[:-2], ask()),
    RequestCase("head-cut", ask()[:-5], ask()[:-2]),
    RequestCase("hand-written-http", ask({"X": "1\r\n 2"}), ask({"X": "1"})),
    RequestCase("hand-written-http", ask({"X ": "1"}), ask({"X": "1"})),
    # ---- what the hops did to Upgrade
    RequestCase(
        "upgrade-on-two-lines",
        ask({"Upgrade": ["websocket", "websocket"]}),
        ask({"Upgrade": "websocket, websocket"}),
    ),
    RequestCase(
        "upgrade-twice-in-one-line",
        ask({"Upgrade": "websocket, WebSocket"}),
        ask({"Upgrade": "websocket, h2c"}),
    ),
    RequestCase("h2c-upgrade", ask({"Upgrade": "h2c"}), ask({"Upgrade": "websocket, h2c"})),
    RequestCase("upgrade-names-others", ask({"Upgrade": "websocket, http/1.1"}), ask()),
    RequestCase(
        "upgrade-names-others",
        ask({"Upgrade": "h2c, websocket"}),
        ask({"Upgrade": "TLS/1.0, HTTP/1.1"}),
    ),
    RequestCase("upgrade-with-version", ask({"Upgrade": "websocket/13"}), ask()),
    RequestCase(
        "upgrade-misspelled", ask({"Upgrade": "websockets"}), ask({"Upgrade": "WebSocket"})
    ),
    RequestCase("upgrade-misspelled", ask({"Upgrade": '"websocket"'}), ask({"Upgrade": "x"})),
    RequestCase("upgrade-other-protocol", ask({"Upgrade": "TLS/1.0"}), ask({"Upgrade": "h2c"})),
    RequestCase("http2-request", ask(version="HTTP/2.0"), ask(version="HTTP/1.2")),
    RequestCase(
        "hixie-76-draft",
        ask({"Sec-WebSocket-Key": None, "Sec-WebSocket-Version": None, "Sec-WebSocket-Key1": "1"}),
        ask(),
    ),
    RequestCase("upgrade-not-forwarded", removed("Upgrade"), removed(None)),
    # The key of an example, or a tool for HTTP: nobody knows what its author forgot.
    RequestCase("upgrade-not-forwarded", ask({"Upgrade": None}), ask(STRIPPED), sure=False),
    RequestCase("old-nginx-defaults", ask(OLD, version="HTTP/1.0"), ask(OLD)),
    RequestCase(
        "old-nginx-defaults",
        ask(OLD, version="HTTP/1.0"),
        ask({**OLD, "Sec-WebSocket-Key": None, "Sec-WebSocket-Version": None}, version="HTTP/1.0"),
    ),
    RequestCase(
        "apache-without-upgrade",
        ask({**STRIPPED, "X-Forwarded-Host": "a", "X-Forwarded-Server": "b"}),
        ask({**STRIPPED, "X-Forwarded-Host": "a"}),
    ),
    RequestCase(
        "apache-without-upgrade",
        ask({**STRIPPED, "X-Forwarded-Host": "a", "X-Forwarded-Server": "b"}),
        ask({**STRIPPED, "X-Forwarded-Server": "b"}),
    ),
    RequestCase(
        "apache-without-upgrade",
        ask({**STRIPPED, "X-Forwarded-Host": "a", "X-Forwarded-Server": "b"}),
        ask(
            {
                **STRIPPED,
                "X-Forwarded-Host": "a",
                "X-Forwarded-Server": "b",
                "X-Forwarded-Proto": "https",
            }
        ),
    ),
    RequestCase(
        "varnish-without-pipe", ask({**STRIPPED, "X-Varnish": "3"}), ask({"X-Varnish": "3"})
    ),
    RequestCase("varnish-without-pipe", ask({**STRIPPED, "X-Varnish": "3"}), ask(STRIPPED)),
    RequestCase(
        "classic-load-balancer",
        ask(
            {
                "Upgrade": None,
                "Connection": "keep-alive",
                "X-Forwarded-Port": "80",
                "X-Forwarded-Proto": "http",
            }
        ),
        ask(
            {
                "Upgrade": None,
                "Connection": "keep-alive",
                "X-Forwarded-Port": "80",
                "X-Forwarded-Proto": "http",
                "X-Amzn-Trace-Id": "Root=1",
            }
        ),
    ),
    RequestCase("upgrade-removed-and-closed", removed("close"), ask(CLOSED, version="HTTP/1.0")),
    RequestCase(
        "upgrade-removed-and-closed",
        removed("close", {"User-Agent": "curl/8.9"}),
        removed("keep-alive", {"User-Agent": "curl/8.9"}),
        sure=False,
    ),
    RequestCase("upgrade-and-connection-removed", removed(None), ask({"Connection": None})),
    RequestCase(
        "upgrade-and-connection-removed",
        removed(None, {"Sec-WebSocket-Key": None}),
        ask(PLAIN),
        sure=False,
    ),
    RequestCase(
        "upgrade-removed-by-middlebox", removed("keep-alive"), ask({"Connection": "keep-alive"})
    ),
    RequestCase(
        "upgrade-removed-by-middlebox",
        removed("keep-alive", {"Sec-WebSocket-Key": DECODED_10}),
        ask({"Connection": "keep-alive"}),
        first=False,
        sure=False,
    ),
    RequestCase("connection-not-forwarded", ask({"Connection": "close"}), ask()),
    RequestCase("connection-not-forwarded", ask({"Connection": None}), ask(STRIPPED)),
    RequestCase(
        "connection-not-forwarded",
        ask({"Connection": None}, version="HTTP/1.0"),
        ask(version="HTTP/1.0"),
    ),
    RequestCase(
        "connection-not-forwarded",
        ask({"Connection": None, "User-Agent": "curl/7.88.1"}),
        ask({"User-Agent": "curl/7.88.1"}),
    ),
    RequestCase("http10-hop", ask(version="HTTP/1.0"), ask(OLD, version="HTTP/1.0")),
    RequestCase(
        "http10-hop", ask({"Connection": "keep-alive, Upgrade"}, version="HTTP/1.0"), ask()
    ),
    RequestCase(
        "http10-hop", ask(version="HTTP/1.0"), ask({"Upgrade": "TLS/1.0"}, version="HTTP/1.0")
    ),
    # ---- what is no attempt, or lost its key
    RequestCase(
        "cloudfront-drops-websocket-fields",
        ask({"Sec-WebSocket-Key": None, "X-Amz-Cf-Id": "x"}),
        ask({"Sec-WebSocket-Key": None}),
    ),
    RequestCase(
        "key-removed",
        ask({"Sec-WebSocket-Key": None}),
        ask({"Sec-WebSocket-Key": None, "Sec-WebSocket-Version": None}),
    ),
    RequestCase(
        "upgrade-added-to-all-requests",
        ask({"Sec-WebSocket-Key": None, "Sec-WebSocket-Version": None}),
        ask({"Sec-WebSocket-Key": None}),
    ),
    RequestCase(
        "connection-added-to-all-requests",
        ask({**PLAIN, "Connection": "upgrade", "User-Agent": "Mozilla/5.0"}),
        ask({**PLAIN, "User-Agent": "Mozilla/5.0"}),
    ),
    RequestCase(
        "connection-added-to-all-requests",
        ask({**PLAIN, "Connection": "upgrade", "Sec-Fetch-Mode": "navigate"}),
        ask({**PLAIN, "Sec-Fetch-Mode": "navigate"}),
    ),
    RequestCase(
        "connection-added-to-all-requests",
        ask({**PLAIN, "Connection": "upgrade"}),
        ask(PLAIN),
        sure=False,
    ),
    RequestCase(
        "cors-preflight",
        ask({**PLAIN, "Access-Control-Request-Method": "GET"}, method="OPTIONS"),
        ask(PLAIN, method="OPTIONS"),
    ),
    RequestCase(
        "fallback-transport",
        ask(PLAIN, target="/socket.io/?EIO=4&transport=polling"),
        ask(PLAIN, target="/socket.io/?EIO=4&transport=websocket"),
    ),
    RequestCase(
        "fallback-transport",
        ask(PLAIN, target="/ws-stomp/iframe.html"),
        ask(PLAIN, target="/pages/iframe.html"),
    ),
    RequestCase("fallback-transport", ask(PLAIN, target="/ws/info?t=1"), ask(target="/ws/info")),
    RequestCase(
        "fallback-transport", ask(PLAIN, target="/my_ws/info"), ask(PLAIN, target="/news/info")
    ),
    RequestCase("fallback-transport", ask(PLAIN, target="/ws/info"), ask(PLAIN, target="/ws/room")),
    RequestCase(
        "fallback-transport",
        ask(PLAIN, target="/hub/negotiate", method="POST"),
        ask(PLAIN, target="/hub/negotiate"),
    ),
    RequestCase(
        "health-check",
        ask({**PLAIN, "User-Agent": "ELB-HealthChecker/2.0"}),
        ask({**PLAIN, "User-Agent": "Mozilla/5.0"}),
    ),
    RequestCase("health-check", ask(PLAIN, target="/healthz"), ask(PLAIN, target="/health/a")),
    RequestCase("page-load", ask(HTML), ask({**PLAIN, "Accept": "*/*"})),
    RequestCase(
        "page-load",
        ask({**PLAIN, "Sec-Fetch-Mode": "navigate"}),
        ask({"Sec-Fetch-Mode": "navigate"}),
    ),
    RequestCase("plain-request", ask(PLAIN), ask(STRIPPED)),
    RequestCase("plain-request", ask({**PLAIN, "Host": None}, version="HTTP/1.0"), ask(HTML)),
    # ---- the request line, Host and a body
    RequestCase(
        "used-as-forward-proxy",
        ask(PLAIN, method="CONNECT", target="example.com:443"),
        ask(PLAIN, target="example.com:443"),
    ),
    RequestCase("method-in-lower-case", ask(method="get"), ask(method="POST")),
    RequestCase("method-changed", ask(method="POST"), ask(PLAIN, method="POST")),
    RequestCase("fragment-in-target", ask(target="/#top"), ask(target="/%23top")),
    RequestCase("target-without-slash", ask(target="?room=1"), ask(target="/?room=1")),
    RequestCase("target-is-no-path", ask(target="ftp://a/"), ask(target="ws://example.com/")),
    RequestCase("ipv6-host-without-brackets", ask({"Host": "::1:80"}), ask({"Host": "[::1]:80"})),
    RequestCase("ipv6-host-without-brackets", ask({"Host": "::1"}), ask({"Host": "a:b:c:z"})),
    RequestCase("credentials-in-host", ask({"Host": "me:pw@a"}), ask({"Host": "a"})),
    RequestCase("uri-as-host", ask({"Host": "http://a"}), ask({"Host": "a"})),
    RequestCase("no-host", ask({"Host": None}), ask({**PLAIN, "Host": None})),
    RequestCase("host-on-two-lines", ask({"Host": ["a", "b"]}), ask({"Host": "a"})),
    RequestCase(
        "host-not-of-target",
        ask(target="http://other.example/"),
        ask(target="http://example.com/"),
    ),
    RequestCase("request-with-body", ask({"Content-Length": "5"}), ask({"Content-Length": "0"})),
    RequestCase(
        "request-with-body",
        ask({"Transfer-Encoding": "chunked"}),
        ask({**PLAIN, "Transfer-Encoding": "chunked"}),
    ),
    # ---- the fields of WebSocket
    RequestCase("draft-version", ask({"Sec-WebSocket-Version": "8"}), ask()),
    RequestCase(
        "version-is-no-number",
        ask({"Sec-WebSocket-Version": "13, 8"}),
        ask({"Sec-WebSocket-Version": "8"}),
    ),
    RequestCase("version-is-no-number", ask({"Sec-WebSocket-Version": ["13", "13"]}), ask()),
    RequestCase(
        "version-left-out",
        ask({"Sec-WebSocket-Version": None}),
        ask({"Sec-WebSocket-Version": None, "Upgrade": None}),
    ),
    RequestCase(
        "curl-example-key",
        ask({"Sec-WebSocket-Key": "SGVsbG8sIHdvcmxkIQ=="}),
        ask({"Sec-WebSocket-Key": DECODED_10}),
    ),
    RequestCase("key-on-two-lines", ask({"Sec-WebSocket-Key": [KEY, KEY]}), ask()),
    RequestCase("key-is-quoted", ask({"Sec-WebSocket-Key": f"'{KEY}'"}), ask()),
    RequestCase(
        "key-is-placeholder",
        ask({"Sec-WebSocket-Key": "$(openssl rand -base64 16)"}),
        ask({"Sec-WebSocket-Key": "openssl"}),
    ),
    RequestCase(
        "key-in-hex",
        ask({"Sec-WebSocket-Key": "00112233-4455-6677-8899-aabbccddeeff"}),
        ask({"Sec-WebSocket-Key": "00112233"}),
    ),
    RequestCase(
        "key-in-hex",
        ask({"Sec-WebSocket-Key": "00112233445566778899AABBCCDDEEFF"}),
        ask({"Sec-WebSocket-Key": "xyzw" * 8}),
    ),
    RequestCase(
        "key-in-url-safe-base64",
        ask({"Sec-WebSocket-Key": "-_-_-_-_-_-_-_-_-_-_-w=="}),
        ask({"Sec-WebSocket-Key": "-_-_"}),
    ),
    RequestCase(
        "key-in-url-safe-base64",
        ask({"Sec-WebSocket-Key": "-" * 20 + "AA=="}),
        ask({"Sec-WebSocket-Key": "+" * 20 + "AA=="}),
    ),
    RequestCase(
        "key-without-padding",
        ask({"Sec-WebSocket-Key": KEY[:-2]}),
        ask({"Sec-WebSocket-Key": KEY[:-4]}),
    ),
    RequestCase(
        "key-of-wrong-length",
        ask({"Sec-WebSocket-Key": DECODED_10}),
        ask({"Sec-WebSocket-Key": "MDEyMzQ1Njc4OQ"}),
    ),
    RequestCase(
        "key-is-no-base64",
        ask({"Sec-WebSocket-Key": "ab\xe9"}),
        ask({"Sec-WebSocket-Key": DECODED_10}),
    ),
    RequestCase("key-is-no-base64", ask({"Sec-WebSocket-Key": ""}), ask()),
    RequestCase(
        "origin-with-path",
        ask({"Origin": "https://example.com/page"}),
        ask({"Origin": "https://example.com"}),
    ),
    RequestCase(
        "origin-without-scheme", ask({"Origin": "example.com"}), ask({"Origin": "http://a b"})
    ),
    RequestCase(
        "origin-on-two-lines",
        ask({"Origin": ["https://a", "https://a"]}),
        ask({"Origin": "https://a"}),
    ),
    RequestCase(
        "token-as-subprotocol",
        ask({"Sec-WebSocket-Protocol": f"v1, {JWT}"}),
        ask({"Sec-WebSocket-Protocol": f"v1, {JWT[:-1]}"}),
    ),
    RequestCase(
        "token-as-subprotocol",
        ask({"Sec-WebSocket-Protocol": "Bearer abc"}),
        ask({"Sec-WebSocket-Protocol": "two words"}),
    ),
    RequestCase(
        "token-as-subprotocol",
        ask({"Sec-WebSocket-Protocol": f"v1, {JWT}"}),
        ask({"Sec-WebSocket-Protocol": "v1, a=b"}),
    ),
    RequestCase(
        "subprotocol-offered-twice",
        ask({"Sec-WebSocket-Protocol": "chat, chat"}),
        ask({"Sec-WebSocket-Protocol": "chat, Chat"}),
    ),
    RequestCase(
        "subprotocol-is-no-token",
        ask({"Sec-WebSocket-Protocol": "two words"}),
        ask({"Sec-WebSocket-Protocol": "two, words"}),
    ),
    RequestCase(
        "extensions-are-malformed",
        ask({"Sec-WebSocket-Extensions": "x; a="}),
        ask({"Sec-WebSocket-Extensions": "x; a=1"}),
    ),
]
