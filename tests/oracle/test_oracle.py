"""The library and the oracle say the same of every message and every field value.

The number of examples is WS_HANDSHAKE_EXAMPLES, for all tests of this folder together; how many
there were, and what came of them, stands at the end of pytest's report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from property.strategies import KEY, attempt, cut

import ws_handshake
from ws_handshake import (
    Agreement,
    ClientHandshake,
    HandshakeError,
    IncompleteMessage,
    InvalidHeader,
    InvalidMessage,
    Offer,
    Request,
    Response,
    ServerHandshake,
    UnexpectedStatus,
    request_violations,
    response_violations,
    validate_request,
    validate_response,
)

from . import grammar, request, response, tally
from .head import Limits
from .messages import (
    SentRequest,
    SentResponse,
    answers_to_any,
    sent_requests,
    sent_responses,
    values,
)

T = TypeVar("T")


def with_share(percent: int) -> settings:
    return settings(
        max_examples=tally.share(percent),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def attempted(action: Callable[[], T]) -> T | HandshakeError:
    """What comes of it, its code counted if it is an error."""
    result = attempt(action)
    if isinstance(result, HandshakeError):
        tally.codes.add(result.code)
    return result


def library_limits(limits: Limits) -> ws_handshake.Limits:
    return ws_handshake.Limits(**limits._asdict())


def cuts(data: bytes, sizes: list[int]) -> Iterator[list[bytes]]:
    """The bytes whole and in these pieces."""
    yield [data] if data else []
    yield list(cut(data, sizes))


# --- requests -------------------------------------------------------------------------------------


def library_policy(sent: SentRequest) -> dict[str, Any]:
    origins: Any = sent.origins
    if origins is not None:
        same = ws_handshake.SAME_ORIGIN
        origins = [same if item is request.SAME_ORIGIN else item for item in origins]
    return {"origins": origins, "hosts": sent.hosts}


def read_request(result: Offer | HandshakeError, at: int) -> request.Verdict:
    """What the library made of a request, in the oracle's terms."""
    if isinstance(result, Offer):
        extensions = tuple((item.name, item.params) for item in result.extensions)
        return request.Accepted(
            subprotocols=result.subprotocols,
            extensions=extensions,
            key=result.key,
            origin=result.origin,
            host=result.host,
            target=result.target,
            path=result.path,
            query=result.query,
            at=at,
        )
    if isinstance(result, IncompleteMessage):
        assert result.rejection is None
        return request.Incomplete(result.code)
    assert result.rejection is not None
    whole = result.request is not None
    assert isinstance(result, InvalidMessage) is not whole
    return request.Refused(result.rejection.status, result.field, result.code, at, whole)


def serve(sent: SentRequest, pieces: list[bytes], at: int) -> tuple[request.Verdict, bytes]:
    """What the library's server says, and the bytes behind the head.

    `at` is how many bytes the oracle needs: a verdict in the piece that holds this byte is given
    that number, any other the number of bytes that were fed.
    """
    server = ServerHandshake(**library_policy(sent), limits=library_limits(sent.limits))
    fed = 0
    for number, piece in enumerate([*pieces, b""]):
        seen = at if fed < at <= fed + len(piece) else fed + len(piece)
        fed += len(piece)
        result = attempted(partial(server.receive_data, piece))
        if result is not None:
            assert server.request == result.request
            unread = b"".join(pieces[number + 1 :])
            return read_request(result, seen), server.trailing_data + unread
    raise AssertionError("a request without an end is no request")


def parse_and_validate(sent: SentRequest, data: bytes, at: int) -> request.Verdict:
    """The same by the pure functions, which take exactly one message."""
    parsed = attempted(lambda: Request.parse(data, library_limits(sent.limits)))
    if isinstance(parsed, HandshakeError):
        return read_request(parsed, at)
    policy = library_policy(sent)
    result = attempted(lambda: validate_request(parsed, **policy))
    violations = request_violations(parsed, **policy)
    assert violations[:1] == ([] if isinstance(result, Offer) else [result.violation])
    return read_request(result, at)


def parse_code(parse: Callable[..., object], data: bytes, limits: Limits) -> str | None:
    """The code with which the bytes are refused as exactly one message, or none."""
    result = attempted(lambda: parse(data, library_limits(limits)))
    return result.code if isinstance(result, HandshakeError) else None


def check_request(sent: SentRequest) -> request.Verdict:
    """Compare the two on one request, and give the oracle's verdict."""
    data = sent.data
    verdict = request.judge_request(
        data, origins=sent.origins, hosts=sent.hosts, limits=sent.limits
    )
    at = len(data) if isinstance(verdict, request.Incomplete) else verdict.at
    behind = data[at:] if isinstance(verdict, request.Accepted) else b""
    for pieces in cuts(data, sent.sizes):
        result, unread = serve(sent, pieces, at)
        assert result == verdict
        assert unread == behind or not isinstance(verdict, request.Accepted)
    assert parse_and_validate(sent, data[:at], at) == verdict
    if isinstance(verdict, request.Accepted) and behind:
        assert parse_code(Request.parse, data, sent.limits) == "more-than-one-message"
    return verdict


@with_share(40)
@given(sent_requests())
def test_requests(sent: SentRequest) -> None:
    verdict = check_request(sent)
    tally.count("requests", type(verdict).__name__.lower())


# --- responses ------------------------------------------------------------------------------------

URI = "ws://example.com/chat"


@dataclass(frozen=True)
class Named:
    """A ClientExtension that offers its bare name, and is content with every answer or none."""

    name: str
    refuses: bool
    reserved_bits: frozenset[int]

    def offer(self) -> ws_handshake.Extension:
        return ws_handshake.Extension(self.name)

    def confirm(self, answer: ws_handshake.Extension, offer: ws_handshake.Extension) -> None:
        if self.refuses:
            raise InvalidHeader("refuses every answer")


def negotiators(offered: response.Offered) -> list[Named]:
    return [
        Named(
            name,
            name in offered.refused,
            frozenset(bit for other, bit in offered.reserved if other == name),
        )
        for name in offered.extensions
    ]


def read_response(result: Agreement | HandshakeError, at: int) -> response.Verdict:
    """What the library made of a response, in the oracle's terms."""
    if isinstance(result, Agreement):
        extensions = tuple((item.name, item.params) for item in result.extensions)
        return response.Opened(result.subprotocol, extensions, at)
    assert result.rejection is None
    if isinstance(result, IncompleteMessage):
        return response.Incomplete(result.code)
    if isinstance(result, UnexpectedStatus):
        assert result.code == "status-unexpected"
        answer = result.response
        return response.Unexpected(answer.status, answer.body, result.complete, None)
    return response.Failed(result.field, result.code, at, not isinstance(result, InvalidMessage))


def read(sent: SentResponse, pieces: list[bytes], at: int) -> tuple[response.Verdict, bytes, bool]:
    """What the library's client says, the bytes behind it, and whether it waited for the close."""
    client = ClientHandshake(
        URI,
        key=sent.offered.keys[0],
        subprotocols=sent.offered.subprotocols,
        extensions=negotiators(sent.offered),
        limits=library_limits(sent.limits),
    )
    fed = 0
    for number, piece in enumerate([*pieces, b""]):
        seen = at if fed < at <= fed + len(piece) else fed + len(piece)
        fed += len(piece)
        result = attempted(partial(client.receive_data, piece))
        if result is not None:
            unread = b"".join(pieces[number + 1 :])
            return read_response(result, seen), client.trailing_data + unread, not piece
    raise AssertionError("an answer without an end is no answer")


def asked(offered: response.Offered) -> Request:
    """A request with these offers, and nothing else that an answer depends on."""
    lines = [("Sec-WebSocket-Key", key) for key in offered.keys]
    for name, offers in (
        ("Sec-WebSocket-Protocol", offered.subprotocols),
        ("Sec-WebSocket-Extensions", offered.extensions),
    ):
        lines += [(name, ", ".join(offers))] if offers else []
    return Request("/chat", lines)


def parse_and_validate_answer(data: bytes, offered: response.Offered, at: int) -> response.Verdict:
    """What the pure functions say of this one head."""
    answer = attempted(lambda: Response.parse(data))
    if isinstance(answer, HandshakeError):
        return read_response(answer, at)
    result = attempted(lambda: validate_response(answer, asked(offered)))
    violations = response_violations(answer, asked(offered))
    assert violations[:1] == ([] if isinstance(result, Agreement) else [result.violation])
    return read_response(result, at)


def check_parsed_response(sent: SentResponse, verdict: response.Verdict) -> None:
    """Compare on what `Response.parse` takes, which is one message and nothing behind it."""
    data = sent.data
    code = parse_code(Response.parse, data, sent.limits)
    if isinstance(verdict, response.Incomplete) or (
        isinstance(verdict, response.Failed) and not verdict.whole
    ):
        assert code == verdict.code
    elif isinstance(verdict, response.Unexpected) and not verdict.complete:
        assert code in ("body-malformed", "body-too-large", "body-incomplete")
    elif verdict.at not in (None, len(data)):
        assert code == "more-than-one-message"
    else:
        assert code is None
        parsed = Response.parse(data, library_limits(sent.limits))
        if isinstance(verdict, response.Unexpected):
            assert (parsed.status, parsed.body) == (verdict.status, verdict.body)


def check_response(sent: SentResponse) -> response.Verdict:
    """Compare the two on one response to a client, and give the oracle's verdict."""
    data = sent.data
    verdict = response.judge_response(data, sent.offered, sent.limits)
    if response.final_head(data, sent.limits)[1] == 0:
        check_parsed_response(sent, verdict)
    if isinstance(verdict, response.Unexpected):
        end, expected = verdict.at, verdict._replace(at=None)
        for pieces in cuts(data, sent.sizes):
            result, behind, waited = read(sent, pieces, len(data))
            assert result == expected
            if verdict.complete:
                assert waited is (end is None)
            if end is not None:
                assert behind == data[end:]
        return verdict
    at = len(data) if isinstance(verdict, response.Incomplete) else verdict.at
    for pieces in cuts(data, sent.sizes):
        result, behind, waited = read(sent, pieces, at)
        assert result == verdict
        assert waited is isinstance(verdict, response.Incomplete)
        if isinstance(verdict, response.Opened):
            assert behind == data[at:]
    return verdict


@with_share(30)
@given(sent_responses())
def test_responses(sent: SentResponse) -> None:
    verdict = check_response(sent)
    tally.count("responses", type(verdict).__name__.lower())


@pytest.mark.parametrize("coding", ["gzip;a=b, chunked", 'gzip ; a = "b, chunked" , chunked'])
def test_a_transfer_coding_may_have_parameters(coding: str) -> None:
    """RFC 9112 section 7: transfer-coding = token *( OWS ";" OWS transfer-parameter )."""
    data = f"HTTP/1.1 403 x\r\nTransfer-Encoding: {coding}\r\n\r\n2\r\nno\r\n0\r\n\r\n".encode()
    sent = SentResponse(data, response.Offered((KEY,)), Limits(), [1])
    assert check_response(sent) == response.Unexpected(403, b"no", True, len(data))


def check_answer(sent: SentResponse) -> response.Verdict:
    """Compare the two on an answer to a request that may lack its key, or have several."""
    verdict = response.judge_response(sent.data, sent.offered, sent.limits)
    if isinstance(verdict, response.Opened | response.Failed):
        _, begin = response.final_head(sent.data, sent.limits)
        data = sent.data[begin : verdict.at]
        assert parse_and_validate_answer(data, sent.offered, verdict.at) == verdict
    return verdict


@with_share(10)
@given(answers_to_any())
def test_answers_to_any_request(sent: SentResponse) -> None:
    verdict = check_answer(sent)
    tally.count("answers to any request", type(verdict).__name__.lower())


# --- field values ---------------------------------------------------------------------------------


def recognised(parser: str, value: str) -> object:
    """What the oracle makes of a value; None if it is malformed."""
    try:
        result: object = getattr(grammar, parser)(value)
    except grammar.Malformed:
        return None
    return result


def check_value(parser: str, value: str) -> str:
    """Compare the two on one value, and say what it is."""
    expected = recognised(parser, value)
    result: Any = attempted(lambda: getattr(ws_handshake, parser)(value))
    if expected is None:
        assert isinstance(result, InvalidHeader)
        assert result.rejection is None
        return "malformed"
    if parser == "parse_extensions":
        result = [(item.name, item.params) for item in result]
    assert result == expected
    return "well-formed"


@with_share(20)
@given(values())
def test_values(sent: tuple[str, str]) -> None:
    tally.count("field values", check_value(*sent))
