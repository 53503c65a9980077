"""Who speaks what: one subprotocol, and the extensions that both sides can have (RFC 6455 §9)."""

from __future__ import annotations

from .errors import InvalidHeader, fault
from .fields import Extension
from .value import Value, checked_collection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TypeVar

    from .extensions import ClientExtension, ServerExtension
    from .response import Response

    T = TypeVar("T")

__all__ = ["Agreement", "select_subprotocol"]


class Agreement(Value):
    """What both sides agreed on, and the 101 that says so.

    Made by `validate_response` and the handshake objects.

    >>> from ws_handshake import Response
    >>> Agreement("chat", (), Response(101)).subprotocol
    'chat'

    RFC 6455 §4.1 and §4.2.2.
    """

    __slots__ = ("_extensions", "_response", "_subprotocol")
    __match_args__ = ("subprotocol", "extensions", "response")

    def __init__(
        self, subprotocol: str | None, extensions: tuple[Extension, ...], response: Response
    ) -> None:
        self._subprotocol = subprotocol
        self._extensions = extensions
        self._response = response

    @property
    def subprotocol(self) -> str | None:
        """The subprotocol to speak, or None."""
        return self._subprotocol

    @property
    def extensions(self) -> tuple[Extension, ...]:
        """The extensions in use, with their parameters, in the server's order."""
        return self._extensions

    @property
    def response(self) -> Response:
        """The 101."""
        return self._response


def select_subprotocol(offered: Iterable[str], supported: Iterable[str]) -> str | None:
    """Choose the first subprotocol that the client offers and the server supports, or None.

    The client's order decides: it lists what it prefers first. Names compare exactly.

    >>> select_subprotocol(["superchat", "chat"], supported=["chat", "superchat"])
    'superchat'

    RFC 6455 §4.2.2, items 4 (subprotocol) and 5.5, and §4.1, item 10 (its preference).
    """
    return first_supported(
        checked_collection(offered, str, "offered"), checked_collection(supported, str, "supported")
    )


def first_supported(offered: tuple[str, ...], supported: tuple[str, ...]) -> str | None:
    """Do what `select_subprotocol` says, with collections that are known to hold `str`."""
    for name in offered:
        if name in supported:
            return name
    return None


def checked_negotiators(negotiators: Iterable[T], method: str) -> tuple[T, ...]:
    """A caller's negotiators; `TypeError` for what cannot negotiate, such as an `Extension`."""
    if isinstance(negotiators, (str, bytes)):
        raise TypeError("extensions is a collection of negotiators, not a lone str")
    collected = tuple(negotiators)
    for each in collected:
        if not (isinstance(getattr(each, "name", None), str) and hasattr(each, method)):
            kind = type(each).__name__
            raise TypeError(f"a negotiator has a name and the method {method}, {kind} has not")
    return collected


def make_offers(
    negotiators: Iterable[ClientExtension],
) -> list[tuple[ClientExtension, Extension]]:
    """Ask each of a client's negotiators for its offer."""
    return [
        (each, checked_extension(each, each.offer()))
        for each in checked_negotiators(negotiators, "offer")
    ]


def answer_offers(
    negotiators: Sequence[ServerExtension], offers: Iterable[Extension]
) -> tuple[Extension, ...]:
    """Answer a client's offers, in its order, each extension at most once.

    For each offer the negotiators of its name are asked in turn, so that several of one name are
    fallbacks; an extension that nobody knows, or can take as offered, is passed over.
    """
    answers: dict[str, Extension] = {}
    taken: set[int] = set()
    for offer in offers:
        for negotiator in negotiators:
            if negotiator.name != offer.name or offer.name in answers:
                continue
            bits = reserved_bits(negotiator)
            answer = None if bits & taken else negotiator.answer(offer)
            if answer is not None:
                answers[offer.name] = checked_extension(negotiator, answer)
                taken |= bits
    return tuple(answers.values())


def confirm_answers(
    offers: Sequence[tuple[ClientExtension, Extension]], answers: Iterable[Extension]
) -> None:
    """Have each answer confirmed by a negotiator that offered it; `HandshakeError` if none does.

    An answer does not say which of several offers it takes, so each may confirm it.
    """
    taken: set[int] = set()
    for answer in answers:
        refusal = None
        for negotiator, offer in offers:
            if offer.name != answer.name:
                continue
            bits = reserved_bits(negotiator)
            if bits & taken:
                refusal = refusal or fault("extension-reserved-bits", value=answer.name)
                continue
            try:
                negotiator.confirm(answer, offer)
            except InvalidHeader as error:
                refusal = refusal or error
            else:
                taken |= bits
                break
        else:
            raise refusal or fault("extension-not-offered", value=answer.name)


def reserved_bits(negotiator: object) -> frozenset[int]:
    """The reserved bits that an extension's frames use; most need none."""
    bits: frozenset[int] = getattr(negotiator, "reserved_bits", frozenset())
    return bits


def checked_extension(
    negotiator: ServerExtension | ClientExtension, extension: Extension
) -> Extension:
    """What a negotiator returned; `TypeError` or `ValueError` where it broke its interface."""
    if not isinstance(extension, Extension):
        kind = type(extension).__name__
        raise TypeError(f"the extension {negotiator.name} returned {kind}, not an Extension")
    if extension.name != negotiator.name:
        raise ValueError(f"the extension {negotiator.name} returned {extension.name}")
    return extension
