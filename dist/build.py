#!/usr/bin/env python3
"""Builds what a release consists of: the programs, their sums and what is in them.

    dist/build.py [--native] [--check] [--out DIR] [TRIPLE...]

Without a triple all five programs are built, on x86_64 Linux. `--native` builds for the
machine's own system with that system's linker. `--check` builds everything a second time,
from a copy in another place, and fails unless every byte is the same. See dist/README.md.
"""

import argparse
import os
import shutil
import sys
import time
from pathlib import Path

import papers
from again import differing
from compiler import Missing, build, epoch
from targets import TARGETS

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
# More would mean that something large got in unseen. docs/performance.md says what it
# is made of: it was 8 MB before TLS was in the program.
LARGEST = 10_500_000


def main():
    arguments = read_arguments()
    chosen = [target for target in TARGETS if target.name in (arguments.triple or names())]
    arguments.out.mkdir(parents=True, exist_ok=True)
    # The copy that `--check` builds has no commits to tell it.
    os.environ["SOURCE_DATE_EPOCH"] = epoch(ROOT)
    try:
        made = [program(target, arguments) for target in chosen]
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    problems = [problem for path in made for problem in oversized(path)]
    if not arguments.native:
        # Programs of several systems have their papers where they come together.
        problems += papers.write(ROOT, arguments.out)
    if arguments.check and not problems:
        problems += differing(ROOT, arguments.out, chosen, arguments.native)
    for problem in problems:
        print(f"FAILED: {problem}", file=sys.stderr)
    return 1 if problems else 0


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("triple", nargs="*", metavar="TRIPLE", help=f"one of {', '.join(names())}")
    parser.add_argument("--native", action="store_true", help="with this system's own linker")
    parser.add_argument("--check", action="store_true", help="build twice, and compare")
    parser.add_argument("--out", type=Path, default=TARGET / "dist", metavar="DIR")
    arguments = parser.parse_args()
    unknown = set(arguments.triple) - set(names())
    if unknown:
        parser.error(f"no such triple: {', '.join(sorted(unknown))}")
    return arguments


def names():
    return [target.name for target in TARGETS]


def program(target, arguments):
    """Builds one program; where it was put."""
    start = time.monotonic()
    built = build(ROOT, target, TARGET / "dist-build", arguments.native)
    path = arguments.out / target.file(arguments.native)
    shutil.copy(built, path)
    print(f"{path.name}: {path.stat().st_size} bytes, {time.monotonic() - start:.0f} s", flush=True)
    return path


def oversized(path):
    """What is wrong with the size of a program, if anything."""
    size = path.stat().st_size
    return [f"{path.name} has {size} bytes, of {LARGEST} at most"] if size > LARGEST else []


if __name__ == "__main__":
    sys.exit(main())
