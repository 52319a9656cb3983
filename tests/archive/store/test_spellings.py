"""Addresses that an older program compared by other rules are compared anew by `upgrade`: no look makes another article
of what is one already."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from archive import urls
from archive.home import Home
from archive.store import spellings
from tests.archive.material import Material, opened, reading

SAID = ("The first thing that was said at length, so that a page has a size.", "The second thing, with 12 people.")
BARE, MARKED = "https://paper.test/ferry", "https://paper.test/ferry?mtm_group=x"


def test_what_is_compared_otherwise_today_stays_one_article(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Material(home)
    with monkeypatch.context() as before:
        before.setattr(urls, "canonical", lambda url: url)
        for minute, url in enumerate((BARE, MARKED, "https://paper.test/other")):
            made.page(minute, reading(*SAID, url[8:]), urls.canonical_key(url), url=url)
        with opened(home) as archive:
            archive.run(made.made)
    with opened(home) as archive:
        assert spellings.renew(archive.engine, lambda *_: None) == 3
        assert spellings.renew(archive.engine, lambda *_: None) == 0
        for minute, url in ((10, BARE), (20, MARKED), (30, "https://paper.test/other")):
            made.page(minute, reading(*SAID, "Anew."), urls.canonical_key(url), url=url)
        archive.run(made.made[3:])
        made.close()
        with archive.engine.connect() as connection:
            found = connection.execute(text("SELECT article, count(*) FROM v1_versions GROUP BY 1 ORDER BY 2")).all()
            assert [count for _, count in found] == [2, 3]
        archive.content()
