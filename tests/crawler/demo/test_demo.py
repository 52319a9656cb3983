"""The demo, as a newcomer runs it: what the archive tells is what the outlets did, and nothing else."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from archive.records import BlockType
from crawler.demo.plot import TRUTH
from crawler.demo.stories import SCRIPTED, stories
from crawler.fetch.browsers import Browser
from tests.support import Answer, palimpsest

# What an edition shows at another address, or shows and takes back, is no edit of its own.
_EDITS = {"headline": 1, "number": 1, "flip": 3, "paragraph": 1, "byline": 1, "notice": 1}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Answer]:
    folder = tmp_path_factory.mktemp("demo") / "archive"
    answer = palimpsest("--home", folder, "demo")
    assert answer.code == 0, answer.stderr
    return folder, answer


def _rows(folder: Path, *words: str) -> list[dict[str, Any]]:
    answer = palimpsest("--home", folder, *words, "--json")
    return [json.loads(line) for line in answer.stdout.splitlines()]


def _planted(*kinds: str) -> Counter[str]:
    events = [event for step in TRUTH.values() for event in step if event.kind in kinds]
    return Counter(f"{event.edition}:{event.article}" for event in events)


def test_every_edit_is_found_and_no_other(told: tuple[Path, Answer]) -> None:
    found = Counter(row["article"] for row in _rows(told[0], "edits", "--turns"))
    assert found == _planted(*_EDITS)


def test_a_headline_that_flips_is_one_test_and_no_edits(told: tuple[Path, Answer]) -> None:
    (flipped,) = _planted("flip")
    (test,) = _rows(told[0], "headlines")
    assert test["article"] == flipped
    assert flipped not in {row["article"] for row in _rows(told[0], "edits")}
    assert f"{flipped}: {test['turns']} turns" in told[1].stdout


def test_the_fields_that_were_edited_are_named(told: tuple[Path, Answer]) -> None:
    planted = {
        f"{one.edition}:{one.article}": one.field for step in TRUTH.values() for one in step if one.kind in _EDITS
    }
    assert {row["article"]: row["changed"][0] for row in _rows(told[0], "edits", "--turns")} == planted


def test_what_vanished_is_typed_and_confirmed(told: tuple[Path, Answer]) -> None:
    lives = {row["article"]: row["life"] for row in _rows(told[0], "gone")}
    (gone,), (home,) = _planted("gone"), _planted("home")
    assert lives == {gone: "gone", home: "redirected"}
    part = told[1].stdout.partition("What vanished, with evidence")[2].partition("===\n")[2].partition("===")[0]
    assert part.count("gone: status 410") == 3
    assert part.count("home: the home page in place of the article") == 2
    assert "10 articles never stood at demo-mirror.test, a mirror: no deletion" in part


def test_the_report_begins_with_an_edit_and_ends_with_commands_that_answer(told: tuple[Path, Answer]) -> None:
    report = told[1].stdout
    assert report.index("What was edited") == report.index("=== ") + len("=== ")
    commands = [line.split()[3:] for line in report.splitlines() if line.startswith("  palimpsest --home")]
    assert len(commands) == 3
    for words in commands:
        assert palimpsest("--home", told[0], *words).code == 0


def test_walls_and_torn_pages_are_shown_and_not_believed(told: tuple[Path, Answer]) -> None:
    (wall,), (cut,) = _planted("wall"), _planted("cut")
    part = told[1].stdout.partition("What was not believed")[2].partition("===\n")[2].partition("===")[0]
    assert len(part.strip().splitlines()) == 2, "what is believed stands elsewhere"
    assert f"{wall}" in part
    assert "consent" in part
    assert f"{cut}" in part
    assert "cut: " in part


def test_the_article_that_only_a_script_brings_is_read_in_a_browser(
    told: tuple[Path, Answer], browser: Browser
) -> None:
    edition, place = SCRIPTED
    one = stories(edition)[place]
    (shown,) = _rows(told[0], "show", f"{edition}:{one.id}")
    assert (shown["source"], shown["headline"]) == ("own-browser", one.headline)
    paragraphs = {block.text for block in one.body if block.type is BlockType.P}
    assert paragraphs <= {block["text"] for block in shown["body"]}
    ledgers = {(row["outlet"], row["ledger"]): row["states"] for row in _rows(told[0], "status")}
    assert "empty-shell" not in ledgers[edition, "captures"]
    assert f"{edition}:{one.id}: own-browser" in told[1].stdout


def test_the_ledgers_add_up_and_the_archive_is_sound(told: tuple[Path, Answer]) -> None:
    rows = _rows(told[0], "status")
    assert rows
    assert all(row["adds_up"] for row in rows)
    assert palimpsest("--home", told[0], "verify").code == 0


def test_demo_outlets_are_never_among_the_real_ones() -> None:
    from crawler.outlets.registry import registry

    assert not [name for name in registry().names() if name.startswith("demo")]


def test_a_folder_that_is_no_demo_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("mine", encoding="utf-8")
    assert palimpsest("--home", tmp_path, "demo").code == 2
    assert (tmp_path / "precious.txt").read_text(encoding="utf-8") == "mine"
