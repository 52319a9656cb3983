"""Bundles: one file proves a version to whoever has a head of the seals, and whatever is altered in it is found."""

from __future__ import annotations

import ast
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest

from archive import db
from archive.export.bundle import bundle
from archive.files import Destination
from archive.home import Home
from archive.proof import verify
from archive.query import articles
from archive.records import Capture, Hop, Verdict
from archive.store import sealed, seals, texts
from tests.archive.material import THOROUGH, Material, at, opened, reading, uid_of
from tests.support import palimpsest

DAY = 24 * 60
AT, MOVED = "https://paper.test/1-title", "http://paper.test/s/1"
HTML: dict[str, Any] = {
    "headers": (("Content-Type", "text/html; charset=utf-8"),),
    "request": b"GET /1-title HTTP/1.1\r\nHost: paper.test\r\n\r\n",
}
FLIPS = 1000 if THOROUGH else 200


class Made(NamedTuple):
    """A bundle, the heads of the archive after its first and its last run, and where the archive is."""

    data: bytes
    first: str
    head: str
    home: Home


def _page(cost: int) -> bytes:
    return f"<h1>Bridge reopens</h1><p>The bridge reopened on Monday.</p><p>Repairs cost {cost} million.</p>".encode()


def _archive(home: Home, before: int = 12) -> tuple[str, str]:
    """An edit in a first run and a deletion in a second; the heads after both."""
    paper, heads = Material(home), []
    hop = Hop(MOVED, 301, (("Location", AT),), b"moved")
    moved: dict[str, Any] = {"url": MOVED, "final_url": AT, "hops": (hop,)}
    for cost, day, more in ((before, 0, moved), (before, 1, {}), (19, 2, {})):
        said = reading("The bridge reopened on Monday.", f"Repairs cost {cost} million.", headline="Bridge reopens")
        paper.page(day * DAY, said, **HTML, **more, body=_page(cost))
    paper.page(0, reading("Ferries went on Monday.", headline="Ferry"), "ferry", **HTML)
    done = len(paper.made)
    for day in (3, 5):
        paper.other(day * DAY, Verdict.GONE)
    paper.close()
    with opened(home) as archive:
        for some in (paper.made[:done], paper.made[done:]):
            archive.run(some)
            with archive.engine.connect() as connection:
                heads.append(str(seals.head(connection)))
    return heads[0], heads[1]


def _bundle(home: Home, to: Path, version: str = AT) -> bytes:
    engine = db.open_reader(home.database_url)
    try:
        with db.reading(engine) as connection:
            bundle(connection, articles.find(connection, version), Destination(to, home), "tests")
    finally:
        engine.dispose()
    return to.read_bytes()


@pytest.fixture
def made(home: Home, tmp_path: Path) -> Made:
    """The bundle of the newest version, which came by an edit and was deleted."""
    first, head = _archive(home)
    return Made(_bundle(home, tmp_path / "made.zip"), first, head, home)


@pytest.fixture
def small(sqlite_home: Home, tmp_path: Path) -> Made:
    """The same on SQLite."""
    first, head = _archive(sqlite_home)
    return Made(_bundle(sqlite_home, tmp_path / "made.zip"), first, head, sqlite_home)


def _wrong(data: bytes, path: Path, *words: str) -> list[str]:
    """What `verify.py` finds wrong; it ends with 1 where that is anything."""
    path.write_bytes(data)
    said = io.StringIO()
    with redirect_stdout(said):
        code = verify.main([str(path), *words])
    wrong = [line for line in said.getvalue().splitlines() if line.startswith("WRONG")]
    assert code == bool(wrong), said.getvalue()
    return wrong


def test_a_bundle_proves_an_edit_and_a_deletion_to_whoever_has_a_head(made: Made, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "made.zip") as held:
        held.extract("verify.py", tmp_path)
    words = [sys.executable, "-I", "-S", str(tmp_path / "verify.py"), str(tmp_path / "made.zip")]
    done = subprocess.run([*words, "--head", made.head], capture_output=True, text=True, env={}, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    looks = [line.partition("(")[2].partition(")")[0] for line in done.stdout.splitlines() if line.startswith("look")]
    assert looks == [
        "the last of what stood before",
        "the first of this version, the text was read from it, the last of this version",
        "the first that found it gone",
        "the last that found it gone",
    ]
    assert done.stdout.count("3 of 3 paragraphs stand word for word") == 2
    assert "What this does not prove" in done.stdout
    assert len(made.data) < 100_000
    assert _bundle(made.home, tmp_path / "again.zip") == made.data


def test_the_verifier_speaks_python_3_8_and_needs_the_standard_library_alone() -> None:
    tree = ast.parse(Path(verify.__file__).read_text(encoding="utf-8"), feature_version=(3, 8))
    nodes = list(ast.walk(tree))
    used = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    used |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in used} <= sys.stdlib_module_names
    assert {name: sealed.COVERED[name] for name in verify.ROWS} == verify.ROWS
    text = dict.fromkeys(verify.STORED, "x")
    assert texts.digest(text).hex() == hashlib.sha256(json.dumps(["x"] * len(text)).encode()).hexdigest()


def test_every_altered_byte_is_found_and_its_place_named(small: Made, tmp_path: Path) -> None:
    chance, data = Random(7), small.data
    with zipfile.ZipFile(tmp_path / "made.zip") as held:
        infos, listed = held.infolist(), held.start_dir
    ends = [*(one.header_offset for one in infos[1:]), listed]
    # One in each head and each content, some in the list of members and its end; the rest anywhere.
    places = [one.header_offset + 3 for one in infos] + [end - 1 for end in ends]
    places += [chance.randrange(listed, len(data)) for _ in range(30)]
    places += [chance.randrange(len(data)) for _ in range(FLIPS - len(places))]
    for place in places:
        flipped = bytearray(data)
        flipped[place] ^= 1 << chance.randrange(8)
        wrong = "\n".join(_wrong(bytes(flipped), tmp_path / "flipped.zip"))
        spans = [(int(start), int(end)) for start, end in re.findall(r"bytes (\d+) to (\d+)", wrong)]
        assert any(start <= place < end for start, end in spans), (place, wrong)


def test_further_pages_of_a_piece_come_along(sqlite_home: Home, tmp_path: Path) -> None:
    paper = Material(sqlite_home)
    said = reading("The bridge reopened on Monday.", "Repairs cost 12 million.", headline="Bridge reopens")
    page = paper.take(
        Capture(f"{AT}/2", at(0), b"<p>Repairs cost 12 million.</p>", 200, **HTML), "1/2", None, Verdict.PART
    )
    body = b"<h1>Bridge reopens</h1><p>The bridge reopened on Monday.</p>"
    first = paper.page(1, said, **HTML, body=body)
    paper.close()
    with opened(sqlite_home) as archive:
        archive.run([page, replace(first, parts=(uid_of(page).hex(),))])
        with archive.engine.connect() as connection:
            head = str(seals.head(connection))
    data = _bundle(sqlite_home, tmp_path / "made.zip")
    assert _wrong(data, tmp_path / "made.zip", "--head", head) == []
    with zipfile.ZipFile(tmp_path / "made.zip") as held:
        assert f"{AT}/2".encode() in held.read("indexes/index.cdx")


def _rewritten(members: list[tuple[str, bytes]]) -> bytes:
    """A zip as the program writes it, of other members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, data in members:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o644 << 16
            made.writestr(info, data)
    return file.getvalue()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_that_are_swapped_dropped_or_added_are_found(small: Made, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "made.zip") as held:
        members = [(name, held.read(name)) for name in held.namelist()]
    assert _rewritten(members) == small.data
    tried = [[*members[:n], *members[n + 1 :]] for n in range(len(members))]
    tried += [[*members, ("more.txt", b"more")], [("archive/more.warc.gz", b""), *members], [*members, members[0]]]
    for n in range(len(members) - 1):
        (one, first), (other, second) = members[n : n + 2]
        tried += [
            [*members[:n], (other, second), (one, first), *members[n + 2 :]],
            [*members[:n], (one, second), (other, first), *members[n + 2 :]],
        ]
    assert len(tried) > 20
    for some in tried:
        assert _wrong(_rewritten(some), tmp_path / "other.zip"), [name for name, _ in some]
    for cut in (b"", small.data[:-1], small.data[1:], small.data + b"\0", b"not a zip, but long enough to look into"):
        assert _wrong(cut, tmp_path / "cut.zip")


def test_what_is_made_anew_throughout_fails_against_a_head_from_outside(
    small: Made, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    forged = Home(tmp_path / "forged", f"sqlite:///{tmp_path / 'forged' / 'archive.db'}")
    forged.make()
    shutil.copy(request.getfixturevalue("_sqlite_template"), forged.folder / "archive.db")
    _, head = _archive(forged, before=13)
    data = _bundle(forged, tmp_path / "forged.zip")
    assert _wrong(data, tmp_path / "forged.zip", "--head", head) == []
    assert _wrong(data, tmp_path / "forged.zip", "--head", small.head)
    # A head says nothing of what came after it.
    assert any("under no seal" in line for line in _wrong(small.data, tmp_path / "made.zip", "--head", small.first))
    assert _wrong(small.data, tmp_path / "made.zip", "--head", "nonsense")


def test_cite_writes_a_bundle_and_says_which_program_checks_it(small: Made, tmp_path: Path) -> None:
    answer = palimpsest("cite", AT, "--bundle", tmp_path / "cited.zip", home=small.home)
    assert answer.code == 0, answer
    assert hashlib.sha256(Path(verify.__file__).read_bytes()).hexdigest() in answer.stderr
    assert hashlib.sha256((tmp_path / "cited.zip").read_bytes()).hexdigest() in answer.stderr
    assert palimpsest("cite", AT, "--bundle", tmp_path / "cited.zip", home=small.home).code == 2


def test_a_signature_holds_and_one_of_another_key_does_not(small: Made, tmp_path: Path) -> None:
    for name in ("key.pem", "other.pem"):
        made = ["openssl", "ecparam", "-name", "secp384r1", "-genkey", "-noout", "-out", str(tmp_path / name)]
        subprocess.run(made, check=True)
    signed = []
    for key in ("key.pem", "key.pem", "other.pem"):
        to = tmp_path / "signed.zip"
        answer = palimpsest("cite", AT, "--bundle", to, "--overwrite", "--sign", tmp_path / key, home=small.home)
        assert answer.code == 0, answer
        signed.append(to.read_bytes())
    assert signed[0] == signed[1] != signed[2]
    assert _wrong(signed[0], tmp_path / "one.zip", "--head", small.head) == []
    with zipfile.ZipFile(tmp_path / "one.zip") as held, zipfile.ZipFile(tmp_path / "signed.zip") as other:
        members = [(name, held.read(name)) for name in held.namelist()]
        mine, theirs = (json.loads(one.read("datapackage-digest.json")) for one in (held, other))
    for field in ("publicKey", "signature", "created", "software", "hash"):
        changed = mine | {"signedData": mine["signedData"] | {field: theirs["signedData"][field] + "x"}}
        if field in {"publicKey", "signature"}:
            changed["signedData"][field] = theirs["signedData"][field]
        data = _rewritten([*members[:-1], (members[-1][0], json.dumps(changed, indent=1).encode())])
        assert _wrong(data, tmp_path / "changed.zip"), field
    assert (
        palimpsest("export", "--wacz", tmp_path / "a.wacz", "--sign", tmp_path / "one.zip", home=small.home).code == 2
    )
