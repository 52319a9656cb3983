"""What an archive says follows from what was captured, not from the order or company in which it arrived."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

from archive.home import Home
from tests.archive.material import emptied, in_groups, opened, world
from tests.support import sound


def test_probe(home: Home, tmp_path: Path) -> None:
    from collections import Counter
    for seed in range(40):
        t = time.perf_counter()
        items = world(home, seed)
        t1 = time.perf_counter()
        said = []
        for n in range(4):
            emptied(home)
            t2 = time.perf_counter()
            with opened(home) as archive:
                archive.run(*in_groups(items, Random(n)))
                t3 = time.perf_counter()
                said.append(archive.content())
            t4 = time.perf_counter()
            sound(home)
            t5 = time.perf_counter()
            for name in said[0]:
                if said[0][name] != said[-1][name]:
                    print(seed, n, "differs", name)
        if seed == 1:
            print(Counter((x.judgement.verdict, x.capture.source) for x in items))
            print("material", t1 - t, "empty", t2-t1, "record", t3 - t2, "content", t4 - t3, "verify", t5-t4)
