"""HAR files: the WebSockets in them are judged, and nothing in them does harm."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from property.strategies import bounded

from ws_handshake.har import exchanges, is_har
from ws_handshake.transcript import NO_VERSION, REQUEST, RESPONSE, read_transcript

from .running import run

KEY = "AQIDBAUGBwgJCgsMDQ4PEA=="
READ = "read as a HAR file: the WebSockets in it, and nothing else"
NOTHING = "no HTTP message was recognised in this text"
FIELDS = {
    "Host": "a.example",
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": KEY,
}


def listed(fields: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"name": name, "value": value} for name, value in fields.items()]


def entry(
    status: Any = 404,
    answer: dict[str, Any] | None = None,
    *,
    url: Any = "wss://a.example/ws?token=b3BlbnNlc2FtZQ",
    fields: dict[str, Any] | None = None,
    **others: Any,
) -> dict[str, Any]:
    """An exchange as browsers save it."""
    content = others.pop("content", {"size": 0})
    return {
        "request": {
            "method": "GET",
            "url": url,
            "httpVersion": others.pop("version", "HTTP/1.1"),
            "headers": listed(FIELDS if fields is None else fields),
        },
        "response": {
            "status": status,
            "statusText": "Not Found" if status == 404 else "",
            "httpVersion": "HTTP/1.1",
            "headers": listed(answer or {}),
            "content": content,
        },
        **others,
    }


def har(*entries: Any) -> bytes:
    return json.dumps({"log": {"version": "1.2", "entries": list(entries)}}, indent=2).encode()


def heads(data: bytes) -> list[tuple[str, list[str]]]:
    """The messages that are read, line by line."""
    return [
        (message.kind, message.head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n"))
        for message in read_transcript(data).messages
    ]


SENT = ["GET /ws?token=b3BlbnNlc2FtZQ HTTP/1.1", *[f"{n}: {v}" for n, v in FIELDS.items()]]


def test_request_and_answer_are_read() -> None:
    data = har(
        {"request": {"url": "https://a.example/page", "headers": []}},
        entry(404, {"Server": "nginx"}, content={"text": "Cannot GET /ws"}),
    )
    found = read_transcript(data)
    assert heads(data) == [
        (REQUEST, SENT),
        (RESPONSE, ["HTTP/1.1 404 Not Found", "Server: nginx"]),
    ]
    assert found.messages[1].rest == b"Cannot GET /ws"
    assert found.notes == (READ,)
    assert NO_VERSION not in found.notes
    done = run("check", stdin=data)
    assert "express-saw-plain-http" in run("check", "--json", stdin=data).out
    assert "b3BlbnNlc2FtZQ" not in done.out
    assert "This location, for nginx, is the one that answers /ws\n" in done.out


def test_what_opened_is_valid() -> None:
    accept = "C/0nmHhBztSRGR1CwL6Tf4ZjwpY="
    fields = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": accept}
    found = heads(har(entry(101, fields, content={"text": "no body"})))
    assert found[1][1][0] == "HTTP/1.1 101 "
    assert [message.rest for message in read_transcript(har(entry(101, fields))).messages] == [
        b"",
        b"",
    ]


@pytest.mark.parametrize("version", ["h2", "HTTP/2", "http/2.0"])
def test_another_version_is_told(version: str) -> None:
    data = har(entry(version=version, _resourceType="websocket", url="https://a.example/ws"))
    assert heads(data)[0][1][0] == "GET /ws HTTP/2.0"


def test_what_is_missing_is_not_made_up() -> None:
    found = read_transcript(har(entry(404, fields={"Origin": "https://a.example"})))
    assert [message.kind for message in found.messages] == [RESPONSE]
    assert "the file lacks the fields that the browser sent" in found.notes
    found = read_transcript(har(entry(0)))
    assert [message.kind for message in found.messages] == [REQUEST]
    assert "of the answer there is too little to judge it" in found.notes
    assert heads(har(entry(fields={"Sec-WebSocket-Key": KEY}, url="wss://me:pw@a.example?x")))[
        0
    ] == (REQUEST, ["GET /?x HTTP/1.1", "Host: a.example", f"Sec-WebSocket-Key: {KEY}"])


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("net::ERR_CONNECTION_REFUSED", "connection-refused"),
        ("net::ERR_ODD", "closed-without-answer"),
    ],
)
def test_the_error_of_a_browser_is_read(error: str, code: str) -> None:
    told = run("check", "--json", stdin=har(entry(0, _error=error))).json
    assert "the browser got no answer; it says why" in told["notes"]
    assert [cause["code"] for cause in told["messages"][1]["causes"]] == [code]


def test_lines_and_characters_stay_inside_their_field() -> None:
    fields = {**FIELDS, "Cookie": "a=b\nc=d\r", "X: Y": "1", "": "2", "Z": 3, "Q": "\u00e9\ud800"}
    found = heads(har(entry(fields=fields)))[0][1]
    assert found == [*SENT, "Cookie: a=b", "Cookie: c=d", "Q: \xc3\xa9?"]


def test_a_body_in_base64_is_left_out() -> None:
    content = {"text": "eA==", "encoding": "base64"}
    assert read_transcript(har(entry(content=content))).messages[1].rest == b""


def test_only_so_many_are_read() -> None:
    assert len(exchanges(har(*[entry()] * 30).decode())) == 20


ODD = [
    b'{"log": {"entries": [',
    b'{"log": {"entries": {}}}',
    b'{"log": {"entries": [1, null, {"request": 1}, {"request": {"headers": 1}}]}}',
    b'{"log": {"entries": [{"request": {"url": 1, "headers": [1, {"name": 1}]}}]}}',
    b'{"log": [], "entries": 1}',
    b'{"log": {"entries": ' + b"[" * 100_000,
    b'{"log": {"entries": [' + b"9" * 5000 + b"]}}",
]


@pytest.mark.parametrize("data", ODD)
def test_what_cannot_be_read_is_no_error(data: bytes) -> None:
    assert is_har(data.decode())
    assert read_transcript(data).notes == (NOTHING,)


def test_odd_values_are_left_out() -> None:
    data = har({"request": {"url": "wss://a/", "headers": None}, "response": {"status": "404"}})
    assert read_transcript(data).messages == ()


# --- What each part of an entry becomes -----------------------------------------------------------


def told(*entries: Any) -> list[tuple[str, str, str, str]]:
    """The handshakes that are found: request, answer, body, error."""
    return [(e.request, e.answer, e.body, e.error) for e in exchanges(har(*entries).decode())]


FILE = '{"log": {"version": "1.2", "entries": []}}'


@pytest.mark.parametrize(
    ("text", "known"),
    [
        (FILE, True),
        (f" \r\n\t{FILE}", True),
        (f"x{FILE}", False),
        (f"[{FILE}]", False),
        (FILE.replace("log", "Log"), False),
        (FILE.replace("entries", "Entries"), False),
        ('{"entries": []}', False),
        ('{"log": {}}', False),
        ("{" + " " * 250 + '"log": {"entries": []}}', True),
        ("{" + " " * 251 + '"log": {"entries": []}}', False),
        ('{"log": {"comment": "' + "x" * 300 + '", "entries": []}}', True),
    ],
)
def test_what_may_be_such_a_file(text: str, known: bool) -> None:
    assert is_har(text) is known


def test_a_file_without_handshakes_has_none() -> None:
    assert exchanges("{") == exchanges("[1]") == exchanges('{"log": {"entries": {}}}') == []
    assert exchanges("[" * 100_000) == exchanges(FILE) == []
    assert told(entry(url="https://a.example/", fields={"Origin": "https://a.example"})) == []


WSS = "wss://a.example/ws"
HTTPS = "https://a.example/ws"
ORIGIN = {"Origin": "https://a.example"}


@pytest.mark.parametrize(
    "one",
    [
        entry(url=WSS, fields=ORIGIN),
        entry(url="WS://a.example/", fields=ORIGIN),
        entry(url=HTTPS, fields=ORIGIN, _resourceType="websocket"),
        entry(url=HTTPS, fields={"SEC-WEBSOCKET-KEY": KEY}),
        entry(url=HTTPS, fields={"Origin": "a", "sec-websocket-key": KEY}),
    ],
)
def test_each_sign_of_a_handshake_is_enough(one: dict[str, Any]) -> None:
    assert len(told(one)) == 1


@pytest.mark.parametrize(
    "one",
    [
        entry(url=HTTPS, fields=ORIGIN),
        entry(url=HTTPS, fields={"Sec-WebSocket-Version": "13"}),
        entry(url=HTTPS, fields=ORIGIN, _resourceType="WebSocket"),
        entry(url=HTTPS, fields=ORIGIN, _resourceType="fetch"),
        entry(url="x-wss://a.example/", fields=ORIGIN),
    ],
)
def test_without_a_sign_it_is_no_handshake(one: dict[str, Any]) -> None:
    assert told(one) == []


@pytest.mark.parametrize(
    ("url", "start"),
    [
        ("wss://a.example", "GET / HTTP/1.1\r\nHost: a.example\r\n"),
        ("ws://a.example:8080?x=1", "GET /?x=1 HTTP/1.1\r\nHost: a.example:8080\r\n"),
        ("WSS://me:p@w@a.example/b?c/d", "GET /b?c/d HTTP/1.1\r\nHost: a.example\r\n"),
        ("https://[::1]:1/b", "GET /b HTTP/1.1\r\nHost: [::1]:1\r\n"),
        (" http://a.example/b ", "GET /b HTTP/1.1\r\nHost: a.example\r\n"),
        ("wss://a.example/b\nc", "GET /b c HTTP/1.1\r\nHost: a.example\r\n"),
        ("wss://a.example/b\rc", "GET /b c HTTP/1.1\r\nHost: a.example\r\n"),
    ],
)
def test_target_and_host_are_those_of_the_url(url: str, start: str) -> None:
    [(request, _, _, _)] = told(entry(url=url, fields={"Sec-WebSocket-Key": KEY}))
    assert request == f"{start}Sec-WebSocket-Key: {KEY}\r\n\r\n"


@pytest.mark.parametrize("url", ["ftp://a.example/", "wss:a.example", "", 1, None, "wss://a/#b"])
def test_without_a_url_there_is_no_request(url: Any) -> None:
    [(request, answer, _, _)] = told(entry(url=url, fields={"Sec-WebSocket-Key": KEY}))
    assert request == ""
    assert answer == "HTTP/1.1 404 Not Found\r\n\r\n"


def test_method_and_host_that_the_browser_saved_stay() -> None:
    one = entry(url=WSS, fields={"Sec-WebSocket-Key": KEY, "HOST": "b.example"})
    one["request"]["method"] = "POST"
    [(request, _, _, _)] = told(one)
    assert request == (f"POST /ws HTTP/1.1\r\nSec-WebSocket-Key: {KEY}\r\nHOST: b.example\r\n\r\n")
    del one["request"]["method"]
    assert told(one)[0][0].startswith("GET /ws ")


@pytest.mark.parametrize(
    ("saved", "version"),
    [
        *[("HTTP/1.1", "HTTP/1.1"), ("http/1.1", "HTTP/1.1"), ("http/1.0", "HTTP/1.0")],
        *[("HTTP/1.0", "HTTP/1.0"), ("", "HTTP/1.1"), (1, "HTTP/1.1"), ("unknown", "HTTP/1.1")],
        *[("h2", "HTTP/2.0"), ("H3", "HTTP/3.0"), ("HTTP/2.0", "HTTP/2.0")],
        *[("http/3", "HTTP/3.0"), ("HTTP/2", "HTTP/2.0"), ("h3.0", "HTTP/3.0")],
        *[("SPDY/3", "HTTP/1.1"), ("HTTP/0.9", "HTTP/1.1")],
    ],
)
def test_versions_are_written_as_in_http_1(saved: Any, version: str) -> None:
    one = entry(200, url=WSS, version=saved)
    one["response"]["httpVersion"] = saved
    [(request, answer, _, _)] = told(one)
    assert request.startswith(f"GET /ws {version}\r\n")
    assert answer == f"{version} 200 \r\n\r\n"


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (100, "HTTP/1.1 100 \r\n\r\n"),
        (599, "HTTP/1.1 599 \r\n\r\n"),
        (404, "HTTP/1.1 404 Not Found\r\n\r\n"),
        *[(status, "") for status in (99, 600, 0, -1, "404", None, 404.5)],
    ],
)
def test_a_status_is_a_number_of_three_digits(status: Any, answer: str) -> None:
    assert told(entry(status, url=WSS))[0][1] == answer


@pytest.mark.parametrize(
    ("status", "content", "body"),
    [
        (404, {"text": "no\r\n"}, "no\r\n"),
        (404, {"text": "\u00e9\ud800"}, "\xc3\xa9?"),
        (404, {"text": "", "encoding": None}, ""),
        (404, {"text": "no", "encoding": None}, "no"),
        (404, {"text": "bm8=", "encoding": "base64"}, ""),
        (404, {"text": 1}, ""),
        (404, None, ""),
        (101, {"text": "no"}, ""),
    ],
)
def test_the_body_is_the_text_of_the_content(status: int, content: Any, body: str) -> None:
    assert told(entry(status, url=WSS, content=content))[0][2] == body


def test_the_error_of_the_entry_or_of_its_response() -> None:
    one = entry(0, url=WSS, _error="net::ERR_A")
    one["response"]["_error"] = "net::ERR_B"
    assert told(one)[0][3] == "net::ERR_A"
    del one["_error"]
    assert told(one)[0][3] == "net::ERR_B"
    assert told(entry(0, url=WSS))[0][3] == ""


def test_fields_that_are_none_are_left_out() -> None:
    one = entry(404, url=WSS, fields={})
    one["request"]["headers"] = [
        *[1, None, {}, {"name": "A"}, {"value": "b"}, {"name": "A B", "value": "b"}],
        *[{"name": 1, "value": "b"}, {"name": "A", "value": 1}, {"name": " A ", "value": " b "}],
        *[{"name": "Sec-WebSocket-Key", "value": f"{KEY}\n{KEY}"}, {"name": "C", "value": ""}],
    ]
    key = f"Sec-WebSocket-Key: {KEY}\r\n"
    assert told(one)[0][0] == (
        f"GET /ws HTTP/1.1\r\nHost: a.example\r\nA: b\r\n{key}{key}C: \r\n\r\n"
    )


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("wss://a/"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["request", "response", "headers", "name", "value", "url", "status"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@bounded(200)
@given(st.lists(values, max_size=3))
def test_any_json_gives_an_answer(entries: list[Any]) -> None:
    done = run("check", "--json", stdin=har(*entries))
    assert done.status in (0, 1)
    assert done.err == ""
