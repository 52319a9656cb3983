"""Which language a text is in: the outlet's word for it, held against the text."""

from __future__ import annotations

import sys
import time
import tomllib
from collections import Counter
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parse.language import STOP_WORDS, alone, contradicts, language_of

TEXTS = tomllib.loads(Path(__file__).with_name("languages.toml").read_text(encoding="utf-8"))
KNOWN = [language for language in TEXTS if language != "ga"]


@pytest.mark.parametrize("language", KNOWN)
def test_what_is_declared_is_confirmed(language: str) -> None:
    assert language_of((language,), TEXTS[language]) == language
    assert language_of((alone(language),), TEXTS[language]) == language


@pytest.mark.parametrize("language", KNOWN)
def test_where_nothing_is_declared_the_text_tells(language: str) -> None:
    # The detector has no Serbian, and in Latin letters calls it Croatian.
    assert language_of((), TEXTS[language]) == language


@pytest.mark.parametrize("declared", ["en", "fr", "ru", "ar", "zh", "sr", "mk"])
@pytest.mark.parametrize("language", KNOWN)
def test_a_page_in_another_language_is_noticed(language: str, declared: str) -> None:
    found = language_of((declared,), TEXTS[language])
    assert found == language
    assert contradicts(found, (declared,)) == (alone(language) != declared)


def test_of_several_declared_the_one_the_text_confirms() -> None:
    assert language_of(("sr", "en"), TEXTS["en"]) == "en"
    assert language_of(("es", "pt"), TEXTS["pt"]) == "pt"
    assert language_of(("pt-BR", "en-US"), TEXTS["pt"]) == "pt"


@pytest.mark.parametrize(
    ("declared", "text", "found"),
    [
        (("en",), "", "en"),
        (("en",), "2026", "en"),
        ((), "2026", ""),
        (("en",), "Breaking news", "en"),
        ((), "Breaking news", ""),
        (("fr",), "Жизнь и смерть", ""),
        (("xx",), TEXTS["fr"], "fr"),
        (("und",), TEXTS["ja"], "ja"),
        (("cn",), TEXTS["zh-Hans"], "zh-Hans"),
        (("zh",), "中文", "zh"),
        # An outlet in a language whose small words we do not know is believed against a few that are like them.
        (
            ("ga",),
            TEXTS["ga"],
            "ga",
        ),
        (("ga",), TEXTS["en"], "en"),
        # A few words of another language are a quotation.
        (("fr",), f"« The harbour was closed », a dit le maire. {TEXTS['fr']}", "fr"),
        (("ja",), "東京", "zh"),
    ],
)
def test_short_strange_and_mixed(declared: tuple[str, ...], text: str, found: str) -> None:
    assert language_of(declared, text).partition("-")[0] == found.partition("-")[0]


@pytest.mark.parametrize(
    ("found", "declared", "expected"),
    [
        ("sr-Latn", ("sr",), False),
        ("zh-Hant", ("zh",), False),
        ("pt", ("pt-BR",), False),
        ("no", ("nb",), False),
        ("en", ("fr",), True),
        ("en", ("fr", "en"), False),
        ("", ("fr",), False),
        ("en", (), False),
        ("en", ("",), False),
    ],
)
def test_a_script_is_no_other_language(found: str, declared: tuple[str, ...], expected: bool) -> None:
    assert contradicts(found, declared) is expected


@given(st.lists(st.text(max_size=12), max_size=3), st.text(max_size=600))
def test_never_raises_and_is_always_the_same(declared: list[str], text: str) -> None:
    assert language_of(declared, text) == language_of(declared, text)


def test_a_text_in_no_known_language_costs_a_bounded_number_of_looks() -> None:
    looks = Counter[str]()

    def count(frame: FrameType, event: str, _argument: object) -> None:
        looks[frame.f_code.co_name] += event == "call"

    # Like several languages that the detector knows, and none of them.
    irish = " ".join(word for word in TEXTS["ga"].split() if len(word) > 2)
    sys.setprofile(count)
    try:
        language_of((), irish)
    finally:
        sys.setprofile(None)
    assert 0 < looks["_update_lang_prob"] <= 7 * 201


def test_small_words_are_written_as_they_are_looked_for() -> None:
    found = tomllib.loads(STOP_WORDS.read_text(encoding="utf-8"))
    for language, line in found["words"].items():
        words = line.split()
        assert len(words) == len(set(words)), language
        assert len(words) >= 11, language
        assert line == line.lower().replace("\u064a", "\u06cc").replace("\u0643", "\u06a9"), language
        letters = set(found["never"].get(language, ""))
        assert not letters & set(line), language


def test_a_declared_language_is_confirmed_in_microseconds() -> None:
    article = " ".join([TEXTS["es"]] * 1000)
    language_of(("es",), article)
    times = []
    for _ in range(20):
        start = time.process_time()
        for _ in range(50):
            language_of(("es",), article)
        times.append((time.process_time() - start) / 50)
    print(f"a language confirmed in {min(times) * 1e6:.0f} µs")
    assert min(times) < 100e-6  # twice what it takes, for slow machines


def test_what_is_declared_tells_languages_that_share_their_words() -> None:
    said = "Skela je isplovila u ponedjeljak prvi put nakon jedanaest sedmica, kazala je kapetanica, jer su daske nove."
    assert [language_of(code, said) for code in ("bs", "hr", "")] == ["bs", "hr", "hr"]
    assert language_of("prs", "شهردار گفت که بندر روز دوشنبه بسته شد و این شهر سیل را فراموش نمی‌کند.") == "prs"
    assert language_of("bs", "The harbour was closed on Monday because a crane had fallen into the water.") == "en"


def test_no_detector_overrules_what_it_does_not_know() -> None:
    assert language_of("ga", "Dúnadh an calafort Dé Luain tar éis do chrann tógála titim san uisce") == "ga"
