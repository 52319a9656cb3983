"""A site nobody has described, in markup of its own: boxes, counters, cards and tickers among the paragraphs."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from archive.records import Capture, Source

__all__ = ["BEGAN", "Site"]

BEGAN = datetime(2026, 11, 1, 6, tzinfo=UTC)

_WHO = "ministry council river school harbour railway museum clinic union court theatre market".split()
_DID = "opened closed repaired doubled postponed approved rejected measured renamed insured painted moved".split()
_WHAT = "bridges tunnels ferries archives laboratories orchards stadiums pipelines vineyards lighthouses".split()
_WHEN = "in spring, after a long dispute, before the vote, at short notice, without a tender, by decree".split(", ")


@dataclass(frozen=True)
class Site:
    """What its pages look like. `edits` are texts by (article, look) that a paragraph reads from that look on. `alike`:
    boxes are made as paragraphs are; `hashed`: class names are made anew at every look."""

    articles: int = 36
    looks: int = 4
    edits: dict[tuple[int, int], str] = field(default_factory=dict)
    host: str = "www.vale-courier.example"
    alike: bool = False
    hashed: bool = False

    def sentence(self, article: int, n: int) -> str:
        """A sentence that no other article has."""
        dice = random.Random(f"{article}-{n}")
        who, did, what, when = (dice.choice(words) for words in (_WHO, _DID, _WHAT, _WHEN))
        return (
            f"The {who} of district {article} {did} {dice.randint(2, 90)} {what} {when}, said speaker {n} of {article}."
        )

    def paragraphs(self, article: int, look: int) -> list[str]:
        """The article's text at a look."""
        texts = [f"{self.sentence(article, 2 * n)} {self.sentence(article, 2 * n + 1)}" for n in range(5)]
        texts[4] = f"Budget for the district: {article * 13 + 7} million."
        made = [text for (of, since), text in sorted(self.edits.items()) if of == article and since <= look]
        if made:
            texts[2] = made[-1]
        return texts

    def page(self, article: int, look: int) -> bytes:
        """The page at a look."""
        dice = random.Random(f"{self.host} {article} {look}")
        name = f"x{dice.randrange(16**6) if self.hashed else 0x4F21AB:06x}"
        head = f"District {article} and its {_WHAT[article % len(_WHAT)]}: a report of number {article}"
        return f"""<!doctype html><html lang="en"><head><title>{head}</title>
<meta property="article:published_time" content="2026-11-01T0{article % 10}:00:00Z"></head>
<body><div class="{name}-w"><h1>{head}</h1><div class="{name}-m">{self._text(article, look, name, dice)}</div></div>
</body></html>""".encode()

    def _text(self, article: int, look: int, name: str, dice: random.Random) -> str:
        other = (article * 7 + look * 3 + 1) % 5000 + 1000
        at, own = BEGAN + timedelta(hours=look * 5 + article), "p" if self.alike else "div"
        card = f"<div><b>{self.sentence(other, 0)}</b></div><div>{self.sentence(other, 1)}</div>"
        today = f"Today is {at:%A}, {at.day} {at:%B} {at.year}, and the river stands at {dice.randint(100, 300)} cm."
        texts = [f"<p>{text}</p>" for text in self.paragraphs(article, look)]
        texts.insert(1, f"<{own} class='{name}-k'>{dice.randint(10, 90000):,} people are reading this now.</{own}>")
        texts.insert(3, f"<div class='{name}-c'>{card}</div>")
        texts.insert(5, f"<{own}>Every morning the best of the valley in your letter box: leave us an address.</{own}>")
        texts.insert(6, f"<{own} class='{name}-t'>{today}</{own}>")
        return "".join(texts)

    def capture(self, article: int, look: int) -> Capture:
        """A look at an article."""
        at = BEGAN + timedelta(hours=article / 60 + look * 5)
        kind = (("Content-Type", "text/html; charset=utf-8"),)
        return Capture(
            f"https://{self.host}/report/{article}", at, self.page(article, look), 200, kind, source=Source.OWN_HTTP
        )

    def captures(self, since: int = 0) -> list[Capture]:
        """All looks from a number on, in order of time."""
        return [self.capture(article, look) for look in range(since, self.looks) for article in range(self.articles)]
