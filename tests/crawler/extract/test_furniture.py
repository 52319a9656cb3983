"""Phrase rules: what they take, what they must leave, and that they are quick."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.records import BlockType, Capture, Source
from crawler.extract import furniture
from crawler.extract.examine import examine
from crawler.extract.furniture import FOLDER, match, strip
from crawler.extract.raw import RawBlock, RawReading
from crawler.outlets.registry import registry

AT = datetime(2026, 1, 1, tzinfo=UTC)
OUTLETS = {"fr": "rt-fr", "en": "rt-en", "es": "rt-es", "de": "rt-de", "ar": "rt-ar", "ru": "rt-ru"}

OPINION = (
    "The statements, views and opinions expressed in this column are solely those of the author and do not "
    "necessarily represent those of RT."
)
TAKEN = [
    ("fr", "Suivez RT en français surTelegram", "follow-us"),
    ("fr", "suivez  RT en français sur Telegram !", "follow-us"),
    ("fr", "Lire aussi : «Un titre»", "read-also"),
    ("fr", "A lire aussi Un titre sans deux-points", "read-also"),
    ("fr", "Tout AccepterTout refuserParamétrer vos choix", "consent"),
    (
        "fr",
        "Désactiver cette option empêchera les réseaux sociaux de suivre votre navigation sur notre site.",
        "consent",
    ),
    ("en", "READ MORE: A title", "read-also"),
    ("en", "Think your friends would be interested? Share this story!", "share"),
    ("en", "Like this story? Share it with a friend!", "share"),
    ("en", "Get short URL", "share"),
    ("en", "Published time: 18 Nov, 2015 15:41", "date-line"),
    ("en", "Subscribe to RT newsletter to get stories the mainstream media won’t tell you", "subscribe"),
    ("en", "This website uses cookies. Read RT Privacy policy to find out more.", "consent"),
    ("en", OPINION, "disclaimer"),
    ("en", "© Autonomous Nonprofit Organization “TV-Novosti”, 2005–2019. All rights reserved.", "copyright"),
    ("es", "Compartir:", "share"),
    ("es", "El canal internacionalde noticias en españolmás visto en el mundo", "masthead"),
    ("es", "Publicado:", "date-line"),
    ("es", "You use your browser with disabled JavaScript. Please enable JavaScript for comments.", "comments"),
    (
        "es",
        '© Organización Autónoma sin Fines de Lucro "TV-Novosti" 2005-2026. Todos los derechos reservados',
        "copyright",
    ),
    ("de", "Mehr zum Thema - Ein Titel", "read-also"),
    ("de", "Mehr zum Thema – Ein Titel", "read-also"),
    ("ar", "تابعوا RT على تلغرام", "follow-us"),
    ("ru", "Ошибка в тексте? Выделите её и нажмите «Ctrl + Enter»", "comments"),
    ("ru", "Читать ria.ru в Дзен МАКС Telegram", "follow-us", "ria"),
    ("ru", "Краткий пересказ от РИА ИИ", "editor-line", "ria"),
    (
        "ru",
        "Обсуждение закрыто. Участвовать в дискуссии можно в течение 24 часов после выпуска статьи.",
        "comments",
        "ria",
    ),
    ("ru", "Подписывайтесь на темы: Часы Погода", "subscribe", "kommersant"),
    (
        "ru",
        "Отдельные публикации могут содержать информацию, не предназначенную для пользователей до 16 лет.",
        "disclaimer",
        "tass",
    ),
    ("en", "We'd love to get your feedback at radio@sputniknews.com", "comments", "sputnik"),
    ("en", "Get push notifications from Sputnik International", "subscribe", "sputnik"),
    ("ar", 'تابع أخبار "سبوتنيك" من متصفحك', "subscribe", "sputnik"),
    ("fr", "Abonnez-vous @sputnik_afrique", "follow-us", "sputnik"),
    ("zh", "【责任编辑:张三】", "editor-line"),
    ("zh", "（责编：张三、李四）", "editor-line"),
    ("zh", "【关闭窗口】　【发表评论】　【打印本稿】", "share"),
    ("zh", "相关阅读：另一条新闻", "read-also"),
    ("zh", "凡本网注明“来源：某某网”的所有作品，版权均属于某某网。", "disclaimer"),
    ("zh", "关注新华网", "follow-us"),
    ("sr", "Пратите нас на Телеграму", "follow-us"),
    ("sr", "Pročitajte još: Most je zatvoren", "read-also"),
    ("pt", "Leia também: A ponte fechou", "read-also"),
    ("pt", "Inscreva-se no nosso canal do Telegram", "follow-us"),
    ("fr", "[Mise à jour : l'adresse a été corrigée.]", "notice"),
    ("sr", "Исправка: наведена је погрешна година.", "notice"),
    ("pt", "Errata: o texto trazia outra data.", "notice"),
    ("es", "Corrección: la fecha era otra.", "notice"),
    ("de", "Anmerkung der Redaktion: Das Datum wurde berichtigt.", "notice"),
    ("ru", "Уточнение: дата исправлена.", "notice"),
    ("ar", "تصحيح: ذكر تاريخ آخر.", "notice"),
]

LETTER = (
    "Suivez RT en français sur Telegram : c'est ainsi que commence la lettre que le ministère a adressée à ses "
    "agents, et que la commission a lue à voix haute avant d'interroger son auteur pendant trois heures."
)
# (family, language, text, kind) of outlets outside the RT family
TAKEN_OF = [
    ("anadolu", "tr", "Bu haberi paylaşın", "share"),
    ("anadolu", "tr", "İlgili konular", "tags"),
    ("anadolu", "tr", "Bu haberde bir hata mı var?", "comments"),
    ("anadolu", "tr", "Anadolu Ajansı © 2026", "copyright"),
    (
        "anadolu",
        "en",
        "Anadolu Agency website contains only a portion of the news stories offered to subscribers in the AA System",
        "subscribe",
    ),
    ("anadolu", "en", "Is there an error in this story?", "comments"),
    ("granma", "es", "COMENTAR", "comments"),
    ("granma", "es", "Autor: Ana Ejemplo | ana@granma.cu", "date-line"),
    (
        "granma",
        "es",
        "Nos reservaremos el derecho de moderar aquellos comentarios que no cumplan con las reglas de uso.",
        "comments",
    ),
    ("cubadebate", "es", "Se han publicado 11 comentarios", "comments"),
    ("cubadebate", "es", "Compartir en Telegram", "share"),
    ("cubadebate", "es", "Vea también", "read-also"),
    ("yjc", "fa", "انتهای پیام/ی", "editor-line"),
    ("yjc", "fa", "انتهای پيام/", "editor-line"),
    ("yjc", "fa", "برچسب‌ها:", "tags"),
    ("yjc", "fa", "بیش\u200cتر بخوانید: پلی که باز شد", "read-also"),
    ("yjc", "fa", "كليه حقوق اين سايت متعلق به باشگاه خبرنگاران بوده و نقل آن با ذکر منبع بلا مانع است.", "copyright"),
    ("yjc", "fa", "شما در حال پاسخ به نظر «» هستید.", "comments"),
    ("yjc", "fa", "اصلاحیه: نام پل نادرست نوشته شده بود.", "notice"),
]
LEFT_OF = [
    ("yjc", "fa", "انتهای پیام رئیس شورا خطاب به مردم روستا چنین است."),
    ("yjc", "fa", "ارسال نظر کارشناسان به شورا یک ماه طول کشید."),
    ("yjc", "fa", "نظر شما درباره پل چیست؟"),
    ("granma", "es", "Comentar un libro en el parque era costumbre."),
    ("granma", "es", "Autor: Ana Ejemplo"),
    (
        "cubadebate",
        "es",
        "Se han publicado once comentarios suyos sobre el faro desde enero, todos en la prensa de la bahía.",
    ),
    ("cubadebate", "es", "Compartir en Telegram la foto le costó el puesto."),
    ("anadolu", "tr", "Bakan, abonelik işlemlerinin kolaylaşacağını söyledi."),
    ("anadolu", "tr", "Benzer haberlerin ardından soruşturma başlatıldı."),
    ("anadolu", "en", "Share News Corp rose 4% on Monday."),
]
LEFT = [
    ("fr", LETTER),
    ("fr", "Il a dit : « Lire aussi : un titre », puis il est parti."),
    ("fr", "OK, répond-elle."),
    ("fr", "Raconter l'actualité est un métier."),
    ("en", "Follow the money"),
    ("en", "Subscribing to the channel is easy."),
    ("en", "Share prices fell."),
    ("en", "Related companies were also searched, the prosecutor said on Friday."),
    ("es", "Publicado en 1984, el libro vuelve a las librerías con un prólogo nuevo y dos cartas inéditas."),
    ("de", "Mehr zum Thema sagte der Minister nicht."),
    ("ru", "Реклама подорожала."),
    ("zh", "关注新华网的朋友们也许记得，这里曾经每天开四十班船。"),
    (
        "zh",
        "责任编辑的工作从清晨开始，到深夜结束，她说，这些年里没有一天是一样的，每一页稿子都要读上三遍，改上五遍，才敢签字付印。",
    ),
    ("sr", "Исправка рачуна стиже у петак."),
    ("sr", "Podelite svoje utiske, rekao je, pa je otišao."),
    ("pt", "Siga o rio até a ponte, disse o guia."),
    ("pt", "Leia mais devagar, pediu a professora."),
    ("fr", "Correction des copies : le ministère recrute."),
    ("zh", "相关新闻发布会将于周五举行。"),
    ("zh", "分享让更多人看到希望，他说。"),
    ("ru", "Обсуждение закрыто для прессы, сообщили в думе."),
    ("ru", "ТАСС, информационное агентство, основанное в 1904 году, отметило юбилей."),
    ("ru", "Читать ria.ru в школе запретили, и об этом родителям сказали только на собрании в конце учебной четверти."),
    ("en", "Community standards"),
    ("ar", "اليوم"),
]
FAMILIES = ("rt", "ria", "sputnik", "tass", "kommersant")


def _family(language: str) -> str:
    return "rt" if language in OUTLETS else ""


@pytest.mark.parametrize("example", TAKEN, ids=str)
def test_taken(example: tuple[str, ...]) -> None:
    language, text, kind, *family = example
    hit = match(text, (language,), "".join(family) or _family(language))
    assert hit is not None
    assert hit.kind == kind


@pytest.mark.parametrize(("language", "text"), LEFT)
def test_left(language: str, text: str) -> None:
    hits = [match(text, (language,), family) for family in FAMILIES]
    assert all(hit is None or hit.beside for hit in hits)


@pytest.mark.parametrize(("family", "language", "text", "kind"), TAKEN_OF)
def test_taken_of_a_family(family: str, language: str, text: str, kind: str) -> None:
    hit = match(text, (language,), family)
    assert hit is not None
    assert hit.kind == kind


@pytest.mark.parametrize(("family", "language", "text"), LEFT_OF)
def test_left_of_a_family(family: str, language: str, text: str) -> None:
    assert match(text, (language,), family) is None


@pytest.mark.parametrize(
    ("language", "text", "title"),
    [
        ("fr", "Lire aussi : «Un titre : avec deux-points»", "«Un titre : avec deux-points»"),
        ("fr", "Lire aussi: Un titre", "Un titre"),
        ("fr", "À lire aussi Un titre", "Un titre"),
        ("de", "Mehr zum Thema - Ein Titel", "Ein Titel"),
        ("de", "Mehr zum Thema – Ein Titel", "Ein Titel"),
        ("ru", "Читайте также — Заголовок", "Заголовок"),
        ("en", "Also on rt.com", ""),
    ],
)
def test_the_title_of_a_read_also(language: str, text: str, title: str) -> None:
    hit = match(text, (language,), "rt")
    assert hit is not None
    assert hit.title == title


def test_rules_of_a_family_hold_for_it_alone() -> None:
    assert match("Suivez RT en français sur Telegram", ("fr",), "rt") is not None
    assert match("RT en X", ("es",), "another") is None


def _stripped(*texts: str) -> tuple[list[str], list[str]]:
    raw = RawReading("text", "H", blocks=tuple(RawBlock(BlockType.P, text) for text in texts), languages=("fr",))
    reading = strip(raw, registry().get("rt-fr"))
    return [block.text for block in reading.body], [removal.text for removal in reading.removed]


def test_words_are_furniture_only_beside_furniture() -> None:
    assert _stripped("OK", "Un texte.") == (["OK", "Un texte."], [])
    assert _stripped("Un texte.", "Lire aussi : X", "OK", "Refuser", "Fin.") == (
        ["Un texte.", "Fin."],
        ["Lire aussi : X", "OK", "Refuser"],
    )
    assert _stripped("OK", "Refuser", "Lire aussi : X")[0] == []


def test_a_notice_is_never_furniture() -> None:
    raw = RawReading("x", "H", blocks=(RawBlock(BlockType.P, "Editor’s note: the name was wrong."),), languages=("en",))
    reading = strip(raw, registry().get("rt-en"))
    assert [(block.type, block.text) for block in reading.body] == [
        (BlockType.NOTICE, "Editor’s note: the name was wrong.")
    ]
    assert reading.removed == ()


def test_an_embed_keeps_its_words() -> None:
    raw = RawReading("x", "H", blocks=(RawBlock(BlockType.EMBED, "OK"), RawBlock(BlockType.EMBED, "Lire aussi : X")))
    assert len(strip(raw, registry().get("rt-fr")).body) == 2


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_every_phrase_file_is_understood_and_takes_its_own_phrases(path: Path) -> None:
    for family, phrase in furniture._read_file(path.stem):
        text = " ".join(phrase.pieces)
        hit = match(text, (path.stem,), family)
        assert hit is not None, text
        assert phrase.kind
        assert phrase.longest <= 3_000


@pytest.mark.parametrize(
    "text",
    [
        "a" * 200_000,
        "Lire aussi : " + "é" * 200_000,
        "En cliquant sur " * 10_000,
        "Suivez " + " " * 100_000,
        "\"'«" * 50_000,
    ],
)
def test_matching_is_linear(text: str) -> None:
    began = time.process_time()
    match(text, ("fr", "en", "es", "de", "ru", "ar", "zh"), "rt")
    assert time.process_time() - began < 0.1


def test_a_paragraph_costs_microseconds() -> None:
    text = "Le porte-parole a rappelé que les travaux, commencés en avril, dureraient jusqu'à l'automne. " * 4
    match(text, ("fr",), "rt")
    began = time.process_time()
    for _ in range(1_000):
        match(text, ("fr",), "rt")
    assert (time.process_time() - began) / 1_000 < 50e-6


def test_the_last_paragraph_stays_where_it_links_elsewhere_or_is_not_set_apart() -> None:
    page = (
        '<html><body><div class="ArticleView-root"><h1 class="HeadLine-root">T</h1><div class="ArticleView-text">'
        "<p>Uno.</p><p>{}</p></div></div></body></html>"
    )
    kept = [
        '<strong><em><a href="https://otro.example/1">Fuente</a></em></strong>',
        '<a href="/actualidad/600001-x">Un enlace</a> sin adorno',
        "<strong><em>Sin enlace</em></strong>",
    ]
    for last in kept:
        capture = Capture(
            "https://actualidad.rt.com/actualidad/600009-y", AT, page.format(last).encode(), source=Source.GIVEN_PAGE
        )
        reading = examine(capture, registry().get("rt-es"))[1]
        assert reading is not None
        assert len(reading.body) == 2
