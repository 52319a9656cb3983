"""The same words find the same articles on either database, in every script, and no query is too odd to be asked."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random

import pytest
from sqlalchemy import Connection

from archive.errors import UsageError
from archive.home import Home
from archive.questions import finding
from archive.search import LONGEST_QUERY, Query, parse, tokens
from tests.archive.material import Archive, Material, opened, reading

# Invented news: headline, lead, body, by-line.
TEXTS = {
    "en": (
        "Bridge reopens after repairs",
        "The ministry said so.",
        "It cost 12 million, the ministry added. It re-opens, again.",
        "Ann O'Neil",
    ),
    "en2": (
        "The president's bridge",
        "No repairs.",
        "The president of the bridge didn't repair anything; 12,5 % of it fell.",
        "The Ministry",
    ),
    "fr": (
        "L'ambassadeur met les points sur les «i»",
        "Une cité d'été.",
        "L'élève a dit : « où est Noël ? » Cœur, naïf, garçon.",
        "Hélène Bœuf",
    ),
    "ru": (
        "Мост открыли после ремонта",
        "Всё ещё идёт.",
        "Йод, ёлка и Ельцин: «мост» стоил 12 млн. Мой, мои, за́мок.",
        "Пётр Ильин",
    ),
    "uk": ("Міст відкрили", "Її їжак.", "Об'єкт на Україні, ґанок.", ""),
    "ar": (
        "افتتاح الجسر بعد الإصلاحات",
        "قال الوزير إنَّ ذلك صحيح.",
        "أُعيد فتح الجسر يوم الاثنين، وبلغت الكلفة ١٢ مليوناً. مدرسة وعلى.",
        "أحمد",
    ),
    "fa": ("پل دوباره باز شد", "می‌گویند.", "کتاب‌های فارسی یک هفته.", ""),
    "zh": ("大桥维修后重新开放", "部长说。", "中华人民共和国的大桥,花费12亿元。北京2026年。", "王小明"),
    "ja": ("橋が再開した", "東京タワー。", "がぎぐげご。カタカナとひらがな。", ""),
    "ko": ("다리가 다시 열렸다", "서울에서.", "대통령이 말했다.", ""),
    "th": ("สะพานเปิดอีกครั้ง", "", "ประเทศไทย", ""),
    "tr": ("İstanbul'da köprü", "IĞDIR ılık.", "Çağrı, şöyle dedi.", ""),
    "de": ("Die Straße ist weiß", "Größe.", "Fußgängerübergang; ÜBER.", ""),
    "el": ("Η γέφυρα άνοιξε", "", "Ὁ Σωκράτης. ΟΔΟΣ, οδός.", ""),
    "vi": ("Cầu mở lại", "", "Việt Nam, đường.", ""),
    "hi": ("पुल फिर खुला", "", "हिन्दी में क्षत्रिय।", ""),
}

EXPECTED = {
    "bridge": "en en2",
    "BRIDGE repairs": "en en2",
    '"bridge reopens"': "en",
    '"reopens bridge"': "",
    '"repairs the"': "",
    "o'neil": "en",
    "ministry": "en en2",
    "12": "en en2 ru zh",
    "١٢": "ar",
    "12,5": "en2",
    "ete": "fr",
    "élève noel": "fr",
    "ELEVE coeur": "",
    "cœur": "fr",
    "ambassadeur «i»": "fr",
    "мост": "ru",
    "МОСТ елка": "ru",
    "мои": "ru",
    "мой": "ru",
    "йод": "ru",
    "иод": "",
    "петр": "ru",
    "замок": "ru",
    "їжак": "uk",
    "ґанок": "uk",
    "الجسر": "ar",
    "احمد": "ar",
    "اعيد": "ar",
    "مدرسه": "ar",
    "إن": "ar",
    "كتابهای": "fa",
    "میگویند": "fa",
    "大桥": "zh",
    "桥": "zh",
    "开放 北京": "zh",
    "人民共和": "zh",
    "共和人民": "",
    "北京2026": "zh",
    "東京": "ja",
    "か": "",
    "が": "ja",
    "대통령": "ko",
    "สะพาน": "th",
    "istanbul": "tr",
    "köprü": "tr",
    "STRASSE": "de",
    "weiß": "de",
    "grosse": "de",
    "γεφυρα": "el",
    "οδοσ": "el",
    "duong": "",
    "việt": "vi",
    "viet": "vi",
    "हिन्दी": "hi",
}


def _places(field: str, phrase: tuple[str, ...], *, prefix: bool) -> bool:
    found = tokens(field)
    if prefix:
        return any(token.startswith(phrase[0]) for token in found)
    return any(tuple(found[n : n + len(phrase)]) == phrase for n in range(len(found)))


def wanted(query: Query) -> set[str]:
    """What a query finds by its meaning: every phrase, in a row, within one field of the article."""
    found = set()
    for name, fields in TEXTS.items():
        if all(
            any(_places(field, phrase, prefix=_one_of_a_pair(phrase)) for field in fields) for phrase in query.phrases
        ):
            found.add(name)
    return found


def _one_of_a_pair(phrase: tuple[str, ...]) -> bool:
    return len(phrase) == 1 and len(phrase[0]) == 1 and len(tokens(f"{phrase[0]}{phrase[0]}{phrase[0]}")) == 2


@pytest.fixture
def archive(home: Home) -> Iterator[Archive]:
    material = Material(home)
    for name, (headline, lead, body, by) in TEXTS.items():
        material.page(0, reading(body, headline=headline, description=lead, authors=(by,) if by else ()), name)
    material.close()
    with opened(home) as made:
        made.run(material.made)
        yield made


def found(connection: Connection, query: Query) -> set[str]:
    return {hit.article.partition(":")[2] for hit in finding.find(connection, query, limit=100)}


def test_words_and_phrases_find_the_same_articles_in_every_script(archive: Archive) -> None:
    with archive.engine.connect() as connection:
        said = {asked: " ".join(sorted(found(connection, parse(asked)))) for asked in EXPECTED}
    assert said == EXPECTED


ODD = """" ' * ( ) ^ : - + ~ & | ! < > { } [ ] \\ / , . ; % _ ? # @ = $ NEAR AND OR NOT headline: body: "" '' "a b" * -a
NEAR(a,b) a* a:* 'a':1 a<->b a&b !a DROP;-- %00 \x00 \ud83d \ufeff \u202e \u0301 🙂 \U0001e900 ꙁ ა Ꭰ ⅷ ﷺ ǆ ŉ
ß""".split()


def odd_queries(chance: Random, count: int) -> Iterator[str]:
    """Words of the texts, signs databases take for commands, and any characters at all, in any company."""
    said = [word for fields in TEXTS.values() for field in fields for word in field.split()]
    for _ in range(count):
        kinds = chance.choices([said, ODD, None], weights=(5, 3, 2), k=chance.randint(1, 4))
        parts = [
            chance.choice(kind) if kind else chr(chance.choice([chance.randrange(0x3000), chance.randrange(0x11_0000)]))
            for kind in kinds
        ]
        yield chance.choice(["", " ", '"']).join(parts) if chance.random() < 0.3 else " ".join(parts)


def test_no_query_is_an_error_and_none_finds_more_or_less_than_it_says(archive: Archive) -> None:
    asked = [*ODD, *map(" ".join, product(ODD[:12], repeat=2)), *odd_queries(Random(11), 400)]
    assert len(asked) >= 500
    refused = 0
    with archive.engine.connect() as connection:
        for words in asked:
            try:
                query = parse(words)
            except UsageError:
                refused += 1
                continue
            assert found(connection, query) == wanted(query), repr(words)
    assert refused < 300


def test_a_query_without_a_word_or_without_an_end_is_refused_in_words() -> None:
    for words in ("", "  ", '""', "!?", "\0"):
        with pytest.raises(UsageError, match="no word"):
            parse(words)
    with pytest.raises(UsageError, match="characters"):
        parse("a" * (LONGEST_QUERY + 1))


def test_a_hit_shows_where_the_words_stand(archive: Archive) -> None:
    with archive.engine.connect() as connection:
        (hit,) = finding.find(connection, parse('COST "ministry added"'))
        assert (
            hit.passage
            == "Bridge reopens after repairs The ministry said so. It cost 12 million, the ministry added. It"
        )
        assert hit.found == ("ministry", "cost", "added")
        (hit,) = finding.find(connection, parse("Ann"))
        assert (hit.headline, hit.found) == ("Bridge reopens after repairs", ())
        assert len(list(finding.find(connection, parse("12"), limit=2))) == 2
        assert list(finding.find(connection, parse("bridge"), outlet="another")) == []
