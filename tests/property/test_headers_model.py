"""Headers against a naive model: a list of pairs that is searched from the front (RFC 9110 §5)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ws_handshake import Headers, Request

from .strategies import Pairs, bounded, field_values, hostile_text, tokens

_CASES = ["Host", "host", "HOST", "X-A", "x-a", "X-a", "Set-Cookie", "set-cookie", "Cookie", "k"]
names = st.sampled_from(_CASES) | tokens
pairs_ = st.lists(st.tuples(names, field_values), max_size=8)
asked = names | hostile_text | st.sampled_from(["\u212a", "\u0130", "ho\u017ft"])


def lower(name: str) -> str:
    """Letter case as in ASCII: nothing beyond it changes."""
    return "".join(chr(ord(each) + 32) if "A" <= each <= "Z" else each for each in name)


def model_get_all(pairs: Pairs, name: str) -> tuple[str, ...]:
    return tuple(value for each, value in pairs if lower(each) == lower(name))


@bounded(200)
@given(pairs_, asked)
def test_look_ups(pairs: Pairs, name: str) -> None:
    headers = Headers(pairs)
    values = model_get_all(pairs, name)
    assert headers.get_all(name) == values
    assert (name in headers) is bool(values)
    if not values:
        assert headers.get(name) is None
        assert headers.get(name, "none") == "none"
    else:
        joined = values[0] if lower(name) == "set-cookie" else ", ".join(values)
        assert headers[name] == headers.get(name) == headers.get(name, "none") == joined


@bounded(150)
@given(pairs_)
def test_views(pairs: Pairs) -> None:
    headers = Headers(pairs)
    assert list(headers.items()) == list(headers.fields) == pairs
    assert list(headers) == list(headers.keys()) == [name for name, _ in pairs]
    assert list(headers.values()) == [value for _, value in pairs]
    assert len(headers) == len(pairs)
    assert bool(headers) is bool(pairs)


@bounded(200)
@given(pairs_, pairs_, st.sampled_from([str, str.lower, str.upper, str.swapcase]))
def test_equality(pairs: Pairs, others: Pairs, change: type[str]) -> None:
    headers, same = Headers(pairs), Headers([(change(name), value) for name, value in pairs])
    assert headers == same
    assert hash(headers) == hash(same)
    expected = [(lower(name), value) for name, value in pairs] == [
        (lower(name), value) for name, value in others
    ]
    assert (headers == Headers(others)) is expected


@bounded(150)
@given(pairs_)
def test_those_that_were_read_behave_like_those_that_were_made(pairs: Pairs) -> None:
    made = Headers(pairs)
    read = Request.parse(Request("/", made).to_bytes()).headers
    assert read == made
    assert read.items() == made.items()
    assert repr(read) == repr(made)
    for name in made:
        assert read.get_all(name) == made.get_all(name)


@bounded(150)
@given(st.dictionaries(names, field_values, max_size=6))
def test_a_mapping_gives_its_items(mapping: dict[str, str]) -> None:
    assert Headers(mapping) == Headers(list(mapping.items()))
