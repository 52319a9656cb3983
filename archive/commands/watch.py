"""`palimpsest watch`: articles that are looked at more often than others, by a person's word."""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from pathlib import Path
from typing import Annotated

import typer

from archive import clock, output, typed
from archive.commands import shared
from archive.errors import BadInput, UsageError
from archive.wording import counted

__all__ = ["watch"]

_EVERY = re.compile(r"(\d{1,4}) ?(m|min|h|d)")
_UNITS = {"m": timedelta(minutes=1), "min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_SHORTEST = timedelta(minutes=5)


def watch(
    context: typer.Context,
    articles: Annotated[
        list[str] | None, typer.Argument(metavar="[ARTICLE]...", help="Ids (rt-fr:41739) or addresses.")
    ] = None,
    listed: Annotated[
        Path | None, typer.Option("--list", metavar="FILE", help="A file that names an article a line; # is a remark.")
    ] = None,
    every: Annotated[str, typer.Option(help="How often: 15m, 1h, 2d.")] = "1h",
    until: Annotated[str | None, typer.Option(help="Up to when: 2026-12-24.")] = None,
    back: Annotated[bool, typer.Option("--back", help="Take it back.")] = False,
    as_json: shared.Json = False,
) -> None:
    """Have articles looked at so often, up to a day; without any, list what is watched.

    Whatever runs next (`run`, `recheck`) looks at them first, before all else that is due and within the same budget.
    Every word on an article is kept; the last is in force, and `--back` takes it back.

    JSON keys: article, every, until, since, last_look.

    Example: palimpsest watch rt-fr:41739 --every 1h --until 2026-12-24
    Example: palimpsest watch --list budget.txt --every 2h --until 2026-12-24
    Example: palimpsest watch rt-fr:41739 --back
    """
    names = [*(articles or ()), *(_names(listed) if listed else ())]
    if names:
        _say(context, names, timedelta(0) if back else _often(every), until, back=back)
        return
    if back or listed:
        raise UsageError("which articles? Name them, or give --list a file that does")
    _tell(context, as_json=as_json)


def _often(words: str) -> timedelta:
    found = _EVERY.fullmatch(words.strip())
    often = int(found[1]) * _UNITS[found[2]] if found else timedelta(0)
    if often < _SHORTEST:
        raise UsageError(f"--every says how often, from 5m on, as in 15m, 1h or 2d, not {words!r}")
    return often


def _names(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise BadInput(f"{path} cannot be read: {problem}") from None
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]


def _say(context: typer.Context, names: list[str], every: timedelta, until: str | None, *, back: bool) -> None:
    from archive import db
    from archive.query import articles as known
    from archive.store import watches

    now = clock.now()
    if until is None and not back:
        raise UsageError("up to when? --until 2026-12-24")
    end = now if until is None else typed.time(until, "--until", UTC, now).end
    if not back and end <= now:
        raise UsageError(f"--until {until} is over")
    with shared.reading(context) as connection:
        found = list(dict.fromkeys(known.find(connection, name).name for name in names))
    engine = db.open_writer(shared.home_of(context).database_url)
    try:
        db.ready(engine)
        watches.say(engine, found, every, end, now)
    finally:
        engine.dispose()
    how = "no more than others" if back else f"every {every} until {output.when(end)}"
    output.note(f"{counted(len(found), 'article')} looked at {how}")


def _tell(context: typer.Context, *, as_json: bool) -> None:
    from archive.store import watches

    with shared.reading(context) as connection:
        watched = watches.listed(connection, clock.now())
    if as_json:
        for one in watched:
            looks = {"since": one.since, "last_look": one.last_look}
            output.json_line({"article": one.article, "every": one.every.total_seconds(), "until": one.until, **looks})
        return
    if not watched:
        output.note("nothing is watched: `palimpsest watch ARTICLE --every 1h --until DAY` begins")
        return
    headings = ("article", "every", "until", "since", "last look")
    output.rows(headings, ((one.article, one.every, one.until, one.since, one.last_look) for one in watched))
