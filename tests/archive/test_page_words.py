"""Whether two pages show the same words: what is our reading's change, and what is the outlet's."""

from __future__ import annotations

import json

import pytest

from archive.page_words import BODY, BYLINE, IMAGE, LEAD, Line, PageWords, Shown, key, pack, same_words, unpack

STATED = (("article:published_time", "2026-03-01T10:00:00Z"), ("article:modified_time", "2026-03-01T11:00:00Z"))


def page(*lines: str, date: str = "", unshown: str = "", stated: tuple[tuple[str, str], ...] = STATED) -> Shown:
    """A page by its lines: before `|` stands what they were read as. `unshown` is a line that no reader sees there."""
    told = [line.rpartition("|")[::2] for line in (*lines, *([unshown] if unshown else []))]

    def read(letter: str) -> list[str]:
        return [words for letters, words in told if letter in letters]

    said = {
        "headline": "Bridge reopens",
        "description": " ".join(read(LEAD)),
        "body": "\n\n".join(read(BODY)),
        "authors": json.dumps([words.removeprefix("By ").removesuffix(" 3 May") for words in read(BYLINE)]),
        "date_published": date or None,
        "date_published_raw": date or None,
        "images": json.dumps([[words, ""] for words in read(IMAGE)]),
    }
    at = len(lines)
    hidden = tuple((letters, key(words)) for letters, words in told[at:])
    return Shown(PageWords(tuple(Line(key(words), letters) for letters, words in told[:at]), hidden, stated), said)


ABOVE, BELOW = ("Home", "World", "Bridge reopens"), ("Share this", "Read also", "Ferry sold", "Imprint")
TEXT = ("b|The bridge reopened on Monday.", "b|Repairs cost 12 million.", "b|Traffic is back to normal.")


def both(old: tuple[str, ...], new: tuple[str, ...]) -> bool | None:
    return same_words(page(*ABOVE, *old, *BELOW), page(*ABOVE, *new, *BELOW))


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        # A caption taken into the text, and out of it: no reading of either page leaves words out.
        (("i|The pier.", *TEXT), ("b|The pier.", *TEXT), True),
        (("b|The pier.", *TEXT), ("i|The pier.", *TEXT), True),
        (("The pier.", *TEXT), ("b|The pier.", *TEXT), True),
        # A by-line, wherever it stands; or in one line with the date.
        (("a|By Ann Lee", *TEXT), (*TEXT, "b|By Ann Lee"), True),
        (("a|By Ann Lee 3 May", *TEXT), ("a|By Ann Lee", "3 May", *TEXT), True),
        # A lead that is the first paragraph; several lines that are one.
        (("l|What it costs.", *TEXT), ("b|What it costs.", *TEXT), True),
        (("i|The pier.", "i|Photo: Lee", *TEXT), ("b|The pier. Photo: Lee", *TEXT), True),
        # Words that the new reading leaves out.
        (TEXT, (*TEXT[:2], TEXT[2][2:]), None),
        (("i|The pier.", *TEXT), ("The pier.", *TEXT), None),
    ],
)
def test_what_another_layout_makes_of_the_same_words_is_ours(
    old: tuple[str, ...], new: tuple[str, ...], same: bool | None
) -> None:
    assert both(old, new) is same


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # Other words, a number in a table, one letter.
        (TEXT, (TEXT[0], "b|Repairs cost 19 million.", TEXT[2])),
        ((*TEXT, "b|Cost", "b|12"), (*TEXT, "b|Cost", "b|19")),
        (("i|The pier.", *TEXT), ("b|The piers.", *TEXT)),
        # A paragraph taken out whose words stand in a teaser, there before or put there since.
        ((*TEXT, "A teaser", TEXT[2][2:]), (*TEXT[:2], "A teaser", TEXT[2][2:])),
        ((*TEXT, "A teaser"), (*TEXT[:2], "A teaser", TEXT[2][2:])),
        # A paragraph that comes out of a box, or goes into one.
        ((*TEXT[:2], "A box", TEXT[2][2:]), (*TEXT, "A box")),
        ((*TEXT, "A box"), (*TEXT[:2], "A box", TEXT[2][2:])),
        # The order of paragraphs; one that stands twice, and then once.
        (TEXT, (TEXT[1], TEXT[0], TEXT[2])),
        ((*TEXT, TEXT[0]), TEXT),
        # A word changed in the text and, the other way round, in a box.
        ((*TEXT, "Repairs cost 19 million."), (TEXT[0], "b|Repairs cost 19 million.", TEXT[2], TEXT[1][2:])),
        # A notice that came, one that stood on both while a paragraph went; a layout that changed and an edit.
        (TEXT, (*TEXT, "b|Correction: it was Monday.")),
        (("b|Correction: it was Monday.", *TEXT), ("b|Correction: it was Monday.", *TEXT[:2])),
        (("i|The pier.", *TEXT), ("b|The pier.", *TEXT, "b|And more.")),
        # A lead that is another sentence of the page; names in another order; other pictures.
        (("l|What it costs.", "Who pays."), ("What it costs.", "l|Who pays.")),
        (("a|Ann Lee", "a|Bo Ray", *TEXT), ("a|Bo Ray", "a|Ann Lee", *TEXT)),
        (("i|The pier.", "i|The mast.", *TEXT), ("i|The mast.", "i|The pier.", *TEXT)),
        # A by-line that is gone, or that another signs.
        (("a|By Ann Lee", *TEXT), TEXT),
        (("a|By Ann Lee", *TEXT), ("a|By Bo Ray", *TEXT)),
        # A paragraph moved far behind what changes at every look, its words as often there as before.
        ((*TEXT, "Ad 1"), (*TEXT[:2], "Ad 2", "Ad 3", TEXT[2][2:])),
    ],
)
def test_what_an_editor_did_is_an_edit(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    assert both(old, new) is False


def test_another_headline_is_an_edit_whatever_stood_on_the_page() -> None:
    old, new = page(*ABOVE, "Ferry sold", *TEXT), page(*ABOVE, "Ferry sold", *TEXT)
    assert same_words(old, new) is True
    assert same_words(old, Shown(new.page, {**new.said, "headline": "Ferry sold"})) is False


def test_a_date_read_from_another_place_is_ours_and_a_date_that_moved_is_none() -> None:
    published, modified = STATED[0][1], STATED[1][1]
    old = page(*ABOVE, "d|1 March, 10:00", *TEXT, date="2026-03-01T10:00")
    stated = page(*ABOVE, "1 March, 10:00", *TEXT, date=published, unshown=f"d|{published}")
    assert same_words(old, stated) is None
    # The outlet says now under the name of the publication what it said under that of the change.
    moved = (("article:published_time", modified), ("article:modified_time", modified))
    new = page(*ABOVE, "1 March, 10:00", *TEXT, date=modified, unshown=f"d|{modified}", stated=moved)
    assert same_words(stated, new) is False


def test_what_a_page_showed_is_kept_in_few_bytes() -> None:
    told = page(*ABOVE, "i|The pier.", *TEXT, *BELOW, unshown="a|Ann Lee")
    packed = pack(told.page, told.said)
    assert unpack(packed, told.said) == told.page
    for spoiled in (packed[:-3], b"", packed[:9] + b"\0" + packed[10:]):
        with pytest.raises(ValueError, match="cannot be unpacked"):
            unpack(spoiled, told.said)
    with pytest.raises(ValueError, match="cannot be unpacked"):
        unpack(packed, {**told.said, "headline": "Another"})
