"""Who may connect: the Origin of the page and the Host it asked for.

A browser lets any page open a WebSocket to any server, cookies included. Only the server can tell
its own pages from others (cross-site WebSocket hijacking, RFC 6455 §10.2), so a server must say
which origins it takes. Comparing Origin with Host is not enough where an attacker controls a name
that suddenly resolves to this machine (DNS rebinding): then Host is theirs as well, and only a
list of the hosts that are really served here helps.
"""

from __future__ import annotations

import enum
from functools import lru_cache

from .errors import InvalidHeader
from .fields import DEFAULT_PORTS, parse_host, split_origin
from .value import checked_collection

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterable
    from typing import Any, TypeAlias, TypeGuard

    Hosts = frozenset[tuple[str, int | None]]
    AllowedOrigin: TypeAlias = "str | re.Pattern[str] | SameOrigin | None"

__all__ = ["SAME_ORIGIN"]


class SameOrigin(enum.Enum):
    """The type of `SAME_ORIGIN`."""

    SAME_ORIGIN = "SAME_ORIGIN"

    def __repr__(self) -> str:
        return self.value


SAME_ORIGIN = SameOrigin.SAME_ORIGIN
"""In `origins`: an Origin whose host and port are those of Host. It trusts Host."""


class OriginPolicy:
    """Which origins may connect, made ready for comparing."""

    __slots__ = ("_patterns", "_same_origin", "exact")

    def __init__(self, origins: tuple[AllowedOrigin, ...]) -> None:
        exact: list[str | None] = [None] if None in origins else []
        patterns = []
        for each in origins:
            if isinstance(each, str):
                exact.append(_caller_origin(each))
            elif _is_pattern(each) and isinstance(each.pattern, str):
                patterns.append(each)
            elif each is not None and each is not SAME_ORIGIN:
                kind = type(each).__name__
                raise TypeError(
                    f"an origin is a str, a pattern of str, SAME_ORIGIN or None, not {kind}"
                )
        self.exact = frozenset(exact)  # what may connect as it stands; None is no Origin
        self._patterns = tuple(patterns)
        self._same_origin = SAME_ORIGIN in origins

    def allows(self, origin: str, host: str | None) -> bool:
        """Whether a page of this origin may connect to this Host.

        Patterns see the origin as browsers write it: in lower case, without a default port.
        Raises `InvalidHeader` for an origin that is none.
        """
        normal = _normal(origin)
        if normal in self.exact or any(each.fullmatch(normal) for each in self._patterns):
            return True
        return self._same_origin and host is not None and _is_same(origin, host)


def origin_policy(origins: Iterable[AllowedOrigin] | None) -> OriginPolicy | None:
    """Make a caller's `origins` ready; None allows every origin.

    `TypeError` for a lone `str` and for what is no origin, pattern, `SAME_ORIGIN` or None;
    `ValueError` for a malformed origin.
    """
    if origins is None:
        return None
    if type(origins) is not list and (
        isinstance(origins, (str, bytes, SameOrigin)) or not hasattr(origins, "__iter__")
    ):
        kind = type(origins).__name__
        raise TypeError(f"origins is a collection, or None to check nothing, not a lone {kind}")
    collected = tuple(origins)
    try:
        return _origin_policy(*collected)
    except TypeError:  # also for what the cache cannot hash, which is no origin either
        return OriginPolicy(collected)


def _is_pattern(value: object) -> TypeGuard[re.Pattern[Any]]:
    import re  # whoever has compiled one has loaded it

    return isinstance(value, re.Pattern)


# A server makes one handshake object a connection, always with the same policy. `typed`, since
# comparing bytes with str is an error under python -bb.
@lru_cache(maxsize=64, typed=True)
def _origin_policy(*origins: AllowedOrigin) -> OriginPolicy:
    return OriginPolicy(origins)


def host_policy(hosts: Iterable[str] | None) -> Hosts | None:
    """Make a caller's `hosts` ready; None serves every host. Errors as for `origin_policy`."""
    if hosts is None:
        return None
    return _host_policy(checked_collection(hosts, str, "hosts"))


@lru_cache(maxsize=64)
def _host_policy(hosts: tuple[str, ...]) -> Hosts:
    served = set()
    for each in hosts:
        try:
            host = comparable_host(each)
        except InvalidHeader as error:
            raise ValueError(f"hosts: {error}") from None
        if "*" in host[0]:
            raise ValueError("hosts has no wildcards: name each host, or pass hosts=None")
        served.add(host)
    return frozenset(served)


def comparable_host(value: str) -> tuple[str, int | None]:
    """A Host in the form in which two compare: in lower case, an empty port left out."""
    host, port = parse_host(value)
    return host.lower(), port


def _caller_origin(origin: str) -> str:
    try:
        return _normal(origin)
    except InvalidHeader as error:
        raise ValueError(f"origins: {error}; to allow every origin, pass origins=None") from None


def _normal(origin: str) -> str:
    """An origin as browsers write it: in lower case, without its scheme's default port."""
    if origin == "null":
        return origin
    scheme, host, port = split_origin(origin)
    host = f"[{host}]" if ":" in host and host[0] != "[" else host
    if port is None or port == DEFAULT_PORTS.get(scheme):
        return f"{scheme}://{host}"
    return f"{scheme}://{host}:{port}"


def _is_same(origin: str, host_field: str) -> bool:
    """Whether an origin's host and port are those of Host; `null` and unknown schemes never."""
    if origin == "null":
        return False
    scheme, host, port = split_origin(origin)
    default = DEFAULT_PORTS.get(scheme)
    if default is None:
        return False
    try:
        own_host, own_port = comparable_host(host_field)
    except InvalidHeader:
        return False
    return (host, port or default) == (own_host, own_port or default)
