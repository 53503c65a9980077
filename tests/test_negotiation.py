"""Negotiators that break their interface are the caller's mistake (RFC 6455 §9)."""

from __future__ import annotations

from typing import Any

import pytest
from contract.request_cases import req

from ws_handshake import (
    Agreement,
    ClientHandshake,
    Extension,
    HandshakeError,
    InvalidHeader,
    Response,
    ServerHandshake,
    State,
    select_subprotocol,
)
from ws_handshake.negotiation import answer_offers, confirm_answers, make_offers

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


class Both:
    """Both sides of an extension, that notes what it is asked."""

    def __init__(self, name: str, *bits: int, takes: str = "", says: str = "yes") -> None:
        self.name = name
        self.reserved_bits = frozenset(bits)
        self.takes = takes  # the parameter that an offer or answer must have, if any
        self.says = says
        self.asked: list[tuple[Extension, ...]] = []

    def offer(self) -> Extension:
        return Extension(self.name, [(self.says, None)])

    def answer(self, offer: Extension) -> Extension | None:
        self.asked.append((offer,))
        if self.takes and (self.takes, None) not in offer.params:
            return None
        return Extension(self.name, [(self.says, None)])

    def confirm(self, answer: Extension, offer: Extension) -> None:
        self.asked.append((answer, offer))
        if self.takes and (self.takes, None) not in answer.params:
            raise InvalidHeader(f"{self.takes} is missing")


def named(*names: str) -> list[Extension]:
    """Extensions, each with the parameter behind its slash if it has one."""
    pairs = [name.split("/") for name in names]
    return [Extension(name, [(each, None) for each in params]) for name, *params in pairs]


@pytest.mark.parametrize(
    ("negotiators", "offers", "answers"),
    [
        ([], ["x"], []),
        ([Both("x")], [], []),
        ([Both("x")], ["y", "x", "x"], ["x/yes"]),
        ([Both("x"), Both("y")], ["y", "x"], ["y/yes", "x/yes"]),
        ([Both("x", takes="a"), Both("x", says="no")], ["x"], ["x/no"]),
        ([Both("x", takes="a"), Both("x", says="no")], ["x/a"], ["x/yes"]),
        ([Both("x", takes="a")], ["x", "x/a"], ["x/yes"]),
        ([Both("x", takes="a")], ["x"], []),
        ([Both("x", 1), Both("y", 1)], ["x", "y"], ["x/yes"]),
        ([Both("x", 1), Both("y", 2)], ["x", "y"], ["x/yes", "y/yes"]),
        ([Both("x", 1), Both("y", 2), Both("z", 1, 3)], ["x", "y", "z"], ["x/yes", "y/yes"]),
        ([Both("x", 1, takes="a"), Both("y", 1)], ["x", "y"], ["y/yes"]),
        ([Both("x", 1), Both("y", 1), Both("y", says="no")], ["x", "y"], ["x/yes", "y/no"]),
    ],
)
def test_offers_are_answered_in_their_order(
    negotiators: list[Both], offers: list[str], answers: list[str]
) -> None:
    assert answer_offers(negotiators, named(*offers)) == tuple(named(*answers))


def test_a_negotiator_is_asked_about_its_own_offers_until_it_answers() -> None:
    x, y = Both("x", takes="a"), Both("y")
    offers = named("y", "x", "x/a", "x/b")
    answer_offers([x, y], offers)
    assert x.asked == [(offers[1],), (offers[2],)]
    assert y.asked == [(offers[0],)]


@pytest.mark.parametrize(
    ("negotiators", "answers", "code", "told"),
    [
        ([], [], None, ""),
        ([Both("x")], ["x"], None, ""),
        ([Both("x"), Both("y")], ["y", "x"], None, ""),
        ([Both("x", takes="a"), Both("x", takes="b")], ["x/b"], None, ""),
        ([Both("x", takes="a"), Both("x", takes="b")], ["x/c"], "extension-refused", "a is miss"),
        ([Both("x")], ["y"], "extension-not-offered", "'y'"),
        ([Both("x", 1), Both("y", 1)], ["x", "y"], "extension-reserved-bits", "'y'"),
        ([Both("x", 1), Both("y", 2)], ["x", "y"], None, ""),
        (
            [Both("x", 1), Both("y", 2), Both("z", 1)],
            ["x", "y", "z"],
            "extension-reserved-bits",
            "'z'",
        ),
        ([Both("x", 1), Both("y", 1), Both("y", 2)], ["x", "y"], None, ""),
        (
            [Both("x", 1), Both("y", 1), Both("y", 2, takes="a")],
            ["x", "y"],
            "extension-reserved-bits",
            "'y'",
        ),
        (
            [Both("x", 1), Both("y", 2, takes="a"), Both("y", 1)],
            ["x", "y"],
            "extension-refused",
            "a is",
        ),
        ([Both("x", 1, takes="a"), Both("x"), Both("y", 1)], ["x", "y"], None, ""),
    ],
)
def test_answers_are_confirmed_by_whoever_offered_them(
    negotiators: list[Both], answers: list[str], code: str | None, told: str
) -> None:
    offers = make_offers(negotiators)
    if code is None:
        confirm_answers(offers, named(*answers))
        return
    with pytest.raises(HandshakeError) as caught:
        confirm_answers(offers, named(*answers))
    assert caught.value.code == code
    assert told in str(caught.value)


def test_the_first_that_confirms_is_the_last_that_is_asked() -> None:
    first, second, third = Both("x", takes="a"), Both("x"), Both("x")
    offers = make_offers([first, second, third])
    (answer,) = named("x/b")
    confirm_answers(offers, [answer])
    assert first.asked == [(answer, first.offer())]
    assert second.asked == [(answer, second.offer())]
    assert third.asked == []


def test_an_agreement_has_these_parts() -> None:
    response = Response(101)
    agreement = Agreement("chat", tuple(named("x")), response)
    assert agreement.subprotocol == "chat"
    assert agreement.extensions == tuple(named("x"))
    assert agreement.response is response


@pytest.mark.parametrize(
    ("offered", "supported", "selected"),
    [
        (["a", "b"], ["b", "a"], "a"),
        (["a", "b"], ["b"], "b"),
        (["a"], ["A"], None),
        ([], ["a"], None),
        (["a"], [], None),
    ],
)
def test_the_clients_order_decides(
    offered: list[str], supported: list[str], selected: str | None
) -> None:
    assert select_subprotocol(offered, supported) == selected
