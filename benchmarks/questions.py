"""How long each named question and twenty searches take, on made-up archives of growing size, on both databases.

    python benchmarks/questions.py [--versions 10000 100000] [--postgresql URL] [--only NAME]

Questions that a person narrows are narrowed: to an outlet and a month, another each time. Those that count over
everything are asked of everything. Milliseconds until the last row and what the answer rests on; p50 and p95 of the
rounds; the first may find caches cold. Without --postgresql one is started from the test extra.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from archives import BEGAN, DAYS, OUTLETS, Language, fill
from ingest import _postgresql
from sqlalchemy import Connection, Engine, text

from archive import db
from archive.home import Home
from archive.query.filters import Filters
from archive.query.search import Search, find
from archive.questions.catalog import QUESTIONS
from archive.questions.coverage import answer
from archive.questions.question import Asked, Question, Unit
from archive.search.language import parse
from archive.store import texts

ROUNDS = 12
_WIDE = {"term-changed", "topic-share", "frequency", "named-most"}
"""Corpus-wide counts, which may take twenty seconds at a million versions."""

_WORDS = {code: Language(code, 1) for code in ("en", "ru", "fr", "es", "ar", "zh")}


def _some(chance: Random) -> tuple[str, str]:
    """An outlet, and a word of its language that is neither rare nor everywhere."""
    outlet = chance.choice(OUTLETS)
    return outlet, _WORDS[outlet.split("-")[1]].common(chance.randrange(100, 3000))


def _words(question: Question, chance: Random, articles: int) -> tuple[str, ...]:
    """What a question is given."""
    number = chance.randrange(articles)
    article = f"{OUTLETS[number % len(OUTLETS)]}:{number}"
    word = _some(chance)[1]
    given: dict[str, tuple[str, ...]] = {
        "term-changed": (word,),
        "carriers": ("volna", "at_least=2"),
        "topic-share": (word,),
        "frequency": (word,),
        "spread": (word,),
        "named-most": (f"{BEGAN + timedelta(days=365):%Y-%m-%d}",),
        "citing": ("volna",),
        "held-on": (f"{BEGAN + timedelta(days=365):%Y-%m-%d}",),
        "matching": (word,),
        "quote": (f"{word} {word}",),
        # Every twelfth is held.
        "addresses": tuple(f"https://en.volna.test/{chance.randrange(articles)}" for _ in range(100)),
    }
    of_article = any(one.required and one.name in {"article", "version"} for one in question.arguments)
    return (article,) if of_article else given.get(question.name, ())


def _filters(question: Question, chance: Random) -> Filters:
    outlet, since = chance.choice(OUTLETS), BEGAN + timedelta(days=chance.randrange(DAYS - 60))
    of, until = {"outlets": (outlet,)}, since + timedelta(days=30)
    seen, changed = {"seen_since": since, "seen_until": until}, {"changed_since": since, "changed_until": until}
    of_kind: tuple[tuple[str, dict[str, Any]], ...] = (
        ("headlines-changed silent-edits bylines edits campaigns", {**of, **changed}),
        ("volume", {**of, "published_since": since, "published_until": until}),
        ("domains pictures", {**of, **seen}),
        ("matching first-of-story other-headlines", seen),
        ("gone survives held-share held-on headlines held furniture", of),
    )
    narrowed = {name: given for names, given in of_kind for name in names.split()}
    return Filters(**narrowed.get(question.name, {}))


def _asked(connection: Connection, question: Question, chance: Random, articles: int) -> tuple[float, int]:
    words, filters = _words(question, chance, articles), _filters(question, chance)
    if question.name == "sentences":
        words = (_edited(connection, chance),)
    begun = time.perf_counter()
    rows = sum(1 for _ in question.answer(Asked(connection, filters), **question.given(words)))
    answer(Asked(connection, filters), question.name, question.unit, rows)
    return time.perf_counter() - begun, rows


def _edited(connection: Connection, chance: Random) -> str:
    """An article that was edited."""
    edited = text(
        "SELECT o.name, a.key FROM sighting s JOIN article a ON a.id = s.article_id "
        "JOIN outlet o ON o.id = a.outlet_id WHERE s.n = 1 AND s.article_id > :some ORDER BY s.article_id LIMIT 1"
    )
    row = connection.execute(edited, {"some": chance.randrange(max(1, _articles(connection) // 2))}).one()
    return f"{row.name}:{row.key}"


def _articles(connection: Connection) -> int:
    return int(connection.execute(text("SELECT count(*) FROM article")).scalar_one())


def _searched(connection: Connection, chance: Random) -> tuple[float, int]:
    outlet, word = _some(chance)
    other = _WORDS[outlet.split("-")[1]].common(chance.randrange(10, 300))
    words = chance.choice([word, f"{word} {other}", other, f'"{other}" {word}'])
    begun = time.perf_counter()
    rows = len(find(connection, Search(parse(words)), 20).hits)
    return time.perf_counter() - begun, rows


def _line(name: str, measured: list[tuple[float, int]]) -> None:
    times = sorted(1000 * seconds for seconds, _ in measured)
    cuts = quantiles(times, n=20, method="inclusive")
    rows = sorted(rows for _, rows in measured)[len(measured) // 2]
    print(f"{name:22} p50 {cuts[9]:9.1f} ms   p95 {cuts[18]:9.1f} ms   {rows:7} rows", flush=True)


def _size(engine: Engine, url: str) -> int:
    if engine.dialect.name == "sqlite":
        return Path(url.removeprefix("sqlite:///")).stat().st_size
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


def _filled(url: str, versions: int) -> None:
    """The made-up archive at that address; one that is there is taken as it is."""
    engine = db.open_writer(url)
    db.migrate(engine)
    with engine.connect() as connection:
        if made := connection.execute(text("SELECT max(id) FROM version")).scalar():
            if made < versions:
                sys.exit(f"{url} holds {made} versions, not {versions}: empty it, or name another")
            return
    begun = time.perf_counter()
    maker = deque(fill(engine, versions), maxlen=1)[0]
    took = time.perf_counter() - begun
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("PRAGMA optimize" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE")
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("ANALYZE")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    print(f"made and filled in {took:.0f} s: {versions / took:.0f} versions/s", flush=True)
    rows = f"{maker.written} rows alone {maker.written / maker.rows_took:.0f} rows/s"
    print(f"{rows}, {versions / maker.rows_took:.0f} versions/s; tokens written {versions / maker.tokens_took:.0f}/s")
    print(f"{_size(engine, url) / versions:.0f} bytes a version in the database", flush=True)
    engine.dispose()


def _timed(what: Callable[[], object]) -> tuple[float, int]:
    begun = time.perf_counter()
    what()
    return time.perf_counter() - begun, 1


def _floor(connection: Connection, chance: Random) -> tuple[float, int]:
    """What no answer takes less than: one row, by its key."""
    of, by_key = {"number": chance.randrange(1, 250)}, text("SELECT * FROM article WHERE id = :number")
    return _timed(lambda: connection.execute(by_key, of).all())


def _measured(url: str, only: str, rounds: int) -> None:
    engine = db.open_reader(url)
    with db.reading(engine) as connection:
        chance, asked = Random(1), Asked(connection, Filters())
        _line("floor: one row by key", [_floor(connection, chance) for _ in range(20)])
        covered = [_timed(lambda: answer(asked, "edits", Unit.EDIT, 1)) for _ in range(20)]
        _line("what an answer rests on", covered)
    for question in QUESTIONS:
        if only in {"", question.name}:
            with db.reading(engine) as connection:
                _line(question.name, list(_rounds(connection, question, rounds)))
    if not only:
        with db.reading(engine) as connection:
            for name in ("20 searches", "the same 20 again"):
                chance = Random(3)
                _line(name, [_searched(connection, chance) for _ in range(20)])
    engine.dispose()


def _rounds(connection: Connection, question: Question, rounds: int) -> Iterator[tuple[float, int]]:
    chance, articles = Random(2), _articles(connection)
    for _ in range(4 if question.name in _WIDE else rounds):
        yield _asked(connection, question, chance, articles)


def main() -> None:
    """Print one line a question, size and database."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--versions", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--postgresql")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--rows-alone", action="store_true", help="without words: questions about words find nothing")
    parser.add_argument("--only", default="")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--keep", type=Path, help="a folder to fill SQLite archives in, and to find them again")
    options = parser.parse_args()
    if options.rows_alone:
        # To make the words of a text takes most of the time of filling.
        texts.Said.words = "", "", "", ""
    for versions in options.versions:
        if options.database != "postgresql":
            folder = options.keep or Path(tempfile.mkdtemp())
            home = Home(folder, f"sqlite:///{folder / f'{versions}.db'}")
            home.make()
            _told("SQLite", home.database_url, versions, options)
        if options.database != "sqlite":
            with _postgresql(options.postgresql) as url:
                _told("PostgreSQL", url, versions, options)


def _told(name: str, url: str, versions: int, options: argparse.Namespace) -> None:
    print(f"\n{name}, {versions} versions", flush=True)
    _filled(url, versions)
    if options.rounds:
        _measured(url, options.only, options.rounds)


if __name__ == "__main__":
    main()
