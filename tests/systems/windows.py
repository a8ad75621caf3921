"""The Windows program and the tests of every crate, under wine."""

import os
import queue
import re
import subprocess
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

import build
from tally import Tally
from tools import ROOT, TARGET
from wine import Wine, provide_wine, windows_path

TRIPLE = "x86_64-pc-windows-gnu"
# These need programs of this machine: OpenCode, Chromium and the orchestrator.
ELSEWHERE = {"engine", "browser", "orchestrator"}

# Tests that are left out where it has to be quick, by how their names begin: with
# faults, kills and power losses they take minutes, as wine needs a millisecond for
# each call on a file; those of HTTP ask much of the processor and nothing of the system.
SLOW = {
    ("openwork-store", "store"): ["faults::", "kill::", "power::"],
    ("openwork-http", "http"): [
        "later::after_a_day_it_expires",
        "tokens::every_route_asks_for_its_least_scope",
        "waiting::lists_and_streams_stay_small_whatever_waits",
        "waiting::the_history_stays_small_whatever_ended",
    ],
}
# And what is tried at random is tried less often.
FEWER = {"OPENWORK_EDITED_WRITES": "20", "OPENWORK_TWO_SERVER_WRITES": "40", "OPENWORK_UNDOS": "60"}
# Programs that say nothing of a system, left out likewise: this one counts allocations.
ALIKE = {"allocations"}
# Programs that take longest, which begin first, so that no processor waits for one at the end.
LONGEST = ["store", "http", "conformance", "e2e"]


def run(chosen, quick):
    """Whether all tests that can be run here passed; `chosen` names programs or crates."""
    provide_wine()
    # Whoever chooses some tests waits for these alone.
    is_clean = bool(chosen) or build.lints(TRIPLE, build.environment(TRIPLE))
    programs = built(quick)
    on_linux = names_on_linux()
    total = Tally()
    for (crate, name), names in on_linux.items() if quick else []:
        if name in ALIKE:
            print(f"{f'{crate} {name}':40} {len(names):4} left out: alike on every system", flush=True)
            total.left_out += len(names)
    waiting = queue.SimpleQueue()
    for program in sorted(filter(lambda one: is_chosen(one, chosen), programs), key=turn):
        waiting.put((program, on_linux[program.crate, program.name], slow_ones(program, quick)))
    fewer = FEWER if quick else {}
    # A wine of its own for each processor: one serves its programs one call at a time.
    lanes = os.cpu_count() or 1
    with ThreadPoolExecutor(lanes) as pool:
        for tally in pool.map(lambda number: lane(number, waiting, fewer), range(lanes)):
            total.add(tally)
    print(f"{'all':40} {total}")
    print(f"what was printed is in {TARGET / 'logs'}")
    return is_clean and not total.failed


def built(quick):
    """The programs of tests for Windows."""
    start = time.monotonic()
    names = ELSEWHERE | ALIKE if quick else ELSEWHERE
    programs = build.tests("--target", TRIPLE, environment=build.environment(TRIPLE), without=names)
    print(f"built in {time.monotonic() - start:.0f} s", flush=True)
    return programs


def turn(program):
    """Where a program stands in the order in which they begin."""
    return LONGEST.index(program.name) if program.name in LONGEST else len(LONGEST)


def slow_ones(program, quick):
    return SLOW.get((program.crate, program.name), []) if quick else []


def is_chosen(program, chosen):
    return not chosen or program.name in chosen or program.crate in chosen


def lane(number, waiting, fewer):
    """Runs programs in a wine of its own for as long as there are any; how their tests ended."""
    total = Tally()
    with Wine(number) as wine:
        while True:
            try:
                program, on_linux, slow = waiting.get_nowait()
            except queue.Empty:
                return total
            total.add(tried(wine, program, on_linux, slow, fewer))


def tried(wine, program, on_linux, slow, fewer):
    """How the tests of one program end, without those that are slow, and with fewer tries of others."""
    start = time.monotonic()
    variables = {"INSTA_WORKSPACE_ROOT": windows_path(ROOT), "INSTA_UPDATE": "no"} | fewer
    _, listed = wine.run([program.path, "--list"], program.directory, variables)
    here = listed_names(listed)
    absent = on_linux - here
    skipped = [word for name in slow for word in ["--skip", name]]
    status, output = wine.run([program.path, *skipped], program.directory, variables, timeout=1800)
    log = TARGET / "logs" / f"{program.crate}-{program.name}.txt"
    log.parent.mkdir(exist_ok=True)
    log.write_text(output + "".join(f"not for Windows: {name}\n" for name in sorted(absent)))
    tally = Tally.read(output, status)

    def passes(name):
        status, output = wine.run([program.path, "--exact", name], program.directory, variables, timeout=300)
        once_more = Tally.read(output, status)
        return once_more.passed == 1 and not once_more.failed

    tally.try_again(passes)
    tally.absent = len(absent)
    tally.left_out = sum(name.startswith(tuple(slow)) for name in here)
    name = program.crate if program.is_unit else f"{program.crate} {program.name}"
    lines = [f"{name:40} {tally}  {time.monotonic() - start:4.0f} s"]
    lines += [f"    left out: {name}" for name in slow]
    # At once: lines of two programs are not to mix.
    print("\n".join(lines + tally.details()), flush=True)
    return tally


def names_on_linux():
    """The names of the tests of this machine, by crate and program."""
    names = {}
    for program in build.tests(environment=os.environ, without=ELSEWHERE):
        output = subprocess.run(
            [program.path, "--list"], cwd=program.directory, capture_output=True, text=True, check=True
        ).stdout
        names[program.crate, program.name] = listed_names(output)
    return defaultdict(set, names)


def listed_names(output):
    """The names in a list of tests, without the kind that may stand before one."""
    return set(re.findall(r"^(?:\[.*?\] )?(.+): test$", output, re.M))
