"""The settings file is checked as a whole: whatever is wrong is named with its line, and nothing is guessed."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from archive.errors import BadInput
from archive.home import find
from archive.schedules import Quiet, Schedule

GOOD = """
contact = "archive@institute.example"
budget = 5000

[run]
every = "6h"
at_once = 2

[outlets.rt-fr]
every = "30m"
budget = 2000
quiet = ["22:00-06:00", "12:00-13:00"]

[outlets."dotted.name"]
enabled = false
"""

WRONG = {
    "budgit = 5": ("line 1: budgit is no setting: did you mean budget?",),
    "\n\n[outlets.rt-fr]\nbudgit = 5": ("line 4: outlets.rt-fr.budgit is no setting: did you mean budget?",),
    "[outlets.rt-fr]\nevery = '30'": ("line 2: outlets.rt-fr.every is a time such as 30m, 6h or 2d, not '30'",),
    "[outlets.rt-fr]\nevery = '0h'": ("line 2", "such as 30m"),
    "[outlets.rt-fr]\nquiet = [\n  '22:00-06:00', # night\n  '25:00-06:00',\n]": ("line 2: outlets.rt-fr.quiet",),
    "[outlets.rt-fr]\nquiet = '22:00-22:00'": ("line 2", "22:00-06:00"),
    "[outlets.rt-fr]\nquiet = 22": ("line 2", "22:00-06:00"),
    "[outlets.rt-fr]\nenabled = 'no'": ("line 2: outlets.rt-fr.enabled is true or false, not 'no'",),
    "# one\n[run] # two\n\nat_once = 0": ("line 4: run.at_once is a number from 1 on, not 0",),
    "budget = -1": ("line 1: budget is a number from 0 on, not -1",),
    "budget = true": ("line 1: budget is a number",),
    "contact = 5": ("line 1: contact is words in quotes, not 5",),
    "run = 5": ("line 1: run is a table, [run]",),
    "outlets = 'rt-fr'": ("line 1: outlets is a table",),
    "[outlets]\nrt-fr = 5": ("line 2: outlets.rt-fr is a table",),
    "[outlet.rt-fr]\nbudget = 5": ("line 1: outlet is no setting: did you mean outlets?",),
    "outlets.rt-fr = { budget = 5,  everry = '1h' }": ("line 1: outlets.rt-fr.everry is no setting",),
    'contact = """a\nb\n"""\nbudget = "many"': ("line 4: budget is a number",),
    "a = 1\nbudget = 'x'\n[run]\never = '1h'": ("line 1: a is", "line 2: budget is", "line 4: run.ever is"),
    "budget = \n": ("line 1",),
    "x = " + "[" * 100_000: ("palimpsest.toml",),
    "x" * 300_000: ("is longer than",),
}


def test_what_it_says_is_meant(tmp_path: Path) -> None:
    (tmp_path / "palimpsest.toml").write_text(GOOD)
    home = find(tmp_path)
    assert (home.budget, home.every, home.at_once) == (5000, timedelta(hours=6), 2)
    nights = (Quiet(time(22), time(6)), Quiet(time(12), time(13)))
    assert home.schedule("rt-fr") == Schedule(None, timedelta(minutes=30), 2000, nights)
    assert home.schedule("dotted.name").enabled is False
    assert home.schedule("rt-en") == Schedule()


@pytest.mark.parametrize("text", WRONG, ids=range(len(WRONG)))
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "palimpsest.toml").write_text(text)
    with pytest.raises(BadInput) as caught:
        find(tmp_path)
    for words in WRONG[text]:
        assert words in str(caught.value)


def test_quiet_hours_over_midnight_and_over_a_change_of_the_clock() -> None:
    schedule, paris = Schedule(quiet=(Quiet(time(22), time(6)),)), ZoneInfo("Europe/Paris")

    def until(*at: int) -> str | None:
        found = schedule.quiet_until(datetime(*at, tzinfo=UTC), paris)  # type: ignore[misc,arg-type]
        return f"{found:%m-%dT%H:%M}" if found else None

    assert until(2026, 1, 10, 20, 59) is None
    assert until(2026, 1, 10, 21, 0) == "01-11T05:00"
    assert until(2026, 1, 11, 4, 59) == "01-11T05:00"
    assert until(2026, 1, 11, 5, 0) is None
    # In the night of 29 March it is summer: six o'clock comes an hour sooner.
    assert until(2026, 3, 28, 22, 0) == "03-29T04:00"
