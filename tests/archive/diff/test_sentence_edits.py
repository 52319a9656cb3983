"""Sentence by sentence: nothing that stands on both sides is called added or deleted, and new entries are no edits."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.diff import Change, Mark
from archive.diff.classify import Kind
from archive.diff.sentence_edits import Sentence, changes, kinds, size
from archive.records import Block, BlockType, Circumstances, Date, Image, Reading
from archive.store import texts
from archive.text import canonical

A, B, C = "The old bridge was closed.", "Nobody knew who had paid for it.", "A ferry now runs at noon."
SENTENCES = st.lists(st.sampled_from([A, B, C, "He left.", "Она ушла.", "他走了。", "Why?"]), max_size=8)
PARAGRAPHS = st.lists(
    st.lists(st.sampled_from([A, B, C, "He left."]), min_size=1, max_size=3).map(" ".join), max_size=4
)


def _row(*paragraphs: str | Block, headline: str = "Headline", language: str = "en", **more: Any) -> dict[str, Any]:
    body = tuple(one if isinstance(one, Block) else Block(BlockType.P, one) for one in paragraphs)
    said = Reading(headline, body=body, circumstances=Circumstances(language=language), **more)
    return texts.columns(texts.content(said))


def _told(found: tuple[Sentence, ...]) -> list[tuple[str, Change, int | None, int | None]]:
    return [(one.field, one.change, one.before, one.after) for one in found]


def _text(one: Sentence, without: Mark) -> str:
    return "".join(piece.text for piece in one.pieces if piece.mark is not without)


@given(SENTENCES.flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))))
def test_what_only_moved_is_never_added_and_deleted(orders: tuple[list[str], list[str]]) -> None:
    old, new = orders
    found = changes(_row(*old), _row(*new))
    assert {one.change for one in found} <= {Change.MOVED}
    assert bool(found) == (old != new)


@given(PARAGRAPHS, PARAGRAPHS)
def test_sentences_that_stand_on_both_sides_are_neither_added_nor_deleted(old: list[str], new: list[str]) -> None:
    found = changes(_row(*old), _row(*new))
    added = {canonical(_text(one, Mark.DELETED)) for one in found if one.change is Change.ADDED}
    deleted = {canonical(_text(one, Mark.ADDED)) for one in found if one.change is Change.DELETED}
    assert not added & deleted
    assert bool(found) == ([*map(canonical, old)] != [*map(canonical, new)])


@given(PARAGRAPHS, PARAGRAPHS)
def test_the_changes_lead_from_one_text_to_the_other(old: list[str], new: list[str]) -> None:
    """Counted in characters: the older text without what was taken out and with what was put in is the newer one."""
    counts = [Counter("".join("".join(paragraphs).split())) for paragraphs in (old, new)]
    for one in changes(_row(*old), _row(*new)):
        for piece in one.pieces:
            if piece.mark is not Mark.KEPT:
                letters = Counter("".join(piece.text.split()))
                counts[0].update(letters) if piece.mark is Mark.ADDED else counts[0].subtract(letters)
    assert +counts[0] == counts[1]


def test_a_sentence_is_added_deleted_rewritten_or_moved() -> None:
    old = _row(f"{A} {B}", C, "The last 12 words stay as they are.")
    new = _row(f"{C} A new plan came from nowhere.", A, "The last 13 words stay as they are.")
    assert _told(changes(old, new)) == [
        ("body", Change.ADDED, None, 1),
        ("body", Change.DELETED, 1, None),
        ("body", Change.MOVED, 2, 1),
        ("body", Change.REWRITTEN, 3, 3),
    ]


def test_paragraphs_joined_or_parted_are_typography() -> None:
    (found,) = changes(_row(A, B), _row(f"{A} {B}"))
    assert (found.change, found.kinds) == (Change.REWRITTEN, (Kind.COSMETIC,))


def test_sentences_joined_with_a_comma_are_one_that_was_rewritten() -> None:
    old = _row("The old bridge near the mill was closed. The ferry now runs at noon.")
    (found,) = changes(old, _row("The old bridge near the mill was closed, the ferry now runs at noon."))
    assert (found.change, found.kinds) == (Change.REWRITTEN, (Kind.CORRECTION,))


@pytest.mark.parametrize(
    ("field", "more", "kind"),
    [
        ("authors", [{"authors": ("Anna Holt",)}, {"authors": ("Anna Lind",)}], Kind.NAMES),
        ("credit", [{"images": (Image("x", "ANNA"),)}, {"images": (Image("x", "BERTA"),)}], Kind.NAMES),
        ("date_published", [{"date_published": Date("2017")}, {"date_published": Date("2018")}], Kind.NUMBERS),
        ("caption", [{"images": (Image("12 docks"),)}, {"images": (Image("13 docks"),)}], Kind.NUMBERS),
        ("headline", [{"headline": "All is well"}, {"headline": "Storm at noon"}], Kind.SUBSTANTIVE),
    ],
)
def test_every_field_has_kinds_of_its_own(field: str, more: list[dict[str, Any]], kind: Kind) -> None:
    found = changes(*(_row(A, **each) for each in more))
    assert {one.field for one in found} == {field}
    assert kinds(found) == (kind,)


def test_words_within_a_long_quotation_are_quoted() -> None:
    old = "The mayor said: “We will stay here. We need a big crane. Then we go.”"
    (found,) = changes(_row(old), _row(old.replace("big crane", "strong hand")))
    assert found.kinds == (Kind.QUOTATION,)


def test_a_notice_speaks_about_an_edit_and_is_none_of_its_kinds() -> None:
    notice = Block(BlockType.NOTICE, "Correction: an earlier version gave a wrong number.")
    alone = changes(_row(A), _row(A, notice))
    beside = changes(_row("It cost 12 crowns in all."), _row("It cost 13 crowns in all.", notice))
    assert [one.notice for one in (*alone, *beside)] == [True, False, True]
    assert (kinds(alone), kinds(beside)) == ((Kind.SUBSTANTIVE,), (Kind.NUMBERS,))


def test_size_counts_what_was_put_in_and_taken_out() -> None:
    assert size(changes(_row(A, "Repairs cost 12 crowns."), _row("Repairs cost 1300 crowns.", A))) == (4, 2)


# --- pages that grow --------------------------------------------------------------------------------------------------

ENTRIES = ["14:35 The gate opens.", "Two hundred people wait.", "14:05 A queue forms.", "13:40 The first are here."]


def _live(found: tuple[Sentence, ...]) -> list[bool]:
    return [one.live for one in found]


@pytest.mark.parametrize(
    "times",
    [
        ("15:10", "14:35", "14:05", "13:40"),
        ("15h10 –", "14h35 –", "14h05 –", "13h40 –"),
        ("15.10 Uhr:", "14.35 Uhr:", "14.05 Uhr:", "13.40 Uhr:"),
        ("[15:10]", "[14:35]", "[14:05]", "[13:40]"),
        ("١٥:١٠", "١٤:٣٥", "١٤:٠٥", "١٣:٤٠"),
        ("00:10", "23:35", "23:05", "22:40"),
    ],
)
def test_a_new_entry_of_a_page_with_times_is_live(times: tuple[str, ...]) -> None:
    entries = [f"{time} Something happened here, number {n} of all." for n, time in enumerate(times)]
    found = changes(_row(*entries[1:]), _row(entries[0], "It goes on below its head.", *entries[1:]))
    assert _live(found) == [True, True]
    assert kinds(found) == ()


def test_a_changed_old_entry_of_a_live_page_is_an_edit() -> None:
    new = ["15:10 All have left.", *ENTRIES]
    new[2] = "Three hundred people wait."
    found = changes(_row(*ENTRIES), _row(*new))
    assert _live(found) == [True, False]
    assert kinds(found) == (Kind.NUMBERS,)


def test_what_is_put_into_an_old_entry_is_an_edit() -> None:
    found = changes(_row(*ENTRIES), _row(*ENTRIES[:2], "Nobody was hurt in the crowd.", *ENTRIES[2:]))
    assert _live(found) == [False]


def test_what_is_put_above_the_entries_and_what_is_taken_out_are_edits() -> None:
    assert _live(changes(_row(*ENTRIES), _row("This is what matters.", *ENTRIES))) == [False]
    assert _live(changes(_row(*ENTRIES, "13:20 Rain."), _row(*ENTRIES))) == [False]


@pytest.mark.parametrize(
    ("language", "headline"),
    [
        ("en", "LIVE: Storm reaches the port"),
        ("en", "Storm reaches the port (live updates)"),
        ("ru", "Шторм в порту. Онлайн-трансляция"),
        ("ar", "مباشر: العاصفة تصل إلى الميناء"),
        ("fa", "لحظه به لحظه | توفان در بندر"),
        ("zh", "直播：风暴抵达港口"),
        ("fr", "EN DIRECT - La tempête atteint le port"),
        ("es", "Minuto a minuto: la tormenta llega al puerto"),
        ("de", "Liveticker: Sturm erreicht den Hafen"),
        ("tr", "CANLI | Fırtına limana ulaştı"),
        ("sr", "Уживо: Олуја у луци"),
    ],
)
def test_the_outlets_own_mark_makes_new_paragraphs_live(language: str, headline: str) -> None:
    old, new = (_row(*body, headline=headline, language=language) for body in ((A,), (A, B)))
    assert _live(changes(old, new)) == [True]
    assert _live(changes(old, _row(A.replace("closed", "sold"), headline=headline, language=language))) == [False]


@pytest.mark.parametrize("headline", ["How dockers live: a day at the port", "Alive: the port", "Direct flights"])
def test_a_word_in_a_headline_is_no_mark(headline: str) -> None:
    assert _live(changes(_row(A, headline=headline), _row(A, B, headline=headline))) == [False]


def test_prices_and_a_table_of_trains_make_no_live_page() -> None:
    prices = ["12.50 crowns is the fare.", "14.20 crowns was asked.", "13.10 crowns was paid."]
    trains = ["08:10 to the port.", "15:00 to the mill.", "09:20 to the port.", "07:05 back."]
    for body in (prices, trains):
        assert _live(changes(_row(*body), _row("16:00 A new one.", *body))) == [False]
