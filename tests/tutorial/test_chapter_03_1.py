"""Chapter 03-1 with the code beside it: the WebSocket handshake (03-1 웹 소켓 핸드셰이크).

Overview (개요): a WebSocket begins as an HTTP request. The client asks the server to switch to
another protocol, the server agrees, and from then on the same connection carries WebSocket frames
in both directions. This exchange of one request and one answer is the opening handshake.

The file follows the tutorial's chapter section by section and can be read without it. Every heading
has the chapter's own title behind it, in Korean. What is said is shown: each test runs the library,
mostly on the very bytes of the chapter. Where the chapter says less than is true, or more, the test
says what is right, under the word "Precisely".

The rules are those of RFC 6455, the standard of the WebSocket protocol; HTTP itself is in RFC 9110
and RFC 9112. Words in backquotes such as `key-missing` are the library's names for what can be
wrong.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import inspect
import re
from collections.abc import Callable
from pathlib import Path

import pytest

import ws_handshake
from ws_handshake import (
    FAULTS,
    SAME_ORIGIN,
    Agreement,
    ClientHandshake,
    HandshakeError,
    IncompleteMessage,
    InvalidHeader,
    InvalidMessage,
    Request,
    Response,
    ServerHandshake,
    State,
    UnexpectedStatus,
    accept_key,
    build_rejection,
    build_request,
    build_response,
    diagnose_request,
    diagnose_response,
    generate_key,
    is_websocket_request,
    parse_accept,
    parse_connection,
    parse_host,
    parse_key,
    parse_origin,
    parse_subprotocols,
    parse_token_list,
    parse_upgrade,
    parse_uri,
    parse_version,
    request_violations,
    response_violations,
    select_subprotocol,
    validate_request,
    validate_response,
)

URI = "ws://server.example.com/chat"
ORIGIN = "http://example.com"
KEY = "dGhlIHNhbXBsZSBub25jZQ=="
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

# The request and the answer of the chapter. A book shows lines; on the wire each of them ends with
# two characters, CR LF, and an empty line ends the head.
REQUEST = (
    b"GET /chat HTTP/1.1\r\n"
    b"Host: server.example.com\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"Sec-WebSocket-Version: 13\r\n"
    b"Origin: http://example.com\r\n"
    b"\r\n"
)
RESPONSE = (
    b"HTTP/1.1 101 Switching Protocols\r\n"
    b"Upgrade: websocket\r\n"
    b"Connection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
    b"\r\n"
)


def without(message: bytes, field: str) -> bytes:
    """The message without the line of one field."""
    line = re.compile(rb"^%b:.*\r\n" % field.encode(), re.MULTILINE)
    shorter, number = line.subn(b"", message)
    assert number == 1
    return shorter


def having(message: bytes, line: str) -> bytes:
    """The message with one field line more, or with another value in the line of that field."""
    field = line.partition(":")[0]
    if f"\r\n{field}:".encode() in message:
        message = without(message, field)
    return message[:-2] + line.encode() + b"\r\n\r\n"


def refused_by_server(request: bytes) -> HandshakeError:
    """What a server for the chapter's page says to a request that it refuses."""
    with pytest.raises(HandshakeError) as caught:
        ServerHandshake(origins=[ORIGIN]).receive_data(request)
    return caught.value


def status_of(error: HandshakeError) -> int:
    """The status with which the server answers a refused request."""
    assert error.rejection is not None
    return error.rejection.status


def opened_by_client(response: bytes, client: ClientHandshake | None = None) -> Agreement:
    """What the client that sent the chapter's request agrees to, from the server's answer."""
    agreement = (client or ClientHandshake(URI, key=KEY, origin=ORIGIN)).receive_data(response)
    assert agreement is not None
    return agreement


def refused_by_client(response: bytes, client: ClientHandshake | None = None) -> HandshakeError:
    """What that client says to an answer that it does not take."""
    with pytest.raises(HandshakeError) as caught:
        opened_by_client(response, client)
    return caught.value


# ==================================================================================================
# The HTTP upgrade mechanism (HTTP 업그레이드 메커니즘)
# ==================================================================================================
#
# Switching protocols is a feature of HTTP/1.1 (RFC 9110 §7.8): the request names the protocol that
# the client would rather speak, and an answer with the status 101 says that the server does, too.


# --- How an upgrade goes (업그레이드 과정) --------------------------------------------------------


def test_the_four_steps_of_an_upgrade() -> None:
    """One handshake from beginning to end; both sides only exchange bytes."""
    client = ClientHandshake(URI, key=KEY, origin=ORIGIN)
    server = ServerHandshake(origins=[ORIGIN])
    assert (client.state, server.state) == (State.READING, State.READING)

    # 1. The client sends an HTTP upgrade request.
    sent = client.request.to_bytes()
    assert sent == REQUEST

    # 2. The server checks the request, and accepts.
    offer = server.receive_data(sent)
    assert offer is not None
    assert server.state is State.OFFERED
    answer = server.accept()
    assert answer == RESPONSE

    # 3. The connection changes from HTTP to WebSocket: for the server when it has answered, for the
    #    client when it has checked the answer.
    assert (client.state, server.state) == (State.READING, State.OPEN)
    agreement = client.receive_data(answer)
    assert agreement is not None
    assert client.state is State.OPEN

    # 4. Both sides may now send at any time. Nothing of the handshake is left to read.
    assert client.trailing_data == server.trailing_data == b""


def test_behind_the_blank_line_of_the_101_the_connection_is_no_longer_http() -> None:
    """A server may send its first frame at once: here a text frame with "hi" (RFC 6455 §5.2)."""
    client = ClientHandshake(URI, key=KEY)
    opened_by_client(RESPONSE + b"\x81\x02hi", client)
    assert client.trailing_data == b"\x81\x02hi"


def test_the_status_101_is_the_servers_line() -> None:
    """Precisely: in the chapter's first diagram the note "101" stands beside the client's request.

    The 101 is the first line of the answer. A request begins with its method, GET.
    """
    assert Response.parse(RESPONSE).status == 101
    assert Request.parse(REQUEST).method == "GET"
    with pytest.raises(InvalidMessage):
        Response.parse(REQUEST)
    with pytest.raises(InvalidMessage):
        Request.parse(RESPONSE)


# --- An example of an HTTP upgrade request (HTTP 업그레이드 요청 예시) ----------------------------


def test_the_request_of_the_chapter_is_a_valid_opening_handshake() -> None:
    request = Request.parse(REQUEST)
    assert (request.method, request.target, request.version) == ("GET", "/chat", "HTTP/1.1")
    assert request_violations(request) == []
    offer = validate_request(request, origins=[ORIGIN])
    assert (offer.host, offer.path, offer.origin) == ("server.example.com", "/chat", ORIGIN)
    assert (offer.key, offer.subprotocols, offer.extensions) == (KEY, (), ())


def test_the_request_is_built_from_a_uri() -> None:
    """`ws` is WebSocket over TCP and `wss` over TLS, as http and https are (RFC 6455 §3)."""
    assert build_request(URI, key=KEY, origin=ORIGIN).to_bytes() == REQUEST
    uri = parse_uri("wss://example.com/chat?room=1")
    assert (uri.secure, uri.host, uri.port) == (True, "example.com", 443)
    assert build_request(uri).target == "/chat?room=1"


def test_without_upgrade_it_is_a_get_like_any_other() -> None:
    """That is why pages and WebSockets can share a port: the field decides which it is."""
    assert is_websocket_request(Request.parse(REQUEST))
    assert not is_websocket_request(Request.parse(without(REQUEST, "Upgrade")))


def test_the_order_of_the_fields_does_not_matter() -> None:
    """RFC 6455 §4.2.1, its second sentence on what the server reads."""
    first, *fields = REQUEST[:-4].split(b"\r\n")
    turned = b"\r\n".join([first, *reversed(fields)]) + b"\r\n\r\n"
    assert turned != REQUEST
    assert request_violations(Request.parse(turned)) == []


def test_the_blank_line_ends_the_request() -> None:
    """Precisely: the chapter's listing does not show it, but without it the server goes on waiting.

    Typing the listing into a raw connection and forgetting the empty line looks like a server that
    does not answer. Lines that end with LF alone are refused: `bare-lf` (RFC 9112 §2.2).
    """
    server = ServerHandshake(origins=[ORIGIN])
    assert server.receive_data(REQUEST[:-2]) is None
    assert server.receive_data(b"\r\n") is not None
    assert refused_by_server(REQUEST.replace(b"\r\n", b"\n")).code == "bare-lf"


# ==================================================================================================
# The fields of the handshake (핸드셰이크 요청 및 응답 헤더)
# ==================================================================================================


# --- The request's fields (요청 헤더) -------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "code", "status", "section"),
    [
        ("Host", "host-missing", 400, "RFC 9112 §3.2"),
        ("Upgrade", "upgrade-missing", 426, "RFC 6455 §4.2.1"),
        ("Connection", "connection-missing", 400, "RFC 6455 §4.2.1"),
        ("Sec-WebSocket-Key", "key-missing", 400, "RFC 6455 §4.2.1"),
        ("Sec-WebSocket-Version", "version-missing", 400, "RFC 6455 §4.2.1"),
    ],
)
def test_a_request_without_a_required_field_is_refused(
    field: str, code: str, status: int, section: str
) -> None:
    """Precisely: Host is required as well; the chapter's example has it, its list leaves it out.

    RFC 6455 §4.2.1 lists what a server must find: item 1 the GET line, item 2 Host, item 3 Upgrade,
    item 4 Connection, item 5 Sec-WebSocket-Key, item 6 Sec-WebSocket-Version.
    """
    error = refused_by_server(without(REQUEST, field))
    assert (error.code, error.field, error.section) == (code, field, section)
    assert status_of(error) == status


def test_host_names_the_server() -> None:
    """A port is named where it is not the scheme's own (RFC 6455 §4.1, item 4)."""
    assert parse_host("server.example.com") == ("server.example.com", None)
    assert parse_host("server.example.com:8080") == ("server.example.com", 8080)
    assert build_request("ws://example.com:80/").headers["Host"] == "example.com"
    assert build_request("wss://example.com:80/").headers["Host"] == "example.com:80"


def test_1_upgrade_names_the_protocol() -> None:
    """Upgrade says which protocol the client wants to switch to.

    HTTP has a list here. For a WebSocket it must be the one word: `upgrade-not-websocket`
    (RFC 6455 §4.2.1) is the answer to any other.
    """
    assert parse_upgrade("websocket") == ["websocket"]
    error = refused_by_server(having(REQUEST, "Upgrade: h2c"))
    assert (error.code, status_of(error)) == ("upgrade-not-websocket", 400)


def test_2_connection_says_that_upgrade_is_for_the_next_hop() -> None:
    """Fields named in Connection are for the next machine only (RFC 9110 §7.6.1).

    A proxy takes such fields off. One that knows nothing of WebSocket thus takes Upgrade off and
    does not pass it on to a server that could take it for the proxy's own wish: this protects
    proxies, and it is why they need to be told about WebSocket.

    Precisely: Upgrade is one word among others here; Firefox sends `keep-alive, Upgrade`.
    """
    assert parse_connection("keep-alive, Upgrade") == ["keep-alive", "Upgrade"]
    kept = having(REQUEST, "Connection: keep-alive, Upgrade")
    assert request_violations(Request.parse(kept)) == []
    error = refused_by_server(having(REQUEST, "Connection: keep-alive"))
    assert (error.code, status_of(error)) == ("connection-without-upgrade", 400)


def test_3_the_key_is_the_base64_of_16_bytes() -> None:
    """16 bytes make 24 characters of base64, of which the last two are padding."""
    assert parse_key(KEY) == b"the sample nonce"
    assert (len(parse_key(KEY)), len(KEY)) == (16, 24)
    short = base64.b64encode(b"Hello, world!").decode()
    error = refused_by_server(having(REQUEST, f"Sec-WebSocket-Key: {short}"))
    assert (error.code, status_of(error)) == ("key-malformed", 400)


def test_4_the_version_is_13() -> None:
    """Any other number is `version-unsupported` (RFC 6455 §4.4); the answer names the right one.

    Precisely: 13 is not the newest of several standards, it is the only one (RFC 6455 §11.6).
    Lower numbers belong to drafts.
    """
    assert parse_version("13") == 13
    error = refused_by_server(having(REQUEST, "Sec-WebSocket-Version: 8"))
    assert (error.code, status_of(error)) == ("version-unsupported", 426)
    assert error.rejection is not None
    assert error.rejection.headers["Sec-WebSocket-Version"] == "13"


def test_5_origin_tells_which_page_connects() -> None:
    """Optional (선택 사항), but not for browsers: they must send it (RFC 6455 §4.1, item 8).

    It is the server's decision what to do with it. A server that does not look lets the pages of
    any site in, with the cookies of whoever visits them (RFC 6455 §10.2).
    """
    assert parse_origin(ORIGIN) == ORIGIN
    foreign = having(REQUEST, "Origin: http://attacker.example")
    error = refused_by_server(foreign)
    assert (error.code, status_of(error)) == ("origin-not-allowed", 403)
    assert validate_request(Request.parse(foreign), origins=None).origin is not None

    # A request without Origin comes from no browser: None among the origins lets it in.
    program = Request.parse(without(REQUEST, "Origin"))
    assert validate_request(program, origins=[ORIGIN, None]).origin is None
    assert [each.code for each in request_violations(program, origins=[ORIGIN])] == [
        "origin-missing"
    ]

    # Most servers want the pages that they serve themselves: Origin's host is then Host's.
    own = Request.parse(having(REQUEST, "Origin: http://server.example.com"))
    assert request_violations(own, origins=[SAME_ORIGIN]) == []


def test_6_subprotocols_are_a_list_in_order_of_preference() -> None:
    """Optional. Names are tokens: no spaces, no quotes; and no name comes twice."""
    assert parse_subprotocols("chat, superchat") == ["chat", "superchat"]
    assert parse_token_list("chat , ,superchat") == ["chat", "superchat"]
    for wrong in ("chat room", "chat, chat", ""):
        with pytest.raises(InvalidHeader) as caught:
            parse_subprotocols(wrong)
        assert caught.value.field == "Sec-WebSocket-Protocol"


# --- The answer's fields (응답 헤더) --------------------------------------------------------------


def test_the_answer_is_made_from_the_request() -> None:
    """1. The status 101, 2. Upgrade, 3. Connection, 4. Sec-WebSocket-Accept.

    RFC 6455 §4.2.2, item 5, has them in this order; 5. is Sec-WebSocket-Protocol, see below.
    """
    offer = validate_request(Request.parse(REQUEST), origins=[ORIGIN])
    response = build_response(offer)
    assert (response.status, response.reason) == (101, "Switching Protocols")
    assert dict(response.headers.items()) == {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Accept": ACCEPT,
    }
    assert response.to_bytes() == RESPONSE


@pytest.mark.parametrize(
    ("field", "code", "section"),
    [
        ("Upgrade", "response-upgrade-missing", "RFC 6455 §4.1"),
        ("Connection", "response-connection-missing", "RFC 6455 §4.1"),
        ("Sec-WebSocket-Accept", "accept-missing", "RFC 6455 §4.1"),
    ],
)
def test_an_answer_without_a_required_field_opens_nothing(
    field: str, code: str, section: str
) -> None:
    """The client checks as strictly as the server: items 2, 3 and 4 of RFC 6455 §4.1's second list.

    The first item is the status: any other than 101 is an ordinary HTTP answer.
    """
    error = refused_by_client(without(RESPONSE, field))
    assert (error.code, error.field, error.section) == (code, field, section)
    assert error.rejection is None  # a client that is not content sends nothing, it closes


def test_all_that_is_wrong_can_be_listed() -> None:
    request = build_request(URI, key=KEY)
    assert [each.field for each in response_violations(Response(101), request)] == [
        "Upgrade",
        "Connection",
        "Sec-WebSocket-Accept",
    ]


# --- An example of an answer (응답 예시) ----------------------------------------------------------


def test_the_answer_of_the_chapter_fits_the_request_of_the_chapter() -> None:
    request = build_request(URI, key=KEY, origin=ORIGIN)
    agreement = validate_response(Response.parse(RESPONSE), request)
    assert (agreement.subprotocol, agreement.extensions) == (None, ())


def test_the_same_answer_opens_nothing_for_another_key() -> None:
    """Precisely: a 101 alone does not say that a connection is open; the client must check it.

    An answer out of a cache, or from a server that always says the same, fails: `accept-wrong`
    (RFC 6455 §4.1).
    """
    client = ClientHandshake(URI, key="AQIDBAUGBwgJCgsMDQ4PEA==")
    assert refused_by_client(RESPONSE, client).code == "accept-wrong"
    assert client.state is State.FAILED


# ==================================================================================================
# Key and acceptance (WebSocket 키 및 수락 과정)
# ==================================================================================================
#
# Precisely: the chapter calls this a key exchange (키 교환) that strengthens security. Nothing
# secret is exchanged, nothing is encrypted, and nobody is authenticated: both values travel in
# plain text, and anybody can compute the second from the first. What it shows is one thing only:
# whoever answered has read this very request and knows the WebSocket protocol. So no ordinary HTTP
# server and no cache opens a WebSocket by accident, and no page gets one open that can only send
# forms (RFC 6455 §1.3). Secrecy is the task of TLS (wss), and who may connect is decided by Origin
# and by credentials.


# --- Making Sec-WebSocket-Key (Sec-WebSocket-Key 생성) --------------------------------------------


def test_the_key_is_made_in_two_steps() -> None:
    # 1. The client draws 16 random bytes. These are chosen so that the chapter's key comes out.
    drawn = b"the sample nonce"
    assert len(drawn) == 16
    assert drawn.hex(" ") == "74 68 65 20 73 61 6d 70 6c 65 20 6e 6f 6e 63 65"

    # 2. It encodes them as base64.
    assert base64.b64encode(drawn) == b"dGhlIHNhbXBsZSBub25jZQ=="
    assert generate_key(lambda size: drawn[:size]) == KEY


def test_each_connection_has_a_new_key() -> None:
    """RFC 6455 §4.1, item 7: at random, for each connection."""
    keys = {build_request(URI).headers["Sec-WebSocket-Key"] for _ in range(3)}
    keys.add(generate_key())
    assert len(keys) == 4
    assert {len(parse_key(key)) for key in keys} == {16}


# --- Computing Sec-WebSocket-Accept (Sec-WebSocket-Accept 계산) -----------------------------------


def test_the_accept_value_is_computed_in_three_steps() -> None:
    """The chapter's diagram, from C to G, with every value in between (RFC 6455 §4.2.2, item 5.4).

    For another key: `python -m ws_handshake demo --step-by-step --key KEY`.
    """
    # C. The server received the key: the text of the field, which it does not decode.
    request = Request.parse(REQUEST)
    received = request.headers["Sec-WebSocket-Key"]
    assert received == KEY

    # D. Step 1: the GUID is put behind the text. It is the same one for ever and for everybody.
    text = received + GUID
    assert text == "dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    assert len(text) == 24 + 36

    # E. Step 2: SHA-1 of that text makes 20 bytes.
    digest = hashlib.sha1(text.encode("ascii")).digest()
    assert digest.hex(" ") == "b3 7a 4f 2c c0 62 4f 16 90 f6 46 06 cf 38 59 45 b2 be c4 ea"

    # F. Step 3: base64 of these bytes makes 28 characters: Sec-WebSocket-Accept.
    accept = base64.b64encode(digest).decode()
    assert accept == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    assert (len(digest), len(accept)) == (20, 28)
    assert parse_accept(accept) == digest

    # All three in one call.
    assert accept_key(received) == accept

    # G. The client computes the same from the key that it sent, and compares.
    response = build_response(validate_request(request, origins=[ORIGIN]))
    assert response.headers["Sec-WebSocket-Accept"] == accept
    assert validate_response(response, request).response == response


MISTAKES: dict[str, Callable[[], bytes]] = {
    "the bytes of the key instead of its text": lambda: base64.b64encode(
        hashlib.sha1(parse_key(KEY) + GUID.encode()).digest()
    ),
    "the GUID in lower case": lambda: base64.b64encode(
        hashlib.sha1((KEY + GUID.lower()).encode()).digest()
    ),
    "the GUID in front": lambda: base64.b64encode(hashlib.sha1((GUID + KEY).encode()).digest()),
    "the hash in hexadecimal, as base64": lambda: base64.b64encode(
        hashlib.sha1((KEY + GUID).encode()).hexdigest().encode()
    ),
    "SHA-256": lambda: base64.b64encode(hashlib.sha256((KEY + GUID).encode()).digest()),
    "in lower case": ACCEPT.lower().encode,
    "the key itself": KEY.encode,
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_whoever_computes_something_else_is_found_out(mistake: str) -> None:
    wrong = MISTAKES[mistake]().decode()
    error = refused_by_client(having(RESPONSE, f"Sec-WebSocket-Accept: {wrong}"))
    # 28 characters are an accept value, though not the one expected; other lengths are none.
    assert error.code == ("accept-wrong" if len(wrong) == 28 else "accept-malformed")


def test_the_text_counts_and_not_the_bytes() -> None:
    """The standard's own example of a key has unused bits set, so that no encoder writes it.

    RFC 6455 §4.1, item 7, has the bytes 1 to 16 as AQIDBAUGBwgJCgsMDQ4PEC== where base64 gives A==
    at the end. Such a key is taken. Who decoded it and encoded it again would get another text, and
    so another accept value: hash the text as it came.
    """
    theirs, ours = "AQIDBAUGBwgJCgsMDQ4PEC==", generate_key(lambda size: bytes(range(1, size + 1)))
    assert ours == "AQIDBAUGBwgJCgsMDQ4PEA=="
    assert parse_key(theirs) == parse_key(ours) == bytes(range(1, 17))
    assert accept_key(theirs) != accept_key(ours)
    client = ClientHandshake(URI, key=theirs)
    server = ServerHandshake(origins=[None])
    server.receive_data(client.request.to_bytes())
    opened_by_client(server.accept(), client)


def test_spaces_around_a_value_do_not_belong_to_it() -> None:
    """They are taken off before anything is computed (RFC 9110 §5.5)."""
    server = ServerHandshake(origins=[ORIGIN])
    server.receive_data(having(REQUEST, f"Sec-WebSocket-Key: \t {KEY} "))
    assert server.accept() == RESPONSE


# --- Example code (예시 코드) ---------------------------------------------------------------------


def like_the_java_of_the_chapter(key: str) -> str:
    concatenated = key + GUID
    sha1 = hashlib.new("SHA1")
    sha1.update(concatenated.encode("utf-8"))
    return base64.b64encode(sha1.digest()).decode()


def test_the_code_of_the_chapter_computes_what_the_library_does() -> None:
    """Java takes the text's bytes as UTF-8, Node too. A key is ASCII, where all encodings agree."""
    for key in (KEY, generate_key(), generate_key()):
        assert like_the_java_of_the_chapter(key) == accept_key(key)


# ==================================================================================================
# Negotiation of protocols (프로토콜 협상)
# ==================================================================================================
#
# A WebSocket carries messages and does not say what is in them. A subprotocol (하위 프로토콜) is
# the name of an agreement about that, such as "mqtt" or "graphql-transport-ws".


# --- Naming subprotocols (하위 프로토콜 지정) -----------------------------------------------------


def test_the_client_lists_what_it_speaks() -> None:
    request = build_request(URI, subprotocols=["chat", "superchat", "v2.chat"])
    assert request.headers["Sec-WebSocket-Protocol"] == "chat, superchat, v2.chat"
    offer = validate_request(request, origins=[None])
    assert offer.subprotocols == ("chat", "superchat", "v2.chat")


# --- The server's choice (서버의 프로토콜 선택) ---------------------------------------------------


def test_the_server_chooses_one_of_them() -> None:
    """The first in the client's order that the server supports.

    Precisely: the client's order is a preference (RFC 6455 §4.1, item 10) and no command. A server
    may choose any of the list, and this library lets it: but none that is not there.
    """
    offered = ["chat", "superchat", "v2.chat"]
    assert select_subprotocol(offered, supported=["v2.chat", "chat"]) == "chat"
    offer = validate_request(build_request(URI, subprotocols=offered), origins=[None])
    chosen = build_response(offer, subprotocol="v2.chat")
    assert chosen.headers["Sec-WebSocket-Protocol"] == "v2.chat"
    with pytest.raises(ValueError, match="did not offer"):
        build_response(offer, subprotocol="mqtt")


def test_names_are_compared_letter_by_letter() -> None:
    """Unlike `websocket` and `Upgrade`, the name of a subprotocol has one spelling only."""
    assert select_subprotocol(["Chat"], supported=["chat"]) is None


# --- How the negotiation goes (프로토콜 협상 과정) ------------------------------------------------
#
# The chapter's diagram has two outcomes. With the one that must not be there are three.


def negotiate(
    offered: list[str], supported: list[str]
) -> tuple[ClientHandshake, ServerHandshake, bytes]:
    client = ClientHandshake(URI, key=KEY, subprotocols=offered)
    server = ServerHandshake(origins=[None], subprotocols=supported)
    server.receive_data(client.request.to_bytes())
    return client, server, server.accept()


def test_outcome_1_the_server_speaks_one_of_them() -> None:
    client, server, answer = negotiate(["chat", "superchat"], ["chat"])
    assert answer == having(RESPONSE, "Sec-WebSocket-Protocol: chat")
    agreement = opened_by_client(answer, client)
    assert server.agreement is not None
    assert agreement.subprotocol == server.agreement.subprotocol == "chat"


def test_outcome_2_the_server_speaks_none_of_them() -> None:
    """The field is left out, and the WebSocket opens all the same.

    Precisely: there is no "default WebSocket protocol" (기본 웹 소켓 프로토콜) to fall back to. The
    WebSocket is the same with and without a subprotocol; there is just no agreement about the
    messages (RFC 6455 §4.2.2, item 4, "subprotocol": the null value).
    """
    client, server, answer = negotiate(["chat", "superchat"], ["mqtt"])
    assert answer == RESPONSE
    assert opened_by_client(answer, client).subprotocol is None
    assert client.state is server.state is State.OPEN


def test_outcome_3_the_server_names_one_that_was_not_offered() -> None:
    """Then the client must fail the connection: `subprotocol-not-offered` (RFC 6455 §4.1)."""
    for offered in (["chat", "superchat"], []):
        client, _, answer = negotiate(offered, [])
        wrong = having(answer, "Sec-WebSocket-Protocol: mqtt")
        assert refused_by_client(wrong, client).code == "subprotocol-not-offered"
        assert client.state is State.FAILED


def test_the_answer_names_one_subprotocol() -> None:
    """To send the whole list back is a common mistake.

    It is called `response-subprotocol-several` (RFC 6455 §4.2.2).
    """
    client, _, answer = negotiate(["chat", "superchat"], [])
    both = having(answer, "Sec-WebSocket-Protocol: chat, superchat")
    assert refused_by_client(both, client).code == "response-subprotocol-several"


# --- Subprotocols in a client (클라이언트 측 프로토콜 지정) ---------------------------------------


def test_a_client_may_name_one_or_several() -> None:
    """`new WebSocket(url, 'chat')` and `new WebSocket(url, ['chat', 'superchat'])` in Python.

    Here it is always a list: a lone text would be four names of one letter, so it is refused. A
    browser throws a SyntaxError for a name that comes twice, Python has a ValueError.
    """
    one = build_request("wss://example.com/chat", subprotocols=["chat"])
    assert one.headers["Sec-WebSocket-Protocol"] == "chat"
    with pytest.raises(TypeError):
        build_request("wss://example.com/chat", subprotocols="chat")
    with pytest.raises(ValueError, match="twice"):
        build_request("wss://example.com/chat", subprotocols=["chat", "chat"])


def test_what_was_chosen_is_part_of_the_agreement() -> None:
    """`socket.protocol` in a browser, `agreement.subprotocol` here: `''` there is None here.

    Precisely: in a browser it is '' only where the page asked for none. If it asked and the server
    chose none, RFC 6455 lets the connection open (outcome 2), but the standard that browsers follow
    (WHATWG WebSockets) makes it fail. So a server for browsers had better choose one. A program
    decides for itself, and some libraries refuse as browsers do.
    """
    asked_for_none, _, answer = negotiate([], ["chat"])
    assert opened_by_client(answer, asked_for_none).subprotocol is None
    asked, _, answer = negotiate(["chat"], [])
    agreement = opened_by_client(answer, asked)
    a_browser_would_open = agreement.subprotocol is not None
    assert not a_browser_would_open


# --- Subprotocols in a server (서버 측 프로토콜 처리) ---------------------------------------------


def test_a_server_is_told_what_it_speaks_and_whom_it_lets_in() -> None:
    """What the chapter's Spring configuration says, in Python.

    Precisely: `setAllowedOrigins("*")` lets the pages of every site in; that is `origins=None`, and
    fit for a first try only. Name your own pages. (In Spring, subprotocols are set on the handshake
    handler, `DefaultHandshakeHandler.setSupportedProtocols`.)
    """
    foreign = having(REQUEST, "Origin: http://attacker.example")
    foreign = having(foreign, "Sec-WebSocket-Protocol: superchat")
    everybody = ServerHandshake(origins=None, subprotocols=["chat", "superchat"])
    assert everybody.receive_data(foreign) is not None
    assert b"\r\nSec-WebSocket-Protocol: superchat\r\n" in everybody.accept()
    careful = ServerHandshake(origins=[ORIGIN], subprotocols=["chat", "superchat"])
    with pytest.raises(HandshakeError) as caught:
        careful.receive_data(foreign)
    assert status_of(caught.value) == 403


# ==================================================================================================
# More: when the handshake fails (좀 더 알아보기: 핸드셰이크 실패 처리)
# ==================================================================================================


# --- The usual causes (일반적인 실패 원인) --------------------------------------------------------


def test_cause_1_wrong_fields() -> None:
    """Missing or malformed; the first one in the order of the library's table decides the answer.

    Every error says what is wrong, in which field, by which section, and what usually helps.
    """
    error = refused_by_server(having(REQUEST, "Upgrade: websocket, websocket"))
    assert (error.code, error.field) == ("upgrade-repeated", "Upgrade")
    assert error.section == "RFC 6455 §4.2.1"
    assert str(error) == (
        "Upgrade is 'websocket, websocket', on one line; it must name websocket once"
    )
    assert error.hint is not None
    assert "Set it in one place only" in error.hint


def test_cause_2_versions_that_do_not_fit() -> None:
    """The answer names what the server speaks, so that the client can try again (RFC 6455 §4.4)."""
    client = ClientHandshake(URI, key=KEY)
    error = refused_by_server(having(REQUEST, "Sec-WebSocket-Version: 25"))
    assert error.rejection is not None
    refusal = refused_by_client(error.rejection.to_bytes(), client)
    assert isinstance(refusal, UnexpectedStatus)
    assert refusal.response.headers.get_all("Sec-WebSocket-Version") == ("13",)


def test_cause_3_a_server_without_websocket() -> None:
    """It overlooks Upgrade, as HTTP allows, and answers like any other GET."""
    page = b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n<p>Hello</p>"
    error = refused_by_client(page)
    assert (error.code, error.section) == ("status-unexpected", "RFC 6455 §4.1")
    assert isinstance(error, UnexpectedStatus)
    assert (error.response.status, error.response.body) == (200, b"<p>Hello</p>")


def test_cause_4_who_is_not_known_is_refused_before_the_101() -> None:
    """The time for it is between the offer and the acceptance (RFC 6455 §4.2.2, item 2)."""
    server = ServerHandshake(origins=[ORIGIN])
    offer = server.receive_data(REQUEST)
    assert offer is not None
    assert "Authorization" not in offer.headers
    refusal = server.reject(401, headers={"WWW-Authenticate": 'Bearer realm="chat"'})
    assert refusal.startswith(b"HTTP/1.1 401 Unauthorized\r\n")
    assert server.state is State.REFUSED


def test_cause_5_a_proxy_that_does_not_pass_the_upgrade_on() -> None:
    """Upgrade and Connection are for one hop, so a proxy must be told to send them on.

    What such a proxy leaves of a request shows what happened: the fields that no proxy touches are
    still there, so it was a WebSocket client, and the others are gone.
    """
    stripped = without(without(REQUEST, "Upgrade"), "Connection")
    diagnosis = diagnose_request(stripped)
    assert [each.code for each in diagnosis.violations] == ["upgrade-missing", "connection-missing"]
    cause = diagnosis.causes[0]
    assert cause.code == "upgrade-and-connection-removed"
    assert "Sec-WebSocket-Key is there" in cause.evidence
    assert "proxy_set_header Upgrade $http_upgrade;" in str(cause.fix)

    # The client sees no more than a status. What it says is a guess: the path, or the proxy.
    diagnosis = diagnose_response(b"HTTP/1.1 404 Not Found\r\nServer: nginx\r\n\r\n")
    assert [each.code for each in diagnosis.violations] == ["status-unexpected"]
    assert diagnosis.causes
    assert not any(each.sure for each in diagnosis.causes)


# --- What the server answers (서버 측 실패 응답) --------------------------------------------------


@pytest.mark.parametrize("status", [400, 401, 403, 404, 426, 500])
def test_a_refusal_is_an_ordinary_http_answer(status: int) -> None:
    """Any status but 101 (RFC 6455 §4.2.2, item 4); the client can read it and its text."""
    server = ServerHandshake(origins=[ORIGIN])
    server.receive_data(REQUEST)
    refusal = refused_by_client(server.reject(status, body="because"))
    assert isinstance(refusal, UnexpectedStatus)
    assert refusal.response.status == status
    assert refusal.response.body == b"because"
    # After a refusal nothing more is said on this connection.
    assert "close" in parse_connection(refusal.response.headers["Connection"])


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ("Sec-WebSocket-Key: short", 400),
        ("Content-Length: 5", 400),
        ("Origin: http://attacker.example", 403),
        ("Sec-WebSocket-Version: 8", 426),
    ],
)
def test_some_statuses_the_library_chooses(wrong: str, status: int) -> None:
    """400 for what is malformed, 403 for a page that may not, 426 for what needs another protocol.

    401, 404 and 500 are for the server's own code: who may come in, which paths exist, what broke.
    """
    assert status_of(refused_by_server(having(REQUEST, wrong))) == status
    chosen = {fault.status for fault in FAULTS.values() if fault.status is not None}
    assert {400, 403, 426} < chosen
    assert {401, 404, 500}.isdisjoint(chosen)


def test_401_names_the_credentials_that_are_wanted() -> None:
    """Precisely: a 401 must come with WWW-Authenticate (RFC 9110 §15.5.2); only you know which."""
    refusal = build_rejection(401, headers={"WWW-Authenticate": "Basic"})
    assert (refusal.status, refusal.headers["WWW-Authenticate"]) == (401, "Basic")


def test_426_stands_for_more_than_a_wrong_version() -> None:
    """Precisely: it says "switch protocols first" and must name the protocol (RFC 9110 §15.5.22).

    So it is also the answer to a request without Upgrade, and to HTTP/1.0, which cannot switch. For
    a wrong version 400 is right as well: RFC 6455 §4.4 has it in its example, §4.2.2 has 426.
    """
    assert [code for code, fault in FAULTS.items() if fault.status == 426] == [
        "http-version-too-old",
        "upgrade-missing",
        "version-unsupported",
    ]
    for code, request in {
        "http-version-too-old": REQUEST.replace(b"HTTP/1.1", b"HTTP/1.0"),
        "upgrade-missing": without(REQUEST, "Upgrade"),
        "version-unsupported": having(REQUEST, "Sec-WebSocket-Version: 8"),
    }.items():
        error = refused_by_server(request)
        assert error.code == code
        assert error.rejection is not None
        assert error.rejection.headers["Upgrade"] == "websocket"


# --- When the client is refused (클라이언트 측 실패 처리) -----------------------------------------


def test_a_program_sees_why_it_was_refused() -> None:
    """Precisely: the `error` event of a browser says nothing of the reason, on purpose.

    Else a page could explore the network of whoever visits it. The status shows in the browser's
    developer tools and to programs. A page that falls back to polling thus does not know whether it
    helps: after a 401 or 403 it will not.
    """
    client = ClientHandshake(URI, key=KEY)
    with pytest.raises(UnexpectedStatus) as caught:
        client.receive_data(build_rejection(404, body="no such room").to_bytes())
    assert str(caught.value) == "the server answered '404 Not Found' instead of 101"
    assert caught.value.response.body == b"no such room"
    assert caught.value.hint is not None
    assert client.state is State.REFUSED


def test_a_server_that_says_nothing_is_no_refusal() -> None:
    client = ClientHandshake(URI, key=KEY)
    with pytest.raises(IncompleteMessage) as caught:
        client.receive_data(b"")
    assert caught.value.code == "nothing-answered"
    assert client.state is State.FAILED


# ==================================================================================================
# Five keywords (5가지 키워드로 정리하는 핵심 포인트)
# ==================================================================================================


def test_keyword_1_http_upgrade() -> None:
    """HTTP 업그레이드: the word in Upgrade, announced in Connection, in both directions."""
    for message in (Request.parse(REQUEST), Response.parse(RESPONSE)):
        assert message.headers["Upgrade"] == "websocket"
        assert message.headers["Connection"] == "Upgrade"


def test_keyword_2_handshake_fields() -> None:
    """핸드셰이크 헤더: those of WebSocket begin with Sec-, which no script of a page can write.

    So a page cannot forge a handshake with XMLHttpRequest or fetch.
    """
    own = [
        name for name in build_request(URI, subprotocols=["chat"]).headers if "WebSocket" in name
    ]
    assert own == ["Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol"]


def test_keyword_3_the_exchange_of_keys() -> None:
    """키 교환 메커니즘: a question and its only answer. It hides nothing."""
    overheard = Request.parse(REQUEST).headers["Sec-WebSocket-Key"]
    assert accept_key(overheard) == Response.parse(RESPONSE).headers["Sec-WebSocket-Accept"]


def test_keyword_4_negotiation() -> None:
    """프로토콜 협상: the client lists, the server takes one or none."""
    assert select_subprotocol(["chat", "superchat"], ["superchat"]) == "superchat"
    assert select_subprotocol(["chat", "superchat"], ["mqtt"]) is None


def test_keyword_5_the_status_101() -> None:
    """상태 코드 101: the only one that opens; the words behind the number do not matter."""
    for reason in (b" Switching Protocols", b" Web Socket Protocol Handshake", b" "):
        opened_by_client(RESPONSE.replace(b" Switching Protocols", reason))


# ==================================================================================================
# Questions (확인 문제)
# ==================================================================================================


def is_opened(request: bytes) -> bool:
    """Whether a server for the chapter's page takes this request."""
    return request_violations(Request.parse(request), origins=[ORIGIN]) == []


def test_question_1_which_field_is_not_required() -> None:
    """A handshake has no body, so Content-Length has nothing to say, and is refused if it does."""
    fields = ["Upgrade", "Connection", "Sec-WebSocket-Key", "Content-Length"]
    complete = having(REQUEST, "Content-Length: 0")
    assert is_opened(complete)
    not_required = [field for field in fields if is_opened(without(complete, field))]
    assert not_required == ["Content-Length"]
    assert not is_opened(having(REQUEST, "Content-Length: 5"))


def test_question_2_which_status_opens() -> None:
    lines = ["200 OK", "101 Switching Protocols", "204 No Content", "301 Moved Permanently"]
    opening = []
    for line in lines:
        response = Response.parse(RESPONSE.replace(b"101 Switching Protocols", line.encode()))
        if not response_violations(response, Request.parse(REQUEST)):
            opening.append(line)
    assert opening == ["101 Switching Protocols"]


def test_question_3_how_the_accept_value_is_computed() -> None:
    ways: list[Callable[[str], bytes]] = [
        lambda key: base64.b64encode(key.encode()),
        lambda key: base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()),
        lambda key: hashlib.sha256(key.encode()).hexdigest().encode(),
        lambda key: key.encode(),
    ]
    right = [number for number, way in enumerate(ways, 1) if way(KEY).decode() == accept_key(KEY)]
    assert right == [2]


def test_question_4_which_statements_about_negotiation_are_right() -> None:
    # 1. The client tells the server which protocols it supports, in Sec-WebSocket-Protocol.
    request = build_request(URI, key=KEY, subprotocols=["chat"])
    tells = request.headers.get("Sec-WebSocket-Protocol") == "chat"

    # 2. The server must choose one of them. It need not: it leaves the field out.
    offer = validate_request(request, origins=[None])
    left_out = build_response(offer, subprotocol=None)
    must_choose = response_violations(left_out, request) != []

    # 3. If the negotiation fails, the connection always fails, too. The same answer opens it.
    #    (In a browser it fails, where the page asked for subprotocols: "always" is what is wrong.)
    always_fails = validate_response(left_out, request).subprotocol is not None

    # 4. If the server chooses, it says so in Sec-WebSocket-Protocol.
    chosen = build_response(offer, subprotocol="chat")
    says_so = chosen.headers.get("Sec-WebSocket-Protocol") == "chat"

    # 5. Negotiation takes place after the connection is open. When it is open, it is settled.
    client, server, answer = negotiate(["chat"], ["chat"])
    before = client.state is State.READING and b"Sec-WebSocket-Protocol: chat" in answer
    settled = opened_by_client(answer, client).subprotocol == "chat"
    afterwards = not (before and settled and server.state is State.OPEN)

    assert [tells, must_choose, always_fails, says_so, afterwards] == [
        True,
        False,
        False,
        True,
        False,
    ]


def test_question_5_what_can_go_wrong() -> None:
    """All four.

    Precisely: the first is meant as a version that the *server* does not support; the sentence can
    also be read as one that the client itself does not support, and no client asks for that.
    """
    wrong_version = refused_by_server(having(REQUEST, "Sec-WebSocket-Version: 7"))
    no_support = refused_by_client(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    blocked = refused_by_server(without(without(REQUEST, "Upgrade"), "Connection"))
    no_key = refused_by_server(without(REQUEST, "Sec-WebSocket-Key"))
    assert [error.code for error in (wrong_version, no_support, blocked, no_key)] == [
        "version-unsupported",
        "status-unexpected",
        "upgrade-missing",
        "key-missing",
    ]


# ==================================================================================================
# Beside the chapter: letter case (대소문자), where the header guide contradicts itself
# ==================================================================================================
#
# The guide to "Invalid Upgrade header" says of Upgrade that letter case does not matter, and lists
# `WebSocket` and `WEBSOCKET` among its wrong examples further down. The first is right.


@pytest.mark.parametrize("written", ["websocket", "WebSocket", "WEBSOCKET"])
def test_websocket_is_one_word_in_any_letter_case(written: str) -> None:
    """RFC 6455 §4.2.1, item 3: "treated as an ASCII case-insensitive value".

    The standard even registers the word as "WebSocket" (RFC 6455 §11.2), and some clients send it
    so. The answer is always "websocket": it need not repeat the request's spelling.
    """
    server = ServerHandshake(origins=[ORIGIN])
    assert server.receive_data(having(REQUEST, f"Upgrade: {written}")) is not None
    assert server.accept() == RESPONSE
    opened_by_client(having(RESPONSE, f"Upgrade: {written}"))


def test_in_ascii_only() -> None:
    """Unicode knows one more capital k, the Kelvin sign; with that it is another word."""
    kelvin = "websoc\u212aet"
    assert kelvin.lower() == "websocket"
    with pytest.raises(InvalidHeader):
        parse_upgrade(kelvin)


@pytest.mark.parametrize("written", ["Upgrade", "upgrade", "UPGRADE", "keep-alive, upgrade"])
def test_so_is_upgrade_in_connection(written: str) -> None:
    """RFC 6455 §4.2.1, item 4."""
    assert is_opened(having(REQUEST, f"Connection: {written}"))


def test_so_are_the_names_of_fields() -> None:
    """RFC 9110 §5.1; some proxies and HTTP libraries write them all in lower case."""
    head, blank, _ = REQUEST.partition(b"\r\nSec-")
    assert blank
    lowered = head + REQUEST[len(head) :].replace(b"Sec-WebSocket", b"sec-websocket")
    assert lowered != REQUEST
    assert is_opened(lowered)


def test_but_keys_accept_values_and_subprotocols_are_not() -> None:
    """Base64 needs both cases for its 64 characters; subprotocols are compared as they stand."""
    assert accept_key(KEY.swapcase()) != ACCEPT
    swapped = having(RESPONSE, f"Sec-WebSocket-Accept: {ACCEPT.swapcase()}")
    assert refused_by_client(swapped).code == "accept-wrong"
    assert select_subprotocol(["CHAT"], supported=["chat"]) is None


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("Upgrade: websocket, websocket", "upgrade-repeated"),
        ("Upgrade: websocket, http/1.1", "upgrade-not-websocket"),
        ("Connection: keep-alive", "connection-without-upgrade"),
        ("Connection: close", "connection-without-upgrade"),
    ],
)
def test_the_other_wrong_examples_of_the_guide_are_wrong(line: str, code: str) -> None:
    assert refused_by_server(having(REQUEST, line)).code == code


# ==================================================================================================
# This file
# ==================================================================================================

TEXT = Path(__file__).read_text("utf-8")
# Sections that are named above and that nothing in the library stands for.
ELSEWHERE = {
    "RFC 6455 §11.2",  # the registration of the word
    "RFC 6455 §11.6",  # and of the versions
    "RFC 9110 §15.5.2",  # 401, the application's
    "RFC 9110 §15.5.22",  # 426
}


def test_a_code_stands_with_its_section() -> None:
    """Where a code is followed by a section in brackets, that is what the table of faults says."""
    found = re.findall(r"`([a-z0-9-]+)`\s+\((RFC [0-9]+ §[0-9.]+)\)", TEXT)
    assert len(found) >= 5
    for code, section in found:
        assert FAULTS[code].section == section, code


def test_the_sections_named_here_are_those_of_the_library() -> None:
    """So that a slip of the pen in a number does not stay."""
    library = Path(ws_handshake.__file__).parent
    known = set()
    for path in library.glob("*.py"):
        for rfc, sections in re.findall(
            r"(RFC [0-9]{4}) (§[0-9.]+(?:[^R\"\n]{0,30}?§[0-9.]+)*)", path.read_text("utf-8")
        ):
            known |= {f"{rfc} {each.rstrip('.')}" for each in re.findall(r"§[0-9.]+", sections)}
    named = {each.rstrip(".") for each in re.findall(r"RFC [0-9]{4} §[0-9.]+", TEXT)}
    assert {"RFC 6455 §4.1", "RFC 6455 §4.2.1", "RFC 6455 §4.2.2"} < named
    assert named - known <= ELSEWHERE <= named


def test_every_function_is_used_here_but_those_for_extensions() -> None:
    """The chapter has no word on extensions (Sec-WebSocket-Extensions); README does."""
    functions = {
        name for name in ws_handshake.__all__ if inspect.isfunction(getattr(ws_handshake, name))
    }
    called = {
        node.func.id
        for node in ast.walk(ast.parse(TEXT))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert functions - called == {"format_extensions", "parse_extensions"}
