"""Questions about copies answer on near copies where they are asked to; commands show why, exports write them."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.home import Home
from archive.records import Circumstances, Date, Verdict
from tests.archive.material import Material, opened, reading
from tests.archive.press import Press, edited, words
from tests.archive.questions.asked import rows
from tests.support import RunCli


@pytest.fixture
def copied(home: Home) -> Home:
    """An article, a copy that claims to be older and names it, one that has a third of it, and one that is gone."""
    press, said = Press(home), words("story", 240)
    shown = Circumstances(language="en", images=(("https://a.test/1.jpg", ""),))
    press.prints("a:1", 0, said, circumstances=shown)
    early = Date("early", datetime(2020, 1, 1, tzinfo=UTC), "meta")
    stolen = Circumstances(language="en", links=("https://a.test/x",), images=(("https://b.test/2.jpg", ""),))
    press.prints("b:1", 600, edited(said, 20, "b"), date_published=early, circumstances=stolen)
    press.prints("c:1", 900, words("c", 150), said[80:160], words("c end", 100))
    press.materials["a"].other(3000, Verdict.GONE, url="https://a.test/1")
    press.materials["a"].other(5000, Verdict.GONE, url="https://a.test/1")
    with opened(home) as archive:
        archive.run(press.made)
    return home


def _asked(run_cli: RunCli, *words: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in run_cli("ask", *words, "--json", fine=True).stdout.splitlines()]
    return [line["row"] for line in lines if line["row"] is not None]


def test_each_question_answers_on_near_copies_where_it_is_asked_to(copied: Home, run_cli: RunCli) -> None:
    def of(name: str, column: str, *more: str) -> list[Any]:
        assert (
            name == "copies" or _asked(run_cli, name, *[one for one in more if not one.startswith("similarity")]) == []
        )
        return [row[column] for row in _asked(run_cli, name, *more)]

    near = "similarity=0.5"
    assert of("survives", "copy", near) == ["b:1"]
    assert [row["article"] for row in _asked(run_cli, "copies", "a:1")] == ["a:1"]
    assert of("copies", "kind", "a:1", "similarity=0") == ["exact", "near", "near"]
    assert of("carriers", "outlet", "a", "at_least=1", near) == ["b"]
    assert of("carriers", "outlet", "a", "at_least=1", "similarity=0") == ["b", "c"]
    assert of("first-of-story", "first", near) == ["undecided", "undecided"]
    assert of("other-headlines", "copy", near) == ["b:1"]
    assert [row["article"] for row in _asked(run_cli, "editions", "a:1", near)] == ["a:1", "b:1"]
    assert [row["how"] for row in _asked(run_cli, "citing", "a", near)] == ["linked", "copied"]
    assert of("pictures", "what", near) == ["other"]


def test_why_tells_what_is_shared_who_was_first_and_who_names_whom(copied: Home, run_cli: RunCli) -> None:
    lines = [json.loads(line) for line in run_cli("copies", "a:1", "--why", "--json", fine=True).stdout.splitlines()]
    _, b, c = (line["why"] for line in lines)
    assert (b["of"].partition("@")[0], b["first"], b["names"], b["claims"]) == ("a:1", "undecided", "copy", "copy")
    assert (c["names"], c["claims"], [one["words"] for one in c["passages"]]) == ("none", "none", [80])
    assert c["passages"][0]["text"] == c["passages"][0]["copied"] == " ".join(words("story", 240)[80:160])
    assert "in copy" in run_cli("copies", "a:1", "--why", fine=True).stdout
    assert [json.loads(line)["cluster"] for line in run_cli("clusters", "--json", fine=True).stdout.splitlines()] == [
        "a:1",
        "a:1",
    ]


def test_pairs_and_clusters_are_written_to_files(copied: Home, run_cli: RunCli, tmp_path: Path) -> None:
    for of, count in (("copies", 3), ("clusters", 2)):
        for form in ("csv", "parquet"):
            run_cli("export", tmp_path / f"{of}.{form}", "--rows", of, fine=True)
        with (tmp_path / f"{of}.csv").open(encoding="utf-8", newline="") as file:
            assert len(list(csv.DictReader(file))) == count
    refused = run_cli("export", tmp_path / "no.csv", "--rows", "copies", "--silent")
    assert (refused.code, "not copies" in refused.stderr) == (2, True)


def test_a_near_copy_at_another_host_of_the_outlet_counts_as_identical_where_it_is_asked_to(
    sqlite_home: Home,
) -> None:
    made, said = Material(sqlite_home), words("story", 240)
    made.page(0, reading(" ".join(said)))
    made.page(60, reading(" ".join(edited(said, 20, "b"))), "2", url="https://mirror.test/2-title")
    made.page(70, reading(" ".join(said)), url="https://mirror.test/1-title")
    made.close()
    with opened(sqlite_home) as archive:
        archive.run(made.made)
        with archive.engine.connect() as connection:
            for given, identical in (((), [1, 1]), (("similarity=0.5",), [2, 1])):
                assert [row.identical for row in rows(connection, "domains", given)] == identical


def test_what_of_a_text_is_not_compared_is_said(home: Home, run_cli: RunCli) -> None:
    press, everywhere = Press(home), words("everywhere", 60)
    press.prints("a:1", 0, ["word"] * 60_000)
    press.prints("b:1", 1, ["word"] * 59_000)
    press.prints("b:2", 2, ["…"] * 200)
    press.prints("b:3", 3, ["short"])
    for n in range(14):
        press.prints(f"c:{n}", 10 + n, everywhere, [f"entry{n}"])
    with opened(home) as archive:
        archive.run(press.made)

    def said(article: str) -> str:
        answer = run_cli("copies", article, "--similarity", "0.5", fine=True)
        return answer.stdout + answer.stderr

    assert "only its first 200,000 characters are compared" in said("a:1")
    assert "it repeats itself: 1 different shingle in 40,000 words" in said("a:1")
    assert "b:1" in said("a:1")
    assert "it has too few words to be compared" in said("b:2")
    assert "no body of it that fits has 100 characters" in said("b:3")
    assert "so many articles have it that no pairs are told of it" in said("c:1")
