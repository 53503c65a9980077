"""RFC 6455 §4.2.2 and §9: both sides report one agreement, and it is what both can do."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from ws_handshake import (
    Agreement,
    ClientHandshake,
    Extension,
    InvalidHeader,
    Offer,
    ServerHandshake,
    State,
    select_subprotocol,
    validate_response,
)

from .strategies import URI, bounded, cut, cuttings, few_names, parameters


@dataclass(frozen=True)
class Asking:
    """A client's extension: takes answers whose parameters are among those that it knows."""

    name: str
    params: tuple[tuple[str, str | None], ...]
    reserved_bits: frozenset[str]

    def offer(self) -> Extension:
        return Extension(self.name, self.params)

    def confirm(self, answer: Extension, offer: Extension) -> None:
        if not set(answer.params) <= set(offer.params):
            raise InvalidHeader("a parameter that was not offered")


@dataclass(frozen=True)
class Answering:
    """A server's extension: answers with the first of the offered parameters."""

    name: str
    most: int
    reserved_bits: frozenset[str]

    def answer(self, offer: Extension) -> Extension | None:
        if len(offer.params) > self.most:
            return None
        return Extension(self.name, offer.params[: self.most])


def bits_of(name: str) -> frozenset[str]:
    """The same bits on both sides: an extension's frames need them, whoever sends."""
    return frozenset(["RSV1"] if name.startswith("c") else ["RSV2", "RSV3"][: len(name) % 3])


names = st.lists(few_names, unique=True, max_size=4)
asking = st.lists(
    st.builds(lambda name, params: Asking(name, params, bits_of(name)), few_names, parameters),
    max_size=4,
)
answering = st.lists(
    st.builds(
        lambda name, most: Answering(name, most, bits_of(name)), few_names, st.integers(0, 3)
    ),
    max_size=4,
)


@bounded(200)
@given(names, names, asking, answering, cuttings, cuttings)
def test_both_sides_report_one_agreement(
    offered: list[str],
    supported: list[str],
    asks: list[Asking],
    answers: list[Answering],
    there: list[int],
    back: list[int],
) -> None:
    client = ClientHandshake(URI, subprotocols=offered, extensions=asks)
    server = ServerHandshake(origins=[None], subprotocols=supported, extensions=answers)

    offers = [server.receive_data(piece) for piece in cut(client.request.to_bytes(), there)]
    assert offers[:-1] == [None] * (len(offers) - 1)
    assert isinstance(offers[-1], Offer)
    agreements = [client.receive_data(piece) for piece in cut(server.accept(), back)]
    agreement = agreements[-1]
    assert agreements[:-1] == [None] * (len(agreements) - 1)
    assert isinstance(agreement, Agreement)

    assert agreement == server.agreement == client.agreement
    assert server.state is State.OPEN
    assert client.state is State.OPEN
    assert validate_response(agreement.response, client.request) == agreement
    assert offers[-1].subprotocols == tuple(offered)


@bounded(150)
@given(names, names)
def test_the_subprotocol_is_the_first_of_the_clients_that_the_server_speaks(
    offered: list[str], supported: list[str]
) -> None:
    client = ClientHandshake(URI, subprotocols=offered)
    server = ServerHandshake(origins=None, subprotocols=supported)
    server.receive_data(client.request.to_bytes())
    agreement = client.receive_data(server.accept())
    expected = next((name for name in offered if name in supported), None)
    assert agreement is not None
    assert agreement.subprotocol == expected
    assert select_subprotocol(offered, supported) == expected


@bounded(200)
@given(asking, answering)
def test_extensions_agreed_on_were_offered_once_each_and_share_no_bit(
    asks: list[Asking], answers: list[Answering]
) -> None:
    client = ClientHandshake(URI, extensions=asks)
    server = ServerHandshake(origins=None, extensions=answers)
    server.receive_data(client.request.to_bytes())
    agreement = client.receive_data(server.accept())
    assert agreement is not None
    agreed = [extension.name for extension in agreement.extensions]
    assert len(set(agreed)) == len(agreed)
    assert set(agreed) <= {each.name for each in asks} & {each.name for each in answers}
    bits = [bit for name in agreed for bit in bits_of(name)]
    assert len(set(bits)) == len(bits)
