"""permessage-deflate against RFC 7692 section 7.1: every offer, every configuration, every answer.

The rules below are written from the RFC's text and know nothing of the library's code. Where the
RFC leaves the choice to a server, an answer only has to be legal, and to mean for both sides what
the configuration asks for.
"""

from __future__ import annotations

import copy
import json
import pickle
import zlib
from collections.abc import Iterator
from enum import Enum
from itertools import permutations, product
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from contract.request_cases import req
from hypothesis import given, settings
from hypothesis import strategies as st

from ws_handshake import (
    ClientHandshake,
    DeflateParameters,
    Extension,
    HandshakeError,
    InvalidHeader,
    PerMessageDeflate,
    Request,
    Response,
    ServerHandshake,
    State,
    parse_extensions,
)

NAME: Final = "permessage-deflate"
URI: Final = "ws://example.com/"
FIELD: Final = "Sec-WebSocket-Extensions"
CAPTURES: Final = Path(__file__).parent / "captures"

BITS: Final = range(8, 16)
thorough = settings(max_examples=250, deadline=None)

BARE: Final = 0
"""A client_max_window_bits without a value, as only an offer may have it."""

# --- in short -------------------------------------------------------------------------------------


def extension(params: str) -> Extension:
    """permessage-deflate with these parameters, written as on the wire."""
    (parsed,) = parse_extensions(f"{NAME}; {params}" if params else NAME)
    return parsed


@pytest.mark.parametrize(
    ("configuration", "offered", "answered"),
    [
        ({}, "", ""),
        ({}, "client_max_window_bits", ""),
        ({}, "client_max_window_bits=8", "client_max_window_bits=8"),
        ({}, "client_max_window_bits=15", "client_max_window_bits=15"),
        ({}, "server_max_window_bits=9", "server_max_window_bits=9"),
        ({}, "server_max_window_bits=8", None),
        ({}, "server_no_context_takeover", "server_no_context_takeover"),
        ({}, "client_no_context_takeover", "client_no_context_takeover"),
        ({}, "x", None),
        ({"server_max_window_bits": 9}, "server_max_window_bits=8", None),
        ({"server_max_window_bits": 8}, "server_max_window_bits=8", "server_max_window_bits=8"),
        ({"server_max_window_bits": 8}, "server_max_window_bits=12", "server_max_window_bits=8"),
        ({"server_max_window_bits": 12}, "server_max_window_bits=9", "server_max_window_bits=9"),
        ({"server_max_window_bits": 12}, "", "server_max_window_bits=12"),
        ({"client_max_window_bits": 12}, "", ""),
        ({"client_max_window_bits": 12}, "client_max_window_bits", "client_max_window_bits=12"),
        ({"client_max_window_bits": 12}, "client_max_window_bits=15", "client_max_window_bits=12"),
        ({"client_max_window_bits": 12}, "client_max_window_bits=9", "client_max_window_bits=9"),
        ({"client_max_window_bits": 8}, "client_max_window_bits=8", "client_max_window_bits=8"),
        ({"server_no_context_takeover": True}, "", "server_no_context_takeover"),
        ({"client_no_context_takeover": True}, "", "client_no_context_takeover"),
        (
            {"server_no_context_takeover": True, "client_no_context_takeover": True},
            "client_no_context_takeover; server_no_context_takeover",
            "server_no_context_takeover; client_no_context_takeover",
        ),
    ],
)
def test_what_is_answered(
    configuration: dict[str, Any], offered: str, answered: str | None
) -> None:
    answer = PerMessageDeflate(**configuration).answer(extension(offered))
    assert answer == (None if answered is None else extension(answered))


@pytest.mark.parametrize(
    ("configuration", "shown", "offer"),
    [
        ({}, "PerMessageDeflate()", "client_max_window_bits"),
        (
            {"server_no_context_takeover": True, "client_max_window_bits": 8},
            "PerMessageDeflate(server_no_context_takeover=True, client_max_window_bits=8)",
            "server_no_context_takeover; client_max_window_bits=8",
        ),
        (
            {"client_no_context_takeover": True, "server_max_window_bits": 15},
            "PerMessageDeflate(client_no_context_takeover=True, server_max_window_bits=15)",
            "client_no_context_takeover; server_max_window_bits=15; client_max_window_bits",
        ),
    ],
)
def test_what_is_shown_and_offered(configuration: dict[str, Any], shown: str, offer: str) -> None:
    negotiator = PerMessageDeflate(**configuration)
    assert repr(negotiator) == shown
    assert negotiator.offer() == extension(offer)


LONG: Final = "1" * 100


@pytest.mark.parametrize(
    ("offer", "answer", "wrong"),
    [
        (
            "server_no_context_takeover",
            "client_no_context_takeover",
            "server_no_context_takeover was offered, but the answer is silent about it",
        ),
        (
            "server_max_window_bits=15",
            "",
            "server_max_window_bits was offered, but the answer is silent about it",
        ),
        ("", "client_max_window_bits=15", "client_max_window_bits was not offered"),
        (
            "server_max_window_bits=9",
            "server_max_window_bits=10",
            "server_max_window_bits is 10, more than the 9 that was offered",
        ),
        ("", "foo=1", "permessage-deflate has no parameter foo"),
        ("foo", "", "permessage-deflate has no parameter foo"),
        ("", f"x{LONG}", f"permessage-deflate has no parameter x{LONG[:79]}"),
        (
            "",
            "client_no_context_takeover; client_no_context_takeover",
            "client_no_context_takeover stands there twice",
        ),
        ("", "server_max_window_bits", "server_max_window_bits needs a value"),
        (
            "client_max_window_bits",
            "client_max_window_bits",
            "client_max_window_bits needs a value",
        ),
        ("", "server_no_context_takeover=1", "server_no_context_takeover takes no value"),
        (
            "client_max_window_bits=16",
            "",
            "client_max_window_bits is 16, no number from 8 to 15",
        ),
        (
            "",
            f"server_max_window_bits={LONG}",
            f"server_max_window_bits is {LONG[:80]}, no number from 8 to 15",
        ),
    ],
)
def test_what_is_wrong_with_an_answer(offer: str, answer: str, wrong: str) -> None:
    with pytest.raises(InvalidHeader) as caught:
        PerMessageDeflate().confirm(extension(answer), extension(offer))
    assert caught.value.message == f"the extension's answer is refused: {wrong}"


@pytest.mark.parametrize(
    ("offer", "answer", "expected"),
    [
        (None, "", (False, False, 15, 15)),
        (None, "server_no_context_takeover", (True, False, 15, 15)),
        (None, "client_no_context_takeover", (False, True, 15, 15)),
        (None, "server_max_window_bits=8; client_max_window_bits=9", (False, False, 8, 9)),
        # What a client offers about the server is no promise, and the answer is the server's word.
        ("server_no_context_takeover; server_max_window_bits=9", "", (False, False, 15, 15)),
        ("client_no_context_takeover", "", (False, True, 15, 15)),
        ("client_max_window_bits", "", (False, False, 15, 15)),
        ("client_max_window_bits", "client_max_window_bits=10", (False, False, 15, 10)),
        ("client_max_window_bits=10", "", (False, False, 15, 10)),
        ("client_max_window_bits=10", "client_max_window_bits=11", (False, False, 15, 10)),
        ("client_max_window_bits=10", "client_max_window_bits=9", (False, False, 15, 9)),
    ],
)
def test_what_an_answer_means(
    offer: str | None, answer: str, expected: tuple[bool, bool, int, int]
) -> None:
    offered = None if offer is None else extension(offer)
    parameters = DeflateParameters.from_answer(extension(answer), offered)
    assert parameters == DeflateParameters(*expected)
    assert (
        parameters.server_no_context_takeover,
        parameters.client_no_context_takeover,
        parameters.server_max_window_bits,
        parameters.client_max_window_bits,
    ) == expected


@pytest.mark.parametrize("kind", [PerMessageDeflate, DeflateParameters])
@pytest.mark.parametrize(
    ("arguments", "error", "wrong"),
    [
        ((1,), TypeError, "server_no_context_takeover is a bool, not int"),
        ((True, "no"), TypeError, "client_no_context_takeover is a bool, not str"),
        ((True, True, "9"), TypeError, "server_max_window_bits is an int or None, not str"),
        ((True, True, 9, True), TypeError, "client_max_window_bits is an int or None, not bool"),
        ((True, True, 7), ValueError, "server_max_window_bits is a number from 8 to 15"),
        ((True, True, 8, 16), ValueError, "client_max_window_bits is a number from 8 to 15"),
    ],
)
def test_a_wrong_argument_is_named(
    kind: Any, arguments: tuple[object, ...], error: type[Exception], wrong: str
) -> None:
    with pytest.raises(error) as caught:
        kind(*arguments)
    assert str(caught.value) == wrong


def test_parameters_need_every_number() -> None:
    for arguments in ((False, False, None), (False, False, 9, None)):
        with pytest.raises(TypeError) as caught:
            DeflateParameters(*arguments)
        assert str(caught.value) == "window bits are numbers here, not None"


def test_another_extension_is_named() -> None:
    with pytest.raises(TypeError) as wrong_type:
        DeflateParameters.from_answer(NAME)  # type: ignore[arg-type]
    assert str(wrong_type.value) == "an Extension is expected, not str"
    with pytest.raises(ValueError, match="is not") as wrong_name:
        DeflateParameters.from_answer(Extension("x-toy"))
    assert str(wrong_name.value) == "x-toy is not permessage-deflate"


# --- the RFC's rules ------------------------------------------------------------------------------


class Terms(NamedTuple):
    """The four parameters, of an offer, of an answer or of a configuration."""

    server_flag: bool = False
    client_flag: bool = False
    server_bits: int | None = None
    client_bits: int | None = None


Meaning = tuple[bool, bool, int, int]
"""What holds in the end: both takeover flags, the server's window and the client's."""

OFFERS: Final = [
    Terms(*each)
    for each in product((False, True), (False, True), (None, *BITS), (None, BARE, *BITS))
]
ANSWERS: Final = [
    Terms(*each) for each in product((False, True), (False, True), (None, *BITS), (None, *BITS))
]
CONFIGURATIONS: Final = ANSWERS
"""The same four axes: on or off, and a number of bits or none."""

ALLOWED_VALUES: Final = {str(bits): bits for bits in BITS}
"""Section 7.1.2: "a decimal integer value without leading zeroes between 8 to 15, inclusive"."""


def written(terms: Terms) -> Extension:
    """An offer or an answer with these terms."""
    params: list[tuple[str, str | None]] = []
    if terms.server_flag:
        params.append(("server_no_context_takeover", None))
    if terms.client_flag:
        params.append(("client_no_context_takeover", None))
    if terms.server_bits is not None:
        params.append(("server_max_window_bits", str(terms.server_bits)))
    if terms.client_bits is not None:
        value = None if terms.client_bits == BARE else str(terms.client_bits)
        params.append(("client_max_window_bits", value))
    return Extension(NAME, params)


def understood(extension: Extension, *, is_offer: bool = False) -> Terms:
    """The terms of a well-formed offer or answer; `ValueError` says what is wrong with another."""
    if extension.name != NAME:
        raise ValueError(f"another extension: {extension}")
    found: dict[str, int] = {}
    for name, value in extension.params:
        if name in found:
            raise ValueError(f"{name} stands there twice: {extension}")
        if name in ("server_no_context_takeover", "client_no_context_takeover"):
            if value is not None:
                raise ValueError(f"{name} has no value: {extension}")
            found[name] = True
        elif name in ("server_max_window_bits", "client_max_window_bits"):
            if value is None and is_offer and name == "client_max_window_bits":
                found[name] = BARE
            elif value in ALLOWED_VALUES:
                found[name] = ALLOWED_VALUES[value]
            else:
                raise ValueError(f"{name} has a wrong value: {extension}")
        else:
            raise ValueError(f"{name} is unknown: {extension}")
    return Terms(
        "server_no_context_takeover" in found,
        "client_no_context_takeover" in found,
        found.get("server_max_window_bits"),
        found.get("client_max_window_bits"),
    )


def answers_legally(answer: Terms, offer: Terms) -> bool:
    """Whether a server may send this well-formed answer to this offer."""
    # Section 7.1.1.1: a server accepts the parameter by including it in its answer, where it may
    # also stand unasked.
    if offer.server_flag and not answer.server_flag:
        return False
    # Section 7.1.1.2: in an offer it is a hint, in an answer it may stand unasked.
    # Section 7.1.2.1: accepted by including it "with the same or smaller value as the offer"; a
    # server may also send it unasked.
    if offer.server_bits is not None and (
        answer.server_bits is None or answer.server_bits > offer.server_bits
    ):
        return False
    # Section 7.1.2.2: only for a client that offered it; an offered value is a hint, and the
    # answer's may be larger.
    return answer.client_bits is None or offer.client_bits is not None


def is_declined(offer: Terms, configuration: Terms) -> bool:
    """What nobody's zlib can compress with is only agreed on where it is configured."""
    return offer.server_bits == 8 and configuration.server_bits != 8


def meant(answer: Terms, offer: Terms) -> Meaning:
    """What holds for both sides: the answer, and what the client promised in its offer."""
    return (
        answer.server_flag,
        answer.client_flag or offer.client_flag,
        answer.server_bits or 15,
        min(answer.client_bits or 15, offer.client_bits or 15),
    )


def wanted(offer: Terms, configuration: Terms) -> Meaning:
    """What holds in the end if both sides get what they ask for, as far as they can have it."""
    can_limit = offer.client_bits is not None
    return (
        offer.server_flag or configuration.server_flag,
        offer.client_flag or configuration.client_flag,
        min(offer.server_bits or 15, configuration.server_bits or 15),
        min(offer.client_bits or 15, (configuration.client_bits if can_limit else None) or 15),
    )


def configured(terms: Terms) -> PerMessageDeflate:
    return PerMessageDeflate(
        server_no_context_takeover=terms.server_flag,
        client_no_context_takeover=terms.client_flag,
        server_max_window_bits=terms.server_bits,
        client_max_window_bits=terms.client_bits,
    )


def meaning(parameters: DeflateParameters) -> Meaning:
    return (
        parameters.server_no_context_takeover,
        parameters.client_no_context_takeover,
        parameters.server_max_window_bits,
        parameters.client_max_window_bits,
    )


# --- servers --------------------------------------------------------------------------------------


def faults_of_answer(
    negotiator: PerMessageDeflate, configuration: Terms, offer: Terms, sent: Extension
) -> Iterator[str]:
    """What is wrong with what a server does about an offer."""
    answer = negotiator.answer(sent)
    if answer is None:
        # A limit that is configured, and that the client does not know, may be insisted on.
        insists = configuration.client_bits is not None and offer.client_bits is None
        if not is_declined(offer, configuration) and not insists:
            yield "declined"
        return
    if is_declined(offer, configuration):
        yield f"took 8 bits: {answer}"
    try:
        terms = understood(answer)
    except ValueError as error:
        yield f"malformed: {error}"
        return
    if not answers_legally(terms, offer):
        yield f"illegal: {answer}"
    if meant(terms, offer) != wanted(offer, configuration):
        yield f"means something else: {answer}"
    if meaning(DeflateParameters.from_answer(answer, sent)) != meant(terms, offer):
        yield f"read as something else: {answer}"


def test_a_server_answers_every_offer_as_the_rfc_and_its_configuration_say() -> None:
    sent = [(offer, written(offer)) for offer in OFFERS]
    faults = [
        f"{written(offer)} for {configuration}: {fault}"
        for configuration in CONFIGURATIONS
        for negotiator in [configured(configuration)]
        for offer, extension in sent
        for fault in faults_of_answer(negotiator, configuration, offer, extension)
    ]
    assert not faults, f"{len(faults)} faults, such as {faults[:5]}"


def test_both_sides_read_every_answer_alike() -> None:
    """What a server's answer means does not change on its way to the client."""
    sent = [(offer, written(offer)) for offer in OFFERS]
    faults = []
    for configuration in CONFIGURATIONS:
        negotiator = configured(configuration)
        for offer, extension in sent[::7]:
            answer = negotiator.answer(extension)
            if answer is None:
                continue
            (received,) = parse_extensions(str(answer))
            PerMessageDeflate().confirm(received, extension)
            here = DeflateParameters.from_answer(answer, extension)
            there = DeflateParameters.from_answer(received, extension)
            if here != there or hash(here) != hash(there):
                faults.append(f"{offer}: {here} and {there}")
    assert not faults, f"{len(faults)} faults, such as {faults[:5]}"


@pytest.mark.parametrize("bits", [None, *BITS])
def test_a_window_of_8_is_only_taken_on_if_configured(bits: int | None) -> None:
    answer = PerMessageDeflate(server_max_window_bits=bits).answer(
        Extension(NAME, [("server_max_window_bits", "8")])
    )
    if bits == 8:
        assert answer is not None
        assert understood(answer).server_bits == 8
    else:
        assert answer is None


def test_a_server_with_a_window_of_8_says_so_unasked() -> None:
    negotiator = PerMessageDeflate(server_max_window_bits=8)
    for offer in (Terms(), Terms(server_bits=9), Terms(server_bits=15)):
        answer = negotiator.answer(written(offer))
        assert answer is not None
        assert understood(answer).server_bits == 8


@pytest.mark.parametrize("bits", [None, *BITS])
def test_a_client_that_cannot_limit_its_window_is_never_told_to(bits: int | None) -> None:
    answer = PerMessageDeflate(client_max_window_bits=bits).answer(Extension(NAME))
    assert answer is None or understood(answer).client_bits is None


def test_a_clients_window_of_8_is_no_reason_to_decline() -> None:
    """A server only decompresses with it."""
    offer = Extension(NAME, [("client_max_window_bits", "8")])
    answer = PerMessageDeflate().answer(offer)
    assert answer is not None
    assert DeflateParameters.from_answer(answer, offer).client_max_window_bits == 8


def test_the_order_of_parameters_says_nothing() -> None:
    full = written(Terms(server_flag=True, client_flag=True, server_bits=12, client_bits=11))
    negotiator = PerMessageDeflate(server_max_window_bits=10)
    answers = {negotiator.answer(Extension(NAME, order)) for order in permutations(full.params)}
    assert len(answers) == 1
    (answer,) = answers
    assert answer is not None
    for order in permutations(answer.params):
        PerMessageDeflate().confirm(Extension(NAME, order), full)
        assert meaning(DeflateParameters.from_answer(Extension(NAME, order), full)) == (
            *(True, True),
            *(10, 11),
        )


# --- malformed parameters -------------------------------------------------------------------------

FLAGS: Final = ("server_no_context_takeover", "client_no_context_takeover")
NUMBERS: Final = ("server_max_window_bits", "client_max_window_bits")
Params = tuple[tuple[str, str | None], ...]

WRONG_NUMBERS: Final = (
    *("7", "16", "0", "1", "-9", "+9", "08", "09", "010", "015", "00", "8.0", "9.0", "1e1"),
    *("1_0", "0x9", "0b1001", "xv", "true", "None", "9'", "99", "100", "99999999999999999999"),
)
MALFORMED: Final[list[Params]] = [
    *(((name, value),) for name in NUMBERS for value in WRONG_NUMBERS),
    *(((name, value),) for name in FLAGS for value in ("1", "0", "true", "false", "15", name)),
    (("server_max_window_bits", None),),
    *(((name, None), (name, None)) for name in FLAGS),
    *(((name, "10"), (name, second)) for name in NUMBERS for second in ("10", "9", "11")),
    (("client_max_window_bits", None), ("client_max_window_bits", None)),
    (("client_max_window_bits", None), ("client_max_window_bits", "10")),
    (("client_max_window_bits", "10"), ("client_max_window_bits", None)),
    *(
        ((name, value),)
        for value in (None, "10")
        for name in ("x", "foo", "max_window_bits", "no_context_takeover", "server_max_window_bit")
    ),
    *(((name.upper(), None),) for name in FLAGS),
    *(((name.title(), None),) for name in FLAGS),
    *(((name.replace("_", "-"), None),) for name in FLAGS),
    *(((name.upper(), "10"),) for name in NUMBERS),
    *(((name.title(), "10"),) for name in NUMBERS),
    *(((name.replace("_", "-"), "10"),) for name in NUMBERS),
]
"""Parameters that are tokens, as the header's grammar wants, and still wrong in any message."""

MALFORMED_IN_ANSWERS: Final[list[Params]] = [*MALFORMED, (("client_max_window_bits", None),)]

GOOD_BESIDE: Final[list[Params]] = [
    (),
    (("server_no_context_takeover", None),),
    (("client_no_context_takeover", None), ("server_max_window_bits", "12")),
    (("client_max_window_bits", "15"),),
]


def with_good_ones(wrong: Params) -> Iterator[Params]:
    """The wrong parameters alone, before and behind good ones that do not repeat them."""
    for good in GOOD_BESIDE:
        if not {name for name, _ in good} & {name for name, _ in wrong}:
            yield good + wrong
            yield wrong + good


def shown(params: Params) -> str:
    return str(Extension(NAME, params))


@pytest.mark.parametrize("wrong", MALFORMED, ids=shown)
def test_an_offer_with_malformed_parameters_is_declined(wrong: Params) -> None:
    configurations = [
        PerMessageDeflate(),
        PerMessageDeflate(True, True, 8, 8),
        PerMessageDeflate(False, False, 15, 15),
    ]
    for negotiator in configurations:
        for params in with_good_ones(wrong):
            assert negotiator.answer(Extension(NAME, params)) is None, params


@pytest.mark.parametrize("wrong", MALFORMED_IN_ANSWERS, ids=shown)
def test_an_answer_with_malformed_parameters_is_refused(wrong: Params) -> None:
    negotiator = PerMessageDeflate()
    for params in with_good_ones(wrong):
        answer = Extension(NAME, params)
        for offer in (negotiator.offer(), written(Terms(client_bits=15)), Extension(NAME)):
            with pytest.raises(InvalidHeader):
                negotiator.confirm(answer, offer)
        with pytest.raises(InvalidHeader):
            DeflateParameters.from_answer(answer)
        with pytest.raises(InvalidHeader):
            DeflateParameters.from_answer(answer, negotiator.offer())


@pytest.mark.parametrize("wrong", MALFORMED, ids=shown)
def test_a_malformed_offer_has_no_parameters(wrong: Params) -> None:
    with pytest.raises((InvalidHeader, ValueError)):
        DeflateParameters.from_answer(Extension(NAME), Extension(NAME, wrong))


@pytest.mark.parametrize("value", ["", "\uff11\uff10", "\u0661\u0660", " 9", "9 ", "1 0", '"9"'])
def test_what_is_no_token_is_no_value_at_all(value: str) -> None:
    with pytest.raises(ValueError, match="token"):
        Extension(NAME, [("server_max_window_bits", value)])


@pytest.mark.parametrize("name", NUMBERS)
def test_a_quoted_number_is_a_number(name: str) -> None:
    (offer,) = parse_extensions(f'{NAME}; {name}="1\\0"')
    answer = PerMessageDeflate().answer(offer)
    assert answer is not None
    assert getattr(DeflateParameters.from_answer(answer, offer), name) == 10


def test_the_extensions_name_compares_exactly() -> None:
    offers = "Permessage-Deflate, PERMESSAGE-DEFLATE, permessage_deflate, permessage-deflat"
    server = ServerHandshake(origins=None, extensions=[PerMessageDeflate()])
    server.receive_data(req({FIELD: offers}))
    server.accept()
    assert server.agreement is not None
    assert server.agreement.extensions == ()


some_params = st.lists(
    st.tuples(
        st.sampled_from([*FLAGS, *NUMBERS, "x", "Server_max_window_bits"]),
        st.none() | st.sampled_from(["8", "9", "10", "15", "16", "7", "08", "1", "x", "+9"]),
    ),
    max_size=5,
).map(tuple)


def terms_of(params: Params, *, is_offer: bool) -> Terms | None:
    try:
        return understood(Extension(NAME, params), is_offer=is_offer)
    except ValueError:
        return None


@given(some_params, some_params)
@thorough
def test_whatever_the_peer_sends_is_taken_or_not(offered: Params, answered: Params) -> None:
    offer, answer = Extension(NAME, offered), Extension(NAME, answered)
    asked, got = terms_of(offered, is_offer=True), terms_of(answered, is_offer=False)
    is_taken = asked is not None and not is_declined(asked, Terms())
    assert (PerMessageDeflate().answer(offer) is not None) is is_taken
    if asked is not None:
        is_legal = got is not None and answers_legally(got, asked)
        assert is_confirmed(PerMessageDeflate(), answer, offer) is is_legal


# --- clients --------------------------------------------------------------------------------------


def test_a_client_offers_its_configuration() -> None:
    for configuration in CONFIGURATIONS:
        negotiator = configured(configuration)
        bits = BARE if configuration.client_bits is None else configuration.client_bits
        offer = negotiator.offer()
        assert understood(offer, is_offer=True) == configuration._replace(client_bits=bits)
        assert negotiator.name == offer.name == NAME


def test_a_client_that_asks_for_nothing_still_says_that_it_can_limit_its_window() -> None:
    assert PerMessageDeflate().offer() == Extension(NAME, [("client_max_window_bits", None)])


def is_confirmed(negotiator: PerMessageDeflate, answer: Extension, offer: Extension) -> bool:
    try:
        negotiator.confirm(answer, offer)
    except InvalidHeader:
        return False
    return True


def test_a_client_confirms_every_answer_that_the_rfc_allows_and_no_other() -> None:
    received = [(answer, written(answer)) for answer in ANSWERS]
    faults = []
    for offer in OFFERS:
        sent = written(offer)
        if offer.client_bits is None:
            negotiator = PerMessageDeflate()
        else:
            negotiator = configured(offer._replace(client_bits=offer.client_bits or None))
        for answer, extension in received:
            if is_confirmed(negotiator, extension, sent) is not answers_legally(answer, offer):
                faults.append(f"{extension} for {sent}")
    assert not faults, f"{len(faults)} faults, such as {faults[:5]}"


@pytest.mark.parametrize(
    ("offer", "answer", "is_legal"),
    [
        # The examples and sentences of section 7.1, one by one.
        (Terms(), Terms(), True),
        (Terms(), Terms(server_flag=True), True),
        (Terms(), Terms(client_flag=True), True),
        (Terms(), Terms(server_bits=8), True),
        (Terms(), Terms(server_bits=15), True),
        (Terms(), Terms(client_bits=15), False),
        (Terms(server_flag=True), Terms(), False),
        (Terms(server_flag=True), Terms(server_flag=True), True),
        (Terms(client_flag=True), Terms(), True),
        (Terms(client_flag=True), Terms(client_flag=True), True),
        (Terms(server_bits=10), Terms(), False),
        (Terms(server_bits=10), Terms(server_bits=11), False),
        (Terms(server_bits=10), Terms(server_bits=10), True),
        (Terms(server_bits=10), Terms(server_bits=8), True),
        (Terms(server_bits=15), Terms(), False),
        (Terms(client_bits=BARE), Terms(), True),
        (Terms(client_bits=BARE), Terms(client_bits=8), True),
        (Terms(client_bits=10), Terms(), True),
        (Terms(client_bits=10), Terms(client_bits=15), True),
        (Terms(client_bits=10), Terms(client_bits=9), True),
    ],
)
def test_a_client_judges_an_answer_by_its_offer(
    offer: Terms, answer: Terms, is_legal: bool
) -> None:
    assert answers_legally(answer, offer) is is_legal
    assert is_confirmed(PerMessageDeflate(), written(answer), written(offer)) is is_legal


@pytest.mark.parametrize(
    "answer",
    [
        f"{NAME}; server_max_window_bits=11",
        f"{NAME}",
        f"{NAME}; server_max_window_bits",
        f"{NAME}; server_max_window_bits=09",
        f"{NAME}; server_max_window_bits=10; client_max_window_bits",
        f"{NAME}; server_max_window_bits=10; server_max_window_bits=10",
        f"{NAME}; server_max_window_bits=10; x",
        f"{NAME}; server_max_window_bits=10; client_no_context_takeover=1",
    ],
)
def test_a_wrong_answer_fails_the_clients_handshake(answer: str) -> None:
    client = ClientHandshake(URI, extensions=[PerMessageDeflate(server_max_window_bits=10)])
    with pytest.raises(InvalidHeader) as caught:
        client.receive_data(reply(client, answer))
    assert client.state is State.FAILED
    assert caught.value.field == FIELD
    assert caught.value.section
    assert "\n" not in str(caught.value)


def reply(client: ClientHandshake, extensions: str) -> bytes:
    """A server's 101 with these extensions, whoever offered them."""
    server = ServerHandshake(origins=None)
    server.receive_data(client.request.to_bytes())
    return server.accept().replace(b"\r\n\r\n", f"\r\n{FIELD}: {extensions}\r\n\r\n".encode())


# --- what an answer means -------------------------------------------------------------------------


def test_an_answer_alone_says_what_holds() -> None:
    for answer in ANSWERS:
        parameters = DeflateParameters.from_answer(written(answer))
        assert meaning(parameters) == meant(answer, Terms())
        assert parameters == DeflateParameters.from_answer(answer=written(answer), offer=None)


def test_the_offer_adds_what_the_client_promised_for_itself() -> None:
    faults = []
    for offer in OFFERS:
        sent = written(offer)
        for answer in ANSWERS:
            if answers_legally(answer, offer):
                parameters = DeflateParameters.from_answer(written(answer), sent)
                if meaning(parameters) != meant(answer, offer):
                    faults.append(f"{written(answer)} for {sent}: {parameters}")
    assert not faults, f"{len(faults)} faults, such as {faults[:5]}"


def test_silence_is_a_full_window_with_takeover() -> None:
    assert meaning(DeflateParameters.from_answer(Extension(NAME))) == (False, False, 15, 15)


def test_a_promise_counts_where_the_answer_is_silent_or_larger() -> None:
    offer = Extension(
        NAME, [("client_no_context_takeover", None), ("client_max_window_bits", "10")]
    )
    for answer, bits in [(None, 10), ("15", 10), ("11", 10), ("10", 10), ("9", 9)]:
        params = [] if answer is None else [("client_max_window_bits", answer)]
        parameters = DeflateParameters.from_answer(Extension(NAME, params), offer)
        assert parameters.client_no_context_takeover is True
        assert parameters.client_max_window_bits == bits


@pytest.mark.parametrize("wrong", [NAME, None, {"server_max_window_bits": 10}, object()])
def test_only_an_extension_is_an_answer(wrong: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        DeflateParameters.from_answer(wrong)


def test_another_extensions_answer_has_no_parameters() -> None:
    with pytest.raises((InvalidHeader, ValueError)):
        DeflateParameters.from_answer(Extension("x-test"))


def test_parameters_can_be_made_without_a_handshake() -> None:
    assert DeflateParameters() == DeflateParameters.from_answer(Extension(NAME))
    made = DeflateParameters(True, False, 10, 11)
    assert meaning(made) == (True, False, 10, 11)
    assert made == DeflateParameters(
        server_no_context_takeover=True, server_max_window_bits=10, client_max_window_bits=11
    )


def test_parameters_have_no_gaps() -> None:
    for name in NUMBERS:
        for wrong, error in ((None, TypeError), (True, TypeError), ("9", TypeError)):
            with pytest.raises(error):
                DeflateParameters(**{name: wrong})  # type: ignore[arg-type]
        for number in (7, 16):
            with pytest.raises(ValueError, match=name):
                DeflateParameters(**{name: number})  # type: ignore[arg-type]
    for name in FLAGS:
        with pytest.raises(TypeError, match=name):
            DeflateParameters(**{name: 1})  # type: ignore[arg-type]


def test_parameters_are_values() -> None:
    one, same, other = (
        DeflateParameters.from_answer(written(Terms(server_bits=bits))) for bits in (10, 10, 11)
    )
    assert one == same != other
    assert hash(one) == hash(same)
    assert one != (False, False, 10, 15)
    for twin in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert twin == one
        assert repr(twin) == repr(one)
    with pytest.raises(AttributeError):
        one.server_max_window_bits = 15  # type: ignore[misc]


# --- configurations -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FLAGS)
@pytest.mark.parametrize("wrong", [0, 1, None, "", "yes", "true", 15, [], object()])
def test_a_flag_is_a_bool(name: str, wrong: Any) -> None:
    with pytest.raises(TypeError, match=name):
        PerMessageDeflate(**{name: wrong})


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("wrong", [True, False, "10", "", b"10", 10.0, 10.5, [10], object()])
def test_window_bits_are_an_int_or_none(name: str, wrong: Any) -> None:
    with pytest.raises(TypeError, match=name):
        PerMessageDeflate(**{name: wrong})


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("wrong", [7, 16, 0, 1, -8, -15, 32768, 10**30])
def test_window_bits_are_8_to_15(name: str, wrong: Any) -> None:
    with pytest.raises(ValueError, match=name):
        PerMessageDeflate(**{name: wrong})


def test_parameters_may_be_given_by_position() -> None:
    offer = PerMessageDeflate(True, False, 10, 11).offer()
    assert understood(offer, is_offer=True) == Terms(True, False, 10, 11)


def test_a_configuration_shows_what_it_was_made_with() -> None:
    shown_one = repr(PerMessageDeflate(client_no_context_takeover=True, server_max_window_bits=10))
    assert "client_no_context_takeover=True" in shown_one
    assert "server_max_window_bits=10" in shown_one
    assert repr(PerMessageDeflate()) != shown_one


class Size(int, Enum):
    """Numbers whose text is no number."""

    SMALL = 10


def test_a_number_of_any_kind_is_written_as_digits() -> None:
    negotiator = PerMessageDeflate(
        server_max_window_bits=Size.SMALL, client_max_window_bits=Size.SMALL
    )
    sent = written(Terms(server_bits=10, client_bits=10))
    assert negotiator.offer() == sent
    assert negotiator.answer(written(Terms(server_bits=12, client_bits=BARE))) == sent
    assert str(negotiator.answer(sent)) == str(sent)


def test_it_needs_the_first_reserved_bit() -> None:
    assert PerMessageDeflate().reserved_bits == frozenset({1})


# --- recorded clients and servers -----------------------------------------------------------------


def recordings(start: bytes) -> list[str]:
    """The names of recordings that begin so and in whose head the extension stands."""
    return [
        path.name
        for path in sorted(CAPTURES.glob("*.http"))
        for head in [path.read_bytes().partition(b"\r\n\r\n")[0]]
        if head.startswith(start) and NAME.encode() in head
    ]


def head_of(name: str) -> bytes:
    head, end, _ = (CAPTURES / name).read_bytes().partition(b"\r\n\r\n")
    return head + end


def offers_in(name: str) -> list[Extension]:
    (value,) = [
        line.partition(b":")[2].strip().decode("latin-1")
        for line in head_of(name).split(b"\r\n")
        if line.lower().startswith(FIELD.lower().encode() + b":")
    ]
    return [each for each in parse_extensions(value) if each.name == NAME]


REQUESTS: Final = recordings(b"GET ")
RESPONSES: Final = recordings(b"HTTP/1.1 101")
MANIFEST: Final[dict[str, dict[str, Any]]] = {
    entry["file"]: entry for entry in json.loads((CAPTURES / "manifest.json").read_text("utf-8"))
}


def test_browsers_and_libraries_are_among_the_recorded() -> None:
    producers = " ".join(REQUESTS)
    for producer in ("chromium", "firefox", "okhttp", "node-ws", "websockets", "aiohttp"):
        assert f"client-{producer}" in producers
    assert len(RESPONSES) > 10


@pytest.mark.parametrize("name", REQUESTS)
def test_every_recorded_offer_is_answered(name: str) -> None:
    for offer in offers_in(name):
        answer = PerMessageDeflate().answer(offer)
        assert answer is not None
        asked = understood(offer, is_offer=True)
        assert answers_legally(understood(answer), asked)
        assert meaning(DeflateParameters.from_answer(answer, offer)) == wanted(asked, Terms())


@pytest.mark.parametrize("name", [name for name in REQUESTS if MANIFEST[name]["valid"]])
def test_a_server_agrees_with_every_recorded_client_on_its_first_offer(name: str) -> None:
    server = ServerHandshake(origins=None, extensions=[PerMessageDeflate()])
    assert server.receive_data(head_of(name)) is not None
    server.accept()
    assert server.agreement is not None
    (answer,) = server.agreement.extensions
    assert answer == PerMessageDeflate().answer(offers_in(name)[0])


@pytest.mark.parametrize("name", RESPONSES)
def test_every_recorded_answer_is_confirmed(name: str) -> None:
    (offer,) = offers_in(MANIFEST[name]["request"])
    response = Response.parse(head_of(name))
    (answer,) = parse_extensions(response.headers[FIELD])
    assert answers_legally(understood(answer), understood(offer, is_offer=True))
    PerMessageDeflate().confirm(answer, offer)


# --- both sides together --------------------------------------------------------------------------

bits_or_none = st.none() | st.sampled_from(BITS)
configurations = st.builds(Terms, st.booleans(), st.booleans(), bits_or_none, bits_or_none)


class Toy:
    """Another extension whose frames need the first reserved bit."""

    name = "x-toy"
    reserved_bits = frozenset({1})

    def answer(self, offer: Extension) -> Extension | None:
        return Extension(self.name)

    def offer(self) -> Extension:
        return Extension(self.name)

    def confirm(self, answer: Extension, offer: Extension) -> None:
        pass


Side = list[PerMessageDeflate | Toy]


def agreed(client_side: Side, server_side: Side) -> tuple[tuple[Extension, ...], list[Extension]]:
    """What two sides agree on, and what was offered; each has to see the same."""
    client = ClientHandshake(URI, extensions=client_side)
    server = ServerHandshake(origins=None, extensions=server_side)
    offer = server.receive_data(client.request.to_bytes())
    agreement = client.receive_data(server.accept())
    assert offer is not None
    assert agreement is not None
    assert server.agreement is not None
    assert agreement.extensions == server.agreement.extensions
    return agreement.extensions, list(offer.extensions)


@given(configurations, configurations)
@thorough
def test_both_sides_end_with_the_same_parameters_or_none(client: Terms, server: Terms) -> None:
    extensions, (sent,) = agreed([configured(client)], [configured(server)])
    offer = client._replace(client_bits=client.client_bits or BARE)
    assert sent == written(offer)
    if is_declined(offer, server):
        assert extensions == ()
    else:
        (answer,) = extensions
        ours, theirs = (DeflateParameters.from_answer(each, sent) for each in (answer, answer))
        assert ours == theirs
        assert meaning(ours) == wanted(offer, server)


@given(
    st.lists(configurations, min_size=1, max_size=4),
    st.lists(configurations, min_size=1, max_size=4),
)
@thorough
def test_several_of_one_name_are_fallbacks(clients: list[Terms], servers: list[Terms]) -> None:
    extensions, sent = agreed(list(map(configured, clients)), list(map(configured, servers)))
    offers = [client._replace(client_bits=client.client_bits or BARE) for client in clients]
    assert sent == list(map(written, offers))
    # The client's order decides, then the server's.
    taken = [
        (offer, server)
        for offer, server in product(offers, servers)
        if not is_declined(offer, server)
    ]
    if not taken:
        assert extensions == ()
        return
    (answer,) = extensions
    offer, server = taken[0]
    theirs = DeflateParameters.from_answer(answer, written(offer))
    assert meaning(theirs) == wanted(offer, server)
    # A client cannot see which of its offers was taken: the first that the answer fits.
    confirmed = next(each for each in sent if is_confirmed(PerMessageDeflate(), answer, each))
    assert DeflateParameters.from_answer(answer, confirmed) == theirs


both_kinds = st.lists(
    configurations.map(configured) | st.builds(Toy), min_size=1, max_size=4, unique_by=id
)


@given(both_kinds, both_kinds)
@thorough
def test_two_that_need_the_same_bit_are_never_agreed_on_together(
    client_side: Side, server_side: Side
) -> None:
    extensions, _ = agreed(client_side, server_side)
    assert len(extensions) <= 1


def test_the_first_offered_of_two_that_need_the_same_bit_is_taken() -> None:
    deflate, toy = PerMessageDeflate(), Toy()
    sides: list[Side] = [[deflate, toy], [toy, deflate]]
    for client_side in sides:
        for server_side in sides:
            (answer,), _ = agreed(client_side, server_side)
            assert answer.name == client_side[0].name


@pytest.mark.parametrize("answer", [f"{NAME}, x-toy", f"x-toy, {NAME}", f"{NAME}, {NAME}"])
def test_a_client_refuses_two_that_need_the_same_bit(answer: str) -> None:
    client = ClientHandshake(URI, extensions=[PerMessageDeflate(), Toy(), PerMessageDeflate()])
    with pytest.raises(HandshakeError):
        client.receive_data(reply(client, answer))
    assert client.state is State.FAILED


@pytest.mark.parametrize(
    ("offers", "expected"),
    [
        # Section 7.1.3: a fallback for servers that cannot limit their window.
        (
            f"{NAME}; server_max_window_bits=10, {NAME}; client_max_window_bits",
            (False, False, 10, 15),
        ),
        (f"{NAME}; server_max_window_bits=8, {NAME}", (False, False, 15, 15)),
        (f"{NAME}; server_max_window_bits=99, {NAME}", (False, False, 15, 15)),
        (f"{NAME}; x=1, {NAME}; server_no_context_takeover", (True, False, 15, 15)),
        (f"{NAME}; server_max_window_bits=8", None),
        (f"x-unknown, {NAME}", (False, False, 15, 15)),
    ],
)
def test_the_first_offer_that_can_be_taken_is_answered(
    offers: str, expected: Meaning | None
) -> None:
    server = ServerHandshake(origins=None, extensions=[PerMessageDeflate()])
    server.receive_data(req({FIELD: offers}))
    server.accept()
    assert server.agreement is not None
    found = [meaning(DeflateParameters.from_answer(each)) for each in server.agreement.extensions]
    assert found == ([] if expected is None else [expected])


def test_an_agreement_is_read_from_the_requests_own_offer() -> None:
    client = ClientHandshake(URI, extensions=[PerMessageDeflate(client_max_window_bits=11)])
    request = Request.parse(client.request.to_bytes())
    (offer,) = parse_extensions(request.headers[FIELD])
    assert DeflateParameters.from_answer(Extension(NAME), offer).client_max_window_bits == 11


# --- zlib -----------------------------------------------------------------------------------------

TAIL: Final = b"\x00\x00\xff\xff"
PIECE: Final = b"".join(b"%08x" % (number * 2654435761 % 2**32) for number in range(192))
MESSAGE: Final = PIECE * 2
"""3 KB of which the second half repeats the first, further away than a small window reaches."""


def compressed(compressor: zlib._Compress, message: bytes) -> bytes:
    data = compressor.compress(message) + compressor.flush(zlib.Z_SYNC_FLUSH)
    assert data.endswith(TAIL)
    return data.removesuffix(TAIL)


def decompressed(decompressor: zlib._Decompress, data: bytes) -> bytes:
    """The message, a little at a time: only so does zlib look no further back than its window."""
    message, rest = b"", data + TAIL
    while rest:
        message += decompressor.decompress(rest, 32)
        rest = decompressor.unconsumed_tail
    while piece := decompressor.decompress(b"", 32):
        message += piece
    return message


def exchange(bits: int, no_context_takeover: bool) -> list[int]:
    """Send the message twice from one side to the other; the sizes on the wire."""
    compressor, decompressor = zlib.compressobj(wbits=-bits), zlib.decompressobj(wbits=-bits)
    sizes = []
    for _ in range(2):
        data = compressed(compressor, MESSAGE)
        assert decompressed(decompressor, data) == MESSAGE
        sizes.append(len(data))
        if no_context_takeover:
            compressor, decompressor = (
                zlib.compressobj(wbits=-bits),
                zlib.decompressobj(wbits=-bits),
            )
    return sizes


def test_every_agreed_set_of_parameters_carries_two_messages_each_way() -> None:
    axes = product((False, True), (False, True), range(9, 16), range(9, 16))
    sets = set()
    for terms in map(Terms._make, axes):
        negotiator, offer = configured(terms), configured(terms).offer()
        answer = negotiator.answer(offer)
        assert answer is not None
        negotiator.confirm(answer, offer)
        sets.add(DeflateParameters.from_answer(answer, offer))
    assert len(sets) == 2 * 2 * 7 * 7
    ways = {(each.server_max_window_bits, each.server_no_context_takeover) for each in sets}
    ways |= {(each.client_max_window_bits, each.client_no_context_takeover) for each in sets}
    for bits, no_context_takeover in ways:
        first, second = exchange(bits, no_context_takeover)
        assert first < len(MESSAGE)
        if no_context_takeover:
            assert second == first
        elif bits >= 12:  # The window still holds the first message.
            assert second < first / 4


def test_a_window_that_is_too_small_would_be_noticed() -> None:
    data = compressed(zlib.compressobj(wbits=-15), MESSAGE)
    with pytest.raises(zlib.error):
        decompressed(zlib.decompressobj(wbits=-9), data)


def test_a_window_of_8_is_served_by_compressing_without_looking_back() -> None:
    offer = Extension(NAME, [("client_max_window_bits", None), ("server_max_window_bits", "8")])
    answer = PerMessageDeflate(server_max_window_bits=8, client_max_window_bits=8).answer(offer)
    assert answer is not None
    PerMessageDeflate().confirm(answer, offer)
    parameters = DeflateParameters.from_answer(answer, offer)
    assert meaning(parameters) == (False, False, 8, 8)
    for bits in (parameters.server_max_window_bits, parameters.client_max_window_bits):
        compressor = zlib.compressobj(wbits=-9, strategy=zlib.Z_HUFFMAN_ONLY)
        decompressor = zlib.decompressobj(wbits=-bits)
        for _ in range(2):
            data = compressed(compressor, MESSAGE)
            assert len(data) < len(MESSAGE)
            assert decompressed(decompressor, data) == MESSAGE
