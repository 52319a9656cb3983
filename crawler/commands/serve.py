"""The command that serves the archive to a browser."""

from __future__ import annotations

from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

import typer

from archive import output
from archive.commands.shared import home_of
from archive.errors import UsageError

__all__ = ["serve"]


def serve(
    context: typer.Context,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where to listen; beyond this machine with users only.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Which port; 0: any that is free.")] = 8087,
    name: Annotated[
        list[str] | None, typer.Option(metavar="HOST", help="A name by which a proxy is asked; may be repeated.")
    ] = None,
    read_only: Annotated[bool, typer.Option("--read-only", help="Nobody writes to watchlists and sheets.")] = False,
    certificate: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The certificate to encrypt by (PEM), its chain behind it.")
    ] = None,
    key: Annotated[Path | None, typer.Option(metavar="FILE", help="The private key of the certificate (PEM).")] = None,
) -> None:
    """Serve the archive to a browser on this machine: search, articles, comparisons, pages as they were, all questions.

    The archive is served to be read: it cannot be written to, and crawls may go on meanwhile. Watchlists, notes and
    judgements are kept beside it (desk.db). Nothing on its pages comes from elsewhere, and they need no script. Every
    page has `.json` with the keys of `--json`; /openapi.json tells of them. It listens on this machine alone: who
    serves it to others makes users (`palimpsest users add`), or puts a proxy that knows its users before it and names
    the host by --name (docs/serving.md).

    Example: palimpsest serve
    """
    from archive.desk import users
    from archive.desk.database import Desk
    from archive.loopback import listening
    from archive.web import server
    from crawler.commands.audit import drawn
    from crawler.pipeline.inert import inert_page

    if (certificate is None) != (key is None):
        raise UsageError("--certificate and --key go together")
    home = home_of(context)
    with listening(port, host, for_others=bool(users.users(Desk(home.desk)))) as on:
        at, taken = on.getsockname()[:2]
        where = f"http{'s' * (key is not None)}://{f'[{at}]' if ':' in at else at}:{taken}/ until Ctrl-C"
        if key is None and not ip_address(at).is_loopback:
            output.note("what is sent here, passwords too, can be read on its way: --certificate and --key encrypt it")
        terms = server.Terms(name or [], read_only, certificate, key)
        server.serve(home, inert_page, partial(drawn, home), on, terms, lambda: output.note(where))
