"""Each of the 64 faults and attacks has a test that tries it, or a reason why none does here."""

from __future__ import annotations

import ast
import tomllib
from functools import cache
from pathlib import Path

from tests.support import REPOSITORY

_CASES = tomllib.loads(Path(__file__).with_name("cases.toml").read_text(encoding="utf-8"))


@cache
def _tests(path: str) -> frozenset[str]:
    """The tests a file has; none where it is not there."""
    file = REPOSITORY / path
    tree = ast.parse(file.read_bytes()) if file.is_file() else ast.Module([], [])
    return frozenset(one.name for one in tree.body if isinstance(one, ast.FunctionDef) and one.name.startswith("test_"))


def test_every_case_is_named_once_and_says_what_it_is() -> None:
    assert list(_CASES) == [str(number) for number in range(1, 65)]
    assert all(case["fault"] for case in _CASES.values())


def test_every_case_has_a_test_that_is_there_or_a_reason() -> None:
    named = [(number, *name.split("::")) for number, case in _CASES.items() for name in case["tests"]]
    assert [one for one in named if one[2] not in _tests(one[1])] == []
    assert [number for number, case in _CASES.items() if not case["tests"] and not case.get("elsewhere")] == []
