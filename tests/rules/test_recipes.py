"""What the recipes of tests/embedding have in common with regard to secrets."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

EMBEDDING = Path(__file__).parents[1] / "embedding"
SERVERS = sorted(EMBEDDING.glob("*_server.py"))


def names_in(node: ast.AST) -> set[str]:
    return {each.id.lower() for each in ast.walk(node) if isinstance(each, ast.Name)}


def test_some_recipes_have_secrets() -> None:
    assert len([path for path in SERVERS if "compare_digest" in path.read_text("utf-8")]) >= 2


@pytest.mark.parametrize("recipe", SERVERS, ids=lambda path: path.stem)
def test_secrets_are_compared_in_constant_time(recipe: Path) -> None:
    """No operator compares a token (R12, CVE-2021-33880): that ends at the first difference."""
    tree = ast.parse(recipe.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            assert "token" not in names_in(node), ast.unparse(node)
    if "token" in names_in(tree):
        assert "compare_digest" in recipe.read_text("utf-8")
