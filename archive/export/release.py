"""A release: what the filters keep, frozen for those who cite it and for libraries that keep it, in one file.

It is a bag (BagIt 1.0, RFC 8493) in a zip: versions and edits as CSV, what each column means, what is held and what is
missing, how to cite it, whose the texts are. Made again of the same archive it is the same, byte for byte. Its *content
digest* is the SHA-256 of `manifest-sha256.txt`, which names the payload alone: it is the same of any archive that holds
the same."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from archive.export.columns import Column, plain
from archive.export.rows import Wanted
from archive.export.run import Card, Counts, What, card_with, carded, row_of, set_of, write_rows
from archive.export.wacz import LARGE, named
from archive.export.writers import Format
from archive.files import Destination, digest_of
from archive.query.quotes import as_of
from archive.questions.coverage import Answer, answer
from archive.questions.question import Asked, Unit
from archive.store.seals import head

__all__ = ["MEANINGS", "release"]

_TOP = "palimpsest-release"
"""The folder in the zip: a bag is one folder."""

_UNITS = {What.VERSIONS: Unit.VERSION, What.EDITS: Unit.EDIT}

MEANINGS = {
    "doc_id": "the version's public id; of a sentence with its place in the edit",
    "text": "headline, lead and body without embeds, an empty line between",
    "outlet": "whose article it is",
    "article": "public id of the article",
    "number": "rank of the version by first seen, from 1",
    "url": "the address that answered when the article was first seen",
    "headline": "as displayed",
    "description": "the lead",
    "authors": "JSON list of names",
    "date_published": "as the version states it: ISO 8601 in UTC; without offset where the zone is not known",
    "language": "BCP 47",
    "section": "as the page names it",
    "first_seen": "first look at the version, by the archive's clock",
    "last_seen": "last look at the version",
    "looks": "how many looks showed it",
    "source": "where the bytes come from",
    "capture": "public id of the look at which the text was read",
    "payload_digest": "SHA-256 of the bytes as received",
    "text_digest": "SHA-256 of the text exactly as stored",
    "revision": "the rules and libraries that read it",
    "citation": "ready to paste",
    "before": "the sentence as it stood; empty where it was added",
    "after": "the sentence as it stands; empty where it was deleted",
    "from_version": "what stood before",
    "to_version": "what stands after",
    "not_before": "the last look that shows that the edit had not come",
    "not_after": "the first look at the new text",
    "field": "the editorial field",
    "change": "what became of the sentence",
    "kinds": "JSON list: what the change comes to",
    "declared": "whether the outlet says that it changed the page",
    "live": "1 where all that was done was to add entries to a page that grows",
    "notice": "1 where the sentence is a correction or a notice",
}
"""What the columns mean."""

_LICENCE = """The texts, headlines, by-lines and captions in this release are works of the outlets that published
them and of their authors. No licence to them is given with it: what may be done with them is for the law where you are
to say, such as its rules on quotation, research and text mining. Ids, addresses, times, counts and digests are facts.

A release without texts (`--no-text`) holds such facts alone.
"""


def release(
    asked: Asked, to: Destination, now: datetime, program: str, *, words: tuple[str, ...] = (), with_text: bool = True
) -> tuple[Card, str]:
    """Write a release, with a data card beside it; the card and the content digest. Raises UsageError as any export."""
    wanted = Wanted(words)
    with carded(to) as (part, put):
        counts, shown = {}, {}
        # By its name it goes with the part, whatever ends this.
        folder = part.with_name(f"{part.name}-bag")
        data = folder / "data"
        data.mkdir(parents=True)
        for what in _UNITS:
            made = write_rows(asked, what, data / f"{what}.csv", Format.CSV, wanted, with_text=with_text)
            counts[what], shown[what] = made.counts, made.shown
        told = answer(asked, "export release", Unit.VERSION, counts[What.VERSIONS].rows)
        (data / "codebook.md").write_text("".join(_codebook(shown)), encoding="utf-8")
        (data / "card.json").write_text(_json(_facts(asked, told, counts, wanted, program)), encoding="utf-8")
        (data / "LICENCE.md").write_text(_LICENCE, encoding="utf-8")
        at = as_of(asked.connection)
        (data / "CITATION.cff").write_text(_cff(asked, at, program), encoding="utf-8")
        digest = _bag(folder, at, str(head(asked.connection) or "none"))
        _zip(folder, part)
        card = card_with(
            asked,
            counts[What.VERSIONS],
            told,
            part,
            file=to.path.name,
            format="release",
            one_row_is=row_of(What.VERSIONS),
            columns=tuple(column.name for column in shown[What.VERSIONS]),
            with_text=with_text,
            made_at=now,
            program=program,
            changed_cells=0,
            wanted=set_of(wanted),
        )
        put(card)
    return card, digest


# --- what it says of itself -------------------------------------------------------------------------------------------


def _codebook(shown: Mapping[What, Iterable[Column]]) -> Iterator[str]:
    yield "# Codebook\n\nCSV, UTF-8, quoted by RFC 4180. Times are ISO 8601 in UTC.\n"
    for what, columns in shown.items():
        yield f"\n## {what}.csv\n\n{row_of(what)}\n\n| column | meaning |\n|---|---|\n"
        yield from (f"| {column.name} | {MEANINGS[column.name]} |\n" for column in columns)


def _facts(asked: Asked, told: Answer, counts: Mapping[What, Counts], wanted: Wanted, program: str) -> dict[str, Any]:
    """The data card: nothing of now, so that it is the same whenever it is made."""
    return {
        "what": "Articles as outlets showed them, version by version, and their edits, seen by looking again.",
        "rows": {str(what): one.rows for what, one in counts.items()},
        "outlets": dict(counts[What.VERSIONS].outlets),
        "revisions": dict(sorted(counts[What.VERSIONS].revisions.items())),
        "filters": set_of(asked.filters) | ({"as_of": asked.as_of} if asked.as_of else {}),
        "wanted": set_of(wanted),
        "as_of": told.as_of,
        "coverage": [asdict(one) for one in told.coverage],
        "left_out": told.left_out,
        "program": program,
        "limits": [
            "What happened between two looks is not known: each edit has the looks it came between.",
            "Times are the archive's clock; gaps are when nobody looked.",
            "Texts are as rules read them from the pages; `revision` names the rules.",
        ],
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=plain) + "\n"


def _cff(asked: Asked, at: datetime, program: str) -> str:
    outlets = ", ".join(asked.filters.outlets) or "all outlets held"
    # JSON texts are YAML.
    facts = {
        "cff-version": "1.2.0",
        "type": "dataset",
        "message": "Cite this release by its content digest, the SHA-256 of manifest-sha256.txt.",
        "title": f"Versions and edits of {outlets}, as of {at:%Y-%m-%d}",
        "authors": [{"name": "The operator of the archive"}],
        "date-released": f"{at:%Y-%m-%d}",
        "version": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "abstract": f"Made by {program}.",
    }
    return "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in facts.items())


# --- the bag ----------------------------------------------------------------------------------------------------------


def _bag(folder: Path, at: datetime, newest: str) -> str:
    """Write what makes a folder with `data/` a bag; the digest of its manifest."""
    payload = sorted((folder / "data").iterdir())
    size = sum(one.stat().st_size for one in payload)
    manifest = _manifest(folder, payload)
    tags = {
        "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": (
            f"Bagging-Date: {at:%Y-%m-%d}\nPayload-Oxum: {size}.{len(payload)}\n"
            f"External-Description: Versions and edits of articles\n"
            f"Internal-Sender-Identifier: head of seals {newest}\n"
        ),
        "manifest-sha256.txt": manifest,
    }
    for name, words in tags.items():
        (folder / name).write_text(words, encoding="utf-8", newline="\n")
    listed = _manifest(folder, sorted(folder / name for name in tags))
    (folder / "tagmanifest-sha256.txt").write_text(listed, encoding="utf-8", newline="\n")
    return hashlib.sha256(manifest.encode()).hexdigest()


def _manifest(folder: Path, files: Iterable[Path]) -> str:
    return "".join(f"{digest_of(one)}  {one.relative_to(folder).as_posix()}\n" for one in files)


def _zip(folder: Path, to: Path) -> None:
    with ZipFile(to, "w", ZIP_DEFLATED) as made:
        for path in sorted(one for one in folder.rglob("*") if one.is_file()):
            name = f"{_TOP}/{path.relative_to(folder).as_posix()}"
            large = path.stat().st_size >= LARGE
            with path.open("rb") as file, made.open(named(name, packed=True), "w", force_zip64=large) as member:
                shutil.copyfileobj(file, member)
