"""The filters as options, the same for every command that takes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, tzinfo
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

import typer

from archive import wording
from archive.commands.shared import moment
from archive.errors import UsageError
from archive.query.filters import Evidence, Filters, Which

__all__ = ["filtered", "zone_of"]


def _option(name: str, words: str, kind: Any = str | None, default: Any = None) -> Parameter:
    option = typer.Option(name, help=words, rich_help_panel="Filters")
    at = name.removeprefix("--").replace("-", "_")
    return Parameter(at, Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, option])


_MOMENTS = ("published", "seen", "changed")
_SEVERAL = {
    "outlet": "outlets",
    "family": "families",
    "country": "countries",
    "lang": "languages",
    "section": "sections",
}
_OPTIONS = (
    _option(
        "--published-since",
        "Versions whose stated date of publication is this or later (2026-11-23, 2026-11, 7d).",
    ),
    _option("--published-until", "… is before this. A date without a zone counts as UTC."),
    _option("--seen-since", "Versions that were seen standing at this time or later."),
    _option("--seen-until", "… that were first seen before this."),
    _option("--changed-since", "Versions that came by an edit first seen at this time or later."),
    _option("--changed-until", "… first seen before this."),
    _option("--version", "first, latest, all, or at:DATE for what stood then."),
    _option("--evidence", "Shown by our own looks, by an archive's, or by any.", Evidence, Evidence.ANY),
    _option("--outlet", "Only this outlet; may be repeated, as those below.", list[str] | None),
    _option("--family", "Only outlets of this publisher.", list[str] | None),
    _option("--country", "Only outlets of this country (two letters).", list[str] | None),
    _option("--lang", "Only texts in this language (fr, sr-Latn).", list[str] | None),
    _option("--section", "Only from this section, as the page names it.", list[str] | None),
    _option("--as-of", "Only what the archive held at this time."),
    _option("--tz", "The zone of times given without an offset, and of times in tables (IANA name).", str, "UTC"),
)


def zone_of(name: str) -> tzinfo:
    """A zone by its IANA name. Raises UsageError."""
    try:
        return UTC if name.upper() == "UTC" else ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        near = " or ".join(wording.near(name, available_timezones())) or "Europe/Paris or UTC"
        raise UsageError(f"--tz {name!r} is not a zone such as {near}") from None


def _version(words: str | None, zone: tzinfo) -> dict[str, Any]:
    """`first`, `latest`, `all` or `at:DATE`. Raises UsageError."""
    if words is None:
        return {}
    name, _, date = words.partition(":")
    if name == Which.AT and date:
        return {"version": Which.AT, "at": moment(date, "--version at:", zone)}
    try:
        if name != Which.AT:
            return {"version": Which(words)}
    except ValueError:
        pass
    known = wording.instead(words, ["first", "latest", "all", "at:2026-11-23"])
    raise UsageError(f"--version {words!r} is none: {known}")


def _filters(given: dict[str, Any], zone: tzinfo) -> Filters:
    names = [f"{word}_{end}" for word in _MOMENTS for end in ("since", "until")] + ["as_of"]
    moments: dict[str, Any] = {name: moment(given[name], "--" + name.replace("_", "-"), zone) for name in names}
    several: dict[str, Any] = {name: tuple(given[option] or ()) for option, name in _SEVERAL.items()}
    return Filters(**moments, **several, **_version(given["version"], zone), evidence=given["evidence"])


def filtered(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of every filter; it takes them as `filters: Filters` and `zone: tzinfo`."""

    @wraps(command)
    def run(*args: Any, **given: Any) -> None:
        options = {one.name: given.pop(one.name) for one in _OPTIONS}
        zone = zone_of(options.pop("tz"))
        command(*args, filters=_filters(options, zone), zone=zone, **given)

    own = signature(command, eval_str=True).parameters.values()
    shown = [one.replace(kind=Parameter.KEYWORD_ONLY) for one in own if one.name not in {"filters", "zone"}]
    parameters = [*shown, *_OPTIONS]
    run.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    return run
