"""An outlet's turn, in a process of its own: it is crawled, and what older rules read of it is read again."""

from __future__ import annotations

import hashlib
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from multiprocessing import connection, parent_process
from typing import Any

from archive import clock, db
from archive.errors import PalimpsestError
from archive.home import Home
from archive.records import RunKind
from archive.store.jobs import Jobs
from archive.store.lookups import Lookups
from archive.wording import counted
from crawler.outlets.registry import registry
from crawler.pipeline.outlets import taught
from crawler.pipeline.reread import Rereading
from crawler.spiders import run
from crawler.spiders.run import Result

__all__ = ["SIGNALS", "Ended", "Errand", "take"]

SIGNALS = (signal.SIGINT, signal.SIGTERM)
"""What stops a worker, and through it its turns."""

_PATIENT = 30.0
"""Seconds a turn has to finish what is in flight once its worker is gone."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What is done at each turn: the kind of run, the spider's arguments, Scrapy's settings, and whether stored pages
    are read again where the rules have changed."""

    kind: RunKind
    arguments: Mapping[str, Any]
    settings: Mapping[str, Any]
    read_again: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """What a turn came to, and the digest of the revisions its pages are read by now (empty: not looked at)."""

    result: Result
    read_by: str = ""


def take(line: connection.Connection, home: Home, name: str, errand: Errand) -> None:
    """Take an outlet's turn, and say on the line what it came to; in a fork of the worker."""
    # Ctrl-C is for the worker, which passes it on; when that is gone, nobody else would stop us.
    os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    parent = parent_process()
    assert parent is not None
    threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    line.send(_taken(home, name, errand))
    # Threads and readers that a turn which was stopped at once leaves behind must not keep its process.
    sys.stderr.flush()
    os._exit(0)


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_PATIENT)
    os._exit(1)


def _taken(home: Home, name: str, errand: Errand) -> Ended:
    (result,) = run.crawl(home, [name], errand.kind, errand.arguments, errand.settings)
    failure = result.failure
    if failure is not None and not isinstance(failure, PalimpsestError):
        # What others raise may not bear to be sent.
        result = replace(result, failure=PalimpsestError(f"{type(failure).__name__}: {failure}"))
    if not errand.read_again or result.failure or result.interrupted:
        return Ended(result)
    try:
        read_by, remark = _read_again(home, name)
    except PalimpsestError as problem:
        return Ended(replace(result, problems=(*result.problems, f"nothing was read again: {problem}")))
    return Ended(replace(result, remarks=(*result.remarks, remark)) if remark else result, read_by)


def _read_again(home: Home, name: str) -> tuple[str, str]:
    """Read again what older rules read of an outlet, if they have changed; the digest of today's, and what came of it
    in words."""
    engine = db.open_reader(home.database_url, home.database_wait)
    try:
        current = taught(registry(home.outlets), engine).current(name)
        today, before = hashlib.sha256("\n".join(sorted(current)).encode()).hexdigest(), Jobs(engine).read_by(name)
        if before == today:
            return today, ""
        with Lookups(engine) as lookups:
            stale = bool(lookups.stale(current, name, None))
    finally:
        engine.dispose()
    # What was never looked at, and holds nothing of older rules, was read by today's all along.
    if not before and not stale:
        return today, ""
    rereading = Rereading(home, lambda _again: None, lambda _done, _total: None)
    rereading.run(name, None, clock.now)
    told = ", ".join(f"{number} {word}" for word, number in sorted(rereading.counts.items()))
    number = counted(rereading.counts.total(), "version")
    return today, f"the rules have changed: {number} read again ({told})" if told else ""
