"""The examples run: every cell of the notebook, every canned query of the Datasette file.

`python -m tests.archive.test_examples` writes what the codebook says into the Datasette file."""

from __future__ import annotations

import json
import subprocess
import sys
from random import Random
from typing import Any

import pytest

import archive
from archive.home import Home
from archive.models import Base
from archive.views import VIEWS
from tests.archive.material import in_groups, opened, world
from tests.support import REPOSITORY, environment, small_archive

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
            print(bool(axes.patches or axes.collections), axes.get_title())
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
        }
        for view in VIEWS
    }
    return views | {name: {"hidden": True} for name in sorted({*Base.metadata.tables, "alembic_version", "tokens"})}


def test_every_canned_query_runs_and_every_view_is_described(sqlite_home: Home) -> None:
    small_archive(sqlite_home)
    stated = json.loads(DATASETTE.read_text(encoding="utf-8"))["databases"]["archive"]
    assert stated["tables"] == _described(), "python -m tests.archive.test_examples"
    with archive.open(sqlite_home.folder) as opened_:
        (article, version) = next(opened_.rows("SELECT article, latest_version FROM v1_articles"))
        given = {"outlet": "example.org", "article": article, "version": version, "hours": 72, "date": "2026-11-18"}
        empty = {
            name
            for name, query in stated["queries"].items()
            if not list(
                opened_.rows(query["sql"], **{key: value for key, value in given.items() if f":{key}" in query["sql"]})
            )
        }
    # Nothing came back there, no source was read, and it only was a bridge's price that changed.
    assert empty == {"reverted", "not-held", "headlines-changed"}


if __name__ == "__main__":
    stated = json.loads(DATASETTE.read_text(encoding="utf-8"))
    stated["databases"]["archive"]["tables"] = _described()
    DATASETTE.write_text(json.dumps(stated, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
