"""A short text in a language that few write is told by letters that only that language has."""

from __future__ import annotations

import pytest

from crawler.parse.language import language_of

SHORT = {
    "az": "Bərə doqquz ildən sonra yenidən işləyir.",
    "ckb": "بەلەمی دوورگە دوای نۆ ساڵ گەڕایەوە",
    "kk": "Арал қайығы дүйсенбіде қайта жүзді.",
    "uz": "Паром тўққиз йилдан сўнг яна қатнай бошлади.",
    "uk": "Пором на острів знову пішов у понеділок.",
    "ru": "Паром на остров снова пошёл в понедельник.",
    "fa": "کشتی جزیره پس از نه سال دوباره به راه افتاد",
}


@pytest.mark.parametrize("code", SHORT)
def test_a_short_text_is_told_by_its_letters(code: str) -> None:
    assert language_of("", SHORT[code]) == code


def test_what_is_declared_outweighs_letters() -> None:
    assert language_of("ky", "Кеме тогуз жылдан кийин кайра жөнөдү.") == "ky"
