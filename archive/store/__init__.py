"""The only writer: `Store.record` puts captures and what was read from them into the archive, whole or not at all."""

from archive.store.lookups import Lookups, Standing
from archive.store.record import Recorded, Store, capture_uid
from archive.store.recorder import Recorder
from archive.store.runs import FileFacts, Run

__all__ = ["FileFacts", "Lookups", "Recorded", "Recorder", "Run", "Standing", "Store", "capture_uid"]
