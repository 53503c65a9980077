"""What is tried with any bytes: one function a target, which fails where a promise is broken.

The first bytes of an input choose among policies, limits and cuttings, the rest is what a peer
sends; a target that needs no choice takes all of it as text or bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from http.client import HTTPException, parse_headers
from io import BytesIO
from types import SimpleNamespace
from typing import Any, TypeVar

from diagnosis.test_properties import check as check_diagnosis
from oracle import grammar
from oracle.head import Limits
from oracle.messages import SentRequest, SentResponse
from oracle.request import SAME_ORIGIN, Accepted, Hosts, Origins
from oracle.response import Offered
from oracle.test_oracle import check_request, check_response, check_value
from property.strategies import KEY, URI, cut
from property.test_bytes import assert_readable
from property.wire import one_request, one_response
from test_redaction import texts_of_error

import ws_handshake
from ws_handshake import (
    ClientHandshake,
    DeflateParameters,
    Extension,
    HandshakeError,
    IncompleteMessage,
    InvalidHeader,
    InvalidMessage,
    InvalidURI,
    Offer,
    PerMessageDeflate,
    Request,
    Response,
    ServerHandshake,
    UnexpectedStatus,
    WebSocketURI,
    build_request,
    build_response,
    diagnose_request,
    diagnose_response,
    format_extensions,
    parse_extensions,
    parse_host,
    parse_uri,
    request_violations,
    response_violations,
    select_subprotocol,
    validate_request,
    validate_response,
)
from ws_handshake.report import Style, causes_in_text, json_of_check, judge_all, lines_of_check
from ws_handshake.transcript import read_transcript

T = TypeVar("T")

_POLICIES: list[tuple[Origins, Hosts]] = [
    (None, None),
    ([None], None),
    ([], None),
    ([SAME_ORIGIN], None),
    ([SAME_ORIGIN, None], ["example.com"]),
    (["https://example.com", "null"], ["other.example:81", "example.com", "[::1]:81"]),
]
_LIMITS = [Limits(), Limits(60, 300, 8, 40), Limits(30, 90, 3, 5), Limits(0, 40, 0, 0)]
_SIZES = [[1], [2, 3], [7], [60, 1]]
_OFFERED = [
    Offered((KEY,)),
    Offered((KEY,), ("chat", "superchat")),
    Offered((KEY,), ("chat",), ("x", "permessage-deflate")),
    Offered((KEY,), (), ("x", "y", "z"), ("y",), (("x", 1), ("z", 1))),
]
# What another server read has been within that server's limits.
_NO_LIMITS = ws_handshake.Limits(1 << 24, 1 << 24, 1 << 24)
# No byte of it may be shown; both halves, since a secret may be cut in two.
_HALVES = "qz7left", "qz9right"
_SECRET = "".join(_HALVES).encode()
_SECRET_LINES = [
    b"Cookie: %b\r\n",
    b"set-cookie: a=%b\r\n",
    b"AUTHORIZATION: Basic %b\r\n",
    b"Proxy-Authorization: %b\r\n",
    b"Proxy-Authorization : %b\r\n",
    b"Cookie:\t%b\0\r\n",
]

_PARSERS = [
    "parse_token_list",
    "parse_connection",
    "parse_upgrade",
    "parse_subprotocols",
    "parse_extensions",
    "parse_key",
    "parse_accept",
    "parse_version",
    "parse_origin",
    "parse_host",
]


def _choices(data: bytes, *tables: list[T]) -> tuple[list[T], bytes]:
    """An entry of each table, as the first bytes say, and the bytes behind them."""
    chosen = [table[byte % len(table)] for table, byte in zip(tables, data, strict=False)]
    chosen += [table[0] for table in tables[len(chosen) :]]
    return chosen, data[len(tables) :]


def _attempt(action: Callable[[], T]) -> T | HandshakeError:
    try:
        return action()
    except HandshakeError as error:
        return error


# --- Messages against the oracle ------------------------------------------------------------------


def server(data: bytes) -> None:
    """A request, whole and cut, is judged as the oracle does; a refusal reads back."""
    ((origins, hosts),), data = _choices(data, _POLICIES)
    (limits,), data = _choices(data, _LIMITS)
    (sizes,), data = _choices(data, _SIZES)
    sent = SentRequest(data, origins, hosts, limits, sizes)
    verdict = check_request(sent)
    if isinstance(verdict, Accepted):
        _answer(data[: verdict.at])
    else:
        _refuse(data)


def _answer(data: bytes) -> None:
    """What was accepted is answered with one head, which a client takes."""
    handshake = ServerHandshake(origins=None, subprotocols=["superchat", "chat"])
    offer = _attempt(lambda: handshake.receive_data(data))
    if not isinstance(offer, Offer):
        return  # over the default limits
    wire = handshake.accept()
    assert one_response(wire, 101).body == b""
    request = offer.request
    agreement = validate_response(Response.parse(wire), request)
    assert agreement == handshake.agreement
    chosen = select_subprotocol(offer.subprotocols, ["superchat", "chat"])
    assert agreement.subprotocol == chosen
    assert build_response(offer, subprotocol=chosen).to_bytes() == wire


def _refuse(data: bytes) -> None:
    handshake = ServerHandshake(origins=[])
    error = _attempt(lambda: handshake.receive_data(data) or handshake.receive_data(b""))
    assert isinstance(error, HandshakeError)
    assert_readable(error)
    if isinstance(error, IncompleteMessage):
        assert error.rejection is None
        return
    rejection = error.rejection
    assert rejection is not None
    assert 400 <= rejection.status <= 599
    wire = rejection.to_bytes()
    assert wire.isascii()
    names = {name.lower() for name, _ in one_response(wire, rejection.status).fields}
    assert "connection" in names
    assert "sec-websocket-accept" not in names
    assert Response.parse(wire) == rejection


def client(data: bytes) -> None:
    """An answer, whole and cut, is judged as the oracle does."""
    (offered,), data = _choices(data, _OFFERED)
    (limits,), data = _choices(data, _LIMITS)
    (sizes,), data = _choices(data, _SIZES)
    check_response(SentResponse(data, offered, limits, sizes))
    handshake = ClientHandshake(URI, key=KEY, subprotocols=["chat"])
    result = _attempt(lambda: handshake.receive_data(data) or handshake.receive_data(b""))
    if isinstance(result, HandshakeError):
        assert result.rejection is None
        assert_readable(result)


def fields(data: bytes) -> None:
    """A field value is recognised by its parser if the oracle recognises it, as the same."""
    value = data.decode("latin-1")
    for parser in _PARSERS:
        check_value(parser, value)
    extensions = _attempt(lambda: parse_extensions(value))
    if not isinstance(extensions, HandshakeError):
        assert parse_extensions(format_extensions(extensions)) == extensions


# --- Text that no peer's head can hold ------------------------------------------------------------


def text(data: bytes) -> None:
    """A parser of any text gives a value or its one error, on one line."""
    value = data.decode("utf-8", "surrogateescape")
    for parser in _PARSERS:
        result = _attempt(lambda parser=parser: getattr(ws_handshake, parser)(value))  # type: ignore[misc]
        if isinstance(result, HandshakeError):
            assert type(result) is InvalidHeader
            assert_readable(result)
        else:
            assert value.isascii()


def uri(data: bytes) -> None:
    """A URI reads back, and its request has one host and one target, which the oracle takes."""
    value = data.decode("utf-8", "replace")
    try:
        parsed = parse_uri(value)
    except InvalidURI as error:
        message = str(error)
    else:
        _check_uri(parsed)
        return
    assert message.isprintable()
    assert len(message) < 4000


def _check_uri(parsed: WebSocketURI) -> None:
    assert str(parsed).isascii()
    assert parse_uri(str(parsed)) == parsed
    host, port = grammar.parse_host(parsed.host_header)
    assert (host, port or (443 if parsed.secure else 80)) == (parsed.host, parsed.port)
    assert parse_host(parsed.host_header) == (host, port)
    request = build_request(parsed, key=KEY)
    message = one_request(request.to_bytes())
    assert message.start == f"GET {parsed.target} HTTP/1.1"
    assert message.fields[0] == ("Host", parsed.host_header)
    assert len(message.fields) == 5
    # A caller's `*` among the hosts would be meant as a wildcard, and is refused.
    hosts = None if "*" in parsed.host else [parsed.host_header]
    assert request_violations(request, hosts=hosts) == []


# --- Round trips ----------------------------------------------------------------------------------


def round_trips(data: bytes) -> None:
    """What was parsed is written as it would be read again, and judged the same."""
    request = _attempt(lambda: Request.parse(data))
    if isinstance(request, Request):
        again = Request.parse(request.to_bytes())
        assert again == request
        assert again.to_bytes() == request.to_bytes()
        assert len(one_request(request.to_bytes()).fields) == len(request.headers)
        made = Request(request.target, request.headers.items(), request.method, request.version)
        assert made == request
        violations = request_violations(request, origins=[], hosts=["example.com"])
        for other in (again, made):
            assert request_violations(other, origins=[], hosts=["example.com"]) == violations
        result = _attempt(lambda: validate_request(made, origins=[], hosts=["example.com"]))
        assert isinstance(result, HandshakeError)
        assert [result.violation] == violations[:1]
    response = _attempt(lambda: Response.parse(data))
    if isinstance(response, Response):
        wire = response.to_bytes()
        assert len(one_response(wire, response.status).fields) == len(response.headers)
        assert Response.parse(wire, ws_handshake.Limits(body=len(wire))) == response
        asked = build_request(URI, key=KEY, subprotocols=["chat"])
        made_response = Response(
            response.status,
            response.headers.items(),
            response.reason,
            response.body,
            response.version,
        )
        assert response_violations(made_response, asked) == response_violations(response, asked)
    for parsed in (request, response):
        if isinstance(parsed, HandshakeError):
            assert isinstance(parsed, InvalidMessage | IncompleteMessage)


def deflate(data: bytes) -> None:
    """Any offer of permessage-deflate is declined, or answered so that its client confirms it."""
    value, _, answered = data.decode("latin-1").partition("\n")
    offers = _attempt(lambda: parse_extensions(f"permessage-deflate{value}"))
    answers = _attempt(lambda: parse_extensions(f"permessage-deflate{answered}"))
    if isinstance(offers, HandshakeError) or offers[0].name != "permessage-deflate":
        return
    offer = offers[0]
    plain = PerMessageDeflate()
    for negotiator in (
        plain,
        PerMessageDeflate(True, True, 9, 10),
        PerMessageDeflate(server_max_window_bits=8, client_max_window_bits=8),
    ):
        answer = negotiator.answer(offer)
        if answer is not None:
            plain.confirm(answer, offer)
            _check_parameters(answer, offer)
    if not isinstance(answers, HandshakeError):
        for answer in answers:
            if answer.name == "permessage-deflate" and (
                _attempt(partial(plain.confirm, answer, offer)) is None
            ):
                _check_parameters(answer, offer)


def _check_parameters(answer: Extension, offer: Extension) -> None:
    parameters = DeflateParameters.from_answer(answer, offer)
    assert 8 <= parameters.server_max_window_bits <= 15
    assert 8 <= parameters.client_max_window_bits <= 15
    asked = dict(offer.params)
    if asked.get("server_max_window_bits"):
        assert parameters.server_max_window_bits <= int(str(asked["server_max_window_bits"]))
    if "server_no_context_takeover" in asked:
        assert parameters.server_no_context_takeover


# --- Doors ----------------------------------------------------------------------------------------


def doors(data: bytes) -> None:
    """What another server read is refused, or is one request: that of the same bytes here."""
    head, end, _ = data.partition(b"\r\n\r\n")
    line, *fields = head.split(b"\r\n")
    method, _, rest = line.decode("latin-1").partition(" ")
    target, _, version = rest.partition(" ")
    path, mark, query = target.partition("?")
    pairs = [field.partition(b":")[::2] for field in fields]
    pairs = [(name, value.strip(b" \t")) for name, value in pairs]
    scope = {
        "type": "http",
        "method": method,
        "http_version": version.removeprefix("HTTP/"),
        "path": path,
        "query_string": query.encode("latin-1"),
        "headers": [(name.lower(), value) for name, value in pairs],
    }
    environ = {
        f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}": value.decode("latin-1")
        for name, value in pairs
    }
    environ |= {"REQUEST_METHOD": method, "SERVER_PROTOCOL": version}
    environ |= {"PATH_INFO": path, "QUERY_STRING": query}
    _check_door(partial(Request.from_asgi, scope))
    _check_door(partial(Request.from_wsgi, environ))
    by_asgi = _check_door(partial(Request.from_asgi, {**scope, "raw_path": path.encode("latin-1")}))
    raw = {**environ, "RAW_URI": target} if target else environ
    by_wsgi = _check_door(partial(Request.from_wsgi, raw))
    if target and all(b":" in field for field in fields):
        own = _attempt(lambda: _offer_of(head + b"\r\n\r\n"))
        # ASGI tells neither an empty query from none nor what the version begins with.
        if version.startswith("HTTP/") and (query or not mark):
            _check_alike(by_asgi, own)
        names = {name.lower() for name, _ in pairs}
        # WSGI joins the lines of a field, and takes `_` and `-` for the same.
        if len(names) == len(pairs) and b"_" not in b"".join(names):
            joined = [value for name, value in pairs if name.lower() in (b"host", b"origin")]
            _check_alike(by_wsgi, None if b"," in b"".join(joined) else own)
    if end:
        _check_http_server(line, head.removeprefix(line).removeprefix(b"\r\n"))


def _offer_of(data: bytes) -> Offer:
    return validate_request(Request.parse(data, _NO_LIMITS), origins=None)


def _check_alike(by_door: Offer | None, own: Offer | HandshakeError | None) -> None:
    """A door lets through what is let through here, as the same, and nothing else."""
    assert isinstance(own, Offer) is isinstance(by_door, Offer)
    if isinstance(own, Offer) and by_door is not None:
        assert by_door.target == own.target
        one, other = (
            sorted([(name.lower(), value) for name, value in offer.headers.items()])
            for offer in (by_door, own)
        )
        assert one == other


def _check_door(read: Callable[[], Request]) -> Offer | None:
    request = _attempt(read)
    if isinstance(request, HandshakeError):
        assert type(request) is InvalidMessage
        assert request.rejection is not None
        assert_readable(request)
        return None
    assert len(one_request(request.to_bytes()).fields) == len(request.headers)
    offer = _attempt(lambda: validate_request(request, origins=None))
    return offer if isinstance(offer, Offer) else None


def _check_http_server(line: bytes, fields: bytes) -> None:
    """Its parser for mail takes more line ends than CR LF, and folded lines: these are lost."""
    bare = (line + fields).replace(b"\r\n", b"")
    if b"\r" in bare or b"\n" in bare or b"\r\n " in fields or b"\r\n\t" in fields:
        return
    try:
        headers = parse_headers(BytesIO(fields + b"\r\n\r\n"))
    except HTTPException:
        return
    handler: Any = SimpleNamespace(
        command="GET",
        path="/",
        request_version="HTTP/1.1",
        raw_requestline=line + b"\r\n",
        headers=headers,
    )
    offer = _check_door(partial(Request.from_http_server, handler))
    if offer is not None:
        again = _offer_of(line + b"\r\n" + fields + (b"\r\n\r\n" if fields else b"\r\n"))
        assert again.headers == offer.headers
        assert again.target == offer.target


# --- Diagnosis ------------------------------------------------------------------------------------


def diagnosis(data: bytes) -> None:
    """Any bytes are diagnosed; the first violation is the one that each side meets."""
    found = diagnose_request(data)
    check_diagnosis(found)
    server = ServerHandshake(origins=None)
    met = _attempt(lambda: server.receive_data(data) or server.receive_data(b""))
    if isinstance(met, HandshakeError):
        assert found.violations[0] == met.violation
    else:
        assert found.violations == found.causes == ()
    for subprotocols in ((), ("chat",)):
        client = ClientHandshake(URI, subprotocols=subprotocols)
        answer = diagnose_response(data, client.request)
        check_diagnosis(answer)
        result = _attempt(lambda: client.receive_data(data) or client.receive_data(b""))  # noqa: B023
        if isinstance(result, UnexpectedStatus):
            assert answer.violations == (result.violation,)
        elif isinstance(result, HandshakeError):
            assert answer.violations[0].code == result.code
        else:
            assert answer.violations == answer.causes == ()
    check_diagnosis(diagnose_response(data))


def transcript(data: bytes) -> None:
    """Any text is read as messages, as lines of logs or as neither; `check` prints all of it."""
    found = read_transcript(data)
    unrecognised = "no HTTP message was recognised in this text" in found.notes
    known = any(note.startswith("read as ") for note in found.notes)
    assert (bool(found.messages) or known) is not unrecognised
    assert len(found.messages) <= 50
    messages = judge_all(found)
    assert len(messages) == len(found.messages)
    causes = [] if messages else causes_in_text(data)
    told = json_of_check(found, messages, causes)
    assert json.loads(json.dumps(told)) == told
    for line in lines_of_check(found, messages, causes, Style()):
        assert line.isprintable()


# --- Secrets --------------------------------------------------------------------------------------


def secrets(data: bytes) -> None:
    """A secret's field in front of any line of any message is shown nowhere."""
    (form,), data = _choices(data, _SECRET_LINES)
    (place,), data = _choices(data, list(range(16)))
    line = form % _SECRET
    lines = data.splitlines(keepends=True)
    if place and lines[place - 1 : place] and not lines[place - 1].endswith(b"\n"):
        return  # nothing is a field of its own there
    message = b"".join([*lines[:place], line, *lines[place:]])
    for shown in _all_shown(message):
        for half in _HALVES:
            assert half not in shown


def _all_shown(data: bytes) -> Iterator[str]:
    for pieces in ([data], list(cut(data, [9, 1]))):
        server, client = ServerHandshake(origins=[]), ClientHandshake(URI, key=KEY)
        for handshake in (server, client):
            try:
                for piece in (*pieces, b""):
                    handshake.receive_data(piece)
            except HandshakeError as error:
                yield from texts_of_error(error)
            yield repr(handshake)
    for parse in (Request.parse, Response.parse):
        parsed = _attempt(partial(parse, data))
        if isinstance(parsed, HandshakeError):
            yield from texts_of_error(parsed)
        else:
            yield repr(parsed)
    for found in (diagnose_request(data), diagnose_response(data)):
        yield repr(found)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "server": server,
    "client": client,
    "fields": fields,
    "text": text,
    "uri": uri,
    "round-trips": round_trips,
    "deflate": deflate,
    "doors": doors,
    "diagnosis": diagnosis,
    "transcript": transcript,
    "secrets": secrets,
}
