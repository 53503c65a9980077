"""RFC 6455 §4.1 and §4.2.1: the first of all violations is the error, and no violation is none."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from ws_handshake import (
    FAULTS,
    Agreement,
    Offer,
    Request,
    Response,
    build_rejection,
    is_websocket_request,
    request_violations,
    response_violations,
    validate_request,
    validate_response,
)

from .strategies import (
    attempt,
    bounded,
    good_requests,
    host_policies,
    offering_requests,
    origin_policies,
    requests,
    responses,
)

_ORDER = {code: number for number, code in enumerate(FAULTS)}


@bounded(300)
@given(requests, origin_policies, host_policies)
def test_a_requests_error_is_its_first_violation(
    request: Request, origins: Any, hosts: Any
) -> None:
    violations = request_violations(request, origins=origins, hosts=hosts)
    result = attempt(lambda: validate_request(request, origins=origins, hosts=hosts))
    if isinstance(result, Offer):
        assert violations == []
        assert is_websocket_request(request)
    else:
        assert result.violation == violations[0]
        assert result.request == request
        assert result.rejection == build_rejection(result)


@bounded(200)
@given(requests, origin_policies, host_policies)
def test_a_requests_violations_stand_in_the_order_of_the_table(
    request: Request, origins: Any, hosts: Any
) -> None:
    codes = [
        violation.code for violation in request_violations(request, origins=origins, hosts=hosts)
    ]
    assert codes == sorted(codes, key=_ORDER.__getitem__)
    assert len(set(codes)) == len(codes)


@bounded(300)
@given(responses, offering_requests)
def test_a_responses_error_is_its_first_violation(response: Response, request: Request) -> None:
    violations = response_violations(response, request)
    result = attempt(lambda: validate_response(response, request))
    if isinstance(result, Agreement):
        assert violations == []
        assert result.response == response
        assert response.status == 101
    else:
        assert result.violation == violations[0]
        assert result.rejection is None


@bounded(100)
@given(good_requests)
def test_a_good_request_has_no_violation(request: Request) -> None:
    assert request_violations(request) == []
