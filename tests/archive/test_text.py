"""The same text is the same in whatever bytes it comes, and any visible change of it is a change."""

from __future__ import annotations

import unicodedata
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.page_words import Line, PageWords
from archive.records import Block, BlockType, Circumstances, Date, Doubt, DoubtKind, Image, Reading, Removal
from archive.text import canonical, clean, clip, fingerprint, fold_space, iso, parse_time, printable

ANY = st.text(st.characters(), max_size=40) | st.text(
    st.sampled_from(
        "aeéи́йあか゛がقلب۱٣👩‍👩‍👧 \u00a0\u2028\t\n\r\0\x1b\x85\u00ad\u200b\u200d\u200e\u202e\ufeff\ud83d\udc00\uffff\ufdd0"  # noqa: E501
    ),
    max_size=30,
)
STORABLE = ANY.map(clean)
INVISIBLE = st.sampled_from(
    ["\u00ad", "\u200b", "\u200c", "\u200d", "\u200e", "\u202e", "\u2060", "\ufeff", "\0", "\x1b"]
)
SPACES = st.text(st.sampled_from(" \u00a0\u2009\u202f\u3000\t\n\r\u2028"), min_size=1, max_size=3)
VISIBLE = st.characters(categories=["L", "N", "P", "S"])


@given(ANY)
def test_what_was_cleaned_can_be_stored_and_is_clean(text: str) -> None:
    found = clean(text)
    assert found.encode().decode() == found
    assert clean(found) == found
    assert not {"Cs"} & {unicodedata.category(one) for one in found}
    assert not {one for one in found if unicodedata.category(one) == "Cc"} - {"\t", "\n"}


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]) | st.just("\n")))
def test_cleaning_takes_nothing_that_can_be_stored(text: str) -> None:
    assert clean(text) == text


@given(ANY, st.integers(10, 30))
def test_what_is_too_long_is_cut_with_a_mark(text: str, longest: int) -> None:
    found = clip(text, longest)
    assert len(found) <= longest
    assert (found == text) if len(text) <= longest else found.endswith("[…]")


@given(STORABLE)
def test_the_canonical_form_is_its_own(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)
    assert fold_space(fold_space(text)) == fold_space(text)


@given(STORABLE, st.data())
def test_no_form_of_unicode_no_format_character_and_no_white_space_makes_another_text(
    text: str, data: st.DataObject
) -> None:
    form: Literal["NFC", "NFD"] = data.draw(st.sampled_from(["NFC", "NFD"]))
    assert canonical(unicodedata.normalize(form, text)) == canonical(text)
    at = data.draw(st.integers(0, len(text)))
    assert canonical(text[:at] + data.draw(INVISIBLE) + text[at:]) == canonical(text)
    spaced = "".join(data.draw(SPACES) if one.isspace() and one not in "\x1c\x1d\x1e\x1f\x85" else one for one in text)
    assert canonical(data.draw(SPACES) + spaced + data.draw(SPACES)) == canonical(text)


@given(STORABLE, VISIBLE, st.data())
def test_any_visible_character_more_makes_another_text(text: str, more: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    assert canonical(text[:at] + more + text[at:]) != canonical(text)


PAIRS_THAT_DIFFER = [
    ("12 killed", "13 killed"),
    ("war", "special operation"),
    ("he did", "he did not"),
    ("Crimea, Ukraine", "Crimea"),
    ("“peace”", '"peace"'),
    ("«paix»", '"paix"'),
    ("1939-1945", "1939–1945"),
    ("Kiev", "kiev"),
    ("Киев", "Kиeв"),
    ("e", "é"),
    ("и", "й"),
    ("ё", "е"),
    ("1,5", "1.5"),
    ("10 000", "10000"),
    ("Mr. X", "Mr X"),
    ("end.", "end…"),
    ("...", "…"),
    ("٣", "3"),
    ("三", "3"),
    ("ي", "ى"),
    ("台湾", "臺灣"),
    ("½", "1/2"),
    ("ﬁn", "fin"),
    ("H₂O", "H2O"),
    ("🇷🇺", "🇺🇦"),
    ("to day", "today"),
]


@pytest.mark.parametrize(("old", "new"), PAIRS_THAT_DIFFER)
def test_small_edits_are_edits(old: str, new: str) -> None:
    assert canonical(old) != canonical(new)
    assert fingerprint(Reading(headline=old)) != fingerprint(Reading(headline=new))


PAIRS_THAT_ARE_EQUAL = [
    ("10 000", "10\u00a0000"),
    ("café", "cafe\u0301"),
    ("co\u00adoperation", "cooperation"),
    ("\ufeffHeadline", "Headline"),
    ("a\u200bb", "ab"),
    ("\u202aשלום\u202c", "שלום"),
    ("می\u200cخواهم", "میخواهم"),
    (" a \n\t b ", "a b"),
    ("각", "\u1100\u1161\u11a8"),
    ("a\r\nb", "a\nb"),
    ("a\u2028b", "a b"),
    ("e\u200d\u0301", "é"),
]


@pytest.mark.parametrize(("one", "other"), PAIRS_THAT_ARE_EQUAL)
def test_what_nobody_sees_is_no_edit(one: str, other: str) -> None:
    assert fingerprint(Reading(headline=one)) == fingerprint(Reading(headline=other))


# --- readings ---------------------------------------------------------------------------------------------------------

LINE = st.text(st.characters(categories=["L", "N", "P", "S", "Mn", "Zs"]), min_size=1, max_size=12).filter(canonical)
BLOCKS = st.builds(Block, st.sampled_from(BlockType), LINE)
INSTANTS = st.datetimes(datetime(1995, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
READINGS = st.builds(
    Reading,
    headline=LINE,
    description=LINE | st.just(""),
    body=st.lists(BLOCKS, max_size=4).map(tuple),
    authors=st.lists(LINE, max_size=3).map(tuple),
    date_published=st.none() | st.builds(Date, LINE, st.none() | INSTANTS),
    images=st.lists(st.builds(Image, LINE, LINE), max_size=2).map(tuple),
)


def _edited(reading: Reading, more: str, chance: Random) -> Reading:
    """The reading with one visible character more somewhere in what is editorial."""

    def edit(line: str) -> str:
        at = chance.randint(0, len(line))
        return line[:at] + more + line[at:]

    images, body, authors = list(reading.images), list(reading.body), list(reading.authors)
    texts = [n for n, block in enumerate(body) if block.type is not BlockType.EMBED]
    places = [
        "headline",
        "description",
        *["body"] * bool(texts),
        *["authors"] * bool(authors),
        *["images"] * bool(images),
    ]
    match chance.choice(places):
        case "body":
            n = chance.choice(texts)
            body[n] = replace(body[n], text=edit(body[n].text))
        case "authors":
            authors[0] = edit(authors[0])
        case "images":
            name = chance.choice(["caption", "credit"])
            images[-1] = replace(images[-1], **{name: edit(getattr(images[-1], name))})
        case "headline":
            return replace(reading, headline=edit(reading.headline))
        case _:
            return replace(reading, description=edit(reading.description))
    return replace(reading, body=tuple(body), authors=tuple(authors), images=tuple(images))


@given(READINGS, VISIBLE, st.randoms())
def test_one_character_more_in_any_editorial_field_changes_the_fingerprint(
    reading: Reading, more: str, chance: Random
) -> None:
    assert fingerprint(_edited(reading, more, chance)) != fingerprint(reading)


def _with(reading: Reading, name: str, value: tuple[Any, ...]) -> Reading:
    changes: dict[str, Any] = {name: value}
    return replace(reading, **changes)


@given(READINGS, INSTANTS)
def test_moving_taking_and_dating_change_the_fingerprint(reading: Reading, at: datetime) -> None:
    """Words cannot wander from one field or block to the next unseen."""
    body = tuple(block for block in reading.body if block.type is not BlockType.EMBED)
    texts = [canonical(block.text) for block in body]
    authors = [canonical(name) for name in reading.authors]
    others = [replace(reading, headline=f"{reading.headline}x"), replace(reading, description=f"x{reading.headline}")]
    others += [replace(reading, body=body[:-1], authors=(*reading.authors, body[-1].text)) for _ in body[:1]]
    others += [replace(reading, authors=reading.authors[1:], images=reading.images) for _ in authors[:1]]
    others += [replace(reading, images=reading.images[1:]) for _ in reading.images[:1]]
    others += [replace(reading, body=body[::-1]) for _ in body[:1] if texts != texts[::-1]]
    others += [replace(reading, authors=reading.authors[::-1]) for _ in authors[:1] if authors != authors[::-1]]
    if reading.date_published is None or reading.date_published.instant != at:
        others.append(replace(reading, date_published=Date("x", at)))
    found = [fingerprint(other) for other in others]
    assert fingerprint(reading) not in found


@given(READINGS, LINE)
def test_circumstances_furniture_and_embeds_are_not_in_the_fingerprint(reading: Reading, line: str) -> None:
    other = replace(
        reading,
        circumstances=Circumstances(section=line, tags=(line,), links=(line,), canonical=line, language="fr"),
        read_also=(line,),
        removed=(Removal("rule", "consent", line),),
        own_id=line,
        revision=line,
        doubts=(Doubt(DoubtKind.NO_END, line),),
        missing=(line,),
        page_words=PageWords((Line(line),)),
        body=(Block(BlockType.EMBED, line), *reading.body),
        images=tuple(replace(image, alternative=line, address=line) for image in reading.images),
    )
    assert fingerprint(other) == fingerprint(reading)
    beside = {"circumstances", "read_also", "removed", "own_id", "revision", "doubts", "missing", "page_words"}
    assert {one.name for one in fields(Reading)} - beside == {
        "headline",
        "description",
        "body",
        "authors",
        "date_published",
        "images",
    }, "a new field is editorial or a circumstance: decide which"


def test_the_same_instant_in_another_zone_is_the_same_and_an_unknown_zone_is_its_own() -> None:
    noon = datetime(2017, 8, 8, 12, tzinfo=UTC)
    there = noon.astimezone(timezone(timedelta(hours=3)))
    naive = noon.replace(tzinfo=None)
    prints = [fingerprint(Reading("x", date_published=Date("raw", one))) for one in (noon, there, naive)]
    assert prints[0] == prints[1] != prints[2]
    unread = [fingerprint(Reading("x", date_published=Date(raw))) for raw in ("8 août", "8  août", "9 août")]
    assert unread[0] == unread[1] != unread[2]


# --- shown ------------------------------------------------------------------------------------------------------------


@given(ANY)
def test_nothing_foreign_reaches_a_terminal_as_a_command(text: str) -> None:
    shown = printable(text)
    assert not {"Cc", "Cs"} & {unicodedata.category(one) for one in shown}
    assert not any(0x202A <= ord(one) <= 0x202E or 0x2066 <= ord(one) <= 0x2069 for one in shown)
    assert "\n" not in shown
    assert printable(text, lines=True).count("\n") == text.count("\n")


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.timezones()))
def test_a_time_printed_is_read_back(moment: datetime) -> None:
    written = iso(moment)
    assert written is not None
    assert written.endswith("+00:00")
    assert parse_time(written) == moment.astimezone(UTC)


def test_a_heading_that_repeats_the_headline_is_no_edit_and_any_other_is() -> None:
    said = Block(BlockType.P, "What was said.")
    plain = Reading("The  headline", body=(said,))
    for text, same in (("The headline", True), ("The headline!", False)):
        headed = Reading("The  headline", body=(Block(BlockType.H, text), said))
        assert (fingerprint(headed) == fingerprint(plain)) is same
    assert fingerprint(Reading("The headline", body=(Block(BlockType.P, "The headline"), said))) != fingerprint(plain)
