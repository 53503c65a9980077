"""States and the mark for "negotiate" are singletons with a readable repr."""

from __future__ import annotations

import copy
import pickle

from ws_handshake import NEGOTIATE, SAME_ORIGIN, State


def test_marks_show_their_name() -> None:
    assert repr(NEGOTIATE) == "NEGOTIATE"
    assert repr(SAME_ORIGIN) == "SAME_ORIGIN"


def test_marks_stay_themselves() -> None:
    for mark in (NEGOTIATE, SAME_ORIGIN, *State):
        assert copy.copy(mark) is mark
        assert copy.deepcopy(mark) is mark
        assert pickle.loads(pickle.dumps(mark)) is mark


def test_states_are_named_as_documented() -> None:
    assert [state.name for state in State] == ["READING", "OFFERED", "OPEN", "REFUSED", "FAILED"]
    assert all(f"{state.name}:" in (State.__doc__ or "") for state in State)
