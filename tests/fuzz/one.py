"""One parser under the fuzzer, in a process of its own: `python -m tests.fuzz.one TARGET`, libFuzzer's words."""

import sys

import atheris

# Nothing of ours may be loaded before: only what is loaded here tells which of its code an input reached.
with atheris.instrument_imports(include=["archive", "crawler", "protego", "w3lib"]):
    from tests.fuzz.targets import TARGETS

if __name__ == "__main__":
    _, name, *arguments = sys.argv
    atheris.Setup([name, *arguments], TARGETS[name])
    atheris.Fuzz()
