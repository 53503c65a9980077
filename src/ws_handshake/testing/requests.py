"""The cases for servers: opening handshakes, good, broken, and such as may be taken either way."""

from __future__ import annotations

from ws_handshake.errors import HandshakeError
from ws_handshake.headers import Headers
from ws_handshake.request import Request
from ws_handshake.server import validate_request

from .cases import select_cases
from .handshake_tables import HANDSHAKE_TABLES, ORIGIN_KNOWN, ORIGIN_OPEN, SUBPROTOCOL_KNOWN
from .http_tables import HTTP_TABLES
from .tables import Aim, cases_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ws_handshake.headers import HeadersLike

    from .cases import Case

__all__ = ["request_cases"]


def request_cases(
    *,
    host: str = "example.com",
    target: str = "/chat",
    origin: str | None = None,
    subprotocol: str | None = None,
    headers: HeadersLike = (),
    groups: Iterable[str] | None = None,
    levels: Iterable[str] | None = None,
    only: Iterable[str] | None = None,
) -> tuple[Case, ...]:
    """Make the cases for a server, aimed at this host and target.

    With an `origin` that the server allows, every request has it, and others must be refused. With
    a `subprotocol` that the server speaks, every request offers it, and it should be chosen.
    `headers` are more fields that the server wants in every request, such as Authorization.
    `groups`, `levels` and `only` (ids) select, as `select_cases` does. `ValueError` for arguments
    with which the sample request would be no valid opening handshake.

    >>> cases = request_cases(host="localhost:8000", target="/ws", groups=["upgrade"])
    >>> cases[0].data.decode().splitlines()[:3]
    ['GET /ws HTTP/1.1', 'Host: localhost:8000', 'Upgrade: WebSocket']

    RFC 6455 §4.2, RFC 9110, RFC 9112, RFC 7692 §7.1.
    """
    aim = Aim(host, target, origin, subprotocol, Headers(headers))
    try:
        validate_request(Request(target, aim.pairs()), origins=None)
    except HandshakeError as error:
        raise ValueError(f"the sample request would be refused: {error}") from None
    tables = (
        *HTTP_TABLES,
        *HANDSHAKE_TABLES,
        *(ORIGIN_OPEN if origin is None else ORIGIN_KNOWN),
        *(() if subprotocol is None else SUBPROTOCOL_KNOWN),
    )
    cases = [case for table in tables for case in cases_of(table, aim)]
    return select_cases(cases, groups=groups, levels=levels, only=only)
