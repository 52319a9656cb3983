"""Is everything as it was written? Bytes against digests, rows against bytes, what is derived against its evidence."""

from archive.verify.check import check, damage
from archive.verify.finding import Finding
from archive.verify.seals import Chain, chain

__all__ = ["Chain", "Finding", "chain", "check", "damage"]
