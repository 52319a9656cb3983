"""A week of saved pages goes in by the command, once for this file; what the outlet did comes out by the others."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest

from archive.home import Home
from tests.crawler.pipeline.saved import ADDRESS, EDITED, GENERAL, OLD, ROTATED, Folder, asked, content, rows, rt_page
from tests.support import palimpsest

TAKEN = "url fetched_at outcome verdict reason article version capture".split()
HISTORY = "url article version number headline first_seen last_seen sightings evidence doubts otherwise".split()
EDIT = [
    *"url article outlet from to not_before not_after seen_at changed headline".split(),
    *"published hours_min hours_max claimed_at declared kinds added deleted live sentences citation".split(),
    *"unsettled struck".split(),
]
DIFF = "article from to field change before after pieces".split()
HIT = [
    *"article url outlet version number headline first_seen last_seen passage found match marks language".split(),
    *"unit as_of coverage".split(),
]
LEDGER = "outlet ledger total states adds_up remark".split()
GONE = [
    *"article url outlet life since evidence version headline".split(),
    *"first_seen last_seen leads_to elsewhere articles days_lived back".split(),
]


def _a_week(saved: Folder) -> None:
    """An article that is looked at, rotates its furniture, is edited, vanishes for two days and returns."""
    saved.add(OLD, "2026-03-01T12:00:00Z")
    saved.add(ROTATED, "2026-03-01T15:00:00+02:00", f"{ADDRESS}?utm_source=telegram")
    saved.add(
        gzip.compress(EDITED), "2026-03-02T12:00:00", name="edited.html.gz", headers={"Content-Type": "text/html"}
    )
    saved.add(b"<h1>404</h1>", "2026-03-03T12:00:00Z", status=404)
    saved.add(b"<h1>404</h1>", "2026-03-04T13:00:00Z", status=404, headers=[["Content-Type", "text/html"]])
    other = "https://francais.rt.com/france/41740-verger"
    saved.add(rt_page("Le verger reste.", headline="Le verger"), "2026-03-01T12:00:00Z", other)
    saved.add(b"<h1>410</h1>", "2026-03-02T12:00:00Z", other, status=410)
    saved.add(GENERAL, "2026-03-01T12:00:00Z", "https://news.valepost.co.uk/orchard/")
    saved.add(b"%PDF-1.7 x", "2026-03-01T12:00:00Z", "https://news.valepost.co.uk/report.pdf")


@dataclass(frozen=True)
class Week:
    """The pages, the archive they went into, and what was said of each."""

    saved: Folder
    home: Home
    taken: list[dict[str, Any]]

    @property
    def first(self) -> str:
        """The version before the edit."""
        return str(self.taken[0]["version"])

    @property
    def last(self) -> str:
        """The version after it."""
        return str(self.taken[2]["version"])


@pytest.fixture(scope="module")
def week(module_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Week:
    saved = Folder(tmp_path_factory.mktemp("saved"))
    _a_week(saved)
    answer = palimpsest("ingest", "--manifest", saved.manifest(), "--json", home=module_home)
    assert answer.code == 0, answer
    return Week(saved, module_home, rows(answer))


def test_every_page_has_an_outcome_and_its_article(week: Week) -> None:
    assert [list(row) for row in week.taken] == [TAKEN] * len(week.saved.lines)
    assert [(row["outcome"], row["article"]) for row in week.taken] == [
        ("new", "rt-fr:41739"),
        ("same", "rt-fr:41739"),
        ("changed", "rt-fr:41739"),
        ("gone", "rt-fr:41739"),
        ("gone", "rt-fr:41739"),
        ("new", "rt-fr:41740"),
        ("gone", "rt-fr:41740"),
        ("new", week.taken[7]["article"]),
        ("not-html", None),
    ]
    assert week.taken[7]["article"].startswith("valepost.co.uk:"), (
        "an outlet nobody has described is named by its domain"
    )


def test_the_history_of_an_article_has_its_versions_and_when_each_was_seen(week: Week) -> None:
    (old, new) = rows(asked(week.home, "history", ADDRESS, "--json", fine=True))
    assert [list(old), list(new)] == [HISTORY] * 2
    assert old == {
        "url": ADDRESS,
        "article": "rt-fr:41739",
        "version": week.first,
        "number": 1,
        "headline": "Le pont rouvre après les travaux",
        "first_seen": "2026-03-01T12:00:00+00:00",
        "last_seen": "2026-03-01T13:00:00+00:00",
        "sightings": [
            {
                "first_seen": "2026-03-01T12:00:00+00:00",
                "last_seen": "2026-03-01T13:00:00+00:00",
                "times": 2,
                "not_before": None,
            }
        ],
        "evidence": "given-page",
        "doubts": [],
        "otherwise": 0,
    }
    assert (new["version"], new["first_seen"], new["last_seen"]) == (week.last, *["2026-03-02T12:00:00+00:00"] * 2)


def test_an_edit_lies_between_two_looks_and_names_its_field(week: Week) -> None:
    (edit,) = rows(asked(week.home, "edits", "--json", fine=True))
    assert list(edit) == EDIT
    assert (edit["from"], edit["to"], edit["changed"], edit["outlet"]) == (week.first, week.last, ["body"], "rt-fr")
    assert (edit["not_before"], edit["not_after"]) == ("2026-03-01T13:00:00+00:00", "2026-03-02T12:00:00+00:00")
    assert edit["seen_at"] == edit["not_after"]
    since, until = ("--changed-since", "2026-03-02T12:00Z"), ("--changed-until", "2026-03-02T12:00Z")
    assert len(rows(asked(week.home, "edits", "--outlet", "rt-fr", *since, "--json", fine=True))) == 1
    assert rows(asked(week.home, "edits", *until, "--json", fine=True)) == []


def test_what_was_edited_is_shown_word_by_word(week: Week) -> None:
    pieces = [
        row for row in rows(asked(week.home, "diff", "rt-fr:41739", "--json", fine=True)) if row["change"] != "kept"
    ]
    assert [list(row) for row in pieces] == [DIFF]
    assert [piece["text"] for piece in pieces[0]["pieces"] if piece["mark"] != "kept"] == ["12", "13"]


def test_what_was_looked_for_in_vain_is_gone_or_suspected(week: Week) -> None:
    (lost, suspected) = rows(asked(week.home, "gone", "--json", fine=True))
    assert [list(lost), list(suspected)] == [GONE] * 2
    assert (lost["article"], lost["life"], lost["since"]) == ("rt-fr:41739", "gone", "2026-03-03T12:00:00+00:00")
    assert (lost["evidence"], lost["version"]) == (week.taken[3]["capture"], week.last)
    assert (suspected["article"], suspected["life"]) == ("rt-fr:41740", "suspected")


def test_a_version_is_shown_without_what_is_no_part_of_it(week: Week) -> None:
    (shown,) = rows(asked(week.home, "show", week.first, "--json", fine=True))
    assert [block["text"] for block in shown["body"]] == ["Le pont a coûté 12 millions.", "La circulation a repris."]
    assert shown["read_also"] == ["Un autre titre"]
    assert "Suivez RT en français sur Telegram" in [piece["text"] for piece in shown["furniture"]]
    assert (shown["description"], shown["date_published"]) == ("Quatorze mois plus tard.", "2026-03-01T09:00:00+00:00")


def test_a_version_is_found_by_its_words(week: Week) -> None:
    (hit,) = rows(asked(week.home, "search", '"coute 13"', "circulation", "--json", fine=True))
    assert (list(hit), hit["coverage"]["outlet"]) == (HIT, "rt-fr")
    assert "no hits: " in asked(week.home, "search", "nobody", fine=True).stderr
    assert (hit["version"], hit["found"]) == (week.last, ["coûté 13", "circulation"])


def test_the_ledgers_add_up(week: Week) -> None:
    ledgers = rows(asked(week.home, "status", "--json", fine=True))
    assert [list(row) for row in ledgers] == [LEDGER] * len(ledgers)
    assert all(row["adds_up"] and row["total"] == sum(row["states"].values()) for row in ledgers)
    assert {(row["outlet"], row["ledger"]): row["states"] for row in ledgers} == {
        ("rt-fr", "captures"): {"new": 2, "same": 1, "changed": 1, "gone": 3},
        ("rt-fr", "articles"): {"gone": 1, "suspected": 1},
        ("valepost.co.uk", "captures"): {"new": 1, "not-html": 1},
        ("valepost.co.uk", "articles"): {"live": 1},
    }


def test_what_was_taken_in_once_adds_nothing(week: Week) -> None:
    said = content(week.home)
    again = asked(week.home, "ingest", "--manifest", week.saved.manifest(), "--json", fine=True)
    assert again.stdout == ""
    assert "9 stored before" in again.stderr
    assert content(week.home) == said


def test_order_repetition_and_database_do_not_matter(week: Week, tmp_path: Path) -> None:
    other = Home(tmp_path / "other", f"sqlite:///{tmp_path / 'other' / 'archive.db'}")
    lines = Random(3).sample(week.saved.lines, len(week.saved.lines))
    assert asked(other, "ingest", "--manifest", week.saved.manifest(lines * 2)).code == 0
    assert content(other) == content(week.home)
