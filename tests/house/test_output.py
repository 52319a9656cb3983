"""What answers look like: piped, and on terminals of several widths."""

from __future__ import annotations

import subprocess
import sys
from unicodedata import east_asian_width

import pytest

from archive.home import Home
from tests.support import ADDRESS, COMMAND, environment
from tests.terminal import on_terminal, plain

VERSION = "example.org:0de4112029d4@dc1686370b66"
DIGEST = "68e3780db692aedf1b96a47b51c53f27cf3579f8f3b298f6d045ec75b10872e0"
LONG = "https://www.example.org/" + "a/" * 60
STORY = "Les ministres trouvent un accord sur le pont, disent trois personnes au courant des entretiens à huis clos"

_ROWS = f"""
from archive import output
headings = ("version", "seen", "remarks of others", "headline")
lines = [
    ("{VERSION}", 3, "x", "{STORY}"),
    ("{VERSION}", 12, "", "部長們就橋樑達成協議" * 12),
]
print(output.rows(headings, lines, spare=("remarks of others",)))
"""


def _wide(line: str) -> int:
    return sum(1 + (east_asian_width(letter) in "WF") for letter in line)


def _rows(width: int) -> list[str]:
    return plain(on_terminal([sys.executable, "-c", _ROWS], width)).splitlines()


def _piped(code: str, **more: str) -> str:
    env = environment(None, **more)
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, encoding="utf-8", check=True)
    return done.stdout


def test_a_piped_table_has_a_line_of_headings_and_nothing_is_cut() -> None:
    head, first, second, count = _piped(_ROWS).splitlines()
    assert head.split("\t") == ["version", "seen", "remarks of others", "headline"]
    assert first.split("\t") == [VERSION, "3", "x", STORY]
    assert second.endswith("部長們就橋樑達成協議" * 12)
    assert count == "2"


def test_a_wide_terminal_has_every_column() -> None:
    head, first, *_ = _rows(200)
    assert head.split() == ["version", "seen", "remarks", "of", "others", "headline"]
    assert first.split(maxsplit=3) == [VERSION, "3", "x", STORY]


def test_a_terminal_of_eighty_columns_wraps_texts_between_words_and_leaves_spare_columns_out() -> None:
    lines = _rows(80)
    assert lines[0].split() == ["version", "seen", "headline"]
    assert max(map(_wide, lines)) <= 80
    cell = " ".join(line[lines[0].index("headline") :] for line in lines[1:4])
    assert cell.endswith(" […]")
    assert STORY.startswith(cell.removesuffix(" […]"))
    assert sum(VERSION in line for line in lines) == 2


def test_a_narrow_terminal_has_one_record_below_the_other_and_all_of_it() -> None:
    lines = _rows(60)
    assert lines[0].split() == ["version", VERSION]
    assert max(map(_wide, lines)) <= 60
    together = " ".join(line[19:] for line in lines[3 : lines.index("")])
    assert together == STORY
    assert "".join(line[19:] for line in lines[lines.index("") + 3 : -1]) == "部長們就橋樑達成協議" * 12


@pytest.mark.parametrize("width", [60, 80, 200])
def test_what_is_pasted_is_never_cut(width: int, small_sqlite_home: Home) -> None:
    shown = plain(on_terminal([COMMAND, "history", ADDRESS], width, small_sqlite_home))
    assert VERSION in shown
    shown = plain(on_terminal([COMMAND, "edits"], width, small_sqlite_home))
    assert VERSION.partition("@")[0] in shown
    shown = plain(on_terminal([COMMAND, "show", ADDRESS], width, small_sqlite_home))
    assert DIGEST in shown
    assert ADDRESS in shown
    code = f"from archive import output; output.said('look at {LONG} and at nothing else'); output.note('{LONG}')"
    assert plain(on_terminal([sys.executable, "-c", code], width)).count(LONG) == 2


@pytest.mark.parametrize("words", [["outlets"], ["ask", "--list"], ["edits"], ["status"], ["doctor"]])
def test_lines_fit_eighty_columns(words: list[str], small_sqlite_home: Home) -> None:
    lines = plain(on_terminal([COMMAND, *words], 80, small_sqlite_home)).splitlines()
    assert [line for line in lines if _wide(line) > 80 and len(line.split()) > 2] == []


def test_nobody_who_wants_no_colours_gets_codes(small_sqlite_home: Home) -> None:
    assert "\x1b" in on_terminal([COMMAND, "diff", ADDRESS], 80, small_sqlite_home)
    assert "\x1b" not in on_terminal([COMMAND, "diff", ADDRESS], 80, small_sqlite_home, NO_COLOR="1")
    assert "\x1b" in _piped("from archive import output; output.lamp(False, 'a', 'b')", FORCE_COLOR="1", NO_COLOR="")


def test_marks_are_not_by_colour_alone(small_sqlite_home: Home) -> None:
    shown = plain(on_terminal([COMMAND, "diff", ADDRESS], 80, small_sqlite_home))
    assert "[-12-]{+19+}" in shown


def test_who_reads_no_more_ends_a_command_without_a_word(small_sqlite_home: Home) -> None:
    words = f"{COMMAND} ask --list --json | head -1"
    done = subprocess.run(
        ["sh", "-c", words], env=environment(small_sqlite_home), capture_output=True, encoding="utf-8", check=True
    )
    assert done.stderr == ""


def test_an_answer_that_cannot_be_written_is_a_failure(small_sqlite_home: Home) -> None:
    for words in ("history " + ADDRESS, "edits --json", "show " + ADDRESS):
        done = subprocess.run(
            ["sh", "-c", f"{COMMAND} {words} > /dev/full"],
            env=environment(small_sqlite_home),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 7, done.stderr
        assert "No space left" in done.stderr
        assert "Traceback" not in done.stderr
