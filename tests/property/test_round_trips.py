"""What is written reads back as what it was (RFC 9112, RFC 6455 §3, §4 and §9.1)."""

from __future__ import annotations

import base64

from hypothesis import given
from hypothesis import strategies as st

from ws_handshake import (
    Extension,
    Headers,
    Limits,
    Offer,
    Request,
    Response,
    WebSocketURI,
    accept_key,
    build_request,
    build_response,
    format_extensions,
    generate_key,
    parse_accept,
    parse_connection,
    parse_extensions,
    parse_host,
    parse_key,
    parse_origin,
    parse_subprotocols,
    parse_token_list,
    parse_upgrade,
    parse_uri,
    parse_version,
    request_violations,
    response_violations,
    validate_request,
    validate_response,
)

from .strategies import (
    Pairs,
    binary,
    bounded,
    extensions,
    field_pairs,
    keys,
    origins,
    reasons,
    subprotocols,
    targets,
    tokens,
    uris,
    visible,
)

# How the elements of a list may be set apart, empty ones included (RFC 9110 §5.6.1).
commas = st.sampled_from([",", ", ", " ,", "\t, \t", ",,", " , ,"])
lists = st.lists(tokens, min_size=1, max_size=5)


@bounded(150)
@given(field_pairs)
def test_headers_read_back(pairs: Pairs) -> None:
    headers = Headers(pairs)
    assert Headers(headers.items()) == headers == Headers(headers)
    as_bytes = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs]
    assert Headers(as_bytes) == headers


@bounded(200)
@given(
    visible,
    field_pairs,
    tokens,
    st.from_regex(r"HTTP/[0-9]\.[0-9]", fullmatch=True),
)
def test_a_request_reads_back(target: str, pairs: Pairs, method: str, version: str) -> None:
    request = Request(target, pairs, method, version)
    wire = request.to_bytes()
    assert Request.parse(wire) == request
    assert Request.parse(wire).to_bytes() == wire


@bounded(200)
@given(
    st.integers(200, 599).filter(lambda status: status not in (204, 304)),
    field_pairs,
    reasons,
    binary(max_size=60),
    st.sampled_from(["length", "chunked", "close"]),
)
def test_a_response_reads_back(
    status: int, pairs: Pairs, reason: str | None, body: bytes, framing: str
) -> None:
    if framing == "length":
        pairs = [*pairs, ("Content-Length", str(len(body)))]
    elif framing == "chunked" and body:
        pairs = [*pairs, ("Transfer-Encoding", "chunked")]
    response = Response(status, pairs, reason, body)
    wire = response.to_bytes()
    assert Response.parse(wire) == response
    assert Response.parse(wire).to_bytes() == wire


@bounded(150)
@given(
    st.integers(100, 199) | st.sampled_from([204, 304]),
    field_pairs,
    reasons,
    st.from_regex(r"HTTP/[0-9]\.[0-9]", fullmatch=True),
)
def test_a_response_that_has_no_body_reads_back(
    status: int, pairs: Pairs, reason: str | None, version: str
) -> None:
    response = Response(status, pairs, reason, version=version)
    assert Response.parse(response.to_bytes()) == response


@bounded(150)
@given(st.lists(extensions, min_size=1, max_size=4))
def test_extensions_read_back(values: list[Extension]) -> None:
    assert parse_extensions(format_extensions(values)) == values
    assert [parse_extensions(str(value)) for value in values] == [[value] for value in values]


@bounded(150)
@given(tokens, tokens, tokens, st.lists(st.booleans(), min_size=10, max_size=10), commas)
def test_a_quoted_parameter_is_that_token(
    name: str, parameter: str, value: str, escaped: list[bool], comma: str
) -> None:
    quoted = "".join(
        f"\\{letter}" if escape else letter for letter, escape in zip(value, escaped, strict=False)
    )
    space = comma.partition(",")[0]
    text = f'{name}{space};{space}{parameter}{space}={space}"{quoted}"{comma}{name}'
    assert parse_extensions(text) == [Extension(name, [(parameter, value)]), Extension(name)]


@bounded(150)
@given(lists, commas, st.sampled_from(["", ",", ", "]), st.sampled_from(["", ",", " ,"]))
def test_lists_read_back(names: list[str], comma: str, before: str, behind: str) -> None:
    text = before + comma.join(names) + behind
    assert parse_token_list(text) == parse_connection(text) == parse_upgrade(text) == names
    distinct = list(dict.fromkeys(names))
    assert parse_subprotocols(before + comma.join(distinct) + behind) == distinct


@bounded(100)
@given(binary(min_size=16, max_size=16))
def test_keys_read_back(nonce: bytes) -> None:
    assert parse_key(generate_key(lambda size: nonce)) == nonce
    assert len(parse_accept(accept_key(base64.b64encode(nonce).decode()))) == 20


@bounded(100)
@given(st.integers(0, 255))
def test_versions_read_back(version: int) -> None:
    assert parse_version(str(version)) == version


@bounded(200)
@given(uris)
def test_a_uri_reads_back(uri: WebSocketURI) -> None:
    assert parse_uri(str(uri)) == uri
    assert str(parse_uri(str(uri))) == str(uri)
    default = 443 if uri.secure else 80
    host, port = parse_host(uri.host_header)
    assert (host, port or default) == (uri.host, uri.port)


@bounded(150)
@given(origins)
def test_an_origin_reads_back(origin: str) -> None:
    assert parse_origin(origin) == origin


@bounded(200)
@given(uris, keys, st.none() | origins, subprotocols, st.lists(extensions, max_size=3), field_pairs)
def test_a_built_request_offers_what_it_was_built_from(
    uri: WebSocketURI,
    key: str,
    origin: str | None,
    names: list[str],
    offers: list[Extension],
    headers: Pairs,
) -> None:
    built = build_request(
        uri, key=key, origin=origin, subprotocols=names, extensions=offers, headers=headers
    )
    request = Request.parse(built.to_bytes(), Limits(request_line=10**5, head=10**6))
    assert request == built
    assert request_violations(request) == []
    offer = validate_request(request, origins=[origin], hosts=[uri.host_header])
    assert (
        offer.target
        == uri.target
        == f"{offer.path}?{offer.query}".removesuffix("" if "?" in uri.target else "?")
    )
    assert (offer.host, offer.key, offer.origin) == (uri.host_header, key, origin)
    assert offer.subprotocols == tuple(names)
    assert offer.extensions == tuple(offers)
    assert offer.headers.items()[len(offer.headers) - len(headers) :] == Headers(headers).items()


@bounded(150)
@given(targets, keys, subprotocols, st.lists(extensions, max_size=3), field_pairs, st.data())
def test_a_built_response_agrees_to_what_it_was_built_from(
    target: str,
    key: str,
    names: list[str],
    offers: list[Extension],
    headers: Pairs,
    data: st.DataObject,
) -> None:
    uri = WebSocketURI(False, "example.com", 80, target)
    request = build_request(uri, key=key, subprotocols=names, extensions=offers)
    offer: Offer = validate_request(request, origins=None)
    subprotocol = data.draw(st.sampled_from([None, *names]))
    answers = list({each.name: each for each in offers}.values())
    built = build_response(offer, subprotocol=subprotocol, extensions=answers, headers=headers)
    response = Response.parse(built.to_bytes())
    assert response == built
    assert response_violations(response, request) == []
    agreement = validate_response(response, request)
    assert agreement.subprotocol == subprotocol
    assert agreement.extensions == tuple(answers)
    assert agreement.response == response
