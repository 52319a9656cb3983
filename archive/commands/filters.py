"""The filters as options, the same for every command that takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Annotated, Any

import typer

from archive.questions.options import ALL, FILTERS, TZ, Option, filters, zone_of

__all__ = ["filtered", "signed"]


def _option(one: Option, *, hidden: bool) -> Parameter:
    option = typer.Option(one.switch, help=one.words, metavar=one.choices, hidden=hidden, rich_help_panel="Filters")
    kind = list[str] if one.several else str
    return Parameter(one.name, Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[kind | None, option])


def _options(narrowing: Iterable[str]) -> list[Parameter]:
    """The options of every filter and of the zone. Help tells of those that narrow, by the fields they fill; others are
    refused in words, too."""
    told = {*narrowing, "as_of", "tz"}
    return [_option(one, hidden=one.field not in told) for one in (*FILTERS, TZ)]


def signed(command: Callable[..., None], parameters: Iterable[Parameter]) -> Callable[..., None]:
    """A command that is called with these parameters, as typer reads them."""
    shown = [one.replace(kind=Parameter.KEYWORD_ONLY) for one in parameters]
    command.__signature__ = Signature(shown)  # type: ignore[attr-defined]
    command.__annotations__ = {one.name: one.annotation for one in shown}
    return command


def filtered(command: Callable[..., None], narrowing: Iterable[str] = ALL) -> Callable[..., None]:
    """Give a command the options of every filter; it takes them as `filters: Filters` and `zone: tzinfo`."""

    @wraps(command)
    def run(**given: Any) -> None:
        zone = zone_of(given.pop("tz") or "UTC")
        named = {one.name: given.pop(one.name) for one in FILTERS}
        command(filters=filters(named, zone), zone=zone, **given)

    own = signature(command, eval_str=True).parameters.values()
    return signed(run, [*(one for one in own if one.name not in {"filters", "zone"}), *_options(narrowing)])
