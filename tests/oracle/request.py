"""What a server answers to an opening handshake: RFC 6455 section 4.2, fault by fault."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from . import grammar, head
from .grammar import Extension, Malformed
from .head import Fault, Head, Limits, StartLine


class SameOrigin:
    """Stands for the policy that an Origin has the host of Host."""


SAME_ORIGIN = SameOrigin()
Origins = Collection[str | SameOrigin | None] | None
Hosts = Collection[str] | None


class Accepted(NamedTuple):
    """A valid opening handshake, and what it offers."""

    subprotocols: tuple[str, ...]
    extensions: tuple[Extension, ...]
    key: str
    origin: str | None
    host: str
    target: str
    path: str
    query: str
    at: int
    """Where the head ends."""


class Refused(NamedTuple):
    """The status of the answer, the field at fault and the fault's code."""

    status: int
    field: str | None
    code: str
    at: int
    """How many bytes it takes to say so."""
    whole: bool
    """Whether the head was whole and well-formed."""


class Incomplete(NamedTuple):
    """Nothing can be said yet; the code is for a peer that closes here."""

    code: str


Verdict = Accepted | Refused | Incomplete


class Wrong(Exception):
    """A well-formed request that is no valid opening handshake."""

    def __init__(self, status: int, field: str | None, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.field = field
        self.code = code


# --- RFC 9112 section 3 ---------------------------------------------------------------------------


def request_line(line: str) -> bool:
    """request-line = method SP request-target SP HTTP-version, each of the first two not empty.

    What may stand in a target is judged later, when version and method are known to be right.
    """
    parts = line.split(grammar.SP)
    if len(parts) != 3:
        return False
    method, target, version = parts
    return (
        grammar.is_(grammar.token, method)
        and bool(target)
        and all(char in grammar.VCHAR + grammar.OBS_TEXT for char in target)
        and head.http_version(version)
    )


def can_begin(text: str) -> bool:
    """A request begins with its method, and a method with a character of a token."""
    return text[0] in grammar.TCHAR


START_LINE = StartLine(
    can_begin, request_line, "not-http", "request-line-malformed", "request-line-too-long"
)
STATUS = {"request-line-too-long": 414, "head-too-large": 431, "too-many-fields": 431}
"""Of the faults of syntax and size that are not answered with 400."""


def judge_request(
    data: bytes, *, origins: Origins, hosts: Hosts = None, limits: Limits | None = None
) -> Verdict:
    """The first fault decides: of syntax and size in the order of the bytes, then of meaning."""
    message = head.read_head(data, 0, START_LINE, limits or Limits())
    if message is None:
        return Incomplete("head-incomplete" if data else "nothing-received")
    if isinstance(message, Fault):
        return Refused(STATUS.get(message.code, 400), None, message.code, message.at, whole=False)
    try:
        return judge_head(message, origins, hosts)
    except Wrong as wrong:
        return Refused(wrong.status, wrong.field, wrong.code, message.end, whole=True)


def judge_head(message: Head, origins: Origins, hosts: Hosts) -> Accepted:
    method, target, version = message.start_line.split(grammar.SP)
    judge_version_and_method(version, method)
    authority, path, query = judge_target(target)
    served = judge_host(message.values("host"), authority, hosts)
    judge_body(message)
    judge_upgrade(message.values("upgrade"))
    judge_connection(message.values("connection"))
    judge_websocket_version(message.values("sec-websocket-version"))
    key = judge_key(message.values("sec-websocket-key"))
    origin = judge_origin(message.values("origin"), served, origins)
    subprotocols = judge_subprotocols(message.values("sec-websocket-protocol"))
    extensions = judge_extensions(message.values("sec-websocket-extensions"))
    return Accepted(
        subprotocols=tuple(subprotocols),
        extensions=tuple(extensions),
        key=key,
        origin=origin,
        host=message.values("host")[0],
        target=target,
        path=path,
        query=query,
        at=message.end,
    )


# --- the request line -----------------------------------------------------------------------------


def judge_version_and_method(version: str, method: str) -> None:
    major, minor = version[5], version[7]
    if major != "1":
        raise Wrong(505, None, "http-version-unsupported")
    if minor == "0":
        raise Wrong(426, None, "http-version-too-old")
    if method != "GET":
        raise Wrong(405, None, "method-not-get")


def judge_target(target: str) -> tuple[tuple[str, str, int | None] | None, str, str]:
    """Scheme, host and port of an absolute-form, or None of an origin-form; path and query.

    origin-form = absolute-path [ "?" query ]; absolute-form = absolute-URI. An empty path is "/"
    in a resource name (RFC 6455 section 3).
    """
    malformed = Wrong(400, None, "target-malformed")
    if any(char not in grammar.VCHAR or char == "#" for char in target):
        raise malformed
    before, _, query = target.partition("?")
    if before.startswith("/"):
        return None, before, query
    name, separator, rest = before.partition("://")
    name = grammar.lower(name)
    if not separator or name not in grammar.DEFAULT_PORT:
        raise malformed
    authority, slash, path = rest.partition("/")
    try:
        return (name, *grammar.parse_host(authority)), slash + path or "/", query
    except Malformed:
        raise malformed from None


# --- Host and the body ----------------------------------------------------------------------------


def one_value(values: list[str], field: str, word: str, missing: int = 400) -> str:
    """The value of a field that must come, and once."""
    if not values:
        raise Wrong(missing, field, f"{word}-missing")
    if len(values) > 1:
        raise Wrong(400, field, f"{word}-repeated")
    return values[0]


def judge_host(
    values: list[str], authority: tuple[str, str, int | None] | None, hosts: Hosts
) -> tuple[str, int | None]:
    """Host of the request, in lower case."""
    value = one_value(values, "Host", "host")
    try:
        name, port = grammar.parse_host(value)
    except Malformed:
        raise Wrong(400, "Host", "host-malformed") from None
    name = grammar.lower(name)
    if authority is not None:
        scheme, other_name, other_port = authority
        default = grammar.DEFAULT_PORT[scheme]
        if (name, port or default) != (grammar.lower(other_name), other_port or default):
            raise Wrong(400, "Host", "host-differs")
    if hosts is not None:
        served = [grammar.parse_host(grammar.lower(item)) for item in hosts]
        if (name, port) not in served:
            raise Wrong(421, "Host", "host-not-served")
    return name, port


def judge_body(message: Head) -> None:
    """No Transfer-Encoding, and Content-Length = 1*DIGIT at most once and 0."""
    field = "Content-Length"
    if message.values("transfer-encoding"):
        raise Wrong(400, "Transfer-Encoding", "transfer-encoding-present")
    values = message.values("content-length")
    if len(values) > 1:
        raise Wrong(400, field, "content-length-repeated")
    for value in values:
        if not value or any(char not in grammar.DIGIT for char in value):
            raise Wrong(400, field, "content-length-malformed")
        if any(digit != "0" for digit in value):
            raise Wrong(400, field, "content-length-not-zero")


# --- RFC 6455 section 4.2.1 -----------------------------------------------------------------------


def as_one_list(values: list[str]) -> str:
    """Several lines of one field, as one (RFC 9110 section 5.3)."""
    return ", ".join(values)


def judge_upgrade(values: list[str]) -> None:
    """Exactly one line with exactly one element, `websocket` in any case."""
    field = "Upgrade"
    if not values:
        raise Wrong(426, field, "upgrade-missing")
    try:
        elements = grammar.parse_upgrade(as_one_list(values))
    except Malformed:
        raise Wrong(400, field, "upgrade-malformed") from None
    names = [grammar.lower(element) for element in elements]
    if len(values) > 1 or names.count("websocket") > 1:
        raise Wrong(400, field, "upgrade-repeated")
    if names != ["websocket"]:
        raise Wrong(400, field, "upgrade-not-websocket")


def judge_connection(values: list[str]) -> None:
    """A list that has `upgrade` in any case somewhere."""
    field = "Connection"
    if not values:
        raise Wrong(400, field, "connection-missing")
    try:
        options = grammar.parse_connection(as_one_list(values))
    except Malformed:
        raise Wrong(400, field, "connection-malformed") from None
    if "upgrade" not in [grammar.lower(option) for option in options]:
        raise Wrong(400, field, "connection-without-upgrade")


def judge_websocket_version(values: list[str]) -> None:
    field = "Sec-WebSocket-Version"
    value = one_value(values, field, "version")
    try:
        number = grammar.parse_version(value)
    except Malformed:
        raise Wrong(400, field, "version-malformed") from None
    if number != 13:
        raise Wrong(426, field, "version-unsupported")


def judge_key(values: list[str]) -> str:
    value = one_value(values, "Sec-WebSocket-Key", "key")
    try:
        grammar.parse_key(value)
    except Malformed:
        raise Wrong(400, "Sec-WebSocket-Key", "key-malformed") from None
    return value


# --- RFC 6455 section 10.2 ------------------------------------------------------------------------


def judge_origin(values: list[str], served: tuple[str, int | None], origins: Origins) -> str | None:
    if len(values) > 1:
        raise Wrong(400, "Origin", "origin-repeated")
    if not values:
        if origins is not None and None not in origins:
            raise Wrong(403, "Origin", "origin-missing")
        return None
    value = values[0]
    try:
        # Go's x/net client sends a slash behind its origin, which hurts nobody without a policy.
        grammar.parse_origin(value[:-1] if origins is None and value[-1:] == "/" else value)
    except Malformed:
        raise Wrong(400, "Origin", "origin-malformed") from None
    if origins is not None and not any(allows(policy, value, served) for policy in origins):
        raise Wrong(403, "Origin", "origin-not-allowed")
    return value


def allows(policy: str | SameOrigin | None, value: str, served: tuple[str, int | None]) -> bool:
    """Whether one item of a policy allows this Origin, which is well-formed."""
    if policy is None:
        return False
    if isinstance(policy, SameOrigin):
        if value == "null" or comparable(value)[0] not in grammar.DEFAULT_PORT:
            return False
        return comparable(value)[1:] == with_default(value, served)
    if "null" in (policy, value):
        return policy == value
    return comparable(policy) == comparable(value)


def comparable(origin: str) -> tuple[str, str, int | None]:
    """Scheme and host in lower case, and the scheme's port where none is given."""
    scheme, host, port = grammar.whole(grammar.serialized_origin, origin)
    return scheme, grammar.lower(host), port or grammar.DEFAULT_PORT.get(scheme)


def with_default(origin: str, served: tuple[str, int | None]) -> tuple[str, int | None]:
    """Host and port of Host, with the port of the Origin's scheme where none is given."""
    scheme, _, _ = comparable(origin)
    host, port = served
    return host, port or grammar.DEFAULT_PORT.get(scheme)


# --- RFC 6455 section 4.1 items 10 and 11 ---------------------------------------------------------


def judge_subprotocols(values: list[str]) -> list[str]:
    field = "Sec-WebSocket-Protocol"
    if not values:
        return []
    try:
        names = grammar.parse_token_list(as_one_list(values))
    except Malformed:
        names = []
    if not names:
        raise Wrong(400, field, "subprotocol-malformed")
    if grammar.repeats(names):
        raise Wrong(400, field, "subprotocol-repeated")
    return names


def judge_extensions(values: list[str]) -> list[Extension]:
    if not values:
        return []
    try:
        return grammar.parse_extensions(as_one_list(values))
    except Malformed:
        raise Wrong(400, "Sec-WebSocket-Extensions", "extensions-malformed") from None
