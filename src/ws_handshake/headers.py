"""Header fields as they stand on the wire: ordered, repeatable, found in any letter case."""

from __future__ import annotations

from . import grammar
from .deciding import DECIDING, USUAL_FIELDS
from .display import (
    SECRET_FIELDS,
    line_without_secrets,
    redacted,
    shown,
    target_without_secrets,
)
from .pattern import Pattern
from .value import Value, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any, Protocol, TypeAlias

    FieldText = str | bytes

    class Container(Protocol):
        """What other libraries keep fields in; see `every_field`."""

        def items(self) -> Iterable[tuple[Any, Any]]: ...

    # The value of a field's line, of several lines, or of none.
    Lines = str | tuple[str, ...] | None
    HeadersLike: TypeAlias = (
        "Headers | Mapping[Any, FieldText] | Container | Iterable[tuple[FieldText, FieldText]]"
    )

__all__ = ["Headers"]

# Of URIs; what a query or userinfo holds there is no better than in a target.
_URI_FIELDS = frozenset(["host", "location", "origin", "referer"])
_FIELD_NAME = Pattern(grammar.TOKEN)
_FIELD_VALUE = Pattern(grammar.FIELD_VALUE)
_FIELD_LINE = Pattern(rf"([^:]++):{grammar.OWS}([^\r]*+)\r\n")  # of a head that was judged


class Headers(Value):
    """The fields of one message, in wire order, with case and repetitions kept.

    Made from pairs, a mapping or another `Headers`; of an `email.message.Message` and of the
    containers of websockets, aiohttp and werkzeug every line is taken, in order. Names and values
    are `str`, or `bytes` read as latin-1. Spaces and tabs around a value are dropped: they never
    belong to it. `ValueError` for a name that is no token and for a value with a control character
    or one beyond latin-1, which is what stops response splitting; `TypeError` for anything that is
    no text.

    Two are equal when they have the same names in any case, the same values, the same order.

    >>> headers = Headers([("Connection", "keep-alive"), ("connection", "Upgrade")])
    >>> headers["CONNECTION"], headers.get_all("connection"), len(headers)
    ('keep-alive, Upgrade', ('keep-alive', 'Upgrade'), 2)

    RFC 9110 §5.
    """

    __slots__ = ("_decided", "_fields", "_head", "_index", "_usual")
    __match_args__ = ("fields",)

    # Where the fields are taken from when somebody asks for them: the head as it stands on the
    # wire, or names and values with a line feed behind each.
    _head: str
    _usual: str
    _fields: tuple[tuple[str, str], ...] | None
    _index: dict[str, str | tuple[str, ...]] | None
    _decided: tuple[str | None, ...] | None  # what `DECIDING` names, where the fields are usual

    def __init__(self, fields: HeadersLike = ()) -> None:
        self._fields = self._index = self._decided = None
        if type(fields) is Headers:
            self._fields, self._decided = fields.fields, fields._decided
            return
        if isinstance(fields, (str, bytes, bytearray)):
            raise TypeError(f"headers are pairs or a mapping, not {type(fields).__name__}")
        pairs: Any = every_field(fields) if hasattr(fields, "items") else list(fields)
        self._take(pairs)

    def _take(self, pairs: list[tuple[FieldText, FieldText]]) -> None:
        """Judge the fields all at once if they are of the usual form, else one by one."""
        texts: list[FieldText] = []
        for pair in pairs:
            if type(pair) is not tuple or len(pair) != 2:
                break
            texts += pair
        else:
            if self._take_usual(texts):
                return
        self._fields = tuple([_checked_field(pair) for pair in pairs])

    def _take_usual(self, texts: list[Any]) -> bool:
        """Take names and values, in turn, if they are of the usual form."""
        texts.append("")
        try:
            usual = "\n".join(texts)
        except TypeError:  # bytes among them, or what is no text
            return False
        # Each name and each value ends with the line feed that was put there and has no other.
        if usual.count("\n") != len(texts) - 1:
            return False
        match = USUAL_FIELDS.fullmatch(usual)
        if match is None:
            return False
        self._usual = usual
        self._decided = match.groups()
        return True

    @classmethod
    def _from_wire(cls, head: str) -> Headers:
        """Take the field lines of a head, start line included, that its grammar has judged."""
        self = cls.__new__(cls)
        self._head = head
        self._fields = self._index = self._decided = None
        return self

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """Every field as a pair of name and value, in wire order."""
        fields = self._fields
        if fields is None:
            # Two threads may both come here, and below; they store equal values.
            if self._decided is None:
                found = _FIELD_LINE.findall(self._head, self._head.index("\n") + 1)
            else:
                texts = self._usual.split("\n")
                found = list(zip(texts[:-1:2], texts[1::2], strict=True))
            fields = self._fields = tuple([(name, value.strip(" \t")) for name, value in found])
        return fields

    def items(self) -> tuple[tuple[str, str], ...]:
        """Every field as a pair of name and value, in wire order."""
        return self.fields

    def keys(self) -> tuple[str, ...]:
        """Every field's name, in wire order; a repeated name is repeated here."""
        return tuple([name for name, _ in self.fields])

    def values(self) -> tuple[str, ...]:
        """Every field's value, in wire order."""
        return tuple([value for _, value in self.fields])

    def _lines(self) -> dict[str, str | tuple[str, ...]]:
        """Lower-case name to the value of its line, or to a tuple where it has several lines."""
        index = self._index
        if index is None:
            fields = self.fields
            index = {name.lower(): value for name, value in fields}
            if len(index) != len(fields):
                repeated: dict[str, list[str]] = {}
                for name, value in fields:
                    repeated.setdefault(name.lower(), []).append(value)
                for name, values in repeated.items():
                    if len(values) > 1:
                        index[name] = tuple(values)
            self._index = index
        return index

    def _deciding(self) -> tuple[Lines, ...]:
        """What the fields say that `DECIDING` names, in that order."""
        return self._decided or tuple(map(self._lines().get, DECIDING))

    def get_all(self, name: str) -> tuple[str, ...]:
        """The values of all lines with this name, in order; empty if there is none.

        >>> Headers({"Host": "example.com"}).get_all("host")
        ('example.com',)
        """
        value = self._lines().get(_folded(name), ())
        return (value,) if isinstance(value, str) else value

    def __getitem__(self, name: str) -> str:
        values = self.get_all(name)
        if not values:
            raise KeyError(name)
        # Set-Cookie is no list: its lines do not join (RFC 9110 §5.3), so this is the first one.
        return values[0] if _folded(name) == "set-cookie" else ", ".join(values)

    def get(self, name: str, default: str | None = None) -> str | None:
        """The value of a field, the lines of a repeated one joined by a comma, or `default`."""
        try:
            return self[name]
        except KeyError:
            return default

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and _folded(name) in self._lines()

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self.fields)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Headers):
            return NotImplemented
        return self._comparable() == other._comparable()

    def __hash__(self) -> int:
        return hash(self._comparable())

    def _comparable(self) -> tuple[tuple[str, str], ...]:
        return tuple([(name.lower(), value) for name, value in self.fields])

    def __repr__(self) -> str:
        pairs = [f"({name!r}, {_shown_value(name.lower(), value)})" for name, value in self.fields]
        return f"Headers([{', '.join(pairs)}])"


def every_field(fields: Any) -> list[Any]:
    """The fields of a mapping; where it holds several values a name, all of them."""
    if type(fields) is dict:
        return list(fields.items())
    # What items gives may be joined, unfolded or one of several. Those of email and websockets,
    # of httpx and Starlette, and of werkzeug tell the lines as they are.
    for method in ("raw_items", "multi_items", "to_wsgi_list"):
        if hasattr(fields, method):
            return list(getattr(fields, method)())
    pairs = list(fields.items())
    names = {name.lower() for name, _ in pairs if isinstance(name, (str, bytes))}
    if len(names) == len(pairs):
        # Each name is there once: it may have more values, which other containers list so.
        for method in ("getall", "getlist", "get_list", "get_all"):
            if hasattr(fields, method):
                lookup = getattr(fields, method)
                return [(name, value) for name, _ in pairs for value in lookup(name)]
    return pairs


def _shown_value(name: str, value: str) -> str:
    if name in SECRET_FIELDS:
        return redacted(value)
    return repr(target_without_secrets(value) if name in _URI_FIELDS else value)


def joined(value: str | tuple[str, ...]) -> str:
    """The value of a list field, its lines joined where it has several (RFC 9110 §5.3)."""
    return value if isinstance(value, str) else ", ".join(value)


def _folded(name: str) -> str:
    if not isinstance(name, str):
        raise TypeError(f"a field is looked up by a str, not {type(name).__name__}")
    # Lower-casing takes two letters from beyond ASCII into it: the Kelvin sign would be a k.
    return name.lower() if name.isascii() else name


def write_lines(fields: Iterable[tuple[str, str]]) -> str:
    """The field lines of a head, from fields that are known to be well-formed."""
    return "".join([f"{name}: {value}\r\n" for name, value in fields])


def _checked_field(pair: tuple[FieldText, FieldText]) -> tuple[str, str]:
    if isinstance(pair, (str, bytes)) or not hasattr(pair, "__iter__"):
        raise TypeError(f"a field is a pair of name and value, not {type(pair).__name__}")
    name, value = [_text(part) for part in pair]
    if not _FIELD_NAME.fullmatch(name):
        told = shown(line_without_secrets(name))
        raise ValueError(f"a field name is a token (RFC 9110 §5.1), which {told} is not")
    value = value.strip(" \t")
    if not _FIELD_VALUE.fullmatch(value):
        raise ValueError(
            f"the value of {name[:80]} has a character that no field value can hold: a control"
            " character, a line break or one beyond latin-1 (RFC 9110 §5.5)"
        )
    return name, value


def _text(part: FieldText) -> str:
    if isinstance(part, bytes):
        return part.decode("latin-1")
    if not isinstance(part, str):
        raise TypeError(f"names and values of fields are str or bytes, not {type(part).__name__}")
    return plain(part)
