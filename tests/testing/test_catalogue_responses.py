"""The catalogue for clients: this library takes and refuses what it says, whatever was offered."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from typing import Any

import pytest

from ws_handshake import (
    Agreement,
    ClientHandshake,
    Extension,
    HandshakeError,
    PerMessageDeflate,
    Request,
    accept_key,
    generate_key,
)
from ws_handshake.testing import LEVELS, RESPONSE_GROUPS, VERDICTS, Case, response_cases, responses
from ws_handshake.testing.responses import CLOSE

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
URI = "ws://server.example.com/chat"


class Plain:
    """permessage-deflate from a client whose window cannot be limited."""

    name = "permessage-deflate"

    def offer(self) -> Extension:
        return Extension(self.name)

    def confirm(self, answer: Extension, offer: Extension) -> None:
        PerMessageDeflate().confirm(answer, offer)


def client(kind: str = "sample") -> ClientHandshake:
    subprotocols, extensions = OFFERS[kind]
    return ClientHandshake(URI, KEY, subprotocols=subprotocols, extensions=extensions)


OFFERS: dict[str, tuple[list[str], list[Any]]] = {
    "sample": (["chat", "superchat"], [PerMessageDeflate()]),
    "offers-nothing": ([], []),
    "plain-deflate": (["x-unoffered"], [Plain()]),
    "fallback": (
        ["1", "CHAT", "1.v2"],
        [PerMessageDeflate(server_max_window_bits=8), PerMessageDeflate()],
    ),
    "demanding": (["7"], [PerMessageDeflate(True, True, 9, 9)]),
}
KINDS = list(OFFERS)
SAMPLE = response_cases()


def answered(handshake: ClientHandshake, case: Case) -> Agreement | HandshakeError:
    """What a client makes of the pieces of a case, behind which the server closes."""
    try:
        for piece in case.pieces:
            agreement = handshake.receive_data(piece)
            if agreement is not None:
                return agreement
        handshake.receive_data(b"")
    except HandshakeError as error:
        return error
    raise AssertionError("neither an agreement nor an error")


# --- The catalogue itself -------------------------------------------------------------------------


def test_there_are_enough_cases_and_every_group_has_some() -> None:
    assert len(SAMPLE) >= 120
    groups = Counter(case.group for case in SAMPLE)
    assert set(groups) == set(RESPONSE_GROUPS)
    assert min(groups.values()) >= 5
    assert {case.verdict for case in SAMPLE} == set(VERDICTS)
    assert {case.level for case in SAMPLE} == set(LEVELS)


def test_an_id_is_a_word_of_its_own() -> None:
    ids = [case.id for case in SAMPLE]
    assert len(set(ids)) == len(ids)
    assert [name for name in ids if not re.fullmatch(r"[a-z0-9]+([.-][a-z0-9]+)*", name)] == []


def test_no_two_cases_are_the_same() -> None:
    seen = Counter(case.pieces for case in SAMPLE)
    assert [pieces for pieces, number in seen.items() if number > 1] == []


@pytest.mark.parametrize("case", SAMPLE, ids=str)
def test_a_case_says_where_it_is_written_and_why(case: Case) -> None:
    assert re.fullmatch(r"RFC \d{4} §\d+(\.\d+)*|CVE-\d{4}-\d+", case.section)
    assert re.fullmatch(r"\S[^\n]{10,}\.", case.reason)
    assert b"".join(case.pieces) == case.data
    # What nothing is said about has no weight, and an RFC's grammar is no advisory.
    assert (case.level == "should") >= (case.verdict == "either")
    assert (case.level != "must") >= case.section.startswith("CVE")
    assert (case.level != "security") >= (case.verdict == "accept")


def test_what_two_readers_mend_in_two_ways_is_a_matter_of_security() -> None:
    """Also where an RFC lets a recipient mend it."""
    mended = re.compile(
        r"bare-lf-(everywhere|behind.*|at.*|before.*)|bare-cr-in-a-value|two-cr.*|reason-(nul|delete)"
        r"|folded-(line.*|blank|accept|interim.*)|value-(nul|bell|backspace|delete|form-feed)"
        r"|status-(two-spaces|tab)-.*|status-line-behind-a.*(space|line|lf)|(space|tab)-before-colon.*"
    )
    found = [case for case in SAMPLE if mended.fullmatch(case.id)]
    assert len(found) >= 20
    for case in found:
        assert (case.verdict, case.level) == ("reject", "security"), case.id


def test_the_sample_is_what_such_a_client_sends() -> None:
    assert response_cases(client().request) == SAMPLE


@pytest.mark.parametrize("kind", KINDS)
def test_ids_and_their_order_depend_on_no_request(kind: str) -> None:
    cases = response_cases(client(kind).request)
    assert [case.id for case in cases] == [case.id for case in SAMPLE]
    assert [(case.group, case.level) for case in cases if case.verdict == "reject"]


def test_cases_are_chosen_by_group_level_and_id() -> None:
    chosen = response_cases(groups=["accept"], levels=["must"])
    assert chosen == tuple(case for case in SAMPLE if case.group == "accept")
    assert response_cases(only=["plain"]) == (SAMPLE[0],)
    assert [case.id for case in response_cases(groups=["body"], levels=["should"])] == [
        case.id for case in SAMPLE if case.group == "body"
    ]
    assert response_cases(groups=["body"], levels=["must"]) == ()
    with pytest.raises(ValueError, match="no case has the group 'request'"):
        response_cases(groups=["request"])


def test_what_is_no_request_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="a Request is expected, not bytes"):
        response_cases(client().request.to_bytes())  # type: ignore[arg-type]


# --- This library ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_this_library_takes_and_refuses_what_it_should(kind: str) -> None:
    for case in response_cases(client(kind).request):
        handshake = client(kind)
        result = answered(handshake, case)
        refused = isinstance(result, HandshakeError)
        assert case.verdict in ("either", "reject" if refused else "accept"), (case.id, result)
        if isinstance(result, Agreement):
            offered = handshake.request.headers.get("Sec-WebSocket-Protocol", "") or ""
            assert result.subprotocol is None or result.subprotocol in offered.split(", ")
            if case.group == "trailing":
                assert handshake.trailing_data.endswith(CLOSE)


@pytest.mark.parametrize("kind", KINDS)
def test_the_plain_answer_opens_with_the_first_subprotocol(kind: str) -> None:
    handshake = client(kind)
    (case,) = response_cases(handshake.request, only=["plain"])
    result = answered(handshake, case)
    assert isinstance(result, Agreement)
    first = {"sample": "chat", "plain-deflate": "x-unoffered", "fallback": "1", "demanding": "7"}
    assert result.subprotocol == first.get(kind)


def test_what_comes_behind_is_kept() -> None:
    (case,) = response_cases(only=["trailing-text-and-close"])
    handshake = client()
    answered(handshake, case)
    assert handshake.trailing_data == b"\x81\x05hello" + CLOSE


VERDICTS_BY_OFFER = {
    "deflate-without-parameters": ("accept", "reject", "accept", "accept", "reject"),
    "deflate-client-window": ("accept", "reject", "reject", "accept", "reject"),
    "subprotocol-none": ("either", "accept", "either", "either", "either"),
    "extension-other-case": ("either", "reject", "either", "either", "either"),
}


@pytest.mark.parametrize("name", VERDICTS_BY_OFFER)
def test_some_verdicts_depend_on_what_was_offered(name: str) -> None:
    found = [response_cases(client(kind).request, only=[name])[0].verdict for kind in KINDS]
    assert tuple(found) == VERDICTS_BY_OFFER[name]


def test_no_other_verdict_depends_on_what_was_offered() -> None:
    sample = {case.id: case.verdict for case in SAMPLE}
    for kind in KINDS:
        for case in response_cases(client(kind).request):
            assert case.id in VERDICTS_BY_OFFER or case.verdict == sample[case.id]


# --- Any request ----------------------------------------------------------------------------------


def accepts(data: bytes) -> list[str]:
    """The values of Sec-WebSocket-Accept as they stand on the wire."""
    found = re.findall(rb"\r\nSec-WebSocket-Accept: ?([^\r\n]*)", data)
    return [value.decode("latin-1").strip(" \t") for value in found]


def test_a_wrong_accept_is_wrong_for_every_key() -> None:
    rejected = {case.id for case in SAMPLE if case.group == "accept" and case.verdict == "reject"}
    for _ in range(100):
        key = generate_key()
        request = Request("/", {"Sec-WebSocket-Key": key})
        for case in response_cases(request, groups=["accept"]):
            if case.id in rejected:
                assert accepts(case.data) != [accept_key(key)], case.id


def wrong_accept(key: str, name: str) -> str:
    """The value of one wrong answer to a request with this key."""
    (case,) = response_cases(Request("/", {"Sec-WebSocket-Key": key}), only=[f"accept-{name}"])
    (value,) = accepts(case.data)
    return value


@pytest.mark.parametrize(
    ("end", "accept", "url_safe"),
    [
        ("AA", "ICX+Yqv66kxgM0FcWaLWlFLwTAI=", "ICX-Yqv66kxgM0FcWaLWlFLwTAI="),
        ("AQ", "NXa8T6Ve62tu67xK9rx6C3/VvZw=", "NXa8T6Ve62tu67xK9rx6C3_VvZw="),
        ("DA", "93wshxqynDuzfuXDfK2+baz/1lk=", "93wshxqynDuzfuXDfK2-baz_1lk="),
        ("Aw", "L1YaQ3c77kPsyCY6r6iutJrFmiM=", "-1YaQ3c77kPsyCY6r6iutJrFmiM="),
    ],
)
def test_an_accept_in_the_other_alphabet(end: str, accept: str, url_safe: str) -> None:
    """With or without the characters that differ between the alphabets of base64."""
    key = f"{'A' * 20}{end}=="
    assert accept_key(key) == accept
    assert wrong_accept(key, "url-safe") == url_safe


def test_an_accept_without_capitals_is_changed_too() -> None:
    key = "AAAAAAAAAAAAAAAAAA5LSg=="
    assert accept_key(key) == "mwvn751d4hqh0o/6xeasd+dkxek="
    assert wrong_accept(key, "lower-case") == "MWVN751D4HQH0O/6XEASD+DKXEK="


def test_sha_1_is_asked_for_where_it_may_serve_no_security(monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds of Python for FIPS refuse it for anything else."""

    def sha1(data: bytes, **options: Any) -> Any:
        assert options == {"usedforsecurity": False}
        return hashlib.sha1(data, **options)

    monkeypatch.setattr(responses, "sha1", sha1)
    assert response_cases() == SAMPLE


def test_other_pad_bits_decode_to_the_same_hash() -> None:
    for _ in range(100):
        key = generate_key()
        request = Request("/", {"Sec-WebSocket-Key": key})
        (case,) = response_cases(request, only=["accept-pad-bits"])
        (value,) = accepts(case.data)
        assert value != accept_key(key)
        assert base64.b64decode(value) == base64.b64decode(accept_key(key))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"Sec-WebSocket-Key": ""},
        {"Sec-WebSocket-Key": "no key\xff"},
        {"Sec-WebSocket-Key": "AQIDBAUGBwgJCgsMDQ4PEA=="},
        {"Sec-WebSocket-Protocol": "", "Sec-WebSocket-Extensions": ";"},
        {"Sec-WebSocket-Protocol": "a b", "Sec-WebSocket-Extensions": "permessage-deflate; x"},
        {"Sec-WebSocket-Protocol": "x-unoffered, x-unofferedx, x-unoffered"},
    ],
    ids=repr,
)
def test_a_request_that_is_no_good_handshake_has_answers_too(fields: dict[str, str]) -> None:
    cases = response_cases(Request("/", fields))
    assert [case.id for case in cases] == [case.id for case in SAMPLE]
    offered = re.findall("[^ ,]+", fields.get("Sec-WebSocket-Protocol", ""))
    (case,) = [case for case in cases if case.id == "subprotocol-unoffered"]
    found = re.search(rb"Sec-WebSocket-Protocol: (.*)\r\n", case.data)
    assert found is not None
    assert found[1].decode() not in offered
