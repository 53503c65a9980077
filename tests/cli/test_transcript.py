"""What tools do to a message is undone, and said."""

from __future__ import annotations

import json
import time
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from property.strategies import binary, bounded, sent_requests, sent_responses

from ws_handshake.transcript import (
    REQUEST,
    RESPONSE,
    Message,
    Transcript,
    final_response,
    read_transcript,
    split_wire,
)

from .running import ANSWER, VALID

LF = "the lines end with LF alone, as in pasted text: read as CR LF"
BEFORE = "what stands before the first message was left out"
NOTHING = "no HTTP message was recognised in this text"
REQUEST_LINE = "the request line was not there: put in front, with what is known of it"
PACKET = "the packets' own headers were taken off, as tcpdump shows them"
VERSION = "the HTTP version is not in this text: HTTP/1.1 is a guess"
STATUS_LINE = "the status line was not there: put in front, with what is known of it"


def missing_end(kind: str) -> str:
    return f"the blank line that ends the head of the {kind} was missing: added"


class Paste(NamedTuple):
    """A text, what must be found in it, and what must be said about it."""

    name: str
    text: str
    messages: list[Message]
    notes: list[str]


def request(*lines: str, rest: bytes = b"") -> Message:
    return Message(REQUEST, "".join(f"{line}\r\n" for line in [*lines, ""]).encode(), rest)


def response(*lines: str, rest: bytes = b"") -> Message:
    return Message(RESPONSE, "".join(f"{line}\r\n" for line in [*lines, ""]).encode(), rest)


ASKED = request("GET /ws HTTP/1.1", "Host: localhost:8001", "Upgrade: websocket")
REFUSED = response("HTTP/1.1 404 Not Found", "Server: nginx", rest=b'{"detail":"Not Found"}')

SAID = "read as an error message: it tells the status of the answer and nothing else of it"
LOGGED = "read as a line of an access log: it tells the status, and nothing of what was forwarded"
STATUS_ONLY = "the answer is put together: only its status is known"
NO_STATUS = "the status is not in this text: 101 is a guess, and fields may be missing here"
FEW = "these are some fields of a request, perhaps not all: what is missing proves little"
HTTP2 = "this is HTTP/2 or HTTP/3, shown by a tool as if it were HTTP/1.1"
HTTP2_FIELDS = "fields that begin with a colon are those of HTTP/2 or HTTP/3"
TRACED = "what curl --trace puts around the bytes was taken off"
TRACE_ASCII = f"""\
02:31:32.972631 == Info:   Trying 127.0.0.1:8931...
02:31:32.972710 => Send SSL data, 5 bytes (0x5)
0000: .....
02:31:32.972821 => Send header, {18 + 9 + 75 + 2} bytes (0x68)
0000: GET /ws HTTP/1.1
0012: Host: a
001b: X: {"a" * 61}
005b: {"a" * 9}
0066:
02:31:32.979313 == Info: HTTP 1.0, assume close after body
02:31:32.979342 <= Recv header, 24 bytes (0x18)
0000: HTTP/1.1 404 Not Found
02:31:32.979368 <= Recv header, 15 bytes (0xf)
0000: Server: nginx
02:31:32.979393 <= Recv header, 2 bytes (0x2)
0000:
02:31:32.979396 <= Recv data, 10 bytes (0xa)
0000: <p>no</p>.
02:31:32.979433 == Info: Closing connection 0
"""
TRACE = """\
== Info: Connected to 127.0.0.1
=> Send header, 29 bytes (0x1d)
0000: 47 45 54 20 2f 77 73 20 48 54 54 50 2f 31 2e 31 GET /ws HTTP/1.1
0010: 0d 0a 48 6f 73 74 3a 20 61 0d 0a 0d 0a          ..Host: a....
<= Recv header, 24 bytes (0x18)
0000: 48 54 54 50 2f 31 2e 31 20 34 30 34 20 4e 6f 74 HTTP/1.1 404 Not
0010: 20 46 6f 75 6e 64 0d 0a                          Found..
<= Recv header, 2 bytes (0x2)
0000: 0d 0a                                           ..
<= Recv data, 3 bytes (0x3)
0000: 6e 6f 0a                                        no.
"""
PASTES = [
    Paste(
        "curl -v",
        """*   Trying 127.0.0.1:8001...
* Connected to localhost (127.0.0.1) port 8001 (#0)
> GET /ws HTTP/1.1
> Host: localhost:8001
> Upgrade: websocket
>
* Mark bundle as not supporting multiuse
< HTTP/1.1 404 Not Found
< Server: nginx
<
{ [22 bytes data]
* Connection #0 to host localhost left intact
{"detail":"Not Found"}
""",
        [ASKED, REFUSED],
        [LF, BEFORE, "the prefix '> ' was taken off", "the prefix '< ' was taken off"],
    ),
    Paste(
        "curl -iv, which shows the answer twice",
        """> GET /ws HTTP/1.1
> Host: localhost:8001
> Upgrade: websocket
>
< HTTP/1.1 404 Not Found
HTTP/1.1 404 Not Found
* a note
< Server: nginx
Server: nginx

<

{"detail":"Not Found"}
""",
        [ASKED, REFUSED],
        [LF, "the prefix '> ' was taken off", "the prefix '< ' was taken off"],
    ),
    Paste(
        "curl -v written to a file, where fields have CR LF",
        "* Connected\n> GET /ws HTTP/1.1\r\n> Host: localhost:8001\r\n> Upgrade: websocket\r\n"
        "> \r\n< HTTP/1.1 404 Not Found\r\n< Server: nginx\r\n< \r\n"
        '{"detail":"Not Found"}',
        [ASKED, REFUSED],
        [BEFORE, "the prefix '> ' was taken off", "the prefix '< ' was taken off"],
    ),
    Paste(
        "curl -v over HTTP/2",
        "> GET /ws HTTP/2\n> Host: localhost\n>\n< HTTP/2 400 \n< server: x\n<\n",
        [
            request("GET /ws HTTP/2.0", "Host: localhost"),
            response("HTTP/2.0 400 ", "server: x"),
        ],
        [
            LF,
            "the prefix '> ' was taken off",
            "this is HTTP/2 or HTTP/3, shown by a tool as if it were HTTP/1.1",
            "the prefix '< ' was taken off",
        ],
    ),
    Paste(
        "in colours",
        "> GET /ws HTTP/1.1\n> \x1b[1mHost\x1b[0m: localhost:8001\n> Upgrade: websocket\n> \n",
        [ASKED],
        ["the colours of a terminal were taken out", LF, "the prefix '> ' was taken off"],
    ),
    Paste(
        "a log with times, and no blank lines",
        """2026-11-20 10:00:00,123 DEBUG > GET /ws HTTP/1.1
2026-11-20 10:00:00,124 DEBUG > Host: localhost:8001
2026-11-20 10:00:00,124 DEBUG > Upgrade: websocket
2026-11-20 10:00:01,135 DEBUG < HTTP/1.1 101 Switching Protocols
2026-11-20 10:00:01,136 DEBUG < Upgrade: websocket
2026-11-20 10:00:01,136 DEBUG = connection is OPEN
2026-11-20 10:00:01,136 DEBUG > TEXT 'x: y' [5 bytes]
2026-11-20 10:00:01,137 DEBUG < TEXT 'hello' [5 bytes]
""",
        [ASKED, response("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket")],
        [
            LF,
            "the prefix '2026-11-20 10:00:00,123 DEBUG > ' was taken off",
            missing_end("request"),
            "the prefix '2026-11-20 10:00:01,135 DEBUG < ' was taken off",
            missing_end("response"),
        ],
    ),
    Paste(
        "a log of the bytes, escaped",
        r"""DEBUG got b'GET /ws HTTP/1.1\r\nHost: localhost:8001\r\nX: it\'s \xe9\t\\\r\n\r\n' done
DEBUG b"nothing of it \r\n HTTP/1.1"
""",
        [Message(REQUEST, b"GET /ws HTTP/1.1\r\nHost: localhost:8001\r\nX: it's \xe9\t\\\r\n\r\n")],
        ["line ends and other characters were written out, as in \\r\\n: put back"],
    ),
    Paste(
        "escaped, without quotes",
        r"HTTP/1.1 404 Not Found\r\nServer: nginx\r\n\r\nno",
        [response("HTTP/1.1 404 Not Found", "Server: nginx", rest=b"no")],
        ["line ends and other characters were written out, as in \\r\\n: put back"],
    ),
    Paste(
        "nginx's debug log",
        """http proxy header:
"GET /ws HTTP/1.0
Host: localhost:8001
Connection: close

"
""",
        [request("GET /ws HTTP/1.0", "Host: localhost:8001", "Connection: close")],
        [LF, BEFORE],
    ),
    Paste(
        "indented, in a text",
        "\nThe request:\n\n    GET /ws HTTP/1.1\n    Host: localhost:8001\n"
        "    Upgrade: websocket\n\nand more\n",
        [request(*ASKED.head.decode().splitlines()[:-1], rest=b"and more")],
        [LF, BEFORE, "the indentation was taken off"],
    ),
    Paste(
        "one behind the other, no blank lines, a folded and a broken line",
        "GET /ws HTTP/1.1\nHost: a\n folded\nbroken\nHTTP/1.1 404 Not Found\nServer: nginx",
        [
            request("GET /ws HTTP/1.1", "Host: a", " folded", "broken"),
            response("HTTP/1.1 404 Not Found", "Server: nginx"),
        ],
        [LF, missing_end("request"), missing_end("response")],
    ),
    Paste(
        "a quoted part of the head only",
        "> GET /ws HTTP/1.1\nsomething else\n> broken\n> Host: a\n",
        [request("GET /ws HTTP/1.1", "Host: a")],
        [LF, "the prefix '> ' was taken off", missing_end("request")],
    ),
    Paste(
        "the network panel of Chromium, names and values on lines of their own",
        """Request URL
wss://sogething.com/api/game/ws/1/me?token=abc
Request Method
GET
Status Code
404 Not Found
Remote Address
203.0.113.7:443
Response Headers
Connection
keep-alive
Server
nginx
Request Headers
Provisional headers are shown
Connection
Upgrade
Host
sogething.com
Sec-Websocket-Key
dGhlIHNhbXBsZSBub25jZQ==
X-Own
1
""",
        [
            request(
                "GET /api/game/ws/1/me?token=abc HTTP/1.1",
                "Connection: Upgrade",
                "Host: sogething.com",
                "Sec-Websocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "X-Own: 1",
            ),
            response("HTTP/1.1 404 Not Found", "Connection: keep-alive", "Server: nginx"),
        ],
        [
            "the browser shows only some of the fields here: it never got an answer",
            REQUEST_LINE,
            VERSION,
            STATUS_LINE,
        ],
    ),
    Paste(
        "the same with colons, and values on the next line",
        "Request URL:\nws://localhost:8001\nStatus Code:\n101 Switching Protocols\n"
        "Response Headers\nUpgrade:\nwebsocket\n",
        [
            response("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket"),
        ],
        [STATUS_LINE],
    ),
    Paste(
        "the same with names in another language",
        "URL demandee: https://me:pw@example.com?x\nMethode: POST\nCode: 403 Forbidden\n"
        "En-tetes de la requete\nUpgrade: websocket\n",
        [
            request("POST /?x HTTP/1.1", "Host: example.com", "Upgrade: websocket"),
            response("HTTP/1.1 403 Forbidden"),
        ],
        [REQUEST_LINE, VERSION, STATUS_LINE],
    ),
    Paste(
        "pseudo header fields",
        ":authority: example.com\n:method: GET\n:path: /ws?x=1\n:scheme: https\n"
        "sec-websocket-version: 13\n",
        [request("GET /ws?x=1 HTTP/2.0", "Host: example.com", "sec-websocket-version: 13")],
        ["fields that begin with a colon are those of HTTP/2 or HTTP/3", REQUEST_LINE],
    ),
    Paste(
        "pseudo header fields on lines of their own, with the answer's",
        ":authority\nexample.com\n:path\n/ws\nResponse Headers\n:status: 400\nserver: x\n",
        [
            request("GET /ws HTTP/2.0", "Host: example.com"),
            response("HTTP/1.1 400", "server: x"),
        ],
        [
            "fields that begin with a colon are those of HTTP/2 or HTTP/3",
            REQUEST_LINE,
            STATUS_LINE,
        ],
    ),
    Paste(
        "the network panel of Chromium in Korean",
        """일반
요청 URL
wss://example.com/ws
요청 메서드
GET
상태 코드
404 Not Found
응답 헤더
Connection
keep-alive
Server
nginx
요청 헤더
Host
example.com
Upgrade
websocket
""".encode().decode("latin-1"),
        [
            request("GET /ws HTTP/1.1", "Host: example.com", "Upgrade: websocket"),
            response("HTTP/1.1 404 Not Found", "Connection: keep-alive", "Server: nginx"),
        ],
        [REQUEST_LINE, VERSION, STATUS_LINE],
    ),
    Paste(
        "the same with colons, and the general part alone",
        "일반\n요청 URL: wss://example.com/ws\n요청 메서드: GET\n상태 코드: 404 Not Found\n"
        "원격 주소: 203.0.113.7:443\n".encode().decode("latin-1"),
        [response("HTTP/1.1 404 Not Found")],
        [STATUS_LINE],
    ),
    Paste(
        "tcpdump -A",
        "10:00:00.1 IP a.1 > b.80: Flags [P.], length 9: HTTP: GET /ws HTTP/1.0\n"
        "E..4.. .@.@.......... GET /ws HTTP/1.0\nHost: a\nUpgrade: websocket\n\n",
        [request("GET /ws HTTP/1.0", "Host: a", "Upgrade: websocket")],
        [PACKET, LF],
    ),
    Paste(
        "tcpdump -A, cut short",
        "E..4....GET /ws HTTP/1.0\nHost: a\n\nE..4....HTTP/1.1 404 Not Found\nServer: x\n\n",
        [request("GET /ws HTTP/1.0", "Host: a"), response("HTTP/1.1 404 Not Found", "Server: x")],
        [PACKET, LF],
    ),
    Paste(
        "a curl command and its answer",
        """$ curl -i -H 'Upgrade: websocket' \\
  -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' http://a/ws
HTTP/1.1 404 Not Found
Server: nginx

no
""",
        [
            request(
                "GET /ws HTTP/1.1",
                "Host: a",
                "Upgrade: websocket",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            ),
            response("HTTP/1.1 404 Not Found", "Server: nginx", rest=b"no"),
        ],
        [LF, REQUEST_LINE],
    ),
    Paste(
        "a curl command with a key that the shell made, and its answer",
        """curl -H "Sec-WebSocket-Key: $(openssl rand -base64 16)" http://a/ws
HTTP/1.1 404 Not Found
Server: nginx
""",
        [response("HTTP/1.1 404 Not Found", "Server: nginx")],
        [LF, BEFORE, missing_end("response")],
    ),
    Paste(
        "an answer's fields alone",
        "upgrade: websocket\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\n",
        [
            response(
                "HTTP/1.1 101 Switching Protocols",
                "upgrade: websocket",
                "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
            )
        ],
        [NO_STATUS, STATUS_LINE],
    ),
    Paste(
        "an answer's fields without anything that tells its status",
        "Host: a\n\nResponse Headers (2)\nServer: nginx\n",
        [request("GET / HTTP/1.1", "Host: a")],
        [REQUEST_LINE, VERSION, "of the answer there is too little to judge it"],
    ),
    Paste(
        "the headers that Node logs",
        "=== headers ===\n{ host: 'a',\n  upgrade: 'websocket',\n"
        "  'sec-websocket-version': '13' }\n",
        [request("GET / HTTP/1.1", "host: a", "upgrade: websocket", "sec-websocket-version: 13")],
        [REQUEST_LINE, VERSION],
    ),
    Paste(
        "headers as JSON",
        '{"host": "a", "upgrade": "websocket", "connection": "keep-alive, Upgrade"}',
        [
            request(
                "GET / HTTP/1.1",
                "host: a",
                "upgrade: websocket",
                "connection: keep-alive, Upgrade",
            )
        ],
        [REQUEST_LINE, VERSION],
    ),
    Paste(
        "a curl command",
        """$ curl -i -N -X GET \\
  -H "Connection: Upgrade" \\
  --header 'Upgrade: websocket' \\
  -H 'Sec-WebSocket-Key: SGVsbG8sIHdvcmxkIQ==' \\
  http://localhost:3030/api/ws
""",
        [
            request(
                "GET /api/ws HTTP/1.1",
                "Host: localhost:3030",
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Key: SGVsbG8sIHdvcmxkIQ==",
            )
        ],
        [REQUEST_LINE],
    ),
    Paste(
        "a browser's error",
        "WebSocket connection to 'wss://x/' failed: Error during WebSocket handshake:"
        " Unexpected response code: 404",
        [response("HTTP/1.1 404 Not Found")],
        [SAID, STATUS_ONLY],
    ),
    Paste(
        "the error of ws",
        "Error: Unexpected server response: 502",
        [response("HTTP/1.1 502 Bad Gateway")],
        [SAID, STATUS_ONLY],
    ),
    Paste(
        "what a server said",
        "Invalid Upgrade header",
        [],
        ["read as a sentence of a WebSocket server or client about a handshake"],
    ),
    Paste(
        "an access log",
        "some text\n"
        '127.0.0.1 - - [20/Nov/2026:10:00:00 +0000] "GET /ws?t=1 HTTP/1.1" 404 153 "-" "Mozilla"',
        [response("HTTP/1.1 404 Not Found")],
        [LOGGED, STATUS_ONLY],
    ),
    Paste(
        "the access log of uvicorn",
        "INFO:     ('127.0.0.1', 5) - \"WebSocket /ws\" 403",
        [response("HTTP/1.1 403 Forbidden")],
        ["read as a line of an ASGI server's log", STATUS_ONLY],
    ),
    Paste(
        "a log of which a later line says more",
        '1.2.3.4 - - [20/Nov/2026:10:00:00 +0000] "GET /a HTTP/1.1" 200 9\n'
        '1.2.3.4 - - [20/Nov/2026:10:00:00 +0000] "GET /ws HTTP/1.1" 400 9\n'
        '1.2.3.4 - - [20/Nov/2026:10:00:00 +0000] "GET /ws HTTP/1.0" 404 9\n',
        [response("HTTP/1.1 404 Not Found")],
        [LOGGED, "read as a line of an access log", STATUS_ONLY],
    ),
    Paste(
        "a log of what went well and of what did not",
        '1.2.3.4 - - [20/Nov/2026:10:00:00 +0000] "GET /a HTTP/1.1" 200 9\n'
        '1.2.3.4 - - [20/Nov/2026:10:00:00 +0000] "GET /ws HTTP/1.1" 400 9\n',
        [response("HTTP/1.1 400 Bad Request")],
        [LOGGED, STATUS_ONLY],
    ),
    Paste(
        "an access log of what was opened",
        '1.2.3.4 - - [20/Nov/2026:10:00:00 +0000] "GET /ws HTTP/1.1" 101 9',
        [],
        ["read as a line of an access log"],
    ),
    Paste(
        "the error of websocket-client",
        "websocket._exceptions.WebSocketBadStatusException: Handshake status 404 Not Found -+-+-"
        " {'server': 'nginx', 'x-powered-by': 'Express', 'x': \"it's\"} -+-+-"
        " b'<pre>Cannot GET /api/ws</pre>\\n'",
        [
            response(
                "HTTP/1.1 404 Not Found",
                "server: nginx",
                "x-powered-by: Express",
                "x: it's",
                rest=b"<pre>Cannot GET /api/ws</pre>\n",
            )
        ],
        ["read as an error of websocket-client: status, fields and body"],
    ),
    Paste(
        "the error of websocket-client without a body",
        "Handshake status 502 Bad Gateway -+-+- {'server': 'nginx'} -+-+- None",
        [response("HTTP/1.1 502 Bad Gateway", "server: nginx")],
        ["read as an error of websocket-client: status, fields and body"],
    ),
    Paste(
        "what websocket-client wrote around something else",
        "hello -+-+- {'server': 'nginx'} -+-+- None",
        [],
        [NOTHING],
    ),
    Paste(
        "the panel of Firefox",
        "GET\n\twss://example.com/ws\nStatus\n404\nNot Found\nVersionHTTP/1.1\n"
        "Transferred1.01 kB (0 B size)\nReferrer Policystrict-origin\n\nServer\n\tnginx\n",
        [response("HTTP/1.1 404 Not Found", "Server: nginx")],
        [STATUS_LINE],
    ),
    Paste(
        "the panel of Firefox with what was sent",
        "Status\n404\nVersionHTTP/1.1\nRequest Headers\nHost\n\ta\nUpgrade\n\twebsocket\n",
        [
            request("GET / HTTP/1.1", "Host: a", "Upgrade: websocket"),
            response("HTTP/1.1 404"),
        ],
        [REQUEST_LINE, STATUS_LINE],
    ),
    Paste(
        "the last lines of a panel",
        "Upgrade: websocket\nStatus\n404",
        [request("GET / HTTP/1.1", "Upgrade: websocket"), response("HTTP/1.1 404")],
        [REQUEST_LINE, FEW, VERSION, STATUS_LINE],
    ),
    Paste(
        "a word that stands last",
        "Upgrade: websocket\nStatus",
        [request("GET / HTTP/1.1", "Upgrade: websocket")],
        [REQUEST_LINE, FEW, VERSION],
    ),
    Paste(
        "what JavaScript says of a field that is not there",
        "Upgrade: undefined\nConnection: close\nSec-WebSocket-Key: x\n",
        [request("GET / HTTP/1.1", "Connection: close", "Sec-WebSocket-Key: x")],
        [REQUEST_LINE, FEW, VERSION],
    ),
    Paste(
        "curl --trace-ascii --trace-time",
        TRACE_ASCII,
        [
            request("GET /ws HTTP/1.1", "Host: a", f"X: {'a' * 70}"),
            response("HTTP/1.1 404 Not Found", "Server: nginx", rest=b"<p>no</p>."),
        ],
        [TRACED],
    ),
    Paste(
        "curl --trace",
        TRACE,
        [
            request("GET /ws HTTP/1.1", "Host: a"),
            response("HTTP/1.1 404 Not Found", rest=b"no\n"),
        ],
        [TRACED],
    ),
    Paste(
        "a configuration of nginx",
        "location /ws { proxy_pass http://127.0.0.1:8000; }",
        [],
        ["read as a configuration of nginx"],
    ),
    Paste(
        "nothing of the kind",
        "hello, world",
        [],
        [NOTHING],
    ),
    Paste(
        "a configuration with a request below",
        "location /ws { proxy_pass http://127.0.0.1:8000; }\nGET /ws HTTP/1.1\nHost: a\n\n",
        [request("GET /ws HTTP/1.1", "Host: a")],
        [LF, BEFORE],
    ),
    Paste(
        "a configuration with an error below",
        "location /ws { proxy_pass http://127.0.0.1:8000; }\nInvalid Upgrade header",
        [],
        ["read as a sentence of a WebSocket server or client about a handshake"],
    ),
    Paste(
        "versions in a path and in a reason",
        "> GET /HTTP/2 HTTP/2\n> Host: a\n>\n< HTTP/2 400 HTTP/2\n<\n",
        [request("GET /HTTP/2 HTTP/2.0", "Host: a"), response("HTTP/2.0 400 HTTP/2")],
        [LF, "the prefix '> ' was taken off", HTTP2, "the prefix '< ' was taken off"],
    ),
    Paste(
        "a path like a version",
        "> GET /HTTP/2 HTTP/1.1\n> Host: a\n>\n",
        [request("GET /HTTP/2 HTTP/1.1", "Host: a")],
        [LF, "the prefix '> ' was taken off"],
    ),
    Paste(
        "a target with a space",
        "| GET /a b HTTP/1.1\n| Host: a\n|\n",
        [request("GET /a b HTTP/1.1", "Host: a")],
        [LF, "the prefix '| ' was taken off"],
    ),
    Paste(
        "a request line without a target is none",
        "GET HTTP/1.1\nHost: a\n",
        [request("GET / HTTP/1.1", "Host: a")],
        [REQUEST_LINE, VERSION],
    ),
    Paste(
        "an end of another kind is no version",
        "GET /a HTTP/1.1X\nHost: a\n",
        [request("GET / HTTP/1.1", "Host: a")],
        [REQUEST_LINE, VERSION],
    ),
    Paste(
        "a path that looks like a status",
        "GET /aaaa101 HTTP/1.1\n",
        [request("GET /aaaa101 HTTP/1.1")],
        [LF, missing_end("request")],
    ),
    Paste(
        "in single quotes, with a body",
        "'HTTP/1.1 404 Not Found\nServer: nginx\n\n  XY\nthe last line X \n'\n",
        [response("HTTP/1.1 404 Not Found", "Server: nginx", rest=b"  XY\nthe last line X ")],
        [LF],
    ),
    Paste(
        "between backticks",
        "`GET /ws HTTP/1.1\nHost: a\n\nX\n`\n",
        [request("GET /ws HTTP/1.1", "Host: a", rest=b"X")],
        [LF],
    ),
    Paste(
        "with the request line in quotes",
        '"GET /ws HTTP/1.1"\nHost: a\n\n',
        [request("GET /ws HTTP/1.1", "Host: a")],
        [LF],
    ),
    Paste(
        "tcpdump -A over IPv6",
        "`.......GET /ws HTTP/1.0\nHost: a\n\n",
        [request("GET /ws HTTP/1.0", "Host: a")],
        [PACKET, LF],
    ),
    Paste(
        "a HAR file with an error",
        json.dumps(
            {
                "log": {
                    "entries": [
                        {
                            "_resourceType": "websocket",
                            "request": {"method": "GET", "url": "wss://a/ws", "headers": []},
                            "response": {"status": 0, "_error": "net::ERR_FAILED", "headers": []},
                        }
                    ]
                }
            }
        ),
        [Message(RESPONSE, b"")],
        [
            "read as a HAR file: the WebSockets in it, and nothing else",
            "the file lacks the fields that the browser sent",
            "the browser got no answer; it says why",
        ],
    ),
    Paste(
        "curl -v with a warning in between",
        "< HTTP/1.1 404 Not Found\na warning\n< Server: nginx\n<\nno\n",
        [response("HTTP/1.1 404 Not Found", "Server: nginx", rest=b"no")],
        [LF, "the prefix '< ' was taken off"],
    ),
    Paste(
        "a line that is no field, behind a prefix",
        "> GET / HTTP/1.1\n> X\n> Host: a\n>\n",
        [request("GET / HTTP/1.1", "X", "Host: a")],
        [LF, "the prefix '> ' was taken off"],
    ),
    Paste(
        "a command that is not curl's, and an answer",
        "Xcurl -H 'Upgrade: websocket' http://b/\nHTTP/1.1 404 No\n\n",
        [response("HTTP/1.1 404 No")],
        [LF, BEFORE],
    ),
    Paste(
        "fields below lines that are none",
        "Xcurl http://b/\nX-A://b\nHost: a\nUpgrade: websocket\n",
        [request("GET / HTTP/1.1", "Host: a", "Upgrade: websocket")],
        [REQUEST_LINE, VERSION],
    ),
    Paste(
        "a pseudo header field that nobody knows",
        "Host: a\n:x: https://b/\nUpgrade: websocket\n",
        [request("GET / HTTP/2.0", "Host: a", "Upgrade: websocket")],
        [HTTP2_FIELDS, REQUEST_LINE],
    ),
    Paste(
        "the panel of Chromium with a method that is not GET",
        "Request Method\nPOST\nHost\na\nUpgrade\nwebsocket\n",
        [request("POST / HTTP/1.1", "Host: a", "Upgrade: websocket")],
        [REQUEST_LINE, VERSION],
    ),
    Paste(
        "indented, with prefixes, and blank lines in between",
        "  > GET /ws HTTP/1.1\n\n  > broken\n  >\n  > frames\n",
        [request("GET /ws HTTP/1.1", "broken")],
        [LF, "the prefix '  > ' was taken off"],
    ),
    Paste(
        "a log that goes on behind an answer",
        "DEBUG < HTTP/1.1 404 Not Found\nDEBUG < Server: nginx\nDEBUG <\nand so on\n",
        [response("HTTP/1.1 404 Not Found", "Server: nginx")],
        [LF, "the prefix 'DEBUG < ' was taken off"],
    ),
    Paste(
        "a body of several lines behind an indented head",
        "HTTP/1.1 404 Not Found\n\n\n  <p>\n\n  no</p>\n\n",
        [response("HTTP/1.1 404 Not Found", rest=b"  <p>\n\n  no</p>")],
        [LF],
    ),
    Paste(
        "tcpdump -A, with lines that begin alike",
        "E..4....GET /ws HTTP/1.0\nHost: a\n\nE..4 and nothing of HTTP\n",
        [request("GET /ws HTTP/1.0", "Host: a", rest=b"E..4 and nothing of HTTP")],
        [PACKET, LF],
    ),
    Paste(
        "curl --trace-ascii, with data that was sent, other lines in between, and no end",
        "0000: a line of another trace\n=> Send header, 29 bytes (0x1d)\n0000: GET /ws HTTP/1.1\n"
        "a warning\n0012: Host: a\n001b:\n=> Send data, 3 bytes (0x3)\n0000: abc\n"
        "<= Recv header, 12 bytes (0xc)\n0000: HTTP/2 404\n<= Recv header, 2 bytes (0x2)\n0000:\n"
        "<= Recv data, 9 bytes (0x9)\n0000: be ad day\n<= Recv data, 4 bytes (0x4)\n0000: be X\n"
        "<= Recv data, 4 bytes (0x4)\n0000: ok",
        [
            request("GET /ws HTTP/1.1", "Host: a", rest=b"abc"),
            response("HTTP/2.0 404", rest=b"be ad daybe Xok\r\n"),
        ],
        [HTTP2, TRACED],
    ),
    Paste(
        "the error of websocket-client without its fields",
        "Handshake status 404 Not Found",
        [response("HTTP/1.1 404 Not Found")],
        [SAID, STATUS_ONLY],
    ),
    Paste(
        "the error of websocket-client with a body that is like it",
        "Handshake status 404 Not Found -+-+- {'a': 'b'} -+-+- b'a big -+-+- it\\'s'",
        [response("HTTP/1.1 404 Not Found", "a: b", rest=b"a big -+-+- it's")],
        ["read as an error of websocket-client: status, fields and body"],
    ),
    Paste(
        "the error of websocket-client with a body in double quotes",
        'Handshake status 404 Not Found -+-+- {} -+-+- b"it\'s"',
        [response("HTTP/1.1 404 Not Found", rest=b"it's")],
        ["read as an error of websocket-client: status, fields and body"],
    ),
    Paste(
        "escaped behind a prefix, over HTTP/2",
        r"DEBUG got HTTP/2 404 Not Found\r\nServer: a b\r\n\r\n",
        [response("HTTP/2.0 404 Not Found", "Server: a b")],
        [HTTP2, "line ends and other characters were written out, as in \\r\\n: put back"],
    ),
    Paste(
        "escaped, and cut before its quote ends",
        r"DEBUG got b'GET /ws HTTP/1.1\r\nHost: a\r\n",
        [Message(REQUEST, b"GET /ws HTTP/1.1\r\nHost: a\r\n")],
        ["line ends and other characters were written out, as in \\r\\n: put back"],
    ),
    Paste(
        "curl -v with its command",
        "$ curl -v -H 'Upgrade: websocket' http://b/ws\n> GET /ws HTTP/1.1\n> Host: b\n>\n",
        [request("GET /ws HTTP/1.1", "Host: b")],
        [LF, BEFORE, "the prefix '> ' was taken off"],
    ),
    Paste(
        "a curl command in a text, and its answer, which shows another",
        """I ran
$ curl -i --max-time 100 -H \\
'Upgrade: websocket' \\
-H 'X-Own: 1' 'http://a/ws' \\\x20
  -X POST
HTTP/1.1 404 Not Found
Server: nginx

try curl -H 'X-Hint: 1' http://b/
""",
        [
            request("POST /ws HTTP/1.1", "Host: a", "Upgrade: websocket", "X-Own: 1"),
            response(
                "HTTP/1.1 404 Not Found",
                "Server: nginx",
                rest=b"try curl -H 'X-Hint: 1' http://b/",
            ),
        ],
        [LF, REQUEST_LINE],
    ),
    Paste(
        "a curl command without fields, below its answer",
        "HTTP/1.1 404 Not Found\nServer: nginx\n\n$ curl -i --request PUT http://a/ws\n",
        [
            request("PUT /ws HTTP/1.1", "Host: a"),
            response(
                "HTTP/1.1 404 Not Found",
                "Server: nginx",
                rest=b"$ curl -i --request PUT http://a/ws",
            ),
        ],
        [LF, REQUEST_LINE],
    ),
    Paste(
        "a curl command with a key between backticks, and its answer",
        'curl -H "Sec-WebSocket-Key: `openssl rand -base64 16`" http://a/ws\n'
        "HTTP/1.1 404 Not Found\n\n",
        [response("HTTP/1.1 404 Not Found")],
        [LF, BEFORE],
    ),
    Paste(
        "an answer in a text",
        "It says\nHTTP/1.1 404 Not Found\n\n",
        [response("HTTP/1.1 404 Not Found")],
        [LF, BEFORE],
    ),
    Paste(
        "the panel of Firefox with the URL of what was sent",
        "X-Own: 1\nPOST\nwss://a/ws\nAge\n100\nStatus\npending\nRequest Headers\nHost\na\n"
        "Upgrade\nwebsocket\nStatus\n404\nNot Found",
        [
            request("POST /ws HTTP/1.1", "X-Own: 1", "Age: 100", "Host: a", "Upgrade: websocket"),
            response("HTTP/1.1 404 Not Found"),
        ],
        [REQUEST_LINE, VERSION, STATUS_LINE],
    ),
    Paste(
        "fields whose values look like something else",
        "Host: a\nOrigin: https://b\nX-Count: 404\nX-Method: GET\nServer: x\nUpgrade: websocket\n"
        "Foo: bar\nVersion: 5\nProtocol: HTTP/1.1\nsomething else: unknown\n",
        [
            request(
                "GET / HTTP/1.1",
                *("Host: a", "Origin: https://b", "X-Count: 404", "X-Method: GET", "Server: x"),
                *("Upgrade: websocket", "Foo: bar", "Version: 5", "Protocol: HTTP/1.1"),
            )
        ],
        [REQUEST_LINE, VERSION],
    ),
    Paste(
        "an answer's fields, among them one with a name of its own",
        "Response\nUpgrade: websocket\nFoo: bar\nStatus: 404 Not Found\n",
        [response("HTTP/1.1 404 Not Found", "Upgrade: websocket", "Foo: bar")],
        [STATUS_LINE],
    ),
    Paste(
        "what is told twice",
        "URL: wss://a/1\nMehr: https://b/2\nMethode: POST\nAlt: GET\nCode: 403\nZahl: 500\n"
        "Upgrade: websocket\n",
        [
            request("POST /1 HTTP/1.1", "Host: a", "Upgrade: websocket"),
            response("HTTP/1.1 403"),
        ],
        [REQUEST_LINE, VERSION, STATUS_LINE],
    ),
    Paste(
        "a method that is a pseudo header field",
        ":method: POST\n:authority: a\n",
        [request("POST / HTTP/2.0", "Host: a")],
        [HTTP2_FIELDS, REQUEST_LINE],
    ),
    Paste(
        "the status of an opened one without its fields",
        "Host: a\nUpgrade: websocket\nCode: 101 Switching Protocols\n",
        [request("GET / HTTP/1.1", "Host: a", "Upgrade: websocket")],
        [REQUEST_LINE, VERSION, "of the answer there is too little to judge it"],
    ),
    Paste(
        "an accept value beside another status",
        "Status: 404\nResponse\nSec-WebSocket-Accept: x\n",
        [response("HTTP/1.1 404", "Sec-WebSocket-Accept: x")],
        [STATUS_LINE],
    ),
    Paste(
        "fields in quotes of all kinds",
        '  {"host": "a", "upgrade": \'websocket\'}\n\'x-a\': \'b\'}\n"x-b": "c"}\n'
        '"x-c": "d" }\nx-d: \'e\' }\nx-e: "a", "b"\nx-f: "a\nx-g: \'a"\nx-h: "\nx-i: ""\n'
        "x-j: XbX,\nOrigin:\n\nhttps://a\n",
        [
            request(
                "GET / HTTP/1.1",
                *("host: a", "upgrade: websocket", "x-a: b", "x-b: c", "x-c: d", "x-d: e"),
                *('x-e: "a", "b"', 'x-f: "a', "x-g: 'a\"", 'x-h: "', "x-i: ", "x-j: XbX"),
                "Origin: https://a",
            )
        ],
        [REQUEST_LINE, VERSION],
    ),
    Paste(
        "a log with a redirect above",
        '1.2.3.4 - - [20/Nov/2026:10:00:00 +0000] "GET /ws HTTP/1.1" 300 9\n'
        '1.2.3.4 - - [20/Nov/2026:10:00:00 +0000] "GET /ws HTTP/1.1" 400 9\n',
        [response("HTTP/1.1 300 Multiple Choices")],
        [LOGGED, STATUS_ONLY],
    ),
]


def heads(messages: tuple[Message, ...]) -> list[Message]:
    """Messages with the length of a body as these tests write it: none."""
    return [
        Message(each.kind, each.head.replace(b"Content-Length: 0\r\n", b""), each.rest)
        for each in messages
    ]


@pytest.mark.parametrize("paste", PASTES, ids=[paste.name for paste in PASTES])
def test_what_a_tool_did_is_undone_and_said(paste: Paste) -> None:
    found = read_transcript(paste.text.encode("latin-1"))
    assert heads(found.messages) == paste.messages
    assert list(found.notes) == paste.notes


# What has no prefix would be the bytes of the wire then.
PREFIXED = [paste for paste in PASTES if not paste.text.startswith(("GET ", "HTTP/1.1 "))]


@pytest.mark.parametrize("paste", PREFIXED, ids=[paste.name for paste in PREFIXED])
def test_the_line_ends_of_windows_change_nothing(paste: Paste) -> None:
    text = paste.text.replace("\r\n", "\n").replace("\n", "\r\n").encode("latin-1")
    found = read_transcript(text)
    if paste.name != "nothing of the kind":
        wanted = [each.head for each in paste.messages]
        assert [each.head for each in heads(found.messages)] == wanted
    assert LF not in found.notes


def test_the_websockets_in_a_har_file() -> None:
    def entry(asked: list[Any], status: int, **answer: Any) -> Any:
        request = {"method": "GET", "url": "wss://a/ws", "headers": asked}
        response = {"status": status, "statusText": "X", "headers": [], **answer}
        return {"_resourceType": "websocket", "request": request, "response": response}

    key = "Sec-WebSocket-Key"
    asked = [{"name": name, "value": value} for name, value in (("X", "\xe9"), (key, "x"))]
    answer = {"headers": [{"name": "Server", "value": "\xe9"}], "content": {"text": "no\xe9"}}
    entries = [entry(asked, 404, **answer), entry([], 0, _error="net::ERR_FAILED"), entry([], 0)]
    found = read_transcript(json.dumps({"log": {"entries": entries}}).encode())
    head = "GET /ws HTTP/1.1\r\nHost: a\r\nX: \xe9\r\nSec-WebSocket-Key: x\r\n\r\n"
    refusal = "HTTP/1.1 404 X\r\nServer: \xe9\r\n\r\n"
    assert found.messages == (
        Message(REQUEST, head.encode()),
        Message(RESPONSE, refusal.encode(), "no\xe9".encode()),
        Message(RESPONSE, b"", said="net::ERR_FAILED"),
    )
    assert found.notes == (
        "read as a HAR file: the WebSockets in it, and nothing else",
        "the file lacks the fields that the browser sent",
        "the browser got no answer; it says why",
        "of the answer there is too little to judge it",
    )


def test_the_first_line_of_a_101_is_no_answer_without_fields() -> None:
    found = read_transcript(b"HTTP/1.1 101 Switching Protocols\n")
    read = "read as the first line of a 101, without its fields: the upgrade was taken"
    assert (found.messages, found.notes) == ((), (LF, read))
    for text in ("HTTP/1.1 200 OK\n", "HTTP/1.1 101 X\nServer: nginx\n", "HTTP/1.1 101 X\n\n"):
        assert len(read_transcript(text.encode()).messages) == 1


# --- Bytes of the wire ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        VALID,
        ANSWER,
        b"FOO /chat HTTP/1.1\r\nHost: a\r\n\r\n",
        b"get /chat HTTP/1.1\r\nHost: a\nX: y\r\n\r\n",
        b"GET /a b HTTP/1.1\r\nHost : a\r\n\r\n",
        b"HTTP/1.1 1000 No\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n",
        b"GET / HTTP/1.1\r\n",
        b'FOO /a HTTP/1.1 "x" HTTP/1.1\r\nHost: a\r\n\r\n',
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n",
    ],
)
def test_bytes_of_the_wire_stay_as_they_are(data: bytes) -> None:
    found = read_transcript(data)
    (message,) = found.messages
    assert (message.head, message.rest, found.notes) == (data, b"", ())


@pytest.mark.parametrize(
    "text",
    [
        b"INFO 'FOO / HTTP/1.1' done\r\n",
        b'INFO "FOO / HTTP/1.1" done\r\n',
        b"INFO got FOO / HTTP/1.1\\r\\nHost: a\\r\\n\r\n",
        b"a" * 64 + b"\0",
    ],
)
def test_lines_of_a_log_are_no_bytes_of_the_wire(text: bytes) -> None:
    assert read_transcript(text) == Transcript((), [NOTHING])


@pytest.mark.parametrize(
    ("start", "room"),
    [("GET / HTTP/1.1", len("GET ")), ("HTTP/1.1 404 x", len("HTTP/1.1 404"))],
)
def test_a_start_line_stands_in_the_first_256_characters(start: str, room: int) -> None:
    for more, notes in ((0, ("the indentation was taken off",)), (1, (NOTHING,))):
        indented = " " * (256 - room + more)
        text = f"{indented}{start}\r\n{indented}X: y\r\n\r\n"
        assert read_transcript(text.encode()).notes == notes


def test_a_packet_has_its_start_line_in_the_first_256_characters() -> None:
    for more, notes in ((0, (PACKET, LF)), (1, (NOTHING,))):
        text = "E" + "." * (255 + more) + "GET / HTTP/1.0\nX: y\n\n"
        assert read_transcript(text.encode()).notes == notes


def test_what_stands_behind_a_head_is_kept_apart() -> None:
    assert split_wire(VALID + b"\x81\x80abcd") == [Message(REQUEST, VALID, b"\x81\x80abcd")]
    assert split_wire(ANSWER + b"\x81\x02hi") == [Message(RESPONSE, ANSWER, b"\x81\x02hi")]


def test_a_request_and_its_answer_may_stand_in_one_file() -> None:
    assert split_wire(VALID + ANSWER) == [Message(REQUEST, VALID), Message(RESPONSE, ANSWER)]
    assert split_wire(ANSWER + VALID) == [Message(RESPONSE, ANSWER), Message(REQUEST, VALID)]
    refusal = b"HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\n\r\n"
    messages = split_wire(VALID + refusal + b"no" + VALID + ANSWER)
    assert [(each.kind, each.rest) for each in messages] == [
        (REQUEST, b""),
        (RESPONSE, b"no"),
        (REQUEST, b""),
        (RESPONSE, b""),
    ]


def test_a_body_that_is_longer_than_it_says_is_still_a_body() -> None:
    refusal = b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n"
    assert split_wire(refusal + b"no, no") == [Message(RESPONSE, refusal, b"no, no")]


def test_interim_responses_are_skipped_and_told() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    found = read_transcript(early + ANSWER)
    assert found.messages == (Message(RESPONSE, ANSWER),)
    assert found.notes == ("an interim response was skipped: 'HTTP/1.1 103 Early Hints'",)
    assert split_wire(early) == [Message(RESPONSE, early)]


def test_the_version_that_curl_shortens_is_written_out() -> None:
    found = read_transcript(b"HTTP/2 404 \r\nserver: x\r\n\r\nno")
    assert found.messages == (response("HTTP/2.0 404 ", "server: x", rest=b"no"),)
    assert len(found.notes) == 1


def test_what_a_server_sent_is_one_response() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\n\r\n"
    assert final_response(early + ANSWER + b"\x88\0") == Message(RESPONSE, ANSWER, b"\x88\0")
    assert final_response(b"\x15\x03\x01") == Message(RESPONSE, b"\x15\x03\x01")
    assert final_response(b"SSH-2\r\n\r\nGET") == Message(RESPONSE, b"SSH-2\r\n\r\n", b"GET")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", REQUEST),
        (b"\x16\x03\x01\0\0", REQUEST),
        (b"\x15\x03\x01\0\0", RESPONSE),
        (b"\0\0\x12\x04\0\0\0\0\0", RESPONSE),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", REQUEST),
        (b"\0" + VALID, REQUEST),
        (b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64", RESPONSE),
        (b"HTTP/\0", RESPONSE),
        (b"a" * 63 + b"\0", REQUEST),
    ],
)
def test_other_bytes_are_handed_on_with_a_guess_of_their_sender(data: bytes, kind: str) -> None:
    found = read_transcript(data)
    assert found.messages[0].kind == kind
    assert b"".join(each.head + each.rest for each in found.messages) == data
    assert found.notes == ()


def test_the_text_of_powershell_is_read() -> None:
    found = read_transcript(VALID.decode().encode("utf-16"))
    assert found.messages == (Message(REQUEST, VALID),)
    assert found.notes == ("the text was UTF-16, as PowerShell writes it",)
    for text in (VALID.decode().encode("utf-16"), b"\xfe\xff" + VALID.decode().encode("utf-16-be")):
        assert read_transcript(text) == found
    cut = read_transcript(VALID.decode().encode("utf-16") + b"\xd8")
    assert cut.messages == (Message(REQUEST, VALID, b"\xef\xbf\xbd"),)
    assert read_transcript(b"\xef\xbb\xbf" + VALID).messages == (Message(REQUEST, VALID),)


# --- Limits ---------------------------------------------------------------------------------------

MANY = "only the first 50 messages were looked at"


def test_only_so_many_messages_are_looked_at() -> None:
    pasted = read_transcript(b"GET / HTTP/1.1\nHost: a\n\n" * 60)
    assert len(pasted.messages) == 50
    assert MANY in pasted.notes
    raw = read_transcript(VALID * 60)
    assert len(raw.messages) == 50
    assert MANY in raw.notes
    escaped = read_transcript(b'"GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"\n' * 60)
    assert len(escaped.messages) == 50
    assert MANY in escaped.notes
    sent = b"=> Send header, 20 bytes (0x14)\n0000: GET / HTTP/1.1\n0010: Host: a\n0019: \n"
    received = b"<= Recv header, 24 bytes (0x18)\n0000: HTTP/1.1 404 Not Found\n0018: \n"
    traced = read_transcript((sent + received) * 60)
    assert len(traced.messages) == 50
    assert traced.notes == (MANY, TRACED)
    interim = read_transcript(b"HTTP/1.1 100 Continue\r\n\r\n" * 60)
    assert len(interim.messages) == 1
    assert MANY in interim.notes


def test_only_so_many_lines_are_looked_at() -> None:
    few = "only the first 20000 lines were looked at"
    assert read_transcript(b"a\n" * 20000).notes == (NOTHING,)
    assert read_transcript(b"a\n" * 20001).notes == (few, NOTHING)


HOSTILE = [
    b"a{proxy_pass ;",
    b'"upgrade="',
    b"-+-+- 'a': '",
    b"=> Send data, 1 bytes\n0000: a\n",
    b"0000: 41 42 \n",
    b"Status\n404\n",
    b"HTTP/1.1 100 C\r\n\r\n",
    b"> ",
    b"\n",
    b"GET / HTTP/1.1\n",
    b"GET ",
    b"HTTP/1.1 ",
    b"a: b\n",
    b"host: b\n",
    b"curl '",
    b"{'a',",
    b":",
    b"\\r\\nHTTP/",
    b"\x1b[0",
    b"-",
    b"HTTP/1.1 404 x\r\ncontent-length: ",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_the_cost_is_linear(piece: bytes) -> None:
    data = (piece * (1 << 18))[: 1 << 18]
    began = time.process_time()
    read_transcript(data)
    assert time.process_time() - began < 5


@bounded(300)
@given(
    st.one_of(
        binary(max_size=200),
        sent_requests,
        sent_responses,
        st.lists(
            st.sampled_from([paste.text.encode("latin-1") for paste in PASTES])
            | st.sampled_from(HOSTILE)
            | binary(max_size=10),
            max_size=4,
        ).map(b"".join),
    )
)
def test_any_bytes_give_messages_or_are_not_recognised(data: bytes) -> None:
    found = read_transcript(data)
    known = any(note.startswith("read as ") for note in found.notes)
    assert (bool(found.messages) or known) == (NOTHING not in found.notes)
