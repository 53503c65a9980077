"""The two Close frames (RFC 6455 §5.5.1)."""

from __future__ import annotations

import pytest
from hypothesis import given
from property.strategies import binary, bounded

from ws_handshake.closing import close_frame, find_close


def test_a_server_sends_it_unmasked_and_a_client_masked() -> None:
    assert close_frame() == b"\x88\x02\x03\xe8"
    assert (
        close_frame(lambda size: b"\x01\x02\x03\x04"[:size]) == b"\x88\x82\x01\x02\x03\x04\x02\xea"
    )


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (close_frame(), 1000),
        (close_frame(lambda size: b"abcd"[:size]), 1000),
        (b"\x88\x00", 1005),
        (b"\x88\x01x", 1005),
        (b"\x88\x05\x03\xe9bye", 1001),
        (b"\x81\x02hi" + close_frame(), 1000),
        (b"\x82\x7e\x00\x80" + bytes(128) + close_frame(), 1000),
        (b"\x82\x7f" + (65536).to_bytes(8, "big") + bytes(65536) + close_frame(), 1000),
        (b"\x88\x02\x03\xe8\x88\x00", 1000),
        (b"\x08\x02\x03\xe8", 1000),
        (b"\x89\x00" + close_frame(), 1000),
        (b"\x80\x02\x03\xe8" + b"\x88\x00", 1005),
        (b"\x88\x85abcd\x62\x8bbye", 1001),
        (b"\x81\x82abcdhi" + close_frame(lambda size: b"efgh"[:size]), 1000),
        (b"\x82\xfd" + bytes(4 + 125) + close_frame(), 1000),
        (b"\x82\xfe\x00\x80" + bytes(4 + 128) + close_frame(), 1000),
        (b"\x82\x7e\x01\x00" + bytes(256) + close_frame(), 1000),
        (b"\x88\x7d\x03\xe9" + bytes(123), 1001),
        (b"\x88\x7e\x00\x7e\x03\xe9" + bytes(124), 1001),
        (b"\x81\x02hi", None),
        (b"\x88\x7d\x03\xe9" + bytes(122), None),
        (b"\x88\x85abcd\x62\x8bby", None),
        (close_frame()[:-1], None),
        (b"\x88", None),
        (b"", None),
        (b"\x82\x7f" + b"\xff" * 8, None),
    ],
)
def test_the_first_close_frame_is_found(data: bytes, status: int | None) -> None:
    assert find_close(data) == status


def test_a_mask_of_four_bytes_is_asked_for() -> None:
    sizes = []

    def urandom(size: int) -> bytes:
        sizes.append(size)
        return b"\x03\xe8\0\0"

    assert close_frame(urandom) == b"\x88\x82\x03\xe8\0\0\0\0"
    assert sizes == [4]


@bounded(200)
@given(binary(max_size=40))
def test_any_bytes_give_an_answer(data: bytes) -> None:
    assert find_close(data) is None or find_close(data) in range(65536)
