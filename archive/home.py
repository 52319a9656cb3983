"""Where an archive is: the one movable folder, its database, its evidence, and the settings that name them.

An option beats the environment, the environment beats `palimpsest.toml` in the folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, unquote

from archive import settings_file
from archive.errors import BadInput
from archive.masking import hide, keep
from archive.schedules import Schedule
from archive.settings_file import Stated

__all__ = ["SETTINGS", "Home", "Watched", "address_of", "find", "stated_in"]

SETTINGS = {
    "PALIMPSEST_HOME": "the folder of the archive (default ./palimpsest-data)",
    "DATABASE_URL": "the database (default sqlite:///$PALIMPSEST_HOME/archive.db; postgresql://… for PostgreSQL)",
    "PALIMPSEST_CONTACT": "an address or e-mail outlets can complain to; required to fetch beyond this machine",
    "PALIMPSEST_BUDGET": "the most requests to any one outlet within 24 hours; what is over waits (default: no limit)",
    "PALIMPSEST_LONGEST_DELAY": "the most seconds between two requests that a robots.txt may ask for (default 300)",
    "PALIMPSEST_RECHECK": "how often known articles are looked at: planned (default), or as 1h until 1d, 1d until 7d",
    "PALIMPSEST_DATABASE_WAIT": "how many seconds a run waits for a PostgreSQL that went away (default 120)",
    "PALIMPSEST_BROWSER": "path of the browser for pages that need JavaScript",
    "PALIMPSEST_ALARM_MAIL": "who is told of alarms by e-mail: addresses, comma separated",
    "PALIMPSEST_SMTP": "the server that takes it (smtp://localhost; smtps://NAME:PASSWORD@host)",
    "PALIMPSEST_ALARM_WEBHOOK": "an address that is told of alarms by a POST of JSON",
    "PALIMPSEST_STAMPS": "who stamps the seals once a day (RFC 3161): addresses of authorities, comma separated",
    "PALIMPSEST_METRICS": "a file for the node exporter, written whole after each run (NAME.prom)",
    "PALIMPSEST_LOG": "a file that gets a line of JSON for each capture and each run; rotated at 20 MB",
    "PALIMPSEST_WARC_SIZE": "megabytes at which a WARC file is closed and the next one begun (default 1000)",
    "PALIMPSEST_WARC_HOURS": "hours after which one is closed, however small (default 24)",
    "PALIMPSEST_DISK_BUDGET": "gigabytes the archive may take on its disk: crawls stop there (default: no limit)",
    "PALIMPSEST_DISK_RESERVE": "megabytes of the disk that crawls leave free (default 200)",
    "PALIMPSEST_OIDC_ISSUER": "a provider by which users of `serve` log in (OpenID Connect): its https address",
    "PALIMPSEST_OIDC_CLIENT": "who the archive is to that provider",
    "PALIMPSEST_OIDC_SECRET": "the secret by which that provider knows the archive",
    "PALIMPSEST_TEST_PG_URL": "a PostgreSQL the tests may use instead of starting their own",
    "FAILPOINT": "tests only: where to fail, as name:kill|enospc|raise[:nth]",
}
"""Every setting with its meaning; docs/settings.md is made from this."""

_README = """This folder is an archive made by Palimpsest. It can be moved as a whole and read without the program.

archive.db       SQLite 3 database: articles, versions, texts, captures. Column meanings: see the table `word` for the
                 numbers of closed lists; times are microseconds since 1970-01-01 UTC.
warc/            the pages as received, in WARC/1.1 files (gzip, one member per record): any WARC reader opens them.
                 capture.warc_file_id, warc_offset and warc_length say where each capture's bytes stand.
desk.db          watchlists, notes, judgements and users of the archive in a browser (SQLite 3), where there are any.
outlets/         the operator's own outlet files, which override those of the program.
palimpsest.toml  settings.
"""


@dataclass(frozen=True, slots=True)
class Home:
    """An archive's folder and database address, and the settings file's other values: `every` and `at_once` are those
    of its table `[run]`, `schedules` its tables of outlets, `vantages` the proxies by the names that stand for them."""

    folder: Path
    database_url: str
    contact: str = ""
    browser: str = ""
    budget: int = 0
    recheck: str = ""
    database_wait: int = 120
    longest_delay: int = 300
    alarm_mail: str = ""
    smtp: str = ""
    alarm_webhook: str = ""
    stamps: str = ""
    metrics: str = ""
    log: str = ""
    warc_size: int = 1000
    warc_hours: int = 24
    disk_budget: int = 0
    disk_reserve: int = 200
    oidc_issuer: str = ""
    oidc_client: str = ""
    oidc_secret: str = ""
    every: timedelta | None = None
    at_once: int = 0
    schedules: Mapping[str, Schedule] = field(default_factory=dict, hash=False)
    vantages: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        keep(self.database_url)
        keep(self.smtp)
        for proxy in self.vantages.values():
            keep(proxy)
        hide(self.oidc_secret)
        # Whoever knows the path of a webhook may write to it.
        hide(self.alarm_webhook.partition("://")[2].partition("/")[2])

    @property
    def warc(self) -> Path:
        """The folder of the evidence."""
        return self.folder / "warc"

    @property
    def desk(self) -> Path:
        """The database of what people keep beside the archive."""
        return self.folder / "desk.db"

    @property
    def settings_file(self) -> Path:
        """The settings file."""
        return self.folder / "palimpsest.toml"

    def schedule(self, outlet: str) -> Schedule:
        """What the settings file says of an outlet."""
        return self.schedules.get(outlet, Schedule())

    @property
    def outlets(self) -> Path:
        """The folder of the operator's own outlet files."""
        return self.folder / "outlets"

    @property
    def database_file(self) -> Path | None:
        """The database where it is an SQLite file: it may lie outside the folder."""
        kind, _, rest = self.database_url.partition(":///")
        name = unquote(rest.partition("?")[0].removeprefix("file:"))
        return Path(name) if kind.startswith("sqlite") and name else None

    def make(self) -> None:
        """Create what is missing of the folder."""
        for folder in (self.folder, self.warc, self.outlets):
            if not folder.is_dir():
                folder.mkdir(parents=True, exist_ok=True)
                _sync(folder.parent)
        readme = self.folder / "README.txt"
        if not readme.exists():
            readme.write_text(_README, encoding="utf-8")


def _sync(folder: Path) -> None:
    """What was made in a folder is there after a power cut."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _key(setting: str) -> str:
    """What a setting is called in the file."""
    return setting.removeprefix("PALIMPSEST_").lower()


_IN_FILE = tuple(
    _key(name) for name in SETTINGS if name not in {"PALIMPSEST_HOME", "PALIMPSEST_TEST_PG_URL", "FAILPOINT"}
)


def stated_in(folder: Path, name: str = "palimpsest.toml") -> Stated:
    """What the settings file in a folder says. Raises BadInput."""
    return settings_file.read(folder / name, _IN_FILE)


def address_of(where: str | Path) -> str:
    """The database that is meant by an address, an SQLite file or an archive's folder, whatever the environment says.

    Raises BadInput where a folder's settings file cannot be read."""
    keep(str(where))
    if "://" in str(where):
        return str(where)
    path = Path(where).absolute()
    if path.is_dir() and (stated := stated_in(path).settings.get("database_url")):
        return stated
    return f"sqlite:///{quote(str(path / 'archive.db' if path.is_dir() else path))}"


def _number(setting: str, words: str, what: str) -> int:
    if not (words.isascii() and words.isdecimal()):
        raise BadInput(f"{setting} is a number of {what}, not {words!r}. Correct it or remove it.")
    return int(words)


def find(folder: Path | None = None, database_url: str | None = None) -> Home:
    """The archive meant by these options, the environment and `palimpsest.toml`, in this order.

    Raises BadInput where the settings file cannot be read."""
    place = (folder or Path(os.environ.get("PALIMPSEST_HOME") or "palimpsest-data")).absolute()
    stated = stated_in(place)

    def setting(name: str) -> str:
        return os.environ.get(name) or stated.settings.get(_key(name), "")

    url = database_url or setting("DATABASE_URL") or f"sqlite:///{quote(str(place / 'archive.db'))}"

    def number(name: str, default: str, what: str) -> int:
        return _number(name, setting(name) or default, what)

    budget = number("PALIMPSEST_BUDGET", "0", "requests a day")
    wait = number("PALIMPSEST_DATABASE_WAIT", "120", "seconds")
    delay = number("PALIMPSEST_LONGEST_DELAY", "300", "seconds")
    contact, browser, recheck = map(setting, ("PALIMPSEST_CONTACT", "PALIMPSEST_BROWSER", "PALIMPSEST_RECHECK"))
    return Home(
        place,
        url,
        contact,
        browser,
        budget,
        recheck,
        wait,
        delay,
        alarm_mail=setting("PALIMPSEST_ALARM_MAIL"),
        smtp=setting("PALIMPSEST_SMTP"),
        alarm_webhook=setting("PALIMPSEST_ALARM_WEBHOOK"),
        stamps=setting("PALIMPSEST_STAMPS"),
        metrics=setting("PALIMPSEST_METRICS"),
        log=setting("PALIMPSEST_LOG"),
        warc_size=number("PALIMPSEST_WARC_SIZE", "1000", "megabytes"),
        warc_hours=number("PALIMPSEST_WARC_HOURS", "24", "hours"),
        disk_budget=number("PALIMPSEST_DISK_BUDGET", "0", "gigabytes"),
        disk_reserve=number("PALIMPSEST_DISK_RESERVE", "200", "megabytes"),
        oidc_issuer=setting("PALIMPSEST_OIDC_ISSUER"),
        oidc_client=setting("PALIMPSEST_OIDC_CLIENT"),
        oidc_secret=setting("PALIMPSEST_OIDC_SECRET"),
        every=stated.every,
        at_once=stated.at_once,
        schedules=stated.outlets,
        vantages=stated.vantages,
    )


class Watched:
    """An archive whose settings file is read again when it has changed; which archive it is stays. A file that cannot
    be read is told to `noted`, and what was said before holds."""

    def __init__(self, home: Home, noted: Callable[[str], None]) -> None:
        self._home, self._noted = home, noted
        self._seen = self._look()

    def __call__(self) -> Home:
        """The archive as it is meant by now."""
        seen = self._look()
        if seen != self._seen:
            self._seen = seen
            try:
                self._home = find(self._home.folder, self._home.database_url)
                self._noted("the settings file has changed: it holds from the next turn on")
            except BadInput as problem:
                self._noted(f"{problem}\nWhat it said before still holds.")
        return self._home

    def _look(self) -> tuple[int, int, int] | None:
        """What tells whether another file stands there."""
        try:
            found = self._home.settings_file.stat()
        except OSError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns
