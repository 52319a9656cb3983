"""Invented news in every script, and which of it a query finds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from archive.query import search
from archive.query.search import Search
from archive.search.language import Query

__all__ = ["TEXTS", "found", "language"]

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
    "sr": ("Мост је отворен", "Ђаци иду.", "Градоначелник Београда није дошао.", "Ђорђе"),
    "sr2": ("Most je otvoren", "Đaci idu.", "Gradonačelnik Beograda nije došao.", "Đorđe"),
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
"""Headline, lead, body, by-line."""


def language(name: str) -> str:
    """The language of one of the texts."""
    return name.rstrip("23")


def found(connection: Connection, query: Query, **how: Any) -> set[str]:
    """The articles a query finds."""
    page = search.find(connection, Search(query, **how), limit=100)
    return {hit.article.partition(":")[2] for hit in page.hits}
