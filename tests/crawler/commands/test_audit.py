"""Claims drawn, judged, read back, and made test cases: the whole way through the command, on both databases."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from archive.home import Home
from archive.records import Capture, RunKind, Source, Verdict
from crawler.authoring import cases
from crawler.outlets.registry import registry
from crawler.pipeline.intake import Intake
from tests.crawler.pipeline.test_intake import at
from tests.support import ADDRESS, RunCli, page, sound

_HTML = (("Content-Type", "text/html; charset=utf-8"),)
_LONG = page().replace(
    b"</article>", b"<p>" + b"The town had waited for it since the flood of 2019. " * 30 + b"</p></article>"
)


def _look(day: int, body: bytes, status: int = 200, article: str = "a") -> Capture:
    return Capture(f"{ADDRESS}-{article}", at(day), body, status, _HTML, source=Source.OWN_HTTP)


@pytest.fixture
def judged_home(home: Home) -> Home:
    """One edit, one look that is `same` with other furniture, one that is held, one refusal, one deletion."""
    with Intake(home, RunKind.INGEST, lambda: at(0)) as intake:
        intake.take(_look(0, _LONG))
        intake.take(_look(1, _LONG.replace(b"Share this article", b"Share this story")))
        intake.take(_look(2, _LONG.replace(b"12 million", b"19 million")))
        intake.take(_look(3, page()))
        intake.take(_look(4, b"<html><body><h1>503 Service Unavailable</h1></body></html>", 503))
        intake.take(_look(5, b"<h1>Gone</h1>", 410))
        intake.take(_look(7, b"<h1>Gone</h1>", 410))
    return home


def _rows(sheet: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(sheet.removeprefix("\ufeff"), newline="")))


def _written(rows: list[dict[str, str]], path: Path) -> Path:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8")
    return path


def test_what_is_claimed_is_drawn_with_what_it_is_judged_by(judged_home: Home, run_cli: RunCli) -> None:
    sheet = run_cli("audit", "--sample", "9", "--seed", "1", fine=True).stdout
    rows = {row["class"]: row for row in _rows(sheet)}
    assert list(rows) == ["edit", "deletion", "same", "refused", "held"]
    assert {kind: row["of"] for kind, row in rows.items()} == {
        **dict.fromkeys(rows, "1"),
        "refused": "3",
    }
    assert "changed: body; numbers" in rows["edit"]["claim"]
    assert "12 million" in rows["edit"]["before"]
    assert "19 million" in rows["edit"]["after"]
    assert "removed: Share this story" in rows["same"]["after"]
    assert rows["deletion"]["after"] == "Gone"
    assert "shrunken" in rows["held"]["claim"]
    assert rows["held"]["before"].count("flood") == 30
    assert "flood" not in rows["held"]["after"]
    assert all(row["evidence_after"] for row in rows.values())
    assert run_cli("audit", "--sample", "9", "--seed", "1", fine=True).stdout == sheet
    one, other = (run_cli("audit", "--sample", "1", "--seed", str(seed), fine=True).stdout for seed in (1, 2))
    assert [row["case"] for row in _rows(one)] != [row["case"] for row in _rows(other)]
    sound(judged_home)


def test_judged_it_says_how_often_we_are_right(judged_home: Home, run_cli: RunCli, tmp_path: Path) -> None:
    rows = _rows(run_cli("audit", "--sample", "9", fine=True).stdout)
    for row in rows:
        row["right"] = {"edit": "n", "held": ""}.get(row["class"], "y")
    rows[0]["note"] = "the outlet did not touch it"
    path = _written(rows, tmp_path / "sheet.csv")
    answer = run_cli("audit", "--read", path, "--json", fine=True)
    found = {one["kind"]: one for one in map(json.loads, answer.stdout.splitlines())}
    assert list(found) == ["edit", "deletion", "same", "refused", "all"]
    assert (found["refused"]["of"], found["refused"]["right"], found["refused"]["precision"]) == (3, 3, 1.0)
    assert found["all"]["precision"] == pytest.approx(5 / 6)
    assert "the outlet did not touch it" in answer.stderr
    assert "1 of 7 are not judged" in answer.stderr

    rows[1]["case"] = f"deletion-{0:032x}"
    strange = run_cli("audit", "--read", _written(rows, tmp_path / "strange.csv"))
    assert strange.code == 3
    assert f"strange.csv:{3 + rows[0]['claim'].count(chr(10))}: this archive has no deletion-" in strange.stderr


def test_a_wrong_one_becomes_a_test_case_in_one_command(judged_home: Home, run_cli: RunCli, tmp_path: Path) -> None:
    rows = {row["class"]: row["case"] for row in _rows(run_cli("audit", "--sample", "1", fine=True).stdout)}
    folder = tmp_path / "generic"
    said = run_cli("audit", "--case", rows["edit"], folder, fine=True).stdout
    assert "tests/pairs/equal.toml" in said
    before, after = (cases.load(path) for path in sorted(cases.folders(folder), reverse=True))
    assert b"12 million" in before.capture.body
    assert b"19 million" in after.capture.body
    for case in (before, after):
        assert all(one.fine is not False for one in cases.compare(cases.read(case, registry())[1], case.expected))

    said = run_cli("audit", "--case", rows["deletion"], folder, fine=True).stdout
    assert "expected.json" in said
    gone = next(
        cases.load(path) for path in cases.folders(folder) if path.name.startswith("deletion") and "after" in path.name
    )
    assert (gone.capture.status, gone.verdict) == (410, Verdict.GONE)
    assert cases.read(gone, registry())[0].verdict is Verdict.GONE
    assert run_cli("audit", "--case", rows["deletion"], folder).code == 3, "what is there is never overwritten"
    assert run_cli("audit", "--case", rows["edit"], judged_home.warc).code == 2, "nothing among the evidence"
    (tmp_path / "file").touch()
    assert run_cli("audit", "--case", rows["edit"], tmp_path / "file").code == 3
    assert run_cli("audit", "--case", f"same-{0:032x}", folder).code == 4
    assert run_cli("audit", "--case", "nothing", folder).code == 2
    assert run_cli("audit", "--sample", "1", "--read", "sheet.csv").code == 2


def test_missing_evidence_is_said_in_the_sheet(judged_home: Home, run_cli: RunCli) -> None:
    for path in judged_home.warc.glob("*.warc.gz"):
        path.rename(path.with_suffix(".away"))
    rows = {row["class"]: row for row in _rows(run_cli("audit", "--sample", "1", fine=True).stdout)}
    assert "No such file" in rows["deletion"]["after"]
    assert "12 million" in rows["edit"]["before"]
