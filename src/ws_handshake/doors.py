"""Requests that another server has read already, and refusals in the form that it sends.

Each door only puts together what the server tells: method, target, HTTP version and fields. What
follows is the same for all: the values' own checks, and `validate_request`. A door is never more
lenient than the bytes were. But what the server dropped, joined or decoded is lost, and each door
says what that is.
"""

from __future__ import annotations

from collections.abc import Mapping

from . import grammar
from .errors import InvalidMessage
from .headers import Headers, every_field
from .pattern import Pattern
from .value import checked_collection
from .wire import REQUEST, HeadReader, Limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .response import Response

    # Method, target, HTTP version, and the fields, as the server tells them.
    Parts = tuple[str, str, str, list[tuple[str, str]]]

# What a path does not hold unless percent-encoded (RFC 3986 §3.3). The brackets may be those of an
# IPv6 address in an absolute target.
_TO_ENCODE = Pattern(r"[^A-Za-z0-9\-._~!$&'()*+,;=:@/\[\]]")

_START_LINE = Pattern(rf"{grammar.TOKEN} {grammar.FIELD_VCHAR}++ {grammar.ANY_HTTP_VERSION}")

# HTTP/2 and HTTP/3 have no such fields (RFC 9113 §8.2.2, RFC 9114 §4.2).
_HTTP_1_ONLY = frozenset(
    ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"]
)


# --- WSGI: PEP 3333 -------------------------------------------------------------------------------


def from_wsgi(environ: Mapping[str, Any]) -> Parts:
    """Read the request that a WSGI environ tells of; see `Request.from_wsgi`."""
    _check_mapping(environ, "a WSGI environ")
    method = _entry(environ, "REQUEST_METHOD", str)
    version = _entry(environ, "SERVER_PROTOCOL", str)
    # gunicorn, uWSGI, werkzeug and others also tell the target as it came.
    target = _entry(environ, "RAW_URI", str, "") or _entry(environ, "REQUEST_URI", str, "")
    if not target:
        root = _entry(environ, "SCRIPT_NAME", str, "")
        path = _below(root, _entry(environ, "PATH_INFO", str, ""))
        target = _target(method, path, "latin-1", _entry(environ, "QUERY_STRING", str, ""), version)
    fields = []
    for key in environ:
        if not isinstance(key, str):
            raise TypeError(f"a WSGI environ has keys of type str, not {type(key).__name__}")
        if key.startswith("HTTP_"):
            value = _entry(environ, key, str)
            # Two lines were joined: a single host or origin has no comma (RFC 9110 §5.3).
            values = value.split(",") if key in ("HTTP_HOST", "HTTP_ORIGIN") else [value]
            fields += [(_field_name(key[5:]), each) for each in values]
    for key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        value = _entry(environ, key, str, "")
        # Empty is absent (PEP 3333), and some servers tell it under both keys.
        if value and value != environ.get(f"HTTP_{key}"):
            fields.append((_field_name(key), value))
    return method, target, version, fields


def _field_name(key: str) -> str:
    # Titled, a few letters beyond ASCII would come into it: such a name stays wrong.
    return key.replace("_", "-").title() if key.isascii() else key


# --- ASGI: HTTP & WebSocket message format --------------------------------------------------------


def from_asgi(scope: Mapping[str, Any]) -> Parts:
    """Read the request that an ASGI scope tells of; see `Request.from_asgi`."""
    subprotocols: tuple[str, ...] = ()
    if _scope_type(scope) == "websocket":
        told = scope.get("subprotocols") or ()
        subprotocols = checked_collection(told, str, "subprotocols")
        # The server has seen to it that it was a GET; HTTP/1.1 is what no version means.
        method, version = "GET", _entry(scope, "http_version", str, "1.1")
    else:
        method, version = _entry(scope, "method", str), _entry(scope, "http_version", str)
    version = f"HTTP/{version}"
    query = _entry(scope, "query_string", bytes, b"").decode("latin-1")
    if scope.get("raw_path") is not None:
        target = _entry(scope, "raw_path", bytes).decode("latin-1")
        if query and not target.endswith(f"?{query}"):  # a few servers leave the query in it
            target = f"{target}?{query}"
        target = target or "/"
    else:
        path = _entry(scope, "path", str)
        # Most servers have it in the path already, as they should.
        root = _entry(scope, "root_path", str, "").rstrip("/")
        if not f"{path}/".startswith(f"{root}/"):
            path = _below(root, path)
        target = _target(method, path, "utf-8", query, version)
    pairs = _fields(_entry(scope, "headers", object), bytes)
    fields = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs]
    # uvicorn with wsproto has the subprotocols here only.
    if subprotocols and all(name.lower() != "sec-websocket-protocol" for name, _ in fields):
        fields.append(("sec-websocket-protocol", ", ".join(subprotocols)))
    return method, target, version, fields


def to_asgi(response: Response, scope: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Write a refusal as ASGI messages; see `Response.to_asgi`."""
    kind = "http" if _scope_type(scope) == "http" else "websocket.http"
    if response.status < 200:
        raise ValueError(
            f"a {response.status} is no final answer; a handshake is accepted with websocket.accept"
        )
    if kind != "http" and "websocket.http.response" not in (scope.get("extensions") or ()):
        return [{"type": "websocket.close"}]
    version = _entry(scope, "http_version", str, "1.1")
    fields = [(name.lower(), value) for name, value in response.headers.items()]
    if not version.startswith("1."):
        fields = [field for field in fields if field[0] not in _HTTP_1_ONLY]
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields]
    return [
        {"type": f"{kind}.response.start", "status": response.status, "headers": headers},
        {"type": f"{kind}.response.body", "body": response.body, "more_body": False},
    ]


def _scope_type(scope: Mapping[str, Any]) -> str:
    _check_mapping(scope, "an ASGI scope")
    kind: str = _entry(scope, "type", str)
    if kind not in ("http", "websocket"):
        raise ValueError(f"an ASGI scope of type http or websocket is expected, not {kind!a}")
    return kind


# --- http.server ----------------------------------------------------------------------------------


def from_http_server(handler: Any) -> Parts:
    """Read the request that a handler of `http.server` has; see `Request.from_http_server`."""
    found: list[Any] = [
        getattr(handler, name, None) for name in ("command", "path", "request_version")
    ]
    headers = getattr(handler, "headers", None)
    if not hasattr(headers, "items") or not all(isinstance(each, str) for each in found):
        raise TypeError(
            "a handler of http.server that has parsed a request is expected,"
            f" not {type(handler).__name__}"
        )
    # The handler splits the line at any white space, and takes slashes away that begin a path.
    line = getattr(handler, "raw_requestline", b"")
    if not isinstance(line, bytes):
        raise TypeError(f"raw_requestline is bytes, not {type(line).__name__}")
    if line:
        text = line.decode("latin-1")
        match = REQUEST.start.fullmatch(text)
        if match is None:
            raise _fault(1, text)
        found = list(match.groups())
    method, target, version = found
    fields = _fields(every_field(headers), str)
    _check_nothing_dropped(headers, len(fields) + 2)
    return method, target, version, fields


def _check_nothing_dropped(headers: Any, end: int) -> None:
    """Refuse what the parser for mail took as something else than a field."""
    defects = [type(defect).__name__ for defect in getattr(headers, "defects", ())]
    # It ends the fields at a line that is none, and at one that a bare CR makes empty: all behind
    # that is the body.
    try:
        left = getattr(headers, "get_payload", str)()
    except UnicodeError:  # it wants to encode lone surrogates
        raise InvalidMessage(str(end), code="colon-missing") from None
    if isinstance(left, str) and left:
        line, feed, _ = left.partition("\n")
        if "MissingHeaderBodySeparatorDefect" in defects or line.startswith("From "):
            raise _fault(end, f"{line}{feed}")
        raise InvalidMessage(str(end - 1), code="bare-cr")
    if isinstance(left, list) and "MissingHeaderBodySeparatorDefect" not in defects:
        # By its Content-Type the body is a message, which is there even if empty, or has parts.
        part = left[0]
        if part.get_unixfrom():
            raise _fault(end, f"{part.get_unixfrom()}\r\n")
        if headers.get_content_maintype() == "multipart" or part.items() or part.get_payload():
            raise InvalidMessage(str(end - 1), code="bare-cr")
    if getattr(headers, "get_unixfrom", str)():
        raise InvalidMessage("2", code="field-name-malformed")
    for defect in defects:
        if defect == "FirstHeaderLineIsContinuationDefect":
            raise InvalidMessage("2", code="folded-line")
        if "Multipart" not in defect and "Boundary" not in defect:  # those are about the body
            raise InvalidMessage(f"2 to {end}", code="field-name-malformed")


# --- What the doors share -------------------------------------------------------------------------


def _check_mapping(given: object, what: str) -> None:
    if not isinstance(given, Mapping):
        raise TypeError(f"{what} is a mapping, not {type(given).__name__}")


_REQUIRED = object()


def _entry(given: Mapping[str, Any], key: str, kind: type, default: object = _REQUIRED) -> Any:
    value = given.get(key, default)
    if value is _REQUIRED:
        raise ValueError(f"{key} is missing")
    if not isinstance(value, kind):
        raise TypeError(f"{key} is {kind.__name__}, not {type(value).__name__}")
    return value


def _fields(given: Any, kind: type) -> list[tuple[Any, Any]]:
    fields = [(name, value) for name, value in given]
    for part in [part for field in fields for part in field]:
        if not isinstance(part, kind):
            raise TypeError(f"fields are pairs of {kind.__name__} here, not {type(part).__name__}")
    return fields


def _below(root: str, path: str) -> str:
    # What is no path stays none.
    return root + path if not path or path.startswith("/") else path


def _target(method: str, path: str, coding: str, query: str, version: str) -> str:
    """Put a target together again whose path was percent-decoded."""
    behind = f"?{query}" if query else ""
    try:
        decoded = path.encode(coding).decode("latin-1")
    except UnicodeEncodeError:
        raise _fault(1, f"{method} {path}{behind} {version}\r\n") from None
    return _TO_ENCODE.sub(lambda found: f"%{ord(found[0]):02X}", decoded) + behind or "/"


def first_fault(method: str, target: str, version: str, fields: list[Any]) -> InvalidMessage:
    """The first fault that the bytes of a request would have whose parts make none."""
    line = f"{method} {target} {version}"
    if not _START_LINE.fullmatch(line):
        return _fault(1, f"{line}\r\n")
    wrong = [field for field in enumerate(fields, start=2) if not _is_field(field[1])]
    number, (name, value) = wrong[0]
    return _fault(number, f"{name}: {value}\r\n")


def _is_field(field: tuple[str, str]) -> bool:
    try:
        Headers([field])
    except ValueError:
        return False
    return True


_PLAIN = b"GET / HTTP/1.1\r\n"


def _fault(number: int, line: str) -> InvalidMessage:
    """What is wrong with a line of a head that is known to be wrong."""
    size = len(_PLAIN) + len(line)
    reader = HeadReader(REQUEST, Limits(size, size, size))
    if number > 1:
        reader.feed(_PLAIN)
        reader._number = number
    try:
        reader.feed(line.encode("latin-1"))
    except InvalidMessage as error:
        return error
    except UnicodeEncodeError as error:
        name, colon, _ = line[: error.start].partition(":")
        if number > 1 and colon:
            detail = f"{number} ({name}) has the character U+{ord(line[error.start]):04X}"
            return InvalidMessage(f"{detail}, which is no byte's", code="control-character")
    # More than one line, or a name with a colon: as bytes, these would have been something else.
    reader._number = number
    return reader._fault_of(line)
