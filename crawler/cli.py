"""The command `palimpsest`: its options, its commands, and how it ends."""

from __future__ import annotations

import gc
import io
import os
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Annotated, ClassVar, TextIO

import typer

from archive import __version__, cli, errors, output, text
from archive.commands.group import Lazy, LazyGroup
from archive.home import SETTINGS
from archive.masking import masked

__all__ = ["app", "main"]

_HELP = """Keep every article of state-media outlets, every silent edit, every deletion, and the bytes that prove it.

Exit codes: 0 done, 1 done with problems, 2 usage, 3 bad input file, 4 unknown outlet or article, 5 database,
6 archive and program do not match, 7 disk full, 8 busy, 9 outlet unreachable, 10 verify found damage, 130 interrupted.
"""

_COMMANDS = "crawler.commands"
_TAKE_IN = {
    "crawl": Lazy(f"{_COMMANDS}.crawl:crawl", "What is new at an outlet."),
    "recheck": Lazy(f"{_COMMANDS}.crawl:recheck", "Known articles again, when they are due."),
    "run": Lazy(f"{_COMMANDS}.run:run", "All that is due, for all enabled outlets."),
    "runs": Lazy("archive.commands.runs:runs", "What ran, when, why it ended, what it came to."),
    "forecast": Lazy(f"{_COMMANDS}.forecast:forecast", "What an outlet costs, how late edits are noticed."),
    "add": Lazy(f"{_COMMANDS}.add:add", "Addresses for the next crawl."),
    "ingest": Lazy(f"{_COMMANDS}.ingest:ingest", "Saved pages, web archives, lists of pages, bare texts."),
    "backfill": Lazy(f"{_COMMANDS}.backfill:backfill", "An outlet's past, from web archives."),
}
_TAKE_OUT = {
    "withhold": Lazy(f"{_COMMANDS}.withdraw:withhold", "What is held and no longer shown, and why."),
    "seal": Lazy(f"{_COMMANDS}.seal:seal", "The head of the chain of seals: stamped, checked, published."),
    "expunge": Lazy(f"{_COMMANDS}.withdraw:expunge", "What is to be gone for good, by law or for a person."),
}
_SHOW = {"serve": Lazy(f"{_COMMANDS}.serve:serve", "All of it in a browser, on this machine.")}
_CHECK = {
    "alarms": Lazy(f"{_COMMANDS}.alarms:alarms", "What is not as usual, since when, and why."),
    "doctor": Lazy(f"{_COMMANDS}.doctor:doctor_", "What is here, what is missing, what to type."),
    "outlets": Lazy(f"{_COMMANDS}.outlets:outlets", "The outlets that are known; draft and check one."),
    "read": Lazy(f"{_COMMANDS}.read:read", "What would be stored of a page, storing nothing."),
    "reread": Lazy(f"{_COMMANDS}.reread:reread", "Stored pages again, by today's rules."),
    "audit": Lazy(f"{_COMMANDS}.audit:audit_", "Claims of the archive, for a person to judge."),
    "demo": Lazy(f"{_COMMANDS}.demo:demo", "All of it, on outlets served on this machine."),
}


class _Palimpsest(LazyGroup):
    panels: ClassVar = {
        "Take articles in": _TAKE_IN,
        "Look at what is there": {**cli.LOOK, **_SHOW},
        "Keep it, hand it on": {**cli.KEEP, **_TAKE_OUT},
        "See that it works": _CHECK,
    }


app = typer.Typer(
    cls=_Palimpsest, help=_HELP, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False
)


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


class _Masked(io.TextIOWrapper):
    """What is said to people and written to logs, whoever says it: nothing secret passes."""

    @classmethod
    def over(cls, stream: TextIO) -> TextIO:
        """A stream with this gate before it; one that is no plain file is left as it is."""
        if type(stream) is not io.TextIOWrapper:
            return stream
        stream.flush()
        return cls(stream.detach(), "utf-8", "backslashreplace", line_buffering=True)

    def write(self, words: str, /) -> int:
        """Write words without the secrets in them."""
        super().write(masked(words))
        return len(words)


def _usable_streams() -> None:
    # One that was closed (`>&-`) is missing, and the next file that is opened would take its number.
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w"))  # noqa: SIM115, PTH123
    sys.stderr = _Masked.over(sys.stderr)
    # Lone surrogates in a file name must not stop an answer; a closed pipe is the reader's right.
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]


_LONGEST = 2_000
"""Characters of an error that are shown: it may repeat whatever it was given."""


def _ended() -> None:
    """What was said is out. Raises OSError where it cannot be; what is left of it then is let go."""
    try:
        sys.stdout.flush()
    except OSError:
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


def main() -> int:
    """Run the command and end with one of the exit codes of the house, never with a traceback."""
    # What is imported stays: to look through it for garbage again and again is an eighth of a start.
    gc.set_threshold(200_000)
    _usable_streams()
    try:
        try:
            app()
        finally:
            _ended()
    except SystemExit as end:
        if end.code == errors.INTERRUPTED:
            output.note("palimpsest: interrupted; what was committed stays, the same command goes on from there")
        raise
    except BrokenPipeError:
        return errors.PalimpsestError.exit_code  # whoever read has read enough: nothing to say
    except errors.PalimpsestError as problem:
        output.note(f"palimpsest: {text.clip(str(problem), _LONGEST)}")
        return problem.exit_code
    except OSError as problem:
        output.note(f"palimpsest: {problem}")
        full = errors.is_disk_full(problem)
        return (errors.DiskFull if full else errors.PalimpsestError).exit_code
    except Exception as problem:  # noqa: BLE001
        # Nobody who runs this unattended is helped by a traceback; where it happened is enough to report it.
        frame = traceback.extract_tb(problem.__traceback__)[-1]
        output.note(f"palimpsest: a fault of the program: {type(problem).__name__}: {problem}")
        output.note(f"    at {frame.filename}:{frame.lineno}; what was committed is safe. Please report this line.")
        return errors.PalimpsestError.exit_code
    return 0
