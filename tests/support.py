"""What tests share: commands as processes, a sound archive. Fixtures are in `conftest.py`."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, Protocol

from archive import db, verify
from archive.home import SETTINGS, Home
from archive.records import Capture, Hop, RunKind, Source
from crawler.pipeline.intake import Intake
from crawler.planner.intervals import USUAL
from tests.forkserver import Forked, ForkServer

__all__ = [
    "ADDRESS",
    "FORK_SERVER",
    "REPOSITORY",
    "Answer",
    "RunCli",
    "begin",
    "ended",
    "environment",
    "flipping_archive",
    "page",
    "palimpsest",
    "small_archive",
    "sound",
]

REPOSITORY = Path(__file__).parent.parent
"""The folder that holds `pyproject.toml`."""

COMMAND = Path(sys.executable).with_name("palimpsest")
"""The command as it was installed beside this Python, for tests of how it starts; others fork: `palimpsest`."""

ADDRESS = "https://www.example.org/news/bridge"
"""The article of `small_archive`."""

_BEGAN = datetime(2026, 11, 16, 9, tzinfo=UTC)


class Answer(NamedTuple):
    """What a process ended with."""

    code: int
    stdout: str
    stderr: str


class RunCli(Protocol):
    """Runs `palimpsest` with these words; `env` adds to the environment, `fine` asks for exit code 0."""

    def __call__(self, *words: str | Path, env: dict[str, str] | None = None, fine: bool = False) -> Answer:
        """Run it."""


def environment(home: Home | None = None, **more: str) -> dict[str, str]:
    """The environment of a process that is to see nothing but this archive."""
    inherited = {key: value for key, value in os.environ.items() if key not in SETTINGS}
    # What a command prints must not depend on the terminal the tests were started from.
    plain = {"COLUMNS": "200", "NO_COLOR": "1", "PYTHONWARNINGS": "error"}
    own = {"PALIMPSEST_HOME": str(home.folder), "DATABASE_URL": home.database_url} if home else {}
    # Pages are of made-up days: when each is due is to be told by the hours that pass.
    steps = {"PALIMPSEST_RECHECK": USUAL}
    return inherited | plain | steps | own | more


FORK_SERVER = ForkServer(environment())
"""Forks for the tests of this process; the fixture `_forks` ends it."""


def begin(
    *words: str | Path,
    home: Home | None = None,
    env: dict[str, str] | None = None,
    at: Path | None = None,
    entry: str = "crawler.cli:main",
) -> Forked:
    """Begin the command, or what else is to be called with its words, in a process of its own, in the folder `at`."""
    return FORK_SERVER.begin(entry, [str(COMMAND), *map(str, words)], environment(home, **(env or {})), at)


def ended(process: Forked, timeout: float = 300) -> Answer:
    """What a process ended with. A traceback is a failure whatever the exit code."""
    stdout, stderr = process.communicate(timeout)
    assert "Traceback" not in stderr, stderr
    return Answer(process.wait(), stdout, stderr)


def palimpsest(
    *words: str | Path, home: Home | None = None, env: dict[str, str] | None = None, at: Path | None = None
) -> Answer:
    """Run the command in a process of its own, in the folder `at`, to its end."""
    return ended(begin(*words, home=home, env=env, at=at))


def flipping_archive(home: Home) -> None:
    """Articles whose headline went and came back; the fifth has the body of two others, and is held."""
    html = (("Content-Type", "text/html; charset=utf-8"),)
    with Intake(home, RunKind.INGEST, lambda: _BEGAN) as intake:
        for day, headline in enumerate(("Bridge reopens after repairs", "Ferry stops for good", None)):
            at = _BEGAN + timedelta(days=day)
            for article, cost in zip("abcde", (12, 13, 14, 14, 14), strict=True):
                body = page(headline, cost) if headline else page(cost=cost)
                intake.take(Capture(f"{ADDRESS}-{article}", at, body, 200, html, source=Source.OWN_HTTP))


def sound(home: Home) -> None:
    """Assert that nothing in an archive is damaged: every test that writes ends with this."""
    engine = db.open_reader(home.database_url)
    try:
        with engine.connect() as connection:
            found = verify.damage(connection, home.warc)
            assert found == [], found
    finally:
        engine.dispose()


def page(headline: str = "Bridge reopens after repairs", cost: int = 12) -> bytes:
    """A small page that the general reader reads."""
    return f"""<!doctype html>
<html lang="en"><head><title>{headline}</title></head>
<body><article><h1>{headline}</h1>
<p>The bridge over the river reopened on Monday after 14 months of repairs, the ministry said.</p>
<p>Repairs cost {cost} million, the ministry added, and traffic returned to normal by noon.</p>
<p>Share this article</p>
</article></body></html>
""".encode()


def small_archive(home: Home) -> None:
    """One article looked at five times: new (after a redirect), the same, changed, then gone twice."""
    moved = Hop("http://www.example.org/b", 301, (("Location", ADDRESS),), b"moved")
    looks = (
        (page(), 200, (moved,)),
        (page(), 200, ()),
        (page(cost=19), 200, ()),
        (b"<h1>Gone</h1>", 410, ()),
        (b"<h1>Gone</h1>", 410, ()),
    )
    html = (("Content-Type", "text/html; charset=utf-8"),)
    with Intake(home, RunKind.INGEST, lambda: _BEGAN) as intake:
        for day, (body, status, hops) in enumerate(looks):
            at = _BEGAN + timedelta(days=day)
            intake.take(Capture(ADDRESS, at, body, status, html, hops=hops, source=Source.OWN_HTTP))
