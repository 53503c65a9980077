"""Strategies for hypothesis: handshakes that are good in many ways, or bad in exactly one.

The only module here that needs hypothesis (`pip install hypothesis`). Of what a peer may write in
several ways, these draw one: the letter case of names and of `websocket`, the order of fields,
lists on one line or on several, quoted parameters, both forms of target.

>>> from hypothesis import given, settings
>>> from ws_handshake import request_violations
>>> @settings(max_examples=5, database=None, derandomize=True, deadline=None)
... @given(requests())
... def test_every_request_is_taken(request):
...     assert request_violations(request) == []
>>> test_every_request_is_taken()
"""

from __future__ import annotations

from binascii import b2a_base64
from typing import TYPE_CHECKING, Any, TypeAlias

from hypothesis import strategies as st

from ws_handshake.deflate import PerMessageDeflate
from ws_handshake.errors import FAULTS, HandshakeError
from ws_handshake.fields import Extension
from ws_handshake.headers import Headers
from ws_handshake.key import accept_key
from ws_handshake.request import Request
from ws_handshake.response import Response
from ws_handshake.server import validate_request
from ws_handshake.wire import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = ["broken_requests", "headers", "origins", "requests", "responses", "subprotocols"]

Pairs: TypeAlias = list[tuple[str, str]]

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_TCHARS = f"!#$%&'*+-.^_`|~0123456789{_LETTERS}{_LETTERS.upper()}"
_VISIBLE = "".join(map(chr, [*range(0x21, 0x7F), *range(0x80, 0x100)]))
_PATH = [*f"/{_LETTERS}0123456789-._~!$&'()*+,;=:@", "%20", "%C3%A9"]  # RFC 3986 §3.3
_SAMPLES = ["chat", "superchat", "v1.json", "graphql-ws", "Chat"]

_tokens = st.text(_TCHARS, min_size=1, max_size=12)
_octets = st.integers(0, 255)
_keys = st.lists(_octets, min_size=16, max_size=16).map(
    lambda octets: b2a_base64(bytes(octets), newline=False).decode("ascii")
)
_values = st.text(f"{_VISIBLE} \t", max_size=20).map(lambda text: text.strip(" \t"))
_labels = st.text(f"{_LETTERS}0123456789", min_size=1, max_size=8)
_hosts = st.one_of(
    st.sampled_from(["localhost", "127.0.0.1", "[::1]", "[2001:db8::1]", "EXAMPLE.com"]),
    st.lists(_labels, min_size=1, max_size=3).map(".".join),
)
_ports = st.one_of(st.just(""), st.sampled_from([":80", ":443", ":8080", ":65535"]))
_authorities = st.builds("{}{}".format, _hosts, _ports)
_pieces = st.lists(st.sampled_from(_PATH), max_size=20).map("".join)
_paths = st.builds("/{}{}".format, _pieces, st.just("") | _pieces.map("?{}".format))
_parameters = st.lists(st.tuples(_tokens, st.none() | _tokens), max_size=2)
_deflate_offers = st.lists(
    st.sampled_from(
        [
            ("server_no_context_takeover", None),
            ("client_no_context_takeover", None),
            ("server_max_window_bits", "10"),
            ("client_max_window_bits", None),
            ("client_max_window_bits", "15"),
        ]
    ),
    max_size=4,
    unique_by=lambda parameter: parameter[0],
)
_extensions = st.one_of(
    _deflate_offers.map(lambda parameters: Extension("permessage-deflate", parameters)),
    st.builds(Extension, _tokens.map("x-{}".format), _parameters),
)


def subprotocols() -> st.SearchStrategy[tuple[str, ...]]:
    """Subprotocols that a client may offer: tokens, none of them twice, perhaps none at all.

    >>> from hypothesis import find
    >>> len(find(subprotocols(), lambda names: len(names) == 2))
    2

    RFC 6455 §4.1, item 10 of the request's requirements.
    """
    names = st.sampled_from(_SAMPLES) | _tokens
    return st.lists(names, unique=True, max_size=4).map(tuple)


def origins() -> st.SearchStrategy[str]:
    """Origins as browsers and others write them: `null`, a scheme with a host, perhaps a port.

    >>> from hypothesis import find
    >>> find(origins(), lambda origin: origin == "null")
    'null'

    RFC 6454 §7.1.
    """
    schemes = st.sampled_from(["https", "http", "app", "chrome-extension"])
    return st.just("null") | st.builds("{}://{}".format, schemes, _authorities)


def headers() -> st.SearchStrategy[Headers]:
    """Fields that may stand in any message beside those of the handshake; names may repeat.

    >>> from hypothesis import find
    >>> len(find(headers(), lambda fields: len(fields) == 3))
    3

    RFC 9110 §5.
    """
    names = st.builds("{}-{}".format, st.sampled_from(["X", "x"]), _tokens)
    return st.lists(st.tuples(names, _values), max_size=4).map(Headers)


def requests() -> st.SearchStrategy[Request]:
    """Valid opening handshakes.

    They vary in letter case, in the order of their fields, in how lists are written, in the form of
    the target, in what they offer, and in fields that mean nothing here; Origin may be missing. The
    HTTP version is 1.1.

    >>> from hypothesis import find
    >>> find(requests(), lambda request: True).method
    'GET'

    RFC 6455 §4.1 and §4.2.1.
    """
    return _requests()


@st.composite
def _requests(draw: st.DrawFn) -> Request:
    authority = draw(_authorities)
    target = draw(_paths)
    if draw(st.booleans()):
        scheme = draw(st.sampled_from(["http", "https", "ws", "wss", "HTTP"]))
        target = f"{scheme}://{authority}{target}"
    return Request(target, draw(_handshake_fields(authority)))


@st.composite
def _handshake_fields(draw: st.DrawFn, authority: str) -> Headers:
    """The fields of a valid request to this host."""
    offers = draw(st.lists(_extensions, max_size=3))
    origin = draw(st.none() | origins())
    groups = [
        [("Host", authority)],
        [("Upgrade", draw(_in_any_case("websocket")))],
        draw(_connections()),
        [("Sec-WebSocket-Key", draw(_keys))],
        [("Sec-WebSocket-Version", "13")],
        [] if origin is None else [("Origin", origin)],
        draw(_lists("Sec-WebSocket-Protocol", draw(subprotocols()))),
        draw(_lists("Sec-WebSocket-Extensions", [draw(_written(each)) for each in offers])),
        draw(st.sampled_from([[], [], [("Content-Length", "0")]])),
        list(draw(headers()).items()),
    ]
    return Headers(draw(_ordered(groups)))


@st.composite
def _ordered(draw: st.DrawFn, groups: list[Pairs]) -> Pairs:
    """The fields in any order but for the lines of one list, with names in some letter case."""
    styles: list[Callable[[str], str]] = [str, str, str.lower, str.upper, str.swapcase]
    write = draw(st.sampled_from(styles))
    ordered = draw(st.permutations([group for group in groups if group]))
    return [(write(name), value) for group in ordered for name, value in group]


def _in_any_case(text: str) -> st.SearchStrategy[str]:
    return st.sampled_from([text, text.upper(), text.capitalize()])


@st.composite
def _connections(draw: st.DrawFn) -> Pairs:
    options = draw(st.lists(st.sampled_from(["keep-alive", "X-0"]), max_size=2))
    place = draw(st.integers(0, len(options)))
    options.insert(place, draw(_in_any_case("upgrade")))
    return draw(_lists("Connection", options))


@st.composite
def _lists(draw: st.DrawFn, name: str, elements: Sequence[str]) -> Pairs:
    """A list as the lines of a field: on one line or on several (RFC 9110 §5.3 and §5.6.1)."""
    if len(elements) < 2:
        return [(name, element) for element in elements]
    comma = draw(st.sampled_from([", ", ",", " ,\t", ",,"]))
    cut = draw(st.sampled_from(range(len(elements))))
    parts = [elements[:cut], elements[cut:]]
    return [(name, comma.join(part)) for part in parts if part]


@st.composite
def _written(draw: st.DrawFn, extension: Extension) -> str:
    """An extension in one of the forms of RFC 6455 §9.1."""
    text = extension.name
    for name, value in extension.params:
        text += draw(st.sampled_from(["; ", ";", " ; "])) + name
        if value is not None:
            text += draw(st.sampled_from(["={}", '="{}"'])).format(value)
    return text


# --- Answers --------------------------------------------------------------------------------------


def responses(request: Request) -> st.SearchStrategy[Response]:
    """Valid answers to an opening handshake, which choose some of what it offers.

    `ValueError` where the request is no valid opening handshake.

    >>> from hypothesis import find
    >>> from ws_handshake import build_request, validate_response
    >>> request = build_request("ws://example.com/", subprotocols=["chat"])
    >>> answer = find(responses(request), lambda answer: True)
    >>> validate_response(answer, request).extensions
    ()

    RFC 6455 §4.2.2.
    """
    try:
        offer = validate_request(request, origins=None)
    except HandshakeError as error:
        raise ValueError(f"this request can have no valid answer: {error}") from None
    return _responses(accept_key(offer.key), offer.subprotocols, offer.extensions)


@st.composite
def _responses(
    draw: st.DrawFn, accept: str, offered: tuple[str, ...], extensions: tuple[Extension, ...]
) -> Response:
    subprotocol = draw(st.sampled_from([None, *offered]))
    chosen = draw(_answers(extensions))
    groups = [
        [("Upgrade", draw(_in_any_case("websocket")))],
        draw(_connections()),
        [("Sec-WebSocket-Accept", accept)],
        [] if subprotocol is None else [("Sec-WebSocket-Protocol", subprotocol)],
        [("Sec-WebSocket-Extensions", ", ".join(chosen))] if chosen else [],
        list(draw(headers()).items()),
    ]
    return Response(
        101,
        draw(_ordered(groups)),
        draw(st.sampled_from([None, "", "Web Socket Protocol Handshake", "d\xe9j\xe0 vu"])),
    )


@st.composite
def _answers(draw: st.DrawFn, offers: tuple[Extension, ...]) -> list[str]:
    """Answers to some of the offers, each name once, in any order."""
    chosen: dict[str, str] = {}
    for offer in draw(st.permutations(offers)):
        answer: Extension | None = offer  # an unknown extension can only be echoed
        if offer.name == "permessage-deflate":
            window = st.sampled_from([None, 9, 15])
            server = PerMessageDeflate(
                draw(st.booleans()), draw(st.booleans()), draw(window), draw(window)
            )
            answer = server.answer(offer)
        if answer is not None and draw(st.booleans()):
            chosen[offer.name] = draw(_written(answer))
    return list(chosen.values())


# --- Requests with one fault ----------------------------------------------------------------------


def broken_requests(codes: Iterable[str] | None = None) -> st.SearchStrategy[tuple[bytes, str]]:
    r"""Bytes that are a valid opening handshake but for one fault, and that fault's code.

    The code is a key of `FAULTS`, and the one that `Request.parse` or, for a well-formed request,
    `validate_request` reports first, with the default limits and where every origin and host may
    connect. `codes` are those to draw from; without them, every code that bytes alone can have.
    `ValueError` for any other code.

    >>> from hypothesis import given, settings
    >>> from ws_handshake import HandshakeError, ServerHandshake
    >>> @settings(max_examples=5, database=None, derandomize=True, deadline=None)
    ... @given(broken_requests(["upgrade-missing", "key-malformed"]))
    ... def test_every_fault_is_named(broken):
    ...     data, code = broken
    ...     try:
    ...         ServerHandshake(origins=None).receive_data(data)
    ...     except HandshakeError as error:
    ...         assert error.code == code
    ...     else:
    ...         assert False, "it was taken"
    >>> test_every_fault_is_named()

    RFC 6455 §4.2.1.
    """
    known = [code for code in FAULTS if code in _BREAKS]
    chosen = known if codes is None else list(codes)
    unknown = sorted(set(chosen) - set(known))
    if unknown or not chosen:
        raise ValueError(f"no bytes alone have the fault {', '.join(map(repr, unknown))}")
    return st.sampled_from(chosen).flatmap(lambda code: st.tuples(_broken(code), st.just(code)))


class _Draft:
    """A valid request in parts, to be broken in one of them."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        request = draw(requests())
        self.line = [request.method, request.target, request.version]
        self.fields = list(request.headers.items())

    def set(self, name: str, *values: str) -> None:
        """Replace a field by these lines of it, at any place; with none, take it away."""
        self.fields = [field for field in self.fields if field[0].lower() != name.lower()]
        for value in values:
            self.fields.insert(self.draw(st.integers(0, len(self.fields))), (name, value))

    def one_of(self, values: Iterable[str]) -> str:
        return self.draw(st.sampled_from(list(values)))

    def lines(self) -> list[bytes]:
        """The lines with their ends, white space around some values, and the empty line."""
        space = st.sampled_from([" ", " ", "", "\t", "  "])
        texts = [" ".join(self.line)]
        texts += [f"{name}:{self.draw(space)}{value}" for name, value in self.fields]
        return [f"{text}\r\n".encode("latin-1") for text in (*texts, "")]

    def with_line(self, line: str) -> bytes:
        """The request with a malformed line among its fields."""
        lines = self.lines()
        lines.insert(self.draw(st.sampled_from(range(1, len(lines)))), line.encode("latin-1"))
        return b"".join(lines)


@st.composite
def _broken(draw: st.DrawFn, code: str) -> bytes:
    draft = _Draft(draw)
    change, *arguments = _BREAKS[code]
    written = change(draft, *arguments)
    return b"".join(draft.lines()) if written is None else written


def _part(draft: _Draft, place: int, *values: str) -> None:
    """Replace the method (0), the target (1) or the version (2)."""
    draft.line[place] = draft.one_of(values)


def _without(draft: _Draft, name: str) -> None:
    draft.set(name)


def _field(draft: _Draft, name: str, *values: str) -> None:
    """Replace a field by one of these values."""
    draft.set(name, draft.one_of(values))


def _repeated(draft: _Draft, name: str, *values: str) -> None:
    """Write a field on two lines, with equal values or different ones."""
    draft.set(name, draft.one_of(values), draft.one_of(values))


def _line(draft: _Draft, *lines: str) -> bytes:
    """Put one of these lines among the fields."""
    return draft.with_line(draft.one_of(lines))


def _first_line(draft: _Draft, *lines: str) -> bytes:
    return b"".join([draft.one_of(lines).encode("latin-1"), *draft.lines()[1:]])


def _behind(draft: _Draft, *starts: str) -> bytes:
    """Begin the request with something else."""
    return b"".join([draft.one_of(starts).encode("latin-1"), *draft.lines()])


def _bare_lf(draft: _Draft) -> bytes:
    lines = draft.lines()
    place = draft.draw(st.sampled_from(range(len(lines))))
    return b"".join([*lines[:place], lines[place][:-2] + b"\n", *lines[place + 1 :]])


def _too_long(draft: _Draft) -> None:
    draft.line[1] = "/" + "a" * (Limits().request_line + draft.draw(st.sampled_from([0, 1, 9])))


def _too_large(draft: _Draft) -> None:
    draft.set("X-Large", "a" * (Limits().head + draft.draw(st.sampled_from([0, 1, 9]))))


def _too_many(draft: _Draft) -> None:
    draft.fields += [("X-Many", "1")] * (Limits().fields + draft.draw(st.sampled_from([0, 1, 9])))


def _more(draft: _Draft) -> bytes:
    behind = [b"\0", b"\r\n", b"GET / HTTP/1.1\r\n\r\n", b"\x81\x85\0\0\0\0hello"]
    return b"".join([*draft.lines(), draft.draw(st.sampled_from(behind))])


def _another_host(draft: _Draft) -> None:
    draft.line[1] = draft.one_of(["ws://other.example/", "HTTP://example.com:81?x", "ws://[::2]/"])
    draft.set("Host", draft.one_of(["example.com", "[::1]", "other.example:8080"]))


def _nothing(draft: _Draft) -> bytes:
    return b""


def _cut(draft: _Draft) -> bytes:
    whole = b"".join(draft.lines())
    return whole[: draft.draw(st.sampled_from(range(1, len(whole))))]


_NAMES = "Sec-WebSocket-"
_GOOD_KEY = "dGhlIHNhbXBsZSBub25jZQ=="
# What breaks a request, and its arguments: it changes the draft, or returns what is written.
_BREAKS: dict[str, tuple[Any, ...]] = {
    # --- what Request.parse finds ---
    "not-http": (
        _behind,
        *("\x16\x03\x01\x02\0", "\r\n", "\n", " ", "\0", "(", ":", "@", "\x81\x85", "\xef"),
    ),
    "request-line-malformed": (
        _first_line,
        *("GET /chat\r\n", "GET  /chat HTTP/1.1\r\n", "GET /chat HTTP/1.1 \r\n"),
        *("GET /chat http/1.1\r\n", "GET /chat HTTP/1\r\n", "GET\t/chat HTTP/1.1\r\n"),
        *("GET /a b HTTP/1.1\r\n", "HTTP/1.1 101 Switching Protocols\r\n", "G:T / HTTP/1.1\r\n"),
    ),
    "bare-cr": (_line, "X-Odd: a\rb\r\n", "X-Odd: \r\r\n", "X-Odd\r: a\r\n", "\rX-Odd: a\r\n"),
    "bare-lf": (_bare_lf,),
    "control-character": (_line, *[f"X-Odd: a{chr(code)}b\r\n" for code in (0, 7, 8, 11, 27, 127)]),
    "folded-line": (_line, " folded\r\n", "\tfolded: yes\r\n", " \r\n"),
    "space-before-colon": (_line, "X-Odd : a\r\n", "Host\t: b\r\n"),
    "colon-missing": (_line, "X-Odd\r\n", "GET / HTTP/1.1\r\n", "X-Odd = a\r\n"),
    "field-name-malformed": (_line, ": a\r\n", "X Odd: a\r\n", "X(1): a\r\n", "X-\xe9: a\r\n"),
    "request-line-too-long": (_too_long,),
    "head-too-large": (_too_large,),
    "too-many-fields": (_too_many,),
    "more-than-one-message": (_more,),
    "nothing-received": (_nothing,),
    "head-incomplete": (_cut,),
    # --- what validate_request finds ---
    "http-version-unsupported": (_part, 2, "HTTP/2.0", "HTTP/3.0", "HTTP/0.9"),
    "http-version-too-old": (_part, 2, "HTTP/1.0"),
    "method-not-get": (_part, 0, "POST", "HEAD", "get", "CONNECT", "G"),
    "target-malformed": (
        _part,
        *(1, "*", "chat", "/chat#top", "ftp://example.com/", "ws://", "ws://a@b/", "h:80", "/\xe9"),
    ),
    "host-missing": (_without, "Host"),
    "host-repeated": (_repeated, "Host", "example.com", "other.example"),
    "host-malformed": (
        _field,
        *("Host", "", "a b", "user@example.com", "example.com:0", "example.com:65536"),
        *("::1", "[::1", "example.com/", "http://example.com", "a,\xe9"),
    ),
    "host-differs": (_another_host,),
    "transfer-encoding-present": (_field, "Transfer-Encoding", "chunked", "identity", ""),
    "content-length-repeated": (_repeated, "Content-Length", "0", "1"),
    "content-length-malformed": (_field, "Content-Length", "", "+0", "-1", "0x0", "0, 0", "1_0"),
    "content-length-not-zero": (_field, "Content-Length", "1", "10", "001"),
    "upgrade-missing": (_without, "Upgrade"),
    "upgrade-malformed": (_field, "Upgrade", "web socket", "websocket/", '"websocket"', "@", "a;b"),
    "upgrade-repeated": (_repeated, "Upgrade", "websocket", "WebSocket", "websocket, websocket"),
    "upgrade-not-websocket": (
        _field,
        *("Upgrade", "", ",", "h2c", "websocket/13", "websockets", "websocket, h2c"),
    ),
    "connection-missing": (_without, "Connection"),
    "connection-malformed": (_field, "Connection", "Upgrade; now", "a Upgrade", '"Upgrade"', "@"),
    "connection-without-upgrade": (
        _field,
        *("Connection", "", ",", "close", "keep-alive", "upgraded"),
    ),
    "version-missing": (_without, f"{_NAMES}Version"),
    "version-repeated": (_repeated, f"{_NAMES}Version", "13", "8"),
    "version-malformed": (
        _field,
        *(f"{_NAMES}Version", "", "013", "+13", "256", "13, 8", "1_3", "v13"),
    ),
    "version-unsupported": (_field, f"{_NAMES}Version", "0", "8", "12", "14", "255"),
    "key-missing": (_without, f"{_NAMES}Key"),
    "key-repeated": (_repeated, f"{_NAMES}Key", _GOOD_KEY, "AQIDBAUGBwgJCgsMDQ4PEA=="),
    "key-malformed": (
        _field,
        *(f"{_NAMES}Key", "", "AAAA", _GOOD_KEY[:-1], f"{_GOOD_KEY}=", f'"{_GOOD_KEY}"'),
        *(f"{_GOOD_KEY}, {_GOOD_KEY}", f"-{_GOOD_KEY[1:]}", f"AAAA{_GOOD_KEY}"),
    ),
    "origin-repeated": (_repeated, "Origin", "https://example.com", "null"),
    "origin-malformed": (
        _field,
        *("Origin", "", "example.com", "https://", "https://a/b", "https://a b", "NULL"),
        *("https://a, https://b", "https://user@a"),
    ),
    "subprotocol-malformed": (
        _field,
        *(f"{_NAMES}Protocol", "", ",", "a b", '"chat"', "chat; v=1", "a/b"),
    ),
    "subprotocol-repeated": (_repeated, f"{_NAMES}Protocol", "chat", "chat, chat", "a, chat"),
    "extensions-malformed": (
        _field,
        *(f"{_NAMES}Extensions", "", ",", "a b", "a;", "a; b=", 'a; b="c d"', 'a; b="c', "a=b"),
    ),
}
