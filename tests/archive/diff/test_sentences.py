"""Sentences are what a reader of each language takes for one, and nothing of the text is lost between them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.diff.sentences import LONGEST, split

LANGUAGES: dict[str, list[list[str]]] = tomllib.loads(Path(__file__).with_name("sentences.toml").read_text("utf-8"))
CODES = st.sampled_from([*LANGUAGES, "", "xx", "pt-BR"])
PIECES = st.sampled_from(
    ["a", "А", "war. ", "г. ", "д.", "? ", "。", "؟", "!» ", "“", "”", "3. ", "…", "\n", " ", "\u200f"]
)


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_paragraph_is_split_as_its_readers_see_it(code: str) -> None:
    assert [split("".join(sentences), code) for sentences in LANGUAGES[code]] == LANGUAGES[code]


@given(st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=80), CODES)
def test_sentences_joined_are_the_text(text: str, code: str) -> None:
    found = split(text, code)
    assert "".join(found) == text
    assert all(found)


def test_a_paragraph_without_end_is_one_sentence() -> None:
    text = "«A. " * LONGEST
    assert split(text, "en") == [text]
