"""The table is complete, and what it names is there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from .table import RULES, SECURITY, Edit

ROOT = Path(__file__).parents[2]
EDITS = {f"{rule}: {edit.what}": edit for rule, row in RULES.items() for edit in row.edits}


@cache
def functions_of(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset([node.name for node in tree.body if isinstance(node, functions)])


def named() -> Iterator[tuple[str, str]]:
    for rule, row in RULES.items():
        for test in row.tests:
            yield rule, test


def test_there_are_nineteen_rules_and_each_has_tests_and_edits() -> None:
    assert list(RULES) == [f"R{number}" for number in range(1, 20)]
    for row in RULES.values():
        assert row.text
        assert row.tests
        assert row.edits


@pytest.mark.parametrize("test", sorted({test for _, test in named()}))
def test_every_test_of_the_table_exists(test: str) -> None:
    path, _, name = test.partition("::")
    assert name.partition("[")[0] in functions_of(path)


def test_every_test_that_is_named_after_a_rule_is_in_the_table() -> None:
    listed = {test: rule for rule, test in named()}
    for name in functions_of(SECURITY):
        if name.startswith("test_r"):
            assert listed[f"{SECURITY}::{name}"] == f"R{int(name[6:8])}"


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_every_edit_applies_and_names_tests_of_its_rule(edit: Edit) -> None:
    """In one place only; `run` shows that these tests fail then."""
    text = (ROOT / edit.path).read_text("utf-8")
    for old, new in edit.changes:
        assert text.count(old) == 1, old
        assert new != old
    assert edit.fail
    (rule,) = [row for row in RULES.values() if edit in row.edits]
    assert set(edit.fail) <= set(rule.tests)
