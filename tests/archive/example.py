"""One archive that every named question is tried on: invented outlets that edit, delete, copy, mirror and link.

Minutes count from `START`, noon of 1 March 2026. `volna-en` and `volna-ru` are editions of one publisher, who has a
mirror domain; `paper` and `courier` copy them, name them and link to them.
"""

from __future__ import annotations

from typing import Any

from archive.discovery import Found
from archive.home import Home
from archive.records import (
    Block,
    BlockType,
    Circumstances,
    Date,
    DiscoveryState,
    Domain,
    OutletFacts,
    Reading,
    Recordable,
    Source,
    TimeBasis,
    Verdict,
)
from archive.store.frontier import Discoveries
from tests.archive.material import Archive, Material, at, opened

__all__ = ["DAY", "VOLNA", "build", "found", "looks"]

DAY = 24 * 60

_SITES = (Domain("volna.test", since="2020-01-01"), Domain("volna-mirror.test", since="2025-06-01", mirror=True))
VOLNA = OutletFacts("volna-en", "volna", "Volna", "RU", ("en",), "Europe/Moscow", domains=_SITES)
VOLNA_RU = OutletFacts("volna-ru", "volna", "Волна", "RU", ("ru",), "Europe/Moscow", domains=(Domain("ru.volna.test"),))
PAPER = OutletFacts("paper", "press", "The Paper", "GB", ("en",), domains=(Domain("paper.test"),))
COURIER = OutletFacts("courier", "courier", "Courier", "DE", ("en", "de"), domains=(Domain("courier.test"),))
HERALD = OutletFacts("herald", "press", "Herald", "GB", ("en",), domains=(Domain("herald.test"),))

BRIDGE = (
    "The bridge over the river reopened on Monday after fourteen months of repairs, the ministry of transport said.",
    "Repairs cost 12 million crowns, the ministry added, and traffic returned to normal by noon of the same day.",
)
HARBOUR = (
    "The harbour was closed for the operation on Tuesday, and no ship may enter it before the end of the month.",
    "Nobody was hurt, a spokesman told the Coast Agency on Friday, who would not say what the operation was about.",
)
FERRY = (
    "The ferry to the island stops for good in autumn, its owner wrote in a letter that the town council published.",
    "It had carried two hundred people a day, and there is no other way to the island but a long road in the north.",
)
MUSEUM = (
    "The museum of the sea shows forty ships of paper this winter, each of them made by a child of the town school.",
    "Entry is free on Sundays, and the director promised that nothing of the old collection would be sold for it.",
)
SHIPS = (
    "Forty ships of paper left the harbour of the old town on Friday, and every one of them had a name and a crew.",
    "The wind was kind to them, the master of the harbour said, and only two of the forty were lost in the evening.",
)
BOATS = (
    "Children of three towns have built boats of paper this year, and the longest of them is as long as a small bus.",
    "It will not be put into the water, its builders say, because it took them a winter and would last an hour there.",
)
DRY = (
    "What Volna says of the bridge is not what the ministry says, and the figures of both are wrong in the same way.",
    "We asked for the contract, and were told by the ministry that the special rules for bridges forbid to show it.",
)
MOST = (
    "Мост через реку открылся в понедельник после четырнадцати месяцев ремонта, сообщило министерство транспорта.",
    "Ремонт стоил 12 миллионов крон, добавили в министерстве, и движение вернулось к норме к полудню того же дня.",
)


def _said(
    headline: str, body: tuple[str, ...], *, published: int | None = 0, modified: int | None = 0, **more: Any
) -> Reading:
    """A reading; `published` and `modified` are minutes, other words are circumstances or editorial fields."""
    editorial = {name: more.pop(name) for name in ("authors", "description") if name in more}
    page = Circumstances(**{"language": "en", "section": "News", **more}, date_modified=_date(modified))
    blocks = tuple(Block(BlockType.P, each) for each in body)
    return Reading(
        headline, body=blocks, date_published=_date(published), circumstances=page, revision="r@0", **editorial
    )


def _date(minutes: int | None) -> Date | None:
    return None if minutes is None else Date(f"{minutes}", at(minutes), "meta")


# --- the publisher ----------------------------------------------------------------------------------------------------


def _volna(home: Home) -> Material:
    """1: a headline changed within the hour, silently; once seen on the mirror. 2: operation becomes war. 3: deleted.
    4: gone and back. 5: its by-line and its picture change."""
    made = Material(home, outlet=VOLNA)

    def page(minutes: int, article: str, said: Reading, host: str = "volna.test") -> None:
        made.page(minutes, said, article, url=f"https://{host}/{article}-title")

    def gone(minutes: int, article: str) -> None:
        made.other(minutes, Verdict.GONE, article, url=f"https://volna.test/{article}-title")

    bridge: dict[str, Any] = {"alternates": ("https://ru.volna.test/1-title",), "section": "Cities"}
    page(30, "1", _said("Bridge opens", BRIDGE, **bridge))
    page(60, "1", _said("Bridge opens late", BRIDGE, **bridge))
    page(70, "1", _said("Bridge opens late", BRIDGE, **bridge), "volna-mirror.test")
    page(2 * DAY, "2", _said("Harbour closed", HARBOUR, published=2 * DAY - 60, modified=2 * DAY - 60))
    war = tuple(each.replace("operation", "war") for each in HARBOUR)
    page(2 * DAY + 300, "2", _said("Harbour closed", war, published=2 * DAY - 60, modified=2 * DAY + 200))
    page(10, "3", _said("Ferry stops", FERRY, published=-60))
    page(DAY // 2, "3", _said("Ferry stops", FERRY, published=-60))
    page(20, "4", _said("Museum of paper", MUSEUM, published=10))
    gone(DAY, "4")
    gone(2 * DAY + 30, "4")
    page(3 * DAY, "4", _said("Museum of paper", MUSEUM, published=10))
    for minutes, author, picture in ((2 * DAY, "Ann Able", "ship"), (3 * DAY, "Bob Baker", "boat")):
        shown = (f"https://volna.test/i/{picture}.jpg", "A ship of paper")
        page(minutes, "5", _said("Ships", SHIPS, published=None, modified=None, authors=(author,), images=(shown,)))
    gone(4 * DAY, "3")
    gone(6 * DAY, "3")
    return made


def _volna_ru(home: Home) -> Material:
    made = Material(home, outlet=VOLNA_RU)
    said = _said("Мост открыт", MOST, published=15, language="ru", alternates=("https://volna.test/1-title",))
    made.page(40, said, "1", url="https://ru.volna.test/1-title")
    return made


# --- the others -------------------------------------------------------------------------------------------------------


def _paper(home: Home) -> Material:
    """`ferry` and `port` are copies; `dry` names the publisher and links to its mirror."""
    made = Material(home, outlet=PAPER)
    made.page(200, _said("Island loses its ferry", FERRY, published=190, description="Volna reports."), "ferry")
    made.page(2 * DAY + 30, _said("Port shut", HARBOUR, published=None), "port")
    linked = ("https://paper.test/about", "https://volna-mirror.test/1-title", "https://agency.test/")
    made.page(2 * DAY + 60, _said("What Volna says", DRY, links=linked, section="Opinion"), "dry")
    return made


def _courier(home: Home) -> Material:
    """`hafen` is a copy; `boats` shows a picture of the publisher's; both came as a WARC somebody gave."""
    made = Material(home, outlet=COURIER)
    given = {"source": Source.GIVEN_WARC, "time_basis": TimeBasis.ARCHIVE}
    said = _said("Hafen zu", HARBOUR, published=2 * DAY + 90, language="de", links=("https://volna.test/2-title",))
    made.page(2 * DAY + 100, said, "hafen", url="https://courier.test/hafen-title", **given)
    picture = ("https://volna.test/i/ship.jpg", "")
    boats = _said("Boats of paper", BOATS, published=2 * DAY, images=(picture,), language="en")
    made.page(2 * DAY + 120, boats, "boats", url="https://courier.test/boats-title", **given)
    return made


def found(archive: Archive) -> None:
    """What feeds name: four addresses of the publisher, of which two are captured; one of an outlet nobody asked."""
    discoveries = Discoveries(archive.engine)
    feed = "https://volna.test/rss"
    discoveries.add(VOLNA, [Found(f"https://volna.test/{n}-title", feed) for n in (1, 2, 8, 9)], at(0))
    discoveries.add(HERALD, [Found("https://herald.test/1", "https://herald.test/rss")], at(0))
    discoveries.settle(VOLNA, "https://volna.test/9-title", DiscoveryState.ROBOTS)


def looks(home: Home) -> list[Recordable]:
    """Everything that is captured, its evidence written."""
    materials = [make(home) for make in (_volna, _volna_ru, _paper, _courier)]
    for material in materials:
        material.close()
    return [item for material in materials for item in material.made]


def build(home: Home) -> None:
    """Fill an archive: what was captured in the first two days in one run, the rest in a later one."""
    items = looks(home)
    with opened(home) as archive:
        found(archive)
        archive.run([item for item in items if item.capture.fetched_at < at(2 * DAY)])
        archive.run([item for item in items if item.capture.fetched_at >= at(2 * DAY)], began=at(2 * DAY))
        archive.find_stories()
        archive.content()
