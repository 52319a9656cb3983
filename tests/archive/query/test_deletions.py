"""What vanished is listed with what analysts ask next; an outage of a whole outlet is one line and no deletions."""

from __future__ import annotations

from archive.home import Home
from archive.query import deletions
from archive.query.filters import Filters
from archive.records import Hop, LifeState, Verdict
from tests.archive.material import Archive, Material, at, opened, reading

_DAY = 24 * 60
_LONG = "The ferry will return in spring, the harbour master told the town on Monday, whatever it may cost in the end."


def _run(archive: Archive, material: Material, since: int) -> None:
    archive.run(material.made[since:])


def _asked(archive: Archive, outlet: str | None = None) -> tuple[list[deletions.Event], dict[str, deletions.Vanished]]:
    with archive.engine.connect() as connection:
        of = Filters(outlets=(outlet,) if outlet else ())
        found = {one.article: one for one in deletions.vanished(connection, of)}
        return deletions.events(connection, of), found


def test_a_deletion_says_when_it_was_there_where_it_leads_and_where_its_text_still_stands(home: Home) -> None:
    material = Material(home)
    with opened(home) as archive:
        material.page(0, reading("Short.", _LONG), "1")
        material.page(60, reading("Short.", _LONG), "1")
        material.page(90, reading("Another beginning.", _LONG, headline="Other"), "2")
        for minutes in (2 * _DAY, 4 * _DAY):
            home_page = Hop("https://paper.test/1-title", 302, (("Location", "/"),))
            more = {"final_url": "https://paper.test/", "hops": (home_page,)}
            material.other(minutes, Verdict.HOME, "1", **more)
        material.close()
        archive.run(material.made)
        events, found = _asked(archive)
    assert events == []
    one = found["paper:1"]
    assert (one.life, one.since, one.first_seen, one.last_seen) == (
        LifeState.REDIRECTED,
        at(2 * _DAY),
        at(0),
        at(60),
    )
    assert one.leads_to == "https://paper.test/"
    assert one.elsewhere == ("paper:2",)
    assert list(found) == ["paper:1"]


def _outlet(archive: Archive, material: Material) -> None:
    """Forty articles; a redesign answers 404 to all but four for three runs, then one of them stays away."""
    for number in range(40):
        material.page(number, reading(f"Text number {number}."), f"a{number}")
    _run(archive, material, 0)
    for day in (1, 2, 3):
        before = len(material.made)
        for number in range(40):
            minutes = day * _DAY + number
            if number < 36:
                material.other(minutes, Verdict.GONE, f"a{number}")
            else:
                material.page(minutes, reading(f"Text number {number}."), f"a{number}")
        _run(archive, material, before)


def test_a_redesign_is_one_event_and_not_a_deletion_of_everything(home: Home) -> None:
    material = Material(home)
    with opened(home) as archive:
        _outlet(archive, material)
        (event,), found = _asked(archive)
        assert (event.outlet, event.verdict, event.articles, event.looked) == ("paper", Verdict.GONE, 36, 40)
        assert (event.first, event.last) == (at(_DAY), at(3 * _DAY + 39))
        with archive.engine.connect() as connection:
            for narrowed, left in (
                (Filters(outlets=("paper",), seen_since=at(2 * _DAY)), [event]),
                (Filters(seen_since=at(4 * _DAY)), []),
                (Filters(seen_until=at(_DAY)), []),
                (Filters(languages=("en",)), []),
            ):
                assert deletions.events(connection, narrowed) == left, narrowed
        assert found == {}

        before = len(material.made)
        material.other(5 * _DAY, Verdict.GONE, "a7")
        for number in range(8, 40):
            material.page(5 * _DAY + number, reading(f"Text number {number}."), f"a{number}")
        _run(archive, material, before)
        events, found = _asked(archive, "paper")
        # Other pages answer again, and this one does not: now it says something.
        assert list(found) == ["paper:a7"]
        assert found["paper:a7"].life is LifeState.GONE
        assert events == [event]
        assert _asked(archive, "nobody") == ([], {})
    material.close()
