"""Servers that share no code with this library: three ways to read a head, each with faults.

Without a fault each of them is right, and differently minded: one answers 400 to everything that
is wrong, one closes or answers HTML as HTTP/1.0, one answers in chunks and keeps the connection
where it may. A fault is one line of their code that is otherwise.
"""

import base64
import email.parser
import hashlib
import ipaddress
import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

Answer = tuple[bytes, bool]
Faults = frozenset[str]
Values = Mapping[str, list[str]]

_T = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_OWS = r"[ \t]*"
_VALUE = rf'(?:{_T}|"(?:\\?{_T[:-1]})+")'
_EXTENSION = rf"{_T}(?:{_OWS};{_OWS}{_T}(?:{_OWS}={_OWS}{_VALUE})?)*"


def _list_of(element: str) -> re.Pattern[str]:
    """Elements between commas, of which some may be empty, but not all."""
    gap = r"[ \t,]*"
    return re.compile(rf"{gap}{element}(?:{_OWS},{gap}{element})*{gap}")


_TOKENS = _list_of(_T)
_EXTENSIONS = _list_of(_EXTENSION)
_KEY = re.compile(r"[A-Za-z0-9+/]{22}==")
_NAME = r"(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+"
_HOST = re.compile(rf"(\[[0-9A-Fa-f:.]+\]|{_NAME})(?::[0-9]*)?")
_ORIGIN = re.compile(r"null|[A-Za-z][A-Za-z0-9+.-]*://([^/?#@, ]+)")
_TARGET = re.compile(r"(?:(?:http|ws)s?://([^/?#]+))?/[!-\"$-~]*", re.IGNORECASE)
_LARGEST = 32_768


def _is_host(host: str) -> bool:
    found = _HOST.fullmatch(host)
    if found is None or not found[1].startswith("["):
        return found is not None
    try:
        return ipaddress.IPv6Address(found[1][1:-1]) is not None
    except ValueError:
        return False


def _is_key(key: str) -> bool:
    return _KEY.fullmatch(key) is not None


def _is_websocket(upgrade: list[str]) -> bool:
    return len(upgrade) == 1 and upgrade[0].strip(" \t,").lower() == "websocket"


def _names_upgrade(connection: str) -> bool:
    options = re.split("[ \t]*,[ \t]*", connection.lower())
    return _TOKENS.fullmatch(connection) is not None and "upgrade" in options


def _is_origin(origin: str) -> bool:
    found = _ORIGIN.fullmatch(origin)
    return found is not None and (found[1] is None or _is_host(found[1]))


def _is_bodyless(fields: Values) -> bool:
    lengths = fields.get("content-length", ["0"])
    return "transfer-encoding" not in fields and lengths in (["0"], ["00"])


def _fault(method: str, target: str, version: str, fields: Values) -> str:
    """The first thing that is wrong with a request, whose values are without outer white space."""
    host, origin = fields.get("host", []), fields.get("origin", ["null"])
    whole = _TARGET.fullmatch(target)
    lists = [
        (_TOKENS, fields.get("sec-websocket-protocol")),
        (_EXTENSIONS, fields.get("sec-websocket-extensions")),
    ]
    checks = {
        "http": re.fullmatch(r"HTTP/1\.[1-9]", version) is not None,
        "method": method == "GET",
        "target": whole is not None and (whole[1] is None or _is_host(whole[1])),
        "host": len(host) == 1 and _is_host(host[0]),
        "body": _is_bodyless(fields),
        "upgrade": _is_websocket(fields.get("upgrade", [])),
        "connection": _names_upgrade(", ".join(fields.get("connection", []))),
        "version": fields.get("sec-websocket-version") == ["13"],
        "key": len(key := fields.get("sec-websocket-key", [])) == 1 and _is_key(key[0]),
        "origin": len(origin) == 1 and _is_origin(origin[0]),
        "lists": all(
            values is None or pattern.fullmatch(", ".join(values)) for pattern, values in lists
        ),
    }
    return next((name for name, holds in checks.items() if not holds), "")


def _accepted(key: str, *lines: str) -> Answer:
    digest = hashlib.sha1(f"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode("latin-1")).digest()
    accept = f"Sec-WebSocket-Accept: {base64.b64encode(digest).decode()}"
    first = ("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade")
    return "\r\n".join([*first, accept, *lines, "", ""]).encode("latin-1"), False


def _collected(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name.lower(), []).append(value)
    return fields


# --- One pattern for a whole head -----------------------------------------------------------------


def by_pattern(data: bytes, faults: Faults = frozenset()) -> Answer:
    """400 to everything that is wrong, and nothing else to say."""
    refusal = b"HTTP/1.1 400 Bad Request\r\nSec-WebSocket-Version: 13\r\n\r\n", True
    end = "\r?\n" if "lf-ends-a-line" in faults else "\r\n"
    space = "[ \t]*" if "space-before-colon" in faults else ""
    fold = rf"(?:{end}[ \t][ -~]*)*" if "folded-lines" in faults else ""
    field = rf"({_T}){space}:[ \t]*([\t -~\x80-\xff]*{fold}){end}"
    http = r"HTTP/1\.[0-9]" if "http-1.0" in faults else r"HTTP/1\.[1-9]"
    line = re.compile(rf"({_T}) ([!-~]+) ({http}){end}")
    text = data[:_LARGEST].decode("latin-1")
    if "\n" not in text and len(data) > _LARGEST:
        return b"HTTP/1.1 414 URI Too Long\r\n\r\n", True
    found = line.match(text)
    if found is None:
        return refusal
    pairs, place = [], found.end()
    while one := re.compile(field).match(text, place):
        value = re.sub(r"\r?\n[ \t]+", " ", one[2]).strip(" \t")
        pairs.append((one[1], value))
        place = one.end()
    if not re.compile(end).match(text, place):
        return refusal
    fields, (method, target, version) = _collected(pairs), found.groups()
    if "methods-in-any-case" in faults:
        method = method.upper()
    if "http-1.0" in faults and version == "HTTP/1.0":
        version = "HTTP/1.1"
    upgrade = b", ".join(value.encode("latin-1") for value in fields.get("upgrade", []))
    if "unicode-case" in faults and re.fullmatch(
        "websocket", upgrade.decode(errors="ignore"), re.IGNORECASE
    ):
        fields["upgrade"] = ["websocket"]
    if "connection-searched" in faults and re.search(
        "upgrade", "".join(fields.get("connection", [])), re.IGNORECASE
    ):
        fields["connection"] = ["upgrade"]
    if _fault(method, target, version, fields):
        return refusal
    return _accepted(fields["sec-websocket-key"][0])


# --- The parser of mail ---------------------------------------------------------------------------


def by_email(data: bytes, faults: Faults = frozenset()) -> Answer:
    """It closes where there is no HTTP to answer, and answers pages as HTTP/1.0 elsewhere."""
    head, end, _ = data[:_LARGEST].decode("latin-1").partition("\r\n\r\n")
    line, _, rest = head.partition("\r\n")
    words = line.split(" ")
    checks = [
        bool(end),
        len(words) == 3 and re.fullmatch(_T, words[0]) is not None,
        re.search("[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|(?<!\r)\n", head) is None,
        "cr-ends-a-line" in faults or re.search("\r(?!\n)", head) is None,
        re.search(r"\n[ \t]", f"\n{rest}") is None,
    ]
    if not all(checks):
        return b"", True
    page = "HTTP/1.0 400 Bad Request\r\nServer: mail\r\nDate: now\r\n"
    if re.search(r"[ \t]:", "".join(re.findall("^[^:]*:", rest, re.MULTILINE))):
        return f"{page}\r\n<h1>No</h1>".encode(), True
    message = email.parser.HeaderParser().parsestr(rest)
    if "lines-without-colon" not in faults and (message.defects or message.get_payload()):
        return b"", True
    if not all(re.fullmatch(_T, name) for name in message):
        return f"{page}\r\n<h1>No</h1>".encode(), True
    fields = _collected([(name, value.strip(" \t")) for name, value in message.items()])
    if "first-of-several" in faults:
        for name in ("host", "sec-websocket-key", "sec-websocket-version", "origin"):
            fields.update({name: fields[name][:1]} if name in fields else {})
    version = fields.get("sec-websocket-version", [""])
    if "version-by-int" in faults and len(version) == 1:
        try:
            fields["sec-websocket-version"] = [str(int(version[0]))]
        except ValueError:
            return f"{page}Sec-WebSocket-Version: 13\r\n\r\n".encode(), True
    key = fields.get("sec-websocket-key", [""])
    if "lenient-base64" in faults and len(key) == 1:
        try:
            if len(base64.b64decode(key[0])) == 16:
                fields["sec-websocket-key"] = ["AAAAAAAAAAAAAAAAAAAAAA=="]
        except ValueError:
            return f"{page}\r\n".encode(), True
    if "host-unchecked" in faults:
        fields["host"] = ["example.com"]
    if "body-ignored" in faults:
        fields = {
            k: v for k, v in fields.items() if k not in ("content-length", "transfer-encoding")
        }
    fault = _fault(words[0], words[1], words[2], fields)
    if fault:
        others = {"method": "405 Method Not Allowed", "upgrade": "404 Not Found"}
        said = {"method": "Allow: GET\r\n", "version": "Sec-WebSocket-Version: 13, 8\r\n"}
        page = page.replace("400 Bad Request", others.get(fault, "400 Bad Request"))
        body = "" if words[0] == "HEAD" else "<h1>No</h1>"
        return f"{page}{said.get(fault, '')}Content-Type: text/html\r\n\r\n{body}".encode(), True
    return _accepted(key[0], "Server: mail", "Date: Sat, 28 Nov 2026 03:00:00 GMT")


# --- Splitting ------------------------------------------------------------------------------------

_CHUNKED = (
    b"connection: keep-alive\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n"
    b"\r\n2\r\nno\r\n0\r\n\r\n"
)


_OWN_NAMES = [f"Sec-WebSocket-{name}" for name in ("Key", "Version", "Protocol", "Extensions")]


def by_splitting(data: bytes, faults: Faults = frozenset()) -> Answer:
    """Names in lower case, refusals in chunks; the connection is kept where it may be."""
    start = b"HTTP/1.1 400 no\r\n"
    if len(data) > _LARGEST:
        return b"HTTP/1.1 414 too much\r\nconnection: close\r\n\r\n", True
    head, end, _ = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    words, pairs = lines[0].split(" "), []
    clean = bool(end) and all(
        character == "\t" or " " <= character != "\x7f" for character in "".join(lines)
    )
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        clean = clean and bool(colon) and re.fullmatch(_T, name) is not None
        pairs.append((name, value.strip() if "unicode-strip" in faults else value.strip(" \t")))
    if not clean or len(words) != 3:
        return start + b"connection: close\r\n\r\n", True
    if "names-as-written" in faults:
        pairs = [pair for pair in pairs if pair[0] in (pair[0].title(), *_OWN_NAMES)]
    fields = _collected(pairs)
    lengths = fields.get("content-length", ["0"])
    if "length-by-isdigit" in faults and len(lengths) == 1 and lengths[0].isdigit():
        try:
            fields["content-length"] = ["0" if int(lengths[0]) == 0 else lengths[0]]
        except ValueError:
            return b"HTTP/1.1 500 oops\r\n" + _CHUNKED, False
    fault = _fault(words[0], words[1], words[2], fields)
    if fault == "version":
        said = b"" if "version-not-said" in faults else b"sec-websocket-version: 13\r\n"
        return b"HTTP/1.1 426 no\r\nupgrade: websocket\r\n" + said + _CHUNKED.replace(
            b"keep-alive", b"keep-alive, upgrade"
        ), False
    if fault == "body":
        return start + b"connection: close\r\ncontent-length: 0\r\n\r\n", True
    if fault == "method":
        body = _CHUNKED if words[0] != "HEAD" else b"\r\n"
        return b"HTTP/1.1 405 no\r\nallow: GET, HEAD\r\n" + body, False
    if fault:
        return start + _CHUNKED, False
    more = []
    offered = fields.get("sec-websocket-protocol")
    if offered and "subprotocols-echoed" in faults:
        more.append(f"sec-websocket-protocol: {', '.join(offered)}")
    extensions = fields.get("sec-websocket-extensions")
    if extensions and "extensions-echoed" in faults:
        more.append(f"sec-websocket-extensions: {', '.join(extensions)}")
    return _accepted(fields["sec-websocket-key"][0], *more)


class Server(NamedTuple):
    """A server, and for each fault that it can have the cases that report it, as patterns."""

    answer: Callable[[bytes, Faults], Answer]
    faults: dict[str, tuple[str, ...]]


SERVERS: Final = {
    "by-pattern": Server(
        by_pattern,
        {
            "lf-ends-a-line": ("end-lf-*",),
            "space-before-colon": ("syntax-space-before-colon*", "syntax-tab-before-colon"),
            "folded-lines": ("syntax-folded*",),
            "http-1.0": ("http-1.0*",),
            "methods-in-any-case": ("method-lower-case", "method-mixed-case"),
            "unicode-case": (
                *("upgrade-kelvin-sign", "upgrade-long-s", "upgrade-nbsp", "upgrade-next-line"),
            ),
            "connection-searched": ("connection-*",),
        },
    ),
    "by-email": Server(
        by_email,
        {
            "cr-ends-a-line": ("end-cr-*",),
            "lines-without-colon": (
                *("syntax-no-colon*", "syntax-name-*", "syntax-only-a-colon"),
                "syntax-pseudo-field",
            ),
            "first-of-several": (
                *("host-two-lines*", "version-two-lines*", "key-two-lines*", "origin-two-lines*"),
                "cut-bytes-two-keys",
            ),
            "version-by-int": (
                *("version-013", "version-0013", "version-plus", "version-underscore"),
                *("version-nbsp", "version-next-line"),
            ),
            "lenient-base64": (
                *("key-*-pads", "key-space-*", "key-tab-inside", "key-quoted", "key-comma"),
                *("key-list*", "key-semicolon", "key-junk-inside"),
            ),
            "host-unchecked": ("host-*",),
            "body-ignored": (
                *("body-length-*", "body-chunked*", "body-gzip*", "body-identity"),
                *("body-xchunked", "body-coding-*", "limit-length-5000-digits"),
            ),
        },
    ),
    "by-splitting": Server(
        by_splitting,
        {
            "unicode-strip": (*("*-nbsp", "host-nbsp-behind", "*-next-line"),),
            "length-by-isdigit": ("body-length-superscript", "limit-length-5000-digits"),
            "subprotocols-echoed": ("subprotocol-*",),
            "extensions-echoed": ("deflate-*", "extension-same-name", "limit-extensions-many"),
            "version-not-said": (
                *("version-12", "version-14", "version-25", "version-130", "version-213"),
                "version-255",
            ),
            "names-as-written": (
                *("syntax-names-*", "host-two-lines-apart", "key-two-lines-apart"),
                *("body-*-lower-case-name",),
            ),
        },
    ),
}
