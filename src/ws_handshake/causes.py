"""What a cause is, and what to change: the rows of a diagnosis and the texts that they share.

A row has a code that is never renamed, a function that gives the evidence for it (none means that
this is not the cause), a sentence, what to change in which product, and whether the facts leave no
other explanation. Rows stand in groups: a group is about one thing that can go wrong, its special
rows stand before its general ones, and the first row with evidence is the only one that counts.

The nginx texts are lines as nginx reads them. They take the place of lines in the same block that
set the same thing: nginx refuses to start on a repeated directive, and sends a repeated field.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from .facts import Facts, ResponseFacts

    Fix = tuple[tuple[str, str], ...]
    Evidence = list[str]
    Found = tuple["Row", tuple[str, ...], Fix, bool]

# --- Rows -----------------------------------------------------------------------------------------


class Row:
    """One cause. `fix` and `sure` are functions where they depend on what was seen."""

    __slots__ = ("code", "fix", "seen", "summary", "sure")

    def __init__(
        self,
        code: str,
        seen: Callable[[Any], Evidence],
        summary: str,
        fix: Fix | Callable[[Any], Fix],
        *,
        sure: bool | Callable[[Any], bool],
    ) -> None:
        self.code = code
        self.seen = seen
        self.summary = summary
        self.fix = fix
        self.sure = sure


def find_causes(groups: Iterable[tuple[Row, ...]], facts: Any) -> list[Found]:
    """The rows that fit, with evidence, fix and sureness: sure ones first, in the table's order."""
    found: list[Found] = []
    for group in groups:
        for row in group:
            evidence = tuple(row.seen(facts))
            if evidence:
                fix = row.fix(facts) if callable(row.fix) else row.fix
                sure = row.sure(facts) if callable(row.sure) else row.sure
                found.append((row, evidence, fix, sure))
                break
    return sorted(found, key=lambda cause: not cause[3])


# Faults of a head's lines, in either direction.
LINE_SYNTAX = (
    "bare-cr",
    "control-character",
    "folded-line",
    "space-before-colon",
    "colon-missing",
    "field-name-malformed",
)


def if_nothing(facts: Facts) -> Evidence:
    """Nothing came before the close."""
    return [] if facts.data else ["not one byte came"]


def if_found(field: str, *codes: str) -> Callable[[Facts], Evidence]:
    """A fact that the violations know already: what the field says is the evidence."""
    return lambda facts: facts.about(field) if facts.codes.intersection(codes) else []


def if_told(*codes: str) -> Callable[[Facts], Evidence]:
    """The same where the violations' own messages are the evidence."""
    return lambda facts: list(facts.messages) if facts.codes.intersection(codes) else []


def if_status(*statuses: int) -> Callable[[ResponseFacts], Evidence]:
    """A status that says enough by itself."""

    def seen(facts: ResponseFacts) -> Evidence:
        return [*facts.answered(), *facts.by_server()] if facts.status in statuses else []

    return seen


# --- What to change -------------------------------------------------------------------------------

IN_HTTP = "nginx, in http { }"
IN_LOCATION = "nginx, in this location { }"
SHELL = "nginx, on the command line"
SERVER = "the server"
CLIENT = "the client"
PROXY = "any proxy"

VERSION_LINE = "proxy_http_version 1.1;"
UPGRADE_LINE = "proxy_set_header Upgrade $http_upgrade;"
CONNECTION_LINE = "proxy_set_header Connection $connection_upgrade;"

NGINX_MAP = (
    IN_HTTP,
    "map $http_upgrade $connection_upgrade {\n    default upgrade;\n    ''      close;\n}",
)
NGINX_LOCATION = (IN_LOCATION, f"{VERSION_LINE}\n{UPGRADE_LINE}\n{CONNECTION_LINE}")
# The last command shows whether the edited file is one that nginx reads at all.
NGINX_RELOAD = (
    SHELL,
    "sudo nginx -t && sudo nginx -s reload && sudo nginx -T | grep -n http_upgrade",
)
UPGRADE_ONCE: Fix = (
    (IN_LOCATION, UPGRADE_LINE),
    (SHELL, "sudo nginx -T | grep -n 'proxy_set_header Upgrade'"),
    NGINX_RELOAD,
    (PROXY, "Set Upgrade in one hop only, to what the client sent."),
)
NGINX: Fix = (NGINX_MAP, NGINX_LOCATION, NGINX_RELOAD)
OTHER_PROXIES: Fix = (
    (
        "Apache httpd 2.4.47 and newer",
        'ProxyPass "/ws" "http://127.0.0.1:8000/ws" upgrade=websocket',
    ),
    (
        "Apache httpd before 2.4.47, with mod_proxy_wstunnel and before other ProxyPass lines",
        'ProxyPass "/ws" "ws://127.0.0.1:8000/ws"',
    ),
    ("Vite", 'server: { proxy: { "/ws": { target: "http://127.0.0.1:8000", ws: true } } }'),
    (PROXY, "Forward Upgrade and Connection as the client sent them, over HTTP/1.1."),
)
VARNISH = (
    "Varnish, in its VCL",
    """sub vcl_recv {
    if (req.http.upgrade ~ "(?i)websocket") {
        return (pipe);
    }
}
sub vcl_pipe {
    if (req.http.upgrade) {
        set bereq.http.upgrade = req.http.upgrade;
        set bereq.http.connection = req.http.connection;
    }
}""",
)
CURL: Fix = (
    (
        "curl",
        (
            "curl --http1.1 -i -N --max-time 3 -H 'Connection: Upgrade' -H 'Upgrade: websocket'"
            " -H 'Sec-WebSocket-Version: 13'"
            ' -H "Sec-WebSocket-Key: $(openssl rand -base64 16)" http://127.0.0.1:8000/ws'
        ),
    ),
)
BY_HAND: Fix = (
    (CLIENT, "Use a WebSocket library, or write every line with CR LF behind it."),
    (
        "a shell",
        (
            r"printf 'GET /ws HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nUpgrade: websocket\r\n"
            r"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            r"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n' | nc 127.0.0.1 8000"
        ),
    ),
)
ONLY_HTTP_1: Fix = (
    ("a TLS server or proxy", "Offer only http/1.1 in ALPN where WebSockets are served."),
    ("curl", "curl --http1.1"),
    ("HAProxy", "server app 127.0.0.1:8000 alpn http/1.1"),
    (
        "Caddy",
        "reverse_proxy 127.0.0.1:8000 {\n    transport http {\n        versions 1.1\n    }\n}",
    ),
    (
        "AWS Application Load Balancer",
        "Make a target group with protocol version HTTP1 and forward to that.",
    ),
)
TLS_IN_FRONT: Fix = (
    (CLIENT, "Use ws:// for this port, or wss:// for the port that speaks TLS."),
    (
        "nginx, in a server { } in front",
        (
            "listen 443 ssl;\nssl_certificate /etc/ssl/example.com.pem;\n"
            "ssl_certificate_key /etc/ssl/example.com.key;"
        ),
    ),
)
LARGER_HEADS: Fix = (
    (CLIENT, "Delete cookies of this site, or set fewer and smaller ones for this path."),
    ("nginx", "large_client_header_buffers 4 32k;"),
    ("Node.js", "node --max-http-header-size=65536 server.js"),
    ("python websockets", "WEBSOCKETS_MAX_LINE_LENGTH=65536"),
    ("ws_handshake", "Limits(head=131072)"),
)
