"""Each closed list stands once."""

from __future__ import annotations

import ast

from archive.records import AWAY, WALLS, Verdict
from tests.support import REPOSITORY


def _listed(node: ast.AST) -> set[str]:
    """The verdicts a list, set, tuple or mapping names."""
    parts = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", ())
    names = {part.attr for part in parts if isinstance(part, ast.Attribute)}
    return {name for name in names if name in Verdict.__members__}


def test_what_shows_the_article_no_more_is_listed_once() -> None:
    away, walls = {verdict.name for verdict in AWAY}, {verdict.name for verdict in WALLS}
    again = [
        str(path)
        for path in sorted((REPOSITORY / "archive").rglob("*.py"))
        if path.name != "enums.py"
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Dict | ast.Set | ast.Tuple | ast.List) and len(_listed(node) & (away | walls)) > 2
    ]
    assert again == []
    assert not AWAY.keys() & WALLS
