"""WebSocket URIs: where a client connects and what it asks for there.

    ws-URI = "ws:" "//" host [ ":" port ] path [ "?" query ]
    wss-URI = "wss:" "//" host [ ":" port ] path [ "?" query ]

What the grammar does not have is refused and not repaired, except that non-ASCII text becomes what
a URI can hold: IDNA in the host, percent-encoded UTF-8 in path and query (RFC 3987 §3.1).
"""

from __future__ import annotations

from functools import lru_cache

from .display import shown, shown_target
from .errors import InvalidHeader, InvalidURI
from .fields import DEFAULT_PORTS, parse_host
from .pattern import Pattern
from .value import Value, plain

__all__ = ["WebSocketURI", "parse_uri"]

_PCHARS = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]++|%[0-9A-Fa-f]{2})"
_ABSOLUTE_PATH = rf"/{_PCHARS}*+(?:\?(?:{_PCHARS}|[?])*+)?+"  # and perhaps a query
# What nearly everybody opens: a name or an IPv4 address in lower case, a port of four digits.
_NAME = r"[a-z0-9_\-]{1,63}+"
_USUAL = Pattern(
    rf"(wss?)://({_NAME}(?:\.{_NAME})*+)(?::([1-9][0-9]{{0,3}}))?+({_ABSOLUTE_PATH})?+"
)
_PARTS = Pattern(r"([^:/?#]*+)://([^/?#]*+)([^#]*+)")
_TARGET = Pattern(_ABSOLUTE_PATH)
_NON_ASCII = Pattern(r"[^\x00-\x7f\ud800-\udfff]++")
_LABEL = Pattern(r"[a-z0-9_\-]{1,63}")
_LABEL_DOTS = Pattern("[.\u3002\uff0e\uff61]")
# Sharp s in both cases, final sigma, the zero-width joiners.
_READ_DIFFERENTLY = "\u00df\u1e9e\u03c2\u200c\u200d"
# RFC 1035 §2.3.4 allows 255 octets on the wire, which are 253 characters of text.
_LONGEST_HOST = 253
_LONGEST_KEPT = 256  # characters


class WebSocketURI(Value):
    """A ws or wss URI in parts: whether TLS is used, host, port, and the request target.

    The host is in lower case, an IPv6 address without its brackets. `str` gives the URI. Raises
    `InvalidURI` for parts that no URI can have, `TypeError` for other types.

    >>> uri = WebSocketURI(True, "example.com", 443, "/chat?room=1")
    >>> str(uri), uri.host_header
    ('wss://example.com/chat?room=1', 'example.com')

    RFC 6455 §3.
    """

    __slots__ = ("_host", "_host_header", "_port", "_secure", "_target")
    __match_args__ = ("secure", "host", "port", "target")

    def __init__(self, secure: bool, host: str, port: int, target: str) -> None:
        if not (isinstance(secure, bool) and isinstance(host, str) and isinstance(target, str)):
            raise TypeError("a WebSocketURI is made of a bool, a str, an int and a str")
        if not isinstance(port, int) or isinstance(port, bool):
            raise TypeError(f"a port is an int, not {type(port).__name__}")
        if not 1 <= port <= 65535:
            raise InvalidURI("a port is a number from 1 to 65535")
        if not _TARGET.fullmatch(target):
            raise InvalidURI(
                f"{shown_target(target)} is no path with or without a query (RFC 3986 §3.3);"
                " percent-encode what does not belong there"
            )
        self._take(secure, _checked_host(host), int(port), plain(target))

    @classmethod
    def _from_parts(cls, secure: bool, host: str, port: int, target: str) -> WebSocketURI:
        """Take parts that the grammar has already judged."""
        self = cls.__new__(cls)
        self._take(secure, host, port, target)
        return self

    def _take(self, secure: bool, host: str, port: int, target: str) -> None:
        self._secure = secure
        self._host = host
        self._port = port
        self._target = target
        name = f"[{host}]" if ":" in host else host
        default = DEFAULT_PORTS["wss" if secure else "ws"]
        self._host_header = name if port == default else f"{name}:{port}"

    @property
    def secure(self) -> bool:
        """Whether the scheme is wss: WebSocket over TLS."""
        return self._secure

    @property
    def host(self) -> str:
        """The host to connect to, in lower case; an IPv6 address without brackets."""
        return self._host

    @property
    def port(self) -> int:
        """The port to connect to."""
        return self._port

    @property
    def target(self) -> str:
        """The request target: the path, "/" where there is none, and the query."""
        return self._target

    @property
    def host_header(self) -> str:
        """The value of Host: the port is left out where it is the scheme's default."""
        return self._host_header

    def __str__(self) -> str:
        return f"{'wss' if self._secure else 'ws'}://{self.host_header}{self._target}"

    def _show(self, name: str) -> str:
        return shown_target(self._target) if name == "target" else super()._show(name)


def parse_uri(uri: str) -> WebSocketURI:
    """Read a ws or wss URI.

    A missing port is the scheme's (80 or 443), a missing path is "/". `InvalidURI`, a
    `ValueError`, for everything else than a URI: another scheme, a fragment, userinfo, characters
    that must be percent-encoded, hosts and ports that cannot be.

    >>> parse_uri("ws://localhost:8000/chat?room=1")
    WebSocketURI(secure=False, host='localhost', port=8000, target='/chat?<redacted, 6 characters>')

    RFC 6455 §3, RFC 3986.
    """
    if not isinstance(uri, str):
        raise TypeError(f"a URI is a str, not {type(uri).__name__}")
    return (_kept if may_be_kept(uri) else _parsed)(plain(uri))


def may_be_kept(text: str) -> bool:
    """Whether a URI or a target may be remembered.

    A query may hold a secret, and what is long may come from a peer, in Location.
    """
    return len(text) <= _LONGEST_KEPT and "?" not in text


def _parsed(uri: str) -> WebSocketURI:
    usual = _USUAL.fullmatch(uri)
    if usual is not None and len(usual[2]) <= _LONGEST_HOST:
        scheme, host, digits, target = usual.groups()
        number = int(digits) if digits else DEFAULT_PORTS[scheme]
        return WebSocketURI._from_parts(scheme == "wss", host, number, target or "/")
    if "#" in uri:
        raise _invalid(uri, "a WebSocket URI has no fragment: leave out # or write %23")
    match = _PARTS.fullmatch(uri)
    if match is None:
        raise _invalid(uri, "it has not the form ws://host/path or wss://host/path")
    scheme, authority, target = match.groups()
    scheme = scheme.lower()
    if scheme not in ("ws", "wss"):
        raise _invalid(uri, "the scheme must be ws or wss")
    if "@" in authority:
        raise _invalid(
            uri,
            "a WebSocket URI has no userinfo: send credentials in an Authorization field"
            " (headers=...)",
        )
    if not authority.isascii():
        authority = _to_ascii(uri, authority)
    target = _percent_encoded(target if target.startswith("/") else f"/{target}")
    try:
        host, port = parse_host(authority)
        return WebSocketURI(scheme == "wss", host, port or DEFAULT_PORTS[scheme], target)
    except InvalidURI as error:
        fault = error
    except InvalidHeader as error:
        # It shows what may be a password: an @ can stand behind a / or ? in one.
        why = "userinfo has no place here" if "@" in uri else str(error)
        fault = InvalidURI(f"the host or port is wrong: {why}")
    # Raised here, so that the error behind it is not kept as its context.
    raise _invalid(uri, str(fault))


# A client opens the same URI again and again.
_kept = lru_cache(maxsize=16)(_parsed)


def _invalid(uri: str, why: str) -> InvalidURI:
    return InvalidURI(f"{shown_target(uri)} is no WebSocket URI: {why}")


def _checked_host(host: str) -> str:
    if len(host) > _LONGEST_HOST:
        raise InvalidURI(f"a host has at most {_LONGEST_HOST} characters, not {len(host)}")
    try:
        found, _ = parse_host(f"[{host}]" if ":" in host else host)
    except InvalidHeader:
        raise InvalidURI(f"{shown_target(host)} is no host (RFC 3986 §3.2.2)") from None
    # getaddrinfo raises a bare UnicodeError for a label that is empty or too long.
    *labels, last = found.split(".")
    if len(last) > 63 or not all(1 <= len(label) <= 63 for label in labels):
        raise InvalidURI(f"the labels of a host have 1 to 63 characters, not so in {shown(found)}")
    if found.startswith("["):
        raise InvalidURI(f"nobody can connect to {shown(host)}: it is of no known IP version")
    return found.lower()


def _percent_encoded(target: str) -> str:
    """Write non-ASCII characters as UTF-8 in percent-encoding (RFC 3987 §3.1).

    A lone surrogate is no character and stays as it is, to be refused.
    """
    return _NON_ASCII.sub(
        lambda match: "".join([f"%{byte:02X}" for byte in match[0].encode()]), target
    )


def _to_ascii(uri: str, authority: str) -> str:
    """Write a non-ASCII host by IDNA, with Python's codec, which knows IDNA 2003 only.

    A name that IDNA 2008 reads as another host is refused: the caller then decides by giving the
    A-label (xn--...). So is one that the codec turns into more than labels: full-width forms of
    `/`, `:` or `@` would otherwise move the end of the host.
    """
    host, colon, port = authority.partition(":")
    # The codec takes time quadratic in the length, so that comes first.
    if len(host) > _LONGEST_HOST:
        raise _invalid(uri, f"a host has at most {_LONGEST_HOST} characters")
    *labels, last = _LABEL_DOTS.split(host)
    # An empty last label is the root: "example.com." is a full name.
    return ".".join([*[_a_label(uri, label) for label in labels], last and _a_label(uri, last)]) + (
        colon + port
    )


def _a_label(uri: str, label: str) -> str:
    from encodings import idna
    from unicodedata import normalize

    try:
        prepared = idna.nameprep(label)
        ascii_label = idna.ToASCII(label).decode("ascii")
    except UnicodeError as error:
        raise _invalid(uri, f"the label {label!a} of the host is no name: {error}") from None
    today = normalize("NFKC", normalize("NFKC", label).casefold())
    if prepared != today or any(each in _READ_DIFFERENTLY for each in label):
        raise _invalid(
            uri,
            f"IDNA 2003 and 2008 read the label {label!a} as different hosts:"
            " write its A-label (xn--...)",
        )
    if not _LABEL.fullmatch(ascii_label.lower()):
        raise _invalid(uri, f"the label {label!a} of the host does not become a name")
    return ascii_label
