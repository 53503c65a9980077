"""For each cause of a bad answer a message that has it, and a neighbour that has not.

The request is `REQUEST`, a valid one, unless another is given; None is an unknown one.
"""

from __future__ import annotations

import hashlib
from binascii import a2b_base64, b2a_base64
from typing import NamedTuple

from ws_handshake import HandshakeError, Request, ServerHandshake

from .messages import (
    ACCEPT,
    GUID,
    KEY,
    OTHER_KEY,
    REQUEST,
    STRIPPED,
    Changes,
    accept,
    ask,
    reply,
    switch,
)


class ResponseCase(NamedTuple):
    code: str
    data: bytes
    neighbour: bytes
    request: Request | None = REQUEST
    first: bool = True
    other_request: Request | None = None  # for the neighbour, where it is another
    sure: bool | None = None  # where that depends on what was seen


def request(changes: dict[str, str | list[str] | None], target: str = "/chat") -> Request:
    """The good request but for what is given."""
    return Request.parse(ask({"Sec-WebSocket-Key": OTHER_KEY, **changes}, target=target))


def made(value: str) -> bytes:
    """A 101 with this accept value."""
    return switch({"Sec-WebSocket-Accept": value})


def refusal(changes: Changes) -> bytes:
    """What a server built on this library answers to what a hop made of the good request."""
    server = ServerHandshake(origins=None)
    try:
        server.receive_data(ask(changes))
    except HandshakeError as error:
        if error.rejection is not None:
            return error.rejection.to_bytes()
    raise ValueError("a good request is not refused")


def text(data: bytes) -> str:
    """Bytes in base64."""
    return b2a_base64(data, newline=False).decode()


def nginx_page(status: int) -> bytes:
    return reply(status, "<html><hr><center>nginx/1.22.1</center></html>", {"Server": "nginx"})


CR_LF = "\r\n"
RIGHT = hashlib.sha1(OTHER_KEY.encode() + GUID)
KEY_BYTES = OTHER_KEY.encode()
MISSING = "Failed to open a WebSocket connection: missing Upgrade header."
LIST = request({"Connection": "keep-alive, Upgrade"})
LOGGED_IN = request({"Authorization": "Bearer x"})
CHAT = request({"Sec-WebSocket-Protocol": "chat, superchat"})
TEST = request({"Sec-WebSocket-Extensions": "x-test"})
SETTINGS = b"\0\0\x06\4\0\0\0\0\0\0\3\0\0\0\x64"
CHALLENGE = {"Server": "cloudflare", "cf-mitigated": "challenge"}
MOVED = {"Location": "https://example.com/chat"}
HTML = {"Content-Type": "text/html"}  # as the library ws writes it
EVERY_REFUSAL = {"Sec-WebSocket-Version": "13"}
WANTED = {"Upgrade": "websocket", "Connection": "Upgrade"}


def moved(location: str) -> bytes:
    return reply(301, "", {"Location": location})


CASES = [
    # ---- what came instead of HTTP/1.1
    ResponseCase("closed-without-answer", b"", b"H"),
    ResponseCase("tls-answered", b"\x15\x03\x01\0\x02\x02\x46", b"\x14\x03\x01\0\x02\x02\x46"),
    ResponseCase("http2-answered", SETTINGS, b"\0\0\x06\4\0\0\0\0\1\0\3\0\0\0\x64"),
    ResponseCase("http2-answered", b"HTTP/2 404 \r\n\r\n", b"HTTP/1.1 404 \r\n\r\n"),
    ResponseCase("frames-without-101", b"\x81\x05hello", b"\x81\x85hello"),
    ResponseCase("request-echoed", ask(), b"GET the book\r\n\r\n"),
    ResponseCase("answer-without-head", b"<!DOCTYPE html><p>hello", b"hello"),
    ResponseCase("output-before-head", b"\xef\xbb\xbf" + switch(), switch()),
    ResponseCase(
        "output-before-head", b"debug\n" + reply(404), b"220 a server, and no HTTP/1.1 one\r\n"
    ),
    ResponseCase("other-protocol-answered", b"220 mail ESMTP\r\n", b""),
    ResponseCase(
        "interim-response-only",
        b"HTTP/1.1 103 Early Hints\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\n\r\n" + reply(404),
    ),
    ResponseCase("answer-cut", switch()[:-2], switch()),
    ResponseCase("answer-with-bare-line-feeds", switch().replace(b"\r\n", b"\n"), switch()),
    ResponseCase("answer-too-large", switch({"X": "a" * 70000}), switch({"X": "a" * 7000})),
    ResponseCase("hand-written-answer", b"HTTP/1.1 ok\r\n\r\n", b"HTTP/1.1 200\r\n\r\n"),
    ResponseCase("hand-written-answer", switch({"X": "1\r\n 2"}), switch({"X": "1"})),
    ResponseCase(
        "request-was-invalid",
        reply(426),
        reply(426),
        request({"Upgrade": None}),
        other_request=REQUEST,
    ),
    ResponseCase(
        "request-was-invalid",
        switch(),
        switch(),
        request({"Sec-WebSocket-Key": [KEY, KEY]}),
        other_request=REQUEST,
    ),
    ResponseCase(
        "request-was-invalid",
        switch(),
        switch(),
        request({"Sec-WebSocket-Key": "abc"}),
        other_request=REQUEST,
    ),
    ResponseCase(
        "request-was-invalid",
        reply(502),
        reply(502),
        request({"Upgrade": None}),
        other_request=REQUEST,
        first=False,
        sure=False,
    ),
    # ---- a 101 that switches to something else
    ResponseCase("switched-to-other-protocol", switch({"Upgrade": "h2c"}), switch()),
    ResponseCase("upgrade-missing-in-101", switch({"Upgrade": None}), switch({"Upgrade": "h2c"})),
    ResponseCase("upgrade-missing-in-101", switch({"Upgrade": None}), switch(), None),
    ResponseCase("upgrade-twice-in-101", switch({"Upgrade": ["websocket", "websocket"]}), switch()),
    ResponseCase(
        "upgrade-names-others-in-101",
        switch({"Upgrade": "websocket, h2c"}),
        switch({"Upgrade": "websocket, websocket"}),
    ),
    ResponseCase(
        "connection-missing-in-101",
        switch({"Connection": "close"}),
        switch({"Connection": "close, upgrade"}),
    ),
    ResponseCase("switched-over-http10", switch(start="HTTP/1.0 101 Switching"), switch()),
    ResponseCase(
        "switched-over-http10",
        switch(start="HTTP/1.0 101 Switching"),
        switch(start="HTTP/1.2 101 Switching"),
    ),
    ResponseCase(
        "switched-over-other-version",
        switch(start="HTTP/1.2 101 Switching"),
        switch(start="HTTP/1.0 101 Switching"),
    ),
    ResponseCase(
        "switched-over-other-version", switch(start="HTTP/2.0 101 Switching"), switch(), None
    ),
    # ---- other statuses
    ResponseCase(
        "tunnel-answered",
        reply(200, reason="Connection established"),
        reply(200, reason="OK"),
    ),
    ResponseCase(
        "sockjs-server", reply(200, "Welcome to SockJS!\n"), reply(404, "Welcome to SockJS!")
    ),
    ResponseCase(
        "page-answered", reply(200, "<!doctype html><title>app</title>"), reply(200, "{}")
    ),
    ResponseCase(
        "page-answered", reply(200, "hi", {"Content-Type": "text/html"}), reply(200, "hi")
    ),
    ResponseCase(
        "page-answered", reply(200, "<!doctype html>"), reply(200, "{}"), None, sure=False
    ),
    ResponseCase("page-answered", reply(202, "<html>"), reply(202, "{}"), sure=False),
    ResponseCase("plain-answer", reply(200, "{}"), reply(302, "{}")),
    ResponseCase(
        "plain-answer", reply(204), reply(204), other_request=request({"Connection": None})
    ),
    ResponseCase("redirect-to-login", moved("https://example.com/login?next=/chat"), moved("/x")),
    ResponseCase("redirect-to-login", moved("/wp-login.php"), moved("/lessons/authors/")),
    ResponseCase("redirect-to-login", moved("https://idp.example/a"), moved("https://b.example/a")),
    ResponseCase(
        "redirect-to-login",
        moved("https://b.example/adfs/ls/saml2"),
        moved("https://example.com/auth/chat"),
        request({}, "/auth/chat"),
    ),
    ResponseCase("redirect-to-slash", moved("http://example.com/chat/"), moved("/room/")),
    ResponseCase("redirect-to-slash", moved("/chat/"), moved("/"), request({}, "/chat?a=1")),
    ResponseCase(
        "redirect-to-slash", moved("ws://a/chat/"), moved("ws://a/chat"), None, sure=False
    ),
    ResponseCase("redirect-to-https", moved("https://example.com/chat"), moved("/chat")),
    ResponseCase("redirect-to-https", moved("https://a/chat"), moved("http://a/chat"), None),
    ResponseCase(
        "redirect-to-https", moved("https://me:pw@example.com/chat#x"), moved("https://b/chat")
    ),
    ResponseCase("redirect-to-host", moved("https://www.example.com/chat"), moved("/chat")),
    ResponseCase(
        "redirect-to-host", moved("https://accounts.example/start"), moved("/start"), sure=False
    ),
    ResponseCase("redirected", moved("/elsewhere"), reply(304)),
    ResponseCase("redirected", moved("/elsewhere"), reply(201, "", {"Location": "/elsewhere"})),
    ResponseCase("redirect-without-location", reply(304), moved("/elsewhere")),
    ResponseCase("redirected", moved("https://example.com"), moved("https://example.com/chat")),
    ResponseCase(
        "http-on-https-port",
        reply(400, "<center>The plain HTTP request was sent to HTTPS port</center>"),
        reply(500, "<center>The plain HTTP request was sent to HTTPS port</center>"),
    ),
    ResponseCase(
        "http-on-https-port",
        reply(400, "Client sent an HTTP request to an HTTPS server.\n"),
        reply(400, "Bad Request"),
    ),
    ResponseCase("head-refused-as-too-large", reply(431), reply(414)),
    ResponseCase(
        "head-refused-as-too-large",
        reply(400, "<center>Request Header Or Cookie Too Large</center>"),
        reply(404, "<center>Request Header Or Cookie Too Large</center>"),
    ),
    ResponseCase("target-refused-as-too-long", reply(414), reply(413)),
    ResponseCase(
        "server-saw-upgrade-twice",
        reply(426, "invalid Upgrade header: websocket, websocket."),
        reply(426, "invalid Upgrade header: h2c."),
    ),
    ResponseCase(
        "server-saw-upgrade-twice",
        reply(400, "No WebSocket UPGRADE hdr: websocket, websocket"),
        reply(400, "No WebSocket UPGRADE hdr: websocket, websocket"),
        other_request=request({"Upgrade": "websocket, websocket"}),
    ),
    ResponseCase(
        "server-saw-http10", reply(505), reply(505), other_request=request({"Host": None})
    ),
    ResponseCase(
        "server-saw-http10", reply(400, "unsupported HTTP version: HTTP/1.0"), reply(400, "Bad")
    ),
    ResponseCase(
        "server-saw-http10",
        reply(402, "Bad protocol version", reason="Bad Request"),
        reply(402, "", reason="Payment Required"),
    ),
    ResponseCase("server-saw-http10", reply(505), reply(501), None, sure=False),
    ResponseCase(
        "server-saw-upgrade-twice",
        reply(400, "websocket, websocket"),
        reply(400, "websocket"),
        None,
        sure=False,
    ),
    ResponseCase("envoy-saw-http10", reply(426, "", {"Server": "istio-envoy"}), reply(426)),
    ResponseCase(
        "other-upgrade-required",
        reply(426, "", {"Upgrade": "TLS/1.2, HTTP/1.1", "Connection": "Upgrade"}),
        reply(426, "", WANTED),
    ),
    ResponseCase(
        "other-upgrade-required",
        reply(426, "", {"Upgrade": "TLS/1.2, HTTP/1.1"}),
        reply(400, "", {"Upgrade": "TLS/1.2, HTTP/1.1"}),
    ),
    ResponseCase(
        "connection-list-refused",
        reply(400),
        reply(400),
        LIST,
        other_request=request({"Connection": "keep-alive, Upgrade", "Sec-WebSocket-Version": "8"}),
    ),
    ResponseCase(
        "connection-list-refused",
        reply(400, "No CONNECTION upgrade header"),
        reply(400, "No CONNECTION upgrade header"),
        LIST,
        other_request=REQUEST,
    ),
    ResponseCase("connection-list-refused", reply(400), reply(400, MISSING), LIST),
    ResponseCase("connection-list-refused", reply(400), reply(404), LIST, other_request=LIST),
    ResponseCase("server-saw-no-upgrade", reply(426, MISSING), reply(403, MISSING)),
    ResponseCase(
        "server-saw-no-upgrade",
        reply(400, "No WebSocket UPGRADE hdr: None"),
        reply(400, "No WebSocket UPGRADE hdr: None"),
        other_request=request({"Upgrade": None}),
    ),
    ResponseCase("server-saw-no-upgrade", reply(426, MISSING), reply(426), None, sure=False),
    ResponseCase(
        "server-saw-no-upgrade",
        reply(426, "Upgrade Required"),
        reply(402, "Upgrade required: buy the larger plan"),
        sure=False,
    ),
    ResponseCase(
        "server-saw-no-upgrade",
        reply(400, "", EVERY_REFUSAL, "Upgrade header MUST be provided"),
        reply(400, "", EVERY_REFUSAL, "Bad Request"),
    ),
    ResponseCase(
        "server-saw-no-upgrade",
        reply(400, "Connection header did not include 'upgrade'"),
        reply(400, "`Sec-WebSocket-Version` header did not include '13'"),
    ),
    ResponseCase(
        "server-saw-no-upgrade",
        reply(400, "'connection' header must contain 'upgrade', got []"),
        reply(400, "'host' header must be one"),
    ),
    ResponseCase("server-saw-no-upgrade", refusal(STRIPPED), refusal({"Upgrade": "h2c"})),
    ResponseCase("server-saw-no-upgrade", refusal({"Upgrade": None}), refusal({"Host": None})),
    ResponseCase("server-saw-no-upgrade", refusal({"Connection": None}), refusal({"Host": None})),
    ResponseCase("server-saw-other-upgrade", refusal({"Upgrade": "h2c"}), refusal({"Host": None})),
    ResponseCase(
        "server-saw-other-upgrade",
        reply(400, 'Can "Upgrade" only to "WebSocket".'),
        reply(401, 'Can "Upgrade" only to "WebSocket".'),
    ),
    ResponseCase(
        "server-saw-other-upgrade",
        reply(400, "Not a valid WebSocket upgrade request"),
        reply(400, "Not valid"),
    ),
    ResponseCase(
        "server-saw-no-key",
        reply(400, "missing Sec-WebSocket-Key"),
        reply(400, "missing"),
        None,
        sure=False,
    ),
    ResponseCase(
        "server-saw-no-key",
        reply(400, "Missing or invalid Sec-WebSocket-Key header"),
        reply(400, "Missing or invalid Sec-WebSocket-Key header"),
        other_request=request({"Sec-WebSocket-Key": None}),
    ),
    ResponseCase("version-refused", reply(426, "", {"Sec-WebSocket-Version": "8"}), reply(426)),
    ResponseCase(
        "version-refused",
        reply(400, "invalid Sec-WebSocket-Version header: 8"),
        reply(400, "no"),
        sure=False,
    ),
    ResponseCase(
        "version-refused",
        reply(426, "", {"Sec-WebSocket-Version": "8, 7"}),
        reply(426, "", {"Sec-WebSocket-Version": "13, 8"}),
        None,
    ),
    ResponseCase(
        "subprotocol-refused",
        reply(400, "unsupported subprotocol: chat"),
        reply(400, "unsupported subprotocol: chat"),
        CHAT,
        other_request=REQUEST,
    ),
    ResponseCase(
        "subprotocol-required",
        reply(400, "missing subprotocol"),
        reply(400, "missing subprotocol"),
        None,
        other_request=CHAT,
        sure=False,
    ),
    ResponseCase(
        "subprotocol-required",
        reply(400, "unsupported subprotocol"),
        reply(400, "unsupported"),
        sure=False,
    ),
    ResponseCase("subprotocol-required", reply(400, "missing subprotocol."), reply(400, "missing")),
    ResponseCase(
        "socketio-server",
        reply(400, '{"code":0,"message":"Transport unknown"}'),
        reply(400, '{"code":0,"message":"No"}'),
    ),
    ResponseCase(
        "socketio-session-unknown",
        reply(400, '{"code":1,"message":"Session ID unknown"}'),
        reply(400, '{"code":0,"message":"Transport unknown"}'),
    ),
    ResponseCase(
        "socketio-of-other-version",
        reply(400, '{"code":5,"message":"Unsupported protocol version"}'),
        reply(400, '{"code":0,"message":"Transport unknown"}'),
    ),
    ResponseCase(
        "host-not-in-allowed-hosts", reply(400, "<h1>Bad Request (400)</h1>"), reply(400, "<h1>")
    ),
    ResponseCase(
        "refused-by-haproxy",
        reply(400, "<h1>400 Bad request</h1>\nYour browser sent an invalid request.\n"),
        reply(400, "<h1>400 Bad request</h1>\n"),
    ),
    ResponseCase("refused-by-nginx", nginx_page(400), nginx_page(404)),
    ResponseCase(
        "wrong-path-at-ws", reply(400, "Bad Request", HTML), reply(400, "Bad Request: x", HTML)
    ),
    ResponseCase("wrong-path-at-ws", reply(400, "Bad Request", HTML), reply(400, "Bad Request")),
    ResponseCase(
        "bad-request", reply(400, "Bad Request\n", EVERY_REFUSAL), reply(400, "Bad Request", HTML)
    ),
    ResponseCase(
        "aspnet-without-websocket",
        reply(404, "", {"Server": "Microsoft-IIS/10.0"}),
        reply(404, "", {"Server": "Apache"}),
    ),
    ResponseCase("aspnet-without-websocket", reply(400, "", {"Server": "Kestrel"}), reply(400)),
    ResponseCase(
        "bad-request", reply(400, "no"), reply(400), other_request=request({"Host": "a b"})
    ),
    ResponseCase(
        "credentials-missing",
        reply(401, "", {"WWW-Authenticate": 'Basic realm="x"'}),
        reply(401),
        other_request=LOGGED_IN,
    ),
    ResponseCase("credentials-missing", reply(401), reply(403), None, sure=False),
    ResponseCase(
        "credentials-missing", reply(401), reply(401), other_request=request({"X-Api-Key": "a"})
    ),
    # A query or a subprotocol may hold a token.
    ResponseCase(
        "credentials-missing", reply(401), reply(403), request({}, "/chat?token=x"), sure=False
    ),
    ResponseCase("credentials-missing", reply(401), reply(403), CHAT, sure=False),
    ResponseCase("credentials-refused", reply(401), reply(401), LOGGED_IN, other_request=REQUEST),
    ResponseCase(
        "credentials-refused", reply(401), reply(403), request({"Cookie": "a=b"}), sure=False
    ),
    ResponseCase("payment-required", reply(402), reply(409)),
    ResponseCase("payment-required", reply(402, "Upgrade required: buy more"), reply(409)),
    ResponseCase("proxy-credentials-missing", reply(407), reply(401)),
    ResponseCase(
        "cloudflare-challenge", reply(403, "", CHALLENGE), reply(403, "no", {"CF-Ray": "1"})
    ),
    ResponseCase(
        "cloudflare-challenge",
        reply(503, "<title>Just a moment...</title>", {"Server": "cloudflare"}),
        reply(503, "<title>Just a moment...</title>"),
    ),
    ResponseCase("blocked-by-cloudflare", reply(403, "", {"CF-Ray": "1"}), reply(403)),
    ResponseCase(
        "blocked-by-cloudflare", reply(403, "", {"CF-Ray": "1"}), reply(403, "", CHALLENGE)
    ),
    ResponseCase(
        "refused-by-api-gateway",
        reply(403, '{"message":"Forbidden"}', {"x-amzn-ErrorType": "ForbiddenException"}),
        reply(403, '{"message":"Forbidden"}'),
    ),
    ResponseCase("origin-refused", reply(403, "Cross origin websockets not allowed"), reply(403)),
    ResponseCase(
        "origin-refused",
        reply(403, "Unknown origin"),
        reply(403, "Unknown user from a country of origin"),
        sure=False,
    ),
    ResponseCase(
        "origin-refused",
        reply(403, "Origin https://a.example is not allowed"),
        reply(403, '<script crossorigin="anonymous">not an original</script>'),
        sure=False,
    ),
    ResponseCase(
        "origin-refused",
        reply(403, '{"origin": "https://a.example", "error": "invalid token"}'),
        reply(403, "Requests from your country of origin are forbidden"),
        sure=False,
    ),
    ResponseCase(
        "origin-refused",
        reply(403, "Failed to open a WebSocket connection: invalid Origin header: http://a"),
        reply(403, "The origin web server is not there"),
    ),
    ResponseCase(
        "origin-refused", reply(403, "Invalid CORS request"), reply(403, "Invalid request"), None
    ),
    ResponseCase(
        "origin-refused",
        reply(403, "websocket: request origin not allowed by Upgrader.CheckOrigin"),
        reply(403, "the origin server refused"),
    ),
    ResponseCase(
        "origin-refused",
        reply(403, '<p>{"error":"origin not allowed"}</p>'),
        reply(403, '<meta name="referrer" content="origin"><title>Not allowed</title>'),
    ),
    ResponseCase(
        "origin-refused",
        reply(403, "Origin 'https://a.example' may not connect here"),
        reply(403, "You may not connect to this database"),
    ),
    ResponseCase("envoy-without-upgrade", reply(403, "", {"Server": "envoy"}), reply(403)),
    ResponseCase(
        "envoy-without-upgrade",
        reply(403, "", {"Server": "istio-envoy"}),
        reply(403, "RBAC: access denied", {"Server": "envoy"}),
    ),
    ResponseCase("closed-before-accept", reply(403, "", {"Server": "uvicorn"}), reply(403)),
    ResponseCase("denied-by-proxy", nginx_page(403), nginx_page(404)),
    ResponseCase(
        "denied-by-proxy", reply(403, "You don't have permission to access this"), reply(403, "You")
    ),
    ResponseCase(
        "blocked-by-akamai",
        reply(403, "You don't have permission to access this", {"Server": "AkamaiGHost"}),
        reply(403, "You don't have permission to access this"),
    ),
    ResponseCase(
        "blocked-by-akamai", reply(403, "https://errors.edgesuite.net/18.a"), reply(403), None
    ),
    ResponseCase("forbidden", reply(403), reply(404)),
    ResponseCase("forbidden", reply(403), reply(403, "Invalid Origin"), None),
    ResponseCase("asgi-saw-plain-http", reply(404, '{"detail":"Not Found"}'), reply(404, "{}")),
    ResponseCase("asgi-saw-plain-http", reply(404, '{"detail":"Not Found"}'), reply(403), None),
    ResponseCase("express-saw-plain-http", reply(404, "<pre>Cannot GET /chat</pre>"), reply(404)),
    ResponseCase(
        "express-saw-plain-http", reply(404, "Cannot GET /chat"), reply(404), None, sure=False
    ),
    ResponseCase(
        "express-saw-plain-http",
        reply(404, "<pre>Cannot GET /chat</pre>"),
        reply(404, "<pre>Cannot GET /chat</pre>"),
        other_request=request({"Upgrade": None}),
    ),
    ResponseCase("tomcat-saw-plain-http", reply(404, "<title>HTTP Status 404"), reply(404)),
    ResponseCase("django-saw-plain-http", reply(404, "Using the URLconf defined in"), reply(404)),
    ResponseCase("no-location-for-path", nginx_page(404), nginx_page(403)),
    ResponseCase("no-location-for-path", nginx_page(404), nginx_page(403), None, sure=False),
    ResponseCase("path-not-found", reply(404, "no"), nginx_page(404)),
    ResponseCase("method-refused", reply(405), reply(404)),
    ResponseCase("request-timed-out", reply(408), reply(409)),
    ResponseCase("host-not-served", reply(421), reply(422)),
    ResponseCase("server-saw-no-attempt", reply(426, "", WANTED), reply(426, MISSING)),
    ResponseCase("server-saw-no-attempt", reply(426), reply(426, MISSING), sure=False),
    ResponseCase(
        "server-saw-no-attempt", reply(426, "", WANTED), reply(426, MISSING), None, sure=False
    ),
    ResponseCase(
        "server-saw-no-attempt",
        reply(426, "", {**WANTED, **EVERY_REFUSAL}),
        reply(426, MISSING),
        sure=False,
    ),
    ResponseCase("other-client-error", reply(409), reply(404)),
    ResponseCase("other-client-error", reply(451), reply(402), None),
    ResponseCase("other-server-error", reply(507), reply(500)),
    ResponseCase("rate-limited", reply(429), reply(429, "", CHALLENGE)),
    ResponseCase("target-group-not-http1", reply(464), reply(463)),
    ResponseCase(
        "django-without-websocket-router",
        reply(500, "Django can only handle ASGI/HTTP connections, not websocket."),
        reply(500, "Django"),
    ),
    ResponseCase("server-error", reply(500), reply(505)),
    ResponseCase(
        "haproxy-server-not-http1",
        reply(502, "The server returned an invalid or incomplete response."),
        reply(502, "The server"),
    ),
    ResponseCase("cloudflare-cannot-reach-server", reply(525), reply(512)),
    ResponseCase(
        "cloudflare-cannot-reach-server", reply(502, "", {"CF-Ray": "1"}), reply(502), None
    ),
    ResponseCase(
        "cloudflare-cannot-reach-server",
        reply(504, "", {"Server": "cloudflare"}),
        reply(500, "", {"Server": "cloudflare"}),
    ),
    ResponseCase("upstream-unreachable", nginx_page(502), nginx_page(504)),
    ResponseCase("no-server-available", reply(503), reply(502)),
    ResponseCase("no-server-available", reply(503, "no healthy upstream"), reply(500), None),
    ResponseCase("upstream-silent", reply(504), reply(503)),
    ResponseCase("network-wants-login", reply(511), reply(501)),
    # ---- a 101 with another accept value
    ResponseCase("no-accept-in-101", switch({"Sec-WebSocket-Accept": None}), switch()),
    ResponseCase("no-accept-in-101", switch({"Sec-WebSocket-Accept": None}), switch(), None),
    ResponseCase(
        "accept-on-two-lines", switch({"Sec-WebSocket-Accept": [ACCEPT, ACCEPT]}), switch()
    ),
    ResponseCase("accept-of-decoded-key", made(accept(a2b_base64(OTHER_KEY) + GUID)), switch()),
    ResponseCase("accept-in-hex", made(RIGHT.hexdigest()), made("a" * 39)),
    ResponseCase("accept-in-hex", made(RIGHT.hexdigest().upper()), made("g" * 40)),
    ResponseCase("accept-in-hex", made(text(RIGHT.hexdigest().encode())), made(text(b"a" * 40))),
    ResponseCase("accept-in-hex", made("a" * 40), switch(), None),
    ResponseCase("accept-in-other-case", made(ACCEPT.lower()), switch()),
    ResponseCase("accept-in-other-base64", made(ACCEPT.rstrip("=")), made(ACCEPT[:-2])),
    ResponseCase("accept-in-other-base64", made(f'"{ACCEPT}"'), switch()),
    ResponseCase(
        "accept-with-wrong-guid", made(accept(KEY_BYTES + GUID.lower())), made(accept(KEY_BYTES))
    ),
    ResponseCase(
        "accept-with-wrong-guid",
        made(accept(KEY_BYTES + b"258EAFA5-E914-47DA-95CA-5AB0DC85B11F")),
        switch(),
    ),
    ResponseCase("accept-without-guid", made(accept(KEY_BYTES)), switch()),
    ResponseCase("accept-without-key", made(accept(GUID)), switch()),
    ResponseCase("accept-with-guid-first", made(accept(GUID + KEY_BYTES)), switch()),
    ResponseCase("accept-with-line-end", made(accept(KEY_BYTES + GUID + b"\n")), switch()),
    ResponseCase("accept-with-line-end", made(accept(b" " + KEY_BYTES + GUID)), switch()),
    ResponseCase("accept-of-changed-key", made(accept(KEY_BYTES.lower() + GUID)), switch()),
    ResponseCase(
        "accept-of-sample-key",
        made(accept(KEY.encode() + GUID)),
        made(accept(KEY.encode() + GUID)),
        other_request=request({"Sec-WebSocket-Key": KEY}),
    ),
    ResponseCase(
        "accept-by-other-hash",
        made(text(hashlib.sha256(KEY_BYTES + GUID).digest())),
        made(text(hashlib.sha256(GUID).digest())),
    ),
    ResponseCase("accept-by-other-hash", made(hashlib.md5(KEY_BYTES + GUID).hexdigest()), switch()),
    ResponseCase("accept-is-the-key", made(OTHER_KEY), made(KEY)),
    ResponseCase(
        "accept-is-the-key",
        made(OTHER_KEY),
        reply(404, "", {"Sec-WebSocket-Accept": OTHER_KEY}),
    ),
    ResponseCase("accept-of-another-key", made(accept(b"x" + GUID)), made(accept(GUID))),
    ResponseCase("accept-is-no-digest", made("abc"), made(RIGHT.hexdigest())),
    ResponseCase("accept-is-no-digest", made("abc"), switch(), None),
    # ---- a 101 that selects what it must not
    ResponseCase(
        "subprotocol-on-two-lines",
        switch({"Sec-WebSocket-Protocol": ["chat", "chat"]}),
        switch({"Sec-WebSocket-Protocol": "chat"}),
        CHAT,
    ),
    ResponseCase(
        "all-subprotocols-sent-back",
        switch({"Sec-WebSocket-Protocol": "chat, superchat"}),
        switch({"Sec-WebSocket-Protocol": "chat"}),
        CHAT,
    ),
    ResponseCase(
        "subprotocol-unasked",
        switch({"Sec-WebSocket-Protocol": "chat"}),
        switch({"Sec-WebSocket-Protocol": "other"}),
        other_request=CHAT,
    ),
    ResponseCase(
        "subprotocol-in-other-case",
        switch({"Sec-WebSocket-Protocol": "Chat"}),
        switch({"Sec-WebSocket-Protocol": "other"}),
        CHAT,
    ),
    ResponseCase(
        "other-subprotocol",
        switch({"Sec-WebSocket-Protocol": "other"}),
        switch({"Sec-WebSocket-Protocol": "chat"}),
        CHAT,
    ),
    ResponseCase(
        "extensions-on-two-lines",
        switch({"Sec-WebSocket-Extensions": ["x-test", "x-test"]}),
        switch({"Sec-WebSocket-Extensions": "x-test"}),
        TEST,
    ),
    ResponseCase(
        "extension-unasked",
        switch({"Sec-WebSocket-Extensions": "x-test"}),
        switch({"Sec-WebSocket-Extensions": "x-test"}),
        other_request=TEST,
    ),
    ResponseCase(
        "other-extension",
        switch({"Sec-WebSocket-Extensions": "x-test, x-test"}),
        switch({"Sec-WebSocket-Extensions": "x-test"}),
        TEST,
    ),
    ResponseCase(
        "other-extension",
        switch({"Sec-WebSocket-Extensions": "x-other"}),
        switch({"Sec-WebSocket-Extensions": "x-other"}),
        TEST,
        other_request=REQUEST,
    ),
]
