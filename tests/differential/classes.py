"""The known differences: each a class with a name, a predicate and the reason.

A class is decided by what causes the difference: what the peer did, the code of our fault where it
takes what we refuse, and the bytes themselves where that leaves a choice. Every difference belongs
to one class and no more, or the comparison fails.

R1 to R7 in the reasons are rules of `tests/test_security_rules.py`: R1 caps on lines, fields and
heads; R3 strict syntax wherever readers disagree; R4 no 101 for a request with a body; R6 no 101
unless all that a handshake needs is there; R7 Host, key, version and Origin on one line each.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from .compare import ANSWER, LATER, REFUSED, SOONER, TAKES, Difference
from .peers import NO_BODY, REFUSES

H11 = "h11"
WEBSOCKETS = "websockets"
AIOHTTP_C = "aiohttp, C"
AIOHTTP_PY = "aiohttp, Python"
HTTPTOOLS = "httptools"
WEBSOCKETS_SERVER = "websockets server"
WSPROTO = "wsproto server"

_AIOHTTP = (AIOHTTP_C, AIOHTTP_PY)
_LLHTTP = (AIOHTTP_C, HTTPTOOLS)
_WITH_H11 = (H11, WSPROTO)
_WITH_WEBSOCKETS = (WEBSOCKETS, WEBSOCKETS_SERVER)
_PARSERS = (H11, WEBSOCKETS, *_AIOHTTP, HTTPTOOLS)
_SERVERS = (WEBSOCKETS_SERVER, WSPROTO)
_ALL = (*_PARSERS, *_SERVERS)

_ODD_BITS = re.compile(r"permessage-deflate\b.*window_bits[ \t]*=[ \t]*(?![0-9]+[ \t]*(?:[;,]|\Z))")
_LISTS = ("connection", "upgrade", "sec-websocket-protocol", "sec-websocket-extensions")
_FIELDS = {"key": b"sec-websocket-key", "version": b"sec-websocket-version", "upgrade": b"upgrade"}

Test = Callable[[Difference], bool]


class Class(NamedTuple):
    """Differences of one cause. No codes means that none is asked for."""

    name: str
    peers: tuple[str, ...]
    kind: str
    codes: tuple[str, ...]
    test: Test
    why: str

    def has(self, difference: Difference) -> bool:
        """Whether this difference is one of them."""
        return (
            difference.kind == self.kind
            and difference.peer in self.peers
            and (not self.codes or difference.code in self.codes)
            and self.test(difference)
        )


# --- what the tests look at -----------------------------------------------------------------------


def _always(_: Difference) -> bool:
    return True


def _in_bytes(pattern: bytes) -> Test:
    """What the peer took for the head, or all where it does not say, has this in it."""
    search = re.compile(pattern).search
    return lambda difference: search(difference.data, 0, _end(difference)) is not None


def _in_request_line(pattern: bytes) -> Test:
    """The first line has this in it."""
    search = re.compile(pattern).search
    return lambda difference: search(_request_line(difference)) is not None


def _end(difference: Difference) -> int:
    end = difference.theirs.end
    return len(difference.data) if end is None else end


def _request_line(difference: Difference) -> bytes:
    """The first line that is not empty, without its line end."""
    return difference.data.lstrip(b"\r\n").partition(b"\n")[0].removesuffix(b"\r")


def _says(*beginnings: str) -> Test:
    """The peer's refusal begins in one of these ways."""
    return lambda difference: difference.theirs.faults[0].startswith(beginnings)


def _lines(difference: Difference, name: bytes) -> list[bytes]:
    """The values of a field in the bytes, for what no view has."""
    lines = difference.data[: _end(difference)].split(b"\n")[1:]
    found = [line.partition(b":") for line in lines]
    return [value.strip() for field, _, value in found if field.lower() == name]


def _our_field(difference: Difference, name: str) -> list[str]:
    return [value for field, value in difference.ours.fields or () if field == name]


def _same_but(
    change: Callable[[tuple[str, str]], tuple[str, str]],
) -> Test:
    """Our fields are theirs after this change to each of theirs."""

    def test(difference: Difference) -> bool:
        return difference.ours.fields == tuple(map(change, difference.theirs.fields or ()))

    return test


def _without_space_behind(line: tuple[str, str]) -> tuple[str, str]:
    return line[0], line[1].rstrip(" \t")


def _last_coding(difference: Difference) -> str:
    values = _our_field(difference, "transfer-encoding")
    return ",".join(values).rpartition(",")[2].strip(" \t").lower()


def _framing_normalised(difference: Difference) -> bool:
    """h11 writes one Content-Length for equal ones and Transfer-Encoding in lower case."""
    lines = []
    for name, value in difference.ours.fields or ():
        if name == "content-length":
            value = value.split(",")[0].strip()
            if (name, value) in lines:
                continue
        elif name == "transfer-encoding":
            value = value.lower()
        lines.append((name, value))
    return tuple(lines) == difference.theirs.fields


# --- the classes ----------------------------------------------------------------------------------

CLASSES = [
    # Where the request line and the lines begin and end.
    Class(
        "bare LF ends a line",
        _WITH_H11,
        TAKES,
        ("bare-lf",),
        _in_bytes(rb"(?<!\r)\n"),
        "RFC 9112 §2.2 lets a recipient take a bare LF for a line end, and h11 does. Others read "
        "on, so that two readers see two heads: refused (R3).",
    ),
    Class(
        "folded line",
        _WITH_H11,
        TAKES,
        ("folded-line",),
        _in_bytes(rb"\n[ \t]"),
        "RFC 9112 §5.2 lets a server refuse obs-fold or put a space in its place. h11 does the "
        "one, we the other (R3).",
    ),
    Class(
        "control character in a value",
        _WITH_H11,
        TAKES,
        ("control-character",),
        _in_bytes(rb"(?::|\n[ \t])[^\n]*[\x01-\x08\x0e-\x1f\x7f]"),
        "RFC 9110 §5.5 calls them invalid and lets a recipient keep them where it is safe. h11 "
        "refuses NUL, CR, LF and white space only; we refuse all but HTAB (R3).",
    ),
    Class(
        "empty line in front",
        (*_AIOHTTP, HTTPTOOLS),
        TAKES,
        ("not-http",),
        _in_bytes(rb"\A[\r\n]"),
        "RFC 9112 §2.2 asks a server to skip an empty line before a request, for old clients that "
        "sent one behind a body. A connection that opens a WebSocket begins with its request, so "
        "nothing can stand in front of it: refused.",
    ),
    Class(
        "request line split at spaces",
        _WITH_WEBSOCKETS,
        TAKES,
        ("not-http", "request-line-malformed", "bare-cr", "control-character"),
        _in_request_line(rb"\A[^ ]* [^ ]* HTTP/1\.[01]\Z"),
        "websockets takes the first line apart at its spaces and looks only at the version, and "
        "that the rest is ASCII. RFC 9112 §3 has a token, a target without controls, a version: "
        "refused (R3).",
    ),
    Class(
        "several spaces in the request line",
        _LLHTTP,
        TAKES,
        ("request-line-malformed",),
        _in_request_line(rb"\A[A-Z-]+(?:  +[^ ]+ +| [^ ]+  +)HTTP/[0-9]\.[0-9]\Z"),
        "RFC 9112 §3 has one space between the parts and lets a recipient take more; llhttp does. "
        "A target with a space in it then reads in two ways: refused (R3).",
    ),
    Class(
        "request line of HTTP/0.9",
        _LLHTTP,
        TAKES,
        ("request-line-malformed", "bare-lf"),
        _in_bytes(rb"\A[\r\n]*[A-Z-]+ +[^ \r\n]+\r?\n"),
        "Without a version llhttp reads HTTP/0.9, with fields behind it, and there also takes a "
        "bare LF for the end of the line. RFC 9112 §3 knows no such request: refused.",
    ),
    Class(
        "another protocol's name",
        _LLHTTP,
        TAKES,
        ("request-line-malformed",),
        _in_request_line(rb" (?:RTSP|ICE)/[0-9]\.[0-9]\Z"),
        "llhttp also reads RTSP and ICE. RFC 9112 §2.3: the name is HTTP, in capitals.",
    ),
    # Limits.
    Class(
        "our limit",
        _ALL,
        TAKES,
        ("request-line-too-long", "head-too-large", "too-many-fields"),
        _always,
        "Every reader draws the line elsewhere. Ours are in `Limits` (R1).",
    ),
    Class(
        "their limit",
        _ALL,
        REFUSED,
        (),
        _says(
            "LineTooLong: ",
            "HeaderLineTooLong: ",
            "RequestLineTooLong: ",
            "TooManyHeaders: ",
            "BadHttpMessage: Too many headers received",
        ),
        "Their limits where ours are wider: aiohttp and websockets cap each field line near 8 KiB, "
        "and aiohttp's Python parser counts the request line and the blank line among 128.",
    ),
    # Method, target, version.
    Class(
        "method not on a list",
        _LLHTTP,
        REFUSED,
        (),
        _says(
            "BadHttpMethod: Invalid method encountered",
            "BadHttpMethod: Expected space after method",
            "BadStatusLine: Bad status line: Expected HTTP/2 Connection Preface",
            "HttpParserInvalidMethodError: ",
            "HttpParserError: Expected HTTP/2 Connection Preface",
        ),
        "A method is any token (RFC 9110 §9.1), and llhttp refuses those that it does not know. We "
        "read it and answer 405.",
    ),
    Class(
        "CONNECT",
        _AIOHTTP,
        REFUSED,
        (),
        lambda difference: (
            difference.ours.method == "CONNECT" and _says("InvalidURLError: ")(difference)
        ),
        "aiohttp asks for the authority-form that goes with CONNECT (RFC 9112 §3.2.3). We read the "
        "request and answer 405.",
    ),
    Class(
        "method in capitals",
        (AIOHTTP_PY,),
        "method",
        (),
        lambda difference: (difference.ours.method or "").upper() == difference.theirs.method,
        "aiohttp's Python parser writes the method in capitals. Methods are case-sensitive "
        "(RFC 9110 §9.1): `get` is not GET and gets a 405.",
    ),
    Class(
        "later minor version",
        (*_LLHTTP, *_WITH_WEBSOCKETS),
        REFUSED,
        (),
        lambda difference: (
            re.fullmatch(r"HTTP/1\.[2-9]", difference.ours.version or "") is not None
            and _says(
                "BadStatusLine: Bad status line: Invalid HTTP version",
                "HttpParserError: Invalid HTTP version",
                "ValueError: unsupported protocol; expected HTTP/1.1 or HTTP/1.0",
            )(difference)
        ),
        "RFC 9110 §2.5: a recipient reads a message of a higher minor version as one of the "
        "highest it knows. RFC 6455 §4.2.1 also says 1.1 or higher. We take 1.2 to 1.9.",
    ),
    Class(
        "another major version",
        (H11, *_AIOHTTP, HTTPTOOLS, WSPROTO),
        TAKES,
        ("http-version-unsupported",),
        _in_request_line(rb" HTTP/[02-9]\.[0-9]\Z"),
        "A parser reads HTTP/2.0 or 0.9 in the syntax of 1.1 and leaves the rest to its user; "
        "wsproto does not look. We answer 505 (R6).",
    ),
    Class(
        "HTTP/1.0",
        (WSPROTO,),
        TAKES,
        ("http-version-too-old",),
        _in_request_line(rb" HTTP/1\.0\Z"),
        "wsproto does not look at the version. RFC 6455 §4.2.1 asks for 1.1 (R6).",
    ),
    Class(
        "target not examined",
        _ALL,
        TAKES,
        ("target-malformed",),
        _always,
        "RFC 9112 §3.2 has four forms, of which a GET has two. A parser hands on most of what "
        "stands between the spaces; we refuse all that names no path on this server: `*`, `chat`, "
        "`/a#b`, bytes beyond ASCII, userinfo, other schemes, a bad authority.",
    ),
    Class(
        "address of a later IP in capitals",
        _AIOHTTP,
        REFUSED,
        (),
        lambda difference: (
            _says("InvalidURLError: ")(difference)
            and difference.ours.method != "CONNECT"
            and "://[V" in (difference.ours.target or "")
        ),
        "RFC 3986 §3.2.2: `[v1.x]` or `[V1.x]` is how an address of some later IP would be "
        "written. Python's URL parser knows only the small letter.",
    ),
    Class(
        "absolute target without a path",
        (HTTPTOOLS,),
        "path",
        (),
        lambda difference: (
            (difference.ours.path, difference.theirs.path) == ("/", "")
            and difference.ours.authority is not None
        ),
        "`http://example.com?x` has an empty path, which RFC 9110 §4.2.3 makes equal to `/`. "
        "httptools gives the empty one, we give `/`.",
    ),
    # Host.
    Class(
        "Host not required",
        (*_PARSERS, WEBSOCKETS_SERVER),
        TAKES,
        ("host-missing",),
        lambda difference: (
            difference.peer in (HTTPTOOLS, *_WITH_WEBSOCKETS)
            or difference.theirs.version != "HTTP/1.1"
        ),
        "h11 and aiohttp ask for Host in HTTP/1.1 exactly, httptools and websockets leave it to "
        "their user. RFC 9112 §3.2 asks for it from 1.1 on and RFC 6455 §4.2.1 in any handshake "
        "(R6).",
    ),
    Class(
        "Host repeated",
        (*_WITH_WEBSOCKETS, HTTPTOOLS),
        TAKES,
        ("host-repeated",),
        lambda difference: len(difference.theirs.host or ()) > 1,
        "httptools and websockets hand on all lines. RFC 9112 §3.2: refused with 400 (R7).",
    ),
    Class(
        "Host not examined",
        _ALL,
        TAKES,
        ("host-malformed",),
        _always,
        "A parser does not look into Host. RFC 9112 §3.2: an invalid value is refused with 400.",
    ),
    Class(
        "Host other than the target's",
        _ALL,
        TAKES,
        ("host-differs",),
        _in_request_line(rb"(?i) (?:https?|wss?)://"),
        "RFC 9112 §3.2.2 has the target win over Host. Whoever looks at Host alone, as most do, "
        "routes elsewhere: we refuse the contradiction.",
    ),
    # The body.
    Class(
        "a body",
        _PARSERS,
        TAKES,
        ("transfer-encoding-present", "content-length-not-zero"),
        lambda difference: difference.theirs.body not in (NO_BODY, None),
        "A GET may have a body for all that HTTP says, so a parser reads it. A handshake may not: "
        "behind a body a second request can hide (R4).",
    ),
    Class(
        "a body that is left to what follows the upgrade",
        (HTTPTOOLS,),
        TAKES,
        ("transfer-encoding-present", "content-length-not-zero"),
        lambda difference: (
            difference.theirs.body == NO_BODY
            and (difference.ours.method == "CONNECT" or bool(_our_field(difference, "upgrade")))
        ),
        "In a request with Upgrade, or after CONNECT, httptools stops behind the head and hands "
        "the body on as the new protocol's first bytes. This is the confusion that R4 is about: "
        "refused.",
    ),
    Class(
        "Transfer-Encoding without chunked",
        (AIOHTTP_C,),
        TAKES,
        ("transfer-encoding-present",),
        lambda difference: (
            difference.theirs.body == NO_BODY and _last_coding(difference) != "chunked"
        ),
        "Beside Upgrade, or where it is empty, llhttp reads a Transfer-Encoding that does not end "
        "in chunked as no body. RFC 9112 §6.3 has a server answer 400, since the length is "
        "unknown: refused (R4).",
    ),
    Class(
        "equal Content-Lengths",
        (*_WITH_H11, *_WITH_WEBSOCKETS),
        TAKES,
        ("content-length-repeated",),
        lambda difference: (
            len(set(_lines(difference, b"content-length"))) == 1
            and b"," not in _lines(difference, b"content-length")[0]
        ),
        "RFC 9112 §6.3 lets a recipient take equal values for one. We refuse a second line (R3).",
    ),
    Class(
        "Content-Length as a list",
        _WITH_H11,
        TAKES,
        ("content-length-malformed", "content-length-repeated"),
        lambda difference: b"," in b"".join(_lines(difference, b"content-length")),
        "Equal values on one line, `0, 0`: the same rule, and refused as well.",
    ),
    Class(
        "a body before the 101",
        (WSPROTO,),
        TAKES,
        ("transfer-encoding-present", "content-length-not-zero"),
        _always,
        "wsproto has h11 read the body, drops it and answers 101 (R4).",
    ),
    Class(
        "zeros in Content-Length",
        _WITH_WEBSOCKETS,
        REFUSED,
        (),
        lambda difference: (
            _says("ValueError: unsupported request body")(difference)
            and re.fullmatch(r"00+", "".join(_our_field(difference, "content-length"))) is not None
        ),
        "`00` is a number of digits (RFC 9110 §8.6) and zero, so there is no body. websockets "
        "compares with `0`.",
    ),
    Class(
        "Content-Length and Transfer-Encoding rewritten",
        (H11,),
        "fields",
        (),
        _framing_normalised,
        "h11 makes one line of equal Content-Lengths and writes Transfer-Encoding in lower case. "
        "We refuse all of these requests and show them as sent.",
    ),
    # Other fields.
    Class(
        "white space behind a value",
        (HTTPTOOLS,),
        "fields",
        (),
        _same_but(_without_space_behind),
        "RFC 9110 §5.5: it is no part of the value. llhttp leaves it to its user to drop it; "
        "aiohttp does.",
    ),
    Class(
        "white space behind Host",
        (HTTPTOOLS,),
        "host",
        (),
        lambda difference: (
            difference.ours.host
            == tuple([value.rstrip(" \t") for value in difference.theirs.host or ()])
        ),
        "The same in Host, which a user of httptools has to strip before it is compared.",
    ),
    Class(
        "repeated field of another kind",
        _AIOHTTP,
        REFUSED,
        (),
        _says("BadHttpMessage: Duplicate '"),
        "aiohttp refuses a second User-Agent, Content-Type and some others. They say nothing about "
        "a handshake; we refuse the repetitions that do (R7).",
    ),
    Class(
        "field of an old draft",
        _AIOHTTP,
        REFUSED,
        (),
        _says("InvalidHeader: Invalid HTTP header: 'Sec-WebSocket-Key1'"),
        "aiohttp refuses Sec-WebSocket-Key1, which draft 76 used. For us it is a field like any "
        "other; a request of that draft has no Sec-WebSocket-Key.",
    ),
    # When it is decided.
    Class(
        "we refuse at once",
        _ALL,
        LATER,
        (),
        lambda difference: difference.ours.outcome == REFUSES,
        "A fault of syntax is named when its byte arrives. The peer waits for the end of the line "
        "or the head, which is not there.",
    ),
    Class(
        "it refuses at once",
        _ALL,
        SOONER,
        (),
        lambda difference: difference.theirs.outcome == REFUSES,
        "The head is not whole. What we judge when it is, the peer refuses already: a version, "
        "method or target in the request line, a field, or a byte in a line that has no end yet.",
    ),
    # Servers only.
    Class(
        "Origin not examined",
        _SERVERS,
        TAKES,
        ("origin-malformed",),
        _always,
        "Without a list of origins websockets does not read Origin, and wsproto never does. We "
        "refuse a malformed one even where `origins=None` checks nothing else (RFC 6454 §7.1).",
    ),
    Class(
        "subprotocol named twice",
        _SERVERS,
        TAKES,
        ("subprotocol-repeated",),
        _always,
        "RFC 6455 §4.1, item 10: the names are unique. Both servers leave that to the client.",
    ),
    Class(
        "empty line of a list",
        (WEBSOCKETS_SERVER,),
        REFUSED,
        (),
        lambda difference: (
            _says("InvalidHeaderFormat: ")(difference)
            and any(
                len(values) > 1 and not all(value.strip(" \t,") for value in values)
                for values in (_our_field(difference, name) for name in _LISTS)
            )
        ),
        "RFC 9110 §5.2 makes one list of the lines of a field, and §5.6.1 skips empty elements. "
        "websockets reads each line for itself and finds an empty one malformed.",
    ),
    Class(
        "last line counts",
        (WSPROTO,),
        TAKES,
        ("key-repeated", "version-repeated", "upgrade-repeated", "upgrade-malformed"),
        lambda difference: (
            len(_lines(difference, _FIELDS[(difference.code or "").partition("-")[0]])) > 1
        ),
        "wsproto takes the last line of key, version and Upgrade. Key and version may come once "
        "(RFC 6455 §11.3.1, §11.3.5), Upgrade is a list over its lines (RFC 9110 §5.2), and who "
        "takes the first line sees another handshake: refused (R7).",
    ),
    Class(
        "last Connection counts",
        (WSPROTO,),
        REFUSED,
        (),
        lambda difference: (
            _says("RemoteProtocolError: Missing header, 'Connection: Upgrade'")(difference)
            and len(_our_field(difference, "connection")) > 1
        ),
        "wsproto looks at the last Connection line only. It is a list over all its lines (RFC 9110 "
        "§5.2): we find the option on any of them.",
    ),
    Class(
        "Connection not examined",
        (WSPROTO,),
        TAKES,
        ("connection-malformed",),
        _always,
        "wsproto looks for an element `upgrade` in the last line and not at the others. RFC 9110 "
        "§7.6.1 has tokens.",
    ),
    Class(
        "key not examined",
        (WSPROTO,),
        TAKES,
        ("key-malformed",),
        _always,
        "wsproto hashes whatever the field holds. RFC 6455 §4.2.1, item 5: base64 of 16 bytes "
        "(R6).",
    ),
    Class(
        "Origin repeated",
        (WSPROTO,),
        TAKES,
        ("origin-repeated",),
        lambda difference: len(_lines(difference, b"origin")) > 1,
        "wsproto leaves Origin to its user, who gets all lines. RFC 6454 §7.3: one (R7).",
    ),
    Class(
        "offers not examined",
        (WSPROTO,),
        TAKES,
        ("subprotocol-malformed", "extensions-malformed"),
        _always,
        "wsproto cuts these lists at their commas, also inside of quotes, and looks only for what "
        "it speaks. RFC 6455 §4.3: tokens, at least one.",
    ),
    Class(
        "empty elements of Upgrade",
        (WSPROTO,),
        REFUSED,
        (),
        lambda difference: (
            _says("RemoteProtocolError: Missing header, 'Upgrade: websocket'")(difference)
            and "," in "".join(_our_field(difference, "upgrade"))
        ),
        "RFC 9110 §5.6.1 skips them: `websocket,` is one protocol. wsproto compares the whole "
        "value.",
    ),
    Class(
        "empty elements of Sec-WebSocket-Protocol",
        (WSPROTO,),
        "subprotocols",
        (),
        lambda difference: (
            difference.ours.subprotocols
            == tuple([name for name in difference.theirs.subprotocols or () if name])
        ),
        "RFC 9110 §5.6.1 skips empty elements; wsproto offers its user an empty name.",
    ),
    Class(
        "Host that the codec refuses",
        (WSPROTO,),
        REFUSED,
        (),
        lambda difference: (
            difference.theirs.status is None
            and _says("Unicode")(difference)
            and "xn--" in "".join(difference.ours.host or ())
        ),
        "wsproto decodes Host as IDNA and lets the codec's UnicodeError through, for `xn--a`. "
        "RFC 9110 §7.2 has a URI's reg-name there, which says nothing about labels.",
    ),
    Class(
        "Host decoded",
        (WSPROTO,),
        "host",
        (),
        lambda difference: (
            difference.theirs.host
            == tuple([host.encode("ascii").decode("idna") for host in difference.ours.host or ()])
        ),
        "wsproto decodes the A-labels of Host: `xn--bcher-kva` becomes another text for the same "
        "host. We show what was sent.",
    ),
    Class(
        "number of bits",
        (WSPROTO,),
        REFUSED,
        (),
        lambda difference: (
            difference.theirs.status is None
            and _says("ValueError: invalid literal for int()")(difference)
            and _ODD_BITS.search(", ".join(_our_field(difference, "sec-websocket-extensions")))
            is not None
        ),
        "RFC 6455 §9.1 lets a parameter be quoted. wsproto gives the quotes, as any other text, to "
        "int(), whose ValueError gets through. Here no extension is spoken, so nothing reads it.",
    ),
    Class(
        "error of another kind",
        (WSPROTO,),
        ANSWER,
        (),
        lambda difference: (
            difference.theirs.status is None
            and _says("Unicode", "ValueError: ", "IndexError: ")(difference)
        ),
        "Bytes beyond ASCII in Host or in a list, or a quoted number: wsproto lets Python's error "
        "through, without an answer to send.",
    ),
    Class(
        "another status",
        _SERVERS,
        ANSWER,
        (),
        lambda difference: difference.theirs.status is not None,
        "Both refuse. RFC 6455 §4.2.2 names few statuses; ours stand in the project's README.",
    ),
    Class(
        "no answer",
        (WEBSOCKETS_SERVER,),
        ANSWER,
        (),
        lambda difference: (
            difference.theirs.status is None and difference.theirs.outcome == REFUSES
        ),
        "What websockets cannot parse it closes on, without an answer. We answer, so that the "
        "client sees why (RFC 9112 §3 asks for 400).",
    ),
]


# What may be read in another way although we accept it: all else fails the comparison.
REMAINS = ("absolute target without a path", "white space behind Host", "Host decoded")

_OF_KIND: dict[str, list[Class]] = {}
for _known in CLASSES:
    _OF_KIND.setdefault(_known.kind, []).append(_known)


def classify(difference: Difference) -> list[str]:
    """The names of the classes it belongs to: one, unless something new was found."""
    return [known.name for known in _OF_KIND.get(difference.kind, ()) if known.has(difference)]
