"""The kind of an edit is what a reader would call it, in every language; the words that decided are told."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.diff.classify import MOST_PAIRS, MOST_WORDS, Kind, kinds_of, replacements
from archive.diff.languages import language, latin
from archive.diff.typography import folded
from archive.text import canonical

PAIRS: dict[str, list[tuple[str, str, str]]] = tomllib.loads(
    Path(__file__).with_name("classify.toml").read_text("utf-8")
)
LABELLED = [(code, *pair) for code, pairs in PAIRS.items() for pair in pairs]
OF_EACH = {"cosmetic", "correction", "numbers", "names", "negation", "quotation", "quotation names", "substantive"}
WORDS = st.lists(
    st.sampled_from("Port port 12 13 not « » “ — - не нет 12.000 的 没有 no , . ? wrote 'a' ё е".split(" "))
)
TEXTS = WORDS.map(" ".join) | st.text(max_size=40)
CODES = st.sampled_from([*PAIRS, "", "xx"])


def _kinds(code: str, old: str, new: str) -> tuple[Kind, ...]:
    return kinds_of(replacements(old, new, language(code)))


@pytest.mark.parametrize(("code", "kinds", "old", "new"), LABELLED)
def test_a_pair_is_of_the_kind_a_reader_would_name(code: str, kinds: str, old: str, new: str) -> None:
    assert set(_kinds(code, old, new)) == set(kinds.split())


@pytest.mark.parametrize(("code", "kinds", "old", "new"), LABELLED)
def test_it_is_of_the_same_kind_the_other_way_round(code: str, kinds: str, old: str, new: str) -> None:
    assert set(_kinds(code, new, old)) == set(kinds.split())


@pytest.mark.parametrize("code", PAIRS)
def test_every_kind_is_tried_in_every_language(code: str) -> None:
    assert {kinds for kinds, _, _ in PAIRS[code]} >= OF_EACH


@pytest.mark.parametrize(
    ("code", "old", "new", "words"),
    [
        ("en", "The minister did accept it.", "The minister did not accept it.", {"not"}),
        ("ru", "Пострадали 12 человек.", "Пострадали 13 человек.", {"12", "13"}),
        ("zh", "部长去港口。", "部长没有去港口。", {"没有"}),
        ("de", "Er kam aus Norwegen an.", "Er kam aus Island an.", {"norwegen", "island"}),
        ("en", "It was a special day.", "It was a “special” day.", {'"'}),
    ],
)
def test_the_words_that_decided_are_told(code: str, old: str, new: str, words: set[str]) -> None:
    assert {word for one in replacements(old, new, language(code)) for word in one.words} == words


@given(TEXTS, TEXTS, CODES)
def test_only_typography_is_cosmetic(old: str, new: str, code: str) -> None:
    """Where no letter, digit or quotation differs, and nowhere else."""
    found = replacements(old, new, language(code))
    assert all(one.old or one.new for one in found)
    if not found:
        letters = ["".join(filter(str.isalpha, _plain(code, one))) for one in (old, new)]
        assert letters[0] == letters[1]


def _plain(code: str, text: str) -> str:
    plain = folded(text)
    return latin(plain) if code.startswith("sr") else plain


@given(TEXTS, CODES)
def test_a_text_is_no_edit_of_itself(text: str, code: str) -> None:
    assert replacements(text, canonical(text), language(code)) == ()


@given(TEXTS, TEXTS, CODES)
def test_every_replacement_that_is_no_particle_has_a_kind(old: str, new: str, code: str) -> None:
    found = replacements(old, new, language(code))
    assert bool(kinds_of(found))
    assert all(one.kinds for one in found) or Kind.NEGATION in kinds_of(found)


def test_what_is_too_long_to_look_into_is_replaced_whole() -> None:
    long = "word " * MOST_WORDS
    assert _kinds("en", f"{long}12", f"{long}13") == (Kind.SUBSTANTIVE,)
    slips = [f"w{'abcdefgh'[n % 8]}{'ijklmnop'[n // 8]}rdsome" for n in range(int(MOST_PAIRS**0.5) + 1)]
    assert _kinds("en", " ".join(slips), " ".join(f"{word}s" for word in slips)) == (Kind.SUBSTANTIVE,)
    assert _kinds("en", " ".join(slips[1:]), " ".join(f"{word}s" for word in slips[1:])) == (Kind.CORRECTION,)
