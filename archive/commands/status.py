"""`palimpsest status`: the question of that name, and the same for people who would rather look."""

from __future__ import annotations

from collections.abc import Collection
from inspect import Parameter, signature
from pathlib import Path
from typing import Annotated, Any

import typer

from archive import clock, output
from archive.commands import questions, shared
from archive.commands.filters import signed
from archive.questions import upkeep

__all__ = ["status"]

_HTML = typer.Option("--html", help="Write one page instead: open alarms, each outlet at a glance, small charts.")
_asked = questions.command(upkeep.status)


def _status(context: typer.Context, html: Path | None, as_json: bool, **given: Any) -> None:
    if html is not None:
        from archive.export import status_page
        from archive.files import Destination

        with shared.reading(context) as connection:
            status_page.write(connection, Destination(html, shared.home_of(context)), clock.now())
        output.note(f"wrote {html}")
        return
    if not as_json and not given["as_of"]:
        _glances(context, given["outlet"] or ())
    _asked(context=context, as_json=as_json, **given)


def _glances(context: typer.Context, outlets: Collection[str]) -> None:
    """What an operator asks first: when was it looked at last, and what came of it?"""
    from archive.query.overview import glances

    with shared.reading(context) as connection:
        found = glances(connection, clock.now())
    for one in found:
        if outlets and one.outlet not in outlets:
            continue
        state = f"{one.alarms} open: palimpsest alarms" if one.alarms else "learning" if one.learning else "as usual"
        last = (one.last_look, one.last_new, one.last_source)
        looked, new, source = map(output.when, last)
        output.said(f"{one.outlet}: {state}; last look {looked}, last new {new}, last good source {source}")


_status.__doc__ = _asked.__doc__
status = signed(
    _status,
    [
        *signature(_asked).parameters.values(),
        Parameter("html", Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[Path | None, _HTML]),
    ],
)
