"""Corrections and notes of the editors are text of the article wherever a page of a known layout has them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.records import BlockType, Capture, Reading, Source
from crawler.extract.examine import examine
from crawler.extract.furniture import strip
from crawler.extract.raw import RawBlock, RawReading
from crawler.outlets.registry import registry

AT = datetime(2026, 11, 23, tzinfo=UTC)
URL = "https://francais.rt.com/international/41739-pont"
NOTE = "Correction : une version précédente donnait un prix de huit couronnes."
PAGE = """<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>Le pont rouvre</title>
<meta name="publish-date" content="2026-03-01T10:00:00+0100"></head><body>
<div class="article">{top}<h1 class="article__heading">Le pont rouvre après les travaux</h1>{above}
<div class="wrap"><div class="article__text text"><p class="text__summary">Quatorze mois plus tard.</p>
<p>Le pont a coûté douze millions de couronnes à la ville.</p>
<p>La circulation a repris lundi matin dans les deux sens.</p>{within}</div>{behind}</div>{after}</div>{outside}
</body></html>"""
PLACES = ("above", "behind", "after")


def _read(**notes: str) -> Reading:
    page = PAGE.format(**{name: notes.get(name, "") for name in ("top", "within", "outside", *PLACES)})
    capture = Capture(URL, AT, page.encode(), source=Source.GIVEN_PAGE)
    _, reading = examine(capture, registry().for_url(URL, AT))
    assert reading is not None
    assert {"Le pont a coûté douze millions de couronnes à la ville."} < {block.text for block in reading.body}
    return reading


def _notices(reading: Reading) -> list[str]:
    return [block.text for block in reading.body if block.type is BlockType.NOTICE]


@pytest.mark.parametrize("place", [*PLACES, "within"])
@pytest.mark.parametrize(
    "markup",
    [
        "<p>{}</p>",
        '<div class="editors-note"><p><em>{}</em></p></div>',
        '<footer class="n7"><div><span>{}</span></div></footer>',
        "<aside><p>{}</p><button>OK</button></aside>",
        '<div><p>{}</p><p><a href="/equipe">La rédaction</a></p></div>',
    ],
)
def test_a_note_in_an_element_of_its_own_is_a_notice(place: str, markup: str) -> None:
    reading = _read(**{place: markup.format(NOTE)})
    assert _notices(reading) == [NOTE]
    assert (reading.body[0].type is BlockType.NOTICE) == (place == "above")


@pytest.mark.parametrize(
    ("place", "markup"),
    [
        ("after", '<div><a href="/x/1-y">{}</a></div>'),
        ("after", '<ul><li><a href="/x/1-y">{}</a></li><li><a href="/x/2-z">Un autre titre</a></li></ul>'),
        ("after", "<nav><p>{}</p></nav>"),
        ("outside", "<p>{}</p>"),
        ("after", "<div><p>{}</p>" + "<p>Un commentaire de lecteur, assez long.</p>" * 60 + "</div>"),
    ],
)
def test_what_belongs_to_something_else_is_none(place: str, markup: str) -> None:
    assert not _notices(_read(**{place: markup.format(NOTE)}))


def test_a_note_within_and_behind_the_text_stands_once() -> None:
    assert _notices(_read(within=f"<p>{NOTE}</p>", after=f"<p>{NOTE}</p>")) == [NOTE]


@pytest.mark.parametrize(("kind", "is_note"), [("editor-line", True), ("app", True), ("read-also", False)])
def test_a_note_in_furniture_is_a_notice_unless_it_is_about_something_else(kind: str, is_note: bool) -> None:
    raw = RawReading("rt", "Titre", blocks=(RawBlock(BlockType.P, NOTE, "rt/box", kind),), languages=("fr",))
    reading = strip(raw, registry().get("rt-fr"))
    assert _notices(reading) == ([NOTE] if is_note else [])
    assert [removal.text for removal in reading.removed] == ([] if is_note else [NOTE])


@pytest.mark.parametrize("place", ["within", "behind"])
def test_a_note_that_only_its_element_tells_is_a_notice_where_nobody_described_the_page(place: str) -> None:
    note = '<div class="story-correction"><p>The piano was a harmonium, whatever stood here before noon.</p></div>'
    text = "".join(f"<p>On day {day} the ferry carried forty passengers and a piano.</p>" for day in range(5))
    text = text.replace("<p>On day 4", f"{note}<p>On day 4") if place == "within" else text + note
    body = f"<h1>Ferry runs again</h1><div>{text}</div>"
    capture = Capture("https://island.example/1", AT, f"<title>Ferry runs again</title>{body}".encode())
    _, reading = examine(capture, registry().for_url(capture.url, AT))
    assert reading is not None
    assert _notices(reading) == ["The piano was a harmonium, whatever stood here before noon."]
    assert len(reading.body) == 6
