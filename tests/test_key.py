"""Keys and accept values (RFC 6455 §4.1 item 7, §4.2.2 item 5.4)."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from ws_handshake import accept_key, generate_key, key, parse_accept, parse_key


@pytest.mark.parametrize("size", [0, 15, 17, 32])
def test_a_random_source_that_returns_another_number_of_bytes_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="16"):
        generate_key(lambda _: bytes(size))


def test_a_random_source_is_asked_once_for_sixteen_bytes() -> None:
    asked = []

    def urandom(size: int) -> bytes:
        asked.append(size)
        return bytes(range(size))

    assert parse_key(generate_key(urandom)) == bytes(range(16))
    assert asked == [16]


def test_the_accept_value_is_made_of_the_text_and_not_of_the_bytes() -> None:
    """Both keys are the same 16 bytes."""
    assert parse_key("A" * 22 + "==") == parse_key("A" * 21 + "B==")
    assert accept_key("A" * 22 + "==") != accept_key("A" * 21 + "B==")


def test_an_accept_value_is_the_base64_of_twenty_bytes() -> None:
    assert len(parse_accept(accept_key(""))) == 20


def test_sha_1_is_asked_for_where_it_may_serve_no_security(monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds of Python for FIPS refuse it for anything else."""

    def sha1(data: bytes, **options: Any) -> Any:
        assert options == {"usedforsecurity": False}
        return hashlib.sha1(data, **options)

    monkeypatch.setattr(key, "_sha1", lambda: sha1)
    assert accept_key("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
