"""`palimpsest run`: what is due, for all enabled outlets."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from archive import errors, output
from archive.commands.shared import Json, home_of
from archive.home import Home, Watched
from archive.records import RunKind
from crawler.commands.crawl import outlets_of, say, settings_of, told_outside

if TYPE_CHECKING:
    from crawler.spiders.run import Result

__all__ = ["run"]


def run(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Do what is due and end: for cron and timers.")] = False,
    outlets: Annotated[
        list[str] | None, typer.Option("--outlet", help="Only these; else all that are enabled.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many pages at each turn.")] = None,
    metrics: Annotated[
        int | None, typer.Option(min=0, max=65535, metavar="PORT", help="Answer /metrics and /health on this machine.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Do what is due for all enabled outlets: crawl them, look again at what is known, read again what rules changed.

    Without --once it stays, and an outlet has its turn every hour; SIGTERM or Ctrl-C once finishes what is in flight,
    twice stops now. With --once each has one turn, but for those of which `palimpsest.toml` says that they have had it.
    A change of that file holds from the next turn on, of a worker that stays too.

    An outlet is enabled by `palimpsest outlets enable`, and from its first `crawl` or `add` on. `palimpsest.toml` says
    how often, how many side by side, how many requests a day and at which hours none: see docs/settings.md.

    Any number may run at once, on any number of machines that share a PostgreSQL and the folder of the evidence: an
    outlet that another process is crawling is left alone, which is said and is no failure; one that fails does not stop
    the others. Alarms are looked for at the end, and every ten minutes while it stays. With --metrics it answers on
    this machine what a monitor asks: `/metrics` (OpenMetrics), and `/health`, which is 503 where nothing comes in.

    JSON keys: outlet, run, captures, attempts, problems, waiting, remarks, sources, robots.

    Example: palimpsest run --once
    """
    from crawler.spiders import run as crawling
    from crawler.spiders.due import Due
    from crawler.spiders.turn import Errand
    from crawler.spiders.worker import Worker

    home = home_of(context)
    outlets_of(home)
    settings = Watched(home, output.note)
    due = Due(settings, outlets or (), stay=not once)
    try:
        for name in sorted({*(outlets or ())} - {*due.enabled()}):
            output.note(f"{name} is left alone: it is disabled; `palimpsest outlets enable {name}`")
        arguments = {"look": "both"} | ({} if limit is None else {"limit": limit})
        errand = Errand(RunKind.CRAWL, arguments, settings_of(context), read_again=True)
        with _answering(home, metrics):
            worker = Worker(settings, errand, _Turns(home, as_json=as_json))
            worker.work(due, stay=not once)
    finally:
        due.close()
    if once and not worker.results:
        output.note("nothing is due")
    # Who stops it wants it to end.
    if not worker.stopped_by:
        _after_turns(home)
    code = crawling.code(worker.results, alone=False)
    if worker.stopped_by == signal.SIGINT:
        code = errors.INTERRUPTED
    if code:
        raise typer.Exit(code)


_BETWEEN = 600
"""Seconds between two looks for alarms while a worker stays."""


class _Turns:
    """What follows a turn: it is said, and now and then alarms are looked for."""

    def __init__(self, home: Home, *, as_json: bool) -> None:
        self._home, self._as_json = home, as_json
        self._looked = time.monotonic()

    def __call__(self, result: Result) -> None:
        say(result, as_json=self._as_json)
        if time.monotonic() - self._looked > _BETWEEN:
            _after_turns(self._home)
            self._looked = time.monotonic()


def _after_turns(home: Home) -> None:
    """Look for alarms, and keep the database in order; what fails there is said, and no more."""
    from archive import db
    from archive.store import upkeep

    told_outside(home)
    engine = db.open_writer(home.database_url)
    try:
        for words in upkeep.tidy(engine):
            output.note(words)
    except errors.PalimpsestError as problem:
        output.note(f"the database was not tidied: {problem}")
    finally:
        engine.dispose()


@contextmanager
def _answering(home: Home, port: int | None) -> Iterator[None]:
    """Answer what a monitor asks, in a process of its own: turns are forked from this one, so it has no threads."""
    if port is None:
        yield
        return
    from multiprocessing import get_context

    from archive.loopback import listening

    with listening(port) as on:
        output.note(f"http://127.0.0.1:{on.getsockname()[1]}/metrics and /health")
        process = get_context("spawn").Process(target=_answer, args=(home, on), daemon=True)
        process.start()
        try:
            yield
        finally:
            process.terminate()
            process.join()


def _answer(home: Home, on: socket.socket) -> None:
    """Answer until this process is ended; it ends with whoever began it, too."""
    from multiprocessing import parent_process
    from multiprocessing.connection import wait
    from threading import Thread

    from crawler.alarms.metrics import serve

    # Ctrl-C is for the worker, which ends this process when its turns have.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=serve, args=(home, on), daemon=True).start()
    worker = parent_process()
    if worker is not None:
        wait([worker.sentinel])
