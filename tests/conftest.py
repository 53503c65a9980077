"""What must be known before any test module is imported."""

from __future__ import annotations

import sys

import pytest

# The assertions of these helpers count under `python -O`, too, as those of test modules do.
pytest.register_assert_rewrite("contract.checks", "fuzz.targets", "property.wire")

# What these look at is not there under `python -OO`.
ABOUT_DOCSTRINGS = {
    "test_architecture.py::test_every_exported_name_exists",
    "test_documents.py::test_a_public_name_has_an_example_that_runs",
    "test_documents.py::test_a_public_name_and_its_members_are_documented",
    "test_documents.py::test_a_public_name_says_which_rfc_it_is_about",
    "test_documents.py::test_there_are_examples",
    "test_state.py::test_states_are_named_as_documented",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if sys.flags.optimize < 2:
        return
    for item in items:
        if item.nodeid.rpartition("/")[2].partition("[")[0] in ABOUT_DOCSTRINGS:
            item.add_marker(pytest.mark.skip(reason="python -OO leaves docstrings out"))
