"""The immutable values: Headers, Request, Response, Extension, WebSocketURI and their kin.

Names and values: RFC 9110 section 5. Request and status lines: RFC 9112 sections 3 and 4.
"""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator
from typing import Any

import pytest

from ws_handshake import (
    Agreement,
    ClientHandshake,
    Extension,
    HandshakeError,
    Headers,
    IncompleteMessage,
    InvalidHeader,
    InvalidMessage,
    InvalidRequest,
    InvalidResponse,
    InvalidURI,
    Limits,
    LocalProtocolError,
    Offer,
    Request,
    Response,
    UnexpectedStatus,
    Violation,
    WebSocketURI,
    build_request,
    build_response,
    parse_extensions,
    parse_uri,
    parse_version,
    request_violations,
    validate_request,
    validate_response,
)

from .checks import ACCEPT, KEY, assert_well_formed

SECRET = "Basic dXNlcjpvcGVuc2VzYW1l"
CONTROLS = [chr(code) for code in range(0x20) if code != 0x09] + ["\x7f"]
NON_LATIN1 = ["\u0100", "\u2028", "\uff0d", "\U0001f600", "\ud800", "\udc80", "\udfff"]
TOKEN_CHARACTERS = "!#$%&'*+-.^_`|~0123456789ABCXYZabcxyz"
SEPARATORS = '"(),/:;<=>?@[\\]{} \t'


def sample_request() -> Request:
    return build_request(
        "ws://example.com/chat?token=opensesame",
        key=KEY,
        origin="https://example.com",
        subprotocols=["chat", "superchat"],
        extensions=[Extension("x-test", (("a", None), ("b", "1")))],
        headers=[("Authorization", SECRET), ("X-A", "1"), ("x-a", "2")],
    )


def sample_offer() -> Offer:
    return validate_request(sample_request(), origins=None)


def sample_response() -> Response:
    return build_response(
        sample_offer(), subprotocol="chat", extensions=[Extension("x-test", (("b", "1"),))]
    )


def sample_agreement() -> Agreement:
    return validate_response(sample_response(), sample_request())


def sample_violation() -> Violation:
    return request_violations(Request("/", Headers()))[0]


VALUES: dict[str, Any] = {
    "Headers": lambda: Headers([("A", "1"), ("B", "2"), ("a", "3")]),
    "Headers-empty": lambda: Headers(),
    "Request": sample_request,
    "Response": sample_response,
    "Response-body": lambda: Response(404, Headers([("Content-Length", "2")]), body=b"no"),
    "Extension": lambda: Extension("x-test", (("a", None), ("b", "1"))),
    "WebSocketURI": lambda: parse_uri("wss://[::1]:8080/chat?x=1"),
    "Offer": sample_offer,
    "Agreement": sample_agreement,
    "Limits": lambda: Limits(body=10),
    "Violation": sample_violation,
}
each_value = pytest.mark.parametrize("make", VALUES.values(), ids=VALUES.keys())

ATTRIBUTES = {
    "Request": ["target", "headers", "method", "version"],
    "Response": ["status", "headers", "reason", "body", "version"],
    "Extension": ["name", "params"],
    "WebSocketURI": ["secure", "host", "port", "target", "host_header"],
    "Offer": [
        "request",
        "headers",
        "target",
        "path",
        "query",
        "host",
        "origin",
        "key",
        "subprotocols",
        "extensions",
    ],
    "Agreement": ["subprotocol", "extensions", "response"],
    "Limits": ["request_line", "head", "fields", "body"],
    "Violation": ["code", "field", "section", "message", "hint"],
}


# --- all values -----------------------------------------------------------------------------------


@each_value
def test_two_of_the_same_are_equal_and_hash_alike(make: Any) -> None:
    assert make() == make()
    assert not make() != make()
    assert hash(make()) == hash(make())
    assert len({make(), make()}) == 1


@each_value
def test_a_value_equals_nothing_else(make: Any) -> None:
    assert make() != None  # noqa: E711
    assert make() != "text"
    assert make() != object()


@each_value
def test_copies_are_equal(make: Any) -> None:
    value = make()
    for twin in (copy.copy(value), copy.deepcopy(value)):
        assert type(twin) is type(value)
        assert twin == value
        assert repr(twin) == repr(value)


@each_value
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickles_are_equal(make: Any, protocol: int) -> None:
    value = make()
    twin = pickle.loads(pickle.dumps(value, protocol))
    assert type(twin) is type(value)
    assert twin == value
    assert hash(twin) == hash(value)


@each_value
def test_no_attribute_can_be_set_or_deleted(make: Any) -> None:
    value = make()
    names = ["surprise", *ATTRIBUTES.get(type(value).__name__, [])]
    for name in names:
        with pytest.raises(AttributeError):
            setattr(value, name, None)
        with pytest.raises(AttributeError):
            delattr(value, name)
    assert value == make()


@each_value
def test_a_repr_names_the_type_on_one_line(make: Any) -> None:
    value = make()
    assert type(value).__name__ in repr(value)
    assert repr(value).isprintable()


@each_value
def test_a_repr_hides_credentials_and_queries(make: Any) -> None:
    assert "dXNlcjpvcGVuc2VzYW1l" not in repr(make())
    assert "opensesame" not in repr(make())


# --- Headers --------------------------------------------------------------------------------------

PAIRS = [("Host", "example.com"), ("X-A", "1"), ("x-b", "2"), ("X-a", "3"), ("X-A", "")]


def test_headers_from_pairs_keep_order_case_and_duplicates() -> None:
    assert list(Headers(PAIRS).items()) == PAIRS


def test_headers_from_a_generator() -> None:
    def pairs() -> Iterator[tuple[str, str]]:
        yield from PAIRS

    assert Headers(pairs()) == Headers(PAIRS)


def test_headers_from_a_mapping() -> None:
    assert list(Headers({"Host": "a", "X": "b"}).items()) == [("Host", "a"), ("X", "b")]


def test_headers_from_headers() -> None:
    assert list(Headers(Headers(PAIRS)).items()) == PAIRS


def test_headers_from_nothing() -> None:
    assert list(Headers().items()) == list(Headers([]).items()) == list(Headers({}).items()) == []
    assert len(Headers()) == 0


def test_headers_from_latin1_bytes() -> None:
    headers = Headers([(b"X-A", b"caf\xe9"), ("X-B", b"\xff\x80"), (b"X-C", "\xfe")])
    assert list(headers.items()) == [("X-A", "caf\xe9"), ("X-B", "\xff\x80"), ("X-C", "\xfe")]


def test_headers_of_text_and_of_bytes_are_equal() -> None:
    assert Headers([("A", "\xe9")]) == Headers([(b"A", b"\xe9")])


def test_headers_index_joins_in_order() -> None:
    headers = Headers(PAIRS)
    assert headers["x-a"] == headers["X-A"] == "1, 3, "
    assert headers["X-B"] == "2"
    assert headers["host"] == "example.com"


def test_headers_index_never_joins_cookies() -> None:
    headers = Headers([("set-cookie", "a=1"), ("Set-Cookie", "b=2")])
    assert headers["Set-Cookie"] == headers["SET-COOKIE"] == "a=1"
    assert headers.get("set-cookie") == "a=1"
    assert headers.get_all("set-cookie") == ("a=1", "b=2")


def test_headers_index_of_a_missing_name_is_a_key_error() -> None:
    for name in ("X", "", "Hos", "Host ", "a b", "\u0130"):
        with pytest.raises(KeyError):
            Headers(PAIRS)[name]


def test_headers_get() -> None:
    headers = Headers(PAIRS)
    assert headers.get("HOST") == "example.com"
    assert headers.get("x-a") == "1, 3, "
    assert headers.get("X") is None
    assert headers.get("X", None) is None
    assert headers.get("X", "none") == "none"
    assert headers.get("X", default="none") == "none"
    assert headers.get("host", "none") == "example.com"


def test_headers_get_all_is_a_tuple() -> None:
    headers = Headers(PAIRS)
    assert headers.get_all("x-A") == ("1", "3", "")
    assert headers.get_all("host") == ("example.com",)
    assert headers.get_all("none") == ()


def test_headers_contain_names_in_any_case() -> None:
    headers = Headers(PAIRS)
    assert "host" in headers and "HOST" in headers and "X-B" in headers
    assert "X" not in headers and "" not in headers and "example.com" not in headers


def test_headers_case_is_that_of_ascii() -> None:
    assert "\u212a" not in Headers([("k", "1")])  # the Kelvin sign lower-cases to k


def test_headers_iterate_one_name_a_field() -> None:
    assert list(Headers(PAIRS)) == ["Host", "X-A", "x-b", "X-a", "X-A"]


def test_headers_len_counts_fields() -> None:
    assert len(Headers(PAIRS)) == 5


def test_headers_items_can_be_read_twice() -> None:
    headers = Headers(PAIRS)
    assert list(headers.items()) == list(headers.items())


def test_headers_are_equal_in_any_case_of_their_names() -> None:
    assert Headers([("Host", "a"), ("X", "b")]) == Headers([("HOST", "a"), ("x", "b")])
    assert hash(Headers([("Host", "a")])) == hash(Headers([("hOST", "a")]))


@pytest.mark.parametrize(
    "other",
    [
        [("X", "b"), ("Host", "a")],
        [("Host", "a")],
        [("Host", "a"), ("X", "b"), ("X", "b")],
        [("Host", "A"), ("X", "b")],
        [("Host", "a"), ("Y", "b")],
        [],
    ],
)
def test_headers_differ(other: list[tuple[str, str]]) -> None:
    assert Headers([("Host", "a"), ("X", "b")]) != Headers(other)


def test_headers_one_joined_field_is_not_two() -> None:
    assert Headers([("X", "1, 2")]) != Headers([("X", "1"), ("X", "2")])


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (" a", "a"),
        ("a ", "a"),
        ("\t a\t \t", "a"),
        (" ", ""),
        ("\t", ""),
        ("", ""),
        ("a  b", "a  b"),
        ("a\tb", "a\tb"),
        ("\xa0a\xa0", "\xa0a\xa0"),
        ("\x85a\x85", "\x85a\x85"),
        (" \xff ", "\xff"),
    ],
)
def test_headers_drop_outer_spaces_and_tabs_of_a_value(given: str, kept: str) -> None:
    assert Headers([("X", given)])["X"] == kept
    assert Headers([(b"X", given.encode("latin-1"))])["X"] == kept


def test_headers_take_every_latin1_character_that_is_no_control() -> None:
    value = "a\t" + "".join(map(chr, range(0x20, 0x7F))) + "".join(map(chr, range(0x80, 0x100)))
    assert Headers([("X", value)])["X"] == value


def test_headers_take_every_token_character_in_a_name() -> None:
    assert list(Headers([(TOKEN_CHARACTERS, "")])) == [TOKEN_CHARACTERS]


@pytest.mark.parametrize("character", CONTROLS)
@pytest.mark.parametrize("form", ["a{}b", "{}", "a{}", "{}a", " {} "])
def test_headers_refuse_controls_in_a_value(character: str, form: str) -> None:
    value = form.format(character)
    with pytest.raises(ValueError):
        Headers([("X", value)])
    with pytest.raises(ValueError):
        Headers([(b"X", value.encode("latin-1"))])
    with pytest.raises(ValueError):
        Headers({"X": value})


@pytest.mark.parametrize("character", NON_LATIN1)
def test_headers_refuse_what_latin1_has_not(character: str) -> None:
    with pytest.raises(ValueError):
        Headers([("X", f"a{character}b")])
    with pytest.raises(ValueError):
        Headers([(f"X{character}", "a")])


@pytest.mark.parametrize("character", [*CONTROLS, *SEPARATORS, "\x80", "\xe4", "\xff"])
def test_headers_refuse_a_name_that_is_no_token(character: str) -> None:
    for name in (f"X{character}Y", f"X{character}", f"{character}X", character):
        with pytest.raises(ValueError):
            Headers([(name, "a")])
        with pytest.raises(ValueError):
            Headers([(name.encode("latin-1"), "a")])


def test_headers_refuse_an_empty_name() -> None:
    with pytest.raises(ValueError):
        Headers([("", "a")])


@pytest.mark.parametrize("wrong", [1, None, 1.5, True, ["a"], ("a",), object()])
def test_headers_refuse_names_and_values_of_another_type(wrong: Any) -> None:
    with pytest.raises(TypeError):
        Headers([("X", wrong)])
    with pytest.raises(TypeError):
        Headers([(wrong, "a")])


@pytest.mark.parametrize("wrong", [5, "Host", b"Host", ["Host"], [5], [("a",)], [("a", "b", "c")]])
def test_headers_refuse_what_is_no_collection_of_pairs(wrong: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        Headers(wrong)


def test_headers_refuse_a_lone_str() -> None:
    with pytest.raises(TypeError):
        Headers("Host: a")  # type: ignore[arg-type]


def test_headers_items_cannot_be_assigned_or_deleted() -> None:
    headers: Any = Headers(PAIRS)
    with pytest.raises(TypeError):
        headers["Host"] = "b"
    with pytest.raises(TypeError):
        del headers["Host"]


def test_headers_do_not_follow_what_they_were_made_from() -> None:
    pairs = [("A", "1")]
    headers = Headers(pairs)
    pairs.append(("B", "2"))
    assert len(headers) == 1


@pytest.mark.parametrize(
    "name",
    [
        "Authorization",
        "authorization",
        "PROXY-AUTHORIZATION",
        "Proxy-Authorization",
        "Cookie",
        "cookie",
        "Set-Cookie",
        "set-COOKIE",
    ],
)
def test_headers_repr_redacts_credentials(name: str) -> None:
    text = repr(Headers([(name, f" {SECRET} "), ("X-A", "shown")]))
    assert SECRET not in text
    assert f"<redacted, {len(SECRET)} characters>" in text
    assert name in text and "shown" in text


def test_headers_str_redacts_too() -> None:
    assert SECRET not in str(Headers([("Authorization", SECRET)]))
    assert SECRET not in f"{Headers([('Cookie', SECRET)])}"


def test_headers_repr_redacts_each_of_several() -> None:
    text = repr(Headers([("Set-Cookie", "a=secret"), ("Set-Cookie", "b=opensesame")]))
    assert "secret" not in text and "opensesame" not in text
    assert "<redacted, 8 characters>" in text and "<redacted, 12 characters>" in text


def test_headers_refuse_a_bad_credential_without_showing_it() -> None:
    with pytest.raises(ValueError) as caught:
        Headers([("Authorization", SECRET + "\r\nX: 1")])
    assert SECRET not in str(caught.value)


# --- Request --------------------------------------------------------------------------------------


def test_request_attributes() -> None:
    headers = Headers([("Host", "a")])
    request = Request("/chat", headers)
    assert (request.target, request.method, request.version) == ("/chat", "GET", "HTTP/1.1")
    assert request.headers == headers
    other = Request("*", headers, "OPTIONS", "HTTP/1.0")
    assert (other.target, other.method, other.version) == ("*", "OPTIONS", "HTTP/1.0")
    assert other == Request("*", headers, method="OPTIONS", version="HTTP/1.0")


def test_request_to_bytes() -> None:
    request = Request("/chat?x=1", Headers([("Host", "a"), ("X", ""), ("x", "\xff")]))
    assert request.to_bytes() == b"GET /chat?x=1 HTTP/1.1\r\nHost: a\r\nX: \r\nx: \xff\r\n\r\n"


def test_request_to_bytes_without_fields() -> None:
    assert Request("/", Headers(), "HEAD", "HTTP/1.0").to_bytes() == b"HEAD / HTTP/1.0\r\n\r\n"


def test_request_parse() -> None:
    request = Request.parse(b"GET /a HTTP/1.1\r\nHost:a\r\nX: \t b\tc \r\nx:\r\nY: \xff\r\n\r\n")
    assert (request.method, request.target, request.version) == ("GET", "/a", "HTTP/1.1")
    assert list(request.headers.items()) == [
        ("Host", "a"),
        ("X", "b\tc"),
        ("x", ""),
        ("Y", "\xff"),
    ]


@pytest.mark.parametrize(
    "request_",
    [
        sample_request(),
        Request("*", Headers(), "OPTIONS"),
        Request("example.com:80", Headers(), "CONNECT"),
        Request("http://example.com/", Headers([("A", "1"), ("a", "2")])),
        Request('/|^{}`\\"<>', Headers()),
        Request("/\xec\xb1\x84", Headers()),
        Request("no-slash", Headers(), "M-SEARCH"),
        Request("/#fragment", Headers()),
        Request("/", Headers([("Content-Length", "many")]), "POST", "HTTP/1.0"),
        Request("/", Headers(), "get"),
        Request("/", Headers(), "GET", "HTTP/2.0"),
    ],
    ids=lambda request_: request_.target[:20] + "-" + request_.method,
)
def test_request_bytes_parse_back(request_: Request) -> None:
    assert Request.parse(request_.to_bytes()) == request_


@pytest.mark.parametrize("character", [" ", "\t", *CONTROLS, *NON_LATIN1])
def test_request_refuses_what_breaks_its_line(character: str) -> None:
    headers = Headers()
    for text in (f"/a{character}b", f"/{character}", character):
        with pytest.raises(ValueError):
            Request(text, headers)
    for text in (f"GE{character}T", f"GET{character}", f"{character}GET"):
        with pytest.raises(ValueError):
            Request("/", headers, method=text)
    for text in (f"HTTP/1{character}.1", f"HTTP/1.1{character}", f"{character}HTTP/1.1"):
        with pytest.raises(ValueError):
            Request("/", headers, version=text)


def test_request_refuses_a_request_line_inside_its_target() -> None:
    with pytest.raises(ValueError):
        Request("/ HTTP/1.1\r\nX: 1\r\n\r\nGET /", Headers())


def test_request_refuses_empty_parts() -> None:
    with pytest.raises(ValueError):
        Request("", Headers())
    with pytest.raises(ValueError):
        Request("/", Headers(), method="")
    with pytest.raises(ValueError):
        Request("/", Headers(), version="")


@pytest.mark.parametrize("wrong", [None, 5, ["/"], object()])
def test_request_refuses_other_types(wrong: Any) -> None:
    with pytest.raises(TypeError):
        Request(wrong, Headers())
    with pytest.raises(TypeError):
        Request("/", Headers(), method=wrong)
    with pytest.raises(TypeError):
        Request("/", Headers(), version=wrong)


def test_request_refuses_headers_of_another_type() -> None:
    for wrong in (5, "Host: a"):
        with pytest.raises(TypeError):
            Request("/", wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nHost: a\r\n\r\n!",
        b"GET / HTTP/1.1\r\nHost: a\r\n\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        b"\r\nGET / HTTP/1.1\r\n\r\n",
    ],
)
def test_request_parse_takes_one_message(data: bytes) -> None:
    with pytest.raises(InvalidMessage):
        Request.parse(data)


def test_request_parse_of_less_is_incomplete() -> None:
    data = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    for size in range(len(data)):
        with pytest.raises(IncompleteMessage):
            Request.parse(data[:size])


def test_request_parse_takes_any_bytes_like_object() -> None:
    data = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    assert Request.parse(bytearray(data)) == Request.parse(memoryview(data)) == Request.parse(data)


@pytest.mark.parametrize("wrong", ["GET / HTTP/1.1\r\n\r\n", None, 5, [71]])
def test_parse_of_another_type_is_a_type_error(wrong: Any) -> None:
    with pytest.raises(TypeError):
        Request.parse(wrong)
    with pytest.raises(TypeError):
        Response.parse(wrong)


def test_request_parse_keeps_to_its_limits() -> None:
    data = b"GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n\r\n"
    for limits in (Limits(request_line=14), Limits(head=len(data)), Limits(fields=2)):
        assert Request.parse(data, limits) == Request.parse(data, limits=limits)
    for limits in (Limits(request_line=13), Limits(head=len(data) - 1), Limits(fields=1)):
        with pytest.raises(InvalidMessage):
            Request.parse(data, limits)


def test_request_repr_redacts_what_follows_the_question_mark() -> None:
    text = repr(sample_request())
    assert "/chat" in text and "example.com" in text
    assert "opensesame" not in text and SECRET not in text
    assert f"<redacted, {len('token=opensesame')} characters>" in text
    assert f"<redacted, {len(SECRET)} characters>" in text


def test_request_repr_shows_a_target_without_a_query() -> None:
    text = repr(Request("/chat", Headers()))
    assert "/chat" in text and "redacted" not in text


@pytest.mark.parametrize(
    "other",
    [
        Request("/b", Headers([("Host", "a")])),
        Request("/a", Headers([("Host", "b")])),
        Request("/a", Headers([("Host", "a")]), "HEAD"),
        Request("/a", Headers([("Host", "a")]), "GET", "HTTP/1.0"),
    ],
)
def test_requests_differ(other: Request) -> None:
    assert Request("/a", Headers([("Host", "a")])) != other


# --- Response -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (100, "Continue"),
        (101, "Switching Protocols"),
        (200, "OK"),
        (301, "Moved Permanently"),
        (400, "Bad Request"),
        (401, "Unauthorized"),
        (403, "Forbidden"),
        (404, "Not Found"),
        (405, "Method Not Allowed"),
        (408, "Request Timeout"),
        (421, "Misdirected Request"),
        (426, "Upgrade Required"),
        (429, "Too Many Requests"),
        (431, "Request Header Fields Too Large"),
        (500, "Internal Server Error"),
        (503, "Service Unavailable"),
        (505, "HTTP Version Not Supported"),
    ],
)
def test_response_has_the_standard_phrase(status: int, reason: str) -> None:
    assert Response(status, Headers()).reason == reason


def test_response_attributes() -> None:
    response = Response(404, Headers([("X", "1")]))
    assert (response.status, response.body, response.version) == (404, b"", "HTTP/1.1")
    response = Response(404, Headers(), "Gone Fishing", b"no", "HTTP/1.0")
    assert (response.reason, response.body, response.version) == ("Gone Fishing", b"no", "HTTP/1.0")
    assert response == Response(
        404, Headers(), reason="Gone Fishing", body=b"no", version="HTTP/1.0"
    )


def test_response_to_bytes() -> None:
    response = Response(403, Headers([("X", "\xff"), ("Content-Length", "2")]), body=b"no")
    expected = b"HTTP/1.1 403 Forbidden\r\nX: \xff\r\nContent-Length: 2\r\n\r\nno"
    assert response.to_bytes() == expected


@pytest.mark.parametrize(
    "response",
    [
        sample_response(),
        Response(403, Headers([("Content-Length", "2")]), body=b"no"),
        Response(403, Headers(), body=b"until close \x00\xff"),
        Response(404, Headers(), reason=""),
        Response(404, Headers(), reason="caf\xe9"),
        Response(499, Headers(), reason="Odd"),
        Response(404, Headers(), version="HTTP/1.0"),
        Response(304, Headers()),
        Response(200, Headers([("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])),
    ],
    ids=lambda response: f"{response.status}-{response.reason}",
)
def test_response_bytes_parse_back(response: Response) -> None:
    assert Response.parse(response.to_bytes()) == response


@pytest.mark.parametrize("status", [99, 0, -1, -101, 1000, 10**9])
def test_response_refuses_what_is_no_status(status: int) -> None:
    with pytest.raises(ValueError):
        Response(status, Headers())


@pytest.mark.parametrize("wrong", ["101", None, 101.0, b"101", [101]])
def test_response_refuses_a_status_of_another_type(wrong: Any) -> None:
    with pytest.raises(TypeError):
        Response(wrong, Headers())


@pytest.mark.parametrize("character", [*CONTROLS, *NON_LATIN1])
def test_response_refuses_what_breaks_its_line(character: str) -> None:
    for text in (f"a{character}b", character, f"a{character}"):
        with pytest.raises(ValueError):
            Response(404, Headers(), reason=text)
        with pytest.raises(ValueError):
            Response(404, Headers(), version=f"HTTP/1.1{text}")


def test_response_refuses_other_types() -> None:
    mistakes: list[dict[str, Any]] = [
        {"reason": 5},
        {"reason": b"OK"},
        {"body": "text"},
        {"body": 5},
        {"version": 1.1},
    ]
    for arguments in mistakes:
        with pytest.raises(TypeError):
            Response(404, Headers(), **arguments)
    for wrong in (5, "Host: a"):
        with pytest.raises(TypeError):
            Response(404, wrong)  # type: ignore[arg-type]


def test_response_repr_redacts_cookies() -> None:
    text = repr(Response(200, Headers([("Set-Cookie", "sid=opensesame")])))
    assert "opensesame" not in text and "<redacted, 14 characters>" in text
    assert "200" in text


@pytest.mark.parametrize(
    "other",
    [
        Response(404, Headers()),
        Response(403, Headers([("X", "1")])),
        Response(403, Headers(), reason="No"),
        Response(403, Headers(), body=b"no"),
        Response(403, Headers(), version="HTTP/1.0"),
    ],
)
def test_responses_differ(other: Response) -> None:
    assert Response(403, Headers()) != other


# --- Extension ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("extension", "wire"),
    [
        (Extension("x-test"), "x-test"),
        (Extension("x-test", (("a", None),)), "x-test; a"),
        (Extension("x-test", (("a", "1"), ("b", None), ("a", "2"))), "x-test; a=1; b; a=2"),
        (
            Extension("permessage-deflate", (("client_max_window_bits", "10"),)),
            "permessage-deflate; client_max_window_bits=10",
        ),
        (Extension(TOKEN_CHARACTERS), TOKEN_CHARACTERS),
    ],
)
def test_extension_wire_form(extension: Extension, wire: str) -> None:
    assert str(extension) == wire
    assert parse_extensions(wire) == [extension]


def test_extension_attributes() -> None:
    extension = Extension("x", (("a", None), ("b", "1")))
    assert extension.name == "x"
    assert extension.params == (("a", None), ("b", "1"))
    assert Extension("x").params == ()
    assert Extension(name="x", params=()) == Extension("x")


@pytest.mark.parametrize(
    "other",
    [
        Extension("X-Test", (("a", "1"),)),
        Extension("x-test", (("A", "1"),)),
        Extension("x-test", (("a", None),)),
        Extension("x-test", (("a", "2"),)),
        Extension("x-test"),
        Extension("x-test", (("a", "1"), ("b", None))),
    ],
    ids=str,
)
def test_extensions_differ(other: Extension) -> None:
    assert Extension("x-test", (("a", "1"),)) != other


@pytest.mark.parametrize(
    "text", ["", "a b", "a\r\nb", "a\0", "a,b", "a;b", "a=b", '"a"', "\xe4", "\u0100", "\ud800"]
)
def test_extension_refuses_what_is_no_token(text: str) -> None:
    with pytest.raises(ValueError):
        Extension(text)
    with pytest.raises(ValueError):
        Extension("x", ((text, None),))
    with pytest.raises(ValueError):
        Extension("x", (("a", text),))


@pytest.mark.parametrize(
    "arguments", [(5,), (None,), (b"x",), ("x", "a"), ("x", ((5, None),)), ("x", (("a", 5),))]
)
def test_extension_refuses_other_types(arguments: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError):
        Extension(*arguments)


# --- WebSocketURI ---------------------------------------------------------------------------------


def test_uri_attributes() -> None:
    uri = WebSocketURI(True, "example.com", 8443, "/chat?x=1")
    assert (uri.secure, uri.host, uri.port, uri.target) == (True, "example.com", 8443, "/chat?x=1")
    assert uri == parse_uri("wss://example.com:8443/chat?x=1")


@pytest.mark.parametrize(
    ("secure", "host", "port", "host_header"),
    [
        (False, "example.com", 80, "example.com"),
        (True, "example.com", 443, "example.com"),
        (False, "example.com", 443, "example.com:443"),
        (True, "example.com", 80, "example.com:80"),
        (False, "127.0.0.1", 8080, "127.0.0.1:8080"),
        (False, "::1", 80, "[::1]"),
        (True, "::1", 8443, "[::1]:8443"),
    ],
)
def test_uri_host_header(secure: bool, host: str, port: int, host_header: str) -> None:
    assert WebSocketURI(secure, host, port, "/").host_header == host_header


@pytest.mark.parametrize(
    "text",
    [
        "ws://example.com/",
        "wss://example.com/chat?x=1",
        "ws://example.com:8080/",
        "wss://[::1]:8080/a/b?c",
        "ws://[2001:db8::1]/",
    ],
)
def test_uri_str_parses_back(text: str) -> None:
    assert str(parse_uri(text)) == text
    assert parse_uri(str(parse_uri(text))) == parse_uri(text)


def test_uri_repr_redacts_what_follows_the_question_mark() -> None:
    text = repr(parse_uri("ws://example.com/chat?token=opensesame"))
    assert "opensesame" not in text and "<redacted, 16 characters>" in text
    assert "example.com" in text and "/chat" in text


# --- Offer and Agreement --------------------------------------------------------------------------


def test_offer_attributes() -> None:
    offer, request = sample_offer(), sample_request()
    assert offer.request == request
    assert offer.headers == request.headers
    assert offer.target == "/chat?token=opensesame"
    assert offer.path == "/chat"
    assert offer.query == "token=opensesame"
    assert offer.host == "example.com"
    assert offer.origin == "https://example.com"
    assert offer.key == KEY
    assert offer.subprotocols == ("chat", "superchat")
    assert offer.extensions == (Extension("x-test", (("a", None), ("b", "1"))),)


def test_offer_of_a_bare_request() -> None:
    offer = validate_request(build_request("ws://example.com:81/%41", key=KEY), origins=None)
    assert (offer.target, offer.path, offer.host) == ("/%41", "/%41", "example.com:81")
    assert offer.origin is None
    assert offer.subprotocols == () and offer.extensions == ()
    assert isinstance(offer.subprotocols, tuple) and isinstance(offer.extensions, tuple)


@pytest.mark.parametrize("scheme", ["http", "https", "ws", "wss", "HTTP"])
def test_offer_of_an_absolute_target(scheme: str) -> None:
    target = f"{scheme}://example.com/a%2Fb?c=%41?d"
    fields = build_request("ws://example.com/", key=KEY).headers
    offer = validate_request(Request(target, fields), origins=None)
    assert offer.target == target
    assert (offer.path, offer.query, offer.host) == ("/a%2Fb", "c=%41?d", "example.com")


def test_offer_repr_redacts() -> None:
    text = repr(sample_offer())
    assert "opensesame" not in text and SECRET not in text


def test_agreement_attributes() -> None:
    agreement = sample_agreement()
    assert agreement.subprotocol == "chat"
    assert agreement.extensions == (Extension("x-test", (("b", "1"),)),)
    assert isinstance(agreement.extensions, tuple)
    assert agreement.response == sample_response()
    assert agreement.response.headers["Sec-WebSocket-Accept"] == ACCEPT


# --- Limits ---------------------------------------------------------------------------------------


def test_limits_defaults() -> None:
    limits = Limits()
    assert (limits.request_line, limits.head, limits.fields, limits.body) == (
        8192,
        65536,
        128,
        65536,
    )
    assert limits == Limits(request_line=8192, head=65536, fields=128, body=65536)


def test_limits_differ() -> None:
    assert Limits() != Limits(body=65535)
    assert Limits() != Limits(fields=127)


@pytest.mark.parametrize("name", ["request_line", "head", "fields", "body"])
@pytest.mark.parametrize("wrong", ["10", None, 1.5])
def test_limits_refuse_other_types(name: str, wrong: Any) -> None:
    with pytest.raises(TypeError):
        Limits(**{name: wrong})


# --- Violation and errors -------------------------------------------------------------------------


def test_violation_attributes() -> None:
    violation = sample_violation()
    assert isinstance(violation, Violation)
    assert isinstance(violation.code, str) and violation.code
    assert violation.field == "Host"
    assert violation.section.startswith("RFC ")
    assert violation.message
    assert violation.hint is None or isinstance(violation.hint, str)


def test_violation_tells_what_the_error_tells() -> None:
    request = Request("/", Headers())
    violations = request_violations(request)
    with pytest.raises(HandshakeError) as caught:
        validate_request(request, origins=None)
    error, first = caught.value, violations[0]
    assert (error.code, error.field, error.section, error.hint) == (
        first.code,
        first.field,
        first.section,
        first.hint,
    )
    assert len({violation.code for violation in violations}) > 3


KINDS = [
    InvalidMessage,
    InvalidHeader,
    InvalidRequest,
    InvalidResponse,
    UnexpectedStatus,
    IncompleteMessage,
]


@pytest.mark.parametrize("kind", KINDS)
def test_handshake_errors_are_siblings(kind: type[HandshakeError]) -> None:
    assert kind.__bases__ == (HandshakeError,)
    assert issubclass(HandshakeError, Exception)
    assert not issubclass(HandshakeError, ValueError)


def test_errors_of_the_caller() -> None:
    assert issubclass(InvalidURI, ValueError)
    assert not issubclass(InvalidURI, HandshakeError)
    assert issubclass(LocalProtocolError, RuntimeError)
    assert not issubclass(LocalProtocolError, HandshakeError)


def provoke(kind: type[HandshakeError]) -> HandshakeError:
    actions: dict[type[HandshakeError], Any] = {
        InvalidMessage: lambda: Request.parse(b"GET / HTTP/1.1\r\nX\x1b: 1\r\n\r\n"),
        InvalidHeader: lambda: parse_version("0x0d"),
        InvalidRequest: lambda: validate_request(Request("/?opensesame", Headers()), origins=None),
        InvalidResponse: lambda: validate_response(Response(101, Headers()), sample_request()),
        UnexpectedStatus: lambda: validate_response(Response(404, Headers()), sample_request()),
        IncompleteMessage: lambda: ClientHandshake("ws://example.com").receive_data(b""),
    }
    with pytest.raises(kind) as caught:
        actions[kind]()
    return caught.value


@pytest.mark.parametrize("kind", KINDS)
def test_errors_are_well_formed(kind: type[HandshakeError]) -> None:
    error = provoke(kind)
    assert type(error) is kind
    assert_well_formed(error)
    assert "opensesame" not in f"{error}{error!r}{error.hint}"


@pytest.mark.parametrize("kind", KINDS)
def test_errors_compare(kind: type[HandshakeError]) -> None:
    assert provoke(kind) == provoke(kind)
    assert all(provoke(kind) != provoke(other) for other in KINDS if other is not kind)


def test_unexpected_status_keeps_its_response_when_pickled() -> None:
    error = provoke(UnexpectedStatus)
    assert isinstance(error, UnexpectedStatus)
    twin = pickle.loads(pickle.dumps(error))
    assert (twin.response, twin.complete) == (error.response, error.complete)
    assert copy.copy(error).response.status == 404


def test_an_invalid_uri_pickles() -> None:
    with pytest.raises(InvalidURI) as caught:
        parse_uri("http://example.com/")
    twin = pickle.loads(pickle.dumps(caught.value))
    assert type(twin) is InvalidURI and str(twin) == str(caught.value)


def test_a_message_escapes_the_control_characters_of_the_peer() -> None:
    for data in (b"GET /\x1b[2J HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nA\x07: \x9b2J\r\n"):
        with pytest.raises(InvalidMessage) as caught:
            Request.parse(data + b"\r\n")
        assert str(caught.value).isprintable()


def test_a_message_cuts_a_long_value() -> None:
    with pytest.raises(InvalidHeader) as caught:
        parse_version("1" * 50000)
    assert len(str(caught.value)) < 1000
