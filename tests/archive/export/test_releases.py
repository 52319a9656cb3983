"""Releases: the same whenever they are made, a bag that libraries check, and every column told."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

from archive.export.columns import columns
from archive.export.release import MEANINGS
from archive.export.rows import SentencePair, VersionOut
from archive.home import Home
from tests.archive.export.test_web_archives import looked_at_five_times
from tests.conftest import _cli_of


def test_a_release_is_the_same_on_both_databases_and_is_a_bag(both_homes: tuple[Home, Home], tmp_path: Path) -> None:
    said = []
    for home, name in zip(both_homes, ("one.zip", "two.zip"), strict=True):
        looked_at_five_times(home)
        answer = _cli_of(home, tmp_path)("export", "--release", name, "--outlet", "paper", fine=True)
        said.append(answer.stderr.rpartition("content digest: ")[2].strip())
        before = (tmp_path / name).read_bytes()
        _cli_of(home, tmp_path)("export", "--release", name, "--outlet", "paper", fine=True)
        assert (tmp_path / name).read_bytes() == before
    with zipfile.ZipFile(tmp_path / "one.zip") as made:
        held = {name.removeprefix("palimpsest-release/"): made.read(name) for name in made.namelist()}
    assert said == [hashlib.sha256(held["manifest-sha256.txt"]).hexdigest()] * 2
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        pairs = [line.split("  ") for line in held[manifest].decode().splitlines()]
        listed = {name: digest for digest, name in pairs}
        payload = {name for name in held if name.startswith("data/")}
        assert {*listed} == (payload if manifest.startswith("m") else {*held} - payload - {manifest})
        for name, digest in listed.items():
            assert hashlib.sha256(held[name]).hexdigest() == digest
    assert held["bagit.txt"].startswith(b"BagIt-Version: 1.0\n")
    size = sum(len(data) for name, data in held.items() if name.startswith("data/"))
    assert f"Payload-Oxum: {size}.6\n".encode() in held["bag-info.txt"]
    card = json.loads(held["data/card.json"])
    assert card["rows"] == {"versions": 3, "edits": 2}
    assert held["data/versions.csv"].count(b"Bridge reopens") > 0
    assert b"cff-version: " in held["data/CITATION.cff"]
    assert b"No licence" in held["data/LICENCE.md"]


def test_a_release_without_texts_holds_none_and_every_column_is_told(sqlite_home: Home, tmp_path: Path) -> None:
    looked_at_five_times(sqlite_home)
    _cli_of(sqlite_home, tmp_path)("export", "--release", "bare.zip", "--no-text", fine=True)
    with zipfile.ZipFile(tmp_path / "bare.zip") as made:
        for name in made.namelist():
            assert b"reopened" not in made.read(name), name
    names = {column.name for kind in (VersionOut, SentencePair) for column in columns(kind)}
    assert names == MEANINGS.keys()
