"""An archive made by an older program, and all that program answered on it: what an upgrade must leave as it was.

    git archive 55e28f3 | tar -x -C OLD && cp -r tests/upgrade OLD/tests/ && cd OLD
    python -m tests.upgrade.make && mv tests/upgrade/before.* …/tests/upgrade/

makes both files anew, with the old program's own environment. The archive holds two editions of the demo, crawled
four times over real HTTP; the outlets every named question is tried on; and the pages `tests.support` makes. All of it
is made up. Nothing in it depends on the machine: addresses keep the port the demo had, and nothing listens there.
"""

from __future__ import annotations

import json
import lzma
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from decimal import Decimal
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import text
from typer.main import get_command

from archive import db
from archive.errors import PalimpsestError
from archive.home import Home
from archive.views import VIEWS
from crawler.cli import app
from crawler.demo.editions import LOOKS
from crawler.demo.outlets import install
from crawler.demo.site import DemoSite
from tests.archive.example import build
from tests.support import flipping_archive, small_archive

__all__ = ["ANSWERS", "Said", "ask", "rows_of", "unpacked"]

ARCHIVE = Path(__file__).parent / "before.tar.xz"
"""The archive's folder, with the database, the evidence and the outlets' file."""

ANSWERS = Path(__file__).parent / "before.jsonl.xz"
"""What was asked, and the answer: a line each."""

EDITIONS = ["demo-ar", "demo-fr"]
"""Half of the demo is enough, and half as large."""


_COMMAND = get_command(app)
"""Made once: it takes longer than most answers."""


def unpacked(folder: Path) -> Home:
    """The archive as the older program left it, in a folder of its own."""
    with tarfile.open(ARCHIVE) as packed:
        packed.extractall(folder, filter="data")
    return Home(folder, f"sqlite:///{folder}/archive.db")


class Said(NamedTuple):
    """How a command ended and the objects it printed."""

    code: int
    lines: list[Any]


def ask(home: Home, *words: str) -> Said:
    """Put a command to an archive, in this process; `--json` is added."""
    options = ["--home", str(home.folder), "--database-url", home.database_url]
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()):
        try:
            code = _COMMAND.main([*options, *words, "--json"], standalone_mode=False)
        except PalimpsestError as problem:
            return Said(problem.exit_code, [])
    return Said(code or 0, [json.loads(line) for line in out.getvalue().splitlines()])


def _cell(name: str, value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    # Of an article without a version the older program says nothing on PostgreSQL, and on SQLite the empty id.
    if name in {"life_evidence", "latest_version"} and value is not None and value.rpartition("@")[2] == "":
        return None
    return value


def rows_of(home: Home, view: str) -> list[Any]:
    """The rows of a view, as JSON holds them, in an order of their own."""
    engine = db.open_reader(home.database_url)
    try:
        with engine.connect() as connection:
            found = connection.execute(text(f"SELECT * FROM {view}")).mappings()
            rows = [{name: _cell(name, value) for name, value in row.items()} for row in found]
    finally:
        engine.dispose()
    return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))


# --- what is asked ----------------------------------------------------------------------------------------------------

_LISTS = """
edits|edits --turns --live|edits --silent|edits --outlet demo-ar|edits --changed-since 2026-11-18T00:00Z
edits --kind numbers|edits --kind substantive|gone|gone --outlet demo-fr|held|headlines|campaigns
campaigns --at-least 2 --days 30|furniture|furniture --suspicious|status|outlets|verify
search ministry|search "12 million"|search harbour --version all|search ship* --sort relevance
search harbour NOT closed|search headline:bridge|search observatoire|search الوزارة|search la --outlet demo-fr --count
search bridge --earlier|search operation NEAR/5 month --exact|search ville --limit 3
quote Repairs cost 12 million|quote Nobody was hurt|quote Ремонт стоил 12 миллионов крон
history https://www.example.org/news/bridge|diff https://www.example.org/news/bridge 1 2
"""

_NARROWED = (
    "",
    "--as-of 2026-03-03",
    "--outlet volna-en --version first",
    "--evidence own --seen-since 2026-03-02 --tz Europe/Moscow",
)


def _lists() -> Iterator[list[str]]:
    for line in _LISTS.replace("\n", "|").strip("|").split("|"):
        name, _, rest = line.partition(" ")
        yield [name, rest] if name == "quote" else line.split()


def _questions(home: Home) -> Iterator[list[str]]:
    for question in ask(home, "ask", "--list").lines:
        for options in _NARROWED:
            yield ["ask", question["name"], *question["example"], *options.split()]
    yield ["ask", "--list"]
    for words in ("gone", "silent-edits", "headlines-changed", "volume", "addresses http://fr.demo.test/"):
        yield ["ask", *words.split(), "--family", "demo"]
        yield ["ask", *words.split(), "--as-of", "2026-11-18T00:00Z"]


def _articles(home: Home) -> Iterator[list[str]]:
    """Every article is cited, every version shown, and each beside the one before."""
    for article in dict.fromkeys(row["article"] for row in rows_of(home, "v1_versions")):
        yield ["history", article]
        yield ["cite", article]
        versions = sorted(ask(home, "history", article).lines, key=lambda line: line["number"])
        for version in versions:
            yield ["show", version["version"]]
        for old, new in pairwise(versions):
            yield ["diff", article, str(old["number"]), str(new["number"])]


def _answers(home: Home) -> Iterator[dict[str, Any]]:
    for words in (*_lists(), *_questions(home), *_articles(home)):
        said = ask(home, *words)
        # A filter that does not narrow a question is refused: that may change, as nobody was answered.
        if not said.code:
            yield {"words": words, "lines": said.lines}
    for view in VIEWS:
        yield {"view": view.name, "lines": rows_of(home, view.name)}


# --- the archive ------------------------------------------------------------------------------------------------------

_LOOK = """
from crawler.demo import look
look.EDITIONS = {editions}
look.main()
"""


def _crawled(home: Home) -> None:
    with DemoSite(step=0) as site:
        install(home.outlets, site.port)
        for step in range(len(LOOKS)):
            site.step = step
            words = [str(home.folder), str(step), "recheck" if step else "crawl"]
            subprocess.run([sys.executable, "-c", _LOOK.format(editions=EDITIONS), *words], check=True)


def _made(home: Home) -> None:
    home.make()
    engine = db.open_writer(home.database_url)
    db.migrate(engine)
    engine.dispose()
    _crawled(home)
    build(home)
    small_archive(home)
    flipping_archive(home)
    engine = db.open_writer(home.database_url)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


def main() -> None:
    """Make both files, with the program they shall speak for."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "archive", f"sqlite:///{folder}/archive/archive.db")
        _made(home)
        with lzma.open(ANSWERS, "wt", encoding="utf-8") as answers:
            for answer in _answers(home):
                answers.write(json.dumps(answer, ensure_ascii=False) + "\n")
        with tarfile.open(ARCHIVE, "w:xz") as packed:
            for path in sorted(home.folder.rglob("*")):
                if path.is_file() and not path.name.endswith(("-wal", "-shm")):
                    packed.add(path, path.relative_to(home.folder))


if __name__ == "__main__":
    main()
