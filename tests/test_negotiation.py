"""Negotiators that break their interface are the caller's mistake (RFC 6455 §9)."""

from __future__ import annotations

from typing import Any

import pytest
from contract.request_cases import req

from ws_handshake import ClientHandshake, Extension, ServerHandshake, State

URI = "ws://example.com/"


class Negotiator:
    """Offers and answers whatever it was made with."""

    def __init__(self, says: Any, name: str = "x-test") -> None:
        self.name = name
        self._says = says

    def offer(self) -> Any:
        return self._says

    def answer(self, offer: Extension) -> Any:
        return self._says

    def confirm(self, answer: Extension, offer: Extension) -> None:
        pass


def server_with(negotiator: Negotiator) -> ServerHandshake:
    server = ServerHandshake(origins=None, extensions=[negotiator])
    server.receive_data(req({"Sec-WebSocket-Extensions": "x-test"}))
    return server


@pytest.mark.parametrize("lone", ["x-test", b"x-test"])
def test_negotiators_are_a_collection(lone: Any) -> None:
    for make in (
        lambda: ServerHandshake(origins=None, extensions=lone),
        lambda: ClientHandshake(URI, extensions=lone),
    ):
        with pytest.raises(TypeError, match="collection"):
            make()


@pytest.mark.parametrize("wrong", [Extension("x-test"), "x-test", None, object(), Negotiator])
def test_a_negotiator_has_a_name_and_its_method(wrong: Any) -> None:
    for make in (
        lambda: ServerHandshake(origins=None, extensions=[wrong]),
        lambda: ClientHandshake(URI, extensions=[wrong]),
    ):
        with pytest.raises(TypeError, match="negotiator"):
            make()


def test_a_negotiators_name_is_a_str() -> None:
    negotiator: Any = Negotiator(Extension("x-test"), name=b"x-test")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="negotiator"):
        ClientHandshake(URI, extensions=[negotiator])


@pytest.mark.parametrize("wrong", ["x-test", [], True, ("x-test", ())])
def test_what_a_negotiator_returns_is_an_extension(wrong: Any) -> None:
    with pytest.raises(TypeError, match="x-test"):
        ClientHandshake(URI, extensions=[Negotiator(wrong)])
    server = server_with(Negotiator(wrong))
    with pytest.raises(TypeError, match="x-test"):
        server.accept()
    assert server.state is State.OFFERED


def test_a_client_has_to_offer_something() -> None:
    with pytest.raises(TypeError, match="x-test"):
        ClientHandshake(URI, extensions=[Negotiator(None)])


def test_a_server_may_decline() -> None:
    server = server_with(Negotiator(None))
    assert b"Extensions" not in server.accept()


def test_a_negotiator_speaks_for_its_own_extension() -> None:
    other = Negotiator(Extension("x-other"))
    with pytest.raises(ValueError, match="x-other"):
        ClientHandshake(URI, extensions=[other])
    server = server_with(other)
    with pytest.raises(ValueError, match="x-other"):
        server.accept()
    assert server.state is State.OFFERED
    assert server.accept(extensions=()).startswith(b"HTTP/1.1 101 ")
