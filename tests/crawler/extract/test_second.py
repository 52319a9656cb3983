"""By which of two readers an article is read is decided at its first look, and handed back in from then on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from selectolax.lexbor import LexborHTMLParser

from archive.records import BlockType, Capture, DoubtKind, Reading
from crawler.extract.examine import examine
from crawler.extract.general import second
from crawler.extract.general.reader import NAME
from crawler.extract.general.walk import walk
from crawler.extract.raw import RawBlock
from crawler.outlets.registry import ad_hoc

AT = datetime(2026, 10, 5, tzinfo=UTC)
SAID = "The weir was opened by hand on Sunday, for the first time since the flood of the year before last."


def _page(paragraphs: int) -> str:
    text = "".join(
        f"<p>On day {day} the river stood {day} hands below the bridge. {SAID}</p>" for day in range(paragraphs)
    )
    return f"<html lang=en><title>Weir opened by hand</title><article><h1>Weir opened by hand</h1>{text}</article>"


def _read(paragraphs: int, reader: str = "") -> Reading:
    capture = Capture("https://weir.example/2026/10/weir-opened", AT, _page(paragraphs).encode())
    judgement, reading = examine(capture, ad_hoc("weir.example"), reader)
    assert reading is not None, judgement
    return reading


def _blocks(*texts: str) -> list[RawBlock]:
    return [RawBlock(BlockType.P, text) for text in texts]


@pytest.mark.parametrize("paragraphs", [2, 30])
def test_both_see_the_same_so_ours_is_believed(paragraphs: int) -> None:
    reading = _read(paragraphs)
    assert (reading.reader, reading.doubts) == (NAME, ())
    assert reading.revision.startswith(f"{NAME}@")


@pytest.mark.parametrize("reader", [NAME, second.NAME])
@pytest.mark.parametrize("paragraphs", [2, 30])
def test_the_reader_of_an_article_reads_it_whatever_its_length(paragraphs: int, reader: str) -> None:
    reading = _read(paragraphs, reader)
    assert reading.reader == reader
    assert reading.revision.startswith(f"{reader}@")
    assert [block.text for block in reading.body] == [block.text for block in _read(paragraphs).body]


def test_where_the_two_see_different_texts_the_reading_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    said = "The weir was opened, and the mill of the {} village had water enough to grind all night long."
    other = _blocks(*map(said.format, ("lower", "upper", "middle", "old", "new")))
    monkeypatch.setattr(second, "extracted", lambda *_: other)
    reading = _read(2)
    assert reading.reader == second.NAME
    assert [doubt.kind for doubt in reading.doubts] == [DoubtKind.TWO_READERS]
    assert [block.text for block in reading.body] == [block.text for block in other]
    assert _read(2, NAME).reader == NAME
    assert _read(30).reader == NAME, "a long text of ours is not asked about"


@pytest.mark.parametrize(
    ("own", "other", "disjoint"),
    [
        ((), ("one two three four five",), True),
        (("one two three four five",), (), False),
        (("one two three four five six",), ("zero one two three four five six seven",), False),
        (("one two three four five six",), ("six five four three two one",), True),
        (("停转三十年之后磨坊又磨出了面粉",), ("上村的兄弟俩修好了水轮",), True),
        (("停转三十年之后磨坊又磨出了面粉",), ("三十年之后，磨坊又磨出了面粉",), False),
    ],
)
def test_disjoint_texts_share_less_than_half(own: tuple[str, ...], other: tuple[str, ...], disjoint: bool) -> None:
    assert second.are_disjoint(_blocks(*own), _blocks(*other)) is disjoint


def test_a_block_says_where_it_stands() -> None:
    body = '<main><div class="text css-9f3a2b1"><p class="p-4711">One.</p><div>Two.</div></div></main>'
    root = LexborHTMLParser(f"<body>{body}").body
    assert root is not None
    walked = walk(root)
    assert [walked.place(piece) for piece in walked.pieces] == ["main>div.text>p.p-0", "main>div.text"]
