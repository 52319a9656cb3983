"""Text in the right charset is not taken for spoilt."""

from __future__ import annotations

import pytest

from crawler.parse.mojibake import spoilt


@pytest.mark.parametrize(
    "text",
    [
        "قطار شمال از سال ۱۳۹۸ تا سال ۱۴۰۵ کار نمی‌کرد و در ۱۲ مهر دوباره راه افتاد.",
        "افتتح السوق في عام ٢٠١٩ وأغلق في عام ٢٠٢٤.",
        "मेला १९९८ में शुरू हुआ और २०२६ तक चला।",
    ],
)
def test_numbers_in_the_digits_of_a_language_are_sound(text: str) -> None:
    assert spoilt(text) == 0.0


def test_letters_as_gb18030_writes_them_are_known() -> None:
    assert spoilt("Žluťoučký kůň úpěl ďábelské ódy. ".encode("gb18030").decode("windows-1252", "replace") * 4) > 0.01
