"""What bodies are compared by: the same in every archive, fair to every script, bounded for every text."""

from __future__ import annotations

import time
from random import Random

import pytest

from archive.copies import shingles, sketch, units
from archive.copies.overlap import Overlap, measured
from archive.copies.passages import passages
from archive.copies.shingles import Shingles
from archive.copies.units import Body
from archive.records import Block, BlockType

_SCRIPTS = {
    "latin": "abcdefghijklmnopqrstuvwxyzéèà",
    "cyrillic": "абвгдежзийклмнопрстуфхцчшщ",
    "arabic": "ابتثجحخدذرزسشصضطظعغفقكلمن",
    "devanagari": "कखगघचछजझटठडढतथदधनपफबभमयरलवशसह",
}
_DENSE = {"han": (0x4E00, 4000), "hiragana": (0x3042, 80), "thai": (0x0E01, 46)}


GOLDEN = (
    -2115171010595598186,
    -529714597887209073,
    407818936550642937,
    6521089194252157247,
    6800912014662397958,
    7215291321842806998,
)
"""Stored keys are a format: where these change, so must `RULES`."""

SHINGLES = "0000000020e1e3adb8e930e998f35708087060f0f6891f75a95355f61b4f9f236febe06b2d0013"
"""And so are stored shingles."""


def _units(script: str, seed: object, count: int) -> list[str]:
    chance = Random(f"{script} {seed}")
    if script in _DENSE:
        first, size = _DENSE[script]
        return [chr(first + chance.randrange(size)) for _ in range(count)]
    return ["".join(chance.choices(_SCRIPTS[script], k=chance.randint(3, 8))) for _ in range(count)]


def _said(script: str, *parts: list[str]) -> str:
    between = "" if script in _DENSE else " "
    return units.folded([Block(BlockType.P, between.join(one for part in parts for one in part))])


def _shingles(body: Body) -> Shingles:
    return shingles.unpacked(shingles.packed(body))


def _compared(*parts: list[str]) -> Shingles:
    return _shingles(Body(_said("latin", *parts)))


def test_the_keys_of_a_text_are_what_they_ever_were() -> None:
    blocks = [Block(BlockType.P, "One two three four five six."), Block(BlockType.P, "習近平 wrote 12")]
    assert sketch.RULES == 1
    body = Body(units.folded(blocks))
    assert sketch.keys(body) == GOLDEN
    assert shingles.packed(body).hex() == SHINGLES
    assert sketch.unpacked(sketch.packed((-(2**63), -1, 0, 2**63 - 1))) == (-(2**63), -1, 0, 2**63 - 1)


@pytest.mark.parametrize("script", [*_SCRIPTS, *_DENSE])
def test_a_passage_that_two_texts_share_gives_them_a_key_in_common(script: str) -> None:
    shared = 71 if script in _DENSE else 44
    for seed in range(20):
        passage = _units(script, f"shared {seed}", shared)
        one, other = (
            _said(script, _units(script, f"{side} {seed}", 150 * n), passage, _units(script, f"end {side} {seed}", 90))
            for n, side in ((1, "a"), (8, "b"))
        )
        assert set(sketch.keys(Body(one))) & set(sketch.keys(Body(other))), seed


def test_case_composition_vowels_and_punctuation_make_no_difference() -> None:
    pairs = [
        ("Ségolène, la «Présidente»: elle dit oui", "SE\u0301GOLE\u0300NE la Présidente — elle dit OUI"),
        ("كَتَبَ الرئيس إلى الوزير", "كتب الرئيس إلى الوزير"),
        ("东京，你好！大家都来了", "东京 你好 大家都来了"),
    ]
    for one, other in pairs:
        said = (Body(units.folded([Block(BlockType.P, text)])) for text in (one, other))
        assert len({_shingles(body).distinct for body in said}) == 1, one


_HOSTILE = ("word " * 10**6, "中" * 10**6, " ".join(map(str, range(300_000))), "\u0301" * 10**6, "« a " * 10**5)


@pytest.mark.parametrize("text", _HOSTILE, ids="words characters numbers marks quotes".split())
def test_any_text_is_cut_and_compared_in_bounded_time(text: str) -> None:
    began = time.process_time()
    block = Block(BlockType.P, text)
    body = Body(units.folded([block]))
    keys = sketch.keys(body)
    measured(_shingles(body), _shingles(body), keys, frozenset())
    passages([block], [block])
    assert len(keys) <= sketch.MOST
    assert time.process_time() - began < 20


def test_a_quotation_is_told_from_a_copy() -> None:
    quoted, own = _units("latin", "quoted", 60), [_units("latin", f"own {n}", 200) for n in range(2)]
    spoken = ["«" + quoted[0], *quoted[1:-1], quoted[-1] + "»"]
    quote, copy = (
        measured(_compared(own[0], passage), _compared(own[1], passage), (), frozenset())
        for passage in (spoken, quoted)
    )
    assert quote.counts
    assert (quote.quotation, copy.quotation) == (True, False)
    whole = measured(_compared(spoken), _compared(spoken, own[0][:20]), (), frozenset())
    assert not whole.quotation, "who prints all of it copies it"


def test_boilerplate_weighs_nothing_and_the_measures_are_exact() -> None:
    a, b = (_compared(_units("latin", "same", 40), _units("latin", n, 62)) for n in range(2))
    found = measured(a, b, (1, 2, 3, 4), {1, 2, 3})
    assert (found.size_a, found.size_b, found.shared, found.counted) == (100, 100, 38, 9)
    assert (found.similarity, found.containment) == (38 / 162, 0.38)
    assert not found.counts
    assert Overlap(100, 100, 67, 67, 0).alike
    assert not Overlap(100, 300, 100, 100, 0).alike, "what merely stands in another joins nothing"


def test_shared_passages_stand_side_by_side_as_they_were_written() -> None:
    one, two = _units("latin", "one", 12), _units("latin", "two", 15)
    first = Block(BlockType.P, " ".join([*one, "between", *two]).title())
    second = Block(BlockType.QUOTE, " ".join([*two, "something else", *one, "end"]))
    found = passages([first], [second])
    assert [(passage.words, passage.place) for passage in found] == [(12, 2), (15, 1)]
    assert found[0].text == " ".join(one).title()
    assert found[0].copied == " ".join(one)


@pytest.mark.parametrize("script", [*_SCRIPTS, *_DENSE])
def test_stored_shingles_count_what_the_words_themselves_do(script: str) -> None:
    same = _units(script, "same", 60)
    more = same[:20], ["B12", "«"]
    texts = [_said(script, _units(script, n, 90), same, *more, _units("latin", n, 9)) for n in range(2)]
    a, b = map(Body, texts)
    one, other = (set(body.shingles()) for body in (a, b))
    found = measured(_shingles(a), _shingles(b), (), frozenset())
    assert (found.size_a, found.size_b, found.shared) == (len(one), len(other), len(one & other))
