"""The catalogue for servers: this library answers as it says; each case is a claim of its own."""

import copy
import pickle
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from ws_handshake import HandshakeError, PerMessageDeflate, Request, ServerHandshake
from ws_handshake.testing import (
    ANY,
    LEVELS,
    REQUEST_GROUPS,
    VERDICTS,
    Case,
    Expected,
    expect_failures,
    judge_reply,
    request_cases,
    select_cases,
)

ORIGIN = "https://example.com"
CASES = request_cases()
AIMED = request_cases(
    host="localhost:8000", target="/ws?room=1", origin=ORIGIN, subprotocol="superchat"
)
IPV6 = request_cases(host="[::1]:9000", target="/", origin="http://localhost:3000")


def answer(pieces: tuple[bytes, ...], **policy: Any) -> tuple[bytes, bool]:
    """What this library answers; behind a refusal it reads no more."""
    server = ServerHandshake(
        **{"origins": None, "subprotocols": ["chat"], "extensions": [PerMessageDeflate()]} | policy
    )
    try:
        for piece in pieces:
            if server.receive_data(piece) is not None:
                return server.accept(), False
        server.receive_data(b"")
    except HandshakeError as error:
        return (b"" if error.rejection is None else error.rejection.to_bytes()), True
    raise AssertionError("no offer and no error")


# --- This library ---------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=str)
def test_this_library_passes(case: Case) -> None:
    result = judge_reply(case, *answer((case.data,)))
    assert result.passed, result.why


def complaints(cases: tuple[Case, ...], **policy: Any) -> dict[str, str]:
    """What is wrong with this library's answers, by id, the cases sent in pieces."""
    judged = [judge_reply(case, *answer(case.pieces, **policy)) for case in cases]
    return {result.case.id: result.why for result in judged if not result.passed}


def test_this_library_passes_piece_by_piece() -> None:
    assert complaints(CASES) == {}


def test_this_library_passes_with_an_origin_and_a_subprotocol() -> None:
    policy = {"origins": [ORIGIN, None], "subprotocols": ["superchat"], "extensions": ()}
    assert complaints(AIMED, **policy) == {}
    assert {"origin-foreign", "origin-null"} <= set(complaints(AIMED, **policy | {"origins": None}))
    assert "subprotocol-known-second" in complaints(AIMED, **policy | {"subprotocols": ()})


def test_this_library_passes_with_another_host() -> None:
    assert complaints(IPV6, origins=["http://localhost:3000", None]) == {}


def test_a_strict_server_refuses_what_must_be_refused() -> None:
    """Also by its own validation, and not only by the judge's reading of what it sent."""
    for case in CASES:
        reply, _ = answer((case.data,))
        if case.verdict != "either":
            assert reply.startswith(b"HTTP/1.1 101") == (case.verdict == "accept"), case.id


# --- What a case says -----------------------------------------------------------------------------


def test_the_catalogue_is_large_and_covers_every_group() -> None:
    counted = Counter(case.group for case in CASES)
    assert set(counted) == set(REQUEST_GROUPS)
    assert min(counted.values()) >= 7
    assert len(CASES) >= 600
    assert {case.level for case in CASES} == set(LEVELS)
    assert {case.verdict for case in CASES} == set(VERDICTS)


@pytest.mark.parametrize("cases", [CASES, AIMED, IPV6])
def test_ids_are_unique_words(cases: tuple[Case, ...]) -> None:
    assert len({case.id for case in cases}) == len(cases)
    for case in cases:
        assert re.fullmatch(r"[a-z0-9]+(?:[-.][a-z0-9]+)+", case.id), case.id
        assert str(case) == case.id


def test_ids_do_not_depend_on_where_the_cases_go() -> None:
    ids = {case.id for case in CASES}
    assert {case.id for case in request_cases(host="a:1", target="/b")} == ids
    assert {case.id for case in AIMED} - ids == {
        *("origin-known", "subprotocol-known", "subprotocol-known-second", "subprotocol-known-line")
    }
    assert ids <= {case.id for case in AIMED}


def test_cases_are_well_made() -> None:
    for case in CASES + AIMED:
        assert b"".join(case.pieces) == case.data
        assert case.group in REQUEST_GROUPS
        assert case.level in LEVELS
        assert re.fullmatch(r"[A-Z].{8,90}[.?]", case.reason), case.reason
        assert re.search(r"RFC [0-9]{4} §[0-9]|CVE-|GHSA-", case.section), case.section
        expected = case.expected
        assert expected.allows(101) == (case.verdict != "reject"), case.id
        assert expected.allows(400) or set(expected.statuses) <= {101, 414, 426}, case.id
        assert case.verdict != "accept" or expected.statuses == (101,), case.id
        assert expected.silence in ("never", "closed", "open")
        assert case.verdict != "accept" or expected.silence == "never", case.id
        assert case.verdict == "reject" or expected.key, case.id
        if case.field is not None and case.verdict == "accept":
            assert case.field.lower().encode() in case.data.lower(), case.id


def test_no_claim_is_made_twice() -> None:
    said = Counter((case.data, case.pieces, case.expected) for case in CASES)
    assert [case for (_, _, case), number in said.items() if number > 1] == []


def test_every_must_names_what_demands_it() -> None:
    """A verdict that the RFCs leave open is a must only where the answer itself is judged."""
    opened = [case for case in CASES if case.verdict == "either" and case.level == "must"]
    assert {case.group for case in opened} == {"limits", "subprotocols", "permessage-deflate"}


MENDED = re.compile(
    r"line-(two-spaces|tab|trailing|space-before).*|syntax-(value-[a-z]+|folded(-[a-z]+)?)|body-length-0-.+"
    r"|syntax-(space|tab)-before-first-field|end-lf-.*|end-cr-(cr|in-value|smuggles|in-request).*"
    r"|upgrade-(two-(elements.*|lines)|empty-line)"
)
TAKEN = re.compile(r"syntax-value-(empty|blank|tab|colons|latin)|line-tls")


def test_what_two_readers_mend_in_two_ways_is_a_matter_of_security() -> None:
    """Also where an RFC lets a recipient mend it; but what it calls conformant stays open."""
    mended = [case for case in CASES if MENDED.fullmatch(case.id) and not TAKEN.fullmatch(case.id)]
    assert len(mended) >= 35
    for case in mended:
        assert (case.verdict, case.level) == ("reject", "security"), case.id
        assert case.expected.silence != "never", case.id
    conformant = ["line-empty-line-before", "target-absolute-other-host", "host-port-65536"]
    for case in select_cases(CASES, only=[*conformant, "host-port-0"]):
        assert case.verdict == "either", case.id


def test_what_hides_in_a_body_fits_its_length() -> None:
    length, chunked = request_cases(
        only=["body-length-hides-request", "body-chunked-hides-request"]
    )
    body = length.data.partition(b"\r\n\r\n")[2]
    assert f"Content-Length: {len(body)}\r\n".encode() in length.data
    size, _, rest = chunked.data.partition(b"\r\n\r\n")[2].partition(b"\r\n")
    assert rest == body + b"\r\n0\r\n\r\n"
    assert int(size, 16) == len(body)


def test_a_case_in_pieces_is_cut_where_it_says() -> None:
    whole, name, apart = request_cases(only=["cut-bytes", "cut-name", "cut-blank-line-apart"])
    assert all(len(piece) == 1 for piece in whole.pieces)
    assert [len(case.pieces) for case in (name, apart)] == [2, 4]
    assert name.pieces[0].endswith(b"\r\nUpg")
    assert apart.pieces[1:] == (b"\r", b"\n\r", b"\n")


def test_the_sample_is_the_one_of_the_rfc() -> None:
    (sample,) = request_cases(host="server.example.com", only=["line-sample"])
    request = Request.parse(sample.data)
    assert request.headers["Sec-WebSocket-Key"] == "dGhlIHNhbXBsZSBub25jZQ=="
    assert request.headers["Host"] == "server.example.com"
    assert sample.expected == Expected(key="dGhlIHNhbXBsZSBub25jZQ==")


def test_every_request_has_the_origin_and_the_subprotocol() -> None:
    (sample,) = select_cases(AIMED, only=["method-post"])
    assert (
        b"\r\nOrigin: https://example.com\r\nSec-WebSocket-Protocol: superchat\r\n" in sample.data
    )
    assert sample.data.startswith(b"POST /ws?room=1 HTTP/1.1\r\nHost: localhost:8000\r\n")
    (query,) = select_cases(AIMED, only=["target-query"])
    assert query.data.startswith(b"GET /ws?room=1&room=1 HTTP/1.1\r\n")


def test_every_request_has_the_fields_that_are_asked_for() -> None:
    more = [("Cookie", "a={key}"), ("X-A", "\xe9"), ("cookie", "b"), ("Cookie", "c")]
    cases = request_cases(headers=more)
    assert complaints(cases) == {}
    assert [case.id for case in cases] == [case.id for case in CASES]
    lines = b"\r\nCookie: a={key}\r\nCookie: c\r\nX-A: \xe9\r\ncookie: b\r\n"
    usual = [case for case in cases if case.id.startswith(("host-", "key-", "upgrade-", "target-"))]
    assert all(lines in case.data for case in usual)


@pytest.mark.parametrize("name", ["host", "Upgrade", "SEC-WEBSOCKET-KEY", "Transfer-Encoding"])
def test_a_field_that_the_cases_change_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} is a field that the cases change"):
        request_cases(headers={name: "0"})


def test_foreign_origins_must_be_refused_once_one_is_known() -> None:
    def verdicts(cases: tuple[Case, ...]) -> set[tuple[str, str]]:
        foreign = select_cases(cases, only=["origin-foreign", "origin-suffix", "origin-null"])
        return {(case.verdict, case.level) for case in foreign}

    assert verdicts(CASES) == {("either", "should")}
    assert verdicts(AIMED) == {("reject", "security")}


def test_a_known_subprotocol_is_to_be_chosen() -> None:
    (case,) = select_cases(AIMED, only=["subprotocol-known-second"])
    assert case.expected.subprotocol == "superchat"
    assert case.expected.offered == ("x-kit", "superchat")
    assert {case.id for case in CASES if case.expected.subprotocol != ANY} == {"subprotocol-none"}


# --- Arguments and choosing -----------------------------------------------------------------------


REFUSED = "the sample request would be refused: "
CHARACTER = (
    " has a character that no field value can hold: a control character, a line break or one beyond"
    " latin-1 (RFC 9110 §5.5)"
)


@pytest.mark.parametrize(
    ("aim", "why"),
    [
        ({"host": ""}, f"{REFUSED}Host "),
        ({"host": "a b"}, f"{REFUSED}Host "),
        ({"host": "http://a"}, f"{REFUSED}Host "),
        ({"target": "*"}, f"{REFUSED}the target "),
        ({"target": "chat"}, f"{REFUSED}the target "),
        ({"target": "/a#b"}, f"{REFUSED}the target "),
        ({"target": "/a b"}, "'/a b' is not a request target (RFC 9112 §3.2)"),
        ({"origin": "example.com"}, f"{REFUSED}Origin "),
        ({"origin": "a\r\nb"}, f"the value of Origin{CHARACTER}"),
        ({"subprotocol": ""}, f"{REFUSED}Sec-WebSocket-Protocol "),
        ({"subprotocol": "a b"}, f"{REFUSED}Sec-WebSocket-Protocol "),
        ({"headers": {"a": "b\r\nc: d"}}, f"the value of a{CHARACTER}"),
    ],
)
def test_an_aim_that_no_request_can_have_is_refused(aim: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(why)}"):
        request_cases(**aim)


def test_cases_are_chosen_by_group_level_and_id() -> None:
    upgrade = request_cases(groups=["upgrade", "key"], levels=["must"])
    assert {case.group for case in upgrade} == {"upgrade", "key"}
    assert {case.level for case in upgrade} == {"must"}
    assert select_cases(CASES, groups=("upgrade", "key"), levels={"must"}) == upgrade
    assert select_cases(iter(CASES), only=["key-missing"]) == request_cases(only=["key-missing"])
    assert select_cases(CASES) == CASES
    assert select_cases(CASES, groups=[]) == ()
    assert select_cases(CASES, groups=["accept"]) == ()


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"groups": ["upgrades"]}, "no case has the group 'upgrades'"),
        ({"levels": ["must", "may"]}, "no case has the level 'may'"),
        ({"only": ["no-such", "key-missing", "a"]}, "no case has the id 'a', 'no-such'"),
    ],
)
def test_a_choice_that_nothing_can_meet_is_refused(
    choice: dict[str, list[str]], message: str
) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        request_cases(**choice)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"groups": "key"}, "a collection of groups is expected, not a lone str"),
        ({"levels": "must"}, "a collection of levels is expected, not a lone str"),
        ({"only": b"key"}, "a collection of ids is expected, not a lone bytes"),
    ],
)
def test_a_lone_word_is_refused(choice: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=f"^{message}$"):
        select_cases(CASES, **choice)


def test_expected_failures_are_marked() -> None:
    cases = request_cases(only=["key-missing", "key-empty"])
    missing, empty = expect_failures(cases, {"key-empty": "not yet"})
    assert (missing.id, missing.values, missing.marks) == ("key-missing", (cases[0],), [])
    (mark,) = empty.marks
    assert (mark.name, mark.kwargs) == ("xfail", {"reason": "not yet", "strict": True})
    with pytest.raises(ValueError, match="no case has the id 'key-mising'"):
        expect_failures(cases, {"key-mising": "misspelt"})


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))]
)
def test_cases_are_values(again: Callable[[Case], Case]) -> None:
    case = CASES[0]
    assert again(case) == case
    assert hash(again(case)) == hash(case)
    assert str(again(case)) == "line-sample"
    assert case != CASES[1]
    assert repr(case).startswith("Case(id='line-sample', group='request-line', data=b'GET /chat")
    with pytest.raises(AttributeError):
        case.id = "x"  # type: ignore[misc]
