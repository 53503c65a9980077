"""Why a request is no opening handshake: the table of causes, read from what reached the server."""

from __future__ import annotations

from binascii import a2b_base64

from .causes import (
    BY_HAND,
    CLIENT,
    CONNECTION_LINE,
    CURL,
    IN_LOCATION,
    LARGER_HEADS,
    LINE_SYNTAX,
    NGINX,
    NGINX_LOCATION,
    NGINX_MAP,
    NGINX_RELOAD,
    ONLY_HTTP_1,
    OTHER_PROXIES,
    PROXY,
    SERVER,
    SHELL,
    TLS_IN_FRONT,
    UPGRADE_LINE,
    UPGRADE_ONCE,
    VARNISH,
    VERSION_LINE,
    Row,
    if_found,
    if_nothing,
    if_told,
)
from .display import line_without_secrets, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .causes import Evidence, Fix
    from .facts import RequestFacts


def nginx_lines(facts: RequestFacts) -> Fix:
    """The lines that this request lacks, and no others: a repeated one is an error in nginx."""
    lines = []
    if facts.version == "HTTP/1.0":
        lines.append(VERSION_LINE)
    else:
        lines.append(f"# {VERSION_LINE} is in force already")
    if not facts.upgrade:
        lines.append(UPGRADE_LINE)
    if "upgrade" in facts.connection:
        return ((IN_LOCATION, "\n".join(lines)), NGINX_RELOAD)
    lines.append(CONNECTION_LINE)
    return (NGINX_MAP, (IN_LOCATION, "\n".join(lines)), NGINX_RELOAD)


def _nginx_and_others(facts: RequestFacts) -> Fix:
    return nginx_lines(facts) + OTHER_PROXIES


def _nginx_or_curl(facts: RequestFacts) -> Fix:
    return nginx_lines(facts) + CURL


# --- What came instead of HTTP/1.1 ----------------------------------------------------------------

_PROXY_PROTOCOL_2 = b"\r\n\r\n\0\r\nQUIT\n"
_SERVICES = ("SSH-", "EHLO ", "HELO ", "USER ", "STOMP", "CONNECT\n", "*1\r\n", "*2\r\n", "*3\r\n")

_SYNTAX = ("request-line-malformed", *LINE_SYNTAX)


def _tls(facts: RequestFacts) -> Evidence:
    return facts.first_bytes() if facts.data.startswith(b"\x16\x03") else []


def _http2(facts: RequestFacts) -> Evidence:
    return ["the first line is 'PRI * HTTP/2.0'"] if facts.text.startswith("PRI * HTTP/2") else []


def _proxy_protocol(facts: RequestFacts) -> Evidence:
    if facts.data.startswith(_PROXY_PROTOCOL_2):
        return ["the first 12 bytes are those of the PROXY protocol, version 2"]
    if facts.text.startswith(("PROXY TCP4 ", "PROXY TCP6 ", "PROXY UNKNOWN")):
        return ["the first line begins with 'PROXY '"]
    return []


def _empty_line(facts: RequestFacts) -> Evidence:
    return ["the first line is empty"] if facts.text.startswith(("\r", "\n")) else []


def _frames(facts: RequestFacts) -> Evidence:
    """A client's frame: final, a known opcode, and masked (RFC 6455 §5.2)."""
    begin = facts.data[:2]
    if len(begin) == 2 and begin[0] in b"\x81\x82\x88\x89\x8a" and begin[1] & 0x80:
        return facts.first_bytes()
    return []


def _response(facts: RequestFacts) -> Evidence:
    return facts.first_line() if facts.text.startswith("HTTP/") else []


def _other_protocol(facts: RequestFacts) -> Evidence:
    if "not-http" in facts.codes:
        return facts.first_bytes()
    for service in _SERVICES:
        if facts.text.startswith(service) and not facts.version:
            return [f"the first bytes are {shown(service)}"]
    return []


def _target_too_long(facts: RequestFacts) -> Evidence:
    if "request-line-too-long" in facts.codes:
        return [f"the first line has {len(facts.start)} characters or more"]
    return []


def _cookies_too_large(facts: RequestFacts) -> Evidence:
    size = sum(map(len, facts.get_all("cookie")))
    if "head-too-large" in facts.codes and 2 * size > len(facts.data):
        return [f"Cookie has {size} characters or more"]
    return []


def _space_in_target(facts: RequestFacts) -> Evidence:
    if "request-line-malformed" in facts.codes and facts.version and " " in facts.target:
        return facts.first_line()
    return []


def _no_version(facts: RequestFacts) -> Evidence:
    if "request-line-malformed" in facts.codes and not facts.version:
        return [*facts.first_line(), "it names no HTTP version"]
    return []


def _raw_text(facts: RequestFacts) -> Evidence:
    if facts.target.isascii() or not facts.codes & {"target-malformed", "request-line-malformed"}:
        return []
    return ["the target has bytes beyond ASCII"]


def _no_blank_line(facts: RequestFacts) -> Evidence:
    if "head-incomplete" in facts.codes and facts.text.endswith("\n"):
        return ["the last line is whole", "no empty line follows it"]
    return []


def _cut(facts: RequestFacts) -> Evidence:
    if "head-incomplete" in facts.codes:
        return ["the bytes end in the middle of a line"]
    return []


# fmt: off
BEGINNINGS = (
    Row("probe-without-bytes", if_nothing,
        "Something connected and closed again: a health check, a port scan, or a client that gave"
        " up before it had sent anything.",
        (("a load balancer", "Check health with an HTTP GET of a path that answers 200."),
         (SERVER, "Log connections without bytes at the lowest level only.")), sure=False),
    Row("tls-on-plain-port", _tls,
        "The client begins a TLS handshake: it uses wss:// or https:// on a port without TLS.",
        TLS_IN_FRONT, sure=True),
    Row("http2-on-http1-port", _http2,
        "The client or proxy speaks HTTP/2, and this port HTTP/1.1.",
        ONLY_HTTP_1, sure=True),
    Row("proxy-protocol", _proxy_protocol,
        "A load balancer puts a PROXY protocol header before the request.",
        (("nginx as the receiver", "listen 80 proxy_protocol;"),
         ("nginx as the sender", "proxy_protocol off;"),
         ("HAProxy", "server app 127.0.0.1:8000   # without send-proxy and send-proxy-v2"),
         ("AWS Network Load Balancer",
          ("aws elbv2 modify-target-group-attributes --target-group-arn ARN --attributes"
           " Key=proxy_protocol_v2.enabled,Value=false"))), sure=True),
    Row("empty-line-first", _empty_line,
        "An empty line stands before the request, left over from an earlier message or written by"
        " hand.",
        BY_HAND, sure=True),
    Row("frames-without-handshake", _frames,
        "The client sends WebSocket frames without having opened the connection.",
        ((CLIENT, "Send the opening handshake first and wait for the 101."),), sure=False),
    Row("response-sent-to-server", _response,
        "This is a response: the two directions were mixed up.",
        ((SERVER, "Hand over the bytes that the client sent, or use diagnose_response."),),
        sure=True),
    Row("other-protocol", _other_protocol,
        "The client speaks another protocol than HTTP.",
        ((CLIENT, "Check the port, and that a WebSocket client is used."),), sure=False),
    Row("target-too-long", _target_too_long,
        "The URI is too long: usually a token or a document in its query.",
        ((CLIENT, "Send the data in the first message, or a token in a cookie or header."),
         ("ws_handshake", "Limits(request_line=16384)")), sure=True),
    Row("cookies-too-large", _cookies_too_large,
        "The cookies of this site have outgrown the limit for a request's head.",
        LARGER_HEADS, sure=True),
    Row("head-too-large", if_told("head-too-large", "too-many-fields"),
        "The request's fields are over the limit; proxies may each have added some.",
        LARGER_HEADS, sure=True),
    Row("bare-line-feeds", if_told("bare-lf"),
        "Lines end in a line feed alone: usually the request was written by hand, with echo or a"
        " here-document.",
        BY_HAND, sure=True),
    Row("space-in-target", _space_in_target,
        "The URI has a space that the client did not percent-encode.",
        (("JavaScript", "encodeURIComponent(name)"),
         ("Python", "urllib.parse.quote(name)")), sure=True),
    Row("raw-text-in-target", _raw_text,
        "The client put text beyond ASCII into the request as it is.",
        (("JavaScript", "encodeURIComponent(name)"),
         ("Python", "urllib.parse.quote(name)")), sure=True),
    Row("no-version-in-request-line", _no_version,
        "The first line lacks HTTP/1.1: it was written by hand, or is no HTTP at all.",
        BY_HAND, sure=True),
    Row("no-blank-line", _no_blank_line,
        "The empty line that ends the head did not come, so a server waits for more.",
        BY_HAND, sure=True),
    Row("head-cut", _cut,
        "The client gave up, or something between cut the request.",
        ((CLIENT, "Look for a timeout that is shorter than the way to the server."),
         (SERVER, "Read on until the empty line: a head may come in several pieces.")), sure=False),
    Row("hand-written-http", if_told(*_SYNTAX),
        "The request was put together by hand and is no well-formed HTTP.",
        BY_HAND, sure=False),
)
# fmt: on

# --- What the way to the server did to Upgrade ----------------------------------------------------

_MISSPELLED = frozenset(["websockets", "web-socket", "web socket", "web_socket", "ws", "wss"])


def _upgrade_on_lines(facts: RequestFacts) -> Evidence:
    lines = facts.get_all("upgrade")
    if facts.upgrade.count("websocket") > 1 and len(lines) > 1:
        return facts.about("Upgrade")
    return []


def _upgrade_in_one_line(facts: RequestFacts) -> Evidence:
    return facts.about("Upgrade") if facts.upgrade.count("websocket") > 1 else []


def _h2c(facts: RequestFacts) -> Evidence:
    if "h2c" in facts.upgrade and not facts.asks_for_websocket:
        return facts.about("Upgrade")
    return []


def _others_too(facts: RequestFacts) -> Evidence:
    if facts.asks_for_websocket and len(facts.upgrade) > 1:
        return facts.about("Upgrade")
    return []


def _with_version(facts: RequestFacts) -> Evidence:
    if any(each.startswith("websocket/") for each in facts.upgrade):
        return facts.about("Upgrade")
    return []


def _misspelled(facts: RequestFacts) -> Evidence:
    quoted = [each.strip("\"'") for each in facts.upgrade]
    if any(each in _MISSPELLED for each in quoted) or (
        "websocket" in quoted and not facts.asks_for_websocket
    ):
        return facts.about("Upgrade")
    return []


def _other_upgrade(facts: RequestFacts) -> Evidence:
    if facts.has("upgrade") and not facts.asks_for_websocket:
        return facts.about("Upgrade")
    return []


_EXACTLY: Fix = ((CLIENT, "Upgrade: websocket"), (IN_LOCATION, UPGRADE_LINE))

# fmt: off
UPGRADES = (
    Row("upgrade-on-two-lines", _upgrade_on_lines,
        "Upgrade is set twice: by two hops, twice by the last one, or by the client itself.",
        UPGRADE_ONCE, sure=True),
    Row("upgrade-twice-in-one-line", _upgrade_in_one_line,
        "Upgrade was set twice, by two hops or by the client itself, and a hop joined both into one"
        " line.",
        UPGRADE_ONCE, sure=True),
    Row("h2c-upgrade", _h2c,
        "The client asks for HTTP/2 over plain TCP and not for a WebSocket.",
        (("curl", "curl --http1.1"),
         ("Java HttpClient", "HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)")),
        sure=True),
    Row("upgrade-names-others", _others_too,
        "Upgrade names other protocols beside websocket.",
        _EXACTLY, sure=True),
    Row("upgrade-with-version", _with_version,
        "Upgrade carries a version; that of WebSocket stands in Sec-WebSocket-Version.",
        _EXACTLY, sure=True),
    Row("upgrade-misspelled", _misspelled,
        "Upgrade is written in another way than websocket.",
        _EXACTLY, sure=True),
    Row("upgrade-other-protocol", _other_upgrade,
        "The client asks for another protocol, or a hop put its own word into Upgrade.",
        _EXACTLY, sure=False),
)
# fmt: on


def _http2_request(facts: RequestFacts) -> Evidence:
    if facts.version.startswith(("HTTP/2", "HTTP/3")):
        return [f"the version is {shown(line_without_secrets(facts.version))}"]
    return []


def _hixie(facts: RequestFacts) -> Evidence:
    if facts.has("sec-websocket-key1", "sec-websocket-key2"):
        return ["Sec-WebSocket-Key1 or Sec-WebSocket-Key2 is there"]
    return []


def _removed(facts: RequestFacts) -> bool:
    return facts.is_attempt and not facts.upgrade


def _by_a_client(facts: RequestFacts) -> bool:
    """Whether a WebSocket client made it, which always sends Upgrade: its key is a random one.

    Whoever writes a request by hand copies a key from an example, or uses a tool for HTTP.
    """
    if facts.get("user-agent").lower().startswith(_BY_HAND_AGENTS):
        return False
    return facts.key not in _SAMPLE_KEYS and len(_decoded(facts.key) or b"") == 16


def _by_a_browser(facts: RequestFacts) -> bool:
    """Whether a browser made it, where no page can set Connection."""
    return facts.get("user-agent").startswith("Mozilla/") or facts.has("sec-fetch-mode")


def _version_of(facts: RequestFacts) -> Evidence:
    return [f"the version is {shown(line_without_secrets(facts.version))}"]


def _only_connection(facts: RequestFacts) -> Evidence:
    if _removed(facts) and "upgrade" in facts.connection:
        return [*facts.marked(), *facts.about("Upgrade", "Connection")]
    return []


def _old_nginx(facts: RequestFacts) -> Evidence:
    if _removed(facts) and facts.version == "HTTP/1.0" and facts.connection == ["close"]:
        return [*facts.marked(), *facts.about("Upgrade", "Connection"), *_version_of(facts)]
    return []


def _apache(facts: RequestFacts) -> Evidence:
    """What mod_proxy_http adds; Traefik adds the same and X-Forwarded-Proto."""
    if (
        _removed(facts)
        and facts.has("x-forwarded-server")
        and facts.has("x-forwarded-host")
        and not facts.has("x-forwarded-proto")
    ):
        return [*facts.marked(), *facts.about("Upgrade"), "X-Forwarded-Server is there"]
    return []


def _varnish(facts: RequestFacts) -> Evidence:
    if _removed(facts) and facts.has("x-varnish"):
        return [*facts.marked(), *facts.about("Upgrade"), "X-Varnish is there"]
    return []


def _classic_elb(facts: RequestFacts) -> Evidence:
    if (
        _removed(facts)
        and facts.has("x-forwarded-port")
        and facts.has("x-forwarded-proto")
        and not facts.has("x-amzn-trace-id", "x-real-ip", "x-forwarded-host", "x-envoy-internal")
        and facts.connection == ["keep-alive"]
    ):
        return [*facts.marked(), *facts.about("Upgrade"), "X-Forwarded-Port is there"]
    return []


def _close_only(facts: RequestFacts) -> Evidence:
    if _removed(facts) and facts.connection == ["close"]:
        return [*facts.marked(), *facts.about("Upgrade", "Connection"), *_version_of(facts)]
    return []


def _neither(facts: RequestFacts) -> Evidence:
    if _removed(facts) and not facts.connection:
        return [*facts.marked(), *facts.about("Upgrade", "Connection"), *_version_of(facts)]
    return []


def _keep_alive(facts: RequestFacts) -> Evidence:
    if _removed(facts):
        return [*facts.marked(), *facts.about("Upgrade", "Connection")]
    return []


def _only_upgrade(facts: RequestFacts) -> Evidence:
    if facts.is_attempt and facts.asks_for_websocket and "upgrade" not in facts.connection:
        return [*facts.about("Upgrade", "Connection"), *_version_of(facts)]
    return []


def _http_1_0(facts: RequestFacts) -> Evidence:
    if facts.version == "HTTP/1.0" and facts.asks_for_websocket and facts.is_attempt:
        return [*_version_of(facts), *facts.about("Upgrade", "Connection")]
    return []


# fmt: off
HOPS = (
    Row("http2-request", _http2_request,
        "The request came over HTTP/2 or HTTP/3, where WebSockets are opened in another way (RFC"
        " 8441, RFC 9220).",
        ONLY_HTTP_1, sure=True),
    Row("hixie-76-draft", _hixie,
        "The client speaks a draft of 2010 with two keys, from before RFC 6455.",
        ((CLIENT, "Update it to a library or browser that speaks version 13."),), sure=True),
    Row("upgrade-not-forwarded", _only_connection,
        "A hop sets Connection but removed Upgrade.",
        _nginx_and_others, sure=_by_a_client),
    Row("old-nginx-defaults", _old_nginx,
        "A proxy removed Upgrade. HTTP/1.0 and Connection: close are what nginx before 1.29.7"
        " sends where its location has no lines for WebSocket.",
        _nginx_and_others, sure=True),
    Row("apache-without-upgrade", _apache,
        "A proxy removed Upgrade, and its fields are those of Apache httpd with a plain ProxyPass.",
        (*OTHER_PROXIES[:2],
         ("Apache httpd, on the command line", "sudo apachectl graceful")), sure=False),
    Row("varnish-without-pipe", _varnish,
        "The request came through Varnish, which removes Upgrade where its VCL does not pipe"
        " WebSockets.",
        (VARNISH,
         ("Varnish, on the command line", "sudo systemctl reload varnish"),
         *NGINX), sure=False),
    Row("classic-load-balancer", _classic_elb,
        "A proxy removed Upgrade, and its fields are those of an AWS Classic Load Balancer, whose"
        " HTTP listeners cannot forward it.",
        (("AWS Classic Load Balancer", "Use a TCP or SSL listener in place of HTTP or HTTPS."),
         ("AWS", "Use an Application Load Balancer: it forwards WebSockets as it is.")),
        sure=False),
    Row("upgrade-removed-and-closed", _close_only,
        "A hop removed Upgrade and wrote Connection: close. nginx does so where only"
        " proxy_http_version is set, where a proxy_set_header in a location cancels all that it"
        " would inherit, or, with all its lines, where a proxy before it removed Upgrade.",
        _nginx_and_others, sure=_by_a_client),
    Row("upgrade-and-connection-removed", _neither,
        "A hop removed Upgrade and Connection. From 1.29.7 on nginx does so where its location has"
        " no lines for WebSocket.",
        _nginx_and_others, sure=_by_a_client),
    Row("upgrade-removed-by-middlebox", _keep_alive,
        "A hop removed Upgrade and wrote its own Connection: a proxy without WebSocket support, a"
        " firewall or an antivirus program.",
        ((CLIENT, "Use wss://: what cannot read the request cannot change it."),
         NGINX_MAP,
         NGINX_LOCATION,
         NGINX_RELOAD,
         *OTHER_PROXIES), sure=_by_a_client),
    Row("connection-not-forwarded", _only_upgrade,
        "A hop forwards Upgrade but not Connection, or the client sent it so.",
        _nginx_and_others, sure=False),
    Row("http10-hop", _http_1_0,
        "All is there but HTTP/1.1: the last proxy speaks HTTP/1.0 (nginx before 1.29.7 without"
        " proxy_http_version 1.1), or the client was told to.",
        _nginx_or_curl, sure=True),
)
# fmt: on

# --- What is no attempt at a WebSocket, or lost its key -------------------------------------------

# Of RFC 6455 and of Wikipedia.
_SAMPLE_KEYS = frozenset(["dGhlIHNhbXBsZSBub25jZQ==", "x3JJHMbDL1EzLkh9GBhXDw=="])
_BY_HAND_AGENTS = (
    *("curl/", "wget/", "httpie/", "python-requests/", "python-urllib/", "postmanruntime/"),
    "insomnia/",
)
_HEALTH_CHECKERS = (
    "elb-healthchecker",
    "kube-probe",
    "googlehc",
    "google-cloud-scheduler",
    "amazon-route53-health-check",
    "azure traffic manager",
    "load balancer agent",
    "haproxy",
    "consul health check",
    "uptimerobot",
    "pingdom",
    "blackbox",
    "updown.io",
    "site24x7",
    "statuscake",
    "checkly",
    "envoy/hc",
)
_WEBSOCKET_WORDS = ("ws", "websocket", "websockets", "sockjs")
_HEALTH_PATHS = ("/health", "/healthz", "/livez", "/readyz", "/ping")


def _cloudfront(facts: RequestFacts) -> Evidence:
    if facts.has("x-amz-cf-id") and facts.asks_for_websocket and len(facts.marks) < 2:
        return ["X-Amz-Cf-Id is there", *facts.about("Sec-WebSocket-Key", "Sec-WebSocket-Version")]
    return []


def _key_removed(facts: RequestFacts) -> Evidence:
    if facts.asks_for_websocket and not facts.keys and facts.is_attempt:
        return [*facts.about("Upgrade", "Sec-WebSocket-Key"), *facts.marked()]
    return []


def _added_to_all(facts: RequestFacts) -> Evidence:
    if facts.asks_for_websocket and not facts.is_attempt and not _hixie(facts):
        return facts.about("Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version")
    return []


def _fixed_connection(facts: RequestFacts) -> Evidence:
    if _is_plain(facts) and "upgrade" in facts.connection:
        return facts.about("Connection", "Upgrade", "Sec-WebSocket-Key")
    return []


def _is_plain(facts: RequestFacts) -> bool:
    """Whether it is well-formed HTTP without a trace of WebSocket."""
    return (
        not facts.is_attempt
        and "upgrade-missing" in facts.codes
        and facts.method != "CONNECT"
        and not _hixie(facts)
    )


def _preflight(facts: RequestFacts) -> Evidence:
    if (
        _is_plain(facts)
        and facts.method == "OPTIONS"
        and facts.has("access-control-request-method")
    ):
        return ["the method is 'OPTIONS'", *facts.about("Access-Control-Request-Method")]
    return []


def _has_ws(path: str) -> bool:
    """Whether a directory of this path has ws as a word of its name."""
    words = path.rpartition("/")[0].lower().replace("-", "/").replace("_", "/").split("/")
    return any(word in _WEBSOCKET_WORDS for word in words)


def _fallback(facts: RequestFacts) -> Evidence:
    """How libraries with fallback transports begin: Socket.IO, SockJS, SignalR."""
    path, _, query = facts.target.partition("?")
    if not _is_plain(facts):
        return []
    if "transport=polling" in query:
        return ["the query asks for the transport 'polling'"]
    if path.endswith(("/info", "/iframe.html")) and _has_ws(path):
        return [f"the path ends as SockJS asks: {shown(path.rpartition('/')[2])}"]
    if path.endswith("/negotiate") and facts.method == "POST":
        return ["the path ends as SignalR asks: 'negotiate'"]
    return []


def _health_check(facts: RequestFacts) -> Evidence:
    if not _is_plain(facts):
        return []
    agent = facts.get("user-agent").lower()
    if any(name in agent for name in _HEALTH_CHECKERS):
        return facts.about("User-Agent", "Sec-WebSocket-Key")
    path = facts.target.partition("?")[0].rstrip("/").lower()
    if path.endswith(_HEALTH_PATHS):
        return [
            f"the path is {shown(line_without_secrets(path))}",
            *facts.about("Sec-WebSocket-Key"),
        ]
    return []


def _page_load(facts: RequestFacts) -> Evidence:
    if not _is_plain(facts):
        return []
    if "text/html" in facts.get("accept").lower():
        return ["Accept asks for text/html", *facts.about("Upgrade", "Sec-WebSocket-Key")]
    if facts.get("sec-fetch-mode").lower() in ("navigate", "cors", "no-cors", "same-origin"):
        return facts.about("Sec-Fetch-Mode", "Upgrade", "Sec-WebSocket-Key")
    return []


def _plain_request(facts: RequestFacts) -> Evidence:
    if _is_plain(facts):
        return facts.about("Upgrade", "Connection", "Sec-WebSocket-Key")
    return []


_NO_FIXED_WORDS: Fix = (
    NGINX_MAP,
    (IN_LOCATION, f"{UPGRADE_LINE}\n{CONNECTION_LINE}"),
    NGINX_RELOAD,
)
_SERVE_PAGES: Fix = (
    ("JavaScript", 'new WebSocket("wss://example.com/ws")'),
    (SERVER, "Answer plain requests on this port, or serve pages on another path."),
)

# fmt: off
PLAIN = (
    Row("cloudfront-drops-websocket-fields", _cloudfront,
        "CloudFront forwards Upgrade, but its origin request policy leaves out Sec-WebSocket-*.",
        (("Amazon CloudFront", "Origin request policy: AllViewer"),
         ("Amazon CloudFront before an API Gateway", "AllViewerExceptHostHeader")), sure=True),
    Row("key-removed", _key_removed,
        "Upgrade came without Sec-WebSocket-Key: a hop forwards a list of fields that lacks it, or"
        " the client was written by hand.",
        ((PROXY, "Forward Sec-WebSocket-Key, -Version, -Protocol, -Extensions and Origin."),
         *CURL), sure=False),
    Row("upgrade-added-to-all-requests", _added_to_all,
        "Upgrade came without a key: a proxy adds it to every request, to page loads too.",
        _NO_FIXED_WORDS, sure=False),
    Row("connection-added-to-all-requests", _fixed_connection,
        "A plain request came with Connection: upgrade: a proxy writes that fixed word into every"
        " request.",
        _NO_FIXED_WORDS, sure=_by_a_browser),
    Row("cors-preflight", _preflight,
        "A script asks with fetch or XMLHttpRequest; a browser sends no preflight for a WebSocket.",
        _SERVE_PAGES, sure=True),
    Row("fallback-transport", _fallback,
        "A client library that begins with plain HTTP: Socket.IO, SockJS or SignalR. It needs its"
        " own server, not a bare WebSocket.",
        (("Socket.IO", 'io(url, { transports: ["websocket"] })   // and a Socket.IO server'),
         ("SockJS with a WebSocket server", 'new WebSocket("wss://example.com/ws/websocket")'),
         ("SignalR", "{ skipNegotiation: true, transport: HttpTransportType.WebSockets }")),
        sure=False),
    Row("health-check", _health_check,
        "A health check asks with a plain GET, which a WebSocket server refuses.",
        ((SERVER, "Answer 200 on a path for health checks, such as /healthz."),
         ("AWS Application Load Balancer",
          ("aws elbv2 modify-target-group --target-group-arn ARN --health-check-path /healthz"
           """ --matcher '{"HttpCode": "200,426"}'""")),
         ("HAProxy", "option httpchk GET /healthz")), sure=False),
    Row("page-load", _page_load,
        "A browser opens this address as a page, or a script fetches it.",
        _SERVE_PAGES, sure=False),
    Row("plain-request", _plain_request,
        "A plain HTTP request without any field of WebSocket: a browser, a health check, or a"
        " client for HTTP.",
        (*_SERVE_PAGES, *CURL), sure=False),
)
# fmt: on

# --- The request line, Host and a body ------------------------------------------------------------


def _connect(facts: RequestFacts) -> Evidence:
    # The first frame of STOMP begins with the same word.
    return facts.first_line() if facts.method == "CONNECT" and facts.version else []


def _lower_case(facts: RequestFacts) -> Evidence:
    if "method-not-get" in facts.codes and facts.method.upper() == "GET":
        return [f"the method is {shown(line_without_secrets(facts.method))}"]
    return []


def _other_method(facts: RequestFacts) -> Evidence:
    if "method-not-get" in facts.codes and facts.is_attempt:
        return [f"the method is {shown(line_without_secrets(facts.method))}", *facts.marked()]
    return []


# fmt: off
METHODS = (
    Row("used-as-forward-proxy", _connect,
        "The client takes this server for a forward proxy.",
        ((CLIENT, "Take this address out of the proxy settings (HTTP_PROXY, HTTPS_PROXY)."),
         ("curl", "curl --noproxy '*'")), sure=True),
    Row("method-in-lower-case", _lower_case,
        "The method is GET in another letter case; methods are case-sensitive.",
        ((CLIENT, "GET /ws HTTP/1.1"),), sure=True),
    Row("method-changed", _other_method,
        "The client or a hop sends the handshake with another method than GET.",
        ((CLIENT, "GET /ws HTTP/1.1"),
         ("nginx", "proxy_method GET;   # or remove the proxy_method that is there")), sure=False),
)
# fmt: on


def _fragment(facts: RequestFacts) -> Evidence:
    if "target-malformed" in facts.codes and "#" in facts.target:
        return ["the target has a '#'"]
    return []


def _no_slash(facts: RequestFacts) -> Evidence:
    if "target-malformed" in facts.codes and facts.target.startswith("?"):
        return ["the target begins with '?'"]
    return []


def _odd_target(facts: RequestFacts) -> Evidence:
    if "target-malformed" in facts.codes and facts.target.isascii() and facts.method != "CONNECT":
        return facts.first_line()
    return []


# fmt: off
TARGETS = (
    Row("fragment-in-target", _fragment,
        "The client sends the fragment of its URI, which is for the client alone.",
        ((CLIENT, "Leave out # and what follows it; write a # that belongs to a name as %23."),),
        sure=True),
    Row("target-without-slash", _no_slash,
        "The URI has a query and no path, and the client sends it so.",
        ((CLIENT, "Write the path: ws://example.com/?name=value"),), sure=True),
    Row("target-is-no-path", _odd_target,
        "The client or a proxy sends something else than a path in the request line.",
        ((CLIENT, "GET /ws HTTP/1.1"),
         ("nginx", "proxy_pass http://127.0.0.1:8000;   # without a path of its own")), sure=False),
)
# fmt: on


def _bare_ipv6(facts: RequestFacts) -> Evidence:
    host = facts.get("host")
    if (
        "host-malformed" in facts.codes
        and host.count(":") > 1
        and all(each in ":.0123456789abcdefABCDEF" for each in host)
    ):
        return facts.about("Host")
    return []


def _userinfo(facts: RequestFacts) -> Evidence:
    if "host-malformed" in facts.codes and "@" in facts.get("host"):
        return [f"Host is {shown(line_without_secrets(facts.get('host')))}"]
    return []


def _uri_as_host(facts: RequestFacts) -> Evidence:
    if "host-malformed" in facts.codes and "/" in facts.get("host"):
        return facts.about("Host")
    return []


def _no_host(facts: RequestFacts) -> Evidence:
    if facts.is_attempt and "host-missing" in facts.codes:
        return facts.about("Host")
    return []


def _other_host(facts: RequestFacts) -> Evidence:
    if "host-differs" in facts.codes:
        return [*facts.about("Host"), *facts.first_line()]
    return []


_HOST_LINE = (IN_LOCATION, "proxy_set_header Host $http_host;")

# fmt: off
HOSTS = (
    Row("ipv6-host-without-brackets", _bare_ipv6,
        "The client writes an IPv6 address into Host without brackets.",
        ((CLIENT, "Host: [::1]:8000"),
         ("any client", "Connect to a name, or pass the field Host where the library can.")),
        sure=True),
    Row("credentials-in-host", _userinfo,
        "The client sends the user and password of its URI as part of Host.",
        ((CLIENT, "Take them out of the URI and send them in Authorization."),
         ("ws_handshake", 'build_request(uri, headers={"Authorization": "Basic bmFtZTpwYXNz"})')),
        sure=True),
    Row("uri-as-host", _uri_as_host,
        "Host holds a URI or a path; it is a name with perhaps a port.",
        ((CLIENT, "Host: example.com:8000"), _HOST_LINE), sure=True),
    Row("no-host", _no_host,
        "The client or a hop leaves out Host: HTTP/1.0 did without it.",
        ((CLIENT, "Host: example.com"), _HOST_LINE), sure=True),
    Row("host-on-two-lines", if_found("Host", "host-repeated"),
        "A proxy adds a Host beside the one that is there, or the client sends two.",
        (_HOST_LINE,
         (SHELL, "sudo nginx -T | grep -n 'proxy_set_header Host'"),
         NGINX_RELOAD), sure=True),
    Row("host-not-of-target", _other_host,
        "The request line names another host than Host: a proxy or the client set one of the two.",
        ((PROXY, "Send a path in the request line, or set Host to the host that it names."),),
        sure=True),
)
# fmt: on


def _body(facts: RequestFacts) -> Evidence:
    if not facts.is_attempt:
        return []
    if "transfer-encoding-present" in facts.codes:
        return facts.about("Transfer-Encoding")
    if any(code.startswith("content-length-") for code in facts.codes):
        return facts.about("Content-Length")
    return []


# fmt: off
BODIES = (
    Row("request-with-body", _body,
        "The client or a hop sends a body, or the field for one, with the handshake.",
        ((CLIENT, "Send no body: what is meant for the server goes into the first message."),
         ("nginx", "proxy_pass_request_body off;\nproxy_set_header Content-Length '';")),
        sure=True),
)
# fmt: on

# --- The fields of WebSocket ----------------------------------------------------------------------


def _version_left_out(facts: RequestFacts) -> Evidence:
    if facts.asks_for_websocket and facts.keys and "version-missing" in facts.codes:
        return facts.about("Sec-WebSocket-Version")
    return []


_VERSION_13: Fix = ((CLIENT, "Sec-WebSocket-Version: 13"),)

# fmt: off
VERSIONS = (
    Row("draft-version", if_found("Sec-WebSocket-Version", "version-unsupported"),
        "The client speaks another version than that of RFC 6455, usually a draft from before"
        " 2011.",
        ((CLIENT, "Update it to a library that sends: Sec-WebSocket-Version: 13"),), sure=True),
    Row("version-is-no-number", if_found("Sec-WebSocket-Version",
                                         "version-repeated",
                                         "version-malformed"),
        "The client or a hop sends more or something else than one version number.",
        _VERSION_13, sure=True),
    Row("version-left-out", _version_left_out,
        "Sec-WebSocket-Version was forgotten, as in requests written by hand.",
        (*_VERSION_13, *CURL), sure=True),
)
# fmt: on

_CURL_KEY = "SGVsbG8sIHdvcmxkIQ=="
_HEX = "0123456789abcdefABCDEF-"


def _decoded(key: str) -> bytes | None:
    """What a key decodes to, if it is base64 with its padding."""
    try:
        return a2b_base64(key.encode("ascii"), strict_mode=True)
    except ValueError:
        return None


def _bad_key(facts: RequestFacts) -> bool:
    return "key-malformed" in facts.codes and bool(facts.key)


def _curl_key(facts: RequestFacts) -> Evidence:
    if facts.key == _CURL_KEY:
        return [*facts.about("Sec-WebSocket-Key"), "it decodes to 13 bytes: 'Hello, world!'"]
    return []


def _placeholder(facts: RequestFacts) -> Evidence:
    if _bad_key(facts) and any(mark in facts.key for mark in "<>{}$()[]*"):
        return facts.about("Sec-WebSocket-Key")
    return []


def _quoted_key(facts: RequestFacts) -> Evidence:
    if _bad_key(facts) and facts.key[0] in "\"'":
        return facts.about("Sec-WebSocket-Key")
    return []


def _hex_key(facts: RequestFacts) -> Evidence:
    if _bad_key(facts) and len(facts.key) >= 32 and all(each in _HEX for each in facts.key):
        return facts.about("Sec-WebSocket-Key")
    return []


def _url_safe_key(facts: RequestFacts) -> Evidence:
    if _bad_key(facts) and ("-" in facts.key or "_" in facts.key):
        usual = facts.key.replace("-", "+").replace("_", "/").rstrip("=")
        if len(_decoded(f"{usual}==") or b"") == 16:
            return [*facts.about("Sec-WebSocket-Key"), "with + for - and / for _ it is 16 bytes"]
    return []


def _unpadded_key(facts: RequestFacts) -> Evidence:
    if _bad_key(facts) and len(_decoded(f"{facts.key.rstrip('=')}==") or b"") == 16:
        return [*facts.about("Sec-WebSocket-Key"), "with == behind it, it is 16 bytes"]
    return []


def _key_length(facts: RequestFacts) -> Evidence:
    decoded = _decoded(facts.key) if _bad_key(facts) else None
    if decoded is None:
        return []
    return [*facts.about("Sec-WebSocket-Key"), f"it decodes to {len(decoded)} bytes"]


_NEW_KEY: Fix = (
    ("curl", '-H "Sec-WebSocket-Key: $(openssl rand -base64 16)"'),
    ("Python", "base64.b64encode(os.urandom(16)).decode()"),
    ("Node.js", 'crypto.randomBytes(16).toString("base64")'),
)

# fmt: off
KEYS = (
    Row("curl-example-key", _curl_key,
        "The key is that of a widely copied curl example; it has 13 bytes where 16 are needed.",
        _NEW_KEY, sure=True),
    Row("key-on-two-lines", if_found("Sec-WebSocket-Key", "key-repeated"),
        "The client or a hop sends the key more than once.",
        ((CLIENT, "Send one Sec-WebSocket-Key."),
         (PROXY, "Add no Sec-WebSocket-Key.")), sure=True),
    Row("key-is-quoted", _quoted_key,
        "The key stands in quotes, which a script left around it.",
        _NEW_KEY, sure=True),
    Row("key-is-placeholder", _placeholder,
        "The key is a placeholder of an example or a variable that was not filled in; in a shell,"
        " single quotes keep $(...) as it is.",
        _NEW_KEY, sure=True),
    Row("key-in-hex", _hex_key,
        "The key is in hexadecimal, or a UUID, and not in base64.",
        _NEW_KEY, sure=True),
    Row("key-in-url-safe-base64", _url_safe_key,
        "The key is in the URL-safe form of base64; the field needs the usual one.",
        _NEW_KEY, sure=True),
    Row("key-without-padding", _unpadded_key,
        "The key lacks the == that ends the base64 form of 16 bytes.",
        _NEW_KEY, sure=True),
    Row("key-of-wrong-length", _key_length,
        "The key was made from another number of bytes than 16.",
        _NEW_KEY, sure=True),
    Row("key-is-no-base64", if_found("Sec-WebSocket-Key", "key-malformed"),
        "The key is no base64: the client was written by hand, or a hop cut the key.",
        _NEW_KEY, sure=False),
)
# fmt: on


def _origin_with_path(facts: RequestFacts) -> Evidence:
    _, _, rest = facts.get("origin").partition("://")
    if "origin-malformed" in facts.codes and "/" in rest:
        return [f"Origin is {shown(line_without_secrets(facts.get('origin')))}"]
    return []


def _origin_without_scheme(facts: RequestFacts) -> Evidence:
    origin = facts.get("origin")
    if "origin-malformed" in facts.codes and "://" not in origin:
        return [f"Origin is {shown(line_without_secrets(origin))}"]
    return []


def _origins(facts: RequestFacts) -> Evidence:
    if "origin-repeated" in facts.codes:
        return [f"Origin stands on {len(facts.get_all('origin'))} lines"]
    return []


_ORIGIN: Fix = ((CLIENT, "Origin: https://example.com"),)

# fmt: off
ORIGINS = (
    Row("origin-with-path", _origin_with_path,
        "The client sends the address of a page as Origin; an origin has no path.",
        _ORIGIN, sure=True),
    Row("origin-without-scheme", _origin_without_scheme,
        "The client sends a name as Origin; an origin begins with its scheme.",
        _ORIGIN, sure=True),
    Row("origin-on-two-lines", _origins,
        "A proxy adds an Origin beside the one that is there, or the client sends two.",
        ((IN_LOCATION, "proxy_set_header Origin $http_origin;"),
         (PROXY, "Forward Origin as the client sent it.")), sure=True),
)
# fmt: on


def _token_as_subprotocol(facts: RequestFacts) -> Evidence:
    """What looks like a credential is not shown."""
    value = facts.get("sec-websocket-protocol")
    if "subprotocol-malformed" in facts.codes and (
        "bearer " in value.lower()
        or any(len(each) > 20 and ("=" in each or "/" in each) for each in value.split(","))
    ):
        return [
            f"Sec-WebSocket-Protocol holds what looks like a token, {len(value)} characters in all"
        ]
    return []


# fmt: off
SUBPROTOCOLS = (
    Row("token-as-subprotocol", _token_as_subprotocol,
        "An access token is sent as a subprotocol, with characters that a subprotocol cannot have.",
        (("JavaScript", 'new WebSocket(url, ["v1.chat", encodeURIComponent(token)])'),
         (CLIENT, "Send it in a cookie, as a one-time ticket, or base64url without = at the end.")),
        sure=False),
    Row("subprotocol-offered-twice", if_found("Sec-WebSocket-Protocol", "subprotocol-repeated"),
        "The client offers one subprotocol twice, or a hop repeats the field.",
        ((CLIENT, "Sec-WebSocket-Protocol: chat, superchat"),), sure=True),
    Row("subprotocol-is-no-token", if_found("Sec-WebSocket-Protocol", "subprotocol-malformed"),
        "A subprotocol's name has a space or another character that no token has, or none was"
        " named.",
        ((CLIENT, "Sec-WebSocket-Protocol: chat, superchat"),), sure=True),
)
# fmt: on

# fmt: off
EXTENSIONS = (
    Row("extensions-are-malformed", if_found("Sec-WebSocket-Extensions", "extensions-malformed"),
        "The client or a hop wrote Sec-WebSocket-Extensions by hand.",
        ((CLIENT, "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"),
         (IN_LOCATION,
          "proxy_set_header Sec-WebSocket-Extensions $http_sec_websocket_extensions;")),
        sure=False),
)
# fmt: on

REQUEST_CAUSES = (
    BEGINNINGS,
    UPGRADES,
    HOPS,
    PLAIN,
    METHODS,
    TARGETS,
    HOSTS,
    BODIES,
    VERSIONS,
    KEYS,
    ORIGINS,
    SUBPROTOCOLS,
    EXTENSIONS,
)
