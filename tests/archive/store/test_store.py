"""What an archive says follows from what was captured, not from the order or company in which it arrived."""

from __future__ import annotations

from random import Random

from archive.home import Home
from archive.query import quarantine, search
from archive.records import Outcome
from archive.search.language import parse
from tests.archive.content import evidence_columns
from tests.archive.material import THOROUGH, Material, doubted, in_groups, opened, reading, relaid, world


def test_any_order_and_grouping_of_arrival_gives_the_same_archive(home: Home) -> None:
    """Late older captures, mirrors, failures before the article is known, redirects, revisits, held and given texts; in
    every other world, pages in several layouts."""
    sqlite = home.database_url.startswith("sqlite")
    worlds = (40 if sqlite else 10) if THOROUGH else (6 if sqlite else 2)
    with opened(home) as archive:
        for seed in range(worlds):
            chance, items = Random(seed), doubted(world(home, seed))
            items = relaid(items) if seed % 2 else items
            archive.run(items)
            said = archive.content()
            # One after the other, as a crawl brings them, the end of a timeline tells; else the whole is folded.
            one_by_one = ([item] for item in sorted(items, key=lambda item: item.capture.fetched_at))
            for groups in (one_by_one, *(in_groups(items, chance) for _ in range(3))):
                archive.forget()
                archive.run(*groups)
                assert archive.content() == said, f"world {seed}"
            archive.forget()


def test_another_host_of_the_same_domain_is_no_mirror(sqlite_home: Home) -> None:
    """Or an outlet's way back to its first text would be taken for a lag, because it was seen with a `www.`."""
    old, new = reading("The first text of all."), reading("The second text of all.")
    material = Material(sqlite_home)
    hosts = "paper.test", "paper.test", "www.paper.test", "mirror.test", "news.paper.test"
    for minutes, (host, said) in enumerate(zip(hosts, (old, new, old, new, new), strict=True)):
        material.page(minutes, said, url=f"https://{host}/1-title")
    material.close()
    with opened(sqlite_home) as archive:
        outcomes = [one.outcome for one in archive.run(material.made)]
        assert outcomes == ["new", "changed", "reverted", "same", "reverted"]
        archive.content()


def test_evidence_never_changes_and_the_same_captures_again_add_nothing(home: Home) -> None:
    items = world(home, 7, looks=60)
    with opened(home) as archive:
        archive.run(items[:20])
        with archive.engine.connect() as connection:
            before = evidence_columns(connection)
        archive.run(items[20:], items[:20])
        with archive.engine.connect() as connection:
            after = evidence_columns(connection)
        assert {uid: after[uid] for uid in before} == before
        said = archive.content()
        again = archive.run(items, items[30:])
        assert all(one.known for one in again)
        assert archive.content() == said
        with archive.engine.connect() as connection:
            assert evidence_columns(connection) == after


def test_the_longest_texts_there_may_be_are_stored_and_found(home: Home) -> None:
    """Fields of none but different words, in scripts that take most room; a poison page stops no others."""
    letters = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
    words = [
        " ".join(
            f"{one}{two}{three}{four}б"
            for one in letters
            for two in letters[:10]
            for three in letters
            for four in letters[at : at + 4]
        )
        for at in (0, 4)
    ]
    signs = ["".join(chr(0x4E00 + (n * step + n // 9_000) % 20_000) for n in range(60_000)) for step in (7, 11)]
    material = Material(home)
    for article, (lead, body) in {"1": words, "2": signs}.items():
        material.page(0, reading(body, headline=lead[-20_000:], description=lead, authors=(body[-20_000:],)), article)
    material.page(0, reading("An ordinary one."), "3")
    material.close()
    with opened(home) as archive:
        assert [one.outcome for one in archive.run(material.made)] == ["new"] * 3
        archive.content()
        asked = {
            words[0].split()[1]: "1",
            words[1].split()[20_000]: "1",
            signs[0][:2]: "2",
            signs[1][19_000:19_002]: "2",
        }
        with archive.engine.connect() as connection:
            for query, article in asked.items():
                found = [hit.article for hit in search.find(connection, search.Search(parse(f'"{query}"'))).hits]
                assert found == [f"paper:{article}"], query


_LONG = "The ferry will return in spring, the harbour master told the town on Monday, whatever it may cost the town."


def _outage(material: Material, minutes: int) -> None:
    """A server in trouble: one article at the addresses of six, of which the last was not known."""
    for number in range(6):
        material.page(minutes + number, reading(_LONG, headline="One for all"), f"a{number}")


def test_one_article_at_every_address_makes_no_versions_and_no_articles(home: Home) -> None:
    material = Material(home)
    with opened(home) as archive:
        for number in range(5):
            material.page(number, reading(f"{number} {_LONG}"), f"a{number}")
        _outage(material, 60)
        for number in range(5):
            material.page(120 + number, reading(f"{number} {_LONG}"), f"a{number}")
        material.close()
        recorded = archive.run(material.made)
        content = archive.content()
        assert [one.outcome for one in recorded[5:11]] == [Outcome.CHANGED] * 2 + [Outcome.HELD] * 4
        assert [one.outcome for one in recorded[11:]] == [Outcome.REVERTED] * 2 + [Outcome.SAME] * 3
        articles = content["articles"]
        assert [len(articles[f"paper:a{number}"]["history"]) for number in range(6)] == [2, 2, 1, 1, 1, 0]
        assert articles["paper:a5"]["url"] == "https://paper.test/a5-title"
        assert len(content["edits"]) == 4, "of the two that were taken to have it"
        with archive.engine.connect() as connection:
            found = {one.article: one for one in quarantine.held(connection)}
            assert found.keys() == {"paper:a2", "paper:a3", "paper:a4", "paper:a5"}
            assert {(one.why, one.others) for one in found.values()} == {
                (quarantine.Why.FOREIGN, ("paper:a0", "paper:a1"))
            }


def test_what_is_held_for_another_body_is_released_a_day_later_and_by_an_older_capture_held(home: Home) -> None:
    material = Material(home)
    with opened(home) as archive:
        for number, minutes in enumerate((0, 60, 120)):
            material.page(minutes, reading(_LONG), f"a{number}")
        older = material.page(-60, reading(_LONG, headline="The oldest"), "a9")
        later = material.page(120 + 24 * 60, reading(_LONG), "a2")
        material.close()
        assert [one.outcome for one in archive.run(material.made[:3])] == [Outcome.NEW, Outcome.NEW, Outcome.HELD]
        assert archive.run([later])[0].outcome is Outcome.SAME
        assert len(archive.content()["articles"]["paper:a2"]["history"]) == 1
        # Whoever had it before that has it: the second is the third now, and was looked at only once.
        assert archive.run([older])[0].outcome is Outcome.NEW
        articles = archive.content()["articles"]
        assert [len(articles[f"paper:{key}"]["history"]) for key in ("a9", "a0", "a1", "a2")] == [1, 1, 0, 1]


def test_lines_that_are_short_may_stand_anywhere(sqlite_home: Home) -> None:
    material = Material(sqlite_home)
    for number in range(5):
        material.page(number, reading("Details follow."), f"a{number}")
    material.close()
    with opened(sqlite_home) as archive:
        assert {one.outcome for one in archive.run(material.made)} == {Outcome.NEW}
