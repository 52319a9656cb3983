"""The command `palimpsest`: its options, its commands, and how it ends."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from archive import __version__, cli, errors, output, text
from archive.home import SETTINGS
from crawler.commands import add, audit, crawl, demo, doctor, ingest, outlets, reread

__all__ = ["app", "main"]

_HELP = """Keep every article of state-media outlets, every silent edit, every deletion, and the bytes that prove it.

Exit codes: 0 done, 1 done with problems, 2 usage, 3 bad input file, 4 unknown outlet or article, 5 database,
6 archive and program do not match, 7 disk full, 8 busy, 9 outlet unreachable, 10 verify found damage, 130 interrupted.
"""

app = typer.Typer(help=_HELP, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)


def _version(wanted: bool) -> None:
    if wanted:
        output.said(f"palimpsest {__version__}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    home: Annotated[Path | None, typer.Option(help=f"PALIMPSEST_HOME: {SETTINGS['PALIMPSEST_HOME']}.")] = None,
    database_url: Annotated[str | None, typer.Option(help=f"DATABASE_URL: {SETTINGS['DATABASE_URL']}.")] = None,
    setting: Annotated[list[str] | None, typer.Option(help="NAME=VALUE: a setting of Scrapy's, for crawls.")] = None,
    version: Annotated[  # noqa: ARG001
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Options of every command stand before it."""
    pairs = [words.partition("=") for words in setting or []]
    if bad := [name for name, equals, _ in pairs if not name or not equals]:
        raise errors.UsageError(f"--setting wants NAME=VALUE, not {bad[0]!r}")
    settings = {name: value for name, _, value in pairs}
    context.obj = {"home": home, "database_url": database_url, "settings": settings}


_COMMANDS: dict[str, Callable[..., None]] = {
    "demo": demo.demo,
    "crawl": crawl.crawl,
    "recheck": crawl.recheck,
    "run": crawl.run,
    "add": add.add,
    "ingest": ingest.ingest,
    "read": ingest.read,
    "reread": reread.reread,
    "audit": audit.audit_,
}
"""In the order in which help lists them; behind them come those of the archive."""

app.add_typer(outlets.outlets, name="outlets")
for _name, _command in _COMMANDS.items():
    app.command(_name)(_command)
cli.add_to(app)
app.command("doctor")(doctor.doctor_)


def _usable_streams() -> None:
    # One that was closed (`>&-`) is missing, and the next file that is opened would take its number.
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w"))  # noqa: SIM115, PTH123
    # Lone surrogates in a file name must not stop an answer; a closed pipe is the reader's right.
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]


_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


_LONGEST = 2_000
"""Characters of an error that are shown: it may repeat whatever it was given."""


def main() -> int:
    """Run the command and end with one of the exit codes of the house, never with a traceback."""
    _usable_streams()
    try:
        app()
    except SystemExit as end:
        if end.code == errors.INTERRUPTED:
            output.note("palimpsest: interrupted; what was committed stays, the same command goes on from there")
        raise
    except errors.PalimpsestError as problem:
        output.note(f"palimpsest: {text.clip(str(problem), _LONGEST)}")
        return problem.exit_code
    except OSError as problem:
        output.note(f"palimpsest: {problem}")
        full = problem.errno in _FULL
        return (errors.DiskFull if full else errors.PalimpsestError).exit_code
    except Exception as problem:  # noqa: BLE001
        # Nobody who runs this unattended is helped by a traceback; where it happened is enough to report it.
        frame = traceback.extract_tb(problem.__traceback__)[-1]
        output.note(f"palimpsest: a fault of the program: {type(problem).__name__}: {problem}")
        output.note(f"    at {frame.filename}:{frame.lineno}; what was committed is safe. Please report this line.")
        return errors.PalimpsestError.exit_code
    return 0
