"""How text from a peer is shown: escaped, cut, without secrets."""

from __future__ import annotations

import pytest

from ws_handshake import InvalidRequest
from ws_handshake.display import (
    is_secret,
    line_without_secrets,
    one_line,
    redacted,
    shown,
    shown_at,
    shown_target,
    target_without_secrets,
    value_without_secrets,
)

DIGITS = "0123456789" * 30


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "''"),
        ("chat", "'chat'"),
        ("it's", '"it\'s"'),
        ("a\r\nb", "'a\\r\\nb'"),
        ("\x1b[2J", "'\\x1b[2J'"),
        ("\xe9\x9b", "'\\xe9\\x9b'"),
        ("\u202e", "'\\u202e'"),
    ],
)
def test_all_but_printable_ascii_is_escaped(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_a_text_of_100_characters_is_shown_whole() -> None:
    assert shown(DIGITS[:100]) == f"'{DIGITS[:100]}'"


def test_a_longer_text_is_cut_and_its_length_told() -> None:
    assert shown(DIGITS[:101]) == f"'{DIGITS[:100]}'... (101 characters)"


@pytest.mark.parametrize("position", [0, 49, 50, 51, 150, 250, 299])
def test_a_cut_text_shows_the_position(position: int) -> None:
    marked = f"{DIGITS[:position]}!{DIGITS[position + 1 :]}"
    text = shown_at(marked, position)
    assert "!" in text
    assert "(300 characters)" in text
    assert len(text) < 140


@pytest.mark.parametrize("position", [0, 50])
def test_a_cut_that_begins_at_the_beginning_says_so(position: int) -> None:
    assert shown_at(DIGITS, position) == shown(DIGITS)
    assert shown_at(DIGITS, 51).startswith("...'1234")


def test_a_short_text_is_never_cut() -> None:
    assert shown_at(DIGITS[:100], 99) == shown(DIGITS[:100])


def test_a_secret_shows_its_length_alone() -> None:
    assert redacted("opensesame") == "<redacted, 10 characters>"


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/chat", "/chat"),
        ("*", "*"),
        ("/chat?", "/chat?<redacted, 0 characters>"),
        ("/chat?a=b", "/chat?<redacted, 3 characters>"),
        ("/chat?a=b?c@d", "/chat?<redacted, 7 characters>"),
        ("/chat#a", "/chat#<redacted, 1 characters>"),
        ("/@me/chat", "/@me/chat"),
        ("/@me/chat?a@b", "/@me/chat?<redacted, 3 characters>"),
        ("//me@example.com/", "//<redacted, 2 characters>@example.com/"),
        ("ws://example.com/?a@b", "ws://example.com/?<redacted, 3 characters>"),
        ("ws://me:a?b@example.com/", "ws://<redacted, 4 characters>?<redacted, 14 characters>"),
        ("ws://example.com/chat", "ws://example.com/chat"),
        ("ws://me@example.com/", "ws://<redacted, 2 characters>@example.com/"),
        ("ws://me:a@b@example.com/", "ws://<redacted, 6 characters>@example.com/"),
        ("ws://me:a/b@example.com/?c", "ws://<redacted, 6 characters>@example.com/?<redacted, 1"),
        ("me:secret@example.com", "<redacted, 9 characters>@example.com"),
        ("me:secret@GET http://a/", "<redacted, 9 characters>@GET http://a/"),
    ],
)
def test_a_target_is_shown_without_user_and_query(target: str, expected: str) -> None:
    assert target_without_secrets(target).startswith(expected)
    assert shown_target(target).startswith(f"'{expected}")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("GET /chat HTTP/1.1", "GET /chat HTTP/1.1"),
        ("GET /chat?a HTTP/1.1", "GET /chat?<redacted, 10 characters>"),
        ("Cookie: a=b", "Cookie<redacted, 5 characters>"),
        ("PROXY-AUTHORIZATION:a", "PROXY-AUTHORIZATION<redacted, 2 characters>"),
        ("GET /?a HTTP/1.1Set-Cookie: b", "GET /?<redacted, 20 characters><redacted, 3 "),
        ("HTTP/1.1 200 Authorization", "HTTP/1.1 200 Authorization<redacted, 0 characters>"),
        ("X-Api-Key: a:b", "X-Api-Key:<redacted, 4 characters>"),
        ("X-Api-Key abc", "X-Api-Key abc"),
        ("GET /token: abc", "GET /token: abc"),
        ("X-Other: abc", "X-Other: abc"),
    ],
)
def test_a_start_line_shows_no_field_that_came_into_it(line: str, expected: str) -> None:
    assert line_without_secrets(line).startswith(expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("upgrade Cookie: a=b", "upgrade Cookie: <redacted, 3 characters>"),
        ("upgradeCookie2 :a=b ", "upgradeCookie2 :<redacted, 3 characters>"),
        ("a PROXY-AUTHORIZATION=b", "a PROXY-AUTHORIZATION=<redacted, 1 characters>"),
        ("Cookie, Origin", "Cookie, Origin"),
        ("example.com:80", "example.com:80"),
    ],
)
def test_a_value_shows_no_field_that_came_into_it(value: str, expected: str) -> None:
    assert value_without_secrets(value) == expected
    error = InvalidRequest(code="connection-without-upgrade", value=value)
    assert error.message == f"Connection is '{expected}', without upgrade"


@pytest.mark.parametrize("word", ["authorization", "cookie"])
def test_a_value_is_hidden_behind_the_whole_word_only(word: str) -> None:
    for before in (word, word.upper(), f"x{word}", f"{word}2"):
        for between in (":", "=", ".", " :", "\t \t=", "   ."):
            value = f"a {before}{between}b"
            assert value_without_secrets(value) == f"{value[:-1]}<redacted, 1 characters>"
    odd = [f"{word[:place]}{word[place + 1 :]}" for place in range(len(word))]
    for before in (*odd, f"{word}22", f"{word}3", f"{word}-"):
        assert value_without_secrets(f"a {before}: b") == f"a {before}: b"
    for between in ("", ",", ";", "/", "<", ">", "-"):
        assert value_without_secrets(f"{word}{between}b") == f"{word}{between}b"


def test_a_name_without_a_value_stays() -> None:
    assert line_without_secrets("X-Api-Key") == "X-Api-Key"


@pytest.mark.parametrize("word", ["authorization", "cookie"])
def test_a_line_is_hidden_behind_the_whole_word_only(word: str) -> None:
    assert line_without_secrets(f"a {word}: b") == f"a {word}<redacted, 3 characters>"
    for place in range(len(word)):
        line = f"a {word[:place]}{word[place + 1 :]}: b"
        assert line_without_secrets(line) == line


def test_a_secret_is_dropped_before_the_target_is_cut() -> None:
    assert "opensesame" not in shown_target(f"/{DIGITS[:80]}?opensesame")
    assert shown_target(f"/?{DIGITS}") == "'/?<redacted, 300 characters>'"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("", ""),
        ("it's no token", "it's no token"),
        ('a\\b "c"', 'a\\b "c"'),
        ("a\nb", "a\\nb"),
        ("\x1b[2J", "\\x1b[2J"),
        ("f\xfcr", "f\\xfcr"),
        (DIGITS[:200], DIGITS[:200]),
        (DIGITS[:201], f"{DIGITS[:200]}... (201 characters)"),
    ],
)
def test_words_for_a_message_keep_to_one_short_line(words: str, line: str) -> None:
    assert one_line(words) == line


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("ws://me:pw@a//b", "ws://<redacted, 5 characters>@a//b"),
        ("a@b@c//d", "<redacted, 3 characters>@c//d"),
    ],
)
def test_an_at_sign_hides_all_before_it(target: str, expected: str) -> None:
    assert target_without_secrets(target) == expected


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("Authorization", True),
        ("x-api-key", True),
        ("Session-Id", True),
        ("X-Api--Key", False),
        ("Session--Id", False),
        ("Host", False),
        ("Sec-WebSocket-Protocol", False),
        ("a token", False),
        ("no secret", False),
    ],
)
def test_a_name_may_tell_a_secret(name: str, secret: bool) -> None:
    assert is_secret(name) is secret


@pytest.mark.parametrize(
    "word",
    [
        *("authorization", "cookie", "token", "secret", "password", "jwt"),
        *("apikey", "api-key", "sessionid", "session-id"),
    ],
)
def test_the_whole_word_tells_a_secret(word: str) -> None:
    assert is_secret(f"x-{word}-y")
    assert is_secret(word.upper())
    for place in range(len(word)):
        shorter = word[:place] + word[place + 1 :]
        assert is_secret(shorter) is (shorter in ("apikey", "sessionid"))
