"""The filters as people give them: a name and a word each, the same on a command line, in a notebook and on a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from archive import clock, typed
from archive.errors import UsageError
from archive.query.filters import Evidence, Filters, Which
from archive.wording import instead, near

__all__ = ["ALL", "FILTERS", "OUTLETS", "SEEN", "TZ", "Option", "filters", "option_of", "time_given", "zone_of"]


@dataclass(frozen=True, slots=True)
class Option:
    """A filter by its name (`changed_since`; on a command line `--changed-since`), the field of `Filters` it fills,
    what it means, whether it may be given several times, and what is written for its value."""

    name: str
    field: str
    words: str
    several: bool = False
    choices: str = "TEXT"

    @property
    def switch(self) -> str:
        """As it is written on a command line."""
        return "--" + self.name.replace("_", "-")


def _one(name: str, words: str, choices: str = "TIME") -> Option:
    return Option(name, name, words, choices=choices)


FILTERS = (
    _one("published_since", "Versions whose stated date of publication is this or later (2026-11-23, 2026-11, 7d)."),
    _one("published_until", "… is before this. A date without a zone counts as UTC."),
    _one("seen_since", "Versions that were seen standing at this time or later."),
    _one("seen_until", "… that were first seen before this."),
    _one("changed_since", "Versions that came by an edit first seen at this time or later."),
    _one("changed_until", "… first seen before this."),
    _one("version", "Which versions of an article; at:DATE is what stood then.", "first|latest|all|at:DATE"),
    _one("evidence", "Shown by our own looks, by an archive's, or by any (if not given).", "|".join(Evidence)),
    Option("outlet", "outlets", "Only this outlet; may be repeated, as those below.", several=True),
    Option("family", "families", "Only outlets of this publisher.", several=True),
    Option("country", "countries", "Only outlets of this country (two letters).", several=True),
    Option("lang", "languages", "Only texts in this language (fr, sr-Latn).", several=True),
    Option("section", "sections", "Only from this section, as the page names it.", several=True),
    _one("as_of", "Only what the archive held at this time."),
)
TZ = _one("tz", "The zone of times without an offset, and of times in tables (IANA name; UTC if not given).", "ZONE")

OUTLETS = ("outlets", "families", "countries")
SEEN = ("seen_since", "seen_until")
ALL = tuple(field.name for field in fields(Filters) if field.name not in {"at", "as_of"})
"""Filters, by field: what a question may be narrowed by. A moment belongs to `version`, and every question may be asked
as of a time."""


def option_of(field: str) -> str:
    """How the filter that fills a field is written on a command line."""
    return next(one.switch for one in FILTERS if one.field == field)


def time_given(words: str, option: str, zone: tzinfo = UTC) -> datetime:
    """A time as it is given for an option, in that zone where it names none. Raises UsageError naming the option."""
    return typed.time(words, option, zone, clock.now()).start


def zone_of(name: str) -> tzinfo:
    """A zone by its IANA name. Raises UsageError."""
    try:
        return UTC if name.upper() == "UTC" else ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        zones = " or ".join(near(name, available_timezones())) or "Europe/Paris or UTC"
        raise UsageError(f"--tz {name!r} is not a zone such as {zones}") from None


def _version(words: str, zone: tzinfo) -> dict[str, Any]:
    """`first`, `latest`, `all` or `at:DATE`. Raises UsageError."""
    name, _, date = words.partition(":")
    if name == Which.AT and date:
        return {"version": Which.AT, "at": time_given(date, "--version at:", zone)}
    if words in set(Which) - {Which.AT}:
        return {"version": Which(words)}
    known = instead(words, ["first", "latest", "all", "at:2026-11-23"])
    raise UsageError(f"--version {words!r} is none: {known}")


def _meant(option: Option, words: Any, zone: tzinfo) -> dict[str, Any]:
    """What one filter is set to. Raises UsageError."""
    if option.several:
        return {option.field: (words,) if isinstance(words, str) else tuple(words)}
    if isinstance(words, datetime):
        return {option.field: words}
    if option.name == "version":
        return _version(words, zone)
    if option.name != "evidence":
        return {option.field: time_given(words, option.switch, zone)}
    if words not in set(Evidence):
        raise UsageError(f"--evidence {words!r}: {instead(words, Evidence)}")
    return {option.field: Evidence(words)}


def filters(given: Mapping[str, str | datetime | Sequence[str] | None], zone: tzinfo = UTC) -> Filters:
    """What filters that are given by name (`changed_since`, `outlet`) come to; times without an offset are of that
    zone, and None or nothing is no filter. Raises UsageError for a word that means nothing, or a name of no filter."""
    options = {one.name: one for one in FILTERS}
    if unknown := [name for name in given if name not in options]:
        raise UsageError(f"there is no filter {unknown[0]!r}: {instead(unknown[0], options)}")
    meant: dict[str, Any] = {}
    for name, words in given.items():
        if words:
            meant |= _meant(options[name], words, zone)
    return Filters(**meant)
