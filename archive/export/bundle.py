"""A bundle: one version as somebody needs it who does not take our word, in one file that is a WACZ too.

It holds the looks that show how the version came, how long it stood and how it went: the last look at what stood
before, the first and the last at the version, the first at what came after or those that found the article gone; and
the further pages that they were read with. With them come the seals that cover their rows, and `verify.py`, which
checks all of it (`archive/proof/verify.py`)."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from archive import proof, text
from archive.diff.sheet import as_html
from archive.export.proven import proven
from archive.export.wacz import Facts, Package
from archive.export.webarchive import Copy, Sign, copied, fill
from archive.files import Destination, digest_of, whole
from archive.proof.citation import cite
from archive.proof.page import as_page
from archive.proof.verify import STORED
from archive.query import articles, quotes, withdrawn
from archive.query.articles import Article, Shown
from archive.query.kept import Kept, Told, parts_of, repeated_by, timeline
from archive.records import AWAY, Outcome
from archive.warc.format import compress

__all__ = ["Bundled", "bundle", "verifier"]

_STOOD = {Outcome.NEW, Outcome.CHANGED, Outcome.SAME, Outcome.SAME_WORDS, Outcome.REVERTED}


@dataclass(frozen=True, slots=True)
class Bundled:
    """The file that was written: its bytes, their SHA-256, and how many looks it holds as received."""

    size: int
    sha256: str
    looks: int


def verifier() -> bytes:
    """The program that goes into every bundle."""
    return (Path(proof.__file__).parent / "verify.py").read_bytes()


def bundle(
    connection: Connection, article: Article, to: Destination, program: str, sign: Sign | None = None
) -> Bundled:
    """Write the bundle of the version that is named, else of the newest. Made again of the same archive it is the same.

    Raises NotFound for a version that is held, UsageError where the file cannot be there, Withdrawn where a page of it
    is withheld, Damaged where a record is not what it was."""
    shown, cited = articles.show(connection, article), quotes.citation(connection, article)
    looks = timeline(connection, article)
    chosen = _chosen(looks, shown.version, shown.capture)
    for one in chosen:
        withdrawn.may_show(connection, one.capture)
    keys = [one.id for one in chosen]
    keys += parts_of(connection, keys)
    held = list(copied(to.home.warc, _kept(connection, keys)))
    claim = {
        "version": shown.version,
        "article": shown.article,
        "url": shown.url,
        "program": program,
        "citation": cite(cited).strip(),
        "texts": list(_texts(connection, article, shown, chosen)),
        "looks": [_look(look, roles, held) for look, roles in chosen.items()],
        "furniture": [{"rule": rule, "text": words} for rule, words in shown.furniture],
        "circumstances": shown.circumstances,
        "timeline": [_told(one) for one in looks],
    }
    facts = Facts(shown.version, quotes.as_of(connection), program)
    with whole(to, lambda _: False) as part:
        with Package(part) as package:
            more = _more(connection, article, shown, claim, keys)
            fill(package, held, facts, part.parent, more, sign, packed=False)
        return Bundled(part.stat().st_size, digest_of(part), len(chosen))


def _kept(connection: Connection, keys: list[int]) -> list[Kept]:
    """The looks with their records; of a look that one of them repeats the bytes alone, not the way to them."""
    found = repeated_by(connection, keys)
    return [one if one.id in keys else replace(one, places=one.places[-1:]) for one in found]


def _chosen(looks: list[Told], version: str, read: str) -> dict[Told, list[str]]:
    """The looks that go into a bundle, in order of time, and what each is to the version."""
    stood = [n for n, one in enumerate(looks) if one.version == version and one.outcome in _STOOD]
    stood = stood or [n for n, one in enumerate(looks) if one.capture == read]
    first, last = stood[0], stood[-1]
    shows = [n for n, one in enumerate(looks) if one.version and one.outcome in _STOOD]
    after = next((n for n in shows if n > last), None)
    gone = [n for n in range(last + 1, len(looks)) if looks[n].verdict in AWAY] if after is None else []
    roles = defaultdict(list)
    for what, n in (
        ("the last of what stood before", max((n for n in shows if n < first), default=None)),
        ("the first of this version", first),
        ("the text was read from it", next((n for n, one in enumerate(looks) if one.capture == read), None)),
        ("the last of this version", last),
        ("the first of what came after", after),
        ("the first that found it gone", min(gone, default=None)),
        ("the last that found it gone", max(gone, default=None)),
    ):
        if n is not None:
            roles[n].append(what)
    return {looks[n]: roles[n] for n in sorted(roles)}


def _texts(connection: Connection, article: Article, shown: Shown, chosen: dict[Told, list[str]]) -> Iterator[Any]:
    """The version's text, and those of the versions before and after it."""
    others = {one.version: None for one in chosen if one.version not in {"", shown.version}}
    for one in (shown, *(articles.show(connection, _version(article, name)) for name in others)):
        stored = {name: one.text[name] for name in STORED}
        yield {"version": one.version, "id": one.text["id"], "digest": one.text["digest"].hex(), "stored": stored}


def _version(article: Article, name: str) -> Article:
    return replace(article, version=name.partition("@")[2])


def _look(look: Told, roles: list[str], held: list[tuple[Kept, list[Copy]]]) -> dict[str, Any]:
    copies = next(copies for kept, copies in held if kept.capture == look.capture)
    record = next(copy.record for copy in reversed(copies) if copy.record.type != "request")
    # A status that none can be stands in the record alone.
    return {"is": roles, **_told(look), "status": record.status}


def _told(look: Told) -> dict[str, Any]:
    told = asdict(look) | {"fetched_at": text.iso(look.fetched_at)}
    return {name: value for name, value in told.items() if name != "id"}


def _more(
    connection: Connection, article: Article, shown: Shown, claim: dict[str, Any], looks: list[int]
) -> Iterator[tuple[str, bytes]]:
    """What is no part of a web archive: the claim, what seals say, the pages for people, the program that checks."""
    texts = [one.pop("id") for one in claim["texts"]]
    found = proven(connection, {"hop": looks}, {"capture": looks, "text": texts})
    yield "proof/claim.json", _json(claim)
    yield "proof/seals.json.gz", compress(_json(found.document))
    yield from found.digests.items()
    yield from found.stamps.items()
    number = shown.number or 1
    edit = number > 1
    if edit:
        sheet = quotes.sheet(connection, article, number - 1, number)
        yield "edit.html", as_html(sheet).encode("utf-8", "backslashreplace")
    program = verifier()
    newest = found.document["seals"][-1:]
    head = "".join(f"{one['place']}:{one['seal']}" for one in newest)
    page = as_page(claim, hashlib.sha256(program).hexdigest(), head, edit=edit)
    yield "index.html", page.encode("utf-8", "backslashreplace")
    yield "verify.py", program


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=1).encode()
