"""What each line is for: all lines, in order, each with a purpose and its section."""

from __future__ import annotations

import base64
import hashlib

import pytest

from ws_handshake import (
    Extension,
    Headers,
    Request,
    Response,
    ServerHandshake,
    accept_key,
    build_request,
    generate_key,
)
from ws_handshake.explain import (
    body_without_secrets,
    explain_accept,
    explain_head,
    explain_request,
    explain_response,
    explain_steps,
    field_name,
    visible,
    without_secrets,
)

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
UNKNOWN = "a field that the handshake does not use"
HIDDEN1, HIDDEN5 = "<redacted, 1 characters>", "<redacted, 5 characters>"


def full_request() -> Request:
    """A request with every field that `build_request` can write."""
    return build_request(
        "ws://example.com/chat",
        key=KEY,
        origin="https://example.com",
        subprotocols=["chat"],
        extensions=[Extension("x-test")],
    )


class Answers:
    name = "x-test"

    def answer(self, offer: Extension) -> Extension:
        return Extension("x-test")


def full_response() -> Response:
    """An answer with every field that `accept` can write."""
    server = ServerHandshake(origins=None, subprotocols=["chat"], extensions=[Answers()])
    server.receive_data(full_request().to_bytes())
    return Response.parse(server.accept())


@pytest.mark.parametrize("message", [full_request(), full_response()], ids=["request", "response"])
def test_the_lines_are_those_on_the_wire(message: Request | Response) -> None:
    explained = (
        explain_request(message) if isinstance(message, Request) else explain_response(message)
    )
    wire = "".join(f"{line}\r\n" for line, _ in explained)
    assert wire.encode("latin-1") == message.to_bytes()


@pytest.mark.parametrize("message", [full_request(), full_response()], ids=["request", "response"])
def test_every_field_that_the_library_writes_has_a_purpose(message: Request | Response) -> None:
    explained = (
        explain_request(message) if isinstance(message, Request) else explain_response(message)
    )
    purposes = [purpose for _, purpose in explained[:-1]]
    assert UNKNOWN not in purposes
    assert all("§" in purpose for purpose in purposes)
    assert len(set(purposes)) == len(purposes)


def test_the_names_of_fields_are_found_in_any_case() -> None:
    lines = explain_request(Request("/", [("UPGRADE", "websocket"), ("upgrade", "websocket")]))
    assert lines[1][1] == lines[2][1] != UNKNOWN


def test_a_field_that_the_handshake_does_not_use_is_called_that() -> None:
    lines = explain_request(Request("/", Headers({"X-Own": "a=b"})))
    assert lines[1] == ("X-Own: a=b", UNKNOWN)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("Cookie: a=b", "Cookie: <redacted, 3 characters>"),
        ("proxy-authorization:a=b", "proxy-authorization: <redacted, 3 characters>"),
        ("Authorization : a=b", "Authorization : <redacted, 3 characters>"),
        ("Cookie a=b", "Cookie<redacted, 4 characters>"),
        ("X: \x1b[2J\xe9", "X: \\x1b[2J\\xe9"),
        ("X: y\rCookie: a=b", "X: y\\rCookie<redacted, 5 characters>"),
        ("Referer: http://a/?b", "Referer: http://a/?<redacted, 1 characters>"),
        (" Cookie: a=b", " Cookie: <redacted, 3 characters>"),
        ("X y Cookie: a=b", "X y Cookie: <redacted, 3 characters>"),
        (" X-Api-Key: ab", " X-Api-Key: <redacted, 2 characters>"),
        ("\tX-Api-Key: ab", "\\tX-Api-Key: <redacted, 2 characters>"),
        ('-H "Authorization: Basic a"', '-H "Authorization: <redacted, 8 characters>'),
        ("GET /a?b=c x: y", "GET /a?<redacted, 3 characters> x: y"),
        ("Host: me:pw@a", "Host: <redacted, 5 characters>@a"),
        (
            "Origin: http://me:pw@a?b",
            "Origin: http://<redacted, 5 characters>@a?<redacted, 1 characters>",
        ),
        ("X-Original-URI: /a?b=c", "X-Original-URI: /a?<redacted, 3 characters>"),
        ("Link: <https://a/?b>; rel=x", "Link: <https://a/?<redacted, 1 characters>>; rel=x"),
        ("Refresh: 0;url=/a?b", "Refresh: 0;url=/a?<redacted, 1 characters>"),
        ("X-Next: /in?to=%2Fws%3Ft", "X-Next: /in?<redacted, 12 characters>"),
        ("X-Next: %2Fws%3Ft", "X-Next: %2Fws%3F<redacted, 1 characters>"),
        ("X: a cookie: b", "X: a cookie: <redacted, 1 characters>"),
        ("Vary: Cookie", "Vary: Cookie"),
        ("Sec-Fetch-User: ?1", "Sec-Fetch-User: ?1"),
        (
            "Sec-WebSocket-Protocol: base64url.bearer.authorization.k8s.io.a",
            "Sec-WebSocket-Protocol: base64url.bearer.authorization.<redacted, 8 characters>",
        ),
        ("X-Api-Key: ab", "X-Api-Key: <redacted, 2 characters>"),
        ("X-Auth-Token: ab", "X-Auth-Token: <redacted, 2 characters>"),
        ("X-Amz-Security-Token: ab", "X-Amz-Security-Token: <redacted, 2 characters>"),
        ("CF-Access-Client-Secret: ab", "CF-Access-Client-Secret: <redacted, 2 characters>"),
        ("X-CSRF-Token: ab", "X-CSRF-Token: <redacted, 2 characters>"),
        ("apikey: ab", "apikey: <redacted, 2 characters>"),
        ("Sec-WebSocket-Key: ab", "Sec-WebSocket-Key: ab"),
        ("Cookie2: ab", "Cookie2: <redacted, 2 characters>"),
        ("Cookie: Xab\x0b ", "Cookie: <redacted, 4 characters>"),
        (
            "Sec-WebSocket-Protocol: Bearer, 0123456789abcdef",
            "Sec-WebSocket-Protocol: Bearer, <redacted, 16 characters>",
        ),
        (
            "Sec-WebSocket-Protocol: access_token, 0123456789abcdef/+=, chat",
            "Sec-WebSocket-Protocol: access_token, <redacted, 19 characters>, chat",
        ),
        ("Sec-WebSocket-Protocol: bearer, chat", "Sec-WebSocket-Protocol: bearer, chat"),
        (
            "Sec-WebSocket-Protocol: chat, eyJhbGciOi.eyJzdWIi.c2ln",
            "Sec-WebSocket-Protocol: chat, <redacted, 24 characters>",
        ),
        ("X: " + "y" * 500, "X: " + "y" * 397 + "... (503 characters)"),
    ],
)
def test_what_is_secret_is_left_out_and_control_characters_are_escaped(
    line: str, shown: str
) -> None:
    head = f"GET / HTTP/1.1\r\n{line}\r\n\r\n".encode("latin-1")
    assert explain_head(head, of_response=False)[1][0] == shown


def test_a_folded_line_belongs_to_the_field_above_it() -> None:
    head = (
        b"GET / HTTP/1.1\r\nCookie: a\r\n\tb: c\r\n b\x0b \r\n bX \r\nHost: a\r\n d\r\n"
        b"Referer: a\r\n b:/c?d\r\n\tb:/c?d\r\n"
    )
    assert [line for line, _ in explain_head(head, of_response=False)[1:]] == [
        "Cookie: <redacted, 1 characters>",
        "\\tb: <redacted, 1 characters>",
        "<redacted, 2 characters>",
        "<redacted, 2 characters>",
        "Host: a",
        " d",
        "Referer: a",
        " b:/c?<redacted, 1 characters>",
        "\\tb:/c?<redacted, 1 characters>",
        "",
    ]


@pytest.mark.parametrize(
    ("start", "shown", "purpose"),
    [
        ("GET /chat?token HTTP/1.1", "GET /chat?<redacted, 5 characters> HTTP/1.1", "a GET for"),
        ("POST / HTTP/1.1", "POST / HTTP/1.1", "method, target and HTTP version"),
        ("GET / HTTP/1.0", "GET / HTTP/1.0", "method, target and HTTP version"),
        ("GET /?a b HTTP/1.1", "GET /?<redacted, 12 characters>", "a GET for"),
        ("\x16\x03\x01", "\\x16\\x03\\x01", "method, target and HTTP version"),
    ],
)
def test_the_request_line(start: str, shown: str, purpose: str) -> None:
    ((line, told),) = explain_head(start.encode("latin-1"), of_response=False)
    assert line == shown
    assert told.startswith(purpose)


def test_a_refusal_is_explained_as_one() -> None:
    lines = explain_response(Response(426, {"Upgrade": "websocket", "Set-Cookie": "a"}))
    assert lines[0] == (
        "HTTP/1.1 426 Upgrade Required",
        "the status: nothing but 101 opens a WebSocket (RFC 6455 §4.1)",
    )
    assert lines[1][1].startswith("what the server would switch to")
    assert lines[2][0] == "Set-Cookie: <redacted, 1 characters>"


def test_a_body_is_no_line() -> None:
    response = Response(101, {"Upgrade": "websocket"}, body=b"\r\nbody")
    assert [line for line, _ in explain_response(response)] == [
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "",
    ]


CREDENTIALS = "credentials, shown nowhere; the handshake does not use them"
BY_A_PROXY = "added by a proxy: the request came through one"
OF_A_BODY = "tells of a body; an opening handshake has none (RFC 9110 §9.3.1)"
PURPOSES = [
    # of a request, of a 101, of a refusal
    (
        "Host",
        "the server's name and port, for servers with several names (RFC 9110 §7.2)",
        UNKNOWN,
        UNKNOWN,
    ),
    (
        "Upgrade",
        "the protocol the client wants to switch to (RFC 6455 §4.1)",
        "confirms the protocol switched to (RFC 6455 §4.2.2)",
        "what the server would switch to (RFC 9110 §7.8)",
    ),
    (
        "Connection",
        "tells proxies that Upgrade is for the next hop (RFC 9110 §7.6.1)",
        "confirms that the connection is upgraded (RFC 6455 §4.2.2)",
        "whether the connection stays open after this (RFC 9112 §9)",
    ),
    ("Content-Length", OF_A_BODY, UNKNOWN, "the length of the body that says more (RFC 9110 §8.6)"),
    ("Cookie", CREDENTIALS, UNKNOWN, UNKNOWN),
    ("Set-Cookie", UNKNOWN, UNKNOWN, CREDENTIALS),
    ("Via", BY_A_PROXY, UNKNOWN, UNKNOWN),
    (
        "Server",
        UNKNOWN,
        UNKNOWN,
        "the program that answered: it tells which hop this was (RFC 9110 §10.2.4)",
    ),
]


@pytest.mark.parametrize(("name", "asked", "taken", "refused"), PURPOSES)
def test_the_purpose_of_a_field(name: str, asked: str, taken: str, refused: str) -> None:
    for start, of_response, purpose in (
        ("GET / HTTP/1.1", False, asked),
        ("HTTP/1.1 101 x", True, taken),
        ("HTTP/1.1 404 x", True, refused),
        ("HTTP/1.1 x", True, refused),
    ):
        head = f"{start}\r\n{name}: a\r\n\r\n".encode()
        _, (_, told), end = explain_head(head, of_response=of_response)
        assert told == purpose
        assert end == ("", "the blank line that ends the head")


GET = "a GET for this path, in HTTP/1.1: a handshake begins as plain HTTP (§4.1)"
NO_GET = "method, target and HTTP version (RFC 9112 §3)"
OPENED = "101: from the blank line on, this connection speaks WebSocket (§4.2.2)"
REFUSED = "the status: nothing but 101 opens a WebSocket (RFC 6455 §4.1)"
STARTS = [
    ("GET /chat HTTP/1.1", False, "GET /chat HTTP/1.1", GET),
    ("POST /chat HTTP/1.1", False, "POST /chat HTTP/1.1", NO_GET),
    ("GET /chat HTTP/1.0", False, "GET /chat HTTP/1.0", NO_GET),
    ("GET", False, "GET", NO_GET),
    ("HTTP/1.1", False, "HTTP/1.1", NO_GET),
    ("", False, "", NO_GET),
    ("GET ws://me:pw@a/?b HTTP/1.1", False, f"GET ws://{HIDDEN5}@a/?{HIDDEN1} HTTP/1.1", GET),
    ("GET /?a HTTP/2", False, f"GET /?{HIDDEN1} HTTP/2", NO_GET),
    ("GET /?a SIP/2", False, "GET /?<redacted, 7 characters>", NO_GET),
    ("GET /?a\x01 HTTP/1.1", False, "GET /?<redacted, 11 characters>", GET),
    ("HTTP/1.1 101 Switching Protocols", True, "HTTP/1.1 101 Switching Protocols", OPENED),
    ("HTTP/1.1 404 Not Found", True, "HTTP/1.1 404 Not Found", REFUSED),
    ("HTTP/1.1 404 /a?b", True, f"HTTP/1.1 404 /a?{HIDDEN1}", REFUSED),
]


@pytest.mark.parametrize(("start", "of_response", "shown", "purpose"), STARTS)
def test_a_start_line(start: str, of_response: bool, shown: str, purpose: str) -> None:
    assert explain_head(start.encode("latin-1"), of_response=of_response) == [(shown, purpose)]


def test_a_folded_line_has_the_purpose_of_the_field_above_it() -> None:
    head = b"GET / HTTP/1.1\r\nHost: a\r\n b\r\n\tc\r\n"
    (_, host), (_, first), (_, second), _ = explain_head(head, of_response=False)[1:]
    assert host == first == second == PURPOSES[0][1]


def test_names_in_a_line() -> None:
    lines = [("Host: a", "host"), ("HOST \t: b:c", "host"), ("Host", "host"), (": a", ""), ("", "")]
    lines += [("X: a", "x"), ("Host\x0b: a", "host\x0b")]
    assert [field_name(line) for line, _ in lines] == [name for _, name in lines]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a b", "a b"),
        ("a\nb\x7f\xe9\u2028", "a\\nb\\x7f\\xe9\\u2028"),
        ("it's \\", "it's \\"),
        ("\xe9", "\\xe9"),
        ("x" * 400, "x" * 400),
        ("x" * 401, "x" * 400 + "... (401 characters)"),
    ],
)
def test_what_is_shown_is_one_line_of_ascii(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a /b?c d", f"a /b?{HIDDEN1} d"),
        ("Cookie: ab", "Cookie: <redacted, 2 characters>"),
        ("set-cookie=ab ", "set-cookie=<redacted, 2 characters>"),
        ("authorization\t:  ab", "authorization\t: <redacted, 2 characters>"),
        ("a?b?c", "a?<redacted, 3 characters>"),
        ("a%3Fb%3fc", "a%3F<redacted, 5 characters>"),
        ("what? why?", "what? why?"),
        ("#1 of me:pw@a", "#1 of me:pw@a"),
        ("http://me:pw@a/X", f"http://{HIDDEN5}@a/X"),
        ("http://a/? b", "http://a/? b"),
        ("http://a/# b", "http://a/# b"),
        ("http://a/?b#", "http://a/?<redacted, 2 characters>"),
        ("http://me:pw@a/ x", f"http://{HIDDEN5}@a/ x"),
        ("?0; ?1, ?2", f"?0; ?1, ?{HIDDEN1}"),
        ("a?<b", "a?<b"),
        ("a?<redacted, 3 characters>", "a?<redacted, 3 characters>"),
        (
            "eyJabcdef.g and token=0123456789abcdef",
            "<redacted, 11 characters> and token=<redacted, 16 characters>",
        ),
        ("eyJabcde", "eyJabcde"),
        ("token: 0123456789abcde", "token: 0123456789abcde"),
    ],
)
def test_a_text_without_secrets(text: str, shown: str) -> None:
    assert without_secrets(text) == shown


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("", []),
        ("a\r\n\n \n b \n", ["a", " b"]),
        ("Cookie: a=b\nc", ["Cookie<redacted, 5 characters>", "c"]),
        (
            "X-API-Key\n\nabc\nd",
            ["X-API-Key<redacted, 0 characters>", "<redacted, 3 characters>", "d"],
        ),
        (
            "<dt>Cookie</dt>\n<dd>ab</dd>\nc",
            ["<dt>Cookie<redacted, 5 characters>", "<redacted, 11 characters>", "c"],
        ),
        ("Authorization Required", ["Authorization Required"]),
        ("authorization required", ["authorization<redacted, 9 characters>"]),
        ("see /a?b", [f"see /a?{HIDDEN1}"]),
    ],
)
def test_a_body_without_secrets(body: str, lines: list[str]) -> None:
    assert body_without_secrets(body) == lines


def test_the_steps_to_the_accept_value_are_those_of_the_rfc() -> None:
    """RFC 6455 §1.3 shows this key, the text and the hash."""
    assert [what for what, _ in explain_accept(KEY)] == [
        "the key as it stands in the field",
        "with the GUID of RFC 6455 behind it",
        "SHA-1 of that text, 20 bytes, in hexadecimal",
        "those 20 bytes as base64: Sec-WebSocket-Accept",
    ]
    values = [value for _, value in explain_accept(KEY)]
    text = "dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    digest = "b37a4f2cc0624f1690f64606cf385945b2bec4ea"
    assert values == [KEY, text, digest, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="]
    assert hashlib.sha1(text.encode()).hexdigest() == digest
    assert accept_key(KEY) == values[-1]


def test_the_steps_show_every_value_from_the_bytes_to_the_accept_value() -> None:
    steps = explain_steps(KEY)
    assert [(name, value) for name, _, value in steps] == [
        ("nonce", b"the sample nonce".hex()),
        ("base64", KEY),
        ("key", KEY),
        ("text", f"{KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11"),
        ("bytes", f"{KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode().hex()),
        ("sha1", "b37a4f2cc0624f1690f64606cf385945b2bec4ea"),
        ("accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
    ]
    assert [what for _, what, _ in steps] == [
        "16 random bytes, in hexadecimal",
        "those bytes as base64, 24 characters",
        "the key as it stands in the field",
        "with the GUID of RFC 6455 behind it",
        "the bytes of that text, one a character, in hexadecimal",
        "SHA-1 of that text, 20 bytes, in hexadecimal",
        "those 20 bytes as base64: Sec-WebSocket-Accept",
    ]


def test_each_step_can_be_done_again_with_the_standard_library() -> None:
    key = generate_key()
    value = {name: value for name, _, value in explain_steps(key)}
    assert base64.b64encode(bytes.fromhex(value["nonce"])).decode() == value["base64"] == key
    assert bytes.fromhex(value["bytes"]).decode() == value["text"]
    assert hashlib.sha1(bytes.fromhex(value["bytes"])).hexdigest() == value["sha1"]
    assert base64.b64encode(bytes.fromhex(value["sha1"])).decode() == value["accept"]


def test_a_key_with_bits_behind_its_bytes_is_hashed_as_it_stands() -> None:
    """RFC 6455 §4.1, item 7, has such a key as its example of these bytes."""
    key = "AQIDBAUGBwgJCgsMDQ4PEC=="
    value = {name: value for name, _, value in explain_steps(key)}
    what = {name: what for name, what, _ in explain_steps(key)}
    assert value["nonce"] == bytes(range(1, 17)).hex()
    assert (value["base64"], value["key"]) == ("AQIDBAUGBwgJCgsMDQ4PEA==", key)
    assert value["text"].startswith(key)
    assert what["key"] == (
        "the key as it stands in the field; unused bits at its end are set, and the text counts"
    )
    assert value["accept"] == accept_key(key) != accept_key(value["base64"])
