"""Questions that count: the share of a topic, how often a term is used, how a phrase spread, how much was published.

An article counts in the week, month or hour of its stated date of publication, else in that of the first look at it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import regex
from sqlalchemy import ColumnElement, and_, func, select

from archive.fields import PROSE
from archive.gaps import Gap, gaps
from archive.models import (
    ArticleRow,
    CaptureRow,
    CircumstancesRow,
    LookSpanRow,
    OutletRow,
    SightingRow,
    TextRow,
    VersionRow,
)
from archive.models import VersionTextRow as ReadRow
from archive.query.articles import main_address, version_name
from archive.query.filters import BY_NAME, Filters, Which, bytewise, narrow, of_outlets, section_of
from archive.questions.looks import BEGAN
from archive.questions.matching import versions_with
from archive.questions.question import Asked, Unit, question

__all__ = ["frequency", "spread", "topic_share", "volume"]

_HOUR = timedelta(hours=1)
_DATED: ColumnElement[datetime] = func.coalesce(VersionRow.published, BEGAN, type_=VersionRow.published.type)


def _one_each(asked: Asked) -> Filters:
    """One version of each article, the first unless another is asked for: an article that was edited counts once."""
    return replace(asked.filters, version=asked.filters.version or Which.FIRST)


def _counting(asked: Asked, *columns: Any) -> Any:
    statement = (
        select(OutletRow.name, VersionRow.id, VersionRow.language, VersionRow.words, _DATED.label("dated"), *columns)
        .select_from(VersionRow)
        .join(ArticleRow, ArticleRow.id == VersionRow.article_id)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
    )
    return narrow(statement, _one_each(asked))


def _ids(asked: Asked, words: str) -> set[int]:
    return set(asked.connection.execute(select(versions_with(asked.connection, words).c.id)).scalars())


# --- a topic ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Week:
    """Of the articles an outlet published in a week (that begins on the Monday `week`), how many are on the topic."""

    outlet: str
    week: str
    articles: int
    matching: int
    share: float


@question(12, Unit.ARTICLE, "harbour")
def topic_share(asked: Asked, words: str) -> Iterator[Week]:
    """Which share of each edition's articles is on a topic, week by week?

    words: what an article on the topic says, as for search.

    Each article counts once, by its first version unless --version says otherwise; weeks are those of UTC."""
    matching = _ids(asked, words)
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in asked.connection.execute(_counting(asked)):
        count = counts[row.name, _monday(row.dated)]
        count[0] += 1
        count[1] += row.id in matching
    for (outlet, week), (articles, hits) in sorted(counts.items()):
        yield Week(outlet, week, articles, hits, round(hits / articles, 4))


def _monday(moment: datetime) -> str:
    return (moment.date() - timedelta(days=moment.weekday())).isoformat()


def _month(moment: datetime) -> str:
    return moment.date().isoformat()[:7]


# --- a term -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Month:
    """How often a term stands in the words an outlet published in a language and month; `lines` has some of them, each
    with its version and the words around it."""

    outlet: str
    language: str
    month: str
    articles: int
    words: int
    hits: int
    per_million: float
    lines: tuple[str, ...]


@dataclass(slots=True)
class _Tally:
    articles: int = 0
    words: int = 0
    hits: int = 0
    lines: list[str] = field(default_factory=list)


_AROUND = 40
"""Characters shown on either side of a term."""


def _standing(term: str) -> Any:
    """A term as it stands in texts: whole words, whatever their case, any space between; where a script has no spaces,
    also within a run."""
    dense = bool(regex.search(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]", term))
    words = r"\s+".join(map(regex.escape, term.split()))
    return regex.compile(words if dense else rf"(?<!\w){words}(?!\w)", regex.IGNORECASE)


@question(13, Unit.ARTICLE, "harbour", "lines=1")
def frequency(asked: Asked, term: str, lines: int = 3) -> Iterator[Month]:
    """How often is a term used, per million words, by outlet, language and month, and in which words?

    term: a word or words as they are written; case does not matter, other forms are not counted.
    lines: so many lines with the words around it for each row.

    Headline, lead and body of each article's first version are counted, unless --version says otherwise."""
    tallies: dict[tuple[str, str, str], _Tally] = defaultdict(_Tally)
    for row in asked.connection.execute(_counting(asked)):
        tally = tallies[row.name, row.language, _month(row.dated)]
        tally.articles += 1
        tally.words += row.words
    _take_hits(asked, term, lines, tallies)
    for at, tally in sorted(tallies.items()):
        share = round(1e6 * tally.hits / tally.words, 2) if tally.words else 0.0
        yield Month(*at, tally.articles, tally.words, tally.hits, share, tuple(tally.lines))


def _take_hits(asked: Asked, term: str, lines: int, tallies: dict[tuple[str, str, str], _Tally]) -> None:
    pattern, quoted = _standing(term), term.replace('"', " ")
    statement = _counting(asked, ArticleRow.key, VersionRow.digest, *(getattr(TextRow, name) for name in PROSE)).join(
        TextRow, TextRow.id == VersionRow.text_id
    )
    matching = select(versions_with(asked.connection, f'"{quoted}"').c.id)
    ordered = statement.where(VersionRow.id.in_(matching)).order_by(_DATED, *BY_NAME)
    for row in asked.connection.execute(ordered.execution_options(yield_per=500)):
        tally = tallies[row.name, row.language, _month(row.dated)]
        said = "\n".join(getattr(row, name) for name in PROSE)
        for found in pattern.finditer(said):
            tally.hits += 1
            if len(tally.lines) < lines:
                around = " ".join(said[max(0, found.start() - _AROUND) : found.end() + _AROUND].split())
                tally.lines.append(f"{version_name(f'{row.name}:{row.key}', row.digest)}: {around}")


# --- a phrase ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Day:
    """How many articles of an outlet and language showed a phrase for the first time on a day (UTC), and the first."""

    day: str
    outlet: str
    language: str
    articles: int
    first_seen: datetime
    article: str
    url: str
    version: str
    headline: str


@question(14, Unit.ARTICLE, "forty ships of paper")
def spread(asked: Asked, phrase: str) -> Iterator[Day]:
    """Where did a phrase appear first, and how did it spread over outlets, languages and days?

    phrase: words in this order, as for search in quotes.

    The first row is the first appearance the archive saw. An article counts on the day of the first look that shows a
    version with the phrase, once."""
    quoted = phrase.replace('"', " ")
    seen = (
        select(func.min(SightingRow.first_seen))
        .where(SightingRow.version_id == VersionRow.id)
        .correlate(VersionRow)
        .scalar_subquery()
    )
    statement = (
        select(
            OutletRow.name,
            ArticleRow.key,
            VersionRow.digest,
            VersionRow.language,
            TextRow.headline,
            main_address().scalar_subquery().label("url"),
            seen.label("first_seen"),
        )
        .select_from(VersionRow)
        .join(ArticleRow, ArticleRow.id == VersionRow.article_id)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .join(TextRow, TextRow.id == VersionRow.text_id)
        .where(VersionRow.id.in_(select(versions_with(asked.connection, f'"{quoted}"').c.id)))
        .order_by(seen, *BY_NAME)
    )
    known: set[tuple[str, str]] = set()
    days: dict[tuple[str, str, str], list[Any]] = {}
    for row in asked.connection.execute(narrow(statement, asked.filters)):
        if (row.name, row.key) not in known:
            known.add((row.name, row.key))
            days.setdefault((row.first_seen.date().isoformat(), row.name, row.language), []).append(row)
    for (day, outlet, language), rows in days.items():
        first, article = rows[0], f"{outlet}:{rows[0].key}"
        version = version_name(article, first.digest)
        yield Day(day, outlet, language, len(rows), first.first_seen, article, first.url, version, first.headline)


# --- volume -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hours:
    """What an outlet published from one time to another: `articles` in a section in one hour; or nothing, because
    nothing came (`silence`) or because nobody looked (`not-looked`: so it is before the first look and after the
    last)."""

    outlet: str
    section: str
    since: datetime
    until: datetime
    state: str
    articles: int


@question(18, Unit.ARTICLE, "outage=24")
def volume(asked: Asked, outage: int = 6) -> Iterator[Hours]:
    """How many articles came per outlet, section and hour, and was a silence the outlet's or our own?

    outage: so many hours without any look at the outlet are our own outage.

    Articles count in the hour (UTC) they were published. Hours in which none was are put together to spans."""
    section = (
        select(section_of(CircumstancesRow.document))
        .select_from(ReadRow)
        .join(CaptureRow, CaptureRow.id == ReadRow.capture_id)
        .join(CircumstancesRow, CircumstancesRow.id == CaptureRow.circumstances_id)
        .where(and_(ReadRow.version_id == VersionRow.id, ReadRow.text_id == VersionRow.text_id))
        .order_by(ReadRow.revision_id)
        .limit(1)
        .correlate(VersionRow)
        .scalar_subquery()
    )
    counts: dict[str, dict[datetime, dict[str, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for row in asked.connection.execute(_counting(asked, section.label("section"))):
        counts[row.name][row.dated.replace(minute=0, second=0, microsecond=0)][row.section or ""] += 1
    outlets = select(OutletRow.id, OutletRow.name).where(*of_outlets(asked.filters)).order_by(bytewise(OutletRow.name))
    for outlet in asked.connection.execute(outlets).all():
        if hours := counts[outlet.name]:
            yield from _hours(outlet.name, hours, *_away(asked, outlet.id, timedelta(hours=outage)))


_EVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def _away(asked: Asked, outlet: int, span: timedelta) -> tuple[tuple[Gap, ...], datetime]:
    """When nobody looked at an outlet, before the first look and after the last too; and when the last was."""
    looks = select(LookSpanRow.first_look, LookSpanRow.last_look).where(LookSpanRow.outlet_id == outlet)
    found = asked.connection.execute(looks).first()
    if found is None:
        return (Gap(*_EVER),), _EVER[0]
    first, last = found
    return (Gap(_EVER[0], first), *gaps(asked.connection, [outlet], span)[outlet], Gap(last, _EVER[1])), last


def _hours(
    outlet: str, counts: dict[datetime, dict[str, int]], away: tuple[Gap, ...], end: datetime
) -> Iterator[Hours]:
    last: datetime | None = None
    for hour in sorted(counts):
        if last is not None:
            yield from _nothing(outlet, last, hour, away)
        for section, articles in sorted(counts[hour].items()):
            yield Hours(outlet, section, hour, hour + _HOUR, "articles", articles)
        last = hour + _HOUR
    if last is not None:
        yield from _nothing(outlet, last, end, away)


def _nothing(outlet: str, since: datetime, until: datetime, away: tuple[Gap, ...]) -> Iterator[Hours]:
    """The time between two hours with articles, cut where nobody looked."""
    for gap in away:
        start, end = max(since, gap.since), min(until, gap.until)
        if start < end:
            if since < start:
                yield Hours(outlet, "", since, start, "silence", 0)
            yield Hours(outlet, "", start, end, "not-looked", 0)
            since = end
    if since < until:
        yield Hours(outlet, "", since, until, "silence", 0)
