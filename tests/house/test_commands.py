"""Help texts are documentation: each has an example and names the keys that are printed; pages name no other."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner

from archive import clock, errors
from archive.desk import users
from archive.desk.database import Desk, Entry
from archive.desk.roles import Role
from archive.home import Home
from archive.records import Circumstances
from crawler.cli import app
from tests.archive.material import Material, opened, reading
from tests.crawler.pipeline.test_intake import AS_IT_WAS, WITH_A_RULE, Paper
from tests.crawler.pipeline.test_intake import page as paper_page
from tests.house.reference import COMMANDS, EXIT_CODES, GROUP
from tests.support import ADDRESS, REPOSITORY, flipping_archive, page, palimpsest

HELP = {name: command.help or "" for name, command in COMMANDS.items()}


def _keys(name: str) -> list[str]:
    found = re.search(r"JSON keys: (.*?)\.\n", HELP[name] + "\n", re.DOTALL)
    assert found is not None, f"{name} does not say which keys it prints"
    return found[1].replace("\n", " ").replace(",", " ").split()


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_an_example(name: str) -> None:
    assert f"Example: palimpsest {name}" in HELP[name]
    assert HELP[name].split("\n")[0].rstrip().endswith((".", ":", ";", ",", "?")), "the first line is a sentence"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_is(name: str) -> None:
    silent = [parameter.name for parameter in COMMANDS[name].params if not getattr(parameter, "help", "")]
    assert silent == []


@pytest.mark.parametrize("code", sorted(EXIT_CODES))
def test_exit_code_is_in_the_help(code: int) -> None:
    assert re.search(rf"\b{code} \w", GROUP.help or "")


def test_pages_name_no_command_that_is_not_there() -> None:
    pages = (REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md", *(REPOSITORY / "docs").glob("*.md"))
    named = {name for page in pages for name in re.findall(r"`palimpsest ([a-z]+)", page.read_text(encoding="utf-8"))}
    assert named - set(COMMANDS) == set()


def _lines(home: Home, *words: str) -> list[dict[str, object]]:
    options = ["--home", str(home.folder), "--database-url", home.database_url]
    assert isinstance(app, Typer)
    answer = CliRunner().invoke(app, [*options, *words])
    assert answer.exit_code == 0, answer.output
    return [json.loads(line) for line in answer.stdout.splitlines()]


CALLS = {
    "history": [ADDRESS],
    "edits": [],
    "diff": [ADDRESS],
    "cite": [ADDRESS],
    "quote": ["Repairs cost 12 million"],
    "copies": [ADDRESS],
    "show": [ADDRESS],
    "search": ["ministry"],
    "ask": ["gone"],
    "status": [],
    "gone": [],
    "furniture": [],
    "outlets": [],
    "doctor": [],
    "runs": [],
    "forecast": ["rt-fr"],
    "add": ["https://www.rt.com/news/600001-a/"],
}

# These need an outlet that answers: `tests/crawler/spiders/test_crawl.py` reads what they print. So does a web archive:
# `tests/crawler/webarchives/test_backfill.py`.
CRAWLING = {"crawl", "recheck", "run", "backfill wayback", "backfill ccnews"}

FLIPPING = ("campaigns", "clusters", "headlines", "held")
"""These need more articles, headlines that come back, and a body that stands too often."""


@pytest.mark.parametrize("name", CALLS)
def test_json_has_the_keys_that_help_names(name: str, small_home: Home) -> None:
    lines = _lines(small_home, name, *CALLS[name], "--json")
    assert lines
    assert [list(line) for line in lines] == [_keys(name)] * len(lines)


def test_watch_prints_the_keys_that_help_names(small_home: Home) -> None:
    assert _lines(small_home, "watch", ADDRESS, "--until", "2099-01-01", "--json") == []
    (line,) = _lines(small_home, "watch", "--json")
    assert list(line) == _keys("watch")


def test_the_desk_prints_the_keys_that_help_names(small_home: Home) -> None:
    assert _lines(small_home, "watchlists", "add", "mine", ADDRESS) == []
    (line,) = _lines(small_home, "watchlists", "--json")
    assert list(line) == _keys("watchlists")
    desk = Desk(small_home.desk)
    users.add(desk, "ann", Role.READ, clock.now(), subject="ann@institute")
    desk.log(Entry(clock.now(), "ann", "127.0.0.1", "login", ""))
    for words in (["users"], ["users", "log"]):
        (line,) = _lines(small_home, *words, "--json")
        assert list(line) == _keys(" ".join(words))
    small_home.desk.unlink()


def test_withhold_prints_the_keys_that_help_names(small_home: Home) -> None:
    assert palimpsest("withhold", ADDRESS, "--by", "Ann", "--because", "asked", home=small_home).code == 0
    (line,) = _lines(small_home, "withhold", "--json")
    assert list(line) == _keys("withhold")


def test_ingest_and_read_print_the_keys_that_help_names(sqlite_home: Home, tmp_path: Path) -> None:
    saved = tmp_path / "page.html"
    saved.write_bytes(page())
    for name, more in (("ingest", ["--json"]), ("read", [])):
        (line,) = _lines(sqlite_home, name, str(saved), "--url", ADDRESS, *more)
        assert list(line) == _keys(name)


@pytest.mark.parametrize("name", FLIPPING)
def test_campaigns_and_headlines_print_the_keys_that_help_names(name: str, sqlite_home: Home) -> None:
    flipping_archive(sqlite_home)
    lines = _lines(sqlite_home, name, "--json")
    assert {tuple(line) for line in lines} == {tuple(_keys(name))}


def test_stories_prints_the_keys_that_help_names(sqlite_home: Home) -> None:
    paper = Material(sqlite_home)
    of = Circumstances(language="en", alternates=("https://paper.test/2-title",))
    paper.page(0, reading("One word.", circumstances=of))
    paper.page(1, reading("Un mot.", circumstances=Circumstances(language="fr")), "2")
    paper.close()
    with opened(sqlite_home) as archive:
        archive.run(paper.made)
    answer = palimpsest("stories", "paper:1", home=sqlite_home)
    assert (answer.code, "upgrade --stories" in answer.stderr) == (2, True), answer
    with opened(sqlite_home) as archive:
        archive.find_stories()
    (line,) = _lines(sqlite_home, "stories", "paper:1", "--why", "--json")
    assert list(line) == _keys("stories")


def test_mirrors_print_the_keys_that_help_names(example: Home) -> None:
    lines = _lines(example, "mirrors", "--share", "0.3", "--at-least", "1", "--json")
    assert {tuple(line) for line in lines} == {tuple(_keys("mirrors"))}


def test_verify_prints_the_keys_that_help_names(sqlite_home: Home) -> None:
    # A file no row speaks of is a note, not damage.
    (sqlite_home.warc / "stranger.warc.gz").write_bytes(b"")
    (line,) = _lines(sqlite_home, "verify", "--json")
    assert list(line) == _keys("verify")


def test_a_check_prints_the_keys_that_help_names(sqlite_home: Home) -> None:
    saved = REPOSITORY / "tests" / "outlets" / "rt-es"
    lines = _lines(sqlite_home, "outlets", "check", "rt-es", "--cases", str(saved), "--json")
    assert {tuple(line) for line in lines} == {tuple(_keys("outlets check"))}


def test_reread_prints_the_keys_that_help_names(sqlite_home: Home) -> None:
    paper = Paper(sqlite_home)
    paper.rules(AS_IT_WAS)
    paper.ingest(paper_page(0, "A text.", "one"))
    paper.rules(WITH_A_RULE)
    (line,) = _lines(sqlite_home, "reread", "--dry-run", "--json")
    assert list(line) == _keys("reread")


def test_a_judged_sheet_prints_the_keys_that_help_names(small_sqlite_home: Home, tmp_path: Path) -> None:
    options = ["--home", str(small_sqlite_home.folder), "--database-url", small_sqlite_home.database_url]
    assert isinstance(app, Typer)
    drawn = CliRunner().invoke(app, [*options, "audit", "--sample", "1"]).stdout
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(drawn.replace(",,,", ",y,,"), encoding="utf-8")
    lines = _lines(small_sqlite_home, "audit", "--read", str(sheet), "--json")
    assert {tuple(line) for line in lines} == {tuple(_keys("audit"))}


def test_a_domain_prints_the_keys_that_help_names(sqlite_home: Home) -> None:
    for name in ("add-domain", "remove-domain"):
        (line,) = _lines(sqlite_home, "outlets", name, "rt-fr", "new.example", "--json")
        assert list(line) == _keys(f"outlets {name}")


def test_every_command_that_prints_json_is_tried() -> None:
    domains = {"outlets add-domain", "outlets remove-domain"}
    # In tests/crawler/learn, tests/crawler/alarms, tests/archive/backup, tests/archive/proof.
    elsewhere = {"outlets learn", "outlets rules", "alarms", "restore", "seal"}
    domains |= {"watchlists", "users", "users log"}
    tried = {
        *CALLS,
        *CRAWLING,
        *FLIPPING,
        "audit",
        "ingest",
        "read",
        "reread",
        "verify",
        "watch",
        "withhold",
        "outlets check",
        "stories",
        "mirrors",
        *elsewhere,
    }
    tried |= domains
    assert {name for name in COMMANDS if "JSON keys:" in HELP[name]} == tried


def test_home_ends_with_a_traceback_never() -> None:
    answer = CliRunner().invoke(app, ["history"])
    assert answer.exit_code == errors.UsageError.exit_code
