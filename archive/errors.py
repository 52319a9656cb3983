"""Everything that can go wrong, and the exit code each ends with.

    PalimpsestError                 1   done with problems
    ├── UsageError                  2   the words of the command do not fit together
    ├── BadInput                    3   a file given to us is not what it should be (names file and line)
    ├── NotFound                    4   no such outlet, article or version
    ├── DatabaseError               5   the database cannot be reached or refuses
    │   ├── Away                    5   it cannot be reached, or went away in the middle of a transaction
    │   ├── Interrupted           130   a person, or the machine's shutdown, ended the wait for it
    │   ├── TooLong                 5   a question took longer than whoever reads may
    │   ├── NoArchive               5   nothing was ever stored there
    │   └── BadRow                  5   the database does not take a value; the store refuses that capture, not the run
    ├── Mismatch                    6   archive and program do not match: run `palimpsest upgrade`
    ├── DiskFull                    7   no space for evidence or rows; nothing that was stored is lost
    ├── Busy                        8   another process holds the lock
    ├── Unreachable                 9   an outlet could not be reached at all
    └── Damaged                    10   `verify` found damage
        └── Withdrawn               4   a person had it withheld or expunged

130 is an interruption (Ctrl-C). What is wrong with a *page* is never an exception: it is a row with a verdict.
"""

from __future__ import annotations

import errno

from archive.masking import masked

__all__ = [
    "INTERRUPTED",
    "Away",
    "BadInput",
    "BadRow",
    "Busy",
    "Damaged",
    "DatabaseError",
    "DiskFull",
    "Interrupted",
    "Mismatch",
    "NoArchive",
    "NotFound",
    "PalimpsestError",
    "TooLong",
    "Unreachable",
    "UsageError",
    "Withdrawn",
    "code",
    "is_disk_full",
]

_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})  # no space, a quota that is used up, a file's limit
# SQLITE_FULL and SQLITE_IOERR, whose module every command would load for them, and PostgreSQL's disk_full.
_UNWRITABLE = frozenset({13, 10, "53100"})

INTERRUPTED = 130
"""The exit code of a command that a person, or the machine's shutdown, ended."""


def code(problem: object) -> int | str | None:
    """What drivers tell their errors apart by: the primary code of SQLite, the SQLSTATE of PostgreSQL."""
    number: int | None = getattr(problem, "sqlite_errorcode", None)
    return getattr(problem, "sqlstate", None) if number is None else number & 0xFF


def is_disk_full(problem: object) -> bool:
    """Whether the system, SQLite or PostgreSQL says that nothing more can be written."""
    return getattr(problem, "errno", None) in _NO_SPACE or code(problem) in _UNWRITABLE


class PalimpsestError(Exception):
    """The root: its text says what happened and what to do next; `exit_code` is the process's."""

    exit_code = 1

    def __init__(self, said: str) -> None:
        super().__init__(masked(said))


class UsageError(PalimpsestError):
    """The command's words do not fit together."""

    exit_code = 2


class BadInput(PalimpsestError):
    """A given file cannot be used; the text names the file, the line or the record."""

    exit_code = 3


class NotFound(PalimpsestError):
    """No such outlet, article or version in this archive."""

    exit_code = 4


class DatabaseError(PalimpsestError):
    """The database cannot be reached, or refused."""

    exit_code = 5


class Away(DatabaseError):
    """The database cannot be reached any more: nothing of the transaction was stored."""


class Interrupted(DatabaseError):
    """The wait for the database was ended: nothing of the transaction was stored."""

    exit_code = INTERRUPTED


class TooLong(DatabaseError):
    """A question took longer than whoever reads may."""


class NoArchive(DatabaseError):
    """Nothing was ever stored there."""


class BadRow(DatabaseError):
    """The database does not take a value."""


class Mismatch(PalimpsestError):
    """The archive was made by another version of the program: `palimpsest upgrade` brings an older one along."""

    exit_code = 6


class DiskFull(PalimpsestError):
    """No space was left; what was committed stays, and the same command completes when there is space."""

    exit_code = 7


class Busy(PalimpsestError):
    """Another process holds what this one needs."""

    exit_code = 8


class Unreachable(PalimpsestError):
    """An outlet could not be reached at all."""

    exit_code = 9


class Damaged(PalimpsestError):
    """`verify` found damage; what is damaged has been listed."""

    exit_code = 10


class Withdrawn(Damaged):
    """What is asked for was withheld or expunged by a person's word."""

    exit_code = 4
