"""Commands by which a person decides what the program cannot: which edits were ours, and whether an outlet means it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, tzinfo
from typing import Annotated

import typer

from archive import clock, db, output
from archive.commands.filters import filtered
from archive.commands.shared import home_of, put_to
from archive.diff.classify import Kind
from archive.errors import NotFound, UsageError
from archive.query import passages
from archive.query.filters import Filters
from archive.store.decisions import Word
from archive.store.decisions import release as released
from archive.store.decisions import strike as struck
from archive.wording import counted

__all__ = ["release", "strike"]

_ALL = Filters()
_BY = typer.Option("--by", help="Who decides.")
_BECAUSE = typer.Option("--because", help="Why, in words.")


@filtered
def strike(
    context: typer.Context,
    versions: Annotated[
        list[str] | None, typer.Argument(metavar="[VERSION]...", help="What edits led to: their `to` (id@12 hex).")
    ] = None,
    by: Annotated[str, _BY] = "",
    because: Annotated[str, _BECAUSE] = "",
    kind: Annotated[Kind | None, typer.Option(help="Only edits of this kind.")] = None,
    back: Annotated[bool, typer.Option("--back", help="Take it back: they count again.")] = False,
    filters: Filters = _ALL,
    zone: tzinfo = UTC,  # noqa: ARG001 - filters are read in it
) -> None:
    """Strike edits that were ours and not the outlet's: no question counts them, `edits --struck` shows them.

    Which edits: those that led to the versions named, of those the filters keep. Nothing is taken away: who struck
    them, when and why stays on record (`v1_decisions`), and `--back` lets them count again.

    Example: palimpsest strike rt-fr:41739@0f3a9c2b7d1e --by Ann --because "our reader took the headline for text"
    """
    word = _word(by, because)
    if not versions and kind is None and filters == _ALL:
        raise UsageError("which edits? Name what they led to, or narrow them with filters such as --outlet")
    with put_to(context, filters) as asked:
        wanted, names = set(versions or ()), list[tuple[str, str]]()
        for one in passages.edits(asked.connection, filters):
            if (not wanted or one.new in wanted) and (kind is None or kind in one.kinds) and one.struck is back:
                names.append((one.old, one.new))
    if missing := wanted - {new for _, new in names}:
        raise NotFound(f"no edit led to {min(missing)}, or it is {'not struck' if back else 'struck already'}")
    with _writing(context) as engine:
        many = struck(engine, names, word, back=back)
    output.note(f"{counted(many, 'edit')} {'counted again' if back else 'struck'}")


def release(
    context: typer.Context,
    outlet: Annotated[str, typer.Argument(help="The outlet whose brake is on.")],
    by: Annotated[str, _BY] = "",
    because: Annotated[str, _BECAUSE] = "",
) -> None:
    """Let what an outlet shows be believed though most of its looks were held at once: it means it.

    While most of the latest looks at an outlet are held, none is believed by repetition, for a layout that broke shows
    the same every night. This says, on record, that it is no fault: looks up to now confirm each other as ever.

    Example: palimpsest release rt-fr --by Ann --because "it cuts all its texts to a lead now"
    """
    word = _word(by, because)
    with _writing(context) as engine:
        released(engine, outlet, word)
    output.note(f"{outlet}: its looks up to {output.when(word.at)} are believed as ever")


def _word(by: str, because: str) -> Word:
    if not by.strip() or not because.strip():
        raise UsageError("say who decides and why: --by NAME --because WORDS")
    return Word(by, because, clock.now())


@contextmanager
def _writing(context: typer.Context) -> Iterator[db.Engine]:
    engine = db.open_writer(home_of(context).database_url)
    try:
        db.ready(engine)
        yield engine
    finally:
        engine.dispose()
