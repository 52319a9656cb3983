"""Which furniture rules worked, on what, and which deserve a second look, the same on both databases."""

from __future__ import annotations

from datetime import timedelta

from archive.home import Home
from archive.query import boilerplate
from archive.query.filters import Filters
from archive.records import Removal
from tests.archive.material import Archive, Material, at, opened, reading

_DAY = 24 * 60
_SHARE, _CONSENT = Removal("en/share", "share", "Share this article"), "We use cookies to make this site work."
_OWN = "We use cookies to bake what nobody else bakes, said the pastry cook of the minister, and he went on to bake it."


def _looked_at(archive: Archive, material: Material) -> None:
    """Twelve articles with both kinds of furniture, one of them with a sentence of its own; then a month of silence."""
    for number in range(12):
        said = _OWN if number == 7 else _CONSENT
        removed = (_SHARE, _SHARE, Removal("en/consent", "consent", said))
        material.page(number, reading("A", removed=removed), f"a{number}")
    for number in range(12):
        later = (Removal("en/consent", "consent", _CONSENT),)
        material.page(30 * _DAY + number, reading("B", removed=later), f"b{number}")
    material.close()
    archive.run(material.made)


def _asked(home: Home, **more: object) -> dict[str, boilerplate.RuleAtWork]:
    material = Material(home)
    with opened(home) as archive:
        _looked_at(archive, material)
        with archive.engine.connect() as connection:
            return {one.rule: one for one in boilerplate.rules(connection, **more)}  # type: ignore[arg-type]


def test_rules_are_counted_by_pages_articles_and_texts(home: Home) -> None:
    share, consent = (_asked(home)[name] for name in ("en/share", "en/consent"))
    assert (share.pages, share.articles, share.texts, share.outlets) == (12, 12, 1, ("paper",))
    assert (consent.pages, consent.articles, consent.texts) == (24, 24, 2)
    assert (share.first_seen, share.last_seen) == (at(0), at(11))
    assert consent.last_seen - share.last_seen == timedelta(days=30)


def test_a_rule_that_took_what_one_article_alone_had_or_fell_silent_is_suspicious(home: Home) -> None:
    found = _asked(home)
    assert found["en/consent"].samples[0] == _OWN
    assert found["en/consent"].suspicions == ("took 1 text that stands in one article only",)
    assert found["en/share"].suspicions == ("took nothing of paper since 2026-03-01, while 12 pages came",)


def test_one_rule_or_outlet_can_be_asked_for(home: Home) -> None:
    assert list(_asked(home, rule="en/share", samples=1)) == ["en/share"]
    with opened(home) as archive, archive.engine.connect() as connection:
        (late,) = boilerplate.rules(connection, Filters(seen_since=at(_DAY)))
        assert (late.rule, late.pages) == ("en/consent", 12)
        assert boilerplate.rules(connection, Filters(outlets=("nobody",))) == []
