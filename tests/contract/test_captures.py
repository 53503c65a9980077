"""What 28 clients and 29 servers put on the wire, and 57 proxies made of it.

The recordings lie in tests/captures; manifest.json says of each whether it is a valid opening
handshake and what its fields hold. Requests are judged without a policy on origins, responses
against the request that they answer. Where the manifest calls valid what these tests want refused,
or the other way round, OVERRULED says why.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ws_handshake import (
    Agreement,
    ClientHandshake,
    Extension,
    HandshakeError,
    InvalidMessage,
    InvalidResponse,
    Request,
    Response,
    ServerHandshake,
    State,
    UnexpectedStatus,
    accept_key,
    request_violations,
    response_violations,
    validate_request,
    validate_response,
)

from .checks import assert_well_formed

FOLDER = Path(__file__).parent.parent / "captures"
ENTRIES: list[dict[str, Any]] = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
BY_NAME = {entry["file"]: entry for entry in ENTRIES}
REQUESTS = [entry for entry in ENTRIES if entry["kind"] == "request"]
RESPONSES = [entry for entry in ENTRIES if entry["kind"] == "response"]

OVERRULED = {
    "client-firefox-rawutf8.http": "browsers leave | unescaped; any visible ASCII but # may stand",
    "request-key-padbits.http": "base64 of 16 bytes whatever its pad bits (RFC 4648 section 3.5)",
    "request-early-frame.http": "bytes behind the head are left to the caller as trailing_data",
    "server-ws4py-valid-full.http": "a 101 has no body, whatever its Content-Length says",
}
"""Captures that the manifest calls faulty and that are taken, each with the reason."""

FAULTS: dict[str, tuple[str | None, int]] = {
    # fault: (the field at fault, the status of the answer), in the order in which they count
    "http-version": (None, 426),
    "method": (None, 405),
    "target-form": (None, 400),
    "target-non-ascii": (None, 400),
    "host-missing": ("Host", 400),
    "host-bad": ("Host", 400),
    "upgrade-missing": ("Upgrade", 426),
    "upgrade-extra": ("Upgrade", 400),
    "upgrade-repeated": ("Upgrade", 400),
    "connection-missing": ("Connection", 400),
    "connection-no-upgrade": ("Connection", 400),
    "version-missing": ("Sec-WebSocket-Version", 400),
    "version-other": ("Sec-WebSocket-Version", 426),
    "key-missing": ("Sec-WebSocket-Key", 400),
    "key-repeated": ("Sec-WebSocket-Key", 400),
    "key-bad": ("Sec-WebSocket-Key", 400),
    "subprotocol-repeated": ("Sec-WebSocket-Protocol", 400),
}


def read(entry: dict[str, Any]) -> bytes:
    file: str = entry["file"]
    return (FOLDER / file).read_bytes()


def split(entry: dict[str, Any]) -> tuple[bytes, bytes]:
    """The head with its blank line, and what follows it."""
    head, blank, rest = read(entry).partition(b"\r\n\r\n")
    return head + blank, rest


def is_taken(entry: dict[str, Any]) -> bool:
    return entry["valid"] or entry["file"] in OVERRULED


def named(entries: list[dict[str, Any]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("entry", entries, ids=lambda entry: entry["file"])


GOOD_REQUESTS = [entry for entry in REQUESTS if is_taken(entry)]
BAD_REQUESTS = [entry for entry in REQUESTS if not is_taken(entry)]
OPENING = [entry for entry in RESPONSES if is_taken(entry)]
REFUSING = [entry for entry in RESPONSES if "status" in entry["fault_codes"]]


def test_every_capture_is_judged() -> None:
    files = {path.name for path in FOLDER.glob("*.http")}
    assert files == set(BY_NAME)
    assert set(OVERRULED) == {
        entry["file"] for entry in ENTRIES if is_taken(entry) and not entry["valid"]
    }
    assert {code for entry in BAD_REQUESTS for code in entry["fault_codes"]} == set(FAULTS)
    others = [entry["file"] for entry in RESPONSES if entry not in [*OPENING, *REFUSING]]
    assert others == ["server-gevent-websocket-key-twice.http"]


# --- requests -------------------------------------------------------------------------------------


@named(GOOD_REQUESTS)
def test_a_good_request_is_taken(entry: dict[str, Any]) -> None:
    head, rest = split(entry)
    expected = entry["expect"]
    request = Request.parse(head)
    assert request_violations(request) == []
    offer = validate_request(request, origins=None)
    assert request.method == expected["method"]
    assert offer.target == expected["target"]
    assert offer.host == expected["host"]
    assert offer.origin == expected["origin"]
    assert offer.key == expected["key"]
    assert list(offer.headers.get_all("Sec-WebSocket-Version")) == expected["version"]
    assert list(offer.subprotocols) == expected["subprotocols"]
    assert [str(extension) for extension in offer.extensions] == expected["extensions"]
    for pieces in ([head + rest], [head[at : at + 1] for at in range(len(head))]):
        server = ServerHandshake(origins=None)
        offers = [server.receive_data(piece) for piece in pieces]
        assert offers == [None] * (len(pieces) - 1) + [offer]
        assert server.trailing_data == (rest if len(pieces) == 1 else b"")
        response = Response.parse(server.accept())
        assert response.headers["Sec-WebSocket-Accept"] == accept_key(expected["key"])


def test_the_early_frame_is_left_to_the_caller() -> None:
    server = ServerHandshake(origins=None)
    assert server.receive_data(read(BY_NAME["request-early-frame.http"])) is not None
    assert server.trailing_data == b"\x81\x857\xfa!=\x7f\x9fMQX"
    with pytest.raises(InvalidMessage):
        Request.parse(read(BY_NAME["request-early-frame.http"]))


@named(BAD_REQUESTS)
def test_a_bad_request_is_refused_for_its_first_fault(entry: dict[str, Any]) -> None:
    data = read(entry)
    faults = [code for code in FAULTS if code in entry["fault_codes"]]
    field, status = FAULTS[faults[0]]
    errors = []
    for pieces in ([data], [data[at : at + 1] for at in range(len(data))]):
        server = ServerHandshake(origins=None)
        with pytest.raises(HandshakeError) as caught:
            for piece in pieces:
                assert server.receive_data(piece) is None
        errors.append(caught.value)
        assert server.state is State.REFUSED
        assert server.request == caught.value.request == Request.parse(data)
    error = errors[0]
    assert_well_formed(error)
    assert errors[1] == error
    assert error.field == field
    assert error.rejection is not None and error.rejection.status == status
    found = request_violations(Request.parse(data))
    assert (found[0].code, found[0].field) == (error.code, error.field)
    assert {FAULTS[code][0] for code in faults} <= {violation.field for violation in found}


# --- responses ------------------------------------------------------------------------------------


def request_of(entry: dict[str, Any]) -> Request:
    return Request.parse(split(BY_NAME[entry["request"]])[0])


@named(OPENING)
def test_a_good_response_is_taken(entry: dict[str, Any]) -> None:
    head, rest = split(entry)
    expected, request = entry["expect"], request_of(entry)
    assert len(rest) == expected["bytes_after_head"]
    response = Response.parse(head)
    assert response_violations(response, request) == []
    agreement = validate_response(response, request)
    assert agreement.response == response
    assert (response.status, response.reason) == (101, expected["reason"])
    assert response.headers["Sec-WebSocket-Accept"] == expected["accept"]
    assert [agreement.subprotocol] == (expected["subprotocols"] or [None])
    extensions = [str(extension) for extension in agreement.extensions]
    assert [text.replace(" ", "") for text in extensions] == [
        text.replace(" ", "") for text in expected["extensions"]
    ]


@named(REFUSING)
def test_a_refusal_is_shown_as_it_came(entry: dict[str, Any]) -> None:
    _, rest = split(entry)
    expected, request = entry["expect"], request_of(entry)
    response = Response.parse(read(entry))
    assert (response.status, response.reason) == (expected["status"], expected["reason"])
    assert response.headers.get("Location") == expected["location"]
    if "Transfer-Encoding" not in response.headers:
        assert response.body == rest
    assert len(rest) == expected["bytes_after_head"]
    with pytest.raises(UnexpectedStatus) as caught:
        validate_response(response, request)
    assert caught.value.response == response
    assert response_violations(response, request) != []


def test_chunks_are_joined() -> None:
    assert Response.parse(read(BY_NAME["server-werkzeug-wrong-path.http"])).body == b"not found\n"
    assert Response.parse(read(BY_NAME["server-node-http-host-missing.http"])).body == b""


def test_no_accept_answers_a_request_with_two_keys() -> None:
    entry = BY_NAME["server-gevent-websocket-key-twice.http"]
    with pytest.raises(InvalidResponse) as caught:
        validate_response(Response.parse(read(entry)), request_of(entry))
    assert caught.value.field == "Sec-WebSocket-Accept"
    assert caught.value.rejection is None


@dataclass(frozen=True)
class Repeats:
    """A ClientExtension that offers what was recorded and agrees to every answer."""

    extension: Extension

    @property
    def name(self) -> str:
        return self.extension.name

    def offer(self) -> Extension:
        return self.extension

    def confirm(self, answer: Extension, offer: Extension) -> None:
        assert answer.name == offer.name == self.name


@named([entry for entry in RESPONSES if entry["request_valid"]])
def test_a_client_judges_alike(entry: dict[str, Any]) -> None:
    head, rest = split(entry)
    data, expected = head + rest, entry["expect"]
    offer = validate_request(request_of(entry), origins=None)

    def new_client() -> ClientHandshake:
        return ClientHandshake(
            f"ws://{offer.host}{offer.target}",
            key=offer.key,
            origin=offer.origin,
            subprotocols=offer.subprotocols,
            extensions=[Repeats(extension) for extension in offer.extensions],
        )

    for pieces in ([data], [data[at : at + 1] for at in range(len(data))]):
        client = new_client()
        result: Agreement | UnexpectedStatus | None = None
        unread = list(pieces)
        try:
            while result is None and unread:
                result = client.receive_data(unread.pop(0))
            if result is None:
                client.receive_data(b"")
        except UnexpectedStatus as refusal:
            result = refusal
        if is_taken(entry):
            assert isinstance(result, Agreement) and client.state is State.OPEN
            assert result == validate_response(Response.parse(head), offer.request)
            assert client.trailing_data + b"".join(unread) == rest
        else:
            assert isinstance(result, UnexpectedStatus) and client.state is State.REFUSED
            assert result.response == Response.parse(data)
            assert result.response.status == expected["status"]
            assert result.complete
            assert_well_formed(result)
