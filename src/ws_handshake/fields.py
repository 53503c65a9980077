"""The value of each field of the handshake: one parser a field, for clients and servers.

The grammar decides; what is done with a value afterwards only converts it. Every parser raises
`InvalidHeader`, whose message points at the place in the value, and nothing else but `TypeError`
for what is no `str`. Values are returned as sent, in their letter case.

Lists follow RFC 9110 §5.6.1: empty elements beside others are skipped.

    #element = [ element ] *( OWS "," OWS [ element ] )
"""

from __future__ import annotations

from binascii import a2b_base64
from functools import lru_cache

from . import grammar
from .display import target_without_secrets
from .errors import InvalidHeader
from .pattern import Pattern
from .value import Value, checked, checked_collection

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Sequence

__all__ = [
    "Extension",
    "format_extensions",
    "parse_accept",
    "parse_connection",
    "parse_extensions",
    "parse_host",
    "parse_key",
    "parse_origin",
    "parse_subprotocols",
    "parse_token_list",
    "parse_upgrade",
    "parse_version",
]

_TOKEN = Pattern(grammar.TOKEN)
_TOKEN_LIST = Pattern(grammar.TOKEN_LIST)
_COMMA = Pattern(rf"{grammar.OWS},{grammar.OWS}")
_PROTOCOL = Pattern(rf"{grammar.TOKEN}(?:/{grammar.TOKEN})?+")
_EXTENSION_LIST = Pattern(grammar.EXTENSION_LIST)
_EXTENSION = Pattern(rf"({grammar.TOKEN})({grammar.EXTENSION_PARAMS})")
# Where a parameter's value begins: what follows is wrong if it is none.
_QUOTED = Pattern(rf"{grammar.OWS}={grammar.OWS}")
# Takes apart parameters that are known to be well-formed: a name, and a token or quoted token.
_NAME_AND_VALUE = Pattern(rf'({grammar.TOKEN})(?:{grammar.OWS}={grammar.OWS}"?([^"\t ;]*+))?+')
_CODING = Pattern(
    rf"({grammar.TOKEN})((?:{grammar.OWS};{grammar.OWS}{grammar.TRANSFER_PARAMETER})*+)"
)
_KEY = Pattern(grammar.KEY)
_ACCEPT = Pattern(grammar.ACCEPT)
# "=" stands at the end only. A run of them is looked at once, from where it begins.
_NOT_BASE64 = Pattern(r"[^A-Za-z0-9+/=]|(?<!=)=++(?=[A-Za-z0-9+/])")
_VERSION = Pattern(r"[0-9]|[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-5]")
_HOST = Pattern(grammar.HOST)
_ORIGIN = Pattern(rf"({grammar.SCHEME})://(?:{grammar.HOST})?+")
_USUAL_ORIGIN = Pattern(rf"https?+://{grammar.USUAL_HOST}")

DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


def parse_token_list(value: str) -> list[str]:
    """Read a list of tokens; an empty list is one.

        #token

    Raises `InvalidHeader` (`token-list-malformed`).

    >>> parse_token_list("chat, superchat")
    ['chat', 'superchat']

    RFC 9110 §5.6.1 and §5.6.2.
    """
    return _tokens(value, "token-list-malformed")


def parse_connection(value: str) -> list[str]:
    """Read Connection.

        Connection = #connection-option
        connection-option = token

    Raises `InvalidHeader` (`connection-malformed`).

    >>> parse_connection("keep-alive, Upgrade")
    ['keep-alive', 'Upgrade']

    RFC 9110 §7.6.1; a handshake has `upgrade` among them (RFC 6455 §4.2.1, item 4).
    """
    return _tokens(value, "connection-malformed")


def parse_upgrade(value: str) -> list[str]:
    """Read Upgrade: each protocol as `name` or `name/version`.

        Upgrade = #protocol
        protocol = protocol-name [ "/" protocol-version ]      ; both are tokens

    Raises `InvalidHeader` (`upgrade-malformed`).

    >>> parse_upgrade("websocket, HTTP/2.0")
    ['websocket', 'HTTP/2.0']

    RFC 9110 §7.8; a handshake names `websocket` alone (RFC 6455 §4.2.1, item 3).
    """
    if _TOKEN_LIST.fullmatch(value):  # as nearly all are
        return _TOKEN.findall(value)
    return [match[0] for match in _elements(value, _PROTOCOL, "upgrade-malformed", "a protocol")]


def parse_subprotocols(value: str) -> list[str]:
    """Read the Sec-WebSocket-Protocol that a client sent, in its order of preference.

        Sec-WebSocket-Protocol-Client = 1#token                ; no token twice

    Raises `InvalidHeader` (`subprotocol-malformed`, `subprotocol-repeated`).

    >>> parse_subprotocols("chat, superchat")
    ['chat', 'superchat']

    RFC 6455 §4.1 (item 10 of the request's requirements), §4.2.1, item 8, and §11.3.4.
    """
    if _TOKEN.fullmatch(value):
        return [value]
    if _TOKEN_LIST.fullmatch(value):
        offered: list[str] = _TOKEN.findall(value)
        if len({*offered}) == len(offered):
            return offered
    names: dict[str, None] = {}
    for match in _subprotocols(value):
        if match[0] in names:
            detail = f"the one at position {match.start()} stands there before"
            code = "subprotocol-repeated"
            raise InvalidHeader(detail, code=code, value=value, position=match.start())
        names[match[0]] = None
    return list(names)


def named_subprotocols(value: str) -> list[str]:
    """Read Sec-WebSocket-Protocol, 1#token, without judging whether a name repeats."""
    if _TOKEN.fullmatch(value):
        return [value]
    if _TOKEN_LIST.fullmatch(value):
        return _TOKEN.findall(value)
    return [match[0] for match in _subprotocols(value)]


def _subprotocols(value: str) -> list[re.Match[str]]:
    code = "subprotocol-malformed"
    matches = _elements(value, _TOKEN, code, "a token")
    if not matches:
        raise InvalidHeader("it names no subprotocol", code=code, value=value)
    return matches


def parse_extensions(value: str) -> list[Extension]:
    """Read Sec-WebSocket-Extensions.

        extension-list = 1#extension
        extension = extension-token *( ";" extension-param )
        extension-param = token [ "=" ( token / quoted-string ) ]

    White space may stand around ";" and "=" (the section uses RFC 2616's implied white space). A
    quoted value is unquoted and must then be a token. Raises `InvalidHeader`
    (`extensions-malformed`).

    >>> parse_extensions('permessage-deflate; server_max_window_bits="10", x')
    [Extension('permessage-deflate', (('server_max_window_bits', '10'),)), Extension('x')]

    RFC 6455 §9.1.
    """
    code = "extensions-malformed"
    extensions = []
    for match in _elements(value, _EXTENSION, code, "an extension or parameter"):
        params = [
            (name, token.replace("\\", "") or None)
            for name, token in _NAME_AND_VALUE.findall(match[2])
        ]
        extensions.append(Extension._from_wire(match[1], tuple(params)))
    if not extensions:
        raise InvalidHeader("it names no extension", code=code, value=value)
    return extensions


def check_extensions(value: str) -> None:
    """Raise what `parse_extensions` would raise, without taking the list apart."""
    if not _EXTENSION_LIST.fullmatch(value):
        parse_extensions(value)


def transfer_codings(value: str) -> list[tuple[str, str]]:
    """Read Transfer-Encoding: the name of each coding in lower case, and its parameters if any.

        Transfer-Encoding = #transfer-coding
        transfer-coding = token *( OWS ";" OWS transfer-parameter )

    RFC 9112 §6.1 and §7.
    """
    codings = _elements(value, _CODING, "token-list-malformed", "a transfer coding")
    return [(match[1].lower(), match[2]) for match in codings]


def parse_key(value: str) -> bytes:
    """Read Sec-WebSocket-Key: the 16 bytes that the client made.

        Sec-WebSocket-Key = base64-value-non-empty             ; of 16 bytes

    Bits behind the 16 bytes that are not zero are taken: some clients send them, the example in
    §4.1, item 7, has them, and the accept value is made from the text. Raises `InvalidHeader`
    (`key-malformed`).

    >>> parse_key("dGhlIHNhbXBsZSBub25jZQ==")
    b'the sample nonce'

    RFC 6455 §4.1, item 7, §4.2.1, item 5, and §4.3.
    """
    return _base64(value, _KEY, "key-malformed", 24)


def check_key(value: str) -> None:
    """Raise what `parse_key` would raise, without decoding the key."""
    if not _KEY.fullmatch(value):
        parse_key(value)


def parse_accept(value: str) -> bytes:
    """Read Sec-WebSocket-Accept: the 20 bytes of a SHA-1 hash.

        Sec-WebSocket-Accept = base64-value-non-empty          ; of 20 bytes

    Raises `InvalidHeader` (`accept-malformed`).

    >>> parse_accept("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=").hex()
    'b37a4f2cc0624f1690f64606cf385945b2bec4ea'

    RFC 6455 §4.2.2, item 5.4, and §4.3.
    """
    return _base64(value, _ACCEPT, "accept-malformed", 28)


def parse_version(value: str) -> int:
    """Read the Sec-WebSocket-Version that a client sent.

        version = DIGIT / NZDIGIT DIGIT / "1" 2DIGIT / "2" 2DIGIT          ; 0 to 255

    Raises `InvalidHeader` (`version-malformed`).

    >>> parse_version("13")
    13

    RFC 6455 §4.3; this library speaks 13 (§4.2.1, item 6).
    """
    # The pattern decides and int() only converts: alone it would take "+13", "1_3" and other
    # scripts' digits.
    if not _VERSION.fullmatch(value):
        raise InvalidHeader(code="version-malformed", value=value)
    return int(value)


def parse_host(value: str) -> tuple[str, int | None]:
    """Read Host: the host, an IPv6 address without its brackets, and the port or None.

        Host = uri-host [ ":" port ]

    An empty port is none. An empty host, port 0 and ports above 65535 are refused. Raises
    `InvalidHeader` (`host-malformed`).

    >>> parse_host("example.com:8080"), parse_host("[::1]")
    (('example.com', 8080), ('::1', None))

    RFC 9110 §7.2, RFC 3986 §3.2.2 and RFC 6455 §4.2.1, item 2.
    """
    match = _HOST.fullmatch(value)
    if match is None:
        raise _misplaced(value, _HOST.match(value), "host-malformed", "host[:port]")
    address, name, port = match.groups()
    return address or name, port_number(port)


def check_host(value: str) -> None:
    """Raise what `parse_host` would raise, without taking the value apart."""
    if not _HOST.fullmatch(value):
        parse_host(value)


def parse_origin(value: str) -> str:
    """Read Origin: one serialised origin, or `null`.

        origin = "null" / scheme "://" host [ ":" port ]

    The list that RFC 6454 also allows is refused, as browsers send one origin. A host is empty
    in schemes without one (`file://`) only. Raises `InvalidHeader` (`origin-malformed`).

    >>> parse_origin("https://example.com:8443")
    'https://example.com:8443'

    RFC 6454 §7.1 and RFC 6455 §4.2.1, item 7.
    """
    if not isinstance(value, str):
        raise TypeError(f"an origin is a str, not {type(value).__name__}")
    if not _USUAL_ORIGIN.fullmatch(value) and value != "null":
        split_origin(value)
    return value


def split_origin(value: str) -> tuple[str, str, int | None]:
    """Take an origin other than `null` apart: scheme and host in lower case, the port or None."""
    code = "origin-malformed"
    match = _ORIGIN.fullmatch(value)
    if match is None:
        raise _misplaced(value, _ORIGIN.match(value), code, "scheme://host[:port] or null")
    scheme, address, name, port = match.groups()
    scheme, host = scheme.lower(), (address or name or "").lower()
    if not host and scheme in DEFAULT_PORTS:
        raise InvalidHeader("the host is empty", code=code, value=value)
    return scheme, host, port_number(port)


class Extension(Value):
    """An extension with its parameters, offered or agreed on.

    `params` is a tuple of pairs, name and value; the value is None where there is none. Names and
    values are tokens (`ValueError` otherwise) and compare exactly. `str` gives the wire form.

    >>> str(Extension("permessage-deflate", [("client_max_window_bits", None), ("x", "10")]))
    'permessage-deflate; client_max_window_bits; x=10'

    RFC 6455 §9.1.
    """

    __slots__ = ("_name", "_params")
    __match_args__ = ("name", "params")

    def __init__(self, name: str, params: Iterable[tuple[str, str | None]] = ()) -> None:
        self._name = checked(name, _TOKEN, "an extension's name (a token)")
        self._params = tuple(
            [_checked_parameter(pair) for pair in checked_collection(params, object, "params")]
        )

    @classmethod
    def _from_wire(cls, name: str, params: tuple[tuple[str, str | None], ...]) -> Extension:
        """Take parts that the grammar has already judged."""
        self = cls.__new__(cls)
        self._name = name
        self._params = params
        return self

    @property
    def name(self) -> str:
        """The extension's name, a token."""
        return self._name

    @property
    def params(self) -> tuple[tuple[str, str | None], ...]:
        """The parameters in order, as pairs of name and value; None for no value."""
        return self._params

    def __str__(self) -> str:
        parts = [self._name]
        parts += [name if value is None else f"{name}={value}" for name, value in self._params]
        return "; ".join(parts)

    def __repr__(self) -> str:
        params = f", {self._params!r}" if self._params else ""
        return f"Extension({self._name!r}{params})"


def format_extensions(extensions: Iterable[Extension]) -> str:
    """Write Sec-WebSocket-Extensions; the inverse of `parse_extensions`.

    `TypeError` for anything but a collection of `Extension` values.

    >>> format_extensions([Extension("permessage-deflate"), Extension("x", [("y", "1")])])
    'permessage-deflate, x; y=1'

    RFC 6455 §9.1.
    """
    return ", ".join(
        # Not what a subclass may make of it: its parts were judged.
        [
            Extension.__str__(each)
            for each in checked_collection(extensions, Extension, "extensions")
        ]
    )


def checked_subprotocols(subprotocols: Iterable[str]) -> tuple[str, ...]:
    """A caller's subprotocols: `ValueError` for what is no token and for one that repeats."""
    if type(subprotocols) is not list:
        subprotocols = checked_collection(subprotocols, str, "subprotocols")
    if may_keep_names(subprotocols):
        return _kept_tokens(*subprotocols)
    return distinct_tokens(*checked_collection(subprotocols, str, "subprotocols"))


def may_keep_names(names: Sequence[str]) -> bool:
    """Whether subprotocols may be remembered.

    Some clients send a token in place of one, which is a secret and long. A subclass of `str` may
    call itself equal to others.
    """
    odd = [name for name in names if type(name) is not str or len(name) > _LONGEST_KEPT]
    return not odd and len(names) <= _MOST_KEPT


def distinct_tokens(*names: str) -> tuple[str, ...]:
    """Do what `checked_subprotocols` says for names from anywhere: these are not kept."""
    names = tuple([checked(name, _TOKEN, "a subprotocol (a token)") for name in names])
    if len(set(names)) != len(names):
        raise ValueError("a subprotocol is named twice")
    return names


# A server makes one handshake object a connection, always with the same subprotocols.
_kept_tokens = lru_cache(maxsize=64)(distinct_tokens)
_MOST_KEPT = 16
_LONGEST_KEPT = 24  # characters


def _checked_parameter(pair: object) -> tuple[str, str | None]:
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise TypeError(f"a parameter is a pair of name and value, not {type(pair).__name__}")
    name, value = pair
    if value is not None:
        value = checked(value, _TOKEN, "a parameter's value (a token)")
    return checked(name, _TOKEN, "a parameter's name (a token)"), value


def _tokens(value: str, code: str) -> list[str]:
    if _TOKEN_LIST.fullmatch(value):
        return _TOKEN.findall(value)
    return [match[0] for match in _elements(value, _TOKEN, code, "a token")]


def _elements(value: str, element: Pattern, code: str, expected: str) -> list[re.Match[str]]:
    """Find the elements of a list, skipping empty ones (RFC 9110 §5.6.1)."""
    matches = []
    position = 0
    while True:
        match = element.match(value, position)
        if match is not None:
            matches.append(match)
            position = match.end()
        comma = _COMMA.match(value, position)
        if comma is None:
            break
        position = comma.end()
    if position < len(value):
        # Only extensions have values; in other lists "=" is no more than a stranger.
        quoted = None
        if element is _EXTENSION and match is not None:
            quoted = _QUOTED.match(value, position)
        if quoted is not None:
            position, expected = quoted.end(), "a token, quoted or not,"
        elif match is not None:
            expected = "a comma"
        raise _unexpected(value, position, code, expected)
    return matches


def _unexpected(value: str, position: int, code: str, expected: str) -> InvalidHeader:
    found = ascii(value[position]) if position < len(value) else "the end"
    detail = f"{found} at position {position}, where {expected} was expected"
    return InvalidHeader(detail, code=code, value=value, position=position)


def _misplaced(value: str, match: re.Match[str] | None, code: str, expected: str) -> InvalidHeader:
    """The error for a host or origin; neither a password nor a query in it is shown."""
    if "@" in value or "?" in value:
        detail = "it names a user or a query, which do not belong there"
        return InvalidHeader(detail, code=code, value=target_without_secrets(value))
    position = 0 if match is None else match.end()
    if match is not None and match[0].endswith(":"):
        expected = "a port from 1 to 65535"
    return _unexpected(value, position, code, expected)


def port_number(port: str | None) -> int | None:
    """The number of a port that its pattern has judged; None where there is none."""
    # int() refuses to convert thousands of leading zeros.
    return int(port.lstrip("0")) if port else None


def _base64(value: str, pattern: Pattern, code: str, length: int) -> bytes:
    if pattern.fullmatch(value):
        return a2b_base64(value)
    stranger = _NOT_BASE64.search(value)
    if stranger is not None:
        raise _unexpected(value, stranger.start(), code, "a character of base64")
    if len(value) != length:
        detail = (
            f"{len(value)} characters, where the base64 form has {length}, its padding included"
        )
    else:
        detail = "it ends with another number of = than the base64 form has"
    raise InvalidHeader(detail, code=code, value=value)
