"""The words of messages."""

from __future__ import annotations

import pytest

from archive.wording import counted, instead, near


@pytest.mark.parametrize(
    ("number", "thing", "said"),
    [
        (0, "edit", "0 edits"),
        (1, "edit", "1 edit"),
        (14_521, "edit", "14,521 edits"),
        (1, "address", "1 address"),
        (2, "address", "2 addresses"),
        (2, "search", "2 searches"),
        (2, "day", "2 days"),
    ],
)
def test_one_thing_or_several(number: int, thing: str, said: str) -> None:
    assert counted(number, thing) == said


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("rt-ff", ["rt-fr"]),
        ("RT-FR", ["rt-fr"]),
        ("rt_en", ["rt-en"]),
        ("rtfr", ["rt-fr"]),
        ("kommersnat", ["kommersant"]),
        ("xinhua", []),
    ],
)
def test_names_that_are_near(name: str, found: list[str]) -> None:
    known = ["rt-fr", "rt-en", "kommersant"]
    assert near(name, known)[:1] == found


def test_what_to_say_instead() -> None:
    assert instead("rt-ff", ["tass", "rt-fr"]) == "did you mean rt-fr?"
    assert instead("zzz", ["tass", "rt-fr"], "it has") == "it has tass, rt-fr"
    assert instead("zzz", []) == "there are none"
    assert instead("zzz", map(str, range(250))).endswith("99 and 150 more")
