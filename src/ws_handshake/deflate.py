r"""permessage-deflate: the four parameters of RFC 7692 §7.1 and what they commit each side to.

The handshake settles parameters; compressing with them is a codec's work. Each parameter is about
one side's compressor:

    server_no_context_takeover    the server starts each message afresh
    client_no_context_takeover    the client does
    server_max_window_bits=N      the server looks back at most 2**N bytes
    client_max_window_bits[=N]    the client does; without a value, in an offer: it can be limited

What a server answers is a table, `_ANSWERS`: for each parameter, what was offered and what the
server is configured with lead to one of four words.
"""

from __future__ import annotations

from .errors import InvalidHeader
from .fields import Extension
from .pattern import Pattern
from .value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    # What an extension says of a parameter: a number, True for "there, without a value", or None.
    Bits = int | bool | None

__all__ = ["DeflateParameters", "PerMessageDeflate"]

_NAME = "permessage-deflate"
_LARGEST = 15
# No leading zeros, no sign: RFC 7692 §7.1.2.1.
_WINDOW_BITS = Pattern(r"[89]|1[0-5]")

_SERVER_FRESH = "server_no_context_takeover"
_CLIENT_FRESH = "client_no_context_takeover"
_SERVER_BITS = "server_max_window_bits"
_CLIENT_BITS = "client_max_window_bits"

# Which forms a parameter may have in an offer and in an answer (RFC 7692 §7.1.1 and §7.1.2).
_BARE, _NUMBER = "bare", "number"
_IN_OFFER = {
    _SERVER_FRESH: (_BARE,),
    _CLIENT_FRESH: (_BARE,),
    _SERVER_BITS: (_NUMBER,),
    _CLIENT_BITS: (_BARE, _NUMBER),
}
_IN_ANSWER = {**_IN_OFFER, _CLIENT_BITS: (_NUMBER,)}


def _nothing(offered: Bits, configured: Bits) -> Bits:
    return None


def _offered(offered: Bits, configured: Bits) -> Bits:
    return offered


def _configured(offered: Bits, configured: Bits) -> Bits:
    return configured


def _smaller(offered: int, configured: int) -> int:
    return min(offered, configured)


# What a server answers: for each parameter, the form in which it was offered (None: not at all)
# and whether the server is configured with it.
_ANSWERS: dict[str, dict[tuple[str | None, bool], Callable[[Any, Any], Bits]]] = {
    # §7.1.1.1: answered if offered, since that is how the server takes it; else as it likes.
    _SERVER_FRESH: {
        (None, False): _nothing,
        (None, True): _configured,
        (_BARE, False): _offered,
        (_BARE, True): _offered,
    },
    # §7.1.1.2: an offer only says what the client will do; the answer makes it binding.
    _CLIENT_FRESH: {
        (None, False): _nothing,
        (None, True): _configured,
        (_BARE, False): _offered,
        (_BARE, True): _offered,
    },
    # §7.1.2.1: answered if offered, with the same number or a smaller one; else as it likes.
    _SERVER_BITS: {
        (None, False): _nothing,
        (None, True): _configured,
        (_NUMBER, False): _offered,
        (_NUMBER, True): _smaller,
    },
    # §7.1.2.2: never answered unless offered.
    _CLIENT_BITS: {
        (None, False): _nothing,
        (None, True): _nothing,
        (_BARE, False): _nothing,
        (_BARE, True): _configured,
        (_NUMBER, False): _offered,
        (_NUMBER, True): _smaller,
    },
}


class PerMessageDeflate:
    """permessage-deflate as a negotiator, for servers and clients.

    On a server, the arguments are what it asks of both sides, beyond what the client offers. On a
    client they are what it offers; `client_max_window_bits=None` still says that its window can be
    limited, and `server_max_window_bits=15` asks for what is the default anyway. Window bits are
    numbers from 8 to 15 (`ValueError`), the others are `bool` (`TypeError`).

    An answer does not say which of several offers it takes; each may confirm it, and the first one
    that does counts.

    Window bits of 8: zlib decompresses with 8 but cannot compress with it. A server therefore
    declines an offer of `server_max_window_bits=8` unless it is configured with 8, which says that
    its codec can. A client answered with `client_max_window_bits=8` sends its messages
    uncompressed, which is always allowed (RFC 7692 §6), or compresses without looking back at all:
    `zlib.compressobj(wbits=-9, strategy=zlib.Z_HUFFMAN_ONLY)` fits any window.

    >>> server, client = PerMessageDeflate(server_max_window_bits=12), PerMessageDeflate()
    >>> offer = client.offer()
    >>> answer = server.answer(offer)
    >>> str(offer), str(answer)
    ('permessage-deflate; client_max_window_bits', 'permessage-deflate; server_max_window_bits=12')
    >>> client.confirm(answer, offer)
    >>> DeflateParameters.from_answer(answer, offer).server_max_window_bits
    12

    RFC 7692 §7.1.
    """

    __slots__ = ("_configured",)

    name = _NAME
    reserved_bits = frozenset([1])

    def __init__(
        self,
        server_no_context_takeover: bool = False,
        client_no_context_takeover: bool = False,
        server_max_window_bits: int | None = None,
        client_max_window_bits: int | None = None,
    ) -> None:
        self._configured: dict[str, Bits] = {
            _SERVER_FRESH: _checked_flag(_SERVER_FRESH, server_no_context_takeover) or None,
            _CLIENT_FRESH: _checked_flag(_CLIENT_FRESH, client_no_context_takeover) or None,
            _SERVER_BITS: _checked_bits(_SERVER_BITS, server_max_window_bits),
            _CLIENT_BITS: _checked_bits(_CLIENT_BITS, client_max_window_bits),
        }

    def __repr__(self) -> str:
        given = [f"{name}={value}" for name, value in self._configured.items() if value is not None]
        return f"PerMessageDeflate({', '.join(given)})"

    def offer(self) -> Extension:
        """Make a client's offer (RFC 7692 §7.1)."""
        return _written({**self._configured, _CLIENT_BITS: self._configured[_CLIENT_BITS] or True})

    def answer(self, offer: Extension) -> Extension | None:
        """Answer a client's offer, or decline it with None.

        Declined are offers with parameters that RFC 7692 does not allow, so that the client's next
        one counts, and a window of 8 bits for a server that is not configured with it.
        """
        try:
            offered = _read(offer, _IN_OFFER)
        except InvalidHeader:
            return None
        answer: dict[str, Bits] = {}
        for name, answers in _ANSWERS.items():
            value, configured = offered.get(name), self._configured[name]
            form = None if value is None else _form(value)
            answer[name] = answers[form, configured is not None](value, configured)
        if answer[_SERVER_BITS] == 8 and self._configured[_SERVER_BITS] != 8:
            return None
        return _written(answer)

    def confirm(self, answer: Extension, offer: Extension) -> None:
        """Check a server's answer to an offer; `InvalidHeader` for what RFC 7692 does not allow.

        The number that a client offers for its own window is only a hint: a larger one in the
        answer is legal, and the client may keep to the smaller.
        """
        offered, answered = _read(offer, _IN_OFFER), _read(answer, _IN_ANSWER)
        for name in (_SERVER_FRESH, _SERVER_BITS):
            if name in offered and name not in answered:
                raise InvalidHeader(f"{name} was offered, but the answer is silent about it")
        if _CLIENT_BITS in answered and _CLIENT_BITS not in offered:
            raise InvalidHeader(f"{_CLIENT_BITS} was not offered")
        asked, got = offered.get(_SERVER_BITS, _LARGEST), answered.get(_SERVER_BITS, _LARGEST)
        if got > asked:
            raise InvalidHeader(f"{_SERVER_BITS} is {got}, more than the {asked} that was offered")


class DeflateParameters(Value):
    r"""What both sides do from now on, with every parameter filled in.

    It tells a codec's author what to hand to `zlib`: raw deflate has negative window bits. With a
    side's `no_context_takeover` its compressor and the peer's decompressor are made anew for each
    message; otherwise they live as long as the connection.

    >>> import zlib
    >>> parameters = DeflateParameters(client_max_window_bits=10)
    >>> ours = zlib.compressobj(wbits=-parameters.client_max_window_bits)      # the client
    >>> theirs = zlib.decompressobj(wbits=-parameters.client_max_window_bits)  # the server
    >>> payload = ours.compress(b"hello, hello") + ours.flush(zlib.Z_SYNC_FLUSH)
    >>> payload = payload.removesuffix(b"\x00\x00\xff\xff")                    # RFC 7692 §7.2.1
    >>> theirs.decompress(payload + b"\x00\x00\xff\xff")                       # §7.2.2
    b'hello, hello'

    A window of 8 bits is special: see `PerMessageDeflate`.

    RFC 7692 §7.1 and §7.2.
    """

    __slots__ = (
        "_client_max_window_bits",
        "_client_no_context_takeover",
        "_server_max_window_bits",
        "_server_no_context_takeover",
    )
    __match_args__ = (
        "server_no_context_takeover",
        "client_no_context_takeover",
        "server_max_window_bits",
        "client_max_window_bits",
    )

    def __init__(
        self,
        server_no_context_takeover: bool = False,
        client_no_context_takeover: bool = False,
        server_max_window_bits: int = _LARGEST,
        client_max_window_bits: int = _LARGEST,
    ) -> None:
        self._server_no_context_takeover = _checked_flag(_SERVER_FRESH, server_no_context_takeover)
        self._client_no_context_takeover = _checked_flag(_CLIENT_FRESH, client_no_context_takeover)
        server_bits = _checked_bits(_SERVER_BITS, server_max_window_bits)
        client_bits = _checked_bits(_CLIENT_BITS, client_max_window_bits)
        if server_bits is None or client_bits is None:
            raise TypeError("window bits are numbers here, not None")
        self._server_max_window_bits = server_bits
        self._client_max_window_bits = client_bits

    @classmethod
    def from_answer(cls, answer: Extension, offer: Extension | None = None) -> DeflateParameters:
        """Fill in what an answer leaves out.

        With the offer that it answers, what the client promised there for itself counts even where
        the answer is silent or has a larger number. `InvalidHeader` for parameters that RFC 7692
        does not allow, `ValueError` for another extension.

        >>> answer = Extension("permessage-deflate", [("server_max_window_bits", "10")])
        >>> DeflateParameters.from_answer(answer).server_max_window_bits
        10

        RFC 7692 §7.1.
        """
        answered = _read(answer, _IN_ANSWER)
        offered = {} if offer is None else _read(offer, _IN_OFFER)
        client_bits = answered.get(_CLIENT_BITS, _LARGEST)
        promised = offered.get(_CLIENT_BITS, _LARGEST)
        if promised is not True:
            client_bits = min(client_bits, promised)
        return cls(
            _SERVER_FRESH in answered,
            _CLIENT_FRESH in answered or _CLIENT_FRESH in offered,
            answered.get(_SERVER_BITS, _LARGEST),
            client_bits,
        )

    @property
    def server_no_context_takeover(self) -> bool:
        """Whether the server compresses each message on its own (RFC 7692 §7.1.1.1)."""
        return self._server_no_context_takeover

    @property
    def client_no_context_takeover(self) -> bool:
        """Whether the client compresses each message on its own (RFC 7692 §7.1.1.2)."""
        return self._client_no_context_takeover

    @property
    def server_max_window_bits(self) -> int:
        """The server's window has at most 2 to this power bytes (RFC 7692 §7.1.2.1)."""
        return self._server_max_window_bits

    @property
    def client_max_window_bits(self) -> int:
        """The client's window has at most 2 to this power bytes (RFC 7692 §7.1.2.2)."""
        return self._client_max_window_bits


def _read(extension: Extension, forms: dict[str, tuple[str, ...]]) -> dict[str, int]:
    """The parameters that are there, True (which is 1) for one without a value."""
    if not isinstance(extension, Extension):
        raise TypeError(f"an Extension is expected, not {type(extension).__name__}")
    if extension.name != _NAME:
        raise ValueError(f"{extension.name} is not {_NAME}")
    found: dict[str, int] = {}
    for name, value in extension.params:
        allowed = forms.get(name)
        if allowed is None:
            raise InvalidHeader(f"{_NAME} has no parameter {name[:80]}")
        if name in found:
            raise InvalidHeader(f"{name} stands there twice")
        if value is None:
            if _BARE not in allowed:
                raise InvalidHeader(f"{name} needs a value")
            found[name] = True
        elif _NUMBER not in allowed:
            raise InvalidHeader(f"{name} takes no value")
        elif not _WINDOW_BITS.fullmatch(value):
            raise InvalidHeader(f"{name} is {value[:80]}, no number from 8 to 15")
        else:
            found[name] = int(value)
    return found


def _form(value: Bits) -> str:
    return _BARE if value is True else _NUMBER


def _written(parameters: dict[str, Bits]) -> Extension:
    return Extension(
        _NAME,
        [
            (name, None if value is True else str(value))
            for name, value in parameters.items()
            if value is not None
        ],
    )


def _checked_flag(name: str, value: bool) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{name} is a bool, not {type(value).__name__}")
    return value


def _checked_bits(name: str, value: int | None) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} is an int or None, not {type(value).__name__}")
    if not 8 <= value <= _LARGEST:
        raise ValueError(f"{name} is a number from 8 to 15")
    return int(value)
