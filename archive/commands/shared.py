"""What commands share: options, and the archive that is meant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from archive import __version__, clock, typed
from archive.home import Home, find

if TYPE_CHECKING:
    # What speaks to a database is loaded when one is opened: help and what is typed wrongly need none.
    from archive import db
    from archive.export import webarchive
    from archive.query.filters import Filters
    from archive.questions.question import Asked

__all__ = ["ARTICLE", "Json", "Sign", "home_of", "moment", "put_to", "reading", "signing"]

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line instead of a table.")]
Sign = Annotated[
    Path | None,
    typer.Option("--sign", metavar="KEYFILE", help="Sign it with this private key (PEM, P-384)."),
]
ARTICLE = typer.Argument(help="An article's id (rt-fr:41739) or any of its addresses.")


def home_of(context: typer.Context) -> Home:
    """The archive the global options, the environment and the settings file mean."""
    options: dict[str, Any] = context.find_root().obj or {}
    return find(options.get("home"), options.get("database_url"))


@contextmanager
def reading(context: typer.Context, outlet: str | None = None) -> Iterator[db.Connection]:
    """The archive, to be read only. Raises NotFound where it does not know an outlet that is named."""
    from archive.query.filters import Filters

    with put_to(context, Filters(outlets=() if outlet is None else (outlet,))) as asked:
        yield asked.connection


@contextmanager
def put_to(context: typer.Context, filters: Filters) -> Iterator[Asked]:
    """The archive, to put a question to, as it was at the moment the filters name. Raises NotFound where it does not
    know an outlet, a family or a country they name."""
    from archive import db
    from archive.questions.ask import asking

    engine = db.open_reader(home_of(context).database_url)
    try:
        db.ready(engine)
        with asking(engine, filters) as asked:
            yield asked
    finally:
        engine.dispose()


def moment(words: str | None, option: str, zone: tzinfo = UTC) -> datetime | None:
    """An option's time: of a day, a month or a year its beginning. Raises UsageError naming the option."""
    return None if words is None else typed.time(words, option, zone, clock.now()).start


def signing(key: Path | None, chain: Path | None = None) -> webarchive.Sign | None:
    """What signs with the key in this file, and the certificate in the other; None where nothing is to be signed.
    Raises UsageError."""
    if key is None:
        return None
    from archive.export.signing import certified, signer

    if chain is not None:
        return certified(key, chain, f"palimpsest {__version__}", clock.now())
    return signer(key, f"palimpsest {__version__}", __version__)
