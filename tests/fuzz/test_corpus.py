"""What once broke a parser breaks it no more: the corpus of `make fuzz`, each input in its time."""

from __future__ import annotations

import time

import pytest

from tests.fuzz.targets import CORPUS, TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_a_parser_comes_to_an_end_with_all_of_its_corpus(name: str) -> None:
    inputs = sorted((CORPUS / name).iterdir())
    assert inputs
    for one in inputs:
        begun = time.process_time()
        TARGETS[name](one.read_bytes())
        assert time.process_time() - begun < 5, one.name
