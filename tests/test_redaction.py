"""What no message, hint, refusal, repr or traceback shows, wherever it stands in a message.

The values of Authorization, Proxy-Authorization, Cookie and Set-Cookie, what follows `?` in a
target, and what stands before `@` in a URI are secrets; control characters are escaped.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from ws_handshake import (
    SAME_ORIGIN,
    Agreement,
    ClientHandshake,
    HandshakeError,
    Headers,
    InvalidHeader,
    InvalidURI,
    LocalProtocolError,
    Offer,
    Request,
    Response,
    ServerHandshake,
    UnexpectedStatus,
    WebSocketURI,
    build_rejection,
    build_request,
    build_response,
    parse_host,
    parse_origin,
    parse_uri,
    request_violations,
    response_violations,
    validate_request,
    validate_response,
)

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
URI = "ws://example.com/chat"
# Neither half may be shown.
HALVES = "qz7left", "qz9right"
SECRET = "".join(HALVES)
NAMES = ["Authorization", "proxy-authorization", "COOKIE", "Set-Cookie"]

GOOD = [
    "Host: example.com",
    "Upgrade: websocket",
    "Connection: Upgrade",
    f"Sec-WebSocket-Key: {KEY}",
    "Sec-WebSocket-Version: 13",
]
ANSWER = ["Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Accept: {ACCEPT}"]

each_name = pytest.mark.parametrize("name", NAMES)


# --- all that can be seen -------------------------------------------------------------------------


def texts_of_error(error: BaseException) -> Iterator[str]:
    """Everything about an error that ends in a log, with all errors behind it."""
    yield from (str(error), repr(error), repr(error.args))
    yield from traceback.format_exception(error)
    yield from getattr(error, "__notes__", [])
    if isinstance(error, HandshakeError):
        yield from (error.message, error.hint or "", repr(error.violation), repr(error.request))
        if error.rejection is not None:
            yield repr(error.rejection)
            yield error.rejection.to_bytes().decode("latin-1")
            yield repr(build_rejection(error, headers={"Date": "today"}))
    if isinstance(error, UnexpectedStatus):
        yield repr(error.response)
    for other in (error.__cause__, error.__context__):
        if other is not None:
            yield from texts_of_error(other)


def shown_by(action: Callable[[], object]) -> str:
    """The message of a `ValueError`, or nothing."""
    try:
        action()
    except ValueError as error:
        return str(error)
    return ""


def raised_by(action: Callable[[], object]) -> BaseException:
    with pytest.raises(Exception) as caught:
        action()
    return caught.value


def texts_of_server(data: bytes, **arguments: Any) -> Iterator[str]:
    """Everything that a server shows about these bytes, whether it takes them or not."""
    for pieces in ([data], [data[:9], data[9:]]):
        server = ServerHandshake(**{"origins": None, **arguments})
        try:
            for piece in pieces:
                server.receive_data(piece)
        except (HandshakeError, LocalProtocolError) as error:
            yield from texts_of_error(error)
        yield from (repr(server), f"{server}", repr(server.request))
        if server.request is not None:
            for violation in request_violations(server.request):
                yield repr(violation)
        if server.state.name == "OFFERED":
            offer = validate_request(Request.parse(data), origins=None)
            yield from (repr(offer), repr(offer.headers), repr(build_response(offer)))
            server.accept(headers={"Set-Cookie": SECRET})
            yield repr(server.agreement)
        else:
            yield from texts_of_error(raised_by(lambda: Request.parse(data + b"!")))
            yield server.reject(403).decode("latin-1")


def texts_of_client(data: bytes) -> Iterator[str]:
    """The same for a client whose own request holds secrets, too."""
    for pieces in ([data], [data[:9], data[9:]]):
        client = ClientHandshake(
            f"{URI}?{SECRET}", key=KEY, headers=[(name, SECRET) for name in NAMES]
        )
        try:
            for piece in (*pieces, b""):
                client.receive_data(piece)
        except (HandshakeError, LocalProtocolError) as error:
            yield from texts_of_error(error)
        yield from (repr(client), repr(client.request), repr(client.uri), repr(client.agreement))
    try:
        response = Response.parse(data)
    except HandshakeError as error:
        yield from texts_of_error(error)
    else:
        yield repr(response)
        for violation in response_violations(response, client.request):
            yield repr(violation)


def assert_hidden(texts: Iterator[str]) -> None:
    seen = 0
    for text in texts:
        seen += 1
        for half in HALVES:
            assert half not in text.lower()
    assert seen


def message(start: str, *lines: str) -> bytes:
    return "".join([f"{line}\r\n" for line in (start, *lines, "")]).encode("latin-1")


# --- fields, well-formed and not ------------------------------------------------------------------

FIELD_LINES = {
    "good": "{name}: {secret}",
    "without a space": "{name}:{secret}",
    "with more spaces": "{name}: \t {secret} \t",
    "with a scheme": "{name}: Basic {secret}",
    "of a cookie": "{name}: a=1; sid={secret}; b=2",
    "no colon": "{name} {secret}",
    "an equals sign": "{name}={secret}",
    "only the value": "Basic {secret}",
    "only the secret": "{secret}",
    "space before the colon": "{name} : {secret}",
    "tab before the colon": "{name}\t: {secret}",
    "folded": "{name}: a\r\n {secret}",
    "folded by a tab": "{name}:\r\n\t{secret}",
    "behind a space": " {name}: {secret}",
    "NUL behind": "{name}: {secret}\0",
    "NUL before": "{name}: \0{secret}",
    "NUL inside": "{name}: {secret}\0{secret}",
    "NUL in the name": "{name}\0: {secret}",
    "NUL before the name": "\0{name}: {secret}",
    "DEL behind": "{name}: {secret}\x7f",
    "escape sequence": "{name}: \x1b[31m{secret}\x1b[0m",
    "bare CR behind": "{name}: {secret}\rX: 1",
    "bare CR before": "{name}: a\r{secret}",
    "bare LF behind": "{name}: {secret}\nX: 1",
    "bare LF before": "{name}: a\n{secret}: b",
    "bare LF and CR": "{name}: {secret}\n\r",
    "empty name": ": {secret}",
    "semicolon in the name": "{name};: {secret}",
    "quoted name": '"{name}": {secret}',
    "name in brackets": "({name}): {secret}",
    "name beyond ASCII": "{name}\xe9: {secret}",
    "two names": "X {name}: {secret}",
    "twice": "{name}: {secret}\r\n{name}: {secret}",
    "long": "{name}: {secret}" + "a" * 9000,
}
each_line = pytest.mark.parametrize("line", FIELD_LINES.values(), ids=FIELD_LINES.keys())


@each_name
@each_line
@pytest.mark.parametrize("place", ["before", "behind", "start", "after a fault"])
def test_a_field_of_a_request(line: str, name: str, place: str) -> None:
    planted = line.format(name=name, secret=SECRET)
    start = f"GET /chat?{SECRET} HTTP/1.1"
    data = {
        "before": message(start, planted, *GOOD),
        "behind": message(start, *GOOD, planted),
        "start": message(planted, start, *GOOD),
        "after a fault": message(start, *GOOD[1:], planted, "Connection: a b"),
    }[place]
    if place == "start" and not line.startswith("{name}"):
        return  # nothing tells that it is a secret
    assert_hidden(texts_of_server(data))


@each_name
@each_line
@pytest.mark.parametrize("place", ["before", "behind", "refusal"])
def test_a_field_of_a_response(line: str, name: str, place: str) -> None:
    planted = line.format(name=name, secret=SECRET)
    data = {
        "before": message("HTTP/1.1 101 x", planted, *ANSWER),
        "behind": message("HTTP/1.1 101 x", *ANSWER, "Upgrade: h2c", planted),
        "refusal": message("HTTP/1.1 401 x", "Content-Length: 0", planted),
    }[place]
    assert_hidden(texts_of_client(data))


@each_name
def test_a_field_beside_one_that_is_too_much(name: str) -> None:
    fields = [f"{name}: {SECRET}"] * 200
    assert_hidden(texts_of_server(message("GET / HTTP/1.1", *fields)))
    assert_hidden(texts_of_client(message("HTTP/1.1 101 x", *fields)))
    assert_hidden(texts_of_server(message("GET / HTTP/1.1", f"{name}: {SECRET}{'a' * 70_000}")))


# --- the start line -------------------------------------------------------------------------------

REQUEST_LINES = [
    "GET /chat?token={secret} HTTP/1.1",
    "GET /?{secret}?{secret} HTTP/1.1",
    "GET /?{secret}#{secret} HTTP/1.1",
    "GET chat?{secret} HTTP/1.1",
    "GET ?{secret} HTTP/1.1",
    "POST /?{secret} HTTP/1.1",
    "HEAD /?{secret} HTTP/1.1",
    "GET /?{secret} HTTP/1.0",
    "GET /?{secret} HTTP/2.0",
    # no request lines
    "GET /?{secret}",
    "GET /?{secret} ",
    "GET /?{secret} HTTP/1.1 ",
    "GET /?{secret} HTTP/1.1 x",
    "GET /?{secret} http/1.1",
    "GET /?{secret} HTTP/11",
    "GET  /?{secret} HTTP/1.1",
    "GET\t/?{secret} HTTP/1.1",
    "GET /?a b={secret} HTTP/1.1",
    "GET /?{secret}\0 HTTP/1.1",
    "GET /?{secret}\x1b[2J HTTP/1.1",
    "GET /?a\r{secret} HTTP/1.1",
    "GET /?a\n{secret} HTTP/1.1",
    "GET /?{secret}" + "a" * 9000,
    "/?{secret}",
    # absolute targets
    "GET http://example.com/?{secret} HTTP/1.1",
    "GET http://user:{secret}@example.com/ HTTP/1.1",
    "GET http://{secret}@example.com HTTP/1.1",
    "GET http://{secret}@@example.com/ HTTP/1.1",
    "GET http://user:{left}@{right}@example.com/ HTTP/1.1",
    "GET http://user:{left}/{right}@example.com/ HTTP/1.1",
    "GET http://user:{secret}@example.com/?{secret} HTTP/1.1 x",
    "GET ws://user:{secret}@example.com HTTP/1.1",
    "GET ftp://user:{secret}@example.com/ HTTP/1.1",
    "GET http:/user:{secret}@example.com/ HTTP/1.1",
    "GET http:user:{secret}@example.com/ HTTP/1.1",
    "CONNECT user:{secret}@example.com:80 HTTP/1.1",
    "GET {secret}@example.com HTTP/1.1",
    "GET http://user:{secret}@example.com/ HTTP/1.1 x",
    "GET http://user:{secret} @example.com/ HTTP/1.1",
]


@pytest.mark.parametrize("line", REQUEST_LINES, ids=lambda line: ascii(line[:50]))
@pytest.mark.parametrize("fields", [GOOD, GOOD[1:], []], ids=len)
def test_a_request_line(line: str, fields: list[str]) -> None:
    start = line.format(secret=SECRET, left=HALVES[0], right=HALVES[1])
    assert_hidden(texts_of_server(message(start, *fields)))
    assert_hidden(texts_of_server(message(start, *fields), hosts=["other.example"], origins=[]))


# What stands where a CR LF was lost.
LOST = ["", " ", "\t", "\\r\\n", ", "]


@each_name
def test_a_request_line_that_ran_into_a_field(name: str) -> None:
    for between in LOST:
        start = f"GET / HTTP/1.1{between}{name}: {SECRET}"
        assert_hidden(texts_of_server(message(start, *GOOD)))


@each_name
def test_a_status_line_that_ran_into_a_field(name: str) -> None:
    for between in LOST:
        assert_hidden(texts_of_client(message(f"HTTP/1.1 101{between}{name}: {SECRET}", *ANSWER)))


@pytest.mark.parametrize("field", ["Host", "Origin"])
@pytest.mark.parametrize(
    "value",
    ["user:{secret}@example.com", "{secret}@example.com", "u:{secret}@[::1", "{secret}@@a b"],
)
def test_userinfo_in_host_and_origin(field: str, value: str) -> None:
    text = value.format(secret=SECRET)
    if field == "Origin":
        text = f"https://{text}"
    lines = [*(line for line in GOOD if not line.startswith(field)), f"{field}: {text}"]
    request = Request.parse(message("GET / HTTP/1.1", *lines))
    for origins in (None, [SAME_ORIGIN, None], ["https://example.com"]):
        error = raised_by(lambda: validate_request(request, origins=origins))  # noqa: B023
        assert isinstance(error, HandshakeError)
        assert error.rejection is not None
        assert_hidden(iter([str(error), repr(error.violation), repr(error.rejection)]))
    parse: Callable[[str], object] = parse_host if field == "Host" else parse_origin
    error = raised_by(lambda: parse(text))
    assert type(error) is InvalidHeader
    assert_hidden(texts_of_error(error))


# --- refusals that a client sees ------------------------------------------------------------------

LOCATIONS = [
    "/login?ticket={secret}",
    "https://example.com/?{secret}",
    "https://user:{secret}@example.com/",
    "//user:{secret}@example.com/",
    "wss://user:{secret}@example.com/chat?{secret}",
    "?{secret}",
]


@pytest.mark.parametrize("location", LOCATIONS)
@pytest.mark.parametrize("status", [301, 302, 307, 308, 401])
def test_a_redirect(location: str, status: int) -> None:
    lines = [f"Location: {location.format(secret=SECRET)}", f"Set-Cookie: sid={SECRET}; Secure"]
    for framing in ("Content-Length: 0", "Content-Length: 10", "Transfer-Encoding: x, y"):
        data = message(f"HTTP/1.1 {status} x", *lines, framing)
        error = refusal(data)
        texts = [str(error), repr(error), str(error.hint), repr(error.violation)]
        assert_hidden(iter([*texts, *traceback.format_exception(error)]))


@pytest.mark.parametrize("location", LOCATIONS)
def test_the_repr_of_a_redirect(location: str) -> None:
    lines = [f"Location: {location.format(secret=SECRET)}", f"Set-Cookie: sid={SECRET}; Secure"]
    error = refusal(message("HTTP/1.1 302 x", *lines, "Content-Length: 0"))
    assert_hidden(iter([repr(error.response), repr(error.response.headers)]))


def refusal(data: bytes) -> UnexpectedStatus:
    """The error for a refusal, whether its body ends or not."""
    client = ClientHandshake(URI)
    error = raised_by(lambda: client.receive_data(data) or client.receive_data(b""))
    assert isinstance(error, UnexpectedStatus)
    return error


def test_a_redirect_still_says_where_to() -> None:
    location = f"wss://b.example/x?{SECRET}"
    error = refusal(message("HTTP/1.1 302 x", f"Location: {location}", "Content-Length: 0"))
    assert error.hint is not None
    assert "wss://b.example/x" in error.hint
    assert error.response.headers["Location"] == location


# --- what a caller did wrong ----------------------------------------------------------------------

URIS = [
    "ws://user:{secret}@example.com/",
    "ws://{secret}@example.com/",
    "wss://:{secret}@[::1]:80/?{secret}",
    "ws://user:{left}@{right}@example.com/",
    "ws://user:{left}:{right}@example.com/",
    "ws://user:{left}/{right}@example.com/",
    "ws://user:{left}?{right}@example.com/",
    "ws://user:{left}#{right}@example.com/",
    "ws://user:{left}\\{right}@example.com/",
    "ws://user:{left} {right}@example.com/",
    "ws://us\xe9r:{left}/{right}@example.com/",
    "ws://user:{secret}\ud800@example.com/",
    "http://user:{secret}@example.com/?{secret}",
    "ws:/user:{secret}@example.com/",
    "ws:user:{secret}@example.com/",
    "user:{secret}@example.com",
    "//user:{secret}@example.com/",
    "ws://example.com:0/?{secret}",
    "ws://example.com/?{secret}#x",
    "ws://example.com/?{secret} ",
    "ws://example.com/?{secret}\r\nX: 1",
    "ws://example.com/?{secret}%",
    "ws://example.com/?{secret}\ud800",
    "ws://example.com/{{}}?{secret}",
    "ws://\xdf.example/?{secret}",
    "ws://a..\xe9/?{secret}",
    "ws://" + "\xe9" * 300 + "/?{secret}",
    "?{secret}",
]


@pytest.mark.parametrize("uri", URIS, ids=lambda uri: ascii(uri[:50]))
def test_an_invalid_uri(uri: str) -> None:
    text = uri.format(secret=SECRET, left=HALVES[0], right=HALVES[1])
    for action in (parse_uri, build_request, ClientHandshake):
        error = raised_by(lambda: action(text))  # noqa: B023
        assert type(error) is InvalidURI
        assert_hidden(texts_of_error(error))
        assert str(error).isprintable()


_REQUEST = Request(f"/?{SECRET}", [("Host", "a"), *[(name, SECRET) for name in NAMES]])
_OFFER = validate_request(build_request(URI, key=KEY), origins=None)
MISTAKES: dict[str, Callable[[], object]] = {
    "a target with a space": lambda: Request(f"/?{SECRET} x", {}),
    "a target with a line end": lambda: Request(f"/?{SECRET}\r\n", {}),
    "a target beyond latin-1": lambda: Request(f"/?{SECRET}\u20ac", {}),
    "a target with userinfo": lambda: Request(f"http://u:{SECRET}@a/ x", {}),
    "a target of a uri": lambda: WebSocketURI(False, "a", 80, f"/?{SECRET} "),
    "a host with userinfo": lambda: WebSocketURI(False, f"user:{SECRET}@a", 80, "/"),
    "a host with a user": lambda: WebSocketURI(False, f"{SECRET}@a", 80, "/"),
    "a Host with userinfo": lambda: build_request(URI, host=f"user:{SECRET}@a"),
    "an Origin with userinfo": lambda: build_request(URI, origin=f"https://{SECRET}@a"),
    "an allowed origin with userinfo": lambda: ServerHandshake(origins=[f"https://u:{SECRET}@a"]),
    "a served host with userinfo": lambda: ServerHandshake(origins=None, hosts=[f"{SECRET}@a"]),
    **{
        f"{name} {what}": partial(build_request, URI, headers={name: value})
        for name in NAMES
        for what, value in {
            "with a line end": f"{SECRET}\r\n",
            "with NUL": f"\0{SECRET}",
            "beyond latin-1": f"{SECRET}\u20ac",
            "with a surrogate": f"{SECRET}\ud800",
        }.items()
    },
    **{f"{name} as one text": partial(Headers, [(f"{name}: {SECRET}", "")]) for name in NAMES},
    "a cookie that breaks the 101": lambda: build_response(
        _OFFER, headers={"Set-Cookie": f"{SECRET}\n"}
    ),
    "a cookie that breaks a refusal": lambda: build_rejection(
        401, headers={"Set-Cookie": f"{SECRET}\n"}
    ),
    "no response": lambda: validate_response(_REQUEST, _REQUEST),  # type: ignore[arg-type]
    "no request": lambda: validate_request(_REQUEST.headers, origins=None),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_of_the_caller(mistake: Callable[[], object]) -> None:
    error = raised_by(mistake)
    assert isinstance(error, ValueError | TypeError)
    assert_hidden(texts_of_error(error))


# --- values ---------------------------------------------------------------------------------------


def test_reprs_of_values() -> None:
    secrets = [(name, SECRET) for name in NAMES]
    request = build_request(f"wss://example.com/chat?{SECRET}", key=KEY, headers=secrets)
    offer = validate_request(request, origins=None)
    response = build_response(offer, headers=secrets)
    agreement = validate_response(response, request)
    rejection = build_rejection(401, headers=secrets)
    absolute = Request(f"http://user:{SECRET}@example.com/?{SECRET}", secrets)
    uri = parse_uri(f"wss://example.com/chat?{SECRET}")
    assert isinstance(offer, Offer)
    assert isinstance(agreement, Agreement)
    values = [request, request.headers, offer, response, agreement, rejection, absolute, uri]
    assert_hidden(form(value) for value in values for form in (repr, ascii, "{!r:>9}".format))
    for value in values[:-1]:
        if not isinstance(value, WebSocketURI):
            assert f"<redacted, {len(SECRET)} characters>" in repr(value)
    assert_hidden(iter([repr(values), repr({"a": values}), f"{request.headers}"]))


def test_the_names_and_lengths_of_secrets_are_shown() -> None:
    text = repr(Headers([("Cookie", "a" * 41), ("X", "shown")]))
    assert text == "Headers([('Cookie', <redacted, 41 characters>), ('X', 'shown')])"


# --- who would be allowed -------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["Origin: https://evil.example", "Origin: null", "X: 1"])
@pytest.mark.parametrize(
    "origins",
    [
        [f"https://{SECRET}.example"],
        [re.compile(rf"https://{SECRET}\..*+")],
        [f"https://{SECRET}.example", re.compile(SECRET), SAME_ORIGIN],
    ],
    ids=len,
)
def test_a_403_never_lists_the_allowed_origins(line: str, origins: Any) -> None:
    data = message("GET / HTTP/1.1", *GOOD, line)
    server = ServerHandshake(origins=origins)
    error = raised_by(lambda: server.receive_data(data))
    assert isinstance(error, HandshakeError)
    assert error.rejection is not None
    assert error.rejection.status == 403
    assert_hidden(texts_of_error(error))
    assert_hidden(iter([server.reject(error).decode(), repr(server)]))
    violations = request_violations(Request.parse(data), origins=origins)
    assert_hidden(iter([repr(violations)]))


def test_a_421_never_lists_the_served_hosts() -> None:
    hosts = [f"{SECRET}.example", f"{SECRET}.example:8443"]
    server = ServerHandshake(origins=None, hosts=hosts)
    error = raised_by(lambda: server.receive_data(message("GET / HTTP/1.1", *GOOD)))
    assert isinstance(error, HandshakeError)
    assert error.rejection is not None
    assert error.rejection.status == 421
    assert_hidden(texts_of_error(error))


# --- control characters ---------------------------------------------------------------------------

CONTROLS = [*"\0\x01\a\b\t\n\v\f\r\x1b\x1f\x7f\x80\x85\x9b\x9d\x9f\xad"]
NOT_SHOWN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\xad]")  # a traceback has line feeds


@pytest.mark.parametrize(
    "form",
    [
        "{}",
        "GET{} / HTTP/1.1",
        "GET /{} HTTP/1.1",
        "GET http://a{}/ HTTP/1.1",
        "GET / HTTP/1.1{}",
        *[f"GET / HTTP/1.1\r\n{name}: {{}}a" for name in ("Host", "Upgrade", "Connection", "X")],
        *[f"GET / HTTP/1.1\r\n{{}}{name}: a" for name in ("Host", "X", "Cookie")],
        *[f"GET / HTTP/1.1\r\n{name}{{}}: a" for name in ("Host", "X", "Cookie")],
        *["\r\n".join(["GET / HTTP/1.1", *GOOD[:index], f"{line}{{}}", *GOOD[index + 1 :]])
          for index, line in enumerate(GOOD)],
        *["\r\n".join(["GET / HTTP/1.1", *GOOD, f"{name}: a{{}}b"])
          for name in ("Origin", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions")],
        "\r\n".join(["GET / HTTP/1.1", *GOOD, "Content-Length: {}1"]),
        "\r\n".join(["GET / HTTP/1.1", *GOOD, "Transfer-Encoding: a{}b"]),
    ],
    ids=lambda form: ascii(form[-30:]),
)  # fmt: skip
def test_control_characters_of_a_client_are_escaped(form: str) -> None:
    for control in CONTROLS:
        data = f"{form.replace('{}', control)}\r\n\r\n".encode("latin-1")
        for text in texts_of_server(data, hosts=["example.com"]):
            assert not NOT_SHOWN.search(text.replace("\r\n", "\n"))


@pytest.mark.parametrize(
    "form",
    [
        "{}",
        "HTTP/1.1{}",
        "HTTP/1.1 101 {}a",
        "HTTP/1.1 403 {}a",
        "HTTP/1.1 302 x\r\nLocation: /{}a",
        "HTTP/1.1 302 x\r\nContent-Length: {}0",
        "HTTP/1.1 302 x\r\nTransfer-Encoding: {}chunked",
        *[f"HTTP/1.1 101 x\r\n{name}: a{{}}b" for name in ("Upgrade", "Connection", "Set-Cookie")],
        *["\r\n".join(["HTTP/1.1 101 x", *ANSWER[:index], f"{line}{{}}", *ANSWER[index + 1 :]])
          for index, line in enumerate(ANSWER)],
        *["\r\n".join(["HTTP/1.1 101 x", *ANSWER, f"{name}: a{{}}b"])
          for name in ("Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions")],
    ],
    ids=lambda form: ascii(form[-30:]),
)  # fmt: skip
def test_control_characters_of_a_server_are_escaped(form: str) -> None:
    for control in CONTROLS:
        data = f"{form.replace('{}', control)}\r\n\r\n".encode("latin-1")
        for text in texts_of_client(data):
            assert not NOT_SHOWN.search(text)


@pytest.mark.parametrize(
    "make",
    [
        lambda text: parse_uri(f"ws://{text}/"),
        lambda text: parse_uri(f"ws://a/{text}"),
        lambda text: parse_uri(f"{text}://a/"),
        lambda text: WebSocketURI(False, text, 80, "/"),
        lambda text: WebSocketURI(False, "a", 80, text),
        lambda text: Request(text, {}),
        lambda text: Request("/", {}, method=text),
        lambda text: Response(403, reason=f"{text}\0"),
        lambda text: Headers([(text, "1")]),
        lambda text: build_request(URI, host=text),
        lambda text: build_request(URI, origin=text),
        lambda text: build_request(URI, subprotocols=[text]),
        lambda text: build_response(_OFFER, subprotocol=text),
    ],
)
def test_control_characters_of_a_caller_are_escaped(make: Callable[[str], object]) -> None:
    for control in [*CONTROLS, "\u2028", "\u202e", "\ufeff", "\ud800"]:
        assert shown_by(lambda: make(f"a{control}b")).isprintable()  # noqa: B023
