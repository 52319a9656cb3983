"""How the work is shared, and where what lies: turns of outlets, ends of runs, the evidence, its copies."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, Instant, bytes_of, to

__all__ = ["BackupRow", "FolderRow", "JobRow", "PackedRow", "RunEndRow"]


class JobRow(Base):
    """The crawling of an outlet, as `palimpsest run` shares it among workers."""

    __tablename__ = "job"

    name: Mapped[str] = mapped_column(Text, primary_key=True, comment="the outlet")
    enabled: Mapped[bool | None] = mapped_column(comment="what a person said of it; null: nothing")
    begun_at: Mapped[datetime | None] = mapped_column(Instant, comment="when its last turn began; null: it had none")
    ended_at: Mapped[datetime | None] = mapped_column(Instant, comment="when its last turn ended that came to its end")
    process: Mapped[str] = mapped_column(Text, comment="the worker whose turn it is: as in lease; empty: nobody's")
    claimed_until: Mapped[datetime | None] = mapped_column(Instant, comment="how long it is, unless it is renewed")
    read_by: Mapped[str] = mapped_column(Text, comment="digest of the revisions its pages were last read again by")


class RunEndRow(Base):
    """Why a run of an outlet ended, and what it came to beside its captures."""

    __tablename__ = "run_end"

    run_id: Mapped[int] = to("run.id", "which run", primary_key=True)
    outlet: Mapped[str] = mapped_column(Text, comment="the outlet it crawled")
    why: Mapped[str] = mapped_column(
        Text, comment="running, done, interrupted, budget spent, quiet hours, or what stopped it"
    )
    came_to: Mapped[str] = mapped_column(Text, comment="JSON: attempts, problems, remarks, waiting")


class FolderRow(Base):
    """The folder of the evidence, known by what stands in `folder.txt` in it: an archive has one."""

    __tablename__ = "folder"

    name: Mapped[str] = mapped_column(Text, primary_key=True, comment="32 hex digits, by chance")
    host: Mapped[str] = mapped_column(Text, comment="the machine it was first used on")
    path: Mapped[str] = mapped_column(Text, comment="where it was there")
    at: Mapped[datetime] = mapped_column(Instant, comment="when that was")


class BackupRow(Base):
    """A backup that was written, or begun: what is taken out of the archive later is still in it."""

    __tablename__ = "backup"

    name: Mapped[str] = mapped_column(Text, primary_key=True, comment="its start and eight hex digits")
    place: Mapped[str] = mapped_column(Text, comment="the folder or store it was written to")
    at: Mapped[datetime] = mapped_column(Instant, comment="when it was begun")
    complete_at: Mapped[datetime | None] = mapped_column(Instant, comment="when it was complete; null: it never was")


class PackedRow(Base):
    """A WARC file that was moved out of `warc/`: rows go on naming its old place, and are read from the new one."""

    __tablename__ = "packed"
    __table_args__ = (bytes_of(32, "digest"),)

    warc_file_id: Mapped[int] = to("warc_file.id", "which file", primary_key=True)
    place: Mapped[str] = mapped_column(Text, comment="the folder or store it was moved to")
    name: Mapped[str] = mapped_column(Text, comment="what it is called there")
    size: Mapped[int] = mapped_column(BigInteger, comment="its bytes there")
    digest: Mapped[bytes] = mapped_column(LargeBinary, comment="SHA-256 of them")
    at: Mapped[datetime] = mapped_column(Instant, comment="when it was moved")
