"""The editorial fields, in one table: what each is called, what it holds, where it is stored and how it is found.

Whoever compares, stores, indexes, shows or quotes them asks here; a new field is a row here, an attribute of
`records.Reading`, a column of `text` and a migration. The order is that of the fingerprint.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["COLUMNS", "EDITORIAL_FIELDS", "FIELDS", "LABELS", "PROSE", "READ", "SEARCHED", "Field", "Holds"]


class Holds(StrEnum):
    """What a field holds, and so how it is compared and stored."""

    LINE = "line"
    BLOCKS = "blocks"
    NAMES = "names"
    DATE = "date"
    IMAGES = "images"


@dataclass(frozen=True, slots=True)
class Field:
    """An editorial field: its name in `changed`, how people read it, what it holds.

    `attribute` is that of a `Reading`; `columns` those of the table `text`; `asked` is its name in a query (empty: not
    searched). `prose` says that it is running text, of which words are counted and sentences quoted."""

    name: str
    label: str
    holds: Holds
    attribute: str
    columns: tuple[str, ...]
    asked: str = ""
    prose: bool = False


_DATE = ("date_published", "date_published_raw", "date_published_how")

FIELDS = (
    Field("headline", "Headline", Holds.LINE, "headline", ("headline",), asked="headline", prose=True),
    Field("description", "Lead", Holds.LINE, "description", ("description",), asked="lead", prose=True),
    Field("body", "Text", Holds.BLOCKS, "body", ("body", "block_types"), asked="body", prose=True),
    Field("authors", "By", Holds.NAMES, "authors", ("authors",), asked="byline"),
    Field("date_published", "Published", Holds.DATE, "date_published", _DATE),
    Field("caption", "Captions", Holds.IMAGES, "images", ("images",)),
    Field("credit", "Credits", Holds.IMAGES, "images", ("images",)),
)

EDITORIAL_FIELDS = tuple(field.name for field in FIELDS)
"""The names `changed` may hold, in their fixed order. A change of any of them makes a version."""

LABELS = {field.name: field.label for field in FIELDS}
"""How people read the names."""

READ = {field.attribute: field.holds for field in FIELDS}
"""The attributes of a reading that make the fingerprint, and what each holds."""

COLUMNS = tuple(dict.fromkeys(column for field in FIELDS for column in field.columns))
"""The columns of `text` that hold them."""

SEARCHED = {field.asked: field.name for field in FIELDS if field.asked}
"""The names a query knows, and the columns of the token table they stand for."""

PROSE = tuple(field.name for field in FIELDS if field.prose)
"""The fields of running text, each a column of `text`."""
