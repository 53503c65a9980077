"""How the catalogue is written down: rows of data, and how a row becomes the bytes of a case.

A row is an id, a change and a sentence. The change is made to the sample request of RFC 6455
§1.2: a text is the value of the table's field, a tuple several lines of it, None takes the field
away, and a dict changes more: header names, and the words that `_WORDS` explains. In texts,
`{host}` and its like stand for what the cases are aimed at.
"""

from __future__ import annotations

from ws_handshake.errors import InvalidHeader
from ws_handshake.fields import parse_extensions, parse_subprotocols
from ws_handshake.pattern import Pattern

from .cases import Case, Expected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any, Final, TypeVar

    from ws_handshake.headers import Headers

    T = TypeVar("T")

    Texts = str | bytes | None | tuple[str | bytes, ...]
    Change = Texts | Mapping[str, Any]
    Rows = tuple[tuple[str, Change, str], ...]

KEY: Final = "dGhlIHNhbXBsZSBub25jZQ=="

# What a change may say beside the names of headers.
_WORDS: Final = {
    "line": "the request line",
    "first": "lines before the fields",
    "extra": "lines behind the fields",
    "reversed": "the fields stand in the opposite order",
    "names": "the method of `str` that every field name goes through",
    "colon": "what stands between name and value",
    "swap": "pairs of what is taken out of the head and what is put there",
    "behind": "what comes behind the head",
    "before": "what comes before it",
    "cut": "behind which texts the bytes are cut, or 1 for every byte alone",
}

OK: Final = (101,)
REFUSED: Final = (3, 4, 5)  # RFC 6455 §4.2.1: an appropriate error code
NOT_SWITCHED: Final = (2, 3, 4, 5)  # a server may ignore Upgrade and answer as to any request
OPEN: Final = (101, 2, 3, 4, 5)


# The fields that the cases change, and those that would make every case another one.
_OWN: Final = (
    *("host", "upgrade", "connection", "sec-websocket-key", "sec-websocket-version", "origin"),
    *("sec-websocket-protocol", "sec-websocket-extensions", "content-length", "transfer-encoding"),
)

_CONTROL = Pattern(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Table:
    """Rows about one thing: they share a verdict, a level, a section and what is expected.

    `prefix` stands before the ids, `expected` holds arguments of `Expected`.
    """

    __slots__ = ("expected", "field", "group", "level", "prefix", "rows", "section", "verdict")

    def __init__(
        self,
        group: str,
        verdict: str,
        level: str,
        section: str,
        rows: Rows,
        *,
        prefix: str,
        field: str | None = None,
        **expected: Any,
    ) -> None:
        self.group = group
        self.verdict = verdict
        self.level = level
        self.section = section
        self.rows = rows
        self.prefix = prefix
        self.field = field
        self.expected = expected


_STATUSES: Final = {"accept": OK, "reject": REFUSED, "either": OPEN}
_SILENCE: Final = {"accept": "never", "reject": "never", "either": "closed"}


class Aim:
    """What the cases are aimed at: the sample request for one server."""

    __slots__ = ("fields", "line", "texts")

    def __init__(
        self,
        host: str,
        target: str,
        origin: str | None,
        subprotocol: str | None,
        headers: Headers,
    ) -> None:
        self.line = f"GET {target} HTTP/1.1"
        self.fields: dict[str, Any] = {
            "Host": host,
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": KEY,
            "Sec-WebSocket-Version": "13",
        }
        if origin is not None:
            self.fields["Origin"] = origin
        if subprotocol is not None:
            self.fields["Sec-WebSocket-Protocol"] = subprotocol
        for name, value in headers.items():
            if name.lower() in _OWN:
                raise ValueError(f"{name} is a field that the cases change: it cannot be given")
            # As bytes, so that nothing in them stands for anything else.
            self.fields[name] = (*self.fields.get(name, ()), value.encode("latin-1"))
        site = "https://example.com" if origin is None else origin
        self.texts: dict[str, Callable[[], str]] = {
            "{host}": lambda: host,
            "{HOST}": host.upper,
            "{target}": lambda: target,
            "{query}": lambda: "&" if "?" in target else "?",
            "{origin}": lambda: site,
            "{origin without its end}": lambda: site[:-1],
            "{origin without a dot}": lambda: (
                site.replace(".", "x", 1) if "." in site else site + "x"
            ),
            "{subprotocol}": lambda: subprotocol or "chat",
            "{key}": lambda: KEY,
            "{4k}": lambda: "a" * 4_000,
            "{7k}": lambda: "a" * 7_000,
            "{20k}": lambda: "a" * 20_000,
            "{1300k}": lambda: "a" * 1_300_000,
            "{100,000 fields}": lambda: "\r\n".join(["X-Filler: a"] * 100_000),
        }

    def pairs(self) -> list[tuple[str, str | bytes]]:
        """The fields of the sample request, one a line."""
        return [(name, value) for name, values in self.fields.items() for value in _lines(values)]

    def filled(self, text: str) -> str:
        """A text of a row with what `{host}` and its like stand for."""
        for name, what in self.texts.items():
            if name in text:
                text = text.replace(name, what())
        return text

    def octets(self, text: str | bytes) -> bytes:
        """A text of a row as it is sent."""
        return text if isinstance(text, bytes) else self.filled(text).encode("latin-1")


def cases_of(table: Table, aim: Aim) -> Iterator[Case]:
    """The cases that a table's rows are."""
    for name, change, reason in table.rows:
        changes: dict[str, Any] = change if isinstance(change, dict) else {str(table.field): change}
        fields = {**aim.fields, **{key: changes[key] for key in changes if key not in _WORDS}}
        data = _written(changes, fields, aim)
        yield Case(
            f"{table.prefix}-{name}",
            table.group,
            data,
            table.verdict,
            table.field,
            table.section,
            table.level,
            reason,
            _expected(table, fields, aim, data),
            _pieces(data, changes.get("cut", ())),
        )


def _lines(texts: Texts) -> tuple[str | bytes, ...]:
    if texts is None:
        return ()
    return texts if isinstance(texts, tuple) else (texts,)


def _written(changes: dict[str, Any], fields: dict[str, Any], aim: Aim) -> bytes:
    colon = aim.octets(changes.get("colon", ": "))
    change_name: Callable[[str], str] = getattr(str, changes.get("names", "__str__"))
    own = [
        change_name(name).encode() + colon + aim.octets(value)
        for name, values in fields.items()
        for value in _lines(values)
    ]
    lines = [
        aim.octets(changes.get("line", aim.line)),
        *map(aim.octets, _lines(changes.get("first"))),
        *(reversed(own) if changes.get("reversed") else own),
        *map(aim.octets, _lines(changes.get("extra"))),
    ]
    head = b"\r\n".join([*lines, b"", b""])
    for old, new in changes.get("swap", ()):
        head = head.replace(aim.octets(old), aim.octets(new))
    return aim.octets(changes.get("before", b"")) + head + aim.octets(changes.get("behind", b""))


def _pieces(data: bytes, cut: int | tuple[bytes, ...]) -> tuple[bytes, ...]:
    if isinstance(cut, int):
        return tuple([data[place : place + cut] for place in range(0, len(data), cut)])
    places = sorted({data.index(text) + len(text) for text in cut})
    return tuple([data[a:b] for a, b in zip([0, *places], [*places, len(data)], strict=True)])


def _expected(table: Table, fields: dict[str, Any], aim: Aim, data: bytes) -> Expected:
    keys = () if table.verdict == "reject" else _lines(fields["Sec-WebSocket-Key"])
    given: dict[str, Any] = {
        "statuses": _STATUSES[table.verdict],
        "silence": _SILENCE[table.verdict],
    }
    if table.level == "security" and table.verdict == "reject":
        given["silence"] = "closed"  # no RFC demands an answer; not to take it is what counts
    given.update(table.expected)
    if given["silence"] == "never" and _CONTROL.search(data.decode("latin-1")):
        given["silence"] = "closed"  # a server that cannot read HTTP need not write it
    if given.get("subprotocol") is not None:
        given["subprotocol"] = aim.filled(given["subprotocol"])
    return Expected(
        key=aim.octets(keys[0]).decode("latin-1").strip(" \t") if len(keys) == 1 else None,
        offered=_listed(fields.get("Sec-WebSocket-Protocol"), parse_subprotocols, aim),
        extensions=_listed(fields.get("Sec-WebSocket-Extensions"), parse_extensions, aim),
        **given,
    )


def _listed(texts: Texts, parse: Callable[[str], list[T]], aim: Aim) -> tuple[T, ...]:
    """What a list offers; nothing where it is malformed, so that nothing may be chosen from it."""
    try:
        return tuple(parse(b", ".join(map(aim.octets, _lines(texts))).decode("latin-1")))
    except InvalidHeader:
        return ()
