"""A comparison loses nothing: from what it shows, both texts can be put together again."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.diff import Change, Mark, Paragraph, changed_fields, compare, paragraphs, words
from archive.diff.paragraphs import pieces
from archive.records import EDITORIAL_FIELDS, Block, BlockType, Date, Image, Reading
from archive.store import texts
from archive.text import canonical

WORDS = st.sampled_from(
    "the war peace 12 13 . , « » – война мира 战争 和平 السلام สงคราม 전쟁 \u00a0 \n é e\u0301 👩‍👩‍👧".split(" ")
)
SPOKEN = st.lists(WORDS, max_size=12).map(" ".join)
TEXTS = SPOKEN | st.text(max_size=30)


def _old(paragraph: Paragraph) -> str:
    return "".join(piece.text for piece in paragraph.pieces if piece.mark is not Mark.ADDED)


def _new(paragraph: Paragraph) -> str:
    return "".join(piece.text for piece in paragraph.pieces if piece.mark is not Mark.DELETED)


@given(TEXTS)
def test_words_put_together_are_the_text(text: str) -> None:
    assert "".join(words(text)) == text


@given(TEXTS, TEXTS)
def test_the_pieces_of_two_texts_are_both_texts(old: str, new: str) -> None:
    found = Paragraph("body", Change.REWRITTEN, pieces(old, new))
    assert (_old(found), _new(found)) == (old, new)
    assert all(piece.text for piece in found.pieces)


@given(st.lists(TEXTS, max_size=6), st.lists(TEXTS, max_size=6))
def test_the_paragraphs_of_two_texts_are_both_texts_in_order(old: list[str], new: list[str]) -> None:
    found = compare("body", old, new)
    before = [(one.before, one) for one in found if one.before is not None]
    after = [(one.after, one) for one in found if one.after is not None]
    assert [place for place, _ in before] == list(range(1, len(old) + 1))
    assert [place for place, _ in after] == list(range(1, len(new) + 1))
    assert [_new(one) for _, one in after] == new
    assert [canonical(_old(one)) for _, one in before] == [canonical(one) for one in old]
    assert [_old(one) for _, one in before if one.change is not Change.KEPT] == [
        old[place - 1] for place, one in before if one.change is not Change.KEPT
    ]


@pytest.mark.parametrize(
    ("old", "new", "deleted", "added"),
    [
        ("12 people died", "13 people died", ["12"], ["13"]),
        ("Он не был там", "Он был там", ["не "], []),
        ("他没有去北京", "他去北京", ["没有"], []),
        ("قال إنه لن يذهب", "قال إنه سيذهب", ["لن يذهب"], ["سيذهب"]),
        ("“war” in the east", "“operation” in the east", ["war"], ["operation"]),
        ("the old king is dead", "the new queen is dead", ["old king"], ["new queen"]),
    ],
)
def test_whole_words_are_marked_in_every_script(old: str, new: str, deleted: list[str], added: list[str]) -> None:
    found = pieces(old, new)
    assert [piece.text for piece in found if piece.mark is Mark.DELETED] == deleted
    assert [piece.text for piece in found if piece.mark is Mark.ADDED] == added


def test_a_paragraph_put_in_between_leaves_the_others_alone() -> None:
    old = ["The first paragraph stays.", "The second one as well.", "The end."]
    found = compare("body", old, [old[0], "Something entirely different came in.", old[1], old[2]])
    assert [one.change for one in found] == [Change.KEPT, Change.ADDED, Change.KEPT, Change.KEPT]


def test_a_long_page_that_was_written_anew_is_compared_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[float] = []
    likeness = paragraphs.likeness

    def counted(old: Sequence[str], new: Sequence[str]) -> float:
        compared.append(likeness(old, new))
        return compared[-1]

    monkeypatch.setattr(paragraphs, "likeness", counted)
    old, new = ([f"{side} {side}{n}" for n in range(1000)] for side in ("one", "two"))
    found = compare("body", [*old, "The ferry runs again today"], [*new[:99], "The ferry runs again", *new[99:]])
    assert len(compared) <= len(old) * paragraphs.MOST_AHEAD + 100
    assert [one.before for one in found if one.change is Change.REWRITTEN] == [1001]


def test_changed_names_the_fields_that_differ_in_their_fixed_order() -> None:
    old = Reading(
        "H", "D", (Block(BlockType.P, "b"),), ("A",), Date("2017", None), (Image("caption", "credit", "alt", "x"),)
    )
    new = Reading("H2", "D2", (Block(BlockType.P, "b2"),), ("A2",), Date("2018", None), (Image("caption2", "credit2"),))
    assert (
        tuple(changed_fields(texts.columns(texts.content(old)), texts.columns(texts.content(new)))) == EDITORIAL_FIELDS
    )
    assert changed_fields(texts.columns(texts.content(old)), texts.columns(texts.content(old))) == []


@given(TEXTS, TEXTS)
def test_fields_are_changed_where_the_fingerprint_is(old: str, new: str) -> None:
    one, other = (texts.columns(texts.content(Reading("H", body=(Block(BlockType.P, body),)))) for body in (old, new))
    assert bool(changed_fields(one, other)) == (one["fingerprint"] != other["fingerprint"])
