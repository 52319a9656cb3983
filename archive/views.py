"""The views `v1_*`: what a row of each is, and what each column means. `docs/codebook.md` is made from this.

    python -m archive.views > docs/codebook.md

The SQL stands in the migrations; a test holds both together. The views only ever grow: a column that is here stays,
under its name, with its meaning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["TIMES", "VIEWS", "Column", "Kind", "View", "codebook"]


class Kind(StrEnum):
    """What a column holds: `number` is whole, `decimal` need not be, `time` is ISO 8601 in UTC with six digits of a
    second, `flag` 1 or 0, `hex` lower case."""

    TEXT = "text"
    NUMBER = "number"
    DECIMAL = "decimal"
    TIME = "time"
    FLAG = "flag"
    HEX = "hex"
    JSON = "json"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its unit and meaning."""

    name: str
    kind: Kind
    meaning: str


@dataclass(frozen=True, slots=True)
class View:
    """A view: what one row is, and its columns in order."""

    name: str
    row: str
    columns: tuple[Column, ...]


def _view(name: str, row: str, columns: str) -> View:
    parts = (line.split(maxsplit=2) for line in columns.strip().splitlines())
    return View(name, row, tuple(Column(column, Kind(kind), meaning) for column, kind, meaning in parts))


VIEWS = (
    _view(
        "v1_outlets",
        "a publisher's edition",
        """
        outlet text public id, for example rt-fr
        family text outlets of one publisher share it
        title text as the outlet calls itself
        country text ISO 3166-1 alpha-2, empty where not known
        languages text BCP 47 codes, comma separated
        timezone text IANA name
        controlled_by text who controls it
        """,
    ),
    _view(
        "v1_domains",
        "a host an outlet used, from one date to another",
        """
        outlet text whose it is
        host text sub-domains included
        since text ISO day; null where not known
        until text ISO day; null where it still is
        mirror flag whether it is the outlet's own mirror of its main domain
        """,
    ),
    _view(
        "v1_articles",
        "a piece as the outlet means it, however many addresses it has",
        """
        article text public id: the outlet, a colon, the key
        outlet text whose it is
        key text the outlet's own id, else 12 hex of its canonical address
        url text the address that answered when it was first seen; null where it never was
        life word one of life_state: whether the outlet still shows it
        life_since time since when
        life_evidence hex the capture that shows it
        versions number how many versions are known
        edits number how many passages from one version to another; a return to an older version is one
        first_seen time first look that showed it
        last_seen time last look that showed it
        latest_version text the version that was seen last
        headline text of that version
        language text of that version, BCP 47
        date_published text of that version: ISO 8601 in UTC; without offset where the zone is not known
        section text as its page named it at the last look
        next_look_at time when a recheck looks at it again; null where no crawl has said how often, or never
        """,
    ),
    _view(
        "v1_addresses",
        "an address an article was captured at",
        """
        article text which article
        outlet text whose it is
        url text the address, in normal spelling
        first_seen time the first look that asked for it or was answered there
        last_seen time the last
        looks number how many looks that are
        shown number how many of them showed the article
        """,
    ),
    _view(
        "v1_domain_changes",
        "what a person said of a domain of an outlet; the last on a domain is in force",
        """
        outlet text of which outlet
        host text sub-domains included
        since text ISO day; null where not known
        mirror flag whether it is a mirror of the outlet's main domain
        added flag 1: it is the outlet's from then on; 0: no more
        decided_at time when
        """,
    ),
    _view(
        "v1_versions",
        "a version with its text; held ones, which no second look confirmed yet, are not here",
        """
        version text public id: the article, an @, 12 hex of its fingerprint
        article text which article
        outlet text whose it is
        number number rank by first seen, from 1
        url text the address that answered when the article was first seen
        headline text as displayed
        description text the lead
        body text blocks in order, an empty line between
        block_types text the blocks' types in order, space separated: p h quote li notice summary embed
        authors json list of names
        date_published text ISO 8601 in UTC; without offset where the zone is not known
        date_published_raw text as written by the outlet
        images json list of [caption, credit]
        read_also json list of related titles seen with it; not part of the article
        language text BCP 47
        section text as the page named it at the first look
        first_seen time first look at it
        last_seen time last look at it
        sightings number spans over which it stood; more than 1 where it came back
        looks number captures that showed it
        newest flag whether no other version was first seen later
        capture hex the first look at it
        source word one of source: where the bytes of that look come from
        text_digest hex SHA-256 of its text exactly as stored
        """,
    ),
    _view(
        "v1_sightings",
        "a span of consecutive captures over which one version stood",
        """
        version text what stood
        article text which article
        outlet text whose it is
        n number place in the article's order of time, from 0
        first_seen time first look
        last_seen time last look
        times number how many looks
        first_capture hex the first look
        last_capture hex the last look
        """,
    ),
    _view(
        "v1_edits",
        "an edit: the passage from one version to the next. It happened after not_before and by not_after",
        """
        article text which article
        outlet text whose it is
        url text the address that answered when the article was first seen
        from_version text what stood before
        to_version text what stands after
        from_number number its number
        to_number number its number; smaller than from_number where an older version came back
        not_before time the last look that shows that it had not come: at its host, or at one that does not lag
        not_after time the first look at the new
        hours_between decimal hours between these two looks: how exactly the time of the edit is known
        outcome word changed, or reverted where an older version came back
        headline_before text as shown today; `palimpsest edits` also says which fields and sentences changed
        headline_after text as shown today
        description_before text the lead
        description_after text the lead
        body_before text blocks, an empty line between
        body_after text blocks, an empty line between
        date_published text as the old version states it: ISO 8601 in UTC; without offset where the zone is not known
        language text of the new version, BCP 47
        unsettled flag whether the one place it changed moves at every look, as a counter does: no question counts it
        struck flag whether a person found it to be ours: no question counts it
        """,
    ),
    _view(
        "v1_captures",
        "a planned request that was answered, or a page that was given",
        """
        capture hex public id
        outlet text whose page it is
        article text which article it belongs to; null where it cannot be told
        version text the version it shows; null where it shows none
        url text what was asked for
        final_url text what answered
        fetched_at time when it was answered
        status number HTTP status
        source word one of source: where the bytes come from
        time_basis word one of time_basis: whose clock
        vantage text from where
        verdict word one of verdict: what the page is
        reason text why, where there is more to say
        outcome word one of outcome: what it came to
        run text in which run it arrived
        warc_file text where its bytes are, relative to the folder warc/
        warc_offset number bytes from the start of that file
        warc_length number bytes of the record, compressed
        payload_digest hex SHA-256 of the bytes as received
        revisit_of hex the capture that holds the identical bytes; null where it holds them itself
        characters number of the article's text; 0 where it is none
        circumstances json section, tags, date_modified, titles, links, …: what makes no version
        clock_ahead number of seconds the clock of fetched_at was ahead of most hosts'; null where none told
        """,
    ),
    _view(
        "v1_removed",
        "a block of furniture that was removed from an article's page",
        """
        capture hex from which page
        outlet text whose page it is
        article text which article
        fetched_at time when the page was captured
        n number place on the page, from 0
        rule text which rule took it
        kind text consent, follow-us, read-also, …
        text text exactly as removed
        """,
    ),
    _view(
        "v1_doubts",
        "what made the reading of an article's page doubtful, by the rules that read it last",
        """
        capture hex of which page
        outlet text whose page it is
        article text which article
        fetched_at time when the page was captured
        kind word one of doubt
        reason text why, where there is more to say
        outcome word one of outcome: what the capture came to
        """,
    ),
    _view(
        "v1_decisions",
        "what a person decided of an edit or an outlet; of several on one thing the last is in force",
        """
        kind word one of decision
        outlet text of which outlet
        article text of which article's edit; null where it is of the outlet
        from_version text the older version of that edit
        to_version text the newer version of that edit
        decided_at time when
        person text who decided
        reason text why, in words
        """,
    ),
    _view(
        "v1_discoveries",
        "an address found in a feed, sitemap, listing or article, and where it stands",
        """
        outlet text for which outlet
        url text what was found
        found_in text the feed, sitemap, listing or article it was seen in
        found_at time when it was first seen there
        state word one of discovery_state
        title text a title variant, as written there
        published text as the source wrote it
        modified text as the source wrote it
        attempts number requests without an answer
        next_at time not to be asked for before; null: at once
        """,
    ),
    _view(
        "v1_attempts",
        "a planned request that ended without an answer",
        """
        outlet text whose address it was
        url text what was asked for
        ended_at time when it ended
        why word one of attempt
        reason text what was said
        run text in which run
        """,
    ),
    _view(
        "v1_gaps",
        "a span of more than 24 hours in which nothing of an outlet was captured by a clock that was right: we did not "
        "look, it was not silent",
        """
        outlet text which outlet
        since time the last capture before it
        until time the first capture after it; null where none came yet
        hours decimal how long; null where it has not ended
        """,
    ),
    _view(
        "v1_copies",
        "two articles that share text: at least 0.3 of both together, or 0.15 of one of them, boilerplate left out",
        """
        article_a text of the two the one whose id sorts first
        version_a text of its versions the one that shares most with one of the other's
        article_b text the other
        version_b text of its versions that one
        similarity decimal Jaccard: of the distinct shingles of both bodies together, the share that stands in both
        containment_a decimal the share of the shingles of version_a that stands in version_b
        containment_b decimal the share of the shingles of version_b that stands in version_a
        exact flag whether the bodies are the same, word for word
        outlet_a text whose the first is
        outlet_b text whose the other is
        shingles_a number distinct shingles of version_a: three words, five characters in scripts without spaces
        shingles_b number the same of version_b
        shared number shingles that stand in both
        counted number of the shared, what is no boilerplate
        quoted number of the shared, what stands in a quotation in one of them
        """,
    ),
    _view(
        "v1_clusters",
        "an article of a cluster: each is, but for boilerplate, half the same as another of it",
        """
        cluster text of its articles the one whose id sorts first
        article text an article of it
        outlet text whose it is
        articles number how many it has
        """,
    ),
    _view(
        "v1_stories",
        "two articles in two languages that are likely to tell one story",
        """
        article_a text of the two the one whose id sorts first
        outlet_a text whose it is
        language_a text BCP 47, of its first version
        at_a time the date that version states, if not after its first look; else that
        article_b text the other
        outlet_b text whose it is
        language_b text BCP 47, of its first version
        at_b time the date that version states, if not after its first look; else that
        score decimal how likely it is, from 0.7 to 1
        evidence json a list of objects: kind, value, weight in the score, what it rests on in both
        """,
    ),
    _view(
        "v1_runs",
        "a crawl, recheck, ingest or reread",
        """
        run text public id
        kind word one of run_kind
        started_at time by the clock of the run
        ended_at time null while it runs; of one that was killed: when that was found
        killed flag whether it did not end by itself
        program text name and version of the program
        counts json how many captures came to which outcome
        place number place in the chain of seals, from 1
        seal hex SHA-256 over the seal before it and the digests of what it covers
        clock_ahead number of seconds its clock was ahead of what most hosts say; null where none told
        clock_moved number of seconds its clock was moved on purpose, for a demonstration
        """,
    ),
)
"""Every view, in the order of the codebook."""

TIMES = frozenset(column.name for view in VIEWS for column in view.columns if column.kind is Kind.TIME) - {
    column.name for view in VIEWS for column in view.columns if column.kind is not Kind.TIME
}
"""The names of columns that hold a time wherever they stand."""

_HEAD = """# Codebook

The views `v1_*` are what to ask in SQL: the same rows on SQLite and PostgreSQL, with readable times, words instead of
numbers, and ids that are the same in every archive. They only ever grow: columns are added, none is renamed or taken
away.

- **text** is Unicode as read; **json** is text that holds JSON; **hex** is bytes in lower-case hexadecimal.
- **time** is text such as `2026-11-16T09:00:00.000000Z`: ISO 8601, UTC, always of that length, so that it sorts.
- **number** is whole, **decimal** need not be.
- **flag** is 1 or 0. **word** is a word of a closed list; the table `word` holds the lists.
- Asking by `outlet` is cheap, by `outlet` and `article` together cheapest.

Made by `python -m archive.views`; how to use them is told in [analysing.md](analysing.md).
"""


def _section(view: View) -> Iterator[str]:
    yield f"\n## {view.name}\n\nOne row is {view.row}.\n\n| column | holds | meaning |\n|---|---|---|\n"
    for column in view.columns:
        yield f"| `{column.name}` | {column.kind} | {column.meaning} |\n"


def codebook() -> str:
    """The page `docs/codebook.md`."""
    return _HEAD + "".join(line for view in VIEWS for line in _section(view))


if __name__ == "__main__":
    print(codebook(), end="")
