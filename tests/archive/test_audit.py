"""A sheet for hand judgement comes back as it went, hostile ones are named by file and line, and the figures hold."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import audit
from archive.audit import Claim, Claimed, Judged, Side
from archive.errors import BadInput
from archive.records import Place

_AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _claim(number: int = 1, words: str = "body: It reopened.", kind: Claimed = Claimed.EDIT, of: int = 9) -> Claim:
    side = Side(f"{number:032x}", _AT, "https://paper.test/1", Place("a.warc.gz", 10, 20, bytes(32)), words)
    return Claim(kind, of, words, "paper:1", None, side)


def _sheet(*changes: tuple[str, str]) -> bytes:
    """A sheet of two rows with these words replaced."""
    words = audit.write([_claim(1), _claim(2)])
    for old, new in changes:
        assert old in words
        words = words.replace(old, new, 1)
    return words.encode()


@given(st.lists(st.tuples(st.text(), st.sampled_from(Claimed)), max_size=6))
def test_any_words_come_back_from_the_sheet_and_none_of_them_runs(said: list[tuple[str, Claimed]]) -> None:
    made = [_claim(number, words, kind) for number, (words, kind) in enumerate(said)]
    sheet = audit.write(made)
    assert [(one.case, one.right) for one in audit.read("sheet.csv", sheet.encode())] == [
        (one.case, None) for one in made
    ]
    cells = [cell for row in csv.reader(io.StringIO(sheet.removeprefix("\ufeff"), newline="")) for cell in row]
    assert [cell for cell in cells if re.match(r"\s*[=+@\uff1d\uff0b\uff20-]|[\t\r]", cell)] == []


def test_a_spreadsheet_may_save_it_with_semicolons_and_without_its_mark() -> None:
    rows = list(csv.reader(io.StringIO(audit.write([_claim()]).removeprefix("\ufeff"), newline="")))
    rows[1][rows[0].index("right")] = " Y "
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    assert [one.right for one in audit.read("sheet.csv", out.getvalue().encode())] == [True]


_FIRST = f"edit-{1:032x}"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "sheet.csv:1: not a sheet"),
        (b"\xff\xfe\x00,", "sheet.csv:1: not UTF-8"),
        (_sheet() + b"\xe9\n", "sheet.csv:4: not UTF-8"),
        (_sheet((",right,", ",wrong,")), "sheet.csv:1: not a sheet of `palimpsest audit`: no column right"),
        (_sheet((",note,", ",right,")), "sheet.csv:1: not a sheet"),
        (_sheet((_FIRST, "edit-123")), "sheet.csv:2: 'edit-123' is no case"),
        (_sheet((_FIRST, f"edit-{2:032x}")), "sheet.csv:3: edit-0.*2 stands in line 2 already"),
        (_sheet(("edit,body", "same,body")), "sheet.csv:2: the class is 'same'"),
        (_sheet((",,,paper:1,", ",maybe,,paper:1,")), "sheet.csv:2: right is 'maybe': write y, n"),
        (_sheet((",9,", ",0,")), "sheet.csv:2: of is '0'"),
        (_sheet((",9,", ",8,")), "sheet.csv:3: of is 9, but 8 in line 2"),
        (_sheet((",9,", ",1,"), (",9,", ",1,")), "sheet.csv:3: row 2 of class edit, which has 1 claim"),
        (_sheet((",paper:1,", ",")), "sheet.csv:2: 14 cells under 15 columns"),
        (_sheet() + b'edit,"never closed', "sheet.csv:4: broken CSV"),
        (_sheet() + b"x" * 200_000, "sheet.csv:4: broken CSV"),
    ],
)
def test_a_broken_sheet_is_named_by_file_and_line(data: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        audit.read("sheet.csv", data)


@given(st.binary(max_size=200), st.integers(0, 500))
def test_no_bytes_end_in_anything_but_a_sentence(noise: bytes, at: int) -> None:
    good = _sheet()
    for data in (noise, good[:at] + noise + good[at:], good[:at]):
        said = "sheet.csv:1: "
        try:
            audit.read("sheet.csv", data)
        except BadInput as problem:
            said = str(problem)
        assert re.match(r"sheet\.csv:[0-9]+: ", said)


@pytest.mark.parametrize(
    ("right", "judged", "low", "high"),
    # Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_the_published_one(right: int, judged: int, low: float, high: float) -> None:
    assert audit.wilson(right, judged) == pytest.approx((low, high), abs=5e-5)


def _rows(kind: Claimed, of: int, right: int, judged: int) -> list[Judged]:
    return [Judged(2, kind, of, f"{kind}-{n:032x}", n < right, "") for n in range(judged)]


def test_each_class_counts_by_its_size_and_what_is_not_judged_for_nothing() -> None:
    rows = [*_rows(Claimed.EDIT, 100, 18, 20), *_rows(Claimed.SAME, 9900, 20, 20)]
    rows.append(Judged(9, Claimed.HELD, 3, "held-1", None, ""))
    edit, same, whole = audit.precision(rows)
    assert (edit.kind, edit.judged, edit.right, edit.precision) == ("edit", 20, 18, 0.9)
    assert (same.precision, same.high) == (1.0, 1.0)
    assert (whole.kind, whole.of) == ("all", 10_000)
    assert whole.precision == pytest.approx(0.999)
    # Of a weighted sum the larger class decides: below by nearly as much as its own interval.
    assert same.low - 0.002 < whole.low < same.low + 0.002
    assert whole.precision < whole.high <= 1


@given(st.lists(st.tuples(st.integers(1, 1000), st.integers(0, 30), st.integers(1, 30)), min_size=1, max_size=5))
def test_an_interval_holds_its_share_and_never_leaves_zero_to_one(said: list[tuple[int, int, int]]) -> None:
    rows = [
        row
        for kind, (of, right, judged) in zip(Claimed, said, strict=False)
        for row in _rows(kind, of + judged, min(right, judged), judged)
    ]
    for one in audit.precision(rows):
        assert 0 <= one.low <= one.precision + 1e-9
        assert one.precision <= one.high + 1e-9
        assert one.high <= 1
