"""Coverage-guided fuzzing (atheris, on libFuzzer) of every parser that is given what others wrote.

`python -m tests.fuzz.run SECONDS [TARGET …]`: so many seconds each. What breaks a parser is left in its folder of the
corpus, under the name libFuzzer gives it, where the suite tries it from then on; what only leads deeper is not kept.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile

from tests.fuzz.targets import CORPUS, TARGETS

__all__ = ["fuzz"]

LONGEST = 10
"""Seconds for one input."""

MEMORY = 2_000
"""Megabytes for one process."""


def fuzz(name: str, seconds: str) -> int:
    """Fuzz one parser; the exit code of its process."""
    with tempfile.TemporaryDirectory(prefix=f"fuzz-{name}-") as found:
        (CORPUS / name).mkdir(parents=True, exist_ok=True)
        return subprocess.run(
            [
                *(sys.executable, "-m", "tests.fuzz.one", name, found, str(CORPUS / name)),
                *(f"-max_total_time={seconds}", f"-timeout={LONGEST}", f"-rss_limit_mb={MEMORY}", "-max_len=20000"),
                *("-print_final_stats=1", "-verbosity=0", f"-artifact_prefix={CORPUS / name}/"),
            ],
            check=False,
        ).returncode


def main() -> int:
    """Fuzz the parsers that are named, or all; 1 where one broke."""
    _, seconds, *names = sys.argv
    broken = [name for name in names or TARGETS if fuzz(name, seconds)]
    sys.stdout.write(f"broken: {', '.join(broken) or 'none'}\n")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
