"""Every guarded line, broken on purpose, is noticed by the tests that are named for it."""

from __future__ import annotations

import sys

import pytest

from tests.mutants import run


def test_every_mutant_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["mutants"])
    assert run.main() == 0
