"""Is everything as it was written? Bytes against digests, rows against bytes, what is derived against its evidence."""

from archive.verify.check import check, damage
from archive.verify.finding import Finding

__all__ = ["Finding", "check", "damage"]
