"""Why an answer is not the wanted 101: the table of causes, read from what reached the client."""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64
from hashlib import md5, sha1, sha256

from .causes import (
    CLIENT,
    CURL,
    IN_LOCATION,
    LARGER_HEADS,
    LINE_SYNTAX,
    NGINX,
    ONLY_HTTP_1,
    OTHER_PROXIES,
    PROXY,
    SERVER,
    SHELL,
    UPGRADE_ONCE,
    VARNISH,
    VERSION_LINE,
    Row,
    if_found,
    if_nothing,
    if_status,
    if_told,
)
from .display import is_secret, line_without_secrets, shown
from .key import GUID, accept_key
from .pattern import Pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .causes import Evidence, Fix
    from .facts import ResponseFacts

_FORWARD_UPGRADE: Fix = (*NGINX, *OTHER_PROXIES)
_ACCEPT: Fix = (
    ("Python", "base64.b64encode(hashlib.sha1(key.encode() + GUID).digest()).decode()"),
    ("Node.js", 'crypto.createHash("sha1").update(key + GUID).digest("base64")'),
    (
        "PHP",
        "base64_encode(sha1($key . $guid, true))",
    ),
    ("a shell", 'printf %s "$key$guid" | openssl dgst -sha1 -binary | base64'),
    ("the GUID", GUID.decode("ascii")),
)

# --- What came instead of HTTP/1.1 ----------------------------------------------------------------

_SYNTAX = ("status-line-malformed", *LINE_SYNTAX)
_STATUS_LINE = Pattern(r"HTTP/1\.[0-9] [1-5][0-9][0-9]")


def _tls(facts: ResponseFacts) -> Evidence:
    """An alert or a handshake record."""
    return facts.first_bytes() if facts.data.startswith((b"\x15\x03", b"\x16\x03")) else []


def _http2(facts: ResponseFacts) -> Evidence:
    """A SETTINGS or GOAWAY frame of stream 0 (RFC 9113 §4.1), or curl's way to show HTTP/2."""
    if facts.text.startswith("HTTP/2 "):
        return facts.first_line()
    frame = facts.data[:9]
    if len(frame) == 9 and frame[0] == 0 and frame[3] in b"\4\7" and not any(frame[5:]):
        return ["the first bytes are an HTTP/2 frame of stream 0"]
    return []


def _frames(facts: ResponseFacts) -> Evidence:
    """A server's frame: final, a known opcode, not masked (RFC 6455 §5.2)."""
    begin = facts.data[:2]
    if len(begin) == 2 and begin[0] in b"\x81\x82\x88\x89\x8a" and not begin[1] & 0x80:
        return facts.first_bytes()
    return []


def _echo(facts: ResponseFacts) -> Evidence:
    words = facts.start.split(" ")
    return facts.first_line() if len(words) == 3 and words[2].startswith("HTTP/1.") else []


def _page_without_head(facts: ResponseFacts) -> Evidence:
    begin = facts.text.lstrip().lower()
    if begin.startswith(("<!doctype", "<html", "{")):
        return ["the first bytes are those of a document"]
    return []


def _output_before_head(facts: ResponseFacts) -> Evidence:
    found = _STATUS_LINE.search(facts.text[:4096])
    if found is not None and found.start():
        return [f"{found.start()} bytes stand before 'HTTP/1.'"]
    return []


def _other_protocol(facts: ResponseFacts) -> Evidence:
    return facts.first_bytes() if "not-http-response" in facts.codes else []


def _only_interim(facts: ResponseFacts) -> Evidence:
    return [] if facts.status else [f"a response {status} came" for status in facts.interim]


def _cut(facts: ResponseFacts) -> Evidence:
    if "head-incomplete" in facts.codes:
        return ["the bytes end before the empty line of the head"]
    return []


# fmt: off
BEGINNINGS = (
    Row("closed-without-answer", if_nothing,
        "The server closed without an answer: its port speaks TLS, nothing healthy stands behind"
        " the proxy, or it closes where it should refuse.",
        ((CLIENT, "Use wss:// if the port speaks TLS."),
         (SERVER, "Answer each request, a bad one with 400, and read its log for this time.")),
        sure=False),
    Row("tls-answered", _tls,
        "The port speaks TLS, and the client came without.",
        ((CLIENT, "Use wss:// in place of ws://, or the port without TLS."),), sure=True),
    Row("http2-answered", _http2,
        "The server speaks HTTP/2 on this connection.",
        ONLY_HTTP_1, sure=True),
    Row("frames-without-101", _frames,
        "The server sends WebSocket frames without having answered the handshake.",
        ((SERVER, "Send the 101 first."),), sure=False),
    Row("request-echoed", _echo,
        "The server sends the request back: it echoes what it reads, below HTTP.",
        ((CLIENT, "Check the port: an echo service for TCP is no WebSocket server."),), sure=True),
    Row("answer-without-head", _page_without_head,
        "The server sends a document without a status line and fields.",
        ((SERVER, "Write a status line, the fields and an empty line first."),), sure=True),
    Row("output-before-head", _output_before_head,
        "The server writes something before its answer: a debug line, a byte order mark, or the"
        " rest of an earlier answer.",
        ((SERVER, "Send nothing before HTTP/1.1 101 Switching Protocols."),), sure=True),
    Row("other-protocol-answered", _other_protocol,
        "Another service than an HTTP server listens on this port.",
        ((CLIENT, "Check host and port."),), sure=False),
    Row("interim-response-only", _only_interim,
        "The server sent an interim response and then nothing: it is still at work, or takes that"
        " for its answer.",
        ((SERVER, "Send the 101 behind it; turn off early hints for this path."),
         (CLIENT, "Wait longer: an interim response is no answer.")), sure=False),
    Row("answer-cut", _cut,
        "The connection ended in the middle of the answer: the server crashed, or a timeout of a"
        " proxy was over.",
        ((SERVER, "Read its log for this time."),
         ("nginx", "proxy_read_timeout 3600s;")), sure=False),
    Row("answer-with-bare-line-feeds", if_told("bare-lf"),
        "The server ends lines in a line feed alone: its answer was written by hand.",
        ((SERVER, "End each line with \\r\\n, and the head with \\r\\n\\r\\n."),), sure=True),
    Row("answer-too-large", if_told("head-too-large", "too-many-fields", "status-line-too-long"),
        "The answer's head is over the limit, usually by many Set-Cookie fields.",
        ((SERVER, "Set no cookies in the 101."),
         ("ws_handshake", "Limits(head=131072)")), sure=True),
    Row("hand-written-answer", if_told(*_SYNTAX),
        "The answer was put together by hand and is no well-formed HTTP.",
        ((SERVER, "HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\n"),),
        sure=False),
)
# fmt: on

# --- The request that it answers ------------------------------------------------------------------


def _request_at_fault(facts: ResponseFacts) -> Evidence:
    return [f"about the request: {message}" for message in facts.request_faults]


# What a server answers to a request that it takes for a bad one.
_BLAMES_REQUEST = frozenset([101, 400, 405, 411, 414, 417, 426, 431, 505])


def _blames_request(facts: ResponseFacts) -> bool:
    return facts.status in _BLAMES_REQUEST


# fmt: off
REQUESTS = (
    Row("request-was-invalid", _request_at_fault,
        "The client's own request is no valid handshake: see diagnose_request.",
        (*CURL, (CLIENT, "Use a WebSocket library, or build_request.")), sure=_blames_request),
)
# fmt: on

# --- Answers with another status ------------------------------------------------------------------

SAW_NO_UPGRADE = (
    "missing upgrade header",
    "missing connection header",
    "invalid connection header",
    "upgrade hdr: none",
    "no websocket upgrade hdr",
    "no connection upgrade",
    '"connection" must be "upgrade"',
    "'upgrade' token not found",
    "not a websocket handshake",
    "missing or invalid upgrade",
    "no upgrade header",
    "upgrade header must be provided",
    "connection header must be provided",
    "header did not include 'upgrade'",
    "header did not include 'websocket'",
    "'connection' header must contain",
    "'upgrade' header must contain",
    "upgrade is missing",
    "upgrade came through but connection did not",
)
_NAMES_CONNECTION = ("connection header", "connection upgrade", '"connection"', "'connection'")
SAW_OTHER_UPGRADE = (
    "invalid upgrade header",
    'can "upgrade" only to "websocket"',
    "not a valid websocket upgrade request",
    "'websocket' token not found",
    "it must be websocket and nothing else",
)
SAW_NO_KEY = (
    "missing or invalid sec-websocket-key",
    "missing sec-websocket-key",
    "invalid sec-websocket-key",
    "'sec-websocket-key' header",
    "`sec-websocket-key` header",
    "sec-websocket-key is ",
    "no sec-websocket-key",
    "mismatch challenge/response",
)
ORIGIN_REFUSED = (
    "cross origin websockets not allowed",
    "request origin not allowed by upgrader.checkorigin",
    "invalid cors request",
)
_ORIGIN_NAMED = (
    *ORIGIN_REFUSED,
    "invalid origin",
    "origin not allowed",
    "origin is not allowed",
    "may not connect here",
)
HTTPS_PORT = (
    "the plain http request was sent to https port",
    "client sent an http request to an https server",
    "you're speaking plain http to an ssl-enabled server port",
    "this combination of host and port requires tls",
)
_TOO_LARGE = (
    "request header or cookie too large",
    "request header fields too large",
    "size of a request header field exceeds server limit",
)
_BAD = frozenset(["invalid", "forbidden", "bad", "wrong", "unknown", "missing", "rejected"])
_REFUSED = frozenset(
    ["not", "denied", "refused", "rejected", "forbidden", "invalid", "disallowed", "mismatch"]
)
_NO_WORDS = str.maketrans("\"'`:;,.(){}[]", " " * 13)
_HTML = "text/html"
_PLAIN_PATH = Pattern("[A-Za-z0-9/_.-]{1,64}+")
_LOGIN = frozenset(
    [
        "login",
        "log-in",
        "signin",
        "sign-in",
        "sign_in",
        "wp-login",
        "oauth",
        "oauth2",
        "openid",
        "openid-connect",
        "authorize",
        "auth",
        "sso",
        "saml",
        "saml2",
        "adfs",
        "cas",
        "idp",
    ]
)


def _if_good_request(facts: ResponseFacts) -> bool:
    """Without the request nobody knows what was sent, so that nothing shows a hop."""
    return facts.sent_good_request


def _connect(facts: ResponseFacts) -> Evidence:
    if facts.status == 200 and facts.reason.lower() == "connection established":
        return facts.first_line()
    return []


def _sockjs(facts: ResponseFacts) -> Evidence:
    return facts.says("welcome to sockjs!") if facts.status == 200 else []


def _page(facts: ResponseFacts) -> Evidence:
    if 200 <= facts.status <= 299 and facts.is_page:
        return [*facts.answered(), "the body is a page", *facts.by_server()]
    return []


def _is_usual_page(facts: ResponseFacts) -> bool:
    """With 202 a firewall sends a page that tries out the browser, such as AWS WAF's."""
    return facts.sent_good_request and facts.status == 200


def _plain(facts: ResponseFacts) -> Evidence:
    if 200 <= facts.status <= 299 and facts.good_request:
        return [*facts.answered(), *facts.by_server()]
    return []


def _location(facts: ResponseFacts) -> tuple[str, str, str]:
    """Scheme, host and path of where it redirects to; scheme and host may be empty."""
    location = facts.get("location").partition("?")[0].partition("#")[0]
    if location.startswith("//"):
        location = f":{location}"  # in the scheme of the request (RFC 3986 §4.2)
    scheme, slashes, rest = location.partition("://")
    if not slashes:
        return "", "", location
    host, slash, path = rest.partition("/")
    return scheme.lower(), host.rpartition("@")[2].lower(), f"{slash}{path}" or "/"


def _redirected(facts: ResponseFacts) -> Evidence:
    if 300 <= facts.status <= 399 and facts.has("location"):
        target = shown(line_without_secrets(facts.get("location")))
        return [*facts.answered(), f"Location is {target}"]
    return []


def _same_path(facts: ResponseFacts, ending: str) -> bool:
    """Whether it redirects to the path that was asked for, with this ending."""
    _, _, path = _location(facts)
    if facts.request is None:
        return path.endswith("/") if ending else True
    return path == facts.request.target.partition("?")[0] + ending


def _same_host(facts: ResponseFacts) -> bool:
    _, host, _ = _location(facts)
    if facts.request is None or not host:
        return True
    return _without_port(host) == _without_port(facts.request.get("host").lower())


def _without_port(host: str) -> str:
    """The name or address; one of IPv6 stands in brackets, with colons of its own."""
    address, bracket, rest = host.rpartition("]")
    return f"{address}{bracket}{rest.partition(':')[0]}"


def _words(path: str) -> set[str]:
    """The segments of a path, without what a file's name ends in, or the labels of a host."""
    return set(path.lower().replace(".", "/").split("/"))


def _to_login(facts: ResponseFacts) -> Evidence:
    _, host, path = _location(facts)
    words = _words(path)
    if facts.request is not None:
        words -= _words(facts.request.target.partition("?")[0])
    if not _same_host(facts):
        words |= _words(_without_port(host))
    return _redirected(facts) if words & _LOGIN else []


def _to_slash(facts: ResponseFacts) -> Evidence:
    if _same_path(facts, "/") and _same_host(facts) and _location(facts)[2] != "/":
        return _redirected(facts)
    return []


def _to_https(facts: ResponseFacts) -> Evidence:
    secure = _location(facts)[0] in ("https", "wss")
    return _redirected(facts) if secure and _same_path(facts, "") and _same_host(facts) else []


def _no_location(facts: ResponseFacts) -> Evidence:
    if 300 <= facts.status <= 399:
        return [*facts.answered(), *facts.about("Location")]
    return []


def _knows_path(facts: ResponseFacts) -> bool:
    return facts.request is not None


def _keeps_path(facts: ResponseFacts) -> bool:
    """Whether only the name is another: a page to log in at has a path of its own."""
    return _same_path(facts, "")


def _to_host(facts: ResponseFacts) -> Evidence:
    return _redirected(facts) if not _same_host(facts) else []


def _connect_there(facts: ResponseFacts) -> Fix:
    scheme, host, path = _location(facts)
    if not host:
        where = f"the path {shown(line_without_secrets(path))}"
    else:
        secure = "wss" if scheme in ("https", "wss") else "ws"
        where = shown(line_without_secrets(f"{secure}://{host}{path}"))
    there = (CLIENT, f"Connect to {where} yourself: browsers follow no redirect here.")
    if _same_path(facts, "") or _same_path(facts, "/"):
        return (there,)
    return (there, (CLIENT, "Where that is a page to log in at: log in first."))


def _connect_in_tls(facts: ResponseFacts) -> Fix:
    return (
        *_connect_there(facts),
        (IN_LOCATION, "proxy_set_header X-Forwarded-Proto $scheme;"),
        (SERVER, "Trust X-Forwarded-Proto of the proxy, where the handshake was in wss already."),
    )


def _https_port(facts: ResponseFacts) -> Evidence:
    return facts.says(*HTTPS_PORT) if 400 <= facts.status <= 499 else []


def _head_refused(facts: ResponseFacts) -> Evidence:
    if facts.status == 431:
        return facts.answered()
    return facts.says(*_TOO_LARGE) if facts.status in (400, 413) else []


_REFUSALS = (400, 402, 404, 426, 500, 501, 505)


def _saw_two(facts: ResponseFacts) -> Evidence:
    if facts.good_request and facts.status in _REFUSALS:
        return facts.says("websocket, websocket", "websocket,websocket")
    return []


def _saw_http_1_0(facts: ResponseFacts) -> Evidence:
    if not facts.good_request:
        return []
    if facts.status == 505:
        return [*facts.answered(), *facts.by_server()]
    if facts.status in _REFUSALS:
        return facts.tells("unsupported http version", "bad protocol version", "http/1.0")
    return []


def _envoy_426(facts: ResponseFacts) -> Evidence:
    if facts.status == 426 and "envoy" in facts.server and facts.good_request:
        return [*facts.answered(), *facts.about("Server")]
    return []


def _other_required(facts: ResponseFacts) -> Evidence:
    upgrade = facts.elements("upgrade")
    if facts.status == 426 and upgrade and "websocket" not in upgrade:
        return [*facts.answered(), *facts.about("Upgrade")]
    return []


def _connection_list(facts: ResponseFacts) -> Evidence:
    """Firefox used to send `keep-alive, Upgrade`; some servers compare the whole value."""
    if facts.request is None or not facts.good_request or len(facts.request.connection) < 2:
        return []
    if facts.status in _REFUSALS and (
        facts.says(*_NAMES_CONNECTION) or (facts.status == 400 and "upgrade" not in facts.lowered)
    ):
        return [*facts.answered(), *_offered(facts, "Connection")]
    return []


def _saw_none(facts: ResponseFacts) -> Evidence:
    if facts.good_request and facts.status in _REFUSALS:
        return facts.tells(*SAW_NO_UPGRADE) or _says_upgrade_required(facts)
    return []


def _says_upgrade_required(facts: ResponseFacts) -> Evidence:
    """The reason phrase of a 426, as a body: the library ws and others write no more."""
    return facts.says("upgrade required") if facts.status == 426 else []


def _names_upgrade(facts: ResponseFacts) -> bool:
    return facts.sent_good_request and bool(facts.tells(*SAW_NO_UPGRADE))


def _saw_other(facts: ResponseFacts) -> Evidence:
    if facts.good_request and facts.status in _REFUSALS:
        return facts.tells(*SAW_OTHER_UPGRADE)
    return []


def _saw_no_key(facts: ResponseFacts) -> Evidence:
    if facts.good_request and facts.status in _REFUSALS:
        return facts.tells(*SAW_NO_KEY)
    return []


def _lacks_13(facts: ResponseFacts) -> bool:
    """Whether the server names its versions, and 13 is none of them.

    Some libraries name 13 in every refusal, whatever its reason.
    """
    versions = facts.elements("sec-websocket-version")
    return facts.status in (400, 426) and bool(versions) and "13" not in versions


def _version_refused(facts: ResponseFacts) -> Evidence:
    if _lacks_13(facts):
        return [*facts.answered(), *facts.about("Sec-WebSocket-Version")]
    return facts.tells("sec-websocket-version") if facts.status in _REFUSALS else []


def _version_fix(facts: ResponseFacts) -> Fix:
    forward = (PROXY, "Forward Sec-WebSocket-Version as the client sent it.")
    if _lacks_13(facts):
        return ((SERVER, "Update it to a library that speaks version 13 (RFC 6455)."), forward)
    if facts.sent_good_request:
        return (forward,)
    return ((CLIENT, "Sec-WebSocket-Version: 13"), forward)


def _subprotocol_refused(facts: ResponseFacts) -> Evidence:
    name = "Sec-WebSocket-Protocol"
    if facts.status in _REFUSALS and _was_sent(facts, name):
        says = facts.says("subprotocol")
        return says and [*says, *_offered(facts, name)]
    return []


def _no_subprotocol(facts: ResponseFacts) -> Evidence:
    if facts.status in _REFUSALS:
        return facts.says("missing subprotocol", "no subprotocols supported", "subprotocol")
    return []


def _wants_subprotocol(facts: ResponseFacts) -> bool:
    return facts.sent_good_request and bool(facts.says("missing subprotocol"))


def _engine_io(facts: ResponseFacts) -> Evidence:
    return facts.says("transport unknown") if facts.status == 400 else []


def _engine_io_version(facts: ResponseFacts) -> Evidence:
    return facts.says("unsupported protocol version") if facts.status == 400 else []


def _engine_io_session(facts: ResponseFacts) -> Evidence:
    return facts.says("session id unknown") if facts.status == 400 else []


def _django_host(facts: ResponseFacts) -> Evidence:
    if facts.status == 400:
        return facts.says(
            "invalid http_host header", "disallowedhost", "<h1>bad request (400)</h1>"
        )
    return []


def _haproxy_400(facts: ResponseFacts) -> Evidence:
    return facts.says("your browser sent an invalid request") if facts.status == 400 else []


def _nginx_400(facts: ResponseFacts) -> Evidence:
    if facts.status == 400 and facts.is_nginx_page:
        return [*facts.answered(), "nginx itself wrote the body"]
    return []


def _microsoft(facts: ResponseFacts) -> Evidence:
    ours = facts.server.startswith(("microsoft-iis", "kestrel"))
    if facts.status in (400, 404, 500, 501) and ours and facts.good_request:
        return [*facts.answered(), *facts.about("Server")]
    return []


def _ws_400(facts: ResponseFacts) -> Evidence:
    """Other servers write the same two words, as plain text or with no type at all."""
    if facts.status == 400 and facts.body == "Bad Request" and facts.get("content-type") == _HTML:
        return [*facts.says("bad request"), *facts.about("Content-Type")]
    return []


def _other_400(facts: ResponseFacts) -> Evidence:
    if facts.status == 400 and facts.good_request:
        return [*facts.answered(), *facts.by_server()]
    return []


def _credentials_missing(facts: ResponseFacts) -> Evidence:
    sent = facts.request is not None and any(is_secret(name) for name, _ in facts.request.fields)
    if facts.status == 401 and not sent:
        return [*facts.answered(), *_asked_for(facts)]
    return []


def _credentials_refused(facts: ResponseFacts) -> Evidence:
    if facts.status == 401:
        return [*facts.answered(), "the request has credentials", *_asked_for(facts)]
    return []


def _sent_no_credentials(facts: ResponseFacts) -> bool:
    """A query or a subprotocol may hold a token too."""
    return (
        facts.good_request
        and facts.request is not None
        and "?" not in facts.request.target
        and not facts.request.has("sec-websocket-protocol")
    )


def _sent_authorization(facts: ResponseFacts) -> bool:
    """A cookie alone may be there for something else."""
    return facts.good_request and _was_sent(facts, "authorization")


def _asked_for(facts: ResponseFacts) -> Evidence:
    scheme = facts.get("www-authenticate").partition(" ")[0]
    return [f"WWW-Authenticate asks for {shown(scheme)}"] if scheme else []


def _is_cloudflare(facts: ResponseFacts) -> bool:
    return facts.has("cf-ray") or facts.server == "cloudflare"


def _challenge(facts: ResponseFacts) -> Evidence:
    if facts.status not in (403, 429, 503):
        return []
    if facts.get("cf-mitigated").lower() == "challenge":
        return [*facts.answered(), *facts.about("cf-mitigated")]
    return facts.says("just a moment...") if _is_cloudflare(facts) else []


def _cloudflare_403(facts: ResponseFacts) -> Evidence:
    if facts.status == 403 and _is_cloudflare(facts):
        return [*facts.answered(), *facts.about("Server", "CF-Ray")]
    return []


def _api_gateway(facts: ResponseFacts) -> Evidence:
    if facts.status == 403 and facts.has("x-amzn-errortype", "x-amzn-requestid"):
        return facts.says(
            '{"message":"forbidden"}', '"message": "forbidden"', "authentication token"
        )
    return []


def _refuses_origin(facts: ResponseFacts) -> bool:
    """Whether a sentence of the body says so.

    Pages have the word for other things: crossorigin, a referrer policy, an origin server.
    """
    for text in facts.lowered.replace("<", "\n").replace(">", "\n").split("\n"):
        words = text.translate(_NO_WORDS).split() if "origin" in text else []
        for at, word in enumerate(words):
            if word not in ("origin", "cross-origin") or words[at - 1 : at] == ["of"]:
                continue  # a country of origin
            if "server" in words[at + 1 : at + 3]:
                continue
            if _BAD.intersection(words[max(at - 2, 0) : at]):
                return True
            if _REFUSED.intersection(words[at + 1 : at + 13]):
                return True
    return False


def _origin_named(facts: ResponseFacts) -> Evidence:
    if facts.status != 403:
        return []
    if _names_origin(facts):
        return facts.says(*_ORIGIN_NAMED)
    if _refuses_origin(facts):
        return [*facts.answered(), "the body seems to say that the origin is refused"]
    return []


def _names_origin(facts: ResponseFacts) -> bool:
    """Whether the body has a sentence about nothing but the field Origin."""
    return bool(facts.says(*_ORIGIN_NAMED))


def _envoy(facts: ResponseFacts) -> Evidence:
    if facts.status == 403 and "envoy" in facts.server and not facts.lowered.strip():
        return [*facts.answered(), *facts.about("Server"), "the body is empty"]
    return []


def _asgi_403(facts: ResponseFacts) -> Evidence:
    servers = ("uvicorn", "hypercorn", "daphne", "granian")
    if facts.status == 403 and facts.server.startswith(servers):
        return [*facts.answered(), *facts.about("Server")]
    return []


def _akamai_403(facts: ResponseFacts) -> Evidence:
    if facts.status != 403:
        return []
    if facts.server.startswith("akamai"):
        return [*facts.answered(), *facts.about("Server")]
    return facts.says("errors.edgesuite.net", "errors&#46;edgesuite&#46;net")


def _proxy_403(facts: ResponseFacts) -> Evidence:
    if facts.status == 403 and facts.is_nginx_page:
        return [*facts.answered(), "nginx itself wrote the body"]
    return facts.says("you don't have permission to access") if facts.status == 403 else []


def _other_403(facts: ResponseFacts) -> Evidence:
    if facts.status != 403:
        return []
    return [*facts.answered(), *facts.by_server(), *_of_request(facts, "Origin")]


def _asgi_404(facts: ResponseFacts) -> Evidence:
    if facts.status == 404 and facts.good_request:
        return facts.says('{"detail":"not found"}')
    return []


def _express_404(facts: ResponseFacts) -> Evidence:
    if facts.status == 404 and facts.good_request:
        return facts.says("cannot get /")
    return []


def _tomcat_404(facts: ResponseFacts) -> Evidence:
    return facts.says("http status 404", '"error":"not found"') if facts.status == 404 else []


def _django_404(facts: ResponseFacts) -> Evidence:
    if facts.status == 404:
        return facts.says("urlconf", "the requested resource was not found on this server.")
    return []


def _nginx_404(facts: ResponseFacts) -> Evidence:
    if facts.status == 404 and facts.is_nginx_page:
        return [*facts.answered(), "nginx itself wrote the body"]
    return []


def _wants_websocket(facts: ResponseFacts) -> bool:
    """Whether a 426 is for want of an upgrade, and not of a version or another client."""
    return (
        facts.sent_good_request
        and "websocket" in facts.elements("upgrade")
        and not facts.has("sec-websocket-version")
    )


def _saw_no_attempt(facts: ResponseFacts) -> Evidence:
    if facts.status == 426 and facts.good_request:
        return [*facts.answered(), *facts.by_server()]
    return []


def _django_500(facts: ResponseFacts) -> Evidence:
    return facts.says("django can only handle asgi/http connections")


def _haproxy_502(facts: ResponseFacts) -> Evidence:
    if facts.status == 502:
        return facts.says("the server returned an invalid or incomplete response")
    return []


def _cloudflare_5xx(facts: ResponseFacts) -> Evidence:
    if 520 <= facts.status <= 530 or (facts.status in (502, 504) and _is_cloudflare(facts)):
        return [*facts.answered(), *facts.by_server()]
    return []


def _other_error(facts: ResponseFacts) -> Evidence:
    """A status that no row before this one explains."""
    return [*facts.answered(), *facts.by_server()] if facts.good_request else []


def _client_error(facts: ResponseFacts) -> Evidence:
    return _other_error(facts) if facts.status // 100 == 4 else []


def _server_error(facts: ResponseFacts) -> Evidence:
    return _other_error(facts) if facts.status // 100 == 5 else []


_KEEP_HOST: Fix = (
    (IN_LOCATION, "proxy_set_header Host $http_host;"),
    (SERVER, "Allow this origin, in full: https://example.com, with a port that is not 443."),
    ("Vite", 'server: { proxy: { "/ws": { target: "http://127.0.0.1:8000", ws: true } } }'),
)
_UPSTREAM: Fix = (
    (SERVER, "Is it running, at the address, port and scheme (proxy_pass) that the proxy has?"),
    (SHELL, "sudo tail -n 20 /var/log/nginx/error.log"),
    ("nginx before a server with TLS", "proxy_pass https://127.0.0.1:8443;"),
)
_RUNNING = (SERVER, "Is it running, at the address, port and scheme that the proxy has?")
# What shows who wrote a 502, 503 or 504 (a word of Server, a field, phrases), and what to do there.
_GATEWAYS: tuple[tuple[str, str, tuple[str, ...], Fix], ...] = (
    (
        "varnish",
        "x-varnish",
        ("guru meditation",),
        (
            _RUNNING,
            VARNISH,
            ("Varnish, on the command line", "sudo varnishadm backend.list"),
        ),
    ),
    (
        "envoy",
        "x-envoy-response-flags",
        ("upstream connect error or disconnect/reset", "no healthy upstream"),
        (
            _RUNNING,
            ("Envoy", "upgrade_configs:\n- upgrade_type: websocket"),
            ("Envoy, on the command line", "curl -s http://127.0.0.1:9901/clusters | grep health"),
        ),
    ),
    (
        "caddy",
        "",
        (),
        (
            _RUNNING,
            ("Caddy", "reverse_proxy 127.0.0.1:8000"),
            ("Caddy, on the command line", "sudo journalctl -u caddy -n 20"),
        ),
    ),
    (
        "awselb",
        "",
        (),
        (
            _RUNNING,
            (
                "AWS Application Load Balancer",
                "aws elbv2 describe-target-health --target-group-arn ARN",
            ),
            (
                "AWS Application Load Balancer, where it takes long",
                (
                    "aws elbv2 modify-load-balancer-attributes --load-balancer-arn ARN --attributes"
                    " Key=idle_timeout.timeout_seconds,Value=3600"
                ),
            ),
        ),
    ),
    (
        "haproxy",
        "",
        ("no server is available to handle this request", "the server didn't respond in time"),
        (
            _RUNNING,
            ("HAProxy", "server app 127.0.0.1:8000 check"),
            (
                "HAProxy, on the command line",
                "echo 'show servers state' | sudo socat stdio /run/haproxy/admin.sock",
            ),
        ),
    ),
    (
        "apache",
        "",
        ("the proxy server received an invalid response", "the proxy server could not handle"),
        (_RUNNING, *OTHER_PROXIES[:2], ("a shell", "sudo tail -n 20 /var/log/apache2/error.log")),
    ),
)


def _gateway(facts: ResponseFacts) -> tuple[Evidence, Fix] | None:
    for word, field, phrases, fix in _GATEWAYS:
        if word in facts.server:
            return facts.about("Server"), fix
        if field and facts.has(field):
            return [f"{field} is there"], fix
        said = facts.says(*phrases)
        if said:
            return said[1:], fix
    return None


def _without_server(facts: ResponseFacts) -> Evidence:
    """The answer of a proxy that has no answer of a server."""
    known = _gateway(facts)
    return [*facts.answered(), *(facts.by_server() if known is None else known[0])]


def _gateway_502(facts: ResponseFacts) -> Evidence:
    return _without_server(facts) if facts.status == 502 else []


def _gateway_503(facts: ResponseFacts) -> Evidence:
    return _without_server(facts) if facts.status == 503 else []


def _gateway_504(facts: ResponseFacts) -> Evidence:
    return _without_server(facts) if facts.status == 504 else []


def _upstream(facts: ResponseFacts) -> Fix:
    known = _gateway(facts)
    return _UPSTREAM if known is None else known[1]


def _no_server(facts: ResponseFacts) -> Fix:
    healthy = ("a load balancer", "Let health checks ask for a path that answers 200.")
    return (*_upstream(facts), healthy)


def _silent(facts: ResponseFacts) -> Fix:
    if _gateway(facts) is None:
        return (*_UPSTREAM, ("nginx", "proxy_read_timeout 3600s;"))
    return _upstream(facts)


def _location_for(facts: ResponseFacts) -> str:
    """A location of nginx for the path that was asked for."""
    path = "" if facts.request is None else facts.request.target.partition("?")[0]
    if not path.strip("/") or not _PLAIN_PATH.fullmatch(path):
        path = "/ws"
    return f"location {path} {{\n    proxy_pass http://127.0.0.1:8000;\n}}"


def _for_pages(facts: ResponseFacts) -> Fix:
    return (
        ("nginx", _location_for(facts)),
        *_FORWARD_UPGRADE,
        ("Express", "Put the WebSocket server on the HTTP server, not behind app.get('*')."),
    )


def _for_path(facts: ResponseFacts) -> Fix:
    return (
        ("nginx", _location_for(facts)),
        (SHELL, "sudo nginx -T | grep -nE '(server_name|location)'"),
        *_FORWARD_UPGRADE,
    )


_PATHS: Fix = (
    (
        SERVER,
        "Log the path that it sees and compare it with its routes, to the slash at the end.",
    ),
    ("nginx, where the path keeps its prefix", "proxy_pass http://127.0.0.1:8000;"),
    ("nginx, where the prefix is cut off", "proxy_pass http://127.0.0.1:8000/;"),
)

# fmt: off
STATUSES = (
    Row("tunnel-answered", _connect,
        "This is a forward proxy's answer to CONNECT; the server's own comes after it.",
        ((CLIENT, "Read this answer first, then send the handshake through the tunnel."),),
        sure=True),
    Row("sockjs-server", _sockjs,
        "The server speaks SockJS; its WebSocket has a path of its own.",
        (("a WebSocket client", 'new WebSocket("wss://example.com/ws/websocket")'),
         ("a browser", 'new SockJS("https://example.com/ws")')), sure=True),
    Row("page-answered", _page,
        "A page was served: the path falls to the pages of the site (a fallback of a single-page"
        " application), or a proxy removed Upgrade.",
        _for_pages, sure=_is_usual_page),
    Row("plain-answer", _plain,
        "The server answered as to a plain request: a proxy removed Upgrade, or this path has no"
        " WebSocket.",
        _FORWARD_UPGRADE, sure=False),
    Row("redirect-to-login", _to_login,
        "The server sends whoever is not logged in to another page.",
        ((CLIENT, "Log in first, and send the cookie or token with the handshake."),
         (SERVER, "Answer 401 to a handshake without credentials.")), sure=False),
    Row("redirect-to-slash", _to_slash,
        "The route has a slash at its end, and the request had none.",
        _connect_there, sure=_knows_path),
    Row("redirect-to-https", _to_https,
        "The server sends everything from http to https. If the handshake was in wss already, a"
        " proxy ends TLS and the server does not know.",
        _connect_in_tls, sure=False),
    Row("redirect-to-host", _to_host,
        "The server sends this name to another one, such as www to none.",
        _connect_there, sure=_keeps_path),
    Row("redirected", _redirected,
        "The WebSocket is somewhere else.",
        _connect_there, sure=False),
    Row("redirect-without-location", _no_location,
        "The server answers with a redirect and does not say where to: the path is wrong, or a"
        " cache or a proxy took the handshake for a plain request.",
        _FORWARD_UPGRADE, sure=False),
    Row("http-on-https-port", _https_port,
        "The port speaks TLS, and what reached it came without: the client uses ws://, or a proxy"
        " in front passes requests on in plain HTTP.",
        ((CLIENT, "Use wss:// in place of ws://."),
         ("nginx before this port", "proxy_pass https://127.0.0.1:8443;")), sure=True),
    Row("head-refused-as-too-large", _head_refused,
        "The request's head is over a limit of the server or proxy, usually by its cookies.",
        LARGER_HEADS, sure=True),
    Row("target-refused-as-too-long", if_status(414),
        "The URI is over a limit of the server or proxy, usually by a token in its query.",
        ((CLIENT, "Send the token in a cookie, a header or the first message."),), sure=True),
    Row("other-upgrade-required", _other_required,
        "The server wants another protocol than WebSocket first, such as TLS.",
        ((CLIENT, "Use wss:// in place of ws://, where Upgrade names TLS."),
         (SERVER, "Upgrade: websocket")), sure=False),
    Row("envoy-saw-http10", _envoy_426,
        "Envoy answers 426 to HTTP/1.0, which nginx before 1.29.7 speaks where nothing else is"
        " set; or the server behind it saw no upgrade.",
        (*NGINX, ("Envoy", "upgrade_configs:\n- upgrade_type: websocket")), sure=False),
    Row("server-saw-upgrade-twice", _saw_two,
        "Two hops on the way set Upgrade, so that the server saw it twice.",
        UPGRADE_ONCE, sure=_if_good_request),
    Row("server-saw-http10", _saw_http_1_0,
        "The server saw another HTTP version than 1.1: nginx before 1.29.7 speaks HTTP/1.0 to it"
        " where nothing else is set.",
        (*NGINX, *ONLY_HTTP_1), sure=_if_good_request),
    Row("connection-list-refused", _connection_list,
        "The client's Connection is a list with Upgrade in it, which is right; the server or a"
        " rule before it compares the whole value.",
        (("Apache httpd", "RewriteCond %{HTTP:Connection} upgrade [NC]"),
         (SERVER, "Update its library: Connection is a list of tokens (RFC 9110 7.6.1)."),
         (CLIENT, "Connection: Upgrade")), sure=False),
    Row("server-saw-no-upgrade", _saw_none,
        "A hop on the way removed Upgrade or Connection.",
        _FORWARD_UPGRADE, sure=_names_upgrade),
    Row("server-saw-other-upgrade", _saw_other,
        "Upgrade did not reach the server as it was sent: a hop set it twice or removed it. Where"
        " Node.js says so it was set twice, or to another word.",
        (*NGINX, UPGRADE_ONCE[1], *OTHER_PROXIES), sure=False),
    Row("server-saw-no-key", _saw_no_key,
        "Sec-WebSocket-Key did not reach the server as it was sent: a hop forwards a list of"
        " fields that lacks it.",
        (("Amazon CloudFront", "Origin request policy: AllViewer"),
         (PROXY, "Forward Sec-WebSocket-Key, -Version, -Protocol, -Extensions and Origin.")),
        sure=_if_good_request),
    Row("version-refused", _version_refused,
        "The server speaks another version of the protocol, or the version did not reach it.",
        _version_fix, sure=_lacks_13),
    Row("subprotocol-refused", _subprotocol_refused,
        "The server takes none of the subprotocols that the request offers, or a hop removed them.",
        (("ws_handshake", 'ClientHandshake(uri, subprotocols=["chat"])'),
         (SERVER, "Add the offered name to those that it supports."),
         (PROXY, "Forward Sec-WebSocket-Protocol as the client sent it.")), sure=False),
    Row("subprotocol-required", _no_subprotocol,
        "The server wants one of its subprotocols to be offered.",
        (("JavaScript", 'new WebSocket(url, ["chat"])'),
         ("ws_handshake", 'ClientHandshake(uri, subprotocols=["chat"])')),
        sure=_wants_subprotocol),
    Row("socketio-server", _engine_io,
        "The server speaks Socket.IO, and the client does not.",
        (("JavaScript", 'io("https://example.com", { transports: ["websocket"] })'),
         ("a WebSocket client", "wss://example.com/socket.io/?EIO=4&transport=websocket")),
        sure=True),
    Row("socketio-of-other-version", _engine_io_version,
        "Client and server speak different versions of Socket.IO.",
        (("the client of Socket.IO 3 and newer", "EIO=4 in the query"),
         ("Socket.IO", "new Server(httpServer, { allowEIO3: true })")), sure=False),
    Row("socketio-session-unknown", _engine_io_session,
        "Socket.IO began this session at another server or process: a load balancer sends the"
        " requests of one client to several, or the server was started anew.",
        (("JavaScript", 'io("https://example.com", { transports: ["websocket"] })'),
         ("nginx, in upstream { }", "ip_hash;"),
         ("AWS Application Load Balancer",
          ("aws elbv2 modify-target-group-attributes --target-group-arn ARN --attributes"
           " Key=stickiness.enabled,Value=true"))), sure=False),
    Row("host-not-in-allowed-hosts", _django_host,
        "Django refuses the Host that reached it.",
        (("Django", 'ALLOWED_HOSTS = ["example.com"]'),
         (IN_LOCATION, "proxy_set_header Host $http_host;")), sure=False),
    Row("refused-by-haproxy", _haproxy_400,
        "HAProxy itself refuses the request: since 2.4 an upgrade to websocket needs a valid"
        " Sec-WebSocket-Key.",
        (*CURL,
         ("HAProxy, on the command line",
          "echo show errors | sudo socat stdio /run/haproxy/admin.sock")),
        sure=False),
    Row("refused-by-nginx", _nginx_400,
        "nginx itself refuses the request: Host is missing or malformed, or a line is.",
        ((CLIENT, "Send one Host, and end each line with CR LF."),
         (SHELL, "sudo tail -n 20 /var/log/nginx/error.log")), sure=False),
    Row("aspnet-without-websocket", _microsoft,
        "IIS lacks its feature WebSocket Protocol, or the application behind it or Kestrel takes"
        " no WebSocket on this path.",
        (("IIS, in PowerShell", "Install-WindowsFeature -Name Web-WebSockets"),
         ("IIS, in web.config", '<webSocket enabled="true" />'),
         ("ASP.NET Core, before the endpoints", "app.UseWebSockets();")), sure=False),
    Row("wrong-path-at-ws", _ws_400,
        "The library ws for Node.js answers so where its path differs from the one asked for.",
        (("ws", 'new WebSocketServer({ server, path: "/ws" })'), *_PATHS), sure=False),
    Row("bad-request", _other_400,
        "The server misses something in what reached it: most often a proxy changed Upgrade or"
        " Connection, or the path is none of the server's.",
        (*_FORWARD_UPGRADE, *_PATHS), sure=False),
    Row("credentials-missing", _credentials_missing,
        "The server wants credentials, and the request has none; a page cannot set Authorization.",
        (("a browser", "A cookie of this site, or a one-time ticket in the query."),
         ("ws_handshake", 'build_request(uri, headers={"Authorization": "Bearer TOKEN"})'),
         ("ws_handshake, on the command line", "probe URL --header 'Authorization: Bearer TOKEN'")),
        sure=_sent_no_credentials),
    Row("credentials-refused", _credentials_refused,
        "The server does not take the credentials that were sent, or a hop removed them.",
        ((CLIENT, "Renew them: they are expired, for another site, or of another kind."),
         (IN_LOCATION, "proxy_set_header Authorization $http_authorization;")),
        sure=_sent_authorization),
    Row("payment-required", if_status(402),
        "The server wants to be paid; gevent-websocket also answers so to HTTP/1.0.",
        ((SERVER, "Look up the plan or the account that this client belongs to."), *NGINX),
        sure=False),
    Row("proxy-credentials-missing", if_status(407),
        "A forward proxy between wants credentials.",
        (("curl", "curl --proxy-user name:password"),
         (CLIENT, "Send Proxy-Authorization.")), sure=True),
    Row("cloudflare-challenge", _challenge,
        "Cloudflare wants the client to prove that it is a browser, and no WebSocket can.",
        (("Cloudflare", "WAF, custom rule: skip for the path of the WebSocket"),
         ("Cloudflare, with Bot Fight Mode", "Turn it off: no rule can skip it."),
         ("a browser", "Open a page of the site first, so that its cookie is there.")), sure=True),
    Row("blocked-by-cloudflare", _cloudflare_403,
        "A rule at Cloudflare refuses the client, or the server behind it does.",
        (("Cloudflare", "Security, Events: look for the CF-Ray of this answer"),), sure=False),
    Row("refused-by-api-gateway", _api_gateway,
        "An Amazon API Gateway does not know this path, or refuses the Host that reached it.",
        ((CLIENT, "wss://ID.execute-api.REGION.amazonaws.com/STAGE"),
         ("Amazon CloudFront in front", "AllViewerExceptHostHeader")), sure=False),
    Row("origin-refused", _origin_named,
        "The server does not allow this Origin, or a proxy changed Host so that the two differ.",
        _KEEP_HOST, sure=_names_origin),
    Row("envoy-without-upgrade", _envoy,
        "Envoy refuses upgrades that its configuration does not name.",
        (("Envoy", "upgrade_configs:\n- upgrade_type: websocket"),
         ("Envoy, for HTTP/2", "http2_protocol_options:\n  allow_connect: true")), sure=False),
    Row("closed-before-accept", _asgi_403,
        "An ASGI application closed before it accepted, or has no WebSocket route for this path.",
        (("FastAPI, Starlette",
          ('@app.websocket("/ws")\nasync def ws(socket: WebSocket):\n'
           '    await socket.accept()')),
         (SERVER, "Look for what closes first: a dependency, an origin check, a login check."),
         *_KEEP_HOST), sure=False),
    Row("blocked-by-akamai", _akamai_403,
        "A rule at Akamai refuses the client, or the server behind it does.",
        (("Akamai", "Look up the reference number that stands on this page."),), sure=False),
    Row("denied-by-proxy", _proxy_403,
        "The proxy itself refuses the client: by an access rule, or because it looks for a file"
        " that it may not read or a directory without an index.",
        ((SHELL, "sudo nginx -T | grep -nE '(allow|deny|auth_request)'"),
         ("Apache httpd", "Require all granted")), sure=False),
    Row("forbidden", _other_403,
        "The server refuses this client: by its Origin, by a Host that a proxy changed, or for"
        " want of rights.",
        _KEEP_HOST, sure=False),
    Row("asgi-saw-plain-http", _asgi_404,
        "FastAPI or Starlette took it for a plain request (a WebSocket on a wrong path is a 403"
        " there): a proxy removed Upgrade, or uvicorn has no library for WebSockets. Seldom its"
        " route for WebSockets raises a 404 itself.",
        (*_FORWARD_UPGRADE, ("uvicorn", "pip install 'uvicorn[standard]'")), sure=False),
    Row("express-saw-plain-http", _express_404,
        "Express took it for a plain request: a proxy removed Upgrade, or no WebSocket server"
        " listens for upgrades on its HTTP server.",
        (*_FORWARD_UPGRADE,
         ("ws", "new WebSocketServer({ server: app.listen(8000) })")), sure=_if_good_request),
    Row("tomcat-saw-plain-http", _tomcat_404,
        "Tomcat or Spring found no plain page for this path: a proxy removed Upgrade, or no"
        " endpoint has it.",
        (*_FORWARD_UPGRADE, ("Spring", 'registry.addHandler(handler, "/ws")')), sure=False),
    Row("django-saw-plain-http", _django_404,
        "Django's pages answered: a WSGI server runs it, or a proxy removed Upgrade.",
        (("Django",
          'INSTALLED_APPS.insert(0, "daphne")\nASGI_APPLICATION = "project.asgi.application"'),
         *_FORWARD_UPGRADE), sure=False),
    Row("no-location-for-path", _nginx_404,
        "nginx itself found nothing for this path: no location passes it on.",
        _for_path, sure=_if_good_request),
    Row("path-not-found", if_status(404, 410),
        "The path is wrong on the way or at the server, or a proxy removed Upgrade so that no"
        " WebSocket route fits.",
        (*_PATHS, *_FORWARD_UPGRADE), sure=False),
    Row("method-refused", if_status(405),
        "This path takes other methods only: a handshake reached it as a plain GET, or not as a"
        " GET.",
        (*_PATHS, *_FORWARD_UPGRADE), sure=False),
    Row("request-timed-out", if_status(408),
        "The server waited for the rest of the request.",
        ((CLIENT, "End the head with an empty line, and announce no body."),), sure=False),
    Row("host-not-served", if_status(421),
        "The server does not serve the Host that reached it, or that Host over this TLS connection:"
        " Apache httpd from 2.4.64 on wants the same name in both.",
        ((IN_LOCATION, "proxy_set_header Host $http_host;"),
         ("nginx before a server with TLS", "proxy_ssl_server_name on;\nproxy_ssl_name $host;"),
         (CLIENT, "Connect by its name.")), sure=False),
    Row("server-saw-no-attempt", _saw_no_attempt,
        "The server saw no WebSocket request, though one was sent: a hop on the way removed"
        " Upgrade and Connection.",
        _FORWARD_UPGRADE, sure=_wants_websocket),
    Row("rate-limited", if_status(429),
        "The client connects too often, perhaps in a loop without a pause.",
        ((CLIENT, "Wait before the next attempt, twice as long each time."),), sure=True),
    Row("target-group-not-http1", if_status(464),
        "An AWS Application Load Balancer forwards to a target group of another protocol version.",
        (("AWS Application Load Balancer",
          ("aws elbv2 create-target-group --name ws --protocol HTTP --protocol-version HTTP1"
           " --port 8000 --vpc-id VPC")),), sure=True),
    Row("django-without-websocket-router", _django_500,
        "Django's ASGI application handles plain HTTP only.",
        (("Django",
          ('application = ProtocolTypeRouter(\n    {"http": get_asgi_application(), "websocket":'
           " URLRouter(urlpatterns)}\n)")),), sure=True),
    Row("server-error", if_status(500, 501),
        "The server's own code failed on this request; some fail so on what a proxy changed.",
        ((SERVER, "Read its log for this time."), *_FORWARD_UPGRADE), sure=False),
    Row("haproxy-server-not-http1", _haproxy_502,
        "HAProxy could not read the server's answer: it closed, or the two chose HTTP/2.",
        (("HAProxy", "server app 127.0.0.1:8000 ws h1"),
         ("HAProxy, in defaults", "timeout tunnel 1h")), sure=False),
    Row("cloudflare-cannot-reach-server", _cloudflare_5xx,
        "Cloudflare could not reach the server, or not in TLS, or got no answer from it.",
        ((SERVER, "Is it running, and do its firewall and certificate let Cloudflare in?"),
         ("cloudflared", "originRequest:\n  http2Origin: false")), sure=False),
    Row("upstream-unreachable", _gateway_502,
        "The proxy could not reach the server, or the server closed without an answer.",
        _upstream, sure=False),
    Row("no-server-available", _gateway_503,
        "The proxy has no healthy server for this, or the server is full or being restarted.",
        _no_server, sure=False),
    Row("upstream-silent", _gateway_504,
        "The server behind the proxy did not answer in time: its handler blocks, or it waits for a"
        " body.",
        _silent, sure=False),
    Row("network-wants-login", if_status(511),
        "The network itself wants a login before it lets anything through.",
        (("a browser", "Open any http:// page and log in to the network."),), sure=True),
    Row("other-client-error", _client_error,
        "The server finds something in the request that it does not take: its log says what.",
        ((SERVER, "Read its log for this time."), *_FORWARD_UPGRADE), sure=False),
    Row("other-server-error", _server_error,
        "The server or a proxy before it failed on this request: its log says why.",
        ((SERVER, "Read its log for this time."), *_FORWARD_UPGRADE), sure=False),
)
# fmt: on

# --- A 101: its version, Upgrade and Connection ---------------------------------------------------


def _other_switch(facts: ResponseFacts) -> Evidence:
    upgrade = facts.elements("upgrade")
    if facts.status == 101 and upgrade and "websocket" not in upgrade:
        return facts.about("Upgrade")
    return []


def _filtered(facts: ResponseFacts) -> Evidence:
    if facts.status == 101 and not facts.elements("upgrade"):
        return [*facts.answered(), *facts.about("Upgrade", "Connection")]
    return []


def _doubled(facts: ResponseFacts) -> Evidence:
    if facts.status == 101 and facts.elements("upgrade").count("websocket") > 1:
        return facts.about("Upgrade", "Connection")
    return []


def _connection_filtered(facts: ResponseFacts) -> Evidence:
    if facts.status == 101 and "upgrade" not in facts.elements("connection"):
        return [*facts.answered(), *facts.about("Connection")]
    return []


def _more_than_websocket(facts: ResponseFacts) -> Evidence:
    if facts.status == 101 and len(facts.elements("upgrade")) > 1:
        return facts.about("Upgrade")
    return []


def _version_of_101(facts: ResponseFacts) -> Evidence:
    return _other_version_of_101(facts) if facts.version == "HTTP/1.0" else []


def _other_version_of_101(facts: ResponseFacts) -> Evidence:
    if "response-http-version" in facts.codes:
        return [*facts.answered(), f"the version is {shown(facts.version)}"]
    return []


_KEEP_IN_101: Fix = (
    (SERVER, "Upgrade: websocket\nConnection: Upgrade"),
    (PROXY, "Keep Upgrade and Connection in a 101, though they are fields for one hop."),
    (
        SHELL,
        "sudo nginx -T | grep -nE 'proxy_hide_header (Upgrade|Connection)'",
    ),
)

# fmt: off
SWITCHES = (
    Row("switched-to-other-protocol", _other_switch,
        "The server switches to another protocol than WebSocket.",
        ((SERVER, "Upgrade: websocket"), ("curl", "curl --http1.1")), sure=True),
    Row("upgrade-missing-in-101", _filtered,
        "A proxy filtered Upgrade from the 101, or the server left it out.",
        _KEEP_IN_101, sure=True),
    Row("upgrade-twice-in-101", _doubled,
        "A proxy adds Upgrade to a 101 that has it already.",
        (("nginx", "# remove the lines: add_header Upgrade, add_header Connection"),
         (SHELL, "sudo nginx -T | grep -nE 'add_header (Upgrade|Connection)'"),
         (SERVER, "Upgrade: websocket")), sure=True),
    Row("upgrade-names-others-in-101", _more_than_websocket,
        "The server names other protocols beside websocket, perhaps by copying the request's.",
        ((SERVER, "Upgrade: websocket"),), sure=True),
    Row("connection-missing-in-101", _connection_filtered,
        "A proxy changed Connection in the 101, or the server left out upgrade.",
        _KEEP_IN_101, sure=True),
)
# fmt: on

# fmt: off
VERSIONS = (
    Row("switched-over-http10", _version_of_101,
        "The request reached the server as HTTP/1.0, or the server writes that version itself.",
        ((IN_LOCATION, VERSION_LINE),
         ("curl", "curl --http1.1"),
         (SERVER, "HTTP/1.1 101 Switching Protocols")), sure=False),
    Row("switched-over-other-version", _other_version_of_101,
        "The 101 is written with another version than HTTP/1.1, by the server or by a hop.",
        ((SERVER, "HTTP/1.1 101 Switching Protocols"),), sure=True),
)
# fmt: on

# --- A 101: Sec-WebSocket-Accept ------------------------------------------------------------------

# GUIDs that stand in programs in place of the right one: its last part misremembered.
_WRONG_GUIDS = tuple(
    [
        f"258EAFA5-E914-47DA-95CA-{end}"
        for end in (
            "5AB0DC85B11F",
            "5AB0DC85B11",
            "C5AB0DC85B1",
            "C5AB0DC85B11F",
            "C5AB0DC85B12",
            "5AB5DC11B735",
            "5AB5DC11B09B",
            "5AB5DC11B5A0",
            "5AB5DC11885E",
            "5AB5DC69C85E",
            "5AB5DC76CB65",
            "5AB5DC286688",
            "5AB5E4BE6AC6",
            "5AB9DC11B5AB",
            "5AB9DC525C63",
            "5AB9964DA7F3",
            "5AB53ADF711E",
            "5AB53ADF711E2",
            "C5AB5DC11B5A6",
        )
    ]
)
_SAMPLE_KEY = "dGhlIHNhbXBsZSBub25jZQ=="
_HEX_DIGEST = Pattern("[0-9A-Fa-f]{40}")


def _base64(data: bytes) -> str:
    return b2a_base64(data, newline=False).decode("ascii")


def _sha1(data: bytes) -> bytes:
    return sha1(data, usedforsecurity=False).digest()


def _accept(text: bytes) -> str:
    return _base64(_sha1(text))


def _answer(facts: ResponseFacts) -> tuple[str, bytes]:
    """The one accept value and the one key; nothing for either if there is not just one."""
    accepts = facts.get_all("sec-websocket-accept")
    if facts.request is None or facts.status != 101 or len(accepts) != 1:
        return "", b""
    return accepts[0], facts.request.key.encode("latin-1")


def _if_accept(facts: ResponseFacts, said: str, *texts: bytes) -> Evidence:
    """Evidence if the accept value is made from one of these texts."""
    accept, key = _answer(facts)
    if key and accept in [_accept(text) for text in texts]:
        return [*facts.about("Sec-WebSocket-Accept"), said]
    return []


def _wanted(facts: ResponseFacts) -> str:
    _, key = _answer(facts)
    return accept_key(key.decode("latin-1")) if key else ""


def _wrong(facts: ResponseFacts) -> bool:
    return bool(facts.codes & {"accept-wrong", "accept-malformed"})


def _of_decoded_key(facts: ResponseFacts) -> Evidence:
    _, key = _answer(facts)
    try:
        decoded = a2b_base64(key)
    except ValueError:
        return []
    return _if_accept(facts, "it is the hash of the decoded key and the GUID", decoded + GUID)


def _hex_digest(facts: ResponseFacts) -> Evidence:
    accept, key = _answer(facts)
    digest = _sha1(key + GUID).hex()
    if key and accept.lower() == digest:
        return [*facts.about("Sec-WebSocket-Accept"), "it is the right hash in hexadecimal"]
    if key and accept == _base64(digest.encode("ascii")):
        said = "it is base64 of the right hash in hexadecimal"
        return [*facts.about("Sec-WebSocket-Accept"), said]
    if _wrong(facts) and _HEX_DIGEST.fullmatch(facts.get("sec-websocket-accept")):
        return [*facts.about("Sec-WebSocket-Accept"), "it has 40 hexadecimal digits"]
    return []


def _other_case(facts: ResponseFacts) -> Evidence:
    accept, wanted = _answer(facts)[0], _wanted(facts)
    if accept != wanted and accept.lower() == wanted.lower():
        return [*facts.about("Sec-WebSocket-Accept"), f"the right value is {shown(wanted)}"]
    return []


def _other_base64(facts: ResponseFacts) -> Evidence:
    accept, wanted = _answer(facts)[0], _wanted(facts)
    usual = accept.strip("\"'= ").replace("-", "+").replace("_", "/")
    if accept != wanted and f"{usual}=" == wanted:
        return [*facts.about("Sec-WebSocket-Accept"), f"the right value is {shown(wanted)}"]
    return []


def _wrong_guid(facts: ResponseFacts) -> Evidence:
    _, key = _answer(facts)
    right = GUID.decode("ascii")
    guids = (right.lower(), right.replace("-", ""), f"{{{right}}}", f'"{right}"', *_WRONG_GUIDS)
    for guid in guids:
        found = _if_accept(facts, f"it is made with {shown(guid)}", key + guid.encode("ascii"))
        if found:
            return found
    return []


def _no_guid(facts: ResponseFacts) -> Evidence:
    _, key = _answer(facts)
    return _if_accept(facts, "it is the hash of the key alone", key)


def _no_key(facts: ResponseFacts) -> Evidence:
    return _if_accept(facts, "it is the hash of the GUID alone", GUID)


def _guid_first(facts: ResponseFacts) -> Evidence:
    _, key = _answer(facts)
    return _if_accept(facts, "it is the hash of the GUID and then the key", GUID + key)


def _line_end(facts: ResponseFacts) -> Evidence:
    _, key = _answer(facts)
    texts = [
        text
        for end in (b"\n", b"\r\n", b"\r", b" ", b"\0")
        for text in (key + GUID + end, key + end + GUID, end + key + GUID)
    ]
    said = "it is the hash of a text with white space or a zero byte too many"
    return _if_accept(facts, said, *texts)


def _changed_key(facts: ResponseFacts) -> Evidence:
    _, key = _answer(facts)
    texts = [other + GUID for other in (key.lower(), key.upper(), key.removesuffix(b"=="))]
    return _if_accept(facts, "it answers the key in another letter case or without its =", *texts)


def _of_sample_key(facts: ResponseFacts) -> Evidence:
    if _wrong(facts):
        said = "it answers the key of RFC 6455's example"
        return _if_accept(facts, said, _SAMPLE_KEY.encode("ascii") + GUID)
    return []


def _other_hash(facts: ResponseFacts) -> Evidence:
    accept, key = _answer(facts)
    for make in (md5, sha256):
        digest = make(key + GUID, usedforsecurity=False)
        if key and accept in (_base64(digest.digest()), digest.hexdigest()):
            return [*facts.about("Sec-WebSocket-Accept"), f"it is a hash by {digest.name}"]
    return []


def _key_sent_back(facts: ResponseFacts) -> Evidence:
    accept, key = _answer(facts)
    if key and accept.encode("latin-1") == key:
        return [*facts.about("Sec-WebSocket-Accept"), "it is the key itself"]
    return []


def _other_key(facts: ResponseFacts) -> Evidence:
    if "accept-wrong" in facts.codes:
        return [*facts.about("Sec-WebSocket-Accept"), f"the right value is {shown(_wanted(facts))}"]
    return []


# fmt: off
ACCEPTS = (
    Row("no-accept-in-101", if_found("Sec-WebSocket-Accept", "accept-missing"),
        "The 101 has no Sec-WebSocket-Accept: no WebSocket server of RFC 6455 wrote it, or a proxy"
        " filtered it.",
        (*_ACCEPT, (PROXY, "Forward Sec-WebSocket-Accept as the server sent it.")), sure=True),
    Row("accept-on-two-lines", if_found("Sec-WebSocket-Accept", "accept-repeated"),
        "A proxy or the server writes Sec-WebSocket-Accept more than once.",
        ((PROXY, "Add no Sec-WebSocket-Accept."),
         (SERVER, "Write the answer in one place only.")), sure=True),
    Row("accept-of-decoded-key", _of_decoded_key,
        "The server decodes the key before it hashes it; the text as it stands is hashed.",
        _ACCEPT, sure=True),
    Row("accept-in-hex", _hex_digest,
        "The server writes the hash in hexadecimal; the 20 bytes themselves go into base64.",
        _ACCEPT, sure=True),
    Row("accept-in-other-case", _other_case,
        "The server or a hop changed the letter case of the value.",
        ((SERVER, "Change names of fields at most, never their values."), *_ACCEPT), sure=True),
    Row("accept-in-other-base64", _other_base64,
        "The value lacks its =, stands in quotes, or is in the URL-safe form of base64.",
        _ACCEPT, sure=True),
    Row("accept-with-wrong-guid", _wrong_guid,
        "The server hashes another GUID than that of RFC 6455.",
        _ACCEPT, sure=True),
    Row("accept-without-guid", _no_guid,
        "The server forgot the GUID.",
        _ACCEPT, sure=True),
    Row("accept-without-key", _no_key,
        "The server hashed the GUID without a key: it looked for the field under another name.",
        (*_ACCEPT, ("Node.js", 'request.headers["sec-websocket-key"]')), sure=True),
    Row("accept-with-guid-first", _guid_first,
        "The server hashes the GUID before the key.",
        _ACCEPT, sure=True),
    Row("accept-with-line-end", _line_end,
        "The server hashes a line end or space together with the key.",
        ((SERVER, "Take the value without the white space around it."), *_ACCEPT), sure=True),
    Row("accept-of-changed-key", _changed_key,
        "The key was changed before it was hashed, by the server or on the way.",
        ((PROXY, "Forward Sec-WebSocket-Key as the client sent it."), *_ACCEPT), sure=True),
    Row("accept-of-sample-key", _of_sample_key,
        "The server always sends the value of the example in RFC 6455.",
        _ACCEPT, sure=True),
    Row("accept-by-other-hash", _other_hash,
        "The server hashes with another function than SHA-1.",
        _ACCEPT, sure=True),
    Row("accept-is-the-key", _key_sent_back,
        "The server sends the key back without hashing it.",
        _ACCEPT, sure=True),
    Row("accept-of-another-key", _other_key,
        "The value answers another key: a hop made a handshake of its own, a cache answered, or"
        " the server mixes up connections.",
        ((PROXY, "Forward Sec-WebSocket-Key as the client sent it, and cache no 101."),
         ("IIS with ARR", "Empty HTTP_SEC_WEBSOCKET_EXTENSIONS in a URL Rewrite rule."),
         *_ACCEPT), sure=False),
    Row("accept-is-no-digest", if_found("Sec-WebSocket-Accept", "accept-malformed"),
        "The value is no base64 of a SHA-1 hash.",
        _ACCEPT, sure=False),
)
# fmt: on

# --- A 101: subprotocol and extensions ------------------------------------------------------------


def _of_request(facts: ResponseFacts, name: str) -> Evidence:
    """Evidence: what this field of the request says, where the request is known."""
    return [] if facts.request is None else facts.request.about(name)


def _offered(facts: ResponseFacts, name: str) -> Evidence:
    """Evidence: what the request offered."""
    return [f"in the request {each}" for each in _of_request(facts, name)]


def _unasked_subprotocol(facts: ResponseFacts) -> Evidence:
    name = "Sec-WebSocket-Protocol"
    if "subprotocol-not-offered" in facts.codes and not _was_sent(facts, name):
        return [*facts.about(name), *_offered(facts, name)]
    return []


def _was_sent(facts: ResponseFacts, name: str) -> bool:
    return facts.request is not None and facts.request.has(name)


def _subprotocol_case(facts: ResponseFacts) -> Evidence:
    name = "Sec-WebSocket-Protocol"
    if (
        "subprotocol-not-offered" in facts.codes
        and facts.request is not None
        and facts.elements(name)[0] in facts.request.elements(name)
    ):
        return [*facts.about(name), *_offered(facts, name)]
    return []


def _other_subprotocol(facts: ResponseFacts) -> Evidence:
    name = "Sec-WebSocket-Protocol"
    if "subprotocol-not-offered" in facts.codes:
        return [*facts.about(name), *_offered(facts, name)]
    return []


# fmt: off
SUBPROTOCOLS = (
    Row("subprotocol-on-two-lines", if_found("Sec-WebSocket-Protocol",
                                             "response-subprotocol-repeated"),
        "The server or a proxy writes Sec-WebSocket-Protocol more than once.",
        ((SERVER, "Select one subprotocol, in one place."),
         ("nginx", "# remove the line: add_header Sec-WebSocket-Protocol")), sure=True),
    Row("all-subprotocols-sent-back", if_found("Sec-WebSocket-Protocol",
                                               "response-subprotocol-several"),
        "The server sends back the list that was offered, where it must select one.",
        ((SERVER, "Send one of the offered names, or leave the field out."),), sure=True),
    Row("subprotocol-unasked", _unasked_subprotocol,
        "The server selects a subprotocol though none was offered, or a hop removed the offer.",
        (("ws_handshake", 'ClientHandshake(uri, subprotocols=["chat"])'),
         (SERVER, "Send the field only to a client that offered one."),
         (PROXY, "Forward Sec-WebSocket-Protocol as the client sent it.")), sure=True),
    Row("subprotocol-in-other-case", _subprotocol_case,
        "The server writes the subprotocol in another letter case than the client.",
        ((SERVER, "Send the name exactly as it was offered."),), sure=True),
    Row("other-subprotocol", _other_subprotocol,
        "The server selects a subprotocol that was not among those offered.",
        ((SERVER, "Select one of the offered names, or leave the field out."),), sure=True),
)
# fmt: on


def _unasked_extension(facts: ResponseFacts) -> Evidence:
    name = "Sec-WebSocket-Extensions"
    if "extension-not-offered" in facts.codes and not _was_sent(facts, name):
        return [*facts.about(name), *_offered(facts, name)]
    return []


_NO_COMPRESSION: Fix = (
    ("python websockets", "serve(handler, host, port, compression=None)"),
    ("ws", "new WebSocketServer({ server, perMessageDeflate: false })"),
    (PROXY, "Forward Sec-WebSocket-Extensions in both directions, and add none."),
)

# fmt: off
EXTENSIONS = (
    Row("extensions-on-two-lines", if_found("Sec-WebSocket-Extensions",
                                            "response-extensions-repeated"),
        "The server or a proxy writes Sec-WebSocket-Extensions more than once.",
        ((SERVER, "Sec-WebSocket-Extensions: permessage-deflate"),), sure=True),
    Row("extension-unasked", _unasked_extension,
        "The server agrees to an extension though none was offered, or a hop added the offer.",
        _NO_COMPRESSION, sure=True),
    Row("other-extension", if_found("Sec-WebSocket-Extensions",
                                    "extension-not-offered",
                                    "extension-repeated",
                                    "extensions-malformed"),
        "The server's answer about extensions is none that the client can take.",
        _NO_COMPRESSION, sure=True),
)
# fmt: on

RESPONSE_CAUSES = (
    BEGINNINGS,
    REQUESTS,
    SWITCHES,
    VERSIONS,
    STATUSES,
    ACCEPTS,
    SUBPROTOCOLS,
    EXTENSIONS,
)
