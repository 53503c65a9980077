"""What an extension implements so that the handshake can negotiate it (RFC 6455 §9).

A negotiator may have one more attribute, `reserved_bits`, a frozenset of the reserved bits that its
frames use (1, 2 or 3 for RSV1, RSV2 and RSV3): two extensions that need the same bit are never
agreed on together. An extension that can be both sides implements both interfaces, like this one,
which lets the client ask for a smaller frame size and the server make it smaller still:

    >>> from ws_handshake import ClientHandshake, Extension, InvalidHeader, ServerHandshake
    >>> class FrameSize:
    ...     name = "x-frame-size"
    ...
    ...     def __init__(self, largest):
    ...         self.largest = largest
    ...
    ...     def size(self, extension):
    ...         params = dict(extension.params)
    ...         if set(params) != {"size"} or params["size"] not in ("1", "2", "4", "8"):
    ...             raise InvalidHeader("x-frame-size has one parameter, size: 1, 2, 4 or 8")
    ...         return int(params["size"])
    ...
    ...     def offer(self):
    ...         return Extension(self.name, [("size", str(self.largest))])
    ...
    ...     def answer(self, offer):
    ...         try:
    ...             size = min(self.size(offer), self.largest)
    ...         except InvalidHeader:
    ...             return None  # declined: the connection opens without this extension
    ...         return Extension(self.name, [("size", str(size))])
    ...
    ...     def confirm(self, answer, offer):
    ...         if self.size(answer) > self.size(offer):
    ...             raise InvalidHeader("the server wants larger frames than were offered")
    >>> client = ClientHandshake("ws://example.com/", extensions=[FrameSize(8)])
    >>> server = ServerHandshake(origins=[None], extensions=[FrameSize(2)])
    >>> offer = server.receive_data(client.request.to_bytes())
    >>> client.receive_data(server.accept()).extensions
    (Extension('x-frame-size', (('size', '2'),)),)

The server goes through the offers in the client's order and answers each extension at most once,
with the first offer that a negotiator of its name can take; what is unknown or declined is left
out. Several negotiators of one name are fallbacks, on either side.
"""

from __future__ import annotations

from typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .fields import Extension

__all__ = ["ClientExtension", "ServerExtension"]


class ServerExtension(Protocol):
    """The server's side of an extension: it answers offers.

    >>> from ws_handshake import ClientHandshake, Extension, ServerHandshake
    >>> class Tagged:
    ...     name = "x-tagged"
    ...
    ...     def offer(self):
    ...         return Extension(self.name)
    ...
    ...     def answer(self, offer):
    ...         return None if offer.params else Extension(self.name)
    ...
    ...     def confirm(self, answer, offer):
    ...         pass
    >>> server = ServerHandshake(origins=[None], extensions=[Tagged()])
    >>> client = ClientHandshake("ws://example.com/", extensions=[Tagged()])
    >>> offer = server.receive_data(client.request.to_bytes())
    >>> b"Sec-WebSocket-Extensions: x-tagged" in server.accept()
    True

    RFC 6455 §9.1.
    """

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
    """The client's side of an extension: it makes an offer and checks the answer.

    >>> from ws_handshake import ClientHandshake, Extension, InvalidHeader
    >>> class Tagged:
    ...     name = "x-tagged"
    ...
    ...     def offer(self):
    ...         return Extension(self.name)
    ...
    ...     def confirm(self, answer, offer):
    ...         if answer.params:
    ...             raise InvalidHeader("x-tagged has no parameters")
    >>> client = ClientHandshake("ws://example.com/", extensions=[Tagged()])
    >>> client.request.headers["Sec-WebSocket-Extensions"]
    'x-tagged'

    RFC 6455 §9.1.
    """

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
