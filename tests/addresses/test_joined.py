"""Two stored articles that turn out to be one become one, without an edit, and whatever was cited is still found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from archive.home import Home
from archive.records import Capture, RunKind
from crawler.pipeline.intake import Intake
from tests.crawler.crawls import here
from tests.crawler.pipeline.saved import asked, content, rows
from tests.support import sound

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
SITE = "https://vale-post.example"
OLD, NEW, PRINT = f"{SITE}/news/4711-orchard-saved", f"{SITE}/news/4711-trees-may-stay", f"{SITE}/print/4711"
SAYS = (
    "The orchard at the end of Mill Lane will not be built over, the council decided on Friday.",
    "More than {} people had signed a letter asking for the trees to stay where they are.",
)


def _look(day: int, url: str, signed: str = "200", *, states: str = "", landed: str = "", status: int = 200) -> Capture:
    links = f'<link rel="canonical" href="{states}">' if states else ""
    said = "".join(f"<p>{one.format(signed)}</p>" for one in SAYS)
    head = f"<html lang='en'><head><title>Orchard saved</title>{links}</head>"
    body = f"{head}<body><article><h1>Orchard saved</h1>{said}"
    body = "<html><body><h1>Not found</h1></body></html>" if status != 200 else f"{body}</article></body></html>"
    return Capture(url, START + timedelta(days=day), body.encode(), status, final_url=landed)


LOOKS = (
    _look(0, OLD),
    _look(1, NEW, "300"),
    _look(2, OLD, status=404),
    _look(3, NEW, "300"),
    _look(4, OLD, "300", states=NEW),
    _look(5, PRINT, "300"),
)
"""The same article under two addresses until a page says so; and a view to be printed that says nothing."""


def _taken(home: Home, looks: Sequence[Capture]) -> list[str]:
    """Take looks one run after the other; the version that each came to, as it was called then."""
    names: list[str] = []
    for look in looks:
        with Intake(home, RunKind.INGEST, lambda: START, lambda taken: names.append(taken.recorded.version)) as intake:
            assert intake.take(look)
    return names


def _told(home: Home) -> tuple[list[dict[str, Any]], ...]:
    """What an archive says of its edits and of the article's history."""
    edits = rows(asked(home, "edits", "--json", fine=True))
    history = rows(asked(home, "history", PRINT, "--json", fine=True))
    return [{name: one[name] for name in ("from", "to", "not_after")} for one in edits], history


def test_two_articles_that_are_one_join_without_an_edit_and_keep_the_ids_they_had(home: Home) -> None:
    names = _taken(home, LOOKS)
    first, second = names[0], names[1]
    assert first.partition("@")[0] != second.partition("@")[0], "until the fourth look nothing says that they are one"
    edits, history = _told(home)
    (edit,) = edits
    assert edit["from"] == first
    assert [one["first_seen"][:10] for one in history] == ["2026-03-01", "2026-03-02"]
    for name in (*filter(None, names), *(name.partition("@")[0] for name in names if name), OLD, NEW, PRINT):
        (shown,) = rows(asked(home, "show", name, "--json", fine=True))
        assert shown["article"] == first.partition("@")[0]
    assert rows(asked(home, "show", second, "--json"))[0]["version"] == edit["to"]
    assert [row["total"] for row in rows(asked(home, "status", "--json")) if row["ledger"] == "articles"] == [1]
    sound(home)


def test_whichever_look_comes_first_the_article_is_the_same(home: Home, tmp_path: Path) -> None:
    _taken(home, LOOKS)
    other = here(tmp_path / "other")
    _taken(other, LOOKS[::-1])
    assert _told(home) == _told(other)
    assert content(home)["captures"] == content(other)["captures"]
    sound(other)
