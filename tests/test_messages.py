"""What is told, word for word: to a caller about a mistake, and about a peer's to both sides.

Each table has a call, and below it what it raises, wrapped; three dots stand for what is only long.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

import ws_handshake
from ws_handshake import (
    Agreement,
    ClientHandshake,
    Extension,
    HandshakeError,
    InvalidMessage,
    Limits,
    Offer,
    Request,
    Response,
    ServerHandshake,
    build_request,
    validate_request,
    validate_response,
)

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
BYTES: Any = b"x"
TEXT: Any = "x"
NUMBER: Any = 5
LIMITS = Limits()
REQUEST = build_request(
    "ws://example.com/", key=KEY, subprotocols=["chat"], extensions=[Extension("x")]
)
OFFER = validate_request(REQUEST, origins=None)
USUAL = {
    "Host": "example.com",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": KEY,
    "Sec-WebSocket-Version": "13",
}
SWITCH = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Accept": "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
}


class Negotiator:
    """Offers and answers what it is told to."""

    def __init__(self, extension: Any) -> None:
        self.extension = extension
        self.name = "x"

    def offer(self) -> Any:
        return self.extension

    def answer(self, offer: Extension) -> Any:
        return self.extension


def opened() -> ServerHandshake:
    server = ServerHandshake(origins=None)
    server.receive_data(REQUEST.to_bytes())
    server.accept()
    return server


def refused() -> ClientHandshake:
    client = ClientHandshake("ws://example.com/")
    with pytest.raises(InvalidMessage):
        client.receive_data(b"SSH-2.0")
    return client


def agreed(extension: Any) -> bytes:
    server = ServerHandshake(origins=None, extensions=[Negotiator(extension)])
    server.receive_data(REQUEST.to_bytes())
    return server.accept()


def changed(fields: dict[str, str], changes: dict[str, Any]) -> list[tuple[str, str]]:
    """The fields with some of them changed: to None, to another value, or to several lines."""
    found: list[tuple[str, str]] = []
    changes = {name.replace("_", "-"): value for name, value in changes.items()}
    for name, value in {**fields, **changes}.items():
        lines = value if isinstance(value, list) else [value]
        found += [(name, line) for line in lines if line is not None]
    return found


def request(
    target: str = "/", method: str = "GET", version: str = "HTTP/1.1", **changes: Any
) -> Offer:
    """Judge a usual handshake with some of its fields changed."""
    fields = changed(USUAL, changes)
    return validate_request(
        Request(target, fields, method, version),
        origins=["https://example.com"],
        hosts=["example.com"],
    )


def response(status: int = 101, version: str = "HTTP/1.1", **changes: Any) -> Agreement:
    """Judge the answer to a request that offers the subprotocol chat and the extension x."""
    asked = build_request(
        "ws://example.com/", key=KEY, subprotocols=["chat"], extensions=[Extension("x")]
    )
    return validate_response(Response(status, changed(SWITCH, changes), None, b"", version), asked)


def received(*pieces: bytes, limits: Limits = LIMITS) -> object:
    """What a server makes of these bytes."""
    server = ServerHandshake(origins=None, limits=limits)
    return [server.receive_data(piece) for piece in pieces]


def answered(*pieces: bytes, limits: Limits = LIMITS) -> object:
    """What a client makes of these bytes."""
    client = ClientHandshake("ws://example.com/", key=KEY, limits=limits)
    return [client.receive_data(piece) for piece in pieces]


MISTAKES = r"""
generate_key(lambda _: b"x")
    ValueError: the random source returned 1 bytes instead of 16
accept_key(BYTES)
    TypeError: a key is a str, not bytes
Headers(TEXT)
    TypeError: headers are pairs or a mapping, not str
Headers(BYTES)
    TypeError: headers are pairs or a mapping, not bytes
Headers([TEXT])
    TypeError: a field is a pair of name and value, not str
Headers(["ab"])
    TypeError: a field is a pair of name and value, not str
Headers([NUMBER])
    TypeError: a field is a pair of name and value, not int
Headers([("a", NUMBER)])
    TypeError: names and values of fields are str or bytes, not int
Headers([(NUMBER, "a")])
    TypeError: names and values of fields are str or bytes, not int
Headers([("a b", "")])
    ValueError: a field name is a token (RFC 9110 §5.1), which 'a b' is not
Headers([("Authorization: Basic c2VjcmV0", "")])
    ValueError: a field name is a token (RFC 9110 §5.1), which 'Authorization<redacted, 16
      characters>' is not
Headers([("X-A", "a\nb")])
    ValueError: the value of X-A has a character that no field value can hold: a control
      character, a line break or one beyond latin-1 (RFC 9110 §5.5)
Headers([("A" * 100, "\0")])
    ValueError: the value of ... has a character that no field value can hold: a control
      character, a line break or one beyond latin-1 (RFC 9110 §5.5)
Headers([]).get(BYTES)
    TypeError: a field is looked up by a str, not bytes
parse_origin(BYTES)
    TypeError: an origin is a str, not bytes
Extension(BYTES)
    TypeError: an extension's name (a token) is a str, not bytes
Extension("a b")
    ValueError: 'a b' is not an extension's name (a token)
Extension("x", TEXT)
    TypeError: params is a collection, not a lone str
Extension("x", NUMBER)
    TypeError: params is a collection, not int
Extension("x", [NUMBER])
    TypeError: a parameter is a pair of name and value, not int
Extension("x", [(NUMBER, None)])
    TypeError: a parameter's name (a token) is a str, not int
Extension("x", [("a", BYTES)])
    TypeError: a parameter's value (a token) is a str, not bytes
Extension("x", [("", None)])
    ValueError: '' is not a parameter's name (a token)
Extension("x", [("a", "")])
    ValueError: '' is not a parameter's value (a token)
format_extensions(TEXT)
    TypeError: extensions is a collection, not a lone str
format_extensions(["x"])
    TypeError: extensions holds Extension, not str
format_extensions(NUMBER)
    TypeError: extensions is a collection, not int
Limits(TEXT)
    TypeError: the limit request_line is an int, not str
Limits(head=TEXT)
    TypeError: the limit head is an int, not str
Limits(fields=TEXT)
    TypeError: the limit fields is an int, not str
Limits(body=TEXT)
    TypeError: the limit body is an int, not str
Limits(-1)
    ValueError: the limit request_line cannot be negative
Limits(body=-1)
    ValueError: the limit body cannot be negative
Request.parse(b"", limits=NUMBER)
    TypeError: limits is a Limits, not int
Request("", ())
    ValueError: '' is not a request target (RFC 9112 §3.2)
Request("/chat?token=secret\n", ())
    ValueError: '/chat?<redacted, 13 characters>' is not a request target (RFC 9112 §3.2)
Request(BYTES, ())
    TypeError: a request target is a str, not bytes
Request("/", (), BYTES)
    TypeError: a method (RFC 9110 §9.1) is a str, not bytes
Request("/", (), "GE T")
    ValueError: 'GE T' is not a method (RFC 9110 §9.1)
Request("/", (), "GET", BYTES)
    TypeError: an HTTP version (RFC 9112 §2.3) is a str, not bytes
Request("/", (), "GET", "HTTP/1.")
    ValueError: 'HTTP/1.' is not an HTTP version (RFC 9112 §2.3)
Response(TEXT)
    TypeError: a status is an int, not str
Response(99)
    ValueError: a status is a number from 100 to 599
Response(600)
    ValueError: a status is a number from 100 to 599
Response(200, (), BYTES)
    TypeError: a reason phrase (RFC 9112 §4) is a str, not bytes
Response(200, (), "O\nK")
    ValueError: 'O\nK' is not a reason phrase (RFC 9112 §4)
Response(200, (), None, b"", BYTES)
    TypeError: an HTTP version (RFC 9112 §2.3) is a str, not bytes
Response(200, (), None, b"", "HTTP/11")
    ValueError: 'HTTP/11' is not an HTTP version (RFC 9112 §2.3)
build_rejection(TEXT)
    TypeError: a rejection is built from a status or a HandshakeError, not str
build_rejection(299)
    ValueError: a handshake is refused with a status from 300 to 599
build_rejection(600)
    ValueError: a handshake is refused with a status from 300 to 599
build_rejection(InvalidHeader("no"))
    ValueError: no server answers this error: the extension's answer is refused: no
build_rejection(403, reason="N\no")
    ValueError: 'N\no' is not a reason phrase (RFC 9112 §4)
build_rejection(403, reason=BYTES)
    TypeError: a reason phrase (RFC 9112 §4) is a str, not bytes
build_rejection(403, headers={"connection": "close"})
    ValueError: connection is written by the library and cannot be given
build_rejection(403, headers={"Content-Length": "0"})
    ValueError: Content-Length is written by the library and cannot be given
build_request(NUMBER)
    TypeError: a URI is a str, not int
build_request("ws://h/", key="x")
    ValueError: key: Sec-WebSocket-Key is 'x': 1 characters, where the base64 form has 24, its
      padding included
build_request("ws://h/", key=BYTES)
    TypeError: key is a str, not bytes
build_request("ws://h/", host="a/b")
    ValueError: host: Host is 'a/b': '/' at position 1, where host[:port] was expected
build_request("ws://h/", host=BYTES)
    TypeError: host is a str, not bytes
build_request("ws://h/", origin="h")
    ValueError: origin: Origin is 'h': 'h' at position 0, where scheme://host[:port] or null
      was expected
build_request("ws://h/", origin=BYTES)
    TypeError: origin is a str, not bytes
build_request("ws://h/", subprotocols=["a b"])
    ValueError: 'a b' is not a subprotocol (a token)
build_request("ws://h/", subprotocols=["a", "a"])
    ValueError: a subprotocol is named twice
build_request("ws://h/", subprotocols=TEXT)
    TypeError: subprotocols is a collection, not a lone str
build_request("ws://h/", subprotocols=[NUMBER])
    TypeError: subprotocols holds str, not int
build_request("ws://h/", subprotocols=NUMBER)
    TypeError: subprotocols is a collection, not int
build_request("ws://h/", extensions=TEXT)
    TypeError: extensions is a collection, not a lone str
build_request("ws://h/", headers={"Expect": "100-continue"})
    ValueError: Expect is written from the other arguments and cannot be given
build_response(TEXT)
    TypeError: an Offer is expected, not str
build_response(OFFER, subprotocol=BYTES)
    TypeError: a subprotocol is a str, not bytes
build_response(OFFER, subprotocol="super\nchat")
    ValueError: the client did not offer the subprotocol 'super\nchat'
build_response(OFFER, extensions=TEXT)
    TypeError: extensions is a collection, not a lone str
build_response(OFFER, extensions=[Extension("y")])
    ValueError: the client did not offer the extension y
build_response(OFFER, extensions=[Extension("x"), Extension("x")])
    ValueError: the extension x is answered twice
build_response(OFFER, headers={"Upgrade": "websocket"})
    ValueError: Upgrade is written by the library and cannot be given
validate_request(TEXT, origins=None)
    TypeError: a Request is expected, not str
request_violations(TEXT)
    TypeError: a Request is expected, not str
validate_request(REQUEST, origins=TEXT)
    TypeError: origins is a collection, or None to check nothing, not a lone str
validate_request(REQUEST, origins=NUMBER)
    TypeError: origins is a collection, or None to check nothing, not a lone int
validate_request(REQUEST, origins=re.compile("x"))
    TypeError: origins is a collection, or None to check nothing, not a lone Pattern
validate_request(REQUEST, origins=[NUMBER])
    TypeError: an origin is a str, a pattern of str, SAME_ORIGIN or None, not int
validate_request(REQUEST, origins=[re.compile(b"x")])
    TypeError: an origin is a str, a pattern of str, SAME_ORIGIN or None, not Pattern
validate_request(REQUEST, origins=["example.com"])
    ValueError: origins: Origin is 'example.com': 'e' at position 0, where
      scheme://host[:port] or null was expected; to allow every origin, pass origins=None
validate_request(REQUEST, origins=None, hosts=TEXT)
    TypeError: hosts is a collection, not a lone str
validate_request(REQUEST, origins=None, hosts=[NUMBER])
    TypeError: hosts holds str, not int
validate_request(REQUEST, origins=None, hosts=["a/b"])
    ValueError: hosts: Host is 'a/b': '/' at position 1, where host[:port] was expected
validate_request(REQUEST, origins=None, hosts=["*.example.com"])
    ValueError: hosts has no wildcards: name each host, or pass hosts=None
validate_response(TEXT, REQUEST)
    TypeError: a Response is expected, not str
validate_response(Response(101), TEXT)
    TypeError: a Request is expected, not str
response_violations(TEXT, REQUEST)
    TypeError: a Response is expected, not str
select_subprotocol("chat", ["chat"])
    TypeError: offered is a collection, not a lone str
select_subprotocol(["chat"], "chat")
    TypeError: supported is a collection, not a lone str
select_subprotocol([NUMBER], ["chat"])
    TypeError: offered holds str, not int
select_subprotocol(["chat"], [NUMBER])
    TypeError: supported holds str, not int
ServerHandshake(origins=None, extensions=TEXT)
    TypeError: extensions is a collection of negotiators, not a lone str
ServerHandshake(origins=None, extensions=[Extension("x")])
    TypeError: a negotiator has a name and the method answer, Extension has not
ServerHandshake(origins=None, extensions=[NUMBER])
    TypeError: a negotiator has a name and the method answer, int has not
ServerHandshake(origins=None, limits=NUMBER)
    TypeError: limits is a Limits, not int
ServerHandshake(origins=None, hosts=TEXT)
    TypeError: hosts is a collection, not a lone str
ServerHandshake(origins=None).accept()
    LocalProtocolError: the handshake is READING: no offer to accept
opened().receive_data(b"x")
    LocalProtocolError: the handshake is OPEN: no more data
opened().reject(403)
    LocalProtocolError: the handshake has been answered already
opened().accept()
    LocalProtocolError: the handshake is OPEN: no offer to accept
agreed(TEXT)
    TypeError: the extension x returned str, not an Extension
agreed(Extension("y"))
    ValueError: the extension x returned y
ClientHandshake("ws://h/", extensions=[Extension("x")])
    TypeError: a negotiator has a name and the method offer, Extension has not
ClientHandshake("ws://h/", extensions=[Negotiator(NUMBER)])
    TypeError: the extension x returned int, not an Extension
ClientHandshake("ws://h/", extensions=[Negotiator(Extension("y"))])
    ValueError: the extension x returned y
ClientHandshake("ws://h/", limits=NUMBER)
    TypeError: limits is a Limits, not int
refused().receive_data(b"x")
    LocalProtocolError: the handshake is FAILED: no more data
InvalidMessage("no")
    ValueError: InvalidMessage needs a code, one of those in FAULTS: None
InvalidMessage("no", code="no-such-code")
    ValueError: InvalidMessage needs a code, one of those in FAULTS: 'no-such-code'
WebSocketURI(NUMBER, "h", 80, "/")
    TypeError: a WebSocketURI is made of a bool, a str, an int and a str
WebSocketURI(True, BYTES, 80, "/")
    TypeError: a WebSocketURI is made of a bool, a str, an int and a str
WebSocketURI(True, "h", 80, BYTES)
    TypeError: a WebSocketURI is made of a bool, a str, an int and a str
WebSocketURI(True, "h", TEXT, "/")
    TypeError: a port is an int, not str
WebSocketURI(True, "h", True, "/")
    TypeError: a port is an int, not bool
WebSocketURI(True, "h", 0, "/")
    InvalidURI: a port is a number from 1 to 65535
WebSocketURI(True, "h", 65536, "/")
    InvalidURI: a port is a number from 1 to 65535
WebSocketURI(True, "h", 80, "x?token=secret")
    InvalidURI: 'x?<redacted, 12 characters>' is no path with or without a query (RFC 3986
      §3.3); percent-encode what does not belong there
WebSocketURI(True, "", 80, "/")
    InvalidURI: '' is no host (RFC 3986 §3.2.2)
WebSocketURI(True, "me:secret@h", 80, "/")
    InvalidURI: '<redacted, 9 characters>@h' is no host (RFC 3986 §3.2.2)
WebSocketURI(True, "a" * 254, 80, "/")
    InvalidURI: a host has at most 253 characters, not 254
WebSocketURI(True, "a" * 64, 80, "/")
    InvalidURI: the labels of a host have 1 to 63 characters, not so in '...'
WebSocketURI(True, "a..b", 80, "/")
    InvalidURI: the labels of a host have 1 to 63 characters, not so in 'a..b'
WebSocketURI(True, "[v1.x]", 80, "/")
    InvalidURI: nobody can connect to '[v1.x]': it is of no known IP version
parse_uri(BYTES)
    TypeError: a URI is a str, not bytes
parse_uri("ws://h/#x")
    InvalidURI: 'ws://h/#<redacted, 1 characters>' is no WebSocket URI: a WebSocket URI has no
      fragment: leave out # or write %23
parse_uri("h/x")
    InvalidURI: 'h/x' is no WebSocket URI: it has not the form ws://host/path or
      wss://host/path
parse_uri("http://h/?token=secret")
    InvalidURI: 'http://h/?<redacted, 12 characters>' is no WebSocket URI: the scheme must be
      ws or wss
parse_uri("ws://me:secret@h/")
    InvalidURI: 'ws://<redacted, 9 characters>@h/' is no WebSocket URI: a WebSocket URI has no
      userinfo: send credentials in an Authorization field (headers=...)
parse_uri("ws://h:0/")
    InvalidURI: 'ws://h:0/' is no WebSocket URI: the host or port is wrong: Host is 'h:0': '0'
      at position 2, where a port from 1 to 65535 was expected
parse_uri("ws://a b/x@y")
    InvalidURI: 'ws://<redacted, 5 characters>@y' is no WebSocket URI: the host or port is
      wrong: userinfo has no place here
parse_uri("ws://" + "\u00fc" * 254 + "/")
    InvalidURI: 'ws://...'... (260 characters) is no WebSocket URI: a host has at most 253
      characters
parse_uri("ws://fa\u00df.de/")
    InvalidURI: 'ws://fa\xdf.de/' is no WebSocket URI: IDNA 2003 and 2008 read the label
      'fa\xdf' as different hosts: write its A-label (xn--...)
parse_uri("ws://a\uff0fb/")
    InvalidURI: 'ws://a\uff0fb/' is no WebSocket URI: the label 'a\uff0fb' of the host does
      not become a name
parse_uri("ws://h/a b")
    InvalidURI: 'ws://h/a b' is no WebSocket URI: '/a b' is no path with or without a query
      (RFC 3986 §3.3); percent-encode what does not belong there
PerMessageDeflate(NUMBER)
    TypeError: server_no_context_takeover is a bool, not int
PerMessageDeflate(False, NUMBER)
    TypeError: client_no_context_takeover is a bool, not int
PerMessageDeflate(server_max_window_bits=TEXT)
    TypeError: server_max_window_bits is an int or None, not str
PerMessageDeflate(server_max_window_bits=True)
    TypeError: server_max_window_bits is an int or None, not bool
PerMessageDeflate(server_max_window_bits=7)
    ValueError: server_max_window_bits is a number from 8 to 15
PerMessageDeflate(client_max_window_bits=16)
    ValueError: client_max_window_bits is a number from 8 to 15
DeflateParameters(NUMBER)
    TypeError: server_no_context_takeover is a bool, not int
DeflateParameters(False, NUMBER)
    TypeError: client_no_context_takeover is a bool, not int
DeflateParameters(server_max_window_bits=NUMBER and None)
    TypeError: window bits are numbers here, not None
DeflateParameters(client_max_window_bits=16)
    ValueError: client_max_window_bits is a number from 8 to 15
DeflateParameters.from_answer(TEXT)
    TypeError: an Extension is expected, not str
DeflateParameters.from_answer(Extension("x"))
    ValueError: x is not permessage-deflate
DeflateParameters.from_answer(Extension("permessage-deflate", [("x" * 100, None)]))
    InvalidHeader: the extension's answer is refused: permessage-deflate has no parameter ...
DeflateParameters.from_answer(Extension("permessage-deflate", [("server_max_window_bits", None)]))
    InvalidHeader: the extension's answer is refused: server_max_window_bits needs a value
DeflateParameters.from_answer(Extension("permessage-deflate", [("server_max_window_bits", "7")]))
    InvalidHeader: the extension's answer is refused: server_max_window_bits is 7, no number
      from 8 to 15
Request.from_wsgi(TEXT)
    TypeError: a WSGI environ is a mapping, not str
Request.from_wsgi({})
    ValueError: REQUEST_METHOD is missing
Request.from_wsgi({"REQUEST_METHOD": NUMBER})
    TypeError: REQUEST_METHOD is str, not int
Request.from_wsgi({"REQUEST_METHOD": "GET"})
    ValueError: SERVER_PROTOCOL is missing
Request.from_wsgi({"REQUEST_METHOD": "GET", "SERVER_PROTOCOL": "HTTP/1.1", NUMBER: ""})
    TypeError: a WSGI environ has keys of type str, not int
Request.from_wsgi({"REQUEST_METHOD": "GET", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": NUMBER})
    TypeError: HTTP_HOST is str, not int
Request.from_asgi(TEXT)
    TypeError: an ASGI scope is a mapping, not str
Request.from_asgi({})
    ValueError: type is missing
Request.from_asgi({"type": "lifespan"})
    ValueError: an ASGI scope of type http or websocket is expected, not 'lifespan'
Request.from_asgi({"type": "http"})
    ValueError: method is missing
Request.from_asgi({"type": "http", "method": "GET"})
    ValueError: http_version is missing
Request.from_asgi({"type": "websocket"})
    ValueError: path is missing
Request.from_asgi({"type": "websocket", "path": "/"})
    ValueError: headers is missing
Request.from_asgi({"type": "websocket", "path": "/", "headers": [("a", "b")]})
    TypeError: fields are pairs of bytes here, not str
Request.from_asgi({"type": "websocket", "raw_path": "/"})
    TypeError: raw_path is bytes, not str
Request.from_asgi({"type": "websocket", "path": "/", "subprotocols": "chat"})
    TypeError: subprotocols is a collection, not a lone str
Request.from_http_server(NUMBER)
    TypeError: a handler of http.server that has parsed a request is expected, not int
Response(101).to_asgi({"type": "http"})
    ValueError: a 101 is no final answer; a handshake is accepted with websocket.accept
Response(403).to_asgi(TEXT)
    TypeError: an ASGI scope is a mapping, not str
Response(403).to_asgi({"type": "lifespan"})
    ValueError: an ASGI scope of type http or websocket is expected, not 'lifespan'
"""

# The code and the message, and below them the hint if there is one.
FAULTS = r"""
parse_token_list("a b")
    token-list-malformed: the list of tokens is 'a b': ' ' at position 1, where a comma was
      expected
parse_token_list("@")
    token-list-malformed: the list of tokens is '@': '@' at position 0, where a token was
      expected
parse_connection("a, @")
    connection-malformed: Connection is 'a, @': '@' at position 3, where a token was expected
    It is a list of tokens with Upgrade among them.
parse_connection("a=b")
    connection-malformed: Connection is 'a=b': '=' at position 1, where a comma was expected
    It is a list of tokens with Upgrade among them.
parse_upgrade("websocket/")
    upgrade-malformed: Upgrade is 'websocket/': '/' at position 9, where a comma was expected
    It must be exactly: websocket
parse_upgrade("/1")
    upgrade-malformed: Upgrade is '/1': '/' at position 0, where a protocol was expected
    It must be exactly: websocket
parse_subprotocols("a b")
    subprotocol-malformed: Sec-WebSocket-Protocol is 'a b': ' ' at position 1, where a comma was
      expected
    Names of subprotocols are tokens: letters, digits and !#$%&'*+-.^_`|~, no spaces.
parse_subprotocols("a, @")
    subprotocol-malformed: Sec-WebSocket-Protocol is 'a, @': '@' at position 3, where a token
      was expected
    Names of subprotocols are tokens: letters, digits and !#$%&'*+-.^_`|~, no spaces.
parse_subprotocols(",")
    subprotocol-malformed: Sec-WebSocket-Protocol is ',': it names no subprotocol
    Names of subprotocols are tokens: letters, digits and !#$%&'*+-.^_`|~, no spaces.
parse_subprotocols("a, b, a")
    subprotocol-repeated: Sec-WebSocket-Protocol is 'a, b, a': the one at position 6 stands
      there before
    Offer each subprotocol once.
parse_extensions("a; b=")
    extensions-malformed: Sec-WebSocket-Extensions is 'a; b=': the end at position 5, where a
      token, quoted or not, was expected
    An extension is a token and perhaps parameters: name; parameter=value, ...
parse_extensions("a;")
    extensions-malformed: Sec-WebSocket-Extensions is 'a;': ';' at position 1, where a comma was
      expected
    An extension is a token and perhaps parameters: name; parameter=value, ...
parse_extensions("a b")
    extensions-malformed: Sec-WebSocket-Extensions is 'a b': ' ' at position 1, where a comma
      was expected
    An extension is a token and perhaps parameters: name; parameter=value, ...
parse_extensions(",")
    extensions-malformed: Sec-WebSocket-Extensions is ',': it names no extension
    An extension is a token and perhaps parameters: name; parameter=value, ...
parse_key("!GhlIHNhbXBsZSBub25jZQ==")
    key-malformed: Sec-WebSocket-Key is '!GhlIHNhbXBsZSBub25jZQ==': '!' at position 0, where a
      character of base64 was expected
    A key is 16 random bytes as base64. With curl: "$(openssl rand -base64 16)".
parse_key("dGhl")
    key-malformed: Sec-WebSocket-Key is 'dGhl': 4 characters, where the base64 form has 24, its
      padding included
    A key is 16 random bytes as base64. With curl: "$(openssl rand -base64 16)".
parse_key("dGhlIHNhbXBsZSBub25jZQA=")
    key-malformed: Sec-WebSocket-Key is 'dGhlIHNhbXBsZSBub25jZQA=': it ends with another number
      of = than the base64 form has
    A key is 16 random bytes as base64. With curl: "$(openssl rand -base64 16)".
parse_key("SGVsbG8sIHdvcmxkIQ==")
    key-malformed: Sec-WebSocket-Key is 'SGVsbG8sIHdvcmxkIQ==': 20 characters, where the base64
      form has 24, its padding included
    This is the key of a widely copied curl example: it has 13 bytes, and 16 are needed. With
      curl: -H "Sec-WebSocket-Key: $(openssl rand -base64 16)".
parse_accept("dGhl")
    accept-malformed: Sec-WebSocket-Accept is 'dGhl': 4 characters, where the base64 form has
      28, its padding included
    It is the base64 of a SHA-1 hash: 28 characters.
parse_accept("s3pPLMBiTxaQ9kYGzzhZRbK+xO==")
    accept-malformed: Sec-WebSocket-Accept is 's3pPLMBiTxaQ9kYGzzhZRbK+xO==': it ends with
      another number of = than the base64 form has
    It is the base64 of a SHA-1 hash: 28 characters.
parse_version("0x0d")
    version-malformed: Sec-WebSocket-Version is '0x0d', no number from 0 to 255
    Send: Sec-WebSocket-Version: 13
parse_host("")
    host-malformed: Host is '': the end at position 0, where host[:port] was expected
    Host is host or host:port and nothing else. An IPv6 address stands in brackets, as in
      [::1]:8080; credentials go into Authorization.
parse_host("a:0")
    host-malformed: Host is 'a:0': '0' at position 2, where a port from 1 to 65535 was expected
    Host is host or host:port and nothing else. An IPv6 address stands in brackets, as in
      [::1]:8080; credentials go into Authorization.
parse_host("me:secret@a")
    host-malformed: Host is '<redacted, 9 characters>@a': it names a user or a query, which do
      not belong there
    Host is host or host:port and nothing else. An IPv6 address stands in brackets, as in
      [::1]:8080; credentials go into Authorization.
parse_host("a?token=secret")
    host-malformed: Host is 'a?<redacted, 12 characters>': it names a user or a query, which do
      not belong there
    Host is host or host:port and nothing else. An IPv6 address stands in brackets, as in
      [::1]:8080; credentials go into Authorization.
parse_origin("x")
    origin-malformed: Origin is 'x': 'x' at position 0, where scheme://host[:port] or null was
      expected
    An origin is scheme://host or scheme://host:port without a path, or null.
parse_origin("https://a/")
    origin-malformed: Origin is 'https://a/': '/' at position 9, where scheme://host[:port] or
      null was expected
    An origin is scheme://host or scheme://host:port without a path, or null.
parse_origin("https://a:0")
    origin-malformed: Origin is 'https://a:0': '0' at position 10, where a port from 1 to 65535
      was expected
    An origin is scheme://host or scheme://host:port without a path, or null.
parse_origin("https://")
    origin-malformed: Origin is 'https://': the host is empty
    An origin is scheme://host or scheme://host:port without a path, or null.
parse_origin("https://me@a")
    origin-malformed: Origin is 'https://<redacted, 2 characters>@a': it names a user or a
      query, which do not belong there
    An origin is scheme://host or scheme://host:port without a path, or null.
request(version="HTTP/2")
    http-version-unsupported: the request is 'HTTP/2'; this handshake is for HTTP/1.1
    Let the proxy or client speak HTTP/1.1 here: over TLS, offer only http/1.1 in ALPN.
request(version="HTTP/1.0")
    http-version-too-old: the request is HTTP/1.0; a WebSocket handshake needs HTTP/1.1
    A proxy in front speaks HTTP/1.0 to this server. nginx, in this location: proxy_http_version
      1.1;
request(method="POST")
    method-not-get: the method is 'POST'; a WebSocket handshake is a GET
    Send a GET, in upper case: methods are case-sensitive. Some proxies change the method.
request("http://[/")
    target-malformed: the target 'http://[/' is no path and no http, https, ws or wss URI: what
      follows // is no host[:port]
    Send an absolute path, percent-encode what is not ASCII, leave out the fragment.
request("http://", Host=None)
    target-malformed: the target 'http://' is no path and no http, https, ws or wss URI: what
      follows // is no host[:port]
    Send an absolute path, percent-encode what is not ASCII, leave out the fragment.
request("/#x")
    target-malformed: the target '/#<redacted, 1 characters>' is no path and no http, https, ws
      or wss URI: '#' at position 1 cannot stand in it
    Send an absolute path, percent-encode what is not ASCII, leave out the fragment.
request("/a?b#x")
    target-malformed: the target '/a?<redacted, 3 characters>' is no path and no http, https, ws
      or wss URI: a character in its query cannot stand there
    Send an absolute path, percent-encode what is not ASCII, leave out the fragment.
request("ftp://example.com/")
    target-malformed: the target 'ftp://example.com/' is no path and no http, https, ws or wss
      URI: it begins with neither / nor such a scheme
    Send an absolute path, percent-encode what is not ASCII, leave out the fragment.
request("http:///")
    target-malformed: the target 'http:///' is no path and no http, https, ws or wss URI: what
      follows // is no host[:port]
    Send an absolute path, percent-encode what is not ASCII, leave out the fragment.
request(Host=None)
    host-missing: Host is missing
    HTTP/1.1 requires it. nginx: proxy_set_header Host $http_host;
request(Host=["a", "b"])
    host-repeated: Host is there 2 times
    Set it in one place only.
request(Host="a b")
    host-malformed: Host is 'a b': ' ' at position 1, where host[:port] was expected
    Host is host or host:port and nothing else. An IPv6 address stands in brackets, as in
      [::1]:8080; credentials go into Authorization.
request("http://other.example/")
    host-differs: Host is 'example.com', but the target names another host: other.example
    A proxy that sends an absolute target sets Host to that target's host.
request("https://example.com:444/")
    host-differs: Host is 'example.com', but the target names another host: example.com:444
    A proxy that sends an absolute target sets Host to that target's host.
request(Host="other.example")
    host-not-served: Host 'other.example' is not served here
    Use this server's own name and port. Behind nginx: proxy_set_header Host $http_host;
request(Transfer_Encoding="chunked")
    transfer-encoding-present: Transfer-Encoding is 'chunked', but an opening handshake has no
      body
    Send no body with the handshake: it could hide a second request.
request(Transfer_Encoding=["gzip", "chunked"])
    transfer-encoding-present: Transfer-Encoding is 'gzip, chunked', but an opening handshake
      has no body
    Send no body with the handshake: it could hide a second request.
request(Content_Length=["0", "0"])
    content-length-repeated: Content-Length is there 2 times
    Leave it out: a handshake has no body.
request(Content_Length="x")
    content-length-malformed: Content-Length is 'x', which is no number
    Leave it out: a handshake has no body.
request(Content_Length="12")
    content-length-not-zero: Content-Length is '12', but an opening handshake has no body
    Send no body with the handshake: it could hide a second request.
request(Upgrade=None)
    upgrade-missing: Upgrade is missing
    Sec-WebSocket-Key and Connection are there, so a proxy in front removed Upgrade. nginx, in
      this location: proxy_set_header Upgrade $http_upgrade;
request(Upgrade="a b")
    upgrade-malformed: Upgrade is 'a b': ' ' at position 1, where a comma was expected
    It must be exactly: websocket
request(Upgrade=["websocket", "websocket", "websocket"])
    upgrade-repeated: Upgrade is 'websocket, websocket, websocket', on 3 lines; it must name
      websocket once
    3 lines of it came: the last proxy sets it twice, or adds it to one that came. Set it in one
      place only; nginx: proxy_set_header Upgrade $http_upgrade; once in this location, and
      never with a fixed word as well.
request(Upgrade="websocket, WebSocket")
    upgrade-repeated: Upgrade is 'websocket, WebSocket', on one line; it must name websocket
      once
    Two hops set it, and the last one joined them into one line. Set it in one place only;
      nginx: proxy_set_header Upgrade $http_upgrade; once in this location, and never with a
      fixed word as well.
request(Upgrade="h2c")
    upgrade-not-websocket: Upgrade is 'h2c'; it must be websocket and nothing else
    Send exactly: Upgrade: websocket
request(Connection=None)
    connection-missing: Connection is missing
    Upgrade came through but Connection did not: a proxy in front forwards only one of them.
      nginx, in this location: proxy_set_header Connection $connection_upgrade; with map
      $http_upgrade $connection_upgrade { default upgrade; '' close; } in http.
request(Connection="a b")
    connection-malformed: Connection is 'a b': ' ' at position 1, where a comma was expected
    It is a list of tokens with Upgrade among them.
request(Connection="close")
    connection-without-upgrade: Connection is 'close', without upgrade
    Upgrade came through but Connection did not: a proxy in front forwards only one of them.
      nginx, in this location: proxy_set_header Connection $connection_upgrade; with map
      $http_upgrade $connection_upgrade { default upgrade; '' close; } in http.
request(Upgrade=None, Connection=None)
    upgrade-missing: Upgrade is missing
    Sec-WebSocket-Key is there, so a proxy in front removed Upgrade. nginx, in this location:
      proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header
      Connection $connection_upgrade; with map $http_upgrade $connection_upgrade { default
      upgrade; '' close; } in http.
request(Upgrade=None, Connection=None, version="HTTP/1.0")
    http-version-too-old: the request is HTTP/1.0; a WebSocket handshake needs HTTP/1.1
    Sec-WebSocket-Key is there, so a proxy in front removed Upgrade. nginx, in this location:
      proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header
      Connection $connection_upgrade; with map $http_upgrade $connection_upgrade { default
      upgrade; '' close; } in http.
request(Upgrade=None, Connection="close", version="HTTP/1.0")
    http-version-too-old: the request is HTTP/1.0; a WebSocket handshake needs HTTP/1.1
    Sec-WebSocket-Key is there, so a proxy in front removed Upgrade; HTTP/1.0 and Connection:
      close are the defaults of nginx before 1.29.7. nginx, in this location: proxy_http_version
      1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection
      $connection_upgrade; with map $http_upgrade $connection_upgrade { default upgrade; ''
      close; } in http.
request(Upgrade=None, Connection="Upgrade", version="HTTP/1.0")
    http-version-too-old: the request is HTTP/1.0; a WebSocket handshake needs HTTP/1.1
    Sec-WebSocket-Key and Connection are there, so a proxy in front removed Upgrade. nginx, in
      this location: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;
request(Connection="close", version="HTTP/1.0")
    http-version-too-old: the request is HTTP/1.0; a WebSocket handshake needs HTTP/1.1
    Upgrade came through but Connection did not: a proxy in front forwards only one of them.
      nginx, in this location: proxy_http_version 1.1; proxy_set_header Connection
      $connection_upgrade; with map $http_upgrade $connection_upgrade { default upgrade; ''
      close; } in http.
request(Upgrade=None, Connection="close", Sec_WebSocket_Key=None)
    upgrade-missing: Upgrade is missing
    Without Sec-WebSocket-Key this is no WebSocket client: a page load, a health check or a
      plain GET. Open this address with a WebSocket client.
request(Upgrade=None, Sec_WebSocket_Key=None)
    upgrade-missing: Upgrade is missing
    Without Sec-WebSocket-Key this is no WebSocket client: a proxy adds Upgrade or Connection to
      every request. nginx, in this location: proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade; and no fixed words, with map
      $http_upgrade $connection_upgrade { default upgrade; '' close; } in http.
request(Connection=None, Sec_WebSocket_Key=None)
    connection-missing: Connection is missing
    Without Sec-WebSocket-Key this is no WebSocket client: a proxy adds Upgrade or Connection to
      every request. nginx, in this location: proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade; and no fixed words, with map
      $http_upgrade $connection_upgrade { default upgrade; '' close; } in http.
request(Sec_WebSocket_Version=None)
    version-missing: Sec-WebSocket-Version is missing
    Send: Sec-WebSocket-Version: 13
request(Sec_WebSocket_Version=None, Sec_WebSocket_Key=None)
    version-missing: Sec-WebSocket-Version is missing
    Without Sec-WebSocket-Key this is no WebSocket client: a proxy adds Upgrade or Connection to
      every request. nginx, in this location: proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade; and no fixed words, with map
      $http_upgrade $connection_upgrade { default upgrade; '' close; } in http.
request(Sec_WebSocket_Version=["13", "13"])
    version-repeated: Sec-WebSocket-Version is there 2 times
    Send it once: Sec-WebSocket-Version: 13
request(Sec_WebSocket_Version="x")
    version-malformed: Sec-WebSocket-Version is 'x', no number from 0 to 255
    Send: Sec-WebSocket-Version: 13
request(Sec_WebSocket_Version="8")
    version-unsupported: Sec-WebSocket-Version is '8'; this server speaks 13
    The client speaks a draft from before RFC 6455: update it.
request(Sec_WebSocket_Key=None)
    key-missing: Sec-WebSocket-Key is missing
    A proxy dropped it, or the client was written by hand. A key is 16 random bytes as base64,
      with curl: -H "Sec-WebSocket-Key: $(openssl rand -base64 16)".
request(Sec_WebSocket_Key=[KEY, KEY])
    key-repeated: Sec-WebSocket-Key is there 2 times
    Send one key.
request(Sec_WebSocket_Key="SGVsbG8sIHdvcmxkIQ==")
    key-malformed: Sec-WebSocket-Key is 'SGVsbG8sIHdvcmxkIQ==': 20 characters, where the base64
      form has 24, its padding included
    This is the key of a widely copied curl example: it has 13 bytes, and 16 are needed. With
      curl: -H "Sec-WebSocket-Key: $(openssl rand -base64 16)".
request(Sec_WebSocket_Key="x")
    key-malformed: Sec-WebSocket-Key is 'x': 1 characters, where the base64 form has 24, its
      padding included
    A key is 16 random bytes as base64. With curl: "$(openssl rand -base64 16)".
request(Origin=None)
    origin-missing: Origin is missing, and this server requires one
    Browsers always send it. For other clients the server's owner can allow None.
request(Origin=["https://a", "https://b"])
    origin-repeated: Origin is there 2 times
    Send one origin.
request(Origin="x")
    origin-malformed: Origin is 'x': 'x' at position 0, where scheme://host[:port] or null was
      expected
    An origin is scheme://host or scheme://host:port without a path, or null.
request(Origin="https://other.example")
    origin-not-allowed: Origin 'https://other.example' may not connect here
    The server's owner decides which origins may. If it should be this one, add it to origins;
      with SAME_ORIGIN, check that the proxy keeps Host and its port.
request(Origin="http://example.com:8080")
    origin-not-allowed: Origin 'http://example.com:8080' may not connect here
    Origin has a port and Host has none, so a proxy in front dropped it. nginx, in this
      location: proxy_set_header Host $http_host;
request(Origin="https://example.com", Sec_WebSocket_Protocol="a b")
    subprotocol-malformed: Sec-WebSocket-Protocol is 'a b': ' ' at position 1, where a comma was
      expected
    Names of subprotocols are tokens: letters, digits and !#$%&'*+-.^_`|~, no spaces.
request(Origin="https://example.com", Sec_WebSocket_Protocol=["a", "a"])
    subprotocol-repeated: Sec-WebSocket-Protocol is 'a, a': the one at position 3 stands there
      before
    Offer each subprotocol once.
request(Origin="https://example.com", Sec_WebSocket_Extensions=";")
    extensions-malformed: Sec-WebSocket-Extensions is ';': ';' at position 0, where an extension
      or parameter was expected
    An extension is a token and perhaps parameters: name; parameter=value, ...
request(Origin="https://example.com", Sec_WebSocket_Extensions=["a", ";"])
    extensions-malformed: Sec-WebSocket-Extensions is 'a, ;': ';' at position 3, where an
      extension or parameter was expected
    An extension is a token and perhaps parameters: name; parameter=value, ...
received(b"")
    nothing-received: the peer closed without sending a byte
    A health check, a port scan, or a client that gave up.
received(b"GET / HT", b"")
    head-incomplete: the message ended after 8 bytes, before its head was whole
    The peer gave up or crashed, or a proxy cut the message.
received(b"\x16\x03")
    not-http: '\x16' cannot begin an HTTP/1.1 request
    A TLS client on a plain port, HTTP/2 or another protocol. For wss, terminate TLS in front.
received(b"\r\n")
    not-http: '\r' cannot begin an HTTP/1.1 request
    An empty line stands before the request, perhaps left over from an earlier one.
received(b"GET  / HTTP/1.1\r\n")
    request-line-malformed: the request line 'GET  / HTTP/1.1' is not: method, one space,
      target, one space, HTTP version
    Percent-encode spaces in the target. The version is HTTP/1.1, in upper case, and nothing
      stands behind it.
received(b"GET /?token=secret HTTP/1.1 x\r\n")
    request-line-malformed: the request line 'GET /?<redacted, 23 characters>' is not: method,
      one space, target, one space, HTTP version
    Percent-encode spaces in the target. The version is HTTP/1.1, in upper case, and nothing
      stands behind it.
received(b"GET / HTTP/1.1\r\r\n")
    bare-cr: line 1 has a carriage return without a line feed
    Something between the peers writes HTTP by hand: look at the bytes that it sends.
received(b"GET / HTTP/1.1\r\nA: b\rc\r\n")
    bare-cr: line 2 has a carriage return without a line feed
    Something between the peers writes HTTP by hand: look at the bytes that it sends.
received(b"GET / HTTP/1.1\n")
    bare-lf: line 1 ends with a line feed alone; HTTP/1.1 ends lines with CR LF
    Something between the peers writes HTTP by hand: look at the bytes that it sends.
received(b"GET / HTTP/1.1\r\nA: b\n")
    bare-lf: line 2 (A) ends with a line feed alone; HTTP/1.1 ends lines with CR LF
    Something between the peers writes HTTP by hand: look at the bytes that it sends.
received(b"GET / HTTP/1.1\r\nA: b\0\r\n")
    control-character: line 2 (A) has the control character 0x00 at position 4
    Something between the peers writes HTTP by hand: look at the bytes that it sends.
received(b"GET /\x01 HTTP/1.1\r\n")
    control-character: line 1 has the control character 0x01 at position 5
    Something between the peers writes HTTP by hand: look at the bytes that it sends.
received(b"GET / HTTP/1.1\r\nA: b\r\n c\r\n")
    folded-line: line 3 begins with white space: folded lines are obsolete and refused
    Put each field on one line.
received(b"GET / HTTP/1.1\r\nA : b\r\n")
    space-before-colon: line 2 has white space between the field name and the colon
    Remove the space: proxies disagree about what it means.
received(b"GET / HTTP/1.1\r\nA\r\n")
    colon-missing: line 2 has no colon
    A field line is a name, a colon and a value.
received(b"GET / HTTP/1.1\r\n: b\r\n")
    field-name-malformed: line 2 has a field name that is empty or no token
    Names of fields are tokens: letters, digits and !#$%&'*+-.^_`|~.
received(b"GET / HTTP/1.1\r\nA", limits=Limits(head=16))
    head-too-large: the head is larger than 16 bytes
    Large cookies are the usual cause: shrink them, or raise Limits(head=...).
received(b"GET / HTTP/1.1", limits=Limits(request_line=13))
    request-line-too-long: the request line is longer than 13 bytes
    Shorten the target, or raise Limits(request_line=...).
received(b"GET / HTTP/1.1\r\nA: b\r\nC: d\r\n", limits=Limits(fields=1))
    too-many-fields: the head has more than 1 fields
    Send fewer fields, or raise Limits(fields=...).
Request.parse(b"GET / HTTP/1.1\r\n\r\nmore")
    more-than-one-message: behind the message stand more bytes: 4
    Hand over one message; a handshake object keeps what follows in trailing_data.
response(version="HTTP/1.0")
    response-http-version: the 101 is 'HTTP/1.0'; it must be HTTP/1.1
    The request reached the server as HTTP/1.0. nginx: proxy_http_version 1.1;
response(Upgrade=None)
    response-upgrade-missing: Upgrade is missing from the 101
    A proxy removed it from the 101, or the server forgot it: RFC 6455 asks for Upgrade and
      Connection in the answer too.
response(Upgrade=["websocket", "websocket"])
    response-upgrade-repeated: Upgrade in the 101 is 'websocket, websocket', on 2 lines; it must
      name websocket once
    A proxy adds what the server already sent: remove its rule, such as add_header.
response(Upgrade="h2c")
    response-upgrade-not-websocket: Upgrade in the 101 is 'h2c'; it must be websocket and
      nothing else
response(Upgrade="a b")
    upgrade-malformed: Upgrade is 'a b': ' ' at position 1, where a comma was expected
    It must be exactly: websocket
response(Connection=None)
    response-connection-missing: Connection is missing from the 101
    A proxy removed it from the 101, or the server forgot it: RFC 6455 asks for Upgrade and
      Connection in the answer too.
response(Connection="close")
    response-connection-without-upgrade: Connection in the 101 is 'close', without upgrade
    A proxy removed it from the 101, or the server forgot it: RFC 6455 asks for Upgrade and
      Connection in the answer too.
response(Sec_WebSocket_Accept=None)
    accept-missing: Sec-WebSocket-Accept is missing from the 101
    This is no WebSocket server's answer.
response(Sec_WebSocket_Accept=["a", "b"])
    accept-repeated: Sec-WebSocket-Accept is there 2 times
    A proxy adds what the server already sent: remove its rule, such as add_header.
response(Sec_WebSocket_Accept="x")
    accept-malformed: Sec-WebSocket-Accept is 'x': 1 characters, where the base64 form has 28,
      its padding included
    It is the base64 of a SHA-1 hash: 28 characters.
response(Sec_WebSocket_Accept="ICX+Yqv66kxgM0FcWaLWlFLwTAI=")
    accept-wrong: Sec-WebSocket-Accept is 'ICX+Yqv66kxgM0FcWaLWlFLwTAI=';
      s3pPLMBiTxaQ9kYGzzhZRbK+xOo= answers the key
    Something else than the key's text and the GUID was hashed, or a cache answered.
response(Sec_WebSocket_Protocol=["chat", "chat"])
    response-subprotocol-repeated: Sec-WebSocket-Protocol is there 2 times
    A proxy adds what the server already sent: remove its rule, such as add_header.
response(Sec_WebSocket_Protocol="chat, chat")
    response-subprotocol-several: Sec-WebSocket-Protocol is 'chat, chat'; a server selects only
      one
    The server must select one of the offered subprotocols, not send them all back.
response(Sec_WebSocket_Protocol="superchat")
    subprotocol-not-offered: the server selected the subprotocol 'superchat', which was not
      offered
    Offer it with subprotocols=, in exactly this spelling, or fix the server's choice.
response(Sec_WebSocket_Protocol=",")
    subprotocol-malformed: Sec-WebSocket-Protocol is ',': it names no subprotocol
    Names of subprotocols are tokens: letters, digits and !#$%&'*+-.^_`|~, no spaces.
response(Sec_WebSocket_Extensions=["x", "x"])
    response-extensions-repeated: Sec-WebSocket-Extensions is there 2 times
    A proxy adds what the server already sent: remove its rule, such as add_header.
response(Sec_WebSocket_Extensions="y")
    extension-not-offered: the server answered the extension 'y', which was not offered
response(Sec_WebSocket_Extensions="x, x")
    extension-repeated: the server answered the extension 'x' more than once
response(Sec_WebSocket_Extensions=";")
    extensions-malformed: Sec-WebSocket-Extensions is ';': ';' at position 0, where an extension
      or parameter was expected
    An extension is a token and perhaps parameters: name; parameter=value, ...
response(200)
    status-unexpected: the server answered '200 OK' instead of 101
    An ordinary page answered: a proxy removed Upgrade, or the path belongs to no WebSocket.
response(302)
    status-unexpected: the server answered '302 Found' instead of 101
response(302, Location="https://example.com/login?token=secret")
    status-unexpected: the server answered '302 Found' instead of 101
    It redirects to 'https://example.com/login?<redacted, 12 characters>': connect there, with
      ws or wss.
response(299, Location="/")
    status-unexpected: the server answered '299' instead of 101
response(400, Location="/")
    status-unexpected: the server answered '400 Bad Request' instead of 101
    The body often names the header at fault; a proxy may have changed Upgrade or Connection. If
      it speaks of an HTTPS port, use wss.
response(404)
    status-unexpected: the server answered '404 Not Found' instead of 101
    The path is wrong, or a proxy removed Upgrade so that no WebSocket route matched.
response(418)
    status-unexpected: the server answered "418 I'm a Teapot" instead of 101
response(599)
    status-unexpected: the server answered '599' instead of 101
validate_response(Response(101, SWITCH), Request("/", USUAL | {"Sec-WebSocket-Key": ""}))
    accept-wrong: Sec-WebSocket-Accept is 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';
      Kfh9QIsMVZcl6xEPYxPHzW8SZ8w= answers the key
    Something else than the key's text and the GUID was hashed, or a cache answered.
validate_response(Response(101, SWITCH), Request("/", {}))
    accept-unasked: the request has no single Sec-WebSocket-Key that Sec-WebSocket-Accept could
      answer
    Make the request with build_request.
answered(b"")
    nothing-answered: the server closed without sending a byte
    The port is one for TLS (then use wss), or a server behind a proxy is down.
answered(b"HTTP/1.1 101 x\r\n", b"")
    head-incomplete: the message ended after 16 bytes, before its head was whole
    The peer gave up or crashed, or a proxy cut the message.
answered(b"SSH-2.0")
    not-http-response: 'S' cannot begin an HTTP/1.1 response
    The port speaks TLS (then use wss), HTTP/2, or something else than HTTP.
answered(b"HTTP/1.1 99 x\r\n")
    status-line-malformed: the status line 'HTTP/1.1 99 x' is not: HTTP version, space, status
      from 100 to 599, reason
    Something between the peers writes HTTP by hand: look at the bytes that it sends.
answered(b"HTTP/1.1 101 x\r\n", limits=Limits(request_line=13))
    status-line-too-long: the status line is longer than 13 bytes
    Raise Limits(request_line=...).
answered(b"HTTP/1.1 403 x\r\nContent-Length: 9\r\n\r\nno", b"")
    status-unexpected: the server answered '403 x' instead of 101; its body is not whole: the
      message ended after 2 bytes of its body
    Origin or Host does not fit, or (FastAPI, Starlette) there is no such WebSocket route.
answered(b"HTTP/1.1 403 x\r\nContent-Length: 9\r\n\r\nno", limits=Limits(body=1))
    status-unexpected: the server answered '403 x' instead of 101; its body is not whole: the
      body is larger than 1 bytes
    Origin or Host does not fit, or (FastAPI, Starlette) there is no such WebSocket route.
answered(b"HTTP/1.1 403 x\r\nContent-Length: x\r\n\r\n")
    status-unexpected: the server answered '403 x' instead of 101; its body is not whole: the
      body's length cannot be told: Content-Length is repeated or no number
    Origin or Host does not fit, or (FastAPI, Starlette) there is no such WebSocket route.
answered(b"HTTP/1.1 403 x\r\nTransfer-Encoding: a b\r\n\r\n")
    status-unexpected: the server answered '403 x' instead of 101; its body is not whole: the
      body's length cannot be told: Transfer-Encoding is malformed or not to be trusted here
    Origin or Host does not fit, or (FastAPI, Starlette) there is no such WebSocket route.
answered(b"HTTP/1.1 403 x\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n")
    status-unexpected: the server answered '403 x' instead of 101; its body is not whole: the
      body's length cannot be told: a chunk size is malformed or too long
    Origin or Host does not fit, or (FastAPI, Starlette) there is no such WebSocket route.
answered(b"HTTP/1.1 403 x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxyz")
    status-unexpected: the server answered '403 x' instead of 101; its body is not whole: the
      body's length cannot be told: a chunk does not end with CR LF where its size says
    Origin or Host does not fit, or (FastAPI, Starlette) there is no such WebSocket route.
answered(b"HTTP/1.1 403 x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nx\r\n")
    status-unexpected: the server answered '403 x' instead of 101; its body is not whole: the
      body's length cannot be told: a trailer is malformed or too long
    Origin or Host does not fit, or (FastAPI, Starlette) there is no such WebSocket route.
answered(b"HTTP/1.1 403 x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nx: " + 99999 * b"x")
    status-unexpected: the server answered '403 x' instead of 101; its body is not whole: the
      body's length cannot be told: a trailer is malformed or too long
    Origin or Host does not fit, or (FastAPI, Starlette) there is no such WebSocket route.
Response.parse(b"HTTP/1.1 204 x\r\n\r\nmore")
    more-than-one-message: behind the message stand more bytes: 4
    Hand over one message; a handshake object keeps what follows in trailing_data.
Response.parse(b"HTTP/1.1 200 x\r\n\r\nmore", limits=Limits(body=1))
    body-too-large: the body is larger than 1 bytes
    Raise Limits(body=...).
Response.parse(b"HTTP/1.1 200 x\r\nContent-Length: 5\r\n\r\nmore")
    body-incomplete: the message ended after 4 bytes of its body
Response.parse(b"HTTP/1.1 200 x\r\nContent-Length: 3\r\n\r\nmore")
    more-than-one-message: behind the message stand more bytes: 1
    Hand over one message; a handshake object keeps what follows in trailing_data.
"""


def entries(table: str) -> list[Any]:
    """The calls of a table, each with what it raises."""
    found = []
    for entry in re.split(r"\n(?! )", table.strip()):
        call, *told = re.split(r"\n    (?! )", entry)
        found.append(pytest.param(call, [" ".join(each.split()) for each in told], id=call))
    return found


def evaluated(call: str) -> object:
    names = {name: getattr(ws_handshake, name) for name in ws_handshake.__all__}
    return eval(call, {**names, **globals()})


@pytest.mark.parametrize(("call", "told"), entries(MISTAKES))
def test_a_caller_is_told_what_is_wrong(call: str, told: list[str]) -> None:
    pattern = re.escape(told[0]).replace(re.escape("..."), ".*")
    with pytest.raises(Exception) as caught:
        evaluated(call)
    found = f"{type(caught.value).__name__}: {caught.value}"
    assert re.fullmatch(pattern, " ".join(found.split())), found


@pytest.mark.parametrize(("call", "told"), entries(FAULTS))
def test_a_fault_is_told_with_its_hint(call: str, told: list[str]) -> None:
    with pytest.raises(HandshakeError) as caught:
        evaluated(call)
    error = caught.value
    found = [f"{error.code}: {error}"]
    if error.hint is not None:
        found.append(error.hint)
    assert [" ".join(each.split()) for each in found] == told
