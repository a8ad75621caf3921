#!/usr/bin/env python3
"""Tries what this machine can show of the systems that it does not run.

Builds the Windows program and all tests and runs them under wine, checks that
everything compiles for both Macs, and runs the conformance cases on the static
program for ARM Linux under qemu. Prints one line for each crate, and ends with
1 if anything failed. What cannot be tried here is said, and is no failure.

    tests/systems/run.py [--only windows|mac|arm]...
"""

import argparse
import sys
import time

import arm
import mac
import windows
from tally import Missing

PARTS = {"windows": windows.run, "mac": mac.run, "arm": arm.run}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--only", action="append", choices=list(PARTS))
    chosen = arguments.parse_args().only or list(PARTS)
    # Every part runs, so that one look at the output shows all that fails.
    passed = [attempt(name) for name in chosen]
    return 0 if all(passed) else 1


def attempt(name):
    """Runs one part; whether nothing failed."""
    start = time.monotonic()
    print(f"--- {name}", flush=True)
    try:
        passed = PARTS[name]()
    except Missing as missing:
        print(f"skipped: {missing}")
        return True
    print(f"{name}: {'passed' if passed else 'FAILED'} ({time.monotonic() - start:.0f} s)", flush=True)
    return passed


if __name__ == "__main__":
    sys.exit(main())
