"""The Windows program and the tests of every crate, under wine."""

import os
import subprocess
from collections import defaultdict

import build
from tally import Tally
from tools import ROOT, TARGET
from wine import Wine, provide_wine, windows_path

TRIPLE = "x86_64-pc-windows-gnu"
# These need programs of this machine: OpenCode and Chromium.
ELSEWHERE = {"engine", "browser"}


def run():
    """Whether all tests that can be run here passed."""
    provide_wine()
    environment = build.compiler()
    programs = build.tests(build.STANDARD_LIBRARY, "--target", TRIPLE, environment=environment)
    on_linux = names_on_linux()
    crates = defaultdict(Tally)
    with Wine() as wine:
        for program in programs:
            if program.name not in ELSEWHERE:
                crates[program.crate].add(tried(wine, program, on_linux))
    report(crates)
    return not any(tally.failed for tally in crates.values())


def tried(wine, program, on_linux):
    """How the tests of one program end."""
    variables = {"INSTA_WORKSPACE_ROOT": windows_path(ROOT), "INSTA_UPDATE": "no"}
    _, listed = wine.run([program.path, "--list"], program.directory, variables)
    absent = on_linux[program.crate, program.name] - listed_names(listed)
    status, output = wine.run([program.path], program.directory, variables)
    log = TARGET / "logs" / f"{program.crate}-{program.name}.txt"
    log.parent.mkdir(exist_ok=True)
    log.write_text(output + "".join(f"not for Windows: {name}\n" for name in sorted(absent)))
    tally = Tally.read(output, status)
    tally.absent = len(absent)
    return tally


def names_on_linux():
    """The names of the tests of this machine, by crate and program."""
    environment = {name: value for name, value in os.environ.items() if name != "RUSTC"}
    names = {}
    for program in build.tests(environment=environment, program="cargo"):
        if program.name not in ELSEWHERE:
            output = subprocess.run(
                [program.path, "--list"], cwd=program.directory, capture_output=True, text=True, check=True
            ).stdout
            names[program.crate, program.name] = listed_names(output)
    return defaultdict(set, names)


def listed_names(output):
    return {line.removesuffix(": test") for line in output.splitlines() if line.endswith(": test")}


def report(crates):
    total = Tally()
    for crate, tally in sorted(crates.items()):
        print(f"{crate:22} {tally}")
        for name in tally.failed:
            print(f"    failed: {name}")
        total.add(tally)
    print(f"{'all':22} {total}")
    print(f"what was printed is in {TARGET / 'logs'}")
