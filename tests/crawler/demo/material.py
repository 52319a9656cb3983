"""Pages of the demo family at every step, read by the path real pages walk."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

from archive.records import Block, BlockType, Capture, Hop, Judgement, Reading, Verdict
from crawler.demo import plot
from crawler.demo.editions import EDITIONS, LOOKS
from crawler.demo.outlets import demo_registry
from crawler.demo.plot import LAST, TRUTH, Event, Kind
from crawler.demo.response import Response, packed
from crawler.demo.routes import answer
from crawler.demo.stories import SCRIPTED, Story, stories
from crawler.extract.examine import examine
from crawler.outlets.base import Outlet

PORT = 8080
STEPS = range(LAST + 1)
ALL = [(one.edition, one.place) for edition in EDITIONS for one in stories(edition)]
HOSTS = [*EDITIONS, "mirror"]


def host_of(name: str) -> str:
    fr = EDITIONS["demo-fr"].mirror
    return f"{fr if name == 'mirror' else EDITIONS[name].host}:{PORT}"


def edition_of(name: str) -> str:
    return "demo-fr" if name == "mirror" else name


def outlet_of(edition: str) -> Outlet:
    return demo_registry(PORT).get(edition)


def captured(response: Response, url: str, step: int) -> Capture:
    """What a crawler holds after asking for an address: redirects followed, the body as received."""
    hops: tuple[Hop, ...] = ()
    final = url
    while response.header("location"):
        hops = (*hops, Hop(final, response.status, response.headers, response.body))
        final = response.header("location")
        response = answer(step, urlsplit(final).netloc, urlsplit(final).path)
    sent = packed(response)
    headers = (*sent.headers, ("Content-Length", str(len(sent.body))))
    return Capture(url, LOOKS[step], sent.body, sent.status, headers, final, hops)


@lru_cache(maxsize=1024)
def examined(name: str, place: int, step: int) -> tuple[Judgement, Reading | None]:
    edition, host = edition_of(name), host_of(name)
    one = stories(edition)[place]
    capture = captured(plot.page(edition, one.id, step, host), f"http://{host}{one.path}", step)
    return examine(capture, outlet_of(edition))


def reading_of(name: str, place: int, step: int) -> Reading:
    judgement, reading = examined(name, place, step)
    assert reading is not None, judgement
    return reading


def events_of(edition: str, place: int, step: int) -> list[Event]:
    """What was planted on one article, the mirror's lag apart."""
    number = stories(edition)[place].id
    return [one for one in TRUTH[step] if (one.edition, one.article) == (edition, number) and one.kind is not Kind.LAG]


def verdict_of(edition: str, place: int, step: int) -> Verdict:
    """What the page is: the last word on it so far."""
    said = [event.verdict for at in range(step + 1) for event in events_of(edition, place, at)]
    return Verdict.EMPTY_SHELL if (edition, place) == SCRIPTED else (said or [Verdict.ARTICLE])[-1]


def articles_seen() -> list[tuple[str, int, int]]:
    """Every page of every step that is an article; the mirror's too."""
    own = [(edition, place, step) for edition, place in ALL for step in STEPS]
    mirror = [("mirror", one.place, step) for one in plot.carried("demo-fr", mirror=True) for step in STEPS]
    return [
        (name, place, step)
        for name, place, step in (*own, *mirror)
        if verdict_of(edition_of(name), place, max(0, step - (name == "mirror"))) is Verdict.ARTICLE
    ]


def story_at(name: str, place: int, step: int) -> Story:
    edition = edition_of(name)
    return plot.told(edition, stories(edition)[place].id, step, mirror=name == "mirror")


def text_blocks(reading: Reading) -> tuple[Block, ...]:
    return tuple(block for block in reading.body if block.type is not BlockType.EMBED)


def assert_same(reading: Reading, one: Story) -> None:
    assert reading.headline == one.headline
    assert reading.description == one.lead
    assert text_blocks(reading) == one.body
    assert reading.authors == one.authors
    assert reading.date_published is not None
    assert reading.date_published.instant == one.published
    assert [(image.caption, image.credit) for image in reading.images] == [
        (image.caption, image.credit) for image in one.images
    ]
    assert reading.own_id == one.id
