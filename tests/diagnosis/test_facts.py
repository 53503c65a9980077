"""What is seen in a message, well-formed or not: its lines, its fields, and how they are shown."""

from __future__ import annotations

import pytest

from ws_handshake.errors import Violation
from ws_handshake.facts import LOOKED_AT, Facts, RequestFacts, ResponseFacts

VIOLATION = Violation("upgrade-missing", "Upgrade", "RFC 6455 §4.1", "Upgrade is missing")
OTHER = Violation("host-missing", "Host", "RFC 9112 §3.2", "Host is missing")


def facts(head: str) -> Facts:
    """The facts of a message with these lines, and with a body."""
    lines = [f"{line.strip()}\r\n" for line in head.split("|")]
    return Facts("".join([*lines, "\r\nbody"]).encode("latin-1"), [])


def request(start: str, *fields: str) -> RequestFacts:
    return RequestFacts("\r\n".join([start, *fields, "", ""]).encode("latin-1"), [])


def response(
    start: str,
    *fields: str,
    body: str = "",
    asked: RequestFacts | None = None,
) -> ResponseFacts:
    data = "\r\n".join([start, *fields, "", body]).encode("latin-1")
    return ResponseFacts(data, [], asked)


# --- The lines of a message -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "start", "fields", "whole", "body"),
    [
        (b"", "", [], False, ""),
        (b"GET / HTTP/1.1", "GET / HTTP/1.1", [], False, ""),
        (b"GET / HTTP/1.1\r\n", "GET / HTTP/1.1", [], False, ""),
        (b"GET / HTTP/1.1\r\n\r", "GET / HTTP/1.1", [], False, ""),
        (b"GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1", [], True, ""),
        (b"GET / HTTP/1.1\n\n", "GET / HTTP/1.1", [], True, ""),
        # Lines may end in a line feed alone, and a body may hold any line.
        (b"A\nb: 1\n\nc: 2\n\nd\r\n", "A", [("b", "1")], True, "c: 2\n\nd\r\n"),
        (b"A\r\nb: 1\r\n\r\nc: 2\r\n\r\nd\n", "A", [("b", "1")], True, "c: 2\r\n\r\nd\n"),
        (b"A\nb: 1\r\n\nc: 2", "A", [("b", "1")], True, "c: 2"),
        # The last line may not be whole; what it says is kept.
        (b"A\r\nb: 1\r\nc: 2", "A", [("b", "1"), ("c", "2")], False, ""),
        # Only line ends are passed over at the beginning.
        (b"\r\n\n\rA\r\n\r\nb", "A", [], True, "b"),
        (b" \tA \r\n\r\n", " \tA ", [], True, ""),
        (b"XXA\r\n\r\n", "XXA", [], True, ""),
        # One carriage return belongs to the line end, others to the line.
        (b"A\r\r\n\r\n", "A\r", [], True, ""),
        # What has no colon is passed over, also where it seems to be an end.
        (b"A\r\nb\r\n c\r\n\r\r\nd: 1\r\n\r\n", "A", [("d", "1")], True, ""),
        (b"A\r\nXXXX\r\nd: 1\r\n\r\n", "A", [("d", "1")], True, ""),
        # White space is that of HTTP: no form feed, and no no-break space.
        (b"A\r\n \tB\t : \t1 2 \t\r\n\r\n", "A", [("b", "1 2")], True, ""),
        (b"A\r\n\x0cB\xa0:\x0c1\xa0\r\n\r\n", "A", [("\x0cb\xa0", "\x0c1\xa0")], True, ""),
        (b"A\r\nX: X1X\r\nXB: 2:3\r\n\r\n", "A", [("x", "X1X"), ("xb", "2:3")], True, ""),
        (b"A\r\n: 1\r\n\r\n", "A", [("", "1")], True, ""),
    ],
)
def test_a_message_is_read_leniently(
    data: bytes, start: str, fields: list[tuple[str, str]], whole: bool, body: str
) -> None:
    seen = Facts(data, [])
    assert (seen.start, seen.fields, seen.whole, seen.body) == (start, fields, whole, body)
    assert (seen.data, seen.text) == (data, data.decode("latin-1"))


def test_no_more_is_looked_at_than_a_head_may_have() -> None:
    head = b"GET / HTTP/1.1\r\n\r\n"
    seen = Facts(head.ljust(LOOKED_AT + 1, b"a"), [])
    assert LOOKED_AT == 65536
    assert seen.data == head.ljust(LOOKED_AT, b"a")
    assert seen.text == seen.data.decode("latin-1")
    assert seen.body == "a" * (LOOKED_AT - len(head))


def test_violations_are_kept_by_their_codes_and_messages() -> None:
    seen = Facts(b"", iter([VIOLATION, OTHER]))
    assert seen.codes == {"upgrade-missing", "host-missing"}
    assert seen.messages == ("Upgrade is missing", "Host is missing")


# --- Fields ---------------------------------------------------------------------------------------


def test_a_field_is_asked_for_in_any_letter_case() -> None:
    seen = facts("GET / HTTP/1.1 | Accept: A | ACCEPT: B,, c | Host:")
    for name in ("accept", "Accept", "ACCEPT"):
        assert seen.get_all(name) == ["A", "B,, c"]
        assert seen.get(name) == "A, B,, c"
        assert seen.elements(name) == ["a", "b", "c"]
        assert seen.has(name)
    assert seen.has("x", "accept")
    assert seen.has("host")
    assert not seen.has("x", "y")
    assert not seen.has()
    assert (seen.get_all("x"), seen.get("x"), seen.elements("x")) == ([], "", [])


def test_the_elements_of_a_list_stand_between_commas_and_white_space_of_http() -> None:
    seen = facts("GET / HTTP/1.1 | Upgrade: \t, X \t,\xa0XbX,c\x0c,")
    assert seen.elements("Upgrade") == ["x", "\xa0xbx", "c\x0c"]


@pytest.mark.parametrize(
    ("names", "evidence"),
    [
        (["Host"], ["Host is 'a'"]),
        (["Via"], ["Via is missing"]),
        (["Via", "Host", "Age"], ["Via is missing", "Host is 'a'", "Age is missing"]),
        (["Accept"], ["Accept is 'b, c' on 2 lines"]),
        (["Empty", "ACCEPT"], ["Empty is ''", "ACCEPT is 'b, c' on 2 lines"]),
        (
            ["Referer"],
            ["Referer is 'http://<redacted, 5 characters>@a/b?<redacted, 3 characters>'"],
        ),
        (["Long"], [f"Long is '{'a' * 100}'... (120 characters)"]),
        (["Odd"], ["Odd is '\\x1b\\xe9'"]),
        ([], []),
    ],
)
def test_evidence_says_what_fields_hold(names: list[str], evidence: list[str]) -> None:
    fields = f"Empty: | Referer: http://me:pw@a/b?c=d | Odd: \x1b\xe9 | Long: {'a' * 120}"
    seen = facts(f"GET / HTTP/1.1 | Host: a | Accept: b | Accept: c | {fields}")
    assert seen.about(*names) == evidence


def test_evidence_shows_the_begin_of_a_message() -> None:
    line = "GET http://me:pw@a/b?token=abc HTTP/1.1"
    shown = "GET http://<redacted, 5 characters>@a/b?<redacted, 18 characters>"
    assert facts(line).first_line() == [f"the first line is '{shown}'"]
    assert Facts(b"\x16\x03\x01\0\xff", []).first_bytes() == ["the first bytes are 16 03 01 00"]
    assert Facts(b"\n\0", []).first_bytes() == ["the first bytes are 0a 00"]


# --- Requests -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "method", "target", "version"),
    [
        ("GET /chat HTTP/1.1", "GET", "/chat", "HTTP/1.1"),
        ("get /a room HTTP/1.0", "get", "/a room", "HTTP/1.0"),
        ("GET  /chat  HTTP/2", "GET", " /chat ", "HTTP/2"),
        ("GET /chat", "GET", "/chat", ""),
        ("GET /a room", "GET", "/a room", ""),
        ("GET /chat http/1.1", "GET", "/chat http/1.1", ""),
        ("GET /chat XHTTP/1.1", "GET", "/chat XHTTP/1.1", ""),
        ("GET HTTP/1.1", "GET", "", "HTTP/1.1"),
        ("GET", "GET", "", ""),
        ("", "", "", ""),
    ],
)
def test_the_parts_of_a_request_line(start: str, method: str, target: str, version: str) -> None:
    seen = request(start)
    assert (seen.method, seen.target, seen.version) == (method, target, version)


def test_the_fields_of_a_websocket_client() -> None:
    seen = request(
        *("GET / HTTP/1.1", "Upgrade: h2c, WebSocket", "Connection: Keep-Alive, Upgrade"),
        *("sec-websocket-key: abc", "SEC-WEBSOCKET-VERSION: 13"),
    )
    assert (seen.upgrade, seen.connection) == (["h2c", "websocket"], ["keep-alive", "upgrade"])
    assert (seen.keys, seen.key) == (["abc"], "abc")
    assert seen.marks == ["Sec-WebSocket-Key", "Sec-WebSocket-Version"]
    assert seen.marked() == ["Sec-WebSocket-Key is there", "Sec-WebSocket-Version is there"]
    assert seen.is_attempt is True
    assert seen.asks_for_websocket is True


@pytest.mark.parametrize(
    ("fields", "key", "marks"),
    [
        ([], "", []),
        (["Sec-WebSocket-Key: a"], "a", ["Sec-WebSocket-Key"]),
        (["Sec-WebSocket-Key: a", "Sec-WebSocket-Key: a"], "", ["Sec-WebSocket-Key"]),
        (["Sec-WebSocket-Version: 8"], "", ["Sec-WebSocket-Version"]),
        (["Sec-WebSocket-Protocol: chat"], "", []),
    ],
)
def test_a_client_is_known_by_its_key_or_its_version(
    fields: list[str], key: str, marks: list[str]
) -> None:
    seen = request("GET / HTTP/1.1", "Upgrade: h2c", *fields)
    assert (seen.key, seen.marks) == (key, marks)
    assert seen.marked() == [f"{name} is there" for name in marks]
    assert seen.is_attempt is bool(marks)
    assert seen.asks_for_websocket is False


# --- Responses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "version", "status", "reason"),
    [
        ("HTTP/1.1 404 Not Found", "HTTP/1.1", 404, "Not Found"),
        ("HTTP/1.0 200", "HTTP/1.0", 200, ""),
        ("HTTP/2 200 ", "HTTP/2", 200, ""),
        ("HTTP/1.1 2000 OK", "HTTP/1.1", 0, "OK"),
        ("HTTP/1.1 20 OK", "HTTP/1.1", 0, "OK"),
        ("HTTP/1.1 2x0 OK", "HTTP/1.1", 0, "OK"),
        ("HTTP/1.1 \xb2\xb2\xb2 OK", "HTTP/1.1", 0, "OK"),  # superscripts are digits to Unicode
        ("HTTP/1.1  200 OK", "HTTP/1.1", 0, "200 OK"),
        ("ICY 200 OK", "ICY", 0, "OK"),
        ("http/1.1 200 OK", "http/1.1", 0, "OK"),
        ("HTTP/1.1", "HTTP/1.1", 0, ""),
        ("", "", 0, ""),
    ],
)
def test_the_parts_of_a_status_line(start: str, version: str, status: int, reason: str) -> None:
    seen = response(start)
    assert (seen.version, seen.status, seen.reason) == (version, status, reason)
    assert seen.answered() == [f"the status is {status}"]


def interim(*statuses: int) -> bytes:
    return b"".join([b"HTTP/1.1 %03d\r\nServer: hop\r\n\r\n" % status for status in statuses])


@pytest.mark.parametrize(
    ("statuses", "skipped", "status"),
    [
        ([200], [], 200),
        ([101], [], 101),
        ([100, 101], [100], 101),
        ([199, 102, 99], [199, 102], 99),
        ([100, 200, 100], [100], 200),
        ([103] * 8 + [404], [103] * 8, 404),
        ([103] * 9 + [404], [103] * 8, 103),
    ],
)
def test_interim_responses_are_passed_over(
    statuses: list[int], skipped: list[int], status: int
) -> None:
    seen = ResponseFacts(interim(*statuses), [], None)
    assert (seen.interim, seen.status) == (skipped, status)


def test_the_last_of_the_interim_responses_may_be_cut() -> None:
    seen = ResponseFacts(b"HTTP/1.1 100\r\n\r\nHTTP/1.1 102\r\nServer: Hop\r\n", [], None)
    assert (seen.interim, seen.status, seen.server, seen.whole) == ([100], 102, "hop", False)
    seen = ResponseFacts(b"HTTP/1.1 100\r\n\r\n", [], None)
    assert (seen.interim, seen.status, seen.version, seen.whole) == ([100], 0, "", False)


def test_the_server_and_the_body_are_compared_in_lower_case() -> None:
    seen = response("HTTP/1.1 400", "Server: Nginx/1.27.0", "SERVER: X", body="Bad\nREQUEST")
    assert (seen.server, seen.body) == ("nginx/1.27.0, x", "Bad\nREQUEST")
    assert seen.lowered == "bad\nrequest"
    assert seen.by_server() == ["Server is 'Nginx/1.27.0, X' on 2 lines"]
    assert response("HTTP/1.1 400", "Via: x").by_server() == []


def test_whose_fault_it_was_depends_on_the_request() -> None:
    alone = response("HTTP/1.1 400")
    assert (alone.request, alone.request_faults) == (None, ())
    assert (alone.good_request, alone.sent_good_request) == (True, False)
    good = RequestFacts(b"GET / HTTP/1.1\r\n\r\n", [])
    seen = response("HTTP/1.1 400", asked=good)
    assert seen.request is good
    assert seen.request_faults == ()
    assert (seen.good_request, seen.sent_good_request) == (True, True)
    seen = response("HTTP/1.1 400", asked=RequestFacts(b"GET / HTTP/1.1\r\n\r\n", [OTHER]))
    assert seen.request_faults == ("Host is missing",)
    assert (seen.good_request, seen.sent_good_request) == (False, False)


@pytest.mark.parametrize(
    ("kind", "body", "page"),
    [
        ("text/HTML; charset=utf-8", "", True),
        ("application/xhtml+xml", "", True),
        ("text/plain", "html", False),
        ("", "<!DOCTYPE HTML>", True),
        ("", "<HTML>", True),
        ("", "<html".rjust(256, "\n"), True),
        ("", "<html".rjust(257, "\n"), False),
        ("", "<!doctype xml", False),
        ("", "", False),
    ],
)
def test_a_page_is_known_by_its_type_or_its_begin(kind: str, body: str, page: bool) -> None:
    assert response("HTTP/1.1 200", f"Content-Type: {kind}", body=body).is_page is page


@pytest.mark.parametrize(
    ("body", "nginx"),
    [
        ("<HR><center>nginx/1.27.0</center>", True),
        ("a<hr><CENTER>openresty</center>", True),
        ("<center>nginx</center>", False),
        ("nginx and openresty", False),
        ("", False),
    ],
)
def test_a_page_of_nginx_itself(body: str, nginx: bool) -> None:
    assert response("HTTP/1.1 404", body=body).is_nginx_page is nginx


def test_only_a_known_phrase_of_a_body_is_shown() -> None:
    seen = response("HTTP/1.1 400 Bad thing", body="SECRET Two words, secret")
    assert seen.says("one word", "two words", "words") == [
        "the status is 400",
        "the body says 'two words'",
    ]
    assert seen.says("one word", "bad thing") == []
    assert seen.says() == []


def test_a_reason_phrase_tells_where_the_body_does_not() -> None:
    seen = response("HTTP/1.1 400 Bad Thing, two words", body="two words")
    assert seen.tells("bad thing", "two words") == [
        "the status is 400",
        "the body says 'two words'",
    ]
    assert seen.tells("one", "bad", "thing") == [
        "the status is 400",
        "the reason phrase says 'bad'",
    ]
    assert seen.tells("one word") == []
    assert seen.tells() == []
