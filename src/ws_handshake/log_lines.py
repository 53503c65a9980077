"""Lines of logs and of error messages: which program writes them, and what they prove.

A line is known by words that its program always puts into it. It proves no more than it says: the
evidence is those words, and a row is sure only where they leave no other explanation. Most lines
name a cause that a message has too; then its summary and its fix are used here as well.
"""

from __future__ import annotations

from .causes import (
    CLIENT,
    IN_LOCATION,
    LARGER_HEADS,
    NGINX,
    NGINX_RELOAD,
    ONLY_HTTP_1,
    OTHER_PROXIES,
    PROXY,
    SERVER,
    SHELL,
    TLS_IN_FRONT,
    Row,
    find_causes,
)
from .display import shown, shown_target, target_without_secrets
from .nginx_config import CONFIG_CAUSES
from .pattern import Pattern
from .request_causes import REQUEST_CAUSES
from .response_causes import (
    HTTPS_PORT,
    ORIGIN_REFUSED,
    RESPONSE_CAUSES,
    SAW_NO_KEY,
    SAW_NO_UPGRADE,
    SAW_OTHER_UPGRADE,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .causes import Evidence, Fix, Found

_LONGEST = 4096  # characters of a line that are looked at
_SHORTEST = 8  # characters; no known line is shorter
MOST_LINES = 20_000  # that are looked at
_MOST_KNOWN = 1000  # what a log says a thousand times, it says no better later

_METHODS = "GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|PRI"
# "GET /ws HTTP/1.1" 404, as nearly every server logs it.
_REQUEST = Pattern(
    rf"\"({_METHODS}) ([^\" ]++) (HTTP/[0-9](?:\.[0-9])?+)\"[ ]([1-5][0-9][0-9])(?![0-9])"
)
# The same without quotes, or with another word for the request.
_ANY_REQUEST = Pattern(
    r"(?: HTTP/[0-9](?:\.[0-9])?+|\"WebSocket [^\"]*+)[\"']?+ ([1-5][0-9][0-9])(?![0-9])"
)
_CONSOLE = Pattern(r"(?:GET|POST) https?://[^ ]++ (?:net::[A-Z_]++ )?([1-5][0-9][0-9])(?![0-9])")
_MORGAN = Pattern(rf"(?:{_METHODS}) [^ ]++ ([1-5][0-9][0-9]) [0-9.]++ ms")
_TORNADO = Pattern(rf"(?<![0-9])([1-5][0-9][0-9]) (?:{_METHODS}) [^ ]++ \(")
_ADDRESS = Pattern(r"[0-9a-fA-F.\]]:[0-9]{1,5} - \"|\('[^']*+', [0-9]++\) - \"")
# How clients tell the status of an answer.
_CLIENT_SAYS = Pattern(
    "(?:response code: |server response: |rejected WebSocket connection: HTTP |Handshake status "
    "|status code[:=]? ?'?|invalid response status: ?|HTTP Response Status: "
    "|WSServerHandshakeError: |expected HTTP 101 response but was '|response from the server \\["
    "|WebSockets upgrade: |HTTP error: |status code 101 but got |requested URL returned error: )"
    "([2-5][0-9][0-9])(?![0-9])",
    ignore_case=True,
)
_JSON_STATUS = Pattern(r"\"status\": ?+\"?+([2-5][0-9][0-9])(?![0-9])")
_BARE_STATUS = Pattern(
    "(?:^|[(:] ?|HTTP |Error )(400 Bad Request|401 Unauthorized|403 Forbidden|404 Not Found"
    "|405 Method Not Allowed|426 Upgrade Required|500 Internal Server Error|502 Bad Gateway"
    "|503 Service (?:Temporarily )?Unavailable|504 Gateway Time-?out)(?=$|[).,])"
)
_SOCKJS = Pattern(
    r"/iframe(?:[-.][0-9a-f.]++)?+\.?+html|/[0-9]{3}/[a-z0-9_]++/(?:xhr|eventsource|htmlfile|jsonp)"
    r"|/xhr_(?:streaming|send)",
    ignore_case=True,
)
_LOGGED_UPGRADE = Pattern(r"[ (,]upgrade=\"?([^\"]*+)\"?", ignore_case=True)
_UPSTREAM = Pattern(r"upstream: \"([^\"]++)\"")
_RUNSERVER = Pattern(r"\[[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4} [0-9:]++\] ")
_DJANGO = Pattern(r"(?:^|[ \]])Not Found: /")


class Line:
    """A line, and what can be read in it whoever wrote it; `request` is without its secrets."""

    __slots__ = ("lowered", "path", "request", "status", "text", "version")

    def __init__(self, text: str) -> None:
        # The apostrophe of Firefox's sentences, as the bytes of UTF-8 that text is read as.
        self.text = text[:_LONGEST].strip().replace("\xe2\x80\x99", "'")
        self.lowered = self.text.lower()
        self.request = self.path = self.version = ""
        self.status = 0
        logged = _REQUEST.search(self.text)
        if logged is not None:
            target = target_without_secrets(logged[2])
            self.path = target.partition("?")[0]
            self.request = f"{logged[1]} {target} {logged[3]}"
            self.version, self.status = logged[3], int(logged[4])
            return
        for pattern in (
            _ANY_REQUEST,
            _CONSOLE,
            _MORGAN,
            _TORNADO,
            _CLIENT_SAYS,
            _JSON_STATUS,
            _BARE_STATUS,
        ):
            found = pattern.search(self.text)
            if found is not None:
                self.status = int(found[1][:3])
                return

    def logged(self) -> Evidence:
        """Evidence: the request and the status of an access log."""
        return [f"the log says {shown(self.request)} {self.status}"]


class Read:
    """A known line: who wrote it, and the cause that it names, if any."""

    __slots__ = ("cause", "line", "source")

    def __init__(self, source: str, line: Line, cause: Found | None = None) -> None:
        self.source = source
        self.line = line
        self.cause = cause

    @property
    def status(self) -> int:
        """The status of a response that a client could have got; 0 where the line has none.

        101 is a success, and 499 a word of nginx's log only.
        """
        status = self.line.status
        return status if status >= 200 and status != 499 else 0


# --- Rows -----------------------------------------------------------------------------------------

_KNOWN = {
    row.code: row for group in (*REQUEST_CAUSES, *RESPONSE_CAUSES, *CONFIG_CAUSES) for row in group
}


def _says(*words: str) -> Callable[[Line], Evidence]:
    """A line with one of these, each in lower case; parts at a `|` must all be in it."""
    every = [(parts[0], parts) for parts in (word.split("|") for word in words)]

    def seen(line: Line) -> Evidence:
        lowered = line.lowered
        for first, parts in every:
            if first in lowered and all(part in lowered for part in parts):
                return [f"the line says {shown(', '.join(parts))}"]
        return []

    return seen


def _as(code: str, seen: Callable[[Line], Evidence], *, sure: bool, fix: Fix | None = None) -> Row:
    """The cause of a message, told by a line; `fix` where that of the message depends on it."""
    row = _KNOWN[code]
    return Row(code, seen, row.summary, row.fix if fix is None else fix, sure=sure)


def _nginx(*words: str) -> Callable[[Line], Evidence]:
    """The same in the error log of nginx, with the upstream that it names."""
    says = _says(*words)

    def seen(line: Line) -> Evidence:
        found = says(line)
        upstream = _UPSTREAM.search(line.text)
        if found and upstream is not None:
            found.append(f"upstream is {shown_target(upstream[1])}")
        return found

    return seen


def _http10(line: Line) -> Evidence:
    if line.version == "HTTP/1.0" and line.request.startswith("GET ") and line.status != 101:
        return line.logged()
    return []


def _uvicorn_plain(line: Line) -> Evidence:
    if line.version and line.status == 404 and _ADDRESS.search(line.text) is not None:
        return [*line.logged(), "uvicorn logs a WebSocket as 'WebSocket', and this one as 'GET'"]
    return []


_REJECTED = _says("connection rejected (403")
_LOST = _says("oops! lost connection to")
_NOT_FOUND = _says("not found: /")


def _uvicorn_refused(line: Line) -> Evidence:
    if '"websocket ' in line.lowered and line.status == 403:
        return ["the log says 'WebSocket' and 403"]
    return _REJECTED(line)


def _morgan_404(line: Line) -> Evidence:
    if line.status == 404 and _MORGAN.search(line.text) is not None:
        return ["the log has the form of morgan, for Express", "the status is 404"]
    return []


def _opened(line: Line) -> Evidence:
    return line.logged() if line.request and line.status == 101 else []


def _gave_up(line: Line) -> Evidence:
    return line.logged() if line.request and line.status == 499 else []


def _logged_upgrade(line: Line) -> str | None:
    """What nginx's $http_upgrade logged: what came to nginx, and not what it passed on."""
    found = _LOGGED_UPGRADE.search(line.text) if line.request else None
    return None if found is None else found[1].lower()


def _no_upgrade_logged(line: Line) -> Evidence:
    if _logged_upgrade(line) in ("-", "") and line.status != 101:
        return [*line.logged(), "upgrade= has nothing behind it"]
    return []


def _two_upgrades_logged(line: Line) -> Evidence:
    if (_logged_upgrade(line) or "").count("websocket") > 1:
        return [*line.logged(), "upgrade= names websocket twice"]
    return []


def _sockjs(line: Line) -> Evidence:
    if _SOCKJS.search(line.text) is not None and (line.status >= 400 or line.status == 0):
        return ["the path is one that SockJS asks when its WebSocket failed"]
    return _LOST(line)


def _django_404(line: Line) -> Evidence:
    if line.request and line.status == 404 and _RUNSERVER.match(line.text) is not None:
        return [*line.logged(), "the line has the form of Django's runserver"]
    return _NOT_FOUND(line) if _DJANGO.search(line.text) is not None else []


_BLOCKED = _says(
    "refused to connect|ws://|content security policy",
    "refused to connect|wss://|content security policy",
    "blocked|ws://|content-security-policy: the page",
    "blocked|wss://|content-security-policy: the page",
)


def _csp(line: Line) -> Evidence:
    return [] if "report only" in line.lowered or "report-only" in line.lowered else _BLOCKED(line)


_PROBE = "ws_handshake, on the command line"
_UPGRADE: Fix = (*NGINX, *OTHER_PROXIES)
_LISTENS: Fix = (
    (SERVER, "Start it, and let it listen at the address and port of proxy_pass."),
    (IN_LOCATION, "proxy_pass http://127.0.0.1:8000;  # where the server listens"),
)
_ASK_ANEW: Fix = (
    (_PROBE, "python -m ws_handshake probe wss://example.com/ws"),
    (
        "a browser",
        "Open the network panel (F12), select the WebSocket, and copy its status and headers.",
    ),
    *NGINX,
)

# fmt: off
_NGINX_ERRORS = (
    _as("nginx-map-missing", _nginx('unknown "connection_upgrade" variable'), sure=True),
    _as("nginx-map-misplaced", _nginx('"map" directive is not allowed here'), sure=True),
    _as("no-location-for-path", _nginx('open() "|failed (2: no such file or directory), client:'),
        sure=False,
        fix=(("nginx", "location /ws {\n    proxy_pass http://127.0.0.1:8000;\n}"), *NGINX)),
    Row("nginx-name-unknown", _nginx("host not found in upstream", "could not be resolved|upstream",
                                     "could not be resolved|[error]"),
        "nginx cannot resolve the name that proxy_pass or the upstream block has.",
        (("nginx", "resolver 127.0.0.11;   # of Docker; or write an address into proxy_pass"),
         NGINX_RELOAD), sure=True),
    Row("nginx-may-not-connect", _nginx("connect() to|(13: permission denied)",
                                        "connect() failed (13:"),
        "The system forbids nginx to connect to the server: SELinux, or the rights of a socket's"
        " file.",
        (("SELinux", "sudo setsebool -P httpd_can_network_connect 1"),
         (SHELL, "sudo ls -l /run/app.sock   # nginx's user must be able to write it")), sure=True),
    Row("nginx-upstream-refused", _nginx("connect() failed (111", "connect() to|failed (111:",
                                         "connect() to unix:|failed (2:"),
        "Nothing listens at the address that proxy_pass names.",
        _LISTENS, sure=True),
    Row("nginx-upstream-unreachable", _nginx("upstream timed out|while connecting",
                                             "connect() failed (113:", "connect() to|failed (113:"),
        "The address that proxy_pass names cannot be reached: nothing answered in time.",
        ((SERVER, "Open its port in the firewall between nginx and it."), _LISTENS[1]), sure=True),
    Row("nginx-no-live-upstream", _nginx("no live upstreams"),
        "Every server of the upstream block failed shortly before, so nginx asks none for a while.",
        ((SHELL, "sudo grep -n 'connecting to upstream' /var/log/nginx/error.log | tail -n 20"),
         *_LISTENS), sure=True),
    Row("nginx-idle-timeout", _nginx("upstream timed out|while proxying upgraded"),
        "The WebSocket was open; nothing came over it for as long as proxy_read_timeout allows.",
        ((IN_LOCATION, "proxy_read_timeout 1h;"), (SERVER, "Send a Ping every 30 seconds.")),
        sure=True),
    Row("nginx-upstream-silent", _nginx("upstream timed out"),
        "The server did not answer in time. It may wait for a WebSocket whose Upgrade was removed.",
        NGINX, sure=False),
    Row("nginx-upstream-has-no-tls", _nginx("ssl handshaking to upstream|wrong version number"),
        "proxy_pass says https, and the server behind nginx speaks plain HTTP there.",
        ((IN_LOCATION, "proxy_pass http://127.0.0.1:8000;  # where the server listens"),
         NGINX_RELOAD), sure=True),
    Row("nginx-upstream-closed", _nginx("upstream prematurely closed connection",
                                        "connection reset by peer) while reading response header"),
        "The server closed the connection without an answer: it failed, it expects TLS here, or it"
        " closes where it should refuse.",
        ((SERVER, "Look into its log; where it speaks TLS, use proxy_pass https://."),), sure=True),
    Row("nginx-upstream-is-no-http", _nginx("upstream sent no valid http/1.0 header"),
        "What came back from the server is no HTTP/1.1: its port speaks TLS or HTTP/2, or belongs"
        " to another service.",
        ((SERVER, "Is it on the port of proxy_pass? Where it speaks TLS, use proxy_pass https://."),
         ), sure=True),
)

_ASGI = (
    Row("uvicorn-without-websockets", _says("no supported websocket library detected"),
        "Upgrade reached uvicorn, which has no library for WebSockets installed and answers as to a"
        " plain request.",
        (("uvicorn", "pip install 'uvicorn[standard]'"),), sure=True),
    Row("uvicorn-ignored-upgrade", _says("unsupported upgrade request"),
        "uvicorn got an Upgrade that it does not serve: it lacks a library for WebSockets, or"
        " another protocol than websocket was asked for.",
        (("uvicorn", "pip install 'uvicorn[standard]'"), ("curl", "curl --http1.1")), sure=False),
    _as("closed-before-accept", _uvicorn_refused, sure=False),
    _as("django-without-websocket-router", _says("django can only handle asgi/http connections"),
        sure=True),
    Row("channels-route-missing", _says("no route found for path"),
        "The WebSocket reached Django Channels, and none of its routes has this path.",
        (("Django Channels", 're_path(r"^ws/chat/$", ChatConsumer.as_asgi())   # no / in front'),
         (SERVER, "Compare the path in the message with the routes, to the slash at the end.")),
        sure=True),
)

_ANSWERS = (
    _as("curl-example-key", _says("sgvsbg8sihdvcmxkiq=="), sure=True),
    _as("server-saw-upgrade-twice", _says("websocket, websocket", "websocket,websocket"),
        sure=False),
    _as("upgrade-missing-in-101", _says("'upgrade' header is missing",
                                        "101, message='invalid upgrade header"), sure=True),
    _as("connection-missing-in-101", _says("'connection' header is missing",
                                           "'connection' header value must contain 'upgrade'",
                                           "101, message='invalid connection header"),
        sure=True),
    # Node tells so of a 101 without Upgrade too.
    _as("connection-missing-in-101", _says("unexpected server response: 101"), sure=False),
    _as("switched-to-other-protocol", _says("'upgrade' header value is not 'websocket'"),
        sure=True),
    _as("upgrade-missing-in-101", _says("invalid websocket header"), sure=False),
    _as("upgrade-twice-in-101", _says("'upgrade' header must not appear more than once"),
        sure=True),
    _as("no-accept-in-101", _says("'sec-websocket-accept' header is missing"), sure=True),
    _as("accept-on-two-lines", _says("'sec-websocket-accept' header must not appear more"),
        sure=True),
    _as("accept-of-another-key", _says("incorrect 'sec-websocket-accept' header value",
                                       "invalid sec-websocket-accept", "bad accept token",
                                       "invalid challenge response"), sure=False),
    Row("subprotocol-not-selected",
        _says("'sec-websocket-protocol' header but no response was received",
              "server sent no subprotocol"),
        "The client offers subprotocols, and the 101 that came back names none: the server selects"
        " none, or a hop removed the field on its way. RFC 6455 allows that; browsers refuse it.",
        ((SERVER, "Select one of the offered names: Sec-WebSocket-Protocol: chat"),
         ("JavaScript", "new WebSocket(url)   // where the server knows no subprotocols"),
         (PROXY, "Forward Sec-WebSocket-Protocol in both directions.")), sure=True),
    _as("subprotocol-unasked", _says("response must not include 'sec-websocket-protocol'",
                                     "server sent a subprotocol but none was requested"),
        sure=True),
    _as("other-subprotocol", _says("'sec-websocket-protocol' header value|does not match any of",
                                   "server sent an invalid subprotocol"), sure=True),
    _as("subprotocol-on-two-lines", _says("'sec-websocket-protocol' header must not appear more"),
        sure=True),
    _as("extensions-on-two-lines", _says("'sec-websocket-extensions' header must not appear more"),
        sure=True),
    Row("extension-lost-on-the-way", _says("rsv1 must be clear", "reserved bits must be 0",
                                           "reserved bits are on"),
        "The handshake was good and a compressed frame came after it: a proxy changed"
        " Sec-WebSocket-Extensions, so that one side compresses and the other does not know.",
        ((PROXY, "Forward Sec-WebSocket-Extensions in both directions, and add none."),
         ("ws", "new WebSocketServer({ server, perMessageDeflate: false })"),
         ("python websockets", "serve(handler, host, port, compression=None)")), sure=False),
    _as("origin-refused", _says(*ORIGIN_REFUSED), sure=True),
    Row("upgrade-handled-twice", _says("handleupgrade() was called more than once"),
        "Two WebSocket servers answer the upgrade on one HTTP server.",
        (("ws",
          ("const wss = new WebSocketServer({ noServer: true });\n"
           'server.on("upgrade", (request, socket, head) =>\n'
           "    wss.handleUpgrade(request, socket, head, (ws) =>\n"
           '        wss.emit("connection", ws, request)));')),), sure=True),
    _as("cloudflare-challenge", _says("cf-mitigated: challenge"), sure=True),
    _as("refused-by-haproxy", _says("<badreq>"), sure=False),
    _as("server-saw-no-upgrade", _says("invalid upgrade header: null", "upgrade header: undefined",
                                       *SAW_NO_UPGRADE), sure=False),
    _as("server-saw-other-upgrade", _says(*SAW_OTHER_UPGRADE), sure=False),
    _as("server-saw-no-key", _says("handshake error: none", *SAW_NO_KEY), sure=False),
    _as("version-refused", _says("missing header, 'sec-websocket-version'",
                                 "sec-websocket-version header", "`sec-websocket-version`",
                                 "unsupported websocket version"), sure=False,
        fix=((CLIENT, "Sec-WebSocket-Version: 13"),
             (PROXY, "Forward Sec-WebSocket-Version as the client sent it."))),
)

_BROWSERS = (
    Row("mixed-content", _says("mixed content|ws://", "insecure websocket connection may not be",
                               "insecure websocket endpoint"),
        "The browser blocks ws:// in a page that came over https://; nothing was sent.",
        (("JavaScript", 'new WebSocket("wss://example.com/ws")'), *TLS_IN_FRONT[1:]), sure=True),
    Row("blocked-by-content-security-policy", _csp,
        "The page's Content-Security-Policy does not allow this connection; nothing was sent.",
        ((SERVER, "Content-Security-Policy: connect-src 'self' wss://example.com"),), sure=True),
    Row("closed-before-established",
        _says("websocket is closed before the connection is established",
              "websocket was closed before the connection was established",
              "was interrupted while the page was loading"),
        "The page closed the WebSocket, or went away, while the handshake was under way: the answer"
        " is slow or never comes, as behind a proxy that removed Upgrade, or a script closes too"
        " early.",
        (*NGINX, *OTHER_PROXIES,
         ("React", "Close the socket in the effect's cleanup only once it is open.")), sure=False),
    Row("answer-timed-out", _says("opening handshake timed out", "opening handshake has timed",
                                  "timed out during opening handshake",
                                  "timed out while waiting for handshake"),
        "No answer came in time: the server's handler blocks, or a proxy that removed Upgrade holds"
        " the 101 back.",
        (*_UPGRADE, (_PROBE, "python -m ws_handshake probe --timeout 90 wss://example.com/ws")),
        sure=False),
    _as("credentials-missing", _says("http authentication failed; no valid credentials"),
        sure=False),
)

_CONNECTIONS = (
    _as("http2-on-http1-port", _says('"pri * http/2.0"'), sure=True),
    _as("http-on-https-port", _says(*HTTPS_PORT), sure=True),
    _as("head-too-large", _says("expected no more than 128 headers", "too many http headers",
                                "request header or cookie too large"), sure=True),
    _as("tls-on-plain-port", _says("\\x16\\x03", "received https traffic on an http port"),
        sure=True),
    _as("probe-without-bytes", _says("closed while reading http request line",
                                     "stream ends after 0 bytes", "after reading 0 bytes"),
        sure=False),
    Row("server-read-no-http", _says("did not receive a valid http request",
                                     "invalid http request received", "bad http message",
                                     "invalid http method", "bad request version"),
        "What came was no request that the server could read: TLS on a port without, HTTP/2, a head"
        " over its limit, or a health check.",
        (*TLS_IN_FRONT, *ONLY_HTTP_1[:1], *LARGER_HEADS), sure=False),
    Row("client-read-no-http", _says("did not receive a valid http response",
                                     "err_invalid_http_response", "malformed http response",
                                     "received http/0.9 when not allowed",
                                     "parse error: expected http/"),
        "What came back is no HTTP/1.1: the port speaks TLS or HTTP/2, or belongs to another"
        " service.",
        ((CLIENT, "Check host and port; use wss:// where the port speaks TLS."), *ONLY_HTTP_1),
        sure=False),
    Row("connection-refused", _says("err_connection_refused", "econnrefused", "connection refused"),
        "Nothing listens at this host and port, or a firewall refuses for it.",
        ((SERVER, "Start it, and let it listen on 0.0.0.0 where others shall reach it."),
         (CLIENT, "Check host and port.")), sure=True),
    Row("connection-timed-out", _says("err_connection_timed_out", "etimedout"),
        "No connection in time: a firewall drops the packets, or the address is wrong.",
        ((SERVER, "Open its port in the firewall or security group."),
         (CLIENT, "Check host and port.")), sure=False),
    Row("name-not-found", _says("err_name_not_resolved", "enotfound", "eai_again",
                                   "name or service not known", "nodename nor servname",
                                   "temporary failure in name resolution", "no such host"),
        "The host's name cannot be resolved from here.",
        ((CLIENT, "Check the name in the URL."),
         ("a shell", "getent hosts example.com")), sure=True),
    Row("certificate-not-trusted", _says("certificate verify failed", "err_cert_",
                                         "error: self-signed certificate",
                                         "error: self signed certificate",
                                         "self-signed certificate in", "self signed certificate in",
                                         "unable to verify the first certificate",
                                         "x509: certificate", "ssl certificate problem"),
        "The client does not trust the server's certificate: it is expired, for another name,"
        " signed by itself, or comes without its chain.",
        (("nginx", "ssl_certificate /etc/letsencrypt/live/example.com/fullchain.pem;"),
         ("a shell", "openssl s_client -connect example.com:443 -servername example.com")),
        sure=True),
    _as("tls-on-plain-port", _says("err_ssl_protocol_error", "wrong version number",
                                   "wrong_version_number"), sure=False),
    _as("closed-without-answer", _says("closed before receiving a handshake response",
                                       "closed while reading http status line",
                                       "socket hang up", "econnreset", "err_connection_reset",
                                       "err_connection_closed", "err_empty_response",
                                       "empty reply from server",
                                       "connection reset by peer"), sure=False),
)

_ACCESS_LOGS = (
    _as("upgrade-twice-in-one-line", _two_upgrades_logged, sure=True),
    Row("upgrade-missing-in-log", _no_upgrade_logged,
        "Upgrade did not come to the server that wrote this log: a proxy before it removed it, or"
        " this is no WebSocket request. upgrade= shows what came, not what nginx passes on.",
        _UPGRADE, sure=False),
    Row("sockjs-fell-back", _sockjs,
        "SockJS could not open its WebSocket, or lost it, and tries its other transports. What"
        " matters is why the WebSocket failed: most often a proxy removed Upgrade.",
        (*_UPGRADE,
         ("Spring",
          'registry.addEndpoint("/ws").setAllowedOrigins("https://example.com").withSockJS();')),
        sure=False),
    Row("logged-as-http10", _http10,
        "The request reached this server as a plain GET in HTTP/1.0, which no browser and no"
        " WebSocket client speaks: a proxy before it removed Upgrade, as nginx before 1.29.7 does"
        " without its lines for WebSocket.",
        _UPGRADE, sure=False),
    _as("asgi-saw-plain-http", _uvicorn_plain, sure=False),
    _as("express-saw-plain-http", _morgan_404, sure=False),
    _as("django-saw-plain-http", _django_404, sure=False),
    Row("opened-in-log", _opened,
        "Here the WebSocket was opened. What failed came later: it was idle for as long as a proxy"
        " allows, or a proxy between changed or held back the 101.",
        ((IN_LOCATION, "proxy_read_timeout 1h;"),
         (SERVER, "Send a Ping every 30 seconds."),
         (_PROBE, "python -m ws_handshake probe wss://example.com/ws")), sure=False),
    Row("client-gave-up", _gave_up,
        "The client closed before nginx had an answer for it (499): the server behind nginx is"
        " slow, waits for a WebSocket whose Upgrade was removed, or the page was left.",
        (*NGINX, (SERVER, "Read its log for this time.")), sure=False),
)

NOT_TOLD = (
    Row("reason-not-told", _says("websocket connection to '|failed",
                                 "can't establish a connection to the server at ws",
                                 "websocket: bad handshake", "not upgraded to websocket",
                                 "bad response from the server", "websocket network error",
                                 "websocket connection failed"),
        "The client says only that the WebSocket did not open. The answer's status and fields tell"
        " why; a proxy that removes Upgrade is the most frequent reason.",
        (*_ASK_ANEW,
         ("Go", "conn, resp, err := dialer.Dial(url, nil)   // log resp.Status and resp.Body")),
        sure=False),
)
# fmt: on

SOURCES = (
    ("a line of nginx's error log", _NGINX_ERRORS),
    ("a line of an ASGI server's log", _ASGI),
    ("a line of an access log", _ACCESS_LOGS),
    ("a sentence of a WebSocket server or client about a handshake", _ANSWERS),
    ("a sentence of a browser or client", _BROWSERS),
    ("a sentence about the connection", _CONNECTIONS),
)
_STATUS_LOGGED = "a line of an access log: it tells the status, and nothing of what was forwarded"
_STATUS_SAID = "an error message: it tells the status of the answer and nothing else of it"
_UNTOLD = "an error message that does not tell the reason"

LINE_CAUSES = tuple(
    row
    for rows in (*[rows for _, rows in SOURCES], NOT_TOLD)
    for row in rows
    if row.code not in _KNOWN
)


def read_line(text: str) -> Read | None:
    """What a line is and what it proves; None for one that is not known.

    >>> read = read_line('INFO:     10.0.0.1:5 - "GET /ws HTTP/1.0" 404 Not Found')
    >>> row, evidence, _, sure = read.cause
    >>> row.code, evidence, sure, read.status
    ('logged-as-http10', ("the log says 'GET /ws HTTP/1.0' 404",), False, 404)
    """
    line = Line(text)
    for source, rows in SOURCES:
        for found in find_causes((rows,), line):
            return Read(source, line, found)
    if line.status >= 200:
        logged = _ANY_REQUEST.search(line.text) is not None
        return Read(_STATUS_LOGGED if logged else _STATUS_SAID, line)
    for found in find_causes((NOT_TOLD,), line):
        return Read(_UNTOLD, line, found)
    return None


def read_lines(lines: Sequence[str]) -> list[Read]:
    """The known lines among these, in order."""
    found: list[Read] = []
    for text in lines[:MOST_LINES]:
        read = read_line(text) if len(text) >= _SHORTEST and not text.isspace() else None
        if read is not None:
            found.append(read)
            if len(found) == _MOST_KNOWN:
                break
    return found
