"""How an archive does as one page that needs nothing else: open alarms, each outlet at a glance, small charts.

Every word of it that is not ours is escaped; it loads nothing, runs nothing, and follows the reader's choice of light
or dark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from archive import db
from archive.charts import Chart, svg
from archive.files import Destination, whole
from archive.health import words
from archive.health.alarm import KeptAlarm
from archive.health.days import Numbers
from archive.query.alarms import alarms
from archive.query.overview import Glance, glances
from archive.text import escaped
from archive.wording import counted

__all__ = ["write"]

_DAYS = 56
_WIDTH, _HEIGHT = 280, 36
_STYLE = """
:root { color-scheme: light dark; --line: #1f6feb; --bad: #b3261e; --soft: #8884; }
@media (prefers-color-scheme: dark) { :root { --line: #79b8ff; --bad: #ff8a80; } }
body { font: 15px/1.45 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: start; padding: .35rem .6rem; }
tr { border-bottom: 1px solid var(--soft); } th { font-weight: 600; } td.n { font-variant-numeric: tabular-nums; }
article { border-inline-start: 4px solid var(--bad); padding: .1rem 1rem; margin: 1rem 0; overflow-wrap: anywhere; }
article.noted { border-color: var(--soft); } pre { white-space: pre-wrap; margin: .3rem 0; font: inherit; }
svg { display: block; width: 18rem; } .bar { fill: var(--line); } text { font-size: 13px; fill: currentColor; }
.bad { color: var(--bad); } .bad .bar { fill: var(--bad); }
"""


def _chart(label: str, values: Mapping[int, float]) -> str:
    """A bar for each day."""
    days = tuple(date.fromordinal(day).isoformat() for day in values)
    return svg(Chart(label, days, tuple(values.values())), _WIDTH, _HEIGHT)


def _refused(found: Numbers) -> float:
    """The share of a day's looks that show no article."""
    shown = ("new", "same", "same-words", "changed", "reverted", "reread")
    looks = found.get("looks", 0)
    return 1 - sum(found.get(f"outcome/{word}", 0) for word in shown) / looks if looks else 0.0


def _row(one: Glance, today: int) -> str:
    days = {day: one.days.get(day, {}) for day in range(today - _DAYS + 1, today + 1)}
    charts = (
        _chart("new articles a day", {day: found.get("new", 0) for day, found in days.items()}),
        _chart("share of looks that show no article", {day: _refused(found) for day, found in days.items()}),
    )
    state = f'<span class="bad">{counted(one.alarms, "alarm")}</span>' if one.alarms else "as usual"
    cells = (
        escaped(one.outlet),
        "learning" if one.learning and not one.alarms else state,
        *(_when(at) for at in (one.last_look, one.last_new, one.last_source)),
        charts[0],
        f'<div class="bad">{charts[1]}</div>',
    )
    return f"<tr>{''.join(f'<td class=n>{cell}</td>' for cell in cells)}</tr>"


def _when(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}Z" if at else "-"


def _alarm(one: KeptAlarm) -> str:
    told = "\n".join(words.told(words.values(one)))
    return f"<article{' class=noted' if one.acknowledged_at else ''}><pre>{escaped(told)}</pre></article>"


def _parts(found: Sequence[KeptAlarm], outlets: Sequence[Glance], now: datetime) -> Iterator[str]:
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    # Nothing may be loaded, whatever an address in it says.
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>Palimpsest: {counted(len(found), 'alarm')} open</title><style>{_STYLE}</style></head><body>"
    yield f"<h1>{counted(len(found), 'alarm')} open</h1><p>{_when(now)}, {counted(len(outlets), 'outlet')}</p>"
    yield from map(_alarm, found)
    heads = (
        "outlet",
        "",
        "last look",
        "last new",
        "last good source",
        f"new, {_DAYS} days",
        "looks without an article",
    )
    yield f"<h2>Outlets</h2><table><tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr>"
    yield from (_row(one, now.toordinal()) for one in outlets)
    yield "</table></body></html>\n"


def write(connection: db.Connection, to: Destination, now: datetime) -> None:
    """Write the page, whole or not at all, in the place of an older one. Raises UsageError where it cannot be."""
    made = "\n".join(_parts(alarms(connection), glances(connection, now), now))
    with whole(to, _is_ours) as part:
        part.write_text(made, encoding="utf-8")


def _is_ours(path: Path) -> bool:
    return _STYLE.encode() in path.read_bytes()[:10_000]
