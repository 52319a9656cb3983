"""The command that serves the archive to a browser."""

from __future__ import annotations

from typing import Annotated

import typer

from archive import output
from archive.commands.shared import home_of
from archive.warc import StoredRecord

__all__ = ["serve"]


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="An address of this machine alone.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Which port; 0: any that is free.")] = 8087,
    name: Annotated[
        list[str] | None, typer.Option(metavar="HOST", help="A name by which a proxy is asked; may be repeated.")
    ] = None,
) -> None:
    """Serve the archive to a browser on this machine: search, articles, comparisons, pages as they were, all questions.

    What it serves is read only: it cannot write, and crawls may go on meanwhile. Nothing on its pages comes from
    elsewhere, and they need no script. Every page has `.json` with the keys of `--json`; /openapi.json tells of them.
    It listens on this machine alone: who serves it to others puts a proxy that knows its users before it, and names
    the host by --name (docs/serving.md).

    Example: palimpsest serve
    """
    from archive.loopback import listening
    from archive.web import server

    home = home_of(context)
    with listening(port, host) as on:
        at, taken = on.getsockname()[:2]
        where = f"http://{f'[{at}]' if ':' in at else at}:{taken}/ until Ctrl-C"
        server.serve(home, _inert, on, name or [], lambda: output.note(where))


def _inert(record: StoredRecord) -> str:
    """A stored page as a frame may show it."""
    from crawler.parse.inert import inert

    said = {key.lower(): value for key, value in record.headers}
    return inert(record.body, said.get("content-type", ""), said.get("content-encoding", ""), record.url)
