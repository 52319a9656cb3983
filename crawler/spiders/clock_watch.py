"""Whether the clock a crawl dates its looks by is right, noticed before they are stored."""

from __future__ import annotations

from datetime import timedelta

from archive import clock, db, urls
from archive.query.clocks import known
from archive.records import Capture
from archive.store import clocks
from archive.store.runs import Run
from archive.timeline import CLOCK_OFF
from crawler.fetch.date_headers import Heard, Witnesses
from crawler.spiders.stats import CrawlStats

__all__ = ["ClockWatch"]

_HOSTS = Witnesses()
"""Those of this process: it has one clock."""


def _long(seconds: float) -> str:
    """A span of time in words, without its parts that do not matter."""
    return str(timedelta(seconds=round(abs(seconds))))


def _side(seconds: float) -> str:
    return "ahead" if seconds > 0 else "behind"


class ClockWatch:
    """Hears what hosts answer, and keeps in the run's row what they say of the clock.

    One host by itself may be the one that is wrong: it is believed where it agreed with the clock of the last crawl, or
    where the archive holds runs from later than now."""

    def __init__(self, engine: db.Engine, run: Run, outlet: str, stats: CrawlStats, hosts: Witnesses = _HOSTS) -> None:
        self._engine, self._run, self._stats, self._hosts = engine, run, stats, hosts
        self._accused: Heard | None = None
        with db.reading(engine) as connection:
            self._trusted = clocks.agreed_last(connection, outlet)
            newest = known(connection).newest
        self._late = newest is not None and not clock.moved() and newest > clock.machine() + CLOCK_OFF
        if self._late:
            stats.note(
                f"the archive holds a run of {newest:%Y-%m-%d %H:%M} UTC, which is later than this machine's clock: "
                "one of both clocks is wrong (`palimpsest doctor`)"
            )

    def hear(self, capture: Capture) -> None:
        """Take an answer, before it is stored. Of a clock that was moved on purpose the hosts need not know."""
        if clock.moved():
            return
        self._hosts.hear(urls.host(capture.landed), capture.headers, capture.fetched_at)
        heard = self._hosts.heard()
        if self._accused is None:
            if heard.off and self._counts(heard):
                self._accuse(heard)
        elif not heard.off and self._outvoted(self._accused):
            self._accused = None
            clocks.keep(self._engine, self._run, round(heard.ahead))

    def _counts(self, heard: Heard) -> bool:
        return heard.hosts > 1 or self._trusted or (self._late and heard.ahead < 0)

    def _accuse(self, heard: Heard) -> None:
        self._accused = heard
        clocks.keep(self._engine, self._run, round(heard.ahead))

    def _outvoted(self, accused: Heard) -> bool:
        """Whether those who said so still do. Else the clock was set meanwhile: what was dated before is not mended."""
        return any(
            abs((self._hosts.say(host) or 0.0) - accused.ahead) <= CLOCK_OFF.total_seconds()
            for host in accused.saying_so
        )

    def close(self) -> None:
        """Say what came of it; the run keeps it."""
        heard = self._hosts.heard()
        if self._accused is not None:
            said = self._accused
            self._stats.note(
                f"this machine's clock is {_long(said.ahead)} {_side(said.ahead)}, by the word of "
                f"{len(said.saying_so)} of {said.hosts} hosts: the run keeps that, its looks date no edit and no "
                "deletion. Set the clock (`palimpsest doctor`)"
            )
        elif heard.off:
            (host,) = heard.saying_so
            self._stats.remarks.append(
                f"the clock of {host} and this machine's are {_long(heard.ahead)} apart, and no other host was asked "
                "that tells which of them is wrong"
            )
        elif heard.hosts:
            clocks.keep(self._engine, self._run, round(heard.ahead))
