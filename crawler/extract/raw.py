"""What a reader hands to the furniture rules: everything of the page that may be article, in page order, nothing
taken out yet."""

from __future__ import annotations

from dataclasses import dataclass, field

from archive.records import BlockType, Circumstances, Date, Doubt, Image

__all__ = ["RawBlock", "RawReading"]


@dataclass(frozen=True, slots=True)
class RawBlock:
    """One block in page order. `rule` and `kind` are filled where a structural rule already knows it as furniture;
    `titles` are the related titles such a block shows; `place` is where it stands on the page, in words that are the
    same on every page of that layout (empty: not told)."""

    type: BlockType
    text: str
    rule: str = ""
    kind: str = ""
    titles: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class RawReading:
    """A page as read, furniture still inside. `reader` is the dated reader's name; `lead_first` says that the lead
    is the first block that turns out to be article; `languages` choose the phrase rules; `doubts` are the reader's."""

    reader: str
    headline: str
    description: str = ""
    blocks: tuple[RawBlock, ...] = ()
    authors: tuple[str, ...] = ()
    date_published: Date | None = None
    images: tuple[Image, ...] = ()
    circumstances: Circumstances = field(default_factory=Circumstances)
    own_id: str = ""
    languages: tuple[str, ...] = ()
    lead_first: bool = False
    doubts: tuple[Doubt, ...] = ()
