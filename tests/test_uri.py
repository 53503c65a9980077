"""WebSocket URIs as values (RFC 6455 §3): what their parts must be."""

from __future__ import annotations

from typing import Any

import pytest

from ws_handshake import InvalidURI, WebSocketURI, parse_uri

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
    assert WebSocketURI(**PARTS | {"host": f"{'a' * 63}.b."}).host
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
        ("//a/", "ws://"),
        ("http://a/", "scheme"),
        ("://a/", "scheme"),
        ("w\u017f://a/", "scheme"),
        ("ws://a/#", "fragment"),
        ("ws://me:pw@a/", "Authorization"),
        ("ws:///a", "host"),
        ("ws://a:0/", "port"),
        ("ws://[v1.a]/", "IP version"),
        ("ws://a/ b", "percent-encode"),
        (f"ws://{'a' * 254}/", "253"),
        ("ws://" + "\xe4" * 254, "253"),
        ("ws://\u2100.example/", "label"),
        ("ws://\u00df.example/", "A-label"),
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
