"""Every parser under the fuzzer for ten minutes, or as long as SECONDS says: nothing breaks it."""

from __future__ import annotations

import os

import pytest

from tests.fuzz.run import fuzz
from tests.fuzz.targets import TARGETS

pytest.importorskip("atheris", reason="no atheris here (Linux, Python below 3.14): pip install '.[fuzz]'")


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_breaks_a_parser(name: str) -> None:
    assert fuzz(name, os.environ.get("SECONDS", "600")) == 0
