"""`palimpsest outlets enable` and `outlets disable`: which outlets `palimpsest run` crawls."""

from __future__ import annotations

from typing import Annotated

import typer

from archive import output
from archive.commands import shared
from archive.errors import UsageError
from crawler.outlets.registry import registry

__all__ = ["disable", "enable"]

_NAMES = typer.Argument(help="Names of outlets.")


def enable(context: typer.Context, names: Annotated[list[str], _NAMES]) -> None:
    """Let `palimpsest run` crawl outlets from now on, on every machine that shares the archive.

    An archive that is not there yet is made. What `palimpsest.toml` says of an outlet is the last word on it.

    Example: palimpsest outlets enable rt-fr rt-en
    """
    _say(context, names, enabled=True)


def disable(context: typer.Context, names: Annotated[list[str], _NAMES]) -> None:
    """Let `palimpsest run` leave outlets alone from now on; what is being crawled is crawled to its end.

    Nothing is forgotten, and `palimpsest crawl` still crawls them.

    Example: palimpsest outlets disable rt-fr
    """
    _say(context, names, enabled=False)


def _say(context: typer.Context, names: list[str], *, enabled: bool) -> None:
    from archive import db
    from archive.store.jobs import Jobs

    home = shared.home_of(context)
    known, word = registry(home.outlets), "enabled" if enabled else "disabled"
    for name in names:
        known.get(name)
        if home.schedule(name).enabled not in {None, enabled}:
            raise UsageError(f"{home.settings_file} says otherwise of {name}: change `enabled` in [outlets.{name}]")
    home.make()
    engine = db.open_writer(home.database_url)
    try:
        db.ready(engine, create=True)
        for name in dict.fromkeys(names):
            Jobs(engine).say(name, enabled=enabled)
            output.note(f"{name} is {word}")
    finally:
        engine.dispose()
