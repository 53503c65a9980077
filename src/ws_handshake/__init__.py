"""The WebSocket opening handshake (RFC 6455 §4): strict, sans-IO, pure Python.

Bytes or values go in, bytes or values come out; sockets, timers and threads are the caller's.

    server      ServerHandshake, or validate_request, build_response, build_rejection
    client      ClientHandshake, or build_request, validate_response
    values      Headers, Request, Response, Extension, WebSocketURI, Offer, Agreement, Limits
    extensions  PerMessageDeflate, or your own: see ServerExtension and ClientExtension
    errors      HandshakeError and its subclasses; FAULTS lists every way to fail
    diagnosis   diagnose_request, diagnose_response: who probably did it, and what to change

To read how the handshake works, open `key`, `fields`, `upgrade`, `server` and `client`, in that
order.
"""

from __future__ import annotations

from .client import ClientHandshake, build_request, response_violations, validate_response
from .errors import (
    FAULTS,
    Fault,
    HandshakeError,
    IncompleteMessage,
    InvalidHeader,
    InvalidMessage,
    InvalidRequest,
    InvalidResponse,
    InvalidURI,
    LocalProtocolError,
    UnexpectedStatus,
    Violation,
)
from .fields import (
    Extension,
    format_extensions,
    parse_accept,
    parse_connection,
    parse_extensions,
    parse_host,
    parse_key,
    parse_origin,
    parse_subprotocols,
    parse_token_list,
    parse_upgrade,
    parse_version,
)
from .headers import Headers
from .key import accept_key, generate_key
from .negotiation import Agreement, select_subprotocol
from .origins import SAME_ORIGIN
from .request import Request
from .response import Response, build_rejection
from .server import (
    Offer,
    ServerHandshake,
    build_response,
    request_violations,
    validate_request,
)
from .state import NEGOTIATE, State
from .upgrade import is_websocket_request
from .uri import WebSocketURI, parse_uri
from .wire import Limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .deflate import DeflateParameters, PerMessageDeflate
    from .diagnosis import Cause, Diagnosis, diagnose_request, diagnose_response
    from .extensions import ClientExtension, ServerExtension

__version__ = "0.1.0"

# Loaded when first used: most servers and clients need none of them.
_LATER = {
    "Cause": "diagnosis",
    "ClientExtension": "extensions",
    "DeflateParameters": "deflate",
    "Diagnosis": "diagnosis",
    "PerMessageDeflate": "deflate",
    "ServerExtension": "extensions",
    "diagnose_request": "diagnosis",
    "diagnose_response": "diagnosis",
}

__all__ = [
    "FAULTS",
    "NEGOTIATE",
    "SAME_ORIGIN",
    "Agreement",
    "Cause",
    "ClientExtension",
    "ClientHandshake",
    "DeflateParameters",
    "Diagnosis",
    "Extension",
    "Fault",
    "HandshakeError",
    "Headers",
    "IncompleteMessage",
    "InvalidHeader",
    "InvalidMessage",
    "InvalidRequest",
    "InvalidResponse",
    "InvalidURI",
    "Limits",
    "LocalProtocolError",
    "Offer",
    "PerMessageDeflate",
    "Request",
    "Response",
    "ServerExtension",
    "ServerHandshake",
    "State",
    "UnexpectedStatus",
    "Violation",
    "WebSocketURI",
    "accept_key",
    "build_rejection",
    "build_request",
    "build_response",
    "diagnose_request",
    "diagnose_response",
    "format_extensions",
    "generate_key",
    "is_websocket_request",
    "parse_accept",
    "parse_connection",
    "parse_extensions",
    "parse_host",
    "parse_key",
    "parse_origin",
    "parse_subprotocols",
    "parse_token_list",
    "parse_upgrade",
    "parse_uri",
    "parse_version",
    "request_violations",
    "response_violations",
    "select_subprotocol",
    "validate_request",
    "validate_response",
]


def __getattr__(name: str) -> object:
    if name in _LATER:
        from importlib import import_module

        return getattr(import_module(f".{_LATER[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})
