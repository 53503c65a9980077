"""What an extension implements so that the handshake can negotiate it.

A negotiator may have one more attribute, `reserved_bits`, a frozenset of the reserved bits that its
frames use (1, 2 or 3 for RSV1, RSV2 and RSV3): two extensions that need the same bit are never
agreed on together. An extension that can be both sides implements both interfaces.

    class Recording:
        # An extension without parameters, for both sides.
        name = "x-recording"

        def answer(self, offer):
            return Extension("x-recording") if not offer.params else None

        def offer(self):
            return Extension("x-recording")

        def confirm(self, answer, offer):
            if answer.params:
                raise InvalidHeader("x-recording has no parameters")

RFC 6455 §9.
"""

from __future__ import annotations

from typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .fields import Extension

__all__ = ["ClientExtension", "ServerExtension"]


class ServerExtension(Protocol):
    """The server's side of an extension: it answers offers (RFC 6455 §9.1)."""

    @property
    def name(self) -> str:
        """The extension's name, compared exactly."""
        ...

    def answer(self, offer: Extension) -> Extension | None:
        """Take one offer and answer it, or decline it with None.

        Parameters that are wrong for this extension are a reason to decline, not an error: the
        client may have offered it a second time in simpler terms.
        """
        ...


class ClientExtension(Protocol):
    """The client's side of an extension: it makes an offer, checks the answer (RFC 6455 §9.1)."""

    @property
    def name(self) -> str:
        """The extension's name, compared exactly."""
        ...

    def offer(self) -> Extension:
        """Say what this side asks for."""
        ...

    def confirm(self, answer: Extension, offer: Extension) -> None:
        """Check the server's answer to the offer; raise `InvalidHeader` to refuse it."""
        ...
