"""What is wrong whatever the past: sources that died, an outlet that refuses all, hosts that are gone, the machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from archive.health.alarm import Alarm
from archive.records import AlarmKind
from archive.timeline import CLOCK_OFF
from archive.wording import counted

__all__ = ["Answers", "Machine", "Robots", "blocked", "dead", "gone", "machine", "refused", "robots"]

_TOLD = frozenset({404, 410})
"""Statuses that say for good what any other may say for an hour."""

_PATIENCE = timedelta(hours=3)
_MANY = 5
"""Answers in vain, or hours of them, before what may be an hour's trouble is said."""

_CHANGED_FOR = timedelta(days=7)
_CERTIFICATE = timedelta(days=14)
_DISK_DAYS = 30
_FLOOR = 2_000_000_000
_SHORTEST_PAUSE = timedelta(hours=6)
_TOGETHER = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Answers:
    """How a source, a host or a whole outlet answers: the last time it did well (None: never), since when it does not
    (None: it does), how often that was, and what it says (`404`, `dns`)."""

    of: str
    well: datetime | None
    ill: datetime | None
    times: int = 0
    says: str = ""

    def lasting(self, now: datetime) -> bool:
        """Whether it is more than an hour's trouble."""
        if self.ill is None:
            return False
        told = self.says.isdecimal() and int(self.says) in _TOLD
        return told or self.times >= _MANY or now - self.ill >= _PATIENCE


@dataclass(frozen=True, slots=True)
class Robots:
    """When the robots.txt of a host was changed last."""

    url: str
    changed: datetime


def dead(outlet: str, sources: Iterable[Answers], now: datetime) -> Iterator[Alarm]:
    """Sources that have died. Of one that never answered well it is said where no other of the outlet does: the file
    that describes it may name more than there are."""
    every = list(sources)
    alive = any(one.ill is None for one in every)
    for one in every:
        if one.ill is None or not one.lasting(now) or (one.well is None and alive):
            continue
        yield Alarm(
            AlarmKind.SOURCE,
            outlet,
            one.of,
            one.ill,
            usual="an answer" if one.well else "nothing known",
            now=f"{one.says}, {counted(one.times, 'time')}",
            cause="the feed is dead, or stands elsewhere: nothing is found by it any more",
            advice=f"palimpsest outlets check {outlet}",
        )


def gone(outlet: str, hosts: Iterable[Answers], now: datetime) -> Iterator[Alarm]:
    """Hosts, mirrors among them, that do not answer at all any more."""
    for one in hosts:
        if one.ill is not None and one.lasting(now):
            yield Alarm(
                AlarmKind.HOST,
                outlet,
                one.of,
                one.ill,
                usual="an answer",
                now=f"no answer ({one.says}), {counted(one.times, 'time')}",
                cause="the host is gone, blocked from here, or its name is not resolved any more",
                advice=f"palimpsest outlets remove-domain {outlet} {one.of}   (where it is gone for good)",
            )


def refused(outlet: str, answers: Answers, now: datetime) -> Iterator[Alarm]:
    """An outlet that refuses all it is asked."""
    if answers.lasting(now) and answers.ill is not None:
        yield Alarm(
            AlarmKind.REFUSED,
            outlet,
            "",
            answers.ill,
            usual="answers",
            now=f"{answers.says} to all of {counted(answers.times, 'request')}",
            cause="this machine is blocked, the outlet is in trouble, or it cannot be reached from here",
            advice=f"palimpsest doctor; then look at {outlet} from another network",
        )


def blocked(outlet: str, vantages: Iterable[Answers], now: datetime) -> Iterator[Alarm]:
    """Vantages that an outlet keeps out, while it answers to another."""
    every = list(vantages)
    others = ", ".join(one.of for one in every if one.ill is None)
    for one in every:
        if others and one.ill is not None and one.lasting(now):
            yield Alarm(
                AlarmKind.REFUSED,
                outlet,
                f"from {one.of}",
                one.ill,
                usual=f"answers; it answers to {others} now",
                now=f"{one.says} to all of {counted(one.times, 'request')}",
                cause=f"blocked at vantage {one.of}, or its proxy is away",
                advice=f"palimpsest doctor; then put another vantage first for {outlet} in palimpsest.toml",
            )


def robots(outlet: str, files: Iterable[Robots], now: datetime) -> Iterator[Alarm]:
    """A robots.txt that was changed within a week."""
    for one in files:
        if now - one.changed < _CHANGED_FOR:
            yield Alarm(
                AlarmKind.ROBOTS,
                outlet,
                one.url,
                one.changed,
                usual="unchanged",
                now="changed",
                cause="the outlet changed what may be fetched: what is forbidden now is not asked for",
                advice=f"palimpsest status --outlet {outlet}",
            )


# --- the machine ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Machine:
    """What is known of the machine: when runs began (the last weeks' in order), seconds the clock of the last run was
    ahead (None: not told), bytes that are free where evidence is kept, bytes that came on each of the last days, and
    certificates as (outlet, host, end)."""

    runs: tuple[datetime, ...] = ()
    clock_ahead: int | None = None
    free: int | None = None
    grown: tuple[int, ...] = ()
    certificates: tuple[tuple[str, str, datetime], ...] = ()


def machine(known: Machine, now: datetime) -> Iterator[Alarm]:
    """What is wrong with the machine, or will be soon."""
    yield from _no_run(known.runs, now)
    yield from _clock(known, now)
    yield from _disk(known, now)
    for outlet, host, end in known.certificates:
        if end - now < _CERTIFICATE:
            cause = "its certificate was not renewed yet: when it ends, nothing is fetched from there"
            advice = f"openssl s_client -connect {host}:443 -servername {host} | openssl x509 -noout -dates"
            told = f"ends {end:%Y-%m-%d}"
            yield Alarm(AlarmKind.CERTIFICATE, outlet, host, end - _CERTIFICATE, "valid", told, cause, advice)


def _rounds(runs: Iterable[datetime]) -> list[datetime]:
    """When runs began, those that began together once."""
    found: list[datetime] = []
    for one in runs:
        if not found or one - found[-1] > _TOGETHER:
            found.append(one)
    return found


def _no_run(every: tuple[datetime, ...], now: datetime) -> Iterator[Alarm]:
    """Nobody looked for much longer than usual, by the archive's own runs."""
    runs = _rounds(every)
    if len(runs) < 3:
        return
    gaps = sorted(after - before for before, after in pairwise(runs))
    usual, long = gaps[len(gaps) // 2], gaps[int(0.95 * (len(gaps) - 1))]
    pause = now - every[-1]
    if pause > max(_SHORTEST_PAUSE, 3 * usual, 1.5 * long):
        yield Alarm(
            AlarmKind.NO_RUN,
            "",
            "",
            every[-1],
            usual=f"a run every {_hours(usual)}",
            now=f"none for {_hours(pause)}",
            cause="the timer, the machine or the network is down, or a run hangs",
            advice="palimpsest run --once",
        )


def _hours(span: timedelta) -> str:
    minutes = round(span / timedelta(minutes=1))
    return counted(minutes, "minute") if minutes < 120 else counted(round(minutes / 60), "hour")


def _clock(known: Machine, now: datetime) -> Iterator[Alarm]:
    ahead = timedelta(seconds=known.clock_ahead or 0)
    if abs(ahead) > CLOCK_OFF:
        yield Alarm(
            AlarmKind.CLOCK,
            "",
            "",
            known.runs[-1] if known.runs else now,
            usual="as most hosts say",
            now=f"{_hours(abs(ahead))} {'ahead' if ahead > timedelta(0) else 'behind'}",
            cause="this machine's clock is wrong: its looks confirm nothing and bound nothing",
            advice="set the clock, and let NTP keep it; then palimpsest run --once",
        )


def _disk(known: Machine, now: datetime) -> Iterator[Alarm]:
    if known.free is None:
        return
    daily = sum(known.grown) / len(known.grown) if known.grown else 0
    days = known.free / daily if daily else None
    if known.free >= _FLOOR and (days is None or days >= _DISK_DAYS):
        return
    left = f", full in {counted(int(days), 'day')} at {daily / 1e6:,.0f} MB a day" if days is not None else ""
    yield Alarm(
        AlarmKind.DISK,
        "",
        "",
        now,
        usual=f"room for {_DISK_DAYS} days, {_FLOOR / 1e9:.0f} GB at least",
        now=f"{known.free / 1e9:.1f} GB free{left}",
        cause="the disk of the archive fills up",
        advice="make space, or move the archive's folder to a larger disk",
    )
