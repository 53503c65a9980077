"""What decides a handshake is found alike, by the pattern for usual fields and field by field."""

from __future__ import annotations

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from property.strategies import bounded

from ws_handshake import (
    ClientHandshake,
    Extension,
    Headers,
    InvalidURI,
    Request,
    Response,
    ServerHandshake,
    WebSocketURI,
    build_rejection,
    build_request,
)
from ws_handshake.deciding import DECIDING, MOST_FIELDS, usual_fields
from ws_handshake.pattern import Pattern

USUAL = {
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits, x; y=1",
    "Sec-WebSocket-Protocol": "chat, superchat",
    "Sec-WebSocket-Accept": "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
    "Host": "example.com:8080",
    "Upgrade": "websocket",
    "Connection": "keep-alive, Upgrade",
    "Content-Length": "0",
    "Transfer-Encoding": "chunked",
    "Origin": "https://example.com",
}
SPELLED = {name.lower(): name for name in USUAL}


def head(fields: list[tuple[str, str]], space: str = " ") -> bytes:
    lines = "".join([f"{name}:{space}{value}\r\n" for name, value in fields])
    return f"GET / HTTP/1.1\r\n{lines}\r\n".encode("latin-1")


def told(headers: Headers) -> list[str | tuple[str, ...] | None]:
    """What the fields say of those that decide, by looking at each of them."""
    values: list[str | tuple[str, ...] | None] = []
    for name in DECIDING:
        lines = tuple([value for key, value in headers.items() if key.lower() == name])
        values.append(lines[0] if len(lines) == 1 else lines or None)
    return values


def test_the_names_are_these() -> None:
    assert sorted(DECIDING) == sorted(SPELLED)


@pytest.mark.parametrize("spell", [str, str.lower], ids=["as in the RFCs", "in lower case"])
def test_usual_fields_are_judged_at_once(spell: type[str]) -> None:
    fields = [(spell(name), value) for name, value in USUAL.items()]
    fields[3:3] = [("X-Other", "a b"), ("Cookie", "\xe9=1")]
    for request in (Request.parse(head(fields)), Request("/", fields)):
        assert request._judged
        assert list(request._deciding()[3:]) == told(Headers(fields))
        assert request.headers.items() == tuple(fields)


@pytest.mark.parametrize("name", sorted(USUAL))
def test_a_usual_field_alone_is_found(name: str) -> None:
    for request in (Request.parse(head([(name, USUAL[name])])), Request("/", {name: USUAL[name]})):
        assert request._judged
        assert request._field(name.lower()) == USUAL[name]
        assert [each for each in DECIDING if request._field(each) is not None] == [name.lower()]


@pytest.mark.parametrize("name", sorted(USUAL))
def test_what_is_not_usual_is_found_too(name: str) -> None:
    value = USUAL[name]
    unusual: list[list[tuple[str, str]]] = [
        [(name, value), (name, value)],
        [(name, value), ("X-Other", ""), (name.lower(), value)],
        [(name.upper(), value)],
        [(name.swapcase(), value), (name, value)],
        [(name, "")],
        [(name, f"{value}\xe9")],
    ]
    for fields in unusual:
        for request in (Request.parse(head(fields)), Request("/", fields)):
            assert not request._judged
            assert list(request._deciding()[3:]) == told(Headers(fields))
            assert request.headers.items() == tuple(fields)
    for space in ("  ", "\t", " \t "):
        request = Request.parse(head([(name, value + space)], space))
        assert not request._judged
        assert request._field(name.lower()) == value
        assert Headers([(name, space + value + space)]).items() == ((name, value),)


@pytest.mark.parametrize("name", sorted(USUAL))
def test_a_name_that_only_begins_or_ends_alike_is_another(name: str) -> None:
    for other in (f"{name}-", f"X-{name}", f"{name}s", name[:-1], f"{name.upper()}X"):
        if other.lower() in SPELLED:
            continue
        request = Request.parse(head([(other, "a"), ("Host", "a")]))
        assert request._judged, other
        assert request._field(name.lower()) == ("a" if name == "Host" else None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ="),
        ("Sec-WebSocket-Extensions", "x;"),
        ("Sec-WebSocket-Extensions", 'x; y="a b"'),
        ("Sec-WebSocket-Protocol", "a b"),
        ("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo"),
        ("Host", "a:65536"),
        ("Host", "a:0"),
        ("Host", "me@a"),
        ("Host", "a:80:80"),
    ],
)
def test_what_breaks_its_own_grammar_is_not_usual(name: str, value: str) -> None:
    for request in (Request.parse(head([(name, value)])), Request("/", {name: value})):
        assert not request._judged


@pytest.mark.parametrize(
    "pairs",
    [
        [("A", "b\nHost\nevil.example")],
        [("A\nb\nHost", "evil.example")],
        [("A", "b", "Host"), ("evil.example",)],
        [("A",), ("b", "Host", "evil.example")],
        [("A", "b", "Host", "evil.example")],
    ],
)
def test_what_only_looks_like_pairs_is_refused(pairs: list[Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        Headers(pairs)


class Text(str):
    """Formats itself as something else than it is."""

    __slots__ = ()

    def __str__(self) -> str:
        return "a\r\nX-Evil: 1"

    __format__ = object.__format__


def test_subclasses_of_str_become_str() -> None:
    made = [
        Request(Text("/a"), {Text("Host"): Text("a")}),
        build_request("ws://a/", key=Text(USUAL["Sec-WebSocket-Key"]), origin=Text("https://a")),
        build_request("ws://a/", host=Text("b"), headers={Text("X"): Text("y")}),
    ]
    for request in made:
        assert b"Evil" not in request.to_bytes()
        assert {type(part) for part in request._deciding()} <= {str, type(None)}
        assert {type(text) for pair in request.headers.items() for text in pair} == {str}


class Evil:
    """What a subclass may say instead of what was judged."""

    class URI(WebSocketURI):
        @property
        def target(self) -> str:
            return "/a b\r\nX-Evil: 1"

    class Host(WebSocketURI):
        @property
        def host_header(self) -> str:
            return "a\r\nX-Evil: 1"

    class Fields(Headers):
        @property
        def fields(self) -> tuple[tuple[str, str], ...]:
            return (("A", "b\r\nX-Evil: 1"),)

    class Offer(Extension):
        def __str__(self) -> str:
            return "x\r\nX-Evil: 1"


def test_subclasses_cannot_bring_in_lines() -> None:
    with pytest.raises(InvalidURI):
        build_request(Evil.URI(False, "a", 80, "/"))
    assert b"Evil" not in build_request(Evil.Host(False, "a", 80, "/")).to_bytes()
    assert b"Evil" not in build_request("ws://a/", extensions=[Evil.Offer("x")]).to_bytes()
    for use in (
        lambda: Request("/", Evil.Fields()),
        lambda: Response(404, Evil.Fields()),
        lambda: Headers(Evil.Fields()),
        lambda: build_request("ws://a/", headers=Evil.Fields()),
        lambda: build_rejection(404, headers=Evil.Fields()),
    ):
        with pytest.raises(ValueError):
            use()


def test_text_and_bytes_are_not_taken_for_each_other() -> None:
    """Two of each, since a single one is remembered in another way."""
    ServerHandshake(origins=["http://a", "http://b"], subprotocols=["chat", "b"])
    wrong: Any
    for wrong in ({"origins": [b"http://a", b"http://b"]}, {"subprotocols": [b"chat", b"b"]}):
        with pytest.raises(TypeError, match="str"):
            ServerHandshake(**{"origins": None, **wrong})


def test_what_came_behind_a_head_is_kept_once() -> None:
    server = ServerHandshake(origins=None)
    data = head([(name, USUAL[name]) for name in ("Host", "Upgrade", "Connection")])
    data = data[:-2] + f"Sec-WebSocket-Key: {USUAL['Sec-WebSocket-Key']}\r\n".encode()
    assert server.receive_data(data) is None
    assert server.receive_data(b"Sec-WebSocket-Version: 13\r\n\r\n" + bytes(1000)) is not None
    assert server.trailing_data == bytes(1000)
    assert server._reader is None


@pytest.mark.parametrize("own", [{}, {"X-Other": "a"}, {"sec-websocket-accept": "x"}])
def test_what_a_written_request_says_is_known_alike(own: dict[str, str]) -> None:
    request = build_request(
        "ws://a:81/b",
        origin="https://a",
        subprotocols=["chat", "x"],
        extensions=[Extension("x", [("y", "1")])],
        headers=own,
    )
    assert list(request._deciding()[3:]) == told(request.headers)
    assert Request.parse(request.to_bytes()) == request


def test_what_was_parsed_is_written_in_the_usual_form() -> None:
    assert Request.parse(b"GET / HTTP/1.1\r\nA:b \r\n\r\n").to_bytes() == (
        b"GET / HTTP/1.1\r\nA: b\r\n\r\n"
    )
    assert Response.parse(b"HTTP/1.1 204\r\nA:b \r\n\r\n").to_bytes() == (
        b"HTTP/1.1 204 \r\nA: b\r\n\r\n"
    )
    client = ClientHandshake("ws://a/", key=USUAL["Sec-WebSocket-Key"])
    agreement = client.receive_data(
        b"HTTP/1.1 101 OK\r\nUpgrade:websocket\r\nConnection:Upgrade\r\n"
        b"Sec-WebSocket-Accept:s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nA:b \r\n\r\n"
    )
    assert agreement is not None
    assert agreement.response.to_bytes() == (
        b"HTTP/1.1 101 OK\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nA: b\r\n\r\n"
    )


def test_as_many_fields_are_usual_as_the_usual_limit_allows() -> None:
    fields = [("Host", "a"), *[(f"A{number}", "b") for number in range(MOST_FIELDS - 1)]]
    assert Request.parse(head(fields))._judged
    assert Headers(fields)._decided is not None
    fields.append(("Z", "b"))
    assert Headers(fields)._decided is None
    assert Headers(fields).items() == tuple(fields)


def test_a_target_that_is_no_path_is_not_usual() -> None:
    assert Request("/a?b", USUAL)._judged
    assert not Request("http://a/", USUAL)._judged
    assert not Request("/#", USUAL)._judged
    assert not Request.parse(b"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n")._judged


def test_what_an_answer_says_is_found_alike() -> None:
    lines = "".join([f"{name}: {value}\r\n" for name, value in USUAL.items()])
    parsed = Response.parse(f"HTTP/1.1 101 x\r\n{lines}\r\n".encode())
    made = Response(101, USUAL)
    assert list(parsed._deciding()[3:]) == list(made._deciding()[3:]) == told(made.headers)


_NAMES = st.sampled_from([*USUAL, "X-Other", "Cookie", "Hos", "TE"]).flatmap(
    lambda name: st.sampled_from([name, name.lower(), name.upper(), f"{name}:", f"{name}\n"])
)
_VALUES = st.sampled_from(
    [*USUAL.values(), "", "a", " a", "a\t", "a  b", "\xe9", "a\nb", "\n", "\0"]
)


def _as_bytes(text: str) -> bytes:
    return text.encode("latin-1")


@bounded(500)
@given(st.lists(st.tuples(_NAMES, _VALUES), max_size=6))
def test_pairs_are_taken_alike_at_once_and_one_by_one(pairs: list[tuple[str, str]]) -> None:
    """As bytes they are always judged one by one."""
    results = []
    for given_pairs in (pairs, [(_as_bytes(name), _as_bytes(value)) for name, value in pairs]):
        try:
            headers = Headers(given_pairs)
        except ValueError as error:
            results.append(str(error))
        else:
            results.append(repr((headers.items(), headers._deciding() or None, told(headers))))
    assert results[0] == results[1]


@pytest.mark.parametrize("spell", [str, str.lower])
@pytest.mark.parametrize("start", ["", "ab"])
def test_a_pattern_for_usual_fields_is_made_for_any_marks(spell: type[str], start: str) -> None:
    """Here a newline stands behind a name and a NUL behind a value; DEL may stand between."""
    groups = "".join([f"({each})" for each in start])
    fields = usual_fields(colon="\n", space="\x7f?+", end="\0", first_group=len(start) + 1)
    pattern = Pattern(groups + fields)

    def found(*lines: str) -> dict[str, str | None] | None:
        match = pattern.fullmatch(start + "".join([f"{line}\0" for line in lines]))
        if match is None:
            return None
        return dict(zip(DECIDING, match.groups()[len(start) :], strict=True))

    nothing = dict.fromkeys(DECIDING)
    assert found() == nothing
    for usual, value in USUAL.items():
        name = spell(usual)
        only = {**nothing, usual.lower(): value}
        assert found(f"{name}\n\x7f{value}") == found(f"{name}\n{value}") == only
        assert found("x-a\nb c", f"{name}\n{value}", "Accept\n", "~\n\xe9") == only
        assert found(f"{name}\n{value}", f"{usual.lower()}\n{value}") is None
        assert found(f"{usual.upper()}\n{value}") is None
        assert found(f"{name}\n\x7f\x7f{value}") is None
        assert found(f"{name}-x\n{value}", f"x{name}\na", f"{name[:-1]}\na") == nothing
        assert found(f"{name}\n") is None
    assert found(*[f"{spell(name)}\n{value}" for name, value in USUAL.items()]) == {
        name.lower(): value for name, value in USUAL.items()
    }
    assert found(*["x\n"] * MOST_FIELDS) == nothing
    assert found(*["x\n"] * (MOST_FIELDS + 1)) is None
    for wrong in ("\na", "x", "x y\na", "x\n\x7f", "Upgrade\na\tb", "x\r\na"):
        assert found(wrong) is None, wrong


def test_every_letter_may_begin_another_name() -> None:
    for letter in string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~":
        request = Request.parse(head([(f"{letter}-x", "a"), ("Host", "a")]))
        assert request._judged, letter
        assert request.headers.get_all(f"{letter}-x") == ("a",)
