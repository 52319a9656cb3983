"""The examples run: every cell of the notebook, every canned query of the Datasette file.

`python -m tests.archive.test_examples` writes what the codebook says into the Datasette file."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from archive import db
from archive.home import Home
from archive.models import Base
from archive.query.filters import Filters
from archive.questions.catalog import named
from archive.questions.question import Asked
from archive.views import VIEWS, Kind
from tests.archive.material import in_groups, opened, world
from tests.support import REPOSITORY, environment, palimpsest, small_archive

NOTEBOOK = REPOSITORY / "examples" / "analysis.ipynb"
DATASETTE = REPOSITORY / "examples" / "datasette.json"

_DRIVER = """
import json, sys
import matplotlib.pyplot as plt

for cell in json.load(open(sys.argv[1], encoding="utf-8"))["cells"]:
    if cell["cell_type"] == "code":
        exec("".join(cell["source"]), globals())
        for number in plt.get_fignums():
            (axes,) = plt.figure(number).axes
            print(bool(axes.patches or axes.lines), axes.get_title())
        # As a notebook does after each cell.
        plt.close("all")
"""

TITLES = (
    "Edits per week",
    "Hours to the first edit",
    "Share of edits that are known to be silent",
    "Life spans of deleted articles",
)


@pytest.fixture
def held(home: Home) -> Home:
    """An archive with edits and deletions, on either database."""
    small_archive(home)
    with opened(home) as made:
        made.run(*in_groups(world(home, 3, looks=80), Random(3)))
    return home


def test_the_notebook_runs_and_ends_in_plots(held: Home) -> None:
    env = environment(held, MPLBACKEND="agg", PYTHONPATH=str(REPOSITORY), PYTHONWARNINGS="")
    words = [sys.executable, "-c", _DRIVER, str(NOTEBOOK)]
    done = subprocess.run(words, env=env, capture_output=True, encoding="utf-8", timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [f"True {title}" for title in TITLES]


def _described() -> dict[str, Any]:
    """What the codebook says of each view, as Datasette shows it; the tables behind them are hidden."""
    views = {
        view.name: {
            "description": f"One row is {view.row}.",
            "columns": {column.name: column.meaning for column in view.columns},
            "facets": [
                column.name for column in view.columns if column.kind is Kind.WORD and column.name != "time_basis"
            ],
        }
        for view in VIEWS
    }
    return views | {name: {"hidden": True} for name in sorted({*Base.metadata.tables, "alembic_version", "tokens"})}


def _stated() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DATASETTE.read_text(encoding="utf-8"))["databases"]["archive"]
    return found


@pytest.fixture(scope="module")
def published(example: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file written of the archive the named questions are tried on, from either database."""
    path = tmp_path_factory.mktemp("share") / "archive.db"
    assert palimpsest("publish", path, home=example).code == 0
    return path


def _asked(path: Path, query: str, **given: str) -> list[dict[str, Any]]:
    """The rows of a query; a parameter that is not given is empty, as Datasette has it."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return [
            dict(row) for row in connection.execute(query, dict.fromkeys(re.findall(r":([a-z]+)", query), "") | given)
        ]


def _canned(path: Path, name: str, **given: str) -> list[dict[str, Any]]:
    return _asked(path, _stated()["queries"][name]["sql"], **given)


def _given(path: Path) -> dict[str, str]:
    """An article that was edited, and its newest version."""
    return _asked(path, "SELECT latest_version AS version, article FROM v1_articles WHERE edits > 0 ORDER BY article")[
        0
    ]


def test_every_canned_query_answers_and_every_view_is_described(published: Path) -> None:
    """Without an outlet all are meant, without a date today; an article or a version has to be named."""
    assert _stated()["tables"] == _described(), "python -m tests.archive.test_examples"
    given = _given(published)
    empty = {name for name in _stated()["queries"] if not _canned(published, name, **given)}
    assert empty == {"removed", "reverted"}, "no page had furniture, and no text came back"
    assert {row["outlet"] for row in _canned(published, "gone", outlet="volna-en")} == {"volna-en"}


# A canned query that has the name of a question, and what both are asked.
_SAME: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "headlines-changed": (("hours=48",), {"hours": "48"}),
    "gone": ((), {}),
    "bylines": ((), {}),
    "held-share": ((), {}),
    "held-on": (("2026-03-02T23:59:59.999999Z",), {"date": "2026-03-02"}),
    "cited": ((), {}),
}


def _as_in_views(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S.%fZ}"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, tuple) else value


@pytest.mark.parametrize("name", _SAME)
def test_a_canned_query_answers_what_the_question_of_its_name_answers(
    name: str, example: Home, published: Path
) -> None:
    asked, (words, given) = named(name), _SAME[name]
    if name == "cited":
        given = _given(published)
        words = (given["version"],)
    canned = _canned(published, name, **given)
    columns = [column for column in canned[0] if column in asked.columns]
    engine = db.open_reader(example.database_url)
    with db.reading(engine) as connection:
        answers = list(asked.answer(Asked(connection, Filters()), **asked.given(words)))
    engine.dispose()
    if name == "gone":
        # What is there again is no article that is gone: only the question tells of it.
        answers = [row for row in answers if row.back is None]
    expected = [[_as_in_views(getattr(row, column)) for column in columns] for row in answers]
    assert sorted([[row[column] for column in columns] for row in canned], key=str) == sorted(expected, key=str) != []


@contextmanager
def _datasette(path: Path) -> Iterator[str]:
    """The address of a Datasette that serves a file, as the page tells it."""
    command = shutil.which("datasette") or pytest.skip("datasette is not installed: pip install datasette")
    newer = subprocess.run([command, "--version"], capture_output=True, encoding="utf-8", check=True).stdout
    config = [] if " 0." in newer else ["--config", str(DATASETTE)]
    words = [command, "--immutable", str(path), "--metadata", str(DATASETTE), *config, "-p", "0"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, encoding="utf-8") as process:
        try:
            assert process.stderr is not None
            said = next(line for line in process.stderr if "running on" in line)
            yield re.search(r"http://\S+", said)[0]  # type: ignore[index]
        finally:
            process.terminate()


def test_datasette_serves_every_view_and_every_canned_query(published: Path) -> None:
    given = _given(published)
    with _datasette(published) as address:

        def got(path: str, **parameters: str) -> Any:
            with urlopen(f"{address}/archive{path}.json?{urlencode(parameters)}") as answer:
                return json.load(answer)

        assert [table["name"] for table in got("")["tables"] if not table["hidden"]] == []
        for view in VIEWS:
            rows = got(f"/{view.name}", _shape="array", _size="max")
            assert sorted(rows, key=str) == sorted(_asked(published, f"SELECT * FROM {view.name}"), key=str)
        for name in _stated()["queries"]:
            assert got(f"/{name}", _shape="array", **given) == _canned(published, name, **given)


def test_the_lines_for_r_read_a_published_file_and_cannot_write(published: Path) -> None:
    command = shutil.which("Rscript") or pytest.skip("R is not installed: apt-get install r-base-core r-cran-rsqlite")
    page = (REPOSITORY / "docs" / "analysing.md").read_text(encoding="utf-8")
    (lines,) = re.findall(r"```r\n(archive <- .+?)```", page, re.DOTALL)
    told = """
    stopifnot(nrow(edits) > 0, !anyNA(edits$not_after), inherits(edits$not_after, "POSIXct"))
    DBI::dbExecute(archive, "UPDATE article SET life = 1")
    """
    done = subprocess.run(
        [command, "-e", lines.replace("rt-fr", "volna-en") + told],
        cwd=published.parent,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "readonly database" in done.stderr, done.stderr


if __name__ == "__main__":
    stated = json.loads(DATASETTE.read_text(encoding="utf-8"))
    stated["databases"]["archive"]["tables"] = _described()
    DATASETTE.write_text(json.dumps(stated, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
