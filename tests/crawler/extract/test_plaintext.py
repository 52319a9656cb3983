"""Bare texts, as a naive tool saves a page: every line lands in exactly one place."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.records import BlockType, Capture, Image, Reading, Source, Verdict
from archive.text import clean, fold_space
from crawler.extract.examine import examine
from crawler.outlets.registry import registry
from tests.support import REPOSITORY

SEED = REPOSITORY.parent / "shared" / "seed" / "000_6303d9ccb010775d.txt"
AT = datetime(2017, 8, 8, tzinfo=UTC)

_CONSENT = (
    'En cliquant sur "Tout Accepter" vous consentez au traitement par ANO « TV-Novosti » de certaines données. '
    "Réseaux sociaux Désactiver cette option empêchera le reste."
)
_CHOICES = (
    "Vous pouvez exprimer vos choix en cliquant sur «Tout accepter», «Tout refuser» , et/ou les modifier à tout moment."
)
_MORE = (
    "Pour en savoir plus sur vos droits et nos pratiques en matière de cookies, "
    "consultez notre «Politique de Confidentialité»"
)
TEXT = f"""\
Le musée des horloges rouvre «enfin» ses portes à Valmont

Le musée des horloges rouvre «enfin» ses portes à Valmont© Jeanne Petit Source: AFP
La grande salle, le jour de l'ouverture
Suivez RT en français surTelegram

Fermé depuis six ans, le musée a accueilli ses premiers visiteurs samedi.

La maire a salué «un travail patient».{" "}

Le fonds compte 1 240 pièces, dont «la plus vieille horloge du pays».

Lire aussi : «L'horloger de Valmont : un métier qui disparaît»

Abonnez-vous, dit le gardien en riant : l'entrée coûte 8 euros, et la carte de l'année 30.

Lire aussi : Relations difficiles entre la ville et ses musées

Raconter l'actualité

Suivez RT en français surTelegram

{_CONSENT}

OK

RT en français utilise des cookies pour exploiter et améliorer ses services.

{_CHOICES}

{_MORE}

Tout AccepterTout refuserParamétrer vos choix"""


def read(text: str, outlet: str = "rt-fr") -> Reading:
    capture = Capture("urn:text:1", AT, text.encode("utf-8", "surrogatepass"), source=Source.GIVEN_TEXT)
    judgement, reading = examine(capture, registry().get(outlet))
    assert judgement.verdict is Verdict.ARTICLE
    assert reading is not None
    return reading


def _image_line(image: Image) -> list[str]:
    return [f"{image.alternative}{image.credit}", *([image.caption] if image.caption else [])]


def lines_of(reading: Reading) -> list[str]:
    """Every line the reading accounts for, in no particular order."""
    blocks = [reading.headline, reading.description, *(block.text for block in reading.body)]
    blocks += [removal.text for removal in reading.removed]
    found = [line for block in blocks for line in block.split("\n") if line]
    return sorted(found + [line for image in reading.images for line in _image_line(image)])


def lines_in(text: str) -> list[str]:
    return sorted(filter(None, (fold_space(line) for line in clean(text).split("\n"))))


def test_the_form_a_naive_tool_saves() -> None:
    reading = read(TEXT)
    assert reading.headline == "Le musée des horloges rouvre «enfin» ses portes à Valmont"
    assert reading.images == (
        Image("La grande salle, le jour de l'ouverture", "© Jeanne Petit Source: AFP", reading.headline),
    )
    assert reading.description == "Fermé depuis six ans, le musée a accueilli ses premiers visiteurs samedi."
    assert [block.text for block in reading.body] == [
        "La maire a salué «un travail patient».",
        "Le fonds compte 1 240 pièces, dont «la plus vieille horloge du pays».",
        "Abonnez-vous, dit le gardien en riant : l'entrée coûte 8 euros, et la carte de l'année 30.",
    ]
    assert reading.read_also == (
        "«L'horloger de Valmont : un métier qui disparaît»",
        "Relations difficiles entre la ville et ses musées",
    )
    assert reading.circumstances.language == "fr"


def test_all_furniture_is_on_record_in_page_order() -> None:
    kinds = [removal.kind for removal in read(TEXT).removed]
    assert kinds == ["follow-us", "read-also", "read-also", "masthead", "follow-us", *["consent"] * 6]


def test_nothing_is_lost() -> None:
    assert lines_of(read(TEXT)) == lines_in(TEXT)


def test_lines_without_empty_lines_between_are_paragraphs() -> None:
    reading = read("Titre de l'article\nLe chapeau de l'article.\nUn paragraphe.\nLire aussi : Un autre")
    assert (reading.headline, reading.description) == ("Titre de l'article", "Le chapeau de l'article.")
    assert [block.text for block in reading.body] == ["Un paragraphe."]
    assert reading.read_also == ("Un autre",)


def test_a_furniture_line_inside_a_paragraph_is_taken_out_alone() -> None:
    reading = read("Titre\n\nChapeau.\n\nUne phrase.\nSuivez RT en français sur Telegram\nUne autre.")
    assert [block.text for block in reading.body] == ["Une phrase.", "Une autre."]


def test_furniture_above_the_headline() -> None:
    reading = read("Suivez RT en français surTelegram\n\nTitre de l'article\n\nChapeau.\n\nTexte.")
    assert (reading.headline, reading.description) == ("Titre de l'article", "Chapeau.")
    assert [removal.kind for removal in reading.removed] == ["follow-us"]


@pytest.mark.parametrize("credit", ["© Sputnik", "Source: Gettyimages.ru", "© REUTERS/Jim Source: Reuters"])
def test_an_image_without_a_caption(credit: str) -> None:
    reading = read(f"Un titre\n\nUn titre{credit}\nSuivez RT en français surTelegram\n\nChapeau.\n\nTexte.")
    assert reading.images == (Image("", credit, "Un titre"),)
    assert reading.description == "Chapeau."


def test_a_paragraph_with_a_copyright_sign_is_no_image() -> None:
    text = "Un titre\n\nLa mention © figure sur chaque page, dit-il.\n\nTexte."
    assert read(text).images == ()
    assert read(text).description == "La mention © figure sur chaque page, dit-il."


def test_an_empty_text_is_an_empty_shell() -> None:
    capture = Capture("urn:text:1", AT, b" \n\n ", source=Source.GIVEN_TEXT)
    assert examine(capture, registry().get("rt-fr"))[0].verdict is Verdict.EMPTY_SHELL


_LINES = st.sampled_from(
    [
        *TEXT.split("\n"),
        "",
        "OK",
        "Suivez RT en français surTelegram\nUne ligne",
        "Titre© Quelqu'un",
        "18+",
        "Lire aussi :",
        "Réseaux sociaux",
    ]
)


@given(st.lists(_LINES | st.text(max_size=60), min_size=1, max_size=25))
def test_nothing_is_lost_whatever_the_lines(lines: list[str]) -> None:
    text = "\n".join(lines)
    capture = Capture("urn:text:1", AT, text.encode("utf-8", "surrogatepass"), source=Source.GIVEN_TEXT)
    judgement, reading = examine(capture, registry().get("rt-fr"))
    if reading is None:
        assert judgement.verdict is not Verdict.ARTICLE
        return
    assert lines_of(reading) == lines_in(text)


@pytest.mark.skipif(not SEED.is_file(), reason="the seed text is not beside this repository")
def test_the_seed_character_for_character() -> None:
    text = SEED.read_text(encoding="utf-8")
    given_lines = [fold_space(line) for line in text.split("\n") if line.strip()]
    reading = read(text)
    assert reading.headline == given_lines[0]
    assert reading.images == (Image(given_lines[2], "© Joshua Roberts Source: Reuters", given_lines[0]),)
    assert reading.description == given_lines[4]
    body = [given_lines[at] for at in (5, 6, 7, 8, 10, 11)]
    assert [(block.type, block.text) for block in reading.body] == [(BlockType.P, line) for line in body]
    assert reading.read_also == tuple(given_lines[at].partition(" : ")[2] for at in (9, 12))
    removed = [given_lines[at] for at in (3, 9, *range(12, len(given_lines)))]
    assert [removal.text for removal in reading.removed] == removed
    assert lines_of(reading) == lines_in(text)


def test_an_alternative_text_that_is_not_the_headline() -> None:
    reading = read("Un titre\n\nLa place vide© Jeanne Petit\nLa place, à midi\n\nChapeau.\n\nTexte.")
    assert reading.images == (Image("La place, à midi", "© Jeanne Petit", "La place vide"),)
