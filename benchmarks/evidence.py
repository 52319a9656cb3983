"""What it costs to let evidence leave: web archives, a bundle and its check, and what a page takes in `warc/`; and to
take in that of others: `taking_in.py`, and by way of engines `engines.py`.

    python benchmarks/evidence.py [--pages 600] [--kilobytes 40] [--captures 200]

One table; seconds are those of a processor, the start of the program among them. Pages are made up: paragraphs of
words beside a layout that repeats, so many kilobytes each; one in five is looked at again and is the same. `warcio`
writes the same answers by its own gzip.
"""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent.parent))

import engines
import taking_in
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive import db
from archive.home import SETTINGS, Home
from archive.proof import verify
from archive.records import Capture
from tests.archive.material import START, Material, opened, reading

COMMAND = Path(sys.executable).with_name("palimpsest")
_RUN = 500
"""Looks of a run."""


def _body(chance: Random, words: list[str], size: int) -> tuple[bytes, list[str]]:
    layout = "".join(
        f'<li class="menu-item menu-{n % 7}"><a href="/section/{n}/">Section {n}</a></li>' for n in range(80)
    )
    said = [" ".join(chance.choices(words, k=60)) for _ in range(max(1, (size - 2 * len(layout)) // 420))]
    told = "".join(f"<p>{one}.</p>\n" for one in said)
    return f"<!doctype html><ul>{layout}</ul><article>{told}</article><ul>{layout}</ul>".encode(), said


def _fill(home: Home, pages: int, size: int) -> None:
    chance, material = Random(7), Material(home)
    words = ["".join(chance.choices("abcdefghiklmnoprstuvw", k=chance.randrange(2, 11))) for _ in range(8_000)]
    html = (("Content-Type", "text/html; charset=utf-8"),)
    for n in range(pages):
        body, said = _body(chance, words, size)
        for again in range(2 if n % 5 == 0 else 1):
            at = START + timedelta(minutes=n, days=again)
            capture = Capture(f"https://paper.test/{n}-title", at, body, 200, html)
            material.take(capture, str(n), reading(*said, headline=f"Headline {n}"))
    material.close()
    with opened(home) as archive:
        for start in range(0, len(material.made), _RUN):
            archive.run(material.made[start : start + _RUN])


_USED = """
import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, used = os.wait4(child.pid, 0)
print(os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss)
"""
"""A process counts as its own peak what the one had that began it: so a small one begins what is measured."""


def _measured(home: Home, *words: str | Path) -> tuple[float, float]:
    """Seconds of a processor, and the peak of memory in megabytes."""
    env = {key: value for key, value in os.environ.items() if key not in SETTINGS}
    called = [sys.executable, "-S", "-c", _USED, str(COMMAND), "--home", str(home.folder), *map(str, words)]
    said = subprocess.run(called, env=env, stdout=subprocess.PIPE, encoding="ascii", check=True).stdout.split()
    if said[0] != "0":
        sys.exit(f"{words[0]} ended with {said[0]}")
    return float(said[1]), float(said[2]) / 1024


def _by_warcio(pages: int, size: int) -> int:
    """Bytes of the same answers as warcio writes them, each once."""
    chance, written = Random(7), 0
    words = ["".join(chance.choices("abcdefghiklmnoprstuvw", k=chance.randrange(2, 11))) for _ in range(8_000)]
    for n in range(pages):
        body, _ = _body(chance, words, size)
        file = io.BytesIO()
        writer = WARCWriter(file, gzip=True)
        head = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
        url = f"https://paper.test/{n}-title"
        writer.write_record(writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=head))
        written += file.tell()
    return written


def _line(what: str, *figures: str) -> None:
    print(f"{what:44} {'  '.join(figures)}")


def _leaving(pages: int, size: int) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        home = Home(folder / "home", f"sqlite:///{folder / 'home' / 'archive.db'}")
        home.make()
        engine = db.open_writer(home.database_url)
        db.migrate(engine)
        engine.dispose()
        _fill(home, pages, size)
        stored = sum(path.stat().st_size for path in home.warc.iterdir())
        for form, name in (("wacz", "all.wacz"), ("warc", "all.warc.gz"), ("cdxj", "all.cdxj")):
            seconds, peak = _measured(home, "export", f"--{form}", folder / name)
            rate = f"{stored / 1e6 / seconds:7.1f} MB/s of records"
            _line(f"export --{form}", f"{seconds:6.1f} s", rate, f"peak {peak:4.0f} MB")
        seconds, peak = _measured(home, "export", "--release", folder / "release.zip")
        _line("export --release", f"{seconds:6.1f} s", f"peak {peak:4.0f} MB")
        bundle = folder / "one.zip"
        seconds, peak = _measured(home, "cite", "https://paper.test/0-title", "--bundle", bundle)
        _line("cite --bundle", f"{seconds:6.1f} s", f"{bundle.stat().st_size:9,} bytes", f"peak {peak:4.0f} MB")
        started = time.perf_counter()
        done = subprocess.run([sys.executable, verify.__file__, bundle], stdout=subprocess.DEVNULL, check=True)
        _line("verify.py", f"{time.perf_counter() - started:6.2f} s", f"ends with {done.returncode}")
        looks = pages + (pages + 4) // 5
        _line("warc/: bytes a look, repeats among them", f"{stored / looks:9,.0f}")
        mine, theirs = stored / pages, _by_warcio(pages, size) / pages
        _line(
            "warc/: bytes a page, its repeat with it", f"{mine:9,.0f}", f"{mine / theirs:.3f} of warcio's {theirs:,.0f}"
        )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=600)
    parser.add_argument("--kilobytes", type=int, default=40)
    parser.add_argument("--captures", type=int, default=200, help="taken in; 20000 say most, and take an hour")
    options = parser.parse_args()
    _leaving(options.pages, options.kilobytes * 1000)
    print()
    taking_in.table(options.captures)
    print()
    engines.table(options.captures, 8, ("local", "dask", "spark"))


if __name__ == "__main__":
    main()
