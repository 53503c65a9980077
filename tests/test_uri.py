"""WebSocket URIs as values (RFC 6455 §3): what their parts must be."""

from __future__ import annotations

import contextlib
import string
from typing import Any

import pytest

from ws_handshake import InvalidURI, WebSocketURI, parse_uri
from ws_handshake import uri as uri_module

ALPHANUMERIC = string.ascii_letters + string.digits
PARTS: dict[str, Any] = {"secure": False, "host": "example.com", "port": 80, "target": "/"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("secure", None),
        ("secure", 1),
        ("host", b"example.com"),
        ("host", None),
        ("port", "80"),
        ("port", None),
        ("port", 80.0),
        ("port", True),
        ("target", b"/"),
        ("target", None),
    ],
)
def test_a_part_of_another_type_is_a_type_error(name: str, value: Any) -> None:
    with pytest.raises(TypeError):
        WebSocketURI(**PARTS | {name: value})


@pytest.mark.parametrize("port", [1, 80, 443, 65535])
def test_a_port_is_left_out_of_host_where_it_is_the_default(port: int) -> None:
    for secure, default in ((False, 80), (True, 443)):
        uri = WebSocketURI(**PARTS | {"secure": secure, "port": port})
        assert uri.port == port
        assert uri.host_header == ("example.com" if port == default else f"example.com:{port}")
        assert parse_uri(str(uri)) == uri


@pytest.mark.parametrize("port", [0, -1, 65536, 10**9])
def test_a_port_that_cannot_be_is_refused(port: int) -> None:
    with pytest.raises(InvalidURI, match="port"):
        WebSocketURI(**PARTS | {"port": port})


@pytest.mark.parametrize(
    "target", ["", "chat", "?a", "/a b", "/#", "/a#b", "/%", "/%4", "/%4g", "/\xe9", "/[", "/\n"]
)
def test_a_target_that_no_uri_has_is_refused(target: str) -> None:
    with pytest.raises(InvalidURI, match="path"):
        WebSocketURI(**PARTS | {"target": target})


def test_a_target_that_is_refused_does_not_show_its_query() -> None:
    with pytest.raises(InvalidURI) as caught:
        WebSocketURI(**PARTS | {"target": "/?token=opensesame#"})
    assert "opensesame" not in str(caught.value)


@pytest.mark.parametrize("host", ["", "a b", "a/b", "[::1]", "::g", "a:80", "\xe4.example", "a@b"])
def test_a_host_that_is_none_is_refused(host: str) -> None:
    with pytest.raises(InvalidURI, match="is no host"):
        WebSocketURI(**PARTS | {"host": host})


def test_a_host_of_253_characters_is_the_longest() -> None:
    longest = ".".join(["a" * 50] * 4 + ["b" * 49])
    assert len(longest) == 253
    assert WebSocketURI(**PARTS | {"host": longest}).host == longest
    with pytest.raises(InvalidURI, match="253"):
        WebSocketURI(**PARTS | {"host": f"{longest}b"})


@pytest.mark.parametrize("host", ["a..b", ".a", "a..", ".", "a" * 64, "a" * 64 + ".b"])
def test_a_label_has_1_to_63_characters(host: str) -> None:
    """RFC 1035 §2.3.4; resolvers fail in surprising ways for others."""
    for good in (f"{'a' * 63}.b.", "a" * 63, f"b.{'a' * 63}", "a"):
        assert WebSocketURI(**PARTS | {"host": good}).host == good
    with pytest.raises(InvalidURI, match="63"):
        WebSocketURI(**PARTS | {"host": host})


def test_a_host_is_lower_case_and_an_address_has_no_brackets() -> None:
    assert WebSocketURI(**PARTS | {"host": "EXAMPLE.com"}).host == "example.com"
    uri = WebSocketURI(**PARTS | {"host": "2001:DB8::1"})
    assert (uri.host, uri.host_header, str(uri)) == (
        "2001:db8::1",
        "[2001:db8::1]",
        "ws://[2001:db8::1]/",
    )


@pytest.mark.parametrize("uri", ["ws://a/\ud800", "ws://a/?\udfff", "ws://\udc80/"])
def test_a_lone_surrogate_is_no_character(uri: str) -> None:
    with pytest.raises(InvalidURI) as caught:
        parse_uri(uri)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("uri", "why"),
    [
        ("", "ws://"),
        ("ws:/a/", "ws://"),
        ("ws//a/", "form"),
        ("ws/b://a/", "form"),
        ("ws?b://a/", "form"),
        ("//a/", "ws://"),
        ("http://a/", "scheme"),
        ("://a/", "scheme"),
        ("s://a/", "scheme"),
        ("wsss://a/", "scheme"),
        ("w\u017f://a/", "scheme"),
        ("ws://a/#", "fragment"),
        ("ws://me:pw@a/", "Authorization"),
        ("ws:///a", "the host or port"),
        ("ws://a:0/", "port"),
        ("ws://a::1/", "the host or port"),
        ("ws://a:1:2/", "the host or port"),
        ("ws://a:65536/", "the host or port"),
        (f"ws://{'a' * 63}1/", "63"),
        ("ws://[v1.a]/", "IP version"),
        ("ws://a/ b", "percent-encode"),
        ("ws://a/\0", "percent-encode"),
        ("ws://a/\x7f", "percent-encode"),
        (f"ws://{'a' * 254}/", "253"),
        ("ws://" + "\xe4" * 254, "253"),
        ("ws://\u2100.example/", "label"),
        ("ws://\u00df.example/", "A-label"),
        ("ws://\u1e9e.example/", "A-label"),
        ("ws://\ue000.example/", "label"),
        ("ws://a\u3002\u3002b/", "label"),
    ],
)
def test_what_is_refused_is_explained(uri: str, why: str) -> None:
    with pytest.raises(InvalidURI, match=why) as caught:
        parse_uri(uri)
    assert str(caught.value).isprintable()


def test_a_name_may_end_in_a_dot_in_any_script() -> None:
    assert parse_uri("ws://b\xfccher.example./").host == "xn--bcher-kva.example."
    assert parse_uri("ws://b\xfccher\u3002example\uff0e:81/").host_header == (
        "xn--bcher-kva.example.:81"
    )


@pytest.mark.parametrize("length", [253, 254])
def test_a_host_has_at_most_253_characters(length: int) -> None:
    host = f"{'a.' * 126}{'a' * (length - 252)}"
    if length == 253:
        assert parse_uri(f"ws://{host}/").host == host
    else:
        with pytest.raises(InvalidURI):
            parse_uri(f"ws://{host}/")


@pytest.mark.parametrize("place", ["{}", "{}.example", "www.{}.example", "www.{}"])
def test_a_label_has_at_most_63_characters(place: str) -> None:
    host = place.format("a" * 63)
    assert parse_uri(f"ws://{host}:81/b").host == host
    with pytest.raises(InvalidURI):
        parse_uri(f"ws://{place.format('a' * 64)}:81/b")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: parse_uri(b"ws://a/"), "a URI is a str, not bytes"),  # type: ignore[arg-type]
        (lambda: WebSocketURI(**PARTS | {"port": "80"}), "a port is an int, not str"),
        (lambda: WebSocketURI(**PARTS | {"port": True}), "a port is an int, not bool"),
        (
            lambda: WebSocketURI(**PARTS | {"host": None}),
            "a WebSocketURI is made of a bool, a str, an int and a str",
        ),
    ],
)
def test_an_argument_of_another_type_is_named(make: Any, message: str) -> None:
    with pytest.raises(TypeError) as caught:
        make()
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("port", 0, "a port is a number from 1 to 65535"),
        (
            "target",
            "a?token",
            (
                "'a?<redacted, 5 characters>' is no path with or without a query (RFC 3986 §3.3);"
                " percent-encode what does not belong there"
            ),
        ),
        ("host", "a" * 254, "a host has at most 253 characters, not 254"),
        ("host", "a?b", "'a?<redacted, 1 characters>' is no host (RFC 3986 §3.2.2)"),
        ("host", "a..b", "the labels of a host have 1 to 63 characters, not so in 'a..b'"),
        ("host", "v1.a:b", "nobody can connect to 'v1.a:b': it is of no known IP version"),
    ],
)
def test_a_part_that_no_uri_has_is_explained(name: str, value: Any, message: str) -> None:
    with pytest.raises(InvalidURI) as caught:
        WebSocketURI(**PARTS | {name: value})
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("uri", "shown", "why"),
    [
        (
            "ws://a/#b",
            "'ws://a/#<redacted, 1 characters>'",
            ("a WebSocket URI has no fragment: leave out # or write %23"),
        ),
        ("ws:a", "'ws:a'", "it has not the form ws://host/path or wss://host/path"),
        ("http://a", "'http://a'", "the scheme must be ws or wss"),
        (
            "ws://b@a",
            "'ws://<redacted, 1 characters>@a'",
            (
                "a WebSocket URI has no userinfo: send"
                " credentials in an Authorization field (headers=...)"
            ),
        ),
        (
            "ws://a/ b",
            "'ws://a/ b'",
            (
                "'/ b' is no path with or without a query (RFC 3986 §3.3);"
                " percent-encode what does not belong there"
            ),
        ),
        (
            "ws://\xfc" + "a" * 253,
            "'ws://\\xfc" + "a" * 94 + "'... (259 characters)",
            "a host has at most 253 characters",
        ),
        (
            "ws://\xdf",
            "'ws://\\xdf'",
            (
                "IDNA 2003 and 2008 read the label '\\xdf' as different"
                " hosts: write its A-label (xn--...)"
            ),
        ),
        (
            "ws://\u2100",
            "'ws://\\u2100'",
            ("the label '\\u2100' of the host does not become a name"),
        ),
    ],
)
def test_a_refusal_shows_the_uri_and_why(uri: str, shown: str, why: str) -> None:
    with pytest.raises(InvalidURI) as caught:
        parse_uri(uri)
    assert str(caught.value) == f"{shown} is no WebSocket URI: {why}"


def test_the_host_or_port_that_is_wrong_is_told_without_secrets() -> None:
    with pytest.raises(InvalidURI, match=r"the host or port is wrong: .*a port from 1 to 65535"):
        parse_uri("ws://a:0/")
    with pytest.raises(InvalidURI, match=r"is wrong: userinfo has no place here$") as caught:
        parse_uri("ws://a:b/secret@c")
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("uri", "kept"),
    [
        ("ws://a/", 1),
        ("ws://a/" + 249 * "b", 1),
        ("ws://a/" + 250 * "b", 0),
        ("ws://a/?token=opensesame", 0),
    ],
    ids=lambda value: str(value)[:20],
)
def test_of_a_uri_with_a_query_or_a_long_one_nothing_is_kept(uri: str, kept: int) -> None:
    uri_module._kept.cache_clear()
    for _ in range(2):
        assert str(parse_uri(uri)) == uri
    info = uri_module._kept.cache_info()
    assert (info.currsize, info.hits) == (kept, kept)


def test_a_usual_uri_is_read_by_one_pattern(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(uri_module, "parse_host")
    longest = ".".join(["a" * 50] * 4 + ["b" * 49])
    for text in (
        "ws://a/",
        "ws://a-usual.example/",
        "wss://a-usual.example:81/b?c",
        f"ws://{longest}/",
        "ws://a:1/",
        "ws://a:9/",
        "ws://a:8090/",
    ):
        assert str(parse_uri(text)) == text
    assert str(parse_uri("ws://a:81")) == "ws://a:81/"


@pytest.mark.parametrize(
    ("uri", "written"),
    [
        ("ws://\xfc:81/\xfc?\xfc", "ws://xn--tda:81/%C3%BC?%C3%BC"),
        ("WS://A", "ws://a/"),
        ("WSS://A?b", "wss://a/?b"),
        ("WSS://A/?", "wss://a/?"),
        ("WSS://A/?bc/?d", "wss://a/?bc/?d"),
        ("ws://a/\x80\ud7ff\ue000", "ws://a/%C2%80%ED%9F%BF%EE%80%80"),
        ("wss://a:443", "wss://a/"),
        ("ws://a:/", "ws://a/"),
        ("ws://a:00081/", "ws://a:81/"),
        ("ws://[2001:DB8::1]:81", "ws://[2001:db8::1]:81/"),
        ("ws://a\u3002b\uff0ec\uff61d", "ws://a.b.c.d/"),
    ],
)
def test_a_uri_is_written_in_its_usual_form(uri: str, written: str) -> None:
    assert str(parse_uri(uri)) == written


def test_a_repr_shows_no_query() -> None:
    assert repr(WebSocketURI(True, "a", 443, "/?bc")) == (
        "WebSocketURI(secure=True, host='a', port=443, target='/?<redacted, 2 characters>')"
    )


def test_a_host_of_253_characters_in_any_script_is_the_longest() -> None:
    host = ".".join(["\uff41" * 50] * 4 + ["b" * 49])  # full-width forms of a
    assert parse_uri(f"ws://{host}/").host == host.replace("\uff41", "a")
    with pytest.raises(InvalidURI, match=r"a host has at most 253 characters$"):
        parse_uri(f"ws://{host}b/")


def test_a_letter_that_idna_2003_does_not_know_in_lower_case_is_refused() -> None:
    with pytest.raises(InvalidURI, match=r"IDNA 2003 and 2008 read the label"):
        parse_uri("ws://\u13a0.example/")  # Cherokee


def test_a_label_beside_one_in_another_script_has_the_characters_of_a_name() -> None:
    for character in ALPHANUMERIC + "-_":
        assert parse_uri(f"ws://\xfc.{character}/").host == f"xn--tda.{character.lower()}"
    for character in string.punctuation:
        if character not in "-_./?#:@":  # some of these end a label
            with pytest.raises(InvalidURI, match=r"does not become a name$"):
                parse_uri(f"ws://\xfc.{character}/")
        if character not in "-_.":
            full_width = chr(ord(character) + 0xFEE0)
            with pytest.raises(InvalidURI, match=r"does not become a name$"):
                parse_uri(f"ws://a{full_width}1/")
    assert parse_uri(f"ws://\xfc.{'a' * 63}/").host == f"xn--tda.{'a' * 63}"


@pytest.mark.parametrize(
    ("before", "characters", "behind"),
    [
        ("ws://", ALPHANUMERIC + "-_~!$&'()*+,;=", "/"),
        ("ws://a.", ALPHANUMERIC + "-_~!$&'()*+,;=/?", "b"),
        ("ws://a/", ALPHANUMERIC + "-._~!$&'()*+,;=:@/?", "b"),
        ("ws://a/b?", ALPHANUMERIC + "-._~!$&'()*+,;=:@/?", "b"),
        ("ws://a/%", string.hexdigits, "0"),
        ("ws://a/%0", string.hexdigits, ""),
        ("ws://a/?%", string.hexdigits, "0"),
        ("ws://a/?%0", string.hexdigits, ""),
    ],
)
def test_exactly_these_characters_may_stand_there(
    before: str, characters: str, behind: str
) -> None:
    found = set()
    for character in map(chr, range(0x80)):
        with contextlib.suppress(InvalidURI):
            parse_uri(f"{before}{character}{behind}")
            found.add(character)
    assert found == set(characters)
