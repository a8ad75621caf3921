#!/usr/bin/env python3
"""Tries what this machine can show of the systems that it does not run.

Builds the Windows program and all tests and runs them under wine, checks that
everything compiles for both Macs without a warning, and runs the conformance cases on the static
program for ARM Linux under qemu. Prints one line for each program of tests, and
ends with 1 if anything failed. What cannot be tried here is said and counted,
and is no failure.

    tests/systems/run.py [--only windows|mac|arm]... [--test NAME]... [--quick] [--build]
"""

import argparse
import sys
import time

import arm
import mac
import windows
from tally import Missing

PARTS = {
    "windows": lambda given: windows.run(given.test, given.quick),
    "mac": lambda given: mac.run(),
    "arm": lambda given: arm.run(),
}
BUILDS = {
    "windows": lambda given: windows.built(given.quick),
    # To build is all that is tried.
    "mac": lambda given: mac.run(),
    "arm": lambda given: arm.built(),
}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--only", action="append", choices=list(PARTS), help="this system alone")
    arguments.add_argument("--test", action="append", metavar="NAME",
                           help="of Windows this program of tests alone, or those of this crate")
    arguments.add_argument("--quick", action="store_true",
                           help="of Windows nothing that takes minutes, and no counts of allocations")
    arguments.add_argument("--build", action="store_true",
                           help="build alone, so that a run that follows finds it built")
    given = arguments.parse_args()
    # Every part runs, so that one look at the output shows all that fails.
    ended = [attempt(name, given) for name in given.only or list(PARTS)]
    skipped = ended.count(None)
    if skipped:
        print(f"{skipped} of {len(ended)} systems could not be tried")
    return 1 if False in ended else 0


def attempt(name, given):
    """Runs one part: whether nothing failed, None if it cannot be run here."""
    start = time.monotonic()
    print(f"--- {name}", flush=True)
    try:
        passed = bool((BUILDS if given.build else PARTS)[name](given))
    except Missing as missing:
        print(f"{name}: skipped: {missing}", flush=True)
        return None
    ended = ("built" if given.build else "passed") if passed else "FAILED"
    print(f"{name}: {ended} ({time.monotonic() - start:.0f} s)", flush=True)
    return passed


if __name__ == "__main__":
    sys.exit(main())
