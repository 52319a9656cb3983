"""Any damage to a file of ours is found, and what is whole around it is read."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from archive import warc
from archive.errors import Damaged
from tests.archive.warc.material import CAPTURE, GIVEN, HEADERS, HOPPED, PAGE, foreign, write


def test_every_flipped_byte_is_found(tmp_path: Path) -> None:
    places, (written,) = write(tmp_path, replace(CAPTURE, body=b"short"), GIVEN)
    path = tmp_path / written.name
    good = path.read_bytes()
    unseen = []
    for position in range(len(good)):
        for bit in (0, 7):
            bad = bytearray(good)
            bad[position] ^= 1 << bit
            path.write_bytes(bad)
            assert hashlib.sha256(bad).digest() != written.sha256
            if all(isinstance(item, warc.Checked) for item in warc.check_file(path)):
                unseen.append((position, bit))
    # Only unused bits at the end of a member's compressed data may change unseen, and then what is read is the same.
    ends = [place.offset + place.length - 9 for place in places] + [places[0].offset - 9]
    assert {position for position, _ in unseen} <= set(ends)


def test_reading_at_a_place_names_the_damage(tmp_path: Path) -> None:
    places, (written,) = write(tmp_path, CAPTURE, GIVEN)
    path = tmp_path / written.name
    good = path.read_bytes()
    for position in range(places[0].offset, places[0].offset + places[0].length - 9):
        path.write_bytes(good[:position] + bytes([good[position] ^ 1]) + good[position + 1 :])
        with pytest.raises(Damaged, match=f"{written.name} at byte {places[0].offset}: "):
            warc.read_at(tmp_path, places[0])
        assert warc.read_at(tmp_path, places[1]).body == PAGE
    path.write_bytes(good)
    for wrong in (
        replace(places[0], digest=bytes(32)),
        replace(places[0], length=places[0].length - 1),
        replace(places[0], offset=places[0].offset + 1),
        replace(places[0], offset=len(good) + 5),
        replace(places[0], file="missing.warc.gz"),
        replace(places[0], file="."),
    ):
        with pytest.raises(Damaged, match=r"run-00001\.warc\.gz at byte \d+: |No such file|Is a directory"):
            warc.read_at(tmp_path, wrong)


def test_a_torn_tail_is_told_from_damage_at_every_length(tmp_path: Path) -> None:
    places, (written,) = write(tmp_path, CAPTURE, GIVEN)
    path, last = tmp_path / written.name, places[1].offset
    good = path.read_bytes()
    for length in range(last + 1, len(good)):
        for tail in (b"", bytes(len(good) - length + 8)):
            path.write_bytes(good[:length] + tail)
            *before, trouble = warc.check_file(path)
            # A member's own last bytes are zeros: where only they are gone, zeros make it whole again.
            whole = length > len(good) - 3 and bool(tail)
            assert [type(item) for item in before] == [warc.Checked] * (2 + whole)
            assert isinstance(trouble, warc.Trouble)
            assert (trouble.offset, trouble.torn) == (len(good) if whole else last, True)


def test_damage_in_the_middle_hides_nothing_behind_it(tmp_path: Path) -> None:
    places, (written,) = write(tmp_path, CAPTURE, GIVEN, CAPTURE)
    path = tmp_path / written.name
    good = path.read_bytes()
    for middle in (b"", b"junk" * 50_000, good[places[1].offset : places[1].offset + 40], bytes(70_000)):
        path.write_bytes(good[: places[1].offset] + middle + good[places[2].offset :])
        items = list(warc.check_file(path))
        troubles = [item for item in items if isinstance(item, warc.Trouble)]
        assert len(items) - len(troubles) == 3
        assert len(troubles) == bool(middle)
        assert not any(item.torn for item in troubles)
    (missing,) = warc.check_file(tmp_path / "missing")
    assert isinstance(missing, warc.Trouble)


def test_a_crashed_file_of_ours_can_be_adopted(tmp_path: Path) -> None:
    places, (written,) = write(tmp_path, HOPPED, replace(GIVEN, status=410, headers=HEADERS), GIVEN)
    path = tmp_path / written.name
    path.write_bytes(path.read_bytes()[: places[2].offset + 100])
    found, trouble = foreign(path)
    assert [item.kind.value for item in found[:4]] == ["other", "response", "response", "resource"]
    assert all(item.block_ok for item in found[1:4])
    given_back = found[3].capture
    assert given_back
    assert (given_back.status, given_back.headers, given_back.body) == (410, HEADERS, PAGE)
    assert trouble[-1].torn
