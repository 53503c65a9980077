"""WebSocket handshakes in a HAR file, as the network panel of a browser saves it (HAR 1.2)."""

from __future__ import annotations

import json

from .pattern import Pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

URL = Pattern(r"(?:wss?|https?)://([^/?#]*+)([^#]*+)", ignore_case=True)

_MOST = 20  # handshakes of one file
_VERSIONS = {"h2": "HTTP/2.0", "h3": "HTTP/3.0", "http/2": "HTTP/2.0", "http/3": "HTTP/3.0"}
_TOKEN = Pattern(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]++")


class Exchange:
    """A request and its answer as text; nothing for what the file does not have."""

    __slots__ = ("answer", "body", "error", "request")

    def __init__(self, request: str, answer: str, body: str, error: str) -> None:
        self.request = request
        self.answer = answer
        self.body = body
        self.error = error


def is_har(text: str) -> bool:
    """Whether this may be such a file."""
    begin = text[:256].lstrip()
    return begin.startswith("{") and '"log"' in begin and '"entries"' in text


def exchanges(text: str) -> list[Exchange]:
    """The handshakes in a file; none where it cannot be read or has none."""
    try:
        entries = _items(_items(json.loads(text), "log"), "entries")
    except (ValueError, RecursionError):
        return []
    found = []
    for entry in entries if isinstance(entries, list) else []:
        request = _items(entry, "request")
        if _is_handshake(entry, request):
            found.append(_exchange(entry, request, _items(entry, "response")))
            if len(found) == _MOST:
                break
    return found


def _items(thing: Any, name: str) -> Any:
    return thing.get(name) if isinstance(thing, dict) else None


def _text(thing: Any, name: str) -> str:
    """A string on one line, in the bytes of UTF-8; nothing for what is none."""
    value = _items(thing, name)
    return "" if not isinstance(value, str) else _in_bytes(value)


def _in_bytes(value: str) -> str:
    text = value.encode("utf-8", "replace").decode("latin-1")
    return text.replace("\r", " ").replace("\n", " ").strip()


def _is_handshake(entry: Any, request: Any) -> bool:
    return (
        _text(request, "url").lower().startswith(("ws://", "wss://"))
        or _text(entry, "_resourceType") == "websocket"
        or _has_key(_fields(request))
    )


def _has_key(fields: list[tuple[str, str]]) -> bool:
    return any(name.lower() == "sec-websocket-key" for name, _ in fields)


def _fields(message: Any) -> list[tuple[str, str]]:
    """The header fields; browsers join the lines of one name with line feeds."""
    listed = _items(message, "headers")
    found = []
    for each in listed if isinstance(listed, list) else []:
        name, value = _text(each, "name"), _items(each, "value")
        if _TOKEN.fullmatch(name) and isinstance(value, str):
            found += [(name, _in_bytes(line)) for line in value.split("\n")]
    return found


def _version(message: Any) -> str:
    version = _text(message, "httpVersion")
    known = _VERSIONS.get(version.lower().removesuffix(".0"))
    return known or (version.upper() if version.upper().startswith("HTTP/1.") else "HTTP/1.1")


def _exchange(entry: Any, request: Any, response: Any) -> Exchange:
    status = _items(response, "status")
    answer = ""
    if isinstance(status, int) and 100 <= status <= 599:
        start = f"{_version(response)} {status} {_text(response, 'statusText')}"
        answer = _head(start, _fields(response))
    content = _items(response, "content")
    body = _items(content, "text")
    if not isinstance(body, str) or status == 101 or _items(content, "encoding") is not None:
        body = ""
    return Exchange(
        _sent(request),
        answer,
        body.encode("utf-8", "replace").decode("latin-1"),
        _text(entry, "_error") or _text(response, "_error"),
    )


def _sent(request: Any) -> str:
    """The head of the request; nothing where the browser did not save what it sent."""
    fields = _fields(request)
    url = URL.fullmatch(_text(request, "url"))
    if url is None or not _has_key(fields):
        return ""
    if not any(name.lower() == "host" for name, _ in fields):
        fields.insert(0, ("Host", url[1].rpartition("@")[2]))
    target = url[2] if url[2].startswith("/") else f"/{url[2]}"
    return _head(f"{_text(request, 'method') or 'GET'} {target} {_version(request)}", fields)


def _head(start: str, fields: list[tuple[str, str]]) -> str:
    lines = [start, *[f"{name}: {value}" for name, value in fields]]
    return "\r\n".join(lines) + "\r\n\r\n"
