"""The demo family: every page of every step is read as it was planted, and what is planted is what was promised."""

from __future__ import annotations

import gzip
import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from archive import text
from archive.diff import changed_fields
from archive.records import BlockType, Capture, Verdict
from archive.store import texts
from crawler.demo import plot
from crawler.demo.editions import EDITIONS, LOOKS
from crawler.demo.outlets import demo_registry, install
from crawler.demo.plot import LAST, TRUTH, Kind
from crawler.demo.stories import COUNT, SCRIPTED, stories
from crawler.extract.examine import examine
from crawler.outlets.registry import registry
from tests.crawler.demo.material import (
    ALL,
    HOSTS,
    PORT,
    STEPS,
    articles_seen,
    assert_same,
    edition_of,
    events_of,
    examined,
    host_of,
    outlet_of,
    reading_of,
    story_at,
    text_blocks,
    verdict_of,
)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("edition", EDITIONS)
def test_every_page_is_what_the_plot_says(edition: str, step: int) -> None:
    found = {place: examined(edition, place, step)[0].verdict for place in range(COUNT)}
    assert found == {place: verdict_of(edition, place, step) for place in range(COUNT)}


def test_every_article_is_read_as_planted() -> None:
    for name, place, step in articles_seen():
        assert_same(reading_of(name, place, step), story_at(name, place, step))


def test_dates_of_change_and_sections_are_read() -> None:
    for edition in ("demo-en", "demo-es"):
        reading = reading_of(edition, 0, 0)
        assert reading.circumstances.date_modified is not None
        assert reading.circumstances.date_modified.instant == stories(edition)[0].modified
    for name in EDITIONS:
        assert reading_of(name, 0, 0).circumstances.section == stories(name)[0].section


def test_embedded_messages_are_no_text() -> None:
    embeds = [
        [block.text for block in reading.body if block.type is BlockType.EMBED]
        for reading in (reading_of(name, 1, 0) for name in EDITIONS)
    ]
    assert [found[0] for found in embeds] == [stories(name)[1].tweet for name in EDITIONS]


KINDS = {
    "demo-fr": {"read-also", "share", "consent", "follow-us", "subscribe", "date-line", "tags"},
    "demo-en": {"read-also", "share", "consent", "follow-us", "date-line", "tags", "short-url"},
    "demo-es": {"read-also", "share", "consent", "date-line", "tags"},
    "demo-ar": {"read-also", "share", "consent", "follow-us", "tags"},
}


def _sentences(edition: str) -> list[str]:
    """The words of its furniture that are long enough to be told from an article's."""
    words = EDITIONS[edition].words
    found = [*words.values(), *words["consent_wall"], *words["tweets"]]
    return [one for one in found if isinstance(one, str) and len(one) > 12]


@pytest.mark.parametrize("name", HOSTS)
def test_nothing_of_the_furniture_is_left(name: str) -> None:
    edition = edition_of(name)
    titles = [one.headline for one in stories(edition)]
    for host, place, step in articles_seen():
        if host == name:
            body = "\n".join(block.text for block in text_blocks(reading_of(name, place, step)))
            assert [one for one in (*_sentences(edition), *titles) if one in body] == []


@pytest.mark.parametrize("name", HOSTS)
def test_furniture_of_every_kind_was_removed(name: str) -> None:
    for host, place, step in articles_seen():
        if host == name:
            reading = reading_of(name, place, step)
            assert {one.kind for one in reading.removed} >= KINDS[edition_of(name)]
            assert len(reading.read_also) >= 2


@pytest.mark.parametrize("name", HOSTS)
def test_furniture_turns_over_at_every_step(name: str) -> None:
    for host, place, step in articles_seen():
        if host == name and (host, place, step - 1) in articles_seen():
            before, after = reading_of(name, place, step - 1), reading_of(name, place, step)
            assert before.read_also != after.read_also
            assert before.removed != after.removed
            assert before.circumstances.tags != after.circumstances.tags


def test_the_pages_themselves_are_never_the_same() -> None:
    for edition, place in ALL:
        pages = {_capture_body(edition, place, step) for step in STEPS}
        # The shell that a script fills has nothing to turn over.
        assert len(pages) == 1 + LAST or not all(
            verdict_of(edition, place, step) is Verdict.ARTICLE for step in STEPS
        ), (edition, place)


def _capture_body(edition: str, place: int, step: int) -> bytes:
    return plot.page(edition, stories(edition)[place].id, step, host_of(edition)).body


def test_versions_are_exactly_what_was_planted() -> None:
    for name, place, step in articles_seen():
        lag = name == "mirror"
        if step == 0 or (name, place, step - 1) not in articles_seen():
            continue
        before, after = reading_of(name, place, step - 1), reading_of(name, place, step)
        fields = (
            [one.field for one in events_of(edition_of(name), place, step - lag) if one.field] if step - lag else []
        )
        assert (text.fingerprint(before) != text.fingerprint(after)) == bool(fields)
        rows = [texts.columns(texts.content(reading)) for reading in (before, after)]
        assert changed_fields(*rows) == fields


def test_what_was_away_comes_back_as_it_was() -> None:
    back = [event for event in TRUTH[3] if event.kind is Kind.BACK]
    assert len(back) == 2
    for event in back:
        place = next(one.place for one in stories(event.edition) if one.id == event.article)
        assert text.fingerprint(reading_of(event.edition, place, 1)) == text.fingerprint(
            reading_of(event.edition, place, 3)
        )


def test_a_flipped_headline_is_two_versions() -> None:
    prints = [text.fingerprint(reading_of("demo-en", 7, step)) for step in STEPS]
    assert prints[0] == prints[2] != prints[1] == prints[3]


def test_the_mirror_shows_the_text_of_the_step_before() -> None:
    lag = [event for event in TRUTH[1] if event.kind is Kind.LAG]
    assert [event.field for event in lag] == ["headline"]
    assert reading_of("demo-fr", 2, 1).headline == lag[0].before
    assert reading_of("mirror", 2, 1).headline == lag[0].after == reading_of("demo-fr", 2, 0).headline
    for step in STEPS[1:]:
        assert text.fingerprint(reading_of("mirror", 2, step)) == text.fingerprint(reading_of("demo-fr", 2, step - 1))


def test_everything_promised_is_planted() -> None:
    planted = [event.kind for step in STEPS for event in TRUTH[step]]
    assert set(planted) == set(Kind)
    assert TRUTH[0] == ()


def test_the_truth_says_what_stood_before_and_after() -> None:
    for step in STEPS:
        for event in TRUTH[step]:
            assert bool(event.field) == (event.before != event.after)
            assert step == event.step


def test_a_number_changes_deep_in_a_body_and_nothing_else() -> None:
    for event in (one for step in STEPS for one in TRUTH[step] if one.kind is Kind.NUMBER):
        before, after = event.before.split(), event.after.split()
        differ = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
        assert len(differ) == 1
        assert all(re.sub(r"\D", "", word) for word in differ[0])
        assert event.before.index("\n\n") < next(
            n for n, (a, b) in enumerate(zip(event.before, event.after, strict=True)) if a != b
        )


def test_the_correction_is_a_notice() -> None:
    assert reading_of("demo-en", 10, 3).body[-1].type is BlockType.NOTICE


def test_there_are_eighty_articles_of_realistic_length() -> None:
    assert len(ALL) == 80
    assert len({one.headline for edition in EDITIONS for one in stories(edition)}) == 80
    for edition, place in ALL:
        one = stories(edition)[place]
        assert 1_200 < sum(len(block.text) for block in one.body) < 4_000
        assert not re.search(r"[{}]|\s\s|\s$", "\n".join((one.headline, one.lead, *(block.text for block in one.body))))


def test_deletions_can_be_confirmed() -> None:
    gaps = [(after - before).total_seconds() for before, after in pairwise(LOOKS)]
    assert min(gaps) > 24 * 3600


def test_steps_there_are_not() -> None:
    with pytest.raises(ValueError, match="0 to 3"):
        plot.Plot(4)
    with pytest.raises(KeyError):
        plot.page("demo-fr", "1", 0, host_of("demo-fr"))
    with pytest.raises(KeyError):
        plot.page("demo-fr", stories("demo-fr")[0].id, 0, "elsewhere.test")


def test_a_plot_is_its_step() -> None:
    one = stories("demo-fr")[2]
    now = plot.Plot(1)
    assert (now.at, now.events) == (LOOKS[1], TRUTH[1])
    assert now.told("demo-fr", one.id) == plot.told("demo-fr", one.id, 1)
    assert now.page("demo-fr", one.id, host_of("demo-fr")) == plot.page("demo-fr", one.id, 1, host_of("demo-fr"))


def test_what_hides_a_page() -> None:
    host = host_of("demo-fr")
    numbers = {event.kind: event.article for step in STEPS for event in TRUTH[step]}
    assert plot.page("demo-fr", numbers[Kind.GONE], 1, host).status == 410
    away = plot.page("demo-fr", numbers[Kind.HOME], 2, host)
    assert (away.status, away.header("location")) == (302, f"http://{host}/")
    assert plot.page("demo-fr", numbers[Kind.WALL], 2, host).status == 200


def test_half_of_a_packed_page_is_sent_as_if_it_were_all() -> None:
    place = 8
    half, whole = _capture_body("demo-ar", place, 2), _capture_body("demo-ar", place, 3)
    assert half[:2] == b"\x1f\x8b"
    with pytest.raises(EOFError):
        gzip.decompress(half)
    assert len(half) == pytest.approx(len(gzip.compress(whole)) / 2, rel=0.1)


def test_the_scripted_article_is_read_once_it_was_rendered() -> None:
    edition, place = SCRIPTED
    one, host = stories(edition)[place], host_of(edition)
    for step in STEPS:
        shell = plot.page(edition, one.id, step, host).body.decode()
        assert one.headline in shell  # its title
        assert one.body[0].text not in shell
        body = plot.rendered(edition, one.id, step, host).encode()
        capture = Capture(f"http://{host}{one.path}", LOOKS[step], body)
        reading = examine(capture, outlet_of(edition))[1]
        assert reading is not None
        assert_same(reading, one)
        fetched = json.loads(plot.api(edition, one.id, step, host).body)
        assert fetched["html"] in body.decode()


def test_demo_outlets_are_no_real_ones() -> None:
    assert set(registry().names()) & set(demo_registry(PORT).names()) == set()
    assert {outlet.family for outlet in demo_registry(PORT).outlets.values()} == {"demo"}


def test_an_archive_can_be_told_of_them(tmp_path: Path) -> None:
    install(tmp_path / "outlets", PORT)
    found = registry(tmp_path / "outlets")
    own = demo_registry(PORT)
    assert set(found.names()) - set(registry().names()) == set(own.names())
    assert all(found.get(name) == own.get(name) for name in own.names())
    assert own.revisions() <= found.revisions()
    mirror = found.for_url(f"http://{host_of('mirror')}/france/1", LOOKS[0])
    assert mirror.name == "demo-fr"
