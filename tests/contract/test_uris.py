"""ws and wss URIs: RFC 6455 section 3, RFC 3986 section 3, IDNA for hosts that are not ASCII."""

from __future__ import annotations

import pickle
import time
from typing import Any, NamedTuple

import pytest

from ws_handshake import InvalidURI, WebSocketURI, build_request, parse_uri


class Parts(NamedTuple):
    """What a URI means; the Host field leaves the scheme's default port out."""

    secure: bool
    host: str
    port: int
    target: str
    host_header: str


def ws(host: str, port: int = 80, target: str = "/", header: str | None = None) -> Parts:
    return Parts(False, host, port, target, header or host)


def wss(host: str, port: int = 443, target: str = "/", header: str | None = None) -> Parts:
    return Parts(True, host, port, target, header or host)


E = "example.com"
VALID = {
    # schemes
    "ws://example.com": ws(E),
    "wss://example.com": wss(E),
    "ws://example.com/": ws(E),
    "wss://example.com/": wss(E),
    "WS://example.com/": ws(E),
    "Wss://example.com/": wss(E),
    "wSS://example.com/": wss(E),
    # hosts
    "ws://EXAMPLE.COM/": ws(E),
    "ws://Example.Com:8080/": ws(E, 8080, "/", "example.com:8080"),
    "ws://localhost/": ws("localhost"),
    "ws://127.0.0.1/": ws("127.0.0.1"),
    "ws://127.0.0.1:3030/": ws("127.0.0.1", 3030, "/", "127.0.0.1:3030"),
    "ws://a/": ws("a"),
    "ws://sub.a-b.example/": ws("sub.a-b.example"),
    "ws://under_score.example/": ws("under_score.example"),
    "ws://xn--bcher-kva.example/": ws("xn--bcher-kva.example"),
    "ws://XN--BCHER-KVA.example/": ws("xn--bcher-kva.example"),
    "ws://xn--strae-oqa.example/": ws("xn--strae-oqa.example"),
    "ws://example.com./": ws("example.com."),
    # IPv6
    "ws://[::1]": ws("::1", header="[::1]"),
    "ws://[::1]/": ws("::1", header="[::1]"),
    "ws://[::1]:80/": ws("::1", header="[::1]"),
    "ws://[::1]:8080/": ws("::1", 8080, "/", "[::1]:8080"),
    "wss://[::1]:443/": wss("::1", header="[::1]"),
    "ws://[2001:DB8::A]/": ws("2001:db8::a", header="[2001:db8::a]"),
    "ws://[::ffff:192.0.2.1]:81/": ws("::ffff:192.0.2.1", 81, "/", "[::ffff:192.0.2.1]:81"),
    "ws://[1:2:3:4:5:6:7:8]?x": ws("1:2:3:4:5:6:7:8", 80, "/?x", "[1:2:3:4:5:6:7:8]"),
    # ports
    "ws://example.com:80/": ws(E),
    "ws://example.com:443/": ws(E, 443, "/", "example.com:443"),
    "wss://example.com:443/": wss(E),
    "wss://example.com:80/": wss(E, 80, "/", "example.com:80"),
    "ws://example.com:1/": ws(E, 1, "/", "example.com:1"),
    "ws://example.com:65535/": ws(E, 65535, "/", "example.com:65535"),
    "ws://example.com:8080": ws(E, 8080, "/", "example.com:8080"),
    "ws://example.com:/": ws(E),
    "wss://example.com:": wss(E),
    # paths and queries
    "ws://example.com/chat": ws(E, 80, "/chat"),
    "ws://example.com/a/b/": ws(E, 80, "/a/b/"),
    "ws://example.com//a//b": ws(E, 80, "//a//b"),
    "ws://example.com/Case": ws(E, 80, "/Case"),
    "ws://example.com/chat?x=1&y=2": ws(E, 80, "/chat?x=1&y=2"),
    "ws://example.com/chat?": ws(E, 80, "/chat?"),
    "ws://example.com?x=1": ws(E, 80, "/?x=1"),
    "ws://example.com:81?x=1": ws(E, 81, "/?x=1", "example.com:81"),
    "ws://example.com?x=/a?b:c@d": ws(E, 80, "/?x=/a?b:c@d"),
    "ws://example.com/a@b:c": ws(E, 80, "/a@b:c"),
    "ws://example.com?http://user@other.example/": ws(E, 80, "/?http://user@other.example/"),
    "ws://example.com/-._~!$&'()*+,;=:@": ws(E, 80, "/-._~!$&'()*+,;=:@"),
    "ws://example.com/?-._~!$&'()*+,;=:@/?": ws(E, 80, "/?-._~!$&'()*+,;=:@/?"),
    "ws://example.com/%41%2f%2F%00%0d%0a": ws(E, 80, "/%41%2f%2F%00%0d%0a"),
    "ws://example.com/?q=%23%25": ws(E, 80, "/?q=%23%25"),
    # beyond ASCII: percent-encoded as UTF-8
    "ws://example.com/caf\xe9": ws(E, 80, "/caf%C3%A9"),
    "ws://example.com/\ucc44\ud305\ubc29": ws(E, 80, "/%EC%B1%84%ED%8C%85%EB%B0%A9"),
    "ws://example.com/?name=\ucca0\uc218": ws(E, 80, "/?name=%EC%B2%A0%EC%88%98"),
    "ws://example.com?\xe9": ws(E, 80, "/?%C3%A9"),
    "ws://example.com/%C3%A9\xe9": ws(E, 80, "/%C3%A9%C3%A9"),
    "ws://example.com/\U0001f600": ws(E, 80, "/%F0%9F%98%80"),
    "ws://example.com/\xdf\u03c2": ws(E, 80, "/%C3%9F%CF%82"),
    "ws://example.com/\uff0f\uff03\uff1f": ws(E, 80, "/%EF%BC%8F%EF%BC%83%EF%BC%9F"),
    # beyond ASCII: IDNA
    "ws://b\xfccher.example/": ws("xn--bcher-kva.example"),
    "ws://B\xdcCHER.example/": ws("xn--bcher-kva.example"),
    "wss://\u4f8b\u3048.\u30c6\u30b9\u30c8/": wss("xn--r8jz45g.xn--zckzah"),
    "ws://caf\xe9.com:81/\xe9": ws("xn--caf-dma.com", 81, "/%C3%A9", "xn--caf-dma.com:81"),
    "ws://" + "b\xfccher." * 10 + "example/": ws("xn--bcher-kva." * 10 + "example"),
}

INVALID = [
    # schemes
    "",
    " ",
    "example.com",
    "//example.com/",
    "/chat",
    "ws",
    "ws:",
    "ws:/",
    "ws:/example.com/",
    "ws:example.com",
    "ws//example.com/",
    "http://example.com/",
    "https://example.com/",
    "wsx://example.com/",
    "w://example.com/",
    "ws+unix://example.com/",
    "://example.com/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "\uff57\uff53://example.com/",
    "w\u017f://example.com/",  # the long s upper-cases to S
    "ws\uff1a//example.com/",
    # no host
    "ws://",
    "ws:///",
    "ws:///chat",
    "ws://:80/",
    "ws://?x=1",
    "ws://#",
    "ws://[]/",
    "ws://[]:80/",
    # hosts
    "ws://exa mple.com/",
    "ws://exa\\mple.com/",
    "ws://example.com\\@evil.example/",
    "ws:\\\\example.com\\",
    "ws://exa<mple.com/",
    'ws://exa"mple.com/',
    "ws://exa^mple.com/",
    "ws://exa|mple.com/",
    "ws://exa`mple.com/",
    "ws://{example}.com/",
    "ws://exa%mple.com/",
    "ws://example.com%zz/",
    # IPv6
    "ws://::1/",
    "ws://::1:8080/",
    "ws://2001:db8::1/",
    "ws://[::1/",
    "ws://::1]/",
    "ws://[::1]8080/",
    "ws://[::1]]/",
    "ws://[[::1]]/",
    "ws://[::1]x/",
    "ws://x[::1]/",
    "ws://[::g]/",
    "ws://[1:2]/",
    "ws://[1:2:3:4:5:6:7:8:9]/",
    "ws://[1::2::3]/",
    "ws://[12345::]/",
    "ws://[127.0.0.1]/",
    "ws://[::1.2.3]/",
    "ws://[::256.1.1.1]/",
    "ws://[example.com]/",
    "ws://[::1%eth0]/",
    "ws://[::\uff11]/",
    "ws://[ ::1]/",
    # ports
    "ws://example.com:0/",
    "ws://example.com:65536/",
    "ws://example.com:99999/",
    "ws://example.com:" + "9" * 5000 + "/",
    "ws://example.com:-1/",
    "ws://example.com:+80/",
    "ws://example.com:8_0/",
    "ws://example.com:0x50/",
    "ws://example.com:80a/",
    "ws://example.com:abc/",
    "ws://example.com: 80/",
    "ws://example.com:80 /",
    "ws://example.com:80:80/",
    "ws://example.com::80/",
    "ws://example.com:\uff18\uff10/",
    "ws://example.com:\xb2/",
    "ws://example.com:\u0668\u0660/",
    "ws://[::1]:0/",
    "ws://[::1]:65536/",
    # fragments: RFC 6455 section 3
    "ws://example.com/#",
    "ws://example.com/#top",
    "ws://example.com#top",
    "ws://example.com/chat?x=1#top",
    "ws://example.com#@evil.example/",
    # user information
    "ws://user@example.com/",
    "ws://user:password@example.com/",
    "ws://user:@example.com/",
    "ws://:password@example.com/",
    "ws://@example.com/",
    "ws://:@example.com/",
    "ws://a@b@example.com/",
    "ws://user@[::1]/",
    "ws://example.com:80@evil.example/",
    "ws://example.com%40@evil.example/",
    # white space and controls
    " ws://example.com/",
    "ws://example.com/ ",
    "\tws://example.com/",
    "ws://example.com/\n",
    "\nws://example.com/",
    "ws://example.com/\r\n",
    "w\ns://example.com/",
    "ws:\n//example.com/",
    "ws://exam\nple.com/",
    "ws://exam\tple.com/",
    "ws://exam\rple.com/",
    "ws://example.com/a\r\nX: 1",
    "ws://example.com/a\tb",
    "ws://example.com/?a\nb",
    "ws://example.com/a b",
    "ws://example.com/?a b",
    "ws://example.com/ HTTP/1.1\r\nX: 1",
    "ws://example.com/\0",
    "ws://example.com\0.evil.example/",
    "ws://example.com/\x1b[2J",
    "ws://example.com/\x7f",
    "\x00ws://example.com/",
    # what RFC 3986 has not
    'ws://example.com/"',
    "ws://example.com/<a>",
    "ws://example.com/\\",
    "ws://example.com/^",
    "ws://example.com/`",
    "ws://example.com/{a}",
    "ws://example.com/a|b",
    "ws://example.com/?{a}",
    "ws://example.com/?a|b",
    'ws://example.com/?"',
    "ws://example.com/?\\",
    "ws://example.com/%",
    "ws://example.com/%4",
    "ws://example.com/%zz",
    "ws://example.com/%%41",
    "ws://example.com/?%",
    "ws://example.com/?%g1",
    "ws://example.com/%\uff14\uff11",
    # lone surrogates
    "ws://example.com/\ud800",
    "ws://example.com/?\udc80",
    "ws://exam\udfffple.com/",
    "ws\ud800://example.com/",
    # IDNA: what 2003 and 2008 read as different hosts
    "ws://stra\xdfe.example/",
    "ws://\xdf.example/",
    "ws://b\xfccher.stra\xdfe.example/",
    "ws://\u03c2.example/",
    "ws://\u03b2\u03cc\u03bb\u03bf\u03c2.com/",
    "ws://a\u200db.example/",
    "ws://a\u200cb.example/",
    "ws://\u0915\u094d\u200d\u0937.example/",
    # characters that become a delimiter
    "ws://example.com\uff0fevil.example/",
    "ws://example.com\uff1a80/",
    "ws://user\uff20example.com/",
    "ws://example.com\uff1fx/",
    "ws://example.com\uff03x/",
    "ws://example.com\uff3cevil/",
    "ws://example.com\uff05.evil/",
    "ws://exa\uff0emple\u2100.com/",  # a/c
    "ws://example.com\u2048/",  # ?!
    "ws://\uff3b::1\uff3d/",
    "ws://example.com\u3000.evil/",
    "ws://example.com\xa0/",
    "ws://example.com\u2028/",
    "ws://example.com\x85/",
    # labels
    "ws://b\xfccher..example/",
    "ws://.b\xfccher.example/",
    "ws://" + "\xfc" * 64 + ".example/",
    "ws://" + "b\xfccher." * 40 + "example/",
]


@pytest.mark.parametrize(("text", "parts"), VALID.items(), ids=map(ascii, VALID))
def test_parts(text: str, parts: Parts) -> None:
    uri = parse_uri(text)
    assert isinstance(uri, WebSocketURI)
    assert (uri.secure, uri.host, uri.port, uri.target, uri.host_header) == parts


@pytest.mark.parametrize("text", VALID, ids=map(ascii, VALID))
def test_the_text_of_a_uri_parses_back(text: str) -> None:
    uri = parse_uri(text)
    assert str(uri).isascii()
    assert parse_uri(str(uri)) == uri


@pytest.mark.parametrize(("text", "parts"), VALID.items(), ids=map(ascii, VALID))
def test_requests_are_built_from_the_parts(text: str, parts: Parts) -> None:
    request = build_request(text)
    assert (request.target, request.headers["Host"]) == (parts.target, parts.host_header)


@pytest.mark.parametrize("text", INVALID, ids=lambda text: ascii(text[:60]))
def test_refused(text: str) -> None:
    with pytest.raises(InvalidURI) as caught:
        parse_uri(text)
    message = str(caught.value)
    assert message.isprintable() and len(message) < 1000
    assert type(pickle.loads(pickle.dumps(caught.value))) is InvalidURI
    with pytest.raises(InvalidURI):
        build_request(text)


@pytest.mark.parametrize("code", [*range(0x21), 0x7F])
@pytest.mark.parametrize(
    "form", ["{}ws://a/", "ws{}://a/", "ws://a{}b/", "ws://a:8{}0/", "ws://a/{}", "ws://a/?{}b"]
)
def test_no_space_and_no_control_anywhere(code: int, form: str) -> None:
    with pytest.raises(InvalidURI):
        parse_uri(form.format(chr(code)))


@pytest.mark.parametrize("text", ["ws://[v1.x]/", "ws://[vF.a-b]:81/", "ws://[v1.a:b]/"])
def test_an_ip_literal_of_the_future_is_never_taken_for_a_name(text: str) -> None:
    try:
        uri = parse_uri(text)
    except InvalidURI:
        return
    assert uri.host_header.startswith("[")


@pytest.mark.parametrize(
    "text",
    [
        "ws://user:hunter2@example.com/",
        "ws://hunter2@example.com/chat",
        "ws://:hunter2@[::1]:80/",
        "ws://user:hunter2@b\xfccher.example/",
    ],
)
def test_user_information_is_refused_with_advice_and_not_shown(text: str) -> None:
    with pytest.raises(InvalidURI) as caught:
        parse_uri(text)
    assert "hunter2" not in f"{caught.value}{caught.value!r}"
    assert "Authorization" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "ws://example.com/?token=hunter2#top",
        "ws://example.com:0/?token=hunter2",
        "http://example.com/?token=hunter2",
        "ws://example.com/?token=hunter2 ",
        "ws://stra\xdfe.example/?token=hunter2",
    ],
)
def test_a_query_is_not_shown(text: str) -> None:
    with pytest.raises(InvalidURI) as caught:
        parse_uri(text)
    assert "hunter2" not in f"{caught.value}{caught.value!r}"


@pytest.mark.parametrize("character", ["\xdf", "\u03c2", "\u200c", "\u200d"])
def test_hosts_that_idna_reads_in_two_ways_ask_for_the_a_label(character: str) -> None:
    with pytest.raises(InvalidURI) as caught:
        parse_uri(f"ws://a{character}b.example/")
    assert "a-label" in str(caught.value).lower() or "xn--" in str(caught.value)


@pytest.mark.parametrize(
    "host",
    [
        "\xfc" * 100_000,
        "\xfc" * 1_000_000,
        "b\xfccher." * 50_000,
        "\u0130" * 100_000,
        "a" * 100_000 + "\xfc",
        "\u0915\u094d" * 100_000,
    ],
    ids=lambda host: f"{host[:3]!a}-{len(host)}",
)
def test_a_very_long_host_is_refused_at_once(host: str) -> None:
    began = time.perf_counter()
    with pytest.raises(InvalidURI):
        parse_uri(f"ws://{host}/")
    assert time.perf_counter() - began < 2


def test_a_long_path_is_read_in_linear_time() -> None:
    began = time.perf_counter()
    assert len(parse_uri("ws://example.com/" + "\xe9%41" * 100_000).target) == 1 + 9 * 100_000
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    "wrong", [None, 5, b"ws://example.com/", ["ws://example.com/"], parse_uri("ws://example.com/")]
)
def test_another_type_is_a_type_error(wrong: Any) -> None:
    with pytest.raises(TypeError):
        parse_uri(wrong)
