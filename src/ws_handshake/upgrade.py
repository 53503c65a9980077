"""The switch of protocols: what Upgrade and Connection must say, in a request and in a 101.

RFC 9110 §7.8 defines the mechanism; RFC 6455 §4.1 and §4.2.1 use it with one word, `websocket`,
in any letter case. `websocket, websocket` is refused wherever it stands: two hops disagree about
who speaks, and the next one may take it for something else.
"""

from __future__ import annotations

from . import grammar
from .errors import HandshakeError, InvalidHeader, fault
from .fields import parse_connection, parse_upgrade
from .headers import joined
from .pattern import Pattern
from .request import Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .headers import Lines

    Report = Callable[[HandshakeError], None]

__all__ = ["is_websocket_request"]

_HAS_WEBSOCKET = Pattern(rf"(?:^|,){grammar.OWS}websocket{grammar.OWS}(?:,|\Z)", ignore_case=True)


def is_websocket_request(request: Request) -> bool:
    """Whether this request wants to become a WebSocket: some Upgrade element is `websocket`.

    For servers that answer HTTP and WebSocket on one port: what gives True goes to
    `validate_request`, which names its faults, and the rest is served as a page. Never raises.

    >>> is_websocket_request(Request("/", {"Upgrade": "WebSocket"}))
    True
    >>> is_websocket_request(Request("/", {"Upgrade": "h2c"}))
    False

    RFC 9110 §7.8.
    """
    if not isinstance(request, Request):
        return False
    return any(_HAS_WEBSOCKET.search(line) for line in request.headers.get_all("upgrade"))


def refuse(error: HandshakeError) -> None:
    """Report a fault by raising it: the first one then decides."""
    try:
        raise error
    finally:
        # Else this frame, which the error's traceback keeps, would keep the error.
        del error


def examine_upgrade(value: Lines, report: Report, side: str = "") -> None:
    """Report what is wrong with Upgrade; `side` begins the codes of a response's faults.

    RFC 6455 §4.2.1, item 3, and §4.1, item 2 of the response's requirements: an Upgrade field with
    the value `websocket`, whatever its letter case. Two lines are refused even where one is empty.
    """
    if value is None:
        report(fault(f"{side}upgrade-missing"))
        return
    text = joined(value)
    try:
        protocols = [protocol.lower() for protocol in parse_upgrade(text)]
    except InvalidHeader as error:
        report(error)
        return
    if text is not value:
        report(fault(f"{side}upgrade-repeated", f"on {len(value)} lines", value=text))
    elif protocols.count("websocket") > 1:
        report(fault(f"{side}upgrade-repeated", "on one line", value=text))
    elif protocols != ["websocket"]:
        report(fault(f"{side}upgrade-not-websocket", value=text))


def examine_connection(value: Lines, report: Report, side: str = "") -> None:
    """Report what is wrong with Connection.

    RFC 6455 §4.2.1, item 4, and §4.1, item 3 of the response's requirements: among the options
    there is `upgrade`, whatever its letter case. The options are only searched: what else they
    name stays in the message, or a client could have a proxy's own fields removed.
    """
    if value is None:
        report(fault(f"{side}connection-missing"))
        return
    text = joined(value)
    try:
        options = [option.lower() for option in parse_connection(text)]
    except InvalidHeader as error:
        report(error)
        return
    if "upgrade" not in options:
        report(fault(f"{side}connection-without-upgrade", value=text))
