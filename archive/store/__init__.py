"""The only writer: `Store.record` puts captures and what was read from them into the archive, whole or not at all."""

from archive.store.record import Recorded, Store
from archive.store.runs import Run

__all__ = ["Recorded", "Run", "Store"]
