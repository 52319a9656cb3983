"""Archives made up for measuring, loaded in bulk: six languages, twelve outlets, two years, 3.6 versions an article.

Rows go straight into their tables, in the order in which foreign keys want them; what is derived is as the store would
have folded it, but what an edit comes to: to compare texts would take most of the time, so all are `substantive`. There
are no WARC files behind them. The same seed makes the same archive.
"""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from sqlalchemy import Connection, Engine, insert

from archive import urls
from archive.db import writing
from archive.diff.summary import RULES
from archive.models import (
    AddressRow,
    ArticleAddressRow,
    ArticleRow,
    Base,
    CaptureRow,
    CircumstancesRow,
    DiscoveryRow,
    DomainRow,
    EditKindRow,
    LinkRow,
    OutletRow,
    PictureRow,
    RevisionRow,
    RunRow,
    SightingRow,
    TextRow,
    VantageRow,
    VersionRow,
    VersionTextRow,
    WarcFileRow,
)
from archive.records import (
    Block,
    BlockType,
    Circumstances,
    Date,
    DiscoveryState,
    LifeState,
    Outcome,
    Reading,
    RunKind,
    Source,
    TimeBasis,
    Verdict,
)
from archive.search import index as tokens
from archive.store import recheck, texts
from archive.store.derived import held
from archive.store.versions import derived_columns

BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
DAYS = 730
OUTLETS = [f"{family}-{code}" for family in ("volna", "herald") for code in ("en", "ru", "fr", "es", "ar", "zh")]
_ALPHABETS = {
    "en": "etaoinshrdlcumwfgypbvk",
    "ru": "оеаинтсрвлкмдпуяыьгзбч",
    "fr": "esaitnrulodcmpévqfbghè",
    "es": "eaosrnidlctumpbgvyqhfz",
    "ar": "اليمونتربةعدسفحكقجشصخض",
}
_WORDS = 20_000
_GROUP = 250


class Language:
    """Words of a language that nobody speaks, as often as words of a language come (Zipf)."""

    def __init__(self, code: str, seed: int) -> None:
        chance = Random(f"{code} {seed}")
        self.code = code
        if code == "zh":
            self._words = [
                chr(chance.randrange(0x4E00, 0x9000)) + chr(chance.randrange(0x4E00, 0x9000)) for _ in range(_WORDS)
            ]
        else:
            letters = _ALPHABETS[code]
            lengths = [max(1, min(14, round(chance.gauss(6, 2.5)))) for _ in range(_WORDS)]
            self._words = ["".join(chance.choices(letters, k=length)) for length in lengths]
        self._weights = list(accumulate(1 / (rank + 3) for rank in range(_WORDS)))

    def common(self, rank: int) -> str:
        """The word of that rank."""
        return self._words[rank]

    def sentence(self, chance: Random) -> str:
        """About twenty words with a full stop."""
        words = chance.choices(self._words, cum_weights=self._weights, k=chance.randrange(8, 32))
        if self.code == "zh":
            return "".join(words) + "。"
        if chance.random() < 0.3:
            at = chance.randrange(1, len(words) - 1)
            words[at : at + 2] = [words[at].title(), words[at + 1].title()]
        return " ".join(words).capitalize() + "."


@dataclass
class Maker:
    """Makes an archive's rows, a group of articles at a time."""

    seed: int = 1
    ids: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    rows: dict[type[Base], list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    tokens: list[tuple[int, Sequence[str]]] = field(default_factory=list)
    bodies: list[tuple[str, ...]] = field(default_factory=list)
    written: int = 0
    """Rows, without the token table's."""
    rows_took: float = 0
    """Seconds that writing them took."""
    tokens_took: float = 0
    """Seconds that writing the token table took."""

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        self.languages = {code: Language(code, self.seed) for code in ("en", "ru", "fr", "es", "ar", "zh")}

    def next(self, kind: str) -> int:
        """The next integer key."""
        self.ids[kind] += 1
        return self.ids[kind]

    # --- what every archive has ---------------------------------------------------------------------------------

    def outlets(self) -> None:
        """Outlets with two domains each, one run a month, a WARC file, a revision."""
        for number, name in enumerate(OUTLETS, 1):
            family, code = name.split("-")
            row = {"name": name, "family": family, "title": family.title(), "country": "RU", "languages": code}
            self.rows[OutletRow].append({"id": number, **row, "timezone": "UTC", "controlled_by": ""})
            for host, mirror in ((f"{code}.{family}.test", False), (f"{code}.{family}-mirror.test", True)):
                self.rows[DomainRow].append(
                    {"outlet_id": number, "host": host, "since": "", "until": "", "mirror": mirror}
                )
        for month in range(24):
            at = BEGAN + timedelta(days=DAYS / 24 * month)
            digests = {"settings_digest": bytes(32), "outlets_digest": bytes(32)}
            self.rows[RunRow].append(
                {
                    "id": month + 1,
                    "name": f"crawl-{month}",
                    "kind": RunKind.CRAWL,
                    "started_at": at,
                    "ended_at": at + timedelta(days=30),
                    "killed": False,
                    "program": "benchmark",
                    **digests,
                    "process": "",
                    "counts": "{}",
                    "place": month + 1,
                    "seal": bytes(32),
                }
            )
        self.rows[VantageRow].append({"id": 1, "name": "default"})
        self.rows[RevisionRow].append({"id": 1, "name": "benchmark@000000000001"})
        self.rows[WarcFileRow].append({"id": 1, "run_id": 1, "name": "none.warc.gz", "size": 0, "digest": bytes(32)})

    # --- articles -----------------------------------------------------------------------------------------------

    def _body(self, language: Language) -> tuple[str, ...]:
        if self.bodies and self.chance.random() < 0.05:
            return self.chance.choice(self.bodies)
        count = max(2, round(self.chance.lognormvariate(1.9, 0.6)))
        body = tuple(
            " ".join(language.sentence(self.chance) for _ in range(self.chance.randrange(1, 4))) for _ in range(count)
        )
        if len(self.bodies) < 5000:
            self.bodies.append(body)
        else:
            self.bodies[self.chance.randrange(5000)] = body
        return body

    def _edited(self, said: Reading, language: Language) -> Reading:
        """A later version: a paragraph changed; at times the headline or who wrote it."""
        paragraphs = [block.text for block in said.body]
        at = self.chance.randrange(len(paragraphs))
        paragraphs[at] = (
            f"{language.sentence(self.chance)} {paragraphs[at]}"
            if self.chance.random() < 0.3
            else (paragraphs[at].rsplit(" ", 1)[0] + " " + language.sentence(self.chance))
        )
        headline = language.sentence(self.chance)[:80] if self.chance.random() < 0.2 else said.headline
        authors = (
            (language.common(self.chance.randrange(500)).title(),) if self.chance.random() < 0.05 else said.authors
        )
        body = tuple(Block(BlockType.P, one) for one in paragraphs)
        return Reading(headline, said.description, body, authors, said.date_published, circumstances=said.circumstances)

    def article(self, number: int) -> None:
        """One article with its versions, its looks and what is derived of them."""
        chance = self.chance
        outlet = number % len(OUTLETS) + 1
        family, code = OUTLETS[outlet - 1].split("-")
        language = self.languages[code]
        born = BEGAN + timedelta(seconds=chance.randrange(DAYS * 86_400))
        links = tuple(f"https://site{chance.randrange(2000)}.test/" for _ in range(chance.randrange(5)))
        if chance.random() < 0.1:
            named, tongue = chance.choice(OUTLETS).split("-")
            links += (f"https://{tongue}.{named}{chance.choice(['', '-mirror'])}.test/1",)
        pictures = tuple((f"https://i.test/{chance.randrange(number + 5)}.jpg", "") for _ in range(chance.randrange(3)))
        page = Circumstances(
            section=f"Section {chance.randrange(8)}",
            date_modified=Date("x", born, "meta") if chance.random() < 0.7 else None,
            links=links,
            images=pictures,
            language=code,
        )
        body = tuple(Block(BlockType.P, one) for one in self._body(language))
        said = Reading(
            language.sentence(chance)[:80],
            language.sentence(chance),
            body,
            (),
            Date("x", born, "meta"),
            circumstances=page,
        )
        self._article(number, outlet, f"https://{code}.{family}.test/{number}", born, said, language)

    def _article(self, number: int, outlet: int, url: str, born: datetime, said: Reading, language: Language) -> None:
        chance, known = self.chance, len(self.rows[CaptureRow])
        address, article = self.next("address"), number + 1
        self.rows[AddressRow].append(
            {"id": address, "url": url, "digest": urls.digest(url), "canonical": urls.digest(urls.canonical(url))[:8]}
        )
        versions = min(30, 1 + int(chance.expovariate(1 / 3.05)))
        at, shown = born + timedelta(minutes=chance.randrange(5, 120)), []
        for n in range(versions):
            said = self._edited(said, language) if n else said
            content = texts.content(said)
            shown.append((at, content))
            at += timedelta(minutes=chance.randrange(60, 4000))
        gone = chance.random() < 0.03
        evidence = b""
        for n, (first, content) in enumerate(shown):
            last = first + timedelta(minutes=30)
            captures = [self._capture(article, outlet, address, moment, content, n) for moment in (first, last)]
            version = self._version(article, n, content, captures[0][0])
            self.rows[SightingRow].append(
                {
                    "article_id": article,
                    "n": n,
                    "version_id": version,
                    "times": 2,
                    "first_capture_id": captures[0][0],
                    "last_capture_id": captures[1][0],
                    "first_seen": first,
                    "last_seen": last,
                }
            )
            for capture in self.rows[CaptureRow][-2:]:
                capture["version_id"] = version
            if n:
                self._kind(version)
            evidence = evidence or captures[0][1]
        life = {"life": LifeState.LIVE, "life_since": shown[0][0], "life_evidence": evidence}
        if gone:
            failing = [self._capture(article, outlet, address, at + timedelta(days=day), None, 0) for day in (1, 3)]
            life = {"life": LifeState.GONE, "life_since": at + timedelta(days=1), "life_evidence": failing[0][1]}
        moments = [capture["fetched_at"] for capture in self.rows[CaptureRow][known:]]
        looks = recheck.columns((min(moments), max(moments)), ())
        self.rows[ArticleRow].append({"id": article, "outlet_id": outlet, "key": str(number), **life, **looks})
        self.rows[ArticleAddressRow].append({"address_id": address, "article_id": article})
        self.rows[DiscoveryRow].append(
            {"outlet_id": outlet, "address_id": address, "found_at": born, "state": DiscoveryState.CAPTURED}
        )
        self._references(article, shown[0][0], said.circumstances)

    def _kind(self, after: int) -> None:
        of = {"before_id": after - 1, "after_id": after, "rules": RULES, "grows": False, "place": ""}
        self.rows[EditKindRow].append(
            {**of, "kinds": "substantive", "added": 100, "deleted": 100, "live": False, "told": False}
        )

    def _references(self, article: int, at: datetime, page: Circumstances) -> None:
        for host in {urls.host(link) for link in page.links}:
            self.rows[LinkRow].append({"article_id": article, "host": host, "first_seen": at})
        for picture in {urls.digest(address)[:8] for address, _ in page.images}:
            self.rows[PictureRow].append({"article_id": article, "address": picture, "first_seen": at})

    def _capture(
        self, article: int, outlet: int, address: int, at: datetime, content: Any, n: int
    ) -> tuple[int, bytes]:
        number = self.next("capture")
        uid = hashlib.sha256(f"{self.seed} {number}".encode()).digest()
        page = None
        if content is not None:
            page = self.next("circumstances") if n == 0 or self.ids["circumstances"] == 0 else self.ids["circumstances"]
            if n == 0:
                document = content.circumstances
                digest = hashlib.sha256(f"{page} {document}".encode()).digest()[:16]
                self.rows[CircumstancesRow].append({"id": page, "digest": digest, "document": document})
        self.rows[CaptureRow].append(
            {
                "id": number,
                "uid": uid[:16],
                "run_id": 1 + min(23, (at - BEGAN).days * 24 // DAYS),
                "outlet_id": outlet,
                "address_id": address,
                "fetched_at": at,
                "status": 200 if content else 410,
                "source": Source.OWN_HTTP,
                "time_basis": TimeBasis.OWN_CLOCK,
                "vantage_id": 1,
                "verdict": Verdict.ARTICLE if content else Verdict.GONE,
                "warc_file_id": 1,
                "warc_offset": number * 1000,
                "warc_length": 1000,
                "digest": uid,
                "size": content.size if content else 0,
                "circumstances_id": page,
                "article_id": article,
                "version_id": None,
                "outcome": Outcome.SAME if content else Outcome.GONE,
            }
        )
        return number, uid[:16]

    def _version(self, article: int, n: int, content: Any, capture: int) -> int:
        version = self.next("version")
        self.rows[TextRow].append({"id": version, "run_id": 1, **texts.columns(content)})
        self.rows[VersionRow].append(
            {
                "id": version,
                "article_id": article,
                "digest": content.fingerprint,
                "text_id": version,
                "number": n + 1,
                **derived_columns(texts.Said.of(content)),
            }
        )
        self.rows[VersionTextRow].append(
            {"version_id": version, "revision_id": 1, "text_id": version, "capture_id": capture}
        )
        self.tokens.append((version, content.words))
        return version

    def write(self, connection: Connection) -> None:
        """Write what has been made."""
        begun = time.perf_counter()
        for table in Base.metadata.sorted_tables:
            kind = next((row for row in self.rows if row.__table__ is table), None)
            if kind is not None:
                connection.execute(insert(table), self.rows[kind])
                self.written += len(self.rows[kind])
        between = time.perf_counter()
        tokens.index_many(connection, self.tokens)
        self.rows_took += between - begun
        self.tokens_took += time.perf_counter() - between
        self.rows.clear()
        self.tokens.clear()


def fill(engine: Engine, versions: int, seed: int = 1) -> Iterator[Maker]:
    """Fill an empty, migrated archive until it has so many versions; yields its maker, group by group."""
    maker, number = Maker(seed), 0
    maker.outlets()
    while maker.ids["version"] < versions:
        for _ in range(_GROUP):
            maker.article(number)
            number += 1
            if maker.ids["version"] >= versions:
                break
        with writing(engine) as connection:
            maker.write(connection)
        yield maker
    with writing(engine) as connection:
        held.looked_anew(connection, range(1, len(OUTLETS) + 1))
