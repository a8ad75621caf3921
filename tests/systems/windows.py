"""The Windows program and the tests of every crate, under wine."""

import os
import re
import subprocess
import time
from collections import defaultdict

import build
from tally import Tally
from tools import ROOT, TARGET
from wine import Wine, provide_wine, windows_path

TRIPLE = "x86_64-pc-windows-gnu"
# These need programs of this machine: OpenCode, Chromium and the orchestrator.
ELSEWHERE = {"engine", "browser", "orchestrator"}


# Tests that are left out where it has to be quick: with faults, kills and power
# losses they take minutes, as wine needs a millisecond for each call on a file.
SLOW = {("openwork-store", "store"): ["faults", "kill", "power"]}
# Crates that touch neither files nor sockets, left out likewise: a third of all
# tests and half of their programs, which say little of a system.
PURE = ["openwork-api", "openwork-approval", "openwork-change", "openwork-frontmatter", "openwork-jsonc"]


def run(chosen, quick):
    """Whether all tests that can be run here passed; `chosen` names programs or crates."""
    provide_wine()
    environment = build.compiler()
    target = [build.STANDARD_LIBRARY, "--target", TRIPLE]
    start = time.monotonic()
    left_out = PURE if quick else []
    programs = build.tests(*target, environment=environment, without=ELSEWHERE, without_crates=left_out)
    print(f"built in {time.monotonic() - start:.0f} s, without {', '.join(left_out) or 'nothing'}", flush=True)
    on_linux = names_on_linux(left_out)
    total = Tally()
    with Wine() as wine:
        for program in programs:
            if is_chosen(program, chosen):
                slow = SLOW.get((program.crate, program.name), []) if quick else []
                total.add(tried(wine, program, on_linux, slow))
    print(f"{'all':40} {total}")
    print(f"what was printed is in {TARGET / 'logs'}")
    return not total.failed


def is_chosen(program, chosen):
    return not chosen or program.name in chosen or program.crate in chosen


def tried(wine, program, on_linux, slow):
    """How the tests of one program end, without those that are slow."""
    start = time.monotonic()
    variables = {"INSTA_WORKSPACE_ROOT": windows_path(ROOT), "INSTA_UPDATE": "no"}
    _, listed = wine.run([program.path, "--list"], program.directory, variables)
    absent = on_linux[program.crate, program.name] - listed_names(listed)
    skipped = [word for name in slow for word in ["--skip", f"{name}::"]]
    status, output = wine.run([program.path, *skipped], program.directory, variables, timeout=1800)
    log = TARGET / "logs" / f"{program.crate}-{program.name}.txt"
    log.parent.mkdir(exist_ok=True)
    log.write_text(output + "".join(f"not for Windows: {name}\n" for name in sorted(absent)))
    tally = Tally.read(output, status)
    tally.absent = len(absent)
    name = program.crate if program.is_unit else f"{program.crate} {program.name}"
    left_out = f", without {', '.join(slow)}" if slow else ""
    print(f"{name:40} {tally}  {time.monotonic() - start:4.0f} s{left_out}", flush=True)
    for failed in tally.failed:
        print(f"    failed: {failed}", flush=True)
    return tally


def names_on_linux(left_out):
    """The names of the tests of this machine, by crate and program."""
    environment = {name: value for name, value in os.environ.items() if name != "RUSTC"}
    names = {}
    for program in build.tests(environment=environment, without=ELSEWHERE, without_crates=left_out, program="cargo"):
        output = subprocess.run(
            [program.path, "--list"], cwd=program.directory, capture_output=True, text=True, check=True
        ).stdout
        names[program.crate, program.name] = listed_names(output)
    return defaultdict(set, names)


def listed_names(output):
    """The names in a list of tests, without the kind that may stand before one."""
    return set(re.findall(r"^(?:\[.*?\] )?(.+): test$", output, re.M))
