"""What disappeared: each article with its life span and where its text still stands, and the events of whole outlets,
which are one line each however many articles they hit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from archive.models import (
    AddressRow,
    ArticleRow,
    CaptureRow,
    OutletRow,
    RunRow,
    SightingRow,
    TextRow,
    VersionRow,
    Word,
)
from archive.query import quotes
from archive.query.articles import main_address, version_name
from archive.query.filters import BY_NAME, Filters, narrow, of_outlets
from archive.records import AWAY, WALLS, LifeState, Verdict

__all__ = ["LEAST", "SHARE", "Event", "Vanished", "deletions", "elsewhere", "events", "missing", "vanished"]

LEAST = 20
"""Articles a run must have found failing for it to be an event of the outlet."""

SHARE = 0.5
"""Share of the articles it looked at that must have failed."""

_TROUBLED = AWAY.keys() | WALLS | {Verdict.ERROR_PAGE}


_ALL = Filters()
_OF_EVENTS = ("outlets", "families", "countries", "seen_since", "seen_until")

# --- events -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Event:
    """Runs in a row in which most articles of an outlet did not show: a redesign, an outage, a wall. `verdict` is what
    most came to, `articles` how many at most in one run, `looked` how many were looked at in that run; `run` is the
    first one's name."""

    outlet: str
    run: str
    first: datetime
    last: datetime
    verdict: Verdict
    articles: int
    looked: int

    def meets(self, since: datetime | None, until: datetime | None) -> bool:
        """Whether it fell into [since, until), wholly or in part."""
        return (since is None or self.last >= since) and (until is None or self.first < until)


@dataclass(frozen=True, slots=True)
class _Counted:
    """One run's looks at known articles of one outlet: how many articles by verdict."""

    run_id: int
    run: str
    outlet: str
    first: datetime
    last: datetime
    verdicts: dict[Verdict, int]

    @property
    def troubled(self) -> int:
        return sum(number for verdict, number in self.verdicts.items() if verdict in _TROUBLED)

    @property
    def is_event(self) -> bool:
        return self.troubled >= LEAST and self.troubled >= SHARE * sum(self.verdicts.values())


# A literal, or the index is not used that holds nothing but looks at articles which did not show them.
_NOT_SHOWN = (
    CaptureRow.article_id.is_not(None),
    CaptureRow.verdict != bindparam(None, Verdict.ARTICLE, Word(Verdict), literal_execute=True),
)
_FAILED = *_NOT_SHOWN, CaptureRow.verdict.in_(_TROUBLED)


def _suspects(connection: Connection, filters: Filters) -> dict[int, set[int]]:
    """The runs that may have been events, by outlet (all integers): enough looks of theirs failed."""
    outlet, run = CaptureRow.outlet_id, CaptureRow.run_id
    of = outlet.in_(select(OutletRow.id).where(*of_outlets(filters)))
    statement = select(outlet, run).where(*_FAILED, of).group_by(outlet, run).having(func.count() >= LEAST)
    found: dict[int, set[int]] = defaultdict(set)
    for row in connection.execute(statement):
        found[row.outlet_id].add(row.run_id)
    return found


def _is_event(connection: Connection, outlet: int, run: int) -> bool:
    """Whether most articles of an outlet that a run looked at failed. Of the others no more are counted than it takes
    to tell."""
    of = CaptureRow.outlet_id == outlet, CaptureRow.run_id == run
    looks = select(CaptureRow.article_id, CaptureRow.verdict).distinct()
    failed = connection.execute(select(func.count()).select_from(looks.where(*of, *_FAILED).subquery())).scalar_one()
    if failed < LEAST:
        return False
    showed = looks.where(*of, CaptureRow.article_id.is_not(None), CaptureRow.verdict.not_in(_TROUBLED))
    enough = int(failed / SHARE - failed) + 1
    return connection.execute(select(func.count()).select_from(showed.limit(enough).subquery())).scalar_one() < enough


def _counted(connection: Connection, outlet: int, runs: Collection[int]) -> list[_Counted]:
    """These runs' looks at an outlet, in order of time."""
    statement = (
        select(
            OutletRow.name,
            CaptureRow.run_id,
            RunRow.name.label("run"),
            CaptureRow.verdict,
            func.count(CaptureRow.article_id.distinct()).label("articles"),
            func.min(CaptureRow.fetched_at).label("first"),
            func.max(CaptureRow.fetched_at).label("last"),
        )
        .join(OutletRow, OutletRow.id == CaptureRow.outlet_id)
        .join(RunRow, RunRow.id == CaptureRow.run_id)
        .where(CaptureRow.article_id.is_not(None), OutletRow.id == outlet, CaptureRow.run_id.in_(runs))
        .group_by(OutletRow.name, CaptureRow.run_id, RunRow.name, CaptureRow.verdict)
    )
    groups: dict[tuple[str, int], list[Any]] = defaultdict(list)
    for row in connection.execute(statement):
        groups[row.name, row.run_id].append(row)
    found = [
        _Counted(
            run_id=run_id,
            run=rows[0].run,
            outlet=outlet,
            first=min(row.first for row in rows),
            last=max(row.last for row in rows),
            verdicts={row.verdict: row.articles for row in rows},
        )
        for (outlet, run_id), rows in groups.items()
    ]
    return sorted(found, key=lambda one: (one.outlet, one.first, one.run_id))


def _event(runs: Sequence[_Counted]) -> Event:
    worst = max(runs, key=lambda one: one.troubled)
    verdict = max(_TROUBLED & worst.verdicts.keys(), key=lambda word: (worst.verdicts[word], word.value))
    looked = sum(worst.verdicts.values())
    return Event(runs[0].outlet, runs[0].run, runs[0].first, runs[-1].last, verdict, worst.troubled, looked)


def _row_breaks(connection: Connection, outlet: int, one: _Counted, after: _Counted) -> bool:
    """Whether another run looked at an outlet between two of its events."""
    look, sooner = aliased(CaptureRow), aliased(CaptureRow)
    earlier = exists().where(
        sooner.run_id == look.run_id,
        sooner.outlet_id == outlet,
        sooner.article_id.is_not(None),
        or_(sooner.fetched_at < one.first, and_(sooner.fetched_at == one.first, sooner.run_id < one.run_id)),
    )
    between = select(look.id).where(
        look.outlet_id == outlet,
        look.article_id.is_not(None),
        look.fetched_at >= one.first,
        or_(look.fetched_at < after.first, and_(look.fetched_at == after.first, look.run_id < after.run_id)),
        look.run_id.not_in((one.run_id, after.run_id)),
        ~earlier,
    )
    return connection.execute(between.limit(1)).first() is not None


def _of_outlet(connection: Connection, outlet: int, runs: Collection[int]) -> Iterator[Event]:
    """The events among these runs of an outlet, in order of time: one of runs that follow each other."""
    row: list[_Counted] = []
    for one in _counted(connection, outlet, [run for run in runs if _is_event(connection, outlet, run)]):
        if row and _row_breaks(connection, outlet, row[-1], one):
            yield _event(row)
            row = []
        row.append(one)
    if row:
        yield _event(row)


def _runs_since(connection: Connection, outlet: int, since: datetime) -> set[int]:
    looks = select(CaptureRow.run_id).where(CaptureRow.outlet_id == outlet, CaptureRow.fetched_at >= since)
    return set(connection.execute(looks.distinct()).scalars())


def events(connection: Connection, filters: Filters = _ALL) -> list[Event]:
    """The events of the outlets asked about that fell into the window of `seen_*`, the newest first. They are events of
    no version: filters that ask for something of a version leave them all out."""
    if replace(filters, **{name: getattr(_ALL, name) for name in _OF_EVENTS}) != _ALL:
        return []
    since, until = filters.seen_since, filters.seen_until
    found: list[Event] = []
    for outlet, runs in _suspects(connection, filters).items():
        late = runs & _runs_since(connection, outlet, since) if since else runs
        # An event of late may have begun before: only then are the older ones told.
        if any(_is_event(connection, outlet, run) for run in late):
            found += (one for one in _of_outlet(connection, outlet, runs) if one.meets(since, until))
    return sorted(found, key=lambda one: (one.first, one.outlet), reverse=True)


class _InEvents:
    """Whether a run was an event of any outlet asked about: told when somebody asks, and once."""

    def __init__(self, connection: Connection, filters: Filters = _ALL) -> None:
        self._connection = connection
        self._outlets: dict[int, list[int]] = defaultdict(list)
        for outlet, runs in _suspects(connection, filters).items():
            for run in runs:
                self._outlets[run].append(outlet)
        self._known: dict[int, bool] = {}

    def __contains__(self, run: int) -> bool:
        if run not in self._known:
            of = self._outlets.get(run, ())
            self._known[run] = any(_is_event(self._connection, outlet, run) for outlet in of)
        return self._known[run]


# --- articles ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Vanished:
    """An article the outlet does not show any more, or is suspected not to.

    It vanished after `last_seen` and by `since`; it had been there from `first_seen` on. `version` is its last text,
    `leads_to` where its address leads now, `elsewhere` other articles that hold its longest paragraph word for word.
    """

    article: str
    url: str
    outlet: str
    life: LifeState
    since: datetime
    evidence: str
    version: str
    headline: str
    first_seen: datetime
    last_seen: datetime
    leads_to: str
    elsewhere: tuple[str, ...]


_LONGEST_SENTENCE = 300
_SHORTEST_SENTENCE = 40


def elsewhere(connection: Connection, article: str, body: str) -> tuple[str, ...]:
    """Other articles with the longest paragraph of a text in them: an exact copy has it, wherever it stands."""
    longest = max(body.split("\n\n"), key=len, default="")[:_LONGEST_SENTENCE]
    sentence = longest.rsplit(" ", 1)[0] if len(longest) == _LONGEST_SENTENCE else longest
    if len(sentence) < _SHORTEST_SENTENCE:
        return ()
    found = (one.article for one in quotes.quoted(connection, sentence))
    return tuple(name for name in dict.fromkeys(found) if name != article)


def vanished(connection: Connection, filters: Filters = _ALL) -> Iterator[Vanished]:
    """Articles whose life state is not `live` and whose last text the filters keep, the newest first, each with the
    last that was seen of it.

    Not among them are those whose last look was made in an event of the whole outlet: nothing says that it is they who
    were taken away. A look after it, while other pages answered, tells."""
    for one, body in _vanished(connection, filters):
        yield replace(one, elsewhere=elsewhere(connection, one.article, body))


def missing(connection: Connection, filters: Filters) -> Iterator[Vanished]:
    """As `vanished`; where else the text stands is not looked for."""
    yield from (one for one, _ in _vanished(connection, filters))


def _vanished(connection: Connection, filters: Filters) -> Iterator[tuple[Vanished, str]]:
    """Each with its last body."""
    in_event = _InEvents(connection, filters)
    for row in _rows(connection, filters):
        if row["run_id"] in in_event:
            continue
        article = f"{row['name']}:{row['key']}"
        found = Vanished(
            article=article,
            url=row["url"],
            outlet=row["name"],
            life=row["life"],
            since=row["life_since"],
            evidence=row["life_evidence"].hex(),
            version=version_name(article, row["digest"]),
            headline=row["headline"],
            first_seen=row["first"],
            last_seen=row["last_seen"],
            leads_to=row["leads_to"] or "",
            elsewhere=(),
        )
        yield found, row["body"]


def deletions(connection: Connection) -> Iterator[bytes]:
    """The looks (by public id) that show the deletions the archive holds to be confirmed, without those of events."""
    in_event = _InEvents(connection)
    confirmed = (LifeState.GONE, LifeState.REDIRECTED, LifeState.EMPTIED)
    statement = select(ArticleRow.life_evidence, _last_run().label("run_id")).where(ArticleRow.life.in_(confirmed))
    for row in connection.execute(statement):
        if row.run_id not in in_event:
            yield row.life_evidence


_AWAY = ArticleRow.life != bindparam(None, LifeState.LIVE, Word(LifeState), literal_execute=True)
"""With a literal, for an index that holds nothing else."""


def _rows(connection: Connection, filters: Filters) -> Iterator[Any]:
    other = aliased(SightingRow)
    last, first = (
        select(end).where(other.article_id == ArticleRow.id).correlate(ArticleRow).scalar_subquery()
        for end in (func.max(other.n), func.min(other.first_seen))
    )
    evidence = CaptureRow.__table__.alias("evidence")
    statement = (
        select(
            ArticleRow.key,
            ArticleRow.life,
            ArticleRow.life_since,
            ArticleRow.life_evidence,
            OutletRow.name,
            main_address().scalar_subquery().label("url"),
            first.label("first"),
            SightingRow.last_seen,
            VersionRow.digest,
            TextRow.headline,
            TextRow.body,
            AddressRow.url.label("leads_to"),
            _last_run().label("run_id"),
        )
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .join(SightingRow, (SightingRow.article_id == ArticleRow.id) & (SightingRow.n == last))
        .join(VersionRow, VersionRow.id == SightingRow.version_id)
        .join(TextRow, TextRow.id == VersionRow.text_id)
        .join(evidence, evidence.c.uid == ArticleRow.life_evidence)
        .join(AddressRow, AddressRow.id == evidence.c.final_address_id, isouter=True)
        .where(_AWAY)
        .order_by(ArticleRow.life_since.desc(), *BY_NAME)
    )
    if filters.seen_since:
        # Nobody saw what nobody has looked at since then: that is told before its versions are looked up.
        statement = statement.where(ArticleRow.last_look_at >= filters.seen_since)
    return iter(connection.execute(narrow(statement, filters)).mappings())


def _last_run() -> Any:
    """The run of an article's last look, as a scalar of `ArticleRow`."""
    return (
        select(CaptureRow.run_id)
        .where(CaptureRow.article_id == ArticleRow.id)
        .order_by(CaptureRow.fetched_at.desc(), CaptureRow.uid.desc())
        .limit(1)
        .correlate(ArticleRow)
        .scalar_subquery()
    )
