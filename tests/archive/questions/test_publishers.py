"""A page names a publisher by a word of its own, not by one that has its name within."""

from __future__ import annotations

import pytest

from archive.questions.publishers import naming


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Mir", "as MIR wrote on Friday"),
        ("RT", "«RT», the broadcaster"),
        ("The Vale Post", "(the vale post, page 3)"),
        ("新华社", "据新华社北京电"),
        ("سبوتنيك", "قالت لسبوتنيك أمس"),
        ("РИА Новости", "сообщили РИА Новостям"),
        ("Правда", "как пишет «Правды»"),
    ],
)
def test_a_title_is_named(title: str, said: str) -> None:
    assert naming((), [title, ""]).search(said)


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Mir", "the Mirror and an admiral"),
        ("RT", "a report on sport"),
        ("Мир", "мирный договор с Владимиром"),
        ("Спутник", "спутниковый снимок"),
        ("سبوتنيك", "السبوتنيكات"),
    ],
)
def test_a_longer_word_names_nobody(title: str, said: str) -> None:
    assert not naming((), [title]).search(said)


def test_a_host_is_named_whole_or_with_what_belongs_to_it() -> None:
    named = naming(["rt.com"], ())
    assert all(map(named.search, ("see rt.com.", "https://www.RT.com/news", "来自rt.com的消息", "@rt.com")))
    assert not any(map(named.search, ("sport.com", "x-rt.com", "rt.com.evil.example", "rt.community")))
    assert not naming((), ()).search("anything")
