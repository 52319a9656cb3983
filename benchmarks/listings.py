"""How pages of many articles are told from articles, by kind, on sites that nobody described.

    python benchmarks/listings.py [--show]

Pages made in the markup of six content systems and three languages (`listings_pages.py`), and the saved pages that a
manifest calls listings, which are read under the address of an article. A listing must be refused, an article must not;
`--show` names each page that is taken for the other.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator

from listings_pages import LISTINGS, Made, made
from reading_pages import AT, SHARED

from archive import urls
from archive.records import Capture, Source, Verdict
from crawler.extract.examine import examine
from crawler.outlets.registry import ad_hoc

_SAVED = "saved"


def _saved() -> Iterator[tuple[Made, bytes]]:
    manifest = SHARED / "MANIFEST.jsonl"
    for row in manifest.read_text(encoding="utf-8").splitlines() if manifest.is_file() else ():
        entry = json.loads(row)
        if entry["kind"] == "listing":
            page = Made(_SAVED, entry["outlet"], entry["language"], f"{entry['url']}2025/12/4711-story", "")
            yield page, gzip.decompress((SHARED / entry["file"]).read_bytes())


def main() -> None:
    """Print, by kind, how many pages there are, how many were refused, and how many are taken for what they are not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", action="store_true", help="also each page that is taken for the other")
    options = parser.parse_args()
    found: dict[str, list[bool]] = defaultdict(list)
    for page, body in (*((each, each.html.encode()) for each in made()), *_saved()):
        capture = Capture(page.url, AT, body, source=Source.GIVEN_PAGE)
        judgement, _ = examine(capture, ad_hoc(urls.host(page.url)))
        refused = judgement.verdict is not Verdict.ARTICLE
        found[page.kind].append(refused)
        if options.show and refused is not (page.kind in {*LISTINGS, _SAVED}):
            print(f"{judgement.verdict.value:12} {page.kind:14} {page.system:12} {page.language}  {judgement.reason}")
    print(f"{'kind':16}{'pages':>8}{'refused':>9}{'wrong':>7}")
    for kind, refusals in found.items():
        wrong = refusals.count(kind not in {*LISTINGS, _SAVED})
        print(f"{kind:16}{len(refusals):8}{sum(refusals):9}{wrong:7}")


if __name__ == "__main__":
    main()
